//! `cargo xtask exercise`: one expression is changed, and the reader predicts which checks of a result will break.
//!
//! The change is made in a copy of the sources, in target/exercise, never in the repository. The copy has all changes at
//! once, each behind a condition that is false until the program is asked for that exercise: so it is built once, and every
//! exercise after the first takes seconds.
//!
//! `--all` runs every exercise, and first the copy as it is: that each breaks exactly the checks that it names says that these
//! checks see what they are there for.

mod copy;
mod list;

use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal as _, stdin};
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use thalweg_lecture::{Chapter, Claim, Form, RESULTS};

use self::list::EXERCISES;
use crate::reproduce::print_whole;
use crate::{Failure, Outcome, program, root};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which one; a list of all if none is named
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Run them all and ask nothing; fail where one does not break exactly the checks that it names
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// The profile of the build
    #[arg(long, value_name = "NAME", default_value = "release")]
    profile: String,
}

/// One expression of a source file, another one in its place, and what that breaks.
pub(crate) struct Exercise {
    /// In words, for the command line.
    id: &'static str,
    /// The number of the result whose checks are asked: 23 for R23.
    result: u32,
    /// What a reader is told beforehand.
    pub(crate) task: &'static str,
    /// From the root of the repository.
    file: &'static str,
    /// An expression that stands once in the file.
    before: &'static str,
    /// Another one of its type.
    after: &'static str,
    /// The names of all checks of the result that break, in their order.
    pub(crate) breaks: &'static [&'static str],
    /// Why these, and why not the others.
    pub(crate) answer: &'static str,
}

impl Exercise {
    pub(crate) fn claim(&self) -> &'static Claim {
        let is_its = |claim: &&&Claim| claim.number == self.result;
        RESULTS.iter().find(is_its).expect("a test looks for the result of every exercise")
    }

    /// As it is typed.
    pub(crate) fn command(&self) -> String {
        format!("cargo xtask exercise {}", self.id)
    }

    /// The file, the line, and the lines that the change is in, before and after.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn change(&self) -> Result<String, Failure> {
        let path = root().join(self.file);
        Ok(self.difference(&std::fs::read_to_string(&path).map_err(Failure::path("read", &path))?))
    }

    fn difference(&self, source: &str) -> String {
        let Some(at) = source.find(self.before) else { return String::new() };
        let first = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = at + self.before.len();
        let last = end + source[end..].find('\n').unwrap_or(source.len() - end);
        let changed = format!("{}{}{}", &source[first..at], self.after, &source[end..last]);
        let line = source[..at].matches('\n').count() + 1;
        let marked = |mark: char, text: &str| {
            text.lines().fold(String::new(), |all, line| all + &format!("{mark} {line}\n"))
        };
        format!("{}:{line}\n{}{}", self.file, marked('-', &source[first..last]), marked('+', &changed))
    }
}

/// The exercises of a chapter.
pub(crate) fn of_chapter(chapter: Chapter) -> impl Iterator<Item = &'static Exercise> {
    EXERCISES.iter().filter(move |exercise| exercise.claim().chapter == chapter)
}

pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    match &options.id {
        _ if options.all => run_all(&options.profile),
        None => {
            print_whole(&listed());
            Ok(Outcome::AsRecorded)
        }
        Some(id) => {
            let exercise = EXERCISES.iter().find(|exercise| exercise.id == id);
            let exercise = exercise.ok_or_else(|| Failure::NoExercise { id: id.clone() })?;
            ask(exercise, &options.profile)
        }
    }
}

fn listed() -> String {
    let mut text = "Each changes one expression; predict which checks of its result break.\n".to_owned();
    for chapter in Chapter::ALL {
        let _ = writeln!(text, "\n{chapter}");
        for exercise in of_chapter(chapter) {
            let claim = exercise.claim();
            let _ = writeln!(
                text,
                "  {}  ({}, {})\n    {}",
                exercise.id,
                claim.r_number(),
                claim.slides.named(),
                exercise.task
            );
        }
    }
    text.push_str("\nnext: cargo xtask exercise ID\n");
    text
}

/// Poses the exercise, takes a prediction where somebody can type one, and compares.
fn ask(exercise: &Exercise, profile: &str) -> Result<Outcome, Failure> {
    let claim = exercise.claim();
    let mut text = format!(
        "{}\n{}\n\n{}: {}\nIts checks:\n",
        exercise.task,
        exercise.change()?,
        claim.r_number(),
        claim.claim
    );
    let checks = claim.reproduce(Form::Default).findings.checks;
    for (number, check) in (1..).zip(&checks) {
        let _ = writeln!(text, "{number:4}  {}", check.name);
    }
    print_whole(&text);
    let names: Vec<_> = checks.iter().map(|check| check.name.as_str()).collect();
    let predicted = if stdin().is_terminal() { predict(&names, &mut stdin().lock()) } else { Vec::new() };

    let broken = broken_by(&copy::build(profile)?, Some(exercise))?;
    print_whole(&told(exercise, &broken, &predicted));
    Ok(if names_of(&broken) == exercise.breaks { Outcome::AsRecorded } else { Outcome::Differs })
}

/// The names that the reader chooses by their numbers; what is no number of a check is asked for again.
fn predict(names: &[&str], input: &mut impl BufRead) -> Vec<String> {
    loop {
        eprint!("\nWhich of them break? Numbers, then Enter (Enter alone: no prediction): ");
        let mut line = String::new();
        if input.read_line(&mut line).is_err() {
            return Vec::new();
        }
        let words = line.split([' ', ',']).map(str::trim).filter(|word| !word.is_empty());
        let chosen: Option<Vec<_>> = words
            .map(|word| {
                let place: usize = word.parse().ok()?;
                names.get(place.checked_sub(1)?).map(ToString::to_string)
            })
            .collect();
        match chosen {
            Some(chosen) => return chosen,
            None => eprintln!("allowed: numbers from 1 to {}", names.len()),
        }
    }
}

fn told(exercise: &Exercise, broken: &[String], predicted: &[String]) -> String {
    let mut text = "\nWhat breaks:\n".to_owned();
    for check in broken {
        let mark = match (predicted.is_empty(), predicted.iter().any(|name| name == name_of(check))) {
            (true, _) => "",
            (false, true) => "as predicted: ",
            (false, false) => "not predicted: ",
        };
        let _ = writeln!(text, "  {mark}{check}");
    }
    for name in predicted.iter().filter(|name| !names_of(broken).contains(&name.as_str())) {
        let _ = writeln!(text, "  predicted, and holds: {name}");
    }
    let claim = exercise.claim();
    let _ = writeln!(
        text,
        "\n{}\n\nnext: make a change of your own in {} and run cargo xtask reproduce {} --check",
        exercise.answer,
        exercise.file,
        claim.r_number()
    );
    text
}

fn run_all(profile: &str) -> Result<Outcome, Failure> {
    let program = copy::build(profile)?;
    let runs: Vec<_> = [None].into_iter().chain(EXERCISES.iter().map(Some)).collect();
    let broken: Vec<_> = runs.par_iter().map(|exercise| broken_by(&program, *exercise)).collect();
    let mut outcome = Outcome::AsRecorded;
    for (exercise, broken) in runs.iter().zip(broken) {
        let broken = broken?;
        let (id, named) = exercise.map_or(("without a change", [].as_slice()), |one| (one.id, one.breaks));
        let found = names_of(&broken);
        if found == named {
            println!("{id}: breaks what it names: {}", named.len());
            continue;
        }
        outcome = Outcome::Differs;
        eprintln!("{id}: does not break what it names");
        broken
            .iter()
            .filter(|check| !named.contains(&name_of(check)))
            .for_each(|check| eprintln!("  breaks, and is not named: {check}"));
        named
            .iter()
            .filter(|name| !found.contains(name))
            .for_each(|name| eprintln!("  is named, and holds: {name}"));
    }
    Ok(outcome)
}

/// The checks that fail with the change of an exercise, or, without one, of all results that have an exercise.
fn broken_by(program: &Path, exercise: Option<&Exercise>) -> Result<Vec<String>, Failure> {
    let mut command = Command::new(program);
    match exercise {
        Some(exercise) => command.env(copy::SWITCH, exercise.id).arg(exercise.claim().id),
        None => command.env_remove(copy::SWITCH).args(EXERCISES.iter().map(|exercise| exercise.claim().id)),
    };
    let output = program::run(&mut command)?;
    if !output.status.success() {
        return Err(program::fails(&command, &output));
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    Ok(lines.lines().filter_map(|line| line.trim_start().strip_prefix("FAILS ")).map(str::to_owned).collect())
}

/// The name of a check that was printed with its numbers.
fn name_of(check: &str) -> &str {
    check.split_once(": predicted ").map_or(check, |(name, _)| name)
}

fn names_of(checks: &[String]) -> Vec<&str> {
    checks.iter().map(|check| name_of(check)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::recorded::Records;

    fn source(file: &str) -> String {
        std::fs::read_to_string(root().join(file)).expect("the file of an exercise")
    }

    #[test]
    fn every_chapter_has_an_exercise_and_every_exercise_a_place() {
        assert!(EXERCISES.iter().all(|exercise| RESULTS.iter().any(|claim| claim.number == exercise.result)));
        assert!(Chapter::ALL.into_iter().all(|chapter| of_chapter(chapter).next().is_some()));
        let in_order: Vec<_> =
            Chapter::ALL.into_iter().flat_map(of_chapter).map(|exercise| exercise.id).collect();
        assert_eq!(in_order, EXERCISES.iter().map(|exercise| exercise.id).collect::<Vec<_>>());
        assert_eq!(in_order.iter().collect::<BTreeSet<_>>().len(), EXERCISES.len(), "two have one name");
        let changed = copy::changed_files(|file| Ok(source(file))).expect("each has one place");
        for exercise in EXERCISES {
            assert!(changed[exercise.file].contains(exercise.after), "{}", exercise.id);
            assert!(!exercise.task.is_empty() && !exercise.answer.is_empty(), "{}", exercise.id);
        }
    }

    #[test]
    fn what_breaks_is_recorded_as_holding() {
        let records = Records::open(&root().join("tests/snapshots")).expect("the records");
        for exercise in EXERCISES {
            let record = records.read(exercise.claim().id).expect("a record");
            assert!(!exercise.breaks.is_empty(), "{}", exercise.id);
            for name in exercise.breaks {
                assert!(record.contains(name), "{} has no check '{name}'", exercise.claim().id);
            }
        }
    }

    #[test]
    fn the_change_is_shown_as_a_difference_of_lines() {
        let exercise = EXERCISES.iter().find(|exercise| exercise.id == "descent-with-half-a-step").unwrap();
        let shown = exercise.difference("a\n    *w = *w - rate * g;\nb");
        let lines = [
            "crates/first-order/src/gradient_descent.rs:2",
            "-     *w = *w - rate * g;",
            "+     *w = *w - T::from_f64(0.5) * rate * g;\n",
        ];
        assert_eq!(shown, lines.join("\n"));
    }

    #[test]
    fn a_prediction_is_read_and_nonsense_is_asked_for_again() {
        let read = |typed: &str| predict(&["a", "b", "c"], &mut typed.as_bytes());
        assert_eq!(read("1, 3\n"), ["a", "c"]);
        assert_eq!(read("4\n0\ntwo\n2\n"), ["b"]);
        assert!(read("\n").is_empty() && read("").is_empty());
    }

    #[test]
    fn the_answer_says_which_predictions_were_right() {
        let exercise = &EXERCISES[0];
        let broken = [format!("{}: predicted 1 by x, measured 2", exercise.breaks[0])];
        assert!(told(exercise, &broken, &[]).contains(&format!("\n  {}", broken[0])));
        let told = told(exercise, &broken, &[exercise.breaks[0].to_owned(), "another".to_owned()]);
        assert!(
            told.contains(&format!("as predicted: {}", broken[0]))
                && told.contains("predicted, and holds: another")
        );
        assert!(told.contains(exercise.answer));
    }
}

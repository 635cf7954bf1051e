//! What several ways to run the reproduction found, compared to the last bit.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::Failure;

/// How a variant compares with the first one.
pub(crate) enum Cell {
    NotRun,
    Same,
    Differs(String),
}

impl Cell {
    pub(crate) fn of(runs_here: bool, reference: &Path, found: &Path) -> Result<Self, Failure> {
        if !runs_here {
            return Ok(Self::NotRun);
        }
        let read = |path: &Path| fs::read_to_string(path).map_err(Failure::path("read", path));
        Ok(first_difference(&read(reference)?, &read(found)?).map_or(Self::Same, Self::Differs))
    }

    pub(crate) fn of_test(output: &Output) -> Result<Self, Failure> {
        if output.status.success() {
            return Ok(Self::Same);
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let panic = said.lines().skip_while(|line| !line.contains("panicked")).take(3);
        let panic = panic.map(str::trim).collect::<Vec<_>>().join(" ");
        Ok(Self::Differs(if panic.is_empty() { output.status.to_string() } else { panic }))
    }
}

/// Where two texts differ first: under which name, and what either says there. `None` if they are the same.
fn first_difference(reference: &str, found: &str) -> Option<String> {
    if reference == found {
        return None;
    }
    let (mut old, mut new) = (reference.lines(), found.lines());
    let mut place = "the beginning";
    loop {
        let (old, new) = (old.next().map(str::trim), new.next().map(str::trim));
        if old != new {
            let side =
                |line: Option<&str>| line.map_or("(nothing)", |line| line.trim_end_matches(',')).to_owned();
            return Some(format!("{place}: {} → {}", side(old), side(new)));
        }
        // The same line in both, or the end of both: then they differ in how a line ends.
        let Some(line) = old else { return Some("the line ends".to_owned()) };
        if ["name: ", "title: ", "id: "].iter().any(|key| line.starts_with(key)) {
            place = line.trim_end_matches(',');
        }
    }
}

/// Results downwards, variants sideways.
pub(crate) struct Table {
    variants: Vec<&'static str>,
    rows: Vec<(String, Vec<&'static str>)>,
    differences: Vec<String>,
}

impl Table {
    pub(crate) fn new(variants: impl Iterator<Item = &'static str>) -> Self {
        Self { variants: variants.collect(), rows: Vec::new(), differences: Vec::new() }
    }

    pub(crate) fn row(&mut self, name: &str, cells: Vec<Cell>) {
        let words =
            cells.into_iter().zip(&self.variants).enumerate().map(|(i, (cell, variant))| match cell {
                Cell::NotRun => "–",
                Cell::Same if i == 0 => "reference",
                Cell::Same => "same",
                Cell::Differs(how) => {
                    self.differences.push(format!("{name}, {variant}: {how}"));
                    "DIFFERS"
                }
            });
        let words = words.collect();
        self.rows.push((name.to_owned(), words));
    }

    pub(crate) fn differences(&self) -> &[String] {
        &self.differences
    }

    /// The table, and below it where the first difference of each cell lies.
    pub(crate) fn text(&self) -> String {
        let width = self.rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = format!("{:width$}", "");
        self.variants.iter().for_each(|variant| {
            let _ = write!(text, "  {variant}");
        });
        text.push('\n');
        for (name, words) in &self.rows {
            let _ = write!(text, "{name:width$}");
            for (word, variant) in words.iter().zip(&self.variants) {
                let _ = write!(text, "  {word:0$}", variant.len());
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        for difference in &self.differences {
            let _ = writeln!(text, "{difference}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use thalweg_lecture::{Expected, Form, RESULTS, record};

    use super::*;

    #[test]
    fn last_bit_of_a_measurement_is_seen_and_named() {
        let mut result = RESULTS[0].reproduce(Form::Default);
        let before = record::to_the_bit(&result);
        assert_eq!(first_difference(&before, &before), None);
        let check =
            result.findings.checks.iter_mut().find(|check| matches!(check.expected, Expected::Near { .. }));
        let check = check.expect("a result compares numbers");
        let name = check.name.clone();
        let Expected::Near { measured, .. } = &mut check.expected else { unreachable!("it was just found") };
        let old = *measured;
        *measured = old.next_up();
        let new = *measured;
        let difference = first_difference(&before, &record::to_the_bit(&result)).expect("one bit differs");
        assert_eq!(difference, format!("name: {name:?}: measured: {old:?} → measured: {new:?}"));
    }

    #[test]
    fn last_bit_of_a_point_in_a_figure_is_seen() {
        let result = RESULTS[0].reproduce(Form::Default);
        let before = record::to_the_bit(&result);
        // A coordinate is drawn to a tenth of a pixel, but compared whole.
        let (_, points) = before.split_once("points: [").expect("a figure draws points");
        let mut words = points.lines().map(|line| line.trim().trim_end_matches(','));
        let number = words.find(|word| word.len() > 12 && word.parse::<f64>().is_ok());
        let number = number.expect("a coordinate of many digits");
        let moved = number.parse::<f64>().expect("a number").next_up().to_string();
        assert!(first_difference(&before, &before.replacen(number, &moved, 1)).is_some());
    }

    #[test]
    fn lines_that_are_missing_are_differences() {
        assert_eq!(
            first_difference("name: a,\n1,\n", "name: a,\n").as_deref(),
            Some("name: a: 1 → (nothing)")
        );
        assert_eq!(first_difference("", "1").as_deref(), Some("the beginning: (nothing) → 1"));
        assert_eq!(first_difference("1\n", "1").as_deref(), Some("the line ends"));
    }

    #[test]
    fn differences_are_told_below_the_table() {
        let mut table = Table::new(["one", "another"].into_iter());
        table.row("result", vec![Cell::Same, Cell::Differs("a: 1 → 2".to_owned())]);
        table.row("test x", vec![Cell::NotRun, Cell::Same]);
        assert_eq!(
            table.text(),
            "        one  another\nresult  reference  DIFFERS\ntest x  –    same\nresult, another: a: 1 → 2\n"
        );
    }
}

//! Tables that are generated from the results, and the check that they are what would be generated: one code path.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use thalweg_lecture::record::figure_name;
use thalweg_lecture::{Chapter, Form, RESULTS, Reproduced, errata};

use crate::{Failure, Outcome, exercise, plot, root};

/// Writes every generated part, or with `check` says which is not what would be written.
pub(crate) fn run(check: bool) -> Result<Outcome, Failure> {
    run_in(&root(), &reproduced(), check)
}

fn reproduced() -> Vec<Reproduced> {
    RESULTS.par_iter().map(|claim| claim.reproduce(Form::Default)).collect()
}

fn run_in(root: &Path, results: &[Reproduced], check: bool) -> Result<Outcome, Failure> {
    let table = results_table(results);
    let mut parts = vec![
        ("README.md", "results".to_owned(), table.clone()),
        ("docs/results.md", "results".to_owned(), table),
        ("docs/errata.md", "errata".to_owned(), errata_table()),
        ("docs/exercises.md", "exercises".to_owned(), exercises()),
    ];
    // Every result has its place on its chapter's page; a page without one for it is a failure.
    for result in results {
        parts.push((page(result.claim.chapter), result.claim.r_number(), told(result)));
    }
    let mut outcome = Outcome::AsRecorded;
    let mut write = |path: &Path, what: &str, old: &str, new: &str| -> Result<(), Failure> {
        if old == new {
            return Ok(());
        }
        let file = path.strip_prefix(root).unwrap_or(path).display();
        if check {
            eprintln!("{file}: {what} is not what is generated; next: cargo xtask generate");
            outcome = Outcome::Differs;
        } else {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(Failure::path("create", folder))?;
            }
            fs::write(path, new).map_err(Failure::path("write", path))?;
            println!("{file}: {what} written");
        }
        Ok(())
    };
    for (file, name, content) in parts {
        let path = root.join(file);
        let old = fs::read_to_string(&path).map_err(Failure::path("read", &path))?;
        let new = with_part(&path, &old, &name, &content)?;
        write(&path, &format!("the part '{name}'"), &old, &new)?;
    }
    let page = root.join("docs/benchmarks.md");
    for plot in plot::plots(&fs::read_to_string(&page).map_err(Failure::path("read", &page))?)? {
        let path = root.join("docs/plots").join(&plot.file).with_extension("svg");
        write(&path, "the plot", &fs::read_to_string(&path).unwrap_or_default(), &plot.svg())?;
    }
    Ok(outcome)
}

/// The page of the book that tells a chapter.
fn page(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Perceptron => "docs/perceptron.md",
        Chapter::Surface => "docs/surface.md",
        Chapter::Convergence => "docs/convergence.md",
        Chapter::Hessian => "docs/hessian.md",
        Chapter::FirstOrder => "docs/first-order.md",
    }
}

/// A result as the book tells it: claim, verdict, what is true, figures.
fn told(result: &Reproduced) -> String {
    let claim = result.claim;
    let mut text = format!("> {}\n>\n> ", cell(claim.claim));
    let _ = writeln!(text, "{}, {}: **{}**.", claim.r_number(), claim.slides.named(), result.verdict());
    if let Some(correction) = &claim.correction {
        let _ = writeln!(text, ">\n> What is true: {}", cell(correction.statement));
    }
    for figure in &result.findings.figures {
        // A blank line would end the block of HTML; the file has none.
        let file = figure_name(result, figure.id);
        let _ = write!(text, "\n<figure>\n{{{{#include ../tests/snapshots/{file}.snap.svg}}}}\n");
        let _ = writeln!(text, "<figcaption>{}</figcaption>\n</figure>", figure.caption.replace('<', "&lt;"));
    }
    text
}

/// `text` with the part between its two marker lines replaced.
fn with_part(path: &Path, text: &str, name: &str, content: &str) -> Result<String, Failure> {
    let (begin, end) = (
        format!("<!-- generated: {name}; by `cargo xtask generate`, do not edit -->\n"),
        format!("<!-- end: {name} -->"),
    );
    let missing =
        |marker: &str| Failure::NoMarker { path: path.to_owned(), marker: marker.trim().to_owned() };
    let (before, rest) = text.split_once(&begin).ok_or_else(|| missing(&begin))?;
    let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
    Ok(format!("{before}{begin}{content}{end}{after}"))
}

fn results_table(results: &[Reproduced]) -> String {
    let mut table =
        "| result | id | slides | claim | verdict |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for result in results {
        let (claim, verdict) = (result.claim, result.verdict());
        let (number, slides) = (claim.r_number(), claim.slides);
        let _ =
            writeln!(table, "| {number} | `{}` | {slides} | {} | {verdict} |", claim.id, cell(claim.claim));
    }
    table
}

fn exercises() -> String {
    let mut text = String::new();
    for chapter in Chapter::ALL {
        let _ = writeln!(text, "\n## {chapter}\n");
        for exercise in exercise::of_chapter(chapter) {
            let number = exercise.claim().r_number();
            let _ = writeln!(
                text,
                "- {} Which checks of {number} break?\n\n  ```sh\n  {}\n  ```\n",
                cell(exercise.task),
                exercise.command()
            );
        }
    }
    text
}

fn errata_table() -> String {
    let mut table =
        "| slide | flag | printed | correct | measured in |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for (claim, erratum) in errata() {
        let (slides, flag) = (erratum.slides, erratum.flag);
        let (printed, correct) = (cell(erratum.printed), cell(erratum.correct));
        let _ = writeln!(table, "| {slides} | {flag} | {printed} | {correct} | {} |", claim.r_number());
    }
    table
}

/// Text that stays within its cell of a Markdown table and is not taken for markup.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('_', "\\_").replace('*', "\\*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_what_would_be_generated_and_a_stale_one_is_found_and_mended() {
        let results = reproduced();
        assert_eq!(
            run_in(&root(), &results, true).unwrap(),
            Outcome::AsRecorded,
            "next: cargo xtask generate"
        );

        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("docs")).unwrap();
        let pages =
            ["README.md", "docs/results.md", "docs/errata.md", "docs/exercises.md", "docs/benchmarks.md"];
        for file in pages.into_iter().chain(Chapter::ALL.map(page)) {
            let text = fs::read_to_string(root().join(file)).unwrap();
            fs::write(folder.path().join(file), text.replace("| R27 |", "| R28 |")).unwrap();
        }
        assert_eq!(run_in(folder.path(), &results, true).unwrap(), Outcome::Differs);
        assert_eq!(
            run_in(folder.path(), &results, true).unwrap(),
            Outcome::Differs,
            "checking writes nothing"
        );
        assert_eq!(run_in(folder.path(), &results, false).unwrap(), Outcome::AsRecorded);
        assert_eq!(run_in(folder.path(), &results, true).unwrap(), Outcome::AsRecorded);
        fs::remove_file(folder.path().join("README.md")).unwrap();
        assert!(run_in(folder.path(), &results, true).unwrap_err().to_string().starts_with("cannot read"));
    }

    #[test]
    fn a_part_is_replaced_between_its_markers() {
        let text =
            "a\n<!-- generated: x; by `cargo xtask generate`, do not edit -->\nold\n<!-- end: x -->\nb\n";
        let new = with_part(Path::new("f"), text, "x", "new\n").unwrap();
        assert_eq!(new, text.replace("old", "new"));
        let failure = with_part(Path::new("f"), "no markers", "x", "new\n").unwrap_err();
        assert!(failure.to_string().contains("f has no line '<!-- generated: x;"), "{failure}");
    }
}

//! What every declaration of a result keeps to, and what is written beside the code about it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use thalweg_lecture::figure::Figure;
use thalweg_lecture::{
    Chapter, Claim, Expected, Findings, Form, RESULTS, Reproduced, SLOW, Slides, Verdict, record,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

/// Every result, run once for all tests.
static REPRODUCED: LazyLock<Vec<Reproduced>> =
    LazyLock::new(|| RESULTS.iter().map(|claim| claim.reproduce(Form::Default)).collect());

/// The first item that occurs twice.
fn repeated<T: Ord + Clone>(items: impl IntoIterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    items.into_iter().find(|item| !seen.insert(item.clone()))
}

#[test]
fn ids_and_numbers_are_unique_and_name_the_claim() {
    assert_eq!(repeated(RESULTS.iter().map(|claim| claim.id)), None);
    assert_eq!(repeated(RESULTS.iter().map(|claim| claim.number)), None);
    for claim in RESULTS {
        let kebab = claim.id.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(
            kebab && !claim.id.contains("slide"),
            "{}: words with hyphens, no slide, no number",
            claim.id
        );
        for file in claim.puts_to_the_test.iter().chain([&claim.code]) {
            assert!(root().join(file).is_file(), "{}: there is no file {file}", claim.id);
        }
        assert!(!claim.puts_to_the_test.is_empty(), "{}: nothing is put to the test", claim.id);
    }
}

#[test]
fn results_are_in_the_order_of_the_slides() {
    assert!(RESULTS.is_sorted_by_key(|claim| (claim.chapter, claim.slides.0[0].0, claim.number)));
}

/// One test, so that all results run once for it, and not once for every rule.
#[test]
fn what_results_declare_and_find_is_sound() {
    check_and_row_names_are_unique();
    cells_do_not_hold_what_separates_cells();
    every_tolerance_has_its_reason();
    errata_and_corrections_are_measured_by_a_check_that_exists();
    verdicts_are_computed();
    running_twice_gives_the_same_bytes();
    records_and_results_belong_together();
}

fn check_and_row_names_are_unique() {
    for result in REPRODUCED.iter() {
        let id = result.claim.id;
        assert_eq!(repeated(result.findings.checks.iter().map(|check| &check.name)), None, "{id}");
        for table in &result.findings.tables {
            assert_eq!(repeated(table.rows.iter().map(|row| &row[0])), None, "{id}, {}", table.title);
        }
        assert_eq!(repeated(result.findings.figures.iter().map(|figure| figure.id)), None, "{id}");
    }
}

fn cells_do_not_hold_what_separates_cells() {
    for result in REPRODUCED.iter() {
        let checks = result.findings.checks.iter().flat_map(|check| [check.name.as_str(), check.formula]);
        let cells =
            result.findings.tables.iter().flat_map(|table| table.rows.iter().flatten().map(String::as_str));
        for text in checks.chain(cells) {
            assert!(!text.contains(" | ") && !text.contains('\n'), "{}: {text}", result.claim.id);
        }
    }
}

fn every_tolerance_has_its_reason() {
    for result in REPRODUCED.iter() {
        for check in &result.findings.checks {
            let tolerates = matches!(check.expected, Expected::Near { .. });
            assert!(!tolerates || !check.why.is_empty(), "{}: {}", result.claim.id, check.name);
        }
    }
}

fn errata_and_corrections_are_measured_by_a_check_that_exists() {
    for result in REPRODUCED.iter() {
        let names: BTreeSet<_> = result.findings.checks.iter().map(|check| check.name.as_str()).collect();
        let claim = result.claim;
        let correction = claim.correction.as_ref().map(|correction| correction.refuted_by);
        for name in claim.errata.iter().map(|erratum| erratum.measured_by).chain(correction) {
            assert!(names.contains(name), "{}: no check is called '{name}'", claim.id);
        }
        assert!(result.findings.figures.iter().all(|figure| !figure.panels.is_empty()), "{}", claim.id);
        assert!(!result.findings.figures.is_empty(), "{} draws nothing", claim.id);
    }
}

fn verdicts_are_computed() {
    for result in REPRODUCED.iter() {
        let (claim, form) = (result.claim, result.form);
        let stated = if claim.correction.is_some() { Verdict::NotAsStated } else { Verdict::Holds };
        assert_eq!(result.verdict(), stated, "{}", claim.id);

        let mut findings = result.findings.clone();
        findings.words("a check that fails", "nothing", "one thing", "another");
        let failing = Reproduced { claim, form, findings };
        assert_eq!(failing.verdict(), Verdict::CheckFails, "{}", claim.id);
        assert!(record::text(&failing).contains("verdict: a check fails"));

        let unchecked = Reproduced { claim, form, findings: Findings::default() };
        assert_eq!(unchecked.verdict(), Verdict::CheckFails, "{}: without a check nothing holds", claim.id);

        if let Some(correction) = &claim.correction {
            let mut findings = result.findings.clone();
            findings.checks.retain(|check| check.name != correction.refuted_by);
            let unrefuted = Reproduced { claim, form, findings };
            assert_eq!(unrefuted.verdict(), Verdict::CheckFails, "{}: nothing refutes the claim", claim.id);
        }
    }
}

#[test]
fn panic_in_a_result_is_a_check_that_fails() {
    static BROKEN: Claim = Claim {
        id: "a-result-that-panics",
        number: 0,
        slides: Slides(&[(1, 1)]),
        chapter: Chapter::Convergence,
        claim: "It panics.",
        correction: None,
        source: "nowhere",
        errata: &[],
        code: file!(),
        puts_to_the_test: &[],
        run: || panic!("out of {}", "luck"),
        full: None,
    };
    let result = BROKEN.reproduce(Form::Full);
    assert_eq!((result.verdict(), result.form), (Verdict::CheckFails, Form::Default));
    assert!(result.findings.checks[0].to_string().contains("it panics: out of luck"));
    let compared = record::compare(&result, |_| None);
    assert_eq!(compared.len(), 1);
}

fn running_twice_gives_the_same_bytes() {
    // The slow ones are run more than once by `cargo xtask reproduce` and by their own tests, and compared with their records.
    for first in REPRODUCED.iter().filter(|result| !SLOW.contains(&result.claim.id)) {
        let second = first.claim.reproduce(Form::Default);
        assert_eq!(record::text(first), record::text(&second));
        let svg = |result: &Reproduced| result.findings.figures.iter().map(Figure::svg).collect::<String>();
        assert_eq!(svg(first), svg(&second));
    }
}

fn records_and_results_belong_together() {
    let mut expected = BTreeSet::new();
    for result in REPRODUCED.iter() {
        let forms =
            if result.claim.full.is_some() { &[Form::Default, Form::Full][..] } else { &[Form::Default] };
        for &form in forms {
            // The names need the figures' ids, not the full form's numbers.
            let result = Reproduced { form, claim: result.claim, findings: result.findings.clone() };
            expected.insert(format!("{}.snap", result.record_name()));
            for figure in &result.findings.figures {
                let name = record::figure_name(&result, figure.id);
                expected.extend([format!("{name}.snap"), format!("{name}.snap.svg")]);
            }
        }
    }
    let is_pending = |name: &String| name.contains(".snap.new");
    let found: BTreeSet<_> = fs::read_dir(root().join("tests/snapshots"))
        .expect("the records are there")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| !is_pending(name))
        .collect();
    let orphans: Vec<_> = found.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(orphans.is_empty(), "records without a result, to be deleted: {orphans:?}");
    assert!(
        missing.is_empty(),
        "results without a record; next: cargo xtask reproduce --accept ID: {missing:?}"
    );
}

#[test]
fn readme_shows_the_example_that_is_compiled() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    let shown =
        readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows code");
    let example =
        fs::read_to_string(root().join("crates/thalweg/examples/hello_valley.rs")).expect("the example");
    assert!(example.ends_with(&format!("\n\n{shown}")), "README and example differ:\n{shown}");
    assert!(shown.lines().count() <= 12, "a hello world of at most 12 lines");
}

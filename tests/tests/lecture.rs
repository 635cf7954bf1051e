//! Every result of the lecture: its checks pass, and it is as recorded.
//!
//! One test a result, named as its record; those in full form run with `--ignored`.
//! Where a run is not as recorded, insta leaves the new record beside the old one for `cargo insta review`; the
//! comparison is the one that `cargo xtask reproduce` uses.

use std::panic::{AssertUnwindSafe, catch_unwind};

use insta::internals::SnapshotContents;
use insta::{Comparator, Settings, Snapshot};
use libtest_mimic::{Arguments, Failed, Trial};
use thalweg_lecture::{Claim, Form, RESULTS, record};

fn main() {
    let default = RESULTS.iter().map(|&claim| Trial::test(claim.id, move || reproduce(claim, Form::Default)));
    let full = RESULTS.iter().filter(|claim| claim.full.is_some()).map(|&claim| {
        Trial::test(format!("{}-full", claim.id), move || reproduce(claim, Form::Full))
            .with_ignored_flag(true)
    });
    libtest_mimic::run(&Arguments::from_args(), default.chain(full).collect()).exit();
}

fn reproduce(claim: &'static Claim, form: Form) -> Result<(), Failed> {
    let result = claim.reproduce(form);
    let failing = result.findings.checks.iter().filter(|check| !check.passes());
    let mut complaints: Vec<_> = failing.map(|check| format!("check fails: {check}")).collect();

    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_comparator(Box::new(AsRecorded));
    settings.bind(|| {
        let mut assert = |what: String, assertion: &dyn Fn()| {
            if catch_unwind(AssertUnwindSafe(assertion)).is_err() {
                complaints.push(format!("{what} is not as recorded"));
            }
        };
        let text = || insta::assert_snapshot!(result.record_name(), record::text(&result));
        assert("the text".to_owned(), &text);
        for figure in &result.findings.figures {
            let name = format!("{}.svg", record::figure_name(&result, figure.id));
            let svg = || insta::assert_binary_snapshot!(&name, figure.svg().into_bytes());
            assert(format!("the figure '{}'", figure.id), &svg);
        }
    });
    if complaints.is_empty() {
        return Ok(());
    }
    let id = claim.id;
    Err(format!(
        "{}\ndeclared in {}; puts to the test {}\n\
         accept, if it moved on purpose: cargo insta review, or cargo xtask reproduce --accept {id}",
        complaints.join("\n"),
        claim.code,
        claim.puts_to_the_test.join(", "),
    )
    .into())
}

/// Hands insta's decision to the lecture's own comparison.
struct AsRecorded;

impl Comparator for AsRecorded {
    fn matches(&self, reference: &Snapshot, test: &Snapshot) -> bool {
        match (content(reference), content(test)) {
            (Some(recorded), Some(new)) => {
                let same = record::same(&recorded, &new);
                if !same && matches!(test.contents(), SnapshotContents::Text(_)) {
                    record::differences(&recorded, &new).iter().for_each(|moved| eprintln!("moved: {moved}"));
                }
                same
            }
            _ => false,
        }
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(Self)
    }
}

fn content(snapshot: &Snapshot) -> Option<String> {
    match snapshot.contents() {
        SnapshotContents::Text(text) => Some(text.to_string()),
        SnapshotContents::Binary(bytes) => String::from_utf8(bytes.as_ref()?.to_vec()).ok(),
    }
}

//! Errors are errors to the rest of the world, and can grow.

use std::error::Error;
use std::fs;
use std::path::Path;

use thalweg::driver::{CheckpointError, Fault, NonFinite};
use thalweg::prelude::*;
use thalweg::problem::Stuck;

#[test]
fn errors_can_be_boxed_and_sent() {
    fn boxed<E: Error + Send + Sync + 'static>(error: E) -> String {
        let error: Box<dyn Error + Send + Sync> = error.into();
        error.to_string()
    }
    let input = || InvalidInput::new("rate", "0.0", "above 0");
    let words = "invalid `rate`: 0.0 (allowed: above 0)";
    assert_eq!(boxed(input()), words);
    assert_eq!(boxed(Stuck::Invalid(input())), words);
    assert_eq!(boxed(CheckpointError::Invalid(input())), words);
    assert_eq!(boxed(Fault::Damaged), "is damaged: the checksum does not fit");
}

#[test]
fn reasons_can_be_sent_and_read() {
    fn sent<T: Send + Sync + 'static>(value: T) -> T {
        value
    }
    assert_eq!(sent(NonFinite::Iterate(3, f64::INFINITY)).to_string(), "x[3] is inf");
    assert_eq!(sent(StopReason::Caller).to_string(), "the caller asked to stop");
}

#[test]
fn file_system_is_the_source_of_what_it_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    // A folder is no file.
    let error = CheckpointFile::at(folder.path()).load::<f64>().unwrap_err();
    let source = error.source().expect("the answer of the file system");
    assert!(source.is::<std::io::Error>());
    assert!(error.to_string().ends_with(&source.to_string()) && error.to_string().contains("/"), "{error}");
}

/// What is public and may get another case or field: a `match` or a literal elsewhere must not break by it.
#[test]
fn errors_reasons_and_results_are_non_exhaustive() {
    let declarations = [
        ("problem/src/invalid_input.rs", "struct InvalidInput"),
        ("problem/src/method.rs", "enum Stuck"),
        ("problem/src/counted.rs", "struct Counts"),
        ("problem/src/differences.rs", "struct Derivative"),
        ("hessian/src/symmetric.rs", "struct Asymmetry"),
        ("hessian/src/differences/estimate.rs", "struct HessianEstimate"),
        ("driver/src/reason.rs", "enum StopReason"),
        ("driver/src/reason.rs", "enum NonFinite"),
        ("driver/src/quiet.rs", "struct Noise"),
        ("driver/src/file.rs", "enum CheckpointError"),
        ("driver/src/file.rs", "struct Resumable"),
        ("driver/src/file.rs", "struct Loaded"),
        ("driver/src/format.rs", "enum Fault"),
        ("driver/src/run.rs", "struct Run"),
        ("driver/src/run.rs", "struct Best"),
        ("driver/src/record.rs", "struct Row"),
    ];
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for (file, declaration) in declarations {
        let source = fs::read_to_string(crates.join(file)).expect(file);
        let found = ["{", "<"].iter().any(|end| {
            let space = if *end == "{" { " " } else { "" };
            source.contains(&format!("#[non_exhaustive]\npub {declaration}{space}{end}"))
        });
        assert!(found, "{declaration} of {file} is not #[non_exhaustive]");
    }
}

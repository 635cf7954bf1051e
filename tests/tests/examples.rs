//! The examples of the crates, run: each prints what the `.txt` beside it says, which the book shows.
//!
//! `UPDATE=1 cargo test -p thalweg-tests --test examples` writes those files anew, for somebody to look at.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Show = fn(&mut Vec<u8>) -> Result<(), Box<dyn Error>>;

/// A module for every example, and the list of what they print with.
macro_rules! examples {
    ($($folder:literal $name:ident $path:literal;)*) => {
        $(
            #[path = $path]
            mod $name;
            // What `cargo run --example` starts.
            const _: fn() -> Result<(), Box<dyn Error>> = $name::main;
        )*

        const EXAMPLES: &[(&str, &str, Show)] = &[$(($folder, stringify!($name), $name::show)),*];
    };
}

examples! {
    "conformance" examine_a_method "../../crates/conformance/examples/examine_a_method.rs";
    "driver" why_it_stopped "../../crates/driver/examples/why_it_stopped.rs";
    "hessian" nine_points "../../crates/hessian/examples/nine_points.rs";
    "krylov" unwritten_matrix "../../crates/krylov/examples/unwritten_matrix.rs";
    "landscape" pass_between_minima "../../crates/landscape/examples/pass_between_minima.rs";
    "line-search" five_searches "../../crates/line-search/examples/five_searches.rs";
    "networks" one_far_point "../../crates/networks/examples/one_far_point.rs";
    "numerics" same_bits "../../crates/numerics/examples/same_bits.rs";
    "objectives" known_minima "../../crates/objectives/examples/known_minima.rs";
    "problem" which_step "../../crates/problem/examples/which_step.rs";
    "quasi-newton" how_much_memory "../../crates/quasi-newton/examples/how_much_memory.rs";
    "schedules" ask_a_schedule "../../crates/schedules/examples/ask_a_schedule.rs";
    "second-order" where_newton_goes "../../crates/second-order/examples/where_newton_goes.rs";
    "thalweg" which_method "../../crates/thalweg/examples/which_method.rs";
}

/// Those that others run: `book.rs`, `.ci/run` the first, and `cargo xtask exercise` the last.
const ELSEWHERE: [(&str, &str); 4] = [
    ("thalweg", "hello_valley"),
    ("thalweg", "check_a_gradient"),
    ("first-order", "train_by_hand"),
    ("lecture", "checks"),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

#[test]
fn examples_print_what_the_files_beside_them_say() {
    let mut offenses = Vec::new();
    for (folder, name, show) in EXAMPLES {
        let mut printed = Vec::new();
        show(&mut printed).unwrap_or_else(|error| panic!("{name}: {error}"));
        let printed = String::from_utf8(printed).expect("text");
        let beside = crates().join(folder).join("examples").join(name).with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&beside, &printed).expect("the folder can be written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        let first = || printed.lines().zip(expected.lines()).find(|(now, then)| now != then);
        if printed != expected {
            offenses.push(format!("{folder}/examples/{name}.txt: now and then {:?}", first()));
        }
    }
    assert!(offenses.is_empty(), "{}", offenses.join("\n"));
}

#[test]
fn every_example_is_run_by_a_test_and_every_published_crate_has_one() {
    let listed: BTreeSet<_> =
        EXAMPLES.iter().map(|(folder, name, _)| (*folder, *name)).chain(ELSEWHERE).collect();
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(crates()).expect("there are crates") {
        let folder = folder.expect("a folder").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if name == "mpi" {
            // A workspace of its own, which needs an MPI.
            continue;
        }
        let examples = fs::read_dir(folder.join("examples")).into_iter().flatten();
        let before = found.len();
        for file in examples.map(|file| file.expect("a file").path()) {
            if file.extension().is_some_and(|extension| extension == "rs") {
                let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
                found.insert((name.clone(), stem));
            }
        }
        assert!(found.len() > before || name == "lecture", "{name} has no example");
    }
    let found: BTreeSet<_> = found.iter().map(|(folder, name)| (folder.as_str(), name.as_str())).collect();
    assert_eq!(listed, found);
}

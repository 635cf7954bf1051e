//! What the code of published crates may name, read from its text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Package;

use crate::{assert_none, bare, folder, published, relative};

#[test]
fn published_code_touches_no_file_clock_environment_or_thread() {
    let offense = |package: &Package, text: &str| {
        let may_use_files = bare(package) == "driver";
        modules_of_std(text)
            .into_iter()
            .filter(|(_, module)| match module.as_str() {
                "fs" => !may_use_files,
                "time" | "env" | "thread" => true,
                _ => false,
            })
            .map(|(line, module)| (line, format!("std::{module}")))
            .collect()
    };
    assert_none(
        &offenses_in_sources(offense),
        "only the driver opens files, and nothing else reaches outside",
    );
}

#[test]
fn published_code_does_not_know_the_lecture_s_pages() {
    let offense = |_: &Package, text: &str| {
        code_lines(text)
            .filter(|(_, line)| line.to_lowercase().contains("slide"))
            .map(|(number, line)| (number, line.trim().to_owned()))
            .collect()
    };
    assert_none(&offenses_in_sources(offense), "slides are cited in comments, never named in code");
}

/// The files that may hold unsafe code, each with what cannot be said without it.
const UNSAFE: [(&str, &str); 2] = [
    (
        "numerics/src/dispatch.rs",
        "a function compiled for AVX2 or AVX-512 may only run where the CPU has just said that it has that",
    ),
    ("hessian/src/backend/lapack.rs", "LAPACK is linked from outside, and takes pointers and lengths"),
];

#[test]
fn unsafe_code_lives_in_two_places() {
    let mut places = BTreeMap::new();
    let mut found = Vec::new();
    for package in published() {
        for file in rust_files(&folder(package).join("src")) {
            let text =
                fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", relative(&file)));
            let lines: Vec<_> = code_lines(&text).filter(|(_, line)| line.contains("unsafe")).collect();
            match UNSAFE.iter().find(|(place, _)| file.ends_with(place)) {
                Some((place, _)) => *places.entry(place).or_insert(0) += lines.len(),
                None => found.extend(lines.iter().map(|(line, _)| format!("{}:{line}", relative(&file)))),
            }
        }
    }
    for (place, reason) in UNSAFE {
        assert!(
            places.get(&place).is_some_and(|lines| *lines > 0),
            "{place} needs no exception ({reason}) any more"
        );
    }
    assert_none(
        &found,
        &format!("the reviewed places for unsafe code are {:?}", UNSAFE.map(|(place, _)| place)),
    );
}

/// Where `offenses` finds something in the sources of the published crates: `path:line: what`.
fn offenses_in_sources(offenses: impl Fn(&Package, &str) -> Vec<(usize, String)>) -> Vec<String> {
    let mut found = Vec::new();
    for package in published() {
        let files = rust_files(&folder(package).join("src"));
        assert!(!files.is_empty(), "there is nothing to read in the src of {}", package.name);
        for file in files {
            let text =
                fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", relative(&file)));
            let here = offenses(package, &text);
            found.extend(here.into_iter().map(|(line, what)| format!("{}:{line}: {what}", relative(&file))));
        }
    }
    found
}

/// The `.rs` files below a folder, in any depth; none if there is no such folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder that can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines that are not comments, counted from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Which modules of `std` the code names, with the line: `std::fs`, and those of `use std::{fs, io}`.
fn modules_of_std(text: &str) -> Vec<(usize, String)> {
    // Comments become empty lines, so that a group over several lines is in one piece and lines keep their numbers.
    let mut code = vec![""; text.lines().count()];
    for (number, line) in code_lines(text) {
        code[number - 1] = line;
    }
    let code = code.join("\n");
    let mut modules = Vec::new();
    for (at, path) in code.match_indices("std::") {
        let is_another_name = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_another_name {
            continue;
        }
        let line = 1 + code[..at].matches('\n').count();
        let after = code[at + path.len()..].trim_start();
        let names = match after.strip_prefix('{') {
            Some(group) => first_names(group),
            None => first_names(after).into_iter().take(1).collect(),
        };
        modules.extend(names.into_iter().map(|name| (line, name)));
    }
    modules
}

/// The first name of every path in a `use` group, up to its closing brace: `fs, io::{self, Read}}` has fs and io.
fn first_names(group: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let (mut depth, mut is_first) = (0, true);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(String::new());
                is_first = true;
            }
            c if c.is_whitespace() && names.last().is_some_and(String::is_empty) => {}
            c if is_first && (c.is_alphanumeric() || c == '_') => names.last_mut().expect("one").push(c),
            _ => is_first = false,
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn scan_of_std_sees_paths_and_groups_but_not_comments() {
    let text = "\
// std::fs is a comment
    /// and so is std::env
use std::{fmt, fs::File,
    // std::env
    thread, io::{self, Read}, time};
let start = std::time::Instant::now();
my_std::env::x(std :: env);
";
    let expected = [(3, "fmt"), (3, "fs"), (3, "thread"), (3, "io"), (3, "time"), (6, "time")];
    assert_eq!(modules_of_std(text), expected.map(|(line, name)| (line, name.to_owned())));
}

//! The README, the book and what lies beside them: every link leads somewhere, every include includes something, and every
//! page of the book is in its summary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace").to_owned()
}

/// The book's pages.
fn pages() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("docs")).expect("there is a book");
    let mut pages: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

/// The book's pages, and the texts at the root.
fn texts() -> Vec<PathBuf> {
    let at_the_root = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(|name| root().join(name));
    at_the_root.into_iter().chain(pages()).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of `[…](target)`.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        // What stands in single backticks is code, too.
        let line: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        for after in line.split("](").skip(1) {
            found.push(after.split(')').next().unwrap_or_default().to_owned());
        }
    }
    found
}

/// What GitHub and mdBook make of a heading: letters and digits in lower case, `-` for a space, nothing for the rest.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    });
    kept.collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

/// `path` without `..`, as far as it goes without asking the file system.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

fn is_elsewhere(link: &str) -> bool {
    link.starts_with("http://") || link.starts_with("https://") || link.starts_with("mailto:")
}

/// What is wrong with a link of a text.
fn fault(from: &Path, link: &str, book: &Path) -> Option<String> {
    let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
    let target = if file.is_empty() {
        from.to_owned()
    } else {
        plain(&from.parent().expect("a text lies in a folder").join(file))
    };
    if !target.exists() {
        return Some("there is no such file".to_owned());
    }
    if from.starts_with(book) && !target.starts_with(book) {
        return Some("a page of the book leads out of the book, where mdBook copies nothing".to_owned());
    }
    let heading = heading?;
    let found = anchors(&read(&target));
    (!found.contains(heading)).then(|| format!("there is no such heading; there are {found:?}"))
}

#[test]
fn links_lead_to_files_and_headings() {
    let book = root().join("docs");
    let (mut offenses, mut seen) = (Vec::new(), 0);
    for from in texts() {
        for link in links(&read(&from)).iter().filter(|link| !is_elsewhere(link)) {
            seen += 1;
            if let Some(fault) = fault(&from, link, &book) {
                let from = from.strip_prefix(root()).unwrap_or(&from);
                offenses.push(format!("{}: {link}: {fault}", from.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} links were found: the test does not see them");
    assert!(offenses.is_empty(), "{}", offenses.join("\n"));
}

/// What is wrong with what stands behind `#include`: a path, and behind a colon the name of an anchor, or lines.
fn include_fault(from: &Path, include: &str) -> Option<String> {
    let mut parts = include.trim().splitn(2, ':');
    let (path, part) = (parts.next().unwrap_or_default(), parts.next());
    let path = plain(&from.parent().expect("a page lies in a folder").join(path));
    let Ok(text) = fs::read_to_string(&path) else { return Some("there is no such file".to_owned()) };
    let part = part?;
    let first = part.split(':').next().unwrap_or_default();
    if let Ok(line) = first.parse::<usize>() {
        return (text.lines().count() < line).then(|| "there is no such line".to_owned());
    }
    // mdBook is content with an anchor that is not there, and includes nothing.
    let begins: Vec<_> =
        text.lines().map(str::trim).skip_while(|line| !ends_with(line, "ANCHOR:", part)).collect();
    let between = begins.iter().skip(1).take_while(|line| !ends_with(line, "ANCHOR_END:", part)).count();
    (between == 0 || between + 1 >= begins.len())
        .then(|| "the anchor is not there, or empty, or open".to_owned())
}

fn ends_with(line: &str, mark: &str, name: &str) -> bool {
    line.split_once(mark).is_some_and(|(_, rest)| rest.trim() == name)
}

#[test]
fn includes_include_something() {
    let (mut offenses, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for include in read(&page).split("{{#include").skip(1) {
            let include = include.split("}}").next().unwrap_or_default();
            seen += 1;
            if let Some(fault) = include_fault(&page, include) {
                offenses.push(format!("{}: {include}: {fault}", page.display()));
            }
        }
    }
    assert!(seen > 50, "only {seen} includes were found: the test does not see them");
    assert!(offenses.is_empty(), "{}", offenses.join("\n"));
}

#[test]
fn every_page_is_in_the_summary_once() {
    let summary = root().join("docs/SUMMARY.md");
    let mut listed = links(&read(&summary));
    let count = listed.len();
    listed.sort();
    listed.dedup();
    assert_eq!(listed.len(), count, "a page is listed twice");
    let names = pages().into_iter().filter(|page| *page != summary);
    let found: BTreeSet<_> = names.filter_map(|page| page.file_name()?.to_str().map(str::to_owned)).collect();
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), found);
}

#[test]
fn anchors_are_those_of_github_and_mdbook() {
    assert_eq!(anchor(" Lanczos' iteration beside its products"), "lanczos-iteration-beside-its-products");
    assert_eq!(anchor(" Convergence (slides 36–65)"), "convergence-slides-3665");
    assert_eq!(
        links("[a](b.md#c) and `[no](link)`\n```\n[nor](this)\n```\n![d](e.svg)"),
        ["b.md#c", "e.svg"]
    );
}

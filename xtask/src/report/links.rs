//! Whether every link within the report leads to a page, and to a place on it.

use std::collections::{BTreeMap, BTreeSet};

/// The links that lead nowhere, each with the page that has it. Slashes only: every path is written by the report itself.
pub(super) fn broken(files: &BTreeMap<String, String>) -> Vec<String> {
    let pages = || files.iter().filter(|(name, _)| name.ends_with(".html"));
    let places: BTreeMap<&str, BTreeSet<&str>> =
        pages().map(|(name, page)| (name.as_str(), attributes(page, "id").collect())).collect();
    let mut broken = Vec::new();
    for (name, page) in pages() {
        let links =
            attributes(page, "href").chain(attributes(page, "src")).chain(attributes(page, "data-page"));
        // An address that is itself what it leads to cannot be wrong.
        for link in links.filter(|link| !link.starts_with("data:")) {
            let (path, place) =
                link.split_once('#').map_or((link, None), |(path, place)| (path, Some(place)));
            let target = if path.is_empty() { name.clone() } else { resolve(name, path) };
            let leads = files.contains_key(&target)
                && place
                    .is_none_or(|place| places.get(target.as_str()).is_some_and(|ids| ids.contains(place)));
            if !leads {
                broken.push(format!("{name}: {link} leads nowhere"));
            }
        }
    }
    broken
}

/// A path as seen from the page that names it.
fn resolve(page: &str, path: &str) -> String {
    let mut parts: Vec<_> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// The values of an attribute, outside of scripts.
fn attributes<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!(" {name}=\"");
    let markup = page.split("<script>").enumerate().map(|(i, part)| match part.split_once("</script>") {
        Some((_, markup)) if i > 0 => markup,
        _ => part,
    });
    markup.flat_map(move |markup| {
        markup.split(&opening).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>()
    })
}

//! The methods page: the README's table of methods, with the results that put each of them to the test.

use std::fmt::Write as _;

use thalweg_lecture::{Claim, RESULTS};

use super::Site;
use super::shell::Shell;
use crate::html::prose;

/// The one source: what the README says of a method is said here.
const README: &str = include_str!("../../../README.md");

/// A row of the README's table.
struct Method {
    /// With its links taken out.
    name: String,
    /// Where they led to: the method's files, from the root of the repository.
    files: Vec<String>,
    update: String,
    needs: String,
    cost: String,
}

pub(super) fn page(site: &Site) -> String {
    let methods = methods(README);
    let mut body = format!(
        "<header><h1>Methods</h1>\n<p>{} rows of methods that the library has: the update rule, what it needs of a problem, what a step \
         costs in evaluations, and the results that put it to the test.</p></header>\n<main>\n\
         <table class=\"checks\">\n<thead><tr><th>method</th><th>update</th><th>needs</th><th>evaluations a step</th>\
         <th>results</th></tr></thead>\n<tbody>\n",
        methods.len()
    );
    for method in &methods {
        let files: Vec<_> = method.files.iter().map(|file| format!("<code>{file}</code>")).collect();
        let results: Vec<_> = RESULTS
            .iter()
            .filter(|claim| method.is_tested_by(claim))
            .map(|claim| match site.of(claim) {
                Some(_) => site.link(claim, ""),
                None => claim.r_number(),
            })
            .collect();
        let results = if results.is_empty() { "–".to_owned() } else { results.join(", ") };
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\">{}<small>{}</small></th><td data-head=\"update\"><span>{}</span></td><td data-head=\"needs\"><span>{}</span></td>\
             <td data-head=\"a step\"><span>{}</span></td><td data-head=\"results\"><span>{results}</span></td></tr>",
            prose(&method.name),
            files.join(" "),
            prose(&method.update),
            prose(&method.needs),
            prose(&method.cost)
        );
    }
    body.push_str(
        "</tbody>\n</table>\n<p class=\"facts\">Beyond the results, every method has tests of its own; its file says where the \
         literature disagrees and what was chosen.</p>\n</main>\n",
    );
    Shell { title: "Methods", ..Shell::default() }.page(&body)
}

impl Method {
    /// Whether a claim names one of its files, or a file in the folder of one.
    fn is_tested_by(&self, claim: &Claim) -> bool {
        let is_its = |file: &str| {
            self.files.iter().any(|own| {
                let folder = own.trim_end_matches(".rs");
                file == own || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        claim.puts_to_the_test.iter().any(|file| is_its(file))
    }
}

/// The rows of the table under “Methods”.
fn methods(readme: &str) -> Vec<Method> {
    let section = readme.split("\n## ").find(|section| section.starts_with("Methods\n")).unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.filter_map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, update, needs, cost] = cells.try_into().ok()?;
        let (name, files) = without_links(name);
        Some(Method { name, files, update: update.into(), needs: needs.into(), cost: cost.into() })
    })
    .collect()
}

/// Markdown's `[text](target)` as text, and the targets.
fn without_links(markdown: &str) -> (String, Vec<String>) {
    let (mut text, mut targets) = (String::new(), Vec::new());
    let mut rest = markdown;
    while let Some((before, label, target, after)) = rest.split_once('[').and_then(|(before, link)| {
        let (label, link) = link.split_once("](")?;
        let (target, after) = link.split_once(')')?;
        Some((before, label, target, after))
    }) {
        text.push_str(before);
        text.push_str(label);
        targets.push(target.to_owned());
        rest = after;
    }
    text.push_str(rest);
    (text, targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn methods_come_from_the_readme_and_their_files_exist() {
        let methods = methods(README);
        assert!(methods.len() > 20, "{}", methods.len());
        for method in &methods {
            assert!(!method.files.is_empty(), "{}", method.name);
            assert!(method.files.iter().all(|file| root().join(file).is_file()), "{:?}", method.files);
            assert!(!method.name.contains(['[', ']']), "{}", method.name);
        }
        let named = |name: &str| methods.iter().find(|method| method.name.starts_with(name)).expect("a row");
        let tested = |name: &str| RESULTS.iter().filter(|claim| named(name).is_tested_by(claim)).count();
        assert!(tested("gradient descent") > 10);
        // Named by the file in the folder of its own.
        assert!(tested("Gauss–Newton") > 0);
        assert_eq!(named("momentum").update, "v ← βv − η ∇f(w), w ← w + v");
    }
}

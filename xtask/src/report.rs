//! The report: a site in the order of the slides. Every page is a file that needs no other file and no network, and says
//! all that it has to say without a script; only the links between pages, and figures to take along, are files beside it.
//!
//! ```text
//! index.html  chapter-….html  ID.html (a result)  errata.html  methods.html  classroom.html
//! slide/001.html … slide/143.html
//! figures/ID--FIGURE.svg and .csv
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use thalweg_lecture::{Chapter, Claim, RESULTS};

use crate::Failure;
use crate::html::{badge, prose};
use crate::reproduce::Compared;

mod browse;
mod chapter;
mod classroom;
mod errata;
mod figures;
mod index;
mod links;
mod methods;
mod playground;
mod result;
mod shell;
mod slide;

pub(crate) use browse::{Options as BrowseOptions, run as browse};

/// The results that ran, by claim; a page about all of the lecture also names those that did not.
struct Site<'a> {
    results: &'a [Compared],
}

/// Writes the report into `folder` and returns the path of its index.
pub(crate) fn write(results: &[Compared], folder: &Path) -> Result<PathBuf, Failure> {
    write_files(&files(results), folder)?;
    Ok(folder.join("index.html"))
}

/// The content of every file, by its path within the report.
fn files(results: &[Compared]) -> BTreeMap<String, String> {
    let site = Site { results };
    let mut files = BTreeMap::from([
        ("index.html".to_owned(), index::page(&site)),
        ("errata.html".to_owned(), errata::page(&site)),
        ("methods.html".to_owned(), methods::page(&site)),
        ("classroom.html".to_owned(), classroom::page(&site)),
    ]);
    for chapter in site.chapters() {
        files.insert(chapter::file(chapter), chapter::page(&site, chapter));
    }
    for (i, compared) in results.iter().enumerate() {
        let previous = i.checked_sub(1).and_then(|i| results.get(i));
        let page = result::page(compared, previous, results.get(i + 1));
        files.insert(file(compared.result.claim), page);
        files.extend(figures::files(&compared.result));
    }
    files.extend((1..=slide::COUNT).map(|number| (slide::file(number), slide::page(&site, number))));
    files
}

fn write_files(files: &BTreeMap<String, String>, folder: &Path) -> Result<(), Failure> {
    for folder in [folder.to_owned(), folder.join("slide"), folder.join("figures")] {
        fs::create_dir_all(&folder).map_err(Failure::path("create", &folder))?;
    }
    for (name, content) in files {
        let path = folder.join(name);
        fs::write(&path, content).map_err(Failure::path("write", &path))?;
    }
    Ok(())
}

/// The page of a result.
fn file(claim: &Claim) -> String {
    format!("{}.html", claim.id)
}

impl Site<'_> {
    fn of(&self, claim: &Claim) -> Option<&Compared> {
        self.results.iter().find(|compared| compared.result.claim.id == claim.id)
    }

    /// Those that have a result that ran.
    fn chapters(&self) -> impl Iterator<Item = Chapter> + '_ {
        let has = |chapter: &Chapter| self.results.iter().any(|c| c.result.claim.chapter == *chapter);
        Chapter::ALL.into_iter().filter(has)
    }

    fn in_chapter(&self, chapter: Chapter) -> impl Iterator<Item = &Compared> + '_ {
        self.results.iter().filter(move |compared| compared.result.claim.chapter == chapter)
    }

    /// A link to the page of a claim, or, where it did not run, how to run it; `up` leads to the root of the report.
    fn link(&self, claim: &Claim, up: &str) -> String {
        match self.of(claim) {
            Some(_) => format!("<a href=\"{up}{}\">{}</a>", file(claim), claim.r_number()),
            None => {
                format!(
                    "{0} <small>not run here: <code>cargo xtask reproduce {0}</code></small>",
                    claim.r_number()
                )
            }
        }
    }
}

/// The claims that the lecture makes on a slide, in its order.
fn on_slide(slide: u32) -> impl Iterator<Item = &'static Claim> {
    RESULTS.iter().copied().filter(move |claim| claim.slides.contain(slide))
}

/// The verdict, and a word beside it where the run is not as recorded.
fn badges(compared: &Compared) -> String {
    let verdict = badge(compared.result.verdict());
    match compared.record() {
        "same" => verdict,
        word => format!("{verdict} <span class=\"badge fails\">record: {word}</span>"),
    }
}

/// What is true in place of a claim that does not hold as stated, or nothing.
fn correction(claim: &Claim) -> String {
    let Some(correction) = &claim.correction else { return String::new() };
    format!(
        "<div class=\"correct\"><p><strong>What is true:</strong> {}</p><p><small>Shown by the check “{}”.</small></p></div>\n",
        prose(correction.statement),
        prose(correction.refuted_by)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use thalweg_lecture::{Form, select};

    use super::*;

    /// A report of a few fast results.
    fn report() -> BTreeMap<String, String> {
        let compared = |claim: &'static Claim| Compared {
            result: claim.reproduce(Form::Default),
            differences: Vec::new(),
            settings: Vec::new(),
            time: Duration::ZERO,
        };
        let claims = select(&["R03", "R23", "R27", "R58"]).expect("they exist");
        files(&claims.into_iter().map(compared).collect::<Vec<_>>())
    }

    #[test]
    fn report_has_a_page_for_every_slide_and_every_link_leads_somewhere() {
        let files = report();
        let slides = files.keys().filter(|name| name.starts_with("slide/")).count();
        assert_eq!(slides, 143);
        assert_eq!(links::broken(&files), Vec::<String>::new());

        let says = |name: &str, part: &str| {
            let page = &files[name];
            assert!(page.contains(part), "{name} does not say {part}:\n{page}");
        };
        says("slide/042.html", "fixed-rate-on-a-parabola-has-four-regimes.html");
        says("slide/042.html", "href=\"041.html\"");
        says("slide/013.html", "does not hold as stated");
        says("slide/013.html", "What is true:");
        says("slide/007.html", "No result measures this slide");
        says("slide/018.html", "cargo xtask reproduce R05");
        says("errata.html", "href=\"slide/051.html\"");
        says("methods.html", "sign(∂ᵢf) Δᵢ; Δᵢ grows");
        says("chapter-convergence.html", "class=\"card\"");
        assert!(!files.contains_key("chapter-surface.html"), "no result of it ran");
        says("figures/fixed-rate-on-a-parabola-has-four-regimes--four-regimes.csv", "panel,title,");
    }

    #[test]
    fn broken_links_are_found() {
        let mut files = report();
        let page = files.get_mut("errata.html").expect("it is there");
        page.push_str(
            "<a href=\"nowhere.html\">a</a><a href=\"index.html#no-such-place\">b</a><a href=\"#\">c</a>",
        );
        let broken = links::broken(&files);
        assert_eq!(broken.len(), 3, "{broken:?}");
        assert!(broken[0].starts_with("errata.html: ") && broken[0].contains("nowhere.html"), "{broken:?}");
    }
}

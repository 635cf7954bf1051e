//! The index: what was measured, chapter by chapter, and the way to every slide.

use std::fmt::Write as _;

use thalweg_lecture::{RESULTS, Verdict, errata};

use super::shell::Shell;
use super::{Site, badges, chapter, file, on_slide, slide};
use crate::html::prose;

pub(super) fn page(site: &Site) -> String {
    let results = site.results;
    let count =
        |verdict: Verdict| results.iter().filter(|compared| compared.result.verdict() == verdict).count();
    let mut body = format!(
        "<header><h1>Neural Networks: Optimization, Part 1, measured</h1>\n\
         <p>Claims of the lecture (CMU 11-785, Fall 2020) meet measurements: the prediction is computed from theory, the \
         measurement taken from a run, and the two are compared to a stated tolerance.</p>\n\
         <p class=\"facts\">{} of {} results. As stated: {}. Not as stated: {}. With a failing check: {}. Not as recorded: {}.</p>\n\
         <p class=\"facts\">Keys: <kbd>/</kbd> to a slide by its number · <kbd>←</kbd> <kbd>→</kbd> from page to page · <kbd>P</kbd> \
         the classroom, a claim at a time with its verdict hidden.</p></header>\n<main>\n",
        results.len(),
        RESULTS.len(),
        count(Verdict::Holds),
        count(Verdict::NotAsStated),
        count(Verdict::CheckFails),
        results.iter().filter(|compared| !compared.differences.is_empty()).count(),
    );
    for part in site.chapters() {
        let _ =
            write!(body, "<h2><a href=\"{}\">{part}</a></h2>\n<ul class=\"claims\">\n", chapter::file(part));
        for compared in site.in_chapter(part) {
            let claim = compared.result.claim;
            let _ = writeln!(
                body,
                "<li><a href=\"{}\"><span class=\"facts\">{} · {}</span> {}</a> {}</li>",
                file(claim),
                claim.r_number(),
                claim.slides.named(),
                prose(claim.claim),
                badges(compared),
            );
        }
        body.push_str("</ul>\n");
    }
    body.push_str("<h2 id=\"slides\">Slides</h2>\n<p class=\"facts\">Those in bold are measured.</p>\n<ol class=\"slides\">\n");
    for number in 1..=slide::COUNT {
        let is_measured = on_slide(number).next().is_some()
            || errata().iter().any(|(_, erratum)| erratum.slides.contain(number));
        let class = if is_measured { " class=\"measured\"" } else { "" };
        let (file, title) = (slide::file(number), prose(slide::title(number)));
        let _ = writeln!(body, "<li><a{class} href=\"{file}\" title=\"{title}\">{number}</a></li>");
    }
    body.push_str("</ol>\n</main>\n");
    Shell::default().page(&body)
}

//! The classroom: a claim on the screen, its verdict behind a key, so that a class can predict first.

use std::fmt::Write as _;

use super::shell::Shell;
use super::{Site, badges, correction, file};
use crate::html::{figure, prose};

pub(super) fn page(site: &Site) -> String {
    let mut body = "<header class=\"class-bar\"><h1>Classroom</h1><p class=\"facts\">Predict first: does it hold as stated? \
                    <kbd>Space</kbd> shows the answer · <kbd>←</kbd> <kbd>→</kbd> claims · <kbd>P</kbd> the result's page · <kbd>Esc</kbd> the \
                    report <output class=\"counter\"></output></p>\
                    <p class=\"go\"><button type=\"button\" data-go=\"-1\">←</button> <button type=\"button\" data-go=\"reveal\">Answer</button> \
                    <button type=\"button\" data-go=\"1\">→</button></p></header>\n<main>\n"
        .to_owned();
    for compared in site.results {
        let claim = compared.result.claim;
        let picture = compared.result.findings.figures.first().map(figure).unwrap_or_default();
        let _ = write!(
            body,
            "<section class=\"screen\" id=\"{id}\" data-page=\"{page}\">\n<p class=\"facts\">{} · {}</p>\n<h2>{}</h2>\n\
             <details><summary>Predict first, then see</summary>\n<p>{}</p>\n{}{picture}\
             <p><a href=\"{page}\">All of {}</a></p>\n</details>\n</section>\n",
            claim.r_number(),
            claim.slides.named(),
            prose(claim.claim),
            badges(compared),
            correction(claim),
            claim.r_number(),
            id = claim.id,
            page = file(claim),
        );
    }
    body.push_str("</main>\n");
    Shell {
        title: "Classroom",
        script: Some(include_str!("classroom.js")),
        has_own_keys: true,
        ..Shell::default()
    }
    .page(&body)
}

//! The page of a slide: the claims that the lecture makes on it, what became of them, and what is wrong on it.

use std::fmt::Write as _;

use thalweg_lecture::errata;

use super::shell::Shell;
use super::{Site, badges, correction, file as result_file, on_slide};
use crate::html::{checks, prose};

/// The lecture's slides are numbered 1 to this.
pub(super) const COUNT: u32 = 143;

/// What a slide is about, in our words: line n of the list.
pub(super) fn title(number: u32) -> &'static str {
    include_str!("slides.txt").lines().nth(number as usize - 1).unwrap_or_default()
}

pub(super) fn file(number: u32) -> String {
    format!("slide/{}", neighbor(number))
}

/// The same, seen from another slide.
fn neighbor(number: u32) -> String {
    format!("{number:03}.html")
}

pub(super) fn page(site: &Site, number: u32) -> String {
    let link = |to: u32, rel: &str, arrow: [&str; 2]| {
        if (1..=COUNT).contains(&to) {
            format!("<a rel=\"{rel}\" href=\"{}\">{}slide {to}{}</a>", neighbor(to), arrow[0], arrow[1])
        } else {
            "<span></span>".to_owned()
        }
    };
    let around = format!(
        "<nav aria-label=\"slides\">{}{}</nav>\n",
        link(number - 1, "prev", ["← ", ""]),
        link(number + 1, "next", ["", " →"])
    );
    let mut body = format!(
        "{around}<header><p class=\"facts\">Slide {number} of {COUNT}</p><h1>{}</h1></header>\n<main>\n",
        prose(title(number))
    );
    let claims: Vec<_> = on_slide(number).collect();
    if claims.is_empty() {
        let is_corrected = errata().iter().any(|(_, erratum)| erratum.slides.contain(number));
        body.push_str(if is_corrected {
            "<p>No result is about this slide; what it misprints is measured below."
        } else {
            "<p>No result measures this slide."
        });
        let before = (1..number).rev().find(|&slide| on_slide(slide).next().is_some());
        let after = (number + 1..=COUNT).find(|&slide| on_slide(slide).next().is_some());
        let nearest: Vec<_> = [before, after]
            .into_iter()
            .flatten()
            .map(|slide| format!("<a href=\"{}\">slide {slide}</a>", neighbor(slide)))
            .collect();
        let _ = writeln!(body, " The nearest that one does: {}.</p>", nearest.join(" and "));
    }
    for claim in &claims {
        let _ = writeln!(
            body,
            "<article>\n<p class=\"facts\">{} · {}</p>\n<h2>{}</h2>",
            claim.slides.named(),
            site.link(claim, "../"),
            prose(claim.claim)
        );
        if let Some(compared) = site.of(claim) {
            let _ = writeln!(body, "<p>{}</p>", badges(compared));
        }
        body.push_str(&correction(claim));
        if let Some(compared) = site.of(claim) {
            let _ = write!(
                body,
                "<details><summary>Predictions beside measurements</summary>\n{}</details>\n\
                 <p><a href=\"../{}\">Figures, numbers and how to change them →</a></p>\n",
                checks(&compared.result),
                result_file(claim)
            );
        }
        body.push_str("</article>\n");
    }
    let rows: Vec<_> = errata().into_iter().filter(|(_, erratum)| erratum.slides.contain(number)).collect();
    if !rows.is_empty() {
        let _ = write!(body, "<h2>Errata</h2>\n{}", super::errata::table(site, &rows, "../"));
    }
    let _ = write!(body, "</main>\n{around}");
    let title = format!("Slide {number}: {}", title(number));
    let claim =
        claims.iter().map(|claim| claim.id).find(|id| site.results.iter().any(|c| c.result.claim.id == *id));
    Shell { title: &title, up: "../", claim, ..Shell::default() }.page(&body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slide_has_a_title() {
        assert_eq!(include_str!("slides.txt").lines().count(), COUNT as usize);
        assert!((1..=COUNT).all(|number| !title(number).is_empty()));
        assert_eq!(title(99), "Rates that decay: three schedules, and plateaus");
    }
}

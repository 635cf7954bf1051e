//! The page of a chapter: a card for every result.

use std::fmt::Write as _;

use thalweg_lecture::Chapter;
use thalweg_lecture::prose::escape;

use super::shell::Shell;
use super::{Site, badges};
use crate::exercise;
use crate::html::prose;

pub(super) fn file_stem(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Perceptron => "perceptron",
        Chapter::Surface => "surface",
        Chapter::Convergence => "convergence",
        Chapter::Hessian => "hessian",
        Chapter::FirstOrder => "first-order",
    }
}

pub(super) fn file(chapter: Chapter) -> String {
    format!("chapter-{}.html", file_stem(chapter))
}

pub(super) fn page(site: &Site, chapter: Chapter) -> String {
    let chapters: Vec<_> = site.chapters().collect();
    let here = chapters.iter().position(|other| *other == chapter).unwrap_or(0);
    let link = |to: Option<&Chapter>, rel: &str, arrow: [&str; 2]| {
        to.map_or_else(
            || "<span></span>".to_owned(),
            |to| format!("<a rel=\"{rel}\" href=\"{}\">{}{to}{}</a>", file(*to), arrow[0], arrow[1]),
        )
    };
    let around = format!(
        "<nav aria-label=\"chapters\">{}{}</nav>\n",
        link(here.checked_sub(1).and_then(|i| chapters.get(i)), "prev", ["← ", ""]),
        link(chapters.get(here + 1), "next", ["", " →"])
    );
    let mut body = format!("{around}<header><h1>{chapter}</h1></header>\n<main>\n<ul class=\"cards\">\n");
    for compared in site.in_chapter(chapter) {
        let claim = compared.result.claim;
        let picture = compared.result.findings.figures.first().and_then(|figure| figure.panels_svg().next());
        let _ = writeln!(
            body,
            "<li><a class=\"card\" href=\"{}\"><span class=\"facts\">{} · {}</span><p>{}</p>\
             <p>{}</p>{}</a></li>",
            super::file(claim),
            claim.r_number(),
            claim.slides.named(),
            prose(claim.claim),
            badges(compared),
            picture.unwrap_or_default(),
        );
    }
    body.push_str("</ul>\n");
    body.push_str(&exercises(site, chapter));
    let _ = write!(body, "</main>\n{around}");
    Shell { title: &chapter.to_string(), ..Shell::default() }.page(&body)
}

/// What a reader may break, of the results that are in the report; the answers are folded away.
fn exercises(site: &Site, chapter: Chapter) -> String {
    let mut items = String::new();
    for exercise in exercise::of_chapter(chapter) {
        let claim = exercise.claim();
        if !site.in_chapter(chapter).any(|compared| compared.result.claim.id == claim.id) {
            continue;
        }
        let breaks: String = exercise.breaks.iter().map(|name| format!("<li>{}</li>", prose(name))).collect();
        let _ = write!(
            items,
            "<li><p>{} Which checks of <a href=\"{}\">{}</a> break?</p><pre>{}</pre><pre>{}</pre>\
             <details><summary>Answer</summary><ul>{breaks}</ul><p>{}</p></details></li>",
            prose(exercise.task),
            super::file(claim),
            claim.r_number(),
            // A report may be written where the sources are not.
            escape(&exercise.change().unwrap_or_default()),
            escape(&exercise.command()),
            prose(exercise.answer),
        );
    }
    if items.is_empty() {
        items
    } else {
        format!(
            "<h2 id=\"exercises\">Exercises</h2>\n<p>Each changes a line, in a copy of the repository. The command numbers the checks, \
             takes a prediction and compares; the first time it compiles for a minute or two. Without it: the checks are on the page of the \
             result.</p>\n<ol class=\"exercises\">{items}</ol>\n"
        )
    }
}

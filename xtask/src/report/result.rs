//! The page of a result: what is predicted beside what is measured, figures, numbers, where it comes from.

use std::fmt::Write as _;

use thalweg_lecture::{Claim, Erratum, Reproduced, Slides, parameters};

use super::shell::Shell;
use super::{badges, chapter, correction, figures, file, playground, slide};
use crate::html::{checks, prose, table};
use crate::reproduce::Compared;

pub(super) fn page(compared: &Compared, previous: Option<&Compared>, next: Option<&Compared>) -> String {
    let result = &compared.result;
    let claim = result.claim;
    let link = |to: Option<&Compared>, rel: &str, arrow: [&str; 2]| {
        to.map_or_else(
            || "<span></span>".to_owned(),
            |to| {
                let (to, [before, after]) = (to.result.claim, arrow);
                format!("<a rel=\"{rel}\" href=\"{}\">{before}{}{after}</a>", file(to), to.r_number())
            },
        )
    };
    let around = format!(
        "<nav aria-label=\"results\">{}<a href=\"{}\">{}</a>{}</nav>\n",
        link(previous, "prev", ["← ", ""]),
        chapter::file(claim.chapter),
        claim.chapter,
        link(next, "next", ["", " →"])
    );
    let mut body = format!(
        "{around}<header>\n<p class=\"facts\">{} · {} · {}</p>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<main>\n",
        claim.chapter,
        claim.r_number(),
        slides(claim.slides),
        prose(claim.claim),
        badges(compared),
    );
    if !compared.settings.is_empty() {
        let set: String = compared
            .settings
            .iter()
            .map(|setting| format!("<li>{}</li>\n", prose(&setting.to_string())))
            .collect();
        let _ = writeln!(
            body,
            "<div class=\"correct\"><strong>Run with a number changed:</strong><ul>\n{set}</ul></div>"
        );
    }
    body.push_str(&correction(claim));
    if !compared.differences.is_empty() {
        let moved: String = compared
            .differences
            .iter()
            .map(|difference| format!("<li>{}</li>\n", prose(&difference.to_string())))
            .collect();
        let _ = writeln!(
            body,
            "<div class=\"differs\"><strong>Not as recorded:</strong><ul>\n{moved}</ul></div>"
        );
    }
    result.findings.figures.iter().for_each(|drawn| body.push_str(&figures::with_files(result, drawn)));
    let playgrounds = &result.findings.playgrounds;
    if !playgrounds.is_empty() {
        body.push_str("<h2>Try it</h2>\n");
    }
    playgrounds.iter().for_each(|play| body.push_str(&playground::section(play)));
    let _ = write!(body, "<h2>Prediction beside measurement</h2>\n{}", checks(result));
    if !result.findings.tables.is_empty() {
        body.push_str("<h2>Numbers</h2>\n");
    }
    result.findings.tables.iter().for_each(|numbers| body.push_str(&table(numbers)));
    if !claim.errata.is_empty() {
        let _ = write!(body, "<h2>Errata of these slides</h2>\n{}", errata(result));
    }
    let _ = write!(
        body,
        "<h2>Where it comes from, and how to change it</h2>\n<p>{}.</p>\n\
         <p>The claim, its prediction and its experiment are declared in <code>{code}</code>; it puts \
         {tested} to the test. Change a constant at the top \
         of that file, run the first command and read what moved; if it moved on purpose, the second one accepts it as \
         the new record, which is then reviewed as a commit.</p>\n\
         <pre><code>cargo xtask reproduce {id} --open\ncargo xtask reproduce --accept {id}</code></pre>\n{adjustable}\
         <template class=\"light\">{light}</template>\n</main>\n{around}",
        prose(claim.source),
        code = claim.code,
        tested = claim
            .puts_to_the_test
            .iter()
            .map(|file| format!("<code>{file}</code>"))
            .collect::<Vec<_>>()
            .join(" and "),
        id = claim.id,
        adjustable = adjustable(claim),
        light = figures::light_style(),
    );
    let script = (!playgrounds.is_empty()).then_some(playground::SCRIPT);
    let title = format!("{}: {}", claim.r_number(), claim.id);
    Shell { title: &title, claim: Some(claim.id), script, ..Shell::default() }.page(&body)
}

/// The slides, each a link to its page.
fn slides(slides: Slides) -> String {
    let link = |number: u32| format!("<a href=\"{}\">{number}</a>", slide::file(number));
    let range = |&(first, last): &(u32, u32)| {
        if first == last { link(first) } else { format!("{}–{}", link(first), link(last)) }
    };
    let word = if slides.named().starts_with("slides") { "slides" } else { "slide" };
    format!("{word} {}", slides.0.iter().map(range).collect::<Vec<_>>().join(", "))
}

/// The errata that the result declares, each with the check that measures it.
fn errata(result: &Reproduced) -> String {
    let row = |erratum: &Erratum| {
        format!(
            "<tr><th scope=\"row\">{}</th><td data-head=\"flag\">{}</td><td data-head=\"printed\"><span>{}</span></td>\
             <td data-head=\"correct\"><span>{}</span></td><td data-head=\"measured by\"><span>{}</span></td></tr>\n",
            slides(erratum.slides),
            erratum.flag,
            prose(erratum.printed),
            prose(erratum.correct),
            prose(erratum.measured_by)
        )
    };
    format!(
        "<table class=\"checks\">\n<thead><tr><th>slide</th><th>flag</th><th>printed</th><th>correct</th>\
         <th>measured by</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        result.claim.errata.iter().map(row).collect::<String>()
    )
}

/// How to run it with a number changed, where it has one that may be.
fn adjustable(claim: &Claim) -> String {
    let parameters = parameters(claim);
    let Some(first) = parameters.first() else { return String::new() };
    let rows: String =
        parameters.iter().map(|parameter| format!("<li>{}</li>\n", prose(&parameter.to_string()))).collect();
    format!(
        "<p>To see what a number does, without touching a file:</p>\n\
         <pre><code>cargo xtask reproduce --set {}.{}={} --open</code></pre>\n<ul>\n{rows}</ul>\n",
        claim.r_number(),
        first.name,
        first.recorded
    )
}

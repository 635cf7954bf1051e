//! The report: an index and a page per result, each a file that needs no other file and no network.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use thalweg_lecture::{Erratum, RESULTS, Verdict, errata};

use crate::Failure;
use crate::html::{badge, checks, figure, page, prose, table};
use crate::reproduce::Compared;

/// Writes the report into `folder` and returns the path of its index.
pub(crate) fn write(results: &[Compared], folder: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder).map_err(Failure::path("create", folder))?;
    let write = |name: &str, html: String| {
        let path = folder.join(name);
        fs::write(&path, html).map_err(Failure::path("write", &path)).map(|()| path)
    };
    for (i, compared) in results.iter().enumerate() {
        let previous = i.checked_sub(1).and_then(|i| results.get(i));
        write(&file_name(compared), result_page(compared, previous, results.get(i + 1)))?;
    }
    write("index.html", index_page(results))
}

fn file_name(compared: &Compared) -> String {
    format!("{}.html", compared.result.claim.id)
}

/// The verdict, and a word beside it where the run is not as recorded.
fn badges(compared: &Compared) -> String {
    let verdict = badge(compared.result.verdict());
    match compared.record() {
        "same" => verdict,
        word => format!("{verdict} <span class=\"badge fails\">record: {word}</span>"),
    }
}

fn index_page(results: &[Compared]) -> String {
    let count =
        |verdict: Verdict| results.iter().filter(|compared| compared.result.verdict() == verdict).count();
    let mut body = format!(
        "<header><h1>Neural Networks: Optimization, Part 1, measured</h1>\n\
         <p>Claims of the lecture (CMU 11-785, Fall 2020) meet measurements: the prediction is computed from theory, the \
         measurement taken from a run, and the two are compared to a stated tolerance.</p>\n\
         <p class=\"facts\">{} of {} results. As stated: {}. Not as stated: {}. With a failing check: {}. Not as recorded: {}.</p></header>\n\
         <main>\n",
        results.len(),
        RESULTS.len(),
        count(Verdict::Holds),
        count(Verdict::NotAsStated),
        count(Verdict::CheckFails),
        results.iter().filter(|compared| !compared.differences.is_empty()).count(),
    );
    let mut chapter = None;
    for compared in results {
        let claim = compared.result.claim;
        if chapter != Some(claim.chapter) {
            if chapter.is_some() {
                body.push_str("</ul>\n");
            }
            let _ = write!(body, "<h2>{}</h2>\n<ul class=\"cards\">\n", claim.chapter);
            chapter = Some(claim.chapter);
        }
        let picture = compared.result.findings.figures.first().and_then(|figure| figure.panels_svg().next());
        let _ = writeln!(
            body,
            "<li><a class=\"card\" href=\"{}\"><span class=\"facts\">{} · {}</span><p>{}</p>\
             <p>{}</p>{}</a></li>",
            file_name(compared),
            claim.r_number(),
            claim.slides.named(),
            prose(claim.claim),
            badges(compared),
            picture.unwrap_or_default(),
        );
    }
    if chapter.is_some() {
        body.push_str("</ul>\n");
    }
    let shown = |id: &str| results.iter().any(|compared| compared.result.claim.id == id);
    let rows = errata().into_iter().filter(|(claim, _)| shown(claim.id)).map(|(claim, erratum)| {
        let measured = format!("<a href=\"{}.html\">{}</a>", claim.id, claim.r_number());
        (erratum, measured)
    });
    let _ = write!(body, "<h2>Errata of the slides</h2>\n{}</main>\n", errata_table(rows));
    page("The lecture, measured", &body)
}

/// Errata with where each is measured, as HTML.
fn errata_table<'a>(errata: impl Iterator<Item = (&'a Erratum, String)>) -> String {
    let rows: String = errata
        .map(|(Erratum { slides, flag, printed, correct, .. }, measured)| {
            let (printed, correct) = (prose(printed), prose(correct));
            format!(
                "<tr><th scope=\"row\">slide {slides}</th><td data-head=\"flag\">{flag}</td>\
                 <td data-head=\"printed\"><span>{printed}</span></td><td data-head=\"correct\"><span>{correct}</span></td>\
                 <td data-head=\"measured by\"><span>{measured}</span></td></tr>\n"
            )
        })
        .collect();
    format!(
        "<table class=\"checks\">\n<thead><tr><th>slide</th><th>flag</th><th>printed</th><th>correct</th>\
         <th>measured by</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn result_page(compared: &Compared, previous: Option<&Compared>, next: Option<&Compared>) -> String {
    let result = &compared.result;
    let claim = result.claim;
    let link = |to: Option<&Compared>, arrow: [&str; 2]| {
        to.map_or_else(
            || "<span></span>".to_owned(),
            |to| {
                format!(
                    "<a href=\"{}\">{}{}{}</a>",
                    file_name(to),
                    arrow[0],
                    to.result.claim.r_number(),
                    arrow[1]
                )
            },
        )
    };
    let around = format!(
        "{}<a href=\"index.html\">All results</a>{}",
        link(previous, ["← ", ""]),
        link(next, ["", " →"])
    );
    let mut body = format!(
        "<nav>{around}</nav>\n<header>\n<p class=\"facts\">{} · {} · {}</p>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<main>\n",
        claim.chapter,
        claim.r_number(),
        claim.slides.named(),
        prose(claim.claim),
        badges(compared),
    );
    if let Some(correction) = &claim.correction {
        let _ = writeln!(
            body,
            "<div class=\"correct\"><p><strong>What is true:</strong> {}</p><p><small>Shown by the check “{}”.</small></p></div>",
            prose(correction.statement),
            prose(correction.refuted_by)
        );
    }
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
    result.findings.figures.iter().for_each(|drawn| body.push_str(&figure(drawn)));
    let _ = write!(body, "<h2>Prediction beside measurement</h2>\n{}", checks(result));
    if !result.findings.tables.is_empty() {
        body.push_str("<h2>Numbers</h2>\n");
    }
    result.findings.tables.iter().for_each(|numbers| body.push_str(&table(numbers)));
    if !claim.errata.is_empty() {
        let rows = claim.errata.iter().map(|erratum| (erratum, prose(erratum.measured_by)));
        let _ = write!(body, "<h2>Errata of these slides</h2>\n{}", errata_table(rows));
    }
    let _ = write!(
        body,
        "<h2>Where it comes from, and how to change it</h2>\n<p>{}.</p>\n\
         <p>The claim, its prediction and its experiment are declared in <code>{code}</code>; it puts \
         {tested} to the test. Change a constant at the top \
         of that file, run the first command and read what moved; if it moved on purpose, the second one accepts it as \
         the new record, which is then reviewed as a commit.</p>\n\
         <pre><code>cargo xtask reproduce {id} --open\ncargo xtask reproduce --accept {id}</code></pre>\n\
         </main>\n<nav>{around}</nav>\n",
        prose(claim.source),
        code = claim.code,
        tested = claim
            .puts_to_the_test
            .iter()
            .map(|file| format!("<code>{file}</code>"))
            .collect::<Vec<_>>()
            .join(" and "),
        id = claim.id,
    );
    page(&format!("{}: {}", claim.r_number(), claim.id), &body)
}

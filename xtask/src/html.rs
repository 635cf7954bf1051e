//! Pieces of HTML that every page of the report is made of.

use thalweg_lecture::figure::{Figure, STYLE};
use thalweg_lecture::prose::{Part, escape, parts};
use thalweg_lecture::{Reproduced, Table, Verdict};

/// A whole page that needs nothing but itself.
pub(crate) fn whole_page(title: &str, body_attributes: &str, body: &str) -> String {
    let style = include_str!("report/report.css");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <style>\n{STYLE}{style}</style>\n</head>\n<body{body_attributes}>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

/// The verdict as a colored word.
pub(crate) fn badge(verdict: Verdict) -> String {
    let class = match verdict {
        Verdict::Holds => "holds",
        Verdict::NotAsStated => "not-as-stated",
        Verdict::CheckFails => "fails",
    };
    format!("<span class=\"badge {class}\">{verdict}</span>")
}

/// A figure whose panels flow with the width of the page.
pub(crate) fn figure(figure: &Figure) -> String {
    figure_with(figure, "", "")
}

/// The same with attributes of its own, and something below the caption.
pub(crate) fn figure_with(figure: &Figure, attributes: &str, below: &str) -> String {
    let panels: String = figure.panels_svg().collect();
    let several = if figure.panels.len() > 1 { " several" } else { "" };
    format!(
        "<figure{attributes} data-columns=\"{}\">\n<div class=\"panels{several}\">\n{panels}</div>\n\
         <figcaption>{}</figcaption>\n{below}</figure>\n",
        figure.columns.max(1),
        prose(&figure.caption)
    )
}

/// Prediction beside measurement beside tolerance, one row a check.
pub(crate) fn checks(result: &Reproduced) -> String {
    let rows: String = result
        .findings
        .checks
        .iter()
        .map(|check| {
            let (class, word) = if check.passes() { ("yes", "agrees") } else { ("no", "DISAGREES") };
            let why = if check.why.is_empty() {
                String::new()
            } else {
                format!("<small>{}</small>", prose(check.why))
            };
            format!(
                "<tr><th scope=\"row\">{}</th><td data-head=\"predicted\">{}<small>{}</small></td>\
                 <td data-head=\"measured\">{}</td><td data-head=\"tolerance\">{}{why}</td>\
                 <td data-head=\"verdict\" class=\"{class}\">{word}</td></tr>\n",
                prose(&check.name),
                prose(&check.predicted()),
                prose(check.formula),
                prose(&check.measured()),
                prose(&check.tolerance()),
            )
        })
        .collect();
    format!(
        "<table class=\"checks\">\n<thead><tr><th>check</th><th>predicted</th><th>measured</th><th>tolerance</th>\
         <th>verdict</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// A table that scrolls sideways where the page is narrow.
pub(crate) fn table(table: &Table) -> String {
    let cells = |tag: &str, row: &[String]| -> String {
        row.iter().map(|cell| format!("<{tag}>{}</{tag}>", prose(cell))).collect()
    };
    let rows: String = table.rows.iter().map(|row| format!("<tr>{}</tr>\n", cells("td", row))).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\n<caption>{0}</caption>\n\
         <thead><tr>{1}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        escape(&table.title),
        cells("th", &table.head),
    )
}

/// Formulas that do not break at their operators.
fn unbroken(text: &str) -> String {
    const OPERATORS: [&str; 8] = ["−", "+", "=", "&lt;", "&gt;", "≤", "≥", "·"];
    OPERATORS.iter().fold(text.to_owned(), |text, operator| {
        text.replace(&format!(" {operator} "), &format!("\u{a0}{operator}\u{a0}"))
    })
}

/// Text with its subscripts lowered: η_opt.
pub(crate) fn prose(text: &str) -> String {
    let lower = |part| match part {
        Part::Plain(text) => unbroken(&escape(text)),
        Part::Subscript(text) => format!("<sub>{}</sub>", escape(text)),
    };
    parts(text).into_iter().map(lower).collect()
}

#[cfg(test)]
mod tests {
    use thalweg_lecture::{Form, RESULTS};

    use super::*;

    #[test]
    fn verdicts_have_their_own_colors() {
        assert!(badge(Verdict::Holds).contains("\"badge holds\""));
        assert!(badge(Verdict::NotAsStated).contains("\"badge not-as-stated\""));
        assert!(badge(Verdict::CheckFails).contains("\"badge fails\""));
    }

    #[test]
    fn a_failing_check_shows() {
        let mut result = RESULTS[0].reproduce(Form::Default);
        assert!(!checks(&result).contains("DISAGREES"));
        result.findings.words("a <b> & c", "nothing", "one", "two");
        let html = checks(&result);
        assert_eq!(html.matches("class=\"no\">DISAGREES").count(), 1);
        assert!(html.contains("a &lt;b&gt; &amp; c"));
    }

    #[test]
    fn prose_lowers_subscripts_and_keeps_formulas_together() {
        assert_eq!(
            prose("at η_opt = 1 − x < 2"),
            "at η<sub>opt</sub>\u{a0}=\u{a0}1\u{a0}−\u{a0}x\u{a0}&lt;\u{a0}2"
        );
    }
}

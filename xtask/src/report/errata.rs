//! The errata page: every place where a slide is wrong or imprecise, what is right, and the measurement that shows it.

use thalweg_lecture::{Claim, Erratum, Flag, errata};

use super::shell::Shell;
use super::{Site, slide};
use crate::html::prose;

pub(super) fn page(site: &Site) -> String {
    let rows = errata();
    let count = |flag: Flag| rows.iter().filter(|(_, erratum)| erratum.flag == flag).count();
    let flags = [Flag::Wrong, Flag::OverClaim, Flag::Imprecise, Flag::Typo];
    let counts: Vec<_> = flags.map(|flag| format!("{} {flag}", count(flag))).to_vec();
    let body = format!(
        "<header><h1>Errata of the slides</h1>\n<p>Where a slide is wrong or imprecise, what is right, and the measurement that \
         shows it.</p>\n<p class=\"facts\">{} places: {}.</p></header>\n<main>\n{}</main>\n",
        rows.len(),
        counts.join(", "),
        table(site, &rows, "")
    );
    Shell { title: "Errata of the slides", ..Shell::default() }.page(&body)
}

/// Errata with what shows them.
pub(super) fn table(site: &Site, errata: &[(&'static Claim, &'static Erratum)], up: &str) -> String {
    let row = |(claim, erratum): &(&'static Claim, &'static Erratum)| {
        let Erratum { slides, flag, printed, correct, .. } = erratum;
        let (first, printed, correct) = (slide::file(slides.0[0].0), prose(printed), prose(correct));
        format!(
            "<tr><th scope=\"row\"><a href=\"{up}{first}\">{}</a></th><td data-head=\"flag\">{flag}</td>\
             <td data-head=\"printed\"><span>{printed}</span></td><td data-head=\"correct\"><span>{correct}</span></td>\
             <td data-head=\"measured by\"><span>{}{}</span></td></tr>\n",
            slides.named(),
            site.link(claim, up),
            measurement(site, claim, erratum)
        )
    };
    format!(
        "<table class=\"checks\">\n<thead><tr><th>slide</th><th>flag</th><th>printed</th><th>correct</th>\
         <th>measured by</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        errata.iter().map(row).collect::<String>()
    )
}

/// What the check behind an erratum found, if it ran.
fn measurement(site: &Site, claim: &Claim, erratum: &Erratum) -> String {
    let checks = site.of(claim).map_or(&[][..], |compared| &compared.result.findings.checks);
    let check = checks.iter().find(|check| check.name == erratum.measured_by);
    check.map_or_else(String::new, |check| {
        format!(
            "<small>{}: predicted {}, measured {}</small>",
            prose(&check.name),
            prose(&check.predicted()),
            prose(&check.measured())
        )
    })
}

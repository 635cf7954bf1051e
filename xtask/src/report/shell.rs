//! What stands around the content of every page: style, the way to the other pages, the way to a slide, the script.

use crate::html;

/// A page of the report.
pub(super) struct Shell<'a> {
    pub(super) title: &'a str,
    /// From the page to the root of the report: nothing, or `../`.
    pub(super) up: &'a str,
    /// The result that the classroom shows first when it is called from here.
    pub(super) claim: Option<&'a str>,
    /// Where the page has a script of its own.
    pub(super) script: Option<&'a str>,
    /// Whether that script alone listens to keys.
    pub(super) has_own_keys: bool,
}

impl Default for Shell<'_> {
    fn default() -> Self {
        Self { title: "The lecture, measured", up: "", claim: None, script: None, has_own_keys: false }
    }
}

impl Shell<'_> {
    pub(super) fn page(&self, body: &str) -> String {
        let Self { title, up, claim, script, has_own_keys } = self;
        let claim = claim.map(|claim| format!(" data-claim=\"{claim}\"")).unwrap_or_default();
        let keys = if *has_own_keys { " data-keys=\"own\"" } else { "" };
        let site = include_str!("site.js");
        let script = script.map(|script| format!("<script>\n{script}</script>\n")).unwrap_or_default();
        html::whole_page(
            title,
            &format!(" data-up=\"{up}\"{claim}{keys}"),
            &format!(
                "<nav class=\"site\" aria-label=\"report\"><a href=\"{up}index.html\">The lecture, measured</a>\
                 <a href=\"{up}index.html#slides\">Slides</a><a href=\"{up}errata.html\">Errata</a>\
                 <a href=\"{up}methods.html\">Methods</a><a href=\"{up}classroom.html\">Classroom</a>\
                 <form class=\"to-slide\" role=\"search\" hidden><label>Slide <input name=\"slide\" inputmode=\"numeric\" \
                 size=\"4\" autocomplete=\"off\" aria-label=\"number of a slide, 1 to 143\"></label>\
                 <button>Go</button><output></output></form></nav>\n\
                 {body}<script>\n{site}</script>\n{script}"
            ),
        )
    }
}

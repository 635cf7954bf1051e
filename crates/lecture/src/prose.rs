//! Prose with formulas: what is escaped, what is set lower.

/// A stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it stands.
    Plain(&'a str),
    /// What followed an underscore: the opt of η_opt, the i,opt of η_i,opt.
    Subscript(&'a str),
}

/// Splits at the subscripts: an underscore after a letter, then letters and digits, commas between them.
///
/// ```
/// use thalweg_lecture::prose::{Part, parts};
///
/// assert_eq!(parts("at η_i,opt, then"), [Part::Plain("at η"), Part::Subscript("i,opt"), Part::Plain(", then")]);
/// ```
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut searched = 0;
    while let Some(at) = rest[searched..].find('_').map(|i| i + searched) {
        let after = &rest[at + 1..];
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != ',').unwrap_or(after.len());
        let subscript = after[..length].trim_end_matches(',');
        if subscript.is_empty() || !rest[..at].ends_with(char::is_alphanumeric) {
            searched = at + 1;
            continue;
        }
        parts.push(Part::Plain(&rest[..at]));
        parts.push(Part::Subscript(subscript));
        rest = &after[subscript.len()..];
        searched = 0;
    }
    if !rest.is_empty() {
        parts.push(Part::Plain(rest));
    }
    parts
}

/// Text that XML and HTML leave alone.
///
/// ```
/// assert_eq!(thalweg_lecture::prose::escape("a < b & c"), "a &lt; b &amp; c");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_subscript_stays() {
        for text in ["no formula", "_ alone", "trailing_", "", "a _b"] {
            let join = |part| match part {
                Part::Plain(text) | Part::Subscript(text) => text,
            };
            assert_eq!(parts(text).into_iter().map(join).collect::<String>(), text);
        }
        assert_eq!(parts("η_opt."), [Part::Plain("η"), Part::Subscript("opt"), Part::Plain(".")]);
    }
}

//! What is recorded of a result, and the one comparison of a run with its record.
//!
//! The record is text (claim, verdict, checks, tables) and one SVG file for every figure.
//! Two records are the same if their characters are; [`differences`] explains where they are not.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use crate::Reproduced;

/// The text that is recorded of a run.
#[must_use]
pub fn text(result: &Reproduced) -> String {
    let Reproduced { claim, findings, .. } = result;
    let mut text = String::new();
    let mut line = |key: &str, value: &dyn fmt::Display| {
        let _ = writeln!(text, "{key}: {value}");
    };
    line("result", &format_args!("{} ({})", claim.id, claim.r_number()));
    line("slides", &claim.slides);
    line("claim", &claim.claim);
    line("verdict", &result.verdict());
    if let Some(correction) = &claim.correction {
        line("correct", &correction.statement);
        line("refuted by", &correction.refuted_by);
    }
    line("source", &claim.source);
    text.push_str("\nchecks\nname | passes | predicted | measured | tolerance | formula\n");
    for check in &findings.checks {
        let cells = [&check.predicted(), &check.measured(), &check.tolerance(), check.formula];
        let passes = if check.passes() { "yes" } else { "NO" };
        let _ = writeln!(text, "{} | {passes} | {}", check.name, cells.join(" | "));
    }
    for table in &findings.tables {
        let _ = writeln!(text, "\n{}\n{}", table.title, table.head.join(" | "));
        for row in &table.rows {
            let _ = writeln!(text, "{}", row.join(" | "));
        }
    }
    for figure in &findings.figures {
        let _ = writeln!(text, "\nfigure {}: {}", figure.id, figure.caption);
    }
    text
}

/// The name under which a figure is recorded.
#[must_use]
pub fn figure_name(result: &Reproduced, figure_id: &str) -> String {
    format!("{}--{figure_id}", result.record_name())
}

/// Whether a recorded file and a new one are the same: all characters, but for line ends and space around the whole.
#[must_use]
pub fn same(recorded: &str, new: &str) -> bool {
    let lines = |text: &'_ str| text.trim().lines().map(str::to_owned).collect::<Vec<_>>();
    lines(recorded) == lines(new)
}

/// How a run differs from its record; empty if it is as recorded.
///
/// `recorded` gives the recorded content under a name: that of the result, or [`figure_name`].
#[must_use]
pub fn compare(result: &Reproduced, recorded: impl Fn(&str) -> Option<String>) -> Vec<Difference> {
    let name = result.record_name();
    let mut found = match recorded(&name) {
        None => vec![Difference::new("the whole result", None, Some("not recorded yet"))],
        Some(old) if same(&old, &text(result)) => Vec::new(),
        Some(old) => differences(&old, &text(result)),
    };
    for figure in &result.findings.figures {
        let place = format!("figure {}", figure.id);
        match recorded(&figure_name(result, figure.id)) {
            None => found.push(Difference::new(place, None, Some("not recorded yet"))),
            Some(old) if same(&old, &figure.svg()) => {}
            Some(_) => found.push(Difference::new(place, Some("as recorded"), Some("drawn differently"))),
        }
    }
    found
}

/// One place where a run is not as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The check, table cell or line.
    pub place: String,
    /// What the record says; `None` if it says nothing there.
    pub recorded: Option<String>,
    /// What the run says; `None` if it says nothing there.
    pub new: Option<String>,
}

impl Difference {
    fn new(place: impl Into<String>, recorded: Option<&str>, new: Option<&str>) -> Self {
        Self { place: place.into(), recorded: recorded.map(str::to_owned), new: new.map(str::to_owned) }
    }

    /// The relative change, where both sides are numbers and the recorded one is not 0.
    #[must_use]
    pub fn relative_change(&self) -> Option<f64> {
        let number = |text: &Option<String>| text.as_ref()?.parse::<f64>().ok();
        let (old, new) = (number(&self.recorded)?, number(&self.new)?);
        (old != 0.0).then(|| (new - old) / old.abs())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "(nothing)".to_owned());
        write!(f, "{}: {} → {}", self.place, side(&self.recorded), side(&self.new))?;
        match self.relative_change() {
            Some(change) => write!(f, " ({:+.2} %)", 100.0 * change),
            None => Ok(()),
        }
    }
}

/// Where two records differ, cell by cell.
#[must_use]
pub fn differences(recorded: &str, new: &str) -> Vec<Difference> {
    let (old_cells, new_cells) = (cells(recorded), cells(new));
    let mut found: Vec<_> = old_cells
        .iter()
        .filter(|(place, old)| new_cells.get(*place) != Some(old))
        .map(|(place, old)| Difference::new(place, Some(old), new_cells.get(place).map(String::as_str)))
        .collect();
    let only_new = new_cells.iter().filter(|(place, _)| !old_cells.contains_key(*place));
    found.extend(only_new.map(|(place, new)| Difference::new(place, None, Some(new))));
    if found.is_empty() && !same(recorded, new) {
        found.push(Difference::new(
            "the order or the spacing of lines",
            Some("as recorded"),
            Some("another"),
        ));
    }
    found
}

/// A record as cells, each under the words a reader would find it by.
fn cells(text: &str) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::new();
    for block in text.trim().split("\n\n") {
        let mut lines = block.lines();
        let table: Vec<&str> = lines.clone().collect();
        match table.as_slice() {
            [title, head, rows @ ..] if head.contains(" | ") => {
                let head: Vec<_> = head.split(" | ").collect();
                for row in rows {
                    let mut row = row.split(" | ");
                    let key = row.next().unwrap_or_default();
                    for (i, cell) in row.enumerate() {
                        let column = head.get(i + 1).copied().unwrap_or("further column");
                        cells.insert(format!("{title}, '{key}', {column}"), cell.to_owned());
                    }
                }
                cells.insert(format!("{title}, columns"), head.join(" | "));
            }
            _ => {
                for line in lines.by_ref() {
                    let (key, value) = line.split_once(": ").unwrap_or((line, ""));
                    cells.insert(key.to_owned(), value.to_owned());
                }
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "claim: it falls\n\nchecks\nname | passes | measured\nrate at η | yes | 0.5\nend | yes | 1\n\nfigure a: x";

    #[test]
    fn same_ignores_line_ends_and_nothing_else() {
        assert!(same(OLD, &format!("\n{}\n", OLD.replace('\n', "\r\n"))));
        assert!(!same(OLD, &OLD.replace("0.5", "0.50")));
    }

    #[test]
    fn a_moved_number_is_found_by_name() {
        let found = differences(OLD, &OLD.replace("0.5", "0.6").replace("falls", "rises"));
        let texts: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["checks, 'rate at η', measured: 0.5 → 0.6 (+20.00 %)", "claim: it falls → it rises"]
        );
    }

    #[test]
    fn gone_new_and_reordered_lines_are_found() {
        let found = differences(OLD, &OLD.replace("end | yes | 1", "finish | yes | 1"));
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[0].to_string(), "checks, 'end', measured: 1 → (nothing)");
        let swapped =
            OLD.replace("rate at η | yes | 0.5\nend | yes | 1", "end | yes | 1\nrate at η | yes | 0.5");
        assert_eq!(differences(OLD, &swapped).len(), 1);
    }
}

//! What is recorded of a result, and the one comparison of a run with its record.
//!
//! The record is text (claim, verdict, checks, tables) and one SVG file for every figure.
//! Two records are the same if their characters are; [`differences`] explains where they are not.

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

/// Everything that a run found, every number to its last bit, and what is recorded of it.
///
/// A record prints six digits; this is what two machines are compared by.
/// `{:?}` writes a double as the shortest text that reads back as the same bits; NaN is one text, whatever its payload.
#[must_use]
pub fn to_the_bit(result: &Reproduced) -> String {
    let mut all = format!("{:#?}\n\n{}", result.findings, text(result));
    for figure in &result.findings.figures {
        let _ = write!(all, "\n{}", figure.svg());
    }
    all
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
            Some(old) => found.push(drawn_differently(&place, &old, &figure.svg())),
        }
    }
    found
}

/// The first place where two drawings part, with as much around it as tells what it is.
fn drawn_differently(place: &str, recorded: &str, new: &str) -> Difference {
    let lines = |text: &str| text.trim().lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(recorded), lines(new));
    let line = |lines: &[String], i: usize| lines.get(i).cloned().unwrap_or_default();
    let parting: Vec<_> = (0..old.len().max(new.len())).filter(|&i| line(&old, i) != line(&new, i)).collect();
    let first = parting.first().copied().unwrap_or_default();
    let (old, new) = (line(&old, first), line(&new, first));
    let same = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let around = |text: &str| {
        let part: String = text.chars().skip(same.saturating_sub(24)).take(64).collect();
        format!("…{part}…")
    };
    let place = match parting.len().saturating_sub(1) {
        0 => format!("{place}, line {} of the drawing", first + 1),
        more => format!("{place}, line {} of the drawing and {more} more", first + 1),
    };
    Difference::new(place, Some(&around(&old)), Some(&around(&new)))
}

/// A block of a record: a table, or lines of a word and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands above; nothing above lines.
    pub title: String,
    /// The heads of the columns; none for lines.
    pub head: Vec<String>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// The blocks of the text of a record, in their order.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let split = |line: &&str| line.split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let text = text.replace('\r', "");
    let block = |block: &str| {
        let lines: Vec<&str> = block.lines().collect();
        match lines.as_slice() {
            [title, head, body @ ..] if head.contains(" | ") => Block {
                title: (*title).to_owned(),
                head: split(head),
                rows: body.iter().map(split).collect(),
            },
            lines => {
                let pair = |line: &&str| {
                    let (key, value) = line.split_once(": ").unwrap_or((line, ""));
                    vec![key.to_owned(), value.to_owned()]
                };
                Block { title: String::new(), head: Vec::new(), rows: lines.iter().map(pair).collect() }
            }
        }
    };
    text.trim().split("\n\n").map(block).collect()
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
        let change = (new - old) / old.abs();
        change.is_finite().then_some(change)
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

/// Where two records differ: row by row, and cell by cell within a row that both have.
#[must_use]
pub fn differences(recorded: &str, new: &str) -> Vec<Difference> {
    let (old_rows, new_rows) = (rows(recorded), rows(new));
    let find = |rows: &[Row], place: &str| rows.iter().find(|row| row.place == place).cloned();
    let mut found = Vec::new();
    for old in &old_rows {
        match find(&new_rows, &old.place) {
            Some(new) if new.columns == old.columns && new.cells.len() == old.cells.len() => {
                found.extend(old.differences(&new));
            }
            Some(new) => found.push(Difference::new(&old.place, Some(&old.whole()), Some(&new.whole()))),
            None => found.push(Difference::new(&old.place, Some(&old.whole()), None)),
        }
    }
    let only_new = new_rows.iter().filter(|new| find(&old_rows, &new.place).is_none());
    found.extend(only_new.map(|new| Difference::new(&new.place, None, Some(&new.whole()))));
    if found.is_empty() && !same(recorded, new) {
        found.push(Difference::new(
            "the order or the spacing of lines",
            Some("as recorded"),
            Some("another"),
        ));
    }
    found
}

/// A line of a record, under the words a reader would find it by.
#[derive(Clone)]
struct Row {
    place: String,
    columns: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    fn whole(&self) -> String {
        self.cells.join(" | ")
    }

    fn differences(&self, new: &Self) -> Vec<Difference> {
        let place = |column: &str| match column {
            "" => self.place.clone(),
            column => format!("{}, {column}", self.place),
        };
        let cells = self.columns.iter().zip(self.cells.iter().zip(&new.cells));
        cells
            .filter(|(_, (old, new))| old != new)
            .map(|(column, (old, new))| Difference::new(place(column), Some(old), Some(new)))
            .collect()
    }
}

/// The rows of a record, under the title of their table.
fn rows(text: &str) -> Vec<Row> {
    let row = |block: &Block, cells: &[String]| {
        let (place, columns) = if block.head.is_empty() {
            (cells[0].clone(), vec![String::new()])
        } else {
            (format!("{}, '{}'", block.title, cells[0]), block.head[1..].to_vec())
        };
        Row { place, columns, cells: cells[1..].to_vec() }
    };
    let rows_of = |block: &Block| block.rows.iter().map(|cells| row(block, cells)).collect::<Vec<_>>();
    blocks(text).iter().flat_map(rows_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "claim: it falls\n\nchecks\nname | passes | measured\nrate at η | yes | 0.5\nend | yes | 1\n\nfigure a: x";

    #[test]
    fn same_ignores_line_ends_and_nothing_else() {
        assert!(same(OLD, &format!("\n{}\n", OLD.replace('\n', "\r\n"))));
        assert!(!same(OLD, &OLD.replace("0.5", "0.50")));
        assert!(!same(OLD, &OLD.replace("0.5", "0.5 ")), "a space within the text counts");
    }

    #[test]
    fn a_moved_number_is_found_by_name() {
        let found = differences(OLD, &OLD.replace("0.5", "0.6").replace("falls", "rises"));
        let texts: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["claim: it falls → it rises", "checks, 'rate at η', measured: 0.5 → 0.6 (+20.00 %)"]
        );
    }

    #[test]
    fn drawings_part_where_they_part() {
        let old = "<svg>\n<style>.fig path{fill:none;stroke-width:1.6;stroke-linejoin:round}</style>\n<path/>\n</svg>";
        let found =
            drawn_differently("figure a", old, &old.replace("1.6", "2.4").replace("<path/>", "<path d/>"));
        assert_eq!(
            found.to_string(),
            "figure a, line 2 of the drawing and 1 more: …{fill:none;stroke-width:1.6;stroke-linejoin:round}</style>… → \
             …{fill:none;stroke-width:2.4;stroke-linejoin:round}</style>…"
        );
    }

    #[test]
    fn a_record_reads_as_lines_and_tables() {
        let [lines, table, figure] = <[Block; 3]>::try_from(blocks(OLD)).unwrap();
        assert_eq!(lines.rows, [["claim", "it falls"]]);
        assert_eq!((table.title.as_str(), table.head.len(), table.rows.len()), ("checks", 3, 2));
        assert_eq!(figure.rows, [["figure a", "x"]]);
    }

    #[test]
    fn line_ends_do_not_hide_what_moved() {
        let new = OLD.replace("0.5", "0.6");
        assert_eq!(differences(&OLD.replace('\n', "\r\n"), &new), differences(OLD, &new));
    }

    #[test]
    fn changes_from_zero_and_to_nan_have_no_percentage() {
        for (old, new) in [("0", "1"), ("1", "NaN"), ("word", "1")] {
            let difference = Difference::new("cell", Some(old), Some(new));
            assert_eq!(difference.relative_change(), None);
            assert_eq!(difference.to_string(), format!("cell: {old} → {new}"));
        }
    }

    #[test]
    fn another_number_of_cells_is_found() {
        let found = differences(OLD, &OLD.replace("yes | 0.5", "yes | 0.5 | 7"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "checks, 'rate at η': yes | 0.5 → yes | 0.5 | 7");
        let found = differences(OLD, &OLD.replace("passes | measured", "passes | seen"));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn gone_new_and_reordered_lines_are_found() {
        let found = differences(OLD, &OLD.replace("end | yes | 1", "finish | yes | 1"));
        let texts: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["checks, 'end': yes | 1 → (nothing)", "checks, 'finish': (nothing) → yes | 1"]);
        let swapped =
            OLD.replace("rate at η | yes | 0.5\nend | yes | 1", "end | yes | 1\nrate at η | yes | 0.5");
        assert_eq!(differences(OLD, &swapped).len(), 1);
    }
}

//! The numbers that a figure draws, as a table: for those who draw it again with a tool of their own.

use std::fmt::Write as _;

use super::{Figure, Mark};

impl Figure {
    /// One row a point, in the order of the panels and of the marks in them.
    ///
    /// `mark` counts within its panel. `ink` is the class of the color in the SVG. A row of an ellipse is its center, with its
    /// radii; a row of a label has the text. Numbers are the shortest that read back as the same doubles.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv = "panel,title,x axis,y axis,mark,kind,ink,x,y,x radius,y radius,text\n".to_owned();
        for (i, panel) in (1..).zip(&self.panels) {
            let titles = [&panel.title, &panel.x.label, &panel.y.label].map(|text| quoted(text)).join(",");
            for (j, mark) in (1..).zip(&panel.marks) {
                let mut row = |kind: &str, ink: &str, (x, y): (f64, f64), rest: &str| {
                    let _ = writeln!(csv, "{i},{titles},{j},{kind},{ink},{x},{y},{rest}");
                };
                let mut all = |kind: &str, ink: &str, points: &[(f64, f64)]| {
                    points.iter().for_each(|&point| row(kind, ink, point, ",,"));
                };
                match mark {
                    Mark::Line { points, ink, dashed } => {
                        all(if *dashed { "dashed line" } else { "line" }, &ink.class(), points);
                    }
                    Mark::Dots { points, ink } => all("dot", &ink.class(), points),
                    Mark::Arrows { points, ink } => all("arrow", &ink.class(), points),
                    Mark::Ellipse { center, radii: (a, b), ink } => {
                        row("ellipse", &ink.class(), *center, &format!("{a},{b},"));
                    }
                    Mark::Label { at, text, ink, .. } => {
                        row("label", &ink.class(), *at, &format!(",,{}", quoted(text)));
                    }
                }
            }
        }
        csv
    }
}

/// A cell that may hold commas and quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use crate::figure::{Anchor, Axis, Figure, Ink, Panel};

    #[test]
    fn numbers_read_back_as_they_were() {
        let x = 0.1 + 0.2;
        let panel = Panel::new("a, \"b\"", Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0))
            .dashed([(x, f64::NAN)], Ink::Theory)
            .ellipse((0.0, 0.5), (1.0, 2.0), Ink::Quiet)
            .label((1.0, 1e-300), Anchor::Left, "here", Ink::Series(7));
        let csv = Figure { id: "x", caption: "c".into(), panels: vec![panel], columns: 1 }.csv();
        let rows: Vec<_> = csv.lines().skip(1).collect();
        assert_eq!(rows.len(), 3);
        assert!(
            rows[0]
                .starts_with("1,\"a, \"\"b\"\"\",\"x\",\"y\",1,dashed line,theory,0.30000000000000004,NaN,")
        );
        assert!(rows[1].ends_with("ellipse,quiet,0,0.5,1,2,"));
        assert!(rows[2].contains(",3,label,s1,1,0.000") && rows[2].ends_with(",,,\"here\""), "{}", rows[2]);
    }
}

//! Box plots of epochs, with the failures beside them.

use super::training::{LIMIT, Row};
use super::{FIRST_STEPS, mini_batches};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};

pub(super) fn epochs(rows: &[Row], variants: &[Row], sizes: &[Row]) -> Figure {
    Figure {
        id: "epochs",
        caption: "Epochs until all bits are right, from the starts that the tables count. A box holds the middle half \
                  of all runs, with the median in it, and its lines reach from 5 % to 95 %; failures count as later than \
                  everything else, so that a line to 500 epochs, where runs are given up, ends in them. Last: what \
                  batches do to a rule that sees signs only; the dashed line is predicted."
            .to_owned(),
        panels: vec![
            by_method("10-5-10: gradients and parabolas", epochs_axis(), rows),
            by_variant(variants),
            by_method("Quickprop, hyperbolic error, by size", Axis::linear("epochs", 0.0, 60.0), sizes),
            mini_batches::panel(),
        ],
        columns: 2,
    }
}

/// Room for names on the left, and for failures on the right.
fn epochs_axis() -> Axis {
    Axis::logarithmic("epochs", 1.0, 10_000.0)
}

/// From top to bottom, and therefore without ticks.
fn down(label: &str, rows: usize) -> Axis {
    Axis::linear(label, rows as f64 - 0.5, -0.5)
}

/// Each name above its box.
fn by_method(title: &str, axis: Axis, rows: &[Row]) -> Panel {
    let panel = Panel::new(title, axis, down("", rows.len()));
    rows.iter().enumerate().fold(panel, |panel, (i, row)| {
        let y = i as f64;
        with_box(panel, row, y + 0.25, 0.16).label(
            (1.0, y - 0.22),
            Anchor::Right,
            row.name.as_str(),
            Ink::Series(row.color),
        )
    })
}

/// Three boxes to a variant.
fn by_variant(rows: &[Row]) -> Panel {
    let label = format!("each with Δ₀ = {}, {}, {}", FIRST_STEPS[0].1, FIRST_STEPS[1].1, FIRST_STEPS[2].1);
    let panel = Panel::new("10-5-10: signs", epochs_axis(), down(&label, rows.len()));
    rows.iter().enumerate().fold(panel, |panel, (i, row)| {
        let y = i as f64;
        let panel = with_box(panel, row, y, 0.3);
        let variant = row.name.split(',').next().unwrap_or_default();
        if i % FIRST_STEPS.len() == 1 {
            panel.label((1.0, y), Anchor::Right, variant, Ink::Theory)
        } else {
            panel
        }
    })
}

fn with_box(panel: Panel, row: &Row, y: f64, half: f64) -> Panel {
    let (limit, ink) = (f64::from(LIMIT), Ink::Series(row.color));
    let [low, first, median, third, high] =
        [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| row.runs.quantile(q).min(limit));
    let (above, below) = (y - half, y + half);
    let panel = panel
        .line([(low, y), (first, y)], ink)
        .line([(third, y), (high, y)], ink)
        .line([(first, above), (third, above), (third, below), (first, below), (first, above)], ink)
        .line([(median, above), (median, below)], ink);
    match row.runs.failures() {
        0 => panel,
        failed if failed == row.runs.runs() => {
            panel.label((1.1 * limit, y), Anchor::Right, format!("all {failed} failed"), Ink::Wrong)
        }
        failed => panel.label((1.1 * limit, y), Anchor::Right, format!("{failed} failed"), Ink::Wrong),
    }
}

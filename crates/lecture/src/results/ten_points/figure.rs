//! The ten points with two networks, and where runs end.

use super::ends::{Census, sums};
use super::{CLASSES, POINTS, SPREADS, STARTS};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::level_set::Grid;

pub(super) fn points(minimum: &[f64], all_right: &[f64]) -> Figure {
    const GRID: Grid = Grid { low: -7.0, high: 7.0, side: 141 };
    let panel = |title: &str, w: &[f64], ink: Ink| {
        let (x, y) = plane(["x", "y"], [0.0, 0.0], 5.0);
        let of = |class: usize| {
            let points = POINTS.iter().zip(CLASSES).filter(move |(_, c)| *c == class);
            points.map(|(x, _)| (x[0], x[1]))
        };
        Panel::new(title, x, y)
            .line(GRID.zeros(&sums(w, &GRID.points())), ink)
            .dots(of(1), Ink::Series(0))
            .dots(of(0), Ink::Series(1))
    };
    Figure {
        id: "two-boundaries",
        caption: "Ten points of two classes (blue and brown), and the boundary of two networks of two logistic units: at a local minimum \
                  with 4 points right, and where the lowest of 1000 runs ended, with all right."
            .to_owned(),
        panels: vec![
            panel("A local minimum: 4 of 10 right", minimum, Ink::Wrong),
            panel("Far lower: all right", all_right, Ink::Series(2)),
        ],
        columns: 2,
    }
}

/// The share of runs that end at or below a loss.
pub(super) fn losses(censuses: &[Census; 2], known: f64) -> Figure {
    let steps = |census: &Census| {
        let mut line = vec![(0.0, 0.0)];
        for (k, &loss) in census.losses.iter().enumerate() {
            line.push((loss, k as f64 / STARTS as f64));
            line.push((loss, (k + 1) as f64 / STARTS as f64));
        }
        line
    };
    let panel = Panel::new(
        "Where runs end",
        Axis::linear("loss at the end", 0.0, 8.0),
        Axis::linear("share of the runs at or below", 0.0, 1.0),
    )
    .dashed([(known, 0.0), (known, 1.0)], Ink::Wrong)
    .line(steps(&censuses[0]), Ink::Series(0))
    .line(steps(&censuses[1]), Ink::Series(1))
    .label((known, 0.1), Anchor::Right, "the minimum", Ink::Wrong)
    .label((0.3, 0.9), Anchor::Right, format!("starts from N(0, {}²)", SPREADS[0]), Ink::Series(0))
    .label((0.3, 0.8), Anchor::Right, format!("starts from N(0, {}²)", SPREADS[1]), Ink::Series(1));
    Figure {
        id: "losses",
        caption: "The losses at which 1000 runs of L-BFGS end, from two spreads of the starts: every step is a minimum, or a slope that \
                  goes on to infinity; few runs come near 0, where the network has all points right."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

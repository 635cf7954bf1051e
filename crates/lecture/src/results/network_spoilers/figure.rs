//! The boundary of a network at three budgets.

use thalweg_networks::{Activation, Loss, MultilayerPerceptron};

use super::training::{Setting, spoiled_clusters};
use crate::boundary::with_points;
use crate::figure::{Anchor, Figure, Ink, Panel, plane};
use crate::level_set::Grid;

/// Over more than a panel shows.
const GRID: Grid = Grid { low: -3.2, high: 3.2, side: 161 };
const SPOILERS: usize = 2;
const SEED: u64 = 0;
/// Without decay, each with its ink and the height of its name.
const SHOWN: [(Loss, &str, Ink, f64); 2] = [
    (Loss::Squared, "squared error", Ink::Series(2), -1.4),
    (Loss::CrossEntropy, "cross-entropy", Ink::Series(3), -1.75),
];

pub(super) fn boundaries(budgets: &[u64; 3], hidden: usize) -> Figure {
    let data = spoiled_clusters(SPOILERS, SEED);
    let trained =
        SHOWN.map(|(loss, ..)| Setting { hidden, spoilers: SPOILERS, loss, decay: 0.0 }.train(budgets, SEED));
    let sums = MultilayerPerceptron::new(&[2, hidden, 1], Activation::Tanh, Activation::Linear);
    let sums = sums.expect("widths above 0");
    let panels = budgets.iter().enumerate().map(|(b, steps)| {
        let (x, y) = plane(["x", "y"], [0.0, 0.0], 2.1);
        let mut panel = with_points(Panel::new(format!("After {steps} steps"), x, y), &data);
        for ((_, name, ink, height), trained) in SHOWN.iter().zip(&trained) {
            let mut z = vec![f64::NAN; GRID.side * GRID.side];
            sums.predict(&trained[b], &GRID.points(), &mut z).expect("the network that was trained");
            panel = panel.line(GRID.zeros(&z), *ink).label((0.3, *height), Anchor::Right, *name, *ink);
        }
        panel
    });
    Figure {
        id: "boundaries",
        caption: format!(
            "Two spoilers of the blue class among the points of the other, and the boundaries of a network of {hidden} tanh units trained on \
             the squared error (green) and on the cross-entropy (violet), without decay. Both ignore the spoilers at first; the cross-entropy \
             then goes out to fetch them."
        ),
        panels: panels.collect(),
        columns: 3,
    }
}

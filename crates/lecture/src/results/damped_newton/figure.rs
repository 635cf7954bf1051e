//! Paths from all around, beside those of gradient descent, and what the rates do.

use std::f64::consts::TAU;

use thalweg_numerics::{cos, norm, powi, sin};

use super::{STEPS, path, rule, valley};
use crate::descend::descend;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane, spaced};
use crate::spectrum::Tilted;
use crate::walk::path_of;

const RADIUS: f64 = 17.0;
/// Of the valley in the plane.
const KAPPA: f64 = 20.0;

pub(super) fn straight_to_the_minimum() -> Figure {
    Figure {
        id: "straight-to-the-minimum",
        caption: "First two: one valley, κ = 20, and the same five starts. Gradient descent at its best rate jumps across \
                  the valley and crawls along it. The normalized rule at η = ½ halves the way to the minimum at every \
                  step, as if the valley were round. The others: lines are predicted, dots measured in 8 variables at \
                  κ = 1, 10, 100 and 10⁴, and lie upon each other. One rate suits all directions: |1 − η| comes down to 0 \
                  where gradient descent has a floor of (κ − 1)/(κ + 1)."
            .to_owned(),
        panels: vec![from_all_around(false), from_all_around(true), distances(), factors()],
        columns: 2,
    }
}

fn from_all_around(is_normalized: bool) -> Panel {
    let valley = Tilted::at_sixty_degrees([0.1, 0.1 * KAPPA]);
    let (x, y) = plane(["w₁", "w₂"], [0.0; 2], 20.0);
    let title = if is_normalized { "Normalized, η = ½" } else { "Gradient descent, best fixed rate" };
    let mut panel = Panel::new(title, x, y);
    for height in [2.0, 8.0, 18.0, 32.0] {
        panel = panel.line(valley.outline([0.0; 2], height), Ink::Quiet);
    }
    let best = 2.0 / (valley.eigenvalues[0] + valley.eigenvalues[1]);
    for (series, angle) in (0..).zip(spaced(0.3, 0.3 + TAU, 6).take(5)) {
        let start = [RADIUS * cos(angle), RADIUS * sin(angle)];
        let points = if is_normalized {
            path_of(&valley.quadratic, &rule(0.5), &start, 8).points
        } else {
            descend(&valley.quadratic, best, &start, 8).points
        };
        panel = panel.arrows(points.iter().map(|w| (w[0], w[1])), Ink::Series(series));
    }
    panel
}

fn distances() -> Panel {
    let mut panel = Panel::new(
        "Every κ at once",
        Axis::linear("step k", 0.0, STEPS as f64),
        Axis::logarithmic("‖eₖ‖ / ‖e₀‖", 1e-9, 50.0),
    );
    for (series, rate, at, anchor) in
        [(0, 0.5, 13.0, Anchor::Left), (1, 0.25, 20.0, Anchor::Left), (3, 2.0, 8.0, Anchor::Above)]
    {
        let theory = |k: u64| powi((1.0_f64 - rate).abs(), k);
        panel = lines_and_dots(panel, rate, Ink::Series(series));
        panel = panel.label((at, theory(at as u64)), anchor, format!("η = {rate}"), Ink::Series(series));
    }
    panel = lines_and_dots(panel, 2.1, Ink::Wrong).label((20.0, 6.7), Anchor::Above, "η = 2.1", Ink::Wrong);
    let plain = valley(1e4);
    let best = 2.0 / (plain.eigenvalues[0] + plain.eigenvalues[plain.eigenvalues.len() - 1]);
    let path = descend(&plain.quadratic, best, &super::start(&plain), STEPS).points;
    let e_0 = norm(&path[0]);
    panel.line((0_u32..).map(f64::from).zip(path.iter().map(|w| norm(w) / e_0)), Ink::Theory).label(
        (21.0, 0.6),
        Anchor::Below,
        "gradient descent, κ = 10⁴",
        Ink::Theory,
    )
}

fn lines_and_dots(panel: Panel, rate: f64, ink: Ink) -> Panel {
    let theory = |k: u64| (k as f64, powi((1.0 - rate).abs(), k));
    let mut panel = panel.dashed((0..=STEPS).map(theory), ink);
    for kappa in super::CONDITION_NUMBERS {
        let path = path(&valley(kappa), rate, STEPS);
        let e_0 = norm(&path[0]);
        let measured = (0_u32..).map(f64::from).zip(path.iter().map(|w| norm(w) / e_0));
        panel = panel.dots(measured.step_by(2).collect::<Vec<_>>(), ink);
    }
    panel
}

/// |1 − η|, and what a rate does for gradient descent at several κ: the rate in units of 1/λ_max.
fn factors() -> Panel {
    let rates = || spaced(0.0, 2.2, 89);
    let mut panel = Panel::new(
        "Factor per step",
        Axis::linear("η, for gradient descent in units of 1/λ_max", 0.0, 2.2),
        Axis::linear("‖eₖ₊₁‖ / ‖eₖ‖, worst direction", 0.0, 1.3),
    )
    .line([(0.0, 1.0), (2.2, 1.0)], Ink::Wrong)
    .label((0.35, 1.0), Anchor::Above, "diverges above", Ink::Wrong);
    for (series, kappa) in [(1, 2.0), (2, 5.0), (3, 20.0)] {
        let factor = move |rate: f64| (1.0 - rate).abs().max((1.0 - rate / kappa).abs());
        panel = panel.dashed(rates().map(|rate| (rate, factor(rate))), Ink::Series(series)).label(
            (1.0, factor(1.0)),
            Anchor::Below,
            format!("κ = {kappa}"),
            Ink::Series(series),
        );
    }
    let valley = valley(1e4);
    let measured = spaced(0.1, 2.2, 22).map(|rate| {
        let path = path(&valley, rate, 1);
        (rate, norm(&path[1]) / norm(&path[0]))
    });
    panel
        .dashed(rates().map(|rate| (rate, (1.0 - rate).abs())), Ink::Series(0))
        .dots(measured, Ink::Series(0))
        .label((1.2, 0.2), Anchor::Right, "normalized, any κ", Ink::Series(0))
}

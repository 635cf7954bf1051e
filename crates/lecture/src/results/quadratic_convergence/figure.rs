//! The animation of the slides as frames, one in which it fails, and the digits that come with every step.

use thalweg_numerics::powi;

use super::{barrier, log_cosh, walk};
use crate::curve::{Curve, EXPONENTIAL, QUARTIC, TWO_WELLS};
use crate::descend::descend;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};

const FIT: Ink = Ink::Series(0);

pub(super) fn fits_and_digits() -> Figure {
    let steps = walk(&EXPONENTIAL, -1.2, 4);
    let mut panels: Vec<_> = (0..4).map(|k| frame(k, [steps[k], steps[k + 1]])).collect();
    panels.push(where_it_fails());
    panels.push(digits());
    Figure {
        id: "fits-and-digits",
        caption: "eʷ − w from −1.2, step by step: the quadratic that has the value, slope and curvature of E at the blue \
                  dot, and the step to its minimum. The first fit is too flat and leads too far, to a higher E; from then \
                  on every fit is better by far than the one before, so the last two are seen from nearer. Fifth: on two wells the curve bends \
                  downwards at 0.35, and the formula leads to the top of its fit. Last: the digits double at every step \
                  (w − ln w, eʷ − w), triple where symmetry helps (ln cosh w), and come one by one where the curvature \
                  at the minimum is 0 (¼w⁴), as for gradient descent on eʷ − w at η = ½. Dashed: predicted."
            .to_owned(),
        panels,
        columns: 3,
    }
}

/// The fit of `curve` at `at`.
fn fit(curve: Curve, at: f64) -> impl Fn(f64) -> f64 {
    move |w| {
        let s = w - at;
        (curve.value)(at) + (curve.slope)(at) * s + 0.5 * (curve.curvature)(at) * s * s
    }
}

fn frame(k: usize, [from, to]: [f64; 2]) -> Panel {
    let value = EXPONENTIAL.value;
    let ([low, high], [bottom, top]) = [
        ([-2.2, 2.2], [0.0, 5.0]),
        ([-2.2, 2.2], [0.0, 5.0]),
        ([-0.5, 0.9], [0.9, 1.3]),
        ([-0.1, 0.2], [0.995, 1.015]),
    ][k];
    let parabola = fit(EXPONENTIAL, from);
    let ends = ["w₀", "w₁", "w₂", "w₃", "w₄"];
    let (from_side, to_side) =
        if from < to { (Anchor::Left, Anchor::Right) } else { (Anchor::Right, Anchor::Left) };
    Panel::new(format!("Fit {}", k + 1), Axis::linear("w", low, high), Axis::linear("E", bottom, top))
        .line(spaced(low, high, 111).map(|w| (w, value(w))), Ink::Quiet)
        .dashed(spaced(low, high, 111).map(|w| (w, parabola(w))), FIT)
        .arrows([(to, parabola(to)), (to, value(to))], Ink::Series(1))
        .dots([(from, value(from))], FIT)
        .label((from, value(from)), from_side, ends[k], FIT)
        .label((to, value(to).max(parabola(to))), to_side, ends[k + 1], Ink::Series(1))
}

fn where_it_fails() -> Panel {
    let (at, value) = (0.35, TWO_WELLS.value);
    let to = walk(&TWO_WELLS, at, 1)[1];
    let parabola = fit(TWO_WELLS, at);
    let range = || spaced(-1.6, 1.6, 129);
    Panel::new("Where the curve bends down", Axis::linear("w", -1.6, 1.6), Axis::linear("E", -0.05, 0.5))
        .line(range().map(|w| (w, value(w))), Ink::Quiet)
        .dashed(range().map(|w| (w, parabola(w))), Ink::Wrong)
        .arrows([(to, parabola(to)), (to, value(to))], Ink::Wrong)
        .dots([(at, value(at))], FIT)
        .label((at, value(at)), Anchor::Right, "w₀", FIT)
        .label((to, value(to)), Anchor::Above, "to the maximum of the fit", Ink::Wrong)
}

fn digits() -> Panel {
    const STEPS: u64 = 8;
    let mut panel = Panel::new(
        "Error at every step",
        Axis::linear("step k", 0.0, STEPS as f64),
        Axis::logarithmic("|eₖ|", 1e-16, 3.0),
    );
    let points =
        |errors: Vec<f64>| (0_u32..).map(f64::from).zip(errors.into_iter().map(f64::abs)).collect::<Vec<_>>();
    let predicted = (0..=STEPS).map(|k| (k as f64, powi(0.7, 1 << k)));
    panel = panel.dashed(predicted, Ink::Series(0));
    let plain = descend(&EXPONENTIAL, 0.5, &[1.0], STEPS).points.into_iter().map(|w| w[0]).collect();
    for (ink, errors, label, at, anchor) in [
        (0, walk(&barrier(), 0.3, STEPS).iter().map(|w| 1.0 - w).collect(), "w − ln w", 5, Anchor::Right),
        (1, walk(&EXPONENTIAL, 1.0, STEPS), "eʷ − w", 4, Anchor::Left),
        (2, walk(&log_cosh(), 1.0, STEPS), "ln cosh w", 5, Anchor::Left),
        (3, walk(&QUARTIC, 1.0, STEPS), "¼w⁴", 7, Anchor::Above),
        (4, plain, "gradient descent", 7, Anchor::Below),
    ] {
        let points = points(errors);
        let place = points[at];
        if ink > 0 {
            panel = panel.line(points.iter().copied().filter(|p| p.1 > 1e-17), Ink::Series(ink));
        }
        panel = panel.dots(points, Ink::Series(ink)).label(place, anchor, label, Ink::Series(ink));
    }
    panel
}

//! Slide 119's sequences on a parabola, and slide 118's parabola through two slopes.

use thalweg_first_order::DiagonalSecant;
use thalweg_objectives::LogCosh;
use thalweg_problem::{Differentiable, Objective};

use super::{AS_PRINTED, FAHLMAN, TURNED, in_one_dimension, parabola};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};

pub(super) fn two_sequences() -> Figure {
    let value = |w: f64| (w, 0.5 * w * w);
    let panel = |title: &str, path: Vec<f64>, [low, high]: [f64; 2], ink: Ink| {
        let top = 0.5 * high * high;
        let panel = Panel::new(title, Axis::linear("w", low, high), Axis::linear("½w²", -0.15 * top, top))
            .line(spaced(low, high, 85).map(value), Ink::Quiet)
            .arrows(path.iter().copied().map(value), ink);
        path.iter()
            .enumerate()
            .skip(1)
            .fold(panel.label(value(path[0]), Anchor::Right, "w₀", ink), |panel, (k, &w)| {
                panel.label(value(w), Anchor::Below, ["", "w₁", "w₂", "w₃", "w₄", "w₅"][k], ink)
            })
    };
    Figure {
        id: "two-sequences",
        caption: "½w² from 2; the first step is a gradient step to 1. As printed the next one goes back to 2, then to 4 and \
                  8. With the sign put right it lands on 0. Quickprop adds a gradient step to the parabola's where both \
                  point the same way, passes 0, and lands with the next step."
            .to_owned(),
        panels: vec![
            panel("As printed", in_one_dimension(&parabola(), AS_PRINTED, 2.0, 4), [-2.0, 9.0], Ink::Wrong),
            panel("The sign put right", in_one_dimension(&parabola(), TURNED, 2.0, 2), [-1.0, 2.6], Ink::Series(0)),
            panel("Quickprop", in_one_dimension(&parabola(), FAHLMAN, 2.0, 3), [-1.0, 2.6], Ink::Series(1)),
        ],
        columns: 3,
    }
}

/// Slide 118 from a run: the parabola through two slopes, on a function that is none.
pub(super) fn secant_parabola() -> Figure {
    let valley = LogCosh::new(1).expect("one variable");
    let slope = |w: f64| {
        let mut g = [0.0];
        valley.value_gradient(&[w], &mut g);
        g[0]
    };
    let value = |w: f64| (w, valley.value(&[w]));
    let path = in_one_dimension(&valley, DiagonalSecant, 1.2, 2);
    let (w0, w1) = (path[0], path[1]);
    let curvature = (slope(w1) - slope(w0)) / (w1 - w0);
    let through = |w: f64| {
        let d = w - w1;
        (w, value(w1).1 + slope(w1) * d + 0.5 * curvature * d * d)
    };
    let panel =
        Panel::new("Slide 118 on ln cosh w", Axis::linear("w", -2.0, 2.0), Axis::linear("E(w)", -0.4, 1.4))
            .line(spaced(-2.0, 2.0, 121).map(value), Ink::Quiet)
            .dashed(spaced(-2.0, 2.0, 121).map(through), Ink::Theory)
            .dots([value(w0), value(w1), value(path[2])], Ink::Series(0))
            .dots([through(path[2])], Ink::Theory)
            .label(value(w0), Anchor::Left, "w₀", Ink::Series(0))
            .label(value(w1), Anchor::Left, "w₁", Ink::Series(0))
            .label(value(path[2]), Anchor::Right, "w₂", Ink::Series(0))
            .label(through(path[2]), Anchor::Below, "vertex", Ink::Theory);
    Figure {
        id: "secant-parabola",
        caption: "The slopes at w₀ and w₁ give a parabola (dashed), and its vertex gives w₂. Between w₀ and w₁ the slope \
                  changes less than it does around the minimum, so that the vertex lies beyond it."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

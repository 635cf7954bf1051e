//! Cliffs: where a quadratic ends, where a memory ends, and how an error falls that learns.

use thalweg_numerics::{norm, powi};

use super::{MEMORIES, SIZES, beside_bfgs, exact_bfgs, follow, secant_run, superlinear_run, valley};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};

/// Below this a number is drawn on the floor: rounding is all that is left.
const FLOOR: f64 = 1e-17;

pub(super) fn cliffs() -> Figure {
    Figure {
        id: "cliffs",
        caption: "Left: with exact searches BFGS ends a quadratic at step n, whatever κ is. Middle: where E is no quadratic the \
                  error still falls faster and faster, as H learns (eʷ − w mixed in 6 variables, κ = 100; and in one \
                  variable with α = 1, the secant method, dashed as predicted: each error is half the product of the two \
                  before). Right: on a chain of Rosenbrock's functions in 10 variables L-BFGS is BFGS to the last digits, \
                  until it has to forget its first pair."
            .to_owned(),
        panels: vec![ends(), learning(), forgetting()],
        columns: 3,
    }
}

fn numbered(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    (0_u32..).map(f64::from).zip(values.into_iter().map(|value| value.max(FLOOR))).collect()
}

fn ends() -> Panel {
    let mut panel = Panel::new(
        "BFGS, exact searches, κ = 1000",
        Axis::linear("step k", 0.0, 21.0),
        Axis::logarithmic("‖∇E(wₖ)‖ / ‖∇E(w₀)‖", FLOOR, 10.0),
    );
    for (series, n) in (0..).zip(SIZES) {
        let (valley, start) = valley(n, 1e3);
        let states = follow(&valley.quadratic, &exact_bfgs(), &start, n);
        let first = norm(&states[0].point.gradient);
        let sizes = numbered(states.iter().map(|state| norm(&state.point.gradient) / first));
        panel = panel.line(sizes.clone(), Ink::Series(series)).dots(sizes, Ink::Series(series)).label(
            (n as f64, 1e-9),
            Anchor::Left,
            format!("n = {n}"),
            Ink::Series(series),
        );
    }
    panel
}

fn learning() -> Panel {
    let (errors, _) = superlinear_run(36);
    let secant = secant_run();
    let mut predicted = vec![secant[0], secant[1]];
    for k in 2..secant.len() {
        predicted.push(0.5 * predicted[k - 1] * predicted[k - 2]);
    }
    let linear = numbered((0..=36).map(|k| powi(9.0 / 11.0, k)));
    Panel::new(
        "BFGS where the curvature changes",
        Axis::linear("step k", 0.0, 36.0),
        Axis::logarithmic("distance from the minimum", 1e-16, 10.0),
    )
    .line(linear, Ink::Quiet)
    .label((15.0, 0.02), Anchor::Below, "(√κ − 1)/(√κ + 1) a step", Ink::Quiet)
    .dashed(numbered(predicted), Ink::Series(0))
    .dots(numbered(secant.into_iter().map(f64::abs)), Ink::Series(0))
    .label((6.0, 1e-7), Anchor::Right, "1 variable, α = 1", Ink::Series(0))
    .line(numbered(errors), Ink::Series(1))
    .label((30.0, 1e-6), Anchor::Left, "6 variables", Ink::Series(1))
}

fn forgetting() -> Panel {
    let mut panel = Panel::new(
        "L-BFGS beside BFGS",
        Axis::linear("step k", 0.0, 14.0),
        Axis::logarithmic("distance of their iterates / ‖w₀‖", FLOOR, 10.0),
    );
    for (series, memory) in (0..).zip(MEMORIES) {
        let apart = numbered(beside_bfgs(memory));
        panel = panel.line(apart.clone(), Ink::Series(series)).dots(apart, Ink::Series(series)).label(
            (memory as f64 + 1.5, [1e-5, 1e-8, 1e-11][usize::from(series)]),
            Anchor::Right,
            format!("m = {memory}"),
            Ink::Series(series),
        );
    }
    panel
}

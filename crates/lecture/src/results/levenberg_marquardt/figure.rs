//! What a step does as λ grows, three runs, and how fast the error falls by two ways to choose λ.

use thalweg_objectives::classic::Rosenbrock;
use thalweg_problem::State;
use thalweg_second_order::{DiagonalLoading, DiagonalLoadingState, GaussNewton, LevenbergMarquardt};

use super::{START, distances, dividing, squaring, states, step};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;

const GAUSS: Ink = Ink::Series(1);
const LOADED: Ink = Ink::Series(0);
const MORE: Ink = Ink::Series(2);

pub(super) fn what_loading_does() -> Figure {
    Figure {
        id: "what-loading-does",
        caption: "Rosenbrock's function from (−1.2, 1). Left: where the step ends for every λ, from Gauss and Newton's, far \
                  across the valley's walls, to a short one down the gradient; a dot for every power of ten. Middle: Gauss–Newton \
                  climbs to 2342.56 and is there in two; with λ, adapted in either way, no step leads up, and the valley \
                  is walked. Right: near the minimum λ = ‖r‖ squares the error, λ ← λ/10 divides it by ten times more at \
                  every step."
            .to_owned(),
        panels: vec![every_step(), runs(), orders()],
        columns: 3,
    }
}

/// The plane with the bottom of the valley.
fn valley(title: &str, low: f64, high: f64) -> Panel {
    Panel::new(title, Axis::linear("w₁", -1.6, 1.4), Axis::linear("w₂", low, high))
        .line(spaced(-1.6, 1.4, 91).map(|w1| (w1, w1 * w1)), Ink::Quiet)
        .label((-0.1, 0.0), Anchor::Above, "w₂ = w₁²", Ink::Quiet)
}

fn every_step() -> Panel {
    let end = |lambda: f64| {
        let p = step(&Rosenbrock::default(), &START, lambda);
        (START[0] + p[0], START[1] + p[1])
    };
    let curve = log_spaced(1e-3, 1e6, 181).into_iter().map(end);
    let dots = log_spaced(1e-3, 1e6, 10).into_iter().map(end);
    valley("Where the step ends, by λ", -4.5, 2.2)
        .line(curve, LOADED)
        .dots(dots, LOADED)
        .dots([end(0.0)], GAUSS)
        .label(end(0.0), Anchor::Left, "λ = 0: Gauss–Newton", GAUSS)
        .label(end(1.0), Anchor::Left, "λ = 1", LOADED)
        .label(end(1e6), Anchor::Above, "λ = 10⁶", LOADED)
}

fn runs() -> Panel {
    let valley_function = Rosenbrock::default();
    let mut panel = Panel::new(
        "E, and how λ moves",
        Axis::linear("step k", 0.0, 25.0),
        Axis::logarithmic("E, and λ dashed", 1e-20, 1e5),
    );
    let plain = states(&valley_function, &GaussNewton::default(), &START, 2);
    let loaded = states(&valley_function, &DiagonalLoading::default(), &START, 25);
    let more = states(&valley_function, &LevenbergMarquardt::default(), &START, 25);
    let numbered = |values: Vec<f64>| {
        (0_u32..).map(f64::from).zip(values.into_iter().map(|value| value.max(1e-20))).collect::<Vec<_>>()
    };
    let dampings = numbered(loaded.iter().map(DiagonalLoadingState::damping).collect());
    let values = |states: Vec<Option<f64>>| numbered(states.into_iter().flatten().collect());
    for (values, ink, name, at, anchor) in [
        (values(plain.iter().map(State::value).collect()), GAUSS, "Gauss–Newton", 1, Anchor::Right),
        (values(loaded.iter().map(State::value).collect()), LOADED, "λ/10 or 10λ", 10, Anchor::Above),
        (values(more.iter().map(State::value).collect()), MORE, "Moré", 12, Anchor::Below),
    ] {
        let place = values[at.min(values.len() - 1)];
        panel = panel.line(values.clone(), ink).dots(values, ink).label(place, anchor, name, ink);
    }
    panel.dashed(dampings, LOADED)
}

fn orders() -> Panel {
    let mut panel = Panel::new(
        "Near the minimum",
        Axis::linear("step k", 0.0, 8.0),
        Axis::logarithmic("‖eₖ‖", 1e-16, 1.0),
    );
    for (errors, ink, name, anchor, at) in [
        (distances(&squaring()), LOADED, "λ = ‖r‖", Anchor::Right, 2),
        (distances(&dividing()), Ink::Series(3), "λ ← λ/10", Anchor::Right, 4),
    ] {
        let points: Vec<_> = (0_u32..).map(f64::from).zip(errors).collect();
        let place = points[at.min(points.len() - 1)];
        panel = panel.line(points.clone(), ink).dots(points, ink).label(place, anchor, name, ink);
    }
    panel
}

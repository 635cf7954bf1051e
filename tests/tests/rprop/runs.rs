//! Whole runs.

use thalweg::numerics::norm;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;

use crate::{Family, for_every_rule};

/// Rprop as the lecture means it, at its papers' rate.
fn method<R: Family<f64>>() -> Scheduled<R, Constant> {
    Scheduled { rule: R::with(StepSizes::default()), schedule: Constant { rate: 1.0 } }
}

fn ends_near_the_minimum<R: Family<f64>>() {
    // Curvatures 0.1 and 1.9 along the diagonals: none of the two variables can be settled alone.
    let valley = Quadratic::new([1.0, 0.9, 0.9, 1.0], [0.0; 2], 0.0).expect("a quadratic");
    let stop = Stop { absolute_gradient: 1e-4, relative_gradient: 0.0, max_steps: 2000, ..Stop::default() };
    for start in [[1.0, -0.5], [-1.0, 0.5], [3.0, 3.0], [-2.0, 0.1]] {
        let run = minimize(&valley, &method::<R>(), &start, stop.clone(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{} from {start:?}: {}", R::NAME, run.reason);
        // ‖w‖ ≤ ‖∇‖/0.1.
        assert!(norm(&run.best.x) <= 1e-3, "{} from {start:?}: {:?}", R::NAME, run.best.x);
    }
}

#[test]
fn every_rule_ends_near_the_minimum_of_a_tilted_valley() {
    for_every_rule!(ends_near_the_minimum());
}

fn steps_to<R: Family<f64>>(curvatures: [f64; 3]) -> u64 {
    let bowl = DiagonalQuadratic::centered(curvatures).expect("finite curvatures");
    let mut trace = Trace::with_points();
    let stop = Stop::after(100);
    minimize(&bowl, &method::<R>(), &[1.0, -2.0, 0.7], stop, trace.observer()).expect("valid input");
    let arrived = |x: &Vec<f64>| norm(x) < 1e-3;
    trace.points.iter().position(arrived).expect("it arrives") as u64
}

fn curvature_does_not_matter<R: Family<f64>>() {
    assert_eq!(steps_to::<R>([1.0, 1.0, 1.0]), steps_to::<R>([1e-4, 1.0, 1e4]), "{}", R::NAME);
}

#[test]
fn along_the_axes_curvature_does_not_matter() {
    // Not for iRprop⁺, which also looks at E: there the parameters see each other.
    curvature_does_not_matter::<Rprop>();
    curvature_does_not_matter::<RpropPlus>();
    curvature_does_not_matter::<RpropMinus>();
    curvature_does_not_matter::<IRpropMinus>();
}

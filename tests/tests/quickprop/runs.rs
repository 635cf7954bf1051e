//! Whole runs.

use thalweg::numerics::norm;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;

#[test]
fn diagonal_secant_is_exact_from_the_second_step_on_a_separable_quadratic() {
    // Binary numbers, so that no rounding blurs it.
    let bowl = DiagonalQuadratic::new([0.5, 2.0, 8.0], [1.0, -4.0, 2.0], 3.0).expect("finite numbers");
    let method = Scheduled { rule: DiagonalSecant, schedule: Constant { rate: 0.0625 } };
    let run = minimize(&bowl, &method, &[4.0, 3.0, -1.0], Stop::after(2), silent).expect("valid input");
    assert_eq!(Some(run.best.x), bowl.stationary_point());
}

#[test]
fn quickprop_ends_at_the_minimum_of_a_tilted_valley() {
    let valley = Quadratic::new([1.0, 0.3, 0.3, 1.0], [0.0; 2], 0.0).expect("a quadratic");
    let rule = Quickprop { weight_decay: 0.0, ..Quickprop::default() };
    let method = Scheduled { rule, schedule: Constant { rate: 0.1 } };
    for start in [[1.0, -0.5], [-1.0, 0.5], [3.0, 3.0], [-2.0, 0.1]] {
        let run = minimize(&valley, &method, &start, Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "from {start:?}: {}", run.reason);
        assert!(norm(&run.best.x) < 1e-6, "from {start:?}: {:?}", run.best.x);
    }
}

#[test]
fn decay_moves_the_minimum_towards_zero() {
    // Of ½(w − 2)² + ½ · 0.25 w²: 2/1.25.
    let bowl = from_fn(1, |w, g| {
        g[0] = w[0] - 2.0;
        0.5 * (w[0] - 2.0) * (w[0] - 2.0)
    });
    let method = Scheduled {
        rule: Quickprop { weight_decay: 0.25, ..Quickprop::default() },
        schedule: Constant { rate: 0.5 },
    };
    let run = minimize(&bowl, &method, &[0.0], Stop::after(40), silent).expect("valid input");
    assert!((run.state.x()[0] - 1.6).abs() < 1e-12, "{:?}", run.state.x());
}

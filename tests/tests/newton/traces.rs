//! Newton's iterates beside those with sixty digits.

use thalweg::objectives::classic::{Beale, Himmelblau, PowellSingular, Rosenbrock};
use thalweg::problem::{Allowance, Method, State};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_second_order::Newton;

use crate::reference::{hex_float, rows};

const TABLE: &str = include_str!("../../references/second_order.tsv");

/// The iterates of one problem, the start first.
fn iterates(name: &str) -> Vec<Vec<f64>> {
    let of_newton = rows(TABLE).filter(|row| row[0] == name && row[1] == "newton");
    of_newton.map(|row| row[3..].iter().map(|x| hex_float(x)).collect()).collect()
}

/// Follows the reference from its start for all of its steps, to `tolerance` times the largest |xᵢ|.
#[track_caller]
fn assert_follows<P: TwiceDifferentiable>(name: &str, problem: &P, tolerance: f64) {
    let expected = iterates(name);
    assert_eq!(expected.len(), 7, "{name}");
    let method = Newton::default();
    let mut state = method.init(problem, &expected[0]).expect("valid input");
    for (k, x) in expected.iter().enumerate().skip(1) {
        method
            .step(problem, &mut state, &mut Allowance::evaluations(2))
            .expect("the Hessian is not singular");
        let size = x.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let off = state.x().iter().zip(x).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
        assert!(off <= tolerance * size, "{name}, step {k}: {:?} instead of {x:?}", state.x());
    }
}

#[test]
fn iterates_are_those_of_exact_arithmetic() {
    // Rounding in one step, u κ(H), is squared away in the next near a minimum, and grows where the method runs about:
    // κ is 2500 in Rosenbrock's valley, and the Hessian of Powell's function becomes singular at its minimum.
    assert_follows("Rosenbrock", &Rosenbrock::default(), 1e-10);
    assert_follows("Beale", &Beale, 1e-10);
    assert_follows("Himmelblau", &Himmelblau, 1e-12);
    assert_follows("Himmelblau, at its maximum", &Himmelblau, 1e-14);
    assert_follows("Powell singular", &PowellSingular::default(), 1e-12);
    let chained = Rosenbrock::chained(10).expect("n is above 1");
    assert_follows("Rosenbrock, chained", &chained, 1e-8);
}

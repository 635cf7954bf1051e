//! Near a minimum f changes by less than its rounding, and the method must not stall before the gradient is small.

use thalweg::objectives::Quadratic;
use thalweg::objectives::classic::{Beale, Rosenbrock};
use thalweg::problem::{Curved, Differentiable, Objective};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_second_order::{CubicRegularization, SteihaugToint, TrustRegion};

use crate::run;

/// f + c: a sum in which the digits of f are lost.
struct Lifted<P> {
    problem: P,
    by: f64,
}

impl<P: Objective> Objective for Lifted<P> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.problem.value(x) + self.by
    }
}

impl<P: Differentiable> Differentiable for Lifted<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.problem.value_gradient(x, gradient) + self.by
    }
}

impl<P: Curved> Curved for Lifted<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.problem.hessian_vector(x, v, out);
    }
}

impl<P: TwiceDifferentiable> TwiceDifferentiable for Lifted<P> {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        self.problem.hessian(x, out);
    }
}

#[track_caller]
fn assert_not_stalled<P: TwiceDifferentiable>(problem: &P, x0: &[f64], tolerance: f64) {
    let reasons = [
        run(problem, &TrustRegion::default(), x0, tolerance).reason,
        run(problem, &TrustRegion::with(SteihaugToint::default()), x0, tolerance).reason,
        run(problem, &CubicRegularization::default(), x0, tolerance).reason,
    ];
    for reason in reasons {
        assert!(reason.is_converged(), "{reason}");
    }
}

#[test]
fn gradient_becomes_small_although_f_has_lost_its_digits() {
    for by in [1.0, 1e4, -1e8] {
        assert_not_stalled(&Lifted { problem: Beale, by }, &[1.0, 1.0], 1e-10);
        assert_not_stalled(&Lifted { problem: Rosenbrock::default(), by }, &[-1.2, 1.0], 1e-10);
    }
}

#[test]
fn gradient_becomes_small_where_f_is_a_small_difference_of_large_terms() {
    // ½ wᵀA w − bᵀw + c with the minimum 0 at A⁻¹b = (1e3, 2e3, −3e3): all three terms are of size 1e7.
    let a = [4.0, 1.0, 0.5, 1.0, 3.0, -1.0, 0.5, -1.0, 5.0];
    let m = [1e3, 2e3, -3e3];
    let b: Vec<f64> =
        a.chunks_exact(3).map(|row| -row.iter().zip(&m).map(|(a, m)| a * m).sum::<f64>()).collect();
    let c = -0.5 * b.iter().zip(&m).map(|(b, m)| b * m).sum::<f64>();
    let cancelling = Quadratic::new(a, b, c).expect("a symmetric matrix");
    // Rounding in A w − b is u ‖A‖‖w‖, some 1e-12.
    assert_not_stalled(&cancelling, &[0.0; 3], 1e-10);
    assert_not_stalled(&cancelling, &[1e3, 2e3, -3001.0], 1e-10);
}

#[test]
fn step_that_no_longer_moves_x_is_the_end_and_says_so() {
    for reason in [
        run(&Beale, &TrustRegion::default(), &[1.0, 1.0], 0.0).reason,
        run(&Beale, &CubicRegularization::default(), &[1.0, 1.0], 0.0).reason,
        run(&Beale, &TrustRegion::with(SteihaugToint::default()), &[1.0, 1.0], 0.0).reason,
    ] {
        // An exact zero of the gradient is the other end there can be.
        assert!(
            reason.is_converged() || reason.to_string().contains("no step that x can still take"),
            "{reason}"
        );
    }
}

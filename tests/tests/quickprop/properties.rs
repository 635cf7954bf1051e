//! What holds for any slopes, checked on random ones.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::first_order::{QuickpropState, Scalar};
use thalweg::prelude::*;

use crate::Secant;

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_201_026),
        ..ProptestConfig::default()
    }
}

/// Slopes of all signs, with zeros and repetitions among them.
fn derivative() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -8.0..8.0, 1 => Just(0.0), 2 => Just(1.0), 1 => Just(-0.5)]
}

const WITHOUT_DECAY: Quickprop = Quickprop { growth_limit: 1.75, weight_decay: 0.0 };

/// The parameters after each update, and the state at the end.
fn path<T: Scalar, R: Secant<T>>(
    rule: &R,
    gradients: &[Vec<f64>],
    rate: f64,
) -> (Vec<Vec<f64>>, QuickpropState<T>) {
    let mut x = vec![T::ONE; gradients[0].len()];
    let mut state = rule.init(&x).expect("valid settings");
    let after = |gradient: &Vec<f64>| {
        let gradient: Vec<T> = gradient.iter().copied().map(T::from_f64).collect();
        rule.update(&mut state, &mut x, &gradient, T::from_f64(rate)).expect("valid input");
        x.iter().map(|&x| x.into()).collect()
    };
    (gradients.iter().map(after).collect(), state)
}

fn parameters_do_not_see_each_other<R: Secant<f64>>(rule: &R, gradients: &[Vec<f64>], first: usize) {
    let n = gradients[0].len();
    let turned = |g: &Vec<f64>| (0..n).map(|i| g[(i + first) % n]).collect::<Vec<_>>();
    let permuted: Vec<_> = gradients.iter().map(turned).collect();
    let expected: Vec<_> = path(rule, gradients, 0.5).0.iter().map(turned).collect();
    assert_eq!(path(rule, &permuted, 0.5).0, expected);
}

fn a_power_of_two_times_f_is_the_same_path<R: Secant<f64>>(rule: &R, gradients: &[Vec<f64>]) {
    let times_64: Vec<Vec<f64>> = gradients.iter().map(|g| g.iter().map(|g| 64.0 * g).collect()).collect();
    assert_eq!(path(rule, gradients, 0.5).0, path(rule, &times_64, 0.5 / 64.0).0);
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn each_parameter_goes_its_own_way(gradients in vec(vec(derivative(), 11), 1..30), first in 0..11_usize) {
        parameters_do_not_see_each_other(&Quickprop::default(), &gradients, first);
        parameters_do_not_see_each_other(&DiagonalSecant, &gradients, first);
    }

    #[test]
    fn units_of_f_do_not_matter_if_the_rate_goes_along(gradients in vec(vec(derivative(), 3), 1..30)) {
        a_power_of_two_times_f_is_the_same_path(&WITHOUT_DECAY, &gradients);
        a_power_of_two_times_f_is_the_same_path(&DiagonalSecant, &gradients);
    }

    /// A step is at most μ times the last one and ε S beyond it; and it is never NaN where slopes are numbers.
    #[test]
    fn steps_of_quickprop_grow_by_the_limit_and_the_gradient_term_at_most(
        gradients in vec(vec(derivative(), 3), 1..30),
    ) {
        let mut x = [1.0; 3];
        let mut state = Quickprop::default().init(&x).expect("valid settings");
        for gradient in &gradients {
            let last = state.moved.clone();
            Quickprop::default().update(&mut state, &mut x, gradient, 0.5).expect("valid input");
            for ((moved, last), slope) in state.moved.iter().zip(last).zip(&state.slope) {
                // Twice 2u for the products and sums of the three terms.
                let bound = (1.75 * last.abs() + 0.5 * slope.abs()) * (1.0 + 2.0 * f64::EPSILON);
                prop_assert!(moved.abs() <= bound, "{moved} after {last}");
            }
        }
    }

    #[test]
    fn a_state_written_down_resumes_to_the_same_bits(
        gradients in vec(vec(derivative(), 4), 2..30),
        at in 1..30_usize,
    ) {
        let at = 1 + at % (gradients.len() - 1);
        let (points, at_once) = path::<f64, _>(&Quickprop::default(), &gradients, 0.5);
        let (before, state) = path::<f64, _>(&Quickprop::default(), &gradients[..at], 0.5);
        let json = serde_json::to_string(&state).expect("a state can be written");
        let mut resumed: QuickpropState<f64> = serde_json::from_str(&json).expect("and read");
        let mut x = before[at - 1].clone();
        for gradient in &gradients[at..] {
            Quickprop::default().update(&mut resumed, &mut x, gradient, 0.5).expect("valid input");
        }
        prop_assert_eq!((&x, resumed), (&points[gradients.len() - 1], at_once));
    }
}

fn nan_shows<T: Scalar, R: Secant<T>>(rule: &R) {
    let (mut gradients, n) = (vec![vec![1.0; 9]; 4], 4);
    gradients[2][n] = f64::NAN;
    let (points, _) = path::<T, R>(rule, &gradients, 0.5);
    for (k, point) in points.iter().enumerate() {
        for (i, x) in point.iter().enumerate() {
            assert_eq!(x.is_nan(), i == n && k >= 2, "x[{i}] after update {k} is {x}");
        }
    }
}

#[test]
fn a_derivative_of_nan_makes_its_parameter_nan_and_no_other() {
    nan_shows::<f64, _>(&Quickprop::default());
    nan_shows::<f32, _>(&Quickprop::default());
    nan_shows::<f64, _>(&DiagonalSecant);
    nan_shows::<f32, _>(&DiagonalSecant);
}

#[test]
fn slopes_that_leave_nothing_to_divide_by_give_the_steps_that_are_stated() {
    // The smallest numbers there are: μ/(1 + μ) S⁻ rounds to S⁻ itself, and S⁻ − S is 0.
    let tiny = f64::from_bits(1);
    let (points, state) = path::<f64, _>(&WITHOUT_DECAY, &[vec![-tiny], vec![-tiny], vec![-tiny]], 1e300);
    assert!(points.iter().all(|x| x[0].is_finite()), "{points:?}");
    assert!(state.moved[0] > 0.0);
    // The secant's denominator is 0: a gradient step.
    let (points, _) = path::<f64, _>(&DiagonalSecant, &[vec![1.0], vec![1.0], vec![0.0], vec![0.0]], 0.25);
    assert_eq!(points, [[0.75], [0.5], [0.5], [0.5]]);
}

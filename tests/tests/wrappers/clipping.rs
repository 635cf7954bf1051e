//! What clipping lets through.

use proptest::prelude::*;
use thalweg::first_order::Scalar;
use thalweg::numerics::norm;
use thalweg::prelude::*;

use crate::{Echo, the_same_every_time};

/// What a rule is shown of a gradient.
fn shown<T: Scalar>(gradient: &[T], clip: Clip) -> Vec<T> {
    let rule = Clipped { rule: Echo, clip };
    let mut x = vec![T::ZERO; gradient.len()];
    let mut state = rule.init(&x).expect("usable settings");
    rule.update_with_value(&mut state, &mut x, T::ZERO, gradient, T::ONE).expect("valid input");
    x
}

fn widened<T: Scalar>(x: &[T]) -> Vec<f64> {
    x.iter().map(|&x| x.into()).collect()
}

/// Along the gradient, and c long where it was longer. Each component is rounded once or twice, and the norm is off
/// by less than n ε.
fn clips_the_norm<T: Scalar>(gradient: &[f64], bound: f64, precision: f64) -> Result<(), TestCaseError> {
    let gradient: Vec<T> = gradient.iter().map(|&g| T::from_f64(g)).collect();
    let (before, after) = (widened(&gradient), widened(&shown(&gradient, Clip::Norm(bound))));
    let length = norm(&before);
    if length <= bound {
        prop_assert_eq!(before, after);
    } else {
        let tolerance = 4.0 * precision + gradient.len() as f64 * f64::EPSILON;
        prop_assert!((norm(&after) / bound - 1.0).abs() <= tolerance, "{} instead of {bound}", norm(&after));
        for (before, after) in before.iter().zip(&after) {
            prop_assert!((after - before * (bound / length)).abs() <= tolerance * after.abs());
        }
    }
    Ok(())
}

fn clips_the_values<T: Scalar>(gradient: &[f64], bound: f64) -> Result<(), TestCaseError> {
    let gradient: Vec<T> = gradient.iter().map(|&g| T::from_f64(g)).collect();
    let c: f64 = T::from_f64(bound).into();
    for (before, after) in widened(&gradient).iter().zip(widened(&shown(&gradient, Clip::Value(bound)))) {
        prop_assert_eq!(after, before.clamp(-c, c));
    }
    Ok(())
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn gradients_are_clipped(
        // Shorter and longer than a block of the norm, which is 1024.
        gradient in prop_oneof![
            9 => proptest::collection::vec(-10.0..10.0, 1..50),
            1 => proptest::collection::vec(-10.0..10.0, 1000..3000),
        ],
        bound in 0.1..100.0,
    ) {
        clips_the_norm::<f32>(&gradient, bound, f64::from(f32::EPSILON))?;
        clips_the_norm::<f64>(&gradient, bound, f64::EPSILON)?;
        clips_the_values::<f32>(&gradient, bound)?;
        clips_the_values::<f64>(&gradient, bound)?;
    }
}

#[test]
fn norms_that_have_no_square_are_clipped_too() {
    for size in [1e-200, 1e200] {
        let after = shown(&[3.0 * size, -4.0 * size], Clip::Norm(size));
        assert!((after[0] / size - 0.6).abs() < 1e-15 && (after[1] / size + 0.8).abs() < 1e-15, "{after:?}");
    }
    for size in [1e-30_f32, 1e30] {
        let after = shown(&[3.0 * size, -4.0 * size], Clip::Norm(f64::from(size)));
        assert!((after[0] / size - 0.6).abs() < 1e-6 && (after[1] / size + 0.8).abs() < 1e-6, "{after:?}");
    }
    // The norm itself overflows.
    assert_eq!(shown(&[f64::MAX; 2], Clip::Norm(1.0)), [0.0; 2]);
}

#[test]
fn what_is_not_finite_is_not_hidden_by_the_norm() {
    let nan = shown(&[f64::NAN, 1e9], Clip::Norm(1.0));
    assert!(nan[0].is_nan() && nan[1] == 1e9, "{nan:?}");
    let infinite = shown(&[f32::INFINITY, 1.0], Clip::Norm(1.0));
    assert!(infinite[0].is_nan() && infinite[1] == 0.0, "{infinite:?}");
    let by_value = shown(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY], Clip::Value(2.0));
    assert!(by_value[0].is_nan(), "{by_value:?}");
    assert_eq!(by_value[1..], [2.0, -2.0]);
}

#[test]
fn clipped_descent_crosses_a_cliff() {
    // x + e²⁰ˣ/20 rises slowly to the left and steeply to the right: from the steep part an unclipped step leaves for
    // good.
    let cliff = from_fn(1, |x, g| {
        let steep = thalweg::numerics::exp(20.0 * x[0]);
        g[0] = steep - 1.0;
        steep / 20.0 - x[0]
    });
    let run = |rule: &dyn UpdateRule<f64, State = thalweg::first_order::ClippedState<(), f64>>| {
        let method = Scheduled { rule, schedule: Constant { rate: 0.05 } };
        // The gradient at the start is 4.9e8.
        let stop = Stop { relative_gradient: 1e-16, ..Stop::default() };
        minimize(&cliff, &method, &[1.0], stop, silent).expect("valid input")
    };
    let clipped = run(&Clipped { rule: GradientDescent, clip: Clip::Norm(1.0) });
    assert!(clipped.reason.is_converged() && clipped.best.x[0].abs() < 1e-6, "{}", clipped.reason);
    let unclipped = run(&Clipped { rule: GradientDescent, clip: Clip::Norm(1e12) });
    assert!(!unclipped.reason.is_converged(), "{}", unclipped.reason);
}

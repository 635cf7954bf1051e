//! What can be done to a problem without a rule noticing.

use std::fmt::Debug;

use proptest::prelude::*;
use thalweg::first_order::Scalar;
use thalweg::numerics::powi;
use thalweg::prelude::*;

use crate::{START, bits, for_every_rule, gradients, path, path_from, the_same_every_time};

/// Parameters in another order go through the same numbers in that order.
fn is_blind_to_the_order<T: Scalar, R: UpdateRule<T>>(
    name: &str,
    rule: R,
    gradients: &[Vec<f64>],
    by: usize,
) {
    let rotate = |x: &[f64]| {
        let mut x = x.to_vec();
        x.rotate_left(by);
        x
    };
    let turned: Vec<Vec<f64>> = gradients.iter().map(|g| rotate(g)).collect();
    let mut there: Vec<Vec<T>> = path_from(&rule, &rotate(&START), &turned, 0.125);
    there.iter_mut().for_each(|x| x.rotate_right(by));
    assert_eq!(bits(&there), bits(&path::<T, R>(&rule, gradients)), "{name}");
}

/// A parameter goes its way whatever the others do, be they there or not.
fn is_blind_to_the_neighbors<T: Scalar, R: UpdateRule<T>>(
    name: &str,
    rule: R,
    gradients: &[Vec<f64>],
    i: usize,
) {
    let together = path::<T, R>(&rule, gradients);
    let own: Vec<Vec<f64>> = gradients.iter().map(|g| vec![g[i]]).collect();
    let alone = path_from::<T, R>(&rule, &START[i..=i], &own, 0.125);
    let of_it: Vec<Vec<T>> = together.iter().map(|x| vec![x[i]]).collect();
    assert_eq!(bits(&alone), bits(&of_it), "{name}");
}

/// Where no gradient ever comes, nothing moves, and nothing becomes NaN. Only decay goes on.
fn rests_without_a_gradient<T: Scalar, R: UpdateRule<T>>(name: &str, rule: R) {
    let path = path::<T, R>(&rule, &vec![vec![0.0; 7]; 20]);
    let start: Vec<T> = START.iter().map(|&x| T::from_f64(x)).collect();
    if name == "AdamW" {
        // 20 times 1 − ηλ = 1 − 0.1/8.
        let left = (1.0 - powi(1.0 - 0.0125, 20) - (1.0 - path[19][0].into())).abs();
        assert!(left < 20.0 * f64::from(f32::EPSILON), "{left:e}");
    } else {
        assert_eq!(bits(&path), bits(&vec![start; 20]), "{name}");
    }
}

/// Powers of two pass through products, quotients, sums and (in pairs) roots without rounding: a gradient 2ᵏ times as
/// large with an ε that is, too, goes through the same points.
fn same_bits_in_other_units<T: Scalar, R: UpdateRule<T>, S: UpdateRule<T>>(
    here: &R,
    (there, rate): (&S, f64),
    gradients: &[Vec<f64>],
    factor: f64,
) -> Result<(), TestCaseError> {
    let scaled: Vec<Vec<f64>> =
        gradients.iter().map(|g| g.iter().map(|&g| T::from_f64(g).into() * factor).collect()).collect();
    let there = path_from::<T, S>(there, &START, &scaled, rate);
    prop_assert_eq!(bits(&there), bits(&path::<T, R>(here, gradients)));
    Ok(())
}

fn knows_no_units<T: Scalar>(gradients: &[Vec<f64>], factor: f64) -> Result<(), TestCaseError> {
    // ε and G₀ are powers of two as well, so that they are scaled exactly in both precisions.
    let epsilon = powi(0.5, 20);
    let scaled = epsilon * factor;
    let adagrad = Adagrad { epsilon, initial_accumulator: 0.125 };
    let there = Adagrad { epsilon: scaled, initial_accumulator: 0.125 * factor * factor };
    same_bits_in_other_units::<T, _, _>(&adagrad, (&there, 0.125), gradients, factor)?;
    for (centered, momentum) in [(false, 0.0), (true, 0.0), (false, 0.9), (true, 0.9)] {
        let here = RmsProp { epsilon, centered, momentum, ..RmsProp::default() };
        let there = RmsProp { epsilon: scaled, ..here };
        same_bits_in_other_units::<T, _, _>(&here, (&there, 0.125), gradients, factor)?;
    }
    // Adadelta's step is in units of the gradient as long as its ε is one for both roots; the rate takes that away.
    let here = Adadelta { epsilon, ..Adadelta::default() };
    let there = Adadelta { epsilon: scaled * factor, ..here };
    same_bits_in_other_units::<T, _, _>(&here, (&there, 0.125 / factor), gradients, factor)?;
    let (adam, adam_w) = (Adam { epsilon, ..Adam::default() }, AdamW { epsilon, ..AdamW::default() });
    let there = Adam { epsilon: scaled, ..adam };
    same_bits_in_other_units::<T, _, _>(&adam, (&there, 0.125), gradients, factor)?;
    let there = AdamW { epsilon: scaled, ..adam_w };
    same_bits_in_other_units::<T, _, _>(&adam_w, (&there, 0.125), gradients, factor)?;
    let here = AmsGrad { epsilon, ..AmsGrad::default() };
    let there = AmsGrad { epsilon: scaled, ..here };
    same_bits_in_other_units::<T, _, _>(&here, (&there, 0.125), gradients, factor)
}

/// Nothing that a rule adds up or takes the largest of ever falls.
fn never_falls<T: Scalar + Debug, R: UpdateRule<T>>(
    rule: &R,
    gradients: &[Vec<f64>],
    sums: impl Fn(&R::State) -> &[T],
) -> Result<(), TestCaseError> {
    let mut x = crate::rounded::<T>(&START);
    let mut state = rule.init(&x).expect("usable settings");
    for gradient in gradients {
        let before = sums(&state).to_vec();
        rule.update(&mut state, &mut x, &crate::rounded::<T>(gradient), T::ONE).expect("valid input");
        for (before, after) in before.iter().zip(sums(&state)) {
            prop_assert!(after >= before, "{before:?}, then {after:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn order_of_the_parameters_does_not_matter(gradients in gradients(), by in 1_usize..7) {
        for_every_rule!(is_blind_to_the_order, &gradients, by);
    }

    #[test]
    fn parameters_do_not_see_each_other(gradients in gradients(), i in 0_usize..7) {
        for_every_rule!(is_blind_to_the_neighbors, &gradients, i);
    }

    #[test]
    fn units_of_the_gradient_do_not_matter(gradients in gradients(), exponent in 1_u64..=8, up in any::<bool>()) {
        let factor = if up { powi(2.0, exponent) } else { powi(0.5, exponent) };
        knows_no_units::<f64>(&gradients, factor)?;
        knows_no_units::<f32>(&gradients, factor)?;
    }

    #[test]
    fn sums_and_largest_moments_never_fall(gradients in gradients()) {
        never_falls::<f32, _>(&Adagrad::default(), &gradients, |state| &state.sum_of_squares)?;
        never_falls::<f64, _>(&Adagrad::default(), &gradients, |state| &state.sum_of_squares)?;
        never_falls::<f32, _>(&AmsGrad::default(), &gradients, |state| &state.largest_second_moment)?;
        never_falls::<f64, _>(&AmsGrad::default(), &gradients, |state| &state.largest_second_moment)?;
    }
}

#[test]
fn rules_rest_without_a_gradient() {
    for_every_rule!(rests_without_a_gradient);
}

#[test]
fn steps_of_adam_on_a_constant_gradient_have_the_length_of_the_rate() {
    // m̂ = g and √v̂ = |g| at every k, up to the roundings of the averages: k of them, on numbers as small as 1 − β₂ᵏ.
    for (gradient, rate) in [(3.0, 0.25), (-1e-3, 0.25), (1e6, 1e-3)] {
        let adam = Adam { epsilon: 0.0, ..Adam::default() };
        let path = path_from::<f64, _>(&adam, &[0.0], &vec![vec![gradient]; 500], rate);
        for pair in path.windows(2) {
            let step = (pair[1][0] - pair[0][0]).abs();
            assert!((step / rate - 1.0).abs() < 1e-10, "{step} at the rate {rate}");
        }
    }
}

//! What holds on every diagonal quadratic, checked on random ones.
//!
//! Letters: f(w) = ½ Σ aᵢ wᵢ² + Σ bᵢ wᵢ, L = max aᵢ, η the rate, u the unit roundoff.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::first_order::Scalar;
use thalweg::numerics::{norm, pow, powi};
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

use crate::{UNIT_ROUNDOFF, iterates};

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_201_026),
        ..ProptestConfig::default()
    }
}

/// One variable: its curvature a > 0 over six decades, its linear term b, where it starts.
type Variable = (f64, f64, f64);

fn variables() -> impl Strategy<Value = Vec<Variable>> {
    let curvature = (-3.0..3.0).prop_map(|decade| pow(10.0, decade));
    vec((curvature, -100.0..100.0, -100.0..100.0), 1..=6)
}

fn column(variables: &[Variable], which: impl Fn(&Variable) -> f64) -> Vec<f64> {
    variables.iter().map(which).collect()
}

fn largest_curvature(variables: &[Variable]) -> f64 {
    variables.iter().fold(0.0, |largest, v| largest.max(v.0))
}

fn quadratic(variables: &[Variable]) -> DiagonalQuadratic {
    DiagonalQuadratic::new(column(variables, |v| v.0), column(variables, |v| v.1), 0.0)
        .expect("finite numbers")
}

/// S = |aw| + |b| of one variable: the size of what is added up for its gradient.
fn gradient_size(&(a, b, _): &Variable, w: f64) -> f64 {
    a * w.abs() + b.abs()
}

/// x − ηg, compared bit for bit. What a NaN's payload is, no standard says.
fn is_the_formula<T: Scalar>(numbers: &[(T, T)], rate: T) -> Result<(), TestCaseError> {
    let (mut x, gradient): (Vec<T>, Vec<T>) = numbers.iter().copied().unzip();
    GradientDescent.update(&mut (), &mut x, &gradient, rate).expect("equal lengths and a rate of 0 or more");
    for (&after, &(before, g)) in x.iter().zip(numbers) {
        // Widening to f64 is exact, so it keeps different numbers different.
        let (got, expected): (f64, f64) = (after.into(), (before - rate * g).into());
        let same = got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan());
        prop_assert!(same, "{before:?} − {rate:?} · {g:?} gave {after:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(the_same_every_time())]

    /// With b = 0 there is nothing that rounding could turn: 0 ≤ ηaᵢ ≤ 1 + 2u, so |w − fl(ηaw)| ≤ |w|, which
    /// survives rounding because rounding is monotone, and so is every operation of Σ ½ aᵢ wᵢ².
    #[test]
    fn value_around_zero_never_increases_not_even_by_a_bit(
        variables in variables(),
        fraction in f64::EPSILON..=1.0,
    ) {
        let f = DiagonalQuadratic::centered(column(&variables, |v| v.0)).expect("finite curvatures");
        let points = iterates(&f, fraction / largest_curvature(&variables), &column(&variables, |v| v.2), 30);
        for pair in points.windows(2) {
            prop_assert!(f.value(&pair[1]) <= f.value(&pair[0]), "from {:?} to {:?}", pair[0], pair[1]);
        }
    }

    /// With Sᵢ = |aᵢ wᵢ| + |bᵢ|, a step lands within 4u (|wᵢ| + ηSᵢ) of the exact one, where the slope is at most
    /// 2Sᵢ, and each of the two values is off by at most (n + 3) u Σ 2Sᵢ (|wᵢ| + ηSᵢ).
    #[test]
    fn value_never_increases_at_rates_up_to_one_over_the_largest_curvature(
        variables in variables(),
        fraction in f64::EPSILON..=1.0,
    ) {
        let f = quadratic(&variables);
        let rate = fraction / largest_curvature(&variables);
        for pair in iterates(&f, rate, &column(&variables, |v| v.2), 30).windows(2) {
            let size = |(v, &w): (&Variable, &f64)| {
                let s = gradient_size(v, w);
                s * (w.abs() + rate * s)
            };
            let size: f64 = variables.iter().zip(&pair[0]).map(size).sum();
            let allowance = (4 * variables.len() + 20) as f64 * UNIT_ROUNDOFF * size;
            let (before, after) = (f.value(&pair[0]), f.value(&pair[1]));
            prop_assert!(after <= before + allowance, "from {before:e} to {after:e}, allowance {allowance:e}");
        }
    }

    /// ‖w′ − w*‖ ≤ max|1 − ηaᵢ| ‖w − w*‖. Rounding: 4u (|wᵢ| + ηSᵢ) in the step, 2u |wᵢ*| in the minimum, and
    /// (n + 10) u of the distances, for the two norms and the factor.
    #[test]
    fn distance_to_the_minimum_shrinks_by_the_predicted_factor(
        variables in variables(),
        fraction in f64::EPSILON..2.0,
    ) {
        let f = quadratic(&variables);
        let rate = fraction / largest_curvature(&variables);
        let factor = f.curvatures().iter().fold(0.0_f64, |factor, a| factor.max((1.0 - rate * a).abs()));
        let minimum = f.stationary_point().expect("every curvature is above 0");
        let distance = |w: &[f64]| {
            let difference: Vec<f64> = w.iter().zip(&minimum).map(|(w, m)| w - m).collect();
            norm(&difference)
        };
        for pair in iterates(&f, rate, &column(&variables, |v| v.2), 30).windows(2) {
            let size = |((v, &w), m): ((&Variable, &f64), &f64)| w.abs() + m.abs() + rate * gradient_size(v, w);
            let sizes: Vec<f64> = variables.iter().zip(&pair[0]).zip(&minimum).map(size).collect();
            let allowance = (variables.len() + 16) as f64 * UNIT_ROUNDOFF * norm(&sizes);
            let (before, after) = (distance(&pair[0]), distance(&pair[1]));
            prop_assert!(
                after <= factor * before + allowance,
                "from {before:e} to {after:e}, factor {factor}, allowance {allowance:e}"
            );
        }
    }

    /// f(w − t) has the iterates of f, moved by t. With ηaᵢ < 2 no error grows, and every number on the way is below
    /// K = |x₀| + 3|m| + 2|t| (m: the minimum), so that a step of either run adds at most 12uK.
    #[test]
    fn iterates_move_along_when_the_problem_is_moved(
        variables in variables(),
        fraction in f64::EPSILON..2.0,
        shifts in vec(-1000.0..1000.0, 6),
    ) {
        // Here b is used as the minimum m: the gradient is a ((w − t) − m).
        let moved_by = |shifts: Vec<f64>| {
            let variables = variables.clone();
            from_fn(variables.len(), move |w, gradient| {
                let mut value = 0.0;
                for (((&(a, m, _), w), t), g) in variables.iter().zip(w).zip(&shifts).zip(gradient) {
                    let difference = (w - t) - m;
                    *g = a * difference;
                    value += 0.5 * a * difference * difference;
                }
                value
            })
        };
        let rate = fraction / largest_curvature(&variables);
        let x0 = column(&variables, |v| v.2);
        let moved_x0: Vec<f64> = x0.iter().zip(&shifts).map(|(x, t)| x + t).collect();
        let here = iterates(&moved_by(vec![0.0; x0.len()]), rate, &x0, 30);
        let there = iterates(&moved_by(shifts.clone()), rate, &moved_x0, 30);
        for (k, (here, there)) in here.iter().zip(&there).enumerate() {
            for (((&(_, m, x0), t), here), there) in variables.iter().zip(&shifts).zip(here).zip(there) {
                let size = x0.abs() + 3.0 * m.abs() + 2.0 * t.abs();
                let allowance = 24.0 * (k + 1) as f64 * UNIT_ROUNDOFF * size;
                let error = (there - t - here).abs();
                prop_assert!(error <= allowance, "off by {error:e} after step {k}, allowance {allowance:e}");
            }
        }
    }

    /// A power of two passes through every product and every sum without rounding.
    #[test]
    fn iterates_keep_every_bit_when_f_and_one_over_the_rate_are_scaled_by_a_power_of_two(
        variables in variables(),
        fraction in f64::EPSILON..2.0,
        exponent in 0..=30_u64,
        up in any::<bool>(),
    ) {
        let factor = if up { powi(2.0, exponent) } else { 1.0 / powi(2.0, exponent) };
        let scaled: Vec<Variable> = variables.iter().map(|&(a, b, x)| (factor * a, factor * b, x)).collect();
        let rate = fraction / largest_curvature(&variables);
        let x0 = column(&variables, |v| v.2);
        let bits = |points: Vec<Vec<f64>>| -> Vec<u64> { points.concat().into_iter().map(f64::to_bits).collect() };
        prop_assert_eq!(
            bits(iterates(&quadratic(&variables), rate, &x0, 30)),
            bits(iterates(&quadratic(&scaled), rate / factor, &x0, 30))
        );
    }

    #[test]
    fn bare_rule_is_the_formula_bit_for_bit_in_f64(
        numbers in vec((proptest::num::f64::ANY, proptest::num::f64::ANY), 1..50),
        rate in 0.0..10.0,
    ) {
        is_the_formula(&numbers, rate)?;
    }

    #[test]
    fn bare_rule_is_the_formula_bit_for_bit_in_f32(
        numbers in vec((proptest::num::f32::ANY, proptest::num::f32::ANY), 1..50),
        rate in 0.0..10.0_f32,
    ) {
        is_the_formula(&numbers, rate)?;
    }
}

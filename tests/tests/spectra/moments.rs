//! Traces, moments and densities are what they estimate, as often as the confidence says.

use thalweg::numerics::{exp, powi};
use thalweg::problem::Allowance;
use thalweg_krylov::{Ending, Estimate, Reorthogonalization, SpectralSample, StochasticQuadrature};

use crate::reflected::Reflected;
use crate::{diagonal, plenty};

/// Eigenvectors in no particular directions: twelve reflections, and eigenvalues of either sign.
fn mixed(n: usize, case: u64) -> Reflected {
    // SplitMix64.
    let mut state = case;
    let mut uniform = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let eigenvalues = (0..n).map(|_| uniform()).collect();
    Reflected { eigenvalues, mirrors: (0..12).map(|_| (0..n).map(|_| uniform()).collect()).collect() }
}

fn contains(estimate: Estimate, exact: f64) -> bool {
    let (low, high) = estimate.interval();
    (low..=high).contains(&exact)
}

const CONFIDENCE: f64 = 0.95;
const CASES: u64 = 400;

/// Of 400 intervals of 95 %, 20 miss on the average. By the binomial distribution fewer than 4 miss twice in a million times
/// (2.2e-6), and 45 or more once in two million (4.6e-7).
fn assert_as_often_as_stated(misses: u64, what: &str) {
    assert!((4..45).contains(&misses), "{what}: {misses} of {CASES} intervals miss");
}

fn sample(a: &Reflected, seed: u64) -> SpectralSample {
    let quadrature = StochasticQuadrature {
        probes: 30,
        steps: 8,
        seed,
        confidence: CONFIDENCE,
        ..StochasticQuadrature::default()
    };
    quadrature.run(a, &mut plenty()).expect("valid input")
}

#[test]
fn moments_miss_as_often_as_stated() {
    // k = 0 is exact; the others, up to 2m − 1 = 15, are what the probes make of them.
    let orders = [1, 2, 3, 4, 8, 15];
    let mut misses = [0; 6];
    for case in 0..CASES {
        let a = mixed(60, case);
        let sample = sample(&a, case);
        for (order, misses) in orders.iter().zip(&mut misses) {
            let exact = a.eigenvalues.iter().map(|l| powi(*l, *order)).sum::<f64>() / 60.0;
            *misses += u64::from(!contains(sample.moment(*order).expect("exact"), exact));
        }
        let zeroth = sample.moment(0).expect("exact");
        assert!((zeroth.value - 1.0).abs() <= zeroth.half_width && zeroth.half_width < 1e-12);
        let (trace, first) = (sample.trace(), sample.moment(1).expect("exact"));
        assert!((trace.value - 60.0 * first.value).abs() < 1e-12);
    }
    for (order, misses) in orders.iter().zip(misses) {
        assert_as_often_as_stated(misses, &format!("moment {order}"));
    }
}

#[test]
fn traces_of_functions_and_densities_miss_as_often_as_stated() {
    let (mut exponential, mut densities) = (0, 0);
    for case in 0..CASES {
        let a = mixed(60, case + 1000);
        let quadrature = StochasticQuadrature {
            steps: 40,
            seed: case,
            confidence: CONFIDENCE,
            ..StochasticQuadrature::default()
        };
        let sample = quadrature.run(&a, &mut plenty()).expect("valid input");
        let exact: f64 = a.eigenvalues.iter().map(|l| exp(*l)).sum();
        exponential += u64::from(!contains(sample.trace_of(exp), exact));
        // As wide as ten eigenvalues are apart: nothing is left of the nodes.
        let (x, width) = (0.1, 0.3);
        let kernel =
            |l: &f64| exp(-0.5 * (x - l) * (x - l) / (width * width)) / (width * 2.506_628_274_631_000_5);
        let exact = a.eigenvalues.iter().map(kernel).sum::<f64>() / 60.0;
        densities += u64::from(!contains(sample.density(x, width).expect("valid input"), exact));
    }
    assert_as_often_as_stated(exponential, "tr exp(A)");
    assert_as_often_as_stated(densities, "density");
}

#[test]
fn density_integrates_to_one_and_nodes_add_up_to_one() {
    let sample = sample(&mixed(60, 5), 5);
    let nodes = sample.nodes();
    assert_eq!(nodes.len(), 30 * 8);
    assert!(nodes.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert!((nodes.iter().map(|node| node.1).sum::<f64>() - 1.0).abs() < 1e-13);
    // Trapezoids over what is as good as everything.
    let integral: f64 =
        (-400..=400).map(|i| 0.01 * sample.density(0.01 * f64::from(i), 0.2).unwrap().value).sum();
    assert!((integral - 1.0).abs() < 1e-10, "{integral}");
}

#[test]
fn diagonal_matrices_have_exact_moments() {
    // z∘z = 1: every probe says the same, and only rounding is left.
    let d: Vec<f64> = (0..40).map(|i| f64::from(i) - 11.5).collect();
    let sample = StochasticQuadrature { probes: 4, steps: 10, ..StochasticQuadrature::default() }
        .run(&diagonal(&d), &mut plenty())
        .expect("valid input");
    for k in 0..20 {
        let exact = d.iter().map(|d| powi(*d, k)).sum::<f64>() / 40.0;
        let estimate = sample.moment(k).expect("exact");
        assert!(contains(estimate, exact), "{k}: {estimate:?} and {exact}");
        assert!(estimate.half_width <= 1e-8 * powi(30.0, k));
    }
    let sentence = "invalid `k`: 20 (allowed: less than 20, twice the steps)";
    assert_eq!(sample.moment(20).unwrap_err().to_string(), sentence);
    // Where the space is invariant, all of them are exact.
    let few = StochasticQuadrature { steps: 3, ..StochasticQuadrature::default() }
        .run(&diagonal(&[1.0, 2.0, 2.0]), &mut plenty())
        .expect("valid input");
    assert!(contains(few.moment(50).expect("exact"), (1.0 + 2.0 * powi(2.0, 50)) / 3.0));
}

#[test]
fn without_orthogonality_the_moments_are_the_same() {
    let a = mixed(60, 77);
    let of = |reorthogonalization| {
        let quadrature =
            StochasticQuadrature { steps: 60, reorthogonalization, ..StochasticQuadrature::default() };
        quadrature.run(&a, &mut plenty()).expect("valid input")
    };
    let full = of(Reorthogonalization::Full);
    for mode in [Reorthogonalization::Partial, Reorthogonalization::None] {
        let other = of(mode);
        for k in 0..10 {
            let (one, other) = (full.moment(k).unwrap().value, other.moment(k).unwrap().value);
            assert!((one - other).abs() < 1e-12, "{mode:?}, {k}: {one} and {other}");
        }
    }
}

#[test]
fn every_scale_of_the_matrix_is_alike() {
    let d: Vec<f64> = (1..=30).map(f64::from).collect();
    let quadrature = StochasticQuadrature { probes: 5, steps: 6, ..StochasticQuadrature::default() };
    let of = |scale: f64| {
        let scaled: Vec<f64> = d.iter().map(|d| d * scale).collect();
        quadrature.run(&diagonal(&scaled), &mut plenty()).expect("valid input")
    };
    let plain = of(1.0);
    for exponent in [-500.0, 500.0] {
        let scale = thalweg::numerics::pow(2.0, exponent);
        let scaled = of(scale);
        assert_eq!(scaled.trace().value, plain.trace().value * scale);
        let (nodes, plain_nodes) = (scaled.nodes(), plain.nodes());
        assert!(nodes.iter().zip(&plain_nodes).all(|(s, p)| s.0 == p.0 * scale && s.1 == p.1));
        let (one, other) = (scaled.log_determinant(None), plain.log_determinant(None));
        let (one, other) =
            (one.expect("valid input").expect("definite"), other.expect("valid input").expect("definite"));
        let shift = 30.0 * exponent * std::f64::consts::LN_2;
        assert!((one.value() - shift - other.value()).abs() < 1e-9);
    }
}

#[test]
fn finished_probes_count_when_the_budget_ends() {
    let d: Vec<f64> = (1..=30).map(f64::from).collect();
    let quadrature = StochasticQuadrature { probes: 10, steps: 6, ..StochasticQuadrature::default() };
    for (budget, finished) in [(0, 0), (5, 0), (6, 1), (13, 2), (59, 9)] {
        let sample = quadrature.run(&diagonal(&d), &mut Allowance::evaluations(budget)).expect("valid input");
        assert_eq!((sample.ending, sample.rules.len()), (Ending::OutOfEvaluations, finished));
        let trace = sample.trace();
        assert_eq!((trace.value.is_nan(), trace.half_width.is_infinite()), (finished == 0, finished < 2));
        assert!(finished < 2 || contains(trace, 465.0));
    }
    let all = quadrature.run(&diagonal(&d), &mut Allowance::evaluations(60)).expect("valid input");
    assert_eq!((all.ending, all.rules.len()), (Ending::IterationLimit { limit: 60 }, 10));
}

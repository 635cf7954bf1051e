//! Hessians with a bound on the error of every element.

use thalweg::numerics::ln;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Stuck};
use thalweg_hessian::{DifferenceSettings, HessianEstimate, hessian_by_differences};

use crate::{is_symmetric, x_squared_y};
use thalweg_tests::random_objective::{Difficulty, Random, RandomObjective};

fn estimate(problem: &(impl Differentiable + ?Sized), x: &[f64]) -> HessianEstimate {
    let mut allow = Allowance::evaluations(10_000);
    let found =
        hessian_by_differences(problem, x, DifferenceSettings::default(), &mut allow).expect("valid input");
    assert_eq!(found.gradients, 10_000 - allow.left());
    found
}

/// How many of the bounds are below 1e-7 of the element's largest term, after a look at every error.
#[derive(Debug, Default)]
struct Tally {
    elements: usize,
    tight: usize,
    gradients: u64,
    columns: u64,
}

impl Tally {
    fn add(&mut self, f: &RandomObjective) {
        let (found, exact, n) = (estimate(f, &f.x), f.elements(&f.x), f.dim());
        assert!(found.is_complete() && is_symmetric(&found.matrix) && is_symmetric(&found.bounds));
        assert!(found.is_symmetric(), "{found}, {f:?}");
        for (i, row) in exact.iter().enumerate().take(n) {
            for (j, exact) in row.iter().enumerate().take(n) {
                let (value, bound) = (found.matrix[(i, j)], found.bounds[(i, j)]);
                // The exact element is rounded itself: it is a sum of terms of which each is a chain of some twenty
                // operations on a z that is off by a last bit.
                let rounding = 1e-14 * exact.size;
                let error = (value - exact.value).abs();
                assert!(error <= bound + rounding, "({i}, {j}): {error:e} > {bound:e}, {f:?}");
                // An element without terms is 0 and has no size.
                self.elements += usize::from(exact.size > 0.0);
                self.tight += usize::from(exact.size > 0.0 && bound <= 1e-7 * exact.size);
            }
        }
        self.gradients += found.gradients - 1;
        self.columns += n as u64;
    }

    fn share(&self) -> f64 {
        self.tight as f64 / self.elements as f64
    }
}

#[test]
fn errors_of_three_thousand_hessians_are_within_their_bounds() {
    let mut random = Random(11);
    let mut tally = Tally::default();
    for _ in 0..3_000 {
        tally.add(&RandomObjective::new(&mut random, Difficulty::Any));
    }
    println!("{tally:?}, {}", tally.share());
    // A bound that is always wide is always right. These are wider for 2 of 10736.
    assert!(tally.share() >= 0.999, "{tally:?}");
}

#[test]
fn bounds_hold_at_scales_of_1e100_and_1e_minus_100() {
    let mut random = Random(12);
    for (scale, factor) in
        [(1e100, 1e100), (1e100, 1.0), (1e100, 1e-90), (1e-100, 1e90), (1e-100, 1.0), (1e-100, 1e-100)]
    {
        let mut tally = Tally::default();
        for _ in 0..300 {
            let f = RandomObjective::new(&mut random, Difficulty::Benign).at_scales(scale, factor);
            tally.add(&f);
        }
        assert!(tally.share() >= 0.999, "scale {scale:e}, factor {factor:e}: {tally:?}");
    }
}

#[test]
fn variables_that_are_zero_take_their_size_from_the_settings() {
    // A peak 1e-30 wide: without a hint no step meets it, and all is flat.
    let f = from_fn(2, |x, g| {
        let z = [1e30 * x[0], 1e30 * x[1]];
        let (e, s) = (thalweg::numerics::exp(-z[0] * z[0]), thalweg::numerics::sin(z[1]));
        (g[0], g[1]) = (-2e30 * z[0] * e, 1e30 * thalweg::numerics::cos(z[1]));
        e + s
    });
    let blind = estimate(&f, &[0.0, 0.0]);
    assert_eq!(blind.matrix[(0, 0)], 0.0, "{blind}");
    let settings = DifferenceSettings { typical_x: 1e-30, ..DifferenceSettings::default() };
    let found = hessian_by_differences(&f, &[0.0, 0.0], settings, &mut Allowance::evaluations(1000))
        .expect("valid input");
    assert!(
        (found.matrix[(0, 0)] + 2e60).abs() <= found.bounds[(0, 0)] && found.bounds[(0, 0)] < 1e52,
        "{found}"
    );
}

/// The gradient of `right` with one element multiplied by a factor.
struct Spoiled<'f> {
    right: &'f RandomObjective,
    element: usize,
    factor: f64,
}

impl Objective for Spoiled<'_> {
    fn dim(&self) -> usize {
        self.right.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.right.value(x)
    }
}

impl Differentiable for Spoiled<'_> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.right.value_gradient(x, gradient);
        gradient[self.element] *= self.factor;
        value
    }
}

#[test]
fn wrong_element_of_the_gradient_shows_as_an_asymmetry_that_names_it() {
    let mut random = Random(13);
    let (mut visible, mut found_wrong) = (0, 0);
    for round in 0..2_000 {
        let right = RandomObjective::new(&mut random, Difficulty::Benign);
        let (n, element) = (right.dim(), random.below(right.dim()));
        let factor = [-1.0, 0.5, 2.0, 1.0 + 1e-4][random.below(4)];
        let exact = right.elements(&right.x);
        let spoiled = Spoiled { right: &right, element, factor };
        let found = estimate(&spoiled, &right.x);
        // What the slip does to the pairs that it is in, and how far they may be apart.
        let slip = |j: usize| ((1.0 - factor) * exact[element][j].value).abs();
        let others = || (0..n).filter(|&j| j != element);
        let is_visible = others().any(|j| slip(j) > 1e-6 * exact[element][j].size);
        visible += usize::from(is_visible);
        if !found.is_symmetric() {
            let pair = [found.asymmetry.row, found.asymmetry.column];
            assert!(pair.contains(&element), "round {round}: {found}, {element} of {right:?}");
            found_wrong += usize::from(is_visible);
            let (i, j) = (pair[0], pair[1]);
            assert!(
                found.bounds[(i, j)] >= found.asymmetry.difference(),
                "nobody knows which is right: {found}"
            );
            assert!(found.to_string().ends_with("the gradient is wrong"), "{found}");
        }
    }
    // Two thirds have more than one variable, and most of those a mixed derivative that is not 0.
    assert!(visible > 700, "{visible}");
    assert!(found_wrong * 100 >= visible * 95, "{found_wrong} of {visible}");
}

#[test]
fn two_estimates_are_weighed_by_their_bounds() {
    // The gradient by x₁ is noisy in its tenth digit, that by x₀ is not: of the two estimates of the mixed derivative the one from it
    // counts little.
    let noisy = from_fn(2, |x, g| {
        let noise = thalweg::numerics::sin(1e9 * x[0]) * 1e-10;
        (g[0], g[1]) = (2.0 * x[0] * x[1], x[0] * x[0] + noise);
        x[0] * x[0] * x[1]
    });
    let found = estimate(&noisy, &[3.0, 2.0]);
    let asymmetry = found.asymmetry;
    assert_eq!((asymmetry.row, asymmetry.column), (1, 0));
    // ∂g₁/∂x₀ is `below` and has the noise.
    assert!(asymmetry.difference() > 1e-12 && asymmetry.difference() <= found.asymmetry_bound, "{found}");
    assert!((found.matrix[(1, 0)] - 6.0).abs() < 0.1 * (asymmetry.below - 6.0).abs(), "{found:?}");
    assert!(found.bounds[(1, 0)] < 0.1 * found.asymmetry_bound, "{found:?}");
}

/// x − ln x in each variable, with a gradient that goes on where f has no value.
fn barrier(n: usize) -> impl Differentiable {
    from_fn(n, |x, g| {
        g.iter_mut().zip(x).for_each(|(g, x)| *g = 1.0 - 1.0 / x);
        x.iter().map(|&x| x - ln(x)).sum()
    })
}

#[test]
fn border_of_the_domain_is_no_panic_and_no_number() {
    for x in [1e-100, 1e-9, 1e-3] {
        let found = estimate(&barrier(2), &[x, 1.0]);
        let error = (found.matrix[(0, 0)] * x * x - 1.0).abs();
        assert!(
            found.is_complete() && error <= found.bounds[(0, 0)] * x * x && error < 1e-8,
            "{x:e}: {found}"
        );
    }
    // On the border, where the gradient is not finite, and beyond: one gradient, and nothing is known.
    for x in [0.0, -1.0] {
        let found = estimate(&barrier(2), &[1.0, x]);
        assert!(found.matrix.iter().all(|h| h.is_nan()) && found.bounds.iter().all(|b| *b == f64::INFINITY));
        assert_eq!((found.gradients, found.is_complete(), found.widest_bound()), (1, false, f64::INFINITY));
        assert!(found.to_string().contains("±inf"), "{found}");
    }
    // Finite on the border, and on one side of it only: that column is unknown, the others are not.
    let half = from_fn(2, |x, g| {
        (g[0], g[1]) = (x[0], x[1]);
        if x[0] < 1.0 { f64::NAN } else { 0.5 * (x[0] * x[0] + x[1] * x[1]) }
    });
    let found = estimate(&half, &[1.0, 2.0]);
    assert!(found.matrix[(0, 0)].is_nan() && found.bounds[(0, 0)] == f64::INFINITY);
    assert!((found.matrix[(1, 1)] - 1.0).abs() <= found.bounds[(1, 1)] && found.bounds[(1, 1)] < 1e-10);
    // The mixed derivative is known from one side, and that is enough.
    assert!(found.matrix[(1, 0)].abs() <= found.bounds[(1, 0)] && found.bounds[(1, 0)] < 1e-10, "{found:?}");
}

#[test]
fn kinks_widen_the_bounds_and_infinities_do_not_panic() {
    // The gradient of x|x|/2 is |x|: its derivative at 0 is anything between −1 and 1.
    let kink = from_fn(1, |x, g| {
        g[0] = x[0].abs();
        0.5 * x[0] * x[0].abs()
    });
    let found = estimate(&kink, &[0.0]);
    assert!(found.bounds[(0, 0)] >= 1.0, "{found}");
    for strange in [f64::INFINITY, f64::NAN, f64::MAX] {
        let f = from_fn(2, |x, g| {
            g.fill(if x[0] > 1.0 { strange } else { x[0] });
            x[0]
        });
        let found = estimate(&f, &[1.0, 1.0]);
        assert!(found.bounds[(0, 0)] > 0.1, "{found}");
    }
}

#[test]
fn no_gradient_is_evaluated_without_leave() {
    let f = x_squared_y();
    let counted = Counted::new(&f);
    let all = estimate(&counted, &[3.0, 2.0]).gradients;
    assert_eq!(counted.counts().gradients, all);
    for evaluations in 0..all {
        let counted = Counted::new(&f);
        let mut allow = Allowance::evaluations(evaluations);
        let settings = DifferenceSettings::default();
        let result = hessian_by_differences(&counted, &[3.0, 2.0], settings, &mut allow);
        assert_eq!(result.unwrap_err(), Stuck::OutOfEvaluations);
        assert_eq!(counted.counts().gradients, evaluations);
    }
    let flag = CancelFlag::default();
    let raises = from_fn(1, |x, g| {
        flag.raise();
        g[0] = x[0];
        0.5 * x[0] * x[0]
    });
    let counted = Counted::new(&raises);
    let mut allow = Allowance::evaluations(1000).watching([Some(flag.clone()), None]);
    let result = hessian_by_differences(&counted, &[3.0], DifferenceSettings::default(), &mut allow);
    assert_eq!((result.unwrap_err(), counted.counts().gradients), (Stuck::Cancelled, 1));
}

//! The minimum of the model beside one from the eigenvalues.

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use super::*;

fn cubic(sigma: f64) -> Bound {
    // In another unit, which must not matter.
    Bound::Cubic(Sigma { weight: 8.0 * sigma, unit: 8.0 })
}

/// ρ(λ).
fn length_at(bound: Bound, lambda: f64) -> f64 {
    match bound {
        Bound::Radius(radius) => radius,
        Bound::Cubic(sigma) => lambda / sigma.value(),
    }
}

/// A subproblem: H = E Λ Eᵀ and g = E γ.
#[derive(Clone, Debug)]
struct Subproblem {
    values: Vec<f64>,
    vectors: DMatrix<f64>,
    gamma: Vec<f64>,
}

impl Subproblem {
    fn h(&self) -> DMatrix<f64> {
        let values = DMatrix::from_diagonal(&DVector::from_column_slice(&self.values));
        let h = &self.vectors * values * self.vectors.transpose();
        0.5 * (&h + h.transpose())
    }

    fn g(&self) -> DVector<f64> {
        &self.vectors * DVector::from_column_slice(&self.gamma)
    }

    fn lowest(&self) -> f64 {
        self.values.iter().fold(f64::INFINITY, |low, v| low.min(*v))
    }

    fn model(&self, p: &DVector<f64>, bound: Bound) -> f64 {
        let quadratic = self.g().dot(p) + 0.5 * p.dot(&(self.h() * p));
        match bound {
            Bound::Radius(_) => quadratic,
            Bound::Cubic(sigma) => quadratic + sigma.value() * p.norm() * p.norm() * p.norm() / 3.0,
        }
    }

    /// The global minimum of the model, from the eigenvalues, by bisection for λ; in the hard case along the lowest ones.
    fn exact(&self, bound: Bound) -> f64 {
        let step = |lambda: f64| -> Vec<f64> {
            let parts = self.values.iter().zip(&self.gamma);
            parts.map(|(v, g)| if *g == 0.0 { 0.0 } else { -g / (v + lambda) }).collect()
        };
        let length = |p: &[f64]| p.iter().map(|p| p * p).sum::<f64>().sqrt();
        let value = |p: &[f64]| {
            let terms = p.iter().zip(&self.values).zip(&self.gamma);
            terms.map(|((p, v), g)| g * p + 0.5 * v * p * p).sum::<f64>()
        };
        let model = |p: &[f64]| match bound {
            Bound::Radius(_) => value(p),
            Bound::Cubic(sigma) => value(p) + sigma.value() * length(p) * length(p) * length(p) / 3.0,
        };
        let is_too_long = |lambda: f64| length(&step(lambda)) > length_at(bound, lambda);
        let floor = (-self.lowest()).max(0.0);
        if !is_too_long(floor) {
            let mut p = step(floor);
            let wanted = length_at(bound, floor);
            if self.lowest() < 0.0 {
                // The hard case: the rest of the length along a lowest eigenvector, which g does not see.
                let at = self.values.iter().position(|v| *v == self.lowest()).expect("there is one");
                assert_eq!(self.gamma[at], 0.0);
                p[at] = (wanted * wanted - length(&p) * length(&p)).max(0.0).sqrt();
            }
            return model(&p);
        }
        let (mut low, mut high) = (floor, floor + 1.0);
        while is_too_long(high) {
            high *= 2.0;
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if is_too_long(middle) { low = middle } else { high = middle }
        }
        model(&step(high))
    }
}

fn solved(problem: &Subproblem, bound: Bound) -> (DVector<f64>, Minimum) {
    let n = problem.values.len();
    let mut p = DVector::from_element(n, f64::NAN);
    let minimum =
        Model::for_dim(n).minimize(problem.h().as_slice(), problem.g().as_slice(), bound, p.as_mut_slice());
    (p, minimum)
}

/// Eigenvalues of either sign and many sizes, some equal; parts of g of many sizes, and none along the lowest
/// eigenvalues in every other problem.
fn subproblems() -> impl Strategy<Value = Subproblem> {
    let value = prop_oneof![
        4 => (-3.0..3.0_f64, any::<bool>()).prop_map(|(e, sign)| {
            thalweg_numerics::pow(10.0, e) * if sign { 1.0 } else { -1.0 }
        }),
        1 => Just(-1.0),
        1 => Just(0.0),
        1 => Just(2.0),
    ];
    let part = prop_oneof![4 => -1.0..1.0_f64, 1 => Just(0.0), 1 => -1e-9..1e-9_f64];
    let sizes = (1_usize..9).prop_flat_map(move |n| {
        let numbers = proptest::collection::vec(-1.0..1.0_f64, n * n);
        (proptest::collection::vec(value.clone(), n), proptest::collection::vec(part.clone(), n), numbers)
    });
    (sizes, any::<bool>()).prop_map(|((values, mut gamma, numbers), is_hard)| {
        let n = values.len();
        let vectors = DMatrix::from_vec(n, n, numbers).qr().q();
        let mut problem = Subproblem { values, vectors, gamma: gamma.clone() };
        if is_hard {
            let lowest = problem.lowest();
            for (gamma, value) in gamma.iter_mut().zip(&problem.values) {
                if *value == lowest {
                    *gamma = 0.0;
                }
            }
            problem.gamma = gamma;
        }
        problem
    })
}

/// What characterizes the minimum, to the promised accuracy.
fn is_minimum(problem: &Subproblem, bound: Bound) -> Result<(), TestCaseError> {
    let (p, minimum) = solved(problem, bound);
    let size = problem.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let exact = -problem.exact(bound);
    // Parts of g of size u along an eigenvalue of size u are noise to whoever gets H as a matrix.
    let noise = 1e-9 * exact.abs() + 1e-13 * (size * p.norm_squared() + problem.g().norm() * p.norm());
    let fell = -problem.model(&p, bound);
    prop_assert!(
        (minimum.length - p.norm()).abs() <= 1e-9 * p.norm(),
        "{:?} for ‖p‖ = {}",
        minimum,
        p.norm()
    );
    prop_assert!(
        (fell - minimum.decrease).abs() <= 1e-3 * fell.abs() + noise,
        "falls by {}, says {:?}",
        fell,
        minimum
    );
    prop_assert!(fell >= 0.9 * exact - noise, "falls by {} of {}: {:?}", fell, exact, minimum);
    prop_assert!(minimum.multiplier >= -1e-13 * size);
    prop_assert!(minimum.multiplier + problem.lowest() >= -1e-12 * size, "H + λI is not psd: {:?}", minimum);
    match bound {
        Bound::Radius(radius) => {
            prop_assert!(p.norm() <= radius * 1.1, "{} of {}", p.norm(), radius);
            // λ (Δ² − ‖p‖²)/2 is what the step gives away at most; 5 % of Δ beyond it are allowed.
            let slack = minimum.multiplier * (radius * radius - p.norm_squared()).abs();
            // An eigenvalue of 0 is u ‖H‖ of either sign to whoever gets H as a matrix, and gains or loses that times Δ².
            let noise = noise + 1e-14 * size * radius * radius;
            let is_border = (p.norm() - radius).abs() <= 0.1 * radius;
            prop_assert!(is_border || slack <= 0.1 * 2.0 * fell + noise, "{:?} within {}", minimum, radius);
        }
        Bound::Cubic(sigma) => {
            let by_length = sigma.value() * p.norm();
            let gap = (by_length - minimum.multiplier).abs();
            prop_assert!(gap <= 1e-3 * minimum.multiplier, "{:?} for σ‖p‖ = {}", minimum, by_length);
        }
    }
    prop_assert!(minimum.factorizations < TRIES, "{:?}", minimum);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn step_within_a_ball_is_the_global_minimum(problem in subproblems(), exponent in -3.0..3.0_f64) {
        is_minimum(&problem, Bound::Radius(thalweg_numerics::pow(10.0, exponent)))?;
    }

    #[test]
    fn step_of_the_cubic_model_is_its_global_minimum(problem in subproblems(), exponent in -3.0..3.0_f64) {
        is_minimum(&problem, cubic(thalweg_numerics::pow(10.0, exponent)))?;
    }

    #[test]
    fn step_scales_with_x_and_f(problem in subproblems(), x in -250_i32..250, f in -400_i32..400) {
        let two_to = |e: i32| f64::from_bits(((e + 1023) as u64) << 52);
        let n = problem.values.len();
        let (h, g) = (problem.h(), problem.g());
        // f(x) becomes F f(x/X): the gradient F/X, the Hessian F/X² of what it was.
        let (scaled_h, scaled_g) = (&h * two_to(f - x) * two_to(-x), &g * two_to(f - x));
        let pairs = h.iter().chain(g.iter()).zip(scaled_h.iter().chain(scaled_g.iter()));
        prop_assume!(pairs.into_iter().all(|(v, scaled)| *v == 0.0 || scaled.is_normal()));
        let (mut p, mut scaled) = (vec![0.0; n], vec![0.0; n]);
        let mut model = Model::for_dim(n);
        model.minimize(h.as_slice(), g.as_slice(), Bound::Radius(1.5), &mut p);
        model.minimize(scaled_h.as_slice(), scaled_g.as_slice(), Bound::Radius(1.5 * two_to(x)), &mut scaled);
        let back: Vec<f64> = scaled.iter().map(|p| p * two_to(-x)).collect();
        prop_assert_eq!(&p, &back);
    }
}

#[test]
fn definite_model_within_reach_takes_one_factorization() {
    let problem =
        Subproblem { values: vec![1.0, 4.0], vectors: DMatrix::identity(2, 2), gamma: vec![1.0, -4.0] };
    let (p, minimum) = solved(&problem, Bound::Radius(10.0));
    assert_eq!((p.as_slice(), minimum.factorizations, minimum.multiplier), (&[-1.0, 1.0][..], 1, 0.0));
    assert_eq!(minimum.decrease, 2.5);
}

#[test]
fn singular_model_without_a_slope_along_its_null_vector_takes_few_factorizations() {
    let problem =
        Subproblem { values: vec![0.03, 0.0], vectors: DMatrix::identity(2, 2), gamma: vec![-3e-10, 0.0] };
    let (p, minimum) = solved(&problem, Bound::Radius(350.0));
    assert!((p.norm() / 1e-8 - 1.0).abs() < 1e-6, "{p} {minimum:?}");
    assert!(minimum.factorizations <= 8, "{minimum:?}");
}

#[test]
fn saddle_without_a_slope_is_left_along_its_lowest_curvature() {
    let problem =
        Subproblem { values: vec![1.0, -2.0], vectors: DMatrix::identity(2, 2), gamma: vec![0.0; 2] };
    for (bound, decrease) in [(Bound::Radius(3.0), 9.0), (cubic(1.0), 4.0 / 3.0)] {
        let (p, minimum) = solved(&problem, bound);
        assert!(p[0].abs() < 1e-6 && (minimum.decrease / decrease - 1.0).abs() < 1e-6, "{p} {minimum:?}");
    }
}

#[test]
fn minimum_without_a_slope_is_not_left() {
    for values in [vec![1.0, 2.0], vec![0.0, 1.0], vec![0.0, 0.0]] {
        let problem = Subproblem { values, vectors: DMatrix::identity(2, 2), gamma: vec![0.0; 2] };
        for bound in [Bound::Radius(3.0), cubic(1.0)] {
            let (p, minimum) = solved(&problem, bound);
            assert_eq!((p.as_slice(), minimum.decrease), (&[0.0, 0.0][..], 0.0), "{problem:?}");
        }
    }
}

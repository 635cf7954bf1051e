//! Objectives in normalized variables: their derivatives, and that descent in them is w ← w − η A⁻¹ ∇E(w).
//!
//! How near two ways to the same iterates stay. Letters: S with SᵀS = A, κ that of A, u the unit roundoff, e = w − w*.
//! One step of either way rounds A⁻¹∇E by at most about c n u ‖A⁻¹‖ ‖∇E‖ ≤ c n u κ ‖e‖, and the way through ŵ rounds
//! w = S⁻¹ŵ by c n u √κ ‖w‖ besides. Steps shrink what was there before by |1 − η|, so the two ways are never further apart
//! than c n u κ max‖w‖ / (1 − |1 − η|), however many steps they take. c = 4 here; "to the last digits" means that.

use thalweg::numerics::norm;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;
use thalweg::problem::{
    Allowance, CheckSettings, Counted, Scaled, check_gradient, check_hessian_vector, check_jacobian,
};
use thalweg_hessian::nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use thalweg_hessian::{DiagonalRoot, Eigen, Normalization, Normalized, SymmetricRoot, TwiceDifferentiable};
use thalweg_tests::everything::Everything;

use crate::matrices::{U, log_spaced, numbers, with_spectrum};

const RATE: f64 = 0.3;
const STEPS: usize = 200;

/// A and b of ½ wᵀA w + bᵀw with κ = 100.
fn bowl(n: usize) -> (DMatrix<f64>, Quadratic) {
    let a = with_spectrum(&log_spaced(n, -1.0, 1.0), 3, 7);
    let quadratic = Quadratic::new(a.as_slice(), numbers(n, 8), 0.5).expect("symmetric");
    (a, quadratic)
}

/// The iterates of gradient descent on `normalized`, in w.
fn descended<S: Normalization>(problem: &Quadratic, normalization: S, start: &[f64]) -> Vec<Vec<f64>> {
    let normalized = Normalized::new(problem, normalization).expect("the same n");
    let (mut start_hat, mut w) = (vec![f64::NAN; start.len()], vec![f64::NAN; start.len()]);
    normalized.to_normalized(start, &mut start_hat).expect("equal lengths");
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: RATE } };
    let mut state = method.init(&normalized, &start_hat).expect("valid input");
    let mut allow = Allowance::evaluations(STEPS as u64);
    (0..STEPS)
        .map(|_| {
            method.step(&normalized, &mut state, &mut allow).expect("an evaluation is left");
            normalized.to_original(state.x(), &mut w).expect("equal lengths");
            w.clone()
        })
        .collect()
}

/// Those of w ← w − η A⁻¹ ∇E(w).
fn modified(problem: &Quadratic, inverse: &DMatrix<f64>, start: &[f64]) -> Vec<Vec<f64>> {
    let (mut w, mut gradient) = (DVector::from_column_slice(start), DVector::zeros(start.len()));
    (0..STEPS)
        .map(|_| {
            problem.value_gradient(w.as_slice(), gradient.as_mut_slice());
            w -= RATE * (inverse * &gradient);
            w.as_slice().to_vec()
        })
        .collect()
}

/// The largest distance between the two at any step, over the largest iterate.
fn apart(one: &[Vec<f64>], other: &[Vec<f64>]) -> f64 {
    let size = other.iter().map(|w| norm(w)).fold(0.0, f64::max);
    let distances = one.iter().zip(other).map(|(a, b)| {
        let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        norm(&difference)
    });
    distances.max_by(f64::total_cmp).expect("steps") / size
}

/// S = Q A^½ with a rotation Q of the first two axes: as good a root as the symmetric one.
struct Rotated {
    root: SymmetricRoot,
    angle: [f64; 2],
}

impl Rotated {
    fn rotate(&self, x: &mut [f64], sense: f64) {
        let [c, s] = self.angle;
        (x[0], x[1]) = (c * x[0] - sense * s * x[1], sense * s * x[0] + c * x[1]);
    }
}

impl Normalization for Rotated {
    fn dim(&self) -> usize {
        self.root.dim()
    }
    fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
        self.root.to_normalized(w, out);
        self.rotate(out, 1.0);
    }
    fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
        let mut rotated = w_hat.to_vec();
        self.rotate(&mut rotated, -1.0);
        self.root.to_original(&rotated, out);
    }
    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
        // S⁻ᵀ = Q A^-½, for Q⁻ᵀ is Q.
        self.root.gradient_to_normalized(gradient, out);
        self.rotate(out, 1.0);
    }
}

/// S = Lᵀ with A = L Lᵀ.
struct Factor(Cholesky<f64, Dyn>);

impl Normalization for Factor {
    fn dim(&self) -> usize {
        self.0.l_dirty().nrows()
    }
    fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
        out.copy_from_slice((self.0.l().transpose() * DVector::from_column_slice(w)).as_slice());
    }
    fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
        let w = self.0.l().tr_solve_lower_triangular(&DVector::from_column_slice(w_hat));
        out.copy_from_slice(w.expect("no pivot is 0").as_slice());
    }
    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
        let solved = self.0.l().solve_lower_triangular(&DVector::from_column_slice(gradient));
        out.copy_from_slice(solved.expect("no pivot is 0").as_slice());
    }
}

#[test]
fn descent_in_normalized_variables_is_the_modified_rule_whatever_the_root() {
    for n in [2, 6, 30] {
        let (a, problem) = bowl(n);
        let eigen = Eigen::new(&a).expect("a good matrix");
        let start: Vec<f64> = numbers(n, 9).iter().map(|x| 20.0 * x).collect();
        let by_rule = modified(&problem, &eigen.inverse().expect("regular"), &start);
        let bound = 4.0 * n as f64 * U * eigen.condition_number() / RATE;
        let symmetric = SymmetricRoot::of(&eigen).expect("positive definite");
        let rotated = Rotated { root: symmetric.clone(), angle: [0.6, 0.8] };
        let factor = Factor(Cholesky::new(a.clone()).expect("positive definite"));
        for (name, iterates) in [
            ("symmetric", descended(&problem, symmetric, &start)),
            ("rotated", descended(&problem, rotated, &start)),
            ("Cholesky", descended(&problem, factor, &start)),
        ] {
            let apart = apart(&iterates, &by_rule);
            assert!(apart <= bound, "{name}, n = {n}: {apart:.1e} apart, bound {bound:.1e}");
            // And the rule does what it is for: after 200 steps nothing is left of the way, whatever κ is.
            let last = &iterates[STEPS - 1];
            let mut gradient = vec![f64::NAN; n];
            problem.value_gradient(last, &mut gradient);
            assert!(norm(&gradient) <= 1e-12, "{name}, n = {n}: the gradient is {:.1e}", norm(&gradient));
        }
    }
}

#[test]
fn diagonal_root_with_powers_of_two_gives_the_modified_rule_to_the_last_bit() {
    let curvatures = [4.0, 1.0 / 1024.0, 256.0];
    let problem = DiagonalQuadratic::new(curvatures, [1.0, -0.3, 0.7], 0.0).expect("finite");
    let normalized =
        Normalized::new(&problem, DiagonalRoot::of(&curvatures).expect("positive")).expect("n = 3");
    let (mut w, mut w_hat, mut back) = ([20.0, -5.0, 0.1], [f64::NAN; 3], [f64::NAN; 3]);
    normalized.to_normalized(&w, &mut w_hat).expect("n = 3");
    assert_eq!(w_hat, [40.0, -5.0 / 32.0, 1.6]);
    let (mut gradient, mut gradient_hat) = ([f64::NAN; 3], [f64::NAN; 3]);
    for _ in 0..100 {
        problem.value_gradient(&w, &mut gradient);
        w = [0, 1, 2].map(|i| w[i] - RATE * (gradient[i] / curvatures[i]));
        normalized.value_gradient(&w_hat, &mut gradient_hat);
        w_hat = [0, 1, 2].map(|i| w_hat[i] - RATE * gradient_hat[i]);
        normalized.to_original(&w_hat, &mut back).expect("n = 3");
        assert_eq!(back, w);
    }
}

/// `Scaled` multiplies by d = a^-½ where `DiagonalRoot` divides by √a: the same bits where √a is a power of two, else two
/// roundings each way.
#[test]
fn diagonal_root_is_scaling_by_inverse_roots() {
    for (curvatures, ulps) in [([4.0, 1.0 / 64.0, 1.0], 0.0), ([3.0, 0.07, 1e7], 8.0)] {
        let problem = DiagonalQuadratic::new(curvatures, [1.0, -0.3, 0.7], 2.0).expect("finite");
        let typical = curvatures.map(|a: f64| 1.0 / a.sqrt());
        let scaled = Scaled::new(&problem, typical, 1.0).expect("positive");
        let normalized =
            Normalized::new(&problem, DiagonalRoot::of(&curvatures).expect("positive")).expect("n = 3");
        let w = [0.3, -7.0, 1.1];
        let (mut z, mut w_hat) = ([f64::NAN; 3], [f64::NAN; 3]);
        scaled.to_scaled(&w, &mut z).expect("equal lengths");
        normalized.to_normalized(&w, &mut w_hat).expect("n = 3");
        let near = |a: f64, b: f64| (a - b).abs() <= ulps * U * b.abs().max(1.0);
        assert!(z.iter().zip(&w_hat).all(|(a, b)| near(*a, *b)), "{z:?} {w_hat:?}");
        let (mut g, mut g_hat) = ([f64::NAN; 3], [f64::NAN; 3]);
        let values = (scaled.value_gradient(&z, &mut g), normalized.value_gradient(&z, &mut g_hat));
        assert!(near(values.0, values.1), "{values:?}");
        assert!(g.iter().zip(&g_hat).all(|(a, b)| near(*a, *b)), "{g:?} {g_hat:?}");
    }
}

fn assert_derivatives<S: Normalization>(normalized: &Normalized<&Everything, S>) {
    for z in [[0.7, -1.3], [3.0, 2.0], [-4.0, 0.1]] {
        let gradient = check_gradient(normalized, &z, CheckSettings::default()).unwrap();
        assert!(gradient.agrees(), "{gradient}");
        let products = check_hessian_vector(normalized, &z, CheckSettings::default()).unwrap();
        assert!(products.agrees(), "{products}");
        let jacobian = check_jacobian(normalized, &z, CheckSettings::default()).unwrap();
        assert!(jacobian.agrees(), "{jacobian}");
        // The matrix is made of the products with the axes.
        let (mut matrix, mut column) = (DMatrix::from_element(2, 2, f64::NAN), [f64::NAN; 2]);
        normalized.hessian(&z, &mut matrix);
        for j in 0..2 {
            let axis: [f64; 2] = std::array::from_fn(|i| if i == j { 1.0 } else { 0.0 });
            normalized.hessian_vector(&z, &axis, &mut column);
            for i in 0..2 {
                assert!((matrix[(i, j)] - column[i]).abs() <= 1e-14 * matrix.amax(), "{matrix} {column:?}");
            }
        }
        assert_eq!(matrix[(0, 1)], matrix[(1, 0)]);
        let mut in_w = [f64::NAN; 2];
        normalized.to_original(&z, &mut in_w).expect("n = 2");
        assert_eq!(normalized.value(&z), Everything.value(&in_w));
    }
}

#[test]
fn every_derivative_of_a_normalized_objective_is_that_of_its_value() {
    let root =
        SymmetricRoot::of(&Eigen::new(&DMatrix::from_row_slice(2, 2, &[3.0, -1.0, -1.0, 2.0])).unwrap());
    let root = root.expect("positive definite");
    assert_derivatives(
        &Normalized::new(&Everything, Rotated { root: root.clone(), angle: [-0.28, 0.96] }).unwrap(),
    );
    assert_derivatives(&Normalized::new(&Everything, root).unwrap());
    assert_derivatives(&Normalized::new(&Everything, DiagonalRoot::of(&[9.0, 0.25]).unwrap()).unwrap());
    assert_derivatives(&Normalized::at(&Everything, &[0.0, 2.0]).unwrap());
}

#[test]
fn batches_and_residuals_are_normalized_as_the_whole_is() {
    // Roots that are powers of two round nothing.
    let normalized = Normalized::new(&Everything, DiagonalRoot::of(&[0.25, 16.0]).unwrap()).unwrap();
    let (z, x) = ([0.75, -1.5], [1.5, -0.375]);
    let (mut of_normalized, mut of_original) = ([0.0; 2], [0.0; 2]);
    for batch in [&[0, 1, 2][..], &[2], &[1, 1, 0]] {
        let value = Everything.batch_value_gradient(&x, batch, &mut of_original);
        assert_eq!(normalized.batch_value_gradient(&z, batch, &mut of_normalized), value);
        assert_eq!(of_normalized, [of_original[0] * 2.0, of_original[1] / 4.0]);
    }
    assert_eq!((normalized.dim(), normalized.terms(), normalized.residual_count()), (2, 3, 3));
    let (mut r, mut normalized_r) = ([0.0; 3], [0.0; 3]);
    Everything.residuals(&x, &mut r);
    normalized.residuals(&z, &mut normalized_r);
    assert_eq!(normalized_r, r);
    assert_eq!(normalized.inner().dim(), 2);
    assert_eq!(normalized.normalization(), &DiagonalRoot::of(&[0.25, 16.0]).unwrap());
}

/// A quadratic that writes its Hessian down.
struct Written(Quadratic, DMatrix<f64>);

impl Objective for Written {
    fn dim(&self) -> usize {
        self.0.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.0.value(x)
    }
}

impl Differentiable for Written {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(x, gradient)
    }
}

impl Curved for Written {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.0.hessian_vector(x, v, out);
    }
}

impl TwiceDifferentiable for Written {
    fn hessian(&self, _: &[f64], out: &mut DMatrix<f64>) {
        out.copy_from(&self.1);
    }
}

#[test]
fn hessian_of_a_normalized_quadratic_is_the_identity() {
    for n in [1, 2, 7, 40] {
        let (a, quadratic) = bowl(n);
        let kappa = Eigen::new(&a).expect("a good matrix").condition_number();
        let normalized = Normalized::at(Written(quadratic, a), &vec![0.0; n]).expect("positive definite");
        let mut hessian = DMatrix::from_element(n, n, f64::NAN);
        normalized.hessian(&vec![1.0; n], &mut hessian);
        for (at, element) in hessian.iter().enumerate() {
            let expected = if at / n == at % n { 1.0 } else { 0.0 };
            // A^-½ A A^-½, with the error of A^-½ on either side.
            assert!((element - expected).abs() <= 10.0 * n as f64 * U * kappa, "n = {n}: {element:e}");
        }
    }
}

#[test]
fn points_go_there_and_back_and_lengths_are_checked() {
    let normalized = Normalized::at(&Everything, &[0.0, 2.0]).expect("positive definite");
    let (mut w_hat, mut w) = ([f64::NAN; 2], [f64::NAN; 2]);
    normalized.to_normalized(&[0.3, -4.0], &mut w_hat).expect("n = 2");
    normalized.to_original(&w_hat, &mut w).expect("n = 2");
    assert!((w[0] - 0.3).abs() < 1e-14 && (w[1] + 4.0).abs() < 1e-14, "{w:?}");
    for (error, sentence) in [
        (normalized.to_normalized(&[1.0], &mut w), "invalid `w`: length 1 (allowed: length 2)"),
        (normalized.to_normalized(&[1.0; 2], &mut [0.0; 3]), "invalid `out`: length 3 (allowed: length 2)"),
        (normalized.to_original(&[1.0; 3], &mut w), "invalid `w_hat`: length 3 (allowed: length 2)"),
        (normalized.to_original(&[1.0; 2], &mut []), "invalid `out`: length 0 (allowed: length 2)"),
    ] {
        assert_eq!(error.expect_err("a length").to_string(), sentence);
    }
    for (at, sentence) in [
        (&[1.0][..], "invalid `w`: length 1 (allowed: length 2)"),
        (&[1.0, f64::NAN], "invalid `w[1]`: NaN (allowed: a finite number)"),
        // The Hessian is (18, 11; 11, 5) there.
        (&[2.0, 3.0], "invalid `eigenvalue 0 of A`: -1.2769"),
        // The Hessian overflows.
        (&[0.0, 1e200], "invalid `a[(0, 0)]`: inf (allowed: a finite number)"),
    ] {
        let error = Normalized::at(&Everything, at).expect_err("unusable").to_string();
        assert!(error.starts_with(sentence), "{error}");
    }
    let other = DiagonalRoot::of(&[1.0; 3]).expect("positive");
    assert_eq!(
        Normalized::new(&Everything, other).expect_err("another n").to_string(),
        "invalid `normalization.dim()`: 3 (allowed: 2, as the problem)"
    );
}

#[test]
fn gradient_that_the_problem_forgets_to_write_is_not_a_number() {
    let forgetful = from_fn(2, |x, gradient| {
        gradient[0] = x[0];
        0.5 * x[0] * x[0]
    });
    let normalized = Normalized::new(&forgetful, DiagonalRoot::of(&[4.0, 9.0]).unwrap()).unwrap();
    // Twice, for a buffer that is used again must not hold what was there before.
    for _ in 0..2 {
        let mut gradient = [0.0; 2];
        normalized.value_gradient(&[1.0, 1.0], &mut gradient);
        assert!(gradient[0] == 0.25 && gradient[1].is_nan(), "{gradient:?}");
    }
}

#[test]
fn pointers_counting_and_the_flag_pass_through() {
    let failing = from_fallible_fn(1, |_, _| Err::<f64, _>(std::io::Error::other("broken")));
    let normalized = Normalized::new(&failing, DiagonalRoot::of(&[4.0]).unwrap()).unwrap();
    assert!(normalized.value(&[1.0]).is_nan());
    assert!(normalized.cancel_flag().is_some_and(CancelFlag::is_raised));

    let boxed: Box<dyn Differentiable> = Box::new(DiagonalQuadratic::centered([2.0]).unwrap());
    let root: Box<dyn Normalization> = Box::new(DiagonalRoot::of(&[4.0]).unwrap());
    let normalized = Normalized::new(boxed, root).unwrap();
    let counted = Counted::new(&normalized);
    let mut gradient = [0.0];
    assert_eq!((counted.value_gradient(&[4.0], &mut gradient), gradient), (4.0, [2.0]));
    assert_eq!(counted.counts().gradients, 1);
}

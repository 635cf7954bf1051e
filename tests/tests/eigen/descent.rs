//! `NormalizedDescent` beside what it is said to be: gradient descent on normalized objectives, and Newton's method.

use std::cell::Cell;

use thalweg::numerics::{cos, norm, powi, sin};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Stuck};
use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{
    Backend, Eigen, Nalgebra, Normalized, NormalizedDescent, NormalizedDescentState, NotConverged,
    TwiceDifferentiable,
};

use crate::matrices::{U, diagonal, log_spaced, numbers, with_spectrum};

/// ½ wᵀA w + bᵀw + q/4 Σ wᵢ⁴.
#[derive(Clone)]
struct Quartic {
    a: DMatrix<f64>,
    b: Vec<f64>,
    q: f64,
}

impl Quartic {
    fn new(n: usize, q: f64) -> Self {
        let b = numbers(n, 8).iter().map(|b| 0.1 * b).collect();
        Self { a: with_spectrum(&log_spaced(n, -1.0, 1.0), 3, 7), b, q }
    }
}

impl Objective for Quartic {
    fn dim(&self) -> usize {
        self.b.len()
    }
    fn value(&self, w: &[f64]) -> f64 {
        self.value_gradient(w, &mut vec![0.0; w.len()])
    }
}

impl Differentiable for Quartic {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        thalweg::numerics::matrix_vector(self.a.as_slice(), w, gradient);
        let mut value = 0.0;
        for ((g, w), b) in gradient.iter_mut().zip(w).zip(&self.b) {
            value += 0.5 * w * *g + b * w + 0.25 * self.q * w * w * w * w;
            *g += b + self.q * w * w * w;
        }
        value
    }
}

impl Curved for Quartic {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        thalweg::numerics::matrix_vector(self.a.as_slice(), v, out);
        for ((out, w), v) in out.iter_mut().zip(w).zip(v) {
            *out += 3.0 * self.q * w * w * v;
        }
    }
}

impl TwiceDifferentiable for Quartic {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        out.copy_from(&self.a);
        for (i, w) in w.iter().enumerate() {
            out[(i, i)] += 3.0 * self.q * w * w;
        }
    }
}

/// Far out in every variable, so that the Hessian of the start is larger than those on the way.
fn start(n: usize) -> Vec<f64> {
    numbers(n, 9).iter().map(|x| x + 2.0 * x.signum()).collect()
}

fn at_rate(rate: f64, refresh_every: Option<u64>) -> NormalizedDescent {
    NormalizedDescent { schedule: Constant { rate }, refresh_every, ..NormalizedDescent::default() }
}

fn plenty() -> Allowance {
    Allowance::evaluations(1_000_000)
}

/// The iterates after each of so many steps.
fn iterates(method: &NormalizedDescent, problem: &Quartic, start: &[f64], steps: usize) -> Vec<Vec<f64>> {
    let mut state = method.init(problem, start).expect("valid input");
    let mut step = || {
        method.step(problem, &mut state, &mut plenty()).expect("a convex function");
        state.x().to_vec()
    };
    (0..steps).map(|_| step()).collect()
}

/// Those of gradient descent on the problem normalized where it is, and again after every `refresh_every` steps.
fn legs(rate: f64, refresh_every: usize, problem: &Quartic, start: &[f64], steps: usize) -> Vec<Vec<f64>> {
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let (mut w, mut all) = (start.to_vec(), Vec::new());
    while all.len() < steps {
        let normalized = Normalized::at(problem, &w).expect("a convex function");
        let mut w_hat = vec![f64::NAN; w.len()];
        normalized.to_normalized(&w, &mut w_hat).expect("equal lengths");
        let mut state = method.init(&normalized, &w_hat).expect("valid input");
        for _ in 0..refresh_every.min(steps - all.len()) {
            method.step(&normalized, &mut state, &mut plenty()).expect("an evaluation is left");
            normalized.to_original(state.x(), &mut w).expect("equal lengths");
            all.push(w.clone());
        }
    }
    all
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    norm(&difference)
}

/// One step of two ways that differ in rounding only differs by c n u κ ‖w‖; κ is (10 + 0.15 · 9)/0.1 at most. No step here
/// makes of what is there more than a small multiple, and most shrink it: 4 such errors, with c = 10.
fn bound(n: usize) -> f64 {
    4.0 * 10.0 * n as f64 * U * 114.0
}

#[track_caller]
fn assert_together(what: &str, one: &[Vec<f64>], other: &[Vec<f64>]) {
    assert_eq!(one.len(), other.len());
    let n = one[0].len();
    for (k, (a, b)) in one.iter().zip(other).enumerate() {
        let apart = distance(a, b) / (1.0 + norm(b));
        assert!(apart <= bound(n), "{what}: after step {} they are {apart:.1e} apart", k + 1);
    }
}

#[test]
fn normalized_descent_is_descent_on_normalized_objectives_leg_by_leg() {
    for n in [1, 2, 6, 20] {
        let (problem, start) = (Quartic::new(n, 0.05), start(n));
        for rate in [0.5, 1.0] {
            for (refresh_every, leg) in [(None, usize::MAX), (Some(1), 1), (Some(4), 4), (Some(7), 7)] {
                let method = at_rate(rate, refresh_every);
                let by_method = iterates(&method, &problem, &start, 30);
                let by_legs = legs(rate, leg, &problem, &start, 30);
                assert_together(
                    &format!("n = {n}, η = {rate}, every {refresh_every:?}"),
                    &by_method,
                    &by_legs,
                );
            }
        }
    }
}

#[test]
fn normalized_descent_with_a_new_hessian_every_step_is_newton_s_method() {
    for n in [1, 3, 12] {
        let (problem, start) = (Quartic::new(n, 0.05), start(n));
        let (mut w, mut newton) = (DVector::from_column_slice(&start), Vec::new());
        let (mut gradient, mut hessian) = (DVector::zeros(n), DMatrix::zeros(n, n));
        for _ in 0..12 {
            problem.value_gradient(w.as_slice(), gradient.as_mut_slice());
            problem.hessian(w.as_slice(), &mut hessian);
            w -= hessian.clone().lu().solve(&gradient).expect("a convex function");
            newton.push(w.as_slice().to_vec());
        }
        let by_method = iterates(&at_rate(1.0, Some(1)), &problem, &start, 12);
        assert_together(&format!("n = {n}"), &by_method, &newton);
        // And it converges as Newton's method does: at the end the gradient is rounding.
        problem.value_gradient(&by_method[11], gradient.as_mut_slice());
        assert!(gradient.norm() <= bound(n), "n = {n}: the gradient is {:.1e}", gradient.norm());
    }
}

#[test]
fn distance_shrinks_by_1_minus_eta_on_a_quadratic_in_every_direction() {
    for rate in [0.25, 0.5, 1.0, 1.5, 1.9, 2.0, 2.5] {
        let n = 8;
        let (problem, start) = (Quartic::new(n, 0.0), start(n));
        let minimum =
            problem.a.clone().lu().solve(&-DVector::from_column_slice(&problem.b)).expect("regular");
        let by_method = iterates(&at_rate(rate, None), &problem, &start, 20);
        let size = distance(&start, minimum.as_slice()) + minimum.norm();
        for (k, w) in by_method.iter().enumerate() {
            let factor = powi((1.0 - rate).abs(), k as u64 + 1);
            let sign = if rate > 1.0 && k % 2 == 0 { -1.0 } else { 1.0 };
            for i in 0..n {
                let expected = minimum[i] + sign * factor * (start[i] - minimum[i]);
                // Where the distance grows, errors grow with it.
                let allowed = bound(n) * size * factor.max(1.0) * (k + 1) as f64;
                assert!(
                    (w[i] - expected).abs() <= allowed,
                    "η = {rate}, step {}: {} {expected}",
                    k + 1,
                    w[i]
                );
            }
        }
    }
}

#[test]
fn evaluations_are_one_gradient_a_step_and_one_hessian_a_refresh() {
    let problem = Quartic::new(3, 0.05);
    for (refresh_every, hessians) in [(None, 1), (Some(1), 10), (Some(4), 3), (Some(10), 1), (Some(11), 1)] {
        let counted = Counted::new(&problem);
        let method = at_rate(0.5, refresh_every);
        let mut state = method.init(&counted, &start(3)).expect("valid input");
        let mut allow = Allowance::evaluations(10 + hessians);
        for _ in 0..10 {
            method.step(&counted, &mut state, &mut allow).expect("the allowance is just enough");
        }
        let counts = counted.counts();
        assert_eq!((counts.gradients, counts.hessians), (11, hessians), "{refresh_every:?}");
        assert_eq!(method.step(&counted, &mut state, &mut allow), Err(Stuck::OutOfEvaluations));
        assert_eq!(state.step, 10);
    }
}

#[test]
fn normalized_descent_goes_on_from_any_state_to_the_bit() {
    let problem = Quartic::new(5, 0.05);
    for refresh_every in [None, Some(1), Some(3)] {
        let method = at_rate(0.5, refresh_every);
        let mut state = method.init(&problem, &start(5)).expect("valid input");
        let mut states = vec![state.clone()];
        for _ in 0..10 {
            method.step(&problem, &mut state, &mut plenty()).expect("a convex function");
            states.push(state.clone());
        }
        for from in 0..10 {
            let mut resumed: NormalizedDescentState = states[from].clone();
            for _ in from..10 {
                method.step(&problem, &mut resumed, &mut plenty()).expect("a convex function");
            }
            assert_eq!(resumed, states[10], "{refresh_every:?}, from step {from}");
        }
        // A step for which there was no evaluation is the same when there is one.
        let mut short = states[6].clone();
        for budget in 0..2 {
            let due = refresh_every.is_some_and(|steps| 6 % steps == 0);
            let outcome = method.step(&problem, &mut short, &mut Allowance::evaluations(budget));
            if budget == 0 || due {
                assert_eq!(outcome, Err(Stuck::OutOfEvaluations));
                assert_eq!(short.x(), states[6].x(), "it stays where it is");
            } else {
                assert!(outcome.is_ok());
            }
        }
        if refresh_every.is_some() {
            method.step(&problem, &mut short, &mut plenty()).expect("a convex function");
        }
        assert_eq!(short, states[7], "{refresh_every:?}");
    }
}

/// 1 − cos w₁ + ½ w₂²: convex near 0 only.
struct Waves;

impl Objective for Waves {
    fn dim(&self) -> usize {
        2
    }
    fn value(&self, w: &[f64]) -> f64 {
        1.0 - cos(w[0]) + 0.5 * w[1] * w[1]
    }
}

impl Differentiable for Waves {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.copy_from_slice(&[sin(w[0]), w[1]]);
        self.value(w)
    }
}

impl Curved for Waves {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[cos(w[0]) * v[0], v[1]]);
    }
}

impl TwiceDifferentiable for Waves {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        out.copy_from(&diagonal(&[cos(w[0]), 1.0]));
    }
}

#[test]
fn hessian_that_is_not_positive_definite_ends_the_run_and_the_best_point_is_kept() {
    // Newton's steps from 1.2 lead to −1.37 and from there to 3.6, where the cosine is negative.
    let run =
        minimize(&Waves, &at_rate(1.0, Some(1)), &[1.2, 0.5], Stop::after(100), silent).expect("valid input");
    assert_eq!(run.steps, 2);
    let StopReason::Stuck(Stuck::Because(words)) = &run.reason else { panic!("{}", run.reason) };
    let value = cos(run.state.x()[0]);
    assert!(value < -0.5, "{value}");
    let expected = format!(
        "the Hessian cannot be used: invalid `eigenvalue 0 of A`: {value:?} (allowed: above 4.4e-16, for A to be positive \
         definite)"
    );
    assert_eq!(*words, expected);
    // At the start f is 0.76, after one step 0.80, after two 1.9.
    assert!(
        (run.best.value - Waves.value(&[1.2, 0.5])).abs() < 1e-15
            || run.best.value < Waves.value(&[1.2, 0.5])
    );
    assert!(run.best.value < run.state.value().expect("evaluated") - 1.0);
    assert!(run.best.x.iter().all(|x| x.is_finite()));
    // With the Hessian of the start for good, it goes on.
    let run =
        minimize(&Waves, &at_rate(0.3, None), &[1.2, 0.5], Stop::default(), silent).expect("valid input");
    assert!(run.reason.is_converged(), "{}", run.reason);
}

/// A quartic with a Hessian that cannot be used.
struct Broken(Quartic, fn(&mut DMatrix<f64>));

impl Objective for Broken {
    fn dim(&self) -> usize {
        self.0.dim()
    }
    fn value(&self, w: &[f64]) -> f64 {
        self.0.value(w)
    }
}

impl Differentiable for Broken {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(w, gradient)
    }
}

impl Curved for Broken {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        self.0.hessian_vector(w, v, out);
    }
}

impl TwiceDifferentiable for Broken {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        self.0.hessian(w, out);
        self.1(out);
    }
}

#[test]
fn hessian_that_cannot_be_used_ends_the_run_where_it_is() {
    type Fault = fn(&mut DMatrix<f64>);
    let faults: [(Fault, &str); 3] = [
        (
            |h| h[(1, 0)] = f64::NAN,
            "the Hessian cannot be used: invalid `a[(1, 0)]`: NaN (allowed: a finite number)",
        ),
        (|h| h[(2, 1)] += 1.0, "the Hessian cannot be used: invalid `a[(2, 1)]`: "),
        (
            |h| h.fill(0.0),
            "the Hessian cannot be used: invalid `eigenvalue 0 of A`: 0.0 (allowed: above 0.0e0, ",
        ),
    ];
    for (fault, words) in faults {
        let problem = Broken(Quartic::new(3, 0.05), fault);
        let method = NormalizedDescent::default();
        let mut state = method.init(&problem, &start(3)).expect("valid input");
        let before = state.clone();
        match method.step(&problem, &mut state, &mut plenty()) {
            Err(Stuck::Because(said)) => assert!(said.starts_with(words), "{said}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(state, before, "it stays where it is");
    }
}

#[test]
fn settings_and_starts_that_cannot_be_used_are_named() {
    let problem = Quartic::new(2, 0.05);
    let refused =
        |method: NormalizedDescent, x0: &[f64]| method.init(&problem, x0).expect_err("bad").to_string();
    assert_eq!(
        refused(at_rate(1.0, Some(0)), &[0.0; 2]),
        "invalid `refresh_every`: 0 (allowed: 1 or more, or None)"
    );
    for (rate, said) in [(-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let sentence = refused(at_rate(rate, None), &[0.0; 2]);
        assert!(sentence.starts_with(&format!("invalid `rate`: {said} ")), "{sentence}");
    }
    assert_eq!(refused(at_rate(1.0, None), &[0.0; 3]), "invalid `x0`: length 3 (allowed: length 2)");
    assert_eq!(
        refused(at_rate(1.0, None), &[0.0, f64::NAN]),
        "invalid `x0[1]`: NaN (allowed: a finite number)"
    );

    // A schedule that turns bad on the way.
    for (bad, said) in [(f64::NAN, "NaN"), (-0.5, "-0.5"), (f64::INFINITY, "inf")] {
        let method = NormalizedDescent {
            schedule: OfStep(move |k| if k == 3 { bad } else { 0.5 }),
            refresh_every: None,
            backend: Nalgebra,
        };
        let mut state = method.init(&problem, &[1.0, 2.0]).expect("valid input");
        for _ in 0..3 {
            assert_eq!(method.step(&problem, &mut state, &mut plenty()).expect("a rate").rate, Some(0.5));
        }
        let before = state.clone();
        let error = method.step(&problem, &mut state, &mut plenty()).expect_err("no rate").to_string();
        assert_eq!(
            error,
            format!("invalid `schedule.rate(3)`: {said} (allowed: a finite number, 0 or more)")
        );
        assert_eq!(state, before);
    }
}

/// Counts how often it is asked.
#[derive(Default)]
struct Counting(Cell<u64>);

impl Backend for Counting {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        self.0.set(self.0.get() + 1);
        assert!(a.amax() >= 1.0 && a.amax() < 2.0, "scaled");
        assert_eq!(a, a.transpose(), "symmetric to the last bit");
        Nalgebra.decompose(a)
    }
}

#[test]
fn backend_is_a_setting_like_any_other() {
    let (problem, backend) = (Quartic::new(4, 0.05), Counting::default());
    let method =
        NormalizedDescent { schedule: Constant { rate: 0.5 }, refresh_every: Some(5), backend: &backend };
    let run = minimize(&problem, &method, &start(4), Stop::after(20), silent).expect("valid input");
    assert_eq!((run.steps, backend.0.get()), (20, 4));
    let by_default = iterates(&at_rate(0.5, Some(5)), &problem, &start(4), 20);
    assert_eq!(run.state.x(), by_default[19]);
    // `Normalized` and `Eigen` ask it, too.
    let normalized = Normalized::at_by(&backend, &problem, &start(4)).expect("a convex function");
    assert_eq!(normalized.dim(), 4);
    let boxed: Box<dyn Backend> = Box::new(Nalgebra);
    assert_eq!(Eigen::by(&boxed, &problem.a), Eigen::new(&problem.a));
    assert_eq!(backend.0.get(), 5);
}

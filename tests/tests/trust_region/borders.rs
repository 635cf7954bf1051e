//! Steps that end at the border, trials that are not finite, and points that are never accepted.

use thalweg::driver::{Running, Stop};
use thalweg::numerics::{norm, powi};
use thalweg::objectives::classic::{Himmelblau, Rosenbrock};
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::problem::{Allowance, Curved, Differentiable, Method, Objective, State};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_second_order::{CubicRegularization, MoreSorensen, SteihaugToint, TrustRegion};

use crate::run;

fn saddle() -> Quadratic {
    Quadratic::new([6.0, 2.0, 2.0, -4.0], [0.0, 0.0], 0.0).expect("a symmetric matrix")
}

#[track_caller]
fn first_step<P, M>(problem: &P, method: &M, x0: &[f64]) -> Vec<f64>
where
    P: Differentiable,
    M: Method<P>,
{
    let mut state = method.init(problem, x0).expect("valid input");
    method.step(problem, &mut state, &mut Allowance::evaluations(100)).expect("there is a way down");
    state.x().iter().zip(x0).map(|(x, x0)| x - x0).collect()
}

#[test]
fn step_on_a_saddle_is_as_long_as_the_radius() {
    for radius in [1e-3, 1.0, 50.0] {
        let exact = TrustRegion { initial_radius: Some(radius), ..TrustRegion::default() };
        let length = norm(&first_step(&saddle(), &exact, &[1.0, 0.1]));
        assert!((length / radius - 1.0).abs() <= 0.05 + 1e-10, "{length} of {radius}");
        // Not content before it has met the negative curvature.
        let solver = SteihaugToint { loosest: 1e-6, ..SteihaugToint::default() };
        let truncated = TrustRegion { initial_radius: Some(radius), ..TrustRegion::with(solver) };
        let length = norm(&first_step(&saddle(), &truncated, &[1.0, 0.1]));
        assert!((length / radius - 1.0).abs() <= 1e-9, "{length} of {radius}");
    }
}

#[test]
fn saddle_with_a_gradient_of_zero_is_left_along_the_lowest_curvature() {
    // Conjugate gradients see nothing there: their directions come from the gradient.
    let exact = TrustRegion { initial_radius: Some(1.0), ..TrustRegion::default() };
    let step = first_step(&saddle(), &exact, &[0.0, 0.0]);
    // The eigenvector of 1 − √29 is (2, −5 − √29), up to its length; the model may fall by a twentieth less than along it.
    assert!((step[0] / step[1] + 2.0 / (5.0 + 29.0_f64.sqrt())).abs() < 1e-2, "{step:?}");
    let cubic = CubicRegularization { initial_sigma: Some(1.0), ..CubicRegularization::default() };
    assert!(norm(&first_step(&saddle(), &cubic, &[0.0, 0.0])) > 1.0);
    let truncated = TrustRegion { initial_radius: Some(1.0), ..TrustRegion::with(SteihaugToint::default()) };
    let mut state = truncated.init(&saddle(), &[0.0, 0.0]).expect("valid input");
    let stuck = truncated.step(&saddle(), &mut state, &mut Allowance::evaluations(9)).map(drop);
    assert_eq!(
        stuck.expect_err("no way down").to_string(),
        "neither the gradient nor the curvature leads down"
    );
}

#[test]
fn truncated_step_is_the_exact_one_where_conjugate_gradients_are_exact() {
    // Two variables, two iterations: the Newton step, for less than the residual that was asked for.
    let bowl = Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0).expect("a symmetric matrix");
    let solver = SteihaugToint { loosest: 1e-10, ..SteihaugToint::default() };
    let truncated = TrustRegion { initial_radius: Some(1e3), ..TrustRegion::with(solver) };
    let exact = TrustRegion { initial_radius: Some(1e3), ..TrustRegion::default() };
    let (a, b) = (first_step(&bowl, &truncated, &[20.0, -7.0]), first_step(&bowl, &exact, &[20.0, -7.0]));
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} {b:?}");
    assert!((b[0] + 19.0).abs() < 1e-13 && (b[1] - 8.0).abs() < 1e-13);
}

#[test]
fn truncated_trust_region_takes_few_products_for_many_variables() {
    let curvatures: Vec<f64> = (0..10_000).map(|i| 1.0 + (i % 7) as f64).collect();
    let bowl = DiagonalQuadratic::centered(curvatures).expect("finite curvatures");
    let run = run(&bowl, &TrustRegion::with(SteihaugToint::default()), &vec![1.0; 10_000], 1e-8);
    assert!(run.reason.is_converged());
    // Seven distinct eigenvalues: seven products solve the system, whatever the radius.
    assert!(run.counts.hessian_vectors <= 40 && run.steps <= 12, "{:?} in {} steps", run.counts, run.steps);
}

/// Rosenbrock's function that is not a number, or ∞, on one side of a line through its valley.
struct Walled {
    beyond: f64,
    value: f64,
}

impl Objective for Walled {
    fn dim(&self) -> usize {
        2
    }

    fn value(&self, x: &[f64]) -> f64 {
        if x[0] > self.beyond { self.value } else { Rosenbrock::default().value(x) }
    }
}

impl Differentiable for Walled {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        Rosenbrock::default().value_gradient(x, gradient);
        if x[0] > self.beyond && self.value.is_nan() {
            gradient.fill(f64::NAN);
        }
        self.value(x)
    }
}

impl Curved for Walled {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        Rosenbrock::default().hessian_vector(x, v, out);
    }
}

impl TwiceDifferentiable for Walled {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        Rosenbrock::default().hessian(x, out);
    }
}

#[track_caller]
fn assert_stays_within<M>(method: &M)
where
    M: for<'p> Method<thalweg::problem::Counted<'p, Walled>>,
{
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        // The minimum within is at the wall: f has no small gradient there, and the run must come to an end.
        for beyond in [0.5, 1.0 + 1e-9] {
            let problem = Walled { beyond, value };
            let stop = Stop { max_steps: 500, relative_gradient: 1e-10, ..Stop::default() };
            let mut running = Running::start(&problem, method, &[-1.2, 1.0], stop).expect("valid input");
            let mut last = f64::INFINITY;
            for row in running.by_ref() {
                let f = row.value.expect("the methods know f");
                assert!(f.is_finite() && f <= last * (1.0 + 1e-12), "{f} after {last}");
                last = f;
            }
            let run = running.finish();
            if beyond > 1.0 {
                assert!(run.reason.is_converged(), "{}", run.reason);
            } else {
                // Along the valley f is (1 − x)²: a quarter at the wall.
                assert!(run.best.value < 0.26, "{:?}: {}", run.best, run.reason);
            }
        }
    }
}

#[test]
fn trial_that_is_not_finite_shortens_the_step() {
    assert_stays_within(&TrustRegion::default());
    assert_stays_within(&TrustRegion::with(SteihaugToint::default()));
    assert_stays_within(&CubicRegularization::default());
}

#[test]
fn radius_and_sigma_do_what_the_header_says() {
    let method = TrustRegion { initial_radius: Some(1e-2), ..TrustRegion::default() };
    let bowl = Quadratic::new([2.0], [0.0], 0.0).expect("a symmetric matrix");
    let mut state = method.init(&bowl, &[1.0]).expect("valid input");
    let mut radii = vec![state.radius];
    while state.point.gradient[0] != 0.0 {
        method.step(&bowl, &mut state, &mut Allowance::evaluations(9)).expect("there is a way down");
        radii.push(state.radius);
    }
    // The model is right: the radius doubles what the last step was long, within 5 %, until Newton's step lies within.
    let growth: Vec<f64> = radii.windows(2).map(|pair| pair[1].unwrap() / pair[0].unwrap()).collect();
    assert!(growth[..growth.len() - 1].iter().all(|g| (1.9..=2.1 + 1e-9).contains(g)), "{radii:?}");
    assert_eq!((state.multiplier, state.refused), (Some(0.0), 0));

    let method = CubicRegularization { initial_sigma: Some(1.0), ..CubicRegularization::default() };
    let mut state = method.init(&bowl, &[1.0]).expect("valid input");
    let mut sigmas = vec![state.sigma()];
    for _ in 0..3 {
        method.step(&bowl, &mut state, &mut Allowance::evaluations(9)).expect("there is a way down");
        sigmas.push(state.sigma());
    }
    // There is no third derivative: as little as it may become, each time.
    for (k, sigma) in sigmas.iter().enumerate() {
        assert!((sigma.unwrap() / powi(0.3, k as u64) - 1.0).abs() < 1e-12, "{sigmas:?}");
    }
}

#[test]
fn methods_are_chosen_at_run_time_and_by_reference() {
    let exact: &TrustRegion<MoreSorensen> = &TrustRegion::default();
    let boxed = Box::new(TrustRegion::with(SteihaugToint::default()));
    for best in
        [run(&Himmelblau, &exact, &[0.5, 3.5], 1e-9).best, run(&Himmelblau, &boxed, &[0.5, 3.5], 1e-9).best]
    {
        assert!(best.value < 1e-18);
    }
}

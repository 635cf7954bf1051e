//! Bad input, budgets, and Hessians that cannot be used.

use thalweg::objectives::Quadratic;
use thalweg::problem::{Allowance, Curved, Differentiable, Method, Objective, State, Stuck};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_second_order::line_search::Backtracking;
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton, SteihaugToint, TrustRegion,
};

fn bowl() -> Quadratic {
    Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0).expect("a symmetric matrix")
}

#[track_caller]
fn assert_refused<M: Method<Quadratic>>(method: M, sentence: &str) {
    let refused = method.init(&bowl(), &[1.0, 2.0]).map(drop).expect_err("bad input");
    assert_eq!(refused.to_string(), sentence);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(Newton { rate: -1.0 }, "invalid `rate`: -1.0 (allowed: a finite number, 0 or more)");
    assert_refused(
        ModifiedNewton { floor: 0.0, ..ModifiedNewton::default() },
        "invalid `floor`: 0.0 (allowed: a number above 0, at most 1)",
    );
    assert_refused(
        DampedNewton { search: Backtracking { max_trials: 0, ..Backtracking::default() } },
        "invalid `max_trials`: 0 (allowed: 1 or more)",
    );
    let saddle_free = SaddleFreeNewton::default();
    assert_refused(
        SaddleFreeNewton { floor: 2.0, ..saddle_free },
        "invalid `floor`: 2.0 (allowed: a number above 0, at most 1)",
    );
    assert_refused(
        SaddleFreeNewton { damping: f64::NAN, ..saddle_free },
        "invalid `damping`: NaN (allowed: a finite number, 0 or more)",
    );
    assert_refused(
        SaddleFreeNewton { max_length: -1.0, ..saddle_free },
        "invalid `max_length`: -1.0 (allowed: a number above 0, or infinity)",
    );
    let exact = TrustRegion::default();
    assert_refused(
        TrustRegion { initial_radius: Some(f64::INFINITY), ..exact },
        "invalid `initial_radius`: inf (allowed: a finite number above 0)",
    );
    assert_refused(
        TrustRegion { max_radius: 0.0, ..exact },
        "invalid `max_radius`: 0.0 (allowed: a number above 0, or infinity)",
    );
    assert_refused(
        TrustRegion { acceptance: 0.5, ..exact },
        "invalid `acceptance`: 0.5 (allowed: a number from 0 to below 0.25)",
    );
    let truncated = SteihaugToint::default();
    assert_refused(
        TrustRegion::with(SteihaugToint { loosest: 0.0, ..truncated }),
        "invalid `loosest`: 0.0 (allowed: a number between 0 and 1, both excluded)",
    );
    assert_refused(
        TrustRegion::with(SteihaugToint { exponent: f64::NAN, ..truncated }),
        "invalid `exponent`: NaN (allowed: a finite number, 0 or more)",
    );
    assert_refused(
        TrustRegion::with(SteihaugToint { max_iterations: Some(0), ..truncated }),
        "invalid `max_iterations`: 0 (allowed: 1 or more, or None)",
    );
    let cubic = CubicRegularization::default();
    assert_refused(
        CubicRegularization { initial_sigma: Some(0.0), ..cubic },
        "invalid `initial_sigma`: 0.0 (allowed: a finite number above 0)",
    );
    assert_refused(
        CubicRegularization { acceptance: 0.1, ..cubic },
        "invalid `acceptance`: 0.1 (allowed: a number from 0 to below 0.1)",
    );
}

/// The bowl, with a Hessian that nobody can use.
struct Broken {
    bowl: Quadratic,
    element: f64,
}

impl Objective for Broken {
    fn dim(&self) -> usize {
        2
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.bowl.value(w)
    }
}

impl Differentiable for Broken {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        self.bowl.value_gradient(w, gradient)
    }
}

impl Curved for Broken {
    fn hessian_vector(&self, _w: &[f64], _v: &[f64], out: &mut [f64]) {
        out.fill(self.element);
    }
}

impl TwiceDifferentiable for Broken {
    fn hessian(&self, _w: &[f64], out: &mut DMatrix<f64>) {
        // The element (1, 1) is forgotten.
        out[(0, 0)] = self.element;
        out[(0, 1)] = 0.0;
        out[(1, 0)] = 0.0;
    }
}

#[track_caller]
fn assert_gives_up<M: Method<Broken>>(method: M, element: f64, sentence: &str) {
    let problem = Broken { bowl: bowl(), element };
    let mut state = method.init(&problem, &[20.0, -7.0]).expect("valid input");
    let stuck = method.step(&problem, &mut state, &mut Allowance::evaluations(10)).map(drop);
    assert_eq!(stuck.expect_err("the Hessian is no good").to_string(), sentence);
    assert_eq!(state.x(), [20.0, -7.0]);
}

#[test]
fn hessian_that_is_not_finite_is_named_by_its_element() {
    let forgotten = "the Hessian cannot be used: its element (1, 1) is NaN";
    assert_gives_up(Newton::default(), 1.0, forgotten);
    assert_gives_up(DampedNewton::default(), 1.0, forgotten);
    assert_gives_up(ModifiedNewton::default(), 1.0, forgotten);
    assert_gives_up(SaddleFreeNewton::default(), 1.0, forgotten);
    assert_gives_up(TrustRegion::default(), 1.0, forgotten);
    assert_gives_up(CubicRegularization::default(), 1.0, forgotten);
    assert_gives_up(
        TrustRegion::default(),
        f64::INFINITY,
        "the Hessian cannot be used: its element (0, 0) is inf",
    );
    let truncated = TrustRegion { initial_radius: Some(1.0), ..TrustRegion::with(SteihaugToint::default()) };
    assert_gives_up(truncated, f64::NAN, "the Hessian cannot be used: A p is not finite");
}

/// A step that runs out of evaluations leaves the point where it was, and the run goes on from there.
#[track_caller]
fn assert_budget_loses_nothing<M: Method<Quadratic>>(method: M, needs: u64) {
    let problem = bowl();
    for budget in 0..needs {
        let mut state = method.init(&problem, &[20.0, -7.0]).expect("valid input");
        let stuck = method.step(&problem, &mut state, &mut Allowance::evaluations(budget)).map(drop);
        assert_eq!(stuck, Err(Stuck::OutOfEvaluations), "with {budget}");
        assert_eq!(state.x(), [20.0, -7.0]);
        method.step(&problem, &mut state, &mut Allowance::evaluations(100)).expect("now there are enough");
        assert!(state.value() < Some(problem.value(&[20.0, -7.0])));
    }
}

#[test]
fn step_that_runs_out_of_evaluations_leaves_the_point_where_it_was() {
    assert_budget_loses_nothing(Newton::default(), 2);
    assert_budget_loses_nothing(DampedNewton::default(), 2);
    assert_budget_loses_nothing(ModifiedNewton::default(), 2);
    assert_budget_loses_nothing(SaddleFreeNewton::default(), 2);
    assert_budget_loses_nothing(TrustRegion::default(), 2);
    assert_budget_loses_nothing(CubicRegularization::default(), 2);
    // A product for the first radius, one or two for the step, and the trial.
    assert_budget_loses_nothing(TrustRegion::with(SteihaugToint::default()), 3);
}

//! The traits of a problem: closures, pointers, counting, budgets.

use std::cell::Cell;
use std::sync::Arc;

use thalweg::prelude::*;
use thalweg::problem::{Allowance, CancelFlag, Counted, Stuck};

/// f(x) = (1/3) Σ ½(x − t)² over t = 1, 2, 6, which is ½‖r‖² with rₜ = (x − t)/√3 as well.
struct ThreeTargets;

const TARGETS: [f64; 3] = [1.0, 2.0, 6.0];

impl Objective for ThreeTargets {
    fn dim(&self) -> usize {
        1
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut [0.0])
    }
}

impl Differentiable for ThreeTargets {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.batch_value_gradient(x, &[0, 1, 2], gradient)
    }
}

impl Curved for ThreeTargets {
    fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
        out.copy_from_slice(v);
    }
}

impl FiniteSum for ThreeTargets {
    fn terms(&self) -> usize {
        TARGETS.len()
    }
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let n = batch.len() as f64;
        gradient[0] = batch.iter().map(|&t| x[0] - TARGETS[t]).sum::<f64>() / n;
        batch.iter().map(|&t| 0.5 * (x[0] - TARGETS[t]) * (x[0] - TARGETS[t])).sum::<f64>() / n
    }
}

impl LeastSquares for ThreeTargets {
    fn residual_count(&self) -> usize {
        TARGETS.len()
    }
    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        residuals.iter_mut().zip(TARGETS).for_each(|(r, t)| *r = (x[0] - t) / 3.0_f64.sqrt());
    }
    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.residuals(x, residuals);
        jacobian.fill(1.0 / 3.0_f64.sqrt());
    }
}

/// Asks everything once, through generics, so that each pointer type must forward each trait.
fn ask_everything(problem: &(impl Curved + FiniteSum + LeastSquares)) {
    let (mut one, mut three, mut jacobian) = ([0.0], [0.0; 3], [0.0; 3]);
    assert_eq!((problem.dim(), problem.terms(), problem.residual_count()), (1, 3, 3));
    assert_eq!(problem.value(&[3.0]), 7.0 / 3.0);
    assert_eq!((problem.value_gradient(&[3.0], &mut one), one), (7.0 / 3.0, [0.0]));
    problem.hessian_vector(&[3.0], &[5.0], &mut one);
    assert_eq!(one, [5.0]);
    assert_eq!((problem.batch_value_gradient(&[3.0], &[2, 2], &mut one), one), (4.5, [-3.0]));
    problem.residuals(&[3.0], &mut three);
    problem.residuals_jacobian(&[3.0], &mut three, &mut jacobian);
    let half_sum = three.iter().map(|r| 0.5 * r * r).sum::<f64>();
    // √3 is rounded, and so are three squares.
    assert!((half_sum - 7.0 / 3.0).abs() < 1e-14, "{half_sum}");
    assert!(problem.cancel_flag().is_none());
}

#[test]
fn pointers_to_a_problem_are_that_problem() {
    ask_everything(&ThreeTargets);
    ask_everything(&&ThreeTargets);
    ask_everything(&Box::new(ThreeTargets));
    ask_everything(&Arc::new(ThreeTargets));
}

#[test]
fn counting_passes_everything_on_and_counts_each_kind() {
    let counted = Counted::new(&ThreeTargets);
    ask_everything(&counted);
    let counts = counted.counts();
    assert_eq!([counts.values, counts.gradients, counts.hessian_vectors], [1, 1, 1]);
    assert_eq!([counts.batches, counts.residuals, counts.jacobians], [1, 1, 1]);
    assert_eq!(counts.total(), 6);
    assert_eq!(counted.inner().terms(), 3);
}

/// A trait that this workspace does not know, counted as a user would.
trait Tripled: Objective {
    fn tripled(&self, x: &[f64]) -> f64;
}

impl Tripled for ThreeTargets {
    fn tripled(&self, x: &[f64]) -> f64 {
        3.0 * self.value(x)
    }
}

impl<P: Tripled + ?Sized> Tripled for Counted<'_, P> {
    fn tripled(&self, x: &[f64]) -> f64 {
        self.count_value();
        self.inner().tripled(x)
    }
}

#[test]
fn counting_extends_to_traits_from_elsewhere() {
    let counted = Counted::new(&ThreeTargets);
    assert_eq!(counted.tripled(&[3.0]), 7.0);
    assert_eq!(counted.counts().values, 1);
}

#[test]
fn every_trait_works_behind_dyn() {
    let objectives: [&dyn Objective; 2] = [&ThreeTargets, &from_fn(1, |x, _| x[0])];
    assert_eq!(objectives.map(|f| f.value(&[3.0])), [7.0 / 3.0, 3.0]);
    let (curved, sum, squares): (&dyn Curved, &dyn FiniteSum, &dyn LeastSquares) =
        (&ThreeTargets, &ThreeTargets, &ThreeTargets);
    assert_eq!((curved.dim(), sum.terms(), squares.residual_count()), (1, 3, 3));
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 1.0 } };
    let run =
        minimize::<dyn Differentiable, _>(&ThreeTargets, &method, &[0.0], Stop::default(), silent).unwrap();
    assert_eq!(run.best.x, [3.0]);
}

#[test]
fn allowance_counts_down_and_hears_both_flags() {
    let flags = [CancelFlag::default(), CancelFlag::default()];
    for flag in &flags {
        let mut allow = Allowance::evaluations(2).watching(flags.clone().map(Some));
        if !flags.iter().any(CancelFlag::is_raised) {
            assert_eq!((allow.spend(), allow.left()), (Ok(()), 1));
        }
        flag.raise();
        assert_eq!(allow.spend(), Err(Stuck::Cancelled));
    }
    let mut allow = Allowance::evaluations(1);
    assert_eq!([allow.spend(), allow.spend()], [Ok(()), Err(Stuck::OutOfEvaluations)]);
    allow.set_left(1);
    assert_eq!(allow.spend(), Ok(()));
}

#[test]
fn flag_that_says_why_comes_before_one_that_does_not() {
    let flags = [CancelFlag::default(), CancelFlag::default()];
    let allow = Allowance::evaluations(1).watching(flags.clone().map(Some));
    assert!(allow.raised().is_none());
    flags[0].raise();
    assert!(allow.raised().is_some_and(|flag| flag.cause().is_none()));
    flags[1].raise_because(Arc::new(Stuck::Because("a reason".into())));
    assert!(allow.raised().is_some_and(|flag| flag.cause().is_some()));
}

#[test]
fn first_cause_of_a_flag_stays() {
    let flag = CancelFlag::default();
    assert!(!flag.is_raised() && flag.cause().is_none());
    flag.raise_because(Arc::new(Stuck::Because("the first".into())));
    flag.raise_because(Arc::new(Stuck::Because("the second".into())));
    assert!(flag.is_raised());
    assert_eq!(flag.cause().unwrap().to_string(), "the first");
}

#[test]
fn failed_objective_is_not_called_again_and_its_flag_passes_through_pointers() {
    let calls = Cell::new(0);
    let failing = from_fallible_fn(1, |_, _| {
        calls.set(calls.get() + 1);
        Err::<f64, _>(std::io::Error::other("broken"))
    });
    assert!(failing.value(&[1.0]).is_nan() && failing.value(&[2.0]).is_nan());
    assert_eq!(calls.get(), 1);
    let behind: &dyn Objective = &Box::new(&failing);
    assert!(behind.cancel_flag().is_some_and(CancelFlag::is_raised));
    assert!(Counted::new(behind).cancel_flag().is_some_and(CancelFlag::is_raised));
    // A clone begins anew.
    assert!(!failing.clone().cancel_flag().is_some_and(CancelFlag::is_raised));
}

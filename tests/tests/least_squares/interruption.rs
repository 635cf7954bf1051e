//! Who ends a run before it is done, and that going on later loses nothing.

use std::cell::Cell;

use thalweg::driver::{Stop, StopReason};
use thalweg::problem::{Allowance, CancelFlag, Counted, LeastSquares, Method, State, Stuck};
use thalweg_second_order::{
    DiagonalLoading, GaussNewton, LevenbergMarquardt, Loading, LoadingRule, from_residuals,
};

use crate::problems::{freudenstein_roth, kowalik_osborne};
use crate::{plenty, run, states};

const NIELSEN: DiagonalLoading =
    DiagonalLoading { loading: Loading::Diagonal, first: 1e-3, rule: LoadingRule::Nielsen };

/// The state as bytes: everything that will ever matter again.
fn bits<S: serde::Serialize>(state: &S) -> Vec<u8> {
    postcard::to_allocvec(state).expect("states are plain data")
}

/// Every state on the way from a state on, itself included, each written down and read back before it is stepped.
fn through_bytes<P, M>(method: &M, problem: &P, first: &M::State, steps: usize) -> Vec<Vec<u8>>
where
    P: LeastSquares + ?Sized,
    M: Method<P>,
    M::State: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut all = vec![bits(first)];
    for _ in 0..steps {
        let mut state: M::State = postcard::from_bytes(&all[all.len() - 1]).expect("what was written");
        method.step(problem, &mut state, &mut plenty()).expect("an evaluation is left");
        all.push(bits(&state));
    }
    all
}

fn resumes<M>(method: &M)
where
    M: Method<dyn LeastSquares>,
    M::State: serde::Serialize + serde::de::DeserializeOwned,
{
    let problem = kowalik_osborne();
    const STEPS: usize = 8;
    let first = method.init(&*problem, &[2.5, 3.9, 4.15, 3.9]).expect("valid input");
    let mut state = first.clone();
    let mut straight = vec![bits(&state)];
    let mut copies = vec![state.clone()];
    for _ in 0..STEPS {
        method.step(&*problem, &mut state, &mut plenty()).expect("an evaluation is left");
        straight.push(bits(&state));
        copies.push(state.clone());
    }
    assert_eq!(through_bytes(method, &*problem, &first, STEPS), straight);
    for (k, copy) in copies.iter().enumerate() {
        assert_eq!(through_bytes(method, &*problem, copy, STEPS - k), straight[k..], "from step {k}");
    }
}

#[test]
fn runs_resumed_at_any_step_from_bytes_or_copies_go_on_to_the_bit() {
    resumes(&LevenbergMarquardt::default());
    resumes(&GaussNewton::default());
    resumes(&DiagonalLoading::default());
    resumes(&NIELSEN);
}

/// Runs until so many steps are taken, with so many evaluations a call of `step`.
fn in_portions<P, M>(method: &M, problem: &P, x0: &[f64], portion: u64, steps: usize) -> Vec<u8>
where
    P: LeastSquares + ?Sized,
    M: Method<P>,
    M::State: serde::Serialize,
{
    let mut state = method.init(problem, x0).expect("valid input");
    let (mut taken, mut calls) = (0, 0);
    while taken < steps {
        calls += 1;
        assert!(calls < 1000, "with {portion} evaluations at a time it gets nowhere");
        match method.step(problem, &mut state, &mut Allowance::evaluations(portion)) {
            Ok(_) => taken += 1,
            Err(Stuck::OutOfEvaluations) => {}
            Err(stuck) => panic!("{stuck}"),
        }
    }
    bits(&state)
}

#[test]
fn a_step_cut_short_by_its_allowance_is_finished_by_the_next_to_the_bit() {
    // From here there are rejected trials.
    let (problem, x0) = (freudenstein_roth(), [5.0, -20.0]);
    for portion in 1..5 {
        let lm = LevenbergMarquardt::default();
        let straight = in_portions(&lm, &*problem, &x0, 1000, 11);
        assert!(in_portions(&lm, &*problem, &x0, portion, 11) == straight, "{portion} at a time");
        let straight = in_portions(&NIELSEN, &*problem, &x0, 1000, 11);
        assert!(in_portions(&NIELSEN, &*problem, &x0, portion, 11) == straight, "{portion} at a time");
    }
}

#[test]
fn budgets_of_a_few_evaluations_are_kept_and_used_up_and_the_best_point_is_returned() {
    let problem = freudenstein_roth();
    let x0 = [5.0, -20.0];
    for limit in 1..40 {
        let stop = || Stop { max_evaluations: Some(limit), relative_gradient: 0.0, ..Stop::default() };
        for end in [
            {
                let end = run(&LevenbergMarquardt::default(), &*problem, &x0, stop());
                (end.best, end.reason, end.counts)
            },
            {
                let end = run(&NIELSEN, &*problem, &x0, stop());
                (end.best, end.reason, end.counts)
            },
        ] {
            let (best, reason, counts) = end;
            let here = problem.value(&best.x);
            assert!((here - best.value).abs() <= 1e-12 * here, "{here} {best:?}");
            if matches!(reason, StopReason::EvaluationLimit { .. }) {
                assert_eq!(counts.total(), limit);
            }
            assert!(counts.total() <= limit, "{limit}: {reason}");
        }
    }
    // With two evaluations the second is a trial with its Jacobian, which is accepted if it is good.
    let stop = Stop { max_evaluations: Some(2), relative_gradient: 0.0, ..Stop::default() };
    let end = run(&LevenbergMarquardt::default(), &*problem, &[0.5, -2.0], stop);
    assert_eq!((end.counts.residuals, end.counts.jacobians), (0, 2));
}

#[test]
fn after_a_cancelled_evaluation_there_is_no_other() {
    for call in 1..30 {
        let (flag, calls) = (CancelFlag::default(), Cell::new(0_u64));
        let count = || {
            calls.set(calls.get() + 1);
            if calls.get() == call {
                flag.raise();
            }
        };
        let problem = from_residuals(
            1,
            2,
            |x, r| {
                count();
                (r[0], r[1]) = (x[0] * x[0] - 2.0, 3.0 * thalweg::numerics::sin(5.0 * x[0]) + 1.0);
            },
            |x, jacobian| {
                (jacobian[0], jacobian[1]) = (2.0 * x[0], 15.0 * thalweg::numerics::cos(5.0 * x[0]));
            },
        );
        let stop = Stop { cancel: Some(flag.clone()), relative_gradient: 0.0, ..Stop::default() };
        let end = run(&LevenbergMarquardt::default(), &problem, &[4.0], stop);
        assert!(calls.get() <= call);
        assert_eq!(flag.is_raised(), matches!(end.reason, StopReason::Cancelled { .. }), "{}", end.reason);
    }
}

#[test]
fn states_by_hand_and_under_the_driver_are_the_same() {
    let problem = kowalik_osborne();
    let x0 = [0.25, 0.39, 0.415, 0.39];
    let method = LevenbergMarquardt::default();
    let (by_hand, _) = states(&method, &*problem, &x0);
    let end = run(&method, &*problem, &x0, Stop { relative_gradient: 0.0, ..Stop::default() });
    assert_eq!(end.state.x(), by_hand[by_hand.len() - 1].x());
    let counted = Counted::new(&*problem);
    states(&method, &counted, &x0);
    assert_eq!(counted.counts(), end.counts);
}

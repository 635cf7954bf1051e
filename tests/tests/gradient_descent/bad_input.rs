//! Input that cannot be used: which argument, what it was, what is allowed; and nothing has run.

use std::cell::Cell;

use thalweg::prelude::*;
use thalweg::problem::Stuck;

use crate::at_rate;

const POSITIVE: &str = "a finite number above 0";
const NOT_NEGATIVE: &str = "a finite number, 0 or more";

/// The error of a run of n variables, which must come before the first evaluation.
fn refusal(n: usize, rate: f64, x0: &[f64], stop: Stop) -> InvalidInput {
    let evaluations = Cell::new(0);
    let bowl = from_fn(n, |x, g| {
        evaluations.set(evaluations.get() + 1);
        g.copy_from_slice(x);
        0.5 * x.iter().map(|x| x * x).sum::<f64>()
    });
    let error = minimize(&bowl, &at_rate(rate), x0, stop, |_| panic!("nothing should run")).unwrap_err();
    assert_eq!(evaluations.get(), 0, "{error}");
    error
}

#[track_caller]
fn assert_names(error: &InvalidInput, argument: &str, value: &str, allowed: &str) {
    assert_eq!((&*error.argument, &*error.value, &*error.allowed), (argument, value, allowed));
    let sentence = error.to_string();
    assert!([argument, value, allowed].iter().all(|part| sentence.contains(part)), "{sentence}");
}

#[test]
fn start_of_another_length_is_refused() {
    for (x0, value) in [(&[][..], "length 0"), (&[1.0], "length 1"), (&[1.0; 3], "length 3")] {
        assert_names(&refusal(2, 0.1, x0, Stop::default()), "x0", value, "length 2");
    }
}

#[test]
fn start_that_is_not_finite_is_refused() {
    for (bad, value) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        assert_names(&refusal(2, 0.1, &[1.0, bad], Stop::default()), "x0[1]", value, "a finite number");
    }
}

#[test]
fn problem_without_variables_is_refused() {
    assert_names(&refusal(0, 0.1, &[], Stop::default()), "problem.dim()", "0", "1 or more");
    let no_weights: [f32; 0] = [];
    assert_names(&GradientDescent.init(&no_weights).unwrap_err(), "x", "length 0", "length 1 or more");
}

#[test]
fn constant_rate_that_is_not_positive_and_finite_is_refused() {
    let cases = [
        (f64::NAN, "NaN"),
        (-0.5, "-0.5"),
        (0.0, "0.0"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ];
    for (rate, value) in cases {
        assert_names(&refusal(2, rate, &[1.0, 2.0], Stop::default()), "rate", value, POSITIVE);
        // Without the driver, too.
        let bowl = from_fn(1, |_, _| panic!("nothing should run"));
        assert_names(&at_rate(rate).init(&bowl, &[1.0]).unwrap_err(), "rate", value, POSITIVE);
    }
}

#[test]
fn tolerance_that_is_negative_or_not_finite_is_refused() {
    for (bad, value) in [(-1e-8, "-1e-8"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let relative = Stop { relative_gradient: bad, ..Stop::default() };
        assert_names(&refusal(1, 0.1, &[1.0], relative), "stop.relative_gradient", value, NOT_NEGATIVE);
        let absolute = Stop { absolute_gradient: bad, ..Stop::default() };
        assert_names(&refusal(1, 0.1, &[1.0], absolute), "stop.absolute_gradient", value, NOT_NEGATIVE);
    }
}

#[test]
fn target_value_that_is_nan_is_refused() {
    let stop = Stop { target_value: Some(f64::NAN), ..Stop::default() };
    assert_names(&refusal(1, 0.1, &[1.0], stop), "stop.target_value", "NaN", "a number");
}

#[test]
fn budget_of_no_evaluation_is_refused() {
    let stop = Stop { max_evaluations: Some(0), ..Stop::default() };
    let allowed = "1 or more: the start is evaluated";
    assert_names(&refusal(1, 0.1, &[1.0], stop), "stop.max_evaluations", "0", allowed);
}

#[test]
fn bare_rule_refuses_a_gradient_of_another_length_and_leaves_x_alone() {
    let mut x = [1.0, 2.0];
    for (gradient, value) in [(&[][..], "length 0"), (&[1.0], "length 1"), (&[1.0; 3], "length 3")] {
        let error = GradientDescent.update(&mut (), &mut x, gradient, 0.5).unwrap_err();
        assert_names(&error, "gradient", value, "length 2");
        assert_eq!(x, [1.0, 2.0]);
    }
}

#[test]
fn bare_rule_refuses_parameters_of_length_0() {
    let error = GradientDescent.update(&mut (), &mut [], &[], 0.5_f32).unwrap_err();
    assert_names(&error, "x", "length 0", "length 1 or more");
}

#[test]
fn bare_rule_shows_a_rate_as_it_was_written() {
    let error = GradientDescent.update(&mut (), &mut [1.0], &[1.0], -0.1_f32).unwrap_err();
    assert_names(&error, "rate", "-0.1", NOT_NEGATIVE);
}

#[test]
fn bare_rule_refuses_a_rate_that_is_negative_or_not_finite_and_leaves_x_alone() {
    let mut x = [1.0, 2.0];
    let mut narrow = [1.0_f32, 2.0];
    for (rate, value) in [(f32::NAN, "NaN"), (-0.5, "-0.5"), (f32::INFINITY, "inf")] {
        let error = GradientDescent.update(&mut (), &mut x, &[1.0, 1.0], f64::from(rate)).unwrap_err();
        assert_names(&error, "rate", value, NOT_NEGATIVE);
        let error = GradientDescent.update(&mut (), &mut narrow, &[1.0, 1.0], rate).unwrap_err();
        assert_names(&error, "rate", value, NOT_NEGATIVE);
        assert_eq!((x, narrow), ([1.0, 2.0], [1.0, 2.0]));
    }
}

#[test]
fn schedule_that_turns_bad_at_step_3_ends_the_run_and_keeps_the_best_point() {
    let parabola = from_fn(1, |x, g| {
        g[0] = x[0];
        0.5 * x[0] * x[0]
    });
    for (bad, value) in [(f64::NAN, "NaN"), (-0.5, "-0.5"), (f64::INFINITY, "inf")] {
        let schedule = OfStep(|step| if step == 3 { bad } else { 0.5 });
        let method = Scheduled { rule: GradientDescent, schedule };
        let run =
            minimize(&parabola, &method, &[8.0], Stop::default(), silent).expect("nothing is wrong yet");
        let StopReason::Stuck(Stuck::Invalid(error)) = &run.reason else { panic!("{}", run.reason) };
        assert_names(error, "schedule.rate(3)", value, NOT_NEGATIVE);
        assert_eq!((run.best.x, run.best.value, run.best.step), (vec![1.0], 0.5, 3));
        // Three steps and the start; the bad rate cost no evaluation.
        assert_eq!((run.steps, run.counts.total()), (3, 4));
    }
}

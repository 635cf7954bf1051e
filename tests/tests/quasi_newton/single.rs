//! L-BFGS on `f32`.

use thalweg::problem::{Allowance, CancelFlag, Stuck};
use thalweg_quasi_newton::{FirstLength, Lbfgs, SingleState};

/// The chained Rosenbrock function in single precision, its value added up in double.
fn chained(x: &[f32], gradient: &mut [f32]) -> f64 {
    gradient.fill(0.0);
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (a, b) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        value += f64::from(100.0 * a * a + b * b);
        gradient[i] += -400.0 * a * x[i] - 2.0 * b;
        gradient[i + 1] += 200.0 * a;
    }
    value
}

fn largest(numbers: &[f32]) -> f32 {
    numbers.iter().fold(0.0, |m, x| if x.is_nan() { f32::NAN } else { m.max(x.abs()) })
}

#[test]
fn valley_is_followed_to_its_end_in_single_precision() {
    let x0: Vec<f32> = (0..20).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
    let method = Lbfgs::single();
    let mut state = method.init_single(&mut chained, &x0).expect("valid input");
    let mut allow = Allowance::evaluations(1000);
    while largest(&state.point.gradient) > 1e-3 {
        method.step_single(&mut chained, &mut state, &mut allow).expect("a lower point");
    }
    // The Hessian's least eigenvalue there is about 0.5, and single precision leaves a gradient near 1e-4.
    assert!(state.point.x.iter().all(|x| (x - 1.0).abs() < 5e-3), "{:?}", state.point.x);
    assert!(allow.left() > 500, "{}", allow.left());
}

#[test]
fn run_in_single_precision_resumes_to_the_bit_at_every_step() {
    let method = Lbfgs::single();
    let x0 = [-1.2_f32, 1.0, -1.2, 1.0];
    let mut states = vec![method.init_single(&mut chained, &x0).expect("valid input")];
    for k in 0..20 {
        let mut next = states[k].clone();
        method.step_single(&mut chained, &mut next, &mut Allowance::evaluations(100)).expect("lower");
        states.push(next);
    }
    let bits = |state: &SingleState| -> Vec<u32> { state.point.x.iter().map(|x| x.to_bits()).collect() };
    for k in 0..20 {
        let text = serde_json::to_string(&states[k]).expect("a state can be written down");
        let mut resumed: SingleState =
            serde_json::from_str(&text.replace("null", "\"NaN\"")).unwrap_or_else(|_| states[k].clone());
        for later in &states[k + 1..] {
            method.step_single(&mut chained, &mut resumed, &mut Allowance::evaluations(100)).expect("lower");
            assert_eq!(bits(&resumed), bits(later), "resumed at step {k}");
        }
    }
}

#[test]
fn single_precision_refuses_what_double_does() {
    let refused = |method: Lbfgs, x0: &[f32]| {
        let error = method.init_single(&mut chained, x0).expect_err("refused");
        error.argument.into_owned()
    };
    let good = Lbfgs::single();
    assert_eq!(refused(good, &[]), "n");
    assert_eq!(refused(good, &[1.0, f32::NAN]), "x0[1]");
    assert_eq!(refused(Lbfgs { memory: 0, ..good }, &[1.0, 1.0]), "memory");
    assert_eq!(refused(Lbfgs { least_cosine: 1.0, ..good }, &[1.0, 1.0]), "least_cosine");
    assert_eq!(
        refused(Lbfgs { first_length: FirstLength::Relative(-1.0), ..good }, &[1.0, 1.0]),
        "first_length"
    );
}

#[test]
fn budget_and_flag_are_obeyed_in_single_precision() {
    let method = Lbfgs::single();
    for budget in 0..6 {
        let mut evaluations = 0;
        let mut counting = |x: &[f32], g: &mut [f32]| {
            evaluations += 1;
            chained(x, g)
        };
        let mut state = method.init_single(&mut counting, &[-1.2, 1.0]).expect("valid input");
        let mut allow = Allowance::evaluations(budget);
        let ending = loop {
            let before = state.point.value;
            match method.step_single(&mut counting, &mut state, &mut allow) {
                Ok(_) => assert!(state.point.value < before),
                Err(stuck) => break stuck,
            }
        };
        assert_eq!((ending, evaluations), (Stuck::OutOfEvaluations, budget + 1));
    }
    let flag = CancelFlag::default();
    flag.raise();
    let mut state = method.init_single(&mut chained, &[-1.2, 1.0]).expect("valid input");
    let mut allow = Allowance::evaluations(10).watching([Some(flag), None]);
    assert_eq!(method.step_single(&mut chained, &mut state, &mut allow), Err(Stuck::Cancelled));
}

#[test]
fn wall_of_nan_is_not_crossed_in_single_precision() {
    let mut barrier = |x: &[f32], g: &mut [f32]| {
        let mut value = 0.0;
        for (x, g) in x.iter().zip(g) {
            *g = if *x > 0.0 { 1.0 - 1.0 / x } else { f32::NAN };
            value += f64::from(*x) - if *x > 0.0 { thalweg::numerics::ln(f64::from(*x)) } else { f64::NAN };
        }
        value
    };
    let method = Lbfgs::single();
    let mut state = method.init_single(&mut barrier, &[20.0, 0.05]).expect("valid input");
    let mut allow = Allowance::evaluations(60);
    while largest(&state.point.gradient) > 1e-3 {
        method.step_single(&mut barrier, &mut state, &mut allow).expect("a lower point");
    }
    assert!(state.point.x.iter().all(|x| (x - 1.0).abs() < 2e-3), "{:?}", state.point.x);
}

//! The update rules against the iterates of PyTorch's optimizers; `references/torch_optimizers.py` says how they are
//! made.
//!
//! The dictionary between the two:
//!
//! | PyTorch | here |
//! | --- | --- |
//! | `SGD(momentum)`: b ← μb + g, w ← w − ηb | `MomentumForm::Sum` |
//! | `SGD(nesterov=True)`: w ← w − η(g + μb) | `NesterovForm::OnePass`, whose v is −ηb; the same at a constant rate only |
//! | `weight_decay` of `SGD`, `Adam` | `Decay::Coupled` around the rule |
//! | `AdamW`: shrinks by ηλ first | `AdamW`, or `Decay::Decoupled` around `Adam`; w − s − ηλw and (1 − ηλ)w − s differ in rounding |
//! | `RMSprop(momentum)`: b ← μb + g/(√v + ε), w ← w − ηb | `RmsProp`, whose p is ηb; the same at a constant rate only |
//! | ε of `RMSprop`, `Adagrad`, `Adam`: added to the root; of `Adadelta`: under both | the same |
//! | `Adam(amsgrad=True)`: the largest of the uncorrected v, corrected after that | `AmsGrad` |
//! | `Rprop(lr)`: after a sign change the derivative counts as 0, `lr` is the first step size | `IRpropMinus`, at the rate 1 |

mod problems;
#[path = "../reference/mod.rs"]
mod reference;

use std::collections::BTreeMap;

use thalweg::prelude::*;

use crate::problems::Problem;
use crate::reference::{hex_float, rows};

/// A few roundings come in at every step, and in 200 steps some 1e-13 of them; the program that wrote the table has
/// made sure that they do not grow on the way (by a factor of 2.4 at most). Measured: 2e-14.
const TOLERANCE: f64 = 1e-12;

/// What PyTorch did on one problem.
#[derive(Default)]
struct Run {
    rate: f64,
    /// (k, the iterate after k updates).
    iterates: Vec<(u64, Vec<f64>)>,
}

/// Of every problem and optimizer.
fn runs() -> (Vec<Problem>, BTreeMap<(&'static str, &'static str), Run>) {
    let mut problems: Vec<Problem> = Vec::new();
    let mut runs: BTreeMap<_, Run> = BTreeMap::new();
    for row in rows(include_str!("../../references/torch_optimizers.tsv")) {
        let number = |text: &&str| hex_float(text);
        match row[..] {
            [name, "start", ref numbers @ ..] => {
                problems.push(Problem::new(name, numbers.iter().map(number).collect()));
            }
            [_, "data", ref numbers @ ..] => {
                problems.last_mut().expect("the start comes first").data =
                    numbers.iter().map(number).collect();
            }
            [problem, optimizer, "rate", rate] => {
                runs.entry((problem, optimizer)).or_default().rate = hex_float(rate);
            }
            [problem, optimizer, k, ref numbers @ ..] => {
                let k = k.parse().expect("a number of updates");
                let iterate = (k, numbers.iter().map(number).collect());
                runs.entry((problem, optimizer)).or_default().iterates.push(iterate);
            }
            _ => panic!("a row of another kind: {row:?}"),
        }
    }
    assert_eq!((problems.len(), runs.len()), (3, 3 * 15));
    (problems, runs)
}

/// The largest difference to PyTorch's iterates, each relative to the largest component of the iterate.
fn distance<R: UpdateRule<f64>>(problem: &Problem, run: &Run, rule: &R, rate: f64) -> f64 {
    let mut w = problem.start.clone();
    let mut gradient = vec![0.0; w.len()];
    let mut state = rule.init(&w).expect("usable settings");
    let mut largest = 0.0_f64;
    let mut k = 0;
    assert_eq!((run.iterates.len(), run.iterates.last().map(|last| last.0)), (29, Some(200)));
    for (stored, expected) in &run.iterates {
        while k < *stored {
            rule.look_ahead(&mut state, &mut w).expect("the state's length");
            problem.gradient(&w, &mut gradient);
            rule.update(&mut state, &mut w, &gradient, rate).expect("valid input");
            k += 1;
        }
        let size = expected.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
        for (x, expected) in w.iter().zip(expected) {
            let error = (x - expected).abs() / size;
            largest = if error > largest || error.is_nan() { error } else { largest };
        }
    }
    largest
}

/// How far `rule`, made from PyTorch's rate, is from what PyTorch's optimizer did on the three problems.
fn distances<R: UpdateRule<f64>>(
    optimizer: &str,
    rule: impl Fn(f64) -> R,
    rate: impl Fn(f64) -> f64,
) -> Vec<f64> {
    let (problems, runs) = runs();
    let of = |problem: &Problem| {
        let run = &runs[&(problem.name, optimizer)];
        distance(problem, run, &rule(run.rate), rate(run.rate))
    };
    problems.iter().map(of).collect()
}

#[track_caller]
fn assert_same<R: UpdateRule<f64>>(optimizer: &str, rule: R) {
    let distances = distances(optimizer, |_| &rule, |rate| rate);
    assert!(distances.iter().all(|d| *d <= TOLERANCE), "{optimizer}: {distances:?}");
}

#[track_caller]
fn assert_other<R: UpdateRule<f64>>(optimizer: &str, rule: R) {
    let distances = distances(optimizer, |_| &rule, |rate| rate);
    assert!(distances.iter().all(|d| *d > 10.0 * TOLERANCE), "{optimizer}: {distances:?}");
}

const ADAM: Adam = Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const RMS_PROP: RmsProp = RmsProp { decay: 0.9, epsilon: 1e-8, centered: false, momentum: 0.0 };
const CENTERED: RmsProp = RmsProp { epsilon: 1e-4, centered: true, ..RMS_PROP };

#[test]
fn momentum_is_torch_s_sgd() {
    assert_same("sgd, momentum", Momentum { momentum: 0.9, form: MomentumForm::Sum });
    let momentum = MomentumSequence::Constant(0.9);
    assert_same("sgd, nesterov", Nesterov { momentum, form: NesterovForm::OnePass });
    let rule = Momentum { momentum: 0.9, form: MomentumForm::Sum };
    assert_same("sgd, weight decay", WeightDecay { rule, decay: Decay::Coupled(0.1) });
}

#[test]
fn rms_prop_is_torch_s() {
    assert_same("rmsprop", RMS_PROP);
    assert_same("rmsprop, centered", CENTERED);
    assert_same("rmsprop, momentum", RmsProp { momentum: 0.5, ..RMS_PROP });
    assert_same("rmsprop, centered, momentum", RmsProp { momentum: 0.5, ..CENTERED });
}

#[test]
fn adagrad_and_adadelta_are_torch_s() {
    assert_same("adagrad", Adagrad::default());
    assert_same("adagrad, initial accumulator", Adagrad { initial_accumulator: 0.1, ..Adagrad::default() });
    assert_same("adadelta", Adadelta::default());
}

#[test]
fn adam_and_its_kin_are_torch_s() {
    assert_same("adam", ADAM);
    assert_same("adam, weight decay", WeightDecay { rule: ADAM, decay: Decay::Coupled(0.1) });
    assert_same("adamw", AdamW { weight_decay: 0.1, ..AdamW::default() });
    assert_same("adamw", WeightDecay { rule: ADAM, decay: Decay::Decoupled(0.1) });
    assert_same("amsgrad", AmsGrad::default());
}

#[test]
fn i_rprop_minus_is_torch_s_rprop() {
    let rule = |first| IRpropMinus { sizes: StepSizes { first, ..StepSizes::default() } };
    let distances = distances("rprop", rule, |_| 1.0);
    assert!(distances.iter().all(|d| *d <= TOLERANCE), "{distances:?}");
}

#[test]
fn tolerance_tells_the_conventions_apart() {
    // An ε elsewhere, or a little larger; a rate inside or outside of an average; the largest moment before the
    // correction.
    assert_other("sgd, momentum", Momentum { momentum: 0.9, form: MomentumForm::Average });
    assert_other("sgd, nesterov", Momentum { momentum: 0.9, form: MomentumForm::Sum });
    assert_other("rmsprop", RmsProp { epsilon: 2e-8, ..RMS_PROP });
    assert_other("rmsprop, centered", RmsProp { centered: false, ..CENTERED });
    assert_other("adagrad, initial accumulator", Adagrad::default());
    assert_other("adadelta", Adadelta { epsilon: 1.001e-6, ..Adadelta::default() });
    assert_other("adam", Adam { epsilon: 2e-8, ..ADAM });
    assert_other("adamw", WeightDecay { rule: ADAM, decay: Decay::Coupled(0.1) });
    assert_other("adam, weight decay", WeightDecay { rule: ADAM, decay: Decay::Decoupled(0.1) });
    assert_other("amsgrad", AmsGrad { bias_correction: false, ..AmsGrad::default() });
    assert_other("amsgrad", ADAM);
}

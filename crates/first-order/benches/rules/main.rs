//! Every update rule beside the single-pass loop that a C programmer would write for the same arithmetic, on the same
//! arrays, on one thread.
//!
//! It prints one Markdown table. A row is a rule in `f32` or in `f64`; a cell has a number for each of 10⁵, 10⁶ and
//! 10⁷ parameters: the loop in nanoseconds per parameter, the rule as a multiple of the loop, and, with `--torch
//! PYTHON`, the for-loop, foreach and fused forms of PyTorch's optimizer as multiples of the loop.
//!
//! Both sides work on the same memory, in turns; the fastest turn of each side counts. Before anything is measured,
//! the loop must go through the same numbers as the rule.
//!
//! Words choose the rows whose names contain one of them. Without `--bench` it only looks whether loops and rules agree.

mod loops;
mod timing;
mod torch;

use std::process::ExitCode;

use thalweg_first_order::{
    Adadelta, Adagrad, Adam, AdamW, AmsGrad, Clip, Clipped, Decay, DiagonalSecant, GradientDescent, Group,
    Groups, IRpropMinus, IRpropPlus, Momentum, MomentumForm, Nesterov, NesterovForm, Quickprop, RestartTest,
    Restarted, RmsProp, Rprop, RpropMinus, RpropPlus, WeightDecay,
};

use crate::timing::Table;
use crate::torch::Torch;

/// All rules in one precision, each with its loop and the name of PyTorch's optimizer.
macro_rules! rows {
    ($table:expr, $T:ident) => {{
        use loops as by_hand;
        let table: &mut Table = $table;
        let rate = 1e-4 as $T;
        table.row::<$T, _>("gradient descent", Some("sgd"), &GradientDescent, |_, x, g| {
            by_hand::gradient_descent(x, g, rate);
        });
        let momentum = |form| Momentum { momentum: 0.9, form };
        table.row::<$T, _>("momentum, velocity", None, &momentum(MomentumForm::Velocity), |s, x, g| {
            by_hand::velocity(x, g, &mut s.memory, rate);
        });
        table.row::<$T, _>("momentum, sum", Some("momentum"), &momentum(MomentumForm::Sum), |s, x, g| {
            by_hand::sum(x, g, &mut s.memory, rate);
        });
        table.row::<$T, _>("momentum, average", None, &momentum(MomentumForm::Average), |s, x, g| {
            by_hand::average(x, g, &mut s.memory, rate);
        });
        table.row::<$T, _>("momentum, heavy ball", None, &momentum(MomentumForm::HeavyBall), |s, x, g| {
            by_hand::heavy_ball(x, g, &mut s.memory, s.updates == 0, rate);
            s.updates += 1;
        });
        table.row::<$T, _>("nesterov, looking ahead", None, &Nesterov::default(), |s, x, g| {
            by_hand::look_ahead(x, &s.velocity);
            by_hand::nesterov(x, g, &mut s.velocity, rate);
        });
        let one_pass = Nesterov { form: NesterovForm::OnePass, ..Nesterov::default() };
        table.row::<$T, _>("nesterov, one pass", Some("nesterov"), &one_pass, |s, x, g| {
            by_hand::nesterov_one_pass(x, g, &mut s.velocity, rate);
        });
        let restarted = Restarted { rule: one_pass, test: RestartTest::Gradient };
        table.row::<$T, _>("restarted, nesterov, one pass", None, &restarted, |s, x, g| {
            by_hand::nesterov_restarted(x, g, &mut s.rule.velocity, rate);
        });
        table.row::<$T, _>("adagrad", Some("adagrad"), &Adagrad::default(), |s, x, g| {
            by_hand::adagrad(x, g, &mut s.sum_of_squares, rate);
        });
        let rms_prop = |centered, momentum| RmsProp { centered, momentum, ..RmsProp::default() };
        table.row::<$T, _>("rmsprop", Some("rmsprop"), &rms_prop(false, 0.0), |s, x, g| {
            by_hand::rms_prop(x, g, &mut s.mean_square, rate);
        });
        table.row::<$T, _>(
            "rmsprop, momentum",
            Some("rmsprop, momentum"),
            &rms_prop(false, 0.9),
            |s, x, g| {
                by_hand::rms_prop_momentum(x, g, &mut s.mean_square, &mut s.velocity, rate);
            },
        );
        table.row::<$T, _>(
            "rmsprop, centered",
            Some("rmsprop, centered"),
            &rms_prop(true, 0.0),
            |s, x, g| {
                by_hand::rms_prop_centered(x, g, &mut s.mean_square, &mut s.mean, rate);
            },
        );
        table.row::<$T, _>("rmsprop, centered, momentum", None, &rms_prop(true, 0.9), |s, x, g| {
            by_hand::rms_prop_both(x, g, &mut s.mean_square, &mut s.mean, &mut s.velocity, rate);
        });
        table.row::<$T, _>("adadelta", Some("adadelta"), &Adadelta::default(), |s, x, g| {
            by_hand::adadelta(x, g, &mut s.mean_square_gradient, &mut s.mean_square_step, rate);
        });
        table.row::<$T, _>("adam", Some("adam"), &Adam::default(), |s, x, g| {
            s.updates += 1;
            by_hand::adam(x, g, &mut s.first_moment, &mut s.second_moment, s.updates, rate);
        });
        table.row::<$T, _>("adamw", Some("adamw"), &AdamW::default(), |s, x, g| {
            s.updates += 1;
            by_hand::adam_w(x, g, &mut s.first_moment, &mut s.second_moment, s.updates, rate);
        });
        table.row::<$T, _>("amsgrad", Some("amsgrad"), &AmsGrad::default(), |s, x, g| {
            s.updates += 1;
            let (m, v, largest) = (&mut s.first_moment, &mut s.second_moment, &mut s.largest_second_moment);
            by_hand::ams_grad(x, g, m, v, largest, s.updates, rate);
        });
        table.row::<$T, _>("rprop", None, &Rprop::default(), |s, x, g| {
            by_hand::rprop(x, g, &mut s.steps.step_size, &mut s.steps.moved, &mut s.derivative, rate);
        });
        table.row::<$T, _>("rprop+", None, &RpropPlus::default(), |s, x, g| {
            by_hand::rprop_plus(x, g, &mut s.step_size, &mut s.moved, rate);
        });
        table.row::<$T, _>("rprop−", None, &RpropMinus::default(), |s, x, g| {
            by_hand::rprop_minus(x, g, &mut s.step_size, &mut s.moved, rate);
        });
        // The value stays what it is.
        table.row::<$T, _>("irprop+", None, &IRpropPlus::default(), |s, x, g| {
            by_hand::i_rprop_plus(x, g, &mut s.steps.step_size, &mut s.steps.moved, false, rate);
        });
        table.row::<$T, _>("irprop−", Some("rprop"), &IRpropMinus::default(), |s, x, g| {
            by_hand::i_rprop_minus(x, g, &mut s.step_size, &mut s.moved, rate);
        });
        table.row::<$T, _>("quickprop", None, &Quickprop::default(), |s, x, g| {
            by_hand::quickprop(x, g, &mut s.slope, &mut s.moved, rate);
        });
        table.row::<$T, _>("diagonal secant", None, &DiagonalSecant, |s, x, g| {
            by_hand::diagonal_secant(x, g, &mut s.slope, &mut s.moved, rate);
        });
        // Wrappers beside a loop that does everything in one pass (two for the norm).
        let clipped = Clipped { rule: GradientDescent, clip: Clip::Norm(1e-3) };
        table.row::<$T, _>("clipped by norm, gradient descent", None, &clipped, |_, x, g| {
            by_hand::clipped_descent(x, g, 1e-3, rate);
        });
        let coupled = WeightDecay { rule: GradientDescent, decay: Decay::Coupled(0.01) };
        table.row::<$T, _>("coupled decay, gradient descent", None, &coupled, |_, x, g| {
            by_hand::decayed_descent(x, g, rate);
        });
        let decoupled = WeightDecay { rule: Adam::default(), decay: Decay::Decoupled(0.01) };
        table.row::<$T, _>("decoupled decay, adam", None, &decoupled, |s, x, g| {
            s.rule.updates += 1;
            by_hand::adam_w(x, g, &mut s.rule.first_moment, &mut s.rule.second_moment, s.rule.updates, rate);
        });
        // All but 45 parameters are in no group; behind these, nothing is aligned.
        let groups = Groups { rule: GradientDescent, groups: vec![Group::of(5..50)] };
        table.row::<$T, _>("groups, gradient descent", None, &groups, |_, x, g| {
            by_hand::gradient_descent(x, g, rate);
        });
    }};
}

fn main() -> ExitCode {
    let mut words = Vec::new();
    let (mut python, mut measure) = (None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => measure = true,
            "--torch" => python = arguments.next(),
            // Options for the other benchmarks' harness.
            option if option.starts_with("--") => {}
            _ => words.push(argument.to_lowercase()),
        }
    }
    let torch = match python.as_deref().map(Torch::start).transpose() {
        Ok(torch) => torch,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut table = Table::new(words, measure, torch);
    rows!(&mut table, f32);
    rows!(&mut table, f64);
    ExitCode::SUCCESS
}

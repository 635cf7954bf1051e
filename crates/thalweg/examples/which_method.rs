//! One valley, twelve runs, one tolerance: gradients until ‖∇f‖ ≤ 1e-6, with settings that suit the valley as well as they can.
//!
//! `cargo run -p thalweg --features first-order --example which_method`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg::prelude::*;
use thalweg_objectives::classic::Rosenbrock;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

// ANCHOR: race
fn race<M>(out: &mut impl Write, name: &str, method: &M) -> Result<(), Box<dyn Error>>
where
    M: for<'p> Method<thalweg::problem::Counted<'p, Rosenbrock>>,
{
    let stop =
        Stop { relative_gradient: 0.0, absolute_gradient: 1e-6, max_steps: 200_000, ..Stop::default() };
    let valley = Rosenbrock::default();
    let run = minimize(&valley, method, &[-1.2, 1.0], stop, silent)?;
    let gradients = run.counts.total();
    let end = if run.reason.is_converged() { "reached" } else { "not reached" };
    writeln!(out, "{name:<34} {gradients:>9}   f = {:<8.1e} {end}", run.best.value)?;
    Ok(())
}
// ANCHOR_END: race

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let at = |rate| Constant { rate };
    writeln!(out, "method                             gradients")?;
    race(out, "gradient descent", &Scheduled { rule: GradientDescent, schedule: at(0.0015) })?;
    race(
        out,
        "momentum",
        &Scheduled { rule: Momentum { momentum: 0.95, ..Momentum::default() }, schedule: at(0.001) },
    )?;
    race(
        out,
        "Nesterov",
        &Scheduled {
            rule: Nesterov { momentum: MomentumSequence::Constant(0.95), ..Nesterov::default() },
            schedule: at(0.001),
        },
    )?;
    race(out, "RMSprop", &Scheduled { rule: RmsProp::default(), schedule: at(0.001) })?;
    race(out, "Adam", &Scheduled { rule: Adam::default(), schedule: at(0.02) })?;
    race(out, "Rprop", &Scheduled { rule: Rprop::default(), schedule: at(1.0) })?;
    race(out, "iRprop⁺", &Scheduled { rule: IRpropPlus::default(), schedule: at(1.0) })?;
    // Whoever wants six digits has to let the steps become short.
    let sizes = StepSizes { smallest: 1e-12, ..StepSizes::default() };
    race(out, "Rprop, steps down to 1e-12", &Scheduled { rule: Rprop { sizes }, schedule: at(1.0) })?;
    race(out, "iRprop⁺, steps down to 1e-12", &Scheduled { rule: IRpropPlus { sizes }, schedule: at(1.0) })?;
    race(out, "conjugate gradients", &NonlinearConjugateGradients::default())?;
    race(out, "BFGS", &Bfgs::default())?;
    race(out, "L-BFGS", &Lbfgs::default())
}

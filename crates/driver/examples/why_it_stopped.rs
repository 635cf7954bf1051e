//! One bowl, one method, and every reason why a run may end: each comes with its numbers, and with the best point.
//!
//! `cargo run -p thalweg-driver --example why_it_stopped`

use std::error::Error;
use std::io::{Write, stdout};
use std::ops::ControlFlow;

use thalweg_driver::problem::from_fn;
use thalweg_driver::{Record, Stop, minimize, silent};
use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let bowl = from_fn(2, |x, g| {
        (g[0], g[1]) = (x[0], 10.0 * x[1]);
        1.0 + 0.5 * (x[0] * x[0] + 10.0 * x[1] * x[1])
    });
    // A cliff: no value to the left of 1.
    let cliff = from_fn(2, |x, g| {
        (g[0], g[1]) = (x[0], x[1]);
        if x[0] < 1.0 { f64::NAN } else { 0.5 * (x[0] * x[0] + x[1] * x[1]) }
    });
    let at = |rate| Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let never = Stop { relative_gradient: 0.0, ..Stop::default() };
    let bored = |record: &Record<'_>| {
        if record.row.step == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };

    let start = [4.0, 1.0];
    let runs = [
        ("nothing special", minimize(&bowl, &at(0.15), &start, Stop::default(), silent)?),
        (
            "good enough",
            minimize(&bowl, &at(0.15), &start, Stop { target_value: Some(1.01), ..Stop::default() }, silent)?,
        ),
        ("a tolerance of 0", minimize(&bowl, &at(0.15), &start, never, silent)?),
        ("twenty steps", minimize(&bowl, &at(0.15), &start, Stop::after(20), silent)?),
        (
            "ten evaluations",
            minimize(
                &bowl,
                &at(0.15),
                &start,
                Stop { max_evaluations: Some(10), ..Stop::default() },
                silent,
            )?,
        ),
        ("an observer", minimize(&bowl, &at(0.15), &start, Stop::default(), bored)?),
        ("a rate above 2/λ", minimize(&bowl, &at(0.25), &start, Stop::default(), silent)?),
        ("over a cliff", minimize(&cliff, &at(0.5), &start, Stop::default(), silent)?),
        ("started off it", minimize(&cliff, &at(0.5), &[0.0, 0.0], Stop::default(), silent)?),
    ];
    for (what, run) in &runs {
        writeln!(out, "{what:<17} step {:>3}, f = {:<7.4} {}", run.steps, run.best.value, run.reason)?;
    }
    Ok(())
}

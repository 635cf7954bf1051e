//! The rules, and the examination.

mod breakdown;
mod input;
mod limits;
mod truth;

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thalweg_driver::{Best, Record, Run, Stop, StopReason, minimize};
use thalweg_problem::{Counted, Counts, InvalidInput, Method};

use crate::trial::BUDGET;
use crate::{Candidate, Report, Row, Trial};

/// A promise and how it is put to the test.
struct Rule<M> {
    /// What a method is confronted with.
    name: &'static str,
    /// What it promises there.
    promise: &'static str,
    check: fn(&Candidate<M>) -> Result<(), String>,
}

/// The bound of [`examine`], under a name.
trait Examined: for<'p> Method<Counted<'p, Trial>> {}
impl<M: for<'p> Method<Counted<'p, Trial>>> Examined for M {}

/// Runs every rule on a method. A method that panics has broken the rule at which it did.
#[must_use]
pub fn examine<M>(candidate: &Candidate<M>) -> Report
where
    M: for<'p> Method<Counted<'p, Trial>>,
{
    let row = |rule: &Rule<M>| {
        let outcome = catch_unwind(AssertUnwindSafe(|| (rule.check)(candidate)));
        let fault = outcome.unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            Err(format!("it panics: {}", words.or(panic.downcast_ref().copied()).unwrap_or("without words")))
        });
        Row { rule: rule.name, promise: rule.promise, fault: fault.err() }
    };
    Report { method: candidate.name, rows: rules().iter().map(row).collect() }
}

fn rules<M: Examined>() -> Vec<Rule<M>> {
    let rule = |name, promise, check| Rule { name, promise, check };
    vec![
        rule("no variables", "n = 0 is refused by name, and nothing is evaluated", input::no_variables),
        rule("wrong length", "a start of another length is refused by name", input::wrong_length),
        rule("start not finite", "a NaN or ∞ in x₀ is refused by its index", input::start_not_finite),
        rule("settings", "settings out of range are refused by name", input::settings),
        rule(
            "not a number at the start",
            "f or ∇f not finite at x₀ ends the run there",
            breakdown::at_the_start,
        ),
        rule(
            "not a number in a region",
            "f = NaN where the run wants to go loses nothing",
            breakdown::region,
        ),
        rule("barrier", "f = ∞ where the run wants to go loses nothing", breakdown::barrier),
        rule(
            "zero gradient at the start",
            "no step is taken, and one that is forced moves nothing",
            breakdown::flat,
        ),
        rule("constant function", "it converges where it starts", breakdown::constant),
        rule("unbounded below", "the run ends, and the best point is finite", breakdown::unbounded),
        rule("wrong gradient", "the run ends, and is nowhere above its start", breakdown::wrong_gradient),
        rule("finite points", "on a quadratic every iterate is finite", truth::finite_points),
        rule("converges", "κ = 10, n = 5, to 1e-8 of the first gradient", truth::converges),
        rule("one variable", "n = 1 is a dimension like any other", truth::one_variable),
        rule("scales", "x or f of size 1e±150 change nothing", truth::scales),
        rule("state", "x, f(x) and ∇f(x) of the state belong together", truth::state),
        rule(
            "best point",
            "the run keeps the lowest point it was at, though its settings are too bold",
            truth::best_point,
        ),
        rule("same bits", "the same run twice gives the same bits", truth::same_bits),
        rule("resumed", "a run resumed at any step ends with the same bits", truth::resumed),
        rule("evaluation budget", "a budget of 1, 2, 3, … evaluations is never exceeded", limits::budget),
        rule("cancelled", "after a cancelled evaluation there is no other", limits::cancelled),
    ]
}

/// A run without its state.
struct Ended {
    best: Best,
    steps: u64,
    counts: Counts,
    reason: StopReason,
}

/// A run to its end; every row with its point is shown to `see`.
fn run<M: Examined>(
    method: &M,
    trial: &Trial,
    x0: &[f64],
    stop: Stop,
    mut see: impl FnMut(&Record<'_>),
) -> Result<Ended, String> {
    let ended = minimize(trial, method, x0, stop, |record| {
        see(record);
        ControlFlow::Continue(())
    });
    match ended {
        Ok(Run { best, steps, counts, reason, .. }) => Ok(Ended { best, steps, counts, reason }),
        Err(error) => Err(format!("from x0 = {x0:?}: {error}")),
    }
}

/// Nothing if `holds`, else what is wrong.
fn ensure(holds: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(fault()) }
}

/// The usual tests, within so many steps.
fn within(steps: u64) -> Stop {
    Stop { max_steps: steps, max_evaluations: Some(BUDGET), ..Stop::default() }
}

/// The start that most rules use.
const START: [f64; 5] = [20.0, -5.0, 3.0, 1.0, -0.5];

fn refusal<T>(what: &str, result: Result<T, InvalidInput>, names: &str) -> Result<(), String> {
    match result {
        Ok(_) => Err(format!("{what} is accepted")),
        Err(error) if error.argument.contains(names) => Ok(()),
        Err(error) => Err(format!("{what} is refused without naming `{names}`: {error}")),
    }
}

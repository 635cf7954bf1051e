//! Levenberg–Marquardt on the 123 cases: 43 functions from x₀ and, where that is not 0, from 10 x₀ and 100 x₀.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use thalweg::driver::{Run, Stop, minimize};
use thalweg::numerics::norm;
use thalweg::objectives::classic::{TestFunction, more_garbow_hillstrom};
use thalweg::problem::{Counted, Method, State};
use thalweg_second_order::{DiagonalLoading, LevenbergMarquardt, Loading, LoadingRule, Scaling};
use thalweg_tests::collection::is_known;

/// What came of a case.
struct Outcome {
    name: &'static str,
    /// Which of the starts.
    start: usize,
    value: f64,
    evaluations: u64,
    is_known: bool,
    /// ‖∇f‖∞ ≤ 10⁻⁶, evaluated again.
    is_first_order: bool,
    is_converged: bool,
    /// Whether the test that it claims holds, evaluated again.
    is_honest: bool,
    reason: String,
}

/// One setting for all functions, and no tuning: ‖∇f‖ ≤ this. For 0 the method ends the run by its own tests.
///
/// Far out some functions have valleys in which a run goes on for 10⁵ steps, with MINPACK too; 2000 are enough to tell.
fn stop(gradient: f64) -> Stop {
    Stop { relative_gradient: 0.0, absolute_gradient: gradient, max_steps: 2000, ..Stop::default() }
}

fn examine<M>(
    method: &M,
    function: &(dyn TestFunction + 'static),
    start: usize,
    x0: &[f64],
    gradient_tolerance: f64,
) -> Outcome
where
    M: for<'p> Method<Counted<'p, dyn TestFunction>, State: State>,
{
    let run: Run<_> = minimize(function, method, x0, stop(gradient_tolerance), |_| ControlFlow::Continue(()))
        .expect("valid input");
    let mut gradient = vec![f64::NAN; x0.len()];
    let value = function.value_gradient(&run.best.x, &mut gradient);
    let largest = gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.abs()));
    function.value_gradient(run.state.x(), &mut gradient);
    Outcome {
        name: function.name(),
        start,
        value,
        evaluations: run.counts.total(),
        is_known: is_known(function, value),
        is_first_order: largest <= 1e-6,
        is_converged: run.reason.is_converged(),
        // Where the run ended, which where rounding blurs f need not be the lowest point; summed up in another order.
        is_honest: !run.reason.is_converged() || norm(&gradient) <= gradient_tolerance * (1.0 + 1e-9),
        reason: run.reason.to_string(),
    }
}

fn all<M>(method: &M, gradient_tolerance: f64) -> Vec<Outcome>
where
    M: for<'p> Method<Counted<'p, dyn TestFunction>, State: State>,
{
    let functions = more_garbow_hillstrom();
    assert_eq!(functions.len(), 43);
    let cases =
        functions.iter().flat_map(|f| f.starts().into_iter().enumerate().map(move |(i, x0)| (f, i, x0)));
    cases.map(|(function, i, x0)| examine(method, &**function, i, &x0, gradient_tolerance)).collect()
}

fn table(outcomes: &[Outcome]) -> String {
    let mut table = String::new();
    for o in outcomes {
        let mark = match (o.is_known, o.is_first_order) {
            (true, _) => "known minimum",
            (false, true) => "other stationary point",
            (false, false) => "no minimum",
        };
        let _ = writeln!(
            table,
            "{:<36} {:>4} {:>7} {:>13.6e}  {mark}: {}",
            o.name,
            ["x0", "10x0", "100x0"][o.start],
            o.evaluations,
            o.value,
            o.reason
        );
    }
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|o| is(o)).count();
    let _ = writeln!(
        table,
        "{} cases: {} known minima ({} of them from x0), {} first-order points, {} converged, {} evaluations",
        outcomes.len(),
        count(|o| o.is_known),
        count(|o| o.is_known && o.start == 0),
        count(|o| o.is_first_order),
        count(|o| o.is_converged),
        outcomes.iter().map(|o| o.evaluations).sum::<u64>()
    );
    table
}

fn known(outcomes: &[Outcome], start: usize) -> usize {
    outcomes.iter().filter(|o| o.is_known && o.start <= start).count()
}

/// At least so many known minima from x₀, and from all starts.
#[track_caller]
fn assert_reaches(outcomes: &[Outcome], from_x0: usize, from_all: usize) {
    let (least, all) = (known(outcomes, 0), known(outcomes, 2));
    assert!(least >= from_x0 && all >= from_all, "{least} from x0, {all} in all");
}

#[track_caller]
fn assert_honest(outcomes: &[Outcome]) {
    assert_eq!(outcomes.len(), 123);
    for o in outcomes {
        assert!(o.is_honest, "{}: {}", o.name, o.reason);
    }
}

#[test]
fn levenberg_marquardt_reaches_as_many_known_minima_as_minpack() {
    // MINPACK: 108 of 123, and 43 of 43 from x0.
    let outcomes = all(&LevenbergMarquardt::default(), 0.0);
    println!("{}", table(&outcomes));
    assert_honest(&outcomes);
    assert_reaches(&outcomes, 43, 112);
    // With its tolerances.
    let outcomes = all(&LevenbergMarquardt::MINPACK, 0.0);
    println!("{}", table(&outcomes));
    assert_honest(&outcomes);
    assert_reaches(&outcomes, 43, 111);
    // With the test on the gradient that other methods have: Watson's minimum of 4.7e-10 wants a smaller one.
    let outcomes = all(&LevenbergMarquardt::default(), 1e-6);
    println!("{}", table(&outcomes));
    assert_honest(&outcomes);
    assert_reaches(&outcomes, 42, 108);
}

#[test]
fn scaling_that_is_off_goes_far_where_the_norms_at_the_start_mean_nothing() {
    // From 10 x0 and 100 x0 the norms of some columns are 10²⁰ times what they will be, and Moré's D never forgets them.
    let outcomes =
        all(&LevenbergMarquardt { scaling: Scaling::Identity, ..LevenbergMarquardt::default() }, 0.0);
    println!("{}", table(&outcomes));
    assert_honest(&outcomes);
    assert_reaches(&outcomes, 43, 118);
}

#[test]
fn diagonal_loading_is_honest_on_every_case() {
    for loading in [Loading::Identity, Loading::Diagonal] {
        for rule in [LoadingRule::Factors { up: 10.0, down: 10.0 }, LoadingRule::Nielsen] {
            let method = DiagonalLoading { loading, rule, ..DiagonalLoading::default() };
            let outcomes = all(&method, 1e-6);
            println!("{loading:?}, {rule:?}\n{}", table(&outcomes));
            assert_honest(&outcomes);
        }
    }
}

//! Data profiles of L-BFGS beside SciPy's L-BFGS-B, over all 123 cases of Moré, Garbow and Hillstrom.
//!
//! A case is solved to τ by the first evaluation with f(x₀) − f(x) ≥ (1 − τ)(f(x₀) − f_L), f_L the lowest known value. A data
//! profile is the share of cases that are solved within a budget, as a function of the budget. Here that is counted in
//! evaluations of f with its gradient; the paper, whose methods see values only, divides by n + 1. Both runs end at
//! ‖∇f‖∞ ≤ 1e-6.
//!
//! Source: J. J. Moré and S. M. Wild, SIAM Journal on Optimization 20 (2009) 172–191.

use std::cell::RefCell;

use thalweg::objectives::classic::more_garbow_hillstrom;
use thalweg::prelude::*;

/// The largest budget.
pub const LIMIT: u64 = 20_000;
/// What is asked for, each with its column in the table of SciPy's.
const COLUMNS: [(f64, usize); 3] = [(1e-3, 5), (1e-5, 6), (1e-7, 7)];

/// τ.
pub const TAUS: [f64; 3] = [COLUMNS[0].0, COLUMNS[1].0, COLUMNS[2].0];

/// For every case and every τ the evaluations until it was solved.
pub type Solved = Vec<[Option<u64>; 3]>;

/// SciPy's L-BFGS-B, as `tests/references/lbfgsb.py` has run it.
#[must_use]
pub fn scipy() -> Solved {
    let table = include_str!("../references/lbfgsb.tsv");
    let rows = table.lines().skip(2).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| COLUMNS.map(|(_, column)| row[column].parse().ok())).collect()
}

/// L-BFGS with these settings.
///
/// # Panics
/// If the table of SciPy's has other cases.
#[must_use]
pub fn lbfgs(method: &Lbfgs) -> Solved {
    let table = include_str!("../references/lbfgsb.tsv");
    let mut rows = table.lines().skip(2);
    let mut solved = Solved::new();
    for function in more_garbow_hillstrom() {
        let lowest = function.minima().iter().map(|minimum| minimum.value).fold(f64::INFINITY, f64::min);
        for (start, x0) in function.starts().into_iter().enumerate() {
            let case = format!("{}\t{}\t{start}\t", function.name(), function.dim());
            assert!(
                rows.next().is_some_and(|row| row.starts_with(&case)),
                "SciPy's table has another case than {case}"
            );
            let values = RefCell::new(Vec::new());
            let watched = from_fn(function.dim(), |x, gradient| {
                let value = function.value_gradient(x, gradient);
                values.borrow_mut().push(value);
                value
            });
            let stop = Stop {
                relative_gradient: 0.0,
                max_steps: LIMIT,
                max_evaluations: Some(LIMIT),
                noise_window: 0,
                runaway: f64::INFINITY,
                ..Stop::default()
            };
            let mut running = Running::start(&watched, method, &x0, stop).expect("valid input");
            let is_done = |gradient: &[f64]| gradient.iter().all(|g| g.abs() <= 1e-6);
            while !running.state().gradient().is_some_and(is_done) && running.next().is_some() {}
            drop(running);
            let values = values.into_inner();
            solved.push(TAUS.map(|tau| {
                let wanted = (1.0 - tau) * (values[0] - lowest);
                values.iter().position(|value| values[0] - value >= wanted).map(|at| at as u64 + 1)
            }));
        }
    }
    solved
}

/// How many cases are solved to the k-th τ within so many evaluations.
#[must_use]
pub fn within(solved: &Solved, k: usize, budget: u64) -> usize {
    solved.iter().filter(|case| case[k].is_some_and(|evaluations| evaluations <= budget)).count()
}

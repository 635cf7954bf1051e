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

const LIMIT: u64 = 20_000;
/// Each with its column in the table of SciPy's.
const TAUS: [(f64, usize); 3] = [(1e-3, 5), (1e-5, 6), (1e-7, 7)];

/// For every case and every τ the evaluations until it was solved.
type Solved = Vec<[Option<u64>; 3]>;

fn scipy() -> Solved {
    let table = include_str!("../../references/lbfgsb.tsv");
    let rows = table.lines().skip(2).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| TAUS.map(|(_, column)| row[column].parse().ok())).collect()
}

fn lbfgs() -> Solved {
    let table = include_str!("../../references/lbfgsb.tsv");
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
            let method = Lbfgs::default();
            let mut running = Running::start(&watched, &method, &x0, stop).expect("valid input");
            let is_done = |gradient: &[f64]| gradient.iter().all(|g| g.abs() <= 1e-6);
            while !running.state().gradient().is_some_and(is_done) && running.next().is_some() {}
            drop(running);
            let values = values.into_inner();
            solved.push(TAUS.map(|(tau, _)| {
                let wanted = (1.0 - tau) * (values[0] - lowest);
                values.iter().position(|value| values[0] - value >= wanted).map(|at| at as u64 + 1)
            }));
        }
    }
    solved
}

/// From x₀ both go through much the same numbers; from 10x₀ and 100x₀ the first step of ours is as much longer, and that is most of
/// the lead within few evaluations.
#[test]
fn lbfgs_solves_as_many_cases_as_scipy_within_a_budget() {
    let (ours, theirs) = (lbfgs(), scipy());
    assert_eq!(ours.len(), theirs.len());
    for (k, (tau, _)) in TAUS.into_iter().enumerate() {
        let within = |budget: u64, solved: &mut dyn Iterator<Item = Option<u64>>| {
            solved.flatten().filter(|&evaluations| evaluations <= budget).count()
        };
        println!("τ = {tau:e}: budget, cases solved by L-BFGS, by SciPy's L-BFGS-B");
        let mut lead = 0;
        for budget in 1..=LIMIT {
            let here = within(budget, &mut ours.iter().map(|case| case[k]));
            let there = within(budget, &mut theirs.iter().map(|case| case[k]));
            if [5, 10, 20, 30, 50, 100, 200, 500, LIMIT].contains(&budget) {
                println!("    {budget}, {here}, {there}");
            }
            lead = here as i64 - there as i64;
            assert!(lead >= 0, "τ = {tau:e}: {lead} at {budget} evaluations");
        }
        assert!(lead >= 3, "τ = {tau:e}: {lead} at the end");
    }
}

//! L-BFGS beside SciPy's L-BFGS-B: `thalweg_tests::profiles` says how.

use thalweg_quasi_newton::Lbfgs;
use thalweg_tests::profiles::{LIMIT, TAUS, lbfgs, scipy, within};

/// From x₀ both go through much the same numbers; from 10x₀ and 100x₀ the first step of ours is as much longer, and that is most of
/// the lead within few evaluations.
#[test]
fn lbfgs_solves_as_many_cases_as_scipy_within_a_budget() {
    let (ours, theirs) = (lbfgs(&Lbfgs::default()), scipy());
    assert_eq!(ours.len(), theirs.len());
    for (k, tau) in TAUS.into_iter().enumerate() {
        println!("τ = {tau:e}: budget, cases solved by L-BFGS, by SciPy's L-BFGS-B");
        let mut lead = 0;
        for budget in 1..=LIMIT {
            let (here, there) = (within(&ours, k, budget), within(&theirs, k, budget));
            if [5, 10, 20, 30, 50, 100, 200, 500, LIMIT].contains(&budget) {
                println!("    {budget}, {here}, {there}");
            }
            lead = here as i64 - there as i64;
            assert!(lead >= 0, "τ = {tau:e}: {lead} at {budget} evaluations");
        }
        assert!(lead >= 3, "τ = {tau:e}: {lead} at the end");
    }
}

//! The collection of Moré, Garbow and Hillstrom: what `thalweg_tests::collection` says of L-BFGS, BFGS and conjugate gradients.

use thalweg_quasi_newton::line_search::{HagerZhang, StrongWolfe};
use thalweg_quasi_newton::{Bfgs, Lbfgs, NonlinearConjugateGradients};
use thalweg_tests::collection::{BUDGET, Outcome, Score};

fn score<M>(name: &str, method: &M) -> Score
where
    M: for<'p> thalweg::problem::Method<thalweg::problem::Counted<'p, thalweg_tests::collection::Problem>>,
{
    let score = Score::of(method, BUDGET);
    println!("{name}: {score}FAR {name}: {:?}\nNEAR {name}: {:?}\nmost: {}", score.cases(Outcome::is_far_flat_stop), score.cases(|o| o.is_flat_stop() && !o.is_far), score.dearest().unwrap());
    score
}

/// 108 of them, 104 at a finite place, less what a change of rounding may take away.
#[test]
fn lbfgs_reaches_most_known_minima() {
    let score = score("L-BFGS", &Lbfgs::default());
    assert!(score.solved() >= 106, "{score}");
    assert!(score.count(|outcome| outcome.is_attained) >= 102, "{score}");
    assert!(score.count(Outcome::is_first_order) >= 115, "{score}");
}

#[test]
fn bfgs_reaches_most_known_minima() {
    let score = score("BFGS", &Bfgs::default());
    assert!(score.solved() >= 109, "{score}");
}

/// What other searches reach, less what another rounding may take away.
#[test]
fn other_searches_reach_most_known_minima() {
    for (score, least) in [
        (score("L-BFGS, strong Wolfe", &Lbfgs::with(StrongWolfe::default())), 106),
        (score("L-BFGS, Hager–Zhang", &Lbfgs::with(HagerZhang::default())), 106),
        (score("BFGS, strong Wolfe", &Bfgs::with(StrongWolfe::default())), 90),
        (score("BFGS, Hager–Zhang", &Bfgs::with(HagerZhang::default())), 90),
        (score("conjugate gradients", &NonlinearConjugateGradients::default()), 85),
    ] {
        assert!(score.solved() >= least, "{score}");
    }
}

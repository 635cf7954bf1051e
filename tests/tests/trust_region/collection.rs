//! The collection of Moré, Garbow and Hillstrom: what `thalweg_tests::collection` says of methods that have a Hessian.

use thalweg::problem::{Counted, Method};
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, SaddleFreeNewton, SteihaugToint, TrustRegion,
};
use thalweg_tests::collection::{Outcome, Problem, Score};

fn score<M>(name: &str, method: &M) -> Score
where
    M: for<'p> Method<Counted<'p, Problem>>,
{
    let score = Score::of(method, 3_000);
    println!("{name}: {score}FAR {name}: {:?}\nNEAR {name}: {:?}\nmost: {}", score.cases(Outcome::is_far_flat_stop), score.cases(|o| o.is_flat_stop() && !o.is_far), score.dearest().unwrap());
    score
}

#[test]
fn exact_trust_region_reaches_more_known_minima_than_any_other() {
    let score = score("trust region, exact", &TrustRegion::default());
    assert!(score.solved() >= 111 && score.solved_from_x0() == 43, "{score}");
}

/// What the others reach, less what another rounding may take away.
#[test]
fn other_methods_reach_most_known_minima() {
    let truncated = score("trust region, truncated", &TrustRegion::by(SteihaugToint::default()));
    assert!(truncated.solved() >= 105 && truncated.count(Outcome::is_first_order) >= 117, "{truncated}");
    let cubic = score("cubic regularization", &CubicRegularization::default());
    assert!(cubic.solved() >= 108 && cubic.count(Outcome::is_first_order) >= 116, "{cubic}");
}

#[test]
fn searches_along_modified_directions_reach_many_known_minima() {
    let modified = score("modified Newton", &ModifiedNewton::default());
    assert!(modified.solved() >= 104 && modified.count(Outcome::is_first_order) >= 110, "{modified}");
    let saddle_free = score("saddle-free Newton", &SaddleFreeNewton::default());
    assert!(saddle_free.solved() >= 103 && saddle_free.count(Outcome::is_first_order) >= 110, "{saddle_free}");
    // Without a way out of negative curvature.
    score("damped Newton", &DampedNewton::default());
}

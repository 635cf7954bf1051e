//! The collection of Moré, Garbow and Hillstrom: what `thalweg_tests::collection` says of methods that have a Hessian.
//!
//! Numbers of solved cases and of stops in valleys leave room for what another rounding may change; where runs stop far out is
//! asserted by name.

use thalweg::problem::{Counted, Method};
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, SaddleFreeNewton, SteihaugToint, TrustRegion,
};
use thalweg_tests::collection::{Outcome, Problem, Score};

/// Steps of a run. Far out Osborne's first function and Brown's badly scaled one take all of them.
const STEPS: u64 = 3_000;

/// The plateaus and tails on which nearly all of these come to rest.
const FAR: [&str; 3] =
    ["Powell badly scaled 2, 100 x₀", "Gaussian 3, 100 x₀", "Gulf research and development 3, 100 x₀"];

/// No run takes more than `dearest` evaluations of any kind.
#[track_caller]
fn score<M>(name: &str, method: &M, dearest: u64) -> Score
where
    M: for<'p> Method<Counted<'p, Problem>>,
{
    let score = Score::of(method, STEPS);
    println!("{name}: {score}");
    let most = score.dearest().expect("123 cases");
    println!("    at most: {most}");
    assert!(most.counts.total() <= dearest, "{name}: {most}");
    score
}

#[test]
fn exact_trust_region_reaches_more_known_minima_than_any_other() {
    // 6884 of them in 3000 steps: an evaluation for every trial, a Hessian for every step that is taken.
    let score = score("trust region, exact", &TrustRegion::default(), 7_000);
    assert!(score.solved() >= 111 && score.solved_from_x0() == 43, "{score}");
    score.assert_flat_stops(&FAR, 2, &[]);
}

#[test]
fn other_methods_reach_most_known_minima() {
    let truncated = score("trust region, truncated", &TrustRegion::with(SteihaugToint::default()), 2_200);
    assert!(truncated.solved() >= 105 && truncated.count(Outcome::is_first_order) >= 117, "{truncated}");
    let [powell, gaussian, gulf] = FAR;
    let far = [
        powell,
        gaussian,
        gulf,
        "Kowalik and Osborne 4, 100 x₀",
        "Osborne 1 5, 10 x₀",
        "Osborne 1 5, 100 x₀",
    ];
    // In a valley on its way; at a minimum that is not listed.
    truncated.assert_flat_stops(&far, 6, &["Powell badly scaled 2, x₀", "Brown almost linear 10, 100 x₀"]);
    let cubic = score("cubic regularization", &CubicRegularization::default(), 7_000);
    assert!(cubic.solved() >= 108 && cubic.count(Outcome::is_first_order) >= 116, "{cubic}");
    let far = [powell, "Gaussian 3, 10 x₀", gaussian, gulf, "Osborne 1 5, 100 x₀", "Biggs EXP6 6, 100 x₀"];
    cubic.assert_flat_stops(&far, 5, &[]);
}

#[test]
fn searches_along_modified_directions_reach_many_known_minima() {
    let modified = score("modified Newton", &ModifiedNewton::default(), 6_200);
    assert!(modified.solved() >= 104 && modified.count(Outcome::is_first_order) >= 110, "{modified}");
    modified.assert_flat_stops(&FAR, 4, &[]);
    let saddle_free = score("saddle-free Newton", &SaddleFreeNewton::default(), 6_200);
    assert!(
        saddle_free.solved() >= 103 && saddle_free.count(Outcome::is_first_order) >= 110,
        "{saddle_free}"
    );
    // Chebyquad has minima above the lowest, and not all are listed.
    let chebyquad =
        ["Chebyquad 8, 10 x₀", "Chebyquad 9, 10 x₀", "Chebyquad 9, 100 x₀", "Chebyquad 10, 100 x₀"];
    saddle_free.assert_flat_stops(&FAR, 4, &chebyquad);
}

/// Without a way out of negative curvature it gets stuck on a third of the cases, and says so; and it takes saddles for ends.
#[test]
fn damped_newton_reaches_what_lies_downhill_along_newton_directions() {
    let score = score("damped Newton", &DampedNewton::default(), 1_000);
    assert!(score.solved() >= 72, "{score}");
    // At Beale's saddle (0, 1); Trigonometric's has a minimum above 0.
    let others = ["Beale 2, 10 x₀", "Beale 2, 100 x₀", "Trigonometric 10, 10 x₀"];
    score.assert_flat_stops(&["Gaussian 3, 100 x₀", "Gulf research and development 3, 100 x₀"], 2, &others);
}

/// Budgets so small that they end within a step; `Score` asserts that none is overrun and no start lost.
#[test]
fn small_budgets_are_kept_on_every_case() {
    for budget in [1, 2, 3, 7, 20] {
        for score in [
            Score::within(&TrustRegion::default(), STEPS, budget),
            Score::within(&TrustRegion::with(SteihaugToint::default()), STEPS, budget),
            Score::within(&CubicRegularization::default(), STEPS, budget),
        ] {
            let most = score.dearest().expect("123 cases");
            assert_eq!(most.counts.total(), budget, "it is used: {most}");
        }
    }
}

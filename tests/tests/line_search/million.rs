//! A million random functions for each search: no certificate fails, no α is tried twice, no budget is overrun, the best
//! point is never lost, and every call returns.

use thalweg::problem::Allowance;
use thalweg_line_search::{
    Backtracking, Condition, Fixed, HagerZhang, Interpolation, MoreThuente, OneDimensional, Sample,
    StrongWolfe, search_curve,
};

use crate::random_functions::{Random, RandomFunction, Shape};

pub(crate) const FUNCTIONS: usize = 1_000_000;

/// How many calls ended with each condition, and how many without a step.
#[derive(Debug, Default)]
struct Tally {
    strong: usize,
    wolfe: usize,
    approximate: usize,
    armijo: usize,
    none: usize,
    failed: usize,
    evaluations: u64,
}

/// A search of random settings, what it may claim, and how many trials it may take.
struct Drawn<S> {
    search: S,
    claims: Vec<Condition>,
    max_trials: u32,
    max_alpha: f64,
}

fn run<S: OneDimensional>(seed: u64, mut draw: impl FnMut(&mut Random) -> Drawn<S>) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    let mut trials: Vec<(f64, Sample)> = Vec::new();
    for number in 0..FUNCTIONS {
        let function = RandomFunction::new(&mut random);
        let Drawn { search, claims, max_trials, max_alpha } = draw(&mut random);
        let budget = if random.happens(0.3) { 1 + random.below(4) as u64 } else { 100 };
        let first = function.scale * if random.happens(0.5) { 1.0 } else { random.power_of_ten(-5.0, 5.0) };
        let start = function.at(0.0);
        trials.clear();
        let outcome = search_curve(&search, start, first, &mut Allowance::evaluations(budget), |alpha| {
            let sample = function.at(alpha);
            trials.push((alpha, sample));
            sample
        });

        let told = |what: &str| panic!("{what}: number {number}, {function:?}, {trials:?}, {outcome:?}");
        let count = trials.len() as u64;
        if count > budget.min(u64::from(max_trials)) {
            told("a budget is overrun");
        }
        for (i, (alpha, _)) in trials.iter().enumerate() {
            if !(*alpha > 0.0 && *alpha <= max_alpha && alpha.is_finite()) {
                told("a trial is out of range");
            }
            if trials[..i].iter().any(|(before, _)| before == alpha) {
                told("an α is tried twice");
            }
        }
        tally.evaluations += count;
        match &outcome {
            Ok(accepted) => {
                if accepted.evaluations != count {
                    told("the evaluations are miscounted");
                }
                let (alpha, end) = trials[trials.len() - 1];
                if (accepted.alpha, accepted.end) != (alpha, end) {
                    told("the accepted point is not the last trial");
                }
                if !claims.contains(&accepted.condition) {
                    told("another condition is claimed than was asked for");
                }
                if !accepted.condition.holds(start, alpha, end) {
                    told("a certificate fails");
                }
                match accepted.condition {
                    Condition::StrongWolfe { .. } => tally.strong += 1,
                    Condition::Wolfe { .. } => tally.wolfe += 1,
                    Condition::Armijo { .. } => tally.armijo += 1,
                    Condition::None => tally.none += 1,
                    _ => tally.approximate += 1,
                }
            }
            Err(failed) => {
                if failed.evaluations != count {
                    told("the evaluations are miscounted");
                }
                let finite = trials.iter().filter(|(_, sample)| sample.is_finite());
                let (alpha, lowest) =
                    finite.fold(
                        (0.0, start),
                        |best, trial| {
                            if trial.1.value < best.1.value { *trial } else { best }
                        },
                    );
                // By bits: at a start that is not finite there are NaNs.
                let is_lowest = failed.end.value.to_bits() == lowest.value.to_bits();
                if !(is_lowest && failed.alpha == alpha) {
                    told("the best point is lost");
                }
                tally.failed += 1;
            }
        }
    }
    tally
}

fn noise(random: &mut Random) -> f64 {
    random.one_of(&[0.0, 1e-13, 1e-13, 1e-8])
}

fn max_alpha(random: &mut Random) -> f64 {
    if random.happens(0.8) { f64::INFINITY } else { random.power_of_ten(-4.0, 4.0) }
}

fn max_trials(random: &mut Random) -> u32 {
    if random.happens(0.9) { 50 } else { 1 + random.below(10) as u32 }
}

/// c₁ below c₂.
fn constants(random: &mut Random) -> (f64, f64) {
    random.one_of(&[(1e-4, 0.9), (1e-4, 0.1), (1e-3, 0.01), (0.1, 0.2), (0.3, 0.9), (0.45, 0.5)])
}

#[test]
fn more_thuente_keeps_its_promises_on_a_million_functions() {
    let tally = run(1, |random| {
        let (mut c1, c2) = constants(random);
        if random.happens(0.1) {
            // As in the paper's tables, and beyond: the search has to survive that, too.
            c1 = random.one_of(&[c2, 0.5, 0.99]);
        }
        let (noise, max_alpha, max_trials) = (noise(random), max_alpha(random), max_trials(random));
        let claims = vec![
            Condition::StrongWolfe { c1, c2 },
            Condition::ApproximateWolfe { c1, c2, noise },
            Condition::Armijo { c1 },
        ];
        Drawn { search: MoreThuente { c1, c2, max_alpha, noise, max_trials }, claims, max_trials, max_alpha }
    });
    println!("{tally:?}");
    assert!(tally.strong > FUNCTIONS / 3 && tally.approximate > 1000 && tally.armijo > 1000, "{tally:?}");
}

#[test]
fn strong_wolfe_keeps_its_promises_on_a_million_functions() {
    let tally = run(2, |random| {
        let (c1, c2) = constants(random);
        let (noise, max_alpha, max_trials) = (noise(random), max_alpha(random), max_trials(random));
        let claims = vec![
            Condition::StrongWolfe { c1, c2 },
            Condition::ApproximateWolfe { c1, c2, noise },
            Condition::Armijo { c1 },
        ];
        Drawn { search: StrongWolfe { c1, c2, max_alpha, noise, max_trials }, claims, max_trials, max_alpha }
    });
    println!("{tally:?}");
    assert!(tally.strong > FUNCTIONS / 3 && tally.approximate > 1000 && tally.armijo > 1000, "{tally:?}");
}

#[test]
fn hager_zhang_keeps_its_promises_on_a_million_functions() {
    let tally = run(3, |random| {
        let (c1, c2) = constants(random);
        let noise = random.one_of(&[0.0, 1e-13, 1e-6]);
        let (max_alpha, max_trials) = (max_alpha(random), max_trials(random));
        let claims = vec![
            Condition::Wolfe { c1, c2 },
            Condition::ApproximateWolfe { c1, c2, noise },
            Condition::Armijo { c1 },
        ];
        let search = HagerZhang {
            c1,
            c2,
            epsilon: noise,
            theta: random.one_of(&[0.5, 0.1, 0.9]),
            gamma: random.one_of(&[0.66, 0.1, 0.99]),
            rho: random.one_of(&[5.0, 1.01, 1e3]),
            max_alpha,
            max_trials,
        };
        Drawn { search, claims, max_trials, max_alpha }
    });
    println!("{tally:?}");
    assert!(tally.wolfe > FUNCTIONS / 3 && tally.approximate > 1000 && tally.armijo > 1000, "{tally:?}");
}

#[test]
fn backtracking_keeps_its_promises_on_a_million_functions() {
    let tally = run(4, |random| {
        let c1 = random.one_of(&[1e-4, 0.1, 0.5, 0.9]);
        let (noise, max_trials) = (noise(random), max_trials(random));
        let interpolation =
            random.one_of(&[Interpolation::Halving, Interpolation::Quadratic, Interpolation::Cubic]);
        let claims = vec![Condition::Armijo { c1 }, Condition::ApproximateArmijo { c1, noise }];
        let search = Backtracking { c1, interpolation, noise, max_trials };
        Drawn { search, claims, max_trials, max_alpha: f64::INFINITY }
    });
    println!("{tally:?}");
    assert!(tally.armijo > FUNCTIONS / 2 && tally.approximate > 1000, "{tally:?}");
}

#[test]
fn fixed_keeps_its_promises_on_a_million_functions() {
    let tally = run(5, |random| {
        let step = random.power_of_ten(-4.0, 4.0);
        Drawn { search: Fixed { alpha: step }, claims: vec![Condition::None], max_trials: 1, max_alpha: step }
    });
    println!("{tally:?}");
    assert!(tally.none > FUNCTIONS / 2, "{tally:?}");
}

/// Searches of `shape` that the search does not solve, of so many, and the mean number of evaluations.
fn unsolved<S: OneDimensional>(search: &S, shape: Shape, is_solved: fn(Condition) -> bool) -> (usize, f64) {
    let (mut random, mut tried, mut solved, mut evaluations) = (Random(6), 0, 0, 0);
    while tried < 10_000 {
        let function = RandomFunction::smooth(&mut random);
        let first = function.scale * random.power_of_ten(-4.0, 4.0);
        if function.shape != shape || function.is_turned() || function.at(0.0).slope >= 0.0 {
            continue;
        }
        tried += 1;
        let mut allow = Allowance::evaluations(100);
        if let Ok(accepted) = search_curve(search, function.at(0.0), first, &mut allow, |a| function.at(a)) {
            solved += usize::from(is_solved(accepted.condition));
            evaluations += accepted.evaluations;
        }
    }
    (tried - solved, evaluations as f64 / solved as f64)
}

#[test]
fn smooth_functions_with_a_minimum_are_all_solved() {
    let strong = |condition| matches!(condition, Condition::StrongWolfe { .. });
    let wolfe = |condition| matches!(condition, Condition::Wolfe { .. } | Condition::ApproximateWolfe { .. });
    let armijo = |condition| matches!(condition, Condition::Armijo { .. });
    let shapes = [
        Shape::Parabola,
        Shape::Quartic,
        Shape::Polynomial,
        Shape::Rational,
        Shape::Exponential,
        Shape::Barrier,
    ];
    for shape in shapes {
        let counts = [
            unsolved(&MoreThuente { c2: 0.1, ..MoreThuente::default() }, shape, strong),
            unsolved(&StrongWolfe { c2: 0.1, ..StrongWolfe::default() }, shape, strong),
            unsolved(&HagerZhang { c2: 0.1, ..HagerZhang::default() }, shape, wolfe),
            unsolved(&Backtracking::default(), shape, armijo),
        ];
        println!("{shape:?}: {counts:?}");
        assert!(counts.iter().all(|(unsolved, _)| *unsolved == 0), "{shape:?}: {counts:?}");
    }
}

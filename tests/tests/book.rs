//! The code of the book's pages, compiled and run; and what the book shows as printed is what is printed.

#[path = "../../crates/thalweg/examples/check_a_gradient.rs"]
mod check_a_gradient;

#[path = "../../crates/first-order/examples/train_by_hand.rs"]
mod train_by_hand;

use std::ops::ControlFlow;
use std::process::ExitCode;

use thalweg::hessian::{
    ByDifferences, DifferenceSettings, Eigen, Normalized, Stationary, hessian_by_differences,
};
use thalweg::krylov::{ExtremeEigenpairs, HessianAt};
use thalweg::objectives::DiagonalQuadratic;
use thalweg::objectives::classic::{Himmelblau, Rosenbrock};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Stuck};
use thalweg_landscape::{CriticalPointSearch, Outcome, curvature_plane};

fn descent() -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.1 } }
}

fn bowl() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([1.0, 10.0]).expect("finite curvatures")
}

#[test]
// ANCHOR: one_rate
fn one_rate() -> Result<(), InvalidInput> {
    // E = ½(w₁² + a₂w₂²), whose variables alone would need the rates 1 and 0.33.
    let optimal = [1.0, 0.33];
    let bowl = DiagonalQuadratic::centered(optimal.map(f64::recip))?;
    let descent = Scheduled { rule: GradientDescent, schedule: Constant { rate: 1.5 * optimal[1] } };

    let mut trace = Trace::with_points();
    minimize(&bowl, &descent, &[-20.0, 20.0], Stop::after(15), trace.observer())?;

    // Each step multiplies variable i by 1 − η/η_i,opt.
    for pair in trace.points.windows(2) {
        assert!((pair[1][0] / pair[0][0] - 0.505).abs() < 1e-12);
        assert!((pair[1][1] / pair[0][1] + 0.5).abs() < 1e-12);
    }
    Ok(())
}
// ANCHOR_END: one_rate

#[test]
// ANCHOR: resume
fn resume() -> Result<(), InvalidInput> {
    let (bowl, descent) = (bowl(), descent());
    let paused = minimize(&bowl, &descent, &[20.0, -5.0], Stop::after(100), silent)?;
    assert_eq!(paused.reason.to_string(), "the limit of 100 steps is reached");

    let resumed = Running::resume(&bowl, &descent, paused.into_checkpoint(), Stop::after(150))?;
    let resumed = resumed.run_to_end(silent);

    let straight = minimize(&bowl, &descent, &[20.0, -5.0], Stop::after(150), silent)?;
    assert_eq!((resumed.best, resumed.counts), (straight.best, straight.counts));
    Ok(())
}
// ANCHOR_END: resume

#[test]
// ANCHOR: checkpoint
fn checkpoint() -> Result<(), Box<dyn std::error::Error>> {
    let (bowl, descent) = (bowl(), descent());
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bowl.checkpoint");
    let file = CheckpointFile { every: 50, ..CheckpointFile::at(path) };
    let first = file.minimize(&bowl, &descent, &[20.0, -5.0], Stop::after(120), silent)?;
    assert_eq!(first.resumed_at, None);

    // Another process, another day.
    let second = file.minimize(&bowl, &descent, &[20.0, -5.0], Stop::default(), silent)?;
    assert_eq!(second.resumed_at, Some(120));
    assert!(second.run.reason.is_converged());
    Ok(())
}
// ANCHOR_END: checkpoint

#[test]
// ANCHOR: many
fn many() {
    // Two valleys, at −1 and at 1; the tilt makes the left one lower.
    let valleys = from_fn(1, |x, g| {
        g[0] = x[0] * (x[0] * x[0] - 1.0) + 0.1;
        0.25 * (x[0] * x[0] - 1.0) * (x[0] * x[0] - 1.0) + 0.1 * x[0]
    });
    let starts: Vec<[f64; 1]> = (-2..=2).map(|i| [f64::from(i)]).collect();
    let outcomes = minimize_many(&valleys, &descent(), &starts, &Stop::default());
    let (start, run) = lowest(&outcomes).expect("at least one run ends at a finite value");
    assert!(starts[start][0] < 0.0 && run.best.x[0] < -1.0);
}
// ANCHOR_END: many

#[test]
// ANCHOR: observers
fn observers() -> Result<(), Box<dyn std::error::Error>> {
    let (bowl, descent) = (bowl(), descent());
    // One keeps every row, the other ends the run where it has seen enough; both look on.
    let mut trace = Trace::default();
    let near = |record: &Record<'_>| match record.row.value {
        Some(value) if value < 1e-3 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let run = minimize(&bowl, &descent, &[20.0, -5.0], Stop::default(), both(trace.observer(), near))?;
    assert_eq!(run.reason.to_string(), "the caller asked to stop");

    let mut csv = Vec::new();
    trace.write_csv(&mut csv)?;
    let csv = String::from_utf8(csv)?;
    assert!(csv.starts_with("step,value,gradient_norm,rate,evaluations\n0,325.0,"), "{csv}");
    Ok(())
}
// ANCHOR_END: observers

#[test]
// ANCHOR: by_hand
fn by_hand() -> Result<(), InvalidInput> {
    let (bowl, descent) = (bowl(), descent());
    // `minimize` is this loop. Whoever holds the reins can leave it, look into the state, or go on tomorrow.
    let mut running = Running::start(&bowl, &descent, &[20.0, -5.0], Stop::default())?;
    for row in running.by_ref() {
        if row.step == 30 {
            break;
        }
    }
    assert_eq!(running.state().point.x[1], 0.0);
    let run = running.run_to_end(silent);
    assert!(run.reason.is_converged() && run.steps > 30);
    Ok(())
}
// ANCHOR_END: by_hand

#[test]
// ANCHOR: eigen
fn eigen() -> Result<(), Box<dyn std::error::Error>> {
    // A Hessian that nobody wrote: from gradients, with a bound on every element.
    let (valley, mut allow) = (Rosenbrock::default(), Allowance::evaluations(1000));
    let estimate = hessian_by_differences(&valley, &[1.0, 1.0], DifferenceSettings::default(), &mut allow)?;
    assert!((estimate.matrix[(0, 0)] - 802.0).abs() <= estimate.bounds[(0, 0)]);
    assert!(estimate.is_complete() && estimate.is_symmetric() && estimate.widest_bound() < 1e-4);

    // Taken apart: what the point is, how narrow the valley, which rate descent may have.
    let eigen = Eigen::new(&estimate.matrix)?;
    assert_eq!(eigen.inertia().stationary(), Stationary::Minimum);
    assert!((eigen.condition_number() - 2508.0).abs() < 1.0);
    let best = eigen.optimal_rate().expect("a minimum has one");
    assert!((best * (eigen.lowest() + eigen.highest()) - 2.0).abs() < 1e-12);

    // A^½ makes the valley round: in these variables κ is 1.
    let round = Normalized::at(&valley, &[1.0, 1.0])?;
    let mut at = [0.0; 2];
    round.to_normalized(&[1.0, 1.0], &mut at)?;
    let there = hessian_by_differences(&round, &at, DifferenceSettings::default(), &mut allow)?;
    assert!((Eigen::new(&there.matrix)?.condition_number() - 1.0).abs() < 1e-4);
    Ok(())
}
// ANCHOR_END: eigen

#[test]
// ANCHOR: products
fn products() -> Result<(), InvalidInput> {
    // No matrix at all: a product is two gradients, and n may be a hundred thousand.
    let valley = ByDifferences::new(Rosenbrock::chained(1000)?);
    let x = vec![1.0; 1000];
    let hessian = HessianAt { problem: &valley, x: &x };

    let mut allow = Allowance::evaluations(100_000);
    let pairs = ExtremeEigenpairs {
        product_error: Some(1e-9),
        relative_residual: 1e-6,
        ..ExtremeEigenpairs::default()
    };
    let found = pairs.find(&hessian, &mut allow)?;
    let (lowest, highest) = (&found.lowest[0], &found.highest[0]);
    // Every number comes with an interval that holds an eigenvalue.
    assert!(lowest.value - lowest.bound > 0.0, "a minimum: {} ± {}", lowest.value, lowest.bound);
    // 1002 on the diagonal and −400 beside it: no eigenvalue above 1802, and in a long chain one close below.
    assert!(highest.value < 1802.0 && highest.value > 1801.9, "{}", highest.value);
    Ok(())
}
// ANCHOR_END: products

#[test]
// ANCHOR: slices
fn slices() -> Result<(), Stuck> {
    let mut allow = Allowance::evaluations(1000);
    let (a, b) = ([3.0, 2.0], Himmelblau::SADDLES[0]);
    // Between a minimum and a saddle: up all the way.
    let line = thalweg_landscape::Line::between(&a, &b)?;
    let slice = line.slice(&Himmelblau, &[0.0, 0.25, 0.5, 0.75, 1.0], &mut allow)?;
    assert!(slice.values.windows(2).all(|pair| pair[0] < pair[1]));

    // The plane of the two largest curvatures, each with a bound: of two variables, all of them.
    let found = curvature_plane(&Himmelblau, &b, ExtremeEigenpairs::default(), &mut allow)?;
    let down = found.curvatures.iter().zip(&found.bounds).filter(|(c, bound)| **c < -**bound).count();
    assert_eq!(down, 1);
    Ok(())
}
// ANCHOR_END: slices

#[test]
// ANCHOR: critical_points
fn critical_points() -> Result<(), Stuck> {
    // From wherever, to whatever is flat; only what passed a test of stationarity has an index.
    let mut found = [0; 3];
    for (x, y) in (0..6).flat_map(|i| (0..6).map(move |j| (f64::from(i) - 2.5, f64::from(j) - 2.5))) {
        let mut allow = Allowance::evaluations(2000);
        match CriticalPointSearch::default().find(&Himmelblau, &[1.4 * x, 1.4 * y], &mut allow)? {
            Outcome::Stationary(point) => found[point.spectrum(&mut allow)?.index()] += 1,
            // ‖∇f‖ has a valley there and ∇f is not 0: no critical point, however small it is.
            Outcome::GradientFlat(halt) => assert!(halt.gradient_norm > 1e-3),
            other => panic!("{other}"),
        }
    }
    let [minima, saddles, maxima] = found;
    assert!(minima > 0 && saddles > 0 && maxima > 0, "{found:?}");
    Ok(())
}
// ANCHOR_END: critical_points

#[test]
fn three_answers_print_as_the_book_shows_them() {
    let shown = include_str!("../../crates/thalweg/examples/check_a_gradient.txt");
    assert_eq!(check_a_gradient::sentences().expect("valid input"), shown);
    check_a_gradient::main().expect("valid input");
}

#[test]
fn a_network_trained_by_hand_learns_and_prints_what_the_book_shows() {
    let (lines, all_right) = train_by_hand::train().expect("valid settings");
    assert!(all_right, "{lines}");
    assert_eq!(lines, include_str!("../../crates/first-order/examples/train_by_hand.txt"));
    assert_eq!(train_by_hand::main().expect("valid settings"), ExitCode::SUCCESS);
}

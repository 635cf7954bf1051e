//! The code of the book's pages, compiled and run; and what the book shows as printed is what is printed.

#[path = "../../crates/thalweg/examples/check_a_gradient.rs"]
mod check_a_gradient;

#[path = "../../crates/first-order/examples/train_by_hand.rs"]
mod train_by_hand;

use std::process::ExitCode;

use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

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

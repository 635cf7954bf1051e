//! What watches a run: rows as CSV and through serde, two observers at once.

use std::ops::ControlFlow;

use thalweg::driver::Row;
use thalweg::objectives::Quadratic;
use thalweg::prelude::*;

use crate::{at_rate, scheduled};

fn tilted() -> Quadratic {
    Quadratic::new([4.0, 1.1, 1.1, 3.0], [1.0, -2.3], 7.0).expect("a symmetric matrix")
}

/// Rows and points read back from what `write_csv` writes, NaN as NaN.
fn read_csv(text: &str) -> (Vec<String>, Vec<Vec<Option<f64>>>) {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().expect("a line of names");
    let number = |cell: String| (!cell.is_empty()).then(|| cell.parse().expect("a number"));
    (names, lines.map(|cells| cells.into_iter().map(number).collect()).collect())
}

fn bits(number: Option<f64>) -> Option<u64> {
    number.map(|number| if number.is_nan() { f64::NAN } else { number }.to_bits())
}

#[track_caller]
fn assert_reads_back(trace: &Trace) {
    let mut csv = Vec::new();
    trace.write_csv(&mut csv).expect("a vector takes everything");
    let (names, lines) = read_csv(std::str::from_utf8(&csv).expect("text"));
    assert_eq!(names[..5], ["step", "value", "gradient_norm", "rate", "evaluations"]);
    let n = trace.points.first().map_or(0, Vec::len);
    assert_eq!(names[5..], (0..n).map(|i| format!("x{i}")).collect::<Vec<_>>());
    assert_eq!(lines.len(), trace.rows.len());
    for (k, (cells, row)) in lines.iter().zip(&trace.rows).enumerate() {
        let Row { step, value, gradient_norm, rate, evaluations, .. } = *row;
        let numbers = [Some(step as f64), value, gradient_norm, rate, Some(evaluations as f64)];
        let point = trace.points.get(k).into_iter().flatten().map(|&x| Some(x));
        let expected: Vec<_> = numbers.into_iter().chain(point).map(bits).collect();
        assert_eq!(cells.iter().copied().map(bits).collect::<Vec<_>>(), expected, "line {k}");
    }
}

#[test]
fn csv_reads_back_to_the_same_bits() {
    for points in [false, true] {
        let mut trace = if points { Trace::with_points() } else { Trace::default() };
        let method = scheduled(|k| 0.2 / (1.0 + 0.1 * k as f64));
        minimize(&tilted(), &method, &[10.0, -0.0], Stop::after(40), trace.observer()).expect("valid input");
        assert_eq!(trace.rows.len(), 41);
        assert_reads_back(&trace);
    }
}

#[test]
fn csv_holds_what_is_not_finite_and_what_is_tiny() {
    // To infinity and NaN, and down to numbers below the smallest normal one.
    let nowhere = from_fn(1, |x, g| {
        g[0] = x[0];
        if x[0].abs() > 1e3 { f64::NAN } else { 5e-324 * x[0] }
    });
    let mut trace = Trace::with_points();
    minimize(&nowhere, &at_rate(11.0), &[1.0], Stop::after(10), trace.observer()).expect("valid input");
    assert!(trace.rows.last().and_then(|row| row.value).is_some_and(f64::is_nan));
    assert_reads_back(&trace);
    let steep = from_fn(1, |x, g| {
        g[0] = -1e300;
        if x[0] > 1.0 { f64::INFINITY } else { -1e-310 }
    });
    let mut trace = Trace::with_points();
    minimize(&steep, &at_rate(1.0), &[1e-320], Stop::after(10), trace.observer()).expect("valid input");
    assert_eq!(trace.rows.last().and_then(|row| row.value), Some(f64::INFINITY));
    assert_reads_back(&trace);
    assert_reads_back(&Trace::default());
}

#[test]
fn csv_passes_on_what_the_writer_says() {
    let mut trace = Trace::default();
    minimize(&tilted(), &at_rate(0.2), &[1.0, 1.0], Stop::after(3), trace.observer()).expect("valid input");
    let mut short = [0_u8; 60];
    assert_eq!(trace.write_csv(&mut short[..]).unwrap_err().kind(), std::io::ErrorKind::WriteZero);
}

#[test]
fn trace_passes_through_serde() {
    let mut trace = Trace::with_points();
    minimize(&tilted(), &at_rate(0.2), &[10.0, 0.1], Stop::after(5), trace.observer()).expect("valid input");
    let bytes = postcard::to_allocvec(&trace).expect("it can be written");
    assert_eq!(postcard::from_bytes::<Trace>(&bytes).expect("the same type"), trace);
    let json = serde_json::to_string(&trace).expect("it can be written");
    assert_eq!(serde_json::from_str::<Trace>(&json).expect("the same type"), trace);
}

#[test]
fn second_observer_does_not_see_a_row_at_which_the_first_breaks() {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let breaks = |record: &Record<'_>| {
        first.push(record.step);
        if record.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let sees = |record: &Record<'_>| {
        second.push(record.step);
        ControlFlow::Continue(())
    };
    let run = minimize(&tilted(), &at_rate(0.2), &[10.0, 0.1], Stop::default(), both(breaks, sees))
        .expect("valid input");
    assert!(matches!(run.reason, StopReason::Caller), "{}", run.reason);
    assert_eq!((first, second), (vec![0, 1, 2, 3], vec![0, 1, 2]));
    // And the second can end the run as well.
    let breaks = |record: &Record<'_>| {
        if record.step == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let run = minimize(&tilted(), &at_rate(0.2), &[10.0, 0.1], Stop::default(), both(silent, breaks))
        .expect("valid input");
    assert_eq!(run.steps, 2);
}

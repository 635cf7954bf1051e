//! The sums that are reported, against sums that are added up.

use std::f64::consts::PI;

use proptest::prelude::*;
use thalweg::prelude::*;
use thalweg::schedules::Series;

use crate::any_schedule;

const MANY: u64 = 20_000;

/// Σηₖ and Σηₖ² over the first `count` steps.
fn partial_sums(schedule: &impl Schedule, count: u64) -> (f64, f64) {
    (0..count).rev().fold((0.0, 0.0), |(sum, squares), k| {
        let rate = schedule.rate(k);
        (sum + rate, squares + rate * rate)
    })
}

#[track_caller]
fn assert_near(series: Series, expected: f64, relative: f64) {
    let sum = series.sum().expect("a sum that is known");
    assert!((sum - expected).abs() <= relative * expected, "{sum} instead of {expected}");
}

#[test]
fn linear_decay_diverges_like_a_logarithm_and_its_squares_do_not() {
    for (rate, time_scale) in [(2.0, 1.0), (0.5, 30.0), (3.0, 0.25)] {
        let schedule = LinearDecay { rate, time_scale };
        let report = schedule.robbins_monro();
        assert_eq!((report.rates, report.holds()), (Series::Diverges, Some(true)));
        // Σ from N to 4N is η₀τ ln 4, up to a share of (1 + τ)/N.
        let grown = partial_sums(&schedule, 4 * MANY).0 - partial_sums(&schedule, MANY).0;
        assert!((grown / (rate * time_scale * thalweg::numerics::ln(4.0)) - 1.0).abs() < 2e-3);
        // The tail of the squares by the midpoint rule, ∫ from N − ½, whose error is below the tail/N².
        let tail = rate * rate * time_scale * time_scale / (time_scale + MANY as f64 - 0.5);
        assert_near(report.squares, partial_sums(&schedule, MANY).1 + tail, 1e-11);
    }
}

#[test]
fn quadratic_and_exponential_decay_have_finite_budgets() {
    let quadratic = QuadraticDecay { rate: 3.0 };
    let report = quadratic.robbins_monro();
    assert_eq!(report.rates.sum(), Some(3.0 * PI * PI / 6.0));
    let tail = 3.0 / (MANY as f64 + 0.5);
    assert_near(report.rates, partial_sums(&quadratic, MANY).0 + tail, 1e-11);
    assert_near(report.squares, partial_sums(&quadratic, MANY).1, 1e-11);
    assert_eq!(report.holds(), Some(false));
    for decay in [1e-3, 0.1, 3.0] {
        let schedule = ExponentialDecay { rate: 3.0, decay };
        let (rates, squares) = partial_sums(&schedule, 40_000);
        assert_near(schedule.robbins_monro().rates, rates, 1e-11);
        assert_near(schedule.robbins_monro().squares, squares, 1e-11);
        assert_eq!(schedule.robbins_monro().holds(), Some(false));
    }
}

#[test]
fn schedules_that_end_at_zero_are_added_up_and_others_diverge() {
    let line = Polynomial { rate: 2.0, steps: 1000, ..Polynomial::default() };
    assert_near(line.robbins_monro().rates, 2.0 * 1001.0 / 2.0, 1e-13);
    assert_near(line.robbins_monro().squares, 4.0 * 1001.0 * 2001.0 / 6000.0, 1e-13);
    let cycle = OneCycle { rate: 1.0, low: 0.1, end: 0.0, half: 30, tail: 10 };
    assert_near(cycle.robbins_monro().rates, 30.0 * 1.1 + 11.0 * 0.1 / 2.0, 1e-13);
    let long = Polynomial { steps: u64::MAX, ..line };
    assert_eq!(long.robbins_monro().to_string(), "Ση < ∞, Ση² < ∞");
    for diverging in [
        Polynomial { end: 0.1, ..line }.robbins_monro(),
        OneCycle { end: 0.1, ..cycle }.robbins_monro(),
        Constant { rate: 1e-9 }.robbins_monro(),
        MultiStep { milestones: vec![5], ..MultiStep::default() }.robbins_monro(),
        LinearWarmUp::default().robbins_monro(),
        CosineWarmRestarts::default().robbins_monro(),
    ] {
        assert_eq!(diverging, RobbinsMonro::DIVERGES);
    }
}

#[test]
fn composites_pass_on_what_they_know() {
    let decay = ExponentialDecay { rate: 1.0, decay: 0.5 };
    let RobbinsMonro { rates, squares } = decay.robbins_monro();
    let (rates, squares) = (rates.sum().expect("known"), squares.sum().expect("known"));

    let joined = Constant { rate: 0.25 }.then(8, decay).robbins_monro();
    assert_near(joined.rates, 2.0 + rates, 1e-15);
    assert_near(joined.squares, 0.5 + squares, 1e-15);
    let scaled = decay.scaled(4.0).robbins_monro();
    assert_eq!((scaled.rates.sum(), scaled.squares.sum()), (Some(4.0 * rates), Some(16.0 * squares)));

    let (floor, ceiling) = (decay.clamped(1e-9, 1.0), decay.clamped(0.0, 0.5));
    assert_eq!(floor.robbins_monro(), RobbinsMonro::DIVERGES);
    assert_eq!(ceiling.robbins_monro().to_string(), "Ση < ∞, Ση² < ∞");
    let harmonic = LinearDecay::default().clamped(0.0, 0.5).robbins_monro();
    assert_eq!((harmonic.to_string().as_str(), harmonic.holds()), ("Ση = ∞, Ση² < ∞", Some(true)));

    // The tail decides; what comes before it only adds.
    let ramp =
        LinearWarmUp { rate: 1.0, start: 0.0, steps: 4 }.then(4, LinearDecay::default()).robbins_monro();
    assert_eq!(ramp.rates, Series::Diverges);
    assert_near(ramp.squares, (1.0 + 4.0 + 9.0 + 16.0) / 16.0 + PI * PI / 6.0, 1e-14);
    let late = Constant { rate: 1.0 }.then(u64::MAX, LinearDecay::default()).robbins_monro();
    assert_eq!(late.to_string(), "Ση = ∞, Ση² < ∞");
}

#[test]
fn nothing_is_claimed_about_a_closure() {
    let closure = OfStep(|k| 1.0 / (1 + k) as f64);
    assert_eq!(closure.robbins_monro(), RobbinsMonro::UNKNOWN);
    assert_eq!(closure.robbins_monro().holds(), None);
    assert_eq!((&closure).then(5, &closure).scaled(2.0).robbins_monro(), RobbinsMonro::UNKNOWN);
    assert_eq!((&closure).clamped(0.1, 1.0).robbins_monro(), RobbinsMonro::DIVERGES);
    assert_eq!((&closure).then(5, QuadraticDecay::default()).robbins_monro().holds(), Some(false));
}

proptest! {
    #[test]
    fn no_partial_sum_exceeds_a_sum_that_is_known(first in any_schedule(), at in 0_u64..100, next in any_schedule()) {
        let schedule = (&first).then(at, &next).scaled(0.5);
        let (rates, squares) = partial_sums(&schedule, 2000);
        let report = schedule.robbins_monro();
        for (series, partial) in [(report.rates, rates), (report.squares, squares)] {
            // 2000 roundings of 1e-16 each.
            prop_assert!(series.sum().is_none_or(|sum| partial <= sum * (1.0 + 1e-12)), "{partial} {series}");
        }
    }
}

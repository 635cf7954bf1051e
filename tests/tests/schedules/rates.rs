//! The rates themselves, against the formulas and at the places where a schedule changes its mind.

use std::f64::consts::{LN_2, PI};

use thalweg::prelude::*;

/// The rates of steps 0, 1, …
fn rates(schedule: impl Schedule, count: u64) -> Vec<f64> {
    (0..count).map(|k| schedule.rate(k)).collect()
}

#[test]
fn the_three_decays_are_those_of_the_lecture() {
    let (linear, quadratic) =
        (LinearDecay { rate: 12.0, ..LinearDecay::default() }, QuadraticDecay { rate: 144.0 });
    assert_eq!(rates(linear, 4), [12.0, 6.0, 4.0, 3.0]);
    assert_eq!(rates(quadratic, 4), [144.0, 36.0, 16.0, 9.0]);
    let exponential = ExponentialDecay { rate: 8.0, decay: LN_2 };
    for (k, rate) in rates(exponential, 60).into_iter().enumerate() {
        let expected = 8.0 / (1_u64 << k) as f64;
        // kβ is rounded, and e^(−kβ) magnifies that by kβ, which is below 41.
        assert!((rate / expected - 1.0).abs() < 42.0 * f64::EPSILON, "k = {k}: {rate}");
    }
}

#[test]
fn time_scale_is_where_the_rate_is_halved() {
    for tau in [1.0, 7.0, 1000.0] {
        let schedule = LinearDecay { rate: 3.0, time_scale: tau };
        assert_eq!((schedule.rate(0), schedule.rate(tau as u64)), (3.0, 1.5));
    }
}

#[test]
fn milestones_count_from_their_own_step_on() {
    let schedule = MultiStep { rate: 8.0, factor: 0.5, milestones: vec![0, 3, 4] };
    assert_eq!(rates(&schedule, 6), [4.0, 4.0, 4.0, 2.0, 1.0, 1.0]);
    assert_eq!(rates(MultiStep { rate: 8.0, ..MultiStep::default() }, 3), [8.0; 3]);
}

#[test]
fn cosine_falls_half_a_wave_and_starts_again_where_the_paper_says() {
    let schedule = CosineWarmRestarts { rate: 5.0, floor: 1.0, period: 6, growth: 3 };
    // Cycles of 6, 18, 54, 162, … steps.
    for (start, length) in [(0, 6), (6, 18), (24, 54), (78, 162)] {
        assert_eq!(schedule.rate(start), 5.0);
        let middle = schedule.rate(start + length / 2);
        assert!((middle - 3.0).abs() < 1e-15 * 4.0, "{middle}");
        let last = schedule.rate(start + length - 1);
        // ½(1 − cos ε) ≈ ε²/4.
        let left = PI / length as f64;
        assert!(last > 1.0 && last - 1.0 <= left * left, "{last}");
    }
    let even = CosineWarmRestarts { growth: 1, ..schedule };
    assert_eq!(
        rates(even, 6),
        (6_000_000_000_000..6_000_000_000_006).map(|k| even.rate(k)).collect::<Vec<_>>()
    );
}

#[test]
fn polynomial_ends_where_it_says_and_stays_there() {
    let schedule = Polynomial { rate: 17.0, end: 1.0, steps: 4, power: 2.0 };
    assert_eq!(rates(schedule, 6), [17.0, 10.0, 5.0, 2.0, 1.0, 1.0]);
    let root = Polynomial { power: 0.5, steps: 16, end: 0.0, rate: 4.0 };
    assert_eq!([0, 7, 12, 15].map(|k| root.rate(k)), [4.0, 3.0, 2.0, 1.0]);
}

#[test]
fn warm_up_reaches_its_rate_with_its_last_step() {
    assert_eq!(rates(LinearWarmUp { rate: 5.0, start: 1.0, steps: 4 }, 6), [2.0, 3.0, 4.0, 5.0, 5.0, 5.0]);
    for steps in [0, 1] {
        assert_eq!(rates(LinearWarmUp { rate: 5.0, start: 1.0, steps }, 2), [5.0, 5.0]);
    }
}

#[test]
fn one_cycle_goes_up_down_and_far_down() {
    let schedule = OneCycle { rate: 9.0, low: 1.0, end: 0.0, half: 2, tail: 2 };
    assert_eq!(rates(schedule, 8), [1.0, 5.0, 9.0, 5.0, 1.0, 0.5, 0.0, 0.0]);
    assert_eq!(rates(OneCycle { tail: 0, end: 0.5, ..schedule }, 6), [1.0, 5.0, 9.0, 5.0, 0.5, 0.5]);
}

#[test]
fn a_nan_goes_through_a_clamp_to_where_the_run_sees_it() {
    let broken = OfStep(|k| if k == 2 { f64::NAN } else { 0.1 }).clamped(0.0, 1.0);
    assert!(broken.rate(2).is_nan());
    let parabola = from_fn(1, |x, g| {
        g[0] = x[0];
        0.5 * x[0] * x[0]
    });
    let method = Scheduled { rule: GradientDescent, schedule: broken };
    let run = minimize(&parabola, &method, &[1.0], Stop::default(), silent).expect("valid settings");
    assert!(run.reason.to_string().contains("invalid `schedule.rate(2)`: NaN"), "{}", run.reason);
    assert_eq!(run.steps, 2);
}

#[test]
fn chebyshev_takes_every_root_once_in_the_published_order() {
    let schedule = Chebyshev { steps: 16, ..Chebyshev::default() };
    let order: Vec<_> = (0..16).map(|k| schedule.root(k)).collect();
    assert_eq!(order, [1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11]);
    let large = Chebyshev { steps: 1 << 12, ..schedule };
    let mut sorted: Vec<_> = (0..1 << 12).map(|k| large.root(k)).collect();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=1 << 12).collect::<Vec<_>>());
    // Where the bounds meet, every rate lands.
    assert_eq!(rates(Chebyshev { smallest: 4.0, largest: 4.0, steps: 2 }, 3), [0.25; 3]);
}

//! Settings that cannot be used are named, before anything runs.

use thalweg::prelude::*;
use thalweg::problem::InvalidInput;
use thalweg::schedules::RatePolicy;

#[track_caller]
fn assert_named(checked: Result<impl Sized, InvalidInput>, argument: &str) {
    let error = checked.err().expect("a setting that cannot be used");
    assert_eq!(error.argument, argument, "{error}");
}

const NOT_POSITIVE: [f64; 4] = [0.0, -1.0, f64::NAN, f64::INFINITY];

#[test]
fn every_setting_that_cannot_be_used_is_named() {
    for bad in NOT_POSITIVE {
        assert_named(Constant { rate: bad }.check(), "rate");
        assert_named(LinearDecay { rate: bad, ..LinearDecay::default() }.check(), "rate");
        assert_named(LinearDecay { time_scale: bad, ..LinearDecay::default() }.check(), "time_scale");
        assert_named(QuadraticDecay { rate: bad }.check(), "rate");
        assert_named(ExponentialDecay { rate: bad, ..ExponentialDecay::default() }.check(), "rate");
        assert_named(ExponentialDecay { decay: bad, ..ExponentialDecay::default() }.check(), "decay");
        assert_named(MultiStep { rate: bad, ..MultiStep::default() }.check(), "rate");
        assert_named(MultiStep { factor: bad, ..MultiStep::default() }.check(), "factor");
        assert_named(CosineWarmRestarts { rate: bad, ..CosineWarmRestarts::default() }.check(), "rate");
        assert_named(Polynomial { rate: bad, ..Polynomial::default() }.check(), "rate");
        assert_named(Polynomial { power: bad, ..Polynomial::default() }.check(), "power");
        assert_named(Chebyshev { smallest: bad, ..Chebyshev::default() }.check(), "smallest");
        assert_named(Chebyshev { largest: bad, ..Chebyshev::default() }.check(), "largest");
        assert_named(LinearWarmUp { rate: bad, ..LinearWarmUp::default() }.check(), "rate");
        assert_named(OneCycle { rate: bad, ..OneCycle::default() }.check(), "rate");
        assert_named(Constant { rate: 1.0 }.scaled(bad).check(), "factor");
        assert_named(ReduceOnPlateau { rate: bad, ..ReduceOnPlateau::default() }.start(), "rate");
    }
    // Below 0, above what it is bounded by, not a number.
    for bad in [-0.1, 1.5, f64::NAN] {
        assert_named(CosineWarmRestarts { floor: bad, ..CosineWarmRestarts::default() }.check(), "floor");
        assert_named(Polynomial { end: bad, ..Polynomial::default() }.check(), "end");
        assert_named(LinearWarmUp { start: bad, ..LinearWarmUp::default() }.check(), "start");
        assert_named(OneCycle { low: bad, ..OneCycle::default() }.check(), "low");
        assert_named(OneCycle { end: bad, ..OneCycle::default() }.check(), "end");
        assert_named(ReduceOnPlateau { floor: bad, ..ReduceOnPlateau::default() }.start(), "floor");
        assert_named(ReduceOnPlateau { factor: bad, ..ReduceOnPlateau::default() }.start(), "factor");
        assert_named(ReduceOnPlateau { threshold: bad, ..ReduceOnPlateau::default() }.start(), "threshold");
    }
    assert_named(CosineWarmRestarts { period: 0, ..CosineWarmRestarts::default() }.check(), "period");
    assert_named(CosineWarmRestarts { growth: 0, ..CosineWarmRestarts::default() }.check(), "growth");
    assert_named(Polynomial { steps: 0, ..Polynomial::default() }.check(), "steps");
    assert_named(Chebyshev { smallest: 2.0, largest: 1.0, steps: 8 }.check(), "largest");
    for steps in [0, 3, 12] {
        let schedule = Chebyshev { steps, ..Chebyshev::default() };
        assert_named(schedule.check(), "steps");
        assert!((1..=3).all(|k| schedule.root(k) >= 1), "and without the check nothing panics");
    }
    assert_named(OneCycle { half: 0, ..OneCycle::default() }.check(), "half");
    assert_named(ReduceOnPlateau { patience: 0, ..ReduceOnPlateau::default() }.start(), "patience");
    let never = ReduceOnPlateau::default().on_held_out(0, |_: &[f64]| 0.0);
    assert_named(never.start(), "loss.every");
}

#[test]
fn milestones_in_disorder_are_named_by_their_place() {
    for milestones in [vec![1, 5, 5], vec![1, 5, 4]] {
        assert_named(MultiStep { milestones, ..MultiStep::default() }.check(), "milestones[2]");
    }
    let explodes = MultiStep { rate: 1.0, factor: 1e200, milestones: vec![1, 2] };
    assert_named(explodes.check(), "factor");
}

#[test]
fn bounds_that_cross_are_named() {
    let constant = Constant { rate: 1.0 };
    for (low, high, argument) in [
        (-1.0, 1.0, "low"),
        (f64::NAN, 1.0, "low"),
        (f64::INFINITY, f64::INFINITY, "low"),
        (0.5, 0.4, "high"),
        (0.0, 0.0, "high"),
        (0.0, f64::NAN, "high"),
    ] {
        assert_named(constant.clamped(low, high).check(), argument);
        // Without the check nothing panics either.
        assert!(!constant.clamped(low, high).rate(0).is_nan());
    }
}

#[test]
fn part_of_a_composite_is_named_by_its_path() {
    let (good, bad) = (Constant { rate: 1.0 }, Constant { rate: -1.0 });
    assert_named(bad.then(5, good).check(), "first.rate");
    assert_named(good.then(5, bad).scaled(2.0).check(), "schedule.next.rate");
    assert_named(bad.clamped(0.0, 1.0).check(), "schedule.rate");
}

#[test]
fn a_method_refuses_before_it_evaluates() {
    let untouched = from_fn(1, |_, _| unreachable!("nothing is to be evaluated"));
    let method = Scheduled { rule: GradientDescent, schedule: QuadraticDecay { rate: -1.0 } };
    assert_named(minimize(&untouched, &method, &[1.0], Stop::default(), silent), "rate");
    let method = Scheduled {
        rule: GradientDescent,
        schedule: ReduceOnPlateau { factor: 1.0, ..ReduceOnPlateau::default() },
    };
    assert_named(minimize(&untouched, &method, &[1.0], Stop::default(), silent), "factor");
}

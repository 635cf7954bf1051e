//! What holds for every schedule, and for every way to put schedules together.

use proptest::prelude::*;
use thalweg::prelude::*;

use crate::{any_schedule, any_step};

proptest! {
    #[test]
    fn rates_are_finite_and_not_negative_at_every_step(schedule in any_schedule(), step in any_step()) {
        let rate = schedule.rate(step);
        prop_assert!(rate.is_finite() && rate >= 0.0, "{rate}");
    }

    #[test]
    fn rate_does_not_depend_on_how_a_step_was_reached(
        schedule in any_schedule(),
        steps in proptest::collection::vec(any_step(), 1..20),
    ) {
        let forwards: Vec<_> = steps.iter().map(|&k| schedule.rate(k).to_bits()).collect();
        let mut backwards: Vec<_> = steps.iter().rev().map(|&k| schedule.rate(k).to_bits()).collect();
        backwards.reverse();
        prop_assert_eq!(forwards, backwards);
    }

    #[test]
    fn joining_is_associative(
        a in any_schedule(), b in any_schedule(), c in any_schedule(),
        m in 0_u64..1 << 62, n in 0_u64..1 << 62, near in 0_u64..3, step in any_step(),
    ) {
        let left = (&a).then(m, &b).then(m + n, &c);
        let right = (&a).then(m, (&b).then(n, &c));
        for k in [step, (m + near).saturating_sub(1), (m + n + near).saturating_sub(1)] {
            prop_assert_eq!(left.rate(k).to_bits(), right.rate(k).to_bits());
        }
    }

    #[test]
    fn a_joined_schedule_counts_from_its_own_zero(
        a in any_schedule(), b in any_schedule(), at in any::<u64>(), step in any_step(),
    ) {
        let joined = (&a).then(at, &b);
        let expected = if step < at { a.rate(step) } else { b.rate(step - at) };
        prop_assert_eq!(joined.rate(step), expected);
        if let Some(late) = at.checked_add(step) {
            prop_assert_eq!(joined.rate(late), b.rate(step));
        }
    }

    #[test]
    fn wrapping_that_changes_nothing_changes_no_bit(s in any_schedule(), other in any_schedule(), step in any_step()) {
        let rate = s.rate(step).to_bits();
        prop_assert_eq!((&s).scaled(1.0).rate(step).to_bits(), rate);
        prop_assert_eq!((&s).clamped(0.0, f64::INFINITY).rate(step).to_bits(), rate);
        prop_assert_eq!((&other).then(0, &s).rate(step).to_bits(), rate);
        prop_assert_eq!((&s).then(step, &s).rate(0).to_bits(), s.rate(0).to_bits());
        // And nothing of what is known about the sums is lost.
        prop_assert_eq!((&s).scaled(1.0).clamped(0.0, f64::INFINITY).robbins_monro(), s.robbins_monro());
        prop_assert_eq!((&other).then(0, &s).robbins_monro(), s.robbins_monro());
    }

    #[test]
    fn scaling_composes_and_clamping_twice_is_clamping_once(
        s in any_schedule(), low in 0.0..1.0, width in 0.0..1.0, step in any_step(),
    ) {
        // Powers of two, so that nothing is rounded.
        prop_assert_eq!((&s).scaled(0.5).scaled(4.0).rate(step), (&s).scaled(2.0).rate(step));
        let clamped = (&s).clamped(low, low + width + 0.1);
        prop_assert_eq!((&clamped).clamped(low, low + width + 0.1).rate(step), clamped.rate(step));
        prop_assert!((low..=low + width + 0.1).contains(&clamped.rate(step)));
        let scaled_after = (&clamped).scaled(2.0).rate(step);
        let scaled_before = (&s).scaled(2.0).clamped(2.0 * low, 2.0 * (low + width + 0.1)).rate(step);
        prop_assert_eq!(scaled_after, scaled_before);
    }

    #[test]
    fn a_decay_never_rises(k in 0_u64..1000, rate in 0.1..10.0, setting in 0.01..10.0) {
        let decays: [Box<dyn Schedule>; 4] = [
            Box::new(LinearDecay { rate, time_scale: setting }),
            Box::new(QuadraticDecay { rate }),
            Box::new(ExponentialDecay { rate, decay: setting }),
            Box::new(Polynomial { rate, power: setting, steps: 900, end: 0.01 * rate }),
        ];
        for decay in decays {
            prop_assert!(decay.rate(k + 1) <= decay.rate(k));
        }
    }
}

#[test]
fn schedules_can_be_chosen_at_run_time_and_still_run() {
    let bowl = thalweg::objectives::DiagonalQuadratic::centered([1.0, 4.0]).expect("finite curvatures");
    for schedule in [
        Box::new(Constant { rate: 0.4 }) as Box<dyn Schedule>,
        Box::new(
            LinearWarmUp { rate: 0.4, start: 0.0, steps: 5 }
                .then(50, LinearDecay { rate: 0.4, time_scale: 50.0 }),
        ),
        Box::new(CosineWarmRestarts { rate: 0.4, floor: 0.1, period: 10, growth: 1 }.clamped(0.2, 1.0)),
    ] {
        let method = Scheduled { rule: GradientDescent, schedule };
        let run = minimize(&bowl, &method, &[3.0, -2.0], Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{}", run.reason);
    }
}

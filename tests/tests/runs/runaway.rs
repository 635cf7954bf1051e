//! Runs that leave every useful region, and runs that only seem to.

use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

use crate::at_rate;

/// ½ Σ aᵢ wᵢ² + c.
fn bowl(curvatures: &[f64], constant: f64) -> DiagonalQuadratic {
    let linear = vec![0.0; curvatures.len()];
    DiagonalQuadratic::new(curvatures, linear, constant).expect("finite numbers")
}

fn descend<P: Differentiable>(problem: &P, rate: f64, x0: &[f64]) -> Run<impl State + use<P>> {
    minimize(problem, &at_rate(rate), x0, Stop::default(), silent).expect("valid input")
}

#[track_caller]
fn ran_away<S>(run: &Run<S>) -> (u64, f64, f64) {
    let StopReason::RanAway { step, value, gradient_norm } = run.reason else { panic!("{}", run.reason) };
    assert!(run.reason.is_divergence() && !run.reason.is_converged());
    assert_eq!(step, run.steps);
    (step, value, gradient_norm)
}

#[test]
fn rate_above_two_over_the_curvature_runs_away_at_the_predicted_step() {
    // x is multiplied by 1 − 3 = −2: the gradient is above r = 10¹⁰ times the first when 2ᵏ > 10¹⁰, and so at step 34.
    // There f − f₀ = (4ᵏ − 1) f₀, which is above 10²⁰ f₀ then too.
    let run = descend(&bowl(&[1.0], 0.0), 3.0, &[8.0]);
    let (step, value, norm) = ran_away(&run);
    let x = 8.0 * (1_u64 << 34) as f64;
    assert_eq!((step, value, norm), (34, 0.5 * x * x, x));
    assert_eq!((run.best.x, run.best.value, run.best.step), (vec![8.0], 32.0, 0));
    assert!(
        run.reason.to_string().starts_with("ran away: after step 34 the value is 9.44"),
        "{}",
        run.reason
    );
}

#[test]
fn both_bounds_have_to_be_passed_not_reached() {
    // By factors of 2: with r = 16 the norm reaches r ‖∇f₀‖ at step 4, f − f₀ = 255 f₀ there, and passes at step 5.
    let stop = |runaway| Stop { runaway, ..Stop::default() };
    let run = minimize(&bowl(&[1.0], 0.0), &at_rate(3.0), &[8.0], stop(16.0), silent).expect("valid input");
    assert_eq!(ran_away(&run).0, 5);
    // From the value −32, |f₀| = 32: f − f₀ = 32 (4ᵏ − 1) is above 256 · 32 at step 5, with the norm above 16 · 8 too.
    let run = minimize(&bowl(&[1.0], -64.0), &at_rate(3.0), &[8.0], stop(16.0), silent).expect("valid input");
    assert_eq!(ran_away(&run).0, 5);
    // From the value 0 the norm alone decides: it reaches 16 · 8 at step 4, and passes at step 5.
    let run = minimize(&bowl(&[1.0], -32.0), &at_rate(3.0), &[8.0], stop(16.0), silent).expect("valid input");
    assert_eq!(ran_away(&run).0, 5);
    // From the value 127.875 the rise reaches 256 · 127.875 = 32 · 1023 at step 5, and passes at step 6.
    let run =
        minimize(&bowl(&[1.0], 95.875), &at_rate(3.0), &[8.0], stop(16.0), silent).expect("valid input");
    assert_eq!(ran_away(&run).0, 6);
    // From the value 32 · 9 it takes 4ᵏ − 1 > 256 · 9: step 6, though the norm is far enough before.
    let run = minimize(&bowl(&[1.0], 256.0), &at_rate(3.0), &[8.0], stop(16.0), silent).expect("valid input");
    assert_eq!(ran_away(&run).0, 6);
}

#[test]
fn constant_added_to_the_value_delays_the_end_and_no_more() {
    for constant in [-1e12, -1.0, -0.5, 0.0, 1.0, 1e12] {
        let run = descend(&bowl(&[1.0, 10.0], constant), 0.3, &[100.0, 1.0]);
        let (step, value, norm) = ran_away(&run);
        assert!(step < 100 && value.is_finite() && norm.is_finite(), "with {constant}: {}", run.reason);
        assert!(run.best.value <= bowl(&[1.0, 10.0], constant).value(&[100.0, 1.0]));
    }
}

#[test]
fn best_point_is_the_lowest_that_was_seen() {
    let problem = bowl(&[1.0, 10.0], 0.0);
    let mut trace = Trace::with_points();
    // The first variable converges while the second, twice as large each time, takes over.
    let run = minimize(&problem, &at_rate(0.3), &[100.0, 1.0], Stop::default(), trace.observer())
        .expect("valid input");
    ran_away(&run);
    let lowest = trace.rows.iter().filter_map(|row| row.value).fold(f64::INFINITY, f64::min);
    assert_eq!(run.best.value, lowest);
    assert!(run.best.step > 0);
    assert_eq!(run.best.x, trace.points[run.best.step as usize]);
}

#[test]
fn scales_of_x_and_of_f_change_nothing() {
    for x_scale in [1e100, 1e-100, 1.0] {
        for f_scale in [1e100, 1e-100, 1.0] {
            // f(x) = s h(x / t): gradient s/t h′, and the same iterates in units of t at the rate t²/s.
            let f = from_fn(1, |x, g| {
                let u = x[0] / x_scale;
                g[0] = f_scale / x_scale * u;
                0.5 * f_scale * u * u
            });
            let run = descend(&f, 3.0 / f_scale * x_scale * x_scale, &[8.0 * x_scale]);
            assert_eq!(ran_away(&run).0, 34, "x · {x_scale:e}, f · {f_scale:e}");
        }
    }
}

/// x² − y² + y⁴ with halves and quarters: a saddle at 0 with this value, minima at (0, ±1), a quarter below.
fn saddle(value: f64) -> impl Differentiable {
    from_fn(2, move |x, g| {
        let (a, b) = (x[0], x[1]);
        (g[0], g[1]) = (a, b * b * b - b);
        value + (0.5 * a * a - 0.5 * b * b + 0.25 * b * b * b * b)
    })
}

#[test]
fn start_near_a_saddle_is_left_for_a_minimum() {
    // At a saddle with the value 0 value and gradient are tiny, and both grow by much more than 10¹⁰ and 10²⁰ on the way.
    for value in [0.0, 1.0, -1.0] {
        for nearness in [1e-3, 1e-9, 1e-12, 1e-14] {
            let run = descend(&saddle(value), 0.1, &[0.0, nearness]);
            assert!(!run.reason.is_divergence(), "value {value}, {nearness:e} from it: {}", run.reason);
            assert!(
                (run.best.x[1] - 1.0).abs() < 1e-6,
                "value {value}, {nearness:e} from it: {:?}",
                run.best.x
            );
        }
    }
}

#[test]
fn start_near_a_saddle_that_overshoots_above_it_has_not_run_away() {
    // From a plateau with the value 0 and hardly a slope: down to −1, and then up to 3, with slopes of 1.
    let bump = from_fn(1, |x, g| {
        let (slope, value) = match x[0] {
            x if x < 0.5 => (-1e-13, 0.0),
            x if x < 1.5 => (-1.0, -1.0),
            x if x < 2.5 => (1.0, 3.0),
            _ => (0.0, -2.0),
        };
        g[0] = slope;
        value
    });
    let rates = crate::scheduled(|k| if k == 0 { 1e13 } else { 1.0 });
    let run = minimize(&bump, &rates, &[0.0], Stop::after(1), silent).expect("valid input");
    assert_eq!(run.state.x(), [1.0]);
    let stop = Stop { max_steps: 2, ..Stop::default() };
    let run = minimize(&bump, &rates, &[0.0], stop, silent).expect("valid input");
    assert_eq!(run.state.value(), Some(3.0));
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 2 }), "{}", run.reason);
}

#[test]
fn start_on_a_plateau_is_left_for_the_valley() {
    use thalweg::numerics::tanh;
    // 1 − tanh²-like: flat far out, steep near its minimum at 0; the slope grows by more than 10¹⁰ on the way.
    let f = from_fn(1, |x, g| {
        let t = tanh(x[0]);
        g[0] = 2.0 * t * (1.0 - t * t);
        t * t
    });
    let x0 = 14.0;
    let mut first = [0.0];
    f.value_gradient(&[x0], &mut first);
    assert!(first[0] < 1e-11 && first[0] > 0.0, "{first:?}");
    // One long step off the plateau, and then small ones: the gradient is 10¹⁰ times as large there.
    let rates = crate::scheduled(|k| if k == 0 { 13.0 / 5.5e-12 } else { 0.1 });
    let run = minimize(&f, &rates, &[x0], Stop::default(), silent).expect("valid input");
    assert!(!run.reason.is_divergence(), "{}", run.reason);
    assert!(run.best.value < 1e-20, "{}", run.best.value);
}

#[test]
fn start_with_the_value_zero_can_descend() {
    let f = DiagonalQuadratic::new([1.0], [-1.0], 0.0).expect("finite numbers");
    assert_eq!(f.value(&[0.0]), 0.0);
    let run = descend(&f, 0.5, &[0.0]);
    assert!(run.reason.is_converged(), "{}", run.reason);
    // And can run away: then the gradient alone decides.
    ran_away(&descend(&f, 3.0, &[0.0]));
}

#[test]
fn values_that_fall_without_end_are_no_worse_than_the_start() {
    // −½x² at the rate ½: x grows by 3/2 a step until x² overflows.
    let run = descend(&bowl(&[-1.0], 0.0), 0.5, &[1.0]);
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    assert!(run.reason.is_divergence());
    assert!(run.best.value < -1e300 && run.best.value.is_finite(), "{}", run.best.value);
    assert_eq!(run.best.step + 1, run.steps);
}

#[test]
fn bound_of_infinity_leaves_it_to_the_finite_numbers() {
    let stop = Stop { runaway: f64::INFINITY, ..Stop::default() };
    let run = minimize(&bowl(&[1.0], 0.0), &at_rate(3.0), &[8.0], stop, silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    assert!(run.steps > 500);
    let run =
        minimize(&bowl(&[1.0], 0.0), &at_rate(3.0), &[8.0], Stop::after(200), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 200 }), "{}", run.reason);
}

#[test]
fn bound_that_says_nothing_is_refused() {
    for (bad, value) in [
        (1.0, "1.0"),
        (0.0, "0.0"),
        (-1e10, "-10000000000.0"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        let stop = Stop { runaway: bad, ..Stop::default() };
        let error = minimize(&bowl(&[1.0], 0.0), &at_rate(0.5), &[8.0], stop, silent).unwrap_err();
        assert_eq!(
            (&*error.argument, &*error.value, &*error.allowed),
            ("stop.runaway", value, "a number above 1")
        );
    }
    let barely = Stop { runaway: 1.0_f64.next_up(), ..Stop::default() };
    let run = minimize(&bowl(&[1.0], 0.0), &at_rate(0.5), &[8.0], barely, silent).expect("valid input");
    assert!(run.reason.is_converged());
}

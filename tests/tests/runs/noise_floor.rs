//! Where rounding hides what is left to gain, and where it does not.

use thalweg::driver::Noise;
use thalweg::numerics::{exp, log1p, norm, tanh};
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Point, Step, Stuck, check_start};

use crate::{at_rate, scheduled};

/// Only an exact zero converges.
fn patient(max_steps: u64) -> Stop {
    Stop { relative_gradient: 0.0, max_steps, ..Stop::default() }
}

#[track_caller]
fn floor<S>(run: &Run<S>) -> Noise {
    let StopReason::NoiseFloor(noise) = run.reason else { panic!("{}", run.reason) };
    assert!(!run.reason.is_converged() && !run.reason.is_divergence());
    noise
}

#[track_caller]
fn assert_no_floor<P, M>(problem: &P, method: &M, x0: &[f64], steps: u64)
where
    P: Differentiable,
    M: for<'p> Method<thalweg::problem::Counted<'p, P>>,
{
    let run = minimize(problem, method, x0, patient(steps), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::StepLimit { .. }), "{}", run.reason);
}

/// Highest minus lowest value of f where each element of x moves by up to two units in the last place.
fn spread_around<P: Objective>(problem: &P, x: &[f64]) -> f64 {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut values = vec![problem.value(x)];
    for _ in 0..1000 {
        let neighbor: Vec<f64> = x
            .iter()
            .map(|&x| {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let mut near = x;
                for _ in 0..(random >> 62) {
                    near = if random >> 61 & 1 == 0 { near.next_up() } else { near.next_down() };
                }
                near
            })
            .collect();
        values.push(problem.value(&neighbor));
    }
    let highest = values.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    highest - values.iter().fold(f64::INFINITY, |a, &b| a.min(b))
}

/// n variables that all interact, curvatures from 0.05 to below 2.
fn tilted(n: usize, constant: f64) -> Quadratic {
    let entry = |i: usize, j: usize| 1.0 / (i + j + 1) as f64 + if i == j { 0.05 } else { 0.0 };
    let matrix: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
    let linear: Vec<f64> = (0..n).map(|i| -1.0 - 0.37 * i as f64).collect();
    Quadratic::new(matrix, linear, constant).expect("a symmetric matrix")
}

/// ½ Σ a (w − m)² + c; with a large m it is x that is rounded, with a large c it is f.
fn far_away(m: f64, c: f64) -> impl Differentiable {
    from_fn(1, move |x, g| {
        g[0] = x[0] - m;
        0.5 * g[0] * g[0] + c
    })
}

#[test]
fn descent_that_rounding_stops_says_so_with_an_honest_estimate() {
    for constant in [-3.0, 1e-3, 1.0, 100.0, 1e8] {
        for n in [2, 5, 20] {
            let problem = tilted(n, constant);
            let run = minimize(&problem, &at_rate(0.9), &vec![1.0; n], patient(10_000), silent)
                .expect("valid input");
            let noise = floor(&run);
            // The true noise is what f does between neighbors. The estimate is not below a quarter of it, and not above
            // eight roundings of f and its terms, which are of that size here.
            let spread = spread_around(&problem, run.state.x());
            let size = f64::EPSILON * run.best.value.abs();
            assert!(noise.estimate >= spread / 4.0, "{n}, {constant}: {} for {spread:e}", run.reason);
            assert!(
                noise.estimate <= 8.0 * spread.max(size),
                "{n}, {constant}: {} for {spread:e}",
                run.reason
            );
            assert!(noise.explained <= 0.1 * noise.estimate);
            assert_eq!(noise.steps, 101);
            let now = norm(run.state.gradient().expect("a gradient"));
            assert!(
                noise.gradient_norm <= now && now <= 10.0 * noise.gradient_norm,
                "{now:e}: {}",
                run.reason
            );
        }
    }
}

#[test]
fn descent_at_a_small_rate_stands_still_and_says_so() {
    let problem = DiagonalQuadratic::new([1.0, 0.3, 2.0], [0.7, 1.3, -0.1], 1.0).expect("finite numbers");
    for rate in [0.7, 0.1, 0.01] {
        let run = minimize(&problem, &at_rate(rate), &[3.0, -4.0, 5.0], patient(20_000), silent)
            .expect("valid input");
        let noise = floor(&run);
        assert!(noise.estimate >= spread_around(&problem, run.state.x()) / 4.0, "{}", run.reason);
        // What is left, g²/2a, is hidden indeed.
        assert!(noise.gradient_norm * noise.gradient_norm / 0.6 < 1e-3 * noise.estimate, "{}", run.reason);
    }
}

#[test]
fn large_offset_is_named_with_what_it_hides() {
    // 10⁸ + ½ Σ …: f cannot show less than ε · 10⁸ = 2 · 10⁻⁸, and the sentence says so.
    let run =
        minimize(&tilted(5, 1e8), &at_rate(0.9), &[1.0; 5], patient(10_000), silent).expect("valid input");
    let noise = floor(&run);
    assert!((1e-8..1e-6).contains(&noise.estimate), "{}", noise.estimate);
    let sentence = run.reason.to_string();
    let numbers = [noise.estimate, noise.explained, noise.gradient_norm].map(|number| format!("{number:e}"));
    assert!(sentence.starts_with("near the noise floor: in 101 steps"), "{sentence}");
    assert!(numbers.iter().all(|number| sentence.contains(number)), "{sentence}");
}

#[test]
fn rounding_of_x_is_part_of_the_noise() {
    // At 1.1 · 10⁸ the elements of x are 1.5 · 10⁻⁸ apart: f moves by more than by its own rounding when x is rounded.
    for constant in [0.0, 1e-17] {
        let problem = far_away(1.1e8, constant);
        let run = minimize(&problem, &at_rate(0.3), &[1e8], patient(10_000), silent).expect("valid input");
        let noise = floor(&run);
        let spread = spread_around(&problem, run.state.x());
        assert!((0.1..10.0).contains(&(noise.estimate / spread)), "{} for {spread:e}", run.reason);
    }
}

#[test]
fn start_at_the_floor_is_seen_where_x_still_moves() {
    // The relative test can never fire here: the first gradient is noise already.
    let problem = tilted(5, 1.0);
    let first = minimize(&problem, &at_rate(0.9), &[1.0; 5], patient(10_000), silent).expect("valid input");
    let nudged: Vec<f64> = first.best.x.iter().map(|x| x * (1.0 + 1e-13)).collect();
    let second = minimize(&problem, &at_rate(0.9), &nudged, Stop::default(), silent).expect("valid input");
    floor(&second);
    assert!(second.steps < 1000, "{}", second.steps);
}

#[test]
fn noise_that_is_larger_than_rounding_is_measured() {
    // f is off by up to 10⁻¹¹ and its slope by up to 10⁻¹³, by the last bits of x as a simulation might be.
    let coarse = from_fn(1, |x, g| {
        let hash = x[0].to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
        let wrong = hash as f64 / (1_u64 << 53) as f64;
        g[0] = x[0] - 1.0 + 1e-13 * (wrong - 0.5);
        1.0 + 0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 1e-11 * wrong
    });
    let run = minimize(&coarse, &at_rate(0.5), &[2.0], patient(20_000), silent).expect("valid input");
    let noise = floor(&run);
    assert!((5e-12..1.1e-11).contains(&noise.estimate), "{}", run.reason);
    assert!(noise.explained < 1e-25, "{}", run.reason);
}

#[test]
fn variable_that_vanishes_is_not_waited_for() {
    // One variable stands still before its minimum at 1, while the other shrinks towards 0 for thousands of steps more.
    let bowl = DiagonalQuadratic::new([1.0, 1.0], [0.0, -1.0], 2.0).expect("finite numbers");
    let run = minimize(&bowl, &at_rate(0.01), &[1.0, 2.0], patient(10_000), silent).expect("valid input");
    let noise = floor(&run);
    assert!(run.state.x()[0] > 0.0 && noise.explained > 0.0, "{}", run.reason);
}

#[test]
fn descent_of_the_first_step_counts() {
    // From 2 to 1 + 10⁻⁹ in one step, and no further: what is left, 5 · 10⁻¹⁹, is hidden by the value 1.
    let bowl = DiagonalQuadratic::new([1.0], [-1.0], 1.5).expect("finite numbers");
    let leap = scheduled(|k| if k == 0 { 1.0 - 1e-9 } else { 0.0 });
    let run = minimize(&bowl, &leap, &[2.0], patient(1000), silent).expect("valid input");
    floor(&run);
    assert!(run.steps < 110, "{}", run.steps);
}

#[test]
fn cycles_are_no_floor() {
    // ln cosh at the rate 3 and a parabola at 2/λ: two points with the same value, for ever.
    let ln_cosh = from_fn(1, |x, g| {
        g[0] = tanh(x[0]);
        let size = x[0].abs();
        size + log1p(exp(-2.0 * size)) - std::f64::consts::LN_2
    });
    assert_no_floor(&ln_cosh, &at_rate(3.0), &[1.3], 5000);
    let parabola = |c| DiagonalQuadratic::new([1.0], [0.0], c).expect("finite numbers");
    for c in [0.0, 1.0, 1e8] {
        assert_no_floor(&parabola(c), &at_rate(2.0), &[1.0], 5000);
    }
    // Rates in turn make longer ones, of 3, 7 and 101 steps: all factors but one are −1, and the last one is 1.
    for period in [3, 7, 101] {
        let turns = scheduled(move |k| if k % period == 0 { 0.0 } else { 2.0 });
        assert_no_floor(&parabola(1.0), &turns, &[1.0], 5000);
    }
    // Where the squares of x underflow a cycle is still one: f(x) = ½ (2⁵³⁵ x)² + 1, at the rate 2 / 2¹⁰⁷⁰.
    let scale = thalweg::numerics::powi(2.0, 535);
    let tiny = from_fn(1, |x, g| {
        let u = x[0] * scale;
        g[0] = u * scale;
        0.5 * u * u + 1.0
    });
    assert_no_floor(&tiny, &at_rate(2.0 / scale / scale), &[0.01 / scale], 5000);
    // And after a descent: the first variable converges, the second goes to and fro.
    let both = DiagonalQuadratic::new([0.3, 1.0], [0.0, 0.0], 1.0).expect("finite numbers");
    assert_no_floor(&both, &at_rate(2.0), &[100.0, 0.01], 5000);
}

#[test]
fn slow_descent_is_no_floor() {
    // Factor 0.9999 a step, hidden by an offset from the 10⁵th step on; but the gradient falls all the while.
    for c in [0.0, 1.0, 1e8] {
        let slow = DiagonalQuadratic::new([1.0, 1e-4], [0.0, 0.0], c).expect("finite numbers");
        assert_no_floor(&slow, &at_rate(1.0), &[1.0, 1.0], 20_000);
    }
    // Values towards 0: a relative change is a change.
    assert_no_floor(&DiagonalQuadratic::centered([1.0]).expect("finite"), &at_rate(1e-3), &[1e-100], 20_000);
}

#[test]
fn linear_function_has_no_floor() {
    for (slope, offset) in [(1.0, 0.0), (1.0, 1e8), (1e-6, 1e8), (1e-11, 1e8)] {
        let line = from_fn(1, |x, g| {
            g[0] = slope;
            offset + slope * x[0]
        });
        for rate in [1.0, 1e-3] {
            assert_no_floor(&line, &at_rate(rate), &[1.0], 2000);
        }
    }
}

#[test]
fn rate_too_small_to_move_x_is_no_floor() {
    for c in [0.0, 1.0, 1e8] {
        let parabola = DiagonalQuadratic::new([1.0], [0.0], c).expect("finite numbers");
        for rate in [1e-6, 1e-12, 1e-15, 1.2e-16, 1e-16, 1e-17, 1e-20, 1e-300] {
            assert_no_floor(&parabola, &at_rate(rate), &[1.0], 2000);
        }
    }
}

#[test]
fn schedule_that_waits_is_waited_for() {
    let parabola = DiagonalQuadratic::new([1.0], [0.0], 1.0).expect("finite numbers");
    // A pause at the start, and one on the slope, each of several windows.
    for pause in [0..300, 10..400, 60..500] {
        let rates = scheduled(|k| if pause.contains(&k) { 0.0 } else { 0.1 });
        let run = minimize(&parabola, &rates, &[1.0], Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{pause:?}: {}", run.reason);
    }
    // One that dies on the slope has found no floor, though x stands still for good.
    assert_no_floor(&parabola, &scheduled(|k| if k < 10 { 0.1 } else { 0.0 }), &[1.0], 2000);
}

#[test]
fn slow_escape_from_a_saddle_is_no_floor() {
    // On passing it f changes by less than its rounding for hundreds of steps, and then falls by a quarter.
    let saddle = from_fn(2, |x, g| {
        let (a, b) = (x[0], x[1]);
        (g[0], g[1]) = (a, b * b * b - b);
        1.0 + 0.5 * a * a - 0.5 * b * b + 0.25 * b * b * b * b
    });
    for nearness in [1e-9, 1e-11, 1e-14, 1e-17, 1e-20] {
        for rate in [0.1, 0.01, 0.002] {
            let run = minimize(&saddle, &at_rate(rate), &[1.0, nearness], patient(60_000), silent)
                .expect("valid input");
            assert!(run.best.x[1] > 0.999, "{nearness:e} from it at {rate}: {}", run.reason);
        }
    }
}

/// The classical momentum: v ← βv − η∇f, x ← x + v.
struct HeavyBall {
    rate: f64,
    momentum: f64,
}

#[derive(Clone, Debug)]
struct Rolling {
    point: Point,
    velocity: Vec<f64>,
}

impl State for Rolling {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P: Differentiable + ?Sized> Method<P> for HeavyBall {
    type State = Rolling;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Rolling, InvalidInput> {
        check_start(problem, x0)?;
        Ok(Rolling { point: Point::new(problem, x0), velocity: vec![0.0; x0.len()] })
    }

    fn step(&self, problem: &P, state: &mut Rolling, allow: &mut Allowance) -> Result<Step, Stuck> {
        allow.spend()?;
        let Rolling { point, velocity } = state;
        for ((x, v), g) in point.x.iter_mut().zip(velocity).zip(&point.gradient) {
            *v = self.momentum * *v - self.rate * g;
            *x += *v;
        }
        point.evaluate(problem);
        Ok(Step::at_rate(self.rate))
    }
}

#[test]
fn oscillation_without_damping_is_no_floor() {
    // Periods from 9 to 63 000 steps, far above the window. The offset hides the first steps, the turning points and, at the
    // longest period, what happens within a window on passing the minimum.
    for (rate, steps) in [(0.5, 5000), (1e-2, 5000), (1e-4, 5000), (1e-8, 80_000)] {
        for c in [0.0, 1.0, 1e12] {
            let parabola = DiagonalQuadratic::new([1.0], [0.0], c).expect("finite numbers");
            assert_no_floor(&parabola, &HeavyBall { rate, momentum: 1.0 }, &[1.0], steps);
        }
    }
}

#[test]
fn oscillation_that_is_damped_ends_at_the_floor() {
    let parabola = DiagonalQuadratic::new([1.0], [0.0], 1.0).expect("finite numbers");
    let method = HeavyBall { rate: 0.01, momentum: 0.99 };
    let run = minimize(&parabola, &method, &[1.0], patient(100_000), silent).expect("valid input");
    let noise = floor(&run);
    // f − f* = ½g² is below the noise.
    assert!(0.5 * noise.gradient_norm * noise.gradient_norm < noise.estimate, "{}", run.reason);
}

#[test]
fn window_of_zero_and_a_run_of_so_many_steps_never_stop_here() {
    let problem = tilted(5, 1.0);
    let never = Stop { noise_window: 0, ..patient(3000) };
    for stop in [never, Stop::after(3000)] {
        let run = minimize(&problem, &at_rate(0.9), &[1.0; 5], stop, silent).expect("valid input");
        assert!(matches!(run.reason, StopReason::StepLimit { limit: 3000 }), "{}", run.reason);
    }
}

#[test]
fn window_of_any_length_finds_the_floor_and_nothing_before() {
    let problem = tilted(5, 1.0);
    let end = minimize(&problem, &at_rate(0.9), &[1.0; 5], patient(5000), silent).expect("valid input");
    for window in [4, 5, 10, 50, 1000] {
        let stop = Stop { noise_window: window, ..patient(5000) };
        let run = minimize(&problem, &at_rate(0.9), &[1.0; 5], stop, silent).expect("valid input");
        assert_eq!(floor(&run).steps, window);
        assert!(
            (run.best.value - end.best.value).abs() <= 2.0 * floor(&end).estimate,
            "{window}: {}",
            run.reason
        );
    }
    // A crawl is none for the shortest window either.
    let parabola = DiagonalQuadratic::new([1.0], [0.0], 1.0).expect("finite numbers");
    for window in [4, 5, 6, 7] {
        let stop = Stop { noise_window: window, ..patient(5000) };
        let run = minimize(&parabola, &at_rate(1e-4), &[1e-3], stop, silent).expect("valid input");
        assert!(matches!(run.reason, StopReason::StepLimit { .. }), "{window}: {}", run.reason);
    }
}

#[test]
fn window_too_short_to_have_halves_is_refused() {
    for window in 1..=3 {
        let stop = Stop { noise_window: window, ..Stop::default() };
        let error = minimize(&tilted(2, 1.0), &at_rate(0.9), &[1.0; 2], stop, silent).unwrap_err();
        assert_eq!(
            (&*error.argument, &*error.value, &*error.allowed),
            ("stop.noise_window", &*window.to_string(), "0, or 4 or more")
        );
    }
}

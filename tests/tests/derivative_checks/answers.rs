//! The three answers, each where it belongs, and what is refused.

use std::f64::consts::SQRT_2;

use thalweg::numerics::{exp, ln};
use thalweg::problem::*;

use crate::find;

/// Checks a function of one variable whose derivative is `slope`.
fn check(value: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64, x: f64) -> DerivativeCheck {
    let f = from_fn(1, |x, g| {
        g[0] = slope(x[0]);
        value(x[0])
    });
    check_gradient(&f, &[x], CheckSettings::default()).expect("valid input")
}

fn verdict(value: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64, x: f64) -> Verdict {
    check(value, slope, x).verdict
}

#[test]
fn each_answer_reads_as_a_sentence() {
    let right = check(|x| x * x * x, |x| 3.0 * x * x, 2.0);
    assert!(right.agrees(), "{right}");
    let sentence = right.to_string();
    assert!(sentence.starts_with("all 2 numbers agree; the least certain: ∂f/∂x[0] is 12.0, "), "{sentence}");

    let wrong = check(|x| x * x, |x| 3.0 * x, 2.0);
    assert_eq!(wrong.verdict, Verdict::Wrong);
    let sentence = wrong.to_string();
    let (words, bound) = sentence.split_once(" ± ").unwrap();
    assert_eq!(words, "1 of 2 numbers wrong; the worst: ∂f/∂x[0] is 6.0, differences give 4.0");
    // Besides the noise there is the tolerance: 1e-9 times 6.
    assert!((6e-9..7e-9).contains(&bound.parse().unwrap()), "{bound}");

    let hidden = check(|x| 1e14 + exp(x), |x| 1.01 * exp(x), 0.0);
    assert_eq!(hidden.verdict, Verdict::CannotTell);
    let sentence = hidden.to_string();
    let start = "cannot tell for 1 of 2 numbers; the least certain: ∂f/∂x[0] is 1.01, differences give ";
    assert!(sentence.starts_with(start), "{sentence}");
}

#[test]
fn large_offset_hides_a_gradient_and_is_no_alarm() {
    for size in [1e-8, 1.0, 1e8] {
        let f = from_fn(2, |x, g| {
            (g[0], g[1]) = (2.0 * size * x[0], -size);
            1e8 * size + 1e-9 * (size * x[0] * x[0] - size * x[1])
        });
        // The gradient is 1e9 times too large, and that shows in spite of the offset.
        let check = check_gradient(&f, &[1.0, 1.0], CheckSettings::default()).unwrap();
        assert_eq!(check.verdict, Verdict::Wrong, "{check}");
        let hidden = from_fn(2, |x, g| {
            (g[0], g[1]) = (2e-9 * size * x[0], -1e-9 * size);
            1e8 * size + 1e-9 * (size * x[0] * x[0] - size * x[1])
        });
        let check = check_gradient(&hidden, &[1.0, 1.0], CheckSettings::default()).unwrap();
        assert_eq!(check.verdict, Verdict::CannotTell, "{check}");
    }
}

#[test]
fn zero_gradients_at_minima_agree() {
    for scale in [1e-8, 1.0, 1e8] {
        let f = from_fn(3, |x, g| {
            let z = [0, 1, 2].map(|i| (x[i] - scale) / scale);
            (0..3).for_each(|i| g[i] = 2.0 * z[i] / scale);
            z.iter().map(|z| z * z).sum::<f64>() + 3.0
        });
        let check = check_gradient(&f, &[scale; 3], CheckSettings::default()).unwrap();
        assert!(check.agrees(), "{scale:e}: {check}");
        assert_eq!(find(&check, Entry::Gradient(1)).analytic, 0.0);
    }
    // A minimum that rounding has moved: the gradient there is a residue and the differences see noise.
    let rounded = |x: f64| exp(x) - SQRT_2 * x;
    let at = ln(SQRT_2);
    let check = check(rounded, |x| exp(x) - SQRT_2, at);
    assert!(check.agrees(), "{check}");
}

#[test]
fn function_that_a_coordinate_does_not_change_has_gradient_zero_there() {
    assert_eq!(verdict(|_| 5.0, |_| 0.0, 0.3), Verdict::Agrees);
    assert_eq!(verdict(|_| 0.0, |_| 0.0, 0.0), Verdict::Agrees);
    assert_eq!(verdict(|_| 5.0, |_| 1e-3, 0.3), Verdict::Wrong);
    // Below the last bit of 5 over the longest step there is nothing to see.
    assert_eq!(verdict(|_| 5.0, |_| 1e-30, 0.3), Verdict::CannotTell);
}

#[test]
fn nan_close_by_shrinks_the_steps() {
    for gap in [1e-3, 1e-6, 1e-9] {
        let x = 1.0 + gap;
        // What ln and its argument are off by near the edge grows as 1/gap: so does what must be forgiven.
        let (value, slope) = (|x: f64| ln(x - 1.0), |x: f64| 1.0 / (x - 1.0));
        assert_eq!(verdict(value, slope, x), Verdict::Agrees, "{gap:e}: {}", check(value, slope, x));
        assert_eq!(verdict(value, |x| 1.0001 * slope(x), x), Verdict::Wrong, "{gap:e}");
    }
}

#[test]
fn barrier_at_infinity_shrinks_the_steps() {
    let value = |x: f64| if x > 2.0 { f64::INFINITY } else { x * x };
    assert_eq!(verdict(value, |x| 2.0 * x, 1.999), Verdict::Agrees);
    assert_eq!(verdict(value, |x| 2.1 * x, 1.999), Verdict::Wrong);
}

#[test]
fn one_side_that_is_nowhere_finite_cannot_tell() {
    let check = check(|x: f64| if x > 2.0 { f64::NAN } else { x * x }, |x| 2.0 * x, 2.0);
    assert_eq!(check.verdict, Verdict::CannotTell);
    let sentence = check.to_string();
    assert!(
        sentence.ends_with("∂f/∂x[0] is 4.0, and f is not finite on both sides of x at any step"),
        "{sentence}"
    );
}

#[test]
fn point_where_f_is_not_finite_cannot_tell() {
    for value in [f64::NAN, f64::INFINITY] {
        let check = check(|_| value, |_| 1.0, 1.0);
        assert_eq!(check.verdict, Verdict::CannotTell);
        let sentence = check.to_string();
        assert!(sentence.contains("f(x) is ") && sentence.contains("points where f is finite"), "{sentence}");
    }
}

#[test]
fn gradient_that_is_not_finite_or_never_written_is_wrong() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(verdict(|x| x * x, |_| bad, 1.0), Verdict::Wrong);
    }
    let forgets = from_fn(3, |x, g| {
        (g[0], g[2]) = (1.0, 1.0);
        x.iter().sum()
    });
    let check = check_gradient(&forgets, &[1.0; 3], CheckSettings::default()).unwrap();
    assert_eq!(check.worst().unwrap().entry, Entry::Gradient(1));
    assert!(check.to_string().starts_with("1 of 4 numbers wrong; the worst: ∂f/∂x[1] is NaN, "), "{check}");
}

#[test]
fn two_values_of_one_function_are_compared() {
    struct Halved;
    impl Objective for Halved {
        fn dim(&self) -> usize {
            1
        }
        fn value(&self, x: &[f64]) -> f64 {
            0.5 * x[0] * x[0]
        }
    }
    impl Differentiable for Halved {
        fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            gradient[0] = x[0];
            x[0] * x[0]
        }
    }
    let check = check_gradient(&Halved, &[3.0], CheckSettings::default()).unwrap();
    let expected = "1 of 2 numbers wrong; the worst: f(x) of value_gradient is 9.0, value gives 4.5 ± ";
    assert!(check.to_string().starts_with(expected), "{check}");
}

#[test]
fn single_precision_inside_is_noise_and_no_alarm() {
    let value = |x: f64| {
        let x = x as f32;
        f64::from(x * x * x - 2.0 * x + 1.5)
    };
    let slope = |x: f64| {
        let x = x as f32;
        f64::from(3.0 * x * x - 2.0)
    };
    for k in 1..=1000 {
        let x = 0.00317 * f64::from(k);
        let check = check(value, slope, x);
        assert_ne!(check.verdict, Verdict::Wrong, "{x}: {check}");
        // One part in a hundred shows even so, wherever the slope is not near its zero.
        if slope(x).abs() > 0.5 {
            assert_eq!(verdict(value, |x| 1.01 * slope(x), x), Verdict::Wrong, "{x}");
        }
    }
}

#[test]
fn digits_lost_inside_are_noise_and_no_alarm() {
    for lost in [1e4, 1e8, 1e12] {
        for k in 1..=300 {
            let x = 0.01 * f64::from(k);
            let check = check(|x| (lost + x * x) - lost, |x| 2.0 * x, x);
            assert_ne!(check.verdict, Verdict::Wrong, "{lost:e}, {x}: {check}");
        }
    }
}

#[test]
fn kink_at_x_or_close_by_is_no_alarm() {
    // max(x − k, 0) with the derivative that a program would give it. Closer than the noise, no step can part them.
    for distance in [0.0, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-4, 1e-2] {
        for side in [-1.0, 1.0] {
            let kink = 1.0 + side * distance;
            let slope = |x: f64| if x > kink { 3.0 } else { 2.0 };
            let check = check(|x| 2.0 * x + (x - kink).max(0.0), slope, 1.0);
            assert_ne!(check.verdict, Verdict::Wrong, "kink at 1 + {side} · {distance:e}: {check}");
        }
    }
}

#[test]
fn waves_far_shorter_than_x_are_resolved() {
    use thalweg::numerics::{cos, sin};
    for waves in [1e2, 1e4, 1e6] {
        let value = |x: f64| sin(waves * x);
        let right = check(value, |x| waves * cos(waves * x), 1.0);
        assert_ne!(right.verdict, Verdict::Wrong, "{waves:e}: {right}");
        assert_eq!(
            verdict(value, |x| 1.001 * waves * cos(waves * x), 1.0),
            Verdict::Wrong,
            "{waves:e} {}",
            check(value, |x| 1.001 * waves * cos(waves * x), 1.0)
        );
    }
}

#[test]
fn chosen_coordinates_only_are_evaluated_and_reported() {
    let f = from_fn(1000, |x, g| {
        g.iter_mut().zip(x).for_each(|(g, x)| *g = 2.0 * x);
        g[700] = 0.5;
        x.iter().map(|x| x * x).sum()
    });
    let counted = Counted::new(&f);
    let settings = CheckSettings { coordinates: Some(&[3, 700]), ..CheckSettings::default() };
    let check = check_gradient(&counted, &[1.0; 1000], settings).unwrap();
    let entries: Vec<_> = check.comparisons.iter().map(|c| c.entry).collect();
    assert_eq!(entries, [Entry::Value, Entry::Gradient(3), Entry::Gradient(700)]);
    assert_eq!(check.worst().unwrap().entry, Entry::Gradient(700));
    let counts = counted.counts();
    assert!(counts.gradients == 5 && counts.values < 40, "{counts:?}");
}

#[test]
fn one_direction_shows_an_error_in_any_coordinate() {
    let with_factor = |factor: f64| {
        from_fn(500, move |x, g| {
            g.iter_mut().zip(x).for_each(|(g, x)| *g = exp(*x));
            g[77] *= factor;
            x.iter().map(|x| exp(*x)).sum()
        })
    };
    let x: Vec<f64> = (0..500).map(|i| 0.001 * f64::from(i)).collect();
    let along = |factor| {
        check_gradient_along(&with_factor(factor), &x, &[0.125; 500], CheckSettings::default()).unwrap()
    };
    assert!(along(1.0).agrees(), "{}", along(1.0));
    assert_eq!(along(1.001).worst().unwrap().entry, Entry::Along);
    assert_eq!(along(1.001).verdict, Verdict::Wrong);
}

#[test]
fn bad_input_is_named() {
    let f = from_fn(2, |x, g| {
        g.fill(1.0);
        x[0] + x[1]
    });
    let nothing = from_fn(0, |_, _| 0.0);
    let settings = CheckSettings::default();
    let refused = |x: &[f64], settings| check_gradient(&f, x, settings).unwrap_err().to_string();
    let along = |v: &[f64]| check_gradient_along(&f, &[1.0; 2], v, settings).unwrap_err().to_string();
    for (message, expected) in [
        (
            check_gradient(&nothing, &[], settings).unwrap_err().to_string(),
            "invalid `problem.dim()`: 0 (allowed: 1 or more)",
        ),
        (refused(&[1.0], settings), "invalid `x`: length 1 (allowed: length 2)"),
        (refused(&[1.0, f64::NAN], settings), "invalid `x[1]`: NaN (allowed: a finite number)"),
        (
            refused(&[1.0; 2], CheckSettings { coordinates: Some(&[0, 2]), ..settings }),
            "invalid `settings.coordinates[1]`: 2 (allowed: 0 to 1)",
        ),
        (
            refused(&[1.0; 2], CheckSettings { tolerance: -1.0, ..settings }),
            "invalid `settings.tolerance`: -1.0 (allowed: a finite number, 0 or more)",
        ),
        (
            refused(&[1.0; 2], CheckSettings { resolution: 0.0, ..settings }),
            "invalid `settings.resolution`: 0.0 (allowed: a finite number above 0)",
        ),
        (
            refused(&[1.0; 2], CheckSettings { tolerance: 1e-3, ..settings }),
            "invalid `settings.resolution`: 1e-6 (allowed: more than settings.tolerance)",
        ),
        (
            refused(&[1.0; 2], CheckSettings { directions: 0, ..settings }),
            "invalid `settings.directions`: 0 (allowed: 1 or more)",
        ),
        (along(&[1.0]), "invalid `v`: length 1 (allowed: length 2)"),
        (along(&[1.0, f64::INFINITY]), "invalid `v[1]`: inf (allowed: a finite number)"),
        (along(&[0.0, -0.0]), "invalid `v`: all zeros (allowed: an element that is not 0)"),
    ] {
        assert_eq!(message, expected);
    }
}

#[test]
fn extreme_points_end_with_an_answer() {
    for x in [0.0, 5e-324, 1e-310, 1e-300, 1e-150, 1e150, 1e300, f64::MAX] {
        for value in [|x: f64| x, |x: f64| x * x, |x: f64| 1.0 / x, |x: f64| x.sqrt()] {
            // No claim but that it ends: the derivative is not even finite at some of these points.
            let check = check(value, |_| 1.0, x);
            assert!(!check.comparisons.is_empty() && !check.to_string().is_empty());
        }
        assert!(check(|x| x, |_| 1.0, x).verdict != Verdict::Wrong, "{x:e}: {}", check(|x| x, |_| 1.0, x));
    }
}

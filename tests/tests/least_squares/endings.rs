//! How runs end, and that what they say is true.

use std::cell::Cell;

use thalweg::driver::{Stop, StopReason};
use thalweg::numerics::{exp, ln, norm};
use thalweg::problem::{Differentiable, LeastSquares, Method, State};
use thalweg_second_order::{
    DiagonalLoading, GaussNewton, LevenbergMarquardt, Scaling, Stall, from_residuals,
};

use crate::problems::{
    bard, brown_dennis, freudenstein_roth, from_rows, kowalik_osborne, meyer, powell_singular, rosenbrock,
    three_exponentials,
};
use crate::{plenty, run, states};

type Case = (&'static str, Box<dyn LeastSquares>, Vec<f64>);

fn cases() -> Vec<Case> {
    let standard: [Case; 8] = [
        ("Rosenbrock", rosenbrock(), vec![-1.2, 1.0]),
        ("Freudenstein and Roth", freudenstein_roth(), vec![0.5, -2.0]),
        ("Powell singular", powell_singular(), vec![3.0, -1.0, 0.0, 1.0]),
        ("Bard", bard(), vec![1.0, 1.0, 1.0]),
        ("Kowalik and Osborne", kowalik_osborne(), vec![0.25, 0.39, 0.415, 0.39]),
        ("Meyer", meyer(), vec![0.02, 4000.0, 250.0]),
        ("Brown and Dennis", brown_dennis(), vec![25.0, 5.0, -5.0, -1.0]),
        ("Box", three_exponentials(), vec![0.0, 10.0, 20.0]),
    ];
    standard.into()
}

#[test]
fn runs_with_the_default_test_converge_and_the_test_holds_again() {
    for (name, problem, x0) in cases() {
        let end = run(&LevenbergMarquardt::default(), &*problem, &x0, Stop::default());
        let mut gradient = vec![0.0; x0.len()];
        problem.value_gradient(&x0, &mut gradient);
        let tolerance = 1e-8 * norm(&gradient);
        problem.value_gradient(&end.best.x, &mut gradient);
        println!("{name}: f = {:e} after {:?}: {}", end.best.value, end.counts.total(), end.reason);
        assert!(end.reason.is_converged(), "{name}: {}", end.reason);
        // Another order of the same sums: a few roundings of ‖J‖‖r‖, which is no less than what was reached.
        assert!(norm(&gradient) <= tolerance * (1.0 + 1e-6), "{name}");
    }
}

#[test]
fn without_a_test_on_the_gradient_it_says_which_of_its_own_held_and_each_holds_again() {
    for (name, problem, x0) in cases() {
        for method in [LevenbergMarquardt::default(), LevenbergMarquardt::MINPACK] {
            let stop = Stop { relative_gradient: 0.0, noise_window: 0, ..Stop::default() };
            let end = run(&method, &*problem, &x0, stop);
            if end.reason.is_converged() {
                assert_eq!(end.best.gradient_norm, Some(0.0), "{name}: {}", end.reason);
                continue;
            }
            let stall = method.stall(&end.state).expect("it said so");
            println!("{name}: {stall}");
            assert_eq!(end.reason.to_string(), format!("stuck: {stall}"));
            match stall {
                Stall::Orthogonal { cosine, tolerance } => {
                    assert!(cosine <= tolerance && end.state.model().largest_cosine() == cosine);
                }
                Stall::Reduction { actual, predicted, tolerance } => {
                    assert!(actual.abs() <= tolerance && predicted <= tolerance, "{stall}");
                }
                Stall::Radius { radius, scaled_norm, tolerance } => {
                    assert!(radius <= tolerance * scaled_norm && radius == end.state.radius(), "{stall}");
                }
                Stall::Blurred { actual, predicted, cosine } => {
                    assert!(actual.abs() <= 1e5 * f64::EPSILON && predicted <= 1e5 * f64::EPSILON, "{stall}");
                    assert!(
                        cosine == end.state.model().largest_cosine() && method != LevenbergMarquardt::MINPACK
                    );
                }
                other => panic!("{name}: {other}"),
            }
        }
    }
}

#[test]
fn values_never_rise_by_more_than_rounding_and_no_point_is_visited_that_is_not_finite() {
    for (name, problem, x0) in cases() {
        for far in [1.0, 10.0, 100.0] {
            let x0: Vec<f64> = x0.iter().map(|x| x * far).collect();
            let mut last = f64::INFINITY;
            for state in states(&LevenbergMarquardt::default(), &*problem, &x0).0 {
                let model = state.model();
                if model.is_finite() {
                    // Where rounding blurs f the gradient decides, and f may rise by 10⁵ ε of itself.
                    let allowed = if last.is_finite() { last * (1.0 + 2.3e-11) } else { last };
                    assert!(model.point().is_finite() && model.point().value <= allowed, "{name}");
                }
                last = model.point().value;
            }
        }
    }
}

/// ln x₁ = 1 and 3 (x₂ − ln x₁) = 0: not a number for x₁ ≤ 0.
fn logarithm() -> Box<dyn LeastSquares> {
    from_rows(2, |x, i| match i {
        0 => (ln(x[0]) - 1.0, [1.0 / x[0], 0.0]),
        _ => (3.0 * (x[1] - ln(x[0])), [-3.0 / x[0], 3.0]),
    })
}

#[test]
fn regions_that_are_not_numbers_are_left_aside() {
    // The full step from here leads to x₁ < 0.
    for x0 in [[20.0, 5.0], [1e3, -40.0], [1e-3, 7.0]] {
        let problem = logarithm();
        // Not relative to the start, where the gradient is up to 10⁵.
        let stop = || Stop { relative_gradient: 0.0, absolute_gradient: 1e-9, ..Stop::default() };
        let lm = run(&LevenbergMarquardt::default(), &*problem, &x0, stop());
        let loading = run(&DiagonalLoading::default(), &*problem, &x0, stop());
        for (best, reason) in [(lm.best, lm.reason), (loading.best, loading.reason)] {
            assert!(reason.is_converged(), "{reason}");
            assert!((best.x[0] - std::f64::consts::E).abs() < 1e-7 && (best.x[1] - 1.0).abs() < 1e-7);
        }
    }
    let pure = run(&GaussNewton::default(), &*logarithm(), &[20.0, 5.0], Stop::default());
    assert!(matches!(pure.reason, StopReason::Diverged { step: 1, .. }), "{}", pure.reason);
    assert_eq!(pure.best.x, [20.0, 5.0]);
}

#[test]
fn a_minimum_beyond_the_edge_ends_at_the_edge_and_says_so() {
    // x − (−3), defined for x ≥ 1 only.
    for bad in [f64::NAN, f64::INFINITY] {
        let edge = from_rows(1, move |x, _| (if x[0] < 1.0 { bad } else { x[0] + 3.0 }, [1.0]));
        let method = LevenbergMarquardt::default();
        let end = run(&method, &*edge, &[20.0], Stop::default());
        assert!(end.best.x[0] >= 1.0 && end.best.x[0] < 1.0 + 1e-12, "{:?}", end.best);
        assert!(matches!(method.stall(&end.state), Some(Stall::Edge { .. })), "{}", end.reason);
        assert!(end.reason.to_string().contains("at the edge of where f is defined"), "{}", end.reason);
        let end = run(&DiagonalLoading::default(), &*edge, &[20.0], Stop::default());
        assert!(end.best.x[0] >= 1.0 && end.best.x[0] < 1.0 + 1e-12, "{:?}", end.best);
        assert!(end.reason.to_string().contains("no step that changes x lowers f"), "{}", end.reason);
    }
}

#[test]
fn a_point_whose_jacobian_is_not_finite_is_not_accepted() {
    // √x at 0: the residual is 0 there, and its slope is infinite.
    let root = from_rows(1, |x, _| (x[0].max(0.0).sqrt(), [0.5 / x[0].max(0.0).sqrt()]));
    for state in states(&LevenbergMarquardt::default(), &*root, &[1.0]).0 {
        assert!(state.model().is_finite() && state.x()[0] > 0.0, "{:?}", state.x());
    }
}

#[test]
fn a_start_that_is_not_finite_is_named_and_nothing_is_tried() {
    for (value, slope) in
        [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::INFINITY, 1.0), (1.0, f64::INFINITY), (1e200, 1.0)]
    {
        let nowhere = from_rows(3, move |_, i| (if i == 1 { value } else { 0.5 }, [slope, 1.0]));
        let end = run(&LevenbergMarquardt::default(), &*nowhere, &[1.0, 2.0], Stop::default());
        assert!(matches!(end.reason, StopReason::NonFiniteStart { .. }), "{value} {slope}: {}", end.reason);
        assert_eq!((end.steps, end.counts.total()), (0, 1));
        // By hand, where no driver looks first.
        for said in [
            states(&LevenbergMarquardt::default(), &*nowhere, &[1.0, 2.0]).1,
            states(&GaussNewton::default(), &*nowhere, &[1.0, 2.0]).1,
            states(&DiagonalLoading::default(), &*nowhere, &[1.0, 2.0]).1,
        ] {
            assert_eq!(said, "f or the Jacobian is not finite");
        }
    }
}

#[test]
fn a_jacobian_whose_columns_have_no_finite_norm_is_none() {
    // f and ∇f are finite: the residuals are small enough.
    let steep = from_rows(2, |_, _| (1e-10, [f64::MAX, 1.0]));
    let end = run(&LevenbergMarquardt::default(), &*steep, &[1.0, 2.0], Stop::default());
    assert_eq!((end.steps, end.reason.to_string()), (0, "stuck: f or the Jacobian is not finite".to_owned()));
}

#[test]
fn stationary_points_are_left_by_nobody() {
    // No slope anywhere; a residual of 0; one at right angles to the column.
    let constant = from_rows(2, |_, _| (3.0, [0.0, 0.0]));
    let solved = from_rows(2, |x, i| (x[i] - 1.0, if i == 0 { [1.0, 0.0] } else { [0.0, 1.0] }));
    let least = from_rows(2, |x, i| (x[0] + x[1] + [-1.0, 1.0][i], [1.0, 1.0]));
    let cases: [(Box<dyn LeastSquares>, [f64; 2]); 3] =
        [(constant, [1.0, 2.0]), (solved, [1.0, 1.0]), (least, [2.0, -2.0])];
    for (problem, x0) in cases {
        let end = run(&LevenbergMarquardt::default(), &*problem, &x0, Stop::default());
        assert!(end.reason.is_converged() && end.steps == 0, "{}", end.reason);
        for far in [
            LevenbergMarquardt::default(),
            LevenbergMarquardt { initial_radius: 1e6, ..LevenbergMarquardt::default() },
        ] {
            let (states, said) = states(&far, &*problem, &x0);
            assert_eq!(states.len(), 1);
            assert!(said.contains("orthogonal"), "{said}");
        }
        let (states, said) = states(&DiagonalLoading::default(), &*problem, &x0);
        assert_eq!(states.len(), 1, "{said}");
    }
}

#[test]
fn a_flat_far_away_is_reported_as_the_limit_it_is_or_as_a_small_gradient() {
    // e⁻ˣ: no minimum; the gradient falls with f, and only relative to the start is it ever small.
    let tail = from_rows(1, |x, _| (exp(-x[0]), [-exp(-x[0])]));
    let end = run(
        &LevenbergMarquardt::default(),
        &*tail,
        &[0.0],
        Stop { relative_gradient: 0.0, max_steps: 20, ..Stop::default() },
    );
    assert!(matches!(end.reason, StopReason::StepLimit { limit: 20 }), "{}", end.reason);
    let end = run(&LevenbergMarquardt::default(), &*tail, &[0.0], Stop::default());
    assert!(end.reason.is_converged() && end.best.gradient_norm.is_some_and(|norm| norm <= 1e-8));
}

#[test]
fn few_residuals_and_dependent_columns_are_no_obstacle() {
    // One equation, three variables: x₁² + x₂ − x₃ = 4; and columns of which one is the double of another.
    let sphere = from_rows(1, |x, _| (x[0] * x[0] + x[1] - x[2] - 4.0, [2.0 * x[0], 1.0, -1.0]));
    let double = from_rows(3, |x, i| {
        let t = (i as f64 + 1.0) * (x[0] + 2.0 * x[1]);
        (
            exp(0.1 * t) - 1.5,
            [0.1 * exp(0.1 * t) * (i as f64 + 1.0), 0.2 * exp(0.1 * t) * (i as f64 + 1.0), 0.0],
        )
    });
    for (problem, rank) in [(sphere, 1), (double, 1)] {
        let end = run(&LevenbergMarquardt::default(), &*problem, &[1.0, 1.0, 1.0], Stop::default());
        assert!(end.reason.is_converged(), "{}", end.reason);
        assert_eq!(end.state.model().rank(None), rank);
        let end = run(&GaussNewton::default(), &*problem, &[1.0, 1.0, 1.0], Stop::default());
        assert!(end.reason.is_converged(), "{}", end.reason);
        let end = run(&DiagonalLoading::default(), &*problem, &[1.0, 1.0, 1.0], Stop::default());
        assert!(end.reason.is_converged(), "{}", end.reason);
    }
}

#[test]
fn an_evaluation_is_never_of_a_point_that_is_not_finite() {
    let seen = Cell::new(true);
    let problem = from_residuals(
        1,
        1,
        |x, r| {
            seen.set(seen.get() && x[0].is_finite());
            r[0] = 1e-300 * x[0] + 1e10;
        },
        |_, jacobian| jacobian[0] = 1e-300,
    );
    let method = LevenbergMarquardt::default();
    let mut state = method.init(&problem, &[1e300]).expect("valid input");
    for _ in 0..20 {
        if method.step(&problem, &mut state, &mut plenty()).is_err() {
            break;
        }
    }
    assert!(seen.get());
}

#[test]
fn where_rounding_blurs_f_the_gradient_goes_on_falling() {
    // The first minimum of this one is at 1e8 beside residuals of size 1: f has no more than half the digits that x has.
    let problem = from_rows(3, |x, i| {
        let slope = [1.0, 1.0, 2.0][i];
        (slope * (exp(x[0]) - 1.5) + [1e4, -1e4, 1.0][i], [slope * exp(x[0])])
    });
    // JᵀJ = 6e²ˣ, and the minimum where Σ slope (slope (eˣ − 1.5) + offset) = 0: eˣ = 1.5 − 2/6.
    let expected = ln(1.5 - 1.0 / 3.0);
    let method = LevenbergMarquardt::default();
    let (states, said) = states(&method, &*problem, &[1.0]);
    let error = (states[states.len() - 1].x()[0] - expected).abs();
    let (minpack, _) = crate::states(&LevenbergMarquardt::MINPACK, &*problem, &[1.0]);
    let error_of_minpack = (minpack[minpack.len() - 1].x()[0] - expected).abs();
    println!("{error:e} and {error_of_minpack:e}: {said}");
    assert!(error <= 1e-12 && error_of_minpack > 1e-10);
}

#[test]
fn scales_beyond_all_numbers_end_a_run_and_do_not_hang_it() {
    let line = from_rows(1, |x, _| (x[0] / 1e300 - 2.0, [1e-300]));
    let steep = from_rows(1, |x, _| (1e150 * (x[0] - 2.0), [1e150]));
    for (problem, x0) in [(&line, 1e300), (&line, -1e300), (&line, 0.0), (&steep, 1e4), (&steep, -1e-300)] {
        for d in [1e-300, 1e-150, 1.0, 1e150, 1e300] {
            for initial_radius in [1e-300, 1.0, 1e300] {
                let scaling = Scaling::Given(vec![d]);
                let method = LevenbergMarquardt { scaling, initial_radius, ..LevenbergMarquardt::default() };
                let end = run(&method, &**problem, &[x0], Stop { relative_gradient: 0.0, ..Stop::default() });
                assert!(end.best.value.is_finite() && end.best.value <= problem.value(&[x0]));
            }
        }
    }
}

//! Diagonal loading beside Levenberg–Marquardt.

use thalweg::driver::Stop;
use thalweg::problem::{LeastSquares, Method, State};
use thalweg_second_order::{DiagonalLoading, LevenbergMarquardt, Linearization, Loading, LoadingRule};

use crate::problems::{bard, kowalik_osborne, meyer, powell_singular, rosenbrock, three_exponentials};
use crate::{plenty, relative_distance, run, states};

const MARQUARDT: LoadingRule = LoadingRule::Factors { up: 10.0, down: 10.0 };

fn methods() -> impl Iterator<Item = DiagonalLoading> {
    [Loading::Identity, Loading::Diagonal].into_iter().flat_map(|loading| {
        [MARQUARDT, LoadingRule::Nielsen, LoadingRule::Residuals { factor: 1e-2 }]
            .into_iter()
            .map(move |rule| DiagonalLoading { loading, rule, ..DiagonalLoading::default() })
    })
}

#[test]
fn every_rule_finds_the_minimum_that_levenberg_marquardt_finds() {
    let cases: [(&str, Box<dyn LeastSquares>, &[f64]); 4] = [
        ("Rosenbrock", rosenbrock(), &[-1.2, 1.0]),
        ("Bard", bard(), &[1.0, 1.0, 1.0]),
        ("Kowalik and Osborne", kowalik_osborne(), &[0.25, 0.39, 0.415, 0.39]),
        ("Powell singular", powell_singular(), &[3.0, -1.0, 0.0, 1.0]),
    ];
    for (name, problem, x0) in cases {
        let lm = run(&LevenbergMarquardt::default(), &*problem, x0, Stop::default());
        for method in methods() {
            let end = run(&method, &*problem, x0, Stop::default());
            println!(
                "{name}: {} evaluations, {} by the trust region; {:?} {:?}: {}",
                end.counts.total(),
                lm.counts.total(),
                method.loading,
                method.rule,
                end.reason
            );
            assert!(end.reason.is_converged(), "{name}, {method:?}: {}", end.reason);
            // Powell's function is flat: a gradient of 2e-6 leaves x at 10⁻², and f at its fourth power.
            assert!(end.best.value <= lm.best.value * (1.0 + 1e-7) + 1e-7, "{name}, {method:?}");
        }
    }
}

#[test]
fn values_never_rise_and_the_damping_moves_as_its_rule_says() {
    for method in methods() {
        let (states, _) = states(&method, &*three_exponentials(), &[0.0, 10.0, 20.0]);
        for pair in states.windows(2) {
            assert!(pair[1].value() < pair[0].value());
        }
        if let LoadingRule::Residuals { factor } = method.rule {
            for state in &states[..3] {
                assert_eq!(state.damping(), factor * state.model().residual_norm());
            }
        }
    }
    let marquardt = DiagonalLoading::default();
    let problem = rosenbrock();
    let mut state = marquardt.init(&*problem, &[-1.2, 1.0]).expect("valid input");
    // 10⁻³ of the largest ‖Jⱼ‖² = (−20 · −1.2)² + 1.
    assert!((state.damping() - 0.577).abs() < 1e-12, "{}", state.damping());
    for _ in 0..10 {
        let before = state.damping();
        marquardt.step(&*problem, &mut state, &mut plenty()).expect("an evaluation is left");
        // Up by tens, and down by one.
        let factors = state.damping() / before * 10.0;
        let is_power = (0..6).any(|k| (factors / thalweg::numerics::powi(10.0, k) - 1.0).abs() < 1e-12);
        assert!(is_power, "{factors}");
    }
}

#[test]
fn damping_grows_as_its_rule_says_while_trials_are_rejected() {
    // No trial is a number.
    let wall = crate::problems::from_rows(1, |x, _| (if x[0] == 1.0 { 1.0 } else { f64::NAN }, [1.0]));
    for (rule, expected) in [
        (LoadingRule::Factors { up: 3.0, down: 7.0 }, [3.0, 3.0, 3.0, 3.0]),
        (LoadingRule::Nielsen, [2.0, 4.0, 8.0, 16.0]),
        (LoadingRule::Residuals { factor: 1.0 }, [2.0, 2.0, 2.0, 2.0]),
    ] {
        let method = DiagonalLoading { rule, ..DiagonalLoading::default() };
        let mut state = method.init(&*wall, &[1.0]).expect("valid input");
        let factors = expected.map(|_| {
            let before = state.damping();
            let mut allow = thalweg::problem::Allowance::evaluations(1);
            method.step(&*wall, &mut state, &mut allow).expect_err("one trial, and it is no number");
            state.damping() / before
        });
        for (factor, expected) in factors.iter().zip(expected) {
            assert!((factor / expected - 1.0).abs() < 1e-14, "{rule:?}: {factors:?}");
        }
    }
}

#[test]
fn a_step_is_that_of_its_damping() {
    let problem = rosenbrock();
    let x0 = [-1.2, 1.0];
    let method = DiagonalLoading::default();
    let mut state = method.init(&*problem, &x0).expect("valid input");
    let mut allow = thalweg::problem::Allowance::evaluations(1);
    let lambda = state.damping();
    method.step(&*problem, &mut state, &mut allow).expect("the first trial is good");
    let mut p = [0.0; 2];
    let model = Linearization::at(&*problem, &x0).expect("valid input");
    model.damped_step(lambda, &[1.0, 1.0], &mut p).expect("valid input");
    assert_eq!(state.x(), [x0[0] + p[0], x0[1] + p[1]]);
    // (JᵀJ + λI) p = −Jᵀr, written out.
    let (r, j) = ([10.0 * (1.0 - 1.44), 2.2], [[24.0, 10.0], [-1.0, 0.0]]);
    let a = [
        [j[0][0] * j[0][0] + j[1][0] * j[1][0] + lambda, j[0][0] * j[0][1]],
        [j[0][0] * j[0][1], j[0][1] * j[0][1] + lambda],
    ];
    let g = [j[0][0] * r[0] + j[1][0] * r[1], j[0][1] * r[0]];
    let determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    let expected =
        [-(a[1][1] * g[0] - a[0][1] * g[1]) / determinant, -(a[0][0] * g[1] - a[1][0] * g[0]) / determinant];
    assert!(relative_distance(&p, &expected) < 1e-13, "{p:?} {expected:?}");
}

#[test]
fn damping_by_the_residuals_converges_quadratically_and_by_tenths_linearly() {
    // On Rosenbrock's function r = 0 at the minimum.
    let order = |rule| {
        let method = DiagonalLoading { rule, first: 1e-3, ..DiagonalLoading::default() };
        let (states, _) = states(&method, &*rosenbrock(), &[1.05, 1.2]);
        let errors: Vec<f64> = states.iter().map(|s| relative_distance(s.x(), &[1.0, 1.0])).collect();
        println!("{rule:?}: {errors:?}");
        let small: Vec<f64> = errors.into_iter().filter(|e| (1e-13..1e-2).contains(e)).collect();
        let last = small.windows(3).last().expect("three errors");
        thalweg::numerics::ln(last[2] / last[1]) / thalweg::numerics::ln(last[1] / last[0])
    };
    let quadratic = order(LoadingRule::Residuals { factor: 1.0 });
    assert!(quadratic > 1.8, "{quadratic}");
    let constant = order(LoadingRule::Factors { up: 2.0, down: 1.0 });
    assert!((constant - 1.0).abs() < 0.1, "{constant}");
}

#[test]
fn marquardts_loading_is_blind_to_units_and_levenbergs_is_not() {
    let at = |loading, unit: f64| {
        let problem = crate::problems::from_rows(16, move |x, i| {
            let d = 45.0 + 5.0 * (i as f64 + 1.0) + x[1] * unit;
            let e = thalweg::numerics::exp(x[0] / d);
            (e - f64::from(i as u8), [e / d, -e * x[0] / (d * d) * unit])
        });
        let method = DiagonalLoading { loading, ..DiagonalLoading::default() };
        let mut state = method.init(&*problem, &[100.0, 200.0 / unit]).expect("valid input");
        for _ in 0..3 {
            method.step(&*problem, &mut state, &mut plenty()).expect("an evaluation is left");
        }
        [state.x()[0], state.x()[1] * unit]
    };
    let unit = 1024.0;
    assert_eq!(at(Loading::Diagonal, 1.0), at(Loading::Diagonal, unit));
    assert_ne!(at(Loading::Identity, 1.0), at(Loading::Identity, unit));
}

#[test]
fn meyers_problem_takes_it_longer_than_levenberg_marquardt() {
    let problem = meyer();
    let stop = || Stop { max_steps: 3000, ..Stop::default() };
    let lm = run(&LevenbergMarquardt::default(), &*problem, &[0.02, 4000.0, 250.0], stop());
    let method = DiagonalLoading { loading: Loading::Diagonal, ..DiagonalLoading::default() };
    let loaded = run(&method, &*problem, &[0.02, 4000.0, 250.0], stop());
    println!("{} and {} evaluations: {}", lm.counts.total(), loaded.counts.total(), loaded.reason);
    assert!(lm.reason.is_converged() && loaded.best.value >= lm.best.value * (1.0 - 1e-12));
}

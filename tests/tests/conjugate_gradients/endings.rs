//! What an iteration can meet on its way, and what the user is told.

use std::cell::Cell;

use thalweg::numerics::{dot, norm};
use thalweg::problem::{Diagonal, Preconditioner};
use thalweg_krylov::{ConjugateGradients, Ending, Until, operator};

use crate::{PLAIN, dense, diagonal, plenty, solve, states};

#[test]
fn negative_curvature_is_reported_with_its_direction() {
    let indefinite = [1.0, 3.0, -2.0];
    let a = diagonal(&indefinite);
    let solved = solve(&a, &[1.0, 1.0, 0.5], Until::default());
    let Ending::NonPositiveCurvature { curvature } = solved.ending else { panic!("{}", solved.ending) };
    let p = solved.state.direction();
    let ap: Vec<f64> = p.iter().zip(indefinite).map(|(p, a)| a * p).collect();
    let quotient = dot(p, &ap) / dot(p, p);
    assert!((-2.0..=0.0).contains(&curvature), "between the lowest eigenvalue and 0: {curvature}");
    assert!((curvature - quotient).abs() < 1e-14, "{curvature} and {quotient}");
    // It leads downhill: bᵀp − xᵀA p = rᵀp > 0.
    let mut r = [0.0; 3];
    solved.state.residual(&mut r).expect("three numbers");
    assert!(dot(&r, p) > 0.0);
    assert!(solved.state.iterations() >= 1, "the first direction has positive curvature");
    // Asked again, it says the same.
    let mut state = solved.state.clone();
    let again = PLAIN.run(&a, &mut state, Until::default(), &mut plenty()).expect("valid input");
    assert_eq!((again, &state), (solved.ending, &solved.state));
}

#[test]
fn negative_curvature_at_the_first_step_leaves_the_start() {
    for curvatures in [[-1.0, -2.0], [0.0, 0.0], [1.0, -1.0]] {
        let solved = PLAIN
            .solve(&diagonal(&curvatures), &[3.0, 3.0], &[0.0; 2], Until::default(), &mut plenty())
            .expect("valid input");
        let Ending::NonPositiveCurvature { curvature } = solved.ending else { panic!("{}", solved.ending) };
        // Two norms are divided by.
        let mean = 0.5 * (curvatures[0] + curvatures[1]);
        assert!((curvature - mean).abs() <= 4.0 * f64::EPSILON * mean.abs(), "{curvature}");
        assert_eq!((solved.state.x(), solved.state.iterations()), (&[0.0, 0.0][..], 0));
        let p = solved.state.direction();
        assert!(p[0] == p[1] && p[0] > 0.0, "steepest descent: {p:?}");
    }
}

#[test]
fn singular_system_with_a_solution_is_solved() {
    // The path 0 – 1 – 2: its Laplacian takes constants to 0.
    let laplacian = [1.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 1.0];
    let b = [1.0, 1.0, -2.0];
    for x0 in [[0.0; 3], [5.0, 5.0, 5.0]] {
        let solved =
            PLAIN.solve(&dense(&laplacian), &b, &x0, Until::default(), &mut plenty()).expect("valid input");
        assert!(solved.ending.is_converged(), "{}", solved.ending);
        // x moves by sums of residuals, which have no constant part: the mean stays. (1, 0, −2) + 1/3 has the mean 0.
        for (x, expected) in solved.state.x().iter().zip([4.0 / 3.0, 1.0 / 3.0, -5.0 / 3.0]) {
            assert!((x - x0[0] - expected).abs() < 1e-13, "from {x0:?}: {:?}", solved.state.x());
        }
    }
}

#[test]
fn singular_system_without_a_solution_does_not_converge() {
    let solved = solve(&diagonal(&[1.0, 2.0, 0.0]), &[1.0, 1.0, 1.0], Until::default());
    let Ending::NonPositiveCurvature { curvature } = solved.ending else { panic!("{}", solved.ending) };
    // (0, 0, 1), up to rounding.
    assert!((0.0..1e-15).contains(&curvature.abs()), "{curvature:e}");
    let p = solved.state.direction();
    assert!(p[2] > 0.999_999 * norm(p), "{p:?}");
}

#[test]
fn right_side_of_zero_takes_no_step() {
    for until in [Until::default(), Until::after(5)] {
        let a = operator(2, |_, _| panic!("there is nothing to multiply"));
        let solved = solve(&a, &[0.0, -0.0], until);
        assert_eq!(solved.ending, Ending::Converged { norm: 0.0, tolerance: 0.0 });
        assert_eq!((solved.state.x(), solved.state.iterations()), (&[0.0, 0.0][..], 0));
    }
}

#[test]
fn right_side_of_zero_from_elsewhere_is_measured_by_the_first_residual() {
    let solved = PLAIN
        .solve(&diagonal(&[1.0, 7.0]), &[0.0; 2], &[3.0, -1.0], Until::default(), &mut plenty())
        .expect("valid input");
    let Ending::Converged { norm, tolerance } = solved.ending else { panic!("{}", solved.ending) };
    // ‖(3, −7)‖
    assert!((tolerance - 1e-8 * 58.0_f64.sqrt()).abs() < 1e-22 && norm <= tolerance);
    assert!(solved.state.x().iter().all(|x| x.abs() < 1e-7));
}

/// diag(1, 2, 3) until so many products are made, and then something that is not finite.
fn failing_after(products: u32, bad: f64) -> impl thalweg_krylov::LinearOperator {
    let made = Cell::new(0);
    operator(3, move |v, out| {
        made.set(made.get() + 1);
        for (i, (out, v)) in out.iter_mut().zip(v).enumerate() {
            *out = if made.get() > products && i == 1 { bad } else { (i + 1) as f64 * v };
        }
    })
}

#[test]
fn product_that_is_not_finite_leaves_the_last_good_iterate() {
    let b = [1.0; 3];
    let (good, _) = states(&PLAIN, &diagonal(&[1.0, 2.0, 3.0]), &b, &[0.0; 3], 3);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for products in 0..3 {
            let solved = solve(&failing_after(products, bad), &b, Until::default());
            assert_eq!(solved.ending, Ending::NonFinite { what: "A p" }, "{bad} after {products}");
            assert_eq!(solved.state.iterations(), u64::from(products));
            assert_eq!(solved.state.x(), good[products as usize].x());
        }
        let start = [7.0, 1.0, 1.0];
        let solved = PLAIN
            .solve(&failing_after(0, bad), &b, &start, Until::default(), &mut plenty())
            .expect("valid input");
        assert_eq!((solved.ending, solved.state.x()), (Ending::NonFinite { what: "A x" }, &start[..]));
    }
}

#[test]
fn iterate_that_would_overflow_is_not_taken() {
    // The solution is 1e310.
    let solved = solve(&diagonal(&[1e-100]), &[1e210], Until::default());
    assert_eq!((solved.ending, solved.state.x()), (Ending::NonFinite { what: "x" }, &[0.0][..]));
    // The residual belongs to an iterate that was not taken: no step may follow.
    let (mut state, mut allow) = (solved.state, plenty());
    let again =
        PLAIN.run(&diagonal(&[1e-100]), &mut state, Until::default(), &mut allow).expect("valid input");
    assert!(matches!(again, Ending::NonFinite { .. }), "{again}");
    assert_eq!((state.x(), allow.left()), (&[0.0][..], plenty().left()));
}

/// A preconditioner that is none.
struct Times(f64);

impl Preconditioner for Times {
    fn apply(&self, v: &[f64], out: &mut [f64]) {
        for (out, v) in out.iter_mut().zip(v) {
            *out = self.0 * v;
        }
    }
}

#[test]
fn preconditioners_that_cannot_be_used_are_found() {
    let ending = |factor: f64| {
        let method = ConjugateGradients { preconditioner: Times(factor), refresh_every: None };
        let a = operator(2, |_, _| panic!("it is found before a product is made"));
        let solved =
            method.solve(&a, &[3.0, 4.0], &[0.0; 2], Until::default(), &mut plenty()).expect("valid input");
        assert_eq!(solved.state.x(), [0.0, 0.0]);
        solved.ending
    };
    assert_eq!(ending(-2.0), Ending::IndefinitePreconditioner { quotient: -2.0 });
    assert_eq!(ending(0.0), Ending::IndefinitePreconditioner { quotient: 0.0 });
    assert_eq!(ending(f64::NAN), Ending::NonFinite { what: "M⁻¹ r" });
    assert_eq!(ending(f64::INFINITY), Ending::NonFinite { what: "M⁻¹ r" });

    // One that was made for another n.
    let preconditioner = Diagonal::from_matrix_diagonal(&[1.0; 3]).expect("positive numbers");
    let method = ConjugateGradients { preconditioner, refresh_every: None };
    let solved = method
        .solve(&diagonal(&[1.0; 2]), &[3.0, 4.0], &[0.0; 2], Until::default(), &mut plenty())
        .expect("valid input");
    assert_eq!(solved.ending, Ending::NonFinite { what: "M⁻¹ r" });
}

#[test]
fn limit_of_iterations_ends_exactly_there() {
    for limit in 0..3 {
        let solved = solve(&diagonal(&[1.0, 2.0, 3.0]), &[1.0; 3], Until::after(limit));
        assert_eq!((solved.ending, solved.state.iterations()), (Ending::IterationLimit { limit }, limit));
    }
}

#[test]
fn iteration_that_never_converges_ends_after_ten_n() {
    // 20 decades of curvature: nothing converges to 1e-30 here, and nothing hangs.
    let curvatures: Vec<f64> = (0..41).map(|i| thalweg::numerics::pow(10.0, f64::from(i) / 2.0)).collect();
    let until = Until { relative_residual: 1e-30, ..Until::default() };
    let solved = solve(&diagonal(&curvatures), &[1.0; 41], until);
    assert_eq!(solved.ending, Ending::IterationLimit { limit: 410 });
    assert!(solved.state.x().iter().all(|x| x.is_finite()));
}

#[test]
fn every_scale_of_matrix_and_right_side_is_solved_alike() {
    const SCALES: [f64; 5] = [1e-150, 1e-20, 1.0, 1e20, 1e150];
    let steps_at = |a_scale: f64, b_scale: f64, preconditioned: bool| {
        let curvatures = [a_scale, 10.0 * a_scale, 0.3 * a_scale];
        let b = [b_scale, -2.0 * b_scale, 0.5 * b_scale];
        let inverse = if preconditioned { curvatures } else { [1.0; 3] };
        let preconditioner = Diagonal::from_matrix_diagonal(&inverse).expect("positive numbers");
        let method = ConjugateGradients { preconditioner, refresh_every: None };
        let solved = method
            .solve(&diagonal(&curvatures), &b, &[0.0; 3], Until::default(), &mut plenty())
            .expect("valid input");
        assert!(solved.ending.is_converged(), "{a_scale:e}, {b_scale:e}: {}", solved.ending);
        for ((x, a), b) in solved.state.x().iter().zip(curvatures).zip(b) {
            assert!((x / (b / a) - 1.0).abs() < 1e-7, "{a_scale:e}, {b_scale:e}: {x:e}");
        }
        solved.state.iterations()
    };
    for a_scale in SCALES {
        for b_scale in SCALES {
            assert_eq!(steps_at(a_scale, b_scale, false), 3);
            assert_eq!(steps_at(a_scale, b_scale, true), 1);
        }
    }
}

#[test]
fn one_variable_takes_one_step() {
    let solved = solve(&diagonal(&[8.0]), &[2.0], Until::default());
    assert!(solved.ending.is_converged());
    assert_eq!((solved.state.x(), solved.state.iterations()), (&[0.25][..], 1));
}

#[test]
fn refreshed_residual_is_the_true_one_where_the_recurrence_has_drifted_away() {
    // Rounding brings b − A x to rest, while the recurrence goes on to fall.
    let n = 60;
    let curvatures: Vec<f64> =
        (0..n).map(|i| thalweg::numerics::pow(10.0, 6.0 * f64::from(i) / f64::from(n - 1))).collect();
    let b: Vec<f64> = curvatures.iter().map(|_| 1.0).collect();
    let until = Until { relative_residual: 1e-18, max_iterations: Some(2000), ..Until::default() };
    let gap = |refresh_every: Option<u64>| {
        let method = ConjugateGradients { refresh_every, ..PLAIN };
        let solved = method
            .solve(&diagonal(&curvatures), &b, &vec![0.0; b.len()], until, &mut plenty())
            .expect("valid input");
        let true_residual: Vec<f64> =
            solved.state.x().iter().zip(&curvatures).zip(&b).map(|((x, a), b)| b - a * x).collect();
        (norm(&true_residual), solved.state.residual_norm(), solved.ending)
    };
    let (truth, claimed, ending) = gap(None);
    assert!(ending.is_converged() && truth > 1e4 * claimed, "{truth:e}, {claimed:e}");
    // What is claimed is one step of the recurrence away from the truth, and that step rounds.
    let (truth, claimed, ending) = gap(Some(1));
    assert!(truth < 100.0 * claimed, "{truth:e}, {claimed:e}: {ending}");
}

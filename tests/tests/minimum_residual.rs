//! MINRES as a user sees it: what it minimizes, where it ends, what it says of systems without a solution.

use thalweg::problem::{Allowance, CancelFlag};
use thalweg_krylov::{Ending, LeastResidual, LinearOperator, MinimumResidual, Until, operator};

/// H D H with a reflection H, so that the eigenvalues are those given and no axis is one of the matrix's.
fn turned(eigenvalues: &[f64]) -> impl LinearOperator {
    let eigenvalues = eigenvalues.to_vec();
    let n = eigenvalues.len();
    let reflect = move |v: &mut [f64]| {
        let along = 2.0 * v.iter().zip(1..).map(|(v, i)| v * f64::from(i)).sum::<f64>()
            / (1..=n).map(|i| (i * i) as f64).sum::<f64>();
        v.iter_mut().zip(1..).for_each(|(v, i)| *v -= along * f64::from(i));
    };
    operator(n, move |v, out| {
        out.copy_from_slice(v);
        reflect(out);
        out.iter_mut().zip(&eigenvalues).for_each(|(out, lambda)| *out *= lambda);
        reflect(out);
    })
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn times(a: &impl LinearOperator, v: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; v.len()];
    a.apply(v, &mut out);
    out
}

fn residual(a: &impl LinearOperator, b: &[f64], x: &[f64]) -> Vec<f64> {
    times(a, x).iter().zip(b).map(|(ax, b)| b - ax).collect()
}

fn solve(a: &impl LinearOperator, b: &[f64], until: Until) -> LeastResidual {
    let mut allow = Allowance::evaluations(10_000);
    MinimumResidual::default().solve(a, b, until, &mut allow).expect("valid input")
}

#[test]
fn an_indefinite_system_is_solved_in_as_many_steps_as_there_are_eigenvalues() {
    let a = turned(&[-3.0, -1.0, 0.5, 2.0, 2.0, 2.0, 7.0]);
    let b = [1.0, -2.0, 0.3, 0.0, 1.5, -0.7, 2.0];
    let solved = solve(&a, &b, Until { relative_residual: 1e-12, ..Until::default() });
    assert!(solved.ending.is_converged(), "{}", solved.ending);
    assert_eq!(solved.state.iterations(), 5);
    assert!(norm(&residual(&a, &b, solved.state.x())) < 1e-12 * norm(&b));
}

#[test]
fn residuals_are_the_smallest_of_the_krylov_space_and_never_rise() {
    let a = turned(&[-3.0, -1.0, 0.1, 2.0, 5.0, 9.0]);
    let b = [1.0, -2.0, 0.3, 0.0, 1.5, -0.7];
    let mut last = norm(&b);
    for steps in 1..=6 {
        let LeastResidual { state, .. } = solve(&a, &b, Until::after(steps));
        let (ax, r) = (times(&a, state.x()), residual(&a, &b, state.x()));
        assert!((norm(&r) - state.residual_norm()).abs() < 1e-12, "step {steps}");
        assert!(state.residual_norm() <= last * (1.0 + 1e-14));
        last = state.residual_norm();
        // The smallest over the space that A makes of {b, A b, …} is what is orthogonal to it.
        let mut power = b.to_vec();
        for _ in 0..steps {
            power = times(&a, &power);
            let cosine = power.iter().zip(&r).map(|(p, r)| p * r).sum::<f64>() / norm(&power) / norm(&b);
            assert!(cosine.abs() < 1e-11, "step {steps}: {cosine}");
        }
        let pythagoras = norm(&ax) * norm(&ax) + last * last;
        assert!((pythagoras - norm(&b) * norm(&b)).abs() < 1e-11);
    }
}

#[test]
fn pull_is_what_the_matrix_makes_of_the_residual_before() {
    let a = turned(&[-3.0, -1.0, 0.1, 2.0, 5.0, 9.0]);
    let b = [1.0, -2.0, 0.3, 0.0, 1.5, -0.7];
    assert_eq!(solve(&a, &b, Until::after(0)).state.pull(), None);
    for steps in 1..=5 {
        let before = residual(&a, &b, solve(&a, &b, Until::after(steps - 1)).state.x());
        let pull = solve(&a, &b, Until::after(steps)).state.pull().expect("steps were taken");
        let measured = norm(&times(&a, &before)) / norm(&before);
        assert!((pull - measured).abs() < 1e-11, "step {steps}: {pull} and {measured}");
    }
}

#[test]
fn a_singular_system_with_a_solution_is_solved_and_one_without_ends_at_least_squares() {
    let a = operator(4, |v, out| {
        out.iter_mut().zip([2.0, -1.0, 0.0, 0.0]).zip(v).for_each(|((out, lambda), v)| *out = lambda * v);
    });
    let with = solve(&a, &[2.0, 3.0, 0.0, 0.0], Until::default());
    assert!(with.ending.is_converged());
    assert!((with.state.x()[0] - 1.0).abs() < 1e-14 && (with.state.x()[1] + 3.0).abs() < 1e-14);
    let without = solve(&a, &[2.0, 3.0, 0.3, 0.4], Until::default());
    let Ending::LeastSquares { norm, pull } = without.ending else { panic!("{}", without.ending) };
    assert!((norm - 0.5).abs() < 1e-10 && pull < 1e-10, "{norm}, {pull}");
    assert!(without.state.x().iter().all(|x| x.abs() < 10.0), "{:?}", without.state.x());
    // The matrix 0 makes nothing of anything.
    let zero = operator(2, |_, out| out.fill(0.0));
    assert!(matches!(solve(&zero, &[1.0, 1.0], Until::default()).ending, Ending::LeastSquares { .. }));
}

#[test]
fn scales_change_nothing_but_the_scale() {
    let b = [1.0, -2.0, 0.3, 0.0];
    let plain = solve(&turned(&[-3.0, -1.0, 0.5, 2.0]), &b, Until::default());
    for power in [1.0 / thalweg::numerics::powi(2.0, 900), thalweg::numerics::powi(2.0, 900)] {
        let scaled = solve(&turned(&[-3.0, -1.0, 0.5, 2.0].map(|l| l * power)), &b, Until::default());
        assert_eq!(scaled.state.iterations(), plain.state.iterations(), "{power:e}");
        for (x, y) in scaled.state.x().iter().zip(plain.state.x()) {
            assert!((x * power - y).abs() < 1e-12 * y.abs().max(1.0), "{power:e}");
        }
    }
}

#[test]
fn endings_name_budgets_flags_and_what_is_not_finite() {
    let a = turned(&[-3.0, -1.0, 0.5, 2.0]);
    let (minres, b) = (MinimumResidual::default(), [1.0, -2.0, 0.3, 0.0]);
    let with = |mut allow: Allowance| minres.solve(&a, &b, Until::default(), &mut allow).expect("valid");
    let out = with(Allowance::evaluations(2));
    assert_eq!((out.ending, out.state.iterations()), (Ending::OutOfEvaluations, 2));
    let flag = CancelFlag::default();
    flag.raise();
    assert_eq!(with(Allowance::evaluations(9).watching([Some(flag), None])).ending, Ending::Cancelled);
    let nan = operator(2, |_, out| out.fill(f64::NAN));
    let broken = solve(&nan, &[1.0, 1.0], Until::default());
    assert_eq!((broken.ending, broken.state.x()), (Ending::NonFinite { what: "A v" }, &[0.0, 0.0][..]));
    let nothing = solve(&a, &[0.0; 4], Until::default());
    assert!(nothing.ending.is_converged() && nothing.state.x() == [0.0; 4]);
    let limit = solve(&a, &b, Until { max_iterations: Some(1), ..Until::default() });
    assert_eq!(limit.ending, Ending::IterationLimit { limit: 1 });
}

#[test]
fn bad_input_is_named() {
    let minres = MinimumResidual::default();
    let say = |b: &[f64]| minres.start(b).unwrap_err().to_string();
    assert_eq!(say(&[]), "invalid `b`: length 0 (allowed: length 1 or more)");
    assert_eq!(say(&[1.0, f64::INFINITY]), "invalid `b[1]`: inf (allowed: a finite number)");
    let negative = MinimumResidual { relative_pull: -1.0 };
    let error = negative.start(&[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "invalid `relative_pull`: -1.0 (allowed: a finite number, 0 or more)");
    let mut state = minres.start(&[1.0, 1.0]).expect("valid");
    assert!(minres.restart(&mut state, &[1.0]).is_err());
    let a = turned(&[1.0, 2.0, 3.0]);
    assert!(minres.iterate(&a, &mut state, &mut Allowance::evaluations(1)).is_err());
}

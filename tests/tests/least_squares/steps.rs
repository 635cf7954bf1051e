//! The steps of a model: damped, and inside a trust region.

use proptest::prelude::*;
use thalweg::numerics::norm;
use thalweg::objectives::LinearLeastSquares;
use thalweg::problem::{Differentiable, LeastSquares};
use thalweg_second_order::{
    LevenbergMarquardt, LevenbergMarquardtState, Linearization, Scaling, from_residuals,
};

use crate::problems::{bard, kowalik_osborne, meyer, rosenbrock};
use crate::states;

/// Random J of m × n, in which every third one loses a column to another, and r.
fn models() -> impl Strategy<Value = Linearization> {
    (1_usize..9, 1_usize..6, 0_u8..3).prop_flat_map(|(m, n, kind)| {
        (proptest::collection::vec(-1.0..1.0, m * n), proptest::collection::vec(-1.0..1.0, m)).prop_map(
            move |(mut a, b)| {
                if kind == 0 && n > 1 {
                    a.chunks_mut(n).for_each(|row| row[n - 1] = 2.0 * row[0]);
                }
                let problem = LinearLeastSquares::new(a, b).expect("finite numbers");
                Linearization::at(&problem, &vec![0.0; n]).expect("valid input")
            },
        )
    })
}

fn scaled_norm(p: &[f64], d: &[f64]) -> f64 {
    norm(&p.iter().zip(d).map(|(p, d)| p * d).collect::<Vec<f64>>())
}

proptest! {
    #[test]
    fn damping_keeps_the_step_within_a_tenth_of_the_radius(
        model in models(),
        d in proptest::collection::vec(0.1..10.0, 6),
        radius in -6.0..3.0,
    ) {
        let d = &d[..model.point().x.len()];
        let radius = thalweg::numerics::pow(10.0, radius);
        let mut p = vec![0.0; d.len()];
        let lambda = model.step_within(radius, d, &mut p).expect("valid input");
        let length = scaled_norm(&p, d);
        let gradient: Vec<f64> = model.point().gradient.iter().zip(d).map(|(g, d)| g / d).collect();
        prop_assert!(length <= 1.1 * radius, "{length} {radius} {lambda}");
        // Without damping the step may be shorter. So it may where J is rank deficient: then many steps solve the model, and
        // any damping at all takes the shortest of them.
        let upper = norm(&gradient) / radius;
        let is_hardly_damped = model.rank(None) < d.len() && lambda <= 1e-2 * upper;
        if lambda > 0.0 && !is_hardly_damped && norm(&gradient) > 1e-12 * model.residual_norm() {
            prop_assert!(length >= 0.9 * radius, "{length} {radius} {lambda}");
        }
    }

    #[test]
    fn a_damped_step_solves_its_equations(model in models(), d in proptest::collection::vec(0.1..10.0, 6), lambda in -3.0..3.0) {
        let n = model.point().x.len();
        let lambda = thalweg::numerics::pow(10.0, lambda);
        let mut p = vec![0.0; n];
        model.damped_step(lambda, &d[..n], &mut p).expect("valid input");
        // Descent: pᵀ∇f < 0 wherever ∇f is not 0.
        let along: f64 = p.iter().zip(&model.point().gradient).map(|(p, g)| p * g).sum();
        prop_assert!(along < 0.0 || norm(&model.point().gradient) < 1e-12, "{along}");
        // λ = −pᵀ∇f is ‖J p‖² + λ‖D p‖², so that ‖D p‖² ≤ −pᵀ∇f/λ.
        let length = scaled_norm(&p, &d[..n]);
        prop_assert!(lambda * length * length <= -along * (1.0 + 1e-12));
    }

    #[test]
    fn more_damping_makes_shorter_steps(model in models(), d in proptest::collection::vec(0.1..10.0, 6)) {
        let d = &d[..model.point().x.len()];
        let mut last = f64::INFINITY;
        let mut p = vec![0.0; d.len()];
        for e in -8_i8..8 {
            model.damped_step(thalweg::numerics::pow(10.0, f64::from(e)), d, &mut p).expect("valid input");
            let length = scaled_norm(&p, d);
            prop_assert!(length <= last * (1.0 + 1e-6), "{length} {last}");
            last = length;
        }
    }
}

#[test]
fn a_damped_step_satisfies_the_normal_equations() {
    let (a, b) = ([1.0, 2.0, -1.0, 0.5, 3.0, 1.0, 0.0, -2.0, 2.0], [1.0, -2.0, 0.5]);
    let problem = LinearLeastSquares::new(a, b).expect("finite numbers");
    let x = [0.3, -0.2, 1.0];
    let model = Linearization::at(&problem, &x).expect("valid input");
    let d = [1.0, 2.0, 0.5];
    for lambda in [0.0, 1e-3, 1.0, 1e3] {
        let mut p = [0.0; 3];
        model.damped_step(lambda, &d, &mut p).expect("valid input");
        // For a linear problem ∇f(x + p) = ∇f + JᵀJ p, which is to be −λD²p.
        let there: Vec<f64> = x.iter().zip(&p).map(|(x, p)| x + p).collect();
        let mut gradient = [0.0; 3];
        problem.value_gradient(&there, &mut gradient);
        for j in 0..3 {
            let wrong = gradient[j] + lambda * d[j] * d[j] * p[j];
            assert!(wrong.abs() < 1e-12, "λ = {lambda}, {j}: {wrong:e}");
        }
    }
}

/// The same problem in z = x/d, with d of powers of two.
fn in_other_units(problem: &dyn LeastSquares, d: [f64; 4]) -> impl LeastSquares + '_ {
    let (n, m) = (problem.dim(), problem.residual_count());
    let original = move |z: &[f64]| -> Vec<f64> { z.iter().zip(d).map(|(z, d)| z * d).collect() };
    from_residuals(
        n,
        m,
        move |z, r| problem.residuals(&original(z), r),
        move |z, jacobian| {
            problem.residuals_jacobian(&original(z), &mut vec![0.0; m], jacobian);
            for (j, column) in jacobian.chunks_mut(m).enumerate() {
                column.iter_mut().for_each(|a| *a *= d[j]);
            }
        },
    )
}

#[test]
fn runs_are_the_same_bits_in_all_units_of_the_variables() {
    const D: [f64; 4] = [1.0 / 1_048_576.0, 4096.0, 0.125, 33_554_432.0];
    let cases: [(Box<dyn LeastSquares>, &[f64]); 4] = [
        (rosenbrock(), &[-1.2, 1.0]),
        (bard(), &[1.0, 1.0, 1.0]),
        (meyer(), &[0.02, 4000.0, 250.0]),
        (kowalik_osborne(), &[2.5, 3.9, 4.15, 3.9]),
    ];
    let mut differ = 0;
    for (problem, x0) in cases {
        let method = LevenbergMarquardt::MINPACK;
        let (straight, _) = states(&method, &*problem, x0);
        let scaled = in_other_units(&*problem, D);
        let z0: Vec<f64> = x0.iter().zip(D).map(|(x, d)| x / d).collect();
        let (other, _) = states(&method, &scaled, &z0);
        assert_eq!(straight.len(), other.len());
        for (state, other) in straight.iter().zip(&other) {
            let (x, z) = (&state.model().point().x, &other.model().point().x);
            assert!(
                x.iter().zip(z).zip(D).all(|((x, z), d)| x.to_bits() == (z * d).to_bits()),
                "{x:?} {z:?}"
            );
        }
        // Without Moré's scaling the two part ways, unless every step is that of Gauss and Newton.
        let unscaled = LevenbergMarquardt { scaling: Scaling::Identity, ..LevenbergMarquardt::MINPACK };
        let (one, two) = (states(&unscaled, &*problem, x0).0, states(&unscaled, &scaled, &z0).0);
        let is_other = |(one, two): (&LevenbergMarquardtState, &LevenbergMarquardtState)| {
            one.model().point().x.iter().zip(&two.model().point().x).zip(D).any(|((x, z), d)| *x != z * d)
        };
        differ += usize::from(one.iter().zip(&two).any(is_other));
    }
    assert_eq!(differ, 3);
}

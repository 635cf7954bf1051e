//! Momentum and Nesterov's method on everything convex and on the classic functions: no exception is made, and what does
//! not get there within its budget is printed as that.

use std::fmt::Write as _;

use thalweg::numerics::{ln, norm};
use thalweg::objectives::classic::TestFunction;
use thalweg::objectives::{
    DiagonalQuadratic, HeavyBallCycle, Huber, LinearLeastSquares, LogCosh, LogSumExp, NesterovWorst, Power,
    Quadratic,
};
use thalweg::prelude::*;

use crate::all;

const BUDGET: u64 = 20_000;

/// An objective with what a run needs.
struct Animal {
    name: String,
    f: Box<dyn Differentiable>,
    start: Vec<f64>,
    /// The least value.
    minimum: f64,
    /// L, the largest curvature on the way.
    largest_curvature: f64,
}

fn animal(
    name: &str,
    f: impl Differentiable + 'static,
    start: Vec<f64>,
    minimum: f64,
    largest_curvature: f64,
) -> Animal {
    Animal { name: name.to_owned(), f: Box::new(f), start, minimum, largest_curvature }
}

/// Every convex objective of the crate.
fn convex() -> Vec<Animal> {
    // κ = 10³: 1000, 500, 333, …, 1.
    let curvatures: Vec<f64> = (1..=10).map(|i| 1000.0 / f64::from(i * i * i)).collect();
    let chain = NesterovWorst::new(101, 1.0).expect("n and L are above 0");
    let least = chain.minimum();
    // The corners of a cross, so that the minimum is ln 6 at 0; its Hessian is at most the largest row squared.
    let cross = [2.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, -0.5];
    // Rank 2 in three variables, and solvable: the least value is 0; AᵀA has the eigenvalues 7.5 ± √13.25 and 0.
    let rank_2 = LinearLeastSquares::new([1.0, 2.0, 0.5, -0.5, 1.0, -1.0, 0.5, 3.0, -0.5], [4.0, 1.0, 5.0]);
    let tilted = Quadratic::new([4.0, 1.0, 0.5, 1.0, 3.0, -0.25, 0.5, -0.25, 2.0], [0.0; 3], 0.0);
    vec![
        animal(
            "diagonal quadratic, κ = 10³",
            DiagonalQuadratic::centered(curvatures).expect("finite"),
            vec![1.0; 10],
            0.0,
            1e3,
        ),
        animal("quadratic", tilted.expect("symmetric"), vec![1.0, 2.0, -3.0], 0.0, 5.0),
        animal("Nesterov's worst function", chain, vec![0.0; 101], least, 1.0),
        animal("heavy ball cycle", HeavyBallCycle::new(3).expect("valid"), vec![3.3, -5.0, 1.5], 0.0, 25.0),
        animal("Huber", Huber::new(3, 0.5).expect("valid"), vec![5.0, -0.25, 100.0], 0.0, 1.0),
        animal("log cosh", LogCosh::new(3).expect("valid"), vec![5.0, -0.25, 100.0], 0.0, 1.0),
        animal(
            "log-sum-exp",
            LogSumExp::new(cross, [0.0; 6]).expect("valid"),
            vec![3.0, -2.0, 5.0],
            ln(6.0),
            4.0,
        ),
        animal("linear least squares, rank 2", rank_2.expect("valid"), vec![1.0; 3], 0.0, 20.0),
        animal("|w|⁴", Power::new(3, 4.0).expect("valid"), vec![1.0, -0.5, 0.25], 0.0, 12.0),
        // No largest curvature: it grows without bound towards the minimum.
        animal("|w|^1.5", Power::new(3, 1.5).expect("valid"), vec![1.0, -0.5, 0.25], 0.0, 12.0),
    ]
}

/// The largest |eigenvalue| of the Hessian at x, by 100 products.
fn largest_curvature(f: &dyn TestFunction, x: &[f64]) -> f64 {
    let n = f.dim();
    let (mut v, mut product) = (vec![1.0; n], vec![0.0; n]);
    v[0] = 2.0;
    let mut size = 0.0;
    for _ in 0..100 {
        f.hessian_vector(x, &v, &mut product);
        size = norm(&product) / norm(&v);
        let scale = norm(&product);
        v.iter_mut().zip(&product).for_each(|(v, p)| *v = p / scale);
    }
    size
}

fn classic() -> Vec<Animal> {
    let of = |f: Box<dyn TestFunction>| {
        let minima = f.minima();
        let places =
            minima.iter().filter_map(|minimum| minimum.place().map(<[f64]>::to_vec)).chain([f.start()]);
        let curvature = places.map(|x| largest_curvature(&*f, &x)).fold(0.0, f64::max);
        Animal {
            name: format!("{}, n = {}", f.name(), f.dim()),
            start: f.start(),
            minimum: minima[0].value,
            largest_curvature: curvature,
            f,
        }
    };
    all().into_iter().map(of).collect()
}

/// How a run ended, in words: the steps to a small gradient, or what there was instead.
fn outcome<R: UpdateRule<f64>>(animal: &Animal, rule: R) -> String {
    let method = Scheduled { rule, schedule: Constant { rate: 1.0 / animal.largest_curvature } };
    let stop = Stop { max_steps: BUDGET, ..Stop::default() };
    let run = minimize(&*animal.f, &method, &animal.start, stop, silent).expect("valid input");
    let gap = run.best.value - animal.minimum;
    match run.reason {
        reason if reason.is_converged() && gap > 1e-3 => {
            format!("{} to a local minimum: gap {gap:.1e}", run.steps)
        }
        reason if reason.is_converged() => run.steps.to_string(),
        StopReason::StepLimit { limit } => format!("not within {limit} steps: gap {gap:.1e}"),
        reason => format!("after {} steps: {reason}; gap {gap:.1e}", run.steps),
    }
}

fn table() -> String {
    let accelerated = Nesterov { momentum: MomentumSequence::BeckTeboulle, ..Nesterov::default() };
    let mut table = String::new();
    for animal in convex().into_iter().chain(classic()) {
        let outcomes = [
            ("momentum 0.9", outcome(&animal, Momentum::default())),
            (
                "restarted",
                outcome(&animal, Restarted { rule: Momentum::default(), test: RestartTest::Gradient }),
            ),
            ("Nesterov", outcome(&animal, accelerated)),
            (
                "restarted by f",
                outcome(&animal, Restarted { rule: accelerated, test: RestartTest::Function }),
            ),
            (
                "restarted by ∇f",
                outcome(&animal, Restarted { rule: accelerated, test: RestartTest::Gradient }),
            ),
        ];
        let _ = writeln!(table, "{}", animal.name);
        for (method, outcome) in outcomes {
            let _ = writeln!(table, "    {method:<16} {outcome}");
        }
    }
    table
}

#[test]
fn momentum_and_nesterov_on_everything() {
    let table = table();
    println!("Steps to ‖∇f‖ ≤ 1e-8 ‖∇f(x₀)‖ at the rate 1/L\n{table}");
    insta::assert_snapshot!(table);
}

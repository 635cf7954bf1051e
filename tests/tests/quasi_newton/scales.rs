//! The scale of f is nobody's business: powers of two change no bit, others no decision.

use thalweg::numerics::{exp, powi};
use thalweg::prelude::*;
use thalweg::problem::Scaled;
use thalweg_quasi_newton::line_search::{Backtracking, HagerZhang, MoreThuente, StrongWolfe};
use thalweg_quasi_newton::{Bfgs, Lbfgs, NonlinearConjugateGradients};

use crate::{alternating, chained, plenty};

const N: usize = 10;
const STEPS: usize = 40;

/// The bits of the iterates on f/F.
fn bits<M>(method: &M, scale: f64) -> Vec<Vec<u64>>
where
    M: for<'a> Method<Scaled<&'a dyn Differentiable>>,
{
    let valley = chained(N);
    let problem = Scaled::new(&valley as &dyn Differentiable, [1.0; N], scale).expect("a positive scale");
    let mut state = method.init(&problem, &alternating(N)).expect("valid input");
    let mut points = Vec::new();
    for _ in 0..STEPS {
        method.step(&problem, &mut state, &mut plenty()).expect("a lower point");
        points.push(state.x().iter().map(|x| x.to_bits()).collect());
    }
    points
}

macro_rules! for_every_method_and_search {
    ($check:ident) => {{
        $check("L-BFGS, Moré–Thuente", &Lbfgs::with(MoreThuente::default()));
        $check("L-BFGS, strong Wolfe", &Lbfgs::with(StrongWolfe::default()));
        $check("L-BFGS, Hager–Zhang", &Lbfgs::with(HagerZhang::default()));
        $check("L-BFGS, backtracking", &Lbfgs::with(Backtracking::default()));
        $check("BFGS, Moré–Thuente", &Bfgs::with(MoreThuente::default()));
        $check("BFGS, strong Wolfe", &Bfgs::with(StrongWolfe::default()));
        $check("BFGS, Hager–Zhang", &Bfgs::with(HagerZhang::default()));
        $check("BFGS, backtracking", &Bfgs::with(Backtracking::default()));
        $check("conjugate gradients", &NonlinearConjugateGradients::default());
    }};
}

#[test]
fn power_of_two_before_f_changes_no_bit() {
    fn check<M>(name: &str, method: &M)
    where
        M: for<'a> Method<Scaled<&'a dyn Differentiable>>,
    {
        let plain = bits(method, 1.0);
        for scale in [powi(2.0, 166), 1.0 / powi(2.0, 166)] {
            assert_eq!(bits(method, scale), plain, "{name}, f/{scale:e}");
        }
    }
    for_every_method_and_search!(check);
}

/// x in other units: with the first length as it is by default the steps are the same, from anywhere.
#[test]
fn power_of_two_before_x_changes_no_bit() {
    fn check<M>(name: &str, method: &M)
    where
        M: for<'a> Method<Scaled<&'a dyn Differentiable>>,
    {
        let steps = |unit: f64, start: [f64; 2]| -> Vec<[u64; 2]> {
            let valley = thalweg::objectives::classic::Rosenbrock::default();
            let problem =
                Scaled::new(&valley as &dyn Differentiable, [unit; 2], 1.0).expect("a positive unit");
            let mut state = method.init(&problem, &start.map(|x| x / unit)).expect("valid input");
            let step = |_| {
                method.step(&problem, &mut state, &mut plenty()).expect("a lower point");
                [0, 1].map(|i| (state.x()[i] * unit).to_bits())
            };
            (0..10).map(step).collect()
        };
        for start in [[-1.2, 1.0], [0.0, 0.0]] {
            for unit in [powi(2.0, 40), 1.0 / powi(2.0, 40)] {
                assert_eq!(
                    steps(unit, start),
                    steps(1.0, start),
                    "{name}, x in units of {unit:e}, from {start:?}"
                );
            }
        }
    }
    for_every_method_and_search!(check);
}

/// From the origin it makes the first trial long, as long as the constant is large.
#[test]
fn constant_added_to_f_costs_some_trials_and_no_more() {
    let evaluations = |constant: f64| {
        let walls = from_fn(2, move |x, gradient| {
            let (a, b, c) = (exp(x[0] - 1.0), exp(x[0] + x[1]), exp(-x[1]));
            (gradient[0], gradient[1]) = (a + b - 2.0, b - c);
            constant + (a + b + c - 2.0 * x[0])
        });
        let run =
            minimize(&walls, &Lbfgs::default(), &[0.0; 2], Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{constant:e}: {}", run.reason);
        run.counts.total()
    };
    let plain = evaluations(0.0);
    for decades in [3_u64, 6, 9] {
        let constant = powi(10.0, decades);
        for constant in [constant, -constant] {
            let count = evaluations(constant);
            assert!(count <= plain + 2 * decades, "{constant:e}: {count}, not {plain}");
        }
    }
}

#[test]
fn other_factors_before_f_change_neither_the_reason_nor_the_steps_by_more_than_one() {
    fn check<M>(name: &str, method: &M)
    where
        M: for<'a, 'b> Method<thalweg::problem::Counted<'b, Scaled<&'a dyn Differentiable>>>,
    {
        let run = |scale: f64| {
            let valley = thalweg::objectives::classic::Rosenbrock::default();
            let problem = Scaled::new(&valley as &dyn Differentiable, [1.0; 2], scale).expect("positive");
            let run = minimize(&problem, method, &[-1.2, 1.0], Stop::default(), silent).expect("valid");
            assert!(run.reason.is_converged(), "{name}, f/{scale:e}: {}", run.reason);
            run.steps
        };
        let plain = run(1.0);
        for scale in [1e50, 1e-50] {
            assert!(run(scale).abs_diff(plain) <= 1, "{name}, f/{scale:e}: {} and {plain}", run(scale));
        }
    }
    for_every_method_and_search!(check);
}

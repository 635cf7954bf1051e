//! The iterates against exact ones: by hand, and from `references/conjugate_gradients.py`.

use std::collections::BTreeMap;

use thalweg::problem::Diagonal;
use thalweg_krylov::{ConjugateGradients, Until};

use crate::reference::{hex_float, rows};
use crate::{PLAIN, dense, diagonal, plenty, solve, states};

#[derive(Clone, Default)]
struct System {
    matrix: Vec<f64>,
    right: Vec<f64>,
    inverse: Vec<f64>,
    iterates: Vec<Vec<f64>>,
}

fn systems() -> BTreeMap<&'static str, System> {
    let mut all: BTreeMap<_, System> = BTreeMap::new();
    for row in rows(include_str!("../../references/conjugate_gradients.tsv")) {
        let [name, what, numbers @ ..] = &row[..] else { panic!("no name and no kind: {row:?}") };
        let numbers: Vec<f64> = numbers.iter().copied().map(hex_float).collect();
        let system = all.entry(*name).or_default();
        match *what {
            "matrix" => system.matrix = numbers,
            "right" => system.right = numbers,
            "inverse" => system.inverse = numbers,
            step => {
                assert_eq!(step, system.iterates.len().to_string(), "{name}: a step is missing");
                system.iterates.push(numbers);
            }
        }
    }
    all
}

impl System {
    /// The largest error of any iterate, over the largest element of any iterate.
    fn error(&self, refresh_every: Option<u64>) -> f64 {
        let preconditioner = Diagonal::from_inverse_diagonal(&self.inverse).expect("positive numbers");
        let method = ConjugateGradients { preconditioner, refresh_every };
        let n = self.right.len();
        let (states, ending) = states(&method, &dense(&self.matrix), &self.right, &self.iterates[0], n);
        assert_eq!((states.len(), self.iterates.len(), ending), (n + 1, n + 1, None));
        let size = self.iterates.iter().flatten().fold(0.0_f64, |m, x| m.max(x.abs()));
        let pairs = states.iter().zip(&self.iterates).flat_map(|(state, exact)| state.x().iter().zip(exact));
        pairs.map(|(x, exact)| (x - exact).abs()).fold(0.0, f64::max) / size
    }
}

/// n ≤ 6 steps, each with sums of n terms, on matrices with a condition number κ below 80: n · n · κ · u < 4e-13.
const ALLOWED: f64 = 4e-13;

#[test]
fn iterates_are_the_minimizers_over_the_krylov_spaces() {
    let systems = systems();
    assert_eq!(systems.len(), 6);
    for (name, system) in systems {
        for refresh_every in [None, Some(1), Some(2)] {
            let error = system.error(refresh_every);
            assert!(error <= ALLOWED, "{name}, refreshed {refresh_every:?}: {error:e}");
        }
    }
}

#[test]
fn tolerance_would_catch_a_matrix_or_a_preconditioner_that_is_off_in_the_tenth_digit() {
    let systems = systems();
    let mut system = systems["uneven, preconditioned"].clone();
    system.inverse[1] *= 1.0 + 1e-10;
    assert!(system.error(None) > ALLOWED);
    let mut system = systems["tridiagonal"].clone();
    system.matrix[0] *= 1.0 + 1e-10;
    assert!(system.error(None) > ALLOWED);
}

#[test]
fn two_steps_solve_two_eigenvalues_without_a_rounding() {
    // α₀ = 5/20, β₀ = 11.25/5, α₁ = 11.25/45.
    let curvatures = [1.0, 16.0];
    let (states, _) = states(&PLAIN, &diagonal(&curvatures), &[2.0, 1.0], &[0.0; 2], 2);
    let xs: Vec<_> = states.iter().map(|state| state.x().to_vec()).collect();
    assert_eq!(xs, [[0.0, 0.0], [0.5, 0.25], [2.0, 0.0625]]);
    let residuals: Vec<_> = states
        .iter()
        .map(|state| {
            let mut residual = [f64::NAN; 2];
            state.residual(&mut residual).expect("two numbers");
            residual
        })
        .collect();
    assert_eq!(residuals, [[2.0, 1.0], [1.5, -3.0], [0.0, 0.0]]);
    assert_eq!(states[0].direction(), [0.0, 0.0]);
    assert_eq!(states[1].direction()[0], 2.0 * states[1].direction()[1], "p₀ is r₀, in a unit of its own");
    assert_eq!(states[2].direction()[0], -8.0 * states[2].direction()[1]);
}

#[test]
fn multiple_of_the_identity_takes_one_step() {
    for n in [1, 2, 7] {
        let b: Vec<f64> = (1..=n).map(|i| f64::from(i) * 4.0).collect();
        let solved = solve(&diagonal(&vec![4.0; b.len()]), &b, Until::after(10));
        assert!(solved.ending.is_converged(), "{}", solved.ending);
        assert_eq!(solved.state.iterations(), 1);
        assert_eq!(solved.state.x(), (1..=n).map(f64::from).collect::<Vec<_>>());
        assert_eq!(solved.state.residual_norm(), 0.0);
    }
}

#[test]
fn start_that_solves_the_system_takes_no_step_and_one_product() {
    let mut allow = plenty();
    let before = allow.left();
    let solved = PLAIN
        .solve(&diagonal(&[2.0, 3.0]), &[2.0, 9.0], &[1.0, 3.0], Until::default(), &mut allow)
        .expect("valid input");
    assert!(solved.ending.is_converged());
    assert_eq!((solved.state.iterations(), before - allow.left()), (0, 1));
    assert_eq!(solved.state.x(), [1.0, 3.0]);
}

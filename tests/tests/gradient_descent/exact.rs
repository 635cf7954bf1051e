//! The iterates against exact rational arithmetic; `references/gradient_descent.py` says how it is done.

use std::collections::BTreeMap;

use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;

use crate::reference::{hex_float, rows};
use crate::{UNIT_ROUNDOFF, iterates};

/// One problem of the reference: E(w) = ½ wᵀA w + bᵀw.
#[derive(Default)]
struct Reference {
    matrix: Vec<f64>,
    linear: Vec<f64>,
    rate: f64,
    iterates: Vec<Vec<f64>>,
}

impl Reference {
    fn all() -> BTreeMap<&'static str, Self> {
        let mut all: BTreeMap<_, Self> = BTreeMap::new();
        for row in rows(include_str!("../../references/gradient_descent.tsv")) {
            let [name, what, numbers @ ..] = &row[..] else { panic!("no name and no kind: {row:?}") };
            let numbers: Vec<f64> = numbers.iter().copied().map(hex_float).collect();
            let problem = all.entry(*name).or_default();
            match *what {
                "matrix" => problem.matrix = numbers,
                "linear" => problem.linear = numbers,
                "rate" => problem.rate = numbers[0],
                step => {
                    assert_eq!(step, problem.iterates.len().to_string(), "{name}: a step is missing");
                    problem.iterates.push(numbers);
                }
            }
        }
        all
    }

    /// How far rounding can take each iterate from the exact one, in the largest component.
    ///
    /// A computed step is the exact step from the same point plus an error: gᵢ = Σ aᵢⱼ wⱼ + bᵢ takes at most n + 1
    /// roundings on any of its terms, the rate one more and the difference one more, so that the error is below
    /// (n + 3) u (|wᵢ| + η (Σ |aᵢⱼ wⱼ| + |bᵢ|)), and the exact step multiplies what was there by ‖I − ηA‖ at most.
    /// The reference's own rounding and the second order in u fit into n + 5.
    fn allowances(&self) -> Vec<f64> {
        let n = self.linear.len();
        let rows: Vec<&[f64]> = self.matrix.chunks_exact(n).collect();
        // ‖I − ηA‖ in the norm that belongs to the largest component: the largest row sum.
        let row_sum = |(i, row): (usize, &&[f64])| {
            row.iter()
                .enumerate()
                .map(|(j, a)| (f64::from(u8::from(i == j)) - self.rate * a).abs())
                .sum::<f64>()
        };
        let growth = rows.iter().enumerate().map(row_sum).fold(0.0, f64::max);
        let mut inherited = 0.0;
        let allowance = |w: &Vec<f64>| {
            let size = |i: usize| {
                let terms: f64 = rows[i].iter().zip(w).map(|(a, w)| (a * w).abs()).sum();
                w[i].abs() + self.rate * (terms + self.linear[i].abs())
            };
            let of_one_step = (n + 5) as f64 * UNIT_ROUNDOFF * (0..n).map(size).fold(0.0, f64::max);
            inherited = growth * inherited + of_one_step;
            inherited
        };
        self.iterates.iter().map(allowance).collect()
    }

    fn compare(&self, name: &str, problem: &impl Differentiable) {
        let points = iterates(problem, self.rate, &self.iterates[0], 30);
        assert_eq!(points.len(), 31, "{name}");
        assert_eq!(self.iterates.len(), 31, "{name}");
        for (k, ((point, exact), allowance)) in
            points.iter().zip(&self.iterates).zip(self.allowances()).enumerate()
        {
            for (i, (got, expected)) in point.iter().zip(exact).enumerate() {
                let error = (got - expected).abs();
                assert!(
                    error <= allowance,
                    "{name}: w[{i}] after step {k} is {got:?} instead of {expected:?}: off by {error:e}, more than {allowance:e}"
                );
            }
        }
    }
}

#[test]
fn iterates_are_the_exact_ones_up_to_rounding() {
    let references = Reference::all();
    assert!(!references.is_empty());
    for (name, reference) in &references {
        let problem = Quadratic::new(&reference.matrix[..], &reference.linear[..], 0.0).expect("a quadratic");
        reference.compare(name, &problem);
    }
}

#[test]
fn iterates_on_diagonal_quadratics_are_the_exact_ones_too() {
    let is_diagonal = |reference: &Reference| {
        let n = reference.linear.len();
        reference.matrix.iter().enumerate().all(|(at, &a)| at % (n + 1) == 0 || a == 0.0)
    };
    let mut compared = 0;
    for (name, reference) in Reference::all().into_iter().filter(|(_, reference)| is_diagonal(reference)) {
        let curvatures: Vec<f64> =
            reference.matrix.iter().copied().step_by(reference.linear.len() + 1).collect();
        let problem = DiagonalQuadratic::new(curvatures, &reference.linear[..], 0.0).expect("a quadratic");
        reference.compare(name, &problem);
        compared += 1;
    }
    assert!(compared >= 3);
}

#[test]
fn allowances_would_catch_a_rate_that_is_off_in_the_twelfth_digit() {
    let mut reference = Reference::all().remove("parabola").expect("it is in the table");
    let problem = Quadratic::new(&reference.matrix[..], &reference.linear[..], 0.0).expect("a quadratic");
    reference.rate *= 1.0 + 1e-12;
    let points = iterates(&problem, reference.rate, &reference.iterates[0], 30);
    let caught = |((point, exact), allowance): ((&Vec<f64>, &Vec<f64>), &f64)| {
        (point[0] - exact[0]).abs() > *allowance
    };
    assert!(points.iter().zip(&reference.iterates).zip(&reference.allowances()).any(caught));
}

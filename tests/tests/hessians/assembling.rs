//! Matrices from products.

use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Stuck};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, TwiceDifferentiable, assemble, hessian_by_products};
use thalweg_krylov::{HessianAt, LinearOperator, operator};

use crate::is_symmetric;
use thalweg_tests::random_objective::Random;

/// An operator that multiplies with `a`.
fn times(a: &DMatrix<f64>) -> impl LinearOperator + '_ {
    operator(a.nrows(), |v, out| {
        for (i, out) in out.iter_mut().enumerate() {
            *out = (0..v.len()).map(|j| a[(i, j)] * v[j]).sum();
        }
    })
}

/// Elements between −1 and 1.
fn random_matrix(random: &mut Random, n: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |_, _| random.between(-1.0, 1.0))
}

#[test]
fn matrix_of_an_operator_is_the_mean_of_its_triangles() {
    let mut random = Random(21);
    for round in 0..200 {
        let n = 1 + round % 9;
        let a = random_matrix(&mut random, n);
        let (mut out, mut allow) = (DMatrix::repeat(n, n, f64::NAN), Allowance::evaluations(100));
        let boxed: Box<dyn LinearOperator + '_> = Box::new(times(&a));
        let asymmetry = assemble(&*boxed, &mut out, &mut allow).expect("n products");
        assert_eq!(allow.left(), 100 - n as u64);
        assert_eq!(out, (&a + a.transpose()) / 2.0);
        assert!(is_symmetric(&out));
        let largest = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let largest = largest.map(|(i, j)| (a[(i, j)] - a[(j, i)]).abs()).fold(0.0, f64::max);
        assert_eq!(asymmetry.difference(), largest);
        let (i, j) = (asymmetry.row, asymmetry.column);
        assert_eq!(
            (asymmetry.below, asymmetry.above),
            if n == 1 { (0.0, 0.0) } else { (a[(i, j)], a[(j, i)]) }
        );
        assert!(i > j || n == 1);
    }
}

#[test]
fn asymmetry_that_is_not_a_number_is_not_passed_over() {
    for (row, column) in [(2, 0), (0, 2), (1, 0)] {
        let mut a = DMatrix::from_fn(3, 3, |i, j| (i * j) as f64);
        a[(1, 2)] = 100.0;
        let columns = operator(3, |v, out| {
            let j = v.iter().position(|v| *v == 1.0).expect("a unit vector");
            out.copy_from_slice(a.column(j).as_slice());
            if j == column {
                out[row] = f64::NAN;
            }
        });
        let mut out = DMatrix::zeros(3, 3);
        let asymmetry = assemble(&columns, &mut out, &mut Allowance::evaluations(3)).expect("three products");
        assert!(asymmetry.difference().is_nan());
        assert_eq!((asymmetry.row, asymmetry.column), (row.max(column), row.min(column)));
        assert!(out[(row, column)].is_nan() && out[(column, row)].is_nan());
    }
}

#[test]
fn symmetrizing_does_not_overflow() {
    let huge = operator(2, |v, out| (out[0], out[1]) = (f64::MAX * v[1], f64::MAX * v[0]));
    let mut out = DMatrix::zeros(2, 2);
    let asymmetry = assemble(&huge, &mut out, &mut Allowance::evaluations(2)).expect("two products");
    assert_eq!((out[(0, 1)], asymmetry.difference()), (f64::MAX, 0.0));
}

#[test]
fn every_product_is_asked_for() {
    let a = DMatrix::<f64>::identity(4, 4);
    for evaluations in 0..4 {
        let calls = std::cell::Cell::new(0);
        let counting = operator(4, |v, out| {
            calls.set(calls.get() + 1);
            times(&a).apply(v, out);
        });
        let mut allow = Allowance::evaluations(evaluations);
        let result = assemble(&counting, &mut DMatrix::zeros(4, 4), &mut allow);
        assert_eq!((result, calls.get()), (Err(Stuck::OutOfEvaluations), evaluations));
    }
    let flag = CancelFlag::default();
    flag.raise();
    let mut allow = Allowance::evaluations(9).watching([None, Some(flag)]);
    assert_eq!(assemble(&times(&a), &mut DMatrix::zeros(4, 4), &mut allow), Err(Stuck::Cancelled));
}

/// ½ xᵀA x, for what its products write where.
struct Bowl(DMatrix<f64>);

impl Objective for Bowl {
    fn dim(&self) -> usize {
        self.0.nrows()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut vec![0.0; x.len()])
    }
}

impl Differentiable for Bowl {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        times(&self.0).apply(x, gradient);
        gradient.iter().zip(x).map(|(g, x)| 0.5 * g * x).sum()
    }
}

impl Curved for Bowl {
    fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
        // Every element is written and none is read: whatever stood there must not matter.
        out.fill(f64::NAN);
        times(&self.0).apply(v, out);
    }
}

#[test]
fn hessians_by_products_are_those_of_the_operator_without_memory_of_their_own() {
    let mut random = Random(22);
    for n in 1..=9 {
        let a = random_matrix(&mut random, n);
        let bowl = Bowl(&a + a.transpose());
        let x = vec![0.5; n];
        let counted = Counted::new(&bowl);
        let (mut by_products, mut assembled) = (DMatrix::repeat(n, n, f64::NAN), DMatrix::zeros(n, n));
        hessian_by_products(&counted, &x, &mut by_products);
        assert_eq!((&by_products, counted.counts().hessian_vectors), (&bowl.0, n as u64));
        let at = HessianAt { problem: &bowl, x: &x };
        assemble(&at, &mut assembled, &mut Allowance::evaluations(n as u64)).expect("n products");
        assert_eq!(by_products, assembled);
        assert!(is_symmetric(&by_products));
        let mut wrapped = DMatrix::repeat(n, n, f64::NAN);
        ByProducts(&bowl).hessian(&x, &mut wrapped);
        assert_eq!(wrapped, by_products);
    }
    // What is not quite symmetric, because it is rounded, becomes so.
    let a = random_matrix(&mut random, 5);
    let mut out = DMatrix::zeros(5, 5);
    hessian_by_products(&Bowl(a), &[0.0; 5], &mut out);
    assert!(is_symmetric(&out));
}

//! Hessians are counted, through the trait of the crate `hessian` and through anybody else's.

use thalweg::driver::Record;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Point, Step, Stuck};
use thalweg_conformance::{Candidate, examine};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;

/// Divides by the absolute diagonal of the Hessian: a method that asks for the matrix.
#[derive(Clone, Debug)]
struct DividesByDiagonal {
    rate: f64,
}

#[derive(Clone, Debug, PartialEq)]
struct Divided {
    point: Point,
    hessian: DMatrix<f64>,
}

impl State for Divided {
    fn x(&self) -> &[f64] {
        &self.point.x
    }
    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }
    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P: TwiceDifferentiable + ?Sized> Method<P> for DividesByDiagonal {
    type State = Divided;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Divided, InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        thalweg::problem::check_start(problem, x0)?;
        Ok(Divided { point: Point::new(problem, x0), hessian: DMatrix::zeros(x0.len(), x0.len()) })
    }

    fn step(&self, problem: &P, state: &mut Divided, allow: &mut Allowance) -> Result<Step, Stuck> {
        let Divided { point, hessian } = state;
        allow.spend()?;
        problem.hessian(&point.x, hessian);
        for (i, (x, g)) in point.x.iter_mut().zip(&point.gradient).enumerate() {
            let curvature = hessian[(i, i)].abs();
            *x -= self.rate * if curvature > 0.0 { g / curvature } else { *g };
        }
        allow.spend()?;
        point.evaluate(problem);
        Ok(Step::at_rate(self.rate))
    }
}

#[test]
fn hessians_are_counted_by_the_driver_and_limited_by_its_budget() {
    let bowl = DiagonalQuadratic::new([1.0, 100.0], [-1.0, 0.0], 0.0).expect("finite numbers");
    let halves = DividesByDiagonal { rate: 0.5 };
    let mut rows = Vec::new();
    let see = |record: &Record<'_>| {
        rows.push(record.evaluations);
        std::ops::ControlFlow::Continue(())
    };
    let run = minimize(&bowl, &halves, &[3.0, 1.0], Stop::after(4), see).expect("valid input");
    assert_eq!((run.counts.hessians, run.counts.gradients, run.counts.total()), (4, 5, 9));
    assert_eq!(rows, [1, 3, 5, 7, 9]);
    let stop = Stop { max_evaluations: Some(6), ..Stop::after(4) };
    let run = minimize(&bowl, &halves, &[3.0, 1.0], stop, silent).expect("valid input");
    assert_eq!((run.counts.hessians, run.counts.gradients), (3, 3));
}

#[test]
fn method_that_asks_for_the_hessian_can_be_examined() {
    let report = examine(&Candidate {
        refused: vec![("rate", DividesByDiagonal { rate: -1.0 })],
        ..Candidate::new("divides by the diagonal", |_| DividesByDiagonal { rate: 0.5 })
    });
    assert!(report.conforms(), "{report}");
}

#[test]
fn hessians_count_once_through_every_pointer() {
    let tilted = Quadratic::new([2.0, 1.0, 1.0, 3.0], [0.0; 2], 0.0).expect("symmetric");
    let counted = Counted::new(&tilted);
    let mut hessian = DMatrix::zeros(2, 2);
    TwiceDifferentiable::hessian(&counted, &[0.0; 2], &mut hessian);
    TwiceDifferentiable::hessian(&&counted, &[0.0; 2], &mut hessian);
    let dynamic: &dyn TwiceDifferentiable = &counted;
    dynamic.hessian(&[0.0; 2], &mut hessian);
    Box::new(&counted).hessian(&[0.0; 2], &mut hessian);
    assert_eq!((counted.counts().hessians, counted.counts().total()), (4, 4));
    assert_eq!(hessian.as_slice(), [2.0, 1.0, 1.0, 3.0]);
}

/// What somebody else calls a Hessian: its lower triangle, packed, for a library of their own.
trait PackedHessian: Curved {
    fn packed(&self, x: &[f64], triangle: &mut [f64]);
}

impl PackedHessian for DiagonalQuadratic {
    fn packed(&self, _x: &[f64], triangle: &mut [f64]) {
        triangle.fill(0.0);
        let mut at = 0;
        for (i, a) in self.curvatures().iter().enumerate() {
            at += i;
            triangle[at + i] = *a;
        }
    }
}

impl<P: PackedHessian + ?Sized> PackedHessian for Counted<'_, P> {
    fn packed(&self, x: &[f64], triangle: &mut [f64]) {
        self.count_hessian();
        self.inner().packed(x, triangle);
    }
}

#[test]
fn trait_of_one_s_own_counts_hessians_too() {
    let bowl = DiagonalQuadratic::centered([1.0, 2.0, 3.0]).expect("finite numbers");
    let counted = Counted::new(&bowl);
    let mut triangle = [f64::NAN; 6];
    counted.packed(&[0.0; 3], &mut triangle);
    assert_eq!(triangle, [1.0, 0.0, 2.0, 0.0, 0.0, 3.0]);
    assert_eq!((counted.counts().hessians, counted.counts().total()), (1, 1));
}

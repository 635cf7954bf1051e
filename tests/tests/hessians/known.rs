//! Hessians that the known objectives write down themselves.

use thalweg::objectives::classic::{Beale, Himmelblau, PowellSingular, Rosenbrock};
use thalweg::objectives::{
    DiagonalQuadratic, HeavyBallCycle, Huber, LinearLeastSquares, LogCosh, LogSumExp, NesterovWorst,
    Quadratic,
};
use thalweg::problem::{CheckSettings, Verdict};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{TwiceDifferentiable, check_hessian};

use crate::is_symmetric;

/// All of them, and how their Hessians compare with differences and products at a point off every kink.
fn all() -> Vec<(&'static str, Box<dyn TwiceDifferentiable>)> {
    let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.25, 0.5, -0.25, -2.0];
    let rows = [1.0, -0.5, 0.25, -1.0, 0.5, 0.0, 0.3, 1.0, -0.7, 0.0, -0.2, 0.6];
    let equations = [1.0, 2.0, 0.5, -0.5, 1.0, -1.0];
    vec![
        ("quadratic", Box::new(Quadratic::new(matrix, [1.0, -2.0, 0.5], 7.0).unwrap())),
        ("diagonal", Box::new(DiagonalQuadratic::centered([1.5, 0.5, -2.0]).unwrap())),
        ("heavy ball cycle", Box::new(HeavyBallCycle::new(3).unwrap())),
        ("huber", Box::new(Huber::new(3, 0.7).unwrap())),
        ("linear least squares", Box::new(LinearLeastSquares::new(equations, [4.0, 1.0]).unwrap())),
        ("log cosh", Box::new(LogCosh::new(3).unwrap())),
        ("log-sum-exp", Box::new(LogSumExp::new(rows, [0.5, -0.25, 0.0, 1.0]).unwrap())),
        ("nesterov", Box::new(NesterovWorst::new(3, 1.7).unwrap())),
        ("beale", Box::new(Beale)),
        ("himmelblau", Box::new(Himmelblau)),
        ("powell singular", Box::new(PowellSingular::default())),
        ("rosenbrock", Box::new(Rosenbrock::chained(3).unwrap())),
    ]
}

#[test]
fn known_hessians_agree_with_differences_and_with_their_own_products() {
    for (name, f) in all() {
        let n = f.dim();
        for x in [&[0.3, -1.7, 2.5, 0.9][..n], &[-0.4, 0.2, -3.1, 1.3][..n]] {
            let check = check_hessian(&*f, x, CheckSettings::default()).expect("valid input");
            // Beyond its corner Huber's gradient is one number, and differences cannot tell a plateau from coarse noise.
            let is_found = if name == "huber" { check.verdict != Verdict::Wrong } else { check.agrees() };
            assert!(is_found, "{name}: {check}");
            let mut hessian = DMatrix::repeat(n, n, f64::NAN);
            f.hessian(x, &mut hessian);
            assert!(is_symmetric(&hessian), "{name}");
        }
    }
}

#[test]
fn quadratics_write_their_matrix_to_the_bit() {
    let matrix = [4.0, 1.0 / 3.0, 1.0 / 3.0, -2.0];
    let f = Quadratic::new(matrix, [0.0; 2], 0.0).unwrap();
    let mut hessian = DMatrix::repeat(2, 2, f64::NAN);
    f.hessian(&[f64::NAN; 2], &mut hessian);
    assert_eq!((hessian.as_slice(), f.matrix()), (&matrix[..], &matrix[..]));
    DiagonalQuadratic::centered([3.0, -1.0]).unwrap().hessian(&[0.0; 2], &mut hessian);
    assert_eq!(hessian.as_slice(), [3.0, 0.0, 0.0, -1.0]);
    Rosenbrock::default().hessian(&[1.0, 1.0], &mut hessian);
    assert_eq!(hessian.as_slice(), [802.0, -400.0, -400.0, 200.0]);
}

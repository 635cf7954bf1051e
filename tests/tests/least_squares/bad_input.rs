//! What cannot be used is named before anything runs.

use thalweg::problem::{LeastSquares, Method};
use thalweg_second_order::{
    DiagonalLoading, GaussNewton, LevenbergMarquardt, Linearization, LoadingRule, PivotedQr, Scaling,
    from_residuals,
};

/// Two variables and so many residuals; an evaluation would be noticed.
fn untouched(m: usize) -> impl LeastSquares {
    from_residuals(
        2,
        m,
        |_, _| panic!("nothing runs on bad input"),
        |_, _| panic!("nothing runs on bad input"),
    )
}

fn refused<M>(method: &M, x0: &[f64]) -> String
where
    M: Method<dyn LeastSquares>,
{
    let problem: Box<dyn LeastSquares> = Box::new(untouched(3));
    method.init(&*problem, x0).err().expect("bad input").to_string()
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    const FINE: [f64; 2] = [1.0, 2.0];
    let lm = LevenbergMarquardt::default;
    let factors =
        |up, down| DiagonalLoading { rule: LoadingRule::Factors { up, down }, ..DiagonalLoading::default() };
    for (refused, sentence) in [
        (
            refused(&LevenbergMarquardt { reduction_tolerance: -1.0, ..lm() }, &FINE),
            "invalid `reduction_tolerance`: -1.0 (allowed: a finite number, 0 or more)",
        ),
        (
            refused(&LevenbergMarquardt { radius_tolerance: f64::NAN, ..lm() }, &FINE),
            "invalid `radius_tolerance`: NaN (allowed: a finite number, 0 or more)",
        ),
        (
            refused(&LevenbergMarquardt { cosine_tolerance: f64::INFINITY, ..lm() }, &FINE),
            "invalid `cosine_tolerance`: inf (allowed: a finite number, 0 or more)",
        ),
        (
            refused(&LevenbergMarquardt { initial_radius: 0.0, ..lm() }, &FINE),
            "invalid `initial_radius`: 0.0 (allowed: a finite number above 0)",
        ),
        (
            refused(&LevenbergMarquardt { scaling: Scaling::Given(vec![1.0]), ..lm() }, &FINE),
            "invalid `scaling`: length 1 (allowed: length 2)",
        ),
        (
            refused(&LevenbergMarquardt { scaling: Scaling::Given(vec![1.0, 0.0]), ..lm() }, &FINE),
            "invalid `scaling[1]`: 0.0 (allowed: a finite number above 0)",
        ),
        (
            refused(&GaussNewton { rank_tolerance: Some(1.0) }, &FINE),
            "invalid `rank_tolerance`: 1.0 (allowed: a number from 0 to below 1, or None)",
        ),
        (
            refused(&DiagonalLoading { first: f64::NAN, ..DiagonalLoading::default() }, &FINE),
            "invalid `first`: NaN (allowed: a finite number above 0)",
        ),
        (refused(&factors(1.0, 10.0), &FINE), "invalid `rule.up`: 1.0 (allowed: a finite number above 1)"),
        (
            refused(&factors(10.0, 0.5), &FINE),
            "invalid `rule.down`: 0.5 (allowed: a finite number, 1 or more)",
        ),
        (
            refused(
                &DiagonalLoading {
                    rule: LoadingRule::Residuals { factor: 0.0 },
                    ..DiagonalLoading::default()
                },
                &FINE,
            ),
            "invalid `rule.factor`: 0.0 (allowed: a finite number above 0)",
        ),
        (refused(&lm(), &[1.0]), "invalid `x0`: length 1 (allowed: length 2)"),
        (refused(&GaussNewton::default(), &[1.0; 3]), "invalid `x0`: length 3 (allowed: length 2)"),
        (
            refused(&DiagonalLoading::default(), &[1.0, f64::NAN]),
            "invalid `x0[1]`: NaN (allowed: a finite number)",
        ),
    ] {
        assert_eq!(refused, sentence);
    }
}

#[test]
fn problems_without_residuals_are_refused() {
    let empty = untouched(0);
    let sentence = "invalid `problem.residual_count()`: 0 (allowed: 1 or more)";
    let said = [
        LevenbergMarquardt::default().init(&empty, &[1.0; 2]).map(|_| ()),
        GaussNewton::default().init(&empty, &[1.0; 2]).map(|_| ()),
        DiagonalLoading::default().init(&empty, &[1.0; 2]).map(|_| ()),
        Linearization::at(&empty, &[1.0; 2]).map(|_| ()),
    ];
    for said in said {
        assert_eq!(said.expect_err("bad input").to_string(), sentence);
    }
}

#[test]
fn matrices_and_radii_that_cannot_be_used_are_named() {
    let refused = |matrix: &[f64], rows| PivotedQr::of(matrix, rows).expect_err("bad input").to_string();
    assert_eq!(refused(&[1.0], 0), "invalid `rows`: 0 (allowed: 1 or more)");
    assert_eq!(
        refused(&[1.0; 5], 2),
        "invalid `matrix`: length 5 (allowed: a multiple of 2, the number of rows, and not 0)"
    );
    assert_eq!(refused(&[1.0, f64::NAN], 2), "invalid `matrix[1]`: NaN (allowed: a finite number)");
    assert_eq!(
        refused(&[f64::MAX; 4], 2),
        "invalid `matrix`: a column with the norm inf (allowed: columns with finite norms)"
    );
    let line = from_residuals(1, 1, |x, r| r[0] = x[0], |_, jacobian| jacobian[0] = 1.0);
    let model = Linearization::at(&line, &[1.0]).expect("valid input");
    let mut step = [0.0];
    let said = [
        model.damped_step(-1.0, &[1.0], &mut step).expect_err("bad input"),
        model.damped_step(1.0, &[f64::NAN], &mut step).expect_err("bad input"),
        model.step_within(0.0, &[1.0], &mut step).expect_err("bad input"),
        model.step_within(1.0, &[0.0], &mut step).expect_err("bad input"),
        model.step_within(1.0, &[1.0, 1.0], &mut step).expect_err("bad input"),
    ];
    let names = said.map(|error| error.argument.into_owned());
    assert_eq!(names, ["lambda", "d[0]", "radius", "d[0]", "d"]);
}

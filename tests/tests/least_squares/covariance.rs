//! Covariance, standard errors and rank at the end of a fit.

use thalweg::driver::Stop;
use thalweg::numerics::exp;
use thalweg::objectives::LinearLeastSquares;
use thalweg::problem::{LeastSquares, State};
use thalweg_second_order::{LevenbergMarquardt, Linearization, Undetermined};

use crate::problems::from_rows;
use crate::reference::{hex_float, rows};
use crate::{run, two_to};

const TABLE: &str = include_str!("../../references/levenberg_marquardt.tsv");

fn numbers(name: &str, what: &str) -> Vec<f64> {
    let row = rows(TABLE).find(|row| row[0] == name && row[1] == what).expect("the reference has it");
    row[2..].iter().map(|v| hex_float(v)).collect()
}

/// A fit of a model, which gives its value and its slopes.
fn fit<const N: usize>(name: &str, model: impl Fn(f64, &[f64]) -> (f64, [f64; N]) + Copy + 'static) {
    let (t, y) = (numbers(name, "t"), numbers(name, "y"));
    // Leaked, so that the closure is one that can be copied.
    let (t, y): (&'static [f64], &'static [f64]) = (t.leak(), y.leak());
    let problem = from_rows(t.len(), move |x, i| {
        let (value, slopes) = model(t[i], x);
        (value - y[i], slopes)
    });
    let stop = Stop { relative_gradient: 0.0, ..Stop::default() };
    let end = run(&LevenbergMarquardt::default(), &*problem, &numbers(name, "start"), stop);
    let covariance = end.state.model().covariance(None).expect("the data determine the variables");
    let expected = numbers(name, "fit");
    let reference = numbers(name, "covariance");
    println!("{name}: {:?} after {} evaluations: {}", end.state.x(), end.counts.total(), end.reason);
    for i in 0..N {
        assert!(
            (end.state.x()[i] / expected[i] - 1.0).abs() < 1e-8,
            "{name}: {:?} {expected:?}",
            end.state.x()
        );
        let size = |i: usize| reference[N * i + i].sqrt();
        assert!((covariance.standard_error(i) / size(i) - 1.0).abs() < 1e-8);
        for j in 0..N {
            let wrong = (covariance.get(i, j) - reference[N * i + j]) / size(i) / size(j);
            assert!(
                wrong.abs() < 1e-8,
                "{name} ({i}, {j}): {} {}",
                covariance.get(i, j),
                reference[N * i + j]
            );
            let correlation = reference[N * i + j] / size(i) / size(j);
            assert!((covariance.correlation(i, j) - correlation).abs() < 1e-8);
        }
    }
}

#[test]
fn covariances_are_those_of_scipy() {
    fit("decay", |t, x| {
        let e = exp(-x[1] * t);
        (x[0] * e + x[2], [e, -x[0] * t * e, 1.0])
    });
    fit("two decays in units far apart", |t, x| {
        let (one, two) = (exp(-1e-6 * x[1] * t), exp(-x[3] * t));
        (1e6 * x[0] * one + x[2] * two, [1e6 * one, -x[0] * t * one, two, -x[2] * t * two])
    });
    fit("saturation", |t, x| {
        let d = x[1] + t;
        (x[0] * t / d, [t / d, -x[0] * t / d / d])
    });
}

/// A straight line through points at t.
fn line(t: &[f64], y: &[f64], unit: f64) -> LinearLeastSquares {
    let rows: Vec<f64> = t.iter().flat_map(|t| [1.0, unit * t]).collect();
    LinearLeastSquares::new(rows, y).expect("finite numbers")
}

#[test]
fn covariance_changes_with_the_units_as_it_should_to_the_bit() {
    let (t, y) = ([0.0, 1.0, 2.0, 4.0], [1.0, 3.0, 4.0, 4.0]);
    let at = |unit| {
        let problem = line(&t, &y, unit);
        let model = Linearization::at(&problem, &[1.5, 1.0 / unit]).expect("valid input");
        model.covariance(None).expect("two points determine a line")
    };
    let plain = at(1.0);
    for e in [-300, -40, 7, 300] {
        let (scaled, unit) = (at(two_to(e)), two_to(e));
        assert_eq!(scaled.get(1, 1).to_bits(), (plain.get(1, 1) / unit / unit).to_bits());
        assert_eq!(scaled.standard_error(1).to_bits(), (plain.standard_error(1) / unit).to_bits());
        assert_eq!(scaled.correlation(0, 1).to_bits(), plain.correlation(0, 1).to_bits());
    }
}

#[test]
fn errors_of_known_size_need_no_residuals_left_over() {
    let problem = line(&[0.0, 1.0], &[1.0, 3.0], 1.0);
    let model = Linearization::at(&problem, &[1.0, 2.0]).expect("valid input");
    let nothing_left = Undetermined::Variance { residuals: 2, variables: 2 };
    assert_eq!(model.covariance(None), Err(nothing_left));
    let covariance = model.covariance_for(0.25, None).expect("two points determine a line");
    // (JᵀJ)⁻¹ is (1, −1; −1, 2).
    for (i, j, element) in [(0, 0, 1.0), (0, 1, -1.0), (1, 0, -1.0), (1, 1, 2.0)] {
        assert!((covariance.get(i, j) - 0.25 * element).abs() < 1e-15);
    }
}

#[test]
fn variables_that_the_data_do_not_determine_are_named() {
    // x₀ is seen, x₁ and x₃ only as x₁ + 2 x₃, x₂ not at all, x₄ is seen.
    let rows: Vec<f64> = (0..7)
        .flat_map(|i| {
            let t = f64::from(i);
            [1.0, 1e6 * t, 0.0, 2e6 * t, t * t]
        })
        .collect();
    let problem = LinearLeastSquares::new(rows, [1.0; 7]).expect("finite numbers");
    let model = Linearization::at(&problem, &[0.0; 5]).expect("valid input");
    assert_eq!(model.rank(None), 3);
    let refused = model.covariance(None).expect_err("it is rank deficient");
    assert_eq!(refused, Undetermined::Rank { rank: 3, variables: vec![1, 2, 3] });
    assert_eq!(
        refused.to_string(),
        "the Jacobian has rank 3: the data do not determine the variables [1, 2, 3]"
    );
}

#[test]
fn fewer_residuals_than_variables_determine_nothing() {
    let problem = LinearLeastSquares::new([1.0, 2.0, 3.0], [1.0]).expect("finite numbers");
    let model = Linearization::at(&problem, &[0.0; 3]).expect("valid input");
    let expected = Undetermined::Rank { rank: 1, variables: vec![0, 1, 2] };
    assert_eq!(model.covariance(None), Err(expected));
}

#[test]
fn nothing_is_said_where_nothing_is_finite() {
    let nowhere = from_rows(2, |_, _| (f64::NAN, [1.0]));
    let model = Linearization::at(&*nowhere, &[0.0]).expect("valid input");
    assert_eq!(model.covariance(None), Err(Undetermined::NonFinite));
    let mut step = [0.0];
    model.damped_step(1.0, &[1.0], &mut step).expect("valid input");
    assert!(step[0].is_nan());
    assert!(model.step_within(1.0, &[1.0], &mut step).expect("valid input").is_nan());
}

#[test]
fn rank_is_of_the_directions_of_the_columns_and_not_of_their_sizes() {
    // 10⁻¹² is much where the other column is of that size, and nothing where it is a difference of columns of size 1.
    let small = LinearLeastSquares::new([1.0, 0.0, 0.0, 1e-12], [1.0, 1.0]).expect("finite numbers");
    let close = LinearLeastSquares::new([1.0, 1.0, 0.0, 1e-15], [1.0, 1.0]).expect("finite numbers");
    let rank =
        |problem: &dyn LeastSquares| Linearization::at(problem, &[0.0; 2]).expect("valid input").rank(None);
    assert_eq!((rank(&small), rank(&close)), (2, 1));
    let tolerant = Linearization::at(&close, &[0.0; 2]).expect("valid input").rank(Some(1e-16));
    assert_eq!(tolerant, 2);
}

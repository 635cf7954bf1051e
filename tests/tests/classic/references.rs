//! The collection of Moré, Garbow and Hillstrom beside values, derivatives and minima that were computed with 60 digits from
//! residuals alone; `references/more_garbow_hillstrom.py` says how.

use thalweg::objectives::classic::{Minimum, TestFunction, more_garbow_hillstrom};
use thalweg::prelude::*;
use thalweg::problem::{Verdict, check_hessian_vector, check_jacobian};

use crate::reference::{hex_float, rows};

/// A line of the table, which begins with what it is about.
struct Row {
    what: &'static str,
    function: (&'static str, usize, usize),
    columns: Vec<Vec<f64>>,
}

fn table() -> Vec<Row> {
    let numbers = |column: &str| -> Vec<f64> { column.split(' ').map(hex_float).collect() };
    let row = |row: Vec<&'static str>| Row {
        what: row[0],
        function: (row[1], row[2].parse().expect("n"), row[3].parse().expect("m")),
        columns: row[4..].iter().map(|column| numbers(column)).collect(),
    };
    rows(include_str!("../../references/more_garbow_hillstrom.tsv")).map(row).collect()
}

fn key(f: &dyn TestFunction) -> (&'static str, usize, usize) {
    (f.name(), f.dim(), f.residual_count())
}

/// Every function with its lines.
fn each(mut check: impl FnMut(&dyn TestFunction, &[Row])) {
    let mut table = table();
    for f in more_garbow_hillstrom() {
        let (own, others): (Vec<Row>, Vec<Row>) = table.into_iter().partition(|row| row.function == key(&*f));
        assert!(own.iter().any(|row| row.what == "point"), "there is no reference for {:?}", key(&*f));
        check(&*f, &own);
        table = others;
    }
    assert!(table.is_empty(), "references that nobody reads: {:?}", table[0].function);
}

fn points(rows: &[Row]) -> impl Iterator<Item = [&[f64]; 4]> {
    let points = rows.iter().filter(|row| row.what == "point");
    points.map(|row| [&row.columns[0], &row.columns[1], &row.columns[2], &row.columns[3]].map(Vec::as_slice))
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |largest, x| x.abs().max(largest))
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn collection_has_43_functions_and_123_cases() {
    let functions = more_garbow_hillstrom();
    let cases = functions.iter().map(|f| f.starts().len());
    assert_eq!((functions.len(), cases.sum::<usize>()), (43, 123));
    let from_zero = functions.iter().filter(|f| f.start().iter().all(|x| *x == 0.0)).map(|f| f.name());
    assert_eq!(from_zero.collect::<Vec<_>>(), ["Watson"; 3]);
}

#[test]
fn starts_are_those_of_the_references() {
    each(|f, rows| {
        let [start, ..] = points(rows).next().expect("a start");
        // Quotients and products are rounded here and there.
        assert!(largest_difference(&f.start(), start) <= 1e-15, "{}: {:?} {start:?}", f.name(), f.start());
    });
}

#[test]
fn values_gradients_and_products_are_those_of_the_references() {
    each(|f, rows| {
        for [x, value, gradient, product] in points(rows) {
            let n = f.dim();
            let (mut g, mut p) = (vec![f64::NAN; n], vec![f64::NAN; n]);
            let v: Vec<f64> = (0..n).map(|j| if j % 2 == 0 { 1.0 } else { -1.0 }).collect();
            let at_x = f.value_gradient(x, &mut g);
            f.hessian_vector(x, &v, &mut p);
            let what = || format!("{}, n = {n}, at {x:?}", f.name());
            assert!((at_x - value[0]).abs() <= 1e-12 * value[0], "{}: {at_x} {value:?}", what());
            assert_eq!(f.value(x), at_x, "{}", what());
            // Relative to the largest element: the others are differences of numbers of its size.
            assert!(
                largest_difference(&g, gradient) <= 1e-12 * largest(gradient),
                "{}: {g:?} {gradient:?}",
                what()
            );
            assert!(
                largest_difference(&p, product) <= 1e-12 * largest(product),
                "{}: {p:?} {product:?}",
                what()
            );
        }
    });
}

#[test]
fn derivatives_agree_with_differences() {
    each(|f, rows| {
        for [x, ..] in points(rows) {
            let what = || format!("{}, n = {}, at {x:?}", f.name(), f.dim());
            let gradient = check_gradient(f, x, CheckSettings::default()).expect("valid input");
            let curvature = check_hessian_vector(f, x, CheckSettings::default()).expect("valid input");
            let jacobian = check_jacobian(f, x, CheckSettings::default()).expect("valid input");
            for check in [gradient, curvature, jacobian] {
                // Differences cannot tell where one of their steps leads over the edge of the helical valley, and where a slope is
                // less than the rounding of what it is the slope of, as those of a distant bump are: that may be a third.
                let agree = check.comparisons.iter().filter(|c| c.verdict == Verdict::Agrees).count();
                let enough = 3 * agree >= 2 * check.comparisons.len();
                assert!(check.verdict != Verdict::Wrong && enough, "{}: {check}", what());
            }
        }
    });
}

#[test]
fn minima_are_those_of_the_references() {
    each(|f, rows| {
        let same = |minimum: &Minimum, row: &Row| {
            minimum.value == row.columns[1][0]
                && minimum.is_global == (row.what == "global")
                && minimum.x.as_ref() == Some(&row.columns[0])
        };
        let known: Vec<&Row> = rows.iter().filter(|row| row.what != "point").collect();
        let minima = f.minima();
        assert_eq!(minima.len(), known.len(), "{}: {minima:?}", f.name());
        assert!(minima.is_sorted_by_key(|minimum| !minimum.is_global), "{}", f.name());
        for minimum in &minima {
            assert!(known.iter().any(|row| same(minimum, row)), "{}: {minimum:?}", f.name());
        }
    });
}

#[test]
fn gradients_vanish_at_the_minima() {
    for f in more_garbow_hillstrom() {
        let n = f.dim();
        for minimum in f.minima() {
            let Some(x) = minimum.place() else { continue };
            let mut gradient = vec![0.0; n];
            let value = f.value_gradient(x, &mut gradient);
            let what = || format!("{}, n = {n}, at {x:?}", f.name());
            // x is off by up to half a unit in the last place, and the gradient by that times the Hessian; its sums are rounded, too,
            // relative to terms of the size of the residuals times the slopes.
            let off: Vec<f64> = x.iter().map(|x| x.abs().max(f64::MIN_POSITIVE) * f64::EPSILON).collect();
            let mut allowed = vec![0.0; n];
            let (m, mut column, mut unit) = (f.residual_count(), vec![0.0; n], vec![0.0; n]);
            for j in 0..n {
                unit[j] = 1.0;
                f.hessian_vector(x, &unit, &mut column);
                unit[j] = 0.0;
                allowed.iter_mut().zip(&column).for_each(|(a, h)| *a += h.abs() * off[j]);
            }
            let (mut residuals, mut jacobian) = (vec![0.0; m], vec![0.0; m * n]);
            f.residuals_jacobian(x, &mut residuals, &mut jacobian);
            for j in 0..n {
                let terms = residuals.iter().zip(&jacobian[m * j..]).map(|(r, slope)| (r * slope).abs());
                // A residual is a difference of numbers of the size of 1 and more, each with its own rounding.
                let slopes = jacobian[m * j..m * (j + 1)].iter().map(|slope| slope.abs());
                allowed[j] += f64::EPSILON * (10.0 * terms.sum::<f64>() + 10.0 * slopes.sum::<f64>());
                assert!(
                    gradient[j].abs() <= allowed[j],
                    "{}: |{:e}| > {:e} in {j}",
                    what(),
                    gradient[j],
                    allowed[j]
                );
            }
            assert!((value - minimum.value).abs() <= 1e-10 * minimum.value + 1e-19, "{}: {value:e}", what());
        }
    }
}

#[test]
fn infima_are_approached_from_above() {
    each(|f, rows| {
        for row in rows.iter().filter(|row| row.what == "infimum") {
            let [place, value, far] = [&row.columns[0], &row.columns[1], &row.columns[2]];
            assert!(place.iter().any(|x| x.is_infinite()), "{}: {place:?}", f.name());
            let there = f.value(far);
            let off = (there - value[0]) / value[0];
            assert!((-1e-12..1e-4).contains(&off), "{}: {there} at {far:?}, not {value:?}", f.name());
        }
    });
}

//! The experiment that many results share: gradient descent at a fixed rate, written down; and searches over it.

use thalweg_first_order::GradientDescent;
use thalweg_problem::Differentiable;

use crate::walk::{Path, follow};

/// Runs gradient descent for `steps` steps at a fixed rate, from `w0`.
///
/// # Panics
/// As [`follow`].
pub(crate) fn descend<P: Differentiable + ?Sized>(problem: &P, rate: f64, w0: &[f64], steps: u64) -> Path {
    follow(problem, GradientDescent, rate, w0, steps)
}

/// The largest absolute value; NaN if any is NaN, 0 if there is none.
pub(crate) fn largest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let larger = |largest: f64, x: f64| {
        // Not `f64::max`, which would drop a NaN.
        if x.is_nan() || x.abs() > largest { x.abs() } else { largest }
    };
    numbers.into_iter().fold(0.0, |so_far, x| if so_far.is_nan() { so_far } else { larger(so_far, x) })
}

/// The rate in `low..high` where `holds` turns from true to false, halving 60 times.
pub(crate) fn threshold(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if holds(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Where a function with one valley between `low` and `high` is lowest, by golden section, 80 times.
pub(crate) fn lowest(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut f_left, mut f_right) = (f(left), f(right));
    for _ in 0..80 {
        if f_left < f_right {
            (high, right, f_right) = (right, left, f_left);
            left = high - golden * (high - low);
            f_left = f(left);
        } else {
            (low, left, f_left) = (left, right, f_right);
            right = low + golden * (high - low);
            f_right = f(right);
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_does_not_lose_a_nan() {
        assert_eq!(largest([1.0, -3.0, 2.0]), 3.0);
        assert_eq!(largest([]), 0.0);
        for place in 0..3 {
            let mut numbers = [1.0, 2.0, 3.0];
            numbers[place] = f64::NAN;
            assert!(largest(numbers).is_nan());
        }
    }

    #[test]
    fn searches_find_what_they_search() {
        assert!((threshold(0.0, 10.0, |x| x * x < 2.0) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!((lowest(0.0, 10.0, |x| (x - 3.0).abs()) - 3.0).abs() < 1e-14);
    }

    #[test]
    fn a_path_stays_where_it_lands_and_is_nan_where_it_leaves_the_numbers() {
        let half = |limit: f64| {
            thalweg_problem::from_fn(1, move |w, g| {
                g[0] = w[0];
                if w[0] < limit { f64::NAN } else { 0.5 * w[0] * w[0] }
            })
        };
        let landed = descend(&half(-1.0), 1.0, &[8.0], 3);
        assert_eq!(landed.points, [[8.0], [0.0], [0.0], [0.0]]);
        assert_eq!(landed.values, [32.0, 0.0, 0.0, 0.0]);
        let gone = descend(&half(3.0), 0.5, &[8.0], 4);
        assert_eq!(gone.values[..2], [32.0, 8.0]);
        assert!(gone.values[2..].iter().all(|value| value.is_nan()));
        assert!(gone.points[3..].iter().all(|point| point[0].is_nan()));
    }
}

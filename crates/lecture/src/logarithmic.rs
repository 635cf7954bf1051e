//! Logarithmic scales: numbers evenly spaced on one, and slopes on two.

use thalweg_numerics::{ln, pow};

/// `count` ≥ 2 numbers from `low` > 0 to `high`, each the same multiple of the one before.
pub(crate) fn log_spaced(low: f64, high: f64, count: u32) -> Vec<f64> {
    let last = f64::from(count - 1);
    (0..count).map(|i| low * pow(high / low, f64::from(i) / last)).collect()
}

/// The slope of the straight line that fits ln y against ln x best, in the sense of least squares.
pub(crate) fn log_log_slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs: Vec<_> = points.iter().map(|&(x, y)| (ln(x), ln(y))).collect();
    let (sum_x, sum_y) = logs.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (xx, xy) = logs.iter().fold((0.0, 0.0), |(xx, xy), (x, y)| {
        (xx + (x - mean_x) * (x - mean_x), xy + (x - mean_x) * (y - mean_y))
    });
    xy / xx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_a_straight_line() {
        let points: Vec<_> = log_spaced(1.0, 1000.0, 4).into_iter().map(|x| (x, 7.0 / x.sqrt())).collect();
        assert_eq!((points[0].0, points[3].0), (1.0, 1000.0));
        assert!((log_log_slope(&points) + 0.5).abs() < 1e-15);
    }
}

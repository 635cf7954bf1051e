//! Intervals from the data alone: the percentile bootstrap.
//!
//! Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.

use thalweg_numerics::Draws;

/// A statistic with the interval that holds 95 % of what it is on samples drawn from the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval95 {
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

const RESAMPLES: usize = 4000;

/// `statistic` is told how often each of `count` things was drawn; once each is the sample itself. Things that belong together,
/// such as all runs of a seed, are one thing.
///
/// With few things the interval is too short: of five, it holds the truth about four times in five.
pub(crate) fn bootstrap(count: usize, statistic: impl Fn(&[u32]) -> f64) -> Interval95 {
    let mut draws = Draws::new(95, 0);
    let mut times = vec![0; count];
    let mut found: Vec<_> = (0..RESAMPLES)
        .map(|_| {
            times.fill(0);
            (0..count).for_each(|_| times[draws.below(count as u64) as usize] += 1);
            statistic(&times)
        })
        // A sample of one thing, drawn over and over, has no variance.
        .filter(|found| !found.is_nan())
        .collect();
    found.sort_by(f64::total_cmp);
    let at = |share: f64| found.get((share * found.len() as f64) as usize).copied().unwrap_or(f64::NAN);
    Interval95 { estimate: statistic(&vec![1; count]), low: at(0.025), high: at(0.975) }
}

/// The mean of numbers drawn so often each.
pub(crate) fn weighted_mean(numbers: impl IntoIterator<Item = f64>, times: &[u32]) -> f64 {
    let sum = numbers.into_iter().zip(times).fold(0.0, |sum, (x, &times)| sum + f64::from(times) * x);
    sum / f64::from(times.iter().sum::<u32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bootstrap_of_a_mean_reaches_as_far_as_its_standard_error_says() {
        let mut draws = Draws::new(1, 0);
        let numbers: Vec<_> = (0..100).map(|_| draws.normal()).collect();
        let mean = bootstrap(100, |times| weighted_mean(numbers.iter().copied(), times));
        let squares: f64 = numbers.iter().map(|x| (x - mean.estimate) * (x - mean.estimate)).sum();
        // ±1.96 standard errors √(squares)/100, but for a few percent: 4000 resamples, and 100 numbers.
        let reach = 1.96 * squares.sqrt() / 100.0;
        for (end, expected) in [(mean.low, mean.estimate - reach), (mean.high, mean.estimate + reach)] {
            assert!((end - expected).abs() < 0.1 * reach, "{mean:?} instead of ±{reach}");
        }
    }
}

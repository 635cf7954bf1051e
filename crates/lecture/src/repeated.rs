//! Statistics of an experiment that is repeated from many seeds, and that may fail.
//!
//! A failure is no number, so it never enters a mean: means are over the runs that succeeded, failures are counted beside
//! them, and quantiles are over all runs, with a failure as later than any success.

/// z of the normal distribution: 95 % lie within ±z.
const Z: f64 = 1.959963984540054;

/// What the runs took, and how many failed.
#[derive(Clone, Debug)]
pub(crate) struct Repeated {
    /// In ascending order.
    successes: Vec<f64>,
    failures: usize,
}

impl Repeated {
    /// From one outcome for each run: what it took, or none if it failed.
    pub(crate) fn new(outcomes: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (mut successes, mut failures) = (Vec::new(), 0);
        for outcome in outcomes {
            match outcome {
                Some(taken) => successes.push(taken),
                None => failures += 1,
            }
        }
        successes.sort_by(f64::total_cmp);
        Self { successes, failures }
    }

    pub(crate) fn runs(&self) -> usize {
        self.successes.len() + self.failures
    }

    pub(crate) fn failures(&self) -> usize {
        self.failures
    }

    /// The mean over the successes, with half the length of its 95 % interval; NaN where there are too few.
    pub(crate) fn mean(&self) -> (f64, f64) {
        (self.average(), Z * self.deviation() / (self.successes.len() as f64).sqrt())
    }

    /// The standard deviation over the successes; NaN if there are fewer than two.
    pub(crate) fn deviation(&self) -> f64 {
        if self.successes.len() < 2 {
            return f64::NAN;
        }
        let mean = self.average();
        let squares = self.successes.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
        (squares / (self.successes.len() as f64 - 1.0)).sqrt()
    }

    fn average(&self) -> f64 {
        self.successes.iter().sum::<f64>() / self.successes.len() as f64
    }

    /// The least number that a share `q` of all runs did not exceed; ∞ if so many did not succeed.
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        self.ranked((q * self.runs() as f64).ceil() as usize)
    }

    /// The median over all runs lies in this with 95 %, whatever their distribution: between two ranks, by the normal
    /// approximation to the binomial distribution of the rank of the true median.
    pub(crate) fn median_interval(&self) -> (f64, f64) {
        let n = self.runs() as f64;
        let reach = 0.5 * Z * n.sqrt();
        (
            self.ranked((0.5 * n - reach).floor() as usize),
            self.ranked((0.5 * n + 1.0 + reach).ceil() as usize),
        )
    }

    /// The chance of a failure lies in this with 95 %.
    pub(crate) fn failure_interval(&self) -> (f64, f64) {
        wilson(self.failures as f64 / self.runs() as f64, self.runs())
    }

    /// The `rank`-th of all runs, from 1; ranks beyond the ends are those of the ends.
    fn ranked(&self, rank: usize) -> f64 {
        let rank = rank.clamp(1, self.runs().max(1));
        self.successes.get(rank - 1).copied().unwrap_or(f64::INFINITY)
    }
}

/// The chance of what happened to this share of so many runs lies in this with 95 % (Wilson 1927).
pub(crate) fn wilson(share: f64, runs: usize) -> (f64, f64) {
    let (n, z2) = (runs as f64, Z * Z);
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let reach = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    // The ends of an empty and of a full share are exact.
    (if share == 0.0 { 0.0 } else { middle - reach }, if share == 1.0 { 1.0 } else { middle + reach })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn failures_are_late_and_no_part_of_a_mean() {
        let runs = Repeated::new([Some(30.0), None, Some(10.0), Some(20.0)]);
        assert_eq!((runs.runs(), runs.failures()), (4, 1));
        let (mean, reach) = runs.mean();
        assert_eq!((mean, runs.deviation()), (20.0, 10.0));
        assert!((reach - 1.96 * 10.0 / 3.0_f64.sqrt()).abs() < 1e-3);
        assert_eq!([0.25, 0.5, 0.75, 1.0].map(|q| runs.quantile(q)), [10.0, 20.0, 30.0, f64::INFINITY]);
        assert_eq!(Repeated::new([None, None]).quantile(0.5), f64::INFINITY);
        let failed = Repeated::new([None, None]);
        assert!(failed.mean().0.is_nan() && failed.mean().1.is_nan() && failed.deviation().is_nan());
    }

    #[test]
    fn wilson_s_interval_is_the_published_one() {
        // 10 of 100: 5.52 % to 17.44 %, as R's prop.test without correction gives.
        let runs = Repeated::new((0..100).map(|i| (i >= 10).then_some(1.0)));
        let (low, high) = runs.failure_interval();
        assert!((low - 0.0552).abs() < 5e-5 && (high - 0.1744).abs() < 5e-5, "{low} {high}");
        let (low, high) = wilson(0.5, 10);
        assert!((low - 0.236_593).abs() < 1e-6 && (high - 0.763_407).abs() < 1e-6, "{low}, {high}");
        let (low, high) = wilson(0.0, 10);
        assert!(low == 0.0 && (high - 0.277_533).abs() < 1e-6, "{high}");
    }

    /// How often the intervals hold what they should: 95 % of 400 give or take 3.3 standard deviations of 1.1 %.
    #[test]
    fn intervals_cover_95_percent() {
        let mut draws = Draws::from_seed(1);
        let (mut medians, mut means) = (0, 0);
        for _ in 0..400 {
            // Squares of uniform numbers: skewed, with median ¼ and mean ⅓.
            let runs = Repeated::new((0..200).map(|_| {
                let u = 0.5 * (draws.signed_unit() + 1.0);
                Some(u * u)
            }));
            let (low, high) = runs.median_interval();
            medians += usize::from(low <= 0.25 && 0.25 <= high);
            let (mean, reach) = runs.mean();
            means += usize::from((mean - 1.0 / 3.0).abs() <= reach);
        }
        for covered in [medians, means] {
            assert!((366..=394).contains(&covered), "{medians} {means}");
        }
    }
}

//! What a sequence of errors does, read off the sequence alone, without looking at the rate that made it.

/// An error this far below its start is what rounding left.
pub(crate) const NEGLIGIBLE: f64 = 1e-13;

/// The ratio of successive errors that differs most from the first one, among errors of at least `share` of the start.
///
/// A sequence of one error has no ratio: NaN.
pub(crate) fn factor(errors: &[f64], share: f64) -> f64 {
    let negligible = |e: f64| e.abs() < share * errors[0].abs();
    let worth_dividing_by = |pair: &&[f64]| !negligible(pair[0]);
    let mut ratios = errors.windows(2).filter(worth_dividing_by).map(|pair| pair[1] / pair[0]);
    let first = ratios.next().unwrap_or(f64::NAN);
    // A NaN strays farthest of all, and is kept.
    let strays_less =
        |ratio: f64, worst: f64| worst.is_nan() || (ratio - first).abs() <= (worst - first).abs();
    ratios.fold(first, |worst, ratio| if strays_less(ratio, worst) { worst } else { ratio })
}

/// What the errors do, in a word.
pub(crate) fn regime(errors: &[f64]) -> &'static str {
    let (first, last) = (errors[0].abs(), errors[errors.len() - 1].abs());
    let crosses = |pair: &&[f64]| pair[1].abs() > NEGLIGIBLE * first && pair[0] * pair[1] < 0.0;
    let crossings = errors.windows(2).filter(crosses).count();
    if errors.iter().any(|e| e.is_nan()) {
        "not a number"
    } else if errors[1].abs() < NEGLIGIBLE * first {
        "one step"
    } else if (last / first - 1.0).abs() < 1e-12 && crossings == errors.len() - 1 {
        "2-cycle"
    } else if last > first {
        "diverging"
    } else if crossings == 0 {
        "monotone"
    } else {
        "oscillating"
    }
}

/// The regime that theory predicts from the factor 1 − ηa.
pub(crate) fn regime_of_factor(factor: f64) -> &'static str {
    match factor {
        f if f.abs() < NEGLIGIBLE => "one step",
        f if (f + 1.0).abs() < NEGLIGIBLE => "2-cycle",
        f if f.abs() >= 1.0 => "diverging",
        f if f > 0.0 => "monotone",
        _ => "oscillating",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theory_and_sight_agree_on_geometric_sequences() {
        for (ratio, name) in [
            (0.5, "monotone"),
            (0.0, "one step"),
            (-0.5, "oscillating"),
            (-1.0, "2-cycle"),
            (-1.5, "diverging"),
            (1.5, "diverging"),
        ] {
            let errors: Vec<f64> = (0..20).map(|k| 8.0 * thalweg_numerics::powi(ratio, k)).collect();
            assert_eq!((regime(&errors), regime_of_factor(ratio)), (name, name));
            assert_eq!(factor(&errors, 1e-3), ratio);
        }
    }

    #[test]
    fn a_slow_spiral_is_no_cycle() {
        let errors: Vec<f64> = (0..20).map(|k| thalweg_numerics::powi(-0.9999, k)).collect();
        assert_eq!(regime(&errors), "oscillating");
        assert_eq!(regime_of_factor(-0.9999), "oscillating");
    }

    #[test]
    fn the_factor_is_the_one_that_strays() {
        assert_eq!(factor(&[8.0, 4.0, 2.0, 1.5], 0.1), 0.75);
        assert!(factor(&[8.0], 0.1).is_nan());
        assert!(factor(&[8.0, 4.0, f64::NAN, 2.0, 1.0], 0.1).is_nan());
        assert_eq!(regime(&[8.0, 4.0, f64::NAN]), "not a number");
    }
}

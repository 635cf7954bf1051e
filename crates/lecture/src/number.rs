//! Numbers as text: so many significant digits, the same everywhere.

/// The number that [`significant`] writes: for what would not come out the same to the last digit if it began an ulp away.
pub(crate) fn rounded(x: f64, digits: usize) -> f64 {
    significant(x, digits).parse().unwrap_or(x)
}

/// `x` to `digits` significant digits, without trailing zeros; scientific where that is shorter to read.
///
/// ```
/// use thalweg_lecture::number::significant;
///
/// assert_eq!(significant(1.0 / 3.0, 4), "0.3333");
/// assert_eq!(significant(-0.0, 4), "0");
/// assert_eq!(significant(0.000_012_345, 3), "1.23e-5");
/// assert_eq!(significant(123_456.0, 3), "123000");
/// ```
#[must_use]
pub fn significant(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "∞"
        } else {
            "-∞"
        }
        .to_owned();
    }
    // Rust's scientific format rounds correctly, in software, on every machine.
    let scientific = format!("{x:.*e}", digits.max(1) - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let figures = mantissa.replace('.', "");
    let figures = figures.trim_end_matches('0');
    let text = match exponent {
        -4..0 => format!("0.{}{figures}", "0".repeat((-exponent - 1) as usize)),
        0..6 => {
            let whole = exponent as usize + 1;
            match figures.split_at_checked(whole) {
                Some((whole, "")) => whole.to_owned(),
                Some((whole, fraction)) => format!("{whole}.{fraction}"),
                None => format!("{figures}{}", "0".repeat(whole - figures.len())),
            }
        }
        _ => {
            let (first, rest) = figures.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}e{exponent}")
        }
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn every_size_reads_well() {
        for (x, digits, text) in [
            (1.0, 6, "1"),
            (-1.1, 6, "-1.1"),
            (0.9999999, 3, "1"),
            (999_999.9, 6, "1e6"),
            (99_999.96, 6, "100000"),
            (1e-4, 6, "0.0001"),
            (1.5e-5, 6, "1.5e-5"),
            (5e-324, 2, "4.9e-324"),
            (1.7e308, 2, "1.7e308"),
            (20.0, 3, "20"),
            (20.5, 3, "20.5"),
            (f64::NAN, 3, "NaN"),
            (f64::NEG_INFINITY, 3, "-∞"),
        ] {
            assert_eq!(significant(x, digits), text);
        }
    }
}

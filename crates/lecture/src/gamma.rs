//! Euler's Γ, for predictions in closed form.

use std::f64::consts::PI;

use thalweg_numerics::{exp, ln};

/// Γ(x) for x that is no integer below 1, to 13 digits: x Γ(x) = Γ(x + 1) up to x ≥ 16, and there Stirling's series
/// ln Γ(x) = (x − ½) ln x − x + ½ ln 2π + 1/12x − 1/360x³ + 1/1260x⁵ − 1/1680x⁷ + …, whose next term is 1/1188x⁹.
pub(crate) fn gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 16.0 {
        product *= x;
        x += 1.0;
    }
    let u = 1.0 / (x * x);
    let series = (1.0 / 12.0 - u * (1.0 / 360.0 - u * (1.0 / 1260.0 - u / 1680.0))) / x;
    exp((x - 0.5) * ln(x) - x + 0.5 * ln(2.0 * PI) + series) / product
}

#[cfg(test)]
mod tests {
    use thalweg_numerics::sin;

    use super::*;

    #[test]
    fn gamma_has_its_known_values_and_its_reflection() {
        let near = |x: f64, expected: f64| {
            // The next term is 1e-14, and the exponential magnifies the rounding of an exponent near 30.
            assert!((gamma(x) / expected - 1.0).abs() < 5e-14, "Γ({x}) = {} instead of {expected}", gamma(x));
        };
        let mut factorial = 1.0;
        for n in 1..30 {
            near(f64::from(n), factorial);
            factorial *= f64::from(n);
        }
        near(0.5, PI.sqrt());
        near(-0.5, -2.0 * PI.sqrt());
        for x in [0.1, 0.25, 0.7, -1.3, -2.6] {
            near(x, PI / (sin(PI * x) * gamma(1.0 - x)));
        }
    }
}

//! The models of the data sets: y as a function of the predictors and of the parameters, with its slopes.
//!
//! Parameters are counted from 0 here, from 1 in the formulas.

use std::f64::consts::{PI, TAU};

use thalweg::numerics::{atan, cos, exp, expm1, ln, logistic, pow, sin, softplus};

/// Returns y at the predictors `x` (those of one predictor have it first) for the parameters `b`, and writes ∂y/∂bⱼ.
pub(super) type Model = fn(x: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64;

pub(super) fn model(name: &str) -> Model {
    match name {
        "Bennett5" => bennett,
        "BoxBOD" | "Misra1a" => saturation,
        "Chwirut1" | "Chwirut2" => chwirut,
        "DanWood" => dan_wood,
        "ENSO" => enso,
        "Eckerle4" => eckerle,
        "Gauss1" | "Gauss2" | "Gauss3" => gauss,
        "Hahn1" | "Thurber" => |x, b, slopes| rational(4, x[0], b, slopes),
        "Kirby2" => |x, b, slopes| rational(3, x[0], b, slopes),
        "Lanczos1" | "Lanczos2" | "Lanczos3" => lanczos,
        "MGH09" => kowalik_osborne,
        "MGH10" => meyer,
        "MGH17" => osborne,
        "Misra1b" => misra_b,
        "Misra1c" => misra_c,
        "Misra1d" => misra_d,
        "Nelson" => nelson,
        "Rat42" => rat_42,
        "Rat43" => rat_43,
        "Roszman1" => roszman,
        _ => panic!("there is no model for {name}"),
    }
}

/// b₁ (b₂ + x)^(−1/b₃).
fn bennett([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let base = b[1] + x;
    let power = pow(base, -1.0 / b[2]);
    let y = b[0] * power;
    slopes.copy_from_slice(&[power, -y / (b[2] * base), y * ln(base) / (b[2] * b[2])]);
    y
}

/// b₁ (1 − exp(−b₂x)).
fn saturation([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let filled = -expm1(-b[1] * x);
    slopes.copy_from_slice(&[filled, b[0] * x * exp(-b[1] * x)]);
    b[0] * filled
}

/// exp(−b₁x)/(b₂ + b₃x).
fn chwirut([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let d = b[1] + b[2] * x;
    let y = exp(-b[0] * x) / d;
    slopes.copy_from_slice(&[-x * y, -y / d, -x * y / d]);
    y
}

/// b₁ x^b₂.
fn dan_wood([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let power = pow(x, b[1]);
    slopes.copy_from_slice(&[power, b[0] * power * ln(x)]);
    b[0] * power
}

/// b₁ + b₂ cos(2πx/12) + b₃ sin(2πx/12) + b₅ cos(2πx/b₄) + b₆ sin(2πx/b₄) + b₈ cos(2πx/b₇) + b₉ sin(2πx/b₇).
fn enso([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let year = TAU * x / 12.0;
    slopes[0] = 1.0;
    slopes[1] = cos(year);
    slopes[2] = sin(year);
    let mut y = b[0] + b[1] * slopes[1] + b[2] * slopes[2];
    for period in [3, 6] {
        let angle = TAU * x / b[period];
        let (cosine, sine) = (cos(angle), sin(angle));
        slopes[period] = (b[period + 1] * sine - b[period + 2] * cosine) * angle / b[period];
        slopes[period + 1] = cosine;
        slopes[period + 2] = sine;
        y += b[period + 1] * cosine + b[period + 2] * sine;
    }
    y
}

/// (b₁/b₂) exp(−½ ((x − b₃)/b₂)²).
fn eckerle([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let z = (x - b[2]) / b[1];
    let bell = exp(-0.5 * z * z) / b[1];
    let y = b[0] * bell;
    slopes.copy_from_slice(&[bell, y * (z * z - 1.0) / b[1], y * z / b[1]]);
    y
}

/// b₁ exp(−b₂x) + b₃ exp(−(x − b₄)²/b₅²) + b₆ exp(−(x − b₇)²/b₈²).
fn gauss([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let decay = exp(-b[1] * x);
    slopes[0] = decay;
    slopes[1] = -x * b[0] * decay;
    let mut y = b[0] * decay;
    for k in [2, 5] {
        let z = (x - b[k + 1]) / b[k + 2];
        let bell = exp(-z * z);
        slopes[k] = bell;
        slopes[k + 1] = 2.0 * b[k] * bell * z / b[k + 2];
        slopes[k + 2] = 2.0 * b[k] * bell * z * z / b[k + 2];
        y += b[k] * bell;
    }
    y
}

/// (b₁ + b₂x + …)/(1 + bₖ₊₁x + bₖ₊₂x² + …), with k parameters above the bar.
fn rational(k: usize, x: f64, b: &[f64], slopes: &mut [f64]) -> f64 {
    let polynomial = |coefficients: &[f64]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    let d = 1.0 + x * polynomial(&b[k..]);
    let y = polynomial(&b[..k]) / d;
    let (above, below) = slopes.split_at_mut(k);
    for (slopes, first) in [(above, 1.0 / d), (below, -y * x / d)] {
        let mut slope = first;
        for s in slopes {
            *s = slope;
            slope *= x;
        }
    }
    y
}

/// b₁ exp(−b₂x) + b₃ exp(−b₄x) + b₅ exp(−b₆x).
fn lanczos([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let mut y = 0.0;
    for k in [0, 2, 4] {
        let e = exp(-b[k + 1] * x);
        slopes[k] = e;
        slopes[k + 1] = -x * b[k] * e;
        y += b[k] * e;
    }
    y
}

/// b₁ (x² + b₂x)/(x² + b₃x + b₄).
fn kowalik_osborne([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let d = x * (x + b[2]) + b[3];
    let q = x * (x + b[1]) / d;
    slopes.copy_from_slice(&[q, b[0] * x / d, -b[0] * q * x / d, -b[0] * q / d]);
    b[0] * q
}

/// b₁ exp(b₂/(x + b₃)).
fn meyer([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let d = x + b[2];
    let e = exp(b[1] / d);
    slopes.copy_from_slice(&[e, b[0] * e / d, -b[0] * e * b[1] / (d * d)]);
    b[0] * e
}

/// b₁ + b₂ exp(−b₄x) + b₃ exp(−b₅x).
fn osborne([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let [first, second] = [exp(-x * b[3]), exp(-x * b[4])];
    slopes.copy_from_slice(&[1.0, first, second, -x * b[1] * first, -x * b[2] * second]);
    b[0] + b[1] * first + b[2] * second
}

/// b₁ (1 − (1 + ½b₂x)⁻²).
fn misra_b([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let q = 1.0 / (1.0 + b[1] * x / 2.0);
    slopes.copy_from_slice(&[1.0 - q * q, b[0] * x * q * q * q]);
    b[0] * (1.0 - q * q)
}

/// b₁ (1 − (1 + 2b₂x)^(−½)).
fn misra_c([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let q = 1.0 / (1.0 + 2.0 * b[1] * x).sqrt();
    slopes.copy_from_slice(&[1.0 - q, b[0] * x * q * q * q]);
    b[0] * (1.0 - q)
}

/// b₁b₂x/(1 + b₂x).
fn misra_d([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let q = 1.0 / (1.0 + b[1] * x);
    slopes.copy_from_slice(&[b[1] * x * q, b[0] * x * q * q]);
    b[0] * b[1] * x * q
}

/// b₁ − b₂x₁ exp(−b₃x₂), to which ln y is fitted.
fn nelson([x1, x2]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let e = x1 * exp(-b[2] * x2);
    slopes.copy_from_slice(&[1.0, -e, b[1] * x2 * e]);
    b[0] - b[1] * e
}

/// b₁/(1 + exp(b₂ − b₃x)).
fn rat_42([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let u = b[1] - b[2] * x;
    let [grown, missing] = [logistic(-u), logistic(u)];
    let slope = b[0] * grown * missing;
    slopes.copy_from_slice(&[grown, -slope, x * slope]);
    b[0] * grown
}

/// b₁/(1 + exp(b₂ − b₃x))^(1/b₄).
fn rat_43([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let u = b[1] - b[2] * x;
    let grown = exp(-softplus(u) / b[3]);
    let y = b[0] * grown;
    let slope = y * logistic(u) / b[3];
    slopes.copy_from_slice(&[grown, -slope, x * slope, y * softplus(u) / (b[3] * b[3])]);
    y
}

/// b₁ − b₂x − arctan(b₃/(x − b₄))/π.
fn roszman([x, _]: [f64; 2], b: &[f64], slopes: &mut [f64]) -> f64 {
    let d = x - b[3];
    let scale = 1.0 / (PI * (d * d + b[2] * b[2]));
    slopes.copy_from_slice(&[1.0, -x, -d * scale, -b[2] * scale]);
    b[0] - b[1] * x - atan(b[2] / d) / PI
}

//! The six functions of Moré and Thuente (1994), section 5, with the starts and tolerances of their tables 1 to 6.

use std::f64::consts::PI;

use thalweg::numerics::{cos, sin};
use thalweg_line_search::Sample;

/// One of their functions, with c₁ and c₂ of its table.
pub(crate) struct Published {
    pub(crate) c1: f64,
    pub(crate) c2: f64,
    pub(crate) phi: fn(f64) -> Sample,
}

/// The first trials of every table.
pub(crate) const FIRST: [f64; 4] = [1e-3, 1e-1, 1e1, 1e3];

pub(crate) const FUNCTIONS: [Published; 6] = [
    Published { c1: 0.001, c2: 0.1, phi: rational },
    Published { c1: 0.1, c2: 0.1, phi: quintic },
    Published { c1: 0.1, c2: 0.1, phi: rippled },
    Published { c1: 0.001, c2: 0.001, phi: |alpha| yanai(0.001, 0.001, alpha) },
    Published { c1: 0.001, c2: 0.001, phi: |alpha| yanai(0.01, 0.001, alpha) },
    Published { c1: 0.001, c2: 0.001, phi: |alpha| yanai(0.001, 0.01, alpha) },
];

/// −α/(α² + β), β = 2.
fn rational(alpha: f64) -> Sample {
    let d = alpha * alpha + 2.0;
    Sample { value: -alpha / d, slope: (alpha * alpha - 2.0) / (d * d) }
}

/// (α + β)⁵ − 2 (α + β)⁴, β = 0.004.
fn quintic(alpha: f64) -> Sample {
    let a = alpha + 0.004;
    let cube = a * a * a;
    Sample { value: cube * a * (a - 2.0), slope: cube * (5.0 * a - 8.0) }
}

/// |α − 1| with its kink rounded over 1 ± β, β = 0.01, and a sine of l = 39 half waves on top of it.
fn rippled(alpha: f64) -> Sample {
    let (beta, l) = (0.01, 39.0);
    let (value, slope) = if alpha <= 1.0 - beta {
        (1.0 - alpha, -1.0)
    } else if alpha >= 1.0 + beta {
        (alpha - 1.0, 1.0)
    } else {
        ((alpha - 1.0) * (alpha - 1.0) / (2.0 * beta) + 0.5 * beta, (alpha - 1.0) / beta)
    };
    let angle = 0.5 * l * PI * alpha;
    Sample {
        value: value + 2.0 * (1.0 - beta) / (l * PI) * sin(angle),
        slope: slope + (1.0 - beta) * cos(angle),
    }
}

/// The function of Yanai, Ozawa and Kaneko.
fn yanai(beta1: f64, beta2: f64, alpha: f64) -> Sample {
    let weight = |beta: f64| (1.0 + beta * beta).sqrt() - beta;
    let left = ((1.0 - alpha) * (1.0 - alpha) + beta2 * beta2).sqrt();
    let right = (alpha * alpha + beta1 * beta1).sqrt();
    Sample {
        value: weight(beta1) * left + weight(beta2) * right,
        slope: weight(beta1) * (alpha - 1.0) / left + weight(beta2) * alpha / right,
    }
}

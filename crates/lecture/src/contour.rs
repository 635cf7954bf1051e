//! Contours in the plane: points of them, found on the function itself, and the ellipse that fits them.

use std::f64::consts::PI;

use thalweg_numerics::{cos, dot, norm, sin};
use thalweg_problem::Objective;

use crate::descend::{largest, threshold};

/// Where the ray from `from` along `direction` crosses the contour f = `level`, less than 100 times `direction` away, by
/// a search on f itself.
pub(crate) fn crossing(f: &impl Objective, from: &[f64], direction: &[f64], level: f64) -> Vec<f64> {
    const FAR: f64 = 100.0;
    let point = |t: f64| from.iter().zip(direction).map(|(w, d)| w + t * d).collect::<Vec<_>>();
    point(threshold(0.0, FAR, |t| f.value(&point(t)) < level))
}

/// `count` points of a contour around 0, on rays a golden angle apart: no two alike, and no symmetry.
pub(crate) fn contour(f: &impl Objective, level: f64, count: u32) -> Vec<[f64; 2]> {
    let turn = PI * (3.0 - 5.0_f64.sqrt());
    let point = |k: u32| {
        let angle = f64::from(k) * turn;
        let w = crossing(f, &[0.0; 2], &[cos(angle), sin(angle)], level);
        [w[0], w[1]]
    };
    (0..count).map(point).collect()
}

/// An ellipse as it was fitted.
pub(crate) struct Ellipse {
    pub(crate) center: [f64; 2],
    /// The longer one first.
    pub(crate) semi_axes: [f64; 2],
    /// The unit vector of the longer one.
    pub(crate) long_axis: [f64; 2],
    /// How far a point is off, as a share of the left side p·φ = 1.
    pub(crate) misfit: f64,
}

/// Fits p₁w₁² + p₂w₁w₂ + p₃w₂² + p₄w₁ + p₅w₂ = 1 by least squares, and reads off the ellipse.
pub(crate) fn fit(points: &[[f64; 2]]) -> Ellipse {
    let features = |[x, y]: [f64; 2]| [x * x, x * y, y * y, x, y];
    let mut normal = [[0.0; 6]; 5];
    for phi in points.iter().copied().map(features) {
        for (row, phi_i) in normal.iter_mut().zip(phi) {
            for (element, phi_j) in row.iter_mut().zip(phi.into_iter().chain([1.0])) {
                *element += phi_i * phi_j;
            }
        }
    }
    let p = solve(normal);
    let misfit = largest(points.iter().map(|&point| dot(&p, &features(point)) - 1.0));
    // (w − m)ᵀQ(w − m) = 1 + mᵀQm with Q = [[p₁, p₂/2], [p₂/2, p₃]] and m = −½Q⁻¹(p₄, p₅).
    let (q11, q12, q22) = (p[0], 0.5 * p[1], p[2]);
    let determinant = q11 * q22 - q12 * q12;
    let center =
        [0.5 * (q12 * p[4] - q22 * p[3]) / determinant, 0.5 * (q12 * p[3] - q11 * p[4]) / determinant];
    let height = 1.0 - 0.5 * (p[3] * center[0] + p[4] * center[1]);
    // The eigenvalues of Q, the smaller one first: it belongs to the longer axis.
    let (mean, half) = (0.5 * (q11 + q22), 0.5 * (q11 - q22));
    let radius = (half * half + q12 * q12).sqrt();
    let [low, high] = [mean - radius, mean + radius];
    // (Q − low) e = 0, from the row in which nothing cancels.
    let e = if half > 0.0 { [-q12, half + radius] } else { [radius - half, -q12] };
    let length = norm(&e);
    Ellipse {
        center,
        semi_axes: [(height / low).sqrt(), (height / high).sqrt()],
        long_axis: e.map(|element| element / length),
        misfit,
    }
}

/// Solves the normal equations by elimination; they are positive definite, so no rows need to change places.
fn solve(mut rows: [[f64; 6]; 5]) -> [f64; 5] {
    for i in 0..5 {
        let pivot = rows[i];
        for (_, row) in rows.iter_mut().enumerate().filter(|&(j, _)| j != i) {
            let share = row[i] / pivot[i];
            for (element, pivot) in row.iter_mut().zip(pivot) {
                *element -= share * pivot;
            }
        }
    }
    [0, 1, 2, 3, 4].map(|i| rows[i][5] / rows[i][i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipse_is_found_from_its_points() {
        // Semi-axes 5 along (0.6, 0.8) and 2 across, center (1, −0.5); then the same lying down.
        for long_axis in [[0.6, 0.8], [0.8, -0.6], [1.0, 0.0], [0.0, 1.0]] {
            let [c, s] = long_axis;
            let bowl = thalweg_problem::from_fn(2, move |w, gradient| {
                gradient.fill(f64::NAN);
                let (x, y) = (w[0] - 1.0, w[1] + 0.5);
                let (along, across) = ((c * x + s * y) / 5.0, (c * y - s * x) / 2.0);
                along * along + across * across
            });
            let ellipse = fit(&contour(&bowl, 1.0, 50));
            let near = |measured: f64, known: f64| (measured - known).abs() < 1e-12;
            assert!(near(ellipse.center[0], 1.0) && near(ellipse.center[1], -0.5), "{:?}", ellipse.center);
            assert!(near(ellipse.semi_axes[0], 5.0) && near(ellipse.semi_axes[1], 2.0));
            let sine = c * ellipse.long_axis[1] - s * ellipse.long_axis[0];
            assert!(near(sine, 0.0) && near(ellipse.misfit, 0.0), "{sine:e}, {:e}", ellipse.misfit);
        }
    }
}

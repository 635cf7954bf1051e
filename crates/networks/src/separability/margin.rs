//! The maximal margin: the point nearest to 0 in the convex hull of the zᵢ = yᵢ(xᵢ, 1).
//!
//! ```text
//! γ = max over ‖(w, b)‖ = 1 of min (w, b)·zᵢ = min over the hull of ‖z‖
//! ```
//!
//! Wolfe's algorithm: keep a few of the zᵢ, whose affine hull has its nearest point to 0 within their convex hull; take in the zᵢ
//! that lies farthest on the near side; drop those that get in the way. It is finite, because every set of points has a smaller
//! distance than the one before.
//!
//! Cost: a product with all zᵢ and a dense system of at most d + 1 equations a step.

use thalweg_numerics::{axpy, dot, norm};
use thalweg_problem::InvalidInput;

use crate::DataSet;

/// The maximal margin of separable data, with a bound from either side.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Margin {
    /// (w, b), length d + 1, of Euclidean length 1, whose smallest margin is `at_least`.
    pub weights: Vec<f64>,
    /// min (w, b)·zᵢ: γ is at least that, to rounding.
    pub at_least: f64,
    /// The distance of a point in the hull from 0: γ is at most that, to rounding.
    pub at_most: f64,
    /// R = max ‖(xᵢ, 1)‖.
    pub radius: f64,
    /// The points whose margin is γ, as far as weights above 0 rest on them: at most d + 1.
    pub support: Vec<usize>,
}

impl Margin {
    /// (R/γ)², which the perceptron's updates from w = 0 cannot exceed (Novikoff 1962).
    #[must_use]
    pub fn mistake_bound(&self) -> f64 {
        let ratio = self.radius / self.at_least;
        ratio * ratio
    }
}

/// The maximal margin, or nothing if it is not above 0 but for rounding; [`separability`](super::separability) proves which.
///
/// # Errors
/// If there are more than two classes, or ‖(xᵢ, 1)‖² overflows.
pub fn maximal_margin(data: &DataSet) -> Result<Option<Margin>, InvalidInput> {
    data.unless_two_classes()?;
    let width = data.dim() + 1;
    let mut rows = Vec::with_capacity(data.len() * width);
    for (x, y) in data.rows().zip(data.signs()) {
        rows.extend(x.iter().map(|x| y * x));
        rows.push(y);
    }
    let row = |i: usize| &rows[i * width..][..width];
    let lengths: Vec<_> = (0..data.len()).map(|i| norm(row(i))).collect();
    let radius = lengths.iter().fold(0.0_f64, |radius, length| radius.max(*length));
    if !(radius * radius).is_finite() {
        return Err(InvalidInput::new(
            "data",
            format_args!("R = {radius:?}"),
            "(xᵢ, 1) whose squares do not overflow",
        ));
    }
    let nearest = (0..data.len()).min_by(|&i, &j| lengths[i].total_cmp(&lengths[j])).unwrap_or(0);
    let mut corral = Corral { support: vec![nearest], shares: vec![1.0] };
    let mut point = row(nearest).to_vec();
    // Finite by theory; the limit is for rounding.
    for _ in 0..100 * (data.len() + width) {
        let square = dot(&point, &point);
        let products = (0..data.len()).map(|i| dot(&point, row(i)));
        let (lowest, least) =
            products.enumerate().fold(
                (0, f64::INFINITY),
                |best, (i, product)| {
                    if product < best.1 { (i, product) } else { best }
                },
            );
        // What rounding makes of products of vectors of these lengths.
        let rounding = 4.0 * f64::EPSILON * width as f64 * square.sqrt() * radius;
        if square - least <= rounding || corral.support.contains(&lowest) {
            break;
        }
        corral.support.push(lowest);
        corral.shares.push(0.0);
        corral.settle(&row);
        point.fill(0.0);
        for (&i, &share) in corral.support.iter().zip(&corral.shares) {
            axpy(share, row(i), &mut point);
        }
    }
    let length = norm(&point);
    let nothing = 8.0 * f64::EPSILON * width as f64 * radius;
    if length <= nothing {
        return Ok(None);
    }
    let weights: Vec<_> = point.iter().map(|p| p / length).collect();
    let at_least = (0..data.len()).map(|i| dot(&weights, row(i))).fold(f64::INFINITY, f64::min);
    let mut support = corral.support;
    support.sort_unstable();
    let margin = Margin { weights, at_least, at_most: length, radius, support };
    Ok((margin.at_least > nothing).then_some(margin))
}

/// A few points, with the shares of their nearest combination.
struct Corral {
    support: Vec<usize>,
    shares: Vec<f64>,
}

impl Corral {
    /// Moves the shares to the point of the affine hull that is nearest to 0, dropping points on the way until it is a convex
    /// combination of those that are left.
    fn settle<'a>(&mut self, row: &impl Fn(usize) -> &'a [f64]) {
        while self.support.len() > 1 {
            let Some(affine) = nearest_affine(&self.support, row) else {
                // Dependent to rounding: the newcomer adds nothing.
                self.drop_at(self.support.len() - 1);
                return;
            };
            if affine.iter().all(|&share| share > 0.0) {
                self.shares = affine;
                return;
            }
            // As far towards it as all shares stay 0 or more.
            let ratio =
                |(&old, &new): (&f64, &f64)| if new > 0.0 { f64::INFINITY } else { old / (old - new) };
            let ratios: Vec<_> = self.shares.iter().zip(&affine).map(ratio).collect();
            let (at, step) = ratios
                .iter()
                .enumerate()
                .fold((0, f64::INFINITY), |best, (i, &ratio)| if ratio < best.1 { (i, ratio) } else { best });
            for (share, new) in self.shares.iter_mut().zip(&affine) {
                *share += step * (new - *share);
            }
            self.drop_at(at);
        }
        self.shares = vec![1.0; self.support.len()];
    }

    fn drop_at(&mut self, at: usize) {
        self.support.remove(at);
        self.shares.remove(at);
    }
}

/// The shares, which add up to 1, of the combination nearest to 0: those of (G + 11ᵀ) u = 1, scaled, with G the inner products.
fn nearest_affine<'a>(support: &[usize], row: &impl Fn(usize) -> &'a [f64]) -> Option<Vec<f64>> {
    let n = support.len();
    let mut system: Vec<Vec<f64>> = support
        .iter()
        .map(|&i| support.iter().map(|&j| dot(row(i), row(j)) + 1.0).chain([1.0]).collect())
        .collect();
    for column in 0..n {
        let at = (column..n).max_by(|&i, &j| system[i][column].abs().total_cmp(&system[j][column].abs()))?;
        system.swap(column, at);
        let pivot = system[column].clone();
        if pivot[column] == 0.0 {
            return None;
        }
        for (_, other) in system.iter_mut().enumerate().filter(|(i, _)| *i != column) {
            let factor = other[column] / pivot[column];
            axpy(-factor, &pivot[column..], &mut other[column..]);
        }
    }
    let u: Vec<_> = (0..n).map(|i| system[i][n] / system[i][i]).collect();
    let total: f64 = u.iter().fold(0.0, |sum, u| sum + u);
    (total > 0.0 && total.is_finite()).then(|| u.iter().map(|u| u / total).collect())
}

//! Values of f along lines and in planes: coordinates and numbers, for whoever draws them.
//!
//! ```text
//! line    f(x + t u)              for every t
//! plane   f(x + s u + t v)        for every s and t
//! ```
//!
//! A line between two solutions is x = a, u = b − a, t from 0 to 1: the straight interpolation of Goodfellow, Vinyals and Saxe, which
//! may hold a barrier although a path around it does not.
//!
//! A slice shows two of n dimensions. That it looks convex says nothing of the others: what it can show of curvature lies between the
//! lowest and the highest eigenvalue, and a random direction meets their mean.
//!
//! Each value costs one evaluation. A value that is not finite is data, too.
//!
//! Sources: I. J. Goodfellow, O. Vinyals and A. M. Saxe, Qualitatively characterizing neural network optimization problems
//! (arXiv:1412.6544, 2014); H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, NeurIPS 2018.

use thalweg_problem::{Allowance, InvalidInput, Objective, Stuck};

/// The line x + t u.
///
/// ```
/// use thalweg_landscape::Line;
/// use thalweg_landscape::problem::{Allowance, Stuck};
/// use thalweg_objectives::classic::Himmelblau;
///
/// // Between two of the four minima of Himmelblau's function there is a barrier.
/// let line = Line::between(&[3.0, 2.0], &[-2.805_118, 3.131_313])?;
/// let slice = line.slice(&Himmelblau, &[0.0, 0.25, 0.5, 0.75, 1.0], &mut Allowance::evaluations(5))?;
/// println!("{:.1?}", slice.values);
/// assert!(slice.values[0] == 0.0 && slice.values[2] > 70.0 && slice.values[4] < 1e-9);
/// # Ok::<(), Stuck>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    origin: Vec<f64>,
    direction: Vec<f64>,
}

/// Values along a [`Line`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LineSlice {
    /// t.
    pub t: Vec<f64>,
    /// f(x + t u), as long as `t`.
    pub values: Vec<f64>,
}

impl Line {
    /// Through `origin` along `direction`, both of length n ≥ 1.
    ///
    /// # Errors
    /// If the lengths differ or are 0, or a number is not finite.
    pub fn new(origin: impl Into<Vec<f64>>, direction: impl Into<Vec<f64>>) -> Result<Self, InvalidInput> {
        let (origin, direction) = (origin.into(), direction.into());
        check_vector("origin", &origin)?;
        check_along("direction", &direction, origin.len())?;
        Ok(Self { origin, direction })
    }

    /// From `a`, at t = 0, to `b`, at t = 1.
    ///
    /// # Errors
    /// If the lengths differ or are 0, or a number is not finite.
    pub fn between(a: &[f64], b: &[f64]) -> Result<Self, InvalidInput> {
        check_vector("a", a)?;
        check_along("b", b, a.len())?;
        let direction: Vec<_> = a.iter().zip(b).map(|(a, b)| b - a).collect();
        Self::new(a, direction)
    }

    /// Writes x + t u into `out`, length n.
    pub fn point(&self, t: f64, out: &mut [f64]) {
        for ((out, x), u) in out.iter_mut().zip(&self.origin).zip(&self.direction) {
            *out = x + t * u;
        }
    }

    /// The values at every t, in that order.
    ///
    /// # Errors
    /// [`Stuck::Invalid`] if the problem has another dimension or a t is not finite; what `allow` answers when it is used up.
    pub fn slice<P: Objective + ?Sized>(
        &self,
        problem: &P,
        t: &[f64],
        allow: &mut Allowance,
    ) -> Result<LineSlice, Stuck> {
        InvalidInput::unless_length("line", &self.origin, problem.dim())?;
        InvalidInput::unless_all_finite("t", t)?;
        let mut at = self.origin.clone();
        let mut values = Vec::with_capacity(t.len());
        for &t in t {
            allow.spend()?;
            self.point(t, &mut at);
            values.push(problem.value(&at));
        }
        Ok(LineSlice { t: t.to_vec(), values })
    }
}

/// The plane x + s u + t v.
///
/// ```
/// use thalweg_landscape::Plane;
/// use thalweg_landscape::problem::{Allowance, Stuck, from_value};
///
/// let saddle = from_value(3, |w| w[0] * w[0] - w[1] * w[1] + 100.0 * w[2]);
/// let plane = Plane::new([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0])?;
/// let slice = plane.slice(&saddle, &[-1.0, 0.0, 1.0], &[0.0, 1.0], &mut Allowance::evaluations(6))?;
/// // Row after row: a row for every t.
/// assert_eq!(slice.values, [101.0, 100.0, 101.0, 97.0, 96.0, 97.0]);
/// assert_eq!(slice.value(2, 1), 97.0);
/// # Ok::<(), Stuck>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    origin: Vec<f64>,
    u: Vec<f64>,
    v: Vec<f64>,
}

/// Values in a [`Plane`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PlaneSlice {
    /// s.
    pub s: Vec<f64>,
    /// t.
    pub t: Vec<f64>,
    /// f(x + s u + t v): a row for every t, in which s runs.
    pub values: Vec<f64>,
}

impl PlaneSlice {
    /// The value for the i-th s and the j-th t.
    ///
    /// # Panics
    /// If there is none, as an index into a slice does.
    #[must_use]
    pub fn value(&self, i: usize, j: usize) -> f64 {
        assert!(i < self.s.len(), "there are {} values of s, and {i} is asked for", self.s.len());
        self.values[j * self.s.len() + i]
    }
}

impl Plane {
    /// Through `origin`, spanned by `u` and `v`, all of length n ≥ 1. They need neither be orthogonal nor of norm 1.
    ///
    /// # Errors
    /// If the lengths differ or are 0, or a number is not finite.
    pub fn new(
        origin: impl Into<Vec<f64>>,
        u: impl Into<Vec<f64>>,
        v: impl Into<Vec<f64>>,
    ) -> Result<Self, InvalidInput> {
        let (origin, u, v) = (origin.into(), u.into(), v.into());
        check_vector("origin", &origin)?;
        check_along("u", &u, origin.len())?;
        check_along("v", &v, origin.len())?;
        Ok(Self { origin, u, v })
    }

    /// Through three points: `a` at s = t = 0, `b` at s = 1 and `c` at t = 1.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn through(a: &[f64], b: &[f64], c: &[f64]) -> Result<Self, InvalidInput> {
        let ends = [b, c].map(|end| Line::between(a, end));
        let [u, v] = ends;
        Self::new(a, u?.direction, v?.direction)
    }

    /// u, length n.
    #[must_use]
    pub fn u(&self) -> &[f64] {
        &self.u
    }

    /// v, length n.
    #[must_use]
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// Writes x + s u + t v into `out`, length n.
    pub fn point(&self, s: f64, t: f64, out: &mut [f64]) {
        for (((out, x), u), v) in out.iter_mut().zip(&self.origin).zip(&self.u).zip(&self.v) {
            *out = x + s * u + t * v;
        }
    }

    /// The values at every s and t.
    ///
    /// # Errors
    /// [`Stuck::Invalid`] if the problem has another dimension or a number is not finite; what `allow` answers when it is used up.
    pub fn slice<P: Objective + ?Sized>(
        &self,
        problem: &P,
        s: &[f64],
        t: &[f64],
        allow: &mut Allowance,
    ) -> Result<PlaneSlice, Stuck> {
        InvalidInput::unless_length("plane", &self.origin, problem.dim())?;
        InvalidInput::unless_all_finite("s", s)?;
        InvalidInput::unless_all_finite("t", t)?;
        let mut at = self.origin.clone();
        let mut values = Vec::with_capacity(s.len().saturating_mul(t.len()));
        for &t in t {
            for &s in s {
                allow.spend()?;
                self.point(s, t, &mut at);
                values.push(problem.value(&at));
            }
        }
        Ok(PlaneSlice { s: s.to_vec(), t: t.to_vec(), values })
    }
}

fn check_vector(argument: &'static str, vector: &[f64]) -> Result<(), InvalidInput> {
    if vector.is_empty() {
        return Err(InvalidInput::new(argument, "length 0", "length 1 or more"));
    }
    InvalidInput::unless_all_finite(argument, vector)
}

fn check_along(argument: &'static str, vector: &[f64], n: usize) -> Result<(), InvalidInput> {
    InvalidInput::unless_length(argument, vector, n)?;
    InvalidInput::unless_all_finite(argument, vector)
}

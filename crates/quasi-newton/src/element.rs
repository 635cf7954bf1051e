//! Numbers that the pairs of L-BFGS are kept in.

use std::fmt::Debug;

use thalweg_numerics::{axpy, axpy_dot, dot, widest};

/// `f32` or `f64`. Inner products are `f64` either way: the product of two `f32` is one without rounding.
pub trait Element: Copy + Debug + Default + PartialEq + Into<f64> + sealed::Sealed + 'static {
    /// The relative distance from 1 to the next number.
    const EPSILON: f64;

    /// The number nearest to `x`.
    fn nearest(x: f64) -> Self;

    /// xᵀy, in the order of [`thalweg_numerics`].
    fn dot(x: &[Self], y: &[Self]) -> f64;

    /// y ← y + a x.
    fn axpy(a: f64, x: &[Self], y: &mut [Self]);

    /// y ← y + a x, and then yᵀz.
    fn axpy_dot(a: f64, x: &[Self], y: &mut [Self], z: &[Self]) -> f64;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

impl Element for f64 {
    const EPSILON: f64 = f64::EPSILON;

    #[inline]
    fn nearest(x: f64) -> Self {
        x
    }

    #[inline]
    fn dot(x: &[Self], y: &[Self]) -> f64 {
        dot(x, y)
    }

    #[inline]
    fn axpy(a: f64, x: &[Self], y: &mut [Self]) {
        axpy(a, x, y);
    }

    #[inline]
    fn axpy_dot(a: f64, x: &[Self], y: &mut [Self], z: &[Self]) -> f64 {
        axpy_dot(a, x, y, z)
    }
}

const LANES: usize = 16;

impl Element for f32 {
    const EPSILON: f64 = f32::EPSILON as f64;

    fn nearest(x: f64) -> Self {
        x as f32
    }

    fn dot(x: &[Self], y: &[Self]) -> f64 {
        widest(
            #[inline(always)]
            || single_dot(x, y),
        )
    }

    fn axpy(a: f64, x: &[Self], y: &mut [Self]) {
        widest(
            #[inline(always)]
            || single_axpy(a, x, y),
        );
    }

    fn axpy_dot(a: f64, x: &[Self], y: &mut [Self], z: &[Self]) -> f64 {
        Self::axpy(a, x, y);
        Self::dot(y, z)
    }
}

#[inline(always)]
fn single_dot(x: &[f32], y: &[f32]) -> f64 {
    let (x_blocks, y_blocks) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let tail = x_blocks.remainder().iter().zip(y_blocks.remainder());
    let tail = tail.fold(0.0, |total, (&x, &y)| total + f64::from(x) * f64::from(y));
    let mut lanes = [0.0; LANES];
    for (x, y) in x_blocks.zip(y_blocks) {
        for l in 0..LANES {
            lanes[l] += f64::from(x[l]) * f64::from(y[l]);
        }
    }
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            lanes[l] += lanes[l + half];
        }
        half /= 2;
    }
    lanes[0] + tail
}

#[inline(always)]
fn single_axpy(a: f64, x: &[f32], y: &mut [f32]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = (f64::from(*y) + a * f64::from(x)) as f32;
    }
}

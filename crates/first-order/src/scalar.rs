//! The numbers that an update rule works on.

use core::fmt::Debug;
use core::ops::{Add, Div, Mul, Neg, Sub};

/// The two floating-point types of the machine: `f32` and `f64`.
///
/// Only operations that IEEE 754 rounds correctly, so that every machine gives the same bits.
pub trait Scalar:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Into<f64>
    + sealed::Sealed
    + Send
    + Sync
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The number nearest to `x`: settings are kept as `f64` and rounded once where they are used.
    fn from_f64(x: f64) -> Self;

    /// √x, correctly rounded; NaN below 0.
    #[must_use]
    fn sqrt(self) -> Self;

    /// |x|.
    #[must_use]
    fn abs(self) -> Self;
}

macro_rules! scalar {
    ($($float:ident),*) => {$(
        impl Scalar for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            #[inline]
            fn from_f64(x: f64) -> Self {
                x as $float
            }

            #[inline]
            fn sqrt(self) -> Self {
                #[cfg(feature = "std")]
                return $float::sqrt(self);
                // The root of an `f32`, taken with 53 bits and rounded to 24, is the one rounded at once.
                #[cfg(not(feature = "std"))]
                return thalweg_numerics::sqrt(self.into()) as $float;
            }

            #[inline]
            fn abs(self) -> Self {
                $float::abs(self)
            }
        }

        impl sealed::Sealed for $float {}
    )*};
}

scalar!(f32, f64);

mod sealed {
    /// Keeps the list closed: rules may rely on IEEE 754 arithmetic.
    pub trait Sealed {}
}

#[cfg(test)]
mod tests {
    /// What is done without `std`, beside the CPU's instruction: a root of 53 bits, rounded to 24, at a million numbers.
    #[test]
    fn an_f32_has_the_same_root_by_way_of_f64() {
        for bits in (0..0x7f80_0000_u32).step_by(2003) {
            let x = f32::from_bits(bits);
            let root = thalweg_numerics::sqrt(f64::from(x)) as f32;
            assert_eq!(root.to_bits(), x.sqrt().to_bits(), "{x:e}");
        }
    }
}

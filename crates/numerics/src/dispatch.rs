//! One body, compiled again for AVX2, and where that pays for AVX-512, chosen at run time.
//!
//! rustc neither fuses nor reassociates floating-point operations, so all give the same bits: AVX2 only does four of the same
//! operations at a time where SSE2 does two, and AVX-512 eight. That a CPU could fuse is not made use of.
//! On targets other than x86-64, and without the feature `std`, there is the plain path alone.
//!
//! Eight at a time pay where numbers stay in registers, as in products of matrices and in exponentials. Where every number comes from
//! memory they cost L-BFGS up to a quarter; a load of 64 bytes lies across two lines of the cache unless a `Vec` happens to begin at one.

/// `up to LANES: fn name(arguments) -> result = body;` makes `name` run `body`, compiled for vectors of up to so many numbers, 4 or 8,
/// where the CPU has them.
///
/// `body` must be `#[inline(always)]`, and so must all that its loops call: what is not inlined is not compiled anew.
/// It does what [`widest`] does, and passes the arguments in registers, which a product of small matrices notices.
macro_rules! dispatched {
    (up to 8: $visibility:vis fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)? = $body:path;) => {
        $visibility fn $name($($argument: $kind),*) $(-> $result)? {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            $crate::dispatch::wide!(8 "avx512f" fn($($argument: $kind),*) $(-> $result)? = $body);
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            $crate::dispatch::wide!(4 "avx2" fn($($argument: $kind),*) $(-> $result)? = $body);
            $body($($argument),*)
        }
    };
    (up to 4: $visibility:vis fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)? = $body:path;) => {
        $visibility fn $name($($argument: $kind),*) $(-> $result)? {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            $crate::dispatch::wide!(4 "avx2" fn($($argument: $kind),*) $(-> $result)? = $body);
            $body($($argument),*)
        }
    };
}

pub(crate) use dispatched;

/// Returns what `body` makes of the arguments, if the CPU has the feature.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
macro_rules! wide {
    ($lanes:literal $feature:tt fn($($argument:ident: $kind:ty),*) $(-> $result:ty)? = $body:path) => {
        // The one exception to the workspace's rule, see docs/architecture.md.
        #[allow(unsafe_code)]
        {
            // `unsafe` because a CPU without the feature must not run it; nothing in it is.
            #[target_feature(enable = $feature)]
            unsafe fn wide($($argument: $kind),*) $(-> $result)? {
                $body($($argument),*)
            }
            if $crate::dispatch::allowed($lanes) && std::is_x86_feature_detected!($feature) {
                // SAFETY: the CPU has just said that it has the feature, which is all that `wide` asks for.
                return unsafe { wide($($argument),*) };
            }
        }
    };
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) use wide;

/// Runs `work`, with AVX2 where the CPU has it: the same operations in the same order, and so the same bits.
///
/// Only what is inlined into `work` is compiled anew, so the closure and the function with the loop want
/// `#[inline(always)]`; without it they do the same, only no faster. It pays for loops over hundreds of elements.
///
/// ```
/// use thalweg_numerics::widest;
///
/// #[inline(always)]
/// fn roots(x: &mut [f64]) {
///     for x in x {
///         *x = x.sqrt();
///     }
/// }
///
/// let mut x = [4.0; 1000];
/// widest(#[inline(always)] || roots(&mut x));
/// assert_eq!(x, [2.0; 1000]);
/// ```
#[allow(unsafe_code)]
#[inline]
pub fn widest<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    {
        // `unsafe` because a CPU without AVX2 must not run it; nothing in it is.
        #[target_feature(enable = "avx2")]
        unsafe fn wide<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU has just said that it has AVX2, which is all that `wide` asks for.
            return unsafe { wide(work) };
        }
    }
    work()
}

/// Whether vectors of so many numbers may be chosen: always, but for tests of the narrower ways on a CPU that has all.
#[cfg(all(feature = "std", target_arch = "x86_64", not(test)))]
#[inline(always)]
pub(crate) const fn allowed(_lanes: usize) -> bool {
    true
}

#[cfg(all(feature = "std", target_arch = "x86_64", test))]
pub(crate) use narrow::allowed;
#[cfg(test)]
pub(crate) use narrow::at_most;

#[cfg(test)]
mod narrow {
    use core::cell::Cell;

    std::thread_local!(static WIDEST: Cell<usize> = const { Cell::new(8) });

    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    pub(crate) fn allowed(lanes: usize) -> bool {
        lanes <= WIDEST.get()
    }

    /// From here on this thread takes vectors of so many numbers, or of fewer where the CPU has no such.
    pub(crate) fn at_most(lanes: usize) {
        WIDEST.set(lanes);
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::widest;

    #[inline(always)]
    fn some_of_everything(x: &[f64], out: &mut [f64]) {
        for (out, &x) in out.iter_mut().zip(x) {
            let larger = if x > *out { x } else { *out };
            *out = x * x + 0.1 * *out - x / (larger.sqrt() + 1e-8);
        }
    }

    proptest::proptest! {
        /// On a CPU with AVX2, the two ways through the same code.
        #[test]
        fn both_ways_give_the_same_bits(x in proptest::collection::vec(proptest::num::f64::ANY, 0..100)) {
            let start: Vec<f64> = x.iter().rev().copied().collect();
            let (mut wide, mut plain) = (start.clone(), start);
            widest(#[inline(always)] || some_of_everything(&x, &mut wide));
            some_of_everything(&x, &mut plain);
            let bits = |x: &f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
            proptest::prop_assert!(wide.iter().map(bits).eq(plain.iter().map(bits)));
        }
    }
}

//! One body, compiled twice: for the baseline of the target, and for AVX2, chosen at run time.
//!
//! rustc neither fuses nor reassociates floating-point operations, so the two give the same bits: AVX2 only does
//! four of the same operations at a time where SSE2 does two. FMA stays off, because it would invite another rounding.
//! On targets other than x86-64, and without the feature `std`, there is the plain path alone.

/// `fn name(arguments) -> result = body;` makes `name` run `body`, with AVX2 where the CPU has it.
///
/// `body` must be `#[inline(always)]`, and so must all that its loops call: what is not inlined is not compiled anew.
macro_rules! dispatched {
    ($visibility:vis fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)? = $body:path;) => {
        // The one exception to the workspace's rule, see docs/architecture.md.
        #[allow(unsafe_code)]
        $visibility fn $name($($argument: $kind),*) $(-> $result)? {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            {
                // `unsafe` because a CPU without AVX2 must not run it; nothing in it is.
                #[target_feature(enable = "avx2")]
                unsafe fn wide($($argument: $kind),*) $(-> $result)? {
                    $body($($argument),*)
                }
                if std::is_x86_feature_detected!("avx2") {
                    // SAFETY: the CPU has just said that it has AVX2, which is all that `wide` asks for.
                    return unsafe { wide($($argument),*) };
                }
            }
            $body($($argument),*)
        }
    };
}

pub(crate) use dispatched;

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

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

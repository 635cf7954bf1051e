//! Value and slope along a ray.

/// φ and φ′ at one α.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// φ(α) = f(x + αp).
    pub value: f64,
    /// φ′(α) = ∇f(x + αp)ᵀp.
    pub slope: f64,
}

impl Sample {
    /// What is known of a point that cannot be evaluated.
    pub const NAN: Self = Self { value: f64::NAN, slope: f64::NAN };

    /// Whether both numbers are finite.
    ///
    /// A slope that is a sum of products gᵢpᵢ is finite only if all gᵢ and pᵢ are.
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.value.is_finite() && self.slope.is_finite()
    }
}

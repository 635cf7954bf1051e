//! What bounds the step, and the units in which the model is of size 1.

use thalweg_numerics::power_of_two_below;

/// What keeps the minimum of the model near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// ‖p‖ ≤ Δ.
    Radius(f64),
    /// ⅓ σ ‖p‖³ is added.
    Cubic(Sigma),
}

/// σ = `weight`/`unit`: a curvature over a length. Apart, because where x is very large or very small σ itself is no number
/// that a double can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Sigma {
    pub(crate) weight: f64,
    pub(crate) unit: f64,
}

impl Sigma {
    /// σ itself, 0 or ∞ where it is out of range.
    pub(crate) fn value(self) -> f64 {
        self.weight / self.unit
    }
}

/// The same in scaled units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scaled {
    Radius(f64),
    Cubic(f64),
}

/// Units of x and of f, both powers of two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Units {
    pub(super) x: f64,
    pub(super) f: f64,
}

impl Units {
    /// In which the step is of size 1 or less, and the largest term of the model between 1 and 2.
    pub(super) fn of(bound: Bound, slope: f64, curvature: f64) -> Self {
        let reach = match bound {
            Bound::Radius(radius) => radius,
            // What p can be at most is below twice that.
            Bound::Cubic(Sigma { weight, unit }) => {
                (slope.sqrt() / weight.sqrt() * unit.sqrt()).max(curvature / weight * unit)
            }
        };
        let mut x = power_of_two_below(reach);
        // A model that overflows says nothing: then a shorter step has to do.
        while !(x * (x * curvature)).is_finite() || !(x * slope).is_finite() {
            x /= f64::from(1 << 20);
        }
        Self { x, f: power_of_two_below((x * slope).max(x * (x * curvature))) }
    }

    pub(super) fn slope(self, g: f64) -> f64 {
        self.x * g / self.f
    }

    pub(super) fn curvature(self, h: f64) -> f64 {
        self.x * (self.x * h) / self.f
    }

    pub(super) fn bound(self, bound: Bound) -> Scaled {
        match bound {
            // At most 2 where the model did not overflow.
            Bound::Radius(radius) => Scaled::Radius((radius / self.x).min(2.0)),
            Bound::Cubic(Sigma { weight, unit }) => Scaled::Cubic(self.curvature(weight) * (self.x / unit)),
        }
    }
}

impl Scaled {
    /// ρ(λ).
    pub(super) fn length(self, lambda: f64) -> f64 {
        match self {
            Self::Radius(radius) => radius,
            Self::Cubic(sigma) => lambda / sigma,
        }
    }

    /// ρ′/ρ².
    pub(super) fn slope(self, lambda: f64) -> f64 {
        match self {
            Self::Radius(_) => 0.0,
            Self::Cubic(sigma) => sigma / lambda / lambda,
        }
    }

    /// How far ‖p‖ may be from ρ(λ), over ρ(λ).
    pub(super) fn tolerance(self) -> f64 {
        match self {
            Self::Radius(_) => 0.05,
            Self::Cubic(_) => 1e-4,
        }
    }

    /// What share of the decrease p + τz may give away. It leaves a gradient of the model behind, of the size of the root of
    /// that: harmless at a border, which the last steps of a run do not touch.
    pub(super) fn generosity(self) -> f64 {
        match self {
            Self::Radius(_) => 0.05,
            Self::Cubic(_) => 1e-8,
        }
    }

    /// The λ with ‖g‖/(λ + c) = ρ(λ), or 0: a lower bound where c bounds the eigenvalues of H from above, an upper one
    /// where c bounds them from below.
    pub(super) fn multiplier(self, slope: f64, c: f64) -> f64 {
        let lambda = match self {
            Self::Radius(radius) => slope / radius - c,
            Self::Cubic(sigma) => {
                // λ² + cλ = σ‖g‖, in the form that does not cancel.
                let product = sigma * slope;
                let root = (c * c + 4.0 * product).sqrt();
                if c > 0.0 { 2.0 * product / (c + root) } else { 0.5 * (root - c) }
            }
        };
        lambda.max(0.0)
    }
}

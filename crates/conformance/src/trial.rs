//! The functions on which methods are examined.

use std::cell::Cell;

use thalweg_problem::{CancelFlag, Curved, Differentiable, FiniteSum, LeastSquares, Objective};

/// The most evaluations that any rule allows.
pub(crate) const BUDGET: u64 = 200_000;
/// The evaluations after which a method is taken for one that never stops.
const PATIENCE: u64 = BUDGET + 1_000;

/// ½ Σ cᵢ(xᵢ − mᵢ)², or something worse, that watches what is asked of it.
///
/// It offers every trait of [`thalweg_problem`] that it can, so that methods of all kinds can be examined on it; with the
/// feature `hessian` also `TwiceDifferentiable` of that crate.
#[derive(Debug)]
pub struct Trial {
    /// √cᵢ: their squares need not be representable when the values are.
    roots: Vec<f64>,
    /// m.
    minimum: Vec<f64>,
    pub(crate) shape: Shape,
    calls: Cell<u64>,
    /// The call in which the flag goes up.
    cancel_at: Option<(u64, CancelFlag)>,
}

/// What is done to the quadratic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Quadratic,
    /// f and ∇f are this everywhere.
    Nowhere {
        value: f64,
        slope: f64,
    },
    /// Where x₀ is below the edge f is this value, and ∇f with it.
    Edge {
        below: f64,
        value: f64,
    },
    /// f is finite at the first call only.
    OnlyAtStart,
    /// −Σ xᵢ.
    Line,
    /// The quadratic upside down.
    Hill,
    /// The gradient is that of the quadratic times this.
    WrongGradient {
        factor: f64,
    },
    /// Σ (xᵢ − ln xᵢ), not a number where an x is not above 0.
    LogBarrier,
    /// ½ Σ e^(−2xᵢ), which falls for ever and is above 0.
    Tail,
}

impl Trial {
    /// In n variables, with curvatures evenly from a tenth of `curvature` up to it and minimum 0 at `minimum` · (1, −1, 1, …).
    pub(crate) fn quadratic(n: usize, curvature: f64, minimum: f64) -> Self {
        let share = |i: usize| if n < 2 { 1.0 } else { 0.1 + 0.9 * i as f64 / (n - 1) as f64 };
        Self {
            roots: (0..n).map(|i| f64::sqrt(curvature) * f64::sqrt(share(i))).collect(),
            minimum: (0..n).map(|i| if i % 2 == 0 { minimum } else { -minimum }).collect(),
            shape: Shape::Quadratic,
            calls: Cell::new(0),
            cancel_at: None,
        }
    }

    pub(crate) fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    pub(crate) fn cancelling_at(self, call: u64, flag: CancelFlag) -> Self {
        Self { cancel_at: Some((call, flag)), ..self }
    }

    /// Evaluations of any kind so far.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.get()
    }

    fn call(&self) {
        let call = self.calls.get() + 1;
        self.calls.set(call);
        if let Some((at, flag)) = &self.cancel_at
            && call == *at
        {
            flag.raise();
        }
        // The only way out of a loop that asks nobody; `examine` catches it and names it.
        assert!(call <= PATIENCE, "it evaluates on and on: {call} evaluations, whatever its budget");
    }

    /// f and ∇f without being counted.
    pub(crate) fn look(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        match self.shape {
            Shape::Quadratic => self.bowl(x, gradient),
            Shape::Nowhere { value, slope } => {
                gradient.fill(slope);
                value
            }
            Shape::Edge { below, value } if x[0] < below => {
                gradient.fill(value);
                value
            }
            Shape::Edge { .. } => self.bowl(x, gradient),
            Shape::OnlyAtStart if self.calls.get() > 1 => {
                gradient.fill(f64::NAN);
                f64::NAN
            }
            Shape::OnlyAtStart => self.bowl(x, gradient),
            Shape::Line => {
                gradient.fill(-1.0);
                -x.iter().sum::<f64>()
            }
            Shape::Hill => {
                let value = self.bowl(x, gradient);
                gradient.iter_mut().for_each(|g| *g = -*g);
                -value
            }
            Shape::WrongGradient { factor } => {
                let value = self.bowl(x, gradient);
                gradient.iter_mut().for_each(|g| *g *= factor);
                value
            }
            Shape::LogBarrier => {
                for (g, x) in gradient.iter_mut().zip(x) {
                    *g = 1.0 - 1.0 / x;
                }
                x.iter().map(|&x| x - thalweg_numerics::ln(x)).sum()
            }
            Shape::Tail => {
                let mut value = 0.0;
                for (g, x) in gradient.iter_mut().zip(x) {
                    let r = thalweg_numerics::exp(-x);
                    *g = -(r * r);
                    value += 0.5 * r * r;
                }
                value
            }
        }
    }

    fn bowl(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (((x, m), root), g) in x.iter().zip(&self.minimum).zip(&self.roots).zip(gradient) {
            let r = root * (x - m);
            *g = root * r;
            value += 0.5 * r * r;
        }
        value
    }
}

impl Objective for Trial {
    fn dim(&self) -> usize {
        self.roots.len()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.call();
        self.look(x, &mut vec![0.0; x.len()])
    }
}

impl Differentiable for Trial {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.call();
        self.look(x, gradient)
    }
}

impl Trial {
    /// ∂²f/∂xᵢ² times v, where ∂f/∂xᵢ depends on xᵢ alone.
    fn times_curvature(&self, i: usize, x: f64, v: f64) -> f64 {
        let sign = match self.shape {
            Shape::Quadratic | Shape::Edge { .. } | Shape::OnlyAtStart => 1.0,
            Shape::Hill => -1.0,
            Shape::WrongGradient { factor } => factor,
            Shape::Line | Shape::Nowhere { .. } => 0.0,
            Shape::LogBarrier => return v / x / x,
            Shape::Tail => return 2.0 * thalweg_numerics::exp(-2.0 * x) * v,
        };
        sign * (self.roots[i] * (self.roots[i] * v))
    }
}

impl Curved for Trial {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.call();
        for (i, out) in out.iter_mut().enumerate() {
            *out = self.times_curvature(i, x[i], v[i]);
        }
    }
}

#[cfg(feature = "hessian")]
impl thalweg_hessian::TwiceDifferentiable for Trial {
    fn hessian(&self, x: &[f64], out: &mut thalweg_hessian::nalgebra::DMatrix<f64>) {
        self.call();
        out.fill(0.0);
        for (i, &x) in x.iter().enumerate() {
            out[(i, i)] = self.times_curvature(i, x, 1.0);
        }
    }
}

/// Three equal terms: what a batch sees is f itself, whichever it is.
impl FiniteSum for Trial {
    fn terms(&self) -> usize {
        3
    }

    fn batch_value_gradient(&self, x: &[f64], _batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.call();
        self.look(x, gradient)
    }
}

/// The shapes that are sums of squares. The others, which have no lower bound, have no residuals: those are NaN.
///
/// There is one residual for each variable, which no other moves, and one more for what is the same everywhere.
impl LeastSquares for Trial {
    fn residual_count(&self) -> usize {
        self.dim() + 1
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.call();
        self.look_at_residuals(x, |i, residual, _| residuals[i] = residual);
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.call();
        let m = residuals.len();
        jacobian.fill(0.0);
        self.look_at_residuals(x, |i, residual, slope| {
            residuals[i] = residual;
            if i < x.len() {
                jacobian[i + m * i] = slope;
            } else {
                // The last one depends on all variables alike.
                (0..x.len()).for_each(|j| jacobian[i + m * j] = slope);
            }
        });
    }
}

impl Trial {
    /// Calls `see(i, rᵢ, the slope of rᵢ)`.
    fn look_at_residuals(&self, x: &[f64], mut see: impl FnMut(usize, f64, f64)) {
        let n = x.len();
        let mut all = |residual: &dyn Fn(usize) -> (f64, f64), last: (f64, f64)| {
            for i in 0..n {
                let (residual, slope) = residual(i);
                see(i, residual, slope);
            }
            see(n, last.0, last.1);
        };
        let bowl = |i: usize| (self.roots[i] * (x[i] - self.minimum[i]), self.roots[i]);
        const NONE: (f64, f64) = (f64::NAN, f64::NAN);
        match self.shape {
            Shape::Edge { below, value } if x[0] < below => all(&|_| (value, value), (value, value)),
            Shape::OnlyAtStart if self.calls.get() > 1 => all(&|_| NONE, NONE),
            Shape::Quadratic | Shape::Edge { .. } | Shape::OnlyAtStart => all(&bowl, (0.0, 0.0)),
            Shape::Line | Shape::Hill => all(&|_| NONE, NONE),
            Shape::Nowhere { value, slope } => {
                let residual = f64::sqrt(2.0 * value);
                all(&|_| (0.0, 0.0), (residual, slope / residual));
            }
            Shape::WrongGradient { factor } => {
                let wrong = |i: usize| (bowl(i).0, bowl(i).1 * factor);
                all(&wrong, (0.0, 0.0));
            }
            // x − ln x = 1 + ½r², where r has the sign of x − 1, so that its slope is 1 there and not 0.
            Shape::LogBarrier => {
                let residual = |i: usize| {
                    let t = x[i] - 1.0;
                    let r = f64::sqrt((2.0 * (t - thalweg_numerics::log1p(t))).max(0.0)) * t.signum();
                    (r, if r == 0.0 { 1.0 } else { t / x[i] / r })
                };
                // `max` would make a number of NaN.
                let inside = |i: usize| if x[i] > 0.0 { residual(i) } else { NONE };
                all(&inside, (f64::sqrt(2.0 * n as f64), 0.0));
            }
            Shape::Tail => {
                let residual = |i: usize| {
                    let r = thalweg_numerics::exp(-x[i]);
                    (r, -r)
                };
                all(&residual, (0.0, 0.0));
            }
        }
    }
}

//! A single neuron with its data, as a function of its weights.
//!
//! ```text
//! mᵢ = yᵢ (w·xᵢ + b)                       the margin of point i, yᵢ = ±1
//! f(w, b) = (1/T) Σ ψᵢ(mᵢ)                 a mean over the T points
//! ∇f = (1/T) Σ ψᵢ′(mᵢ) yᵢ(xᵢ, 1)
//! Hv = (1/T) Σ ψᵢ″(mᵢ) (yᵢ(xᵢ, 1)·v) yᵢ(xᵢ, 1)
//! ```
//!
//! For the logistic output σ(kz) and a target 1 − ε where y = 1, ε where y = −1, with q = σ(−km) and p = 1 − q = σ(km):
//!
//! ```text
//! squared               ψ = (q − ε)²            ψ′ = −2k (q − ε) pq         ψ″ = 2k² pq (pq + (q − ε)(p − q))
//! squared, one-sided    the same with max(q − ε, 0) for q − ε
//! cross-entropy         ψ = ln(1 + e^(−km)) + εkm    ψ′ = k (ε − q)         ψ″ = k² pq
//! ```
//!
//! | symbol | field |
//! | --- | --- |
//! | k | [`NeuronSettings::slope`] |
//! | ε | `epsilon` of [`Neuron::new`] |
//! | ψ | [`NeuronSettings::loss`] |
//! | b | the last weight, if [`NeuronSettings::has_bias`] |
//!
//! Written by the margin nothing cancels: q keeps its digits where the output has rounded to 1, and so do gradient and Hessian
//! far out on a plateau. The output tanh(kz) = 2σ(2kz) − 1 with targets ±(1 − ε) is the logistic one with twice the slope, and
//! residuals 2(q − ε/2).
//!
//! Cost: for every point an exponential, a division (for cross-entropy a logarithm, too) and 4 to 6 flops a weight. No memory.
//!
//! Where the literature disagrees: whether the squared error carries a factor ½ (slides 13 and 16: no); whether targets are 0
//! and 1, for which there is no minimum, or ε and 1 − ε (slide 16). Cross-entropy is the one with the soft targets, whose least
//! value is their entropy and not 0.
//!
//! Sources: M. Brady, R. Raghavan and J. Slawny, IEEE Transactions on Circuits and Systems 36 (1989) 665–674; E. D. Sontag and
//! H. J. Sussmann, Neural Networks 4 (1991) 243–249, for the one-sided error; slides 10–20.

use thalweg_numerics::{dot, exp, exp_each, exp_few, log1p};
use thalweg_problem::{Curved, Differentiable, FiniteSum, InvalidInput, Objective};

use crate::DataSet;

mod piecewise;

pub use piecewise::{HingeNeuron, ThresholdNeuron};

/// What the neuron makes of z = w·x + b.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeuronOutput {
    /// σ(kz) = 1/(1 + e^(−kz)), between 0 and 1.
    #[default]
    Logistic,
    /// tanh(kz), between −1 and 1.
    Tanh,
}

/// How far the output is from its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeuronLoss {
    /// The squared difference, without the ½ of a network's [`Loss::Squared`](crate::Loss::Squared).
    #[default]
    Squared,
    /// The squared difference where the output falls short of its target, 0 where it lies beyond: once differentiable, and
    /// piecewise twice.
    OneSidedSquared,
    /// −d ln p − (1 − d) ln(1 − p), where p is the probability that the output means, and d that of the target.
    CrossEntropy,
}

/// What kind of neuron.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeuronSettings {
    /// The output. Default: logistic.
    pub output: NeuronOutput,
    /// The loss. Default: squared.
    pub loss: NeuronLoss,
    /// k, finite and above 0. Default 1.
    pub slope: f64,
    /// Whether there is a bias b, the last of the weights. Default: there is.
    pub has_bias: bool,
}

impl Default for NeuronSettings {
    fn default() -> Self {
        Self { output: NeuronOutput::default(), loss: NeuronLoss::default(), slope: 1.0, has_bias: true }
    }
}

/// The mean loss of a neuron over its data, as a function of w and, last, b: d + 1 variables, or d without a bias.
///
/// ```
/// use thalweg_networks::problem::Differentiable;
/// use thalweg_networks::{Neuron, NeuronSettings, data};
///
/// // Squared error to the targets 0.99 and 0.01. At (u, u, 0) with σ(u) = 0.99 the three points are fitted.
/// let neuron = Neuron::new(&data::three_points(), 0.01, NeuronSettings::default())?;
/// let (u, mut gradient) = (99.0_f64.ln(), [f64::NAN; 3]);
/// let loss = neuron.value_gradient(&[u, u, 0.0], &mut gradient);
/// assert!(loss < 1e-30 && gradient.iter().all(|g| g.abs() < 1e-17));
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    loss: NeuronLoss,
    /// In units of the logistic function: twice the settings' slope for tanh.
    slope: f64,
    /// How far apart the two extreme outputs are.
    height: f64,
    weights: usize,
    /// yᵢ(xᵢ, 1), T rows.
    signed: Vec<f64>,
    /// What the target falls short of the extreme output, of every point.
    epsilons: Vec<f64>,
}

impl Neuron {
    /// With the targets 1 − ε for class 1 and ε for class 0; for tanh ±(1 − ε).
    ///
    /// # Errors
    /// If there are more than two classes, a setting cannot be used, or ε is negative or reaches the middle of the output's
    /// range: ½ for the logistic output, 1 for tanh.
    pub fn new(data: &DataSet, epsilon: f64, settings: NeuronSettings) -> Result<Self, InvalidInput> {
        data.unless_two_classes()?;
        let middle = 0.5 * height(settings.output);
        if !(0.0..middle).contains(&epsilon) {
            let allowed = format!("0 or more, and below {middle}");
            return Err(InvalidInput::new("epsilon", format_args!("{epsilon:?}"), allowed));
        }
        let signs: Vec<_> = data.signs().collect();
        Self::assemble(data.dim(), data.features(), &signs, vec![epsilon; data.len()], settings)
    }

    /// With a target of its own for every point: T × d features, row after row, and T targets from 0 to 1, for tanh from −1
    /// to 1. What a "side" of a point is, is then which half of the range its target lies in.
    ///
    /// # Errors
    /// If there is no point, the lengths do not fit, a feature is not finite, a target is outside the range of the output, or a
    /// setting cannot be used.
    pub fn with_targets(
        dim: usize,
        features: &[f64],
        targets: &[f64],
        settings: NeuronSettings,
    ) -> Result<Self, InvalidInput> {
        // A data set checks lengths and features; its labels do not matter.
        DataSet::new(dim, features, vec![0; targets.len()], 2)?;
        let (low, high) = match settings.output {
            NeuronOutput::Logistic => (0.0, 1.0),
            NeuronOutput::Tanh => (-1.0, 1.0),
        };
        if let Some(i) = targets.iter().position(|target| !(low..=high).contains(target)) {
            let value = format!("{:?}", targets[i]);
            return Err(InvalidInput::new(format!("targets[{i}]"), value, format!("from {low} to {high}")));
        }
        let is_high = |target: f64| target >= 0.5 * (low + high);
        let signs: Vec<_> = targets.iter().map(|&d| if is_high(d) { 1.0 } else { -1.0 }).collect();
        let epsilons = targets.iter().map(|&d| if is_high(d) { high - d } else { d - low }).collect();
        Self::assemble(dim, features, &signs, epsilons, settings)
    }

    fn assemble(
        dim: usize,
        features: &[f64],
        signs: &[f64],
        epsilons: Vec<f64>,
        settings: NeuronSettings,
    ) -> Result<Self, InvalidInput> {
        let NeuronSettings { output, loss, slope, has_bias } = settings;
        InvalidInput::unless_positive("slope", slope)?;
        let weights = dim + usize::from(has_bias);
        let mut signed = Vec::with_capacity(weights * signs.len());
        for (x, y) in features.chunks_exact(dim).zip(signs) {
            signed.extend(x.iter().map(|x| y * x));
            if has_bias {
                signed.push(*y);
            }
        }
        let height = height(output);
        Ok(Self { loss, slope: height * slope, height, weights, signed, epsilons })
    }

    /// How many points are on the wrong side, or in the middle: mᵢ ≤ 0.
    ///
    /// # Panics
    /// If `w` has another length than there are weights.
    #[must_use]
    pub fn errors(&self, w: &[f64]) -> usize {
        self.rows().filter(|z| dot(w, z).is_nan() || dot(w, z) <= 0.0).count()
    }

    /// The rows yᵢ(xᵢ, 1), whose products with the weights are the margins.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.signed.chunks_exact(self.weights)
    }

    /// The losses of all points at their margins, each with the row of its point; `weights` may be a number that the compiler
    /// knows, and so may the kind of loss, within a loop.
    #[inline(always)]
    fn for_each_loss(&self, weights: usize, w: &[f64], take: impl FnMut(&[f64], Loss)) {
        match self.loss {
            NeuronLoss::Squared => self.lot_by_lot(NeuronLoss::Squared, weights, w, take),
            other => self.lot_by_lot(other, weights, w, take),
        }
    }

    /// First the margins of a lot, then their exponentials, several at a time, then the losses: no call comes between the
    /// divisions, so that the CPU has several of them in hand.
    #[inline(always)]
    fn lot_by_lot(&self, kind: NeuronLoss, weights: usize, w: &[f64], mut take: impl FnMut(&[f64], Loss)) {
        const LOT: usize = 64;
        for (rows, epsilons) in self.signed.chunks(LOT * weights).zip(self.epsilons.chunks(LOT)) {
            let (mut m, mut minus, mut e) = ([0.0; LOT], [0.0; LOT], [0.0; LOT]);
            for ((m, minus), z) in m.iter_mut().zip(&mut minus).zip(rows.chunks_exact(weights)) {
                *m = self.slope * product(w, z);
                *minus = -m.abs();
            }
            exp_each(&minus[..epsilons.len()], &mut e[..epsilons.len()]);
            for (((z, m), e), epsilon) in rows.chunks_exact(weights).zip(m).zip(e).zip(epsilons) {
                take(z, self.loss_from(kind, m, e, *epsilon));
            }
        }
    }

    /// f(w) and ∇f(w).
    #[inline(never)]
    fn mean(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let terms = self.epsilons.len() as f64;
        let (share, mut sum) = (1.0 / terms, 0.0);
        gradient.fill(0.0);
        self.for_each_loss(self.weights, w, |z, loss| {
            add(share * loss.first, z, gradient);
            sum += loss.value;
        });
        sum / terms
    }

    /// The same bits sooner, for T points, three weights and the squared error: all in registers.
    #[inline(always)]
    fn mean_in_the_plane<const T: usize>(&self, w: &[f64; 3], gradient: &mut [f64; 3]) -> f64 {
        let (signed, epsilons) = (&self.signed[..3 * T], &self.epsilons[..T]);
        let (mut m, mut minus) = ([0.0; T], [0.0; T]);
        for i in 0..T {
            m[i] = self.slope * product(w, &signed[3 * i..3 * i + 3]);
            minus[i] = -m[i].abs();
        }
        let e = exp_few(minus);
        let terms = T as f64;
        let (share, mut sum, mut sums) = (1.0 / terms, 0.0, [0.0; 3]);
        for i in 0..T {
            let loss = self.loss_from(NeuronLoss::Squared, m[i], e[i], epsilons[i]);
            add(share * loss.first, &signed[3 * i..3 * i + 3], &mut sums);
            sum += loss.value;
        }
        *gradient = sums;
        sum / terms
    }

    /// The second derivatives ψ″, each with its row, divided by T.
    #[inline(always)]
    pub(crate) fn for_each_curvature(&self, w: &[f64], mut take: impl FnMut(&[f64], f64)) {
        let share = 1.0 / self.epsilons.len() as f64;
        self.for_each_loss(self.weights, w, |z, loss| take(z, share * loss.second));
    }

    /// From m, k times the margin, and e = exp(−|m|), which cannot overflow.
    #[inline(always)]
    fn loss_from(&self, kind: NeuronLoss, m: f64, e: f64, epsilon: f64) -> Loss {
        let (k, h) = (self.slope, self.height);
        // p = σ(m) and q = σ(−m)
        let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
        let (p, q) = if m >= 0.0 { (large, small) } else { (small, large) };
        let pq = large * small;
        match kind {
            NeuronLoss::CrossEntropy => {
                let epsilon = epsilon / h;
                let softplus = if m < 0.0 { -m } else { 0.0 } + log1p(e);
                Loss { value: softplus + epsilon * m, first: k * (epsilon - q), second: k * k * pq }
            }
            NeuronLoss::OneSidedSquared if h * q <= epsilon => Loss { value: 0.0, first: 0.0, second: 0.0 },
            NeuronLoss::Squared | NeuronLoss::OneSidedSquared => {
                let r = h * q - epsilon;
                Loss {
                    value: r * r,
                    first: -2.0 * h * k * r * pq,
                    second: 2.0 * h * k * k * pq * (h * pq + r * (p - q)),
                }
            }
        }
    }
}

fn height(output: NeuronOutput) -> f64 {
    match output {
        NeuronOutput::Logistic => 1.0,
        NeuronOutput::Tanh => 2.0,
    }
}

/// ψ, ψ′ and ψ″ at a margin. Who does not ask for the last does not pay for it: it is all inlined.
struct Loss {
    value: f64,
    first: f64,
    second: f64,
}

/// The bits of [`dot`], without a call where the vectors are short.
#[inline(always)]
fn product(w: &[f64], z: &[f64]) -> f64 {
    if z.len() < 16 { w.iter().zip(z).fold(0.0, |sum, (w, z)| sum + w * z) } else { dot(w, z) }
}

/// y ← y + a x.
#[inline(always)]
fn add(a: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

impl Objective for Neuron {
    fn dim(&self) -> usize {
        self.weights
    }

    fn value(&self, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.for_each_loss(self.weights, w, |_, loss| sum += loss.value);
        sum / self.epsilons.len() as f64
    }
}

impl Differentiable for Neuron {
    #[inline]
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        if let (Ok(w), Ok(gradient), NeuronLoss::Squared) = (w.try_into(), gradient.try_into(), self.loss) {
            // The lecture's three points, and those with the spoiler.
            match (self.weights, self.epsilons.len()) {
                (3, 3) => return self.mean_in_the_plane::<3>(w, gradient),
                (3, 4) => return self.mean_in_the_plane::<4>(w, gradient),
                _ => {}
            }
        }
        self.mean(w, gradient)
    }
}

impl Curved for Neuron {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        self.for_each_curvature(w, |z, curvature| add(curvature * product(v, z), z, out));
    }
}

impl FiniteSum for Neuron {
    fn terms(&self) -> usize {
        self.epsilons.len()
    }

    fn batch_value_gradient(&self, w: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let share = 1.0 / batch.len() as f64;
        gradient.fill(0.0);
        let sum = batch.iter().fold(0.0, |sum, &i| {
            let z = &self.signed[i * self.weights..][..self.weights];
            let m = self.slope * product(w, z);
            let loss = self.loss_from(self.loss, m, exp(-m.abs()), self.epsilons[i]);
            add(share * loss.first, z, gradient);
            sum + loss.value
        });
        sum / batch.len() as f64
    }
}

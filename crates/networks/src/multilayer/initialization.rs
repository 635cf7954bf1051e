//! Where training starts: random weights whose spread keeps signals neither dying out nor growing from layer to layer.
//!
//! | | weights | meant for | source |
//! | --- | --- | --- | --- |
//! | `Glorot` | uniform, \|w\| < √(6/(m + n)) | tanh; signals and gradients | Glorot & Bengio 2010, equation 16 |
//! | `He` | normal, variance 2/m | rectified linear units | He, Zhang, Ren & Sun 2015 |
//! | `LeCun` | normal, variance 1/m | sigmoids; signals alone | LeCun, Bottou, Orr & Müller 1998, section 4.6 |
//! | `Uniform` | uniform, \|w\| < `half_width`, biases too | experiments | |
//!
//! m and n are the inputs and outputs of a layer. Except for `Uniform` the biases are 0.
//!
//! Where the literature disagrees: each of the first three exists with uniform and with normal weights of the same variance;
//! here each is as its own paper has it, but for LeCun's, where the paper asks for the variance and leaves the distribution open.
//! PyTorch's default is the uniform distribution with |w| < 1/√m, for biases too.
//!
//! The draws come from ChaCha8, whose key is the seed in eight bytes, lowest first, and 24 bytes of 0. Layers come one after
//! the other, weights row after row, then, for `Uniform`, biases. A uniform number is (k + ½)/2⁵² with k the upper 52 of 64
//! random bits, so neither 0 nor 1; a normal pair comes from two of them by the formula of Box and Muller (Annals of
//! Mathematical Statistics 29, 1958, 610–611), its cosine first. An odd number left over in a layer is thrown away.

use thalweg_numerics::{Draws, cos, ln, sin};
use thalweg_problem::InvalidInput;

use super::MultilayerPerceptron;

/// How the first parameters are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Initialization {
    /// Uniform with the variance 2/(inputs + outputs), after X. Glorot and Y. Bengio; also called Xavier.
    Glorot,
    /// Normal with the variance 2/inputs, after K. He and others.
    He,
    /// Normal with the variance 1/inputs, after Y. LeCun and others.
    LeCun,
    /// Uniform between −`half_width` and `half_width`, biases too.
    Uniform {
        /// Finite and not negative.
        half_width: f64,
    },
}

impl MultilayerPerceptron {
    /// Parameters drawn at random: the same ones for the same seed, on every machine and in every version.
    ///
    /// ```
    /// use thalweg_networks::{Activation, Initialization, MultilayerPerceptron};
    ///
    /// let network = MultilayerPerceptron::new(&[100, 400, 1], Activation::Relu, Activation::Linear)?;
    /// let parameters = network.initial(Initialization::He, 1)?;
    /// let weights = network.layers(&parameters)?.next().unwrap().weights;
    /// let variance = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
    /// println!("{variance}");
    /// assert!((variance - 0.02).abs() < 5e-4);
    /// # Ok::<(), thalweg_problem::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// If a half-width is negative or not finite.
    pub fn initial(&self, how: Initialization, seed: u64) -> Result<Vec<f64>, InvalidInput> {
        if let Initialization::Uniform { half_width } = how {
            InvalidInput::unless_non_negative("half_width", half_width)?;
        }
        let mut draws = Draws::new(seed, 0);
        let mut parameters = vec![0.0; self.parameter_count()];
        for layer in self.layers_mut(&mut parameters)? {
            let (m, n) = (layer.inputs as f64, layer.outputs as f64);
            match how {
                Initialization::Glorot => {
                    fill_uniform(layer.weights, (6.0 / (m + n)).sqrt(), &mut draws);
                }
                Initialization::He => fill_normal(layer.weights, (2.0 / m).sqrt(), &mut draws),
                Initialization::LeCun => fill_normal(layer.weights, (1.0 / m).sqrt(), &mut draws),
                Initialization::Uniform { half_width } => {
                    fill_uniform(layer.weights, half_width, &mut draws);
                    fill_uniform(layer.biases, half_width, &mut draws);
                }
            }
        }
        Ok(parameters)
    }
}

/// Uniform between 0 and 1, neither of them.
fn uniform(draws: &mut Draws) -> f64 {
    // k + ½ has 53 bits, so nothing rounds.
    ((draws.bits() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

fn fill_uniform(out: &mut [f64], half_width: f64, draws: &mut Draws) {
    out.iter_mut().for_each(|out| *out = half_width * (2.0 * uniform(draws) - 1.0));
}

fn fill_normal(out: &mut [f64], deviation: f64, draws: &mut Draws) {
    for pair in out.chunks_mut(2) {
        let radius = deviation * (-2.0 * ln(uniform(draws))).sqrt();
        let angle = std::f64::consts::TAU * uniform(draws);
        pair[0] = radius * cos(angle);
        if let Some(second) = pair.get_mut(1) {
            *second = radius * sin(angle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first four moments of `count` numbers.
    fn moments(count: usize, fill: impl Fn(&mut [f64], &mut Draws)) -> [f64; 4] {
        let mut x = vec![0.0; count];
        fill(&mut x, &mut Draws::new(3, 0));
        [1, 2, 3, 4].map(|k| x.iter().map(|x| thalweg_numerics::powi(*x, k)).sum::<f64>() / count as f64)
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let n = 200_001;
        // Five standard deviations of each mean: √(var xᵏ / n), var xᵏ = 1, 2, 15, 96 and 1/3, 4/45, 1/7, 16/225.
        let five = |variance: f64| 5.0 * (variance / n as f64).sqrt();
        let normal = moments(n, |x, draws| fill_normal(x, 1.0, draws));
        for (k, (expected, variance)) in
            [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)].into_iter().enumerate()
        {
            assert!((normal[k] - expected).abs() < five(variance), "normal, moment {}: {}", k + 1, normal[k]);
        }
        let flat = moments(n, |x, draws| fill_uniform(x, 1.0, draws));
        let expected = [(0.0, 1.0 / 3.0), (1.0 / 3.0, 4.0 / 45.0), (0.0, 1.0 / 7.0), (0.2, 16.0 / 225.0)];
        for (k, (expected, variance)) in expected.into_iter().enumerate() {
            assert!((flat[k] - expected).abs() < five(variance), "uniform, moment {}: {}", k + 1, flat[k]);
        }
    }
}

//! A network of about 100 000 parameters that learns real digits: the one whose Hessian nobody writes down.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_krylov::{ExtremeEigenpairs, FoundEigenpairs, HessianAt};
use thalweg_networks::data::digits;
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};
use thalweg_problem::Allowance;
use thalweg_quasi_newton::Lbfgs;

use crate::first_trial::UNIT;

/// 64 inputs, 280 and 280 tanh units, softmax over the ten digits: 99 690 parameters.
pub(crate) fn network() -> MultilayerPerceptron {
    MultilayerPerceptron::new(&[64, 280, 280, CLASSES], Activation::Tanh, Output::Softmax)
        .expect("no width is 0")
}

pub(crate) const CLASSES: usize = 10;

/// The first `examples` images, pixels from 0 to 1, one after the other.
pub(crate) fn images(examples: usize) -> Vec<f64> {
    let data = digits();
    data.features()[..examples * data.dim()].iter().map(|x| x / 16.0).collect()
}

/// The mean cross-entropy over the first `examples` images, for the given labels, without weight decay.
pub(crate) fn problem_for(examples: usize, labels: &[usize]) -> NetworkLoss {
    NetworkLoss::new(network(), images(examples), Targets::Classes(labels), Loss::CrossEntropy)
        .expect("an image or more")
}

/// λ: without it the images are fitted to rounding, and all curvatures with them.
pub(crate) const DECAY: f64 = 1e-3;

/// For the images' own labels, with weight decay.
pub(crate) fn problem(examples: usize) -> NetworkLoss {
    problem_for(examples, &digits().labels()[..examples]).with_weight_decay(DECAY).expect("above 0")
}

/// Glorot and Bengio's, seed 0.
pub(crate) fn start() -> Vec<f64> {
    network().initial(Initialization::Glorot, 0).expect("finite")
}

/// Where L-BFGS comes to from x in so many steps.
pub(crate) fn trained(problem: &NetworkLoss, x: &[f64], steps: u64) -> Vec<f64> {
    minimize(problem, &Lbfgs { first_length: UNIT, ..Lbfgs::default() }, x, Stop::after(steps), silent)
        .expect("valid input")
        .best
        .x
}

/// Vectors of the basis in which so many of the lowest and of the highest curvatures are searched.
pub(crate) fn basis([lowest, highest]: [usize; 2]) -> usize {
    2 * (lowest + highest) + 30
}

/// The lowest and the highest curvatures at x.
pub(crate) fn extremes(
    problem: &NetworkLoss,
    x: &[f64],
    wanted @ [lowest, highest]: [usize; 2],
    relative_residual: f64,
    seed: u64,
) -> FoundEigenpairs {
    let max_basis = Some(basis(wanted));
    let search = ExtremeEigenpairs {
        lowest,
        highest,
        relative_residual,
        max_basis,
        seed,
        ..ExtremeEigenpairs::default()
    };
    search
        .find(&HessianAt { problem, x }, &mut Allowance::evaluations(1000))
        .expect("more parameters than pairs")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number that claims, captions and pages state in words.
    #[test]
    fn the_network_has_the_parameters_that_are_told_of_it() {
        assert_eq!(network().parameter_count(), 99_690);
    }
}

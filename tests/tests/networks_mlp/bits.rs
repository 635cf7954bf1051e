//! The same bits from every thread, with and without what is kept from one product to the next.

use std::thread;

use thalweg::prelude::*;
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, NetworkMemory, Output, Targets};

use crate::{bits, numbers, pairs, problem};

/// Everything that can be asked for at `x`.
fn everything(problem: &NetworkLoss, x: &[f64]) -> Vec<u64> {
    let (v, w) = (numbers(x.len(), 2), numbers(x.len(), 3));
    let mut out = vec![f64::NAN; x.len()];
    let mut all = bits(&[problem.value(x), problem.value_gradient(x, &mut out)]);
    all.extend(bits(&out));
    for direction in [&v, &w] {
        problem.hessian_vector(x, direction, &mut out);
        all.extend(bits(&out));
        problem.gauss_newton_vector(x, direction, &mut out);
        all.extend(bits(&out));
    }
    problem.batch_value_gradient(x, &[5, 250, 3], &mut out);
    all.extend(bits(&out));
    all
}

#[test]
fn two_threads_find_the_bits_of_one() {
    let (problem, x) = problem(Activation::Tanh, Output::Softmax, Loss::CrossEntropy);
    let elsewhere: Vec<f64> = x.iter().map(|x| -x).collect();
    // Each for a problem of its own that nobody has asked before.
    let alone = [everything(&problem.clone(), &x), everything(&problem.clone(), &elsewhere)];
    let together = thread::scope(|scope| {
        let threads = [&x, &elsewhere].map(|x| {
            let problem = &problem;
            scope.spawn(move || (0..20).map(|_| everything(problem, x)).collect::<Vec<_>>())
        });
        threads.map(|thread| thread.join().expect("no panic"))
    });
    for (alone, together) in alone.iter().zip(&together) {
        assert!(together.iter().all(|bits| bits == alone));
    }
}

#[test]
fn what_is_kept_changes_no_bit() {
    for hidden in Activation::ALL {
        let (problem, x) = problem(hidden, Activation::Linear.into(), Loss::Squared);
        let forgetful = problem.clone().with_memory(0);
        let elsewhere: Vec<f64> = x.iter().map(|x| 0.5 * x).collect();
        for x in [&x, &elsewhere, &x, &x] {
            assert_eq!(everything(&problem, x), everything(&forgetful, x), "{hidden:?}");
        }
        // And products alone, from point to point, with a value elsewhere between them.
        let v = numbers(x.len(), 2);
        let (mut kept, mut anew) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        for x in [&x, &x, &elsewhere, &x] {
            problem.hessian_vector(x, &v, &mut kept);
            forgetful.hessian_vector(x, &v, &mut anew);
            assert_eq!(bits(&kept), bits(&anew), "{hidden:?}");
            problem.value(&v);
            problem.batch_value_gradient(&v, &[1, 2], &mut kept);
        }
    }
}

#[test]
fn losses_that_take_turns_in_one_memory_find_their_own_bits() {
    let memory = NetworkMemory::default();
    let losses = [
        (Activation::Tanh, Output::Softmax, Loss::CrossEntropy),
        (Activation::Tanh, Activation::Linear.into(), Loss::Squared),
    ];
    let [one, other] = losses.map(|(hidden, output, loss)| problem(hidden, output, loss));
    let shared = [&one, &other].map(|(problem, _)| problem.clone().in_memory(&memory));
    for _ in 0..2 {
        for ((problem, x), shared) in [&one, &other].into_iter().zip(&shared) {
            assert_eq!(everything(problem, x), everything(shared, x));
            // Products alone: what one loss has left behind is nothing for the next.
            let mut out = [vec![0.0; x.len()], vec![0.0; x.len()]];
            problem.hessian_vector(x, x, &mut out[0]);
            shared.hessian_vector(x, x, &mut out[1]);
            assert_eq!(bits(&out[0]), bits(&out[1]));
        }
    }
    // Who wants to keep something gets memory of its own.
    let keeping = shared[0].clone().with_memory(NetworkLoss::DEFAULT_MEMORY);
    assert_eq!(everything(&keeping, &one.1), everything(&one.0, &one.1));
}

/// Thirteen parameters in two shapes: weights that are packed for one are not those of the other.
#[test]
fn packed_weights_are_taken_over_only_where_they_are_the_same() {
    let memory = NetworkMemory::default();
    let losses = [[1, 4, 1], [2, 3, 1]].map(|widths| {
        let network =
            MultilayerPerceptron::new(&widths, Activation::Tanh, Activation::Linear).expect("no zero");
        let (features, targets) = (numbers(6 * widths[0], 3), numbers(6, 4));
        NetworkLoss::new(network, features, Targets::Values(&targets), Loss::Squared).expect("good data")
    });
    let shared = losses.clone().map(|loss| loss.in_memory(&memory));
    let mut x = numbers(13, 1);
    x[5] = 0.0;
    let mut negative = x.clone();
    negative[5] = -0.0;
    for x in [&x, &x, &negative, &numbers(13, 2), &x] {
        for _ in 0..2 {
            for (loss, shared) in losses.iter().zip(&shared) {
                // A value packs for one way only.
                assert_eq!(loss.value(x).to_bits(), shared.value(x).to_bits());
                let mut gradients = [[0.0; 13]; 2];
                loss.value_gradient(x, &mut gradients[0]);
                shared.value_gradient(x, &mut gradients[1]);
                assert_eq!(bits(&gradients[0]), bits(&gradients[1]));
                loss.batch_value_gradient(x, &[4, 1], &mut gradients[0]);
                shared.batch_value_gradient(x, &[4, 1], &mut gradients[1]);
                assert_eq!(bits(&gradients[0]), bits(&gradients[1]));
            }
        }
    }
}

#[test]
fn a_point_that_is_no_number_is_another_point() {
    let (problem, mut x) = problem(Activation::Tanh, Activation::Linear.into(), Loss::Squared);
    let v = numbers(x.len(), 2);
    let mut out = vec![0.0; x.len()];
    x[0] = 0.0;
    problem.hessian_vector(&x, &v, &mut out);
    x[0] = f64::NAN;
    problem.hessian_vector(&x, &v, &mut out);
    assert!(out.iter().any(|out| out.is_nan()), "a NaN is no 0");
    assert!(problem.value(&x).is_nan());
}

/// FNV-1a of all bits of all networks: what every machine finds, whatever its CPU can do. If it moves, bits of `numerics`
/// have moved (the canary says which), or the order of some sum has.
#[test]
fn every_machine_finds_these_bits() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for hidden in Activation::ALL {
        for (output, loss) in pairs() {
            let (problem, x) = problem(hidden, output, loss);
            for byte in everything(&problem, &x).into_iter().flat_map(u64::to_le_bytes) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
    }
    assert_eq!(hash, 0x0deb_8e63_f89f_5abb, "{hash:#018x}");
}

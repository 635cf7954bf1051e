//! A⁻¹v, A^-½v and ln det A beside numbers of 60 digits (tests/references/lanczos.py).

use std::collections::BTreeMap;

use thalweg::numerics::{matrix_vector, norm};
use thalweg_krylov::{
    InverseSquareRoot, InverseTimes, SpectrumFloor, StochasticQuadrature, operator, rademacher,
};

use crate::reference::{hex_float, rows};
use crate::{distance, plenty};

const TABLE: &str = include_str!("../../references/lanczos.tsv");

#[test]
fn functions_agree_with_sixty_digits() {
    let mut cases: BTreeMap<_, BTreeMap<_, Vec<f64>>> = BTreeMap::new();
    for row in rows(TABLE).filter(|row| row[0] == "function") {
        let numbers = row[3..].iter().map(|text| hex_float(text)).collect();
        cases.entry(row[1]).or_default().insert(row[2], numbers);
    }
    assert_eq!(cases.len(), 3);
    for (name, case) in cases {
        let (matrix, v) = (&case["matrix"], &case["vector"]);
        let a = operator(v.len(), |x, out| matrix_vector(matrix, x, out));
        // The reference is rounded once.
        let floor = SpectrumFloor::Known(case["values"][0].next_down());
        let root = InverseSquareRoot { floor, relative_error: 1e-6, ..InverseSquareRoot::default() };
        let root = root.apply(&a, v, &mut plenty()).expect("valid input");
        let inverse = InverseTimes { floor, relative_error: 1e-6, ..InverseTimes::default() };
        let inverse = inverse.apply(&a, v, &mut plenty()).expect("valid input");
        for (result, exact) in [(root, &case["inverse root"]), (inverse, &case["inverse"])] {
            assert!(result.ending.is_converged() && result.error.is_bound(), "{name}: {}", result.ending);
            let error = distance(&result.x, exact);
            assert!(error <= result.error.value() && error <= 1e-6 * norm(exact), "{name}: {error:e}");
        }
        let quadrature = StochasticQuadrature { probes: 100, steps: 6, ..StochasticQuadrature::default() };
        let sample = quadrature.run(&a, &mut plenty()).expect("valid input");
        let between = sample
            .log_determinant(Some(case["values"][0].next_down()))
            .expect("valid input")
            .expect("definite");
        let (low, high) = between.interval();
        assert!((low..=high).contains(&case["log det"][0]), "{name}: {between:?} and {}", case["log det"][0]);
    }
}

#[test]
fn probes_are_the_same_everywhere() {
    let bits = |seed, probe| {
        let mut z = [0.0; 130];
        rademacher(seed, probe, &mut z);
        assert!(z.iter().all(|z| z.abs() == 1.0));
        z.map(|z| u8::from(z < 0.0))
    };
    let ones = |bits: [u8; 130]| bits.iter().map(|bit| u32::from(*bit)).sum::<u32>();
    assert_ne!(bits(0, 0), bits(0, 1));
    assert_ne!(bits(0, 0), bits(1, 0));
    assert_eq!(bits(7, 3), bits(7, 3));
    // Five standard deviations ½√130.
    assert!(ones(bits(5, 0)).abs_diff(65) < 29 && ones(bits(5, 9)).abs_diff(65) < 29);
    // The first 64 bits of ChaCha8 with a key and a stream of zeros, as RFC 7539 writes blocks: 3e00ef2f895f40d6 lowest byte first.
    let word = u64::from_le_bytes([0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6]);
    let first = bits(0, 0);
    assert!((0..64).all(|i| u64::from(first[i]) == word >> i & 1));
}

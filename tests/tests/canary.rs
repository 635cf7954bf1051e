//! Hashes of the bits of every function and product of `numerics`, of eigen-decompositions by the default backend, and of
//! Lanczos' iteration: the first test to fail where bits move.
//!
//! All results stand on these bits. A hash that moves means that some result may move with it on some machine, or on all
//! of them. If the code was meant to give other bits, put the printed hashes in, say in the commit message why the bits
//! move, and look at every record that changes with them. If it was not, the change is a mistake.

use thalweg::numerics::{
    Panels, atan, axpy, cos, dot, exp, exp_each, expm1, ln, log1p, log10, logistic, logistic_each,
    matrix_matrix, matrix_transposed_vector, matrix_vector, norm, pow, powi, sin, softplus, softplus_each,
    sum, tanh, tanh_each,
};
use thalweg::prelude::InvalidInput;
use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_krylov::problem::Allowance;
use thalweg_krylov::stochastic::{rademacher, student_factor};
use thalweg_krylov::{
    Lanczos, LinearOperator, Reorthogonalization, StochasticQuadrature, Tridiagonal, operator,
};

const HASHES: [(&str, u64); 31] = [
    ("exp", 0xf470_0685_f7d1_95a1),
    ("expm1", 0xd7b5_be96_9b6a_67f1),
    ("ln", 0x484e_a05c_c67a_a210),
    ("log1p", 0x8355_2939_a5aa_f51b),
    ("log10", 0xff91_c01e_47cc_c0eb),
    ("sin", 0x4920_76b0_c42f_5055),
    ("cos", 0xe9ef_2e01_5220_dc6d),
    ("atan", 0xdbfb_b8b2_dd20_f7b9),
    ("tanh", 0x3bb8_ce8e_de58_d6bd),
    ("logistic", 0x964c_8fb3_3037_f879),
    ("softplus", 0xdcf3_c8e7_76be_216c),
    ("pow", 0x48eb_2864_c3d8_70a3),
    ("powi", 0xaa8e_f2c2_bc5d_e9d2),
    ("exp_each", 0x9f9f_a154_4d54_94b6),
    ("tanh_each", 0x4887_9562_2261_efd3),
    ("logistic_each", 0x326a_251d_c8fd_ff5d),
    ("sum", 0xd725_9484_70e4_fd0c),
    ("dot", 0xd4a0_87b4_4b43_9958),
    ("norm", 0x6e0d_a4c4_96ee_3d64),
    ("axpy", 0x11d1_41e5_4626_b1fb),
    ("matrix_vector", 0xaa41_74d0_1ac1_327c),
    ("matrix_transposed_vector", 0xa690_53ee_9e5a_725b),
    ("matrix_matrix", 0xc5f5_2b59_4ddf_c744),
    ("eigenvalues", 0x5cef_6397_b31e_92b0),
    ("eigenvectors", 0x42bd_c994_6683_18b0),
    ("root", 0xbeae_6799_2656_d5e5),
    ("inverse_root", 0x6e06_d310_5f84_2d27),
    ("tridiagonal", 0x5691_2484_0973_9553),
    ("lanczos", 0xc8df_1ddf_968f_d9d8),
    ("stochastic quadrature", 0x8618_17b8_7de2_b408),
    ("student_factor", 0x6c9b_b408_da84_d5b6),
];

/// FNV-1a over the bytes of the doubles (Fowler, Noll and Vo). Every NaN counts as the same one.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, x: f64) {
        let bits = if x.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { x.to_bits() };
        for byte in bits.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn add_all(&mut self, x: &[f64]) {
        for &x in x {
            self.add(x);
        }
    }
}

/// `n` numbers around 0 of magnitudes from 2⁻⁸ to 1, all 53 bits in use, so that every change of an order shows.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let number = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let exponent = 1015 + (state >> 61);
        f64::from_bits(state << 3 & 1 << 63 | exponent << 52 | state >> 12 & ((1 << 52) - 1))
    };
    (0..n).map(number).collect()
}

/// Arguments of every magnitude and sign, those where exp and tanh change their ways, and the special ones.
fn arguments() -> Vec<f64> {
    let mut x = vec![0.0, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NAN];
    x.extend((0..=2046).step_by(3).map(|exponent| f64::from_bits(exponent << 52 | 0x9_3fa1_c62e_80d7)));
    x.extend((0..52).map(|bit| f64::from_bits(1 << bit)));
    x.extend((0..800).map(|i| f64::from(i) * 0.937_122_9));
    x.extend((0..400).map(|i| f64::from(i) * 0.051_717_3));
    x.extend(numbers(400, 1));
    let negative: Vec<f64> = x.iter().map(|x| -x).collect();
    [x, negative].concat()
}

fn of_each(f: impl Fn(f64) -> f64) -> u64 {
    let mut hash = Fnv::new();
    for x in arguments() {
        hash.add(f(x));
    }
    hash.0
}

/// The slice form over all arguments at once and in pieces of every length from 0 to 150, at every offset modulo 8.
fn of_slices(f: impl Fn(&[f64], &mut [f64])) -> u64 {
    let x = arguments();
    let mut out = vec![0.0; x.len()];
    let mut hash = Fnv::new();
    f(&x, &mut out);
    hash.add_all(&out);
    for length in 0..=150 {
        let piece = 17 * length % 1000 + length % 8..;
        f(&x[piece.clone()][..length], &mut out[..length]);
        hash.add_all(&out[..length]);
    }
    hash.0
}

/// f(x, y) for every length from 0 to 200, at every offset modulo 8, for long ones, and for those beyond the squares' range.
fn of_lengths(mut f: impl FnMut(&[f64], &[f64], &mut Fnv)) -> u64 {
    let (x, y) = (numbers(20_000, 2), numbers(20_000, 3));
    let mut hash = Fnv::new();
    for length in (0..=200).chain([255, 256, 257, 1000, 4095, 10_007]) {
        for offset in 0..8 {
            f(&x[offset..][..length], &y[offset..][..length], &mut hash);
        }
    }
    for scale in [1e-310, 1e-170, 1e170, 1e300] {
        let x: Vec<f64> = x[..333].iter().map(|x| x * scale).collect();
        f(&x, &y[..333], &mut hash);
    }
    hash.0
}

/// f(m, k, n) for shapes below and above every block of the products.
fn of_shapes(mut f: impl FnMut(usize, usize, usize, &mut Fnv)) -> u64 {
    let mut hash = Fnv::new();
    let edges = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];
    for (i, m) in edges.into_iter().enumerate() {
        for (j, k) in edges.into_iter().enumerate() {
            f(m, k, edges[(i * 5 + j * 3) % edges.len()], &mut hash);
        }
    }
    for (m, k, n) in
        [(0, 3, 2), (3, 0, 2), (3, 2, 0), (5, 600, 9), (131, 257, 19), (260, 16, 100), (1, 5000, 1)]
    {
        f(m, k, n, &mut hash);
    }
    hash.0
}

/// Of matrices of sizes on both sides of every block of Householder's reductions and of the products: positive definite
/// ones, which the roots want, and ones with eigenvalues of both signs.
fn of_decompositions(mut f: impl FnMut(&Eigen, &mut Fnv)) -> u64 {
    let mut hash = Fnv::new();
    for n in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100] {
        let elements = numbers(n * n, 10);
        for shift in [0.0, 2.0 * n as f64] {
            let a = DMatrix::from_fn(n, n, |i, j| {
                elements[i.max(j) * n + i.min(j)] + if i == j { shift } else { 0.0 }
            });
            f(&Eigen::new(&a).expect("symmetric and finite"), &mut hash);
        }
    }
    hash.0
}

fn of_roots(root: impl Fn(&Eigen) -> Result<DMatrix<f64>, InvalidInput>) -> u64 {
    of_decompositions(|eigen, hash| {
        if let Ok(root) = root(eigen) {
            hash.add_all(root.as_slice());
        }
    })
}

/// Of tridiagonal matrices: eigenvalues, eigenvectors and their ends.
fn of_tridiagonals() -> u64 {
    let mut hash = Fnv::new();
    for n in [1, 2, 3, 4, 5, 8, 17, 64, 100] {
        let (a, b) = (numbers(n, 11), numbers(n - 1, 12));
        let t = Tridiagonal { diagonal: &a, off_diagonal: &b };
        let eigen = t.eigenvectors().expect("finite numbers");
        let ends = t.end_components().expect("finite numbers");
        for numbers in [&eigen.values, &eigen.vectors, &ends.values, &ends.first, &ends.last] {
            hash.add_all(numbers);
        }
    }
    hash.0
}

/// A matrix that is only multiplied by: 2 on the diagonal, −1 beside it, and a last row and column that is full.
fn arrow(n: usize) -> impl LinearOperator {
    operator(n, move |v, out| {
        for i in 0..n {
            let left = if i > 0 { v[i - 1] } else { 0.0 };
            let right = if i + 1 < n { v[i + 1] } else { 0.0 };
            out[i] = 2.0 * v[i] - left - right + 0.1 * v[n - 1];
        }
        out[n - 1] += 0.1 * sum(v);
    })
}

/// α, β and the basis of Lanczos' iteration, however it keeps its vectors orthogonal.
fn of_lanczos() -> u64 {
    let mut hash = Fnv::new();
    for reorthogonalization in
        [Reorthogonalization::Full, Reorthogonalization::Partial, Reorthogonalization::None]
    {
        for n in [1, 5, 64, 1000] {
            let lanczos = Lanczos { reorthogonalization, max_iterations: 60, ..Lanczos::default() };
            let mut state = lanczos.start(&numbers(n, 13)).expect("a start");
            lanczos.run(&arrow(n), &mut state, &mut Allowance::evaluations(100)).expect("valid input");
            for numbers in [state.alpha(), state.beta(), state.basis()] {
                hash.add_all(numbers);
            }
        }
    }
    hash.0
}

/// The probes, and what comes of them.
fn of_quadrature() -> u64 {
    let mut hash = Fnv::new();
    let mut probe = vec![0.0; 131];
    for index in 0..5 {
        rademacher(7, index, &mut probe);
        hash.add_all(&probe);
    }
    let quadrature =
        StochasticQuadrature { probes: 5, steps: 12, seed: 3, ..StochasticQuadrature::default() };
    let sample = quadrature.run(&arrow(200), &mut Allowance::evaluations(100)).expect("valid input");
    for (node, weight) in sample.nodes() {
        hash.add(node);
        hash.add(weight);
    }
    let (low, high) = sample.trace_of(exp).interval();
    hash.add(low);
    hash.add(high);
    hash.0
}

/// From certainty to none, at both ends of the degrees of freedom.
fn of_student() -> u64 {
    let mut hash = Fnv::new();
    for degrees in [1, 2, 3, 4, 5, 10, 29, 100, 10_000] {
        for confidence in [1e-6, 0.5, 0.68, 0.9, 0.95, 0.99, 0.999_999] {
            hash.add(student_factor(confidence, degrees).expect("valid input"));
        }
    }
    hash.0
}

fn hash_of(name: &str) -> u64 {
    let pairs = |f: fn(f64, f64) -> f64| {
        let (x, y) = (arguments(), numbers(4096, 4));
        let mut hash = Fnv::new();
        for (i, &x) in x.iter().enumerate() {
            hash.add(f(x, 60.0 * y[i % y.len()]));
            hash.add(f(x, (i % 40) as f64 - 20.0));
        }
        hash.0
    };
    match name {
        "exp" => of_each(exp),
        "expm1" => of_each(expm1),
        "ln" => of_each(ln),
        "log1p" => of_each(log1p),
        "log10" => of_each(log10),
        "sin" => of_each(sin),
        "cos" => of_each(cos),
        "atan" => of_each(atan),
        "tanh" => of_each(tanh),
        "logistic" => of_each(logistic),
        "softplus" => of_each(softplus),
        "pow" => pairs(pow),
        "powi" => pairs(|x, y| powi(x, y.abs() as u64)),
        "exp_each" => of_slices(exp_each),
        "tanh_each" => of_slices(tanh_each),
        "logistic_each" => of_slices(logistic_each),
        "sum" => of_lengths(|x, _, hash| hash.add(sum(x))),
        "dot" => of_lengths(|x, y, hash| hash.add(dot(x, y))),
        "norm" => of_lengths(|x, _, hash| hash.add(norm(x))),
        "axpy" => of_lengths(|x, y, hash| {
            let mut y = y.to_vec();
            axpy(-0.7, x, &mut y);
            hash.add_all(&y);
        }),
        "matrix_vector" => of_shapes(|m, k, _, hash| {
            let mut out = vec![f64::NAN; m];
            matrix_vector(&numbers(m * k, 5), &numbers(k, 6), &mut out);
            hash.add_all(&out);
        }),
        "matrix_transposed_vector" => of_shapes(|m, k, _, hash| {
            let mut out = vec![f64::NAN; k];
            matrix_transposed_vector(&numbers(m * k, 5), &numbers(m, 6), &mut out);
            hash.add_all(&out);
        }),
        "matrix_matrix" => of_shapes(|m, k, n, hash| {
            let mut out = vec![f64::NAN; m * n];
            matrix_matrix(&numbers(m * k, 5), &numbers(k * n, 6), k, &mut out);
            hash.add_all(&out);
        }),
        "eigenvalues" => of_decompositions(|eigen, hash| hash.add_all(eigen.values())),
        "eigenvectors" => of_decompositions(|eigen, hash| hash.add_all(eigen.vectors().as_slice())),
        "root" => of_roots(Eigen::root),
        "inverse_root" => of_roots(Eigen::inverse_root),
        "tridiagonal" => of_tridiagonals(),
        "lanczos" => of_lanczos(),
        "stochastic quadrature" => of_quadrature(),
        "student_factor" => of_student(),
        _ => panic!("{name} is in the table, but nothing computes it"),
    }
}

#[test]
fn bits_have_not_moved() {
    let moved = HASHES.iter().filter_map(|&(name, known)| {
        let found = hash_of(name);
        (found != known).then(|| format!("    (\"{name}\", {found:#018x}), // was {known:#018x}"))
    });
    let moved: Vec<String> = moved.collect();
    assert!(
        moved.is_empty(),
        "bits have moved. If they were meant to, put these lines into tests/tests/canary.rs, and say in the commit message \
         why; if not, undo what moved them:\n{}",
        moved.join("\n")
    );
}

#[test]
fn slice_forms_give_the_bits_of_the_scalar_ones() {
    type Pair = (&'static str, fn(&[f64], &mut [f64]), fn(f64) -> f64);
    let pairs: [Pair; 4] = [
        ("exp", exp_each, exp),
        ("tanh", tanh_each, tanh),
        ("logistic", logistic_each, logistic),
        ("softplus", softplus_each, softplus),
    ];
    // With and without the arguments that a fast path leaves out.
    for x in [arguments(), numbers(1000, 7)] {
        for (name, each, one) in pairs {
            for length in [0, 1, 3, 63, 64, 65, 130, x.len()] {
                for offset in [0, 1, 2, 5].into_iter().filter(|offset| offset + length <= x.len()) {
                    let x = &x[offset..][..length];
                    let mut out = vec![0.0; length];
                    each(x, &mut out);
                    for (i, (&x, &got)) in x.iter().zip(&out).enumerate() {
                        let alone = one(x);
                        let same = got.to_bits() == alone.to_bits() || (got.is_nan() && alone.is_nan());
                        assert!(same, "{name}({x:?}) is {alone:?}, but {got:?} at {i} of {length}");
                    }
                }
            }
        }
    }
}

#[test]
fn products_add_up_in_the_documented_order() {
    for (m, k, n) in [(1, 1, 1), (4, 8, 8), (5, 600, 9), (131, 257, 19)] {
        let (a, b) = (numbers(m * k, 8), numbers(k * n, 9));
        let mut out = vec![f64::NAN; m * n];
        matrix_matrix(&a, &b, k, &mut out);
        for i in 0..m {
            for j in 0..n {
                let expected = (0..k).fold(0.0, |total, p| total + a[i * k + p] * b[p * n + j]);
                assert_eq!(out[i * n + j].to_bits(), expected.to_bits(), "{m} × {k} × {n} at {i}, {j}");
            }
        }
        let mut transposed = vec![f64::NAN; n];
        matrix_transposed_vector(&b, &a[..k], &mut transposed);
        assert_eq!(transposed, out[..n], "a row times B is B transposed times it");
        let mut column = vec![f64::NAN; m];
        matrix_vector(&a, &b[..k], &mut column);
        for i in 0..m {
            assert_eq!(column[i].to_bits(), dot(&a[i * k..][..k], &b[..k]).to_bits());
        }
    }
}

/// So one hash stands for all of them.
#[test]
fn products_with_packed_matrices_have_the_bits_of_the_others() {
    of_shapes(|m, k, n, _| {
        let (a, b) = (numbers(m * k, 5), numbers(k * n, 6));
        let transposed = |x: &[f64], columns: usize| -> Vec<f64> {
            (0..columns).flat_map(|j| x.iter().skip(j).step_by(columns).copied()).collect()
        };
        let mut expected = vec![f64::NAN; m * n];
        matrix_matrix(&a, &b, k, &mut expected);
        let mut storage = vec![f64::NAN; Panels::length(k, n)];
        if k > 0 && n > 0 {
            Panels::pack_transposed(&transposed(&b, n), k, &mut storage);
        }
        let panels = Panels::packed(k, n, &storage);
        let mut out = vec![f64::NAN; m * n];
        panels.multiply(&a, &mut out);
        assert_eq!(out, expected, "{m} × {k} × {n}");
        out.fill(0.0);
        panels.multiply_transposed_add(&transposed(&a, k), &mut out);
        assert_eq!(out, expected, "{m} × {k} × {n}");
    });
}

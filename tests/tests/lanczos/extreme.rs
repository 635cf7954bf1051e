//! The ends of a spectrum, within bounded memory.

use proptest::prelude::*;
use thalweg::numerics::{cos, dot, norm};
use thalweg::problem::Allowance;
use thalweg_krylov::{Eigenpair, Ending, ExtremeEigenpairs, FoundEigenpairs, LinearOperator, operator};

use crate::reflected::{matrices, the_same_every_time};
use crate::{U, diagonal, plenty};

fn find(search: ExtremeEigenpairs, a: &impl LinearOperator) -> FoundEigenpairs {
    search.find(a, &mut Allowance::evaluations(1500)).expect("valid input")
}

fn values(pairs: &[Eigenpair]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.value).collect()
}

/// 2 on the diagonal, −1 beside it, and its k-th eigenvalue.
fn second_differences(n: usize) -> (impl LinearOperator, impl Fn(usize) -> f64) {
    let a = operator(n, move |v, out| {
        for i in 0..n {
            let (before, after) =
                (if i > 0 { v[i - 1] } else { 0.0 }, if i + 1 < n { v[i + 1] } else { 0.0 });
            out[i] = 2.0 * v[i] - before - after;
        }
    });
    (a, move |k| 2.0 - 2.0 * cos(std::f64::consts::PI * k as f64 / (n + 1) as f64))
}

proptest! {
    #![proptest_config(the_same_every_time(500, 20_000_602))]

    #[test]
    fn ends_of_known_spectra_are_found(
        a in matrices(60, false), lowest in 0..4_usize, highest in 0..4_usize, spare in 3..30_usize,
    ) {
        let n = a.eigenvalues.len();
        let (lowest, highest) = (lowest.min(n), highest.min(n - lowest.min(n)));
        prop_assume!(lowest + highest > 0);
        let search = ExtremeEigenpairs {
            lowest,
            highest,
            max_basis: Some((lowest + highest + spare).min(n)),
            look_again: true,
            product_error: Some(50.0 * U * a.norm()),
            ..ExtremeEigenpairs::default()
        };
        let found = find(search, &a);
        prop_assert_eq!((found.lowest.len(), found.highest.len()), (lowest, highest));
        let sorted = a.sorted();
        // Neighbors nearer than the tolerance, but not equal, are one eigenvalue to the search; and those near to each other
        // take it many products.
        let is_apart = |pair: &[f64]| pair[1] - pair[0] > 1e-3 * a.norm() || pair[1] == pair[0];
        let stands_apart = sorted.windows(2).all(is_apart);
        // Where they do not, a basis that is small beside n may take more products than this test has.
        prop_assert!(found.ending.is_converged() || !stands_apart, "{}: {sorted:?}", found.ending);
        let expected = sorted[..lowest].iter().zip(&found.lowest);
        for (exact, pair) in expected.chain(sorted.iter().rev().zip(&found.highest)) {
            prop_assert!(a.distance(pair.value) <= pair.bound);
            // The right one of them, copies included.
            let is_right = (pair.value - exact).abs() <= 2e-8 * a.norm();
            prop_assert!(is_right || !stands_apart, "{} for {exact}: {sorted:?}", pair.value);
            prop_assert!(!found.ending.is_converged() || pair.is_verified && pair.bound <= 1.1e-8 * a.norm());
        }
        let vectors: Vec<&[f64]> = found.lowest.iter().chain(&found.highest).map(|p| &p.vector[..]).collect();
        for (i, one) in vectors.iter().enumerate() {
            for (j, other) in vectors[..=i].iter().enumerate() {
                let product = dot(one, other) - f64::from(u8::from(i == j));
                prop_assert!(product.abs() <= 1e-12, "{i}, {j}: {product:e}");
            }
        }
    }
}

#[test]
fn restarts_keep_memory_bounded_at_the_price_of_products() {
    let n = 500;
    let (a, exact) = second_differences(n);
    let mut products = u64::MAX;
    for max_basis in [8, 20, 60, 500] {
        let search = ExtremeEigenpairs {
            lowest: 0,
            highest: 3,
            max_basis: Some(max_basis),
            ..ExtremeEigenpairs::default()
        };
        let found = search.find(&a, &mut plenty()).expect("valid input");
        assert!(found.ending.is_converged(), "{}", found.ending);
        for (k, pair) in found.highest.iter().enumerate() {
            assert!(
                (pair.value - exact(n - k)).abs() <= pair.bound,
                "{max_basis}: {} ± {:e}",
                pair.value,
                pair.bound
            );
            assert!(pair.bound <= 1e-7 && pair.residual <= 4.1e-8);
        }
        assert!(found.products < products, "{max_basis}: {} products", found.products);
        products = found.products;
        assert_eq!(found.restarts > 0, max_basis < 500);
    }
}

#[test]
fn copies_are_found_where_the_space_is_invariant() {
    let (one, other) = ([vec![1.0; 4], vec![2.0; 40], vec![7.0; 3]].concat(), vec![5.0; 9]);
    let search = ExtremeEigenpairs { lowest: 5, highest: 4, ..ExtremeEigenpairs::default() };
    let found = find(search, &diagonal(&one));
    for (pairs, exact) in
        [(&found.lowest, &[1.0, 1.0, 1.0, 1.0, 2.0][..]), (&found.highest, &[7.0, 7.0, 7.0, 2.0])]
    {
        for (value, exact) in values(pairs).iter().zip(exact) {
            assert!((value - exact).abs() < 1e-13, "{pairs:?}");
        }
    }
    let found = find(ExtremeEigenpairs { lowest: 4, highest: 5, ..search }, &diagonal(&other));
    assert!(values(&found.lowest).iter().chain(&values(&found.highest)).all(|v| (v - 5.0).abs() < 1e-14));
    let found = find(search, &diagonal(&[0.0; 12]));
    assert_eq!((values(&found.lowest), found.norm), (vec![0.0; 5], 0.0));
}

#[test]
fn all_of_a_small_spectrum_is_found() {
    let d = [3.0, -1.0, 0.0, 3.0, 8.0, -1.0, -1.0];
    let found =
        find(ExtremeEigenpairs { lowest: 3, highest: 4, ..ExtremeEigenpairs::default() }, &diagonal(&d));
    let all: Vec<f64> = values(&found.lowest).into_iter().chain(values(&found.highest)).collect();
    for (value, exact) in all.iter().zip([-1.0, -1.0, -1.0, 8.0, 3.0, 3.0, 0.0]) {
        assert!((value - exact).abs() < 1e-14, "{all:?}");
    }
    let one = find(ExtremeEigenpairs { highest: 0, ..ExtremeEigenpairs::default() }, &diagonal(&[-2.5]));
    assert_eq!((values(&one.lowest), &one.lowest[0].vector[..]), (vec![-2.5], &[1.0][..]));
}

#[test]
fn every_scale_gives_the_same_pairs() {
    let d: Vec<f64> = (1..=50).map(f64::from).collect();
    let search = ExtremeEigenpairs { max_basis: Some(10), ..ExtremeEigenpairs::default() };
    let plain = find(search, &diagonal(&d));
    for exponent in [-500.0, 500.0] {
        let scale = thalweg::numerics::pow(2.0, exponent);
        let scaled: Vec<f64> = d.iter().map(|d| d * scale).collect();
        let scaled = find(search, &diagonal(&scaled));
        assert_eq!((scaled.products, scaled.restarts), (plain.products, plain.restarts));
        assert_eq!(scaled.highest[0].value, plain.highest[0].value * scale);
        assert_eq!(scaled.lowest[0].vector, plain.lowest[0].vector);
        assert_eq!(scaled.lowest[0].bound, plain.lowest[0].bound * scale);
    }
}

#[test]
fn budget_that_is_too_small_leaves_bounds_that_hold() {
    let (a, _) = second_differences(300);
    let spectrum: Vec<f64> = (1..=300).map(second_differences(300).1).collect();
    let search = ExtremeEigenpairs { lowest: 2, highest: 2, ..ExtremeEigenpairs::default() };
    for budget in [0, 1, 2, 3, 4, 10, 40] {
        let mut allow = Allowance::evaluations(budget);
        let found = search.find(&a, &mut allow).expect("valid input");
        assert_eq!((found.ending, found.products), (Ending::OutOfEvaluations, budget));
        assert_eq!(found.lowest.len() + found.highest.len(), budget.min(4) as usize);
        for pair in found.lowest.iter().chain(&found.highest) {
            let distance = spectrum.iter().map(|l| (l - pair.value).abs()).fold(f64::INFINITY, f64::min);
            assert!(
                distance <= pair.bound && !pair.is_verified,
                "{budget}: {} ± {:e}",
                pair.value,
                pair.bound
            );
            assert!((norm(&pair.vector) - 1.0).abs() < 1e-13);
        }
    }
}

#[test]
fn tolerance_below_rounding_ends_too() {
    let (a, exact) = second_differences(100);
    let search =
        ExtremeEigenpairs { relative_residual: 0.0, max_basis: Some(40), ..ExtremeEigenpairs::default() };
    let found = find(search, &a);
    assert!(found.ending.is_converged(), "{}", found.ending);
    assert!(
        (found.lowest[0].value - exact(1)).abs() <= found.lowest[0].bound && found.lowest[0].bound < 1e-13
    );
}

#[test]
fn product_that_is_not_finite_ends_it() {
    let bad = operator(3, |_, out| out.fill(f64::NAN));
    let found = find(ExtremeEigenpairs::default(), &bad);
    assert_eq!(found.ending, Ending::NonFinite { what: "A q" });
    assert!(found.lowest.is_empty() && found.highest.is_empty() && found.norm == 0.0);
}

#[test]
fn searches_that_make_no_sense_are_named() {
    let none = operator(9, |_, _| panic!("nothing runs on bad input"));
    let refused = |search: ExtremeEigenpairs| search.find(&none, &mut plenty()).unwrap_err().to_string();
    let plain = ExtremeEigenpairs::default();
    for (search, sentence) in [
        (
            ExtremeEigenpairs { lowest: 0, highest: 0, ..plain },
            "invalid `lowest + highest`: 0 (allowed: 1 to 9, the dimension)",
        ),
        (
            ExtremeEigenpairs { lowest: 5, highest: 5, ..plain },
            "invalid `lowest + highest`: 10 (allowed: 1 to 9, the dimension)",
        ),
        (
            ExtremeEigenpairs { max_basis: Some(4), ..plain },
            "invalid `max_basis`: 4 (allowed: 5 or more, 3 more than the pairs that are wanted, or n)",
        ),
        (
            ExtremeEigenpairs { relative_residual: f64::NAN, ..plain },
            "invalid `relative_residual`: NaN (allowed: a finite number, 0 or more)",
        ),
        (
            ExtremeEigenpairs { product_error: Some(-1.0), ..plain },
            "invalid `product_error`: -1.0 (allowed: a finite number, 0 or more)",
        ),
    ] {
        assert_eq!(refused(search), sentence);
    }
    let start = |start: &[f64]| plain.find_from(&none, start, &mut plenty()).unwrap_err().to_string();
    assert_eq!(start(&[1.0; 8]), "invalid `start`: length 8 (allowed: length 9)");
    assert_eq!(start(&[0.0; 9]), "invalid `norm(start)`: 0.0 (allowed: a finite number above 0)");
    let empty = plain.find(&operator(0, |_, _| ()), &mut plenty()).unwrap_err().to_string();
    assert_eq!(empty, "invalid `a.dim()`: 0 (allowed: 1 or more)");
}

//! Properties of the pivoted QR factorization.

use proptest::prelude::*;
use thalweg::numerics::{dot, norm};
use thalweg_second_order::PivotedQr;

use crate::two_to;

/// A matrix of m rows, by columns: their directions, and powers of two for their units.
fn matrices() -> impl Strategy<Value = (Vec<f64>, usize)> {
    (1_usize..9, 1_usize..7).prop_flat_map(|(m, n)| {
        let columns = proptest::collection::vec((proptest::collection::vec(-1.0..1.0, m), -60_i32..60), n);
        columns.prop_map(move |columns| {
            let scaled = columns.iter().flat_map(|(column, e)| column.iter().map(move |a| a * two_to(*e)));
            (scaled.collect(), m)
        })
    })
}

/// Column j of Q R.
fn product(qr: &PivotedQr, j: usize) -> Vec<f64> {
    let mut column: Vec<f64> = (0..qr.rows()).map(|i| qr.r(i, j)).collect();
    qr.apply_q(&mut column);
    column
}

proptest! {
    #[test]
    fn qr_times_r_is_the_matrix_with_its_columns_in_another_order((a, m) in matrices()) {
        let qr = PivotedQr::of(a.clone(), m).expect("finite numbers");
        let mut seen = qr.pivots().to_vec();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..qr.columns()).collect::<Vec<_>>());
        for (j, &pivot) in qr.pivots().iter().enumerate() {
            let column = &a[m * pivot..][..m];
            let size = norm(column);
            prop_assert_eq!(size.to_bits(), qr.column_norms()[pivot].to_bits());
            // A few roundings for each of at most 6 reflections.
            for (computed, given) in product(&qr, j).iter().zip(column) {
                prop_assert!((computed - given).abs() <= 40.0 * f64::EPSILON * size);
            }
        }
    }

    #[test]
    fn q_is_orthogonal_and_its_transpose_undoes_it(
        (a, m) in matrices(),
        v in proptest::collection::vec(-1.0..1.0, 9),
        w in proptest::collection::vec(-1.0..1.0, 9),
    ) {
        let qr = PivotedQr::of(a, m).expect("finite numbers");
        let (v, w) = (&v[..m], &w[..m]);
        let (mut qv, mut qw) = (v.to_vec(), w.to_vec());
        qr.apply_q_transposed(&mut qv);
        qr.apply_q_transposed(&mut qw);
        prop_assert!((dot(&qv, &qw) - dot(v, w)).abs() <= 1e-14);
        qr.apply_q(&mut qv);
        prop_assert!(qv.iter().zip(v).all(|(back, v)| (back - v).abs() <= 1e-14));
    }

    #[test]
    fn shares_on_the_diagonal_fall_and_no_later_column_has_more_left((a, m) in matrices()) {
        let qr = PivotedQr::of(a, m).expect("finite numbers");
        let k = qr.rows().min(qr.columns());
        let size = |j: usize| qr.column_norms()[qr.pivots()[j]];
        for i in 0..k {
            let share = qr.r(i, i).abs() / size(i);
            for j in i + 1..qr.columns() {
                let left: Vec<f64> = (i..m).map(|row| qr.r(row, j)).collect();
                // Pythagoras keeps what is left to about √ε of what was measured last.
                prop_assert!(norm(&left) / size(j) <= share + 1e-7);
            }
        }
    }

    #[test]
    fn rank_and_order_are_the_same_in_other_units((a, m) in matrices(), e in proptest::collection::vec(-60_i32..60, 6)) {
        let qr = PivotedQr::of(a.clone(), m).expect("finite numbers");
        let scaled: Vec<f64> =
            a.chunks(m).zip(&e).flat_map(|(column, e)| column.iter().map(move |a| a * two_to(*e))).collect();
        let other = PivotedQr::of(scaled, m).expect("finite numbers");
        prop_assert_eq!(qr.pivots(), other.pivots());
        prop_assert_eq!(qr.rank(1e-13), other.rank(1e-13));
        for j in 0..qr.columns() {
            for i in 0..m {
                // Powers of two scale without rounding.
                let expected = qr.r(i, j) * two_to(e[qr.pivots()[j]]);
                prop_assert_eq!(other.r(i, j).to_bits(), expected.to_bits());
            }
        }
    }

    #[test]
    fn rank_is_that_of_the_factors(
        m in 1_usize..9,
        n in 1_usize..7,
        rank in 0_usize..7,
        numbers in proptest::collection::vec(-1.0..1.0, 200),
        e in proptest::collection::vec(-40_i32..40, 6),
    ) {
        // A = B C with `rank` columns in B, and units for the columns.
        let rank = rank.min(m).min(n);
        let (b, c) = numbers.split_at(m * rank);
        let mut a = vec![0.0; m * n];
        for j in 0..n {
            for k in 0..rank {
                for i in 0..m {
                    a[m * j + i] += b[m * k + i] * c[rank * j + k] * two_to(e[j]);
                }
            }
        }
        let qr = PivotedQr::of(a, m).expect("finite numbers");
        prop_assert!(qr.rank(1e-13) <= rank);
        // Random factors are of full rank, but may be nearly not: only what is dependent is sure to be seen.
        let least = (0..qr.rank(1e-13)).map(|j| qr.r(j, j).abs() / qr.column_norms()[qr.pivots()[j]]);
        prop_assert!(qr.rank(1e-13) == rank || least.fold(1.0, f64::min) < 1e-3);
    }
}

#[test]
fn qr_of_wide_zero_and_single_matrices() {
    let wide = PivotedQr::of([3.0, 4.0, 0.0, 0.0, 6.0, 8.0], 2).expect("finite numbers");
    assert_eq!((wide.columns(), wide.rank(1e-14)), (3, 1));
    let zero = PivotedQr::of([0.0; 6], 3).expect("finite numbers");
    assert_eq!((zero.rank(0.0), zero.pivots()), (0, &[0, 1][..]));
    let single = PivotedQr::of([-2.0], 1).expect("finite numbers");
    assert_eq!((single.rank(0.0), single.r(0, 0).abs()), (1, 2.0));
    // Nothing overflows or underflows on the way.
    for size in [1e-300, 1e300] {
        let large =
            PivotedQr::of([3.0 * size, 4.0 * size, 4.0 * size, -3.0 * size], 2).expect("finite norms");
        assert!((0..2).all(|j| (large.r(j, j).abs() / size - 5.0).abs() < 1e-14), "{large:?}");
        assert_eq!(large.rank(1e-14), 2);
    }
}

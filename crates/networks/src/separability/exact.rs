//! Arithmetic without rounding: signs of inner products, and linear equations over the rationals.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::DataSet;

/// The integer m and the exponent e of x = m 2ᵉ, for finite x.
fn parts(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, (bits & ((1 << 52) - 1)) as i64);
    let (magnitude, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    (if x < 0.0 { -magnitude } else { magnitude }, exponent)
}

/// x as a rational number, for finite x.
fn rational(x: f64) -> BigRational {
    let (integer, exponent) = parts(x);
    let power = BigInt::one() << exponent.unsigned_abs();
    if exponent < 0 {
        BigRational::new(integer.into(), power)
    } else {
        BigRational::from_integer(power * integer)
    }
}

/// Coordinate j of zᵢ = yᵢ(xᵢ, 1), exact in floating point.
fn coordinate(data: &DataSet, i: usize, j: usize) -> f64 {
    data.sign(i) * data.row(i).get(j).copied().unwrap_or(1.0)
}

/// Whether (w, b)·zᵢ > 0.
pub(super) fn margin_is_positive(weights: &[f64], data: &DataSet, i: usize) -> bool {
    // Products of integers below 2¹⁰⁶ and powers of two, added up as multiples of the smallest of those powers.
    let products: Vec<_> = weights
        .iter()
        .enumerate()
        .map(|(j, &w)| {
            let ((m, e), (n, f)) = (parts(w), parts(coordinate(data, i, j)));
            (i128::from(m) * i128::from(n), e + f)
        })
        .filter(|(product, _)| *product != 0)
        .collect();
    let Some(least) = products.iter().map(|(_, exponent)| *exponent).min() else { return false };
    let sum = products.iter().fold(BigInt::zero(), |sum, &(product, exponent)| {
        sum + (BigInt::from(product) << (exponent - least).unsigned_abs())
    });
    sum.is_positive()
}

/// Whether all multiples are positive, there is one, and Σ λᵢ zᵢ = 0.
pub(super) fn is_obstacle(data: &DataSet, multiples: &[(usize, BigInt)]) -> bool {
    let balances = |j| {
        let term = |(i, multiple): &(usize, BigInt)| {
            rational(coordinate(data, *i, j)) * BigRational::from_integer(multiple.clone())
        };
        multiples.iter().map(term).fold(BigRational::zero(), |sum, x| sum + x).is_zero()
    };
    !multiples.is_empty()
        && multiples.iter().all(|(_, multiple)| multiple.is_positive())
        && (0..=data.dim()).all(balances)
}

/// Multipliers that satisfy Σ λᵢ zᵢ = 0 exactly, from some that nearly do: integers without a common factor. None if the
/// equations have no positive solution near them.
///
/// The equations are solved for as many of the λᵢ as they determine, the largest first; the others keep their values.
pub(super) fn repair(data: &DataSet, lambda: &[f64]) -> Option<Vec<(usize, BigInt)>> {
    const NOTHING: f64 = 1e-11;
    let largest = lambda.iter().fold(0.0_f64, |largest, x| largest.max(*x));
    let mut support: Vec<_> = (0..lambda.len()).filter(|&i| lambda[i] > NOTHING * largest).collect();
    support.sort_by(|&i, &j| lambda[j].total_cmp(&lambda[i]));
    let mut rows: Vec<Vec<_>> = (0..=data.dim())
        .map(|j| support.iter().map(|&i| rational(coordinate(data, i, j))).collect())
        .collect();
    let pivots = reduce(&mut rows);
    let mut values: Vec<_> = support.iter().map(|&i| rational(lambda[i])).collect();
    for (row, &pivot) in rows.iter().zip(&pivots) {
        let others = (0..support.len()).filter(|column| !pivots.contains(column));
        values[pivot] = -others.fold(BigRational::zero(), |sum, column| sum + &row[column] * &values[column]);
    }
    if !values.iter().all(Signed::is_positive) {
        return None;
    }
    // To integers, and rid of what they have in common.
    let denominator = values.iter().fold(BigInt::one(), |all, x| all.lcm(x.denom()));
    let integers: Vec<_> = values.iter().map(|x| x.numer() * (&denominator / x.denom())).collect();
    let common = integers.iter().fold(BigInt::zero(), |all, x| all.gcd(x));
    let mut multiples: Vec<_> = support.into_iter().zip(integers.into_iter().map(|x| x / &common)).collect();
    multiples.sort();
    Some(multiples)
}

/// Brings the rows to reduced echelon form; the columns of the pivots, a row each. Rows of zeros fall off the end.
fn reduce(rows: &mut Vec<Vec<BigRational>>) -> Vec<usize> {
    let width = rows[0].len();
    let mut pivots = Vec::new();
    for column in 0..width {
        let done = pivots.len();
        let Some(found) = (done..rows.len()).find(|&i| !rows[i][column].is_zero()) else { continue };
        rows.swap(done, found);
        let inverse = rows[done][column].recip();
        for x in &mut rows[done][column..] {
            *x *= &inverse;
        }
        let pivot = rows[done].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(i, row)| *i != done && !row[column].is_zero()) {
            let factor = row[column].clone();
            for (x, p) in row[column..].iter_mut().zip(&pivot[column..]) {
                *x -= &factor * p;
            }
        }
        pivots.push(column);
    }
    rows.truncate(pivots.len());
    pivots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_double_is_the_rational_it_looks_like() {
        for x in [0.0, -0.0, 1.0, -0.1, 5e-324, f64::MAX, f64::MIN_POSITIVE, 1e22] {
            let (integer, exponent) = parts(x);
            let half = exponent / 2;
            let power =
                |e: i32| (0..e.unsigned_abs()).fold(1.0, |p, _| if e < 0 { 0.5 * p } else { 2.0 * p });
            assert_eq!(integer as f64 * power(half) * power(exponent - half), x);
            let ratio = rational(x);
            assert_eq!(num_traits::ToPrimitive::to_f64(&ratio), Some(x + 0.0));
        }
    }

    #[test]
    fn one_ulp_decides_a_sign() {
        // (1 + u)x − x − u with u = 2⁻⁵², rounded to 0 in floating point.
        let above = 1.0 + f64::EPSILON;
        let data = DataSet::new(2, [above, 1.0], [1], 2).unwrap();
        let tiny = f64::EPSILON;
        assert!(!margin_is_positive(&[1.0, -1.0, -tiny], &data, 0));
        assert!(margin_is_positive(&[1.0, -1.0, -tiny * (1.0 - tiny)], &data, 0));
        assert!(!margin_is_positive(&[0.0, 0.0, 0.0], &data, 0));
    }
}

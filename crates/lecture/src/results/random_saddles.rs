//! R19: a symmetric matrix that is drawn at random hardly ever has positive eigenvalues only.

use std::f64::consts::{PI, SQRT_2};

use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_numerics::{exp, ln, powi};

use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "minima-are-exponentially-rare-among-random-points",
    number: 19,
    slides: Slides(&[(33, 33)]),
    chapter: Chapter::Surface,
    claim: "Saddle points are exponentially more common than local minima: among random symmetric matrices positive definite ones are that rare. \
            That large networks are like them is a hypothesis.",
    correction: None,
    source: "the hypothesis rests on a Hessian whose elements are drawn: normal, of variance 1 on the diagonal and ½ beside it, so that no \
             direction is preferred. All n eigenvalues are positive with a chance that is a ratio of two Pfaffians (de Bruijn 1955), for \
             large n like exp(−(ln 3/4) n²) (Dean and Majumdar 2008); it is ½, (2 − √2)/4 and (π − 2√2)/4π for n = 1, 2, 3",
    errata: &[Erratum {
        slides: Slides(&[(33, 33)]),
        flag: Flag::Imprecise,
        printed: "The frequency of occurrence of saddle points is exponential in network size.",
        correct: "Of a random matrix it is that of positive definite ones that falls, and faster than exponentially: like exp(−c n²) with n \
                  parameters. Hessians of networks are not such matrices; for them it is a hypothesis.",
        measured_by: "−ln of the chance for n = 5 less that for n = 4, over 9",
    }],
    code: file!(),
    puts_to_the_test: &["crates/hessian/src/eigen.rs", "crates/hessian/src/inertia.rs"],
    run,
    full: None,
};

const SIZES: usize = 6;
/// Matrices of each size; the number and the seeds were fixed beforehand.
const DRAWN: u32 = 400_000;

fn run() -> Findings {
    let mut findings = Findings::default();
    let predicted: Vec<_> = (1..=SIZES).map(chance).collect();
    let shares: Vec<_> = (1..=SIZES).map(share).collect();
    for (n, closed) in [0.5, (2.0 - SQRT_2) / 4.0, (PI - 2.0 * SQRT_2) / (4.0 * PI)].into_iter().enumerate() {
        findings.near(
            format!("chance by Pfaffians, n = {}", n + 1),
            "½, (2 − √2)/4, (π − 2√2)/4π",
            closed,
            predicted[n],
            Tolerance::Relative(1e-9),
            "Simpson's rule on 4000 intervals",
        );
    }
    let mut table = Table::new(
        format!("{DRAWN} matrices of each size: share whose eigenvalues are all positive"),
        &["n", "predicted", "measured", "−ln of it, predicted", "over (ln 3/4) n²"],
    );
    for (i, (p, share)) in predicted.iter().zip(&shares).enumerate() {
        let n = i + 1;
        findings.near(
            format!("share without a negative eigenvalue, n = {n}"),
            "a ratio of Pfaffians",
            *p,
            *share,
            Tolerance::Absolute(3.0 * (p * (1.0 - p) / f64::from(DRAWN)).sqrt()),
            "three standard deviations of a count",
        );
        let limit = 0.25 * ln(3.0) * (n * n) as f64;
        table.row([
            n.to_string(),
            significant(*p, 5),
            significant(*share, 5),
            significant(-ln(*p), 5),
            significant(-ln(*p) / limit, 4),
        ]);
    }
    findings.tables.push(table);
    // −ln P = a n² + b n + …: what is left of b falls in the second difference.
    let rise = |n: usize| ln(chance(n)) - ln(chance(n + 1));
    findings.near(
        "half the second difference of −ln of the chance, n = 7, 8, 9",
        "(ln 3)/4, what comes with n²",
        0.25 * ln(3.0),
        0.5 * (rise(8) - rise(7)),
        Tolerance::Relative(0.02),
        "what is left of the logarithm of n that comes beside it",
    );
    findings.near(
        "−ln of the chance for n = 5 less that for n = 4, over 9",
        "the same of the prediction; 9 is 5² − 4²",
        rise(4) / 9.0,
        (ln(shares[3]) - ln(shares[4])) / 9.0,
        Tolerance::Absolute(3.0 / (9.0 * (predicted[4] * f64::from(DRAWN)).sqrt())),
        "three standard deviations of the rarer count",
    );
    findings.figures.push(figure(&predicted, &shares));
    findings
}

/// The share of matrices of size n whose eigenvalues are all positive.
fn share(n: usize) -> f64 {
    let mut draws = Draws::from_seed(n as u64);
    let mut matrix = DMatrix::zeros(n, n);
    let is_minimum = |_: &u32| {
        for i in 0..n {
            matrix[(i, i)] = draws.normal();
            for j in 0..i {
                let element = draws.normal() / SQRT_2;
                (matrix[(i, j)], matrix[(j, i)]) = (element, element);
            }
        }
        // A matrix with a negative element on the diagonal has a negative eigenvalue.
        let is_worth_a_look = (0..n).all(|i| matrix[(i, i)] > 0.0);
        is_worth_a_look && Eigen::new(&matrix).expect("it is symmetric").inertia().negative == 0
    };
    f64::from((0..DRAWN).filter(is_minimum).count() as u32) / f64::from(DRAWN)
}

/// The chance that all n eigenvalues are positive.
///
/// Their joint density is proportional to Π |λᵢ − λⱼ| exp(−Σ λᵢ²/2). Its integral over a range to the power n is n! times the
/// Pfaffian of aᵢⱼ = ∫∫ sign(y − x) φᵢ(x) φⱼ(y), φᵢ(x) = xⁱ exp(−x²/2), with a border of ∫ φᵢ where n is odd.
fn chance(n: usize) -> f64 {
    // The square of a Pfaffian is the determinant.
    (determinant_over(0.0, n) / determinant_over(-REACH, n)).sqrt()
}

/// Beyond it exp(−x²/2) xⁱ is nothing.
const REACH: f64 = 14.0;
const INTERVALS: usize = 4000;

fn determinant_over(low: f64, n: usize) -> f64 {
    let step = (REACH - low) / INTERVALS as f64;
    let point = |k: usize| low + step * k as f64;
    let phi = |i: usize, x: f64| powi(x, i as u64) * exp(-0.5 * x * x);
    // Scaled, so that elements of all rows are of one size.
    let scale: Vec<_> =
        (0..n).map(|i| (0..i).fold(1.0, |product, j| product * ((j + 1) as f64).sqrt())).collect();
    // ∫ from the low end to every second point, by Simpson's rule.
    let running = |i: usize| {
        let mut sums = vec![0.0];
        for k in (0..INTERVALS).step_by(2) {
            let [a, b, c] = [k, k + 1, k + 2].map(|k| phi(i, point(k)));
            sums.push(sums[k / 2] + step / 3.0 * (a + 4.0 * b + c) / scale[i]);
        }
        sums
    };
    let integrals: Vec<_> = (0..n).map(running).collect();
    let total = |i: usize| integrals[i][INTERVALS / 2];
    let size = n + n % 2;
    let mut matrix = DMatrix::zeros(size, size);
    for i in 0..n {
        for j in 0..i {
            // ∫ φⱼ(y) (2Fᵢ(y) − Fᵢ(∞)) dy over double intervals.
            let term = |k: usize| phi(j, point(2 * k)) / scale[j] * (2.0 * integrals[i][k] - total(i));
            let sum = (0..INTERVALS / 4).fold(0.0, |sum, k| {
                sum + 2.0 * step / 3.0 * (term(2 * k) + 4.0 * term(2 * k + 1) + term(2 * k + 2))
            });
            (matrix[(i, j)], matrix[(j, i)]) = (sum, -sum);
        }
        if size > n {
            (matrix[(i, n)], matrix[(n, i)]) = (total(i), -total(i));
        }
    }
    matrix.determinant()
}

fn figure(predicted: &[f64], shares: &[f64]) -> Figure {
    let by_square = |numbers: &[f64]| -> Vec<(f64, f64)> {
        numbers.iter().enumerate().map(|(i, p)| (((i + 1) * (i + 1)) as f64, *p)).collect()
    };
    let (theory, measured) = (by_square(predicted), by_square(shares));
    let limit = [(1.0, 0.5), (36.0, 0.5 * exp(-0.25 * ln(3.0) * 35.0))];
    Figure {
        id: "positive-definite",
        caption: "The share of random symmetric matrices without a negative eigenvalue, against the square of their size: dots are counted, \
                  the dashed line is exact, and the slope of the gray one is that of large matrices."
            .to_owned(),
        panels: vec![
            Panel::new(
                "How rare a minimum is",
                Axis::linear("n²", 0.0, 38.0),
                Axis::logarithmic("share", 1e-6, 1.0),
            )
            .line(limit, Ink::Quiet)
            .dashed(theory, Ink::Theory)
            .dots(measured, Ink::Series(0))
            .label((17.0, 2e-2), Anchor::Right, "exp(−(ln 3/4) n²)", Ink::Quiet),
        ],
        columns: 1,
    }
}

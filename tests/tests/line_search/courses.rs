//! Every trial of long courses, beside SciPy's translation of MINPACK-2 and beside the other two searches written down once more,
//! as procedures (`tests/references/line_searches.py`).

use thalweg::problem::Allowance;
use thalweg_line_search::{HagerZhang, MoreThuente, OneDimensional, Sample, StrongWolfe, search_curve};

use crate::reference::{hex_float, rows};

const TABLE: &str = include_str!("../../references/line_searches.tsv");

/// A polynomial and its derivative, by Horner's scheme as the reference has it.
fn polynomial(coefficients: &[f64], alpha: f64) -> Sample {
    let (mut value, mut slope) = (0.0, 0.0);
    for c in coefficients {
        slope = slope * alpha + value;
        value = value * alpha + c;
    }
    Sample { value, slope }
}

fn trials<S: OneDimensional>(search: &S, coefficients: &[f64], first: f64) -> Vec<f64> {
    let mut trials = Vec::new();
    let start = polynomial(coefficients, 0.0);
    let outcome = search_curve(search, start, first, &mut Allowance::evaluations(100), |alpha| {
        trials.push(alpha);
        polynomial(coefficients, alpha)
    });
    outcome.unwrap_or_else(|failed| panic!("{failed} on {coefficients:?} after {trials:?}"));
    trials
}

#[test]
fn courses_are_those_of_the_reference_trial_by_trial() {
    let mut counts = [0; 3];
    for row in rows(TABLE) {
        let [name, c1, c2, coefficients, expected] = row[..] else { panic!("{row:?}") };
        let numbers = |text: &str| text.split(' ').map(hex_float).collect::<Vec<f64>>();
        let (c1, c2) = (hex_float(c1), hex_float(c2));
        let (coefficients, expected) = (numbers(coefficients), numbers(expected));
        let (search, measured) = match name {
            "Moré–Thuente" => {
                let search = MoreThuente { c1, c2, noise: 0.0, ..MoreThuente::default() };
                (0, trials(&search, &coefficients, expected[0]))
            }
            "strong Wolfe" => {
                let search = StrongWolfe { c1, c2, noise: 0.0, ..StrongWolfe::default() };
                (1, trials(&search, &coefficients, expected[0]))
            }
            "Hager–Zhang" => {
                let search = HagerZhang { c1, c2, epsilon: 0.0, ..HagerZhang::default() };
                (2, trials(&search, &coefficients, expected[0]))
            }
            _ => panic!("{name}"),
        };
        counts[search] += 1;
        assert_eq!(measured.len(), expected.len(), "{name}: {measured:?} instead of {expected:?}");
        for (measured, expected) in measured.iter().zip(&expected) {
            // The formulas are written in other forms, whose roundings grow where a trial follows from close ones.
            assert!((measured / expected - 1.0).abs() < 1e-6, "{name}: {measured} instead of {expected}");
        }
    }
    assert_eq!(counts, [120; 3]);
}

#[test]
fn interval_among_the_subnormal_numbers_ends_a_search() {
    // A kink at 4 of the smallest numbers: no step satisfies Wolfe's conditions, and halves round to themselves.
    let kink = 2e-323;
    let phi =
        |alpha: f64| Sample { value: (alpha - kink).abs(), slope: if alpha < kink { -1.0 } else { 1.0 } };
    for first in [5e-324, 1e-323, 3e-323, 1e-322, 1.0] {
        let mut allow = Allowance::evaluations(100);
        let start = Sample { value: 1.0, slope: -1.0 };
        let _ =
            search_curve(&MoreThuente { c2: 0.1, ..MoreThuente::default() }, start, first, &mut allow, phi);
        let _ =
            search_curve(&StrongWolfe { c2: 0.1, ..StrongWolfe::default() }, start, first, &mut allow, phi);
        let _ = search_curve(&HagerZhang { c2: 0.1, ..HagerZhang::default() }, start, first, &mut allow, phi);
    }
}

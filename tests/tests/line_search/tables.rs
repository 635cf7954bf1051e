//! Tables 1 to 6 of Moré and Thuente (1994): evaluations, steps to the digits that are printed.

use thalweg::problem::Allowance;
use thalweg_line_search::{Accepted, Condition, MoreThuente, Sample, search_curve};

use crate::published::{FIRST, FUNCTIONS};

const EVALUATIONS: [[u64; 4]; 6] =
    [[6, 3, 1, 4], [12, 8, 8, 11], [12, 12, 10, 13], [4, 1, 3, 4], [6, 3, 7, 8], [13, 11, 8, 11]];

const STEPS: [[&str; 4]; 6] = [
    ["1.3650", "1.4414", "10", "36.888"],
    ["1.5960", "1.5960", "1.5960", "1.5960"],
    ["1.0", "1.0", "1.0", "1.0"],
    ["0.085", "0.1", "0.34910", "0.8294"],
    ["0.075011", "0.07751", "0.073142", "0.076159"],
    ["0.9279", "0.92615", "0.92478", "0.92440"],
];

fn all() -> Vec<(usize, usize, Sample, Accepted)> {
    let mut all = Vec::new();
    for (f, function) in FUNCTIONS.iter().enumerate() {
        for (a, first) in FIRST.into_iter().enumerate() {
            // The paper's test is on values alone.
            let search =
                MoreThuente { c1: function.c1, c2: function.c2, noise: 0.0, ..MoreThuente::default() };
            let (start, phi) = ((function.phi)(0.0), function.phi);
            let accepted = search_curve(&search, start, first, &mut Allowance::evaluations(100), phi);
            let accepted = accepted.unwrap_or_else(|failed| panic!("function {f}, {first}: {failed}"));
            all.push((f, a, start, accepted));
        }
    }
    all
}

#[test]
fn tables_of_more_and_thuente_have_these_evaluations() {
    let mut counts = [[0; 4]; 6];
    for (f, a, _, accepted) in all() {
        counts[f][a] = accepted.evaluations;
    }
    assert_eq!(counts, EVALUATIONS);
    assert_eq!(counts.as_flattened().iter().sum::<u64>(), 179);
}

#[test]
fn tables_of_more_and_thuente_have_these_steps() {
    for (f, a, _, accepted) in all() {
        let printed = STEPS[f][a];
        let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert_eq!(
            format!("{:.decimals$}", accepted.alpha),
            printed,
            "function {}, α₀ = {}",
            f + 1,
            FIRST[a]
        );
    }
}

#[test]
fn tables_of_more_and_thuente_end_with_strong_wolfe() {
    for (f, _, start, accepted) in all() {
        let (c1, c2) = (FUNCTIONS[f].c1, FUNCTIONS[f].c2);
        assert_eq!(accepted.condition, Condition::StrongWolfe { c1, c2 });
        assert!(accepted.condition.holds(start, accepted.alpha, accepted.end));
    }
}

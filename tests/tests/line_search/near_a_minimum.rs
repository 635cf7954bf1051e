//! Where f changes by its rounding only, a search still finds the step that the slopes ask for.

use thalweg::problem::Allowance;
use thalweg_line_search::{
    Accepted, Backtracking, Condition, Failed, HagerZhang, MoreThuente, OneDimensional, Sample, StrongWolfe,
    search_curve,
};

/// 1 + s (α − 1)² with one bit of noise: from s = 1e-16 on, nothing but noise is left of it in the values.
fn flat(s: f64) -> impl Fn(f64) -> Sample {
    move |alpha: f64| {
        let value = 1.0 + s * (alpha - 1.0) * (alpha - 1.0);
        let value = if (alpha.to_bits() >> 3) % 2 == 0 { value.next_up() } else { value };
        Sample { value, slope: 2.0 * s * (alpha - 1.0) }
    }
}

fn run<S: OneDimensional>(search: &S, s: f64, first: f64) -> Result<Accepted, Failed> {
    let phi = flat(s);
    // The lower of the two values: the start is no lucky one.
    let start = Sample { value: 1.0 + s, ..phi(0.0) };
    search_curve(search, start, first, &mut Allowance::evaluations(100), phi)
}

const SIZES: [f64; 9] = [1e-6, 1e-10, 1e-13, 1e-14, 1e-15, 1e-16, 1e-18, 1e-25, 1e-100];

#[test]
fn wolfe_searches_find_the_minimum_that_no_value_shows() {
    for s in SIZES {
        for first in [0.01, 0.5, 1.0, 1.5, 2.5, 100.0] {
            let outcomes = [
                run(&MoreThuente { c2: 0.1, ..MoreThuente::default() }, s, first),
                run(&StrongWolfe { c2: 0.1, ..StrongWolfe::default() }, s, first),
                run(&HagerZhang { c2: 0.1, epsilon: 1e-13, ..HagerZhang::default() }, s, first),
            ];
            for (number, outcome) in outcomes.into_iter().enumerate() {
                let accepted = outcome.unwrap_or_else(|failed| panic!("{number}, {s}, {first}: {failed}"));
                // |φ′| ≤ 0.1 |φ₀′|, and for Hager and Zhang at most 0.8 on the other side.
                let upper = if number == 2 { 1.8 } else { 1.1 };
                assert!(
                    (0.9 - 1e-9..=upper).contains(&accepted.alpha),
                    "{number}, {s}, {first}: {accepted:?}"
                );
                assert!(accepted.evaluations <= 7, "{number}, {s}, {first}: {accepted:?}");
                if s <= 1e-18 {
                    let is_approximate = matches!(accepted.condition, Condition::ApproximateWolfe { .. });
                    assert!(is_approximate, "{number}, {s}: {accepted:?}");
                }
            }
        }
    }
}

#[test]
fn backtracking_takes_a_step_that_the_slopes_allow() {
    for s in SIZES {
        for first in [0.01, 0.5, 1.0, 1.5, 2.5, 100.0] {
            let outcome = run(&Backtracking::default(), s, first);
            let accepted = outcome.unwrap_or_else(|failed| panic!("{s}, {first}: {failed}"));
            assert!(accepted.alpha < 2.0 && accepted.evaluations <= 5, "{s}, {first}: {accepted:?}");
        }
    }
}

#[test]
fn without_the_noise_term_values_mislead() {
    // What the noise term is there for: by values alone this start is as low as it gets.
    let s = 1e-18;
    let failed =
        run(&MoreThuente { c2: 0.1, noise: 0.0, ..MoreThuente::default() }, s, 0.5).expect_err("lost");
    assert_eq!((failed.alpha, failed.end.value), (0.0, 1.0));
    run(&StrongWolfe { c2: 0.1, noise: 0.0, ..StrongWolfe::default() }, s, 0.5).expect_err("lost");
    run(&Backtracking { noise: 0.0, ..Backtracking::default() }, s, 0.5).expect_err("lost");
}

#[test]
fn function_that_comes_back_far_away_does_not_pass_for_a_flat_one() {
    // Down from 1, up again to 1, and flat from α = 2 on: there all slopes are 0, and all values are φ₀.
    let phi = |alpha: f64| {
        if alpha >= 2.0 {
            Sample { value: 1.0, slope: 0.0 }
        } else {
            Sample { value: (alpha - 1.0) * (alpha - 1.0), slope: 2.0 * (alpha - 1.0) }
        }
    };
    let run = |search: &dyn Fn(&mut Allowance) -> Result<Accepted, Failed>| {
        let accepted = search(&mut Allowance::evaluations(40)).expect("there is a minimum");
        assert!(accepted.end.value < 0.9, "{accepted:?}");
    };
    run(&|allow| search_curve(&MoreThuente::default(), phi(0.0), 3.0, allow, phi));
    run(&|allow| search_curve(&StrongWolfe::default(), phi(0.0), 3.0, allow, phi));
    run(&|allow| search_curve(&Backtracking::default(), phi(0.0), 3.0, allow, phi));
}

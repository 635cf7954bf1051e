//! A power of two in f, or in p, changes no bit of what a search does.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::objectives::classic::Rosenbrock;
use thalweg::problem::{Allowance, Curved, Point, Scaled};
use thalweg_line_search::{
    Accepted, Backtracking, Failed, Failure, Fixed, HagerZhang, Landing, MoreThuente, OneDimensional, Ray,
    Sample, StrongWolfe, search_curve,
};

use crate::all_searches;
use crate::random_functions::{Random, RandomFunction, power_of_two};

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(19_940_200),
        ..ProptestConfig::default()
    }
}

/// The trials, and how the search ended.
type Course = (Vec<f64>, Result<f64, std::mem::Discriminant<Failure>>);

/// A search on β ↦ `f_factor` φ(`alpha_factor` β).
fn course<S: OneDimensional>(
    search: &S,
    function: &RandomFunction,
    first: f64,
    f_factor: f64,
    alpha_factor: f64,
) -> Course {
    let mut trials = Vec::new();
    let mut phi = |beta: f64| {
        let sample = function.at(alpha_factor * beta);
        trials.push(beta * alpha_factor);
        Sample { value: f_factor * sample.value, slope: f_factor * alpha_factor * sample.slope }
    };
    let (start, mut allow) = (phi(0.0), Allowance::evaluations(100));
    let outcome: Result<Accepted, Failed> =
        search_curve(search, start, first / alpha_factor, &mut allow, phi);
    let end =
        outcome.map(|a| a.alpha * alpha_factor).map_err(|failed| std::mem::discriminant(&failed.reason));
    (trials, end)
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn powers_of_two_in_f_and_in_p_change_no_bit_along_a_line(
        seed in any::<u64>(),
        f_exponent in -166_i32..=166,
        alpha_exponent in -166_i32..=166,
        first in 1e-4..1e4_f64,
    ) {
        let function = RandomFunction::moderate(&mut Random(seed));
        let first = first * function.scale;
        // What is too large for a factor, and an α that is too small for one.
        let is_extreme = |alpha: &f64| {
            let Sample { value, slope } = function.at(*alpha);
            value.abs() > 1e150 || slope.abs() > 1e150 || (*alpha > 0.0 && *alpha < 1e-150)
        };
        macro_rules! check {
            ($($search:expr),*) => {$(
                let plain = course(&$search, &function, first, 1.0, 1.0);
                prop_assume!(!plain.0.iter().any(is_extreme));
                let (f, alpha) = (power_of_two(f_exponent), power_of_two(alpha_exponent));
                prop_assert_eq!(&plain, &course(&$search, &function, first, f, 1.0), "{:?}", $search);
                // A fixed step and the largest number are what they are.
                if stringify!($search) != "Fixed::default()" && plain.0.iter().all(|a| *a < 1e100) {
                    prop_assert_eq!(&plain, &course(&$search, &function, first, f, alpha), "{:?}", $search);
                }
            )*};
        }
        check!(
            MoreThuente::default(),
            MoreThuente { c2: 0.1, ..MoreThuente::default() },
            StrongWolfe { c2: 0.1, ..StrongWolfe::default() },
            HagerZhang::default(),
            Backtracking::default(),
            Fixed::default()
        );
    }

    #[test]
    fn powers_of_two_in_f_change_no_bit_in_space(
        x in proptest::collection::vec(-2.0..2.0, 20),
        exponent in -166_i32..=166,
        first in 1e-5..1.0_f64,
    ) {
        let plain = Rosenbrock::extended(20).expect("even");
        let scaled = Scaled::new(&plain, vec![1.0; 20], power_of_two(-exponent)).expect("a power of two");
        // Not the gradient's own direction, which would be scaled too.
        let start = Point::new(&plain, &x);
        let direction: Vec<f64> = start.gradient.iter().map(|g| -g).collect();
        for (name, search) in all_searches() {
            let run = |problem: &dyn Curved| {
                let start = Point::new(problem, &x);
                let ray = Ray::new(&start, &direction).expect("equal lengths");
                let (mut allow, mut landing) = (Allowance::evaluations(50), Landing::new(20));
                let outcome = search.search(problem, ray, first, &mut allow, &mut landing);
                (outcome.map(|a| (a.alpha, a.evaluations)).map_err(|f| (f.alpha, f.evaluations)), landing.point.x)
            };
            prop_assert_eq!(run(&plain), run(&scaled), "{}", name);
        }
    }
}

//! Settings and arguments that cannot be used are named, before anything is evaluated.

use thalweg::problem::{Allowance, InvalidInput, Point, Stuck, from_fn};
use thalweg_line_search::{
    Backtracking, Exact, Failure, Fixed, HagerZhang, Landing, MoreThuente, OneDimensional, Ray, StrongWolfe,
};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// Checks that each search is refused for the named field, alone and when it is run.
fn assert_refused<S: OneDimensional + Copy>(cases: &[(&str, S)]) {
    for (field, search) in cases {
        let error = search.check().expect_err(field);
        assert_eq!(error.argument, *field, "{error}");
        let start = thalweg_line_search::Sample { value: 1.0, slope: -1.0 };
        let outcome =
            thalweg_line_search::search_curve(search, start, 1.0, &mut Allowance::evaluations(9), |_| {
                panic!("evaluated in spite of {field}")
            });
        let failed = outcome.expect_err(field);
        assert_eq!(failed.reason, Failure::Invalid(error), "{field}");
        assert_eq!((failed.alpha, failed.end, failed.evaluations), (0.0, start, 0), "{field}");
    }
}

#[test]
fn settings_of_more_thuente_are_checked() {
    let good = MoreThuente::default();
    let shares = [0.0, 1.0, -0.1, NAN, INF];
    let mut cases = vec![("max_trials", MoreThuente { max_trials: 0, ..good })];
    cases.extend(shares.map(|c1| ("c1", MoreThuente { c1, ..good })));
    cases.extend(shares.map(|c2| ("c2", MoreThuente { c2, ..good })));
    cases.extend([0.0, -1.0, NAN, -INF].map(|max_alpha| ("max_alpha", MoreThuente { max_alpha, ..good })));
    cases.extend([1.0, -1e-20, NAN, INF].map(|noise| ("noise", MoreThuente { noise, ..good })));
    assert_refused(&cases);
    good.check().expect("the defaults are valid");
    MoreThuente { c1: 0.1, c2: 0.1, ..good }.check().expect("as in the paper's tables");
}

#[test]
fn settings_of_strong_wolfe_are_checked() {
    let good = StrongWolfe::default();
    let shares = [0.0, 1.0, -0.1, NAN, INF];
    let mut cases = vec![("max_trials", StrongWolfe { max_trials: 0, ..good })];
    cases.extend(shares.map(|c1| ("c1", StrongWolfe { c1, ..good })));
    cases.extend(shares.map(|c2| ("c2", StrongWolfe { c2, ..good })));
    cases.push(("c1", StrongWolfe { c1: 0.9, c2: 0.9, ..good }));
    cases.extend([0.0, -1.0, NAN, -INF].map(|max_alpha| ("max_alpha", StrongWolfe { max_alpha, ..good })));
    cases.extend([1.0, -1e-20, NAN, INF].map(|noise| ("noise", StrongWolfe { noise, ..good })));
    assert_refused(&cases);
    good.check().expect("the defaults are valid");
}

#[test]
fn settings_of_hager_zhang_are_checked() {
    let good = HagerZhang::default();
    let mut cases = vec![("max_trials", HagerZhang { max_trials: 0, ..good })];
    cases.extend([0.0, 0.5, -0.1, NAN].map(|c1| ("c1", HagerZhang { c1, ..good })));
    cases.extend([0.05, 1.0, NAN].map(|c2| ("c2", HagerZhang { c2, ..good })));
    cases.extend([-1e-9, 1.0, NAN].map(|epsilon| ("epsilon", HagerZhang { epsilon, ..good })));
    cases.extend([0.0, 1.0, NAN].map(|theta| ("theta", HagerZhang { theta, ..good })));
    cases.extend([0.0, 1.0, NAN].map(|gamma| ("gamma", HagerZhang { gamma, ..good })));
    cases.extend([1.0, 0.5, INF, NAN].map(|rho| ("rho", HagerZhang { rho, ..good })));
    cases.extend([0.0, -1.0, NAN].map(|max_alpha| ("max_alpha", HagerZhang { max_alpha, ..good })));
    assert_refused(&cases);
    good.check().expect("the defaults are valid");
}

#[test]
fn settings_of_backtracking_and_of_fixed_steps_are_checked() {
    let good = Backtracking::default();
    let mut cases = vec![("max_trials", Backtracking { max_trials: 0, ..good })];
    cases.extend([0.0, 1.0, NAN].map(|c1| ("c1", Backtracking { c1, ..good })));
    cases.extend([-1e-9, 1.0, NAN].map(|noise| ("noise", Backtracking { noise, ..good })));
    assert_refused(&cases);
    good.check().expect("the defaults are valid");
    assert_refused(&[0.0, -1.0, NAN, INF].map(|alpha| ("alpha", Fixed { alpha })));
    Fixed::default().check().expect("the defaults are valid");
}

#[test]
fn settings_of_the_exact_step_are_checked() {
    let good = Exact::default();
    for tolerance in [0.0, 1.0, NAN] {
        assert_eq!(Exact { tolerance, ..good }.check().expect_err("invalid").argument, "tolerance");
    }
    for noise in [-1.0, 1.0, NAN] {
        assert_eq!(Exact { noise, ..good }.check().expect_err("invalid").argument, "noise");
    }
    good.check().expect("the defaults are valid");
}

#[test]
fn first_trial_is_checked() {
    for (name, search) in crate::all_searches() {
        for first in [0.0, -1.0, NAN, INF] {
            let bowl = thalweg::objectives::Quadratic::new([2.0], [0.0], 0.0).expect("valid");
            let start = Point::new(&bowl, &[1.0]);
            let mut landing = Landing::new(1);
            let ray = Ray::new(&start, &[-1.0]).expect("equal lengths");
            let outcome = search.search(&bowl, ray, first, &mut Allowance::evaluations(9), &mut landing);
            let failed = outcome.expect_err(name);
            let Failure::Invalid(InvalidInput { argument, .. }) = &failed.reason else { panic!("{failed}") };
            assert_eq!(argument, "first", "{name}");
            assert_eq!((failed.evaluations, &landing.point), (0, &start), "{name}");
        }
    }
}

#[test]
fn rays_of_unequal_lengths_are_refused() {
    let f = from_fn(2, |x, g| {
        g.copy_from_slice(x);
        0.5 * (x[0] * x[0] + x[1] * x[1])
    });
    let start = Point::new(&f, &[1.0, 2.0]);
    let argument = |ray: Result<Ray<'_>, InvalidInput>| ray.expect_err("refused").argument.into_owned();
    assert_eq!(argument(Ray::new(&start, &[1.0])), "direction");
    let short = Point { gradient: vec![1.0], ..start };
    assert_eq!(argument(Ray::new(&short, &[1.0, 2.0])), "start.gradient");
    let empty = Point { x: vec![], value: 0.0, gradient: vec![] };
    assert_eq!(argument(Ray::with_slope(&empty, &[], -1.0)), "start.x");
}

#[test]
fn failures_become_reasons_to_be_stuck() {
    let input = InvalidInput::new("first", 0, "more");
    assert_eq!(Stuck::from(Failure::OutOfEvaluations), Stuck::OutOfEvaluations);
    assert_eq!(Stuck::from(Failure::Cancelled), Stuck::Cancelled);
    assert_eq!(Stuck::from(Failure::Invalid(input.clone())), Stuck::Invalid(input));
    let stuck = Stuck::from(Failure::NoAcceptableStep { trials: 40 });
    assert_eq!(stuck.to_string(), "line search: no acceptable step in 40 trials");
}

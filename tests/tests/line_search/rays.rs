//! Along a ray in ℝⁿ: the whole point comes back, nothing is evaluated twice, failures return the best point, and budgets hold.

use thalweg::objectives::classic::{Rosenbrock, TestFunction};
use thalweg::problem::{Allowance, CancelFlag, Counted, Curved, Differentiable, Objective, Point, Scaled};
use thalweg_line_search::{
    Accepted, Failed, Failure, HagerZhang, Landing, LineSearch, MoreThuente, Ray, StrongWolfe,
};

use crate::{all_searches, iterative_searches, wolfe_searches};

/// f with a part of ℝⁿ where it cannot be evaluated.
struct Walled<P> {
    inner: P,
    is_wall: fn(&[f64]) -> bool,
    there: (f64, f64),
}

impl<P: Objective> Objective for Walled<P> {
    fn dim(&self) -> usize {
        self.inner.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        if (self.is_wall)(x) { self.there.0 } else { self.inner.value(x) }
    }
}

impl<P: Differentiable> Differentiable for Walled<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.inner.value_gradient(x, gradient);
        if !(self.is_wall)(x) {
            return value;
        }
        gradient.fill(self.there.1);
        self.there.0
    }
}

impl<P: Curved> Curved for Walled<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.inner.hessian_vector(x, v, out);
    }
}

fn downhill(point: &Point) -> Vec<f64> {
    point.gradient.iter().map(|g| -g).collect()
}

fn search(
    search: &dyn for<'a> LineSearch<dyn Curved + 'a>,
    problem: &dyn Curved,
    start: &Point,
    first: f64,
    evaluations: u64,
) -> (Result<Accepted, Failed>, Point) {
    let direction = downhill(start);
    let ray = Ray::new(start, &direction).expect("equal lengths");
    let mut landing = Landing::new(direction.len());
    let mut allow = Allowance::evaluations(evaluations);
    let outcome = search.search(problem, ray, first, &mut allow, &mut landing);
    let spent = match &outcome {
        Ok(accepted) => accepted.evaluations,
        Err(failed) => failed.evaluations,
    };
    assert_eq!(evaluations - allow.left(), spent);
    (outcome, landing.point)
}

/// The point at x + αp, evaluated anew.
fn fresh(problem: &dyn Curved, start: &Point, alpha: f64) -> Point {
    let moved: Vec<f64> = start.x.iter().zip(downhill(start)).map(|(x, p)| x + alpha * p).collect();
    Point::new(problem, &moved)
}

#[test]
fn accepted_point_comes_back_whole_and_nothing_is_evaluated_twice() {
    let rosenbrock = Rosenbrock::extended(40).expect("even");
    for (name, method) in all_searches() {
        for first in [1e-6, 1e-3, 1.0] {
            let counted = Counted::new(&rosenbrock);
            let start = Point::new(&rosenbrock, &rosenbrock.start());
            let (outcome, landed) = search(&*method, &counted, &start, first, 100);
            let accepted = outcome.unwrap_or_else(|failed| panic!("{name} from {first}: {failed}"));
            assert_eq!(landed, fresh(&rosenbrock, &start, accepted.alpha), "{name}");
            assert_eq!(landed.value, accepted.end.value, "{name}");
            let slope = thalweg::numerics::dot(&landed.gradient, &downhill(&start));
            assert_eq!(slope, accepted.end.slope, "{name}");
            let counts = counted.counts();
            assert_eq!(counts.total(), accepted.evaluations, "{name}");
            assert_eq!(counts.values, 0, "{name}: a gradient comes with its value");
        }
    }
}

#[test]
fn budget_of_one_two_or_three_returns_the_best_point_it_could_buy() {
    let rosenbrock = Rosenbrock::extended(2).expect("even");
    let start = Point::new(&rosenbrock, &rosenbrock.start());
    // One far too short, one near the minimum, three too long.
    for first in [1e-7, 1e-3, 0.1, 10.0, 1e6] {
        for budget in 0..=3 {
            for (name, method) in all_searches() {
                let counted = Counted::new(&rosenbrock);
                let (outcome, landed) = search(&*method, &counted, &start, first, budget);
                assert!(counted.counts().total() <= budget, "{name}");
                let (alpha, value) = match &outcome {
                    Ok(accepted) => (accepted.alpha, accepted.end.value),
                    Err(failed) => {
                        assert!(failed.end.value <= start.value, "{name}");
                        assert_eq!(failed.reason, Failure::OutOfEvaluations, "{name}");
                        (failed.alpha, failed.end.value)
                    }
                };
                assert_eq!(landed, fresh(&rosenbrock, &start, alpha), "{name}, {first}, {budget}");
                assert_eq!(landed.value, value, "{name}");
                assert!(landed.is_finite(), "{name}");
            }
        }
    }
}

#[test]
fn what_is_not_finite_shortens_the_step() {
    // The steepest descent from the start of Rosenbrock's function crosses x₀ = −1.1.
    let is_wall: fn(&[f64]) -> bool = |x| x[0] > -1.1;
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for there in
        [(nan, nan), (inf, 0.0), (inf, nan), (-inf, 1.0), (nan, 0.0), (0.0, nan), (-1e9, inf), (-1e9, -inf)]
    {
        let problem = Walled { inner: Rosenbrock::extended(2).expect("even"), is_wall, there };
        let start = Point::new(&problem, &problem.inner.start());
        for (name, method) in iterative_searches() {
            // The wall is at α ≈ 4.6e-4, before the minimum.
            for first in [1e-4, 1e-2, 1.0, 1e4] {
                let (outcome, landed) = search(&*method, &problem, &start, first, 100);
                assert!(landed.is_finite() && landed.x[0] <= -1.1, "{name}, {first}, {there:?}: {landed:?}");
                assert!(landed.value < start.value, "{name}, {first}, {there:?}: {outcome:?}");
            }
        }
    }
}

#[test]
fn wall_behind_the_minimum_does_not_keep_a_search_from_it() {
    let is_wall: fn(&[f64]) -> bool = |x| x[0] > -1.0;
    let problem =
        Walled { inner: Rosenbrock::extended(2).expect("even"), is_wall, there: (f64::NAN, f64::NAN) };
    let start = Point::new(&problem, &problem.inner.start());
    for (name, method) in wolfe_searches() {
        for first in [1e-6, 1e-2, 1.0, 1e4] {
            let (outcome, _) = search(&*method, &problem, &start, first, 100);
            let accepted = outcome.unwrap_or_else(|failed| panic!("{name} from {first}: {failed}"));
            assert!(accepted.evaluations <= 14, "{name} from {first}: {accepted:?}");
        }
    }
}

#[test]
fn nothing_finite_ahead_ends_at_the_start() {
    let is_wall: fn(&[f64]) -> bool = |x| x[0] > -1.2;
    let problem =
        Walled { inner: Rosenbrock::extended(2).expect("even"), is_wall, there: (f64::NAN, f64::NAN) };
    let start = Point::new(&problem, &problem.inner.start());
    for (name, method) in all_searches() {
        let (outcome, landed) = search(&*method, &problem, &start, 1.0, 1000);
        let failed = outcome.expect_err(name);
        assert_eq!((failed.alpha, failed.end.value, &landed), (0.0, start.value, &start), "{name}");
        assert!(failed.evaluations <= 50, "{name}: {failed:?}");
    }
}

#[test]
fn direction_that_does_not_lead_down_is_named() {
    let rosenbrock = Rosenbrock::extended(2).expect("even");
    let start = Point::new(&rosenbrock, &rosenbrock.start());
    let uphill = start.gradient.clone();
    for (name, method) in all_searches() {
        for direction in [uphill.clone(), vec![0.0; 2]] {
            let mut landing = Landing::new(2);
            let mut allow = Allowance::evaluations(10);
            let ray = Ray::new(&start, &direction).expect("equal lengths");
            let failed = method.search(&rosenbrock, ray, 1.0, &mut allow, &mut landing).expect_err(name);
            assert!(
                matches!(failed.reason, Failure::NotDescent { slope } if slope >= 0.0),
                "{name}: {failed}"
            );
            assert_eq!((failed.evaluations, &landing.point), (0, &start), "{name}");
        }
    }
}

#[test]
fn start_or_direction_that_is_not_finite_is_named() {
    let rosenbrock = Rosenbrock::extended(2).expect("even");
    let start = Point::new(&rosenbrock, &rosenbrock.start());
    let direction = downhill(&start);
    let bad_value = Point { value: f64::NAN, ..start.clone() };
    let bad_gradient = Point { gradient: vec![f64::INFINITY, 1.0], ..start.clone() };
    let bad_direction = vec![f64::NAN, 1.0];
    for (name, method) in all_searches() {
        for (start, direction) in
            [(&bad_value, &direction), (&bad_gradient, &direction), (&start, &bad_direction)]
        {
            let mut allow = Allowance::evaluations(10);
            let ray = Ray::new(start, direction).expect("equal lengths");
            let outcome = method.search(&rosenbrock, ray, 1.0, &mut allow, &mut Landing::new(2));
            let failed = outcome.expect_err(name);
            assert_eq!(failed.reason, Failure::NonFinite { alpha: 0.0 }, "{name}");
            assert_eq!(failed.evaluations, 0, "{name}");
        }
    }
}

#[test]
fn raised_flag_stops_a_search_before_its_next_evaluation() {
    let rosenbrock = Rosenbrock::extended(2).expect("even");
    let start = Point::new(&rosenbrock, &rosenbrock.start());
    let direction = downhill(&start);
    for (name, method) in all_searches() {
        let flag = CancelFlag::default();
        flag.raise();
        let mut allow = Allowance::evaluations(10).watching([Some(flag), None]);
        let mut landing = Landing::new(2);
        let ray = Ray::new(&start, &direction).expect("equal lengths");
        let failed = method.search(&rosenbrock, ray, 1.0, &mut allow, &mut landing).expect_err(name);
        assert_eq!((failed.reason, failed.evaluations), (Failure::Cancelled, 0), "{name}");
        assert_eq!(landing.point, start, "{name}");
    }
}

#[test]
fn step_that_overflows_x_is_not_evaluated_and_not_accepted() {
    // The objective would take whatever comes: 0 with a slope, everywhere.
    struct Sloping;
    impl Objective for Sloping {
        fn dim(&self) -> usize {
            1
        }
        fn value(&self, x: &[f64]) -> f64 {
            assert!(x[0].is_finite(), "evaluated at {}", x[0]);
            -x[0] / 1e300
        }
    }
    impl Differentiable for Sloping {
        fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            gradient[0] = -1e-300;
            self.value(x)
        }
    }
    impl Curved for Sloping {
        fn hessian_vector(&self, _: &[f64], _: &[f64], out: &mut [f64]) {
            out.fill(1e-308);
        }
    }
    let start = Point::new(&Sloping, &[1e300]);
    for (name, method) in all_searches() {
        let mut landing = Landing::new(1);
        let mut allow = Allowance::evaluations(200);
        let ray = Ray::new(&start, &[1e308]).expect("equal lengths");
        let outcome = method.search(&Sloping as &dyn Curved, ray, 1e3, &mut allow, &mut landing);
        assert!(landing.point.is_finite(), "{name}: {outcome:?}");
    }
}

#[test]
fn step_that_does_not_move_x_is_no_step() {
    // The step is lost in x, and so Armijo's inequality holds after rounding, and the approximate one as well.
    let sloping = thalweg::problem::from_fn(1, |x, g| {
        g[0] = 1e-3;
        1e6 + 1e-3 * (x[0] - 1e8)
    });
    let start = Point::new(&sloping, &[1e8]);
    let search = thalweg_line_search::Backtracking::default();
    let mut landing = Landing::new(1);
    let counted = Counted::new(&sloping);
    let ray = Ray::new(&start, &[-1e-12]).expect("equal lengths");
    let mut allow = Allowance::evaluations(100);
    let failed = search.search(&counted, ray, 1.0, &mut allow, &mut landing).expect_err("nothing moves");
    assert_eq!((failed.alpha, &landing.point), (0.0, &start));
    assert_eq!((&failed.reason, failed.evaluations), (&Failure::Collapsed { alpha: 0.0 }, 1));
    assert_eq!(counted.counts().total(), 0, "what is known is not evaluated");
}

#[test]
fn first_trial_that_does_not_move_x_makes_a_search_go_further() {
    // φ₀ = 0: no relative noise hides behind that.
    let bowl = thalweg::problem::from_fn(1, |x, g| {
        g[0] = x[0] - 1e8;
        0.5 * (x[0] - 1e8) * (x[0] - 1e8) - 0.5
    });
    let start = Point::new(&bowl, &[1e8 + 1.0]);
    let counted = Counted::new(&bowl);
    let searches: [&dyn LineSearch<_>; 3] =
        [&MoreThuente::default(), &StrongWolfe::default(), &HagerZhang::default()];
    let mut spent = 0;
    for (number, search) in searches.into_iter().enumerate() {
        let mut landing = Landing::new(1);
        let ray = Ray::new(&start, &[-1.0]).expect("equal lengths");
        let mut allow = Allowance::evaluations(100);
        let outcome = search.search(&counted, ray, 1e-15, &mut allow, &mut landing);
        let accepted = outcome.unwrap_or_else(|failed| panic!("{number}: {failed}"));
        assert!(landing.point.value < start.value, "{number}: {accepted:?}");
        spent += accepted.evaluations;
    }
    let counts = counted.counts();
    assert!(counts.total() < spent, "{counts:?}, {spent}: what is known is not evaluated");
}

#[test]
fn landing_of_another_length_is_made_to_fit() {
    let rosenbrock = Rosenbrock::extended(4).expect("even");
    let start = Point::new(&rosenbrock, &rosenbrock.start());
    let direction = downhill(&start);
    for (name, method) in all_searches() {
        let mut landing = Landing::new(1);
        let ray = Ray::new(&start, &direction).expect("equal lengths");
        let mut allow = Allowance::evaluations(100);
        method.search(&rosenbrock, ray, 1e-3, &mut allow, &mut landing).expect(name);
        assert_eq!(landing.point.x.len(), 4, "{name}");
    }
}

#[test]
fn landing_is_written_down_as_its_length() {
    let landing = Landing::new(7);
    let text = serde_json::to_string(&landing).expect("a number");
    assert_eq!(text, "7");
    assert_eq!(serde_json::from_str::<Landing>(&text).expect("a number"), landing);
    assert_ne!(landing, Landing::new(8));
}

#[test]
fn known_slope_saves_the_inner_product_and_changes_nothing() {
    let rosenbrock = Scaled::new(Rosenbrock::extended(10).expect("even"), vec![1.0; 10], 8.0).expect("valid");
    let start = Point::new(&rosenbrock, &[0.5; 10]);
    let direction = downhill(&start);
    let slope = thalweg::numerics::dot(&start.gradient, &direction);
    for (name, method) in all_searches() {
        let run = |ray: Ray<'_>| {
            let (mut allow, mut landing) = (Allowance::evaluations(100), Landing::new(10));
            let outcome = method.search(&rosenbrock as &dyn Curved, ray, 1e-2, &mut allow, &mut landing);
            (outcome, landing.point)
        };
        let plain = run(Ray::new(&start, &direction).expect("equal lengths"));
        assert_eq!(plain, run(Ray::with_slope(&start, &direction, slope).expect("equal lengths")), "{name}");
    }
}

//! What goes wrong with line searches elsewhere, shown to be absent here.

use thalweg::numerics::{ln, norm};
use thalweg::problem::{Allowance, Counted, Curved, Differentiable, Objective, Point};
use thalweg_line_search::{
    Accepted, Failed, Failure, HagerZhang, Landing, MoreThuente, OneDimensional, Ray, Sample, StrongWolfe,
    search_curve,
};

use crate::published::{FIRST, FUNCTIONS, Published};
use crate::{all_searches, iterative_searches, wolfe_searches};

fn run<S: OneDimensional>(search: &S, function: &Published, first: f64) -> Accepted {
    let (start, mut allow) = ((function.phi)(0.0), Allowance::evaluations(100));
    search_curve(search, start, first, &mut allow, function.phi)
        .unwrap_or_else(|failed| panic!("{} from {first}: {failed}", function.c1))
}

/// argmin 0.11 returns 333 here, which violates sufficient decrease, and calls that converged.
#[test]
fn more_thuente_solves_function_1_from_a_thousand() {
    let search = MoreThuente { c1: 0.001, c2: 0.1, ..MoreThuente::default() };
    let accepted = run(&search, &FUNCTIONS[0], 1e3);
    assert_eq!((format!("{:.3}", accepted.alpha).as_str(), accepted.evaluations), ("36.888", 4));
}

/// basin 3.2 with its default bracket returns steps without Wolfe's conditions in 11 of these 24 cases.
#[test]
fn every_wolfe_search_returns_wolfe_steps_in_all_24_published_cases() {
    for function in &FUNCTIONS {
        for first in FIRST {
            let (c1, mut c2) = (function.c1, function.c2);
            let more_thuente =
                run(&MoreThuente { c1, c2, noise: 0.0, ..MoreThuente::default() }, function, first);
            // Bracketing and zoom ask for c₁ below c₂.
            c2 = c2.max(1.001 * c1);
            let zoom = run(&StrongWolfe { c1, c2, noise: 0.0, ..StrongWolfe::default() }, function, first);
            let hager_zhang =
                run(&HagerZhang { c1, c2, epsilon: 0.0, ..HagerZhang::default() }, function, first);
            let start = (function.phi)(0.0);
            for (name, accepted) in
                [("Moré–Thuente", more_thuente), ("zoom", zoom), ("Hager–Zhang", hager_zhang)]
            {
                // Written out, so that nothing of the crate's own check is trusted.
                let Sample { value, slope } = (function.phi)(accepted.alpha);
                let decreases = value <= start.value + c1 * accepted.alpha * start.slope;
                let is_flat =
                    slope >= c2 * start.slope && (name == "Hager–Zhang" || slope <= -c2 * start.slope);
                // Approximate Wolfe without a rise: below φ₀, and steep enough to have come from there.
                let approximately = value <= start.value && slope <= (2.0 * c1 - 1.0) * start.slope;
                let is_good = is_flat && (decreases || (name == "Hager–Zhang" && approximately));
                assert!(is_good, "{name} on c₁ = {c1}, c₂ = {c2} from {first}: {accepted:?}");
            }
        }
    }
}

struct Nowhere;

impl Objective for Nowhere {
    fn dim(&self) -> usize {
        2
    }
    fn value(&self, _: &[f64]) -> f64 {
        f64::NAN
    }
}

impl Differentiable for Nowhere {
    fn value_gradient(&self, _: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(f64::NAN);
        f64::NAN
    }
}

impl Curved for Nowhere {
    fn hessian_vector(&self, _: &[f64], _: &[f64], out: &mut [f64]) {
        out.fill(f64::NAN);
    }
}

/// argmin's L-BFGS never returns from an objective that is NaN everywhere: its nested searches have no budget.
#[test]
fn search_returns_from_an_objective_that_is_nan_everywhere() {
    let good = Point { x: vec![1.0, 1.0], value: 1.0, gradient: vec![1.0, 1.0] };
    for (name, search) in all_searches() {
        for start in [Point::new(&Nowhere, &[1.0, 1.0]), good.clone()] {
            let counted = Counted::new(&Nowhere);
            let mut landing = Landing::new(2);
            // A budget that nobody would wait for.
            let mut allow = Allowance::evaluations(u64::MAX);
            let ray = Ray::new(&start, &[-1.0, -1.0]).expect("equal lengths");
            let failed = search.search(&counted, ray, 1.0, &mut allow, &mut landing).expect_err(name);
            assert!(failed.alpha == 0.0 && counted.counts().total() <= 50, "{name}: {failed:?}");
        }
    }
}

/// argmin's steepest descent lands on the optimum, asks for one more search, and loses the result with the error.
#[test]
fn zero_gradient_is_a_typed_failure_that_hands_the_point_back() {
    let bowl = thalweg::objectives::DiagonalQuadratic::centered([1.0, 1.0]).expect("finite");
    let optimum = Point::new(&bowl, &[0.0, 0.0]);
    for (name, search) in all_searches() {
        let mut landing = Landing::new(2);
        let ray = Ray::new(&optimum, &[0.0, 0.0]).expect("equal lengths");
        let outcome = search.search(&bowl, ray, 1.0, &mut Allowance::evaluations(9), &mut landing);
        let failed = outcome.expect_err(name);
        assert!(matches!(failed.reason, Failure::NotDescent { .. }), "{name}: {failed}");
        assert_eq!((failed.evaluations, &landing.point), (0, &optimum), "{name}");
    }
}

/// Σ (xᵢ − ln xᵢ), NaN where an xᵢ is negative, with its minimum 2 at (1, 1).
struct LogBarrier;

impl Objective for LogBarrier {
    fn dim(&self) -> usize {
        2
    }
    fn value(&self, x: &[f64]) -> f64 {
        x.iter().map(|x| x - ln(*x)).sum()
    }
}

impl Differentiable for LogBarrier {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        for (g, x) in gradient.iter_mut().zip(x) {
            *g = if *x > 0.0 { 1.0 - 1.0 / x } else { f64::NAN };
        }
        self.value(x)
    }
}

impl Curved for LogBarrier {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        for ((out, x), v) in out.iter_mut().zip(x).zip(v) {
            *out = v / (x * x);
        }
    }
}

/// Steepest descent with the first trial at the step before, twice as long; how it ended and where.
fn descend(
    search: &dyn for<'a> thalweg_line_search::LineSearch<dyn Curved + 'a>,
    problem: &dyn Curved,
    x0: &[f64],
    tolerance: f64,
) -> (Point, u64, Option<Failed>) {
    let (mut point, mut landing) = (Point::new(problem, x0), Landing::new(x0.len()));
    let mut allow = Allowance::evaluations(100_000);
    let mut first = 1.0;
    while norm(&point.gradient) > tolerance {
        let direction: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        let ray = Ray::new(&point, &direction).expect("equal lengths");
        match search.search(problem, ray, first, &mut allow, &mut landing) {
            Ok(step) => first = 2.0 * step.alpha,
            Err(failed) => return (point, 100_000 - allow.left(), Some(failed)),
        }
        std::mem::swap(&mut point, &mut landing.point);
    }
    (point, 100_000 - allow.left(), None)
}

/// argmin and basin fail from this start.
#[test]
fn barrier_with_a_nan_region_is_minimized_from_a_start_beside_it() {
    for (name, search) in iterative_searches() {
        let (point, evaluations, failed) = descend(&*search, &LogBarrier, &[20.0, 0.05], 1e-6);
        println!("{name}: {evaluations} evaluations, {failed:?}");
        assert_eq!(failed, None, "{name}");
        assert!(point.x.iter().all(|x| (x - 1.0).abs() < 1e-5), "{name}: {point:?}");
    }
}

/// Users of every library ask for searches that do not abort near the solution.
#[test]
fn descent_reaches_a_gradient_that_no_value_can_show() {
    // f = 1 + ½ Σ cᵢ xᵢ²: below ‖∇f‖ ≈ 1e-8 all values are equal.
    let bowl = thalweg::objectives::DiagonalQuadratic::new([1.0, 3.0, 10.0], [0.0; 3], 1.0).expect("finite");
    for (name, search) in iterative_searches() {
        let (point, evaluations, failed) = descend(&*search, &bowl, &[1.0, -2.0, 3.0], 1e-60);
        println!("{name}: {evaluations} evaluations");
        assert_eq!(failed, None, "{name} at {point:?}");
    }
}

/// argmin evaluates the gradient again that its line search had already.
#[test]
fn method_needs_no_evaluation_beside_those_of_its_searches() {
    for (name, search) in wolfe_searches() {
        let counted = Counted::new(&LogBarrier);
        let (_, evaluations, _) = descend(&*search, &counted, &[20.0, 0.05], 1e-6);
        let counts = counted.counts();
        // One more for the start; an evaluation is asked for where x is finite only, so never more.
        assert_eq!((counts.gradients, counts.total()), (evaluations + 1, evaluations + 1), "{name}");
    }
}

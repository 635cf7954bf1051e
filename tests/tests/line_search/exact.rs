//! The exact step on quadratics, and what it says elsewhere.

use thalweg::numerics::dot;
use thalweg::objectives::classic::Rosenbrock;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::problem::{Allowance, Counted, Curved, Point};
use thalweg_line_search::{Accepted, Condition, Exact, Failed, Failure, Landing, LineSearch, Ray};

use crate::random_functions::Random;

fn run(problem: &dyn Curved, start: &Point, direction: &[f64]) -> (Result<Accepted, Failed>, Point) {
    let ray = Ray::new(start, direction).expect("equal lengths");
    let (mut landing, mut allow) = (Landing::new(direction.len()), Allowance::evaluations(2));
    let outcome = Exact::default().search(problem, ray, 1.0, &mut allow, &mut landing);
    (outcome, landing.point)
}

#[test]
fn exact_step_leaves_no_slope_on_a_quadratic_and_costs_a_product_and_an_evaluation() {
    let mut random = Random(7);
    for n in 1..=40 {
        let curvatures: Vec<f64> = (0..n).map(|_| random.power_of_ten(-3.0, 3.0)).collect();
        let bowl = DiagonalQuadratic::centered(curvatures.clone()).expect("finite");
        let x: Vec<f64> = (0..n).map(|_| random.between(-1.0, 1.0)).collect();
        let start = Point::new(&bowl, &x);
        let direction: Vec<f64> = start.gradient.iter().map(|g| -g).collect();
        let counted = Counted::new(&bowl);
        let (outcome, landed) = run(&counted, &start, &direction);
        let accepted = outcome.expect("a bowl");
        let curvature: f64 = (0..n).map(|i| curvatures[i] * direction[i] * direction[i]).sum();
        let alpha = dot(&direction, &direction) / curvature;
        assert!((accepted.alpha / alpha - 1.0).abs() < 1e-14, "n = {n}: {accepted:?}, {alpha}");
        let (start, end) = (Ray::new(&start, &direction).expect("equal lengths").sample(), accepted.end);
        assert_eq!(accepted.condition, Condition::Exact { tolerance: 1e-8 });
        assert!(accepted.condition.holds(start, accepted.alpha, end));
        assert!(end.slope.abs() <= 1e-12 * start.slope.abs(), "n = {n}: {end:?}");
        assert_eq!(landed, Point::new(&bowl, &landed.x));
        let counts = counted.counts();
        assert_eq!((counts.hessian_vectors, counts.gradients, counts.total()), (1, 1, 2));
    }
}

#[test]
fn curvature_that_is_not_positive_is_named_and_the_start_comes_back() {
    let saddle = Quadratic::new([1.0, 0.0, 0.0, -2.0], [0.0, 0.0], 0.0).expect("symmetric");
    let start = Point::new(&saddle, &[0.0, 1.0]);
    let (outcome, landed) = run(&saddle, &start, &[0.0, 1.0]);
    let failed = outcome.expect_err("no minimum that way");
    assert_eq!(failed.reason, Failure::NonPositiveCurvature { curvature: -2.0 });
    assert_eq!((failed.alpha, failed.evaluations, landed), (0.0, 1, start));
}

#[test]
fn exact_step_claims_no_more_than_holds_on_what_is_not_quadratic() {
    let rosenbrock = Rosenbrock::extended(2).expect("even");
    let (mut random, mut claims) = (Random(8), [0; 2]);
    for _ in 0..10_000 {
        let x = [random.between(-2.0, 2.0), random.between(-2.0, 2.0)];
        let start = Point::new(&rosenbrock, &x);
        let direction: Vec<f64> = start.gradient.iter().map(|g| -g).collect();
        let sample = Ray::new(&start, &direction).expect("equal lengths").sample();
        let (outcome, landed) = run(&rosenbrock, &start, &direction);
        match outcome {
            Ok(accepted) => {
                claims[0] += usize::from(matches!(accepted.condition, Condition::Armijo { .. }));
                assert!(accepted.condition.holds(sample, accepted.alpha, accepted.end), "{accepted:?}");
                assert_eq!(landed.value, accepted.end.value);
            }
            Err(failed) => {
                claims[1] += 1;
                assert!(failed.end.value <= start.value && landed.value == failed.end.value, "{failed:?}");
            }
        }
    }
    assert!(claims.iter().all(|count| *count > 100), "{claims:?}");
}

#[test]
fn exact_step_does_not_give_up_where_rounding_is_all_that_is_left() {
    // At the end of a descent the slope that a step leaves is rounding, and large beside the first one.
    let bowl = Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0).expect("symmetric");
    let mut point = Point::new(&bowl, &[20.0, -7.0]);
    for step in 0..60 {
        let direction: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        if direction.iter().all(|p| *p == 0.0) {
            break;
        }
        match run(&bowl, &point, &direction) {
            (Ok(_), landed) => point = landed,
            (Err(failed), _) => {
                let norm = thalweg::numerics::norm(&direction);
                assert!(norm < 1e-15, "step {step}: {failed} at ‖∇f‖ = {norm}");
                break;
            }
        }
    }
    assert!(thalweg::numerics::norm(&point.gradient) < 1e-14, "{point:?}");
}

//! Where Newton's method goes that should not, and what the others do there.

use thalweg::driver::{Stop, StopReason, minimize, silent};
use thalweg::objectives::classic::Himmelblau;
use thalweg::objectives::{LogCosh, Quadratic};
use thalweg::problem::{Allowance, Method, State, Stuck};
use thalweg_hessian::Stationary;
use thalweg_second_order::line_search::Fixed;
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, NegativeCurvature, Newton, SaddleFreeNewton,
    SteihaugToint, TrustRegion,
};

fn saddle() -> Quadratic {
    // 3 x² + 2 x y − 2 y²
    Quadratic::new([6.0, 2.0, 2.0, -4.0], [0.0, 0.0], 0.0).expect("a symmetric matrix")
}

#[test]
fn newton_goes_to_the_saddle_of_a_quadratic_in_one_step_and_says_so() {
    let run =
        minimize(&saddle(), &Newton::default(), &[3.0, 1.0], Stop::default(), silent).expect("valid input");
    assert!(run.reason.is_converged());
    assert_eq!(run.steps, 1);
    let inertia = run.state.inertia.expect("there was a step");
    assert_eq!(inertia.stationary(), Stationary::Saddle { index: 1 });
    assert!(!inertia.is_positive_definite());
}

#[test]
fn newton_goes_to_the_maximum_of_himmelblau_and_says_so() {
    let run = minimize(&Himmelblau, &Newton::default(), &[-0.3, -0.9], Stop::default(), silent)
        .expect("valid input");
    assert!(run.reason.is_converged());
    assert_eq!(run.state.inertia.map(|inertia| inertia.stationary()), Some(Stationary::Maximum));
    // The best point is the start: every step led up.
    assert!(run.state.value() > Some(181.6) && run.best.step == 0);
}

#[test]
fn newton_diverges_on_a_convex_function_from_too_far_away() {
    // ln cosh: it converges from |w| < 1.088659…, the root of sinh 2w = 4w.
    let f = LogCosh::new(1).expect("n is above 0");
    let run =
        |w0: f64| minimize(&f, &Newton::default(), &[w0], Stop::default(), silent).expect("valid input");
    assert!(run(1.0886).reason.is_converged());
    let away = run(1.0887);
    assert!(!away.reason.is_converged(), "{}", away.reason);
    // With a search it converges from there, too: f is convex.
    let damped =
        minimize(&f, &DampedNewton::default(), &[1.0887], Stop::default(), silent).expect("valid input");
    assert!(damped.reason.is_converged() && damped.best.x[0].abs() < 1e-8);
}

#[test]
fn methods_that_minimize_leave_the_neighborhood_of_the_maximum() {
    let stop = Stop { absolute_gradient: 1e-9, ..Stop::default() };
    let start = [-0.3, -0.9];
    let cheng_higham = ModifiedNewton { negative: NegativeCurvature::Raised, ..ModifiedNewton::default() };
    let ends = [
        minimize(&Himmelblau, &ModifiedNewton::default(), &start, stop.clone(), silent)
            .map(|run| (run.best, run.reason)),
        minimize(&Himmelblau, &cheng_higham, &start, stop.clone(), silent).map(|run| (run.best, run.reason)),
        minimize(&Himmelblau, &SaddleFreeNewton::default(), &start, stop.clone(), silent)
            .map(|run| (run.best, run.reason)),
        minimize(&Himmelblau, &TrustRegion::default(), &start, stop.clone(), silent)
            .map(|run| (run.best, run.reason)),
        minimize(&Himmelblau, &TrustRegion::with(SteihaugToint::default()), &start, stop.clone(), silent)
            .map(|run| (run.best, run.reason)),
        minimize(&Himmelblau, &CubicRegularization::default(), &start, stop, silent)
            .map(|run| (run.best, run.reason)),
    ];
    for end in ends {
        let (best, reason) = end.expect("valid input");
        assert!(reason.is_converged() && best.value < 1e-18, "{best:?}: {reason}");
    }
}

#[test]
fn damped_newton_is_stuck_where_its_direction_leads_up_and_names_the_curvatures() {
    let run = minimize(&Himmelblau, &DampedNewton::default(), &[-0.3, -0.9], Stop::default(), silent);
    let run = run.expect("valid input");
    let sentence = "stuck: the Newton direction does not lead down: of the curvatures 2 are negative, 0 are 0 and 0 positive";
    assert_eq!(run.reason.to_string(), sentence);
    assert_eq!(run.best.x, [-0.3, -0.9]);
}

#[test]
fn saddle_free_step_is_newtons_with_the_curvatures_absolute() {
    // Eigenvalues 2 and −8 along (1, 1) and (1, −1): the gradient at (1, 0) is (−3, 5).
    let f = Quadratic::new([-3.0, 5.0, 5.0, -3.0], [0.0, 0.0], 0.0).expect("a symmetric matrix");
    let method = SaddleFreeNewton::with(Fixed::default());
    let mut state = method.init(&f, &[1.0, 0.0]).expect("valid input");
    method.step(&f, &mut state, &mut Allowance::evaluations(2)).expect("it leads down");
    // −½ (1, 1) towards the axis of the valley, and +½ (1, −1) away from the ridge.
    let expected = [1.0, -1.0];
    assert!(state.x().iter().zip(expected).all(|(x, e)| (x - e).abs() < 1e-14), "{:?}", state.x());

    // Cut to the length 0.1, it goes the same way.
    let short = SaddleFreeNewton { max_length: 0.1, ..method };
    let mut state = short.init(&f, &[1.0, 0.0]).expect("valid input");
    short.step(&f, &mut state, &mut Allowance::evaluations(2)).expect("it leads down");
    assert!((state.x()[0] - 1.0).abs() < 1e-14 && (state.x()[1] + 0.1).abs() < 1e-14, "{:?}", state.x());

    // Damped by 8, its parts are a fifth and half as long.
    let damped = SaddleFreeNewton { damping: 8.0, ..method };
    let mut state = damped.init(&f, &[1.0, 0.0]).expect("valid input");
    damped.step(&f, &mut state, &mut Allowance::evaluations(2)).expect("it leads down");
    let expected = [1.0 - 0.1 + 0.25, -0.1 - 0.25];
    assert!(state.x().iter().zip(expected).all(|(x, e)| (x - e).abs() < 1e-14), "{:?}", state.x());
}

#[test]
fn modified_newton_in_one_dimension_is_the_formula() {
    // −2x²: the slope at 1 is −4, the curvature −4.
    let hill = Quadratic::new([-4.0], [0.0], 0.0).expect("a symmetric matrix");
    let step = |method: ModifiedNewton<Fixed>| {
        let mut state = method.init(&hill, &[1.0]).expect("valid input");
        method.step(&hill, &mut state, &mut Allowance::evaluations(2)).expect("it leads down");
        state.x()[0] - 1.0
    };
    let method = ModifiedNewton::with(Fixed::default());
    assert_eq!(step(method), 1.0);
    // |λ| ≥ δ = 4, the largest |λ| itself.
    assert_eq!(step(ModifiedNewton { negative: NegativeCurvature::Raised, floor: 1.0, ..method }), 1.0);
    assert_eq!(step(ModifiedNewton { negative: NegativeCurvature::Raised, floor: 0.25, ..method }), 4.0);
}

#[test]
fn singular_hessian_is_named() {
    let gutter = Quadratic::new([1.0, 0.0, 0.0, 0.0], [0.0, 1.0], 0.0).expect("a symmetric matrix");
    let method = Newton::default();
    let mut state = method.init(&gutter, &[1.0, 1.0]).expect("valid input");
    let stuck = method.step(&gutter, &mut state, &mut Allowance::evaluations(2)).expect_err("H is singular");
    let sentence =
        "the Hessian is singular: 1 of 2 pivots are 0 but for rounding, and no step solves H p = −g";
    assert_eq!(stuck, Stuck::Because(sentence.into()));
    assert_eq!(state.x(), [1.0, 1.0]);
    let run = minimize(&gutter, &method, &[1.0, 1.0], Stop::default(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::Stuck(_)));
}

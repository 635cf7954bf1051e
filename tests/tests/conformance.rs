//! Every method of the workspace joins the conformance suite with one row here; and the suite itself is examined: by
//! methods that are bad on purpose, each of which must break the rule that names its fault.

use thalweg::krylov::ConjugateGradients;
use thalweg::numerics::powi;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Point, Step, Stuck, check_start};
use thalweg_conformance::{Candidate, Report, Trial, examine};
use thalweg_hessian::NormalizedDescent;
use thalweg_landscape::NewtonMr;
use thalweg_second_order::line_search::{
    Backtracking, Exact, Fixed, HagerZhang, LineSearch, MoreThuente, StrongWolfe,
};
use thalweg_second_order::{
    CubicRegularization, DampedNewton, DiagonalLoading, GaussNewton, LevenbergMarquardt, Loading,
    LoadingRule, ModifiedNewton, NegativeCurvature, Newton, SaddleFreeNewton, Scaling, SteihaugToint,
    TrustRegion,
};

fn at_rate(rate: f64) -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate } }
}

#[track_caller]
fn assert_conforms(report: &Report) {
    assert!(report.conforms(), "{report}");
}

// ANCHOR: row
#[test]
fn gradient_descent_conforms() {
    assert_conforms(&examine(&Candidate {
        refused: vec![("rate", at_rate(-1.0)), ("rate", at_rate(f64::NAN)), ("rate", at_rate(f64::INFINITY))],
        ..Candidate::new("gradient descent", |curvature| at_rate(1.0 / curvature))
    }));
}
// ANCHOR_END: row

/// A rule at a constant rate.
fn ruled<R>(rule: R, rate: f64) -> Scheduled<R, Constant> {
    Scheduled { rule, schedule: Constant { rate } }
}

#[test]
fn momentum_conforms() {
    for form in [MomentumForm::Velocity, MomentumForm::Sum, MomentumForm::Average, MomentumForm::HeavyBall] {
        let with = move |momentum, rate| ruled(Momentum { momentum, form }, rate);
        assert_conforms(&examine(&Candidate {
            refused: vec![
                ("rate", with(0.9, -1.0)),
                ("momentum", with(1.0, 0.1)),
                ("momentum", with(f64::NAN, 0.1)),
            ],
            ..Candidate::new("momentum", move |curvature| with(0.9, 1.0 / curvature))
        }));
        let restarted = move |curvature| {
            ruled(Restarted { rule: with(0.9, 1.0).rule, ..Restarted::default() }, 1.0 / curvature)
        };
        assert_conforms(&examine(&Candidate::new("momentum, restarted", restarted)));
    }
}

#[test]
fn nesterov_conforms() {
    for form in [NesterovForm::LookAhead, NesterovForm::OnePass] {
        let with = move |momentum, rate| ruled(Nesterov { momentum, form }, rate);
        let constant = MomentumSequence::Constant;
        for momentum in [constant(0.9), MomentumSequence::BeckTeboulle, MomentumSequence::Ratio] {
            assert_conforms(&examine(&Candidate {
                refused: vec![
                    ("rate", with(momentum, -1.0)),
                    ("momentum", with(constant(1.0), 0.1)),
                    ("momentum", with(constant(-0.1), 0.1)),
                ],
                ..Candidate::new("Nesterov's method", move |curvature| with(momentum, 1.0 / curvature))
            }));
            for test in [RestartTest::Function, RestartTest::Gradient] {
                let restarted = move |curvature| {
                    ruled(Restarted { rule: Nesterov { momentum, form }, test }, 1.0 / curvature)
                };
                assert_conforms(&examine(&Candidate::new("Nesterov's method, restarted", restarted)));
            }
        }
    }
}

#[test]
fn gradient_descent_that_watches_the_loss_conforms() {
    let watching = |rate| {
        let schedule = ReduceOnPlateau { rate, patience: 3, ..ReduceOnPlateau::default() };
        Scheduled { rule: GradientDescent, schedule }
    };
    let impatient = ReduceOnPlateau { patience: 0, ..ReduceOnPlateau::default() };
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("rate", watching(-1.0)),
            ("patience", Scheduled { rule: GradientDescent, schedule: impatient }),
        ],
        ..Candidate::new("gradient descent, reduced on plateaus", move |curvature| watching(1.0 / curvature))
    }));
}

#[test]
fn conjugate_gradients_conform() {
    let unusable = ConjugateGradients { refresh_every: Some(0), ..ConjugateGradients::default() };
    assert_conforms(&examine(&Candidate {
        refused: vec![("refresh_every", unusable)],
        steps: 6,
        ..Candidate::new("conjugate gradients", |_| ConjugateGradients::default())
    }));
    let refreshed = |_| ConjugateGradients { refresh_every: Some(2), ..ConjugateGradients::default() };
    assert_conforms(&examine(&Candidate::new("conjugate gradients, refreshed", refreshed)));
}

/// The methods for sums of squares, which the suite's quadratic is as well.
#[test]
fn methods_for_least_squares_conform() {
    let lm = LevenbergMarquardt::default;
    for method in [
        lm(),
        LevenbergMarquardt::MINPACK,
        LevenbergMarquardt { initial_radius: 1.0, ..lm() },
        LevenbergMarquardt { scaling: Scaling::Identity, ..lm() },
    ] {
        assert_conforms(&examine(&Candidate {
            safeguarded: true,
            least_squares: true,
            steps: 40,
            refused: vec![
                ("initial_radius", LevenbergMarquardt { initial_radius: -1.0, ..lm() }),
                ("radius_tolerance", LevenbergMarquardt { radius_tolerance: f64::NAN, ..lm() }),
            ],
            ..Candidate::new("Levenberg–Marquardt", move |_| method.clone())
        }));
    }
    assert_conforms(&examine(&Candidate {
        least_squares: true,
        steps: 2,
        refused: vec![("rank_tolerance", GaussNewton { rank_tolerance: Some(-1.0) })],
        ..Candidate::new("Gauss–Newton", |_| GaussNewton::default())
    }));
    for loading in [Loading::Identity, Loading::Diagonal] {
        for rule in [LoadingRule::Factors { up: 10.0, down: 10.0 }, LoadingRule::Nielsen] {
            let method = DiagonalLoading { loading, rule, ..DiagonalLoading::default() };
            assert_conforms(&examine(&Candidate {
                safeguarded: true,
                least_squares: true,
                steps: 40,
                refused: vec![("first", DiagonalLoading { first: 0.0, ..method })],
                ..Candidate::new("diagonal loading", move |_| method)
            }));
        }
    }
}

#[test]
fn normalized_descent_conforms() {
    let with = |rate, refresh_every| {
        let schedule = Constant { rate };
        NormalizedDescent { schedule, refresh_every, ..NormalizedDescent::default() }
    };
    for refresh_every in [None, Some(1), Some(3)] {
        assert_conforms(&examine(&Candidate {
            refused: vec![
                ("rate", with(-1.0, None)),
                ("rate", with(f64::NAN, None)),
                ("refresh_every", with(1.0, Some(0))),
            ],
            // Whatever the curvatures are: one step to the minimum, and one more where it rounds.
            steps: 2,
            ..Candidate::new("normalized descent", move |_| with(1.0, refresh_every))
        }));
        // With half the rate, halvings down to 1e-8.
        assert_conforms(&examine(&Candidate {
            steps: 28,
            ..Candidate::new("normalized descent at half the rate", move |_| with(0.5, refresh_every))
        }));
    }
}

/// Rprop's Δ is a length, which a curvature alone does not tell: it is 1 here, except where x is of size 1e±150.
fn lengths_for(curvature: f64) -> StepSizes {
    let size = if (1e-200..1e200).contains(&curvature) { 1.0 } else { 1.0 / curvature.sqrt() };
    StepSizes { first: 0.1 * size, smallest: 1e-12 * size, largest: 50.0 * size, ..StepSizes::default() }
}

fn rprop_conforms<R: UpdateRule<f64> + 'static>(name: &'static str, rule: fn(StepSizes) -> R) {
    let at_rate_1 = move |sizes| Scheduled { rule: rule(sizes), schedule: Constant { rate: 1.0 } };
    let paper = StepSizes::default();
    let refused = vec![
        ("sizes.first", at_rate_1(StepSizes { first: 100.0, ..paper })),
        ("sizes.grow", at_rate_1(StepSizes { grow: f64::NAN, ..paper })),
        ("sizes.shrink", at_rate_1(StepSizes { shrink: 1.0, ..paper })),
        ("sizes.smallest", at_rate_1(StepSizes { smallest: 0.0, ..paper })),
        ("sizes.largest", at_rate_1(StepSizes { largest: f64::INFINITY, ..paper })),
    ];
    let method = move |curvature| at_rate_1(lengths_for(curvature));
    assert_conforms(&examine(&Candidate { refused, ..Candidate::new(name, method) }));
}

#[test]
fn rprop_rules_conform() {
    rprop_conforms("Rprop", |sizes| Rprop { sizes });
    rprop_conforms("Rprop⁺", |sizes| RpropPlus { sizes });
    rprop_conforms("Rprop⁻", |sizes| RpropMinus { sizes });
    rprop_conforms("iRprop⁺", |sizes| IRpropPlus { sizes });
    rprop_conforms("iRprop⁻", |sizes| IRpropMinus { sizes });
}

#[test]
fn quickprop_and_the_diagonal_secant_conform() {
    let quickprop = |growth_limit, decay, rate| Scheduled {
        rule: Quickprop { growth_limit, weight_decay: decay },
        schedule: Constant { rate },
    };
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("growth_limit", quickprop(0.0, 0.0, 1.0)),
            ("weight_decay", quickprop(1.75, -1.0, 1.0)),
            ("rate", quickprop(1.75, 0.0, f64::NAN)),
        ],
        steps: 200,
        // Without decay, which would move the minimum.
        ..Candidate::new("Quickprop", move |curvature| quickprop(1.75, 0.0, 0.5 / curvature))
    }));
    let secant = |rate| Scheduled { rule: DiagonalSecant, schedule: Constant { rate } };
    assert_conforms(&examine(&Candidate {
        refused: vec![("rate", secant(-1.0))],
        // The parameters of its quadratic do not see each other: a gradient step, and the secants.
        steps: 3,
        ..Candidate::new("diagonal secant", move |curvature| secant(0.5 / curvature))
    }));
}

/// The sizes of x and of ∇f on the suite's quadratics with this largest curvature: where it makes x 1e±150 times as
/// large, the curvature is 3e∓300, so that f is not.
fn sizes(curvature: f64) -> (f64, f64) {
    let x = if (1e-200..1e200).contains(&curvature) { 1.0 } else { (3.0 / curvature).sqrt() };
    (x, curvature * x)
}

/// At a rate that `keeps` so much of itself at each step. The steps of most adaptive rules are as long as the rate
/// says, even at the minimum, so that it must fall.
fn falling<R>(rule: R, rate: f64, keeps: f64) -> Scheduled<R, OfStep<impl Fn(u64) -> f64>> {
    Scheduled { rule, schedule: OfStep(move |step| rate * powi(keeps, step)) }
}

/// A rule whose rate is in units of x and whose ε, 1e-8, is in units of the gradient.
#[track_caller]
fn assert_adaptive_rule_conforms<R: UpdateRule<f64> + 'static>(
    name: &'static str,
    rule: fn(f64) -> R,
    (rate, keeps): (f64, f64),
    refused: impl IntoIterator<Item = (&'static str, R)>,
) {
    let method = move |curvature| {
        let (x, gradient) = sizes(curvature);
        falling(rule(1e-8 * gradient), rate * x, keeps)
    };
    let refused = refused.into_iter().map(|(setting, rule)| (setting, falling(rule, 1.0, 1.0))).collect();
    assert_conforms(&examine(&Candidate { refused, ..Candidate::new(name, method) }));
}

#[test]
fn adaptive_rules_conform() {
    assert_adaptive_rule_conforms(
        "Adagrad",
        |epsilon| Adagrad { epsilon, ..Adagrad::default() },
        (10.0, 1.0),
        [("epsilon", Adagrad { epsilon: -1.0, ..Adagrad::default() })],
    );
    assert_adaptive_rule_conforms(
        "RMSprop",
        |epsilon| RmsProp { epsilon, ..RmsProp::default() },
        (0.5, 0.985),
        [("decay", RmsProp { decay: 1.0, ..RmsProp::default() })],
    );
    assert_adaptive_rule_conforms(
        "RMSprop, centered, with momentum",
        |epsilon| RmsProp { epsilon, centered: true, momentum: 0.5, ..RmsProp::default() },
        (0.1, 0.985),
        [("momentum", RmsProp { momentum: -0.5, ..RmsProp::default() })],
    );
    // A β₂ that lets the mean square fall as fast as the rate does.
    assert_adaptive_rule_conforms(
        "Adam",
        |epsilon| Adam { epsilon, beta2: 0.9, ..Adam::default() },
        (1.0, 0.985),
        [
            ("beta1", Adam { beta1: 1.0, ..Adam::default() }),
            ("beta2", Adam { beta2: f64::NAN, ..Adam::default() }),
        ],
    );
    // With decay the minimum is no fixed point.
    assert_adaptive_rule_conforms(
        "AdamW",
        |epsilon| AdamW { epsilon, beta2: 0.9, weight_decay: 0.0, ..AdamW::default() },
        (1.0, 0.985),
        [("weight_decay", AdamW { weight_decay: -0.1, ..AdamW::default() })],
    );
    assert_adaptive_rule_conforms(
        "AMSGrad",
        |epsilon| AmsGrad { epsilon, ..AmsGrad::default() },
        (1.0, 1.0),
        [("epsilon", AmsGrad { epsilon: f64::INFINITY, ..AmsGrad::default() })],
    );
}

#[test]
fn adadelta_conforms() {
    // Its rate takes a step in units of the gradient to one in units of x.
    let method = |curvature: f64| {
        let (_, gradient) = sizes(curvature);
        falling(Adadelta { epsilon: 0.01 * gradient * gradient, ..Adadelta::default() }, 1.0 / curvature, 1.0)
    };
    let refused = vec![("decay", falling(Adadelta { decay: -0.1, ..Adadelta::default() }, 1.0, 1.0))];
    assert_conforms(&examine(&Candidate { refused, ..Candidate::new("Adadelta", method) }));
}

#[test]
fn clipping_and_groups_conform() {
    let clipped = |curvature: f64, clip: fn(f64) -> Clip| {
        let rule = Clipped { rule: GradientDescent, clip: clip(sizes(curvature).1) };
        Scheduled { rule, schedule: Constant { rate: 1.0 / curvature } }
    };
    for clip in [Clip::Norm as fn(f64) -> Clip, Clip::Value] {
        let refused = vec![
            ("clip", clipped(1.0, |_| Clip::Norm(0.0))),
            ("clip", clipped(1.0, |_| Clip::Value(f64::NAN))),
        ];
        let method = move |curvature| clipped(curvature, clip);
        assert_conforms(&examine(&Candidate {
            refused,
            ..Candidate::new("clipped gradient descent", method)
        }));
    }
    // The suite also has problems of one variable.
    let grouped = |curvature: f64, range: std::ops::Range<usize>| {
        let rule =
            Groups { rule: GradientDescent, groups: vec![Group { rate_factor: 0.5, ..Group::of(range) }] };
        Scheduled { rule, schedule: Constant { rate: 1.0 / curvature } }
    };
    assert_conforms(&examine(&Candidate {
        refused: vec![("groups[0].range", grouped(1.0, 2..9)), ("groups[0].range", grouped(1.0, 1..1))],
        ..Candidate::new("gradient descent in groups", move |curvature| grouped(curvature, 0..1))
    }));
}

#[test]
fn newtons_methods_conform() {
    let report = examine(&Candidate {
        refused: vec![("rate", Newton { rate: -1.0 }), ("rate", Newton { rate: f64::NAN })],
        // The suite's functions to be converged on are quadratics.
        steps: 1,
        ..Candidate::new("Newton", |_| Newton::default())
    });
    // It looks for stationary points, and finds the one of a quadratic upside down: a maximum, as its state says.
    let broken: Vec<&str> = report.broken().map(|row| row.rule).collect();
    assert_eq!(broken, ["unbounded below"], "{report}");
    let unusable = Backtracking { c1: 2.0, ..Backtracking::default() };
    assert_conforms(&examine(&Candidate {
        refused: vec![("c1", DampedNewton { search: unusable })],
        safeguarded: true,
        steps: 40,
        ..Candidate::new("damped Newton", |_| DampedNewton::default())
    }));
    for negative in [NegativeCurvature::Reflected, NegativeCurvature::Raised] {
        let method = move |_| ModifiedNewton { negative, ..ModifiedNewton::default() };
        assert_conforms(&examine(&Candidate {
            refused: vec![
                ("floor", ModifiedNewton { floor: 0.0, ..method(1.0) }),
                ("c1", ModifiedNewton::with(unusable)),
            ],
            safeguarded: true,
            steps: 40,
            ..Candidate::new("modified Newton", method)
        }));
    }
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("floor", SaddleFreeNewton { floor: f64::NAN, ..SaddleFreeNewton::default() }),
            ("damping", SaddleFreeNewton { damping: -1.0, ..SaddleFreeNewton::default() }),
            ("max_length", SaddleFreeNewton { max_length: 0.0, ..SaddleFreeNewton::default() }),
        ],
        safeguarded: true,
        steps: 40,
        ..Candidate::new("saddle-free Newton", |_| SaddleFreeNewton::default())
    }));
}

/// Newton's methods with a search, with every search.
///
/// The exact one takes f for a quadratic along the ray, and what is fixed is not looked at: both may lead up on what is none.
/// On a quadratic both are α = 1, as in Newton's own method, and there is nothing on which they must not converge.
#[test]
fn newtons_methods_conform_with_every_search() {
    fn conform_with<L>(search: L, safeguarded: bool)
    where
        L: Copy + 'static + for<'p> LineSearch<Counted<'p, Trial>>,
    {
        let row = Row { safeguarded };
        let ModifiedNewton { negative, floor, .. } = ModifiedNewton::default();
        let SaddleFreeNewton { floor: least, damping, max_length, backend, .. } = SaddleFreeNewton::default();
        row.conforms("damped Newton", move |_| DampedNewton { search });
        row.conforms("modified Newton", move |_| ModifiedNewton { search, negative, floor });
        row.conforms("saddle-free Newton", move |_| SaddleFreeNewton {
            search,
            floor: least,
            damping,
            max_length,
            backend,
        });
    }
    /// What the rows of a search have in common.
    struct Row {
        safeguarded: bool,
    }
    impl Row {
        #[track_caller]
        fn conforms<M>(&self, name: &'static str, method: impl Fn(f64) -> M + 'static)
        where
            M: for<'p> Method<Counted<'p, Trial>>,
        {
            let Self { safeguarded } = *self;
            assert_conforms(&examine(&Candidate { safeguarded, steps: 40, ..Candidate::new(name, method) }));
        }
    }
    conform_with(MoreThuente::default(), true);
    conform_with(StrongWolfe::default(), true);
    conform_with(HagerZhang::default(), true);
    conform_with(Backtracking::default(), true);
    conform_with(Exact::default(), false);
    conform_with(Fixed::default(), false);
}

#[test]
fn trust_regions_and_cubic_regularization_conform() {
    let exact = TrustRegion::default();
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("initial_radius", TrustRegion { initial_radius: Some(0.0), ..exact }),
            ("max_radius", TrustRegion { max_radius: f64::NAN, ..exact }),
            ("acceptance", TrustRegion { acceptance: 0.25, ..exact }),
        ],
        safeguarded: true,
        steps: 40,
        ..Candidate::new("trust region, exact", move |_| exact)
    }));
    let truncated = TrustRegion::with(SteihaugToint::default());
    let with = |solver| TrustRegion { solver, ..truncated };
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("loosest", with(SteihaugToint { loosest: 1.0, ..SteihaugToint::default() })),
            ("exponent", with(SteihaugToint { exponent: -1.0, ..SteihaugToint::default() })),
            ("max_iterations", with(SteihaugToint { max_iterations: Some(0), ..SteihaugToint::default() })),
        ],
        safeguarded: true,
        steps: 60,
        ..Candidate::new("trust region, truncated", move |_| truncated)
    }));
    let cubic = CubicRegularization::default();
    assert_conforms(&examine(&Candidate {
        refused: vec![
            ("initial_sigma", CubicRegularization { initial_sigma: Some(-1.0), ..cubic }),
            ("acceptance", CubicRegularization { acceptance: f64::NAN, ..cubic }),
        ],
        safeguarded: true,
        steps: 60,
        ..Candidate::new("cubic regularization", move |_| cubic)
    }));
}

/// It lowers ‖∇f‖ and not f, towards stationary points of any index.
#[test]
fn newton_mr_conforms() {
    let default = NewtonMr::default();
    let report = examine(&Candidate {
        refused: vec![
            ("relative_residual", NewtonMr { relative_residual: 1.0, ..default }),
            ("relative_pull", NewtonMr { relative_pull: -1.0, ..default }),
            ("sufficient_decrease", NewtonMr { sufficient_decrease: f64::NAN, ..default }),
        ],
        steps: 10,
        ..Candidate::new("Newton-MR", move |_| default)
    });
    // As Newton's method it finds the maximum of a quadratic upside down.
    let broken: Vec<&str> = report.broken().map(|row| row.rule).collect();
    assert_eq!(broken, ["unbounded below"], "{report}");
}

/// Gradient descent with one fault.
struct Bad {
    rate: f64,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    EvaluatesBeforeChecking,
    IgnoresItsSettings,
    ReturnsNan,
    NeverStops,
    LosesBest,
    AsksNobody,
    ForgetsWhenCopied,
    Panics,
    WalksAlways,
}

/// A point, what is claimed of its value, and a count of steps that a copy of the state may forget.
#[derive(Debug)]
struct BadState {
    point: Point,
    claimed: f64,
    steps: u64,
    forgets: bool,
}

impl Clone for BadState {
    fn clone(&self) -> Self {
        let steps = if self.forgets { 0 } else { self.steps };
        Self { point: self.point.clone(), steps, ..*self }
    }
}

impl State for BadState {
    fn x(&self) -> &[f64] {
        &self.point.x
    }
    fn value(&self) -> Option<f64> {
        Some(self.claimed)
    }
    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P: Differentiable + ?Sized> Method<P> for Bad {
    type State = BadState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<BadState, InvalidInput> {
        if self.fault == Fault::EvaluatesBeforeChecking {
            problem.value(&vec![0.0; problem.dim()]);
        }
        check_start(problem, x0)?;
        if self.fault != Fault::IgnoresItsSettings {
            InvalidInput::unless_positive("rate", self.rate)?;
        }
        let point = Point::new(problem, x0);
        let forgets = self.fault == Fault::ForgetsWhenCopied;
        Ok(BadState { claimed: point.value, point, steps: 0, forgets })
    }

    fn step(&self, problem: &P, state: &mut BadState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let BadState { point, claimed, steps, .. } = state;
        *steps += 1;
        if self.fault != Fault::AsksNobody {
            allow.spend()?;
        }
        // A rate that depends on the steps taken brings out a copy that has forgotten them.
        let rate = if self.fault == Fault::ForgetsWhenCopied { self.rate / *steps as f64 } else { self.rate };
        for (x, g) in point.x.iter_mut().zip(&point.gradient) {
            *x -= rate * g;
        }
        let lowest = claimed.min(point.value);
        point.evaluate(problem);
        *claimed = point.value;
        match self.fault {
            Fault::ReturnsNan if *steps == 3 => point.x.fill(f64::NAN),
            Fault::NeverStops => while problem.value(&point.x) != f64::NEG_INFINITY {},
            // Always better than before, wherever it is by now.
            Fault::LosesBest => *claimed = lowest - 1.0,
            Fault::AsksNobody => point.evaluate(problem),
            Fault::Panics if *steps == 3 => panic!("no such step"),
            Fault::WalksAlways => point.x[0] += 1e-300 + 1e-3 * point.x[0].abs(),
            _ => {}
        }
        Ok(Step::at_rate(rate))
    }
}

#[track_caller]
fn assert_breaks(fault: Fault, rule: &str, in_words: &str) {
    let report = examine(&Candidate {
        refused: vec![("rate", Bad { rate: -1.0, fault })],
        ..Candidate::new("bad", move |curvature| Bad { rate: 1.0 / curvature, fault })
    });
    let row = report.broken().find(|row| row.rule == rule);
    let words = row.and_then(|row| row.fault.as_deref());
    assert!(
        words.is_some_and(|words| words.contains(in_words)),
        "{fault:?} does not break '{rule}':\n{report}"
    );
}

#[test]
fn each_fault_breaks_the_rule_that_names_it() {
    assert_breaks(Fault::EvaluatesBeforeChecking, "wrong length", "only after 1 evaluations");
    assert_breaks(Fault::IgnoresItsSettings, "settings", "`rate` out of range is accepted");
    assert_breaks(Fault::ReturnsNan, "finite points", "after step 3 it is at [NaN");
    assert_breaks(Fault::NeverStops, "evaluation budget", "evaluates on and on");
    assert_breaks(Fault::NeverStops, "cancelled", "evaluates on and on");
    assert_breaks(Fault::LosesBest, "best point", "it was at a point with f = ");
    assert_breaks(Fault::LosesBest, "state", "it says f = ");
    assert_breaks(Fault::AsksNobody, "evaluation budget", "with a budget of 2 it evaluates 3 times");
    assert_breaks(Fault::ForgetsWhenCopied, "resumed", "resumed at step 1 it ends with");
    assert_breaks(Fault::Panics, "converges", "it panics: no such step");
    assert_breaks(Fault::WalksAlways, "zero gradient at the start", "it steps to [2.002");
}

#[test]
fn without_a_fault_the_bad_method_is_good() {
    // So that what the others break is due to their fault alone: rates that cannot be used are the only difference.
    let good = |curvature| Bad { rate: 1.0 / curvature, fault: Fault::IgnoresItsSettings };
    assert_conforms(&examine(&Candidate::new("good", good)));
}

//! R60: Nesterov's method beside momentum: its rate, its edge, what its look ahead does, and that its forms are one.

use thalweg_first_order::{GradientDescent, MomentumSequence, Nesterov, UpdateRule};
use thalweg_numerics::norm;
use thalweg_objectives::{DiagonalQuadratic, LogCosh};
use thalweg_problem::Differentiable;

use crate::acceleration::{
    Settings, best_of_momentum, best_of_nesterov, in_theory, momentum, nesterov, steps_to_a_millionth, valley,
};
use crate::descend::{largest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::iterates::{iterates, on_parabola};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::playground::{Playground, Rule, Slider};
use crate::recurrence::{Recurrence, double_root};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "nesterov-damps-momentum-and-is-not-faster-at-its-best",
    number: 60,
    slides: Slides(&[(133, 140)]),
    chapter: Chapter::FirstOrder,
    claim: "Nesterov's accelerated gradient, which first extends by the previous step and then computes the gradient at the \
            resultant position, converges much faster than momentum.",
    correction: Some(Correction {
        statement: "In an eigendirection of a quadratic it is momentum with β(1 − ηλ) in place of β: steep directions are damped, \
                    which at equal settings with a large β leaves far fewer oscillations. At the best settings of each it is \
                    the slower one: 1 − 2/√(3κ + 1) a step against (√κ − 1)/(√κ + 1). And it diverges from ηλ = \
                    2(1 + β)/(1 + 2β) on, which is earlier than gradient descent does. What it has and momentum has not is a \
                    guarantee on every smooth convex function.",
        refuted_by: "steps of Nesterov's method over those of momentum to 1e-6, each at its best settings, κ = 1000",
    }),
    source: "I. Sutskever, J. Martens, G. Dahl, G. Hinton, ICML 2013, theorem 2.1, for β(1 − ηλ); L. Lessard, B. Recht, A. \
             Packard, SIAM Journal on Optimization 26 (2016) 57–95, proposition 1, for the best settings; Yu. Nesterov, Soviet \
             Mathematics Doklady 27 (1983) 372–376. In an eigendirection xₖ₊₁ = (1 − ηλ)((1 + β)xₖ − βxₖ₋₁)",
    errata: &[
        Erratum {
            slides: Slides(&[(133, 133)]),
            flag: Flag::OverClaim,
            printed: "The procedure can be made more optimal by reversing the order of operations.",
            correct: "It can be made calmer. With the order reversed the largest rate that converges is smaller than without any \
                      momentum.",
            measured_by: "ηλ from which on it diverges, β = 0.9",
        },
        Erratum {
            slides: Slides(&[(134, 140)]),
            flag: Flag::Typo,
            printed: "Nestorov’s Accelerated Gradient",
            correct: "Nesterov, after Yurii Nesterov. The formula of slide 138 and the code of slide 140 are his method.",
            measured_by: "farthest of 100 points of the rule from the formula of slide 138",
        },
        Erratum {
            slides: Slides(&[(139, 139)]),
            flag: Flag::OverClaim,
            printed: "Comparison with momentum: converges much faster.",
            correct: "The picture is a sketch of one step. On quadratics the better of the two depends on the settings, and at its \
                      best momentum is faster.",
            measured_by: "steps of Nesterov's method over those of momentum to 1e-6, each at its best settings, κ = 1000",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/nesterov.rs",
        "crates/first-order/src/momentum_sequence.rs",
        "crates/first-order/src/momentum.rs",
    ],
    run,
    full: None,
};

const CONDITIONS: [f64; 3] = [10.0, 100.0, 1000.0];

fn run() -> Findings {
    let mut findings = Findings::default();
    check_rates(&mut findings);
    check_edge(&mut findings);
    check_damping(&mut findings);
    check_forms(&mut findings);
    check_equal_settings(&mut findings);
    check_best_settings(&mut findings);
    let step = one_step();
    check_one_step(&mut findings, &step);
    findings.figures.push(figure(&step));
    findings.playgrounds.push(Playground {
        id: "same-settings",
        title: "κ = 25: curvatures 1/25 and 1",
        task: "Momentum and Nesterov's method with the same η and β: which one overshoots less along the valley, and which one \
               stops converging first when η grows?",
        curvatures: vec![0.04, 1.0],
        linear: vec![0.0; 2],
        start: vec![-20.0, 6.0],
        steps: 40,
        rules: &[Rule::Nesterov, Rule::Momentum, Rule::GradientDescent],
        rate: Slider { range: (0.0, 4.0), step: 0.01, at: 1.0 },
        momentum: Slider::momentum(0.67),
    });
    findings
}

/// η = 1/L, β = (√κ − 1)/(√κ + 1), ρ = 1 − 1/√κ: what the guarantee on convex functions is for.
fn standard(kappa: f64) -> Settings {
    let root = kappa.sqrt();
    Settings { eta: 1.0, beta: (root - 1.0) / (root + 1.0), rho: 1.0 - 1.0 / root }
}

/// ρ in the direction of μ, where both settings have a double root.
fn measured_rate(kappa: f64, Settings { eta, beta, rho }: Settings) -> f64 {
    let c = (1.0 - eta / kappa) / rho - 1.0;
    // Until the transient 1 + ck is 10.
    let steps = (9.0 / c).ceil() as u64;
    double_root(&on_parabola(&nesterov(beta), 1.0 / kappa, eta, steps), c)
}

fn check_rates(findings: &mut Findings) {
    let mut table = Table::new(
        "factor per step on quadratics",
        &["κ", "η = 1/L: 1 − 1/√κ", "measured", "best: 1 − 2/√(3κ + 1)", "measured ", "best of momentum"],
    );
    for kappa in CONDITIONS {
        let (usual, best) = (standard(kappa), best_of_nesterov(kappa));
        let (at_usual, at_best) = (measured_rate(kappa, usual), measured_rate(kappa, best));
        for (name, formula, predicted, measured) in [
            ("η = 1/L, β = (√κ − 1)/(√κ + 1)", "1 − 1/√κ", usual.rho, at_usual),
            ("η = 4/(3L + μ), β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2)", "1 − 2/√(3κ + 1)", best.rho, at_best),
        ] {
            let why = "up to some hundred rounded steps, the transient 1 + ck taken out";
            let name = format!("factor per step at {name}, κ = {kappa}");
            findings.near(name, formula, predicted, measured, Tolerance::Absolute(1e-9), why);
        }
        let slowest_elsewhere = log_spaced(2.0 / kappa, 0.95, 8)
            .into_iter()
            .map(|lambda| Recurrence::of(&on_parabola(&nesterov(best.beta), lambda, best.eta, 40)).rate());
        findings.at_most(
            format!("factor in eight other directions at the best settings, κ = {kappa}"),
            "1 − 2/√(3κ + 1)",
            best.rho,
            slowest_elsewhere.fold(0.0, f64::max),
            1e-6,
            "near the other end of the spectrum it is as slow, and fitted",
        );
        let cells = [usual.rho, at_usual, best.rho, at_best, best_of_momentum(kappa).rho];
        table.row([kappa.to_string()].into_iter().chain(cells.map(|cell| significant(cell, 5))));
    }
    findings.tables.push(table);
}

fn check_edge(findings: &mut Findings) {
    const K: u64 = 2000;
    let shrinks = |beta: f64, q: f64| {
        let path = on_parabola(&nesterov(beta), 1.0, q, 2 * K);
        path[2 * K as usize].abs() < path[K as usize].abs() || path[K as usize].abs() < 1e-300
    };
    for beta in [0.5, 0.9] {
        findings.near(
            format!("ηλ from which on it diverges, β = {beta}"),
            "2(1 + β)/(1 + 2β), below the 2 of gradient descent",
            2.0 * (1.0 + beta) / (1.0 + 2.0 * beta),
            threshold(0.5, 4.0, |q| shrinks(beta, q)),
            Tolerance::Absolute(1e-10),
            "2000 steps turn a factor of 1 − 1e-12 into 1 − 2e-9, which rounding does not hide",
        );
    }
}

fn check_damping(findings: &mut Findings) {
    let mut off = Vec::new();
    for beta in [0.5, 0.9, 0.99] {
        for q in [0.001, 0.1, 0.5, 0.9, 1.0] {
            let damped = momentum(beta * (1.0 - q));
            let pairs =
                on_parabola(&nesterov(beta), 1.0, q, 100).into_iter().zip(on_parabola(&damped, 1.0, q, 100));
            off.extend(pairs.map(|(ahead, damped)| ahead - damped));
        }
    }
    findings.near(
        "farthest of 100 points from those of momentum with β(1 − ηλ), 15 settings, from 1",
        "theorem 2.1 of Sutskever et al.",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-13),
        "100 rounded steps, whose roundings a large β adds up",
    );
}

/// Σ ln cosh(wᵢ), which is convex and no quadratic.
fn bowl() -> LogCosh {
    LogCosh::new(3).expect("there are variables")
}

const START: [f64; 3] = [3.0, -1.0, 0.2];

fn gradient(w: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; w.len()];
    bowl().value_gradient(w, &mut gradient);
    gradient
}

fn farthest(one: &[Vec<f64>], other: &[Vec<f64>]) -> f64 {
    largest(one.iter().flatten().zip(other.iter().flatten()).map(|(one, other)| one - other))
}

/// Slide 138 as printed: Δwᵏ = βΔwᵏ⁻¹ − η∇Err(wᵏ⁻¹ + βΔwᵏ⁻¹)ᵀ, wᵏ = wᵏ⁻¹ + Δwᵏ.
fn slide_138(eta: f64, beta: f64) -> Vec<Vec<f64>> {
    let (mut w, mut delta) = (START.to_vec(), vec![0.0; 3]);
    let mut points = vec![w.clone()];
    for _ in 0..100 {
        let ahead: Vec<f64> = w.iter().zip(&delta).map(|(w, d)| w + beta * d).collect();
        delta = delta.iter().zip(gradient(&ahead)).map(|(d, g)| beta * d - eta * g).collect();
        w = w.iter().zip(&delta).map(|(w, d)| w + d).collect();
        points.push(w.clone());
    }
    points
}

/// The two sequences of 1983: xₖ₊₁ = yₖ − ηf′(yₖ), aₖ₊₁ = (1 + √(4aₖ² + 1))/2, yₖ₊₁ = xₖ₊₁ + (aₖ − 1)(xₖ₊₁ − xₖ)/aₖ₊₁.
fn two_sequences(eta: f64) -> Vec<Vec<f64>> {
    let (mut x, mut y, mut a) = (START.to_vec(), START.to_vec(), 1.0_f64);
    let mut points = vec![x.clone()];
    for _ in 0..100 {
        let next: Vec<f64> = y.iter().zip(gradient(&y)).map(|(y, g)| y - eta * g).collect();
        let next_a = 0.5 * (1.0 + (4.0 * a * a + 1.0).sqrt());
        y = next.iter().zip(&x).map(|(next, x)| next + (a - 1.0) * (next - x) / next_a).collect();
        (x, a) = (next, next_a);
        points.push(x.clone());
    }
    points
}

fn check_forms(findings: &mut Findings) {
    let (eta, beta) = (0.3, 0.9);
    let why = "100 rounded steps from numbers up to 3";
    findings.near(
        "farthest of 100 points of the rule from the formula of slide 138",
        "slide 140's code, which is the rule, computes slide 138's formula",
        0.0,
        farthest(&iterates(&bowl(), &nesterov(beta), eta, &START, 100), &slide_138(eta, beta)),
        Tolerance::Absolute(1e-13),
        why,
    );
    let growing = Nesterov { momentum: MomentumSequence::BeckTeboulle, ..Nesterov::default() };
    findings.near(
        "farthest of 100 points of the rule with growing momentum from the two sequences of 1983",
        "v = xₖ − xₖ₋₁ and β = (aₖ₋₁ − 1)/aₖ",
        0.0,
        farthest(&iterates(&bowl(), &growing, eta, &START, 100), &two_sequences(eta)),
        Tolerance::Absolute(1e-13),
        why,
    );
}

/// How often a path swings to the other side by more than a hundredth of its start.
fn overshoots(path: impl IntoIterator<Item = f64>) -> u32 {
    let (mut side, mut count, mut counted) = (1.0, 0, true);
    for x in path {
        if x * side < 0.0 {
            (side, counted) = (-side, false);
        }
        if !counted && x.abs() > 0.01 {
            (count, counted) = (count + 1, true);
        }
    }
    count
}

fn check_equal_settings(findings: &mut Findings) {
    const KAPPA: f64 = 1000.0;
    const BETA: f64 = 0.99;
    const STEPS: u64 = 1000;
    let mut table = Table::new(
        "overshoots in 1000 steps with η = 1/L and β = 0.99, κ = 1000",
        &["λ/L", "momentum, predicted", "measured", "Nesterov, predicted", "measured "],
    );
    let mut totals = [0, 0];
    for lambda in [0.001, 0.01, 0.1, 0.5, 0.9] {
        let measured = [
            overshoots(on_parabola(&momentum(BETA), lambda, 1.0, STEPS)),
            overshoots(on_parabola(&nesterov(BETA), lambda, 1.0, STEPS)),
        ];
        let theory = [Recurrence::of_momentum(BETA, lambda), Recurrence::of_nesterov(BETA, lambda)];
        let predicted =
            theory.map(|recurrence| overshoots(recurrence.path(1.0 - lambda).take(STEPS as usize + 1)));
        findings.words(
            format!("overshoots of momentum and of Nesterov's method at λ = {lambda} L, κ = {KAPPA}"),
            "counted on xₖ₊₁ = τxₖ − δxₖ₋₁",
            format_args!("{}, {}", predicted[0], predicted[1]),
            format_args!("{}, {}", measured[0], measured[1]),
        );
        totals = [totals[0] + measured[0], totals[1] + measured[1]];
        let [m, n] = [0, 1].map(|i| [predicted[i].to_string(), measured[i].to_string()]);
        table.row([lambda.to_string()].into_iter().chain(m).chain(n));
    }
    findings.tables.push(table);
    findings.at_most(
        "overshoots of Nesterov's method over those of momentum, all five directions",
        "a tenth: β(1 − ηλ) against β",
        0.1,
        f64::from(totals[1]) / f64::from(totals[0]),
        0.0,
        "it is about a twentieth",
    );
}

/// ‖wₖ‖/‖w₀‖ in the valley, measured.
fn errors<R: UpdateRule<f64>>(kappa: f64, rule: &R, eta: f64, steps: u64) -> Vec<f64> {
    let (f, start) = valley(kappa);
    iterates(&f, rule, eta, &start, steps).iter().map(|w| norm(w) / norm(&start)).collect()
}

fn check_best_settings(findings: &mut Findings) {
    const KAPPA: f64 = 1000.0;
    let (ahead, ball) = (best_of_nesterov(KAPPA), best_of_momentum(KAPPA));
    let (f, start) = valley(KAPPA);
    let measured = [
        iterates(&f, &nesterov(ahead.beta), ahead.eta, &start, 2000),
        iterates(&f, &momentum(ball.beta), ball.eta, &start, 2000),
    ];
    let predicted = [
        in_theory(KAPPA, ahead.eta, |q| Recurrence::of_nesterov(ahead.beta, q), 2000),
        in_theory(KAPPA, ball.eta, |q| Recurrence::of_momentum(ball.beta, q), 2000),
    ];
    let [measured, predicted] =
        [measured, predicted].map(|paths| paths.map(|path| steps_to_a_millionth(&path)));
    findings.words(
        "steps of Nesterov's method and of momentum to 1e-6, each at its best settings, κ = 1000",
        "xₖ₊₁ = τxₖ − δxₖ₋₁ in ten directions",
        format_args!("{}, {}", predicted[0], predicted[1]),
        format_args!("{}, {}", measured[0], measured[1]),
    );
    findings.breaks(
        "steps of Nesterov's method over those of momentum to 1e-6, each at its best settings, κ = 1000",
        "below 1 if it converged faster",
        1.0,
        measured[0] as f64 / measured[1] as f64,
    );
}

/// One step of each method from the same place with the same velocity.
struct OneStep {
    before: Vec<f64>,
    here: Vec<f64>,
    /// w − η∇f(w), where momentum turns to its velocity.
    corrected: Vec<f64>,
    momentum: Vec<f64>,
    /// w + βv, where Nesterov's method looks.
    ahead: Vec<f64>,
    nesterov: Vec<f64>,
}

const STEEP: f64 = 4.0;
pub(super) static ETA: Parameter =
    Parameter::real("rate", "η of the single step that is drawn", 0.12, (0.0, 0.9));
pub(super) static BETA: Parameter =
    Parameter::real("momentum", "β of the single step that is drawn", 0.8, (0.0, 0.99));

fn plane() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([1.0, STEEP]).expect("finite curvatures")
}

/// The third step of a run with momentum, and the step that Nesterov's method would take in its place.
fn one_step() -> OneStep {
    let (f, ball, rule, eta) = (plane(), momentum(BETA.get()), nesterov(BETA.get()), ETA.get());
    let mut gradient = [0.0; 2];
    let mut walk = || {
        let mut w = vec![-18.0, 8.0];
        let mut state = ball.init(&w)?;
        let mut path = Vec::new();
        let mut velocity = Vec::new();
        for _ in 0..3 {
            path.push(w.clone());
            velocity.clone_from(&state.memory);
            f.value_gradient(&w, &mut gradient);
            ball.update(&mut state, &mut w, &gradient, eta)?;
        }
        let here = path[2].clone();
        let corrected = here.iter().zip(gradient).map(|(w, g)| w - eta * g).collect();
        let mut nesterov = here.clone();
        let mut state = rule.init(&here)?;
        state.velocity = velocity;
        rule.look_ahead(&mut state, &mut nesterov)?;
        let ahead = nesterov.clone();
        f.value_gradient(&ahead, &mut gradient);
        rule.update(&mut state, &mut nesterov, &gradient, eta)?;
        Ok::<_, thalweg_problem::InvalidInput>(OneStep {
            before: path[1].clone(),
            here,
            corrected,
            momentum: w,
            ahead,
            nesterov,
        })
    };
    walk().unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"))
}

fn check_one_step(findings: &mut Findings, step: &OneStep) {
    let velocity = |i: usize| step.here[i] - step.before[i];
    let off = [(0, 1.0), (1, STEEP)].map(|(i, lambda)| {
        let predicted = -ETA.get() * BETA.get() * lambda * velocity(i);
        step.nesterov[i] - step.momentum[i] - predicted
    });
    findings.near(
        "difference of one step of the two from the same place and velocity, less its prediction",
        "−ηβAv: the gradient further on, less the gradient here",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-13),
        "a few roundings of numbers below 20",
    );
}

fn figure(step: &OneStep) -> Figure {
    let (descent, ball, ahead, best) = (Ink::Series(1), Ink::Series(0), Ink::Series(2), Ink::Series(3));
    let kappas = log_spaced(3.0, 1e4, 40);
    let lost = |rate: fn(f64) -> f64| {
        kappas.iter().map(move |&kappa| (kappa, 1.0 - rate(kappa))).collect::<Vec<_>>()
    };
    let dots = |settings: fn(f64) -> Settings| {
        [10.0, 100.0, 1000.0, 1e4].map(|kappa| (kappa, 1.0 - measured_rate(kappa, settings(kappa))))
    };
    let rates = Panel::new(
        "What a step takes off",
        Axis::logarithmic("condition number κ", 3.0, 1e4),
        Axis::logarithmic("1 − ρ", 1e-4, 1.0),
    )
    .line(lost(|kappa| best_of_momentum(kappa).rho), ball)
    .label((150.0, 0.4), Anchor::Right, "momentum, best", ball)
    .line(lost(|kappa| best_of_nesterov(kappa).rho), best)
    .line(lost(|kappa| standard(kappa).rho), ahead)
    .dots(dots(best_of_nesterov), best)
    .dots(dots(standard), ahead)
    .label((9e3, 0.0058), Anchor::Left, "Nesterov, best", best)
    .label((9e3, 0.0036), Anchor::Left, "and at 1/L", ahead)
    .line(lost(|kappa| (kappa - 1.0) / (kappa + 1.0)), descent)
    .label((250.0, 3e-3), Anchor::Left, "gradient descent", descent);

    let point = |w: &[f64]| (w[0], w[1]);
    let (here, wrong) = (point(&step.here), Ink::Wrong);
    let mut schematic =
        Panel::new("One real step of each", Axis::linear("w₁", -18.0, -4.0), Axis::linear("w₂", -7.0, 3.0));
    for level in [20.0, 40.0, 70.0, 110.0] {
        let radius = |lambda: f64| f64::sqrt(2.0 * level / lambda);
        schematic = schematic.ellipse((0.0, 0.0), (radius(1.0), radius(STEEP)), Ink::Quiet);
    }
    let schematic = schematic
        .dashed([point(&step.before), here], Ink::Theory)
        .arrows([here, point(&step.corrected), point(&step.momentum)], ball)
        .arrows([here, point(&step.ahead)], descent)
        .arrows([point(&step.ahead), point(&step.nesterov)], wrong)
        .arrows([here, point(&step.nesterov)], ahead)
        .label((-15.0, 1.6), Anchor::Right, "previous step", Ink::Theory)
        .label((-10.3, -0.3), Anchor::Above, "momentum", ball)
        .label((-10.9, -3.4), Anchor::Left, "βv", descent)
        .label((-9.3, -5.0), Anchor::Below, "−η∇f", wrong)
        .label((-8.1, -2.6), Anchor::Right, "Nesterov", ahead);

    let (eta, start) = (0.03, [-20.0, 4.0]);
    let valley = DiagonalQuadratic::centered([1.0, 30.0]).expect("finite curvatures");
    let path = |points: Vec<Vec<f64>>| points.into_iter().map(|w| (w[0], w[1])).collect::<Vec<_>>();
    let mut paths = Panel::new(
        "30 steps, η = 0.9/L, β = 0.8",
        Axis::linear("w₁", -22.0, 12.0),
        Axis::linear("w₂", -6.0, 6.0),
    );
    for level in [2.0, 20.0, 80.0, 200.0] {
        let radius = |lambda: f64| f64::sqrt(2.0 * level / lambda);
        paths = paths.ellipse((0.0, 0.0), (radius(1.0), radius(30.0)), Ink::Quiet);
    }
    let paths = paths
        .arrows(path(iterates(&valley, &momentum(0.8), eta, &start, 30)), ball)
        .arrows(path(iterates(&valley, &nesterov(0.8), eta, &start, 30)), ahead)
        .label((4.0, 4.6), Anchor::Right, "momentum", ball)
        .label((4.0, -4.6), Anchor::Right, "Nesterov", ahead);

    const KAPPA: f64 = 1000.0;
    let numbered = |errors: Vec<f64>| (0..).map(f64::from).zip(errors).step_by(4);
    let (ball_settings, ahead_settings) = (best_of_momentum(KAPPA), best_of_nesterov(KAPPA));
    let curves = Panel::new(
        "κ = 1000: error",
        Axis::linear("step k", 0.0, 800.0),
        Axis::logarithmic("‖wₖ‖/‖w₀‖", 1e-8, 2.0),
    )
    .line(numbered(errors(KAPPA, &momentum(0.99), 1.0, 800)), Ink::Series(4))
    .line(numbered(errors(KAPPA, &nesterov(0.99), 1.0, 800)), ahead)
    .line(numbered(errors(KAPPA, &nesterov(ahead_settings.beta), ahead_settings.eta, 800)), best)
    .line(numbered(errors(KAPPA, &momentum(ball_settings.beta), ball_settings.eta, 800)), ball)
    .line(numbered(errors(KAPPA, &GradientDescent, 2.0 / 1.001, 800)), descent)
    .label((300.0, 1e-7), Anchor::Left, "momentum, best", ball)
    .label((410.0, 1e-5), Anchor::Right, "Nesterov, best", best)
    .label((600.0, 0.35), Anchor::Above, "gradient descent", descent)
    .label((640.0, 2e-3), Anchor::Below, "both with β = 0.99", ahead);
    Figure {
        id: "rates-and-one-step",
        caption: "First: lines are predicted, dots measured. Second: measured. At its best Nesterov's method is slower than momentum at its best, and most of \
                  what either gains over gradient descent is lost again where β is too large. Third: slide 139's \
                  sketch from one real step. Momentum corrects first and then jumps by βv; Nesterov's method jumps by βv and \
                  corrects by the gradient there, which points back across the valley. Fourth: at equal settings that \
                  correction damps what crosses the valley."
            .to_owned(),
        panels: vec![rates, curves, schematic, paths],
        columns: 2,
    }
}

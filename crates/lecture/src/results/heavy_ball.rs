//! R59: how fast the heavy ball is on quadratics, where it diverges, and a function on which it runs in circles.

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Momentum, Scheduled};
use thalweg_krylov::ConjugateGradients;
use thalweg_numerics::{ln, norm, powi};
use thalweg_objectives::HeavyBallCycle;
use thalweg_problem::Differentiable;
use thalweg_schedules::Constant;

use crate::acceleration::{Settings, best_of_momentum, in_theory, momentum, steps_to_a_millionth, valley};
use crate::descend::{largest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::iterates::{iterates, on_parabola};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::playground::{Playground, Rule, Slider};
use crate::recurrence::Recurrence;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "momentum-is-faster-on-quadratics-and-can-run-in-circles",
    number: 59,
    slides: Slides(&[(126, 133), (142, 142)]),
    chapter: Chapter::FirstOrder,
    claim: "Momentum methods, which emphasize directions of steady improvement, are demonstrably superior to other methods.",
    correction: Some(Correction {
        statement: "On a quadratic with the condition number κ the best momentum takes the error down by (√κ − 1)/(√κ + 1) a \
                    step where the best gradient descent manages (κ − 1)/(κ + 1). Conjugate gradients need fewer steps there \
                    and no settings. Beyond quadratics there is not even a guarantee: with the settings that are best for its \
                    curvatures, momentum cycles for ever on a smooth, strongly convex function on which gradient descent \
                    converges from everywhere.",
        refuted_by: "steps of the best momentum over those of conjugate gradients to 1e-6, κ = 1000",
    }),
    source: "B. T. Polyak, USSR Computational Mathematics and Mathematical Physics 4(5) (1964) 1–17, for the rate; L. Lessard, B. \
             Recht, A. Packard, SIAM Journal on Optimization 26 (2016) 57–95, section 4, for the cycle. In an eigendirection \
             xₖ₊₁ = (1 + β − ηλ)xₖ − βxₖ₋₁, whose roots are of size √β where they are not real",
    errata: &[Erratum {
        slides: Slides(&[(142, 142)]),
        flag: Flag::OverClaim,
        printed: "Momentum methods which emphasize directions of steady improvement are demonstrably superior to other methods.",
        correct: "Superior to gradient descent on quadratics. Conjugate gradients are faster on the same function, and there are \
                  smooth convex functions on which momentum does not converge.",
        measured_by: "starts among 0, 0.05, …, 6 from which momentum does not converge, in the interval of the paper",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/momentum.rs",
        "crates/objectives/src/heavy_ball_cycle.rs",
        "crates/krylov/src/conjugate_gradients.rs",
    ],
    run,
    full: None,
};

const CONDITIONS: [f64; 3] = [10.0, 100.0, 1000.0];

fn run() -> Findings {
    let mut findings = Findings::default();
    check_rates(&mut findings);
    check_transient(&mut findings);
    check_edge(&mut findings);
    check_fixed_momentum(&mut findings);
    check_rivals(&mut findings);
    check_cycle(&mut findings);
    findings.figures.push(figure());
    findings.playgrounds.push(Playground {
        id: "condition-25",
        title: "κ = 25: curvatures 1/25 and 1",
        task: "The best settings are η = 4/(1 + 1/5)² = 2.78 and β = (4/6)² = 0.44, more than twice the largest rate that gradient \
               descent can bear. Is there a rate that does better at β = 0.9? Where does it diverge?",
        curvatures: vec![0.04, 1.0],
        linear: vec![0.0; 2],
        start: vec![-20.0, 6.0],
        steps: 40,
        rules: &[Rule::Momentum, Rule::GradientDescent],
        rate: Slider { range: (0.0, 4.0), step: 0.01, at: 2.78 },
        momentum: Slider::momentum(0.44),
    });
    findings
}

fn check_rates(findings: &mut Findings) {
    let mut table = Table::new(
        "at the best settings, in the directions of μ, √(μL) and L together",
        &["κ", "η", "β", "(√κ − 1)/(√κ + 1)", "measured", "descent: (κ − 1)/(κ + 1)"],
    );
    for kappa in CONDITIONS {
        let Settings { eta, beta, rho } = best_of_momentum(kappa);
        let rule = momentum(beta);
        // While e⁻³ of the start is left, so that both terms of the recurrence are in sight.
        let steps = (3.0 / (1.0 - rho)).ceil() as u64 + 10;
        let fits = [1.0 / kappa, 1.0 / kappa.sqrt(), 1.0].map(|lambda| {
            let theory = Recurrence::of_momentum(rule.momentum, eta * lambda);
            (theory, Recurrence::of(&on_parabola(&rule, lambda, eta, steps)))
        });
        let off = fits.iter().flat_map(|(theory, fit)| [fit.tau - theory.tau, fit.delta - theory.delta]);
        findings.near(
            format!("farthest that τ and δ of xₖ₊₁ = τxₖ − δxₖ₋₁ are from theory, κ = {kappa}"),
            "τ = 1 + β − ηλ, δ = β",
            0.0,
            largest(off),
            Tolerance::Absolute(1e-12),
            "fitted to some hundred steps, each rounded",
        );
        let measured = fits.iter().map(|(_, fit)| fit.rate()).fold(0.0, f64::max);
        findings.near(
            format!("factor per step of the slowest direction, κ = {kappa}"),
            "(√κ − 1)/(√κ + 1)",
            rho,
            measured,
            Tolerance::Absolute(1e-6),
            "a double root moves by the root of what τ and δ are off by",
        );
        let cells = [eta, rule.momentum, rho, measured, (kappa - 1.0) / (kappa + 1.0)];
        table.row([kappa.to_string()].into_iter().chain(cells.map(|cell| significant(cell, 5))));
    }
    findings.tables.push(table);
}

/// ρᵏ(1 + ck), c = x₁/ρ − 1, in the direction of μ.
fn double_root_path(kappa: f64) -> impl Fn(u64) -> f64 {
    let Settings { eta, rho, .. } = best_of_momentum(kappa);
    let c = (1.0 - eta / kappa) / rho - 1.0;
    move |k| powi(rho, k) * (1.0 + c * k as f64)
}

fn check_transient(findings: &mut Findings) {
    for kappa in CONDITIONS {
        let Settings { eta, beta, .. } = best_of_momentum(kappa);
        let theory = double_root_path(kappa);
        let path = on_parabola(&momentum(beta), 1.0 / kappa, eta, 300);
        findings.near(
            format!("farthest that a path along the valley is from k·ρᵏ in 300 steps, κ = {kappa}"),
            "ρᵏ(1 + ck), c = (1 − ημ)/ρ − 1",
            0.0,
            largest((0..).zip(&path).map(|(k, x)| x - theory(k))),
            Tolerance::Absolute(1e-11),
            "a double root takes roundings of 1e-16 along for up to k² of them",
        );
    }
}

/// (|x_2K|/|x_K|)^(1/K) on a parabola.
fn measured_factor(beta: f64, q: f64) -> f64 {
    const K: u64 = 2000;
    let path = on_parabola(&momentum(beta), 1.0, q, 2 * K);
    let ratio = (path[2 * K as usize] / path[K as usize]).abs();
    thalweg_numerics::exp(ln(ratio) / K as f64)
}

fn check_edge(findings: &mut Findings) {
    for beta in [0.5, 0.9] {
        let edge = threshold(1.0, 4.0, |q| measured_factor(beta, q) < 1.0);
        findings.near(
            format!("ηλ from which on it diverges, β = {beta}"),
            "2(1 + β)",
            2.0 * (1.0 + beta),
            edge,
            Tolerance::Absolute(1e-10),
            "2000 steps turn a factor of 1 − 1e-12 into 1 − 2e-9, which rounding does not hide",
        );
    }
    for q in [3.799, 3.801] {
        findings.near(
            format!("factor per step at β = 0.9, ηλ = {q}"),
            "the larger root of ρ² = (1 + β − ηλ)ρ − β",
            Recurrence::of_momentum(0.9, q).rate(),
            measured_factor(0.9, q),
            Tolerance::Relative(1e-9),
            "4000 rounded steps",
        );
    }
}

fn check_fixed_momentum(findings: &mut Findings) {
    // The factor of the whole spectrum is that of its slowest end.
    let factor = |eta: f64| {
        let ends =
            [0.01, 1.0].map(|lambda| Recurrence::of(&on_parabola(&momentum(0.9), lambda, eta, 60)).rate());
        ends[0].max(ends[1])
    };
    let best = log_spaced(0.01, 3.9, 60).into_iter().map(factor).fold(f64::INFINITY, f64::min);
    findings.near(
        "least factor at β = 0.9 for any of 60 rates from 0.01/L to 3.9/L, κ = 100",
        "√β: the product of the two roots is β, so that the larger one is no smaller",
        0.9_f64.sqrt(),
        best,
        Tolerance::Absolute(1e-9),
        "fitted; where the roots are not real, √δ keeps the digits of δ",
    );
}

fn check_rivals(findings: &mut Findings) {
    const KAPPA: f64 = 1000.0;
    let (f, start) = valley(KAPPA);
    let Settings { eta, beta, .. } = best_of_momentum(KAPPA);
    let ball = steps_to_a_millionth(&iterates(&f, &momentum(beta), eta, &start, 1000));
    let best_rate_of_descent = 2.0 / (1.0 + 1.0 / KAPPA);
    let descent = steps_to_a_millionth(&iterates(&f, &GradientDescent, best_rate_of_descent, &start, 20_000));
    let mut trace = thalweg_driver::Trace::with_points();
    let _ = minimize(&f, &ConjugateGradients::default(), &start, Stop::after(40), trace.observer())
        .expect("no setting is out of range");
    let conjugate = steps_to_a_millionth(&trace.points);

    // All ten directions shrink by the same factor, each with a wave of its own, so that all are counted.
    let theory = in_theory(KAPPA, eta, |q| Recurrence::of_momentum(beta, q), 1000);
    let predicted = steps_to_a_millionth(&theory);
    findings.words(
        "steps of the best momentum to 1e-6, κ = 1000, 10 variables",
        "xₖ₊₁ = (1 + β − ηλ)xₖ − βxₖ₋₁ in ten directions",
        predicted,
        ball,
    );
    let share = start[0] / norm(&start);
    findings.near(
        "steps of the best gradient descent over those of the best momentum, κ = 1000",
        "ln(1e-6/share)/ln((κ − 1)/(κ + 1)) over the same, where share is that of the valley in the start",
        ln(1e-6 / share) / ln((KAPPA - 1.0) / (KAPPA + 1.0)) / predicted as f64,
        descent as f64 / ball as f64,
        Tolerance::Relative(1e-3),
        "steps are whole, and the other end of the spectrum, which starts at a thirtieth, shrinks as slowly",
    );
    findings.at_most(
        "steps of conjugate gradients to 1e-6, κ = 1000, 10 variables",
        "n = 10 in exact arithmetic",
        10.0,
        conjugate as f64,
        2.0,
        "rounding costs a step or two at κ = 1000",
    );
    findings.breaks(
        "steps of the best momentum over those of conjugate gradients to 1e-6, κ = 1000",
        "at most 1 if momentum were superior to all others",
        1.0,
        ball as f64 / conjugate as f64,
    );
}

/// The settings that are best for a quadratic with μ = 1 and L = 25: η = 1/9, β = 4/9.
fn settings_of_the_cycle() -> (f64, Momentum) {
    let (mu, l) = (1.0_f64, 25.0_f64);
    let (sum, difference) = (l.sqrt() + mu.sqrt(), l.sqrt() - mu.sqrt());
    (4.0 / (sum * sum), momentum(difference / sum * (difference / sum)))
}

/// The points (a, b, c) of a cycle with a ≥ 2 and b, c < 1, from xₖ₊₁ = (1 + β − 25η)xₖ − βxₖ₋₁ and 24η more after a.
///
/// b = τa − βc + 24η, c = τb − βa, a = τc − βb with τ = 1 + β − 25η: b and c in terms of a, and then a.
fn cycle() -> [f64; 3] {
    let (eta, Momentum { momentum: beta, .. }) = settings_of_the_cycle();
    let (tau, push) = (1.0 + beta - 25.0 * eta, 24.0 * eta);
    // b (1 + βτ) = (τ + β²) a + push, from the first two; c = τb − βa; a (1 + βτ) = (τ² − β) b.
    let through = (tau * tau - beta) / (1.0 + beta * tau);
    let b = push / (1.0 + beta * tau - (tau + beta * beta) * through);
    let a = through * b;
    [a, b, tau * b - beta * a]
}

/// Paths of 3000 steps from these starts, all at once: the function is a sum over its variables.
fn on_the_cycle_s_function(starts: &[f64]) -> Vec<Vec<f64>> {
    let f = HeavyBallCycle::new(starts.len()).expect("there is a start");
    let (eta, rule) = settings_of_the_cycle();
    iterates(&f, &rule, eta, starts, 3000)
}

fn check_cycle(findings: &mut Findings) {
    let (points, inside) = (cycle(), [3.1, 3.2, 3.3, 3.4, 3.46]);
    let path = on_the_cycle_s_function(&inside);
    // The last three points, from the highest on: a path at rest has no such three.
    let turn = |i: usize| {
        let mut turn = [path[2998][i], path[2999][i], path[3000][i]];
        let highest = (0..3).max_by(|&j, &k| turn[j].total_cmp(&turn[k])).unwrap_or(0);
        turn.rotate_left(highest);
        turn
    };
    let mut table = Table::new("the cycle at η = 1/9, β = 4/9", &["point", "predicted", "measured from 3.1"]);
    for ((name, predicted), measured) in ["a", "b", "c"].into_iter().zip(points).zip(turn(0)) {
        table.row([name.to_owned(), significant(predicted, 6), significant(measured, 6)]);
    }
    findings.tables.push(table);
    let off = (0..inside.len()).flat_map(|i| turn(i).into_iter().zip(points)).map(|(x, point)| x - point);
    findings.near(
        "farthest from the predicted cycle after 3000 steps, from x₀ = 3.1, 3.2, 3.3, 3.4 and 3.46",
        "the three points that solve xₖ₊₁ = (1 + β)xₖ − βxₖ₋₁ − ηf′(xₖ) in a circle",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-12),
        "the cycle attracts, so that rounding does not add up",
    );

    let starts: Vec<f64> = (0..=120).map(|i| f64::from(i) * 0.05).collect();
    let last = on_the_cycle_s_function(&starts).pop().unwrap_or_default();
    let cycles = |i: usize| last[i].abs() > 1e-6;
    let inside: Vec<usize> = (0..starts.len()).filter(|&i| (3.1..=3.46).contains(&starts[i])).collect();
    findings.words(
        "starts among 0, 0.05, …, 6 from which momentum does not converge, in the interval of the paper",
        "all of those from 3.1 to 3.46 (Lessard, Recht, Packard)",
        inside.len(),
        inside.iter().filter(|&&i| cycles(i)).count(),
    );
    let arrives = |x0: f64| largest(on_the_cycle_s_function(&[x0]).pop().unwrap_or_default()) < 1e-12;
    findings.words(
        "starts 3.0 and 3.6, beside the interval, from which it converges",
        "both (Lessard, Recht, Packard)",
        2,
        [3.0, 3.6].into_iter().filter(|&x0| arrives(x0)).count(),
    );
    // η = 2/(μ + L) shrinks the distance by 12/13 on every such function.
    let f = HeavyBallCycle::new(starts.len()).expect("there is a start");
    let descent = Scheduled { rule: GradientDescent, schedule: Constant { rate: 2.0 / 26.0 } };
    let run = minimize(&f, &descent, &starts, Stop::after(300), |_| std::ops::ControlFlow::Continue(()));
    let end = run.map(|run| norm(&run.state.point.x)).unwrap_or(f64::NAN);
    findings.at_most(
        "‖x‖ over ‖x₀‖ after 300 steps of gradient descent from all 121 starts",
        "((κ − 1)/(κ + 1))³⁰⁰, κ = 25",
        powi(12.0 / 13.0, 300),
        end / norm(&starts),
        1e-12 * powi(12.0 / 13.0, 300),
        "300 rounded steps",
    );
}

fn figure() -> Figure {
    let (slow, fast) = (Ink::Series(1), Ink::Series(0));
    let kappa = 100.0_f64;
    let (Settings { eta, beta, rho }, theory) = (best_of_momentum(kappa), double_root_path(kappa));
    let path = on_parabola(&momentum(beta), 1.0 / kappa, eta, 150);
    let errors = (0..).map(f64::from).zip(path).step_by(6);
    let transient = Panel::new(
        "κ = 100: error along the valley",
        Axis::linear("step k", 0.0, 150.0),
        Axis::logarithmic("|xₖ|", 1e-12, 2.0),
    )
    .dashed((0..=150).map(|k| (k as f64, powi(rho, k))), Ink::Theory)
    .label((62.0, 1e-6), Anchor::Left, "ρᵏ", Ink::Theory)
    .line((0..=150).map(|k| (k as f64, theory(k))), fast)
    .dots(errors, fast)
    .label((100.0, 1e-7), Anchor::Right, "ρᵏ(1 + ck)", fast)
    .line((0..=150).map(|k| (k as f64, powi((kappa - 1.0) / (kappa + 1.0), k))), slow)
    .label((110.0, 0.15), Anchor::Below, "gradient descent", slow);

    let mut radii = Panel::new(
        "Factor per step",
        Axis::linear("ηλ", 0.0, 4.2),
        Axis::linear("larger root |ρ|", 0.0, 1.5),
    )
    .dashed([(0.0, 1.0), (4.2, 1.0)], Ink::Theory);
    for (i, beta) in [(2, 0.0), (3, 0.5), (4, 0.9)] {
        let curve = spaced(0.0, 4.2, 200).map(|q| (q, Recurrence::of_momentum(beta, q).rate()));
        // Off the double roots, where a fit keeps half of the digits.
        let dots = [0.3, 0.9, 1.5, 2.1, 2.5, 3.1, 3.6, 3.95];
        let measured = dots.map(|q| (q, Recurrence::of(&on_parabola(&momentum(beta), 1.0, q, 30)).rate()));
        radii = radii.line(curve, Ink::Series(i));
        radii = if beta > 0.0 { radii.dots(measured, Ink::Series(i)) } else { radii };
    }
    let radii = radii
        .label((0.75, 0.25), Anchor::Left, "β = 0", Ink::Series(2))
        .label((1.5, 0.7), Anchor::Below, "β = 0.5", Ink::Series(3))
        .label((1.5, 0.96), Anchor::Below, "β = 0.9", Ink::Series(4));

    let starts = [3.0, 3.3, 3.6];
    let paths = on_the_cycle_s_function(&starts);
    let path = |i: usize| (0..=30).map(|k| k as f64).zip(paths.iter().map(move |x| x[i])).collect::<Vec<_>>();
    let (before, cycling, behind) = (path(0), path(1), path(2));
    let circles =
        Panel::new("The cycle: x₀ = 3.3", Axis::linear("step k", 0.0, 30.0), Axis::linear("xₖ", -6.0, 5.0))
            .line(before.iter().copied(), Ink::Series(3))
            .line(behind.iter().copied(), Ink::Series(2))
            .line(cycling.iter().copied(), Ink::Wrong)
            .dots(cycling, Ink::Wrong)
            .label((4.0, -4.6), Anchor::Right, "from 3.0 and 3.6 it converges", Ink::Series(2));
    let f = HeavyBallCycle::new(1).expect("one variable");
    let slope = |x: f64| {
        let mut gradient = [0.0];
        f.value_gradient(&[x], &mut gradient);
        (x, gradient[0])
    };
    let points = cycle();
    let slopes =
        Panel::new("Its derivative", Axis::linear("x", -3.0, 4.0), Axis::linear("f′(x)", -80.0, 80.0))
            .line([-3.0, 1.0, 2.0, 4.0].map(slope), Ink::Series(0))
            .dots(points.map(slope), Ink::Wrong)
            .label((1.5, 26.0), Anchor::Above, "slope 1", Ink::Series(0))
            .label((-1.0, -25.0), Anchor::Right, "slope 25", Ink::Series(0))
            .label(slope(points[0]), Anchor::Right, "a", Ink::Wrong)
            .label(slope(points[1]), Anchor::Left, "b", Ink::Wrong)
            .label(slope(points[2]), Anchor::Left, "c", Ink::Wrong);
    Figure {
        id: "rates-edge-and-cycle",
        caption: "Lines are predicted, dots measured. At the best settings the roots coincide, and the error falls like k·ρᵏ. As long as \
                  the roots are not real the factor is √β whatever the curvature, and a larger β moves the edge out, to \
                  ηλ = 2(1 + β). Third and fourth: a convex function of curvature 1 or 25, on which momentum with the best \
                  settings for these curvatures ends in the cycle a, b, c from 3.3, and converges from 3.0 and 3.6."
            .to_owned(),
        panels: vec![transient, radii, circles, slopes],
        columns: 2,
    }
}

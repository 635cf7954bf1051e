//! R58: what momentum makes of gradients that keep their sign, and of gradients that flip it.

use std::f64::consts::PI;

use thalweg_first_order::{Momentum, MomentumForm, UpdateRule};
use thalweg_numerics::{cos, powi, sin};

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::iterates::iterates;
use crate::number::significant;
use crate::playground::{Playground, Rule, Slider};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "momentum-is-a-geometric-sum-of-gradients",
    number: 58,
    slides: Slides(&[(123, 132)]),
    chapter: Chapter::FirstOrder,
    claim: "The momentum method maintains a running average of all gradients, typically with β = 0.9: its steps get longer in \
            directions where the gradient retains the same sign, and shorter where the sign keeps flipping.",
    correction: Some(Correction {
        statement: "It maintains a geometric sum. Steps get longer because of that: 1/(1 − β) times as long on gradients that \
                    stay the same, 10 times at β = 0.9, where an average would leave them as they are; 1/(1 + β) times on \
                    gradients that flip at every step. Between the two a gradient that repeats itself after p steps is \
                    multiplied by 1/|1 − β e^(−2πi/p)|, which is below 1 where p is less than 2π/arccos(β/2).",
        refuted_by: "longest step over η times the longest gradient, β = 0.9",
    }),
    source: "vₖ₊₁ = βvₖ − ηgₖ is linear: its answer to gₖ = g is −ηg(1 − βᵏ)/(1 − β), its answer to gₖ = e^(iωk) is that times \
             −η/(1 − βe^(−iω)) once βᵏ is gone",
    errata: &[Erratum {
        slides: Slides(&[(125, 132)]),
        flag: Flag::Imprecise,
        printed: "The momentum method maintains a running average of all gradients until the current step.",
        correct: "A geometric sum: without a factor 1 − β its weights add up to 1/(1 − β), not to 1.",
        measured_by: "step after 400 gradients that are all the same over η times the gradient, β = 0.9",
    }],
    code: file!(),
    puts_to_the_test: &["crates/first-order/src/momentum.rs"],
    run,
    full: None,
};

pub(super) static RATE: Parameter = Parameter::real("rate", "η", 0.05, (1e-6, 1e3));
const BETAS: [f64; 3] = [0.5, 0.9, 0.99];

fn run() -> Findings {
    let mut findings = Findings::default();
    check_constant_and_alternating(&mut findings);
    check_periods(&mut findings);
    findings.figures.push(figure());
    findings.playgrounds.push(Playground {
        id: "valley",
        title: "A valley: curvature 1 along it, 30 across",
        task: "At η = 0.06 the steps across the valley flip their sign. How far does β = 0.6 take the last point along the valley, \
               compared with β = 0? What goes wrong at β = 0.95?",
        curvatures: vec![1.0, 30.0],
        linear: vec![0.0; 2],
        start: vec![-20.0, 4.0],
        steps: 30,
        rules: &[Rule::Momentum, Rule::GradientDescent],
        rate: Slider { range: (0.0, 0.14), step: 0.001, at: 0.06 },
        momentum: Slider::momentum(0.6),
    });
    findings
}

/// v₁/η, v₂/η, … of the rule, given the gradients.
fn steps(beta: f64, form: MomentumForm, gradients: impl Iterator<Item = f64>) -> Vec<f64> {
    let rule = Momentum { momentum: beta, form };
    let mut state = rule.init(&[0.0]).expect("β is a constant below 1");
    let step = |g| {
        // From 0 each time, so that the step is not rounded as part of a position.
        let mut w = [0.0];
        rule.update(&mut state, &mut w, &[g], RATE.get()).expect("the rate is a constant above 0");
        w[0] / RATE.get()
    };
    gradients.map(step).collect()
}

fn constant(_: u32) -> f64 {
    1.0
}

fn alternating(k: u32) -> f64 {
    if k.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// |last step|/η after so many gradients of size 1.
fn gain(beta: f64, form: MomentumForm, count: u32, gradient: fn(u32) -> f64) -> f64 {
    steps(beta, form, (0..count).map(gradient)).last().map_or(f64::NAN, |step| step.abs())
}

fn check_constant_and_alternating(findings: &mut Findings) {
    let mut table = Table::new(
        "length of a step over η times the gradient, in the long run",
        &[
            "β",
            "same sign: 1/(1 − β)",
            "measured",
            "flipping: 1/(1 + β)",
            "measured ",
            "averaging form, same sign",
        ],
    );
    for beta in BETAS {
        // Until βᵏ is below rounding.
        let count = if beta > 0.95 { 4000 } else { 400 };
        let sum = |gradient| gain(beta, MomentumForm::Velocity, count, gradient);
        let average = gain(beta, MomentumForm::Average, count, constant);
        let (same, flipping) = (sum(constant), sum(alternating));
        findings.near(
            format!(
                "step after {count} gradients that are all the same over η times the gradient, β = {beta}"
            ),
            "1/(1 − β)",
            1.0 / (1.0 - beta),
            same,
            Tolerance::Relative(1e-12),
            "each of 1/(1 − β) terms is rounded, and so is 1 − β",
        );
        findings.near(
            format!("step after {count} gradients that flip over η times the gradient, β = {beta}"),
            "1/(1 + β)",
            1.0 / (1.0 + beta),
            flipping,
            Tolerance::Relative(1e-12),
            "as above",
        );
        findings.near(
            format!("the same for a running average, m ← βm + (1 − β)g, β = {beta}"),
            "(1 − β)/(1 − β) = 1",
            1.0,
            average,
            Tolerance::Relative(1e-12),
            "as above",
        );
        let exact = |k: usize| (1.0 - powi(beta, k as u64 + 1)) / (1.0 - beta);
        let way = steps(beta, MomentumForm::Velocity, (0..count).map(constant));
        let off = way.iter().enumerate().map(|(k, step)| -step / exact(k) - 1.0);
        findings.near(
            format!("farthest that a step on the way there is from its formula, relatively, β = {beta}"),
            "(1 − βᵏ)/(1 − β) at every k",
            0.0,
            largest(off),
            Tolerance::Absolute(1e-12),
            "as above, and 1 − βᵏ begins with digits lost",
        );
        let cells = [1.0 / (1.0 - beta), same, 1.0 / (1.0 + beta), flipping, average];
        table.row([beta.to_string()].into_iter().chain(cells.map(|cell| significant(cell, 6))));
    }
    findings.tables.push(table);
    findings.breaks(
        "longest step over η times the longest gradient, β = 0.9",
        "at most 1 for an average of gradients",
        1.0,
        gain(0.9, MomentumForm::Velocity, 400, constant),
    );
}

/// 1/|1 − βe^(−iω)|.
fn gain_in_theory(beta: f64, omega: f64) -> f64 {
    1.0 / (1.0 - 2.0 * beta * cos(omega) + beta * beta).sqrt()
}

/// The amplitude of the steps, over η, on gradients cos(2πk/p), over one period after 400 of them.
fn gain_of_period(beta: f64, period: u32) -> f64 {
    const SETTLED: u32 = 400;
    let omega = 2.0 * PI / f64::from(period);
    // Periods are whole numbers, so that the angle stays small and exact.
    let wave = move |k: u32| cos(omega * f64::from(k % period));
    let start = SETTLED.div_ceil(period) * period;
    let steps = steps(beta, MomentumForm::Velocity, (0..start + period).map(wave));
    let last = &steps[start as usize..];
    let share = |f: fn(f64) -> f64| {
        let terms = (0..).zip(last).map(|(k, step)| step * f(omega * f64::from(k)));
        // At the highest frequency there is no sine, and the cosines are all of full length.
        terms.sum::<f64>() * if period == 2 { 1.0 } else { 2.0 } / f64::from(period)
    };
    let (real, imaginary) = (share(cos), share(sin));
    (real * real + imaginary * imaginary).sqrt()
}

const PERIODS: [u32; 12] = [2, 3, 4, 5, 6, 8, 12, 20, 36, 60, 120, 400];

fn check_periods(findings: &mut Findings) {
    const BETA: f64 = 0.9;
    let mut table = Table::new(
        "gradients that repeat themselves after p steps, β = 0.9: length of the steps over η times that of the gradients",
        &["p", "predicted", "measured"],
    );
    let mut off = Vec::new();
    for period in PERIODS {
        let (predicted, measured) =
            (gain_in_theory(BETA, 2.0 * PI / f64::from(period)), gain_of_period(BETA, period));
        off.push(measured / predicted - 1.0);
        table.row([period.to_string(), significant(predicted, 6), significant(measured, 6)]);
    }
    findings.tables.push(table);
    findings.near(
        "farthest that the gain at any of 12 periods is from its formula, relatively",
        "1/|1 − βe^(−2πi/p)|",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-12),
        "sums of up to 400 rounded products",
    );
    // arccos(0.45) = 1.104, found by halving so that it needs no arccos.
    let turn = crate::descend::threshold(0.0, PI, |omega| cos(omega) > 0.5 * BETA);
    let longest = PERIODS.into_iter().filter(|&p| gain_of_period(BETA, p) < 1.0).max().unwrap_or(0);
    findings.words(
        "longest of the 12 periods at which momentum makes steps shorter, β = 0.9",
        "the longest below 2π/arccos(β/2)",
        PERIODS.into_iter().filter(|&p| f64::from(p) < 2.0 * PI / turn).max().unwrap_or(0),
        longest,
    );
}

fn figure() -> Figure {
    let ink = |i: usize| Ink::Series([2, 0, 1][i]);
    let mut gains = Panel::new(
        "Length of the steps over η·gradient",
        Axis::logarithmic("gradients repeat themselves after p steps", 2.0, 1000.0),
        Axis::logarithmic("gain", 0.4, 200.0),
    )
    .dashed([(2.0, 1.0), (1000.0, 1.0)], Ink::Theory)
    .label((90.0, 0.95), Anchor::Below, "an average has at most this", Ink::Theory);
    for (i, beta) in BETAS.into_iter().enumerate() {
        let curve = spaced(0.0, 1.0, 120).map(|t| {
            let p = 2.0 * thalweg_numerics::pow(500.0, t);
            (p, gain_in_theory(beta, 2.0 * PI / p))
        });
        gains = gains.line(curve, ink(i));
        if beta < 0.95 {
            gains = gains.dots(PERIODS.map(|p| (f64::from(p), gain_of_period(beta, p))), ink(i));
        }
    }
    let gains = gains
        .label((400.0, 2.05), Anchor::Above, "β = 0.5", ink(0))
        .label((400.0, 10.5), Anchor::Above, "β = 0.9", ink(1))
        .label((150.0, 62.0), Anchor::Left, "β = 0.99", ink(2));

    let valley = thalweg_objectives::DiagonalQuadratic::centered([1.0, 30.0]).expect("finite curvatures");
    // Just below 2/λ_max: the steep direction flips at every step, the flat one keeps its sign.
    let (rate, start) = (0.06, [-20.0, 4.0]);
    let path = |beta| {
        let rule = Momentum { momentum: beta, ..Momentum::default() };
        iterates(&valley, &rule, rate, &start, 14).into_iter().map(|w| (w[0], w[1])).collect::<Vec<_>>()
    };
    let mut paths = Panel::new(
        "14 steps along a valley, η = 0.06",
        Axis::linear("w₁", -22.0, 12.0),
        Axis::linear("w₂", -6.0, 6.0),
    );
    for level in [2.0, 20.0, 80.0, 200.0] {
        let radius = |lambda: f64| (2.0 * level / lambda).sqrt();
        paths = paths.ellipse((0.0, 0.0), (radius(1.0), radius(30.0)), Ink::Quiet);
    }
    let (plain, with) = (path(0.0), path(0.6));
    let ends = [plain[14], with[14]];
    let paths = paths
        .arrows(plain, Ink::Series(3))
        .arrows(with, Ink::Series(0))
        .label((ends[0].0, -3.6), Anchor::Below, "without momentum", Ink::Series(3))
        .label((ends[1].0, 2.2), Anchor::Above, "β = 0.6", Ink::Series(0));
    Figure {
        id: "gain-and-paths",
        caption: "Left: lines are predicted, dots measured. Gradients that hardly change are added up to 1/(1 − β) times their \
                  size; only those that turn within a few steps are made smaller, and never below 1/(1 + β) of it. Right: \
                  slide 126 from real runs. Across the valley the gradient flips at every step and momentum damps it; along the \
                  valley it keeps its sign and the steps grow."
            .to_owned(),
        panels: vec![gains, paths],
        columns: 2,
    }
}

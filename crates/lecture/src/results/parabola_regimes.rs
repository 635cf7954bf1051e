//! R23: what a fixed rate does on a parabola.

use thalweg_numerics::powi;
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::{Curved, Objective};

use crate::descend::{descend, largest, lowest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::playground::{Playground, Rule, Slider};
use crate::regime::{NEGLIGIBLE, factor, regime, regime_of_factor};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "fixed-rate-on-a-parabola-has-four-regimes",
    number: 23,
    slides: Slides(&[(41, 43)]),
    chapter: Chapter::Convergence,
    claim: "On a parabola gradient descent converges monotonically for η < η_opt = 1/E'', in one step at η_opt, \
            oscillating for η_opt < η < 2η_opt, and diverges for η > 2η_opt.",
    correction: None,
    source: "wₖ₊₁ − w* = (1 − ηa)(wₖ − w*), from the update rule of slide 41 and E' = a(w − w*)",
    errata: &[Erratum {
        slides: Slides(&[(43, 43)]),
        flag: Flag::Imprecise,
        printed: "Three cases, η < η_opt, η_opt < η < 2η_opt and η > 2η_opt; what lies between them is left out.",
        correct: "At η = 2η_opt the iterates jump between w₀ and 2w* − w₀ forever: neither convergence nor divergence.",
        measured_by: "regime at ηa = 2",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/diagonal_quadratic.rs",
    ],
    run,
    full: None,
};

// E(w) = ½aw² + bw + c with the numbers of the first coordinate of slides 46–48, inferred from the values that an
// earlier deck's plot shows.
pub(super) static A: Parameter = Parameter::real("a", "the curvature E''", 1.5, (0.1, 10.0));
const B: f64 = -2.5;
const C: f64 = 0.0;
pub(super) static START: Parameter = Parameter::real("start", "w₀", -20.0, (-100.0, 100.0));
pub(super) static STEPS: Parameter = Parameter::whole("steps", "the steps of a run", 40, (5, 400));
/// ηa: two rates below the optimum, the optimum, two above it, the boundary and one beyond.
const RATES_TIMES_A: [f64; 7] = [0.25, 0.5, 1.0, 1.5, 1.9, 2.0, 2.1];

fn run() -> Findings {
    let parabola = parabola();
    let minimum = -B / A.get();
    let start_error = START.get() - minimum;
    let mut findings = Findings::default();
    let after = format!("|e| after {} steps", STEPS.count());
    let mut table = Table::new(
        "seven rates",
        &["ηa", "η", "factor per step, predicted", "measured", "regime, predicted", "measured", &after],
    );

    for rate_times_a in RATES_TIMES_A {
        let rate = rate_times_a / A.get();
        let errors = errors_of(&parabola, rate, START.get(), STEPS.count());
        let theory = 1.0 - rate * A.get();

        let factor = factor(&errors, 0.1);
        findings.near(
            format!("factor per step at ηa = {rate_times_a}"),
            "1 − ηa",
            theory,
            factor,
            Tolerance::Absolute(1e-13),
            "a few roundings of numbers near 20, seen while the error is at least a tenth of its start",
        );

        let deviation = (0..).zip(&errors).map(|(k, e)| {
            let predicted = powi(theory, k) * start_error;
            (e - predicted).abs() / predicted.abs().max(start_error.abs())
        });
        findings.near(
            format!("distance from the predicted path at ηa = {rate_times_a}"),
            "(1 − ηa)ᵏ e₀, against the larger of it and e₀",
            0.0,
            largest(deviation),
            Tolerance::Absolute(1e-13),
            "every step has a few roundings of 1e-16",
        );

        let (expected, seen) = (regime_of_factor(theory), regime(&errors));
        findings.words(
            format!("regime at ηa = {rate_times_a}"),
            "the sign and size of 1 − ηa",
            expected,
            seen,
        );
        let last = errors.last().copied().unwrap_or(f64::NAN).abs();
        table.row([
            rate_times_a.to_string(),
            significant(rate, 6),
            significant(theory, 6),
            // Landing is exact up to rounding, and what rounding leaves is not worth a digit.
            if factor.abs() < NEGLIGIBLE { "0".to_owned() } else { significant(factor, 6) },
            expected.to_owned(),
            seen.to_owned(),
            if last < NEGLIGIBLE { "0".to_owned() } else { significant(last, 4) },
        ]);
    }

    findings.near(
        "where convergence ends",
        "2/a",
        2.0 / A.get(),
        // A thousand steps, so that the verdict is sharp: (1 + 1e-12)¹⁰⁰⁰ is already 1e-9 from 1.
        threshold(0.1 / A.get(), 4.0 / A.get(), |rate| shrinks(&parabola, rate)),
        Tolerance::Relative(1e-12),
        "rounding of 1e-16 a step blurs the boundary",
    );
    findings.near(
        "the rate that comes closest in one step",
        "1/a",
        1.0 / A.get(),
        lowest(0.1 / A.get(), 4.0 / A.get(), |rate| errors_of(&parabola, rate, START.get(), 1)[1].abs()),
        Tolerance::Relative(1e-12),
        "the distance has a kink there, which a search finds to rounding",
    );
    findings.near(
        "farthest miss after one step at η = 1/E'' from 41 starts",
        "w − E'/E'' is w*",
        0.0,
        largest(
            spaced(-20.0, 20.0, 41).map(|w0| errors_of(&parabola, 1.0 / curvature(&parabola, w0), w0, 1)[1]),
        ),
        Tolerance::Absolute(1e-13),
        "a few roundings of numbers up to 33",
    );

    findings.tables.push(table);
    findings.figures.push(four_regimes(&parabola));
    findings.figures.push(error_against_steps(&parabola));
    findings.playgrounds.push(playground());
    findings
}

fn parabola() -> DiagonalQuadratic {
    DiagonalQuadratic::new([A.get()], [B], C).expect("the constants are finite")
}

fn curvature(parabola: &DiagonalQuadratic, w: f64) -> f64 {
    let mut out = [0.0];
    parabola.hessian_vector(&[w], &[1.0], &mut out);
    out[0]
}

/// wₖ − w* for k = 0, 1, …
fn errors_of(parabola: &DiagonalQuadratic, rate: f64, w0: f64, steps: u64) -> Vec<f64> {
    descend(parabola, rate, &[w0], steps).points.iter().map(|point| point[0] + B / A.get()).collect()
}

fn shrinks(parabola: &DiagonalQuadratic, rate: f64) -> bool {
    let errors = errors_of(parabola, rate, START.get(), 1000);
    errors[errors.len() - 1].abs() < errors[0].abs()
}

fn four_regimes(parabola: &DiagonalQuadratic) -> Figure {
    let minimum = -B / A.get();
    let value = |w: f64| parabola.value(&[w]);
    let panel = |title: &str, rate_times_a: f64, start: f64, steps: u64, ink: Ink| {
        let trace = descend(parabola, rate_times_a / A.get(), &[minimum + start], steps);
        let axes = (Axis::linear("w", minimum - 24.0, minimum + 24.0), Axis::linear("E(w)", -60.0, 440.0));
        Panel::new(title, axes.0, axes.1)
            .line(spaced(minimum - 24.0, minimum + 24.0, 97).map(|w| (w, value(w))), Ink::Quiet)
            .arrows(trace.points.iter().map(|point| (point[0], value(point[0]))), ink)
            .label((minimum + start, value(minimum + start)), Anchor::Below, "w₀", ink)
    };
    Figure {
        id: "four-regimes",
        caption: "Slide 43 from real runs, with the boundary that it leaves out: below η_opt the steps shrink on one \
                  side; at η_opt one step lands; above it they jump across and shrink; at 2η_opt they repeat; beyond, \
                  they grow."
            .to_owned(),
        panels: vec![
            panel("a) η = 0.25 η_opt: monotone", 0.25, -22.0, 20, Ink::Series(0)),
            panel("b) η = η_opt: one step", 1.0, -22.0, 1, Ink::Series(2)),
            panel("c) η = 1.75 η_opt: oscillating", 1.75, -22.0, 20, Ink::Series(1)),
            panel("left out: η = 2 η_opt: 2-cycle", 2.0, -15.0, 6, Ink::Series(3)),
            panel("d) η = 2.1 η_opt: diverging", 2.1, -9.0, 10, Ink::Wrong),
        ],
        columns: 3,
    }
}

fn playground() -> Playground {
    Playground {
        id: "parabola",
        title: "E(w) = ½aw² + bw, one rate",
        task: "At which rate does the second point lie at the minimum? From which rate on do the steps cross it, and from which \
               on do they grow? Predict, then slide.",
        curvatures: vec![A.get()],
        linear: vec![B],
        start: vec![START.get()],
        steps: 20,
        rules: &[Rule::GradientDescent],
        rate: Slider { range: (0.0, 2.2 / A.get()), step: 0.01, at: 0.2 },
        momentum: Slider::NONE,
    }
}

fn error_against_steps(parabola: &DiagonalQuadratic) -> Figure {
    let mut panel = Panel::new(
        "Distance: lines predicted, dots measured",
        Axis::linear("step k", 0.0, STEPS.get()),
        Axis::logarithmic("|wₖ − w*| / |w₀ − w*|", 1e-13, 1e3),
    );
    for (rate_times_a, series, label_at, anchor) in [
        (0.25, 0, 30.0, Anchor::Below),
        (0.5, 1, 17.0, Anchor::Right),
        (1.9, 2, 30.0, Anchor::Below),
        (2.0, 3, 8.0, Anchor::Above),
        (2.1, 4, 26.0, Anchor::Above),
    ] {
        let ink = Ink::Series(series);
        let errors = errors_of(parabola, rate_times_a / A.get(), START.get(), STEPS.count());
        let theory = |k: f64| powi((1.0 - rate_times_a).abs(), k as u64);
        panel = panel
            .dashed((0..=STEPS.count()).map(|k| (k as f64, theory(k as f64))), ink)
            .dots(
                (0..)
                    .step_by(2)
                    .zip(errors.iter().step_by(2))
                    .map(|(k, e)| (f64::from(k), e.abs() / errors[0].abs())),
                ink,
            )
            .label((label_at, theory(label_at)), anchor, format!("ηa = {rate_times_a}"), ink);
    }
    Figure {
        id: "distance-against-steps",
        caption:
            "Every rate is a straight line on this scale: linear convergence, with the factor |1 − ηa|. \
                  The rates 0.5 and 1.5 share one line; the optimal rate has left the picture after one step."
                .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

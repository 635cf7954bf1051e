//! R41: Newton's method can run away on a convex function, and where it begins to.

use thalweg_driver::{Stop, StopReason, minimize, silent};
use thalweg_hessian::{ByProducts, TwiceDifferentiable};
use thalweg_numerics::{exp, expm1, ln};
use thalweg_objectives::{LogBarrier, LogCosh};
use thalweg_second_order::{DampedNewton, Newton};

use crate::curve::{EXPONENTIAL, HYPERBOLA};
use crate::descend::{largest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::walk::path_of;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "newton-can-run-away-on-a-convex-function",
    number: 41,
    slides: Slides(&[(81, 91)]),
    chapter: Chapter::Hessian,
    claim: "Iterated fits of a quadratic, each followed by a step to its minimum (η = 1), minimize generic differentiable \
            convex functions.",
    correction: Some(Correction {
        statement: "Near enough to the minimum. ln cosh w is strictly convex and smooth, and beyond |w| ≈ 1.09, where \
                    sinh 2w = 4w, every step leads farther away, on alternating sides.",
        refuted_by: "distance from the minimum of ln cosh w after 3 steps over that of the start, 1.2",
    }),
    source: "w⁺ = w − ½ sinh 2w on ln cosh w, so that |w⁺| < |w| where sinh 2|w| < 4|w|; w⁺ = −w³ on √(1 + w²); \
             1 − w⁺ = (1 − w)² on w − ln w; w⁺ = w − 1 + e⁻ʷ on eʷ − w",
    errata: &[Erratum {
        slides: Slides(&[(81, 91)]),
        flag: Flag::OverClaim,
        printed: "Minimization by Newton’s method (η = 1), for generic differentiable multivariate convex functions.",
        correct: "Convexity is not enough for η = 1: the start has to be near, or the step has to be shortened.",
        measured_by: "distance from the minimum of ln cosh w after 3 steps over that of the start, 1.2",
    }],
    code: file!(),
    puts_to_the_test: &["crates/second-order/src/newton.rs", "crates/objectives/src/log_cosh.rs"],
    run,
    full: None,
};

/// A run that comes this near to the minimum is taken to converge: all four square or cube the error from there.
const NEAR: f64 = 1e-6;

/// The iterates; NaN from where the method cannot go on.
fn walk<P: TwiceDifferentiable>(problem: &P, start: f64, steps: u64) -> Vec<f64> {
    path_of(problem, &Newton::default(), &[start], steps).points.into_iter().map(|w| w[0]).collect()
}

/// Whether the method comes near `minimum` within so many steps that rounding alone leaves a 2-cycle.
fn converges<P: TwiceDifferentiable>(problem: &P, start: f64, minimum: f64) -> bool {
    walk(problem, start, 100).iter().any(|w| (w - minimum).abs() < NEAR)
}

fn log_cosh() -> ByProducts<LogCosh> {
    ByProducts(LogCosh::new(1).expect("one variable"))
}

/// ½(eʷ − e⁻ʷ), without the cancellation near 0.
fn sinh(w: f64) -> f64 {
    let e = expm1(w.abs());
    0.5 * (e + e / (1.0 + e)) * w.signum()
}

/// w ← w − ½ sinh 2w, by the formula alone.
fn by_formula(w: f64) -> f64 {
    w - 0.5 * sinh(2.0 * w)
}

/// Where sinh 2w = 4w.
fn edge() -> f64 {
    threshold(0.5, 2.0, |w| sinh(2.0 * w) < 4.0 * w)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_thresholds(&mut findings);
    check_in_at_and_out(&mut findings);
    check_long_way_back(&mut findings);
    findings.figures.push(figure());
    findings
}

fn check_thresholds(findings: &mut Findings) {
    let barrier = ByProducts(LogBarrier::new(1).expect("one variable"));
    let mut table = Table::new(
        "convex functions: how far from the minimum Newton's method still converges",
        &["E(w)", "w⁺", "predicted", "measured"],
    );
    for (name, step, formula, predicted, measured) in [
        (
            "ln cosh w",
            "w − ½ sinh 2w",
            "sinh 2w = 4w",
            edge(),
            threshold(0.5, 2.0, |w| converges(&log_cosh(), w, 0.0)),
        ),
        ("√(1 + w²)", "−w³", "|w| < 1", 1.0, threshold(0.5, 2.0, |w| converges(&HYPERBOLA, w, 0.0))),
        (
            "w − ln w",
            "1 − (1 − w)²",
            "|1 − w| < 1: up to 0 on the one side, where E is not defined any more, and 2 on the other",
            1.0,
            threshold(0.5, 2.0, |e| converges(&barrier, 1.0 + e, 1.0)),
        ),
    ] {
        findings.near(
            format!("distance from the minimum of {name} up to which Newton's method converges"),
            formula,
            predicted,
            measured,
            Tolerance::Absolute(1e-12),
            "60 halvings on runs of 100 steps, in which rounding of 1e-16 leaves the 2-cycle",
        );
        table.row([
            name.to_owned(),
            step.to_owned(),
            significant(predicted, 11),
            significant((1e11 * measured).round() / 1e11, 11),
        ]);
    }
    findings.tables.push(table);
}

/// On ln cosh w.
fn check_in_at_and_out(findings: &mut Findings) {
    const OUT: f64 = 1.2;
    let path = walk(&log_cosh(), OUT, 3);
    findings.breaks(
        "distance from the minimum of ln cosh w after 3 steps over that of the start, 1.2",
        "1, if a step to the minimum of a fit came nearer on every convex function",
        1.0,
        (path[3] / OUT).abs(),
    );
    let mut off = Vec::new();
    for start in [0.5, 1.0, 1.08, 1.1, OUT] {
        let mut w = start;
        for measured in walk(&log_cosh(), start, 3) {
            off.push((measured - w) / w);
            w = by_formula(w);
        }
    }
    findings.near(
        "farthest of 3 steps on ln cosh w from the formula, from 0.5, 1, 1.08, 1.1 and 1.2, as a share of it",
        "w⁺ = w − ½ sinh 2w",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-8),
        "w − ½ sinh 2w cancels down to ⅔w³, 6 digits at w = 1e-3, and a step far out multiplies an error by 2w",
    );

    // Around the cycle a deviation is multiplied by −g′(w) at each step, w⁺ = g(w) being odd.
    let (edge, deviation) = (edge(), 1e-7);
    let growth = |sign: f64| {
        let path = walk(&log_cosh(), edge + sign * deviation, 1);
        (path[1].abs() - edge) / (sign * deviation)
    };
    findings.near(
        "growth of a deviation from the 2-cycle in a step",
        "cosh 2w − 1 where sinh 2w = 4w: the cycle repels",
        (1.0 + 16.0 * edge * edge).sqrt() - 1.0,
        0.5 * (growth(1.0) + growth(-1.0)),
        Tolerance::Absolute(1e-6),
        "the deviation of 1e-7 is right to 2e-16, and its square is left out",
    );

    // Where sinh overflows there is no step any more.
    let mut table = Table::new(
        "ln cosh w",
        &["start", "w₁/w₀", "steps", "how it ends", "shortened until E falls enough"],
    );
    for start in [0.5, 1.0, 1.08, 1.0887, 1.1, OUT, 2.0, 5.0] {
        let (steps, ending) = fate(start);
        let endless = Stop { runaway: f64::INFINITY, ..Stop::default() };
        let run = minimize(&log_cosh(), &Newton::default(), &[start], endless, silent)
            .expect("the rate and the start are finite");
        let shortened = minimize(&log_cosh(), &DampedNewton::default(), &[start], Stop::default(), silent)
            .expect("the settings and the start are constants");
        let shortened = if shortened.reason.is_converged() { "converged" } else { "otherwise" };
        findings.words(
            format!("the same step, shortened until E falls enough, from {start}"),
            "E is convex: −E′/E″ leads down, and some share of it far enough",
            "converged",
            shortened,
        );
        let ended = match &run.reason {
            StopReason::Stuck(stuck) if stuck.to_string().contains("singular") => "the step is infinite",
            reason if reason.is_converged() => "converged",
            _ => "otherwise",
        };
        findings.words(
            format!("steps and end of Newton's method on ln cosh w from {start}"),
            "w⁺ = w − ½ sinh 2w, until |tanh w| is 1e-8 of the start's or sinh 2w overflows",
            format_args!("{steps} steps, {ending}"),
            format_args!("{} steps, {ended}", run.steps),
        );
        table.row([
            start.to_string(),
            significant(by_formula(start) / start, 4),
            run.steps.to_string(),
            ended.to_owned(),
            shortened.to_owned(),
        ]);
    }
    findings.tables.push(table);
}

/// What the formula says of a run on ln cosh w: its steps, and how it ends.
fn fate(start: f64) -> (u64, &'static str) {
    let slope = |w: f64| sinh(w) / (sinh(w) * sinh(w) + 1.0).sqrt();
    let (mut w, mut steps) = (start, 0);
    loop {
        if !by_formula(w).is_finite() {
            return (steps, "the step is infinite");
        }
        if slope(w).abs() <= 1e-8 * slope(start).abs() {
            return (steps, "converged");
        }
        (w, steps) = (by_formula(w), steps + 1);
    }
}

/// On eʷ − w the method comes back from everywhere, but from the left it takes the longer the farther.
fn check_long_way_back(findings: &mut Findings) {
    let mut table = Table::new(
        "eʷ − w: steps to 1e-6 of the minimum, from where it starts",
        &["start", "after the first step", "steps, predicted", "steps, measured"],
    );
    for start in [3.0, -1.0, -3.0, -5.0, -6.0] {
        let (mut w, mut predicted) = (start, 0);
        while f64::abs(w) > NEAR {
            (w, predicted) = (w - 1.0 + exp(-w), predicted + 1);
        }
        let path = walk(&EXPONENTIAL, start, 2000);
        let measured =
            path.iter().position(|w| w.abs() <= NEAR).map_or("never".to_owned(), |k| k.to_string());
        findings.words(
            format!("steps to 1e-6 on eʷ − w from {start}"),
            "w⁺ = w − 1 + e⁻ʷ: one huge step, and then 1 at a time",
            predicted,
            &measured,
        );
        table.row([start.to_string(), significant(path[1], 5), predicted.to_string(), measured]);
    }
    findings.tables.push(table);
}

fn figure() -> Figure {
    const IN: Ink = Ink::Series(0);
    const AT: Ink = Ink::Series(1);
    let edge = edge();
    let range = || spaced(-1.8, 1.8, 145);
    let magnitude = |w: f64| by_formula(w).abs();
    let mut cobweb = Panel::new(
        "|wₖ₊₁| over |wₖ| on ln cosh w",
        Axis::linear("|wₖ|", 0.0, 1.6),
        Axis::linear("|wₖ₊₁|", 0.0, 1.6),
    )
    .line([(0.0, 0.0), (1.6, 1.6)], Ink::Quiet)
    .line(
        spaced(0.0, 1.6, 129).map(|w| (w, magnitude(w))).filter(|p| p.1 <= 1.6).collect::<Vec<_>>(),
        Ink::Theory,
    );
    for (start, ink, steps) in [(1.0, IN, 5), (1.13, Ink::Wrong, 2)] {
        let sizes: Vec<_> = walk(&log_cosh(), start, steps).into_iter().map(f64::abs).collect();
        let mut stairs = vec![(sizes[0], 0.0)];
        for pair in sizes.windows(2) {
            stairs.extend([(pair[0], pair[1].min(1.6)), (pair[1].min(1.6), pair[1].min(1.6))]);
        }
        cobweb = cobweb.line(stairs, ink);
    }
    let cobweb = cobweb
        .dots([(edge, edge)], AT)
        .label((edge, edge), Anchor::Left, "sinh 2w = 4w", AT)
        .label((1.0, 0.1), Anchor::Left, "from 1", IN)
        .label((1.13, 0.1), Anchor::Right, "from 1.13", Ink::Wrong);

    let log_cosh_at = |w: f64| ln(0.5 * (exp(w) + exp(-w)));
    let mut curve =
        Panel::new("The same runs", Axis::linear("w", -1.8, 1.8), Axis::linear("ln cosh w", -0.05, 1.1))
            .line(range().map(|w| (w, log_cosh_at(w))), Ink::Quiet);
    for (start, ink, steps) in [(1.0, IN, 4), (1.13, Ink::Wrong, 2)] {
        let path = walk(&log_cosh(), start, steps);
        curve = curve.arrows(path.iter().map(|w| (*w, log_cosh_at(*w))), ink);
    }
    let curve = curve
        .dots([edge, -edge].map(|w| (w, log_cosh_at(w))), AT)
        .label((-0.2, 0.95), Anchor::Above, "1.13: outwards", Ink::Wrong)
        .label((0.0, 0.2), Anchor::Above, "1: inwards", IN);

    let mut fates = Panel::new(
        "Distances, from 1.08 to 1.10",
        Axis::linear("step k", 0.0, 10.0),
        Axis::logarithmic("|wₖ|", 1e-6, 1e6),
    );
    for start in spaced(1.08, 1.1, 11) {
        let ink = if start < edge { IN } else { Ink::Wrong };
        let path = walk(&log_cosh(), start, 10);
        fates = fates.line((0_u32..).map(f64::from).zip(path.into_iter().map(f64::abs)), ink);
    }
    // By the formula: in a run rounding leaves the cycle too.
    let cycle = (0_u32..=10).map(|k| (f64::from(k), edge));
    let fates = fates.dashed(cycle, AT).label(
        (8.3, edge),
        Anchor::Above,
        format!("±{}: forever", significant(edge, 6)),
        AT,
    );

    Figure {
        id: "in-at-and-out",
        caption: "Newton's method on ln cosh w, which is convex. Left: the step from w leads to the other side, nearer to the \
                  minimum where the curve of |wₖ₊₁| lies below the diagonal and farther where it lies above; they meet \
                  where sinh 2w = 4w. Middle: from 1 it converges, from 1.13 it runs away. Right: a hair's breadth \
                  decides, and in 6 steps it is decided."
            .to_owned(),
        panels: vec![cobweb, curve, fates],
        columns: 3,
    }
}

//! R25: the ratio of successive gaps, by which slide 40 measures convergence.

use thalweg_numerics::{ln, logistic, powi, softplus};
use thalweg_objectives::{DiagonalQuadratic, LogCosh, Power};
use thalweg_problem::{Curved, Differentiable, from_fn};

use crate::descend::{descend, largest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "bounded-ratio-is-not-yet-linear",
    number: 25,
    slides: Slides(&[(40, 40), (55, 55)]),
    chapter: Chapter::Convergence,
    claim: "With R the ratio of successive gaps f(wₖ) − f*, convergence is linear, that is exponentially fast, if R is \
            constant or bounded above; on a quadratic it is.",
    correction: Some(Correction {
        statement: "The bound has to be below 1. On |w|⁴ and on ln(1 + e⁻ʷ) the ratio never exceeds 1 but tends to it, \
                    and the gap falls like a power of k, slower than any geometric sequence. On a parabola the ratio \
                    is constant, on a quadratic it stays below such a bound, and for Newton's method it tends to 0.",
        refuted_by: "gap of |w|⁴ after 1000 steps over the largest ratio of its first 100 steps to the power 1000",
    }),
    source: "parabola: (1 − ηa)²; |w|⁴: wₖ² ≈ 1/(8ηk), so R ≈ 1 − 2/k; ln(1 + e⁻ʷ): f ≈ 1/(ηk), so R ≈ 1 − 1/k; \
             Newton's method on ln cosh w: w' ≈ −⅔w³, so R ≈ (4/9)w⁴",
    errata: &[Erratum {
        slides: Slides(&[(40, 40)]),
        flag: Flag::Imprecise,
        printed: "If R is a constant (or upper bounded), the convergence is linear.",
        correct: "If R is at most a constant below 1. Every descent method has R ≤ 1, and that alone says nothing of \
                  its speed.",
        measured_by: "largest ratio of |w|⁴ in 10000 steps",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/diagonal_quadratic.rs",
        "crates/objectives/src/log_cosh.rs",
        "crates/objectives/src/power.rs",
    ],
    run,
    full: None,
};

const STEPS: u64 = 10_000;
/// ηa on the parabola.
const RATE_TIMES_A: f64 = 0.1;
/// 1/L for |w|⁴ where |w| ≤ 1.
const QUARTIC_RATE: f64 = 1.0 / 12.0;
const LOGISTIC_RATE: f64 = 1.0;

/// A run, told by its gaps f(wₖ) − f*. Every f here has f* = 0, so a gap is a value.
struct Run {
    name: &'static str,
    gaps: Vec<f64>,
}

impl Run {
    /// Rₖ = (f(wₖ₊₁) − f*)/(f(wₖ) − f*), as long as there is a gap to divide by.
    fn ratios(&self) -> impl Iterator<Item = f64> + '_ {
        self.gaps.windows(2).take_while(|pair| pair[0] != 0.0).map(|pair| pair[1] / pair[0])
    }

    fn ratio(&self, k: usize) -> f64 {
        self.ratios().nth(k).unwrap_or(f64::NAN)
    }
}

fn on_parabola() -> Run {
    let a = 1.5;
    let parabola = DiagonalQuadratic::centered([a]).expect("the constant is finite");
    // 1000 steps take the gap to 1e-92; ten times as many would underflow.
    Run { name: "½aw², ηa = 0.1", gaps: descend(&parabola, RATE_TIMES_A / a, &[1.0], 1001).values }
}

fn on_quartic() -> Run {
    let quartic = Power::new(1, 4.0).expect("4 is above 1");
    Run { name: "|w|⁴, η = 1/12", gaps: descend(&quartic, QUARTIC_RATE, &[1.0], STEPS + 1).values }
}

/// The loss ln(1 + e⁻ʷ) of one example whose target is 1 itself: its infimum 0 is nowhere attained.
fn on_logistic() -> Run {
    let loss = from_fn(1, |w, gradient| {
        gradient[0] = -logistic(-w[0]);
        softplus(-w[0])
    });
    Run { name: "ln(1 + e⁻ʷ), η = 1", gaps: descend(&loss, LOGISTIC_RATE, &[0.0], STEPS + 1).values }
}

/// Newton's method on ln cosh w, w ← w − f'/f'', with its points. Written out here: in one variable it is a division.
fn newton() -> (Run, Vec<f64>) {
    let valley = LogCosh::new(1).expect("one variable");
    let mut w = [1.0];
    let (mut points, mut gaps) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        let (mut gradient, mut curvature) = ([0.0], [0.0]);
        gaps.push(valley.value_gradient(&w, &mut gradient));
        valley.hessian_vector(&w, &[1.0], &mut curvature);
        points.push(w[0]);
        w[0] -= gradient[0] / curvature[0];
    }
    (Run { name: "Newton on ln cosh w", gaps }, points)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let (parabola, quartic, logistic) = (on_parabola(), on_quartic(), on_logistic());
    let (newton, newton_points) = newton();
    check_parabola(&mut findings, &parabola);
    check_quadratic(&mut findings);
    let root = (8.0 * QUARTIC_RATE).recip();
    check_slower_than_linear(&mut findings, &quartic, 2, "1/(8η)², from wₖ² ≈ 1/(8ηk)", root * root);
    check_slower_than_linear(&mut findings, &logistic, 1, "1/η, from f' ≈ −f", LOGISTIC_RATE.recip());
    check_printed_bound(&mut findings, &quartic);
    check_newton(&mut findings, &newton, &newton_points);

    let mut table = Table::new("Rₖ", &["run", "R₁₀", "R₁₀₀", "R₁₀₀₀"]);
    for run in [&parabola, &quartic, &logistic] {
        let ratios = [10, 100, 1000].map(|k| significant(run.ratio(k), 6));
        table.row([run.name.to_owned()].into_iter().chain(ratios));
    }
    findings.tables.push(table);
    let mut table = Table::new("Rₖ of Newton's method on ln cosh w", &["k", "wₖ", "Rₖ", "(4/9)wₖ⁴"]);
    for (k, &w) in newton_points.iter().enumerate().take(5) {
        // Three digits: w₅ is what w₄ − f'/f'' leaves of w₄ = 7e-5, and half of its digits are gone.
        let numbers = [w, newton.ratio(k), ratio_of_newton(w)].map(|number| significant(number, 3));
        table.row([k.to_string()].into_iter().chain(numbers));
    }
    findings.tables.push(table);
    findings.figures.push(figure(&[&parabola, &quartic, &logistic, &newton]));
    findings
}

fn check_parabola(findings: &mut Findings, run: &Run) {
    let ratio = (1.0 - RATE_TIMES_A) * (1.0 - RATE_TIMES_A);
    findings.near(
        "largest distance of 1000 ratios on the parabola from one constant",
        "(1 − ηa)²",
        0.0,
        largest(run.ratios().map(|measured| measured - ratio)),
        Tolerance::Absolute(1e-14),
        "a few roundings a step",
    );
    let off = (0..).zip(&run.gaps).map(|(k, gap)| gap / (powi(ratio, k) * run.gaps[0]) - 1.0);
    findings.near(
        "farthest that 1000 gaps on the parabola are from Rᵏ times the first, as a share of it",
        "f(wₖ) − f* = Rᵏ (f(w₀) − f*)",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-12),
        "1000 steps, a few roundings each",
    );
}

/// In several variables the ratio is not constant, but bounded below 1: slide 55's linear convergence.
fn check_quadratic(findings: &mut Findings) {
    let (curvatures, rate) = ([1.5, 0.5], 0.4);
    let quadratic = DiagonalQuadratic::centered(curvatures).expect("the constants are finite");
    let gaps = descend(&quadratic, rate, &[-20.0, 20.0], 500).values;
    let slowest = largest(curvatures.map(|a| 1.0 - rate * a));
    findings.at_most(
        "largest of 500 ratios on a quadratic in two variables",
        "max (1 − ηaᵢ)²",
        slowest * slowest,
        largest(gaps.windows(2).map(|pair| pair[1] / pair[0])),
        1e-14,
        "the ratio tends to the bound from below, a few roundings a step",
    );
}

/// A gap that falls like `limit`/kᶜ, and so a ratio that tends to 1 like 1 − c/k.
fn check_slower_than_linear(findings: &mut Findings, run: &Run, c: u32, formula: &'static str, limit: f64) {
    let name = run.name.split(',').next().unwrap_or(run.name);
    let next_term = |k: f64| Tolerance::Relative(2.0 * ln(k) / k);
    const WHY: &str = "the next term is of the size ln k/k of it";
    for k in [100, 1000, 10_000] {
        let (steps, ratio) = (k as f64, run.ratio(k));
        findings.near(
            format!("k(1 − Rₖ) at k = {k} on {name}"),
            "c, where the gap falls like 1/kᶜ",
            c.into(),
            steps * (1.0 - ratio),
            next_term(steps),
            WHY,
        );
    }
    let (last, gap) = (STEPS as f64, run.gaps[STEPS as usize]);
    findings.near(
        format!("kᶜ f(wₖ) with c = {c} at k = 10000 on {name}"),
        formula,
        limit,
        powi(last, c.into()) * gap,
        next_term(last),
        WHY,
    );
    findings.at_most(
        format!("largest ratio of {name} in 10000 steps"),
        "descent: no step raises f",
        1.0,
        largest(run.ratios()),
        0.0,
        "nothing: the ratio is 1e-4 below",
    );
}

/// No R below 1 that the run has shown so far bounds what comes.
fn check_printed_bound(findings: &mut Findings, quartic: &Run) {
    let bound = largest(quartic.ratios().take(100));
    findings.breaks(
        "gap of |w|⁴ after 1000 steps over the largest ratio of its first 100 steps to the power 1000",
        "in units of the first gap, at most 1 if the convergence were linear with that R",
        1.0,
        quartic.gaps[1000] / quartic.gaps[0] / powi(bound, 1000),
    );
}

fn ratio_of_newton(w: f64) -> f64 {
    4.0 / 9.0 * powi(w, 4)
}

fn check_newton(findings: &mut Findings, run: &Run, points: &[f64]) {
    findings.near(
        "ratio at k = 3 for Newton's method on ln cosh w",
        "(4/9)w₃⁴",
        ratio_of_newton(points[3]),
        run.ratio(3),
        Tolerance::Relative(2e-3),
        "the next terms are about half of w₃² = 0.0023",
    );
    findings.near(
        "ratio at k = 4 for Newton's method on ln cosh w",
        "tends to 0",
        0.0,
        run.ratio(4),
        Tolerance::Absolute(1e-15),
        "(4/9)w₄⁴ is 1e-17",
    );
}

fn figure(runs: &[&Run; 4]) -> Figure {
    let inks = [0, 1, 2, 3].map(Ink::Series);
    let mut ratios = Panel::new(
        "Ratio of successive gaps",
        Axis::logarithmic("step k + 1", 0.9, 1200.0),
        Axis::linear("Rₖ", 0.0, 1.15),
    )
    .line([(0.9, 1.0), (1200.0, 1.0)], Ink::Quiet);
    let mut gaps =
        Panel::new("Gap", Axis::linear("step k", 0.0, 100.0), Axis::logarithmic("f(wₖ) − f*", 1e-12, 3.0));
    for (run, ink) in runs.iter().zip(inks) {
        // Every step at first, then about forty a decade.
        let shown = |k: &usize| *k < 40 || k.is_multiple_of(k / 20);
        let points = run.ratios().enumerate().take(1000).filter(|(k, _)| shown(k));
        ratios = ratios.line(points.map(|(k, ratio)| ((k + 1) as f64, ratio)), ink);
        gaps = gaps.line(run.gaps.iter().enumerate().take(101).map(|(k, gap)| (k as f64, *gap)), ink);
    }
    ratios = ratios
        .label((300.0, runs[0].ratio(299)), Anchor::Below, "½aw²", inks[0])
        .label((6.5, 0.7), Anchor::Right, "|w|⁴", inks[1])
        .label((10.0, 1.0), Anchor::Above, "ln(1 + e⁻ʷ)", inks[2])
        .label((4.5, 0.1), Anchor::Right, "Newton", inks[3]);
    gaps = gaps
        .label((62.0, runs[0].gaps[58]), Anchor::Right, "½aw²", inks[0])
        .label((80.0, runs[1].gaps[80]), Anchor::Below, "|w|⁴", inks[1])
        .label((80.0, runs[2].gaps[80]), Anchor::Above, "ln(1 + e⁻ʷ)", inks[2])
        .label((5.0, 1e-9), Anchor::Right, "Newton", inks[3]);
    Figure {
        id: "ratios-and-gaps",
        caption: "Left: constant on the parabola, towards 0 for Newton's method, towards 1 on |w|⁴ and ln(1 + e⁻ʷ). \
                  Right: only the first of them is a straight line on this scale, which is what linear convergence \
                  means. A ratio below 1 that tends to 1 bends the line until it is almost level."
            .to_owned(),
        panels: vec![ratios, gaps],
        columns: 2,
    }
}

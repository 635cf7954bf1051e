//! R56: Quickprop as the slides print it, with its sign put right, and with Fahlman's limit.

mod figures;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::{DiagonalSecant, Quickprop, UpdateRule};
use thalweg_krylov::ConjugateGradients;
use thalweg_numerics::{cos, norm, powi, sin};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::{Differentiable, Objective, from_fn};

use crate::descend::largest;
use crate::draws::{Draws, Orthogonal};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::printed::{Denominator, QuickpropAsPrinted};
use crate::spectrum::Tilted;
use crate::walk::walk;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "quickprop-as-printed-steps-away-from-the-minimum",
    number: 56,
    slides: Slides(&[(116, 121)]),
    chapter: Chapter::FirstOrder,
    claim: "Quickprop is Newton's method for each component by itself, with the second derivative from two slopes: \
            w ← w − Δw with Δw = Δw⁻ E'(w)/(E'(w) − E'(w⁻)).",
    correction: Some(Correction {
        statement: "With this Δ, which is subtracted, the denominator has to be E'(w⁻) − E'(w): then a parabola is solved \
                    by the second step, and so is every separable quadratic. As printed each step on a parabola goes \
                    the wrong way. And the secant alone is no method: where components act on each other, and \
                    where the function curves downwards, it needs a limit, as Fahlman's Quickprop has it.",
        refuted_by: "|w| after 5 steps of slide 119's formula on ½w², from 2",
    }),
    source: "Δw⁻ = w⁻ − w, so that E'' ≈ (E'(w⁻) − E'(w))/Δw⁻ and Newton's Δw = E'/E''; Fahlman (1988): at most μ times \
             the step before, plus ε times a slope that still points along it",
    errata: &[
        Erratum {
            slides: Slides(&[(119, 120)]),
            flag: Flag::Wrong,
            printed: "Δw = Δw⁻/(Err'(w) − Err'(w⁻)) · Err'(w), and then w ← w − Δw.",
            correct: "Either Δ is subtracted, and the denominator is Err'(w⁻) − Err'(w); or it is what was added, \
                      Δw⁻ = w − w⁻, as the line above it needs. Mixed, the sign of every step is wrong.",
            measured_by: "|w| after 5 steps of slide 119's formula on ½w², from 2",
        },
        Erratum {
            slides: Slides(&[(119, 120)]),
            flag: Flag::Imprecise,
            printed: "The update is the secant's, without a limit to it and without a term in the gradient.",
            correct: "Even with the right sign the secant alone wanders: where components act on each other, runs go \
                      farther away than they began, and sooner or later a denominator is 0. Fahlman's has both.",
            measured_by: "secant, sign put right, κ = 100: runs of 10 that go farther away than they began",
        },
        Erratum {
            slides: Slides(&[(121, 121)]),
            flag: Flag::OverClaim,
            printed: "It is still one of the fastest training algorithms for many problems.",
            correct: "On every one of ten rotated quadratics conjugate gradients, which are as cheap, take fewer steps.",
            measured_by: "Quickprop, κ = 100: runs of 10 that take more steps than conjugate gradients",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/quickprop.rs",
        "crates/first-order/src/diagonal_secant.rs",
        "crates/lecture/src/printed/quickprop.rs",
    ],
    run,
    full: None,
};

const AS_PRINTED: QuickpropAsPrinted = QuickpropAsPrinted { denominator: Denominator::AsPrinted };
const TURNED: QuickpropAsPrinted = QuickpropAsPrinted { denominator: Denominator::TurnedAround };
/// μ of Fahlman's report, and no decay, which would move the minimum.
const FAHLMAN: Quickprop = Quickprop { growth_limit: 1.75, weight_decay: 0.0 };
/// The first step is a gradient step with this rate, which goes half way on ½w².
const RATE: f64 = 0.5;

fn run() -> Findings {
    let mut findings = Findings::default();
    check_parabola(&mut findings);
    check_separable(&mut findings);
    check_limit(&mut findings);
    check_rotated(&mut findings);
    check_downward_curve(&mut findings);
    findings.figures.push(figures::two_sequences());
    findings.figures.push(figures::secant_parabola());
    findings
}

fn parabola() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([1.0]).expect("a finite constant")
}

fn in_one_dimension<P: Differentiable>(f: &P, rule: impl UpdateRule<f64>, w0: f64, steps: u64) -> Vec<f64> {
    walk(f, rule, RATE, &[w0], steps).iter().map(|w| w[0]).collect()
}

fn check_parabola(findings: &mut Findings) {
    let printed = in_one_dimension(&parabola(), AS_PRINTED, 2.0, 5);
    // 2, 1; then Δ = Δ⁻ w/(w − w⁻) with Δ⁻ = w⁻ − w is −w: twice w, every step.
    let doubling = (0..=5).map(|k| if k == 0 { 2.0 } else { powi(2.0, k - 1) });
    findings.near(
        "farthest that slide 119's formula is from 2, 1, 2, 4, 8, 16 on ½w²",
        "Δ = −w, so that w doubles",
        0.0,
        largest(printed.iter().zip(doubling).map(|(w, predicted)| w - predicted)),
        Tolerance::Absolute(1e-12),
        "all of them are powers of two",
    );
    findings.breaks(
        "|w| after 5 steps of slide 119's formula on ½w², from 2",
        "2, where it began",
        2.0,
        printed[5].abs(),
    );
    for (name, path) in [
        ("the denominator turned around", in_one_dimension(&parabola(), TURNED, 2.0, 2)),
        ("the diagonal secant", in_one_dimension(&parabola(), DiagonalSecant, 2.0, 2)),
    ] {
        findings.near(
            format!("farthest that {name} is from 2, 1, 0 on ½w²"),
            "a gradient step half way, and the secant is exact",
            0.0,
            largest(path.iter().zip([2.0, 1.0, 0.0]).map(|(w, predicted)| w - predicted)),
            Tolerance::Absolute(1e-12),
            "all of them are small integers",
        );
    }
}

fn check_separable(findings: &mut Findings) {
    let curvatures = log_spaced(1.0, 100.0, 10);
    let mut farthest = 0.0_f64;
    for seed in 0..10 {
        let mut draws = Draws::from_seed(seed);
        let bowl =
            DiagonalQuadratic::new(curvatures.clone(), draws.vector(10), 0.0).expect("finite constants");
        let minimum = bowl.stationary_point().expect("every curvature is above 0");
        let path = walk(&bowl, DiagonalSecant, 0.005, &draws.vector(10), 2);
        farthest = largest([farthest, largest(path[2].iter().zip(&minimum).map(|(w, m)| w - m))]);
    }
    findings.near(
        "farthest from the minimum after the second step, 10 separable quadratics in 10 variables, κ = 100",
        "in every component two slopes give the second derivative, and the minimum",
        0.0,
        farthest,
        Tolerance::Absolute(1e-12),
        "the flattest slope changes by 1/200 of itself in the first step, so that its rounding counts 200 times",
    );
}

/// Two slopes that are too much alike for a parabola.
fn check_limit(findings: &mut Findings) {
    // On −w the slope S = 1 never falls: Δ ← μΔ + ε, from Δ = ε.
    let line = from_fn(1, |w, g| {
        g[0] = -1.0;
        -w[0]
    });
    let mu = FAHLMAN.growth_limit;
    let total = |k: u64| {
        let geometric = mu * (powi(mu, k) - 1.0) / (mu - 1.0);
        RATE * (geometric - k as f64) / (mu - 1.0)
    };
    findings.near(
        "location of Quickprop after 20 steps on −w",
        "Σ ε(μᵏ − 1)/(μ − 1): each step is μ times the one before, and ε S longer",
        total(20),
        in_one_dimension(&line, FAHLMAN, 0.0, 20)[20],
        Tolerance::Relative(1e-12),
        "20 steps of a few roundings",
    );
    // On ½w² from 1 the first step leaves the slope 1 − ε. The limit counts while 1 − ε > μ/(1 + μ).
    let edge = 1.0 / (1.0 + mu);
    let second = |rate: f64| {
        let w = walk(&parabola(), FAHLMAN, rate, &[1.0], 2);
        w[2][0] - w[1][0] + rate * w[1][0]
    };
    findings.near(
        "second step on ½w² without its gradient term, S falls by a little less than 1/(1 + μ) of itself",
        "μΔw",
        -mu * 0.99 * edge,
        second(0.99 * edge),
        Tolerance::Relative(1e-12),
        "a few roundings",
    );
    findings.near(
        "second step on ½w² without its gradient term, S falls by a little more than 1/(1 + μ) of itself",
        "to the vertex of the parabola: −w",
        -(1.0 - 1.01 * edge),
        second(1.01 * edge),
        Tolerance::Relative(1e-12),
        "as above",
    );
}

const SEEDS: u64 = 10;
const LIMIT: u64 = 5000;

fn rotated(seed: u64, kappa: f64) -> (Tilted, Vec<f64>) {
    let mut draws = Draws::from_seed(seed);
    let components = draws.vector(10);
    let axes = Orthogonal::drawn(10, &mut draws);
    let bowl = Tilted::along(log_spaced(1.0, kappa, 10), (0..10).map(|j| axes.column(j)).collect());
    let start = bowl.point(&components);
    (bowl, start)
}

/// What becomes of 10 runs of 5000 steps on rotated quadratics.
#[derive(Clone, Copy, Default)]
struct Fates {
    /// Those that come to 1e-6 of their distance, and how many of these take more steps than conjugate gradients do.
    arrive: usize,
    slower: usize,
    /// Those that are farther away on their way than they began.
    stray: usize,
    /// Those that end as NaN.
    lost: usize,
}

fn fates(rule: impl UpdateRule<f64> + Copy, kappa: f64) -> Fates {
    let mut fates = Fates::default();
    for seed in 0..SEEDS {
        let (bowl, start) = rotated(seed, kappa);
        let distance = norm(&start);
        let path = walk(&bowl.quadratic, rule, 0.5 / kappa, &start, LIMIT);
        let arrival = path.iter().position(|w| norm(w) < 1e-6 * distance);
        let stop = Stop { relative_gradient: 1e-7, ..Stop::default() };
        let steps = minimize(&bowl.quadratic, &ConjugateGradients::default(), &start, stop, silent)
            .expect("the start is finite")
            .steps;
        fates.arrive += usize::from(arrival.is_some());
        fates.slower += usize::from(arrival.is_some_and(|arrival| arrival as u64 > steps));
        fates.stray += usize::from(path.iter().any(|w| norm(w) > distance));
        fates.lost += usize::from(path[LIMIT as usize].iter().any(|w| w.is_nan()));
    }
    fates
}

fn check_rotated(findings: &mut Findings) {
    let mut table = Table::new(
        "10 runs of 5000 steps on rotated quadratics in 10 variables",
        &["rule and κ", "arrive at 1e-6 of their distance", "go farther away than they began", "end as NaN"],
    );
    let mut row = |name: &str, kappa: f64, fates: Fates| {
        let counts = [fates.arrive, fates.stray, fates.lost].map(|count| count.to_string());
        table.row([format!("{name}, κ = {}", significant(kappa, 6))].into_iter().chain(counts));
        fates
    };
    row("slide 119's formula", 2.0, fates(AS_PRINTED, 2.0));
    let turned = row("its sign put right", 2.0, fates(TURNED, 2.0));
    let turned_100 = fates(TURNED, 100.0);
    row("DiagonalSecant", 2.0, fates(DiagonalSecant, 2.0));
    let quickprop = row("Quickprop", 2.0, fates(FAHLMAN, 2.0));
    let quickprop_100 = row("Quickprop", 100.0, fates(FAHLMAN, 100.0));
    findings.tables.push(table);
    for (name, predicted, formula, measured) in [
        (
            "secant, sign put right, κ = 2: runs of 10 that end as NaN",
            SEEDS as usize,
            "sooner or later a step, or the change of a slope, is rounded to 0, and 0/0 follows",
            turned.lost,
        ),
        ("Quickprop, κ = 2: runs of 10 that end as NaN", 0, "no denominator is 0", quickprop.lost),
        (
            "secant, sign put right, κ = 100: runs of 10 that go farther away than they began",
            SEEDS as usize,
            "the others' steps spoil the secant of each component, and nothing limits its step",
            turned_100.stray,
        ),
        (
            "Quickprop, κ = 100: runs of 10 that go farther away than they began",
            0,
            "the limit holds it",
            quickprop_100.stray,
        ),
        (
            "Quickprop, κ = 100: runs of 10 that arrive",
            SEEDS as usize,
            "the limit and the gradient term hold it",
            quickprop_100.arrive,
        ),
        (
            "Quickprop, κ = 100: runs of 10 that take more steps than conjugate gradients",
            SEEDS as usize,
            "10 steps solve 10 variables; the secants of single components know nothing of the axes",
            quickprop_100.slower,
        ),
    ] {
        findings.words(name, formula, predicted, measured);
    }
}

/// cos w from ½: to both sides of 0, where it is highest, it curves downwards.
fn check_downward_curve(findings: &mut Findings) {
    let hill = from_fn(1, |w, g| {
        g[0] = -sin(w[0]);
        cos(w[0])
    });
    let up = in_one_dimension(&hill, TURNED, 0.5, 5);
    findings.breaks(
        "cos w after 5 steps of the secant, sign put right, from ½",
        "cos ½, where it began",
        cos(0.5),
        hill.value(&up[5..]),
    );
    let down = in_one_dimension(&hill, DiagonalSecant, 0.5, 12);
    findings.near(
        "cos w after 12 steps of DiagonalSecant, from ½",
        "−1: it takes gradient steps where the secant's curvature is not above 0",
        -1.0,
        hill.value(&down[12..]),
        Tolerance::Absolute(1e-12),
        "by then the secant has converged, faster than linearly",
    );
}

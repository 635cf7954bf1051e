//! R29: how sharp the edge between convergence and divergence is.

use thalweg_numerics::{dot, norm, powi, sum};

use crate::descend::{descend, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::regime::factor;
use crate::spectrum::Tilted;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "stability-ends-at-twice-the-smallest-optimal-rate",
    number: 29,
    slides: Slides(&[(51, 51)]),
    chapter: Chapter::Convergence,
    claim: "The rate must be lower than twice the smallest optimal rate of any component, otherwise learning diverges: \
            the edge is sharp, and one component of twenty is enough.",
    correction: None,
    source: "cᵢ ← (1 − ηλᵢ)cᵢ for the components along the eigenvectors; at η = (1 + s) 2/λ_max the factor of the \
             steepest is −(1 + 2s)",
    errata: &[],
    code: file!(),
    puts_to_the_test: &["crates/first-order/src/gradient_descent.rs", "crates/objectives/src/quadratic.rs"],
    run,
    full: None,
};

const N: u32 = 20;
const LOWEST: f64 = 1.0;
const HIGHEST: f64 = 100.0;
/// 2 min η_i,opt = 2/λ_max.
const EDGE: f64 = 2.0 / HIGHEST;
/// s, how far beyond the edge the rate is, as a share of it.
const BEYOND: [f64; 3] = [-1e-3, 0.0, 1e-3];
const STEPS: u64 = 5000;

fn run() -> Findings {
    let mut findings = Findings::default();
    let valley = valley();
    let mut table = Table::new(
        "20 variables, 5000 steps",
        &[
            "ηλ_max/2",
            "factor of the steepest component",
            "measured",
            "after 5000 steps, in units of its start",
            "measured",
            "‖w‖ then, ‖w₀‖ = 1",
            "measured",
        ],
    );
    for beyond in BEYOND {
        let rate = (1.0 + beyond) * EDGE;
        let name = significant(1.0 + beyond, 4);
        let path = path(&valley, rate);
        let steepest = steepest(&valley, &path);
        let (factor_in_theory, factor) = (1.0 - rate * HIGHEST, factor(&steepest, 0.0));
        findings.near(
            format!("factor of the steepest component at {name} of the edge"),
            "1 − ηλ_max = −(1 + 2s), at each of 5000 steps",
            factor_in_theory,
            factor,
            Tolerance::Absolute(1e-12),
            "a product with 400 rounded elements a step",
        );
        let (growth_in_theory, growth) = (growth_in_theory(rate), growth(&steepest));
        findings.near(
            format!("steepest component after 5000 steps, in units of its start, at {name} of the edge"),
            "|1 − ηλ_max|⁵⁰⁰⁰",
            growth_in_theory,
            growth,
            Tolerance::Relative(1e-10),
            "5000 times a few roundings of 1e-16 in λ",
        );
        let (error_in_theory, error) = (error_in_theory(rate, STEPS), norm(&path[STEPS as usize]));
        findings.near(
            format!("‖w‖ after 5000 steps from ‖w₀‖ = 1 at {name} of the edge"),
            "√(Σ (1 − ηλᵢ)²ᵏ/n)",
            error_in_theory,
            error,
            Tolerance::Relative(1e-10),
            "as above",
        );
        table.row(
            [1.0 + beyond, factor_in_theory, factor, growth_in_theory, growth, error_in_theory, error]
                .map(|number| significant(number, 6)),
        );
    }
    findings.tables.push(table);
    findings.near(
        "the rate from which the last 100 of 1000 steps lead away from the minimum",
        "2/λ_max = 2 min η_i,opt",
        EDGE,
        threshold(0.9 * EDGE, 1.1 * EDGE, |rate| {
            let path = path_of(&valley, rate, 1000);
            norm(&path[1000]) < norm(&path[900])
        }),
        Tolerance::Relative(1e-12),
        "1e-12 from the edge 100 steps change ‖w‖ by 2e-10 of it, more than rounding does",
    );
    findings.figures.push(figure(&valley));
    findings
}

fn valley() -> Tilted {
    Tilted::new(log_spaced(LOWEST, HIGHEST, N))
}

fn path(valley: &Tilted, rate: f64) -> Vec<Vec<f64>> {
    path_of(valley, rate, STEPS)
}

/// From as much in every eigenvector, at distance 1.
fn path_of(valley: &Tilted, rate: f64, steps: u64) -> Vec<Vec<f64>> {
    let start = valley.point(&[f64::from(N).sqrt().recip(); N as usize]);
    descend(&valley.quadratic, rate, &start, steps).points
}

/// The component along the eigenvector of λ_max, step by step.
fn steepest(valley: &Tilted, path: &[Vec<f64>]) -> Vec<f64> {
    let e = &valley.eigenvectors[N as usize - 1];
    path.iter().map(|w| dot(e, w)).collect()
}

fn growth(component: &[f64]) -> f64 {
    (component[component.len() - 1] / component[0]).abs()
}

fn growth_in_theory(rate: f64) -> f64 {
    powi((1.0 - rate * HIGHEST).abs(), STEPS)
}

fn error_in_theory(rate: f64, steps: u64) -> f64 {
    let squares =
        log_spaced(LOWEST, HIGHEST, N).into_iter().map(|lambda| powi(1.0 - rate * lambda, 2 * steps));
    (sum(&squares.collect::<Vec<_>>()) / f64::from(N)).sqrt()
}

fn figure(valley: &Tilted) -> Figure {
    let mut steps = Panel::new(
        "Below, on and above the edge",
        Axis::linear("step k", 0.0, STEPS as f64),
        Axis::logarithmic("‖wₖ‖", 1e-6, 1e5),
    );
    for (beyond, ink, text, at, anchor) in [
        (BEYOND[0], Ink::Series(0), "η = 0.999 · 2/λ_max", (3000.0, 1e-4), Anchor::Left),
        (BEYOND[1], Ink::Series(1), "η = 2/λ_max", (3600.0, 0.22), Anchor::Above),
        (BEYOND[2], Ink::Wrong, "η = 1.001 · 2/λ_max", (2600.0, 1e3), Anchor::Left),
    ] {
        let rate = (1.0 + beyond) * EDGE;
        let theory = (0..=STEPS).step_by(20).map(|k| (k as f64, error_in_theory(rate, k)));
        let path = path(valley, rate);
        let measured = path.iter().enumerate().step_by(250).map(|(k, w)| (k as f64, norm(w)));
        steps = steps.dashed(theory, ink).dots(measured, ink).label(at, anchor, text, ink);
    }
    let shares = || spaced(0.998, 1.002, 9);
    let edge = Panel::new(
        "Steepest component after 5000 steps",
        Axis::linear("ηλ_max/2", 0.9975, 1.0025),
        Axis::logarithmic("in units of its start", 1e-11, 1e10),
    )
    .line([(0.9975, 1.0), (1.0025, 1.0)], Ink::Quiet)
    .line([(1.0, 1e-11), (1.0, 1e10)], Ink::Quiet)
    .dashed(shares().map(|share| (share, growth_in_theory(share * EDGE))), Ink::Theory)
    .dots(
        shares().map(|share| (share, growth(&steepest(valley, &path(valley, share * EDGE))))),
        Ink::Series(2),
    )
    .label((0.9998, 1e-8), Anchor::Left, "converges", Ink::Series(2))
    .label((1.0001, 1e8), Anchor::Right, "diverges", Ink::Wrong);
    Figure {
        id: "sharp-edge",
        caption: "Lines are predicted, dots are measured. Left: after a dive in which the other components vanish the \
                  steepest one decides, and two thousandths of the rate reverse it. Right: what 5000 steps make of \
                  that component, against the rate; the line crosses 1 at η = 2/λ_max."
            .to_owned(),
        panels: vec![steps, edge],
        columns: 2,
    }
}

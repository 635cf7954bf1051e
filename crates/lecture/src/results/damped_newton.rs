//! R39: the normalized rule on quadratics: one factor, 1 − η, in every direction and for every condition number.

mod figure;

use thalweg_driver::{Stop, StopReason, minimize};
use thalweg_first_order::GradientDescent;
use thalweg_hessian::NormalizedDescent;
use thalweg_numerics::{norm, powi};
use thalweg_objectives::Quadratic;
use thalweg_schedules::Constant;

use crate::descend::{largest, lowest, threshold};
use crate::draws::{Draws, Orthogonal};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::regime::{regime, regime_of_factor};
use crate::spectrum::Tilted;
use crate::walk::{path_of, steps_until};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "normalized-rule-ignores-the-condition-number",
    number: 39,
    slides: Slides(&[(79, 80)]),
    chapter: Chapter::Hessian,
    claim: "With w ← w − ηH⁻¹∇E(w) the optimal η on a quadratic is 1, which is exactly Newton's method, and it should not \
            be greater than 2.",
    correction: None,
    source: "H⁻¹∇E(w) = w − w* on a quadratic, so that wₖ − w* = (1 − η)ᵏ(w₀ − w*), whatever H is",
    errata: &[
        Erratum {
            slides: Slides(&[(80, 80)]),
            flag: Flag::Imprecise,
            printed: "η should not be greater than 2.",
            correct: "It has to be below 2: at η = 2 the iterates jump between w₀ and 2w* − w₀ forever.",
            measured_by: "regime at η = 2, every component, κ up to 10",
        },
        Erratum {
            slides: Slides(&[(79, 80)]),
            flag: Flag::Imprecise,
            printed: "The rule with H⁻¹ for generic differentiable convex functions.",
            correct: "They have to be twice differentiable, and H has to be positive definite. The Hessian of a convex \
                      function may be singular, as that of ½(w₁ + w₂)² is, and has no inverse then.",
            measured_by: "the rule on ½(w₁ + w₂)², which is convex",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/hessian/src/normalized_descent.rs",
        "crates/hessian/src/eigen.rs",
        "crates/first-order/src/gradient_descent.rs",
    ],
    run,
    full: None,
};

const N: usize = 8;
const CONDITION_NUMBERS: [f64; 4] = [1.0, 10.0, 100.0, 1e4];
const RATES: [f64; 8] = [0.25, 0.5, 1.0, 1.5, 1.75, 1.9, 2.0, 2.1];
const STEPS: u64 = 30;
/// Where the direct comparison of components ends: below it rounding in the other components shows.
const VISIBLE: f64 = 1e-3;
/// A run has arrived once the distance is this share of the start's.
const NEAR: f64 = 1e-6;
const WITHIN: &str = "1e-11 or less";

/// Eigenvalues from 1/κ to 1 along drawn axes, minimum 0 at 0.
fn valley(kappa: f64) -> Tilted {
    let axes = Orthogonal::drawn(N, &mut Draws::from_seed(80));
    let eigenvalues = log_spaced(kappa.recip(), 1.0, N as u32);
    Tilted::along(eigenvalues, (0..N).map(|j| axes.column(j)).collect())
}

/// As much in every eigenvector, at distance √8.
fn start(valley: &Tilted) -> Vec<f64> {
    valley.point(&[1.0; N])
}

fn rule(rate: f64) -> NormalizedDescent {
    NormalizedDescent { schedule: Constant { rate }, ..NormalizedDescent::default() }
}

fn path(valley: &Tilted, rate: f64, steps: u64) -> Vec<Vec<f64>> {
    path_of(&valley.quadratic, &rule(rate), &start(valley), steps).points
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_factors(&mut findings);
    check_rates(&mut findings);
    check_steps(&mut findings);
    check_singular(&mut findings);
    findings.figures.push(figure::straight_to_the_minimum());
    findings
}

/// Distances, components and regimes at every rate, for all condition numbers at once.
fn check_factors(findings: &mut Findings) {
    let mut table = Table::new(
        "30 steps in 8 variables, the worst of κ = 1, 10, 100 and 10⁴",
        &["η", "factor, predicted", "factor of a component, measured", "regime", "distance after 30 steps"],
    );
    for rate in RATES {
        let factor = 1.0 - rate;
        let (mut off, mut ratios, mut seen, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for kappa in CONDITION_NUMBERS {
            let valley = valley(kappa);
            let path = path(&valley, rate, STEPS);
            let e_0 = norm(&path[0]);
            off.extend((0..).zip(&path).map(|(k, w)| {
                let predicted = powi(factor.abs(), k);
                (norm(w) / e_0 - predicted) / predicted.max(1.0)
            }));
            let components: Vec<_> = path.iter().map(|w| valley.components(w)).collect();
            let visible = (0..).zip(components.windows(2)).filter(|&(k, _)| powi(factor.abs(), k) > VISIBLE);
            ratios.extend(visible.flat_map(|(_, pair)| (0..N).map(|i| pair[1][i] / pair[0][i])));
            // Beyond, rounding of A⁻¹ makes a 2-cycle drift by more than `regime` takes for one; the distance shows how little.
            for i in (0..N).filter(|_| kappa <= 10.0) {
                seen.push(regime(&components.iter().map(|c| c[i]).collect::<Vec<_>>()));
            }
            ends.push(norm(&path[STEPS as usize]) / e_0);
        }
        // Its digits are those of rounding, and not worth a record.
        let off = largest(off);
        findings.words(
            format!("distance from the minimum off its formula at η = {rate}, every κ"),
            "|1 − η|ᵏ‖e₀‖, to 1e-11 of the larger of it and ‖e₀‖: 30 steps with an A⁻¹ that is right to κ roundings, 1e-12 \
             at κ = 10⁴",
            WITHIN,
            if off <= 1e-11 { WITHIN.to_owned() } else { significant(off, 2) },
        );
        let worst = ratios.into_iter().max_by(|a, b| (a - factor).abs().total_cmp(&(b - factor).abs()));
        let worst = worst.unwrap_or(f64::NAN);
        findings.near(
            format!("factor a step at η = {rate}, the component and κ that stray most"),
            "1 − η while |1 − η|ᵏ > 1e-3",
            factor,
            worst,
            Tolerance::Absolute(1e-9),
            "rounding of 1e-12 in the other components, over 1e-3",
        );
        // At η = 1 what is left is rounding of A⁻¹, which is no regime.
        if rate != 1.0 {
            findings.words(
                format!("regime at η = {rate}, every component, κ up to 10"),
                "the sign and size of 1 − η",
                regime_of_factor(factor),
                alike(&seen),
            );
        }
        let end = largest(ends);
        table.row([
            rate.to_string(),
            significant(factor, 6),
            if worst.abs() < 1e-9 { "0".to_owned() } else { significant(worst, 6) },
            if rate == 1.0 { regime_of_factor(factor) } else { alike(&seen) }.to_owned(),
            if end < 1e-10 { "0".to_owned() } else { significant(end, 4) },
        ]);
    }
    findings.tables.push(table);
}

/// What all of them are, or that they differ.
fn alike<'a>(regimes: &[&'a str]) -> &'a str {
    if regimes.iter().all(|r| r == &regimes[0]) { regimes[0] } else { "not the same for all" }
}

/// Where the best rate is, and where convergence ends.
fn check_rates(findings: &mut Findings) {
    let valley = valley(100.0);
    let factor = |rate: f64| {
        let path = path(&valley, rate, 1);
        norm(&path[1]) / norm(&path[0])
    };
    findings.near(
        "the rate that comes closest in one step, κ = 100",
        "1",
        1.0,
        lowest(0.1, 1.9, factor),
        Tolerance::Absolute(1e-12),
        "the distance has a kink there, which rounding of 1e-14 blurs",
    );
    findings.near(
        "where convergence ends, κ = 100",
        "2, for all directions at once",
        2.0,
        threshold(1.1, 4.0, |rate| {
            let path = path(&valley, rate, 200);
            norm(&path[200]) < norm(&path[0])
        }),
        Tolerance::Absolute(1e-12),
        "rounding of 1e-14 a step blurs the boundary",
    );
}

/// Steps to 1e-6 of the start's distance by cᵢ ← (1 − ηλᵢ)cᵢ alone.
fn steps_in_theory(factors: &[f64]) -> u64 {
    let mut components = vec![1.0; factors.len()];
    let e_0 = norm(&components);
    let mut steps = 0;
    while norm(&components) > NEAR * e_0 {
        components.iter_mut().zip(factors).for_each(|(c, factor)| *c *= factor);
        steps += 1;
    }
    steps
}

/// Beside gradient descent at its best fixed rate.
fn check_steps(findings: &mut Findings) {
    let mut table = Table::new(
        "steps to 1e-6 of the start's distance in 8 variables",
        &["κ", "gradient descent at η*, predicted", "measured", "normalized, η = ½", "normalized, η = 1"],
    );
    for kappa in CONDITION_NUMBERS {
        let valley = valley(kappa);
        let (start, name) = (start(&valley), significant(kappa, 5));
        let near = NEAR * norm(&start);
        let best = 2.0 / (valley.eigenvalues[0] + valley.eigenvalues[N - 1]);
        let factors: Vec<_> = valley.eigenvalues.iter().map(|lambda| 1.0 - best * lambda).collect();
        let predicted = steps_in_theory(&factors);
        let plain = steps_until(&valley.quadratic, GradientDescent, best, &start, 1_000_000, |record| {
            norm(record.x) <= near
        });
        let plain = plain.map_or("never".to_owned(), |k| k.to_string());
        findings.words(
            format!("steps of gradient descent to 1e-6 at its best rate, κ = {name}"),
            "cᵢ ← (1 − ηλᵢ)cᵢ at η = 2/(λ_min + λ_max)",
            predicted,
            &plain,
        );
        let normalized = [0.5, 1.0].map(|rate| {
            let path = path(&valley, rate, STEPS);
            let arrived =
                path.iter().position(|w| norm(w) <= near).map_or("never".to_owned(), |k| k.to_string());
            findings.words(
                format!("steps of the normalized rule to 1e-6 at η = {rate}, κ = {name}"),
                "(1 − η)ᵏ",
                steps_in_theory(&[1.0 - rate; N]),
                &arrived,
            );
            arrived
        });
        let [half, one] = normalized;
        table.row([name, predicted.to_string(), plain, half, one]);
    }
    findings.tables.push(table);

    // What the one step costs.
    let valley = valley(CONDITION_NUMBERS[3]);
    let stop = Stop { relative_gradient: 1e-9, ..Stop::default() };
    let run = minimize(&valley.quadratic, &rule(1.0), &start(&valley), stop, thalweg_driver::silent)
        .expect("the rate and the start are finite");
    findings.words(
        "steps, gradients and Hessians of a run to 1e-9 of the gradient, η = 1, κ = 10000",
        "a gradient at the start and one after the step, the Hessian at the start",
        "1, 2, 1",
        format_args!("{}, {}, {}", run.steps, run.counts.gradients, run.counts.hessians),
    );
}

fn check_singular(findings: &mut Findings) {
    let trough = Quadratic::new([1.0; 4], [0.0; 2], 0.0).expect("the constants are finite");
    let run = minimize(&trough, &rule(1.0), &[3.0, 1.0], Stop::default(), thalweg_driver::silent)
        .expect("the rate and the start are finite");
    let stopped = match &run.reason {
        StopReason::Stuck(stuck) if stuck.to_string().contains("positive definite") => "refused after",
        _ => "not refused, but ended after",
    };
    findings.words(
        "the rule on ½(w₁ + w₂)², which is convex",
        "the Hessian (1, 1; 1, 1) has the eigenvalues 0 and 2, and no inverse",
        "refused after 0 steps",
        format_args!("{stopped} {} steps", run.steps),
    );
}

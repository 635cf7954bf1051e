//! R28: the condition number decides how many steps gradient descent takes, and the eigenvalues tell how many.

use std::ops::ControlFlow;

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_numerics::{dot, ln, norm, pow};
use thalweg_problem::Curved;
use thalweg_schedules::Constant;

use crate::descend::{descend, largest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::{log_log_slope, log_spaced};
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "large-condition-number-is-slow",
    number: 28,
    slides: Slides(&[(54, 54), (65, 65)]),
    chapter: Chapter::Convergence,
    claim: "One rate for all directions makes convergence slow where max η_i,opt / min η_i,opt is large, that is where \
            the condition number is small, and the more variables there are, the less predictable it is.",
    correction: Some(Correction {
        statement: "That ratio is the condition number κ = λ_max/λ_min, and convergence is slow where it is large: with \
                    the rate 2/(λ_min + λ_max) the error shrinks by (κ − 1)/(κ + 1) a step, which takes steps in \
                    proportion to κ. Eigenvalues and start predict the number of steps, in any number of variables.",
        refuted_by: "steps at κ = 10000 over steps at κ = 10",
    }),
    source: "cᵢ ← (1 − ηλᵢ)cᵢ for the components along the eigenvectors; at η = 2/(λ_min + λ_max) the two extreme \
             factors are ±(κ − 1)/(κ + 1)",
    errata: &[
        Erratum {
            slides: Slides(&[(54, 54), (65, 65)]),
            flag: Flag::Wrong,
            printed: "Convergence is particularly slow if max η_i,opt / min η_i,opt is large: the “condition” number \
                      is small.",
            correct: "η_i,opt is 1/λᵢ, so the ratio is the condition number itself: slow where it is large.",
            measured_by: "max η_i,opt / min η_i,opt at κ = 10000",
        },
        Erratum {
            slides: Slides(&[(54, 54), (65, 65)]),
            flag: Flag::OverClaim,
            printed: "Convergence behaviors become increasingly unpredictable as dimensions increase.",
            correct: "On a quadratic the eigenvalues and the start predict every step, in 200 variables as in 2.",
            measured_by: "steps to 1e-4 in 200 variables, κ = 100",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/quadratic.rs",
        "crates/driver/src/run.rs",
    ],
    run,
    full: None,
};

/// Variables, where κ is what changes.
const N: u32 = 10;
/// A run has arrived once ‖w − w*‖ is at most this; it starts at ‖w − w*‖ = 1.
const NEAR: f64 = 1e-4;
/// More steps than any run here needs.
const LIMIT: u64 = 1_000_000;

fn run() -> Findings {
    let mut findings = Findings::default();
    let steps_against_condition = check_condition_numbers(&mut findings);
    check_numbers_of_variables(&mut findings);
    findings.figures.push(Figure {
        id: "steps-and-condition-number",
        caption: "Lines are predicted, dots are measured. Left: ten times the condition number takes ten times the \
                  steps; the best fixed rate saves almost half of them, and no more. Right: eigenvalues and start \
                  predict the error at every step, in 200 variables as in 2."
            .to_owned(),
        panels: vec![steps_against_condition, error_against_steps()],
        columns: 2,
    });
    findings
}

/// κ = 10 … 10⁴, two a decade.
fn condition_numbers() -> Vec<f64> {
    log_spaced(10.0, 1e4, 7)
}

/// Eigenvalues from 1 to κ, evenly spaced on a logarithmic scale.
fn valley(n: u32, kappa: f64) -> Tilted {
    Tilted::new(log_spaced(1.0, kappa, n))
}

/// As much in every eigenvector, at distance 1.
fn start_components(n: u32) -> Vec<f64> {
    vec![f64::from(n).sqrt().recip(); n as usize]
}

/// η* = 2/(λ_min + λ_max).
fn best_rate(kappa: f64) -> f64 {
    2.0 / (1.0 + kappa)
}

/// (κ − 1)/(κ + 1).
fn best_factor(kappa: f64) -> f64 {
    (kappa - 1.0) / (kappa + 1.0)
}

/// Runs until ‖w − w*‖ is at most `near`, or for `limit` steps: the steps taken, NaN if it leaves the numbers, and
/// ‖w − w*‖.
fn walk(valley: &Tilted, rate: f64, near: f64, limit: u64) -> (f64, f64) {
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let start = valley.point(&start_components(valley.eigenvalues.len() as u32));
    let run = minimize(&valley.quadratic, &method, &start, Stop::after(limit), |record| {
        if norm(record.x) <= near { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .expect("the rate and the start are finite");
    let error = norm(&run.state.point.x);
    (if error.is_finite() { run.steps as f64 } else { f64::NAN }, error)
}

/// ‖c‖ step by step with cᵢ ← (1 − ηλᵢ)cᵢ: no matrix, no gradient, no method.
fn errors_in_theory(eigenvalues: &[f64], rate: f64) -> impl Iterator<Item = f64> {
    let mut components = start_components(eigenvalues.len() as u32);
    std::iter::repeat_with(move || {
        let error = norm(&components);
        for (c, lambda) in components.iter_mut().zip(eigenvalues) {
            *c *= 1.0 - rate * lambda;
        }
        error
    })
}

/// Steps until ‖c‖ ≤ 1e-4, from the eigenvalues alone.
fn steps_in_theory(eigenvalues: &[f64], rate: f64) -> f64 {
    let arrived = errors_in_theory(eigenvalues, rate).take(LIMIT as usize).position(|error| error <= NEAR);
    arrived.map_or(f64::NAN, |k| k as f64)
}

/// Steps at η* once only the two extreme components matter: ln(1e-4/‖(c₁, cₙ)‖) / ln((κ − 1)/(κ + 1)).
fn steps_of_extremes(n: u32, kappa: f64) -> f64 {
    ln(NEAR / (2.0 / f64::from(n)).sqrt()) / ln(best_factor(kappa))
}

/// Steps at η = 1/λ_max, where the component of the lowest eigenvalue is the last: ln(1e-4/c₁) / ln(1 − 1/κ).
fn steps_of_lowest(n: u32, kappa: f64) -> f64 {
    ln(NEAR * f64::from(n).sqrt()) / ln(1.0 - 1.0 / kappa)
}

/// max η_i,opt / min η_i,opt, where 1/η_i,opt = eᵢᵀA eᵢ is the curvature along an eigenvector.
fn ratio_of_optimal_rates(valley: &Tilted) -> f64 {
    let curvature = |e: &Vec<f64>| {
        let mut product = vec![0.0; e.len()];
        valley.quadratic.hessian_vector(&vec![0.0; e.len()], e, &mut product);
        dot(e, &product)
    };
    let curvatures: Vec<_> = valley.eigenvectors.iter().map(curvature).collect();
    largest(curvatures.iter().map(|a| a.recip())) * largest(curvatures)
}

/// Returns the panel that shows the steps against κ.
fn check_condition_numbers(findings: &mut Findings) -> Panel {
    let mut table = Table::new(
        "steps to 1e-4 in 10 variables",
        &[
            "κ",
            "η*: two extreme components",
            "all components",
            "measured",
            "η = 1/λ_max: lowest component",
            "all components",
            "measured",
        ],
    );
    let (mut at_best, mut at_safe) = (Vec::new(), Vec::new());
    for kappa in condition_numbers() {
        let valley = valley(N, kappa);
        let name = significant(kappa, 5);
        findings.near(
            format!("max η_i,opt / min η_i,opt at κ = {name}"),
            "λ_max/λ_min = κ",
            kappa,
            ratio_of_optimal_rates(&valley),
            Tolerance::Relative(1e-15 * kappa),
            "curvature 1 is found among elements of size κ, each rounded",
        );
        let (best, safe) = (best_rate(kappa), 1.0 / kappa);
        let (arrived, error) = walk(&valley, best, NEAR, LIMIT);
        findings.near(
            format!("steps to 1e-4 at η*, κ = {name}"),
            "ln(1e-4/‖(c₁, cₙ)‖) / ln((κ − 1)/(κ + 1))",
            steps_of_extremes(N, kappa),
            arrived,
            Tolerance::Absolute(2.0),
            "steps are whole, and what is left of the other components counts for one more at most",
        );
        let (arrived_safe, _) = walk(&valley, safe, NEAR, LIMIT);
        findings.near(
            format!("steps to 1e-4 at η = 1/λ_max, κ = {name}"),
            "ln(1e-4/c₁) / ln(1 − 1/κ)",
            steps_of_lowest(N, kappa),
            arrived_safe,
            Tolerance::Absolute(2.0),
            "as above",
        );
        let (in_theory, in_theory_safe) =
            (steps_in_theory(&valley.eigenvalues, best), steps_in_theory(&valley.eigenvalues, safe));
        findings.words(
            format!("steps to 1e-4 with all components counted, at η* and at 1/λ_max, κ = {name}"),
            "cᵢ ← (1 − ηλᵢ)cᵢ until ‖c‖ ≤ 1e-4",
            format_args!("{in_theory}, {in_theory_safe}"),
            format_args!("{arrived}, {arrived_safe}"),
        );
        let twice = 2.0 * arrived;
        let (_, later) = walk(&valley, best, 0.0, twice as u64);
        findings.near(
            format!("share of the error that a step at η* takes off, κ = {name}"),
            "1 − (κ − 1)/(κ + 1)",
            1.0 - best_factor(kappa),
            1.0 - pow(later / error, 1.0 / arrived),
            Tolerance::Relative(1e-3),
            "the other components have not quite died out by then",
        );
        let extremes = [steps_of_extremes(N, kappa), steps_of_lowest(N, kappa)].map(|k| significant(k, 6));
        let [whole, whole_safe, seen, seen_safe] =
            [in_theory, in_theory_safe, arrived, arrived_safe].map(|k| k.to_string());
        let [extreme, lowest] = extremes;
        table.row([name, extreme, whole, seen, lowest, whole_safe, seen_safe]);
        at_best.push((kappa, arrived));
        at_safe.push((kappa, arrived_safe));
    }
    findings.tables.push(table);

    let last = at_best.len() - 1;
    findings.breaks(
        "steps at κ = 10000 over steps at κ = 10",
        "at most 1 if a small condition number were the slow case",
        1.0,
        at_best[last].1 / at_best[0].1,
    );
    for (name, points) in [("η*", &at_best), ("η = 1/λ_max", &at_safe)] {
        findings.near(
            format!("slope of steps against κ at {name}"),
            "1: the steps are proportional to κ",
            1.0,
            log_log_slope(points),
            Tolerance::Absolute(0.01),
            "steps are whole, and at κ = 10 one of them is 2 %",
        );
    }
    findings.near(
        "steps at η = 1/λ_max over steps at η*, κ = 10000",
        "the two formulas",
        steps_of_lowest(N, 1e4) / steps_of_extremes(N, 1e4),
        at_safe[last].1 / at_best[last].1,
        Tolerance::Relative(1e-4),
        "steps are whole, and 40000 are many",
    );
    steps_against_condition(at_best, at_safe)
}

const VARIABLES: [u32; 5] = [2, 5, 20, 50, 200];
/// κ where the number of variables is what changes.
const KAPPA: f64 = 100.0;

fn check_numbers_of_variables(findings: &mut Findings) {
    let rate = best_rate(KAPPA);
    let mut table = Table::new(
        "κ = 100 in more and more variables, at η*",
        &["variables", "steps to 1e-4, predicted", "measured"],
    );
    for n in VARIABLES {
        let valley = valley(n, KAPPA);
        let (predicted, measured) =
            (steps_in_theory(&valley.eigenvalues, rate), walk(&valley, rate, NEAR, LIMIT).0);
        findings.words(
            format!("steps to 1e-4 in {n} variables, κ = 100"),
            "cᵢ ← (1 − ηλᵢ)cᵢ until ‖c‖ ≤ 1e-4",
            predicted,
            measured,
        );
        table.row([n.to_string(), predicted.to_string(), measured.to_string()]);
    }
    findings.tables.push(table);

    const STEPS: u64 = 400;
    let valley = valley(200, KAPPA);
    let path = descend(&valley.quadratic, rate, &valley.point(&start_components(200)), STEPS);
    let mut components = start_components(200);
    let farthest = path.points.iter().map(|w| {
        let predicted = valley.point(&components);
        for (c, lambda) in components.iter_mut().zip(&valley.eigenvalues) {
            *c *= 1.0 - rate * lambda;
        }
        largest(w.iter().zip(&predicted).map(|(w, predicted)| w - predicted))
    });
    findings.near(
        "farthest that any of 200 coordinates is from its predicted path in 400 steps",
        "w = Σ (1 − ηλᵢ)ᵏ cᵢ eᵢ",
        0.0,
        largest(farthest),
        Tolerance::Absolute(1e-13),
        "sums of 200 rounded products, at distance 1, and errors that shrink from step to step",
    );
}

fn steps_against_condition(at_best: Vec<(f64, f64)>, at_safe: Vec<(f64, f64)>) -> Panel {
    let theory = |formula: fn(u32, f64) -> f64| {
        condition_numbers().into_iter().map(move |kappa| (kappa, formula(N, kappa)))
    };
    Panel::new(
        "Steps to 1e-4 go with κ",
        Axis::logarithmic("condition number κ", 7.0, 1.4e4),
        Axis::logarithmic("steps", 20.0, 2e5),
    )
    .dashed(theory(steps_of_lowest), Ink::Series(1))
    .dashed(theory(steps_of_extremes), Ink::Series(0))
    .dots(at_safe, Ink::Series(1))
    .dots(at_best, Ink::Series(0))
    .label((8e2, steps_of_lowest(N, 1e3)), Anchor::Left, "η = 1/λ_max", Ink::Series(1))
    .label((1.3e2, steps_of_extremes(N, 1e2)), Anchor::Right, "η* = 2/(λ_min + λ_max)", Ink::Series(0))
}

fn error_against_steps() -> Panel {
    const LAST: u64 = 400;
    let rate = best_rate(KAPPA);
    let mut panel = Panel::new(
        "κ = 100: the error is predictable",
        Axis::linear("step k", 0.0, LAST as f64),
        Axis::logarithmic("‖wₖ − w*‖", 1e-5, 1.5),
    );
    for (series, n, label_at, anchor) in
        [(2, 2, (180.0, 0.05), Anchor::Right), (3, 200, (150.0, 0.005), Anchor::Left)]
    {
        let valley = valley(n, KAPPA);
        let theory: Vec<_> =
            (0..=LAST).map(|k| k as f64).zip(errors_in_theory(&valley.eigenvalues, rate)).collect();
        let path = descend(&valley.quadratic, rate, &valley.point(&start_components(n)), LAST);
        let measured = (0..=LAST).map(|k| k as f64).zip(path.points.iter().map(|w| norm(w)));
        let ink = Ink::Series(series);
        panel = panel.dashed(theory.iter().copied(), ink).dots(measured.step_by(20), ink).label(
            label_at,
            anchor,
            format!("{n} variables"),
            ink,
        );
    }
    panel
}

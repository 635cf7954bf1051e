//! R54: Rprop does not see curvatures, as long as they lie along the coordinates.

use thalweg_driver::Record;
use thalweg_first_order::{
    GradientDescent, IRpropMinus, IRpropPlus, Rprop, RpropMinus, RpropPlus, StepSizes, UpdateRule,
};
use thalweg_numerics::{norm, powi};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::Differentiable;

use crate::draws::{Draws, Orthogonal};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::walk::steps_until;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "rprop-ignores-curvature-along-the-coordinates-only",
    number: 54,
    slides: Slides(&[(105, 105), (115, 115)]),
    chapter: Chapter::FirstOrder,
    claim: "Rprop treats every component independently and is frequently much more efficient than gradient descent: \
            it looks at signs only, so that curvatures do not matter to it.",
    correction: Some(Correction {
        statement: "That holds where the axes of the quadratic lie along the coordinates: there the number of steps is \
                    the same for every condition number, to the step. Rotated, the same quadratic takes Rprop more \
                    steps the larger its condition number is, while gradient descent takes as many as before.",
        refuted_by: "median steps of Rprop at κ = 1000, rotated, in units of those along the axes",
    }),
    source: "the sign of λᵢwᵢ does not depend on λᵢ > 0; a rotation mixes the signs. Gradient descent multiplies the \
             component along each eigenvector by 1 − ηλᵢ, wherever the eigenvectors point",
    errata: &[Erratum {
        slides: Slides(&[(115, 115)]),
        flag: Flag::Imprecise,
        printed: "Rprop is frequently much more efficient than gradient descent and only makes minimal assumptions \
                  about the loss function.",
        correct: "It assumes that the coordinates are the right ones: it is not invariant to rotation, and on a rotated \
                  quadratic with κ = 10 it takes more steps than gradient descent with the best rate. It also needs the \
                  sign of the whole sum's derivative, not that of a small batch.",
        measured_by: "median steps of Rprop at κ = 10, rotated, in units of those of gradient descent",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/rprop.rs",
        "crates/first-order/src/rprop/retrying.rs",
        "crates/first-order/src/rprop/plus.rs",
        "crates/first-order/src/rprop/minus.rs",
        "crates/first-order/src/rprop/improved_plus.rs",
        "crates/first-order/src/rprop/improved_minus.rs",
    ],
    run,
    full: None,
};

const N: u32 = 10;
const SEEDS: u64 = 10;
/// From distances around 1.8.
const NEAR: f64 = 1e-4;
const LIMIT: u64 = 20_000;
const CONDITIONS: [f64; 5] = [1.0, 10.0, 100.0, 1e3, 1e4];
/// Δmin is small enough for the narrowest valley here; the rest is the paper's.
const SIZES: StepSizes = StepSizes { first: 0.1, grow: 1.2, shrink: 0.5, smallest: 1e-9, largest: 50.0 };

fn run() -> Findings {
    let mut findings = Findings::default();
    let axes: Vec<Row> = CONDITIONS.iter().map(|&kappa| Row::along_axes(kappa)).collect();
    let rotated: Vec<Row> = CONDITIONS.iter().map(|&kappa| Row::rotated(kappa)).collect();

    for rule in SEES_SIGNS_ONLY {
        let at_1 = axes[0].of(rule);
        // The first that differs; the last if none does.
        let measured = axes.iter().map(|row| row.of(rule)).find(|steps| *steps != at_1);
        findings.words(
            format!("steps of {rule} from {SEEDS} starts along the axes, κ = 10, 100, 1000 and 10000"),
            "those on ½‖w‖²: the sign of λᵢwᵢ is that of wᵢ",
            list(at_1),
            list(measured.unwrap_or(axes[4].of(rule))),
        );
    }
    let differ = axes[0].of("iRprop⁺").iter().zip(axes[4].of("iRprop⁺")).filter(|(a, b)| a != b).count();
    findings.breaks(
        "starts from which iRprop⁺ takes another number of steps along the axes, κ = 10000 against κ = 1",
        "none, if it saw signs only; but it also asks whether E has risen, and E is one for all",
        0.0,
        differ as f64,
    );
    for (kappa, row) in CONDITIONS.iter().zip(&rotated).skip(1).take(3) {
        findings.near(
            format!("median steps of gradient descent, rotated, κ = {kappa}"),
            "the smallest k with √(Σ (1 − ηλᵢ)²ᵏcᵢ²) < 1e-4 at η = 2/(1 + κ)",
            median(&row.descent_in_theory),
            median(row.of("gradient descent")),
            Tolerance::Absolute(1.0),
            "where the error is within rounding of 1e-4",
        );
    }
    let ratio = |row: &Row, of: &str, over: &Row, other: &str| median(row.of(of)) / median(over.of(other));
    findings.breaks(
        "median steps of Rprop at κ = 1000, rotated, in units of those along the axes",
        "1, if curvatures did not matter",
        1.0,
        ratio(&rotated[3], "Rprop", &axes[3], "Rprop"),
    );
    findings.breaks(
        "median steps of Rprop at κ = 10, rotated, in units of those of gradient descent",
        "below 1, if it were more efficient",
        1.0,
        ratio(&rotated[1], "Rprop", &rotated[1], "gradient descent"),
    );
    findings.tables.push(table("median steps along the axes", &axes));
    findings.tables.push(table("median steps, rotated", &rotated));
    findings.figures.push(figure(&axes, &rotated));
    findings
}

const SEES_SIGNS_ONLY: [&str; 4] = ["Rprop", "Rprop⁺", "Rprop⁻", "iRprop⁻"];
const RULES: [&str; 6] = ["Rprop", "Rprop⁺", "Rprop⁻", "iRprop⁺", "iRprop⁻", "gradient descent"];

/// The steps of all rules from all starts at one condition number; ∞ beyond the limit.
struct Row {
    steps: [Vec<f64>; 6],
    descent_in_theory: Vec<f64>,
}

impl Row {
    fn of(&self, rule: &str) -> &[f64] {
        let at = RULES.iter().position(|name| *name == rule).unwrap_or(usize::MAX);
        &self.steps[at]
    }

    fn along_axes(kappa: f64) -> Self {
        let bowl = DiagonalQuadratic::centered(log_spaced(1.0, kappa, N)).expect("finite curvatures");
        Self::new(kappa, |_, components| (bowl.clone(), components))
    }

    /// The same components, along axes that are drawn for each start.
    fn rotated(kappa: f64) -> Self {
        Self::new(kappa, |draws, components| {
            let axes = Orthogonal::drawn(N as usize, draws);
            let columns = (0..N as usize).map(|j| axes.column(j)).collect();
            let bowl = Tilted::along(log_spaced(1.0, kappa, N), columns);
            let start = bowl.point(&components);
            (bowl.quadratic, start)
        })
    }

    fn new<P: Differentiable>(kappa: f64, place: impl Fn(&mut Draws, Vec<f64>) -> (P, Vec<f64>)) -> Self {
        let rate = 2.0 / (1.0 + kappa);
        let mut row = Self { steps: Default::default(), descent_in_theory: Vec::new() };
        for seed in 0..SEEDS {
            let mut draws = Draws::from_seed(seed);
            let components = draws.vector(N as usize);
            row.descent_in_theory.push(descent_in_theory(&components, kappa, rate));
            let (bowl, start) = place(&mut draws, components);
            row.steps[0].push(steps(&bowl, Rprop { sizes: SIZES }, 1.0, &start));
            row.steps[1].push(steps(&bowl, RpropPlus { sizes: SIZES }, 1.0, &start));
            row.steps[2].push(steps(&bowl, RpropMinus { sizes: SIZES }, 1.0, &start));
            row.steps[3].push(steps(&bowl, IRpropPlus { sizes: SIZES }, 1.0, &start));
            row.steps[4].push(steps(&bowl, IRpropMinus { sizes: SIZES }, 1.0, &start));
            row.steps[5].push(steps(&bowl, GradientDescent, rate, &start));
        }
        row
    }
}

fn steps<P: Differentiable>(bowl: &P, rule: impl UpdateRule<f64>, rate: f64, start: &[f64]) -> f64 {
    let near = |record: &Record<'_>| norm(record.x) < NEAR;
    steps_until(bowl, rule, rate, start, LIMIT, near).map_or(f64::INFINITY, |steps| steps as f64)
}

fn descent_in_theory(components: &[f64], kappa: f64, rate: f64) -> f64 {
    let error = |k: u64| {
        let shrunk: Vec<_> = components
            .iter()
            .zip(log_spaced(1.0, kappa, N))
            .map(|(c, lambda)| c * powi(1.0 - rate * lambda, k))
            .collect();
        norm(&shrunk)
    };
    (0..LIMIT).find(|&k| error(k) < NEAR).map_or(f64::INFINITY, |k| k as f64)
}

/// The mean of the middle two; ∞ among them counts.
fn median(steps: &[f64]) -> f64 {
    let mut sorted = steps.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    0.5 * (sorted[half - 1] + sorted[half])
}

fn list(steps: &[f64]) -> String {
    steps.iter().map(|&steps| significant(steps, 6)).collect::<Vec<_>>().join(" ")
}

fn table(title: &str, rows: &[Row]) -> Table {
    let head: Vec<_> = ["κ"].into_iter().chain(RULES).collect();
    let mut table = Table::new(title, &head);
    for (kappa, row) in CONDITIONS.iter().zip(rows) {
        let medians = row.steps.iter().map(|steps| match median(steps) {
            f64::INFINITY => format!("more than {LIMIT}"),
            median => significant(median, 6),
        });
        table.row([significant(*kappa, 6)].into_iter().chain(medians));
    }
    table
}

fn figure(axes: &[Row], rotated: &[Row]) -> Figure {
    let panel = |title: &str, rows: &[Row], labels: [((f64, f64), Anchor); 6]| {
        let mut panel = Panel::new(
            title,
            Axis::logarithmic("condition number κ", 0.8, 1.3e4),
            Axis::logarithmic("median steps to ‖w‖ < 1e-4", 0.7, 1e6),
        );
        for (i, (rule, (at, anchor))) in RULES.into_iter().zip(labels).enumerate() {
            let ink = Ink::Series(i as u8);
            let points = || CONDITIONS.iter().zip(rows).map(|(&kappa, row)| (kappa, median(row.of(rule))));
            panel = panel.line(points(), ink).dots(points(), ink).label(at, anchor, rule, ink);
        }
        panel
    };
    let legend = |top: f64| {
        let at = |i: i32| ((1.0, top * powi(0.42, i.unsigned_abs().into())), Anchor::Right);
        [at(0), at(1), at(2), at(3), at(4), at(5)]
    };
    Figure {
        id: "steps-and-condition-number",
        caption: "Medians over 10 starts in 10 variables. Left: along the axes the lines of all rules that see signs only \
                  are level, while gradient descent takes κ times longer. Right: the same quadratics, rotated. Gradient \
                  descent does not notice; Rprop has lost its advantage, and dots that are missing are runs of more than \
                  20000 steps."
            .to_owned(),
        panels: vec![
            panel("Along the axes", axes, legend(6e5)),
            panel("Rotated", rotated, legend(6e5)),
        ],
        columns: 2,
    }
}

//! R57: how many epochs a small network takes by gradient descent, Rprop and Quickprop.

mod figure;
mod mini_batches;
mod training;

use thalweg_first_order::{
    GradientDescent, IRpropMinus, IRpropPlus, Momentum, Quickprop, Rprop, RpropMinus, RpropPlus, StepSizes,
    UpdateRule,
};

use self::training::{LIMIT, Row, Task};
use crate::encoder::Backward;
use crate::number::significant;
use crate::printed::{Denominator, QuickpropAsPrinted};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "rprop-and-quickprop-take-fewer-epochs",
    number: 57,
    slides: Slides(&[(115, 115), (121, 121)]),
    chapter: Chapter::FirstOrder,
    claim: "Rprop is frequently much more efficient than gradient descent, and Quickprop as Fahlman has it, though prone to some instability \
            where the loss is not convex, is one of the fastest training algorithms for many problems.",
    correction: None,
    source: "the N-M-N encoder of Fahlman (1988) and of Riedmiller and Braun (1993); much more efficient is taken to mean: \
             half the epochs or fewer, with 95 % intervals that do not overlap, which was decided before the first run",
    errata: &[
        Erratum {
            slides: Slides(&[(115, 115)]),
            flag: Flag::Imprecise,
            printed: "Rprop makes only minimal assumptions about the loss function.",
            correct: "It assumes that the gradient is that of the whole sum. It sees signs only, so small batches whose \
                      gradients cancel drive it away.",
            measured_by: "where Rprop⁻ is after 500 updates by batches whose gradients cancel",
        },
        Erratum {
            slides: Slides(&[(121, 121)]),
            flag: Flag::OverClaim,
            printed: "Quickprop is still one of the fastest training algorithms for many problems.",
            correct: "Fahlman's is, which limits how fast steps grow and adds a term in the gradient. The parabola alone, \
                      as slides 116–120 have it, fails to learn the encoder from almost every start.",
            measured_by: "Quickprop, hyperbolic error: chance of failure, upper end, against the parabola alone",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/rprop.rs",
        "crates/first-order/src/quickprop.rs",
        "crates/lecture/src/printed/quickprop.rs",
        "crates/lecture/src/encoder.rs",
    ],
    run: || run(100),
    full: Some(|| run(SEEDS)),
};

/// Slides 116–120 with the right sign; the library's `DiagonalSecant` takes gradient steps where the secant is no help.
const SECANT: QuickpropAsPrinted = QuickpropAsPrinted { denominator: Denominator::TurnedAround };
/// Seed s of run s, the same for every method.
const SEEDS: u64 = 1000;
/// Δ₀, each with the number of its color; the first is that of the paper, and the one that is compared.
const FIRST_STEPS: [(u8, f64); 3] = [(0, 0.1), (1, 1.0), (2, 2.0)];

/// Fahlman's setting: ε = 1 divided by what leads into a unit, biases counted; hyperbolic error, offset 0.1, starts in ±2.
fn fahlman<const N: usize, const M: usize>() -> Task {
    let epsilon = [1.0 / (N + 1) as f64, 1.0 / (M + 1) as f64];
    Task { radius: 2.0, backward: Backward { prime_offset: 0.1, hyperbolic: true }, rates: epsilon }
}

/// The gradient of E, one rate for all weights, starts in ±1.
fn plain(rate: f64) -> Task {
    Task { radius: 1.0, backward: Backward::GRADIENT, rates: [rate; 2] }
}

/// The momentum rows go as far in the long run as gradient descent: η/(1 − β) = 1.9.
///
/// Methods that fail from every start get fewer of them by default: a failure takes as long as twenty successes.
fn by_gradient_and_parabola(few_seeds: u64) -> Vec<Row> {
    let offset = Task { backward: Backward { prime_offset: 0.1, hyperbolic: false }, ..plain(1.5) };
    let momentum = |momentum| Momentum { momentum, ..Momentum::default() };
    let quickprop = Quickprop::default();
    vec![
        Row::of::<10, 5, _>("gradient descent, η = 1.9", 0, &GradientDescent, &plain(1.9), SEEDS),
        Row::of::<10, 5, _>("momentum 0.5, η = 0.95", 1, &momentum(0.5), &plain(0.95), SEEDS),
        Row::of::<10, 5, _>("momentum 0.9, η = 0.19", 1, &momentum(0.9), &plain(0.19), few_seeds),
        Row::of::<10, 5, _>("Quickprop, hyperbolic error", 2, &quickprop, &fahlman::<10, 5>(), SEEDS),
        Row::of::<10, 5, _>("Quickprop, ε = 1.5, offset 0.1", 2, &quickprop, &offset, SEEDS),
        Row::of::<10, 5, _>("Quickprop, ε = 1.5, gradient", 2, &quickprop, &plain(1.5), SEEDS),
        Row::of::<10, 5, _>("parabola alone, η = 1.5, offset 0.1", 3, &SECANT, &offset, few_seeds),
    ]
}

/// By variant, each with the three first steps.
fn by_signs() -> Vec<Row> {
    fn three<R: UpdateRule<f64>>(variant: &str, rule: impl Fn(StepSizes) -> R) -> Vec<Row> {
        let row = |(color, first): (u8, f64)| {
            let rule = rule(StepSizes { first, ..StepSizes::default() });
            Row::of::<10, 5, _>(format!("{variant}, Δ₀ = {first}"), color, &rule, &plain(1.0), SEEDS)
        };
        FIRST_STEPS.into_iter().map(row).collect()
    }
    let mut rows = three("Rprop", |sizes| Rprop { sizes });
    rows.extend(three("Rprop⁺", |sizes| RpropPlus { sizes }));
    rows.extend(three("Rprop⁻", |sizes| RpropMinus { sizes }));
    rows.extend(three("iRprop⁺", |sizes| IRpropPlus { sizes }));
    rows.extend(three("iRprop⁻", |sizes| IRpropMinus { sizes }));
    rows
}

fn by_size() -> Vec<Row> {
    let rule = Quickprop::default();
    vec![
        Row::of::<4, 2, _>("4-2-4", 2, &rule, &fahlman::<4, 2>(), SEEDS),
        Row::of::<8, 3, _>("8-3-8", 2, &rule, &fahlman::<8, 3>(), SEEDS),
        Row::of::<16, 4, _>("16-4-16", 2, &rule, &fahlman::<16, 4>(), SEEDS),
        Row::of::<32, 5, _>("32-5-32", 2, &rule, &fahlman::<32, 5>(), SEEDS),
    ]
}

fn run(few_seeds: u64) -> Findings {
    let mut findings = Findings::default();
    let rows = by_gradient_and_parabola(few_seeds);
    let [descent, _, _, hyperbolic, offset, _, parabola] = &rows[..] else { unreachable!() };
    let variants = by_signs();
    let sizes = by_size();

    // A ratio, because ∞/∞ is no agreement.
    let least = descent.runs.median_interval().0;
    for row in variants.iter().step_by(FIRST_STEPS.len()).chain([hyperbolic, offset]) {
        findings.at_most(
            format!("{}: median epochs, in those of gradient descent", row.name),
            "much more efficient: half or less",
            0.5,
            row.runs.median_interval().1 / least,
            0.0,
            "upper end of a 95 % interval over the lower end of another",
        );
    }
    for row in [hyperbolic, offset] {
        findings.at_most(
            format!("{}: chance of failure, upper end, against the parabola alone", row.name),
            "at most the lower end for the parabola alone",
            parabola.runs.failure_interval().0,
            row.runs.failure_interval().1,
            0.0,
            "ends of 95 % intervals",
        );
    }
    mini_batches::check(&mut findings);

    findings.tables.insert(0, table("10-5-10: epochs until all bits are right", &rows));
    findings.tables.insert(1, table("10-5-10: epochs of the Rprop family", &variants));
    findings.tables.insert(2, table("other sizes: epochs of Quickprop, hyperbolic error", &sizes));
    findings.figures.push(figure::epochs(&rows, &variants, &sizes));
    findings
}

fn table(title: &str, rows: &[Row]) -> Table {
    let title = format!(
        "{title}; mean and SD of the runs that learned, quantiles of all, ∞ where {LIMIT} epochs did not do"
    );
    let head = ["method", "failed", "mean", "± (95 %)", "SD", "5 %", "25 %", "median", "75 %", "95 %"];
    let mut table = Table::new(title, &head);
    for Row { name, runs, .. } in rows {
        let (mean, reach) = runs.mean();
        let or_none = |x: f64| if x.is_nan() { "–".to_owned() } else { significant(x, 3) };
        let numbers = [mean, reach, runs.deviation()].map(or_none);
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| significant(runs.quantile(q), 4));
        table.row(
            [name.clone(), format!("{} of {}", runs.failures(), runs.runs())]
                .into_iter()
                .chain(numbers)
                .chain(quantiles),
        );
    }
    table
}

//! R51: the rate is reduced where the loss stagnates, and the floor under the loss comes down with it.

use thalweg_first_order::{GradientDescent, UpdateRule};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::Differentiable;
use thalweg_schedules::{RatePolicy, ReduceOnPlateau};

use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "every-drop-of-the-rate-lowers-the-floor",
    number: 51,
    slides: Slides(&[(99, 99)]),
    chapter: Chapter::FirstOrder,
    claim: "Training at a fixed rate until the loss stagnates, then multiplying the rate by α, typically 0.1, and going on \
            from there is a common approach: it brings the loss further down.",
    correction: None,
    source: "with noise of variance s² in the gradient of ½λe² the loss stagnates at ½λ·ηs²/(λ(2 − ηλ)), so a drop lowers it \
             by the factor α(2 − ηλ)/(2 − αηλ)",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/schedules/src/reduce_on_plateau.rs",
        "crates/first-order/src/gradient_descent.rs",
    ],
    run,
    full: None,
};

// λ = s² = 1.
pub(super) static CHAINS: Parameter = Parameter::whole("chains", "runs that are averaged", 1000, (10, 2000));
pub(super) static SEED: Parameter = Parameter::whole("seed", "of the noise", 51, (0, 1 << 53));
/// Every chain starts so far out that the first rate has a way to go.
pub(super) static START: Parameter =
    Parameter::real("start", "the distance that every run starts at", 30.0, (0.0, 1e3));
/// Steps over which the loss is averaged before the policy sees it.
const EPOCH: u64 = 200;
/// A floor is measured once the start of its phase is forgotten: (1 − η)^(10/η) is e⁻¹⁰ or less.
const FORGOTTEN: f64 = 10.0;

/// A stretch at one rate.
struct Phase {
    rate: f64,
    /// The mean losses of its epochs.
    losses: Vec<f64>,
}

impl Phase {
    /// The mean of the losses after those that remember where the phase began.
    fn floor(&self) -> f64 {
        let skipped = (FORGOTTEN / self.rate / EPOCH as f64).ceil() as usize;
        let late = &self.losses[skipped.min(self.losses.len())..];
        late.iter().sum::<f64>() / late.len() as f64
    }
}

/// ½ηs²/(2 − ηλ).
fn floor(rate: f64) -> f64 {
    0.5 * rate / (2.0 - rate)
}

/// Goes on until the policy has dropped the rate `drops` times; also the loss after every tenth step.
fn train(factor: f64, drops: u64) -> (Vec<Phase>, Vec<(f64, f64)>) {
    let policy =
        ReduceOnPlateau { rate: 1.0, factor, patience: 8, threshold: 0.01, ..ReduceOnPlateau::default() };
    let mut state = policy.start().expect("settings that can be used");
    let chains = CHAINS.count() as usize;
    let parabolas = DiagonalQuadratic::centered(vec![1.0; chains]).expect("finite curvatures");
    let (mut e, mut gradient) = (vec![START.get(); chains], vec![0.0; chains]);
    let mut draws = Draws::from_seed(SEED.count());
    let (mut phases, mut path) = (Vec::<Phase>::new(), Vec::new());
    let mut step = 0;
    while state.drops < drops {
        let rate = policy.rate_at(&state, step);
        let mut total = 0.0;
        for _ in 0..EPOCH {
            let loss = parabolas.value_gradient(&e, &mut gradient) / chains as f64;
            total += loss;
            if step % 10 == 0 {
                path.push((step as f64, loss));
            }
            for g in &mut gradient {
                *g += draws.normal();
            }
            GradientDescent.update(&mut (), &mut e, &gradient, rate).expect("the lengths agree");
            step += 1;
        }
        let loss = total / EPOCH as f64;
        match phases.last_mut() {
            Some(phase) if phase.rate == rate => phase.losses.push(loss),
            _ => phases.push(Phase { rate, losses: vec![loss] }),
        }
        policy.observe(&mut state, step, &e, loss);
    }
    (phases, path)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut panels = Vec::new();
    for (factor, drops) in [(0.1, 3), (0.5, 4)] {
        let (phases, path) = train(factor, drops);
        check(&mut findings, factor, &phases);
        panels.push(panel(factor, &phases, path));
    }
    findings.figures.push(Figure {
        id: "staircase",
        caption: format!("The mean loss of {} runs on ½e² with noisy gradients. Where it has not improved by 1 % for eight epochs of 200 \
                  steps the rate is multiplied by α, and the loss comes down to the next floor, which is predicted (dashed): \
                  at first to less than α of the one before, later to α of it.",
            CHAINS.count()),
        panels,
        columns: 2,
    });
    findings
}

fn check(findings: &mut Findings, factor: f64, phases: &[Phase]) {
    let rates: Vec<_> = phases.iter().map(|phase| significant(phase.rate, 6)).collect();
    let powers = (0..phases.len()).scan(1.0, |rate, _| {
        let now = *rate;
        *rate *= factor;
        Some(significant(now, 6))
    });
    findings.words(
        format!("rates between the drops, α = {factor}"),
        "η₀, αη₀, α²η₀, …",
        powers.collect::<Vec<_>>().join(", "),
        rates.join(", "),
    );
    let mut table = Table::new(
        format!("floors under the loss, α = {factor}"),
        &["rate", "½ηs²/(2 − ηλ)", "measured", "epochs at this rate"],
    );
    for phase in phases {
        findings.near(
            format!("floor under the loss at η = {}, α = {factor}", significant(phase.rate, 6)),
            "½ηs²/(2 − ηλ)",
            floor(phase.rate),
            phase.floor(),
            Tolerance::Relative(0.1),
            "W steps of M chains have a standard error of √(2/(ηWM)), 1.8 % at η = 0.01 with W ≥ 600 and M = 1000",
        );
        let numbers = [phase.rate, floor(phase.rate)].map(|x| significant(x, 6));
        let [rate, predicted] = numbers;
        table.row([rate, predicted, significant(phase.floor(), 3), phase.losses.len().to_string()]);
    }
    findings.tables.push(table);
    for pair in phases.windows(2) {
        let rate = pair[0].rate;
        findings.near(
            format!("ratio of the floors before and after η = {}, α = {factor}", significant(rate, 6)),
            "α(2 − ηλ)/(2 − αηλ)",
            factor * (2.0 - rate) / (2.0 - factor * rate),
            pair[1].floor() / pair[0].floor(),
            Tolerance::Relative(0.1),
            "two floors, of which the lower one has a standard error of at most 1.8 %",
        );
    }
    let shortest = phases.iter().map(|phase| phase.losses.len()).min().unwrap_or(0);
    findings.words(
        format!("every rate is kept for the patience of 8 epochs at least, α = {factor}"),
        "until the loss stagnates",
        true,
        shortest >= 8,
    );
}

fn panel(factor: f64, phases: &[Phase], path: Vec<(f64, f64)>) -> Panel {
    let last = phases.iter().map(|phase| phase.losses.len() as u64 * EPOCH).sum::<u64>() as f64;
    let mut panel = Panel::new(
        format!("α = {factor}"),
        Axis::linear("step", 0.0, last),
        Axis::logarithmic("mean of ½e²", 1e-3, 10.0),
    )
    .line(path, Ink::Series(0));
    let mut begin = 0.0;
    for phase in phases {
        let end = begin + (phase.losses.len() as u64 * EPOCH) as f64;
        let level = floor(phase.rate);
        panel = panel.dashed([(begin, level), (end, level)], Ink::Theory).label(
            (0.5 * (begin + end), level),
            Anchor::Above,
            format!("η = {}", significant(phase.rate, 3)),
            Ink::Theory,
        );
        begin = end;
    }
    panel
}

//! R49: what becomes of noise in the gradients, under a constant rate and under rates that fall.

use std::f64::consts::PI;

use thalweg_first_order::{GradientDescent, UpdateRule};
use thalweg_numerics::{dot, exp, ln, sum};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::Differentiable;
use thalweg_schedules::{Constant, ExponentialDecay, LinearDecay, QuadraticDecay, Schedule};

use super::budgets::pochhammer;
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "noise-settles-only-under-rates-that-fall",
    number: 49,
    slides: Slides(&[(99, 99)]),
    chapter: Chapter::FirstOrder,
    claim: "A run on noisy gradients comes to rest under a rate that decays, and under a constant one does not.",
    correction: None,
    source: "with noise of variance s² in the gradient of ½λe², m = E e² goes to (1 − ηₖλ)²m + ηₖ²s² in a step. Its fixed \
             point for a constant rate is ηs²/(λ(2 − ηλ)); with ηₖ = c/(λ(k+1)) it falls as c²/(2c−1)·s²/(λ²k) for c > ½",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/schedules/src/constant.rs",
        "crates/schedules/src/linear_decay.rs",
        "crates/schedules/src/quadratic_decay.rs",
        "crates/schedules/src/exponential_decay.rs",
    ],
    run,
    full: None,
};

// λ = s² = 1, and every chain starts at e = 1.
/// Chains side by side, decided on beforehand: a standard error of √(2/12000) = 1.3 % for a variance.
const CHAINS: usize = 12_000;
const STEPS: u64 = 1000;
const SEED: u64 = 49;
const FIVE_PERCENT: Tolerance = Tolerance::Relative(0.05);
const WHY: &str = "3.9 standard errors √(2/12000) of a variance over 12000 chains";

const RATES: [f64; 6] = [0.01, 0.1, 0.5, 1.0, 1.5, 1.9];
const HYPERBOLAS: [f64; 5] = [0.25, 0.5, 1.0, 1.5, 2.0];
const BETA: f64 = 0.1;

/// Many chains under one schedule, and what theory says of them.
struct Chains {
    name: String,
    schedule: Box<dyn Schedule>,
    /// ηₖ by the slide's formula, of k.
    formula: Box<dyn Fn(f64) -> f64>,
    e: Vec<f64>,
    /// E e² and E e, by the recursions.
    moment: f64,
    bias: f64,
    /// k, E e² measured, E e² predicted.
    path: Vec<(f64, f64, f64)>,
}

impl Chains {
    fn new(
        name: impl Into<String>,
        schedule: impl Schedule + 'static,
        formula: impl Fn(f64) -> f64 + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            schedule: Box::new(schedule),
            formula: Box::new(formula),
            e: vec![1.0; CHAINS],
            moment: 1.0,
            bias: 1.0,
            path: Vec::new(),
        }
    }

    fn step(&mut self, k: u64, parabolas: &DiagonalQuadratic, noise: &[f64], gradient: &mut [f64]) {
        parabolas.value_gradient(&self.e, gradient);
        for (g, noise) in gradient.iter_mut().zip(noise) {
            *g += noise;
        }
        GradientDescent
            .update(&mut (), &mut self.e, gradient, self.schedule.rate(k))
            .expect("the lengths agree and the rates are finite");
        let rate = (self.formula)(k as f64);
        self.moment = (1.0 - rate) * (1.0 - rate) * self.moment + rate * rate;
        self.bias *= 1.0 - rate;
    }

    fn note(&mut self, k: u64) {
        self.path.push((k as f64, self.mean_square(), self.moment));
    }

    fn mean_square(&self) -> f64 {
        dot(&self.e, &self.e) / CHAINS as f64
    }

    fn mean(&self) -> f64 {
        sum(&self.e) / CHAINS as f64
    }
}

/// All schedules on the same noise, so that it is drawn once.
fn all_chains() -> Vec<Chains> {
    let mut all = Vec::new();
    for rate in RATES {
        all.push(Chains::new(format!("constant, η = {rate}"), Constant { rate }, move |_| rate));
    }
    for c in HYPERBOLAS {
        let schedule = LinearDecay { rate: c, ..LinearDecay::default() };
        all.push(Chains::new(format!("linear decay, c = {c}"), schedule, move |k| c / (k + 1.0)));
    }
    let square = QuadraticDecay { rate: 1.0 };
    all.push(Chains::new("quadratic decay, c = 1", square, |k| 1.0 / ((k + 1.0) * (k + 1.0))));
    let falling = ExponentialDecay { rate: 0.5, decay: BETA };
    all.push(Chains::new("exponential decay, c = 0.5", falling, |k| 0.5 * exp(-BETA * k)));

    let parabolas = DiagonalQuadratic::centered(vec![1.0; CHAINS]).expect("finite curvatures");
    let (mut noise, mut gradient) = (vec![0.0; CHAINS], vec![0.0; CHAINS]);
    let mut draws = Draws::from_seed(SEED);
    let mut noted: Vec<u64> =
        log_spaced(1.0, STEPS as f64, 34).into_iter().map(|k| k.round() as u64).collect();
    noted.dedup();
    for k in 0..STEPS {
        noise.fill_with(|| draws.normal());
        for chains in &mut all {
            chains.step(k, &parabolas, &noise, &mut gradient);
            if noted.contains(&(k + 1)) {
                chains.note(k + 1);
            }
        }
    }
    all
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let all = all_chains();
    let (constant, rest) = all.split_at(RATES.len());
    let (hyperbolas, frozen) = rest.split_at(HYPERBOLAS.len());
    check_constant(&mut findings, constant);
    check_hyperbolas(&mut findings, hyperbolas);
    check_frozen(&mut findings, frozen);
    check_recursion(&mut findings, &all);
    findings.figures.push(figure(constant, hyperbolas, frozen));
    findings
}

fn check_constant(findings: &mut Findings, constant: &[Chains]) {
    for (rate, chains) in RATES.into_iter().zip(constant) {
        findings.near(
            format!("variance after 1000 steps, η = {rate}"),
            "ηs²/(λ(2 − ηλ))",
            rate / (2.0 - rate),
            chains.mean_square(),
            FIVE_PERCENT,
            WHY,
        );
    }
}

fn check_hyperbolas(findings: &mut Findings, hyperbolas: &[Chains]) {
    let mut table = Table::new(
        "linear decay after k = 1000 steps",
        &["c = η₀λ", "k E e², measured", "by the recursion", "in the limit"],
    );
    let k = STEPS as f64;
    for (c, chains) in HYPERBOLAS.into_iter().zip(hyperbolas) {
        let measured = k * chains.mean_square();
        let limit = if c > 0.5 {
            let limit = c * c / (2.0 * c - 1.0);
            findings.near(
                format!("k E e² after k = 1000 steps, c = {c}"),
                "c²/(2c − 1)·s²/λ²",
                limit,
                measured,
                FIVE_PERCENT,
                "3.9 standard errors √(2/12000), of which what 1000 steps leave of the start and of 1/k takes 0.1 %",
            );
            significant(limit, 6)
        } else {
            "∞".to_owned()
        };
        table.row([c.to_string(), significant(measured, 3), significant(k * chains.moment, 6), limit]);
    }
    findings.tables.push(table);

    let (slow, edge) = (&hyperbolas[0], &hyperbolas[1]);
    // Between k = 100 or so and the end.
    let early =
        |chains: &Chains| chains.path.iter().copied().find(|(k, _, _)| *k >= 100.0).unwrap_or_default();
    let (k_0, before, _) = early(slow);
    findings.near(
        "power of k by which E e² falls, c = 0.25",
        "−2c: below c = ½ it is the start that dies slowly, not the noise",
        -0.5,
        ln(slow.mean_square() / before) / ln(k / k_0),
        Tolerance::Absolute(0.03),
        "two values of 1.3 % each, 2.3 apart on the scale of ln k: 0.008 is a standard error; the term in 1/k takes another 0.004",
    );
    let (k_0, before, _) = early(edge);
    findings.near(
        "slope of k E e² against ln k, c = 0.5",
        "¼ = c²: at c = ½ the two powers meet, and E e² ~ ln k/(4k)",
        0.25,
        (k * edge.mean_square() - k_0 * before) / ln(k / k_0),
        Tolerance::Absolute(0.07),
        "k E e² is near 2 with a standard error of 0.025, at either end, 2.3 apart: 0.015, five times that",
    );
}

fn check_frozen(findings: &mut Findings, frozen: &[Chains]) {
    let [square, falling] = frozen else { return };
    let variance = |chains: &Chains| chains.mean_square() - chains.mean() * chains.mean();
    findings.near(
        "variance that quadratic decay leaves frozen, c = 1",
        "s²Σ ηₖ²Π_{j>k}(1−ηⱼλ)² = Σ 1/(k²(k+1)²) = π²/3 − 3",
        PI * PI / 3.0 - 3.0,
        variance(square),
        FIVE_PERCENT,
        WHY,
    );
    // Π_{j>k} (1 − cqʲ) = (cq^(k+1); q)∞.
    let frozen_variance = (0..400).rev().fold(0.0, |total, k| {
        let rate = 0.5 * exp(-BETA * f64::from(k));
        let later = pochhammer(rate * exp(-BETA), BETA);
        total + rate * rate * later * later
    });
    findings.near(
        "variance that exponential decay leaves frozen, c = 0.5, β = 0.1",
        "s²Σ ηₖ²Π_{j>k}(1−ηⱼλ)², the product being (ηₖ₊₁; e^(−β))∞",
        frozen_variance,
        variance(falling),
        FIVE_PERCENT,
        WHY,
    );
    findings.near(
        "mean that exponential decay leaves frozen beside it",
        "(0.5; e^(−0.1))∞, as without noise",
        pochhammer(0.5, BETA),
        falling.mean(),
        Tolerance::Absolute(4.0 * (frozen_variance / CHAINS as f64).sqrt()),
        "four standard errors of a mean over 12000 chains",
    );
    let half = STEPS as f64 / 2.0;
    for chains in frozen {
        let late = chains.path.iter().find(|(k, _, _)| *k >= half).map_or(f64::NAN, |(_, e, _)| *e);
        findings.at_most(
            format!("share of E e² that goes in the second half, {}", chains.name),
            "2Ση < 2/(k−1) over the steps after k = 500",
            2.0 / (half - 1.0),
            1.0 - chains.mean_square() / late,
            1e-4,
            "what noise those rates let in is a thousandth of that",
        );
    }
}

fn check_recursion(findings: &mut Findings, all: &[Chains]) {
    for chains in all {
        let farthest = chains.path.iter().filter(|(k, _, _)| *k >= 2.0).fold(0.0_f64, |worst, (_, e, m)| {
            let off = (e / m - 1.0).abs();
            if off > worst || off.is_nan() { off } else { worst }
        });
        findings.near(
            format!("farthest from the recursion at up to 30 steps k, {}", chains.name),
            "E e² by m ← (1 − ηₖλ)²m + ηₖ²s²",
            0.0,
            farthest,
            Tolerance::Absolute(0.06),
            "4.6 standard errors of 1.3 %, as these are some 400 numbers",
        );
    }
}

fn figure(constant: &[Chains], hyperbolas: &[Chains], frozen: &[Chains]) -> Figure {
    let last = STEPS as f64;
    let k_axis = || Axis::logarithmic("step k", 1.0, last);
    let dots = |chains: &Chains| chains.path.iter().map(|&(k, e, _)| (k, e)).collect::<Vec<_>>();
    let line = |chains: &Chains| chains.path.iter().map(|&(k, _, m)| (k, m)).collect::<Vec<_>>();
    let drawn =
        |panel: Panel, chains: &Chains, ink: Ink| panel.line(line(chains), ink).dots(dots(chains), ink);

    let mut left = Panel::new("Four schedules", k_axis(), Axis::logarithmic("E e²", 2e-4, 2.0));
    for (chains, series) in [(&constant[1], 3), (&hyperbolas[2], 0), (&frozen[0], 1), (&frozen[1], 2)] {
        left = drawn(left, chains, Ink::Series(series));
    }
    let left = left
        .label((200.0, 0.055), Anchor::Above, "constant, η = 0.1", Ink::Series(3))
        .label((100.0, 0.0065), Anchor::Left, "linear, c = 1", Ink::Series(0))
        .label((150.0, 0.31), Anchor::Above, "quadratic, c = 1", Ink::Series(1))
        .label((400.0, 0.0235), Anchor::Below, "exponential", Ink::Series(2));

    let mut middle =
        Panel::new("Linear decay: k times it", k_axis(), Axis::logarithmic("k E e² λ²/s²", 0.3, 40.0));
    for (which, series, at, anchor) in [
        (0, 4, (100.0, 9.0), Anchor::Left),
        (1, 5, (150.0, 1.95), Anchor::Above),
        (2, 0, (300.0, 0.97), Anchor::Below),
        (4, 1, (1.2, 5.0), Anchor::Right),
    ] {
        let (c, chains, ink) = (HYPERBOLAS[which], &hyperbolas[which], Ink::Series(series));
        let times = |points: Vec<(f64, f64)>| points.into_iter().map(|(k, e)| (k, k * e));
        middle = middle.line(times(line(chains)), ink).dots(times(dots(chains)), ink);
        if c > 0.5 {
            let limit = c * c / (2.0 * c - 1.0);
            middle = middle.dashed([(1.0, limit), (last, limit)], Ink::Theory);
        }
        middle = middle.label(at, anchor, format!("c = {c}"), ink);
    }

    let right = Panel::new(
        "Constant rates: where it stays",
        Axis::linear("ηλ", 0.0, 2.0),
        Axis::logarithmic("E e² λ²/s² after 1000 steps", 3e-3, 40.0),
    )
    .line(spaced(0.005, 1.97, 100).map(|rate| (rate, rate / (2.0 - rate))), Ink::Theory)
    .dots(RATES.into_iter().zip(constant).map(|(rate, chains)| (rate, chains.mean_square())), Ink::Series(3))
    .label((1.05, 0.5), Anchor::Right, "η/(2 − η)", Ink::Theory);
    Figure {
        id: "settling",
        caption: "Mean squares over 12000 chains (dots) on the exact recursion (lines). Left: a constant rate stays on a floor, \
                  quadratic and exponential decay freeze what noise they let in, 1/(k+1) goes on falling. Middle: it falls as \
                  1/k if c > ½, with the constant c²/(2c−1), least at c = 1; below ½ the start outlives the noise. Right: the floor \
                  of a constant rate."
            .to_owned(),
        panels: vec![left, middle, right],
        columns: 3,
    }
}

#[cfg(test)]
mod tests {
    use thalweg_numerics::pow;

    use super::*;

    #[test]
    fn recursion_has_the_limits_that_are_claimed() {
        let moment = |rate: &dyn Fn(f64) -> f64, steps: u32| {
            (0..steps).fold(1.0, |m, k| {
                let rate = rate(f64::from(k));
                (1.0 - rate) * (1.0 - rate) * m + rate * rate
            })
        };
        // At c = 1 the iterate is the mean of the noise so far, and E e² is 1/k exactly.
        assert!((moment(&|k| 1.0 / (k + 1.0), 1000) * 1000.0 - 1.0).abs() < 1e-12);
        assert!((moment(&|k| 2.0 / (k + 1.0), 100_000) * 1e5 - 4.0 / 3.0).abs() < 1e-4);
        // The start is gone after one step at c = 1, so this is the variance alone.
        let frozen = moment(&|k| pow(k + 1.0, -2.0), 100_000);
        assert!((frozen - (PI * PI / 3.0 - 3.0)).abs() < 1e-5);
    }
}

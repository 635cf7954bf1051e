//! R69: the best K rates for a quadratic, and how far the decays of the lecture are from them.

use thalweg_driver::{Stop, Trace, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_numerics::{cos, exp, ln, log10, powi};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_schedules::{
    Chebyshev, Constant, ExponentialDecay, LinearDecay, MultiStep, OfStep, QuadraticDecay, Schedule,
};

use crate::descend::{largest, lowest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "best-rates-do-not-decay",
    number: 69,
    slides: Slides(&[(99, 99)]),
    chapter: Chapter::FirstOrder,
    claim: "Beyond the lecture: for a quadratic with curvatures between μ and L the best K rates are no decay at all but large and \
            small ones in turn, the reciprocals of Chebyshev's roots.",
    correction: None,
    source: "K steps multiply the error along curvature λ by Π(1 − ηₖλ), a polynomial of degree K that is 1 at 0; of these the \
             one that is least on [μ, L] is Chebyshev's, with the maximum 1/T_K((κ+1)/(κ−1)). Order: Lebedev and Finogenov 1971",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/schedules/src/chebyshev.rs",
        "crates/schedules/src/linear_decay.rs",
        "crates/schedules/src/quadratic_decay.rs",
        "crates/schedules/src/exponential_decay.rs",
        "crates/schedules/src/multi_step.rs",
    ],
    run,
    full: None,
};

const L: f64 = 1.0;

fn run() -> Findings {
    let mut findings = Findings::default();
    check_products(&mut findings);
    check_runs(&mut findings);
    check_orders(&mut findings);
    let gains = gains(100.0, &[1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 23, 26, 29, 32]);
    check_gains(&mut findings, 100.0, &gains);
    findings.figures.push(figure(&gains));
    findings
}

fn chebyshev(condition: f64, steps: u64) -> Chebyshev {
    Chebyshev { smallest: L / condition, largest: L, steps }
}

/// 1/T_K((κ+1)/(κ−1)) = 2/(rᴷ + r⁻ᴷ) with r = (√κ+1)/(√κ−1).
fn bound(condition: f64, steps: u64) -> f64 {
    let root = condition.sqrt();
    let power = powi((root + 1.0) / (root - 1.0), steps);
    2.0 / (power + 1.0 / power)
}

/// Π(1 − ηₖλ) over the first K steps.
fn left(schedule: &dyn Schedule, steps: u64, curvature: f64) -> f64 {
    (0..steps).fold(1.0, |left, k| left * (1.0 - schedule.rate(k) * curvature))
}

/// The curvatures where a Chebyshev polynomial of degree K is ±its maximum, both ends included.
fn extremes(condition: f64, steps: u64) -> Vec<f64> {
    let mu = L / condition;
    let angle = |i: u64| std::f64::consts::PI * i as f64 / steps as f64;
    (0..=steps).map(|i| 0.5 * (L + mu) - 0.5 * (L - mu) * cos(angle(i))).collect()
}

fn check_products(findings: &mut Findings) {
    for (condition, steps) in [(10.0, 4), (100.0, 16), (100.0, 64), (1000.0, 64), (1e4, 256)] {
        let schedule = chebyshev(condition, steps);
        let bound = bound(condition, steps);
        let name = format!("κ = {condition}, K = {steps}");
        let products: Vec<f64> =
            extremes(condition, steps).iter().map(|&l| left(&schedule, steps, l)).collect();
        findings.near(
            format!("farthest that a product is from ±1/T_K where that is its maximum, relative, {name}"),
            "Π(1 − ηₖλ) = T_K(ξ(λ))/T_K((κ+1)/(κ−1)), which is ±1/T_K at K + 1 curvatures, in turn",
            0.0,
            largest(
                (0..).zip(&products).map(|(i, p)| if i % 2 == 0 { p / bound - 1.0 } else { p / bound + 1.0 }),
            ),
            Tolerance::Absolute(1e-10),
            "near a root a factor 1 − ηλ is as small as 1/K² of the others and keeps fewer digits",
        );
    }
}

/// A quadratic with its minimum at (1, …, 1), so that errors have something to round against.
fn quadratic(curvatures: &[f64]) -> DiagonalQuadratic {
    let linear: Vec<f64> = curvatures.iter().map(|a| -a).collect();
    DiagonalQuadratic::new(curvatures, linear, 0.0).expect("finite curvatures")
}

/// max |e| after every step of a real run that starts with e = 1 everywhere.
fn errors(curvatures: &[f64], schedule: impl Schedule, steps: u64) -> Vec<f64> {
    let method = Scheduled { rule: GradientDescent, schedule };
    let start = vec![2.0; curvatures.len()];
    let mut trace = Trace::with_points();
    minimize(&quadratic(curvatures), &method, &start, Stop::after(steps), trace.observer())
        .expect("constants that can be used");
    trace.points.iter().map(|w| largest(w.iter().map(|w| w - 1.0))).collect()
}

fn check_runs(findings: &mut Findings) {
    let mut table = Table::new(
        "runs on K + 1 curvatures, from e = 1 along each",
        &["κ and K", "1/T_K", "max |e| after K steps", "the best constant rate leaves"],
    );
    for (condition, steps) in
        [(10.0, 4), (10.0, 16), (100.0, 16), (100.0, 32), (1000.0, 64), (1000.0, 128), (1e4, 256)]
    {
        let bound = bound(condition, steps);
        let run = errors(&extremes(condition, steps), chebyshev(condition, steps), steps);
        let measured = run[steps as usize];
        findings.near(
            format!("max |e| after K steps, κ = {condition}, K = {steps}"),
            "1/T_K((κ+1)/(κ−1))",
            bound,
            measured,
            Tolerance::Relative(1e-7),
            "rounding of iterates near 1 is 1e-16 a step and is magnified by less than 1000, against 1/T_K > 1e-5",
        );
        let constant = powi((condition - 1.0) / (condition + 1.0), steps);
        table.row([
            format!("{condition}, {steps}"),
            significant(bound, 6),
            significant(measured, 6),
            significant(constant, 6),
        ]);
    }
    findings.tables.push(table);
}

// The orders, on a quadratic whose axes are tilted: there the rounding of a large component reaches all the others.
// κ and K are such that 1/T_K is still 6e-4.
const CONDITION: f64 = 1000.0;
const STEPS: u64 = 128;

/// The same rates, largest first or smallest first.
fn sorted(falling: bool) -> impl Schedule {
    let schedule = chebyshev(CONDITION, STEPS);
    let mut rates: Vec<f64> = (0..STEPS).map(|k| schedule.rate(k)).collect();
    rates.sort_by(|a, b| if falling { b.total_cmp(a) } else { a.total_cmp(b) });
    OfStep(move |k| rates[k as usize])
}

/// The largest component along an eigenvector after every step, from 1 along each.
fn tilted_errors(tilted: &Tilted, schedule: impl Schedule) -> Vec<f64> {
    let method = Scheduled { rule: GradientDescent, schedule };
    let start = tilted.point(&vec![1.0; tilted.eigenvalues.len()]);
    let mut trace = Trace::with_points();
    minimize(&tilted.quadratic, &method, &start, Stop::after(STEPS), trace.observer())
        .expect("constants that can be used");
    trace.points.iter().map(|w| largest(tilted.components(w))).collect()
}

/// log₁₀ of the largest |Π(1 − ηₖλ)| over the first steps, any number of them, at any of the curvatures.
fn highest(schedule: &dyn Schedule, curvatures: &[f64]) -> f64 {
    curvatures.iter().fold(0.0_f64, |highest, curvature| {
        let mut sum = 0.0;
        (0..STEPS).fold(highest, |highest, k| {
            sum += log10((1.0 - schedule.rate(k) * curvature).abs());
            if sum > highest { sum } else { highest }
        })
    })
}

fn check_orders(findings: &mut Findings) {
    let curvatures = extremes(CONDITION, STEPS);
    let (falling, rising, alternating) = (sorted(true), sorted(false), chebyshev(CONDITION, STEPS));
    let peak = |errors: &[f64]| log10(largest(errors.iter().copied()));
    let tilted = Tilted::new(curvatures.clone());
    let by_falling = tilted_errors(&tilted, &falling);
    let by_rising = tilted_errors(&tilted, &rising);
    let by_order = tilted_errors(&tilted, alternating);
    let formula = "the largest |Π(1 − ηₖλ)| over the first k steps";
    const WHY: &str = "at the peak rounding is still relative to what is there";
    findings.near(
        "log₁₀ of the largest error on the way, falling rates",
        formula,
        highest(&falling, &curvatures),
        peak(&by_falling),
        Tolerance::Absolute(1e-3),
        WHY,
    );
    findings.near(
        "log₁₀ of the largest error on the way, Lebedev's and Finogenov's order",
        formula,
        highest(&alternating, &curvatures),
        peak(&by_order),
        Tolerance::Absolute(1e-3),
        WHY,
    );
    // Rising rates are falling ones read backwards, so what those multiply the start by, these do to a rounding on the way.
    let end = |errors: &[f64]| errors[STEPS as usize];
    let bound = bound(CONDITION, STEPS);
    findings.near(
        "max |e| after 128 steps, Lebedev's and Finogenov's order",
        "1/T_K((κ+1)/(κ−1))",
        bound,
        end(&by_order),
        Tolerance::Relative(1e-7),
        "128 steps of 129 products each, rounded at iterates of up to 240, against 6e-4",
    );
    findings.breaks(
        "digits that falling rates are off by after 128 steps",
        "0: in exact arithmetic the order does not matter",
        0.0,
        lost(end(&by_falling), bound),
    );
    findings.breaks(
        "digits that rising rates are off by after 128 steps",
        "0: in exact arithmetic the order does not matter",
        0.0,
        lost(end(&by_rising), bound),
    );
    let mut table = Table::new(
        "the same 128 rates in three orders, κ = 1000",
        &["order", "largest |Π| on the way, by the formula", "max |e| in the end is the right one"],
    );
    for (name, schedule, errors) in [
        ("falling", &falling as &dyn Schedule, &by_falling),
        ("rising", &rising, &by_rising),
        ("Lebedev and Finogenov", &alternating, &by_order),
    ] {
        let is_right = (end(errors) / bound - 1.0).abs() < 1e-6;
        let highest = highest(schedule, &curvatures);
        table.row([
            name.to_owned(),
            format!("10^{}", significant(highest, 3)),
            if is_right { "yes" } else { "no: no digit of it" }.to_owned(),
        ]);
    }
    findings.tables.push(table);
}

/// By how many powers of ten, downwards rounded: what rounding leaves has no digits worth printing.
fn lost(measured: f64, right: f64) -> f64 {
    (log10(measured / right) / 5.0).floor() * 5.0
}

/// The worst that K steps of a schedule leave of an error, over the curvatures of a grid.
fn worst(schedule: &dyn Schedule, steps: u64, curvatures: &[f64]) -> f64 {
    let rates: Vec<f64> = (0..steps).map(|k| schedule.rate(k)).collect();
    curvatures.iter().fold(0.0, |worst, &curvature| {
        let left = rates.iter().fold(1.0, |left: f64, rate| left * (1.0 - rate * curvature)).abs();
        if left > worst { left } else { worst }
    })
}

/// The least of f over a logarithmic grid, refined around the best place of it.
fn tuned(low: f64, high: f64, count: u32, f: impl Fn(f64) -> f64) -> f64 {
    let grid = log_spaced(low, high, count);
    let values: Vec<f64> = grid.iter().map(|&x| f(x)).collect();
    let best = (0..grid.len()).min_by(|&i, &j| values[i].total_cmp(&values[j])).unwrap_or(0);
    let (from, to) = (grid[best.saturating_sub(1)], grid[(best + 1).min(grid.len() - 1)]);
    f(exp(lowest(ln(from), ln(to), |x| f(exp(x))))).min(values[best])
}

const FAMILIES: [&str; 5] = ["constant", "linear", "quadratic", "exponential", "one drop to a tenth"];

/// K, and what the schedules of every family leave at worst, tuned for just that; last Chebyshev's bound.
type Gains = Vec<(u64, [f64; 5], f64)>;

fn gains(condition: f64, counts: &[u64]) -> Gains {
    let mu = L / condition;
    let curvatures = log_spaced(mu, L, 101);
    let (low, high) = (0.5 / L, 2.0 / mu);
    counts
        .iter()
        .map(|&steps| {
            let by_rate = |make: &dyn Fn(f64) -> Box<dyn Schedule>| {
                tuned(low, high, 161, |rate| worst(&*make(rate), steps, &curvatures))
            };
            let constant = by_rate(&|rate| Box::new(Constant { rate }));
            let linear = by_rate(&|rate| Box::new(LinearDecay { rate, ..LinearDecay::default() }));
            let quadratic = by_rate(&|rate| Box::new(QuadraticDecay { rate }));
            let exponential = log_spaced(1e-3, 3.0, 41).into_iter().fold(f64::INFINITY, |best, decay| {
                let grid = log_spaced(low, high, 161).into_iter();
                grid.fold(best, |best, rate| {
                    best.min(worst(&ExponentialDecay { rate, decay }, steps, &curvatures))
                })
            });
            let drop = (1..steps.max(2)).fold(f64::INFINITY, |best, at| {
                let grid = log_spaced(low, high, 161).into_iter();
                grid.fold(best, |best, rate| {
                    let schedule = MultiStep { rate, factor: 0.1, milestones: vec![at] };
                    best.min(worst(&schedule, steps, &curvatures))
                })
            });
            (steps, [constant, linear, quadratic, exponential, drop], bound(condition, steps))
        })
        .collect()
}

fn best_of(residuals: &[f64; 5]) -> f64 {
    residuals.iter().copied().fold(f64::INFINITY, f64::min)
}

fn check_gains(findings: &mut Findings, condition: f64, gains: &Gains) {
    let mut head = vec!["K"];
    head.extend(FAMILIES);
    head.extend(["1/T_K", "gain over the best"]);
    let mut table =
        Table::new(format!("worst case after K steps, κ = {condition}, each family tuned for it"), &head);
    for (steps, residuals, bound) in gains {
        let mut cells = vec![steps.to_string()];
        cells.extend(residuals.iter().chain([bound]).map(|x| significant(*x, 3)));
        cells.push(significant(best_of(residuals) / bound, 3));
        table.row(cells);
    }
    findings.tables.push(table);
    findings.at_most(
        "largest ratio of 1/T_K to what a tuned decay leaves",
        "1: Chebyshev's rates are the best there are",
        1.0,
        largest(gains.iter().map(|(_, residuals, bound)| bound / best_of(residuals))),
        1e-3,
        "a grid of 101 curvatures misses a little of the worst case",
    );
    for (steps, residuals, _) in gains.iter().filter(|(steps, _, _)| [10, 26].contains(steps)) {
        findings.near(
            format!("what the best constant rate leaves at worst, κ = {condition}, K = {steps}"),
            "((κ−1)/(κ+1))ᴷ",
            powi((condition - 1.0) / (condition + 1.0), *steps),
            residuals[0],
            Tolerance::Relative(1e-9),
            "the tuning is exact where the worst case is at both ends",
        );
    }
    let gain = |k: u64, of: &dyn Fn(&[f64; 5]) -> f64| {
        gains
            .iter()
            .find(|(steps, _, _)| *steps == k)
            .map_or(f64::NAN, |(_, residuals, bound)| of(residuals) / bound)
    };
    findings.near(
        "gain over the best constant rate at K = 26 = 2.6√κ",
        "((κ−1)/(κ+1))ᴷ T_K((κ+1)/(κ−1)), which passes 50 there",
        powi((condition - 1.0) / (condition + 1.0), 26) / bound(condition, 26),
        gain(26, &|residuals| residuals[0]),
        Tolerance::Relative(1e-9),
        "as above",
    );
    for (k, least) in [(10, 2.0), (20, 10.0), (32, 50.0)] {
        findings.breaks(
            format!("gain over the best of all five families at K = {k}"),
            "it begins near K = √κ and grows as fast as T_K",
            least,
            gain(k, &best_of),
        );
    }
}

fn figure(gains: &Gains) -> Figure {
    let curvatures = extremes(CONDITION, STEPS);
    let series = |errors: Vec<f64>| (0..).zip(errors).map(|(k, e)| (f64::from(k), e)).collect::<Vec<_>>();
    let last = STEPS as f64;
    let tilted = Tilted::new(curvatures);
    let left_panel = Panel::new(
        "The same 128 rates, κ = 1000",
        Axis::linear("step k", 0.0, last),
        Axis::logarithmic("max |e|", 1e-6, 1e66),
    )
    .line(series(tilted_errors(&tilted, sorted(true))), Ink::Wrong)
    .line(series(tilted_errors(&tilted, sorted(false))), Ink::Series(1))
    .line(series(tilted_errors(&tilted, chebyshev(CONDITION, STEPS))), Ink::Series(0))
    .label((28.0, 1e50), Anchor::Left, "falling", Ink::Wrong)
    .label((100.0, 1e16), Anchor::Left, "rising", Ink::Series(1))
    .label((64.0, 1e3), Anchor::Above, "in turn", Ink::Series(0));

    let mu = L / 100.0;
    let mut middle = Panel::new(
        "What 16 steps leave, κ = 100",
        Axis::logarithmic("λ/L", mu, L),
        Axis::linear("Π(1 − ηₖλ)", -0.6, 1.0),
    )
    .line([(mu, 0.0), (L, 0.0)], Ink::Quiet);
    let constant = Constant { rate: 2.0 / (L + mu) };
    let cheb = chebyshev(100.0, 16);
    for (schedule, ink) in [(&constant as &dyn Schedule, Ink::Series(1)), (&cheb, Ink::Series(0))] {
        middle = middle.line(spaced(ln(mu), ln(L), 400).map(|x| (exp(x), left(schedule, 16, exp(x)))), ink);
    }
    let bound = bound(100.0, 16);
    let middle = middle
        .dashed([(mu, bound), (L, bound)], Ink::Theory)
        .dashed([(mu, -bound), (L, -bound)], Ink::Theory)
        .label((0.03, 0.65), Anchor::Right, "constant 2/(L+μ)", Ink::Series(1))
        .label((0.1, -bound), Anchor::Below, "Chebyshev: ±1/T_K", Ink::Series(0));

    let mut right = Panel::new(
        "κ = 100: what a family leaves at worst",
        Axis::linear("K", 0.0, 32.0),
        Axis::logarithmic("max over [μ, L]", 2e-3, 1.1),
    )
    .line(gains.iter().map(|(k, _, bound)| (*k as f64, *bound)), Ink::Series(0));
    right = right.label((21.0, 0.04), Anchor::Right, "Chebyshev", Ink::Series(0));
    for (family, name) in FAMILIES.into_iter().enumerate() {
        let ink = Ink::Series(family as u8 + 1);
        right = right
            .line(gains.iter().map(|(k, residuals, _)| (*k as f64, residuals[family])), ink)
            // A legend, in the corner that stays empty.
            .label((1.0, exp(ln(0.03) - 0.5 * family as f64)), Anchor::Right, name, ink);
    }
    Figure {
        id: "best-rates",
        caption: "Left: in exact arithmetic the order of the rates does not matter; on a computer falling rates pass through \
                  huge errors and rising ones magnify their rounding, and only Lebedev's and Finogenov's order arrives. Middle: \
                  Chebyshev's polynomial is as good for the flattest direction as for the steepest. Right: every family of the \
                  lecture, tuned for the worst case, beside it."
            .to_owned(),
        panels: vec![left_panel, middle, right],
        columns: 3,
    }
}

//! R34: descent on a convex function that has no minimum.

use thalweg_numerics::{exp, ln, logistic, pow, softplus};
use thalweg_problem::{Differentiable, from_fn};

use crate::descend::{descend, largest, lowest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::walk::Path;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "without-a-minimum-the-gap-is-one-over-k",
    number: 34,
    slides: Slides(&[(62, 64)]),
    chapter: Chapter::Convergence,
    claim: "On ln(1 + e⁻ʷ), which is convex, Lipschitz smooth and without a minimum, f(wₖ) − f* falls in proportion to \
            1/k, and inversely in proportion to the rate.",
    correction: None,
    source: "on ln(1 + e⁻ʷ) a step adds η/(1 + eʷ) to w, so that eʷ grows by η + O(e⁻ʷ) a step: eʷ = ηk + O(ln k), and \
             f = e⁻ʷ + O(e⁻²ʷ)",
    errata: &[Erratum {
        slides: Slides(&[(64, 64)]),
        flag: Flag::Imprecise,
        printed: "The bound on f(wₖ) − f* by the distance ‖w₀ − w*‖ of the start from the minimum.",
        correct: "There need not be a minimum: f* may be a limit at infinity, as it is for logistic regression on data \
                  that can be separated. For every w and η ≤ 1/L, f(wₖ) ≤ f(w) + ‖w₀ − w‖²/(2ηk); here the best w \
                  moves out as ln k, and the bound is of the order (ln k)²/k.",
        measured_by: "w − ln(ηk) at k = 100000, η = 1",
    }],
    code: file!(),
    puts_to_the_test: &["crates/first-order/src/gradient_descent.rs", "crates/numerics/src/elementary.rs"],
    run,
    full: None,
};

/// The last is 1/L: f'' = σ(w)σ(−w) is at most ¼.
const RATES: [f64; 3] = [0.25, 1.0, 4.0];
const AT: [u64; 3] = [1_000, 10_000, 100_000];
const STEPS: u64 = AT[2];

/// f(w) = ln(1 + e⁻ʷ): convex, smooth with L = ¼, f* = 0 at no w.
fn logistic_loss() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = -logistic(-w[0]);
        softplus(-w[0])
    })
}

fn run() -> Findings {
    const WHY: &str = "what eʷ = ηk leaves out is (η/2 − 1) ln k, with |η/2 − 1| ≤ 1, and a constant of the size of a \
                       step or two: relative to ηk at most (ln k + 2η)/(ηk)";
    let mut findings = Findings::default();
    let mut table = Table::new(
        "ln(1 + e⁻ʷ) from w₀ = 0",
        &["η, k", "gap", "ηk times the gap", "w", "ln(ηk)", "gap over the best bound"],
    );
    for rate in RATES {
        let path = descend(&logistic_loss(), rate, &[0.0], STEPS);
        for k in AT {
            let (steps, w, gap) = (k as f64, path.points[k as usize][0], path.values[k as usize]);
            let left_out = Tolerance::Absolute((ln(steps) + 2.0 * rate) / (rate * steps));
            let name = format!("at k = {k}, η = {rate}");
            findings.near(
                format!("ηk times the gap {name}"),
                "1, in the limit",
                1.0,
                rate * steps * gap,
                left_out,
                WHY,
            );
            findings.near(
                format!("w − ln(ηk) {name}"),
                "0, in the limit",
                0.0,
                w - ln(rate * steps),
                left_out,
                WHY,
            );
            let numbers = [gap, rate * steps * gap, w, ln(rate * steps), gap / best_bound(rate, k)];
            table.row(
                [format!("{rate}, {k}")].into_iter().chain(numbers.map(|number| significant(number, 6))),
            );
        }
        let over_bound = |&k: &u64| path.values[k as usize] / best_bound(rate, k);
        findings.at_most(
            format!("largest gap over the bound that needs no minimum, η = {rate}"),
            "the least f(w) + (w₀ − w)²/(2ηk) over w; 51 steps from k = 1 to 100000",
            1.0,
            largest(decades(51).iter().map(over_bound)),
            1e-12,
            "rounding; the bound is not reached",
        );
    }
    findings.tables.push(table);
    check_start(&mut findings);
    findings.figures.push(running_off());
    findings
}

/// From where the gap is seven times larger at first it is the same in the end: 1/(ηk) knows no start.
fn check_start(findings: &mut Findings) {
    let gaps = |w0: f64| descend(&logistic_loss(), 1.0, &[w0], STEPS).values;
    let (near, far) = (gaps(0.0), gaps(-5.0));
    let last = STEPS as usize;
    findings.near(
        "gap from w₀ = −5 over gap from w₀ = 0 at k = 100000, η = 1",
        "1, and not the ratio of the gaps at the start",
        1.0,
        far[last] / near[last],
        Tolerance::Absolute(2.0 * (ln(STEPS as f64) + 2.0) / STEPS as f64),
        "each gap times k is 1 to within (ln k + 2)/k",
    );
    findings.near(
        "gap at the start from w₀ = −5 over that from w₀ = 0",
        "ln(1 + e⁵)/ln 2",
        ln(1.0 + exp(5.0)) / ln(2.0),
        far[0] / near[0],
        Tolerance::Relative(1e-14),
        "two logarithms and a quotient",
    );
}

/// The least of f(w) + (w₀ − w)²/(2ηk) over all w, for w₀ = 0.
fn best_bound(rate: f64, k: u64) -> f64 {
    let bound = |w: f64| softplus(-w) + w * w / (2.0 * rate * k as f64);
    bound(lowest(0.0, 30.0, bound))
}

/// So many steps from 1 to 10⁵, evenly in the logarithm.
fn decades(count: u32) -> Vec<u64> {
    spaced(0.0, 5.0, count).map(|decade| pow(10.0, decade).round() as u64).collect()
}

fn running_off() -> Figure {
    let paths: Vec<(f64, Path)> =
        RATES.iter().map(|&rate| (rate, descend(&logistic_loss(), rate, &[0.0], STEPS))).collect();
    let ks = decades(101);
    let k_axis = || Axis::logarithmic("step k", 1.0, 1e7);
    let mut gap = Panel::new("The gap falls as 1/(ηk)", k_axis(), Axis::logarithmic("f(wₖ) − f*", 1e-6, 2.0));
    let mut point = Panel::new("The point runs off as ln(ηk)", k_axis(), Axis::linear("wₖ", 0.0, 14.0));
    let bound = ks.iter().map(|&k| (k as f64, best_bound(RATES[1], k)));
    gap = gap.line(bound, Ink::Theory).label(
        (STEPS as f64, 5.3e-4),
        Anchor::Right,
        "bound, η = 1",
        Ink::Theory,
    );
    for (series, (rate, path)) in (0..).zip(&paths) {
        let ink = Ink::Series(series);
        let last = STEPS as f64;
        let text = || format!("η = {rate}");
        let theory = |f: &dyn Fn(f64) -> f64| {
            let right_of_start = ks.iter().map(|&k| k as f64).filter(|k| rate * k >= 1.0);
            right_of_start.map(|k| (k, f(rate * k))).collect::<Vec<_>>()
        };
        gap = gap
            .dashed(theory(&|product| 1.0 / product), Ink::Theory)
            .line(ks.iter().map(|&k| (k as f64, path.values[k as usize])), ink)
            .label((last, 1.0 / (rate * last)), Anchor::Right, text(), ink);
        point = point
            .dashed(theory(&|product| ln(product)), Ink::Theory)
            .line(ks.iter().map(|&k| (k as f64, path.points[k as usize][0])), ink)
            .label((last, ln(rate * last)), Anchor::Right, text(), ink);
    }
    Figure {
        id: "running-off",
        caption: "ln(1 + e⁻ʷ) has no minimum. The gap to its infimum 0 falls as 1/(ηk) (left, dashed), in proportion to \
                  1/k and inversely to the rate, as slide 64 says; the bound that holds without a minimum (gray) \
                  is above by a factor of some (ln k)²/2. The point never arrives: it moves out as ln(ηk) (right, dashed)."
            .to_owned(),
        panels: vec![gap, point],
        columns: 2,
    }
}

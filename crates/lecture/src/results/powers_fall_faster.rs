//! R33: how fast descent falls on |w|ᵖ, where 1/k is an envelope and no law.

use thalweg_numerics::{log10, pow};
use thalweg_objectives::Power;

use crate::descend::{descend, largest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "one-over-k-is-an-envelope-of-powers",
    number: 33,
    slides: Slides(&[(62, 64)]),
    chapter: Chapter::Convergence,
    claim: "On a convex function that is Lipschitz smooth and not strongly convex the guarantees are weak, if there \
            are any: descent is very slow, f(wₖ) − f* ∝ 1/k.",
    correction: Some(Correction {
        statement: "There always is a guarantee where there is a minimum: f(wₖ) − f* ≤ ‖w₀ − w*‖²/(2ηk) for η ≤ 1/L. \
                    It is the upper envelope of all such functions, and each falls faster in the end, because the \
                    gaps have a finite sum: |w|ᵖ as k to the power −p/(p − 2).",
        refuted_by: "the gap of |w|⁴ falls with a higher power of 1/k than the first",
    }),
    source: "a step takes w to w(1 − ηp wᵖ⁻²), so that w to the power 2 − p grows by (p − 2)ηp a step while w is small; \
             for the sum, f(wₖ₊₁) − f* ≤ (‖wₖ − w*‖² − ‖wₖ₊₁ − w*‖²)/(2η) for η ≤ 1/L",
    errata: &[
        Erratum {
            slides: Slides(&[(62, 63)]),
            flag: Flag::Imprecise,
            printed: "Convex and Lipschitz smooth: weaker convergence guarantees, if any.",
            correct: "There is one for every such function that has a minimum: f(wₖ) − f* ≤ ‖w₀ − w*‖²/(2ηk) for \
                      η ≤ 1/L.",
            measured_by: "largest gap over R²/(2ηk), k ≤ 100000, five powers",
        },
        Erratum {
            slides: Slides(&[(64, 64)]),
            flag: Flag::OverClaim,
            printed: "f(wₖ) − f* ∝ 1/k for generic smooth convex functions.",
            correct: "An upper bound over all of them. On no single one that has a minimum is the gap proportional to \
                      1/k: the gaps would have an infinite sum.",
            measured_by: "largest sum of the gaps over R²/(2η), k ≤ 100000, five powers",
        },
    ],
    code: file!(),
    puts_to_the_test: &["crates/first-order/src/gradient_descent.rs", "crates/objectives/src/power.rs"],
    run,
    full: None,
};

const EXPONENTS: [f64; 5] = [3.0, 4.0, 6.0, 10.0, 30.0];
/// w₀; the minimum is at 0, so this is R too.
const START: f64 = 1.0;
/// Where the slope is measured: between these two steps.
const FROM: u64 = 10_000;
const STEPS: u64 = 100_000;

/// A run on |w|ᵖ at the rate 1/L.
struct Fall {
    p: f64,
    rate: f64,
    /// f(wₖ) − f* for k = 0..=STEPS.
    gaps: Vec<f64>,
}

impl Fall {
    fn on_power(p: f64) -> Self {
        // L = p(p − 1), the curvature at 1. It is the largest on [−1, 1], which no step leaves.
        let rate = 1.0 / (p * (p - 1.0));
        let power = Power::new(1, p).expect("p is above 1");
        Self { p, rate, gaps: descend(&power, rate, &[START], STEPS).values }
    }

    /// −p/(p − 2)
    fn predicted_slope(&self) -> f64 {
        -self.p / (self.p - 2.0)
    }

    fn measured_slope(&self) -> f64 {
        let [from, to] = [FROM, STEPS].map(|k| log10(self.gaps[k as usize]));
        (to - from) / (log10(STEPS as f64) - log10(FROM as f64))
    }

    /// ((p − 2)ηp k) to the power −p/(p − 2).
    fn asymptote(&self, k: f64) -> f64 {
        pow((self.p - 2.0) * self.rate * self.p * k, self.predicted_slope())
    }

    /// R²/(2η), which every bound here is a multiple of.
    fn unit(&self) -> f64 {
        START * START / (2.0 * self.rate)
    }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let falls = EXPONENTS.map(Fall::on_power);
    let mut table = Table::new(
        "|w|ᵖ from 1 at η = 1/L = 1/(p(p − 1))",
        &[
            "p",
            "slope in log-log, predicted",
            "measured, k = 10⁴ to 10⁵",
            "gap at k = 10⁵",
            "over R²/(2ηk)",
            "sum of gaps over R²/(2η)",
        ],
    );
    for fall in &falls {
        let Fall { p, gaps, .. } = fall;
        let (last, steps) = (gaps[STEPS as usize], STEPS as f64);
        findings.near(
            format!("slope of log f over log k, p = {p}"),
            "−p/(p − 2)",
            fall.predicted_slope(),
            fall.measured_slope(),
            Tolerance::Absolute(0.005),
            "the next term of the expansion is ln k/k of the first: about 1e-3 at k = 10⁴, over one decade of k",
        );
        findings.near(
            format!("gap at k = 100000, p = {p}"),
            "((p − 2)k/(p − 1)) to the power −p/(p − 2)",
            fall.asymptote(steps),
            last,
            Tolerance::Relative(2e-3),
            "the next term is ln k/k of the first, 1e-4, times a factor of the order of the power",
        );
        let sum = gaps[1..].iter().sum::<f64>() / fall.unit();
        let numbers = [fall.predicted_slope(), fall.measured_slope(), last, last * steps / fall.unit(), sum];
        table.row([p.to_string()].into_iter().chain(numbers.map(|number| significant(number, 6))));
    }
    findings.tables.push(table);
    findings.breaks(
        "the gap of |w|⁴ falls with a higher power of 1/k than the first",
        "the power, which would be 1 if the gap were proportional to 1/k",
        1.0,
        -falls[1].measured_slope(),
    );

    let over_all = |number: &dyn Fn(&Fall) -> f64| largest(falls.iter().map(number));
    findings.at_most(
        "largest gap over R²/(2ηk), k ≤ 100000, five powers",
        "f(wₖ) − f* ≤ R²/(2ηk)",
        1.0,
        over_all(&|fall| {
            largest((1..).zip(&fall.gaps[1..]).map(|(k, gap)| gap * f64::from(k) / fall.unit()))
        }),
        1e-12,
        "rounding; the bound is not reached",
    );
    findings.at_most(
        "largest sum of the gaps over R²/(2η), k ≤ 100000, five powers",
        "Σ (f(wₖ) − f*) ≤ R²/(2η), the sum of what the distance loses",
        1.0,
        over_all(&|fall| fall.gaps[1..].iter().sum::<f64>() / fall.unit()),
        1e-12,
        "100 000 additions of numbers that fall; the bound is not reached",
    );
    findings.figures.push(fan(&falls));
    findings
}

fn fan(falls: &[Fall]) -> Figure {
    let ks: Vec<u64> = spaced(0.0, 5.0, 121).map(|decade| pow(10.0, decade).round() as u64).collect();
    let mut panel = Panel::new(
        "|w|ᵖ from w₀ = 1, η = 1/L",
        Axis::logarithmic("step k", 1.0, 2e6),
        Axis::logarithmic("(f(wₖ) − f*) / (R²/(2η))", 3e-16, 3.0),
    )
    .line([(1.0, 1.0), (STEPS as f64, 1.0 / STEPS as f64)], Ink::Wrong)
    .label((1.5e3, 3e-3), Anchor::Right, "1/k: no gap is above", Ink::Wrong);
    // Beside the ends of the lines, where those of p = 6, 10 and 30 almost meet.
    let label_at = [(1e5, 2.7e-15), (1e5, 3.8e-11), (1e5, 1.3e-9), (1e5, 4e-8), (1.2, 1.5e-5)];
    for (series, (fall, label_at)) in (0..).zip(falls.iter().zip(label_at)) {
        let ink = Ink::Series(series);
        let at = |k: f64, gap: f64| (k, gap / fall.unit());
        panel = panel
            .dashed([10.0, STEPS as f64].map(|k| at(k, fall.asymptote(k))), Ink::Theory)
            .line(ks.iter().map(|&k| at(k as f64, fall.gaps[k as usize])), ink)
            .label(label_at, Anchor::Right, format!("p = {}", fall.p), ink);
    }
    Figure {
        id: "fan",
        caption: "The higher the power, the flatter the bottom and the slower the fall: straight lines with the slope \
                  −p/(p − 2) (dashed). All of them lie below 1/k and fall more steeply, and the slope tends to −1 as p \
                  grows: 1/k is what no such function exceeds, not what one of them follows."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

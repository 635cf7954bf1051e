//! R32: how slow gradient descent can be on a smooth convex function, and the bound that slide 64 prints for it.

use thalweg_numerics::powi;
use thalweg_objectives::{DiagonalQuadratic, Huber};
use thalweg_problem::Differentiable;

use crate::descend::{descend, largest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "smooth-convex-descent-is-one-over-k",
    number: 32,
    slides: Slides(&[(64, 64)]),
    chapter: Chapter::Convergence,
    claim: "On a Lipschitz-smooth convex function f(wₖ) − f* falls in proportion to (f(w₀) − f*)/k and is at most \
            ‖w₀ − w*‖/(2ηk).",
    correction: Some(Correction {
        statement: "f(wₖ) − f* ≤ ‖w₀ − w*‖²/(2ηk) for 0 < η ≤ 1/L, with the norm squared. At η = 1/L the worst case \
                    is L‖w₀ − w*‖²/(4k + 2), reached on a Huber function. The gap at the start cannot stand in for \
                    the distance.",
        refuted_by: "the bound as printed is broken at k = 1, ‖w₀ − w*‖ = 10",
    }),
    source: "Y. Drori and M. Teboulle, Mathematical Programming 145 (2014) 451–482, for the tight constant; on the \
             Huber function with δ = R/(2k + 1) each of k steps moves by δ, which gives the gap in closed form",
    errata: &[
        Erratum {
            slides: Slides(&[(64, 64)]),
            flag: Flag::Wrong,
            printed: "f(wₖ) − f* ≤ ‖w₀ − w*‖ / (2ηk)",
            correct: "The norm must be squared; as printed, the two sides do not even scale alike.",
            measured_by: "the bound as printed is broken at k = 1, ‖w₀ − w*‖ = 10",
        },
        Erratum {
            slides: Slides(&[(64, 64)]),
            flag: Flag::Imprecise,
            printed: "The gap is inversely proportional to the rate, with no condition on the rate.",
            correct: "For every function the bound is certain for η ≤ 1/L only. Well below 2/L, where gradient descent \
                      still converges on the parabola, the parabola breaks it.",
            measured_by: "the squared bound is broken at η = 1.9/L on the parabola",
        },
        Erratum {
            slides: Slides(&[(64, 64)]),
            flag: Flag::OverClaim,
            printed: "f(wₖ) − f* ∝ (f(w₀) − f*)/k",
            correct: "No constant works: at one distance the gap at the start can be as small as one likes.",
            measured_by: "k times the share of the first gap that is left after k = 100 steps",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/huber.rs",
        "crates/objectives/src/diagonal_quadratic.rs",
    ],
    run,
    full: None,
};

/// L, the Lipschitz constant of every gradient here.
const L: f64 = 1.0;
/// The k for which a worst function is built.
const WORST_AT: [u64; 4] = [1, 5, 20, 100];
/// R = ‖w₀ − w*‖. Not 1: a distance of 1 would hide a missing square.
const DISTANCES: [f64; 2] = [1.0, 10.0];
const STEPS: u64 = 200;

fn run() -> Findings {
    let mut findings = Findings::default();
    check_printed_bound(&mut findings);
    check_fast_rates(&mut findings);
    check_share_of_first_gap(&mut findings);
    check_worst_functions(&mut findings);
    check_upper_bounds(&mut findings);
    findings.figures.push(envelope());
    findings
}

/// The bound with the norm that is not squared, where the distance is not 1.
fn check_printed_bound(findings: &mut Findings) {
    let (k, steps, distance) = (1, 1.0, DISTANCES[1]);
    let gap = gaps(&worst_function(k, distance), 1.0 / L, &[distance], k)[1];
    let over_printed = gap * 2.0 * steps / (L * distance);
    findings.breaks(
        "the bound as printed is broken at k = 1, ‖w₀ − w*‖ = 10",
        "gap over R/(2ηk), at most 1 if slide 64 were right",
        1.0,
        over_printed,
    );
    findings.near(
        "by how much the bound as printed is broken there",
        "R k/(2k + 1)",
        distance * steps / (2.0 * steps + 1.0),
        over_printed,
        Tolerance::Relative(1e-13),
        "one step",
    );
}

/// Rates between 1/L and 2/L on the parabola ½Lw², where step k leaves the share (1 − ηL)²ᵏ of the first gap.
fn check_fast_rates(findings: &mut Findings) {
    let parabola = DiagonalQuadratic::centered([L]).expect("the constant is finite");
    let over_squared = |rate: f64| {
        let gaps = gaps(&parabola, rate, &[1.0], STEPS);
        largest((1..=STEPS).map(|k| gaps[k as usize] * 2.0 * rate * k as f64))
    };
    let in_theory =
        |rate: f64| largest((1..=STEPS).map(|k| rate * L * k as f64 * powi(1.0 - rate * L, 2 * k)));

    let fast = 1.9 / L;
    findings.breaks(
        "the squared bound is broken at η = 1.9/L on the parabola",
        "gap over R²/(2ηk), the largest for k ≤ 200",
        1.0,
        over_squared(fast),
    );
    findings.near(
        "by how much the squared bound is broken there",
        "largest ηLk(1 − ηL)²ᵏ for k ≤ 200",
        in_theory(fast),
        over_squared(fast),
        Tolerance::Relative(1e-13),
        "a few steps",
    );
    let gaps = gaps(&parabola, fast, &[1.0], STEPS);
    findings.near(
        "share of the first gap that is left after 200 steps at η = 1.9/L on the parabola",
        "(1 − ηL)⁴⁰⁰: it converges",
        powi(1.0 - fast * L, 2 * STEPS),
        gaps[STEPS as usize] / gaps[0],
        Tolerance::Relative(1e-12),
        "200 steps and as many squarings, a few roundings of 1e-16 each",
    );
    findings.near(
        "the rate from which the parabola breaks the squared bound",
        "the lowest η with ηLk(1 − ηL)²ᵏ = 1 for a k ≤ 200",
        threshold(1.0 / L, 2.0 / L, |rate| in_theory(rate) <= 1.0),
        threshold(1.0 / L, 2.0 / L, |rate| over_squared(rate) <= 1.0),
        Tolerance::Relative(1e-13),
        "rounding blurs where the ratio crosses 1",
    );
}

/// What is left of the first gap, times k: a constant if the gap were proportional to (f(w₀) − f*)/k.
fn check_share_of_first_gap(findings: &mut Findings) {
    for k in WORST_AT {
        let gaps = gaps(&worst_function(k, 1.0), 1.0 / L, &[1.0], k);
        let steps = k as f64;
        findings.near(
            format!("k times the share of the first gap that is left after k = {k} steps"),
            "k(2k + 1)/(4k + 1), which would have to stay bounded",
            steps * (2.0 * steps + 1.0) / (4.0 * steps + 1.0),
            steps * gaps[k as usize] / gaps[0],
            Tolerance::Relative(1e-13),
            "k subtractions of δ, each rounded once, k at most 100",
        );
    }
}

/// The gap after k steps on the function that is worst for k.
fn check_worst_functions(findings: &mut Findings) {
    let mut table = Table::new(
        "the worst function for each k, η = 1/L",
        &[
            "k, R",
            "δ",
            "gap, predicted",
            "gap, measured",
            "over R²/(2ηk)",
            "over R/(2ηk), as printed",
            "k · gap / first gap",
        ],
    );
    for distance in DISTANCES {
        for k in WORST_AT {
            let gaps = gaps(&worst_function(k, distance), 1.0 / L, &[distance], k);
            let (steps, gap, predicted) = (k as f64, gaps[k as usize], tight(k, distance));
            findings.near(
                format!("gap after k = {k} steps on the function that is worst for it, R = {distance}"),
                "L R²/(4k + 2)",
                predicted,
                gap,
                Tolerance::Relative(1e-13),
                "k subtractions of δ, each rounded once, k at most 100",
            );
            let numbers = [
                distance / (2.0 * steps + 1.0),
                predicted,
                gap,
                gap * 2.0 * steps / (L * distance * distance),
                gap * 2.0 * steps / (L * distance),
                steps * gap / gaps[0],
            ];
            let name = format!("{k}, {distance}");
            table.row([name].into_iter().chain(numbers.map(|number| significant(number, 6))));
        }
    }
    findings.tables.push(table);
}

/// No run is above the tight bound at η = 1/L, nor above the squared one at smaller rates.
fn check_upper_bounds(findings: &mut Findings) {
    findings.at_most(
        "largest gap over the tight bound in 12 runs, k ≤ 200, η = 1/L",
        "L R²/(4k + 2)",
        1.0,
        largest_ratio(1.0 / L, tight),
        1e-12,
        "the worst functions reach the bound, up to 200 rounded steps",
    );
    for share in [1.0, 0.5, 0.1] {
        let rate = share / L;
        findings.at_most(
            format!("largest gap over the squared bound in 12 runs, k ≤ 200, η = {share}/L"),
            "R²/(2ηk)",
            1.0,
            largest_ratio(rate, |k, distance| distance * distance / (2.0 * rate * k as f64)),
            1e-12,
            "200 rounded steps",
        );
    }
}

/// L R²/(4k + 2): the largest gap that gradient descent at η = 1/L can leave after k steps from a distance R.
fn tight(k: u64, distance: f64) -> f64 {
    L * distance * distance / (4.0 * k as f64 + 2.0)
}

/// The Huber function that is worst for k steps from a distance R: its slope δ takes the iterate k steps of δ inwards
/// and leaves it at (k + 1)δ, still on the straight part.
fn worst_function(k: u64, distance: f64) -> Huber {
    Huber::new(1, distance / (2.0 * k as f64 + 1.0)).expect("δ is above 0")
}

/// f(wₖ) − f* for k = 0..=steps; every f here has f* = 0.
fn gaps<P: Differentiable>(problem: &P, rate: f64, w0: &[f64], steps: u64) -> Vec<f64> {
    descend(problem, rate, w0, steps).values
}

/// The largest ratio of a gap to its bound, from each distance over four Huber functions and two quadratics that are
/// L-smooth: 12 runs.
fn largest_ratio(rate: f64, bound: impl Fn(u64, f64) -> f64) -> f64 {
    let ratio_of =
        |gaps: &[f64], distance: f64| largest((1..=STEPS).map(|k| gaps[k as usize] / bound(k, distance)));
    let mut ratios = Vec::new();
    for distance in DISTANCES {
        for k in WORST_AT {
            let gaps = gaps(&worst_function(k, distance), rate, &[distance], STEPS);
            ratios.push(ratio_of(&gaps, distance));
        }
        // Curvatures from L down to almost flat, from a start with something in every direction.
        for curvatures in [[L, 0.1, 0.01], [L, 0.5, 0.001]] {
            let quadratic = DiagonalQuadratic::centered(curvatures).expect("the constants are finite");
            let start = [0.48, 0.6, 0.64].map(|share| share * distance);
            ratios.push(ratio_of(&gaps(&quadratic, rate, &start, STEPS), distance));
        }
    }
    largest(ratios)
}

fn envelope() -> Figure {
    const LAST: u64 = 300;
    let distance = DISTANCES[1];
    let ks = || (1..=LAST).filter(|k| *k <= 30 || k % 5 == 0);
    let line = |f: &dyn Fn(u64) -> f64| ks().map(|k| (k as f64, f(k))).collect::<Vec<_>>();
    let mut panel = Panel::new(
        "Gap after k steps, η = 1/L, R = 10",
        Axis::logarithmic("step k", 0.8, LAST as f64),
        Axis::logarithmic("f(wₖ) − f*", 3e-3, 1e2),
    )
    .dashed(line(&|k| L * distance * distance / (2.0 * k as f64)), Ink::Theory)
    .label((2.0, L * distance * distance / 4.0), Anchor::Right, "R²/(2ηk)", Ink::Theory)
    .dashed(line(&|k| L * distance / (2.0 * k as f64)), Ink::Wrong)
    .label((9.0, 0.12), Anchor::Left, "R/(2ηk), as printed", Ink::Wrong)
    .line(line(&|k| tight(k, distance)), Ink::Theory);
    for (series, k) in (0..).zip(WORST_AT) {
        let gaps = gaps(&worst_function(k, distance), 1.0 / L, &[distance], LAST);
        let ink = Ink::Series(series);
        let touch = (k as f64, gaps[k as usize]);
        panel = panel.line(line(&|k| gaps[k as usize]), ink).dots([touch], ink).label(
            touch,
            Anchor::Above,
            format!("k = {k}"),
            ink,
        );
    }
    Figure {
        id: "envelope",
        caption: "Four runs, each on the function that is worst for one k. Each touches the tight bound LR²/(4k + 2) \
                  (solid gray) at its own k, marked by a dot, and then falls away: 1/k is an envelope, not a law that \
                  any one function follows. A line ends where its run lands on the minimum. \
                  All of them break the bound that slide 64 prints (red)."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

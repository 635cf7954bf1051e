//! R36: the function on which nothing that follows gradients is fast, and how much faster than descent one can still be.

use thalweg_driver::{Stop, Trace, minimize};
use thalweg_first_order::{MomentumSequence, Nesterov, UpdateRule};
use thalweg_krylov::ConjugateGradients;
use thalweg_numerics::{ln, powi};
use thalweg_objectives::NesterovWorst;
use thalweg_problem::{Differentiable, InvalidInput, Objective};

use crate::descend::{descend, largest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "descent-takes-one-over-epsilon-steps-and-acceleration-its-root",
    number: 36,
    slides: Slides(&[(64, 64), (134, 134)]),
    chapter: Chapter::Convergence,
    claim: "On a Lipschitz-smooth convex function gradient descent takes O(1/ε) iterations to get to within ε of the \
            minimum.",
    correction: None,
    source: "Yu. Nesterov, Introductory Lectures on Convex Optimization (2004), theorem 2.1.7, for the function and the lower \
             bound; A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183–202, theorem 4.4, for acceleration; Y. Drori \
             and M. Teboulle, Mathematical Programming 145 (2014) 451–482, for descent. In the eigenvectors of the function \
             descent is a sum of powers of cosines, which is a binomial coefficient",
    errata: &[Erratum {
        slides: Slides(&[(64, 64)]),
        flag: Flag::Imprecise,
        printed: "On smooth convex functions it takes O(1/ε) iterations to get to within ε of the solution.",
        correct: "That is gradient descent, not the functions: with the same gradients Nesterov's method takes O(1/√ε) on all \
                  of them, and no method that goes where gradients point takes fewer in order.",
        measured_by: "steps of the accelerated method against 1/ε, exponent between k = 30 and 100",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/krylov/src/conjugate_gradients.rs",
        "crates/krylov/src/state.rs",
        "crates/first-order/src/gradient_descent.rs",
        "crates/first-order/src/nesterov.rs",
        "crates/first-order/src/momentum_sequence.rs",
        "crates/objectives/src/nesterov_worst.rs",
    ],
    run,
    full: None,
};

/// L, the Lipschitz constant of the gradient. Not 1, so that a forgotten L shows.
const L: f64 = 2.0;
/// The k for which a worst function is built, in n = 2k + 1 variables.
const WORST_AT: [u64; 3] = [10, 30, 100];

fn run() -> Findings {
    let mut findings = Findings::default();
    check_gaps(&mut findings);
    check_slopes(&mut findings);
    check_steps_needed(&mut findings);
    findings.figures.push(figure());
    findings
}

/// The function that is worst for k steps.
fn worst_function(k: u64) -> NesterovWorst {
    NesterovWorst::new(2 * k as usize + 1, L).expect("n and L are above 0")
}

/// R² = ‖w₀ − w*‖² for w₀ = 0 on the function that is worst for k.
fn distance_squared(k: u64) -> f64 {
    worst_function(k).distance_squared()
}

/// f(wₖ) − f* for k = 0..=steps of linear conjugate gradients from 0.
fn conjugate_gradients(problem: &NesterovWorst, steps: u64) -> Vec<f64> {
    let (method, start) = (ConjugateGradients::default(), vec![0.0; problem.dim()]);
    let mut trace = Trace::with_points();
    minimize(problem, &method, &start, Stop::after(steps), trace.observer())
        .unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    // Evaluated, not taken from the method's recurrence; a run that ends early leaves NaN.
    trace.points.resize(steps as usize + 1, vec![f64::NAN; problem.dim()]);
    trace.points.iter().map(|w| problem.value(w) - problem.minimum()).collect()
}

/// f(wₖ) − f* for k = 0..=steps of gradient descent at η = 1/L from 0.
fn descent(problem: &NesterovWorst, steps: u64) -> Vec<f64> {
    let values = descend(problem, 1.0 / L, &vec![0.0; problem.dim()], steps).values;
    values.into_iter().map(|value| value - problem.minimum()).collect()
}

/// f(wₖ) − f* for k = 0..=steps of Nesterov's accelerated gradient at η = 1/L from 0, with the momentum of Beck and Teboulle.
fn accelerated(problem: &NesterovWorst, steps: u64) -> Vec<f64> {
    let rule = Nesterov { momentum: MomentumSequence::BeckTeboulle, ..Nesterov::default() };
    let (mut w, mut gradient) = (vec![0.0; problem.dim()], vec![0.0; problem.dim()]);
    let mut gaps = vec![problem.value(&w) - problem.minimum()];
    // Stepped by hand, because a run shows f where the gradients are taken, not at the iterates.
    let mut go = || {
        let mut state = rule.init(&w)?;
        for _ in 0..steps {
            rule.look_ahead(&mut state, &mut w)?;
            problem.value_gradient(&w, &mut gradient);
            rule.update(&mut state, &mut w, &gradient, 1.0 / L)?;
            gaps.push(problem.value(&w) - problem.minimum());
        }
        Ok::<_, InvalidInput>(())
    };
    go().unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    gaps
}

/// L/(16 (k + 1)): the least gap within the first k variables, all that k gradients reach.
fn gap_of_conjugate_gradients(k: u64) -> f64 {
    L / (16.0 * (k as f64 + 1.0))
}

/// (L/4N) Σⱼ cos⁴ᵗ⁺²(jπ/2N) over j = 1, …, N − 1, N = 2k + 2, after t steps of descent at η = 1/L.
///
/// Mode j has the curvature L sin²(jπ/2N) and begins with the amplitude √(2/N) ½ cot(jπ/2N).
fn gap_of_descent(k: u64, t: u64) -> f64 {
    let modes = 2 * k + 2;
    let cosine = |j: u64| thalweg_numerics::cos(j as f64 * std::f64::consts::PI / (2 * modes) as f64);
    L / (4.0 * modes as f64) * (1..modes).map(|j| powi(cosine(j), 4 * t + 2)).sum::<f64>()
}

/// (L/4) ((2m over m)/4ᵐ − 1/(4 (k + 1))), m = 2k + 1: the sum above for t = k.
fn gap_of_descent_after_k(k: u64) -> f64 {
    let central = (1..=2 * k + 1).map(|i| (2 * i - 1) as f64 / (2 * i) as f64).product::<f64>();
    0.25 * L * (central - 0.25 / (k as f64 + 1.0))
}

fn lower_bound(k: u64) -> f64 {
    3.0 * L * distance_squared(k) / (32.0 * powi(k as f64 + 1.0, 2))
}

fn bound_of_acceleration(k: u64) -> f64 {
    2.0 * L * distance_squared(k) / powi(k as f64 + 1.0, 2)
}

fn bound_of_descent(k: u64) -> f64 {
    L * distance_squared(k) / (4.0 * k as f64 + 2.0)
}

/// The gaps of the three methods after k steps on the function that is worst for k.
fn gaps(k: u64) -> [f64; 3] {
    let problem = worst_function(k);
    let last = |gaps: Vec<f64>| gaps[k as usize];
    [last(conjugate_gradients(&problem, k)), last(accelerated(&problem, k)), last(descent(&problem, k))]
}

fn check_gaps(findings: &mut Findings) {
    let mut table = Table::new(
        "after k steps on the function that is worst for k, n = 2k + 1, gaps over L",
        &[
            "k",
            "R²",
            "lower bound",
            "conjugate gradients",
            "accelerated",
            "its bound",
            "descent",
            "its bound ",
        ],
    );
    let (mut over_lower, mut over_acceleration, mut over_descent) = (Vec::new(), Vec::new(), Vec::new());
    for k in WORST_AT {
        let [cg, fast, slow] = gaps(k);
        findings.near(
            format!("gap of conjugate gradients after k = {k} steps"),
            "L/(16(k + 1)): the least in reach",
            gap_of_conjugate_gradients(k),
            cg,
            Tolerance::Relative(1e-10),
            "k steps of rounding, and a difference of values near L/8",
        );
        findings.near(
            format!("gap of gradient descent after k = {k} steps, η = 1/L"),
            "(L/4) (C(4k + 2, 2k + 1)/4²ᵏ⁺¹ − 1/(4k + 4))",
            gap_of_descent_after_k(k),
            slow,
            Tolerance::Relative(1e-10),
            "k steps of rounding, and a difference of values near L/8",
        );
        over_lower.extend([cg, fast, slow].map(|gap| lower_bound(k) / gap));
        over_acceleration.push(fast / bound_of_acceleration(k));
        over_descent.push(slow / bound_of_descent(k));
        let numbers = [
            distance_squared(k),
            lower_bound(k) / L,
            cg / L,
            fast / L,
            bound_of_acceleration(k) / L,
            slow / L,
            bound_of_descent(k) / L,
        ];
        table.row([k.to_string()].into_iter().chain(numbers.map(|number| significant(number, 6))));
    }
    findings.tables.push(table);
    for (name, formula, ratios) in [
        ("largest lower bound over the gap of any method", "3LR²/(32(k + 1)²)", over_lower),
        ("largest gap of the accelerated method over its bound", "2LR²/(k + 1)²", over_acceleration),
        ("largest gap of gradient descent over its bound", "LR²/(4k + 2)", over_descent),
    ] {
        findings.at_most(name, formula, 1.0, largest(ratios), 0.0, "all stay 0.5 % away from it, or more");
    }
}

/// How gap/R² falls from k = 30 to k = 100 on doubly logarithmic paper.
fn check_slopes(findings: &mut Findings) {
    let [_, early, late] = WORST_AT;
    let slope = |gap: &dyn Fn(u64) -> f64| {
        let of_distance = |k: u64| gap(k) / distance_squared(k);
        ln(of_distance(late) / of_distance(early)) / ln(late as f64 / early as f64)
    };
    let (at_early, at_late) = (gaps(early), gaps(late));
    let measured = |method: usize| slope(&|k| if k == early { at_early[method] } else { at_late[method] });
    for (name, formula, predicted, measured) in [
        (
            "slope of gap/R² from k = 30 to 100, conjugate gradients",
            "from L/(16(k + 1)): nearly −2",
            slope(&gap_of_conjugate_gradients),
            measured(0),
        ),
        (
            "slope of gap/R² from k = 30 to 100, gradient descent",
            "from the binomial coefficient: nearly −3/2",
            slope(&gap_of_descent_after_k),
            measured(2),
        ),
    ] {
        findings.near(name, formula, predicted, measured, Tolerance::Absolute(1e-9), "gaps agree to 1e-10");
    }
    findings.near(
        "slope of gap/R² from k = 30 to 100, accelerated",
        "−2, the order of its bound",
        -2.0,
        measured(1),
        Tolerance::Absolute(0.1),
        "an order, which k + 1 in place of k bends by 0.05",
    );
}

/// The steps that each method needs to be as near as conjugate gradients are after k.
fn steps_needed(k: u64) -> [u64; 3] {
    let problem = worst_function(k);
    // Between the gap of k steps and the one before, so that rounding decides nothing.
    let target = gap_of_conjugate_gradients(k) * (1.0 + 0.25 / (k as f64 + 1.0));
    let first = |gaps: Vec<f64>| gaps.iter().position(|gap| *gap <= target).map_or(u64::MAX, |at| at as u64);
    let enough = k * k + 10;
    [
        first(conjugate_gradients(&problem, k)),
        first(accelerated(&problem, enough)),
        first(descent(&problem, enough)),
    ]
}

/// The same for gradient descent, in theory.
fn steps_of_descent(k: u64) -> u64 {
    let target = gap_of_conjugate_gradients(k) * (1.0 + 0.25 / (k as f64 + 1.0));
    let (mut too_few, mut enough) = (0, k * k + 10);
    while enough - too_few > 1 {
        let middle = (too_few + enough) / 2;
        if gap_of_descent(k, middle) <= target { enough = middle } else { too_few = middle }
    }
    enough
}

fn check_steps_needed(findings: &mut Findings) {
    let mut table = Table::new(
        "steps to a gap of εLR², on the function that is worst for k",
        &["k", "ε", "conjugate gradients", "accelerated", "descent", "descent / k²"],
    );
    let epsilon = |k: u64| gap_of_conjugate_gradients(k) / (L * distance_squared(k));
    let needed = WORST_AT.map(steps_needed);
    for (k, [cg, fast, slow]) in WORST_AT.into_iter().zip(needed) {
        findings.words(
            format!("steps of conjugate gradients to where only {k} steps lead"),
            "one more variable a step, so k",
            k,
            cg,
        );
        findings.words(
            format!("steps of gradient descent to where conjugate gradients are after k = {k}"),
            "the first t with (L/4N) Σ cos⁴ᵗ⁺²(jπ/2N) at that gap, N = 2k + 2",
            steps_of_descent(k),
            slow,
        );
        let numbers = [epsilon(k), cg as f64, fast as f64, slow as f64, slow as f64 / (k * k) as f64];
        table.row([k.to_string()].into_iter().chain(numbers.map(|number| significant(number, 6))));
    }
    findings.tables.push(table);
    let [_, early, late] = WORST_AT;
    let exponent = |method: usize| {
        ln(needed[2][method] as f64 / needed[1][method] as f64) / ln(epsilon(early) / epsilon(late))
    };
    for (name, formula, predicted, measured) in [
        (
            "steps of gradient descent against 1/ε, exponent between k = 30 and 100",
            "1: O(1/ε)",
            1.0,
            exponent(2),
        ),
        (
            "steps of the accelerated method against 1/ε, exponent between k = 30 and 100",
            "1/2: O(1/√ε)",
            0.5,
            exponent(1),
        ),
    ] {
        let why =
            "an order, read off whole steps at two k, where k + 1 in place of k bends it by a few hundredths";
        findings.near(name, formula, predicted, measured, Tolerance::Absolute(0.05), why);
    }
}

fn figure() -> Figure {
    let ks: Vec<u64> = (1..=100).filter(|k| *k <= 12 || k % 4 == 0).collect();
    let measured: Vec<_> = ks.iter().map(|&k| (k, gaps(k))).collect();
    let series = |method: usize| {
        measured.iter().map(move |(k, gaps)| (*k as f64, gaps[method] / (L * distance_squared(*k))))
    };
    let bound = |f: &dyn Fn(u64) -> f64| {
        ks.iter().map(|&k| (k as f64, f(k) / (L * distance_squared(k)))).collect::<Vec<_>>()
    };
    let (cg, fast, slow) = (Ink::Series(0), Ink::Series(2), Ink::Series(1));
    let gap = Panel::new(
        "Gap after k steps, n = 2k + 1",
        Axis::logarithmic("step k", 0.9, 600.0),
        Axis::logarithmic("(f(wₖ) − f*)/(LR²)", 5e-6, 1.0),
    )
    .dashed(bound(&bound_of_acceleration), Ink::Theory)
    .label((3.2, 0.28), Anchor::Right, "2/(k + 1)²", Ink::Theory)
    .dashed(bound(&lower_bound), Ink::Theory)
    .label((0.95, 4.5e-4), Anchor::Right, "3/(32(k + 1)²)", Ink::Theory)
    .dashed(bound(&bound_of_descent), Ink::Theory)
    .label((55.0, 1.2e-2), Anchor::Above, "1/(4k + 2)", Ink::Theory)
    .line(series(2), slow)
    .label((100.0, 1.39e-4), Anchor::Right, "descent", slow)
    .line(series(1), fast)
    .label((100.0, 2.96e-5), Anchor::Right, "accelerated", fast)
    .dots(series(0), cg)
    .label((40.0, 1.3e-5), Anchor::Left, "conjugate gradients", cg);
    let needed: Vec<_> = [5, 8, 12, 20, 30, 50, 75, 100].map(|k| (k, steps_needed(k))).to_vec();
    let against = |method: usize| {
        needed.iter().map(move |(k, steps)| {
            let epsilon = gap_of_conjugate_gradients(*k) / (L * distance_squared(*k));
            (1.0 / epsilon, steps[method] as f64)
        })
    };
    let steps = Panel::new(
        "Steps to a gap of εLR²",
        Axis::logarithmic("1/ε", 2e2, 2e5),
        Axis::logarithmic("steps", 3.0, 2e4),
    )
    .line(against(2), slow)
    .dots(against(2), slow)
    .label((6.0e3, 600.0), Anchor::Left, "descent, slope 1", slow)
    .line(against(1), fast)
    .dots(against(1), fast)
    .label((1.5e5, 330.0), Anchor::Left, "accelerated, slope ½", fast)
    .line(against(0), cg)
    .dots(against(0), cg)
    .label((1.5e5, 5.5), Anchor::Left, "conjugate gradients, slope ½", cg);
    Figure {
        id: "gap-and-steps",
        caption: "Left: every k has a function of its own, on which k gradients reach k of 2k + 1 variables. Conjugate gradients \
                  (dots) do the best that is possible there and run down to the lower bound (lowest dashed line) that no \
                  method gets below; the accelerated method runs beside them, descent falls behind. \
                  Right: the steps each takes to be as near as conjugate gradients are after k; 1/ε is a \
                  property of descent, not of the functions."
            .to_owned(),
        panels: vec![gap, steps],
        columns: 2,
    }
}

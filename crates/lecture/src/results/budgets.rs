//! R48: schedules whose rates have a finite sum stop short of the minimum.

use std::f64::consts::PI;
use std::ops::ControlFlow;

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_numerics::{exp, expm1, ln, pow, sin};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::{Differentiable, from_fn};
use thalweg_schedules::{ExponentialDecay, LinearDecay, QuadraticDecay, Schedule};

use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::gamma::gamma;
use crate::logarithmic::{log_log_slope, log_spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "rates-with-a-finite-sum-stop-short",
    number: 48,
    slides: Slides(&[(99, 99), (102, 102)]),
    chapter: Chapter::FirstOrder,
    claim: "Rates that decay linearly, quadratically or exponentially are typical, and decaying rates provide convergence.",
    correction: Some(Correction {
        statement: "Only η₀/(k+1) gets to the minimum, and slowly. The other two have a finite sum, the budget: on a parabola a \
                    known share of the start is left over for good, and on a slope of 1 the run ends after the budget.",
        refuted_by: "share of the start that quadratic decay never covers, c = 0.5",
    }),
    source: "on E = ½λw² a step multiplies w by 1 − ηₖλ; with c = η₀λ Euler's product Π(1 − c/k²) = sin(π√c)/(π√c), \
             ln Π(1 − cqᵏ) = −Σ cᵐ/(m(1 − qᵐ)), and Π(1 − c/k) = Γ(n+1−c)/(Γ(1−c) n!)",
    errata: &[
        Erratum {
            slides: Slides(&[(99, 99)]),
            flag: Flag::Imprecise,
            printed: "Linear decay: η₀/(k+1).",
            correct: "That is the harmonic schedule, one over a line. A rate that decays linearly is η₀ − αk, which is 0 after \
                      finitely many steps.",
            measured_by: "slope of ln ηₖ against ln(k+1), linear decay",
        },
        Erratum {
            slides: Slides(&[(99, 99)]),
            flag: Flag::Imprecise,
            printed: "Linear, quadratic and exponential decay as typical schedules, side by side.",
            correct: "Only the first has Ση = ∞ and Ση² < ∞. The sums of the other two are finite, η₀π²/6 and η₀/(1−e^(−β)), \
                      and no run goes farther than that times its largest slope.",
            measured_by: "way of quadratic decay down a slope of 1",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/schedules/src/linear_decay.rs",
        "crates/schedules/src/quadratic_decay.rs",
        "crates/schedules/src/exponential_decay.rs",
        "crates/first-order/src/scheduled.rs",
    ],
    run,
    full: None,
};

/// λ of the parabola; the rates are c/λ.
const LAMBDA: f64 = 2.0;
const STEPS: u64 = 200_000;
const ROUNDING: &str = "200000 steps, each with a few roundings of 1e-16";

fn run() -> Findings {
    let mut findings = Findings::default();
    check_quadratic_decay(&mut findings);
    check_exponential_decay(&mut findings);
    check_linear_decay(&mut findings);
    check_slope(&mut findings);
    findings.figures.push(figure());
    findings
}

/// wₖ/w₀ on ½λw² after each of the `steps`, which ascend.
fn shares_left(schedule: impl Schedule, steps: &[u64]) -> Vec<f64> {
    let parabola = DiagonalQuadratic::centered([LAMBDA]).expect("a finite curvature");
    walk(&parabola, schedule, 1.0, steps)
}

/// The points of a run after each of the `steps`. A run that has landed where the gradient is 0 stays there.
fn walk<P: Differentiable>(problem: &P, schedule: impl Schedule, w0: f64, steps: &[u64]) -> Vec<f64> {
    let method = Scheduled { rule: GradientDescent, schedule };
    let last = steps.last().copied().unwrap_or(0);
    let mut points = Vec::new();
    let run = minimize(problem, &method, &[w0], Stop::after(last), |record| {
        if steps.get(points.len()) == Some(&record.step) {
            points.push(record.x[0]);
        }
        ControlFlow::Continue(())
    });
    let run = run.expect("the settings are constants that can be used");
    let end = if run.reason.is_converged() { run.state.point.x[0] } else { f64::NAN };
    points.resize(steps.len(), end);
    points
}

fn quadratic(c: f64) -> QuadraticDecay {
    QuadraticDecay { rate: c / LAMBDA }
}

fn exponential(c: f64, decay: f64) -> ExponentialDecay {
    ExponentialDecay { rate: c / LAMBDA, decay }
}

fn linear(c: f64) -> LinearDecay {
    LinearDecay { rate: c / LAMBDA, ..LinearDecay::default() }
}

/// sin(π√c)/(π√c) = Π (1 − c/k²), exactly 0 where √c is a whole number.
fn euler_product(c: f64) -> f64 {
    let root = c.sqrt();
    let (whole, rest) = (root.round(), root - root.round());
    let sign = if whole % 2.0 == 0.0 { 1.0 } else { -1.0 };
    if root == 0.0 { 1.0 } else { sign * sin(PI * rest) / (PI * root) }
}

/// wₖ/w₀ of quadratic decay in the limit, from the one after K steps: what is left of the product is
/// Π_{k>K} (1 − c/k²) = 1 − c/(K+½) + O((1 + c)²/K²).
fn limit_of_quadratic(c: f64, steps: u64) -> f64 {
    shares_left(quadratic(c), &[steps])[0] * (1.0 - c / (steps as f64 + 0.5))
}

fn check_quadratic_decay(findings: &mut Findings) {
    let mut table = Table::new(
        "quadratic decay on ½λw²: share of the start that is left over",
        &["c = η₀λ", "sin(π√c)/(π√c)", "measured"],
    );
    for c in [0.25, 0.5, 1.0, 1.5, 2.25, 4.0] {
        let (predicted, measured) = (euler_product(c), limit_of_quadratic(c, STEPS));
        findings.near(
            format!("w∞/w₀ with quadratic decay, c = {c}"),
            "sin(π√c)/(π√c), Euler's product",
            predicted,
            measured,
            Tolerance::Absolute(1e-10),
            ROUNDING,
        );
        // At c = 4 the rate of the second step is 1/λ, and lands up to rounding.
        let measured = if measured.abs() < 1e-11 { 0.0 } else { measured };
        table.row([c.to_string(), significant(predicted, 6), significant(measured, 6)]);
    }
    findings.tables.push(table);
    findings.breaks(
        "share of the start that quadratic decay never covers, c = 0.5",
        "0, if it converged",
        0.0,
        limit_of_quadratic(0.5, STEPS),
    );
}

/// Π_{k≥0} (1 − cqᵏ) with q = e^(−β): the first factors one by one until c < ½, and the rest by
/// −Σ cᵐ/(m(1 − qᵐ)), whose terms all have one sign.
pub(super) fn pochhammer(c: f64, beta: f64) -> f64 {
    let (mut c, mut product) = (c, 1.0);
    while c >= 0.5 {
        product *= 1.0 - c;
        c *= exp(-beta);
    }
    let (mut sum, mut power) = (0.0, 1.0);
    for m in 1..=60 {
        let m = f64::from(m);
        power *= c;
        sum += power / (m * -expm1(-beta * m));
    }
    product * exp(-sum)
}

fn check_exponential_decay(findings: &mut Findings) {
    let mut table = Table::new(
        "exponential decay on ½λw²: share of the start that is left over",
        &["c = η₀λ and β", "(c; e^(−β))∞", "measured"],
    );
    for (c, beta) in [(0.5, 1.0), (0.5, 0.1), (0.5, 0.03), (1.5, 1.0), (1.5, 0.3)] {
        // By then e^(−βk) is below 1e-39.
        let steps = (90.0 / beta) as u64;
        let (predicted, measured) = (pochhammer(c, beta), shares_left(exponential(c, beta), &[steps])[0]);
        findings.near(
            format!("w∞/w₀ with exponential decay, c = {c}, β = {beta}"),
            "(c; e^(−β))∞ = exp(−Σ cᵐ/(m(1−e^(−βm))))",
            predicted,
            measured,
            Tolerance::Relative(1e-11),
            "up to 3000 steps, each with a few roundings of 1e-16, and an exponential of exponents up to 90",
        );
        table.row([format!("{c}, {beta}"), significant(predicted, 6), significant(measured, 6)]);
    }
    findings.tables.push(table);
}

fn check_linear_decay(findings: &mut Findings) {
    let mut table = Table::new(
        "linear decay on ½λw²: share of the start that is left after n steps",
        &["c = η₀λ and n", "n^(−c)/Γ(1−c)", "measured"],
    );
    for c in [0.25, 0.5, 0.75, 1.5] {
        let ends = [1000, STEPS];
        for (n, measured) in ends.into_iter().zip(shares_left(linear(c), &ends)) {
            let steps = n as f64;
            let leading = pow(steps, -c) / gamma(1.0 - c);
            findings.near(
                format!("w_n/w₀ with linear decay, c = {c}, n = {n}"),
                "Γ(n+1−c)/(Γ(1−c) n!) = n^(−c)/Γ(1−c) · (1 − c(1−c)/2n + …)",
                leading * (1.0 - c * (1.0 - c) / (2.0 * steps)),
                measured,
                Tolerance::Relative(1.0 / (steps * steps) + 1e-9),
                "the next term of the series is below 1/n², and 200000 steps round",
            );
            table.row([format!("{c}, {n}"), significant(leading, 6), significant(measured, 6)]);
        }
    }
    findings.tables.push(table);
    findings.near(
        "slope of ln ηₖ against ln(k+1), linear decay",
        "−1: a line would end, a hyperbola does not",
        -1.0,
        log_log_slope(&[0, 9, 99, 999, 9999].map(|k| ((k + 1) as f64, linear(1.0).rate(k)))),
        Tolerance::Absolute(1e-13),
        "rounding of five quotients",
    );
}

/// |w|, whose slope is 1 everywhere but at 0.
fn cone() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = f64::from(u8::from(w[0] > 0.0)) - f64::from(u8::from(w[0] < 0.0));
        w[0].abs()
    })
}

/// Euler's and Mascheroni's constant γ, from Hₙ = ln(n+½) + γ + 1/24n² − … at n = 1000.
fn euler_gamma() -> f64 {
    let n = 1000;
    let harmonic: f64 = (1..=n).rev().fold(0.0, |sum, k| sum + 1.0 / f64::from(k));
    let middle = f64::from(n) + 0.5;
    harmonic - ln(middle) - 1.0 / (24.0 * middle * middle)
}

const BETA: f64 = 0.1;

/// A start that no schedule here reaches the end of the slope from.
const FAR: f64 = 100.0;

fn check_slope(findings: &mut Findings) {
    let tail = 1.0 / (STEPS as f64 + 0.5);
    let quadratic_way = FAR - walk(&cone(), QuadraticDecay { rate: 1.0 }, FAR, &[STEPS])[0];
    findings.near(
        "way of quadratic decay down a slope of 1",
        "η₀π²/6 = Ση, less 1/(K+½) after K steps",
        PI * PI / 6.0,
        quadratic_way + tail,
        Tolerance::Absolute(1e-9),
        "200000 small steps are taken off a number near 100, whose rounding is 1e-14; they fall on either side",
    );
    let exponential = ExponentialDecay { rate: 1.0, decay: BETA };
    let exponential_way = FAR - walk(&cone(), exponential, FAR, &[1000])[0];
    findings.near(
        "way of exponential decay down a slope of 1, β = 0.1",
        "η₀/(1−e^(−β)) = Ση",
        1.0 / -expm1(-BETA),
        exponential_way,
        Tolerance::Absolute(1e-11),
        "a thousand roundings of numbers near 100",
    );
    for (schedule, way) in [
        ("quadratic decay", QuadraticDecay { rate: 1.0 }.robbins_monro()),
        ("exponential decay", exponential.robbins_monro()),
        ("linear decay", linear(LAMBDA).robbins_monro()),
    ]
    .map(|(name, report)| (name, report.rates.sum().unwrap_or(f64::NAN)))
    {
        let measured = match schedule {
            "quadratic decay" => significant(quadratic_way + tail, 6),
            "exponential decay" => significant(exponential_way, 6),
            _ => "∞".to_owned(),
        };
        findings.words(
            format!("budget that the schedule itself reports: {schedule}"),
            "the way down the slope",
            measured,
            significant(way, 6),
        );
    }
    for distance in [3.0, 10.0] {
        let predicted = (exp(distance - euler_gamma()) - 0.5).ceil();
        let steps: Vec<u64> = (0..20_000).collect();
        let path = walk(&cone(), linear(LAMBDA), distance, &steps);
        let arrival = path.iter().position(|&w| w <= 0.0);
        findings.words(
            format!("steps of linear decay to come {distance} down a slope of 1"),
            "1 + 1/2 + … + 1/n = ln(n+½) + γ + …, so n = ⌈exp(distance − γ) − ½⌉",
            predicted,
            arrival.map_or("never".to_owned(), |n| n.to_string()),
        );
    }
}

fn figure() -> Figure {
    const LAST: f64 = 1e5;
    const C: f64 = 0.5;
    let (one, two, three) = (Ink::Series(0), Ink::Series(1), Ink::Series(2));
    let mut steps: Vec<u64> = log_spaced(1.0, LAST, 121).into_iter().map(|k| k as u64).collect();
    steps.dedup();
    let against = |values: Vec<f64>| steps.iter().map(|&k| k as f64).zip(values).collect::<Vec<_>>();
    let level = |y: f64| [(1.0, y), (LAST, y)];

    let (stays, dies) = (euler_product(C), pochhammer(C, BETA));
    let left = Panel::new(
        "½λw², c = 0.5: what is left of the start",
        Axis::logarithmic("step k", 1.0, LAST),
        Axis::logarithmic("wₖ/w₀", 1e-3, 1.0),
    )
    .dashed(level(stays), Ink::Theory)
    .dashed(level(dies), Ink::Theory)
    .line(against(shares_left(linear(C), &steps)), one)
    .line(against(shares_left(quadratic(C), &steps)), two)
    .line(against(shares_left(exponential(C, BETA), &steps)), three)
    .label((3000.0, 0.011), Anchor::Right, "linear", one)
    .label((3000.0, stays), Anchor::Above, "quadratic", two)
    .label((400.0, dies), Anchor::Above, "exponential, β = 0.1", three);

    let way = |schedule: &dyn Schedule| {
        against(walk(&cone(), schedule, FAR, &steps).into_iter().map(|w| FAR - w).collect())
    };
    let (hyperbola, square) = (linear(LAMBDA), QuadraticDecay { rate: 1.0 });
    let falling = ExponentialDecay { rate: 1.0, decay: BETA };
    let middle = Panel::new(
        "A slope of 1, η₀ = 1: the way so far",
        Axis::logarithmic("step k", 1.0, LAST),
        Axis::linear("w₀ − wₖ", 0.0, 14.0),
    )
    .dashed(level(PI * PI / 6.0), Ink::Theory)
    .dashed(level(1.0 / -expm1(-BETA)), Ink::Theory)
    .line(way(&hyperbola), one)
    .line(way(&square), two)
    .line(way(&falling), three)
    .label((700.0, 6.2), Anchor::Right, "linear: ln k + γ", one)
    .label((700.0, PI * PI / 6.0), Anchor::Above, "quadratic: π²/6", two)
    .label((30.0, 11.2), Anchor::Above, "exponential: 1/(1−e^(−β))", three);

    let right = Panel::new(
        "Quadratic decay: what is never covered",
        Axis::linear("c = η₀λ", 0.0, 10.0),
        Axis::linear("w∞/w₀", -0.3, 1.05),
    )
    .line([(0.0, 0.0), (10.0, 0.0)], Ink::Quiet)
    .line(spaced(0.0, 10.0, 201).map(|c| (c, euler_product(c))), Ink::Theory)
    .dots(spaced(0.25, 9.75, 39).map(|c| (c, limit_of_quadratic(c, 2000))), two)
    .label((2.2, 0.55), Anchor::Right, "sin(π√c)/(π√c)", Ink::Theory)
    .label((6.5, 0.0), Anchor::Below, "exact at η₀λ = 1, 4, 9", two);

    Figure {
        id: "budgets",
        caption: "Left: on a parabola the linear schedule goes on falling, by a power of k; the other two flatten out above the \
                  minimum, where the products say (dashed). Middle: down a constant slope they come no farther than the sum \
                  of their rates. Right: how much of the start quadratic decay leaves over, by its first rate; it is nothing \
                  only where one of the rates happens to be 1/λ."
            .to_owned(),
        panels: vec![left, middle, right],
        columns: 3,
    }
}

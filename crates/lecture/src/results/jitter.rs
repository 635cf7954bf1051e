//! R24: gradient descent that neither arrives nor diverges, because the function is no parabola.

use thalweg_numerics::{exp, tanh};
use thalweg_objectives::{DiagonalQuadratic, LogCosh, Power};
use thalweg_problem::Differentiable;

use crate::descend::{descend, largest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::regime::regime;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "jitter-is-a-two-cycle",
    number: 24,
    slides: Slides(&[(39, 39), (44, 44)]),
    chapter: Chapter::Convergence,
    claim: "Gradient descent on a convex function may converge, jitter around the minimum or diverge: the best rate is \
            1/E'' and from twice that rate on it may fail to converge.",
    correction: None,
    source: "f = ln cosh w has f' = tanh w and f'' = 1 at its minimum; w ← −w is a 2-cycle of w − η tanh w where \
             2a = η tanh a, which has a solution a > 0 for η > 2 only",
    errata: &[
        Erratum {
            slides: Slides(&[(44, 44)]),
            flag: Flag::Imprecise,
            printed: "We can get divergence if η ≥ 2η_opt.",
            correct: "So it is on a parabola, for η > 2η_opt. Where the curvature falls off, the same rates give a \
                      bounded 2-cycle, and at η = 2η_opt gradient descent may still converge, slowly.",
            measured_by: "amplitude of the 2-cycle at η = 3",
        },
        Erratum {
            slides: Slides(&[(44, 44)]),
            flag: Flag::Imprecise,
            printed: "Any differentiable convex objective has a Taylor expansion to second order and η_opt = 1/E''.",
            correct: "It has to be twice differentiable. |w|^1.5 is not so at its minimum, and there no fixed rate \
                      converges, however small it is.",
            measured_by: "amplitude of the 2-cycle on |w|^1.5 at η = 0.001",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/log_cosh.rs",
        "crates/objectives/src/power.rs",
    ],
    run,
    full: None,
};

const STEPS: u64 = 2000;
/// Near the minimum, where the curvature is almost 1, and far away, where it is almost 0.
const STARTS: [f64; 3] = [0.1, -1.0, 10.0];

fn run() -> Findings {
    let mut findings = Findings::default();
    check_cycles(&mut findings);
    check_convergence(&mut findings);
    check_boundary(&mut findings);
    check_without_second_derivative(&mut findings);
    findings.figures.push(three_fates());
    findings.figures.push(amplitudes());
    findings
}

fn valley() -> LogCosh {
    LogCosh::new(1).expect("one variable")
}

/// wₖ for k = 0, 1, …
fn walk<P: Differentiable>(f: &P, rate: f64, w0: f64, steps: u64) -> Vec<f64> {
    descend(f, rate, &[w0], steps).points.iter().map(|w| w[0]).collect()
}

fn last_two(path: &[f64]) -> [f64; 2] {
    [path[path.len() - 2], path[path.len() - 1]]
}

/// The solution a > 0 of 2a = η tanh a, for η > 2.
fn amplitude(rate: f64) -> f64 {
    threshold(0.0, 0.5 * rate, |a| rate * tanh(a) > 2.0 * a)
}

/// d|w'|/d|w| on the cycle: η/cosh² a − 1, which is 4a/sinh 2a − 1 because of 2a = η tanh a. Between −1 and 1 for
/// every a > 0, so that the cycle attracts at every rate above 2.
fn approach(a: f64) -> f64 {
    let sinh_2a = 0.5 * (exp(2.0 * a) - exp(-2.0 * a));
    4.0 * a / sinh_2a - 1.0
}

/// The first ratio of successive errors after they have become smaller than `small`.
fn late_ratio(errors: impl Iterator<Item = f64>, small: f64) -> f64 {
    let late: Vec<_> = errors.skip_while(|e| e.abs() >= small).take(2).collect();
    if let [e, next] = late[..] { next / e } else { f64::NAN }
}

fn check_cycles(findings: &mut Findings) {
    let mut table = Table::new(
        "2-cycles of ln cosh w",
        &["η", "a, predicted", "|w| after 2000 steps", "factor of approach, predicted", "measured"],
    );
    for rate in [2.1, 2.5, 3.0, 5.0] {
        let a = amplitude(rate);
        let paths = STARTS.map(|w0| walk(&valley(), rate, w0, STEPS));
        let end = last_two(&paths[0]);
        findings.near(
            format!("amplitude of the 2-cycle at η = {rate}"),
            "2a = η tanh a",
            a,
            end[1].abs(),
            Tolerance::Relative(1e-13),
            "the cycle attracts, so rounding does not add up",
        );
        findings.near(
            format!(
                "farthest that the last two of 2000 steps are from a and −a, from three starts, η = {rate}"
            ),
            "w ← −w with |w| = a, wherever it began",
            0.0,
            largest(paths.iter().map(|path| {
                let [w, next] = last_two(path);
                largest([w.abs() - a, w + next])
            })),
            Tolerance::Absolute(1e-13),
            "as above",
        );
        let measured = late_ratio(paths[0].iter().map(|w| w.abs() - a), 1e-4);
        findings.near(
            format!("factor by which a step comes nearer to the 2-cycle at η = {rate}"),
            "4a/sinh 2a − 1",
            approach(a),
            measured,
            Tolerance::Absolute(1e-3),
            "taken where |w| is within 1e-4 of the cycle; the map bends by about as much",
        );
        let numbers = [rate, a, end[1].abs(), approach(a), measured];
        table.row(numbers.map(|number| significant(number, 6)));
    }
    findings.tables.push(table);
    let parabola = DiagonalQuadratic::centered([1.0]).expect("the constant is finite");
    findings.words(
        "regime on the parabola of the same curvature at η = 2.1",
        "1 − η < −1",
        "diverging",
        regime(&walk(&parabola, 2.1, STARTS[0], STEPS)),
    );
}

fn check_convergence(findings: &mut Findings) {
    for rate in [0.5, 1.0, 1.5, 1.9] {
        let path = walk(&valley(), rate, 1.0, STEPS);
        findings.near(
            format!("|w| after 2000 steps at η = {rate}"),
            "a rate below 2/E'' at the minimum converges",
            0.0,
            path[path.len() - 1].abs(),
            Tolerance::Absolute(1e-15),
            "0.9²⁰⁰⁰ is 1e-92",
        );
        findings.near(
            format!("factor per step near the minimum at η = {rate}"),
            "1 − ηE'' with E'' = 1 there",
            1.0 - rate,
            late_ratio(path.into_iter(), 1e-3),
            Tolerance::Absolute(1e-6),
            "η w²/3 with |w| < 1e-3",
        );
    }
    // From η = 1 = η_opt: w − tanh w = w³/3 − 2w⁵/15 + …
    let path = walk(&valley(), 1.0, 1.0, 3);
    findings.near(
        "w₃/w₂³ at η = 1, which converges faster than linearly",
        "⅓, from w − tanh w = w³/3 − …",
        1.0 / 3.0,
        path[3] / (path[2] * path[2] * path[2]),
        Tolerance::Relative(1e-5),
        "the next term is 2w²/5 of it, with w₂ below 0.005",
    );
}

/// η = 2η_opt: 1/w² grows by 4/3 a step, once w is small.
fn check_boundary(findings: &mut Findings) {
    const MANY: u64 = 100_000;
    let path = walk(&valley(), 2.0, 1.0, MANY);
    let last = path[MANY as usize];
    findings.near(
        "k w² after k = 100000 steps at η = 2",
        "¾, from w − 2 tanh w = −w + 2w³/3 − …: it converges, more slowly than linearly",
        0.75,
        MANY as f64 * last * last,
        Tolerance::Relative(1e-3),
        "the correction is of the size ln k/k",
    );
}

const RATES_WITHOUT: [f64; 4] = [1.0, 0.1, 0.01, 0.001];

/// (¾η)²: 2a = η · 1.5 √a.
fn amplitude_of_power(rate: f64) -> f64 {
    let root = 0.75 * rate;
    root * root
}

/// |w|^1.5 is convex and differentiable, but E'' = ¾/√|w| has no bound: every 2-cycle attracts, with the factor 0.
fn cycle_on_power(rate: f64) -> [f64; 2] {
    let power = Power::new(1, 1.5).expect("1.5 is above 1");
    last_two(&walk(&power, rate, 1.0, STEPS))
}

fn check_without_second_derivative(findings: &mut Findings) {
    for rate in RATES_WITHOUT {
        let [w, next] = cycle_on_power(rate);
        findings.near(
            format!("amplitude of the 2-cycle on |w|^1.5 at η = {rate}"),
            "(¾η)², from 2a = 1.5η√a",
            amplitude_of_power(rate),
            0.5 * (w - next).abs(),
            Tolerance::Relative(1e-9),
            "steps of size a are taken off a start of 1, whose rounding is 1e-16",
        );
    }
}

fn three_fates() -> Figure {
    let parabola = DiagonalQuadratic::centered([1.0]).expect("the constant is finite");
    fn panel<P: Differentiable>(title: &str, f: &P, rate: f64, w0: f64, anchor: Anchor, ink: Ink) -> Panel {
        let value = |w: f64| (w, f.value(&[w]));
        Panel::new(title, Axis::linear("w", -4.2, 4.2), Axis::linear("f(w)", -0.5, 6.0))
            .line(spaced(-4.2, 4.2, 85).map(value), Ink::Quiet)
            .arrows(walk(f, rate, w0, 12).into_iter().map(value), ink)
            .label(value(w0), anchor, "w₀", ink)
    }
    Figure {
        id: "three-fates",
        caption: "Slide 39 from real runs. On ln cosh w a rate below 2 converges; a rate above it jumps to and fro \
                  between two points, and stays there. The parabola of the same curvature has no such refuge: at 2.1 \
                  it diverges."
            .to_owned(),
        panels: vec![
            panel("converging: ln cosh w, η = 1.5", &valley(), 1.5, 4.0, Anchor::Left, Ink::Series(0)),
            panel("jittering: ln cosh w, η = 3", &valley(), 3.0, 4.0, Anchor::Left, Ink::Series(1)),
            panel("diverging: ½w², η = 2.1", &parabola, 2.1, 1.6, Anchor::Right, Ink::Wrong),
        ],
        columns: 3,
    }
}

fn amplitudes() -> Figure {
    // The curve, from a to η: η = 2a/tanh a.
    let branch = |sign: f64| spaced(1e-3, 3.0, 61).map(move |a| (2.0 * a / tanh(a), sign * a));
    let measured =
        spaced(1.0, 6.0, 26).flat_map(|rate| last_two(&walk(&valley(), rate, 1.0, STEPS)).map(|w| (rate, w)));
    let fork = Panel::new(
        "ln cosh w: the last two of 2000 steps",
        Axis::linear("rate η", 1.0, 6.0),
        Axis::linear("w", -3.2, 3.2),
    )
    .dots(measured, Ink::Series(0))
    .line(branch(1.0), Ink::Theory)
    .line(branch(-1.0), Ink::Theory)
    .line([(1.0, 0.0), (2.0, 0.0)], Ink::Theory)
    .dashed([(2.0, 0.0), (6.0, 0.0)], Ink::Quiet)
    .label((4.3, 0.0), Anchor::Above, "the minimum, never reached", Ink::Theory)
    .label((3.4, amplitude(3.7)), Anchor::Left, "2a = η tanh a", Ink::Theory);
    let power = Panel::new(
        "|w|^1.5: no rate is small enough",
        Axis::logarithmic("rate η", 7e-4, 1.4),
        Axis::logarithmic("amplitude of the 2-cycle", 1e-7, 2.0),
    )
    .line(log_spaced(1e-3, 1.0, 2).into_iter().map(|rate| (rate, amplitude_of_power(rate))), Ink::Theory)
    .dots(
        log_spaced(1e-3, 1.0, 13).into_iter().map(|rate| {
            let [w, next] = cycle_on_power(rate);
            (rate, 0.5 * (w - next).abs())
        }),
        Ink::Series(1),
    )
    .label((0.03, amplitude_of_power(0.04)), Anchor::Left, "(¾η)²", Ink::Theory);
    Figure {
        id: "amplitudes",
        caption: "Left: at η = 2/f'' the minimum of ln cosh w stops attracting and hands over to a 2-cycle, whose size \
                  (dots) is the one predicted (gray). Right: |w|^1.5 has no second derivative at its minimum, and \
                  there gradient descent jitters at every rate."
            .to_owned(),
        panels: vec![fork, power],
        columns: 2,
    }
}

//! R06: the minimum that separates is finite.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_networks::data::spoiled_points;
use thalweg_numerics::norm;
use thalweg_problem::Objective;
use thalweg_second_order::TrustRegion;

use crate::boundary::{line, with_points};
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spoiler::{POINTS, Stationary, curvatures, logit, loss, neuron};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "the-minimum-that-separates-is-finite",
    number: 6,
    slides: Slides(&[(18, 18)]),
    chapter: Chapter::Perceptron,
    claim: "A global minimum that separates the four points exists, with unbounded weights.",
    correction: Some(Correction {
        statement: "With targets ε and 1 − ε it is finite: it tends to (2u, 0, u) for t → ∞, of norm √5·u, in the direction of the \
                    maximal margin. What grows without bound is its curvature, like 2s²t².",
        refuted_by: "largest bound over the norm of the minimum for t from 1 to 1000",
    }),
    source: "at (2u, 0, u) the margins are 3u, u, u and u: three targets are met and the first point is 1 − σ(3u) below 1, ε too far: the loss is \
             (ε − σ(−3u))², and the spoiler's term has the curvature 2s²(t² + 1), s = ε(1 − ε)",
    errata: &[Erratum {
        slides: Slides(&[(18, 18)]),
        flag: Flag::Wrong,
        printed: "The separating optimum has unbounded weights.",
        correct: "That is so for the targets 0 and 1. With ε and 1 − ε, as on slides 14–16, its weights tend to (2u, 0, u).",
        measured_by: "largest bound over the norm of the minimum for t from 1 to 1000",
    }],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/second-order/src/trust_region.rs"],
    run,
    full: None,
};

const EPSILON: f64 = 0.01;
const STARTS: u32 = 100;

/// The lowest of many local minima, from starts with w_y of ordinary size and of the size of 1/t.
fn lowest(t: f64, epsilon: f64) -> Vec<f64> {
    let mut draws = Draws::from_seed(6);
    let neuron = neuron(t, epsilon);
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-14, max_steps: 500, ..Stop::default() };
    let mut best = (f64::INFINITY, Vec::new());
    for k in 0..STARTS {
        let mut start = [(); 3].map(|()| 5.0 * draws.normal());
        if k % 2 == 0 {
            start[1] /= 1.0 + t;
        }
        let run = minimize(&neuron, &TrustRegion::default(), &start, stop.clone(), silent)
            .expect("settings that can be used");
        if run.best.value < best.0 {
            best = (run.best.value, run.best.x);
        }
    }
    best.1
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "the lowest of 100 minima, sums",
        &["ε, t", "w_x", "w_y", "b", "norm", "loss", "largest curvature", "2s²t²", "separates"],
    );
    let mut longest = 0.0_f64;
    for (epsilon, ts) in [(EPSILON, &[1.0, 3.0, 10.0, 50.0, 100.0, 1000.0][..]), (0.1, &[10.0, 1000.0][..])] {
        let (u, s) = (logit(epsilon), epsilon * (1.0 - epsilon));
        for &t in ts {
            let w = lowest(t, epsilon);
            let errors = neuron(t, epsilon).errors(&w);
            let curvature = curvatures(t, epsilon, &w)[2];
            if epsilon < 0.05 {
                longest = longest.max(norm(&w));
            }
            findings.words(
                format!("points on the wrong side, t = {t}, ε = {epsilon}"),
                "it separates",
                0,
                errors,
            );
            if t >= 50.0 {
                let rest = epsilon - thalweg_numerics::logistic(-3.0 * u);
                findings.near(
                    format!("loss, t = {t}, ε = {epsilon}"),
                    "(ε − σ(−3u))²",
                    rest * rest,
                    loss(t, epsilon, &w),
                    Tolerance::Relative(0.03),
                    "the minimum trades a little of the others for it, of the order of ε, and 1/t",
                );
                let off: Vec<_> = w.iter().zip([2.0 * u, 0.0, u]).map(|(w, limit)| w - limit).collect();
                findings.at_most(
                    format!("distance from (2u, 0, u), t = {t}, ε = {epsilon}"),
                    "0 for t → ∞ and ε → 0",
                    0.0,
                    norm(&off),
                    0.15,
                    "of the orders of ε and u/t",
                );
                // s at the point itself, whose spoiler is a little off its target.
                let margin = w[2] - t * w[1];
                let (p, q) = (thalweg_numerics::logistic(margin), thalweg_numerics::logistic(-margin));
                let at_point = p * q * (p * q + (q - epsilon) * (p - q));
                findings.near(
                    format!("largest curvature over t², t = {t}, ε = {epsilon}"),
                    "2s(s + (q − ε)(1 − 2q)) with the q of the spoiler there, which tends to 2s²",
                    2.0 * at_point,
                    curvature / (t * t),
                    Tolerance::Relative(2.0 / t),
                    "1/t² from the bias, and the other points",
                );
            }
            let numbers = [w[0], w[1], w[2], norm(&w), loss(t, epsilon, &w), curvature, 2.0 * s * s * t * t];
            let separates = if errors == 0 { "yes" } else { "no" };
            let cells = [format!("{epsilon}, {t}")].into_iter();
            table
                .row(cells.chain(numbers.map(|number| significant(number, 4))).chain([separates.to_owned()]));
        }
    }
    findings.breaks(
        "largest bound over the norm of the minimum for t from 1 to 1000",
        "√5·u + 1 over the norm; below 1 if there were no bound",
        1.0,
        (5.0_f64.sqrt() * logit(EPSILON) + 1.0) / longest,
    );
    findings.tables.push(table);
    findings.figures.push(figure());
    findings
}

fn figure() -> Figure {
    let (bad, good) = (Ink::Wrong, Ink::Series(2));
    let t = 5.0;
    let at = |t| Stationary { t, epsilon: EPSILON };
    let bad_point = at(t).bad_minimum().unwrap_or_else(|| vec![f64::NAN; 3]);
    let (x, y) = plane(["x", "y"], [0.0, -2.0], 4.0);
    let lines = with_points(Panel::new("Both minima, t = 5", x, y), &spoiled_points(t).expect("t > 0"))
        .line(line(&bad_point), bad)
        .line(line(&at(t).good_minimum()), good)
        .label(
            (2.0, -2.0),
            Anchor::Right,
            format!("loss {}", significant(loss(t, EPSILON, &bad_point), 2)),
            bad,
        )
        .label(
            (-0.4, -4.0),
            Anchor::Left,
            format!("loss {}", significant(loss(t, EPSILON, &at(t).good_minimum()), 2)),
            good,
        );
    let grid = log_spaced(1.0, 1000.0, 61);
    let s = EPSILON * (1.0 - EPSILON);
    let sharp = Panel::new(
        "How sharp the good one is",
        Axis::logarithmic("t", 1.0, 1000.0),
        Axis::logarithmic("curvature", 1e-4, 1e3),
    )
    .line(grid.iter().map(|&t| (t, curvatures(t, EPSILON, &at(t).good_minimum())[2])), good)
    .dashed(grid.iter().map(|&t| (t, 2.0 * s * s * t * t)), Ink::Theory)
    .line(
        grid.iter()
            .filter(|t| **t > 3.0)
            .map(|&t| (t, at(t).bad_minimum().map_or(f64::NAN, |w| curvatures(t, EPSILON, &w)[2]))),
        bad,
    )
    .label((60.0, 1.5), Anchor::Left, "2s²t²", Ink::Theory)
    .label((30.0, 1.2e-3), Anchor::Above, "the bad one", bad);
    // A cut through both, at t = 5: the loss along the way from one to the other.
    let (from, to) = (bad_point, at(t).good_minimum());
    let cut = |share: f64| {
        let w: Vec<_> = from.iter().zip(&to).map(|(a, b)| a + share * (b - a)).collect();
        POINTS * neuron(t, EPSILON).value(&w)
    };
    let way = Panel::new(
        "From one to the other, t = 5",
        Axis::linear("share of the way", -0.3, 1.3),
        Axis::linear("loss", 0.0, 1.5),
    )
    .line(crate::figure::spaced(-0.3, 1.3, 161).map(|share| (share, cut(share))), Ink::Quiet)
    .dots([(0.0, cut(0.0))], bad)
    .dots([(1.0, cut(1.0))], good);
    Figure {
        id: "two-minima",
        caption: "Left: the lines of the two minima; only the green one separates. Middle: its largest curvature grows like t², the other \
                  one's stays. Right: the loss on the straight way between them."
            .to_owned(),
        panels: vec![lines, sharp, way],
        columns: 3,
    }
}

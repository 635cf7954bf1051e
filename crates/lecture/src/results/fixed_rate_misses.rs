//! R09: why descent at a fixed rate misses the minimum that separates.

use thalweg_networks::Neuron;
use thalweg_problem::Differentiable;

use crate::descend::descend;
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spoiler::{POINTS, Stationary, curvatures, neuron};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "fixed-rates-miss-the-sharp-minimum",
    number: 9,
    slides: Slides(&[(18, 20), (51, 51), (97, 97)]),
    chapter: Chapter::Perceptron,
    claim: "Backprop finds the minimum that does not separate nearly all the time, because it is the broad one.",
    correction: Some(Correction {
        statement: "At a fixed rate and for a far spoiler it does, from t ≈ 4/√η on more and more often; for t ≤ 2 no run fails. The other minimum, with \
                    a curvature of 2s²t², is unstable at the rate η for t > 1/(ε(1 − ε)√η), but that is not the reason (R61).",
        refuted_by: "share of runs that separate at t = 2, ε = 0.1, η = 1",
    }),
    source: "slide 51: η < 2/λ, with the largest curvature 2s²t² of R06, s = ε(1 − ε); on the way to it σ′ is up to ¼, so that curvatures up to \
             t²/8 are met",
    errata: &[Erratum {
        slides: Slides(&[(18, 18)]),
        flag: Flag::OverClaim,
        printed: "Backprop finds the local minimum nearly all the time.",
        correct: "At a fixed rate η, if t is several times 1/(ε(1 − ε)√η); for t ≤ 2 never.",
        measured_by: "share of runs that separate at t = 2, ε = 0.1, η = 1",
    }],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/first-order/src/gradient_descent.rs"],
    run: || measure(40, 12_000),
    full: Some(|| measure(200, 60_000)),
};

/// η of the sum and ε.
const SETTINGS: [(f64, f64); 4] = [(1.0, 0.01), (10.0, 0.01), (1.0, 0.1), (10.0, 0.1)];

/// η, ε, and the share of failing runs by t.
type Curve = (f64, f64, Vec<(f64, f64)>);

fn stability_limit(rate: f64, epsilon: f64) -> f64 {
    1.0 / (epsilon * (1.0 - epsilon) * rate.sqrt())
}

/// The share of runs from normal starts that do not separate at their end.
fn failing(neuron: &Neuron, rate: f64, starts: u32, steps: u32) -> f64 {
    let mut draws = Draws::from_seed(9);
    let failures = (0..starts).filter(|_| {
        let mut w = [(); 3].map(|()| draws.normal());
        let mut gradient = [0.0; 3];
        for _ in 0..steps {
            neuron.value_gradient(&w, &mut gradient);
            for (w, g) in w.iter_mut().zip(gradient) {
                *w -= POINTS * rate * g;
            }
        }
        neuron.errors(&w) > 0
    });
    failures.count() as f64 / f64::from(starts)
}

fn measure(starts: u32, steps: u32) -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        format!("share of {starts} runs that do not separate after {steps} steps"),
        &["η, ε", "1/(ε(1 − ε)√η)", "t = 1", "2", "5", "10", "20", "50", "100", "300", "1000", "10000"],
    );
    let ts = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 300.0, 1000.0, 10_000.0];
    let mut curves: Vec<Curve> = Vec::new();
    for (rate, epsilon) in SETTINGS {
        let limit = stability_limit(rate, epsilon);
        let curve: Vec<_> =
            ts.iter().map(|&t| (t, failing(&neuron(t, epsilon), rate, starts, steps))).collect();
        for &(t, share) in &curve {
            if t <= 2.0 && rate == 1.0 {
                findings.at_most(
                    format!("share of runs that fail at t = {t}, ε = {epsilon}, η = {rate}"),
                    "no minimum that does not separate, and a stable way",
                    0.0,
                    share,
                    0.0,
                    "nothing",
                );
            }
            if t >= 10.0 * limit {
                findings.at_most(
                    format!("share of runs that separate at t = {t}, ε = {epsilon}, η = {rate}"),
                    "ten times the limit of stability",
                    0.0,
                    1.0 - share,
                    0.1,
                    "a few starts separate already and lie on a plateau",
                );
            }
        }
        let cells = [format!("{rate}, {epsilon}"), significant(limit, 4)].into_iter();
        table.row(cells.chain(curve.iter().map(|(_, share)| significant(*share, 3))));
        curves.push((rate, epsilon, curve));
    }
    let easy = curves.iter().find(|(rate, epsilon, _)| *rate == 1.0 && *epsilon == 0.1);
    findings.breaks(
        "share of runs that separate at t = 2, ε = 0.1, η = 1",
        "one in two would already be more than nearly none",
        0.5,
        easy.map_or(f64::NAN, |(_, _, curve)| 1.0 - curve[1].1),
    );
    findings.tables.push(table);
    check_limits(&mut findings);
    findings.figures.push(figure(&curves));
    findings
}

/// Whether descent that starts a millionth off the separating minimum comes back to it.
fn comes_back(rate: f64, epsilon: f64, t: f64) -> bool {
    let minimum = Stationary { t, epsilon }.good_minimum();
    let neuron = neuron(t, epsilon);
    // Off along w_y, in units in which the margin of the spoiler moves by 1e-6.
    let start = [minimum[0], minimum[1] + 1e-6 / t, minimum[2]];
    let path = descend(&neuron, POINTS * rate, &start, 400).points;
    let off = |w: &[f64]| t * (w[1] - minimum[1]).abs();
    off(&path[400]) < off(&path[0])
}

fn check_limits(findings: &mut Findings) {
    let mut table = Table::new(
        "where the separating minimum loses its stability",
        &["η, ε", "predicted t", "measured t", "η·curvature there"],
    );
    for (rate, epsilon) in SETTINGS {
        let predicted = stability_limit(rate, epsilon);
        let (mut low, mut high) = (0.5 * predicted, 2.0 * predicted);
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            if comes_back(rate, epsilon, middle) { low = middle } else { high = middle }
        }
        let measured = 0.5 * (low + high);
        findings.near(
            format!("t at which the separating minimum loses its stability, ε = {epsilon}, η = {rate}"),
            "1/(ε(1 − ε)√η)",
            predicted,
            measured,
            Tolerance::Relative(0.1),
            "of the order of ε: the spoiler is not quite at its target, and the other points bend, too",
        );
        let curvature = curvatures(measured, epsilon, &Stationary { t: measured, epsilon }.good_minimum())[2];
        findings.near(
            format!("η times the largest curvature at that t, ε = {epsilon}, η = {rate}"),
            "2",
            2.0,
            rate * curvature,
            Tolerance::Relative(0.01),
            "400 steps tell a factor of 1.01 from 1",
        );
        let numbers = [predicted, measured, rate * curvature].map(|number| significant(number, 4));
        table.row([format!("{rate}, {epsilon}")].into_iter().chain(numbers));
    }
    findings.tables.push(table);
}

fn figure(curves: &[Curve]) -> Figure {
    let inks = [0, 1, 2, 3].map(Ink::Series);
    let name = |rate: f64, epsilon: f64| format!("ε = {epsilon}, η = {rate}");
    let mut plain = Panel::new(
        "Runs that do not separate",
        Axis::logarithmic("t", 1.0, 1e4),
        Axis::linear("share", -0.05, 1.1),
    );
    let mut scaled =
        Panel::new("By t√η", Axis::logarithmic("t√η", 1.0, 1e4), Axis::linear("share", -0.05, 1.1))
            .dashed([(4.0, -0.05), (4.0, 1.1)], Ink::Theory)
            .label((4.0, 0.9), Anchor::Left, "4", Ink::Theory);
    for (i, ((rate, epsilon, curve), ink)) in curves.iter().zip(inks).enumerate() {
        plain = plain.line(curve.iter().copied(), ink).dots(curve.iter().copied(), ink).label(
            (60.0, 0.42 - 0.11 * i as f64),
            Anchor::Right,
            name(*rate, *epsilon),
            ink,
        );
        scaled = scaled.line(curve.iter().map(|&(t, share)| (t * rate.sqrt(), share)), ink);
    }
    let sharp = Panel::new(
        "Curvature of the separating minimum",
        Axis::logarithmic("t", 1.0, 1e3),
        Axis::logarithmic("η · curvature", 1e-4, 1e3),
    );
    let mut sharp = sharp.dashed([(1.0, 2.0), (1e3, 2.0)], Ink::Theory).label(
        (3.0, 2.0),
        Anchor::Above,
        "2",
        Ink::Theory,
    );
    for ((rate, epsilon, _), ink) in curves.iter().zip(inks) {
        let points = log_spaced(1.0, 1e3, 41).into_iter().map(|t| {
            let minimum = Stationary { t, epsilon: *epsilon }.good_minimum();
            (t, rate * curvatures(t, *epsilon, &minimum)[2])
        });
        sharp = sharp.line(points, ink);
    }
    Figure {
        id: "misses",
        caption: "Left: the share of runs that end without separating. Middle: by t√η the four nearly fall together, whatever ε is, and rise from \
                  t√η ≈ 4 on. Right: the largest curvature of the separating minimum times the rate; \
                  where that is above 2, no run can stay there at all."
            .to_owned(),
        panels: vec![plain, scaled, sharp],
        columns: 3,
    }
}

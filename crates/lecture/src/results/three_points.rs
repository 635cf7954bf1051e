//! R02: three points, one minimum.

use std::f64::consts::SQRT_2;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_networks::data::three_points;
use thalweg_networks::{Neuron, NeuronSettings};
use thalweg_numerics::norm;
use thalweg_second_order::TrustRegion;

use crate::boundary::{line, with_points};
use crate::descend::descend;
use crate::draws::Draws;
use crate::figure::{Anchor, Figure, Ink, Panel, plane};
use crate::number::significant;
use crate::spoiler::logit;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "three-points-have-one-minimum",
    number: 2,
    slides: Slides(&[(12, 14)]),
    chapter: Chapter::Perceptron,
    claim: "With targets ε and 1 − ε the three points have a unique minimum, at which the neuron meets its targets, and backprop \
            finds it; its line is x + y = 0 for every ε.",
    correction: None,
    source: "∇f = Zᵀ(2r∘σ′) with the invertible matrix Z of the points, so ∇f = 0 only where all residuals r are 0. There the \
             Hessian of the sum is 2s²ZᵀZ with s = ε(1 − ε), and ZᵀZ has the eigenvalues 2 − √2, 2 and 2 + √2",
    errata: &[Erratum {
        slides: Slides(&[(14, 14)]),
        flag: Flag::Typo,
        printed: "w_x = u, w_x = u, b = 0",
        correct: "w_x = u, w_y = u, b = 0",
        measured_by: "of 200 runs, how many end at (u, u, 0), ε = 0.01",
    }],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/second-order/src/trust_region.rs"],
    run,
    full: None,
};

const POINTS: f64 = 3.0;
const STARTS: u32 = 200;

fn neuron(epsilon: f64) -> Neuron {
    Neuron::new(&three_points(), epsilon, NeuronSettings::default()).expect("an ε below ½")
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "at the minimum (u, u, 0) of the sum",
        &["ε", "u", "eigenvalues", "κ", "largest stable rate"],
    );
    for epsilon in [0.01, 0.1] {
        let (neuron, u) = (neuron(epsilon), logit(epsilon));
        let minimum = [u, u, 0.0];
        check_starts(&mut findings, &neuron, epsilon, &minimum);
        let mut hessian = DMatrix::zeros(3, 3);
        neuron.hessian(&minimum, &mut hessian);
        let eigen = Eigen::new(&(POINTS * hessian)).expect("a finite symmetric matrix");
        let mut measured = eigen.values().to_vec();
        measured.sort_by(f64::total_cmp);
        let s = epsilon * (1.0 - epsilon);
        let predicted = [2.0 - SQRT_2, 2.0, 2.0 + SQRT_2].map(|factor| 2.0 * s * s * factor);
        for (name, (predicted, measured)) in
            ["lowest", "middle", "highest"].into_iter().zip(predicted.into_iter().zip(&measured))
        {
            findings.near(
                format!("{name} curvature at the minimum, ε = {epsilon}"),
                "2s²(2 − √2), 4s², 2s²(2 + √2), s = ε(1 − ε)",
                predicted,
                *measured,
                Tolerance::Relative(1e-10),
                "the residuals there are rounding, 1e-16 beside s",
            );
        }
        findings.near(
            format!("condition number at the minimum, ε = {epsilon}"),
            "(2 + √2)/(2 − √2) = 3 + 2√2",
            3.0 + 2.0 * SQRT_2,
            measured[2] / measured[0],
            Tolerance::Relative(1e-10),
            "as the curvatures",
        );
        let limit = 2.0 / predicted[2];
        check_limit(&mut findings, &neuron, epsilon, &minimum, limit);
        let values: Vec<_> = measured.iter().map(|&value| significant(value, 6)).collect();
        let numbers = [measured[2] / measured[0], limit].map(|number| significant(number, 6));
        let [kappa, limit] = numbers;
        table.row([epsilon.to_string(), significant(u, 6), values.join(", "), kappa, limit]);
    }
    findings.tables.push(table);
    findings.figures.push(figure());
    findings
}

fn check_starts(findings: &mut Findings, neuron: &Neuron, epsilon: f64, minimum: &[f64]) {
    let mut draws = Draws::from_seed(2);
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-13 * epsilon, ..Stop::default() };
    // Without a bound on its steps the method may jump so far onto a plateau that the gradient there underflows the tolerance.
    let method = TrustRegion { max_radius: 1.0, ..TrustRegion::default() };
    let ends = (0..STARTS).filter(|_| {
        let start = [(); 3].map(|()| 3.0 * draws.normal());
        let run = minimize(neuron, &method, &start, stop.clone(), silent).expect("settings that can be used");
        let distance: Vec<_> = run.best.x.iter().zip(minimum).map(|(w, m)| w - m).collect();
        norm(&distance) < 1e-6
    });
    findings.words(
        format!("of {STARTS} runs, how many end at (u, u, 0), ε = {epsilon}"),
        "all: there is no other stationary point",
        STARTS,
        ends.count(),
    );
}

/// A thousandth below the limit the steepest direction shrinks, a thousandth above it grows, by e^±2 in a thousand steps.
fn check_limit(findings: &mut Findings, neuron: &Neuron, epsilon: f64, minimum: &[f64], limit: f64) {
    const STEPS: u64 = 1000;
    // Off by a thousandth of a millionth, along the eigenvector of 2 + √2.
    let direction = [0.5 + 0.5 * SQRT_2, 0.5, 0.5 * SQRT_2 - 0.5];
    let outcome = |factor: f64| {
        let start: Vec<_> = minimum.iter().zip(direction).map(|(w, d)| w + 1e-7 * d).collect();
        let path = descend(neuron, POINTS * factor * limit, &start, STEPS).points;
        let distance = |w: &[f64]| norm(&w.iter().zip(minimum).map(|(w, m)| w - m).collect::<Vec<_>>());
        if distance(&path[STEPS as usize]) < distance(&path[0]) { "shrinks" } else { "grows" }
    };
    findings.words(
        format!(
            "the distance from the minimum at 0.999 and at 1.001 of the largest stable rate, ε = {epsilon}"
        ),
        "η < 2/λ, λ = 2s²(2 + √2)",
        "shrinks, grows",
        format!("{}, {}", outcome(0.999), outcome(1.001)),
    );
}

fn figure() -> Figure {
    let (x, y) = plane(["x", "y"], [0.0, 0.0], 1.5);
    let u = logit(0.01);
    let points = with_points(Panel::new("Three points, one line", x, y), &three_points())
        .line(line(&[u, u, 0.0]), Ink::Series(2))
        .label((0.7, -0.7), Anchor::Right, "x + y = 0", Ink::Series(2));
    // The start in the plane b = 0, and paths of descent over it.
    let (x, y) = plane(["w_x", "w_y"], [3.0, 3.0], 4.0);
    let neuron = neuron(0.1);
    let mut paths = Panel::new("Backprop, ε = 0.1, η = 10", x, y);
    for start in [[-0.5, 6.5, 0.0], [6.5, 0.0, 1.0], [-1.0, -0.5, 0.0], [6.0, 6.5, 0.0]] {
        let path = descend(&neuron, POINTS * 10.0, &start, 6000).points;
        let shown = |k: &usize| *k < 20 || k.is_multiple_of(50);
        let points = path.iter().enumerate().filter(|(k, _)| shown(k)).map(|(_, w)| (w[0], w[1]));
        paths = paths.line(points, Ink::Series(2)).dots([(start[0], start[1])], Ink::Series(2));
    }
    let u = logit(0.1);
    let paths = paths.dots([(u, u)], Ink::Theory).label((u, u), Anchor::Left, "(u, u)", Ink::Theory);
    Figure {
        id: "one-minimum",
        caption: "Left: the three points and the line of the minimum, whatever ε is. Right: gradient descent from four starts, the \
                  dots, in the plane of the two weights: every path ends in the one minimum."
            .to_owned(),
        panels: vec![points, paths],
        columns: 2,
    }
}

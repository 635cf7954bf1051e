//! R10: with another loss, backprop separates what the perceptron separates.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_networks::data::spoiled_points;
use thalweg_networks::{Neuron, NeuronLoss, Perceptron};
use thalweg_numerics::{dot, norm};
use thalweg_problem::{Differentiable, State};
use thalweg_second_order::TrustRegion;

use crate::boundary::{line, with_points};
use crate::figure::{Anchor, Figure, Ink, Panel, plane};
use crate::number::significant;
use crate::spoiler::{POINTS, Stationary, logit, neuron_with};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "another-loss-separates",
    number: 10,
    slides: Slides(&[(19, 20), (30, 30)]),
    chapter: Chapter::Perceptron,
    claim: "Backprop fails to separate where the perceptron succeeds.",
    correction: Some(Correction {
        statement: "The squared error of a logistic output does. Gradient descent on the cross-entropy, which is convex, has one minimum, and \
                    that separates for every t; and on the squared error that asks for no more than the target, it leaves the minimum \
                    that does not separate.",
        refuted_by: "smallest margin at the minimum of the cross-entropy, least of all t and ε",
    }),
    source: "the cross-entropy Σ ln(1 + e^(−m)) + εm has the curvature σσ(−m) > 0 in every margin, and the points span the space of the \
             weights: one minimum. E. D. Sontag and H. J. Sussmann, Neural Networks 4 (1991) 243–249: without a penalty beyond the target \
             separable data leave no minimum but the global ones",
    errata: &[Erratum {
        slides: Slides(&[(19, 20)]),
        flag: Flag::OverClaim,
        printed: "Backprop fails to separate where the perceptron succeeds.",
        correct: "With the squared error. With the cross-entropy, or a squared error without a penalty beyond the target, it succeeds.",
        measured_by: "smallest margin at the minimum of the cross-entropy, least of all t and ε",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/neuron.rs",
        "crates/networks/src/perceptron.rs",
        "crates/second-order/src/trust_region.rs",
    ],
    run,
    full: None,
};

const EPSILONS: [f64; 3] = [0.01, 0.1, 0.3];
const TS: [f64; 6] = [1.0, 3.0, 5.0, 10.0, 100.0, 1000.0];

/// The minimum of a convex function, from 0.
fn minimum(neuron: &Neuron) -> Vec<f64> {
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-13, ..Stop::default() };
    let run = minimize(neuron, &TrustRegion::default(), &[0.0; 3], stop, silent)
        .expect("settings that can be used");
    // The last point, not the lowest: values stop to tell points apart long before gradients do.
    run.state.x().to_vec()
}

fn smallest_margin(t: f64, w: &[f64]) -> f64 {
    let z = [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0], [0.0, -t, 1.0]];
    z.iter().map(|z| dot(z, w)).fold(f64::INFINITY, f64::min)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_entropy(&mut findings);
    check_one_sided(&mut findings);
    findings.figures.push(figure());
    findings
}

fn check_entropy(findings: &mut Findings) {
    let mut table = Table::new(
        "the minimum of the cross-entropy",
        &["ε, t", "w_x", "w_y", "b", "smallest margin", "lowest curvature of the sum"],
    );
    let (mut least, mut steepest, mut flattest) = (f64::INFINITY, 0.0_f64, f64::INFINITY);
    for epsilon in EPSILONS {
        for t in TS {
            let neuron = neuron_with(NeuronLoss::CrossEntropy, t, epsilon);
            let w = minimum(&neuron);
            let (mut gradient, mut hessian) = ([f64::NAN; 3], DMatrix::zeros(3, 3));
            neuron.value_gradient(&w, &mut gradient);
            neuron.hessian(&w, &mut hessian);
            let lowest = Eigen::new(&(POINTS * hessian)).map_or(f64::NAN, |eigen| eigen.lowest());
            let margin = smallest_margin(t, &w);
            (least, steepest) = (least.min(margin), steepest.max(POINTS * norm(&gradient)));
            flattest = flattest.min(lowest);
            let numbers = [w[0], w[1], w[2], margin, lowest].map(|number| significant(number, 4));
            table.row([format!("{epsilon}, {t}")].into_iter().chain(numbers));
        }
    }
    findings.tables.push(table);
    findings.breaks(
        "smallest margin at the minimum of the cross-entropy, least of all t and ε",
        "0 or less, if it failed to separate for one of them",
        0.0,
        least,
    );
    findings.at_most(
        "largest gradient at these minima",
        "stationary",
        1e-10,
        steepest,
        0.0,
        "t = 1000 times the rounding of a residual",
    );
    findings.breaks("lowest curvature at these minima, least of all", "convex: above 0", 0.0, flattest);
}

/// From the minimum of the squared error that does not separate, down the one-sided error until every point is on its side.
fn check_one_sided(findings: &mut Findings) {
    const LIMIT: u64 = 20_000_000;
    /// η of the sum, below what the steepest curvature on the way allows.
    const RATE: f64 = 0.5;
    let epsilon = 0.01;
    let mut table = Table::new(
        "descent on the one-sided squared error, from the minimum that does not separate",
        &["t", "time ηk until it separates", "1/g_y"],
    );
    for t in [3.0, 3.25, 3.5] {
        let neuron = neuron_with(NeuronLoss::OneSidedSquared, t, epsilon);
        let mut w = Stationary { t, epsilon }.bad_minimum().expect("beyond the fold");
        let mut gradient = [0.0; 3];
        let steps = (0..LIMIT).find(|_| {
            neuron.value_gradient(&w, &mut gradient);
            w.iter_mut().zip(gradient).for_each(|(w, g)| *w -= POINTS * RATE * g);
            neuron.errors(&w) == 0
        });
        let z = thalweg_numerics::logistic(-logit(epsilon) * t);
        let pull = 2.0 * (1.0 - epsilon - z) * z * (1.0 - z) * t;
        let time = steps.map_or(f64::NAN, |steps| RATE * steps as f64);
        findings.words(
            format!("does the one-sided error separate from there, t = {t}"),
            "Sontag and Sussmann: in finite time",
            "yes",
            if steps.is_some() { "yes" } else { "no" },
        );
        findings.at_most(
            format!("time until it separates over 1/g_y, t = {t}"),
            "1: it is of that order",
            1.0,
            time * pull,
            0.0,
            "nothing: the pull only grows on the way",
        );
        let numbers = [t, time, 1.0 / pull].map(|number| significant(number, 3));
        table.row(numbers);
    }
    findings.tables.push(table);
}

fn figure() -> Figure {
    let (squared, entropy, rule) = (Ink::Wrong, Ink::Series(3), Ink::Series(2));
    let panels = [3.0, 10.0].map(|t| {
        let (x, y) = plane(["x", "y"], [0.0, 0.5 - 0.4 * t], 0.5 + 0.7 * t);
        let data = spoiled_points(t).expect("t > 0");
        let bad = Stationary { t, epsilon: 0.01 }.bad_minimum().expect("beyond the fold");
        let learned = Perceptron::default().learn(&data).expect("two classes");
        let soft = minimum(&neuron_with(NeuronLoss::CrossEntropy, t, 0.01));
        with_points(Panel::new(format!("t = {t}"), x, y), &data)
            .line(line(&bad), squared)
            .line(line(&learned.weights), rule)
            .line(line(&soft), entropy)
            .label((0.28 * t, -0.28 * t), Anchor::Right, "squared error", squared)
            .label((-0.35 * t, -0.85 * t), Anchor::Left, "perceptron", rule)
            .label((0.1 * t, -0.7 * t), Anchor::Right, "cross-entropy, upright", entropy)
    });
    Figure {
        id: "three-learners",
        caption: "Three points and the spoiler far below. The line of the squared error (red) stays where the three points put it and leaves the \
                  spoiler on the wrong side; the perceptron's (green) has swung, and that of the cross-entropy (violet) stands upright; \
                  both have every point on its side."
            .to_owned(),
        panels: panels.to_vec(),
        columns: 2,
    }
}

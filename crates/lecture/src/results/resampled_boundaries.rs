//! R12: how much the boundaries of the perceptron and of backprop vary with the sample, and how far a spoiler moves them.

use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_networks::data::SpoiledClusters;
use thalweg_networks::{DataSet, Neuron, NeuronSettings, Order, Perceptron};
use thalweg_numerics::{atan, norm};
use thalweg_problem::FiniteSum;

use crate::ball::minimize_in_ball;
use crate::boundary::{NEGATIVE, POSITIVE, line};
use crate::descend::largest;
use crate::figure::{Anchor, Figure, Ink, Panel, plane};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "backprop-varies-less-with-the-sample",
    number: 12,
    slides: Slides(&[(22, 22), (27, 27)]),
    chapter: Chapter::Perceptron,
    claim: "The perceptron's boundary has a low bias and a high variance: a single training instance makes it swing. \
            That of backprop has a low variance, and a single instance hardly moves it.",
    correction: Some(Correction {
        statement: "Under resampling backprop does vary less than a third as much as the perceptron: by the clusters' own spread over \
                    √n where that is small, by what H⁻¹ and the variance of the gradient predict where n is large, and for the clusters \
                    as drawn by something between the two. A spoiler, though, moves it farther: eight points a cluster are few enough for backprop with \
                    ‖w‖ ≤ 10 to fit it, and its boundary then turns to where it is, while the perceptron stops as soon as it is right.",
        refuted_by: "degrees by which a spoiler turns backprop's boundary, on average, and not the perceptron's",
    }),
    source: "many points: w − w₀ ≈ −M⁻¹(mean gradient at w₀) with M = P(H + μI)P on the ball, so that the variance of the angle is \
             aᵀM⁻¹ C M⁻¹a, where a is its derivative and C the covariance of a mean of points drawn cluster by cluster; w₀, H and C from a \
             sample of 3 × 20 000, whose gradients have long tails. Little spread δ: the three mean margins are fitted exactly, and the angle changes by (η₁ − η₂)/2u with two \
             independent η of variance 2u²δ²/n: its deviation is δ/√n radians. What a spoiler does on average is the angle \
             between two w₀, with and without a share of 1/25 for the spoiler",
    errata: &[Erratum {
        slides: Slides(&[(22, 27)]),
        flag: Flag::OverClaim,
        printed: "Backprop is minimally changed by a new training instance, and the perceptron swings.",
        correct: "It varies less with the sample. An instance that is fitted moves it, and for eight points a cluster and ‖w‖ ≤ 10 the spoiler \
                  is fitted, and moves it farther than the perceptron.",
        measured_by: "degrees by which a spoiler turns backprop's boundary, on average, and not the perceptron's",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/neuron.rs",
        "crates/networks/src/perceptron.rs",
        "crates/networks/src/data/clusters.rs",
        "crates/lecture/src/ball.rs",
    ],
    run,
    full: None,
};

const SAMPLES: u64 = 300;
const EPSILON: f64 = 0.01;
const RADIUS: f64 = 10.0;

/// Degrees from the x axis to the normal (w_x, w_y), from −135 to 225.
fn angle(w: &[f64]) -> f64 {
    // From the diagonal, near which they lie.
    let (along, across) = (w[0] + w[1], w[1] - w[0]);
    let degrees = atan(across / along).to_degrees();
    45.0 + if along >= 0.0 { degrees } else { degrees + 180.0_f64.copysign(across) }
}

fn neuron(data: &DataSet) -> Neuron {
    Neuron::new(data, EPSILON, NeuronSettings::default()).expect("two classes and an ε below ½")
}

/// What both learn from one sample.
struct Sample {
    perceptron: Vec<f64>,
    backprop: Vec<f64>,
    /// ‖∇f + μw‖.
    residual: f64,
    errors: usize,
}

/// `per_cluster` points a cluster, and in every eighth place a spoiler, so that its share stays that of one among eight a cluster.
#[derive(Clone, Copy)]
struct Design {
    per_cluster: usize,
    deviation: f64,
    is_spoiled: bool,
}

/// As on the slide.
const DRAWN: Design = Design { per_cluster: 8, deviation: 0.08, is_spoiled: false };
const SPOILED: Design = Design { is_spoiled: true, ..DRAWN };

impl Design {
    fn spoilers(self) -> usize {
        if self.is_spoiled { self.per_cluster / DRAWN.per_cluster } else { 0 }
    }

    fn draw(self, seed: u64) -> DataSet {
        let Self { per_cluster, deviation, .. } = self;
        let clusters = SpoiledClusters { per_cluster, deviation, seed, spoilers: 0 };
        let clusters = clusters.draw().expect("a deviation above 0");
        let spoilers = SpoiledClusters::SPOILER.repeat(self.spoilers());
        let features = [clusters.features(), &spoilers].concat();
        let labels = [clusters.labels(), &vec![1; self.spoilers()]].concat();
        DataSet::new(2, features, labels, 2).expect("points of the plane")
    }
}

fn learn(design: Design, seed: u64) -> Sample {
    let data = design.draw(seed);
    let perceptron = Perceptron { order: Order::Random { seed }, ..Perceptron::default() };
    let learned = perceptron.learn(&data).expect("two classes");
    assert!(learned.separates(), "the clusters are separable");
    let neuron = neuron(&data);
    let found = minimize_in_ball(&neuron, RADIUS, &[0.0; 3]);
    let errors = neuron.errors(&found.w);
    Sample { perceptron: learned.weights, backprop: found.w, residual: found.residual, errors }
}

/// The standard deviation of backprop's angle in degrees.
fn backprop_deviation(design: Design) -> f64 {
    let angles = (0..SAMPLES).map(|seed| {
        let found = minimize_in_ball(&neuron(&design.draw(seed)), RADIUS, &[0.0; 3]);
        if found.residual < 1e-12 { angle(&found.w) } else { f64::NAN }
    });
    deviation(&angles.collect::<Vec<_>>())
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn deviation(numbers: &[f64]) -> f64 {
    let mean = mean(numbers);
    let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
    (squares / (numbers.len() - 1) as f64).sqrt()
}

/// The angle of backprop's boundary for endlessly many points, and the standard deviation for a few of them.
struct Theory {
    angle: f64,
    deviation: f64,
}

fn theory(design: Design) -> Theory {
    const MANY: usize = 20_000;
    // A seed of its own.
    let many = Design { per_cluster: MANY, ..design }.draw(1_000_000);
    let neuron = neuron(&many);
    let found = minimize_in_ball(&neuron, RADIUS, &[0.0; 3]);
    let w = &found.w;
    // The covariance of the sum of the gradients of a sample; a spoiler does not vary.
    let mut covariance = DMatrix::zeros(3, 3);
    for cluster in 0..3 {
        let gradients: Vec<_> = (cluster * MANY..(cluster + 1) * MANY)
            .map(|i| {
                let mut gradient = [0.0; 3];
                neuron.batch_value_gradient(w, &[i], &mut gradient);
                DVector::from_row_slice(&gradient)
            })
            .collect();
        let sum = gradients.iter().fold(DVector::zeros(3), |sum, gradient| sum + gradient);
        let mean = sum / MANY as f64;
        for gradient in &gradients {
            let off = gradient - &mean;
            covariance += &off * off.transpose() * (design.per_cluster as f64 / (MANY - 1) as f64);
        }
    }
    let few = (3 * design.per_cluster + design.spoilers()) as f64;
    let mut hessian = DMatrix::zeros(3, 3);
    neuron.hessian(w, &mut hessian);
    let normal = DVector::from_row_slice(w) / norm(w);
    let outer = &normal * normal.transpose();
    // Inside the ball every direction is free, on the sphere those along it.
    let is_free = found.multiplier == 0.0;
    let p = if is_free { DMatrix::identity(3, 3) } else { DMatrix::identity(3, 3) - &outer };
    let m = &p * (hessian + DMatrix::identity(3, 3) * found.multiplier) * &p;
    let m = if is_free { m } else { m + outer };
    let inverse = Eigen::new(&m).expect("finite numbers").inverse().expect("a strict minimum");
    // The derivative of the angle in radians: (−w_y, w_x, 0)/(w_x² + w_y²).
    let square = w[0] * w[0] + w[1] * w[1];
    let a = &p * DVector::from_row_slice(&[-w[1] / square, w[0] / square, 0.0]);
    let reach = &p * inverse * a;
    let variance = (reach.transpose() * covariance * &reach)[(0, 0)] / (few * few);
    Theory { angle: angle(w), deviation: variance.sqrt().to_degrees() }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let without: Vec<_> = (0..SAMPLES).map(|seed| learn(DRAWN, seed)).collect();
    let with: Vec<_> = (0..SAMPLES).map(|seed| learn(SPOILED, seed)).collect();
    let angles = |samples: &[Sample], of: fn(&Sample) -> &Vec<f64>| -> Vec<f64> {
        samples.iter().map(|sample| angle(of(sample))).collect()
    };
    let perceptron = [&without, &with].map(|samples| angles(samples, |sample| &sample.perceptron));
    let backprop = [&without, &with].map(|samples| angles(samples, |sample| &sample.backprop));
    let predicted = [theory(DRAWN), theory(SPOILED)];

    let mut table = Table::new(
        format!("angle of the normal in degrees over {SAMPLES} samples, 3 × 8 points"),
        &["learner and data", "mean", "s.d.", "mean in theory", "s.d. in theory", "samples not separated"],
    );
    for (i, data) in ["three clusters", "with the spoiler"].into_iter().enumerate() {
        let samples = [&without, &with][i];
        table.row([
            format!("perceptron, {data}"),
            significant(mean(&perceptron[i]), 4),
            significant(deviation(&perceptron[i]), 4),
            "–".to_owned(),
            "–".to_owned(),
            "0".to_owned(),
        ]);
        table.row([
            format!("backprop, {data}"),
            significant(mean(&backprop[i]), 4),
            significant(deviation(&backprop[i]), 4),
            significant(predicted[i].angle, 4),
            significant(predicted[i].deviation, 4),
            samples.iter().filter(|sample| sample.errors > 0).count().to_string(),
        ]);
        findings.at_most(
            format!("standard deviation of backprop's angle in degrees, {data}"),
            "that of many points, √(aᵀM⁻¹ C M⁻¹a)",
            predicted[i].deviation,
            deviation(&backprop[i]),
            0.0,
            "nothing: few points are fitted better than many, so that their losses bend more",
        );
    }
    findings.at_most(
        "largest residual ‖∇f + μw‖ of backprop's minima",
        "0",
        0.0,
        largest(without.iter().chain(&with).map(|sample| sample.residual)),
        1e-12,
        "rounding of gradients of size 1",
    );
    findings.at_most(
        "standard deviation of backprop's angle over that of the perceptron, three clusters",
        "less than a third",
        1.0 / 3.0,
        deviation(&backprop[0]) / deviation(&perceptron[0]),
        0.0,
        "nothing: the quotient is far below",
    );
    check_limits(&mut findings, deviation(&backprop[0]), &predicted);
    check_moves(&mut findings, &perceptron, &backprop, &predicted);
    findings.tables.push(table);
    findings.figures.push(figure(&without, &with));
    findings
}

/// The two limits in which theory knows the standard deviation.
fn check_limits(findings: &mut Findings, as_drawn: f64, theories: &[Theory; 2]) {
    const WHY: &str = "two standard deviations of a standard deviation from 300 samples, 1/√600 each";
    let closed = |design: Design| (design.deviation / (design.per_cluster as f64).sqrt()).to_degrees();
    let mut table = Table::new(
        format!(
            "standard deviation of backprop's angle in degrees over {SAMPLES} samples, where theory knows it"
        ),
        &["points a cluster, their spread", "measured", "in theory"],
    );
    let mut row = |design: Design, name: &str, measured: f64, theory: f64| {
        let spoiler = if design.is_spoiled { ", with spoilers" } else { "" };
        table.row([
            format!("{}, {}{spoiler}: {name}", design.per_cluster, design.deviation),
            significant(measured, 4),
            significant(theory, 4),
        ]);
    };
    let little = Design { deviation: 0.01, ..DRAWN };
    let (measured, predicted) = (backprop_deviation(little), closed(little));
    row(little, "little spread", measured, predicted);
    let name = "standard deviation of backprop's angle in degrees, 3 × 8 points that spread by 0.01";
    findings.near(name, "δ/√n", predicted, measured, Tolerance::Relative(0.08), WHY);
    for (few, theory) in [DRAWN, SPOILED].into_iter().zip(theories) {
        let design = Design { per_cluster: 128, ..few };
        let fewer = few.per_cluster as f64 / design.per_cluster as f64;
        let (measured, predicted) = (backprop_deviation(design), theory.deviation * fewer.sqrt());
        row(design, "many points", measured, predicted);
        findings.near(
            format!(
                "standard deviation of backprop's angle in degrees, 3 × 128 points, {}",
                if design.is_spoiled { "with 16 spoilers" } else { "no spoiler" }
            ),
            "√(aᵀM⁻¹ C M⁻¹a)",
            predicted,
            measured,
            Tolerance::Relative(0.08),
            WHY,
        );
    }
    findings.tables.push(table);
    findings.at_most(
        "δ/√n in degrees, which spread can only exceed, three clusters as drawn",
        "the measured standard deviation",
        as_drawn,
        closed(DRAWN),
        0.0,
        "nothing: margins that vary fit worse",
    );
}

/// How far the spoiler turns the boundaries of the same samples.
fn check_moves(
    findings: &mut Findings,
    perceptron: &[Vec<f64>; 2],
    backprop: &[Vec<f64>; 2],
    predicted: &[Theory; 2],
) {
    let moves = |angles: &[Vec<f64>; 2]| -> Vec<f64> {
        angles[0].iter().zip(&angles[1]).map(|(before, after)| (after - before).abs()).collect()
    };
    let (swing, turn) = (moves(perceptron), moves(backprop));
    let in_theory = (predicted[1].angle - predicted[0].angle).abs();
    findings.near(
        "degrees by which a spoiler turns backprop's boundary, on average",
        "the angle between the minima of many points, with and without a share of 1/25 for the spoiler",
        in_theory,
        mean(&turn),
        Tolerance::Relative(0.08),
        "the average over samples is not the angle of an average, to second order in their spread",
    );
    findings.breaks(
        "degrees by which a spoiler turns backprop's boundary, on average, and not the perceptron's",
        "the perceptron's own average, if backprop were the one that is hardly moved",
        mean(&swing),
        mean(&turn),
    );
    let mut table = Table::new(
        "degrees by which the spoiler turns the boundary of the same sample",
        &["learner", "mean", "s.d.", "mean in theory"],
    );
    for (name, moves, theory) in
        [("perceptron", &swing, "–".to_owned()), ("backprop", &turn, significant(in_theory, 4))]
    {
        table.row([name.to_owned(), significant(mean(moves), 4), significant(deviation(moves), 4), theory]);
    }
    findings.tables.push(table);
}

fn figure(without: &[Sample], with: &[Sample]) -> Figure {
    // Enough for a fan, few enough to tell them apart.
    const LINES: usize = 40;
    let panel = |title: &str, samples: &[Sample], design: Design, of: fn(&Sample) -> &Vec<f64>| {
        let (x, y) = plane(["x", "y"], [0.0, 0.3], 1.3);
        let mut panel = Panel::new(title, x, y);
        for sample in samples.iter().take(LINES) {
            panel = panel.line(line(of(sample)), Ink::Quiet);
        }
        let data = design.draw(0);
        let of_class = |class: usize| {
            let rows = data.rows().zip(data.labels()).filter(move |(_, label)| **label == class);
            rows.map(|(x, _)| (x[0], x[1])).collect::<Vec<_>>()
        };
        panel = panel.dots(of_class(1), POSITIVE).dots(of_class(0), NEGATIVE);
        if design.is_spoiled {
            let [x, y] = SpoiledClusters::SPOILER;
            panel = panel.label((x, y), Anchor::Below, "spoiler", POSITIVE);
        }
        panel
    };
    Figure {
        id: "fans",
        caption: format!(
            "The boundaries of {LINES} samples of the three clusters, on the points of the first. The perceptron's make a wide fan, those of backprop \
             a narrow one. The spoiler turns both fans; that of backprop farther, and it stays as narrow."
        ),
        panels: vec![
            panel("Perceptron", without, DRAWN, |sample| &sample.perceptron),
            panel("Backprop", without, DRAWN, |sample| &sample.backprop),
            panel("Perceptron, with the spoiler", with, SPOILED, |sample| &sample.perceptron),
            panel("Backprop, with the spoiler", with, SPOILED, |sample| &sample.backprop),
        ],
        columns: 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angle_is_that_of_the_normal() {
        for (w, degrees) in [
            ([1.0, 0.0], 0.0),
            ([1.0, 1.0], 45.0),
            ([0.0, 2.0], 90.0),
            ([-1.0, 0.0], 180.0),
            ([1.0, -1.0], -45.0),
            ([0.0, -1.0], -90.0),
        ] {
            assert!((angle(&w) - degrees).abs() < 1e-12, "{w:?}: {}", angle(&w));
        }
    }
}

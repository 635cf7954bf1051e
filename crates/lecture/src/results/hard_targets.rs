//! R03: with the targets 0 and 1 there is no minimum.

use std::ops::ControlFlow;

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_networks::data::three_points;
use thalweg_networks::{Neuron, NeuronSettings};
use thalweg_numerics::{dot, ln, norm};
use thalweg_schedules::Constant;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "hard-targets-have-no-minimum",
    number: 3,
    slides: Slides(&[(13, 14)]),
    chapter: Chapter::Perceptron,
    claim: "For a logistic output and the squared error to the labels, the minimum on the three points is unique, and backprop \
            finds it.",
    correction: Some(Correction {
        statement: "That holds for targets inside the range of the output, like ε and 1 − ε. The labels themselves are its ends: 0 \
                    and 1 are met only by infinite weights. Descent goes on for ever, with weights like ½ ln k and a sum of \
                    squares like 1/(2ηk).",
        refuted_by: "how far the weights go from step 10⁴ to step 2·10⁵",
    }),
    source: "far out ψ ≈ e^(−2m). With margins m = ½ ln k + cᵢ all residual terms fall alike, and mᵢ′ = 2η Σⱼ Gᵢⱼ e^(−2mⱼ) gives \
             e^(−2mⱼ) = (G⁻¹1)ⱼ/(4ηk), G the Gram matrix of the signed points: ηk·loss → ¼·1ᵀG⁻¹1",
    errata: &[Erratum {
        slides: Slides(&[(13, 13)]),
        flag: Flag::Imprecise,
        printed: "The minimum is unique.",
        correct: "Unique for targets inside the range of the output; with 0 and 1 there is none, and −1 is no target of a logistic \
                  output at all.",
        measured_by: "how far the weights go from step 10⁴ to step 2·10⁵",
    }],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/first-order/src/gradient_descent.rs"],
    run,
    full: None,
};

const POINTS: f64 = 3.0;
/// η for the sum. Below the range 2·10⁵ steps do not lead far enough out.
pub(super) static RATE: Parameter = Parameter::real("rate", "η, for the sum of squares", 1.0, (0.5, 4.0));
const STEPS: u64 = 200_000;
/// The signed points (1, 0, 1), (0, 1, 1), (1, 0, −1).
const SIGNED: [[f64; 3]; 3] = [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0]];
/// G⁻¹1, which the first check confirms: the first point is no support vector.
const DUALS: [f64; 3] = [0.0, 1.0, 1.0];

struct Row {
    step: u64,
    loss: f64,
    w: Vec<f64>,
}

fn rows() -> Vec<Row> {
    let neuron = Neuron::new(&three_points(), 0.0, NeuronSettings::default()).expect("ε may be 0");
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: POINTS * RATE.get() } };
    let mut rows = Vec::new();
    let mut next = 1.0_f64;
    minimize(&neuron, &method, &[0.0; 3], Stop::after(STEPS), |record| {
        let wanted = [1000, 10_000, 100_000, STEPS].contains(&record.step);
        if wanted || (record.step as f64 >= next && record.step > 0) {
            next = 1.15 * record.step as f64;
            let loss = POINTS * record.value.unwrap_or(f64::NAN);
            rows.push(Row { step: record.step, loss, w: record.x.to_vec() });
        }
        ControlFlow::Continue(())
    })
    .expect("settings that can be used");
    rows
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let rows = rows();
    let at = |step: u64| rows.iter().find(|row| row.step == step).expect("a step that was asked for");
    let off = SIGNED
        .map(|z| SIGNED.iter().zip(DUALS).map(|(other, dual)| dot(&z, other) * dual).sum::<f64>() - 1.0);
    findings.near(
        "how far G times the duals (0, 1, 1) is from 1",
        "G λ = 1",
        0.0,
        largest(off),
        Tolerance::Absolute(0.0),
        "small integers",
    );
    let limit = 0.25 * DUALS.iter().sum::<f64>();
    for step in [100_000, STEPS] {
        findings.near(
            format!("ηk·loss at k = {step}"),
            "¼·1ᵀG⁻¹1",
            limit,
            RATE.get() * step as f64 * at(step).loss,
            Tolerance::Relative(0.01),
            "the first point, whose dual is 0, fades like a power of ln k/k only",
        );
    }
    let margin = |row: &Row, i: usize| dot(&SIGNED[i], &row.w);
    for i in [1, 2] {
        let rise = margin(at(STEPS), i) - margin(at(10_000), i);
        findings.near(
            format!("how far the margin of point {} rises from k = 10⁴ to 2·10⁵, over ln 20", i + 1),
            "½ ln k",
            0.5,
            rise / ln(20.0),
            Tolerance::Relative(0.02),
            "as ηk·loss, which goes from 0.508 to 0.501 meanwhile",
        );
    }
    let (early, late) = (at(10_000), at(STEPS));
    let moved: Vec<_> = late.w.iter().zip(&early.w).map(|(a, b)| a - b).collect();
    findings.breaks(
        "how far the weights go from step 10⁴ to step 2·10⁵",
        "beside a tenth of the way so far, where a run that converges would have stopped",
        0.1 * norm(&early.w),
        norm(&moved),
    );
    let mut table = Table::new(
        format!("gradient descent, η = {}", RATE.get()),
        &["k", "k·loss", "w_x", "w_y", "b", "‖w‖"],
    );
    for step in [1000, 10_000, 100_000, STEPS] {
        let row = at(step);
        let numbers = [step as f64 * row.loss, row.w[0], row.w[1], row.w[2], norm(&row.w)];
        table.row([step.to_string()].into_iter().chain(numbers.map(|number| significant(number, 5))));
    }
    findings.tables.push(table);
    findings.figures.push(figure(&rows, limit));
    findings
}

fn figure(rows: &[Row], limit: f64) -> Figure {
    let ink = Ink::Series(0);
    let loss =
        Panel::new("Loss", Axis::logarithmic("step k", 1.0, 3e5), Axis::logarithmic("Σ(σ − d)²", 1e-6, 1.0))
            .line(rows.iter().map(|row| (row.step as f64, row.loss)), ink)
            .dashed([10.0, 3e5].map(|k| (k, limit / (RATE.get() * k))), Ink::Theory)
            .label((30.0, limit / (RATE.get() * 30.0)), Anchor::Left, "1/(2ηk)", Ink::Theory);
    let weights = Panel::new("Weights", Axis::logarithmic("step k", 1.0, 3e5), Axis::linear("", 0.0, 9.0))
        .line(rows.iter().map(|row| (row.step as f64, row.w[0])), ink)
        .line(rows.iter().map(|row| (row.step as f64, row.w[1])), Ink::Series(2))
        .line(rows.iter().map(|row| (row.step as f64, row.w[2])), Ink::Series(3))
        .label((2e4, 5.9), Anchor::Above, "w_x", ink)
        .label((2e4, 4.2), Anchor::Below, "w_y", Ink::Series(2))
        .label((2e4, 0.9), Anchor::Above, "b", Ink::Series(3));
    Figure {
        id: "no-end",
        caption: "Left: the sum of squares falls like 1/k, on the predicted line. Right: the weights grow like a logarithm, a straight \
                  line on this scale, without an end."
            .to_owned(),
        panels: vec![loss, weights],
        columns: 2,
    }
}

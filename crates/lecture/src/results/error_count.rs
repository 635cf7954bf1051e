//! R01: counting errors is flat, a divergence is not.

use thalweg_networks::{DataSet, Neuron, NeuronSettings, ThresholdNeuron};
use thalweg_problem::{Differentiable, Objective};

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "counting-errors-shows-no-way-down",
    number: 1,
    slides: Slides(&[(10, 11)]),
    chapter: Chapter::Perceptron,
    claim: "Moving a threshold between two points changes no error and says nothing of the way; with a sigmoid the distance \
            to the targets changes even where the errors do not.",
    correction: None,
    source: "the count is constant between neighboring points; the derivative of Σ(σ(4(xᵢ − T)) − dᵢ)² by T is that of the neuron \
             by its bias, with the sign changed",
    errata: &[],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/networks/src/neuron/piecewise.rs"],
    run,
    full: None,
};

const POINTS: [f64; 5] = [-2.0, -1.0, 0.4, 1.0, 2.0];
const LABELS: [usize; 5] = [0, 0, 1, 0, 1];
/// Two thresholds between the same two points.
const T1: f64 = -0.75;
const T2: f64 = 0.25;
const FROM: f64 = -3.0;
const TO: f64 = 3.0;
const COUNT: u32 = 4001;

struct Sweep {
    count: ThresholdNeuron,
    divergence: Neuron,
}

impl Sweep {
    fn new() -> Self {
        let data = DataSet::new(1, POINTS, LABELS, 2).expect("the constants fit");
        let settings = NeuronSettings { slope: 4.0, ..NeuronSettings::default() };
        Self {
            count: ThresholdNeuron::new(&data).expect("two classes"),
            divergence: Neuron::new(&data, 0.0, settings).expect("the constants fit"),
        }
    }

    fn errors(&self, threshold: f64) -> f64 {
        self.count.value(&[1.0, -threshold])
    }

    /// The sum of the squared distances to the targets, and its derivative by T.
    fn loss(&self, threshold: f64) -> (f64, f64) {
        let mut gradient = [f64::NAN; 2];
        let mean = self.divergence.value_gradient(&[1.0, -threshold], &mut gradient);
        (5.0 * mean, -5.0 * gradient[1])
    }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let sweep = Sweep::new();
    let thresholds: Vec<_> = spaced(FROM, TO, COUNT).collect();
    let steps: Vec<_> = thresholds
        .windows(2)
        .filter(|pair| sweep.errors(pair[0]) != sweep.errors(pair[1]))
        .map(|pair| POINTS.iter().filter(|x| (pair[0]..=pair[1]).contains(x)).count())
        .collect();
    findings.words(
        "steps of the error count over 4001 thresholds, and the points in each",
        "one at every point, none elsewhere",
        format!("{} steps, {:?}", POINTS.len(), [1; POINTS.len()]),
        format!("{} steps, {steps:?}", steps.len()),
    );
    findings.words(
        "errors at T₁ = −0.75 and at T₂ = 0.25, and where the divergence is lower",
        "no point lies between the two: the same count; the divergence falls towards the gap's right end",
        "1 and 1, T₂",
        format!(
            "{} and {}, {}",
            sweep.errors(T1),
            sweep.errors(T2),
            if sweep.loss(T2).0 < sweep.loss(T1).0 { "T₂" } else { "T₁" }
        ),
    );
    const H: f64 = 1e-5;
    let differences = thresholds.iter().map(|&t| {
        let difference = (sweep.loss(t + H).0 - sweep.loss(t - H).0) / (2.0 * H);
        sweep.loss(t).1 - difference
    });
    findings.near(
        "farthest that the derivative of the divergence is from differences of values",
        "central differences at ±1e-5",
        0.0,
        largest(differences),
        Tolerance::Absolute(1e-8),
        "h²/6 times a third derivative below 100",
    );
    let flat = thresholds.iter().filter(|&&t| sweep.loss(t).1 == 0.0).count();
    findings.words("thresholds at which the divergence has no slope", "none of the grid", 0, flat);

    let mut table = Table::new("along the sweep", &["T", "errors", "divergence", "its slope"]);
    for t in [-2.5, -1.5, T1, T2, 0.7, 1.5, 2.5] {
        let (loss, slope) = sweep.loss(t);
        let numbers = [t, sweep.errors(t), loss, slope].map(|number| significant(number, 5));
        table.row(numbers);
    }
    findings.tables.push(table);
    findings.figures.push(figure(&sweep));
    findings
}

fn figure(sweep: &Sweep) -> Figure {
    let (count_ink, loss_ink) = (Ink::Wrong, Ink::Series(2));
    let points = |label: usize| {
        POINTS
            .iter()
            .zip(LABELS)
            .filter(move |(_, l)| *l == label)
            .map(|(&x, _)| (x, 0.0))
            .collect::<Vec<_>>()
    };
    let axes = |title, label, high| {
        Panel::new(title, Axis::linear("threshold T", FROM, TO), Axis::linear(label, -0.15 * high, high))
            .dots(points(1), crate::boundary::POSITIVE)
            .dots(points(0), crate::boundary::NEGATIVE)
            .dashed([(T1, 0.0), (T1, high)], Ink::Theory)
            .dashed([(T2, 0.0), (T2, high)], Ink::Theory)
            .label((T1, 0.9 * high), Anchor::Left, "T₁", Ink::Theory)
            .label((T2, 0.9 * high), Anchor::Right, "T₂", Ink::Theory)
    };
    let grid = || spaced(FROM, TO, 1201);
    let count = axes("Errors", "count", 4.0).line(grid().map(|t| (t, sweep.errors(t))), count_ink);
    let loss = axes("Divergence", "Σ(σ − d)²", 4.0)
        .line(grid().map(|t| (t, sweep.loss(t).0)), loss_ink)
        .arrows([(T1, sweep.loss(T1).0), (T2, sweep.loss(T2).0)], loss_ink);
    Figure {
        id: "flat-and-sloped",
        caption: "Points of class 1 (blue) and of class 0 (orange) on a line. From T₁ to T₂, between the same two points, no \
                  error comes or goes, while the divergence falls."
            .to_owned(),
        panels: vec![count, loss],
        columns: 2,
    }
}

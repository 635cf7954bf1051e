//! R15: one neuron can have 2^d minima.

use std::collections::BTreeSet;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_networks::{Neuron, NeuronLoss, NeuronSettings};
use thalweg_problem::{Differentiable, Objective, State};
use thalweg_second_order::TrustRegion;

use crate::descend::{largest, threshold};
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane, spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "one-neuron-can-have-many-minima",
    number: 15,
    slides: Slides(&[(13, 13), (32, 32)]),
    chapter: Chapter::Perceptron,
    claim: "For a single neuron with the squared error the minimum is unique.",
    correction: Some(Correction {
        statement: "For the three points of the slide it is. Two points for each of d inputs, each seen by one weight, give 2^d minima, because the \
                    error of one weight has two and errors add up. With the cross-entropy there is one, whatever the data.",
        refuted_by: "minima that runs from everywhere end in, d = 6",
    }),
    source: "P. Auer, M. Herbster and M. K. Warmuth, Advances in Neural Information Processing Systems 8 (1996) 316–322: inputs 10 and 0.7 with the \
             targets 0.55 and 0.25",
    errata: &[],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/second-order/src/trust_region.rs"],
    run,
    full: None,
};

const INPUTS: [f64; 2] = [10.0, 0.7];
const TARGETS: [f64; 2] = [0.55, 0.25];
/// Starts are uniform between these, in every weight.
const FROM: f64 = -3.0;
const TO: f64 = 1.0;

/// Two points for each of d inputs; the mean of the losses, 1/d of the sum of what each weight alone would have.
fn neuron(d: usize, loss: NeuronLoss) -> Neuron {
    let mut features = Vec::new();
    for j in 0..d {
        for input in INPUTS {
            features.extend((0..d).map(|i| if i == j { input } else { 0.0 }));
        }
    }
    let settings = NeuronSettings { loss, has_bias: false, ..NeuronSettings::default() };
    Neuron::with_targets(d, &features, &TARGETS.repeat(d), settings).expect("the constants fit")
}

fn slope(neuron: &Neuron, w: f64) -> f64 {
    let mut gradient = [f64::NAN];
    neuron.value_gradient(&[w], &mut gradient);
    gradient[0]
}

/// The minima of one weight: where the slope turns from − to +, halved down to rounding.
fn minima_of_one(neuron: &Neuron) -> Vec<f64> {
    let grid: Vec<_> = spaced(-20.0, 20.0, 40_001).collect();
    let turns = grid.windows(2).filter(|pair| slope(neuron, pair[0]) < 0.0 && slope(neuron, pair[1]) >= 0.0);
    turns.map(|pair| threshold(pair[0], pair[1], |w| slope(neuron, w) < 0.0)).collect()
}

struct Ends {
    /// Which minimum of one weight each weight is at, for every end that was reached.
    reached: BTreeSet<Vec<usize>>,
    elsewhere: usize,
    /// The farthest that a value is from the mean of the values of its weights alone.
    misfit: f64,
}

fn ends(d: usize, loss: NeuronLoss, starts: u32) -> Ends {
    let (one, all) = (neuron(1, loss), neuron(d, loss));
    let wells = minima_of_one(&one);
    let values: Vec<_> = wells.iter().map(|&w| one.value(&[w])).collect();
    let method = TrustRegion { max_radius: 1.0, ..TrustRegion::default() };
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-10, ..Stop::default() };
    let mut draws = Draws::from_seed(15);
    let mut found = Ends { reached: BTreeSet::new(), elsewhere: 0, misfit: 0.0 };
    for _ in 0..starts {
        let start: Vec<_> = (0..d).map(|_| FROM + (TO - FROM) * draws.unit()).collect();
        let run = minimize(&all, &method, &start, stop.clone(), silent).expect("settings that can be used");
        let nearest = |w: &f64| wells.iter().position(|well| (well - w).abs() < 1e-5);
        match run.state.x().iter().map(nearest).collect::<Option<Vec<_>>>() {
            Some(end) => {
                let mean = end.iter().map(|&i| values[i]).sum::<f64>() / d as f64;
                found.misfit = largest([found.misfit, all.value(run.state.x()) - mean]);
                found.reached.insert(end);
            }
            None => found.elsewhere += 1,
        }
    }
    found
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let one = neuron(1, NeuronLoss::Squared);
    let wells = minima_of_one(&one);
    findings.words("minima of one weight with two points", "Auer, Herbster and Warmuth", 2, wells.len());
    let convex = minima_of_one(&neuron(1, NeuronLoss::CrossEntropy));
    findings.words("the same with the cross-entropy", "convex: one", 1, convex.len());
    let mut table = Table::new("minima of one weight", &["loss", "w", "loss of the two points"]);
    for (name, loss, wells) in
        [("squared", NeuronLoss::Squared, &wells), ("cross-entropy", NeuronLoss::CrossEntropy, &convex)]
    {
        for (i, &w) in wells.iter().enumerate() {
            let numbers = [w, 2.0 * neuron(1, loss).value(&[w])].map(|number| significant(number, 6));
            table.row([format!("{name}, {}", i + 1)].into_iter().chain(numbers));
        }
    }
    findings.tables.push(table);
    let mut table = Table::new(
        "where runs from everywhere end",
        &["d", "runs", "minima reached", "2^d", "ends elsewhere"],
    );
    let (mut misfits, mut elsewhere) = (Vec::new(), 0);
    for d in 1..=6_usize {
        let starts = 60 << d;
        let found = ends(d, NeuronLoss::Squared, starts);
        findings.words(
            format!("minima that {starts} runs reach, d = {d}"),
            "2^d",
            1 << d,
            found.reached.len(),
        );
        misfits.push(found.misfit);
        elsewhere += found.elsewhere;
        let cells = [d, starts as usize, found.reached.len(), 1 << d, found.elsewhere];
        table.row(cells.map(|cell| cell.to_string()));
        if d == 6 {
            findings.breaks(
                "minima that runs from everywhere end in, d = 6",
                "one, if it were unique",
                1.0,
                found.reached.len() as f64,
            );
        }
    }
    findings.tables.push(table);
    findings.words("runs that end at no combination of the minima of the weights", "none", 0, elsewhere);
    findings.near(
        "farthest that the loss at an end is from the mean of those of its weights",
        "errors add up",
        0.0,
        largest(misfits),
        Tolerance::Absolute(1e-12),
        "a gradient of 1e-10 is left, whose square counts, and rounding",
    );
    let single = ends(6, NeuronLoss::CrossEntropy, 200);
    findings.words(
        "minima that 200 runs reach with the cross-entropy, d = 6, and ends elsewhere",
        "convex: one",
        "1, 0",
        format!("{}, {}", single.reached.len(), single.elsewhere),
    );
    findings.figures.push(figure(&wells));
    findings
}

fn figure(wells: &[f64]) -> Figure {
    let (squared, entropy) = (Ink::Wrong, Ink::Series(3));
    let line = |loss| {
        let neuron = neuron(1, loss);
        spaced(FROM, TO, 401).map(move |w| (w, 2.0 * neuron.value(&[w]))).collect::<Vec<_>>()
    };
    let one = neuron(1, NeuronLoss::Squared);
    let section = Panel::new("One weight", Axis::linear("w", FROM, TO), Axis::linear("loss", 0.0, 0.5))
        .line(line(NeuronLoss::Squared), squared)
        .dots(wells.iter().map(|&w| (w, 2.0 * one.value(&[w]))), squared)
        .label((-1.7, 0.33), Anchor::Above, "squared error", squared);
    let convex =
        Panel::new("With the cross-entropy", Axis::linear("w", FROM, TO), Axis::linear("loss", 0.0, 8.0))
            .line(line(NeuronLoss::CrossEntropy), entropy);
    let (x, y) = plane(["w₁", "w₂"], [-1.0, -1.0], 1.6);
    let two = neuron(2, NeuronLoss::Squared);
    let mut map = Panel::new("Two weights: where descent ends", x, y);
    let corners: Vec<_> = wells.iter().flat_map(|&a| wells.iter().map(move |&b| (a, b))).collect();
    for a in [-2.6, -1.3, -0.9, 0.4] {
        for b in [-2.4, -1.2, -0.8, 0.35] {
            let path = crate::descend::descend(&two, 0.3, &[a, b], 6000).points;
            let shown = |k: &usize| *k < 20 || k.is_multiple_of(120);
            map = map.line(
                path.iter().enumerate().filter(|(k, _)| shown(k)).map(|(_, w)| (w[0], w[1])),
                Ink::Quiet,
            );
        }
    }
    let map = map.dots(corners, squared);
    Figure {
        id: "wells",
        caption: "Left: the squared error of one weight has two minima. Middle: with two such weights there are four, and which one descent finds \
                  depends on the start. Right: the cross-entropy of the same points has one."
            .to_owned(),
        panels: vec![section, map, convex],
        columns: 3,
    }
}

//! R73: data that a line separates, and the one minimum that there is does not.

use std::f64::consts::PI;
use std::fmt;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_networks::separability::{Separability, separability};
use thalweg_networks::{DataSet, Neuron, NeuronSettings};
use thalweg_numerics::{cos, dot, logistic, sin};
use thalweg_problem::{Objective, State};
use thalweg_second_order::TrustRegion;

use crate::boundary::{NEGATIVE, POSITIVE};
use crate::descend::{largest, threshold};
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::spoiler::logit;
use crate::two_weights::TwoWeights;
use crate::{Chapter, Claim, Correction, Findings, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "the-only-minimum-need-not-separate",
    number: 73,
    slides: Slides(&[(18, 20)]),
    chapter: Chapter::Perceptron,
    claim: "Where backprop does not separate what a perceptron does, it is at a local minimum; the global one separates.",
    correction: Some(Correction {
        statement: "There may be one minimum alone, and it does not separate. With one input four points are enough for ε = 0.3, five for ε = 0.25, \
                    seven for ε = 0.2; for any ε it takes more than (1/(2ε) − 1)² points, which is 2401 for ε = 0.01.",
        refuted_by: "points on the wrong side at the only stationary point of four, ε = 0.3",
    }),
    source: "M. Brady, R. Raghavan and J. Slawny, IEEE Transactions on Circuits and Systems 36 (1989) 665–674, state that there are such data; these are found by \
             enumeration. Far out, and box by box nearer by, a slope of f is proved not to vanish, but for one box with one stationary point \
             (Krawczyk). The bound: far out along weights that separate the loss rises towards nε², so that the only minimum is below nε², \
             and a point on the wrong side costs (½ − ε)²",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/lecture/src/interval.rs",
        "crates/lecture/src/krawczyk.rs",
        "crates/lecture/src/two_weights.rs",
        "crates/networks/src/separability.rs",
    ],
    run,
    full: None,
};

/// Points lie at 0, 1, …, this at most.
const SPAN: u32 = 8;
const EPSILONS: [f64; 3] = [0.3, 0.25, 0.2];
const STARTS: u32 = 100;

/// Points on a line, at least one of either class, with all of class 0 on the left.
#[derive(Clone, Debug)]
struct Points {
    /// In ascending order, the first at 0.
    at: Vec<u32>,
    /// How many of them are of class 0.
    zeros: usize,
}

impl Points {
    /// All of them within the span but for mirror images, those of a smaller span first.
    fn all() -> impl Iterator<Item = Self> {
        (1..=SPAN)
            .flat_map(|span| {
                (0..1_u32 << (span - 1)).flat_map(move |inner| {
                    let is_there = move |x: &u32| *x == 0 || *x == span || inner >> (x - 1) & 1 == 1;
                    let at: Vec<u32> = (0..=span).filter(is_there).collect();
                    (1..at.len()).map(move |zeros| Self { at: at.clone(), zeros })
                })
            })
            .filter(Self::comes_before_its_mirror_image)
    }

    fn mirrored(&self) -> Self {
        let last = self.at[self.at.len() - 1];
        Self { at: self.at.iter().rev().map(|x| last - x).collect(), zeros: self.at.len() - self.zeros }
    }

    fn comes_before_its_mirror_image(&self) -> bool {
        let other = self.mirrored();
        (self.zeros, &self.at) <= (other.zeros, &other.at)
    }

    fn data(&self) -> DataSet {
        let features: Vec<f64> = self.at.iter().map(|&x| f64::from(x)).collect();
        let labels: Vec<usize> = (0..self.at.len()).map(|i| usize::from(i >= self.zeros)).collect();
        DataSet::new(1, features, labels, 2).expect("points on a line")
    }

    fn neuron(&self, epsilon: f64) -> Neuron {
        Neuron::new(&self.data(), epsilon, NeuronSettings::default()).expect("an ε below ½")
    }

    fn system(&self, epsilon: f64) -> TwoWeights {
        let x = self.at.iter().map(|&x| x.cast_signed()).enumerate();
        let z = x.map(|(i, x)| if i < self.zeros { [-x, -1] } else { [x, 1] }).collect();
        TwoWeights { z, epsilon }
    }

    /// Where a descent from `start` ends.
    fn below(&self, start: &[f64], epsilon: f64) -> Vec<f64> {
        let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-12, ..Stop::default() };
        let method = TrustRegion { max_radius: 1.0, ..TrustRegion::default() };
        let neuron = self.neuron(epsilon);
        let run = minimize(&neuron, &method, start, stop, silent).expect("settings that can be used");
        run.state.x().to_vec()
    }

    /// The sum of the squared errors.
    fn loss(&self, epsilon: f64, w: &[f64]) -> f64 {
        self.at.len() as f64 * self.neuron(epsilon).value(w)
    }

    /// What the loss rises to far out along weights that separate.
    fn limit(&self, epsilon: f64) -> f64 {
        self.at.len() as f64 * epsilon * epsilon
    }

    /// Weights that separate, with u as the margin of the two points in the middle.
    fn separating(&self, epsilon: f64) -> [f64; 2] {
        let [left, right] = [self.zeros - 1, self.zeros].map(|i| f64::from(self.at[i]));
        let w = 2.0 * logit(epsilon) / (right - left);
        [w, -0.5 * w * (left + right)]
    }
}

/// As 0⁻ 1⁻ 2⁺.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, x) in self.at.iter().enumerate() {
            let (space, class) = (if i == 0 { "" } else { " " }, if i < self.zeros { '⁻' } else { '⁺' });
            write!(f, "{space}{x}{class}")?;
        }
        Ok(())
    }
}

/// What is proved about a set of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// Descent from 0 ends at a minimum that separates.
    Separates,
    /// It does not, but there are other stationary points.
    NotAlone,
    /// It does not, with so many points on the wrong side, and there is no other stationary point.
    Alone {
        wrong: usize,
    },
    Undecided,
}

fn judge(points: &Points, epsilon: f64) -> Proof {
    let system = points.system(epsilon);
    let Some(below) = system.proved_near(&points.below(&[0.0; 2], epsilon), 1e-3, &[]) else {
        return Proof::Undecided;
    };
    match (system.is_minimum(&below), system.wrong(&below)) {
        (true, Some(0)) => Proof::Separates,
        (true, Some(wrong)) => match system.stationary_points().map(|points| points.len()) {
            Some(1) => Proof::Alone { wrong },
            Some(_) => Proof::NotAlone,
            None => Proof::Undecided,
        },
        _ => Proof::Undecided,
    }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "points on a line at whole numbers from 0 to 8, all sets but for mirror images, proved one by one",
        &[
            "ε",
            "sets",
            "descent from 0 separates",
            "it does not, and is not alone",
            "it does not, and there is no other",
            "undecided",
        ],
    );
    let mut smallest = Table::new(
        "the fewest points whose only minimum does not separate",
        &["ε", "points", "w", "b", "loss", "nε²", "−b/w", "margin on the wrong side"],
    );
    let mut fewest = Vec::new();
    for epsilon in EPSILONS {
        let judged: Vec<_> = Points::all().map(|points| (judge(&points, epsilon), points)).collect();
        let count = |is: fn(Proof) -> bool| judged.iter().filter(|(proof, _)| is(*proof)).count();
        let counts = [
            judged.len(),
            count(|proof| proof == Proof::Separates),
            count(|proof| proof == Proof::NotAlone),
            count(|proof| matches!(proof, Proof::Alone { .. })),
            count(|proof| proof == Proof::Undecided),
        ];
        table.row([epsilon.to_string()].into_iter().chain(counts.map(|count| count.to_string())));
        let open = judged.iter().filter(|(proof, _)| *proof == Proof::Undecided);
        let open: Vec<_> = open.map(|(_, points)| points.to_string()).collect();
        let open = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
        findings.words(format!("sets about which nothing is proved, ε = {epsilon}"), "none", "none", open);
        let alone = judged.iter().filter(|(proof, _)| matches!(proof, Proof::Alone { .. }));
        let alone: Vec<_> = alone.map(|(_, points)| points).collect();
        let n = alone.iter().map(|points| points.at.len()).min().unwrap_or(usize::MAX);
        // Of those the one that is seen best.
        let depth = |points: &Points| Minimum::of(points, epsilon).margin;
        let of_fewest = alone.into_iter().filter(|points| points.at.len() == n);
        let Some(points) = of_fewest.min_by(|a, b| depth(a).total_cmp(&depth(b))) else { continue };
        let minimum = Minimum::of(points, epsilon);
        let Minimum { w, loss, margin } = &minimum;
        let numbers = [w[0], w[1], *loss, points.limit(epsilon), -w[1] / w[0], *margin];
        let cells = [epsilon.to_string(), points.to_string()];
        smallest.row(cells.into_iter().chain(numbers.map(|number| significant(number, 5))));
        check(&mut findings, points, epsilon, &minimum);
        fewest.push((points.clone(), epsilon));
    }
    findings.tables.extend([table, smallest]);
    findings.words(
        "fewest points whose only minimum does not separate, ε = 0.3, 0.25 and 0.2",
        "as the correction says",
        "4, 5, 7",
        fewest.iter().map(|(points, _)| points.at.len().to_string()).collect::<Vec<_>>().join(", "),
    );
    findings.figures.extend(fewest.first().map(|(points, epsilon)| figure(points, *epsilon)));
    findings
}

/// Where descent from 0 ends.
struct Minimum {
    w: Vec<f64>,
    /// Of the sum.
    loss: f64,
    /// The smallest: of a point on the wrong side.
    margin: f64,
}

impl Minimum {
    fn of(points: &Points, epsilon: f64) -> Self {
        let w = points.below(&[0.0; 2], epsilon);
        let margins = points.system(epsilon).z.into_iter().map(|z| dot(&z.map(f64::from), &w));
        let margin = margins.fold(f64::INFINITY, f64::min);
        Self { loss: points.loss(epsilon, &w), w, margin }
    }
}

fn check(findings: &mut Findings, points: &Points, epsilon: f64, minimum: &Minimum) {
    let proof = judge(points, epsilon);
    let wrong = if let Proof::Alone { wrong } = proof { wrong } else { 0 };
    let n = points.at.len();
    if n == 4 {
        findings.breaks(
            "points on the wrong side at the only stationary point of four, ε = 0.3",
            "none, if the lowest minimum separated",
            0.0,
            wrong as f64,
        );
    }
    let data = points.data();
    let is_separable = matches!(
        separability(&data), Ok(Separability::Separable(separator)) if separator.is_proof_for(&data)
    );
    findings.words(
        format!("does a line separate {points}"),
        "a separator, checked in exact arithmetic",
        "yes",
        if is_separable { "yes" } else { "no" },
    );
    let mut draws = Draws::from_seed(73);
    let ends = (0..STARTS).filter(|_| {
        let end = points.below(&[(); 2].map(|()| 5.0 * draws.normal()), epsilon);
        largest(end.iter().zip(&minimum.w).map(|(a, b)| a - b)) < 1e-6
    });
    findings.words(
        format!("of {STARTS} runs on {points}, how many end at the one minimum, ε = {epsilon}"),
        "all: there is no other stationary point",
        STARTS,
        ends.count(),
    );
    findings.at_most(
        format!("loss at the only minimum of {n} points, ε = {epsilon}"),
        "nε², to which it rises far out",
        points.limit(epsilon),
        minimum.loss,
        0.0,
        "below by far",
    );
    let bound = 0.5 / epsilon - 1.0;
    findings.at_most(
        format!("(1/(2ε) − 1)² over the {n} points, ε = {epsilon}"),
        "1, because (½ − ε)² < nε²",
        1.0,
        bound * bound / n as f64,
        0.0,
        "below by far",
    );
    // With targets that are nearer to 0 and 1 the same points have a minimum that separates.
    let small = 0.01;
    let from_separator = points.below(&points.separating(small), small);
    let system = points.system(small);
    let sides = system.proved_near(&from_separator, 1e-3, &[]).and_then(|proved| system.wrong(&proved));
    findings.words(
        format!("wrong at a minimum of {points} for ε = {small}"),
        "fewer than (1/(2ε) − 1)² points have another minimum",
        "0",
        sides.map_or("undecided".to_owned(), |wrong| wrong.to_string()),
    );
}

fn figure(points: &Points, epsilon: f64) -> Figure {
    let ink = Ink::Wrong;
    let Minimum { w, loss, .. } = Minimum::of(points, epsilon);
    let last = f64::from(points.at[points.at.len() - 1]);
    let of = |label: bool| {
        let (zeros, target) = (points.zeros, if label { 1.0 - epsilon } else { epsilon });
        let at = points.at.iter().enumerate().filter(move |(i, _)| (*i >= zeros) == label);
        at.map(move |(_, &x)| (f64::from(x), target)).collect::<Vec<_>>()
    };
    let edge = -w[1] / w[0];
    let output = Panel::new(
        "Targets and output",
        Axis::linear("x", -1.0, last + 1.0),
        Axis::linear("output", 0.0, 1.0),
    )
    .line(spaced(-1.0, last + 1.0, 121).map(|x| (x, logistic(w[0] * x + w[1]))), ink)
    .dashed([(edge, 0.0), (edge, 1.0)], ink)
    .dots(of(true), POSITIVE)
    .dots(of(false), NEGATIVE)
    .label((edge, 0.08), Anchor::Right, "where it decides", ink);
    let (low, high) = ([-0.25, -2.2], [1.0, 0.6]);
    let mut map =
        Panel::new("The loss", Axis::linear("w", low[0], high[0]), Axis::linear("b", low[1], high[1]));
    let neuron = points.neuron(epsilon);
    let n = points.at.len() as f64;
    for share in [0.02, 0.1, 0.25, 0.45, 0.7] {
        let level = (loss + share * (points.limit(epsilon) - loss)) / n;
        let ring = spaced(0.0, 2.0 * PI, 241).map(|angle| {
            let direction = [0.4 * cos(angle), sin(angle)];
            let point = |t: f64| [w[0] + t * direction[0], w[1] + t * direction[1]];
            // Where it first gets there; beyond the edges of the panel nobody looks.
            let above = spaced(0.0, 4.0, 401).find(|&t| neuron.value(&point(t)) > level);
            let t = above.map_or(f64::NAN, |t| threshold(t - 0.01, t, |t| neuron.value(&point(t)) < level));
            let [x, y] = point(t);
            (x, y)
        });
        map = map.line(ring, Ink::Quiet);
    }
    // Weights whose line is at one of the two points in the middle.
    let middle = [points.zeros - 1, points.zeros].map(|i| f64::from(points.at[i]));
    let map = map
        .dashed(
            middle.into_iter().flat_map(|x| [(0.0, 0.0), (2.0, -2.0 * x), (f64::NAN, 0.0)]),
            Ink::Series(2),
        )
        .label((0.7, -1.15), Anchor::Right, "separates", Ink::Series(2))
        .dots([(w[0], w[1])], ink)
        .label((low[0] + 0.03, low[1] + 0.3), Anchor::Right, "the minimum", ink);
    Figure {
        id: "one-minimum",
        caption: format!(
            "Left: the points {points} at their targets, ε = {epsilon}, and the output of the neuron at the only minimum: it decides on the \
             wrong side of one. Right: its loss over both weights; those that separate are between the dashed lines, and downhill \
             leads out from there."
        ),
        panels: vec![output, map],
        columns: 2,
    }
}

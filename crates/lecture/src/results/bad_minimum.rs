//! R05: the minimum that does not separate, from where on there is one.

use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_networks::ThresholdNeuron;
use thalweg_networks::data::spoiled_points;
use thalweg_numerics::norm;
use thalweg_problem::{Differentiable, Objective};

use crate::boundary::{line, with_points};
use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane, spaced};
use crate::number::significant;
use crate::spoiler::{Fold, POINTS, Stationary, curvatures, logit, loss, neuron};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "the-minimum-that-does-not-separate-needs-a-far-spoiler",
    number: 5,
    slides: Slides(&[(18, 20)]),
    chapter: Chapter::Perceptron,
    claim: "The minimum of the three points stays a local minimum with the spoiler, and its line does not separate the four.",
    correction: Some(Correction {
        statement: "Near that point, and not at it, there is one for t above a threshold t*(ε): 2.797 for ε = 0.01. There it meets a \
                    saddle, and for a nearer spoiler both are gone: descent from the same place separates.",
        refuted_by: "steps that are left of 10⁶ when descent from (u, u, 0) at t = 2.5 separates",
    }),
    source: "∇f = 0 followed by Newton's method from (u, u, 0) at t = 60 downwards, against the fold: ∇f = 0 and Hv = 0 at once, solved \
             for w, v and t; for large t the shift from (u, u, 0) is −H₃⁻¹g, with g the spoiler's gradient of R04",
    errata: &[Erratum {
        slides: Slides(&[(18, 18)]),
        flag: Flag::Wrong,
        printed: "The optimum of the three points is a local minimum of the four.",
        correct: "It is a stationary point of the four for no t; near it there is a minimum for t > t*(ε) only.",
        measured_by: "steps that are left of 10⁶ when descent from (u, u, 0) at t = 2.5 separates",
    }],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs", "crates/lecture/src/spoiler.rs"],
    run,
    full: None,
};

const EPSILONS: [f64; 7] = [0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001];
const EPSILON: f64 = 0.01;

/// The t at which the minimum is lost on the way down, by bisection.
fn threshold(epsilon: f64) -> f64 {
    let (mut without, mut with) = (0.5, 20.0);
    while with - without > 1e-5 {
        let t = 0.5 * (without + with);
        if (Stationary { t, epsilon }).bad_minimum().is_some() { with = t } else { without = t }
    }
    0.5 * (without + with)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table =
        Table::new("the threshold", &["ε", "t*", "at the fold: w_x", "w_y", "b", "loss", "t* · u"]);
    for epsilon in EPSILONS {
        let fold = Fold { epsilon }.solve();
        findings.near(
            format!("t at which the minimum is lost, ε = {epsilon}"),
            "∇f = 0, Hv = 0, ‖v‖ = 1",
            fold[3],
            threshold(epsilon),
            Tolerance::Absolute(1e-3),
            "near the fold the lowest curvature goes to 0 like √(t − t*), and Newton's method is lost just before",
        );
        let numbers = [
            fold[3],
            fold[0],
            fold[1],
            fold[2],
            loss(fold[3], epsilon, &fold[..3]),
            fold[3] * logit(epsilon),
        ];
        table.row([epsilon.to_string()].into_iter().chain(numbers.map(|number| significant(number, 5))));
    }
    findings.tables.push(table);
    check_descent(&mut findings);
    check_shifts(&mut findings);
    findings.figures.push(figure());
    findings
}

/// Below the threshold descent leaves (u, u, 0) and separates; above it stays.
fn check_descent(findings: &mut Findings) {
    let u = logit(EPSILON);
    // The steepest that it meets on the way is a curvature of 2 of the sum, stable for a rate below 1: η = ½ jumps nowhere.
    let steps = |t: f64| {
        let (neuron, count) = (
            neuron(t, EPSILON),
            ThresholdNeuron::new(&spoiled_points(t).expect("t > 0")).expect("two classes"),
        );
        let (mut w, mut gradient) = ([u, u, 0.0], [0.0; 3]);
        let rate = 0.5 * POINTS;
        (0..1_000_000_u32).find(|_| {
            neuron.value_gradient(&w, &mut gradient);
            w.iter_mut().zip(gradient).for_each(|(w, g)| *w -= rate * g);
            count.value(&w) == 0.0
        })
    };
    let below = steps(2.5);
    findings.breaks(
        "steps that are left of 10⁶ when descent from (u, u, 0) at t = 2.5 separates",
        "none, if it stayed at a minimum",
        0.0,
        below.map_or(0.0, |steps| 1e6 - f64::from(steps)),
    );
    findings.words(
        "does descent from (u, u, 0) at t = 3 separate within 10⁶ steps",
        "for t > t* there is a minimum on the way",
        "no",
        if steps(3.0).is_some() { "yes" } else { "no" },
    );
}

fn check_shifts(findings: &mut Findings) {
    let u = logit(EPSILON);
    let start = [u, u, 0.0];
    let mut table = Table::new(
        "the minimum that does not separate, ε = 0.01",
        &["t", "its distance from (u, u, 0)", "‖H₃⁻¹g‖", "lowest curvature", "loss", "‖∇f‖"],
    );
    // Without the spoiler: the Hessian at (u, u, 0) of the other three.
    let mut hessian = DMatrix::zeros(3, 3);
    thalweg_networks::Neuron::new(
        &thalweg_networks::data::three_points(),
        EPSILON,
        thalweg_networks::NeuronSettings::default(),
    )
    .expect("an ε below ½")
    .hessian(&start, &mut hessian);
    let inverse = Eigen::new(&(3.0 * hessian)).map(|eigen| eigen.inverse()).expect("a finite matrix");
    let inverse = inverse.expect("an invertible matrix");
    let mut norms = Vec::new();
    for t in [3.0, 4.0, 5.0, 6.0, 8.0] {
        let minimum = Stationary { t, epsilon: EPSILON }.bad_minimum().expect("beyond the fold");
        let shift = norm(&minimum.iter().zip(start).map(|(w, s)| w - s).collect::<Vec<_>>());
        let z = thalweg_numerics::logistic(-u * t);
        let pull = 2.0 * (1.0 - EPSILON - z) * z * (1.0 - z);
        let predicted = (&inverse * DVector::from_vec(vec![0.0, pull * t, -pull])).norm();
        if t >= 4.0 {
            findings.near(
                format!("distance of the minimum from (u, u, 0), t = {t}"),
                "‖H₃⁻¹g‖",
                predicted,
                shift,
                Tolerance::Relative(if t < 4.5 { 0.05 } else { 0.01 }),
                "the next order is t times the shift, and rounding of u leaves 1e-15",
            );
        }
        let mut gradient = [f64::NAN; 3];
        neuron(t, EPSILON).value_gradient(&minimum, &mut gradient);
        norms.push(POINTS * norm(&gradient));
        let curvature = curvatures(t, EPSILON, &minimum)[0];
        let numbers =
            [shift, predicted, curvature, loss(t, EPSILON, &minimum)].map(|number| significant(number, 4));
        let residue = if POINTS * norm(&gradient) < 1e-14 { "below 1e-14" } else { "above 1e-14" };
        table.row([t.to_string()].into_iter().chain(numbers).chain([residue.to_owned()]));
    }
    findings.at_most(
        "largest ‖∇f‖ at these minima",
        "stationary",
        1e-14,
        largest(norms),
        0.0,
        "rounding of the sum leaves about 1e-18",
    );
    let at_eight = Stationary { t: 8.0, epsilon: EPSILON }.bad_minimum().expect("beyond the fold");
    findings.near(
        "loss at the minimum, t = 8",
        "(1 − ε)²: the spoiler's, and nothing else",
        (1.0 - EPSILON) * (1.0 - EPSILON),
        loss(8.0, EPSILON, &at_eight),
        Tolerance::Absolute(1e-12),
        "σ(−ut) is 1e-16",
    );
    findings.tables.push(table);
}

fn figure() -> Figure {
    let (minimum_ink, saddle_ink, good_ink) = (Ink::Wrong, Ink::Series(1), Ink::Series(2));
    let fold = Fold { epsilon: EPSILON }.solve();
    let at = |t| Stationary { t, epsilon: EPSILON };
    let grid: Vec<_> = spaced(0.0, 1.0, 60).map(|s| fold[3] + 1e-6 + (9.0 - fold[3]) * s * s).collect();
    let w_y = |w: Option<Vec<f64>>| w.map_or(f64::NAN, |w| w[1]);
    let branches = Panel::new(
        "Stationary points, ε = 0.01",
        Axis::linear("t", 0.0, 9.0),
        Axis::linear("w_y", -0.5, 5.5),
    )
    .line(grid.iter().map(|&t| (t, w_y(at(t).bad_minimum()))), minimum_ink)
    .dashed(grid.iter().map(|&t| (t, at(t).saddle()[1])), saddle_ink)
    .line(spaced(0.5, 9.0, 69).map(|t| (t, at(t).good_minimum()[1])), good_ink)
    .dots([(fold[3], fold[1])], Ink::Theory)
    .label((fold[3], fold[1]), Anchor::Left, "t*", Ink::Theory)
    .label((6.5, 4.6), Anchor::Above, "does not separate", minimum_ink)
    .label((5.5, 1.6), Anchor::Right, "saddle", saddle_ink)
    .label((4.5, 0.0), Anchor::Above, "separates", good_ink);
    let t = 3.5;
    let (x, y) = plane(["x", "y"], [0.0, -1.2], 2.8);
    let data = spoiled_points(t).expect("t > 0");
    let lines = with_points(Panel::new("Their lines, t = 3.5", x, y), &data)
        .line(line(&at(t).bad_minimum().unwrap_or_else(|| vec![f64::NAN; 3])), minimum_ink)
        .line(line(&at(t).good_minimum()), good_ink)
        .label((0.0, -t), Anchor::Right, "the spoiler", Ink::Series(0))
        .label((1.6, -1.6), Anchor::Right, "backprop", minimum_ink)
        .label((-0.5, 1.2), Anchor::Left, "the other minimum", good_ink);
    Figure {
        id: "fold",
        caption: "Left: the minimum that does not separate (red) and a saddle (dashed) come out of nothing at t*; the one that \
                  separates is there for every t. Right: the lines of both minima, the spoiler below the wrong one."
            .to_owned(),
        panels: vec![branches, lines],
        columns: 2,
    }
}

//! R04: how little the spoiler is felt, and what slide 17 prints.

use thalweg_networks::data::spoiled_points;
use thalweg_networks::{Neuron, NeuronSettings};
use thalweg_numerics::{ln, logistic};
use thalweg_problem::FiniteSum;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::spoiler::logit;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "a-far-spoiler-is-not-felt",
    number: 4,
    slides: Slides(&[(15, 17)]),
    chapter: Chapter::Perceptron,
    claim: "For t → ∞ the derivatives of the spoiler's divergence by w_y and by b vanish, so that it does not change what backprop \
            finds for the other points.",
    correction: None,
    source: "at (u, u, 0), z = −ut: ∂/∂w_y = 2(1 − ε − σ(z))σ′(z)t ≈ 2(1 − ε)t e^(−ut), and ∂/∂b = −(∂/∂w_y)/t",
    errata: &[
        Erratum {
            slides: Slides(&[(17, 17)]),
            flag: Flag::Wrong,
            printed: "∂/∂b = 2(1 − σ(z))σ′(z)t",
            correct: "−2(1 − ε − σ(z))σ′(z): the minus of slide 16 is lost, and so is ε; the factor t belongs to ∂/∂w_y only.",
            measured_by: "how far the printed ∂/∂b is off at t = 5, in units of the true one",
        },
        Erratum {
            slides: Slides(&[(17, 17)]),
            flag: Flag::Imprecise,
            printed: "For t → ∞ both derivatives are 0.",
            correct: "They tend to 0 like t e^(−ut) and e^(−ut), and are not 0 for any t.",
            measured_by: "slope of ln(g_y/t) by t, from 3 to 10",
        },
    ],
    code: file!(),
    puts_to_the_test: &["crates/networks/src/neuron.rs"],
    run,
    full: None,
};

const EPSILON: f64 = 0.01;

/// ∂/∂w_y and ∂/∂b of the spoiler's term alone, at (u, u, 0). The other terms have no gradient there but for rounding, which is more
/// than the spoiler's from t = 8 on.
fn measured(t: f64) -> [f64; 2] {
    let data = spoiled_points(t).expect("a finite t above 0");
    let neuron = Neuron::new(&data, EPSILON, NeuronSettings::default()).expect("an ε below ½");
    let (u, mut gradient) = (logit(EPSILON), [f64::NAN; 3]);
    neuron.batch_value_gradient(&[u, u, 0.0], &[3], &mut gradient);
    [gradient[1], gradient[2]]
}

/// Slide 16, with σ′ = σ(1 − σ).
fn predicted(t: f64) -> [f64; 2] {
    let s = logistic(-logit(EPSILON) * t);
    let common = 2.0 * (1.0 - EPSILON - s) * s * (1.0 - s);
    [common * t, -common]
}

/// ∂/∂b as slide 17 prints it.
fn printed(t: f64) -> f64 {
    let s = logistic(-logit(EPSILON) * t);
    2.0 * (1.0 - s) * s * (1.0 - s) * t
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "at (u, u, 0), ε = 0.01",
        &["t", "∂/∂w_y", "∂/∂b", "∂/∂b as printed on slide 17", "printed over true"],
    );
    let ts = [0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 20.0];
    let off = ts.iter().flat_map(|&t| {
        let (measured, predicted) = (measured(t), predicted(t));
        [measured[0] / predicted[0] - 1.0, measured[1] / predicted[1] - 1.0]
    });
    findings.near(
        "farthest that both derivatives are from slide 16 for t from 0.25 to 20, relatively",
        "2(1 − ε − σ(z))σ′(z)t and −2(1 − ε − σ(z))σ′(z)",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-10),
        "the argument −ut of the exponential, up to 92, takes its rounding along",
    );
    let grid: Vec<_> = spaced(3.0, 10.0, 57).collect();
    let points: Vec<_> = grid.iter().map(|&t| (t, ln(measured(t)[0] / t))).collect();
    let mean = |f: fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / points.len() as f64;
    let (mean_t, mean_g) = (mean(|p| p.0), mean(|p| p.1));
    let covariance: f64 = points.iter().map(|(t, g)| (t - mean_t) * (g - mean_g)).sum();
    let variance: f64 = points.iter().map(|(t, _)| (t - mean_t) * (t - mean_t)).sum();
    findings.near(
        "slope of ln(g_y/t) by t, from 3 to 10",
        "−u",
        -logit(EPSILON),
        covariance / variance,
        Tolerance::Absolute(1e-3),
        "σ(−ut) is 1e-6 beside 1 − ε at t = 3",
    );
    findings.words(
        "signs of ∂/∂w_y and ∂/∂b at t = 5",
        "downhill is towards smaller w_y and larger b",
        "+ and −",
        measured(5.0).map(|g| if g > 0.0 { "+" } else { "−" }).join(" and "),
    );
    findings.breaks(
        "how far the printed ∂/∂b is off at t = 5, in units of the true one",
        "slide 17, |printed/true − 1|",
        1e-10,
        (printed(5.0) / measured(5.0)[1] - 1.0).abs(),
    );
    for t in ts {
        let [g_y, g_b] = measured(t);
        let numbers = [t, g_y, g_b, printed(t), printed(t) / g_b].map(|number| significant(number, 4));
        table.row(numbers);
    }
    findings.tables.push(table);
    let ink = Ink::Series(0);
    let dense = || spaced(0.25, 10.0, 118);
    let panel = Panel::new(
        "The pull of the spoiler, ε = 0.01",
        Axis::linear("t", 0.0, 10.0),
        Axis::logarithmic("size", 1e-20, 10.0),
    )
    .line(dense().map(|t| (t, measured(t)[0])), ink)
    .line(dense().map(|t| (t, -measured(t)[1])), Ink::Series(2))
    .dashed(
        dense().map(|t| (t, 2.0 * (1.0 - EPSILON) * t * thalweg_numerics::exp(-logit(EPSILON) * t))),
        Ink::Theory,
    )
    .line(dense().map(|t| (t, printed(t))), Ink::Wrong)
    .label((6.2, 1e-11), Anchor::Right, "∂/∂w_y", ink)
    .label((5.0, 1e-12), Anchor::Left, "−∂/∂b", Ink::Series(2))
    .label((6.2, 1e-9), Anchor::Right, "slide 17: +∂/∂b", Ink::Wrong)
    .label((1.0, 0.4), Anchor::Right, "2(1 − ε)t e^(−ut), dashed", Ink::Theory);
    findings.figures.push(Figure {
        id: "pull",
        caption: "The derivatives of the spoiler's term at the minimum of the other three, and the asymptote (dashed). What slide 17 \
                  prints for ∂/∂b (red) has the wrong sign, and lies on the curve of ∂/∂w_y."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    });
    findings
}

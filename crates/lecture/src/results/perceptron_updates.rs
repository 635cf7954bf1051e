//! R07: how many updates the perceptron takes.

use std::collections::BTreeMap;

use thalweg_networks::data::spoiled_points;
use thalweg_networks::separability::{Separability, maximal_margin, separability};
use thalweg_networks::{DataSet, Perceptron};

use crate::boundary::{line, with_points};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::logarithmic::{log_log_slope, log_spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "the-perceptron-needs-few-updates",
    number: 7,
    slides: Slides(&[(15, 15)]),
    chapter: Chapter::Perceptron,
    claim: "The perceptron rule still separates the four points, but it may take t² iterations.",
    correction: Some(Correction {
        statement: "It separates them after at most t + 4 updates, in whatever order the points come. t² is what the bound of Novikoff \
                    allows, 5(1 + t²), and that is never reached.",
        refuted_by: "t² over the largest count of updates, least of all t from 16 to 5000",
    }),
    source: "Novikoff 1962: at most (R/γ)² updates, R² = 1 + t², γ = 1/√5 along (2, 0, 1). The longest sequence of mistakes is found by \
             walking through all of them: weights are integers, and no sequence comes back to a vector of weights",
    errata: &[Erratum {
        slides: Slides(&[(15, 15)]),
        flag: Flag::OverClaim,
        printed: "It may take t² iterations.",
        correct: "It takes at most t + 4 updates.",
        measured_by: "t² over the largest count of updates, least of all t from 16 to 5000",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/perceptron.rs",
        "crates/networks/src/separability.rs",
        "crates/networks/src/separability/margin.rs",
    ],
    run,
    full: None,
};

/// The 24 orders in which four points can be shown again and again.
fn orders() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for code in 0..256_usize {
        let order = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6];
        if (0..4).all(|i| order.contains(&i)) {
            orders.push(order);
        }
    }
    orders
}

fn points(t: u32) -> DataSet {
    spoiled_points(t.into()).expect("t is above 0")
}

/// The least and the largest number of updates over all cyclic orders.
fn updates(t: u32) -> (u64, u64) {
    let data = points(t);
    let counts = orders().into_iter().map(|order| {
        let shown = data.subset(&order).expect("four of the four points");
        let learned = Perceptron::default().learn(&shown).expect("two classes");
        assert!(learned.separates(), "the points are separable");
        learned.updates
    });
    counts.fold((u64::MAX, 0), |(least, most), count| (least.min(count), most.max(count)))
}

/// The longest sequence of mistakes from w = 0, whatever point is shown when.
fn longest(t: i64) -> u32 {
    fn below(w: [i64; 3], t: i64, known: &mut BTreeMap<[i64; 3], u32>) -> u32 {
        if let Some(&length) = known.get(&w) {
            return length;
        }
        let mut length = 0;
        for z in [[1, 0, 1], [0, 1, 1], [1, 0, -1], [0, -t, 1]] {
            if w[0] * z[0] + w[1] * z[1] + w[2] * z[2] <= 0 {
                length = length.max(1 + below([w[0] + z[0], w[1] + z[1], w[2] + z[2]], t, known));
            }
        }
        known.insert(w, length);
        length
    }
    below([0; 3], t, &mut BTreeMap::new())
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut ts: Vec<u32> = (5..=64).collect();
    ts.extend(log_spaced(70.0, 5000.0, 40).into_iter().map(|t| t.round() as u32));
    let counts: Vec<_> = ts.iter().map(|&t| (t, updates(t))).collect();
    let outside =
        counts.iter().filter(|(t, (least, most))| *least < u64::from(t + 3) || *most > u64::from(t + 4));
    findings.words(
        "t among 5, …, 64 and 40 more up to 5000 for which one of the 24 cyclic orders takes another number than t + 3 or t + 4 updates",
        "t + 3 or t + 4",
        0,
        outside.count(),
    );
    for t in [16_u32, 32, 64, 128] {
        findings.words(
            format!("longest sequence of mistakes, t = {t}, over all orders whatever"),
            "t + 4",
            t + 4,
            longest(t.into()),
        );
    }
    let tail: Vec<_> =
        counts.iter().filter(|(t, _)| *t >= 100).map(|&(t, (_, most))| (t.into(), most as f64)).collect();
    let line: Vec<_> = tail.iter().map(|&(t, _)| (t, t + 4.0)).collect();
    findings.near(
        "exponent of t in the count, t ≥ 100",
        "that of t + 4 on the same t",
        log_log_slope(&line),
        log_log_slope(&tail),
        Tolerance::Absolute(0.01),
        "one update more or less",
    );
    let excess = counts
        .iter()
        .filter(|(t, _)| *t >= 16)
        .map(|&(t, (_, most))| f64::from(t) * f64::from(t) / most as f64);
    findings.breaks(
        "t² over the largest count of updates, least of all t from 16 to 5000",
        "1 if it took t² updates",
        1.0,
        excess.fold(f64::INFINITY, f64::min),
    );
    check_margins(&mut findings);
    findings.figures.push(figure(&counts));
    findings
}

fn check_margins(findings: &mut Findings) {
    let mut table = Table::new(
        "the proof that a line exists, and the bound that follows",
        &[
            "t",
            "(w_x, w_y, b) with exactly positive margins",
            "γ, at least",
            "γ, at most",
            "(R/γ)²",
            "updates, at most",
        ],
    );
    for t in [2_u32, 10, 50, 1000] {
        let data = points(t);
        let separator = match separability(&data) {
            Ok(Separability::Separable(separator)) if separator.is_proof_for(&data) => {
                separator.weights().to_vec()
            }
            _ => Vec::new(),
        };
        findings.words(
            format!("a line that separates, proved in exact arithmetic, t = {t}"),
            "there is one for every t",
            "proved",
            if separator.is_empty() { "not proved" } else { "proved" },
        );
        let margin = maximal_margin(&data).ok().flatten().expect("separable points have a margin");
        let square = f64::from(t) * f64::from(t);
        findings.near(
            format!("Novikoff's bound from the maximal margin, t = {t}"),
            "5(1 + t²)",
            5.0 * (1.0 + square),
            margin.mistake_bound(),
            Tolerance::Relative(1e-9),
            "the margin is found by equations whose condition grows like t²",
        );
        let most = updates(t).1;
        findings.at_most(
            format!("updates over the bound, t = {t}"),
            "(R/γ)²",
            1.0,
            most as f64 / margin.mistake_bound(),
            0.0,
            "nothing: both are known",
        );
        let weights: Vec<_> = separator.iter().map(|&w| significant(w, 4)).collect();
        let numbers =
            [margin.at_least, margin.at_most, margin.mistake_bound()].map(|number| significant(number, 6));
        let [low, high, bound] = numbers;
        table.row([t.to_string(), weights.join(", "), low, high, bound, most.to_string()]);
    }
    findings.tables.push(table);
}

fn figure(counts: &[(u32, (u64, u64))]) -> Figure {
    let ink = Ink::Series(2);
    let grid = log_spaced(5.0, 5000.0, 61);
    let growth =
        Panel::new("Updates", Axis::logarithmic("t", 4.0, 6000.0), Axis::logarithmic("updates", 4.0, 2e8))
            .dashed(grid.iter().map(|&t| (t, t + 4.0)), Ink::Theory)
            .line(grid.iter().map(|&t| (t, 5.0 * (1.0 + t * t))), Ink::Theory)
            .line(grid.iter().map(|&t| (t, t * t)), Ink::Wrong)
            .dots(counts.iter().map(|&(t, (_, most))| (t.into(), most as f64)), ink)
            .label((100.0, 5.2e4), Anchor::Left, "(R/γ)²", Ink::Theory)
            .label((300.0, 9e4), Anchor::Right, "t², the slide", Ink::Wrong)
            .label((300.0, 304.0), Anchor::Below, "t + 4", ink);
    let t = 5;
    let data = points(t);
    let mut weights = Vec::new();
    let learned =
        Perceptron::default().learn_observed(&data, |w, _| weights.push(w.to_vec())).expect("two classes");
    let (x, y) = plane(["x", "y"], [0.0, -2.0], 4.0);
    let mut swings =
        with_points(Panel::new(format!("Every update at t = 5: {}", learned.updates), x, y), &data);
    // A vertical start has no line yet, and lines without a direction are not drawn.
    for w in weights.iter().filter(|w| w[0] != 0.0 || w[1] != 0.0) {
        swings = swings.line(line(w), Ink::Quiet);
    }
    let swings =
        swings.line(line(&learned.weights), ink).label((-0.6, 1.4), Anchor::Left, "the last one", ink);
    Figure {
        id: "updates",
        caption: "Left: the most updates over all 24 orders, on t + 4 (dashed), far below t² (red) and below the bound (gray). Right: the \
                  lines after every update; the spoiler makes them swing until the last one separates."
            .to_owned(),
        panels: vec![growth, swings],
        columns: 2,
    }
}

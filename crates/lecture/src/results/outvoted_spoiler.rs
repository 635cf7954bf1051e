//! R11, with R66: whether clusters outvote a spoiler is a matter of how many points they have and of how large the weights may be.

use thalweg_networks::data::SpoiledClusters;
use thalweg_networks::{Neuron, NeuronLoss, NeuronSettings};
use thalweg_numerics::{atan, dot};

use crate::ball::{BallMinimum, minimize_in_ball};
use crate::boundary::{line, with_points};
use crate::crowd::{
    Penalty, hinge_minimum, hinge_turning_point, lower_minimum, spoiler_is_fitted, turning_point,
};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::logarithmic::log_log_slope;
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "many-points-and-small-weights-outvote-a-spoiler",
    number: 11,
    slides: Slides(&[(21, 26)]),
    chapter: Chapter::Perceptron,
    claim: "If the weights are bounded, a single spoiler, or a few, leave the loss of backprop nearly unchanged, so that it ignores \
            them.",
    correction: Some(Correction {
        statement: "That takes many points or tight bounds. To fit the spoiler costs what n points a cluster lose by margins that a bound \
                    B on the weights leaves them, to ignore it costs one unit: as drawn, with 8 points, backprop ignores it for B = 2 and \
                    fits it from B = 10 on; k spoilers outvote k times as many points. Without a bound it is outvoted too, by some 1700 points, because the squared \
                    error has no use for larger weights. Cross-entropy under the same bound is outvoted sooner, \
                    the hinge loss from B = 5 on much later: a wrong point costs it more, the farther out it lies.",
        refuted_by: "samples of 8 points a cluster in which backprop fits the spoiler, B = 10, of 30",
    }),
    source: "the lower of two minima of the loss for endlessly many samples, n times the mean over normal clusters plus one point; n* is \
             where they are level, found for n that need not be whole",
    errata: &[Erratum {
        slides: Slides(&[(22, 26)]),
        flag: Flag::OverClaim,
        printed: "A spoiler leaves the loss nearly unchanged, and backprop's boundary where it was; with many spoilers it stays too, if \
                  weights are bounded.",
        correct: "Only above n*(B) points a cluster for each spoiler. With the eight that are drawn and weights up to 10 it does \
                  not.",
        measured_by: "samples of 8 points a cluster in which backprop fits the spoiler, B = 10, of 30",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/neuron.rs",
        "crates/networks/src/data/clusters.rs",
        "crates/lecture/src/ball.rs",
        "crates/lecture/src/crowd.rs",
    ],
    run,
    full: None,
};

const SIZES: [usize; 4] = [8, 32, 128, 512];
const RADII: [f64; 6] = [2.0, 5.0, 10.0, 20.0, 50.0, f64::INFINITY];
const EPSILON: f64 = 0.01;
const SQUARED: Penalty = Penalty::Squared { epsilon: EPSILON };
/// Seeds 0 … 29, decided beforehand.
const SEEDS: u64 = 30;
/// n* is checked at n*·0.8 and at n*/0.8.
const WITHIN: f64 = 0.8;

fn run() -> Findings {
    let mut findings = Findings::default();
    let turning = turning_points();
    let cells = check_cells(&mut findings, &turning);
    check_turning_points(&mut findings, &turning[..3]);
    check_spoilers(&mut findings);
    check_cross_entropy(&mut findings);
    check_hinge(&mut findings);
    findings.figures.push(figure(&cells, &turning));
    findings
}

/// B and n*(B). The widest bound does not bind there, so that n* is the same without one.
fn turning_points() -> [(f64, f64); 6] {
    let mut last = f64::NAN;
    RADII.map(|radius| {
        if radius.is_finite() {
            last = turning_point(1, SQUARED, radius);
        }
        (radius, last)
    })
}

/// The bound as it is named; "∞" where there is none.
fn name(radius: f64) -> String {
    if radius.is_finite() { radius.to_string() } else { "∞".to_owned() }
}

fn neuron(per_cluster: usize, spoilers: usize, seed: u64, loss: NeuronLoss) -> Neuron {
    let clusters = SpoiledClusters { per_cluster, spoilers, seed, ..SpoiledClusters::default() };
    let data = clusters.draw().expect("a cluster has points");
    let epsilon = if loss == NeuronLoss::CrossEntropy { 0.0 } else { EPSILON };
    Neuron::new(&data, epsilon, NeuronSettings { loss, ..NeuronSettings::default() })
        .expect("two classes, and ε is below ½")
}

/// In how many samples the lower minimum fits the first spoiler.
fn fitted(per_cluster: usize, spoilers: usize, radius: f64, loss: NeuronLoss) -> u64 {
    let fits =
        |&seed: &u64| spoiler_is_fitted(&lower_minimum(&neuron(per_cluster, spoilers, seed, loss), radius).w);
    (0..SEEDS).filter(fits).count() as u64
}

/// Samples of one size at one bound.
struct Cell {
    per_cluster: usize,
    radius: f64,
    fitted: u64,
    /// Degrees by which the boundary turns when the spoiler comes, on average.
    turn: f64,
    /// Samples in which a search did not end at a strict minimum.
    unfinished: u64,
}

impl Cell {
    fn new(per_cluster: usize, radius: f64) -> Self {
        let (mut fitted, mut turn, mut unfinished) = (0, 0.0, 0);
        for seed in 0..SEEDS {
            let with = lower_minimum(&neuron(per_cluster, 1, seed, NeuronLoss::Squared), radius);
            let without = before_the_spoiler(per_cluster, radius, seed);
            fitted += u64::from(spoiler_is_fitted(&with.w));
            turn += angle_between(&without.w, &with.w) / SEEDS as f64;
            let is_minimum = |found: &BallMinimum| found.residual < 1e-12 && found.curvature > 0.0;
            unfinished += u64::from(!(is_minimum(&with) && is_minimum(&without)));
        }
        Self { per_cluster, radius, fitted, turn, unfinished }
    }
}

fn before_the_spoiler(per_cluster: usize, radius: f64, seed: u64) -> BallMinimum {
    minimize_in_ball(&neuron(per_cluster, 0, seed, NeuronLoss::Squared), radius, &[2.0, 2.0, 0.0])
}

/// Degrees between two normals, 0 to 180.
fn angle_between(w: &[f64], v: &[f64]) -> f64 {
    let (along, across) = (dot(&w[..2], &v[..2]), (w[0] * v[1] - w[1] * v[0]).abs());
    let degrees = atan(across / along.abs()).to_degrees();
    if along >= 0.0 { degrees } else { 180.0 - degrees }
}

/// Returns the cells, size by size.
fn check_cells(findings: &mut Findings, turning: &[(f64, f64); 6]) -> Vec<Cell> {
    let mut head = vec!["points a cluster".to_owned()];
    head.extend(RADII.map(|b| format!("B = {}", name(b))));
    let head: Vec<_> = head.iter().map(String::as_str).collect();
    let mut counts = Table::new("samples of 30 in which backprop fits the spoiler", &head);
    let mut turns = Table::new("degrees by which the spoiler turns its boundary, on average", &head);
    let mut cells = Vec::new();
    for n in SIZES {
        let row: Vec<_> = RADII.iter().map(|&b| Cell::new(n, b)).collect();
        counts.row([n.to_string()].into_iter().chain(row.iter().map(|cell| cell.fitted.to_string())));
        turns.row([n.to_string()].into_iter().chain(row.iter().map(|cell| significant(cell.turn, 3))));
        cells.extend(row);
    }
    findings.tables.extend([counts, turns]);
    for cell in &cells {
        let turn = turning.iter().find(|(b, _)| *b == cell.radius).map_or(f64::NAN, |t| t.1);
        let n = cell.per_cluster as f64;
        if (WITHIN..=1.0 / WITHIN).contains(&(n / turn)) {
            continue;
        }
        findings.near(
            format!(
                "share of samples in which the spoiler is fitted, n = {}, B = {}",
                cell.per_cluster,
                name(cell.radius)
            ),
            "1 for n < n*(B), 0 for n > n*(B)",
            f64::from(u8::from(n < turn)),
            cell.fitted as f64 / SEEDS as f64,
            Tolerance::Absolute(0.5),
            "most samples are on that side: they differ where n is near n*",
        );
    }
    findings.words(
        "searches that do not end at a strict minimum on the ball, ‖∇E + μw‖ < 1e-12",
        "none",
        0,
        cells.iter().map(|cell| cell.unfinished).sum::<u64>(),
    );
    let drawn = cells.iter().find(|cell| cell.per_cluster == 8 && cell.radius == 10.0);
    findings.breaks(
        "samples of 8 points a cluster in which backprop fits the spoiler, B = 10, of 30",
        "0, if it ignored it",
        0.0,
        drawn.map_or(f64::NAN, |cell| cell.fitted as f64),
    );
    cells
}

fn check_turning_points(findings: &mut Findings, turning: &[(f64, f64)]) {
    let mut table = Table::new(
        "where the spoiler is outvoted: samples of 30 that fit it just below n* and just above",
        &["B", "n*", "n*·0.8", "fitted", "n*/0.8", "fitted"],
    );
    for &(radius, n) in turning {
        let [below, above] = around(n);
        let counts = [below, above].map(|n| fitted(n, 1, radius, NeuronLoss::Squared));
        majority(findings, &format!("B = {radius}"), n, [below, above], counts);
        table.row([
            radius.to_string(),
            significant(n, 4),
            below.to_string(),
            counts[0].to_string(),
            above.to_string(),
            counts[1].to_string(),
        ]);
    }
    findings.tables.push(table);
}

/// Whole numbers of points around n*, each a fifth off or more.
fn around(n: f64) -> [usize; 2] {
    [(WITHIN * n).floor().max(1.0) as usize, (n / WITHIN).ceil() as usize]
}

fn majority(findings: &mut Findings, place: &str, n: f64, sizes: [usize; 2], counts: [u64; 2]) {
    for (size, count) in sizes.into_iter().zip(counts) {
        findings.words(
            format!("most samples of {size} points a cluster, {place}"),
            "the spoiler is fitted below n*, ignored above",
            if (size as f64) < n { "fit it" } else { "ignore it" },
            if 2 * count > SEEDS { "fit it" } else { "ignore it" },
        );
    }
}

/// k spoilers have k votes.
fn check_spoilers(findings: &mut Findings) {
    const RADIUS: f64 = 10.0;
    let mut table = Table::new(
        "more spoilers at B = 10",
        &["spoilers", "n*", "n*/k", "n*·0.8", "fitted", "n*/0.8", "fitted"],
    );
    let mut points = Vec::new();
    for spoilers in [1_u32, 2, 4, 8] {
        let n = turning_point(spoilers, SQUARED, RADIUS);
        let share = significant(n / f64::from(spoilers), 4);
        let mut row = vec![spoilers.to_string(), significant(n, 4), share];
        if [2, 4].contains(&spoilers) {
            let [below, above] = around(n);
            let counts = [below, above].map(|n| fitted(n, spoilers as usize, RADIUS, NeuronLoss::Squared));
            majority(findings, &format!("{spoilers} spoilers, B = {RADIUS}"), n, [below, above], counts);
            let numbers = [below as u64, counts[0], above as u64, counts[1]];
            row.extend(numbers.map(|number| number.to_string()));
        } else {
            row.resize(7, "–".to_owned());
        }
        table.row(row);
        points.push((f64::from(spoilers), n));
    }
    findings.near(
        "slope of ln n* against ln k, B = 10",
        "1: k spoilers outvote k times as many",
        1.0,
        log_log_slope(&points),
        Tolerance::Absolute(0.1),
        "spoilers are spread like the clusters, and the outer ones are harder to fit",
    );
    findings.tables.push(table);
}

/// What cross-entropy to the labels does on the same data.
fn check_cross_entropy(findings: &mut Findings) {
    check_other(
        findings,
        "cross-entropy",
        [5.0, 10.0, 20.0, 50.0],
        |radius| turning_point(1, Penalty::CrossEntropy, radius),
        |size, radius| fitted(size, 1, radius, NeuronLoss::CrossEntropy),
    );
}

/// And the hinge loss.
fn check_hinge(findings: &mut Findings) {
    check_other(findings, "hinge", [2.0, 5.0, 10.0, 50.0], hinge_turning_point, |size, radius| {
        let fits = |&seed: &u64| {
            let clusters = SpoiledClusters { per_cluster: size, spoilers: 1, seed, ..Default::default() };
            let data = clusters.draw().expect("a cluster has points");
            spoiler_is_fitted(&hinge_minimum(&data, radius).w)
        };
        (0..SEEDS).filter(fits).count() as u64
    });
}

fn check_other(
    findings: &mut Findings,
    loss: &str,
    radii: [f64; 4],
    turning_point: impl Fn(f64) -> f64,
    fitted: impl Fn(usize, f64) -> u64,
) {
    let mut table = Table::new(
        format!("{loss} to the labels: samples of 30 in which it fits the spoiler"),
        &["B", "n*", "n = 8", "n = 32", "n = 128"],
    );
    for radius in radii {
        let n = turning_point(radius);
        let sizes = [8, 32, 128];
        let counts = sizes.map(|size| fitted(size, radius));
        for (size, count) in sizes.into_iter().zip(counts) {
            let size = size as f64;
            if (WITHIN..=1.0 / WITHIN).contains(&(size / n)) {
                continue;
            }
            findings.near(
                format!("{loss}: share of samples in which it is fitted, n = {size}, B = {radius}"),
                "1 for n < n*(B), 0 for n > n*(B)",
                f64::from(u8::from(size < n)),
                count as f64 / SEEDS as f64,
                Tolerance::Absolute(0.5),
                "most samples are on that side",
            );
        }
        let row = [radius.to_string(), significant(n, 4)];
        table.row(row.into_iter().chain(counts.map(|count| count.to_string())));
    }
    findings.tables.push(table);
}

fn figure(cells: &[Cell], turning: &[(f64, f64)]) -> Figure {
    Figure {
        id: "phases",
        caption: "Left: in how many of 30 samples backprop fits the spoiler, by the number of points a cluster has and by the bound on \
                  the weights; below the line theory says that it does. Middle and right: the clusters as drawn, before the \
                  spoiler (dashed) and after it (solid), for tight and for loose bounds."
            .to_owned(),
        panels: vec![phases(cells, turning), boundaries(2.0), boundaries(10.0)],
        columns: 3,
    }
}

fn phases(cells: &[Cell], turning: &[(f64, f64)]) -> Panel {
    /// Where ∞ is drawn.
    const TOP: f64 = 150.0;
    let panel = Panel::new(
        "Who fits the spoiler, of 30",
        Axis::logarithmic("points a cluster", 2.0, 2000.0),
        Axis::logarithmic("bound B on the weights", 1.0, 300.0),
    );
    let curve: Vec<_> = turning.iter().map(|&(b, n)| (n, if b.is_finite() { b } else { TOP })).collect();
    let panel = panel.dashed(curve.iter().copied(), Ink::Theory).dots(curve, Ink::Theory).label(
        (2.5, TOP),
        Anchor::Right,
        "∞",
        Ink::Quiet,
    );
    cells.iter().fold(panel, |panel, cell| {
        let y = if cell.radius.is_finite() { cell.radius } else { TOP };
        let ink = if 2 * cell.fitted > SEEDS { Ink::Series(0) } else { Ink::Series(1) };
        let at = (cell.per_cluster as f64, y);
        panel.dots([at], ink).label(at, Anchor::Above, cell.fitted.to_string(), ink)
    })
}

fn boundaries(radius: f64) -> Panel {
    let (x, y) = plane(["x", "y"], [0.0, 0.2], 1.4);
    let clusters = SpoiledClusters { spoilers: 1, ..SpoiledClusters::default() };
    let data = clusters.draw().expect("a cluster has points");
    let after = lower_minimum(&neuron(8, 1, 0, NeuronLoss::Squared), radius);
    let before = before_the_spoiler(8, radius, 0);
    with_points(Panel::new(format!("n = 8, B = {radius}"), x, y), &data)
        .dashed(line(&before.w), Ink::Theory)
        .line(line(&after.w), Ink::Series(2))
}

//! R14: what depth and data do to the boundary of a network.

mod figure;

use std::f64::consts::PI;

use thalweg_networks::data::Shape;
use thalweg_numerics::norm;

use crate::bootstrap::Interval95;
use crate::descend::largest;
use crate::number::significant;
use crate::shaped::{
    Learned, Optimizer, Part, Start, Training, area_of_the_shape, by_nearest_neighbor, effect, learn_all,
};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "depth-and-data-lower-the-variance",
    number: 14,
    slides: Slides(&[(31, 31)]),
    chapter: Chapter::Perceptron,
    claim: "Of networks with as many hidden units in all, the variance decreases with depth, and with data.",
    correction: Some(Correction {
        statement: "With data it does, where something is learned. With depth it does not. Adam's networks do not vary less with 10 hidden \
                    layers than with 2. Descent at a fixed rate from ±1/√m learns nothing through 10 from the fewer points: everything is \
                    outside for every seed, so that the variance is 0 and the whole shape is wrong.",
        refuted_by: NO_LESS,
    }),
    source: "decided before the first run: depth is said to help a training if from 2 to 10 hidden layers both the variance over seeds and \
             the share of the plane that is wrong fall, and data if they do so from the small to the large N, with 95 % bootstrap intervals \
             over seeds that do not reach 0. The yardstick is the nearest neighbor: L/(2π√N) of the square is wrong, with L the length of the \
             boundary, because a place at a distance x from it is on the wrong side if the nearest of points of the density N/4 is",
    errata: &[Erratum {
        slides: Slides(&[(31, 31)]),
        flag: Flag::OverClaim,
        printed: "The variance decreases with depth.",
        correct: "That depends on the training. By Adam it does not; by plain descent it falls to 0 where the network has stopped learning.",
        measured_by: NO_LESS,
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/networks/src/multilayer/passes.rs",
        "crates/networks/src/data/shape.rs",
        "crates/first-order/src/mini_batch.rs",
        "crates/first-order/src/adam.rs",
    ],
    run: || run(&SMALL),
    full: Some(|| run(&AS_ON_THE_SLIDE)),
};

const NO_LESS: &str = "Adam, fewer points: change of the variance from 2 to 10 hidden layers, upper end";

/// How much is run.
struct Extent {
    /// Hidden units in all.
    units: usize,
    /// By N.
    data: [Data; 2],
    seeds: u64,
    threads: usize,
}

/// N, and how often and in how large batches the points are shown.
#[derive(Clone, Copy)]
struct Data {
    examples: usize,
    batch_size: usize,
    epochs: u64,
}

const SMALL: Extent = Extent {
    units: 60,
    data: [
        Data { examples: 100, batch_size: 50, epochs: 300 },
        Data { examples: 1_000, batch_size: 50, epochs: 30 },
    ],
    seeds: 5,
    threads: 1,
};

const AS_ON_THE_SLIDE: Extent = Extent {
    units: 660,
    data: [
        Data { examples: 1_000, batch_size: 50, epochs: 300 },
        Data { examples: 10_000, batch_size: 100, epochs: 60 },
    ],
    seeds: 5,
    threads: 2,
};

/// Hidden layers.
const DEPTHS: [usize; 4] = [2, 3, 5, 10];
const RECIPES: [(Optimizer, Start); 2] =
    [(Optimizer::Adam, Start::He), (Optimizer::Descent, Start::InverseRoot)];

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let trainings: Vec<_> = RECIPES
        .into_iter()
        .flat_map(|(optimizer, start)| {
            extent.data.into_iter().flat_map(move |Data { examples, batch_size, epochs }| {
                DEPTHS.map(|depth| Training {
                    optimizer,
                    start,
                    depth,
                    units: extent.units,
                    examples,
                    batch_size,
                    epochs,
                })
            })
        })
        .collect();
    let learned = learn_all(&trainings, extent.seeds, extent.threads);
    let neighbors = extent.data.map(|data| by_nearest_neighbor(data.examples, extent.seeds));
    check_neighbors(&mut findings, &neighbors, extent);
    check_parts(&mut findings, &learned);
    check_learning(&mut findings, &learned);
    check_data(&mut findings, &learned);
    check_depth(&mut findings, &learned);
    findings.tables.push(cells(&trainings, &learned, &neighbors, extent));
    findings.tables.push(effects(&learned, extent));
    findings.figures.push(figure::regions(&learned, extent));
    findings.figures.push(figure::by_depth(&learned, &neighbors, extent));
    findings
}

fn check_neighbors(findings: &mut Findings, neighbors: &[Learned; 2], extent: &Extent) {
    let shape = Shape::hexagon_with_diamond_hole();
    let edges =
        shape.polygons().iter().flat_map(|polygon| polygon.iter().zip(polygon.iter().cycle().skip(1)));
    let length: f64 = edges.map(|(a, b)| norm(&[b[0] - a[0], b[1] - a[1]])).sum();
    let wrong = [0, 1].map(|n| neighbors[n].share(Part::Wrong).estimate);
    for (data, wrong) in extent.data.iter().zip(wrong) {
        findings.near(
            format!("share that is wrong for the nearest neighbor, N = {}", data.examples),
            "L/(2π√N)",
            length / (2.0 * PI * (data.examples as f64).sqrt()),
            wrong,
            Tolerance::Relative(0.2),
            "a few seeds; the boundary has corners, and its parts are as near to each other as points are",
        );
    }
    let [few, many] = extent.data.map(|data| data.examples as f64);
    findings.near(
        "by how much the nearest neighbor gains from more points",
        "√ of the ratio of the N",
        (many / few).sqrt(),
        wrong[0] / wrong[1],
        Tolerance::Relative(0.2),
        "as above",
    );
}

fn check_parts(findings: &mut Findings, learned: &[Learned]) {
    let gap = |cell: &Learned| {
        let [wrong, variance, bias] =
            [Part::Wrong, Part::Variance, Part::SquaredBias].map(|part| cell.share(part).estimate);
        wrong - (bias + variance)
    };
    findings.near(
        "share that is wrong less bias² and variance, largest of all trainings",
        "0: Kohavi and Wolpert",
        0.0,
        largest(learned.iter().map(gap)),
        Tolerance::Absolute(1e-13),
        "rounding",
    );
}

/// The networks of a training with the fewer and with the more points, by depth.
fn by_data(learned: &[Learned], recipe: usize) -> (&[Learned], &[Learned]) {
    learned[2 * DEPTHS.len() * recipe..][..2 * DEPTHS.len()].split_at(DEPTHS.len())
}

fn check_data(findings: &mut Findings, learned: &[Learned]) {
    let (few, many) = by_data(learned, 0);
    let pairs: Vec<_> = few.iter().zip(many).map(|(few, many)| [few, many]).collect();
    for (part, what) in [(Part::Wrong, "share that is wrong"), (Part::Variance, "variance")] {
        findings.at_most(
            format!("Adam: change of the {what} with more points, mean over depths, upper end"),
            "below 0: data help",
            0.0,
            effect(part, &pairs).high,
            0.0,
            "the end of a 95 % interval",
        );
    }
    let (few, many) = by_data(learned, 1);
    findings.at_most(
        "descent, 2 hidden layers: change of the share that is wrong with more points, upper end",
        "below 0: data help",
        0.0,
        effect(Part::Wrong, &[[&few[0], &many[0]]]).high,
        0.0,
        "the end of a 95 % interval",
    );
}

/// A training that learns nothing has no variance and gains nothing from data; through 2 layers both do learn.
fn check_learning(findings: &mut Findings, learned: &[Learned]) {
    let nothing = area_of_the_shape() / 4.0;
    for (i, recipe) in RECIPES.into_iter().enumerate() {
        let (_, many) = by_data(learned, i);
        findings.at_most(
            format!("{}, 2 hidden layers, more points: share that is wrong", name(recipe)),
            "half the area of the shape, over 4: all of it is wrong if everything is outside",
            0.5 * nothing,
            many[0].share(Part::Wrong).estimate,
            0.0,
            "nothing",
        );
    }
}

fn check_depth(findings: &mut Findings, learned: &[Learned]) {
    let deepest = DEPTHS.len() - 1;
    let (few, _) = by_data(learned, 0);
    findings.breaks(
        NO_LESS,
        "below 0, if depth lowered it",
        0.0,
        effect(Part::Variance, &[[&few[0], &few[deepest]]]).high,
    );
    let (few, many) = by_data(learned, 1);
    findings.near(
        "descent, 10 hidden layers, fewer points: share that is wrong",
        "the area of the shape, over 4: everything is outside for it",
        area_of_the_shape() / 4.0,
        few[deepest].share(Part::Wrong).estimate,
        Tolerance::Relative(0.02),
        "the grid, of whose points on an edge some are outside",
    );
    findings.at_most(
        "descent, 10 hidden layers, fewer points: variance",
        "0: the same for every seed",
        0.0,
        few[deepest].share(Part::Variance).estimate,
        0.0,
        "nothing",
    );
    findings.breaks(
        "descent, 10 hidden layers, more points: share that is wrong, lower end",
        "that of 2 hidden layers, upper end",
        many[0].share(Part::Wrong).high,
        many[deepest].share(Part::Wrong).low,
    );
}

fn interval(Interval95 { estimate, low, high }: Interval95) -> String {
    let [estimate, low, high] = [estimate, low, high].map(|x| significant(x, 3));
    format!("{estimate} ({low} to {high})")
}

fn name((optimizer, _): (Optimizer, Start)) -> &'static str {
    match optimizer {
        Optimizer::Adam => "Adam",
        Optimizer::Descent => "descent",
    }
}

fn cells(trainings: &[Training], learned: &[Learned], neighbors: &[Learned; 2], extent: &Extent) -> Table {
    let title = format!(
        "{} hidden units, {} seeds: shares of the square, with 95 % bootstrap intervals",
        extent.units, extent.seeds
    );
    let mut table = Table::new(
        title,
        &["training, N, hidden layers", "wrong", "variance", "bias²", "overlap with the shape"],
    );
    let mut row = |name: String, learned: &Learned| {
        table.row([
            name,
            interval(learned.share(Part::Wrong)),
            interval(learned.share(Part::Variance)),
            significant(learned.share(Part::SquaredBias).estimate, 3),
            significant(learned.mean_overlap(), 3),
        ]);
    };
    for (training, learned) in trainings.iter().zip(learned) {
        let Training { optimizer, start, depth, examples, .. } = *training;
        row(format!("{}, {examples}, {depth}", name((optimizer, start))), learned);
    }
    for (data, learned) in extent.data.iter().zip(neighbors) {
        row(format!("nearest neighbor, {}", data.examples), learned);
    }
    table
}

fn effects(learned: &[Learned], extent: &Extent) -> Table {
    let title = format!("what changes, with 95 % bootstrap intervals over {} seeds", extent.seeds);
    let mut table = Table::new(title, &["training: what changes", "share that is wrong", "variance"]);
    for (recipe, learned) in RECIPES.into_iter().zip(learned.chunks(2 * DEPTHS.len())) {
        let (few, many) = learned.split_at(DEPTHS.len());
        let mut row = |what: String, pair: [&Learned; 2]| {
            let [wrong, variance] = [Part::Wrong, Part::Variance].map(|part| interval(effect(part, &[pair])));
            table.row([format!("{}: {what}", name(recipe)), wrong, variance]);
        };
        for (data, learned) in extent.data.iter().zip([few, many]) {
            let pair = [&learned[0], &learned[DEPTHS.len() - 1]];
            row(format!("2 to 10 hidden layers, N = {}", data.examples), pair);
        }
        for ((depth, few), many) in DEPTHS.iter().zip(few).zip(many) {
            let what = format!(
                "N from {} to {}, {depth} hidden layers",
                extent.data[0].examples, extent.data[1].examples
            );
            row(what, [few, many]);
        }
    }
    table
}

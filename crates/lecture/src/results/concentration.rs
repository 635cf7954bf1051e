//! R21: the losses at which training ends, from many seeds and for several widths.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::{GradientDescent, MiniBatch};
use thalweg_networks::data::digits;
use thalweg_networks::{
    Activation, DataSet, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};
use thalweg_numerics::{ln, pow};
use thalweg_problem::{Objective, State};
use thalweg_schedules::LinearDecay;

use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::{rounded, significant};
use crate::repeated::Repeated;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "final-losses-concentrate-with-width",
    number: 21,
    slides: Slides(&[(34, 34)]),
    chapter: Chapter::Surface,
    claim: "In large networks the losses of the minima that training finds lie in a narrow band, and bad ones are rare.",
    correction: None,
    source: "Choromanska et al. (2015) compare the loss with the energy of a spherical spin glass, if paths through the network are \
             independent, redundant and uniform, which they are not; measured here is their experiment alone, at a smaller size: the spread of \
             the test loss over seeds. Decided before the first run: He's start, batches of 25, η = 0.2/(1 + k/τ) with τ a quarter of the \
             steps, the seeds 0, 1, …, which decide start and order; the standard deviation falls from width to width, and no loss of a \
             network with 10 units or more is above twice its median",
    errata: &[Erratum {
        slides: Slides(&[(34, 34)]),
        flag: Flag::Imprecise,
        printed: "Chomoranksa et. al (2015): for large networks, most local minima lie in a band and are equivalent.",
        correct: "Choromanska et al. That is so for a spherical spin glass, which the loss is if paths through the network are \
                  independent, redundant and uniform; they are not. Of networks the band of final losses is measured, and it \
                  narrows with the width.",
        measured_by: NARROWER,
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/mini_batch.rs",
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/schedules/src/linear_decay.rs",
    ],
    run: || run(&SMALL),
    full: Some(|| run(&LARGE)),
};

const NARROWER: &str = "range of the losses of the narrowest, over that of the widest";

/// How much is run.
struct Extent {
    /// Hidden units.
    widths: &'static [usize],
    /// Images for training, from the first on, and for the test, from the last back.
    images: [usize; 2],
    epochs: usize,
    seeds: usize,
    threads: usize,
}

const SMALL: Extent =
    Extent { widths: &[3, 10, 30, 100], images: [300, 597], epochs: 30, seeds: 16, threads: 1 };
const LARGE: Extent =
    Extent { widths: &[3, 5, 10, 25, 50, 100], images: [1200, 597], epochs: 200, seeds: 40, threads: 2 };

const BATCH: usize = 25;
const RATE: f64 = 0.2;
/// From this width on no tail is predicted.
const WIDE: usize = 10;
/// A loss so many times the median is in the tail.
const TAIL: f64 = 2.0;

/// The digits, from 0 to 1, as a loss over the first of them and one over the last.
struct Digits {
    training: DataSet,
    test: DataSet,
}

impl Digits {
    fn new([training, test]: [usize; 2]) -> Self {
        let all = digits();
        let range = |first: usize, last: usize| {
            let subset = all.subset(&(first..last).collect::<Vec<_>>()).expect("so many digits");
            let features: Vec<_> = subset.features().iter().map(|pixel| pixel / 16.0).collect();
            DataSet::new(64, features, subset.labels(), 10).expect("as they were")
        };
        Self { training: range(0, training), test: range(all.len() - test, all.len()) }
    }

    /// The mean cross-entropy of the test after training.
    fn final_loss(&self, width: usize, seed: usize, epochs: usize) -> f64 {
        const USABLE: &str = "the digits, and a network for them";
        let network =
            MultilayerPerceptron::new(&[64, width, 10], Activation::Relu, Output::Softmax).expect(USABLE);
        let loss = |data: &DataSet| {
            NetworkLoss::new(
                network.clone(),
                data.features(),
                Targets::Classes(data.labels()),
                Loss::CrossEntropy,
            )
            .expect(USABLE)
        };
        let start = network.initial(Initialization::He, seed as u64).expect(USABLE);
        let steps = epochs * self.training.len().div_ceil(BATCH);
        let schedule = LinearDecay { rate: RATE, time_scale: 0.25 * steps as f64 };
        let method =
            MiniBatch { batch_size: BATCH, seed: seed as u64, ..MiniBatch::with(GradientDescent, schedule) };
        let run = minimize(&loss(&self.training), &method, &start, Stop::after(steps as u64), silent)
            .expect("settings that can be used");
        loss(&self.test).value(run.state.x())
    }

    /// For every width those of all seeds, whatever the threads are.
    fn final_losses(&self, extent: &Extent) -> Vec<Vec<f64>> {
        let jobs = extent.widths.len() * extent.seeds;
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = Vec::new();
            loop {
                let job = next.fetch_add(1, Ordering::Relaxed);
                // The widest first: they take longest.
                let Some(left) = jobs.checked_sub(job + 1) else { return found };
                let (width, seed) = (extent.widths[left / extent.seeds], left % extent.seeds);
                found.push((left, self.final_loss(width, seed, extent.epochs)));
            }
        };
        let mut found: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..extent.threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no training panics")).collect()
        });
        found.sort_by_key(|(job, _)| *job);
        let losses: Vec<_> = found.into_iter().map(|(_, loss)| loss).collect();
        losses.chunks(extent.seeds).map(<[f64]>::to_vec).collect()
    }
}

/// The losses of one width.
struct Spread {
    width: usize,
    losses: Vec<f64>,
    mean: f64,
    deviation: f64,
    median: f64,
    lowest: f64,
    highest: f64,
}

impl Spread {
    fn new(width: usize, losses: Vec<f64>) -> Self {
        let all = Repeated::new(losses.iter().map(|loss| Some(*loss)));
        let [lowest, median, highest] = [0.0, 0.5, 1.0].map(|q| all.quantile(q));
        Self { width, mean: all.mean().0, deviation: all.deviation(), median, lowest, highest, losses }
    }
}

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let losses = Digits::new(extent.images).final_losses(extent);
    let spreads: Vec<_> =
        extent.widths.iter().zip(losses).map(|(&width, losses)| Spread::new(width, losses)).collect();
    for pair in spreads.windows(2) {
        findings.breaks(
            format!("standard deviation with {} units, over that with {}", pair[0].width, pair[1].width),
            "1, if width did not matter",
            1.0,
            rounded(pair[0].deviation / pair[1].deviation, 2),
        );
    }
    for spread in spreads.iter().filter(|spread| spread.width >= WIDE) {
        findings.at_most(
            format!("{} units: the largest loss over the median", spread.width),
            "2: no tail",
            TAIL,
            rounded(spread.highest / spread.median, 2),
            0.0,
            "",
        );
    }
    let [narrowest, widest] = [&spreads[0], &spreads[spreads.len() - 1]];
    findings.breaks(
        NARROWER,
        "1, if width did not matter",
        1.0,
        rounded((narrowest.highest - narrowest.lowest) / (widest.highest - widest.lowest), 2),
    );
    findings.tables.push(table(&spreads, extent));
    findings.figures.push(figure(&spreads, extent));
    findings
}

fn table(spreads: &[Spread], extent: &Extent) -> Table {
    let title = format!(
        "8 × 8 digits, {} to train and {} to test, {} epochs, {} seeds: cross-entropy of the test",
        extent.images[0], extent.images[1], extent.epochs, extent.seeds
    );
    let mut table =
        Table::new(title, &["hidden units", "mean", "standard deviation", "lowest", "median", "highest"]);
    for spread in spreads {
        let Spread { mean, deviation, lowest, median, highest, .. } = spread;
        let numbers = [mean, deviation, lowest, median, highest].map(|x| significant(*x, 3));
        table.row([spread.width.to_string()].into_iter().chain(numbers));
    }
    table
}

/// A histogram on a logarithmic axis, as an outline: the share of the losses in each of so many classes to a decade.
fn outline(losses: &[f64]) -> Vec<(f64, f64)> {
    const TO_A_DECADE: f64 = 20.0;
    let class = |loss: f64| (TO_A_DECADE * ln(loss) / ln(10.0)).floor() as i64;
    let classes: Vec<_> = losses.iter().map(|loss| class(*loss)).collect();
    let (first, last) =
        classes.iter().fold((i64::MAX, i64::MIN), |(low, high), class| (low.min(*class), high.max(*class)));
    let edge = |class: i64| pow(10.0, class as f64 / TO_A_DECADE);
    let mut points = vec![(edge(first), 0.0)];
    for class in first..=last {
        let share = classes.iter().filter(|other| **other == class).count() as f64 / classes.len() as f64;
        points.extend([(edge(class), share), (edge(class + 1), share)]);
    }
    points.push((edge(last + 1), 0.0));
    points
}

fn figure(spreads: &[Spread], extent: &Extent) -> Figure {
    let mut histograms = Panel::new(
        "Where training ends",
        Axis::logarithmic("cross-entropy of the test", 0.1, 4.0),
        Axis::linear("share of the seeds", 0.0, 1.0),
    );
    let mut deviations = Panel::new(
        "How far apart the seeds are",
        Axis::logarithmic("hidden units", 2.0, 200.0),
        Axis::logarithmic("standard deviation", 1e-3, 1.0),
    )
    .line(spreads.iter().map(|spread| (spread.width as f64, spread.deviation)), Ink::Quiet);
    for (series, spread) in (0..).zip(spreads) {
        let ink = Ink::Series(series);
        histograms = histograms.line(outline(&spread.losses), ink).label(
            (1.2, 0.95 - 0.08 * f64::from(series)),
            Anchor::Right,
            format!("{} units", spread.width),
            ink,
        );
        let dot = (spread.width as f64, spread.deviation);
        deviations = deviations.dots([dot], ink).label(dot, Anchor::Right, spread.width.to_string(), ink);
    }
    Figure {
        id: "losses",
        caption: format!(
            "Test losses of {} seeds for each number of hidden units. Left: as histograms on a logarithmic axis: the wider, the lower and the \
             closer. Right: their standard deviation.",
            extent.seeds
        ),
        panels: vec![histograms, deviations],
        columns: 2,
    }
}

//! R70: depth and data against all that slide 31 leaves open, each with each.

use crate::bootstrap::Interval95;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::shaped::{Learned, Optimizer, Part, Start, Training, area_of_the_shape, effect, learn_all};
use crate::{Chapter, Claim, Correction, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "depth-lowers-the-variance-of-any-training",
    number: 70,
    slides: Slides(&[(31, 31)]),
    chapter: Chapter::Perceptron,
    claim: "Depth and data lower the variance, whatever optimizer, start and budget are.",
    correction: Some(Correction {
        statement: "Depth does not. From He's start, from which all depths learn, ten hidden layers vary more over seeds than two, and are wrong \
                    more often. From ±1/√m plain descent learns nothing through ten layers: its variance is 0 because it answers the same \
                    for every seed, that everything is outside. Data lower the variance from He's start.",
        refuted_by: RISES,
    }),
    source: "every level of every factor with every other: hidden layers, optimizer, start, budget, N. Decided before the first run: an effect \
             is the mean over all other factors of what changes from the first level to the last, and it is one if its 95 % bootstrap \
             interval over seeds does not reach 0. Predicted in words: that of N is large, and the sign of that of depth depends on \
             optimizer and budget",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/networks/src/multilayer/initialization.rs",
        "crates/first-order/src/mini_batch.rs",
        "crates/first-order/src/adam.rs",
    ],
    run: || run(&SMALL),
    full: Some(|| run(&LARGE)),
};

const RISES: &str = "He's start: change of the variance from the fewest layers to the most, lower end";

/// How much is run.
struct Extent {
    /// Hidden units in all.
    units: usize,
    /// Hidden layers.
    depths: &'static [usize],
    /// N.
    examples: [usize; 2],
    /// Updates.
    budgets: [usize; 2],
    seeds: u64,
    threads: usize,
}

const SMALL: Extent =
    Extent { units: 60, depths: &[2, 10], examples: [100, 1_000], budgets: [180, 720], seeds: 4, threads: 1 };
const LARGE: Extent = Extent {
    units: 120,
    depths: &[2, 3, 5, 10],
    examples: [300, 3_000],
    budgets: [600, 2_400],
    seeds: 20,
    threads: 2,
};

/// Points of a batch, which divides every N.
const BATCH: usize = 50;
const OPTIMIZERS: [Optimizer; 2] = [Optimizer::Descent, Optimizer::Adam];
const STARTS: [Start; 2] = [Start::InverseRoot, Start::He];

/// All that is run, with what came of it.
struct Factorial {
    cells: Vec<(Training, Learned)>,
}

/// What is varied, each from its first level to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Factor {
    Depth,
    Optimizer,
    Start,
    Budget,
    Examples,
}

impl Factor {
    const ALL: [Self; 5] = [Self::Depth, Self::Optimizer, Self::Start, Self::Budget, Self::Examples];

    /// The two levels that are compared, as words.
    fn levels(self, extent: &Extent) -> [String; 2] {
        match self {
            Self::Depth => [extent.depths[0], extent.depths[extent.depths.len() - 1]]
                .map(|d| format!("{d} hidden layers")),
            Self::Optimizer => ["descent", "Adam"].map(str::to_owned),
            Self::Start => ["±1/√m", "He's start"].map(str::to_owned),
            Self::Budget => extent.budgets.map(|budget| format!("{budget} updates")),
            Self::Examples => extent.examples.map(|n| format!("N = {n}")),
        }
    }

    /// The level of a training: the first, the last, or one between them.
    fn level(self, training: &Training, extent: &Extent) -> usize {
        let place = |place: Option<usize>| place.expect("every training is one of the factorial");
        match self {
            Self::Depth => match place(extent.depths.iter().position(|depth| *depth == training.depth)) {
                0 => 0,
                i if i == extent.depths.len() - 1 => 1,
                _ => usize::MAX,
            },
            Self::Optimizer => {
                place(OPTIMIZERS.iter().position(|optimizer| *optimizer == training.optimizer))
            }
            Self::Start => place(STARTS.iter().position(|start| *start == training.start)),
            Self::Budget => place(extent.budgets.iter().position(|budget| *budget == updates(training))),
            Self::Examples => place(extent.examples.iter().position(|n| *n == training.examples)),
        }
    }
}

fn updates(training: &Training) -> usize {
    training.epochs as usize * training.examples / BATCH
}

impl Factorial {
    fn run(extent: &Extent) -> Self {
        let mut trainings = Vec::new();
        for optimizer in OPTIMIZERS {
            for start in STARTS {
                for budget in extent.budgets {
                    for examples in extent.examples {
                        trainings.extend(extent.depths.iter().map(|&depth| Training {
                            optimizer,
                            start,
                            depth,
                            units: extent.units,
                            examples,
                            batch_size: BATCH,
                            epochs: (budget * BATCH / examples) as u64,
                        }));
                    }
                }
            }
        }
        let learned = learn_all(&trainings, extent.seeds, extent.threads);
        Self { cells: trainings.into_iter().zip(learned).collect() }
    }

    /// The effect of a factor on a part, over the trainings that `counts`.
    fn effect(
        &self,
        factor: Factor,
        part: Part,
        extent: &Extent,
        counts: impl Fn(&Training) -> bool,
    ) -> Interval95 {
        let level = |which: usize| {
            let cells =
                self.cells.iter().filter(move |(training, _)| factor.level(training, extent) == which);
            cells.filter(|(training, _)| counts(training)).map(|(_, learned)| learned)
        };
        // The cells come in one order, so that the first ones of both levels differ in the factor alone, and so on.
        let pairs: Vec<_> = level(0).zip(level(1)).map(|(from, to)| [from, to]).collect();
        effect(part, &pairs)
    }
}

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let factorial = Factorial::run(extent);
    check(&mut findings, &factorial, extent);
    findings.tables.push(main_effects(&factorial, extent));
    findings.tables.push(depth_table(&factorial, extent));
    findings.tables.push(cells(&factorial, extent));
    findings.figures.push(figure(&factorial, extent));
    findings
}

fn check(findings: &mut Findings, factorial: &Factorial, extent: &Extent) {
    let from_he = |training: &Training| training.start == Start::He;
    findings.breaks(
        RISES,
        "below 0, if depth lowered it",
        0.0,
        factorial.effect(Factor::Depth, Part::Variance, extent, from_he).low,
    );
    findings.breaks(
        "change of the share that is wrong from the fewest layers to the most, mean over all other factors, lower end",
        "below 0, if depth helped",
        0.0,
        factorial.effect(Factor::Depth, Part::Wrong, extent, |_| true).low,
    );
    findings.at_most(
        "He's start: change of the variance with more points, mean over all other factors, upper end",
        "below 0: data help",
        0.0,
        factorial.effect(Factor::Examples, Part::Variance, extent, from_he).high,
        0.0,
        "the end of a 95 % interval",
    );
    let stuck = factorial.cells.iter().filter(|(training, _)| {
        (training.optimizer, training.start, training.depth) == (Optimizer::Descent, Start::InverseRoot, 10)
    });
    let shares: Vec<_> = stuck.map(|(_, learned)| learned.share(Part::Wrong).estimate).collect();
    for (name, extreme) in [("least", f64::min as fn(f64, f64) -> f64), ("largest", f64::max)] {
        findings.near(
            format!("descent from ±1/√m, 10 hidden layers: {name} share that is wrong, of all budgets and N"),
            "the area of the shape, over 4: everything is outside for it",
            area_of_the_shape() / 4.0,
            shares.iter().copied().fold(shares.first().copied().unwrap_or(f64::NAN), extreme),
            Tolerance::Relative(0.02),
            "the grid, of whose points on an edge some are outside",
        );
    }
}

fn interval(Interval95 { estimate, low, high }: Interval95) -> String {
    let [estimate, low, high] = [estimate, low, high].map(|x| significant(x, 3));
    format!("{estimate} ({low} to {high})")
}

const PARTS: [Part; 3] = [Part::Wrong, Part::SquaredBias, Part::Variance];

fn main_effects(factorial: &Factorial, extent: &Extent) -> Table {
    let title = format!(
        "effects in the mean over all other factors, with 95 % bootstrap intervals over {} seeds",
        extent.seeds
    );
    let mut table = Table::new(title, &["from → to", "share that is wrong", "bias²", "variance"]);
    for factor in Factor::ALL {
        let parts = PARTS.map(|part| interval(factorial.effect(factor, part, extent, |_| true)));
        table.row([factor.levels(extent).join(" → ")].into_iter().chain(parts));
    }
    table
}

/// What depth does to a part: everywhere, and where another factor is at one of its levels.
fn depth_by_level(factorial: &Factorial, part: Part, extent: &Extent) -> Vec<(String, Interval95)> {
    let mut rows = vec![("everywhere".to_owned(), factorial.effect(Factor::Depth, part, extent, |_| true))];
    for factor in &Factor::ALL[1..] {
        for (level, name) in factor.levels(extent).into_iter().enumerate() {
            let counts = |training: &Training| factor.level(training, extent) == level;
            rows.push((name, factorial.effect(Factor::Depth, part, extent, counts)));
        }
    }
    rows
}

fn depth_table(factorial: &Factorial, extent: &Extent) -> Table {
    let title = format!("the effect of depth, {}", Factor::Depth.levels(extent).join(" → "));
    let mut table = Table::new(title, &["where", "share that is wrong", "bias²", "variance"]);
    let parts = PARTS.map(|part| depth_by_level(factorial, part, extent));
    for (i, (name, _)) in parts[0].iter().enumerate() {
        let intervals = parts.each_ref().map(|rows| interval(rows[i].1));
        table.row([name.clone()].into_iter().chain(intervals));
    }
    table
}

fn figure(factorial: &Factorial, extent: &Extent) -> Figure {
    let panel = |title: &str, part: Part| {
        let rows = depth_by_level(factorial, part, extent);
        // From the top down, and without ticks: the rows have names.
        let places = Axis::linear("", rows.len() as f64, -1.0);
        let mut panel =
            Panel::new(title, Axis::linear("change of the share of the square", -0.35, 0.25), places)
                .dashed([(0.0, -1.0), (0.0, rows.len() as f64)], Ink::Quiet);
        for (i, (name, Interval95 { estimate, low, high })) in rows.into_iter().enumerate() {
            let (y, ink) = (i as f64, if i == 0 { Ink::Wrong } else { Ink::Series(i as u8 - 1) });
            let line = [(low, y), (high, y)];
            panel =
                panel.line(line, ink).dots([(estimate, y)], ink).label((-0.35, y), Anchor::Right, name, ink);
        }
        panel
    };
    Figure {
        id: "depth",
        caption: format!(
            "What changes from {}, in the mean over all other factors, with 95 % intervals over {} seeds: to the left of the dashed line depth \
             helps.",
            Factor::Depth.levels(extent).join(" to "),
            extent.seeds
        ),
        panels: vec![panel("Wrong", Part::Wrong), panel("Variance over seeds", Part::Variance)],
        columns: 2,
    }
}

fn cells(factorial: &Factorial, extent: &Extent) -> Table {
    let title = format!(
        "{} hidden units in all, {} seeds: share that is wrong, of that variance",
        extent.units, extent.seeds
    );
    let names = extent.depths.iter().map(|depth| format!("{depth} hidden layers"));
    let head: Vec<_> = std::iter::once("training".to_owned()).chain(names).collect();
    let head: Vec<_> = head.iter().map(String::as_str).collect();
    let mut table = Table::new(title, &head);
    for row in factorial.cells.chunks(extent.depths.len()) {
        let levels = Factor::ALL[1..].iter().map(|factor| {
            let [first, last] = factor.levels(extent);
            if factor.level(&row[0].0, extent) == 0 { first } else { last }
        });
        let name = levels.collect::<Vec<_>>().join(", ");
        let parts = row.iter().map(|(_, learned)| {
            [Part::Wrong, Part::Variance].map(|part| significant(learned.share(part).estimate, 3)).join(", ")
        });
        table.row([name].into_iter().chain(parts));
    }
    table
}

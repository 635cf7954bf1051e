//! R13: spoilers and networks of one hidden layer.

mod built;
mod figure;
mod training;

use thalweg_networks::Loss;
use thalweg_problem::Objective;

use self::training::{Errors, Setting, descend, errors, spoiled_clusters};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "spoilers-do-not-change-a-network",
    number: 13,
    slides: Slides(&[(28, 30)]),
    chapter: Chapter::Perceptron,
    claim: "Adding a few spoilers will not change the decision boundary that a network learns.",
    correction: Some(Correction {
        statement: "After few steps, and on the squared error with decay, it does not. Trained on, on the cross-entropy and without decay, wide \
                    networks fit most of the spoilers. That a network of 1 + 2k units separates k spoilers is no reason for a loss to do so: \
                    on the squared error with decay, descent that starts there lets go of them.",
        refuted_by: FITTED,
    }),
    source: "a network that separates is built by hand: a ridge of two units lifts each spoiler, through a strip that is free of the other \
             class. What descent does was predicted in words: it leaves spoilers out with few units, few steps or decay, and fits them with \
             64 units and long training on the cross-entropy. η = 0.5 on all points, weights N(0, 1/m), targets 0.01 and 0.99 for the squared \
             error",
    errata: &[Erratum {
        slides: Slides(&[(28, 29)]),
        flag: Flag::OverClaim,
        printed: "Adding a few spoilers will not change the behavior of a network.",
        correct: "It depends on the loss, the decay and the number of steps. A wide network trained long enough on the cross-entropy fits them.",
        measured_by: FITTED,
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/networks/src/multilayer/passes.rs",
        "crates/first-order/src/gradient_descent.rs",
    ],
    run: || run(&Extent { budgets: [100, 1_000, 4_000], seeds: 2 }),
    full: Some(|| run(&Extent { budgets: [1_000, 10_000, 100_000], seeds: 10 })),
};

const FITTED: &str = "share of spoilers fitted by 64 units, cross-entropy, no decay, most steps";

/// How much is run.
struct Extent {
    /// Numbers of steps.
    budgets: [u64; 3],
    /// The seeds are 0, 1, …, for data and starts alike.
    seeds: u64,
}

const HIDDEN: [usize; 4] = [2, 4, 16, 64];
const SPOILERS: [usize; 3] = [1, 2, 4];
const LOSSES: [Loss; 2] = [Loss::Squared, Loss::CrossEntropy];
const DECAYS: [f64; 2] = [0.0, 1e-3];

/// What became of a setting, by budget: errors over all seeds.
struct Cell {
    setting: Setting,
    errors: [Errors; 3],
}

impl Cell {
    fn measure(setting: Setting, extent: &Extent) -> Self {
        let network = setting.network();
        let mut sums = [Errors::default(); 3];
        for seed in 0..extent.seeds {
            let data = spoiled_clusters(setting.spoilers, seed);
            for (sum, parameters) in sums.iter_mut().zip(setting.train(&extent.budgets, seed)) {
                let found = errors(&network, &parameters, &data);
                sum.clusters += found.clusters;
                sum.spoilers += found.spoilers;
            }
        }
        Self { setting, errors: sums }
    }
}

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let settings = LOSSES.into_iter().flat_map(|loss| {
        DECAYS.into_iter().flat_map(move |decay| {
            HIDDEN
                .into_iter()
                .flat_map(move |hidden| SPOILERS.map(|spoilers| Setting { hidden, spoilers, loss, decay }))
        })
    });
    let cells: Vec<_> = settings.map(|setting| Cell::measure(setting, extent)).collect();
    findings.tables.push(table(&cells, extent));
    check_built(&mut findings, extent);
    check_shares(&mut findings, &cells, extent);
    findings.figures.push(figure::boundaries(&extent.budgets, 64));
    findings
}

/// That the networks could do it, and that with decay descent undoes it.
fn check_built(findings: &mut Findings, extent: &Extent) {
    const SEEDS: u64 = 10;
    let last = extent.budgets[2];
    let title = format!(
        "seed 0: networks built by hand, and what {last} steps of descent with decay 0.001 make of them"
    );
    let head =
        ["loss, spoilers", "hidden units", "least margin", "value built", "value after", "spoilers lost"];
    let mut table = Table::new(title, &head);
    let (mut least, mut wrong, mut kept) = (f64::INFINITY, 0, 0);
    for (spoilers, seed) in
        SPOILERS.into_iter().flat_map(|spoilers| (0..SEEDS).map(move |seed| (spoilers, seed)))
    {
        let data = spoiled_clusters(spoilers, seed);
        let Some(built) = built::separating(&data, spoilers) else {
            least = f64::NAN;
            continue;
        };
        least = least.min(built.least_margin(&data));
        let found = errors(&built.network, &built.parameters, &data);
        wrong += found.clusters + found.spoilers;
        for loss in if seed == 0 { LOSSES.as_slice() } else { &[] } {
            let hidden = built.network.widths()[1];
            let setting = Setting { hidden, spoilers, loss: *loss, decay: DECAYS[1] };
            let problem = setting.problem(setting.network(), &data);
            let after = descend(&problem, &built.parameters, &[last]).swap_remove(0);
            let lost = errors(&built.network, &after, &data).spoilers;
            if *loss == Loss::Squared {
                kept += spoilers - lost;
            }
            let numbers =
                [built.least_margin(&data), problem.value(&built.parameters), problem.value(&after)];
            let numbers = numbers.map(|number| significant(number, 4));
            let names = [format!("{}, {spoilers}", name(*loss)), hidden.to_string()];
            table.row(names.into_iter().chain(numbers).chain([lost.to_string()]));
        }
    }
    findings.at_most(
        format!("points on the wrong side of the networks built by hand, {SEEDS} seeds"),
        "0, of 1 + 2k units for k spoilers",
        0.0,
        wrong as f64,
        0.0,
        "nothing",
    );
    findings.near(
        format!("least margin of the networks built by hand, {SEEDS} seeds"),
        "1: units that say ±1",
        1.0,
        least,
        Tolerance::Absolute(built::LOSS_OF_MARGIN),
        "units are as steep as that takes, no steeper",
    );
    findings.at_most(
        "spoilers that descent on the squared error with decay keeps, from the networks built by hand",
        "none: a network that separates is no minimum there",
        0.0,
        kept as f64,
        0.0,
        "nothing",
    );
    findings.tables.push(table);
}

/// The share of spoilers that are fitted after a budget, over the settings that `counts`.
fn fitted(cells: &[Cell], extent: &Extent, budget: usize, counts: impl Fn(&Setting) -> bool) -> f64 {
    let counted: Vec<_> = cells.iter().filter(|cell| counts(&cell.setting)).collect();
    let all: usize = counted.iter().map(|cell| cell.setting.spoilers * extent.seeds as usize).sum();
    let wrong: usize = counted.iter().map(|cell| cell.errors[budget].spoilers).sum();
    1.0 - wrong as f64 / all as f64
}

fn check_shares(findings: &mut Findings, cells: &[Cell], extent: &Extent) {
    const FIRST: usize = 0;
    const LAST: usize = 2;
    const A_FEW: f64 = 0.05;
    let share = |budget, counts: &dyn Fn(&Setting) -> bool| fitted(cells, extent, budget, counts);
    findings.breaks(
        FITTED,
        "one in two would already change the boundary",
        0.5,
        share(LAST, &|s| s.hidden == 64 && s.loss == Loss::CrossEntropy && s.decay == 0.0),
    );
    findings.at_most(
        "share of spoilers fitted after the fewest steps, squared error",
        "0: at first a network learns the clusters",
        0.0,
        share(FIRST, &|s| s.loss == Loss::Squared),
        A_FEW,
        "a spoiler may lie at the edge of the cluster",
    );
    findings.at_most(
        "share of spoilers fitted by 2 units, most steps",
        "less than half: one unit for the line leaves one, and a ridge takes two",
        0.5,
        share(LAST, &|s| s.hidden == 2),
        0.0,
        "nothing; not 0, for the line may bend around a spoiler at the edge of the cluster",
    );
    let entropy = |s: &Setting| s.loss == Loss::CrossEntropy && s.decay == 0.0;
    let by_units = HIDDEN.map(|hidden| share(LAST, &|s| entropy(s) && s.hidden == hidden));
    let by_steps = [0, 1, 2].map(|budget| share(budget, &entropy));
    for (name, shares) in [("units", &by_units[..]), ("steps", &by_steps[..])] {
        findings.at_most(
            format!("largest fall of that share with more {name}, cross-entropy, no decay"),
            "0: it grows",
            0.0,
            shares.windows(2).map(|pair| pair[0] - pair[1]).fold(f64::NEG_INFINITY, f64::max),
            A_FEW,
            "where nearly all are fitted, one that is on its way may be back",
        );
    }
    for loss in LOSSES {
        let of = |decay| share(LAST, &|s| s.loss == loss && s.decay == decay);
        findings.at_most(
            format!("share of spoilers fitted with decay, less that without, {}, most steps", name(loss)),
            "0 or less: decay holds the weights down that a ridge needs",
            0.0,
            of(DECAYS[1]) - of(DECAYS[0]),
            0.0,
            "nothing",
        );
    }
}

fn name(loss: Loss) -> &'static str {
    match loss {
        Loss::Squared => "squared",
        Loss::CrossEntropy => "cross-entropy",
    }
}

fn table(cells: &[Cell], extent: &Extent) -> Table {
    let Extent { budgets: [a, b, c], seeds } = extent;
    let head =
        ["loss, decay, hidden units", "1 spoiler", "2 spoilers", "4 spoilers", "errors in the clusters"];
    let title = format!("share of spoilers fitted after {a}, {b} and {c} steps, over {seeds} seeds");
    let mut table = Table::new(title, &head);
    for row in cells.chunks(SPOILERS.len()) {
        let Setting { hidden, loss, decay, .. } = row[0].setting;
        let shares = row.iter().map(|cell| {
            let all = cell.setting.spoilers as f64 * *seeds as f64;
            let share = |errors: &Errors| significant(1.0 - errors.spoilers as f64 / all, 3);
            cell.errors.each_ref().map(share).join(", ")
        });
        let in_clusters =
            [0, 1, 2].map(|b| row.iter().map(|cell| cell.errors[b].clusters).sum::<usize>().to_string());
        let cells = [format!("{}, {decay}, {hidden}", name(loss))].into_iter().chain(shares);
        table.row(cells.chain([in_clusters.join(", ")]));
    }
    table
}

//! R16: the stationary points of a linear network with one hidden layer, found by search and known by formula.

use std::collections::BTreeMap;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_landscape::{CriticalPointSearch, Outcome, SignedSpectrum};
use thalweg_problem::Allowance;
use thalweg_schedules::Constant;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::linear_autoencoder::{Kept, NETWORK, STATIONARITY, curvatures, start};
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "a-linear-network-has-saddles-and-no-bad-minimum",
    number: 16,
    slides: Slides(&[(34, 34)]),
    chapter: Chapter::Surface,
    claim: "Baldi and Hornik (1989): a linear network with one hidden layer has only saddle points and no local minima beside the global one.",
    correction: None,
    source: "for a linear network that is to repeat its input through p of n units, variances λ₁ > … > λₙ: every set I of at most p of the \
             principal axes gives one family of stationary points, of height Σ λ − Σ_I λ, with #{(i ∈ I, k ∉ I): λₖ > λᵢ} + (p − |I|)(n − |I|) \
             negative curvatures and 2p|I| − |I|² that are 0, which lead along the family. Of 16 families for n = 5, p = 2 one has no \
             negative curvature, and it is the lowest. Searches from 600 starts, normal with standard deviation ½ and 1 in turn; 200 runs of \
             descent from normal starts of standard deviation ½. A first run found 13 families and 251 searches ended nowhere: after it the \
             search learned to leave its linear solver early, starts nearer to 0 were dropped, and a share of searches that end nowhere was \
             allowed; then these seeds were run once",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/landscape/src/search.rs",
        "crates/landscape/src/newton_mr.rs",
        "crates/landscape/src/signed_spectrum.rs",
        "crates/krylov/src/minimum_residual.rs",
    ],
    run,
    full: None,
};

const SEARCHES: u64 = 600;
const RUNS: u64 = 200;
const RATE: f64 = 0.005;

/// What was found of a set.
#[derive(Default)]
struct Rung {
    /// One for each search that ended there.
    points: Vec<Found>,
}

struct Found {
    value: f64,
    spectrum: SignedSpectrum,
    /// ‖AB − P_I‖.
    apart: f64,
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut rungs: BTreeMap<Kept, Rung> = BTreeMap::new();
    let search = CriticalPointSearch { stationarity: STATIONARITY, ..CriticalPointSearch::default() };
    let mut others = 0_usize;
    for seed in 0..SEARCHES {
        let from = start(1600 + seed, [0.5, 1.0][seed as usize % 2]);
        let mut allow = Allowance::evaluations(20_000);
        let outcome = search.find(&NETWORK, &from, &mut allow).expect("the settings are constants");
        let Outcome::Stationary(point) = outcome else {
            others += 1;
            continue;
        };
        let (set, apart) = NETWORK.nearest(point.x());
        let found = Found { value: point.value(), spectrum: curvatures(&point), apart };
        rungs.entry(set).or_default().points.push(found);
    }
    check_rungs(&mut findings, &rungs, others);
    let ends = descents();
    let lowest = NETWORK.height(&[0, 1]);
    findings.near(
        format!("largest distance from the global value after descent, {RUNS} runs"),
        "0: every other stationary point has a negative curvature, and a start beside its way there has chance 1",
        0.0,
        largest(ends.iter().map(|end| end - lowest)),
        Tolerance::Absolute(1e-6),
        "the gradient is stopped at 1e-6 of its start, and the loss goes with its square",
    );
    findings.figures.push(figure(&rungs, &ends));
    findings
}

fn check_rungs(findings: &mut Findings, rungs: &BTreeMap<Kept, Rung>, others: usize) {
    let sets = NETWORK.sets();
    let mut table = Table::new(
        format!("the 16 families, and where {SEARCHES} searches ended"),
        &[
            "axes kept",
            "loss",
            "negative curvatures, predicted",
            "measured",
            "zero, predicted",
            "measured",
            "searches",
        ],
    );
    let known = rungs.keys().filter(|set| sets.contains(set)).count();
    findings.words(
        "families of stationary points that were found",
        "sets of at most 2 of 5 axes",
        sets.len(),
        known,
    );
    findings.at_most(
        "share of searches that ended at no stationary point",
        "none of ½‖∇f‖² is known here that is none of f; a twentieth for those that the budget ends",
        0.05,
        others as f64 / SEARCHES as f64,
        0.0,
        "nothing is tolerated beyond",
    );
    findings.near(
        "largest distance of AB from the projection on the axes kept",
        "0",
        0.0,
        largest(rungs.values().flat_map(|rung| &rung.points).map(|found| found.apart)),
        Tolerance::Absolute(1e-6),
        "‖∇f‖ ≤ 1e-10 over the smallest curvature that is not 0, some 1e-3 and more",
    );
    for set in &sets {
        let name = name(set);
        let (height, index, flat) = (NETWORK.height(set), NETWORK.index(set), NETWORK.flat(set));
        let points = rungs.get(set).map_or(&[][..], |rung| &rung.points);
        findings.near(
            format!("loss farthest from the prediction, axes kept: {name}"),
            "Σ λ over the others",
            height,
            points.iter().map(|found| found.value).fold(f64::NAN, |worst, value| {
                if worst.is_nan() || (value - height).abs() > (worst - height).abs() { value } else { worst }
            }),
            Tolerance::Absolute(1e-6),
            "a gradient of 1e-10, squared, over a curvature: rounding is left",
        );
        let counts = |count: fn(&SignedSpectrum) -> usize| {
            let mut all: Vec<_> = points.iter().map(|found| count(&found.spectrum)).collect();
            all.sort_unstable();
            all.dedup();
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
        };
        let (negative, zero) = (counts(SignedSpectrum::index), counts(SignedSpectrum::undecided));
        findings.words(
            format!("negative curvatures and zeros, axes kept: {name}"),
            "pairs in the wrong order + (p − |I|)(n − |I|); 2p|I| − |I|²",
            format!("{index}, {flat}"),
            format!("{negative}, {zero}"),
        );
        table.row([
            name,
            significant(height, 4),
            index.to_string(),
            negative,
            flat.to_string(),
            zero,
            points.len().to_string(),
        ]);
    }
    findings.tables.push(table);
    let widest = largest(rungs.values().flat_map(|rung| &rung.points).map(|found| found.spectrum.bound()));
    findings.at_most(
        "largest bound of an eigenvalue",
        "residuals, rounding, and the way to the stationary point",
        1e-4,
        widest,
        0.0,
        "nothing is tolerated; the counts above use each point's own bound",
    );
}

fn name(set: &[usize]) -> String {
    match set {
        [] => "none".to_owned(),
        set => set.iter().map(|i| (i + 1).to_string()).collect::<Vec<_>>().join(" and "),
    }
}

/// Where descent ends from many starts.
fn descents() -> Vec<f64> {
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: RATE } };
    let stop = Stop { relative_gradient: 1e-6, max_steps: 50_000, ..Stop::default() };
    let end = |seed| {
        let run = minimize(&NETWORK, &method, &start(seed, 0.5), stop.clone(), silent)
            .expect("the settings are constants");
        if run.reason.is_converged() { run.best.value } else { f64::NAN }
    };
    (0..RUNS).map(|seed| end(160_000 + seed)).collect()
}

fn figure(rungs: &BTreeMap<Kept, Rung>, ends: &[f64]) -> Figure {
    let sets = NETWORK.sets();
    let most = sets.iter().map(|set| NETWORK.index(set)).max().unwrap_or(0) as f64;
    let mut ladder = Panel::new(
        "The 16 families of stationary points",
        Axis::linear("negative curvatures", -0.7, most + 0.7),
        Axis::linear("loss", 5.0, 16.0),
    );
    // Families of the same height and index lie beside each other.
    let mut places: Vec<(f64, f64)> = Vec::new();
    for set in &sets {
        let (index, height) = (NETWORK.index(set) as f64, NETWORK.height(set));
        let taken = places.iter().filter(|place| (place.0 - index).abs() < 0.5 && place.1 == height).count();
        places.push((index + 0.14 * taken as f64, height));
        let at = places[places.len() - 1];
        ladder = ladder.line([(at.0 - 0.3, at.1), (at.0 + 0.3, at.1)], Ink::Theory);
        let rank = set.len();
        if let Some(rung) = rungs.get(set) {
            let dots =
                rung.points.iter().map(|found| (found.spectrum.index() as f64 + at.0 - index, found.value));
            ladder = ladder.dots(dots, Ink::Series(rank as u8));
        }
    }
    let ladder = ladder
        .label((1.2, 6.0), Anchor::Right, "the only minimum", Ink::Theory)
        .label((most - 0.6, 15.0), Anchor::Left, "A = B = 0", Ink::Series(0))
        .label((most - 0.6, 13.4), Anchor::Left, "rank 1", Ink::Series(1))
        .label((3.4, 8.0), Anchor::Right, "rank 2", Ink::Series(2));
    let order: Vec<_> = {
        let mut values: Vec<_> = (0..ends.len() as u64)
            .map(|seed| thalweg_problem::Objective::value(&NETWORK, &start(160_000 + seed, 0.5)))
            .collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let numbered = |values: &[f64]| -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(i, value)| ((i + 1) as f64, *value)).collect()
    };
    let runs = Panel::new(
        "200 runs of descent",
        Axis::linear("run, by its start", 0.0, 201.0),
        Axis::logarithmic("loss", 4.0, 400.0),
    )
    .dots(numbered(&order), Ink::Quiet)
    .dots(numbered(ends), Ink::Series(3))
    .label((20.0, 80.0), Anchor::Right, "starts", Ink::Quiet)
    .label((100.0, 7.0), Anchor::Above, "ends: all at 6", Ink::Series(3));
    Figure {
        id: "ladder",
        caption: "Left: strokes are predicted families, dots what searches found, each with the number of negative curvatures that \
                  its bound vouches for. Right: descent from 200 starts ends at the same loss, whatever it began with."
            .to_owned(),
        panels: vec![ladder, runs],
        columns: 2,
    }
}

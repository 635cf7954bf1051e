//! R20: the higher a stationary point of a network's loss, the more of its curvatures are negative.

use crate::census::{BUDGET, Census, DECAY, End, PATHS, rank_correlation};
use crate::digit_network::PARAMETERS;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::significant;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "the-index-of-a-stationary-point-grows-with-its-loss",
    number: 20,
    slides: Slides(&[(33, 34)]),
    chapter: Chapter::Surface,
    claim: "Points where the gradient vanishes at a high loss are saddles: the number of negative curvatures grows with the loss.",
    correction: None,
    source: "of a random Gaussian field the share of negative curvatures grows with the height (Bray and Dean 2007), and Dauphin et al. (2014) \
             found the same of networks. Here: 43 parameters, digits 0 to 2 by six principal components, 200 of them, weight decay 1e-3 on \
             all parameters; 60 searches from perturbed iterates of descent, 4000 gradients and products each; doubles removed up to \
             exchanges and signs of hidden units; only points with ‖∇f‖ ≤ 1e-11 all of whose curvatures have a sign. The settings were \
             tried on six other paths; decided before these were drawn: Spearman's ρ above 0.8",
    errata: &[Erratum {
        slides: Slides(&[(34, 34)]),
        flag: Flag::Imprecise,
        printed: "Dauphin et al. (2015): an exponential number of saddle points in large networks.",
        correct: "NIPS 2014. The number is that of random Gaussian fields; of networks they measured that the index grows with the loss.",
        measured_by: "1 − ρ of the index and the loss",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/landscape/src/search.rs",
        "crates/landscape/src/newton_mr.rs",
        "crates/landscape/src/signed_spectrum.rs",
        "crates/lecture/src/digit_network.rs",
    ],
    run,
    full: None,
};

fn run() -> Findings {
    let mut findings = Findings::default();
    let census = Census::taken();
    let signed: Vec<_> = census.points.iter().filter(|found| found.spectrum.is_signed()).collect();
    let pairs: Vec<_> = signed.iter().map(|found| (found.loss, found.spectrum.index() as f64)).collect();
    findings.at_most(
        "1 − ρ of the index and the loss",
        "ρ above 0.8",
        0.2,
        1.0 - rank_correlation(&pairs),
        0.0,
        "nothing is tolerated: the bound is the prediction",
    );
    findings.words(
        "the stationary point with the lowest loss",
        "a minimum",
        "0 negative curvatures",
        format!("{} negative curvatures", signed.first().map_or(PARAMETERS, |found| found.spectrum.index())),
    );
    let losses = |minimum: bool| {
        signed.iter().filter(move |found| (found.spectrum.index() == 0) == minimum).map(|found| found.loss)
    };
    let highest = losses(true).fold(f64::NEG_INFINITY, f64::max);
    let top = losses(false).fold(f64::NEG_INFINITY, f64::max);
    findings.at_most(
        "loss of the highest minimum, over that of the highest saddle",
        "no index of 0 but at low losses: a tenth",
        0.1,
        highest / top,
        0.0,
        "nothing is tolerated: the bound is the prediction",
    );
    findings.breaks(
        "loss of the highest minimum less that of the lowest",
        "0, if every minimum were global; proved points, see R67",
        0.0,
        highest - losses(true).fold(f64::INFINITY, f64::min),
    );
    let searches = 10 * PATHS as usize;
    let ended = census.stationary + census.flat.len() + census.unfinished.len();
    findings.words("searches that are accounted for", "6 paths of 10", searches, ended);
    let mut table = Table::new(
        format!("{searches} searches of {BUDGET} gradients and products, decay {DECAY}"),
        &["loss", "negative curvatures", "of no sign", "smallest curvature", "bound below", "searches"],
    );
    for found in &census.points {
        let smallest =
            found.spectrum.values().iter().fold(f64::INFINITY, |least, value| least.min(value.abs()));
        table.row([
            significant(found.loss, 6),
            found.spectrum.index().to_string(),
            found.spectrum.undecided().to_string(),
            significant(smallest, 3),
            // Not the bound itself, which is rounding.
            if found.spectrum.bound() < 1e-11 { "1e-11".to_owned() } else { "1".to_owned() },
            found.times.to_string(),
        ]);
    }
    findings.tables.push(table);
    let mut ends = Table::new("how the searches ended", &["end", "searches"]);
    for (end, count) in [
        ("stationary", census.stationary),
        ("gradient-flat: ½‖∇f‖² is stationary, f is not", census.flat.len()),
        ("out of budget, or stalled", census.unfinished.len()),
    ] {
        ends.row([end.to_owned(), count.to_string()]);
    }
    findings.tables.push(ends);
    findings.figures.push(figure(census));
    findings
}

fn figure(census: &Census) -> Figure {
    let share = |index: usize| 100.0 * index as f64 / PARAMETERS as f64;
    let signed = || census.points.iter().filter(|found| found.spectrum.is_signed());
    let of = |minimum: bool| {
        signed()
            .filter(move |found| (found.spectrum.index() == 0) == minimum)
            .map(|found| (share(found.spectrum.index()), found.loss))
            .collect::<Vec<_>>()
    };
    let losses = Axis::logarithmic("loss", 5e-3, 1.0);
    let plane = Panel::new(
        "Stationary points",
        Axis::linear("% of curvatures that are negative", -1.0, 26.0),
        losses.clone(),
    )
    .dots(of(false), Ink::Series(0))
    .dots(of(true), Ink::Series(2))
    .label((0.5, 6.3e-3), Anchor::Right, "minima", Ink::Series(2))
    .label((12.0, 4e-2), Anchor::Right, "saddles", Ink::Series(0));
    let stationary = signed().map(|found| (1e-12, found.loss)).collect::<Vec<_>>();
    let by_norm = |ends: &[End]| ends.iter().map(|end| (end.gradient_norm, end.loss)).collect::<Vec<_>>();
    let ends = Panel::new("Where searches ended", Axis::logarithmic("‖∇f‖", 1e-13, 1.0), losses)
        .dots(stationary, Ink::Series(0))
        .dots(by_norm(&census.unfinished), Ink::Quiet)
        .dots(by_norm(&census.flat), Ink::Wrong)
        .label((3e-12, 0.7), Anchor::Right, "stationary", Ink::Series(0))
        .label((2e-7, 0.42), Anchor::Right, "out of budget", Ink::Quiet)
        .label((2e-7, 0.7), Anchor::Right, "gradient-flat", Ink::Wrong);
    Figure {
        id: "index-and-loss",
        caption: "Left: every dot is a stationary point of the network's loss, without doubles, all of whose curvatures have a sign that a \
                  bound vouches for. Right: where all searches ended; the red ones have a small gradient, and are no stationary points. \
                  Stationary points are drawn at 1e-12, which is rounding."
            .to_owned(),
        panels: vec![plane, ends],
        columns: 2,
    }
}

//! R67: what a census of stationary points finds where the truth is known, with a test and without one.

use std::collections::BTreeSet;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, Eigen, hessian_by_products};
use thalweg_landscape::{CriticalPointSearch, GradientNorm, Outcome};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Differentiable, State};
use thalweg_quasi_newton::Lbfgs;
use thalweg_second_order::Newton;

use crate::census::{BUDGET, Census, End, PATHS};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::first_trial::UNIT;
use crate::linear_autoencoder::{Kept, NETWORK, PARAMETERS, STATIONARITY, curvatures, start};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Findings, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "a-small-gradient-is-no-stationary-point",
    number: 67,
    slides: Slides(&[(34, 34)]),
    chapter: Chapter::Surface,
    claim: "Saddle points of networks are found by following ‖∇f‖ down, and counting negative curvatures where it is small (after Dauphin et al. 2014).",
    correction: Some(Correction {
        statement: "Not where it is merely small: searches on a network end with ‖∇f‖ below 10⁻³ near no stationary point, and where \
                    stationary points come in families the bare signs of computed eigenvalues count zeros as negative. With a test of stationarity and a bound for the eigenvalues what is counted is right, and \
                    intervals prove it.",
        refuted_by: "searches with ‖∇f‖ ≤ 1e-3 near no stationary point",
    }),
    source: "of a linear network every stationary point is known with its index (R16), which gives precision and recall: 600 normal starts of standard \
             deviation ½ and 1 in turn, Newton's method for 50 steps, L-BFGS on ½‖∇f‖² for 200, and the search with a test; the former two accept \
             ‖∇f‖ ≤ 0.01, a thousandth of the largest curvature at 0, and read bare signs. A zero that was computed is negative half of the time, so that \
             all three or four of a family come out right once in eight or sixteen times. The 60 searches of R20: every \
             stationary point is put to Krawczyk's test in 43 dimensions, and its signs to an elimination with intervals. What is near a \
             stationary point was said after a first look, which had counted every search that found none",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/landscape/src/search.rs",
        "crates/landscape/src/signed_spectrum.rs",
        "crates/landscape/src/gradient_norm.rs",
        "crates/lecture/src/krawczyk.rs",
        "crates/lecture/src/digit_network.rs",
    ],
    run,
    full: None,
};

const STARTS: u64 = 600;
/// What a census without a test accepts, of a loss whose largest curvature at 0 is 10.
const SMALL: f64 = 0.01;
/// The same for the network of R20, where ‖∇f‖ is near 1 at the starts.
const SMALL_FOR_DIGITS: f64 = 1e-3;

/// What a way of searching has accepted.
#[derive(Default)]
struct Tally {
    accepted: usize,
    /// With AB within a tenth of the projection of a family.
    there: usize,
    /// And with the index of its family.
    right: usize,
    families: BTreeSet<Kept>,
}

impl Tally {
    fn count(&mut self, w: &[f64], index: usize) {
        self.accepted += 1;
        let (set, apart) = NETWORK.nearest(w);
        if apart < 0.1 && set.len() <= NETWORK.hidden {
            self.there += 1;
            if index == NETWORK.index(&set) {
                self.right += 1;
                self.families.insert(set);
            }
        }
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.accepted as f64
    }
}

/// Accepts what has a small gradient, and counts bare signs.
fn count_untested(tally: &mut Tally, w: &[f64]) {
    let mut gradient = vec![f64::NAN; PARAMETERS];
    NETWORK.value_gradient(w, &mut gradient);
    if !w.iter().all(|w| w.is_finite()) || norm(&gradient).is_nan() || norm(&gradient) > SMALL {
        return;
    }
    let mut hessian = DMatrix::zeros(PARAMETERS, PARAMETERS);
    hessian_by_products(&NETWORK, w, &mut hessian);
    let eigen = Eigen::new(&hessian).expect("symmetric by construction");
    tally.count(w, eigen.values().iter().filter(|value| **value < 0.0).count());
}

fn tallies() -> [Tally; 3] {
    let [mut newton, mut descent, mut tested] = [(); 3].map(|()| Tally::default());
    let search = CriticalPointSearch { stationarity: STATIONARITY, ..CriticalPointSearch::default() };
    let steepness = GradientNorm::new(NETWORK);
    for seed in 0..STARTS {
        let from = start(6700 + seed, [0.5, 1.0][seed as usize % 2]);
        let run = minimize(&ByProducts(NETWORK), &Newton::default(), &from, Stop::after(50), silent);
        count_untested(&mut newton, run.expect("constants").state.x());
        let run = minimize(
            &steepness,
            &Lbfgs { first_length: UNIT, ..Lbfgs::default() },
            &from,
            Stop::after(200),
            silent,
        );
        count_untested(&mut descent, run.expect("constants").state.x());
        let outcome = search.find(&NETWORK, &from, &mut Allowance::evaluations(20_000)).expect("constants");
        if let Outcome::Stationary(point) = outcome {
            tested.count(point.x(), curvatures(&point).index());
        }
    }
    [newton, descent, tested]
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let tallies = tallies();
    let mut table = Table::new(
        format!("a linear network with 16 families, {STARTS} starts"),
        &["search", "accepted", "at a stationary point", "and the index right", "families found with it"],
    );
    let names = [
        "Newton, ‖∇f‖ ≤ 0.01, bare signs",
        "L-BFGS on ½‖∇f‖², the same",
        "Newton-MR with a test and a bound",
    ];
    for (name, tally) in names.into_iter().zip(&tallies) {
        let counts = [tally.accepted, tally.there, tally.right, tally.families.len()];
        table.row([name.to_owned()].into_iter().chain(counts.map(|count| count.to_string())));
    }
    findings.tables.push(table);
    let [newton, descent, tested] = &tallies;
    findings.words(
        "points accepted with a test that have the index of their family",
        "all",
        tested.accepted,
        tested.right,
    );
    findings.words(
        "families found with a test",
        "sets of at most 2 of 5 axes",
        NETWORK.sets().len(),
        tested.families.len(),
    );
    for (name, tally) in [("Newton's method", newton), ("L-BFGS on ½‖∇f‖²", descent)] {
        findings.at_most(
            format!("share of points with the right index, without a test: {name}"),
            "zeros counted by bare signs are right less than half of the time",
            0.5,
            tally.precision(),
            0.0,
            "nothing is tolerated beyond",
        );
    }
    let census = Census::taken();
    check_digits(&mut findings, census);
    findings.figures.push(figure(&tallies, census));
    findings
}

fn check_digits(findings: &mut Findings, census: &Census) {
    let mut table = Table::new(
        format!(
            "the network of R20, {} searches of {BUDGET}: stationary points, put to the proof",
            10 * PATHS
        ),
        &["loss", "negative curvatures, by a bound", "by intervals"],
    );
    let (mut proved, mut agreed) = (0, 0);
    for found in &census.points {
        let signs = census.network.prove(&found.w);
        proved += usize::from(signs.is_some());
        agreed += usize::from(signs == Some(found.spectrum.index()) && found.spectrum.is_signed());
        let signs = signs.map_or("not proved".to_owned(), |count| count.to_string());
        table.row([significant(found.loss, 6), found.spectrum.index().to_string(), signs]);
    }
    findings.tables.push(table);
    let all = census.points.len();
    findings.words("stationary points of the network that Krawczyk's test proves", "all", all, proved);
    findings.words("of these, with the index that the bound gave", "all", all, agreed);
    let small = |end: &&End| end.gradient_norm <= SMALL_FOR_DIGITS;
    let false_ones = census.flat.iter().chain(&census.unfinished).filter(small).filter(|end| !end.is_near);
    findings.breaks(
        "searches with ‖∇f‖ ≤ 1e-3 near no stationary point",
        "0, if a small gradient were enough; near is what five steps of Newton's method reach within 0.1",
        0.0,
        false_ones.count() as f64,
    );
    let mut ends = Table::new(
        "what a census that accepts ‖∇f‖ ≤ 1e-3 would count on that network",
        &["end of the search", "searches", "of them accepted", "and near none"],
    );
    let [all, none] = [census.stationary, 0].map(|count| count.to_string());
    ends.row(["stationary".to_owned(), all.clone(), all, none]);
    for (name, these) in [("gradient-flat", &census.flat), ("out of budget, or stalled", &census.unfinished)]
    {
        let accepted = || these.iter().filter(small);
        let far = accepted().filter(|end| !end.is_near).count();
        let counts = [these.len(), accepted().count(), far].map(|count| count.to_string());
        ends.row([name.to_owned()].into_iter().chain(counts));
    }
    findings.tables.push(ends);
}

fn figure(tallies: &[Tally; 3], census: &Census) -> Figure {
    let inks = [Ink::Wrong, Ink::Series(1), Ink::Series(0)];
    let mut panel = Panel::new(
        "A linear network: precision and recall",
        Axis::linear("families found with their index, of 16", -1.0, 17.0),
        Axis::linear("share with the right index", -0.05, 1.1),
    );
    let names = ["Newton", "L-BFGS on ½‖∇f‖²", "with a test"];
    for ((tally, ink), name) in tallies.iter().zip(inks).zip(names) {
        let at = (tally.families.len() as f64, tally.precision());
        panel =
            panel.dots([at], ink).label(at, if at.0 > 9.0 { Anchor::Left } else { Anchor::Right }, name, ink);
    }
    let sorted = |mut norms: Vec<f64>| -> Vec<(f64, f64)> {
        norms.sort_by(f64::total_cmp);
        norms.into_iter().enumerate().map(|(i, norm)| ((i + 1) as f64, norm)).collect()
    };
    let of = |ends: &[End], near: bool| {
        sorted(ends.iter().filter(|end| end.is_near == near).map(|end| end.gradient_norm).collect())
    };
    let (flat, lost, near) =
        (of(&census.flat, false), of(&census.unfinished, false), of(&census.unfinished, true));
    let widest = flat.len().max(lost.len()).max(near.len()) as f64;
    let norms = Panel::new(
        "Digits: searches at no stationary point",
        Axis::linear("searches, in order", 0.0, widest + 1.0),
        Axis::logarithmic("‖∇f‖ at the end", 1e-6, 1.0),
    )
    .dashed([(0.0, SMALL_FOR_DIGITS), (widest + 1.0, SMALL_FOR_DIGITS)], Ink::Theory)
    .dots(lost, Ink::Series(1))
    .dots(flat, Ink::Wrong)
    .label((0.4 * widest, 0.4), Anchor::Right, "gradient-flat", Ink::Wrong)
    .label((0.4 * widest, 0.1), Anchor::Right, "out of budget", Ink::Series(1))
    .label((0.99 * widest, 2e-6), Anchor::Left, "accepted below the line", Ink::Theory);
    let count = near.len();
    let norms = if near.is_empty() { norms } else { norms.dots(near, Ink::Series(0)) };
    Figure {
        id: "precision-and-recall",
        caption: format!(
            "Left: what three searches found from the same starts where every stationary point and its index are known. Right: of a \
             network for digits, the searches that ended at no stationary point; those below the line would have been counted. Newton's \
             method finds a stationary point within 0.1 of {count} of them."
        ),
        panels: vec![panel, norms],
        columns: 2,
    }
}

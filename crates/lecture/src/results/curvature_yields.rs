//! R52: descent on a network at rates above the limit, which moves the limit.

use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, TwiceDifferentiable};
use thalweg_schedules::Constant;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::number::{rounded, significant};
use crate::sharpness::{PRECISION, Ringed, Track, legible};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "the-curvature-yields-to-the-rate",
    number: 52,
    slides: Slides(&[(97, 97)]),
    chapter: Chapter::Surface,
    claim: "Always having a rate above 2η_opt ensures that you never ever actually find a solution.",
    correction: Some(Correction {
        statement: "Of a minimum it is true, for its curvature is what it is. Along the training of a network the curvature gives way: descent \
                    above the limit goes to where λmax is 2/η, and stays at that edge while the loss goes on falling, not at \
                    every step, until hardly a point of 200 is on the wrong side. Too far above the limit, it explodes.",
        refuted_by: FALLS,
    }),
    source: "η_opt along the steepest direction is 1/λmax, so that η > 2η_opt is λmax > 2/η. Cohen et al. (2021) find that λmax rises to 2/η \
             and stays there; Damian et al. (2022) why: an oscillation along the steepest direction pushes to where it is less \
             steep. Below the edge f falls at every step. Decided before the first run: η = 0.05 to 0.8, 2 % of 2/η in the mean from \
             step 5000 on, seed 0; the scatter of the rings, after a run on rings that do not overlap and whose curvature falls \
             to 0 with the loss. Decided after it: η = 0.1 takes so long to the edge that it is predicted \
             for seed 0 alone; the other seeds may not be above it",
    errata: &[Erratum {
        slides: Slides(&[(97, 97)]),
        flag: Flag::OverClaim,
        printed: "Always having η > 2η_opt will ensure that you never ever actually find a solution.",
        correct: "Where the curvature can change, as on a network, descent lowers it to 2/η and the loss with it.",
        measured_by: FALLS,
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/krylov/src/extreme_eigenpairs.rs",
        "crates/networks/src/multilayer/network_loss.rs",
    ],
    run: || run(&SMALL),
    full: Some(|| run(&LARGE)),
};

const FALLS: &str = "η = 0.4, seed 0: the loss when λmax is first seen above 2/η, over that at the end";

/// Units of a hidden layer, and points on a ring.
const WIDTH: usize = 32;
const PER_RING: usize = 100;
/// How far λmax may be from 2/η in the mean.
const NEAR: f64 = 0.02;

/// A rate, and how long it runs.
#[derive(Clone, Copy)]
struct Probe {
    rate: f64,
    steps: u64,
    /// From here on means are taken.
    settled: u64,
    /// Whether seed 0 is predicted to reach the edge in that time.
    arrives: bool,
}

struct Extent {
    probes: &'static [Probe],
    seeds: u64,
}

const SMALL: Extent = Extent {
    probes: &[
        Probe { rate: 0.05, steps: 4_000, settled: 2_000, arrives: false },
        Probe { rate: 0.2, steps: 8_000, settled: 5_000, arrives: true },
        Probe { rate: 0.4, steps: 8_000, settled: 5_000, arrives: true },
    ],
    seeds: 1,
};
const LARGE: Extent = Extent {
    probes: &[
        Probe { rate: 0.05, steps: 40_000, settled: 35_000, arrives: false },
        // From where it gets there at all: the first run took 15 000 steps.
        Probe { rate: 0.1, steps: 40_000, settled: 20_000, arrives: true },
        Probe { rate: 0.2, steps: 20_000, settled: 5_000, arrives: true },
        Probe { rate: 0.4, steps: 20_000, settled: 5_000, arrives: true },
    ],
    seeds: 3,
};
/// Too large: this explodes.
const EXPLODES: f64 = 0.8;

/// One training.
struct Trained {
    probe: Probe,
    seed: u64,
    track: Track,
    wrong: usize,
}

impl Trained {
    fn name(&self) -> String {
        format!("η = {}, seed {}", self.probe.rate, self.seed)
    }

    /// The mean of ηλmax/2 from where it has settled.
    fn settled(&self) -> f64 {
        let Probe { rate, steps, settled, .. } = self.probe;
        0.5 * rate * self.track.mean_sharpness(settled, steps)
    }

    fn edge(&self) -> f64 {
        2.0 / self.probe.rate
    }
}

fn descent(rate: f64) -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate } }
}

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let mut trained = Vec::new();
    for seed in 0..extent.seeds {
        let ringed = Ringed::new(WIDTH, PER_RING, seed);
        for &probe in extent.probes {
            let track = ringed.train(&descent(probe.rate), probe.steps);
            let wrong = ringed.wrong(&track.end);
            trained.push(Trained { probe, seed, track, wrong });
        }
    }
    for training in &trained {
        check(&mut findings, training);
    }
    findings.at_most(
        "largest residual bound of an eigenvalue, relative to it",
        "the tolerance of the search, and rounding",
        PRECISION,
        rounded(largest(trained.iter().map(|training| training.track.precision())), 1),
        0.0,
        "rounding is far below",
    );
    check_top(&mut findings, trained.last());
    check_explosion(&mut findings);
    findings.tables.push(table(&trained));
    findings.figures.push(figure(trained.iter().filter(|training| training.seed == 0)));
    findings
}

fn check(findings: &mut Findings, training: &Trained) {
    let (name, track) = (training.name(), &training.track);
    let reaches = track.crossing(training.edge());
    let settled = training.settled();
    // Of the slow rates one seed was looked at beforehand.
    if training.probe.arrives && (training.seed == 0 || training.probe.rate > 0.1) {
        findings.near(
            format!("{name}: mean of ηλmax/2 at the end"),
            "1: λmax = 2/η",
            1.0,
            legible(settled, (settled - 1.0).abs() <= NEAR),
            Tolerance::Absolute(NEAR),
            "stated beforehand: λmax goes up and down around the edge",
        );
        let first = reaches.unwrap_or(u64::MAX);
        findings.breaks(
            format!("{name}: share of the steps after that which raise the loss, in tenths"),
            "none, if the limit were kept",
            0.0,
            (10.0 * track.rises(first) as f64 / (track.losses.len() as f64 - first as f64)).round(),
        );
        findings.breaks(
            format!("{name}: the loss when λmax is first seen above 2/η, over that at the end"),
            "1, if nothing were found above the limit",
            1.0,
            rounded(track.losses[first as usize] / track.losses[track.losses.len() - 1], 1),
        );
    } else {
        findings.at_most(
            format!("{name}: mean of ηλmax/2 at the end"),
            "no more than 1: what is above the edge comes back",
            1.0,
            legible(settled, settled <= 1.0 + NEAR),
            NEAR,
            "that of the means at the edge",
        );
    }
    if reaches.is_none() {
        findings.words(
            format!("{name}, below the edge all the time: steps that raise the loss"),
            "none: f falls by η(1 − ηλmax/2)‖∇f‖² or more",
            0,
            track.rises(0),
        );
    }
}

/// That no eigenvalue was missed: θ + bound − H has a factorization of Cholesky.
fn check_top(findings: &mut Findings, training: Option<&Trained>) {
    let Some(Trained { seed, track, .. }) = training else { return };
    let ringed = Ringed::new(WIDTH, PER_RING, *seed);
    let n = track.end.len();
    let mut hessian = DMatrix::zeros(n, n);
    ByProducts(&ringed.loss).hessian(&track.end, &mut hessian);
    let above = track.sharpness.last().map_or(f64::NAN, |sharpness| sharpness.value + sharpness.bound);
    let shifted = DMatrix::from_diagonal_element(n, n, above * (1.0 + 1e-9)) - hessian;
    findings.words(
        "the eigenvalue at the end of the last training is the largest of all",
        "θ + bound − H is positive definite: it has a Cholesky factorization",
        true,
        shifted.cholesky().is_some(),
    );
}

fn check_explosion(findings: &mut Findings) {
    let ringed = Ringed::new(WIDTH, PER_RING, 0);
    let track = ringed.train(&descent(EXPLODES), 2_000);
    findings.words(
        format!("η = {EXPLODES}: whether the loss leaves the finite numbers"),
        "the first run showed it: λmax is near three times 2/η at the start",
        true,
        track.has_exploded,
    );
}

fn table(trained: &[Trained]) -> Table {
    let mut table = Table::new(
        format!("2-{WIDTH}-{WIDTH}-1, {} points, full-batch descent", 2 * PER_RING),
        &[
            "training",
            "2/η",
            "first seen above it at step",
            "mean of ηλmax/2 at the end",
            "steps",
            "loss at the end",
            "points on the wrong side",
        ],
    );
    for training in trained {
        let track = &training.track;
        let crossing = track.crossing(training.edge());
        table.row([
            training.name(),
            significant(training.edge(), 3),
            crossing.map_or("never".to_owned(), |step| significant(step as f64, 2)),
            significant(training.settled(), 2),
            training.probe.steps.to_string(),
            significant(track.losses[track.losses.len() - 1], 1),
            training.wrong.to_string(),
        ]);
    }
    table
}

fn figure<'a>(trained: impl Iterator<Item = &'a Trained>) -> Figure {
    let trained: Vec<_> = trained.collect();
    let end = trained.iter().map(|training| training.probe.steps).max().unwrap_or(1) as f64 * 1e-3;
    let steps = || Axis::linear("steps, in thousands", 0.0, end);
    let mut sharpness =
        Panel::new("Sharpness, and 2/η", steps(), Axis::linear("largest eigenvalue", 0.0, 46.0));
    let mut losses = Panel::new("The loss meanwhile", steps(), Axis::logarithmic("loss", 3e-3, 1.0));
    for (series, training) in (0..).zip(&trained) {
        let (track, edge, rate) = (&training.track, training.edge(), training.probe.rate);
        let ink = Ink::Series(series);
        sharpness = sharpness
            .dashed([(0.0, edge), (end, edge)], Ink::Theory)
            .line(track.sharpness_curve(160), ink)
            .label((0.6 * end, edge + 2.2), Anchor::Left, format!("η = {rate}"), ink);
        losses = losses.line(track.loss_curve(300), ink);
    }
    Figure {
        id: "edge",
        caption: "Left: the largest eigenvalue of the Hessian goes to the dashed line 2/η of its rate, where it gets so far, and stays there. \
                  Right: the loss goes on falling at the edge, with leaps; the larger the rate, the lower it gets."
            .to_owned(),
        panels: vec![sharpness, losses],
        columns: 2,
    }
}

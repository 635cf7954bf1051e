//! R47: which minimum a rate can stay in.

use thalweg_first_order::{GradientDescent, UpdateRule};
use thalweg_numerics::{exp, log1p, logistic};

use crate::descend::threshold;
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "large-rates-choose-flat-minima",
    number: 47,
    slides: Slides(&[(96, 97)]),
    chapter: Chapter::FirstOrder,
    claim: "A rate above 2η_opt can help to escape from local optima, but always having one ensures that you never find a solution.",
    correction: Some(Correction {
        statement: "The limit 2η_opt = 2/f'' belongs to a minimum, not to a function. Above that of a sharp minimum and below that \
                    of a flat one runs end in the flat one, but for narrow ranges of rates where some go on cycling; only above \
                    all of the limits none is found.",
        refuted_by: "share of the runs that find a minimum at η = 0.1, which is always above 2η_opt of the sharp one",
    }),
    source: "near a minimum a step multiplies the distance by 1 − ηf'', so it attracts for η < 2/f'' only; below 1/max f'' \
             the steps keep the order of the points on the line, and a well keeps all that start in it",
    errata: &[Erratum {
        slides: Slides(&[(97, 97)]),
        flag: Flag::OverClaim,
        printed: "Always having η > 2η_opt will ensure that you never ever actually find a solution.",
        correct: "It ensures that you do not find that minimum, from almost every start. A flatter one, with 2/f'' above η, is \
                  found by the runs that the sharp one expels.",
        measured_by: "share of the runs that find a minimum at η = 0.1, which is always above 2η_opt of the sharp one",
    }],
    code: file!(),
    puts_to_the_test: &["crates/first-order/src/gradient_descent.rs"],
    run: || run(500),
    full: Some(|| run(4000)),
};

pub(super) static SEED: Parameter = Parameter::whole("seed", "of the starts", 47, (0, 1 << 53));
const STEPS: u32 = 20_000;
/// Curvature and place of the two minima, which are equally deep.
const SHARP: (f64, f64) = (50.0, 1.0);
const FLAT: (f64, f64) = (2.0, -3.0);
const RATES: [f64; 9] = [0.01, 0.03, 0.039, 0.041, 0.05, 0.1, 0.3, 0.9, 1.1];
/// The place of the one just above the limit of the sharp minimum.
const CYCLING: usize = 3;

fn parabola((a, place): (f64, f64), w: f64) -> f64 {
    0.5 * a * (w - place) * (w - place)
}

/// f(w) = −ln(e^(−25(w−1)²) + e^(−(w+3)²)): the lower of two parabolas, rounded off where they meet.
fn f(w: f64) -> f64 {
    let (sharp, flat) = (parabola(SHARP, w), parabola(FLAT, w));
    sharp.min(flat) - log1p(exp(-(sharp - flat).abs()))
}

fn slope(w: f64) -> f64 {
    let share = logistic(parabola(FLAT, w) - parabola(SHARP, w));
    share * SHARP.0 * (w - SHARP.1) + (1.0 - share) * FLAT.0 * (w - FLAT.1)
}

/// One step of gradient descent.
fn step(w: f64, rate: f64) -> f64 {
    let mut w = [w];
    let gradient = [slope(w[0])];
    GradientDescent.update(&mut (), &mut w, &gradient, rate).expect("a rate that can be used");
    w[0]
}

/// Where the sharp well begins: the maximum between the two.
fn rim() -> f64 {
    threshold(0.0, 0.9, |w| slope(w) > 0.0)
}

/// Shares of the starts.
#[derive(Clone, Copy, Default)]
struct Fates {
    sharp: f64,
    flat: f64,
    cycling: f64,
    gone: f64,
}

fn fates(rate: f64, starts: &[f64]) -> Fates {
    let mut fates = Fates::default();
    let share = 1.0 / starts.len() as f64;
    for &start in starts {
        let (mut before, mut w) = (f64::NAN, start);
        for _ in 0..STEPS {
            let next = step(w, rate);
            // What repeats once repeats forever, and what is this far out does not come back.
            let ends = next == w || next == before || next.is_nan() || next.abs() > 1e9;
            (before, w) = (w, next);
            if ends {
                break;
            }
        }
        let is_at = |(_, place): (f64, f64)| slope(w).abs() < 1e-6 && (w - place).abs() < 0.1;
        if is_at(SHARP) {
            fates.sharp += share;
        } else if is_at(FLAT) {
            fates.flat += share;
        } else if w.abs() <= 1e9 {
            fates.cycling += share;
        } else {
            fates.gone += share;
        }
    }
    fates
}

/// Uniform in [−6, 3].
fn uniform_starts(count: u32) -> Vec<f64> {
    let mut draws = Draws::from_seed(SEED.count());
    (0..count).map(|_| -6.0 + 9.0 * draws.unit()).collect()
}

fn run(count: u32) -> Findings {
    let mut findings = Findings::default();
    let starts = uniform_starts(count);
    let all = RATES.map(|rate| (rate, fates(rate, &starts)));
    let mut table = Table::new(
        format!("{count} starts, uniform in [−6, 3], 20000 steps"),
        &["η", "end in the sharp minimum", "in the flat one", "cycle", "leave"],
    );
    for (rate, Fates { sharp, flat, cycling, gone }) in all {
        let shares = [sharp, flat, cycling, gone].map(|share| significant(share, 3));
        table.row([rate.to_string()].into_iter().chain(shares));
    }
    findings.tables.push(table);

    const COUNT: &str = "a count; adding up the shares rounds";
    let exactly = Tolerance::Absolute(1e-9);
    let in_the_well = (3.0 - rim()) / 9.0;
    findings.near(
        "share in the sharp minimum at η = 0.01",
        "that of its well: ηf'' ≤ ½, so no step crosses the rim",
        in_the_well,
        all[0].1.sharp,
        Tolerance::Absolute(3.0 * (in_the_well * (1.0 - in_the_well) / f64::from(count)).sqrt()),
        "three standard errors of a count",
    );
    for (i, (rate, fates)) in all.into_iter().enumerate() {
        if rate < 2.0 / SHARP.0 {
            let why = "one in twenty at least, as it attracts for η < 2/50";
            findings.breaks(
                format!("share in the sharp minimum at η = {rate}, not 0"),
                why,
                0.05,
                fates.sharp,
            );
        } else {
            let why = "0: it expels for η > 2/50";
            findings.near(
                format!("share in the sharp minimum at η = {rate}"),
                why,
                0.0,
                fates.sharp,
                exactly,
                COUNT,
            );
        }
        // Just above 2/50 there are cycles in the sharp well, and near 1 between the walls.
        if rate < 0.5 && i != CYCLING {
            let both = fates.sharp + fates.flat;
            let why = "1: nothing else attracts";
            findings.near(format!("share in either minimum at η = {rate}"), why, 1.0, both, exactly, COUNT);
        }
        if i == CYCLING {
            let why = "one in twenty at least: f'' falls off towards the rim, so a bounded cycle attracts";
            findings.breaks(format!("share that goes on cycling at η = {rate}"), why, 0.05, fates.cycling);
        }
    }
    check_cycle(&mut findings);
    let beyond = all[8].1;
    findings.near(
        "share that leaves at η = 1.1",
        "1: above 2/2 the flat minimum expels as well, and both walls are as steep as its own",
        1.0,
        beyond.gone,
        exactly,
        COUNT,
    );
    findings.breaks(
        "share of the runs that find a minimum at η = 0.1, which is always above 2η_opt of the sharp one",
        "0, as the slide says",
        0.0,
        all[5].1.flat,
    );
    for ((curvature, place), what) in [(SHARP, "sharp"), (FLAT, "flat")] {
        let attracts = |rate: f64| {
            let end = (0..2000).fold(place + 1e-3, |w, _| step(w, rate));
            (end - place).abs() < 1e-3
        };
        findings.near(
            format!("rate up to which the {what} minimum attracts"),
            "2/f''",
            2.0 / curvature,
            threshold(1.0 / curvature, 3.0 / curvature, attracts),
            Tolerance::Relative(1e-4),
            "2000 steps at 1e-4 above the limit multiply a distance by 1.2 or more; the other parabola adds 1e-7 to f''",
        );
    }
    findings.figures.push(figure(&starts));
    findings
}

/// Just above the limit: the 2-cycle that takes over from the sharp minimum.
fn check_cycle(findings: &mut Findings) {
    const RATE: f64 = 0.0402;
    // Next to the rim two steps lead inwards, next to the minimum outwards; in between they lead nowhere.
    let low = threshold(rim() + 0.01, 0.99, |w| step(step(w, RATE), RATE) > w);
    let end = (0..20_000).fold(1.1, |w, _| step(w, RATE));
    findings.near(
        format!("lower point of the cycle in the sharp well at η = {RATE}"),
        "w = T(T(w)) with T(w) = w − ηf'(w), by bisection between the rim and the minimum",
        low,
        end.min(step(end, RATE)),
        Tolerance::Absolute(1e-9),
        "the cycle attracts, and the bisection is exact to rounding",
    );
}

fn figure(starts: &[f64]) -> Figure {
    let escape: Vec<f64> = std::iter::successors(Some(1.03), |&w| Some(step(w, 0.05))).take(41).collect();
    let left = Panel::new(
        "η = 0.05 leaves the sharp minimum",
        Axis::linear("w", -6.0, 3.0),
        Axis::linear("f(w)", -1.5, 10.0),
    )
    .line(spaced(-6.0, 3.0, 361).map(|w| (w, f(w))), Ink::Quiet)
    .arrows(escape.into_iter().map(|w| (w, f(w))), Ink::Series(1))
    .label((SHARP.1, 0.0), Anchor::Below, "2/f'' = 0.04", Ink::Theory)
    .label((FLAT.1, 0.0), Anchor::Below, "2/f'' = 1", Ink::Theory);
    let few = &starts[..80];
    let swept: Vec<(f64, Fates)> =
        log_spaced(0.01, 2.0, 61).into_iter().map(|rate| (rate, fates(rate, few))).collect();
    let series = |share: fn(&Fates) -> f64| {
        swept.iter().map(|(rate, fates)| (*rate, share(fates))).collect::<Vec<_>>()
    };
    let limit = |curvature: f64| [(2.0 / curvature, 0.0), (2.0 / curvature, 1.0)];
    let right = Panel::new(
        "Where 80 runs end",
        Axis::logarithmic("rate η", 0.01, 2.0),
        Axis::linear("share", 0.0, 1.1),
    )
    .dashed(limit(SHARP.0), Ink::Theory)
    .dashed(limit(FLAT.0), Ink::Theory)
    .line(series(|fates| fates.sharp), Ink::Series(1))
    .line(series(|fates| fates.flat), Ink::Series(0))
    .line(series(|fates| fates.cycling), Ink::Series(3))
    .line(series(|fates| fates.gone), Ink::Wrong)
    .label((0.018, 0.26), Anchor::Above, "sharp", Ink::Series(1))
    .label((0.2, 1.0), Anchor::Below, "flat", Ink::Series(0))
    .label((0.055, 0.2), Anchor::Right, "cycle", Ink::Series(3))
    .label((1.45, 1.0), Anchor::Below, "gone", Ink::Wrong)
    .label((0.041, 0.55), Anchor::Right, "2/50", Ink::Theory)
    .label((0.97, 0.55), Anchor::Left, "2/2", Ink::Theory);
    Figure {
        id: "two-wells",
        caption: "Two minima of the same depth, one with the curvature 50 and one with 2. Left: above 2/50 the sharp one \
                  expels what comes near it. Right: up to its limit both are found; just above it some go on cycling in its well; from there to \
                  the limit of the flat one all runs end there, and beyond that they leave."
            .to_owned(),
        panels: vec![left, right],
        columns: 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slope_is_the_derivative_and_the_rim_a_maximum() {
        for w in [-6.0, -3.0, 0.2, 0.3, 1.01, 2.0, 3.0] {
            let h = 1e-5;
            assert!(((f(w + h) - f(w - h)) / (2.0 * h) - slope(w)).abs() < 1e-6, "{w}");
        }
        assert!(slope(rim() - 0.05) > 0.0 && slope(rim() + 0.05) < 0.0);
    }
}

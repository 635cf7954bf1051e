//! R50: rates that begin above the limit and fall, on a curve with many minima.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::{GradientDescent, UpdateRule};
use thalweg_krylov::ConjugateGradients;
use thalweg_numerics::{cos, ln, sin, sum};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_schedules::{Constant, ExponentialDecay, LinearDecay, Schedule};

use crate::descend::{descend, threshold};
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Parameter, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "slow-annealing-finds-the-lowest-well",
    number: 50,
    slides: Slides(&[(98, 98), (100, 102)]),
    chapter: Chapter::FirstOrder,
    claim: "Start with a learning rate above the limit and reduce it gradually: that is a good compromise between escaping poor \
            local minima and convergence.",
    correction: None,
    source: "below 1/max f'' gradient descent is monotone and stays in the well it starts in; above 2/f'' no minimum attracts; \
             what happens in between is chaotic, and how long it lasts is set by the time scale of the schedule",
    errata: &[
        Erratum {
            slides: Slides(&[(98, 98)]),
            flag: Flag::Imprecise,
            printed: "Large rates that are gradually reduced, with a path that escapes from two wells and settles.",
            correct: "The drawn path settles in a lower well, not in the lowest. A schedule that is quick about it leaves \
                      most starts in other wells; it takes hundreds of steps above the limit to find the lowest.",
            measured_by: "share of the starts that end in the lowest well, 2 · 0.9ᵏ",
        },
        Erratum {
            slides: Slides(&[(100, 100)]),
            flag: Flag::Imprecise,
            printed: "Gradient descent can stagnate on saddle points.",
            correct: "It is slowed down near one, by as many steps as the logarithm of how near it came; from almost every start it \
                      leaves again.",
            measured_by: "steps that a saddle holds up a start 1e-12 beside its stable direction",
        },
        Erratum {
            slides: Slides(&[(101, 101)]),
            flag: Flag::OverClaim,
            printed: "Second-order methods need inverses of matrices of second derivatives, which is computationally infeasible.",
            correct: "The matrix is; but a Newton step needs only its products with vectors, each at the price of a gradient or two.",
            measured_by: "products with the Hessian for a Newton step in 100000 variables with 10 curvatures",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/schedules/src/exponential_decay.rs",
        "crates/schedules/src/linear_decay.rs",
        "crates/first-order/src/gradient_descent.rs",
        "crates/krylov/src/conjugate_gradients.rs",
    ],
    run: || run(600),
    full: Some(|| run(4000)),
};

const STEPS: u64 = 8000;
pub(super) static SEED: Parameter = Parameter::whole("seed", "of the starts", 50, (0, 1 << 53));

/// f(w) = w²/20 + 1 − cos 3w: seven wells between −10 and 10, the lowest at 0.
fn f(w: f64) -> f64 {
    w * w / 20.0 + 1.0 - cos(3.0 * w)
}

fn slope(w: f64) -> f64 {
    0.1 * w + 3.0 * sin(3.0 * w)
}

/// f''(0), the largest curvature there is.
const CURVATURE: f64 = 0.1 + 9.0;

/// Where the lowest well ends: the maximum next to π/3.
fn rim() -> f64 {
    threshold(1.0, 1.2, |w| slope(w) > 0.0)
}

/// Where the runs from these starts are after 8000 steps. A point that a step does not move is left alone from then on: the
/// rates do not rise.
fn ends(schedule: &dyn Schedule, mut starts: Vec<f64>) -> Vec<f64> {
    let mut ends = Vec::with_capacity(starts.len());
    let mut gradient = vec![0.0; starts.len()];
    let mut before = starts.clone();
    for k in 0..STEPS {
        gradient.truncate(starts.len());
        before.truncate(starts.len());
        for (g, w) in gradient.iter_mut().zip(&starts) {
            *g = slope(*w);
        }
        before.copy_from_slice(&starts);
        if starts.is_empty() {
            break;
        }
        GradientDescent
            .update(&mut (), &mut starts, &gradient, schedule.rate(k))
            .expect("the lengths agree and the rates are finite");
        let mut was = before.iter();
        starts.retain(|w| {
            let moves = was.next() != Some(w);
            if !moves {
                ends.push(*w);
            }
            moves
        });
    }
    ends.extend(starts);
    ends
}

/// What became of many starts under one schedule.
struct Outcome {
    lowest: f64,
    settled: f64,
    mean: f64,
}

fn outcome(schedule: &dyn Schedule, starts: &[f64]) -> Outcome {
    let (ends, rim) = (ends(schedule, starts.to_vec()), rim());
    let share = |is: &dyn Fn(f64) -> bool| ends.iter().filter(|w| is(**w)).count() as f64 / ends.len() as f64;
    let values: Vec<f64> = ends.iter().map(|w| f(*w)).collect();
    Outcome {
        lowest: share(&|w| w.abs() < rim),
        settled: share(&|w| slope(w).abs() < 1e-6),
        mean: sum(&values) / values.len() as f64,
    }
}

fn uniform_starts(count: u32) -> Vec<f64> {
    let mut draws = Draws::from_seed(SEED.count());
    (0..count).map(|_| 10.0 * draws.signed_unit()).collect()
}

/// c bᵏ.
fn geometric(rate: f64, base: f64) -> ExponentialDecay {
    ExponentialDecay { rate, decay: -ln(base) }
}

fn hyperbola(rate: f64, time_scale: f64) -> LinearDecay {
    LinearDecay { rate, time_scale }
}

/// Steps with a rate above 2/f''(0).
fn dwell(schedule: &dyn Schedule) -> u64 {
    (0..STEPS).take_while(|&k| schedule.rate(k) > 2.0 / CURVATURE).count() as u64
}

fn run(count: u32) -> Findings {
    let mut findings = Findings::default();
    let starts = uniform_starts(count);
    let error = |share: f64| 3.0 * (share * (1.0 - share) / f64::from(count)).sqrt();
    let schedules: [(&str, Box<dyn Schedule>); 13] = [
        ("0.05", Box::new(Constant { rate: 0.05 })),
        ("0.5", Box::new(Constant { rate: 0.5 })),
        ("1", Box::new(Constant { rate: 1.0 })),
        ("2 · 0.9ᵏ", Box::new(geometric(2.0, 0.9))),
        ("1 · 0.99ᵏ", Box::new(geometric(1.0, 0.99))),
        ("2 · 0.99ᵏ", Box::new(geometric(2.0, 0.99))),
        ("2 · 0.997ᵏ", Box::new(geometric(2.0, 0.997))),
        ("2 · 0.999ᵏ", Box::new(geometric(2.0, 0.999))),
        ("2/(k+1)", Box::new(hyperbola(2.0, 1.0))),
        ("5/(k+1)", Box::new(hyperbola(5.0, 1.0))),
        ("2/(1+k/100)", Box::new(hyperbola(2.0, 100.0))),
        ("2/(1+k/300)", Box::new(hyperbola(2.0, 300.0))),
        ("2/(1+k/1000)", Box::new(hyperbola(2.0, 1000.0))),
    ];
    let mut table = Table::new(
        format!("{count} starts, uniform in [−10, 10], 8000 steps"),
        &["ηₖ", "steps above 2/f''", "Σηₖ", "end in the lowest well", "settled", "mean f"],
    );
    let mut outcomes = Vec::new();
    for (name, schedule) in &schedules {
        let found = outcome(&**schedule, &starts);
        table.row([
            (*name).to_owned(),
            dwell(&**schedule).to_string(),
            schedule.robbins_monro().rates.sum().map_or("unknown".to_owned(), |sum| significant(sum, 4)),
            significant(found.lowest, 3),
            significant(found.settled, 3),
            significant(found.mean, 3),
        ]);
        outcomes.push((*name, found));
    }
    findings.tables.push(table);
    let of = |name: &str| {
        outcomes.iter().find(|(n, _)| *n == name).map(|(_, found)| found).expect("it is in the list")
    };

    let chance = rim() / 10.0;
    findings.near(
        "share of the starts that end in the lowest well, η = 0.05",
        "that of the well itself, as η f'' < 1: a monotone map leaves nobody out",
        chance,
        of("0.05").lowest,
        Tolerance::Absolute(error(chance)),
        "three standard errors of a count",
    );
    findings.near(
        "share of the starts that settle, η = 0.05",
        "all, below 2/f''",
        1.0,
        of("0.05").settled,
        Tolerance::Absolute(0.0),
        "a count",
    );
    for name in ["0.5", "1"] {
        findings.near(
            format!("share of the starts that settle, η = {name}"),
            "none: at every minimum |sin 3w| = |w|/30 < ⅓, so f'' > 8.5 > 2/η",
            0.0,
            of(name).settled,
            Tolerance::Absolute(0.0),
            "a count",
        );
    }
    for name in ["2 · 0.9ᵏ", "2/(k+1)"] {
        findings.at_most(
            format!("share of the starts that end in the lowest well, {name}"),
            "not most of them, whether the sum is finite or not: some 20 steps above the limit are not enough",
            0.5,
            of(name).lowest,
            0.0,
            "",
        );
    }
    for (name, what) in [
        ("2 · 0.999ᵏ", "slow and with a finite sum"),
        ("2/(1+k/300)", "slow and with an infinite sum"),
        ("2/(1+k/1000)", "slower, with an infinite sum"),
    ] {
        findings.near(
            format!("share of the starts that end in the lowest well, {name}: {what}"),
            "nearly all",
            1.0,
            of(name).lowest,
            Tolerance::Absolute(0.05),
            "'nearly all' is 95 %",
        );
    }
    check_summaries(&mut findings);
    findings.figures.push(figure(&starts));
    findings
}

/// What slides 100 and 101 say of saddles and of second derivatives.
fn check_summaries(findings: &mut Findings) {
    const RATE: f64 = 0.1;
    let saddle = DiagonalQuadratic::centered([1.0, -1.0]).expect("finite curvatures");
    for beside in [1e-3, 1e-6, 1e-12] {
        let path = descend(&saddle, RATE, &[1.0, beside], 400);
        let leaves = path.points.iter().position(|w| w[1].abs() >= 1.0);
        findings.words(
            format!("steps that a saddle holds up a start {beside:e} beside its stable direction"),
            "⌈ln(1/δ)/ln(1 + η)⌉",
            (-ln(beside) / ln(1.0 + RATE)).ceil(),
            leaves.map_or("forever".to_owned(), |k| k.to_string()),
        );
    }
    const N: usize = 100_000;
    let curvatures: Vec<f64> = (0..N).map(|i| 1.0 + (i % 10) as f64).collect();
    let bowl = DiagonalQuadratic::new(curvatures, vec![-1.0; N], 0.0).expect("finite curvatures");
    let stop = Stop { relative_gradient: 1e-10, ..Stop::default() };
    let newton = minimize(&bowl, &ConjugateGradients::default(), &vec![0.0; N], stop, silent);
    let run = newton.expect("the settings are constants that can be used");
    findings.words(
        "products with the Hessian for a Newton step in 100000 variables with 10 curvatures",
        "one for every different curvature, by conjugate gradients, without the 10¹⁰ entries",
        "10, converged",
        format!(
            "{}, {}",
            run.counts.hessian_vectors,
            if run.reason.is_converged() { "converged" } else { "not" }
        ),
    );
}

fn figure(starts: &[f64]) -> Figure {
    let curve = || spaced(-10.0, 10.0, 401).map(|w| (w, f(w)));
    let quick = geometric(2.0, 0.9);
    // The first of the starts whose path ends in a well that is not the lowest, and lower than where it began.
    let path = |start: f64| {
        let mut w = vec![start];
        let mut path = vec![start];
        for k in 0..200 {
            let gradient = [slope(w[0])];
            GradientDescent.update(&mut (), &mut w, &gradient, quick.rate(k)).expect("finite rates");
            path.push(w[0]);
        }
        path
    };
    let as_drawn = starts.iter().map(|&start| path(start)).find(|path| {
        let end = path[path.len() - 1];
        end.abs() > rim() && f(end) < f(path[0]) - 0.5 && path.iter().all(|w| w.abs() < 10.0)
    });
    let points: Vec<(f64, f64)> = as_drawn.unwrap_or_default().into_iter().map(|w| (w, f(w))).collect();
    let (first, last) =
        (points.first().copied().unwrap_or_default(), points.last().copied().unwrap_or_default());
    let left = Panel::new(
        "Slide 98 from a real run: 2 · 0.9ᵏ",
        Axis::linear("w", -10.0, 10.0),
        Axis::linear("f(w)", -0.7, 8.0),
    )
    .line(curve(), Ink::Quiet)
    .arrows(points, Ink::Series(1))
    .label(first, Anchor::Above, "w₀", Ink::Series(1))
    .label(last, Anchor::Left, "end", Ink::Series(1))
    .label((0.0, 0.0), Anchor::Below, "lowest", Ink::Theory);

    let few = &starts[..200];
    let by_dwell = |schedule: &dyn Schedule| (dwell(schedule) as f64, outcome(schedule, few).lowest);
    let ratio = ln(2.0 * CURVATURE / 2.0);
    let lengths = || log_spaced(2.0, 3000.0, 12).into_iter();
    let summable: Vec<_> =
        lengths().map(|steps| by_dwell(&ExponentialDecay { rate: 2.0, decay: ratio / steps })).collect();
    let divergent: Vec<_> =
        lengths().map(|steps| by_dwell(&hyperbola(2.0, steps / (CURVATURE - 1.0)))).collect();
    let chance = rim() / 10.0;
    let right = Panel::new(
        "The time scale decides, not the sum",
        Axis::logarithmic("steps with a rate above 2/f''", 1.0, 1e4),
        Axis::linear("share that ends in the lowest well", 0.0, 1.05),
    )
    .dashed([(1.0, chance), (1e4, chance)], Ink::Theory)
    .line(summable.clone(), Ink::Series(0))
    .dots(summable, Ink::Series(0))
    .line(divergent.clone(), Ink::Series(2))
    .dots(divergent, Ink::Series(2))
    .label((2000.0, chance), Anchor::Below, "a small constant rate", Ink::Theory)
    .label((1.3, 0.9), Anchor::Right, "2e^(−βk): Ση < ∞", Ink::Series(0))
    .label((1.3, 0.8), Anchor::Right, "2/(1+k/τ): Ση = ∞", Ink::Series(2));
    Figure {
        id: "annealing",
        caption: "Left: a path as the slide draws it. It escapes from wells while the rate is above the limit, and settles in one that \
                  is lower but not the lowest. Right: the share of 200 starts that end in the lowest well grows with the number of steps \
                  above the limit, in the same way whether the rates have a finite sum or not."
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
        for w in [-7.3, -0.4, 0.0, 1.9, 9.0] {
            let h = 1e-5;
            assert!(((f(w + h) - f(w - h)) / (2.0 * h) - slope(w)).abs() < 1e-8);
        }
        assert!(slope(rim()).abs() < 1e-14 && slope(rim() - 0.1) > 0.0 && slope(rim() + 0.1) < 0.0);
        assert_eq!(dwell(&geometric(2.0, 0.9)), (ln(CURVATURE) / -ln(0.9)).ceil() as u64);
    }
}

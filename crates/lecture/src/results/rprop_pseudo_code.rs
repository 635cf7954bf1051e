//! R55: what the pseudo-code of slides 113 and 114 does when it is run as printed.

mod figures;

use thalweg_first_order::{IRpropMinus, IRpropPlus, Rprop, RpropMinus, RpropPlus, StepSizes, UpdateRule};
use thalweg_numerics::{norm, powi};
use thalweg_objectives::{DiagonalQuadratic, Quadratic};
use thalweg_problem::{Differentiable, Objective};

use crate::descend::largest;
use crate::draws::{Draws, Orthogonal};
use crate::encoder::Encoder;
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::printed::{Clamp, Repairs, RpropAsPrinted, one_weight_at_a_time};
use crate::spectrum::Tilted;
use crate::walk::{steps_until, walk};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "rprop-as-printed-stops-where-the-slope-is-not-zero",
    number: 55,
    slides: Slides(&[(113, 114)]),
    chapter: Chapter::FirstOrder,
    claim: "The pseudo-code of Rprop: for each weight, Δw takes the sign of the first derivative; while not converged, \
            w moves by −Δw, Δw ← min(αΔw, Δmax) where the derivative keeps its sign, and else w goes back and \
            Δw ← max(βΔw, Δmin).",
    correction: Some(Correction {
        statement: "The sign has to be asked for again: as printed each weight can move one way only, and weights that \
                    move together stop where the gradient is not 0. The clamps belong on |Δw|, and the loop over \
                    the weights inside the loop over the steps. With these repairs all runs below reach the minimum.",
        refuted_by: "E where slide 114's loop has stopped, the minimum being 0",
    }),
    source: "a weight whose derivative changes its sign behind it goes back to the same location forever; max(βΔw, Δmin) \
             turns a negative Δw into Δmin",
    errata: &[
        Erratum {
            slides: Slides(&[(113, 114)]),
            flag: Flag::Wrong,
            printed: "Δw = sign(prevD) Δw stands before the loop, and nothing in the loop changes the sign of Δw.",
            correct: "A weight can then move in one direction only. Where the others have moved and its derivative has \
                      changed its sign for good, it stays, and its gradient stays. The sign has to come from the current \
                      derivative in every step.",
            measured_by: "E where slide 114's loop has stopped, the minimum being 0",
        },
        Erratum {
            slides: Slides(&[(113, 113)]),
            flag: Flag::Wrong,
            printed: "Δw = min(αΔw, Δmax) and Δw = max(βΔw, Δmin), of a Δw that has a sign.",
            correct: "A negative Δw is never held below Δmax in size, and at the first sign change it becomes +Δmin, which \
                      leads away from the minimum. The clamps belong on |Δw|.",
            measured_by: "E after 200 steps of slide 113's loop from −2, in units of E at the start",
        },
        Erratum {
            slides: Slides(&[(113, 114)]),
            flag: Flag::Wrong,
            printed: "For each layer, for each weight: initialize; while not converged: …",
            correct: "Read as it is nested, one weight is driven to its end before the next one begins, once. The loop \
                      over the weights belongs inside.",
            measured_by: "E after the loops as they are nested",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/lecture/src/printed/rprop.rs",
        "crates/first-order/src/rprop.rs",
        "crates/first-order/src/rprop/retrying.rs",
        "crates/first-order/src/rprop/plus.rs",
        "crates/first-order/src/rprop/minus.rs",
    ],
    run,
    full: None,
};

/// E = ½wᵀAw with A = [[1, c], [c, 1]], from (1, −½).
const COUPLING: f64 = 0.9;
const START: [f64; 2] = [1.0, -0.5];
/// So small that the floor of Δ does not hide whether a run arrives.
const SIZES: StepSizes = StepSizes { first: 0.1, grow: 1.2, shrink: 0.5, smallest: 1e-12, largest: 50.0 };
/// Slide 114: no clamps.
const SLIDE_114: RpropAsPrinted = RpropAsPrinted {
    sizes: SIZES,
    clamp: Clamp::Nowhere,
    repairs: Repairs { refresh_sign: false, zero_derivative: false },
};
/// Slide 113: clamps on the signed Δw, with the paper's Δmin.
const SLIDE_113: RpropAsPrinted =
    RpropAsPrinted { sizes: StepSizes { smallest: 1e-6, ..SIZES }, clamp: Clamp::Signed, ..SLIDE_114 };

fn run() -> Findings {
    let mut findings = Findings::default();
    check_frozen(&mut findings);
    check_nesting(&mut findings);
    check_signed_clamp(&mut findings);
    check_rotated(&mut findings);
    check_encoders(&mut findings);
    findings.figures.push(figures::frozen_and_free());
    findings.figures.push(figures::signed_clamp());
    findings
}

fn valley() -> Quadratic {
    Quadratic::new([1.0, COUPLING, COUPLING, 1.0], [0.0; 2], 0.0).expect("finite constants")
}

fn end(rule: impl UpdateRule<f64>, steps: u64) -> Vec<f64> {
    walk(&valley(), rule, 1.0, &START, steps).pop().unwrap_or_default()
}

/// w₂ goes down once, by Δ₀, then its derivative turns; w₁ goes on until w₁ + c w₂ = 0.
fn frozen() -> [f64; 2] {
    let w2 = START[1] - SIZES.first;
    [-COUPLING * w2, w2]
}

fn check_frozen(findings: &mut Findings) {
    let [w1, w2] = frozen();
    let w = end(SLIDE_114, 400);
    let mut gradient = [0.0; 2];
    let value = valley().value_gradient(&w, &mut gradient);
    let rounding = "Δ has become smaller than rounding by then";
    let absolute = Tolerance::Absolute(1e-10);
    findings.near("w₁ after 400 steps of slide 114's loop", "c(½ + Δ₀)", w1, w[0], absolute, rounding);
    findings.near("w₂ after 400 steps of slide 114's loop", "−½ − Δ₀", w2, w[1], absolute, rounding);
    findings.near(
        "∂E/∂w₂ there",
        "(1 − c²)w₂",
        (1.0 - COUPLING * COUPLING) * w2,
        gradient[1],
        absolute,
        rounding,
    );
    findings.near(
        "E there",
        "½(1 − c²)w₂²",
        0.5 * (1.0 - COUPLING * COUPLING) * w2 * w2,
        value,
        absolute,
        rounding,
    );
    findings.breaks("E where slide 114's loop has stopped, the minimum being 0", "0", 0.0, value);
    for (name, w) in [
        ("Rprop", end(Rprop { sizes: SIZES }, 800)),
        ("Rprop⁺", end(RpropPlus { sizes: SIZES }, 800)),
        ("Rprop⁻", end(RpropMinus { sizes: SIZES }, 800)),
        ("iRprop⁺", end(IRpropPlus { sizes: SIZES }, 800)),
        ("iRprop⁻", end(IRpropMinus { sizes: SIZES }, 800)),
    ] {
        findings.near(
            format!("‖w‖ after 800 steps of {name}"),
            "the minimum is at 0",
            0.0,
            norm(&w),
            Tolerance::Absolute(1e-10),
            "the smallest step is 1e-12, and the valley 19 times as long as wide",
        );
    }
}

fn check_nesting(findings: &mut Findings) {
    let w1 = -COUPLING * START[1];
    let predicted = [w1, -COUPLING * w1];
    let w = one_weight_at_a_time(&valley(), &SLIDE_114, &START, 400);
    findings.near(
        "farthest from where the loops as they are nested should end",
        "w₁ to its minimum −c w₂, then w₂ to −c w₁ = c² w₂, and no more",
        0.0,
        largest(w.iter().zip(predicted).map(|(w, predicted)| w - predicted)),
        Tolerance::Absolute(1e-10),
        "Δ has become smaller than rounding by then",
    );
    findings.near(
        "E after the loops as they are nested",
        "½(1 − c²)c²w₂²",
        0.5 * (1.0 - COUPLING * COUPLING) * w1 * w1,
        valley().value(&w),
        Tolerance::Absolute(1e-10),
        "as above",
    );
}

fn parabola() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([1.0]).expect("a finite constant")
}

fn on_parabola(rule: impl UpdateRule<f64>, w0: f64, steps: u64) -> Vec<f64> {
    walk(&parabola(), rule, 1.0, &[w0], steps).iter().map(|w| w[0]).collect()
}

fn check_signed_clamp(findings: &mut Findings) {
    const NEAR: f64 = 1e-4;
    let near = |record: &thalweg_driver::Record<'_>| record.x[0].abs() < NEAR;
    let steps = |w0: f64| {
        steps_until(&parabola(), SLIDE_113, 1.0, &[w0], 2000, near)
            .map_or_else(|| "never".to_owned(), |steps| steps.to_string())
    };
    // The locations on the way down, by hand: given up where they are below 0.
    let (mut kept, mut delta, mut by_hand) = (2.0, SIZES.first, 0);
    while kept - delta < -NEAR || kept - delta > NEAR {
        by_hand += 1;
        if kept < delta {
            delta *= SIZES.shrink;
        } else {
            kept -= delta;
            delta *= SIZES.grow;
        }
    }
    findings.words("steps of slide 113's loop from +2 to 1e-4", "the table by hand", by_hand + 1, steps(2.0));
    findings.words(
        "steps of slide 113's loop from −2 to 1e-4",
        "after the first overshoot Δw = max(βΔw, Δmin) = +Δmin, uphill",
        "never",
        steps(-2.0),
    );
    let path = on_parabola(SLIDE_113, -2.0, 200);
    let turn = path.iter().position(|&w| w > 0.0).unwrap_or(0);
    let (kept, k) = (path[turn - 1], 50);
    findings.near(
        "location of slide 113's loop 50 steps after the overshoot from −2",
        "back, and then away by Δmin(αᵏ − 1)/(α − 1)",
        kept - 1e-6 * (powi(SIZES.grow, k) - 1.0) / (SIZES.grow - 1.0),
        path[turn + k as usize],
        Tolerance::Relative(1e-12),
        "50 products and sums",
    );
    findings.breaks(
        "E after 200 steps of slide 113's loop from −2, in units of E at the start",
        "below 1, if it came closer",
        1.0,
        parabola().value(&path[200..]) / parabola().value(&path[..1]),
    );
    let far = on_parabola(SLIDE_113, -1e4, 60);
    findings.breaks(
        "longest step of slide 113's loop from −10000, Δmax being 50",
        "Δmax",
        SLIDE_113.sizes.largest,
        largest(far.windows(2).map(|pair| pair[1] - pair[0])),
    );
}

const SEEDS: u64 = 10;

/// How many of 10 runs on rotated quadratics in 10 variables come to ‖w‖ < 1e-4 within 2000 steps.
fn arrivals(rule: impl UpdateRule<f64> + Copy, kappa: f64) -> usize {
    let arrives = |seed: &u64| {
        let mut draws = Draws::from_seed(*seed);
        let components = draws.vector(10);
        let axes = Orthogonal::drawn(10, &mut draws);
        let bowl = Tilted::along(log_spaced(1.0, kappa, 10), (0..10).map(|j| axes.column(j)).collect());
        let near = |record: &thalweg_driver::Record<'_>| norm(record.x) < 1e-4;
        steps_until(&bowl.quadratic, rule, 1.0, &bowl.point(&components), 2000, near).is_some()
    };
    (0..SEEDS).filter(arrives).count()
}

fn check_rotated(findings: &mut Findings) {
    let mut table = Table::new(
        "runs of 10 on rotated quadratics in 10 variables that come to ‖w‖ < 1e-4 within 2000 steps",
        &["κ", "slide 113's loop", "slide 114's loop", "Rprop"],
    );
    for kappa in [10.0, 30.0, 100.0] {
        let counts =
            [arrivals(SLIDE_113, kappa), arrivals(SLIDE_114, kappa), arrivals(Rprop { sizes: SIZES }, kappa)];
        for (name, predicted, count) in [
            ("slide 113's loop", 0, counts[0]),
            ("slide 114's loop", 0, counts[1]),
            ("Rprop", SEEDS as usize, counts[2]),
        ] {
            findings.words(
                format!("runs of {SEEDS} in which {name} arrives on a rotated quadratic, κ = {kappa}"),
                "10 weights that may each move one way only do not all find the minimum ahead of them; with the sign \
                 refreshed they need not",
                predicted,
                count,
            );
        }
        table.row([significant(kappa, 6)].into_iter().chain(counts.map(|count| count.to_string())));
    }
    findings.tables.push(table);
}

/// Of 30 networks 10-5-10, from weights in [−1, 1), how many learn in 500 epochs.
fn encoders(rule: impl UpdateRule<f64> + Copy) -> usize {
    let encoder = Encoder::<10, 5>;
    let learns = |seed: &u64| {
        let learned = |record: &thalweg_driver::Record<'_>| encoder.all_bits_right(record.x);
        steps_until(&encoder, rule, 1.0, &encoder.start(*seed, 1.0), 500, learned).is_some()
    };
    (0..30).filter(learns).count()
}

fn check_encoders(findings: &mut Findings) {
    for (name, rule) in [("slide 113's loop", SLIDE_113), ("slide 114's loop", SLIDE_114)] {
        findings.words(
            format!("10-5-10 encoders of 30 that learn by {name}"),
            "none: of 115 weights one has to turn back",
            0,
            encoders(rule),
        );
    }
    for (name, count) in
        [("Rprop", encoders(Rprop { sizes: SIZES })), ("Rprop⁺", encoders(RpropPlus { sizes: SIZES }))]
    {
        findings.breaks(
            format!("10-5-10 encoders of 30 that learn by {name}"),
            "0, as many as by the printed loops",
            0.0,
            count as f64,
        );
    }
}

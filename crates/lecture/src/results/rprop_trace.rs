//! R53: Rprop in one dimension, step by step: growing steps, the overshoot, back and forward by half.

use thalweg_first_order::{IRpropMinus, IRpropPlus, Rprop, RpropMinus, RpropPlus, StepSizes, UpdateRule};
use thalweg_numerics::powi;
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::Objective;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::printed::{Clamp, RpropAsPrinted};
use crate::walk::{steps_until, walk};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "rprop-grows-its-steps-and-halves-them-at-an-overshoot",
    number: 53,
    slides: Slides(&[(104, 112)]),
    chapter: Chapter::FirstOrder,
    claim: "In one dimension Rprop's steps grow by α while the derivative keeps its sign; where it has changed, Rprop \
            returns to the previous location, shrinks the step by β and goes forward again.",
    correction: None,
    source: "after k steps on one side the location is Δ₀(αᵏ − 1)/(α − 1) away from the start; then the table by hand: \
             a location beyond the minimum is given up and Δ is halved, any other is kept and Δ grows",
    errata: &[Erratum {
        slides: Slides(&[(104, 105)]),
        flag: Flag::Imprecise,
        printed: "If the derivative has changed sign, reduce the step and reverse direction.",
        correct: "Slides 109–112 do something else: they take the step back and go forward again by a smaller one. \
                  The two lead to the same location for β = ½ only, and even then they part one step later.",
        measured_by: "how far the two readings are apart after the first overshoot, β = 0.3",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/rprop/retrying.rs",
        "crates/first-order/src/rprop/minus.rs",
        "crates/lecture/src/printed/rprop.rs",
    ],
    run,
    full: None,
};

/// w*; the start is 0.
const MINIMUM: f64 = 2.0;
/// Near enough to w*.
const NEAR: f64 = 1e-4;
/// α = 1.2, β = ½, Δ₀ = 0.1; Δmin and Δmax are not met.
const SIZES: StepSizes = StepSizes { first: 0.1, grow: 1.2, shrink: 0.5, smallest: 1e-6, largest: 50.0 };

fn run() -> Findings {
    let mut findings = Findings::default();
    let by_hand = by_hand(MINIMUM, SIZES, 40);
    let near = |w: &f64| (w - MINIMUM).abs() < NEAR;
    let arrival = by_hand.iter().position(near).unwrap_or(usize::MAX);
    let printed = path(slide_114(SIZES), MINIMUM, 40);
    let rprop = path(Rprop { sizes: SIZES }, MINIMUM, 40);

    // Before the first overshoot.
    let sum = |k: u64| SIZES.first * (powi(SIZES.grow, k) - 1.0) / (SIZES.grow - 1.0);
    let first_beyond = (0..).find(|&k| sum(k) > MINIMUM).unwrap_or(0);
    let seen_beyond = rprop.iter().position(|&w| w > MINIMUM).unwrap_or(0);
    findings.words(
        "step that is the first beyond the minimum",
        "the smallest k with Δ₀(αᵏ − 1)/(α − 1) > w*",
        first_beyond,
        seen_beyond,
    );
    findings.near(
        "farthest from the partial sums until then",
        "Δ₀(αᵏ − 1)/(α − 1)",
        0.0,
        largest((0..).zip(&rprop[..=seen_beyond]).map(|(k, w)| w - sum(k))),
        Tolerance::Absolute(1e-14),
        "two roundings a step of numbers up to 2.1",
    );
    let retracted = sum(first_beyond - 1) + SIZES.shrink * SIZES.first * powi(SIZES.grow, first_beyond - 1);
    findings.near(
        "location after the first overshoot",
        "Δ₀(αᵏ⁻¹ − 1)/(α − 1) + βαᵏ⁻¹Δ₀",
        retracted,
        rprop[seen_beyond + 1],
        Tolerance::Absolute(1e-14),
        "as above",
    );

    // The table by hand, to its end.
    findings.near(
        "farthest that slide 114's loop is from the table by hand",
        "a location beyond w* is given up and Δ ← βΔ; any other is kept and Δ ← αΔ",
        0.0,
        largest(printed.iter().zip(&by_hand).map(|(w, by_hand)| w - by_hand)),
        Tolerance::Absolute(1e-14),
        "as above; locations come no nearer to w* than 1e-6, so that rounding decides nothing",
    );
    findings.words(
        format!("steps of slide 114's loop to |w − w*| < {NEAR}"),
        "the table by hand",
        arrival,
        printed.iter().position(near).unwrap_or(usize::MAX),
    );

    // The rule of the library waits for a derivative where the smaller step fails, too.
    let second_failure = by_hand.windows(2).position(|pair| pair.iter().all(|&w| w > MINIMUM));
    let agrees = |(w, by_hand): (&f64, &f64)| (w - by_hand).abs() < 1e-12;
    findings.words(
        "step at which Rprop leaves the table by hand",
        "after two locations in a row beyond w*: it goes back only, and asks there",
        second_failure.map_or(0, |k| k + 2),
        rprop.iter().zip(&by_hand).take_while(|&pair| agrees(pair)).count(),
    );

    check_readings(&mut findings);
    findings.tables.push(table(&by_hand[..=arrival], &printed, &rprop));
    findings.tables.push(variants());
    findings.figures.push(slide_112());
    findings.figures.push(distances(&by_hand[..=arrival]));
    findings
}

/// ½(w − w*)².
fn parabola(minimum: f64) -> DiagonalQuadratic {
    DiagonalQuadratic::new([1.0], [-minimum], 0.5 * minimum * minimum).expect("finite constants")
}

/// The loop without clamps: those of slide 113 spoil every step upwards.
fn slide_114(sizes: StepSizes) -> RpropAsPrinted {
    RpropAsPrinted { sizes, clamp: Clamp::Nowhere, ..RpropAsPrinted::default() }
}

fn path(rule: impl UpdateRule<f64>, minimum: f64, steps: u64) -> Vec<f64> {
    walk(&parabola(minimum), rule, 1.0, &[0.0], steps).iter().map(|w| w[0]).collect()
}

/// Slides 106–112 without a derivative: one knows where the minimum is.
fn by_hand(minimum: f64, sizes: StepSizes, steps: usize) -> Vec<f64> {
    let (mut kept, mut delta) = (0.0, sizes.first);
    let mut locations = vec![kept];
    for _ in 0..steps {
        let location = kept + delta;
        locations.push(location);
        if location > minimum {
            delta *= sizes.shrink;
        } else {
            kept = location;
            delta *= sizes.grow;
        }
    }
    locations
}

/// "Reverse" of slide 105 against "return and go forward" of slides 109–112, with another β and with β = ½.
fn check_readings(findings: &mut Findings) {
    let apart = |shrink: f64| {
        let sizes = StepSizes { shrink, ..SIZES };
        let (reversed, returned) = (path(RpropMinus { sizes }, 0.3, 5), path(slide_114(sizes), 0.3, 5));
        [reversed[4] - returned[4], reversed[5] - returned[5]]
    };
    // The third step, of size α²Δ₀, is the first beyond 0.3.
    let last = SIZES.grow * SIZES.grow * SIZES.first;
    findings.near(
        "how far the two readings are apart after the first overshoot, β = 0.3",
        "(1 − 2β) α²Δ₀: one goes back by βΔ, the other by (1 − β)Δ",
        (1.0 - 2.0 * 0.3) * last,
        apart(0.3)[0],
        Tolerance::Absolute(1e-15),
        "a few roundings of numbers below 0.4",
    );
    findings.near(
        "how far the two readings are apart after the first overshoot, β = ½",
        "1 − 2β = 0",
        0.0,
        apart(0.5)[0],
        Tolerance::Absolute(1e-15),
        "as above",
    );
    // Now at 0.292, short of 0.3: a sign change for the one that has reversed, none for the other.
    findings.near(
        "how far the two readings are apart one step later, β = ½",
        "back up by β²α²Δ₀ against on by αβα²Δ₀",
        (0.25 - 0.6) * last,
        apart(0.5)[1],
        Tolerance::Absolute(1e-15),
        "as above",
    );
}

fn table(by_hand: &[f64], printed: &[f64], rprop: &[f64]) -> Table {
    let mut table = Table::new(
        "from 0 to the minimum 2, Δ₀ = 0.1, α = 1.2, β = ½",
        &["step", "location by hand", "", "slide 114's loop", "Rprop"],
    );
    for (k, w) in by_hand.iter().enumerate() {
        let verdict = if *w > MINIMUM { "beyond: back, and Δ is halved" } else { "kept, and Δ grows" };
        table.row([
            k.to_string(),
            significant(*w, 8),
            verdict.to_owned(),
            significant(printed[k], 8),
            significant(rprop[k], 8),
        ]);
    }
    table
}

fn arrival(rule: impl UpdateRule<f64>) -> String {
    let near = |record: &thalweg_driver::Record<'_>| (record.x[0] - MINIMUM).abs() < NEAR;
    steps_until(&parabola(MINIMUM), rule, 1.0, &[0.0], 1000, near)
        .map_or_else(|| "never".to_owned(), |steps| steps.to_string())
}

fn variants() -> Table {
    let mut table = Table::new("steps to 1e-4 from the minimum", &["rule", "steps"]);
    let printed = slide_114(SIZES);
    for (name, steps) in [
        ("slide 114's loop", arrival(printed)),
        ("Rprop", arrival(Rprop { sizes: SIZES })),
        ("Rprop⁺", arrival(RpropPlus { sizes: SIZES })),
        ("Rprop⁻", arrival(RpropMinus { sizes: SIZES })),
        ("iRprop⁺", arrival(IRpropPlus { sizes: SIZES })),
        ("iRprop⁻", arrival(IRpropMinus { sizes: SIZES })),
    ] {
        table.row([name.to_owned(), steps]);
    }
    table
}

/// Slide 112 from a real run: the minimum is at 0.3, so that the third step passes it.
fn slide_112() -> Figure {
    let valley = parabola(0.3);
    let value = |w: f64| (w, valley.value(&[w]));
    let path = path(Rprop { sizes: SIZES }, 0.3, 4);
    let mut panel =
        Panel::new("Slides 106–112", Axis::linear("w", -0.04, 0.44), Axis::linear("E(w)", -0.026, 0.052))
            .line(spaced(-0.02, 0.44, 93).map(value), Ink::Quiet)
            .dots(path.iter().map(|&w| value(w)), Ink::Series(0));
    for (k, (&w, anchor)) in path
        .iter()
        .zip([Anchor::Right, Anchor::Right, Anchor::Above, Anchor::Right, Anchor::Above])
        .enumerate()
    {
        panel = panel.label(value(w), anchor, format!("w{}", ["₀", "₁", "₂", "₃", "₄"][k]), Ink::Series(0));
    }
    // Below the curve, one arrow a step, the later the lower.
    let steps = [
        (path[0], path[1], "Δ", Ink::Series(0)),
        (path[1], path[2], "αΔ", Ink::Series(0)),
        (path[2], path[3], "α²Δ", Ink::Series(0)),
        (path[3], path[2], "back", Ink::Wrong),
        (path[2], path[4], "βα²Δ", Ink::Series(1)),
    ];
    for (k, (from, to, text, ink)) in steps.into_iter().enumerate() {
        let depth = -0.0045 * (k as f64 + 1.0);
        panel = panel.arrows([(from, depth), (to, depth)], ink).label(
            (from.max(to), depth),
            Anchor::Right,
            text,
            ink,
        );
    }
    Figure {
        id: "overshoot",
        caption: "Slide 112 from a run, with its minimum at 0.3. Two steps that grow by α = 1.2, a third that passes the \
                  minimum; it is taken back, and half of it leads to w₄."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

fn distances(by_hand: &[f64]) -> Figure {
    let distance =
        |path: Vec<f64>| path.into_iter().enumerate().map(|(k, w)| (k as f64, (w - MINIMUM).abs()));
    let mut panel = Panel::new(
        "Distance from the minimum",
        Axis::linear("step k", 0.0, 42.0),
        Axis::logarithmic("|wₖ − w*|", 1e-6, 3.0),
    )
    .line([(0.0, NEAR), (42.0, NEAR)], Ink::Quiet)
    .dashed(distance(by_hand.to_vec()), Ink::Theory)
    .label((27.0, 2.2e-5), Anchor::Below, "by hand", Ink::Theory);
    let printed = slide_114(SIZES);
    let steps = by_hand.len() as u64 - 1;
    for (path, ink) in [
        (path(printed, MINIMUM, steps), Ink::Series(0)),
        (path(Rprop { sizes: SIZES }, MINIMUM, 31), Ink::Series(1)),
        (path(RpropPlus { sizes: SIZES }, MINIMUM, 40), Ink::Series(2)),
    ] {
        panel = panel.dots(distance(path), ink);
    }
    Figure {
        id: "distances",
        caption: "The table by hand (dashed) and slide 114's loop (dots on it) agree to the last step. Rprop follows them \
                  until two locations in a row lie beyond the minimum, and asks for one more derivative then; Rprop⁺ asks \
                  at every overshoot."
            .to_owned(),
        panels: vec![
            panel
                .label((1.0, 2e-5), Anchor::Right, "slide 114's loop", Ink::Series(0))
                .label((1.0, 8e-6), Anchor::Right, "Rprop", Ink::Series(1))
                .label((1.0, 3.2e-6), Anchor::Right, "Rprop⁺", Ink::Series(2)),
        ],
        columns: 1,
    }
}

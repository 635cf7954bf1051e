//! R08: how often descent with infinitely short steps ends without separating.

use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::repeated::wilson;
use crate::spoiler::Fold;
use crate::spoiler_flow::SpoilerFlow;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "gradient-flow-fails-at-most-half-the-time",
    number: 8,
    slides: Slides(&[(18, 18)]),
    chapter: Chapter::Perceptron,
    claim: "Backprop finds the minimum that does not separate nearly all the time.",
    correction: Some(Correction {
        statement: "Gradient flow, which is backprop with short steps, does so in at most half of the runs from symmetric starts: \
                    never for t below t*(ε), seldom as long as t is below the inverse of the starts' size, and in half of them for t → ∞. The \
                    spoiler is lost if at the start the others pull its margin down faster than it pulls itself up; for large t that is the \
                    sign of w_y.",
        refuted_by: "share of flows that separate, t = 50, starts of size 0.1",
    }),
    source: "the spoiler's margin m moves by t² times its pull, and by t times that of the others, so that w has hardly moved when m is \
             decided: lost are the starts left of the peak of the pull with dm/dτ < 0, whose share is counted among 40 000 starts by one \
             gradient each; for t → ∞ that is w_y > 0; none are lost below the fold t*(ε) of R05",
    errata: &[Erratum {
        slides: Slides(&[(18, 18)]),
        flag: Flag::OverClaim,
        printed: "Backprop finds the local minimum nearly all the time.",
        correct: "With short steps in at most half of the runs; that it is nearly all with long ones is a matter of the rate (R09, R61).",
        measured_by: "share of flows that separate, t = 50, starts of size 0.1",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/neuron.rs",
        "crates/lecture/src/stiff.rs",
        "crates/lecture/src/spoiler_flow.rs",
    ],
    run: || measure(250),
    full: Some(|| measure(1000)),
};

const EPSILON: f64 = 0.01;
/// The standard deviations of the three weights at the start.
const SIZES: [f64; 2] = [0.1, 1.0];
const TS: [f64; 14] = [1.0, 2.0, 2.5, 4.0, 7.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e6];
/// From here on the prediction says of each start alone how it ends.
const DECIDED: f64 = 20.0;
const DURATION: f64 = 1e7;
const TOLERANCE: f64 = 1e-5;

fn start(draws: &mut Draws, size: f64) -> [f64; 3] {
    [(); 3].map(|()| size * draws.normal())
}

/// The share of starts that are lost before w has moved.
fn predicted(flow: &SpoilerFlow, size: f64, starts: u32) -> f64 {
    let mut draws = Draws::from_seed(80);
    let lost = (0..starts).filter(|_| flow.is_lost(&start(&mut draws, size))).count();
    lost as f64 / f64::from(starts)
}

/// What became of a number of starts.
struct Cell {
    size: f64,
    t: f64,
    predicted: f64,
    fails: f64,
    /// The share whose end is that of the prediction.
    as_predicted: f64,
    arrived: bool,
}

fn cell(size: f64, t: f64, starts: u32) -> Cell {
    let flow = SpoilerFlow::new(t, EPSILON);
    let mut draws = Draws::from_seed(8);
    let (mut failures, mut agreements, mut arrived) = (0_u32, 0_u32, true);
    for _ in 0..starts {
        let start = start(&mut draws, size);
        let end = flow.follow(start, DURATION, TOLERANCE);
        let fails = !flow.separates(&end.y);
        failures += u32::from(fails);
        agreements += u32::from(fails == flow.is_lost(&start));
        arrived &= end.time >= DURATION;
    }
    let share = |count: u32| f64::from(count) / f64::from(starts);
    Cell {
        size,
        t,
        predicted: predicted(&flow, size, 40_000),
        fails: share(failures),
        as_predicted: share(agreements),
        arrived,
    }
}

fn measure(starts: u32) -> Findings {
    let mut findings = Findings::default();
    let cells: Vec<_> =
        SIZES.iter().flat_map(|&size| TS.iter().map(move |&t| cell(size, t, starts))).collect();
    let fold = Fold { epsilon: EPSILON }.solve()[3];
    let mut table = Table::new(
        format!("{starts} flows to τ = 1e7, ε = {EPSILON}"),
        &["starts of size, t", "lost, predicted", "do not separate", "95 % (Wilson)", "ends as predicted"],
    );
    for cell in &cells {
        let Cell { size, t, predicted, fails, as_predicted, .. } = *cell;
        let (low, high) = wilson(fails, starts as usize);
        table.row([
            format!("{size}, {t}"),
            significant(predicted, 3),
            significant(fails, 3),
            format!("{} to {}", significant(low, 3), significant(high, 3)),
            significant(as_predicted, 4),
        ]);
        if t < fold {
            findings.at_most(
                format!("share that does not separate, t = {t}, starts of size {size}"),
                "below the fold there is nothing else to end at",
                0.0,
                fails,
                0.0,
                "nothing",
            );
        }
        if t >= DECIDED {
            findings.near(
                format!("share that does not separate, t = {t}, starts of size {size}"),
                "the share of starts with m left of the peak and dm/dτ < 0",
                predicted,
                fails,
                // The prediction is a count, too, among so many starts that its own error adds nothing.
                Tolerance::Absolute(3.0 * (predicted * (1.0 - predicted) / f64::from(starts)).sqrt()),
                "three standard deviations of a share of so many starts",
            );
            findings.at_most(
                format!("share of starts that end otherwise than predicted, t = {t}, starts of size {size}"),
                "m is decided while w has hardly moved",
                0.0,
                1.0 - as_predicted,
                1.0 / t,
                "while m is decided w_y moves by about 1/t, and a start so near to the border may change sides",
            );
        }
    }
    findings.words(
        "flows that came to τ = 1e7 in every one of the cells",
        "an integrator that is stable at every step size",
        "all",
        if cells.iter().all(|cell| cell.arrived) { "all" } else { "not all" },
    );
    let of = |size: f64, t: f64| cells.iter().find(|cell| cell.size == size && cell.t == t);
    for size in SIZES {
        findings.near(
            format!("share that does not separate, t = 1e6, starts of size {size}, beside that of w_y > 0"),
            "½, the share of a symmetric start",
            0.5,
            of(size, 1e6).map_or(f64::NAN, |cell| cell.fails),
            Tolerance::Absolute(3.0 * (0.25 / f64::from(starts)).sqrt()),
            "three standard deviations of a share of so many starts",
        );
    }
    findings.breaks(
        "share of flows that separate, t = 50, starts of size 0.1",
        "one in two would already be more than nearly none",
        0.5,
        of(0.1, 50.0).map_or(f64::NAN, |cell| 1.0 - cell.fails),
    );
    findings.tables.push(table);
    check_leaps(&mut findings);
    findings.figures.push(figure(&cells, starts, fold));
    findings
}

/// What becomes of flows whose integrator trusts its error estimate alone.
fn check_leaps(findings: &mut Findings) {
    const STARTS: u32 = 20;
    let mut table = Table::new(
        format!("{STARTS} flows from starts of size 1 that end otherwise than predicted"),
        &[
            "t",
            "no margin leaps, tolerance 1e-5",
            "the same, 1e-8",
            "margins may leap, 1e-5",
            "the same, 1e-8",
        ],
    );
    for t in [1e3, 1e4, 1e5] {
        let count = |leaps: bool, tolerance: f64| {
            let flow = if leaps { SpoilerFlow::leaping(t, EPSILON) } else { SpoilerFlow::new(t, EPSILON) };
            let mut draws = Draws::from_seed(81);
            let others = (0..STARTS).filter(|_| {
                let start = start(&mut draws, 1.0);
                flow.separates(&flow.follow(start, DURATION, tolerance).y) == flow.is_lost(&start)
            });
            others.count()
        };
        let counts = [count(false, 1e-5), count(false, 1e-8), count(true, 1e-5), count(true, 1e-8)];
        findings.words(
            format!("flows that end otherwise than predicted, of {STARTS}, t = {t}, no margin leaps, tolerances 1e-5 and 1e-8"),
            "the end does not depend on the tolerance",
            "0, 0",
            format!("{}, {}", counts[0], counts[1]),
        );
        if t == 1e5 {
            findings.breaks(
                "flows that a tolerance of 1e-5 alone sends to a wrong end, of 20, t = 1e5",
                "none, if an error estimate were enough",
                0.0,
                counts[2] as f64,
            );
        }
        table.row([significant(t, 3)].into_iter().chain(counts.map(|count| count.to_string())));
    }
    findings.tables.push(table);
}

fn figure(cells: &[Cell], starts: u32, fold: f64) -> Figure {
    let mut panel = Panel::new(
        "Gradient flow that does not separate",
        Axis::logarithmic("t", 1.0, 1e6),
        Axis::linear("share", -0.03, 0.7),
    )
    .dashed([(1.0, 0.5), (1e6, 0.5)], Ink::Quiet)
    .label((2.0, 0.5), Anchor::Above, "½", Ink::Quiet)
    .dashed([(fold, -0.03), (fold, 0.7)], Ink::Theory)
    .label((fold, 0.65), Anchor::Right, "t*: the fold", Ink::Theory);
    for (size, ink, label) in
        [(SIZES[0], Ink::Series(0), (60.0, 0.1)), (SIZES[1], Ink::Series(1), (20.0, 0.58))]
    {
        let curve = log_spaced(1.0, 1e6, 49)
            .into_iter()
            .map(|t| (t, predicted(&SpoilerFlow::new(t, EPSILON), size, 4000)));
        let of_size = || cells.iter().filter(move |cell| cell.size == size);
        panel = panel.dashed(curve, ink).dots(of_size().map(|cell| (cell.t, cell.fails)), ink);
        for cell in of_size() {
            let (low, high) = wilson(cell.fails, starts as usize);
            panel = panel.line([(cell.t, low), (cell.t, high)], ink);
        }
        panel = panel.label(label, Anchor::Right, format!("starts of size {size}"), ink);
    }
    Figure {
        id: "flow",
        caption: "The share of flows that end without separating, with its interval of 95 %, on the share of starts whose spoiler is lost at \
                  once (dashed). Small starts are decided by the sign of w_y only when t is large; no flow fails below the fold."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

//! R65: the lecture's Rprop, repaired one slip at a time.

use thalweg_driver::Record;
use thalweg_first_order::{Rprop, StepSizes, UpdateRule};

use crate::draws::{Draws, Orthogonal};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::printed::{Clamp, Repairs, RpropAsPrinted};
use crate::spectrum::Tilted;
use crate::walk::{steps_until, walk};
use crate::{Chapter, Claim, Findings, Slides, Table};

pub(super) static CLAIM: Claim = Claim {
    id: "refreshing-the-sign-is-what-repairs-rprop",
    number: 65,
    slides: Slides(&[(113, 114)]),
    chapter: Chapter::FirstOrder,
    claim: "Of three repairs to the printed Rprop, the sign from the current derivative, clamps on |Δw| and a pause after a \
            sign change, the first one decides whether it arrives; the others decide how fast.",
    correction: None,
    source: "without the sign a weight can move one way only; with all three the loop is Rprop⁺ of Riedmiller and Braun \
             (1993)",
    errata: &[],
    code: file!(),
    puts_to_the_test: &["crates/lecture/src/printed/rprop.rs", "crates/first-order/src/rprop/retrying.rs"],
    run,
    full: None,
};

const N: usize = 10;
const KAPPA: f64 = 10.0;
const SEEDS: u64 = 30;
const LIMIT: u64 = 2000;
/// ‖∇E‖ at the end; at the start it is around 10.
const FLAT: f64 = 1e-4;
/// The paper's, which slide 113 leaves open.
const SIZES: StepSizes = StepSizes { first: 0.1, grow: 1.2, shrink: 0.5, smallest: 1e-6, largest: 50.0 };

/// Which repairs: the sign, the clamps, the pause.
const ABLATION: [[bool; 3]; 8] = [
    [false, false, false],
    [false, true, false],
    [false, false, true],
    [false, true, true],
    [true, false, false],
    [true, true, false],
    [true, false, true],
    [true, true, true],
];

fn repaired([sign, clamps, pause]: [bool; 3]) -> RpropAsPrinted {
    RpropAsPrinted {
        sizes: SIZES,
        clamp: if clamps { Clamp::Size } else { Clamp::Signed },
        repairs: Repairs { refresh_sign: sign, zero_derivative: pause },
    }
}

fn name([sign, clamps, pause]: [bool; 3]) -> String {
    let repairs: Vec<_> = [(sign, "sign"), (clamps, "clamps"), (pause, "pause")]
        .into_iter()
        .filter_map(|(is_made, name)| is_made.then_some(name))
        .collect();
    if repairs.is_empty() { "as printed".to_owned() } else { repairs.join(" + ") }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "rotated quadratics in 10 variables, κ = 10, 30 starts, until ‖∇E‖ < 1e-4",
        &["repairs", "runs of 30 that arrive", "median steps of those"],
    );
    let mut rows = Vec::new();
    for repairs in ABLATION {
        let steps = on_rotated(repaired(repairs));
        findings.words(
            format!("runs of {SEEDS} that end with ‖∇E‖ < {FLAT} on rotated quadratics: {}", name(repairs)),
            "all where the sign is refreshed, none elsewhere: of 10 weights one has to turn back",
            if repairs[0] { SEEDS as usize } else { 0 },
            steps.len(),
        );
        table.row([name(repairs), steps.len().to_string(), median(&steps)]);
        rows.push((name(repairs), steps));
    }
    let rprop = on_rotated(Rprop { sizes: SIZES });
    findings.words(
        format!("runs of {SEEDS} that end with ‖∇E‖ < {FLAT} on rotated quadratics: Rprop"),
        "the library's rule asks for the sign where a second try fails",
        SEEDS,
        rprop.len(),
    );
    table.row(["the library's Rprop".to_owned(), rprop.len().to_string(), median(&rprop)]);
    rows.push(("the library's Rprop".to_owned(), rprop));
    findings.tables.push(table);
    findings.figures.push(figure(&rows));
    findings
}

fn problem(seed: u64) -> (Tilted, Vec<f64>) {
    let mut draws = Draws::from_seed(seed);
    let components = draws.vector(N);
    let axes = Orthogonal::drawn(N, &mut draws);
    let bowl = Tilted::along(log_spaced(1.0, KAPPA, N as u32), (0..N).map(|j| axes.column(j)).collect());
    let start = bowl.point(&components);
    (bowl, start)
}

/// The steps of those runs that arrive.
fn on_rotated(rule: impl UpdateRule<f64> + Copy) -> Vec<u64> {
    let steps = |seed: u64| {
        let (bowl, start) = problem(seed);
        let flat = |record: &Record<'_>| record.gradient_norm.is_some_and(|norm| norm < FLAT);
        steps_until(&bowl.quadratic, rule, 1.0, &start, LIMIT, flat)
    };
    (0..SEEDS).filter_map(steps).collect()
}

fn median(steps: &[u64]) -> String {
    let mut sorted = steps.to_vec();
    sorted.sort_unstable();
    match sorted.len() {
        0 => "none".to_owned(),
        count => significant(0.5 * (sorted[(count - 1) / 2] + sorted[count / 2]) as f64, 6),
    }
}

fn figure(rows: &[(String, Vec<u64>)]) -> Figure {
    let count = rows.len() as f64;
    let mut dots = Panel::new(
        "Runs of 30 that arrive",
        Axis::logarithmic("steps to ‖∇E‖ < 1e-4", 30.0, 1e5),
        Axis::linear("", count - 0.5, -0.5),
    );
    for (i, (name, steps)) in rows.iter().enumerate() {
        let (y, ink) = (i as f64, if steps.is_empty() { Ink::Wrong } else { Ink::Series(0) });
        dots = dots.dots(steps.iter().map(|&steps| (steps as f64, y)), ink).label(
            (700.0, y),
            Anchor::Right,
            format!("{name}: {}", steps.len()),
            ink,
        );
    }
    let mut paths = Panel::new(
        "One start: the gradient's norm",
        Axis::linear("step k", 0.0, 400.0),
        Axis::logarithmic("‖∇E(wₖ)‖", 1e-6, 100.0),
    );
    let (bowl, start) = problem(0);
    for (repairs, ink, at, anchor) in [
        ([false, false, false], Ink::Wrong, (85.0, 30.0), Anchor::Right),
        ([true, false, false], Ink::Series(1), (260.0, 0.15), Anchor::Above),
        ([true, true, true], Ink::Series(2), (90.0, 3e-6), Anchor::Right),
    ] {
        let path = walk(&bowl.quadratic, repaired(repairs), 1.0, &start, 400);
        let norms = path.iter().enumerate().map(|(k, w)| {
            let mut gradient = vec![0.0; N];
            thalweg_problem::Differentiable::value_gradient(&bowl.quadratic, w, &mut gradient);
            (k as f64, thalweg_numerics::norm(&gradient))
        });
        paths = paths.line(norms, ink).label(at, anchor, name(repairs), ink);
    }
    Figure {
        id: "ablation",
        caption: "Left: what each set of repairs does for 30 runs. Without the sign of the current derivative none arrives; \
                  with it all do, and with clamps and pause they do so in a fraction of the steps. Right: one of the runs."
            .to_owned(),
        panels: vec![dots, paths],
        columns: 2,
    }
}

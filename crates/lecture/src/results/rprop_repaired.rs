//! R65: the lecture's Rprop, repaired one slip at a time.

use thalweg_driver::Record;
use thalweg_first_order::{Rprop, RpropPlus, StepSizes, UpdateRule};

use crate::draws::{Draws, Orthogonal};
use crate::encoder::Encoder;
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
            sign change, the first one is what no run arrives without; with all three the loop is Rprop⁺, and takes a \
            fraction of the steps.",
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

const SIGN_ALONE: usize = 4;

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

/// A set of repairs, or a rule, and the steps of its 30 runs; none where one does not arrive.
struct Row {
    name: String,
    quadratics: Vec<Option<u64>>,
    encoders: Vec<Option<u64>>,
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "30 starts each: rotated quadratics in 10 variables, κ = 10, and the 10-5-10 encoder",
        &[
            "repairs",
            "quadratics solved",
            "median steps of those",
            "encoders that learn",
            "median epochs of those",
        ],
    );
    let mut row = |name: &str, quadratics: &[Option<u64>], encoders: &[Option<u64>]| {
        let count = |steps: &[Option<u64>]| arrived(steps).len().to_string();
        let median = |steps: &[Option<u64>]| match median(steps) {
            none if none.is_nan() => "none".to_owned(),
            median => significant(median, 6),
        };
        table.row([
            name.to_owned(),
            count(quadratics),
            median(quadratics),
            count(encoders),
            median(encoders),
        ]);
    };
    let mut rows = Vec::new();
    for repairs in ABLATION {
        let (name, rule) = (name(repairs), repaired(repairs));
        let (quadratics, encoders) = (on_quadratics(rule), on_encoders(rule));
        findings.words(
            format!("runs of {SEEDS} that end with ‖∇E‖ < {FLAT} on rotated quadratics: {name}"),
            "all where the sign is refreshed, none elsewhere: of 10 weights one has to turn back",
            if repairs[0] { SEEDS as usize } else { 0 },
            arrived(&quadratics).len(),
        );
        if !repairs[0] {
            findings.words(
                format!("encoders of {SEEDS} that learn: {name}"),
                "none: of 115 weights one has to turn back",
                0,
                arrived(&encoders).len(),
            );
        }
        row(&name, &quadratics, &encoders);
        rows.push(Row { name, quadratics, encoders });
    }
    let rprop_plus = RpropPlus { sizes: SIZES };
    let Row { quadratics, encoders, .. } = &rows[ABLATION.len() - 1];
    for (what, repaired, library) in [
        ("rotated quadratics", quadratics, on_quadratics(rprop_plus)),
        ("encoders", encoders, on_encoders(rprop_plus)),
    ] {
        let the_same =
            repaired.iter().zip(&library).filter(|(repaired, library)| repaired == library).count();
        findings.words(
            format!(
                "starts of {SEEDS} from which the loop with all repairs takes the steps of Rprop⁺, {what}"
            ),
            "all: it is Rprop⁺, to the step",
            SEEDS,
            the_same,
        );
    }
    findings.breaks(
        "median steps on rotated quadratics with the sign alone, in units of those with all repairs",
        "1, if the others did nothing",
        1.0,
        median(&rows[SIGN_ALONE].quadratics) / median(&rows[ABLATION.len() - 1].quadratics),
    );
    let rprop = Rprop { sizes: SIZES };
    let (quadratics, encoders) = (on_quadratics(rprop), on_encoders(rprop));
    findings.words(
        format!("runs of {SEEDS} that end with ‖∇E‖ < {FLAT} on rotated quadratics: Rprop"),
        "the library's rule asks for the sign where a second try fails",
        SEEDS,
        arrived(&quadratics).len(),
    );
    row(LIBRARY, &quadratics, &encoders);
    rows.push(Row { name: LIBRARY.to_owned(), quadratics, encoders });
    findings.tables.push(table);
    findings.figures.push(figure(&rows));
    findings
}

const LIBRARY: &str = "the library's Rprop";

fn problem(seed: u64) -> (Tilted, Vec<f64>) {
    let mut draws = Draws::from_seed(seed);
    let components = draws.vector(N);
    let axes = Orthogonal::drawn(N, &mut draws);
    let bowl = Tilted::along(log_spaced(1.0, KAPPA, N as u32), (0..N).map(|j| axes.column(j)).collect());
    let start = bowl.point(&components);
    (bowl, start)
}

/// The steps of each run until ‖∇E‖ is small; none where it never is.
fn on_quadratics(rule: impl UpdateRule<f64> + Copy) -> Vec<Option<u64>> {
    let steps = |seed: u64| {
        let (bowl, start) = problem(seed);
        let flat = |record: &Record<'_>| record.gradient_norm.is_some_and(|norm| norm < FLAT);
        steps_until(&bowl.quadratic, rule, 1.0, &start, LIMIT, flat)
    };
    (0..SEEDS).map(steps).collect()
}

/// The epochs of each run until all bits are right, from weights in [−1, 1); none where they are not in 500.
fn on_encoders(rule: impl UpdateRule<f64> + Copy) -> Vec<Option<u64>> {
    let encoder = Encoder::<10, 5>;
    let epochs = |seed: u64| {
        let learned = |record: &Record<'_>| encoder.all_bits_right(record.x);
        steps_until(&encoder, rule, 1.0, &encoder.start(seed, 1.0), 500, learned)
    };
    (0..SEEDS).map(epochs).collect()
}

fn arrived(steps: &[Option<u64>]) -> Vec<u64> {
    steps.iter().copied().flatten().collect()
}

/// Of those that arrive; NaN if none does.
fn median(steps: &[Option<u64>]) -> f64 {
    let mut sorted = arrived(steps);
    sorted.sort_unstable();
    match sorted.len() {
        0 => f64::NAN,
        count => 0.5 * (sorted[(count - 1) / 2] + sorted[count / 2]) as f64,
    }
}

/// A row of dots for each set of repairs, one for each run that arrives.
fn dots(title: &str, steps: &str, rows: &[(String, Vec<u64>)]) -> Panel {
    let mut panel = Panel::new(
        title,
        Axis::logarithmic(steps, 10.0, 1e5),
        Axis::linear("", rows.len() as f64 - 0.5, -0.5),
    );
    for (i, (name, steps)) in rows.iter().enumerate() {
        let (y, ink) = (i as f64, if steps.is_empty() { Ink::Wrong } else { Ink::Series(0) });
        panel = panel.dots(steps.iter().map(|&steps| (steps as f64, y)), ink).label(
            (700.0, y),
            Anchor::Right,
            format!("{name}: {}", steps.len()),
            ink,
        );
    }
    panel
}

fn figure(rows: &[Row]) -> Figure {
    let quadratics: Vec<_> = rows.iter().map(|row| (row.name.clone(), arrived(&row.quadratics))).collect();
    let encoders: Vec<_> = rows.iter().map(|row| (row.name.clone(), arrived(&row.encoders))).collect();
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
        caption: "What each set of repairs does for 30 runs, on rotated quadratics and on the encoder: a dot for each run \
                  that arrives, and their number. Without the sign of the current derivative none arrives. Last: the \
                  gradient on one of the quadratics."
            .to_owned(),
        panels: vec![
            dots("Quadratics: runs of 30 that arrive", "steps to ‖∇E‖ < 1e-4", &quadratics),
            dots("10-5-10 encoder: runs of 30 that learn", "epochs until all bits are right", &encoders),
            paths,
        ],
        columns: 2,
    }
}

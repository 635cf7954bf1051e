//! R42: Newton's method converges to any stationary point, and what its relatives do that mind the signs of the curvatures.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::Stationary;
use thalweg_numerics::{dot, norm, powi};
use thalweg_objectives::Quadratic;
use thalweg_objectives::classic::{Himmelblau, TestFunction};
use thalweg_problem::{Allowance, Counted, Differentiable, Method, Objective, State};
use thalweg_second_order::{ModifiedNewton, Newton, SaddleFreeNewton, TrustRegion};

use crate::draws::Draws;
use crate::figure::{Figure, Ink, Panel, plane, spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "newton-finds-any-stationary-point",
    number: 42,
    slides: Slides(&[(93, 94)]),
    chapter: Chapter::Hessian,
    claim: "For non-convex functions the algorithm may go away from the minimum rather than towards it; it requires additional \
            checks to avoid movement along negative eigenvalues of the Hessian.",
    correction: None,
    source: "Newton's method solves ∇E = 0 and does not see which kind of point that is; with |λ| in place of λ (Dauphin et \
             al. 2014), or in a trust region, every step leads down, and saddles repel",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/second-order/src/newton.rs",
        "crates/second-order/src/saddle_free_newton.rs",
        "crates/second-order/src/modified_newton.rs",
        "crates/second-order/src/trust_region.rs",
        "crates/objectives/src/classic/himmelblau.rs",
    ],
    run,
    full: None,
};

/// Half the side of the square from which runs start.
const REACH: f64 = 5.0;
const STARTS: usize = 4000;
/// Cells along a side of the grid that the prediction is made on.
const CELLS: u32 = 200;

/// Where a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Which of the four.
    Minimum(usize),
    Saddle,
    Maximum,
    Elsewhere,
}

impl End {
    /// The stationary point that `w` is at, to 1e-3.
    fn at(w: [f64; 2]) -> Self {
        let is_near = |point: &[f64]| norm(&[w[0] - point[0], w[1] - point[1]]) < 1e-3;
        let minima = Himmelblau.minima();
        if let Some(which) = minima.iter().position(|minimum| minimum.place().is_some_and(is_near)) {
            Self::Minimum(which)
        } else if Himmelblau::SADDLES.iter().any(|saddle| is_near(saddle)) {
            Self::Saddle
        } else if is_near(&Himmelblau::MAXIMUM) {
            Self::Maximum
        } else {
            Self::Elsewhere
        }
    }
}

/// How many of the runs end at minima, at saddles, at the maximum, elsewhere.
fn counts(ends: impl IntoIterator<Item = End>) -> [usize; 4] {
    let mut counts = [0; 4];
    for end in ends {
        counts[match end {
            End::Minimum(_) => 0,
            End::Saddle => 1,
            End::Maximum => 2,
            End::Elsewhere => 3,
        }] += 1;
    }
    counts
}

/// Where a method ends from `start`: within 1e-3 of a stationary point, and with a gradient below 1e-6.
fn end<'p, M: Method<Counted<'p, Himmelblau>>>(method: &M, start: [f64; 2]) -> End {
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-6, max_steps: 2000, ..Stop::default() };
    let run = minimize(&Himmelblau, method, &start, stop, silent).expect("settings and start are finite");
    let w = run.state.x();
    if run.reason.is_converged() { End::at([w[0], w[1]]) } else { End::Elsewhere }
}

/// Newton's method by Cramer's rule on the derivatives of (x² + y − 11)² + (x + y² − 7)², 2000 steps at most.
fn by_cramer([mut x, mut y]: [f64; 2]) -> End {
    for _ in 0..2000 {
        let (a, b) = (x * x + y - 11.0, x + y * y - 7.0);
        let (g, h) = (4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b);
        if norm(&[g, h]) <= 1e-6 {
            return End::at([x, y]);
        }
        let (xx, xy, yy) = (12.0 * x * x + 4.0 * y - 42.0, 4.0 * (x + y), 12.0 * y * y + 4.0 * x - 26.0);
        let determinant = xx * yy - xy * xy;
        (x, y) = (x - (yy * g - xy * h) / determinant, y - (xx * h - xy * g) / determinant);
    }
    End::Elsewhere
}

/// Gradient descent with Armijo's condition: α = 1, ½, ¼, … until E falls by 1e-4 α‖∇E‖² at least.
fn by_descent(start: [f64; 2]) -> End {
    let (mut w, mut g) = (start, [f64::NAN; 2]);
    for _ in 0..2000 {
        let value = Himmelblau.value_gradient(&w, &mut g);
        let squared = dot(&g, &g);
        if squared.sqrt() <= 1e-6 {
            return End::at(w);
        }
        let at = |alpha: f64| [w[0] - alpha * g[0], w[1] - alpha * g[1]];
        let mut halvings = (0..60).map(|k| 1.0 / powi(2.0, k));
        let is_enough = |alpha: &f64| Himmelblau.value(&at(*alpha)) <= value - 1e-4 * alpha * squared;
        let Some(alpha) = halvings.find(is_enough) else { return End::Elsewhere };
        w = at(alpha);
    }
    End::Elsewhere
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_one_step(&mut findings);
    check_fractions(&mut findings);
    findings.figures.push(figure());
    findings
}

/// x² − y².
fn check_one_step(findings: &mut Findings) {
    let saddle = Quadratic::new([2.0, 0.0, 0.0, -2.0], [0.0; 2], 0.0).expect("the constants are finite");
    let newton = Newton::default();
    let mut state = newton.init(&saddle, &[3.0, 1.0]).expect("the start is finite");
    let stepped = newton.step(&saddle, &mut state, &mut Allowance::evaluations(2)).is_ok();
    let kind = state.inertia.map(|inertia| inertia.stationary());
    let kind = if kind == Some(Stationary::Saddle { index: 1 }) { "a saddle" } else { "another point" };
    findings.words(
        "one step of Newton's method on x² − y² from (3, 1)",
        "H⁻¹∇E(w) = w",
        "to (0, 0), a saddle",
        format_args!("to ({}, {}), {}", state.x()[0], state.x()[1], if stepped { kind } else { "stuck" }),
    );
}

fn check_fractions(findings: &mut Findings) {
    let middle = |i: u32| REACH * (2.0 * (f64::from(i) + 0.5) / f64::from(CELLS) - 1.0);
    let grid = (0..CELLS * CELLS).map(|cell| [middle(cell % CELLS), middle(cell / CELLS)]);
    let predicted = counts(grid.map(by_cramer)).map(|count| count as f64 / f64::from(CELLS * CELLS));

    let mut draws = Draws::from_seed(42);
    let starts: Vec<_> = (0..STARTS).map(|_| [(); 2].map(|()| REACH * draws.signed_unit())).collect();
    let measured = [
        ("Newton", counts(starts.iter().map(|w| end(&Newton::default(), *w)))),
        ("saddle-free Newton", counts(starts.iter().map(|w| end(&SaddleFreeNewton::default(), *w)))),
        ("modified Newton", counts(starts.iter().map(|w| end(&ModifiedNewton::default(), *w)))),
        ("trust region", counts(starts.iter().map(|w| end(&TrustRegion::default(), *w)))),
        ("gradient descent, backtracking", counts(starts.iter().map(|w| by_descent(*w)))),
    ];
    let kinds = ["minima", "saddles", "the maximum", "elsewhere"];
    for (i, kind) in kinds.iter().enumerate().take(3) {
        findings.near(
            format!("share of 4000 random starts from which Newton's method ends at {kind} of Himmelblau's function"),
            "the share of 40000 cells of a grid, by Cramer's rule",
            predicted[i],
            measured[0].1[i] as f64 / STARTS as f64,
            Tolerance::Absolute(0.025),
            "three standard errors of the difference of a share of 4000 starts and one of 40000 cells: 3 √(¼/4000 + ¼/40000)",
        );
    }
    let mut table = Table::new(
        "Himmelblau's function from 4000 starts in [−5, 5]²: share of runs that end at …",
        &["method", "minima", "saddles", "the maximum", "elsewhere"],
    );
    for (name, counts) in measured {
        if name != "Newton" {
            findings.words(
                format!("of 4000 starts, those from which {name} ends at a minimum"),
                "all: every step leads down, and saddles repel",
                STARTS,
                counts[0],
            );
        }
        let share = |count: usize| significant(count as f64 / STARTS as f64, 3);
        table.row([name.to_owned()].into_iter().chain(counts.map(share)));
    }
    findings.tables.push(table);
}

fn figure() -> Figure {
    Figure {
        id: "basins",
        caption: "Where runs end on Himmelblau's function, by where they start: four colors for its four minima, which open \
                  to the corners; orange for the four saddles, red for the maximum. Newton's method ends at whatever is \
                  stationary, and where the Hessian is nearly singular at whatever a long jump leads to. With |λ| in place \
                  of λ and a backtracking search the same starts all reach minima. So do those of descent along the gradient, \
                  though its first trial, α = 1, may leave the basin that it starts in."
            .to_owned(),
        panels: vec![
            basins("Newton", |w| end(&Newton::default(), w)),
            basins("Saddle-free Newton", |w| end(&SaddleFreeNewton::default(), w)),
            basins("Gradient descent, backtracking", by_descent),
        ],
        columns: 3,
    }
}

fn basins(title: &str, end: impl Fn([f64; 2]) -> End) -> Panel {
    let (x, y) = plane(["w₁", "w₂"], [0.0; 2], REACH);
    let mut starts: [Vec<(f64, f64)>; 7] = Default::default();
    for w2 in spaced(-4.85, 4.85, 31) {
        for w1 in spaced(-6.7, 6.7, 43) {
            let which = match end([w1, w2]) {
                End::Minimum(which) => which,
                End::Saddle => 4,
                End::Maximum => 5,
                End::Elsewhere => 6,
            };
            starts[which].push((w1, w2));
        }
    }
    let inks = [
        Ink::Series(0),
        Ink::Series(2),
        Ink::Series(3),
        Ink::Series(4),
        Ink::Series(1),
        Ink::Wrong,
        Ink::Quiet,
    ];
    let mut panel = Panel::new(title, x, y);
    for (starts, ink) in starts.into_iter().zip(inks) {
        panel = panel.dots(starts, ink);
    }
    let stationary = Himmelblau::SADDLES.map(|w| (w[0], w[1]));
    let minima = Himmelblau.minima();
    let minima = minima.iter().filter_map(|minimum| minimum.place()).map(|w| (w[0], w[1]));
    minima
        .chain(stationary)
        .chain([Himmelblau::MAXIMUM].map(|w| (w[0], w[1])))
        .fold(panel, |panel, at| panel.ellipse(at, (0.22, 0.22), Ink::Theory))
}

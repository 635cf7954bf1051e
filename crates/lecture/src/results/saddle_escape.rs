//! R22: how long descent stays at a saddle, and what Newton's method and its saddle-free variant do there.

use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_line_search::Fixed;
use thalweg_numerics::{exp, ln, norm};
use thalweg_problem::{Curved, Differentiable, Objective};
use thalweg_schedules::Constant;
use thalweg_second_order::{Newton, SaddleFreeNewton};

use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::gamma::gamma;
use crate::number::significant;
use crate::walk::{Path, path_of, steps_until};
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "saddles-slow-descent-and-do-not-hold-it",
    number: 22,
    slides: Slides(&[(33, 33), (35, 35), (93, 93)]),
    chapter: Chapter::Surface,
    claim: "Gradient descent and backprop get stuck in saddle points.",
    correction: Some(Correction {
        statement: "They are slowed there. From a distance δ along the direction of negative curvature λ descent leaves after ln(1/δ)/ln(1 + η|λ|) \
                    steps, 145 for a millionth and η|λ| = 0.1; where the saddle has no negative curvature, as the monkey saddle, it takes \
                    in proportion to 1/δ. It is Newton's method that goes to the saddle, in one step; with |H| in place of H it \
                    doubles the distance at every step.",
        refuted_by: "distance from the saddle 5x² − y² after 200 steps of descent from a millionth",
    }),
    source: "on 5x² − y² the coordinates are multiplied by 1 − 10η and 1 + 2η. On the monkey saddle x³ − 3xy² the flow from (0, δ) keeps \
             r³ sin 3θ, so that the way out to infinity takes B(1/6, 1/2)/18δ, of which 1/3 lies beyond r = 1; ∇f is of degree 2 there and \
             H⁻¹∇f = w/2. |H| = 6r I, along the way out the step is r/2",
    errata: &[Erratum {
        slides: Slides(&[(33, 33), (35, 35)]),
        flag: Flag::Imprecise,
        printed: "Gradient descent algorithms often get “stuck” in saddle points.",
        correct: "A saddle with a negative curvature slows them by a logarithm of the distance; from almost every start they pass it.",
        measured_by: "distance from the saddle 5x² − y² after 200 steps of descent from a millionth",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/second-order/src/newton.rs",
        "crates/second-order/src/saddle_free_newton.rs",
    ],
    run,
    full: None,
};

/// η: with |λ| = 2 along y, η|λ| is 0.1.
const RATE: f64 = 0.05;
const DISTANCES: [f64; 3] = [1e-2, 1e-6, 1e-12];
/// Of the monkey saddle, from where steps go with 1/δ.
const MONKEY_DISTANCES: [f64; 3] = [1e-1, 1e-2, 1e-3];

/// Two surfaces with a saddle at 0.
#[derive(Clone, Copy, Debug)]
enum Surface {
    /// 5x² − y².
    Strict,
    /// x³ − 3xy².
    Monkey,
}

impl Objective for Surface {
    fn dim(&self) -> usize {
        2
    }

    fn value(&self, w: &[f64]) -> f64 {
        let [x, y] = [w[0], w[1]];
        match self {
            Self::Strict => 5.0 * x * x - y * y,
            Self::Monkey => x * (x * x - 3.0 * y * y),
        }
    }
}

impl Differentiable for Surface {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let [x, y] = [w[0], w[1]];
        let slopes = match self {
            Self::Strict => [10.0 * x, -2.0 * y],
            Self::Monkey => [3.0 * (x * x - y * y), -6.0 * x * y],
        };
        gradient.copy_from_slice(&slopes);
        self.value(w)
    }
}

impl Surface {
    /// H, as xx, xy and yy.
    fn curvatures(self, w: &[f64]) -> [f64; 3] {
        match self {
            Self::Strict => [10.0, 0.0, -2.0],
            Self::Monkey => [6.0 * w[0], -6.0 * w[1], -6.0 * w[0]],
        }
    }
}

impl Curved for Surface {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let [xx, xy, yy] = self.curvatures(w);
        (out[0], out[1]) = (xx * v[0] + xy * v[1], xy * v[0] + yy * v[1]);
    }
}

impl TwiceDifferentiable for Surface {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        let [xx, xy, yy] = self.curvatures(w);
        out.copy_from_slice(&[xx, xy, xy, yy]);
    }
}

/// Steps of descent from `start` until |w| is 1 or more.
fn steps_out(surface: Surface, rate: f64, start: [f64; 2]) -> f64 {
    let steps =
        steps_until(&surface, GradientDescent, rate, &start, 1_000_000, |record| norm(record.x) >= 1.0);
    steps.map_or(f64::NAN, |k| k as f64)
}

fn saddle_free() -> SaddleFreeNewton<Fixed> {
    SaddleFreeNewton::with(Fixed { alpha: 1.0 })
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_strict(&mut findings);
    check_monkey(&mut findings);
    check_newton(&mut findings);
    findings.figures.push(figure());
    findings
}

fn check_strict(findings: &mut Findings) {
    let mut table =
        Table::new("5x² − y²: steps of descent until |w| ≥ 1, η|λ| = 0.1", &["δ", "predicted", "measured"]);
    for delta in DISTANCES {
        let predicted = (ln(1.0 / delta) / ln(1.0 + 2.0 * RATE)).ceil();
        let measured = steps_out(Surface::Strict, RATE, [delta, delta]);
        findings.near(
            format!("steps of descent from δ = {}", significant(delta, 1)),
            "⌈ln(1/δ)/ln(1 + η|λ|)⌉",
            predicted,
            measured,
            Tolerance::Absolute(1.0),
            "where a step ends within rounding of 1",
        );
        table.row([significant(delta, 1), predicted.to_string(), measured.to_string()]);
    }
    findings.tables.push(table);
    let path = path_of(&Surface::Strict, &descent(), &[1e-6, 1e-6], 200);
    findings.breaks(
        "distance from the saddle 5x² − y² after 200 steps of descent from a millionth",
        "a millionth, if it were stuck",
        1e-6,
        norm(&path.points[200]),
    );
}

fn descent() -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate: RATE } }
}

/// ∫ sin^(−2/3) over a quarter turn is half of B(1/6, 1/2).
fn time_out(delta: f64) -> f64 {
    let beta = gamma(1.0 / 6.0) * gamma(0.5) / gamma(2.0 / 3.0);
    beta / (18.0 * delta) - 1.0 / 3.0
}

fn check_monkey(findings: &mut Findings) {
    /// Steps that follow the flow.
    const FINE: f64 = 0.005;
    let mut table = Table::new(
        "x³ − 3xy²: steps of descent from (0, δ) until |w| ≥ 1, η = 0.005",
        &["δ", "predicted", "measured", "measured times 3ηδ"],
    );
    for delta in MONKEY_DISTANCES {
        let predicted = time_out(delta) / FINE;
        let measured = steps_out(Surface::Monkey, FINE, [0.0, delta]);
        findings.near(
            format!("steps of descent on the monkey saddle from δ = {delta}"),
            "(B(1/6, 1/2)/18δ − 1/3)/η",
            predicted,
            measured,
            Tolerance::Relative(0.02),
            "steps of a length ηr in units of the distance, against a flow",
        );
        table.row([
            delta.to_string(),
            significant(predicted, 6),
            measured.to_string(),
            significant(3.0 * FINE * delta * measured, 4),
        ]);
    }
    findings.tables.push(table);
}

fn check_newton(findings: &mut Findings) {
    let newton = path_of(&Surface::Strict, &Newton::default(), &[0.3, 1e-6], 1);
    findings.near(
        "distance from the saddle 5x² − y² after one step of Newton's method",
        "0: the fit is the function, and its stationary point the saddle",
        0.0,
        norm(&newton.points[1]),
        Tolerance::Absolute(1e-15),
        "rounding",
    );
    let doubled = path_of(&Surface::Strict, &saddle_free(), &[1e-6, 1e-6], 20);
    findings.near(
        "factor of y per step of −|H|⁻¹∇f, 20 steps",
        "2: −|λ|⁻¹ λ y = y more",
        20.0 * ln(2.0),
        ln(doubled.points[20][1] / 1e-6),
        Tolerance::Absolute(1e-12),
        "rounding; logarithms are compared",
    );
    let halved = path_of(&Surface::Monkey, &Newton::default(), &[0.3, 0.4], 20);
    findings.near(
        "ln of the distance from the monkey saddle after 20 steps of Newton's method, over that of the start",
        "−20 ln 2: H⁻¹∇f = w/2",
        -20.0 * ln(2.0),
        ln(norm(&halved.points[20]) / 0.5),
        Tolerance::Absolute(1e-12),
        "rounding",
    );
    let grown = path_of(&Surface::Monkey, &saddle_free(), &[1e-3, 1e-3], 30);
    findings.near(
        "factor of the distance from the monkey saddle by the 30th step of −|H|⁻¹∇f",
        "1.5: r/2 more along the way out",
        1.5,
        norm(&grown.points[30]) / norm(&grown.points[29]),
        Tolerance::Absolute(1e-9),
        "the way bends, and less with every step",
    );
}

fn figure() -> Figure {
    let (x, y) = plane(["x", "y"], [0.0, 0.5], 0.7);
    let (mx, my) = plane(["x", "y"], [0.0, 0.0], 1.1);
    let points = |path: Path| -> Vec<(f64, f64)> {
        path.points.iter().map(|w| (w[0], w[1])).filter(|p| p.0.abs() < 1.5 && p.1.abs() < 1.5).collect()
    };
    let start = [0.6, 0.02];
    let strict = Panel::new("5x² − y²", x, y)
        .arrows(points(path_of(&Surface::Strict, &descent(), &start, 40)), Ink::Series(0))
        .arrows(points(path_of(&Surface::Strict, &Newton::default(), &start, 1)), Ink::Wrong)
        .arrows(points(path_of(&Surface::Strict, &saddle_free(), &start, 6)), Ink::Series(2))
        .label((0.62, 0.12), Anchor::Above, "start", Ink::Theory);
    let start = [-0.1, 0.6];
    let monkey = Panel::new("x³ − 3xy²", mx, my)
        .arrows(points(path_of(&Surface::Monkey, &descent(), &start, 40)), Ink::Series(0))
        .arrows(points(path_of(&Surface::Monkey, &Newton::default(), &start, 8)), Ink::Wrong)
        .arrows(points(path_of(&Surface::Monkey, &saddle_free(), &start, 4)), Ink::Series(2))
        .label((-0.12, 0.6), Anchor::Left, "start", Ink::Theory);
    let times = Panel::new(
        "Steps until the distance is 1",
        Axis::logarithmic("distance δ at the start", 1e-12, 1.0),
        Axis::logarithmic("steps", 10.0, 1e5),
    )
    .dashed((1..=26).map(|k| (exp(-f64::from(k)), f64::from(k) / ln(1.0 + 2.0 * RATE))), Ink::Theory)
    .dots(DISTANCES.map(|d| (d, steps_out(Surface::Strict, RATE, [d, d]))), Ink::Series(0))
    .dashed(MONKEY_DISTANCES.map(|d| (d, time_out(d) / RATE)), Ink::Theory)
    .dots(MONKEY_DISTANCES.map(|d| (d, steps_out(Surface::Monkey, RATE, [0.0, d]))), Ink::Series(1))
    .label((1e-6, 300.0), Anchor::Above, "5x² − y²", Ink::Series(0))
    .label((1e-3, 2e4), Anchor::Left, "monkey saddle", Ink::Series(1));
    Figure {
        id: "ways-out",
        caption: "Left and middle: from one start descent (blue) passes the saddle, Newton's method (red) goes to it, and with |H| (green) it \
                  leaves faster. Right: dots are measured, lines predicted: a logarithm of the distance where a curvature is negative, its \
                  inverse where none is."
            .to_owned(),
        panels: vec![strict, monkey, times],
        columns: 3,
    }
}

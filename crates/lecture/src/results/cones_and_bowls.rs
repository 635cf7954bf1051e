//! R31: cones around Lipschitz-continuous functions, bowls within Lipschitz-smooth ones, and how smooth that has to be.

use thalweg_numerics::{cos, sin, tanh};
use thalweg_objectives::{Huber, LogCosh, Power};
use thalweg_problem::{Differentiable, from_fn};

use crate::descend::{descend, largest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "lipschitz-smooth-functions-hold-a-bowl",
    number: 31,
    slides: Slides(&[(59, 61)]),
    chapter: Chapter::Convergence,
    claim: "A Lipschitz-continuous function lies outside a cone at every point. A Lipschitz-smooth one, whose \
            derivative is Lipschitz continuous, need not be convex or even differentiable, has a second derivative \
            that is bounded above, and takes in a bowl of fixed curvature at every point.",
    correction: Some(Correction {
        statement: "It must be differentiable, and need not be twice so: ½w|w| is Lipschitz smooth with L = 1 and has \
                    no second derivative at 0, while into the kink of |w| no bowl fits. The bound is two-sided, \
                    |f''| ≤ L: a bowl above the function at every point, and one below it.",
        refuted_by: "no bowl of curvature C = 1000000 fits into |w| at its kink",
    }),
    source: "the mean value theorem: a chord is as steep as a tangent between its ends, and \
             2(f(y) − f(x) − f'(x)(y − x))/(y − x)² is a mean of f'' between x and y",
    errata: &[
        Erratum {
            slides: Slides(&[(38, 38)]),
            flag: Flag::Imprecise,
            printed: "A surface is convex if it is continuously curving upward.",
            correct: "Straight pieces are convex too: a chord of one lies on the surface. What must not happen is that \
                      the surface rises above a chord.",
            measured_by: "sag of the Huber function below its chord from 2 to 6, midway",
        },
        Erratum {
            slides: Slides(&[(55, 55), (59, 64)]),
            flag: Flag::Typo,
            printed: "Lifschitz continuity, Lifschitz smoothness",
            correct: "Lipschitz, after Rudolf Lipschitz, as slides 62 and 63 spell it once each.",
            measured_by: "steepest chord of sin w",
        },
        Erratum {
            slides: Slides(&[(60, 61)]),
            flag: Flag::Wrong,
            printed: "A Lipschitz-smooth function need not be convex (or even differentiable).",
            correct: "A Lipschitz derivative presupposes a derivative. What need not exist is the second one.",
            measured_by: "no bowl of curvature C = 1000000 fits into |w| at its kink",
        },
        Erratum {
            slides: Slides(&[(60, 61)]),
            flag: Flag::Imprecise,
            printed: "It has an upper bound on the second derivative (if it exists).",
            correct: "The bound is two-sided, |f''| ≤ L. That of −w⁴/12 is never above 0, and its derivative is \
                      Lipschitz with no constant.",
            measured_by: "an upper bound on f'' alone does not bound the slope of the derivative: −w⁴/12",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/huber.rs",
        "crates/objectives/src/log_cosh.rs",
        "crates/objectives/src/power.rs",
        "crates/numerics/src/elementary.rs",
    ],
    run,
    full: None,
};

/// Everything is measured on [−R, R], on a grid of N cells; N is even, so that 0 is on it.
const R: f64 = 10.0;
const N: u32 = 2000;
const CELL: f64 = 2.0 * R / N as f64;

/// A function of one variable, with what its derivatives do on [−R, R].
struct Curve {
    name: &'static str,
    f: Box<dyn Differentiable>,
    /// sup |f'|, the slope of the cone.
    steepest: f64,
    /// inf f'' and sup f''.
    curvatures: [f64; 2],
    is_convex: bool,
}

impl Curve {
    /// L, the Lipschitz constant of the derivative: sup |f''|.
    fn smoothness(&self) -> f64 {
        largest(self.curvatures)
    }
}

fn curves() -> [Curve; 4] {
    const DELTA: f64 = 1.0;
    [
        Curve {
            name: "sin w",
            f: Box::new(sine()),
            steepest: 1.0,
            curvatures: [-1.0, 1.0],
            is_convex: false,
        },
        Curve {
            name: "ln cosh w",
            f: Box::new(LogCosh::new(1).expect("n is 1")),
            steepest: tanh(R),
            // 1 − tanh² w, least at the ends.
            curvatures: [1.0 - tanh(R) * tanh(R), 1.0],
            is_convex: true,
        },
        Curve {
            name: "Huber, δ = 1",
            f: Box::new(Huber::new(1, DELTA).expect("δ is above 0")),
            steepest: DELTA,
            curvatures: [0.0, 1.0],
            is_convex: true,
        },
        Curve {
            name: "½w|w|",
            f: Box::new(signed_square()),
            // |w| and sign w
            steepest: R,
            curvatures: [-1.0, 1.0],
            is_convex: false,
        },
    ]
}

fn sine() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = cos(w[0]);
        sin(w[0])
    })
}

/// ½w|w|: its derivative |w| is Lipschitz and has a corner.
fn signed_square() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = w[0].abs();
        0.5 * w[0] * w[0].abs()
    })
}

/// |w|, with the slope 0 at its kink: the choice for which a bowl there has the best chance.
fn modulus() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = if w[0] == 0.0 { 0.0 } else { w[0].signum() };
        w[0].abs()
    })
}

/// A function on the grid: w, f(w), f'(w).
fn on_grid(f: &dyn Differentiable) -> Vec<[f64; 3]> {
    spaced(-R, R, N + 1)
        .map(|w| {
            let mut slope = [0.0];
            let value = f.value_gradient(&[w], &mut slope);
            [w, value, slope[0]]
        })
        .collect()
}

/// 2(f(y) − f(x) − f'(x)(y − x))/(y − x)²: the curvature of the bowl that touches f at x and meets it at y.
fn bowl([x, fx, slope]: [f64; 3], [y, fy, _]: [f64; 3]) -> f64 {
    2.0 * (fy - fx - slope * (y - x)) / ((y - x) * (y - x))
}

/// The largest and the least of a number that every pair of different grid points has, in either order.
fn extremes(grid: &[[f64; 3]], number: impl Fn([f64; 3], [f64; 3]) -> f64) -> [f64; 2] {
    let mut extremes = [f64::INFINITY, f64::NEG_INFINITY];
    for (i, &a) in grid.iter().enumerate() {
        for &b in &grid[..i] {
            for number in [number(a, b), number(b, a)] {
                extremes = [extremes[0].min(number), extremes[1].max(number)];
            }
        }
    }
    extremes
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "on [−10, 10]: predicted, measured over all pairs of 2001 points",
        &["f", "steepest |f'|", "steepest chord", "inf f''", "flattest bowl", "sup f''", "narrowest bowl"],
    );
    for curve in &curves() {
        let grid = on_grid(&*curve.f);
        let chord = largest(extremes(&grid, |[x, fx, _], [y, fy, _]| (fy - fx) / (y - x)));
        let [flattest, narrowest] = extremes(&grid, bowl);
        check_cone(&mut findings, curve, chord);
        check_bowls(&mut findings, curve, &grid, [flattest, narrowest]);
        check_step(&mut findings, curve);
        if curve.is_convex {
            check_chords(&mut findings, curve, &grid);
        }
        let [least, most] = curve.curvatures;
        let numbers = [curve.steepest, chord, least, flattest, most, narrowest];
        let digits = numbers.map(|number| if number.abs() < 1e-6 { 0.0 } else { number });
        table.row([curve.name.to_owned()].into_iter().chain(digits.map(|number| significant(number, 6))));
    }
    findings.tables.push(table);
    check_limits(&mut findings);
    findings.figures.push(sliding());
    findings
}

fn check_cone(findings: &mut Findings, curve: &Curve, chord: f64) {
    findings.near(
        format!("steepest chord of {}", curve.name),
        "sup |f'| on [−R, R], the slope of the cone",
        curve.steepest,
        chord,
        Tolerance::Absolute(CELL * curve.smoothness()),
        "the steepest chord spans one cell of the grid, over which a derivative changes by at most L times the cell",
    );
}

fn check_bowls(findings: &mut Findings, curve: &Curve, grid: &[[f64; 3]], [flattest, narrowest]: [f64; 2]) {
    const WHY: &str = "a mean of f'' over a cell of 0.01 misses an extreme of it by at most sup |f''''| 0.01²/2, which is 1e-4 for \
         ln cosh; rounding of f over 0.01² adds less than 1e-9";
    let [least, most] = curve.curvatures;
    for (which, formula, predicted, measured) in [
        ("narrowest bowl within", "sup f'' on [−R, R]", most, narrowest),
        ("flattest bowl below", "inf f'' on [−R, R]", least, flattest),
    ] {
        let name = format!("curvature of the {which} {}", curve.name);
        findings.near(name, formula, predicted, measured, Tolerance::Absolute(1e-4), WHY);
    }
    findings.near(
        format!("steepest chord of the derivative of {}", curve.name),
        "L = sup |f''|",
        curve.smoothness(),
        largest(extremes(grid, |[x, _, at_x], [y, _, at_y]| (at_y - at_x) / (y - x))),
        Tolerance::Absolute(1e-4),
        WHY,
    );
}

/// What the bowl is good for: a step at η = 1/L goes to the bottom of it, and the function is no higher there.
fn check_step(findings: &mut Findings, curve: &Curve) {
    let smoothness = curve.smoothness();
    let above = spaced(-R, R, 201).map(|w0| {
        let mut slope = [0.0];
        let value = curve.f.value_gradient(&[w0], &mut slope);
        let bottom = value - 0.5 * slope[0] * slope[0] / smoothness;
        descend(&curve.f, 1.0 / smoothness, &[w0], 1).values[1] - bottom
    });
    findings.at_most(
        format!("height above the bottom of the bowl after a step at η = 1/L, {}", curve.name),
        "f(w − f'(w)/L) − (f(w) − f'(w)²/(2L)) from 201 starts",
        0.0,
        above.fold(f64::NEG_INFINITY, f64::max),
        1e-12,
        "a few roundings of numbers up to 200",
    );
}

/// Convexity: midway, no chord is below the function.
fn check_chords(findings: &mut Findings, curve: &Curve, grid: &[[f64; 3]]) {
    let mut highest = f64::NEG_INFINITY;
    for (i, [_, fx, _]) in grid.iter().enumerate() {
        for (half, [_, middle, _]) in grid[i..].iter().enumerate() {
            let Some([_, fy, _]) = grid.get(i + 2 * half) else { break };
            highest = highest.max(middle - 0.5 * (fx + fy));
        }
    }
    findings.near(
        format!("highest rise above a chord midway, {}", curve.name),
        "f((x + y)/2) − (f(x) + f(y))/2 for all pairs of the grid: 0, where x = y, and nowhere more",
        0.0,
        highest,
        Tolerance::Absolute(1e-13),
        "a few roundings of numbers up to 10",
    );
}

/// Where the words of the slides end: straight pieces, corners, kinks, bounds on one side.
fn check_limits(findings: &mut Findings) {
    let huber = Huber::new(1, 1.0).expect("δ is above 0");
    let at = |f: &dyn Differentiable, w: f64| {
        let mut slope = [0.0];
        [w, f.value_gradient(&[w], &mut slope), slope[0]]
    };
    let [left, middle, right] = [2.0, 4.0, 6.0].map(|w| at(&huber, w)[1]);
    findings.near(
        "sag of the Huber function below its chord from 2 to 6, midway",
        "0: beyond δ it is a straight line",
        0.0,
        0.5 * (left + right) - middle,
        Tolerance::Absolute(1e-14),
        "a few roundings of numbers below 10",
    );

    const NEAR: f64 = 1e-3;
    let [before, there, after] = [-NEAR, 0.0, NEAR].map(|w| at(&signed_square(), w)[2]);
    findings.near(
        "jump of the second derivative of ½w|w| at 0",
        "f'' = sign w: from −1 to 1",
        2.0,
        (after - there) / NEAR - (there - before) / NEAR,
        Tolerance::Absolute(1e-14),
        "two quotients that are exact",
    );

    for curvature in [1.0, 1e3, 1e6] {
        let far = 1.0 / curvature;
        findings.breaks(
            format!("no bowl of curvature C = {curvature} fits into |w| at its kink"),
            "2/y at y = 1/C, the curvature that would be needed; at most C if the bowl took |w| in",
            curvature,
            bowl(at(&modulus(), 0.0), at(&modulus(), far)),
        );
    }

    // −w⁴/12, whose second derivative is −w².
    let quartic = Power::new(1, 4.0).expect("4 is above 1");
    let sunken = from_fn(1, move |w, g| {
        let value = quartic.value_gradient(w, g);
        g[0] /= -12.0;
        value / -12.0
    });
    let grid = on_grid(&sunken);
    let derivative = largest(extremes(&grid, |[x, _, at_x], [y, _, at_y]| (at_y - at_x) / (y - x)));
    findings.breaks(
        "an upper bound on f'' alone does not bound the slope of the derivative: −w⁴/12",
        "steepest chord of f' on [−R, R]; at most 0, the upper bound of f'', if that were enough",
        0.0,
        derivative,
    );
    findings.near(
        "steepest chord of the derivative of −w⁴/12",
        "R², which has no end as R grows",
        R * R,
        derivative,
        Tolerance::Absolute(CELL * 2.0 * R),
        "over a cell the second derivative −w² changes by 2R times the cell",
    );
    findings.at_most(
        "curvature of the narrowest bowl within −w⁴/12",
        "sup f'' = 0",
        0.0,
        extremes(&grid, bowl)[1],
        1e-6,
        "rounding of numbers up to 833 over the square of a cell: 1e-9 a rounding",
    );
}

fn sliding() -> Figure {
    let axes = |low: f64, high: f64| (Axis::linear("w", -4.0, 4.0), Axis::linear("f(w)", low, high));
    let value = |f: &dyn Differentiable, w: f64| f.value(&[w]);
    let graph = |f: &dyn Differentiable| spaced(-4.0, 4.0, 161).map(|w| (w, value(f, w))).collect::<Vec<_>>();
    // The parabola of a curvature that touches f at x.
    let touching = |f: &dyn Differentiable, x: f64, curvature: f64| {
        let mut slope = [0.0];
        let fx = f.value_gradient(&[x], &mut slope);
        let parabola = move |w: f64| (w, fx + slope[0] * (w - x) + 0.5 * curvature * (w - x) * (w - x));
        spaced(x - 3.0, x + 3.0, 241).map(parabola).collect::<Vec<_>>()
    };
    let dots = |f: &dyn Differentiable, at: &[f64]| at.iter().map(|&x| (x, value(f, x))).collect::<Vec<_>>();

    let log_cosh = LogCosh::new(1).expect("n is 1");
    let (low, high) = axes(-1.5, 4.0);
    let mut cones = Panel::new("ln cosh w: outside its cones", low, high);
    let places = [-2.5, 0.0, 1.5];
    for x in places {
        let fx = value(&log_cosh, x);
        for slope in [-1.0, 1.0] {
            cones = cones.dashed([-1.3, 1.3].map(|across| (x + across, fx + slope * across)), Ink::Theory);
        }
    }
    cones = cones.line(graph(&log_cosh), Ink::Series(0)).dots(dots(&log_cosh, &places), Ink::Series(0));

    let sine = sine();
    let (low, high) = axes(-3.2, 3.2);
    let mut bowls = Panel::new("sin w: between its bowls", low, high);
    for x in [-2.2, 1.0] {
        bowls = bowls
            .line(touching(&sine, x, 1.0), Ink::Series(1))
            .line(touching(&sine, x, -1.0), Ink::Series(2));
    }
    bowls = bowls
        .line(graph(&sine), Ink::Series(0))
        .dots(dots(&sine, &[-2.2, 1.0]), Ink::Series(0))
        .label((0.3, 2.3), Anchor::Above, "f'' = 1", Ink::Series(1))
        .label((0.6, -2.9), Anchor::Above, "f'' = −1", Ink::Series(2));

    let signed_square = signed_square();
    let (low, high) = axes(-6.0, 6.0);
    let corner = Panel::new("½w|w|: bowls, but no f'' at 0", low, high)
        .line(touching(&signed_square, -1.5, 1.0), Ink::Series(1))
        .line(touching(&signed_square, -1.5, -1.0), Ink::Series(2))
        .line(touching(&signed_square, 0.0, 1.0), Ink::Series(1))
        .line(touching(&signed_square, 0.0, -1.0), Ink::Series(2))
        .line(graph(&signed_square), Ink::Series(0))
        .dots(dots(&signed_square, &[-1.5, 0.0]), Ink::Series(0));

    let modulus = modulus();
    let mut kink = Panel::new(
        "|w|: no bowl fits the kink",
        Axis::linear("w", -1.0, 1.0),
        Axis::linear("f(w)", -0.1, 1.2),
    );
    for (curvature, at, anchor) in [
        (1.0, (0.8, 0.24), Anchor::Below),
        (3.0, (0.73, 0.8), Anchor::Left),
        (30.0, (0.27, 1.1), Anchor::Right),
    ] {
        let text = format!("C = {curvature}");
        kink = kink.line(touching(&modulus, 0.0, curvature), Ink::Wrong).label(at, anchor, text, Ink::Wrong);
    }
    kink = kink.line([(-1.0, 1.0), (0.0, 0.0), (1.0, 1.0)], Ink::Series(0));

    Figure {
        id: "cones-and-bowls",
        caption: "A Lipschitz-continuous function stays outside the cone of its steepest slope, wherever the cone is \
                  put (dashed). A Lipschitz-smooth one stays between two parabolas of curvature ±L that touch it, also \
                  at the corner of the derivative of ½w|w|, where there is no second derivative. At the kink of |w|, \
                  where there is no first, every bowl (red) runs below the function at first."
            .to_owned(),
        panels: vec![cones, bowls, corner, kink],
        columns: 2,
    }
}

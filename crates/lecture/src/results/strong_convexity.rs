//! R30: what strong convexity promises gradient descent, and what it does not promise without smoothness.

use thalweg_numerics::{axpy, dot, norm, pow, powi};
use thalweg_objectives::{LogSumExp, Quadratic};
use thalweg_problem::{Differentiable, Objective, from_fn};

use crate::descend::{descend, largest, threshold};
use crate::draws::{Draws, Orthogonal};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::regime::regime;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "strong-convexity-alone-does-not-make-descent-converge",
    number: 30,
    slides: Slides(&[(57, 58)]),
    chapter: Chapter::Convergence,
    claim: "A strongly convex function sits within a quadratic bowl of its least curvature at every point, and \
            gradient descent converges on it at least as well as on that bowl.",
    correction: Some(Correction {
        statement: "It sits in the bowl, but descent needs an upper bound L on the curvature too: for 0 < η ≤ 2/(L + μ) \
                    ‖wₖ − w*‖ ≤ (1 − ημ)ᵏ‖w₀ − w*‖, as on the bowl. Without one no rate is safe: on ½w² + ¼w⁴ \
                    descent at the rate η diverges from every start with w₀² > 2/η − 1.",
        refuted_by: "distance after 4 steps on ½w² + ¼w⁴ over that on its bowl, η = 0.5, w₀ = 1.8",
    }),
    source: "wₖ₊₁ − w* = (I − ηH)(wₖ − w*), with H the mean of ∇²f between w* and wₖ and its eigenvalues between μ \
             and L; on ½w² + ¼w⁴ a step multiplies w by 1 − η − ηw²",
    errata: &[Erratum {
        slides: Slides(&[(57, 58)]),
        flag: Flag::OverClaim,
        printed: "Convergence of gradient descent is at least as good as that of the enclosing quadratic.",
        correct: "Only with an upper bound on the curvature as well, and a rate that heeds it: η ≤ 2/(L + μ). The bowl \
                  ½w² forgives every η < 2 from every start; ½w² + ¼w⁴ within it is left for infinity from \
                  |w₀| > √(2/η − 1).",
        measured_by: "distance after 4 steps on ½w² + ¼w⁴ over that on its bowl, η = 0.5, w₀ = 1.8",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/quadratic.rs",
        "crates/objectives/src/log_sum_exp.rs",
    ],
    run,
    full: None,
};

const SEED: u64 = 57;
const STEPS: u64 = 100;
/// Rates as shares of 2/(L + μ).
const SHARES: [f64; 3] = [0.25, 0.5, 1.0];
/// Rates for which the basin of ½w² + ¼w⁴ is measured.
const BASIN_RATES: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 1.9];

/// A function with all curvatures between μ and L, its minimum at 0, and starts.
struct Bounded {
    name: String,
    f: Box<dyn Differentiable>,
    mu: f64,
    l: f64,
    starts: Vec<Vec<f64>>,
    /// Where a step at a rate above 2/(L + μ) goes too far: the eigenvector of L, where it is known.
    steepest: Option<Vec<f64>>,
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let functions = functions();
    check_curvatures(&mut findings, &functions);
    check_contraction(&mut findings, &functions);
    check_bowl(&mut findings);
    check_basin(&mut findings);
    findings.figures.push(ratio_to_the_promise(&functions));
    findings.figures.push(basin());
    findings
}

fn functions() -> Vec<Bounded> {
    let mut draws = Draws::from_seed(SEED);
    let quadratics = [2.0, 10.0, 100.0].map(|kappa| quadratic(kappa, &mut draws));
    let tilted = [0.125, 0.5, 2.0].map(|mu| log_sum_exp(mu, &mut draws));
    quadratics.into_iter().chain(tilted).collect()
}

/// ½ wᵀQDQᵀw in 10 variables, the eigenvalues from μ = 0.3 to κμ in equal ratios.
fn quadratic(kappa: f64, draws: &mut Draws) -> Bounded {
    const N: usize = 10;
    let mu = 0.3;
    let eigenvalues: Vec<f64> = spaced(0.0, 1.0, N as u32).map(|share| mu * pow(kappa, share)).collect();
    let q = Orthogonal::drawn(N, draws);
    let mut matrix = vec![0.0; N * N];
    for (j, eigenvalue) in eigenvalues.iter().enumerate() {
        let column = q.column(j);
        for (row, &qi) in matrix.chunks_exact_mut(N).zip(&column) {
            axpy(eigenvalue * qi, &column, row);
        }
    }
    // Rounding has left the two halves a bit apart; the matrix must be symmetric to the last one.
    for i in 0..N {
        for j in 0..i {
            matrix[j * N + i] = matrix[i * N + j];
        }
    }
    let mut starts = vec![q.column(0)];
    starts.extend((0..5).map(|_| draws.vector(N)));
    Bounded {
        name: format!("quadratic, κ = {kappa}"),
        f: Box::new(Quadratic::new(matrix, vec![0.0; N], 0.0).expect("a symmetric matrix")),
        mu,
        l: mu * kappa,
        starts,
        steepest: Some(q.column(N - 1)),
    }
}

/// ln Σ exp(bᵢᵀw + cᵢ) + (μ/2)‖w‖² with 12 drawn terms in 6 variables, tilted so that the minimum is at 0.
fn log_sum_exp(mu: f64, draws: &mut Draws) -> Bounded {
    const N: usize = 6;
    const TERMS: usize = 12;
    let rows: Vec<f64> = draws.vector(TERMS * N).into_iter().map(|b| 1.5 * b).collect();
    let soft_maximum = LogSumExp::new(rows, draws.vector(TERMS)).expect("the draws are finite");
    let l = mu + soft_maximum.curvature_bound();
    let mut tilt = vec![0.0; N];
    soft_maximum.value_gradient(&[0.0; N], &mut tilt);
    let starts = (0..5).map(|_| draws.vector(N).into_iter().map(|w| 4.0 * w).collect()).collect();
    let f = from_fn(N, move |w, g| {
        let mut value = soft_maximum.value_gradient(w, g);
        for ((wi, gi), tilt) in w.iter().zip(g).zip(&tilt) {
            value += (0.5 * mu * wi - tilt) * wi;
            *gi += mu * wi - tilt;
        }
        value
    });
    Bounded { name: format!("log-sum-exp, μ = {mu}"), f: Box::new(f), mu, l, starts, steepest: None }
}

impl Bounded {
    fn fastest_rate(&self) -> f64 {
        2.0 / (self.l + self.mu)
    }

    /// ‖wₖ − w*‖ / ((1 − ημ)ᵏ‖w₀ − w*‖) for k = 1, 2, …, as long as rounding is far below what is promised.
    fn ratios(&self, rate: f64, start: &[f64]) -> Vec<f64> {
        let path = descend(&self.f, rate, start, STEPS);
        let promised = (1..=STEPS).map(|k| powi(1.0 - rate * self.mu, k) * norm(start));
        let worth_dividing_by = |promised: &f64| *promised > 1e-3 * norm(start);
        promised.take_while(worth_dividing_by).zip(&path.points[1..]).map(|(p, w)| norm(w) / p).collect()
    }

    fn worst_ratio(&self, rate: f64) -> f64 {
        largest(self.starts.iter().flat_map(|start| self.ratios(rate, start)))
    }
}

/// Each function is within the bowl of curvature μ that touches it, and has the one of curvature L within it.
fn check_curvatures(findings: &mut Findings, functions: &[Bounded]) {
    let mut draws = Draws::from_seed(SEED + 1);
    for Bounded { name, f, mu, l, .. } in functions {
        let n = f.dim();
        let curvatures = (0..200).map(|i| {
            // Every other y lies so near to x that a gradient which is not the gradient of f would be seen.
            let length = if i % 2 == 0 { 1.0 } else { 0.01 };
            let x = draws.vector(n);
            let y: Vec<f64> = x.iter().map(|x| x + length * draws.signed_unit()).collect();
            let way: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y - x).collect();
            let mut gradient = vec![0.0; n];
            let fx = f.value_gradient(&x, &mut gradient);
            2.0 * (f.value(&y) - fx - dot(&gradient, &way)) / dot(&way, &way)
        });
        findings.at_most(
            format!("curvature between 200 pairs of points, farthest from (L + μ)/2 over (L − μ)/2, {name}"),
            "μ ≤ 2(f(y) − f(x) − ∇f(x)ᵀ(y − x))/‖y − x‖² ≤ L",
            1.0,
            largest(curvatures.map(|c| (2.0 * c - l - mu) / (l - mu))),
            1e-9,
            "rounding of f, up to 100, over the square of a distance of 0.01 or so",
        );
    }
}

/// With both bounds on the curvature descent keeps what the bowl promises, up to the rate 2/(L + μ) and not beyond.
fn check_contraction(findings: &mut Findings, functions: &[Bounded]) {
    let mut table = Table::new(
        "largest ‖wₖ − w*‖ / ((1 − ημ)ᵏ‖w₀ − w*‖)",
        &["function", "μ", "L", "η = 0.25 · 2/(L + μ)", "η = 0.5 · 2/(L + μ)", "η = 2/(L + μ)"],
    );
    for function in functions {
        let Bounded { name, mu, l, .. } = function;
        let worst = SHARES.map(|share| function.worst_ratio(share * function.fastest_rate()));
        findings.at_most(
            format!("largest distance over what the bowl promises, three rates up to 2/(L + μ), {name}"),
            "‖wₖ − w*‖ / ((1 − ημ)ᵏ‖w₀ − w*‖) ≤ 1",
            1.0,
            largest(worst),
            1e-12,
            "up to 100 steps; a matrix whose eigenvalues are rounded to 1e-15 of L, with L at most 100μ",
        );
        let numbers = [*mu, *l].into_iter().chain(worst).map(|number| significant(number, 6));
        table.row([name.clone()].into_iter().chain(numbers));

        let Some(steepest) = &function.steepest else { continue };
        let rate = 1.1 * function.fastest_rate();
        let measured = function.ratios(rate, steepest)[0];
        findings.breaks(
            format!("distance over what the bowl promises, one step at 1.1 · 2/(L + μ), {name}"),
            "at most 1 if the least curvature alone mattered",
            1.0,
            measured,
        );
        findings.near(
            format!("by how much it is over, {name}"),
            "(ηL − 1)/(1 − ημ)",
            (rate * l - 1.0) / (1.0 - rate * mu),
            measured,
            Tolerance::Relative(1e-13),
            "one step, with a matrix whose eigenvalues are rounded to 1e-15 of L",
        );
    }
    findings.tables.push(table);
}

/// ½w² + ¼w⁴: strongly convex with μ = 1, and of no bounded curvature.
fn quartic_bowl() -> impl Differentiable {
    from_fn(1, |w, g| {
        let square = w[0] * w[0];
        g[0] = w[0] + w[0] * square;
        square * (0.5 + 0.25 * square)
    })
}

fn parabola() -> impl Differentiable {
    from_fn(1, |w, g| {
        g[0] = w[0];
        0.5 * w[0] * w[0]
    })
}

/// What slides 57 and 58 say of the picture is right: the function is within the bowl that touches it, at every point.
fn check_bowl(findings: &mut Findings) {
    const MU: f64 = 1.0;
    let f = quartic_bowl();
    let places: Vec<f64> = spaced(-3.0, 3.0, 121).collect();
    let mut highest = f64::NEG_INFINITY;
    for &x in &places {
        let mut slope = [0.0];
        let fx = f.value_gradient(&[x], &mut slope);
        for &y in &places {
            let bowl = fx + slope[0] * (y - x) + 0.5 * MU * (y - x) * (y - x);
            highest = highest.max(bowl - f.value(&[y]));
        }
    }
    findings.near(
        "height of a bowl of curvature μ = 1 above ½w² + ¼w⁴, at most",
        "f(x) + f'(x)(y − x) + ½μ(y − x)² − f(y): 0, where y = x, and nowhere more",
        0.0,
        highest,
        Tolerance::Absolute(1e-12),
        "a few roundings of numbers up to 300",
    );

    let (rate, w0, steps) = (0.5, 1.8, 4);
    let distance = |path: crate::walk::Path| path.points[steps as usize][0].abs();
    findings.breaks(
        "distance after 4 steps on ½w² + ¼w⁴ over that on its bowl, η = 0.5, w₀ = 1.8",
        "at most 1 if descent on the function were at least as good as on the bowl ½w² that contains it",
        1.0,
        distance(descend(&f, rate, &[w0], steps)) / distance(descend(&parabola(), rate, &[w0], steps)),
    );
}

/// From where descent at one rate finds the minimum of ½w² + ¼w⁴.
fn check_basin(findings: &mut Findings) {
    let mut table = Table::new(
        "where descent on ½w² + ¼w⁴ converges",
        &["η", "|w₀| below, predicted √(2/η − 1)", "measured by bisection"],
    );
    for rate in BASIN_RATES {
        let (predicted, measured) = (basin_edge(rate), measured_edge(rate));
        findings.near(
            format!("edge of the basin of ½w² + ¼w⁴ at η = {rate}"),
            "√(2/η − 1)",
            predicted,
            measured,
            Tolerance::Relative(1e-12),
            "rounding of 1e-16 a step blurs the edge",
        );
        table.row([rate.to_string(), significant(predicted, 6), significant(measured, 6)]);
    }
    findings.tables.push(table);

    // Rates at which the edge and the step from it are numbers that need no rounding.
    for (rate, w0) in [(1.0, 1.0), (0.4, 2.0)] {
        let path = descend(&quartic_bowl(), rate, &[w0], 100);
        findings.words(
            format!("regime on the edge, η = {rate}, w₀ = {w0}"),
            "w₀² = 2/η − 1, where a step multiplies by −1",
            "2-cycle",
            regime(&path.points.iter().map(|w| w[0]).collect::<Vec<_>>()),
        );
    }
    // From 0.01 at η = 2 a step multiplies by −(1 + 2w²), and |w| needs some 1/(4w²) = 2500 steps to get going.
    let starts = [0.01, 0.1, 1.0, 10.0];
    let lost = [2.0, 2.5].map(|rate| starts.iter().filter(|&&w0| is_lost(rate, w0, 10_000)).count());
    findings.words(
        "of 8 runs at η = 2 and η = 2.5, from 0.01 to 10, so many leave the finite numbers",
        "|1 − η − ηw²| > 1 for every w other than 0",
        2 * starts.len(),
        lost.iter().sum::<usize>(),
    );
}

fn basin_edge(rate: f64) -> f64 {
    (2.0 / rate - 1.0).sqrt()
}

fn measured_edge(rate: f64) -> f64 {
    threshold(1e-3, 100.0, |w0| !is_lost(rate, w0, 1000))
}

fn is_lost(rate: f64, w0: f64, steps: u64) -> bool {
    descend(&quartic_bowl(), rate, &[w0], steps).points[steps as usize][0].is_nan()
}

fn ratio_to_the_promise(functions: &[Bounded]) -> Figure {
    const SHOWN: u64 = 40;
    let mut panel = Panel::new(
        "Distance over what the bowl promises",
        Axis::linear("step k", 0.0, SHOWN as f64),
        Axis::logarithmic("‖wₖ‖ / ((1 − ημ)ᵏ‖w₀‖)", 1e-2, 10.0),
    )
    .line([(0.0, 1.0), (SHOWN as f64, 1.0)], Ink::Theory)
    .label((28.0, 1.0), Anchor::Above, "promised: at most 1", Ink::Theory);
    for function in functions {
        let series = if function.steepest.is_some() { 0 } else { 1 };
        for start in &function.starts {
            let ratios = function.ratios(function.fastest_rate(), start);
            let line = (0..=SHOWN).zip([1.0].into_iter().chain(ratios));
            panel = panel.line(line.map(|(k, ratio)| (k as f64, ratio)), Ink::Series(series));
        }
        if let Some(steepest) = &function.steepest {
            let ratios = function.ratios(1.1 * function.fastest_rate(), steepest);
            let line = (0..=SHOWN).zip([1.0].into_iter().chain(ratios));
            panel = panel.line(line.map(|(k, ratio)| (k as f64, ratio)), Ink::Wrong);
        }
    }
    Figure {
        id: "ratio-to-the-promise",
        caption: "With both bounds on the curvature, no run at η = 2/(L + μ) is farther from the minimum than the bowl \
                  of the least curvature promises: quadratics (blue) and log-sum-exp with a parabola added (orange), \
                  their data from a seeded generator. At a rate a tenth higher (red) the steepest direction breaks the \
                  promise. Lines end where what is promised falls below a thousandth of the start."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

fn basin() -> Figure {
    let (f, bowl) = (quartic_bowl(), parabola());
    let value = |f: &dyn Differentiable, w: f64| (w, f.value(&[w]));
    let (rate, w0) = (0.5, 1.8);
    let run = |f: &dyn Differentiable, steps: u64| {
        descend(f, rate, &[w0], steps).points.iter().map(|w| value(f, w[0])).collect::<Vec<_>>()
    };
    let graph = |f: &dyn Differentiable| spaced(-3.3, 3.3, 133).map(|w| value(f, w)).collect::<Vec<_>>();
    let two_runs = Panel::new(
        "Two runs from w₀ = 1.8 at η = 0.5",
        Axis::linear("w", -3.3, 3.3),
        Axis::linear("f(w)", -1.5, 16.0),
    )
    .line(graph(&f), Ink::Quiet)
    .line(graph(&bowl), Ink::Quiet)
    .arrows(run(&f, 3), Ink::Wrong)
    .arrows(run(&bowl, 8), Ink::Series(0))
    .label((-2.55, value(&f, -2.55).1), Anchor::Right, "½w² + ¼w⁴", Ink::Quiet)
    .label((2.9, 2.6), Anchor::Below, "½w²", Ink::Quiet);

    let rates = spaced(0.03, 2.0, 198);
    let edge = Panel::new(
        "Where descent on ½w² + ¼w⁴ converges",
        Axis::linear("rate η", 0.0, 2.3),
        Axis::linear("|w₀|", 0.0, 7.0),
    )
    .dashed(rates.map(|rate| (rate, basin_edge(rate))).chain([(2.3, 0.0)]), Ink::Theory)
    .dots(BASIN_RATES.map(|rate| (rate, measured_edge(rate))), Ink::Series(0))
    .label((1.2, 4.0), Anchor::Above, "diverges", Ink::Wrong)
    .label((0.45, 0.4), Anchor::Above, "converges", Ink::Series(0))
    .label((0.25, basin_edge(0.25)), Anchor::Right, "√(2/η − 1)", Ink::Theory);
    Figure {
        id: "basin",
        caption: "Left: ½w² + ¼w⁴ sits within the bowl ½w². From the same start and at the same rate descent converges \
                  on the bowl (blue) and diverges on the function (red). Right: the starts from which it converges, \
                  measured by bisection (dots) and predicted (dashed). No rate is safe for all starts, and from η = 2 \
                  on no start but 0 is."
            .to_owned(),
        panels: vec![two_runs, edge],
        columns: 2,
    }
}

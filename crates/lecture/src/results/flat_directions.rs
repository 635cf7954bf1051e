//! R35: descent on quadratics that are flat in some directions: linear convergence without strong convexity.

use thalweg_numerics::{axpy, dot, ln, norm, pow, powi};
use thalweg_objectives::LinearLeastSquares;
use thalweg_problem::{Curved, Differentiable};

use crate::descend::{descend, largest};
use crate::draws::{Draws, Orthogonal};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::walk::Path;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "linear-convergence-needs-no-strong-convexity",
    number: 35,
    slides: Slides(&[(56, 56), (62, 63)]),
    chapter: Chapter::Convergence,
    claim: "Gradient descent on a quadratic converges linearly, in O(log 1/ε) steps, and a function that is convex and \
            Lipschitz smooth can have that too without being strongly convex.",
    correction: None,
    source: "in coordinates along the singular vectors of A a step multiplies the error by 1 − ηλᵢ, so that f − f* is \
             ½ Σ λᵢ(1 − ηλᵢ)²ᵏ eᵢ² over the λᵢ > 0, and the coordinates with λᵢ = 0 do not move; for the inequality \
             ‖∇f‖² ≥ 2λ(f − f*), H. Karimi, J. Nutini and M. Schmidt, arXiv:1608.04636",
    errata: &[
        Erratum {
            slides: Slides(&[(56, 56)]),
            flag: Flag::Imprecise,
            printed: "Gradient descent on a quadratic has linear convergence and takes O(log 1/ε) steps.",
            correct: "For η < 2/λ_max only, in f and in the distance from the nearest minimum where there are many, and \
                      with a constant: at η = 1/λ_max a factor ε in f takes ½κ ln 1/ε steps, κ = λ_max over the least \
                      λ above 0.",
            measured_by: "steps from 1e-6 to 1e-10 of the first gap, rank 20",
        },
        Erratum {
            slides: Slides(&[(62, 63)]),
            flag: Flag::Imprecise,
            printed: "Strongly convex and Lipschitz smooth: convergence depends on the curvature of strong convexity.",
            correct: "On its ratio to the largest curvature, which limits the rate: with L tenfold and the least \
                      curvature as it was, each step gains a tenth.",
            measured_by: "gain a step with L tenfold and the same λ⁺, over the gain before",
        },
        Erratum {
            slides: Slides(&[(62, 63)]),
            flag: Flag::Imprecise,
            printed: "Convex and Lipschitz smooth but not strongly convex: weaker guarantees, if any (at best linear).",
            correct: "As strong as with strong convexity wherever ‖∇f‖² ≥ 2λ(f − f*), the inequality of Polyak and \
                      Łojasiewicz, as on every least-squares problem. Where all curvatures above 0 are equal one step \
                      is enough.",
            measured_by: "largest 2λ⁺(f − f*)/‖∇f‖² on the path, rank 15",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/linear_least_squares.rs",
    ],
    run,
    full: None,
};

const SEED: u64 = 62;
const M: usize = 20;
const N: usize = 50;
/// λ_max and the least λ above 0, which the bends of the floor of ½‖Aw − b‖² have.
const L: f64 = 4.0;
const LEAST: f64 = 0.04;
/// The factor is measured from here to twice as far.
const FROM: u64 = 200;
/// By now (1 − λ⁺/L)ᵏ is 3e-18: the run has arrived.
const STEPS: u64 = 4000;

/// ½‖Aw − b‖² with A = UΣVᵀ, built from U, Σ and V, so that all there is to know is known without an eigensolver.
struct Flat {
    name: String,
    f: LinearLeastSquares,
    /// The λᵢ = σᵢ² above 0, from the largest to the least; as many as the rank.
    lambdas: Vec<f64>,
    v: Orthogonal,
    w0: Vec<f64>,
    /// Coordinates of w₀ minus the minimum nearest to it along the columns of V; 0 beyond the rank.
    errors: Vec<f64>,
    /// f*: what is left of b outside the range of A.
    minimum: f64,
}

impl Flat {
    /// With targets in the range of A if `is_consistent`, and drawn ones otherwise.
    fn drawn(name: &str, lambdas: Vec<f64>, is_consistent: bool, draws: &mut Draws) -> Self {
        let rank = lambdas.len();
        let (u, v) = (Orthogonal::drawn(M, draws), Orthogonal::drawn(N, draws));
        let mut matrix = vec![0.0; M * N];
        for (i, lambda) in lambdas.iter().enumerate() {
            let (left, right) = (u.column(i), v.column(i));
            for (row, ui) in matrix.chunks_exact_mut(N).zip(left) {
                axpy(lambda.sqrt() * ui, &right, row);
            }
        }
        let targets = if is_consistent {
            let solution = draws.vector(N);
            matrix.chunks_exact(N).map(|row| dot(row, &solution)).collect()
        } else {
            draws.vector(M)
        };
        let w0 = draws.vector(N);
        let along_u = u.transposed_times(&targets);
        let mut errors = v.transposed_times(&w0);
        for (error, (lambda, target)) in errors.iter_mut().zip(lambdas.iter().zip(&along_u)) {
            *error -= target / lambda.sqrt();
        }
        errors[rank..].fill(0.0);
        let unreachable = if is_consistent { 0.0 } else { norm(&along_u[rank..]) };
        let f = LinearLeastSquares::new(matrix, targets).expect("the draws are finite");
        Self { name: name.to_owned(), f, lambdas, v, w0, errors, minimum: 0.5 * unreachable * unreachable }
    }

    fn largest_lambda(&self) -> f64 {
        self.lambdas[0]
    }

    fn least_lambda(&self) -> f64 {
        self.lambdas[self.lambdas.len() - 1]
    }

    fn rate(&self) -> f64 {
        1.0 / self.largest_lambda()
    }

    fn descend(&self, steps: u64) -> Path {
        descend(&self.f, self.rate(), &self.w0, steps)
    }

    /// f(wₖ) − f* in closed form: ½ Σ λᵢ(1 − ηλᵢ)²ᵏ eᵢ².
    fn gap(&self, rate: f64, k: u64) -> f64 {
        let terms = self.lambdas.iter().zip(&self.errors);
        terms.map(|(lambda, e)| 0.5 * lambda * powi(1.0 - rate * lambda, 2 * k) * e * e).sum()
    }

    /// The minimum nearest to the start: its projection onto all of them.
    fn nearest_minimum(&self) -> Vec<f64> {
        let way = self.v.times(&self.errors);
        self.w0.iter().zip(way).map(|(w, e)| w - e).collect()
    }

    /// The part of w along the directions in which f is flat.
    fn flat_part(&self, w: &[f64]) -> f64 {
        norm(&self.v.transposed_times(w)[self.lambdas.len()..])
    }

    /// By how much less than 1 the factor of √(f − f*) per step is, between steps `from` and 2 `from`.
    fn gain(&self, path: &Path, from: u64) -> f64 {
        let [early, late] = [from, 2 * from].map(|k| path.values[k as usize] - self.minimum);
        1.0 - pow(late / early, 0.5 / from as f64)
    }
}

/// The λᵢ: in equal ratios from `l` down to five times the least one, and the least, which has the end for itself.
fn lambdas(rank: u32, l: f64) -> Vec<f64> {
    let shares = spaced(0.0, 1.0, rank - 1);
    shares.map(|share| l * pow(5.0 * LEAST / l, share)).chain([LEAST]).collect()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn problems() -> [Flat; 3] {
    let mut draws = Draws::from_seed(SEED);
    [(20, true), (15, true), (10, false)].map(|(rank, is_consistent)| {
        let name = format!("rank {rank}{}", if is_consistent { "" } else { ", f* > 0" });
        Flat::drawn(&name, lambdas(rank, L), is_consistent, &mut draws)
    })
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let problems = problems();
    let mut table = Table::new(
        "½‖Aw − b‖² with 20 equations in 50 variables, η = 1/λ_max",
        &[
            "problem",
            "λ_max",
            "λ⁺, least above 0",
            "f*",
            "gain a step, predicted ηλ⁺",
            "measured",
            "steps from 1e-6 to 1e-10",
        ],
    );
    for problem in &problems {
        let path = problem.descend(STEPS);
        check_rate(&mut findings, problem, &path);
        check_limit(&mut findings, problem, &path);
        check_inequality(&mut findings, problem, &path);
        let numbers = [
            problem.largest_lambda(),
            problem.least_lambda(),
            problem.minimum,
            problem.rate() * problem.least_lambda(),
            problem.gain(&path, FROM),
            steps_between(problem, &path),
        ];
        table.row([problem.name.clone()].into_iter().chain(numbers.map(|number| significant(number, 6))));
    }
    findings.tables.push(table);
    check_what_else_decides(&mut findings, &problems[0]);
    findings.figures.push(linear_all_the_same(&problems));
    findings
}

fn check_rate(findings: &mut Findings, problem: &Flat, path: &Path) {
    let Flat { name, minimum, .. } = problem;
    let (rate, least) = (problem.rate(), problem.least_lambda());
    findings.near(
        format!("gain a step between steps 200 and 400, {name}"),
        "ηλ⁺, where √(f − f*) is multiplied by 1 − ηλ⁺ a step",
        rate * least,
        problem.gain(path, FROM),
        Tolerance::Relative(1e-4),
        "at step 200 the next direction is down to (0.95/0.99)⁴⁰⁰ = 7e-8 against the slowest",
    );
    let off = (0..=2 * FROM).map(|k| {
        let predicted = problem.gap(rate, k);
        (path.values[k as usize] - minimum - predicted) / predicted
    });
    findings.near(
        format!("distance of f − f* from its closed form up to step 400, {name}"),
        "½ Σ λᵢ(1 − ηλᵢ)²ᵏ eᵢ², relative",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-8),
        "f* of about 1, rounded to 1e-16, is taken from a gap that is 1e-6 at the end",
    );
    findings.near(
        format!("steps from 1e-6 to 1e-10 of the first gap, {name}"),
        "ln 10⁴ / (−2 ln(1 − ηλ⁺)), which is near ½κ ln 10⁴",
        ln(1e4) / (-2.0 * ln(1.0 - rate * least)),
        steps_between(problem, path),
        Tolerance::Absolute(1.5),
        "two counts of whole steps, and what other directions add at 1e-6",
    );
}

/// The steps that it takes from 1e-6 to 1e-10 of the first gap.
fn steps_between(problem: &Flat, path: &Path) -> f64 {
    let first = path.values[0] - problem.minimum;
    let until = |share: f64| path.values.iter().take_while(|&f| f - problem.minimum > share * first).count();
    until(1e-10) as f64 - until(1e-6) as f64
}

fn check_limit(findings: &mut Findings, problem: &Flat, path: &Path) {
    let Flat { name, f, v, w0, minimum, .. } = problem;
    let last = &path.points[STEPS as usize];
    findings.near(
        format!("distance from the minimum nearest to the start after 4000 steps, {name}"),
        "0: the limit is the projection of w₀ onto the minima",
        0.0,
        norm(&difference(last, &problem.nearest_minimum())),
        Tolerance::Absolute(1e-12),
        "a few roundings a step of numbers up to 5, of which λ_max/λ⁺ = 100 steps' worth remain",
    );
    findings.near(
        format!("movement along flat directions in 4000 steps, {name}"),
        "0: the gradient lies in the row space of A",
        0.0,
        problem.flat_part(&difference(last, w0)),
        Tolerance::Absolute(1e-12),
        "50 coordinates, a rounding of 1e-16 of each in each step that still moves it",
    );
    findings.near(
        format!("value after 4000 steps, {name}"),
        "½ of the square of what b has outside the range of A",
        *minimum,
        path.values[STEPS as usize],
        Tolerance::Absolute(1e-12),
        "20 residuals of at most 1",
    );
    let flat = v.column(N - 1);
    let mut along = vec![0.0; N];
    f.hessian_vector(w0, &flat, &mut along);
    findings.near(
        format!("curvature along the last column of V, {name}"),
        "0: not strongly convex",
        0.0,
        dot(&flat, &along),
        Tolerance::Absolute(1e-14),
        "20 squares of inner products that are 0 but for rounding",
    );
}

/// ‖∇f‖² ≥ 2λ⁺(f − f*), which takes the place of strong convexity.
fn check_inequality(findings: &mut Findings, problem: &Flat, path: &Path) {
    let ratios = (0..=2 * FROM as usize).map(|k| {
        let mut gradient = vec![0.0; N];
        let gap = problem.f.value_gradient(&path.points[k], &mut gradient) - problem.minimum;
        2.0 * problem.least_lambda() * gap / dot(&gradient, &gradient)
    });
    findings.at_most(
        format!("largest 2λ⁺(f − f*)/‖∇f‖² on the path, {}", problem.name),
        "1, which it tends to as the slowest direction alone is left",
        1.0,
        largest(ratios),
        1e-8,
        "f* of about 1, rounded to 1e-16, is taken from a gap that is 1e-6 at the end",
    );
}

/// The largest curvature, the rate, and how many different curvatures there are.
fn check_what_else_decides(findings: &mut Findings, before: &Flat) {
    let mut draws = Draws::from_seed(SEED + 1);
    let steep = Flat::drawn("L tenfold", lambdas(20, 10.0 * L), true, &mut draws);
    let gain = |problem: &Flat, from: u64| problem.gain(&problem.descend(2 * from), from);
    findings.near(
        "gain a step with L tenfold and the same λ⁺, over the gain before",
        "a tenth: the gain is λ⁺/L",
        before.largest_lambda() / steep.largest_lambda(),
        gain(&steep, 10 * FROM) / gain(before, FROM),
        Tolerance::Relative(1e-4),
        "the next direction, as for each of the two gains",
    );

    let level = Flat::drawn("level", vec![L; 10], true, &mut draws);
    let landed = &level.descend(1).points[1];
    findings.near(
        "distance from the nearest minimum after one step, all ten curvatures above 0 equal",
        "1 − ηλ = 0 for each of them",
        0.0,
        norm(&difference(landed, &level.nearest_minimum())),
        Tolerance::Absolute(1e-13),
        "sums of 50 and of 20 products of numbers up to 5",
    );

    let (fast, steps) = (2.02 / before.largest_lambda(), 200);
    let path = descend(&before.f, fast, &before.w0, steps);
    findings.breaks(
        "f − f* after 200 steps over f − f* at the start, η = 2.02/λ_max, rank 20",
        "below 1 if every rate converged",
        1.0,
        path.values[steps as usize] / path.values[0],
    );
    findings.near(
        "f − f* after 200 steps at η = 2.02/λ_max, rank 20",
        "½ Σ λᵢ(1 − ηλᵢ)⁴⁰⁰ eᵢ²",
        before.gap(fast, steps),
        path.values[steps as usize],
        Tolerance::Relative(1e-11),
        "200 steps and the rounding of λ_max",
    );
}

fn linear_all_the_same(problems: &[Flat]) -> Figure {
    const SHOWN: u64 = 1000;
    let steps = || Axis::linear("step k", 0.0, 1.5 * SHOWN as f64);
    let every_fifth = || (0..=SHOWN).step_by(5);
    let mut gaps = Panel::new(
        "f − f* falls linearly",
        steps(),
        Axis::logarithmic("(f(wₖ) − f*) / (f(w₀) − f*)", 1e-14, 3.0),
    );
    let mut parts = Panel::new("Some of w never moves", steps(), Axis::logarithmic("length", 1e-6, 100.0));
    for (series, (problem, label_at)) in (0..).zip(problems.iter().zip([3e-13, 5e-12, 1.2e-10])) {
        let ink = Ink::Series(series);
        let path = problem.descend(SHOWN);
        // What is left when f* is taken away is rounding below 1e-14 of it.
        let share = |k: u64| {
            let gap = path.values[k as usize] - problem.minimum;
            (
                k as f64,
                if gap > 1e-13 * problem.minimum {
                    gap / (path.values[0] - problem.minimum)
                } else {
                    f64::NAN
                },
            )
        };
        let (at, text) = ((SHOWN as f64, label_at), problem.name.clone());
        gaps = gaps.line(every_fifth().map(share), ink).label(at, Anchor::Right, text, ink);
        let minimum = problem.nearest_minimum();
        let distance = |k: u64| (k as f64, norm(&difference(&path.points[k as usize], &minimum)));
        let flat = |k: u64| (k as f64, problem.flat_part(&path.points[k as usize]));
        parts = parts.line(every_fifth().map(distance), ink).dashed(every_fifth().map(flat), ink);
    }
    let slope = |k: f64| (k, 0.1 * powi(1.0 - LEAST / L, 2 * k as u64));
    gaps = gaps.dashed([slope(0.0), slope(SHOWN as f64)], Ink::Theory);
    parts = parts.label((500.0, 4.0), Anchor::Above, "wₖ along flat directions", Ink::Theory).label(
        (430.0, 0.06),
        Anchor::Right,
        "wₖ from the nearest minimum",
        Ink::Theory,
    );
    Figure {
        id: "linear-all-the-same",
        caption: "20 equations in 50 variables: at least 30 directions are flat, and nothing is strongly convex. \
                  Left: f − f* falls by (1 − λ⁺/L)² a step all the same (dashed: that slope). Right: the distance from \
                  the nearest minimum falls likewise (solid), and what lies along flat directions stays as it was \
                  (dashed)."
            .to_owned(),
        panels: vec![gaps, parts],
        columns: 2,
    }
}

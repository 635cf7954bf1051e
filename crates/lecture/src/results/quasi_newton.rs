//! R44: BFGS and L-BFGS learn the curvature from the steps that they take anyway.

mod figure;

use thalweg_driver::{Stop, minimize};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, hessian_by_products};
use thalweg_krylov::{ConjugateGradients, HessianAt, Until};
use thalweg_line_search::{Exact, Fixed};
use thalweg_numerics::{axpy, dot, expm1, ln, matrix_vector, norm, powi};
use thalweg_objectives::Quadratic;
use thalweg_objectives::classic::{Rosenbrock, TestFunction};
use thalweg_problem::{Allowance, Counted, Curved, Method, State};
use thalweg_quasi_newton::{
    Bfgs, BfgsState, FirstLength, InitialScale, Lbfgs, NonlinearConjugateGradients, ScaledIdentity,
};

use crate::curve::EXPONENTIAL;
use crate::descend::largest;
use crate::draws::{Draws, Orthogonal};
use crate::first_trial::UNIT;
use crate::logarithmic::log_spaced;
use crate::mixed::Mixed;
use crate::repeated::Repeated;
use crate::spectrum::Tilted;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "bfgs-learns-the-hessian-from-its-steps",
    number: 44,
    slides: Slides(&[(95, 95)]),
    chapter: Chapter::Hessian,
    claim: "BFGS, and low-memory BFGS (L-BFGS), approximate the Hessian and keep the approximation positive definite.",
    correction: None,
    source: "H⁺y = s for every pair s = w⁺ − w, y = ∇E(w⁺) − ∇E(w); on a quadratic with exact searches the directions are \
             those of conjugate gradients, the n-th step arrives and Hₙ = A⁻¹ (Nazareth 1979); elsewhere e⁺ = o(e) \
             (Dennis and Moré 1974), in one variable with the order (1 + √5)/2 of the secant method",
    errata: &[
        Erratum {
            slides: Slides(&[(95, 95)]),
            flag: Flag::Typo,
            printed: "Boyden-Fletcher-Goldfarb-Shanno (BFGS)",
            correct: "Broyden, after Charles Broyden.",
            measured_by: "Hy off s at any step, n = 20, κ = 1000",
        },
        Erratum {
            slides: Slides(&[(95, 95)]),
            flag: Flag::Imprecise,
            printed: "BFGS, L-BFGS: estimate Hessian from finite differences.",
            correct: "From differences of the gradients at successive iterates, which have been computed anyway. No Hessian is \
                      differenced: that would take n more gradients a step.",
            measured_by: "gradients, products and Hessians of 20 steps of BFGS with n = 20",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/quasi-newton/src/bfgs.rs",
        "crates/quasi-newton/src/lbfgs.rs",
        "crates/quasi-newton/src/pairs.rs",
        "crates/quasi-newton/src/nonlinear_conjugate_gradients.rs",
        "crates/line-search/src/exact.rs",
        "crates/krylov/src/conjugate_gradients.rs",
    ],
    run,
    full: None,
};

const SIZES: [usize; 3] = [5, 10, 20];
const CONDITION_NUMBERS: [f64; 2] = [10.0, 1e3];
/// A run on a quadratic has arrived once the gradient is this share of the start's.
const NEAR: f64 = 1e-10;

/// Eigenvalues from 1 to κ, evenly on a logarithmic scale, along drawn axes.
fn valley(n: usize, kappa: f64) -> (Tilted, Vec<f64>) {
    let mut draws = Draws::from_seed(95 + n as u64);
    let axes = Orthogonal::drawn(n, &mut draws);
    let valley = Tilted::along(log_spaced(1.0, kappa, n as u32), (0..n).map(|j| axes.column(j)).collect());
    let start = (0..n).map(|_| draws.normal()).collect();
    (valley, start)
}

/// BFGS with H₀ = I and exact searches.
fn bfgs() -> Bfgs {
    Bfgs { first_length: UNIT, ..Bfgs::default() }
}

fn exact_gradients() -> NonlinearConjugateGradients<Exact> {
    NonlinearConjugateGradients { first_length: UNIT, ..NonlinearConjugateGradients::with(Exact::default()) }
}

fn exact_bfgs() -> Bfgs<Exact> {
    Bfgs { initial: InitialScale::Unscaled, first_length: UNIT, ..Bfgs::with(Exact::default()) }
}

fn exact_lbfgs(memory: usize) -> Lbfgs<Exact> {
    Lbfgs { memory, first_length: UNIT, ..Lbfgs::with(Exact::default()) }
}

/// The states at the start and after each of `steps` steps.
///
/// # Panics
/// If a step fails: the experiments take no more steps than there are.
fn follow<P, M: Method<P>>(problem: &P, method: &M, start: &[f64], steps: usize) -> Vec<M::State> {
    let mut states = vec![method.init(problem, start).expect("settings and start are constants")];
    let mut allow = Allowance::evaluations(100 * (steps as u64 + 1));
    for k in 0..steps {
        let mut state = states[k].clone();
        method.step(problem, &mut state, &mut allow).unwrap_or_else(|stuck| panic!("step {k}: {stuck}"));
        states.push(state);
    }
    states
}

/// The iterates of conjugate directions on ½wᵀAw: every −∇E is made conjugate to all directions before it, which without
/// rounding is what conjugate gradients do by the last one alone.
fn conjugate_directions(valley: &Tilted, start: &[f64], steps: usize) -> Vec<Vec<f64>> {
    let a_times = |v: &[f64]| {
        let mut product = vec![0.0; v.len()];
        valley.quadratic.hessian_vector(v, v, &mut product);
        product
    };
    let mut path = vec![start.to_vec()];
    let mut directions: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for k in 0..steps {
        let g = a_times(&path[k]);
        let mut p: Vec<_> = g.iter().map(|g| -g).collect();
        // Twice, because the first time leaves rounding.
        for _ in 0..2 {
            for (q, a_q) in &directions {
                axpy(-dot(&p, a_q) / dot(q, a_q), q, &mut p);
            }
        }
        let a_p = a_times(&p);
        let mut w = path[k].clone();
        axpy(-dot(&g, &p) / dot(&p, &a_p), &p, &mut w);
        directions.push((p, a_p));
        path.push(w);
    }
    path
}

/// Steps of linear conjugate gradients until ‖∇E‖ is at most `share` of the start's.
fn steps_of_conjugate_gradients(valley: &Tilted, start: &[f64], share: f64) -> u64 {
    let origin = vec![0.0; start.len()];
    let a = HessianAt { problem: &valley.quadratic, x: &origin };
    // Ax = −Aw₀ for x = w − w₀.
    let mut b = origin.clone();
    valley.quadratic.hessian_vector(&origin, start, &mut b);
    let until = Until { relative_residual: share, ..Until::default() };
    let solved = ConjugateGradients::default()
        .solve(&a, &b, &origin, until, &mut Allowance::evaluations(1000))
        .expect("the numbers are finite");
    solved.state.iterations()
}

/// The same of a method that minimizes.
fn steps_until<'p, M: Method<Counted<'p, Quadratic>>>(valley: &'p Tilted, method: &M, start: &[f64]) -> u64 {
    let stop = Stop { relative_gradient: NEAR, ..Stop::default() };
    let run = minimize(&valley.quadratic, method, start, stop, thalweg_driver::silent)
        .expect("settings and start are constants");
    run.steps
}

/// The farthest that iterates are apart, as a share of the first one's size.
fn apart(one: &[Vec<f64>], other: &[Vec<f64>]) -> f64 {
    let size = norm(&one[0]);
    largest(one.iter().zip(other).map(|(a, b)| norm(&difference(a, b)) / size))
}

fn points<S: State>(states: &[S]) -> Vec<Vec<f64>> {
    states.iter().map(|state| state.x().to_vec()).collect()
}

/// The largest element of H − A⁻¹ over the largest eigenvalue of A⁻¹, which is 1.
fn off_the_inverse(valley: &Tilted, state: &BfgsState) -> f64 {
    let inverse: Vec<_> = valley.eigenvalues.iter().map(|lambda| 1.0 / lambda).collect();
    let inverse = Tilted::along(inverse, valley.eigenvectors.clone());
    let learned = state.inverse_hessian().unwrap_or_default();
    largest(learned.iter().zip(&inverse.matrix).map(|(h, a)| h - a))
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// ‖Hy − s‖/‖s‖ for the H of a state.
fn off_along(state: &BfgsState, s: &[f64], y: &[f64]) -> f64 {
    let mut h_y = vec![f64::NAN; s.len()];
    matrix_vector(state.inverse_hessian().unwrap_or_default(), y, &mut h_y);
    norm(&difference(&h_y, s)) / norm(s)
}

/// The largest ‖Hy − s‖/‖s‖ of all steps, with the H that has learned from the step.
fn off_the_secant(states: &[BfgsState]) -> f64 {
    largest(states.windows(2).map(|pair| {
        let s = difference(&pair[1].point.x, &pair[0].point.x);
        let y = difference(&pair[1].point.gradient, &pair[0].point.gradient);
        off_along(&pair[1], &s, &y)
    }))
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_quadratics(&mut findings);
    check_costs(&mut findings);
    check_one_variable(&mut findings);
    check_superlinear(&mut findings);
    check_memory(&mut findings);
    findings.figures.push(figure::cliffs());
    findings
}

fn check_quadratics(findings: &mut Findings) {
    let mut table = Table::new(
        "quadratics, exact searches: steps to 1e-10 of the gradient; without rounding n would do for all",
        &[
            "n, κ",
            "BFGS",
            "L-BFGS, m = n",
            "L-BFGS, m = 1",
            "nonlinear conjugate gradients",
            "conjugate gradients",
        ],
    );
    for n in SIZES {
        for kappa in CONDITION_NUMBERS {
            let (valley, start) = valley(n, kappa);
            let states = follow(&valley.quadratic, &exact_bfgs(), &start, n);
            let path = points(&states);
            let gradient = |k: usize| norm(&states[k].point.gradient) / norm(&states[0].point.gradient);
            let (end, inverse) = (gradient(n), off_the_inverse(&valley, &states[n]));
            let full = exact_lbfgs(n);
            findings.near(
                format!("gradient at step n over the start's, n = {n}, κ = {kappa}"),
                "0: the n-th step of n conjugate directions arrives",
                0.0,
                end,
                Tolerance::Absolute(1e-12),
                "κ times the rounding of each of n steps, 1e-14, with as much to spare",
            );
            findings.near(
                format!("largest element of Hₙ − A⁻¹ over 1/λ_min, n = {n}, κ = {kappa}"),
                "0: n independent pairs with Hy = s leave no other matrix",
                0.0,
                inverse,
                Tolerance::Absolute(1e-12),
                "as the gradient",
            );
            for (name, path_there) in [
                ("BFGS from that of conjugate directions", conjugate_directions(&valley, &start, n)),
                ("BFGS from that of L-BFGS with m = n", points(&follow(&valley.quadratic, &full, &start, n))),
            ] {
                findings.near(
                    format!("farthest iterate of {name} over ‖w₀‖, n = {n}, κ = {kappa}"),
                    "0: the same directions, and the same exact steps",
                    0.0,
                    apart(&path, &path_there),
                    Tolerance::Absolute(1e-11),
                    "a direction is right to κ roundings, and each turns the next: κ times n times 1e-16, with 2 digits to spare",
                );
            }
            findings.near(
                format!("Hy off s at any step, n = {n}, κ = {kappa}"),
                "0: the secant equation",
                0.0,
                off_the_secant(&states),
                Tolerance::Absolute(1e-11),
                "some roundings of Hy, whose terms are up to κ times s, and of s, which is a small difference of iterates",
            );
            table.row([
                format!("{n}, {kappa}"),
                steps_until(&valley, &exact_bfgs(), &start).to_string(),
                steps_until(&valley, &full, &start).to_string(),
                steps_until(&valley, &exact_lbfgs(1), &start).to_string(),
                steps_until(&valley, &exact_gradients(), &start).to_string(),
                steps_of_conjugate_gradients(&valley, &start, NEAR).to_string(),
            ]);
            check_short_memories(findings, &valley, &start, kappa);
        }
    }
    findings.tables.push(table);
}

/// With exact searches the last pair, or the last direction, is all that conjugacy needs; with rounding only in round valleys.
fn check_short_memories(findings: &mut Findings, valley: &Tilted, start: &[f64], kappa: f64) {
    if kappa > CONDITION_NUMBERS[0] {
        return;
    }
    let n = start.len();
    let exact = conjugate_directions(valley, start, n);
    let gradients = exact_gradients();
    for (name, path) in [
        ("L-BFGS with m = 1", points(&follow(&valley.quadratic, &exact_lbfgs(1), start, n))),
        ("nonlinear conjugate gradients", points(&follow(&valley.quadratic, &gradients, start, n))),
    ] {
        findings.near(
            format!(
                "farthest iterate of {name} from that of conjugate directions over ‖w₀‖, n = {n}, κ = {kappa}"
            ),
            "0: all of them are conjugate gradients",
            0.0,
            apart(&exact, &path),
            Tolerance::Absolute(1e-9),
            "what conjugacy has lost grows with every step, by up to κ, and stays small for κ = 10 only",
        );
    }
}

/// What 20 steps ask for.
fn check_costs(findings: &mut Findings) {
    const N: usize = 20;
    let mixed = Mixed::<N>::new(100.0);
    let start = mixed.start(&[0.5; N]);
    let run = minimize(&mixed, &bfgs(), &start, Stop::after(20), thalweg_driver::silent)
        .expect("settings and start are constants");
    let counts = run.counts;
    findings.words(
        "products and Hessians of 20 steps of BFGS with n = 20",
        "none",
        "0 and 0",
        format_args!("{} and {}", counts.hessian_vectors, counts.hessians),
    );
    findings.at_most(
        "gradients, products and Hessians of 20 steps of BFGS with n = 20",
        "two for every step and one for the start, against 1 + 20 · 21 with a Hessian by differences at every step",
        41.0,
        counts.total() as f64,
        0.0,
        "a search that begins with α = 1 mostly ends there",
    );
}

/// With α = 1 in one variable H is s/y, and BFGS is the secant method.
fn check_one_variable(findings: &mut Findings) {
    let errors = secant_run();
    let (mut before, mut now) = (errors[0], errors[1]);
    let mut off = Vec::new();
    for measured in &errors[2..] {
        (before, now) = (now, now - expm1(now) * (now - before) / (expm1(now) - expm1(before)));
        off.push(measured - now);
    }
    findings.near(
        "farthest of 7 steps on eʷ − w from the secant method's",
        "w⁺ = w − E′(w)(w − w₋)/(E′(w) − E′(w₋))",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-14),
        "differences of slopes lose digits, but what they multiply is as small",
    );
    let order = |k: usize| ln((errors[k] / errors[k - 1]).abs()) / ln((errors[k - 1] / errors[k - 2]).abs());
    findings.near(
        "order of BFGS with α = 1 on eʷ − w, from the last three errors above 1e-13",
        "(1 + √5)/2: e⁺ = ½ e e₋",
        0.5 * (1.0 + 5.0_f64.sqrt()),
        order(errors.iter().rposition(|e| e.abs() > 1e-13).unwrap_or(2)),
        Tolerance::Absolute(0.05),
        "quotients of successive Fibonacci numbers, 21/13 and the like, are that near, and ½ has terms of the order of e",
    );
}

/// w₀ = 1, a first step of length ½, and 7 of the secant method.
fn secant_run() -> Vec<f64> {
    let method = Bfgs { first_length: FirstLength::Absolute(0.5), ..Bfgs::with(Fixed::default()) };
    follow(&EXPONENTIAL, &method, &[1.0], 8).iter().map(|state| state.point.x[0]).collect()
}

/// The function that is neither quadratic nor in one variable.
const MIXED: usize = 6;
const KAPPA: f64 = 100.0;
/// An error below which rounding is not far.
const SMALL: f64 = 1e-8;

fn mixed() -> (Mixed<MIXED>, Vec<f64>) {
    let mixed = Mixed::new(KAPPA);
    let start = mixed.start(&[1.0, -0.7, 0.5, -0.2, 0.8, 0.1]);
    (mixed, start)
}

/// Distance from the minimum in u at every step of BFGS with its defaults, and how far H is off along each step:
/// ‖Hy − s‖/‖s‖ with the H that the step was taken by.
fn superlinear_run(steps: usize) -> (Vec<f64>, Vec<f64>) {
    let (mixed, start) = mixed();
    let states = follow(&mixed, &bfgs(), &start, steps);
    let off = states.windows(2).skip(1).map(|pair| {
        let s = difference(&pair[1].point.x, &pair[0].point.x);
        let y = difference(&pair[1].point.gradient, &pair[0].point.gradient);
        off_along(&pair[0], &s, &y)
    });
    (states.iter().map(|state| norm(&mixed.mix(state.x()))).collect(), off.collect())
}

fn check_superlinear(findings: &mut Findings) {
    let (errors, off) = superlinear_run(35);
    let end = errors.iter().position(|e| *e < SMALL).unwrap_or(errors.len() - 1);
    let rate = (KAPPA.sqrt() - 1.0) / (KAPPA.sqrt() + 1.0);
    findings.at_most(
        "share of the error that the last 6 steps before 1e-8 leave, eʷ − w mixed in 6 variables, κ = 100",
        "((√κ − 1)/(√κ + 1))⁶, the best that a method with fixed coefficients does",
        powi(rate, MIXED as u64),
        errors[end] / errors[end - MIXED],
        0.0,
        "nothing is tolerated",
    );
    // Of the H along the last of these steps against the H along the first: the theorem's own quantity.
    let mean = |k: usize| off[k..k + MIXED].iter().sum::<f64>() / MIXED as f64;
    findings.at_most(
        "how far H is off along a step, mean of the last 6, over that of 6 in the middle",
        "falls to 0, if and only if the error falls superlinearly (Dennis and Moré)",
        0.5,
        mean(end - MIXED - 1) / mean(end / 2 - MIXED / 2),
        0.0,
        "the theorem names no rate: that it has halved is what is asked for",
    );
}

/// With m pairs L-BFGS is BFGS until there are more than m: x₀ … x_{m+1} are the same.
fn check_memory(findings: &mut Findings) {
    for memory in MEMORIES {
        let apart = beside_bfgs(memory);
        let first = apart.iter().position(|apart| *apart > 1e-6).map_or("none".to_owned(), |k| k.to_string());
        findings.words(
            format!("first iterate of L-BFGS with m = {memory} that is not that of BFGS, chained Rosenbrock in 10 variables"),
            "m + 2: it is the first for which a pair is missing",
            memory + 2,
            first,
        );
    }
    // H is positive definite wherever it goes, and the Hessian is not.
    let (chain, start) = chain(10);
    let start: Vec<_> = start.iter().map(|w| 0.2 * w).collect();
    let states = follow(&chain, &bfgs(), &start, 25);
    let (mut learned, mut true_ones) = (0, 0);
    for state in &states[1..] {
        let inverse = DMatrix::from_row_slice(10, 10, state.inverse_hessian().unwrap_or_default());
        let mut hessian = DMatrix::zeros(10, 10);
        hessian_by_products(&chain, state.x(), &mut hessian);
        let is_positive = |matrix: &DMatrix<f64>| {
            Eigen::new(matrix).is_ok_and(|eigen| eigen.check_positive_definite().is_ok())
        };
        learned += usize::from(is_positive(&inverse));
        true_ones += usize::from(is_positive(&hessian));
    }
    findings.words(
        "of 25 steps on chained Rosenbrock in 10 variables, those after which H is positive definite",
        "all: sᵀy > 0 for every step that a search with Wolfe's conditions accepts",
        25,
        learned,
    );
    findings.at_most(
        "of the same steps, those after which the Hessian itself is positive definite",
        "not all of them",
        24.0,
        true_ones as f64,
        0.0,
        "it is a count",
    );

    let mut table = Table::new(
        "L-BFGS on Rosenbrock's function in 20 variables, evaluations to 1e-8 of the gradient: median of 21 starts [95 %]",
        &["m", "one chain", "ten pairs side by side"],
    );
    let mut chains = Vec::new();
    for memory in [1, 2, 3, 5, 10, 20, 40] {
        let [chain, pairs] = evaluations(memory);
        let cell = |runs: &Repeated| {
            let (low, high) = runs.median_interval();
            format!("{} [{}, {}]", runs.quantile(0.5), low, high)
        };
        table.row([memory.to_string(), cell(&chain), cell(&pairs)]);
        chains.push(chain);
    }
    findings.tables.push(table);
    findings.at_most(
        "highest that the median with m = 20 may be over the lowest that the one with m = 1 may be, one chain",
        "below 1: more memory, fewer evaluations",
        1.0,
        chains[5].median_interval().1 / chains[0].median_interval().0,
        0.0,
        "the intervals are those of 95 %",
    );
}

const MEMORIES: [usize; 3] = [3, 5, 8];

fn chain(n: usize) -> (Rosenbrock, Vec<f64>) {
    let chain = Rosenbrock::chained(n).expect("2 variables or more");
    let start = chain.start();
    (chain, start)
}

/// How far the iterates of L-BFGS with H₀ = I are from those of BFGS with the same, for 14 steps.
fn beside_bfgs(memory: usize) -> Vec<f64> {
    const STEPS: usize = 14;
    let (chain, start) = chain(10);
    let whole = points(&follow(&chain, &Bfgs { initial: InitialScale::Unscaled, ..bfgs() }, &start, STEPS));
    let method = Lbfgs { memory, initial: ScaledIdentity::Unscaled, first_length: UNIT, ..Lbfgs::default() };
    let short = points(&follow(&chain, &method, &start, STEPS));
    let size = norm(&start);
    whole.iter().zip(&short).map(|(a, b)| norm(&difference(a, b)) / size).collect()
}

/// Evaluations of L-BFGS from 21 starts: on one chain of 20 variables, from within [0, 2]ⁿ, and on ten pairs, from around the
/// standard start.
fn evaluations(memory: usize) -> [Repeated; 2] {
    const N: usize = 20;
    const STARTS: usize = 21;
    let (chain, _) = chain(N);
    let pairs = Rosenbrock::extended(N).expect("an even number");
    let method = Lbfgs { memory, first_length: UNIT, ..Lbfgs::default() };
    let taken = |problem: &Rosenbrock, start: &[f64]| {
        let run = minimize(problem, &method, start, Stop::default(), thalweg_driver::silent)
            .expect("settings and start are constants");
        run.reason.is_converged().then(|| run.counts.total() as f64)
    };
    let mut draws = Draws::from_seed(1);
    let outcomes: Vec<_> = (0..STARTS)
        .map(|_| {
            let around: Vec<_> = pairs.start().iter().map(|w| w + 0.2 * draws.signed_unit()).collect();
            let within: Vec<_> = (0..N).map(|_| 2.0 * draws.unit()).collect();
            [taken(&chain, &within), taken(&pairs, &around)]
        })
        .collect();
    [0, 1].map(|which| Repeated::new(outcomes.iter().map(|outcome| outcome[which])))
}

//! R46: Levenberg and Marquardt's method: the Hessian from Jacobians, and what loading its diagonal does.

mod figure;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_numerics::{atan, dot, ln, matrix_vector, norm, powi, sin, tanh};
use thalweg_objectives::classic::Rosenbrock;
use thalweg_problem::{Allowance, Counted, LeastSquares, Method, Objective, State};
use thalweg_second_order::{
    DiagonalLoading, DiagonalLoadingState, GaussNewton, LevenbergMarquardt, Linearization, LoadingRule,
    from_residuals,
};

use crate::descend::largest;
use crate::draws::Draws;
use crate::figure::spaced;
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "diagonal-loading-leads-from-gauss-newton-to-the-gradient",
    number: 46,
    slides: Slides(&[(95, 95)]),
    chapter: Chapter::Hessian,
    claim: "Levenberg-Marquardt estimates the Hessian from Jacobians, and diagonal-loads it to ensure positive definiteness.",
    correction: None,
    source: "p(λ) = −(JᵀJ + λI)⁻¹Jᵀr has the length √Σ (vᵢᵀg)²/(σᵢ² + λ)², which falls with λ, and turns from Gauss and \
             Newton's step to −g (Levenberg 1944, Marquardt 1963); near r = 0, e⁺ = λ(JᵀJ)⁻¹e + O(e²), so that λ = c‖r‖ \
             squares the error (Fan and Yuan 2005)",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/second-order/src/least_squares/diagonal_loading.rs",
        "crates/second-order/src/least_squares/levenberg_marquardt.rs",
        "crates/second-order/src/least_squares/gauss_newton.rs",
        "crates/second-order/src/least_squares/linearization.rs",
    ],
    run,
    full: None,
};

const START: [f64; 2] = [-1.2, 1.0];
/// Hidden units of the network that is fitted, its weights, and the points of the curve.
const HIDDEN: usize = 8;
const WEIGHTS: usize = 3 * HIDDEN + 1;
const POINTS: usize = 20;

/// A network with one input, 8 hidden units and one output at 20 points of a sine.
fn sine_fit() -> impl LeastSquares {
    let inputs: Vec<_> = spaced(-3.0, 3.0, POINTS as u32).collect();
    let hidden = |w: &[f64], j: usize, t: f64| tanh(w[j] * t + w[HIDDEN + j]);
    let there = inputs.clone();
    from_residuals(
        WEIGHTS,
        POINTS,
        move |w, r| {
            for (r, &t) in r.iter_mut().zip(&inputs) {
                let sum = (0..HIDDEN).fold(w[3 * HIDDEN], |sum, j| sum + w[2 * HIDDEN + j] * hidden(w, j, t));
                *r = sum - sin(t);
            }
        },
        move |w, jacobian| {
            for (i, &t) in there.iter().enumerate() {
                for j in 0..HIDDEN {
                    let h = hidden(w, j, t);
                    let inner = w[2 * HIDDEN + j] * (1.0 - h * h);
                    jacobian[i + POINTS * j] = inner * t;
                    jacobian[i + POINTS * (HIDDEN + j)] = inner;
                    jacobian[i + POINTS * (2 * HIDDEN + j)] = h;
                }
                jacobian[i + POINTS * 3 * HIDDEN] = 1.0;
            }
        },
    )
}

fn weights() -> Vec<f64> {
    let mut draws = Draws::from_seed(46);
    (0..WEIGHTS).map(|_| draws.signed_unit()).collect()
}

/// JᵀJ and g = Jᵀr.
fn normal_equations<P: LeastSquares>(problem: &P, w: &[f64]) -> (DMatrix<f64>, Vec<f64>) {
    let (n, m) = (w.len(), problem.residual_count());
    let (mut r, mut jacobian) = (vec![0.0; m], vec![0.0; m * n]);
    problem.residuals_jacobian(w, &mut r, &mut jacobian);
    let column = |j: usize| &jacobian[m * j..m * (j + 1)];
    (DMatrix::from_fn(n, n, |i, j| dot(column(i), column(j))), (0..n).map(|j| dot(column(j), &r)).collect())
}

/// p(λ), by the method's own solver.
fn step<P: LeastSquares>(problem: &P, w: &[f64], lambda: f64) -> Vec<f64> {
    let model = Linearization::at(problem, w).expect("the point is finite");
    let mut step = vec![f64::NAN; w.len()];
    model.damped_step(lambda, &vec![1.0; w.len()], &mut step).expect("λ is 0 or more");
    step
}

/// The states of a run: at the start, and after every step until the method ends or `steps` are taken.
fn states<P: LeastSquares, M: Method<P>>(
    problem: &P,
    method: &M,
    start: &[f64],
    steps: usize,
) -> Vec<M::State> {
    let mut states = vec![method.init(problem, start).expect("settings and start are constants")];
    let mut allow = Allowance::evaluations(10_000);
    for k in 0..steps {
        let mut state = states[k].clone();
        if method.step(problem, &mut state, &mut allow).is_err() {
            break;
        }
        states.push(state);
    }
    states
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_steps(&mut findings);
    check_positive_definite(&mut findings);
    check_two_steps(&mut findings);
    check_orders(&mut findings);
    check_runs(&mut findings);
    findings.figures.push(figure::what_loading_does());
    findings
}

/// What λ does to a step.
fn check_steps(findings: &mut Findings) {
    let sine = sine_fit();
    let mut table = Table::new(
        "the step from (−1.2, 1) on Rosenbrock's function",
        &["λ", "‖p‖, predicted", "‖p‖", "angle to −∇E, degrees"],
    );
    let (mut off, mut residuals, mut rises, mut angles) = (Vec::new(), Vec::new(), 0, Vec::new());
    let mut examine =
        |problem: &dyn Fn(f64) -> Vec<f64>, matrix: &DMatrix<f64>, g: &[f64], is_shown: bool| {
            let eigen = Eigen::new(matrix).expect("JᵀJ is symmetric and finite");
            let scale = eigen.values()[g.len() - 1];
            let mut last = f64::INFINITY;
            for lambda in log_spaced(1e-6, 1e8, 15).into_iter().map(|share| share * scale) {
                let p = problem(lambda);
                let predicted = (0..g.len())
                    .map(|i| dot(eigen.vector(i), g) / (eigen.values()[i] + lambda))
                    .collect::<Vec<_>>();
                off.push(norm(&p) / norm(&predicted) - 1.0);
                let mut left = vec![0.0; g.len()];
                matrix_vector(matrix.as_slice(), &p, &mut left);
                let left: Vec<_> = left.iter().zip(&p).zip(g).map(|((a, p), g)| a + lambda * p + g).collect();
                residuals.push(norm(&left) / norm(g));
                rises += usize::from(norm(&p) >= last);
                last = norm(&p);
                // The sine from the cross product: 1 − cos² would cancel.
                let along = dot(&p, g) / dot(g, g);
                let across: Vec<_> = p.iter().zip(g).map(|(p, g)| p - along * g).collect();
                let sine = norm(&across) / norm(&p);
                if is_shown {
                    table.row([
                        significant(lambda, 3),
                        significant(norm(&predicted), 5),
                        significant(norm(&p), 5),
                        significant(atan(sine / (-along * norm(g) / norm(&p))).to_degrees(), 3),
                    ]);
                }
                angles.push((lambda / scale, sine));
            }
        };
    let (matrix, g) = normal_equations(&Rosenbrock::default(), &START);
    examine(&|lambda| step(&Rosenbrock::default(), &START, lambda), &matrix, &g, true);
    let w = weights();
    let (matrix, g) = normal_equations(&sine, &w);
    examine(&|lambda| step(&sine, &w, lambda), &matrix, &g, false);
    findings.tables.push(table);

    findings.near(
        "left side minus right side of (JᵀJ + λI)p = −g over ‖g‖, largest of 30 λ on two problems",
        "0: p solves it, and JᵀJ is never formed on the way",
        0.0,
        largest(residuals),
        Tolerance::Absolute(1e-11),
        "JᵀJ has rounding of 1e-16, which p of the size 1/λ, λ ≥ 1e-6, multiplies by up to 1e6 at most; 1e-13 is usual",
    );
    findings.near(
        "‖p‖ off its formula, as a share of it, largest of the same",
        "√Σ (vᵢᵀg)²/(σᵢ² + λ)², by the eigenvalues σᵢ² of JᵀJ",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-8),
        "eigenvalues are right to 1e-16 of the largest, and λ is down to 1e-6 of it",
    );
    findings.words(
        "of 28 rises of λ, those after which the step is not shorter",
        "none: every term of the sum falls",
        0,
        rises,
    );
    let flattest = angles.iter().filter(|(share, _)| *share > 1e7).map(|(_, sine)| *sine);
    findings.at_most(
        "sine of the angle between p and −g at λ = 10⁸ times the largest σ², both problems",
        "σ²/λ = 1e-8: p = −g/λ + O(1/λ²)",
        1e-8,
        largest(flattest),
        1e-12,
        "rounding of 1e-16 with much to spare",
    );
}

/// JᵀJ of 20 points is singular for 25 weights; loaded it is not.
fn check_positive_definite(findings: &mut Findings) {
    let (matrix, _) = normal_equations(&sine_fit(), &weights());
    let eigen = Eigen::new(&matrix).expect("JᵀJ is symmetric and finite");
    let largest_eigenvalue = eigen.values()[WEIGHTS - 1];
    let positive = |loading: f64| {
        let loaded =
            DMatrix::from_fn(WEIGHTS, WEIGHTS, |i, j| matrix[(i, j)] + if i == j { loading } else { 0.0 });
        let eigen = Eigen::new(&loaded).expect("it is symmetric and finite");
        eigen.values().iter().filter(|value| **value > 1e-13 * largest_eigenvalue).count()
    };
    findings.at_most(
        "positive eigenvalues of JᵀJ, 20 points and 25 weights",
        "the rank of J is at most the number of points",
        POINTS as f64,
        positive(0.0) as f64,
        0.0,
        "it is a count, of eigenvalues above 1e-13 of the largest",
    );
    findings.words(
        "positive eigenvalues of JᵀJ + λI with λ = 1e-6 of the largest",
        "σᵢ² + λ ≥ λ for all 25",
        WEIGHTS,
        positive(1e-6 * largest_eigenvalue),
    );
}

/// Without loading: Gauss and Newton's two steps on Rosenbrock's function.
fn check_two_steps(findings: &mut Findings) {
    let run = states(&Rosenbrock::default(), &GaussNewton::default(), &START, 2);
    let value = |k: usize| run[k].value().unwrap_or(f64::NAN);
    findings.near(
        "E after one step of Gauss–Newton from (−1.2, 1), where it was 24.2",
        "100(1 − w₁)⁴: the linear residual is 0 at once, the other is −10(1 − w₁)²",
        100.0 * powi(1.0 - START[0], 4),
        value(1),
        Tolerance::Relative(1e-13),
        "a few roundings",
    );
    findings.near(
        "E after two",
        "0: there w₁ = 1, and what is left is linear in w₂",
        0.0,
        value(2),
        Tolerance::Absolute(1e-24),
        "the square of 10 roundings of 3.84 times 10",
    );
}

/// Distances from (1, 1).
fn distances(run: &[DiagonalLoadingState]) -> Vec<f64> {
    run.iter().map(|state| norm(&[state.x()[0] - 1.0, state.x()[1] - 1.0])).collect()
}

const NEAR_BY: [f64; 2] = [1.0006, 1.0008];

fn squaring() -> Vec<DiagonalLoadingState> {
    let rule = LoadingRule::Residuals { factor: 1.0 };
    states(&Rosenbrock::default(), &DiagonalLoading { rule, ..DiagonalLoading::default() }, &[1.05, 1.05], 12)
}

fn dividing() -> Vec<DiagonalLoadingState> {
    states(&Rosenbrock::default(), &DiagonalLoading::default(), &NEAR_BY, 7)
}

fn check_orders(findings: &mut Findings) {
    let errors = distances(&squaring());
    let within: Vec<_> = errors.windows(2).filter(|e| e[0] < 1e-2 && e[1] > 1e-12).collect();
    let order = match within[..] {
        [.., before, last] => ln(last[1] / last[0]) / ln(before[1] / before[0]),
        _ => f64::NAN,
    };
    findings.near(
        "order with λ = ‖r‖ on Rosenbrock's function, from the last errors between 1e-2 and 1e-12",
        "2: λ times ‖e‖ is of the order of ‖e‖²",
        2.0,
        order,
        Tolerance::Absolute(0.2),
        "from three errors, whose direction still turns towards the flat one",
    );
    let errors = distances(&dividing());
    let ratios: Vec<_> = errors.windows(2).map(|e| e[1] / e[0]).collect();
    // A run that ends early has no fifth one, and then nothing agrees.
    let ratio = |k: usize| ratios.get(k).copied().unwrap_or(f64::NAN);
    findings.near(
        "with λ ← λ/10: the fifth ratio of successive errors over the fourth",
        "1/10: e⁺ = λ(JᵀJ + λI)⁻¹e, so the order falls towards 1",
        0.1,
        ratio(4) / ratio(3),
        Tolerance::Absolute(0.01),
        "λ over the least σ² is 0.005 by then, and the squares of the errors are 1e-3 of them",
    );
}

/// Whole runs.
fn check_runs(findings: &mut Findings) {
    let valley = Rosenbrock::default();
    let mut table = Table::new(
        "Rosenbrock's function from (−1.2, 1), to 1e-8 of the gradient",
        &["method", "steps", "evaluations of r", "of r and J", "E is highest at"],
    );
    let squares =
        DiagonalLoading { rule: LoadingRule::Residuals { factor: 1.0 }, ..DiagonalLoading::default() };
    let nielsen = DiagonalLoading { rule: LoadingRule::Nielsen, ..DiagonalLoading::default() };
    let mut row = |name: &str, (steps, residuals, jacobians, highest): (u64, u64, u64, f64)| {
        table.row([
            name.to_owned(),
            steps.to_string(),
            residuals.to_string(),
            jacobians.to_string(),
            significant(highest, 6),
        ]);
        if name != "Gauss–Newton" {
            findings.near(
                format!("highest E of a run by {name}"),
                "that of the start: a step is taken only if it leads down",
                valley.value(&START),
                highest,
                Tolerance::Relative(1e-14),
                "a few roundings of E at the start",
            );
        }
    };
    row("Gauss–Newton", summary(&valley, &GaussNewton::default(), &START));
    row("λ/10 or 10λ", summary(&valley, &DiagonalLoading::default(), &START));
    row("λ = ‖r‖", summary(&valley, &squares, &START));
    row("Nielsen's λ", summary(&valley, &nielsen, &START));
    row("Moré's trust region", summary(&valley, &LevenbergMarquardt::default(), &START));
    findings.tables.push(table);

    let sine = sine_fit();
    let fitted = states(&sine, &LevenbergMarquardt::default(), &weights(), 60);
    let loaded = states(&sine, &DiagonalLoading::default(), &weights(), 60);
    let more: Vec<_> = fitted.iter().filter_map(State::value).collect();
    let simple: Vec<_> = loaded.iter().filter_map(State::value).collect();
    let rises = |values: &[f64]| values.windows(2).filter(|pair| pair[1] > pair[0]).count();
    findings.words(
        "steps that raise the loss of the network, Moré's and diagonal loading",
        "none",
        "0 and 0",
        format_args!("{} and {}", rises(&more), rises(&simple)),
    );
    let mut table = Table::new(
        "a 1-8-1 network at 20 points of a sine, ½‖r‖² = 1e-2 … 1e-8: steps",
        &["½‖r‖² below", "Moré's trust region", "λ/10 or 10λ"],
    );
    for power in [2_u64, 3, 4, 5] {
        let bound = 1.0 / powi(10.0, power);
        let first = |values: &[f64]| {
            values.iter().position(|value| *value < bound).map_or("not in 60".to_owned(), |k| k.to_string())
        };
        table.row([significant(bound, 1), first(&more), first(&simple)]);
    }
    findings.tables.push(table);
}

/// Steps, evaluations of residuals, of residuals and Jacobians, and the highest E of a run.
fn summary<'p, M>(problem: &'p Rosenbrock, method: &M, start: &[f64]) -> (u64, u64, u64, f64)
where
    M: Method<Counted<'p, Rosenbrock>>,
{
    let mut highest = f64::NEG_INFINITY;
    let run = minimize(problem, method, start, Stop::default(), |record| {
        highest = highest.max(record.value.unwrap_or(f64::NAN));
        silent(record)
    })
    .expect("settings and start are constants");
    (run.steps, run.counts.residuals, run.counts.jacobians, highest)
}

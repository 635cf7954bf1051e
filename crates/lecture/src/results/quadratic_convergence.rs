//! R40: Newton's method fits a quadratic, jumps to its minimum, and so squares the error.

mod figure;

use thalweg_first_order::GradientDescent;
use thalweg_hessian::{ByProducts, TwiceDifferentiable};
use thalweg_numerics::{exp, expm1, ln, norm, powi};
use thalweg_objectives::{LogBarrier, LogCosh};
use thalweg_problem::Curved;
use thalweg_second_order::Newton;

use crate::curve::{EXPONENTIAL, QUARTIC, TWO_WELLS};
use crate::descend::largest;
use crate::draws::Draws;
use crate::mixed::Mixed;
use crate::number::significant;
use crate::walk::{path_of, steps_until};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "newton-squares-the-error",
    number: 40,
    slides: Slides(&[(81, 91)]),
    chapter: Chapter::Hessian,
    claim: "Newton's method is iterated localized optimization: fit a quadratic at each point, find the minimum of that \
            quadratic, and repeat.",
    correction: None,
    source: "w⁺ − w* = O(‖w − w*‖²) where the Hessian is invertible and Lipschitz (Kantorovich 1948): on w − ln w the error \
             1 − w is squared exactly, on eʷ − w it becomes half its square, on ln cosh w two thirds of its cube",
    errata: &[
        Erratum {
            slides: Slides(&[(81, 81)]),
            flag: Flag::Imprecise,
            printed: "Fit a quadratic at each point and find the minimum of that quadratic.",
            correct: "It has a minimum only where the Hessian is positive definite. Elsewhere the same formula leads to its \
                      maximum or its saddle.",
            measured_by: "E after a step from 0.35 on two wells, above E before it",
        },
        Erratum {
            slides: Slides(&[(81, 91)]),
            flag: Flag::Imprecise,
            printed: "Minimization by Newton’s method: every fit of the animation leads downwards.",
            correct: "The minimum of the fit is no minimum of E, and need not even be lower than where the step began, however \
                      convex E is.",
            measured_by: "E after the first step from -1.2 on eʷ − w, above E before it",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/second-order/src/newton.rs",
        "crates/second-order/src/factorization/indefinite.rs",
    ],
    run,
    full: None,
};

/// Variables of the function that is mixed.
const N: usize = 6;
const CONDITION_NUMBERS: [f64; 3] = [1.0, 100.0, 1e4];
/// A run has arrived once the distance is this share of the start's.
const NEAR: f64 = 1e-9;

fn path<P: TwiceDifferentiable>(problem: &P, start: &[f64], steps: u64) -> Vec<Vec<f64>> {
    path_of(problem, &Newton::default(), start, steps).points
}

/// The same in one variable.
fn walk<P: TwiceDifferentiable>(problem: &P, start: f64, steps: u64) -> Vec<f64> {
    path(problem, &[start], steps).into_iter().map(|w| w[0]).collect()
}

fn barrier() -> ByProducts<LogBarrier> {
    ByProducts(LogBarrier::new(1).expect("one variable"))
}

fn log_cosh() -> ByProducts<LogCosh> {
    ByProducts(LogCosh::new(1).expect("one variable"))
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_the_fit(&mut findings);
    check_squares(&mut findings);
    check_orders(&mut findings);
    check_several_variables(&mut findings);
    check_no_minimum(&mut findings);
    findings.figures.push(figure::fits_and_digits());
    findings
}

/// The model q(s) = ∇E·s + ½sᵀHs of a problem at `w`: its value and its gradient at `s`.
fn model<P: Curved>(problem: &P, w: &[f64], s: &[f64]) -> (f64, Vec<f64>) {
    let (mut gradient, mut product) = (vec![f64::NAN; w.len()], vec![f64::NAN; w.len()]);
    problem.value_gradient(w, &mut gradient);
    problem.hessian_vector(w, s, &mut product);
    let value = (0..s.len()).fold(0.0, |q, i| q + s[i] * (gradient[i] + 0.5 * product[i]));
    (value, gradient.iter().zip(product).map(|(g, p)| g + p).collect())
}

/// The step leads to the minimum of the quadratic with the value, slope and curvatures of E: the slide's own words.
fn check_the_fit(findings: &mut Findings) {
    let mixed = ByProducts(Mixed::<N>::new(100.0));
    let mut draws = Draws::from_seed(81);
    let (mut slopes, mut below) = (Vec::new(), 0);
    const POINTS: usize = 20;
    const AROUND: usize = 20;
    for _ in 0..POINTS {
        let w = mixed.0.start(&[(); N].map(|()| draws.signed_unit()));
        let to = &path(&mixed, &w, 1)[1];
        let step: Vec<_> = to.iter().zip(&w).map(|(to, w)| to - w).collect();
        let (lowest, slope) = model(&mixed, &w, &step);
        slopes.push(norm(&slope) / norm(&model(&mixed, &w, &[0.0; N]).1));
        below += (0..AROUND)
            .filter(|_| {
                let beside: Vec<_> = step.iter().map(|s| s + 0.1 * draws.signed_unit()).collect();
                model(&mixed, &w, &beside).0 > lowest
            })
            .count();
    }
    findings.near(
        "slope of the fitted quadratic where the step leads, as a share of E's, steepest of 20 starts in 6 variables",
        "0: ∇E + Hs = 0",
        0.0,
        largest(slopes),
        Tolerance::Absolute(1e-12),
        "H⁻¹ is right to κ = 400 roundings at most, e⁴ times the 100 of the minimum's",
    );
    findings.words(
        "of 400 points around where the step leads, those where the fitted quadratic is higher",
        "all: H is positive definite",
        POINTS * AROUND,
        below,
    );
}

/// 1 − w⁺ = (1 − w)² on w − ln w.
fn check_squares(findings: &mut Findings) {
    const STEPS: u64 = 6;
    let mut table = Table::new(
        "w − ln w: the error 1 − w",
        &["step", "from 0.3, predicted", "measured", "from 1.7, predicted", "measured "],
    );
    let mut off = Vec::new();
    let columns = [0.3, 1.7].map(|start| {
        let errors: Vec<_> = walk(&barrier(), start, STEPS).iter().map(|w| 1.0 - w).collect();
        let predicted: Vec<_> = (0..=STEPS).map(|k| powi(1.0 - start, 1 << k)).collect();
        off.extend(errors.iter().zip(&predicted).map(|(e, p)| e - p));
        (predicted, errors)
    });
    for k in 0..=STEPS as usize {
        let mut row = vec![k.to_string()];
        for (predicted, errors) in &columns {
            row.push(significant(predicted[k], 4));
            row.push(if errors[k].abs() < 1e-15 { "0".to_owned() } else { significant(errors[k], 4) });
        }
        table.row(row);
    }
    findings.tables.push(table);
    findings.near(
        "error off its formula on w − ln w, farthest of 6 steps from 0.3 and from 1.7",
        "e₀ to the power 2ᵏ",
        0.0,
        largest(off),
        Tolerance::Absolute(2e-15),
        "w is near 1 and right to 2e-16, and a step doubles that while e is near 1",
    );
}

/// How fast the error falls, by three successive ones: ln(e₂/e₁)/ln(e₁/e₀).
fn order(errors: &[f64], last: usize) -> f64 {
    let ratio = |k: usize| ln((errors[k] / errors[k - 1]).abs());
    ratio(last) / ratio(last - 1)
}

/// Orders 2, 3 and 1.
fn check_orders(findings: &mut Findings) {
    // All three have their minimum at 0, so that an iterate is its error.
    let exponential = walk(&EXPONENTIAL, 1.0, 5);
    let mut table = Table::new(
        "errors, from w = 1",
        &["step", "eʷ − w", "next over its square", "ln cosh w", "next over its cube", "¼w⁴", "next over it"],
    );
    let cosh = walk(&log_cosh(), 1.0, 5);
    let quartic = walk(&QUARTIC, 1.0, 5);
    for k in 0..5 {
        let e = [&exponential, &cosh, &quartic].map(|errors| (errors[k], errors[k + 1]));
        table.row([
            k.to_string(),
            significant(e[0].0, 4),
            significant(e[0].1 / (e[0].0 * e[0].0), 4),
            significant(e[1].0, 4),
            significant((e[1].1 / powi(e[1].0, 3)).abs(), 4),
            significant(e[2].0, 4),
            significant(e[2].1 / e[2].0, 4),
        ]);
    }
    findings.tables.push(table);

    let e = exponential[3];
    findings.near(
        "e₄/e₃² on eʷ − w, from w = 1",
        "½ − e₃/6 + e₃²/24, from w⁺ = w − 1 + e⁻ʷ",
        0.5 - e / 6.0 + e * e / 24.0,
        exponential[4] / (e * e),
        Tolerance::Absolute(1e-9),
        "e₄ = 1.6e-6 is right to 2e-16",
    );
    findings.near(
        "e₅/e₄² on eʷ − w, from w = 1",
        "½, as e → 0",
        0.5,
        exponential[5] / (exponential[4] * exponential[4]),
        Tolerance::Absolute(1e-4),
        "e₅ = 1.2e-12 is right to 2e-16, so that four digits are left",
    );
    findings.near(
        "order on eʷ − w, from e₂, e₃ and e₄",
        "2: the Hessian at the minimum is 1",
        2.0,
        order(&exponential, 4),
        Tolerance::Absolute(0.01),
        "ln of e₄/e₃² : e₃/e₂² = 1 + e₂/3 over ln e₃/e₂, which is 0.006",
    );
    let e = cosh[3].abs();
    findings.near(
        "e₄/e₃³ on ln cosh w, from w = 1",
        "−⅔ − 2e₃²/15 − 4e₃⁴/315, from w⁺ = w − ½ sinh 2w",
        -2.0 / 3.0 - 2.0 * e * e / 15.0 - 4.0 * powi(e, 4) / 315.0,
        cosh[4] / powi(cosh[3], 3),
        Tolerance::Absolute(1e-9),
        "the next term is e₃⁶/1418 = 1e-11, and e₄ = 8e-5 right to 1e-17",
    );
    findings.near(
        "order on ln cosh w, from e₃, e₄ and e₅",
        "3: by symmetry the error has no square",
        3.0,
        order(&cosh, 5),
        Tolerance::Absolute(0.01),
        "ln of the ratio of (⅔ + 2e²/15) at e₃ = 0.05 and e₄, over ln e₄/e₃, which is 1e-4",
    );
    let factors = quartic.windows(2).map(|e| e[1] / e[0] - 2.0 / 3.0);
    findings.near(
        "farthest factor of the error from ⅔ in 5 steps on ¼w⁴",
        "1 − 1/(p − 1) on |w|ᵖ: where the curvature at the minimum is 0, nothing is squared",
        0.0,
        largest(factors),
        Tolerance::Absolute(5e-15),
        "20 roundings of numbers below 1",
    );
}

/// Newton's method does not see M: in u = Mw it is the method in one variable, on each uᵢ alone.
fn check_several_variables(findings: &mut Findings) {
    let u0 = [1.0, -0.7, 0.5, -0.2, 0.8, 0.1];
    let recurrence = |steps: usize| {
        let mut u = u0;
        for _ in 0..steps {
            u = u.map(|u| u + expm1(-u));
        }
        u
    };
    let near = NEAR * norm(&u0);
    let predicted = (0..).find(|&k| norm(&recurrence(k)) <= near).unwrap_or_default();
    let mut table = Table::new(
        "Σ eᵘ − u of u = Mw in 6 variables: steps to 1e-9 of the start's distance in u",
        &["κ of the Hessian at the minimum", "Newton, predicted", "Newton", "gradient descent at 1/L"],
    );
    let mut off = Vec::new();
    for kappa in CONDITION_NUMBERS {
        let mixed = ByProducts(Mixed::new(kappa));
        let start = mixed.0.start(&u0);
        let path = path(&mixed, &start, 6);
        let us: Vec<_> = path.iter().map(|w| mixed.0.mix(w)).collect();
        off.extend((0..).zip(&us).flat_map(|(k, u)| (0..N).map(move |i| u[i] - recurrence(k)[i])));
        let steps = us.iter().position(|u| norm(u) <= near).map_or("never".to_owned(), |k| k.to_string());
        findings.words(
            format!("steps of Newton's method to 1e-9, κ = {kappa}"),
            "u⁺ = u − 1 + e⁻ᵘ in every variable, whatever M is",
            predicted,
            &steps,
        );
        // Below u = 1 the curvature of φ is at most e.
        let rate = 1.0 / (exp(1.0) * kappa);
        let plain = steps_until(&mixed.0, GradientDescent, rate, &start, 1_000_000, |record| {
            norm(&mixed.0.mix(record.x)) <= near
        });
        let plain = plain.map_or("never".to_owned(), |k| k.to_string());
        table.row([significant(kappa, 5), predicted.to_string(), steps, plain]);
    }
    findings.tables.push(table);
    findings.near(
        "farthest of any uᵢ from its own run in one variable, 6 steps, every κ",
        "u⁺ = u − 1 + e⁻ᵘ",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-11),
        "H is e²κ = 7e4 to its inverse, which is right to as many roundings",
    );
}

/// Where the slide's words fail.
fn check_no_minimum(findings: &mut Findings) {
    const START: f64 = -1.2;
    let path = walk(&EXPONENTIAL, START, 1);
    let rise = |from: f64| {
        let to = from - 1.0 + exp(-from);
        (EXPONENTIAL.value)(to) - (EXPONENTIAL.value)(from)
    };
    findings.near(
        "E after the first step from -1.2 on eʷ − w, above E before it",
        "E(w − 1 + e⁻ʷ) − E(w)",
        rise(START),
        (EXPONENTIAL.value)(path[1]) - (EXPONENTIAL.value)(START),
        Tolerance::Absolute(1e-14),
        "a few roundings of numbers near 3",
    );
    const WELLS: f64 = 0.35;
    let to = 2.0 * powi(WELLS, 3) / (3.0 * WELLS * WELLS - 1.0);
    findings.near(
        "E after a step from 0.35 on two wells, above E before it",
        "w⁺ = 2w³/(3w² − 1)",
        (TWO_WELLS.value)(to) - (TWO_WELLS.value)(WELLS),
        (TWO_WELLS.value)(walk(&TWO_WELLS, WELLS, 1)[1]) - (TWO_WELLS.value)(WELLS),
        Tolerance::Absolute(1e-15),
        "a few roundings of numbers below 1",
    );
}

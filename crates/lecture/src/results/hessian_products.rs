//! R71: the Hessian that slide 92 calls out of reach, and what a step needs of it.

use std::collections::BTreeSet;

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByDifferences, ByProducts, NormalizedDescent, TwiceDifferentiable};
use thalweg_krylov::{ConjugateGradients, HessianAt, Until};
use thalweg_numerics::{dot, norm, softplus, tanh};
use thalweg_problem::{Allowance, Counted, Curved, Differentiable, Objective};

use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::walk::path_of;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "products-do-instead-of-the-hessian",
    number: 71,
    slides: Slides(&[(92, 92)]),
    chapter: Chapter::Hessian,
    claim: "With only 100,000 parameters the Hessian has 10¹⁰ cross-derivative terms: it is extremely difficult to compute, \
            and even harder to invert.",
    correction: Some(Correction {
        statement: "The count is right, and the matrix takes 80 GB. But a step does not need it: the product of the Hessian \
                    with a vector costs two gradients, and Newton's step can be had from products alone, as many as the \
                    Hessian has distinct eigenvalues at most.",
        refuted_by: "elements of the Hessian over the numbers that Newton's step without it computes, n = 100000",
    }),
    source: "Hv = (∇E(w + tv) − ∇E(w − tv))/2t + O(t²); conjugate gradients solve Hp = −∇E in as many products as H has \
             distinct eigenvalues; the exact product is one pass of the length of a gradient (Pearlmutter 1994)",
    errata: &[
        Erratum {
            slides: Slides(&[(92, 92)]),
            flag: Flag::OverClaim,
            printed: "The Hessian is extremely difficult to compute, and its even harder to invert.",
            correct: "As a matrix. Its product with a vector costs two gradients, by differences or exactly, and H⁻¹∇E is \
                      the solution of a system that takes products only. How many depends on the eigenvalues.",
            measured_by: "gradients that a product by differences costs, n = 100000",
        },
        Erratum {
            slides: Slides(&[(92, 92)]),
            flag: Flag::Imprecise,
            printed: "The Hessian will have 10¹⁰ cross-derivative terms.",
            correct: "10¹⁰ elements, 10⁵ of them second derivatives by one parameter. The others come in pairs that are \
                      equal, so that 5.00005·10⁹ numbers are to be computed.",
            measured_by: "distinct numbers in the Hessian of 100 parameters",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/krylov/src/conjugate_gradients.rs",
        "crates/hessian/src/differences.rs",
        "crates/hessian/src/normalized_descent.rs",
    ],
    run,
    full: None,
};

/// The slide's network, and smaller ones.
const SIZES: [usize; 4] = [100, 1_000, 10_000, PARAMETERS];
const PARAMETERS: usize = 100_000;
/// Bytes of a number.
const BYTES: f64 = 8.0;
/// dᵢ, one after the other.
const CURVATURES: [f64; 3] = [1.0, 3.0, 10.0];
/// Those on each third of the coordinates across u, and those of the three directions that u mixes.
const DISTINCT_EIGENVALUES: u64 = 6;

/// E(w) = ½ Σ dᵢwᵢ² + ln cosh(uᵀw): no element of its Hessian diag(d) + (1 − tanh²(uᵀw)) uuᵀ is 0.
struct Dense {
    d: Vec<f64>,
    u: Vec<f64>,
}

impl Dense {
    fn new(n: usize) -> Self {
        let mut draws = Draws::from_seed(92);
        let u: Vec<_> = (0..n).map(|_| draws.normal()).collect();
        let length = norm(&u);
        let d = CURVATURES.into_iter().cycle().take(n).collect();
        Self { d, u: u.into_iter().map(|u| 2.0 * u / length).collect() }
    }
}

impl Objective for Dense {
    fn dim(&self) -> usize {
        self.d.len()
    }

    fn value(&self, w: &[f64]) -> f64 {
        let along = dot(&self.u, w);
        let bowl = self.d.iter().zip(w).fold(0.0, |e, (d, w)| e + 0.5 * d * w * w);
        bowl + along.abs() + softplus(-2.0 * along.abs()) - std::f64::consts::LN_2
    }
}

impl Differentiable for Dense {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let slope = tanh(dot(&self.u, w));
        for (i, g) in gradient.iter_mut().enumerate() {
            *g = self.d[i] * w[i] + slope * self.u[i];
        }
        self.value(w)
    }
}

impl Curved for Dense {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let slope = tanh(dot(&self.u, w));
        let (curvature, along) = (1.0 - slope * slope, dot(&self.u, v));
        for (i, out) in out.iter_mut().enumerate() {
            // c (uᵢuⱼ), not (c uᵢ) uⱼ: so the columns are symmetric to the last bit.
            *out = self.d[i] * v[i] + curvature * (self.u[i] * along);
        }
    }
}

/// A point at distance 1, where the curvature along u is far from that at 0.
fn start(n: usize) -> Vec<f64> {
    let mut draws = Draws::from_seed(93);
    let w: Vec<_> = (0..n).map(|_| draws.normal()).collect();
    let length = norm(&w);
    w.into_iter().map(|w| w / length).collect()
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_elements(&mut findings);
    check_products(&mut findings);
    check_steps(&mut findings);
    findings.figures.push(figure());
    findings
}

/// Elements that are not 0 in a few columns, each a product with a unit vector.
fn elements_of_columns(dense: &Dense, columns: usize) -> f64 {
    let n = dense.dim();
    let w = start(n);
    let (mut unit, mut column) = (vec![0.0; n], vec![f64::NAN; n]);
    let mut elements = 0;
    for k in 0..columns {
        let j = k * (n / columns);
        unit[j] = 1.0;
        dense.hessian_vector(&w, &unit, &mut column);
        unit[j] = 0.0;
        elements += column.iter().filter(|element| **element != 0.0).count();
    }
    elements as f64 / columns as f64
}

fn check_elements(findings: &mut Findings) {
    let per_column = elements_of_columns(&Dense::new(PARAMETERS), 20);
    findings.near(
        "elements of the Hessian of 100000 parameters that are not 0, from 20 of its columns",
        "n²",
        PARAMETERS as f64 * PARAMETERS as f64,
        per_column * PARAMETERS as f64,
        Tolerance::Absolute(0.0),
        "a count",
    );
    let n = SIZES[0];
    let mut hessian = DMatrix::from_element(n, n, f64::NAN);
    ByProducts(Dense::new(n)).hessian(&start(n), &mut hessian);
    let distinct: BTreeSet<_> = hessian.iter().map(|element| element.to_bits()).collect();
    findings.words(
        "distinct numbers in the Hessian of 100 parameters",
        "n(n + 1)/2: the elements (i, j) and (j, i) are equal, and here nothing else is",
        n * (n + 1) / 2,
        distinct.len(),
    );
    let mut table = Table::new(
        "what there is to store, at 8 bytes a number",
        &["parameters", "elements", "distinct", "the matrix", "a vector"],
    );
    for n in SIZES {
        let elements = n as f64 * n as f64;
        table.row([
            n.to_string(),
            significant(elements, 6),
            significant(0.5 * (elements + n as f64), 6),
            bytes(BYTES * elements),
            bytes(BYTES * n as f64),
        ]);
    }
    findings.tables.push(table);
}

fn bytes(count: f64) -> String {
    let (unit, name) = match count {
        c if c >= 1e9 => (1e9, "GB"),
        c if c >= 1e6 => (1e6, "MB"),
        c if c >= 1e3 => (1e3, "kB"),
        _ => (1.0, "B"),
    };
    format!("{} {name}", significant(count / unit, 3))
}

/// (∇E(w + tv) − ∇E(w − tv))/2t, where no element moves by more than `step` times its size.
fn product_by_differences<P: Differentiable>(
    problem: P,
    w: &[f64],
    v: &[f64],
    step: Option<f64>,
) -> Vec<f64> {
    let mut by_differences = ByDifferences::new(problem);
    by_differences.typical_x = 1.0 / (w.len() as f64).sqrt();
    by_differences.relative_step = step.unwrap_or(by_differences.relative_step);
    let mut product = vec![f64::NAN; w.len()];
    by_differences.hessian_vector(w, v, &mut product);
    product
}

/// A direction of length 1.
fn direction(n: usize) -> Vec<f64> {
    let mut draws = Draws::from_seed(94);
    // Partly along u, for nothing else is curved.
    let v: Vec<_> = Dense::new(n).u.iter().map(|u| u + draws.normal() / (n as f64).sqrt()).collect();
    let length = norm(&v);
    v.into_iter().map(|v| v / length).collect()
}

fn relative_error(measured: &[f64], exact: &[f64]) -> f64 {
    norm(&measured.iter().zip(exact).map(|(m, e)| m - e).collect::<Vec<_>>()) / norm(exact)
}

fn exact_product(dense: &Dense, w: &[f64], v: &[f64]) -> Vec<f64> {
    let mut product = vec![f64::NAN; w.len()];
    dense.hessian_vector(w, v, &mut product);
    product
}

fn check_products(findings: &mut Findings) {
    for n in SIZES {
        let dense = Dense::new(n);
        let (w, v) = (start(n), direction(n));
        let counted = Counted::new(&dense);
        let product = product_by_differences(&counted, &w, &v, None);
        findings.words(
            format!("gradients that a product by differences costs, n = {n}"),
            "one on each side",
            2,
            counted.counts().total(),
        );
        findings.near(
            format!("error of a product by differences, relative, n = {n}"),
            "t²/6 times the third derivative, and ε/t",
            0.0,
            relative_error(&product, &exact_product(&dense, &w, &v)),
            Tolerance::Absolute(1e-9),
            "at the default step, 2⁻¹⁷ of what an element is large, both are near 2⁻³⁴ = 6e-11",
        );
    }
}

/// p with H p = −∇E at `w`, to 1e-10: the products it took, and p.
fn newton_step<P: Curved>(problem: &P, w: &[f64]) -> (u64, Vec<f64>) {
    let mut gradient = vec![f64::NAN; w.len()];
    problem.value_gradient(w, &mut gradient);
    let downhill: Vec<_> = gradient.iter().map(|g| -g).collect();
    let until = Until { relative_residual: 1e-10, ..Until::default() };
    let solved = ConjugateGradients::default()
        .solve(
            &HessianAt { problem, x: w },
            &downhill,
            &vec![0.0; w.len()],
            until,
            &mut Allowance::evaluations(1000),
        )
        .expect("the gradient is finite");
    let products = if solved.ending.is_converged() { solved.state.iterations() } else { u64::MAX };
    (products, solved.state.x().to_vec())
}

fn check_steps(findings: &mut Findings) {
    let mut table = Table::new(
        "Newton's step without the matrix",
        &["parameters", "gradients", "products", "numbers computed by them", "elements of the matrix"],
    );
    for n in SIZES {
        let dense = Dense::new(n);
        let counted = Counted::new(&dense);
        let (products, _) = newton_step(&counted, &start(n));
        findings.words(
            format!("products that Newton's step takes, n = {n}"),
            "the distinct eigenvalues: three of diag(d), three more where u mixes them",
            DISTINCT_EIGENVALUES,
            products,
        );
        let counts = counted.counts();
        let computed = counts.total() as f64 * n as f64;
        let elements = n as f64 * n as f64;
        table.row([
            n.to_string(),
            counts.gradients.to_string(),
            counts.hessian_vectors.to_string(),
            significant(computed, 6),
            significant(elements, 6),
        ]);
        if n == PARAMETERS {
            findings.breaks(
                "elements of the Hessian over the numbers that Newton's step without it computes, n = 100000",
                "1 if the step took the matrix",
                1.0,
                elements / computed,
            );
        }
    }
    findings.tables.push(table);

    // Where the matrix can be had: the same step.
    let n = SIZES[0];
    let (dense, w) = (Dense::new(n), start(n));
    let (_, step) = newton_step(&dense, &w);
    let without: Vec<_> = w.iter().zip(&step).map(|(w, p)| w + p).collect();
    let with = path_of(&ByProducts(&dense), &NormalizedDescent::default(), &w, 1).points;
    findings.near(
        "how far apart Newton's step with the matrix and without it end, n = 100",
        "both solve Hp = −∇E",
        0.0,
        norm(&without.iter().zip(&with[1]).map(|(p, q)| p - q).collect::<Vec<_>>()),
        Tolerance::Absolute(1e-9),
        "the system is solved to 1e-10 of a gradient of length 10 at most, and no eigenvalue is below 1",
    );
}

fn figure() -> Figure {
    let sizes = log_spaced(10.0, 1e6, 11);
    let computed = (1.0 + DISTINCT_EIGENVALUES as f64) * BYTES;
    let memory = Panel::new(
        "Bytes to write for one step",
        Axis::logarithmic("parameters n", 10.0, 1e6),
        Axis::logarithmic("bytes", 1e2, 1e13),
    )
    .dashed(sizes.iter().map(|&n| (n, BYTES * n * n)), Ink::Wrong)
    .dashed(sizes.iter().map(|&n| (n, computed * n)), Ink::Series(0))
    .dots(SIZES.map(|n| n as f64).map(|n| (n, BYTES * n * n)), Ink::Wrong)
    .dots(
        SIZES.map(|n| {
            let dense = Dense::new(n);
            let counted = Counted::new(&dense);
            newton_step(&counted, &start(n));
            (n as f64, BYTES * counted.counts().total() as f64 * n as f64)
        }),
        Ink::Series(0),
    )
    .label((1e5, BYTES * 1e10), Anchor::Left, "slide 92: 80 GB", Ink::Wrong)
    .label((3e4, 1.5e5), Anchor::Below, "gradient and products", Ink::Series(0));

    let n = 1_000;
    let (dense, w, v) = (Dense::new(n), start(n), direction(n));
    let exact = exact_product(&dense, &w, &v);
    let default = ByDifferences::new(&dense).relative_step;
    let error = |t: f64| relative_error(&product_by_differences(&dense, &w, &v, Some(t)), &exact);
    let steps = log_spaced(1e-12, 1.0, 25);
    // The constants as they are measured at one step each.
    let (truncation, rounding) = (error(1e-2) / 1e-4, error(1e-9) * 1e-9);
    let differences = Panel::new(
        "A product from two gradients",
        Axis::logarithmic("step t, relative to w", 1e-12, 1.0),
        Axis::logarithmic("relative error", 1e-13, 10.0),
    )
    .dashed(steps.iter().map(|&t| (t, truncation * t * t)), Ink::Theory)
    .dashed(steps.iter().map(|&t| (t, rounding / t)), Ink::Theory)
    .line([(default, 1e-13), (default, 10.0)], Ink::Quiet)
    .dots(steps.iter().map(|&t| (t, error(t))), Ink::Series(0))
    .label((0.01, truncation * 1e-4), Anchor::Right, "∝ t²", Ink::Theory)
    .label((3e-9, 4e-7), Anchor::Right, "∝ ε/t", Ink::Theory)
    .label((default, 3.0), Anchor::Left, "default", Ink::Theory);

    let mut residuals = Panel::new(
        "Newton's step from products",
        Axis::linear("products", 0.0, DISTINCT_EIGENVALUES as f64),
        Axis::logarithmic("‖Hp + ∇E‖ / ‖∇E‖", 1e-17, 10.0),
    );
    for (series, n) in (1..).zip([SIZES[0], SIZES[3]]) {
        let (dense, w) = (Dense::new(n), start(n));
        let mut gradient = vec![f64::NAN; n];
        dense.value_gradient(&w, &mut gradient);
        let steepness = norm(&gradient);
        let solver = ConjugateGradients::default();
        let mut state = solver.start(&gradient, &vec![0.0; n]).expect("the gradient is finite");
        let mut points = Vec::new();
        for products in 0..=DISTINCT_EIGENVALUES {
            let until = Until::after(products);
            let operator = HessianAt { problem: &dense, x: &w };
            let _ = solver.run(&operator, &mut state, until, &mut Allowance::evaluations(1000));
            points.push((products as f64, state.residual_norm() / steepness));
        }
        let at = points[4];
        let anchor = if series == 1 { Anchor::Above } else { Anchor::Below };
        residuals = residuals
            .line(points.iter().copied(), Ink::Series(series))
            .dots(points, Ink::Series(series))
            .label(at, anchor, format!("n = {n}"), Ink::Series(series));
    }
    Figure {
        id: "without-the-matrix",
        caption: "Left: the matrix grows as n², what Newton's step by products computes as n; lines are predicted. Middle: \
                  two gradients give a product to ten digits, if the step is near 2⁻¹⁷ ≈ ∛ε, the default. Right: a Hessian with six distinct \
                  eigenvalues takes six products, in 100 variables as in 100000."
            .to_owned(),
        panels: vec![memory, differences, residuals],
        columns: 3,
    }
}

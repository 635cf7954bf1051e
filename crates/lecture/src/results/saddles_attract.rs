//! R72: where the Hessian is not positive definite, the normalized rule goes to a saddle.

use thalweg_driver::{Stop, StopReason, minimize};
use thalweg_first_order::GradientDescent;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, Eigen, NormalizedDescent, Stationary, TwiceDifferentiable};
use thalweg_numerics::{axpy, exp, matrix_vector, norm, powi};
use thalweg_objectives::Quadratic;
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::descend::{descend, largest, threshold};
use crate::draws::{Draws, Orthogonal};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane, spaced};
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::walk::walk;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "normalized-steps-land-on-saddles",
    number: 72,
    slides: Slides(&[(93, 94)]),
    chapter: Chapter::Hessian,
    claim: "Where the Hessian is not positive semidefinite the normalized rule goes away from the minimum rather than \
            towards it, and needs checks to avoid movement along directions of negative eigenvalues.",
    correction: None,
    source: "H⁻¹∇E(w) = w − w* on every quadratic with an invertible H, whatever the signs of its eigenvalues: \
             wₖ − w* = (1 − η)ᵏ(w₀ − w*) for a saddle w* as for a minimum",
    errata: &[Erratum {
        slides: Slides(&[(93, 94)]),
        flag: Flag::Imprecise,
        printed: "The algorithm can diverge.",
        correct: "It converges, but to whatever is stationary nearby: minimum, saddle or maximum. From any start it lands on \
                  the saddle of a quadratic in one step, where gradient descent leaves it.",
        measured_by: "distance from the saddle after one step at η = 1, farthest of 20 starts, any index",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/hessian/src/inertia.rs",
        "crates/hessian/src/eigen.rs",
        "crates/hessian/src/normalized_descent.rs",
    ],
    run,
    full: None,
};

/// Variables of the indefinite quadratics, and the sizes of their eigenvalues.
const N: usize = 5;
const SIZES: [f64; N] = [0.5, 3.0, 2.0, 1.0, 0.2];
/// The most negative one, from index 2 on.
const STEEPEST: usize = 1;

/// The first `index` of them are negative; the axes are drawn.
struct Indefinite {
    index: usize,
    shape: Tilted,
    quadratic: Quadratic,
    saddle: Vec<f64>,
}

impl Indefinite {
    fn new(index: usize) -> Self {
        let mut draws = Draws::from_seed(index as u64);
        let axes = Orthogonal::drawn(N, &mut draws);
        let eigenvalues = (0..N).map(|i| if i < index { -SIZES[i] } else { SIZES[i] }).collect();
        let shape = Tilted::along(eigenvalues, (0..N).map(|j| axes.column(j)).collect());
        let saddle = draws.vector(N);
        Self { index, quadratic: shape.with_minimum(&saddle), shape, saddle }
    }

    fn starts(&self) -> impl Iterator<Item = Vec<f64>> {
        let mut draws = Draws::from_seed(94);
        (0..20).map(move |_| draws.vector(N).iter().map(|w| 10.0 * w).collect())
    }

    fn offset(&self, w: &[f64]) -> Vec<f64> {
        w.iter().zip(&self.saddle).map(|(w, s)| w - s).collect()
    }
}

/// w − ηH⁻¹∇E(w), read literally: H⁻¹ of whatever is invertible.
fn literal_step<P: TwiceDifferentiable>(problem: &P, w: &[f64], rate: f64) -> Vec<f64> {
    let n = w.len();
    let (mut hessian, mut gradient, mut direction) =
        (DMatrix::from_element(n, n, f64::NAN), vec![f64::NAN; n], vec![f64::NAN; n]);
    problem.hessian(w, &mut hessian);
    problem.value_gradient(w, &mut gradient);
    let inverse = Eigen::new(&hessian).map(|eigen| eigen.inverse());
    let Ok(Ok(inverse)) = inverse else { return vec![f64::NAN; n] };
    matrix_vector(inverse.as_slice(), &gradient, &mut direction);
    let mut next = w.to_vec();
    axpy(-rate, &direction, &mut next);
    next
}

fn literal_path<P: TwiceDifferentiable>(problem: &P, w0: &[f64], rate: f64, steps: u64) -> Vec<Vec<f64>> {
    let mut path = vec![w0.to_vec()];
    for k in 0..steps as usize {
        path.push(literal_step(problem, &path[k], rate));
    }
    path
}

/// How a run of the rule with its check ends, and where.
fn checked<P: TwiceDifferentiable>(problem: &P, w0: &[f64]) -> (String, Vec<f64>) {
    let rule = NormalizedDescent { refresh_every: Some(1), ..NormalizedDescent::default() };
    let run = minimize(problem, &rule, w0, Stop::default(), thalweg_driver::silent)
        .expect("the rate and the start are finite");
    let ending = match &run.reason {
        StopReason::Stuck(stuck) if stuck.to_string().contains("positive definite") => {
            format!("refused after {} steps", run.steps)
        }
        reason if reason.is_converged() => "converged".to_owned(),
        _ => "ended otherwise".to_owned(),
    };
    (ending, run.state.point.x)
}

fn run() -> Findings {
    let mut findings = Findings::default();
    check_quadratics(&mut findings);
    check_curvature(&mut findings);
    check_two_wells(&mut findings);
    findings.figures.push(figure());
    findings
}

fn check_quadratics(findings: &mut Findings) {
    let problems: Vec<_> = (1..=N).map(Indefinite::new).collect();
    let mut misses = Vec::new();
    let mut table = Table::new(
        "quadratics in 5 variables",
        &["index", "stationary point, by the signs", "the rule with its check", "most negative curvature"],
    );
    for problem in &problems {
        misses.extend(
            problem.starts().map(|w| norm(&problem.offset(&literal_step(&problem.quadratic, &w, 1.0)))),
        );
        let eigen = problem.shape.eigen();
        let predicted = if problem.index == N {
            Stationary::Maximum
        } else {
            Stationary::Saddle { index: problem.index }
        };
        findings.words(
            format!("the stationary point by its Hessian, index {}", problem.index),
            "the signs that it was built with",
            in_words(predicted),
            in_words(eigen.inertia().stationary()),
        );
        let start = problem.starts().next().unwrap_or_default();
        let (ending, _) = checked(&problem.quadratic, &start);
        findings.words(
            format!("the rule with its check, index {}", problem.index),
            "A has to be positive definite",
            "refused after 0 steps",
            &ending,
        );
        let (curvature, _) = eigen.most_negative_curvature().unwrap_or((f64::NAN, &[]));
        findings.near(
            format!("most negative curvature, index {}", problem.index),
            "the lowest eigenvalue that it was built with",
            -largest(SIZES.into_iter().take(problem.index)),
            curvature,
            Tolerance::Absolute(1e-14),
            "nε times the largest element is 3e-15",
        );
        table.row([
            problem.index.to_string(),
            in_words(eigen.inertia().stationary()),
            ending,
            significant(curvature, 6),
        ]);
    }
    findings.tables.push(table);
    findings.near(
        "distance from the saddle after one step at η = 1, farthest of 20 starts, any index",
        "0: H⁻¹∇E(w) = w − w*",
        0.0,
        largest(misses),
        Tolerance::Absolute(1e-12),
        "H⁻¹ is right to κ = 15 roundings, and the starts are 15 from the saddle",
    );

    // Damped, it comes nearer in all directions, those of negative curvature among them; gradient descent leaves by them.
    let problem = &problems[1];
    let start = &problem.starts().next().unwrap_or_default();
    let path = literal_path(&problem.quadratic, start, 0.5, 8);
    let components = |w: &[f64]| problem.shape.components(&problem.offset(w));
    let first = components(start);
    let off = (0..).zip(&path).flat_map(|(k, w)| {
        let at = components(w);
        let first = &first;
        (0..N).map(move |i| at[i] / first[i] - powi(0.5, k)).collect::<Vec<_>>()
    });
    findings.near(
        "farthest of any component from its formula in 8 steps at η = ½, index 2",
        "(1 − η)ᵏ, whatever the sign of λᵢ",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-12),
        "as the distance",
    );
    const RATE: f64 = 0.1;
    let path = walk(&problem.quadratic, GradientDescent, RATE, start, 8);
    let grown = components(&path[8])[STEEPEST] / first[STEEPEST];
    findings.near(
        "growth of the component along the most negative curvature in 8 steps of gradient descent at η = 0.1",
        "(1 + η|λ|)⁸",
        powi(1.0 + RATE * SIZES[STEEPEST], 8),
        grown,
        Tolerance::Relative(1e-12),
        "8 steps with a few roundings each, of all components",
    );
}

fn in_words(stationary: Stationary) -> String {
    match stationary {
        Stationary::Minimum => "minimum".to_owned(),
        Stationary::Maximum => "maximum".to_owned(),
        Stationary::Saddle { index } => format!("saddle of index {index}"),
        Stationary::Degenerate => "degenerate".to_owned(),
    }
}

/// What the check has to offer instead: a way down from the saddle.
fn check_curvature(findings: &mut Findings) {
    let problem = Indefinite::new(2);
    let eigen = problem.shape.eigen();
    let (curvature, direction) = eigen.most_negative_curvature().expect("two eigenvalues are negative");
    const T: f64 = 2.0;
    let mut w = problem.saddle.clone();
    axpy(T, direction, &mut w);
    findings.near(
        "by how much E changes 2 away from the saddle along the most negative curvature",
        "½λt² < 0",
        -0.5 * SIZES[STEEPEST] * T * T,
        problem.quadratic.value(&w) - problem.quadratic.value(&problem.saddle),
        Tolerance::Absolute(1e-13),
        "a few roundings of numbers near 10",
    );
    findings.near(
        "the same by the curvature that was found",
        "½λt²",
        0.5 * curvature * T * T,
        problem.quadratic.value(&w) - problem.quadratic.value(&problem.saddle),
        Tolerance::Absolute(1e-13),
        "a few roundings of numbers near 10",
    );
}

/// E(w) = ¼(w₁² − 1)² + ½w₂²: minima at (±1, 0), a saddle at 0.
struct TwoWells;

impl Objective for TwoWells {
    fn dim(&self) -> usize {
        2
    }

    fn value(&self, w: &[f64]) -> f64 {
        let off = w[0] * w[0] - 1.0;
        0.25 * off * off + 0.5 * w[1] * w[1]
    }
}

impl Differentiable for TwoWells {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        gradient[0] = w[0] * (w[0] * w[0] - 1.0);
        gradient[1] = w[1];
        self.value(w)
    }
}

impl Curved for TwoWells {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        out[0] = (3.0 * w[0] * w[0] - 1.0) * v[0];
        out[1] = v[1];
    }
}

/// Where the literal rule has come to after 60 steps from (`w1`, 1).
fn end_on_two_wells(w1: f64) -> f64 {
    literal_path(&ByProducts(TwoWells), &[w1, 1.0], 1.0, 60)[60][0]
}

fn check_two_wells(findings: &mut Findings) {
    findings.near(
        "how far from the saddle of two wells Newton's method still converges to it",
        "1/√5: 2w³/(3w² − 1) = −w",
        0.2_f64.sqrt(),
        threshold(0.1, 0.5, |w1| end_on_two_wells(w1).abs() < 1e-9),
        Tolerance::Absolute(1e-12),
        "there is a 2-cycle, which 60 steps leave but for rounding",
    );
    // Where the curvature changes its sign a step goes anywhere: this is what is true of divergence.
    let inflection = (1.0 / 3.0_f64).sqrt();
    for over in [1e-2, 1e-4, 1e-6] {
        let w1 = inflection * (1.0 + over);
        findings.near(
            format!("where Newton's step leads from {over} beyond the place where the curvature is 0"),
            "2w³/(3w² − 1)",
            2.0 * w1 * w1 * w1 / (3.0 * w1 * w1 - 1.0),
            literal_step(&ByProducts(TwoWells), &[w1, 1.0], 1.0)[0],
            Tolerance::Relative(1e-9),
            "3w² − 1 is 2e-6 at the last of them, and has lost 6 digits of 16",
        );
    }
    let mut table = Table::new(
        "two wells, from (w₁, 1)",
        &["w₁", "the literal rule ends at", "with its check", "gradient descent at η = 0.1 ends at"],
    );
    for (w1, literal, check, plain) in [
        (0.2, "0", "refused after 0 steps", "1"),
        (0.4, "0", "refused after 0 steps", "1"),
        (0.7, "1", "converged", "1"),
        (0.9, "1", "converged", "1"),
        (1.5, "1", "converged", "1"),
    ] {
        let rounded = |w: f64| significant((1e6 * w).round() / 1e6, 6);
        let ends = rounded(end_on_two_wells(w1));
        let (ending, _) = checked(&ByProducts(TwoWells), &[w1, 1.0]);
        let gradient = rounded(descend(&TwoWells, 0.1, &[w1, 1.0], 500).points[500][0]);
        findings.words(
            format!("w₁ at the end of the literal rule, the rule with its check, and gradient descent, from ({w1}, 1)"),
            "|w₁| < 1/√5; 3w₁² < 1; the sign of w₁",
            format_args!("{literal}, {check}, {plain}"),
            format_args!("{ends}, {ending}, {gradient}"),
        );
        table.row([w1.to_string(), ends, ending, gradient]);
    }
    findings.tables.push(table);
}

fn figure() -> Figure {
    const LITERAL: Ink = Ink::Wrong;
    const GRADIENT: Ink = Ink::Series(0);
    let saddle = Tilted::at_sixty_degrees([-0.5, 1.0]);
    let (x, y) = plane(["w₁", "w₂"], [0.0; 2], 4.0);
    let mut map = Panel::new("A saddle, turned by 60°", x, y);
    // ½(λ₊c₂² − |λ₋|c₁²) = ±h is a pair of hyperbolas.
    for height in [0.25, 1.0, 2.25, 4.0_f64] {
        for sign in [1.0, -1.0] {
            let branch = |along: usize| {
                let (near, far) = ((2.0 * height / saddle.eigenvalues[along].abs()).sqrt(), 1 - along);
                let wide = (2.0 * height / saddle.eigenvalues[far].abs()).sqrt();
                spaced(-3.0, 3.0, 61).map(move |s| {
                    let (cosh, sinh) = (0.5 * (exp(s) + exp(-s)), 0.5 * (exp(s) - exp(-s)));
                    let mut components = [0.0; 2];
                    (components[along], components[far]) = (sign * near * cosh, wide * sinh);
                    components
                })
            };
            for along in 0..2 {
                let points: Vec<_> = branch(along).map(|c| saddle.point(&c)).map(|w| (w[0], w[1])).collect();
                map = map.line(points, Ink::Quiet);
            }
        }
    }
    for components in [[2.2, 2.4], [-0.8, 2.8], [-2.2, -2.0], [0.6, -2.8]] {
        let start = saddle.point(&components);
        let path = descend(&saddle.quadratic, 0.25, &start, 8).points;
        map = map.arrows(path.iter().map(|w| (w[0], w[1])), GRADIENT);
        let step = literal_step(&saddle.quadratic, &start, 1.0);
        map = map.arrows([(start[0], start[1]), (step[0], step[1])], LITERAL);
    }
    map = map.label((1.5, -2.9), Anchor::Right, "normalized, η = 1", LITERAL).label(
        (1.5, -3.5),
        Anchor::Right,
        "gradient descent",
        GRADIENT,
    );

    let value = |w1: f64| TwoWells.value(&[w1, 0.0]);
    let mut wells =
        Panel::new("Two wells: uphill", Axis::linear("w₁", -1.6, 1.6), Axis::linear("E(w₁, 0)", -0.05, 0.6))
            .line(spaced(-1.6, 1.6, 129).map(|w1| (w1, value(w1))), Ink::Quiet);
    for (w1, ink) in [(0.42, LITERAL), (0.75, Ink::Series(2)), (-1.45, Ink::Series(2))] {
        let path = literal_path(&ByProducts(TwoWells), &[w1, 0.0], 1.0, 8);
        wells = wells.arrows(path.iter().map(|w| (w[0], value(w[0]))), ink);
    }
    let inflection = (1.0 / 3.0_f64).sqrt();
    let wells = wells
        .dots([(inflection, value(inflection)), (-inflection, value(inflection))], Ink::Theory)
        .label((inflection, value(inflection)), Anchor::Right, "curvature 0", Ink::Theory)
        .label((0.0, 0.25), Anchor::Above, "from 0.42 to the top", LITERAL);

    let boundary = 0.2_f64.sqrt();
    let ends = |w1: f64| (w1, end_on_two_wells(w1));
    let basins = Panel::new(
        "Where Newton's method ends",
        Axis::linear("start w₁", 0.0, 1.2),
        Axis::linear("end w₁", -1.4, 1.4),
    )
    .dashed([(boundary, -1.4), (boundary, 1.4)], Ink::Theory)
    .dashed([(inflection, -1.4), (inflection, 1.4)], Ink::Theory)
    .label((boundary, -0.4), Anchor::Left, "1/√5", Ink::Theory)
    .label((inflection, -0.4), Anchor::Right, "1/√3", Ink::Theory)
    .dots(spaced(0.01, 0.44, 44).map(ends), LITERAL)
    .dots(spaced(0.4501, 1.2, 121).map(ends), Ink::Series(2));
    Figure {
        id: "to-the-saddle",
        caption: "Left: from every start the normalized rule lands on the saddle in one step, uphill where it must; \
                  gradient descent leaves it. Middle: on ¼(w₁² − 1)² + ½w₂² Newton's method from 0.42 converges to the \
                  top between the two wells. Right: all starts below 1/√5 end there; from there to 1/√3, where the \
                  curvature is 0, small changes of the start decide in which well a run ends."
            .to_owned(),
        panels: vec![map, wells, basins],
        columns: 3,
    }
}

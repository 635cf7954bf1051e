//! R37: variables in which every contour of a quadratic is a circle, and what gradient descent does there.

mod figures;
mod roots;

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{
    DiagonalRoot, Eigen, Normalization, Normalized, NormalizedDescent, SymmetricRoot, TwiceDifferentiable,
};
use thalweg_numerics::{dot, exp, norm, powi};
use thalweg_objectives::{DiagonalQuadratic, Quadratic};
use thalweg_problem::{Curved, Differentiable, Objective};
use thalweg_schedules::Constant;

use self::roots::{Root, check_identities};
use crate::contour::{contour, crossing, fit};
use crate::descend::{descend, largest, lowest};
use crate::draws::{Draws, Orthogonal};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::walk::path_of;
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "normalized-variables-make-contours-circles",
    number: 37,
    slides: Slides(&[(66, 76)]),
    chapter: Chapter::Hessian,
    claim: "In the variables ŵ = Sw with S = A^½ the contours of a quadratic are circles and all directions have the same \
            best rate; gradient descent there is w ← w − ηA⁻¹∇E(w) in the variables w.",
    correction: None,
    source: "½wᵀAw = ½ŵᵀŵ where SᵀS = A (slide 70); ∇Ê = S⁻ᵀ∇E, so that S⁻¹S⁻ᵀ = A⁻¹ stands before the gradient in w",
    errata: &[
        Erratum {
            slides: Slides(&[(66, 66)]),
            flag: Flag::Imprecise,
            printed: "The objective function has different eccentricities in different directions.",
            correct: "Different curvatures: λᵢ along the i-th axis. An ellipse has one eccentricity, √(1 − λ_min/λ_max), \
                      and all contours of a quadratic share it.",
            measured_by: "eccentricity of slide 66's contours, whichever is measured",
        },
        Erratum {
            slides: Slides(&[(66, 66)]),
            flag: Flag::Imprecise,
            printed: "The problem is more difficult when the ellipsoid is not axis aligned.",
            correct: "Not for gradient descent, which knows no axes: it is as far from the minimum after every step as \
                      on the aligned ellipsoid. It is more difficult for whoever wants a rate for each coordinate.",
            measured_by: "largest difference that turning the ellipsoid makes to a distance from the minimum, 200 steps",
        },
        Erratum {
            slides: Slides(&[(68, 69)]),
            flag: Flag::Imprecise,
            printed: "We want to find a (diagonal) scaling matrix S.",
            correct: "There is one only where A is diagonal. On an ellipse at 60° the best diagonal S leaves a condition \
                      number of 8 from 10: it can make two curvatures equal, but not take a₁₂ away.",
            measured_by: "condition number that the best diagonal S leaves of slide 66's ellipse",
        },
        Erratum {
            slides: Slides(&[(69, 72)]),
            flag: Flag::Imprecise,
            printed: "Solving SᵀS = A, we get S = A^½.",
            correct: "That is the symmetric solution. Every QA^½ with an orthogonal Q is another, the transposed factor of \
                      Cholesky for one; ŵ is turned, and the path in w is the same.",
            measured_by: "farthest that S = QA^½ leads from the rule in w, 40 steps",
        },
        Erratum {
            slides: Slides(&[(73, 73)]),
            flag: Flag::Imprecise,
            printed: "Λ is a diagonal matrix of non-zero diagonal entries.",
            correct: "Of positive entries, as A is positive definite. Where one is negative there is no root.",
            measured_by: "the root of a matrix with the non-zero eigenvalues -2, 1 and 4",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/hessian/src/normalized.rs",
        "crates/hessian/src/normalization.rs",
        "crates/hessian/src/normalized_descent.rs",
        "crates/hessian/src/eigen.rs",
    ],
    run,
    full: None,
};

/// Variables of the drawn quadratic, and its condition number.
const N: usize = 6;
const KAPPA: f64 = 100.0;
const STEPS: u64 = 40;
/// Below, at and above the best rate.
const RATES: [f64; 3] = [0.3, 1.0, 1.7];
/// The height E − E* of the contours that are measured.
const HEIGHT: f64 = 40.0;
const RAYS: u32 = 200;
const FIT: &str =
    "crossings are found to the last bits; the normal equations square the condition of the fit";

/// ½wᵀAw + bᵀw + c with a drawn A and a drawn b, and what it was drawn from.
struct Drawn {
    valley: Tilted,
    quadratic: Quadratic,
    linear: Vec<f64>,
    /// w* = −A⁻¹b, from the eigenvectors that A was built with.
    minimum: Vec<f64>,
}

const CONSTANT: f64 = 3.0;

fn drawn() -> Drawn {
    let mut draws = Draws::from_seed(37);
    let axes = Orthogonal::drawn(N, &mut draws);
    let eigenvalues = log_spaced(10.0 / KAPPA, 10.0, N as u32);
    let valley = Tilted::along(eigenvalues, (0..N).map(|j| axes.column(j)).collect());
    let linear = draws.vector(N);
    let quadratic =
        Quadratic::new(valley.matrix.clone(), linear.clone(), CONSTANT).expect("drawn numbers are finite");
    let along = valley.components(&linear);
    let minimum: Vec<_> = along.iter().zip(&valley.eigenvalues).map(|(b, lambda)| -b / lambda).collect();
    let minimum = valley.point(&minimum);
    Drawn { valley, quadratic, linear, minimum }
}

/// The quadratic of slides 46–48, as R26 has it: a, b.
const ALIGNED: ([f64; 2], [f64; 2]) = ([1.5, 0.5], [-2.5, -3.75]);

fn aligned() -> DiagonalQuadratic {
    DiagonalQuadratic::new(ALIGNED.0, ALIGNED.1, 0.0).expect("the constants are finite")
}

/// Slide 66's ellipse, κ = 10.
fn tilted() -> Tilted {
    Tilted::at_sixty_degrees([0.25, 2.5])
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let drawn = drawn();
    let eigen = drawn.valley.eigen();
    check_identities(&mut findings, &drawn.valley, &eigen);
    check_gradients(&mut findings, &drawn, &eigen);
    check_paths(&mut findings, &drawn, &eigen);
    check_directions(&mut findings, &drawn, &eigen);
    check_slide_66(&mut findings);
    check_slide_67(&mut findings);
    check_turning(&mut findings, &drawn.valley);
    check_diagonal(&mut findings, &drawn);
    findings.figures.push(figures::ellipse_to_circle());
    findings.figures.push(figures::diagonal_scaling());
    findings
}

fn root_of(eigen: &Eigen) -> SymmetricRoot {
    SymmetricRoot::of(eigen).expect("the matrix is positive definite")
}

fn normalized<P: Objective, S: Normalization>(problem: P, normalization: S) -> Normalized<P, S> {
    Normalized::new(problem, normalization).expect("both have as many variables")
}

fn image<S: Normalization>(normalization: &S, w: &[f64]) -> Vec<f64> {
    let mut w_hat = vec![f64::NAN; w.len()];
    normalization.to_normalized(w, &mut w_hat);
    w_hat
}

fn original<S: Normalization>(normalization: &S, w_hat: &[f64]) -> Vec<f64> {
    let mut w = vec![f64::NAN; w_hat.len()];
    normalization.to_original(w_hat, &mut w);
    w
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    norm(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
}

/// Slide 74, and Ê itself, at 20 points.
fn check_gradients(findings: &mut Findings, drawn: &Drawn, eigen: &Eigen) {
    let mut draws = Draws::from_seed(74);
    let root = root_of(eigen);
    let round = normalized(&drawn.quadratic, root.clone());
    // b̂ = A^-½b by the eigenvectors that A was built with: Σ eᵢ (eᵢᵀb)/√λᵢ.
    let along = drawn.valley.components(&drawn.linear);
    let along: Vec<_> = along.iter().zip(&drawn.valley.eigenvalues).map(|(b, l)| b / l.sqrt()).collect();
    let b_hat = drawn.valley.point(&along);
    let (mut of_value, mut of_gradient, mut of_rows) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..20 {
        let w: Vec<_> = draws.vector(N).iter().map(|w| 10.0 * w).collect();
        let w_hat = image(&root, &w);
        let mut gradient = vec![f64::NAN; N];
        let value = round.value_gradient(&w_hat, &mut gradient);
        of_value.push(value - (0.5 * dot(&w_hat, &w_hat) + dot(&b_hat, &w_hat) + CONSTANT));
        of_gradient.extend((0..N).map(|i| gradient[i] - (w_hat[i] + b_hat[i])));
        // ŵ + b̂ = A^-½(Aw + b), by the eigenvectors: Σ eᵢ (λᵢ eᵢᵀw + eᵢᵀb)/√λᵢ.
        let coordinates = drawn.valley.components(&w).into_iter().zip(drawn.valley.components(&drawn.linear));
        let rows = coordinates.zip(&drawn.valley.eigenvalues).map(|((w, b), l)| (l * w + b) / l.sqrt());
        let rows = drawn.valley.point(&rows.collect::<Vec<_>>());
        of_rows.extend((0..N).map(|i| gradient[i] - rows[i]));
    }
    const WHY: &str = "a few roundings of numbers up to 500, and roots that are right to 1e-14";
    for (name, formula, deviation, tolerance) in [
        ("farthest of Ê from its formula, 20 points", "½ŵᵀŵ + b̂ᵀŵ + c with b̂ = A^-½b", of_value, 1e-11),
        ("farthest of ∇Ê from its formula, 20 points", "ŵ + b̂", of_gradient, 1e-12),
        ("farthest of ∇Ê from the gradient in w, 20 points", "A^-½(Aw + b)", of_rows, 1e-12),
    ] {
        findings.near(name, formula, 0.0, largest(deviation), Tolerance::Absolute(tolerance), WHY);
    }
}

fn start() -> Vec<f64> {
    Draws::from_seed(76).vector(N).iter().map(|w| 10.0 * w).collect()
}

/// The rule of slide 76 in w.
fn rule_in_w(quadratic: &Quadratic, rate: f64) -> Vec<Vec<f64>> {
    let rule = NormalizedDescent { schedule: Constant { rate }, ..NormalizedDescent::default() };
    path_of(quadratic, &rule, &start(), STEPS).points
}

/// Slides 75–76: gradient descent on Ê, and the modified rule in w.
fn check_paths(findings: &mut Findings, drawn: &Drawn, eigen: &Eigen) {
    const WHY: &str =
        "products of rounded matrices with numbers near 10, A⁻¹ right to κ roundings, at each of 40 steps";
    let root = root_of(eigen);
    let in_w_hat = |rate: f64, root: &dyn Normalization| {
        let round = normalized(&drawn.quadratic, root);
        descend(&round, rate, &image(&root, &start()), STEPS).points
    };
    for rate in RATES {
        let (in_w_hat, in_w) = (in_w_hat(rate, &root), rule_in_w(&drawn.quadratic, rate));
        let apart = in_w_hat.iter().zip(&in_w).map(|(w_hat, w)| distance(w_hat, &image(&root, w)));
        findings.near(
            format!("farthest of ŵₖ from A^½wₖ at η = {rate}, 40 steps"),
            "w ← w − ηA⁻¹∇E(w) is ŵ ← ŵ − η∇Ê(ŵ)",
            0.0,
            largest(apart),
            Tolerance::Absolute(1e-11),
            WHY,
        );
        // e = wₖ − w*, against the start: not zero against zero.
        let e_0 = distance(&in_w[0], &drawn.minimum);
        let error = |k: usize| distance(&in_w[k], &drawn.minimum) / e_0;
        findings.near(
            format!("distance from the minimum over that of the start after 3 steps in w at η = {rate}"),
            "|1 − η|³",
            powi((1.0 - rate).abs(), 3),
            error(3),
            Tolerance::Absolute(1e-12),
            "as above, after 3 steps",
        );
    }
    let turn = Orthogonal::drawn(N, &mut Draws::from_seed(69));
    for (name, other) in [
        ("QA^½", Root::turned(eigen, &turn)),
        ("Lᵀ, the transposed factor of Cholesky,", Root::cholesky(&drawn.valley.matrix, N)),
    ] {
        let apart = RATES.map(|rate| {
            let (in_w_hat, in_w) = (in_w_hat(rate, &other), rule_in_w(&drawn.quadratic, rate));
            largest(in_w_hat.iter().zip(&in_w).map(|(w_hat, w)| distance(&original(&other, w_hat), w)))
        });
        findings.near(
            format!("farthest that S = {name} leads from the rule in w, 40 steps"),
            "S⁻¹S⁻ᵀ = A⁻¹ whatever S with SᵀS = A",
            0.0,
            largest(apart),
            Tolerance::Absolute(1e-11),
            WHY,
        );
    }
}

/// Curvatures of Ê, and how far its contour is, in 20 directions of 6 dimensions.
fn check_directions(findings: &mut Findings, drawn: &Drawn, eigen: &Eigen) {
    let mut draws = Draws::from_seed(67);
    let root = root_of(eigen);
    let center = image(&root, &drawn.minimum);
    let round = normalized(&drawn.quadratic, root);
    let lowest = drawn.quadratic.value(&drawn.minimum);
    let (mut curvatures, mut radii) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let v: Vec<_> = (0..N).map(|_| draws.normal()).collect();
        let length = norm(&v);
        let v: Vec<_> = v.iter().map(|v| v / length).collect();
        let mut product = vec![f64::NAN; N];
        round.hessian_vector(&center, &v, &mut product);
        curvatures.push(dot(&v, &product));
        radii.push(distance(&crossing(&round, &center, &v, lowest + HEIGHT), &center));
    }
    findings.near(
        "farthest curvature of Ê from 1 in 20 directions of 6 variables",
        "∇²Ê = A^-½AA^-½ = I",
        0.0,
        largest(curvatures.iter().map(|c| c - 1.0)),
        Tolerance::Absolute(1e-13),
        "roots that are right to 1e-15 of the largest element, times √κ",
    );
    let radius = (2.0 * HEIGHT).sqrt();
    findings.near(
        "farthest radius of a contour of Ê from its formula, in 20 directions of 6 variables",
        "√(2(E − E*)), relative",
        0.0,
        largest(radii.iter().map(|r| r / radius - 1.0)),
        Tolerance::Absolute(1e-13),
        "as the curvatures",
    );
}

/// The ellipse at 60°, before and after.
fn check_slide_66(findings: &mut Findings) {
    let ellipse = tilted();
    let eigen = ellipse.eigen();
    let [flat, steep] = [ellipse.eigenvalues[0], ellipse.eigenvalues[1]];
    let measured = fit(&contour(&ellipse.quadratic, HEIGHT, RAYS));
    findings.near(
        "long axis over short axis of slide 66's ellipse in w",
        "√(λ_max/λ_min)",
        (steep / flat).sqrt(),
        measured.semi_axes[0] / measured.semi_axes[1],
        Tolerance::Relative(1e-10),
        FIT,
    );
    let eccentricity = |height: f64| {
        let [long, short] = fit(&contour(&ellipse.quadratic, height, RAYS)).semi_axes;
        (1.0 - (short / long) * (short / long)).sqrt()
    };
    let predicted = (1.0 - flat / steep).sqrt();
    // The one that strays most.
    let heights = [10.0, 20.0, HEIGHT, 60.0].map(eccentricity);
    let stray = heights.into_iter().max_by(|a, b| (a - predicted).abs().total_cmp(&(b - predicted).abs()));
    findings.near(
        "eccentricity of slide 66's contours, whichever is measured",
        "√(1 − λ_min/λ_max)",
        predicted,
        stray.unwrap_or(f64::NAN),
        Tolerance::Absolute(1e-10),
        FIT,
    );
    let round = normalized(&ellipse.quadratic, root_of(&eigen));
    let measured = fit(&contour(&round, HEIGHT, RAYS));
    findings.near(
        "long axis over short axis of slide 66's ellipse in ŵ",
        "1: a circle",
        1.0,
        measured.semi_axes[0] / measured.semi_axes[1],
        Tolerance::Absolute(1e-10),
        FIT,
    );
    findings.near(
        "radius of slide 66's contour in ŵ",
        "√(2(E − E*))",
        (2.0 * HEIGHT).sqrt(),
        measured.semi_axes[0],
        Tolerance::Relative(1e-10),
        FIT,
    );
}

/// The aligned ellipse: here S is diagonal.
fn check_slide_67(findings: &mut Findings) {
    let (bowl, (a, b)) = (aligned(), ALIGNED);
    let lowest = -0.5 * (b[0] * b[0] / a[0] + b[1] * b[1] / a[1]);
    let scaling = DiagonalRoot::of(&a).expect("the curvatures are positive");
    let circle = fit(&contour(&normalized(&bowl, scaling), lowest + HEIGHT, RAYS));
    for i in 0..2 {
        findings.near(
            format!("center of slide 67's circle, ŵ{}", ['₁', '₂'][i]),
            "−b̂ᵢ = −bᵢ/√aᵢ",
            -b[i] / a[i].sqrt(),
            circle.center[i],
            Tolerance::Absolute(1e-10),
            FIT,
        );
        findings.near(
            format!("{} of slide 67's circle", ["longest radius", "shortest radius"][i]),
            "√(2(E − E*))",
            (2.0 * HEIGHT).sqrt(),
            circle.semi_axes[i],
            Tolerance::Relative(1e-10),
            FIT,
        );
    }
}

/// Whether turning the axes makes the problem any harder for gradient descent.
fn check_turning(findings: &mut Findings, valley: &Tilted) {
    const TURNING_STEPS: u64 = 200;
    let straight = DiagonalQuadratic::centered(valley.eigenvalues.clone()).expect("the constants are finite");
    let rate = 2.0 / (valley.eigenvalues[0] + valley.eigenvalues[N - 1]);
    let components = valley.components(&start());
    let [turned, aligned] = [
        descend(&valley.quadratic, rate, &start(), TURNING_STEPS),
        descend(&straight, rate, &components, TURNING_STEPS),
    ];
    let apart = turned.points.iter().zip(&aligned.points).map(|(p, q)| norm(p) - norm(q));
    findings.near(
        "largest difference that turning the ellipsoid makes to a distance from the minimum, 200 steps",
        "each component along an eigenvector shrinks by 1 − ηλᵢ, wherever the eigenvector points",
        0.0,
        largest(apart),
        Tolerance::Absolute(1e-12),
        "roundings of numbers up to 20, 2e-15 each; the flat direction keeps those of 50 steps",
    );
}

/// κ of ∇²Ê.
fn left_of_kappa<S: Normalization>(quadratic: &Quadratic, normalization: S) -> f64 {
    let n = quadratic.dim();
    let mut hessian = DMatrix::from_element(n, n, f64::NAN);
    normalized(quadratic, normalization).hessian(&vec![0.0; n], &mut hessian);
    Eigen::new(&hessian).expect("the Hessian is symmetric and finite").condition_number()
}

/// diag(1, e^t), up to a factor every diagonal S with positive elements there is.
fn diagonal(t: f64) -> DiagonalRoot {
    DiagonalRoot::of(&[1.0, exp(t)]).expect("the curvatures are positive")
}

/// D^½ with the diagonal D of A.
fn own_diagonal(valley: &Tilted) -> DiagonalRoot {
    let n = valley.eigenvalues.len();
    let diagonal: Vec<_> = (0..n).map(|i| valley.matrix[i * n + i]).collect();
    DiagonalRoot::of(&diagonal).expect("the diagonal of a positive definite matrix is positive")
}

/// What is left of the condition number with every S.
fn check_diagonal(findings: &mut Findings, drawn: &Drawn) {
    let ellipse = tilted();
    let [a11, a12, a22] = [0, 1, 3].map(|at| ellipse.matrix[at]);
    let correlation = a12.abs() / (a11 * a22).sqrt();
    let predicted = (1.0 + correlation) / (1.0 - correlation);
    let best = lowest(-4.0, 4.0, |t| left_of_kappa(&ellipse.quadratic, diagonal(t)));
    findings.near(
        "condition number that the best diagonal S leaves of slide 66's ellipse",
        "(1 + ρ)/(1 − ρ) with ρ = |a₁₂|/√(a₁₁a₂₂), at s₂/s₁ = √(a₂₂/a₁₁)",
        predicted,
        left_of_kappa(&ellipse.quadratic, diagonal(best)),
        Tolerance::Relative(1e-12),
        "a search finds the place to half the digits, and there the function is level",
    );
    let turn = |n: usize| Orthogonal::drawn(n, &mut Draws::from_seed(69));
    let mut table = Table::new(
        "condition number of the Hessian of Ê",
        &["S", "slide 66's ellipse", "drawn, 6 variables"],
    );
    let unit = |n: usize| DiagonalRoot::of(&vec![1.0; n]).expect("1 is positive");
    let kinds: [(&str, [Box<dyn Normalization>; 2]); 5] = [
        ("I", [Box::new(unit(2)), Box::new(unit(N))]),
        (
            "√ of the diagonal of A",
            [&ellipse, &drawn.valley].map(|valley| Box::new(own_diagonal(valley)) as _),
        ),
        ("A^½", [&ellipse, &drawn.valley].map(|valley| Box::new(root_of(&valley.eigen())) as _)),
        (
            "QA^½",
            [(&ellipse, 2), (&drawn.valley, N)]
                .map(|(v, n)| Box::new(Root::turned(&v.eigen(), &turn(n))) as _),
        ),
        (
            "Lᵀ of Cholesky",
            [(&ellipse, 2), (&drawn.valley, N)].map(|(v, n)| Box::new(Root::cholesky(&v.matrix, n)) as _),
        ),
    ];
    for (row, (name, [in_two, in_six])) in kinds.into_iter().enumerate() {
        let left = [left_of_kappa(&ellipse.quadratic, in_two), left_of_kappa(&drawn.quadratic, in_six)];
        if row >= 2 {
            findings.near(
                format!("condition number that S = {name} leaves in 6 variables"),
                "1: ∇²Ê = I",
                1.0,
                left[1],
                Tolerance::Absolute(1e-12),
                "an error of 1e-15 in the roots, times κ",
            );
        }
        table.row([name.to_owned()].into_iter().chain(left.map(|kappa| significant(kappa, 6))));
    }
    findings.tables.push(table);
}

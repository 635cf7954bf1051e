//! R26: what a quadratic looks like: its slices, its contours, and how long the axes of the contours are.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use thalweg_hessian::Eigen;
use thalweg_numerics::{cos, dot, ln, norm, sin};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::contour::{contour, crossing, fit};
use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::logarithmic::{log_log_slope, log_spaced};
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "slices-are-shifts-and-axes-go-with-curvature",
    number: 26,
    slides: Slides(&[(45, 48), (77, 77)]),
    chapter: Chapter::Convergence,
    claim: "The slices of a quadratic with diagonal A along an axis are shifts of one another, and its contours are \
            ellipses with axes parallel to the coordinates; for any other A the axes are its eigenvectors, with \
            diameters proportional to the eigenvalues.",
    correction: Some(Correction {
        statement: "The semi-axis along the eigenvector of λᵢ is √(2(E − E*)/λᵢ): the diameters are proportional to \
                    1/√λᵢ, and the longest one belongs to the smallest eigenvalue. The rest holds.",
        refuted_by: "diameter along the flattest axis over that along the steepest, 5 variables, κ = 10",
    }),
    source: "E − E* = ½ Σ λᵢcᵢ² in the coordinates cᵢ along the eigenvectors; for a diagonal A these are the wᵢ − wᵢ*",
    errata: &[
        Erratum {
            slides: Slides(&[(45, 45)]),
            flag: Flag::Imprecise,
            printed: "For convex E, A is always positive definite.",
            correct: "E is convex where A is positive semidefinite: ½w₁² in two variables is convex and flat along w₂. \
                      Definite A is what makes it strictly convex.",
            measured_by: "curvature of ½w₁² along w₂, where no chord is cut",
        },
        Erratum {
            slides: Slides(&[(47, 48)]),
            flag: Flag::Wrong,
            printed: "Equal-value contours will be parallel to the axes.",
            correct: "Their principal axes are (slide 46 has it right). The contour itself is parallel to a coordinate \
                      axis at its four vertices only.",
            measured_by: "how far the contour turns away from both coordinate axes",
        },
        Erratum {
            slides: Slides(&[(77, 77)]),
            flag: Flag::Wrong,
            printed: "The diameters of the ellipsoids are proportional to the eigenvalues of A.",
            correct: "They are proportional to 1/√λᵢ: steep directions have short axes.",
            measured_by: "slope of semi-axis against eigenvalue, 5 variables, κ = 10",
        },
        Erratum {
            slides: Slides(&[(77, 77)]),
            flag: Flag::Imprecise,
            printed: "E = ½ Σ aᵢᵢwᵢ² + Σ aᵢⱼwᵢwⱼ + Σ bᵢwᵢ + c, the second sum over i ≠ j.",
            correct: "The sum over i ≠ j meets every pair twice: it needs the factor ½ as well, or i < j.",
            measured_by: "by how much the printed sum misses E at (1, 1)",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/objectives/src/diagonal_quadratic.rs",
        "crates/objectives/src/quadratic.rs",
        "crates/hessian/src/eigen.rs",
    ],
    run,
    full: None,
};

// E(w) = ½ Σ aᵢwᵢ² + Σ bᵢwᵢ + c of slides 46–48, inferred from the values that an earlier deck's plot shows.
const A: [f64; 2] = [1.5, 0.5];
const B: [f64; 2] = [-2.5, -3.75];
const C: f64 = 0.0;
/// Half the width of the box that the slides draw.
const BOX: f64 = 20.0;
/// Where the slides cut: at these w₂ along w₁, and at these w₁ along w₂; read off the plot.
const CUTS: [[f64; 3]; 2] = [[-11.0, -2.5, 6.0], [-11.7, -3.3, 4.6]];
const AXES: [&str; 2] = ["w₁", "w₂"];
/// The contour that is measured; it passes through the box.
const LEVEL: f64 = 60.0;
const RAYS: u32 = 200;
/// λ_max/λ_min of the quadratics with a full matrix.
const KAPPA: f64 = 10.0;

fn run() -> Findings {
    let mut findings = Findings::default();
    check_slices(&mut findings);
    check_contour_of_the_slides(&mut findings);
    check_tilted_contour(&mut findings);
    check_five_variables(&mut findings);
    check_semidefinite(&mut findings);
    check_cross_sum(&mut findings);
    findings.figures.push(contours_and_slices());
    findings.figures.push(lengths_of_axes());
    findings
}

fn bowl() -> DiagonalQuadratic {
    DiagonalQuadratic::new(A, B, C).expect("the constants are finite")
}

/// Long axis along (0.6, 0.8), about as steep as slide 66 draws it.
fn tilted() -> Tilted {
    Tilted::new([0.25, 0.25 * KAPPA])
}

/// The point with coordinate `along` on axis `i` and `at` on the other.
fn on_slice(i: usize, along: f64, at: f64) -> [f64; 2] {
    if i == 0 { [along, at] } else { [at, along] }
}

/// How much the difference of two slices along axis i changes on the way, at most.
fn departure_from_shifts(f: &impl Objective, i: usize) -> f64 {
    let value = |along: f64, at: f64| f.value(&on_slice(i, along, at));
    let [first, others @ ..] = CUTS[i];
    largest(others.into_iter().flat_map(|other| {
        let difference = move |along: f64| value(along, other) - value(along, first);
        spaced(-BOX, BOX, 81).map(move |along| difference(along) - difference(-BOX))
    }))
}

fn check_slices(findings: &mut Findings) {
    let mut table = Table::new(
        "the slices that slide 48 draws",
        &["slice", "at -20", "at 20", "shift, predicted", "measured"],
    );
    let (bowl, tilted) = (bowl(), tilted());
    for (i, cuts) in CUTS.into_iter().enumerate() {
        let other = 1 - i;
        let (along, at) = (AXES[i], AXES[other]);
        findings.near(
            format!("largest departure from shifts of one another, slices along {along}"),
            "E is a function of w₁ plus a function of w₂",
            0.0,
            departure_from_shifts(&bowl, i),
            Tolerance::Absolute(1e-12),
            "differences of rounded numbers up to 450",
        );
        let spread = largest(cuts.map(|cut| cut - cuts[0]));
        findings.near(
            format!("largest departure where A is not diagonal, slices along {along}"),
            "|a₁₂| times the distance of the cuts times the width of the box",
            tilted.matrix[1].abs() * spread * 2.0 * BOX,
            departure_from_shifts(&tilted.quadratic, i),
            Tolerance::Relative(1e-12),
            "differences of rounded numbers up to 1000",
        );
        // C(¬wᵢ) of slide 47: what does not depend on wᵢ.
        let constant = |cut: f64| 0.5 * A[other] * cut * cut + B[other] * cut + C;
        for (number, cut) in cuts.into_iter().enumerate() {
            let value = |along: f64, cut: f64| bowl.value(&on_slice(i, along, cut));
            let predicted = constant(cut) - constant(cuts[0]);
            let measured = value(0.0, cut) - value(0.0, cuts[0]);
            let name = format!("along {along} at {at} = {cut}");
            // The first slice is its own reference.
            if number > 0 {
                findings.near(
                    format!("shift of the slice {name} from that at {at} = {}", cuts[0]),
                    "½aⱼwⱼ² + bⱼwⱼ + c for the other coordinate, the difference of two",
                    predicted,
                    measured,
                    Tolerance::Absolute(1e-12),
                    "a few roundings of numbers up to 200",
                );
            }
            let numbers = [value(-BOX, cut), value(BOX, cut), predicted, measured];
            table.row([name].into_iter().chain(numbers.map(|number| significant(number, 6))));
        }
    }
    findings.tables.push(table);
}

/// √(2(E − E*)/λ).
fn semi_axis(height: f64, lambda: f64) -> f64 {
    (2.0 * height / lambda).sqrt()
}

const FIT: &str =
    "crossings are found to the last bits; the normal equations square the condition of the fit";

fn check_contour_of_the_slides(findings: &mut Findings) {
    let bowl = bowl();
    let minimum = [-B[0] / A[0], -B[1] / A[1]];
    let height = LEVEL - (C - 0.5 * (B[0] * B[0] / A[0] + B[1] * B[1] / A[1]));
    let points = contour(&bowl, LEVEL, RAYS);
    let ellipse = fit(&points);
    findings.near(
        "farthest of 200 points of the slides' contour from an ellipse",
        "p·φ = 1 in the five terms of a conic",
        0.0,
        ellipse.misfit,
        Tolerance::Absolute(1e-11),
        FIT,
    );
    for i in 0..2 {
        findings.near(
            format!("center of the slides' contour, {}", AXES[i]),
            "−bᵢ/aᵢ",
            minimum[i],
            ellipse.center[i],
            Tolerance::Absolute(1e-10),
            FIT,
        );
        // The long axis lies along w₂, the flat direction.
        findings.near(
            format!("semi-axis of the slides' contour along {}", AXES[i]),
            "√(2(E − E*)/aᵢ)",
            semi_axis(height, A[i]),
            ellipse.semi_axes[1 - i],
            Tolerance::Relative(1e-10),
            FIT,
        );
    }
    findings.near(
        "long axis over short axis of the slides' contour",
        "√(a₁/a₂), not a₁/a₂",
        (A[0] / A[1]).sqrt(),
        ellipse.semi_axes[0] / ellipse.semi_axes[1],
        Tolerance::Relative(1e-10),
        FIT,
    );
    findings.near(
        "sine of the angle between the long axis and w₂",
        "A is diagonal",
        0.0,
        ellipse.long_axis[0],
        Tolerance::Absolute(1e-10),
        FIT,
    );
    // The place between two vertices where ∇E has two equal components: a₁(w₁ − w₁*) = a₂(w₂ − w₂*).
    let between_vertices = crossing(&bowl, &minimum, &[A[0].recip(), A[1].recip()], LEVEL);
    let mut normal = [0.0; 2];
    bowl.value_gradient(&between_vertices, &mut normal);
    findings.near(
        "how far the contour turns away from both coordinate axes",
        "sin 45° between two vertices; 0 everywhere if the contour were parallel to the axes",
        FRAC_1_SQRT_2,
        normal[0].abs().min(normal[1].abs()) / norm(&normal),
        Tolerance::Absolute(1e-13),
        "a few roundings",
    );
}

/// What `Eigen` finds in the elements of A, beside what A was built from.
fn check_eigen(findings: &mut Findings, name: &str, tilted: &Tilted, eigen: &Eigen) {
    let pairs = eigen.values().iter().zip(&tilted.eigenvalues);
    findings.near(
        format!("farthest eigenvalue from the one that A was built with, {name}"),
        "relative: A = Σ λᵢeᵢeᵢᵀ",
        0.0,
        largest(pairs.map(|(found, built)| found / built - 1.0)),
        Tolerance::Absolute(2e-14),
        "nελ_max/λ_min is 1e-14, and A itself is rounded",
    );
    let sine = |i: usize| {
        let mut across = tilted.components(eigen.vector(i));
        across[i] = 0.0;
        norm(&across)
    };
    findings.near(
        format!("largest sine of the angle between an eigenvector and the one that A was built with, {name}"),
        "A = Σ λᵢeᵢeᵢᵀ",
        0.0,
        largest((0..eigen.dim()).map(sine)),
        Tolerance::Absolute(2e-14),
        "as the eigenvalues, over the distance between two of them",
    );
}

fn check_tilted_contour(findings: &mut Findings) {
    let tilted = tilted();
    let eigen = tilted.eigen();
    check_eigen(findings, "2 variables", &tilted, &eigen);
    let (low, high) = (eigen.lowest(), eigen.highest());
    let ellipse = fit(&contour(&tilted.quadratic, LEVEL, RAYS));
    for (name, lambda, measured) in
        [("long", low, ellipse.semi_axes[0]), ("short", high, ellipse.semi_axes[1])]
    {
        findings.near(
            format!("{name} semi-axis of the tilted contour, κ = 10"),
            "√(2(E − E*)/λ)",
            semi_axis(LEVEL, lambda),
            measured,
            Tolerance::Relative(1e-10),
            FIT,
        );
    }
    let flat = eigen.vector(0);
    findings.near(
        "sine of the angle between the tilted long axis and the eigenvector of the smaller eigenvalue",
        "the axes are eigenvectors",
        0.0,
        flat[0] * ellipse.long_axis[1] - flat[1] * ellipse.long_axis[0],
        Tolerance::Absolute(1e-10),
        FIT,
    );
    findings.near(
        "slope of semi-axis against eigenvalue, 2 variables, κ = 10",
        "−½, where slide 77 has +1",
        -0.5,
        ln(ellipse.semi_axes[1] / ellipse.semi_axes[0]) / ln(high / low),
        Tolerance::Absolute(1e-10),
        FIT,
    );
}

/// Half the chord through the center along each eigenvector, with its eigenvalue.
fn measured_axes(f: &impl Objective, eigen: &Eigen) -> Vec<(f64, f64)> {
    let n = eigen.dim();
    let half_chord = |i: usize| {
        let e = eigen.vector(i);
        let backward: Vec<_> = e.iter().map(|element| -element).collect();
        let [ahead, behind] = [e, &backward].map(|d| crossing(f, &vec![0.0; n], d, LEVEL));
        let chord: Vec<_> = ahead.iter().zip(&behind).map(|(a, b)| a - b).collect();
        0.5 * norm(&chord)
    };
    eigen.values().iter().copied().zip((0..n).map(half_chord)).collect()
}

fn five_variables() -> Tilted {
    Tilted::new(log_spaced(1.0, KAPPA, 5))
}

fn check_five_variables(findings: &mut Findings) {
    let tilted = five_variables();
    let eigen = tilted.eigen();
    check_eigen(findings, "5 variables", &tilted, &eigen);
    let axes = measured_axes(&tilted.quadratic, &eigen);
    let mut table = Table::new(
        "the axes of an ellipsoid in 5 variables",
        &["λ", "semi-axis, predicted", "measured", "as slide 77 has it, scaled to the first"],
    );
    for &(lambda, measured) in &axes {
        let predicted = semi_axis(LEVEL, lambda);
        findings.near(
            format!("semi-axis for λ = {}, 5 variables", significant(lambda, 4)),
            "√(2(E − E*)/λ)",
            predicted,
            measured,
            Tolerance::Relative(1e-13),
            "a product with 25 rounded elements, and a square root",
        );
        let proportional = axes[0].1 * lambda / axes[0].0;
        table.row([lambda, predicted, measured, proportional].map(|number| significant(number, 6)));
    }
    findings.tables.push(table);

    // A radius is a principal axis where the contour stands at right angles to it.
    let tilt = largest((0..eigen.dim()).map(|i| {
        let e = eigen.vector(i);
        let w = crossing(&tilted.quadratic, &[0.0; 5], e, LEVEL);
        let mut gradient = [0.0; 5];
        tilted.quadratic.value_gradient(&w, &mut gradient);
        let along = dot(e, &gradient);
        let across: Vec<_> = gradient.iter().zip(e).map(|(g, e)| g - along * e).collect();
        norm(&across) / norm(&gradient)
    }));
    findings.near(
        "largest sine of the angle between an eigenvector and the normal where it meets the contour, 5 variables",
        "∇E = λw there",
        0.0,
        tilt,
        Tolerance::Absolute(1e-13),
        "a product with 25 rounded elements",
    );
    findings.near(
        "slope of semi-axis against eigenvalue, 5 variables, κ = 10",
        "−½, where slide 77 has +1",
        -0.5,
        log_log_slope(&axes),
        Tolerance::Absolute(1e-13),
        "as the axes themselves",
    );
    let over = axes[0].1 / axes[4].1;
    findings.breaks(
        "diameter along the flattest axis over that along the steepest, 5 variables, κ = 10",
        "λ_min/λ_max = 1/κ if slide 77 were right",
        axes[0].0 / axes[4].0,
        over,
    );
    findings.near(
        "the ratio of these two diameters",
        "√κ",
        KAPPA.sqrt(),
        over,
        Tolerance::Relative(1e-13),
        "as the axes themselves",
    );
}

/// Whether no middle of a chord lies below the surface, among chords between 81 points.
fn cuts_no_chord(f: &impl Objective) -> bool {
    let points: Vec<_> =
        spaced(-2.0, 2.0, 9).flat_map(|x| spaced(-2.0, 2.0, 9).map(move |y| [x, y])).collect();
    let is_above = |p: &[f64; 2], q: &[f64; 2]| {
        let middle = [0.5 * (p[0] + q[0]), 0.5 * (p[1] + q[1])];
        0.5 * (f.value(p) + f.value(q)) >= f.value(&middle)
    };
    points.iter().all(|p| points.iter().all(|q| is_above(p, q)))
}

fn check_semidefinite(findings: &mut Findings) {
    let [trough, saddle] = [0.0, -0.01]
        .map(|along_w2| DiagonalQuadratic::centered([1.0, along_w2]).expect("the constants are finite"));
    for (name, f, predicted) in
        [("½w₁²", &trough, "none"), ("½w₁² − w₂²/200, for comparison", &saddle, "some")]
    {
        findings.words(
            format!("chords cut by the surface of {name}"),
            "none where no eigenvalue is negative",
            predicted,
            if cuts_no_chord(f) { "none" } else { "some" },
        );
    }
    let mut product = [f64::NAN; 2];
    trough.hessian_vector(&[0.0; 2], &[0.0, 1.0], &mut product);
    findings.near(
        "curvature of ½w₁² along w₂, where no chord is cut",
        "0: convex, but A is not positive definite",
        0.0,
        product[1],
        Tolerance::Absolute(0.0),
        "a product with 0 is exact",
    );
}

fn check_cross_sum(findings: &mut Findings) {
    let tilted = tilted();
    let [a11, a12, a21, a22] = [0, 1, 2, 3].map(|at| tilted.matrix[at]);
    let printed = 0.5 * (a11 + a22) + (a12 + a21);
    findings.near(
        "by how much the printed sum misses E at (1, 1)",
        "½(a₁₂ + a₂₁)w₁w₂ = a₁₂ there",
        a12,
        printed - tilted.quadratic.value(&[1.0, 1.0]),
        Tolerance::Absolute(1e-14),
        "a few roundings of numbers near 1",
    );
}

fn contours_and_slices() -> Figure {
    let bowl = bowl();
    let minimum = (-B[0] / A[0], -B[1] / A[1]);
    let lowest = C - 0.5 * (B[0] * B[0] / A[0] + B[1] * B[1] / A[1]);
    let axis = |label| Axis::linear(label, -BOX, BOX);
    let mut map = Panel::new("Contours of the slides' quadratic", axis("w₁"), axis("w₂"));
    for level in [0.0, LEVEL, 150.0, 275.0, 435.0] {
        let height = level - lowest;
        map = map.ellipse(minimum, (semi_axis(height, A[0]), semi_axis(height, A[1])), Ink::Quiet);
    }
    map = map.dots(contour(&bowl, LEVEL, 40).into_iter().map(|w| (w[0], w[1])), Ink::Theory);
    map = map.dots([minimum], Ink::Theory);
    let mut panels = Vec::new();
    for (i, cuts) in CUTS.into_iter().enumerate() {
        let mut panel = Panel::new(
            format!("Slices along {}", AXES[i]),
            axis(AXES[i]),
            Axis::linear("E(w)", -80.0, 460.0),
        );
        for (series, cut) in (0..).zip(cuts) {
            let ink = Ink::Series(series + 3 * i as u8);
            let slice = |along: f64| (along, bowl.value(&on_slice(i, along, cut)));
            // The curves run close together: the lowest one has its label below.
            let anchor = if cut == cuts[2] { Anchor::Below } else { Anchor::Above };
            panel = panel.line(spaced(-BOX, BOX, 81).map(slice), ink).label(
                slice([minimum.0, minimum.1][i]),
                anchor,
                format!("{} = {cut}", AXES[1 - i]),
                ink,
            );
            let ends = [on_slice(i, -BOX, cut), on_slice(i, BOX, cut)];
            map = map.dashed(ends.map(|w| (w[0], w[1])), ink);
        }
        panels.push(panel);
    }
    panels.insert(0, map);
    Figure {
        id: "contours-and-slices",
        caption: "Slide 48 from its own quadratic. Dots: points of one contour, found along rays, which an ellipse \
                  with axes parallel to the coordinates fits to rounding. The slices along the dashed lines are one \
                  parabola for each axis, shifted up and down."
            .to_owned(),
        panels,
        columns: 3,
    }
}

fn lengths_of_axes() -> Figure {
    let tilted = tilted();
    let eigen = tilted.eigen();
    let at = |[along, across]: [f64; 2]| {
        let [flat, steep] = [eigen.vector(0), eigen.vector(1)];
        (along * flat[0] + across * steep[0], along * flat[1] + across * steep[1])
    };
    let outline = |radii: [f64; 2]| {
        spaced(0.0, 2.0 * PI, 121).map(move |angle| [radii[0] * cos(angle), radii[1] * sin(angle)]).map(at)
    };
    let [long, short] = [0, 1].map(|i| semi_axis(LEVEL, eigen.values()[i]));
    let axis = |label| Axis::linear(label, -26.0, 26.0);
    let map = Panel::new("Axes of a tilted contour, κ = 10", axis("w₁"), axis("w₂"))
        .dots(contour(&tilted.quadratic, LEVEL, RAYS).into_iter().map(|w| (w[0], w[1])), Ink::Series(0))
        .line([at([-long, 0.0]), at([long, 0.0])], Ink::Theory)
        .line([at([0.0, -short]), at([0.0, short])], Ink::Theory)
        // The same long diameter, but along the eigenvector of the larger eigenvalue.
        .dashed(outline([long / KAPPA, long]), Ink::Wrong)
        .label(at([long, 0.0]), Anchor::Right, "∝ 1/√λ", Ink::Theory)
        .label(at([0.0, long]), Anchor::Right, "∝ λ", Ink::Wrong);

    let five = five_variables();
    let axes = measured_axes(&five.quadratic, &five.eigen());
    let as_printed = |lambda: f64| axes[0].1 * lambda / axes[0].0;
    let lengths = Panel::new(
        "Axes of an ellipsoid in 5 variables",
        Axis::logarithmic("eigenvalue λ", 0.8, 12.5),
        Axis::logarithmic("semi-axis", 2.0, 150.0),
    )
    .dashed(axes.iter().map(|&(lambda, _)| (lambda, semi_axis(LEVEL, lambda))), Ink::Theory)
    .dashed(axes.iter().map(|&(lambda, _)| (lambda, as_printed(lambda))), Ink::Wrong)
    .dots(axes.iter().copied(), Ink::Series(0))
    .label(axes[4], Anchor::Left, "slope −½", Ink::Theory)
    .label((axes[2].0, as_printed(axes[2].0)), Anchor::Left, "slope +1, as printed", Ink::Wrong);
    Figure {
        id: "lengths-of-axes",
        caption: "Left: points of a contour (dots), the axes that theory predicts (gray) and the ellipse whose \
                  diameters are proportional to the eigenvalues (red), as slide 77 has it: it lies across the true \
                  one. Right: measured semi-axes fall as 1/√λ."
            .to_owned(),
        panels: vec![map, lengths],
        columns: 2,
    }
}

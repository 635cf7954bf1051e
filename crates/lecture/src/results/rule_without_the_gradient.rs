//! R38: the update rule of slide 78, read literally.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, NormalizedDescent};
use thalweg_numerics::{axpy, matrix_vector, norm, powi};
use thalweg_objectives::Quadratic;
use thalweg_problem::Objective;
use thalweg_schedules::Constant;

use crate::descend::largest;
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::spectrum::Tilted;
use crate::walk::path_of;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "normalized-rule-needs-the-gradient-at-every-step",
    number: 38,
    slides: Slides(&[(78, 78)]),
    chapter: Chapter::Hessian,
    claim: "Where A is not diagonal, turning and scaling the directions gives the same normalized update rule as before: \
            w ← w − ηA⁻¹b.",
    correction: Some(Correction {
        statement: "The same rule is w ← w − ηA⁻¹∇E(w), with ∇E(w) = Aw + b. As printed every step is the same one, ηw*: \
                    from w₀ = 0 the first is right, at η = 1 it lands on the minimum w*, and all that follow lead away \
                    from it, |kη − 1|·‖w*‖ far after k steps.",
        refuted_by: "distance after 12 steps of the rule as printed over that of the start, η = 1",
    }),
    source: "w* = −A⁻¹b; so wₖ = w₀ + kηw* by the rule as printed, and wₖ − w* = (1 − η)ᵏ(w₀ − w*) by that of slide 76",
    errata: &[Erratum {
        slides: Slides(&[(78, 78)]),
        flag: Flag::Wrong,
        printed: "The same normalized update rule as before: w ← w − ηA⁻¹b.",
        correct: "w ← w − ηA⁻¹∇E(w)ᵀ, as slide 76 has it: A⁻¹(Aw + b), which is A⁻¹b at w = 0 only.",
        measured_by: "distance after 12 steps of the rule as printed over that of the start, η = 1",
    }],
    code: file!(),
    puts_to_the_test: &["crates/hessian/src/normalized_descent.rs", "crates/hessian/src/eigen.rs"],
    run,
    full: None,
};

const STEPS: u64 = 12;
const RATES: [f64; 3] = [0.25, 1.0, 1.5];
const WHY: &str = "A⁻¹ is right to κ roundings, and so is every step; the last points are 20 from 0";

/// E(w) = ½wᵀAw + bᵀw.
struct Bowl {
    name: &'static str,
    a: Vec<f64>,
    b: Vec<f64>,
    /// w*, by pencil and paper or from the eigenvectors that A was built with.
    minimum: Vec<f64>,
}

impl Bowl {
    fn quadratic(&self) -> Quadratic {
        Quadratic::new(self.a.clone(), self.b.clone(), 0.0).expect("the constants are finite")
    }

    fn eigen(&self) -> Eigen {
        let n = self.b.len();
        Eigen::new(&DMatrix::from_row_slice(n, n, &self.a)).expect("A is symmetric and finite")
    }

    /// Slide 78 as it is printed.
    fn as_printed(&self, rate: f64, w0: &[f64]) -> Vec<Vec<f64>> {
        let inverse = self.eigen().inverse().expect("A is positive definite");
        let mut a_inverse_b = vec![f64::NAN; self.b.len()];
        matrix_vector(inverse.as_slice(), &self.b, &mut a_inverse_b);
        let mut w = w0.to_vec();
        let mut path = vec![w.clone()];
        for _ in 0..STEPS {
            axpy(-rate, &a_inverse_b, &mut w);
            path.push(w.clone());
        }
        path
    }

    /// Slide 76.
    fn normalized(&self, rate: f64, w0: &[f64]) -> Vec<Vec<f64>> {
        let rule = NormalizedDescent { schedule: Constant { rate }, ..NormalizedDescent::default() };
        path_of(&self.quadratic(), &rule, w0, STEPS).points
    }

    fn distances<'a>(&'a self, path: &'a [Vec<f64>]) -> impl Iterator<Item = f64> + 'a {
        let from_minimum = |w: &Vec<f64>| w.iter().zip(&self.minimum).map(|(w, m)| w - m).collect::<Vec<_>>();
        path.iter().map(move |w| norm(&from_minimum(w)))
    }
}

/// 5w* = (4, −7): A(4, −7) = (5, −10).
fn in_the_plane() -> Bowl {
    let (a, b) = (vec![3.0, 1.0, 1.0, 2.0], vec![-1.0, 2.0]);
    Bowl { name: "2 variables", a, b, minimum: vec![0.8, -1.4] }
}

fn in_five_variables() -> Bowl {
    let valley = Tilted::new(log_spaced(1.0, 10.0, 5));
    let b = Draws::from_seed(78).vector(5);
    let along = valley.components(&b).into_iter().zip(&valley.eigenvalues).map(|(b, lambda)| -b / lambda);
    let minimum = valley.point(&along.collect::<Vec<_>>());
    Bowl { name: "5 variables", a: valley.matrix, b, minimum }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    for bowl in [in_the_plane(), in_five_variables()] {
        check_from_zero(&mut findings, &bowl);
        check_from_elsewhere(&mut findings, &bowl);
    }
    let bowl = in_the_plane();
    check_table(&mut findings, &bowl);
    findings.figures.push(figure(&bowl));
    findings
}

fn check_from_zero(findings: &mut Findings, bowl: &Bowl) {
    let (zero, far) = (vec![0.0; bowl.b.len()], norm(&bowl.minimum));
    for rate in RATES {
        let path = bowl.as_printed(rate, &zero);
        let off =
            (0_u32..).zip(bowl.distances(&path)).map(|(k, d)| d - (f64::from(k) * rate - 1.0).abs() * far);
        findings.near(
            format!(
                "distance from the minimum by the rule as printed, off its formula, {}, η = {rate}",
                bowl.name
            ),
            "|kη − 1|·‖w*‖ from w₀ = 0",
            0.0,
            largest(off),
            Tolerance::Absolute(1e-12),
            WHY,
        );
        let path = bowl.normalized(rate, &zero);
        let off = (0..).zip(bowl.distances(&path)).map(|(k, d)| d - powi((1.0 - rate).abs(), k) * far);
        findings.near(
            format!(
                "distance from the minimum by slide 76's rule, off its formula, {}, η = {rate}",
                bowl.name
            ),
            "|1 − η|ᵏ‖w*‖ from w₀ = 0",
            0.0,
            largest(off),
            Tolerance::Absolute(1e-12),
            WHY,
        );
        let [printed, right] = [bowl.as_printed(rate, &zero), bowl.normalized(rate, &zero)];
        findings.near(
            format!("how far apart the two rules are after one step from 0, {}, η = {rate}", bowl.name),
            "∇E(0) = b",
            0.0,
            largest(printed[1].iter().zip(&right[1]).map(|(p, q)| p - q)),
            Tolerance::Absolute(1e-13),
            "the same product in the same order; A⁻¹ comes from the same decomposition",
        );
    }
}

/// From another start not even the first step is right.
fn check_from_elsewhere(findings: &mut Findings, bowl: &Bowl) {
    let start: Vec<f64> = (0..bowl.b.len()).map(|i| if i % 2 == 0 { 3.0 } else { -2.0 }).collect();
    let path = bowl.as_printed(1.0, &start);
    let off = (0_u32..).zip(bowl.distances(&path)).map(|(k, d)| {
        let steps = f64::from(k) - 1.0;
        d - norm(&start.iter().zip(&bowl.minimum).map(|(w, m)| w + steps * m).collect::<Vec<_>>())
    });
    findings.near(
        format!("the same from (3, −2, …), {}, η = 1", bowl.name),
        "‖w₀ + (kη − 1)w*‖",
        0.0,
        largest(off),
        Tolerance::Absolute(1e-12),
        WHY,
    );
    let path = bowl.normalized(1.0, &start);
    findings.near(
        format!("distance from the minimum by slide 76's rule after one step from (3, −2, …), {}", bowl.name),
        "0 at η = 1",
        0.0,
        largest(bowl.distances(&path).skip(1)),
        Tolerance::Absolute(1e-12),
        WHY,
    );
}

fn check_table(findings: &mut Findings, bowl: &Bowl) {
    let quadratic = bowl.quadratic();
    let (printed, right) = (bowl.as_printed(1.0, &[0.0; 2]), bowl.normalized(1.0, &[0.0; 2]));
    let printed_distances: Vec<_> = bowl.distances(&printed).collect();
    let right_distances: Vec<_> = bowl.distances(&right).collect();
    findings.breaks(
        "distance after 12 steps of the rule as printed over that of the start, η = 1",
        "1 if the rule came no farther than it was at the start",
        1.0,
        printed_distances[STEPS as usize] / printed_distances[0],
    );
    let height = |w: &[f64]| quadratic.value(w) - quadratic.value(&bowl.minimum);
    findings.near(
        "height over the minimum after 12 steps of the rule as printed over that of the start, η = 1",
        "(kη − 1)² at k = 12",
        121.0,
        height(&printed[STEPS as usize]) / height(&[0.0; 2]),
        Tolerance::Relative(1e-12),
        "as the distances",
    );
    let mut table = Table::new(
        "A = (3, 1; 1, 2), b = (−1, 2), from w₀ = 0 at η = 1",
        &["step", "distance as printed, predicted", "measured", "by slide 76's rule", "E − E* as printed"],
    );
    let far = norm(&bowl.minimum);
    for k in 0..=4 {
        let residue = |d: f64| if d < 1e-13 { "0".to_owned() } else { significant(d, 5) };
        table.row([
            k.to_string(),
            significant((k as f64 - 1.0).abs() * far, 5),
            residue(printed_distances[k]),
            residue(right_distances[k]),
            residue(height(&printed[k])),
        ]);
    }
    findings.tables.push(table);
}

fn figure(bowl: &Bowl) -> Figure {
    const PRINTED: Ink = Ink::Wrong;
    const RIGHT: Ink = Ink::Series(0);
    let eigen = bowl.eigen();
    let vectors = (0..2).map(|i| eigen.vector(i).to_vec()).collect();
    let valley = Tilted::along(eigen.values().to_vec(), vectors);
    let center = [bowl.minimum[0], bowl.minimum[1]];
    let (x, y) = plane(["w₁", "w₂"], [2.0, -3.5], 6.0);
    let mut map = Panel::new("η = 1, from w₀ = 0", x, y);
    for k in 1..=4 {
        let radius = f64::from(k);
        map = map.line(valley.outline(center, 2.0 * radius * radius), Ink::Quiet);
    }
    let printed = bowl.as_printed(1.0, &[0.0; 2]);
    let point = |w: &Vec<f64>| (w[0], w[1]);
    map = map
        .arrows(printed.iter().take(7).map(point), PRINTED)
        .arrows(bowl.normalized(1.0, &[0.0; 2]).iter().take(2).map(point), RIGHT)
        .label((0.0, 0.0), Anchor::Right, "w₀", RIGHT)
        .label((center[0], center[1]), Anchor::Right, "w*: here slide 76 stays", RIGHT)
        .label((printed[4][0], printed[4][1]), Anchor::Right, "as printed", PRINTED);

    let last = STEPS as f64;
    let mut distances = Panel::new(
        "Distance: lines predicted, dots measured",
        Axis::linear("step k", 0.0, last),
        Axis::linear("‖wₖ − w*‖ / ‖w*‖", -1.5, 12.0),
    );
    let far = norm(&bowl.minimum);
    for (rate, ink, at, anchor) in [
        (0.25, Ink::Series(1), 9.5, Anchor::Above),
        (1.0, PRINTED, 9.0, Anchor::Right),
        (1.5, Ink::Series(3), 6.0, Anchor::Left),
    ] {
        let theory = |k: f64| (k * rate - 1.0).abs();
        let measured = |path: &[Vec<f64>]| {
            let distances: Vec<_> = bowl.distances(path).map(|d| d / far).collect();
            (0_u32..).map(f64::from).zip(distances).collect::<Vec<_>>()
        };
        distances = distances
            .dashed((0..=STEPS).map(|k| k as f64).map(|k| (k, theory(k))), ink)
            .dots(measured(&bowl.as_printed(rate, &[0.0; 2])), ink)
            .label((at, theory(at)), anchor, format!("η = {rate}"), ink);
        if rate < 1.0 {
            let right = |k: u64| powi(1.0 - rate, k);
            distances = distances
                .dashed((0..=STEPS).map(|k| (k as f64, right(k))), RIGHT)
                .dots(measured(&bowl.normalized(rate, &[0.0; 2])), RIGHT)
                .label((8.0, right(8)), Anchor::Below, format!("slide 76, η = {rate}"), RIGHT);
        }
    }
    Figure {
        id: "leaving-the-bowl",
        caption: "Left: without the gradient every step is the same arrow. The first lands on the minimum, the others lead \
                  straight out of the bowl. Right: whatever the rate, the rule as printed comes to the minimum or past it, \
                  and goes on; that of slide 76 (blue) converges."
            .to_owned(),
        panels: vec![map, distances],
        columns: 2,
    }
}

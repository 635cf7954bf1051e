//! R62: the stationary points of the spoiler, proved.

use thalweg_numerics::dot;

use crate::descend::largest;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::interval::Interval;
use crate::krawczyk::{System, Unique, eigenvalues_exceed, negative_eigenvalues, prove_unique};
use crate::number::significant;
use crate::spoiler::{Fold, Stationary, curvatures, logit};
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "the-bad-minimum-is-proved",
    number: 62,
    slides: Slides(&[(18, 20)]),
    chapter: Chapter::Perceptron,
    claim: "With a spoiler that is far enough there is a local minimum that does not separate, besides one that does.",
    correction: None,
    source: "Krawczyk's test in interval arithmetic proves that a box holds exactly one stationary point; an elimination with intervals \
             proves the signs of all Hessians in it. The fold is the solution of seven equations, proved in the same way",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/lecture/src/interval.rs",
        "crates/lecture/src/krawczyk.rs",
        "crates/lecture/src/spoiler.rs",
    ],
    run,
    full: None,
};

const EPSILON: f64 = 0.01;
/// Half the side of the boxes.
const RADIUS: f64 = 1e-8;

struct Proof {
    unique: Option<Unique>,
    negative: Option<usize>,
    /// A number below all curvatures, if that is proved.
    curvature: Option<f64>,
    /// Which points are on their side for all weights in the box, and which on the wrong one; none if undecided.
    sides: Option<[bool; 4]>,
}

fn prove(system: Stationary, w: &[f64]) -> Proof {
    let unique = prove_unique(&system, w, RADIUS);
    let hull: Vec<_> = w.iter().map(|&w| Interval::around(w, RADIUS)).collect();
    let hessian = system.jacobian(&hull);
    let negative = negative_eigenvalues(hessian.clone());
    let claimed = 0.99 * curvatures(system.t, system.epsilon, w)[0];
    let curvature = (claimed > 0.0 && eigenvalues_exceed(claimed, hessian)).then_some(claimed);
    let z = [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0], [0.0, -system.t, 1.0]];
    // A margin changes by no more than the box is wide, times the size of z, with room for rounding.
    let margins = z.map(|z| (dot(&z, w), 2.0 * RADIUS * (2.0 + system.t)));
    let decided = margins.iter().all(|(margin, uncertain)| margin.abs() > *uncertain);
    let sides = decided.then(|| margins.map(|(margin, _)| margin > 0.0));
    Proof { unique, negative, curvature, sides }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "boxes of half-width 1e-8 with exactly one stationary point, ε = 0.01",
        &["t, point", "w_x", "w_y", "b", "negative curvatures", "all curvatures above", "wrong side"],
    );
    for t in [3.0, 5.0, 10.0, 50.0] {
        let at = Stationary { t, epsilon: EPSILON };
        let bad = at.bad_minimum().expect("beyond the fold");
        let points = [
            ("does not separate", bad, "one, a minimum, wrong about the spoiler alone"),
            ("saddle", at.saddle(), "one, with 1 negative curvature"),
            ("separates", at.good_minimum(), "one, a minimum, wrong about none"),
        ];
        for (name, w, predicted) in points {
            let proof = prove(at, &w);
            let found = match (&proof.unique, proof.negative, proof.curvature, proof.sides) {
                (Some(_), Some(0), Some(_), Some([true, true, true, true])) => {
                    "one, a minimum, wrong about none".to_owned()
                }
                (Some(_), Some(0), Some(_), Some([true, true, true, false])) => {
                    "one, a minimum, wrong about the spoiler alone".to_owned()
                }
                (Some(_), Some(count @ 1..), _, _) => format!("one, with {count} negative curvature"),
                (unique, negative, curvature, sides) => format!(
                    "not proved: box {}, signs {negative:?}, curvature {curvature:?}, sides {sides:?}",
                    unique.is_some()
                ),
            };
            findings.words(
                format!("stationary points in the box: {name}, t = {t}"),
                "Krawczyk's test",
                predicted,
                found,
            );
            let within = proof.unique.as_ref().map_or(f64::INFINITY, Unique::radius);
            // Not the number itself: how far the test shrinks a box is a question of rounding.
            findings.words(
                format!("half-width of the box in which it is proved to lie: {name}, t = {t}"),
                "the test shrinks the box",
                "below 1e-10",
                if within < 1e-10 { "below 1e-10" } else { "above 1e-10" },
            );
            let wrong = proof.sides.map_or("undecided".to_owned(), |sides| {
                sides.iter().filter(|side| !**side).count().to_string()
            });
            let numbers = [w[0], w[1], w[2]].map(|w| significant(if w.abs() < RADIUS { 0.0 } else { w }, 6));
            let signs = proof.negative.map_or("?".to_owned(), |count| count.to_string());
            let above = proof.curvature.map_or("–".to_owned(), |curvature| significant(curvature, 4));
            let cells = [format!("{t}, {name}")].into_iter().chain(numbers);
            table.row(cells.chain([signs, above, wrong]));
        }
    }
    findings.tables.push(table);
    check_folds(&mut findings);
    findings
}

fn check_folds(findings: &mut Findings) {
    let mut table = Table::new("the fold t*(ε), proved", &["ε", "t* lies above", "and below", "u t*"]);
    let mut folds = Vec::new();
    for epsilon in [0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001] {
        let fold = Fold { epsilon };
        let unique = prove_unique(&fold, &fold.solve(), 1e-7);
        let (low, high) =
            unique.map_or((f64::NAN, f64::NAN), |unique| (unique.within[3].low, unique.within[3].high));
        findings.words(
            format!("width of the interval in which t* is proved to lie, ε = {epsilon}"),
            "Krawczyk's test for the seven equations",
            "below 1e-9",
            if high - low < 1e-9 { "below 1e-9" } else { "above 1e-9" },
        );
        folds.push((epsilon, 0.5 * (low + high)));
        // Outward to eight decimals, which rounding does not reach.
        let outward = [(low * 1e8).floor() / 1e8, (high * 1e8).ceil() / 1e8].map(|t| format!("{t:.8}"));
        let [low, high] = outward;
        let product = significant(fold.solve()[3] * logit(epsilon), 5);
        table.row([epsilon.to_string(), low, high, product]);
    }
    findings.tables.push(table);
    let known = Fold { epsilon: EPSILON }.solve()[3];
    // Just below the fold nothing is left of the minimum, just above it is there.
    let exists = |t: f64| Stationary { t, epsilon: EPSILON }.bad_minimum().is_some();
    findings.words(
        "is there a minimum that does not separate 0.001 below t*(0.01), and 0.001 above",
        "it comes into being at the fold",
        "no, yes",
        [known - 1e-3, known + 1e-3].map(|t| if exists(t) { "yes" } else { "no" }).join(", "),
    );
    findings.near(
        "largest residue of the seven equations at the folds",
        "0",
        0.0,
        largest(folds.iter().flat_map(|&(epsilon, _)| {
            let fold = Fold { epsilon };
            let x: Vec<_> = fold.solve().into_iter().map(Interval::point).collect();
            fold.values(&x).into_iter().map(Interval::middle).collect::<Vec<_>>()
        })),
        Tolerance::Absolute(1e-14),
        "rounding of numbers of size 1",
    );
    let ink = Ink::Wrong;
    let panel = Panel::new(
        "From where on there is a bad minimum",
        Axis::logarithmic("ε", 5e-4, 0.3),
        Axis::linear("t*", 0.0, 8.0),
    )
    .line(folds.iter().copied(), ink)
    .dots(folds.iter().copied(), ink)
    .label((0.01, 6.0), Anchor::Above, "a minimum that does not separate", ink)
    .label((0.003, 1.0), Anchor::Below, "none", Ink::Theory);
    findings.figures.push(Figure {
        id: "fold-by-epsilon",
        caption: "The fold for seven values of ε, each proved to lie within less than the width of the line."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    });
}

//! R17: ten points for which a small network has a bad local minimum, proved.

mod ends;
mod figure;

use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_numerics::{dot, softplus};
use thalweg_problem::{Differentiable, Objective};

use self::ends::{Census, right};
use crate::descend::largest;
use crate::interval::Interval;
use crate::krawczyk::{System, Unique, eigenvalues_exceed, newton, prove_unique};
use crate::number::significant;
use crate::repeated::wilson;
use crate::two_hidden_units::{TwoHiddenUnits, WEIGHTS};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "ten-points-have-a-bad-minimum",
    number: 17,
    slides: Slides(&[(34, 34)]),
    chapter: Chapter::Surface,
    claim: "In networks of finite size, trained on finite data, you can have horrible local minima.",
    correction: None,
    source: "the points and the weights are those of Świrszcz, Czarnecki and Pascanu (2016), arXiv:1611.06310; nothing here rests on them, for \
             Krawczyk's test proves a box around them to hold exactly one stationary point and an elimination with intervals proves all \
             of its curvatures positive. The loss there follows from the loss, the gradient and the Hessian at the printed weights. Decided \
             before the first run: 1000 starts each from N(0, 1) and N(0, 3²), seeds 0 and 1, by L-BFGS within 2000 evaluations; a minimum is \
             no curiosity if more than one start in a hundred ends there, with 95 % (Wilson)",
    errata: &[
        Erratum {
            slides: Slides(&[(34, 34)]),
            flag: Flag::Wrong,
            printed: "Baldi and Hornik (89): an MLP with a single hidden layer has only saddle points and no local minima.",
            correct: "Their theorem is about linear units and the squared error. With logistic units there are local minima.",
            measured_by: IT_IS_A_MINIMUM,
        },
        Erratum {
            slides: Slides(&[(34, 34)]),
            flag: Flag::Typo,
            printed: "Swirscz et. al. (2016)",
            correct: "Świrszcz, Czarnecki and Pascanu.",
            measured_by: IT_IS_A_MINIMUM,
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/networks/src/multilayer/passes.rs",
        "crates/quasi-newton/src/lbfgs.rs",
        "crates/lecture/src/two_hidden_units.rs",
        "crates/lecture/src/krawczyk.rs",
    ],
    run,
    full: None,
};

const IT_IS_A_MINIMUM: &str = "number that is proved to lie below all curvatures of the stationary point";

/// The first five belong to class 1.
const POINTS: [[f64; 2]; 10] = [
    [2.8, 0.4],
    [3.1, 4.3],
    [0.1, -3.4],
    [-4.2, -3.3],
    [-0.5, 0.2],
    [-2.7, -0.4],
    [-3.0, -4.3],
    [-0.1, 3.4],
    [4.2, 3.2],
    [0.4, -0.1],
];
const CLASSES: [usize; 10] = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const TARGETS: [f64; 10] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// To the digits that were printed.
const PRINTED: [f64; WEIGHTS] = [
    1.05954587,
    -0.03749863,
    -0.05625762,
    1.09518945,
    -0.05068600,
    -0.06894291,
    3.76921058,
    -3.72139955,
    -0.0148436,
];
/// Half the side of the box.
const RADIUS: f64 = 1e-8;
const SPREADS: [f64; 2] = [1.0, 3.0];
const STARTS: usize = 1000;

fn network() -> MultilayerPerceptron {
    MultilayerPerceptron::new(&[2, 2, 1], Activation::Logistic, Activation::Logistic).expect("widths above 0")
}

/// The mean over the points.
fn problem() -> NetworkLoss {
    let features = POINTS.concat();
    NetworkLoss::new(network(), features, Targets::Classes(&CLASSES), Loss::CrossEntropy)
        .expect("ten points of two classes")
}

/// The loss of the lecture's authors, a sum.
fn total(problem: &NetworkLoss, w: &[f64]) -> f64 {
    POINTS.len() as f64 * problem.value(w)
}

fn middles(rows: &[Vec<Interval>]) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), rows.len(), |i, j| rows[i][j].middle())
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let problem = problem();
    let system = TwoHiddenUnits { points: &POINTS, targets: &TARGETS };
    let minimum = newton(&system, &PRINTED, 8);
    check_the_minimum(&mut findings, &problem, &system, &minimum);
    let lowest = total(&problem, &minimum);
    let censuses = [0, 1].map(|k| Census::take(&problem, SPREADS[k], STARTS, k as u64, lowest));
    check_all_right(&mut findings, &problem, &censuses[0]);
    check_ends(&mut findings, &censuses);
    findings.figures.push(figure::points(&minimum, &censuses[0].all_right));
    findings.figures.push(figure::losses(&censuses, lowest));
    findings
}

fn check_the_minimum(
    findings: &mut Findings,
    problem: &NetworkLoss,
    system: &TwoHiddenUnits<'_>,
    minimum: &[f64],
) {
    let points = |w: &[f64]| w.iter().map(|&w| Interval::point(w)).collect::<Vec<_>>();
    let slopes: Vec<_> = system.values(&points(&PRINTED)).into_iter().map(Interval::middle).collect();
    let mut gradient = [f64::NAN; WEIGHTS];
    problem.value_gradient(&PRINTED, &mut gradient);
    findings.near(
        "largest element of the network's gradient, less that in intervals, at the printed weights",
        "0: two programs, one function",
        0.0,
        largest(gradient.iter().zip(&slopes).map(|(g, slope)| POINTS.len() as f64 * g - slope)),
        Tolerance::Absolute(1e-13),
        "rounding of sums of ten numbers of size 1",
    );
    let eigen = Eigen::new(&middles(&system.jacobian(&points(&PRINTED)))).expect("finite and symmetric");
    let inverse = eigen.inverse().expect("no curvature is 0");
    let step = inverse * DVector::from_column_slice(&slopes);
    findings.near(
        "loss of the minimum",
        "f − ½ gᵀH⁻¹g at the printed weights",
        total(problem, &PRINTED) - 0.5 * dot(step.as_slice(), &slopes),
        total(problem, minimum),
        Tolerance::Absolute(1e-11),
        "the third power of a step of 1e-3 or less, and rounding",
    );
    let unique = prove_unique(system, minimum, RADIUS);
    findings.words(
        "stationary points within 1e-8 of the minimum",
        "Krawczyk's test",
        "exactly one",
        if unique.is_some() { "exactly one" } else { "not proved" },
    );
    let within = unique.as_ref().map_or(f64::INFINITY, Unique::radius);
    findings.words(
        "half-width of the box in which it is proved to lie",
        "the test shrinks the box",
        "below 1e-10",
        if within < 1e-10 { "below 1e-10" } else { "above 1e-10" },
    );
    let hull: Vec<_> = minimum.iter().map(|&w| Interval::around(w, RADIUS)).collect();
    let hessian = system.jacobian(&hull);
    let curvatures = Eigen::new(&middles(&hessian)).expect("finite and symmetric");
    let claimed = 0.99 * curvatures.lowest();
    findings.breaks(
        IT_IS_A_MINIMUM,
        "0, if it were a saddle",
        0.0,
        if eigenvalues_exceed(claimed, hessian) { claimed } else { f64::NAN },
    );
    let count = right(minimum);
    findings.words("points that are right there", "printed: 4 of 10", "4", count.to_string());
    let mut table = Table::new("the nine curvatures of the minimum", &["curvature", "λ"]);
    for (k, curvature) in curvatures.values().iter().enumerate() {
        table.row([(k + 1).to_string(), significant(*curvature, 5)]);
    }
    findings.tables.push(table);
}

/// That the least loss is 0: the weights of the output, times s, from a run that has all points right.
fn check_all_right(findings: &mut Findings, problem: &NetworkLoss, census: &Census) {
    let w = &census.all_right;
    findings.words(
        "points that are right where the lowest of all runs ended",
        "weights exist that have all right",
        "10",
        right(w).to_string(),
    );
    let margins = ends::margins(w);
    for s in [0.1, 1.0, 10.0] {
        let scaled: Vec<_> = w.iter().enumerate().map(|(k, &w)| if k < 6 { w } else { s * w }).collect();
        findings.near(
            format!("loss there, with the output's weights times {s}"),
            "Σ ln(1 + exp(−s m)) over the margins m",
            margins.iter().fold(0.0, |sum, m| sum + softplus(-s * m)),
            total(problem, &scaled),
            Tolerance::Absolute(1e-12),
            "rounding of margins that are large",
        );
    }
}

fn check_ends(findings: &mut Findings, censuses: &[Census; 2]) {
    let share = |count: usize| count as f64 / STARTS as f64;
    let with_interval = |count: usize| {
        let (low, high) = wilson(share(count), STARTS);
        format!("{count} ({} to {} %)", significant(100.0 * low, 2), significant(100.0 * high, 2))
    };
    findings.breaks(
        "share of the starts from N(0, 1) that end at that minimum, lower end of the interval",
        "one in a hundred: a curiosity",
        0.01,
        wilson(share(censuses[0].here), STARTS).0,
    );
    findings.at_most(
        "share of the starts from N(0, 1) that end with all points right, upper end of the interval",
        "half: descent by a good method is no way to find what exists",
        0.5,
        wilson(share(censuses[0].by_right[10]), STARTS).1,
        0.0,
        "nothing",
    );
    let mut table = Table::new(
        "where 1000 runs of L-BFGS end, with 95 % intervals (Wilson)",
        &["end", "starts from N(0, 1)", "starts from N(0, 3²)"],
    );
    let rows = [
        ("at the minimum above", censuses.each_ref().map(|census| census.here)),
        ("at another strict minimum", censuses.each_ref().map(|census| census.minima)),
        ("at a stationary point with a negative curvature", censuses.each_ref().map(|census| census.saddles)),
        (
            "on a plateau: the gradient is small, and a curvature may be 0",
            censuses.each_ref().map(|census| census.flat),
        ),
        ("on their way, the gradient not yet small", censuses.each_ref().map(|census| census.on_their_way)),
    ];
    for (name, counts) in rows {
        table.row([name.to_owned()].into_iter().chain(counts.map(with_interval)));
    }
    for right in (0..=10).rev() {
        let counts = censuses.each_ref().map(|census| census.by_right[right]);
        if counts != [0, 0] {
            table.row([format!("with {right} of 10 right")].into_iter().chain(counts.map(with_interval)));
        }
    }
    findings.tables.push(table);
}

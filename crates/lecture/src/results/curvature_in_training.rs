//! R63: the curvatures of a network while it learns, and what a step that knows them gains.

mod figure;

use std::ops::ControlFlow;

use thalweg_driver::{Record, Stop, minimize};
use thalweg_krylov::{FoundEigenpairs, HessianAt, SpectralSample, StochasticQuadrature};
use thalweg_networks::NetworkLoss;
use thalweg_numerics::ln;
use thalweg_problem::{Allowance, Counted, Curved, Differentiable, Objective};
use thalweg_second_order::{SteihaugToint, TrustRegion};

use crate::descend::descend;
use crate::large_network::{CLASSES, extremes, problem, start, trained};
use crate::number::significant;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "negative-curvature-stays-while-a-network-learns",
    number: 63,
    slides: Slides(&[(93, 94)]),
    chapter: Chapter::Surface,
    claim: "For non-convex functions the Hessian may not be positive semi-definite, which now requires additional checks to avoid movement \
            along negative eigenvalues.",
    correction: None,
    source: "the network of 99 690 parameters on images of digits, with a weight decay of 0.001, at its start, after a few steps of L-BFGS and \
             trained. Those curvatures stand apart that lie above the largest ratio of one to the next among the sixteen highest. While \
             all classes are about as likely, diag p − ppᵀ has C − 1 curvatures of one size, which the mean activity of the units hands \
             on. Decided before the first run, after Sagun et al. (2017), arXiv:1706.04454: there are C or C − 1 after training; that \
             failed, and what is checked now was predicted after that. A product counts as two gradients. Newton's method by conjugate gradients in a \
             trust region, which turns along a negative curvature when it meets one, and the same with the Gauss–Newton matrix, which has none, are given \
             as many gradients as descent at 1/λmax",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/passes.rs",
        "crates/krylov/src/extreme_eigenpairs.rs",
        "crates/second-order/src/trust_region/steihaug_toint.rs",
    ],
    run: || run(&Extent { examples: 150, stages: [0, 3, 60], tolerance: 1e-3, probes: 2, gradients: 60 }),
    full: Some(|| {
        run(&Extent { examples: 1000, stages: [0, 3, 150], tolerance: 1e-6, probes: 8, gradients: 200 })
    }),
};

/// How much is run.
struct Extent {
    examples: usize,
    /// Steps of L-BFGS until the curvatures are looked at.
    stages: [u64; 3],
    /// Of the eigenvalues, over the largest.
    tolerance: f64,
    /// Of the density.
    probes: u64,
    /// How many of them each side has to show what it gains.
    gradients: u64,
}

/// Of the lowest and of the highest curvatures.
const WANTED: [usize; 2] = [4, 16];
const NAMES: [&str; 3] = ["start", "on the way", "trained"];

/// What is seen at one point.
struct Stage {
    steps: u64,
    value: f64,
    x: Vec<f64>,
    found: FoundEigenpairs,
    sample: SpectralSample,
}

impl Stage {
    /// How many of the highest curvatures stand apart: where the ratio of one to the next is largest.
    fn outliers(&self) -> usize {
        let ratios = self.found.highest.windows(2).map(|pair| ln(pair[0].value / pair[1].value));
        let largest = ratios.enumerate().max_by(|one, other| one.1.total_cmp(&other.1));
        largest.map_or(0, |(k, _)| k + 1)
    }

    /// The ratio of the (C − 1)-th curvature to the next.
    fn gap(&self) -> f64 {
        let highest = &self.found.highest;
        highest.get(CLASSES - 1).map_or(f64::NAN, |next| highest[CLASSES - 2].value / next.value)
    }

    /// The lowest curvature with its bound added: below 0, one is negative for certain.
    fn lowest_at_most(&self) -> f64 {
        self.found.lowest.first().map_or(f64::NAN, |pair| pair.value + pair.bound)
    }

    fn highest(&self) -> f64 {
        self.found.highest.first().map_or(f64::NAN, |pair| pair.value)
    }
}

fn run(extent: &Extent) -> Findings {
    let mut findings = Findings::default();
    let problem = problem(extent.examples);
    let stages = extent.stages.map(|steps| {
        let x = trained(&problem, &start(), steps);
        let found = extremes(&problem, &x, WANTED, extent.tolerance, 0);
        let quadrature = StochasticQuadrature {
            probes: extent.probes,
            steps: 25,
            seed: 63,
            ..StochasticQuadrature::default()
        };
        let sample = quadrature
            .run(&HessianAt { problem: &problem, x: &x }, &mut Allowance::evaluations(1000))
            .expect("settings that can be used");
        Stage { steps, value: problem.value(&x), x, found, sample }
    });
    check_curvatures(&mut findings, &stages, extent);
    check_gain(&mut findings, &problem, &stages, extent);
    findings.figures.push(figure::outliers(&stages));
    findings.figures.push(figure::densities(&stages));
    findings
}

fn check_curvatures(findings: &mut Findings, stages: &[Stage; 3], extent: &Extent) {
    for (stage, name) in stages.iter().zip(NAMES) {
        findings.near(
            format!("{name}: curvatures with the bound that was asked for"),
            "all of them",
            (WANTED[0] + WANTED[1]) as f64,
            stage
                .found
                .highest
                .iter()
                .chain(&stage.found.lowest)
                .filter(|pair| pair.bound <= 2.0 * extent.tolerance * stage.found.norm)
                .count() as f64,
            Tolerance::Absolute(0.0),
            "nothing",
        );
    }
    for (stage, name) in stages.iter().zip(NAMES).take(2) {
        findings.at_most(
            format!("{name}: lowest curvature with its bound, over the highest"),
            "below 0: some are negative",
            0.0,
            stage.lowest_at_most() / stage.highest(),
            0.0,
            "nothing",
        );
    }
    for (stage, name) in stages.iter().zip(NAMES).take(2) {
        findings.near(
            format!("{name}: curvatures that stand apart"),
            "C − 1, one fewer than there are classes",
            CLASSES as f64 - 1.0,
            stage.outliers() as f64,
            Tolerance::Absolute(0.0),
            "nothing",
        );
    }
    findings.at_most(
        "trained: ratio of the ninth curvature to the tenth, over that at the start",
        "1: where the classes are decided, nothing keeps them apart",
        1.0,
        stages[2].gap() / stages[0].gap(),
        0.0,
        "nothing",
    );
    let mut table = Table::new(
        format!("{} parameters, {} images", stages[0].x.len(), extent.examples),
        &[
            "point",
            "steps",
            "loss",
            "highest",
            "that stand apart",
            "next to them",
            "lowest",
            "share below −1/1000 of the highest",
        ],
    );
    for (stage, name) in stages.iter().zip(NAMES) {
        let outliers = stage.outliers();
        let negative = stage.sample.nodes().into_iter().filter(|node| node.0 < -1e-3 * stage.highest());
        table.row([
            name.to_owned(),
            stage.steps.to_string(),
            significant(stage.value, 4),
            significant(stage.highest(), 3),
            outliers.to_string(),
            significant(stage.found.highest[outliers].value, 3),
            significant(stage.found.lowest[0].value, 2),
            significant(negative.map(|node| node.1).sum::<f64>(), 1),
        ]);
    }
    findings.tables.push(table);
}

/// For the price of the same number of gradients: descent, and Newton's method by products with either matrix.
fn check_gain(findings: &mut Findings, problem: &NetworkLoss, stages: &[Stage; 3], extent: &Extent) {
    let mut table = Table::new(
        format!("loss after what {} gradients cost", extent.gradients),
        &[
            "from",
            "before",
            "descent at 1/λmax",
            "Newton: loss, steps, products",
            "Gauss–Newton: loss, steps, products",
        ],
    );
    for (stage, name) in stages.iter().zip(NAMES).take(2) {
        let path = descend(problem, 1.0 / stage.highest(), &stage.x, extent.gradients);
        let by_descent = path.values.last().copied().unwrap_or(f64::NAN);
        let gained = [
            by_products(problem, &stage.x, extent.gradients),
            by_products(&GaussNewton(problem), &stage.x, extent.gradients),
        ];
        for (method, gained) in ["Newton's method", "Gauss and Newton's"].into_iter().zip(&gained) {
            findings.at_most(
                format!("{name}: loss by {method} with products, over that by descent, for the same price"),
                "1: curvatures are worth what they cost",
                1.0,
                gained.best / by_descent,
                0.0,
                "nothing",
            );
        }
        let losses = [significant(stage.value, 4), significant(by_descent, 4)];
        let cells = gained
            .map(|gained| format!("{}, {}, {}", significant(gained.best, 4), gained.steps, gained.products));
        table.row([name.to_owned()].into_iter().chain(losses).chain(cells));
    }
    findings.tables.push(table);
}

struct Gained {
    best: f64,
    steps: u64,
    products: u64,
}

/// The loss with the Gauss–Newton matrix for its Hessian: it has no negative curvature.
struct GaussNewton<'p>(&'p NetworkLoss);

impl Objective for GaussNewton<'_> {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.0.value(x)
    }
}

impl Differentiable for GaussNewton<'_> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(x, gradient)
    }
}

impl Curved for GaussNewton<'_> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.0.gauss_newton_vector(x, v, out);
    }
}

/// Newton's method in a trust region, as far as the steps go that the price of so many gradients pays for.
fn by_products(problem: &impl Curved, x: &[f64], gradients: u64) -> Gained {
    let counted = Counted::new(problem);
    let method = TrustRegion::with(SteihaugToint::default());
    let mut gained = Gained { best: f64::INFINITY, steps: 0, products: 0 };
    let watch = |record: &Record<'_>| {
        let counts = counted.counts();
        if counts.values + counts.gradients + 2 * counts.hessian_vectors > gradients {
            return ControlFlow::Break(());
        }
        let value = record.value.unwrap_or(f64::NAN);
        gained =
            Gained { best: gained.best.min(value), steps: record.step, products: counts.hessian_vectors };
        ControlFlow::Continue(())
    };
    minimize(&counted, &method, x, Stop::after(gradients), watch).expect("valid input");
    gained
}

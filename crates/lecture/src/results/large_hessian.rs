//! R43: what is to be had of a Hessian with 10¹⁰ elements.

mod figure;

use thalweg_krylov::{HessianAt, StochasticQuadrature, operator};
use thalweg_networks::NetworkLoss;
use thalweg_numerics::{axpy, dot, norm};
use thalweg_problem::{Allowance, Curved, Differentiable, FiniteSum};

use crate::descend::largest;
use crate::draws::Draws;
use crate::large_network::{
    CLASSES, DECAY, basis, extremes, images, network, problem, problem_for, start, trained,
};
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "eigenvalues-of-a-hessian-that-is-never-written",
    number: 43,
    slides: Slides(&[(92, 92)]),
    chapter: Chapter::Surface,
    claim: "For a network with only 100,000 parameters the Hessian, with 10¹⁰ cross-derivative terms, is extremely difficult to compute.",
    correction: Some(Correction {
        statement: "As many, yes, and 80 GB. But its largest and its smallest curvatures, with bounds, and the density of all of them \
                    are had from a few hundred products with vectors, each for the price of about two gradients, in the memory of some \
                    sixty vectors.",
        refuted_by: TOO_MANY,
    }),
    source: "a network with 64 inputs, 280 and 280 tanh units and ten outputs under softmax, on 150 images of digits, with a weight decay of 0.001, after 20 steps of L-BFGS. \
             The trace of the Gauss–Newton matrix is the mean of |∇ ln p(c)|² over the classes c that the network itself believes in, so \
             that ten gradients an image give it exactly, but for the decay times n. Products by differences of gradients are off by h²/6 times the fourth \
             derivative, and rounding over h",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/networks/src/multilayer/passes.rs",
        "crates/networks/src/multilayer/network_loss.rs",
        "crates/krylov/src/extreme_eigenpairs.rs",
        "crates/krylov/src/stochastic.rs",
    ],
    run,
    full: None,
};

const TOO_MANY: &str = "columns of the Hessian over the products that its extreme curvatures take";
const EXAMPLES: usize = 150;
const STEPS: u64 = 20;
/// Of the lowest and of the highest curvatures.
const WANTED: [usize; 2] = [3, 10];
/// The residuals, over the largest curvature.
const TOLERANCE: f64 = 1e-6;
const DENSITY: StochasticQuadrature = StochasticQuadrature {
    probes: 3,
    steps: 30,
    seed: 43,
    confidence: 0.99,
    reorthogonalization: thalweg_krylov::Reorthogonalization::Full,
    product_error: None,
};

fn run() -> Findings {
    let mut findings = Findings::default();
    let problem = problem(EXAMPLES);
    let x = trained(&problem, &start(), STEPS);
    check_sizes(&mut findings, x.len());
    check_products(&mut findings, &problem, &x);
    check_trace(&mut findings, &problem, &x);
    let found = extremes(&problem, &x, WANTED, TOLERANCE, 0);
    let again = extremes(&problem, &x, WANTED, TOLERANCE, 1);
    let (pairs, others): (Vec<_>, Vec<_>) = (
        found.highest.iter().chain(&found.lowest).collect(),
        again.highest.iter().chain(&again.lowest).collect(),
    );
    findings.near(
        "curvatures found with a bound below 2e-6 of the largest, of 13 that were asked for",
        "all of them",
        (WANTED[0] + WANTED[1]) as f64,
        pairs.iter().filter(|pair| pair.bound <= 2.0 * TOLERANCE * found.norm).count() as f64,
        Tolerance::Absolute(0.0),
        "nothing",
    );
    let differences = pairs.iter().zip(&others).map(|(a, b)| (a.value - b.value) / (a.bound + b.bound));
    findings.at_most(
        "largest difference to a search from another start, over the sum of both bounds",
        "1: each bound holds",
        1.0,
        if pairs.len() == others.len() { largest(differences) } else { f64::NAN },
        0.0,
        "nothing",
    );
    findings.breaks(TOO_MANY, "1: a column is a product", 1.0, x.len() as f64 / found.products as f64);
    let sample = DENSITY
        .run(&HessianAt { problem: &problem, x: &x }, &mut Allowance::evaluations(1000))
        .expect("settings that can be used");
    let nodes = sample.nodes();
    let beyond =
        |bound: f64| nodes.iter().filter(|node| node.0.abs() > bound).map(|node| node.1).sum::<f64>();
    findings.tables.push(spectrum(&pairs.iter().map(|pair| (pair.value, pair.bound)).collect::<Vec<_>>()));
    let mut table = Table::new(
        format!(
            "the curvatures of {} parameters, by {} probes of {} steps",
            x.len(),
            DENSITY.probes,
            DENSITY.steps
        ),
        &["what", "share"],
    );
    for share in [1e-4, 1e-3, 1e-2, 1e-1] {
        table.row([
            format!("of curvatures farther from 0 than {share} of the largest"),
            significant(beyond(share * found.norm), 2),
        ]);
    }
    findings.tables.push(table);
    findings.figures.push(figure::sizes(x.len(), found.products));
    findings.figures.push(figure::spectrum(&found, &sample));
    findings
}

/// What the search keeps: its basis, and four beside it.
fn vectors() -> usize {
    basis(WANTED) + 4
}

/// The slide's count, and bytes.
fn check_sizes(findings: &mut Findings, n: usize) {
    let n = n as f64;
    findings.near(
        "elements of the Hessian",
        "10¹⁰",
        1e10,
        n * n,
        Tolerance::Relative(0.01),
        "the network has 99 690 parameters, not 100 000",
    );
    let mut table = Table::new("what would be stored, in numbers of 8 bytes", &["what", "numbers", "GB"]);
    for (name, numbers) in [
        ("the matrix", n * n),
        ("its distinct elements", 0.5 * n * (n + 1.0)),
        ("the vectors of the search", vectors() as f64 * n),
        ("a point", n),
    ] {
        table.row([name.to_owned(), significant(numbers, 6), significant(8e-9 * numbers, 3)]);
    }
    findings.tables.push(table);
}

fn check_products(findings: &mut Findings, problem: &NetworkLoss, x: &[f64]) {
    let n = x.len();
    let mut draws = Draws::from_seed(92);
    let mut unit = || {
        let v: Vec<_> = (0..n).map(|_| draws.normal()).collect();
        let length = norm(&v);
        v.into_iter().map(|v| v / length).collect::<Vec<_>>()
    };
    let (u, v) = (unit(), unit());
    let times = |v: &[f64]| {
        let mut out = vec![f64::NAN; n];
        problem.hessian_vector(x, v, &mut out);
        out
    };
    let (hu, hv) = (times(&u), times(&v));
    const H: f64 = 1e-4;
    let ahead = |h: f64| {
        let mut at = x.to_vec();
        axpy(h, &v, &mut at);
        let mut gradient = vec![f64::NAN; n];
        problem.value_gradient(&at, &mut gradient);
        gradient
    };
    let (plus, minus) = (ahead(H), ahead(-H));
    let off: Vec<_> = (0..n).map(|i| (plus[i] - minus[i]) / (2.0 * H) - hv[i]).collect();
    findings.at_most(
        "a product less the difference of two gradients, over its length",
        "1e-6: a step of 1e-4 squared, with room for the fourth derivative",
        1e-6,
        norm(&off) / norm(&hv),
        0.0,
        "nothing",
    );
    findings.near(
        "uᵀHv − vᵀHu, over |Hv|",
        "0: the matrix is symmetric",
        0.0,
        (dot(&u, &hv) - dot(&v, &hu)) / norm(&hv),
        Tolerance::Absolute(1e-12),
        "rounding",
    );
}

/// tr G = mean over the images of Σ p(c) |∇ ln p(c)|², and λn.
fn check_trace(findings: &mut Findings, problem: &NetworkLoss, x: &[f64]) {
    let n = x.len();
    let mut probabilities = vec![f64::NAN; EXAMPLES * CLASSES];
    network().predict(x, &images(EXAMPLES), &mut probabilities).expect("images");
    let mut exact = DECAY * n as f64;
    let mut gradient = vec![f64::NAN; n];
    for class in 0..CLASSES {
        let believed = problem_for(EXAMPLES, &[class; EXAMPLES]);
        for image in 0..EXAMPLES {
            believed.batch_value_gradient(x, &[image], &mut gradient);
            exact += probabilities[image * CLASSES + class] * dot(&gradient, &gradient) / EXAMPLES as f64;
        }
    }
    let quadrature = StochasticQuadrature { probes: 16, steps: 1, seed: 63, ..DENSITY };
    let gauss_newton = operator(n, |v, out| problem.gauss_newton_vector(x, v, out));
    let trace = quadrature
        .run(&gauss_newton, &mut Allowance::evaluations(100))
        .expect("settings that can be used")
        .trace();
    findings.at_most(
        "trace of the Gauss–Newton matrix by 16 products, less that by gradients, over the half-width of the 99 % interval",
        "1",
        1.0,
        (trace.value - exact).abs() / trace.half_width,
        0.0,
        "nothing",
    );
    let mut table = Table::new("the trace of the Gauss–Newton matrix", &["by", "trace"]);
    table.row(["gradients of all classes".to_owned(), significant(exact, 6)]);
    let estimate = format!("{} ± {}", significant(trace.value, 4), significant(trace.half_width, 2));
    table.row(["16 products with random vectors".to_owned(), estimate]);
    findings.tables.push(table);
}

fn spectrum(pairs: &[(f64, f64)]) -> Table {
    let mut table = Table::new(
        "the highest ten and the lowest three curvatures, each with a bound",
        &["curvature", "λ", "within"],
    );
    for (k, (value, bound)) in pairs.iter().enumerate() {
        let name = if k < WANTED[1] {
            format!("highest {}", k + 1)
        } else {
            format!("lowest {}", k + 1 - WANTED[1])
        };
        // The bound itself is a matter of rounding: what was asked for is what is stated.
        let scale = 2.0 * TOLERANCE * pairs[0].0;
        let within = if *bound <= scale { "2e-6 of the largest" } else { "more" };
        table.row([name, significant(*value, 5), within.to_owned()]);
    }
    table
}

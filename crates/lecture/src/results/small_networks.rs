//! R18: how often small networks fail to learn the exclusive or, and where they end then.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, Eigen, Inertia, Stationary, TwiceDifferentiable};
use thalweg_krylov::{HessianAt, verify};
use thalweg_networks::data::xor;
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_numerics::{axpy, dot, ln, norm};
use thalweg_problem::{Allowance, Objective, State};
use thalweg_quasi_newton::Bfgs;

use crate::descend::largest;
use crate::draws::Draws;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::first_trial::UNIT;
use crate::number::{rounded, significant};
use crate::repeated::wilson;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "small-networks-fail-from-many-starts",
    number: 18,
    slides: Slides(&[(33, 33)]),
    chapter: Chapter::Surface,
    claim: "For small networks it is not true that training from most starts ends close to the global minimum; for larger ones it is.",
    correction: None,
    source: "the exclusive or needs two hidden units. Predicted from an independent program's 300 starts: with two it is missed from 0.54 of \
             the starts on the squared error and 0.587 on the cross-entropy, and with five from 0.02 or less. Sprinkhuizen-Kuyper and \
             Boers (1999): on the squared error with two units every finite point that is no solution has a way down, so that no \
             stall is a strict minimum. A stall is stationary if ‖∇f‖ is at most 10⁻¹⁰ of that at the start. It is on the way to \
             infinity if the weights of a layer can be doubled and the loss rises by less than 10⁻⁹ of it, a test that \
             replaced one by Newton's step alone, which took two points far out for saddles. Of the others an index is \
             told if Newton's step is shorter than 10⁻³ of the point, for gradient and curvature can vanish together. Where \
             hidden units are saturated for good, patterns look alike to them, and the output is the mean of their targets at best",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/quasi-newton/src/bfgs.rs",
        "crates/hessian/src/eigen.rs",
        "crates/networks/src/multilayer/network_loss.rs",
    ],
    run,
    full: None,
};

/// h.
const HIDDEN: [usize; 7] = [2, 3, 4, 5, 6, 8, 10];
/// Of each network and loss.
const STARTS: usize = 1000;
const LOSSES: [Loss; 2] = [Loss::Squared, Loss::CrossEntropy];
/// Failures with two hidden units, of the independent program's starts.
const SCOUTED: [f64; 2] = [0.54, 0.587];
const SCOUTED_STARTS: f64 = 300.0;
/// From here on few fail.
const ENOUGH: usize = 5;
const FEW: f64 = 0.02;
/// ‖∇f‖ that counts as stationary, relative to that at the start.
const STATIONARY: f64 = 1e-10;
/// A rise of the loss that counts as none, relative to it.
const RISE: f64 = 1e-9;
/// Newton's step that counts as short, relative to the point.
const SHORT: f64 = 1e-3;

/// Where a failure ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Every eigenvalue is above its bound.
    Minimum,
    /// So many eigenvalues are below minus their bound.
    Saddle { index: usize },
    /// None is, and some cannot be told from 0.
    Flat,
    /// A layer can be doubled at no cost.
    Infinity,
    /// The gradient is not small, or Newton's step is long, or nothing can be told.
    Unknown,
}

impl End {
    /// In the order of the table: saddles of all indices are one kind.
    const KINDS: [&str; 5] =
        ["strict minimum", "saddle", "flat", "on the way to infinity", "no stationary point"];

    fn kind(self) -> usize {
        match self {
            Self::Minimum => 0,
            Self::Saddle { .. } => 1,
            Self::Flat => 2,
            Self::Infinity => 3,
            Self::Unknown => 4,
        }
    }
}

/// What became of all starts of one network and loss.
struct Cell {
    loss: Loss,
    hidden: usize,
    failures: Vec<Failure>,
}

struct Failure {
    end: End,
    value: f64,
    /// The largest residual bound of an eigenvalue, relative to the largest eigenvalue.
    bound: f64,
}

impl Cell {
    fn run(loss: Loss, hidden: usize) -> Self {
        let problem = problem(loss, hidden);
        let mut draws = Draws::from_seed(hidden as u64);
        let n = problem.network().parameter_count();
        let mut failures = Vec::new();
        for _ in 0..STARTS {
            let start: Vec<_> = (0..n).map(|_| draws.normal()).collect();
            failures.extend(fail(&problem, &start));
        }
        Self { loss, hidden, failures }
    }

    fn share(&self) -> f64 {
        self.failures.len() as f64 / STARTS as f64
    }

    fn interval(&self) -> (f64, f64) {
        wilson(self.share(), STARTS)
    }

    fn count(&self, kind: usize) -> usize {
        self.failures.iter().filter(|failure| failure.end.kind() == kind).count()
    }

    fn name(&self) -> String {
        format!("{}, h = {}", name(self.loss), self.hidden)
    }
}

fn name(loss: Loss) -> &'static str {
    match loss {
        Loss::Squared => "squared error",
        Loss::CrossEntropy => "cross-entropy",
    }
}

fn problem(loss: Loss, hidden: usize) -> NetworkLoss {
    const USABLE: &str = "a network with two inputs and one output";
    let network =
        MultilayerPerceptron::new(&[2, hidden, 1], Activation::Tanh, Activation::Logistic).expect(USABLE);
    let data = xor();
    NetworkLoss::new(network, data.features(), Targets::Classes(data.labels()), loss).expect(USABLE)
}

/// The mean loss if one output alone is off, by 0.4: below it every output is nearer to its target.
fn solved(loss: Loss) -> f64 {
    match loss {
        Loss::Squared => 0.5 * 0.4 * 0.4 / 4.0,
        Loss::CrossEntropy => -ln(0.6) / 4.0,
    }
}

/// Where BFGS ends from a start, if it does not learn.
fn fail(problem: &NetworkLoss, start: &[f64]) -> Option<Failure> {
    let target = solved(problem.loss());
    let stop = Stop { relative_gradient: STATIONARY, target_value: Some(target), ..Stop::default() };
    let run = minimize(problem, &Bfgs { first_length: UNIT, ..Bfgs::default() }, start, stop, silent)
        .expect("a start that can be used");
    let value = run.state.value().unwrap_or(f64::NAN);
    if value <= target {
        return None;
    }
    let unknown = Failure { end: End::Unknown, value, bound: 0.0 };
    let Some(gradient) = run.state.gradient().filter(|_| run.reason.is_converged()) else {
        return Some(unknown);
    };
    if goes_on(problem, run.state.x(), value) {
        return Some(Failure { end: End::Infinity, ..unknown });
    }
    Some(Failure { value, ..classify(problem, run.state.x(), gradient).unwrap_or(unknown) })
}

/// Whether a layer can be doubled without the loss rising: what is saturated stays so, and the way goes on to infinity.
fn goes_on(problem: &NetworkLoss, x: &[f64], value: f64) -> bool {
    let network = problem.network();
    (0..network.widths().len() - 1).any(|doubled| {
        let mut beyond = x.to_vec();
        let layers = network.layers_mut(&mut beyond).expect("parameters of the network's");
        for layer in layers.skip(doubled).take(1) {
            layer.weights.iter_mut().chain(layer.biases).for_each(|w| *w *= 2.0);
        }
        problem.value(&beyond) <= (1.0 + RISE) * value
    })
}

/// What a point is whose gradient has passed the test; none if an eigenvalue cannot be had.
fn classify(problem: &NetworkLoss, x: &[f64], gradient: &[f64]) -> Option<Failure> {
    let n = x.len();
    let mut hessian = DMatrix::zeros(n, n);
    ByProducts(problem).hessian(x, &mut hessian);
    let eigen = Eigen::new(&hessian).ok()?;
    // Every eigenpair is put to the test with a product of its own.
    let operator = HessianAt { problem, x };
    let mut bound = eigen.uncertainty();
    for (i, &value) in eigen.values().iter().enumerate() {
        let mut allow = Allowance::evaluations(1);
        let verified =
            verify(&operator, value, eigen.vector(i), eigen.uncertainty(), &mut allow).ok()?.ok()?;
        bound = bound.max(verified.bound());
    }
    // −H⁻¹∇f, along all that is curved.
    let mut step = vec![0.0; n];
    for (i, &value) in eigen.values().iter().enumerate().filter(|(_, value)| value.abs() > bound) {
        let along = -dot(eigen.vector(i), gradient) / value;
        axpy(along, eigen.vector(i), &mut step);
    }
    let end = if norm(&step) > SHORT * norm(x) {
        End::Infinity
    } else {
        let inertia = Inertia::of_values(eigen.values().iter().copied(), bound);
        match inertia.stationary() {
            Stationary::Minimum => End::Minimum,
            Stationary::Saddle { index } => End::Saddle { index },
            Stationary::Maximum | Stationary::Degenerate => End::Flat,
        }
    };
    Some(Failure { end, value: f64::NAN, bound: bound / eigen.norm() })
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut cells = Vec::new();
    for loss in LOSSES {
        cells.extend(HIDDEN.map(|hidden| Cell::run(loss, hidden)));
    }
    check(&mut findings, &cells);
    findings.tables.push(shares(&cells));
    findings.tables.push(ends(&cells));
    findings.figures.push(figure(&cells));
    findings
}

fn check(findings: &mut Findings, cells: &[Cell]) {
    for (rows, scouted) in cells.chunks(HIDDEN.len()).zip(SCOUTED) {
        let cell = &rows[0];
        let starts = STARTS as f64;
        findings.near(
            format!("{}: share of starts that fail", cell.name()),
            "what an independent program counted, of 300 starts",
            scouted,
            cell.share(),
            Tolerance::Absolute(
                3.0 * (scouted * (1.0 - scouted) * (1.0 / starts + 1.0 / SCOUTED_STARTS)).sqrt(),
            ),
            "three standard deviations of the difference of two counts",
        );
        for cell in rows.iter().filter(|cell| cell.hidden >= ENOUGH) {
            findings.at_most(
                format!("{}: share of starts that fail", cell.name()),
                "0.02 from five units on",
                FEW,
                cell.share(),
                3.0 * (FEW * (1.0 - FEW) / starts).sqrt(),
                "three standard deviations of a count",
            );
        }
    }
    findings.words(
        format!("{}: stalls that are strict minima", cells[0].name()),
        "none: every finite point has a way down",
        0,
        cells[0].count(End::Minimum.kind()),
    );
    let away = cells[0].count(End::Infinity.kind()) as f64 / cells[0].failures.len() as f64;
    findings.breaks(
        format!("{}: share of the stalls that are on the way to infinity", cells[0].name()),
        "a half, for most of them",
        0.5,
        away,
    );
    for rows in cells.chunks(HIDDEN.len()) {
        let failures = || rows.iter().flat_map(|cell| &cell.failures);
        findings.words(
            format!("{}: stalls at another loss than those of alike patterns", name(rows[0].loss)),
            "patterns that look alike to the hidden units get the mean of their targets",
            0,
            failures().filter(|failure| level(rows[0].loss, failure.value).is_none()).count(),
        );
    }
    findings.at_most(
        "largest bound of an eigenvalue, relative to the largest of its Hessian",
        "n times rounding, with n ≤ 41 parameters, and that of the products",
        1e-13,
        rounded(largest(cells.iter().flat_map(|cell| &cell.failures).map(|failure| failure.bound)), 1),
        0.0,
        "nothing: the bound has room",
    );
}

/// The losses of those patterns: two of them, one of each class; three; all four, or one that is on the wrong side for good.
fn levels(loss: Loss) -> [(f64, &'static str); 3] {
    match loss {
        Loss::Squared => [
            (1.0 / 16.0, "two alike: 1/16"),
            (1.0 / 12.0, "three: 1/12"),
            (1.0 / 8.0, "four, or one wrong: 1/8"),
        ],
        Loss::CrossEntropy => [
            (0.5 * ln(2.0), "two alike: ½ ln 2"),
            (0.75 * ln(3.0) - 0.5 * ln(2.0), "three: ¼ ln(27/4)"),
            (ln(2.0), "four: ln 2"),
        ],
    }
}

/// Which of them a loss is, to 10⁻⁶.
fn level(loss: Loss, value: f64) -> Option<usize> {
    levels(loss).iter().position(|(level, _)| (value - level).abs() <= 1e-6)
}

fn shares(cells: &[Cell]) -> Table {
    let title = format!("2-h-1, {STARTS} starts: share that fails, with its 95 % interval");
    let mut table = Table::new(title, &["h", "squared error", "cross-entropy"]);
    for (i, hidden) in HIDDEN.into_iter().enumerate() {
        let each = [&cells[i], &cells[i + HIDDEN.len()]].map(|cell| {
            let (low, high) = cell.interval();
            let [share, low, high] = [cell.share(), low, high].map(|share| significant(share, 3));
            format!("{share} ({low} to {high})")
        });
        table.row([hidden.to_string()].into_iter().chain(each));
    }
    table
}

fn ends(cells: &[Cell]) -> Table {
    let mut head = vec!["where failures end"];
    head.extend(End::KINDS);
    head.push("indices of the saddles");
    let mut table = Table::new("of those that fail", &head);
    for cell in cells.iter().filter(|cell| !cell.failures.is_empty()) {
        let counts = (0..End::KINDS.len()).map(|kind| cell.count(kind).to_string());
        let mut indices: Vec<_> = cell
            .failures
            .iter()
            .filter_map(|failure| match failure.end {
                End::Saddle { index } => Some(index),
                _ => None,
            })
            .collect();
        indices.sort_unstable();
        indices.dedup();
        let indices: Vec<_> = indices.iter().map(ToString::to_string).collect();
        table.row([cell.name()].into_iter().chain(counts).chain([indices.join(", ")]));
    }
    table
}

fn figure(cells: &[Cell]) -> Figure {
    let (squared, entropy) = cells.split_at(HIDDEN.len());
    let axes = |title: &str| {
        Panel::new(
            title,
            Axis::linear("hidden units", 1.0, 11.0),
            Axis::linear("share of the starts", 0.0, 0.8),
        )
    };
    let mut failures = axes("Starts that fail");
    for (series, rows, aside) in [(0, squared, -0.08), (1, entropy, 0.08)] {
        let ink = Ink::Series(series);
        let at = |cell: &Cell| cell.hidden as f64 + aside;
        for cell in rows {
            let (low, high) = cell.interval();
            failures = failures.line([(at(cell), low), (at(cell), high)], ink);
        }
        failures = failures
            .line(rows.iter().map(|cell| (at(cell), cell.share())), ink)
            .dots(rows.iter().map(|cell| (at(cell), cell.share())), ink)
            .label((6.0, 0.5 - 0.1 * f64::from(series)), Anchor::Right, name(rows[0].loss), ink);
    }
    let by_level = |title: &str, rows: &[Cell]| {
        let mut panel = axes(title);
        for (i, (_, name)) in levels(rows[0].loss).into_iter().enumerate() {
            let at = |failure: &&Failure| level(rows[0].loss, failure.value) == Some(i);
            let share = |cell: &Cell| cell.failures.iter().filter(at).count() as f64 / STARTS as f64;
            if rows.iter().all(|cell| share(cell) == 0.0) {
                continue;
            }
            let (ink, y) = (Ink::Series(i as u8 + 2), 0.6 - 0.1 * i as f64);
            let points = rows.iter().map(|cell| (cell.hidden as f64, share(cell)));
            panel =
                panel.line(points.clone(), ink).dots(points, ink).label((4.0, y), Anchor::Right, name, ink);
        }
        panel
    };
    Figure {
        id: "failures",
        caption: format!(
            "The exclusive or from {STARTS} starts each. Left: the share that fails, with 95 % intervals, for the squared error and the \
             cross-entropy. The others: the losses of those that fail, which say how many patterns look alike to the hidden units."
        ),
        panels: vec![
            failures,
            by_level("Squared error: stuck at", squared),
            by_level("Cross-entropy: stuck at", entropy),
        ],
        columns: 3,
    }
}

//! Who plays, on what, and how a run is counted.

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Momentum, Quickprop, Rprop, Scheduled, UpdateRule};
use thalweg_hessian::{ByProducts, Inertia, TwiceDifferentiable};
use thalweg_krylov::ConjugateGradients;
use thalweg_networks::data::Rings;
use thalweg_networks::{
    Activation, DataSet, Initialization, MultilayerPerceptron, Neuron, NeuronLoss, NeuronSettings,
};
use thalweg_numerics::{logistic, norm, pow, powi};
use thalweg_objectives::LinearLeastSquares;
use thalweg_objectives::classic::{Rosenbrock, TestFunction};
use thalweg_problem::{Counted, Counts, Differentiable, LeastSquares, Method, Objective, State};
use thalweg_quasi_newton::{Bfgs, Lbfgs, NonlinearConjugateGradients};
use thalweg_schedules::Constant;
use thalweg_second_order::{LevenbergMarquardt, ModifiedNewton, Newton};

use super::network_fit::NetworkFit;
use super::{KAPPA, N, NEAR, best_rate, constant, curvatures, eigenvalues, nesterov, polyak};
use crate::draws::{Draws, Orthogonal};
use crate::first_trial::UNIT;
use crate::logarithmic::log_spaced;
use crate::spectrum::Tilted;

/// Who plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrant {
    GradientDescent,
    HeavyBall,
    Nesterov,
    Rprop,
    Quickprop,
    ConjugateGradients,
    Bfgs,
    Lbfgs,
    LevenbergMarquardt,
    Newton,
    ModifiedNewton,
}

pub(super) const MOMENTUM: [Entrant; 2] = [Entrant::HeavyBall, Entrant::Nesterov];

impl Entrant {
    pub(super) const ALL: [Self; 11] = [
        Self::GradientDescent,
        Self::HeavyBall,
        Self::Nesterov,
        Self::Rprop,
        Self::Quickprop,
        Self::ConjugateGradients,
        Self::Bfgs,
        Self::Lbfgs,
        Self::LevenbergMarquardt,
        Self::Newton,
        Self::ModifiedNewton,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient descent",
            Self::HeavyBall => "heavy ball",
            Self::Nesterov => "Nesterov",
            Self::Rprop => "Rprop",
            Self::Quickprop => "Quickprop",
            Self::ConjugateGradients => "conjugate gradients",
            Self::Bfgs => "BFGS",
            Self::Lbfgs => "L-BFGS",
            Self::LevenbergMarquardt => "Levenberg–Marquardt",
            Self::Newton => "Newton, η = 1",
            Self::ModifiedNewton => "modified Newton",
        }
    }

    /// Whether it steps along each coordinate by what it sees there, so that axes matter to it.
    pub(super) fn looks_at_coordinates(self) -> bool {
        matches!(self, Self::Rprop | Self::Quickprop)
    }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) struct Played {
    pub(super) entrant: Entrant,
    /// The gradient came down to its share of the start's.
    pub(super) arrived: bool,
    pub(super) steps: u64,
    /// In gradients.
    pub(super) cost: u64,
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// Why it does not count, where it does not.
    pub(super) reason: String,
    /// η, where there is one.
    pub(super) rate: f64,
    /// By which the gradient shrank in a step, on average over the second half of them.
    pub(super) last_factor: f64,
    /// ‖∇f‖ at the end over that of the start.
    gradient: f64,
}

impl Played {
    fn absent(entrant: Entrant) -> Self {
        Self {
            entrant,
            arrived: false,
            steps: 0,
            cost: 0,
            x: Vec::new(),
            value: f64::NAN,
            reason: "no residuals".to_owned(),
            rate: f64::NAN,
            last_factor: f64::NAN,
            gradient: f64::NAN,
        }
    }
}

/// How many curvatures are below 0 at a point.
type Index = Box<dyn Fn(&[f64]) -> usize>;

/// All runs on one problem.
pub(super) struct League {
    pub(super) name: &'static str,
    /// Of the start along the eigenvectors, where it is a quadratic.
    pub(super) components: Vec<f64>,
    pub(super) played: Vec<Played>,
    /// BFGS and L-BFGS once more, with the first trial as the library has it by default.
    pub(super) by_scale: [Played; 2],
    /// λ of the Hessian where the modified Newton method ends, ascending.
    pub(super) curvatures: Vec<f64>,
    first_gradient: f64,
    index_at: Index,
}

impl League {
    pub(super) fn of(&self, entrant: Entrant) -> &Played {
        self.played.iter().find(|played| played.entrant == entrant).expect("every entrant plays everywhere")
    }

    /// NaN for a run that did not arrive.
    pub(super) fn steps(&self, entrant: Entrant) -> f64 {
        let played = self.of(entrant);
        if played.arrived { played.steps as f64 } else { f64::NAN }
    }

    /// In gradients; as much as was allowed for a run that did not arrive.
    pub(super) fn cost(&self, entrant: Entrant) -> f64 {
        let played = self.of(entrant);
        if played.arrived { played.cost as f64 } else { BUDGET as f64 }
    }

    pub(super) fn lowest(&self) -> f64 {
        let arrived = self.played.iter().filter(|played| played.arrived);
        arrived.map(|played| played.value).fold(f64::INFINITY, f64::min)
    }

    /// f − f* of a point whose gradient is just at the tolerance, at most: ‖g‖²/2λ_min.
    pub(super) fn height_at_tolerance(&self) -> f64 {
        let g = NEAR * self.first_gradient;
        0.5 * g * g / self.curvatures[0]
    }

    /// How many curvatures are below 0 at x.
    /// Whether a run counts as arrived, and there is a way down from where it is.
    pub(super) fn ends_at_a_saddle(&self, played: &Played) -> bool {
        played.arrived && self.index_at(&played.x) > 0
    }

    pub(super) fn index_at(&self, x: &[f64]) -> usize {
        (self.index_at)(x)
    }
}

pub(super) const NETWORK: &str = "network 2-16-1";

/// Evaluations that a run may take.
pub(super) const BUDGET: u64 = 20_000;
/// Of them, what a rate is judged by.
const TRIAL: u64 = 1_000;

fn stop(evaluations: u64) -> Stop {
    Stop {
        relative_gradient: NEAR,
        max_steps: evaluations,
        max_evaluations: Some(evaluations),
        noise_window: 0,
        ..Stop::default()
    }
}

/// An evaluation of f, ∇f, r or J counts 1, a product with the Hessian 2, a Hessian n products.
fn in_gradients(counts: Counts, n: usize) -> u64 {
    let plain = counts.values + counts.gradients + counts.residuals + counts.jacobians;
    plain + 2 * counts.hessian_vectors + 2 * n as u64 * counts.hessians
}

fn run<'p, P, M>(problem: &'p P, method: &M, start: &[f64], entrant: Entrant, evaluations: u64) -> Played
where
    P: Differentiable,
    M: Method<Counted<'p, P>>,
{
    let mut norms = Vec::new();
    let run = minimize(problem, method, start, stop(evaluations), |record| {
        norms.push(record.gradient_norm.unwrap_or(f64::NAN));
        std::ops::ControlFlow::Continue(())
    })
    .expect("settings and start are constants");
    let (half, last) = (norms.len() / 2, norms.len() - 1);
    Played {
        entrant,
        arrived: run.reason.is_converged(),
        steps: run.steps,
        cost: in_gradients(run.counts, start.len()),
        x: run.state.x().to_vec(),
        value: run.state.value().unwrap_or(f64::NAN),
        reason: if run.reason.is_divergence() { "runs away" } else { "not within 20000" }.to_owned(),
        rate: f64::NAN,
        last_factor: pow(norms[last] / norms[half], 1.0 / (last - half) as f64),
        gradient: norms[last] / norms[0],
    }
}

fn at_rate<P: Differentiable, R: UpdateRule<f64>>(
    problem: &P,
    rule: R,
    rate: f64,
    start: &[f64],
    entrant: Entrant,
    evaluations: u64,
) -> Played {
    let method = Scheduled { rule, schedule: Constant { rate } };
    Played { rate, ..run(problem, &method, start, entrant, evaluations) }
}

/// The rule at the best of all rates and momenta that are tried: the one that arrives first within the trial, or is farthest down.
fn tuned<P: Differentiable, R: UpdateRule<f64>>(
    problem: &P,
    rule: impl Fn(f64) -> R,
    rates: &[f64],
    momenta: &[f64],
    start: &[f64],
    entrant: Entrant,
) -> Played {
    let pairs = momenta.iter().flat_map(|&beta| rates.iter().map(move |&rate| (rate, beta)));
    let rank = |&(rate, beta): &(f64, f64)| {
        let tried = at_rate(problem, rule(beta), rate, start, entrant, TRIAL);
        let far = if tried.gradient.is_finite() { tried.gradient } else { f64::INFINITY };
        if tried.arrived { (0, tried.cost as f64) } else { (1, far) }
    };
    let ranked = pairs.map(|pair| (rank(&pair), pair));
    let best = ranked.min_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (_, (rate, beta)) = best.expect("there is a rate and a momentum");
    at_rate(problem, rule(beta), rate, start, entrant, BUDGET)
}

fn index_at<P: TwiceDifferentiable>(problem: &P, x: &[f64]) -> usize {
    let values = curvatures(problem, x);
    // What is within rounding of 0 is no sign.
    let tolerance = 1e-12 * values[values.len() - 1].abs();
    Inertia::of_values(values.iter().copied(), tolerance).negative
}

/// Those that take no tuning.
fn play_curved<P: TwiceDifferentiable>(problem: &P, start: &[f64]) -> Vec<Played> {
    let play = |entrant| match entrant {
        Entrant::Bfgs => {
            run(problem, &Bfgs { first_length: UNIT, ..Bfgs::default() }, start, entrant, BUDGET)
        }
        Entrant::Lbfgs => {
            run(problem, &Lbfgs { first_length: UNIT, ..Lbfgs::default() }, start, entrant, BUDGET)
        }
        // As many steps as there are Hessians in the budget.
        Entrant::Newton => {
            run(problem, &Newton::default(), start, entrant, BUDGET / (2 * start.len() as u64))
        }
        _ => run(problem, &ModifiedNewton::default(), start, entrant, BUDGET),
    };
    [Entrant::Bfgs, Entrant::Lbfgs, Entrant::Newton, Entrant::ModifiedNewton].map(play).to_vec()
}

fn rprop<P: Differentiable>(problem: &P, start: &[f64]) -> Played {
    // The rate does nothing to a rule that sees signs.
    at_rate(problem, Rprop::default(), 1.0, start, Entrant::Rprop, BUDGET)
}

/// Without decay, which would move the minimum.
fn quickprop() -> Quickprop {
    Quickprop { weight_decay: 0.0, ..Quickprop::default() }
}

fn league<P: TwiceDifferentiable + 'static>(
    name: &'static str,
    problem: P,
    start: &[f64],
    mut played: Vec<Played>,
) -> League {
    played.extend(play_curved(&problem, start));
    let by_scale = [
        run(&problem, &Bfgs::default(), start, Entrant::Bfgs, BUDGET),
        run(&problem, &Lbfgs::default(), start, Entrant::Lbfgs, BUDGET),
    ];
    let mut gradient = vec![0.0; start.len()];
    problem.value_gradient(start, &mut gradient);
    let end = played.iter().find(|played| played.entrant == Entrant::ModifiedNewton);
    let curvatures = curvatures(&problem, &end.expect("it has just played").x);
    League {
        name,
        components: Vec::new(),
        played,
        by_scale,
        curvatures,
        first_gradient: norm(&gradient),
        index_at: Box::new(move |x| index_at(&problem, x)),
    }
}

fn on_quadratic(name: &'static str, valley: &Tilted, components: Vec<f64>) -> League {
    let (problem, start) = (valley.quadratic.clone(), valley.point(&components));
    let ((ball, beta), (rate, ahead)) = (polyak(), nesterov());
    let heavy = Momentum { momentum: beta, ..Momentum::default() };
    // ½‖A^½w‖².
    let roots: Vec<_> = valley.eigenvalues.iter().map(|lambda| lambda.sqrt()).collect();
    let root = Tilted::along(roots, valley.eigenvectors.clone()).matrix;
    let residuals = LinearLeastSquares::new(root, vec![0.0; start.len()]).expect("the root is finite");
    let played = vec![
        at_rate(&problem, GradientDescent, best_rate(), &start, Entrant::GradientDescent, BUDGET),
        at_rate(&problem, heavy, ball, &start, Entrant::HeavyBall, BUDGET),
        at_rate(&problem, constant(ahead), rate, &start, Entrant::Nesterov, BUDGET),
        rprop(&problem, &start),
        tuned(&problem, |_| quickprop(), &rates(KAPPA), &[0.0], &start, Entrant::Quickprop),
        run(&problem, &ConjugateGradients::default(), &start, Entrant::ConjugateGradients, BUDGET),
        levenberg_marquardt(&residuals, &start),
    ];
    League { components, ..league(name, problem, &start, played) }
}

fn levenberg_marquardt<P: LeastSquares>(problem: &P, start: &[f64]) -> Played {
    run(problem, &LevenbergMarquardt::default(), start, Entrant::LevenbergMarquardt, BUDGET)
}

/// 2/λ, and from a sixteenth to sixteen times as much.
fn rates(lambda: f64) -> Vec<f64> {
    (-4..=4)
        .map(|k: i32| {
            let factor = powi(2.0, k.unsigned_abs().into());
            2.0 / lambda * if k < 0 { 1.0 / factor } else { factor }
        })
        .collect()
}

/// Rates and momenta are tuned on the problem itself, which the others are not: what is compared is the best that there is.
fn on_surface<P: TwiceDifferentiable + Clone + 'static>(
    name: &'static str,
    problem: P,
    start: &[f64],
    levenberg_marquardt: Played,
) -> League {
    const MOMENTA: [f64; 3] = [0.9, 0.98, 0.995];
    let values = curvatures(&problem, start);
    let rates = rates(values[values.len() - 1]);
    let momentum = |beta| Momentum { momentum: beta, ..Momentum::default() };
    let gradients =
        NonlinearConjugateGradients { first_length: UNIT, ..NonlinearConjugateGradients::default() };
    let played = vec![
        tuned(&problem, |_| GradientDescent, &rates, &[0.0], start, Entrant::GradientDescent),
        tuned(&problem, momentum, &rates, &MOMENTA, start, Entrant::HeavyBall),
        tuned(&problem, constant, &rates, &MOMENTA, start, Entrant::Nesterov),
        rprop(&problem, start),
        tuned(&problem, |_| quickprop(), &rates, &[0.0], start, Entrant::Quickprop),
        run(&problem, &gradients, start, Entrant::ConjugateGradients, BUDGET),
        levenberg_marquardt,
    ];
    league(name, problem, start, played)
}

/// The components of the start on both quadratics.
fn components() -> Vec<f64> {
    Draws::from_seed(45).vector(N as usize)
}

fn along_axes() -> (Tilted, Vec<f64>) {
    let n = N as usize;
    let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect();
    (Tilted::along(eigenvalues(), (0..n).map(unit).collect()), components())
}

pub(super) fn rotated() -> (Tilted, Vec<f64>) {
    let axes = Orthogonal::drawn(N as usize, &mut Draws::from_seed(46));
    (Tilted::along(eigenvalues(), (0..N as usize).map(|j| axes.column(j)).collect()), components())
}

/// 200 points whose features have standard deviations from 1 to 1/30, with labels that a neuron has drawn, one in ten of them wrong
/// in the targets: κ in the hundreds, and a minimum at finite weights.
fn regression() -> Neuron {
    const POINTS: usize = 200;
    let mut draws = Draws::from_seed(47);
    let scales = log_spaced(1.0 / 30.0, 1.0, N);
    let truth = draws.vector(N as usize);
    let (mut features, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..POINTS {
        let point: Vec<_> = scales.iter().map(|scale| scale * draws.normal()).collect();
        let sum: f64 = point.iter().zip(&truth).map(|(x, w)| x * w).sum();
        labels.push(usize::from(draws.unit() < logistic(sum)));
        features.extend(point);
    }
    let data = DataSet::new(N as usize, features, labels, 2).expect("the features are finite");
    let settings = NeuronSettings { loss: NeuronLoss::CrossEntropy, ..NeuronSettings::default() };
    Neuron::new(&data, 0.1, settings).expect("two classes, and 0.1 is below ½")
}

/// 2-16-1, tanh within and linear out, on two rings of 20 points with the targets ±1.
fn network() -> (NetworkFit, Vec<f64>) {
    let data = Rings { per_ring: 20, seed: 48, ..Rings::default() }.draw().expect("settings are constants");
    let network = MultilayerPerceptron::new(&[2, 16, 1], Activation::Tanh, Activation::Linear)
        .expect("no layer is empty");
    let start = network.initial(Initialization::LeCun, 49).expect("the setting is a constant");
    (NetworkFit::new(&network, data.features(), data.signs().collect(), 1e-3), start)
}

/// On the valley along the axes, rotated, on Rosenbrock's function, on the regression, on the network.
pub(super) fn play() -> [League; 5] {
    let (axes, components) = along_axes();
    let (turned, same) = rotated();
    let rosenbrock = Rosenbrock::default();
    let regression = regression();
    let (fit, start) = network();
    let zero = vec![0.0; regression.dim()];
    let by_residuals = levenberg_marquardt(&rosenbrock, &rosenbrock.start());
    let by_network = levenberg_marquardt(&fit, &start);
    [
        on_quadratic("valley along the axes", &axes, components),
        on_quadratic("rotated valley", &turned, same),
        on_surface("Rosenbrock", ByProducts(rosenbrock), &rosenbrock.start(), by_residuals),
        on_surface("logistic regression", regression, &zero, Played::absent(Entrant::LevenbergMarquardt)),
        on_surface(NETWORK, ByProducts(fit.loss.clone()), &start, by_network),
    ]
}

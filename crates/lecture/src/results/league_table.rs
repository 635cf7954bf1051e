//! R45: eleven methods on five problems, from the same starts to the same gradient, in the currency of gradients.

mod entrants;
mod figure;
mod network_fit;

use thalweg_first_order::{Momentum, MomentumSequence, Nesterov};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_numerics::{ln, norm, pow};

use self::entrants::{Entrant, League, MOMENTUM, NETWORK, Played};
use crate::descend::{largest, threshold};
use crate::logarithmic::log_spaced;
use crate::number::significant;
use crate::recurrence::Recurrence;
use crate::spectrum::Tilted;
use crate::walk::steps_until;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "a-league-of-methods",
    number: 45,
    slides: Slides(&[(115, 115), (121, 121), (142, 142)]),
    chapter: Chapter::FirstOrder,
    claim: "Momentum methods are demonstrably superior to other methods.",
    correction: Some(Correction {
        statement: "They are superior to gradient descent: to its κ they answer with √κ. On every one of five problems, the two \
                    quadratics of the lecture among them, conjugate gradients, BFGS, L-BFGS or a method of second order arrives \
                    with a fraction of their gradients.",
        refuted_by: "gradients of the better momentum over those of conjugate gradients, rotated valley",
    }),
    source: "the components along the eigenvectors: cᵢ ← (1 − ηλᵢ)cᵢ for gradient descent, recurrences of two terms with \
             momentum; n steps of conjugate gradients and one of Newton without rounding; near a minimum the same with the \
             eigenvalues of its Hessian",
    errata: &[Erratum {
        slides: Slides(&[(142, 142)]),
        flag: Flag::OverClaim,
        printed: "Momentum methods are demonstrably superior to other methods.",
        correct: "To gradient descent. Methods that learn curvature from the same gradients need a small part of the steps.",
        measured_by: "gradients of the better momentum over those of L-BFGS, network 2-16-1",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/momentum.rs",
        "crates/first-order/src/nesterov.rs",
        "crates/first-order/src/rprop/retrying.rs",
        "crates/first-order/src/quickprop.rs",
        "crates/krylov/src/conjugate_gradients.rs",
        "crates/quasi-newton/src/nonlinear_conjugate_gradients.rs",
        "crates/quasi-newton/src/bfgs.rs",
        "crates/quasi-newton/src/lbfgs.rs",
        "crates/second-order/src/newton.rs",
        "crates/second-order/src/modified_newton.rs",
        "crates/second-order/src/least_squares/levenberg_marquardt.rs",
    ],
    run,
    full: None,
};

/// Variables of the quadratics, and their condition number.
const N: u32 = 10;
const KAPPA: f64 = 1e3;
/// A run has arrived once the gradient is this share of the start's.
const NEAR: f64 = 1e-6;

fn run() -> Findings {
    let mut findings = Findings::default();
    let leagues = entrants::play();
    let [axes, rotated, valley, regression, network] = &leagues;
    check_quadratic(&mut findings, axes);
    check_quadratic(&mut findings, rotated);
    check_rotation(&mut findings, axes, rotated);
    check_momentum(&mut findings, &leagues);
    check_minimum(&mut findings, valley);
    check_minimum(&mut findings, regression);
    check_tail(&mut findings, regression);
    check_network(&mut findings, network);
    findings.tables.push(costs(&leagues));
    momentum_against_momentum(&mut findings);
    findings.figures.push(figure::dot_matrix(&leagues));
    findings
}

/// Eigenvalues from 1 to κ, evenly on a logarithmic scale.
fn eigenvalues() -> Vec<f64> {
    log_spaced(1.0, KAPPA, N)
}

/// η* = 2/(λ_min + λ_max), of gradient descent.
fn best_rate() -> f64 {
    2.0 / (1.0 + KAPPA)
}

/// η and β of the heavy ball that is best in the long run: 4/(√L + √μ)², ((√κ − 1)/(√κ + 1))².
fn polyak() -> (f64, f64) {
    let root = KAPPA.sqrt();
    let rho = (root - 1.0) / (root + 1.0);
    (4.0 / ((root + 1.0) * (root + 1.0)), rho * rho)
}

/// η and β of Nesterov's method for μ and L: 1/L, (√κ − 1)/(√κ + 1).
fn nesterov() -> (f64, f64) {
    let root = KAPPA.sqrt();
    (1.0 / KAPPA, (root - 1.0) / (root + 1.0))
}

fn constant(beta: f64) -> Nesterov {
    Nesterov { momentum: MomentumSequence::Constant(beta), ..Nesterov::default() }
}

/// What the two of them are, component by component: where a point is and where its gradient is taken.
#[derive(Clone, Copy)]
enum TwoTerms {
    HeavyBall,
    Nesterov,
}

impl TwoTerms {
    fn tuning(self) -> (f64, f64) {
        match self {
            Self::HeavyBall => polyak(),
            Self::Nesterov => nesterov(),
        }
    }

    /// The components where the gradient is taken, step by step: no matrix, no gradient, no method.
    fn components(self, start: &[f64]) -> impl Iterator<Item = Vec<f64>> {
        let (rate, beta) = self.tuning();
        let mut paths: Vec<_> = start
            .iter()
            .zip(eigenvalues())
            .map(|(&c, lambda)| {
                let q = rate * lambda;
                // The first step has no history: it is a gradient step.
                let (recurrence, ahead) = match self {
                    Self::HeavyBall => (Recurrence::of_momentum(beta, q), 0.0),
                    Self::Nesterov => (Recurrence::of_nesterov(beta, q), beta),
                };
                let mut before = 1.0;
                recurrence.path(1.0 - q).map(move |now| {
                    let seen = c * (now + ahead * (now - before));
                    before = now;
                    seen
                })
            })
            .collect();
        std::iter::repeat_with(move || paths.iter_mut().filter_map(Iterator::next).collect())
    }
}

/// ‖∇E‖ of components c.
fn gradient_norm(components: &[f64]) -> f64 {
    let gradient: Vec<_> = components.iter().zip(eigenvalues()).map(|(c, lambda)| c * lambda).collect();
    norm(&gradient)
}

/// Steps of gradient descent: ln(c/tol)/ln((κ + 1)/(κ − 1)), c = √((L c_L)² + (μ c_μ)²)/‖g₀‖.
fn steps_of_descent(start: &[f64]) -> f64 {
    let extremes = [start[0], KAPPA * start[N as usize - 1]];
    let c = norm(&extremes) / gradient_norm(start);
    ln(c / NEAR) / ln((KAPPA + 1.0) / (KAPPA - 1.0))
}

/// The k of ρᵏ(1 + k(1 + ρ)) L|c_L|/‖g₀‖ = tol with ρ = (√κ − 1)/(√κ + 1), the double root.
fn steps_of_heavy_ball(start: &[f64]) -> f64 {
    let root = KAPPA.sqrt();
    let rho = (root - 1.0) / (root + 1.0);
    let share = KAPPA * start[N as usize - 1].abs() / gradient_norm(start);
    let is_far = |k: f64| pow(rho, k) * (1.0 + k * (1.0 + rho)) * share > NEAR;
    threshold(0.0, 1e4, is_far)
}

/// Steps until `size` of the components is `share` of what it was.
fn steps_in_theory(which: TwoTerms, start: &[f64], size: impl Fn(&[f64]) -> f64, share: f64) -> f64 {
    let first = size(start);
    let arrived = which.components(start).take(100_000).position(|c| size(&c) <= share * first);
    arrived.map_or(f64::NAN, |k| k as f64)
}

fn check_quadratic(findings: &mut Findings, league: &League) {
    let name = league.name;
    let start = &league.components;
    findings.words(
        format!("steps of Newton, {name}"),
        "1: the fit is the function",
        1,
        league.of(Entrant::Newton).steps,
    );
    findings.near(
        format!("steps of gradient descent, {name}"),
        "ln(c/tol)/ln((κ + 1)/(κ − 1)), c = √((L c_L)² + (μ c_μ)²)/‖g₀‖",
        steps_of_descent(start),
        league.steps(Entrant::GradientDescent),
        Tolerance::Absolute(2.0),
        "steps are whole, and the other components have died out",
    );
    findings.near(
        format!("steps of the heavy ball, {name}"),
        "ρᵏ(1 + k(1 + ρ)) L|c_L|/‖g₀‖ = tol, ρ = (√κ − 1)/(√κ + 1)",
        steps_of_heavy_ball(start),
        league.steps(Entrant::HeavyBall),
        Tolerance::Absolute(2.0),
        "steps are whole, and the other components, which oscillate, add some hundredths to the gradient's norm",
    );
    findings.near(
        format!("steps of Nesterov's method, {name}"),
        "the recurrence of two terms in every eigenvector",
        steps_in_theory(TwoTerms::Nesterov, start, gradient_norm, NEAR),
        league.steps(Entrant::Nesterov),
        Tolerance::Absolute(1.0),
        "where the norm is within rounding of the tolerance",
    );
    findings.at_most(
        format!("steps of conjugate gradients, {name}"),
        "n without rounding",
        f64::from(N),
        league.steps(Entrant::ConjugateGradients),
        4.0,
        "rounding turns directions by κ roundings a step, which costs some more steps on eigenvalues over three decades",
    );
}

/// A rotation turns the iterates with it, unless a method looks at coordinates one by one.
fn check_rotation(findings: &mut Findings, axes: &League, rotated: &League) {
    for entrant in Entrant::ALL {
        let name = entrant.name();
        if entrant.looks_at_coordinates() {
            findings.breaks(
                format!("steps of {name}, rotated valley over along the axes"),
                "1, if a rotation were nothing to it",
                1.0,
                rotated.steps(entrant) / axes.steps(entrant),
            );
        } else {
            findings.near(
                format!("steps of {name}, rotated valley beside those along the axes"),
                "as many as along the axes: its iterates turn with the valley",
                axes.steps(entrant),
                rotated.steps(entrant),
                Tolerance::Absolute(2.0),
                "rounding turns otherwise, and where a step falls just short of the tolerance one or two more follow",
            );
        }
    }
}

fn check_momentum(findings: &mut Findings, leagues: &[League; 5]) {
    for league in leagues {
        // Who ends at a saddle has not arrived.
        let at_minima = MOMENTUM.into_iter().filter(|&entrant| !league.ends_at_a_saddle(league.of(entrant)));
        let better = at_minima.map(|entrant| league.cost(entrant)).fold(f64::INFINITY, f64::min);
        for other in [Entrant::ConjugateGradients, Entrant::Lbfgs] {
            // On the network some end in one minimum and some in another, and these two are too close to call.
            if other == Entrant::ConjugateGradients && league.name == NETWORK {
                continue;
            }
            findings.breaks(
                format!("gradients of the better momentum over those of {}, {}", other.name(), league.name),
                "at most 1 if momentum were superior",
                1.0,
                better / league.cost(other),
            );
        }
        findings.at_most(
            format!("gradients of the better momentum over those of gradient descent, {}", league.name),
            "below 1: for this much the slide is right",
            1.0,
            better / league.cost(Entrant::GradientDescent),
            0.0,
            "",
        );
    }
}

/// Where there is one minimum, all who arrive have found it.
fn check_minimum(findings: &mut Findings, league: &League) {
    let arrived = league.played.iter().filter(|played| played.arrived);
    let apart = largest(arrived.map(|played| played.value - league.lowest()));
    findings.near(
        format!("highest end over the lowest, of all who arrive, {}", league.name),
        "0: there is one minimum",
        0.0,
        apart,
        Tolerance::Absolute(1.1 * league.height_at_tolerance()),
        "‖g‖²/2λ_min at the tolerance, which the last component comes close to, and a tenth more for the third derivative",
    );
}

/// Near the minimum the loss is a quadratic: the last steps go by the eigenvalues of its Hessian.
fn check_tail(findings: &mut Findings, league: &League) {
    let played = league.of(Entrant::GradientDescent);
    let factors = league.curvatures.iter().map(|lambda| 1.0 - played.rate * lambda);
    findings.near(
        format!("ln of the factor by which gradient descent ends, {}", league.name),
        "ln of max |1 − ηλ| over the eigenvalues of the Hessian at the minimum",
        ln(largest(factors)),
        ln(played.last_factor),
        Tolerance::Relative(0.01),
        "over the last half of the steps other components and the third derivative still count for some tenths of a per cent",
    );
}

fn check_network(findings: &mut Findings, league: &League) {
    for entrant in [Entrant::ModifiedNewton, Entrant::Bfgs, Entrant::LevenbergMarquardt] {
        findings.words(
            format!("curvatures below 0 where {} ends, {}", entrant.name(), league.name),
            "none: it descends, and where it ends no way leads down",
            0,
            league.index_at(&league.of(entrant).x),
        );
    }
}

/// What a run took, in gradients, or why it does not count.
fn cell(league: &League, played: &Played) -> String {
    match played.arrived {
        true if league.ends_at_a_saddle(played) => {
            format!("at a saddle after {} ({})", played.cost, played.steps)
        }
        true => format!("{} ({})", played.cost, played.steps),
        false => played.reason.clone(),
    }
}

fn costs(leagues: &[League; 5]) -> Table {
    let mut head = vec!["gradients (steps)"];
    head.extend(leagues.iter().map(|league| league.name));
    let mut table = Table::new(
        "to 1e-6 of the gradient; an evaluation of f, ∇f, r or J counts 1, a product with the Hessian 2, a Hessian 2n",
        &head,
    );
    for entrant in Entrant::ALL {
        let mut cells = vec![entrant.name().to_owned()];
        cells.extend(leagues.iter().map(|league| cell(league, league.of(entrant))));
        table.row(cells);
    }
    // Where a run ends may hang on its first trial.
    for (place, entrant) in [Entrant::Bfgs, Entrant::Lbfgs].into_iter().enumerate() {
        let mut cells = vec![format!("{}, first trial by ‖w₀‖", entrant.name())];
        cells.extend(leagues.iter().map(|league| cell(league, &league.by_scale[place])));
        table.row(cells);
    }
    table
}

/// Who of the two wins depends on what is asked for.
fn momentum_against_momentum(findings: &mut Findings) {
    let mut table = Table::new(
        "steps of the heavy ball and of Nesterov's method on the rotated valley, each with the tuning of its theory",
        &["to", "heavy ball", "Nesterov", "heavy ball, predicted", "Nesterov, predicted"],
    );
    let (valley, components) = entrants::rotated();
    let gradient = gradient_norm as fn(&[f64]) -> f64;
    for (name, size) in [("‖g‖", gradient), ("‖e‖", |c| norm(c))] {
        for share in [1e-6, 1e-9] {
            let measured = measured_steps(&valley, &components, size, share);
            let predicted = [TwoTerms::HeavyBall, TwoTerms::Nesterov]
                .map(|which| steps_in_theory(which, &components, size, share));
            let place = format!("{name} at {}", significant(share, 1));
            for ((who, measured), predicted) in
                ["heavy ball", "Nesterov"].into_iter().zip(measured).zip(predicted)
            {
                findings.near(
                    format!("steps to {place}, {who}"),
                    "the recurrence of two terms in every eigenvector",
                    predicted,
                    measured,
                    Tolerance::Absolute(1.0),
                    "where the norm is within rounding of the tolerance",
                );
            }
            table
                .row([place].into_iter().chain(measured.into_iter().chain(predicted).map(|k| k.to_string())));
        }
    }
    findings.tables.push(table);
}

fn measured_steps(valley: &Tilted, components: &[f64], size: impl Fn(&[f64]) -> f64, share: f64) -> [f64; 2] {
    let (start, first) = (valley.point(components), size(components));
    let near = |x: &[f64]| size(&valley.components(x)) <= share * first;
    let ((ball, beta), (rate, ahead)) = (polyak(), nesterov());
    let heavy = Momentum { momentum: beta, ..Default::default() };
    let heavy = steps_until(&valley.quadratic, heavy, ball, &start, 100_000, |record| near(record.x));
    let nesterov =
        steps_until(&valley.quadratic, constant(ahead), rate, &start, 100_000, |record| near(record.x));
    [heavy, nesterov].map(|steps| steps.map_or(f64::NAN, |k| k as f64))
}

/// λ of the Hessian at x, ascending.
fn curvatures<P: TwiceDifferentiable>(problem: &P, x: &[f64]) -> Vec<f64> {
    let mut hessian = DMatrix::zeros(x.len(), x.len());
    problem.hessian(x, &mut hessian);
    let eigen = Eigen::new(&hessian).expect("a Hessian is symmetric and finite");
    eigen.values().to_vec()
}

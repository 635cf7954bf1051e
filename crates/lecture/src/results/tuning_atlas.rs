//! R68: the factor per step at every rate and momentum, and where momentum runs in circles.

use thalweg_first_order::{MomentumState, NesterovState, UpdateRule};
use thalweg_numerics::{dot, exp, ln};
use thalweg_problem::InvalidInput;

use self::cycles::{Cell, CycleMap, L, strays};
use crate::acceleration::{Settings, best_of_momentum, best_of_nesterov, momentum, nesterov};
use crate::descend::{largest, lowest};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::recurrence::Recurrence;
use crate::{Chapter, Claim, Findings, Slides, Table, Tolerance};

mod cycles;

pub(super) static CLAIM: Claim = Claim {
    id: "two-roots-map-every-rate-and-momentum",
    number: 68,
    slides: Slides(&[(126, 126), (133, 138)]),
    chapter: Chapter::FirstOrder,
    claim: "On quadratics the roots of two recurrences at the ends of the spectrum tell the factor per step of gradient descent, \
            momentum and Nesterov's method at every rate and momentum; beyond quadratics a method that converges there may cycle.",
    correction: None,
    source: "xₖ₊₁ = (1 + β − ηλ)xₖ − βxₖ₋₁ and xₖ₊₁ = (1 − ηλ)((1 + β)xₖ − βxₖ₋₁), whose larger root first falls and then rises with λ; \
             on a function of linear pieces of the gradient a cycle is the fixed point of an affine map, and it attracts where the \
             roots of its matrix are below 1",
    errata: &[],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/momentum.rs",
        "crates/first-order/src/nesterov.rs",
        "crates/objectives/src/heavy_ball_cycle.rs",
    ],
    run: || atlas(Size { etas: 16, betas: 12, cycle_etas: 32, cycle_betas: 25, starts: 31 }),
    full: Some(|| atlas(Size { etas: 64, betas: 50, cycle_etas: 64, cycle_betas: 50, starts: 121 })),
};

/// How fine the maps are.
#[derive(Clone, Copy)]
struct Size {
    etas: u32,
    betas: u32,
    cycle_etas: u32,
    cycle_betas: u32,
    starts: u32,
}

const CONDITIONS: [f64; 4] = [10.0, 100.0, 1000.0, 1e4];

fn atlas(size: Size) -> Findings {
    let mut findings = Findings::default();
    check_maps(&mut findings, size);
    let maps = [Method::Momentum, Method::Nesterov]
        .map(|method| CycleMap::new(method, size.cycle_etas, size.cycle_betas, size.starts));
    check_cycles(&mut findings, &maps);
    findings.figures.push(figure(&maps));
    findings
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    Momentum,
    Nesterov,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Momentum => "momentum",
            Self::Nesterov => "Nesterov's method",
        }
    }

    fn recurrence(self, beta: f64, q: f64) -> Recurrence {
        match self {
            Self::Momentum => Recurrence::of_momentum(beta, q),
            Self::Nesterov => Recurrence::of_nesterov(beta, q),
        }
    }

    /// The largest ηL at which it converges.
    fn edge(self, beta: f64) -> f64 {
        match self {
            Self::Momentum => 2.0 * (1.0 + beta),
            Self::Nesterov => 2.0 * (1.0 + beta) / (1.0 + 2.0 * beta),
        }
    }

    fn best(self, kappa: f64) -> Settings {
        match self {
            Self::Momentum => best_of_momentum(kappa),
            Self::Nesterov => best_of_nesterov(kappa),
        }
    }

    /// The factor of the slower end of the spectrum, L = 1.
    fn predicted(self, kappa: f64, eta: f64, beta: f64) -> f64 {
        self.recurrence(beta, eta / kappa).rate().max(self.recurrence(beta, eta).rate())
    }

    fn measured(self, kappa: f64, eta: f64, beta: f64) -> f64 {
        match self {
            Self::Momentum => {
                let rule = momentum(beta);
                factor(&rule, |state: &mut MomentumState<f64>| &mut state.memory, kappa, eta)
            }
            Self::Nesterov => {
                let rule = nesterov(beta);
                factor(&rule, |state: &mut NesterovState<f64>| &mut state.velocity, kappa, eta)
            }
        }
    }
}

/// (‖z_2K‖/‖z_K‖)^(1/K), z = (xₖ, xₖ₋₁), on ½ Σ λᵢxᵢ² with λ = 1/κ, 1/√κ, 1.
///
/// Both methods are linear there, so that position and velocity may be made smaller or larger together on the way.
fn factor<R: UpdateRule<f64>>(
    rule: &R,
    velocity: fn(&mut R::State) -> &mut Vec<f64>,
    kappa: f64,
    eta: f64,
) -> f64 {
    const K: u64 = 4000;
    const AT_ONCE: u64 = 20;
    let lambdas = [1.0 / kappa, 1.0 / kappa.sqrt(), 1.0];
    let (mut x, mut gradient) = ([1.0, -1.0, 1.0], [0.0; 3]);
    let mut walk = || {
        let mut state = rule.init(&x)?;
        let mut growth = [0.0; 2];
        for half in &mut growth {
            for _ in 0..K / AT_ONCE {
                for _ in 0..AT_ONCE {
                    rule.look_ahead(&mut state, &mut x)?;
                    for ((g, lambda), x) in gradient.iter_mut().zip(lambdas).zip(x) {
                        *g = lambda * x;
                    }
                    rule.update(&mut state, &mut x, &gradient, eta)?;
                }
                let velocity = velocity(&mut state);
                let before: Vec<f64> = x.iter().zip(velocity.iter()).map(|(x, v)| x - v).collect();
                let size = (dot(&x, &x) + dot(&before, &before)).sqrt();
                if size == 0.0 {
                    return Ok(0.0);
                }
                *half += ln(size);
                x.iter_mut().chain(velocity).for_each(|number| *number /= size);
            }
        }
        Ok::<_, InvalidInput>(exp(growth[1] / K as f64))
    };
    walk().unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"))
}

/// The cells of a map of rates: ηL and β.
fn cells(size: Size) -> impl Iterator<Item = (f64, f64)> {
    let betas = spaced(0.0, 0.98, size.betas);
    betas.flat_map(move |beta| spaced(0.05, 3.9, size.etas).map(move |eta| (eta, beta)))
}

fn check_maps(findings: &mut Findings, size: Size) {
    let mut table = Table::new(
        "maps of the factor per step over ηL from 0.05 to 3.9 and β from 0 to 0.98",
        &["method and κ", "cells", "of them converging", "least factor", "best in theory", "measured there"],
    );
    for method in [Method::Momentum, Method::Nesterov] {
        for kappa in CONDITIONS {
            let map: Vec<_> = cells(size)
                .map(|(eta, beta)| (method.predicted(kappa, eta, beta), method.measured(kappa, eta, beta)))
                .collect();
            let name = format!("{}, κ = {kappa}", method.name());
            findings.near(
                format!("largest difference of measured and predicted factor, {name}"),
                "the larger root at λ = μ or L",
                0.0,
                largest(map.iter().map(|(predicted, measured)| measured - predicted)),
                Tolerance::Absolute(1e-3),
                "where roots nearly coincide, 4000 steps still see the k of k·ρᵏ: a factor of 2^(1/4000)",
            );
            let converging =
                |which: fn(&(f64, f64)) -> f64| map.iter().filter(|cell| which(cell) < 1.0).count();
            findings.words(
                format!("cells that converge, {name}"),
                "both roots below 1 at both ends",
                converging(|cell| cell.0),
                converging(|cell| cell.1),
            );
            let Settings { eta, beta, rho } = method.best(kappa);
            let at_best = method.measured(kappa, eta, beta);
            findings.near(
                format!("factor at the best settings, {name}"),
                if method == Method::Momentum { "(√κ − 1)/(√κ + 1)" } else { "1 − 2/√(3κ + 1)" },
                rho,
                at_best,
                Tolerance::Absolute(1e-3),
                "the roots coincide there",
            );
            let least = map.iter().map(|cell| cell.1).fold(f64::INFINITY, f64::min);
            findings.at_most(
                format!("by how much the best cell is below the best factor in theory, {name}"),
                "at most 0",
                0.0,
                rho - least,
                1e-3,
                "as far as the map is from theory",
            );
            let numbers = [least, rho, at_best].map(|number| significant(number, 5));
            let counts = [map.len().to_string(), converging(|cell| cell.1).to_string()];
            table.row([name].into_iter().chain(counts).chain(numbers));
        }
    }
    findings.tables.push(table);
}

fn check_cycles(findings: &mut Findings, maps: &[CycleMap; 2]) {
    let mut table = Table::new(
        "cells below the edge of a quadratic with L = 25, on the function on which momentum cycles",
        &["method", "cells", "with a cycle in theory", "straying", "both", "area of the straying ones"],
    );
    for map in maps {
        let [theory, strays, both] = [
            map.count(|cell| cell.cycle.is_some()),
            map.count(|cell| cell.strays),
            map.count(|cell| cell.cycle.is_some() && cell.strays),
        ];
        let counts = [map.cells.len(), theory, strays, both].map(|count| count.to_string());
        let area = significant(strays as f64 * map.area, 4);
        table.row([map.method.name().to_owned()].into_iter().chain(counts).chain([area]));
    }
    findings.tables.push(table);

    let [ball, ahead] = maps;
    // A run that is put beside the cycle, and is drawn to it.
    let stays = |cell: &Cell| {
        cell.cycle.is_some_and(|[now, before]| {
            let velocity = now - before;
            strays(ball.method, cell.eta, cell.beta, &[now + 1e-6], &[velocity - 1e-6])
        })
    };
    findings.words(
        "cells in which momentum stays on a cycle beside which it is put",
        "all cells with a cycle of 2 to 7 points that attracts",
        ball.count(|cell| cell.cycle.is_some()),
        ball.count(stays),
    );
    let share = |count: usize| count as f64 / ball.cells.len() as f64;
    findings.near(
        "share of the cells in which momentum strays from some start in [−6, 6] at rest",
        "the share with a cycle of 2 to 7 points that attracts",
        share(ball.count(|cell| cell.cycle.is_some())),
        share(ball.count(|cell| cell.strays)),
        Tolerance::Absolute(0.01),
        "in a few cells no start hits the cycle's basin, in fewer the cycle has more than 7 points",
    );
    findings.words(
        "cells in which Nesterov's method strays from some start in [−6, 6] at rest",
        "those with a cycle of 2 to 7 points that attracts: none",
        ahead.count(|cell| cell.cycle.is_some()),
        ahead.count(|cell| cell.strays),
    );
}

/// Where `holds` turns from true to false, to a thousandth of a pixel.
fn crossing(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..20 {
        let middle = 0.5 * (low + high);
        if holds(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Where the factor crosses `level` for each β: the curve that goes up on the left and down on the right.
fn level_line(
    method: Method,
    kappa: f64,
    level: f64,
    factor: impl Fn(f64, f64) -> f64,
    betas: &[f64],
) -> Vec<(f64, f64)> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for &beta in betas {
        // The factor falls and then rises with η; where it is least, μ and L are equally slow.
        let valley = lowest(0.001, method.edge(beta), |eta| method.predicted(kappa, eta, beta));
        if factor(valley, beta) < level {
            left.push((crossing(0.0, valley, |eta| factor(eta, beta) > level), beta));
            right.push((crossing(valley, 4.0, |eta| factor(eta, beta) < level), beta));
        }
    }
    right.reverse();
    left.into_iter().chain(right).collect()
}

fn figure(maps: &[CycleMap; 2]) -> Figure {
    const KAPPA: f64 = 100.0;
    let mut panels = Vec::new();
    for method in [Method::Momentum, Method::Nesterov] {
        let labels: [_; 4] = match method {
            Method::Momentum => [(2.6, 0.72), (1.3, 0.845), (1.47, 0.5), (0.1, 0.3)],
            Method::Nesterov => [(f64::NAN, 0.0), (0.45, 0.84), (0.95, 0.6), (0.1, 0.3)],
        };
        let mut panel = Panel::new(
            format!("Factor of {}, κ = 100", method.name()),
            Axis::linear("ηL", 0.0, 4.0),
            Axis::linear("β", 0.0, 1.0),
        );
        let (betas, few): (Vec<_>, Vec<_>) =
            (spaced(0.0, 0.995, 160).collect(), spaced(0.05, 0.95, 4).collect());
        for ((i, level, anchor), at) in [
            (3, 0.85, Anchor::Above),
            (2, 0.92, Anchor::Above),
            (0, 0.97, Anchor::Left),
            (1, 0.999, Anchor::Right),
        ]
        .into_iter()
        .zip(labels)
        {
            let line =
                level_line(method, KAPPA, level, |eta, beta| method.predicted(KAPPA, eta, beta), &betas);
            panel = panel.line(line, Ink::Series(i));
            let dots = level_line(method, KAPPA, level, |eta, beta| method.measured(KAPPA, eta, beta), &few);
            panel = panel.dots(dots, Ink::Series(i)).label(at, anchor, level.to_string(), Ink::Series(i));
        }
        let Settings { eta, beta, .. } = method.best(KAPPA);
        panels.push(panel.dots([(eta, beta)], Ink::Wrong).label(
            (eta, beta),
            Anchor::Right,
            "best",
            Ink::Wrong,
        ));
    }
    for map in maps {
        let chosen = |which: fn(&Cell) -> bool| {
            map.cells
                .iter()
                .filter(move |cell| which(cell))
                .map(|cell| (cell.eta, cell.beta))
                .collect::<Vec<_>>()
        };
        let panel = Panel::new(
            format!("L = 25, no quadratic: {}", map.method.name()),
            Axis::linear("η", 0.0, 0.165),
            Axis::linear("β", 0.0, 1.0),
        )
        .line(spaced(0.0, 0.99, 60).map(|beta| (map.method.edge(beta) / L, beta)), Ink::Theory)
        .dots(chosen(|cell| cell.cycle.is_none() && !cell.strays), Ink::Quiet)
        .dots(chosen(|cell| cell.strays), Ink::Wrong)
        .dots(chosen(|cell| cell.cycle.is_some() && !cell.strays), Ink::Series(0));
        panels.push(panel);
    }
    Figure { id: "maps", caption: "First two: outlines of the settings at which a step leaves no more than the given share of the error; lines are \
                  predicted, dots measured. Momentum's triangles reach farther out than Nesterov's, and its best settings lie in a \
                  corner, at the edge of divergence. Last two: on a convex function that is no quadratic, momentum cycles from \
                  some start at the red dots (at blue ones there is a cycle that no start finds), among them the settings \
                  that are best for quadratics; Nesterov's method does so nowhere below its edge (gray line)."
            .to_owned(), panels, columns: 2 }
}

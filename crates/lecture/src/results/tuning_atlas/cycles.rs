//! The function on which momentum cycles, cell by cell: what theory knows of its cycles, and which starts stray.

use thalweg_first_order::{MomentumState, NesterovState, UpdateRule};
use thalweg_objectives::HeavyBallCycle;
use thalweg_problem::{Differentiable, InvalidInput};

use super::Method;
use crate::acceleration::{momentum, nesterov};
use crate::figure::spaced;
use crate::recurrence::Recurrence;

/// A cell of a map, on the function that makes momentum cycle.
pub(super) struct Cell {
    pub(super) eta: f64,
    pub(super) beta: f64,
    /// wₖ and wₖ₋₁ on an attracting cycle, if theory knows one.
    pub(super) cycle: Option<[f64; 2]>,
    /// Whether some start was not at the minimum in the end.
    pub(super) strays: bool,
}

/// The cells below the edge of a quadratic with the same L.
pub(super) struct CycleMap {
    pub(super) method: Method,
    pub(super) cells: Vec<Cell>,
    /// The part of the plane of η and β that a cell stands for.
    pub(super) area: f64,
}

pub(super) const L: f64 = 25.0;
/// The longest cycle that is looked for in theory.
const LONGEST: u32 = 7;
/// Steps after which a path has converged or does not.
const PATIENCE: u64 = 6000;

impl CycleMap {
    pub(super) fn new(method: Method, etas: u32, betas: u32, starts: u32) -> Self {
        let starts: Vec<f64> = spaced(-6.0, 6.0, starts).collect();
        let mut cells = Vec::new();
        for beta in spaced(0.0, 0.99, betas) {
            for eta in spaced(0.005, 0.1595, etas) {
                if eta * L < method.edge(beta) {
                    let strays = strays(method, eta, beta, &starts, &vec![0.0; starts.len()]);
                    cells.push(Cell { eta, beta, cycle: attracting_cycle(method, eta, beta), strays });
                }
            }
        }
        let width = (0.1595 - 0.005) / f64::from(etas - 1);
        Self { method, cells, area: width * 0.99 / f64::from(betas - 1) }
    }

    pub(super) fn count(&self, which: impl Fn(&Cell) -> bool) -> usize {
        self.cells.iter().filter(|cell| which(cell)).count()
    }
}

/// Whether a path from one of these starts, with these velocities, is not at the minimum after 6000 steps. All run at once.
pub(super) fn strays(method: Method, eta: f64, beta: f64, starts: &[f64], velocities: &[f64]) -> bool {
    let result = match method {
        Method::Momentum => {
            let rule = momentum(beta);
            rule.init(starts).and_then(|mut state: MomentumState<f64>| {
                state.memory.copy_from_slice(velocities);
                stray(&rule, state, eta, starts)
            })
        }
        Method::Nesterov => {
            let rule = nesterov(beta);
            rule.init(starts).and_then(|mut state: NesterovState<f64>| {
                state.velocity.copy_from_slice(velocities);
                stray(&rule, state, eta, starts)
            })
        }
    };
    result.unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"))
}

fn stray<R: UpdateRule<f64>>(
    rule: &R,
    mut state: R::State,
    eta: f64,
    starts: &[f64],
) -> Result<bool, InvalidInput> {
    let f = HeavyBallCycle::new(starts.len())?;
    let (mut x, mut gradient) = (starts.to_vec(), vec![0.0; starts.len()]);
    let is_small = |numbers: &[f64]| numbers.iter().all(|number| number.abs() < 1e-6);
    for k in 1..=PATIENCE {
        rule.look_ahead(&mut state, &mut x)?;
        f.value_gradient(&x, &mut gradient);
        let was_small = k % 100 == 0 && is_small(&x);
        rule.update(&mut state, &mut x, &gradient, eta)?;
        // With position and velocity as small, nothing leads away from the parabola around 0 any more.
        if was_small && is_small(&x) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The pieces of f′: curvature, and what is added.
const PIECES: [(f64, f64); 3] = [(25.0, 0.0), (1.0, 24.0), (25.0, -24.0)];

fn piece_of(x: f64) -> usize {
    usize::from(x >= 1.0) + usize::from(x >= 2.0)
}

/// A cycle of 2 to 7 points that attracts: every order of pieces is tried.
fn attracting_cycle(method: Method, eta: f64, beta: f64) -> Option<[f64; 2]> {
    (2..=LONGEST).find_map(|length| {
        (0..3_u32.pow(length)).find_map(|code| {
            let pieces = (0..length).map(move |i| (code / 3_u32.pow(i) % 3) as usize);
            cycle_on(method, eta, beta, pieces)
        })
    })
}

/// wₖ and wₖ₋₁ of the cycle whose gradients are taken on these pieces, in this order, if there is one and it attracts.
///
/// On a piece with the curvature a and the addend s both methods are wₖ₊₁ = τwₖ − δwₖ₋₁ − ηs, with τ and δ of q = ηa.
fn cycle_on(
    method: Method,
    eta: f64,
    beta: f64,
    pieces: impl Iterator<Item = usize> + Clone,
) -> Option<[f64; 2]> {
    let step = |piece: usize, [now, before]: [f64; 2], push: f64| {
        let (a, s) = PIECES[piece];
        let Recurrence { tau, delta } = method.recurrence(beta, eta * a);
        [tau * now - delta * before - push * eta * s, now]
    };
    // Around the cycle z ↦ Mz + c: where 0 and the two unit vectors go.
    let around = |z, push| pieces.clone().fold(z, |z, piece| step(piece, z, push));
    let (c, [m11, m21], [m12, m22]) =
        (around([0.0; 2], 1.0), around([1.0, 0.0], 0.0), around([0.0, 1.0], 0.0));
    let (trace, determinant) = (m11 + m22, m11 * m22 - m12 * m21);
    let attracts = determinant.abs() < 1.0 && trace.abs() < 1.0 + determinant;
    // (I − M) z = c.
    let of_difference = 1.0 - trace + determinant;
    let start = [
        (c[0] * (1.0 - m22) + m12 * c[1]) / of_difference,
        (c[1] * (1.0 - m11) + m21 * c[0]) / of_difference,
    ];
    let is_minimum = start[0].abs() + start[1].abs() < 1e-9;
    let mut z = start;
    let mut stays = |piece| {
        let [now, before] = z;
        let gradient_at = match method {
            Method::Momentum => now,
            Method::Nesterov => (1.0 + beta) * now - beta * before,
        };
        z = step(piece, z, 1.0);
        piece_of(gradient_at) == piece
    };
    (attracts && !is_minimum && pieces.clone().all(&mut stays)).then_some(start)
}

//! Stiff differential equations y′ = F(y): a Rosenbrock method of order 4 with an error estimate of order 3.
//!
//! ```text
//! (I/(γh) − F′(y)) uᵢ = F(y + Σⱼ aᵢⱼ uⱼ) + Σⱼ cᵢⱼ uⱼ / h,    i = 1, …, 6,    γ = ¼
//! y ← y + Σⱼ mⱼ uⱼ,    error ≈ u₆
//! ```
//!
//! One matrix a step, and six right-hand sides. It is L-stable: what has decayed stays away, however long the step. The last stage
//! begins where the estimate ends, so that the method is as exact as its equations where those are infinitely stiff.
//!
//! An error estimate knows only what its stages have seen. A flow that goes past a narrow place, where a force is strong that is nothing
//! before and after, steps over it, and no tolerance helps; so a [`Flow`] may refuse a step that goes too far.
//!
//! Sources: E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer 1996, section IV.7 for
//! the form and section VI.4 for the coefficients of RODAS.

use thalweg_numerics::pow;

/// An autonomous system in N unknowns, and what is tolerated in it.
pub(crate) trait Flow<const N: usize> {
    /// F(y).
    fn velocity(&self, y: &[f64; N]) -> [f64; N];

    /// F′(y), row after row.
    fn jacobian(&self, y: &[f64; N]) -> [[f64; N]; N];

    /// The size of an error at y, in a unit in which a tolerance is stated.
    fn size(&self, y: &[f64; N], error: &[f64; N]) -> f64;

    /// Whether a single step may go from `y` to `next`.
    fn may_step(&self, _y: &[f64; N], _next: &[f64; N]) -> bool {
        true
    }
}

/// Where a flow came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival<const N: usize> {
    pub(crate) y: [f64; N],
    /// How far it came: as far as it should, unless the steps were used up.
    pub(crate) time: f64,
    /// Steps, those that were refused among them.
    pub(crate) steps: u32,
}

/// As many steps as any flow here could need.
const STEPS: u32 = 100_000;
const GAMMA: f64 = 0.25;
const STAGES: usize = 6;
/// The fifth stage's a, m without its last, and with 1 behind it the sixth stage's a.
const M: [f64; 4] = [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895];
const A: [&[f64]; STAGES] = [
    &[],
    &[1.544],
    &[0.9466785280815826, 0.2557011698983284],
    &[3.314825187068521, 2.896124015972201, 0.9986419139977817],
    &M,
    &[M[0], M[1], M[2], M[3], 1.0],
];
const C: [&[f64]; STAGES] = [
    &[],
    &[-5.6688],
    &[-2.430093356833875, -0.2063599157091915],
    &[-0.1073529058151375, -9.594562251023355, -20.47028614809616],
    &[7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
    &[8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
];

/// Follows a flow from `start` for a `duration`, with an estimated error of size `tolerance` a step.
pub(crate) fn integrate<const N: usize>(
    flow: &impl Flow<N>,
    start: [f64; N],
    duration: f64,
    tolerance: f64,
) -> Arrival<N> {
    let mut at = Arrival { y: start, time: 0.0, steps: 0 };
    let mut velocity = flow.velocity(&start);
    // Short enough for the estimate to be one; the steps grow by themselves.
    let mut h = (0.01 * tolerance / flow.size(&start, &velocity)).min(duration);
    while at.time < duration && at.steps < STEPS {
        at.steps += 1;
        let left = duration - at.time;
        h = h.min(left);
        let Some((next, error)) = step(flow, &at.y, &velocity, h) else {
            h *= 0.5;
            continue;
        };
        let size = flow.size(&at.y, &error) / tolerance;
        // A NaN is not small.
        if size <= 1.0 && flow.may_step(&at.y, &next) {
            at.time = if h < left { at.time + h } else { duration };
            at.y = next;
            velocity = flow.velocity(&next);
            h *= (0.9 * pow(size, -0.25)).clamp(0.5, 6.0);
        } else {
            h *= if size > 1.0 { (0.9 * pow(size, -0.25)).max(0.1) } else { 0.5 };
        }
    }
    at
}

/// One step of length h, and the error estimate; nothing if the matrix is singular.
fn step<const N: usize>(
    flow: &impl Flow<N>,
    y: &[f64; N],
    velocity: &[f64; N],
    h: f64,
) -> Option<([f64; N], [f64; N])> {
    let mut matrix = flow.jacobian(y).map(|row| row.map(|element| -element));
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] += 1.0 / (GAMMA * h);
    }
    let factors = Factors::of(matrix)?;
    let mut u = [[0.0; N]; STAGES];
    let mut ahead = *y;
    for i in 0..STAGES {
        ahead = *y;
        A[i].iter().zip(&u).for_each(|(a, u)| add(*a, u, &mut ahead));
        let mut right = if i == 0 { *velocity } else { flow.velocity(&ahead) };
        C[i].iter().zip(&u).for_each(|(c, u)| add(c / h, u, &mut right));
        u[i] = factors.solve(right);
    }
    add(1.0, &u[STAGES - 1], &mut ahead);
    Some((ahead, u[STAGES - 1]))
}

/// y ← y + a x.
fn add<const N: usize>(a: f64, x: &[f64; N], y: &mut [f64; N]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// P A = L U by elimination with the largest pivots.
struct Factors<const N: usize> {
    lu: [[f64; N]; N],
    rows: [usize; N],
}

impl<const N: usize> Factors<N> {
    fn of(mut a: [[f64; N]; N]) -> Option<Self> {
        let mut rows = [0; N];
        rows.iter_mut().enumerate().for_each(|(i, row)| *row = i);
        for k in 0..N {
            let largest = (k..N).fold(k, |best, i| if a[i][k].abs() > a[best][k].abs() { i } else { best });
            a.swap(k, largest);
            rows.swap(k, largest);
            let pivot = a[k];
            if pivot[k] == 0.0 || !pivot[k].is_finite() {
                return None;
            }
            for row in &mut a[k + 1..] {
                row[k] /= pivot[k];
                for j in k + 1..N {
                    row[j] -= row[k] * pivot[j];
                }
            }
        }
        Some(Self { lu: a, rows })
    }

    fn solve(&self, b: [f64; N]) -> [f64; N] {
        let mut x = self.rows.map(|row| b[row]);
        for i in 0..N {
            for j in 0..i {
                x[i] -= self.lu[i][j] * x[j];
            }
        }
        for i in (0..N).rev() {
            for j in i + 1..N {
                x[i] -= self.lu[i][j] * x[j];
            }
            x[i] /= self.lu[i][i];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use thalweg_numerics::{exp, ln};

    use super::*;

    /// Kaps' problem, whose solution is (e^(−2x), e^(−x)) from (1, 1), however stiff it is.
    struct Kaps {
        stiffness: f64,
    }

    impl Flow<2> for Kaps {
        fn velocity(&self, [a, b]: &[f64; 2]) -> [f64; 2] {
            [-2.0 * a - self.stiffness * (a - b * b), a - b * (1.0 + b)]
        }

        fn jacobian(&self, [_, b]: &[f64; 2]) -> [[f64; 2]; 2] {
            [[-2.0 - self.stiffness, 2.0 * self.stiffness * b], [1.0, -1.0 - 2.0 * b]]
        }

        fn size(&self, _: &[f64; 2], error: &[f64; 2]) -> f64 {
            error[0].abs().max(error[1].abs())
        }
    }

    /// How far `count` equal steps to x = 1 end from the solution, and how far the estimates of all steps add up.
    fn error(flow: &Kaps, count: u32) -> (f64, f64) {
        let h = 1.0 / f64::from(count);
        let (mut y, mut estimated) = ([1.0; 2], 0.0);
        for _ in 0..count {
            let (next, estimate) = step(flow, &y, &flow.velocity(&y), h).expect("a regular matrix");
            estimated += flow.size(&y, &estimate);
            y = next;
        }
        (flow.size(&y, &[y[0] - exp(-2.0), y[1] - exp(-1.0)]), estimated)
    }

    #[test]
    fn order_is_4_and_that_of_the_estimate_is_3() {
        let flow = Kaps { stiffness: 1.0 };
        let (coarse, fine) = (error(&flow, 32), error(&flow, 64));
        let order = |coarse: f64, fine: f64| ln(coarse / fine) / ln(2.0);
        let (method, estimate) = (order(coarse.0, fine.0), order(coarse.1, fine.1));
        assert!((method - 4.0).abs() < 0.15, "{method}");
        assert!((estimate - 3.0).abs() < 0.15, "{estimate}");
        assert!(fine.0 < fine.1, "the estimate is of the worse method");
    }

    #[test]
    fn stiff_problem_is_solved_with_steps_far_longer_than_its_fast_time() {
        for stiffness in [1e3, 1e6, 1e9] {
            let (off, _) = error(&Kaps { stiffness }, 32);
            assert!(off < 1e-5, "{stiffness}: {off}");
            let arrival = integrate(&Kaps { stiffness }, [1.0; 2], 1.0, 1e-8);
            let off = (arrival.y[0] - exp(-2.0)).abs().max((arrival.y[1] - exp(-1.0)).abs());
            assert!(
                off < 1e-6 && arrival.steps < 1000 && arrival.time == 1.0,
                "{stiffness}: {off}, {arrival:?}"
            );
        }
    }

    struct Decay {
        rate: f64,
    }

    impl Flow<1> for Decay {
        fn velocity(&self, y: &[f64; 1]) -> [f64; 1] {
            [-self.rate * y[0]]
        }

        fn jacobian(&self, _: &[f64; 1]) -> [[f64; 1]; 1] {
            [[-self.rate]]
        }

        fn size(&self, _: &[f64; 1], error: &[f64; 1]) -> f64 {
            error[0].abs()
        }
    }

    /// The stability function: at most 1 in absolute value for decay of any rate, and 0 for an infinite one.
    #[test]
    fn decay_is_damped_at_every_rate_and_wholly_at_an_infinite_one() {
        let factor =
            |rate: f64| step(&Decay { rate }, &[1.0], &[-rate], 1.0).expect("a regular matrix").0[0].abs();
        for i in 0..200 {
            let rate = exp(0.2 * f64::from(i) - 5.0);
            assert!(factor(rate) < 1.0, "{rate}: {}", factor(rate));
        }
        assert!(factor(1e4) < 1e-3 && factor(1e6) < 1e-5 && factor(1e10) < 1e-9);
        assert!((factor(0.1) - exp(-0.1)).abs() < 1e-7);
    }

    /// Robertson's reaction, where rates differ by nine orders.
    struct Robertson;

    impl Flow<3> for Robertson {
        fn velocity(&self, [a, b, c]: &[f64; 3]) -> [f64; 3] {
            let (slow, back, fast) = (0.04 * a, 1e4 * b * c, 3e7 * b * b);
            [back - slow, slow - back - fast, fast]
        }

        fn jacobian(&self, [_, b, c]: &[f64; 3]) -> [[f64; 3]; 3] {
            [[-0.04, 1e4 * c, 1e4 * b], [0.04, -1e4 * c - 6e7 * b, -1e4 * b], [0.0, 6e7 * b, 0.0]]
        }

        fn size(&self, _: &[f64; 3], error: &[f64; 3]) -> f64 {
            error[0].abs().max(1e4 * error[1].abs()).max(error[2].abs())
        }
    }

    #[test]
    fn reaction_over_eleven_decades_agrees_with_scipy() {
        let mut compared = 0;
        for line in include_str!("../../../tests/references/stiff.tsv").lines() {
            let Some(numbers) = line.strip_prefix("robertson\t") else { continue };
            let numbers: Vec<f64> = numbers.split('\t').map(|x| x.parse().expect("a number")).collect();
            let arrival = integrate(&Robertson, [1.0, 0.0, 0.0], numbers[0], 1e-9);
            for (ours, theirs) in arrival.y.iter().zip(&numbers[1..]) {
                assert!((ours - theirs).abs() < 1e-6 * theirs.abs(), "{arrival:?} instead of {numbers:?}");
            }
            compared += 1;
        }
        assert_eq!(compared, 5);
    }

    #[test]
    fn singular_matrix_is_refused() {
        assert!(Factors::of([[1.0, 2.0], [2.0, 4.0]]).is_none());
        assert!(Factors::of([[f64::NAN, 2.0], [2.0, 4.0]]).is_none());
        let factors = Factors::of([[0.0, 2.0], [4.0, 4.0]]).expect("regular");
        assert_eq!(factors.solve([2.0, 12.0]), [2.0, 1.0]);
    }
}

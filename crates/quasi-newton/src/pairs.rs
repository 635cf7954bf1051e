//! The last m pairs of steps and changes of the gradient, and the inverse Hessian that they stand for.
//!
//! ```text
//! sₖ = xₖ₊₁ − xₖ,   yₖ = ∇fₖ₊₁ − ∇fₖ,   ρₖ = 1/yₖᵀsₖ,   γ = sᵀy/yᵀy of the newest pair
//! H v:   q = v
//!        for k from the newest pair to the oldest:   aₖ = ρₖ sₖᵀq,   q ← q − aₖ yₖ
//!        r = H₀ q
//!        for k from the oldest pair to the newest:   r ← r + (aₖ − ρₖ yₖᵀr) sₖ
//! ```
//!
//! Each loop goes over the pairs once, and every pass over q takes the next inner product along: 8mn flops and 8mn numbers
//! from memory.
//!
//! Sources: J. Nocedal, Mathematics of Computation 35 (1980) 773–782; D. C. Liu and J. Nocedal, Mathematical Programming 45
//! (1989) 503–528.

use thalweg_problem::InvalidInput;

use crate::Element;

/// What L-BFGS knows of the curvature, to be asked for, kept, or used in a loop of one's own.
///
/// ```
/// use thalweg_quasi_newton::{Kept, Pairs};
///
/// // f = ½ (x₁² + 100 x₂²): steps along the axes, and what the gradient changes by.
/// let mut pairs = Pairs::new(2, 5)?;
/// assert_eq!(pairs.push(&[1.0, 0.0], &[1.0, 0.0], 1e-16)?, Kept::Yes);
/// assert_eq!(pairs.push(&[0.0, 0.1], &[0.0, 10.0], 1e-16)?, Kept::Yes);
/// // A pair along which the gradient does not grow is no use.
/// assert_eq!(pairs.push(&[1.0, 1.0], &[-1.0, 0.0], 1e-16)?, Kept::Refused);
///
/// let mut v = [3.0, 200.0];
/// pairs.multiply(&mut v, |gamma, q| q.iter_mut().for_each(|q| *q *= gamma));
/// println!("{v:?}");
/// assert_eq!(v, [3.0, 2.0]);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
///
/// Up to m pairs in one flat ring, (2m + 2) n numbers: one place is spare, so that a pair that is refused replaces none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pairs<T = f64> {
    n: usize,
    /// m + 1 places of 2n numbers: s, then y.
    ring: Vec<T>,
    /// ρ of every place.
    rho: Vec<f64>,
    /// aₖ of every place, between the two loops.
    shares: Vec<f64>,
    /// The place of the oldest pair, and how many there are.
    oldest: usize,
    count: usize,
    gamma: f64,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is the newest now; if there were m, the oldest is gone.
    Yes,
    /// sᵀy is not positive, or not by enough to be told from rounding: the pairs are as they were.
    Refused,
}

impl<T: Element> Pairs<T> {
    /// Room for `memory` pairs, 1 or more, of vectors of length `n`, 1 or more. None is there yet.
    ///
    /// # Errors
    /// If a number is 0, or so much memory cannot be addressed.
    pub fn new(n: usize, memory: usize) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", 0, "1 or more"));
        }
        if memory == 0 {
            return Err(InvalidInput::new("memory", 0, "1 or more"));
        }
        let numbers = memory.checked_add(1).and_then(|places| places.checked_mul(2)?.checked_mul(n));
        let Some(numbers) = numbers.filter(|numbers| *numbers <= isize::MAX as usize / 8) else {
            return Err(InvalidInput::new("memory", memory, "as many pairs as fit into memory"));
        };
        Ok(Self {
            n,
            ring: vec![T::default(); numbers],
            rho: vec![0.0; memory + 1],
            shares: vec![0.0; memory + 1],
            oldest: 0,
            count: 0,
            gamma: 1.0,
        })
    }

    /// n.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.n
    }

    /// m.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.rho.len() - 1
    }

    /// How many pairs there are, up to m.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// γ = sᵀy/yᵀy of the newest pair, the reciprocal of a curvature; 1 if there is none.
    #[must_use]
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// The pairs (s, y), from the oldest to the newest, each vector of length n: what is to be kept for a neighboring
    /// problem.
    pub fn iter(&self) -> impl Iterator<Item = (&[T], &[T])> {
        (0..self.count).map(|k| self.pair(self.place(k)))
    }

    /// ‖s‖ of the newest pair; 0 if there is none.
    pub(crate) fn newest_length(&self) -> f64 {
        let Some(newest) = self.count.checked_sub(1) else { return 0.0 };
        let s = self.pair(self.place(newest)).0;
        T::dot(s, s).sqrt()
    }

    /// Forgets all pairs.
    pub fn clear(&mut self) {
        (self.oldest, self.count, self.gamma) = (0, 0, 1.0);
    }

    /// Takes a pair, both vectors of length n, if sᵀy > `least_cosine` ‖s‖ ‖y‖.
    ///
    /// # Errors
    /// If a vector has another length.
    pub fn push(&mut self, s: &[T], y: &[T], least_cosine: f64) -> Result<Kept, InvalidInput> {
        InvalidInput::unless_length("s", s, self.n)?;
        InvalidInput::unless_length("y", y, self.n)?;
        let n = self.n;
        let spare = self.spare();
        spare[..n].copy_from_slice(s);
        spare[n..].copy_from_slice(y);
        Ok(self.keep_spare(least_cosine))
    }

    /// Takes the pair of two points with their gradients, all of length n, if its curvature is large enough.
    pub(crate) fn push_points(&mut self, from: [&[T]; 2], to: [&[T]; 2], least_cosine: f64) -> Kept {
        let n = self.n;
        let (s, y) = self.spare().split_at_mut(n);
        for (out, [from, to]) in [(s, [from[0], to[0]]), (y, [from[1], to[1]])] {
            for ((out, &from), &to) in out.iter_mut().zip(from).zip(to) {
                // Exact in f64 for f32, and rounded once.
                *out = T::nearest(to.into() - from.into());
            }
        }
        self.keep_spare(least_cosine)
    }

    /// v ← H v for the H of the header, with `initial`, which is told γ, for H₀ q.
    pub fn multiply(&mut self, v: &mut [T], initial: impl FnOnce(f64, &mut [T])) {
        let count = self.count;
        let Some(last) = count.checked_sub(1) else {
            initial(self.gamma, v);
            return;
        };
        let mut product = T::dot(self.pair(self.place(last)).0, v);
        for k in (0..count).rev() {
            let place = self.place(k);
            let share = self.rho[place] * product;
            self.shares[place] = share;
            let y = self.pair(place).1;
            match k.checked_sub(1) {
                Some(older) => product = T::axpy_dot(-share, y, v, self.pair(self.place(older)).0),
                None => T::axpy(-share, y, v),
            }
        }
        initial(self.gamma, v);
        product = T::dot(self.pair(self.place(0)).1, v);
        for k in 0..count {
            let place = self.place(k);
            let change = self.shares[place] - self.rho[place] * product;
            let s = self.pair(place).0;
            if k < last {
                product = T::axpy_dot(change, s, v, self.pair(self.place(k + 1)).1);
            } else {
                T::axpy(change, s, v);
            }
        }
    }

    /// Where the k-th pair lies, the oldest being the 0-th; the spare place for k = `count`.
    fn place(&self, k: usize) -> usize {
        // Both are at most m, so that once around is enough, and a division would take as long as a short vector.
        let (place, places) = (self.oldest + k, self.rho.len());
        if place < places { place } else { place - places }
    }

    fn pair(&self, place: usize) -> (&[T], &[T]) {
        self.ring[2 * self.n * place..][..2 * self.n].split_at(self.n)
    }

    fn spare(&mut self) -> &mut [T] {
        let place = self.place(self.count);
        &mut self.ring[2 * self.n * place..][..2 * self.n]
    }

    /// Makes what lies in the spare place the newest pair, if it can be used.
    fn keep_spare(&mut self, least_cosine: f64) -> Kept {
        let place = self.place(self.count);
        let (s, y) = self.pair(place);
        let (s_y, s_s, y_y) = (T::dot(s, y), T::dot(s, s), T::dot(y, y));
        let (rho, gamma) = (1.0 / s_y, s_y / y_y);
        // Also false where a number is not finite.
        let is_curved = s_y > least_cosine * s_s.sqrt() * y_y.sqrt();
        if !(is_curved && rho.is_finite() && gamma.is_finite() && gamma > 0.0) {
            return Kept::Refused;
        }
        (self.rho[place], self.gamma) = (rho, gamma);
        if self.count < self.memory() {
            self.count += 1;
        } else {
            self.oldest = self.place(1);
        }
        Kept::Yes
    }
}

//! The perceptron rule: whenever a point is on the wrong side, add it to the weights.
//!
//! ```text
//! yᵢ (w·xᵢ + b) ≤ 0   ⇒   w ← w + yᵢ xᵢ,   b ← b + yᵢ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | (xᵢ, yᵢ) | row i and its [`sign`](crate::DataSet::sign): class 1 is +1, class 0 is −1 |
//! | w, b | [`Learned::weights`], the bias last |
//! | order of i | [`Perceptron::order`] |
//!
//! Needs: data of two classes. There is no function that it descends, so it is no `Method`; it has a loop of its own.
//! Cost: n products of length d + 1 an epoch, and an addition of that length an update. Nothing is allocated in the loop.
//!
//! It ends after an epoch without an update, when every point is on its side; or when the budget of updates is spent. On data
//! that a hyperplane separates it takes at most (R/γ)² updates from w = 0, with the longest and the most separable of the vectors
//! (xᵢ, 1): R = max ‖(xᵢ, 1)‖ and γ = max over unit (w, b) of min yᵢ(w·xᵢ + b) (Novikoff). On other data it never ends by
//! itself: the weights stay bounded and cycle (for rational data), and only the budget stops it.
//!
//! Where the literature disagrees:
//! - A point on the plane itself. Rosenblatt's unit answers 1 there, so that only one class is corrected; here, as in
//!   Novikoff's proof, yᵢ(w·xᵢ + b) = 0 is a mistake for both classes.
//! - A rate η before the correction changes nothing from w = 0 but the scale of w, so there is none.
//! - The pocket algorithm keeps the weights with the longest run of right answers (Gallant), or the ones with the fewest errors
//!   on all the data, its "ratchet". Here both: a longer run is the reason to count, and fewer errors the reason to keep.
//!
//! Sources: F. Rosenblatt, Principles of Neurodynamics (1962); A. B. J. Novikoff, Symposium on the Mathematical Theory of
//! Automata 12 (1962) 615–622; S. I. Gallant, IEEE Transactions on Neural Networks 1 (1990) 179–191. Slides 12–15, 27.

use std::fmt;

use thalweg_numerics::{Draws, dot};
use thalweg_problem::InvalidInput;

use crate::DataSet;

/// In which order the points are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they lie in the data, again and again.
    #[default]
    Cyclic,
    /// In every epoch another order, all equally likely.
    Random {
        /// Where the random numbers begin.
        seed: u64,
    },
}

/// The perceptron rule, from w = 0.
///
/// ```
/// use thalweg_networks::{Perceptron, PerceptronEnding, data};
///
/// let learned = Perceptron::default().learn(&data::spoiled_points(1000.0)?)?;
/// assert_eq!((learned.updates, learned.separates()), (1004, true));
///
/// // No line separates XOR, and the rule never comes to an end.
/// let learned = Perceptron { max_updates: 500, ..Perceptron::default() }.learn(&data::xor())?;
/// assert_eq!(learned.ending, PerceptronEnding::BudgetSpent { updates: 500 });
/// println!("{}", learned.ending);
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Perceptron {
    /// The order of the points. Default: as they lie in the data.
    pub order: Order,
    /// The budget: so many updates at most, 1 or more. Default a million.
    pub max_updates: u64,
}

impl Default for Perceptron {
    fn default() -> Self {
        Self { order: Order::Cyclic, max_updates: 1_000_000 }
    }
}

/// The perceptron rule with a pocket for the best weights on the way, for data that may not be separable.
///
/// Every point that is shown is drawn anew: only then do the weights in the pocket tend to those with the fewest errors
/// (Gallant). On XOR, for one, no order of whole epochs ever leads to weights with a single error.
///
/// ```
/// use thalweg_networks::{Pocket, data};
///
/// // Three of the four corners is all that a line can get right.
/// let learned = Pocket::default().learn(&data::xor())?;
/// assert_eq!(learned.errors, 1);
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pocket {
    /// Where the random numbers begin. Default 0.
    pub seed: u64,
    /// The budget: so many updates at most, 1 or more. Default ten thousand.
    pub max_updates: u64,
}

impl Default for Pocket {
    fn default() -> Self {
        Self { seed: 0, max_updates: 10_000 }
    }
}

/// What the rule learned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Learned {
    /// w and then b, length d + 1: of the last update, or of the pocket.
    pub weights: Vec<f64>,
    /// How often a point was on the wrong side and was added.
    pub updates: u64,
    /// How often the data were gone through, the last time perhaps in part; for [`Pocket`] in number.
    pub epochs: u64,
    /// Points that `weights` leave on the wrong side, or on the plane itself.
    pub errors: usize,
    /// Why it ended.
    pub ending: PerceptronEnding,
}

/// Why the rule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerceptronEnding {
    /// Every point is on its side.
    Separates,
    /// The budget is spent.
    BudgetSpent {
        /// The budget.
        updates: u64,
    },
}

impl fmt::Display for PerceptronEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Separates => f.write_str("every point is on its side"),
            Self::BudgetSpent { updates } => write!(
                f,
                "the budget of {updates} updates is spent: no hyperplane separates the data, or (R/γ)² is beyond the budget"
            ),
        }
    }
}

impl Learned {
    /// Whether every point is on its side.
    #[must_use]
    pub fn separates(&self) -> bool {
        self.ending == PerceptronEnding::Separates
    }
}

impl Perceptron {
    /// Learns from data of two classes.
    ///
    /// # Errors
    /// If there are more classes or the budget is 0. That the budget is spent is no error: see [`Learned::ending`].
    pub fn learn(&self, data: &DataSet) -> Result<Learned, InvalidInput> {
        self.learn_observed(data, |_, _| ())
    }

    /// The same; `observe` sees the weights after every update, and the number of the point that was added.
    ///
    /// # Errors
    /// As [`learn`](Self::learn).
    pub fn learn_observed(
        &self,
        data: &DataSet,
        mut observe: impl FnMut(&[f64], usize),
    ) -> Result<Learned, InvalidInput> {
        let mut course = Course::new(data, self.order, self.max_updates)?;
        while let Some(shown) = course.next() {
            if let Shown::Wrong(i) = shown {
                observe(&course.weights, i);
            }
        }
        Ok(course.learned())
    }
}

impl Pocket {
    /// Learns from data of two classes, and answers with the best weights that were tried.
    ///
    /// # Errors
    /// If there are more classes or the budget is 0.
    pub fn learn(&self, data: &DataSet) -> Result<Learned, InvalidInput> {
        check(data, self.max_updates)?;
        let mut draws = Draws::new(self.seed, 0);
        let mut weights = vec![0.0; data.dim() + 1];
        let mut pocket = weights.clone();
        let (mut fewest, mut longest, mut run) = (data.len(), 0_u64, 0_u64);
        let (mut updates, mut shown) = (0, 0_u64);
        while fewest > 0 {
            let i = draws.below(data.len() as u64) as usize;
            shown += 1;
            if !is_right(data, &weights, i) {
                if updates == self.max_updates {
                    break;
                }
                add_point(data, i, &mut weights);
                updates += 1;
                run = 0;
                continue;
            }
            run += 1;
            if run > longest {
                longest = run;
                let errors = errors(data, &weights);
                if errors < fewest {
                    fewest = errors;
                    pocket.copy_from_slice(&weights);
                }
            }
        }
        let ending = match fewest {
            0 => PerceptronEnding::Separates,
            _ => PerceptronEnding::BudgetSpent { updates },
        };
        let epochs = shown.div_ceil(data.len() as u64);
        Ok(Learned { weights: pocket, updates, epochs, errors: fewest, ending })
    }
}

enum Shown {
    Right,
    Wrong(usize),
}

/// The rule, one point at a time.
struct Course<'a> {
    data: &'a DataSet,
    order: Order,
    budget: u64,
    weights: Vec<f64>,
    places: Vec<usize>,
    at: usize,
    updates: u64,
    epochs: u64,
    updates_before_epoch: u64,
    ending: Option<PerceptronEnding>,
}

impl<'a> Course<'a> {
    fn new(data: &'a DataSet, order: Order, budget: u64) -> Result<Self, InvalidInput> {
        check(data, budget)?;
        Ok(Self {
            data,
            order,
            budget,
            weights: vec![0.0; data.dim() + 1],
            places: (0..data.len()).collect(),
            at: data.len(),
            updates: 0,
            epochs: 0,
            updates_before_epoch: 0,
            ending: None,
        })
    }

    /// Shows the next point; none when it is over.
    fn next(&mut self) -> Option<Shown> {
        if self.ending.is_some() {
            return None;
        }
        if self.at == self.data.len() {
            if self.epochs > 0 && self.updates == self.updates_before_epoch {
                self.ending = Some(PerceptronEnding::Separates);
                return None;
            }
            self.begin_epoch();
        }
        let i = self.places[self.at];
        if is_right(self.data, &self.weights, i) {
            self.at += 1;
            return Some(Shown::Right);
        }
        if self.updates == self.budget {
            self.ending = Some(PerceptronEnding::BudgetSpent { updates: self.budget });
            return None;
        }
        add_point(self.data, i, &mut self.weights);
        self.updates += 1;
        self.at += 1;
        Some(Shown::Wrong(i))
    }

    fn begin_epoch(&mut self) {
        if let Order::Random { seed } = self.order {
            // From the same order every time, so that an epoch's order depends on the seed and its number alone.
            self.places.iter_mut().enumerate().for_each(|(i, place)| *place = i);
            Draws::new(seed, self.epochs).shuffle(&mut self.places);
        }
        self.at = 0;
        self.epochs += 1;
        self.updates_before_epoch = self.updates;
    }

    fn learned(self) -> Learned {
        let errors = errors(self.data, &self.weights);
        let ending = match self.ending {
            // The last update of the budget may have been the last that was needed.
            _ if errors == 0 => PerceptronEnding::Separates,
            Some(ending) => ending,
            None => PerceptronEnding::BudgetSpent { updates: self.budget },
        };
        Learned { weights: self.weights, updates: self.updates, epochs: self.epochs, errors, ending }
    }
}

fn check(data: &DataSet, budget: u64) -> Result<(), InvalidInput> {
    data.unless_two_classes()?;
    if budget == 0 {
        return Err(InvalidInput::new("max_updates", 0, "1 or more"));
    }
    Ok(())
}

/// w ← w + yᵢ xᵢ, b ← b + yᵢ.
fn add_point(data: &DataSet, i: usize, weights: &mut [f64]) {
    let y = data.sign(i);
    let (w, bias) = weights.split_at_mut(data.dim());
    for (w, x) in w.iter_mut().zip(data.row(i)) {
        *w += y * x;
    }
    bias[0] += y;
}

/// False on the plane, and where something has overflowed to NaN.
fn is_right(data: &DataSet, weights: &[f64], i: usize) -> bool {
    let (w, bias) = weights.split_at(data.dim());
    data.sign(i) * (dot(w, data.row(i)) + bias[0]) > 0.0
}

/// How many points the weights, length d + 1, leave on the wrong side or on the plane.
fn errors(data: &DataSet, weights: &[f64]) -> usize {
    (0..data.len()).filter(|&i| !is_right(data, weights, i)).count()
}

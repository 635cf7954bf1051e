//! A quadratic whose path a reader may redraw: what a page needs for it, and the path that it has to show.

use thalweg_first_order::GradientDescent;
use thalweg_objectives::DiagonalQuadratic;

use crate::acceleration::{momentum, nesterov};
use crate::iterates::iterates;

/// E(w) = ½ Σ aᵢwᵢ² + Σ bᵢwᵢ in one or two variables, with sliders for η and, where a rule has it, β.
#[derive(Clone, Debug)]
pub struct Playground {
    /// Names it within its result; part of an anchor.
    pub id: &'static str,
    /// What is drawn.
    pub title: &'static str,
    /// What to try, and to predict first.
    pub task: &'static str,
    /// a, one or two of them, all above 0.
    pub curvatures: Vec<f64>,
    /// b, as many.
    pub linear: Vec<f64>,
    /// w₀, as long.
    pub start: Vec<f64>,
    /// How many steps are drawn.
    pub steps: u64,
    /// The rules to choose from.
    pub rules: &'static [Rule],
    /// η.
    pub rate: Slider,
    /// β, of the rules that have it; 0 where none has.
    pub momentum: Slider,
}

/// A number that a reader slides.
#[derive(Clone, Copy, Debug)]
pub struct Slider {
    /// The least and the largest.
    pub range: (f64, f64),
    /// From one value to the next.
    pub step: f64,
    /// Where it is at first.
    pub at: f64,
}

impl Slider {
    /// It stays at 0.
    pub(crate) const NONE: Self = Self { range: (0.0, 0.0), step: 1.0, at: 0.0 };
    /// β from 0 to 0.99.
    pub(crate) const fn momentum(at: f64) -> Self {
        Self { range: (0.0, 0.99), step: 0.01, at }
    }
}

/// A rule that a playground can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// w ← w − ηg.
    GradientDescent,
    /// v ← βv − ηg, w ← w + v.
    Momentum,
    /// The same with the gradient at w + βv.
    Nesterov,
}

impl Rule {
    /// What it is called on a page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient descent",
            Self::Momentum => "momentum",
            Self::Nesterov => "Nesterov",
        }
    }
}

impl Playground {
    /// w₀, w₁, … as the library's rules compute them.
    ///
    /// # Panics
    /// If η or β is none that the rule can use: those of the sliders are.
    #[must_use]
    pub fn path(&self, rule: Rule, rate: f64, beta: f64) -> Vec<Vec<f64>> {
        let f = DiagonalQuadratic::new(self.curvatures.clone(), self.linear.clone(), 0.0)
            .expect("a playground states finite numbers");
        match rule {
            Rule::GradientDescent => iterates(&f, &GradientDescent, rate, &self.start, self.steps),
            Rule::Momentum => iterates(&f, &momentum(beta), rate, &self.start, self.steps),
            Rule::Nesterov => iterates(&f, &nesterov(beta), rate, &self.start, self.steps),
        }
    }
}

//! The collection of Moré, Garbow and Hillstrom as a test for methods: 43 functions, 123 starts, one set of options, and one rule
//! for all methods of what counts as solved.
//!
//! f is Σfᵢ², as in the collection. A run stops at ‖∇f‖∞ ≤ 1e-6, without a test on f. Reaching a known minimum from 100 x₀ is
//! partly luck, so first-order points are told apart from it, and their gradients are evaluated again.

use std::fmt;

use thalweg::driver::{Running, Stop};
use thalweg::hessian::ByProducts;
use thalweg::objectives::classic::{TestFunction, more_garbow_hillstrom};
use thalweg::problem::{Counted, Counts, Method, State};

/// ‖∇f‖∞ at which a run has arrived.
pub const TOLERANCE: f64 = 1e-6;

/// Evaluations of any kind that a run may take.
pub const BUDGET: u64 = 20_000;

/// A function of the collection, with everything that a method may ask for.
pub type Problem = ByProducts<Box<dyn TestFunction>>;

/// What came of one run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The function.
    pub function: &'static str,
    /// Its variables.
    pub n: usize,
    /// The start: x₀, 10 x₀ or 100 x₀.
    pub start: usize,
    /// f where the run ended.
    pub value: f64,
    /// ‖x‖∞ there.
    pub size: f64,
    /// Whether that is ten times as far out as any minimum at a known, finite place, and as 1.
    pub is_far: bool,
    /// ‖∇f‖∞ there, evaluated again.
    pub slope: f64,
    /// Whether the value is known, see [`is_known`].
    pub is_known: bool,
    /// Whether it is one at a finite place, see [`is_attained`].
    pub is_attained: bool,
    /// Steps of the method.
    pub steps: u64,
    /// What was asked of the function.
    pub counts: Counts,
    /// Why it ended.
    pub reason: String,
}

impl Outcome {
    /// Whether it ended at a first-order point.
    #[must_use]
    pub fn is_first_order(&self) -> bool {
        self.slope <= TOLERANCE
    }

    /// Whether it ended at a first-order point that is no known minimum: on a plateau, in a tail or a valley, at a saddle or at a
    /// minimum that nobody listed.
    #[must_use]
    pub fn is_flat_stop(&self) -> bool {
        self.is_first_order() && !self.is_known
    }

    /// Whether that is far from any known minimum.
    #[must_use]
    pub fn is_far_flat_stop(&self) -> bool {
        self.is_flat_stop() && self.is_far
    }

    /// Function, n and start in a few words.
    #[must_use]
    pub fn case(&self) -> String {
        format!("{} {}, {}", self.function, self.n, ["x₀", "10 x₀", "100 x₀"][self.start])
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, size, slope, steps, reason, .. } = self;
        let total = self.counts.total();
        write!(
            f,
            "{}: f = {value:.6e}, ‖x‖∞ = {size:.1e}, ‖∇f‖∞ = {slope:.1e}, {steps} steps, {total} evaluations, {reason}",
            self.case()
        )
    }
}

/// Where a gradient is small far out, and why there.
///
/// On none of these has a method done anything wrong: from 100 x₀ there is nothing within reach that a gradient of 1e-6 could
/// tell from a minimum. From which of them a run starts or into which of them a first step leads is partly luck.
pub const FAR_FLATS: [(&str, &str); 10] = [
    ("Powell badly scaled 2, 100 x₀", "with x₁ = 1e-4/x₂ f comes down to 1.0e-8, not to 0, as x₂ runs off"),
    ("Jennrich and Sampson 2, 10 x₀", "both exponentials are 0"),
    ("Gaussian 3, 10 x₀", "the bump is so narrow that it lies between the data"),
    ("Gaussian 3, 100 x₀", "the bump lies beside the data"),
    ("Gulf research and development 3, 100 x₀", "every exponential is 0, and ∇f is exactly 0 at the start"),
    ("Box three-dimensional 3, 100 x₀", "x₁ or x₂ is so large that its exponential is 0"),
    ("Kowalik and Osborne 4, 100 x₀", "a valley along which x runs off, and f hardly falls"),
    (
        "Osborne 1 5, 10 x₀",
        "an exponential is 0, and the amplitude of the other runs off; or the exponents nearly meet, with large amplitudes of \
         opposite signs, and f hardly falls",
    ),
    ("Osborne 1 5, 100 x₀", "an exponential is 0"),
    ("Biggs EXP6 6, 100 x₀", "exponentials are 0"),
];

/// Functions on which a gradient of 1e-6 stops a run before f is within 1e-5 of the minimum: valleys with curvatures far below 1
/// (Watson's minima are 1e-6 and 5e-10, those of the penalties 1e-5 to 3e-4; at Powell's the Hessian is singular).
pub const VALLEYS: [&str; 4] = ["Watson", "Powell singular, extended", "Penalty I", "Penalty II"];

/// What a method made of all 123 cases.
#[derive(Clone, Debug)]
pub struct Score {
    /// Case by case, in the order of the collection.
    pub outcomes: Vec<Outcome>,
}

impl Score {
    /// Runs a method from every start, with at most so many steps and [`BUDGET`] evaluations.
    ///
    /// # Panics
    /// As [`within`](Self::within).
    #[must_use]
    pub fn of<M>(method: &M, max_steps: u64) -> Self
    where
        M: for<'p> Method<Counted<'p, Problem>>,
    {
        Self::within(method, max_steps, BUDGET)
    }

    /// Runs a method from every start, with at most so many steps and evaluations of any kind.
    ///
    /// # Panics
    /// If a run claims what is not so, loses its start or takes more evaluations than it may.
    #[must_use]
    pub fn within<M>(method: &M, max_steps: u64, budget: u64) -> Self
    where
        M: for<'p> Method<Counted<'p, Problem>>,
    {
        let mut outcomes = Vec::new();
        for function in more_garbow_hillstrom() {
            let starts = function.starts();
            let problem = ByProducts(function);
            let runs = starts
                .iter()
                .enumerate()
                .map(|(start, x0)| run(&problem, method, (start, x0), max_steps, budget));
            outcomes.extend(runs);
        }
        Self { outcomes }
    }

    /// How many of them are so.
    #[must_use]
    pub fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.outcomes.iter().filter(|outcome| is(outcome)).count()
    }

    /// Runs that ended at a known value.
    #[must_use]
    pub fn solved(&self) -> usize {
        self.count(|outcome| outcome.is_known)
    }

    /// Those of them from x₀.
    #[must_use]
    pub fn solved_from_x0(&self) -> usize {
        self.count(|outcome| outcome.is_known && outcome.start == 0)
    }

    /// The cases that are so.
    #[must_use]
    pub fn cases(&self, is: impl Fn(&Outcome) -> bool) -> Vec<String> {
        self.outcomes.iter().filter(|outcome| is(outcome)).map(Outcome::case).collect()
    }

    /// Asserts where runs came to rest that are at no known minimum: far out exactly in the cases `far`, each of which
    /// [`FAR_FLATS`] has to explain, and nearer by in at most so many `valleys`, and in the cases `others`.
    ///
    /// # Panics
    /// If not.
    pub fn assert_flat_stops(&self, far: &[&str], valleys: usize, others: &[&str]) {
        assert_eq!(self.cases(Outcome::is_far_flat_stop), far, "{self}");
        for case in far {
            assert!(FAR_FLATS.iter().any(|(known, _)| known == case), "nobody says why {case} is flat");
        }
        let is_near = |outcome: &Outcome| outcome.is_flat_stop() && !outcome.is_far;
        let is_valley = |outcome: &Outcome| VALLEYS.contains(&outcome.function);
        let found = self.count(|outcome| is_near(outcome) && is_valley(outcome));
        assert!(found <= valleys, "{found} stops in valleys: {self}");
        assert_eq!(self.cases(|outcome| is_near(outcome) && !is_valley(outcome)), others, "{self}");
    }

    /// The one that took most evaluations.
    #[must_use]
    pub fn dearest(&self) -> Option<&Outcome> {
        self.outcomes.iter().max_by_key(|outcome| outcome.counts.total())
    }
}

/// Totals, and a line for every case that was not solved.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum =
            |of: fn(&Counts) -> u64| self.outcomes.iter().map(|outcome| of(&outcome.counts)).sum::<u64>();
        writeln!(
            f,
            "{} of {} known minima, {} of them from x₀, {} at a finite place; {} first-order points; {} values and gradients, \
             {} Hessians, {} products, {} residuals and Jacobians",
            self.solved(),
            self.outcomes.len(),
            self.solved_from_x0(),
            self.count(|outcome| outcome.is_attained),
            self.count(Outcome::is_first_order),
            sum(|counts| counts.values + counts.gradients),
            sum(|counts| counts.hessians),
            sum(|counts| counts.hessian_vectors),
            sum(|counts| counts.residuals + counts.jacobians),
        )?;
        self.outcomes
            .iter()
            .filter(|outcome| !outcome.is_known)
            .try_for_each(|outcome| writeln!(f, "    {outcome}"))
    }
}

fn run<M>(problem: &Problem, method: &M, (start, x0): (usize, &[f64]), max_steps: u64, budget: u64) -> Outcome
where
    M: for<'p> Method<Counted<'p, Problem>>,
{
    let function = &*problem.0;
    // The driver's own test is on the Euclidean norm: ‖∇f‖∞ is the collection's usual.
    let stop = Stop {
        relative_gradient: 0.0,
        max_steps,
        max_evaluations: Some(budget),
        noise_window: 0,
        runaway: f64::INFINITY,
        ..Stop::default()
    };
    let mut running = Running::start(problem, method, x0, stop).expect("valid input");
    let has_arrived = |running: &Running<'_, '_, Problem, M>| {
        running.state().gradient().is_some_and(|gradient| largest(gradient) <= TOLERANCE)
    };
    let mut claims = has_arrived(&running);
    while !claims && running.next().is_some() {
        claims = has_arrived(&running);
    }
    let x = running.record().x.to_vec();
    let run = running.finish();
    // What is claimed is asked of the function again.
    let mut gradient = vec![f64::NAN; x.len()];
    let value = function.value_gradient(&x, &mut gradient);
    let outcome = Outcome {
        function: function.name(),
        n: x.len(),
        start,
        value,
        size: largest(&x),
        is_far: is_far(function, &x),
        slope: largest(&gradient),
        is_known: is_known(function, value),
        is_attained: is_attained(function, value),
        steps: run.steps,
        counts: run.counts,
        reason: if claims { "first-order".to_owned() } else { run.reason.to_string() },
    };
    let at_start = function.value(x0);
    assert!(!claims || outcome.is_first_order(), "it claims what is not so: {outcome}");
    // A method for residuals adds up their squares, which rounds otherwise.
    let allowed = at_start * (1.0 + 1e-14);
    assert!(
        run.best.value <= allowed || !at_start.is_finite(),
        "it loses its start, {at_start:e}: {outcome}"
    );
    assert!(run.counts.total() <= budget, "it overruns its budget: {outcome}");
    outcome
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |m, x| if x.is_nan() { f64::NAN } else { x.abs().max(m) })
}

fn is_far(function: &dyn TestFunction, x: &[f64]) -> bool {
    let minima = function.minima();
    let places = minima.iter().filter_map(|minimum| minimum.place());
    largest(x) >= 10.0 * places.map(largest).fold(1.0, f64::max)
}

/// Whether `value`, f = Σfᵢ² where a run ended, is one that the collection lists or that is the best known: within 1e-5 of it,
/// relatively, or at most 1e-8 where it is 0.
///
/// The collection lists local minima, and values that f only comes down to as a variable runs off to ±∞ (Bard's 17.43, say):
/// whoever follows f downhill there has done what can be done. What is listed counts; `is_attained` tells the two apart, and
/// both counts are printed.
#[must_use]
pub fn is_known(function: &dyn TestFunction, value: f64) -> bool {
    function.minima().iter().any(|minimum| is_near(value, minimum.value))
}

/// Whether it is a minimum at a finite place, and not a value at infinity.
#[must_use]
pub fn is_attained(function: &dyn TestFunction, value: f64) -> bool {
    let is_somewhere = |x: &Option<Vec<f64>>| x.as_ref().is_none_or(|x| x.iter().all(|x| x.is_finite()));
    function.minima().iter().any(|minimum| is_somewhere(&minimum.x) && is_near(value, minimum.value))
}

fn is_near(value: f64, known: f64) -> bool {
    if known == 0.0 { value <= 1e-8 } else { (value - known).abs() <= 1e-5 * known.abs() }
}

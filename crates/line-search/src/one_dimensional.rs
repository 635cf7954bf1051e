//! A line search as a machine that knows nothing of vectors: it is told φ and φ′ at one α and says which α is next.

use thalweg_problem::{Allowance, InvalidInput};

use crate::{Accepted, Condition, Failed, Failure, Sample};

/// What a search knows before its first trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// φ₀ and φ₀′, finite, with φ₀′ < 0.
    pub start: Sample,
    /// The relative distance at which two α are the same to whoever evaluates: [`f64::EPSILON`], and [`f32::EPSILON`]
    /// where x is stored so.
    pub resolution: f64,
}

/// What comes after a trial.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Evaluate at this α, which is finite, above 0 and was not tried before.
    Try(f64),
    /// The trial is accepted, and this holds for it.
    Accept(Condition),
    /// There is no acceptable step.
    GiveUp(Failure),
}

/// A line search that sees φ(α) = f(x + αp) and φ′(α) alone.
///
/// [`search_along`] runs it on a [`Probe`], and [`search_ray`](crate::search_ray) on an objective; whoever evaluates in another way
/// calls [`begin`](Self::begin) and then [`next_trial`](Self::next_trial) by hand:
///
/// ```
/// use thalweg_line_search::{Line, MoreThuente, Next, OneDimensional, Sample};
///
/// // φ(α) = (α − 3)² in single precision.
/// let phi = |alpha: f32| Sample {
///     value: f64::from((alpha - 3.0) * (alpha - 3.0)),
///     slope: f64::from(2.0 * (alpha - 3.0)),
/// };
/// let line = Line { start: phi(0.0), resolution: f64::from(f32::EPSILON) };
/// let search = MoreThuente { c2: 0.1, ..MoreThuente::default() };
/// let (mut state, mut alpha) = search.begin(line, 1.0);
/// let condition = loop {
///     match search.next_trial(&mut state, phi(alpha as f32)) {
///         Next::Try(next) => alpha = next,
///         Next::Accept(condition) => break condition,
///         Next::GiveUp(failure) => panic!("{failure}"),
///     }
/// };
/// println!("α = {alpha}: {condition}");
/// assert!((alpha - 3.0).abs() < 0.3 && condition.holds(line.start, alpha, phi(alpha as f32)));
/// ```
pub trait OneDimensional {
    /// Everything that changes from trial to trial.
    type State;

    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    fn check(&self) -> Result<(), InvalidInput>;

    /// A state before the first trial, and the α of that trial, which is `first` unless the settings forbid it.
    ///
    /// The settings are as [`check`](Self::check) wants them, `first` is finite and above 0.
    fn begin(&self, line: Line, first: f64) -> (Self::State, f64);

    /// Takes the sample at the α that was asked for last; one that is not finite is that of a point not to go to.
    fn next_trial(&self, state: &mut Self::State, trial: Sample) -> Next;
}

/// What a [`OneDimensional`] search can be run along: a curve, a ray, or a path of your own.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{MoreThuente, Probe, Sample, search_along};
/// use thalweg_numerics::{cos, sin};
///
/// /// Along the unit circle, (cos α, sin α), by the height of f = −x cos 1 − y sin 1.
/// struct Circle;
///
/// impl Probe for Circle {
///     fn start(&self) -> Sample {
///         Sample { value: -cos(1.0), slope: -sin(1.0) }
///     }
///     fn sample(&mut self, alpha: f64) -> Sample {
///         Sample { value: -cos(alpha - 1.0), slope: sin(alpha - 1.0) }
///     }
/// }
///
/// let search = MoreThuente { c2: 1e-3, ..MoreThuente::default() };
/// let found = search_along(&search, &mut Circle, 0.5, &mut Allowance::evaluations(9))?;
/// println!("α = {:.5} after {} evaluations", found.alpha, found.evaluations);
/// assert!((found.alpha - 1.0).abs() < 1e-3 && found.evaluations < 5);
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
pub trait Probe {
    /// φ₀ and φ₀′.
    fn start(&self) -> Sample;

    /// The relative distance at which two α are the same here.
    fn resolution(&self) -> f64 {
        f64::EPSILON
    }

    /// φ(α) and φ′(α). One evaluation at most, which the caller has taken from the allowance.
    fn sample(&mut self, alpha: f64) -> Sample;

    /// The last point that was sampled is the best so far, or accepted: it is to stay, and the one kept before may go.
    fn keep(&mut self) {}
}

/// Runs `search` along `probe`, with `first` as the first α; asks `allow` before every trial.
///
/// At the end the probe has kept the point that is returned, and none if that is the start.
///
/// # Errors
/// If there is no acceptable step, for any of the reasons of [`Failure`]; the lowest point comes along.
pub fn search_along<S: OneDimensional + ?Sized, L: Probe + ?Sized>(
    search: &S,
    probe: &mut L,
    first: f64,
    allow: &mut Allowance,
) -> Result<Accepted, Failed> {
    let start = probe.start();
    let before = allow.left();
    // The lowest point so far.
    let (mut best, mut lowest) = (0.0, start);
    let mut go = |allow: &mut Allowance| {
        search.check()?;
        let line = checked_line(start, probe.resolution(), first)?;
        let (mut state, mut alpha) = search.begin(line, first);
        loop {
            allow.spend()?;
            let end = probe.sample(alpha);
            let next = search.next_trial(&mut state, end);
            if let Next::Accept(condition) = next {
                probe.keep();
                return Ok((alpha, end, condition));
            }
            if end.is_finite() && end.value < lowest.value {
                (best, lowest) = (alpha, end);
                probe.keep();
            }
            match next {
                Next::GiveUp(failure) => return Err(failure),
                Next::Try(next) => alpha = next,
                Next::Accept(_) => {}
            }
        }
    };
    let outcome = go(allow);
    let evaluations = before - allow.left();
    match outcome {
        Ok((alpha, end, condition)) => Ok(Accepted { alpha, end, condition, evaluations }),
        Err(reason) => Err(Failed { reason, alpha: best, end: lowest, evaluations }),
    }
}

/// The line, if one can search along it.
pub(crate) fn checked_line(start: Sample, resolution: f64, first: f64) -> Result<Line, Failure> {
    InvalidInput::unless_positive("first", first)?;
    if !start.is_finite() {
        return Err(Failure::NonFinite { alpha: 0.0 });
    }
    if start.slope >= 0.0 {
        return Err(Failure::NotDescent { slope: start.slope });
    }
    Ok(Line { start, resolution })
}

/// Runs `search` on a function of α alone: `phi` gives φ and φ′, and `start` is what it gives at 0.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{HagerZhang, Sample, search_curve};
///
/// // φ(α) = −α/(α² + 2), function 1 of Moré and Thuente, with its minimum at √2.
/// let phi = |a: f64| Sample { value: -a / (a * a + 2.0), slope: (a * a - 2.0) / ((a * a + 2.0) * (a * a + 2.0)) };
/// let search = HagerZhang { c2: 0.1, ..HagerZhang::default() };
/// let accepted = search_curve(&search, phi(0.0), 10.0, &mut Allowance::evaluations(20), phi)?;
/// println!("α = {} after {} evaluations: {}", accepted.alpha, accepted.evaluations, accepted.condition);
/// assert!(accepted.condition.holds(phi(0.0), accepted.alpha, accepted.end));
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
///
/// # Errors
/// As [`search_along`].
pub fn search_curve<S: OneDimensional + ?Sized>(
    search: &S,
    start: Sample,
    first: f64,
    allow: &mut Allowance,
    phi: impl FnMut(f64) -> Sample,
) -> Result<Accepted, Failed> {
    struct Curve<F> {
        start: Sample,
        phi: F,
    }

    impl<F: FnMut(f64) -> Sample> Probe for Curve<F> {
        fn start(&self) -> Sample {
            self.start
        }

        fn sample(&mut self, alpha: f64) -> Sample {
            (self.phi)(alpha)
        }
    }

    search_along(search, &mut Curve { start, phi }, first, allow)
}

//! A point with its residuals taken as linear: all that a step from there needs.

use thalweg_problem::{InvalidInput, LeastSquares, Point, check_start};

use super::sheet::{Sheet, largest_cosine};
use super::step_within::StepWork;
use super::triangle::Triangle;
use super::{Covariance, Undetermined};

/// The model ½‖r + J p‖² of f at a point: x, f = ½‖r‖², ∇f = Jᵀr, and R, P and Qᵀr of J P = Q R.
///
/// n² numbers, however many residuals there are: J itself is not kept.
/// [`LevenbergMarquardt`](crate::LevenbergMarquardt) and its kin carry one in their state; it can also be had by itself:
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::Linearization;
///
/// let model = Linearization::at(&Rosenbrock::default(), &[-1.2, 1.0])?;
/// // Without damping the step of Gauss and Newton, and ever shorter with more of it.
/// let steps = [0.0, 1.0, 1e6].map(|lambda| {
///     let mut step = [0.0; 2];
///     model.damped_step(lambda, &[1.0, 1.0], &mut step).expect("valid input");
///     step
/// });
/// println!("{steps:?}");
/// assert!((steps[0][0] - 2.2).abs() < 1e-14 && steps[1][0].abs() < steps[0][0] && steps[2][0].abs() < 1e-3);
/// # Ok::<(), thalweg_second_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Linearization {
    pub(crate) point: Point,
    pub(crate) residual_count: usize,
    /// ‖r‖, which may be had where f, its square, is not.
    pub(crate) residual_norm: f64,
    pub(crate) triangle: Triangle,
    /// The first n elements of Qᵀr, with zeros at the end where there are fewer.
    pub(crate) rotated: Vec<f64>,
    /// Whether f, ∇f and J are finite there; where they are not, there is no model.
    pub(crate) is_finite: bool,
}

impl Linearization {
    /// Evaluates residuals and Jacobian at `x`, length n: one evaluation.
    ///
    /// # Errors
    /// If n or m is 0, or `x` has another length or an element that is not finite. Where f or J is not finite the model
    /// carries that: it has no steps.
    pub fn at<P: LeastSquares + ?Sized>(problem: &P, x: &[f64]) -> Result<Self, InvalidInput> {
        check_start(problem, x)?;
        check_residual_count(problem)?;
        let mut sheet = Sheet::new(problem.residual_count(), x.len());
        Ok(Self::first(problem, x, &mut sheet))
    }

    /// As [`at`](Self::at), for input that has been checked.
    pub(crate) fn first<P: LeastSquares + ?Sized>(problem: &P, x: &[f64], sheet: &mut Sheet) -> Self {
        let n = x.len();
        let mut model = Self {
            point: Point { x: x.to_vec(), value: f64::NAN, gradient: vec![f64::NAN; n] },
            residual_count: problem.residual_count(),
            residual_norm: f64::NAN,
            triangle: Triangle::zeros(n),
            rotated: vec![0.0; n],
            is_finite: false,
        };
        sheet.trial.copy_from_slice(x);
        let is_finite = sheet.evaluate(problem);
        model.take(sheet, is_finite);
        model
    }

    /// Moves to the trial point of a sheet whose residuals and Jacobian have been evaluated there. Allocates nothing.
    pub(crate) fn take(&mut self, sheet: &mut Sheet, is_finite: bool) {
        std::mem::swap(&mut self.point.x, &mut sheet.trial);
        std::mem::swap(&mut self.point.gradient, &mut sheet.gradient);
        self.point.value = sheet.value;
        self.residual_norm = sheet.residual_norm;
        self.is_finite = is_finite;
        if is_finite {
            sheet.factorize();
            self.triangle.copy_from(&sheet.qr);
            let k = self.rotated.len().min(sheet.residuals.len());
            self.rotated[..k].copy_from_slice(&sheet.residuals[..k]);
        }
    }

    /// x with f(x) and ∇f(x).
    #[must_use]
    pub fn point(&self) -> &Point {
        &self.point
    }

    /// ‖r‖.
    #[must_use]
    pub fn residual_norm(&self) -> f64 {
        self.residual_norm
    }

    /// m, the number of residuals.
    #[must_use]
    pub fn residual_count(&self) -> usize {
        self.residual_count
    }

    /// Whether f, ∇f and J are finite there.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.is_finite
    }

    /// The norms of the columns of J, length n.
    #[must_use]
    pub fn column_norms(&self) -> &[f64] {
        self.triangle.column_norms()
    }

    /// The rank of J, as that of its columns brought to norm 1: those count of which more than this share is independent
    /// of the others before them. `None`: 10 n ε, what rounding leaves. Other units of the variables change nothing.
    #[must_use]
    pub fn rank(&self, tolerance: Option<f64>) -> usize {
        self.triangle.rank(tolerance.unwrap_or_else(|| rounding(self.triangle.n())))
    }

    /// The largest cosine of the angles between −r and the columns of J, 0 where r or all columns are 0: 0 exactly at
    /// stationary points, and the same in all units of the variables and of f.
    #[must_use]
    pub fn largest_cosine(&self) -> f64 {
        largest_cosine(&self.point.gradient, self.column_norms(), self.residual_norm)
    }

    /// Writes p with (JᵀJ + λD²) p = −Jᵀr into `step`, by a least-squares problem with R and √λ D.
    ///
    /// `d`, the diagonal of D, and `step` have length n. λ = 0 needs a J of full rank; else an element of p that could be
    /// anything is 0, or is what rounding makes of it. NaN where the model is not finite.
    ///
    /// # Errors
    /// If λ or an element of `d` is negative or not finite, or a length is not n.
    pub fn damped_step(&self, lambda: f64, d: &[f64], step: &mut [f64]) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("lambda", lambda)?;
        self.check_lengths(d, step)?;
        if self.is_finite {
            let mut work = StepWork::new(step.len());
            work.damped(&self.triangle, &self.rotated, lambda.sqrt(), d, step);
        } else {
            step.fill(f64::NAN);
        }
        Ok(())
    }

    /// Writes into `step` the p that minimizes the model within ‖D p‖ ≤ Δ, but for a tenth of Δ, and returns its λ.
    ///
    /// `d`, the diagonal of D, above 0, and `step` have length n. NaN where the model is not finite.
    ///
    /// # Errors
    /// If Δ or an element of `d` is not finite and above 0, or a length is not n.
    pub fn step_within(&self, radius: f64, d: &[f64], step: &mut [f64]) -> Result<f64, InvalidInput> {
        InvalidInput::unless_positive("radius", radius)?;
        self.check_lengths(d, step)?;
        if let Some(i) = d.iter().position(|d| *d == 0.0) {
            return Err(InvalidInput::new(format!("d[{i}]"), 0.0, "a finite number above 0"));
        }
        if !self.is_finite {
            step.fill(f64::NAN);
            return Ok(f64::NAN);
        }
        let mut work = StepWork::new(step.len());
        Ok(work.within(&self.triangle, &self.rotated, d, radius, 0.0, step))
    }

    /// (JᵀJ)⁻¹ and s² = ‖r‖²/(m − n), which together estimate the covariance of x as the outcome of a fit with errors of one
    /// unknown size in the data. `rank_tolerance` as for [`rank`](Self::rank).
    ///
    /// # Errors
    /// If the data do not determine x, or not s².
    pub fn covariance(&self, rank_tolerance: Option<f64>) -> Result<Covariance, Undetermined> {
        let (m, n) = (self.residual_count, self.triangle.n());
        let freedom = m.checked_sub(n).filter(|&freedom| freedom > 0);
        let covariance = self.covariance_for(1.0, rank_tolerance)?;
        let freedom = freedom.ok_or(Undetermined::Variance { residuals: m, variables: n })?;
        // Divided before it is squared, so that s² overflows only where it must.
        let deviation = self.residual_norm / (freedom as f64).sqrt();
        Ok(covariance.with_variance(deviation * deviation))
    }

    /// The same for errors of known size: `variance` is that of a residual; 1 for residuals in units of their standard
    /// deviations.
    ///
    /// # Errors
    /// If the data do not determine x.
    pub fn covariance_for(
        &self,
        variance: f64,
        rank_tolerance: Option<f64>,
    ) -> Result<Covariance, Undetermined> {
        if !self.is_finite {
            return Err(Undetermined::NonFinite);
        }
        let tolerance = rank_tolerance.unwrap_or_else(|| rounding(self.triangle.n()));
        Covariance::new(&self.triangle, tolerance, variance)
    }

    fn check_lengths(&self, d: &[f64], step: &[f64]) -> Result<(), InvalidInput> {
        let n = self.triangle.n();
        InvalidInput::unless_length("d", d, n)?;
        InvalidInput::unless_length("step", step, n)?;
        match d.iter().position(|d| !(*d >= 0.0 && d.is_finite())) {
            None => Ok(()),
            Some(i) => Err(InvalidInput::new(
                format!("d[{i}]"),
                format_args!("{:?}", d[i]),
                "a finite number, 0 or more",
            )),
        }
    }
}

/// 10 n ε: the share of a column that rounding makes of a dependent one, with something to spare.
pub(crate) fn rounding(n: usize) -> f64 {
    10.0 * n as f64 * f64::EPSILON
}

pub(crate) fn check_residual_count<P: LeastSquares + ?Sized>(problem: &P) -> Result<(), InvalidInput> {
    match problem.residual_count() {
        0 => Err(InvalidInput::new("problem.residual_count()", 0, "1 or more")),
        _ => Ok(()),
    }
}

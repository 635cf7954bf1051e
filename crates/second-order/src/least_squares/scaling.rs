//! In which units the size of a step is measured.

use thalweg_problem::InvalidInput;

/// D of a trust region ‖D p‖ ≤ Δ: what a step of ordinary size is in each variable.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Scaling {
    /// dⱼ is the largest norm that column j of J has had, and 1 where that was 0 at the start: the steps are the same in all
    /// units of the variables (Moré 1978, section 6).
    #[default]
    ColumnNorms,
    /// D = I: the variables are of similar size by themselves.
    Identity,
    /// The diagonal of D, length n, finite and above 0: the reciprocals of typical sizes of the variables.
    Given(Vec<f64>),
}

impl Scaling {
    pub(crate) fn check(&self, n: usize) -> Result<(), InvalidInput> {
        let Self::Given(d) = self else { return Ok(()) };
        InvalidInput::unless_length("scaling", d, n)?;
        match d.iter().position(|d| !(*d > 0.0 && d.is_finite())) {
            None => Ok(()),
            Some(i) => {
                let (argument, value) = (format!("scaling[{i}]"), format_args!("{:?}", d[i]));
                Err(InvalidInput::new(argument, value, "a finite number above 0"))
            }
        }
    }

    /// D at the start, where the columns of J have these norms.
    pub(crate) fn first(&self, column_norms: &[f64]) -> Vec<f64> {
        match self {
            Self::ColumnNorms => {
                column_norms.iter().map(|&norm| if norm == 0.0 { 1.0 } else { norm }).collect()
            }
            Self::Identity => vec![1.0; column_norms.len()],
            Self::Given(d) => d.clone(),
        }
    }

    /// D at a new point.
    pub(crate) fn update(&self, d: &mut [f64], column_norms: &[f64]) {
        if *self == Self::ColumnNorms {
            for (d, norm) in d.iter_mut().zip(column_norms) {
                *d = d.max(*norm);
            }
        }
    }
}

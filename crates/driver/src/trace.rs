//! A run, written down.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::{Record, Row};

/// Keeps the rows of a run, and its points if asked to.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use thalweg_driver::{Stop, Trace, minimize};
///
/// let mut trace = Trace::with_points();
/// minimize(&parabola, &method, &[8.0], Stop::after(3), trace.observer())?;
/// assert_eq!(trace.points, [[8.0], [4.0], [2.0], [1.0]]);
/// assert_eq!(trace.rows[3].value, Some(0.5));
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trace {
    /// One row for the start and one for every step.
    pub rows: Vec<Row>,
    /// The iterates, one for every row; empty unless the trace was made by [`with_points`](Self::with_points).
    pub points: Vec<Vec<f64>>,
    keep_points: bool,
}

impl Trace {
    /// A trace that also keeps the iterates: n numbers a step.
    #[must_use]
    pub fn with_points() -> Self {
        Self { keep_points: true, ..Self::default() }
    }

    /// The observer that writes into this trace.
    pub fn observer(&mut self) -> impl FnMut(&Record<'_>) -> ControlFlow<()> + '_ {
        |record| {
            self.rows.push(record.row);
            if self.keep_points {
                self.points.push(record.x.to_vec());
            }
            ControlFlow::Continue(())
        }
    }

    /// Writes the rows as comma-separated values with a line of names, then the points, if there are any, as `x0`, `x1`, ….
    ///
    /// Every number is written with the fewest digits that read back as the same bits (of NaN, as NaN); what was not
    /// evaluated is empty.
    ///
    /// ```
    /// # use thalweg_driver::problem::*;
    /// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
    /// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
    /// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
    /// # use thalweg_driver::{Stop, Trace, minimize};
    /// let mut trace = Trace::with_points();
    /// minimize(&parabola, &method, &[8.0], Stop::after(1), trace.observer())?;
    /// let mut csv = Vec::new();
    /// trace.write_csv(&mut csv)?;
    /// assert_eq!(
    ///     String::from_utf8(csv)?,
    ///     "step,value,gradient_norm,rate,evaluations,x0\n0,32.0,8.0,,1,8.0\n1,8.0,4.0,0.5,2,4.0\n",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write_csv(&self, mut out: impl Write) -> io::Result<()> {
        write!(out, "step,value,gradient_norm,rate,evaluations")?;
        for i in 0..self.points.first().map_or(0, Vec::len) {
            write!(out, ",x{i}")?;
        }
        writeln!(out)?;
        let mut points = self.points.iter();
        for row in &self.rows {
            write!(out, "{}", row.step)?;
            for number in [row.value, row.gradient_norm, row.rate] {
                match number {
                    Some(number) => write!(out, ",{number:?}")?,
                    None => write!(out, ",")?,
                }
            }
            write!(out, ",{}", row.evaluations)?;
            for x in points.next().into_iter().flatten() {
                write!(out, ",{x:?}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

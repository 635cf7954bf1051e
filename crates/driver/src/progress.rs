//! A bar on standard error.

use std::ops::ControlFlow;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Record, Stop};

/// An observer that shows how far a run is: steps out of those allowed, the value and the norm of the gradient.
///
/// It draws on standard error a few times a second, and nothing where that is no terminal. The bar is removed when the
/// observer is dropped. With [`both`](crate::both) it stands beside another observer.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use thalweg_driver::{Stop, minimize, progress};
///
/// let stop = Stop::default();
/// let bar = progress(&stop);
/// let run = minimize(&parabola, &method, &[1.0], stop, bar)?;
/// assert_eq!(run.steps, 27);
/// # Ok::<(), InvalidInput>(())
/// ```
pub fn progress(stop: &Stop) -> impl FnMut(&Record<'_>) -> ControlFlow<()> + use<> {
    let template = "{bar:30} {pos}/{len} steps, {elapsed}, {eta} left at most, {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = Erased(ProgressBar::new(stop.max_steps).with_style(style));
    move |record| {
        bar.0.set_position(record.step);
        // The message is built only where it will be seen.
        if !bar.0.is_hidden() {
            let number = |number: Option<f64>| number.map_or("unknown".to_owned(), |n| format!("{n:.6e}"));
            bar.0.set_message(format!(
                "f = {}, ‖∇f‖ = {}",
                number(record.value),
                number(record.gradient_norm)
            ));
        }
        ControlFlow::Continue(())
    }
}

/// A bar that leaves no line behind.
struct Erased(ProgressBar);

impl Drop for Erased {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

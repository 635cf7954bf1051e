//! The problems of `references/torch_optimizers.py`, their gradients term by term in the same order.

use thalweg::numerics::exp;

/// One problem; `data` is A, or eight rows of four features and a label.
pub(crate) struct Problem {
    pub(crate) name: &'static str,
    pub(crate) start: Vec<f64>,
    pub(crate) data: Vec<f64>,
}

impl Problem {
    pub(crate) fn new(name: &'static str, start: Vec<f64>) -> Self {
        Self { name, start, data: Vec::new() }
    }

    pub(crate) fn gradient(&self, w: &[f64], gradient: &mut [f64]) {
        match self.name {
            "quadratic" => self.quadratic(w, gradient),
            "rosenbrock" => rosenbrock(w, gradient),
            "logistic" => self.logistic(w, gradient),
            other => panic!("there is no problem {other}"),
        }
    }

    /// A (w − 1).
    fn quadratic(&self, w: &[f64], gradient: &mut [f64]) {
        for (row, g) in self.data.chunks_exact(w.len()).zip(gradient) {
            *g = row.iter().zip(w).fold(0.0, |total, (a, x)| total + a * (x - 1.0));
        }
    }

    /// Of the mean logistic loss with ½ 0.1 ‖w‖².
    fn logistic(&self, w: &[f64], gradient: &mut [f64]) {
        gradient.fill(0.0);
        for row in self.data.chunks_exact(5) {
            let (features, label) = (&row[..4], row[4]);
            let z = features.iter().zip(w).fold(0.0, |z, (x, v)| z + x * v);
            let slope = 1.0 / (1.0 + exp(-z)) - label;
            for (g, x) in gradient.iter_mut().zip(features) {
                *g += slope * x;
            }
        }
        for (g, v) in gradient.iter_mut().zip(w) {
            *g = *g / 8.0 + 0.1 * v;
        }
    }
}

/// Of 100 (y − x²)² + (1 − x)².
fn rosenbrock(w: &[f64], gradient: &mut [f64]) {
    let (x, y) = (w[0], w[1]);
    let rise = y - x * x;
    gradient[0] = -400.0 * x * rise - 2.0 * (1.0 - x);
    gradient[1] = 200.0 * rise;
}

//! The functions, and who looks on while they are minimized.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use thalweg_networks::data::{DataSet, breast_cancer, digits};
use thalweg_numerics::{axpy, dot, exp, ln, logistic, pow, softplus};

type ValueGradient = Box<dyn Fn(&[f64], &mut [f64]) -> f64>;

/// A function with its start and the ‖∇f‖∞ that is to be reached.
pub struct Problem {
    pub name: String,
    pub x0: Vec<f64>,
    pub tolerance: f64,
    pub value_gradient: ValueGradient,
}

impl Problem {
    fn new(
        name: impl Into<String>,
        x0: Vec<f64>,
        tolerance: f64,
        f: impl Fn(&[f64], &mut [f64]) -> f64 + 'static,
    ) -> Self {
        Self { name: name.into(), x0, tolerance, value_gradient: Box::new(f) }
    }
}

fn alternating(n: usize) -> Vec<f64> {
    (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect()
}

/// Σ 100 (x₂ᵢ − x₂ᵢ₋₁²)² + (1 − x₂ᵢ₋₁)²: n/2 valleys that know nothing of each other.
fn extended_rosenbrock(n: usize) -> Problem {
    Problem::new(format!("extended Rosenbrock, n = {n}"), alternating(n), 1e-6, |x, gradient| {
        let mut value = 0.0;
        for (x, g) in x.chunks_exact(2).zip(gradient.chunks_exact_mut(2)) {
            let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
            value += 100.0 * a * a + b * b;
            (g[0], g[1]) = (-400.0 * a * x[0] - 2.0 * b, 200.0 * a);
        }
        value
    })
}

/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: one valley that bends n − 1 times.
fn chained_rosenbrock(n: usize) -> Problem {
    Problem::new(format!("chained Rosenbrock, n = {n}"), alternating(n), 1e-6, |x, gradient| {
        gradient.fill(0.0);
        let mut value = 0.0;
        for i in 0..x.len() - 1 {
            let (a, b) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
            value += 100.0 * a * a + b * b;
            gradient[i] += -400.0 * a * x[i] - 2.0 * b;
            gradient[i + 1] += 200.0 * a;
        }
        value
    })
}

/// ½ Σ cᵢ (xᵢ − 1)² with cᵢ from 1 to κ, evenly in the logarithm.
fn quadratic(n: usize, kappa: f64) -> Problem {
    let curvatures: Vec<f64> = (0..n).map(|i| pow(kappa, i as f64 / (n - 1) as f64)).collect();
    Problem::new(format!("quadratic, n = {n}, κ = {kappa:e}"), vec![0.0; n], 1e-3, move |x, gradient| {
        let mut value = 0.0;
        for ((x, g), c) in x.iter().zip(gradient).zip(&curvatures) {
            *g = c * (x - 1.0);
            value += 0.5 * *g * (x - 1.0);
        }
        value
    })
}

/// The mean of ln(1 + e^(−y w·x)) + λ/2 ‖w‖² with a bias in every row: breast cancer, 569 × 30, each feature with mean 0 and
/// variance 1.
fn logistic_regression() -> Problem {
    let data = breast_cancer().standardized().expect("no feature is constant");
    let rows = with_a_bias(&data);
    let signs: Vec<f64> = data.signs().collect();
    let n = data.dim() + 1;
    Problem::new(
        format!("logistic regression, breast cancer, n = {n}"),
        vec![0.0; n],
        1e-6,
        move |w, gradient| {
            let share = 1.0 / signs.len() as f64;
            let mut value = regularization(w, gradient);
            for (x, y) in rows.chunks_exact(n).zip(&signs) {
                let margin = y * dot(w, x);
                value += share * softplus(-margin);
                axpy(-share * y * logistic(-margin), x, gradient);
            }
            value
        },
    )
}

/// The mean of ln Σₖ e^(wₖ·x) − w_y·x + λ/2 ‖w‖²: 8 × 8 digits, 1797 × 64, features from 0 to 1.
fn softmax_regression() -> Problem {
    const CLASSES: usize = 10;
    let data = digits();
    let scaled: Vec<f64> = data.features().iter().map(|x| x / 16.0).collect();
    let data = DataSet::new(data.dim(), scaled, data.labels().to_vec(), CLASSES).expect("digits");
    let rows = with_a_bias(&data);
    let labels = data.labels().to_vec();
    let width = data.dim() + 1;
    let n = CLASSES * width;
    Problem::new(format!("softmax, digits, n = {n}"), vec![0.0; n], 1e-6, move |w, gradient| {
        let share = 1.0 / labels.len() as f64;
        let mut value = regularization(w, gradient);
        for (x, &label) in rows.chunks_exact(width).zip(&labels) {
            let mut scores = [0.0; CLASSES];
            for (score, w) in scores.iter_mut().zip(w.chunks_exact(width)) {
                *score = dot(w, x);
            }
            let top = scores.iter().fold(f64::NEG_INFINITY, |top, score| top.max(*score));
            let shifted = scores.map(|score| exp(score - top));
            let sum: f64 = shifted.iter().sum();
            value += share * (ln(sum) + top - scores[label]);
            for (k, (e, gradient)) in shifted.iter().zip(gradient.chunks_exact_mut(width)).enumerate() {
                let target = if k == label { 1.0 } else { 0.0 };
                axpy(share * (e / sum - target), x, gradient);
            }
        }
        value
    })
}

/// λ/2 ‖w‖² with its gradient.
fn regularization(w: &[f64], gradient: &mut [f64]) -> f64 {
    const LAMBDA: f64 = 1e-4;
    for (g, w) in gradient.iter_mut().zip(w) {
        *g = LAMBDA * w;
    }
    0.5 * LAMBDA * dot(w, w)
}

fn with_a_bias(data: &DataSet) -> Vec<f64> {
    data.rows().flat_map(|row| row.iter().copied().chain([1.0])).collect()
}

/// Those whose terms are examples.
pub fn on_data() -> [Problem; 2] {
    [logistic_regression(), softmax_regression()]
}

pub fn all() -> Vec<Problem> {
    let mut all = vec![
        extended_rosenbrock(2),
        extended_rosenbrock(100),
        extended_rosenbrock(10_000),
        extended_rosenbrock(1_000_000),
        chained_rosenbrock(1000),
        quadratic(10_000, 1e6),
    ];
    all.extend(on_data());
    all
}

/// Counts what a solver asks for, and stops the clock at the first gradient that is small enough.
pub struct Watched<'p> {
    pub problem: &'p Problem,
    began: Instant,
    pub values: Cell<u64>,
    pub gradients: Cell<u64>,
    /// When the tolerance was met, and after how many values and gradients.
    pub reached: Cell<Option<(Duration, u64, u64)>>,
    spare: RefCell<Vec<f64>>,
}

impl<'p> Watched<'p> {
    pub fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            began: Instant::now(),
            values: Cell::new(0),
            gradients: Cell::new(0),
            reached: Cell::new(None),
            spare: RefCell::new(vec![0.0; problem.x0.len()]),
        }
    }

    pub fn is_done(&self) -> bool {
        self.reached.get().is_some()
    }

    fn look(&self, gradient: &[f64]) {
        if self.is_done() {
            return;
        }
        let largest = gradient.iter().fold(0.0_f64, |m, g| if g.abs() > m { g.abs() } else { m });
        if largest <= self.problem.tolerance {
            self.reached.set(Some((self.began.elapsed(), self.values.get(), self.gradients.get())));
        }
    }

    /// f and ∇f in one call.
    pub fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.values.set(self.values.get() + 1);
        self.gradients.set(self.gradients.get() + 1);
        let value = (self.problem.value_gradient)(x, gradient);
        self.look(gradient);
        value
    }

    /// f alone, for a library that asks for it alone.
    pub fn value(&self, x: &[f64]) -> f64 {
        self.values.set(self.values.get() + 1);
        (self.problem.value_gradient)(x, &mut self.spare.borrow_mut())
    }

    /// ∇f alone.
    pub fn gradient(&self, x: &[f64]) -> Vec<f64> {
        self.gradients.set(self.gradients.get() + 1);
        let mut gradient = vec![0.0; x.len()];
        (self.problem.value_gradient)(x, &mut gradient);
        self.look(&gradient);
        gradient
    }
}

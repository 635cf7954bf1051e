//! The 27 nonlinear regression data sets of NIST's Statistical Reference Datasets, with what NIST certifies of their minima.
//!
//! f(b) = ½ Σ (y(xᵢ; b) − yᵢ)² is half the residual sum of squares. `references/nist/nist.py` says where the data come from and
//! how they are checked.

mod models;

use std::collections::BTreeMap;

use models::{Model, model};
use thalweg::numerics::ln;
use thalweg::problem::{Differentiable, LeastSquares, Objective};

/// A data set with its model: a least-squares problem in the model's parameters.
pub struct DataSet {
    /// As NIST calls it.
    pub name: &'static str,
    /// How hard NIST says it is: `"lower"`, `"average"` or `"higher"`.
    pub level: &'static str,
    /// Start 1, far from the solution, and start 2, nearer to it.
    pub starts: [Vec<f64>; 2],
    /// The parameters at the minimum, to 11 digits.
    pub certified: Vec<f64>,
    /// The standard deviations of the parameters, from the diagonal of σ² (JᵀJ)⁻¹.
    pub standard_deviations: Vec<f64>,
    /// Σ rᵢ² at the minimum, twice f.
    pub residual_sum_of_squares: f64,
    /// σ = √(Σ rᵢ²/(m − n)) at the minimum.
    pub residual_standard_deviation: f64,
    model: Model,
    observations: Vec<Observation>,
}

struct Observation {
    x: [f64; 2],
    y: f64,
}

/// The most parameters that a model has.
const MOST_PARAMETERS: usize = 9;

impl DataSet {
    /// Calls `see(i, rᵢ, ∇rᵢ)` for every observation.
    fn each_residual(&self, b: &[f64], mut see: impl FnMut(usize, f64, &[f64])) {
        let mut slopes = [0.0; MOST_PARAMETERS];
        let slopes = &mut slopes[..b.len()];
        for (i, Observation { x, y }) in self.observations.iter().enumerate() {
            let residual = (self.model)(*x, b, slopes) - y;
            see(i, residual, slopes);
        }
    }
}

impl Objective for DataSet {
    fn dim(&self) -> usize {
        self.certified.len()
    }

    fn value(&self, b: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.each_residual(b, |_, residual, _| sum += residual * residual);
        0.5 * sum
    }
}

impl Differentiable for DataSet {
    fn value_gradient(&self, b: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        gradient.fill(0.0);
        self.each_residual(b, |_, residual, slopes| {
            sum += residual * residual;
            gradient.iter_mut().zip(slopes).for_each(|(g, slope)| *g += residual * slope);
        });
        0.5 * sum
    }
}

impl LeastSquares for DataSet {
    fn residual_count(&self) -> usize {
        self.observations.len()
    }

    fn residuals(&self, b: &[f64], residuals: &mut [f64]) {
        self.each_residual(b, |i, residual, _| residuals[i] = residual);
    }

    fn residuals_jacobian(&self, b: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        let m = residuals.len();
        self.each_residual(b, |i, residual, slopes| {
            residuals[i] = residual;
            slopes.iter().enumerate().for_each(|(j, slope)| jacobian[i + m * j] = *slope);
        });
    }
}

/// All 27, in alphabetical order.
///
/// # Panics
/// If the tables, which are compiled in, are damaged.
#[must_use]
pub fn data_sets() -> Vec<DataSet> {
    let number = |text: &str| -> f64 { text.parse().unwrap_or_else(|_| panic!("{text:?} is not a number")) };
    let mut observations: BTreeMap<&str, Vec<Observation>> = BTreeMap::new();
    for row in rows(include_str!("../references/nist/data.tsv")) {
        let (name, y) = (row[0], number(row[1]));
        let x = [number(row[2]), row.get(3).map_or(0.0, |x| number(x))];
        // Of Nelson's data the logarithm is fitted.
        let y = if name == "Nelson" { ln(y) } else { y };
        observations.entry(name).or_default().push(Observation { x, y });
    }
    let mut sets: Vec<DataSet> = Vec::new();
    for row in rows(include_str!("../references/nist/certified.tsv")) {
        match row[..] {
            ["set", name, level, sum, deviation] => sets.push(DataSet {
                name,
                level,
                starts: [Vec::new(), Vec::new()],
                certified: Vec::new(),
                standard_deviations: Vec::new(),
                residual_sum_of_squares: number(sum),
                residual_standard_deviation: number(deviation),
                model: model(name),
                observations: observations.remove(name).unwrap_or_default(),
            }),
            ["parameter", name, start_1, start_2, certified, deviation] => {
                let set = sets.last_mut().filter(|set| set.name == name).expect("its set comes first");
                set.starts[0].push(number(start_1));
                set.starts[1].push(number(start_2));
                set.certified.push(number(certified));
                set.standard_deviations.push(number(deviation));
            }
            _ => panic!("neither a set nor a parameter: {row:?}"),
        }
    }
    sets
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

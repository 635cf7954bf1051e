//! The two linear programs. What they answer is only a proposal: `exact` checks it.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, SolveOutcome, Variable};
use thalweg_numerics::power_of_two_below;

use crate::DataSet;

/// In which order rows and columns are scaled. Either helps where the other does not: columns first if a feature comes in other
/// units than the 1 of the bias, rows first if one point lies far beyond the others.
#[derive(Clone, Copy)]
pub(super) enum Scaling {
    ColumnsFirst,
    RowsFirst,
}

impl Scaling {
    pub(super) const BOTH: [Self; 2] = [Self::ColumnsFirst, Self::RowsFirst];
}

/// zᵢ = yᵢ(xᵢ, 1) with rows and columns scaled by powers of two, without a rounding, so that the largest element of each is
/// between 1 and 2 in size as far as that goes for both.
struct Scaled {
    width: usize,
    elements: Vec<f64>,
    rows: Vec<f64>,
    columns: Vec<f64>,
}

impl Scaled {
    fn new(data: &DataSet, scaling: Scaling) -> Self {
        let width = data.dim() + 1;
        let mut elements = Vec::with_capacity(data.len() * width);
        for (x, y) in data.rows().zip(data.signs()) {
            elements.extend(x.iter().map(|x| y * x));
            elements.push(y);
        }
        let mut scaled = Self { width, elements, rows: vec![1.0; data.len()], columns: vec![1.0; width] };
        if let Scaling::ColumnsFirst = scaling {
            scaled.scale_columns();
        }
        scaled.scale_rows();
        scaled.scale_columns();
        scaled
    }

    fn scale_rows(&mut self) {
        for (row, total) in self.elements.chunks_exact_mut(self.width).zip(&mut self.rows) {
            let factor = factor(row.iter());
            row.iter_mut().for_each(|x| *x *= factor);
            *total *= factor;
        }
    }

    fn scale_columns(&mut self) {
        for (j, total) in self.columns.iter_mut().enumerate() {
            let factor = factor(self.elements.iter().skip(j).step_by(self.width));
            self.elements.iter_mut().skip(j).step_by(self.width).for_each(|x| *x *= factor);
            *total *= factor;
        }
    }
}

/// One over the power of two below the largest size; 1 where all is 0, or where the quotient would leave the normal numbers.
fn factor<'a>(elements: impl Iterator<Item = &'a f64>) -> f64 {
    let largest = elements.fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let factor = 1.0 / power_of_two_below(largest);
    if largest > 0.0 && factor.is_normal() { factor } else { 1.0 }
}

/// Weights of the largest smallest margin within a box, if that is above 0:
///
/// ```text
/// maximize δ   subject to (w, b)·zᵢ ≥ δ,   −1 ≤ wⱼ, b ≤ 1,   δ ≤ 1
/// ```
pub(super) fn separating_weights(data: &DataSet, scaling: Scaling) -> Option<Vec<f64>> {
    let scaled = Scaled::new(data, scaling);
    let mut program = Problem::new(OptimizationDirection::Maximize);
    let weights: Vec<_> = (0..scaled.width).map(|_| program.add_var(0.0, (-1.0, 1.0))).collect();
    let delta = program.add_var(1.0, (-1.0, 1.0));
    for z in scaled.elements.chunks_exact(scaled.width) {
        let terms: Vec<_> = terms(&weights, z.iter()).chain([(delta, -1.0)]).collect();
        program.add_constraint(&terms[..], ComparisonOp::Ge, 0.0);
    }
    let solution = solve(&program)?;
    let unscaled = weights.iter().zip(&scaled.columns).map(|(&w, factor)| solution.var_value(w) * factor);
    (solution.var_value(delta) > 0.0).then(|| unscaled.collect())
}

/// λᵢ ≥ 0 with Σ λᵢ zᵢ = 0, of which at most d + 2 are not 0 at a corner of the feasible set:
///
/// ```text
/// Σ λᵢ zᵢ = 0,   Σ λᵢ = 1,   λᵢ ≥ 0
/// ```
pub(super) fn multipliers(data: &DataSet, scaling: Scaling) -> Option<Vec<f64>> {
    let scaled = Scaled::new(data, scaling);
    let mut program = Problem::new(OptimizationDirection::Minimize);
    let lambda: Vec<_> = (0..data.len()).map(|_| program.add_var(0.0, (0.0, f64::INFINITY))).collect();
    for j in 0..scaled.width {
        let column = scaled.elements.iter().skip(j).step_by(scaled.width);
        let terms: Vec<_> = terms(&lambda, column).collect();
        program.add_constraint(&terms[..], ComparisonOp::Eq, 0.0);
    }
    let ones: Vec<_> = lambda.iter().map(|&lambda| (lambda, 1.0)).collect();
    program.add_constraint(&ones[..], ComparisonOp::Eq, 1.0);
    let solution = solve(&program)?;
    Some(
        lambda
            .iter()
            .zip(&scaled.rows)
            .map(|(&lambda, factor)| solution.var_value(lambda) * factor)
            .collect(),
    )
}

/// Pairs of variables and coefficients, without the zeros.
fn terms<'a>(
    variables: &'a [Variable],
    coefficients: impl Iterator<Item = &'a f64>,
) -> impl Iterator<Item = (Variable, f64)> {
    variables.iter().copied().zip(coefficients.copied()).filter(|(_, coefficient)| *coefficient != 0.0)
}

/// Infeasible, or numerically hopeless, is nothing.
fn solve(program: &Problem) -> Option<Solution> {
    match program.solve().ok()? {
        SolveOutcome::Solution(solution) => Some(solution),
        SolveOutcome::Interrupted(_) => None,
    }
}

//! All methods beside each other on the collection of Moré, Garbow and Hillstrom.

use std::fmt::Write as _;

use thalweg::problem::Counts;
use thalweg::quasi_newton::{Beta, Bfgs, Lbfgs, NonlinearConjugateGradients};
use thalweg::second_order::{
    CubicRegularization, DampedNewton, GaussNewton, LevenbergMarquardt, ModifiedNewton, SaddleFreeNewton,
    SteihaugToint, TrustRegion,
};

use crate::collection::{Outcome, Score};

/// Steps after which a run is given up: far out, some functions have valleys in which a method goes on for 10⁵.
const STEPS: u64 = 3_000;

/// A method with what it made of all cases.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is called in the table.
    pub name: &'static str,
    /// What it made of the cases.
    pub score: Score,
    /// Whether it has to solve a case for that to be one that all methods solve. Only a method without any safeguard has not.
    pub is_safeguarded: bool,
}

/// Every method with its default settings.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let entry = |name, score| Entry { name, score, is_safeguarded: true };
    let hager_zhang =
        NonlinearConjugateGradients { beta: Beta::HagerZhang, ..NonlinearConjugateGradients::default() };
    let unsafeguarded =
        Entry { is_safeguarded: false, ..entry("Gauss–Newton", Score::of(&GaussNewton::default(), STEPS)) };
    vec![
        entry("L-BFGS", Score::of(&Lbfgs::default(), STEPS)),
        entry("BFGS", Score::of(&Bfgs::default(), STEPS)),
        entry(
            "conjugate gradients, Polak–Ribière⁺",
            Score::of(&NonlinearConjugateGradients::default(), STEPS),
        ),
        entry("conjugate gradients, Hager–Zhang", Score::of(&hager_zhang, STEPS)),
        entry("damped Newton", Score::of(&DampedNewton::default(), STEPS)),
        entry("modified Newton", Score::of(&ModifiedNewton::default(), STEPS)),
        entry("saddle-free Newton", Score::of(&SaddleFreeNewton::default(), STEPS)),
        entry("trust region, exact", Score::of(&TrustRegion::default(), STEPS)),
        entry("trust region, truncated", Score::of(&TrustRegion::with(SteihaugToint::default()), STEPS)),
        entry("cubic regularization", Score::of(&CubicRegularization::default(), STEPS)),
        entry("Levenberg–Marquardt", Score::of(&LevenbergMarquardt::default(), STEPS)),
        unsafeguarded,
    ]
}

/// The cases that every safeguarded method solves: a first-order point with a known value. Indices into the collection's order.
#[must_use]
pub fn solved_by_all(entries: &[Entry]) -> Vec<usize> {
    let cases = entries.first().map_or(0, |entry| entry.score.outcomes.len());
    let of_all = entries.iter().filter(|entry| entry.is_safeguarded);
    (0..cases).filter(|&case| of_all.clone().all(|entry| is_solved(&entry.score.outcomes[case]))).collect()
}

fn is_solved(outcome: &Outcome) -> bool {
    outcome.is_known && outcome.is_first_order()
}

/// What a method asked for on the cases that all of them solve. `None` where it does not solve all of them itself.
#[must_use]
pub fn counts(entry: &Entry, cases: &[usize]) -> Option<Counts> {
    let mut sum = Counts::default();
    for outcome in cases.iter().map(|&case| &entry.score.outcomes[case]) {
        if !is_solved(outcome) {
            return None;
        }
        let Counts { values, gradients, hessians, hessian_vectors, residuals, jacobians, .. } =
            outcome.counts;
        sum.values += values;
        sum.gradients += gradients;
        sum.hessians += hessians;
        sum.hessian_vectors += hessian_vectors;
        sum.residuals += residuals;
        sum.jacobians += jacobians;
    }
    Some(sum)
}

/// The table, in Markdown.
#[must_use]
pub fn table(entries: &[Entry]) -> String {
    let cases = solved_by_all(entries);
    let mut table = String::new();
    let _ = writeln!(
        table,
        "| method | known, of {} | from x₀ | first-order | evaluations on {} cases | Hessians | products | Jacobians |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |",
        entries.first().map_or(0, |entry| entry.score.outcomes.len()),
        cases.len()
    );
    for entry in entries {
        let Entry { name, score, .. } = entry;
        let known = [score.solved(), score.solved_from_x0(), score.count(Outcome::is_first_order)];
        let [known, from_x0, first_order] = known;
        // A residual is what a value is, and a Jacobian comes with one.
        let cost = counts(entry, &cases).map_or([const { None }; 4], |counts| {
            let Counts { values, gradients, hessians, hessian_vectors, residuals, jacobians, .. } = counts;
            [values + gradients + residuals + jacobians, hessians, hessian_vectors, jacobians].map(Some)
        });
        let [evaluations, hessians, products, jacobians] = cost.map(|count| match count {
            None => "–".to_owned(),
            Some(0) => String::new(),
            Some(count) => count.to_string(),
        });
        let _ = writeln!(
            table,
            "| {name} | {known} | {from_x0} | {first_order} | {evaluations} | {hessians} | {products} | {jacobians} |"
        );
    }
    table
}

//! Step for step beside MINPACK.

use thalweg::problem::{Counted, State};
use thalweg_second_order::{LevenbergMarquardt, Stall};

use crate::problems::of_reference;
use crate::reference::{hex_float, rows};
use crate::{relative_distance, states};

const TABLE: &str = include_str!("../../references/levenberg_marquardt.tsv");

/// A run of MINPACK.
struct Reference {
    name: &'static str,
    start: Vec<f64>,
    evaluations: u64,
    jacobians: u64,
    info: u32,
    /// The start and all accepted points.
    points: Vec<Vec<f64>>,
}

fn references() -> Vec<Reference> {
    let mut references: Vec<Reference> = Vec::new();
    for row in rows(TABLE) {
        let numbers = || row[2..].iter().map(|v| hex_float(v)).collect::<Vec<f64>>();
        let last = references.last_mut();
        match (row[1], last) {
            // The fits come after the runs.
            ("t", _) => break,
            ("start", _) => references.push(Reference {
                name: row[0],
                start: numbers(),
                evaluations: 0,
                jacobians: 0,
                info: 0,
                points: Vec::new(),
            }),
            ("counts", Some(last)) => {
                let count = |i: usize| row[i].parse().expect("a count");
                (last.evaluations, last.jacobians, last.info) = (count(2), count(3), count(4) as u32);
            }
            (_, Some(last)) => last.points.push(numbers()),
            _ => panic!("{row:?} comes before a start"),
        }
    }
    references
}

/// MINPACK asks for no Jacobian where it ends; here every accepted point has one.
fn accepted(reference: &Reference) -> usize {
    let points = &reference.points;
    // The last one is written twice if the last trial was not accepted, or if only the cosine ended the run.
    let is_repeated = points.len() > 1 && points[points.len() - 1] == points[points.len() - 2];
    points.len() - usize::from(is_repeated)
}

#[test]
fn runs_take_the_evaluations_of_minpack_and_go_through_its_points() {
    let references = references();
    assert_eq!(references.len(), 15);
    for reference in &references {
        let Reference { name, ref start, evaluations, jacobians, info, ref points } = *reference;
        let problem = of_reference(name);
        let counted = Counted::new(&*problem);
        let method = LevenbergMarquardt::MINPACK;
        let (states, end) = states(&method, &counted, start);
        // MINPACK counts the residuals at the start; here they come with the first Jacobian.
        let counts = counted.counts();
        let trials = counts.residuals + 1;
        let farthest =
            states.iter().zip(points).map(|(s, p)| relative_distance(s.x(), p)).fold(0.0, f64::max);
        println!(
            "{name}: {trials} evaluations and {} Jacobians (MINPACK {evaluations} and {jacobians}), apart by {farthest:.0e}: {end}",
            counts.jacobians
        );
        assert_eq!(counts.jacobians, states.len() as u64, "{name}");
        // Most runs agree to twelve digits at the least. Rounding grows where the valley is long: Meyer's takes 116 steps, and
        // on the second half of Brown and Dennis' 236 steps every residual matters and the model is a bad one.
        let tolerance = match name {
            "Brown and Dennis" => 1e-5,
            "Meyer" => 1e-9,
            _ => 1e-11,
        };
        assert!(farthest <= tolerance, "{name}: {farthest:e}");
        let last = &states[states.len() - 1];
        if matches!(method.stall(last), Some(Stall::Orthogonal { .. })) {
            // Which cosine is below ε first is decided by roundings: of 10⁻¹⁶ there, and exactly 0 here.
            assert!(trials.abs_diff(evaluations) <= 2, "{name}: {trials} {evaluations}");
            assert!(states.len().abs_diff(accepted(reference)) <= 2, "{name}");
            assert!(matches!(info, 2 | 4 | 8), "{name}: {end}");
        } else {
            assert_eq!(trials, evaluations, "{name}");
            // Meyer's last step changes f in its last digit: here downwards, there not.
            let more = usize::from(name == "Meyer");
            assert_eq!(states.len(), accepted(reference) + more, "{name}");
            let is_same_test = match method.stall(last) {
                Some(Stall::Reduction { .. }) => matches!(info, 1 | 3),
                Some(Stall::Radius { .. }) => matches!(info, 2 | 3),
                _ => false,
            };
            assert!(is_same_test, "{name}: {info}, {end}");
        }
    }
}

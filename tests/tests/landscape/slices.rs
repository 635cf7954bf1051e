//! Lines, planes and the directions that span them.

use thalweg::objectives::DiagonalQuadratic;
use thalweg::objectives::classic::Himmelblau;
use thalweg::problem::{Allowance, Objective, Stuck};
use thalweg_krylov::ExtremeEigenpairs;
use thalweg_landscape::{
    Line, LineSlice, Plane, PlaneSlice, curvature_plane, normalize_filters, random_direction,
};
use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};

fn enough() -> Allowance {
    Allowance::evaluations(1000)
}

#[test]
fn a_line_between_two_points_has_their_values_at_its_ends() {
    // Halves and quarters, of which nothing is rounded.
    let (a, b) = ([0.25, -1.5], [2.75, 4.0]);
    let slice =
        Line::between(&a, &b).expect("valid").slice(&Himmelblau, &[0.0, 0.5, 1.0], &mut enough()).expect("3");
    assert_eq!(slice.values[0], Himmelblau.value(&a));
    assert_eq!(slice.values[1], Himmelblau.value(&[1.5, 1.25]));
    assert!((slice.values[2] - Himmelblau.value(&b)).abs() < 1e-11);
}

#[test]
fn a_plane_through_three_points_has_their_values_at_its_corners() {
    let [a, b, c] = [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 4.0]];
    let bowl = DiagonalQuadratic::centered([2.0, 4.0, 6.0]).expect("finite");
    let plane = Plane::through(&a, &b, &c).expect("valid");
    let slice = plane.slice(&bowl, &[0.0, 1.0], &[0.0, 1.0], &mut enough()).expect("4 are left");
    let corner = |i, j| slice.value(i, j);
    assert_eq!([corner(0, 0), corner(1, 0), corner(0, 1)], [a, b, c].map(|point| bowl.value(&point)));
    assert_eq!(corner(1, 1), bowl.value(&[-1.0, 2.0, 4.0]));
}

/// The ranges of the weights into each unit.
#[test]
fn slices_are_read_as_they_were_written() -> Result<(), Stuck> {
    let (x, u, v) = ([3.0, 2.0], [0.1, 0.3], [0.0, 1.0]);
    let along = Line::new(x, u)?.slice(&Himmelblau, &[0.0, 0.1, 0.7], &mut enough())?;
    let text = serde_json::to_string(&along).expect("finite numbers");
    assert_eq!(serde_json::from_str::<LineSlice>(&text).expect("what was written"), along);
    let within = Plane::new(x, u, v)?.slice(&Himmelblau, &[0.0, 0.1], &[0.3, 0.4, 0.5], &mut enough())?;
    let text = serde_json::to_string(&within).expect("finite numbers");
    assert_eq!(serde_json::from_str::<PlaneSlice>(&text).expect("what was written"), within);
    Ok(())
}

fn units(network: &MultilayerPerceptron) -> Vec<std::ops::Range<usize>> {
    let (mut ranges, mut start) = (Vec::new(), 0);
    for pair in network.widths().windows(2) {
        ranges.extend((0..pair[1]).map(|unit| start + unit * pair[0]..start + (unit + 1) * pair[0]));
        // The biases come behind the weights.
        start += pair[0] * pair[1] + pair[1];
    }
    ranges
}

#[test]
fn filter_normalized_slices_do_not_see_the_scale_of_units_and_plain_ones_do() {
    let network = MultilayerPerceptron::new(&[2, 5, 1], Activation::Relu, Activation::Linear).expect("valid");
    let x = network.initial(Initialization::Glorot, 3).expect("valid");
    // All weights into the hidden units four times as large, those out of them a quarter: the same function.
    let mut other = x.clone();
    other[..10].iter_mut().for_each(|w| *w *= 4.0);
    other[15..20].iter_mut().for_each(|w| *w /= 4.0);
    let features = [0.0, 1.0, 2.0, -1.0, 0.5, 0.5];
    let targets = [1.0, -1.0, 0.3];
    let loss =
        NetworkLoss::new(network.clone(), features, Targets::Values(&targets), Loss::Squared).expect("valid");
    let t = [-1.0, -0.5, 0.0, 0.5, 1.0];
    let along = |x: &[f64], normalized: bool| {
        let mut direction = random_direction(x.len(), 5, 0);
        if normalized {
            normalize_filters(&mut direction, x, &units(&network)).expect("valid");
        }
        Line::new(x, direction).expect("valid").slice(&loss, &t, &mut enough()).expect("5 are left").values
    };
    let apart = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(apart(along(&x, true), along(&other, true)) < 1e-12);
    assert!(apart(along(&x, false), along(&other, false)) > 0.1);
}

#[test]
fn filters_keep_their_direction_and_take_the_norm_of_the_weights() {
    let x = random_direction(12, 1, 0);
    let drawn = random_direction(12, 1, 1);
    let mut direction = drawn.clone();
    let units = [0..4, 4..9];
    normalize_filters(&mut direction, &x, &units).expect("valid");
    for unit in units {
        let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let (scaled, weights, before) = (&direction[unit.clone()], &x[unit.clone()], &drawn[unit]);
        assert!((norm(scaled) - norm(weights)).abs() < 1e-14);
        let factor = norm(weights) / norm(before);
        assert!(scaled.iter().zip(before).all(|(s, b)| (s - factor * b).abs() < 1e-14));
    }
    assert_eq!(direction[9..], [0.0; 3]);
    // A unit without weights does not move, and a direction that is 0 stays so.
    let mut still = [1.0, 0.0];
    normalize_filters(&mut still, &[0.0, 5.0], &[0..1, 1..2]).expect("valid");
    assert_eq!(still, [0.0, 0.0]);
}

#[test]
fn the_plane_of_largest_curvature_has_its_curvatures() {
    let curvatures: Vec<f64> = (0..50).map(|i| f64::from(i) - 30.0).collect();
    let bowl = DiagonalQuadratic::centered(curvatures).expect("finite");
    let found =
        curvature_plane(&bowl, &[0.0; 50], ExtremeEigenpairs::default(), &mut enough()).expect("found");
    for (value, (known, bound)) in
        found.curvatures.into_iter().zip([19.0, 18.0].into_iter().zip(found.bounds))
    {
        assert!((value - known).abs() <= bound && bound < 1e-6, "{value} ± {bound}");
    }
    let slice = found.plane.slice(&bowl, &[0.0, 2.0], &[0.0, 2.0], &mut enough()).expect("4 are left");
    assert!((slice.value(1, 0) - 38.0).abs() < 1e-5 && (slice.value(1, 1) - 74.0).abs() < 1e-5);
}

#[test]
fn bad_input_is_named_and_budgets_end_a_slice() {
    let say = |line: Result<Line, _>| {
        line.map_err(|error: thalweg::problem::InvalidInput| error.to_string()).unwrap_err()
    };
    assert_eq!(say(Line::new([1.0], [1.0, 2.0])), "invalid `direction`: length 2 (allowed: length 1)");
    assert_eq!(say(Line::between(&[], &[])), "invalid `a`: length 0 (allowed: length 1 or more)");
    assert!(Plane::new([1.0, 2.0], [1.0, 0.0], [f64::NAN, 0.0]).is_err());
    let line = Line::new([1.0], [1.0]).expect("valid");
    assert!(matches!(line.slice(&Himmelblau, &[0.0], &mut enough()), Err(Stuck::Invalid(_))));
    let line = Line::new([1.0, 1.0], [1.0, 0.0]).expect("valid");
    assert!(matches!(line.slice(&Himmelblau, &[f64::NAN], &mut enough()), Err(Stuck::Invalid(_))));
    let out = line.slice(&Himmelblau, &[0.0, 1.0], &mut Allowance::evaluations(1));
    assert_eq!(out, Err(Stuck::OutOfEvaluations));
    let one = DiagonalQuadratic::centered([1.0]).expect("finite");
    let search = ExtremeEigenpairs::default();
    assert!(matches!(curvature_plane(&one, &[0.0], search, &mut enough()), Err(Stuck::Invalid(_))));
    let two = DiagonalQuadratic::centered([1.0, 2.0, 3.0]).expect("finite");
    let none = curvature_plane(&two, &[0.0; 3], search, &mut Allowance::evaluations(1));
    assert!(matches!(none, Err(Stuck::OutOfEvaluations | Stuck::Because(_))), "{none:?}");
    let error = normalize_filters(&mut [1.0], &[1.0, 2.0], &[]).unwrap_err();
    assert_eq!(error.to_string(), "invalid `direction`: length 1 (allowed: length 2)");
}

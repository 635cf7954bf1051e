//! Random objectives in large numbers, at scales of x and of f from 1e-8 to 1e8. Every seed is fixed.

use thalweg::numerics::pow;
use thalweg::problem::{
    CheckSettings, Differentiable, Entry, Objective, Verdict, check_gradient, check_gradient_along,
};

use crate::find;
use thalweg_tests::random_objective::{Difficulty, KINDS, Random, RandomObjective};

#[test]
fn ten_thousand_correct_gradients_raise_no_alarm() {
    let mut random = Random(1);
    let mut agreeing = 0;
    for round in 0..10_000 {
        let f = RandomObjective::new(&mut random, Difficulty::Any);
        let check = check_gradient(&f, &f.x, CheckSettings::default()).unwrap();
        assert_ne!(check.verdict, Verdict::Wrong, "round {round}, {f:?}: {check}");
        agreeing += usize::from(check.agrees());
    }
    // A check that never knew would raise no alarm either. A fifth of these objectives has an offset, of up to 1e12.
    assert!(agreeing >= 8_000, "only {agreeing} of 10000 correct gradients agree");
}

#[test]
fn correct_gradients_raise_no_alarm_along_directions_either() {
    let mut random = Random(5);
    let mut agreeing = 0;
    for round in 0..3_000 {
        let f = RandomObjective::new(&mut random, Difficulty::Any);
        let v: Vec<f64> = f.scales.iter().map(|scale| scale * random.between(-1.0, 1.0)).collect();
        let check = check_gradient_along(&f, &f.x, &v, CheckSettings::default()).unwrap();
        assert_ne!(check.verdict, Verdict::Wrong, "round {round}, {v:?}, {f:?}: {check}");
        agreeing += usize::from(check.agrees());
    }
    assert!(agreeing >= 2_400, "only {agreeing} of 3000 agree");
}

/// The gradient of `right`, spoiled in one coordinate.
struct Spoiled<'f> {
    right: &'f RandomObjective,
    coordinate: usize,
    spoil: Spoil,
}

#[derive(Clone, Copy, Debug)]
enum Spoil {
    Times(f64),
    /// The element of another coordinate stands here.
    TakenFrom(usize),
    Never,
}

impl Spoil {
    fn any(random: &mut Random, coordinate: usize, n: usize) -> Self {
        match random.below(12) {
            0 => Self::Times(-1.0),
            1 => Self::Times(2.0),
            2 => Self::Times(0.5),
            3 => Self::Times(0.0),
            4 if n > 1 => Self::TakenFrom((coordinate + 1) % n),
            5 => Self::Never,
            // Relative errors of 1e-6, 1e-5, …, 1, up and down.
            kind => Self::Times(1.0 + pow(10.0, 6.0 - kind as f64) * random.between(-1.0, 1.0).signum()),
        }
    }
}

impl Objective for Spoiled<'_> {
    fn dim(&self) -> usize {
        self.right.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.right.value(x)
    }
}

impl Differentiable for Spoiled<'_> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.right.value_gradient(x, gradient);
        match self.spoil {
            Spoil::Times(factor) => gradient[self.coordinate] *= factor,
            Spoil::TakenFrom(other) => gradient[self.coordinate] = gradient[other],
            Spoil::Never => gradient[self.coordinate] = f64::NAN,
        }
        value
    }
}

/// Spoils one coordinate of so many gradients and asks that every error of 1e-6 or more is found wherever the bound is
/// below 1e-7 |gᵢ|. Returns the share of the errors for which it is.
fn share_of_errors_within_sight(seed: u64, rounds: usize, difficulty: Difficulty) -> f64 {
    let mut random = Random(seed);
    let (mut errors, mut in_sight) = (0, 0);
    for round in 0..rounds {
        let right = RandomObjective::new(&mut random, difficulty);
        let n = right.dim();
        let coordinate = random.below(n);
        let spoil = Spoil::any(&mut random, coordinate, n);
        let mut gradient = vec![f64::NAN; n];
        right.value_gradient(&right.x, &mut gradient);
        let right_element = gradient[coordinate];
        let spoiled = Spoiled { right: &right, coordinate, spoil };
        spoiled.value_gradient(&right.x, &mut gradient);
        // 1 + 1e-6 is rounded, and so is the product. A NaN is no small error.
        let error = ((gradient[coordinate] - right_element) / right_element).abs();
        if error < 1e-6 * (1.0 - 1e-9) || right_element == 0.0 {
            continue;
        }
        errors += 1;
        let check = check_gradient(&spoiled, &right.x, CheckSettings::default()).unwrap();
        let comparison = find(&check, Entry::Gradient(coordinate));
        let is_promised = comparison.bound < 1e-7 * right_element.abs();
        if is_promised || error.is_nan() {
            in_sight += 1;
            assert_eq!(check.verdict, Verdict::Wrong, "round {round}, {spoil:?} of {right:?}: {check}");
            assert_eq!(check.worst().unwrap().entry, comparison.entry, "round {round}: {check}");
        }
        // Whatever is called wrong is the spoiled element.
        for other in check.comparisons.iter().filter(|c| c.verdict == Verdict::Wrong) {
            assert_eq!(other.entry, comparison.entry, "round {round}, {right:?}: {check}");
        }
    }
    assert!(errors > rounds / 2, "only {errors} of {rounds} gradients were spoiled");
    in_sight as f64 / errors as f64
}

#[test]
fn ten_thousand_spoiled_coordinates_are_found_and_named() {
    let share = share_of_errors_within_sight(2, 10_000, Difficulty::Benign);
    // Chosen before looking.
    assert!(share >= 0.8, "the bound is below 1e-7 of the gradient for a share of {share} only");
}

#[test]
fn spoiled_coordinates_are_found_where_that_is_hard_too() {
    let share = share_of_errors_within_sight(3, 5_000, Difficulty::Any);
    assert!(share >= 0.5, "the bound is below 1e-7 of the gradient for a share of {share} only");
}

#[test]
fn family_has_every_kind_and_both_ends_of_every_scale() {
    let mut random = Random(1);
    let family: Vec<_> = (0..10_000).map(|_| RandomObjective::new(&mut random, Difficulty::Any)).collect();
    for kind in 0..KINDS {
        assert!(family.iter().filter(|f| f.kind == kind).count() > 500, "kind {kind}");
    }
    let ends = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers
            .fold([f64::INFINITY, 0.0], |[low, high], number| [f64::min(low, number), f64::max(high, number)])
    };
    for [low, high] in [
        ends(&mut family.iter().map(|f| f.factor)),
        ends(&mut family.iter().flat_map(|f| f.scales.iter().copied())),
    ] {
        assert!(low < 1.1e-8 && high > 0.9e8, "{low:e} to {high:e}");
    }
}

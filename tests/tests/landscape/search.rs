//! Where searches end, and that they say so truly.

use proptest::prelude::*;
use thalweg::numerics::exp;
use thalweg::objectives::DiagonalQuadratic;
use thalweg::objectives::classic::{Himmelblau, Rosenbrock};
use thalweg::problem::{
    Allowance, CancelFlag, CheckSettings, Curved, Differentiable, Method, Objective, Stuck, check_gradient,
};
use thalweg_landscape::{CriticalPointSearch, GradientNorm, NewtonMr, Outcome, Stationarity};

/// The sum of one function a coordinate, given with two derivatives.
#[derive(Clone, Copy)]
pub(crate) struct Separable<const N: usize>(pub(crate) [fn(f64) -> [f64; 3]; N]);

impl<const N: usize> Objective for Separable<N> {
    fn dim(&self) -> usize {
        N
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.0.iter().zip(x).map(|(f, x)| f(*x)[0]).sum()
    }
}

impl<const N: usize> Differentiable for Separable<N> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.iter_mut().zip(self.0).zip(x).for_each(|((g, f), x)| *g = f(*x)[1]);
        self.value(x)
    }
}

impl<const N: usize> Curved for Separable<N> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        out.iter_mut().zip(self.0).zip(x).zip(v).for_each(|(((out, f), x), v)| *out = f(*x)[2] * v);
    }
}

/// ½y².
pub(crate) fn square(y: f64) -> [f64; 3] {
    [0.5 * y * y, y, 1.0]
}

/// x + x³/3, whose slope is 1 at least: it has no stationary point, and the slope one at 0.
fn ramp(x: f64) -> [f64; 3] {
    [x + x * x * x / 3.0, 1.0 + x * x, 2.0 * x]
}

fn search<'p, P: Curved>(problem: &'p P, start: &[f64]) -> Outcome<'p, P> {
    let mut allow = Allowance::evaluations(5000);
    CriticalPointSearch::default().find(problem, start, &mut allow).expect("valid input")
}

#[test]
fn every_stationary_point_of_himmelblau_is_found_with_its_index() {
    let mut found: Vec<(Vec<f64>, usize)> = Vec::new();
    for (i, j) in (0..15).flat_map(|i| (0..15).map(move |j| (i, j))) {
        let start = [-4.9 + 0.7 * f64::from(i), -4.9 + 0.7 * f64::from(j)];
        if let Outcome::Stationary(point) = search(&Himmelblau, &start) {
            let spectrum = point.spectrum(&mut Allowance::evaluations(10)).expect("4 products");
            assert!(spectrum.is_signed() && point.gradient_norm() <= 1e-10);
            let is_new =
                |known: &(Vec<f64>, usize)| known.0.iter().zip(point.x()).any(|(a, b)| (a - b).abs() > 1e-6);
            if found.iter().all(is_new) {
                found.push((point.x().to_vec(), spectrum.index()));
            }
        }
    }
    let counts = [0, 1, 2].map(|index| found.iter().filter(|point| point.1 == index).count());
    // Minima − saddles + maxima is 1 for a function that rises on all sides.
    assert_eq!(counts, [4, 4, 1]);
}

#[test]
fn a_gradient_flat_point_is_told_from_a_stationary_one() {
    let slide = Separable([ramp, square]);
    let Outcome::GradientFlat(halt) = search(&slide, &[0.7, 0.3]) else {
        panic!("{}", search(&slide, &[0.7, 0.3]))
    };
    assert!((halt.gradient_norm - 1.0).abs() < 1e-6 && halt.point.x[0].abs() < 1e-3, "{halt:?}");
    assert!(halt.flatness < 1e-2 && halt.steps > 0);
    // A plane has no curvature at all.
    let plane = Separable([|x| [x, 1.0, 0.0], |x| [x, 1.0, 0.0]]);
    let Outcome::GradientFlat(halt) = search(&plane, &[1.0, 2.0]) else {
        panic!("{}", search(&plane, &[1.0, 2.0]))
    };
    assert_eq!((halt.flatness, halt.point.x), (0.0, vec![1.0, 2.0]));
}

#[test]
fn a_search_that_rounding_holds_up_is_not_called_flat() {
    // No gradient is known to 1e-30 here, and the curvature is 1 all the same.
    let shifted =
        Separable([|x| [0.5 * (x - 0.1) * (x - 0.1), (x - 0.1) + 1e-3 - 1e-3 * (1.0 + 1e-13), 1.0]]);
    let stationarity = Stationarity { tolerance: 1e-30, ..Stationarity::default() };
    let search = CriticalPointSearch { stationarity, ..CriticalPointSearch::default() };
    let outcome = search.find(&shifted, &[3.0], &mut Allowance::evaluations(500)).expect("valid");
    let Outcome::Stalled(halt) = outcome else { panic!("{outcome}") };
    assert!(halt.flatness > 0.99 && halt.gradient_norm < 1e-12, "{halt:?}");
}

#[test]
fn a_family_of_stationary_points_is_reached_across_it() {
    /// (xy − 1)²: minima along a hyperbola.
    struct Hyperbola;
    impl Objective for Hyperbola {
        fn dim(&self) -> usize {
            2
        }
        fn value(&self, w: &[f64]) -> f64 {
            let e = w[0] * w[1] - 1.0;
            e * e
        }
    }
    impl Differentiable for Hyperbola {
        fn value_gradient(&self, w: &[f64], g: &mut [f64]) -> f64 {
            let e = w[0] * w[1] - 1.0;
            (g[0], g[1]) = (2.0 * e * w[1], 2.0 * e * w[0]);
            e * e
        }
    }
    impl Curved for Hyperbola {
        fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
            let (e, cross) = (w[0] * w[1] - 1.0, v[0] * w[1] + w[0] * v[1]);
            (out[0], out[1]) = (2.0 * (cross * w[1] + e * v[1]), 2.0 * (cross * w[0] + e * v[0]));
        }
    }
    let mut allow = Allowance::evaluations(100);
    let outcome = CriticalPointSearch::default().find(&Hyperbola, &[2.0, 0.9], &mut allow).expect("valid");
    let spent = 100 - allow.left();
    let Outcome::Stationary(point) = outcome else { panic!("{outcome}") };
    assert!((point.x()[0] * point.x()[1] - 1.0).abs() < 1e-10 && point.x()[0] > 1.0);
    assert!(spent <= 40, "{spent} evaluations");
    let spectrum = point.spectrum(&mut Allowance::evaluations(4)).expect("4 products");
    assert_eq!((spectrum.index(), spectrum.undecided(), spectrum.positive()), (0, 1, 1));
    // Its other stationary point, by itself.
    let Outcome::Stationary(saddle) = search(&Hyperbola, &[0.3, -0.2]) else { panic!() };
    let spectrum = saddle.spectrum(&mut Allowance::evaluations(4)).expect("4 products");
    assert!((saddle.value() - 1.0).abs() < 1e-12 && (spectrum.index(), spectrum.undecided()) == (1, 0));
}

#[test]
fn budgets_flags_and_numbers_that_are_not_finite_keep_the_best_point() {
    let (valley, start) = (Rosenbrock::default(), [-1.2, 1.0]);
    let mut gradient = [0.0; 2];
    valley.value_gradient(&start, &mut gradient);
    let at_start = gradient.map(|g| g * g).iter().sum::<f64>().sqrt();
    let settings = CriticalPointSearch::default();
    let mut last = at_start;
    for budget in 0..25 {
        let mut allow = Allowance::evaluations(budget);
        match settings.find(&valley, &start, &mut allow).expect("valid") {
            Outcome::Budget(halt) => {
                assert!(halt.gradient_norm <= last * (1.0 + 1e-15) && halt.flatness.is_nan());
                last = halt.gradient_norm;
            }
            Outcome::Stationary(_) => break,
            other => panic!("{other}"),
        }
        assert_eq!(allow.left(), 0);
    }
    assert!(last < at_start);
    let few = CriticalPointSearch { max_steps: 1, ..settings };
    let outcome = few.find(&valley, &start, &mut Allowance::evaluations(99)).expect("valid");
    assert!(matches!(outcome, Outcome::Budget(ref halt) if halt.steps == 1), "{outcome}");
    let flag = CancelFlag::default();
    flag.raise();
    let mut allow = Allowance::evaluations(9).watching([Some(flag), None]);
    assert!(matches!(settings.find(&valley, &start, &mut allow), Ok(Outcome::Cancelled(_))));
    let hole = Separable([|x| if x > 0.0 { [f64::NAN; 3] } else { square(x) }]);
    assert!(matches!(search(&hole, &[1.0]), Outcome::NonFinite(ref halt) if halt.point.x == [1.0]));
    // A region without numbers beside the way is gone around.
    let cliff = Separable([|x: f64| {
        if x < -0.5 {
            [f64::NAN; 3]
        } else {
            {
                let e = exp(x);
                [e - 0.5 * x, e - 0.5, e]
            }
        }
    }]);
    let outcome = search(&cliff, &[3.0]);
    assert!(!outcome.x()[0].is_nan() && outcome.gradient_norm() < 20.0, "{outcome}");
}

#[test]
fn bad_input_is_named() {
    let say = |search: CriticalPointSearch, start: &[f64]| {
        search.find(&Himmelblau, start, &mut Allowance::evaluations(9)).unwrap_err().to_string()
    };
    let settings = CriticalPointSearch::default();
    assert_eq!(say(settings, &[1.0]), "invalid `x0`: length 1 (allowed: length 2)");
    assert_eq!(say(settings, &[1.0, f64::NAN]), "invalid `x0[1]`: NaN (allowed: a finite number)");
    let patience = CriticalPointSearch { patience: 0, ..settings };
    assert_eq!(say(patience, &[0.0; 2]), "invalid `patience`: 0 (allowed: 1 or more)");
    let progress = CriticalPointSearch { progress: 1.0, ..settings };
    assert_eq!(say(progress, &[0.0; 2]), "invalid `progress`: 1.0 (allowed: 0 or more, below 1)");
    let scale = Stationarity { scale: 0.0, ..Stationarity::default() };
    let unscaled = CriticalPointSearch { stationarity: scale, ..settings };
    assert_eq!(
        say(unscaled, &[0.0; 2]),
        "invalid `stationarity.scale`: 0.0 (allowed: a finite number above 0)"
    );
    let step = NewtonMr { relative_residual: f64::NAN, ..NewtonMr::default() };
    let residual = CriticalPointSearch { step, ..settings };
    assert_eq!(say(residual, &[0.0; 2]), "invalid `relative_residual`: NaN (allowed: 0 or more, below 1)");
}

#[test]
fn half_the_squared_gradient_norm_has_the_gradient_it_says() {
    let steepness = GradientNorm::new(Himmelblau);
    let check = check_gradient(&steepness, &[0.7, -1.3], CheckSettings::default()).expect("valid");
    assert!(check.agrees(), "{check}");
    let mut gradient = [0.0; 2];
    assert_eq!(steepness.value(&[0.7, -1.3]), steepness.value_gradient(&[0.7, -1.3], &mut gradient));
}

#[test]
fn one_step_solves_a_quadratic_of_any_index() {
    let saddle = DiagonalQuadratic::new([3.0, -2.0, 5.0], [1.0, 2.0, 3.0], 0.0).expect("finite");
    let newton = NewtonMr { relative_residual: 0.0, ..NewtonMr::default() };
    let mut state = newton.init(&saddle, &[7.0, -8.0, 9.0]).expect("valid");
    let step = newton.step(&saddle, &mut state, &mut Allowance::evaluations(10)).expect("it moves");
    assert_eq!(step.rate, Some(1.0));
    assert!(state.gradient_norm() < 1e-12);
}

proptest! {
    #[test]
    fn steps_lower_the_gradient_norm_and_powers_of_two_change_no_bit(x in -5.0..5.0, y in -5.0..5.0) {
        /// 2ᵏ times a function.
        struct Times<P>(f64, P);
        impl<P: Objective> Objective for Times<P> {
            fn dim(&self) -> usize { self.1.dim() }
            fn value(&self, x: &[f64]) -> f64 { self.0 * self.1.value(x) }
        }
        impl<P: Differentiable> Differentiable for Times<P> {
            fn value_gradient(&self, x: &[f64], g: &mut [f64]) -> f64 {
                let value = self.1.value_gradient(x, g);
                g.iter_mut().for_each(|g| *g *= self.0);
                self.0 * value
            }
        }
        impl<P: Curved> Curved for Times<P> {
            fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
                self.1.hessian_vector(x, v, out);
                out.iter_mut().for_each(|out| *out *= self.0);
            }
        }
        let newton = NewtonMr::default();
        let huge = Times(thalweg::numerics::powi(2.0, 300), Himmelblau);
        let mut one = newton.init(&Himmelblau, &[x, y]).expect("valid");
        let mut other = newton.init(&huge, &[x, y]).expect("valid");
        let mut allow = Allowance::evaluations(1000);
        for _ in 0..30 {
            let before = one.gradient_norm();
            let (a, b) = (newton.step(&Himmelblau, &mut one, &mut allow), newton.step(&huge, &mut other, &mut allow));
            prop_assert_eq!(&a, &b);
            prop_assert_eq!(&one.point().x, &other.point().x);
            match a {
                Ok(_) => prop_assert!(one.gradient_norm() < before),
                Err(Stuck::Because(_)) => break,
                Err(other) => panic!("{other}"),
            }
        }
    }
}

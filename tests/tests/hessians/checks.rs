//! Hessians that somebody wrote down, right and wrong.

use thalweg::prelude::*;
use thalweg::problem::{CheckSettings, Entry, Verdict};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{TwiceDifferentiable, check_hessian};

use thalweg_tests::random_objective::{Difficulty, Random, RandomObjective};

/// A random objective with its Hessian, one element of which may be changed by a factor.
struct Written {
    f: RandomObjective,
    changed: (usize, usize),
    factor: f64,
    /// Whether the products know of it.
    in_products: bool,
}

impl Written {
    fn right(random: &mut Random, difficulty: Difficulty) -> Self {
        let f = RandomObjective::new(random, difficulty);
        Self { f, changed: (0, 0), factor: 1.0, in_products: false }
    }

    fn element(&self, x: &[f64], i: usize, j: usize, is_changed: bool) -> f64 {
        let factor = if is_changed && (i, j) == self.changed { self.factor } else { 1.0 };
        self.f.elements(x)[i][j].value * factor
    }
}

impl Objective for Written {
    fn dim(&self) -> usize {
        self.f.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.f.value(x)
    }
}

impl Differentiable for Written {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.f.value_gradient(x, gradient)
    }
}

impl Curved for Written {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        for (i, out) in out.iter_mut().enumerate() {
            *out = (0..v.len()).map(|j| self.element(x, i, j, self.in_products) * v[j]).sum();
        }
    }
}

impl TwiceDifferentiable for Written {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        for j in 0..x.len() {
            for i in 0..x.len() {
                out[(i, j)] = self.element(x, i, j, true);
            }
        }
    }
}

#[test]
fn two_thousand_correct_hessians_raise_no_alarm() {
    let mut random = Random(41);
    let mut agreeing = 0;
    for round in 0..2_000 {
        let written = Written::right(&mut random, Difficulty::Any);
        let check = check_hessian(&written, &written.f.x, CheckSettings::default()).unwrap();
        assert_ne!(check.verdict, Verdict::Wrong, "round {round}, {:?}: {check}", written.f);
        agreeing += usize::from(check.agrees());
    }
    assert!(agreeing >= 1_400, "only {agreeing} of 2000 agree");
}

#[test]
fn wrong_element_is_found_and_named() {
    let mut random = Random(42);
    let (mut spoiled, mut in_sight) = (0, 0);
    for round in 0..1_000 {
        let mut written = Written::right(&mut random, Difficulty::Benign);
        let n = written.dim();
        let changed = (random.below(n), random.below(n));
        (written.changed, written.factor) = (changed, [-1.0, 0.0, 2.0, 1.0 + 1e-4][random.below(4)]);
        let (x, element) = (written.f.x.clone(), written.f.elements(&written.f.x)[changed.0][changed.1]);
        if element.value.abs() < 1e-2 * element.size || element.size == 0.0 {
            continue;
        }
        spoiled += 1;
        // Whether or not the products are spoiled in the same way.
        for in_products in [false, true] {
            written.in_products = in_products;
            let check = check_hessian(&written, &x, CheckSettings::default()).unwrap();
            let (row, column) = changed;
            let entry = Entry::Hessian { row, column };
            let comparison = check.comparisons.iter().find(|c| c.entry == entry).expect("it was compared");
            if comparison.bound < 1e-5 * element.value.abs() {
                in_sight += 1;
                assert_eq!(comparison.verdict, Verdict::Wrong, "round {round}: {check}");
            }
            for other in check.comparisons.iter().filter(|c| c.verdict == Verdict::Wrong) {
                let is_involved = match other.entry {
                    Entry::Hessian { .. } => other.entry == entry,
                    Entry::HessianMirrored { row, column } => {
                        [(row, column), (column, row)].contains(&changed)
                    }
                    Entry::HessianTimes { row, .. } => row == changed.0 && !in_products,
                    _ => false,
                };
                assert!(is_involved, "round {round}, {changed:?}: {other}");
            }
        }
    }
    assert!(spoiled > 400, "{spoiled}");
    assert!(in_sight * 10 >= spoiled * 2 * 9, "{in_sight} of twice {spoiled}");
}

#[test]
fn each_comparison_reads_as_a_sentence() {
    struct Constant([f64; 4]);
    impl Objective for Constant {
        fn dim(&self) -> usize {
            2
        }
        fn value(&self, x: &[f64]) -> f64 {
            0.5 * x[0] * x[0] + x[1] * x[1]
        }
    }
    impl Differentiable for Constant {
        fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            (gradient[0], gradient[1]) = (x[0], 2.0 * x[1]);
            self.value(x)
        }
    }
    impl Curved for Constant {
        fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
            (out[0], out[1]) = (v[0], 2.0 * v[1]);
        }
    }
    impl TwiceDifferentiable for Constant {
        fn hessian(&self, _x: &[f64], out: &mut DMatrix<f64>) {
            for (out, element) in out.iter_mut().zip(self.0).filter(|(_, element)| *element != 7.0) {
                *out = element;
            }
        }
    }
    let check = |elements| check_hessian(&Constant(elements), &[1.0, 2.0], CheckSettings::default()).unwrap();
    let right = check([1.0, 0.0, 0.0, 2.0]);
    assert!(right.agrees(), "{right}");
    // 4 elements, 1 pair, 2 directions of 2 elements.
    assert_eq!(right.comparisons.len(), 9);
    let sentences = |elements| {
        let check = check(elements);
        assert_eq!(check.verdict, Verdict::Wrong);
        let wrong = check.comparisons.iter().filter(|c| c.verdict == Verdict::Wrong);
        wrong.map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let skew = sentences([1.0, 0.5, 0.0, 2.0]);
    assert!(skew.contains("∂²f/∂x[1]∂x[0] is 0.5, differences give 0.0 ± "), "{skew}");
    assert!(skew.contains("H[1, 0] is 0.5, H[0, 1] is 0.0 ± "), "{skew}");
    assert!(
        skew.contains("(H v0)[1] of the matrix is ") && skew.contains(", hessian_vector gives "),
        "{skew}"
    );
    // An element that is never written is no zero.
    assert!(sentences([1.0, 7.0, 0.0, 2.0]).contains("∂²f/∂x[1]∂x[0] is NaN"));
    // One column only.
    let settings = CheckSettings { coordinates: Some(&[1]), directions: 1, ..CheckSettings::default() };
    let check = check_hessian(&Constant([1.0, 0.0, 0.0, 2.0]), &[1.0, 2.0], settings).unwrap();
    assert_eq!(check.comparisons.len(), 4);
}

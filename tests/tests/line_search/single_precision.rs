//! A probe for single precision: what a method in f32 needs of a search is these thirty lines.

use thalweg::problem::Allowance;
use thalweg_line_search::{
    Backtracking, HagerZhang, MoreThuente, OneDimensional, Probe, Sample, StrongWolfe, search_along,
};

use crate::random_functions::Random;

/// ½ Σ i xᵢ² along a ray, in f32 but for the inner products.
struct Bowl {
    x: Vec<f32>,
    p: Vec<f32>,
    trial: Vec<f32>,
    kept: Vec<f32>,
    tried: Vec<f32>,
}

impl Bowl {
    fn at(x: &[f32], p: &[f32]) -> Sample {
        let (mut value, mut slope) = (0.0, 0.0);
        for (i, (x, p)) in x.iter().zip(p).enumerate() {
            let gradient = (i + 1) as f32 * x;
            value += 0.5 * f64::from(gradient) * f64::from(*x);
            slope += f64::from(gradient) * f64::from(*p);
        }
        // What an objective in single precision would return.
        Sample { value: f64::from(value as f32), slope }
    }
}

impl Probe for Bowl {
    fn start(&self) -> Sample {
        Self::at(&self.x, &self.p)
    }

    fn resolution(&self) -> f64 {
        f64::from(f32::EPSILON)
    }

    fn sample(&mut self, alpha: f64) -> Sample {
        let alpha = alpha as f32;
        assert!(!self.tried.contains(&alpha), "{alpha} again, after {:?}", self.tried);
        self.tried.push(alpha);
        for ((trial, x), p) in self.trial.iter_mut().zip(&self.x).zip(&self.p) {
            *trial = x + alpha * p;
        }
        Self::at(&self.trial, &self.p)
    }

    fn keep(&mut self) {
        std::mem::swap(&mut self.kept, &mut self.trial);
    }
}

/// Searches with a first trial that is good, too long or too short, from near and far.
fn run<S: OneDimensional>(search: &S, name: &str) {
    let mut random = Random(9);
    for case in 0..10_000 {
        let n = 10;
        let size = random.power_of_ten(-6.0, 3.0);
        let x: Vec<f32> = (0..n).map(|_| random.between(-size, size) as f32).collect();
        let p: Vec<f32> = x.iter().enumerate().map(|(i, x)| -((i + 1) as f32) * x).collect();
        let mut bowl = Bowl { trial: x.clone(), kept: x.clone(), x, p, tried: Vec::new() };
        let first = random.power_of_ten(-4.0, 4.0);
        let accepted = search_along(search, &mut bowl, first, &mut Allowance::evaluations(100));
        let accepted = accepted.unwrap_or_else(|failed| panic!("{name}, {case}: {failed}"));
        assert!(accepted.condition.holds(bowl.start(), accepted.alpha, accepted.end), "{name}, {case}");
        assert_eq!(Bowl::at(&bowl.kept, &bowl.p), accepted.end, "{name}, {case}: the point was not kept");
    }
}

#[test]
fn searches_run_in_single_precision_and_try_no_step_twice_there() {
    // 1e-6: some ten roundings.
    let noise = 1e-6;
    run(&MoreThuente { c2: 0.1, noise, ..MoreThuente::default() }, "Moré–Thuente");
    run(&StrongWolfe { c2: 0.1, noise, ..StrongWolfe::default() }, "strong Wolfe");
    run(&HagerZhang { c2: 0.1, epsilon: noise, ..HagerZhang::default() }, "Hager–Zhang");
    run(&Backtracking { noise, ..Backtracking::default() }, "backtracking");
}

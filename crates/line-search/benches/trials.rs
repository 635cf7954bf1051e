//! What a trial costs beside the evaluation: the machines alone, and along rays of 10² to 10⁶ variables beside the same passes
//! written by hand.
//!
//! The objective along the rays costs one pass that writes, so that what is measured is mostly the search.
//! Read the ratio of the lines of a group, not the times: they are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_line_search::problem::{Allowance, Differentiable, Objective, Point};
use thalweg_line_search::{
    Backtracking, HagerZhang, Landing, LineSearch, MoreThuente, OneDimensional, Ray, Sample, StrongWolfe,
    search_curve,
};
use thalweg_numerics::dot;

/// −α/(α² + 2), the first function of Moré and Thuente.
fn phi(alpha: f64) -> Sample {
    let d = alpha * alpha + 2.0;
    Sample { value: -alpha / d, slope: (alpha * alpha - 2.0) / (d * d) }
}

fn machine<S: OneDimensional>(c: &mut Criterion, name: &str, search: &S) {
    let mut group = c.benchmark_group("one search on a function of one variable, a trial");
    // From far away in both directions.
    let run = || {
        [1e-3, 1e3].map(|first| {
            let mut allow = Allowance::evaluations(100);
            let accepted = search_curve(search, phi(0.0), black_box(first), &mut allow, phi);
            accepted.expect("a minimum").evaluations
        })
    };
    group.throughput(Throughput::Elements(run().iter().sum()));
    group.bench_function(name, |bencher| bencher.iter(run));
    group.finish();
}

fn machines(c: &mut Criterion) {
    machine(c, "Moré–Thuente", &MoreThuente { c2: 0.1, ..MoreThuente::default() });
    machine(c, "strong Wolfe", &StrongWolfe { c2: 0.1, ..StrongWolfe::default() });
    machine(c, "Hager–Zhang", &HagerZhang { c2: 0.1, ..HagerZhang::default() });
    machine(c, "backtracking", &Backtracking { c1: 0.3, ..Backtracking::default() });
}

/// −x₀, with a gradient of −1s: one pass that writes, and no arithmetic.
struct Downhill(usize);

impl Objective for Downhill {
    fn dim(&self) -> usize {
        self.0
    }
    fn value(&self, x: &[f64]) -> f64 {
        -x[0]
    }
}

impl Differentiable for Downhill {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(-1.0);
        self.value(x)
    }
}

fn rays(c: &mut Criterion) {
    let mut group = c.benchmark_group("one trial along a ray");
    for n in [100, 10_000, 1_000_000] {
        let problem = Downhill(n);
        let (start, direction) = (Point::new(&problem, &vec![1.0; n]), vec![2.0; n]);
        let slope = dot(&start.gradient, &direction);
        let mut landing = Landing::new(n);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("crate", n), |bencher| {
            // Accepts the first trial; so the swap of the two points is in it, too.
            let search = Backtracking { c1: 1e-12, ..Backtracking::default() };
            bencher.iter(|| {
                let ray = Ray::with_slope(&start, &direction, slope).expect("equal lengths");
                let mut allow = Allowance::evaluations(1);
                search.search(&problem, ray, black_box(0.5), &mut allow, &mut landing).expect("a step")
            });
        });
        let (mut x, mut gradient) = (vec![0.0; n], vec![0.0; n]);
        group.bench_function(BenchmarkId::new("by hand", n), |bencher| {
            bencher.iter(|| {
                let alpha = black_box(0.5);
                for ((moved, x), p) in x.iter_mut().zip(&start.x).zip(&direction) {
                    *moved = x + alpha * p;
                }
                let value = problem.value_gradient(&x, &mut gradient);
                (value, dot(&gradient, &direction))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, machines, rays);
criterion_main!(benches);

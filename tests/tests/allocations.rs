//! A step allocates nothing: neither the method's nor the loop around it.

// Counting allocations takes a global allocator, and implementing one is unsafe; all it does is count and pass on.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use thalweg::objectives::{DiagonalQuadratic, LinearLeastSquares};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Diagonal, Scaled, from_value};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, Normalized, NormalizedDescent, SymmetricRoot, TwiceDifferentiable};
use thalweg_krylov::{ConjugateGradients, HessianAt};

thread_local! {
    // One count per thread, so that tests that run side by side do not see each other.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count_one() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: every call goes to the system's allocator as it came. Counting touches a thread-local that needs neither
// an allocation nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promises are those `System` asks for; so below.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How often this thread asked for memory while `work` ran.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

const N: usize = 1000;

fn bowl() -> DiagonalQuadratic {
    let curvatures: Vec<f64> = (1..=N).map(|i| i as f64 / N as f64).collect();
    DiagonalQuadratic::centered(curvatures).expect("finite curvatures")
}

const DESCENT: Scheduled<GradientDescent, Constant> =
    Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };

#[test]
fn counter_sees_an_allocation_a_zeroed_one_and_a_growing_one() {
    assert_eq!(allocations(|| ()), 0);
    assert_eq!(allocations(|| drop(black_box(Vec::<u8>::with_capacity(10)))), 1);
    assert_eq!(allocations(|| drop(black_box(vec![0_u8; 10]))), 1);
    let mut grows = vec![1_u8; 10];
    assert_eq!(allocations(|| black_box(&mut grows).reserve_exact(1000)), 1);
}

#[test]
fn steps_of_gradient_descent_allocate_nothing_after_init() {
    let problem = bowl();
    let mut state = DESCENT.init(&problem, &[1.0; N]).expect("valid input");
    let mut allow = Allowance::evaluations(100);
    DESCENT.step(&problem, &mut state, &mut allow).expect("step 1");
    let count = allocations(|| {
        for _ in 2..=100 {
            DESCENT.step(&problem, &mut state, &mut allow).expect("an evaluation is left");
        }
    });
    assert_eq!((count, state.step), (0, 100));
}

#[test]
fn steps_on_mini_batches_allocate_nothing_after_init() {
    let rows: Vec<f64> = (0..N * 10).map(|i| 1.0 / (1 + i) as f64).collect();
    let problem = LinearLeastSquares::new(rows, vec![1.0; N]).expect("finite numbers");
    let schedule = ReduceOnPlateau { rate: 1e-4, patience: 1, ..ReduceOnPlateau::default() };
    let method = MiniBatch { evaluate_every: Some(1), ..MiniBatch::of(GradientDescent, schedule) };
    let mut state = method.init(&problem, &[1.0; 10]).expect("valid input");
    let mut allow = Allowance::evaluations(1000);
    // Ten epochs with their shuffles and full evaluations, the last batch of each a short one.
    let count = allocations(|| {
        for _ in 1..=320 {
            method.step(&problem, &mut state, &mut allow).expect("an evaluation is left");
        }
    });
    assert_eq!((count, state.epoch), (0, 10));
}

#[test]
fn updates_of_the_bare_rule_allocate_nothing() {
    let (mut x, gradient) = (vec![1.0_f32; N], vec![0.25_f32; N]);
    let count = allocations(|| {
        for _ in 1..=100 {
            GradientDescent.update(&mut (), black_box(&mut x), &gradient, 0.5).expect("valid input");
        }
    });
    assert_eq!(count, 0);
}

/// Allocations of 100 steps as a method and of 100 updates without one.
fn allocations_of<R: UpdateRule<f64> + UpdateRule<f32>>(rule: &R) -> u64 {
    let (problem, method) = (bowl(), Scheduled { rule, schedule: Constant { rate: 0.5 } });
    let mut state = method.init(&problem, &[1.0; N]).expect("valid input");
    let mut allow = Allowance::evaluations(100);
    let (mut x, gradient) = (vec![1.0_f32; N], vec![0.25_f32; N]);
    let mut bare = rule.init(&x).expect("valid input");
    allocations(|| {
        for _ in 1..=100 {
            method.step(&problem, &mut state, &mut allow).expect("an evaluation is left");
            rule.look_ahead(&mut bare, black_box(&mut x)).expect("equal lengths");
            rule.update_with_value(&mut bare, black_box(&mut x), 1.0, &gradient, 0.5).expect("valid input");
            rule.look_back(&mut bare, black_box(&mut x)).expect("equal lengths");
        }
    })
}

#[test]
fn momentum_nesterov_and_restarts_allocate_nothing_after_init() {
    for form in [MomentumForm::Velocity, MomentumForm::Sum, MomentumForm::Average, MomentumForm::HeavyBall] {
        let rule = Momentum { momentum: 0.9, form };
        assert_eq!(allocations_of(&rule), 0, "{form:?}");
        assert_eq!(allocations_of(&Restarted { rule, test: RestartTest::Gradient }), 0, "{form:?}");
    }
    for form in [NesterovForm::LookAhead, NesterovForm::OnePass] {
        let rule = Nesterov { momentum: MomentumSequence::BeckTeboulle, form };
        assert_eq!(allocations_of(&rule), 0, "{form:?}");
        assert_eq!(allocations_of(&Restarted { rule, test: RestartTest::Function }), 0, "{form:?}");
    }
}

#[test]
fn rprop_and_quickprop_allocate_nothing_after_init() {
    assert_eq!(allocations_of(&Rprop::default()), 0);
    assert_eq!(allocations_of(&RpropPlus::default()), 0);
    assert_eq!(allocations_of(&RpropMinus::default()), 0);
    assert_eq!(allocations_of(&IRpropPlus::default()), 0);
    assert_eq!(allocations_of(&IRpropMinus::default()), 0);
    assert_eq!(allocations_of(&Quickprop::default()), 0);
    assert_eq!(allocations_of(&DiagonalSecant), 0);
}

#[test]
fn updates_of_adaptive_rules_and_of_what_wraps_them_allocate_nothing_after_init() {
    let rms_prop = RmsProp { centered: true, momentum: 0.5, ..RmsProp::default() };
    let groups = vec![
        Group { rate_factor: 2.0, decay: Decay::Coupled(0.1), ..Group::of(10..20) },
        Group { decay: Decay::Decoupled(0.1), ..Group::of(0..5) },
    ];
    let counts = [
        allocations_of(&Adagrad::default()),
        allocations_of(&rms_prop),
        allocations_of(&Adadelta::default()),
        allocations_of(&Adam::default()),
        allocations_of(&AdamW::default()),
        allocations_of(&AmsGrad::default()),
        allocations_of(&WeightDecay { rule: Adam::default(), decay: Decay::Coupled(0.1) }),
        allocations_of(&WeightDecay { rule: Adam::default(), decay: Decay::Decoupled(0.1) }),
        allocations_of(&Clipped { rule: Adam::default(), clip: Clip::Norm(0.1) }),
        allocations_of(&Clipped { rule: Nesterov::default(), clip: Clip::Value(0.1) }),
        allocations_of(&Groups { rule: Nesterov::default(), groups }),
    ];
    assert_eq!(counts, [0; 11]);
}

#[test]
fn steps_of_conjugate_gradients_allocate_nothing_after_init() {
    let problem = bowl();
    let preconditioner = Diagonal::from_inverse_diagonal(&[0.5; N]).expect("positive numbers");
    let method = ConjugateGradients { preconditioner, refresh_every: Some(7) };
    let a = HessianAt { problem: &problem, x: &[0.0; N] };
    let mut allow = Allowance::evaluations(1000);
    let mut linear = method.start(&[1.0; N], &[2.0; N]).expect("valid input");
    let mut quadratic = method.init(&problem, &[1.0; N]).expect("valid input");
    let count = allocations(|| {
        for _ in 1..=50 {
            assert!(method.iterate(&a, &mut linear, &mut allow).expect("valid input").is_continue());
            method.step(&problem, &mut quadratic, &mut allow).expect("an evaluation is left");
        }
        method.restart(&mut linear, &[3.0; N], &[0.0; N]).expect("valid input");
    });
    assert_eq!((count, linear.iterations()), (0, 0));
}

/// The bowl with its Hessian as a matrix.
struct Written(DiagonalQuadratic);

impl Objective for Written {
    fn dim(&self) -> usize {
        self.0.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.0.value(x)
    }
}

impl Differentiable for Written {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(x, gradient)
    }
}

impl Curved for Written {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.0.hessian_vector(x, v, out);
    }
}

impl TwiceDifferentiable for Written {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        out.fill_with_identity();
        for mut column in out.column_iter_mut() {
            let v: [f64; N] = std::array::from_fn(|i| column[i]);
            self.0.hessian_vector(x, &v, column.as_mut_slice());
        }
    }
}

#[test]
fn steps_of_normalized_descent_allocate_nothing_between_refreshes() {
    let problem = Written(bowl());
    for refresh_every in [None, Some(50)] {
        let method = NormalizedDescent { refresh_every, ..NormalizedDescent::default() };
        let mut state = method.init(&problem, &[1.0; N]).expect("valid input");
        let mut allow = Allowance::evaluations(1000);
        let mut step = || {
            method.step(&problem, &mut state, &mut allow).expect("a positive definite Hessian");
        };
        // The first step computes the Hessian, and step 51 does again.
        step();
        assert_eq!(allocations(|| (1..50).for_each(|_| step())), 0, "{refresh_every:?}");
        assert_eq!(allocations(&mut step) > 0, refresh_every.is_some(), "{refresh_every:?}");
        assert_eq!(allocations(|| (51..100).for_each(|_| step())), 0, "{refresh_every:?}");
    }
}

#[test]
fn normalized_objectives_allocate_nothing_after_their_first_call() {
    let mut a = DMatrix::identity(N, N);
    Written(bowl()).hessian(&[0.0; N], &mut a);
    let root = SymmetricRoot::of(&Eigen::new(&a).expect("a good matrix")).expect("positive definite");
    let normalized = Normalized::new(Written(bowl()), root).expect("the same n");
    let (x, v) = (vec![1.0; N], vec![0.5; N]);
    let (mut gradient, mut product) = (vec![0.0; N], vec![0.0; N]);
    let mut evaluate_all = || {
        black_box(normalized.value(&x) + normalized.value_gradient(&x, &mut gradient));
        normalized.hessian_vector(&x, &v, &mut product);
        normalized.hessian(&x, &mut a);
    };
    evaluate_all();
    assert_eq!(allocations(evaluate_all), 0);
}

#[test]
fn driver_allocates_nothing_between_step_1_and_step_100() {
    let problem = bowl();
    let mut running = Running::start(&problem, &DESCENT, &[1.0; N], Stop::after(200)).expect("valid input");
    let mut step_to = |last| {
        while running.next().is_some_and(|row| row.step < last) {
            assert!(silent(&running.record()).is_continue());
        }
        running.record().step
    };
    assert_eq!(step_to(1), 1);
    let mut reached = 0;
    assert_eq!(allocations(|| reached = step_to(100)), 0);
    assert_eq!(reached, 100);
}

#[test]
fn watching_for_the_noise_floor_allocates_nothing() {
    let problem = DiagonalQuadratic::new([1.0, 3.0], [0.1, 0.7], 1.0).expect("finite numbers");
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.3 } };
    let stop = Stop { relative_gradient: 0.0, ..Stop::default() };
    let mut running = Running::start(&problem, &method, &[20.0, -5.0], stop).expect("valid input");
    assert_eq!(allocations(|| running.by_ref().for_each(drop)), 0);
    let reason = running.finish().reason;
    assert!(matches!(reason, StopReason::NoiseFloor(_)), "{reason}");
}

#[test]
fn scaled_and_value_only_objectives_allocate_nothing_after_their_first_call() {
    let scaled = Scaled::new(bowl(), vec![2.0; N], 3.0).expect("positive scales");
    let value_only = from_value(N, |x| x.iter().map(|x| x * x).sum());
    let (x, v) = (vec![1.0; N], vec![0.5; N]);
    let (mut gradient, mut product) = (vec![0.0; N], vec![0.0; N]);
    let mut evaluate_all = || {
        black_box(scaled.value(&x) + scaled.value_gradient(&x, &mut gradient));
        scaled.hessian_vector(&x, &v, &mut product);
        black_box(value_only.value_gradient(&x, &mut gradient));
    };
    evaluate_all();
    assert_eq!(allocations(evaluate_all), 0);
}

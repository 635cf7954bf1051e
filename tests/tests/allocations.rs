//! A step allocates nothing: neither the method's nor the loop around it.

// Counting allocations takes a global allocator, and implementing one is unsafe; all it does is count and pass on.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use thalweg::objectives::classic::{Rosenbrock, more_garbow_hillstrom};
use thalweg::objectives::{DiagonalQuadratic, LinearLeastSquares, LogBarrier};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Diagonal, Point, Scaled, from_value};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{
    ByDifferences, ByProducts, Eigen, Normalized, NormalizedDescent, SymmetricRoot, TwiceDifferentiable,
};
use thalweg_krylov::{ConjugateGradients, HessianAt, Lanczos, PowerIteration, Reorthogonalization};
use thalweg_line_search::{
    Backtracking, Exact, Fixed, HagerZhang, Landing, LineSearch, MoreThuente, Ray, StrongWolfe,
};
use thalweg_networks::{Neuron, NeuronSettings};
use thalweg_second_order::{
    CubicRegularization, DampedNewton, DiagonalLoading, GaussNewton, LevenbergMarquardt, ModifiedNewton,
    Newton, SteihaugToint, TrustRegion,
};

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
    let method = MiniBatch { evaluate_every: Some(1), ..MiniBatch::with(GradientDescent, schedule) };
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

/// How often so many steps after the first ask for memory.
fn allocations_of_steps<M: Method<Rosenbrock>>(method: &M, steps: usize) -> u64 {
    let valley = Rosenbrock::chained(10).expect("2 or more");
    let mut state = method.init(&valley, &[-0.5; 10]).expect("valid input");
    let mut allow = Allowance::evaluations(1000);
    allocations(|| {
        for _ in 1..=steps {
            method.step(&valley, &mut state, &mut allow).expect("an evaluation is left");
        }
    })
}

#[test]
fn steps_of_newton_mr_allocate_nothing_after_init() {
    assert_eq!(allocations_of_steps(&thalweg_landscape::NewtonMr::default(), 5), 0);
}

#[test]
fn steps_for_least_squares_allocate_nothing_after_init() {
    assert_eq!(allocations_of_steps(&LevenbergMarquardt::default(), 8), 0);
    assert_eq!(allocations_of_steps(&GaussNewton::default(), 4), 0);
    // With ranks that change from step to step.
    assert_eq!(allocations_of_steps(&GaussNewton { rank_tolerance: Some(0.5) }, 4), 0);
    assert_eq!(allocations_of_steps(&DiagonalLoading::default(), 8), 0);
}

#[test]
fn evaluations_of_a_network_allocate_nothing_after_the_first_of_their_kind() {
    use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};

    // Two lots and a half; with everything kept for the next product, and with nothing.
    for memory in [NetworkLoss::DEFAULT_MEMORY, 0] {
        let network = MultilayerPerceptron::new(&[2, 9, 5, 1], Activation::Softplus, Activation::Logistic);
        let network = network.expect("no zero");
        let x = network.initial(Initialization::Glorot, 1).expect("no half-width");
        let features: Vec<f64> = (0..640).map(|i| 1.0 / (1 + i) as f64).collect();
        let classes: Vec<usize> = (0..320).map(|t| t % 2).collect();
        let problem = NetworkLoss::new(network, features, Targets::Classes(&classes), Loss::CrossEntropy);
        let problem = problem.expect("good data").with_memory(memory);
        let (mut out, mut moved) = (vec![0.0; x.len()], x.clone());
        let batch: Vec<usize> = (0..200).collect();
        let mut everything = |shift: f64| {
            moved.iter_mut().zip(&x).for_each(|(moved, x)| *moved = x + shift);
            black_box(problem.value(&moved) + problem.value_gradient(&moved, &mut out));
            black_box(problem.batch_value_gradient(&moved, &batch, &mut out));
            problem.hessian_vector(&moved, &x, &mut out);
            problem.gauss_newton_vector(&moved, &x, &mut out);
            black_box(problem.value_gradient(&moved, &mut out));
        };
        everything(0.0);
        assert_eq!(allocations(|| (1..10).for_each(|shift| everything(f64::from(shift)))), 0);
    }
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

#[test]
fn steps_of_quasi_newton_methods_allocate_nothing_after_init() {
    // More steps than L-BFGS remembers, and a valley that takes more than one trial in some of them.
    assert_eq!(allocations_of_steps(&Lbfgs::default(), 30), 0);
    assert_eq!(allocations_of_steps(&Bfgs::default(), 30), 0);
    assert_eq!(allocations_of_steps(&NonlinearConjugateGradients::default(), 30), 0);
}

#[test]
fn steps_of_second_order_methods_allocate_nothing_after_init() {
    assert_eq!(allocations_of_steps(&Newton::default(), 15), 0);
    assert_eq!(allocations_of_steps(&ModifiedNewton::default(), 15), 0);
    // On the way there are borders, refused trials and negative curvatures.
    assert_eq!(allocations_of_steps(&TrustRegion::default(), 20), 0);
    assert_eq!(allocations_of_steps(&TrustRegion::with(SteihaugToint::default()), 20), 0);
    assert_eq!(allocations_of_steps(&CubicRegularization::default(), 20), 0);
    // On a convex function, where it has a way down.
    let barrier = ByProducts(LogBarrier::new(20).expect("n is above 0"));
    let method = DampedNewton::default();
    let mut state = method.init(&barrier, &[20.0, 0.05].repeat(10)).expect("valid input");
    let count = allocations(|| {
        for _ in 0..5 {
            method.step(&barrier, &mut state, &mut Allowance::evaluations(100)).expect("there is a way down");
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn line_searches_allocate_nothing() {
    let problem = bowl();
    let start = Point::new(&problem, &[1.0; N]);
    let direction: Vec<f64> = start.gradient.iter().map(|g| -g).collect();
    let mut landing = Landing::new(N);
    let searches: [&dyn LineSearch<DiagonalQuadratic>; 6] = [
        &MoreThuente { c2: 0.1, ..MoreThuente::default() },
        &StrongWolfe { c2: 0.1, ..StrongWolfe::default() },
        &HagerZhang { c2: 0.1, ..HagerZhang::default() },
        &Backtracking { c1: 0.4, ..Backtracking::default() },
        &Exact::default(),
        &Fixed { alpha: 0.5 },
    ];
    for (number, search) in searches.into_iter().enumerate() {
        let mut evaluations = 0;
        let count = allocations(|| {
            // From far too short to far too long, and once without the means for it.
            for (first, budget) in [(1e-3, 100), (1e3, 100), (1e3, 1)] {
                let mut allow = Allowance::evaluations(budget);
                let ray = Ray::new(&start, &direction).expect("equal lengths");
                let outcome = search.search(&problem, ray, first, &mut allow, &mut landing);
                evaluations += budget - allow.left();
                drop(black_box(outcome));
            }
        });
        assert_eq!(count, 0, "search {number}");
        assert!(evaluations >= 3, "search {number}");
    }
}

#[test]
fn steps_of_lanczos_and_power_iteration_allocate_nothing_after_start() {
    let problem = bowl();
    let a = HessianAt { problem: &problem, x: &[0.0; N] };
    let mut allow = Allowance::evaluations(1000);
    for reorthogonalization in
        [Reorthogonalization::Full, Reorthogonalization::Partial, Reorthogonalization::None]
    {
        let lanczos = Lanczos { reorthogonalization, ..Lanczos::default() };
        let mut state = lanczos.start(&[1.0; N]).expect("valid input");
        let count = allocations(|| {
            lanczos.run(&a, &mut state, &mut allow).expect("valid input");
            lanczos.restart(&mut state, &[2.0; N]).expect("valid input");
            lanczos.run(&a, &mut state, &mut allow).expect("valid input");
        });
        assert_eq!((count, state.steps()), (0, 100), "{reorthogonalization:?}");
    }
    let power = PowerIteration::default();
    let mut state = power.start(&[1.0; N]).expect("valid input");
    let count = allocations(|| {
        power.run(&a, &mut state, &mut allow).expect("valid input");
        power.restart(&mut state, &[2.0; N]).expect("valid input");
    });
    assert_eq!((count, allow.left()), (0, 0));
}

#[test]
fn steps_of_normalized_descent_allocate_nothing_between_refreshes() {
    let problem = bowl();
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
    bowl().hessian(&[0.0; N], &mut a);
    let root = SymmetricRoot::of(&Eigen::new(&a).expect("a good matrix")).expect("positive definite");
    let normalized = Normalized::new(bowl(), root).expect("the same n");
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
fn a_sum_in_chunks_allocates_nothing_after_the_first_evaluation_of_each_kind() {
    use thalweg::problem::{ChunkedSum, Chunks};

    let chunks = Chunks::new(300, 11).expect("more terms than chunks");
    let sum = ChunkedSum::new(chunks, |terms| {
        let rows: Vec<f64> = terms.clone().flat_map(|t| [1.0, 1.0 / (1 + t) as f64]).collect();
        LinearLeastSquares::new(rows, vec![1.0; terms.len()])
    });
    let sum = sum.expect("rows of two");
    let (batch, mut out) = ((0..200).collect::<Vec<_>>(), [0.0; 2]);
    let mut everything = |x: &[f64]| {
        black_box(sum.value(x) + sum.value_gradient(x, &mut out));
        sum.hessian_vector(x, x, &mut out);
        black_box(sum.batch_value_gradient(x, &batch, &mut out));
        black_box(sum.batch_value_gradient(x, &batch[..3], &mut out));
    };
    everything(&[0.0, 0.0]);
    assert_eq!(allocations(|| everything(&[1.0, 2.0])), 0);
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

#[test]
fn classic_functions_allocate_nothing_when_they_are_evaluated() {
    for f in more_garbow_hillstrom() {
        let (n, m) = (f.dim(), f.residual_count());
        let (x, mut gradient, mut product) = (f.start(), vec![0.0; n], vec![0.0; n]);
        let (mut residuals, mut jacobian) = (vec![0.0; m], vec![0.0; m * n]);
        let count = allocations(|| {
            black_box(f.value(&x));
            f.value_gradient(&x, &mut gradient);
            f.hessian_vector(&x, &gradient, &mut product);
            f.residuals(&x, &mut residuals);
            f.residuals_jacobian(&x, &mut residuals, &mut jacobian);
        });
        assert_eq!(count, 0, "{}", f.name());
    }
}

#[test]
fn hessians_by_differences_and_by_products_allocate_nothing_after_their_first_call() {
    let by_differences = ByDifferences::new(bowl());
    let (x, v, mut product) = (vec![1.0; N], vec![0.5; N], vec![0.0; N]);
    by_differences.hessian_vector(&x, &v, &mut product);
    let mut hessian = DMatrix::zeros(N, N);
    let mut evaluate_all = || {
        by_differences.hessian_vector(&x, &v, &mut product);
        by_differences.hessian(&x, &mut hessian);
        ByProducts(by_differences.inner()).hessian(&x, &mut hessian);
        by_differences.inner().hessian(&x, &mut hessian);
    };
    assert_eq!(allocations(&mut evaluate_all), 0);
}

#[test]
fn a_neuron_allocates_nothing() {
    let data = thalweg_networks::data::breast_cancer();
    let neuron = Neuron::new(&data, 0.01, NeuronSettings::default()).expect("two classes");
    let (w, mut out, mut hessian) = (vec![1e-3; 31], vec![0.0; 31], DMatrix::zeros(31, 31));
    let count = allocations(|| {
        black_box(neuron.value_gradient(&w, &mut out));
        black_box(neuron.batch_value_gradient(&w, &[3, 5, 8], &mut out));
        neuron.hessian_vector(&w, &w, &mut out);
        neuron.hessian(&w, &mut hessian);
    });
    assert_eq!(count, 0);
}

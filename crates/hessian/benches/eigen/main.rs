//! Every backend's eigen-decomposition, and A^-½ as a whole, of dense symmetric matrices on one thread; with `--numpy
//! PYTHON`, beside `numpy.linalg.eigh` and A^-½ by way of it.
//!
//! It prints one Markdown table. A row is a backend and a task, with its fastest turn and its median in milliseconds and,
//! beside numpy, as multiples of numpy's. All sides take turns, because what else the machine does can only make a turn
//! slower. Where it can be had, on Linux, time is that of the CPU in this thread: what other processes take of it in between
//! does not count, though what they do to the caches does.
//!
//! The features `faer` and `lapack` add rows. LAPACK decides about its threads when it is loaded: run this with
//! `OPENBLAS_NUM_THREADS=1`, as `cargo xtask bench hessian` does. Numbers choose the sizes; words choose the rows whose
//! names contain one of them. Without `--bench` it only looks whether the backends agree.

mod numpy;

use std::hint::black_box;
use std::process::ExitCode;

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Backend, Eigen, Nalgebra};

use crate::numpy::Numpy;

/// n, turns, decompositions in a turn.
const SIZES: [(usize, usize, u32); 4] = [(100, 40, 5), (300, 20, 1), (1000, 7, 1), (2000, 3, 1)];

/// What takes a minute there has one turn.
const LARGE: usize = 2000;

struct Contestant {
    name: &'static str,
    backend: Box<dyn Backend>,
    /// Whether it is slow enough for one turn to do.
    slow: bool,
}

fn contestants() -> Vec<Contestant> {
    #[allow(unused_mut)]
    let mut all = vec![Contestant { name: "nalgebra", backend: Box::new(Nalgebra), slow: true }];
    #[cfg(feature = "faer")]
    {
        let backend = Box::new(thalweg_hessian::Faer::default());
        all.push(Contestant { name: "faer", backend, slow: false });
    }
    #[cfg(feature = "lapack")]
    {
        use thalweg_hessian::Lapack;
        use thalweg_hessian::backend::Driver;

        let backend = |driver| Box::new(Lapack { driver });
        let divide = backend(Driver::DivideAndConquer);
        all.push(Contestant { name: "lapack, divide and conquer", backend: divide, slow: false });
        all.push(Contestant { name: "lapack, QR steps", backend: backend(Driver::QrSteps), slow: true });
    }
    all
}

/// Elements between −1 and 1 and 3√n on the diagonal: positive definite, with eigenvalues that are spread evenly enough for
/// divide and conquer to have nothing for nothing.
fn matrix(n: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |i, j| {
        let place = (i.max(j) * n + i.min(j) + 1) as u64;
        let mixed = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let number = ((mixed ^ mixed >> 32) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        number + if i == j { 3.0 * (n as f64).sqrt() } else { 0.0 }
    })
}

fn decomposed(backend: &dyn Backend, a: &DMatrix<f64>) -> Eigen {
    Eigen::by(backend, a).expect("a good matrix")
}

fn inverse_root(backend: &dyn Backend, a: &DMatrix<f64>) -> DMatrix<f64> {
    decomposed(backend, a).inverse_root().expect("positive definite")
}

/// Seconds since some moment.
#[cfg(target_os = "linux")]
fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

#[cfg(not(target_os = "linux"))]
fn now() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64()
}

fn seconds(repeats: u32, mut work: impl FnMut()) -> f64 {
    let start = now();
    (0..repeats).for_each(|_| work());
    (now() - start) / f64::from(repeats)
}

/// All backends find the same A^-½, up to rounding.
fn agree(contestants: &[Contestant]) {
    let a = matrix(100);
    let first = inverse_root(&Nalgebra, &a);
    for Contestant { name, backend, .. } in contestants {
        let other = inverse_root(&**backend, &a);
        assert!((&other - &first).amax() < 1e-13 * first.amax(), "{name} finds another A^-½");
    }
}

/// The turns of one side in seconds: of the decomposition, and of A^-½.
#[derive(Clone, Default)]
struct Turns([Vec<f64>; 2]);

impl Turns {
    fn add(&mut self, [decomposition, root]: [f64; 2]) {
        self.0[0].push(decomposition);
        self.0[1].push(root);
    }

    fn sorted(&self, task: usize) -> Vec<f64> {
        let mut turns = self.0[task].clone();
        turns.sort_by(f64::total_cmp);
        turns
    }
}

/// The fastest turn, and the median.
fn fastest_and_median(turns: &[f64]) -> [f64; 2] {
    [turns[0], turns[turns.len() / 2]]
}

fn measure(contestants: &[Contestant], numpy: &mut Option<Numpy>, n: usize, turns: usize, repeats: u32) {
    let a = matrix(n);
    let (mut of_numpy, mut of_ours) = (Turns::default(), vec![Turns::default(); contestants.len()]);
    // The first round brings the memory in.
    for round in 0..=turns {
        if let Some(numpy) = numpy.as_mut() {
            let times = numpy.seconds(n, repeats);
            if round > 0 {
                of_numpy.add(times);
            }
        }
        for (Contestant { backend, slow, .. }, turns) in contestants.iter().zip(&mut of_ours) {
            let only_once = *slow && n >= LARGE;
            if only_once && round != 1 || round == 0 && n >= LARGE {
                continue;
            }
            let times = [
                seconds(repeats, || drop(black_box(decomposed(&**backend, black_box(&a))))),
                seconds(repeats, || drop(black_box(inverse_root(&**backend, black_box(&a))))),
            ];
            if round > 0 {
                turns.add(times);
            }
        }
    }
    for (task, what) in ["eigenvalues and eigenvectors", "A^-½"].into_iter().enumerate() {
        let beside = numpy.as_ref().map(|_| fastest_and_median(&of_numpy.sorted(task)));
        if let Some([fastest, median]) = beside {
            println!("| {n} | {what} | numpy | {:.2} | {:.2} | 1 | 1 |", fastest * 1e3, median * 1e3);
        }
        for (Contestant { name, .. }, turns) in contestants.iter().zip(&of_ours) {
            let [fastest, median] = fastest_and_median(&turns.sorted(task));
            print!("| {n} | {what} | {name} | {:.2} | {:.2} |", fastest * 1e3, median * 1e3);
            match beside {
                Some([its_fastest, its_median]) => {
                    println!(" {:.2} | {:.2} |", fastest / its_fastest, median / its_median);
                }
                None => println!(),
            }
        }
    }
}

fn main() -> ExitCode {
    let (mut words, mut sizes) = (Vec::new(), Vec::new());
    let (mut python, mut is_measured) = (None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => is_measured = true,
            "--numpy" => python = arguments.next(),
            // Options for the other benchmarks' harness.
            option if option.starts_with("--") => {}
            word => match word.parse::<usize>() {
                Ok(size) => sizes.push(size),
                Err(_) => words.push(argument.to_lowercase()),
            },
        }
    }
    let mut contestants = contestants();
    agree(&contestants);
    if !is_measured {
        return ExitCode::SUCCESS;
    }
    contestants
        .retain(|Contestant { name, .. }| words.is_empty() || words.iter().any(|word| name.contains(word)));
    let mut numpy = match python.as_deref().map(Numpy::start).transpose() {
        Ok(numpy) => numpy,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    if cfg!(feature = "lapack") && std::env::var("OPENBLAS_NUM_THREADS").as_deref() != Ok("1") {
        eprintln!("note: OPENBLAS_NUM_THREADS is not 1, so LAPACK may run on several threads");
    }
    let beside = if numpy.is_some() { " of numpy's fastest | of numpy's median |" } else { "" };
    println!("| n | task | by | fastest, ms | median, ms |{beside}");
    println!("| --- | --- | --- | --- | --- |{}", if numpy.is_some() { " --- | --- |" } else { "" });
    for (n, turns, repeats) in SIZES {
        if sizes.is_empty() || sizes.contains(&n) {
            measure(&contestants, &mut numpy, n, turns, repeats);
        }
    }
    ExitCode::SUCCESS
}

//! Whole runs, number for number.

use std::fmt::Write;
use std::ops::ControlFlow;

use thalweg_first_order::schedules::Constant;
use thalweg_first_order::{GradientDescent, MiniBatch, Momentum, Scheduled};
use thalweg_mpi::Sharded;
use thalweg_mpi::driver::{Record, Stop, minimize};
use thalweg_mpi::problem::{ChunkedSum, Chunks, Counted, Curved, FiniteSum, Method};
use thalweg_networks::Initialization;
use thalweg_quasi_newton::Lbfgs;
use thalweg_second_order::{SteihaugToint, TrustRegion};

use crate::Job;
use crate::job::Stage;
use crate::problems::{Barrier, logistic, multilayer, network};

pub(crate) fn have_the_bits_of_one_process(ranks: usize) {
    let ended = Job::new("runs", ranks).succeed();
    let expected = every_run(Alone);
    assert!(expected.lines().count() > 100, "{expected}");
    for (rank, said) in ended.said().iter().enumerate() {
        for (line, (said, expected)) in said.lines().zip(expected.lines()).enumerate() {
            assert_eq!(said, expected, "rank {rank} of {ranks}, line {line}");
        }
        assert_eq!(said.len(), expected.len(), "rank {rank} of {ranks}");
    }
}

pub(crate) fn play(stage: &Stage) {
    stage.say(every_run(OnRanks(stage)));
}

/// Where the terms of a sum are.
trait Place {
    fn with<P: FiniteSum + Curved>(
        &self,
        chunks: Chunks,
        part: impl FnMut(std::ops::Range<usize>) -> P,
        work: impl FnOnce(&dyn Sum) -> String,
    ) -> String;
}

trait Sum: FiniteSum + Curved {}

impl<P: FiniteSum + Curved> Sum for P {}

struct Alone;

impl Place for Alone {
    fn with<P: FiniteSum + Curved>(
        &self,
        chunks: Chunks,
        mut part: impl FnMut(std::ops::Range<usize>) -> P,
        work: impl FnOnce(&dyn Sum) -> String,
    ) -> String {
        let sum = ChunkedSum::new(chunks, |terms| Ok::<_, thalweg_mpi::problem::InvalidInput>(part(terms)));
        work(&sum.expect("the parts fit"))
    }
}

struct OnRanks<'s>(&'s Stage);

impl Place for OnRanks<'_> {
    fn with<P: FiniteSum + Curved>(
        &self,
        chunks: Chunks,
        mut part: impl FnMut(std::ops::Range<usize>) -> P,
        work: impl FnOnce(&dyn Sum) -> String,
    ) -> String {
        let part = |terms| Ok::<_, thalweg_mpi::problem::InvalidInput>(part(terms));
        let sum = Sharded::new(&self.0.world, chunks, part).expect("the parts fit");
        work(&sum)
    }
}

/// All numbers of all runs, one step a line.
fn every_run(place: impl Place) -> String {
    let mut all = String::new();
    // Chunks of the same size in a whole tree, and neither.
    for (terms, count) in [(512, 16), (403, 11)] {
        let chunks = Chunks::new(terms, count).expect("there are more terms than chunks");
        all += &place.with(
            chunks,
            |terms| logistic(terms).expect("it is an objective"),
            |sum| runs_on(&format!("logistic, {count} chunks"), sum, &[0.0; 7]),
        );
        let x0 = network().and_then(|network| network.initial(Initialization::Glorot, 3)).expect("a start");
        all += &place.with(
            chunks,
            |terms| multilayer(terms).expect("it is an objective"),
            |sum| runs_on(&format!("network, {count} chunks"), sum, &x0),
        );
        all += &place.with(chunks, Barrier::new, |sum| runs_on("barrier", sum, &[5.0, 0.01]));
    }
    all
}

fn runs_on(name: &str, sum: &dyn Sum, x0: &[f64]) -> String {
    let schedule = Constant { rate: 0.2 };
    let mini_batch = |batch_size| MiniBatch {
        batch_size,
        seed: 5,
        evaluate_every: Some(2),
        ..MiniBatch::with(Momentum { momentum: 0.5, ..Momentum::default() }, Constant { rate: 0.05 })
    };
    let newton = TrustRegion::with(SteihaugToint::default());
    [
        run(&format!("{name}: L-BFGS"), sum, &Lbfgs::default(), x0, 15),
        run(&format!("{name}: momentum"), sum, &Scheduled { rule: Momentum::default(), schedule }, x0, 15),
        run(&format!("{name}: descent"), sum, &Scheduled { rule: GradientDescent, schedule }, x0, 5),
        // Fewer terms than chunks, and more.
        run(&format!("{name}: batches of 3"), sum, &mini_batch(3), x0, 20),
        run(&format!("{name}: batches of 64"), sum, &mini_batch(64), x0, 20),
        run(&format!("{name}: Newton and conjugate gradients"), sum, &newton, x0, 8),
    ]
    .concat()
}

fn run<'p, M>(name: &str, sum: &'p dyn Sum, method: &M, x0: &[f64], steps: u64) -> String
where
    M: Method<Counted<'p, dyn Sum + 'p>>,
{
    let mut all = String::new();
    let mut show = |record: &Record<'_>| {
        let bits = |number: Option<f64>| number.map_or(0, f64::to_bits);
        let x = record.x.iter().fold(0_u64, |all, x| all.rotate_left(7) ^ x.to_bits());
        let (value, norm) = (bits(record.value), bits(record.gradient_norm));
        writeln!(all, "{name}, step {}: {value:x} {norm:x} {x:x} {}", record.step, record.evaluations)
            .expect("a string takes all");
        ControlFlow::Continue(())
    };
    let ended = minimize(sum, method, x0, Stop::after(steps), &mut show);
    let ended = ended.unwrap_or_else(|error| panic!("{name}: {error}"));
    writeln!(all, "{name}: {} {:x?}", ended.reason, ended.best.value.to_bits()).expect("a string takes all");
    all
}

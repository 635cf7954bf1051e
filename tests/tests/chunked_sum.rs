//! A finite sum in chunks: the mean of the whole, in an order that the number of chunks alone decides.

use std::ops::Range;

use thalweg::numerics::norm;
use thalweg::prelude::*;
use thalweg::problem::{BatchByChunk, ChunkedSum, Chunks, Shard, check_hessian_vector};
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};

const TERMS: usize = 203;
const COUNTS: [usize; 5] = [1, 2, 7, 16, 203];

fn network() -> MultilayerPerceptron {
    MultilayerPerceptron::new(&[3, 4, 2], Activation::Tanh, Output::Softmax).expect("no zero")
}

fn loss(terms: Range<usize>) -> Result<NetworkLoss, InvalidInput> {
    let features: Vec<f64> =
        terms.clone().flat_map(|t| [0.1, 0.7, 1.3].map(|s| thalweg::numerics::sin(s * t as f64))).collect();
    let classes: Vec<_> = terms.map(|t| t * t % 7 % 2).collect();
    NetworkLoss::new(network(), features, Targets::Classes(&classes), Loss::CrossEntropy)?
        .with_weight_decay(0.01)
}

fn start() -> Vec<f64> {
    network().initial(Initialization::Glorot, 2).expect("a start")
}

fn chunks(count: usize) -> Chunks {
    Chunks::new(TERMS, count).expect("no more chunks than terms")
}

fn sum(count: usize) -> ChunkedSum<NetworkLoss> {
    ChunkedSum::new(chunks(count), loss).expect("parts that fit")
}

/// Value and gradient, product, and value and gradient of a batch, in one vector.
fn everything<P: FiniteSum + Curved>(problem: &P, batch: &[usize]) -> Vec<f64> {
    let x = start();
    let v: Vec<f64> = x.iter().map(|x| 1.0 - x).collect();
    let mut out = vec![vec![f64::NAN; x.len()]; 3];
    let values = [
        problem.value(&x),
        problem.value_gradient(&x, &mut out[0]),
        problem.batch_value_gradient(&x, batch, &mut out[1]),
    ];
    problem.hessian_vector(&x, &v, &mut out[2]);
    values.into_iter().chain(out.concat()).collect()
}

/// Terms in disorder, one of them three times.
const BATCH: [usize; 9] = [200, 7, 33, 7, 0, 150, 151, 7, 202];

#[test]
fn a_sum_in_chunks_is_the_mean_of_the_whole_but_for_rounding() {
    let whole = everything(&loss(0..TERMS).expect("an objective"), &BATCH);
    for count in COUNTS {
        let chunked = everything(&sum(count), &BATCH);
        let difference: Vec<_> = whole.iter().zip(&chunked).map(|(w, c)| w - c).collect();
        // Some hundred additions of numbers of one size.
        assert!(norm(&difference) < 1e-14 * norm(&whole), "{count}: {:e}", norm(&difference) / norm(&whole));
    }
}

#[test]
fn with_one_chunk_every_bit_is_that_of_its_objective() {
    assert_eq!(everything(&sum(1), &BATCH), everything(&loss(0..TERMS).expect("an objective"), &BATCH));
}

#[test]
fn derivatives_of_a_sum_in_chunks_agree_with_differences() -> Result<(), InvalidInput> {
    for count in [2, 7] {
        let (sum, x) = (sum(count), start());
        assert!(check_gradient(&sum, &x, CheckSettings::default())?.agrees());
        assert!(check_hessian_vector(&sum, &x, CheckSettings::default())?.agrees());
    }
    Ok(())
}

/// Adds up a node from what some shards say, as whoever distributes a sum would.
fn add_up(
    node: Range<usize>,
    shards: &[Shard<NetworkLoss>],
    share: &impl Fn(&Shard<NetworkLoss>, Range<usize>, &mut [f64]) -> Option<f64>,
) -> Option<Vec<f64>> {
    let holds = |shard: &&Shard<_>| shard.run().start <= node.start && node.end <= shard.run().end;
    if let Some(shard) = shards.iter().find(holds) {
        let mut out = vec![f64::NAN; shard.dim() + 1];
        let (value, vector) = out.split_first_mut()?;
        *value = share(shard, node, vector)?;
        return Some(out);
    }
    let middle = Chunks::split(&node);
    let (left, right) = (add_up(node.start..middle, shards, share), add_up(middle..node.end, shards, share));
    match (left, right) {
        (Some(left), Some(right)) => Some(left.iter().zip(&right).map(|(l, r)| l + r).collect()),
        (left, right) => left.or(right),
    }
}

#[test]
fn shards_add_up_to_the_bits_of_the_whole_however_many_there_are() {
    let x = start();
    for count in COUNTS {
        let (whole, chunks) = (sum(count), chunks(count));
        let mut gradient = vec![f64::NAN; x.len()];
        let mut batch = BatchByChunk::default();
        batch.sort(chunks, &BATCH);
        for parts in (1..=count).take(9) {
            let shard = |part| Shard::new(chunks, chunks.share(part, parts), loss).expect("parts that fit");
            let shards: Vec<_> = (0..parts).map(shard).collect();
            let together =
                add_up(chunks.root(), &shards, &|shard, node, out| Some(shard.value_gradient(node, &x, out)));
            let value = whole.value_gradient(&x, &mut gradient);
            assert_eq!(together.expect("a sum"), [&[value], &gradient[..]].concat(), "{parts} of {count}");
            // Of the batch some shards have nothing.
            let together = add_up(chunks.root(), &shards, &|shard, node, out| {
                shard.batch_value_gradient(node, &x, &batch, out)
            });
            let value = whole.batch_value_gradient(&x, &BATCH, &mut gradient);
            assert_eq!(together.expect("a sum"), [&[value], &gradient[..]].concat(), "{parts} of {count}");
        }
    }
}

#[test]
fn the_number_of_chunks_is_seen_in_the_bits() {
    // Or the tests above would compare what cannot differ.
    assert_ne!(everything(&sum(7), &BATCH), everything(&sum(16), &BATCH));
}

#[test]
fn the_mean_over_no_term_is_no_number() {
    let (sum, x) = (sum(7), start());
    let mut gradient = vec![0.0; x.len()];
    assert!(sum.batch_value_gradient(&x, &[], &mut gradient).is_nan());
    assert!(gradient.iter().all(|g| g.is_nan()));
}

#[test]
fn parts_that_do_not_fit_are_named() {
    let error = ChunkedSum::new(chunks(7), |terms: Range<usize>| loss(terms.start..terms.end + 1)).err();
    let error = error.expect("a term too many").to_string();
    assert_eq!(error, "invalid `part(0..29).terms()`: 30 (allowed: 29)");
    let wider = MultilayerPerceptron::new(&[3, 5, 2], Activation::Tanh, Output::Softmax).expect("no zero");
    let part = |terms: Range<usize>| match terms.start {
        0..100 => loss(terms),
        _ => NetworkLoss::new(
            wider.clone(),
            vec![0.5; 3 * terms.len()],
            Targets::Classes(&vec![0; terms.len()]),
            Loss::CrossEntropy,
        ),
    };
    let error = ChunkedSum::new(chunks(2), part).expect_err("another network").to_string();
    assert_eq!(error, "invalid `part(101..203).dim()`: 32 (allowed: 26, as of the part before)");
    assert_eq!(
        Chunks::new(5, 6).unwrap_err().to_string(),
        "invalid `count`: 6 (allowed: 1 to 5, the number of terms)"
    );
    assert_eq!(Chunks::new(5, 0).unwrap_err().argument, "count");
    assert_eq!(Chunks::of(0).unwrap_err().argument, "terms");
    let error = Shard::new(chunks(7), 5..8, loss).expect_err("a chunk too many").to_string();
    assert_eq!(error, "invalid `run`: 5..8 (allowed: some of the chunks 0..7)");
}

#[test]
fn chunks_of_their_own_choice_are_a_power_of_two_with_work_in_each() {
    for (terms, count) in [(1, 1), (1023, 1), (1024, 2), (10_000, 16), (60_000, 64), (1 << 30, 1024)] {
        assert_eq!(Chunks::of(terms).expect("a term").count(), count, "{terms} terms");
    }
}

/// A linear term that fails when it has been asked twice.
struct Failing {
    inner: thalweg::problem::FromFallibleFn<Asked>,
}

type Asked = Box<dyn Fn(&[f64], &mut [f64]) -> Result<f64, std::io::Error>>;

impl Failing {
    fn new(fails: bool) -> Self {
        let asked = std::cell::Cell::new(0);
        let closure: Asked = Box::new(move |x, g| {
            asked.set(asked.get() + 1);
            g[0] = 1.0;
            if fails && asked.get() > 2 { Err(std::io::Error::other("the disk is gone")) } else { Ok(x[0]) }
        });
        Self { inner: thalweg::problem::from_fallible_fn(1, closure) }
    }
}

impl Objective for Failing {
    fn dim(&self) -> usize {
        1
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.inner.value(x)
    }
    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.inner.cancel_flag()
    }
}

impl Differentiable for Failing {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.inner.value_gradient(x, gradient)
    }
}

impl FiniteSum for Failing {
    fn terms(&self) -> usize {
        1
    }
    fn batch_value_gradient(&self, x: &[f64], _: &[usize], gradient: &mut [f64]) -> f64 {
        self.inner.value_gradient(x, gradient)
    }
}

#[test]
fn an_error_of_a_chunk_ends_the_run_and_comes_out_in_its_reason() -> Result<(), InvalidInput> {
    let parts = Chunks::new(4, 4)?;
    let sum = ChunkedSum::new(parts, |terms| Ok::<_, InvalidInput>(Failing::new(terms.start == 2)))?;
    let descent = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.1 } };
    let run = minimize(&sum, &descent, &[0.0], Stop::after(10), silent)?;
    assert_eq!(run.reason.to_string(), "the objective failed: the disk is gone");
    assert_eq!(run.best.step, 1);
    Ok(())
}

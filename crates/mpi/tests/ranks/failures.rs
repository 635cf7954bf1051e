//! One rank fails, and all say the same; or it is gone, and the job ends.

use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use thalweg_mpi::driver::{Record, Running, Stop, minimize, silent};
use thalweg_mpi::problem::{Chunks, Differentiable, InvalidInput, Objective};
use thalweg_mpi::{ShardError, Sharded, all_or_error};
use thalweg_quasi_newton::Lbfgs;

use crate::Job;
use crate::job::Stage;
use crate::problems::Barrier;

pub(crate) const TESTS: [(&str, fn()); 14] = [
    ("a_chunk_that_cannot_be_read_is_named_by_all_ranks", || {
        assert_eq!(said("unreadable"), "rank 1 cannot make chunk 3: chunk-3.bin: no such file");
    }),
    ("an_error_before_there_is_a_shard_is_told_to_all_ranks", || {
        assert_eq!(said("own-error"), "rank 2: there is no folder");
    }),
    ("a_dimension_that_differs_is_named_by_all_ranks", || {
        assert_eq!(said("dimension"), "the chunks of rank 2 have 3 variables, those of rank 0 2");
    }),
    ("another_cut_is_named_by_all_ranks", || {
        assert_eq!(said("cut"), "rank 1 has 100 terms in 4 chunks, rank 0 has 100 in 8");
    }),
    ("more_ranks_than_chunks_are_refused_by_all", || {
        assert_eq!(said("few-chunks"), "invalid `ranks`: 3 (allowed: at most 2, the number of chunks)");
    }),
    ("a_nan_on_one_rank_ends_the_run_on_all_and_its_rank_is_known", || {
        let expected = "no step was taken: at the start the value is NaN; rank Some(1)";
        assert_eq!(said("not-a-number"), expected);
    }),
    ("an_objective_that_fails_on_one_rank_ends_the_run_on_all_with_its_error", || {
        let expected = "the objective failed: chunk 7 failed on rank 2: the disk is gone; then NaN";
        assert_eq!(said("fails"), expected);
    }),
    ("a_rank_that_asks_for_something_else_is_named_by_all", || {
        let expected = "rank 1 is out of step: it asks for a value where others ask for a gradient; NaN";
        assert_eq!(said("asks-otherwise"), expected);
        let expected = "rank 1 is out of step: it asks for a gradient where others ask for a value; NaN";
        assert_eq!(said("asks-for-more"), expected);
    }),
    ("a_rank_that_starts_elsewhere_is_named_by_all", || {
        let expected = "the objective failed: rank 2 is out of step: it asks for a gradient at another point than others do";
        assert_eq!(said("elsewhere"), expected);
    }),
    ("a_rank_that_leaves_is_named_by_the_others", || {
        let ended = Job::new("leaves", 3).succeed();
        let expected = "the objective failed: rank 1 is out of step: it asks for nothing any more where others ask for a \
                        gradient";
        assert_eq!(ended.said(), [expected, "left", expected]);
    }),
    ("a_wish_to_stop_on_one_rank_ends_the_run_on_all_at_the_same_step", || {
        let said = said("wish");
        assert!(said.starts_with("the run was cancelled after 3 steps"), "{said}");
    }),
    ("an_observer_of_rank_0_that_breaks_ends_the_run_on_all_at_the_same_step", || {
        let said = said("breaks");
        assert!(said.starts_with("the run was cancelled after 3 steps"), "{said}");
    }),
    ("a_panic_ends_the_job_and_names_the_rank", || {
        for scenario in ["panics", "panics-at-start"] {
            let started = Instant::now();
            let ended = Job::new(scenario, 3).run_while(|_| {});
            assert!(!ended.is_success, "{}", ended.output);
            assert!(ended.output.contains("rank 1 panicked: the job ends"), "{}", ended.output);
            assert!(started.elapsed() < Duration::from_secs(10));
        }
    }),
    ("numbers_without_mpi_are_there_before_and_after_a_shard", || {
        assert_eq!(said("twice"), "the same");
    }),
];

/// What three ranks say, all the same, in a job that ends well.
fn said(scenario: &'static str) -> String {
    Job::new(scenario, 3).succeed().said_by_all()
}

/// 100 terms in 8 chunks: 2, 3 and 3 of them on three ranks.
fn chunks() -> Chunks {
    Chunks::new(100, 8).expect("there are more terms than chunks")
}

fn sharded(stage: &Stage, change: impl Fn(&mut Barrier)) -> Sharded<Barrier> {
    let part = |terms: Range<usize>| {
        let mut barrier = Barrier::new(terms);
        change(&mut barrier);
        Ok::<_, InvalidInput>(barrier)
    };
    Sharded::new(&stage.world, chunks(), part).expect("the parts fit")
}

const START: [f64; 2] = [5.0, 0.01];

fn text<T>(made: Result<T, ShardError>) -> String {
    made.err().map_or_else(|| "no error".to_owned(), |error| error.to_string())
}

pub(crate) fn play(scenario: &str, stage: &Stage) {
    let rank = stage.rank;
    let method = Lbfgs::default();
    let read = |terms: Range<usize>| Ok::<_, InvalidInput>(Barrier::new(terms));
    let said = match scenario {
        "unreadable" => {
            let part = |terms: Range<usize>| -> Result<Barrier, Box<dyn std::error::Error>> {
                match chunks().chunk_of(terms.start) {
                    chunk @ (3 | 6) => Err(format!("chunk-{chunk}.bin: no such file").into()),
                    _ => Ok(Barrier::new(terms)),
                }
            };
            text(Sharded::new(&stage.world, chunks(), part))
        }
        "own-error" => {
            let own = if rank == 2 { Err("there is no folder") } else { Ok(rank) };
            assert_eq!(all_or_error(&stage.world, Ok::<_, String>(rank)), Ok(rank));
            text(all_or_error(&stage.world, own))
        }
        "dimension" => text(Sharded::new(&stage.world, chunks(), |terms| {
            let mut barrier = Barrier::new(terms);
            barrier.n = if rank == 2 { 3 } else { 2 };
            Ok::<_, InvalidInput>(barrier)
        })),
        "cut" => {
            let chunks =
                Chunks::new(100, if rank == 1 { 4 } else { 8 }).expect("there are more terms than chunks");
            text(Sharded::new(&stage.world, chunks, read))
        }
        "few-chunks" => text(Sharded::new(
            &stage.world,
            Chunks::new(100, 2).expect("there are more terms than chunks"),
            read,
        )),
        "not-a-number" => {
            let sum = sharded(stage, |_| {});
            // Every chunk would say NaN there; that only one does is the point.
            let part = |terms: Range<usize>| {
                let scale = if terms.contains(&30) { f64::NAN } else { 1.0 };
                Ok::<_, InvalidInput>(Scaled { inner: Barrier::new(terms), scale })
            };
            let spoiled = Sharded::new(&stage.world, chunks(), part).expect("the parts fit");
            let run = minimize(&spoiled, &method, &START, Stop::default(), silent).expect("the start fits");
            assert!(sum.value(&START).is_finite() && sum.non_finite_rank().is_none());
            format!("{}; rank {:?}", run.reason, spoiled.non_finite_rank())
        }
        "fails" => {
            let part = |terms: Range<usize>| {
                let mut barrier = Barrier::new(terms.clone());
                barrier.fails_at = (chunks().chunk_of(terms.start) == 7).then_some(4);
                Ok::<_, InvalidInput>(barrier)
            };
            let sum = Sharded::new(&stage.world, chunks(), part).expect("the parts fit");
            let run = minimize(&sum, &method, &START, Stop::default(), silent).expect("the start fits");
            format!("{}; then {}", run.reason, sum.value(&START))
        }
        "asks-otherwise" | "asks-for-more" => {
            let sum = sharded(stage, |_| {});
            let asks_for_value = (scenario == "asks-otherwise") == (rank == 1);
            let value = match asks_for_value {
                true => sum.value(&START),
                false => sum.value_gradient(&START, &mut [0.0; 2]),
            };
            let cause = sum.cancel_flag().and_then(|flag| flag.cause()).map(ToString::to_string);
            format!("{}; {value}", cause.unwrap_or_default())
        }
        "elsewhere" => {
            let sum = sharded(stage, |_| {});
            let start = [5.0, if rank == 2 { f64::from_bits(0.01_f64.to_bits() + 1) } else { 0.01 }];
            minimize(&sum, &method, &start, Stop::default(), silent)
                .expect("the start fits")
                .reason
                .to_string()
        }
        "leaves" => {
            let sum = sharded(stage, |_| {});
            let mut running = Running::start(&sum, &method, &START, Stop::default()).expect("the start fits");
            if rank == 1 {
                assert!(running.by_ref().take(3).count() == 3);
                "left".to_owned()
            } else {
                running.run_to_end(silent).reason.to_string()
            }
        }
        "wish" => {
            let sum = sharded(stage, |_| {});
            let show = |record: &Record<'_>| {
                if rank == 2 && record.step == 3 {
                    sum.stop_request().raise();
                }
                ControlFlow::Continue(())
            };
            let run = minimize(&sum, &method, &START, Stop::default(), show).expect("the start fits");
            format!("{} after {} steps at {:?}", run.reason, run.steps, run.best.x)
        }
        "breaks" => {
            let sum = sharded(stage, |_| {});
            let show = |record: &Record<'_>| {
                assert_eq!(rank, 0);
                if record.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let show = sum.on_first_rank(show);
            let run = minimize(&sum, &method, &START, Stop::default(), show).expect("the start fits");
            format!("{} after {} steps at {:?}", run.reason, run.steps, run.best.x)
        }
        "panics" => {
            let sum = sharded(stage, |_| {});
            let show = |record: &Record<'_>| {
                assert!(rank != 1 || record.step < 3, "on purpose");
                ControlFlow::Continue(())
            };
            minimize(&sum, &method, &START, Stop::default(), show).expect("the start fits").reason.to_string()
        }
        "panics-at-start" => {
            let part = |terms: Range<usize>| {
                assert!(rank != 1, "on purpose");
                Ok::<_, InvalidInput>(Barrier::new(terms))
            };
            text(Sharded::new(&stage.world, chunks(), part))
        }
        "twice" => {
            // One after the other, and two at the same time.
            let first = minimize(&sharded(stage, |_| {}), &method, &START, Stop::default(), silent);
            let (one, two) = (sharded(stage, |_| {}), sharded(stage, |_| {}));
            let mut gradient = [0.0; 2];
            assert_eq!(one.value(&START), two.value_gradient(&START, &mut gradient));
            let second = minimize(&two, &method, &START, Stop::default(), silent);
            assert_eq!(first.expect("the start fits").best, second.expect("the start fits").best);
            "the same".to_owned()
        }
        other => panic!("there is no scenario {other}"),
    };
    stage.say(said);
}

/// An objective times a number.
struct Scaled {
    inner: Barrier,
    scale: f64,
}

impl Objective for Scaled {
    fn dim(&self) -> usize {
        self.inner.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.scale * self.inner.value(x)
    }
}

impl Differentiable for Scaled {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.scale * self.inner.value_gradient(x, gradient)
    }
}

impl thalweg_mpi::problem::FiniteSum for Scaled {
    fn terms(&self) -> usize {
        self.inner.terms()
    }
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.scale * self.inner.batch_value_gradient(x, batch, gradient)
    }
}

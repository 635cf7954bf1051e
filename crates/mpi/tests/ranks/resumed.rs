//! A rank is killed in mid-run, and the run goes on with another number of ranks, to the bits of one that nobody disturbed.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use thalweg_mpi::driver::{CheckpointFile, Record, Run, Stop, minimize, silent};
use thalweg_mpi::problem::{ChunkedSum, Chunks, State};
use thalweg_mpi::{Sharded, minimize_with_checkpoints};
use thalweg_networks::Initialization;
use thalweg_quasi_newton::Lbfgs;

use crate::Job;
use crate::job::{Ended, Stage};
use crate::problems::{multilayer, network};

pub(crate) const TESTS: [(&str, fn()); 2] = [
    ("a_killed_rank_ends_the_job_and_any_number_of_ranks_goes_on_to_the_same_bits", killed_and_resumed),
    ("a_checkpoint_that_cannot_be_used_is_refused_by_all_ranks", damaged),
];

const STEPS: u64 = 40;
/// At this step one rank waits to be killed.
const KILLED_AT: u64 = 17;
/// A file in the folder that asks for that.
const WAITS: &str = "waits";
/// A file in which the rank says who it is.
const VICTIM: &str = "victim";
const CHECKPOINT: &str = "run.checkpoint";

fn chunks() -> Chunks {
    Chunks::new(403, 16).expect("there are more terms than chunks")
}

fn start() -> Vec<f64> {
    network().and_then(|network| network.initial(Initialization::Glorot, 3)).expect("a start")
}

fn file_in(folder: &Path) -> CheckpointFile {
    CheckpointFile { every: 5, label: "network".to_owned(), ..CheckpointFile::at(folder.join(CHECKPOINT)) }
}

/// Everything about the end of a run, to the bit.
fn bits<S: State>(run: &Run<S>) -> String {
    let bits = |x: &[f64]| x.iter().map(|x| format!("{:x}", x.to_bits())).collect::<Vec<_>>().join(" ");
    let value = run.state.value().map(f64::to_bits);
    format!("{} {:?} {} / {}", run.steps, value, bits(run.state.x()), bits(&run.best.x))
}

pub(crate) fn play(stage: &Stage) {
    let sum = Sharded::new(&stage.world, chunks(), multilayer).expect("the parts fit");
    let waits = stage.folder.join(WAITS).exists();
    let show = |record: &Record<'_>| {
        if waits && stage.rank == 1 && record.step == KILLED_AT {
            fs::write(stage.folder.join(VICTIM), std::process::id().to_string())
                .expect("the folder is there");
            std::thread::sleep(Duration::from_secs(300));
        }
        ControlFlow::Continue(())
    };
    let ended = minimize_with_checkpoints(
        &sum,
        &Lbfgs::default(),
        &start(),
        Stop::after(STEPS),
        &file_in(&stage.folder),
        show,
    );
    stage.say(match ended {
        Ok(ended) => format!("from {:?}: {}", ended.resumed_at, bits(&ended.run)),
        Err(error) => error.to_string(),
    });
}

fn killed_and_resumed() {
    let sum = ChunkedSum::new(chunks(), multilayer).expect("the parts fit");
    let (method, stop) = (Lbfgs::default(), Stop::after(STEPS));
    let undisturbed = bits(&minimize(&sum, &method, &start(), stop.clone(), silent).expect("the start fits"));

    let killed = kill_one_of(2);
    for ranks in [1, 3, 4] {
        let job = Job::new("resumed", ranks);
        copy_checkpoint(killed.folder.path(), job.folder());
        let said = job.succeed().said_by_all();
        assert_eq!(said, format!("from Some(15): {undisturbed}"), "{ranks} ranks");
    }
    // Without MPI, too.
    let folder = killed.folder.path();
    let resumed = file_in(folder).minimize(&sum, &method, &start(), stop, silent).expect("the file fits");
    assert_eq!((resumed.resumed_at, bits(&resumed.run)), (Some(15), undisturbed));
}

/// A job that lost a rank by kill -9, and said so in time.
fn kill_one_of(ranks: usize) -> Ended {
    let job = Job::new("resumed", ranks);
    fs::write(job.folder().join(WAITS), "").expect("the folder is there");
    let mut killed_at = None;
    let ended = job.run_while(|folder| {
        if killed_at.is_none() {
            // The name is there before the number is.
            let victim = fs::read_to_string(folder.join(VICTIM)).unwrap_or_default();
            if !victim.is_empty() {
                let status = Command::new("kill").args(["-9", &victim]).status();
                assert!(status.is_ok_and(|status| status.success()), "kill -9 {victim}");
                killed_at = Some(Instant::now());
            }
        }
    });
    let killed_at = killed_at.unwrap_or_else(|| panic!("nobody was killed:\n{}", ended.output));
    assert!(killed_at.elapsed() < Duration::from_secs(10), "it took {:?}", killed_at.elapsed());
    assert!(!ended.is_success);
    assert!(ended.output.contains("rank 1") && ended.output.contains("signal 9"), "{}", ended.output);
    assert_eq!(ended.said(), ["nothing", "nothing"]);
    ended
}

fn copy_checkpoint(from: &Path, to: &Path) {
    fs::copy(from.join(CHECKPOINT), to.join(CHECKPOINT)).expect("rank 0 has written one");
}

fn damaged() {
    let job = Job::new("resumed", 3);
    fs::write(job.folder().join(CHECKPOINT), "this is none").expect("the folder is there");
    let said = job.succeed().said_by_all();
    assert!(said.starts_with("the checkpoint cannot be used: ") && said.contains(CHECKPOINT), "{said}");
}

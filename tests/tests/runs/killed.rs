//! A process that is killed at any instant leaves a file that resumes to the same bytes.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use tempfile::TempDir;

const KILLS: u32 = 100;

/// A folder in memory, where there is one, and how often to write there. That a process dies is nothing to a disk: whether the
/// bytes survive a power cut is for another kind of test, and waiting for the disk is most of what a checkpoint costs.
fn folder() -> (TempDir, &'static str) {
    match tempfile::tempdir_in("/dev/shm") {
        Ok(folder) => (folder, "1"),
        Err(_) => (tempfile::tempdir().expect("a folder"), "25"),
    }
}

fn start(path: &Path, every: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_checkpointed_run"))
        .arg(path)
        .arg(every)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the run is built along with the tests")
}

/// The step it went on from, and the result, of a run that nobody kills.
fn end(path: &Path, every: &str) -> (Option<u64>, String) {
    let output = start(path, every).wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    // Nor does the bar draw anything where there is no terminal.
    assert_eq!((output.status.code(), text(output.stderr)), (Some(0), String::new()));
    let stdout = text(output.stdout);
    let (resumed, result) = stdout.split_once('\n').expect("two lines");
    let step = resumed.strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')'));
    assert!(step.is_some() || resumed == "None", "{resumed}");
    (step.map(|step| step.parse().expect("a step")), result.to_owned())
}

/// Delays are spread over the run's duration, one in every hundredth of it; this is the seed of where.
const SEED: u64 = 0x5eed_2026;

#[test]
fn run_that_is_killed_a_hundred_times_ends_with_the_same_bytes() {
    let (folder, every) = folder();
    let path = folder.path().join("straight");
    let (resumed, result) = end(&path, every);
    assert_eq!(resumed, None);
    assert!(result.contains("near the noise floor"), "{result}");
    let steps: u64 = result.split(' ').next().and_then(|word| word.parse().ok()).expect("steps first");
    let bytes = fs::read(&path).expect("the last checkpoint");
    // How long it takes, about: the middle one of three.
    let mut durations = [0, 1, 2].map(|k| {
        let begin = Instant::now();
        end(&folder.path().join(format!("timed-{k}")), every);
        begin.elapsed()
    });
    durations.sort();
    let mut duration = durations[1];

    let mut random = SEED;
    let (mut before_the_first_checkpoint, mut amid, mut after) = (0, 0, 0);
    let mut gaps = 0;
    for kill in 0..KILLS {
        let path = folder.path().join(format!("killed-{kill}"));
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let fraction = (random >> 11) as f64 / (1_u64 << 53) as f64;
        let mut child = start(&path, every);
        // 37 hundredths further each time, so that early and late instants take turns.
        thread::sleep(duration.mul_f64((f64::from(37 * kill % KILLS) + fraction) / f64::from(KILLS)));
        let was_running = child.try_wait().expect("its status").is_none();
        // The machine may be busier now than it was, or less busy.
        duration = duration.mul_f64(if was_running { 1.02 } else { 0.9 });
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        let previous = folder.path().join(format!("killed-{kill}.previous"));
        gaps += u32::from(!path.exists() && previous.exists());
        let (resumed, again) = end(&path, every);
        match resumed {
            _ if !was_running => after += 1,
            None => before_the_first_checkpoint += 1,
            Some(step) => {
                amid += u32::from(step < steps);
            }
        }
        assert_eq!(again, result, "kill {kill}, resumed at {resumed:?}");
        assert!(
            fs::read(&path).expect("the last checkpoint") == bytes,
            "kill {kill}, resumed at {resumed:?}"
        );
    }
    println!(
        "about {duration:?} a run; killed before the first checkpoint: {before_the_first_checkpoint}, between the first \
         and the last: {amid}, too late: {after}; with only the previous file left: {gaps}"
    );
    // Otherwise this test proves nothing.
    assert!(amid >= KILLS / 2, "only {amid} kills hit a run between its first and its last checkpoint");
}

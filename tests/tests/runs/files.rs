//! Checkpoint files that are damaged, foreign, of another run, or cannot be written.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use thalweg::driver::{CheckpointError, Fault, Resumable};
use thalweg::first_order::ScheduledState;
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

use crate::{HalvingDescent, at_rate};

type Descent = ScheduledState<()>;

fn bowl() -> DiagonalQuadratic {
    DiagonalQuadratic::new([1.0, 0.3], [-1.0, 2.0], 0.5).expect("finite numbers")
}

fn until(max_steps: u64) -> Stop {
    Stop { max_steps, ..Stop::default() }
}

fn go_on(file: &CheckpointFile, steps: u64) -> Result<Resumable<Descent>, CheckpointError> {
    file.minimize(&bowl(), &at_rate(0.5), &[8.0, -3.0], until(steps), silent)
}

/// Everything of a run, as bytes.
fn remains(run: Run<Descent>) -> Vec<u8> {
    postcard::to_allocvec(&(run.steps, run.counts, run.into_checkpoint())).expect("it can be written down")
}

fn straight(steps: u64) -> Vec<u8> {
    remains(minimize(&bowl(), &at_rate(0.5), &[8.0, -3.0], until(steps), silent).expect("valid input"))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

/// A folder with a file at step 6 and the one of step 4 before it, every 2 steps.
fn two_checkpoints() -> (TempDir, CheckpointFile, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile {
        every: 2,
        label: "bowl".to_owned(),
        ..CheckpointFile::at(folder.path().join("run"))
    };
    let first = go_on(&file, 6).expect("valid input");
    assert!(first.resumed_at.is_none() && first.refused.is_none() && first.unsaved.is_none());
    let bytes = fs::read(&file.path).expect("the newest");
    (folder, file, bytes)
}

/// What is wrong with these bytes in the place of the newest file; the previous one has to be found instead.
#[track_caller]
fn fault(file: &CheckpointFile, bytes: &[u8]) -> Fault {
    fs::write(&file.path, bytes).expect("it can be written");
    let loaded = file.load::<Descent>().expect("the previous one is whole").expect("and there");
    assert_eq!(loaded.checkpoint.row().step, 4);
    let error = loaded.refused.expect("the newest is not whole");
    let words = error.to_string();
    let CheckpointError::Unusable { path, fault } = error else { panic!("{words}") };
    assert_eq!(path, file.path);
    assert_eq!(words, format!("{} {fault}", file.path.display()));
    fault
}

#[test]
fn every_truncation_is_found() {
    let (_folder, file, bytes) = two_checkpoints();
    for length in 0..bytes.len() {
        let fault = fault(&file, &bytes[..length]);
        // The length stands in the header, which is 24 bytes long.
        let expected = if length < 24 { 24 } else { bytes.len() as u64 };
        assert_eq!(fault, Fault::Truncated { bytes: length, expected });
    }
    let longer = [&bytes[..], &[0]].concat();
    let expected = Fault::Truncated { bytes: bytes.len() + 1, expected: bytes.len() as u64 };
    assert_eq!(fault(&file, &longer), expected);
    assert_eq!(fault(&file, &[]).to_string(), "is incomplete or damaged: 0 bytes where there should be 24");
}

#[test]
fn every_flipped_bit_is_found() {
    let (_folder, file, bytes) = two_checkpoints();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let fault = fault(&file, &flipped);
        let expected = match bit / 8 {
            0..8 => matches!(fault, Fault::Foreign),
            12..20 => matches!(fault, Fault::Truncated { .. }),
            _ => matches!(fault, Fault::Damaged),
        };
        assert!(expected, "bit {bit}: {fault}");
    }
}

#[test]
fn foreign_files_are_named_so() {
    let (_folder, file, bytes) = two_checkpoints();
    let mut other_magic = bytes.clone();
    other_magic[7] = b'!';
    for foreign in [&b"step,value\n0,1.0\n"[..], b"{}", &[0; 500], b"thalweg", &other_magic] {
        let fault = fault(&file, foreign);
        assert_eq!(fault, Fault::Foreign);
        assert_eq!(fault.to_string(), "is not a checkpoint of Thalweg");
    }
}

/// The same contents under another version, with the checksum that fits.
fn with_version(bytes: &[u8], version: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[8..12].copy_from_slice(&version.to_le_bytes());
    let sum = crc32fast::hash(&[&bytes[8..20], &bytes[24..]].concat());
    bytes[20..24].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn newer_version_is_told_from_a_damaged_file() {
    let (_folder, file, bytes) = two_checkpoints();
    assert_eq!(with_version(&bytes, 2), bytes);
    for version in [3, 4, u32::MAX] {
        let fault = fault(&file, &with_version(&bytes, version));
        assert_eq!(fault, Fault::Newer { version, known: 2 });
        let words =
            format!("has version {version} of the format (allowed: 2): it was written by a newer Thalweg");
        assert_eq!(fault.to_string(), words);
    }
}

#[test]
fn older_version_is_told_from_a_newer_one_and_from_a_damaged_file() {
    let (_folder, file, bytes) = two_checkpoints();
    for version in [0, 1] {
        let fault = fault(&file, &with_version(&bytes, version));
        assert_eq!(fault, Fault::Older { version, known: 2 });
        let words = format!(
            "has version {version} of the format (allowed: 2): it was written by an older Thalweg, which can go on from it"
        );
        assert_eq!(fault.to_string(), words);
    }
}

#[test]
fn contents_do_not_change_without_the_version() {
    let (_folder, _file, bytes) = two_checkpoints();
    let version = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
    // The numbers in it are the same everywhere; so if the hash is another, what a checkpoint holds is another.
    assert_eq!(
        (version, bytes.len(), crc32fast::hash(&bytes[24..])),
        (2, 280, 3_120_893_966),
        "the contents have changed: give the format of checkpoints a new version, then write the new hash here"
    );
}

#[test]
fn contents_with_something_behind_them_are_another_state() {
    let (_folder, file, bytes) = two_checkpoints();
    let mut longer = [&bytes[..], &[0]].concat();
    let length = (longer.len() - 24) as u64;
    longer[12..20].copy_from_slice(&length.to_le_bytes());
    assert_eq!(fault(&file, &with_version(&longer, 2)), Fault::OtherState);
}

#[test]
fn file_of_another_run_is_refused_by_its_label() {
    let (_folder, file, bytes) = two_checkpoints();
    let other = CheckpointFile { label: "valley".to_owned(), ..file.clone() };
    for error in [other.load::<Descent>().unwrap_err(), go_on(&other, 9).unwrap_err()] {
        let words = "belongs to the run labeled \"bowl\" (allowed: \"valley\")";
        assert_eq!(error.to_string(), format!("{} {words}", file.path.display()));
    }
    assert!(fs::read(&file.path).expect("untouched") == bytes);
}

/// Shaped like the state of gradient descent, with one more number behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Longer {
    state: Descent,
    more: f64,
}

#[test]
fn state_of_another_method_is_refused() {
    let (_folder, file, bytes) = two_checkpoints();
    let words = "holds the state of another method";
    let of = |error: CheckpointError| error.to_string().replace(&format!("{} ", file.path.display()), "");
    assert_eq!(of(file.load::<Longer>().unwrap_err()), words);
    assert_eq!(of(file.load::<String>().unwrap_err()), words);
    assert_eq!(of(file.load::<()>().unwrap_err()), words);
    let method = HalvingDescent { first_rate: 1.0 };
    let error = file.minimize(&bowl(), &method, &[8.0, -3.0], until(9), silent).unwrap_err();
    assert_eq!(of(error), words);
    assert!(fs::read(&file.path).expect("untouched") == bytes);
}

#[test]
fn checkpoint_of_another_dimension_is_an_error_and_stays() {
    let (_folder, file, bytes) = two_checkpoints();
    let line = DiagonalQuadratic::centered([1.0]).expect("finite numbers");
    let error = file.minimize(&line, &at_rate(0.5), &[8.0], until(9), silent).unwrap_err();
    assert_eq!(error.to_string(), "invalid `checkpoint.state.x`: length 2 (allowed: length 1)");
    assert!(matches!(error, CheckpointError::Invalid(_)));
    assert!(fs::read(&file.path).expect("untouched") == bytes);
}

#[test]
fn damaged_file_is_set_aside_and_the_previous_one_gone_on_from() {
    let (_folder, file, bytes) = two_checkpoints();
    let mut damaged = bytes.clone();
    damaged[100] ^= 1;
    fs::write(&file.path, &damaged).expect("it can be written");
    let second = go_on(&file, 9).expect("the previous one is whole");
    assert_eq!(second.resumed_at, Some(4));
    let words = second.refused.expect("the newest is damaged").to_string();
    assert!(words.ends_with("run is damaged: the checksum does not fit"), "{words}");
    assert!(second.unsaved.is_none());
    assert!(remains(second.run) == straight(9));
    // Nothing is lost, and the damaged one did not become the previous one.
    assert!(fs::read(beside(&file.path, ".refused")).expect("set aside") == damaged);
    assert!(!beside(&file.path, ".new").exists());
    fs::remove_file(&file.path).expect("it was written");
    let loaded = file.load::<Descent>().expect("whole").expect("there");
    assert_eq!((loaded.checkpoint.row().step, loaded.refused.is_none()), (8, true));
}

#[test]
fn two_damaged_files_are_an_error_and_nothing_is_overwritten() {
    let (folder, file, mut newest) = two_checkpoints();
    let mut previous = fs::read(beside(&file.path, ".previous")).expect("the one before");
    newest.truncate(40);
    previous[0] = b'X';
    fs::write(&file.path, &newest).expect("it can be written");
    fs::write(beside(&file.path, ".previous"), &previous).expect("it can be written");
    for error in [file.load::<Descent>().unwrap_err(), go_on(&file, 9).unwrap_err()] {
        // Of the two it is told of the newest.
        let words = error.to_string();
        assert!(words.contains("run is incomplete or damaged: 40 bytes where there should be"), "{words}");
    }
    assert!(fs::read(&file.path).expect("untouched") == newest);
    assert!(fs::read(beside(&file.path, ".previous")).expect("untouched") == previous);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    // Without the newest it is told of the previous one, and nothing is begun anew either.
    fs::remove_file(&file.path).expect("it is there");
    let words = go_on(&file, 9).unwrap_err().to_string();
    assert!(words.ends_with("run.previous is not a checkpoint of Thalweg"), "{words}");
}

#[test]
fn killed_between_the_two_renames_it_goes_on_from_the_previous_file() {
    let (_folder, file, _) = two_checkpoints();
    // There is a new one beside, whole or half: it is not trusted.
    fs::rename(&file.path, beside(&file.path, ".new")).expect("it is there");
    let second = go_on(&file, 9).expect("the previous one is whole");
    assert_eq!((second.resumed_at, second.refused.is_none()), (Some(4), true));
    assert!(remains(second.run) == straight(9));
}

#[test]
fn pieces_go_on_to_the_same_bytes_as_one_run() {
    let (_folder, file, _) = two_checkpoints();
    for steps in [7, 7, 10, 11, 30] {
        let piece = go_on(&file, steps).expect("whole");
        assert!(piece.unsaved.is_none() && piece.refused.is_none());
        assert!(remains(piece.run) == straight(steps), "{steps}");
    }
    let (_folder, other, _) = two_checkpoints();
    go_on(&other, 30).expect("whole");
    assert!(fs::read(&file.path).expect("there") == fs::read(&other.path).expect("there"));
    assert!(!beside(&file.path, ".new").exists());
}

#[test]
fn file_is_written_every_so_many_steps_and_at_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile { every: 3, ..CheckpointFile::at(folder.path().join("run")) };
    let mut saved = Vec::new();
    let see = |record: &Record<'_>| {
        // What lies there before this step's own is written.
        saved.push((record.step, file.load::<Descent>().expect("whole").map(|l| l.checkpoint.row().step)));
        ControlFlow::Continue(())
    };
    file.minimize(&bowl(), &at_rate(0.5), &[8.0, -3.0], until(7), see).expect("valid input");
    let expected = [None, Some(0), Some(0), Some(0), Some(3), Some(3), Some(3), Some(6)];
    assert_eq!(saved, (0..).zip(expected).collect::<Vec<_>>());
    let step = |path: &Path| {
        CheckpointFile::at(path).load::<Descent>().expect("whole").expect("there").checkpoint.row().step
    };
    assert_eq!((step(&file.path), step(&beside(&file.path, ".previous"))), (7, 6));
    // An observer that breaks ends it too.
    let breaks = |record: &Record<'_>| match record.step {
        11 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let run = file.minimize(&bowl(), &at_rate(0.5), &[8.0, -3.0], until(50), breaks).expect("whole").run;
    assert!(matches!(run.reason, StopReason::Caller), "{}", run.reason);
    assert_eq!((step(&file.path), step(&beside(&file.path, ".previous"))), (11, 9));
}

#[test]
fn points_that_are_not_worth_going_on_from_are_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile { every: 1, ..CheckpointFile::at(folder.path().join("run")) };
    let run = file
        .minimize(&bowl(), &at_rate(3.0), &[8.0, -3.0], Stop::default(), silent)
        .expect("valid input")
        .run;
    assert!(matches!(run.reason, StopReason::RanAway { .. }), "{}", run.reason);
    let step = || file.load::<Descent>().expect("whole").expect("there").checkpoint.row().step;
    assert_eq!(step(), run.steps - 1);
    // On to where something is not finite.
    let stop = Stop { runaway: f64::INFINITY, ..Stop::default() };
    let run = file.minimize(&bowl(), &at_rate(3.0), &[8.0, -3.0], stop, silent).expect("whole").run;
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    assert_eq!(step(), run.steps - 1);
    // Nor a start that is not finite.
    let nowhere = from_fn(1, |_, _| f64::NAN);
    let file = CheckpointFile::at(folder.path().join("nowhere"));
    file.minimize(&nowhere, &at_rate(1.0), &[1.0], Stop::default(), silent).expect("valid input");
    assert!(!file.path.exists());
}

#[test]
fn folder_that_is_not_there_costs_the_file_and_not_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile::at(folder.path().join("nowhere").join("run"));
    let result = go_on(&file, 9).expect("a run");
    let error = result.unsaved.expect("no folder");
    assert!(
        matches!(&error, CheckpointError::Io { path, source }
        if *path == beside(&file.path, ".new") && source.kind() == io::ErrorKind::NotFound),
        "{error}"
    );
    assert!(error.to_string().contains("nowhere"), "{error}");
    assert_eq!(result.resumed_at, None);
    assert!(remains(result.run) == straight(9));
}

#[test]
fn path_that_is_no_file_is_an_error_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing_runs = from_fn(1, |_, _| panic!("nothing should run"));
    let inside_a_file = folder.path().join("file");
    fs::write(&inside_a_file, "text").expect("it can be written");
    for path in [folder.path().to_owned(), inside_a_file.join("run")] {
        let error = CheckpointFile::at(&path)
            .minimize(&nothing_runs, &at_rate(1.0), &[1.0], Stop::default(), silent)
            .unwrap_err();
        assert!(matches!(&error, CheckpointError::Io { path: named, .. } if *named == path), "{error}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_costs_the_file_and_not_the_run() {
    let (_folder, file, bytes) = two_checkpoints();
    // Whatever is written there finds no space.
    std::os::unix::fs::symlink("/dev/full", beside(&file.path, ".new")).expect("a link");
    let result = go_on(&file, 9).expect("a run");
    let error = result.unsaved.expect("no space");
    assert!(
        matches!(&error, CheckpointError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull),
        "{error}"
    );
    assert_eq!(result.resumed_at, Some(6));
    assert!(remains(result.run) == straight(9));
    // The older file is still there.
    assert!(fs::read(&file.path).expect("there") == bytes);
    // Once there is space again the run is saved, and nothing is left to tell.
    let frees = |record: &Record<'_>| {
        if record.step == 10 {
            fs::remove_file(beside(&file.path, ".new")).expect("a link");
        }
        ControlFlow::Continue(())
    };
    let result = file.minimize(&bowl(), &at_rate(0.5), &[8.0, -3.0], until(12), frees).expect("a run");
    assert_eq!((result.resumed_at, result.unsaved.is_none()), (Some(6), true));
    assert!(remains(result.run) == straight(12));
}

#[test]
fn state_that_cannot_be_written_is_said() {
    #[derive(Clone)]
    struct Shy;
    impl Serialize for Shy {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("shy"))
        }
    }
    impl<'de> Deserialize<'de> for Shy {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Self)
        }
    }
    impl State for Shy {
        fn x(&self) -> &[f64] {
            &[1.0]
        }
        fn value(&self) -> Option<f64> {
            None
        }
        fn gradient(&self) -> Option<&[f64]> {
            None
        }
    }
    struct Still;
    impl<P: ?Sized> Method<P> for Still {
        type State = Shy;
        fn init(&self, _: &P, _: &[f64]) -> Result<Shy, InvalidInput> {
            Ok(Shy)
        }
        fn step(
            &self,
            _: &P,
            _: &mut Shy,
            _: &mut thalweg::problem::Allowance,
        ) -> Result<thalweg::problem::Step, thalweg::problem::Stuck> {
            Ok(thalweg::problem::Step::default())
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile::at(folder.path().join("run"));
    let line = DiagonalQuadratic::centered([1.0]).expect("finite numbers");
    let result = file.minimize(&line, &Still, &[1.0], until(3), silent).expect("a run");
    assert_eq!(result.run.steps, 3);
    let words = result.unsaved.expect("shy").to_string();
    assert!(words.contains("run cannot be written: "), "{words}");
    assert!(!file.path.exists());
}

#[test]
fn path_without_a_folder_lies_in_the_current_one() {
    // The tests run in the folder of their package.
    let name = format!("checkpoint-without-folder-{}", std::process::id());
    let file = CheckpointFile::at(&name);
    let first = go_on(&file, 3);
    let second = go_on(&file, 5);
    let removed = ["", ".previous"].map(|suffix| fs::remove_file(format!("{name}{suffix}")));
    assert!(removed.iter().all(Result::is_ok), "{removed:?}");
    assert!(first.expect("valid input").unsaved.is_none());
    assert_eq!(second.expect("whole").resumed_at, Some(3));
}

#[test]
fn settings_that_cannot_be_used_are_refused_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing_runs = from_fn(1, |_, _| panic!("nothing should run"));
    let file = CheckpointFile { every: 0, ..CheckpointFile::at(folder.path().join("run")) };
    let error = file.minimize(&nothing_runs, &at_rate(1.0), &[1.0], Stop::default(), silent).unwrap_err();
    assert_eq!(error.to_string(), "invalid `every`: 0 (allowed: 1 or more)");
    let file = CheckpointFile { every: 1, ..file };
    let stop = Stop { runaway: 0.0, ..Stop::default() };
    let error = file.minimize(&nothing_runs, &at_rate(1.0), &[1.0], stop, silent).unwrap_err();
    assert!(matches!(&error, CheckpointError::Invalid(input) if input.argument == "stop.runaway"), "{error}");
    assert!(!file.path.exists());
}

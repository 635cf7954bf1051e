//! The crate on 1 to 8 ranks: each test runs `mpirun` on this very program, with a scenario for the ranks to play.
//!
//! The launcher, which is no rank and calls no MPI, looks at what the ranks have written into a folder, at how the job ended, and
//! at what it printed. A job that is not over after two minutes hangs: it is ended, and the test fails.

mod failures;
mod job;
mod problems;
mod resumed;
mod runs;

use libtest_mimic::{Arguments, Failed, Trial};

use job::Job;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(job::ON_RANK) {
        let (Some(scenario), Some(folder)) = (arguments.next(), arguments.next()) else {
            panic!("a rank wants a scenario and a folder")
        };
        return play(&scenario, folder.as_ref());
    }
    let mut trials = Vec::new();
    // Powers of two, for which a rank has one subtree, and others.
    for ranks in [1, 2, 3, 4, 5, 8] {
        trials.push(test(format!("runs_on_{ranks}_ranks_have_the_bits_of_one_process"), move || {
            runs::have_the_bits_of_one_process(ranks);
        }));
    }
    for (name, check) in failures::TESTS {
        trials.push(test(name, check));
    }
    for (name, check) in resumed::TESTS {
        trials.push(test(name, check));
    }
    let mut arguments = Arguments::from_args();
    // Ranks that wait for each other take whole cores; one job at a time.
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials).exit();
}

fn test(name: impl Into<String>, check: impl Fn() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        check();
        Ok::<(), Failed>(())
    })
}

/// What a rank does.
fn play(scenario: &str, folder: &std::path::Path) {
    let stage = job::Stage::enter(folder);
    match scenario {
        "runs" => runs::play(&stage),
        "resumed" => resumed::play(&stage),
        _ => failures::play(scenario, &stage),
    }
}

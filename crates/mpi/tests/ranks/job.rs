//! A job of `mpirun` as seen from outside, and as seen from a rank.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use thalweg_mpi::mpi::environment::Universe;
use thalweg_mpi::mpi::topology::SimpleCommunicator;
use thalweg_mpi::mpi::traits::Communicator;

/// Tells a rank from the launcher.
pub(crate) const ON_RANK: &str = "--on-rank";

/// After this long a job hangs. The slowest takes a few seconds, where nobody else wants the cores.
const PATIENCE: Duration = Duration::from_secs(120);

/// A scenario on some ranks, in a folder of its own.
pub(crate) struct Job {
    scenario: &'static str,
    ranks: usize,
    folder: TempDir,
}

/// How a job ended.
pub(crate) struct Ended {
    pub(crate) is_success: bool,
    pub(crate) output: String,
    pub(crate) folder: TempDir,
    ranks: usize,
}

impl Job {
    pub(crate) fn new(scenario: &'static str, ranks: usize) -> Self {
        Self { scenario, ranks, folder: tempfile::tempdir().expect("a folder for the ranks") }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs it, calling `meanwhile` every now and then.
    pub(crate) fn run_while(self, mut meanwhile: impl FnMut(&Path)) -> Ended {
        let printed = self.folder.path().join("printed");
        let mut child = self.start(&printed);
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("mpirun can be waited for") {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().expect("mpirun can be ended");
                let output = fs::read_to_string(&printed).unwrap_or_default();
                panic!("{} hangs on {} ranks:\n{output}", self.scenario, self.ranks);
            }
            meanwhile(self.folder.path());
            std::thread::sleep(Duration::from_millis(20));
        };
        let output = fs::read_to_string(printed).expect("mpirun has printed");
        Ended { is_success: status.success(), output, folder: self.folder, ranks: self.ranks }
    }

    /// Runs it to its end, which has to be a good one.
    pub(crate) fn succeed(self) -> Ended {
        let (scenario, ranks) = (self.scenario, self.ranks);
        let ended = self.run_while(|_| {});
        assert!(ended.is_success, "{scenario} on {ranks} ranks:\n{}", ended.output);
        ended
    }

    fn start(&self, printed: &Path) -> Child {
        let printed = fs::File::create(printed).expect("a file for what is printed");
        let this = std::env::current_exe().expect("a program knows where it lies");
        Command::new("mpirun")
            // More ranks than cores, all on this machine, none on a network; and a container's root may run it.
            .args(["--oversubscribe", "--mca", "btl", "self,vader,tcp", "--mca", "btl_tcp_if_include", "lo"])
            .args(["--mca", "plm", "isolated", "-n", &self.ranks.to_string()])
            .envs([("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")])
            .arg(this)
            .args([ON_RANK, self.scenario])
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stderr(printed.try_clone().expect("the file is open"))
            .stdout(printed)
            .spawn()
            .unwrap_or_else(|error| panic!("mpirun cannot be started: {error}"))
    }
}

impl Ended {
    /// What each rank wrote.
    pub(crate) fn said(&self) -> Vec<String> {
        let of = |rank: usize| fs::read_to_string(self.folder.path().join(rank.to_string()));
        (0..self.ranks).map(|rank| of(rank).unwrap_or_else(|_| "nothing".to_owned())).collect()
    }

    /// What all ranks wrote, which has to be the same.
    #[track_caller]
    pub(crate) fn said_by_all(&self) -> String {
        let said = self.said();
        assert!(said.iter().all(|one| *one == said[0]), "{said:#?}\n{}", self.output);
        said.into_iter().next().unwrap_or_default()
    }
}

/// The place of a rank.
pub(crate) struct Stage {
    /// Ends with the rank.
    _universe: Universe,
    pub(crate) world: SimpleCommunicator,
    pub(crate) rank: usize,
    pub(crate) folder: PathBuf,
}

impl Stage {
    pub(crate) fn enter(folder: &Path) -> Self {
        let universe = thalweg_mpi::mpi::initialize().expect("MPI is initialized once");
        let world = universe.world();
        let rank = world.rank() as usize;
        Self { _universe: universe, world, rank, folder: folder.to_owned() }
    }

    /// What the launcher will find.
    pub(crate) fn say(&self, text: impl AsRef<str>) {
        fs::write(self.folder.join(self.rank.to_string()), text.as_ref()).expect("the folder is there");
    }
}

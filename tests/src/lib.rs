//! What several tests share. The tests of the workspace are in `tests/tests`, its records in `tests/snapshots`.

pub mod collection;
pub mod everything;
pub mod league;
pub mod nist;
pub mod profiles;
pub mod random_objective;

//! Nothing lives here: the tests of the workspace are in `tests/tests`, its records in `tests/snapshots`.

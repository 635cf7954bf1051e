//! Symmetric matrices taken apart, as a user meets it: every backend on the same table, exact references, random
//! spectra, bad input, and what is built on top: normalized objectives and descent in them.
//!
//! `OPENBLAS_NUM_THREADS=1 cargo nextest run -p thalweg-tests --features faer,lapack --test eigen` runs the tables over all
//! backends; with more threads than there are free cores, OpenBLAS waits for itself most of the time.

mod backends;
mod bad_input;
mod descent;
mod matrices;
mod normalized;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;
mod references;

//! Slices, critical points and their spectra, as a user meets them.

mod search;
mod slices;
mod spectrum;

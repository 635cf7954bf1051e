//! What the slides print that is wrong or imprecise, in one table.

use std::fmt;

use crate::{Claim, RESULTS, Slides};

/// A place where a slide is wrong or imprecise.
#[derive(Clone, Copy, Debug)]
pub struct Erratum {
    /// Where it is printed.
    pub slides: Slides,
    /// How wrong it is.
    pub flag: Flag,
    /// What is printed.
    pub printed: &'static str,
    /// What is right.
    pub correct: &'static str,
    /// The name of the check that measures it, in the result that declares the erratum.
    pub measured_by: &'static str,
}

/// How wrong a slide is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flag {
    /// Wrong as printed.
    Wrong,
    /// Right in spirit, but a condition or a boundary is missing.
    Imprecise,
    /// Says more than is true.
    OverClaim,
    /// Misspelled.
    Typo,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrong => "wrong",
            Self::Imprecise => "imprecise",
            Self::OverClaim => "claims too much",
            Self::Typo => "misspelled",
        })
    }
}

/// All errata with the results that measure them, in the order of the slides.
#[must_use]
pub fn errata() -> Vec<(&'static Claim, &'static Erratum)> {
    let mut rows: Vec<_> =
        RESULTS.iter().flat_map(|&claim| claim.errata.iter().map(move |erratum| (claim, erratum))).collect();
    rows.sort_by_key(|(_, erratum)| erratum.slides.0[0]);
    rows
}

//! Which results a reader means.

use std::fmt;

use crate::{Claim, RESULTS};

/// The results named by ids, R-numbers (`R23`) or slide numbers (`52`), in the lecture's order; all if nothing is named.
///
/// # Errors
/// If a name is none of these, or a slide has no result.
pub fn select<S: AsRef<str>>(names: &[S]) -> Result<Vec<&'static Claim>, UnknownResult> {
    for name in names {
        if !RESULTS.iter().any(|claim| means(name.as_ref(), claim)) {
            return Err(UnknownResult { name: name.as_ref().to_owned() });
        }
    }
    let chosen = |claim: &&Claim| names.is_empty() || names.iter().any(|name| means(name.as_ref(), claim));
    Ok(RESULTS.iter().copied().filter(chosen).collect())
}

fn means(name: &str, claim: &Claim) -> bool {
    let r_number = name.strip_prefix(['R', 'r']).and_then(|digits| digits.parse::<u32>().ok());
    name == claim.id
        || r_number == Some(claim.number)
        || name.parse().is_ok_and(|slide| claim.slides.contain(slide))
}

/// No result has this id, R-number or slide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownResult {
    /// What was asked for.
    pub name: String,
}

impl fmt::Display for UnknownResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no result is called '{}'", self.name)?;
        if self.name.parse::<u32>().is_ok() {
            write!(f, ": no result measures that slide")?;
            if RESULTS.iter().any(|claim| claim.number.to_string() == self.name) {
                write!(f, "; did you mean R{}?", self.name)?;
            }
        } else if let Some(claim) = RESULTS.iter().find(|claim| {
            let words = |text: &str| text.split('-').map(str::to_owned).collect::<Vec<_>>();
            words(&self.name).iter().any(|word| word.len() > 3 && words(claim.id).contains(word))
        }) {
            write!(f, "; did you mean '{}'?", claim.id)?;
        }
        write!(f, " (allowed: an id, R23, a slide number)")
    }
}

impl std::error::Error for UnknownResult {}

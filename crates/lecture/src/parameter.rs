//! Numbers of a result that a reader may change: `cargo xtask reproduce --set R23.start=5`.
//!
//! A result states such a number as a `static` [`Parameter`] instead of a `const`, and lists it in
//! [`ADJUSTABLE`](crate::results::ADJUSTABLE). The experiment reads it where it needs it, so that no function in between has to
//! hand it on. What is set holds for one run on the thread that runs it: experiments that share their work among threads have
//! no parameters.

use std::cell::RefCell;
use std::fmt;

use crate::number::significant;
use crate::results::ADJUSTABLE;
use crate::{Claim, RESULTS, UnknownResult, select};

/// A number that a reader may change. Records hold for the value that is recorded.
#[derive(Debug)]
pub struct Parameter {
    /// What it is called in a setting.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Its value, where nobody changes it.
    pub recorded: f64,
    /// The least and the largest value that the experiment makes sense with.
    pub range: (f64, f64),
    /// Whether it counts something.
    pub is_whole: bool,
}

thread_local! {
    /// What is set for the run that is under way on this thread.
    static SET: RefCell<Vec<(&'static str, f64)>> = const { RefCell::new(Vec::new()) };
}

impl Parameter {
    pub(crate) const fn real(
        name: &'static str,
        meaning: &'static str,
        recorded: f64,
        range: (f64, f64),
    ) -> Self {
        Self { name, meaning, recorded, range, is_whole: false }
    }

    /// A number that counts, or the seed of what is drawn; at most 2⁵³, so that it is exact.
    pub(crate) const fn whole(
        name: &'static str,
        meaning: &'static str,
        recorded: u64,
        range: (u64, u64),
    ) -> Self {
        let range = (range.0 as f64, range.1 as f64);
        Self { name, meaning, recorded: recorded as f64, range, is_whole: true }
    }

    /// Its value in this run.
    pub(crate) fn get(&self) -> f64 {
        SET.with_borrow(|set| {
            set.iter().find(|(name, _)| *name == self.name).map_or(self.recorded, |(_, value)| *value)
        })
    }

    /// The same, of one that is whole.
    pub(crate) fn count(&self) -> u64 {
        self.get() as u64
    }
}

impl fmt::Display for Parameter {
    /// Name, range and the value that is recorded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, meaning, recorded, range: (least, most), is_whole } = self;
        let kind = if *is_whole { "a whole number" } else { "a number" };
        write!(f, "{name}: {meaning}; {kind} from {least} to {most}, {recorded} in the record")
    }
}

/// The parameters of a result; none if it has none.
#[must_use]
pub fn parameters(claim: &Claim) -> &'static [&'static Parameter] {
    ADJUSTABLE
        .iter()
        .find(|(adjustable, _)| adjustable.id == claim.id)
        .map_or(&[], |(_, parameters)| parameters)
}

/// A value for a parameter of a result.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Whose.
    pub claim: &'static Claim,
    /// Which.
    pub parameter: &'static Parameter,
    /// The value.
    pub value: f64,
}

impl Setting {
    /// Reads `ID.name=value`, where for ID an R-number will do.
    ///
    /// # Errors
    /// If no result has that id, it has no such parameter, or the value is none that the parameter may have.
    ///
    /// ```
    /// use thalweg_lecture::Setting;
    ///
    /// let setting = Setting::parse("R23.start=5")?;
    /// assert_eq!((setting.claim.number, setting.parameter.name, setting.value), (23, "start", 5.0));
    /// assert!(Setting::parse("R23.strat=5").unwrap_err().to_string().contains("start: "));
    /// # Ok::<(), thalweg_lecture::BadSetting>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadSetting> {
        let shape = || BadSetting::Shape { text: text.to_owned() };
        let (place, value) = text.split_once('=').ok_or_else(shape)?;
        let (id, name) = place.rsplit_once('.').ok_or_else(shape)?;
        // A slide number may mean several results.
        let claims = select(&[id])?;
        let &[claim] = claims.as_slice() else { return Err(shape()) };
        let bad_name = || BadSetting::Name { claim, name: name.to_owned() };
        let parameter = parameters(claim).iter().copied().find(|p| p.name == name).ok_or_else(bad_name)?;
        let (least, most) = parameter.range;
        match value.parse::<f64>() {
            Ok(value) if (least..=most).contains(&value) && !(parameter.is_whole && value.fract() != 0.0) => {
                Ok(Self { claim, parameter, value })
            }
            _ => Err(BadSetting::Value { parameter, value: value.to_owned() }),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { claim, parameter: Parameter { name, recorded, .. }, value } = self;
        write!(f, "{}.{name} = {value} ({} in the record)", claim.r_number(), significant(*recorded, 6))
    }
}

/// Why a setting cannot be used, and what is allowed.
#[derive(Clone, Debug)]
pub enum BadSetting {
    /// It is not of the form `ID.name=value`.
    Shape {
        /// As typed.
        text: String,
    },
    /// There is no such result.
    Result(UnknownResult),
    /// The result has no parameter of that name.
    Name {
        /// Whose.
        claim: &'static Claim,
        /// As typed.
        name: String,
    },
    /// The parameter cannot have that value.
    Value {
        /// Which.
        parameter: &'static Parameter,
        /// As typed.
        value: String,
    },
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { text } => {
                write!(f, "'{text}' is no setting (allowed: ID.name=value, as in R23.start=5)")
            }
            Self::Result(unknown) => unknown.fmt(f),
            Self::Name { claim, name } if parameters(claim).is_empty() => {
                write!(f, "{} ({}) has no parameter '{name}', nor any other; ", claim.id, claim.r_number())?;
                let others = RESULTS.iter().filter(|claim| !parameters(claim).is_empty());
                let others: Vec<_> = others.map(|claim| claim.r_number()).collect();
                write!(f, "results that have: {}", others.join(", "))
            }
            Self::Name { claim, name } => {
                write!(f, "{} ({}) has no parameter '{name}' (allowed:", claim.id, claim.r_number())?;
                parameters(claim).iter().try_for_each(|parameter| write!(f, "\n  {parameter}"))?;
                f.write_str(")")
            }
            Self::Value { parameter, value } => write!(f, "'{value}' is no value for {parameter}"),
        }
    }
}

impl std::error::Error for BadSetting {}

impl From<UnknownResult> for BadSetting {
    fn from(unknown: UnknownResult) -> Self {
        Self::Result(unknown)
    }
}

/// Runs `experiment` with what is set for its claim, on this thread.
pub(crate) fn with<T>(claim: &Claim, settings: &[Setting], experiment: impl FnOnce() -> T) -> T {
    /// Puts back what was set before, even where an experiment panics.
    struct Before(Vec<(&'static str, f64)>);
    impl Drop for Before {
        fn drop(&mut self) {
            SET.set(std::mem::take(&mut self.0));
        }
    }
    let own = settings.iter().filter(|setting| setting.claim.id == claim.id);
    // The last one of a name holds.
    let set = own.rev().map(|setting| (setting.parameter.name, setting.value)).collect();
    let _before = Before(SET.replace(set));
    experiment()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_its_recorded_value_within_its_range_and_a_name_of_its_own() {
        for (claim, parameters) in ADJUSTABLE {
            for (i, parameter) in parameters.iter().enumerate() {
                let (least, most) = parameter.range;
                assert!((least..=most).contains(&parameter.recorded), "{}: {parameter}", claim.id);
                assert!(
                    parameters[..i].iter().all(|other| other.name != parameter.name),
                    "{}: {parameter}",
                    claim.id
                );
            }
        }
    }

    #[test]
    fn settings_hold_for_one_run_of_their_own_result() {
        let (claim, parameters) = ADJUSTABLE[0];
        let [parameter, ..] = parameters else { panic!("it has parameters") };
        let set = |value| Setting { claim, parameter, value };
        let other = RESULTS.iter().copied().find(|other| other.id != claim.id).expect("there are several");
        assert_eq!(with(claim, &[set(1.0), set(2.0)], || parameter.get()), 2.0);
        assert_eq!(with(other, &[set(2.0)], || parameter.get()), parameter.recorded);
        let _ = std::panic::catch_unwind(|| with(claim, &[set(2.0)], || panic!("out of luck")));
        assert_eq!(parameter.get(), parameter.recorded);
    }

    #[test]
    fn what_is_no_setting_is_told_with_what_is() {
        for (text, part) in [
            ("R23", "allowed: ID.name=value"),
            ("R23.start", "allowed: ID.name=value"),
            ("R999.start=1", "no result is called 'R999'"),
            ("64.start=1", "allowed: ID.name=value"),
            ("R23.strat=1", "start: "),
            ("R02.start=1", "nor any other; results that have: "),
            ("R23.start=far", "'far' is no value for start: "),
            ("R23.start=1e9", "a number from"),
            ("R23.start=NaN", "a number from"),
            ("R23.steps=4.5", "a whole number from"),
        ] {
            let message = Setting::parse(text).expect_err(text).to_string();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}

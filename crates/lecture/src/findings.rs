//! What a run of a result finds: checks, tables, figures.

use std::fmt;

use crate::Playground;
use crate::figure::Figure;
use crate::number::significant;

/// What a run of a result finds.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Where prediction and measurement meet. The claim stands or falls with them.
    pub checks: Vec<Check>,
    /// The numbers behind them.
    pub tables: Vec<Table>,
    /// Pictures of them.
    pub figures: Vec<Figure>,
    /// What a reader may redraw; no part of the record.
    pub playgrounds: Vec<Playground>,
}

/// One prediction, one measurement and how far apart they may be.
#[derive(Clone, Debug)]
pub struct Check {
    /// What is compared; unique within a result.
    pub name: String,
    /// The formula the prediction was computed from.
    pub formula: &'static str,
    /// The prediction.
    pub expected: Expected,
    /// Why the tolerance is what it is; empty where nothing is tolerated.
    pub why: &'static str,
}

/// A prediction beside its measurement.
#[derive(Clone, Debug)]
pub enum Expected {
    /// The two agree to a tolerance.
    Near {
        /// The prediction.
        predicted: f64,
        /// The measurement.
        measured: f64,
        /// How far apart they may be.
        tolerance: Tolerance,
    },
    /// The measurement is at most a bound, give or take rounding.
    AtMost {
        /// The bound.
        bound: f64,
        /// The measurement.
        measured: f64,
        /// By how much rounding may exceed the bound.
        slack: f64,
    },
    /// The measurement breaks a bound that a slide prints: this is what refutes a claim.
    Breaks {
        /// The bound as printed.
        bound: f64,
        /// The measurement, which has to be larger.
        measured: f64,
    },
    /// The measurement is what was predicted, word for word.
    Words {
        /// The prediction.
        predicted: String,
        /// The measurement.
        measured: String,
    },
}

/// How far a measurement may be from its prediction. NaN is never near anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// |measured − predicted| ≤ this.
    Absolute(f64),
    /// |measured − predicted| ≤ this · |predicted|.
    Relative(f64),
}

impl Check {
    /// Whether prediction and measurement agree.
    #[must_use]
    pub fn passes(&self) -> bool {
        match &self.expected {
            Expected::Near { predicted, measured, tolerance } => {
                let allowed = match tolerance {
                    Tolerance::Absolute(absolute) => *absolute,
                    Tolerance::Relative(relative) => relative * predicted.abs(),
                };
                (measured - predicted).abs() <= allowed
            }
            Expected::AtMost { bound, measured, slack } => *measured <= bound + slack,
            Expected::Breaks { bound, measured } => measured > bound,
            Expected::Words { predicted, measured } => measured == predicted,
        }
    }

    /// The prediction, as it is recorded.
    #[must_use]
    pub fn predicted(&self) -> String {
        match &self.expected {
            Expected::Near { predicted, .. } => significant(*predicted, 6),
            Expected::AtMost { bound, .. } => format!("at most {}", significant(*bound, 6)),
            Expected::Breaks { bound, .. } => format!("above {}", significant(*bound, 6)),
            Expected::Words { predicted, .. } => predicted.clone(),
        }
    }

    /// The measurement, as it is recorded: residue below a tenth of an absolute tolerance is 0.
    #[must_use]
    pub fn measured(&self) -> String {
        match &self.expected {
            Expected::Near { measured, tolerance: Tolerance::Absolute(tolerance), .. }
                if measured.abs() < 0.1 * tolerance =>
            {
                "0".to_owned()
            }
            Expected::Near { measured, .. }
            | Expected::AtMost { measured, .. }
            | Expected::Breaks { measured, .. } => significant(*measured, 6),
            Expected::Words { measured, .. } => measured.clone(),
        }
    }

    /// The tolerance, as it is recorded.
    #[must_use]
    pub fn tolerance(&self) -> String {
        match &self.expected {
            Expected::Near { tolerance, .. } => tolerance.to_string(),
            Expected::AtMost { slack, .. } => format!("+{}", significant(*slack, 3)),
            Expected::Breaks { .. } | Expected::Words { .. } => "exact".to_owned(),
        }
    }

    /// The distance between prediction and measurement at full precision, for the reader of a failure.
    #[must_use]
    pub fn distance(&self) -> Option<f64> {
        match &self.expected {
            Expected::Near { predicted, measured, .. } => Some((measured - predicted).abs()),
            Expected::AtMost { bound, measured, .. } | Expected::Breaks { bound, measured } => {
                Some((measured - bound).abs())
            }
            Expected::Words { .. } => None,
        }
    }
}

impl fmt::Display for Check {
    /// One line that says what was expected, what came and how far off it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, formula, .. } = self;
        write!(f, "{name}: predicted {} by {formula}, measured {}", self.predicted(), self.measured())?;
        match self.distance() {
            Some(distance) => write!(f, ", off by {distance:.1e} (tolerance {})", self.tolerance()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(absolute) => write!(f, "±{}", significant(*absolute, 3)),
            Self::Relative(relative) => write!(f, "±{} of it", significant(*relative, 3)),
        }
    }
}

/// A table of numbers and words. The first column names the row.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Column heads.
    pub head: Vec<String>,
    /// Rows, each as long as `head`.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(title: impl Into<String>, head: &[&str]) -> Self {
        Self { title: title.into(), head: head.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// Adds a row, as long as the head.
    ///
    /// # Panics
    /// If it is not: that is a mistake in the result's code.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<_> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.head.len(), "a row of the table '{}'", self.title);
        self.rows.push(cells);
    }
}

impl Findings {
    /// Checks that `measured` is `predicted` to a tolerance, and says `why` that tolerance.
    pub fn near(
        &mut self,
        name: impl Into<String>,
        formula: &'static str,
        predicted: f64,
        measured: f64,
        tolerance: Tolerance,
        why: &'static str,
    ) {
        self.add(name.into(), formula, Expected::Near { predicted, measured, tolerance }, why);
    }

    /// Checks that `measured` is at most `bound` + `slack`, and says `why` that slack.
    pub fn at_most(
        &mut self,
        name: impl Into<String>,
        formula: &'static str,
        bound: f64,
        measured: f64,
        slack: f64,
        why: &'static str,
    ) {
        self.add(name.into(), formula, Expected::AtMost { bound, measured, slack }, why);
    }

    /// Checks that `measured` breaks the `bound` that a slide prints.
    pub fn breaks(&mut self, name: impl Into<String>, formula: &'static str, bound: f64, measured: f64) {
        self.add(name.into(), formula, Expected::Breaks { bound, measured }, "");
    }

    /// Checks that what was measured is what was predicted, as text: a count, a regime.
    pub fn words(
        &mut self,
        name: impl Into<String>,
        formula: &'static str,
        predicted: impl fmt::Display,
        measured: impl fmt::Display,
    ) {
        let expected = Expected::Words { predicted: predicted.to_string(), measured: measured.to_string() };
        self.add(name.into(), formula, expected, "");
    }

    fn add(&mut self, name: String, formula: &'static str, expected: Expected, why: &'static str) {
        self.checks.push(Check { name, formula, expected, why });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(predicted: f64, measured: f64, tolerance: Tolerance) -> Check {
        let mut findings = Findings::default();
        findings.near("a", "b", predicted, measured, tolerance, "");
        findings.checks.remove(0)
    }

    #[test]
    fn a_check_can_fail() {
        assert!(near(2.0, 2.1, Tolerance::Absolute(0.2)).passes());
        assert!(!near(2.0, 2.3, Tolerance::Absolute(0.2)).passes());
        assert!(near(-2.0, -2.1, Tolerance::Relative(0.06)).passes());
        assert!(!near(-2.0, -2.2, Tolerance::Relative(0.06)).passes());
        assert!(!near(2.0, f64::NAN, Tolerance::Absolute(f64::INFINITY)).passes());
        let mut findings = Findings::default();
        findings.at_most("a", "b", 1.0, f64::NAN, 0.5, "");
        findings.at_most("a", "b", 1.0, 1.6, 0.5, "");
        findings.breaks("a", "b", 1.0, f64::NAN);
        findings.breaks("a", "b", 1.0, 1.0);
        findings.words("a", "b", 3, 4);
        assert!(findings.checks.iter().all(|check| !check.passes()));
        let mut findings = Findings::default();
        findings.at_most("a", "b", 1.0, 1.5, 0.5, "");
        findings.breaks("a", "b", 1.0, 1.1);
        findings.words("a", "b", 3, 3);
        assert!(findings.checks.iter().all(Check::passes));
    }

    #[test]
    fn residue_is_recorded_as_0_and_what_is_more_is_not() {
        assert_eq!(near(0.0, 0.9e-14, Tolerance::Absolute(1e-13)).measured(), "0");
        assert_eq!(near(0.0, 1.1e-14, Tolerance::Absolute(1e-13)).measured(), "1.1e-14");
        assert_eq!(near(1e-20, 1.1e-20, Tolerance::Relative(0.5)).measured(), "1.1e-20");
    }

    #[test]
    fn a_failure_says_how_far_off_it_is() {
        let text = near(0.75, 1.25, Tolerance::Absolute(1e-13)).to_string();
        assert_eq!(text, "a: predicted 0.75 by b, measured 1.25, off by 5.0e-1 (tolerance ±1e-13)");
    }
}

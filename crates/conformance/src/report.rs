//! What an examination found.

use std::fmt;

/// One rule and whether the method kept it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The name of the rule.
    pub rule: &'static str,
    /// What the rule promises.
    pub promise: &'static str,
    /// How the method broke it, if it did.
    pub fault: Option<String>,
}

/// Every rule, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The method's name.
    pub method: &'static str,
    /// One row for every rule.
    pub rows: Vec<Row>,
}

impl Report {
    /// Whether every rule was kept.
    #[must_use]
    pub fn conforms(&self) -> bool {
        self.broken().next().is_none()
    }

    /// The rows of the rules that were broken.
    pub fn broken(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.fault.is_some())
    }
}

impl fmt::Display for Report {
    /// One line a rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.method)?;
        for Row { rule, promise, fault } in &self.rows {
            match fault {
                None => write!(f, "\n  kept    {rule}: {promise}")?,
                Some(fault) => write!(f, "\n  BROKEN  {rule}: {promise}\n          {fault}")?,
            }
        }
        Ok(())
    }
}

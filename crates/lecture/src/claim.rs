//! What a result declares.

use std::fmt;

use crate::{Check, Erratum, Expected, Findings, Setting, parameter};

/// One result of the lecture, declared once.
#[derive(Debug)]
pub struct Claim {
    /// Names the claim, never a slide: it stays true when slides are renumbered.
    pub id: &'static str,
    /// The number of the result in the list of all results: 23 for R23.
    pub number: u32,
    /// The slides that make the claim.
    pub slides: Slides,
    /// The part of the lecture it belongs to.
    pub chapter: Chapter,
    /// What the lecture says, in one sentence.
    pub claim: &'static str,
    /// What is true instead, where the lecture's sentence does not hold as stated.
    pub correction: Option<Correction>,
    /// Where the prediction comes from.
    pub source: &'static str,
    /// What the slides print that is wrong or imprecise, each with the check that measures it.
    pub errata: &'static [Erratum],
    /// The file that declares the result, from the root of the repository.
    pub code: &'static str,
    /// The files of what it puts to the test, from the root of the repository: where to look when a check fails.
    pub puts_to_the_test: &'static [&'static str],
    /// Predicts and measures, in at most 5 s on one core.
    pub run: fn() -> Findings,
    /// The same at full size, where that needs more than `run` may take.
    pub full: Option<fn() -> Findings>,
}

/// The true statement in place of a claim, and the check that breaks what the claim states.
#[derive(Debug)]
pub struct Correction {
    /// What is true.
    pub statement: &'static str,
    /// The name of the check.
    pub refuted_by: &'static str,
}

/// Slides, as inclusive ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slides(pub &'static [(u32, u32)]);

impl Slides {
    /// Whether `slide` is among them.
    #[must_use]
    pub fn contain(&self, slide: u32) -> bool {
        self.0.iter().any(|&(first, last)| (first..=last).contains(&slide))
    }

    /// With the word before them: "slide 64", "slides 41–43".
    #[must_use]
    pub fn named(&self) -> String {
        let single = matches!(self.0, [(first, last)] if first == last);
        format!("slide{} {self}", if single { "" } else { "s" })
    }
}

impl fmt::Display for Slides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, &(first, last)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}–{last}")?;
            }
        }
        Ok(())
    }
}

/// The parts of the lecture, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    /// Slides 9–31.
    Perceptron,
    /// Slides 32–35.
    Surface,
    /// Slides 36–65.
    Convergence,
    /// Slides 66–95.
    Hessian,
    /// Slides 96–142.
    FirstOrder,
}

impl Chapter {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Perceptron, Self::Surface, Self::Convergence, Self::Hessian, Self::FirstOrder];
}

impl fmt::Display for Chapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Perceptron => "Perceptron and backprop",
            Self::Surface => "The loss surface",
            Self::Convergence => "Convergence",
            Self::Hessian => "The Hessian",
            Self::FirstOrder => "First-order methods",
        })
    }
}

/// How much of a result to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The form that runs by default.
    #[default]
    Default,
    /// The full form, or the default one where there is no other.
    Full,
}

impl Claim {
    /// Runs it.
    #[must_use]
    pub fn reproduce(&'static self, form: Form) -> Reproduced {
        self.reproduce_with(form, &[])
    }

    /// Runs it with parameters changed: with those of `settings` that are its own. What it finds then has no record.
    #[must_use]
    pub fn reproduce_with(&'static self, form: Form, settings: &[Setting]) -> Reproduced {
        let (run, form) = match (form, self.full) {
            (Form::Full, Some(full)) => (full, Form::Full),
            _ => (self.run, Form::Default),
        };
        // A result that panics is a result that fails, and the others still run.
        let findings =
            std::panic::catch_unwind(|| parameter::with(self, settings, run)).unwrap_or_else(|panic| {
                let words = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or(panic.downcast_ref::<&str>().copied());
                let mut findings = Findings::default();
                let measured = format!("it panics: {}", words.unwrap_or("without words"));
                findings.words("the experiment runs to its end", "nothing", "it does", measured);
                findings
            });
        Reproduced { claim: self, form, findings }
    }

    /// R23.
    #[must_use]
    pub fn r_number(&self) -> String {
        format!("R{:02}", self.number)
    }
}

/// A claim together with what a run found.
#[derive(Debug)]
pub struct Reproduced {
    /// The claim.
    pub claim: &'static Claim,
    /// The form that ran.
    pub form: Form,
    /// What it found.
    pub findings: Findings,
}

impl Reproduced {
    /// What the checks say about the claim. Without a check there is nothing that could hold.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let checks = &self.findings.checks;
        let refuted = |correction: &Correction| {
            checks
                .iter()
                .any(|c| c.name == correction.refuted_by && matches!(c.expected, Expected::Breaks { .. }))
        };
        if checks.is_empty() || !checks.iter().all(Check::passes) {
            return Verdict::CheckFails;
        }
        match &self.claim.correction {
            None => Verdict::Holds,
            Some(correction) if refuted(correction) => Verdict::NotAsStated,
            // A correction that no measurement stands behind.
            Some(_) => Verdict::CheckFails,
        }
    }

    /// The name under which it is recorded: the id, with `-full` behind it for the full form.
    #[must_use]
    pub fn record_name(&self) -> String {
        match self.form {
            Form::Default => self.claim.id.to_owned(),
            Form::Full => format!("{}-full", self.claim.id),
        }
    }
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every check passes and the claim is right as the lecture states it.
    Holds,
    /// Every check passes, and one of them shows that the lecture's sentence is not right as it stands.
    NotAsStated,
    /// A prediction and its measurement disagree: the theory, the method or the experiment is wrong.
    CheckFails,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "holds",
            Self::NotAsStated => "does not hold as stated",
            Self::CheckFails => "a check fails",
        })
    }
}

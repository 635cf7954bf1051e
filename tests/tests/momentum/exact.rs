//! The iterates against exact rational arithmetic; `references/momentum.py` says how it is done.

use std::collections::BTreeMap;

use thalweg::objectives::Quadratic;
use thalweg::prelude::*;

use crate::reference::{hex_float, rows};

/// How far an iterate may be from the exact one, in units of the largest number on the way there.
///
/// A step adds some ten roundings of 1.1e-16, the velocity carries each on for 1/(1 − β) = 10 steps at most, and
/// there are 30 steps: 3.3e-13.
const ALLOWED: f64 = 4e-13;

/// Problem, kind of rates.
type Key<'a> = (&'a str, &'a str);

/// The exact iterates: problem, kind of rates, form, step.
struct Reference {
    problems: BTreeMap<&'static str, (Quadratic, Vec<f64>)>,
    rates: BTreeMap<Key<'static>, Vec<f64>>,
    points: Vec<(Key<'static>, &'static str, usize, Vec<f64>)>,
}

fn numbers(columns: &[&str]) -> Vec<f64> {
    columns.iter().copied().map(hex_float).collect()
}

impl Reference {
    fn read() -> Self {
        let mut of_descent: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in rows(include_str!("../../references/gradient_descent.tsv")) {
            of_descent.entry(row[0]).or_default().insert(row[1], numbers(&row[2..]));
        }
        let problem = |parts: &BTreeMap<&str, Vec<f64>>| {
            let quadratic =
                Quadratic::new(&parts["matrix"][..], &parts["linear"][..], 0.0).expect("a quadratic");
            (quadratic, parts["0"].clone())
        };
        let problems = of_descent.iter().map(|(name, parts)| (*name, problem(parts))).collect();
        let (mut rates, mut points) = (BTreeMap::new(), Vec::new());
        for row in rows(include_str!("../../references/momentum.tsv")) {
            match row[..] {
                [name, kind, "rates", ref columns @ ..] => {
                    rates.insert((name, kind), numbers(columns));
                }
                [name, kind, form, step, ref columns @ ..] => {
                    points.push(((name, kind), form, step.parse().expect("a step"), numbers(columns)));
                }
                _ => panic!("a row with too few columns: {row:?}"),
            }
        }
        Self { problems, rates, points }
    }

    /// The largest error of a rule, relative to the largest number on the way; and how many points were compared.
    fn error<R: UpdateRule<f64>>(&self, rule: &R, form: &str) -> (f64, usize) {
        let (mut worst, mut compared) = (0.0_f64, 0);
        for (&key, rates) in &self.rates {
            let (problem, start) = &self.problems[key.0];
            let (mut w, mut gradient) = (start.clone(), vec![0.0; start.len()]);
            let mut state = rule.init(&w).expect("valid settings");
            let mut largest = start.iter().fold(0.0_f64, |largest, w| largest.max(w.abs()));
            for (k, &rate) in (1..).zip(rates) {
                rule.look_ahead(&mut state, &mut w).expect("equal lengths");
                problem.value_gradient(&w, &mut gradient);
                rule.update(&mut state, &mut w, &gradient, rate).expect("valid input");
                largest = w.iter().fold(largest, |largest, w| largest.max(w.abs()));
                for (_, _, _, exact) in
                    self.points.iter().filter(|point| (point.0, point.1, point.2) == (key, form, k))
                {
                    compared += 1;
                    worst = w
                        .iter()
                        .zip(exact)
                        .fold(worst, |worst, (w, exact)| worst.max((w - exact).abs() / largest));
                }
            }
        }
        (worst, compared)
    }
}

#[track_caller]
fn assert_exact<R: UpdateRule<f64>>(rule: &R, form: &str) {
    // Four problems, two kinds of rates, six steps each.
    let (worst, compared) = Reference::read().error(rule, form);
    assert_eq!(compared, 48, "{form}");
    assert!(worst <= ALLOWED, "{form} is off by {worst:e}");
}

#[test]
fn forms_of_momentum_are_the_exact_ones_up_to_rounding() {
    for (form, name) in [
        (MomentumForm::Velocity, "velocity"),
        (MomentumForm::Sum, "rate_outside"),
        (MomentumForm::Average, "average"),
        (MomentumForm::HeavyBall, "heavy_ball"),
    ] {
        assert_exact(&Momentum { momentum: 0.9, form }, name);
    }
}

#[test]
fn forms_of_nesterov_are_the_exact_ones_up_to_rounding() {
    let rule = Nesterov::default();
    assert_exact(&rule, "look_ahead");
    assert_exact(&Nesterov { form: NesterovForm::OnePass, ..rule }, "one_pass");
    assert_exact(&Nesterov { momentum: MomentumSequence::Ratio, ..rule }, "ratio");
}

#[test]
fn allowance_would_catch_a_momentum_that_is_off_in_the_eleventh_digit() {
    let rule = Momentum { momentum: 0.9 * (1.0 + 1e-11), ..Momentum::default() };
    assert!(Reference::read().error(&rule, "velocity").0 > ALLOWED);
}

//! Twenty updates on fixed derivatives, against exact rational arithmetic; `references/rprop.py` says how it is done.

use std::collections::BTreeMap;

use thalweg::prelude::*;

use crate::reference::{hex_float, rows};
use crate::{Family, Steps, for_every_rule};

/// u, the largest relative error of one rounding.
const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// One sequence of one rule: its lines, by name.
type Trace = BTreeMap<&'static str, Vec<f64>>;

fn traces(rule: &str) -> BTreeMap<&'static str, Trace> {
    let mut traces = BTreeMap::<_, Trace>::new();
    for row in rows(include_str!("../../references/rprop.tsv")) {
        let [of, sequence, what, numbers @ ..] = &row[..] else { panic!("no name and no kind: {row:?}") };
        if *of == rule {
            let numbers = numbers.iter().copied().map(hex_float).collect();
            traces.entry(*sequence).or_default().insert(*what, numbers);
        }
    }
    traces
}

fn sizes(settings: &[f64]) -> StepSizes {
    let [first, grow, shrink, smallest, largest] = settings[..] else { panic!("{settings:?}") };
    StepSizes { first, grow, shrink, smallest, largest }
}

fn follows_its_traces<R: Family<f64>>() {
    let traces = traces(R::NAME);
    assert_eq!(traces.len(), 8, "{}", R::NAME);
    for (name, trace) in traces {
        let rule = R::with(sizes(&trace["settings"]));
        // Five parameters that meet the same, so that the loop's vectors and its rest are both put to the test.
        let mut w = [trace["w"][0]; 5];
        let mut state = rule.init(&w).expect("valid settings");
        let mut travelled = 0.0;
        for k in 0..20 {
            let derivatives = [trace["derivative"][k]; 5];
            let rate = trace["rate"][k];
            rule.update_with_value(&mut state, &mut w, trace["value"][k], &derivatives, rate)
                .expect("valid input");
            let (size, exact) = (trace["size"][k], trace["w"][k + 1]);
            // k + 1 products for Δ and one for the rate; an update adds two such steps at most, rounds twice, and leaves
            // w no larger than all steps together. The second order in u and the reference's rounding fit into the 4.
            let updates = (k + 4) as f64;
            travelled += 4.0 * trace["rate"].iter().fold(0.0_f64, |a, b| a.max(*b)) * size;
            let allowance = updates * UNIT_ROUNDOFF * travelled;
            for w in w {
                assert!(
                    (w - exact).abs() <= allowance,
                    "{}, {name}, update {k}: {w:?}, not {exact:?}",
                    R::NAME
                );
            }
            for got in &state.steps().step_size {
                let allowance = updates * UNIT_ROUNDOFF * size;
                assert!((got - size).abs() <= allowance, "{}, {name}, Δ after {k}: {got:?}", R::NAME);
            }
        }
    }
}

#[test]
fn every_rule_follows_the_traces_of_its_paper() {
    for_every_rule!(follows_its_traces());
}

#[test]
fn traces_of_the_rules_are_all_different_and_would_catch_one_for_the_other() {
    let ends = ["Rprop", "RpropPlus", "RpropMinus", "IRpropPlus", "IRpropMinus"]
        .map(|rule| traces(rule)["change after change"]["w"][20].to_bits());
    let mut distinct = ends.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 5);
}

/// The steps against the derivative on 1, 1, 1, −1, 1 with Δ₀ = 0.1.
fn steps<R: Family<f64>>() -> Vec<String> {
    let rule = R::with(StepSizes::default());
    let mut w = [0.0];
    let mut state = rule.init(&w).expect("valid settings");
    let step = |(value, derivative)| {
        let before = w[0];
        rule.update_with_value(&mut state, &mut w, value, &[derivative], 1.0).expect("valid input");
        format!("{:.3}", before - w[0])
    };
    // The value rises at the change.
    [(3.0, 1.0), (2.0, 1.0), (1.0, 1.0), (4.0, -1.0), (2.0, 1.0)].map(step).to_vec()
}

#[test]
fn a_sign_change_is_answered_as_each_variant_says() {
    assert_eq!(steps::<IRpropMinus>(), ["0.100", "0.120", "0.144", "0.000", "0.072"]);
    assert_eq!(steps::<RpropMinus>(), ["0.100", "0.120", "0.144", "-0.072", "0.036"]);
    assert_eq!(steps::<RpropPlus>(), ["0.100", "0.120", "0.144", "-0.144", "0.072"]);
    assert_eq!(steps::<IRpropPlus>(), ["0.100", "0.120", "0.144", "-0.144", "0.072"]);
    // Back by 0.144 and forward by 0.072; then on, by 1.2 · 0.072.
    assert_eq!(steps::<Rprop>(), ["0.100", "0.120", "0.144", "-0.072", "0.086"]);
}

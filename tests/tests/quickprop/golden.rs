//! Twenty updates on fixed derivatives, against exact rational arithmetic; `references/rprop.py` says how it is done.

use std::collections::BTreeMap;

use thalweg::prelude::*;

use crate::Secant;
use crate::reference::{hex_float, rows};

/// u, the largest relative error of one rounding.
const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

type Trace = BTreeMap<&'static str, Vec<f64>>;

fn follows_its_traces<R: Secant<f64>>(name: &str, rule: impl Fn(&[f64]) -> R) {
    let mut traces = BTreeMap::<_, Trace>::new();
    for row in rows(include_str!("../../references/rprop.tsv")) {
        let [of, sequence, what, numbers @ ..] = &row[..] else { panic!("no name and no kind: {row:?}") };
        if *of == name {
            let numbers = numbers.iter().copied().map(hex_float).collect();
            traces.entry(*sequence).or_default().insert(*what, numbers);
        }
    }
    assert_eq!(traces.len(), 5, "{name}");
    for (sequence, trace) in traces {
        let rule = rule(&trace["settings"]);
        // Five parameters that meet the same, so that the loop's vectors and its rest are both put to the test.
        let mut w = [trace["w"][0]; 5];
        let mut state = rule.init(&w).expect("valid settings");
        let (mut travelled, mut largest) = (0.0, trace["w"][0].abs());
        for k in 0..20 {
            rule.update(&mut state, &mut w, &[trace["derivative"][k]; 5], trace["rate"][k])
                .expect("valid input");
            let (size, exact) = (trace["size"][k], trace["w"][k + 1]);
            travelled += size;
            largest = largest.max(exact.abs());
            // A quotient S/(S⁻ − S) that is used has |S⁻| + |S| ≤ 4.5 |S⁻ − S| at μ = 1.75, so that what two roundings of
            // each slope do is multiplied by 4.5; with the products it is below 16 roundings of Δw an update. Sums of
            // w and of its decay in S add one of the largest w each.
            let updates = (k + 1) as f64;
            let allowance = 16.0 * updates * UNIT_ROUNDOFF * (travelled + largest);
            for w in w {
                assert!(
                    (w - exact).abs() <= allowance,
                    "{name}, {sequence}, update {k}: {w:?}, not {exact:?}"
                );
            }
        }
    }
}

#[test]
fn quickprop_follows_the_traces_of_the_report() {
    follows_its_traces("Quickprop", |settings| {
        let [growth_limit, decay] = settings[..] else { panic!("{settings:?}") };
        Quickprop { growth_limit, weight_decay: decay }
    });
}

#[test]
fn diagonal_secant_follows_the_traces_of_the_slides() {
    follows_its_traces("DiagonalSecant", |_| DiagonalSecant);
}

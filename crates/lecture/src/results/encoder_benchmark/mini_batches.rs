//! Rprop by batches whose gradients cancel.

use thalweg_first_order::{
    GradientDescent, IRpropMinus, IRpropPlus, Rprop, RpropMinus, RpropPlus, StepSizes, UpdateRule,
};
use thalweg_numerics::powi;

use crate::figure::{Anchor, Axis, Ink, Panel};
use crate::number::significant;
use crate::{Findings, Table, Tolerance};

/// Nine batches pull a little one way, the tenth pulls back as much as all of them: the mean gradient is 0.
const GRADIENTS: [f64; 10] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -0.9];
const CYCLES: u64 = 50;

pub(super) fn check(findings: &mut Findings) {
    let sizes = StepSizes::default();
    findings.near(
        "where Rprop⁻ is after 500 updates by batches whose gradients cancel",
        "−Δ₀ ((η⁺⁹ − 1)/(η⁺ − 1) − η⁻η⁺⁸) (qᶜ − 1)/(q − 1), q = η⁻²η⁺⁸, c = 50 rounds of ten batches",
        drift(&sizes, CYCLES),
        end(by_batches(&RpropMinus { sizes }, 1.0)),
        Tolerance::Relative(1e-12),
        "500 products and sums of a few roundings each",
    );
    findings.words(
        "where Rprop⁻ is after 500 updates by their mean",
        "sign 0 = 0",
        0.0,
        end(walk(&RpropMinus { sizes }, 1.0, |_| mean())),
    );
    findings.near(
        "where gradient descent is after 500 updates by the same batches, η = 0.1",
        "ηΣg = 0",
        0.0,
        end(by_batches(&GradientDescent, 0.1)),
        Tolerance::Absolute(1e-13),
        "50 times the rounding of a sum of size 0.09",
    );

    let mut table = Table::new(
        "w after 500 updates from w = 0 by nine gradients of 0.1 and one of −0.9, again and again",
        &["method", "w"],
    );
    for (name, path) in [
        ("gradient descent, η = 0.1", by_batches(&GradientDescent, 0.1)),
        ("Rprop", by_batches(&Rprop { sizes }, 1.0)),
        ("Rprop⁺", by_batches(&RpropPlus { sizes }, 1.0)),
        ("Rprop⁻", by_batches(&RpropMinus { sizes }, 1.0)),
        ("iRprop⁺", by_batches(&IRpropPlus { sizes }, 1.0)),
        ("iRprop⁻", by_batches(&IRpropMinus { sizes }, 1.0)),
    ] {
        let w = end(path);
        let w = if w.abs() < 1e-13 { 0.0 } else { w };
        table.row([name.to_owned(), significant(w, 6)]);
    }
    findings.tables.push(table);
}

/// After so many rounds. A round takes Rprop⁻ from a first step Δ over Δ, η⁺Δ, …, η⁺⁸Δ forward and η⁻η⁺⁸Δ back; the next begins with η⁻²η⁺⁸Δ, as
/// long as no step has come to Δmax.
fn drift(sizes: &StepSizes, rounds: u64) -> f64 {
    let StepSizes { first, grow, shrink, .. } = *sizes;
    let round = (powi(grow, 9) - 1.0) / (grow - 1.0) - shrink * powi(grow, 8);
    let q = shrink * shrink * powi(grow, 8);
    -first * round * (powi(q, rounds) - 1.0) / (q - 1.0)
}

/// Exactly 0: nine equal gradients as a product, because their sum would be off by a rounding, which has a sign.
fn mean() -> f64 {
    let [pulls @ .., back] = GRADIENTS;
    0.1 * (pulls.len() as f64 * pulls[0] + back)
}

fn by_batches<R: UpdateRule<f64>>(rule: &R, rate: f64) -> Vec<f64> {
    walk(rule, rate, |step| GRADIENTS[step % GRADIENTS.len()])
}

/// Where 500 updates lead from 0, one by one; every batch has the error gw.
fn walk<R: UpdateRule<f64>>(rule: &R, rate: f64, gradient: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut w = [0.0];
    let mut state = rule.init(&w).expect("the settings are those of the papers");
    let mut path = vec![0.0];
    for step in 0..CYCLES as usize * GRADIENTS.len() {
        let g = gradient(step);
        let error = g * w[0];
        rule.update_with_value(&mut state, &mut w, error, &[g], rate).expect("one parameter, one derivative");
        path.push(w[0]);
    }
    path
}

fn end(path: Vec<f64>) -> f64 {
    path[path.len() - 1]
}

pub(super) fn panel() -> Panel {
    let sizes = StepSizes::default();
    let rounds = || 0..=CYCLES;
    let step = |round: u64| (round * GRADIENTS.len() as u64) as f64;
    let every_round = |path: Vec<f64>| -> Vec<_> {
        path.into_iter().step_by(GRADIENTS.len()).zip(rounds()).map(|(w, round)| (step(round), w)).collect()
    };
    Panel::new(
        "Ten batches whose gradients cancel",
        Axis::linear("update", 0.0, step(CYCLES)),
        Axis::linear("w", -1000.0, 200.0),
    )
    .dashed(rounds().map(|round| (step(round), drift(&sizes, round))), Ink::Theory)
    .dots(every_round(by_batches(&RpropMinus { sizes }, 1.0)), Ink::Wrong)
    .dots(every_round(walk(&RpropMinus { sizes }, 1.0, |_| mean())), Ink::Series(2))
    .label((350.0, -420.0), Anchor::Left, "Rprop⁻, batch by batch", Ink::Wrong)
    .label((250.0, 20.0), Anchor::Above, "Rprop⁻, all ten at once", Ink::Series(2))
}

//! Every group goes its own way.

use proptest::prelude::*;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{START, gradients, path, rounded, the_same_every_time};

/// The path of some parameters alone, at their own rate.
fn alone<T: Scalar, R: UpdateRule<T>>(
    rule: &R,
    range: std::ops::Range<usize>,
    rate: f64,
    gradients: &[Vec<f64>],
) -> Vec<Vec<T>> {
    let mut x = rounded::<T>(&START[range.clone()]);
    let mut state = rule.init(&x).expect("usable settings");
    let update = |gradient: &Vec<f64>| {
        rule.look_ahead(&mut state, &mut x).expect("the state's length");
        let gradient = rounded::<T>(&gradient[range.clone()]);
        rule.update(&mut state, &mut x, &gradient, T::from_f64(rate)).expect("valid input");
        x.clone()
    };
    gradients.iter().map(update).collect()
}

fn groups_go_apart<T: Scalar, R: UpdateRule<T> + Copy>(
    rule: R,
    gradients: &[Vec<f64>],
) -> Result<(), TestCaseError> {
    let (coupled, decoupled) = (Decay::Coupled(0.25), Decay::Decoupled(0.5));
    let groups = vec![
        Group { rate_factor: 2.0, decay: coupled, ..Group::of(4..6) },
        Group { rate_factor: 0.5, decay: decoupled, ..Group::of(1..3) },
    ];
    let together = alone(&Groups { rule, groups }, 0..7, 0.125, gradients);
    let parts = [
        alone(&rule, 0..1, 0.125, gradients),
        alone(&WeightDecay { rule, decay: decoupled }, 1..3, 0.0625, gradients),
        alone(&rule, 3..4, 0.125, gradients),
        alone(&WeightDecay { rule, decay: coupled }, 4..6, 0.25, gradients),
        alone(&rule, 6..7, 0.125, gradients),
    ];
    for (k, x) in together.iter().enumerate() {
        let joined: Vec<T> = parts.iter().flat_map(|part| part[k].clone()).collect();
        prop_assert_eq!(x, &joined);
    }
    Ok(())
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn groups_are_the_rule_on_each_part(gradients in gradients()) {
        groups_go_apart::<f32, _>(Adam::default(), &gradients)?;
        groups_go_apart::<f64, _>(Adam::default(), &gradients)?;
        groups_go_apart::<f32, _>(Nesterov::default(), &gradients)?;
        groups_go_apart::<f64, _>(Nesterov::default(), &gradients)?;
    }

    #[test]
    fn frozen_parameters_stay_where_they_are(gradients in gradients()) {
        let frozen = Group { rate_factor: 0.0, decay: Decay::Decoupled(0.5), ..Group::of(2..5) };
        let rule = Groups { rule: Adam::default(), groups: vec![frozen] };
        for x in path::<f32, _>(&rule, &gradients) {
            // As numbers: −0 may become 0.
            prop_assert!(x[2..5].iter().zip(&START[2..5]).all(|(bits, start)| f64::from_bits(*bits) == *start));
        }
    }

    /// The order in which groups are named has no meaning.
    #[test]
    fn order_of_the_groups_does_not_matter(gradients in gradients()) {
        let mut groups = vec![
            Group { rate_factor: 2.0, ..Group::of(0..2) },
            Group { rate_factor: 3.0, ..Group::of(2..3) },
            Group { rate_factor: 0.5, decay: Decay::Coupled(0.1), ..Group::of(5..7) },
        ];
        let rule = |groups: &[Group]| Groups { rule: Adagrad::default(), groups: groups.to_vec() };
        let forwards = path::<f64, _>(&rule(&groups), &gradients);
        groups.reverse();
        prop_assert_eq!(path::<f64, _>(&rule(&groups), &gradients), forwards);
    }
}

#[test]
fn states_of_wrapped_rules_survive_being_written_down() {
    let groups = vec![Group { decay: Decay::Decoupled(0.5), ..Group::of(1..3) }];
    let rule = Clipped { rule: Groups { rule: AdamW::default(), groups }, clip: Clip::Norm(2.0) };
    let run = |interrupted: bool| {
        let mut x = START;
        let mut state = rule.init(&x).expect("usable settings");
        for k in 0..20 {
            if interrupted {
                let bytes = postcard::to_allocvec(&state).expect("numbers");
                state = postcard::from_bytes(&bytes).expect("what was written");
            }
            let gradient = x.map(|x| x * f64::from(k));
            rule.update(&mut state, &mut x, &gradient, 0.1).expect("valid input");
        }
        (x.map(f64::to_bits), state)
    };
    assert_eq!(run(true), run(false));
}

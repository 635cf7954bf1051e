//! A state that has been written down and read goes on with the same bits.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{START, bits, for_every_rule, gradients, path, rounded, the_same_every_time};

/// Written and read before every update, as bytes and as text in turn.
fn resumes<T: Scalar, R: UpdateRule<T>>(name: &str, rule: R, gradients: &[Vec<f64>])
where
    R::State: Debug + PartialEq + Serialize + DeserializeOwned,
{
    let mut x = rounded::<T>(&START);
    let mut state = rule.init(&x).expect("usable settings");
    let mut interrupted = Vec::new();
    for (k, gradient) in gradients.iter().enumerate() {
        let read: R::State = if k % 2 == 0 {
            let bytes = postcard::to_allocvec(&state).expect("numbers");
            postcard::from_bytes(&bytes).expect("what was written")
        } else {
            let text = serde_json::to_string(&state).expect("finite numbers");
            serde_json::from_str(&text).expect("what was written")
        };
        assert_eq!(read, state, "{name}");
        state = read;
        rule.update(&mut state, &mut x, &rounded::<T>(gradient), T::from_f64(0.125)).expect("valid input");
        interrupted.push(x.clone());
    }
    assert_eq!(bits(&interrupted), bits(&path::<T, R>(&rule, gradients)), "{name}");
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn states_survive_being_written_down(gradients in gradients()) {
        for_every_rule!(resumes, &gradients);
    }
}

//! A wrapper that has nothing to do leaves every bit as it is.

use proptest::prelude::*;
use thalweg::prelude::*;

use crate::{gradients, path, the_same_every_time};

fn is_transparent<R>(rule: &R, gradients: &[Vec<f64>]) -> Result<(), TestCaseError>
where
    R: UpdateRule<f32> + UpdateRule<f64>,
{
    /// The path of each wrapper, and of the bare rule.
    macro_rules! in_precision {
        ($T:ty) => {{
            let bare = path::<$T, _>(rule, gradients);
            for decay in [Decay::Coupled(0.0), Decay::Decoupled(0.0)] {
                prop_assert_eq!(&path::<$T, _>(&WeightDecay { rule, decay }, gradients), &bare);
            }
            for clip in [Clip::Norm(1e30), Clip::Value(1e30), Clip::Value(f64::MAX)] {
                prop_assert_eq!(&path::<$T, _>(&Clipped { rule, clip }, gradients), &bare);
            }
            for groups in [vec![], vec![Group::of(0..7)]] {
                prop_assert_eq!(&path::<$T, _>(&Groups { rule, groups }, gradients), &bare);
            }
            let groups = vec![Group::of(0..7)];
            let decay = Decay::default();
            let all =
                Groups { rule: Clipped { rule: WeightDecay { rule, decay }, clip: Clip::Norm(1e3) }, groups };
            prop_assert_eq!(&path::<$T, _>(&all, gradients), &bare);
        }};
    }
    in_precision!(f32);
    in_precision!(f64);
    Ok(())
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn wrappers_without_an_effect_change_no_bit(gradients in gradients()) {
        is_transparent(&GradientDescent, &gradients)?;
        is_transparent(&Adam::default(), &gradients)?;
        // One that looks ahead, and one that needs the value.
        is_transparent(&Nesterov::default(), &gradients)?;
        is_transparent(&IRpropPlus::default(), &gradients)?;
    }

    /// A rule that treats every parameter alone does not notice how they are cut.
    #[test]
    fn groups_at_the_common_rate_change_no_bit(gradients in gradients(), a in 0_usize..6, b in 0_usize..6) {
        let (start, end) = (a.min(b), a.max(b) + 1);
        // Not in their order.
        let groups = vec![Group::of(end..7), Group::of(start..end)];
        let adam = Adam::default();
        prop_assert_eq!(
            path::<f32, _>(&Groups { rule: adam, groups: groups.clone() }, &gradients),
            path::<f32, _>(&adam, &gradients)
        );
        prop_assert_eq!(path::<f64, _>(&Groups { rule: adam, groups }, &gradients), path::<f64, _>(&adam, &gradients));
    }
}

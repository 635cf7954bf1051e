//! Update rules as the slides print them, slips and all, so that the results can show what the slips do.

mod quickprop;
mod rprop;

pub(crate) use quickprop::{Denominator, QuickpropAsPrinted};
pub(crate) use rprop::{Clamp, Repairs, RpropAsPrinted, one_weight_at_a_time};

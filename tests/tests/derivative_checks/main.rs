//! Checks of derivatives: no false alarm, and no error passed over where the bound promises to see it.

mod answers;
mod products;
mod ten_thousand;

use thalweg::problem::{Comparison, DerivativeCheck, Entry};

/// The comparison of one number.
fn find(check: &DerivativeCheck, entry: Entry) -> Comparison {
    *check.comparisons.iter().find(|c| c.entry == entry).expect("the number was compared")
}

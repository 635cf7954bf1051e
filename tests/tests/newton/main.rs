//! Newton's method bare, damped, modified and saddle-free, as a user meets them.

mod bounds;
mod interruption;
mod order;
mod peers;
#[path = "../reference/mod.rs"]
mod reference;
mod saddles;
mod traces;

use thalweg::objectives::LogBarrier;
use thalweg_hessian::ByProducts;

/// Σ (wᵢ − ln wᵢ), not a number where a w is below 0. Newton's step squares the error: 1 − w₊ = (1 − w)².
fn barrier(n: usize) -> ByProducts<LogBarrier> {
    ByProducts(LogBarrier::new(n).expect("n is above 0"))
}

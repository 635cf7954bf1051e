//! Line searches, used as a method would use them.

mod bad_input;
mod courses;
mod exact;
mod invariances;
mod million;
mod near_a_minimum;
mod peers;
mod published;
mod random_functions;
mod rays;
#[path = "../reference/mod.rs"]
mod reference;
mod single_precision;
mod tables;

use thalweg::problem::Curved;
use thalweg_line_search::{
    Backtracking, Exact, Fixed, HagerZhang, Interpolation, LineSearch, MoreThuente, StrongWolfe,
};

type Search = Box<dyn for<'a> LineSearch<dyn Curved + 'a>>;

/// Every search with settings that suit steepest descent, by name.
fn all_searches() -> Vec<(&'static str, Search)> {
    let mut all: Vec<(&str, Search)> = iterative_searches();
    all.push(("exact", Box::new(Exact::default())));
    all.push(("fixed", Box::new(Fixed { alpha: 1e-3 })));
    all
}

/// Those that go on when a trial is not good enough.
fn iterative_searches() -> Vec<(&'static str, Search)> {
    let mut all = wolfe_searches();
    for interpolation in [Interpolation::Halving, Interpolation::Quadratic, Interpolation::Cubic] {
        all.push(("backtracking", Box::new(Backtracking { interpolation, ..Backtracking::default() })));
    }
    all
}

/// Those that bound the slope from below.
fn wolfe_searches() -> Vec<(&'static str, Search)> {
    vec![
        ("Moré–Thuente", Box::new(MoreThuente { c2: 0.1, ..MoreThuente::default() })),
        ("strong Wolfe", Box::new(StrongWolfe { c2: 0.1, ..StrongWolfe::default() })),
        ("Hager–Zhang", Box::new(HagerZhang { c2: 0.1, ..HagerZhang::default() })),
    ]
}

//! What the length of the first trial is to L-BFGS on the collection of Moré, Garbow and Hillstrom, beside SciPy's L-BFGS-B: listed
//! values, budgets at which SciPy has solved more cases, and the cases solved within 10 and 20 evaluations.
//!
//! ```sh
//! cargo run --release -p thalweg-tests --example first_lengths
//! ```

use thalweg_quasi_newton::{FirstLength, Lbfgs};
use thalweg_tests::collection::{BUDGET, Score};
use thalweg_tests::profiles::{LIMIT, TAUS, lbfgs, scipy, within};

fn main() {
    println!("| first trial | listed values | budgets behind | within 10, to 1e-3, 1e-5, 1e-7 | within 20 |");
    println!("| --- | --- | --- | --- | --- |");
    let shares = (2..=20).map(|i| 0.05 * f64::from(i)).chain([0.41]).map(FirstLength::Relative);
    for first_length in [FirstLength::Absolute(1.0), FirstLength::Absolute(3.0)].into_iter().chain(shares) {
        let method = Lbfgs { first_length, ..Lbfgs::default() };
        let (ours, theirs) = (lbfgs(&method), scipy());
        let is_behind = |k: usize, budget| within(&ours, k, budget) < within(&theirs, k, budget);
        let behind = |k| (1..=LIMIT).filter(|&budget| is_behind(k, budget)).count();
        let solved = |budget| [0, 1, 2].map(|k| within(&ours, k, budget));
        let name = match first_length {
            FirstLength::Relative(share) => format!("{share:.2} ‖x₀‖"),
            FirstLength::Absolute(length) => format!("{length}"),
        };
        println!(
            "| {name} | {} | {} | {:?} | {:?} |",
            Score::of(&method, BUDGET).solved(),
            (0..TAUS.len()).map(behind).sum::<usize>(),
            solved(10),
            solved(20),
        );
    }
    println!(
        "SciPy: {:?} and {:?}",
        [0, 1, 2].map(|k| within(&scipy(), k, 10)),
        [0, 1, 2].map(|k| within(&scipy(), k, 20))
    );
}

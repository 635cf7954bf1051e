//! All methods beside each other on the collection of Moré, Garbow and Hillstrom, as a table in Markdown.
//!
//! ```sh
//! cargo run --release -p thalweg-tests --example methods
//! ```

use thalweg_tests::league::{entries, solved_by_all, table};

fn main() {
    let entries = entries();
    for entry in &entries {
        println!("{}: {}", entry.name, entry.score);
    }
    let solved = solved_by_all(&entries).into_iter().map(|case| entries[0].score.outcomes[case].case());
    println!("solved by all: {}\n\n{}", solved.collect::<Vec<_>>().join("; "), table(&entries));
}

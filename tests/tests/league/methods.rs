//! All methods beside each other: the table that the example `methods` prints, and what has to be true of it.

use thalweg_tests::league::{counts, entries, solved_by_all, table};

#[test]
fn table_of_all_methods_is_the_recorded_one() {
    let entries = entries();
    let cases = solved_by_all(&entries);
    // Damped Newton gets stuck on many, and decides how many are left.
    assert!(cases.len() >= 45, "{} cases", cases.len());
    for entry in &entries {
        let of_all = counts(entry, &cases);
        assert!(of_all.is_some() || !entry.is_safeguarded, "{} has not solved what all have", entry.name);
        // Nothing is for free.
        assert!(of_all.is_none_or(|counts| counts.total() >= 2 * cases.len() as u64), "{}", entry.name);
    }
    insta::assert_snapshot!(table(&entries));
}

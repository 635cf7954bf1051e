//! What the book shows is what the examples print.

#[allow(dead_code)]
#[path = "../../crates/thalweg/examples/check_a_gradient.rs"]
mod check_a_gradient;

#[test]
fn three_answers_print_as_the_book_shows_them() {
    let shown = include_str!("../../crates/thalweg/examples/check_a_gradient.txt");
    assert_eq!(check_a_gradient::sentences().expect("valid input"), shown);
}

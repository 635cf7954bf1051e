//! The perceptron rule: what it learns, how many updates that takes, when it gives up.

use proptest::prelude::*;
use thalweg_networks::data::{SpoiledClusters, digits, spoiled_points, xor};
use thalweg_networks::separability::maximal_margin;
use thalweg_networks::{DataSet, Order, Perceptron, PerceptronEnding, Pocket};

#[test]
fn updates_are_those_of_the_rule_by_hand() {
    // From 0: (1, 0)+ is wrong, w = (1, 0, 1); (0, 1)+ right; (−1, 0)− on the plane, w = (2, 0, 0); (0, −2)+ on it,
    // w = (2, −2, 1); (1, 0) right; (0, 1): −1, w = (2, −1, 2); (−1, 0): 0, w = (3, −1, 1); (0, −2): 3; then all are right
    // but (0, 1): 0, w = (3, 0, 2); (−1, 0): −1·(−3 + 2) = 1; (0, −2): 2; and an epoch without an update.
    let mut path = Vec::new();
    let data = spoiled_points(2.0).unwrap();
    let learned = Perceptron::default().learn_observed(&data, |w, i| path.push((i, w.to_vec()))).unwrap();
    let by_hand = [
        (0, [1.0, 0.0, 1.0]),
        (2, [2.0, 0.0, 0.0]),
        (3, [2.0, -2.0, 1.0]),
        (1, [2.0, -1.0, 2.0]),
        (2, [3.0, -1.0, 1.0]),
        (1, [3.0, 0.0, 2.0]),
    ];
    assert_eq!(path, by_hand.map(|(i, w)| (i, w.to_vec())));
    assert_eq!((learned.updates, learned.epochs, learned.errors), (6, 4, 0));
    assert!(learned.separates());
}

#[test]
fn never_ending_data_end_with_the_budget() {
    for order in [Order::Cyclic, Order::Random { seed: 3 }] {
        let learned = Perceptron { order, max_updates: 10_000 }.learn(&xor()).unwrap();
        assert_eq!(learned.ending, PerceptronEnding::BudgetSpent { updates: 10_000 });
        assert_eq!(learned.updates, 10_000);
        assert!(learned.errors > 0 && !learned.separates());
        assert!(learned.ending.to_string().contains("no hyperplane separates the data"));
        // The weights of a perceptron stay bounded (Minsky and Papert).
        assert!(learned.weights.iter().all(|w| w.abs() < 10.0), "{:?}", learned.weights);
    }
}

#[test]
fn bad_input_is_refused_by_name() {
    let none = Perceptron { max_updates: 0, ..Perceptron::default() }.learn(&xor()).unwrap_err();
    assert_eq!(none.argument, "max_updates");
    assert_eq!(
        Pocket { max_updates: 0, ..Pocket::default() }.learn(&xor()).unwrap_err().argument,
        "max_updates"
    );
    assert_eq!(Perceptron::default().learn(&digits()).unwrap_err().argument, "data.classes()");
    assert_eq!(Pocket::default().learn(&digits()).unwrap_err().argument, "data.classes()");
}

#[test]
fn overflow_is_no_right_answer() {
    let data = DataSet::new(1, [f64::MAX, -f64::MAX], [1, 0], 2).unwrap();
    let learned = Perceptron { max_updates: 20, ..Perceptron::default() }.learn(&data).unwrap();
    assert!(learned.errors == 0 || !learned.separates());
    assert!(learned.updates <= 20);
}

#[test]
fn pocket_keeps_the_fewest_errors() {
    // The best a line can do on XOR; and on clusters with a spoiler deep in another class, all but few.
    let xor = Pocket::default().learn(&xor()).unwrap();
    assert_eq!(xor.errors, 1);
    let clusters = SpoiledClusters { per_cluster: 40, deviation: 0.6, spoilers: 3, seed: 5 }.draw().unwrap();
    let plain =
        Perceptron { order: Order::Random { seed: 0 }, max_updates: 10_000 }.learn(&clusters).unwrap();
    assert!(!plain.separates());
    let pocket = Pocket::default().learn(&clusters).unwrap();
    assert!(pocket.errors < plain.errors, "{} and {}", pocket.errors, plain.errors);
    // On separable data it is the perceptron.
    let easy = spoiled_points(20.0).unwrap();
    assert!(Pocket::default().learn(&easy).unwrap().separates());
}

#[test]
fn seeds_decide_the_order_and_nothing_else_does() {
    let data = SpoiledClusters { spoilers: 1, ..SpoiledClusters::default() }.draw().unwrap();
    let learn =
        |seed| Perceptron { order: Order::Random { seed }, ..Perceptron::default() }.learn(&data).unwrap();
    assert_eq!(learn(1), learn(1));
    let different: std::collections::BTreeSet<u64> = (0..20).map(|seed| learn(seed).updates).collect();
    assert!(different.len() > 3, "{different:?}");
}

proptest! {
    /// Novikoff's bound holds, and what ends by itself separates.
    #[test]
    fn separable_data_are_separated_within_the_bound(
        points in proptest::collection::vec([-8_i32..8, -8_i32..8], 2..30),
        direction in [-5_i32..6, -5_i32..6, -5_i32..6],
        seed in any::<u64>(),
    ) {
        // Labeled by a line, points on it left out.
        let side = |[x, y]: [i32; 2]| direction[0] * x + direction[1] * y + direction[2];
        let points: Vec<_> = points.into_iter().filter(|&point| side(point) != 0).collect();
        prop_assume!(!points.is_empty());
        let features: Vec<f64> = points.iter().flatten().map(|&x| x.into()).collect();
        let labels: Vec<_> = points.iter().map(|&point| usize::from(side(point) > 0)).collect();
        let data = DataSet::new(2, features, labels, 2).unwrap();
        let bound = maximal_margin(&data).unwrap().expect("separable by construction").mistake_bound();
        for order in [Order::Cyclic, Order::Random { seed }] {
            let learned = Perceptron { order, ..Perceptron::default() }.learn(&data).unwrap();
            prop_assert!(learned.separates());
            prop_assert!(learned.updates as f64 <= bound * (1.0 + 1e-9), "{} > {bound}", learned.updates);
        }
    }
}

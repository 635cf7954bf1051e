//! Data sets are what they say, and refuse what cannot be used.

use thalweg::numerics::norm;
use thalweg_networks::DataSet;
use thalweg_networks::data::{
    Cluster, Rings, Shape, SpoiledClusters, breast_cancer, digits, spoiled_points, three_points, xor,
};
use thalweg_networks::problem::InvalidInput;

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, InvalidInput>, argument: &str) {
    let error = result.expect_err("this cannot be used");
    assert_eq!(error.argument, argument, "{error}");
}

#[test]
fn bad_data_are_refused_by_name() {
    let square = [0.0, 1.0, 2.0, 3.0];
    assert_refused(DataSet::new(2, square, [], 2), "labels");
    assert_refused(DataSet::new(0, [], [0], 2), "dim");
    assert_refused(DataSet::new(2, square, [0], 2), "features");
    assert_refused(DataSet::new(2, square, [0, 1, 1], 2), "features");
    assert_refused(DataSet::new(2, square, [0, 2], 2), "labels[1]");
    assert_refused(DataSet::new(2, square, [0, 0], 1), "classes");
    for bad in [f64::NAN, f64::INFINITY] {
        assert_refused(DataSet::new(2, [0.0, 1.0, bad, 3.0], [0, 1], 2), "features[2]");
    }
    let data = three_points();
    assert_refused(data.with(&[1.0], 1), "point");
    assert_refused(data.with(&[1.0, f64::NAN], 1), "point[1]");
    assert_refused(data.with(&[1.0, 2.0], 2), "label");
    assert_refused(data.subset(&[]), "indices");
    assert_refused(data.subset(&[0, 3]), "indices[1]");
    assert_refused(DataSet::new(1, [f64::MAX, -f64::MAX], [0, 1], 2).unwrap().standardized(), "feature 0");
}

#[test]
fn bad_settings_of_drawn_data_are_refused_by_name() {
    for t in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        assert_refused(spoiled_points(t), "t");
    }
    let clusters = SpoiledClusters::default();
    assert_refused(SpoiledClusters { per_cluster: 0, ..clusters }.draw(), "per_cluster");
    assert_refused(SpoiledClusters { deviation: f64::NAN, ..clusters }.draw(), "deviation");
    let cluster = Cluster { center: vec![0.0], deviation: 1.0, count: 3, label: 0 };
    assert_refused(Cluster::draw(&[], 2, 0), "dim");
    assert_refused(
        Cluster::draw(&[cluster.clone(), Cluster { center: vec![0.0; 2], ..cluster.clone() }], 2, 0),
        "center",
    );
    assert_refused(Cluster::draw(&[Cluster { label: 2, ..cluster.clone() }], 2, 0), "labels[0]");
    assert_refused(Cluster::draw(&[Cluster { count: 0, ..cluster }], 2, 0), "labels");
    assert_refused(Rings { per_ring: 0, ..Rings::default() }.draw(), "per_ring");
    assert_refused(Rings { radii: [1.0, -2.0], ..Rings::default() }.draw(), "radii");
    assert_refused(Shape::hexagon_with_diamond_hole().draw(0, 1), "labels");
    assert_refused(Shape::new(Vec::new()), "polygons");
    assert_refused(Shape::new(vec![vec![[0.0, 0.0], [1.0, 0.0]]]), "polygons[0]");
}

#[test]
fn the_lecture_s_points_are_where_it_draws_them() {
    let data = spoiled_points(50.0).unwrap();
    assert_eq!(data.features(), [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -50.0]);
    assert_eq!(data.signs().collect::<Vec<_>>(), [1.0, 1.0, -1.0, 1.0]);
    assert_eq!(data.subset(&[0, 1, 2]).unwrap(), three_points());
    assert_eq!(xor().labels(), [0, 1, 1, 0]);
}

#[test]
fn spoilers_change_no_other_point_and_seeds_all_but_the_first() {
    let clusters = SpoiledClusters { per_cluster: 500, ..SpoiledClusters::default() };
    let clean = clusters.draw().unwrap();
    let spoiled = SpoiledClusters { spoilers: 4, ..clusters }.draw().unwrap();
    assert_eq!(spoiled.features()[..clean.features().len()], *clean.features());
    assert_eq!(
        (spoiled.len(), spoiled.row(1500), &spoiled.labels()[1500..]),
        (1504, &SpoiledClusters::SPOILER[..], &[1; 4][..])
    );
    assert!(spoiled.row(1501) != spoiled.row(1502));
    assert_eq!(clean, clusters.draw().unwrap());
    assert_ne!(clean, SpoiledClusters { seed: 1, ..clusters }.draw().unwrap());
    // The centers, to five standard errors 0.08/√500.
    for (k, center) in [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]].into_iter().enumerate() {
        for (j, expected) in center.into_iter().enumerate() {
            let mean = (0..500).map(|i| clean.row(500 * k + i)[j]).sum::<f64>() / 500.0;
            assert!((mean - expected).abs() < 0.018, "{k}, {j}: {mean}");
        }
    }
}

#[test]
fn rings_are_rings() {
    let data = Rings { per_ring: 300, radii: [1.0, 3.0], deviation: 0.1, seed: 4 }.draw().unwrap();
    for i in 0..600 {
        let radius = [1.0, 3.0][data.labels()[i]];
        assert!((norm(data.row(i)) - radius).abs() < 0.5);
    }
    let quarters = |i: usize| (data.row(i)[0] > 0.0, data.row(i)[1] > 0.0);
    for quarter in [(false, false), (false, true), (true, false), (true, true)] {
        // Five standard deviations √(600 · 3/16).
        assert!((0..600).filter(|&i| quarters(i) == quarter).count().abs_diff(150) < 54);
    }
}

#[test]
fn shapes_contain_what_they_enclose() {
    let shape = Shape::hexagon_with_diamond_hole();
    for (point, inside) in [
        ([0.0, 0.0], false),
        ([0.2, 0.1], false),
        ([0.2, 0.2], true),
        ([0.79, 0.0], true),
        ([0.81, 0.0], false),
        ([-0.5, 0.6], false),
        ([-0.3, -0.69], true),
        ([0.3, -0.71], false),
    ] {
        assert_eq!(shape.contains(point), inside, "{point:?}");
    }
    let bear = Shape::bear();
    for (point, inside) in [
        ([0.0, 0.1], true),
        ([0.8, 0.2], true),
        ([0.2, -0.5], false),
        ([0.05, -0.5], true),
        ([0.5, 0.9], false),
    ] {
        assert_eq!(bear.contains(point), inside, "{point:?}");
    }
    let data = shape.draw(1000, 3).unwrap();
    assert!(
        (0..1000).all(|i| usize::from(shape.contains([data.row(i)[0], data.row(i)[1]])) == data.labels()[i])
    );
}

/// Sums that the tables of the wheel give, and a few of their numbers.
#[test]
fn stored_tables_are_the_published_ones() {
    let digits = digits();
    assert_eq!((digits.len(), digits.dim(), digits.classes()), (1797, 64, 10));
    assert_eq!(digits.features().iter().sum::<f64>(), 561_718.0);
    assert!(digits.features().iter().all(|&x| (0.0..=16.0).contains(&x) && x.fract() == 0.0));
    let count = |digit| digits.labels().iter().filter(|&&label| label == digit).count();
    let counts: Vec<_> = (0..10).map(count).collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);

    let cancer = breast_cancer();
    assert_eq!((cancer.len(), cancer.dim(), cancer.classes()), (569, 30, 2));
    assert_eq!(cancer.labels().iter().sum::<usize>(), 357);
    assert_eq!(cancer.row(0)[..6], [17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776]);
    assert_eq!(cancer.row(568)[24..], [0.08996, 0.06444, 0.0, 0.0, 0.2871, 0.07039]);
    assert!((cancer.rows().map(|row| row[0]).sum::<f64>() - 8038.429).abs() < 1e-9);
}

#[test]
fn standardized_features_have_mean_0_and_deviation_1() {
    let data = breast_cancer().standardized().unwrap();
    let constant = digits().standardized().unwrap();
    for j in 0..30 {
        let mean = data.rows().map(|row| row[j]).sum::<f64>() / 569.0;
        let square = data.rows().map(|row| row[j] * row[j]).sum::<f64>() / 569.0;
        assert!(mean.abs() < 1e-13 && (square - 1.0).abs() < 1e-13, "{j}: {mean:e}, {square}");
    }
    // The corner of the image is white in every row.
    assert!(constant.rows().all(|row| row[0] == 0.0 && row.iter().all(|x| x.is_finite())));
}

#[test]
fn data_that_are_read_are_checked() {
    let data = spoiled_points(3.0).unwrap();
    let text = serde_json::to_string(&data).unwrap();
    assert_eq!(serde_json::from_str::<DataSet>(&text).unwrap(), data);
    let spoiled = text.replace("\"labels\":[1,1,0,1]", "\"labels\":[1,1,0,7]");
    assert!(spoiled != text);
    let error = serde_json::from_str::<DataSet>(&spoiled).unwrap_err();
    assert!(error.to_string().contains("labels[3]"), "{error}");
}

//! The highest curvatures, one by one, and the density of all.

use super::{NAMES, Stage};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};

/// Gray at the start, then blue, then green.
const INKS: [Ink; 3] = [Ink::Quiet, Ink::Series(0), Ink::Series(2)];

pub(super) fn outliers(stages: &[Stage; 3]) -> Figure {
    let mut panel = Panel::new(
        "The sixteen highest curvatures",
        Axis::linear("rank", 0.0, 17.0),
        Axis::logarithmic("curvature over the highest", 3e-3, 1.5),
    )
    .dashed([(9.5, 3e-3), (9.5, 1.5)], Ink::Theory)
    .label((9.7, 1.0), Anchor::Right, "C − 1 = 9", Ink::Theory);
    for ((stage, ink), (k, name)) in stages.iter().zip(INKS).zip(NAMES.into_iter().enumerate()) {
        let points = stage.found.highest.iter().enumerate();
        let points: Vec<_> = points.map(|(i, pair)| ((i + 1) as f64, pair.value / stage.highest())).collect();
        panel = panel.line(points.iter().copied(), ink).dots(points, ink);
        panel = panel.label((0.5, 4e-3 * [1.0, 1.7, 2.9][k]), Anchor::Right, name, ink);
    }
    Figure {
        id: "outliers",
        caption: "The highest curvatures of the network at its start (gray), on its way (blue) and trained (green), each over the highest: \
                  one fewer than there are classes stand apart, until the classes are decided."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

pub(super) fn densities(stages: &[Stage; 3]) -> Figure {
    let panels = stages.iter().zip(INKS).zip(NAMES).map(|((stage, ink), name)| {
        let scale = stage.highest();
        let (low, high, least) = (-0.3, 1.1, 1e-6);
        let density = spaced(low, high, 300).map(|x| {
            let at = stage.sample.density(x * scale, 0.01 * scale).map_or(f64::NAN, |at| at.value * scale);
            (x, if at > least { at } else { f64::NAN })
        });
        let marks = |pairs: &[thalweg_krylov::Eigenpair]| {
            pairs.iter().map(|pair| (pair.value / scale, 2.0 * least)).collect::<Vec<_>>()
        };
        let ink = if ink == Ink::Quiet { Ink::Series(1) } else { ink };
        Panel::new(
            format!("{name}: loss {:.3}", stage.value),
            Axis::linear("curvature over the highest", low, high),
            Axis::logarithmic("density", least, 1e3),
        )
        .line(density.collect::<Vec<_>>(), ink)
        .dots(marks(&stage.found.highest), ink)
        .dots(marks(&stage.found.lowest), Ink::Wrong)
    });
    Figure {
        id: "densities",
        caption: "The density of all 99 690 curvatures over the highest; dots are the sixteen highest and, in red, the four lowest."
            .to_owned(),
        panels: panels.collect(),
        columns: 3,
    }
}

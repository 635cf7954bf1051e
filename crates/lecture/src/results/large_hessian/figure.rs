//! What is stored, and the spectrum.

use thalweg_krylov::{FoundEigenpairs, SpectralSample};

use super::vectors;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};

/// Bytes of the matrix beside those of the vectors, and columns beside products.
pub(super) fn sizes(n: usize, products: u64) -> Figure {
    let (n, vectors) = (n as f64, vectors() as f64);
    let bars = |title: &str, label: &str, low: f64, high: f64, [big, small]: [(f64, String); 2]| {
        let bar = |y: f64, value: f64| [(low, y), (value, y), (f64::NAN, f64::NAN)];
        let thick = |y: f64, value: f64| spaced(0.95 * y, 1.05 * y, 25).flat_map(move |y| bar(y, value));
        // An axis between two powers of ten has no ticks: these heights are no numbers.
        Panel::new(title, Axis::logarithmic(label, low, high), Axis::logarithmic("", 2.0, 9.0))
            .line(thick(5.5, big.0), Ink::Wrong)
            .line(thick(3.0, small.0), Ink::Series(0))
            .label((low * 1.4, 6.6), Anchor::Right, big.1, Ink::Wrong)
            .label((low * 1.4, 3.6), Anchor::Right, small.1, Ink::Series(0))
    };
    let panels = vec![
        bars(
            "Memory",
            "bytes",
            1e6,
            1e12,
            [
                (8.0 * n * n, format!("the matrix: {:.1} GB", 8e-9 * n * n)),
                (8.0 * vectors * n, format!("{vectors} vectors: {:.0} MB", 8e-6 * vectors * n)),
            ],
        ),
        bars(
            "Work",
            "products with the Hessian",
            1.0,
            1e6,
            [
                (n, format!("all columns: {n}")),
                (products as f64, format!("13 extreme curvatures: {products}")),
            ],
        ),
    ];
    Figure {
        id: "sizes",
        caption: "The Hessian of 99 690 parameters as a matrix (red), and what its thirteen extreme curvatures take, each to a \
                  millionth of the largest (blue)."
            .to_owned(),
        panels,
        columns: 2,
    }
}

/// The density of all curvatures, and the extreme ones.
pub(super) fn spectrum(found: &FoundEigenpairs, sample: &SpectralSample) -> Figure {
    let (low, high) = (-0.15 * found.norm, 1.1 * found.norm);
    let width = 0.008 * found.norm;
    let density =
        spaced(low, high, 400).map(|x| (x, sample.density(x, width).map_or(f64::NAN, |at| at.value)));
    let density: Vec<_> = density.collect();
    let least = 1e-6 / found.norm;
    let marks =
        |values: Vec<f64>| values.into_iter().map(move |value| (value, 2.0 * least)).collect::<Vec<_>>();
    let values =
        |pairs: &[thalweg_krylov::Eigenpair]| pairs.iter().map(|pair| pair.value).collect::<Vec<_>>();
    let panel = Panel::new(
        "All curvatures of the network",
        Axis::linear("curvature λ", low, high),
        Axis::logarithmic("density", least, 1e3 / found.norm),
    )
    .line(density.into_iter().map(|(x, y)| (x, if y > least { y } else { f64::NAN })), Ink::Series(0))
    .dots(marks(values(&found.highest)), Ink::Series(2))
    .dots(marks(values(&found.lowest)), Ink::Wrong)
    .label((0.25 * found.norm, 1e2 / found.norm), Anchor::Right, "density, by random vectors", Ink::Series(0))
    .label((0.25 * found.norm, 2e1 / found.norm), Anchor::Right, "ten highest, with bounds", Ink::Series(2))
    .label((0.25 * found.norm, 4.0 / found.norm), Anchor::Right, "three lowest", Ink::Wrong);
    Figure {
        id: "spectrum",
        caption: "Nearly all of the 99 690 curvatures are near 0; a few are large, and some are negative. The line is their density, smoothed; \
                  the dots are the extreme ones."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

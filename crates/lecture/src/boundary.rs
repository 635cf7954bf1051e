//! Two classes in the plane, and the lines by which neurons tell them apart.

use thalweg_networks::DataSet;

use crate::figure::{Ink, Panel};

/// The inks of the two classes.
pub(crate) const POSITIVE: Ink = Ink::Series(0);
pub(crate) const NEGATIVE: Ink = Ink::Series(1);

/// The points of class 1 and of class 0.
pub(crate) fn with_points(panel: Panel, data: &DataSet) -> Panel {
    let of = |label: usize| {
        let rows = data.rows().zip(data.labels()).filter(move |(_, l)| **l == label);
        rows.map(|(x, _)| (x[0], x[1])).collect::<Vec<_>>()
    };
    panel.dots(of(1), POSITIVE).dots(of(0), NEGATIVE)
}

/// The line w_x x + w_y y + b = 0, well over both edges of a panel of a few units.
pub(crate) fn line(w: &[f64]) -> [(f64, f64); 2] {
    const FAR: f64 = 50.0;
    let square = w[0] * w[0] + w[1] * w[1];
    let foot = (-w[2] * w[0] / square, -w[2] * w[1] / square);
    let length = square.sqrt();
    [-FAR, FAR].map(|s| (foot.0 - s * w[1] / length, foot.1 + s * w[0] / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_line_are_on_it() {
        let w = [2.0, -0.5, 1.0];
        for (x, y) in line(&w) {
            assert!((w[0] * x + w[1] * y + w[2]).abs() < 1e-12);
        }
    }
}

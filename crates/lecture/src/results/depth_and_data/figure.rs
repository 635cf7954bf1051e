//! The regions that networks have learned, and how wrong and how varied they are.

use thalweg_networks::data::Shape;

use super::{DEPTHS, Extent, RECIPES, name};
use crate::bootstrap::Interval95;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, plane};
use crate::shaped::{GRID, Learned, Part};

/// Adam and descent, each with fewer points and with more.
const INKS: [Ink; 4] = [Ink::Series(0), Ink::Series(3), Ink::Series(1), Ink::Series(5)];

/// A panel for every N and depth.
pub(super) fn regions(learned: &[Learned], extent: &Extent) -> Figure {
    let shape = Shape::hexagon_with_diamond_hole();
    let mut panels = Vec::new();
    for (n, data) in extent.data.iter().enumerate() {
        for (d, depth) in DEPTHS.iter().enumerate() {
            let (x, y) = plane(["", ""], [0.0, 0.0], 1.0);
            let mut panel = Panel::new(format!("{} layers, N = {}", depth + 1, data.examples), x, y);
            for polygon in shape.polygons() {
                let closed = polygon.iter().chain(polygon.first()).map(|corner| (corner[0], corner[1]));
                panel = panel.line(closed, Ink::Quiet);
            }
            for (r, recipe) in RECIPES.into_iter().enumerate() {
                let ink = Ink::Series(r as u8);
                let odds = &learned[(2 * r + n) * DEPTHS.len() + d].first;
                let height = 0.85 - 0.15 * r as f64;
                panel = panel.line(GRID.zeros(odds), ink).label(
                    (-1.38, height),
                    Anchor::Right,
                    name(recipe),
                    ink,
                );
            }
            panels.push(panel);
        }
    }
    Figure {
        id: "regions",
        caption: format!(
            "What networks of {} hidden units in all have learned from the points of seed 0, against the shape (gray): by Adam from He's start \
             (blue) and by descent at a fixed rate from ±1/√m (brown). Where there is no brown line, everything is outside for that network.",
            extent.units
        ),
        panels,
        columns: DEPTHS.len(),
    }
}

/// The share that is wrong, and the variance, by depth.
pub(super) fn by_depth(learned: &[Learned], neighbors: &[Learned; 2], extent: &Extent) -> Figure {
    let panel = |title: &str, high: f64, part: Part| {
        let axes = (Axis::linear("hidden layers", 1.0, 11.0), Axis::linear("share of the square", 0.0, high));
        let mut panel = Panel::new(title, axes.0, axes.1);
        for (n, (data, neighbor)) in extent.data.iter().zip(neighbors).enumerate() {
            let yardstick = neighbor.share(part).estimate;
            let line = [(1.0, yardstick), (11.0, yardstick)];
            panel = panel.dashed(line, Ink::Theory).label(
                (if n == 0 { 9.0 } else { 6.0 }, yardstick),
                Anchor::Above,
                format!("neighbor, {}", data.examples),
                Ink::Theory,
            );
        }
        for (row, cells) in learned.chunks(DEPTHS.len()).enumerate() {
            let ink = INKS[row];
            let places = DEPTHS.iter().zip(cells).map(|(depth, cell)| (*depth as f64, cell.share(part)));
            let places: Vec<_> = places.collect();
            panel = panel.line(places.iter().map(|(x, interval)| (*x, interval.estimate)), ink);
            panel = panel.dots(places.iter().map(|(x, interval)| (*x, interval.estimate)), ink);
            for (x, Interval95 { low, high, .. }) in &places {
                panel = panel.line([(*x, *low), (*x, *high)], ink);
            }
        }
        panel
    };
    Figure {
        id: "by-depth",
        caption: "By Adam with fewer points (blue) and with more (purple); by descent with fewer (brown) and with more (pink); the dashed lines \
                  are the nearest neighbor's. Where the variance of descent falls to 0, all of the shape is wrong."
            .to_owned(),
        panels: vec![
            panel("Wrong", 0.5, Part::Wrong),
            panel("Variance over seeds", 0.3, Part::Variance),
        ],
        columns: 2,
    }
}

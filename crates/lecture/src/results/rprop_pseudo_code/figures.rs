//! A run that stops short beside one that does not, and what the clamp on a signed Δw does.

use std::f64::consts::PI;

use thalweg_first_order::Rprop;
use thalweg_numerics::{cos, sin};

use super::{SIZES, SLIDE_113, SLIDE_114, START, on_parabola, valley};
use crate::contour::crossing;
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::walk::walk;

pub(super) fn frozen_and_free() -> Figure {
    let valley = valley();
    let outline = |level: f64| {
        let on_ray = |angle: f64| {
            let w = crossing(&valley, &[0.0; 2], &[cos(angle), sin(angle)], level);
            (w[0], w[1])
        };
        spaced(0.0, 2.0 * PI, 721).map(on_ray).collect::<Vec<_>>()
    };
    let panel = |title: &str, path: Vec<Vec<f64>>, ink: Ink| {
        let axes = (Axis::linear("w₁", -0.2, 1.2), Axis::linear("w₂", -1.0, 0.2));
        let mut panel = Panel::new(title, axes.0, axes.1);
        for level in [0.005, 0.0342, 0.1, 0.175] {
            panel = panel.line(outline(level), Ink::Quiet);
        }
        panel
            .arrows(path.iter().map(|w| (w[0], w[1])), ink)
            .dots([(0.0, 0.0)], Ink::Theory)
            .label((0.0, 0.0), Anchor::Above, "minimum", Ink::Theory)
            .label((START[0], START[1]), Anchor::Above, "w₀", ink)
    };
    let printed = walk(&valley, SLIDE_114, 1.0, &START, 40);
    Figure {
        id: "frozen-and-free",
        caption: "½w₁² + 0.9w₁w₂ + ½w₂² from (1, −½). Both weights set out downwards. As printed, w₂ may not come back \
                  up when its derivative has turned, and the run stops at (0.54, −0.6). Asked for its sign again, it \
                  follows the valley to the minimum."
            .to_owned(),
        panels: vec![
            panel("Slide 114 as printed: it stops", printed, Ink::Wrong).label(
                (-0.18, -0.93),
                Anchor::Right,
                "stops: ∇E = (0, −0.114)",
                Ink::Wrong,
            ),
            panel(
                "Rprop: the sign is refreshed",
                walk(&valley, Rprop { sizes: SIZES }, 1.0, &START, 60),
                Ink::Series(0),
            ),
        ],
        columns: 2,
    }
}

pub(super) fn signed_clamp() -> Figure {
    let distance =
        |path: Vec<f64>| path.into_iter().enumerate().map(|(k, w)| (k as f64, w.abs())).collect::<Vec<_>>();
    let panel = Panel::new(
        "Slide 113 on ½w²",
        Axis::linear("step k", 0.0, 100.0),
        Axis::logarithmic("|wₖ|", 1e-7, 1e4),
    );
    let (down, up) = (on_parabola(SLIDE_113, 2.0, 60), on_parabola(SLIDE_113, -2.0, 100));
    Figure {
        id: "signed-clamp",
        caption: "The same function, the same distance, the other side. From +2 slide 113's loop arrives. From −2 all is \
                  well until the first overshoot; then the clamp makes Δw positive, and every step leads away."
            .to_owned(),
        panels: vec![
            panel
                .line(distance(down.clone()), Ink::Series(0))
                .dots(distance(down), Ink::Series(0))
                .line(distance(up), Ink::Wrong)
                .label((22.0, 1e-5), Anchor::Left, "from +2", Ink::Series(0))
                .label((60.0, 2.0), Anchor::Above, "from −2", Ink::Wrong),
        ],
        columns: 1,
    }
}

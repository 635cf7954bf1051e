//! Slides 66 and 67 from real contours and paths.

use thalweg_hessian::{DiagonalRoot, NormalizedDescent};
use thalweg_schedules::Constant;

use super::{ALIGNED, HEIGHT, aligned, image, left_of_kappa, normalized, own_diagonal, root_of, tilted};
use crate::contour::contour;
use crate::descend::descend;
use crate::figure::{Anchor, Figure, Ink, Panel, plane};
use crate::number::significant;
use crate::walk::path_of;

/// The heights of the contours that are drawn: their axes are 1, 2, 3 and 4 of a unit long.
const HEIGHTS: [f64; 4] = [0.0625 * HEIGHT, 0.25 * HEIGHT, 0.5625 * HEIGHT, HEIGHT];
const GRADIENT: Ink = Ink::Series(1);
const NORMALIZED: Ink = Ink::Series(0);

/// Slide 66: turned into its axes, stretched, and turned back.
pub(super) fn ellipse_to_circle() -> Figure {
    let ellipse = tilted();
    let [flat, steep] = [ellipse.eigenvalues[0], ellipse.eigenvalues[1]];
    // On the outermost contour, off both axes.
    let start = ellipse.point(&[0.8 * (2.0 * HEIGHT / flat).sqrt(), -0.6 * (2.0 * HEIGHT / steep).sqrt()]);
    let best = 2.0 / (flat + steep);
    let plain = descend(&ellipse.quadratic, best, &start, 12).points;
    let rule = NormalizedDescent { schedule: Constant { rate: 0.5 }, ..NormalizedDescent::default() };
    let modified = path_of(&ellipse.quadratic, &rule, &start, 6).points;
    let root = root_of(&ellipse.eigen());

    let in_axes = |w: &[f64]| {
        let c = ellipse.components(w);
        (c[0], c[1])
    };
    let stretched = |w: &[f64]| {
        let c = ellipse.components(w);
        (flat.sqrt() * c[0], steep.sqrt() * c[1])
    };
    let turned_back = |w: &[f64]| {
        let w_hat = image(&root, w);
        (w_hat[0], w_hat[1])
    };
    let paths = |panel: Panel, map: &dyn Fn(&[f64]) -> (f64, f64)| {
        panel
            .arrows(plain.iter().map(|w| map(w)), GRADIENT)
            .arrows(modified.iter().map(|w| map(w)), NORMALIZED)
    };
    let axes = |names, half_height| plane(names, [0.0; 2], half_height);
    let (long, short) = ((2.0 * HEIGHT / flat).sqrt(), (2.0 * HEIGHT / steep).sqrt());

    let (x, y) = axes(["w₁", "w₂"], 20.0);
    let mut in_w = Panel::new("E in w: an ellipse at 60°", x, y);
    for height in HEIGHTS {
        in_w = in_w.line(ellipse.outline([0.0; 2], height), Ink::Quiet);
    }
    let tip = |components: [f64; 2]| {
        let w = ellipse.point(&components);
        (w[0], w[1])
    };
    in_w = in_w
        .dashed([tip([-long, 0.0]), tip([long, 0.0])], Ink::Theory)
        .dashed([tip([0.0, -short]), tip([0.0, short])], Ink::Theory)
        .label(tip([-long, 0.0]), Anchor::Left, "∝ 1/√λ₁", Ink::Theory)
        .label(tip([0.0, short]), Anchor::Left, "∝ 1/√λ₂", Ink::Theory)
        .label((-27.0, 16.5), Anchor::Right, "gradient descent on E", GRADIENT)
        .label((-27.0, 12.5), Anchor::Right, "on Ê, η = ½", NORMALIZED);

    let (x, y) = axes(["along the long axis", "along the short axis"], 20.0);
    let mut in_eigenvectors = Panel::new("Turned: Eᵀw", x, y);
    for height in HEIGHTS {
        let radii = ((2.0 * height / flat).sqrt(), (2.0 * height / steep).sqrt());
        in_eigenvectors = in_eigenvectors.ellipse((0.0, 0.0), radii, Ink::Quiet);
    }
    in_eigenvectors = in_eigenvectors.label((long, 0.0), Anchor::Right, "∝ 1/√λ₁", Ink::Theory).label(
        (0.0, short),
        Anchor::Above,
        "∝ 1/√λ₂",
        Ink::Theory,
    );

    let circles = |title: &str, names| {
        let (x, y) = axes(names, 10.0);
        let mut panel = Panel::new(title, x, y);
        for height in HEIGHTS {
            let radius = (2.0 * height).sqrt();
            panel = panel.ellipse((0.0, 0.0), (radius, radius), Ink::Quiet);
        }
        panel
    };
    let in_circles = circles("Stretched: Λ^½Eᵀw", ["√λ₁ along the long axis", "√λ₂ along the short axis"]);
    let in_w_hat = circles("Turned back: ŵ = EΛ^½Eᵀw = A^½w", ["ŵ₁", "ŵ₂"]).dots(
        contour(&normalized(&ellipse.quadratic, root.clone()), HEIGHT, 40).iter().map(|w| (w[0], w[1])),
        Ink::Quiet,
    );
    Figure {
        id: "ellipse-to-circle",
        caption: "Slide 66 in three steps: turned until its axes lie along the coordinates, stretched until both are \
                  equally long, turned back. Orange: gradient descent on E at its best rate. Blue: gradient descent on \
                  Ê at half of its best rate, which goes straight to the middle: in w that is w ← w − ηA⁻¹∇E. Dots: \
                  points of a measured contour of Ê."
            .to_owned(),
        panels: vec![
            paths(in_w, &|w| (w[0], w[1])),
            paths(in_eigenvectors, &in_axes),
            paths(in_circles, &stretched),
            paths(in_w_hat, &turned_back),
        ],
        columns: 2,
    }
}

/// Slide 67: where a diagonal S is enough, and where it is not.
pub(super) fn diagonal_scaling() -> Figure {
    let (a, b) = ALIGNED;
    let bowl = aligned();
    let scaling = DiagonalRoot::of(&a).expect("the curvatures are positive");
    let center = [-b[0] / a[0], -b[1] / a[1]];
    let lowest = -0.5 * (b[0] * b[0] / a[0] + b[1] * b[1] / a[1]);
    let in_hat = image(&scaling, &center);
    let heights = [15.0, 60.0, 135.0];

    let (x, y) = plane(["w₁", "w₂"], center, 26.0);
    let mut in_w = Panel::new("Slide 48's ellipses", x, y).dots([(center[0], center[1])], Ink::Theory);
    let (x, y) = plane(["ŵ₁ = √a₁ w₁", "ŵ₂ = √a₂ w₂"], [in_hat[0], in_hat[1]], 26.0);
    let mut in_w_hat =
        Panel::new("Squeezed by a diagonal S", x, y).dots([(in_hat[0], in_hat[1])], Ink::Theory);
    for height in heights {
        let [r1, r2] = a.map(|a| (2.0 * height / a).sqrt());
        let radius = (2.0 * height).sqrt();
        in_w = in_w.ellipse((center[0], center[1]), (r1, r2), Ink::Quiet);
        in_w_hat = in_w_hat.ellipse((in_hat[0], in_hat[1]), (radius, radius), Ink::Quiet);
    }
    let level = lowest + heights[1];
    let dots = |points: Vec<[f64; 2]>| points.into_iter().map(|w| (w[0], w[1]));
    in_w = in_w.dots(dots(contour(&bowl, level, 40)), NORMALIZED);
    in_w_hat = in_w_hat.dots(dots(contour(&normalized(&bowl, scaling), level, 40)), NORMALIZED);

    let ellipse = tilted();
    let left = left_of_kappa(&ellipse.quadratic, own_diagonal(&ellipse));
    let scaled = normalized(&ellipse.quadratic, own_diagonal(&ellipse));
    let (x, y) = plane(["s₁ w₁", "s₂ w₂"], [0.0; 2], 22.0);
    let mut of_tilted = Panel::new("Slide 66's ellipse by its best diagonal S", x, y);
    for height in HEIGHTS {
        let outline = ellipse.outline([0.0; 2], height);
        let map = |(w1, w2): (f64, f64)| {
            let w = image(scaled.normalization(), &[w1, w2]);
            (w[0], w[1])
        };
        of_tilted = of_tilted.line(outline.into_iter().map(map), Ink::Quiet);
    }
    of_tilted = of_tilted.dots(dots(contour(&scaled, HEIGHT, 40)), Ink::Wrong).label(
        (0.0, -21.0),
        Anchor::Above,
        format!("κ = {} is left of 10", significant(left, 3)),
        Ink::Wrong,
    );
    Figure {
        id: "diagonal-scaling",
        caption: "Dots: measured points of a contour. Left and middle: where the axes lie along the coordinates a \
                  diagonal S makes them circles, as on slide 67. Right: on an ellipse at 60° even the best diagonal S \
                  only turns it, to 45°, and leaves it almost as long as it was."
            .to_owned(),
        panels: vec![in_w, in_w_hat, of_tilted],
        columns: 3,
    }
}

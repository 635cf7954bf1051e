//! R74: what a picture of a loss surface shows of a saddle, of a minimum and of the way between two.

use std::f64::consts::PI;

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, hessian_by_products};
use thalweg_krylov::ExtremeEigenpairs;
use thalweg_landscape::{Line, Plane, curvature_plane, normalize_filters, random_direction};
use thalweg_networks::data::digits;
use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_numerics::{atan, exp, norm, pow, sin};
use thalweg_problem::{Allowance, Objective};

use crate::census::{Census, Found};
use crate::descend::largest;
use crate::digit_network::{DigitNetwork, PARAMETERS};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};
use crate::level_set::Grid;
use crate::number::significant;
use crate::{Chapter, Claim, Correction, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "most-pictures-of-a-saddle-show-a-bowl",
    number: 74,
    slides: Slides(&[(33, 33)]),
    chapter: Chapter::Surface,
    claim: "At a saddle point the surface increases in some directions and decreases in others, as the picture of a surface over two \
            directions shows.",
    correction: Some(Correction {
        statement: "A picture over two drawn directions does not show it: along each the curvature is about the mean of all, \
                    trace/n, which is positive at every saddle that was found, and how often it is negative follows from the eigenvalues. What \
                    shows a saddle is the plane of its lowest and its highest curvature.",
        refuted_by: "share of pictures over two drawn directions in which a saddle is a bowl",
    }),
    source: "for a direction u drawn evenly from the sphere uᵀHu is trace H/n on average, with the variance 2(Σλ²/n − (trace/n)²)/(n + 2), and it \
             is negative where Σλz² is, z normal, whose probability is ½ − (1/π)∫ sin(½Σ atan λu)/(u Π(1 + λ²u²)^¼) du (Imhof, Biometrika 1961). \
             The saddles are those of R20, of a network of 43 parameters, with all their eigenvalues; 100 planes each, of unit vectors, \
             curvatures from values 10⁻³ apart",
    errata: &[Erratum {
        slides: Slides(&[(33, 33)]),
        flag: Flag::Imprecise,
        printed: "A saddle drawn over two parameters.",
        correct: "With n parameters a few of n curvatures are negative, and a picture over two directions that do not look for them shows a bowl.",
        measured_by: "share of pictures over two drawn directions in which a saddle is a bowl",
    }],
    code: file!(),
    puts_to_the_test: &[
        "crates/landscape/src/slices.rs",
        "crates/landscape/src/filter_normalization.rs",
        "crates/landscape/src/curvature_plane.rs",
    ],
    run,
    full: None,
};

const PLANES: u64 = 100;
/// Between two values of a second difference.
const H: f64 = 1e-3;

fn run() -> Findings {
    let mut findings = Findings::default();
    let census = Census::taken();
    let signed = |found: &&Found| found.spectrum.is_signed();
    let saddles: Vec<_> =
        census.points.iter().filter(signed).filter(|found| found.spectrum.index() > 0).collect();
    let pictures: Vec<_> =
        (0..).zip(&saddles).map(|(at, saddle)| Pictures::new(&census.network, saddle, at)).collect();
    check_drawn(&mut findings, &saddles, &pictures);
    check_chosen(&mut findings, &census.network, &saddles);
    check_filters(&mut findings);
    let minimum = &census.points[0];
    let ways = check_ways(&mut findings, &census.network, minimum);
    // The last but one by its loss: at the last one, the highest, most weights are 0.
    let high = saddles[saddles.len() - 2];
    findings.figures.push(planes(&census.network, high));
    findings.figures.push(barriers(&ways));
    findings
}

/// f along a line or in a plane, whatever it takes.
fn unlimited() -> Allowance {
    Allowance::evaluations(u64::MAX)
}

/// The matrix of second derivatives in a plane, from nine values.
fn curvatures(network: &DigitNetwork, plane: &Plane) -> [f64; 3] {
    let steps = [-H, 0.0, H];
    let slice = plane.slice(network, &steps, &steps, &mut unlimited()).expect("finite vectors of length n");
    let f = |i: usize, j: usize| slice.value(i, j);
    let along = |low: f64, high: f64| ((low - f(1, 1)) + (high - f(1, 1))) / (H * H);
    let mixed = ((f(2, 2) - f(2, 0)) - (f(0, 2) - f(0, 0))) / (4.0 * H * H);
    [along(f(0, 1), f(2, 1)), mixed, along(f(1, 0), f(1, 2))]
}

/// Whether no direction of the plane goes down.
fn is_bowl([uu, uv, vv]: [f64; 3]) -> bool {
    uu > 0.0 && uu * vv > uv * uv
}

fn unit_direction(stream: u64) -> Vec<f64> {
    let mut u = random_direction(PARAMETERS, 74, stream);
    let length = norm(&u);
    u.iter_mut().for_each(|u| *u /= length);
    u
}

/// What was seen of one saddle over drawn directions.
struct Pictures {
    /// Along two directions for each plane.
    curvatures: Vec<f64>,
    bowls: usize,
}

impl Pictures {
    /// Over directions of its own, so that what is counted of the saddles is independent.
    fn new(network: &DigitNetwork, saddle: &Found, at: u64) -> Self {
        let mut pictures = Self { curvatures: Vec::new(), bowls: 0 };
        for k in at * PLANES..(at + 1) * PLANES {
            let plane = Plane::new(saddle.w.as_slice(), unit_direction(2 * k), unit_direction(2 * k + 1));
            let found = curvatures(network, &plane.expect("finite vectors of one length"));
            pictures.curvatures.extend([found[0], found[2]]);
            pictures.bowls += usize::from(is_bowl(found));
        }
        pictures
    }

    fn downward(&self) -> usize {
        self.curvatures.iter().filter(|c| **c < 0.0).count()
    }

    fn mean(&self) -> f64 {
        self.curvatures.iter().sum::<f64>() / self.curvatures.len() as f64
    }
}

/// The probability that Σλz² is negative for normal z.
fn chance_of_down(values: &[f64]) -> f64 {
    let scale = largest(values.iter().copied());
    // In s = ln u the integrand is smooth and falls off exponentially on both sides.
    const STEP: f64 = 0.05;
    let term = |k: i32| {
        let u = exp(STEP * f64::from(k));
        let angle = values.iter().fold(0.0, |sum, value| sum + 0.5 * atan(value / scale * u));
        let root = values.iter().fold(1.0, |product, value| {
            let x = value / scale * u;
            product * pow(1.0 + x * x, 0.25)
        });
        sin(angle) / root
    };
    // Where hardly a direction goes down, rounding may say less than none does.
    (0.5 - STEP / PI * (-800..600).map(term).sum::<f64>()).max(0.0)
}

/// Mean and variance of uᵀHu over the sphere.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().fold(0.0, |sum, value| sum + value * value) / n;
    (mean, 2.0 * (square - mean * mean) / (n + 2.0))
}

fn check_drawn(findings: &mut Findings, saddles: &[&Found], pictures: &[Pictures]) {
    let mut table = Table::new(
        format!("{PLANES} pictures of each saddle over two drawn directions"),
        &[
            "saddle",
            "loss",
            "negative curvatures of 43",
            "trace/n",
            "mean curvature along the directions",
            "directions that go down, expected",
            "found, of 200",
            "pictures that are bowls",
        ],
    );
    let (mut expected, mut variance, mut found, mut bowls, mut upward) = (0.0, 0.0, 0, 0, 0);
    let mut deviations = Vec::new();
    for (k, (saddle, pictures)) in saddles.iter().zip(pictures).enumerate() {
        let values = saddle.spectrum.values();
        let (mean, spread) = moments(values);
        let draws = pictures.curvatures.len() as f64;
        let chance = chance_of_down(values);
        deviations.push((pictures.mean() - mean) / (spread / draws).sqrt());
        expected += draws * chance;
        variance += draws * chance * (1.0 - chance);
        found += pictures.downward();
        bowls += pictures.bowls;
        upward += usize::from(mean > 0.0);
        table.row([
            (k + 1).to_string(),
            significant(saddle.loss, 4),
            saddle.spectrum.index().to_string(),
            significant(mean, 4),
            significant(pictures.mean(), 4),
            format!("{:.2}", draws * chance),
            pictures.downward().to_string(),
            pictures.bowls.to_string(),
        ]);
    }
    findings.tables.push(table);
    findings.words("saddles whose curvatures are positive on average", "all", saddles.len(), upward);
    findings.at_most(
        "largest distance of a mean curvature from trace/n, in standard deviations",
        "4: of twenty normal numbers hardly one is beyond",
        4.0,
        largest(deviations),
        0.0,
        "nothing is tolerated: the bound is the prediction",
    );
    findings.near(
        "directions that go down from a saddle, of all that were drawn",
        "Σ over saddles of 200 times the probability that Σλz² < 0",
        expected,
        found as f64,
        Tolerance::Absolute(4.0 * variance.sqrt()),
        "four standard deviations of the count",
    );
    findings.breaks(
        "share of pictures over two drawn directions in which a saddle is a bowl",
        "0, if a picture showed it",
        0.0,
        bowls as f64 / (PLANES as f64 * saddles.len() as f64),
    );
}

/// The plane of the eigenvectors of the lowest and the highest curvature.
fn lowest_and_highest(network: &DigitNetwork, w: &[f64]) -> Plane {
    let mut hessian = DMatrix::zeros(PARAMETERS, PARAMETERS);
    hessian_by_products(network, w, &mut hessian);
    let eigen = Eigen::new(&hessian).expect("products are finite");
    Plane::new(w, eigen.vector(0), eigen.vector(PARAMETERS - 1)).expect("finite vectors of one length")
}

fn highest_two(network: &DigitNetwork, w: &[f64]) -> Plane {
    let search = ExtremeEigenpairs::default();
    curvature_plane(network, w, search, &mut unlimited()).expect("43 parameters converge").plane
}

fn check_chosen(findings: &mut Findings, network: &DigitNetwork, saddles: &[&Found]) {
    let (mut apart, mut shown, mut hidden) = (Vec::new(), 0, 0);
    for saddle in saddles {
        let values = saddle.spectrum.values();
        let top = curvatures(network, &highest_two(network, &saddle.w));
        apart.extend([top[0] / values[PARAMETERS - 1] - 1.0, top[2] / values[PARAMETERS - 2] - 1.0]);
        hidden += usize::from(is_bowl(top));
        shown += usize::from(!is_bowl(curvatures(network, &lowest_and_highest(network, &saddle.w))));
    }
    findings.at_most(
        "largest relative distance of a curvature along one of the two top eigenvectors from its eigenvalue",
        "0",
        0.0,
        largest(apart),
        1e-4,
        "the fourth derivative at a distance of 10⁻³",
    );
    findings.words(
        "saddles that the plane of the two highest curvatures shows as bowls",
        "all",
        saddles.len(),
        hidden,
    );
    findings.words(
        "saddles that the plane of the lowest and the highest curvature shows as saddles",
        "all",
        saddles.len(),
        shown,
    );
}

/// A network of ReLUs before and after the weights into its hidden units are multiplied by 8 and those out of them divided by 8, which
/// changes nothing of what it says.
fn check_filters(findings: &mut Findings) {
    const HIDDEN: usize = 8;
    const EXAMPLES: usize = 100;
    const FACTOR: f64 = 8.0;
    let data = digits();
    let (inputs, classes) = (data.dim(), data.classes());
    let network = MultilayerPerceptron::new(&[inputs, HIDDEN, classes], Activation::Relu, Activation::Linear)
        .expect("no width is 0");
    let w = network.initial(Initialization::He, 74).expect("nothing to refuse");
    let stretches: Vec<_> = network.stretches().collect();
    let rows: Vec<_> = stretches
        .iter()
        .zip([inputs, HIDDEN])
        .flat_map(|((weights, _), width)| weights.clone().step_by(width).map(move |row| row..row + width))
        .collect();
    let mut scaled = w.clone();
    scaled[stretches[0].0.start..stretches[0].1.end].iter_mut().for_each(|w| *w *= FACTOR);
    scaled[stretches[1].0.clone()].iter_mut().for_each(|w| *w /= FACTOR);
    let features: Vec<_> = data.features()[..EXAMPLES * inputs].iter().map(|pixel| pixel / 16.0).collect();
    let targets = Targets::Classes(&data.labels()[..EXAMPLES]);
    let loss = NetworkLoss::new(network, features, targets, Loss::Squared).expect("finite features");

    let drawn = random_direction(w.len(), 74, 0);
    let t: Vec<_> = (-10..=10).map(|i| 0.1 * f64::from(i)).collect();
    let slice = |x: &[f64], direction: &[f64]| {
        let line = Line::new(x, direction).expect("finite vectors of one length");
        line.slice(&loss, &t, &mut unlimited()).expect("the right dimension").values
    };
    let normalized = |x: &[f64]| {
        let mut direction = drawn.clone();
        normalize_filters(&mut direction, x, &rows).expect("rows lie one after another");
        slice(x, &direction)
    };
    let apart = |a: &[f64], b: &[f64]| largest(a.iter().zip(b).map(|(a, b)| (a - b) / a));
    findings.at_most(
        "largest relative change of a slice along a direction with normalized filters when a layer of ReLUs is rescaled",
        "0: the network is the same",
        0.0,
        apart(&normalized(&w), &normalized(&scaled)),
        1e-12,
        "rounding",
    );
    findings.breaks(
        "the same along the direction as it was drawn",
        "0, if a slice showed the network and not its scales",
        1e-12,
        apart(&slice(&w, &drawn), &slice(&scaled, &drawn)),
    );
}

const POINTS: usize = 41;

/// The losses on the straight way from a minimum to each of its twins, in which two hidden units have changed places.
fn check_ways(findings: &mut Findings, network: &DigitNetwork, minimum: &Found) -> Vec<Vec<f64>> {
    let t: Vec<_> = (0..POINTS).map(|i| i as f64 / (POINTS - 1) as f64).collect();
    let ways: Vec<_> = DigitNetwork::exchanges(&minimum.w)
        .map(|twin| {
            let line = Line::between(&minimum.w, &twin).expect("finite vectors of one length");
            line.slice(network, &t, &mut unlimited()).expect("the right dimension").values
        })
        .collect();
    let uneven =
        ways.iter().flat_map(|way| way.iter().zip(way.iter().rev()).map(|(forth, back)| forth - back));
    findings.at_most(
        "largest difference of f(t) and f(1 − t) on the way from a minimum to its twin",
        "0: an exchange of two units turns the way around",
        0.0,
        largest(uneven),
        1e-13,
        "rounding",
    );
    let barriers = ways.iter().map(|way| way[POINTS / 2] / way[0]);
    findings.breaks(
        "least loss halfway to a twin, over that of the minimum",
        "1, if equal minima were joined by straight ways along the ground",
        1.0,
        barriers.fold(f64::INFINITY, f64::min),
    );
    ways
}

/// Contours around a saddle in a plane of unit vectors, of the change of f.
fn contours(network: &DigitNetwork, title: &str, axes: [&str; 2], plane: &Plane, half: f64) -> Panel {
    const SIDE: usize = 49;
    let grid = Grid { low: -half, high: half, side: SIDE };
    let at: Vec<_> = (0..SIDE).map(|i| grid.at(i)).collect();
    let mut values = plane.slice(network, &at, &at, &mut unlimited()).expect("the right dimension").values;
    let mut w = vec![0.0; PARAMETERS];
    plane.point(0.0, 0.0, &mut w);
    let ground = network.value(&w);
    values.iter_mut().for_each(|f| *f -= ground);
    let most = largest(values.iter().copied());
    let mut panel = Panel::new(title, Axis::linear(axes[0], -half, half), Axis::linear(axes[1], -half, half));
    for k in 1..=6 {
        // Closer to each other near the saddle.
        let level = most * pow(f64::from(k) / 6.5, 2.0);
        for (sign, ink) in [(1.0, Ink::Series(0)), (-1.0, Ink::Wrong)] {
            let above: Vec<_> = values.iter().map(|f| f - sign * level).collect();
            let line = grid.zeros(&above);
            if !line.is_empty() {
                panel = panel.line(line, ink);
            }
        }
    }
    panel.dots([(0.0, 0.0)], Ink::Theory)
}

fn planes(network: &DigitNetwork, saddle: &Found) -> Figure {
    let drawn = Plane::new(saddle.w.as_slice(), unit_direction(0), unit_direction(1));
    let drawn = drawn.expect("finite vectors of one length");
    let [top, chosen] = [highest_two(network, &saddle.w), lowest_and_highest(network, &saddle.w)];
    Figure {
        id: "planes",
        caption: format!(
            "One saddle, with {} negative curvatures of 43, in three planes: contours above it (blue) and below (red). Left: two drawn \
             directions. Middle: the two highest curvatures. Right: the lowest and the highest one.",
            saddle.spectrum.index()
        ),
        panels: vec![
            contours(network, "Two drawn directions", ["along u", "along v"], &drawn, 0.5),
            contours(network, "The highest curvatures", ["along the highest", "along the next"], &top, 0.5),
            contours(
                network,
                "The lowest and the highest",
                ["along the lowest", "along the highest"],
                &chosen,
                0.5,
            ),
        ],
        columns: 3,
    }
}

fn barriers(ways: &[Vec<f64>]) -> Figure {
    let mut panel = Panel::new(
        "From a minimum to its twins",
        Axis::linear("t", 0.0, 1.0),
        Axis::logarithmic("loss", 5e-3, 1.0),
    );
    for (k, way) in ways.iter().enumerate() {
        let points = way.iter().enumerate().map(|(i, f)| (i as f64 / (POINTS - 1) as f64, *f));
        panel = panel.line(points, Ink::Series(k as u8));
    }
    let ground = ways[0][0];
    let panel = panel.dashed([(0.0, ground), (1.0, ground)], Ink::Theory).label(
        (0.35, 0.8 * ground),
        Anchor::Right,
        "the minimum",
        Ink::Theory,
    );
    Figure {
        id: "barriers",
        caption: "The loss on the straight way from the lowest minimum to each of six points that are the same network with two hidden \
                  units exchanged: both ends are equally good, and what lies between is not."
            .to_owned(),
        panels: vec![panel],
        columns: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_of_down_is_that_of_a_ratio_of_normal_numbers() {
        // z₁² < z₂² as often as not; a z₁² < z₂² with the probability (2/π) atan(1/√a).
        assert!((chance_of_down(&[1.0, -1.0]) - 0.5).abs() < 1e-12);
        let exact = 2.0 / PI * atan(1.0 / 3.0);
        assert!((chance_of_down(&[9.0, -1.0]) - exact).abs() < 1e-9, "{}", chance_of_down(&[9.0, -1.0]));
        assert!(chance_of_down(&[1.0; 43]).abs() < 1e-12);
    }
}

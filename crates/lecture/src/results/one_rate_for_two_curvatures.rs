//! R27: the trajectories of slides 52 and 53, and the best that one rate can do.

use thalweg_objectives::DiagonalQuadratic;
use thalweg_problem::Objective;

use crate::descend::{descend, largest, lowest, threshold};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel, spaced};
use crate::number::significant;
use crate::playground::{Playground, Rule, Slider};
use crate::regime::{NEGLIGIBLE, factor, regime, regime_of_factor};
use crate::{Chapter, Claim, Erratum, Findings, Flag, Slides, Table, Tolerance};

pub(super) static CLAIM: Claim = Claim {
    id: "one-rate-cannot-suit-two-curvatures",
    number: 27,
    slides: Slides(&[(51, 53)]),
    chapter: Chapter::Convergence,
    claim: "With one rate for two curvatures each step multiplies coordinate i by 1 − η/η_i,opt, so that the rate is \
            held below 2 min η_i,opt and the flat direction crawls while the steep one oscillates.",
    correction: None,
    source: "wᵢ ← wᵢ − η aᵢ wᵢ with aᵢ = 1/η_i,opt (slide 49); best fixed rate 2/(a₁ + a₂), factor (κ − 1)/(κ + 1)",
    errata: &[
        Erratum {
            slides: Slides(&[(51, 51)]),
            flag: Flag::Imprecise,
            printed: "The rate must be lower than 2 min η_i,opt, otherwise the learning will diverge.",
            correct: "At η = 2 min η_i,opt it does not diverge: the steep coordinate jumps to and fro forever.",
            measured_by: "regime at η = 2 η_2,opt on slide 52",
        },
        Erratum {
            slides: Slides(&[(51, 51)]),
            flag: Flag::Imprecise,
            printed: "The iterates oscillate in every direction where η_i,opt ≤ η < 2η_i,opt.",
            correct: "The range is open on the left: at η = η_i,opt the coordinate lands in one step and stays.",
            measured_by: "largest |w₂| after the first step at η = 1 η_2,opt",
        },
    ],
    code: file!(),
    puts_to_the_test: &[
        "crates/first-order/src/gradient_descent.rs",
        "crates/objectives/src/diagonal_quadratic.rs",
    ],
    run,
    full: None,
};

/// A trajectory that a slide draws.
struct Drawn {
    slide: u32,
    /// η_1,opt and η_2,opt as printed.
    optimal: [f64; 2],
    /// η / η_2,opt as printed.
    multiple: f64,
    /// The two factors a step, worked out with pencil and paper from the printed numbers: a guard against a slip in
    /// this table, which prediction and measurement would both follow.
    by_hand: [f64; 2],
}

const SLIDE_52: [f64; 2] = [1.0, 0.33];
const SLIDE_53: [f64; 2] = [1.0, 0.91];
const DRAWN: [Drawn; 6] = [
    Drawn { slide: 52, optimal: SLIDE_52, multiple: 2.1, by_hand: [0.307, -1.1] },
    Drawn { slide: 52, optimal: SLIDE_52, multiple: 2.0, by_hand: [0.34, -1.0] },
    Drawn { slide: 52, optimal: SLIDE_52, multiple: 1.5, by_hand: [0.505, -0.5] },
    Drawn { slide: 52, optimal: SLIDE_52, multiple: 1.0, by_hand: [0.67, 0.0] },
    Drawn { slide: 52, optimal: SLIDE_52, multiple: 0.75, by_hand: [0.7525, 0.25] },
    Drawn { slide: 53, optimal: SLIDE_53, multiple: 1.9, by_hand: [-0.729, -0.9] },
];

const START: [f64; 2] = [-20.0, 20.0];
const STEPS: u64 = 60;

impl Drawn {
    fn name(&self) -> String {
        format!("η = {} η_2,opt on slide {}", self.multiple, self.slide)
    }

    fn rate(&self) -> f64 {
        self.multiple * self.optimal[1]
    }

    /// 1 − η/η_i,opt.
    fn factors(&self) -> [f64; 2] {
        self.optimal.map(|optimal| 1.0 - self.rate() / optimal)
    }
}

fn run() -> Findings {
    let mut findings = Findings::default();
    let mut table = Table::new(
        "the trajectories of slides 52 and 53",
        &[
            "η / η_2,opt",
            "slide",
            "η",
            "w₁ factor",
            "w₂ factor",
            "regime of w₁, w₂",
            "worst factor, predicted",
            "measured",
        ],
    );
    for drawn in &DRAWN {
        let name = drawn.name();
        let path = path(drawn.optimal, drawn.rate());
        let factors = drawn.factors();
        for (i, predicted) in factors.into_iter().enumerate() {
            findings.near(
                format!("w{} factor at {name}", ['₁', '₂'][i]),
                "1 − η/η_i,opt",
                predicted,
                factor(&coordinate(&path, i), NEGLIGIBLE),
                Tolerance::Absolute(1e-12),
                "two products and a difference a step, each rounded once; adding b = 0 is exact",
            );
        }
        findings.words(
            format!("transcription of {name}, by the factors worked by hand"),
            "pencil and paper",
            drawn.by_hand.map(|factor| significant(factor, 6)).join(", "),
            factors.map(|factor| significant(residue(factor), 6)).join(", "),
        );
        findings.words(
            format!("regime at {name}"),
            "the signs and sizes of the factors",
            factors.map(regime_of_factor).join(", "),
            regimes(&path),
        );
        let worst = largest(factors);
        let measured = worst_factor(&path);
        findings.near(
            format!("worst factor at {name}"),
            "max |1 − η/η_i,opt|",
            worst,
            measured,
            Tolerance::Absolute(1e-12),
            "as above",
        );
        table.row([
            drawn.multiple.to_string(),
            drawn.slide.to_string(),
            significant(drawn.rate(), 6),
            significant(residue(factors[0]), 6),
            significant(residue(factors[1]), 6),
            regimes(&path),
            significant(worst, 6),
            significant(measured, 6),
        ]);
    }
    findings.tables.push(table);

    let one = &DRAWN[3];
    let landed = path(one.optimal, one.rate());
    findings.near(
        "largest |w₂| after the first step at η = 1 η_2,opt",
        "1 − η/η_2,opt is 0",
        0.0,
        largest(landed[1..].iter().map(|w| w[1])),
        Tolerance::Absolute(1e-13),
        "three roundings of numbers up to 61",
    );

    for drawn in [&DRAWN[2], &DRAWN[5]] {
        check_best(&mut findings, drawn);
    }
    let [a1, a2] = DRAWN[2].optimal.map(|optimal| 1.0 / optimal);
    findings.near(
        "slide 52's best rate over η_2,opt, against the best there is",
        "2/(a₁ + a₂) / η_2,opt",
        2.0 / (a1 + a2) / DRAWN[2].optimal[1],
        best_of_the_slide().multiple,
        Tolerance::Relative(0.01),
        "the slide's 1.5 is a rounded number; any other rate on it misses by more than 25 %",
    );
    findings.near(
        "where slide 52's surface stops converging",
        "2 min η_i,opt",
        2.0 * DRAWN[0].optimal[1],
        threshold(0.01, 2.0, |rate| worst_factor(&path_of(DRAWN[0].optimal, rate, 1000)) < 1.0),
        Tolerance::Relative(1e-12),
        "rounding of 1e-16 a step blurs the boundary",
    );

    findings.figures.push(trajectories());
    findings.figures.push(worst_factor_against_rate());
    findings.playgrounds = vec![
        playground("slide-52", "Slide 52: η_1,opt = 1, η_2,opt = 0.33", SLIDE_52, 0.33),
        playground("slide-53", "Slide 53: η_1,opt = 1, η_2,opt = 0.91", SLIDE_53, 1.729),
    ];
    findings
}

/// Compares the best fixed rate, and what it achieves, with what a search over real runs finds.
fn check_best(findings: &mut Findings, drawn: &Drawn) {
    let (a, slide) = (drawn.optimal.map(|optimal| 1.0 / optimal), drawn.slide);
    let best = 2.0 / (a[0] + a[1]);
    let kappa = (a[0] / a[1]).max(a[1] / a[0]);
    let found = lowest(0.01, 2.0 * drawn.optimal[1], |rate| worst_factor(&path(drawn.optimal, rate)));
    findings.near(
        format!("best fixed rate on slide {slide}'s surface"),
        "2/(a₁ + a₂)",
        best,
        found,
        Tolerance::Relative(1e-12),
        "the factor has a kink there, which a search finds to rounding",
    );
    findings.near(
        format!("worst factor at the best fixed rate on slide {slide}'s surface"),
        "(κ − 1)/(κ + 1)",
        (kappa - 1.0) / (kappa + 1.0),
        worst_factor(&path(drawn.optimal, found)),
        Tolerance::Absolute(1e-12),
        "as the rate itself",
    );
}

fn best_of_the_slide() -> &'static Drawn {
    let worst = |drawn: &Drawn| worst_factor(&path(drawn.optimal, drawn.rate()));
    let slide_52 = DRAWN.iter().filter(|drawn| drawn.slide == 52);
    slide_52.min_by(|a, b| worst(a).total_cmp(&worst(b))).expect("slide 52 draws five trajectories")
}

fn surface(optimal: [f64; 2]) -> DiagonalQuadratic {
    DiagonalQuadratic::centered(optimal.map(|optimal| 1.0 / optimal)).expect("the constants are finite")
}

fn path(optimal: [f64; 2], rate: f64) -> Vec<[f64; 2]> {
    path_of(optimal, rate, STEPS)
}

fn path_of(optimal: [f64; 2], rate: f64, steps: u64) -> Vec<[f64; 2]> {
    descend(&surface(optimal), rate, &START, steps).points.iter().map(|w| [w[0], w[1]]).collect()
}

/// How the larger coordinate shrinks in the last step: the coordinates start level, so the larger is the slower one.
fn worst_factor(path: &[[f64; 2]]) -> f64 {
    let size = |w: &[f64; 2]| largest(*w);
    size(&path[path.len() - 1]) / size(&path[path.len() - 2])
}

fn coordinate(path: &[[f64; 2]], i: usize) -> Vec<f64> {
    path.iter().map(|w| w[i]).collect()
}

fn regimes(path: &[[f64; 2]]) -> String {
    [0, 1].map(|i| regime(&coordinate(path, i))).join(", ")
}

fn residue(factor: f64) -> f64 {
    if factor.abs() < NEGLIGIBLE { 0.0 } else { factor }
}

fn trajectories() -> Figure {
    let panels =
        DRAWN.iter().map(|drawn| {
            let axis = |label| Axis::linear(label, -26.0, 26.0);
            let surface = surface(drawn.optimal);
            let levels = [0.04, 0.16, 0.36, 0.64, 1.0].map(|share| share * surface.value(&START));
            let mut panel = Panel::new(
                format!("Slide {}: η = {} η_2,opt", drawn.slide, drawn.multiple),
                axis("w₁"),
                axis("w₂"),
            );
            for level in levels {
                // ½ Σ aᵢwᵢ² = E is an ellipse with the semi-axes √(2E/aᵢ) = √(2E η_i,opt).
                let [r1, r2] = drawn.optimal.map(|optimal| (2.0 * level * optimal).sqrt());
                panel = panel.ellipse((0.0, 0.0), (r1, r2), Ink::Quiet);
            }
            let worst = largest(drawn.factors());
            let ink = if worst > 1.0 + NEGLIGIBLE { Ink::Wrong } else { Ink::Series(0) };
            panel
                .arrows(path(drawn.optimal, drawn.rate()).into_iter().take(16).map(|w| (w[0], w[1])), ink)
                .label((0.0, -25.0), Anchor::Above, format!("worst factor {}", significant(worst, 4)), ink)
        });
    Figure {
        id: "trajectories",
        caption: "Slides 52 and 53 from real runs from (−20, 20), 15 steps each, on contours of the surface. Too fast \
                  for the steep direction, then a cycle, then the best of the five, then the steep direction solved \
                  in one step while the flat one crawls."
            .to_owned(),
        panels: panels.collect(),
        columns: 3,
    }
}

fn playground(id: &'static str, title: &'static str, optimal: [f64; 2], at: f64) -> Playground {
    Playground {
        id,
        title,
        task: "Which rate makes the slower of the two coordinates as fast as it can be? Predict it from the two factors, then \
               slide, and see what the other coordinate does there.",
        curvatures: optimal.map(|optimal| 1.0 / optimal).to_vec(),
        linear: vec![0.0; 2],
        start: START.to_vec(),
        steps: 15,
        rules: &[Rule::GradientDescent],
        rate: Slider { range: (0.0, 2.2 * optimal[1]), step: 0.001, at },
        momentum: Slider::NONE,
    }
}

fn worst_factor_against_rate() -> Figure {
    let optimal = DRAWN[0].optimal;
    let theory = |i: usize| move |rate: f64| (rate, (1.0 - rate / optimal[i]).abs());
    let best = 2.0 / (1.0 / optimal[0] + 1.0 / optimal[1]);
    let rates = || spaced(0.01, 0.75, 75);
    let mut panel = Panel::new(
        "Slide 52: the slower coordinate decides",
        Axis::linear("rate η", 0.0, 0.75),
        Axis::linear("factor per step", 0.0, 1.3),
    )
    .dashed(rates().map(theory(0)), Ink::Theory)
    .dashed(rates().map(theory(1)), Ink::Theory)
    .line([(0.0, 1.0), (0.75, 1.0)], Ink::Wrong)
    .label((0.3, 1.0), Anchor::Above, "diverges above", Ink::Wrong)
    .label((0.64, theory(0)(0.64).1), Anchor::Below, "|1 − η/η_1,opt|", Ink::Theory)
    .label((0.2, theory(1)(0.2).1), Anchor::Left, "|1 − η/η_2,opt|", Ink::Theory)
    .dashed([(best, 0.0), (best, theory(0)(best).1)], Ink::Series(0))
    .line(spaced(0.02, 0.74, 37).map(|rate| (rate, worst_factor(&path(optimal, rate)))), Ink::Series(0));
    let five = DRAWN.iter().filter(|drawn| drawn.slide == 52);
    let measured: Vec<_> = five
        .map(|drawn| (drawn.multiple, (drawn.rate(), worst_factor(&path(optimal, drawn.rate())))))
        .collect();
    panel = panel.dots(measured.iter().map(|&(_, at)| at), Ink::Series(1));
    for &(multiple, at) in &measured {
        let anchor = match multiple {
            m if m > 2.0 => Anchor::Left,
            m if m > 1.5 => Anchor::Below,
            m if m > 1.0 => Anchor::Right,
            _ => Anchor::Above,
        };
        panel = panel.label(at, anchor, format!("{multiple} η₂"), Ink::Series(1));
    }
    let text = format!("best η = {}", significant(best, 4));
    Figure {
        id: "worst-factor-against-rate",
        caption:
            "The measured factor of the slower coordinate (solid, slide 52's five rates as dots) follows the \
                  larger of the two predicted ones (dashed). Where they cross lies the best fixed rate."
                .to_owned(),
        panels: vec![panel.label((best, 0.0), Anchor::Above, text, Ink::Series(0))],
        columns: 1,
    }
}

//! Osborne's two functions: fits of exponentials and of bumps to measurements.

use thalweg_numerics::exp;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (yᵢ − x₁ − x₂ e^(−tᵢx₄) − x₃ e^(−tᵢx₅))² over 33 observations, with tᵢ = 10 (i − 1).
///
/// The global minimum is 5.4649·10⁻⁵. The two exponentials can change places: x₂ with x₃ and x₄ with x₅ exchanged f is the
/// same, and so there are two such minima. Where x₅ → ∞ its exponential fits the first observation alone, and f comes down to
/// 0.0245183.
///
/// Sources: M. R. Osborne, in F. A. Lootsma (ed.), Numerical Methods for Nonlinear Optimization (Academic Press 1972)
/// 171–189; Moré, Garbow, Hillstrom, function 17.
///
/// ```
/// use thalweg_objectives::classic::Osborne1;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Osborne1.value(&[0.5, 1.5, -1.0, 0.01, 0.02]) - 0.8790260).abs() < 1e-7);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Osborne1;

const Y_1: [f64; 33] = [
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628,
    0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420,
    0.414, 0.411, 0.406,
];

impl SumOfSquares for Osborne1 {
    fn size(&self) -> (usize, usize) {
        (5, Y_1.len())
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (i, y) in Y_1.into_iter().enumerate() {
            let time = 10.0 * i as f64;
            let e = [exp(-time * x[3]), exp(-time * x[4])];
            out.term(|t| {
                t.value(y - (x[0] + x[1] * e[0] + x[2] * e[1]));
                t.slope(0, -1.0);
                for (factor, rate, e) in [(1, 3, e[0]), (2, 4, e[1])] {
                    t.slope(factor, -e);
                    t.slope(rate, time * x[factor] * e);
                    t.curvature(factor, rate, time * e);
                    t.curvature(rate, rate, -time * time * x[factor] * e);
                }
            });
        }
    }
}

objective!(Osborne1);

impl TestFunction for Osborne1 {
    fn name(&self) -> &'static str {
        "Osborne 1"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.5, 1.5, -1.0, 0.01, 0.02]
    }

    fn minima(&self) -> Vec<Minimum> {
        let [a, b, c, d, e] = MINIMUM_1;
        let other = [a, c, b, e, d];
        let mut minima = vec![Minimum::global(&MINIMUM_1, VALUE_1), Minimum::global(&other, VALUE_1)];
        let [a, b, c, d] = FAR_1;
        minima.push(Minimum::local(&[a, b, c, d, f64::INFINITY], FAR_VALUE_1));
        minima
    }
}

/// f(x) = Σ (yᵢ − x₁ e^(−tᵢx₅) − Σₖ xₖ₊₁ exp(−(tᵢ − xₖ₊₈)² xₖ₊₅))² over 65 observations, with tᵢ = (i − 1)/10 and k = 1, 2, 3.
///
/// The global minimum is 4.01377·10⁻². The three bumps can change places, so that it is there six times; it is listed once, with the
/// bumps in the order of the start. So are the others, which are not all. Where the bumps are out of sight f is 1.78981 at best, on
/// a plateau on which most methods end from 10 and 100 times the start.
///
/// Sources: those of [`Osborne1`]; Moré, Garbow, Hillstrom, function 19. The local minima are from our own search.
///
/// ```
/// use thalweg_objectives::classic::{Osborne2, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Osborne2.value(&Osborne2.start()) - 2.093420).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Osborne2;

const Y_2: [f64; 65] = [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616,
    0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495,
    0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672,
    0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581,
    0.428, 0.292, 0.162, 0.098, 0.054,
];

impl SumOfSquares for Osborne2 {
    fn size(&self) -> (usize, usize) {
        (11, Y_2.len())
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (i, y) in Y_2.into_iter().enumerate() {
            let time = i as f64 / 10.0;
            let decay = exp(-time * x[4]);
            let distances = [time - x[8], time - x[9], time - x[10]];
            let mut bells = [0.0; 3];
            let mut model = x[0] * decay;
            for (k, s) in distances.into_iter().enumerate() {
                bells[k] = exp(-s * s * x[5 + k]);
                model += x[1 + k] * bells[k];
            }
            out.term(|t| {
                t.value(y - model);
                t.slope(0, -decay);
                t.slope(4, time * x[0] * decay);
                t.curvature(0, 4, time * decay);
                t.curvature(4, 4, -time * time * x[0] * decay);
                for k in 0..3 {
                    let (height, width, center) = (1 + k, 5 + k, 8 + k);
                    let (a, w, s, bell) = (x[height], x[width], distances[k], bells[k]);
                    t.slope(height, -bell);
                    t.slope(width, a * s * s * bell);
                    t.slope(center, -2.0 * a * w * s * bell);
                    t.curvature(height, width, s * s * bell);
                    t.curvature(height, center, -2.0 * w * s * bell);
                    t.curvature(width, width, -a * s * s * s * s * bell);
                    t.curvature(width, center, -2.0 * a * s * bell * (1.0 - w * s * s));
                    t.curvature(center, center, 2.0 * a * w * bell * (1.0 - 2.0 * w * s * s));
                }
            });
        }
    }
}

objective!(Osborne2);

impl TestFunction for Osborne2 {
    fn name(&self) -> &'static str {
        "Osborne 2"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5]
    }

    fn minima(&self) -> Vec<Minimum> {
        let mut minima = vec![Minimum::global(&MINIMUM_2, VALUE_2)];
        minima.extend(LOCAL_2.map(|(x, value)| Minimum::local(&x, value)));
        // With the heights and widths of the start.
        let ([height, rate], far, mut flat) = (FAR_2, f64::INFINITY, self.start());
        (flat[0], flat[4]) = (height, rate);
        flat[8..].copy_from_slice(&[-far, far, far]);
        minima.push(Minimum::local(&flat, FAR_VALUE_2));
        minima
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM_1: [f64; 5] =
    [0.37541005210695205, -1.464687136613423, 1.9358469127123674, 0.02212269966167261, 0.012867534640057288];
const VALUE_1: f64 = 5.464894697482907e-5;
/// What is left where x₅ runs off, and what f comes down to.
const FAR_1: [f64; 4] = [0.12935309417071708, 0.9045611820267321, -0.18991427619744916, 0.004080478484808806];
const FAR_VALUE_1: f64 = 0.02451829513874637;
const MINIMUM_2: [f64; 11] = [
    1.3099771546273005,
    0.4315537946029889,
    0.633661698960724,
    0.5994305347859163,
    0.7541832263280113,
    0.9042885798596336,
    1.3658118352370285,
    4.8236988172271555,
    2.3986848661317546,
    4.568874597667672,
    5.6753414705806415,
];
const VALUE_2: f64 = 0.040137736293547735;
/// Minima and their values.
const LOCAL_2: [([f64; 11], f64); 5] = [
    (
        [
            2.829750943292643,
            -1.472426260970081,
            0.5966552565768313,
            0.48186946653809715,
            0.5640715813707774,
            0.3628144631561814,
            5.074397124503093,
            2.37802747023563,
            -0.15779974678728534,
            5.633702624448679,
            4.603394834904877,
        ],
        0.08759472409341582,
    ),
    (
        [
            0.6225987733239642,
            2.0194717241393487,
            -0.29286664384287986,
            -0.6223510574245066,
            -0.013588655610752728,
            0.6345327482720741,
            2.6798157619251746,
            8.836153069263046,
            -1.2819990395865442,
            3.4489439913586843,
            6.343848762643334,
        ],
        0.08829665321543374,
    ),
    (
        [
            1.2979893215019158,
            0.3362847562594178,
            -0.48551590927150695,
            0.6573221493533133,
            0.6816112524002557,
            1.7442930181090734,
            10.215038683538678,
            0.24174745501560777,
            2.237810612267063,
            6.3220370731200575,
            5.38053506571559,
        ],
        0.12409793786113828,
    ),
    (
        [
            1.0877071985089601,
            0.4259973912092305,
            0.189342314270237,
            0.6320792880899643,
            1.216189403733075,
            0.1599155561346108,
            2.680439982961398,
            0.6885185526545161,
            1.8801610611632362,
            2.318957342180448,
            5.119448264339247,
        ],
        0.3012175922978756,
    ),
    (
        [
            1.2502489053097576,
            0.29614402776503196,
            0.6293611362891982,
            0.7165882030562792,
            1.6710074148387437,
            2.671526628329224,
            0.7039144490298491,
            0.557129132405809,
            0.6785852633101299,
            2.152944039151442,
            4.9733992987980775,
        ],
        0.3093211424745832,
    ),
];
/// x₁ and x₅ where the bumps are out of sight, and what f comes down to.
const FAR_2: [f64; 2] = [0.9170384188033986, 0.1327547810947387];
const FAR_VALUE_2: f64 = 1.7898135868810932;

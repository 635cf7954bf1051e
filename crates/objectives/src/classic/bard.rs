//! Bard's function: a rational fit that far away nearly fits, too.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (yᵢ − x₁ − uᵢ/(vᵢ x₂ + wᵢ x₃))² over 15 observations, with uᵢ = i, vᵢ = 16 − i, wᵢ = min(uᵢ, vᵢ).
///
/// The global minimum is 8.2149·10⁻³. Where x₂ and x₃ run off to infinity f comes down to 17.4287, at x₁ = 0.8407, the mean of
/// the yᵢ. Every observation has a pole, the poles cut space into cells, and in some there is another minimum. Where x₂ and x₃ run
/// off along a pole, its observations can still be fitted: f comes down to 0.114798 along the one that the last eight share, and to
/// about 17 along each of the others.
///
/// Sources: Y. Bard, SIAM Journal on Numerical Analysis 7 (1970) 157–186; Moré, Garbow, Hillstrom, function 8. The minima
/// between and along the poles are from our own search.
///
/// ```
/// use thalweg_objectives::classic::Bard;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Bard.value(&[1.0; 3]) - 41.68170).abs() < 1e-5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bard;

const Y: [f64; 15] =
    [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];

impl SumOfSquares for Bard {
    fn size(&self) -> (usize, usize) {
        (3, Y.len())
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (i, y) in (1..).zip(Y) {
            let (u, v) = (f64::from(i), f64::from(16 - i));
            let w = u.min(v);
            let d = v * x[1] + w * x[2];
            out.term(|t| {
                t.value(y - (x[0] + u / d));
                t.slope(0, -1.0);
                t.slope(1, u * v / (d * d));
                t.slope(2, u * w / (d * d));
                let scale = -2.0 * u / (d * d * d);
                t.curvature(1, 1, scale * v * v);
                t.curvature(1, 2, scale * v * w);
                t.curvature(2, 2, scale * w * w);
            });
        }
    }
}

objective!(Bard);

impl TestFunction for Bard {
    fn name(&self) -> &'static str {
        "Bard"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0; 3]
    }

    fn minima(&self) -> Vec<Minimum> {
        let far = f64::INFINITY;
        let mut minima = vec![Minimum::global(&MINIMUM, VALUE)];
        minima.extend(BETWEEN_POLES.map(|(x, value)| Minimum::local(&x, value)));
        let [anywhere, along_poles @ ..] = FAR;
        minima.push(Minimum::local(&[anywhere.0, -far, -far], anywhere.1));
        minima.extend(along_poles.map(|(x, value)| Minimum::local(&[x, far, -far], value)));
        minima
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM: [f64; 3] = [0.08241055974978893, 1.1330360920297216, 2.343695178642537];
const VALUE: f64 = 0.008214877306578975;
/// Minima and their values.
const BETWEEN_POLES: [([f64; 3], f64); 5] = [
    ([0.22363974464079767, -8.76150550897236, 12.583951266949176], 0.9327752438983008),
    ([0.05216520704856963, -0.3865185116632731, 3.97457131788705], 1.0038205868219474),
    ([0.2342158971204108, -4.449670187518073, 8.450839527066897], 1.7749267778152615),
    ([0.12740585374135396, -0.8535447172979249, 4.704844580210898], 1.8862748135913527),
    ([0.18803849882653098, -1.5530063869059407, 5.595103809564217], 2.3629162971918465),
];
/// x₁, the infinite signs of x₂ and x₃, and what f comes down to.
const FAR: [(f64, f64); 9] = [
    (0.8406666666666667, 17.42869333333333),
    (0.18889202269531882, 0.11479845561593771),
    (0.8907142857142857, 16.902692857142856),
    (0.8878571428571429, 16.961035714285714),
    (0.885, 17.01595),
    (0.8828571428571429, 17.054885714285714),
    (0.88, 17.1038),
    (0.8778571428571429, 17.138235714285713),
    (0.8757142857142857, 17.17074285714286),
];

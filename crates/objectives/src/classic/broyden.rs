//! Broyden's two systems, in which a variable meets its neighbors only.

use std::ops::RangeInclusive;

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ ((3 − 2xᵢ) xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1)², with x₀ = xₙ₊₁ = 0.
///
/// The minimum is 0. For n = 10 it is there twice, and there are dozens of local ones, of which the lowest four that are known are
/// listed.
///
/// Sources: C. G. Broyden, Mathematics of Computation 19 (1965) 577–593; Moré, Garbow, Hillstrom, function 30. The local minima
/// are from our own search.
///
/// ```
/// use thalweg_objectives::classic::{BroydenTridiagonal, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = BroydenTridiagonal::new(10)?;
/// assert_eq!(f.value(&f.start()), 21.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroydenTridiagonal {
    pub(super) n: usize,
}

impl BroydenTridiagonal {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for BroydenTridiagonal {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len();
        for i in 0..n {
            let before = if i > 0 { x[i - 1] } else { 0.0 };
            let after = if i + 1 < n { x[i + 1] } else { 0.0 };
            out.term(|t| {
                t.value((3.0 - 2.0 * x[i]) * x[i] - before - 2.0 * after + 1.0);
                t.slope(i, 3.0 - 4.0 * x[i]);
                t.curvature(i, i, -4.0);
                if i > 0 {
                    t.slope(i - 1, -1.0);
                }
                if i + 1 < n {
                    t.slope(i + 1, -2.0);
                }
            });
        }
    }
}

objective!(BroydenTridiagonal);

impl TestFunction for BroydenTridiagonal {
    fn name(&self) -> &'static str {
        "Broyden tridiagonal"
    }

    fn start(&self) -> Vec<f64> {
        vec![-1.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        minima(self.n, &TRIDIAGONAL)
    }
}

/// f(x) = Σ (xᵢ (2 + 5xᵢ²) + 1 − Σ xⱼ (1 + xⱼ))², the inner sum over j ≠ i from i − 5 to i + 1.
///
/// The minimum is 0; where it is, is listed for n = 10, with the local ones that are known there.
///
/// Sources: C. G. Broyden, Mathematics of Computation 25 (1971) 285–294; Moré, Garbow, Hillstrom, function 31. The local minima
/// are from our own search.
///
/// ```
/// use thalweg_objectives::classic::{BroydenBanded, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = BroydenBanded::new(10)?;
/// assert_eq!(f.value(&f.start()), 360.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroydenBanded {
    pub(super) n: usize,
}

impl BroydenBanded {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }

    /// The variables that meet xᵢ, itself among them.
    fn band(&self, i: usize) -> RangeInclusive<usize> {
        i.saturating_sub(5)..=(i + 1).min(self.n - 1)
    }
}

impl SumOfSquares for BroydenBanded {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (i, xi) in x.iter().enumerate() {
            let neighbors = || self.band(i).filter(|&j| j != i);
            let sum = neighbors().fold(0.0, |sum, j| sum + x[j] * (1.0 + x[j]));
            out.term(|t| {
                t.value(xi * (2.0 + 5.0 * xi * xi) + 1.0 - sum);
                t.slope(i, 2.0 + 15.0 * xi * xi);
                t.curvature(i, i, 30.0 * xi);
                for j in neighbors() {
                    t.slope(j, -(1.0 + 2.0 * x[j]));
                    t.curvature(j, j, -2.0);
                }
            });
        }
    }
}

objective!(BroydenBanded);

impl TestFunction for BroydenBanded {
    fn name(&self) -> &'static str {
        "Broyden banded"
    }

    fn start(&self) -> Vec<f64> {
        vec![-1.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        minima(self.n, &BANDED)
    }
}

/// What is listed for this n, or at least that the global minimum is 0.
fn minima(n: usize, known: &[([f64; 10], f64)]) -> Vec<Minimum> {
    if n != 10 {
        return vec![Minimum::zero_somewhere()];
    }
    let minimum = |(x, value): &([f64; 10], f64)| {
        if *value == 0.0 { Minimum::global(x, 0.0) } else { Minimum::local(x, *value) }
    };
    known.iter().map(minimum).collect()
}
// Minima, computed with 60 digits and rounded.

/// Minima for n = 10 and their values.
const TRIDIAGONAL: [([f64; 10], f64); 6] = [
    (
        [
            -0.5707221320112248,
            -0.681806949984275,
            -0.7022100760176601,
            -0.7055106298950804,
            -0.7049061557287437,
            -0.7014966070298512,
            -0.6918893223547983,
            -0.6657965144058537,
            -0.5960351090263657,
            -0.4164122575286934,
        ],
        0.0,
    ),
    (
        [
            1.8326004012611672,
            -0.10952362881084006,
            -0.5925810691147383,
            -0.6852621127398537,
            -0.7011867977090994,
            -0.7008120654752639,
            -0.6917622504740516,
            -0.66577235415437,
            -0.596030233550781,
            -0.41641121255558516,
        ],
        0.0,
    ),
    (
        [
            -0.5689187035276867,
            -0.6770419133088654,
            -0.6894648272866595,
            -0.6709077723578118,
            -0.6110453518262668,
            -0.45076610744330226,
            -0.05494221834303386,
            0.7231568882971886,
            1.3194053308085905,
            0.23499978746513348,
        ],
        0.3970793520178333,
    ),
    (
        [
            1.829105673832871,
            -0.10197809329322434,
            -0.5778804965615579,
            -0.6496265416942462,
            -0.6067900599604601,
            -0.44981389867907434,
            -0.054743424249609894,
            0.723068394246181,
            1.3193714870746838,
            0.23503639006362437,
        ],
        0.3973734689585309,
    ),
    (
        [
            -0.566028453595452,
            -0.6693994709114753,
            -0.6690152340262245,
            -0.6155282796737935,
            -0.46301718601134906,
            -0.07754015130527901,
            0.7144404191799982,
            1.4012021797889245,
            0.11354815269880135,
            -0.2088238216882085,
        ],
        0.6615694255249117,
    ),
    (
        [
            -0.5701058438959831,
            -0.6801782566903032,
            -0.6978506803995655,
            -0.6936491115570097,
            -0.672516744545776,
            -0.6132527273102389,
            -0.4545040210775693,
            -0.05532509232254595,
            0.7579042407210688,
            1.4132712266737104,
        ],
        0.7125310379651942,
    ),
];
/// Minima for n = 10 and their values.
const BANDED: [([f64; 10], f64); 4] = [
    (
        [
            -0.4283028635872503,
            -0.47659642435629024,
            -0.5196524636468617,
            -0.5580993248321809,
            -0.5925061568294574,
            -0.624503682199468,
            -0.6232394714405911,
            -0.6213938417965735,
            -0.6204535966590874,
            -0.5864692707204351,
        ],
        0.0,
    ),
    (
        [
            0.21717223905874306,
            0.3064671500377491,
            0.3567860972742475,
            0.4483948941361217,
            0.5776379509981865,
            0.7131035097614914,
            0.823956480273762,
            0.9219093371688453,
            0.9969927785961499,
            0.9634622703374871,
        ],
        2.6802199207261355,
    ),
    (
        [
            0.2107138580958654,
            0.26097668597427015,
            0.22794767243645642,
            0.19702558873939555,
            0.2032296940376458,
            0.22191597803090826,
            0.16281223658962146,
            0.048302528220170456,
            -0.07935658424045178,
            -0.15312518668267333,
        ],
        3.057278432425819,
    ),
    (
        [
            -0.4094232605558643,
            -0.46523152135990614,
            -0.526658318011755,
            -0.5803862480736051,
            -0.5127678262475506,
            0.25027385656441786,
            0.3539001791886645,
            0.3594555960754859,
            0.36842233485512776,
            0.33864660712184513,
        ],
        12.593941807831449,
    ),
];

//! The collection of Moré, Garbow and Hillstrom, in the sizes in which methods are compared here.

use super::{
    Bard, Beale, BiggsExp6, BoxThreeDimensional, BrownAlmostLinear, BrownBadlyScaled, BrownDennis,
    BroydenBanded, BroydenTridiagonal, Chebyquad, Coupling, DiscreteBoundaryValue, DiscreteIntegralEquation,
    FreudensteinRoth, Gaussian, Gulf, HelicalValley, JennrichSampson, KowalikOsborne, LinearFullRank,
    LinearRank1, LinearRank1WithZeros, Meyer, Osborne1, Osborne2, Penalty1, Penalty2, PowellBadlyScaled,
    PowellSingular, Rosenbrock, TestFunction, Trigonometric, VariableDimension, Watson, Wood,
};

/// All 35 functions, some in several sizes: 43, in the order of their numbers in the collection.
///
/// 1–19 have the sizes that are published with them. Of those that come in any size, 20 (Watson) has n = 6, 9, 12;
/// 21 and 22 (extended Rosenbrock and Powell singular) n = 10, 100 and 12, 100; 23 and 24 (penalties) n = 4, 10; 25–34 n = 10, with
/// m = 20 for the linear ones; 35 (Chebyquad) n = 8, 9, 10.
///
/// With their [`starts`](TestFunction::starts) they make 123 cases: all but Watson's start elsewhere than at 0.
///
/// ```
/// use thalweg_objectives::classic::more_garbow_hillstrom;
///
/// let functions = more_garbow_hillstrom();
/// let cases: usize = functions.iter().map(|f| f.starts().len()).sum();
/// assert_eq!((functions.len(), cases), (43, 123));
/// for f in &functions[..3] {
///     println!("{}: n = {}, m = {}", f.name(), f.dim(), f.residual_count());
/// }
/// ```
#[must_use]
pub fn more_garbow_hillstrom() -> Vec<Box<dyn TestFunction>> {
    let rosenbrock = |n| Rosenbrock { n, coupling: Coupling::Pairs };
    let (n, m) = (10, 20);
    vec![
        Box::new(rosenbrock(2)),
        Box::new(FreudensteinRoth),
        Box::new(PowellBadlyScaled),
        Box::new(BrownBadlyScaled),
        Box::new(Beale),
        Box::new(JennrichSampson::default()),
        Box::new(HelicalValley),
        Box::new(Bard),
        Box::new(Gaussian),
        Box::new(Meyer),
        Box::new(Gulf::default()),
        Box::new(BoxThreeDimensional::default()),
        Box::new(PowellSingular::default()),
        Box::new(Wood),
        Box::new(KowalikOsborne),
        Box::new(BrownDennis::default()),
        Box::new(Osborne1),
        Box::new(BiggsExp6::default()),
        Box::new(Osborne2),
        Box::new(Watson { n: 6 }),
        Box::new(Watson { n: 9 }),
        Box::new(Watson { n: 12 }),
        Box::new(rosenbrock(10)),
        Box::new(rosenbrock(100)),
        Box::new(PowellSingular { groups: 3 }),
        Box::new(PowellSingular { groups: 25 }),
        Box::new(Penalty1 { n: 4 }),
        Box::new(Penalty1 { n: 10 }),
        Box::new(Penalty2 { n: 4 }),
        Box::new(Penalty2 { n: 10 }),
        Box::new(VariableDimension { n }),
        Box::new(Trigonometric { n }),
        Box::new(BrownAlmostLinear { n }),
        Box::new(DiscreteBoundaryValue { n }),
        Box::new(DiscreteIntegralEquation { n }),
        Box::new(BroydenTridiagonal { n }),
        Box::new(BroydenBanded { n }),
        Box::new(LinearFullRank { n, m }),
        Box::new(LinearRank1 { n, m }),
        Box::new(LinearRank1WithZeros { n, m }),
        Box::new(Chebyquad { n: 8, m: 8 }),
        Box::new(Chebyquad { n: 9, m: 9 }),
        Box::new(Chebyquad { n: 10, m: 10 }),
    ]
}

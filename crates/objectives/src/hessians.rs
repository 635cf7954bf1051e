//! Hessians as matrices, for methods that want one.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{TwiceDifferentiable, hessian_by_products};

use crate::classic::{
    Bard, Beale, BiggsExp6, BoxThreeDimensional, BrownAlmostLinear, BrownBadlyScaled, BrownDennis,
    BroydenBanded, BroydenTridiagonal, Chebyquad, DiscreteBoundaryValue, DiscreteIntegralEquation,
    FreudensteinRoth, Gaussian, Gulf, HelicalValley, Himmelblau, JennrichSampson, KowalikOsborne,
    LinearFullRank, LinearRank1, LinearRank1WithZeros, Meyer, Osborne1, Osborne2, Penalty1, Penalty2,
    PowellBadlyScaled, PowellSingular, Rosenbrock, Trigonometric, VariableDimension, Watson, Wood,
};
use crate::{
    DiagonalQuadratic, HeavyBallCycle, Huber, LinearLeastSquares, LogBarrier, LogCosh, LogSumExp,
    NesterovWorst, Quadratic,
};

impl TwiceDifferentiable for Quadratic {
    fn hessian(&self, _w: &[f64], out: &mut DMatrix<f64>) {
        out.copy_from_slice(self.matrix());
    }
}

impl TwiceDifferentiable for DiagonalQuadratic {
    fn hessian(&self, _w: &[f64], out: &mut DMatrix<f64>) {
        out.fill(0.0);
        for (i, &a) in self.curvatures().iter().enumerate() {
            out[(i, i)] = a;
        }
    }
}

/// The others by products: they are exact, and each costs about as much as writing down a column.
macro_rules! by_products {
    ($($objective:ty),* $(,)?) => {$(
        impl TwiceDifferentiable for $objective {
            fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
                hessian_by_products(self, w, out);
            }
        }
    )*};
}

by_products!(HeavyBallCycle, Huber, LinearLeastSquares, LogBarrier, LogCosh, LogSumExp, NesterovWorst);
by_products!(
    Bard,
    Beale,
    BiggsExp6,
    BoxThreeDimensional,
    BrownAlmostLinear,
    BrownBadlyScaled,
    BrownDennis,
    BroydenBanded,
    BroydenTridiagonal,
    Chebyquad,
    DiscreteBoundaryValue,
    DiscreteIntegralEquation,
    FreudensteinRoth,
    Gaussian,
    Gulf,
    HelicalValley,
    Himmelblau,
    JennrichSampson,
    KowalikOsborne,
    LinearFullRank,
    LinearRank1,
    LinearRank1WithZeros,
    Meyer,
    Osborne1,
    Osborne2,
    Penalty1,
    Penalty2,
    PowellBadlyScaled,
    PowellSingular,
    Rosenbrock,
    Trigonometric,
    VariableDimension,
    Watson,
    Wood,
);

//! Every method with every search keeps what methods promise.

use thalweg::problem::Counted;
use thalweg_conformance::{Candidate, Trial, examine};
use thalweg_quasi_newton::line_search::{
    Backtracking, Exact, Fixed, HagerZhang, LineSearch, MoreThuente, StrongWolfe,
};
use thalweg_quasi_newton::{
    Beta, Bfgs, FirstLength, InitialScale, Lbfgs, LowCurvature, NonlinearConjugateGradients, ScaledIdentity,
};

/// The length of a first step that suits a function with curvatures up to this: 1, unless x is of size 1e±150.
fn length_for(curvature: f64) -> f64 {
    if (1e-200..1e200).contains(&curvature) { 1.0 } else { 1.0 / curvature.sqrt() }
}

fn all_methods_conform_with<L>(search: L, safeguarded: bool)
where
    L: Copy + 'static + for<'p> LineSearch<Counted<'p, Trial>>,
{
    macro_rules! conforms {
        ($name:expr, $method:expr) => {
            let method = $method;
            let candidate = Candidate { safeguarded, ..Candidate::new($name, method) };
            let report = examine(&candidate);
            assert!(report.conforms(), "{report}");
        };
    }
    conforms!("L-BFGS", move |c| Lbfgs {
        first_length: FirstLength::Absolute(length_for(c)),
        ..Lbfgs::with(search)
    });
    conforms!("L-BFGS, m = 1, unscaled", move |c| Lbfgs {
        memory: 1,
        initial: ScaledIdentity::Latest,
        first_length: FirstLength::Absolute(length_for(c)),
        ..Lbfgs::with(search)
    });
    conforms!("BFGS", move |c| Bfgs {
        first_length: FirstLength::Absolute(length_for(c)),
        ..Bfgs::with(search)
    });
    conforms!("BFGS, damped", move |c| Bfgs {
        low_curvature: LowCurvature::Damp,
        initial: InitialScale::FirstStep,
        first_length: FirstLength::Absolute(length_for(c)),
        ..Bfgs::with(search)
    });
    for beta in [Beta::PolakRibierePlus, Beta::HagerZhang] {
        conforms!("nonlinear conjugate gradients", move |c| NonlinearConjugateGradients {
            beta,
            first_length: FirstLength::Absolute(length_for(c)),
            ..NonlinearConjugateGradients::with(search)
        });
    }
}

#[test]
fn methods_conform_with_more_thuente() {
    all_methods_conform_with(MoreThuente::default(), true);
}

#[test]
fn methods_conform_with_strong_wolfe() {
    all_methods_conform_with(StrongWolfe { c2: 0.1, ..StrongWolfe::default() }, true);
}

#[test]
fn methods_conform_with_hager_zhang() {
    all_methods_conform_with(HagerZhang::default(), true);
}

#[test]
fn methods_conform_with_backtracking() {
    all_methods_conform_with(Backtracking::default(), true);
}

#[test]
fn methods_conform_with_an_exact_search() {
    // On what is not quadratic its step may lead up.
    all_methods_conform_with(Exact::default(), false);
}

/// Without a search nothing but the settings keeps a step from being too long, so that the rows are on quadratics whose
/// largest curvature the settings may know: elsewhere a run may diverge, as the suite allows a method that is not safeguarded.
///
/// Quasi-Newton methods learn lengths from the pairs, given that γ makes H₀ of the right size: α = 1 is right from the second
/// step on, and the first is to be short.
/// Conjugate gradients learn directions alone. All of their steps are α c times a gradient and what is left of older ones,
/// where c gives the first step its length: it has to be such that α c is below the inverse of the largest curvature, with room
/// for what β adds.
#[test]
fn fixed_steps_conform() {
    let report = examine(&Candidate::new("L-BFGS, α = 1", |c| Lbfgs {
        first_length: FirstLength::Absolute(0.01 * length_for(c)),
        ..Lbfgs::with(Fixed::default())
    }));
    assert!(report.conforms(), "{report}");
    let report = examine(&Candidate::new("BFGS, α = 1", |c| Bfgs {
        first_length: FirstLength::Absolute(0.01 * length_for(c)),
        ..Bfgs::with(Fixed::default())
    }));
    assert!(report.conforms(), "{report}");
    for beta in [Beta::PolakRibierePlus, Beta::HagerZhang] {
        let report = examine(&Candidate::new("nonlinear conjugate gradients, α = 1", move |c| {
            NonlinearConjugateGradients {
                beta,
                first_length: FirstLength::Absolute(length_for(c)),
                ..NonlinearConjugateGradients::with(Fixed::default())
            }
        }));
        assert!(report.conforms(), "{beta:?}: {report}");
    }
}

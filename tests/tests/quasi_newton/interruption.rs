//! Going on later loses nothing, and every evaluation is asked for.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Counted, Stuck};
use thalweg_quasi_newton::line_search::{Backtracking, HagerZhang, StrongWolfe};
use thalweg_quasi_newton::{Beta, Bfgs, Lbfgs, LowCurvature, NonlinearConjugateGradients};

use crate::{alternating, chained, plenty, written};

const STEPS: usize = 25;

/// After every step the state goes through text and back, and the run that goes on from there is the same to the bit.
fn resumes<M>(name: &str, method: &M)
where
    M: for<'a> Method<&'a dyn Differentiable>,
    for<'a> <M as Method<&'a dyn Differentiable>>::State: Serialize + DeserializeOwned,
{
    let valley = chained(6);
    let problem = &valley as &dyn Differentiable;
    let mut whole = method.init(&problem, &alternating(6)).expect("valid input");
    let mut resumed = whole.clone();
    for k in 0..STEPS {
        method.step(&problem, &mut whole, &mut plenty()).expect("a lower point");
        resumed = serde_json::from_str(&written(&resumed)).expect("what was written can be read");
        method.step(&problem, &mut resumed, &mut plenty()).expect("a lower point");
        assert_eq!(written(&whole), written(&resumed), "{name}, step {k}");
    }
}

#[test]
fn runs_resume_to_the_bit_at_every_step() {
    resumes("L-BFGS", &Lbfgs { memory: 4, ..Lbfgs::default() });
    resumes("L-BFGS, Hager–Zhang", &Lbfgs::with(HagerZhang::default()));
    resumes("BFGS", &Bfgs::default());
    resumes(
        "BFGS, damped",
        &Bfgs { low_curvature: LowCurvature::Damp, ..Bfgs::with(Backtracking::default()) },
    );
    resumes("conjugate gradients", &NonlinearConjugateGradients::default());
    let hager_zhang = NonlinearConjugateGradients {
        beta: Beta::HagerZhang,
        ..NonlinearConjugateGradients::with(StrongWolfe::default())
    };
    resumes("conjugate gradients, Hager–Zhang", &hager_zhang);
}

/// With any budget no more is evaluated than allowed, and no step goes up.
fn obeys<M>(name: &str, method: &M)
where
    M: for<'a, 'b> Method<Counted<'b, &'a dyn Differentiable>>,
{
    let valley = chained(4);
    let problem = &valley as &dyn Differentiable;
    for budget in 0..40 {
        let counted = Counted::new(&problem);
        let mut state = method.init(&counted, &alternating(4)).expect("valid input");
        assert_eq!(counted.counts().total(), 1, "{name}: init evaluates once");
        let mut allow = Allowance::evaluations(budget);
        let stuck = loop {
            let before = state.value().expect("a value");
            match method.step(&counted, &mut state, &mut allow) {
                Ok(_) => assert!(state.value().expect("a value") < before, "{name} goes up"),
                Err(stuck) => break stuck,
            }
        };
        assert_eq!((stuck, counted.counts().total()), (Stuck::OutOfEvaluations, budget + 1), "{name}");
    }
}

#[test]
fn budgets_are_obeyed_whatever_they_are() {
    obeys("L-BFGS", &Lbfgs::default());
    obeys("L-BFGS, backtracking", &Lbfgs::with(Backtracking::default()));
    obeys("L-BFGS, Hager–Zhang", &Lbfgs::with(HagerZhang::default()));
    obeys("BFGS", &Bfgs::default());
    obeys("BFGS, strong Wolfe", &Bfgs::with(StrongWolfe::default()));
    obeys("conjugate gradients", &NonlinearConjugateGradients::default());
}

//! A run that goes on from a copy of its state, or from what serde wrote of it, is the uninterrupted one to the bit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::objectives::classic::Rosenbrock;
use thalweg::problem::{Allowance, Method, State};
use thalweg_landscape::NewtonMr;
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton, SteihaugToint, TrustRegion,
};

const STEPS: usize = 12;

fn bits(state: &impl State) -> Vec<u64> {
    let gradient = state.gradient().into_iter().flatten();
    state.x().iter().chain(gradient).chain(&state.value()).map(|v| v.to_bits()).collect()
}

#[track_caller]
fn assert_resumes<M>(method: M, x0: &[f64])
where
    M: Method<Rosenbrock, State: PartialEq + std::fmt::Debug + Serialize + DeserializeOwned>,
{
    let problem = Rosenbrock::chained(x0.len()).expect("n is above 1");
    let advance = |state: &mut M::State| {
        method.step(&problem, state, &mut Allowance::evaluations(1_000)).expect("there is a way down");
    };
    let mut straight = vec![method.init(&problem, x0).expect("valid input")];
    let mut running = straight[0].clone();
    for _ in 0..STEPS {
        advance(&mut running);
        straight.push(running.clone());
    }
    for k in 0..STEPS {
        let written = serde_json::to_string(&straight[k]).expect("finite numbers");
        let read: M::State = serde_json::from_str(&written).expect("what was written");
        assert_eq!(read, straight[k]);
        for mut resumed in [straight[k].clone(), read] {
            for later in &straight[k + 1..] {
                advance(&mut resumed);
                assert_eq!(bits(&resumed), bits(later), "resumed at step {k}");
                assert_eq!(&resumed, later, "resumed at step {k}");
            }
        }
    }
}

#[test]
fn runs_resume_at_every_step() {
    let start = [-1.2, 1.0, -1.2, 1.0];
    assert_resumes(Newton::default(), &start);
    // In the plane, where the curvatures stay positive on its way.
    assert_resumes(DampedNewton::default(), &start[..2]);
    assert_resumes(ModifiedNewton::default(), &start);
    assert_resumes(SaddleFreeNewton::default(), &start);
    assert_resumes(TrustRegion::default(), &start);
    assert_resumes(TrustRegion::with(SteihaugToint::default()), &start);
    assert_resumes(CubicRegularization::default(), &start);
    assert_resumes(NewtonMr::default(), &start);
}

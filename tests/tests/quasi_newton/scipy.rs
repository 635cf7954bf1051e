//! The textbook's iterates to the digits that rounding leaves, and SciPy's end points as far as conditioning says.
//!
//! `references/quasi_newton.py` says how the references were made.

use std::iter::zip;

use thalweg::numerics::{logistic, norm, pow, softplus};
use thalweg::objectives::Quadratic;
use thalweg::objectives::classic::{
    Beale, BrownDennis, HelicalValley, PowellSingular, Rosenbrock, TestFunction, Wood,
};
use thalweg::prelude::*;
use thalweg::problem::Counted;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, Eigen, TwiceDifferentiable};
use thalweg_quasi_newton::line_search::{Exact, Fixed};
use thalweg_quasi_newton::{Bfgs, FirstLength, InitialScale, Lbfgs, ScaledIdentity};

use crate::reference::{hex_float, rows};
use crate::{START, bowl, plenty};

const TABLE: &str = include_str!("../../references/quasi_newton.tsv");

/// x₀, x₁, … as the textbook has them.
fn textbook(problem: &str, method: &str, length: &str) -> Vec<Vec<f64>> {
    let of_run = rows(TABLE).filter(|row| row[..4] == ["iterates", problem, method, length]);
    let points: Vec<Vec<f64>> = of_run.map(|row| row[5..].iter().map(|x| hex_float(x)).collect()).collect();
    assert!(points.len() > 5, "{problem}, {method}, α {length} is not in the table");
    points
}

/// Steps beside the textbook's, until `far` from it: rounding of numbers of size 1 to 5 is multiplied from step to step.
#[track_caller]
fn follows<P: Differentiable, M: Method<P>>(problem: &P, method: &M, known: &[Vec<f64>], far: f64) {
    let mut state = method.init(problem, &known[0]).expect("valid input");
    for (k, known) in known.iter().enumerate() {
        if k > 0 {
            method.step(problem, &mut state, &mut plenty()).expect("not there yet");
        }
        let off = zip(state.x(), known).fold(0.0_f64, |off, (x, known)| off.max((x - known).abs()));
        assert!(off <= far, "step {k}: {off:e} off, {:?} and {known:?}", state.x());
    }
}

#[test]
fn iterates_with_an_exact_search_are_the_textbooks() {
    let bowl: Quadratic = bowl();
    let exact = Bfgs::with(Exact::default());
    let unscaled = Bfgs { initial: InitialScale::Unscaled, ..exact };
    assert_eq!(textbook("bowl", "BFGS", "exact")[0], START);
    // Twenty roundings a step, each of them grown by the condition of A, about 10.
    follows(&bowl, &unscaled, &textbook("bowl", "BFGS", "exact"), 1e-13);
    follows(&bowl, &exact, &textbook("bowl", "BFGS, scaled", "exact"), 1e-13);
}

/// α = ½ always, after a first direction of a length that is given: no search has a say.
#[test]
fn iterates_of_a_fixed_length_are_the_textbooks() {
    let (bowl, half) = (bowl(), Fixed { alpha: 0.5 });
    let first_length = FirstLength::Absolute(1.0);
    let all = Bfgs { first_length, ..Bfgs::with(half) };
    let few = Lbfgs { memory: 2, initial: ScaledIdentity::Latest, first_length, ..Lbfgs::with(half) };
    follows(&bowl, &all, &textbook("bowl", "BFGS, scaled", "0.5"), 1e-13);
    follows(&bowl, &few, &textbook("bowl", "L-BFGS 2, scaled", "0.5"), 1e-13);
    let valley = Rosenbrock::default();
    let all = Bfgs { first_length: FirstLength::Absolute(0.25), ..all };
    let few = Lbfgs { first_length: FirstLength::Absolute(0.25), ..few };
    let unscaled = Bfgs { initial: InitialScale::Unscaled, ..all };
    // In the valley, where curvatures are 1 to 1000, pairs amplify more.
    follows(&valley, &all, &textbook("Rosenbrock", "BFGS, scaled", "0.5"), 1e-11);
    follows(&valley, &unscaled, &textbook("Rosenbrock", "BFGS", "0.5"), 1e-11);
    follows(&valley, &few, &textbook("Rosenbrock", "L-BFGS 2, scaled", "0.5"), 1e-11);
}

/// Where a run ended.
#[derive(Debug)]
struct End {
    evaluations: u64,
    /// ‖∇f‖ there.
    slope: f64,
    value: f64,
    x: Vec<f64>,
}

fn theirs(problem: &str, method: &str) -> End {
    let row = rows(TABLE).find(|row| row[..3] == ["end", problem, method]).expect("it is in the table");
    let x = row[7..].iter().map(|x| hex_float(x)).collect();
    let evaluations = row[4].parse().expect("a count");
    End { evaluations, slope: hex_float(row[5]), value: hex_float(row[6]), x }
}

fn ours<P, M>(f: &P, method: &M, x0: &[f64]) -> End
where
    P: Differentiable + ?Sized,
    M: for<'p> Method<Counted<'p, P>>,
{
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-10, ..Stop::default() };
    let run = minimize(f, method, x0, stop, silent).expect("valid input");
    let mut gradient = vec![f64::NAN; x0.len()];
    // Not what the run says.
    let value = f.value_gradient(&run.best.x, &mut gradient);
    End { evaluations: run.counts.total(), slope: norm(&gradient), value, x: run.best.x }
}

/// The smallest and the largest curvature near a minimum.
struct Curvatures {
    low: f64,
    high: f64,
}

impl Curvatures {
    fn at(f: &dyn TestFunction, x: &[f64]) -> Self {
        let mut hessian = DMatrix::zeros(x.len(), x.len());
        ByProducts(f).hessian(x, &mut hessian);
        let values = Eigen::new(&hessian).expect("a finite symmetric matrix").values().to_vec();
        Self { low: values[0], high: values[values.len() - 1] }
    }

    /// How far from the minimum a point can be at which ‖∇f‖ is measured to be `slope`: ‖∇f‖ ≥ λ₁‖x − x*‖, and measuring rounds, as
    /// if x had been moved by some units in its last place. Twice that, for H is not quite the same on the way.
    fn distance(&self, slope: f64, x: &[f64]) -> f64 {
        2.0 * (slope + self.high * rounding(x)) / self.low
    }

    /// f(x) − f(x*) ≤ ½‖∇f‖²/λ₁, and f itself rounds.
    fn gap(&self, end: &End) -> f64 {
        let slope = end.slope + self.high * rounding(&end.x);
        slope * slope / self.low + 64.0 * f64::EPSILON * end.value.abs()
    }
}

fn rounding(x: &[f64]) -> f64 {
    8.0 * f64::EPSILON * norm(x)
}

fn apart(x: &[f64], y: &[f64]) -> f64 {
    norm(&zip(x, y).map(|(x, y)| x - y).collect::<Vec<_>>())
}

/// Both methods against SciPy's; evaluations are added up, ours and theirs.
#[track_caller]
fn compare<P>(
    problem: &str,
    f: &P,
    x0: &[f64],
    curvatures: impl Fn(&[f64]) -> Curvatures,
    totals: &mut [(u64, u64); 2],
) where
    P: Differentiable + ?Sized,
{
    let runs = [("BFGS", ours(f, &Bfgs::default(), x0)), ("L-BFGS-B", ours(f, &Lbfgs::default(), x0))];
    for ((method, ours), total) in zip(runs, totals) {
        let theirs = theirs(problem, method);
        let near = curvatures(&ours.x);
        // Their f is ours.
        let mut gradient = vec![f64::NAN; x0.len()];
        let value = f.value_gradient(&theirs.x, &mut gradient);
        assert!((value - theirs.value).abs() <= near.gap(&theirs), "{problem}: f = {value:e} at {theirs:?}");
        let (off, gap) = (apart(&ours.x, &theirs.x), (ours.value - theirs.value).abs());
        let far = near.distance(ours.slope, &ours.x) + near.distance(theirs.slope, &theirs.x);
        println!(
            "{problem}, {method}: {} evaluations, theirs {}; {off:.1e} apart of {far:.1e}, f by {gap:.1e}; ‖∇f‖ = {:.1e}, theirs {:.1e}",
            ours.evaluations, theirs.evaluations, ours.slope, theirs.slope
        );
        assert!(far < 1e-5, "{problem}, {method}: a bound of {far:e} says nothing");
        assert!(off <= far, "{problem}, {method}: {off:e} apart, {ours:?} and {theirs:?}");
        assert!(gap <= near.gap(&ours) + near.gap(&theirs), "{problem}, {method}: {gap:e} apart");
        *total = (total.0 + ours.evaluations, total.1 + theirs.evaluations);
    }
}

/// ½‖w‖² + Σ ln(1 + exp(−yᵢ w·zᵢ)) with forty zᵢ of small integers.
fn logistic_regression() -> impl Differentiable {
    from_fn(3, |w, gradient| {
        gradient.copy_from_slice(w);
        let mut value = 0.5 * w.iter().map(|w| w * w).sum::<f64>();
        for i in 1..=40_i32 {
            let z = [(7 * i) % 11 - 5, (5 * i) % 13 - 6, 1].map(f64::from);
            let y = if (3 * i) % 7 < 3 { 1.0 } else { -1.0 };
            let margin = y * (z[0] * w[0] + z[1] * w[1] + z[2] * w[2]);
            value += softplus(-margin);
            let pull = y * logistic(-margin);
            zip(&mut *gradient, z).for_each(|(g, z)| *g -= pull * z);
        }
        value
    })
}

#[test]
fn runs_end_where_scipys_end() {
    let extended = Rosenbrock::extended(10).expect("n is even");
    let brown_dennis = BrownDennis::default();
    let functions: [(&str, &dyn TestFunction); 6] = [
        ("Rosenbrock", &Rosenbrock::default()),
        ("Rosenbrock, extended", &extended),
        ("Beale", &Beale),
        ("helical valley", &HelicalValley),
        ("Wood", &Wood),
        ("Brown and Dennis", &brown_dennis),
    ];
    let mut totals = [(0, 0); 2];
    for (problem, f) in functions {
        compare(problem, f, &f.start(), |x| Curvatures::at(f, x), &mut totals);
    }
    // λ₁ ≥ 1 by the square; Σ‖zᵢ‖²/4 bounds the curvature of the rest.
    let curvatures = |_: &[f64]| Curvatures { low: 1.0, high: 1.0 + 40.0 * (25.0 + 36.0 + 1.0) / 4.0 };
    compare("logistic regression", &logistic_regression(), &[0.0; 3], curvatures, &mut totals);
    println!("in all (ours, theirs): {totals:?}");
    for (ours, theirs) in totals {
        assert!(ours <= theirs, "{totals:?}");
    }
}

/// At 0 the Hessian of Powell's function has rank 2: where it vanishes, f grows like the fourth power.
///
/// That is the plane x = (10a, −a, b, b), f = (a + 2b)⁴ + 10 (10a − b)⁴. With q the vector of the two numbers
/// in brackets, f ≥ q₁⁴ + 10 q₂⁴ ≥ ½‖q‖⁴, and x·∇f = 4f there, so that ‖∇f‖ ‖x‖ ≥ 2‖q‖⁴. q is (1 2; 10 −1) times (a, b),
/// whose smallest singular value is above 2, and ‖x‖² = 101a² + 2b²: ‖q‖ ≥ 2‖x‖/√101. So ‖∇f‖ ≥ 32/101² ‖x‖³.
/// Off the plane f grows like the square, with curvatures of 20 and more, which adds less than a hundredth here.
#[test]
fn runs_on_powells_singular_function_end_as_near_as_its_gradient_can_tell() {
    let f = PowellSingular::default();
    let far = |slope: f64| 1.01 * pow(slope * 101.0 * 101.0 / 32.0, 1.0 / 3.0);
    for (method, ours) in [
        ("BFGS", ours(&f, &Bfgs::default(), &f.start())),
        ("L-BFGS-B", ours(&f, &Lbfgs::default(), &f.start())),
    ] {
        let theirs = theirs("Powell singular", method);
        println!(
            "Powell singular, {method}: {} evaluations, theirs {}",
            ours.evaluations, theirs.evaluations
        );
        for end in [&ours, &theirs] {
            println!("    ‖x‖ = {:.1e} of {:.1e}, f = {:.1e}", norm(&end.x), far(end.slope), end.value);
            assert!(norm(&end.x) <= far(end.slope), "{method}: {end:?}");
        }
        assert!((f.value(&theirs.x) - theirs.value).abs() <= 1e-13 * theirs.value, "{method}: {theirs:?}");
    }
}

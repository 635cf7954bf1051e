//! Himmelblau's function is flat in nine points. Their Hessians tell which is what, and how fast descent would be there.
//!
//! `cargo run -p thalweg-hessian --example nine_points`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::problem::Objective;
use thalweg_hessian::{Eigen, Stationary, TwiceDifferentiable};
use thalweg_objectives::classic::{Himmelblau, TestFunction};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut points: Vec<Vec<f64>> = Himmelblau.minima().into_iter().filter_map(|minimum| minimum.x).collect();
    points.extend(Himmelblau::SADDLES.map(Vec::from));
    points.push(Himmelblau::MAXIMUM.to_vec());

    let mut hessian = DMatrix::zeros(2, 2);
    writeln!(
        out,
        "          x                f   eigenvalues         what        κ   best rate   factor a step"
    )?;
    for x in points {
        Himmelblau.hessian(&x, &mut hessian);
        let eigen = Eigen::new(&hessian)?;
        let what = match eigen.inertia().stationary() {
            Stationary::Minimum => "minimum",
            Stationary::Maximum => "maximum",
            Stationary::Saddle { .. } => "saddle",
            _ => "undecided",
        };
        let values = eigen.values();
        write!(
            out,
            "{:>7.3} {:>7.3}  {:>8.3}   {:>7.2} {:>7.2}   {what:<8}",
            x[0],
            x[1],
            Himmelblau.value(&x),
            values[0],
            values[1]
        )?;
        // Where the curvatures are positive, 2/(λ₁ + λₙ) is the best rate of gradient descent, and (κ − 1)/(κ + 1) its factor.
        match eigen.optimal_rate() {
            Some(rate) => {
                let kappa = eigen.condition_number();
                writeln!(out, " {kappa:>7.3}   {rate:>9.5}   {:>13.3}", (kappa - 1.0) / (kappa + 1.0))?;
            }
            None => writeln!(out, "       –           –               –")?,
        }
    }
    Ok(())
}

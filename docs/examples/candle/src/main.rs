//! A network whose model and derivatives are candle's, and whose parameters are moved by a borrowed rule and schedule.
//!
//! ```text
//! o(x) = tanh(xU + b) v + c,  loss = mean of (o(x) − y)² over points x with y = −1 on an inner ring and y = 1 on an outer one
//! ```

use std::error::Error;
use std::process::ExitCode;

use candle_core::{Device, Result, Tensor, Var};
use thalweg_first_order::schedules::{Polynomial, Schedule};
use thalweg_first_order::{Rprop, UpdateRule};

const HIDDEN: usize = 8;
const EPOCHS: u64 = 200;
const DEVICE: Device = Device::Cpu;

/// A hundred points on each ring, 200 × 2, and their classes, 200 × 1.
fn two_rings() -> Result<(Tensor, Tensor)> {
    let (mut points, mut classes) = (Vec::new(), Vec::new());
    for i in 0..100 {
        let (sin, cos) = (0.063 * i as f32).sin_cos();
        points.extend([cos, sin, -2.0 * cos, -2.0 * sin]);
        classes.extend([-1.0_f32, 1.0]);
    }
    Ok((Tensor::from_vec(points, (200, 2), &DEVICE)?, Tensor::from_vec(classes, (200, 1), &DEVICE)?))
}

/// U, b, v and c. Multiples of the golden section, modulo 1, are as good as random and the same in every run.
fn parameters() -> Result<Vec<Var>> {
    let mut multiples = 1..;
    [(2, HIDDEN), (1, HIDDEN), (HIDDEN, 1), (1, 1)]
        .into_iter()
        .map(|(rows, columns)| {
            let multiples = multiples.by_ref().take(rows * columns);
            let numbers = multiples.map(|i: u16| (0.618_034 * f32::from(i)).fract() - 0.5).collect();
            Var::from_vec(numbers, (rows, columns), &DEVICE)
        })
        .collect()
}

fn output(w: &[Var], points: &Tensor) -> Result<Tensor> {
    let hidden = points.matmul(&w[0])?.broadcast_add(&w[1])?.tanh()?;
    hidden.matmul(&w[2])?.broadcast_add(&w[3])
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

fn main() -> std::result::Result<ExitCode, Box<dyn Error>> {
    let (points, classes) = two_rings()?;
    let vars = parameters()?;
    // ANCHOR: loop
    let rule = Rprop::default();
    let schedule = Polynomial { rate: 1.0, end: 0.1, steps: EPOCHS, ..Polynomial::default() };
    schedule.check()?;

    // The rule treats every parameter by itself, so each tensor can have a state of its own.
    let mut states = Vec::new();
    for var in &vars {
        states.push(rule.init(&numbers(var)?)?);
    }
    for epoch in 0..EPOCHS {
        let loss = (output(&vars, &points)? - &classes)?.sqr()?.mean_all()?;
        let gradients = loss.backward()?;
        for (var, state) in vars.iter().zip(&mut states) {
            let gradient = gradients.get(var).expect("the loss depends on every tensor");
            let (mut w, g) = (numbers(var)?, numbers(gradient)?);
            rule.update(state, &mut w, &g, schedule.rate(epoch) as f32)?;
            var.set(&Tensor::from_vec(w, var.shape(), &DEVICE)?)?;
        }
        if epoch % 40 == 0 {
            println!("epoch {epoch:3}: loss {:.4}", loss.to_scalar::<f32>()?);
        }
    }
    // ANCHOR_END: loop
    let products = numbers(&(output(&vars, &points)? * &classes)?)?;
    let right = products.iter().filter(|product| **product > 0.0).count();
    println!("after {EPOCHS} epochs {right} of {} points are right", products.len());
    Ok(if right == products.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

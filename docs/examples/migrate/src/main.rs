//! One program three times: Rosenbrock's valley, L-BFGS, a line for every tenth step, and the reason at the end.

mod argmin_side;
mod basin_side;
mod our_side;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("argmin");
    let by_argmin = argmin_side::minimum().map_err(|error| error.to_string())?;
    println!("\nbasin");
    let by_basin = basin_side::minimum()?;
    println!("\nThalweg");
    let by_us = our_side::minimum()?;
    for x in [by_argmin, by_basin, by_us] {
        assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-5), "{x:?}");
    }
    Ok(())
}

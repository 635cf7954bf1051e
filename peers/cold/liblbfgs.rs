// liblbfgs = "0.1"
use liblbfgs::lbfgs;

fn main() {
    let bowl = |x: &[f64], g: &mut [f64]| {
        (g[0], g[1]) = (x[0] - 1.0, 10.0 * x[1]);
        Ok(0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1])
    };
    let mut x = [0.0, 1.0];
    let found = lbfgs().minimize(&mut x, bowl, |_| false).expect("a bowl");
    println!("f = {:.1e} at {x:.6?}", found.fx);
}

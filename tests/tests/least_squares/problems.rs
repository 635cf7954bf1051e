//! Test problems by name: those of Moré, Garbow and Hillstrom that the reference has, and a few of our own.

use thalweg::numerics::{cos, exp, sin};
use thalweg::problem::LeastSquares;
use thalweg_second_order::from_residuals;

/// A sum of squares from one closure, which gives a residual with its derivatives: row after row, as one writes it down.
pub(crate) fn from_rows<const N: usize>(
    m: usize,
    row: impl Fn(&[f64], usize) -> (f64, [f64; N]) + Copy + 'static,
) -> Box<dyn LeastSquares> {
    Box::new(from_residuals(
        N,
        m,
        move |x, r| r.iter_mut().enumerate().for_each(|(i, r)| *r = row(x, i).0),
        move |x, jacobian| {
            for i in 0..m {
                for (j, slope) in row(x, i).1.into_iter().enumerate() {
                    jacobian[i + m * j] = slope;
                }
            }
        },
    ))
}

/// Both residuals of Rosenbrock's function, 10 (y − x²) and 1 − x.
pub(crate) fn rosenbrock() -> Box<dyn LeastSquares> {
    from_rows(2, |x, i| match i {
        0 => (10.0 * (x[1] - x[0] * x[0]), [-20.0 * x[0], 10.0]),
        _ => (1.0 - x[0], [-1.0, 0.0]),
    })
}

pub(crate) fn freudenstein_roth() -> Box<dyn LeastSquares> {
    from_rows(2, |x, i| {
        let (a, b) = (x[0], x[1]);
        match i {
            0 => (-13.0 + a + ((5.0 - b) * b - 2.0) * b, [1.0, (10.0 - 3.0 * b) * b - 2.0]),
            _ => (-29.0 + a + ((b + 1.0) * b - 14.0) * b, [1.0, (3.0 * b + 2.0) * b - 14.0]),
        }
    })
}

pub(crate) fn powell_singular() -> Box<dyn LeastSquares> {
    from_rows(4, |x, i| {
        let (r5, r10) = (f64::sqrt(5.0), f64::sqrt(10.0));
        let (inner, outer) = (x[1] - 2.0 * x[2], x[0] - x[3]);
        match i {
            0 => (x[0] + 10.0 * x[1], [1.0, 10.0, 0.0, 0.0]),
            1 => (r5 * (x[2] - x[3]), [0.0, 0.0, r5, -r5]),
            2 => (inner * inner, [0.0, 2.0 * inner, -4.0 * inner, 0.0]),
            _ => (r10 * outer * outer, [2.0 * r10 * outer, 0.0, 0.0, -2.0 * r10 * outer]),
        }
    })
}

pub(crate) fn bard() -> Box<dyn LeastSquares> {
    const Y: [f64; 15] =
        [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];
    from_rows(15, |x, i| {
        let (u, v) = (i as f64 + 1.0, 15.0 - i as f64);
        let w = u.min(v);
        let d = v * x[1] + w * x[2];
        (Y[i] - (x[0] + u / d), [-1.0, u * v / (d * d), u * w / (d * d)])
    })
}

pub(crate) fn kowalik_osborne() -> Box<dyn LeastSquares> {
    const Y: [f64; 11] =
        [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
    const U: [f64; 11] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
    from_rows(11, |x, i| {
        let (y, u) = (Y[i], U[i]);
        let (top, bottom) = (u * (u + x[1]), u * (u + x[2]) + x[3]);
        let slopes = [
            -top / bottom,
            -x[0] * u / bottom,
            x[0] * top * u / (bottom * bottom),
            x[0] * top / (bottom * bottom),
        ];
        (y - x[0] * top / bottom, slopes)
    })
}

pub(crate) fn meyer() -> Box<dyn LeastSquares> {
    const Y: [f64; 16] = [
        34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0, 6005.0,
        5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
    ];
    from_rows(16, |x, i| {
        let d = 45.0 + 5.0 * (i as f64 + 1.0) + x[2];
        let e = exp(x[1] / d);
        (x[0] * e - Y[i], [e, x[0] * e / d, -x[0] * e * x[1] / (d * d)])
    })
}

pub(crate) fn brown_dennis() -> Box<dyn LeastSquares> {
    from_rows(20, |x, i| {
        let t = (i as f64 + 1.0) / 5.0;
        let (a, b) = (x[0] + t * x[1] - exp(t), x[2] + sin(t) * x[3] - cos(t));
        (a * a + b * b, [2.0 * a, 2.0 * a * t, 2.0 * b, 2.0 * b * sin(t)])
    })
}

/// Box's function in three variables: at x₁ = x₂ its Jacobian loses its rank.
pub(crate) fn three_exponentials() -> Box<dyn LeastSquares> {
    from_rows(10, |x, i| {
        let t = (i as f64 + 1.0) / 10.0;
        let known = exp(-t) - exp(-10.0 * t);
        let residual = exp(-t * x[0]) - exp(-t * x[1]) - x[2] * known;
        (residual, [-t * exp(-t * x[0]), t * exp(-t * x[1]), -known])
    })
}

/// The problem that the reference calls so.
pub(crate) fn of_reference(name: &str) -> Box<dyn LeastSquares> {
    match name.split(',').next() {
        Some("Rosenbrock") => rosenbrock(),
        Some("Freudenstein and Roth") => freudenstein_roth(),
        Some("Powell singular") => powell_singular(),
        Some("Bard") => bard(),
        Some("Kowalik and Osborne") => kowalik_osborne(),
        Some("Meyer") => meyer(),
        Some("Brown and Dennis") => brown_dennis(),
        Some("Box") => three_exponentials(),
        _ => panic!("the reference has a problem that is not written down here: {name}"),
    }
}

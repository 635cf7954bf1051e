//! The loops by hand, as one would write them in C: arrays, an index, one pass, `if`s where they come to mind. A
//! function of its own for each, whose arrays do not overlap (`restrict`).

// Indices, because that is how it looks in C; the arrays are cut to one length first, so that no index needs a check.
#![allow(clippy::needless_range_loop)]

use thalweg_first_order::Scalar;

/// A double as a `T`.
fn c<T: Scalar>(x: f64) -> T {
    T::from_f64(x)
}

#[inline(never)]
pub(crate) fn gradient_descent<T: Scalar>(w: &mut [T], g: &[T], eta: T) {
    let n = w.len();
    let g = &g[..n];
    for i in 0..n {
        w[i] = w[i] - eta * g[i];
    }
}

#[inline(never)]
pub(crate) fn velocity<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], eta: T) {
    let n = w.len();
    let (g, v, beta) = (&g[..n], &mut v[..n], c::<T>(0.9));
    for i in 0..n {
        v[i] = beta * v[i] - eta * g[i];
        w[i] = w[i] + v[i];
    }
}

#[inline(never)]
pub(crate) fn sum<T: Scalar>(w: &mut [T], g: &[T], b: &mut [T], eta: T) {
    let n = w.len();
    let (g, b, beta) = (&g[..n], &mut b[..n], c::<T>(0.9));
    for i in 0..n {
        b[i] = beta * b[i] + g[i];
        w[i] = w[i] - eta * b[i];
    }
}

#[inline(never)]
pub(crate) fn average<T: Scalar>(w: &mut [T], g: &[T], m: &mut [T], eta: T) {
    let n = w.len();
    let (g, m, beta) = (&g[..n], &mut m[..n], c::<T>(0.9));
    let fresh = T::ONE - beta;
    for i in 0..n {
        m[i] = beta * m[i] + fresh * g[i];
        w[i] = w[i] - eta * m[i];
    }
}

#[inline(never)]
pub(crate) fn heavy_ball<T: Scalar>(w: &mut [T], g: &[T], last: &mut [T], is_first: bool, eta: T) {
    let n = w.len();
    let (g, last, beta) = (&g[..n], &mut last[..n], c::<T>(0.9));
    if is_first {
        last.copy_from_slice(w);
    }
    for i in 0..n {
        let next = w[i] - eta * g[i] + beta * (w[i] - last[i]);
        last[i] = w[i];
        w[i] = next;
    }
}

#[inline(never)]
pub(crate) fn look_ahead<T: Scalar>(w: &mut [T], v: &[T]) {
    let n = w.len();
    let (v, beta) = (&v[..n], c::<T>(0.9));
    for i in 0..n {
        w[i] = w[i] + beta * v[i];
    }
}

#[inline(never)]
pub(crate) fn nesterov<T: Scalar>(y: &mut [T], g: &[T], v: &mut [T], eta: T) {
    let n = y.len();
    let (g, v, beta) = (&g[..n], &mut v[..n], c::<T>(0.9));
    for i in 0..n {
        y[i] = y[i] - eta * g[i];
        v[i] = beta * v[i] - eta * g[i];
    }
}

#[inline(never)]
pub(crate) fn nesterov_one_pass<T: Scalar>(y: &mut [T], g: &[T], v: &mut [T], eta: T) {
    let n = y.len();
    let (g, v, beta) = (&g[..n], &mut v[..n], c::<T>(0.9));
    for i in 0..n {
        v[i] = beta * v[i] - eta * g[i];
        y[i] = y[i] - eta * g[i] + beta * v[i];
    }
}

/// The momentum is forgotten where the step led uphill.
#[inline(never)]
pub(crate) fn nesterov_restarted<T: Scalar>(y: &mut [T], g: &[T], v: &mut [T], eta: T) {
    let n = y.len();
    let (g, v, beta) = (&g[..n], &mut v[..n], c::<T>(0.9));
    let mut slope = 0.0;
    for i in 0..n {
        v[i] = beta * v[i] - eta * g[i];
        y[i] = y[i] - eta * g[i] + beta * v[i];
        slope += g[i].into() * v[i].into();
    }
    if slope > 0.0 {
        for i in 0..n {
            y[i] = y[i] - beta * v[i];
            v[i] = T::ZERO;
        }
    }
}

#[inline(never)]
pub(crate) fn adagrad<T: Scalar>(w: &mut [T], g: &[T], sum: &mut [T], eta: T) {
    let n = w.len();
    let (g, sum, epsilon) = (&g[..n], &mut sum[..n], c::<T>(1e-10));
    for i in 0..n {
        sum[i] = sum[i] + g[i] * g[i];
        w[i] = w[i] - eta * (g[i] / (sum[i].sqrt() + epsilon));
    }
}

#[inline(never)]
pub(crate) fn rms_prop<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], eta: T) {
    let n = w.len();
    let (g, v) = (&g[..n], &mut v[..n]);
    let (rho, fresh, epsilon) = (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(1e-8));
    for i in 0..n {
        v[i] = rho * v[i] + fresh * (g[i] * g[i]);
        w[i] = w[i] - eta * (g[i] / (v[i].sqrt() + epsilon));
    }
}

#[inline(never)]
pub(crate) fn rms_prop_momentum<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], p: &mut [T], eta: T) {
    let n = w.len();
    let (g, v, p) = (&g[..n], &mut v[..n], &mut p[..n]);
    let (rho, fresh, epsilon, mu) = (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(1e-8), c::<T>(0.9));
    for i in 0..n {
        v[i] = rho * v[i] + fresh * (g[i] * g[i]);
        p[i] = mu * p[i] + eta * (g[i] / (v[i].sqrt() + epsilon));
        w[i] = w[i] - p[i];
    }
}

#[inline(never)]
pub(crate) fn rms_prop_centered<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], m: &mut [T], eta: T) {
    let n = w.len();
    let (g, v, m) = (&g[..n], &mut v[..n], &mut m[..n]);
    let (rho, fresh, epsilon) = (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(1e-8));
    for i in 0..n {
        v[i] = rho * v[i] + fresh * (g[i] * g[i]);
        m[i] = rho * m[i] + fresh * g[i];
        let mut variance = v[i] - m[i] * m[i];
        if variance < T::ZERO {
            variance = T::ZERO;
        }
        w[i] = w[i] - eta * (g[i] / (variance.sqrt() + epsilon));
    }
}

#[inline(never)]
pub(crate) fn rms_prop_both<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], m: &mut [T], p: &mut [T], eta: T) {
    let n = w.len();
    let (g, v, m, p) = (&g[..n], &mut v[..n], &mut m[..n], &mut p[..n]);
    let (rho, fresh, epsilon, mu) = (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(1e-8), c::<T>(0.9));
    for i in 0..n {
        v[i] = rho * v[i] + fresh * (g[i] * g[i]);
        m[i] = rho * m[i] + fresh * g[i];
        let mut variance = v[i] - m[i] * m[i];
        if variance < T::ZERO {
            variance = T::ZERO;
        }
        p[i] = mu * p[i] + eta * (g[i] / (variance.sqrt() + epsilon));
        w[i] = w[i] - p[i];
    }
}

#[inline(never)]
pub(crate) fn adadelta<T: Scalar>(w: &mut [T], g: &[T], v: &mut [T], u: &mut [T], eta: T) {
    let n = w.len();
    let (g, v, u) = (&g[..n], &mut v[..n], &mut u[..n]);
    let (rho, fresh, epsilon) = (c::<T>(0.95), c::<T>(1.0 - 0.95), c::<T>(1e-6));
    for i in 0..n {
        v[i] = rho * v[i] + fresh * (g[i] * g[i]);
        let delta = (u[i] + epsilon).sqrt() / (v[i] + epsilon).sqrt() * g[i];
        u[i] = rho * u[i] + fresh * (delta * delta);
        w[i] = w[i] - eta * delta;
    }
}

/// η/(1 − β₁ᵏ) and 1/√(1 − β₂ᵏ).
fn corrections<T: Scalar>(k: u64, eta: T) -> (T, T) {
    let power = |beta: f64| (0..k).fold(1.0, |power, _| if power == 0.0 { power } else { power * beta });
    let (of_m, of_v): (f64, f64) = (1.0 - power(0.9), 1.0 - power(0.999));
    (c::<T>(eta.into() / of_m), c::<T>(1.0 / of_v.sqrt()))
}

#[inline(never)]
pub(crate) fn adam<T: Scalar>(w: &mut [T], g: &[T], m: &mut [T], v: &mut [T], k: u64, eta: T) {
    let n = w.len();
    let (g, m, v) = (&g[..n], &mut m[..n], &mut v[..n]);
    let (beta1, fresh1, beta2, fresh2, epsilon) =
        (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(0.999), c::<T>(1.0 - 0.999), c::<T>(1e-8));
    let (eta, root) = corrections(k, eta);
    for i in 0..n {
        m[i] = beta1 * m[i] + fresh1 * g[i];
        v[i] = beta2 * v[i] + fresh2 * (g[i] * g[i]);
        w[i] = w[i] - eta * (m[i] / (v[i].sqrt() * root + epsilon));
    }
}

#[inline(never)]
pub(crate) fn adam_w<T: Scalar>(w: &mut [T], g: &[T], m: &mut [T], v: &mut [T], k: u64, eta: T) {
    let n = w.len();
    let (g, m, v) = (&g[..n], &mut m[..n], &mut v[..n]);
    let (beta1, fresh1, beta2, fresh2, epsilon) =
        (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(0.999), c::<T>(1.0 - 0.999), c::<T>(1e-8));
    let shrinkage = c::<T>(eta.into() * 0.01);
    let (eta, root) = corrections(k, eta);
    for i in 0..n {
        m[i] = beta1 * m[i] + fresh1 * g[i];
        v[i] = beta2 * v[i] + fresh2 * (g[i] * g[i]);
        w[i] = w[i] - eta * (m[i] / (v[i].sqrt() * root + epsilon)) - shrinkage * w[i];
    }
}

#[inline(never)]
pub(crate) fn ams_grad<T: Scalar>(
    w: &mut [T],
    g: &[T],
    m: &mut [T],
    v: &mut [T],
    largest: &mut [T],
    k: u64,
    eta: T,
) {
    let n = w.len();
    let (g, m, v, largest) = (&g[..n], &mut m[..n], &mut v[..n], &mut largest[..n]);
    let (beta1, fresh1, beta2, fresh2, epsilon) =
        (c::<T>(0.9), c::<T>(1.0 - 0.9), c::<T>(0.999), c::<T>(1.0 - 0.999), c::<T>(1e-8));
    let (eta, root) = corrections(k, eta);
    for i in 0..n {
        m[i] = beta1 * m[i] + fresh1 * g[i];
        v[i] = beta2 * v[i] + fresh2 * (g[i] * g[i]);
        largest[i] = if v[i] > largest[i] { v[i] } else { largest[i] };
        w[i] = w[i] - eta * (m[i] / (largest[i].sqrt() * root + epsilon));
    }
}

#[inline(always)]
fn sign<T: Scalar>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else {
        x
    }
}

/// Δ after a derivative that points along the last step (`turned` > 0) or against it.
#[inline(always)]
fn adapted<T: Scalar>(delta: T, turned: T) -> T {
    if turned < T::ZERO {
        let grown = delta * c::<T>(1.2);
        if grown < c::<T>(50.0) { grown } else { c::<T>(50.0) }
    } else if turned > T::ZERO {
        let shrunk = delta * c::<T>(0.5);
        if shrunk > c::<T>(1e-6) { shrunk } else { c::<T>(1e-6) }
    } else {
        delta
    }
}

#[inline(never)]
pub(crate) fn rprop<T: Scalar>(
    w: &mut [T],
    g: &[T],
    delta: &mut [T],
    moved: &mut [T],
    before: &mut [T],
    eta: T,
) {
    let n = w.len();
    let (g, delta, moved, before) = (&g[..n], &mut delta[..n], &mut moved[..n], &mut before[..n]);
    for i in 0..n {
        let turned = sign(g[i]) * moved[i];
        let second_try = sign(before[i]) * moved[i] > T::ZERO;
        delta[i] = adapted(delta[i], turned);
        before[i] = g[i];
        if turned > T::ZERO {
            w[i] = w[i] - moved[i];
            moved[i] = if second_try { T::ZERO } else { sign(moved[i]) * (eta * delta[i]) };
        } else {
            moved[i] = -(sign(g[i]) * (eta * delta[i]));
        }
        w[i] = w[i] + moved[i];
    }
}

#[inline(never)]
pub(crate) fn rprop_plus<T: Scalar>(w: &mut [T], g: &[T], delta: &mut [T], moved: &mut [T], eta: T) {
    let n = w.len();
    let (g, delta, moved) = (&g[..n], &mut delta[..n], &mut moved[..n]);
    for i in 0..n {
        let turned = sign(g[i]) * moved[i];
        delta[i] = adapted(delta[i], turned);
        if turned > T::ZERO {
            w[i] = w[i] - moved[i];
            moved[i] = T::ZERO;
        } else {
            moved[i] = -(sign(g[i]) * (eta * delta[i]));
            w[i] = w[i] + moved[i];
        }
    }
}

#[inline(never)]
pub(crate) fn rprop_minus<T: Scalar>(w: &mut [T], g: &[T], delta: &mut [T], moved: &mut [T], eta: T) {
    let n = w.len();
    let (g, delta, moved) = (&g[..n], &mut delta[..n], &mut moved[..n]);
    for i in 0..n {
        delta[i] = adapted(delta[i], sign(g[i]) * moved[i]);
        moved[i] = -(sign(g[i]) * (eta * delta[i]));
        w[i] = w[i] + moved[i];
    }
}

#[inline(never)]
pub(crate) fn i_rprop_plus<T: Scalar>(
    w: &mut [T],
    g: &[T],
    delta: &mut [T],
    moved: &mut [T],
    has_risen: bool,
    eta: T,
) {
    let n = w.len();
    let (g, delta, moved) = (&g[..n], &mut delta[..n], &mut moved[..n]);
    for i in 0..n {
        let turned = sign(g[i]) * moved[i];
        delta[i] = adapted(delta[i], turned);
        if turned > T::ZERO {
            if has_risen {
                w[i] = w[i] - moved[i];
            }
            moved[i] = T::ZERO;
        } else {
            moved[i] = -(sign(g[i]) * (eta * delta[i]));
            w[i] = w[i] + moved[i];
        }
    }
}

#[inline(never)]
pub(crate) fn i_rprop_minus<T: Scalar>(w: &mut [T], g: &[T], delta: &mut [T], moved: &mut [T], eta: T) {
    let n = w.len();
    let (g, delta, moved) = (&g[..n], &mut delta[..n], &mut moved[..n]);
    for i in 0..n {
        let turned = sign(g[i]) * moved[i];
        delta[i] = adapted(delta[i], turned);
        moved[i] = if turned > T::ZERO { T::ZERO } else { -(sign(g[i]) * (eta * delta[i])) };
        w[i] = w[i] + moved[i];
    }
}

#[inline(never)]
pub(crate) fn quickprop<T: Scalar>(w: &mut [T], g: &[T], before: &mut [T], moved: &mut [T], eta: T) {
    let n = w.len();
    let (g, before, moved) = (&g[..n], &mut before[..n], &mut moved[..n]);
    let (growth, shrink, decay) = (c::<T>(1.75), c::<T>(1.75 / 2.75), c::<T>(1e-4));
    for i in 0..n {
        let slope = -(g[i] + decay * w[i]);
        let step = if moved[i] == T::ZERO {
            eta * slope
        } else {
            let (ahead, ahead_before) = (sign(moved[i]) * slope, sign(moved[i]) * before[i]);
            let jump = if ahead < shrink * ahead_before {
                moved[i] * (slope / (before[i] - slope))
            } else {
                growth * moved[i]
            };
            if ahead > T::ZERO { eta * slope + jump } else { jump }
        };
        w[i] = w[i] + step;
        before[i] = slope;
        moved[i] = step;
    }
}

#[inline(never)]
pub(crate) fn diagonal_secant<T: Scalar>(w: &mut [T], g: &[T], before: &mut [T], moved: &mut [T], eta: T) {
    let n = w.len();
    let (g, before, moved) = (&g[..n], &mut before[..n], &mut moved[..n]);
    for i in 0..n {
        let slope = -g[i];
        let step = if moved[i] == T::ZERO || before[i] == slope {
            eta * slope
        } else {
            moved[i] * (slope / (before[i] - slope))
        };
        w[i] = w[i] + step;
        before[i] = slope;
        moved[i] = step;
    }
}

#[inline(never)]
pub(crate) fn clipped_descent<T: Scalar>(w: &mut [T], g: &[T], bound: f64, eta: T) {
    let n = w.len();
    let g = &g[..n];
    // Four sums side by side, as a compiler makes them of one when it may reorder.
    let mut sums = [0.0; 4];
    for block in g.chunks(4) {
        for (sum, &g) in sums.iter_mut().zip(block) {
            let g: f64 = g.into();
            *sum += g * g;
        }
    }
    let norm = ((sums[0] + sums[1]) + (sums[2] + sums[3])).sqrt();
    let scale = if norm > bound { c::<T>(bound / norm) } else { T::ONE };
    for i in 0..n {
        w[i] = w[i] - eta * (g[i] * scale);
    }
}

#[inline(never)]
pub(crate) fn decayed_descent<T: Scalar>(w: &mut [T], g: &[T], eta: T) {
    let n = w.len();
    let (g, lambda) = (&g[..n], c::<T>(0.01));
    for i in 0..n {
        w[i] = w[i] - eta * (g[i] + lambda * w[i]);
    }
}

//! The C library liblbfgs (`apt-get install liblbfgs-dev`), by its public interface.

use std::ffi::{c_int, c_void};
use std::slice;

use crate::LIMIT;
use crate::problem::Watched;

/// The parameters of version 1.10, with defaults by `lbfgs_parameter_init`.
#[repr(C)]
struct Parameters {
    m: c_int,
    epsilon: f64,
    past: c_int,
    delta: f64,
    max_iterations: c_int,
    linesearch: c_int,
    max_linesearch: c_int,
    min_step: f64,
    max_step: f64,
    ftol: f64,
    wolfe: f64,
    gtol: f64,
    xtol: f64,
    orthantwise_c: f64,
    orthantwise_start: c_int,
    orthantwise_end: c_int,
}

type Evaluate = extern "C" fn(*mut c_void, *const f64, *mut f64, c_int, f64) -> f64;
type Progress =
    extern "C" fn(*mut c_void, *const f64, *const f64, f64, f64, f64, f64, c_int, c_int, c_int) -> c_int;

#[link(name = "lbfgs")]
unsafe extern "C" {
    fn lbfgs(
        n: c_int,
        x: *mut f64,
        value: *mut f64,
        evaluate: Evaluate,
        progress: Progress,
        instance: *mut c_void,
        parameters: *mut Parameters,
    ) -> c_int;
    fn lbfgs_parameter_init(parameters: *mut Parameters);
    fn lbfgs_malloc(n: c_int) -> *mut f64;
    fn lbfgs_free(x: *mut f64);
}

extern "C" fn evaluate(instance: *mut c_void, x: *const f64, gradient: *mut f64, n: c_int, _: f64) -> f64 {
    // SAFETY: `instance` is the `Watched` of `solve`, which outlives the call; x and gradient hold n numbers.
    unsafe {
        let watched = &*instance.cast::<Watched<'_>>();
        let n = n as usize;
        watched.value_gradient(slice::from_raw_parts(x, n), slice::from_raw_parts_mut(gradient, n))
    }
}

#[allow(clippy::too_many_arguments)]
extern "C" fn progress(
    instance: *mut c_void,
    _x: *const f64,
    _gradient: *const f64,
    _value: f64,
    _x_norm: f64,
    _gradient_norm: f64,
    _step: f64,
    _n: c_int,
    _iteration: c_int,
    _trials: c_int,
) -> c_int {
    // SAFETY: as above.
    let watched = unsafe { &*instance.cast::<Watched<'_>>() };
    c_int::from(watched.is_done() || watched.gradients.get() >= LIMIT)
}

pub fn solve(watched: &Watched<'_>, memory: usize) {
    let x0 = &watched.problem.x0;
    let n = x0.len() as c_int;
    // SAFETY: the library's own allocation for n numbers, which its SSE2 routines want aligned; the parameters are
    // initialized by the library; `watched` outlives the call.
    unsafe {
        let x = lbfgs_malloc(n);
        slice::from_raw_parts_mut(x, x0.len()).copy_from_slice(x0);
        let mut parameters = std::mem::MaybeUninit::<Parameters>::zeroed().assume_init();
        lbfgs_parameter_init(&mut parameters);
        (parameters.m, parameters.epsilon) = (memory as c_int, 0.0);
        let mut value = 0.0;
        let instance = std::ptr::from_ref(watched).cast_mut().cast::<c_void>();
        lbfgs(n, x, &mut value, evaluate, progress, instance, &mut parameters);
        lbfgs_free(x);
    }
}

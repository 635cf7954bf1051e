"""Measures gradients and products with the Hessian by JAX or PyTorch, for the benchmark beside it.

The argument is "jax" or "torch". It writes its version, and then for every line "hidden layers, width, examples, steps, repeats" that
it reads, separated by tabs, a line with the seconds of one gradient and of one product, the mean of so many repeats each, with those
of one run of so many Lanczos steps with full reorthogonalization, and with the process's largest memory so far in bytes; for 0 repeats, f,
the norm of its gradient, that of the product, and the largest Ritz value. Network and data are those of the benchmark, to the last bit.

The process keeps to one CPU, so that no library takes a second thread, whatever it calls the setting. Everything is compiled, or
has run once, before it is measured, and JAX's results are waited for.
"""

import os
import resource
import sys
import time

FRAMEWORK = sys.argv[1]
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy


def numbers(start, stop):
    with numpy.errstate(over="ignore"):
        x = (numpy.arange(start, stop, dtype=numpy.uint64) + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15)
        x = (x ^ x >> numpy.uint64(32)) * numpy.uint64(0xD6E8FEB86659FD93)
        x ^= x >> numpy.uint64(32)
    return (x >> numpy.uint64(11)).astype(float) / 2.0**52 - 1.0


def arrays(flat, widths):
    """[(weights, biases), …] of one vector."""
    layers, place = [], 0
    for m, n in zip(widths, widths[1:]):
        w = flat[place:place + m * n].reshape(n, m)
        b = flat[place + m * n:place + m * n + n]
        layers.append((w, b))
        place += m * n + n
    return layers


def data(hidden, width, examples):
    widths = [2] + [width] * hidden + [1]
    n = sum(m * k + k for m, k in zip(widths, widths[1:]))
    x = 1.0 / numpy.sqrt(float(width)) * numbers(0, n)
    features = numbers(2 * n, 2 * n + 2 * examples).reshape(examples, 2)
    targets = features[:, :1] * features[:, 1:]
    return arrays(x, widths), arrays(numbers(n, 2 * n), widths), features, targets


def with_jax():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def f(layers, features, targets):
        y = features
        for w, b in layers[:-1]:
            y = jnp.tanh(y @ w.T + b)
        w, b = layers[-1]
        return 0.5 * jnp.mean((y @ w.T + b - targets) ** 2)

    gradient = jax.jit(jax.value_and_grad(f))

    @jax.jit
    def product(layers, directions, features, targets):
        return jax.jvp(lambda layers: jax.grad(f)(layers, features, targets), (layers,), (directions,))[1]

    def tasks(case):
        layers, directions, features, targets = jax.device_put(case)

        def operator():
            return lambda v: jax.block_until_ready(product(layers, like(v, layers), features, targets))

        return (lambda: jax.block_until_ready(gradient(layers, features, targets)),
                lambda: jax.block_until_ready(product(layers, directions, features, targets)),
                operator)

    def flat(layers):
        return numpy.concatenate([numpy.asarray(part).ravel() for layer in layers for part in layer])

    return f"jax {jax.__version__}", tasks, flat


def with_torch():
    import torch

    torch.set_num_threads(1)

    def f(layers, features, targets):
        y = features
        for w, b in layers[:-1]:
            y = torch.tanh(torch.nn.functional.linear(y, w, b))
        return 0.5 * torch.mean((torch.nn.functional.linear(y, *layers[-1]) - targets) ** 2)

    def tasks(case):
        layers, directions, features, targets = case
        layers = [tuple(torch.tensor(part, requires_grad=True) for part in layer) for layer in layers]
        parts = [part for layer in layers for part in layer]
        directions = [torch.tensor(part) for layer in directions for part in layer]
        features, targets = torch.tensor(features), torch.tensor(targets)

        def gradient():
            value = f(layers, features, targets)
            return value.detach(), pairs(torch.autograd.grad(value, parts))

        def product():
            slopes = torch.autograd.grad(f(layers, features, targets), parts, create_graph=True)
            return pairs(torch.autograd.grad(slopes, parts, grad_outputs=directions))

        def operator():
            # The graph of the gradient is made once, and kept for all products.
            slopes = torch.autograd.grad(f(layers, features, targets), parts, create_graph=True)

            def apply(v):
                v = [torch.from_numpy(part) for layer in like(v, layers) for part in layer]
                return pairs(torch.autograd.grad(slopes, parts, grad_outputs=v, retain_graph=True))

            return apply

        return gradient, product, operator

    def pairs(parts):
        return list(zip(parts[0::2], parts[1::2]))

    def flat(layers):
        return numpy.concatenate([part.numpy().ravel() for layer in layers for part in layer])

    return f"torch {torch.__version__}", tasks, flat


def flat_start(layers):
    return numpy.concatenate([part.ravel() for layer in layers for part in layer])


def like(v, layers):
    """The layers that a vector stands for."""
    parts, place = [], 0
    for w, b in layers:
        m, n = w.shape[1], w.shape[0]
        parts.append((v[place:place + m * n].reshape(n, m), v[place + m * n:place + m * n + n]))
        place += m * n + n
    return parts


def lanczos(operator, start, steps):
    """The Ritz values after so many steps; every vector is orthogonalized against all before, twice."""
    apply = operator()
    basis = numpy.empty((steps + 1, len(start)))
    basis[0] = start / numpy.linalg.norm(start)
    t = numpy.zeros((steps, steps))
    for k in range(steps):
        v = flat(apply(basis[k]))
        t[k, k] = basis[k] @ v
        for _ in range(2):
            v = v - basis[:k + 1].T @ (basis[:k + 1] @ v)
        beta = numpy.linalg.norm(v)
        basis[k + 1] = v / beta
        if k + 1 < steps:
            t[k, k + 1] = t[k + 1, k] = beta
    return numpy.linalg.eigvalsh(t)


def seconds(work, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - start) / repeats


version, tasks, flat = {"jax": with_jax, "torch": with_torch}[FRAMEWORK]()
print(version, flush=True)
known = {}
for line in sys.stdin:
    *case, steps, repeats = (int(number) for number in line.split("\t"))
    case = tuple(case)
    if case not in known:
        content = data(*case)
        known = {case: (*tasks(content), flat_start(content[1]))}
        for work in known[case][:2]:
            work()
    gradient, product, operator, start = known[case]
    if repeats == 0:
        value, slopes = gradient()
        answer = [float(value), numpy.linalg.norm(flat(slopes)), numpy.linalg.norm(flat(product()))]
        answer.append(lanczos(operator, start, steps)[-1] if steps else 0.0)
    else:
        answer = [seconds(work, repeats) for work in (gradient, product)]
        answer.append(seconds(lambda: lanczos(operator, start, steps), 1) if steps else 0.0)
        answer.append(1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(*answer, sep="\t", flush=True)

"""References for multilayer perceptrons by JAX: values, gradients and products with the Hessian of three networks.

Run it with any Python that can import JAX from this folder:

    python3 jax_networks.py

It writes jax_networks.tsv beside itself. The lines are

    case, what, numbers

with "what" as in networks.py, without gauss_newton. Everything is in doubles, and the losses are JAX's own: softplus,
log_softmax, log_sigmoid. Numbers are C99 hexadecimal floats, exact to the bit; widths are decimal.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy

jax.config.update("jax_enable_x64", True)


def squared(z, d):
    return 0.5 * jnp.sum((z - d) ** 2, axis=1)


def binary(z, d):
    return -jnp.sum(d * jax.nn.log_sigmoid(z) + (1 - d) * jax.nn.log_sigmoid(-z), axis=1)


def softmax(z, d):
    return -jnp.sum(d * jax.nn.log_softmax(z, axis=1), axis=1)


# Widths, hidden activation, loss of the sums, examples, weight decay.
CASES = {
    "tanh, squared": ([2, 16, 16, 16, 1], jnp.tanh, squared, 40, 0.0),
    "softplus, softmax": ([5, 18, 9, 4], jax.nn.softplus, softmax, 30, 1e-3),
    "logistic, binary": ([3, 20, 2], jax.nn.sigmoid, binary, 150, 0.0),
}


def main():
    generator = numpy.random.Generator(numpy.random.PCG64(2026))
    lines = [f"# by jax_networks.py with jax {jax.__version__}, numpy {numpy.__version__}"]
    for name, (widths, hidden, loss, examples, decay) in CASES.items():
        sizes = list(zip(widths, widths[1:]))
        n = sum(m * k + k for m, k in sizes)
        features = generator.normal(size=(examples, widths[0]))
        if loss is squared:
            targets = generator.normal(size=(examples, widths[-1]))
        elif loss is binary:
            targets = generator.integers(2, size=(examples, widths[-1])).astype(float)
        else:
            targets = numpy.eye(widths[-1])[generator.integers(widths[-1], size=examples)]
        x, v = 0.5 * generator.normal(size=n), generator.normal(size=n)

        def f(x):
            y, place, squares = features, 0, 0.0
            for layer, (m, k) in enumerate(sizes):
                w, b = x[place:place + m * k].reshape(k, m), x[place + m * k:place + m * k + k]
                place += m * k + k
                squares += jnp.sum(w * w)
                z = y @ w.T + b
                y = hidden(z) if layer + 1 < len(sizes) else z
            return jnp.mean(loss(y, targets)) + 0.5 * decay * squares

        value, gradient = jax.value_and_grad(f)(x)
        product = jax.jvp(jax.grad(f), (x,), (v,))[1]
        results = {"features": features, "targets": targets, "decay": [decay], "x": x, "v": v,
                   "value": [value], "gradient": gradient, "product": product}
        lines.append("\t".join([name, "widths", *map(str, widths)]))
        for what, numbers in results.items():
            row = [float(number).hex() for number in numpy.asarray(numbers).ravel()]
            lines.append("\t".join([name, what, *row]))
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


main()

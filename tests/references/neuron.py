"""Losses of a single neuron with gradients and Hessian-vector products, from the definitions alone.

Run it from this folder with Python 3.10 or later and mpmath 1.3:

    python3 neuron.py

It writes neuron.tsv beside itself. The output of the neuron and its distance from the target are written down as anybody
would; derivatives are differences with 500 digits, because tanh is −1 to 87 of them where it is used. For each kind of neuron and each point w there are

    output, loss, slope, epsilon, w, v, value, gradient, Hessian times v

Numbers are C99 hexadecimal floats, exact to the bit; what is computed is rounded once. Two weights mean that there is no bias.
"""

from pathlib import Path

from mpmath import diff, exp, log, mp, mpf, tanh

mp.dps = 500

POINTS = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -5.0), (0.75, -1.5)]
LABELS = [1, 1, 0, 1, 0]
WEIGHTS = [(0.0, 0.0, 0.0), (0.5, -1.25, 0.375), (4.5, 4.5, 0.0), (9.0, -0.125, 4.5), (-30.0, 20.0, 7.0)]
V = (1.0, -0.5, 0.25)


def output(kind, k, z):
    return 1 / (1 + exp(-k * z)) if kind == "logistic" else tanh(k * z)


def target(kind, epsilon, label):
    high = 1 - mpf(epsilon)
    if kind == "logistic":
        return high if label else mpf(epsilon)
    return high if label else -high


def loss(kind, which, k, epsilon, z, label):
    a, d = output(kind, k, z), target(kind, epsilon, label)
    if which == "squared":
        return (a - d) ** 2
    if which == "one-sided":
        falls_short = a < d if label else a > d
        return (a - d) ** 2 if falls_short else mpf(0)
    if kind == "tanh":
        a, d = (1 + a) / 2, (1 + d) / 2
    return -d * log(a) - (1 - d) * log(1 - a)


def mean(kind, which, k, epsilon, w):
    total = mpf(0)
    for (x, y), label in zip(POINTS, LABELS):
        z = w[0] * mpf(x) + w[1] * mpf(y) + (w[2] if len(w) > 2 else 0)
        total += loss(kind, which, k, epsilon, z, label)
    return total / len(POINTS)


def text(numbers):
    return " ".join(float(x).hex() for x in numbers)


lines = ["# Written by neuron.py; do not edit."]
for kind in ["logistic", "tanh"]:
    for which in ["squared", "one-sided", "cross-entropy"]:
        for k, epsilon, weights in [(1.0, 0.0078125, 3), (1.0, 0.0, 3), (2.5, 0.125, 2)]:
            for w in WEIGHTS:
                w = [mpf(x) for x in w[:weights]]
                n = len(w)

                def f(*w):
                    return mean(kind, which, k, epsilon, w)

                def unit(i):
                    return tuple(1 if j == i else 0 for j in range(n))

                def along(i, s):
                    return diff(f, tuple(x + s * mpf(v) for x, v in zip(w, V)), unit(i))

                gradient = [diff(f, tuple(w), unit(i)) for i in range(n)]
                product = [diff(lambda s: along(i, s), mpf(0)) for i in range(n)]
                fields = [text([k]), text([epsilon]), text(w), text(V[:n])]
                fields += [text([f(*w)]), text(gradient), text(product)]
                lines.append("\t".join([kind, which, *fields]))
(Path(__file__).parent / "neuron.tsv").write_text("\n".join(lines) + "\n")

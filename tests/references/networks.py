"""References for multilayer perceptrons: values, gradients and products with sixty digits and more, from values alone.

Run it with any Python 3.10 or later from this folder; it needs mpmath:

    python3 networks.py

It writes networks.tsv beside itself. The lines are

    case, what, numbers

with a case named by its hidden activation, its output, its loss and its number of hidden layers, and as "what"

    widths, features, targets, decay, x, v         what goes in
    value, gradient, product, gauss_newton         what comes out: f, ∇f, H v and G v

Nothing here knows of backpropagation. Derivatives are central differences of f and of the outputs, computed with 100 digits
and steps of 10⁻²⁵, so that what they neglect is near 10⁻⁵⁰. Results are rounded once, to the nearest double.
Numbers are C99 hexadecimal floats, exact to the bit; widths are decimal.
"""

from itertools import product
from pathlib import Path

import mpmath
from mpmath import mpf

mpmath.mp.dps = 100
STEP = mpf(10) ** -25

HIDDEN = ["linear", "logistic", "tanh", "relu", "softplus"]
OUTPUTS = [("linear", "squared"), ("logistic", "squared"), ("tanh", "squared"), ("softplus", "squared"),
           ("logistic", "cross-entropy"), ("softmax", "cross-entropy")]
WIDTHS = {1: [2, 4], 2: [2, 3, 4], 3: [2, 3, 2, 3]}
EXAMPLES = 4
DECAY = 0.0625


def activated(name, z):
    if name == "linear":
        return z
    if name == "logistic":
        return 1 / (1 + mpmath.exp(-z))
    if name == "tanh":
        return mpmath.tanh(z)
    if name == "relu":
        return max(z, mpf(0))
    return mpmath.log1p(mpmath.exp(z))


def sums(case, x, features):
    """z of the last layer for every example, one list after the other."""
    widths, hidden = case["widths"], case["hidden"]
    all_sums = []
    for t in range(EXAMPLES):
        y, place = features[t * widths[0]:(t + 1) * widths[0]], 0
        for layer, (m, n) in enumerate(zip(widths, widths[1:])):
            w, b = x[place:place + m * n], x[place + m * n:place + m * n + n]
            place += m * n + n
            z = [b[i] + sum(w[i * m + j] * y[j] for j in range(m)) for i in range(n)]
            y = [activated(hidden, z) for z in z] if layer + 2 < len(widths) else z
        all_sums += y
    return all_sums


def outputs(case, z):
    """y from z, for one example."""
    if case["output"] == "softmax":
        e = [mpmath.exp(z) for z in z]
        return [one / sum(e) for one in e]
    return [activated(case["output"], z) for z in z]


def loss(case, z, d):
    y = outputs(case, z)
    if case["loss"] == "squared":
        return sum((y - d) ** 2 for y, d in zip(y, d)) / 2
    if case["output"] == "softmax":
        return -sum(d * mpmath.log(y) for y, d in zip(y, d))
    return -sum(d * mpmath.log(y) + (1 - d) * mpmath.log(1 - y) for y, d in zip(y, d))


def weights(case):
    """Which of the parameters are weights."""
    marks = []
    for m, n in zip(case["widths"], case["widths"][1:]):
        marks += [1] * (m * n) + [0] * n
    return marks


def value(case, x):
    k = case["widths"][-1]
    z = sums(case, x, case["features"])
    losses = [loss(case, z[t * k:(t + 1) * k], case["targets"][t * k:(t + 1) * k]) for t in range(EXAMPLES)]
    return sum(losses) / EXAMPLES + mpf(DECAY) / 2 * sum(m * x * x for m, x in zip(weights(case), x))


def moved(x, *moves):
    x = list(x)
    for direction, step in moves:
        x = [x + step * d for x, d in zip(x, direction)]
    return x


def axis(n, i):
    return [int(i == j) for j in range(n)]


def gauss_newton(case, x, v):
    """(1/N) Σ Jᵀ H J v of the outputs, or of the sums where the loss is cross-entropy, plus the decay's part."""
    k = case["widths"][-1]

    def seen(x):
        z = sums(case, x, case["features"])
        if case["loss"] == "squared":
            return [y for t in range(EXAMPLES) for y in outputs(case, z[t * k:(t + 1) * k])]
        return z

    def along(direction):
        ahead, behind = seen(moved(x, (direction, STEP))), seen(moved(x, (direction, -STEP)))
        return [(a - b) / (2 * STEP) for a, b in zip(ahead, behind)]

    z, turned = sums(case, x, case["features"]), along(v)
    if case["loss"] == "cross-entropy":
        for t in range(EXAMPLES):
            y = outputs(case, z[t * k:(t + 1) * k])
            u = turned[t * k:(t + 1) * k]
            if case["output"] == "softmax":
                mean = sum(y * u for y, u in zip(y, u))
                turned[t * k:(t + 1) * k] = [y * (u - mean) for y, u in zip(y, u)]
            else:
                turned[t * k:(t + 1) * k] = [y * (1 - y) * u for y, u in zip(y, u)]
    n = len(x)
    columns = [along(axis(n, i)) for i in range(n)]
    marks = weights(case)
    return [sum(a * b for a, b in zip(columns[i], turned)) / EXAMPLES + mpf(DECAY) * marks[i] * v[i] for i in range(n)]


STATE = 1


def numbers(count, scale):
    """Doubles between −scale and scale with 24 bits."""
    global STATE
    drawn = []
    for _ in range(count):
        STATE = (STATE * 6364136223846793005 + 1442695040888963407) % 2**64
        drawn.append(scale * ((STATE >> 40) / 2.0**23 - 1.0))
    return drawn


def main():
    lines = [f"# by networks.py with mpmath {mpmath.__version__}"]
    for hidden, (output, kind), depth in product(HIDDEN, OUTPUTS, WIDTHS):
        k = 3 if output == "softmax" else 2
        widths = WIDTHS[depth] + [k]
        n = sum(m * k + k for m, k in zip(widths, widths[1:]))
        case = {"hidden": hidden, "output": output, "loss": kind, "widths": widths}
        features = numbers(EXAMPLES * widths[0], 2.0)
        targets = numbers(EXAMPLES * k, 1.0)
        if output == "softmax":
            # Of the sum 1, exactly: parts of 1024.
            parts = [(1 + int(500 * abs(a)), 1 + int(500 * abs(b))) for a, b in zip(targets[0::3], targets[1::3])]
            targets = [t / 1024 for a, b in parts for t in (a, b, 1024 - a - b)]
        elif kind == "cross-entropy":
            targets = [0.0, 1.0] + [abs(t) for t in targets[2:]]
        x, v = numbers(n, 1.5), numbers(n, 1.0)
        case |= {"features": [mpf(f) for f in features], "targets": [mpf(t) for t in targets]}
        at, direction = [mpf(x) for x in x], [mpf(v) for v in v]
        gradient, products = [], []
        for i in range(n):
            e = axis(n, i)
            gradient.append((value(case, moved(at, (e, STEP))) - value(case, moved(at, (e, -STEP)))) / (2 * STEP))
            corners = [a * b * value(case, moved(at, (e, a * STEP), (direction, b * STEP)))
                       for a, b in product((1, -1), repeat=2)]
            products.append(sum(corners) / (4 * STEP**2))
        name = f"{hidden} {output} {kind} {depth}"
        results = {
            "features": features, "targets": targets, "decay": [DECAY], "x": x, "v": v,
            "value": [value(case, at)], "gradient": gradient, "product": products,
            "gauss_newton": gauss_newton(case, at, direction),
        }
        lines.append("\t".join([name, "widths", *map(str, widths)]))
        lines += ["\t".join([name, what, *(float(number).hex() for number in row)]) for what, row in results.items()]
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


main()

"""References for quasi-Newton methods: iterates of the textbook's BFGS with fifty digits, and where SciPy's runs end.

Run it with any Python 3.10 or later from this folder; it needs mpmath, numpy and scipy:

    python3 quasi_newton.py

It writes quasi_newton.tsv beside itself. The lines are

    "iterates", problem, method, step length, k, x               for k = 0, 1, …, the start first
    "end", problem, method of scipy.optimize.minimize, steps, evaluations, ‖∇f‖, f, x

The iterates are those of x ← x − α H ∇f(x), H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, with H as a matrix for BFGS and made anew
from the last m pairs for L-BFGS. H₀ is I, or, where it says "scaled", I · sᵀy/yᵀy: of the first pair for BFGS, of the newest for
L-BFGS. The step length is "exact", the minimum along the direction of a quadratic, or a number; then the first direction,
before there is a pair, is −∇f/‖∇f‖ times a length. They are computed with fifty digits and rounded once.

SciPy's runs have gtol = 1e-10, L-BFGS-B also ftol = 0, and are otherwise as SciPy has them.
Numbers are C99 hexadecimal floats, exact to the bit; counts are decimal.
"""

import warnings
from pathlib import Path

import mpmath
import numpy
import scipy
from mpmath import mpf
from scipy.optimize import minimize

mpmath.mp.dps = 50


# Functions, as residuals with their Jacobians: f = Σ r², ∇f = 2 Jᵀr.


def rosenbrock(x):
    r, rows = [], []
    for i in range(0, len(x), 2):
        r += [10 * (x[i + 1] - x[i] * x[i]), 1 - x[i]]
        first, second = [0] * len(x), [0] * len(x)
        first[i], first[i + 1], second[i] = -20 * x[i], 10, -1
        rows += [first, second]
    return r, rows


def beale(x):
    r = [y - x[0] * (1 - x[1] ** k) for k, y in ((1, 1.5), (2, 2.25), (3, 2.625))]
    return r, [[x[1] ** k - 1, k * x[0] * x[1] ** (k - 1)] for k in (1, 2, 3)]


def helical_valley(x):
    turn = numpy.arctan(x[1] / x[0]) / (2 * numpy.pi) + (0.5 if x[0] < 0 else 0.0)
    square = x[0] ** 2 + x[1] ** 2
    radius = numpy.sqrt(square)
    r = [10 * (x[2] - 10 * turn), 10 * (radius - 1), x[2]]
    slope = 100 / (2 * numpy.pi * square)
    return r, [[slope * x[1], -slope * x[0], 10], [10 * x[0] / radius, 10 * x[1] / radius, 0], [0, 0, 1]]


def powell_singular(x):
    root5, root10 = numpy.sqrt(5), numpy.sqrt(10)
    a, b = x[1] - 2 * x[2], x[0] - x[3]
    r = [x[0] + 10 * x[1], root5 * (x[2] - x[3]), a * a, root10 * b * b]
    return r, [
        [1, 10, 0, 0],
        [0, 0, root5, -root5],
        [0, 2 * a, -4 * a, 0],
        [2 * root10 * b, 0, 0, -2 * root10 * b],
    ]


def wood(x):
    root90, root10 = numpy.sqrt(90), numpy.sqrt(10)
    r = [
        10 * (x[1] - x[0] ** 2),
        1 - x[0],
        root90 * (x[3] - x[2] ** 2),
        1 - x[2],
        root10 * (x[1] + x[3] - 2),
        (x[1] - x[3]) / root10,
    ]
    return r, [
        [-20 * x[0], 10, 0, 0],
        [-1, 0, 0, 0],
        [0, 0, -2 * root90 * x[2], root90],
        [0, 0, -1, 0],
        [0, root10, 0, root10],
        [0, 1 / root10, 0, -1 / root10],
    ]


def brown_dennis(x):
    r, rows = [], []
    for i in range(1, 21):
        t = i / 5
        a, b = x[0] + t * x[1] - numpy.exp(t), x[2] + x[3] * numpy.sin(t) - numpy.cos(t)
        r.append(a * a + b * b)
        rows.append([2 * a, 2 * t * a, 2 * b, 2 * b * numpy.sin(t)])
    return r, rows


def of_squares(residuals):
    def value_gradient(x):
        r, rows = residuals(x)
        r, rows = numpy.array(r, dtype=float), numpy.array(rows, dtype=float)
        return float(r @ r), 2 * rows.T @ r

    return value_gradient


def logistic_regression(w):
    """½‖w‖² + Σ ln(1 + exp(−yᵢ w·zᵢ)) with forty zᵢ of small integers."""
    i = numpy.arange(1, 41)
    z = numpy.stack([(7 * i) % 11 - 5, (5 * i) % 13 - 6, numpy.ones(40)], axis=1)
    y = numpy.where((3 * i) % 7 < 3, 1.0, -1.0)
    margins = y * (z @ w)
    value = 0.5 * float(w @ w) + float(numpy.logaddexp(0, -margins).sum())
    return value, w - z.T @ (y / (1 + numpy.exp(margins)))


PROBLEMS = [
    ("Rosenbrock", of_squares(rosenbrock), [-1.2, 1.0]),
    ("Rosenbrock, extended", of_squares(rosenbrock), [-1.2, 1.0] * 5),
    ("Beale", of_squares(beale), [1.0, 1.0]),
    ("helical valley", of_squares(helical_valley), [-1.0, 0.0, 0.0]),
    ("Wood", of_squares(wood), [-3.0, -1.0, -3.0, -1.0]),
    ("Brown and Dennis", of_squares(brown_dennis), [25.0, 5.0, -5.0, -1.0]),
    ("Powell singular", of_squares(powell_singular), [3.0, -1.0, 0.0, 1.0]),
    ("logistic regression", logistic_regression, [0.0, 0.0, 0.0]),
]


# Iterates, with fifty digits.


def bowl(x):
    """½xᵀAx + bᵀx with A = vvᵀ + diag(1, …, 5)."""
    v, b = [mpf(t) for t in ("1 -0.5 0.25 2 -1".split())], [mpf(t) for t in "1 -2 0.5 3 -1".split()]
    along = mpmath.fdot(v, x)
    return [along * v[i] + (i + 1) * x[i] + b[i] for i in range(5)]


def valley(x):
    a = x[1] - x[0] ** 2
    return [-400 * x[0] * a - 2 * (1 - x[0]), 200 * a]


def updated(h, s, y):
    n, rho = len(s), 1 / mpmath.fdot(s, y)
    left = mpmath.eye(n) - rho * mpmath.matrix(s) * mpmath.matrix(y).T
    return left * h * left.T + rho * mpmath.matrix(s) * mpmath.matrix(s).T


def iterates(gradient, start, steps, memory, scaled, length, first_length):
    x, n, pairs, h = [mpf(t) for t in start], len(start), [], None
    yield x
    for _ in range(steps):
        g = gradient(x)
        if h is None:
            stretched = first_length / mpmath.norm(g) if first_length else 1
            p = [-stretched * t for t in g]
        else:
            p = list(-(h * mpmath.matrix(g)))
        if length == "exact":
            # On a quadratic the slope along p is linear: −(its value at 0) over its change.
            slope = mpmath.fdot(p, g)
            alpha = -slope / (mpmath.fdot(p, gradient([a + b for a, b in zip(x, p)])) - slope)
        else:
            alpha = mpf(length)
        s = [alpha * t for t in p]
        x = [a + b for a, b in zip(x, s)]
        y = [a - b for a, b in zip(gradient(x), g)]
        yield x
        pairs = (pairs + [(s, y)])[-memory:]
        if memory < steps or h is None:
            gamma = mpmath.fdot(s, y) / mpmath.fdot(y, y) if scaled else 1
            h = gamma * mpmath.eye(n)
            for pair in pairs:
                h = updated(h, *pair)
        else:
            h = updated(h, s, y)


BOWL, VALLEY = [3, -1, 4, 1, -5], ["-1.2", "1"]
ALWAYS = 10**6
ITERATES = [
    ("bowl", "BFGS", bowl, BOWL, 5, ALWAYS, False, "exact", None),
    ("bowl", "BFGS, scaled", bowl, BOWL, 5, ALWAYS, True, "exact", None),
    ("bowl", "BFGS, scaled", bowl, BOWL, 12, ALWAYS, True, "0.5", mpf(1)),
    ("bowl", "L-BFGS 2, scaled", bowl, BOWL, 12, 2, True, "0.5", mpf(1)),
    ("Rosenbrock", "BFGS, scaled", valley, VALLEY, 12, ALWAYS, True, "0.5", mpf("0.25")),
    ("Rosenbrock", "BFGS", valley, VALLEY, 12, ALWAYS, False, "0.5", mpf("0.25")),
    ("Rosenbrock", "L-BFGS 2, scaled", valley, VALLEY, 12, 2, True, "0.5", mpf("0.25")),
]


def main():
    lines = [f"# by quasi_newton.py with mpmath {mpmath.__version__}, scipy {scipy.__version__}"]
    for problem, method, gradient, start, steps, memory, scaled, length, first in ITERATES:
        for k, x in enumerate(iterates(gradient, start, steps, memory, scaled, length, first)):
            lines.append("\t".join(["iterates", problem, method, length, str(k), *(float(v).hex() for v in x)]))
    for problem, value_gradient, start in PROBLEMS:
        for method in ("BFGS", "L-BFGS-B"):
            options = {"gtol": 1e-10, "maxiter": 10_000} | ({"ftol": 0.0} if method == "L-BFGS-B" else {})
            with warnings.catch_warnings(), numpy.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                run = minimize(value_gradient, numpy.array(start), jac=True, method=method, options=options)
            value, gradient = value_gradient(run.x)
            numbers = [float(numpy.linalg.norm(gradient)), value, *run.x]
            print(problem, method, run.nit, run.nfev, numbers[:2], run.x, run.message)
            counts = [str(run.nit), str(run.nfev)]
            lines.append("\t".join(["end", problem, method, *counts, *(float(v).hex() for v in numbers)]))
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()

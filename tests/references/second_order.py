"""References for second-order methods: Newton's iterates with sixty digits, and what SciPy makes of the same starts.

Run it with any Python 3.10 or later from this folder; it needs mpmath, numpy and scipy:

    python3 second_order.py

It writes second_order.tsv beside itself. The lines are

    problem, "newton", k, x                                  for k = 0, 1, …, the start first
    problem, a method of scipy.optimize.minimize, steps, values, gradients, Hessians, products, largest |∂f/∂xᵢ|, f, x

Newton's iterates are x ← x − H⁻¹∇f(x), computed with sixty digits and rounded once, to the nearest double. SciPy's runs have
gtol = 1e-8 (xtol = 1e-10 for Newton-CG, which has no test on the gradient) and are otherwise as SciPy has them.
Numbers are C99 hexadecimal floats, exact to the bit; counts are decimal.
"""

from pathlib import Path

import mpmath
import numpy
import scipy
from scipy.optimize import minimize

mpmath.mp.dps = 60


def rosenbrock(x):
    n = len(x)
    f, g, h = 0, [0] * n, [[0] * n for _ in range(n)]
    for i in range(n - 1):
        a, b = x[i + 1] - x[i] * x[i], 1 - x[i]
        f += 100 * a * a + b * b
        g[i] += -400 * x[i] * a - 2 * b
        g[i + 1] += 200 * a
        h[i][i] += -400 * a + 800 * x[i] * x[i] + 2
        h[i][i + 1] += -400 * x[i]
        h[i + 1][i] += -400 * x[i]
        h[i + 1][i + 1] += 200
    return f, g, h


def beale(x):
    f, g, h = 0, [0, 0], [[0, 0], [0, 0]]
    for k, y in ((1, 1.5), (2, 2.25), (3, 2.625)):
        power = x[1] ** k
        r = y - x[0] * (1 - power)
        slope = [-(1 - power), k * x[0] * x[1] ** (k - 1)]
        second = [[0, k * x[1] ** (k - 1)], [k * x[1] ** (k - 1), k * (k - 1) * x[0] * (x[1] ** (k - 2) if k > 1 else 0)]]
        f += r * r
        for i in range(2):
            g[i] += 2 * r * slope[i]
            for j in range(2):
                h[i][j] += 2 * (slope[i] * slope[j] + r * second[i][j])
    return f, g, h


def himmelblau(x):
    a, b = x[0] * x[0] + x[1] - 11, x[0] + x[1] * x[1] - 7
    f = a * a + b * b
    g = [4 * x[0] * a + 2 * b, 2 * a + 4 * x[1] * b]
    mixed = 4 * x[0] + 4 * x[1]
    return f, g, [[4 * a + 8 * x[0] * x[0] + 2, mixed], [mixed, 4 * b + 8 * x[1] * x[1] + 2]]


def powell_singular(x):
    terms = [
        (x[0] + 10 * x[1], [1, 10, 0, 0], 1),
        (x[2] - x[3], [0, 0, 1, -1], 5),
    ]
    f, g, h = 0, [0] * 4, [[0] * 4 for _ in range(4)]

    def add(value, slope, second):
        nonlocal f
        f += value
        for i in range(4):
            g[i] += slope[i]
            for j in range(4):
                h[i][j] += second[i][j]

    for r, a, w in terms:
        add(w * r * r, [2 * w * r * ai for ai in a], [[2 * w * ai * aj for aj in a] for ai in a])
    for r, a, w in ((x[1] - 2 * x[2], [0, 1, -2, 0], 1), (x[0] - x[3], [1, 0, 0, -1], 10)):
        add(
            w * r**4,
            [4 * w * r**3 * ai for ai in a],
            [[12 * w * r * r * ai * aj for aj in a] for ai in a],
        )
    return f, g, h


PROBLEMS = [
    ("Rosenbrock", rosenbrock, [-1.2, 1.0]),
    ("Rosenbrock, chained", rosenbrock, [-1.2, 1.0] * 5),
    ("Beale", beale, [1.0, 1.0]),
    ("Himmelblau", himmelblau, [0.5, 3.5]),
    ("Himmelblau, at its maximum", himmelblau, [-0.3, -0.9]),
    ("Powell singular", powell_singular, [3.0, -1.0, 0.0, 1.0]),
]


def newton(f, start, steps):
    x = [mpmath.mpf(v) for v in start]
    yield x
    for _ in range(steps):
        _, g, h = f(x)
        step = mpmath.lu_solve(mpmath.matrix(h), mpmath.matrix(g))
        x = [xi - step[i] for i, xi in enumerate(x)]
        yield x


def scipys(f, start):
    for method in ("trust-exact", "trust-ncg", "Newton-CG"):
        products = 0

        def product(x, v):
            nonlocal products
            products += 1
            return numpy.array(f(x)[2], dtype=float) @ v

        options = {"maxiter": 10_000}
        options |= {"xtol": 1e-10} if method == "Newton-CG" else {"gtol": 1e-8}
        kinds = {"hess": lambda x: numpy.array(f(x)[2], dtype=float)} if method == "trust-exact" else {"hessp": product}
        run = minimize(
            lambda x: float(f(x)[0]),
            start,
            jac=lambda x: numpy.array(f(x)[1], dtype=float),
            method=method,
            options=options,
            **kinds,
        )
        hessians = run.nhev if method == "trust-exact" else 0
        slope = max(abs(v) for v in f(run.x)[1])
        yield method, [run.nit, run.nfev, run.njev, hessians, products], [slope, run.fun, *run.x]


def main():
    lines = [f"# by second_order.py with mpmath {mpmath.__version__}, scipy {scipy.__version__}"]
    for name, f, start in PROBLEMS:
        for k, x in enumerate(newton(f, start, 6)):
            lines.append("\t".join([name, "newton", str(k), *(float(v).hex() for v in x)]))
        for method, counts, numbers in scipys(f, start):
            lines.append("\t".join([name, method, *map(str, counts), *(float(v).hex() for v in numbers)]))
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()

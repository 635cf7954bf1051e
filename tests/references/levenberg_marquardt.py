"""Reference runs of Levenberg–Marquardt: MINPACK's, which SciPy carries, and covariances of SciPy's curve_fit.

Run it with Python 3.10 or later, NumPy and SciPy from this folder:

    python3 levenberg_marquardt.py

It writes levenberg_marquardt.tsv beside itself. For each problem and start there are the lines

    name, "start", x0
    name, "counts", nfev, njev, info
    name, k, xₖ           for k = 0, 1, …: the points at which the Jacobian was evaluated, which are the accepted ones
    name, "end", x        the last accepted point, where MINPACK evaluates no Jacobian

and for each fit

    name, "fit", the parameters
    name, "covariance", n² numbers, row after row

Residuals are those of Moré, Garbow and Hillstrom (ACM Trans. Math. Softw. 7 (1981) 17–41), without factors. Tolerances are
ftol = xtol = 2⁻²⁶, gtol = 0, factor = 100, and the scaling is MINPACK's own (mode 1). Numbers are C99 hexadecimal floats,
exact to the bit; their last digits depend on the libraries.
"""

from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import curve_fit, leastsq

TOLERANCE = 2.0**-26


def rosenbrock(x):
    return [10 * (x[1] - x[0] ** 2), 1 - x[0]], [[-20 * x[0], 10.0], [-1.0, 0.0]]


def freudenstein_roth(x):
    a, b = x
    return (
        [-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b],
        [[1.0, (10 - 3 * b) * b - 2], [1.0, (3 * b + 2) * b - 14]],
    )


def powell_singular(x):
    a, b, c, d = x
    r5, r10 = np.sqrt(5.0), np.sqrt(10.0)
    return (
        [a + 10 * b, r5 * (c - d), (b - 2 * c) ** 2, r10 * (a - d) ** 2],
        [
            [1.0, 10.0, 0.0, 0.0],
            [0.0, 0.0, r5, -r5],
            [0.0, 2 * (b - 2 * c), -4 * (b - 2 * c), 0.0],
            [2 * r10 * (a - d), 0.0, 0.0, -2 * r10 * (a - d)],
        ],
    )


BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]


def bard(x):
    residuals, jacobian = [], []
    for i, y in enumerate(BARD):
        u, v = i + 1.0, 15.0 - i
        w = min(u, v)
        d = v * x[1] + w * x[2]
        residuals.append(y - (x[0] + u / d))
        jacobian.append([-1.0, u * v / d**2, u * w / d**2])
    return residuals, jacobian


KOWALIK_Y = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
KOWALIK_U = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]


def kowalik_osborne(x):
    residuals, jacobian = [], []
    for y, u in zip(KOWALIK_Y, KOWALIK_U):
        top, bottom = u * (u + x[1]), u * (u + x[2]) + x[3]
        residuals.append(y - x[0] * top / bottom)
        jacobian.append([-top / bottom, -x[0] * u / bottom, x[0] * top * u / bottom**2, x[0] * top / bottom**2])
    return residuals, jacobian


MEYER = [
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0,
    8261.0, 7030.0, 6005.0, 5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
]  # fmt: skip


def meyer(x):
    residuals, jacobian = [], []
    for i, y in enumerate(MEYER):
        d = 45.0 + 5.0 * (i + 1) + x[2]
        e = np.exp(x[1] / d)
        residuals.append(x[0] * e - y)
        jacobian.append([e, x[0] * e / d, -x[0] * e * x[1] / d**2])
    return residuals, jacobian


def brown_dennis(x):
    residuals, jacobian = [], []
    for i in range(20):
        t = (i + 1) / 5
        a, b = x[0] + t * x[1] - np.exp(t), x[2] + np.sin(t) * x[3] - np.cos(t)
        residuals.append(a * a + b * b)
        jacobian.append([2 * a, 2 * a * t, 2 * b, 2 * b * np.sin(t)])
    return residuals, jacobian


def box(x):
    residuals, jacobian = [], []
    for i in range(10):
        t = (i + 1) / 10
        residuals.append(np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * (np.exp(-t) - np.exp(-10 * t)))
        jacobian.append([-t * np.exp(-t * x[0]), t * np.exp(-t * x[1]), -(np.exp(-t) - np.exp(-10 * t))])
    return residuals, jacobian


# name, residuals and Jacobian, start, factors of the start
PROBLEMS = [
    ("Rosenbrock", rosenbrock, [-1.2, 1.0], [1, 10, 100]),
    ("Freudenstein and Roth", freudenstein_roth, [0.5, -2.0], [1, 10]),
    ("Powell singular", powell_singular, [3.0, -1.0, 0.0, 1.0], [1, 10]),
    ("Bard", bard, [1.0, 1.0, 1.0], [1, 10]),
    ("Kowalik and Osborne", kowalik_osborne, [0.25, 0.39, 0.415, 0.39], [1, 10]),
    ("Meyer", meyer, [0.02, 4000.0, 250.0], [1]),
    ("Brown and Dennis", brown_dennis, [25.0, 5.0, -5.0, -1.0], [1, 10]),
    ("Box", box, [0.0, 10.0, 20.0], [1]),
]


def run(problem, start):
    accepted = []

    def slopes(x):
        accepted.append(x.copy())
        return np.array(problem(x)[1])

    x, _, info, message, code = leastsq(
        lambda x: np.array(problem(x)[0]),
        start,
        Dfun=slopes,
        full_output=True,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=0.0,
        factor=100,
        maxfev=100_000,
    )
    # SciPy asks once before the run, to see the shape.
    return accepted[1:], x, info["nfev"], info["njev"], code


def decay(t, a, b, c):
    return a * np.exp(-b * t) + c


def decay_slopes(t, a, b, c):
    e = np.exp(-b * t)
    return np.column_stack([e, -a * t * e, np.ones_like(t)])


def two_decays(t, a, b, c, d):
    return 1e6 * a * np.exp(-1e-6 * b * t) + c * np.exp(-d * t)


def two_decays_slopes(t, a, b, c, d):
    one, two = np.exp(-1e-6 * b * t), np.exp(-d * t)
    return np.column_stack([1e6 * one, -a * t * one, two, -c * t * two])


def saturation(t, a, b):
    return a * t / (b + t)


def saturation_slopes(t, a, b):
    return np.column_stack([t / (b + t), -a * t / (b + t) ** 2])


REACTION = np.array([0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1])

# name, model, slopes, parameters of the data, t, start
FITS = [
    ("decay", decay, decay_slopes, [2.5, 1.3, 0.5], np.linspace(0.0, 4.0, 25), [2.0, 1.0, 1.0]),
    (
        "two decays in units far apart",
        two_decays,
        two_decays_slopes,
        [3e-6, 0.5e6, 1.5, 2.0],
        np.linspace(0.0, 5.0, 40),
        [2e-6, 1e6, 1.0, 3.0],
    ),
    ("saturation", saturation, saturation_slopes, [212.7, 0.0641], REACTION, [200.0, 0.05]),
]


def main():
    lines = [f"# Written by levenberg_marquardt.py with SciPy {scipy.__version__}; do not edit."]

    def write(name, what, numbers):
        lines.append("\t".join([name, str(what), *(float(v).hex() for v in numbers)]))

    for name, problem, start, factors in PROBLEMS:
        for factor in factors:
            named = name if factor == 1 else f"{name}, {factor} times as far"
            x0 = factor * np.array(start)
            points, x, nfev, njev, info = run(problem, x0)
            write(named, "start", x0)
            lines.append("\t".join([named, "counts", str(nfev), str(njev), str(info)]))
            for k, point in enumerate(points):
                write(named, k, point)
            write(named, "end", x)
    for name, model, slopes, truth, t, x in FITS:
        # Errors without a pattern, but not random: the fit must be the same everywhere.
        y = model(t, *truth) * (1 + 0.01 * np.sin(37.0 * np.arange(len(t)) ** 2))
        start = x
        # Again from where the first fit ends: MINPACK's covariance is that of the last point but one. And tighter than the
        # default, so that the comparison is of covariances and not of where fits stop.
        for _ in range(2):
            x, covariance = curve_fit(model, t, y, p0=x, jac=slopes, ftol=1e-15, xtol=1e-15, gtol=1e-15)
        write(name, "t", t)
        write(name, "y", y)
        write(name, "start", start)
        write(name, "fit", x)
        write(name, "covariance", covariance.ravel())
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

"""Reference numbers for Lanczos' iteration and what stands on it, with 60 digits and without any of its recurrences.

Run it from this folder with Python 3.10 or later, mpmath and scipy:

    python3 lanczos.py

It writes lanczos.tsv beside itself. The lines are

    "tridiagonal", name, "diagonal" | "off" | "values", numbers ...      eigenvalues ascending, by mpmath's dense eigsy
    "tridiagonal", name, "last", numbers ...                             |last components| of the eigenvectors
    "function", name, "matrix" | "vector" | "inverse root" | "inverse" | "log det", numbers ...
    "student", confidence, degrees of freedom, factor                    two-sided, by scipy

Every matrix is made of doubles that are taken exactly; only what is written is rounded, once, to the nearest double.
Numbers are C99 hexadecimal floats, exact to the bit.
"""

from pathlib import Path

import mpmath
from mpmath import mp
from scipy.stats import t as student

mp.dps = 60


def hexes(numbers):
    return "\t".join(float(x).hex() for x in numbers)


def wilkinson(k):
    """W of order 2k + 1: pairs of eigenvalues that agree to many digits."""
    return [float(abs(i - k)) for i in range(2 * k + 1)], [1.0] * (2 * k)


def glued(k, times, glue):
    d, e = wilkinson(k)
    return d * times, (e + [glue]) * (times - 1) + e


TRIDIAGONALS = {
    "one": ([3.25], []),
    "swap": ([0.0, 0.0], [1.0]),
    "second differences": ([2.0] * 20, [-1.0] * 19),
    "clement": ([0.0] * 12, [float((i * (12 - i)) ** 0.5) for i in range(1, 12)]),
    "wilkinson 21": wilkinson(10),
    "glued wilkinson": glued(5, 3, 2.0**-30),
    "graded down": ([2.0 ** (-4 * i) for i in range(16)], [2.0 ** (-4 * i - 3) for i in range(15)]),
    "graded up": ([2.0 ** (4 * i) for i in range(16)], [2.0 ** (4 * i + 1) for i in range(15)]),
    "rank deficient": ([1.0, 2.0, 2.0, 2.0, 1.0], [-1.0, -1.0, -1.0, -1.0]),
    "indefinite": ([float((-1) ** i * (i + 1)) for i in range(15)], [float(1 + (3 * i) % 7) for i in range(14)]),
    "hermite": ([0.0] * 15, [float((i / 2) ** 0.5) for i in range(1, 15)]),
    "tiny": ([2.0**-500 * (i % 5 + 1) for i in range(9)], [2.0**-501] * 8),
    "huge": ([2.0**500 * (i % 5 - 2) for i in range(9)], [2.0**500] * 8),
}


def second_differences(n):
    return [[{0: 2.0, 1: -1.0}.get(abs(i - j), 0.0) for j in range(n)] for i in range(n)]


def moler(n):
    """LᵀL with −1 below the ones of the diagonal: one tiny eigenvalue."""
    return [[float(i + 1) if i == j else float(min(i, j) - 1) for j in range(n)] for i in range(n)]


def kernel(n):
    return [[2.0 ** -abs(i - j) + (0.25 * (i % 3) if i == j else 0.0) for j in range(n)] for i in range(n)]


FUNCTIONS = {"second differences": second_differences(12), "moler": moler(8), "kernel": kernel(16)}


def main():
    lines = ["# Written by lanczos.py; do not edit."]
    for name, (d, e) in TRIDIAGONALS.items():
        n = len(d)
        matrix = mpmath.zeros(n)
        for i in range(n):
            matrix[i, i] = mpmath.mpf(d[i])
            if i + 1 < n:
                matrix[i, i + 1] = matrix[i + 1, i] = mpmath.mpf(e[i])
        values, vectors = mp.eigsy(matrix)
        order = sorted(range(n), key=lambda i: values[i])
        for what, numbers in [
            ("diagonal", d),
            ("off", e),
            ("values", [values[i] for i in order]),
            ("last", [abs(vectors[n - 1, i]) for i in order]),
        ]:
            lines.append(f"tridiagonal\t{name}\t{what}" + (f"\t{hexes(numbers)}" if numbers else ""))
    for name, rows in FUNCTIONS.items():
        n = len(rows)
        matrix = mpmath.matrix(rows)
        vector = [float((7 * i) % 5 - 2) + 0.5 for i in range(n)]
        values, q = mp.eigsy(matrix)
        assert all(v > 0 for v in values), name
        coefficients = q.T * mpmath.matrix(vector)
        apply = lambda f: list(q * mpmath.matrix([f(values[i]) * coefficients[i] for i in range(n)]))
        for what, numbers in [
            ("matrix", [x for row in rows for x in row]),
            ("vector", vector),
            ("inverse root", apply(lambda x: 1 / mpmath.sqrt(x))),
            ("inverse", apply(lambda x: 1 / x)),
            ("log det", [sum(mpmath.log(v) for v in values)]),
            ("values", sorted(values)),
        ]:
            lines.append(f"function\t{name}\t{what}\t{hexes(numbers)}")
    for confidence in [0.5, 0.9, 0.95, 0.99, 0.999, 0.999999]:
        for degrees in [1, 2, 3, 4, 7, 10, 29, 100, 1001]:
            factor = student.isf((1 - confidence) / 2, degrees)
            lines.append(f"student\t{confidence.hex()}\t{degrees}\t{float(factor).hex()}")
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


main()

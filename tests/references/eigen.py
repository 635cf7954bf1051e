"""Reference eigenvalues and roots of symmetric matrices, with 60 digits or more by mpmath.

Run it from this folder with any Python 3.10 or later that has mpmath (1.3 was used); it takes a few seconds:

    python3 eigen.py

It writes eigen.tsv beside itself. For every matrix A there are the lines

    name, "matrix", the lower triangle of A row after row: a₁₁, a₂₁, a₂₂, a₃₁, …
    name, "values", the eigenvalues in ascending order
    name, "root", the lower triangle of A^½            only where A is positive definite
    name, "inverse root", the lower triangle of A^-½   likewise

Every element of a matrix is a double, written as a C99 hexadecimal float and taken exactly: what is decomposed is the matrix
as it is stored, whatever formula its elements were rounded from. Eigenvalues are decimal numbers of 25 digits, elements of the
roots are correctly rounded doubles. mpmath's eigenvalues come of Householder's reduction and QL steps, whose errors are relative
to the largest one: a matrix with eigenvalues of very different sizes is computed with as many digits more. Before anything is
written, A E = E Λ, EᵀE = I and the equations that define the roots are checked to 1e-40 of the smallest eigenvalue.
"""

from fractions import Fraction
from pathlib import Path

from mpmath import diag, eigsy, log10, matrix, mp, mpf, nstr, sqrt

DIGITS = 60


def symmetric(n, element):
    """The matrix whose lower triangle is `element(i, j)`, counted from 0, rounded to doubles."""
    a = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            a[i][j] = a[j][i] = float(element(i, j))
    return a


def tridiagonal(diagonal, beside):
    return symmetric(len(diagonal), lambda i, j: diagonal[i] if i == j else beside[j] if i == j + 1 else 0)


def hilbert(n):
    return symmetric(n, lambda i, j: Fraction(1, i + j + 1))


def wilkinson(n):
    return tridiagonal([abs(i - n // 2) for i in range(n)], [1] * (n - 1))


def pascal(n):
    row = [[1] * n]
    for i in range(1, n):
        row.append([1])
        for j in range(1, n):
            row[i].append(row[i - 1][j] + row[i][j - 1])
    return symmetric(n, lambda i, j: row[i][j])


def lehmer(n):
    return symmetric(n, lambda i, j: Fraction(j + 1, i + 1))


def numbers(seed):
    """Rational numbers between −1 and 1 with the denominator 1009."""
    state = seed
    while True:
        state = (state * 48271) % 2147483647
        yield Fraction(state % 2019 - 1009, 1009)


def random_rational(n, seed):
    draw = numbers(seed)
    a = symmetric(n, lambda i, j: next(draw))
    return a


def with_spectrum(values, seed):
    """Q diag(values) Q with the reflection Q = I − 2vvᵀ/vᵀv, computed as rational numbers and then rounded."""
    n, draw = len(values), numbers(seed)
    v = [next(draw) for _ in range(n)]
    vv = sum(x * x for x in v)
    q = [[Fraction(int(i == j)) - 2 * v[i] * v[j] / vv for j in range(n)] for i in range(n)]
    return symmetric(n, lambda i, j: sum(q[i][k] * Fraction(values[k]) * q[k][j] for k in range(n)))


def graded(a, scales):
    return symmetric(len(a), lambda i, j: Fraction(a[i][j]) * Fraction(scales[i]) * Fraction(scales[j]))


MATRICES = [
    ("two by two", symmetric(2, lambda i, j: [[3, 0], [1, 2]][i][j])),
    ("nearly repeated pair", symmetric(2, lambda i, j: 1 + Fraction(1, 2**40) * i if i == j else Fraction(1, 2**45))),
    ("Hilbert 4", hilbert(4)),
    ("Hilbert 8", hilbert(8)),
    ("Hilbert 12", hilbert(12)),
    ("Pascal 6", pascal(6)),
    ("Pascal 9", pascal(9)),
    ("Lehmer 10", lehmer(10)),
    ("Lehmer 20", lehmer(20)),
    ("Wilkinson 21", wilkinson(21)),
    ("second differences 15", tridiagonal([2] * 15, [-1] * 14)),
    ("random rational 5", random_rational(5, 11)),
    ("random rational 16", random_rational(16, 12)),
    ("random rational 24", random_rational(24, 13)),
    ("clustered 8", with_spectrum([1, 1, 1, Fraction(1) + Fraction(1, 10**9), 1, 2, 2, 2 + Fraction(1, 10**13)], 14)),
    ("repeated 9", with_spectrum([Fraction(1, 3)] * 4 + [5] * 5, 15)),
    ("indefinite 7", with_spectrum([-4, -1, Fraction(-1, 1000), Fraction(1, 1000), 1, 4, 4], 16)),
    ("evenly log-spaced to 1e-6", with_spectrum([Fraction(1, 10**k) for k in range(7)], 17)),
    ("evenly log-spaced to 1e-12", with_spectrum([Fraction(1, 10**k) for k in range(13)], 18)),
    ("one small, 1e-12", with_spectrum([1] * 7 + [Fraction(1, 10**12)], 19)),
    ("one large, 1e12", with_spectrum([1] * 7 + [10**12], 20)),
    ("graded, large first", graded(lehmer(10), [Fraction(1, 4**k) for k in range(10)])),
    ("graded, small first", graded(lehmer(10), [Fraction(1, 4**k) for k in range(9, -1, -1)])),
    ("graded, 1e-150 to 1e150", graded(lehmer(7), [Fraction(2) ** (83 * k) for k in range(-3, 4)])),
    ("well conditioned, of size 1e150", graded(lehmer(6), [Fraction(2) ** 249] * 6)),
    ("well conditioned, of size 1e-300", graded(lehmer(6), [Fraction(2) ** -498] * 6)),
]


def check(name, what, difference, size):
    worst = max(abs(x) for x in difference)
    assert worst <= mpf(10) ** -40 * size, f"{name}: {what} is off by {nstr(worst, 3)} of {nstr(size, 3)}"


def lower(n, element):
    return [element(i, j) for i in range(n) for j in range(i + 1)]


def lines():
    yield "# Written by eigen.py; do not edit."
    for name, doubles in MATRICES:
        n = len(doubles)
        sizes = [abs(doubles[i][i]) or 1.0 for i in range(n)]
        mp.dps = DIGITS + 2 * int(log10(max(sizes) / min(sizes)))
        a = matrix(doubles)
        values, vectors = eigsy(a)
        order = sorted(range(n), key=lambda i: values[i])
        values = [values[i] for i in order]
        least = min(abs(x) for x in values)
        e = matrix(n, n)
        for column, i in enumerate(order):
            e[:, column] = vectors[:, i]
        check(name, "A E − E Λ", a * e - e * diag(values), least)
        check(name, "EᵀE − I", e.T * e - mp.eye(n), 1)
        yield "\t".join([name, "matrix", *lower(n, lambda i, j: doubles[i][j].hex())])
        yield "\t".join([name, "values", *(nstr(x, 25, min_fixed=1, max_fixed=0) for x in values)])
        if values[0] <= 0:
            continue
        root = e * diag([sqrt(x) for x in values]) * e.T
        inverse = e * diag([1 / sqrt(x) for x in values]) * e.T
        check(name, "A^½ A^½ − A", root * root - a, least)
        check(name, "A^-½ A A^-½ − I", inverse * a * inverse - mp.eye(n), 1)
        yield "\t".join([name, "root", *lower(n, lambda i, j: float(root[i, j]).hex())])
        yield "\t".join([name, "inverse root", *lower(n, lambda i, j: float(inverse[i, j]).hex())])


Path(__file__).with_suffix(".tsv").write_text("\n".join(lines()) + "\n", encoding="utf-8")

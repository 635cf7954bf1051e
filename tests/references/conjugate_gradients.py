"""Reference iterates of linear conjugate gradients, in exact rational arithmetic and without its recurrences.

Run it with any Python 3.10 or later from this folder; it needs nothing else:

    python3 conjugate_gradients.py

It writes conjugate_gradients.tsv beside itself. For each system A x = b with the preconditioner M⁻¹ = diag(d) there are
the lines

    name, "matrix", A row after row
    name, "right", b
    name, "inverse", d
    name, k, the iterate xₖ        for k = 0, 1, …, n; x₀ is the start

xₖ is computed from what it is, not from how the method gets there: the minimizer of ½ xᵀA x − bᵀx over
x₀ + span{v, M⁻¹A v, …, (M⁻¹A)ᵏ⁻¹ v} with v = M⁻¹(b − A x₀), by solving the k equations of that minimum.
Every number of a system is a double and taken exactly; the iterates are exact fractions, and only what is written is
rounded, once, to the nearest double. Numbers are C99 hexadecimal floats, exact to the bit.
"""

from fractions import Fraction
from pathlib import Path


def tridiagonal(n):
    return [[{0: 2.0, 1: -1.0}.get(abs(i - j), 0.0) for j in range(n)] for i in range(n)]


FULL = [[4.0, 1.1, -0.5], [1.1, 3.0, 0.7], [-0.5, 0.7, 2.5]]
UNEVEN = [[64.0, 3.0, 0.0, 1.0], [3.0, 16.0, 1.0, -0.5], [0.0, 1.0, 4.0, 0.3], [1.0, -0.5, 0.3, 1.0]]

# name, A, b, d, start
SYSTEMS = [
    ("two by two", [[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0], [1.0, 1.0], [2.0, 1.0]),
    ("full matrix", FULL, [1.0, -2.3, 0.4], [1.0] * 3, [10.0, 0.1, -5.0]),
    ("tridiagonal", tridiagonal(6), [1.0, -0.3, 2.0, 0.0, 0.7, -1.1], [1.0] * 6, [0.0] * 6),
    ("uneven", UNEVEN, [1.0, 2.0, -3.0, 0.1], [1.0] * 4, [0.0] * 4),
    ("uneven, preconditioned", UNEVEN, [1.0, 2.0, -3.0, 0.1], [1 / 64, 1 / 16, 1 / 4, 1.0], [0.5, 0.0, 0.0, -3.0]),
    ("full matrix, preconditioned", FULL, [1.0, -2.3, 0.4], [0.3, 0.1, 0.7], [10.0, 0.1, -5.0]),
]


def dot(u, v):
    return sum(ui * vi for ui, vi in zip(u, v))


def solve(matrix, right):
    """Gauss–Jordan elimination; fractions need no pivoting but for zeros, which a positive definite matrix has not."""
    rows = [[*row, r] for row, r in zip(matrix, right)]
    for i in range(len(rows)):
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for j in range(len(rows)):
            if j != i:
                rows[j] = [a - rows[j][i] * c for a, c in zip(rows[j], rows[i])]
    return [row[-1] for row in rows]


def iterates(a, b, d, start):
    a = [[Fraction(v) for v in row] for row in a]
    b, d, x0 = ([Fraction(v) for v in vector] for vector in (b, d, start))
    multiply = lambda v: [dot(row, v) for row in a]
    r0 = [bi - axi for bi, axi in zip(b, multiply(x0))]
    yield x0
    basis = [[di * ri for di, ri in zip(d, r0)]]
    for _ in b:
        images = [multiply(v) for v in basis]
        weights = solve([[dot(u, image) for image in images] for u in basis], [dot(u, r0) for u in basis])
        yield [xi + sum(w * v[i] for w, v in zip(weights, basis)) for i, xi in enumerate(x0)]
        basis.append([di * vi for di, vi in zip(d, images[-1])])


def main():
    lines = ["# Written by conjugate_gradients.py; do not edit."]

    def write(name, what, numbers):
        # float(Fraction) rounds correctly.
        lines.append("\t".join([name, str(what), *(float(v).hex() for v in numbers)]))

    for name, a, b, d, start in SYSTEMS:
        write(name, "matrix", [v for row in a for v in row])
        write(name, "right", b)
        write(name, "inverse", d)
        for k, x in enumerate(iterates(a, b, d, start)):
            write(name, k, x)
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

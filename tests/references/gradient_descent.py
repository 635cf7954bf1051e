"""Reference iterates of gradient descent with a fixed rate, in exact rational arithmetic.

Run it with any Python 3.10 or later from this folder; it needs nothing else:

    python3 gradient_descent.py

It writes gradient_descent.tsv beside itself. For each problem E(w) = ½ wᵀA w + bᵀw there are the lines

    name, "matrix", A row after row
    name, "linear", b
    name, "rate", the rate η
    name, k, the iterate wₖ        for k = 0, 1, …, 30; w₀ is the start

Every number of a problem is a double and taken exactly: a rate of 1/6 is the double nearest to 1/6, as a fraction.
The iterates are exact fractions; only what is written is rounded, once, to the nearest double.
Numbers are C99 hexadecimal floats, exact to the bit.
"""

from fractions import Fraction
from pathlib import Path

STEPS = 30

# name, A, b, rate, start
PROBLEMS = [
    # A parabola, from a long way off, with a quarter of its optimal rate 2/3.
    ("parabola", [[1.5]], [-2.5], 1 / 6, [-20.0]),
    # The same with a rate above 2/1.5: every step is 1.25 times as far on the other side.
    ("parabola that diverges", [[1.5]], [-2.5], 1.5, [-20.0]),
    # Two curvatures and one rate, which is more than optimal for one variable (it zigzags) and less for the other.
    ("two curvatures", [[10.0, 0.0], [0.0, 0.1]], [-3.0, 0.7], 0.15, [4.0, -7.3]),
    # Full and symmetric, with numbers that no double holds exactly.
    ("full matrix", [[4.0, 1.1, -0.5], [1.1, 3.0, 0.7], [-0.5, 0.7, 2.5]], [1.0, -2.3, 0.4], 0.2, [10.0, 0.1, -5.0]),
]


def iterates(a, b, rate, start):
    a = [[Fraction(v) for v in row] for row in a]
    b, rate, w = [Fraction(v) for v in b], Fraction(rate), [Fraction(v) for v in start]
    yield w
    for _ in range(STEPS):
        gradient = [sum(aij * wj for aij, wj in zip(row, w)) + bi for row, bi in zip(a, b)]
        w = [wi - rate * gi for wi, gi in zip(w, gradient)]
        yield w


def main():
    lines = ["# Written by gradient_descent.py; do not edit."]

    def write(name, what, numbers):
        # float(Fraction) rounds correctly.
        lines.append("\t".join([name, str(what), *(float(v).hex() for v in numbers)]))

    for name, a, b, rate, start in PROBLEMS:
        write(name, "matrix", [v for row in a for v in row])
        write(name, "linear", b)
        write(name, "rate", [rate])
        for k, w in enumerate(iterates(a, b, rate, start)):
            write(name, k, w)
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Reference courses of three line searches: every trial, on random polynomials with several minima.

Run it with Python 3.10 or later from this folder, after `pip install scipy==1.17.1`:

    python3 line_searches.py

It writes line_searches.tsv beside itself: one line per course, with the columns

    search, c₁, c₂, coefficients of φ (highest power first, space-separated), the trials α (space-separated)

Numbers are C99 hexadecimal floats, exact to the bit.

Moré–Thuente is SciPy's `DCSRCH`, a translation of MINPACK-2's subroutine. The other two are written down here once more, as
procedures that call each other the way the sources present them, and with the textbook's formulas:
bracketing and zoom as Nocedal and Wright's algorithms 3.5 and 3.6, with the bounds that the header of the crate's file states;
Hager and Zhang's bracket, update, secant and secant² of their section 4. Whatever the procedure is in the middle of, the first
trial that satisfies the conditions ends it.
"""

import random
from math import sqrt
from pathlib import Path

from scipy.optimize._dcsrch import DCSRCH


class Accepted(Exception):
    pass


class Phi:
    """A polynomial that remembers where it was evaluated, and is done when a trial is accepted."""

    def __init__(self, coefficients, accepts):
        self.coefficients, self.accepts, self.trials = coefficients, accepts, []
        self.phi0, self.slope0 = self.both(0.0)

    def both(self, alpha):
        value, slope = 0.0, 0.0
        for c in self.coefficients:
            slope = slope * alpha + value
            value = value * alpha + c
        return value, slope

    def __call__(self, alpha):
        assert alpha not in self.trials
        self.trials.append(alpha)
        value, slope = self.both(alpha)
        if self.accepts(self, alpha, value, slope):
            raise Accepted
        return value, slope


def strong_wolfe(c1, c2):
    def accepts(phi, alpha, value, slope):
        return value <= phi.phi0 + c1 * alpha * phi.slope0 and abs(slope) <= -c2 * phi.slope0

    return accepts


def wolfe_or_approximate(c1, c2):
    def accepts(phi, alpha, value, slope):
        is_steep_enough = slope >= c2 * phi.slope0
        decreases = value <= phi.phi0 + c1 * alpha * phi.slope0
        approximately = slope <= (2 * c1 - 1) * phi.slope0 and value <= phi.phi0
        return is_steep_enough and (decreases or approximately)

    return accepts


def more_thuente(phi, first, c1, c2):
    def value(alpha):
        phi.trials.append(alpha)
        return phi.both(alpha)[0]

    search = DCSRCH(value, lambda alpha: phi.both(alpha)[1], c1, c2, 1e-14, 0.0, 1e100)
    alpha, _, _, task = search(first, phi.phi0, phi.slope0, maxiter=40)
    if alpha is not None and task.startswith(b"CONV"):
        raise Accepted


def cubic(a, fa, ga, b, fb, gb):
    """Nocedal and Wright, (3.59)."""
    d1 = ga + gb - 3 * (fa - fb) / (a - b)
    radicand = d1 * d1 - ga * gb
    if radicand <= 0:
        return None
    d2 = sqrt(radicand) * (1 if b > a else -1)
    return b - (b - a) * (gb + d2 - d1) / (gb - ga + 2 * d2)


def bracketing_and_zoom(phi, first, c1, c2):
    def zoom(lo, hi):
        widths = []
        while True:
            (a, fa, ga), (b, fb, gb) = lo, hi
            h = b - a
            widths.append(abs(h))
            t = cubic(a, fa, ga, b, fb, gb)
            if t is None or (len(widths) > 2 and widths[-1] > 2 / 3 * widths[-3]):
                t = a + h / 2
            else:
                t = a + min(max((t - a) / h, 0.1), 0.9) * h
            ft, gt = phi(t)
            if ft > phi.phi0 + c1 * t * phi.slope0 or ft >= fa:
                hi = (t, ft, gt)
            else:
                if gt * (b - a) >= 0:
                    hi = lo
                lo = (t, ft, gt)

    previous, alpha, i = (0.0, phi.phi0, phi.slope0), first, 1
    while True:
        f, g = phi(alpha)
        this = (alpha, f, g)
        if f > phi.phi0 + c1 * alpha * phi.slope0 or (f >= previous[1] and i > 1):
            zoom(previous, this)
        if g >= 0:
            zoom(this, previous)
        h = alpha - previous[0]
        t = cubic(*previous, *this)
        far = alpha + 9 * h
        next_alpha = far if t is None or t <= alpha else min(max(t, alpha + h), far)
        previous, alpha, i = this, next_alpha, i + 1


def hager_zhang(phi, first, c1, c2, theta=0.5, gamma=0.66, rho=5.0):
    def secant(a, b):
        (a, ga), (b, gb) = a, b
        return (a * gb - b * ga) / (gb - ga)

    def squeeze(a, b):
        # U3, with a low and b high.
        while True:
            d = (1 - theta) * a[0] + theta * b[0]
            f, g = phi(d)
            if g >= 0:
                return a, (d, g)
            if f <= phi.phi0:
                a = (d, g)
            else:
                b = (d, g)

    def update(a, b, c):
        if not a[0] < c < b[0]:
            return a, b
        f, g = phi(c)
        if g >= 0:
            return a, (c, g)
        if f <= phi.phi0:
            return (c, g), b
        return squeeze(a, (c, g))

    def secant2(a, b):
        c = secant(a, b)
        A, B = update(a, b, c)
        if c == B[0]:
            return update(A, B, secant(b, B))
        if c == A[0]:
            return update(A, B, secant(a, A))
        return A, B

    def bracket(c):
        a = (0.0, phi.slope0)
        while True:
            f, g = phi(c)
            if g >= 0:
                return a, (c, g)
            if f > phi.phi0:
                return squeeze(a, (c, g))
            a = (c, g)
            c *= rho

    a, b = bracket(first)
    while True:
        A, B = secant2(a, b)
        if B[0] - A[0] > gamma * (b[0] - a[0]):
            A, B = update(A, B, (A[0] + B[0]) / 2)
        a, b = A, B


SEARCHES = [
    ("Moré–Thuente", more_thuente, strong_wolfe, 7),
    ("strong Wolfe", bracketing_and_zoom, strong_wolfe, 6),
    ("Hager–Zhang", hager_zhang, wolfe_or_approximate, 7),
]
CONSTANTS = [(1e-3, 0.02), (0.1, 0.11), (0.3, 0.31)]


def polynomial(generator):
    """Of degree 6, by the roots of its derivative, most of them close together."""
    roots = [generator.choice([0.3, 1, 3]) * generator.uniform(0.2, 2) for _ in range(5)]
    derivative = [1.0]
    for root in roots:
        derivative = [p - root * q for p, q in zip(derivative + [0.0], [0.0] + derivative)]
    n = len(derivative)
    return [c / (n - i) for i, c in enumerate(derivative)] + [generator.uniform(-1, 1)]


def main():
    generator = random.Random(1994)
    lines = ["# Written by line_searches.py; do not edit."]
    for name, search, accepts, least in SEARCHES:
        for c1, c2 in CONSTANTS:
            found = 0
            # The long courses: those that go through all branches.
            while found < 40:
                coefficients = polynomial(generator)
                phi = Phi(coefficients, accepts(c1, c2))
                first = 10 ** generator.uniform(-3, 2)
                try:
                    search(phi, first, c1, c2)
                except Accepted:
                    # Where two trials all but coincide, the next one hangs on the last bits of a formula.
                    near = sorted([0.0] + phi.trials)
                    is_stable = all(b - a > 1e-4 * b for a, b in zip(near, near[1:]))
                    if len(phi.trials) >= least + (found % 3) and is_stable:
                        found += 1
                        columns = [name, c1.hex(), c2.hex()]
                        columns += [" ".join(x.hex() for x in numbers) for numbers in (coefficients, phi.trials)]
                        lines.append("\t".join(columns))
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

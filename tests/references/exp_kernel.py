"""The constants of the kernels of exp, tanh and logistic in crates/numerics/src/exponential.rs.

Run it with any Python 3.10 or later from this folder, after `pip install mpmath`:

    python3 exp_kernel.py

It prints the constants and the errors that they leave; nothing reads its output but a person.

x = k ln 2 + r with |r| ≤ (ln 2)/2. ln 2 is split so that k times its first part is exact: 33 bits, for |k| < 2²⁰.
eʳ = 1 + r + r² (1/2 + r h(r)), and h is the polynomial of degree 8 for which the largest error of that is the smallest:
Remez's exchange for the function (eʳ − 1 − r − r²/2) / r³, with the weight |r|³. The weight vanishes at r = 0, where the
exchange could not place a point, so a thousandth of its maximum is added. The coefficient 1/2 is not free, because the free
one is no double, and rounding it would cost more than all else.
The exchange is in exact coefficients; the error that is printed is that of the rounded ones.
"""

import mpmath
from mpmath import mpf

mpmath.mp.prec = 200

DEGREE = 8
LN2 = mpmath.log(2)
# A little beyond (ln 2)/2, because k is rounded from a rounded product.
END = LN2 / 2 * (1 + mpf(2) ** -40)


def h(r):
    # Near 0 the difference cancels; the series' first two terms are enough there.
    return (mpmath.expm1(r) - r - r**2 / 2) / r**3 if abs(r) > mpf(10) ** -12 else mpf(1) / 6 + r / 24


def weight(r):
    return abs(r) ** 3 + END**3 / 1000


def error(coefficients, r):
    return weight(r) * (mpmath.polyval(coefficients[::-1], r) - h(r))


def best_through(points):
    """The polynomial whose weighted error is ±E in turn at the points."""
    n = DEGREE + 1
    system = mpmath.matrix(n + 1, n + 1)
    right = mpmath.matrix(n + 1, 1)
    for i, r in enumerate(points):
        for j in range(n):
            system[i, j] = r**j
        system[i, n] = (-1) ** i / weight(r)
        right[i] = h(r)
    solution = mpmath.lu_solve(system, right)
    return list(solution[:n]), abs(solution[n])


def extrema(coefficients):
    """The largest error of every run of errors of one sign, on a fine grid."""
    grid = [END * (i - 3000) / 3000 for i in range(6001)]
    found = []
    for r in grid:
        e = error(coefficients, r)
        if found and mpmath.sign(e) == mpmath.sign(found[-1][1]):
            if abs(e) > abs(found[-1][1]):
                found[-1] = (r, e)
        else:
            found.append((r, e))
    while len(found) > DEGREE + 2:
        found.pop(0 if abs(found[0][1]) < abs(found[-1][1]) else -1)
    assert len(found) == DEGREE + 2, "the error changes its sign too rarely"
    return found


points = [-END * mpmath.cos(mpmath.pi * (i + mpf(1) / 2) / (DEGREE + 2)) for i in range(DEGREE + 2)]
for _ in range(20):
    coefficients, level = best_through(points)
    found = extrema(coefficients)
    points = [r for r, _ in found]
    if max(abs(e) for _, e in found) < level * mpf("1.001"):
        break
else:
    raise SystemExit("the exchange does not settle")

rounded = [float(c) for c in coefficients]
grid = [END * i / 3000 for i in range(-3000, 3001)]
left = max(abs(r**3 * (mpmath.polyval([mpf(c) for c in rounded[::-1]], r) - h(r))) for r in grid)
high = mpmath.floor(LN2 * 2**33) / 2**33

print("LN2_HIGH", repr(float(high)))
print("LN2_LOW ", repr(float(LN2 - high)))
print("LOG2_E  ", repr(float(1 / LN2)))
for c in [0.5, *rounded]:
    print("Q       ", repr(c))
print("error of eʳ: 2^", mpmath.nstr(mpmath.log(left, 2), 6), sep="")

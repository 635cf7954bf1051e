"""The functions of Moré, Garbow and Hillstrom, written from the paper for more_garbow_hillstrom.py: residuals alone.

J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Transactions on Mathematical Software 7 (1981) 17-41.

Every function takes x, a list of mpmath numbers counted from 1 (x[0] is None), and returns the list of its residuals.
Decimal fractions of the paper are meant exactly: D("0.14") is 14/100, not the double next to it.
"""

from mpmath import mp, mpf


def D(text):
    return mpf(text)


def column(text):
    """Data counted from 1."""
    return [None] + [D(word) for word in text.split()]


def dimension(x):
    return len(x) - 1


def rosenbrock(x):
    pairs = range(1, dimension(x) // 2 + 1)
    return [r for i in pairs for r in (10 * (x[2 * i] - x[2 * i - 1] ** 2), 1 - x[2 * i - 1])]


def chained_rosenbrock(x):
    return [r for i in range(1, dimension(x)) for r in (10 * (x[i + 1] - x[i] ** 2), 1 - x[i])]


def freudenstein_roth(x):
    return [-13 + x[1] + ((5 - x[2]) * x[2] - 2) * x[2], -29 + x[1] + ((x[2] + 1) * x[2] - 14) * x[2]]


def powell_badly_scaled(x):
    return [10**4 * x[1] * x[2] - 1, mp.exp(-x[1]) + mp.exp(-x[2]) - D("1.0001")]


def brown_badly_scaled(x):
    return [x[1] - 10**6, x[2] - D("2e-6"), x[1] * x[2] - 2]


def beale(x):
    y = column("1.5 2.25 2.625")
    return [y[i] - x[1] * (1 - x[2] ** i) for i in range(1, 4)]


def himmelblau(x):
    return [x[1] ** 2 + x[2] - 11, x[1] + x[2] ** 2 - 7]


def jennrich_sampson(x, m=10):
    return [2 + 2 * i - (mp.exp(i * x[1]) + mp.exp(i * x[2])) for i in range(1, m + 1)]


def helical_valley(x):
    theta = mp.atan(x[2] / x[1]) / (2 * mp.pi) + (D("0.5") if x[1] < 0 else 0)
    return [10 * (x[3] - 10 * theta), 10 * (mp.sqrt(x[1] ** 2 + x[2] ** 2) - 1), x[3]]


def bard(x):
    y = column("0.14 0.18 0.22 0.25 0.29 0.32 0.35 0.39 0.37 0.58 0.73 0.96 1.34 2.10 4.39")
    return [y[u] - (x[1] + u / ((16 - u) * x[2] + min(u, 16 - u) * x[3])) for u in range(1, 16)]


def gaussian(x):
    y = column("0.0009 0.0044 0.0175 0.0540 0.1295 0.2420 0.3521 0.3989 0.3521 0.2420 0.1295 0.0540 0.0175 0.0044 0.0009")
    return [x[1] * mp.exp(-x[2] * (mpf(8 - i) / 2 - x[3]) ** 2 / 2) - y[i] for i in range(1, 16)]


def meyer(x):
    y = column("34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872")
    return [x[1] * mp.exp(x[2] / (45 + 5 * i + x[3])) - y[i] for i in range(1, 17)]


def gulf(x, m=99):
    # Printed with "|yᵢ m i x₂|"; the minus sign is what gives 0 at (50, 25, 1.5).
    def residual(t):
        y = 25 + (-50 * mp.log(t)) ** (mpf(2) / 3)
        return mp.exp(-abs(y - x[2]) ** x[3] / x[1]) - t

    return [residual(mpf(i) / 100) for i in range(1, m + 1)]


def box_three_dimensional(x, m=10):
    def residual(t):
        return mp.exp(-t * x[1]) - mp.exp(-t * x[2]) - x[3] * (mp.exp(-t) - mp.exp(-10 * t))

    return [residual(mpf(i) / 10) for i in range(1, m + 1)]


def powell_singular(x):
    def group(a, b, c, d):
        return [a + 10 * b, mp.sqrt(5) * (c - d), (b - 2 * c) ** 2, mp.sqrt(10) * (a - d) ** 2]

    return [r for i in range(1, dimension(x) // 4 + 1) for r in group(*x[4 * i - 3 : 4 * i + 1])]


def wood(x):
    return [
        10 * (x[2] - x[1] ** 2),
        1 - x[1],
        mp.sqrt(90) * (x[4] - x[3] ** 2),
        1 - x[3],
        mp.sqrt(10) * (x[2] + x[4] - 2),
        (x[2] - x[4]) / mp.sqrt(10),
    ]


def kowalik_osborne(x):
    y = column("0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246")
    u = column("4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625")
    return [y[i] - x[1] * (u[i] ** 2 + u[i] * x[2]) / (u[i] ** 2 + u[i] * x[3] + x[4]) for i in range(1, 12)]


def brown_dennis(x, m=20):
    def residual(t):
        return (x[1] + t * x[2] - mp.exp(t)) ** 2 + (x[3] + x[4] * mp.sin(t) - mp.cos(t)) ** 2

    return [residual(mpf(i) / 5) for i in range(1, m + 1)]


def osborne_1(x):
    y = column(
        "0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658 0.628 0.603 0.580"
        " 0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431 0.424 0.420 0.414 0.411 0.406"
    )
    t = [None] + [10 * (i - 1) for i in range(1, 34)]
    return [y[i] - (x[1] + x[2] * mp.exp(-t[i] * x[4]) + x[3] * mp.exp(-t[i] * x[5])) for i in range(1, 34)]


def biggs(x, m=13):
    def residual(t):
        y = mp.exp(-t) - 5 * mp.exp(-10 * t) + 3 * mp.exp(-4 * t)
        return x[3] * mp.exp(-t * x[1]) - x[4] * mp.exp(-t * x[2]) + x[6] * mp.exp(-t * x[5]) - y

    return [residual(mpf(i) / 10) for i in range(1, m + 1)]


def osborne_2(x):
    y = column(
        "1.366 1.191 1.112 1.013 0.991 0.885 0.831 0.847 0.786 0.725 0.746 0.679 0.608 0.655 0.616 0.606 0.602 0.626"
        " 0.651 0.724 0.649 0.649 0.694 0.644 0.624 0.661 0.612 0.558 0.533 0.495 0.500 0.423 0.395 0.375 0.372 0.391"
        " 0.396 0.405 0.428 0.429 0.523 0.562 0.607 0.653 0.672 0.708 0.633 0.668 0.645 0.632 0.591 0.559 0.597 0.625"
        " 0.739 0.710 0.729 0.720 0.636 0.581 0.428 0.292 0.162 0.098 0.054"
    )

    def model(t):
        bumps = sum(x[k] * mp.exp(-((t - x[k + 7]) ** 2) * x[k + 4]) for k in (2, 3, 4))
        return x[1] * mp.exp(-t * x[5]) + bumps

    return [y[i] - model(mpf(i - 1) / 10) for i in range(1, 66)]


def watson(x):
    def residual(t):
        slope = sum((j - 1) * x[j] * t ** (j - 2) for j in range(2, dimension(x) + 1))
        value = sum(x[j] * t ** (j - 1) for j in range(1, dimension(x) + 1))
        return slope - value**2 - 1

    return [residual(mpf(i) / 29) for i in range(1, 30)] + [x[1], x[2] - x[1] ** 2 - 1]


def penalty_1(x):
    return [mp.sqrt(D("1e-5")) * (z - 1) for z in x[1:]] + [sum(z**2 for z in x[1:]) - D("0.25")]


def penalty_2(x):
    n, root = dimension(x), mp.sqrt(D("1e-5"))
    e = [None] + [mp.exp(z / 10) for z in x[1:]]

    def y(i):
        return mp.exp(mpf(i) / 10) + mp.exp(mpf(i - 1) / 10)

    return (
        [x[1] - D("0.2")]
        + [root * (e[i] + e[i - 1] - y(i)) for i in range(2, n + 1)]
        + [root * (e[i - n + 1] - mp.exp(mpf(-1) / 10)) for i in range(n + 1, 2 * n)]
        + [sum((n - j + 1) * x[j] ** 2 for j in range(1, n + 1)) - 1]
    )


def variable_dimension(x):
    weighted = sum(j * (x[j] - 1) for j in range(1, dimension(x) + 1))
    return [z - 1 for z in x[1:]] + [weighted, weighted**2]


def trigonometric(x):
    n = dimension(x)
    cosines = sum(mp.cos(z) for z in x[1:])
    return [n - cosines + i * (1 - mp.cos(x[i])) - mp.sin(x[i]) for i in range(1, n + 1)]


def brown_almost_linear(x):
    n = dimension(x)
    return [x[i] + sum(x[1:]) - (n + 1) for i in range(1, n)] + [mp.fprod(x[1:]) - 1]


def discrete_boundary_value(x):
    n = dimension(x)
    h = mpf(1) / (n + 1)
    z = [mpf(0)] + x[1:] + [mpf(0)]
    return [2 * z[i] - z[i - 1] - z[i + 1] + h**2 * (z[i] + i * h + 1) ** 3 / 2 for i in range(1, n + 1)]


def discrete_integral_equation(x):
    n = dimension(x)
    h = mpf(1) / (n + 1)
    cube = [None] + [(x[j] + j * h + 1) ** 3 for j in range(1, n + 1)]

    def residual(i):
        below = sum(j * h * cube[j] for j in range(1, i + 1))
        above = sum((1 - j * h) * cube[j] for j in range(i + 1, n + 1))
        return x[i] + h * ((1 - i * h) * below + i * h * above) / 2

    return [residual(i) for i in range(1, n + 1)]


def broyden_tridiagonal(x):
    z = [mpf(0)] + x[1:] + [mpf(0)]
    return [(3 - 2 * z[i]) * z[i] - z[i - 1] - 2 * z[i + 1] + 1 for i in range(1, dimension(x) + 1)]


def broyden_banded(x):
    n = dimension(x)

    def residual(i):
        others = (j for j in range(max(1, i - 5), min(n, i + 1) + 1) if j != i)
        return x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in others)

    return [residual(i) for i in range(1, n + 1)]


def linear_full_rank(x, m):
    total = 2 * sum(x[1:]) / m
    return [(x[i] if i <= dimension(x) else 0) - total - 1 for i in range(1, m + 1)]


def linear_rank_1(x, m):
    return [i * sum(j * x[j] for j in range(1, dimension(x) + 1)) - 1 for i in range(1, m + 1)]


def linear_rank_1_zero(x, m):
    inner = sum(j * x[j] for j in range(2, dimension(x)))
    return [mpf(-1)] + [(i - 1) * inner - 1 for i in range(2, m)] + [mpf(-1)]


def chebyquad(x, m=None):
    n = dimension(x)
    m = n if m is None else m
    before, at = [mpf(1)] * n, [2 * z - 1 for z in x[1:]]
    residuals = []
    for i in range(1, m + 1):
        integral = 0 if i % 2 else mpf(-1) / (i**2 - 1)
        residuals.append(sum(at) / n - integral)
        before, at = at, [2 * (2 * z - 1) * a - b for z, a, b in zip(x[1:], at, before)]
    return residuals

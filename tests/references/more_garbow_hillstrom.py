"""Values, derivatives and minima of the functions of Moré, Garbow and Hillstrom, with 60 digits and more.

Run it with any Python 3.10 or later from this folder, after `pip install mpmath`; it takes some minutes:

    python3 more_garbow_hillstrom.py

It writes more_garbow_hillstrom.tsv beside itself, tab-separated, numbers as C99 hexadecimal floats, points as numbers with
blanks between them. The columns are

    point     name, n, m, x, f(x), gradient, H(x) v with v = (1, -1, 1, ...)    at the start and at a random point near it
    global    name, n, m, x, f(x)                                               a global minimum, x rounded to doubles
    local     the same                                                          another minimum
    infimum   name, n, m, x, f, a point                                         f only comes down to this value as the infinite
                                                                                variables of x run off; at the point it nearly is there

The functions are those of more_garbow_hillstrom_functions.py, which has residuals only: derivatives are central differences in
steps of 1e-25 with 110 digits, so that they have 45 correct ones, and owe nothing to formulas.
A minimum is found by Newton's method from the place that is given below to a few digits (these places come from a search
by many starts), and the program stops unless the steps fall below 1e-30 and the Hessian there is positive definite.
"""

import random
from pathlib import Path

from mpmath import matrix, mp, mpf

import more_garbow_hillstrom_functions as functions

mp.dps = 110
STEP = mpf(10) ** -25
INF = float("inf")


def value(residuals, x):
    return mp.fsum(r**2 for r in residuals([None] + list(x)))


def moved(x, *moves):
    x = list(x)
    for j, step in moves:
        x[j] += step * STEP
    return x


def gradient(residuals, x):
    along = lambda j: value(residuals, moved(x, (j, 1))) - value(residuals, moved(x, (j, -1)))
    return [along(j) / (2 * STEP) for j in range(len(x))]


def hessian(residuals, x):
    n, at = len(x), lambda *moves: value(residuals, moved(x, *moves))
    h, here = matrix(n, n), at()
    for j in range(n):
        h[j, j] = (at((j, 1)) - 2 * here + at((j, -1))) / STEP**2
        for k in range(j):
            cross = at((j, 1), (k, 1)) - at((j, 1), (k, -1)) - at((j, -1), (k, 1)) + at((j, -1), (k, -1))
            h[j, k] = h[k, j] = cross / (4 * STEP**2)
    return h


def product(residuals, x, v):
    """H(x) v, from the difference of two gradients."""
    ahead, behind = ([a + sign * STEP * b for a, b in zip(x, v)] for sign in (1, -1))
    return [(a - b) / (2 * STEP) for a, b in zip(gradient(residuals, ahead), gradient(residuals, behind))]


def minimum(residuals, guess):
    """Where the gradient vanishes, by Newton's method from `guess`; the Hessian there has to be positive definite."""
    x = [mpf(z) for z in guess]
    for _ in range(12):
        h = hessian(residuals, x)
        step = mp.lu_solve(h, -matrix(gradient(residuals, x)))
        x = [a + b for a, b in zip(x, step)]
        if all(abs(b) <= mpf(10) ** -30 * max(abs(a), mpf(10) ** -12) for a, b in zip(x, step)):
            break
    else:
        raise ArithmeticError(f"Newton's method does not converge from {guess}")
    scale = [mp.sqrt(h[j, j]) for j in range(len(x))]
    mp.cholesky(matrix(len(x), len(x)) + matrix([[h[j, k] / scale[j] / scale[k] for k in range(len(x))] for j in range(len(x))]))
    return x


def numbers(text):
    return [mpf(word) for word in text.split()]


class Case:
    def __init__(self, name, residuals, start, minima=(), exact=(), infima=()):
        """`minima`: guesses; `exact`: (x, value); `infima`: (residuals of the rest, guess, its minimum → x, → a point)."""
        self.name, self.residuals, self.start = name, residuals, start
        self.minima, self.exact, self.infima = minima, exact, infima

    def rows(self):
        n, m = len(self.start), len(self.residuals([None] + [mpf(z) for z in self.start]))
        head = (self.name, str(n), str(m))
        rng = random.Random(f"{self.name} {n}")
        near = [z * (1 + rng.uniform(-0.2, 0.2)) + rng.uniform(-0.05, 0.05) for z in self.start]
        v = [(-1) ** j for j in range(n)]
        for x in (self.start, near):
            exactly = [mpf(z) for z in x]
            derivatives = gradient(self.residuals, exactly), product(self.residuals, exactly, v)
            yield ("point", *head, line(x), line([value(self.residuals, exactly)]), *map(line, derivatives))
        found = [(x, mpf(f)) for x, f in self.exact]
        for guess in self.minima:
            x = minimum(self.residuals, guess)
            found.append((x, value(self.residuals, x)))
        found = [(x, f if f > mpf(10) ** -50 else mpf(0)) for x, f in found]
        lowest = min((f for _, f in found), default=None)
        for x, f in sorted(found, key=lambda pair: pair[1] > lowest):
            yield ("global" if f - lowest <= mpf(10) ** -50 else "local", *head, line(x), line([f]))
        for residuals, guess, to_place, to_point in self.infima:
            rest = minimum(residuals, guess)
            yield ("infimum", *head, line(to_place(*rest)), line([value(residuals, rest)]), line(to_point(*rest)))


def line(x):
    # 110 digits are rounded once, to the nearest double; nothing here is subnormal.
    return " ".join(float(z).hex() for z in x)


def bard_infima():
    y = functions.column("0.14 0.18 0.22 0.25 0.29 0.32 0.35 0.39 0.37 0.58 0.73 0.96 1.34 2.10 4.39")
    mean = lambda x: [y[i] - x[1] for i in range(1, 16)]
    yield mean, [0.84], lambda a: [a, -INF, -INF], lambda a: [a, -3e9, -4e9]
    # x₂ + x₃ stays c: the last eight observations, for which v = w, are fitted, the others see x₁ alone.
    tail = lambda x: [y[i] - x[1] - (mpf(i) / ((16 - i) * x[2]) if i >= 8 else 0) for i in range(1, 16)]
    yield tail, [0.19, 3.6], lambda a, c: [a, INF, -INF], lambda a, c: [a, 2.0**33, float(c) - 2.0**33]

    # On the pole of one observation, u < 8, that one is fitted and the others see x₁ alone.
    def without(u):
        return lambda x: [y[i] - x[1] for i in range(1, 16) if i != u]

    for u in range(1, 8):
        slope = mpf(16 - u) / u
        # The distance from the pole that fits this observation.
        offset = lambda a, u=u: u / (y[u] - a) / u
        yield (
            without(u),
            [0.88],
            lambda a: [a, INF, -INF],
            lambda a, slope=slope, offset=offset: [a, mpf(2) ** 30, offset(a) - slope * mpf(2) ** 30],
        )


def osborne_infima():
    one = lambda x: functions.osborne_1([None, x[1], x[2], mpf(0), x[3], mpf(0)])[1:]
    first = lambda a, b: mpf("0.844") - a - b
    yield (
        one,
        [0.129, 0.9046, 0.00408],
        lambda a, b, c: [a, b, first(a, b), c, INF],
        lambda a, b, c: [a, b, first(a, b), c, 100.0],
    )


def kowalik_osborne_infimum():
    y = functions.column("0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246")
    u = functions.column("4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625")
    rest = lambda x: [y[i] + (u[i] ** 2 + u[i] * x[1]) / (u[i] * x[2] + x[3]) for i in range(1, 12)]
    to_point = lambda a, b, c: [1e9, a, -1e9 * b, -1e9 * c]
    return [(rest, [-14.07588, 45.257, 28.2315], lambda a, b, c: [INF, a, -INF, -INF], to_point)]


def biggs_minima():
    """Where two of the three exponentials, or all, are one: not isolated, so that fewer variables are solved for."""
    two = lambda x: functions.biggs([None, x[1], x[2], x[3], mpf(0), x[2], x[4]])
    k, q, a, b = minimum(two, [1.7114159947, 17.6831981809, 2.3262873, -5.186561552])
    # The slow one is shared between a factor of −3, subtracted, and one that makes up for it.
    yield [q, k, b, mpf(-3), k, a - 3], value(two, [k, q, a, b])
    one = lambda x: functions.biggs([None, x[1], x[1], x[2], mpf(0), x[1], mpf(0)])
    k, a = minimum(one, [1.2275559475, 1.6654])
    yield [k, k, a / 3, -a / 3, k, a / 3], value(one, [k, a])


def permuted_biggs():
    a, b, c = (1, 1), (10, -5), (4, 3)
    for p, q, r in [(a, b, c), (a, c, b), (b, a, c), (b, c, a), (c, a, b), (c, b, a)]:
        yield [mpf(z) for z in (p[0], q[0], p[1], -q[1], r[0], r[1])], 0


def swapped(x):
    return [x[0], x[2], x[1], x[4], x[3]]


def brown_root(n):
    return mp.findroot(lambda a: n * a**n - (n + 1) * a ** (n - 1) + 1, mpf("0.979"))


def boundary_start(n):
    h = 1 / (n + 1)
    return [j * h * (j * h - 1) for j in range(1, n + 1)]


def all_cases():
    f = functions
    yield Case("Rosenbrock", f.rosenbrock, [-1.2, 1.0], exact=[([1, 1], 0)])
    yield Case("Freudenstein and Roth", f.freudenstein_roth, [0.5, -2.0], ["11.41278 -0.8968053".split()], [([5, 4], 0)])
    powell = ["1.098159e-5 9.106147".split(), "9.106147 1.098159e-5".split(), "-0.009948092 -0.009948092".split()]
    # x₁x₂ stays 10⁻⁴, and the second residual comes down to −10⁻⁴ − x₁.
    rest = lambda x: [x[1], mpf("1e-4")]
    far = [
        (rest, [0.0], lambda a: [0.0, INF], lambda a: [1e-10, 1e6]),
        (rest, [0.0], lambda a: [INF, 0.0], lambda a: [1e6, 1e-10]),
    ]
    yield Case("Powell badly scaled", f.powell_badly_scaled, [0.0, 1.0], powell, infima=far)
    yield Case("Brown badly scaled", f.brown_badly_scaled, [1.0, 1.0], exact=[([mpf(10) ** 6, mpf("2e-6")], 0)])
    limit = lambda x: [mpf(y) - i * x[1] for i, y in ((1, "1.5"), (2, "2.25"), (3, "2.625"))]
    beale = [(limit, [1.0], lambda c: [-INF, 1.0], lambda c: [-(2.0**30), 1 + c / mpf(2) ** 30])]
    yield Case("Beale", f.beale, [1.0, 1.0], exact=[([3, mpf("0.5")], 0)], infima=beale)
    one = lambda x: [2 + 2 * i - mp.exp(i * x[1]) for i in range(1, 11)]
    jennrich = [(one, [0.33148], lambda a: [-INF, a], lambda a: [-800.0, a]), (one, [0.33148], lambda a: [a, -INF], lambda a: [a, -800.0])]
    yield Case("Jennrich and Sampson", f.jennrich_sampson, [0.3, 0.4], [[0.2578, 0.2578]], infima=jennrich)
    yield Case("Helical valley", f.helical_valley, [-1.0, 0.0, 0.0], exact=[([1, 0, 0], 0)])
    bard = [
        "0.0824105597 1.1330360920 2.3436951786",
        "0.22363974464 -8.7615055 12.5839512669",
        "0.0521652069 -0.3865185109 3.9745713146",
        "0.2342158971 -4.4496701875 8.4508395271",
        "0.1274058537 -0.8535447173 4.7048445802",
        "0.1880384952 -1.5530063913 5.5951038073",
    ]
    yield Case("Bard", f.bard, [1.0, 1.0, 1.0], map(str.split, bard), infima=bard_infima())
    yield Case("Gaussian", f.gaussian, [0.4, 1.0, 0.0], ["0.3989561378 1.0000190845 0".split()])
    yield Case("Meyer", f.meyer, [0.02, 4000.0, 250.0], ["0.0056096365 6181.3463462803 345.2236346239".split()])
    yield Case("Gulf research and development", f.gulf, [5.0, 2.5, 0.15], exact=[([50, 25, mpf("1.5")], 0)])
    bump = lambda t: mp.exp(-t) - mp.exp(-10 * t)
    tenths = [mpf(i) / 10 for i in range(1, 11)]
    box = lambda x: [-mp.exp(-t * x[1]) - x[2] * bump(t) for t in tenths]
    zeros = [([mpf(z) for z in x], 0) for x in ([1, 10, 1], [10, 1, -1], [0, 0, 0])]
    far = [
        (box, [0.6136, -1.32], lambda a, b: [INF, a, b], lambda a, b: [1e5, a, b]),
        (box, [0.6136, -1.32], lambda a, b: [a, INF, -b], lambda a, b: [a, 1e5, -b]),
    ]
    yield Case("Box three-dimensional", f.box_three_dimensional, [0.0, 10.0, 20.0], exact=zeros, infima=far)
    yield Case("Powell singular", f.powell_singular, [3.0, -1.0, 0.0, 1.0], exact=[([0] * 4, 0)])
    yield Case("Wood", f.wood, [-3.0, -1.0, -3.0, -1.0], exact=[([1] * 4, 0)])
    kowalik = [
        "0.1928069346 0.1912823287 0.1230565069 0.1360623307",
        "0.2253564378 -0.4147538060 -0.0244526962 -0.1779696598",
        "0.2339237309 -1.2922833873 -0.8358331955 -0.5506774225",
        "0.2299360360 -0.1889842049 0.1980101986 -0.0755266415",
        "0.2305086019 -0.1322473319 0.2585042107 -0.0527276944",
        "0.0395220861 -1.3483260742 -2.2649653280 0.7882828852",
    ]
    yield Case(
        "Kowalik and Osborne", f.kowalik_osborne, [0.25, 0.39, 0.415, 0.39], map(str.split, kowalik), infima=kowalik_osborne_infimum()
    )
    dennis = "-11.5944399048 13.2036300512 -0.4034394882 0.2367787745"
    yield Case("Brown and Dennis", f.brown_dennis, [25.0, 5.0, -5.0, -1.0], [dennis.split()])
    osborne = "0.3754100521 1.9358469127 -1.4646871366 0.0128675346 0.0221226997".split()
    yield Case("Osborne 1", f.osborne_1, [0.5, 1.5, -1.0, 0.01, 0.02], [osborne, swapped(osborne)], infima=osborne_infima())
    yield Case("Biggs EXP6", f.biggs, [1.0, 2.0, 1.0, 1.0, 1.0, 1.0], exact=[*permuted_biggs(), *biggs_minima()])
    osborne = [
        "1.3099771546 0.4315537946 0.6336616990 0.5994305348 0.7541832263 0.9042885799 1.3658118352 4.8236988172 2.3986848661 4.5688745977 5.6753414706",
        "2.8297509433 -1.4724262610 0.5966552566 0.4818694665 0.5640715814 0.3628144632 5.0743971245 2.3780274702 -0.1577997468 5.6337026244 4.6033948349",
        "0.6225987733 2.0194717241 -0.2928666438 -0.6223510574 -0.0135886556 0.6345327483 2.6798157619 8.8361530693 -1.2819990396 3.4489439914 6.3438487626",
        "1.2979893215 0.3362847563 -0.4855159093 0.6573221494 0.6816112524 1.7442930181 10.2150386835 0.2417474550 2.2378106123 6.3220370731 5.3805350657",
        "1.0877071985 0.4259973912 0.1893423143 0.6320792881 1.2161894037 0.1599155561 2.6804399830 0.6885185527 1.8801610612 2.3189573422 5.1194482643",
        "1.2502489011 0.2961440330 0.6293611377 0.7165882031 1.6710074330 2.6715265940 0.7039144476 0.5571291325 0.6785852596 2.1529440376 4.9733992989",
    ]
    # The bumps are out of sight, with whatever height and width: those of the start.
    flat = lambda x: f.osborne_2([None, x[1]] + [mpf(0)] * 3 + [x[2]] + [mpf(1)] * 3 + [mpf(0)] * 3)
    place = lambda far: lambda a, k: [a, 0.65, 0.65, 0.7, k, 3.0, 5.0, 7.0, -far, far, far]
    flat = [(flat, [0.917, 0.1327], place(INF), place(1e3))]
    start = [1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5]
    yield Case("Osborne 2", f.osborne_2, start, map(str.split, osborne), infima=flat)
    watson = [
        "-0.0157250864 1.0124348694 -0.2329916260 1.2604300878 -1.5137289227 0.9929964324",
        "-0.0000153070 0.9997897039 0.0147639637 0.1463423283 1.0008211030 -2.6177311405 4.1044031645 -3.1436122786 1.0526264080",
        "-0.0000000066 1.0000016441 -0.0005639302 0.3478204969 -0.1567311028 1.0528131636 -3.2472650622 7.2884232872 -10.2718341906 9.0741031702 -4.5413710752 1.0120110966",
    ]
    for guess in map(str.split, watson):
        yield Case("Watson", f.watson, [0.0] * len(guess), [guess])
    for n in (10, 100):
        yield Case("Rosenbrock, extended", f.rosenbrock, [-1.2, 1.0] * (n // 2), exact=[([1] * n, 0)])
    for n in (12, 100):
        yield Case("Powell singular, extended", f.powell_singular, [3.0, -1.0, 0.0, 1.0] * (n // 4), exact=[([0] * n, 0)])
    for n, guess in ((4, 0.25), (10, 0.1581223)):
        yield Case("Penalty I", f.penalty_1, [float(j) for j in range(1, n + 1)], [[guess] * n])
    penalty = [
        "0.1999993334 0.1913167010 0.4801014853 0.5188454044",
        "0.1999836052 0.0103506485 0.0196049345 0.0320890672 0.0499326774 0.0765139952 0.1186240729 0.1921448723 0.3473205869 0.3691643742",
    ]
    for guess in map(str.split, penalty):
        yield Case("Penalty II", f.penalty_2, [0.5] * len(guess), [guess])
    yield Case("Variable dimension", f.variable_dimension, [1 - j / 10 for j in range(1, 11)], exact=[([1] * 10, 0)])
    trigonometric = [
        "0.0515388594 0.0530213620 0.0546968569 0.0566195888 0.0588706480 0.0615796603 0.2183766913 0.0695225970 0.1437280760 0.0925312265",
        "0.0551509040 0.0568406168 0.0587640018 0.0609906087 0.0636262137 0.0668431795 0.2081615186 0.1643630959 0.0850068957 0.0914314507",
        "0.0539129254 0.0554965914 0.0572858809 0.0593366454 0.0617301272 0.2578860036 0.0681141821 0.0726229311 0.0784615993 0.0837538641",
        "0.0624918452 0.0644728828 0.0667059413 0.0692445557 0.2753975642 0.0754456678 0.0790301598 0.0822732632 0.0836392789 0.0820888483",
    ]
    yield Case("Trigonometric", f.trigonometric, [0.1] * 10, map(str.split, trigonometric), [([0] * 10, 0)])
    a = brown_root(10)
    exact = [([1] * 10, 0), ([a] * 9 + [a**-9], 0), ([0] * 9 + [11], 1)]
    brown = ["1.3680955414 1.3680955414 1.3680955414 1.3680955414 1.3680955414 -0.0667893832 1.3680955414 1.3680955414 1.3680955414 -1.0959030589"]
    yield Case("Brown almost linear", f.brown_almost_linear, [0.5] * 10, map(str.split, brown), exact)
    boundary = "-0.0431649825 -0.0815771565 -0.1144857144 -0.1409735769 -0.1599086962 -0.1698772023 -0.1690899838 -0.1552495352 -0.1253558917 -0.0754165337"
    yield Case("Discrete boundary value", f.discrete_boundary_value, boundary_start(10), [boundary.split()])
    yield Case("Discrete integral equation", f.discrete_integral_equation, boundary_start(10), [boundary.split()])
    tridiagonal = [
        "-0.5707 -0.6819 -0.7025 -0.7063 -0.7051 -0.7015 -0.6919 -0.6658 -0.5960 -0.4164",
        "1.8326004013 -0.1095236288 -0.5925810691 -0.6852621127 -0.7011867977 -0.7008120655 -0.6917622505 -0.6657723542 -0.5960302336 -0.4164112126",
        "-0.5689187035 -0.6770419133 -0.6894648273 -0.6709077724 -0.6110453518 -0.4507661074 -0.0549422183 0.7231568883 1.3194053308 0.2349997875",
        "1.8291056738 -0.1019780933 -0.5778804966 -0.6496265417 -0.6067900600 -0.4498138987 -0.0547434242 0.7230683942 1.3193714871 0.2350363901",
        "-0.5660284536 -0.6693994709 -0.6690152340 -0.6155282797 -0.4630171860 -0.0775401513 0.7144404192 1.4012021798 0.1135481527 -0.2088238217",
        "-0.5701058439 -0.6801782567 -0.6978506804 -0.6936491116 -0.6725167445 -0.6132527273 -0.4545040211 -0.0553250923 0.7579042407 1.4132712267",
    ]
    yield Case("Broyden tridiagonal", f.broyden_tridiagonal, [-1.0] * 10, map(str.split, tridiagonal))
    banded = [
        "-0.4283028636 -0.4765964244 -0.5196524636 -0.5580993248 -0.5925061568 -0.6245036822 -0.6232394714 -0.6213938418 -0.6204535967 -0.5864692707",
        "0.2171722391 0.3064671500 0.3567860973 0.4483948941 0.5776379510 0.7131035098 0.8239564803 0.9219093372 0.9969927786 0.9634622703",
        "0.2107138581 0.2609766860 0.2279476724 0.1970255887 0.2032296940 0.2219159780 0.1628122366 0.0483025282 -0.0793565842 -0.1531251867",
        "-0.4094232606 -0.4652315214 -0.5266583180 -0.5803862481 -0.5127678262 0.2502738566 0.3539001792 0.3594555961 0.3684223349 0.3386466071",
    ]
    yield Case("Broyden banded", f.broyden_banded, [-1.0] * 10, map(str.split, banded))
    ones, m = [1.0] * 10, 20
    yield Case("Linear, full rank", lambda x: f.linear_full_rank(x, m), ones, exact=[([-1] * 10, m - 10)])
    exact = [([mpf(3) / (2 * m + 1)] + [0] * 9, mpf(m) * (m - 1) / (2 * (2 * m + 1)))]
    yield Case("Linear, rank 1", lambda x: f.linear_rank_1(x, m), ones, exact=exact)
    exact = [([0, mpf(3) / 2 / (2 * m - 3)] + [0] * 8, mpf(m * m + 3 * m - 6) / (2 * (2 * m - 3)))]
    yield Case("Linear, rank 1 with zeros", lambda x: f.linear_rank_1_zero(x, m), ones, exact=exact)
    chebyquad = [
        ["0.0431527602 0.1930908404 0.2663287069 0.5 0.5 0.7336712931 0.8069091596 0.9568472398"],
        ["0.0442053461 0.1994906723 0.2356191085 0.4160469079 0.5 0.5839530921 0.7643808915 0.8005093277 0.9557946539"],
        [
            "0.0747481662 0.1717660626 0.2864341525 0.3596464506 0.4707505229 0.6167383350 0.6167383350 0.8448546422 0.7998108015 0.9670066270",
            "0.0596199005 0.1667082818 0.2391706589 0.3988842923 0.3988842923 0.6011157077 0.6011157077 0.7608293411 0.8332917182 0.9403800995",
            "0.0271149378 0.1317982885 0.2076840140 0.3851156074 0.3851156074 0.6148843926 0.6148843926 0.7923159860 0.8682017115 0.9728850622",
        ],
    ]
    for guesses in chebyquad:
        guesses = [sorted(guess.split(), key=float) for guess in guesses]
        n = len(guesses[0])
        yield Case("Chebyquad", f.chebyquad, [j / (n + 1) for j in range(1, n + 1)], guesses)


def main():
    lines = ["# Written by more_garbow_hillstrom.py; do not edit.", "# what\tname\tn\tm\tx\tf(x)\t..."]
    for case in all_cases():
        print(case.name, len(case.start), flush=True)
        lines.extend("\t".join(row) for row in case.rows())
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

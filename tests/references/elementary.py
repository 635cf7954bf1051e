"""Reference values of the elementary functions: correctly rounded doubles, from mpmath.

Run it with any Python 3.10 or later from this folder, after `pip install mpmath`:

    python3 elementary.py

It writes elementary.tsv beside itself: one line per value, with the columns

    function, x, y ("-" if the function has one argument), result, comment

Numbers are C99 hexadecimal floats, exact to the bit. The comment repeats the line in decimal and is not read.
The arguments are the edges of each function (subnormal, overflow, near 1 for logarithms, near multiples of π/2), a
spread between them, and WORST: arguments at which the portable code is farthest off, from a search over at least
120 000 random arguments per function that compared it with the same mpmath functions.

A result is computed with 50 digits and rounded once, to nearest, ties to even, subnormals and overflow included.
It is computed again with 100 digits, and the program stops if that rounds to another double.
"""

import math
from pathlib import Path

import mpmath
from mpmath import mpf

MAX = 1.7976931348623157e308
MIN_NORMAL = 2.0**-1022
MIN_SUBNORMAL = 2.0**-1074
HALF_ULP_AT_ONE = 2.0**-53


def up(x):
    return math.nextafter(x, math.inf)


def down(x):
    return math.nextafter(x, -math.inf)


def both_signs(values):
    return [s * v for v in values for s in (1.0, -1.0)]


TINY = [MIN_SUBNORMAL, 3.0e-310, MIN_NORMAL, 1e-300, 1e-20, 1e-9]

EXP = (
    both_signs(TINY)
    + [0.0, 1.0, -1.0, 0.5, -0.5, 0.1, -0.1, HALF_ULP_AT_ONE, -HALF_ULP_AT_ONE, 1e-5, -1e-5]
    + [0.34657359027997264, 0.34657359027997275, -0.3465735902799727]  # around (ln 2)/2, where reductions switch
    + [0.6931471805599453, 1.0397207708399179, 2.0, 3.7, -7.3, 10.0, 20.5, -33.3, 100.0, -100.0, 345.678, -700.5]
    + [709.0, 709.782712893384, up(709.782712893384), 710.0]  # the last that is finite, and beyond
    + [-708.3964185322641, -708.4, -710.0, -740.0, -745.0, -745.1332191019411, -745.1332191019412, -746.0]
)

EXPM1 = (
    both_signs(TINY)
    + [0.0, 1.0, -1.0, 0.5, -0.5, 0.1, -0.1, HALF_ULP_AT_ONE, -HALF_ULP_AT_ONE, 1e-5, -1e-5, 1e-3, -1e-3]
    + [0.25, -0.25, 0.3465735902799726, 0.3465735902799727, -0.3465735902799727, 0.6931471805599453, -0.6931471805599453]
    + [1.0397207708399179, -1.0397207708399179, 2.0, -3.0, 10.0, -10.0, 36.7, 38.8, -36.7, -38.9, 56.0, 100.0, 500.0]
    + [709.0, 709.782712893384, up(709.782712893384), -745.0, -1e10]
)

AROUND_ONE = [1.0, up(1.0), down(1.0), 1.0 + 1e-12, 1.0 - 1e-12, 1.0 + 1e-8, 1.0 - 1e-8, 1.001, 0.999, 1.03, 0.97, 1.1, 0.9]

LN = (
    [MIN_SUBNORMAL, 3.0e-310, down(MIN_NORMAL), MIN_NORMAL, 1e-300, 1e-100, 1e-20, 1e-5]
    + AROUND_ONE
    + [0.1, 0.25, 0.3, 0.5, 0.7071067811865475, 0.7071067811865476, 1.4142135623730951, 1.5, 2.0]
    + [2.718281828459045, 3.0, 5.5, 10.0, 97.0, 1000.0, 12345.678, 1e10, 1e20, 1e100, 1e200, MAX]
)

LOG10 = (
    [MIN_SUBNORMAL, 3.0e-310, down(MIN_NORMAL), MIN_NORMAL, 1e-300, 1e-100, 1e-20, 1e-5]
    + AROUND_ONE
    + [0.1, 0.25, 0.5, 0.7071067811865476, 1.4142135623730951, 1.5, 2.0, 2.718281828459045, 3.0, 5.5]
    + [10.0, up(10.0), down(10.0), 97.0, 100.0, 1000.0, 12345.678, 1e10, 1e15, 1e22, 1e100, 1e200, MAX]
)

LOG1P = (
    both_signs(TINY)
    + [0.0, HALF_ULP_AT_ONE, -HALF_ULP_AT_ONE, 1e-5, -1e-5, 1e-3, -1e-3, 0.1, -0.1, 0.25, -0.25]
    + [0.41421356237309503, 0.4142135623730951, -0.2928932188134524, -0.29289321881345254, 0.5, -0.5, 1.0, -0.75, -0.9]
    + [-0.999, -1.0 + 1e-8, down(1.0) * -1.0, 2.0, 3.7, 10.0, 100.0, 12345.678, 1e10, 2.0**53, 1e20, 1e300, MAX]
)

HALF_PI = 1.5707963267948966

SIN_COS = (
    both_signs(TINY)
    + [0.0, 1e-5, 0.1, -0.1, 0.5, 0.7853981633974483, up(0.7853981633974483), 1.0, -1.0, HALF_PI, up(HALF_PI), 2.0]
    + [2.356194490192345, 3.0, 2.0 * HALF_PI, up(2.0 * HALF_PI), 3.0 * HALF_PI, 4.0 * HALF_PI, -5.5, 7.0, 10.0, -22.0]
    + [100.0, 355.0, 1000.0, 12345.678, 103993.0, -123456.789, 5e5, 999999.0, 1e6, 1e9, 1e12, 1e15, -999999999999999.0]
)

# Where the portable code changes from one reduction to the next, and where only π/2 is left.
ATAN = (
    both_signs(TINY)
    + [0.0, 1e-5, -1e-3, 0.1, -0.1, 0.4375, down(0.4375), 0.5, 0.6875, down(0.6875), 0.75, 1.0, -1.0, 1.1875]
    + [down(1.1875), 1.5, 2.0, 2.4375, down(2.4375), -3.0, 5.5, -10.0, 100.0, 12345.678, -1e6, 1e9, 1e15, -1e18]
    + [2.0**66, -1e300, MAX]
)

TANH = (
    both_signs(TINY)
    + [0.0, HALF_ULP_AT_ONE, 1e-5, -1e-5, 1e-3, 0.01, 0.1, -0.1, 0.2, 0.25541281188299536, 0.2554128118829954]
    + [0.4, -0.5, 0.5493061443340548, 0.5493061443340549, -0.5493061443340549, 0.7, 1.0, -1.0, 1.5, -2.0, 3.0, 5.0]
    + [-7.5, 10.0, 15.0, 18.5, 19.0, 19.1, -20.0, 22.0, 100.0, -1000.0, MAX]
)

LOGISTIC = (
    both_signs(TINY)
    + [0.0, HALF_ULP_AT_ONE, 1e-5, -1e-5, 0.1, -0.1, 0.5, -0.5, 0.6931471805599453, -0.6931471805599453, 1.0, -1.0]
    + [2.0, -2.0, 3.7, -3.7, 5.0, -5.0, 10.0, -10.0, 20.5, -20.5, 36.0, -36.0, 37.5, -37.5, -100.0, -345.678, -700.5]
    + [40.0, 1000.0, -708.5, -740.0, -745.0, -746.0]
)

SOFTPLUS = (
    both_signs(TINY)
    + [0.0, HALF_ULP_AT_ONE, 1e-5, -1e-5, 0.1, -0.1, 0.5, -0.5, 0.6931471805599453, -0.6931471805599453, 1.0, -1.0]
    + [2.0, -2.0, 3.7, -3.7, 5.0, -5.0, 10.0, -10.0, 20.5, -20.5, 36.0, -36.0, 37.5, -37.5, -100.0, -345.678, -700.5]
    + [1000.0, MAX, -708.5, -740.0, -745.0, -746.0]
)

POW = [
    (2.0, 10.0),
    (2.0, -1074.0),
    (2.0, 1023.0),
    (2.0, 1024.0),
    (2.0, 0.5),
    (0.5, 1074.0),
    (0.5, 1076.0),
    (10.0, 22.0),
    (10.0, 23.0),
    (10.0, -5.0),
    (10.0, 308.0),
    (10.0, -320.0),
    (3.0, 33.0),
    (3.0, 40.0),
    (1.5, 2.5),
    (0.1, 0.1),
    (0.3, 7.7),
    (0.9, 1000.0),
    (0.999, 12345.0),
    (1.0 + 1e-10, 1e10),
    (up(1.0), 1e15),
    (down(1.0), 1e15),
    (down(1.0), -6e18),
    (1.0, 1e300),
    (7.0, 0.0),
    (-2.0, 3.0),
    (-2.0, 4.0),
    (-1.5, -7.0),
    (-0.1, 5.0),
    (-10.0, 309.0),
    (0.0, 2.5),
    (1e-300, 0.1),
    (1e300, -0.1),
    (1e-100, 3.1),
    (1e-100, 3.3),
    (MIN_SUBNORMAL, 0.5),
    (3.0e-310, 0.9),
    (MIN_NORMAL, 1.0),
    (MAX, 0.5),
    (MAX, 1.0),
    (MAX, -1.0),
    (1.7, 1e-20),
    (5.5, 1.0 / 3.0),
    (123.456, 7.89),
    (0.0123, -4.56),
]


WORST = {
    "exp": [0.0921815288860286, -0.451963658729432],
    "expm1": [-0.46607283696720864, -0.3995344941592242],
    "ln": [23.918498309484416, 6.561108764135781],
    "log1p": [-0.9091090028123743, -0.9820324644423915],
    "log10": [44.920620611778936, 92.47443861214683],
    "sin": [0.9569580606608086, 0.7706731224660266],
    "cos": [0.49650877230638857, 0.4394048758203679],
    "atan": [-0.6885286401101357, 0.6875000000000177],
    "tanh": [0.2548723973916575, 0.2525387697867787],
    "logistic": [-29.988356600865473, -12.054621192780019],
    "softplus": [-707.8506884523598, -700.2043841859111],
    "pow": [(6.509811736735334, -300.72563404163486), (1.792877989682836e82, 1.9823735989651703)],
}


def logistic(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus(x):
    return mpmath.log1p(mpmath.exp(x))


FUNCTIONS = [
    ("exp", mpmath.exp, EXP),
    ("expm1", mpmath.expm1, EXPM1),
    ("ln", mpmath.log, LN),
    ("log1p", mpmath.log1p, LOG1P),
    ("log10", mpmath.log10, LOG10),
    ("sin", mpmath.sin, SIN_COS),
    ("cos", mpmath.cos, SIN_COS),
    ("atan", mpmath.atan, ATAN),
    ("tanh", mpmath.tanh, TANH),
    ("logistic", logistic, LOGISTIC),
    ("softplus", softplus, SOFTPLUS),
    ("pow", mpmath.power, POW),
]


def nearest_double(x):
    """The double nearest to an mpf. Integer division rounds once; float(mpf) rounds subnormals twice."""
    sign, mantissa, exponent, _ = x._mpf_
    if mantissa == 0:
        return 0.0
    exponent = int(exponent)
    # Beyond these the answer is known, and the integers below would be enormous.
    if exponent + mantissa.bit_length() > 1030:
        magnitude = math.inf
    elif exponent + mantissa.bit_length() < -1080:
        magnitude = 0.0
    else:
        mantissa = int(mantissa)
        try:
            magnitude = mantissa * 2**exponent / 1 if exponent >= 0 else mantissa / 2**-exponent
        except OverflowError:
            magnitude = math.inf
    return -magnitude if sign else magnitude


def rounded(function, arguments):
    answers = []
    for digits in (50, 100):
        with mpmath.workdps(digits):
            answers.append(nearest_double(function(*map(mpf, arguments))))
    if answers[0] != answers[1]:
        raise ArithmeticError(f"50 digits do not decide the last bit at {arguments}: {answers}")
    return answers[0]


def main():
    lines = ["# Written by elementary.py; do not edit.", "# function\tx\ty\tresult\tcomment"]
    for name, function, table in FUNCTIONS:
        for entry in dict.fromkeys(table + WORST[name]):
            arguments = entry if isinstance(entry, tuple) else (entry,)
            result = rounded(function, arguments)
            shown = ", ".join(map(repr, arguments))
            x, y = (*map(float.hex, arguments), "-")[:2]
            lines.append(f"{name}\t{x}\t{y}\t{result.hex()}\t{name}({shown}) = {result!r}")
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

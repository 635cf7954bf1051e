"""Reference traces of the Rprop rules, of Quickprop and of the diagonal secant, in exact rational arithmetic.

Run it with any Python 3.10 or later from this folder; it needs nothing else:

    python3 rprop.py

It writes rprop.tsv beside itself. One parameter w meets a fixed sequence of 20 derivatives, whatever it does. For each rule
and sequence there are the lines

    rule, sequence, "settings", the rule's settings in the order of its fields
    rule, sequence, "rate", the rate at each update
    rule, sequence, "value", E at each update
    rule, sequence, "derivative", the derivative at each update
    rule, sequence, "w", w at the start and after each update
    rule, sequence, "size", after each update: Δ for the Rprop rules, |Δw| for the others

The rules are written down with products of derivatives, as the literature has them, and not from the program that is
tested: C. Igel and M. Hüsken, Neurocomputing 50 (2003) 105–123, algorithms 1–4; S. E. Fahlman, CMU-CS-88-162 (1988); and for
"Rprop" and "DiagonalSecant" CMU 11-785 (Fall 2020), Optimization Part 1, slides 106–120.
The listings of Igel and Hüsken themselves were not at hand. Algorithms 1–3 were read beside the library Shark, which comes from
their institute (Rprop.cpp; GPL, nothing of it is here), and are the same but for its bounds on the step; algorithm 4 beside
PyTorch, which pauses after a sign change as here, where Shark steps at once and pauses the adaptation only.
Settings and derivatives are doubles and taken exactly; only what is written is rounded, once, to the nearest double.
Numbers are C99 hexadecimal floats, exact to the bit.
"""

from fractions import Fraction
from pathlib import Path

UPDATES = 20
ONES = [1.0] * UPDATES

# Names of settings: first, grow, shrink, smallest, largest.
PAPER = (0.1, 1.2, 0.5, 1e-6, 50.0)
NARROW = (0.25, 1.5, 0.25, 0.1, 0.75)

# name, settings of Rprop, rates, values, derivatives
SIGNS = [
    ("one change", PAPER, ONES, range(20), [1, 1, 1, -1] + [1] * 16),
    ("one change, value falls", PAPER, ONES, range(20, 0, -1), [1, 1, 1, -1] + [1] * 16),
    ("up to the largest", NARROW, ONES, range(20), [-0.5] * 20),
    ("down to the smallest", NARROW, ONES, range(20), [2, -3] * 10),
    ("zeros", PAPER, ONES, [0, 2, 1] * 7, [0, 1, 1, 0, 1, -1, 0, -1, -1, -1, 1, 0, 0, -1, 1, 1, -1, -1, 0, 1]),
    ("change after change", PAPER, ONES, [1, 3, 2, 4] * 5, [1, 1, 1, 1, -1, -1, -1, 1, 1, -1, 1, 1, 1, -1, -1, 1, -1, 1, -1, -1]),
    ("rates", PAPER, [1.0, 0.5, 2.0, 0.25, 0.1] * 4, [5, 3, 4, 1] * 5, [3, 2, 1, -1, 1, 1, -2, -3, 5, 4, -1, -1, -1, 2, -2, 2, 2, 2, 2, -2]),
    ("tiny", PAPER, ONES, range(20), [v * 1e-300 for v in [1, 1, 1, -1, 1, 1, -1, -1, -1, 1] * 2]),
]

# name, (growth limit, decay), rate, start, derivatives
SLOPES = [
    ("parabola", (1.75, 0.0), 0.5, 2.0, [2, 1, -0.5, 0.25, -0.125, 0.0625, 0.03125, -0.25, 0.5, 0.125] * 2),
    ("growth limit", (1.75, 0.0), 0.125, -1.0, [-1, -1, -1, -0.75, -0.5, -0.25, -0.5, -1, -0.5, 0.5] * 2),
    ("zeros", (1.75, 0.0), 0.5, 0.0, [0, 1, 0, 0, 1, 0.5, 0, -1, -0.25, 0] * 2),
    ("decay", (1.75, 1e-4), 1.5, 10.0, [3, 1, -0.5, -0.25, -0.125, 0.5, 0.75, 0.5, 0.25, -0.125] * 2),
    ("another limit", (0.5, 0.01), 0.25, 1.0, [1, 0.5, 0.25, 0.125, 0.0625, -0.5, -0.25, -0.5, 0.25, 0.25] * 2),
]


def sign(v):
    return (v > 0) - (v < 0)


def settings(numbers):
    return [Fraction(v) for v in numbers]


def rprop_plus(s, derivatives, values, rates, improved):
    delta, grow, shrink, smallest, largest = settings(s)
    w, dw, before, value_before = Fraction(0), Fraction(0), Fraction(0), None
    yield w, None
    for d, value, rate in zip(derivatives, values, rates):
        if before * d > 0:
            delta = min(delta * grow, largest)
            dw = -sign(d) * delta * rate
            w, before = w + dw, d
        elif before * d < 0:
            delta = max(delta * shrink, smallest)
            if not improved or value > value_before:
                w = w - dw
            before = Fraction(0)
        else:
            dw = -sign(d) * delta * rate
            w, before = w + dw, d
        value_before = value
        yield w, delta


def rprop_minus(s, derivatives, values, rates, improved):
    delta, grow, shrink, smallest, largest = settings(s)
    w, before = Fraction(0), Fraction(0)
    yield w, None
    for d, rate in zip(derivatives, rates):
        if before * d > 0:
            delta = min(delta * grow, largest)
        elif before * d < 0:
            delta = max(delta * shrink, smallest)
            if improved:
                d = Fraction(0)
        w, before = w - sign(d) * delta * rate, d
        yield w, delta


def rprop_retrying(s, derivatives, values, rates):
    """Slides 106–112, with the direction asked for again where a second try fails."""
    delta, grow, shrink, smallest, largest = settings(s)
    w = location = Fraction(0)  # where w is, and where its last step began
    direction, second_try = 0, False  # the sign of the derivative at that location
    yield w, None
    for d, rate in zip(derivatives, rates):
        if direction * sign(d) < 0:
            delta = max(delta * shrink, smallest)
            w = location
            if second_try:
                direction, second_try = 0, False
            else:
                w, second_try = w - direction * delta * rate, True
        else:
            if direction * sign(d) > 0:
                delta = min(delta * grow, largest)
            location, direction, second_try = w, sign(d), False
            w = w - direction * delta * rate
        yield w, delta


def quickprop(s, rate, start, derivatives):
    limit, decay = settings(s)
    rate, w = Fraction(rate), Fraction(start)
    dw, slope_before = Fraction(0), Fraction(0)
    yield w, None
    for d in derivatives:
        slope = -(d + decay * w)
        step = Fraction(0)
        if dw > 0:
            if slope > 0:
                step += rate * slope
            if slope > limit / (1 + limit) * slope_before:
                step += limit * dw
            else:
                step += slope / (slope_before - slope) * dw
        elif dw < 0:
            if slope < 0:
                step += rate * slope
            if slope < limit / (1 + limit) * slope_before:
                step += limit * dw
            else:
                step += slope / (slope_before - slope) * dw
        else:
            step += rate * slope
        w, dw, slope_before = w + step, step, slope
        yield w, abs(step)


def diagonal_secant(rate, start, derivatives):
    """Slides 116–119, with a gradient step where the secant's curvature is not above 0."""
    rate, w = Fraction(rate), Fraction(start)
    w_before, d_before = w, Fraction(0)
    yield w, None
    for d in derivatives:
        curvature = (d - d_before) / (w - w_before) if w != w_before else Fraction(0)
        after = w - d / curvature if curvature > 0 else w - rate * d
        w, w_before, d_before = after, w, d
        yield w, abs(w - w_before)


def main():
    lines = ["# Written by rprop.py; do not edit."]

    def write(rule, sequence, what, numbers):
        # float(Fraction) rounds correctly.
        lines.append("\t".join([rule, sequence, what, *(float(v).hex() for v in numbers)]))

    def trace(rule, sequence, numbers, rates, values, derivatives, states):
        w, sizes = zip(*states)
        assert len(derivatives) == UPDATES and len(w) == UPDATES + 1
        write(rule, sequence, "settings", numbers)
        write(rule, sequence, "rate", rates)
        write(rule, sequence, "value", values)
        write(rule, sequence, "derivative", derivatives)
        write(rule, sequence, "w", w)
        write(rule, sequence, "size", sizes[1:])

    for name, s, rates, values, derivatives in SIGNS:
        values = [Fraction(v) for v in list(values)[:UPDATES]]
        exact = [Fraction(v) for v in derivatives], values, [Fraction(v) for v in rates]
        for rule, states in [
            ("Rprop", rprop_retrying(s, *exact)),
            ("RpropPlus", rprop_plus(s, *exact, improved=False)),
            ("RpropMinus", rprop_minus(s, *exact, improved=False)),
            ("IRpropPlus", rprop_plus(s, *exact, improved=True)),
            ("IRpropMinus", rprop_minus(s, *exact, improved=True)),
        ]:
            trace(rule, name, s, rates, values, derivatives, states)
    for name, s, rate, start, derivatives in SLOPES:
        exact = [Fraction(v) for v in derivatives]
        for rule, numbers, states in [
            ("Quickprop", s, quickprop(s, rate, start, exact)),
            ("DiagonalSecant", (), diagonal_secant(rate, start, exact)),
        ]:
            trace(rule, name, numbers, [rate] * UPDATES, ONES, derivatives, states)
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

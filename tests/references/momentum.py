"""Reference iterates of momentum and of Nesterov's method, in exact rational arithmetic.

Run it with any Python 3.10 or later from this folder; it needs nothing else:

    python3 momentum.py

It writes momentum.tsv beside itself. The problems are those of gradient_descent.py, E(w) = ½ wᵀA w + bᵀw, whose
matrices and starts stand in gradient_descent.tsv. For each problem, with a constant rate and with one that falls, there are

    name, rates, "rates", the rates η₀, …, η₂₉
    name, rates, form, k, the iterate wₖ        for k = 5, 10, …, 30

Every form is written as its own source writes it, and none is derived from another.
Every number of a problem is a double and taken exactly. The iterates are exact fractions; only what is written is
rounded, once, to the nearest double. Numbers are C99 hexadecimal floats, exact to the bit.
"""

from fractions import Fraction
from pathlib import Path

from gradient_descent import PROBLEMS, STEPS

MOMENTUM = Fraction(0.9)


def plus(x, factor, y):
    return [xi + factor * yi for xi, yi in zip(x, y)]


def velocity(gradient, rates, w):
    """Rumelhart, Hinton, Williams 1986: Δw(t) = −ε ∂E/∂w(t) + α Δw(t − 1)."""
    step = [Fraction(0)] * len(w)
    for rate in rates:
        step = [MOMENTUM * s - rate * g for s, g in zip(step, gradient(w))]
        w = plus(w, 1, step)
        yield w


def rate_outside(gradient, rates, w):
    """PyTorch, torch.optim.SGD: bₜ ← μ bₜ₋₁ + gₜ, θₜ ← θₜ₋₁ − γ bₜ."""
    total = [Fraction(0)] * len(w)
    for rate in rates:
        total = [MOMENTUM * b + g for b, g in zip(total, gradient(w))]
        w = plus(w, -rate, total)
        yield w


def average(gradient, rates, w):
    """The exponentially weighted mean of the gradients, from 0."""
    mean = [Fraction(0)] * len(w)
    for rate in rates:
        mean = [MOMENTUM * m + (1 - MOMENTUM) * g for m, g in zip(mean, gradient(w))]
        w = plus(w, -rate, mean)
        yield w


def heavy_ball(gradient, rates, w):
    """Polyak 1964: xₙ₊₁ = xₙ − α f′(xₙ) + β (xₙ − xₙ₋₁)."""
    before = w
    for rate in rates:
        after = plus(plus(w, -rate, gradient(w)), MOMENTUM, plus(w, -1, before))
        before, w = w, after
        yield w


def look_ahead(gradient, rates, w):
    """Sutskever et al. 2013, eq. 3 and 4: v ← μ v − ε ∇f(θ + μ v), θ ← θ + v."""
    step = [Fraction(0)] * len(w)
    for rate in rates:
        ahead = plus(w, MOMENTUM, step)
        step = [MOMENTUM * s - rate * g for s, g in zip(step, gradient(ahead))]
        w = plus(w, 1, step)
        yield w


def one_pass(gradient, rates, y):
    """Bengio et al. 2013, with μ constant: Θ ← Θ + μ² v − (1 + μ) ε ∇f(Θ), v ← μ v − ε ∇f(Θ)."""
    step = [Fraction(0)] * len(y)
    for rate in rates:
        slope = gradient(y)
        y = plus(plus(y, MOMENTUM**2, step), -(1 + MOMENTUM) * rate, slope)
        step = [MOMENTUM * s - rate * g for s, g in zip(step, slope)]
        yield y


def ratio(gradient, rates, x):
    """Su, Boyd, Candès 2016, eq. 1: xₖ = yₖ₋₁ − s ∇f(yₖ₋₁), yₖ = xₖ + (k − 1)/(k + 2) (xₖ − xₖ₋₁)."""
    y = x
    for k, rate in enumerate(rates, 1):
        before, x = x, plus(y, -rate, gradient(y))
        y = plus(x, Fraction(k - 1, k + 2), plus(x, -1, before))
        yield x


FORMS = [velocity, rate_outside, average, heavy_ball, look_ahead, one_pass, ratio]


def main():
    lines = ["# Written by momentum.py; do not edit."]

    def write(*columns, numbers):
        # float(Fraction) rounds correctly.
        lines.append("\t".join([*map(str, columns), *(float(v).hex() for v in numbers)]))

    for name, a, b, rate, start in PROBLEMS:
        a = [[Fraction(v) for v in row] for row in a]
        b, w = [Fraction(v) for v in b], [Fraction(v) for v in start]

        def gradient(w):
            return [sum(aij * wj for aij, wj in zip(row, w)) + bi for row, bi in zip(a, b)]

        constant = [rate] * STEPS
        falling = [rate / (1 + 0.25 * k) for k in range(STEPS)]
        for kind, rates in [("constant", constant), ("falling", falling)]:
            write(name, kind, "rates", numbers=rates)
            for form in FORMS:
                for k, point in enumerate(form(gradient, map(Fraction, rates), w), 1):
                    if k % 5 == 0:
                        write(name, kind, form.__name__, k, numbers=point)
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""References for stiff differential equations by SciPy: Robertson's reaction, and gradient flow on the function of the spoiler.

Run it with Python 3.10 or later and SciPy 1.10 or later from this folder:

    python3 stiff.py

It writes stiff.tsv beside itself. The lines are

    robertson, time, y₁, y₂, y₃                    from (1, 0, 0)
    spoiler, t, ε, w_x, w_y, b, time, w_x, w_y, b       the start, and where w′ = −∇E(w) leads from it

E is the sum of the squared errors of a logistic neuron with the targets 1 − ε and ε on (1, 0), (0, 1), (0, −t) of class 1 and
(−1, 0) of class 0. Everything is integrated by Radau IIA of order 5 with a relative tolerance of 1e-10, and again with 1e-9:
the two have to agree to 1e-6 for the lines to be written. Numbers are decimal, the shortest that read back as the same double.
"""

from pathlib import Path

import numpy
from scipy.integrate import solve_ivp
from scipy.special import expit


def radau(f, jacobian, start, times, absolute, scale):
    ends = []
    for relative in (1e-9, 1e-10):
        run = solve_ivp(
            lambda _, y: f(y),
            (0.0, times[-1]),
            start,
            method="Radau",
            jac=lambda _, y: jacobian(y),
            t_eval=times,
            rtol=relative,
            atol=absolute,
            first_step=1e-10,
        )
        assert run.success, run.message
        ends.append(run.y.T)
    off = numpy.abs(ends[0] - ends[1]) / numpy.maximum(scale, numpy.abs(ends[1]))
    assert off.max() < 1e-6, off
    return ends[1]


def robertson(y):
    slow, back, fast = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
    return numpy.array([back - slow, slow - back - fast, fast])


def robertson_jacobian(y):
    return numpy.array(
        [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0.0, 6e7 * y[1], 0.0]]
    )


class Spoiler:
    """−∇E and −∇²E, by the signed rows yᵢ(xᵢ, 1) and the margins m."""

    def __init__(self, t, epsilon):
        self.epsilon = epsilon
        self.rows = numpy.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0], [0.0, -t, 1.0]])

    def parts(self, w):
        m = self.rows @ w
        p, q = expit(m), expit(-m)
        return p, q, q - self.epsilon

    def velocity(self, w):
        p, q, r = self.parts(w)
        return self.rows.T @ (2 * r * p * q)

    def jacobian(self, w):
        p, q, r = self.parts(w)
        return -(self.rows.T * (2 * p * q * (p * q + r * (p - q)))) @ self.rows


def line(*cells):
    return "\t".join(cell if isinstance(cell, str) else repr(float(cell)) for cell in cells)


def main():
    lines = []
    times = [0.4, 40.0, 4e3, 4e5, 4e7]
    for time, y in zip(times, radau(robertson, robertson_jacobian, [1.0, 0.0, 0.0], times, 1e-16, 1e-12)):
        lines.append(line("robertson", time, *y))
    starts = [(0.3, 0.6, -0.2), (-0.5, -0.4, 0.7), (0.1, 0.02, -0.05), (-1.5, 2.0, 1.0)]
    times = [1.0, 1e2, 1e4, 1e7]
    for t, epsilon in [(1.0, 0.01), (3.5, 0.01), (10.0, 0.1), (50.0, 0.01), (300.0, 0.01)]:
        flow = Spoiler(t, epsilon)
        for start in starts:
            for time, w in zip(times, radau(flow.velocity, flow.jacobian, start, times, 1e-10, 1e-2)):
                lines.append(line("spoiler", t, epsilon, *start, time, *w))
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n")


main()

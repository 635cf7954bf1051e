"""Reference iterates of PyTorch's optimizers, in double precision on one CPU thread.

Run it from this folder with a Python that has PyTorch:

    python3 torch_optimizers.py

It writes torch_optimizers.tsv beside itself, with the version of PyTorch in its first line. There are the lines

    problem, "start", the start w₀
    problem, "matrix" or "data", what the problem is made of
    problem, optimizer, "rate", the rate η
    problem, optimizer, k, the iterate after k updates      for k = 1, …, 10, 20, …, 200

The gradients are formulas in plain Python floats, term by term in the order in which the test has them, so that what differs
is the optimizers. Only the logistic problem needs exp, which may differ by its last bit.

At every rate the program also starts a second run, one part in 10¹³ away, and stops if that ends more than a hundred times as
far away: only where rounding errors do not grow is it fair to ask for twelve digits.
Numbers are C99 hexadecimal floats, exact to the bit.
"""

import math
from pathlib import Path

import torch

STEPS = 200
STORED = set(range(1, 11)) | set(range(10, STEPS + 1, 10))


def rotated():
    """R diag(1, 3, 10, 30, 100) R with the reflection R = I − 2uuᵀ/uᵀu, u = (1, 2, 3, 4, 5)."""
    n, u = 5, [1.0, 2.0, 3.0, 4.0, 5.0]
    r = [[(i == j) - 2 * u[i] * u[j] / 55 for j in range(n)] for i in range(n)]
    a = [[sum(r[i][k] * d * r[k][j] for k, d in enumerate([1, 3, 10, 30, 100])) for j in range(n)] for i in range(n)]
    return [[(a[i][j] + a[j][i]) / 2 for j in range(n)] for i in range(n)]


MATRIX = rotated()
# Four features and a label 0 or 1, for each of eight.
DATA = [[math.sin(1 + 3 * i + j * j) for j in range(4)] + [float(i % 3 == 0)] for i in range(8)]


def quadratic(w):
    """∇ of ½ (w − 1)ᵀA(w − 1)."""
    gradient = []
    for row in MATRIX:
        total = 0.0
        for a, x in zip(row, w):
            total += a * (x - 1.0)
        gradient.append(total)
    return gradient


def rosenbrock(w):
    """∇ of 100 (y − x²)² + (1 − x)²."""
    x, y = w
    rise = y - x * x
    return [-400.0 * x * rise - 2.0 * (1.0 - x), 200.0 * rise]


def logistic(w):
    """∇ of the mean of ln(1 + exp(−(2t − 1) xᵀw)) + ½ 0.1 ‖w‖²."""
    gradient = [0.0] * 4
    for *features, label in DATA:
        z = 0.0
        for x, v in zip(features, w):
            z += x * v
        slope = 1.0 / (1.0 + math.exp(-z)) - label
        for j, x in enumerate(features):
            gradient[j] += slope * x
    return [g / 8.0 + 0.1 * v for g, v in zip(gradient, w)]


PROBLEMS = {
    "quadratic": (quadratic, [3.0, -2.0, 0.5, 4.0, -1.0], [a for row in MATRIX for a in row]),
    "rosenbrock": (rosenbrock, [-1.2, 1.0], []),
    "logistic": (logistic, [2.0, -3.0, 1.0, 0.5], [v for row in DATA for v in row]),
}

O = torch.optim
# name: (how to make it from parameters and a rate, the rates for the three problems)
OPTIMIZERS = {
    "sgd, momentum": (lambda p, lr: O.SGD(p, lr, momentum=0.9, foreach=False), (5e-3, 2e-4, 0.1)),
    "sgd, nesterov": (lambda p, lr: O.SGD(p, lr, momentum=0.9, nesterov=True, foreach=False), (5e-3, 2e-4, 0.1)),
    "sgd, weight decay": (
        lambda p, lr: O.SGD(p, lr, momentum=0.9, weight_decay=0.1, foreach=False),
        (5e-3, 2e-4, 0.1),
    ),
    "rmsprop": (lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-8, foreach=False), (3e-3, 1e-3, 3e-3)),
    "rmsprop, centered": (
        lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-4, centered=True, foreach=False),
        (1e-3, 1e-4, 1e-3),
    ),
    "rmsprop, momentum": (
        lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-8, momentum=0.5, foreach=False),
        (1e-3, 5e-4, 1e-3),
    ),
    "rmsprop, centered, momentum": (
        lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-4, momentum=0.5, centered=True, foreach=False),
        (1e-3, 1e-4, 1e-3),
    ),
    "adagrad": (lambda p, lr: O.Adagrad(p, lr, eps=1e-10, foreach=False), (0.5, 0.1, 0.5)),
    "adagrad, initial accumulator": (
        lambda p, lr: O.Adagrad(p, lr, initial_accumulator_value=0.1, eps=1e-10, foreach=False),
        (0.5, 0.1, 0.5),
    ),
    "adadelta": (lambda p, lr: O.Adadelta(p, lr, rho=0.95, eps=1e-6, foreach=False), (1.0, 1.0, 1.0)),
    "adam": (lambda p, lr: O.Adam(p, lr, foreach=False), (0.05, 0.01, 0.05)),
    "adam, weight decay": (lambda p, lr: O.Adam(p, lr, weight_decay=0.1, foreach=False), (0.05, 0.01, 0.05)),
    "adamw": (lambda p, lr: O.AdamW(p, lr, weight_decay=0.1, foreach=False), (0.05, 0.01, 0.05)),
    "amsgrad": (lambda p, lr: O.Adam(p, lr, amsgrad=True, foreach=False), (0.05, 0.01, 0.05)),
    "rprop": (lambda p, lr: O.Rprop(p, lr, foreach=False), (0.1, 0.01, 0.1)),
}


def iterates(gradient_at, start, make, rate):
    w = torch.tensor(start, dtype=torch.float64)
    optimizer = make([w], rate)
    for _ in range(STEPS):
        w.grad = torch.tensor(gradient_at(w.tolist()), dtype=torch.float64)
        optimizer.step()
        yield w.tolist()


def growth(gradient_at, start, make, rate):
    """By how much a small difference at the start has grown at its largest."""
    moved = [v * (1 + 1e-13) for v in start]
    distance = lambda a, b: max(abs(x - y) for x, y in zip(a, b))
    pairs = zip(iterates(gradient_at, start, make, rate), iterates(gradient_at, moved, make, rate))
    return max(distance(a, b) for a, b in pairs) / distance(start, moved)


def main():
    torch.set_num_threads(1)
    version = torch.__version__.split("+")[0]
    lines = [f"# Written by torch_optimizers.py with PyTorch {version}; do not edit."]

    def write(*columns, numbers):
        lines.append("\t".join([*map(str, columns), *(float(v).hex() for v in numbers)]))

    for which, (problem, (gradient_at, start, parts)) in enumerate(PROBLEMS.items()):
        write(problem, "start", numbers=start)
        if parts:
            write(problem, "data", numbers=parts)
        for optimizer, (make, rates) in OPTIMIZERS.items():
            rate = rates[which]
            grown = growth(gradient_at, start, make, rate)
            print(f"{problem}, {optimizer}: differences grow {grown:.3g}-fold")
            assert grown < 100, "choose a smaller rate"
            write(problem, optimizer, "rate", numbers=[rate])
            for k, w in enumerate(iterates(gradient_at, start, make, rate), start=1):
                if k in STORED:
                    write(problem, optimizer, k, numbers=w)
    Path(__file__).with_suffix(".tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()

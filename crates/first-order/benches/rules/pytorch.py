"""Measures PyTorch's optimizers for the benchmark beside it, on one thread.

It writes its version, and then for every line "optimizer, type, n" that it reads, separated by tabs, a line with the nanoseconds per
parameter of a step of the for-loop, foreach and fused forms, the fastest turn of many; "-" for a form that there is not.
"""

import sys
import time

import torch

O = torch.optim
OPTIMIZERS = {
    "sgd": (O.SGD, {}),
    "momentum": (O.SGD, {"momentum": 0.9}),
    "nesterov": (O.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (O.Adagrad, {}),
    "rmsprop": (O.RMSprop, {}),
    "rmsprop, momentum": (O.RMSprop, {"momentum": 0.9}),
    "rmsprop, centered": (O.RMSprop, {"centered": True}),
    "adadelta": (O.Adadelta, {}),
    "adam": (O.Adam, {}),
    "adamw": (O.AdamW, {}),
    "amsgrad": (O.Adam, {"amsgrad": True}),
    "rprop": (O.Rprop, {}),
}
FORMS = [{"foreach": False}, {"foreach": True}, {"fused": True}]
TURN = 0.002


def nanoseconds(optimizer, kind, n, form):
    make, settings = OPTIMIZERS[optimizer]
    w = torch.linspace(1, 2, n, dtype={"f32": torch.float32, "f64": torch.float64}[kind])
    w.grad = torch.linspace(-0.1, 0.1, n, dtype=w.dtype)
    try:
        optimizer = make([w], lr=1e-4, **settings, **form)
        optimizer.step()
    except (TypeError, RuntimeError):
        return "-"

    def turn(repeats):
        start = time.perf_counter()
        for _ in range(repeats):
            optimizer.step()
        return time.perf_counter() - start

    repeats = 1
    while turn(repeats) < TURN:
        repeats *= 2
    turns = 10 if repeats == 1 else 40
    return f"{min(turn(repeats) for _ in range(turns)) / repeats / n * 1e9:.4f}"


torch.set_num_threads(1)
print(torch.__version__, flush=True)
for line in sys.stdin:
    optimizer, kind, n = line.rstrip("\n").split("\t")
    print("\t".join(nanoseconds(optimizer, kind, int(n), form) for form in FORMS), flush=True)

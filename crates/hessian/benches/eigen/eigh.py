"""Measures numpy's eigh, and A^-½ by way of it, for the benchmark beside it.

It writes its version and the BLAS it has, and then for every line "n, repeats" that it reads, separated by a tab, a line with the
seconds of one eigh and of one A^-½, the mean of so many repeats each. The matrix is the one of the benchmark, to the last bit.
"""

import sys
import time

import numpy

# As the benchmark: the CPU's time in this thread where it can be had.
clock = time.thread_time if sys.platform == "linux" else time.perf_counter

MATRICES = {}


def matrix(n):
    if n not in MATRICES:
        i = numpy.arange(n, dtype=numpy.uint64)
        larger, smaller = numpy.maximum.outer(i, i), numpy.minimum.outer(i, i)
        with numpy.errstate(over="ignore"):
            x = (larger * numpy.uint64(n) + smaller + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15)
            x = (x ^ x >> numpy.uint64(32)) * numpy.uint64(0xD6E8FEB86659FD93)
            x ^= x >> numpy.uint64(32)
        a = (x >> numpy.uint64(11)).astype(float) / 2.0**52 - 1.0
        a[numpy.diag_indices(n)] += 3.0 * numpy.sqrt(float(n))
        MATRICES.clear()
        MATRICES[n] = a
    return MATRICES[n]


def inverse_root(a):
    w, v = numpy.linalg.eigh(a)
    return (v / numpy.sqrt(w)) @ v.T


def seconds(work, a, repeats):
    start = clock()
    for _ in range(repeats):
        work(a)
    return (clock() - start) / repeats


blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
print(f"numpy {numpy.__version__} with {blas['name']} {blas['version']}", flush=True)
for line in sys.stdin:
    n, repeats = (int(number) for number in line.split("\t"))
    a = matrix(n)
    times = [seconds(work, a, repeats) for work in (numpy.linalg.eigh, inverse_root)]
    print(*times, sep="\t", flush=True)

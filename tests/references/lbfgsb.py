"""SciPy's L-BFGS-B on the 123 cases of Moré, Garbow and Hillstrom: evaluations until f is solved to τ.

A case is solved to τ where f(x₀) − f(x) ≥ (1 − τ)(f(x₀) − f_L), f_L the lowest known value (J. J. Moré and S. M. Wild, SIAM
J. Optim. 20 (2009) 172-191). The functions are those of `objectives::classic`, asked for by way of the example `collection`.

    cargo build --release -p thalweg-tests --example collection
    python3 tests/references/lbfgsb.py target/release/examples/collection > tests/references/lbfgsb.tsv
"""

import subprocess
import sys

import numpy
import scipy
from scipy.optimize import minimize

TAUS = (1e-3, 1e-5, 1e-7)
LIMIT = 20_000

server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
cases = []
while line := server.stdout.readline().rstrip("\n"):
    name, n, start, lowest, x0 = line.split("\t")
    cases.append((name, int(n), int(start), float(lowest), numpy.array([float(x) for x in x0.split()])))

print(f"# SciPy {scipy.__version__}, L-BFGS-B, maxcor = 10, gtol = 1e-6, ftol = 0, at most {LIMIT} evaluations; made by lbfgsb.py")
print("function\tn\tstart\tfirst_order\tevaluations\t" + "\t".join(f"solved_to_{tau:.0e}" for tau in TAUS))
for case, (name, n, start, lowest, x0) in enumerate(cases):
    seen = []

    def value_gradient(x):
        print(case, *map(repr, x.tolist()), file=server.stdin, flush=True)
        value, *gradient = map(float, server.stdout.readline().split())
        seen.append(value)
        return value, numpy.array(gradient)

    options = {"maxcor": 10, "gtol": 1e-6, "ftol": 0.0, "maxfun": LIMIT, "maxiter": LIMIT}
    with numpy.errstate(all="ignore"):
        result = minimize(value_gradient, x0, jac=True, method="L-BFGS-B", options=options)
    _, gradient = value_gradient(result.x)
    seen.pop()
    row = [name, n, start, int(numpy.abs(gradient).max() <= 1e-6), len(seen)]
    for tau in TAUS:
        enough = (k + 1 for k, value in enumerate(seen) if seen[0] - value >= (1 - tau) * (seen[0] - lowest))
        row.append(next(enough, "-"))
    print(*row, sep="\t")

"""The nonlinear regression data sets of NIST's Statistical Reference Datasets, as two tables, each set checked.

The 27 files and their certified values are works of the government of the United States and in the public domain. The source
package of lmfit on PyPI carries them:

    pip download --no-binary :all: --no-deps lmfit
    tar xzf lmfit-*.tar.gz
    pip install mpmath
    python3 nist.py lmfit-*/NIST_STRD

It writes beside itself, tab-separated and with the numbers as NIST prints them,

    data.tsv        name, y, x (Nelson: two of them)                              a line per observation
    certified.tsv   "set", name, level of difficulty, RSS, residual standard deviation
                    "parameter", name, start 1, start 2, certified value, standard deviation

and stops unless every file is what it was when it was certified: from the certified parameters on, the minimum is computed
with 80 digits, and the parameters there, their standard deviations, the residual sum of squares and the residual standard
deviation, rounded to the digits that are printed, have to be the certified ones.
(Altered copies of some files are about.)
"""

import re
import sys
from pathlib import Path

from mpmath import matrix, mp, mpf

mp.dps = 80
STEP = mpf(10) ** -20


def power_sum(coefficients, x):
    return sum(c * x**k for k, c in enumerate(coefficients))


def exponentials(b, x):
    return sum(b[k] * mp.exp(-b[k + 1] * x) for k in range(0, len(b), 2))


def saturation(b, x):
    return b[0] * (1 - mp.exp(-b[1] * x))


def chwirut(b, x):
    return mp.exp(-b[0] * x) / (b[1] + b[2] * x)


def gauss(b, x):
    return b[0] * mp.exp(-b[1] * x) + sum(b[k] * mp.exp(-((x - b[k + 1]) ** 2) / b[k + 2] ** 2) for k in (2, 5))


def enso(b, x):
    def wave(cosine, sine, period):
        return cosine * mp.cos(2 * mp.pi * x / period) + sine * mp.sin(2 * mp.pi * x / period)

    return b[0] + wave(b[1], b[2], 12) + wave(b[4], b[5], b[3]) + wave(b[7], b[8], b[6])


def rational(above):
    return lambda b, x: power_sum(b[:above], x) / (1 + x * power_sum(b[above:], x))


MODELS = {
    "Bennett5": lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]),
    "BoxBOD": saturation,
    "Chwirut1": chwirut,
    "Chwirut2": chwirut,
    "DanWood": lambda b, x: b[0] * x ** b[1],
    "ENSO": enso,
    "Eckerle4": lambda b, x: b[0] / b[1] * mp.exp(-(((x - b[2]) / b[1]) ** 2) / 2),
    "Gauss1": gauss,
    "Gauss2": gauss,
    "Gauss3": gauss,
    "Hahn1": rational(4),
    "Kirby2": rational(3),
    "Lanczos1": exponentials,
    "Lanczos2": exponentials,
    "Lanczos3": exponentials,
    "MGH09": lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "MGH10": lambda b, x: b[0] * mp.exp(b[1] / (x + b[2])),
    "MGH17": lambda b, x: b[0] + b[1] * mp.exp(-x * b[3]) + b[2] * mp.exp(-x * b[4]),
    "Misra1a": saturation,
    "Misra1b": lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** -2),
    "Misra1c": lambda b, x: b[0] * (1 - 1 / mp.sqrt(1 + 2 * b[1] * x)),
    "Misra1d": lambda b, x: b[0] * b[1] * x / (1 + b[1] * x),
    "Nelson": lambda b, x: b[0] - b[1] * x[0] * mp.exp(-b[2] * x[1]),
    "Rat42": lambda b, x: b[0] / (1 + mp.exp(b[1] - b[2] * x)),
    "Rat43": lambda b, x: b[0] / (1 + mp.exp(b[1] - b[2] * x)) ** (1 / b[3]),
    "Roszman1": lambda b, x: b[0] - b[1] * x - mp.atan(b[2] / (x - b[3])) / mp.pi,
    "Thurber": rational(4),
}


class File:
    def __init__(self, path):
        text = path.read_text(encoding="ascii")
        self.name = path.stem
        self.level = re.search(r"(\w+) Level of Difficulty", text)[1].lower()
        parameter = re.compile(r"^\s*b\d\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$", re.M)
        self.parameters = parameter.findall(text)
        number = lambda label: re.search(label + r":?\s+(\S+)", text)[1]
        self.rss = number("Residual Sum of Squares")
        self.deviation = number("Residual Standard Deviation")
        count = int(number("Number of Observations"))
        tail = text[re.search(r"^Data:\s+y", text, re.M).end() :]
        self.rows = [line.split() for line in tail.splitlines()[1:] if line.split()]
        # Not the printed one: that of Rat43 is 9, although its residual standard deviation is taken with 11.
        self.freedom = count - len(self.parameters)
        if len(self.rows) != count:
            raise ValueError(f"{self.name}: {len(self.rows)} observations, {count} promised")

    def residuals(self, b):
        model = MODELS[self.name]
        out = []
        for y, *x in self.rows:
            x = [mpf(z) for z in x]
            y = mp.log(mpf(y)) if self.name == "Nelson" else mpf(y)
            out.append(model(b, x if len(x) > 1 else x[0]) - y)
        return out

    def jacobian(self, b):
        columns = []
        for j in range(len(b)):
            step = STEP * abs(b[j])
            ahead, behind = ([z + s * step if k == j else z for k, z in enumerate(b)] for s in (1, -1))
            columns.append([(p - q) / (2 * step) for p, q in zip(self.residuals(ahead), self.residuals(behind))])
        return columns

    def hessian(self, b):
        """That of half the residual sum of squares: JᵀJ and, by differences of the Jacobian, what the residuals add."""
        n = len(b)
        residuals, columns = self.residuals(b), self.jacobian(b)
        h = matrix([[mp.fdot(c, d) for d in columns] for c in columns])
        for j in range(n):
            step = STEP * abs(b[j])
            ahead = self.jacobian([z + step if k == j else z for k, z in enumerate(b)])
            for k in range(n):
                h[j, k] += mp.fdot(residuals, [(p - q) / step for p, q in zip(ahead[k], columns[k])])
        return h, residuals, columns

    def check(self):
        b = [mpf(p[2]) for p in self.parameters]
        # Newton's method; the differences leave it 15 digits and more per step.
        for _ in range(20):
            h, r, columns = self.hessian(b)
            step = mp.lu_solve(h, -matrix([mp.fdot(c, r) for c in columns]))
            b = [z + d for z, d in zip(b, step)]
            if all(abs(d) < mpf(10) ** -16 * abs(z) for z, d in zip(b, step)):
                break
        else:
            raise ArithmeticError(f"{self.name}: no minimum near the certified one")
        scale = [mp.sqrt(mp.fdot(c, c)) for c in columns]
        normal = matrix([[mp.fdot(c, d) / s / t for d, t in zip(columns, scale)] for c, s in zip(columns, scale)])
        rss = mp.fsum(z**2 for z in self.residuals(b))
        deviation = mp.sqrt(rss / self.freedom)
        inverse = normal**-1
        self.same("RSS", rss, self.rss)
        self.same("residual standard deviation", deviation, self.deviation)
        for j, (_, _, certified, sd) in enumerate(self.parameters):
            self.same(f"b{j + 1}", b[j], certified)
            self.same(f"standard deviation of b{j + 1}", deviation * mp.sqrt(inverse[j, j]) / scale[j], sd)

    def same(self, what, computed, certified):
        digits = len(re.sub(r"^0\.0*|[.+-]", "", certified.upper().split("E")[0]))
        unit = mpf(10) ** (mp.floor(mp.log10(abs(mpf(certified)))) - digits + 1)
        units = abs(computed - mpf(certified)) / unit
        if units > 0.5:
            print(f"{self.name}: {what} is {mp.nstr(computed, 14)}, certified {certified}: {mp.nstr(units, 3)} units off")
            self.failed = True

    failed = False


def main(folder):
    files = [File(path) for path in sorted(Path(folder).glob("*.dat"), key=lambda path: path.stem.lower())]
    if len(files) != len(MODELS):
        raise ValueError(f"{len(files)} files, not {len(MODELS)}")
    certified = ["# Written by nist.py; do not edit.", "# set\tname\tlevel\tRSS\tresidual standard deviation"]
    certified.append("# parameter\tname\tstart 1\tstart 2\tcertified\tstandard deviation")
    data = ["# Written by nist.py; do not edit.", "# name\ty\tx"]
    for file in files:
        file.check()
        print(file.name, "failed" if file.failed else "is as certified", flush=True)
        certified.append("\t".join(("set", file.name, file.level, file.rss, file.deviation)))
        certified.extend("\t".join(("parameter", file.name, *row)) for row in file.parameters)
        data.extend("\t".join((file.name, *row)) for row in file.rows)
    if any(file.failed for file in files):
        raise SystemExit(1)
    here = Path(__file__).parent
    for name, lines in (("certified", certified), ("data", data)):
        (here / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main(sys.argv[1])

//! How far the elementary functions are from the exact values: `cargo xtask accuracy`.
//!
//! Every function is evaluated at about a million points (`--points`), first beside 64 bits of an arbitrary-precision
//! value; the points that come out worst are looked at again beside 192 bits. The largest error of each function goes to
//! `tests/references/accuracy.tsv` and its hardest points to `tests/references/hard_cases.tsv`, when called with `--write`;
//! otherwise the run fails if it finds anything else than what is stored. A run of fewer points finds less, so that it fails only if
//! it finds a larger error.
//!
//! The arbitrary-precision functions are themselves held to the correctly rounded values of `references/elementary.tsv`,
//! which come from another library.

mod exact;
mod points;
#[path = "../../tests/reference/mod.rs"]
mod reference;

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use astro_float::Consts;
use rayon::prelude::*;
use thalweg::numerics::{atan, cos, exp, expm1, ln, log1p, log10, logistic, pow, sin, softplus, tanh};

use exact::{Rounded, exact};
use points::{Domain, points};
use reference::{hex_float, rows};

const POINTS: usize = 1 << 20;
const HARD_CASES: usize = 100;

struct Function {
    name: &'static str,
    f: fn(f64, f64) -> f64,
    domain: Domain,
}

const ALL: f64 = f64::NEG_INFINITY;
/// The largest x with a finite eˣ, the smallest with a normal and the smallest with a positive one.
const EXP_EDGES: [f64; 3] = [709.782712893384, -708.3964185322641, -745.1332191019411];

const FUNCTIONS: [Function; 12] = [
    Function {
        name: "exp",
        f: |x, _| exp(x),
        domain: Domain { range: (-746.0, 710.0), above: ALL, edges: &EXP_EDGES, second: None },
    },
    Function {
        name: "expm1",
        f: |x, _| expm1(x),
        domain: Domain { range: (-40.0, 40.0), above: ALL, edges: &[709.782712893384, -37.4], second: None },
    },
    Function {
        name: "ln",
        f: |x, _| ln(x),
        domain: Domain { range: (0.0, 4.0), above: 0.0, edges: &[1.0], second: None },
    },
    Function {
        name: "log1p",
        f: |x, _| log1p(x),
        domain: Domain { range: (-1.0, 3.0), above: -1.0, edges: &[-0.9999999999999], second: None },
    },
    Function {
        name: "log10",
        f: |x, _| log10(x),
        domain: Domain { range: (0.0, 4.0), above: 0.0, edges: &[1.0, 10.0, 100.0], second: None },
    },
    Function {
        name: "sin",
        f: |x, _| sin(x),
        domain: Domain { range: (-100.0, 100.0), above: ALL, edges: &PI_MULTIPLES, second: None },
    },
    Function {
        name: "cos",
        f: |x, _| cos(x),
        domain: Domain { range: (-100.0, 100.0), above: ALL, edges: &PI_MULTIPLES, second: None },
    },
    Function {
        name: "atan",
        f: |x, _| atan(x),
        // The bounds of the code's reductions.
        domain: Domain {
            range: (-4.0, 4.0),
            above: ALL,
            edges: &[0.4375, 0.6875, 1.1875, 2.4375, 73786976294838206464.0],
            second: None,
        },
    },
    Function {
        name: "tanh",
        f: |x, _| tanh(x),
        domain: Domain {
            range: (-20.0, 20.0),
            above: ALL,
            edges: &[0.17328679513998632, 19.061547465398498],
            second: None,
        },
    },
    Function {
        name: "logistic",
        f: |x, _| logistic(x),
        domain: Domain { range: (-746.0, 40.0), above: ALL, edges: &EXP_EDGES, second: None },
    },
    Function {
        name: "softplus",
        f: |x, _| softplus(x),
        domain: Domain { range: (-746.0, 40.0), above: ALL, edges: &EXP_EDGES, second: None },
    },
    Function {
        name: "pow",
        f: pow,
        // y so that y ln x runs from the underflow to the overflow of its exponential.
        domain: Domain {
            range: (0.0, 4.0),
            above: 0.0,
            edges: &[1.0],
            second: Some(|x, turn| (1460.0 * turn - 748.0) / if x == 1.0 { 1.0 } else { ln(x) }),
        },
    },
];

/// The last, 6381956970095103 · 2⁷⁹⁷, is the double that comes closest to a multiple of π/2 (Muller, *Elementary Functions*).
const PI_MULTIPLES: [f64; 4] = [FRAC_PI_4, FRAC_PI_2, PI, 5.319372648326541e255];

/// A point, the exact value there and the error of ours, in units in the last place.
struct Case {
    x: f64,
    y: f64,
    rounded: Rounded,
    error: f64,
}

impl Function {
    fn case(&self, (x, y): (f64, f64), bits: usize, consts: &mut Consts) -> Case {
        let rounded = Rounded::of(&exact(self.name, x, y, bits, consts));
        Case { x, y, rounded, error: rounded.error((self.f)(x, y)) }
    }

    /// The points with the largest errors, the worst one first.
    fn hardest(&self, count: usize) -> Vec<Case> {
        let points = points(&self.domain, count);
        let worst = |mut cases: Vec<Case>, keep: usize| {
            let key = |case: &Case| (case.x.to_bits(), case.y.to_bits());
            cases.sort_by(|a, b| b.error.total_cmp(&a.error).then(key(a).cmp(&key(b))));
            cases.dedup_by_key(|case| key(case));
            cases.truncate(keep);
            cases
        };
        // In chunks of a fixed length, put together in their order, so that the threads leave no trace.
        let screened: Vec<Vec<Case>> = points
            .par_chunks(4096)
            .map_init(new_consts, |consts, chunk| {
                let cases = chunk.iter().map(|&point| self.case(point, 64, consts)).collect();
                worst(cases, 2 * HARD_CASES)
            })
            .collect();
        let screened = worst(screened.into_iter().flatten().collect(), 2 * HARD_CASES);
        let mut consts = new_consts();
        let cases = screened.iter().map(|case| self.case((case.x, case.y), 192, &mut consts)).collect();
        worst(cases, HARD_CASES)
    }
}

fn new_consts() -> Consts {
    Consts::new().expect("memory for a few constants")
}

/// The references must agree with those of another library, to the bit.
fn check_references() {
    let mut consts = new_consts();
    for row in rows(include_str!("../../references/elementary.tsv")) {
        let [name, x, y, result, in_decimal] = row[..] else { panic!("not five columns: {row:?}") };
        let (x, result) = (hex_float(x), hex_float(result));
        let y = if y == "-" { f64::NAN } else { hex_float(y) };
        // Zeros and negative bases are not measured here.
        if x != 0.0 && (name != "pow" || (x > 0.0 && y != 0.0)) {
            let nearest = Rounded::of(&exact(name, x, y, 192, &mut consts)).nearest;
            assert_eq!(nearest.to_bits(), result.to_bits(), "{in_decimal}, but here it is {nearest:?}");
        }
    }
}

/// A number as the tables hold it.
fn hex(x: f64) -> String {
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    match (exponent, fraction) {
        (2047, 0) => format!("{sign}inf"),
        (2047, _) => "-".to_owned(),
        (0, 0) => format!("{sign}0x0.0p+0"),
        (0, _) => format!("{sign}0x0.{fraction:013x}p-1022"),
        _ => format!("{sign}0x1.{fraction:013x}p{:+}", exponent - 1023),
    }
}

struct Tables {
    accuracy: String,
    hard_cases: String,
}

fn measure(count: usize) -> Tables {
    let mut accuracy = String::from(
        "# Written by cargo xtask accuracy --write; do not edit.\n# function\tpoints\tlargest error in ulp\tx\ty\n",
    );
    let mut hard_cases = String::from(
        "# Written by cargo xtask accuracy --write; do not edit.\n\
         # function\tx\ty\tcorrectly rounded result\texact minus rounded, in ulp\terror in ulp\n",
    );
    for function in &FUNCTIONS {
        let cases = function.hardest(count);
        let name = function.name;
        let worst = &cases[0];
        println!("{name:9} {:.4} ulp at {:?}{}", worst.error, worst.x, second(worst.y));
        let _ = writeln!(accuracy, "{name}\t{count}\t{:.4}\t{}\t{}", worst.error, hex(worst.x), hex(worst.y));
        for Case { x, y, rounded, error } in &cases {
            let Rounded { nearest, rest, .. } = rounded;
            let (x, y, nearest) = (hex(*x), hex(*y), hex(*nearest));
            let _ = writeln!(hard_cases, "{name}\t{x}\t{y}\t{nearest}\t{rest:.6}\t{error:.4}");
        }
    }
    Tables { accuracy, hard_cases }
}

fn second(y: f64) -> String {
    if y.is_nan() { String::new() } else { format!(", {y:?}") }
}

/// What a run of `count` points has found that the stored table does not hold.
fn differences(found: &Tables, stored: &Tables, count: usize) -> Vec<String> {
    if count == POINTS {
        let lines = |tables: &Tables| format!("{}{}", tables.accuracy, tables.hard_cases);
        let (found, stored) = (lines(found), lines(stored));
        let only = |a: &str, b: &str, sign: &str| -> Vec<String> {
            let known: std::collections::BTreeSet<&str> = b.lines().collect();
            a.lines().filter(|line| !known.contains(line)).map(|line| format!("{sign} {line}")).collect()
        };
        return [only(&stored, &found, "-"), only(&found, &stored, "+")].concat();
    }
    let errors = |table: &str| -> Vec<(String, f64)> {
        let columns = rows(table).map(|row| (row[0].to_owned(), row[2].parse().expect("an error in ulp")));
        columns.collect()
    };
    let stored = errors(&stored.accuracy);
    let larger = |(name, error): &(String, f64)| {
        let known = stored.iter().find(|(known, _)| known == name).map_or(0.0, |(_, error)| *error);
        (*error > known).then(|| format!("{name}: {error} ulp, more than the {known} that are stored"))
    };
    errors(&found.accuracy).iter().filter_map(larger).collect()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = arguments.iter().any(|argument| argument == "--write");
    let count = arguments.iter().position(|argument| argument == "--points").map(|i| arguments.get(i + 1));
    let count = match count {
        None => POINTS,
        Some(text) => match text.and_then(|text| text.parse().ok()) {
            Some(count) if count > 0 => count,
            _ => {
                eprintln!("--points takes a number from 1 on");
                return ExitCode::from(2);
            }
        },
    };
    if write && count != POINTS {
        eprintln!("--write stores the run of {POINTS} points only");
        return ExitCode::from(2);
    }
    check_references();
    let found = measure(count);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("references");
    let (accuracy, hard_cases) = (folder.join("accuracy.tsv"), folder.join("hard_cases.tsv"));
    if write {
        let written = std::fs::write(&accuracy, found.accuracy)
            .and_then(|()| std::fs::write(&hard_cases, found.hard_cases));
        return match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the tables cannot be written: {error}");
                ExitCode::from(2)
            }
        };
    }
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let stored = Tables { accuracy: read(&accuracy), hard_cases: read(&hard_cases) };
    let differences = differences(&found, &stored, count);
    for difference in &differences {
        println!("{difference}");
    }
    ExitCode::from(u8::from(!differences.is_empty()))
}

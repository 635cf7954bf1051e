//! The elementary functions against correctly rounded references.
//!
//! `references/elementary.py` says where the references come from.

mod reference;

use std::collections::BTreeMap;

use reference::{hex_float, rows};
use thalweg::numerics::{atan, cos, exp, expm1, ln, log1p, log10, logistic, pow, powi, sin, softplus, tanh};

/// A function of x, or of x and y, with the largest distance from the correctly rounded result that was measured, in
/// units in the last place: over the table, and over the search that its worst lines come from.
struct Promise {
    name: &'static str,
    function: fn(f64, f64) -> f64,
    ulps: u64,
}

struct Reference {
    x: f64,
    y: f64,
    result: f64,
    in_decimal: &'static str,
}

const PROMISES: [Promise; 12] = [
    Promise { name: "exp", function: |x, _| exp(x), ulps: 1 },
    Promise { name: "expm1", function: |x, _| expm1(x), ulps: 1 },
    Promise { name: "ln", function: |x, _| ln(x), ulps: 1 },
    Promise { name: "log1p", function: |x, _| log1p(x), ulps: 1 },
    Promise { name: "log10", function: |x, _| log10(x), ulps: 1 },
    Promise { name: "sin", function: |x, _| sin(x), ulps: 1 },
    Promise { name: "cos", function: |x, _| cos(x), ulps: 1 },
    Promise { name: "atan", function: |x, _| atan(x), ulps: 1 },
    Promise { name: "tanh", function: |x, _| tanh(x), ulps: 2 },
    Promise { name: "logistic", function: |x, _| logistic(x), ulps: 2 },
    // Its error, 1.503 ulp at most, is that of exp and of log1p together; it takes two doubles where the rounding adds to it.
    Promise { name: "softplus", function: |x, _| softplus(x), ulps: 2 },
    Promise { name: "pow", function: pow, ulps: 1 },
];

/// How many doubles lie between `a` and `b`, the second included; ∞ is the neighbor of the largest double.
fn distance_in_ulps(a: f64, b: f64) -> u64 {
    assert!(!a.is_nan() && !b.is_nan(), "there is no distance between {a} and {b}");
    // Doubles of one sign are ordered like their bits.
    let rank = |x: f64| {
        let magnitude = i128::from(x.abs().to_bits());
        if x.is_sign_negative() { -magnitude } else { magnitude }
    };
    u64::try_from((rank(a) - rank(b)).unsigned_abs()).expect("two ranks of 63 bits")
}

#[test]
fn elementary_functions_keep_their_promised_ulps() {
    let mut references: BTreeMap<&str, Vec<Reference>> = BTreeMap::new();
    for row in rows(include_str!("../references/elementary.tsv")) {
        let [name, x, y, result, in_decimal] = row[..] else { panic!("not five columns: {row:?}") };
        // A function of one argument ignores the other.
        let y = if y == "-" { f64::NAN } else { hex_float(y) };
        let reference = Reference { x: hex_float(x), y, result: hex_float(result), in_decimal };
        references.entry(name).or_default().push(reference);
    }
    for Promise { name, function, ulps } in PROMISES {
        let table = references.remove(name).unwrap_or_default();
        assert!(!table.is_empty(), "there is no reference for {name}");
        for Reference { x, y, result, in_decimal } in table {
            let got = function(x, y);
            let distance = distance_in_ulps(got, result);
            assert!(
                distance <= ulps,
                "{in_decimal}, but it gives {got:?}: {distance} ulp off, more than {ulps}"
            );
        }
    }
    assert!(references.is_empty(), "references that nobody reads: {:?}", references.keys());
}

/// The hardest of a million points per function, from `cargo xtask accuracy`: the errors must still be what they were, and none
/// above the one that the function's documentation states.
#[test]
fn hard_cases_have_their_recorded_errors() {
    let largest: BTreeMap<&str, f64> = rows(include_str!("../references/accuracy.tsv"))
        .map(|row| (row[0], row[2].parse().expect("an error in ulp")))
        .collect();
    let mut count = BTreeMap::new();
    for row in rows(include_str!("../references/hard_cases.tsv")) {
        let [name, x, y, nearest, rest, recorded] = row[..] else { panic!("not six columns: {row:?}") };
        let Promise { function, .. } =
            PROMISES.iter().find(|promise| promise.name == name).expect("a promise");
        let (x, y) = (hex_float(x), if y == "-" { f64::NAN } else { hex_float(y) });
        let (nearest, rest): (f64, f64) = (hex_float(nearest), rest.parse().expect("a fraction"));
        let recorded: f64 = recorded.parse().expect("an error in ulp");
        let got = function(x, y);
        // A unit in the last place of the exact value: below a power of two it is half of what it is above.
        let is_below = rest * nearest < 0.0;
        let size = nearest.abs();
        let ulp = if is_below { size - size.next_down() } else { size.next_up() - size };
        let error = ((got - nearest) / ulp - rest).abs();
        assert!(
            (error - recorded).abs() < 1e-4,
            "{name}({x:?}, {y:?}) is {got:?}: {error:.4} ulp off, not {recorded}"
        );
        assert!(
            recorded <= largest[name],
            "{name}({x:?}, {y:?}) is {recorded} ulp off, more than {}",
            largest[name]
        );
        *count.entry(name).or_insert(0) += 1;
    }
    for Promise { name, ulps, .. } in PROMISES {
        assert!(count.get(name).is_some_and(|&count| count >= 50), "too few hard cases of {name}");
        assert!(
            largest[name] < 0.5 + ulps as f64,
            "{name}: {} ulp, and {ulps} doubles are promised",
            largest[name]
        );
    }
}

#[test]
fn distance_in_ulps_counts_doubles() {
    assert_eq!(distance_in_ulps(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(distance_in_ulps(f64::INFINITY, f64::MAX), 1);
    assert_eq!(distance_in_ulps(0.0, -0.0), 0);
    assert_eq!(distance_in_ulps(f64::from_bits(1), -f64::from_bits(2)), 3);
}

#[test]
fn special_values_are_those_of_the_documentation() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let cases = [
        ("ln 0", ln(0.0), -inf),
        ("ln −1", ln(-1.0), nan),
        ("ln ∞", ln(inf), inf),
        ("log10 0", log10(0.0), -inf),
        ("log10 −1", log10(-1.0), nan),
        ("log1p −1", log1p(-1.0), -inf),
        ("log1p −2", log1p(-2.0), nan),
        ("sin ∞", sin(inf), nan),
        ("cos −∞", cos(-inf), nan),
        ("atan ∞", atan(inf), std::f64::consts::FRAC_PI_2),
        ("atan −∞", atan(-inf), -std::f64::consts::FRAC_PI_2),
        ("exp ∞", exp(inf), inf),
        ("exp −∞", exp(-inf), 0.0),
        ("expm1 −∞", expm1(-inf), -1.0),
        ("tanh ∞", tanh(inf), 1.0),
        ("tanh −∞", tanh(-inf), -1.0),
        ("logistic ∞", logistic(inf), 1.0),
        ("logistic −∞", logistic(-inf), 0.0),
        ("softplus ∞", softplus(inf), inf),
        ("softplus −∞", softplus(-inf), 0.0),
        ("(−8)^⅓", pow(-8.0, 1.0 / 3.0), nan),
        ("0⁻¹", pow(0.0, -1.0), inf),
        ("0⁰", powi(0.0, 0), 1.0),
    ];
    for (name, got, expected) in cases {
        assert!(got == expected || (got.is_nan() && expected.is_nan()), "{name} is {got}, not {expected}");
    }
    for odd in [atan, expm1, log1p, sin, tanh] {
        assert_eq!(odd(-0.0).to_bits(), (-0.0_f64).to_bits(), "an odd function keeps the sign of zero");
        assert!(odd(nan).is_nan());
    }
}

//! Reading the reference tables: tab-separated columns, numbers as C99 hexadecimal floats.

/// The columns of every line that is not a comment.
pub(crate) fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// A number as Python's `float.hex` writes it: `-0x1.8000000000000p+1` is −3.
pub(crate) fn hex_float(text: &str) -> f64 {
    let (sign, magnitude) = text.strip_prefix('-').map_or((0, text), |rest| (1 << 63, rest));
    f64::from_bits(sign | bits(magnitude).unwrap_or_else(|| panic!("{text:?} is not a hexadecimal float")))
}

/// The bits of a number without sign. They are read off, not computed, so that nothing can round.
fn bits(magnitude: &str) -> Option<u64> {
    if magnitude == "inf" {
        return Some(f64::INFINITY.to_bits());
    }
    let (mantissa, exponent) = magnitude.strip_prefix("0x")?.split_once('p')?;
    let (lead, digits) = mantissa.split_once('.')?;
    // Python pads to the 13 digits of a double's 52 bits, and writes a bare 0 for zero only.
    let fraction = match digits.len() {
        13 => u64::from_str_radix(digits, 16).ok()?,
        1 if digits == "0" => 0,
        _ => return None,
    };
    let exponent: i64 = exponent.parse().ok()?;
    let biased = match lead {
        "1" if (-1022..=1023).contains(&exponent) => u64::try_from(exponent + 1023).ok()?,
        "0" if exponent == -1022 || fraction == 0 => 0,
        _ => return None,
    };
    Some(biased << 52 | fraction)
}

#[test]
fn hexadecimal_floats_are_read_to_the_bit() {
    let cases = [
        ("0x1.0000000000000p+0", 1.0),
        ("-0x1.8000000000000p+1", -3.0),
        ("0x1.999999999999ap-4", 0.1),
        ("0x1.fffffffffffffp+1023", f64::MAX),
        ("0x1.0000000000000p-1022", f64::MIN_POSITIVE),
        ("0x0.0000000000001p-1022", f64::from_bits(1)),
        ("0x0.0p+0", 0.0),
        ("-0x0.0p+0", -0.0),
        ("-inf", f64::NEG_INFINITY),
    ];
    for (text, value) in cases {
        assert_eq!(hex_float(text).to_bits(), value.to_bits(), "{text}");
    }
    for text in ["", "1.0", "0x1.8p+1", "0x2.0000000000000p+0", "0x1.0000000000000p+1024", "nan"] {
        assert_eq!(bits(text), None, "{text:?}");
    }
}

//! Axes: a range, a scale, round ticks.

use thalweg_numerics::{log10, powi};

use crate::number::significant;
use crate::prose::escape;

/// A linear or logarithmic axis.
#[derive(Clone, Debug)]
pub struct Axis {
    pub(super) label: String,
    low: f64,
    high: f64,
    logarithmic: bool,
    /// The least value that may have a tick.
    ticks_from: f64,
}

impl Axis {
    /// From `low` to `high`, evenly.
    #[must_use]
    pub fn linear(label: impl Into<String>, low: f64, high: f64) -> Self {
        Self { label: label.into(), low, high, logarithmic: false, ticks_from: low }
    }

    /// From `low` > 0 to `high`, by decades.
    #[must_use]
    pub fn logarithmic(label: impl Into<String>, low: f64, high: f64) -> Self {
        Self { label: label.into(), low, high, logarithmic: true, ticks_from: low }
    }

    /// The same with ticks from `value` on: what lies below is room for words.
    #[must_use]
    pub fn with_ticks_from(self, value: f64) -> Self {
        Self { ticks_from: value, ..self }
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end. `None` if it has no place.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        let place = if self.logarithmic {
            if value <= 0.0 {
                return None;
            }
            (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        } else {
            (value - self.low) / (self.high - self.low)
        };
        place.is_finite().then_some(place)
    }

    /// What it spans, for a script: `linear` or `logarithmic`, its ends, its label.
    pub(super) fn extent(&self) -> String {
        let scale = if self.logarithmic { "logarithmic" } else { "linear" };
        format!("{scale} {} {} {}", self.low, self.high, escape(&self.label))
    }

    /// Places and labels of the ticks.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        if !self.is_proper() {
            return Vec::new();
        }
        let ticks = if self.logarithmic { self.decades() } else { self.round_steps() };
        ticks.into_iter().filter_map(|(value, text)| Some((self.place(value)?, text))).collect()
    }

    /// A range that can be divided; a logarithmic one lies above 0.
    fn is_proper(&self) -> bool {
        let above = if self.logarithmic { 0.0 } else { f64::NEG_INFINITY };
        above < self.low && self.low < self.high && self.high.is_finite()
    }

    fn round_steps(&self) -> Vec<(f64, String)> {
        const WANTED: f64 = 5.0;
        let raw = (self.high - self.low) / WANTED;
        let decade = ten_to(log10(raw).floor() as i32);
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|&s| s >= raw).unwrap_or(raw);
        // A tick that rounding pushed just outside the range still belongs to it.
        let (first, last) =
            ((self.ticks_from / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(|i| i as f64 * step).map(|tick| (tick, significant(tick, 6))).collect()
    }

    fn decades(&self) -> Vec<(f64, String)> {
        const WANTED: i32 = 6;
        let (first, last) =
            ((log10(self.ticks_from) - 1e-9).ceil() as i32, (log10(self.high) + 1e-9).floor() as i32);
        let stride = ((last - first) / WANTED + 1).max(1);
        (first..=last).filter(|e| e.rem_euclid(stride) == 0).map(|e| (ten_to(e), power_of_ten(e))).collect()
    }
}

fn ten_to(exponent: i32) -> f64 {
    let power = powi(10.0, exponent.unsigned_abs().into());
    if exponent < 0 { 1.0 / power } else { power }
}

fn power_of_ten(exponent: i32) -> String {
    if (0..=3).contains(&exponent) {
        return format!("1{}", "0".repeat(exponent as usize));
    }
    let superscript = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    format!("10{}", exponent.to_string().chars().map(superscript).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(labels(&Axis::linear("", -20.0, 20.0)), ["-20", "-10", "0", "10", "20"]);
        assert_eq!(labels(&Axis::linear("", 0.0, 0.7)), ["0", "0.2", "0.4", "0.6"]);
        assert_eq!(labels(&Axis::logarithmic("", 1.0, 1000.0)), ["1", "10", "100", "1000"]);
        assert_eq!(
            labels(&Axis::logarithmic("", 1e-12, 1e5)),
            ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1", "1000"]
        );
        let with_room = Axis::logarithmic("", 1e-4, 1e4).with_ticks_from(1.0);
        assert_eq!(labels(&with_room), ["1", "10", "100", "1000", "10⁴"]);
        for (place, _) in Axis::logarithmic("", 0.3, 1000.0).ticks() {
            assert!((0.0..=1.0).contains(&place));
        }
    }

    #[test]
    fn what_has_no_place_is_not_drawn() {
        assert_eq!(Axis::logarithmic("", 1.0, 10.0).place(0.0), None);
        assert_eq!(Axis::linear("", 0.0, 1.0).place(f64::INFINITY), None);
    }

    #[test]
    fn a_range_that_cannot_be_divided_has_no_ticks() {
        for axis in [
            Axis::logarithmic("", 0.0, 10.0),
            Axis::logarithmic("", 1.0, f64::INFINITY),
            Axis::linear("", 2.0, 2.0),
            Axis::linear("", f64::NAN, 1.0),
        ] {
            assert!(labels(&axis).is_empty());
        }
    }
}

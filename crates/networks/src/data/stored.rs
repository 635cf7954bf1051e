//! Two real data sets, stored in the crate; `data/SOURCES.md` says whose they are, and `data/pack.py` what the bytes mean.

use super::DataSet;

/// 8 × 8 images of handwritten digits: 1797 rows of 64 features, row after row of the image, from 0 (white) to 16; the label
/// is the digit.
///
/// E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998), CC BY 4.0.
///
/// ```
/// use thalweg_networks::data::digits;
///
/// let digits = digits();
/// assert_eq!((digits.len(), digits.dim(), digits.classes()), (1797, 64, 10));
/// assert_eq!((&digits.row(0)[..6], digits.labels()[0]), (&[0.0, 0.0, 5.0, 13.0, 9.0, 1.0][..], 0));
/// ```
#[must_use]
pub fn digits() -> DataSet {
    unpack(include_bytes!("../../data/digits.bin"))
}

/// Breast Cancer Wisconsin (Diagnostic): 569 rows of 30 features of cell nuclei in an image, in very different units; class 0
/// is malignant, class 1 benign.
///
/// W. H. Wolberg, W. N. Street and O. L. Mangasarian, UCI Machine Learning Repository (1995), CC BY 4.0.
///
/// ```
/// use thalweg_networks::data::breast_cancer;
///
/// let data = breast_cancer();
/// assert_eq!((data.len(), data.dim(), data.row(0)[3], data.labels()[568]), (569, 30, 1001.0, 1));
/// ```
#[must_use]
pub fn breast_cancer() -> DataSet {
    unpack(include_bytes!("../../data/breast_cancer.bin"))
}

/// How a column is written: values are (`least` + the next `bits` bits) / 10^`decimals`.
struct Column {
    scale: f64,
    bits: u32,
    least: u32,
}

/// The bytes are compiled in, so a mistake in them is found by the first test that looks.
fn unpack(bytes: &[u8]) -> DataSet {
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let (n, width, classes) = (short(0), short(2), short(4));
    let heads = bytes[6..].chunks_exact(6).take(width);
    let columns: Vec<_> = heads
        .map(|head| Column {
            scale: (0..head[0]).fold(1.0, |scale, _| 10.0 * scale),
            bits: u32::from(head[1]),
            least: u32::from_le_bytes([head[2], head[3], head[4], head[5]]),
        })
        .collect();
    let mut stream = Bits { bytes: &bytes[6 + 6 * width..], held: 0, count: 0 };
    let mut features = Vec::with_capacity(n * (width - 1));
    let mut labels = Vec::with_capacity(n);
    for _ in 0..n {
        for (j, column) in columns.iter().enumerate() {
            let integer = column.least + stream.take(column.bits);
            if j + 1 < width {
                // One rounding of the exact quotient: the double nearest to the decimal number.
                features.push(f64::from(integer) / column.scale);
            } else {
                labels.push(integer as usize);
            }
        }
    }
    DataSet { dim: width - 1, classes, features, labels }
}

/// A stream of bits, lowest bit of every byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// The next `count` ≤ 32 bits as a number.
    fn take(&mut self, count: u32) -> u32 {
        while self.count < count {
            let (&first, rest) = self.bytes.split_first().expect("a stream as long as its head says");
            self.held |= u64::from(first) << self.count;
            (self.bytes, self.count) = (rest, self.count + 8);
        }
        let number = self.held & ((1 << count) - 1);
        (self.held, self.count) = (self.held >> count, self.count - count);
        number as u32
    }
}

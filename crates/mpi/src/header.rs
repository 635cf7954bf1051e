//! What every message begins with: who asks for what, whether all is well, and the sum of the values.
//!
//! All of it travels as doubles in front of the vector, so that a message is one piece; what is no value is an integer below
//! 2⁵³, which a double holds exactly.

use std::fmt;

/// Doubles in front of the vector.
pub(crate) const HEADER: usize = 8;

/// What the ranks ask for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// f(x).
    Value,
    /// f(x) and ∇f(x).
    Gradient,
    /// H(x) v.
    HessianVector,
    /// The mean over a batch, and its gradient.
    Batch,
    /// Nothing any more: the rank lets go of its shard.
    Leave,
}

impl Question {
    const ALL: [Self; 5] = [Self::Value, Self::Gradient, Self::HessianVector, Self::Batch, Self::Leave];
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value",
            Self::Gradient => "a gradient",
            Self::HessianVector => "a product with the Hessian",
            Self::Batch => "the gradient of a batch",
            Self::Leave => "nothing any more",
        })
    }
}

/// What keeps the ranks from going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Somebody wants to end the run; what was asked for is answered all the same.
    Stop {
        rank: usize,
    },
    /// The objective of a chunk has raised its flag.
    Failed {
        rank: usize,
        chunk: usize,
    },
    OutOfStep {
        rank: usize,
        asks: Question,
        others: Question,
    },
}

impl Trouble {
    /// Whether the answer means nothing.
    pub(crate) fn is_fatal(self) -> bool {
        !matches!(self, Self::Stop { .. })
    }

    fn rank(self) -> usize {
        match self {
            Self::Stop { rank } | Self::Failed { rank, .. } | Self::OutOfStep { rank, .. } => rank,
        }
    }

    /// The one to report of two: the worse, and of two alike that of the lower rank.
    fn worse(self, other: Self) -> Self {
        let order = |trouble: Self| (!trouble.is_fatal(), trouble.rank());
        if order(self) <= order(other) { self } else { other }
    }
}

/// See the head of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) question: Question,
    /// Of the point, and of whatever else was asked with.
    pub(crate) fingerprint: u64,
    pub(crate) trouble: Option<Trouble>,
    /// The first rank whose value is not finite.
    pub(crate) non_finite: Option<usize>,
    /// The share of the value; `None` where no term was asked for, and then there is no vector.
    pub(crate) value: Option<f64>,
}

impl Header {
    /// Takes in what another rank says, without the vectors. Returns whether there are two vectors to add up.
    pub(crate) fn join(&mut self, other: &Self, other_rank: usize) -> bool {
        let mut trouble = other.trouble;
        if (self.question, self.fingerprint) != (other.question, other.fingerprint) {
            let out_of_step =
                Trouble::OutOfStep { rank: other_rank, asks: other.question, others: self.question };
            trouble = Some(trouble.map_or(out_of_step, |trouble| trouble.worse(out_of_step)));
        }
        self.trouble = match (self.trouble, trouble) {
            (Some(one), Some(two)) => Some(one.worse(two)),
            (one, two) => one.or(two),
        };
        self.non_finite = match (self.non_finite, other.non_finite) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        let both = self.value.zip(other.value);
        self.value = both.map(|(left, right)| left + right).or(self.value).or(other.value);
        both.is_some()
    }

    pub(crate) fn write(&self, out: &mut [f64]) {
        let question = |question: Question| question as u8 as f64;
        let [kind, rank, detail, others] = match self.trouble {
            None => [0.0; 4],
            Some(Trouble::Stop { rank }) => [1.0, rank as f64, 0.0, 0.0],
            Some(Trouble::Failed { rank, chunk }) => [2.0, rank as f64, chunk as f64, 0.0],
            Some(Trouble::OutOfStep { rank, asks, others }) => {
                [3.0, rank as f64, question(asks), question(others)]
            }
        };
        // The last two say "none" by −1, and by an answer that is no number of answers.
        let non_finite = self.non_finite.map_or(-1.0, |rank| rank as f64);
        let kinds = kind + 4.0 * question(self.question) + if self.value.is_some() { 64.0 } else { 0.0 };
        out[..HEADER].copy_from_slice(&[
            kinds,
            self.fingerprint as f64,
            rank,
            detail,
            others,
            non_finite,
            self.value.unwrap_or(0.0),
            0.0,
        ]);
    }

    pub(crate) fn read(numbers: &[f64]) -> Self {
        let &[kinds, fingerprint, rank, detail, others, non_finite, value, ..] = numbers else {
            unreachable!("a message is never shorter than its header")
        };
        let kinds = kinds as usize;
        let question = |number: usize| Question::ALL[number % Question::ALL.len()];
        let rank = rank as usize;
        let trouble = match kinds % 4 {
            0 => None,
            1 => Some(Trouble::Stop { rank }),
            2 => Some(Trouble::Failed { rank, chunk: detail as usize }),
            _ => Some(Trouble::OutOfStep {
                rank,
                asks: question(detail as usize),
                others: question(others as usize),
            }),
        };
        Self {
            question: question(kinds / 4 % 16),
            fingerprint: fingerprint as u64,
            trouble,
            non_finite: (non_finite >= 0.0).then_some(non_finite as usize),
            value: (kinds >= 64).then_some(value),
        }
    }
}

/// A number below 2⁵³ that another point almost surely does not have: FNV's rounds on four lanes of doubles.
pub(crate) fn fingerprint(vectors: &[&[f64]], batch: &[usize]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut lanes = [0xcbf2_9ce4_8422_2325_u64, 1, 2, 3];
    for vector in vectors {
        let blocks = vector.chunks_exact(lanes.len());
        for (lane, number) in lanes.iter_mut().zip(blocks.remainder()) {
            *lane = (*lane ^ number.to_bits()).wrapping_mul(PRIME);
        }
        for block in blocks {
            for (lane, number) in lanes.iter_mut().zip(block) {
                // The upper bits reach the lower ones by the shift; a product alone carries upwards only.
                *lane = (*lane ^ number.to_bits()).wrapping_mul(PRIME);
                *lane ^= *lane >> 32;
            }
        }
    }
    let mut all = batch.iter().fold(lanes[0], |all, &term| (all ^ term as u64).wrapping_mul(PRIME));
    for lane in &lanes[1..] {
        all = (all ^ lane).wrapping_mul(PRIME);
        all ^= all >> 29;
    }
    all >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_as_it_was_written() {
        let troubles = [
            None,
            Some(Trouble::Stop { rank: 3 }),
            Some(Trouble::Failed { rank: 1, chunk: 1 << 40 }),
            Some(Trouble::OutOfStep { rank: 0, asks: Question::Leave, others: Question::Value }),
        ];
        for question in Question::ALL {
            for trouble in troubles {
                for (non_finite, value) in
                    [(None, None), (Some(0), Some(-0.5)), (Some(7), Some(f64::INFINITY))]
                {
                    let fingerprint = fingerprint(&[&[1.0, 2.0]], &[3]);
                    let header = Header { question, fingerprint, trouble, non_finite, value };
                    let mut numbers = [f64::NAN; HEADER];
                    header.write(&mut numbers);
                    assert_eq!(Header::read(&numbers), header);
                }
            }
        }
    }

    #[test]
    fn a_fingerprint_sees_every_bit_and_every_place() {
        let x: Vec<f64> = (0..23).map(f64::from).collect();
        let own = fingerprint(&[&x], &[]);
        for i in 0..x.len() {
            for bit in 0..64 {
                let mut other = x.clone();
                other[i] = f64::from_bits(other[i].to_bits() ^ (1 << bit));
                assert_ne!(fingerprint(&[&other], &[]), own, "bit {bit} of element {i}");
            }
        }
        assert_ne!(fingerprint(&[], &[1, 2]), fingerprint(&[], &[2, 1]));
        assert!(own < 1 << 53);
    }
}

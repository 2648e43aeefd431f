//! In: title and author. Out: the stream of numbers that a cover is drawn from, the same on
//! every machine.
//!
//! FNV-1a (Fowler, Noll, Vo) makes the seed, `SplitMix64` (Steele, Lea & Flood 2014) the stream.

/// FNV-1a, 64 bits, of the bytes of `text`.
pub(super) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// The seed of a cover: of title and author in lower case.
pub(super) fn of_work(title: &str, author: &str) -> u64 {
    fnv1a(&format!("{}\n{}", title.to_lowercase(), author.to_lowercase()))
}

/// A `SplitMix64` stream. The order of draws is part of a family's procedure.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of this seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A second stream from where this one stands; drawing from it leaves this one alone.
    pub(super) const fn branch(&self, salt: u64) -> Self {
        Self { state: self.state ^ salt }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `a` up to `b`, evenly spread.
    pub(super) fn within(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// One of 0 to `k` − 1.
    pub(super) fn pick(&mut self, k: u64) -> usize {
        (self.next() % k) as usize
    }

    /// 1 or −1: the first where the draw of two is not 0.
    pub(super) fn sign(&mut self) -> f64 {
        if self.pick(2) == 1 { 1.0 } else { -1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_of_both_procedures() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
        let mut stream = Stream::new(1_234_567);
        assert_eq!(stream.next(), 6_457_827_717_110_365_317);
        assert_eq!(stream.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn case_does_not_change_a_cover() {
        assert_eq!(of_work("Emma", "Jane AUSTEN"), of_work("EMMA", "jane austen"));
    }
}

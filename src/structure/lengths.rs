//! In: a list of words. Out: at a glance, whether another word may be among them: nearly every word of a text
//! is in none of our lists, and need not be lowered and compared with each.

/// For each first byte the lengths of the words, a bit each. A word is of 63 bytes at most.
#[derive(Debug)]
pub struct Lengths([u64; 256]);

impl Lengths {
    /// Of no words.
    pub const NONE: Self = Self([0; 256]);

    /// With one word more, in small letters.
    #[must_use]
    pub const fn and(mut self, word: &str) -> Self {
        self.0[word.as_bytes()[0] as usize] |= 1 << word.len();
        self
    }

    /// Whether `word`, its letters large or small, may be one of them. Beyond ASCII everything may: small and
    /// large letters differ in length there.
    pub fn may_have(&self, word: &str) -> bool {
        let known = |first: &u8| self.0[usize::from(first.to_ascii_lowercase())] >> word.len() & 1 == 1;
        !word.is_ascii() || word.len() < 64 && word.as_bytes().first().is_some_and(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letter_and_length_tell_most_words_apart() {
        const WORDS: Lengths = Lengths::NONE.and("one").and("fünf");
        assert!(["one", "ONE", "Own", "FÜNF"].iter().all(|w| WORDS.may_have(w)));
        assert!(["", "two", "once", &"o".repeat(67)].iter().all(|w| !WORDS.may_have(w)));
    }
}

//! In: words in small letters. Out: a number for each, found again without a look at the whole word where it is short.

use foldhash::HashMap;
use rustc_hash::FxHashMap;

use crate::ascii;

/// Letters that a number holds.
const MOST_PACKED: usize = 8;

/// A word of up to eight letters from a to z as a number: its small letters in the bytes, the last one lowest.
pub(crate) fn packed(word: &str) -> Option<u64> {
    let fits = word.len() <= MOST_PACKED && word.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then(|| word.bytes().fold(0, |key, letter| key << 8 | u64::from(letter | SMALL)))
}

/// The bit in which a small letter of ASCII differs from its capital.
const SMALL: u8 = 0x20;

/// [`packed`] of the letters from a to z that are bytes `start` to `end` of a text, at least one and at most
/// [`MOST_PACKED`].
fn packed_at(bytes: &[u8], start: usize, end: usize) -> u64 {
    let beyond = 8 * (MOST_PACKED - (end - start));
    let whole = match bytes[start..].first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight) >> beyond,
        None => bytes[start..end].iter().fold(0, |key, letter| key << 8 | u64::from(*letter)),
    };
    whole | u64::from_be_bytes([SMALL; MOST_PACKED]) >> beyond
}

/// What a byte says of the character that it begins, a bit each; of what is none of these no bit.
const LETTER: u8 = 1;
const FIGURE: u8 = 2;
/// An apostrophe or a backtick.
pub(crate) const MARK: u8 = 4;
/// Only the whole character tells.
const BEYOND_ASCII: u8 = 8;

static KIND: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = match byte as u8 {
            b if b.is_ascii_alphabetic() => LETTER,
            b if b.is_ascii_digit() => FIGURE,
            b'\'' | b'`' => MARK,
            0x80.. => BEYOND_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// A stretch of a text.
pub(crate) struct Stretch<'a> {
    pub(crate) text: &'a str,
    /// Whether it has letters of ASCII alone.
    pub(crate) plain: bool,
    /// What [`packed`] makes of it.
    pub(crate) packed: Option<u64>,
}

/// Visits the stretches of a text of letters and what else is wanted `beside` them, by the kinds above; beyond ASCII, of
/// characters that are so by themselves.
pub(crate) fn each_stretch<'a>(
    text: &'a str,
    beside: u8,
    beyond: impl Fn(char) -> bool,
    mut visit: impl FnMut(Stretch<'a>),
) {
    let bytes = text.as_bytes();
    let kind = |at: usize| bytes.get(at).map(|byte| KIND[usize::from(*byte)]);
    // The length of a wanted character beyond ASCII; else of how many bytes it is, which are passed over.
    let character = |at: usize| {
        let c = text[at..].chars().next().unwrap_or_default();
        if beyond(c) { Ok(c.len_utf8()) } else { Err(c.len_utf8()) }
    };
    let mut at = 0;
    loop {
        let start = loop {
            match kind(at) {
                None => return,
                Some(BEYOND_ASCII) => match character(at) {
                    Ok(_) => break at,
                    Err(length) => at += length,
                },
                Some(kind) if kind & (LETTER | beside) != 0 => break at,
                Some(_) => at += 1,
            }
        };
        let mut plain = true;
        loop {
            at += ascii::run(bytes, at, false);
            match kind(at) {
                Some(BEYOND_ASCII) => match character(at) {
                    Ok(length) => at += length,
                    Err(_) => break,
                },
                Some(kind) if kind & beside != 0 => at += 1,
                _ => break,
            }
            plain = false;
        }
        let fits = plain && at - start <= MOST_PACKED;
        let packed = fits.then(|| packed_at(bytes, start, at));
        visit(Stretch { text: &text[start..at], plain, packed });
    }
}

/// Visits the runs of letters in a text, with `figures` also of figures, each with what [`packed`] makes of it.
pub(crate) fn each_run<'a>(text: &'a str, figures: bool, mut visit: impl FnMut(&'a str, Option<u64>)) {
    let beside = if figures { FIGURE } else { 0 };
    let beyond = |c: char| c.is_alphabetic() || figures && c.is_numeric();
    each_stretch(text, beside, beyond, |stretch| visit(stretch.text, stretch.packed));
}

/// Words by number.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    short: FxHashMap<u64, u32>,
    others: HashMap<String, u32>,
}

impl WordIndex {
    /// The number of a word in small letters; a new one counts on from the last.
    pub(crate) fn add(&mut self, word: &str) -> u32 {
        let next = self.len() as u32;
        match packed(word) {
            Some(key) => *self.short.entry(key).or_insert(next),
            None => *self.others.entry(word.to_owned()).or_insert(next),
        }
    }

    /// How many words have a number.
    pub(crate) fn len(&self) -> usize {
        self.short.len() + self.others.len()
    }

    /// The number of a word, by what [`packed`] makes of it.
    pub(crate) fn of_packed(&self, key: u64) -> Option<u32> {
        self.short.get(&key).copied()
    }

    /// The number of a word in small letters of which [`packed`] makes nothing.
    pub(crate) fn of_other(&self, word: &str) -> Option<u32> {
        self.others.get(word).copied()
    }

    /// The number of a word in small letters.
    pub(crate) fn of(&self, word: &str) -> Option<u32> {
        match packed(word) {
            Some(key) => self.of_packed(key),
            None => self.of_other(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_keeps_its_number() {
        let words = ["a", "the", "eightful", "ninelette", "don't", "café", "aa"];
        let mut index = WordIndex::default();
        for (number, word) in words.iter().enumerate() {
            assert_eq!(index.add(word), number as u32);
        }
        for (number, word) in words.iter().enumerate() {
            assert_eq!(index.add(word), number as u32);
            assert_eq!(index.of(word), Some(number as u32));
        }
        assert_eq!(index.len(), words.len());
        assert_eq!(index.of("never"), None);
        assert_eq!(packed("The"), packed("the"));
        assert_ne!(packed("a"), packed("aa"));
    }

    #[test]
    fn runs_are_told_from_what_stands_between_them() {
        let text = "— The 3rd café, eightful ninelette!x²y 漢字";
        let words = |text, figures| {
            let mut words = Vec::new();
            each_run(text, figures, |word, key| {
                assert_eq!(key, packed(word), "{word}");
                words.push(word);
            });
            words
        };
        assert_eq!(words(text, false), ["The", "rd", "café", "eightful", "ninelette", "x", "y", "漢字"]);
        assert_eq!(words(text, true), ["The", "3rd", "café", "eightful", "ninelette", "x²y", "漢字"]);
        assert!(words("", true).is_empty() && words(" … ", true).is_empty());
    }
}

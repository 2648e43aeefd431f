//! In: words in small letters. Out: a number for each, found again without a look at the whole word where it is short.

use foldhash::HashMap;
use rustc_hash::FxHashMap;

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

/// What a byte says of the character that it begins.
const OTHER: u8 = 0;
const LETTER: u8 = 1;
const FIGURE: u8 = 2;
const BEYOND_ASCII: u8 = 3;

static KIND: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = match byte as u8 {
            b if b.is_ascii_alphabetic() => LETTER,
            b if b.is_ascii_digit() => FIGURE,
            0x80.. => BEYOND_ASCII,
            _ => OTHER,
        };
        byte += 1;
    }
    table
};

/// The runs of letters in a text, with `figures` also of figures, each with what [`packed`] makes of it.
pub(crate) fn runs(text: &str, figures: bool) -> impl Iterator<Item = (&str, Option<u64>)> {
    let bytes = text.as_bytes();
    let kind = |at: usize| bytes.get(at).map_or(OTHER, |byte| KIND[usize::from(*byte)]);
    // How many bytes the character at a place beyond ASCII has, and whether it is a letter or figure.
    let beyond = move |at: usize| {
        let c = text[at..].chars().next().unwrap_or_default();
        (c.len_utf8(), c.is_alphabetic() || figures && c.is_numeric())
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            match kind(at) {
                LETTER => break,
                FIGURE if figures => break,
                BEYOND_ASCII => match beyond(at) {
                    (_, true) => break,
                    (length, false) => at += length,
                },
                _ => at += 1,
            }
        }
        let start = at;
        while kind(at) == LETTER {
            at += 1;
        }
        let letters = at;
        loop {
            match kind(at) {
                LETTER => at += 1,
                FIGURE if figures => at += 1,
                BEYOND_ASCII => match beyond(at) {
                    (length, true) => at += length,
                    (_, false) => break,
                },
                _ => break,
            }
        }
        let fits = at == letters && at - start <= MOST_PACKED;
        (at > start).then(|| (&text[start..at], fits.then(|| packed_at(bytes, start, at))))
    })
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
        let words = |figures| runs(text, figures).map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words(false), ["The", "rd", "café", "eightful", "ninelette", "x", "y", "漢字"]);
        assert_eq!(words(true), ["The", "3rd", "café", "eightful", "ninelette", "x²y", "漢字"]);
        for (word, key) in runs(text, true) {
            assert_eq!(key, packed(word), "{word}");
        }
        assert_eq!(runs("", true).count() + runs(" … ", true).count(), 0);
    }
}

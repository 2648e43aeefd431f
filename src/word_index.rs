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

/// What a byte says of the character that it begins, a bit each; of what is none of these no bit.
pub(crate) const LETTER: u8 = 1;
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
    /// What kinds of characters it has.
    pub(crate) kinds: u8,
    /// What [`packed`] makes of it.
    pub(crate) packed: Option<u64>,
}

/// The stretches of a text of characters that are `wanted`, by the kinds above; beyond ASCII, that are so by themselves.
pub(crate) fn stretches<'a>(
    text: &'a str,
    wanted: u8,
    beyond: impl Fn(char) -> bool + 'a,
) -> impl Iterator<Item = Stretch<'a>> + 'a {
    let bytes = text.as_bytes();
    let character = move |at: usize| {
        let kind = KIND[usize::from(bytes[at])];
        if kind != BEYOND_ASCII {
            return (kind & wanted, 1);
        }
        let c = text[at..].chars().next().unwrap_or_default();
        (if beyond(c) { kind } else { 0 }, c.len_utf8())
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let (mut start, mut kinds) = (at, 0);
        while at < bytes.len() {
            let (kind, length) = character(at);
            if kind == 0 {
                if kinds != 0 {
                    break;
                }
                start = at + length;
            }
            kinds |= kind;
            at += length;
        }
        let fits = kinds == LETTER && at - start <= MOST_PACKED;
        let packed = fits.then(|| packed_at(bytes, start, at));
        (kinds != 0).then(|| Stretch { text: &text[start..at], kinds, packed })
    })
}

/// The runs of letters in a text, with `figures` also of figures, each with what [`packed`] makes of it.
pub(crate) fn runs(text: &str, figures: bool) -> impl Iterator<Item = (&str, Option<u64>)> {
    let wanted = if figures { LETTER | FIGURE } else { LETTER };
    stretches(text, wanted, move |c| c.is_alphabetic() || figures && c.is_numeric())
        .map(|stretch| (stretch.text, stretch.packed))
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

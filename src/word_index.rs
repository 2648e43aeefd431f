//! In: words in small letters. Out: a number for each, found again without a look at the whole word where it is short.

use foldhash::HashMap;
use rustc_hash::FxHashMap;

/// Letters that a number holds.
const MOST_PACKED: usize = 8;

/// A word of up to eight letters from a to z as a number: its small letters in the bytes, the last one lowest.
pub(crate) fn packed(word: &str) -> Option<u64> {
    let fits = word.len() <= MOST_PACKED && word.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then(|| word.bytes().fold(0, add_letter))
}

/// [`packed`] with one letter more, which is ASCII.
const fn add_letter(key: u64, letter: u8) -> u64 {
    key << 8 | (letter | 0x20) as u64
}

/// The runs of letters in a text, with `figures` also of figures, each with what [`packed`] makes of it.
pub(crate) fn runs(text: &str, figures: bool) -> impl Iterator<Item = (&str, Option<u64>)> {
    let bytes = text.as_bytes();
    // How many bytes the letter or figure at a place beyond ASCII has; 0 where there is none.
    let beyond = move |at: usize| {
        let c = text[at..].chars().next();
        c.filter(|c| c.is_alphabetic() || figures && c.is_numeric()).map_or(0, char::len_utf8)
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let (mut start, mut key, mut letters) = (at, 0, true);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    key = add_letter(key, *byte);
                    at += 1;
                    continue;
                }
                b'0'..=b'9' if figures => {
                    letters = false;
                    at += 1;
                    continue;
                }
                0x80.. if beyond(at) > 0 => {
                    letters = false;
                    at += beyond(at);
                    continue;
                }
                _ if at > start => break,
                0x80.. => at += text[at..].chars().next().map_or(1, char::len_utf8),
                _ => at += 1,
            }
            start = at;
        }
        let fits = letters && at - start <= MOST_PACKED;
        (at > start).then(|| (&text[start..at], fits.then_some(key)))
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

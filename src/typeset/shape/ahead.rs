//! In: the bytes of a work that nobody has read yet. Out: its words as glyphs, so that the setting of the book finds
//! them shaped.
//!
//! Cleaning and structure leave one core idle for a third of a book's time; shaping can fill it, for it asks for
//! nothing but strings. What is shaped here are guesses at the words of the finished book: one that comes out
//! otherwise costs its time, never a glyph, because the book asks for its words by their own letters.

use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use crate::typeset::font::FontSet;
use crate::typeset::hyphen::Hyphenator;
use crate::typeset::page::WordTable;
use crate::typeset::shape::batch::Batch;
use crate::typeset::shape::word::Typeface;
use crate::typeset::shape::{FaceKey, Style};

/// Bytes of the source that a thread takes at once.
const BYTES_AT_ONCE: usize = 16 << 10;
/// Longest guess, in bytes: what is longer is an address or a rule, and will not come back.
const LONGEST: usize = 24;
/// Bits for the words that were met, by hash. A word that falls on the bit of another is left for later.
const MET_BITS: usize = 1 << 18;

/// One typeface with words that were shaped before its book was there.
#[derive(Debug)]
pub(in crate::typeset) struct Ahead {
    key: FaceKey,
    typeface: Typeface,
}

impl Ahead {
    /// Shapes the words of `source`, in any encoding, for text in this style and language (BCP 47).
    pub(in crate::typeset) fn shape(fonts: &FontSet, style: &Style, language: &str, source: &[u8]) -> Self {
        let nothing = Arc::new(Hyphenator::default());
        let typeface = Typeface::new(fonts, style, language, nothing, Arc::default());
        let met = Met::default();
        let english = is_english(language);
        pieces(source).par_iter().for_each(|piece| {
            let (mut guess, mut batch) = (String::new(), Batch::default());
            for word in piece.split(u8::is_ascii_whitespace) {
                if (1..=LONGEST).contains(&word.len())
                    && met.first(word)
                    && let Some(word) = as_set(word, english, &mut guess)
                {
                    batch.word(&typeface, fonts, word);
                }
            }
            batch.end(&typeface, fonts);
        });
        Self { key: FaceKey::new(style, language), typeface }
    }

    pub(super) fn word_table(&self) -> &Arc<WordTable> {
        &self.typeface.word_table
    }

    /// Whether its glyphs are those of a style in a language. OpenType has one language system for English, whatever
    /// country it is written in.
    pub(super) fn serves(&self, style: &Style, language: &str) -> bool {
        let own = self.key.language.as_str();
        self.key.is_of(style) && (own == language || is_english(own) && is_english(language))
    }

    /// The typeface, which breaks words by `hyphenator` from now on.
    pub(super) fn into_typeface(self, hyphenator: Arc<Hyphenator>) -> Typeface {
        self.typeface.hyphenated_by(hyphenator)
    }
}

/// `en`, or `en` with a country.
fn is_english(language: &str) -> bool {
    let rest = language.strip_prefix("en");
    rest.is_some_and(|rest| rest.is_empty() || rest.len() == 3 && rest.starts_with('-'))
}

/// Words that were met, by their hashes.
struct Met(Box<[AtomicU64]>);

impl Default for Met {
    fn default() -> Self {
        Self((0..MET_BITS / 64).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Met {
    /// Whether nothing on the bit of this word was met yet.
    fn first(&self, word: &[u8]) -> bool {
        let place = (FxBuildHasher.hash_one(word) >> 32) as usize % MET_BITS;
        let (cell, bit) = (&self.0[place / 64], 1 << (place % 64));
        cell.load(Ordering::Relaxed) & bit == 0 && cell.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

/// The source in pieces of about [`BYTES_AT_ONCE`] that end between words.
fn pieces(source: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::with_capacity(source.len() / BYTES_AT_ONCE + 1);
    let mut rest = source;
    while rest.len() > BYTES_AT_ONCE {
        let white = rest[BYTES_AT_ONCE..].iter().position(u8::is_ascii_whitespace);
        let (piece, behind) = rest.split_at(white.map_or(rest.len(), |at| BYTES_AT_ONCE + at));
        out.push(piece);
        rest = behind;
    }
    out.push(rest);
    out
}

/// What typography will most likely make of a word of the source; `None` where there is no telling.
fn as_set<'a>(word: &'a [u8], english: bool, guess: &'a mut String) -> Option<&'a str> {
    let word = str::from_utf8(word).ok()?;
    if word.contains(|c: char| c.is_control())
        || word.contains(['_', '*', '<', '>', '&', '[', ']', '`', '\\', '|', '#', '=', '\u{a0}', '\u{feff}'])
        || word.contains("..")
    {
        return None;
    }
    if !word.contains(['"', '\'']) && !word.contains("--") {
        return Some(word);
    }
    if !english {
        return None;
    }
    guess.clear();
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let opens = guess.is_empty() || guess.ends_with(['“', '‘', '(', '—']);
        guess.push(match c {
            '"' if opens => '“',
            '"' => '”',
            '\'' if opens => '‘',
            '\'' => '’',
            '-' if chars.next_if_eq(&'-').is_some() => '—',
            c => c,
        });
    }
    Some(guess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;
    use crate::typeset::length::Length;
    use crate::typeset::shape::{Paragraph, Shaper};

    #[test]
    fn guesses_are_what_typography_makes_of_most_words() {
        let mut guess = String::new();
        for (word, expected) in [
            ("ferry,", Some("ferry,")),
            ("\"Come", Some("“Come")),
            ("said.\"", Some("said.”")),
            ("don't", Some("don’t")),
            ("'tis", Some("‘tis")),
            ("\"'Well,'\"", Some("“‘Well,’”")),
            ("quay--the", Some("quay—the")),
            ("café", Some("café")),
            ("_very_", None),
            ("and...", None),
            ("a&amp;b", None),
            ("\u{1}", None),
        ] {
            assert_eq!(as_set(word.as_bytes(), true, &mut guess), expected, "{word}");
        }
        assert_eq!(as_set(b"caf\xe9", true, &mut guess), None, "no UTF-8");
        assert_eq!(as_set(b"\"Ja,", false, &mut guess), None, "marks of other languages look otherwise");
    }

    #[test]
    fn a_source_is_parted_between_words() {
        let source = "quay ".repeat(BYTES_AT_ONCE);
        let parts = pieces(source.as_bytes());
        assert!(parts.len() > 2 && parts.iter().all(|p| p.len() < BYTES_AT_ONCE + 8));
        assert_eq!(parts.concat(), source.as_bytes());
        let words = parts.iter().flat_map(|p| p.split(u8::is_ascii_whitespace)).filter(|w| !w.is_empty());
        assert!(words.into_iter().all(|word| word == b"quay"));
        let endless = "x".repeat(3 * BYTES_AT_ONCE);
        assert_eq!(pieces(endless.as_bytes()).len(), 2, "a word without end, and what follows it");
    }

    #[test]
    fn words_shaped_ahead_serve_their_language_wherever_it_is_spoken_and_no_other() {
        let fonts = FontSet::open(&FixedEnv::default(), "EB Garamond").unwrap();
        let style = Style::new(Length::pt(11.0));
        let ahead = || Ahead::shape(&fonts, &style, "en", b"The difficult\nferry \"left\" the quay");
        assert!(ahead().serves(&style, "en") && ahead().serves(&style, "en-GB"));
        assert!(!ahead().serves(&style, "de") && !ahead().serves(&style, "enm"));
        assert!(!ahead().serves(&style.italic(), "en"), "the italic has glyphs of its own");

        let text = "The difficult ferry “left” the quay unhurriedly";
        let plain = Shaper::new(&fonts, &[]);
        let prepared = Shaper::new(&fonts, &[]).with_ahead(ahead());
        let (known, new) = (prepared.word_table().len(), plain.word_table().len());
        assert!(known >= new + 5, "{known} words were shaped ahead");
        for shaper in [&plain, &prepared] {
            let _ = shaper.prepare(&Paragraph::new(text, style, "en-GB"));
        }
        let (a, b) = (plain.typeface(&style, "en-GB"), prepared.typeface(&style, "en-GB"));
        for word in text.split(' ') {
            let [here, there] = [&plain, &prepared].map(|shaper| {
                let typeface = shaper.typeface(&style, "en-GB");
                let place = typeface.word(&fonts, word, 0, false);
                (typeface.at(place).width, typeface.breaks(typeface.at(place), word).to_vec())
            });
            assert_eq!(here, there, "{word}");
        }
        let broken = |typeface: &Typeface| {
            let place = typeface.word(&fonts, "unhurriedly", 0, false);
            typeface.breaks(typeface.at(place), "unhurriedly").len()
        };
        assert!(broken(&a) > 0 && broken(&a) == broken(&b), "the patterns are those of the book's language");
    }
}

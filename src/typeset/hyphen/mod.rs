//! In: a word and its language. Out: where it may be broken.
//!
//! Patterns find most breaks (Liang 1983); a list of exceptions wins over them.

mod patterns;

use std::ops::Range;

use foldhash::HashMap;
use hypher::Lang;
use smallvec::SmallVec;

use crate::ascii;

/// Least number of letters before a hyphen, and behind one. A line's end on one letter saves
/// nothing; two letters at its beginning look like a misprint.
const BEFORE: usize = 2;
const AFTER: usize = 3;
/// Shortest word that is broken at all, in letters.
const SHORTEST: usize = BEFORE + AFTER;

/// Regions whose English is spelt and broken as in Britain.
const BRITISH: [&str; 6] = ["gb", "ie", "au", "nz", "za", "in"];

/// A place inside a string where it may be broken with a hyphen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordBreak {
    /// Byte of the string.
    pub at: u32,
    /// Whether the word around it begins with a capital: at a sentence's start, or a name.
    pub capital: bool,
    /// Whether only two letters stand before it.
    pub short: bool,
}

impl WordBreak {
    /// The break at byte `at` of a string, in a word of letters.
    pub(in crate::typeset) fn inside(string: &str, at: u32) -> Self {
        let stem = string[..at as usize].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        Self {
            at,
            capital: stem.starts_with(char::is_uppercase),
            short: stem.chars().take(BEFORE + 1).count() <= BEFORE,
        }
    }
}

/// Where a language's patterns come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Crate(Lang),
    American,
    British,
}

/// Finds the breaks in words of one language.
#[derive(Debug, Default)]
pub struct Hyphenator {
    patterns: Option<Source>,
    /// By the word in lower case: its breaks in bytes.
    exceptions: HashMap<String, Vec<u32>>,
}

impl Hyphenator {
    /// The patterns of a language (BCP 47) and words with their breaks marked by hyphens.
    /// A language without patterns breaks no word but those.
    pub fn new(language: &str, exceptions: &[String]) -> Self {
        let mut parts = language.split('-').map(str::to_ascii_lowercase);
        let code = parts.next().unwrap_or_default();
        // Spelling follows London outside of North America, and so do the breaks.
        let british = parts.any(|p| BRITISH.contains(&p.as_str()));
        let patterns = match code.as_str() {
            "en" if british => Some(Source::British),
            "en" => Some(Source::American),
            _ => <[u8; 2]>::try_from(code.as_bytes()).ok().and_then(|c| {
                // Both written forms of Norwegian share their patterns.
                Lang::from_iso(if matches!(&c, b"nb" | b"nn") { *b"no" } else { c }).map(Source::Crate)
            }),
        };
        let exceptions = exceptions
            .iter()
            .map(|marked| {
                let mut word = String::new();
                let mut breaks = Vec::new();
                for c in marked.trim().chars() {
                    if c == '-' {
                        breaks.push(word.len() as u32);
                    } else {
                        word.extend(c.to_lowercase());
                    }
                }
                (word, breaks)
            })
            .collect();
        Self { patterns, exceptions }
    }

    /// Where a string between two spaces may be broken: its words without punctuation, each
    /// side of a dash by itself. Words with a hyphen of their own, with figures, with capitals
    /// inside, and words of fewer than five letters are left whole.
    pub fn breaks(&self, string: &str) -> SmallVec<[WordBreak; 8]> {
        let mut out = SmallVec::new();
        if let Some(word) = plain_word(string) {
            self.core(&string[word.clone()], word.start, &mut out);
            return out;
        }
        let mut start = 0;
        for part in string.split_inclusive(['—', '–', '…', '/']) {
            let core = part.trim_matches(|c: char| !c.is_alphanumeric());
            let offset = start + (core.as_ptr() as usize - part.as_ptr() as usize);
            self.core(core, offset, &mut out);
            start += part.len();
        }
        out
    }

    fn core(&self, core: &str, offset: usize, out: &mut SmallVec<[WordBreak; 8]>) {
        if core.len() < SHORTEST {
            return;
        }
        // What follows an apostrophe is an ending or another word; the stem alone is broken.
        let (stem, ending) = core.split_at(core.find(['’', '\'']).unwrap_or(core.len()));
        let whole = stem.chars().all(char::is_alphabetic);
        let ending_is_short = ending.chars().skip(1).all(char::is_alphabetic) && ending.chars().count() <= 3;
        let shouted = stem.chars().skip(1).any(char::is_uppercase);
        if !whole || !ending_is_short || shouted || stem.chars().count() < SHORTEST {
            return;
        }
        self.word(stem, &mut |at| {
            let found = WordBreak::inside(stem, at);
            out.push(WordBreak { at: at + offset as u32, ..found });
        });
    }

    /// Calls `found` with the bytes of a word of letters where it may be broken.
    fn word(&self, word: &str, found: &mut impl FnMut(u32)) {
        let exception =
            if self.exceptions.is_empty() { None } else { self.exceptions.get(&word.to_lowercase()) };
        if let Some(breaks) = exception {
            let inner = |b: &u32| (1..word.len() as u32).contains(b) && word.is_char_boundary(*b as usize);
            return breaks.iter().copied().filter(inner).for_each(found);
        }
        let patterns = match self.patterns {
            None => return,
            Some(Source::American) => return patterns::american().breaks(word, BEFORE, AFTER, found),
            Some(Source::British) => return patterns::british().breaks(word, BEFORE, AFTER, found),
            Some(Source::Crate(language)) => language,
        };
        let mut at = 0;
        for part in hypher::hyphenate_bounded(word, patterns, BEFORE, AFTER) {
            at += part.len() as u32;
            if (at as usize) < word.len() {
                found(at);
            }
        }
    }
}

/// The letters of a string that has letters of ASCII in one stretch, with common signs around them, as nearly all have.
fn plain_word(string: &str) -> Option<Range<usize>> {
    let body = string.trim_start_matches(['“', '‘', '(']);
    let start = string.len() - body.len();
    let end = start + ascii::run(string.as_bytes(), start, false);
    let common = |c: char| matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '”' | ')');
    string[end..].chars().all(common).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_common_signs_are_found_at_once() {
        for (string, word) in [("“extensive,”", "extensive"), ("(so)", "so"), ("plain", "plain"), ("”", "")]
        {
            assert_eq!(plain_word(string).map(|word| &string[word]), Some(word));
        }
        for string in ["e.g.", "mother-in-law", "café", "won’t", "a—b", "1st", "“…"] {
            assert_eq!(plain_word(string), None, "{string}");
        }
    }

    fn shown(string: &str, language: &str) -> String {
        let breaks = Hyphenator::new(language, &["in-kbind".to_owned()]).breaks(string);
        let mut out = String::new();
        let mut from = 0;
        for b in breaks {
            out.push_str(&string[from..b.at as usize]);
            out.push('-');
            from = b.at as usize;
        }
        out + &string[from..]
    }

    #[test]
    fn words_are_broken_without_their_punctuation() {
        assert_eq!(shown("“extensive,”", "en"), "“ex-ten-sive,”");
        assert_eq!(shown("anything’s", "en"), "any-thing’s");
        assert_eq!(shown("wonderful—extraordinary", "en-US"), "won-der-ful—ex-tra-or-di-nary");
    }

    #[test]
    fn compounds_figures_capitals_and_short_words_stay_whole() {
        for word in ["mother-in-law’s", "1801st", "PEQUOD", "McAllister", "into", "e.g.", "o’clock"] {
            assert_eq!(shown(word, "en"), word);
        }
    }

    #[test]
    fn each_language_has_its_own_breaks() {
        assert_eq!(shown("knowledge", "en-US"), "knowl-edge");
        assert_eq!(shown("knowledge", "en-GB"), "know-ledge");
        assert_eq!(shown("Donaudampfschiff", "de"), "Do-nau-dampf-schiff");
        for (word, language) in [
            ("quelquefois", "fr"),
            ("caballero", "es"),
            ("fazzoletto", "it"),
            ("boekhandel", "nl"),
            ("cavaleiro", "pt"),
            ("bokhandel", "sv"),
            ("boghandel", "da"),
            ("bokhandel", "nb"),
            ("kirjakauppa", "fi"),
            ("księgarnia", "pl"),
            ("knihkupectví", "cs"),
            ("könyvesbolt", "hu"),
            ("книгопродавец", "ru"),
            ("βιβλιοπωλείο", "el"),
            ("kitabevimiz", "tr"),
            ("llibreria", "ca"),
        ] {
            assert!(shown(word, language).contains('-'), "{language}");
        }
        assert_eq!(shown("anything", "tlh"), "anything");
    }

    #[test]
    fn an_exception_wins_over_patterns() {
        assert_eq!(shown("Inkbind", "en"), "In-kbind");
        assert_eq!(shown("inkbind", "xx"), "in-kbind");
    }
}

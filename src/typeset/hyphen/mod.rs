//! In: a word and its language. Out: where it may be broken.
//!
//! Patterns find most breaks (Liang 1983); a list of exceptions wins over them.

use std::collections::HashMap;

use hypher::Lang;

/// Least number of letters before a hyphen.
const BEFORE: usize = 2;
/// Least number of letters behind one.
const AFTER: usize = 3;

/// Finds the breaks in words of one language.
#[derive(Debug, Default)]
pub struct Hyphenator {
    patterns: Option<Lang>,
    /// By the word in lower case: its breaks in bytes.
    exceptions: HashMap<String, Vec<u32>>,
}

impl Hyphenator {
    /// The patterns of a language (BCP 47) and words with their breaks marked by hyphens.
    /// A language without patterns breaks no word but those.
    pub fn new(language: &str, exceptions: &[String]) -> Self {
        let patterns = language
            .as_bytes()
            .get(..2)
            .and_then(|c| <[u8; 2]>::try_from(c).ok())
            .and_then(|c| Lang::from_iso(c.map(|b| b.to_ascii_lowercase())));
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

    /// Bytes of `word` (letters only) where it may be broken, in order.
    pub fn breaks(&self, word: &str) -> Vec<u32> {
        if let Some(breaks) = self.exceptions.get(&word.to_lowercase()) {
            return breaks.iter().copied().filter(|b| word.is_char_boundary(*b as usize)).collect();
        }
        let Some(patterns) = self.patterns else { return Vec::new() };
        let mut at = 0;
        let mut breaks = Vec::new();
        for part in hypher::hyphenate_bounded(word, patterns, BEFORE, AFTER) {
            at += part.len();
            breaks.push(at as u32);
        }
        breaks.pop();
        breaks
    }
}

//! In: wrapped text. Out: the same text with words joined that were divided at a line's end.
//!
//! Which hyphens are the author's is decided by the text's own words, counted without the
//! halves at line ends.

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// A word that was divided at a line's end.
pub static LINE_END_HYPHEN: Rule = Rule {
    code: "C040",
    name: "line-end-hyphen",
    what: "Joins a word that was divided at the end of a line and takes its hyphen out.",
    why: "The division belongs to lines that are gone.",
    example: "`hand-` at a line's end and `kerchief` on the next become `handkerchief`.",
};

/// A compound whose hyphen stood at a line's end.
pub static HYPHEN_KEPT: Rule = Rule {
    code: "C041",
    name: "hyphen-kept",
    what: "Keeps the hyphen of a compound that was divided at the end of a line.",
    why: "Deleting every hyphen at a line's end would turn `sea-chest` into `seachest`.",
    example: "`sea-` at a line's end and `chest` on the next become `sea-chest`, because the text has it elsewhere.",
};

/// Decides hyphens at line ends.
#[derive(Clone, Copy, Debug)]
pub struct Hyphens;

static RULES: [&Rule; 2] = [&LINE_END_HYPHEN, &HYPHEN_KEPT];

/// From this share of lines that end in a hyphen on, words were divided to fill the lines;
/// below it each hyphen is the author's.
const DIVIDED: f64 = 0.02;

/// Above this score the hyphen is the author's.
const KEEP_ABOVE: f64 = 0.9;

/// Endings that never stand behind a hyphen of their own.
const BOUND: &[&str] = &[
    "ing", "ed", "ly", "ness", "ment", "tion", "sion", "ous", "able", "ible", "ful", "less", "er", "est",
    "ity", "ance", "ence", "ally", "ings", "ers", "tions", "sions", "ments", "ted", "ding", "ting", "tive",
    "ture", "ular", "ation", "ingly", "edly", "cial", "tial", "cious", "tious", "ism", "ist", "ive", "ary",
    "ery", "ory", "ling",
];

impl Pass<Context<'_>> for Hyphens {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        if context.measures.one_line || context.measures.hyphen_ends < DIVIDED {
            return Vec::new();
        }
        let s = text.as_str();
        let places = places(s, context.lines);
        let words = Vocabulary::read(s, &places);
        places.iter().map(|p| proposal(s, p, &words)).collect()
    }
}

/// A hyphen at a line's end and the halves around it.
struct Place {
    /// First byte of the left half.
    left: usize,
    /// The hyphen.
    hyphen: usize,
    /// First byte of the right half.
    right: usize,
    /// One past the right half.
    end: usize,
}

fn places(s: &str, lines: &[Line]) -> Vec<Place> {
    let mut out = Vec::new();
    for pair in lines.windows(2) {
        let (a, b) = (&s[pair[0].range()], &s[pair[1].range()]);
        let Some(stem) = a.strip_suffix(['-', '‐']) else { continue };
        if !stem.ends_with(char::is_alphabetic) || !b.starts_with(char::is_alphabetic) {
            continue;
        }
        let hyphen = pair[0].start as usize + stem.len();
        let left = stem
            .rfind(|c: char| !is_word(c) && c != '-')
            .map_or(0, |i| i + stem[i..].chars().next().map_or(1, char::len_utf8));
        let length = b.find(|c: char| !is_word(c)).unwrap_or(b.len());
        out.push(Place {
            left: pair[0].start as usize + left,
            hyphen,
            right: pair[1].start as usize,
            end: pair[1].start as usize + length,
        });
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

fn low(s: &str) -> Cow<'_, str> {
    if s.chars().any(char::is_uppercase) { Cow::Owned(s.to_lowercase()) } else { Cow::Borrowed(s) }
}

/// The words of a text, but for the halves at line ends.
#[derive(Default)]
struct Vocabulary<'a> {
    words: HashMap<Cow<'a, str>, u32>,
    compounds: HashMap<String, u32>,
    first_parts: HashMap<Cow<'a, str>, HashSet<&'a str>>,
    last_parts: HashMap<Cow<'a, str>, HashSet<&'a str>>,
}

impl<'a> Vocabulary<'a> {
    fn read(s: &'a str, places: &[Place]) -> Self {
        let mut out = Self::default();
        let mut at = 0;
        for place in places {
            out.add(&s[at..place.left.max(at)]);
            at = place.end;
        }
        out.add(&s[at..]);
        out
    }

    fn add(&mut self, s: &'a str) {
        for token in s.split(|c: char| !is_word(c) && c != '-') {
            let token = token.trim_matches(['\'', '’', '-']);
            if token.is_empty() {
                continue;
            }
            if !token.contains('-') {
                *self.words.entry(low(token)).or_default() += 1;
                continue;
            }
            let mut parts = token.split('-').filter(|p| !p.is_empty());
            if token.contains("--") {
                parts.for_each(|p| *self.words.entry(low(p)).or_default() += 1);
                continue;
            }
            *self.compounds.entry(token.to_lowercase()).or_default() += 1;
            let (first, last) = (parts.next().unwrap_or(token), parts.next_back().unwrap_or(token));
            self.first_parts.entry(low(first)).or_default().insert(token);
            self.last_parts.entry(low(last)).or_default().insert(token);
        }
    }

    fn count(&self, word: &str) -> u32 {
        self.words.get(low(word).as_ref()).copied().unwrap_or(0)
    }

    /// Occurrences of the word, or of the word without or with a common ending.
    fn family(&self, word: &str) -> u32 {
        let seen = self.count(word);
        if seen > 0 {
            return seen;
        }
        let word = low(word);
        for ending in ["s", "es", "ed", "d", "ing", "ly", "'s", "er", "ers", "ness"] {
            if let Some(stem) = word.strip_suffix(ending).filter(|s| s.len() > 3) {
                let with_e = format!("{stem}e");
                if self.words.contains_key(stem) || self.words.contains_key(with_e.as_str()) {
                    return 1;
                }
            }
            if word.len() > 4 && self.words.contains_key(format!("{word}{ending}").as_str()) {
                return 1;
            }
        }
        0
    }
}

/// How strongly the halves look like a compound. Positive: the hyphen is the author's.
fn score(left: &str, right: &str, words: &Vocabulary<'_>) -> f64 {
    let last = left.rsplit('-').next().unwrap_or(left);
    let short_rare = right.chars().count() <= 3 && words.count(right) < 5;
    let some = |n: usize| n.min(3) as f64;
    let starts = words.first_parts.get(low(last).as_ref()).map_or(0, HashSet::len);
    let ends = words.last_parts.get(low(right).as_ref()).map_or(0, HashSet::len);
    let mut z = -1.0;
    z += f64::from(u8::from(words.count(last) > 0)) + f64::from(u8::from(words.count(right) > 0));
    z += 0.6 * some(starts) + 0.5 * some(ends);
    if right.starts_with(char::is_uppercase) && !left.chars().all(|c| c.is_uppercase() || c == '-') {
        z += 3.0;
    }
    if left.contains('-') {
        z += 1.5;
    }
    if last.chars().count() <= 2 {
        z -= 0.8;
    }
    if short_rare {
        z -= 0.8;
    }
    if BOUND.contains(&low(right).as_ref()) {
        z -= 1.5;
    }
    z
}

fn proposal(s: &str, place: &Place, words: &Vocabulary<'_>) -> Proposal {
    let left = &s[place.left..place.hyphen];
    let right = &s[place.right..place.end];
    let joined = format!("{left}{right}");
    let compound = format!("{left}-{right}");
    let solid = if left.contains('-') {
        words.compounds.get(&low(&joined).into_owned()).copied().unwrap_or(0)
    } else {
        words.count(&joined)
    };
    let hyphened = words.compounds.get(low(&compound).as_ref()).copied().unwrap_or(0);
    let (keep, certainty) = if solid + hyphened > 0 {
        (hyphened > solid, if solid > 0 && hyphened > 0 { 90 } else { 99 })
    } else if !left.contains('-') && words.family(&joined) > 0 {
        (false, 97)
    } else {
        let z = score(left, right, words);
        let sure = 100.0 / (1.0 + (-1.6 * (z - KEEP_ABOVE).abs()).exp());
        (z > KEEP_ABOVE, sure.clamp(55.0, 97.0) as u8)
    };
    let range = place.left..place.end;
    let (rule, message, from) = if keep {
        (&HYPHEN_KEPT, format!("the hyphen of `{compound}` kept"), place.hyphen + 1)
    } else {
        (&LINE_END_HYPHEN, format!("`{joined}` joined"), place.hyphen)
    };
    let mut edits = vec![Edit::delete(from..place.right)];
    // The line ends behind the joined word, so that the rest keeps its lines and their indent.
    let rest = &s[place.end..];
    if let Some(space) = rest.find([' ', '\n']).filter(|i| rest.as_bytes()[*i] == b' ') {
        let indent = s[..place.right].rfind('\n').map_or("", |n| &s[n..place.right]).to_owned();
        edits.push(Edit::replace(place.end + space..place.end + space + 1, indent));
    }
    Proposal::new(rule, range, message, edits).with_certainty(Certainty::percent(certainty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    #[test]
    fn the_text_itself_decides() {
        let filler = "a handkerchief and a sea-chest stood there, and the sea was\n".repeat(20);
        let text = format!(
            "{filler}he took his hand-\nkerchief out of the sea-\nchest of the after-\nnoon and the Anglo-\nSaxon man\n"
        );
        let clean = cleaned_by(&Hyphens, &text);
        assert!(clean.replace('\n', " ").contains("his handkerchief out of the sea-chest of"), "{clean}");
        assert!(clean.contains("Anglo-Saxon"));
    }

    #[test]
    fn the_rest_of_a_set_off_line_keeps_its_indent() {
        let filler = "and nothing was to be seen there but the sea and the grey sky\n".repeat(30);
        let text = format!("{filler}\n    the handker-\n    chief lay on the table\n");
        assert!(cleaned_by(&Hyphens, &text).contains("    the handkerchief\n    lay on the table"));
    }

    #[test]
    fn where_lines_are_not_filled_each_hyphen_stays() {
        let text = format!("{}the grind-\nstone\n", "no line here is divided at its end at all\n".repeat(80));
        assert_eq!(cleaned_by(&Hyphens, &text), text);
    }
}

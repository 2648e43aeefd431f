//! In: the words beside the marks. Out: how much each speaks for an apostrophe: because it is
//! a known elision, because the book nowhere has it as a word of its own, or because the
//! book's clear cases show it.

use foldhash::HashMap;
use rayon::prelude::*;

use super::tokens::{Class, Side, Token};
use super::{Decision, Role};
use crate::typography::slots::Slot;
use crate::typography::texts_at_once;
use crate::word_index::{MARK, WordIndex, each_stretch};

/// Words that have lost their start wherever a mark stands before them.
static STARTS: &str = "tis twas twere twill twould twon't twasn't tisn't twouldn't twixt tween em til till cause \
    cos coz cuz bout nother neath gainst cept kay nuff n mongst pon scuse spect spose fraid tude ud ll ve re \
    cross midst ne nen ner nem k stou tava course frisco t tain't taint twarn't ain't orspital ello ullo allo arf ole ooman appen ight un uns sblood zounds \
    swounds sdeath sfoot slid zactly specially lectric lasses tention deed tother most ye ee s way ware";
/// Words that often have lost an `h` or more, but are words without it as well.
static MAYBE_STARTS: &str = "e is im er ere as ad ave ow ome ouse all and eard ead eart at igh igher alf ope ell \
    is'n ers ands ard arm and't elp ear eld ung it out long round fore bove way low count most lowed tend ware \
    lone gin less live board live bide cept baccy tater taters stead";
/// Words that have lost their end wherever a mark stands behind them.
static ENDS: &str = "o th an wi ha mus ol las tha jus nothin somethin anythin everythin mornin evenin i ma gi \
    fo ye d t n ter yo ro po lor wid wit doin goin bein havin comin sayin gran lil be di mo ca fa va sta stan da";
/// What a left-out start most often was.
static LOST_STARTS: [&str; 9] = ["h", "th", "a", "be", "un", "e", "re", "wh", "o"];

/// Weight of a known elision; that of a possible one.
const KNOWN: f32 = 4.5;
const MAYBE: f32 = 1.3;
/// A word that the book nowhere has without the mark.
const UNSEEN: f32 = 1.2;
/// A word that becomes one of the book's own with a lost letter put back.
const REBUILT: f32 = 1.3;
/// Most that the book's own clear cases can weigh.
const MOST_LEARNED: f32 = 3.0;

/// What stands at one end of a mark and what it speaks for.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// What tables and vocabulary say.
    prior: f32,
    /// Clear cases in the book: apostrophes, quotation marks.
    elided: u32,
    quoted: u32,
}

impl Word {
    fn evidence(self) -> f32 {
        let learned = ((self.elided as f32 + 0.5) / (self.quoted as f32 + 0.5)).ln();
        let learned = if self.elided + self.quoted == 0 { 0.0 } else { learned };
        self.prior + learned.clamp(-2.0, MOST_LEARNED)
    }
}

/// At which end of a word the mark stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Start {
        /// Whether the word has a capital: then it may be a name, and be seen only here.
        capital: bool,
    },
    End,
}

/// What is known of the words beside single marks.
pub(super) struct Learned {
    words: Vec<Word>,
    /// For each slot and token, the word behind the mark (where one starts there) and the word
    /// before it (where one ends there).
    beside: Vec<Vec<(Option<u32>, Option<u32>)>>,
}

impl Learned {
    pub(super) fn new(slots: &[Slot<'_>], per_slot: &[Vec<Token>]) -> Self {
        let mut index: HashMap<(End, String), u32> = HashMap::default();
        let mut keys: Vec<(End, String)> = Vec::new();
        let mut id = |end: End, word: String| {
            *index.entry((end, word)).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() as u32 - 1
            })
        };
        let mut beside = Vec::with_capacity(slots.len());
        for (slot, tokens) in slots.iter().zip(per_slot) {
            let text = slot.text.as_str();
            let words = tokens.iter().map(|token| {
                if token.class == Class::Double {
                    return (None, None);
                }
                let after = word_after(text, token).map(|(w, capital)| id(End::Start { capital }, w));
                let before = word_before(text, token).map(|w| id(End::End, w));
                (after, before)
            });
            beside.push(words.collect());
        }
        let words = weigh(&keys, &Vocabulary::count(slots, &keys));
        Self { words, beside }
    }

    /// How much the words beside the mark speak for an apostrophe, and against an opening mark.
    pub(super) fn evidence(&self, slot: usize, token: usize) -> (f32, f32) {
        let (after, before) = self.beside[slot][token];
        let word = |id: Option<u32>| id.map_or(0.0, |id| self.words[id as usize].evidence());
        let start = word(after);
        (start + word(before), if start >= KNOWN { 1.5 } else { 0.0 })
    }

    /// Counts the clear cases of a reading.
    pub(super) fn study(&mut self, slots: &[Slot<'_>], per_slot: &[Vec<Token>], decisions: &[Vec<Decision>]) {
        for slot in 0..slots.len() {
            for (i, decision) in decisions[slot].iter().enumerate() {
                if per_slot[slot][i].class == Class::Double || decision.certainty.as_percent() < CLEAR_PERCENT
                {
                    continue;
                }
                let (after, before) = self.beside[slot][i];
                for id in [after, before].into_iter().flatten() {
                    let word = &mut self.words[id as usize];
                    match decision.role {
                        Role::Apostrophe => word.elided += 1,
                        Role::Open | Role::Reopen | Role::Close => word.quoted += 1,
                        Role::Stray | Role::Prime => {}
                    }
                }
            }
        }
    }
}

/// From here on a case is clear enough to learn from.
const CLEAR_PERCENT: u8 = 97;

/// The word that starts right behind the mark, in small letters, where none ends before it,
/// and whether it has a capital.
fn word_after(text: &str, token: &Token) -> Option<(String, bool)> {
    if token.right != Side::Letter || token.right_mark || (token.left == Side::Letter && !token.left_mark) {
        return None;
    }
    let rest = &text[token.end as usize..];
    let end = rest
        .char_indices()
        .find(|(i, c)| {
            let inner = matches!(c, '\'' | '’') && rest[i + c.len_utf8()..].starts_with(char::is_alphabetic);
            !c.is_alphabetic() && !inner
        })
        .map_or(rest.len(), |(i, _)| i);
    let word = &rest[..end];
    Some((lower(word), word.starts_with(char::is_uppercase)))
}

/// The word that ends right before the mark, in small letters, where none starts behind it.
fn word_before(text: &str, token: &Token) -> Option<String> {
    if token.left != Side::Letter || token.left_mark || (token.right == Side::Letter && !token.right_mark) {
        return None;
    }
    let rest = &text[..token.start as usize];
    let start = rest
        .char_indices()
        .rev()
        .take(LONGEST_WORD)
        .find(|(i, c)| {
            let inner = matches!(c, '\'' | '’') && rest[..*i].ends_with(char::is_alphabetic);
            !c.is_alphabetic() && !inner
        })
        .map_or(0, |(i, c)| i + c.len_utf8());
    Some(lower(&rest[start..]))
}

/// Bytes; what is longer is no word.
const LONGEST_WORD: usize = 40;

fn lower(word: &str) -> String {
    let mut out = String::new();
    lower_into(word, &mut out);
    out
}

fn lower_into(word: &str, out: &mut String) {
    let mut end = word.len().min(LONGEST_WORD);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    out.clear();
    for c in word[..end].chars() {
        match c {
            '’' => out.push('\''),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// How often the book has the words in question without a mark beside them.
struct Vocabulary {
    words: WordIndex,
    /// By the number of the word.
    counts: Vec<u32>,
    /// How much it says that a word is not in it: a short text lacks many words, a novel few.
    weight: f32,
}

/// Words of text from which on a missing word says all that it can.
const FULL_VOCABULARY: f32 = 20_000.0;

impl Vocabulary {
    fn count(slots: &[Slot<'_>], keys: &[(End, String)]) -> Self {
        let mut words = WordIndex::default();
        if keys.is_empty() {
            return Self { words, counts: Vec::new(), weight: 0.0 };
        }
        for (end, word) in keys {
            words.add(word);
            if *end == End::End {
                words.add(&format!("{word}g"));
                words.add(&format!("{word}d"));
            } else {
                for lost in LOST_STARTS {
                    words.add(&format!("{lost}{word}"));
                }
            }
        }
        let count = |slots: &[Slot<'_>]| {
            let (mut all, mut counts) = (0_u32, vec![0_u32; words.len()]);
            let mut lowered = String::new();
            let mut take = |word: &str, packed: Option<u64>| {
                all += 1;
                let number = packed.map_or_else(
                    || {
                        lower_into(word, &mut lowered);
                        words.of(&lowered)
                    },
                    |key| words.of_packed(key),
                );
                if let Some(number) = number {
                    counts[number as usize] += 1;
                }
            };
            for slot in slots {
                each_plain_word(slot.text.as_str(), &mut take);
            }
            (all, counts)
        };
        let parts: Vec<(u32, Vec<u32>)> = slots.par_chunks(texts_at_once(slots.len())).map(count).collect();
        let (mut all, mut counts) = (0, vec![0; words.len()]);
        for (part, part_counts) in parts {
            all += part;
            counts.iter_mut().zip(part_counts).for_each(|(sum, count)| *sum += count);
        }
        Self { words, counts, weight: (all as f32 / FULL_VOCABULARY).min(1.0) }
    }

    fn of(&self, word: &str) -> u32 {
        self.words.of(word).map_or(0, |number| self.counts[number as usize])
    }
}

/// Visits the words that have no mark at either end, each with what [`packed`](crate::word_index::packed) makes of it.
fn each_plain_word<'a>(text: &'a str, visit: &mut impl FnMut(&'a str, Option<u64>)) {
    let mark = |c: char| matches!(c, '\'' | '’' | '‘' | '`');
    each_stretch(
        text,
        MARK,
        |c| c.is_alphabetic() || mark(c),
        |word| {
            if word.plain || !word.text.starts_with(mark) && !word.text.ends_with(mark) {
                visit(word.text, word.packed);
            }
        },
    );
}

fn weigh(keys: &[(End, String)], vocabulary: &Vocabulary) -> Vec<Word> {
    let known_starts: Vec<&str> = STARTS.split_whitespace().collect();
    let maybe_starts: Vec<&str> = MAYBE_STARTS.split_whitespace().collect();
    let known_ends: Vec<&str> = ENDS.split_whitespace().collect();
    keys.iter()
        .map(|(end, word)| {
            let prior = match *end {
                End::Start { capital } => {
                    start_prior(word, capital, &known_starts, &maybe_starts, vocabulary)
                }
                End::End => end_prior(word, &known_ends, vocabulary),
            };
            Word { prior, ..Word::default() }
        })
        .collect()
}

fn start_prior(word: &str, capital: bool, known: &[&str], maybe: &[&str], vocabulary: &Vocabulary) -> f32 {
    if known.contains(&word) {
        return KNOWN;
    }
    let mut prior = if maybe.contains(&word) { MAYBE } else { 0.0 };
    let seen = vocabulary.of(word);
    let rebuilt = LOST_STARTS.iter().map(|lost| vocabulary.of(&format!("{lost}{word}"))).max().unwrap_or(0);
    if seen == 0 && word.len() > 1 {
        prior += UNSEEN * vocabulary.weight * if capital { 0.4 } else { 1.0 };
        if rebuilt > 0 {
            prior += REBUILT;
        }
    } else if rebuilt > 8 * seen {
        prior += 0.5;
    }
    prior
}

fn end_prior(word: &str, known: &[&str], vocabulary: &Vocabulary) -> f32 {
    if known.contains(&word) {
        return 3.5;
    }
    let seen = vocabulary.of(word);
    let whole = vocabulary.of(&format!("{word}g")).max(vocabulary.of(&format!("{word}d")));
    let mut prior = 0.0;
    if word.ends_with("in") && word.len() > 3 {
        prior += if whole > 0 { 3.0 } else { 1.2 };
    } else if word.ends_with("an") && whole > 0 && seen == 0 {
        prior += 1.5;
    }
    if seen == 0 {
        prior += 0.4 * vocabulary.weight;
    }
    prior
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_have_marks_inside_alone() {
        let text = "Don’t 'em rock'n'roll, café—x ‘tis O’ 'A' ¡Señor! 1st";
        let words = |text| {
            let mut words = Vec::new();
            each_plain_word(text, &mut |word, _| words.push(word));
            words
        };
        assert_eq!(words(text), ["Don’t", "rock'n'roll", "café", "x", "Señor", "st"]);
        assert!(words("— … ’ '").is_empty());
    }
}

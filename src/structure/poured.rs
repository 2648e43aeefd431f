//! In: a paragraph. Out: the lines of verse that were poured into it, where it is such.
//!
//! Line ends are lost, but each line kept its capital: words that the text itself writes small
//! everywhere else stand with capitals in the middle of sentences, at even distances.

use std::ops::Range;

use foldhash::HashSet;

use super::blocks::{Look, Page};
use crate::word_index::{WordIndex, each_run};

/// Words of a block that can be such verse.
const WORDS: std::ops::RangeInclusive<u32> = 12..=220;

/// Words of one line of verse, at least and at most.
const LINE: std::ops::RangeInclusive<usize> = 3..=14;

/// Lines that poured verse has at least.
const LEAST_LINES: usize = 3;

/// The text's own words that it writes small.
#[derive(Debug, Default)]
pub struct Small {
    words: HashSet<String>,
}

/// A word with the bytes it takes.
struct Word<'a> {
    at: usize,
    letters: &'a str,
    /// Whether it begins with a capital although no sentence begins with it.
    raised: bool,
    /// Whether it begins a sentence inside the text, or follows a comma and is raised.
    begins: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut before = "";
    let mut at = 0;
    for token in text.split_inclusive(char::is_whitespace) {
        let word = token.trim_end();
        let start = at;
        at += token.len();
        if word.is_empty() {
            continue;
        }
        let lead = word.len() - word.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let letters = word[lead..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let tail = before.trim_end_matches(['"', '”', '’', '\'', '_', ')', '*']);
        let ends = before.is_empty() || tail.ends_with(['.', '!', '?', ':']);
        let capital = letters.starts_with(char::is_uppercase) && letters.chars().any(char::is_lowercase);
        out.push(Word {
            at: start,
            letters,
            raised: capital && !ends && lead == 0,
            begins: (ends && !before.is_empty() || tail.ends_with([',', ';', '—']))
                && letters.starts_with(char::is_uppercase),
        });
        before = word;
    }
    out
}

/// Whether so many raised words stand in a text of `all` words that it may be verse.
const fn may_be(raised: usize, all: usize) -> bool {
    raised >= 2 && raised * 14 >= all
}

impl Small {
    /// Reads the whole text, but only where some block could be such verse.
    pub fn take(page: &Page<'_>) -> Self {
        let (mut index, mut names) = (WordIndex::default(), Vec::new());
        for b in 0..page.blocks.len() {
            let block = &page.blocks[b];
            if !WORDS.contains(&block.words) || block.look == Look::Text && !follows_a_colon(page, b) {
                continue;
            }
            let all = words(page.raw(b));
            let raised = || all.iter().filter(|w| w.raised);
            if may_be(raised().count(), all.len()) {
                for word in raised() {
                    let name = word.letters.to_lowercase();
                    if index.add(&name) as usize == names.len() {
                        names.push(name);
                    }
                }
            }
        }
        if names.is_empty() {
            return Self::default();
        }
        // How often each is written small, and with a capital.
        let mut counts = vec![(0_u32, 0_u32); names.len()];
        each_run(page.text.as_str(), true, |word, packed| {
            let small = word.starts_with(char::is_lowercase);
            if !small && word.len() < 2 {
                return;
            }
            let number = match packed {
                Some(key) => index.of_packed(key),
                None if small => index.of_other(word),
                None => index.of_other(&word.to_lowercase()),
            };
            if let Some(number) = number {
                let (low, high) = &mut counts[number as usize];
                *if small { low } else { high } += 1;
            }
        });
        let small = |(low, high): (u32, u32)| low >= 5 && low >= high * 2;
        let words = names.into_iter().zip(counts).filter(|(_, count)| small(*count));
        Self { words: words.map(|(name, _)| name).collect() }
    }

    /// The lines of `text`, where it is poured verse.
    pub fn lines(&self, text: &str) -> Option<Vec<Range<usize>>> {
        if self.words.is_empty() {
            return None;
        }
        let all = words(text);
        let strong = |w: &Word<'_>| w.raised && self.words.contains(&w.letters.to_lowercase());
        let sure = all.iter().filter(|w| strong(w)).count();
        let raised = all.iter().filter(|w| w.raised).count();
        if sure < 1 || !may_be(raised, all.len()) {
            return None;
        }
        let mut starts = vec![0];
        for (i, word) in all.iter().enumerate().skip(1) {
            let length = i - starts[starts.len() - 1];
            if strong(word) && length >= *LINE.start() || word.begins && length > *LINE.start() {
                starts.push(i);
            }
        }
        // Names and other words with capitals part what is still too long for one line.
        let mean = all.len() / starts.len();
        let mut lines: Vec<Range<usize>> = Vec::new();
        for (k, from) in starts.iter().copied().enumerate() {
            let end = starts.get(k + 1).copied().unwrap_or(all.len());
            let middle = (from + *LINE.start()..end.saturating_sub(*LINE.start() - 1))
                .filter(|i| all[*i].raised && end - from > mean + mean / 2)
                .min_by_key(|i| (i - from).abs_diff(end - i));
            match middle {
                Some(m) => lines.extend([from..m, m..end]),
                None => lines.push(from..end),
            }
        }
        // One word alone may be raised by chance: then the lines must be very even.
        let spread = if sure > 1 { 0.4 } else { 0.25 };
        if lines.len() < LEAST_LINES || sure * 4 < lines.len() || !is_even(&lines, spread) {
            return None;
        }
        let byte = |i: usize| all.get(i).map_or(text.len(), |w| w.at);
        Some(lines.into_iter().map(|l| byte(l.start)..byte(l.end)).collect())
    }
}

/// Whether the lines are of about one length: as verse is.
fn is_even(lines: &[Range<usize>], most: f64) -> bool {
    let n = lines.len() as f64;
    let mean = lines.iter().map(|l| l.len() as f64).sum::<f64>() / n;
    let spread = (lines.iter().map(|l| (l.len() as f64 - mean).powi(2)).sum::<f64>() / n).sqrt();
    lines.iter().all(|l| LINE.contains(&l.len())) && spread <= mean * most
}

/// Whether the block above ends in a colon or a dash, as before something that is quoted.
pub fn follows_a_colon(page: &Page<'_>, b: usize) -> bool {
    b > 0 && page.raw(b - 1).trim_end_matches(['"', '”', '_']).ends_with([':', '—', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean;
    use crate::options::TextOptions;
    use crate::report::Report;
    use crate::source;

    fn lines(block: &str) -> Option<Vec<String>> {
        let story = "and when he came to the mill and looked for what he had left with them, \
                     as they said that she had gone to the weir, he had none of it.\n\n";
        let text = format!("{}He sang:\n\n  {block}\n\n{}", story.repeat(8), story.repeat(8));
        let source = source::read(text.as_bytes());
        let cleaned = clean::clean(&source, &TextOptions::default(), &mut Report::default());
        let page = Page::new(&cleaned);
        let found = Small::take(&page).lines(block)?;
        Some(found.into_iter().map(|r| block[r].trim().to_owned()).collect())
    }

    #[test]
    fn lines_are_found_by_their_capitals() {
        let verse = "The wheel goes round, the water runs, And none can bid it stay, As they who had so many suns \
                     When all the hills were grey.";
        assert_eq!(
            lines(verse).expect("verse"),
            [
                "The wheel goes round, the water runs,",
                "And none can bid it stay,",
                "As they who had so many suns",
                "When all the hills were grey."
            ]
        );
    }

    #[test]
    fn prose_with_names_stays_prose() {
        for prose in [
            "He met Mary Pell and the Miller at the Weir, with Captain Marsh and the Squire, and they spoke of Harrow.",
            "He said that she had gone. And when they came, he went. As they had none, he left. When it was so, she came.",
        ] {
            assert_eq!(lines(prose), None);
        }
    }
}

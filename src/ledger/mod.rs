//! In: the source, the book and the report. Out: the proof that no word was lost or invented.
//!
//! Every letter of the decoded source must stand in the book or be named by a finding, and
//! every letter of the book must come from the source or from a finding's edit. The account
//! does not trust the stages: it reads the origins of the book's texts and compares them with
//! the source byte for byte.

pub mod against;
mod align;
pub mod compare;
mod entities;
pub mod epub;

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::ascii;
use crate::book::Book;
use crate::report::{Effect, Report};
use crate::text::Span;
pub use crate::text::words;

/// What became of every word of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Words of the source: runs of letters and figures.
    pub words: usize,
    /// Words that stand in the book as they are.
    pub in_book: usize,
    /// Words that a finding names, by the rule's code.
    pub reported: BTreeMap<&'static str, usize>,
    /// Words that are neither in the book nor in the report.
    pub lost: Vec<Word>,
    /// Text of the book that does not come from the source and that no finding explains.
    pub invented: Vec<Word>,
}

/// A word and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its place in the decoded source; empty at the place where an invented one was put.
    pub span: Span,
    /// The word.
    pub text: String,
}

impl Account {
    /// Whether every word is accounted for.
    pub fn balances(&self) -> bool {
        self.lost.is_empty() && self.invented.is_empty()
    }
}

/// What is known of a byte of the source: one of the numbers below, or a rule's.
type Fate = u8;
/// Nothing is known of it.
const UNKNOWN: Fate = 0;
/// It stands in the book.
const IN_BOOK: Fate = 1;
/// First of the numbers that stand for rules.
const FIRST_RULE: Fate = 2;
/// The rules that act on one work have numbers up to here; there are half as many in all.
const MOST_RULES: usize = (Fate::MAX - FIRST_RULE) as usize;

/// Takes account of every word of `source` (the decoded source). Costs O(source + book + findings).
pub fn account(source: &str, book: &Book, report: &Report) -> Account {
    let mut account = Account::default();
    let mut fate = vec![UNKNOWN; source.len()];
    let mut rules: Vec<&'static str> = Vec::new();
    let mut edits = Edits::default();
    for finding in &report.findings {
        if finding.effect == Effect::Told {
            continue;
        }
        let rule = rules.iter().position(|r| *r == finding.rule.code).unwrap_or_else(|| {
            rules.push(finding.rule.code);
            rules.len() - 1
        });
        for (span, with) in finding.accounted() {
            let range = span.start as usize..(span.end as usize).min(source.len());
            if let Some(bytes) = fate.get_mut(range) {
                bytes.fill(FIRST_RULE + rule.min(MOST_RULES) as Fate);
            }
            edits.add(span, with);
        }
    }
    book.for_each_text(&mut |text| {
        for (range, piece) in text.pieces() {
            let now = &text.as_str()[range];
            let then = source.get(piece.source.range()).unwrap_or_default();
            let same = if piece.exact {
                now == then
            } else {
                (is_marks(now) && is_marks(then)) || folded(now).eq(folded(then))
            };
            if same {
                stands(&mut fate, piece.source, then, &mut account);
            } else if folded(now).next().is_some() && !edits.explain(piece.source, now) {
                account.invented.push(Word { span: piece.source, text: now.to_owned() });
            }
        }
    });
    count_words(source, &fate, &rules, &mut account);
    account
}

/// Whether a text is nothing but marks of common punctuation and spaces, as what typography puts in is: none of them is
/// a letter, whatever it is resolved into.
fn is_marks(text: &str) -> bool {
    let mark = |c: char| {
        c.is_ascii_punctuation() || matches!(c, ' ' | '\u{a0}' | '\u{2010}'..='\u{2027}' | '\u{202f}')
    };
    text.chars().all(mark)
}

/// Marks the letters of `span` as standing in the book; a second time they are invented.
fn stands(fate: &mut [Fate], span: Span, then: &str, account: &mut Account) {
    let Some(bytes) = fate.get_mut(span.range()) else { return };
    let again = bytes.contains(&IN_BOOK)
        && then.char_indices().any(|(i, c)| c.is_alphanumeric() && bytes[i] == IN_BOOK);
    if again {
        account.invented.push(Word { span, text: then.to_owned() });
    }
    bytes.fill(IN_BOOK);
}

/// What findings put into the text, by the source bytes that it took the place of.
#[derive(Default)]
struct Edits {
    by_span: BTreeMap<Span, String>,
    /// Length of the longest span, in bytes: how far back an edit that reaches a place can begin.
    longest: u32,
}

impl Edits {
    fn add(&mut self, span: Span, with: &str) {
        // A sign such as `™` is no letter, but its compatibility form has some.
        if folded(with).next().is_some() {
            self.by_span.entry(span).or_default().push_str(with);
            self.longest = self.longest.max(span.len() as u32);
        }
    }

    /// Whether a finding's edit of these bytes, or of bytes around them, put `now` there.
    fn explain(&self, span: Span, now: &str) -> bool {
        let letters: String = folded(now).collect();
        let first = Span { start: span.start.saturating_sub(self.longest), end: 0 };
        let last = Span { start: span.end, end: u32::MAX };
        self.by_span
            .range(first..=last)
            .any(|(at, with)| at.end >= span.start && folded(with).collect::<String>().contains(&letters))
    }
}

fn count_words(source: &str, fate: &[Fate], rules: &[&'static str], account: &mut Account) {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        // Nearly every line stands in the book as it is: its words need not be looked at one by one.
        if let Some(words) = ascii::runs(text)
            && fate[start..start + text.len()].iter().all(|b| *b == IN_BOOK)
        {
            account.words += words;
            account.in_book += words;
            continue;
        }
        for span in words(line) {
            let span = Span::new(start + span.range().start, start + span.range().end);
            count_word(span, &source[span.range()], &fate[span.range()], rules, account);
        }
    }
}

/// Counts a word of the source, whose bytes have these fates.
fn count_word(span: Span, text: &str, fate: &[Fate], rules: &[&'static str], account: &mut Account) {
    account.words += 1;
    let mut rule = None;
    let mut lost = false;
    for (i, _) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match fate[i] {
            UNKNOWN => lost = true,
            IN_BOOK => {}
            number => rule = rules.get((number - FIRST_RULE) as usize).copied(),
        }
    }
    if lost {
        account.lost.push(Word { span, text: text.to_owned() });
    } else if let Some(rule) = rule {
        *account.reported.entry(rule).or_default() += 1;
    } else {
        account.in_book += 1;
    }
}

/// The letters and figures of a text as they compare: compatibility forms resolved
/// (UAX 15, NFKD), combining marks dropped, long s as s, lower case.
pub fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_no_letters_whatever_they_are_resolved_into() {
        for c in (0..=0xFFFF).filter_map(char::from_u32).filter(|c| is_marks(&c.to_string())) {
            assert_eq!(folded(&c.to_string()).next(), None, "{c}");
        }
        assert!(is_marks("’—“… -") && !is_marks("’s") && !is_marks("™"));
    }
    use crate::book::{Block, Chapter, Role};
    use crate::report::{Finding, Rule};
    use crate::text::{Edit, Text};

    static RULE: Rule = Rule { code: "C900", name: "test", what: "", why: "", example: "" };

    fn book(texts: Vec<Text>) -> Book {
        let chapter = Chapter {
            role: Role::Chapter,
            level: 0,
            label: None,
            number: None,
            title: None,
            subtitle: None,
            epigraphs: Vec::new(),
            body: texts.into_iter().map(Block::para).collect(),
        };
        Book { chapters: vec![chapter], ..Book::default() }
    }

    #[test]
    fn a_dropped_word_is_lost_unless_a_finding_names_it() {
        let source = "keep this drop that";
        let text = Text::from_source(source);
        let book = book(vec![text.slice(0..9)]);
        let account = super::account(source, &book, &Report::default());
        assert_eq!(account.in_book, 2);
        assert_eq!(account.lost.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["drop", "that"]);
        let named = Finding::note(&RULE, None, "").with_effect(Effect::LeftOut(vec![Span::new(10, 19)]));
        let account = super::account(source, &book, &Report { findings: vec![named] });
        assert!(account.balances());
        assert_eq!(account.reported["C900"], 2);
    }

    #[test]
    fn words_are_counted_the_same_line_by_line_and_one_by_one() {
        let source = "One two\r\n\n  three's café 4th—fi\u{fb01}ve\n\u{ad}six\nseven";
        let account = super::account(source, &book(vec![Text::from_source(source)]), &Report::default());
        assert!(account.balances());
        assert_eq!((account.words, account.in_book), (words(source).count(), words(source).count()));
        let last = source.len() - "seven".len();
        let text = Text::from_source(source).slice(0..last);
        let account = super::account(source, &book(vec![text]), &Report::default());
        assert_eq!((account.words, account.in_book), (words(source).count(), words(source).count() - 1));
        assert_eq!(account.lost, [Word { span: Span::new(last, source.len()), text: "seven".to_owned() }]);
    }

    #[test]
    fn a_changed_or_repeated_word_is_invented() {
        let source = "one two";
        let mut text = Text::from_source(source);
        text.apply(&[Edit::replace(4..7, "too")]);
        let account = super::account(source, &book(vec![text.clone()]), &Report::default());
        assert_eq!(account.invented.len(), 1);
        assert_eq!(account.lost.len(), 1);
        let twice = Text::from_source(source);
        let account = super::account(source, &book(vec![twice.clone(), twice]), &Report::default());
        assert_eq!(account.invented.len(), 1);
    }

    #[test]
    fn marks_around_a_word_and_curly_quotes_change_no_word() {
        let source = "say \"un_believ_able\" \u{fb01}ne";
        let mut text = Text::from_source(source);
        text.apply(&[
            Edit::replace(4..5, "“"),
            Edit::delete(7..8),
            Edit::delete(14..15),
            Edit::replace(19..20, "”"),
            Edit::replace(21..24, "fi"),
        ]);
        let account = super::account(source, &book(vec![text]), &Report::default());
        assert!(account.balances(), "{account:?}");
    }
}

//! In: what every stage found and did. Out: the report, for people and as JSON.
//!
//! A [`Rule`] says what a stage looks for, a [`Finding`] is one place where it did, and an
//! edit to the text exists only as part of a finding: the report is the change.

use std::borrow::Cow;
use std::fmt;

use crate::text::Span;

/// One thing that Inkbind looks for. `inkbind explain CODE` prints it.
///
/// Codes are a family letter and three figures: `D` decoding, `C` cleaning, `S` structure,
/// `M` metadata, `N` notes, `Q` quotation marks, `T` other typography, `E` emphasis,
/// `L` layout, `B` backends, `K` covers, `P` the print shop.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `Q010`
    pub code: &'static str,
    /// A short name in kebab-case: `straight-double-quote`.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub what: &'static str,
    /// Why that is right for a book.
    pub why: &'static str,
    /// An example: what stands in the source, and what becomes of it.
    pub example: &'static str,
}

/// How sure a decision is: the expected share of such decisions that are right, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Certainty(u8);

/// A certainty in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Under 70 per cent: a person should look.
    Guess,
    /// 70 to 96 per cent.
    Likely,
    /// 97 per cent and more.
    Certain,
}

impl Certainty {
    /// There is no other reading.
    pub const CERTAIN: Self = Self(100);

    /// A certainty of `percent` (values over 100 count as 100).
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// From a probability of 0 to 1.
    pub fn from_probability(p: f64) -> Self {
        Self((p.clamp(0.0, 1.0) * 100.0).round() as u8)
    }

    /// In per cent.
    pub const fn as_percent(self) -> u8 {
        self.0
    }

    /// In words.
    pub const fn level(self) -> Level {
        match self.0 {
            0..70 => Level::Guess,
            70..97 => Level::Likely,
            _ => Level::Certain,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// Whether a finding wants a person's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something was understood or tidied: for the record.
    Note,
    /// The result may not be what the author wants.
    Warning,
}

/// A change in terms of the source: the bytes of `span` became `with`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEdit {
    /// The source bytes that were replaced; empty where text was inserted.
    pub span: Span,
    /// What took their place; empty where they were removed.
    pub with: Cow<'static, str>,
}

/// What happened to the words that a finding names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing was changed; the finding only tells.
    Told,
    /// These edits were made to the text.
    Edited(Vec<SourceEdit>),
    /// The source spans were understood as structure or metadata: their words stand elsewhere
    /// in the book (a title on the title page) or were markers of it (`Chapter Text`).
    Understood(Vec<Span>),
    /// The source spans were left out of the book.
    LeftOut(Vec<Span>),
}

/// One place where a rule applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The source bytes it speaks of; `None` where it speaks of the whole work.
    pub span: Option<Span>,
    /// What was found and done, as one sentence without a full stop.
    pub message: Cow<'static, str>,
    /// How sure the decision is.
    pub certainty: Certainty,
    /// Whether a person should look.
    pub severity: Severity,
    /// What was done to the text.
    pub effect: Effect,
}

impl Finding {
    /// A finding that only tells something, for certain.
    pub fn note(rule: &'static Rule, span: Option<Span>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            rule,
            span,
            message: message.into(),
            certainty: Certainty::CERTAIN,
            severity: Severity::Note,
            effect: Effect::Told,
        }
    }

    /// A finding that a person should look at.
    pub fn warning(rule: &'static Rule, span: Option<Span>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { severity: Severity::Warning, ..Self::note(rule, span, message) }
    }

    /// The same with this certainty.
    #[must_use]
    pub fn with_certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// The same with this effect.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// The source spans whose words need not stand in the body of the book, and what stands
    /// for each of them instead.
    pub fn accounted(&self) -> impl Iterator<Item = (Span, &str)> + '_ {
        let (edits, spans): (&[SourceEdit], &[Span]) = match &self.effect {
            Effect::Told => (&[], &[]),
            Effect::Edited(edits) => (edits, &[]),
            Effect::Understood(spans) | Effect::LeftOut(spans) => (&[], spans),
        };
        edits.iter().map(|e| (e.span, e.with.as_ref())).chain(spans.iter().map(|s| (*s, "")))
    }
}

/// All that was found on the way from the source to the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order of the stages, then of the text.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings there are of each level of certainty: guess, likely, certain.
    pub fn by_level(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for finding in &self.findings {
            counts[finding.certainty.level() as usize] += 1;
        }
        counts
    }

    /// The findings that a person should look at.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.severity == Severity::Warning)
    }
}

/// A place in the source as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Finds line and column of a byte quickly, for many bytes of one source.
#[derive(Debug)]
pub struct Places<'a> {
    source: &'a str,
    lines: Vec<u32>,
}

impl<'a> Places<'a> {
    /// Reads the line starts of the decoded source once.
    pub fn new(source: &'a str) -> Self {
        let mut lines = vec![0];
        let bytes = source.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|i| bytes[*i] == b'\n' || bytes.get(i + 1) != Some(&b'\n'));
        lines.extend(ends.map(|i| i as u32 + 1));
        Self { source, lines }
    }

    /// Line and column of the byte `at`.
    pub fn place(&self, at: usize) -> Place {
        let at = at.min(self.source.len());
        let line = self.lines.partition_point(|l| *l as usize <= at);
        let start = self.lines[line - 1] as usize;
        let column = self.source.get(start..at).map_or(1, |s| s.chars().count() + 1);
        Place { line, column }
    }

    /// What stands right before and right behind `span`, in one line of at most `most` characters each.
    pub fn neighbours(&self, span: Span, most: usize) -> (String, String) {
        // Enough bytes for so many characters of any script, and the white space between them.
        let reach = most * 8;
        let mut from = (span.start as usize).min(self.source.len()).saturating_sub(reach);
        let mut to = (span.end as usize + reach).min(self.source.len());
        while !self.source.is_char_boundary(from) {
            from += 1;
        }
        while !self.source.is_char_boundary(to) {
            to -= 1;
        }
        let flat =
            |text: Option<&str>| text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let before = flat(self.source.get(from..span.start as usize));
        let after = flat(self.source.get(span.end as usize..to));
        let skip = before.chars().count().saturating_sub(most);
        (before.chars().skip(skip).collect(), after.chars().take(most).collect())
    }

    /// The source text of `span`, shortened in the middle to at most `most` characters.
    pub fn excerpt(&self, span: Span, most: usize) -> String {
        let text = self.source.get(span.range()).unwrap_or_default();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let count = flat.chars().count();
        if count <= most {
            return flat;
        }
        let head: String = flat.chars().take(most / 2).collect();
        let tail: String = flat.chars().skip(count - most / 3).collect();
        format!("{head} … {tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_every_kind_of_newline() {
        let places = Places::new("a\nbc\r\nd\re");
        assert_eq!(places.place(0), Place { line: 1, column: 1 });
        assert_eq!(places.place(3), Place { line: 2, column: 2 });
        assert_eq!(places.place(6), Place { line: 3, column: 1 });
        assert_eq!(places.place(8), Place { line: 4, column: 1 });
        assert_eq!(places.place(99), Place { line: 4, column: 2 });
    }

    #[test]
    fn neighbours_stand_in_one_line() {
        let places = Places::new("the wind\nhad gone\n\n\nIn the évening");
        assert_eq!(
            places.neighbours(Span::new(17, 20), 10),
            ("d had gone".to_owned(), "In the éve".to_owned())
        );
        assert_eq!(places.neighbours(Span::new(0, 3), 5), (String::new(), "wind ".to_owned()));
    }

    #[test]
    fn levels_follow_the_percentages() {
        assert_eq!(Certainty::percent(69).level(), Level::Guess);
        assert_eq!(Certainty::percent(70).level(), Level::Likely);
        assert_eq!(Certainty::percent(97).level(), Level::Certain);
        assert_eq!(Certainty::percent(200), Certainty::CERTAIN);
    }
}

//! In: texts whose italics were lost in copying, but for the no-break spaces that stood at
//! their ends. Out: the emphasis again, as far as the traces tell, and ordinary spaces.
//!
//! Every no-break space is explained as an end of emphasis or as a slip. The cheapest
//! explanation of a whole paragraph is found by dynamic programming.

use std::ops::Range;

use foldhash::HashMap;

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, MarkKind, Text};

use super::customs::{Customs, Dash};
use super::language::Language;
use super::slots::Slot;
use super::{Site, TextPass, Work, fit};

pub(super) static TRACE: Rule = Rule {
    code: "E040",
    name: "no-break-space-trace",
    what: "Reads words between no-break spaces as emphasis that was lost when the text was copied, where the book \
           uses no-break spaces in no other way.",
    why: "Some editors put such spaces round italics, and they survive when the italics do not.",
    example: "I·am·sorry (· is a no-break space) → am is emphasised",
};
pub(super) static STRAY: Rule = Rule {
    code: "T033",
    name: "stray-no-break-space",
    what: "Makes an ordinary space of a no-break space that has no reason to be there.",
    why: "It would not stretch with the line, and would keep lines from breaking well.",
    example: "in·the garden (· is a no-break space) → in the garden",
};

/// What the book uses no-break spaces for.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    /// Whether they are traces of emphasis at all.
    traces: bool,
    /// Phrases that stand between two of them more than once.
    repeated: HashMap<String, u32>,
}

const FIRM: char = '\u{a0}';

/// Reads no-break spaces.
pub(super) struct Traces;

impl TextPass for Traces {
    fn survey(&self, slots: &[Slot<'_>], work: &mut Work) {
        let mut phrases = Phrases::default();
        let (mut traces, mut others, mut marked) = (0_u32, 0_u32, 0_u32);
        for slot in slots {
            marked += slot.text.marks().iter().filter(|m| m.kind == MarkKind::Em).count() as u32;
            let s = slot.text.as_str();
            let spaces = firm_spaces(s);
            for (i, at) in spaces.iter().enumerate() {
                if explained(s, *at, &work.customs) {
                    others += 1;
                } else {
                    traces += 1;
                    if let Some(next) = spaces.get(i + 1) {
                        let phrase = s[at + FIRM.len_utf8()..*next].trim();
                        if !phrase.is_empty() && phrase.len() < LONGEST_PHRASE {
                            *phrases.repeated.entry(phrase.to_lowercase()).or_default() += 1;
                        }
                    }
                }
            }
        }
        phrases.repeated.retain(|_, n| *n > 1);
        phrases.traces = traces > others && marked < traces && work.language != Language::French;
        work.traces = phrases;
    }
}

/// Bytes; a longer phrase is not worth remembering.
const LONGEST_PHRASE: usize = 80;

/// The places of no-break spaces; of several in a row, the first.
fn firm_spaces(s: &str) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for (at, _) in s.match_indices(FIRM) {
        let follows =
            s[..at].ends_with([' ', FIRM]) && places.last().is_some_and(|p| s[*p..at].trim().is_empty());
        if !follows {
            places.push(at);
        }
    }
    places
}

/// Whether typography itself wants a no-break space there.
fn explained(s: &str, at: usize, customs: &Customs) -> bool {
    let (before, after) = (&s[..at], &s[at + FIRM.len_utf8()..]);
    let next = after.chars().next();
    let last = before.chars().next_back();
    fit::holds(before, after)
        || matches!(next, Some('–' | '—')) && customs.dash != Dash::EmClosed
        || next == Some('»')
        || last == Some('«')
        // An ellipsis holds on to what follows it as to what it follows.
        || last == Some('…')
        || before.ends_with("...")
        || last.is_some_and(|c| c.is_ascii_digit()) && next.is_some_and(|c| c.is_ascii_digit())
}

impl Pass<Site<'_>> for Traces {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 2] = [&TRACE, &STRAY];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let spaces: Vec<usize> = firm_spaces(s);
        if spaces.is_empty() || site.work.language == Language::French {
            return Vec::new();
        }
        let free: Vec<usize> =
            spaces.into_iter().filter(|at| !explained(s, *at, &site.work.customs)).collect();
        let spans = if site.work.traces.traces { explain(s, &free, &site.work.traces) } else { Vec::new() };
        propose(s, &free, &spans)
    }
}

/// A stretch that is read as emphasis; `ends` are the no-break spaces that show it.
struct Span {
    range: Range<usize>,
    first: usize,
    last: usize,
    certainty: u8,
}

fn propose(s: &str, free: &[usize], spans: &[Span]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut spans = spans.iter().peekable();
    let mut i = 0;
    while i < free.len() {
        if let Some(span) = spans.next_if(|span| span.first == i) {
            let mut edits: Vec<Edit> = (span.first..=span.last).map(|k| plain(s, free[k])).collect();
            edits.push(Edit::mark(span.range.clone(), MarkKind::Em));
            let message = "no-break spaces show emphasis that was lost";
            proposals.push(
                Proposal::new(&TRACE, span.range.clone(), message, edits)
                    .with_certainty(Certainty::percent(span.certainty)),
            );
            i = span.last + 1;
        } else {
            let range = free[i]..free[i] + FIRM.len_utf8();
            let message = "a no-break space without a reason";
            proposals.push(
                Proposal::new(&STRAY, range, message, vec![plain(s, free[i])])
                    .with_certainty(Certainty::percent(75)),
            );
            i += 1;
        }
    }
    proposals
}

/// An ordinary space in the place of a no-break space and of the spaces beside it; none at an
/// edge, and none where punctuation follows.
fn plain(s: &str, at: usize) -> Edit {
    let start = s[..at].trim_end_matches([' ', FIRM]).len();
    let end = s.len() - s[at..].trim_start_matches([' ', FIRM]).len();
    let closes = s[end..].starts_with([',', '.', ';', ':', '!', '?', ')', '”', '…'])
        || s[end..].starts_with(['"', '\'']) && !s[end + 1..].starts_with(char::is_alphanumeric);
    let with = if start == 0 || end == s.len() || closes { "" } else { " " };
    Edit::replace(start..end, with)
}

/// The cheapest explanation of the no-break spaces at `free`.
fn explain(s: &str, free: &[usize], phrases: &Phrases) -> Vec<Span> {
    let n = free.len();
    // Cost of the best explanation of the first k spaces, and the span that ends it.
    let mut best: Vec<(f32, Option<Span>)> = vec![(0.0, None)];
    for k in 1..=n {
        let mut choice = (best[k - 1].0 + UNEXPLAINED, None);
        let mut consider = |cost: f32, span: Option<Span>| {
            if let Some(span) = span
                && cost < choice.0
            {
                choice = (cost, Some(span));
            }
        };
        let at = free[k - 1];
        if let Some((cost, range)) = closing_only(s, at, k.checked_sub(2).map(|p| free[p])) {
            let span = Span { range, first: k - 1, last: k - 1, certainty: 70 };
            consider(best[k - 1].0 + cost, Some(span));
        }
        if let Some((cost, range)) = opening_only(s, at, free.get(k).copied()) {
            let span = Span { range, first: k - 1, last: k - 1, certainty: 80 };
            consider(best[k - 1].0 + cost, Some(span));
        }
        if k >= 2
            && let Some((cost, range)) = between(s, free[k - 2], at, phrases)
        {
            let span = Span { range, first: k - 2, last: k - 1, certainty: 88 };
            consider(best[k - 2].0 + cost, Some(span));
        }
        best.push(choice);
    }
    let mut spans = Vec::new();
    let mut k = n;
    while k > 0 {
        match best[k].1.take() {
            Some(span) => {
                k = span.first;
                spans.push(span);
            }
            None => k -= 1,
        }
    }
    spans.reverse();
    spans
}

/// Costs of an explanation: a space that shows nothing; a word of emphasis; a stretch that
/// only one space shows; a comma or the end of a sentence inside.
const UNEXPLAINED: f32 = 1.5;
const WORD: f32 = 0.2;
/// Words from the fourth on: long emphasis is rarer, but not by every word.
const FURTHER_WORD: f32 = 0.1;
const ONE_SIDED: f32 = 0.55;
/// Less, where a colon or a capital inside of a sentence shows that something begins.
const BEGINS: f32 = -0.4;
/// More, where it is a joining word alone: that stands between two titles, and is none.
const JOINER: f32 = 1.5;
/// More, where only its end shows, and where that end follows punctuation.
const ENDS_ONLY: f32 = 0.05;
const AFTER_STOP: f32 = 0.5;
/// More, where it ends in a comma, which would have stood between the words and the space.
const AFTER_COMMA: f32 = 1.0;
const INNER_COMMA: f32 = 0.7;
const INNER_STOP: f32 = 1.2;
const REPEATED: f32 = -0.7;

/// Emphasis between two no-break spaces.
fn between(s: &str, from: usize, to: usize, phrases: &Phrases) -> Option<(f32, Range<usize>)> {
    let inner = &s[from + FIRM.len_utf8()..to];
    if to - from > LONGEST_SPAN || starts_with_stop(&s[from + FIRM.len_utf8()..]) {
        return None;
    }
    let range = trimmed(s, from + FIRM.len_utf8()..to)?;
    let mut cost = length(inner) + inside(&s[range.clone()]);
    if JOINERS.contains(&inner.trim()) {
        cost += JOINER;
    }
    if inner.ends_with([',', ';', ':']) {
        cost += AFTER_COMMA;
    }
    if phrases.repeated.contains_key(&inner.trim().to_lowercase()) {
        cost += REPEATED;
    }
    Some((cost, range))
}

/// Bytes; longer emphasis would have left more traces.
const LONGEST_SPAN: usize = 600;

/// Emphasis that begins at a no-break space and ends at punctuation.
fn opening_only(s: &str, at: usize, next: Option<usize>) -> Option<(f32, Range<usize>)> {
    let start = at + FIRM.len_utf8();
    if starts_with_stop(&s[start..]) {
        return None;
    }
    let limit = next.unwrap_or(s.len());
    let inner = &s[start..limit];
    let mut end = inner.len();
    let mut found = next.is_none();
    for (i, c) in inner.char_indices() {
        if c == '.' && fit::is_title(&inner[..=i]) {
            continue;
        }
        if matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '"' | '”' | ')' | '—' | '…') {
            end = i;
            found = true;
            break;
        }
        if (c == '–' || c == '-') && inner[..i].ends_with(' ') || inner[i..].starts_with("--") {
            end = i;
            found = true;
            break;
        }
        if i > LONGEST_SPAN {
            return None;
        }
    }
    // The mark that ends a title or an exclamation is part of it where a quotation ends too.
    let range = trimmed(s, start..start + end)?;
    let mut cost = ONE_SIDED + length(&s[range.clone()]);
    let before = s[..at].chars().next_back();
    let capital = s[range.start..].starts_with(char::is_uppercase) && !s[range.start..].starts_with("I ");
    if before == Some(':') || capital && before.is_some_and(|c| c.is_alphanumeric() || c == ',') {
        cost += BEGINS;
    }
    found.then_some((cost, range))
}

/// Emphasis that begins at a quotation mark, a dash or the start and ends at a no-break space.
fn closing_only(s: &str, at: usize, previous: Option<usize>) -> Option<(f32, Range<usize>)> {
    let floor = previous.map_or(0, |p| p + FIRM.len_utf8());
    let inner = &s[floor..at];
    let opener =
        inner.char_indices().rev().take_while(|(i, _)| inner.len() - i <= LONGEST_SPAN).find(|(i, c)| {
            let after = &inner[i + c.len_utf8()..];
            match c {
                '"' | '“' | '(' => !after.starts_with(char::is_whitespace) && !after.is_empty(),
                '\'' | '‘' => {
                    after.starts_with(char::is_alphabetic) && !inner[..*i].ends_with(char::is_alphanumeric)
                }
                '—' | '–' => true,
                '-' => inner[..*i].ends_with('-'),
                _ => false,
            }
        });
    let start = match opener {
        Some((i, c)) => floor + i + c.len_utf8(),
        None if previous.is_none() => 0,
        None => return None,
    };
    let range = trimmed(s, start..at)?;
    let mut cost = ONE_SIDED + ENDS_ONLY + length(&s[range.clone()]) + inside(&s[range.clone()]);
    match s[..at].chars().next_back() {
        Some(',' | ';' | ':' | '.') => return None,
        Some('!' | '?') => cost += AFTER_STOP,
        _ => {}
    }
    Some((cost, range))
}

fn starts_with_stop(s: &str) -> bool {
    s.trim_start().starts_with([',', '.', ';', ':', '!', '?', ')', '”'])
}

/// The cost of punctuation inside of emphasis.
fn inside(s: &str) -> f32 {
    let inner = s.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    inner
        .chars()
        .map(|c| match c {
            ',' | ';' | ':' => INNER_COMMA,
            '.' | '!' | '?' | '"' | '“' | '”' => INNER_STOP,
            _ => 0.0,
        })
        .sum()
}

/// The cost of so many words.
fn length(s: &str) -> f32 {
    let words = s.split_whitespace().count();
    WORD * words.min(3) as f32 + FURTHER_WORD * words.saturating_sub(3) as f32
}

/// Words that join two things, in the languages that are known.
static JOINERS: [&str; 16] =
    ["and", "or", "of", "but", "nor", "in", "by", "from", "und", "oder", "et", "ou", "y", "och", "i", "и"];

/// The range without spaces at its ends; `None` where no word is left.
fn trimmed(s: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &s[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    s[start..end].contains(char::is_alphanumeric).then_some(start..end)
}

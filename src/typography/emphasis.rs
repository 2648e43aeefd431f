//! In: emphasis written with marks: `_x_`, `*x*`, `**x**`, `/x/`, `=x=`. Out: the same words
//! with inline marks, the written ones gone.

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, MarkKind, Text};

use super::slots::{Join, Slot};
use super::{Site, TextPass, Work};

pub(super) static MARKED: Rule = Rule {
    code: "E010",
    name: "emphasis-marks",
    what: "Reads a pair of underscores, asterisks or slashes round words as emphasis. A slash counts only where \
           the book uses it so several times.",
    why: "That is how italics are written in plain text; a book has the italics themselves.",
    example: "I _am_ sorry, *really*. → am and really are emphasised",
};
pub(super) static STRONG: Rule = Rule {
    code: "E011",
    name: "strong-marks",
    what: "Reads a pair of double asterisks, double underscores or equals signs round words as strong emphasis.",
    why: "That is how bold type is written in plain text.",
    example: "**Stop**, =stop= → both are strong",
};
pub(super) static LONE: Rule = Rule {
    code: "E020",
    name: "lone-mark",
    what: "Tells of an emphasis mark that has no partner in its paragraph. It stays where it is.",
    why: "Its partner was forgotten or it means something else; only the author can tell.",
    example: "I _am sorry. → a warning",
};

/// How the book uses emphasis marks.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// Pairs of slashes round words.
    slashes: usize,
    /// Pairs of other marks.
    others: usize,
    /// Words joined by underscores inside.
    underscored_words: usize,
    /// Pairs of underscores.
    underscores: usize,
    /// For each slot, which part it is of emphasis that runs over several texts.
    run_on: Vec<Option<Part>>,
}

/// A text's part of emphasis that runs over several texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It begins with the opening mark.
    First,
    /// It stands between the two, without a mark.
    Middle,
    /// It ends with the closing mark.
    Last,
}

/// Reads emphasis marks.
pub(super) struct Emphasis;

/// Pairs of slashes that make a habit.
const SLASH_HABIT: usize = 3;

impl TextPass for Emphasis {
    fn survey(&self, slots: &[Slot<'_>], work: &mut Work) {
        let mut habits = Habits::default();
        for slot in slots {
            let s = slot.text.as_str();
            let (pairs, _) = pairs(s, Sign::Underscore, false);
            habits.underscores += pairs.len();
            habits.others += pairs.len() + self::pairs(s, Sign::Asterisk, false).0.len();
            habits.slashes += self::pairs(s, Sign::Slash, false).0.len();
            habits.underscored_words += s
                .match_indices('_')
                .filter(|(i, _)| {
                    s[..*i].ends_with(char::is_alphanumeric) && s[i + 1..].starts_with(char::is_alphanumeric)
                })
                .count();
        }
        habits.run_on = run_on(slots, habits.inside_words());
        work.emphasis = habits;
    }
}

impl Pass<Site<'_>> for Emphasis {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 3] = [&MARKED, &STRONG, &LONE];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        if let Some(part) = site.work.emphasis.run_on.get(site.index).copied().flatten() {
            return vec![run_on_part(s, part)];
        }
        if memchr::memchr3(b'_', b'*', b'/', s.as_bytes()).is_none()
            && memchr::memchr(b'=', s.as_bytes()).is_none()
        {
            return Vec::new();
        }
        let habits = &site.work.emphasis;
        let mut found = Vec::new();
        let mut lone = Vec::new();
        for sign in [Sign::Underscore, Sign::Asterisk, Sign::Slash, Sign::Equals] {
            if sign == Sign::Slash && (habits.slashes < SLASH_HABIT || habits.slashes < habits.others) {
                continue;
            }
            let inside_words = sign == Sign::Underscore && habits.inside_words();
            let (pairs, left_over) = pairs(s, sign, inside_words);
            found.extend(pairs);
            if matches!(sign, Sign::Underscore | Sign::Asterisk) {
                lone.extend(left_over);
            }
        }
        found.sort_by_key(|p| (p.open.start, usize::MAX - p.close.end));
        let mut proposals = propose(s, &found);
        proposals.extend(lone.into_iter().map(|range| {
            let message = "an emphasis mark without a partner";
            Proposal::new(&LONE, range, message, Vec::new()).warn().with_certainty(Certainty::percent(80))
        }));
        proposals
    }
}

impl Habits {
    /// Whether an underscore inside of a word may be a mark: not where names are joined by them.
    const fn inside_words(&self) -> bool {
        self.underscores > 4 * self.underscored_words
    }
}

/// So many texts in a row are verse or a letter in italics; more are a slip.
const MOST_RUN_ON: usize = 80;

/// Emphasis that opens at the start of one text and closes at the end of a later one, with no
/// underscore between: stanzas and letters in italics.
fn run_on(slots: &[Slot<'_>], inside_words: bool) -> Vec<Option<Part>> {
    let mut parts = vec![None; slots.len()];
    let mut open: Option<usize> = None;
    for (i, slot) in slots.iter().enumerate() {
        if slot.join == Join::Fresh {
            open = None;
        }
        let s = slot.text.as_str();
        if !s.contains('_') {
            continue;
        }
        let (pairs, lone) = pairs(s, Sign::Underscore, inside_words);
        let [mark] = lone.as_slice() else {
            open = None;
            continue;
        };
        let words = |part: &str| part.contains(char::is_alphanumeric);
        if pairs.is_empty() && !words(&s[..mark.start]) {
            open = Some(i);
        } else if let Some(first) = open.take()
            && pairs.is_empty()
            && !words(&s[mark.end..])
            && i - first <= MOST_RUN_ON
        {
            parts[first] = Some(Part::First);
            parts[first + 1..i].fill(Some(Part::Middle));
            parts[i] = Some(Part::Last);
        }
    }
    parts
}

fn run_on_part(s: &str, part: Part) -> Proposal {
    let sign = s.find('_').unwrap_or(0);
    let (marked, edit) = match part {
        Part::First => (sign + 1..s.len(), Some(Edit::delete(sign..sign + 1))),
        Part::Middle => (0..s.len(), None),
        Part::Last => (0..sign, Some(Edit::delete(sign..sign + 1))),
    };
    let mut edits = vec![Edit::mark(marked, MarkKind::Em)];
    edits.extend(edit);
    Proposal::new(&MARKED, 0..s.len(), "emphasis runs over several paragraphs or lines", edits)
        .with_certainty(Certainty::percent(92))
}

/// One proposal a pair; pairs inside of others go with the outermost.
fn propose(s: &str, found: &[Pair]) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut reach = 0;
    for pair in found {
        let edits = [
            Edit::delete(pair.open.clone()),
            Edit::delete(pair.close.clone()),
            Edit::mark(pair.open.end..pair.close.start, pair.kind.clone()),
        ];
        if pair.open.start < reach
            && let Some(outer) = proposals.last_mut()
        {
            outer.edits.extend(edits);
            outer.range.end = outer.range.end.max(pair.close.end);
            reach = reach.max(pair.close.end);
            continue;
        }
        reach = pair.close.end;
        let (rule, message) = match pair.kind {
            MarkKind::Strong => (&STRONG, "marks stand for strong emphasis"),
            _ => (&MARKED, "marks stand for emphasis"),
        };
        let short = s[pair.open.end..pair.close.start].chars().filter(|c| c.is_alphabetic()).count() < 2;
        let certainty = Certainty::percent(if short { 95 } else { 99 });
        proposals.push(
            Proposal::new(rule, pair.open.start..pair.close.end, message, edits.into())
                .with_certainty(certainty),
        );
    }
    proposals
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Underscore,
    Asterisk,
    Slash,
    Equals,
}

impl Sign {
    const fn byte(self) -> u8 {
        match self {
            Self::Underscore => b'_',
            Self::Asterisk => b'*',
            Self::Slash => b'/',
            Self::Equals => b'=',
        }
    }

    /// What a pair of runs of this length says.
    const fn kind(self, length: usize) -> Option<MarkKind> {
        match (self, length) {
            (Self::Underscore | Self::Asterisk | Self::Slash, 1) => Some(MarkKind::Em),
            (Self::Underscore | Self::Asterisk, 2) | (Self::Equals, 1) => Some(MarkKind::Strong),
            _ => None,
        }
    }
}

struct Pair {
    open: std::ops::Range<usize>,
    close: std::ops::Range<usize>,
    kind: MarkKind,
}

/// A run of one sign.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
    opens: bool,
    closes: bool,
}

/// Pairs of `sign` in `s`, and the runs that found no partner.
fn pairs(s: &str, sign: Sign, inside_words: bool) -> (Vec<Pair>, Vec<std::ops::Range<usize>>) {
    let mut pairs = Vec::new();
    let mut lone = Vec::new();
    let mut open: [Option<Run>; 2] = [None, None];
    for run in runs(s, sign, inside_words) {
        let range = run.start..run.start + run.length;
        if run.length == 3 && sign == Sign::Asterisk {
            // `***both***`: the outer pair is strong, the inner emphasis.
            triple(s, run, &mut open, &mut pairs);
            continue;
        }
        let Some(kind) = sign.kind(run.length) else { continue };
        let waiting = &mut open[run.length - 1];
        if let Some(opener) = waiting.take_if(|o| run.closes && has_words(&s[o.start + o.length..run.start]))
        {
            pairs.push(Pair { open: opener.start..opener.start + opener.length, close: range, kind });
        } else if run.opens {
            if let Some(before) = waiting.replace(run) {
                lone.push(before.start..before.start + before.length);
            }
        } else if run.closes {
            lone.push(range);
        }
    }
    lone.extend(open.into_iter().flatten().map(|r| r.start..r.start + r.length));
    lone.sort_by_key(|r| r.start);
    (pairs, lone)
}

fn triple(s: &str, run: Run, open: &mut [Option<Run>; 2], pairs: &mut Vec<Pair>) {
    let at = run.start;
    if let [Some(inner), Some(outer)] = open
        && run.closes
        && inner.start == outer.start + 2
        && has_words(&s[inner.start + 1..at])
    {
        pairs.push(Pair {
            open: outer.start..outer.start + 2,
            close: at + 1..at + 3,
            kind: MarkKind::Strong,
        });
        pairs.push(Pair { open: inner.start..inner.start + 1, close: at..at + 1, kind: MarkKind::Em });
        *open = [None, None];
    } else if run.opens && open.iter().all(Option::is_none) {
        open[1] = Some(Run { length: 2, start: at, ..run });
        open[0] = Some(Run { length: 1, start: at + 2, opens: true, closes: false });
    }
}

fn has_words(s: &str) -> bool {
    s.chars().any(char::is_alphanumeric)
}

fn runs(s: &str, sign: Sign, inside_words: bool) -> Vec<Run> {
    let bytes = s.as_bytes();
    let byte = sign.byte();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(byte, &bytes[at..]) {
        let start = at + found;
        let length = bytes[start..].iter().take_while(|b| **b == byte).count();
        let end = start + length;
        at = end;
        let before = s[..start].chars().next_back();
        let after = s[end..].chars().next();
        let in_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        let (mut opens, mut closes) = match sign {
            Sign::Slash | Sign::Equals => (
                before.is_none_or(|c| c.is_whitespace() || is_opening(c))
                    && after.is_some_and(char::is_alphabetic),
                before.is_some_and(|c| c.is_alphabetic() || is_stop(c))
                    && after.is_none_or(|c| c.is_whitespace() || is_stop(c) || is_opening(c) || c == '-'),
            ),
            Sign::Underscore | Sign::Asterisk => (
                after.is_some_and(|c| !c.is_whitespace() && !is_plain_stop(c))
                    && !before.is_some_and(char::is_alphanumeric),
                before.is_some_and(|c| !c.is_whitespace()) && !after.is_some_and(char::is_alphanumeric),
            ),
        };
        if in_word && inside_words {
            (opens, closes) = (true, true);
        }
        if opens || closes {
            runs.push(Run { start, length, opens, closes });
        }
    }
    runs
}

const fn is_opening(c: char) -> bool {
    matches!(c, '"' | '\'' | '(' | '[' | '“' | '‘' | '«' | '—' | '–' | '-' | '`')
}

const fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '"' | '\'' | '”' | '’' | '»' | '…' | '—' | '–'
    )
}

/// Punctuation with which no emphasis begins.
const fn is_plain_stop(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | ')' | ']' | '?' | '!')
}

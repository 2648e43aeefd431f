//! In: texts whose marks are set. Out: the spaces that belong round them: none inside
//! quotation marks in most languages, narrow ones in French, and no-break spaces where a line
//! must not end.

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

use super::{Site, TextPass};

pub(super) static INSIDE_QUOTES: Rule = Rule {
    code: "Q070",
    name: "space-inside-quotes",
    what: "Takes away a space between a quotation mark and the words that it encloses.",
    why: "The mark belongs to the words. French sets a narrow space there, which is kept.",
    example: "“ Come in, ” she said. → “Come in,” she said.",
};
pub(super) static NO_BREAK: Rule = Rule {
    code: "T050",
    name: "no-break-space",
    what: "Sets a no-break space between initials, between a title and a name, between an abbreviation and its \
           number, and before an ellipsis or a dash that follows a space.",
    why: "A line should not end between what is read as one.",
    example: "Mr. Utterson, J. R. Ware, p. 12",
};
pub(super) static FRENCH: Rule = Rule {
    code: "T051",
    name: "french-spacing",
    what: "Sets a narrow no-break space before ; ! ? and inside « », and a no-break space before a colon.",
    why: "French typography parts these marks from their words, and no line may begin with them.",
    example: "Quoi? dit-il. → Quoi ? dit-il.",
};

/// Fits spaces to the marks.
pub(super) struct Fit;

impl TextPass for Fit {}

const NARROW: char = '\u{202f}';
const FIRM: char = '\u{a0}';

impl Pass<Site<'_>> for Fit {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 3] = [&INSIDE_QUOTES, &NO_BREAK, &FRENCH];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut proposals = Vec::new();
        if !site.work.customs.french_spaces {
            // The bytes with which the UTF-8 of spaces begins. Between plain letters a space is a space: only
            // a mark before it, or a capital, a figure or a mark behind it, asks for more.
            let bytes = s.as_bytes();
            for at in memchr::memchr3_iter(b' ', 0xC2, 0xE2, bytes) {
                let plain = |i: Option<&u8>| i.is_some_and(u8::is_ascii_lowercase);
                if bytes[at] == b' ' && plain(bytes.get(at + 1)) && at > 0 && bytes[at - 1].is_ascii() {
                    continue;
                }
                if let Some(c) = s[at..].chars().next().filter(|c| is_space(*c)) {
                    proposals.extend(space(s, at..at + c.len_utf8(), c, site));
                }
            }
            return proposals;
        }
        let mut before = None;
        for (at, c) in s.char_indices() {
            let end = at + c.len_utf8();
            let proposal =
                if is_space(c) { space(s, at..end, c, site) } else { french_mark(s, at, c, before) };
            proposals.extend(proposal);
            before = Some(c);
        }
        proposals
    }
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | FIRM | NARROW | '\u{2009}')
}

/// What becomes of one space.
fn space(s: &str, range: std::ops::Range<usize>, c: char, site: &Site<'_>) -> Option<Proposal> {
    let (before, after) = (&s[..range.start], &s[range.end..]);
    let left = before.chars().next_back()?;
    let right = after.chars().next()?;
    let customs = &site.work.customs;
    if customs.french_spaces {
        let want = french_space(left, right);
        if let Some(want) = want {
            return (want != c).then(|| {
                let edit = Edit::replace(range.clone(), want.to_string());
                Proposal::new(&FRENCH, range, "French spacing", vec![edit])
            });
        }
    } else if !site.work.keep_quotes
        && inside_quotes(before, left, right, customs.same_marks || customs.low_marks)
    {
        let message = "a space inside of quotation marks";
        return Some(
            Proposal::new(&INSIDE_QUOTES, range.clone(), message, vec![Edit::delete(range)])
                .with_certainty(Certainty::percent(97)),
        );
    }
    if c == ' ' && holds(before, after) {
        let edit = Edit::replace(range.clone(), FIRM.to_string());
        return Some(Proposal::new(&NO_BREAK, range, "a line must not end here", vec![edit]));
    }
    None
}

/// The space that French sets between `left` and `right`, where it sets one.
const fn french_space(left: char, right: char) -> Option<char> {
    match (left, right) {
        ('«', _) | (_, '»' | ';' | '!' | '?') => Some(NARROW),
        (_, ':') => Some(FIRM),
        _ => None,
    }
}

/// A French mark that has no space yet.
fn french_mark(s: &str, at: usize, c: char, before: Option<char>) -> Option<Proposal> {
    let end = at + c.len_utf8();
    let after = s[end..].chars().next();
    let insert = |at: usize, space: char| {
        let edit = Edit::replace(at..at, space.to_string());
        Some(Proposal::new(&FRENCH, at..at + 1, "French spacing", vec![edit]))
    };
    let spaced = |c: Option<char>| c.is_none_or(is_space);
    match c {
        '«' if !spaced(after) => {
            let edit = Edit::replace(end..end, NARROW.to_string());
            Some(Proposal::new(&FRENCH, at..end, "French spacing", vec![edit]))
        }
        '»' if !spaced(before) && before != Some('«') => insert(at, NARROW),
        ';' | '!' | '?'
            if before.is_some_and(|b| b.is_alphanumeric() || matches!(b, '”' | '’' | ')' | '…' | '»')) =>
        {
            insert(at, NARROW)
        }
        ':' if before.is_some_and(|b| b.is_alphabetic() || matches!(b, '”' | ')' | '»')) && spaced(after) => {
            insert(at, FIRM)
        }
        _ => None,
    }
}

/// Whether the space stands between a mark and what it encloses.
fn inside_quotes(before: &str, left: char, right: char, ambiguous: bool) -> bool {
    if ambiguous {
        return false;
    }
    let opened = matches!(left, '“' | '‘') && !right.is_whitespace() && right != '—';
    let outside = before[..before.len() - left.len_utf8()].chars().next_back();
    let opened = opened
        && outside.is_none_or(|c| c.is_whitespace() || is_space(c) || matches!(c, '—' | '(' | '“' | '‘'));
    let closed = right == '”' && !is_space(left) && left != '“';
    // Between nested marks a thin space helps to tell them apart, and stays.
    let nested = matches!((left, right), ('“', '‘') | ('’', '”'));
    (opened || closed) && !nested
}

/// Abbreviations that a name or number follows.
static BEFORE_NAMES: [&str; 16] = [
    "Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Messrs.", "Mme.", "Mlle.", "Prof.", "Rev.", "Capt.", "Lt.", "Col.",
    "Mr", "Mrs", "Dr",
];
static BEFORE_NUMBERS: [&str; 10] = ["No.", "no.", "p.", "pp.", "vol.", "Vol.", "chap.", "fig.", "Nr.", "S."];

/// Whether a line must not end between `before` and `after`.
pub(super) fn holds(before: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else { return false };
    if next == '…' {
        return true;
    }
    // Abbreviations are short, and what they hold on to begins with a capital or a figure.
    if next.is_ascii_lowercase() {
        return false;
    }
    let last = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let word = last.trim_start_matches(['“', '‘', '(', '«', '„', '"', '\'', '[', '—']);
    if word.len() > 7 {
        return false;
    }
    if next.is_uppercase() && (BEFORE_NAMES.contains(&word) || initials(word) && initial_or_name(after)) {
        return true;
    }
    next.is_ascii_digit() && BEFORE_NUMBERS.contains(&word)
}

/// Whether `before` ends in a title that a name follows, with its full stop.
pub(super) fn is_title(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphabetic() && c != '.').next().unwrap_or_default();
    word.ends_with('.') && BEFORE_NAMES.contains(&word)
}

/// `J.` or `J.R.`, but not the word `I` at the end of a sentence.
fn initials(word: &str) -> bool {
    let mut chars = word.chars();
    let mut any = false;
    while let (Some(letter), Some(dot)) = (chars.next(), chars.next()) {
        if !letter.is_uppercase() || dot != '.' {
            return false;
        }
        any = true;
    }
    any && word.len().is_multiple_of(2) && word != "I."
}

/// Whether `after` begins with a further initial or a name.
fn initial_or_name(after: &str) -> bool {
    let mut chars = after.chars();
    let upper = chars.next().is_some_and(char::is_uppercase);
    upper && chars.next().is_some_and(|c| c == '.' || c.is_lowercase() || c == '’')
}

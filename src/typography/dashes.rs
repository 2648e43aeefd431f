//! In: dashes as they were typed. Out: dashes by the custom of the language: closed up in
//! English, spaced elsewhere.

use std::ops::Range;

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

use super::customs::{Customs, Dash};
use super::{Site, TextPass};

pub(super) static DASH: Rule = Rule {
    code: "T010",
    name: "dash",
    what: "Makes a dash of two or three hyphens, of a hyphen or en dash between spaces, and spaces it by the \
           custom of the language.",
    why: "A hyphen joins, a dash parts. English books set it closed up, most others between spaces.",
    example: "Wait--no - stop → Wait—no—stop",
};
pub(super) static BLANKED: Rule = Rule {
    code: "T011",
    name: "blanked-name",
    what: "Makes a two-em dash where a name or year is blanked out.",
    why: "The longer dash stands for the letters that are withheld, and does not part the sentence.",
    example: "Mr. B-- of H----, in the year 18-- → Mr. B⸺ of H⸺, in the year 18⸺",
};
pub(super) static RANGE: Rule = Rule {
    code: "T012",
    name: "number-range",
    what: "Sets an en dash between two numbers that make a range.",
    why: "It reads as `to`. Telephone numbers, dates and codes are left alone.",
    example: "pages 12-15, 1914-18 → pages 12–15, 1914–18",
};

/// Sets dashes.
pub(super) struct Dashes;

impl TextPass for Dashes {}

impl Pass<Site<'_>> for Dashes {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 3] = [&DASH, &BLANKED, &RANGE];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut proposals = Vec::new();
        let mut at = 0;
        let mut place = Place { customs: &site.work.customs, inside: false };
        while let Some(run) = next_run(s, at) {
            at = run.range.end;
            if place.customs.dash == Dash::EmClosed
                && let Some(withheld) = parted_blank(s, &run)
            {
                at = withheld.range.end;
                proposals.push(withheld);
                continue;
            }
            let proposal = judge(s, &run, &place);
            let first = s[..run.range.start].trim().is_empty();
            let dash = run.en + run.em > 0 || proposal.as_ref().is_some_and(|p| p.rule == &DASH);
            place.inside ^= dash && !first;
            proposals.extend(proposal);
        }
        proposals
    }
}

/// What is known at a dash beside the text.
struct Place<'a> {
    customs: &'a Customs,
    /// Whether an odd number of dashes has parted the text so far: what stands here is an
    /// insertion.
    inside: bool,
}

/// A row of hyphens or dashes.
struct Run {
    range: Range<usize>,
    hyphens: usize,
    en: usize,
    em: usize,
}

fn next_run(s: &str, from: usize) -> Option<Run> {
    let bytes = s.as_bytes();
    let mut at = from;
    let start = loop {
        at += memchr::memchr2(b'-', 0xE2, &bytes[at..])?;
        if bytes[at] == b'-' || matches!(bytes.get(at..at + 3), Some([0xE2, 0x80, 0x93..=0x95])) {
            break at;
        }
        at += 1;
    };
    let mut run = Run { range: start..start, hyphens: 0, en: 0, em: 0 };
    for c in s[start..].chars() {
        match c {
            '-' => run.hyphens += 1,
            '–' => run.en += 1,
            '—' | '―' => run.em += 1,
            _ => break,
        }
        run.range.end += c.len_utf8();
    }
    Some(run)
}

fn judge(s: &str, run: &Run, place: &Place<'_>) -> Option<Proposal> {
    let (before, after) = (&s[..run.range.start], &s[run.range.end..]);
    let spaced = (ends_in_space(before), starts_with_space(after));
    let left = before.trim_end_matches(is_space);
    let right = after.trim_start_matches(is_space);
    let single = run.hyphens + run.en + run.em == 1;
    if left.is_empty() && right.is_empty() {
        return None;
    }
    if single && run.em == 0 {
        if let Some(proposal) = number_range(left, right, s.len(), run, spaced) {
            return Some(proposal);
        }
        let at_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '”' | '’' | '"' | '\''));
        let parts = match spaced {
            (true, true) => true,
            // `Bones –”` and `– she`: a dash at the edge of what is said.
            (true, false) => {
                right.is_empty() || at_quote(right.chars().next()) || run.en == 1 && !left.is_empty()
            }
            (false, true) => left.is_empty() || run.en == 1 || left.ends_with(['“', '‘', '«', '„']),
            (false, false) => false,
        } || run.hyphens == 1 && clings(s, left, right, spaced, place);
        let numbers =
            left.ends_with(|c: char| c.is_ascii_digit()) && right.starts_with(|c: char| c.is_ascii_digit());
        if !parts || numbers {
            return None;
        }
    }
    if run.hyphens > LONGEST_RUN || run.hyphens > 0 && run.en + run.em > 0 {
        return None;
    }
    if let Some(proposal) = blanked(left, right, run, spaced) {
        return Some(proposal);
    }
    if run.em > 0 && place.customs.dash != Dash::EmClosed && spaced != (true, true) {
        return None;
    }
    set(s, run, place, left, right, spaced)
}

/// Whether a hyphen stands for a dash that touches what it opens and closes, as Spanish sets speech (*Ortografía de la
/// lengua española*, 3.4.8): at the start of a paragraph; before what is said of the speaker, in a paragraph that began
/// so; and behind that.
fn clings(s: &str, left: &str, right: &str, spaced: (bool, bool), place: &Place<'_>) -> bool {
    if place.customs.dash != Dash::EmClinging {
        return false;
    }
    if left.is_empty() {
        return right.starts_with(|c: char| c.is_alphabetic() || matches!(c, '¿' | '¡' | '«' | '“'));
    }
    let speech = s.trim_start().starts_with(DASHES);
    match spaced {
        (true, false) => speech && right.starts_with(char::is_alphabetic),
        (false, true) => speech && place.inside,
        (false, false) => speech && place.inside && right.starts_with(['.', ',', ';', ':', '?', '!', '…']),
        (true, true) => false,
    }
}

/// What a row of dashes is made of.
const DASHES: [char; 4] = ['-', '–', '—', '―'];

/// A longer row of hyphens is a rule, not a dash.
const LONGEST_RUN: usize = 8;

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200a}')
}

fn ends_in_space(s: &str) -> bool {
    s.is_empty() || s.ends_with(is_space)
}

fn starts_with_space(s: &str) -> bool {
    s.is_empty() || s.starts_with(is_space)
}

/// The dash with the spaces that the custom wants.
fn set(
    s: &str,
    run: &Run,
    place: &Place<'_>,
    left: &str,
    right: &str,
    spaced: (bool, bool),
) -> Option<Proposal> {
    // A space between two dashes belongs to neither of them: it keeps them apart.
    let alone = (!left.ends_with(DASHES), !right.starts_with(DASHES));
    let range = if alone.0 { left.len() } else { run.range.start }..if alone.1 {
        s.len() - right.len()
    } else {
        run.range.end
    };
    let opens =
        left.is_empty() || !alone.0 || left.ends_with(['(', '[']) || opens_at_end(left, place.customs);
    let closes = right.is_empty()
        || !alone.1
        || right.starts_with([')', ']', ',', ';', '.', '!', '?', ':'])
        || closes_at_start(right, place.customs);
    let capital_follows = !spaced.0 && spaced.1 && right.starts_with(char::is_uppercase);
    let with = match place.customs.dash {
        Dash::EmClosed if capital_follows && !left.is_empty() => "— ",
        Dash::EmClosed => "—",
        Dash::EnSpaced => spaced_dash(opens, closes, "–", ["\u{a0}–", "– ", "\u{a0}– "]),
        Dash::EmSpaced => spaced_dash(opens, closes, "—", ["\u{a0}—", "— ", "\u{a0}— "]),
        Dash::EmClinging if run.em > 0 => return None,
        Dash::EmClinging => match spaced {
            _ if opens || closes => "—",
            (true, false) => " —",
            (false, true) => "— ",
            (true, true) | (false, false) => {
                if place.inside {
                    "— "
                } else {
                    " —"
                }
            }
        },
    };
    if &s[range.clone()] == with {
        return None;
    }
    let hyphen = run.hyphens == 1;
    let message = if hyphen { "a hyphen between spaces is a dash" } else { "a dash" };
    let certainty = if hyphen { Certainty::percent(97) } else { Certainty::CERTAIN };
    Some(
        Proposal::new(&DASH, run.range.clone(), message, vec![Edit::replace(range, with)])
            .with_certainty(certainty),
    )
}

/// Whether `left` ends in a mark that opens a quotation.
fn opens_at_end(left: &str, customs: &Customs) -> bool {
    let Some(last) = left.chars().next_back() else { return false };
    let opening = last == customs.double.0 || last == customs.single.0 || matches!(last, '„' | '‚');
    let outside = left[..left.len() - last.len_utf8()].chars().next_back();
    opening && (!customs.same_marks || outside.is_none_or(|c| c.is_whitespace() || c == '('))
}

/// Whether `right` begins with a mark that closes a quotation.
fn closes_at_start(right: &str, customs: &Customs) -> bool {
    let mut chars = right.chars();
    let Some(first) = chars.next() else { return false };
    let closing = first == customs.double.1 || first == customs.single.1;
    let behind = chars.next();
    closing && (!customs.same_marks || behind.is_none_or(|c| !c.is_alphanumeric()))
}

const fn spaced_dash(
    opens: bool,
    closes: bool,
    bare: &'static str,
    [before, after, both]: [&'static str; 3],
) -> &'static str {
    match (opens, closes) {
        (true, true) => bare,
        (true, false) => after,
        (false, true) => before,
        (false, false) => both,
    }
}

/// A name or year that is withheld.
fn blanked(left: &str, right: &str, run: &Run, spaced: (bool, bool)) -> Option<Proposal> {
    if run.hyphens < 2 && run.em < 2 || spaced.0 && !left.is_empty() {
        return None;
    }
    let long = run.hyphens >= 4 || run.em >= 2;
    let ends_word = !right.starts_with(char::is_alphanumeric) || spaced.1 || right.starts_with("s ");
    let mut chars = left.chars().rev();
    let last = chars.next()?;
    let alone = chars.next().is_none_or(|c| !c.is_alphanumeric() && c != '\'' && c != '’');
    let year = last.is_ascii_digit() && {
        let digits = left.bytes().rev().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits) && ends_word && !right.starts_with(|c: char| c.is_ascii_digit())
    };
    let initial = last.is_uppercase() && alone && ends_word && (long || !matches!(last, 'I' | 'A' | 'O'));
    if !(year && (long || left.ends_with("18") || left.ends_with("17"))
        || initial
        || long && last.is_alphabetic())
    {
        return None;
    }
    let certainty = Certainty::percent(if long { 97 } else { 85 });
    let edits = vec![Edit::replace(run.range.clone(), "⸺")];
    Some(
        Proposal::new(&BLANKED, run.range.clone(), "a name or year is withheld", edits)
            .with_certainty(certainty),
    )
}

/// `B –  – to`, `by – –!`: the long dash of a withheld name, where each half got the spaces of a dash.
fn parted_blank(s: &str, run: &Run) -> Option<Proposal> {
    let single = |run: &Run| run.hyphens + run.em == 0 && run.en == 1;
    let behind = &s[run.range.end..];
    let gap = behind.len() - behind.trim_start_matches(is_space).len();
    let next = next_run(s, run.range.end).filter(|next| next.range.start == run.range.end + gap)?;
    if gap == 0 || !single(run) || !single(&next) {
        return None;
    }
    let left = s[..run.range.start].trim_end_matches(is_space);
    let mut letters = left.chars().rev();
    let initial =
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(|c| !c.is_alphabetic());
    let range = if initial { left.len() } else { run.range.start }..next.range.end;
    let edits = vec![Edit::replace(range.clone(), "⸺")];
    Some(
        Proposal::new(&BLANKED, range, "a name or word is withheld", edits)
            .with_certainty(Certainty::percent(85)),
    )
}

/// `12-15`, `1914-18`, `1914 - 1918`.
fn number_range(left: &str, right: &str, length: usize, run: &Run, spaced: (bool, bool)) -> Option<Proposal> {
    let first = digits_at_end(left);
    let second_length = right.bytes().take_while(u8::is_ascii_digit).count();
    let second = &right[..second_length];
    if first.is_empty() || second.is_empty() || first.len() > 4 || second.len() > 4 {
        return None;
    }
    let years = first.len() == 4 && matches!(second.len(), 2 | 4) && plausible_year(first);
    if spaced.0 != spaced.1 || spaced.0 && !(years && second.len() == 4) {
        return None;
    }
    let joined = |c: char| {
        c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | ',' | ':' | '=' | '+' | '–' | '$' | '£')
    };
    let before = left[..left.len() - first.len()].chars().next_back();
    let mut behind = right[second_length..].chars();
    let after = behind.next();
    let inner_stop =
        matches!(after, Some('.' | ',' | ':')) && behind.next().is_some_and(char::is_alphanumeric);
    if before.is_some_and(joined)
        || after.is_some_and(|c| joined(c) && !matches!(c, '.' | ',' | ':'))
        || inner_stop
    {
        return None;
    }
    let rises = match (first.parse::<u32>(), second.parse::<u32>()) {
        (Ok(a), Ok(b)) => a < b || years && second.len() == 2 && a % 100 < b,
        _ => false,
    };
    let telephone = first.len() == 3 && second.len() == 4;
    if !rises || telephone || first.starts_with('0') || second.starts_with('0') && second.len() != 2 {
        return None;
    }
    if run.en == 1 && !spaced.0 {
        return None;
    }
    let range = left.len()..length - right.len();
    let edits = vec![Edit::replace(range, "–")];
    Some(
        Proposal::new(&RANGE, run.range.clone(), "a range of numbers", edits)
            .with_certainty(Certainty::percent(95)),
    )
}

fn digits_at_end(s: &str) -> &str {
    let count = s.bytes().rev().take_while(u8::is_ascii_digit).count();
    &s[s.len() - count..]
}

fn plausible_year(digits: &str) -> bool {
    digits.starts_with(['1', '2'])
}

//! In: ellipses typed as dots. Out: the ellipsis character.

use crate::pass::{Pass, Proposal};
use crate::report::Rule;
use crate::text::{Edit, Text};

use super::{Site, TextPass};

pub(super) static ELLIPSIS: Rule = Rule {
    code: "T020",
    name: "ellipsis",
    what: "Makes one ellipsis character of three or four dots, with or without spaces between them. A longer row \
           is left alone: it leads the eye to a page number.",
    why: "Three full stops are spaced as full stops and may be broken over two lines.",
    example: "Well... I . . . I don't know.... → Well… I … I don't know…",
};

/// Sets ellipses.
pub(super) struct Ellipses;

impl TextPass for Ellipses {}

impl Pass<Site<'_>> for Ellipses {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 1] = [&ELLIPSIS];
        &RULES
    }

    fn propose(&self, text: &Text, _site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut proposals = Vec::new();
        let mut at = 0;
        while let Some((start, end, dots)) = next_row(s, at) {
            at = end;
            if (3..=MOST_DOTS).contains(&dots) && &s[start..end] != "…" {
                let message = if dots > 3 { "four dots are an ellipsis" } else { "dots are an ellipsis" };
                proposals.push(Proposal::new(
                    &ELLIPSIS,
                    start..end,
                    message,
                    vec![Edit::replace(start..end, "…")],
                ));
            }
        }
        proposals
    }
}

/// More are a leader.
const MOST_DOTS: usize = 6;

/// The next row of dots from `from` on: start, end and how many dots; an ellipsis character
/// counts three. Dots of a row touch each other or are spaced all alike, but for what
/// touches the last one.
fn next_row(s: &str, from: usize) -> Option<(usize, usize, usize)> {
    let start = next_dot(s, from)?;
    let (mut end, mut dots) = touching(s, start);
    while dots == 1 || end > start + dots {
        let gap = s[end..].chars().next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'));
        let Some(gap) = gap else { break };
        let next = end + gap.len_utf8();
        let (far, more) = touching(s, next);
        // `end. ... start`: a full stop, and a row of its own.
        if more == 0 || more > 1 && dots < 2 {
            break;
        }
        (end, dots) = (far, dots + more);
        if more > 1 {
            break;
        }
    }
    Some((start, end, dots))
}

/// The next full stop or ellipsis from `from` on.
fn next_dot(s: &str, from: usize) -> Option<usize> {
    // The UTF-8 of an ellipsis begins with E2, as that of quotation marks and dashes does.
    memchr::memchr2_iter(b'.', 0xE2, &s.as_bytes()[from..])
        .map(|i| from + i)
        .find(|at| s.as_bytes()[*at] == b'.' || s[*at..].starts_with('…'))
}

/// The end of the dots that touch each other from `start` on, and how many they are.
fn touching(s: &str, start: usize) -> (usize, usize) {
    let (mut end, mut dots) = (start, 0);
    for c in s[start..].chars() {
        match c {
            '.' => dots += 1,
            '…' => dots += 3,
            _ => break,
        }
        end += c.len_utf8();
    }
    (end, dots)
}

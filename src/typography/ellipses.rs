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
/// counts three.
fn next_row(s: &str, from: usize) -> Option<(usize, usize, usize)> {
    let start = from + s[from..].find(['.', '…'])?;
    let (mut end, mut dots) = (start, 0);
    let mut rest = &s[start..];
    let mut spaced: Option<bool> = None;
    while let Some(c) = rest.chars().next() {
        let weight = match c {
            '.' => 1,
            '…' => 3,
            _ => break,
        };
        dots += weight;
        end = s.len() - rest.len() + c.len_utf8();
        rest = &s[end..];
        let gap = rest.chars().next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'));
        // Dots are spaced all alike: `.. .` is the end of one row and the start of another.
        let Some(gap) = gap else {
            if spaced == Some(true) {
                break;
            }
            spaced = Some(false);
            continue;
        };
        if spaced == Some(false) || weight == 3 || !rest[gap.len_utf8()..].starts_with('.') {
            break;
        }
        spaced = Some(true);
        rest = &rest[gap.len_utf8()..];
    }
    Some((start, end, dots))
}

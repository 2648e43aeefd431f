//! In: a text. Out: what it quotes as code, between backticks: nothing in there is set otherwise.

use std::ops::Range;

use crate::pass::{Pass, Proposal};
use crate::report::Rule;
use crate::text::Text;

use super::{Site, TextPass};

/// Bytes, at most, between two backticks.
const LONGEST: usize = 160;

/// The stretches of code, backticks included, in order. A backtick that opens a quotation has an apostrophe for its
/// other half; code has another backtick, right behind its last character.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'`', &text.as_bytes()[at..]).map(|i| at + i) {
        at = open + 1;
        let inside = &text[at..];
        if inside.starts_with(['`', ' ']) || text[..open].ends_with(|c: char| c.is_alphanumeric() || c == '`')
        {
            continue;
        }
        let Some(length) = inside.bytes().take(LONGEST).position(|b| matches!(b, b'`' | b'\n')) else {
            continue;
        };
        let (code, after) = (&inside[..length], &inside[length..]);
        let closes = after.starts_with('`')
            && !after[1..].starts_with(|c: char| c.is_alphanumeric() || c == '`')
            && !code.ends_with(' ');
        if closes && !code.contains(['\'', '’', '´']) {
            out.push(open..at + length + 1);
            at += length + 1;
        }
    }
    out
}

/// A pass that leaves code alone.
pub(super) struct Around<'a> {
    pub(super) pass: &'a dyn TextPass,
    pub(super) code: Vec<Range<usize>>,
}

impl Pass<Site<'_>> for Around<'_> {
    fn rules(&self) -> &'static [&'static Rule] {
        self.pass.rules()
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let outside = |p: &Proposal| {
            let next = self.code.partition_point(|c| c.end <= p.range.start);
            self.code.get(next).is_none_or(|c| p.range.end <= c.start)
        };
        self.pass.propose(text, site).into_iter().filter(outside).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks_and_quotations_do_not() {
        for (text, wanted) in [
            ("Run `tool --json FILE` twice.", vec!["`tool --json FILE`"]),
            ("`a` and `b`", vec!["`a`", "`b`"]),
            ("He said `yes' and `no' again.", vec![]),
            ("``Come in,'' she said; `so be it,' said he.", vec![]),
            ("the o` clock and the ` alone", vec![]),
            ("an open `one", vec![]),
        ] {
            let found: Vec<&str> = spans(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}

//! In: a text. Out: the text with one space between words, none at its edges and none before
//! punctuation that stands close to its word.

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

use super::language::Language;
use super::{Site, TextPass};

pub(super) static DOUBLED: Rule = Rule {
    code: "T030",
    name: "doubled-space",
    what: "Makes one space of several, and of a tab.",
    why: "Two spaces after a full stop are a typewriter's; justified lines show them as holes.",
    example: "He sat.  She stood. → He sat. She stood.",
};
pub(super) static BEFORE_PUNCTUATION: Rule = Rule {
    code: "T031",
    name: "space-before-punctuation",
    what: "Takes away a space before a comma, full stop, semicolon, colon, exclamation or question mark. Where \
           the language wants a space there, as French does, it stays.",
    why: "Such spaces are left behind by copying, and let punctuation fall to the start of a line.",
    example: "from you ,\" said he → from you,\" said he",
};
pub(super) static EDGE: Rule = Rule {
    code: "T032",
    name: "space-at-edge",
    what: "Takes away spaces at the start and end of a paragraph, heading or line.",
    why: "The design gives the indent.",
    example: "  Chapter One  → Chapter One",
};

/// Tidies spaces.
pub(super) struct Spaces;

impl TextPass for Spaces {}

impl Pass<Site<'_>> for Spaces {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 3] = [&DOUBLED, &BEFORE_PUNCTUATION, &EDGE];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let bytes = s.as_bytes();
        let mut proposals = Vec::new();
        let mut at = 0;
        for start in memchr::memchr2_iter(b' ', b'\t', bytes) {
            // One space before a word, as nearly everywhere; or one of several that were looked at together.
            let before_word = bytes.get(start + 1).is_some_and(u8::is_ascii_alphanumeric);
            if start < at || bytes[start] == b' ' && before_word && start > 0 {
                continue;
            }
            let end = start + s[start..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
            proposals.extend(judge(s, start, end, site));
            at = end;
        }
        proposals
    }
}

fn judge(s: &str, start: usize, end: usize, site: &Site<'_>) -> Option<Proposal> {
    let range = start..end;
    if start == 0 || end == s.len() {
        return Some(Proposal::new(&EDGE, range.clone(), "a space at the edge", vec![Edit::delete(range)]));
    }
    if site.work.language != Language::French && before_punctuation(s, start, end) {
        let message = "a space before punctuation";
        return Some(
            Proposal::new(&BEFORE_PUNCTUATION, range.clone(), message, vec![Edit::delete(range)])
                .with_certainty(Certainty::percent(98)),
        );
    }
    if end - start > 1 || s.as_bytes()[start] == b'\t' {
        let beside_break = s[..start].ends_with('\n') || s[end..].starts_with('\n');
        let with = if beside_break { "" } else { " " };
        return Some(Proposal::new(
            &DOUBLED,
            range.clone(),
            "more than one space",
            vec![Edit::replace(range, with)],
        ));
    }
    None
}

/// Whether the mark behind the space belongs to the word before it. What looks like a number
/// (`.5`), an ellipsis, a smiley or a name (`.net`) does not.
fn before_punctuation(s: &str, start: usize, end: usize) -> bool {
    let after = &s.as_bytes()[end..];
    let word_before = s[..start].chars().next_back().is_some_and(|c| {
        c.is_alphanumeric() || matches!(c, '’' | '\'' | '”' | '"' | ')' | '_' | '*' | '!' | '?')
    });
    if !word_before {
        return false;
    }
    match after {
        [b',' | b';' | b'!' | b'?', rest @ ..] => {
            // `,,` opens a quotation, and a mark that goes on into a word is something else.
            !rest.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b',')
        }
        [b'.' | b':', rest @ ..] => {
            rest.first().is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
        }
        _ => false,
    }
}

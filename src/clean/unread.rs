//! In: the text. Out: the same text, where the mark that stands for a character nobody could read
//! (U+FFFD) is replaced by the character that its neighbours show: an apostrophe, a quotation
//! mark, a dash. A mark whose neighbours show nothing stays.
//!
//! Such texts went once through a program that knew plain letters alone: each curly quotation
//! mark came out as one such mark, or as three, a byte each.

use std::ops::Range;

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

/// Characters that were lost before the text came here.
pub static UNREAD: Rule = Rule {
    code: "C016",
    name: "unread-characters",
    what: "Replaces the mark for an unread character (U+FFFD) by an apostrophe, a quotation mark or a dash, \
           where its neighbours show which one stood there.",
    why: "A program that could not write curly marks put it in their place; readers see a black diamond.",
    example: "`don<U+FFFD>t` becomes `don't`; `<U+FFFD>Go,<U+FFFD> she said` gets its quotation marks.",
};

/// Puts back what unread characters were.
#[derive(Clone, Copy, Debug)]
pub struct Unread;

static RULES: [&Rule; 1] = [&UNREAD];

const MARK: char = '\u{fffd}';

/// A character has at most this many bytes in its place.
const MOST_MARKS: usize = 3;

/// What stands before an elided vowel: `l'eau`, `qu'il`, `all'alba`.
const ELIDED: [&str; 9] = ["l", "d", "j", "qu", "n", "m", "c", "t", "all"];
/// What `'ve` and `'re` stand behind; elsewhere a mark before them was a letter: `na<U+FFFD>ve`.
const HAVE_OR_ARE: [&str; 12] =
    ["i", "you", "we", "they", "who", "what", "there", "would", "could", "should", "might", "must"];
/// Words that lost their first letters: `'tis`.
const CLIPPED: [&str; 6] = ["tis", "twas", "em", "twill", "twould", "cause"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stood {
    Apostrophe,
    Opening,
    /// Behind a word or its stop; `true` where it may be the apostrophe of `the boys' room`.
    Closing(bool),
    Dash,
    Unknown,
}

impl Pass<Context<'_>> for Unread {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, _: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut edits = Vec::new();
        let mut paragraph: Vec<(Range<usize>, Stood)> = Vec::new();
        let mut at = 0;
        while let Some(found) = s[at..].find(MARK) {
            let start = at + found;
            let marks = s[start..].chars().take_while(|c| *c == MARK).count();
            let run = start..start + marks * MARK.len_utf8();
            if blank_line(&s[at..start]) {
                settle(&mut paragraph, &mut edits);
            }
            if marks <= MOST_MARKS {
                paragraph.push((run.clone(), stood(&s[..run.start], &s[run.end..])));
            }
            at = run.end;
        }
        settle(&mut paragraph, &mut edits);
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return Vec::new() };
        let range = first.range().start..last.range().end;
        let many = if edits.len() == 1 { "" } else { "s" };
        let message = format!("{} unread character{many} taken for the mark that fits there", edits.len());
        vec![Proposal::new(&UNREAD, range, message, edits).with_certainty(Certainty::percent(85))]
    }
}

/// Whether a line without words lies in `between`.
fn blank_line(between: &str) -> bool {
    let mut lines = between.split('\n');
    lines.next();
    lines.next_back();
    lines.any(|line| line.trim().is_empty())
}

/// What the neighbours of a mark show.
fn stood(before: &str, after: &str) -> Stood {
    let left = before.chars().next_back().unwrap_or('\n');
    let right = after.chars().next().unwrap_or('\n');
    let word_before: String = before.chars().rev().take_while(|c| c.is_alphabetic()).take(7).collect();
    let word_before: String = word_before.chars().rev().collect::<String>().to_lowercase();
    let word_after: String = after.chars().take_while(|c| c.is_alphabetic()).take(7).collect();
    let word_after = word_after.to_lowercase();
    let opens_behind = left.is_whitespace() || matches!(left, '(' | '[' | '—' | '-' | '_' | '*');
    let ends_before = right.is_whitespace()
        || matches!(right, ')' | ']' | '—' | '-' | '_' | '*' | ',' | '.' | ';' | '!' | '?' | ':');
    match (left.is_alphabetic(), right.is_alphanumeric()) {
        (true, true) if joins(&word_before, &word_after) => Stood::Apostrophe,
        (_, true) if opens_behind && CLIPPED.contains(&&*word_after) => Stood::Apostrophe,
        (_, true) if opens_behind => Stood::Opening,
        _ if left.is_whitespace() && right.is_whitespace() => {
            // At the edge of a line nothing tells a dash from a mark that lost its word.
            if left == '\n' || right == '\n' { Stood::Unknown } else { Stood::Dash }
        }
        (word, _)
            if ends_before
                && (word || left.is_numeric() || matches!(left, ',' | '.' | '!' | '?' | '—' | '-' | '…')) =>
        {
            Stood::Closing(left == 's' && !right.is_ascii_punctuation())
        }
        _ => Stood::Unknown,
    }
}

/// Whether an apostrophe can join the two parts of a word.
fn joins(before: &str, after: &str) -> bool {
    match after {
        "s" | "ll" | "d" => true,
        "t" => before.ends_with('n'),
        "m" => before == "i",
        "re" | "ve" => HAVE_OR_ARE.contains(&before),
        // `O'Dowd`, and `l'eau`, but `l<U+FFFD>ger` lacks a letter.
        _ => {
            let mut letters = after.chars();
            let first = letters.next();
            before == "o" && first.is_some()
                || ELIDED.contains(&before)
                    && letters.next().is_some()
                    && first.is_some_and(|c| "aàâeéèêiîoôuûhy".contains(c))
        }
    }
}

/// Decides over a paragraph: quotation marks stand in pairs, or open it as speech that goes on in the next.
fn settle(paragraph: &mut Vec<(Range<usize>, Stood)>, edits: &mut Vec<Edit>) {
    let closes_later = |from: usize| {
        paragraph[from..]
            .iter()
            .find_map(|(_, stood)| match stood {
                Stood::Opening => Some(false),
                Stood::Closing(_) => Some(true),
                _ => None,
            })
            .unwrap_or(false)
    };
    let mut open = false;
    for (i, (range, stood)) in paragraph.iter().enumerate() {
        let edit = |with: &'static str| Edit::replace(range.clone(), with);
        match stood {
            Stood::Apostrophe => edits.push(edit("'")),
            Stood::Dash => edits.push(edit("—")),
            Stood::Opening if closes_later(i + 1) || i == 0 => {
                edits.push(edit("\""));
                open = true;
            }
            Stood::Closing(_) if open => {
                edits.push(edit("\""));
                open = false;
            }
            Stood::Closing(true) => edits.push(edit("'")),
            Stood::Opening | Stood::Closing(false) | Stood::Unknown => {}
        }
    }
    paragraph.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    #[test]
    fn neighbours_tell_what_stood_there() {
        for (text, expected) in [
            ("I don?t know, she?s late.", "I don't know, she's late."),
            ("?Go,? she said. ?Now.?", "\"Go,\" she said. \"Now.\""),
            ("???Go,??? she said.", "\"Go,\" she said."),
            ("?This goes on,\nand on.\n\n?And ends.?", "\"This goes on,\nand on.\n\n\"And ends.\""),
            ("the boys? room, and O?Dowd?s", "the boys' room, and O'Dowd's"),
            ("He came ? and went.", "He came — and went."),
            ("?Tis late.", "'Tis late."),
            ("l?eau qu?il a", "l'eau qu'il a"),
            // What nobody can tell stays.
            ("caf? and na?ve, a l?ger t?te, 10?20", "caf? and na?ve, a l?ger t?te, 10?20"),
            ("a row of ????????", "a row of ????????"),
        ] {
            let [text, expected] = [text, expected].map(|t| t.replace('?', "\u{fffd}"));
            assert_eq!(cleaned_by(&Unread, &text), expected);
        }
    }
}

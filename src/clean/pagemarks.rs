//! In: the text. Out: the text without the marks in brackets that say where the pages of a printed
//! edition began: `[Pg 12]`, `[Page 12]`, `[S. 12]`, `{12}`.
//!
//! They are taken as a whole or not at all: marks of one form whose numbers rise through the text.

use std::ops::Range;

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

/// Marks of pages in the text.
pub static PAGE_MARKS: Rule = Rule {
    code: "C031",
    name: "page-marks",
    what: "Leaves out bracketed marks that count the pages of another edition.",
    why: "They stand in the middle of sentences and words, and mean nothing in a book with pages of its own.",
    example: "`the men [Pg 12] went down` becomes `the men went down`.",
};

/// Leaves such marks out.
#[derive(Clone, Copy, Debug)]
pub struct PageMarks;

static RULES: [&Rule; 1] = [&PAGE_MARKS];

/// Words before the number.
const LABELS: &[&str] = &[
    "pg", "pg.", "page", "p.", "p", "pag.", "pagina", "página", "s.", "seite", "blz.", "sid.", "str.", "стр.",
];

/// Marks with a label that make a count, and marks of a bare number in braces.
const LABELLED: usize = 3;
const BARE: usize = 6;

/// From one mark to the next a count goes on by at most so many pages.
const LARGEST_STEP: u32 = 6;

/// Bytes inside the brackets, at most.
const LONGEST: usize = 16;

impl Pass<Context<'_>> for PageMarks {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, _: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut out = Vec::new();
        for (open, close, bare, least) in [('[', ']', false, LABELLED), ('{', '}', true, BARE)] {
            let marks = marks(s, open, close, bare);
            if marks.len() >= least && rises(&marks) {
                out.extend(marks.into_iter().map(|(range, _)| proposal(s, range)));
            }
        }
        out.sort_by_key(|p| p.range.start);
        out
    }
}

/// Every mark of the form: its bytes and its number.
fn marks(s: &str, open: char, close: char, bare: bool) -> Vec<(Range<usize>, u32)> {
    let mut out = Vec::new();
    for at in memchr::memchr_iter(open as u8, s.as_bytes()) {
        let Some(end) = s.as_bytes()[at..].iter().take(LONGEST).position(|b| *b == close as u8) else {
            continue;
        };
        let inner = s[at + 1..at + end].trim();
        let digits = inner.len() - inner.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (label, number) = inner.split_at(inner.len() - digits);
        let label = label.trim().to_lowercase();
        let fits = if label.is_empty() { bare } else { !bare && LABELS.contains(&label.as_str()) };
        if let (true, Ok(value)) = (fits && digits <= 4, number.parse()) {
            out.push((at..at + end + 1, value));
        }
    }
    out
}

/// Whether nearly all of the numbers go on from the one before.
fn rises(marks: &[(Range<usize>, u32)]) -> bool {
    let steps = marks.len().saturating_sub(1);
    let on = marks
        .windows(2)
        .filter(|w| w[1].1.checked_sub(w[0].1).is_some_and(|step| (1..=LARGEST_STEP).contains(&step)))
        .count();
    on * 10 >= steps * 8
}

/// The mark goes, and what parted the text because of it.
fn proposal(s: &str, mark: Range<usize>) -> Proposal {
    let message = format!("`{}` counts the pages of another edition", &s[mark.clone()]);
    let (before, after) = (&s[..mark.start], &s[mark.end..]);
    let left = before.trim_end_matches([' ', '\t']);
    let right = after.trim_start_matches([' ', '\t']);
    let alone = (left.is_empty() || left.ends_with('\n')) && (right.is_empty() || right.starts_with('\n'));
    let (range, with) = if alone {
        let (text, rest) = (left.trim_end(), right.trim_start());
        let goes_on = !text.is_empty()
            && !text.ends_with(['.', '!', '?', ':', '"', '”', '»', '_'])
            && rest.starts_with(char::is_lowercase);
        if goes_on {
            (text.len()..s.len() - rest.len(), "\n")
        } else {
            // Its line goes with it, and one of the blank lines around it.
            let line = right.strip_prefix('\n').unwrap_or(right);
            let line = line.strip_prefix('\n').filter(|_| left.ends_with("\n\n")).unwrap_or(line);
            (left.len()..s.len() - line.len(), "")
        }
    } else {
        let space = before.ends_with([' ', '\n']) && after.starts_with(' ');
        (mark.start..mark.end + usize::from(space), "")
    };
    Proposal::new(&PAGE_MARKS, mark, message, vec![Edit::replace(range, with)])
        .with_certainty(Certainty::percent(98))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    #[test]
    fn marks_go_from_sentences_and_words_and_from_between_paragraphs() {
        let text = "The men [Pg 12] went down to the wa[Pg 13]ter.\n\n[Pg 14]\n\nNobody spoke, and\n\n[Pg 16]\n\nthe boat \
                    left.\n";
        assert_eq!(
            cleaned_by(&PageMarks, text),
            "The men went down to the water.\n\nNobody spoke, and\nthe boat left.\n"
        );
    }

    #[test]
    fn other_brackets_stay() {
        for text in [
            "See [Page 3] and [Page 90], then [Page 12], said the card.\n",
            "[Pg 12] He read [1] and {2}.\n",
            "It fell [p. 4] and [p. 5] twice.\n",
        ] {
            assert_eq!(cleaned_by(&PageMarks, text), text);
        }
    }
}

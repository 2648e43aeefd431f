//! In: the text. Out: the text without the numbers that an edition sets at the right of every fifth or tenth line of
//! a poem.
//!
//! A number is taken where the lines themselves count up to the next one: then it can be nothing else.

use std::ops::Range;

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// Numbers of verse lines in the text.
pub static LINE_NUMBERS: Rule = Rule {
    code: "C032",
    name: "line-numbers",
    what: "Leaves out the numbers that count the lines of a poem at its right edge.",
    why: "Set as words they would end every tenth line; a book with pages of its own is not cited by them.",
    example: "`And keep the sluices,      20` becomes `And keep the sluices,`.",
};

/// Leaves such numbers out.
#[derive(Clone, Copy, Debug)]
pub struct LineNumbers;

static RULES: [&Rule; 1] = [&LINE_NUMBERS];

/// Every so many lines are counted.
const STEPS: [u32; 2] = [5, 10];
/// So many numbers make a count.
const LEAST: usize = 3;
/// How many lines more or fewer than counted may stand between two numbers: headings and speakers are not counted,
/// halves of lines are counted as one.
const OFF: u32 = 3;
/// Spaces between the words of a line and its number, at least.
const APART: usize = 2;
/// Digits of a number, at most.
const DIGITS: usize = 4;

/// A number at the end of a line.
struct Mark {
    /// The spaces before it, and itself.
    range: Range<usize>,
    /// Its digits alone.
    digits: Range<usize>,
    value: u32,
    /// Lines with words before its own.
    above: u32,
}

impl Mark {
    /// Whether the lines count from this number to another below it.
    fn counts_to(&self, below: &Self) -> bool {
        let counted = below.value.checked_sub(self.value).filter(|by| STEPS.contains(by));
        counted.is_some_and(|by| (below.above - self.above).abs_diff(by) <= OFF)
    }
}

impl Pass<Context<'_>> for LineNumbers {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let lines = context.lines.iter().filter(|line| !line.is_blank());
        let marks: Vec<Mark> = (0..).zip(lines).filter_map(|(above, line)| mark(s, line, above)).collect();
        let counts = |i: usize| {
            i > 0 && marks[i - 1].counts_to(&marks[i])
                || marks.get(i + 1).is_some_and(|below| marks[i].counts_to(below))
        };
        if (0..marks.len()).filter(|i| counts(*i)).count() < LEAST {
            return Vec::new();
        }
        // A poem with one number has none that it could count to: there it stands alone.
        let alone = |i: usize| {
            let far = |other: &Mark| other.above.abs_diff(marks[i].above) > STEPS[0];
            STEPS.contains(&marks[i].value)
                && (i == 0 || far(&marks[i - 1]))
                && marks.get(i + 1).is_none_or(far)
        };
        (0..marks.len())
            .filter(|i| counts(*i) || alone(*i))
            .map(|i| {
                let mark = &marks[i];
                let message = format!("`{}` counts lines of verse", &s[mark.digits.clone()]);
                Proposal::new(
                    &LINE_NUMBERS,
                    mark.digits.clone(),
                    message,
                    vec![Edit::delete(mark.range.clone())],
                )
                .with_certainty(Certainty::percent(98))
            })
            .collect()
    }
}

/// The number at the end of a line, if one stands apart there.
fn mark(s: &str, line: &Line, above: u32) -> Option<Mark> {
    let range = line.range();
    let own = s[range.clone()].trim_end();
    let head = own.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &own[head.len()..];
    let words = head.trim_end_matches([' ', '\t']);
    let apart = head.len() - words.len() >= APART || head[words.len()..].contains('\t');
    if number.is_empty() || number.len() > DIGITS || !apart || words.trim_start().is_empty() {
        return None;
    }
    let value: u32 = number.parse().ok()?;
    let start = range.start;
    Some(Mark {
        range: start + words.len()..start + own.len(),
        digits: start + head.len()..start + own.len(),
        value,
        above,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    /// A poem of so many lines, with `number` behind every line.
    fn poem(lines: u32, number: impl Fn(u32) -> Option<u32>) -> String {
        let line = |i: u32| match number(i) {
            Some(number) => format!("The water rose upon the quay that night,{number:>12}\n"),
            None => "The water rose upon the quay that night,\n".to_owned(),
        };
        (1..=lines).map(line).collect()
    }

    #[test]
    fn numbers_that_the_lines_count_up_to_go() {
        let plain = poem(40, |_| None);
        for step in STEPS {
            assert_eq!(cleaned_by(&LineNumbers, &poem(40, |i| i.is_multiple_of(step).then_some(i))), plain);
        }
        // Another poem, which has a single one, and a heading between.
        let two = format!(
            "{}\nTO A NEIGHBOUR\n\n{}",
            poem(40, |i| i.is_multiple_of(10).then_some(i)),
            poem(14, |i| (i == 10).then_some(10))
        );
        assert_eq!(
            cleaned_by(&LineNumbers, &two),
            format!("{plain}\nTO A NEIGHBOUR\n\n{}", poem(14, |_| None))
        );
        // A heading, and half a line more.
        let late = poem(40, |i| (i > 2 && (i - 2).is_multiple_of(10)).then(|| i - 2));
        assert_eq!(cleaned_by(&LineNumbers, &late), plain);
    }

    #[test]
    fn other_numbers_at_the_ends_of_lines_stay() {
        let pages = poem(30, |i| i.is_multiple_of(2).then_some(i * 5));
        let few = poem(24, |i| i.is_multiple_of(10).then_some(i));
        let years = poem(30, |i| i.is_multiple_of(10).then_some(1800 + i / 10));
        for text in [pages, few, years, "He was 20\nand she was 30\n".repeat(9)] {
            assert_eq!(cleaned_by(&LineNumbers, &text), text);
        }
    }
}

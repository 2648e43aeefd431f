//! In: blocks whose line ends and spaces count: fenced code, tables, records. Out: them, kept as
//! they stand.

use std::ops::Range;

use super::blocks::{Look, Page};
use crate::text::{Edit, Span, Text};

/// Lines that open and close code in Markdown begin so.
const FENCE: &str = "```";

/// Blocks, at most, that code between fences runs over: a fence that never closes is none.
const FENCED_BLOCKS: usize = 400;

/// Blocks, at most, that are looked at together: longer records are kept in several parts.
const RECORD_BLOCKS: usize = 200;

/// Characters at the start of a line whose kinds tell records apart from prose.
const STAMP: usize = 8;

/// Lines that are kept.
#[derive(Debug)]
pub struct Kept {
    /// The lines without what they are all indented by.
    pub text: Text,
    /// One past its last block of the page.
    pub end: usize,
    /// Fences, which the form stands for.
    pub fences: Vec<Span>,
    /// What told it, for the report.
    pub why: &'static str,
    /// How sure, in per cent.
    pub percent: u8,
}

/// Reads what begins with the first of `blocks` and must be kept line by line; `text` says which
/// blocks are text.
pub fn read(page: &Page<'_>, blocks: Range<usize>, text: &[bool], markdown: bool) -> Option<Kept> {
    let b = blocks.start;
    if let Some(kept) = fenced(page, blocks.clone(), text) {
        return Some(kept);
    }
    if let Some(end) = table(page, blocks.clone(), text) {
        let lines = page.blocks[b].first..page.blocks[end - 1].end;
        return Some(Kept { text: slice(page, lines), end, fences: Vec::new(), why: "a table", percent: 95 });
    }
    let block = &page.blocks[b];
    let lines = block.first..block.end;
    if let Some(end) = records(page, blocks, text) {
        let lines = block.first..page.blocks[end - 1].end;
        let why = "records: its lines begin alike";
        return Some(Kept { text: slice(page, lines), end, fences: Vec::new(), why, percent: 85 });
    }
    let (why, percent) = if markdown && block.look != Look::Text && is_code(page, lines.clone()) {
        ("code, as its indent says", 85)
    } else {
        return None;
    };
    Some(Kept { text: slice(page, lines), end: b + 1, fences: Vec::new(), why, percent })
}

/// Code between fences; it may run over blank lines.
fn fenced(page: &Page<'_>, blocks: Range<usize>, text: &[bool]) -> Option<Kept> {
    let first = page.blocks[blocks.start].first;
    if !page.line(first).starts_with(FENCE) || page.line(first).trim_start_matches('`').contains('`') {
        return None;
    }
    let (last, close) = blocks.take(FENCED_BLOCKS).take_while(|k| text[*k]).find_map(|k| {
        let block = &page.blocks[k];
        let line = (block.first.max(first + 1)..block.end)
            .find(|i| page.line(*i).trim_end_matches('`').is_empty())?;
        Some((k, line))
    })?;
    // What follows the closing fence without a blank line would be lost inside of the block.
    if close + 1 != page.blocks[last].end || close == first + 1 {
        return None;
    }
    let fence = |i: usize| page.text.origin(page.lines[i].range());
    Some(Kept {
        text: slice(page, first + 1..close),
        end: last + 1,
        fences: vec![fence(first), fence(close)],
        why: "code between fences",
        percent: 99,
    })
}

/// The end of rows of cells between bars; a row of signs under the head parts blocks.
fn table(page: &Page<'_>, blocks: Range<usize>, text: &[bool]) -> Option<usize> {
    let row = |i: usize| page.line(i).bytes().filter(|c| *c == b'|').count() >= 2;
    let rows = |k: usize| page.blocks[k].first..page.blocks[k].end;
    let begin = blocks.start;
    let end = blocks
        .take_while(|k| text[*k] && (*k == begin || page.blocks[*k].gap == 0) && rows(*k).all(row))
        .last()?
        + 1;
    let lines = page.blocks[begin].first..page.blocks[end - 1].end;
    let has_words = rows(begin).any(|i| page.line(i).contains(char::is_alphanumeric));
    (lines.len() >= 2 && has_words).then_some(end)
}

/// The end of lines of which three and more begin with figures in one pattern, such as a date and a time, up to a
/// blank line; others between them, as what an error says of itself, belong to them.
fn records(page: &Page<'_>, blocks: Range<usize>, text: &[bool]) -> Option<usize> {
    let stamp = |i: usize| -> Option<String> {
        let figures = page.line(i).chars().take(STAMP).filter(char::is_ascii_digit).count();
        let kinds = || page.line(i).chars().take(STAMP).map(kind).collect::<String>();
        (figures >= 4).then(kinds).filter(|kinds| kinds.len() >= STAMP)
    };
    let begin = blocks.start;
    let first = stamp(page.blocks[begin].first)?;
    let together = |k: &usize| text[*k] && (*k == begin || page.blocks[*k].gap == 0);
    let end = blocks.take(RECORD_BLOCKS).take_while(together).last()? + 1;
    let lines = page.blocks[begin].first..page.blocks[end - 1].end;
    let alike = lines.clone().filter(|i| stamp(*i).as_ref() == Some(&first)).count();
    (alike >= 3 && alike * 2 >= lines.len()).then_some(end)
}

/// The kind of a character: a figure, a letter, or itself.
fn kind(c: char) -> char {
    match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_alphabetic() => 'a',
        c => c,
    }
}

/// Signs that prose has no use for, and no full stop at the end.
fn is_code(page: &Page<'_>, lines: Range<usize>) -> bool {
    let signs = |line: &str| {
        line.contains(['{', '}', ';', '=', '<', '>', '\\', '$', '|', '`', '/'])
            || line.contains(" --")
            || line.contains("()")
    };
    lines.clone().any(|i| signs(page.line(i)))
        && !lines.into_iter().any(|i| page.line(i).ends_with(['.', '!', '?', ',']) && !signs(page.line(i)))
}

/// The lines as they stand, less the indent that all of them have.
fn slice(page: &Page<'_>, lines: Range<usize>) -> Text {
    let s = page.text.as_str();
    let begin = |i: usize| s[..page.lines[i].start as usize].rfind('\n').map_or(0, |n| n + 1);
    let (from, to) = (begin(lines.start), page.lines[lines.end - 1].end as usize);
    let common = lines
        .clone()
        .filter(|i| !page.lines[*i].is_blank())
        .map(|i| page.lines[i].start as usize - begin(i))
        .min()
        .unwrap_or(0);
    let mut text = page.text.slice(from..to);
    let edits: Vec<Edit> = lines
        .filter(|i| !page.lines[*i].is_blank() && common > 0)
        .map(|i| Edit::delete(begin(i) - from..begin(i) - from + common))
        .collect();
    text.apply(&edits);
    text
}

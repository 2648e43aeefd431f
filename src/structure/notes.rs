//! In: the blocks. Out: footnotes and endnotes taken out of the text, each with the place that
//! refers to it.

use std::collections::HashMap;

use super::blocks::{self, Page};
use super::rules;
use crate::book::{Block, Note};
use crate::report::{Certainty, Effect, Finding};
use crate::text::{Edit, MarkKind, Text};

/// A place in a paragraph that refers to a note.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Bytes of the clean text that are the mark; empty where nothing refers to the note.
    pub range: std::ops::Range<usize>,
    /// Index of the note.
    pub note: usize,
    /// Whether the range is the note itself, which stood inside the paragraph.
    pub inline: bool,
}

/// Notes and their references.
#[derive(Debug, Default)]
pub struct Notes {
    /// The notes in the order of their references.
    pub notes: Vec<Note>,
    /// References by block.
    pub references: HashMap<usize, Vec<Reference>>,
    /// Blocks that notes take.
    pub blocks: Vec<usize>,
}

/// How many blocks earlier a star may refer to a note under the text.
const STAR_REACH: usize = 4;
/// How many blocks a bracketed note may take.
const NOTE_BLOCKS: usize = 12;

/// A note as it stands in the text.
struct Body {
    mark: String,
    blocks: std::ops::Range<usize>,
    /// Bytes of the clean text behind the label, without a closing bracket.
    range: std::ops::Range<usize>,
}

/// Finds the notes among the `free` blocks.
pub fn find(page: &Page<'_>, free: &dyn Fn(usize) -> bool, findings: &mut Vec<Finding>) -> Notes {
    let bodies = bodies(page, free);
    let mut out = Notes::default();
    let taken: Vec<usize> = bodies.iter().flat_map(|b| b.blocks.clone()).collect();
    let is_text = |b: usize| taken.binary_search(&b).is_err();
    let marks = marks(page, &is_text);
    let mut used: HashMap<usize, usize> = HashMap::new();
    let mut linked: Vec<(usize, std::ops::Range<usize>, usize, bool)> = Vec::new();
    for (n, body) in bodies.iter().enumerate() {
        let reference = reference(page, body, &marks, &is_text, &mut used);
        let exact = reference.is_some();
        let Some((block, range)) = reference.or_else(|| before(page, body.blocks.start, &is_text)) else {
            continue;
        };
        linked.push((block, range, n, exact));
    }
    linked.sort_by_key(|l| (l.1.start, l.2));
    for (index, (block, range, n, exact)) in linked.iter().enumerate() {
        let body = &bodies[*n];
        out.notes.push(note(page, body));
        out.references.entry(*block).or_default().push(Reference {
            range: range.clone(),
            note: index,
            inline: false,
        });
        out.blocks.extend(body.blocks.clone());
        let label = page.range(page.blocks[body.blocks.start].first, page.blocks[body.blocks.end - 1].end);
        let span = page.text.origin(label.clone());
        let rule = if *exact { &rules::FOOTNOTE } else { &rules::LOOSE_NOTE };
        let head = page.text.origin(label.start..body.range.start.max(label.start));
        let tail = page.text.origin(body.range.end..label.end);
        let mut spans = vec![head];
        if !tail.is_empty() {
            spans.push(tail);
        }
        let message = if *exact {
            format!("note {} linked", body.mark)
        } else {
            "note linked to the paragraph before it".into()
        };
        findings.push(
            Finding::note(rule, Some(span), message)
                .with_certainty(Certainty::percent(if *exact { 97 } else { 65 }))
                .with_effect(Effect::Understood(spans)),
        );
    }
    out.blocks.sort_unstable();
    inline(page, &|b| free(b) && is_text(b), &mut out, findings);
    out
}

/// `[Footnote: …]` inside a paragraph.
fn inline(page: &Page<'_>, is_text: &dyn Fn(usize) -> bool, out: &mut Notes, findings: &mut Vec<Finding>) {
    let s = page.text.as_str();
    for (at, _) in s.match_indices("[Footnote") {
        let b = page.blocks.partition_point(|k| page.lines[k.first].start as usize <= at).wrapping_sub(1);
        let Some(block) = page.blocks.get(b).filter(|_| is_text(b)) else { continue };
        let whole = page.range(block.first, block.end);
        let (Some(close), Some(colon)) = (s[at..whole.end.max(at)].find(']'), s[at..].find(':')) else {
            continue;
        };
        if at == whole.start || colon > close || colon > 14 {
            continue;
        }
        // The space before the note goes with it.
        let from = s[..at].trim_end_matches([' ', '\n']).len().max(whole.start);
        let range = from..at + close + 1;
        let inner = at + colon + 1..at + close;
        let text = joined(page, inner.clone());
        let span = page.text.origin(range.clone());
        let index = out.notes.len();
        out.notes.push(Note { mark: "*".into(), body: vec![Block::para(text)] });
        out.references.entry(b).or_default().push(Reference { range, note: index, inline: true });
        let label = page.text.origin(at..inner.start);
        findings.push(
            Finding::note(&rules::FOOTNOTE, Some(span), "a note inside a paragraph became a footnote")
                .with_certainty(Certainty::percent(98))
                .with_effect(Effect::Understood(vec![label])),
        );
    }
}

/// A range of the clean text with its line ends as spaces, without spaces at its ends.
pub(super) fn joined(page: &Page<'_>, range: std::ops::Range<usize>) -> Text {
    let mut text = trimmed(&page.text.slice(range), 0..usize::MAX);
    let s = text.as_str();
    let mut last = 0;
    let edits: Vec<Edit> = s
        .match_indices('\n')
        .map(|(i, _)| {
            let from = s[..i].trim_end().len();
            let to = i + (s[i..].len() - s[i..].trim_start().len());
            (from, to)
        })
        .filter(|(from, to)| {
            // Of several line ends in one gap only the first speaks for it.
            let fresh = *from >= last;
            last = last.max(*to);
            fresh
        })
        .map(|(from, to)| {
            let tight = blocks::joins_tight(&s[..from], &s[to..]);
            Edit::replace(from..to, if tight { "" } else { " " })
        })
        .collect();
    text.apply(&edits);
    text
}

fn bodies(page: &Page<'_>, free: &dyn Fn(usize) -> bool) -> Vec<Body> {
    let mut out = Vec::new();
    let mut b = 0;
    while b < page.blocks.len() {
        match free(b).then(|| body(page, b, free)).flatten() {
            Some(body) => {
                b = body.blocks.end;
                out.push(body);
            }
            None => b += 1,
        }
    }
    out
}

fn body(page: &Page<'_>, b: usize, free: &dyn Fn(usize) -> bool) -> Option<Body> {
    let raw = page.raw(b);
    let start = page.lines[page.blocks[b].first].start as usize;
    if let Some(rest) = raw
        .strip_prefix("[Footnote")
        .or_else(|| raw.strip_prefix("[Note"))
        .or_else(|| raw.strip_prefix("[Fußnote"))
    {
        let colon = rest.find([':', ']']).filter(|c| *c <= 12)?;
        if rest.as_bytes()[colon] != b':' {
            return None;
        }
        let mark =
            rest[..colon].trim().trim_start_matches(|c: char| c.is_alphabetic() && rest.len() < 3).trim();
        let text = &rest[colon + 1..];
        let from = start + (raw.len() - text.trim_start().len());
        let last = (b..(b + NOTE_BLOCKS).min(page.blocks.len())).find(|k| closes(page, b, *k))?;
        let end = page.range(page.blocks[last].first, page.blocks[last].end).end - 1;
        return Some(Body { mark: mark.to_owned(), blocks: b..last + 1, range: from..end.max(from) });
    }
    if let Some((mark, length)) = bracketed(raw)
        && raw[length..].starts_with(' ')
        && page.blocks[b].words > 2
    {
        // `[3] See above.` with a `[3]` somewhere in the text before.
        let text = raw[length..].trim_start();
        let end = start + raw.len();
        return Some(Body { mark: mark.to_owned(), blocks: b..b + 1, range: end - text.len()..end });
    }
    star(page, b, raw, start, free)
}

/// A paragraph that begins with a star which an earlier paragraph has behind a word.
fn star(page: &Page<'_>, b: usize, raw: &str, start: usize, free: &dyn Fn(usize) -> bool) -> Option<Body> {
    let mark: String = raw.chars().take_while(|c| matches!(c, '*' | '†' | '‡')).collect();
    if mark.is_empty() || mark.chars().count() > 3 || page.blocks[b].words < 3 {
        return None;
    }
    let rest = &raw[mark.len()..];
    let text = rest.trim_start();
    // `*emphasis*` at a paragraph's start is none.
    if !text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '“' | '(' | '_'))
        || text.contains('*')
    {
        return None;
    }
    (b.saturating_sub(STAR_REACH)..b)
        .any(|k| free(k) && find_star(page.raw(k), &mark).is_some())
        .then(|| Body { mark, blocks: b..b + 1, range: start + raw.len() - text.len()..start + raw.len() })
}

/// The mark standing behind a letter or a point, and not before another star.
fn find_star(raw: &str, mark: &str) -> Option<usize> {
    raw.match_indices(mark).map(|(i, _)| i).find(|i| {
        let before = raw[..*i].chars().next_back();
        let after = raw[i + mark.len()..].chars().next();
        before.is_some_and(|c| {
            c.is_alphanumeric()
                || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '”' | '’' | ')' | '_')
        }) && after.is_none_or(|c| {
            c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '”' | ')' | '-' | '—')
        })
    })
}

/// Whether the bracket that block `first` opens closes at the end of block `k`.
fn closes(page: &Page<'_>, first: usize, k: usize) -> bool {
    let depth: i32 = (first..=k)
        .flat_map(|b| page.raw(b).bytes())
        .map(|c| match c {
            b'[' => 1,
            b']' => -1,
            _ => 0,
        })
        .sum();
    depth <= 0 && page.raw(k).ends_with(']')
}

/// `[12]`, `{12}`, `[*]`, `[A]` at the start: the mark inside and the bytes of the whole.
fn bracketed(raw: &str) -> Option<(&str, usize)> {
    let close = match raw.as_bytes().first()? {
        b'[' => ']',
        b'{' => '}',
        _ => return None,
    };
    let end = raw.find(close)?;
    let mark = &raw[1..end];
    let good = !mark.is_empty()
        && mark.len() <= 4
        && (mark.bytes().all(|b| b.is_ascii_digit())
            || mark.len() == 1 && mark.bytes().all(|b| b.is_ascii_uppercase() || b == b'*'));
    good.then_some((mark, end + 1))
}

/// Every bracketed mark inside the text: mark, block, bytes of the clean text.
fn marks(
    page: &Page<'_>,
    is_text: &dyn Fn(usize) -> bool,
) -> HashMap<String, Vec<(usize, std::ops::Range<usize>)>> {
    let mut out: HashMap<String, Vec<(usize, std::ops::Range<usize>)>> = HashMap::new();
    for b in (0..page.blocks.len()).filter(|b| is_text(*b)) {
        let raw = page.raw(b);
        let start = page.lines[page.blocks[b].first].start as usize;
        for (i, _) in raw.match_indices(['[', '{']) {
            if i > 0
                && let Some((mark, length)) = bracketed(&raw[i..])
            {
                out.entry(mark.to_owned()).or_default().push((b, start + i..start + i + length));
            }
        }
    }
    out
}

type Marks = HashMap<String, Vec<(usize, std::ops::Range<usize>)>>;

/// Where the text refers to the note: the nearest unused mark before it.
fn reference(
    page: &Page<'_>,
    body: &Body,
    marks: &Marks,
    is_text: &dyn Fn(usize) -> bool,
    used: &mut HashMap<usize, usize>,
) -> Option<(usize, std::ops::Range<usize>)> {
    if body.mark.starts_with(['*', '†', '‡']) {
        return (body.blocks.start.saturating_sub(STAR_REACH)..body.blocks.start)
            .rev()
            .filter(|b| is_text(*b))
            .find_map(|b| {
                let start = page.lines[page.blocks[b].first].start as usize;
                let at = start + find_star(page.raw(b), &body.mark)?;
                used.insert(at, b).is_none().then_some((b, at..at + body.mark.len()))
            });
    }
    let list = marks.get(&body.mark)?;
    let near = list.iter().rev().find(|(b, r)| *b < body.blocks.start && !used.contains_key(&r.start))?;
    used.insert(near.1.start, near.0);
    Some(near.clone())
}

/// The end of the paragraph before block `b`.
fn before(
    page: &Page<'_>,
    b: usize,
    is_text: &dyn Fn(usize) -> bool,
) -> Option<(usize, std::ops::Range<usize>)> {
    let above = (b.saturating_sub(NOTE_BLOCKS)..b).rev().find(|k| is_text(*k))?;
    let end = page.range(page.blocks[above].first, page.blocks[above].end).end;
    Some((above, end..end))
}

fn note(page: &Page<'_>, body: &Body) -> Note {
    let blocks = body
        .blocks
        .clone()
        .filter_map(|b| {
            let block = &page.blocks[b];
            let whole = page.range(block.first, block.end);
            let (from, to) = (body.range.start.max(whole.start), body.range.end.min(whole.end));
            let part = joined(page, from..to.max(from));
            (!part.is_empty()).then(|| Block::para(part))
        })
        .collect();
    Note { mark: body.mark.clone(), body: blocks }
}

/// `range` of the text without spaces at its ends.
fn trimmed(text: &Text, range: std::ops::Range<usize>) -> Text {
    let range = range.start..range.end.min(text.len());
    let s = text.as_str().get(range.clone()).unwrap_or_default();
    let start = range.start + (s.len() - s.trim_start().len());
    text.slice(start..start + s.trim().len())
}

/// The edits that turn references into marks, for a text that begins at byte `start` of the
/// clean text.
pub fn edits(references: &[Reference], start: usize, length: usize) -> Vec<Edit> {
    let mut out = Vec::new();
    for r in references {
        let (from, to) = (r.range.start - start, r.range.end - start);
        if to > length {
            continue;
        }
        if r.inline {
            out.push(Edit::delete(from..to));
            out.push(Edit::mark(from..from, MarkKind::Note(r.note)));
        } else if to - from >= 3 {
            // The brackets go, the figure inside is the reference.
            out.push(Edit::delete(from..from + 1));
            out.push(Edit::delete(to - 1..to));
            out.push(Edit::mark(from + 1..to - 1, MarkKind::Note(r.note)));
        } else {
            out.push(Edit::mark(from..to, MarkKind::Note(r.note)));
        }
    }
    out
}

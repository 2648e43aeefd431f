//! In: the blocks. Out: footnotes and endnotes taken out of the text, each with the place that
//! refers to it.

use std::collections::BTreeMap;
use std::ops::Range;

use foldhash::HashMap;

use super::blocks::{self, Page};
use super::rules;
use crate::book::{Block, Book, Note};
use crate::report::{Certainty, Effect, Finding};
use crate::text::{Edit, MarkKind, Span, Text};

/// A place in a paragraph that refers to a note.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Bytes of the clean text that are the mark; empty where nothing refers to the note.
    pub range: Range<usize>,
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

/// A label, `[Footnote 12:`, is at most so long.
const LABEL_BYTES: usize = 15;

/// A note as it stands in the text.
struct Body {
    mark: String,
    blocks: Range<usize>,
    /// Bytes of the clean text behind the label, without a closing bracket.
    range: Range<usize>,
}

/// Finds the notes among the `free` blocks.
pub fn find(page: &Page<'_>, free: &dyn Fn(usize) -> bool, findings: &mut Vec<Finding>) -> Notes {
    let bodies = bodies(page, free);
    let mut out = Notes::default();
    let taken: Vec<usize> = bodies.iter().flat_map(|b| b.blocks.clone()).collect();
    let is_text = |b: usize| taken.binary_search(&b).is_err();
    let marks = marks(page, &is_text);
    let mut used: HashMap<usize, usize> = HashMap::default();
    let mut linked: Vec<(usize, Range<usize>, usize, bool)> = Vec::new();
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
    let mut last = 0;
    for (at, _) in s.match_indices("[Footnote") {
        // A note inside of a note stays there.
        if at < last {
            continue;
        }
        let b = page.blocks.partition_point(|k| page.lines[k.first].start as usize <= at).wrapping_sub(1);
        let Some(block) = page.blocks.get(b).filter(|_| is_text(b)) else { continue };
        let whole = page.range(block.first, block.end);
        let Some(close) = s[at..whole.end.max(at)].find(']') else {
            // Nor is there an end for any other that this block opens.
            last = whole.end;
            continue;
        };
        let label = s.as_bytes()[at..].iter().take(close.min(LABEL_BYTES));
        let Some(colon) = label.copied().position(|c| c == b':') else { continue };
        if at == whole.start {
            continue;
        }
        // The space before the note goes with it.
        let from = s[..at].trim_end_matches([' ', '\n']).len().max(whole.start);
        let range = from..at + close + 1;
        last = range.end;
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
pub(super) fn joined(page: &Page<'_>, range: Range<usize>) -> Text {
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
        b'[' => b']',
        b'{' => b'}',
        _ => return None,
    };
    // No further than a mark reaches: brackets that nothing closes are many.
    let end = raw.bytes().take(6).position(|b| b == close)?;
    let mark = &raw[1..end];
    let good = !mark.is_empty()
        && mark.len() <= 4
        && (mark.bytes().all(|b| b.is_ascii_digit())
            || mark.len() == 1 && mark.bytes().all(|b| b.is_ascii_uppercase() || b == b'*'));
    good.then_some((mark, end + 1))
}

/// Every bracketed mark inside the text: mark, block, bytes of the clean text.
fn marks(page: &Page<'_>, is_text: &dyn Fn(usize) -> bool) -> HashMap<String, Vec<(usize, Range<usize>)>> {
    let mut out: HashMap<String, Vec<(usize, Range<usize>)>> = HashMap::default();
    for b in (0..page.blocks.len()).filter(|b| is_text(*b)) {
        let raw = page.raw(b);
        let start = page.lines[page.blocks[b].first].start as usize;
        for i in memchr::memchr2_iter(b'[', b'{', raw.as_bytes()) {
            if i > 0
                && let Some((mark, length)) = bracketed(&raw[i..])
            {
                out.entry(mark.to_owned()).or_default().push((b, start + i..start + i + length));
            }
        }
    }
    out
}

type Marks = HashMap<String, Vec<(usize, Range<usize>)>>;

/// Where the text refers to the note: the nearest unused mark before it.
fn reference(
    page: &Page<'_>,
    body: &Body,
    marks: &Marks,
    is_text: &dyn Fn(usize) -> bool,
    used: &mut HashMap<usize, usize>,
) -> Option<(usize, Range<usize>)> {
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
    let before = list.partition_point(|(b, _)| *b < body.blocks.start);
    let near = list[..before].iter().rev().find(|(_, r)| !used.contains_key(&r.start))?;
    used.insert(near.1.start, near.0);
    Some(near.clone())
}

/// The end of the paragraph before block `b`.
fn before(page: &Page<'_>, b: usize, is_text: &dyn Fn(usize) -> bool) -> Option<(usize, Range<usize>)> {
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
fn trimmed(text: &Text, range: Range<usize>) -> Text {
    let range = range.start..range.end.min(text.len());
    let s = text.as_str().get(range.clone()).unwrap_or_default();
    let start = range.start + (s.len() - s.trim_start().len());
    text.slice(start..start + s.trim().len())
}

/// A part of a text and the source that it comes from.
struct Part {
    source: Span,
    /// Number of the text, in reading order.
    text: usize,
    range: Range<usize>,
    exact: bool,
}

/// The places of references in the texts of a book, found by what they come from.
struct Places {
    /// In the order of the source.
    parts: Vec<Part>,
    edits: BTreeMap<usize, Vec<Edit>>,
}

impl Places {
    fn take(book: &mut Book, notes: usize) -> Self {
        let (mut parts, mut number) = (Vec::new(), 0);
        for_each_text(book, notes, &mut |text| {
            parts.extend(text.pieces().map(|(range, piece)| Part {
                source: piece.source,
                text: number,
                range,
                exact: piece.exact,
            }));
            number += 1;
        });
        parts.sort_by_key(|p| (p.source, p.text));
        Self { parts, edits: BTreeMap::new() }
    }

    /// The parts that come from these bytes, in the order of the source: number of the text and bytes in it.
    fn of(&self, span: Span) -> Vec<(usize, Range<usize>)> {
        let end = self.parts.partition_point(|p| p.source.start < span.end);
        let reaching = self.parts[..end].iter().rev().take_while(|p| p.source.end > span.start);
        let mut out: Vec<(usize, Range<usize>)> = reaching
            .map(|p| {
                if !p.exact {
                    return (p.text, p.range.clone());
                }
                let from = span.start.saturating_sub(p.source.start) as usize;
                let to = p.source.end.saturating_sub(span.end) as usize;
                (p.text, p.range.start + from..p.range.end - to)
            })
            .collect();
        out.reverse();
        out
    }

    /// Lays the reference on its bytes; `false` where no text has them.
    fn lay(&mut self, reference: &Reference, span: Span, raw: &str) -> bool {
        let parts = self.of(span);
        let Some((text, first)) = parts.first().cloned() else { return false };
        if reference.inline {
            for (text, range) in parts {
                self.edits.entry(text).or_default().push(Edit::delete(range));
            }
            let mark = Edit::mark(first.start..first.start, MarkKind::Note(reference.note));
            self.edits.entry(text).or_default().push(mark);
            return true;
        }
        let last = parts.iter().rev().find(|(t, _)| *t == text).map_or(first.end, |(_, r)| r.end);
        let edits = self.edits.entry(text).or_default();
        let mut range = first.start..last.max(first.end);
        if raw.starts_with(['[', '{']) && range.len() == raw.len() {
            // The brackets go, the figure inside is the reference.
            edits.push(Edit::delete(range.start..range.start + 1));
            edits.push(Edit::delete(range.end - 1..range.end));
            range = range.start + 1..range.end - 1;
        }
        edits.push(Edit::mark(range, MarkKind::Note(reference.note)));
        true
    }

    /// Lays the reference behind the last text that comes from these bytes.
    fn lay_behind(&mut self, note: usize, span: Span) {
        if let Some((text, range)) = self.of(span).pop() {
            let mark = Edit::mark(range.end..range.end, MarkKind::Note(note));
            self.edits.entry(text).or_default().push(mark);
        }
    }
}

/// Turns what refers to notes into marks, in whatever text of the book it stands: a paragraph, a line of
/// verse, a heading. What stood as a note inside of a text leaves it.
pub fn refer(page: &Page<'_>, notes: &Notes, book: &mut Book) {
    if notes.references.is_empty() {
        return;
    }
    let mut places = Places::take(book, notes.notes.len());
    let mut references: Vec<(usize, &Reference)> =
        notes.references.iter().flat_map(|(b, list)| list.iter().map(|r| (*b, r))).collect();
    references.sort_by_key(|(_, r)| (r.range.start, r.note));
    for (block, reference) in references {
        let range = reference.range.clone();
        let raw = page.text.as_str().get(range.clone()).unwrap_or_default();
        if range.is_empty() || !places.lay(reference, page.text.origin(range), raw) {
            places.lay_behind(reference.note, page.span(block));
        }
    }
    let mut number = 0;
    for_each_text(book, notes.notes.len(), &mut |text| {
        if let Some(edits) = places.edits.get(&number) {
            text.apply(edits);
        }
        number += 1;
    });
}

/// Visits every text of the book but those of its first `notes` notes, which stand apart already.
fn for_each_text(book: &mut Book, notes: usize, visit: &mut dyn FnMut(&mut Text)) {
    book.for_each_running_text_mut(visit);
    for block in book.notes.iter_mut().skip(notes).flat_map(|n| &mut n.body) {
        block.for_each_text_mut(visit);
    }
}

//! In: the decoded source. Out: a string that still knows, after any number of
//! edits, which bytes of the source each of its parts came from.
//!
//! A [`Text`] is a string, a list of [`Piece`]s that map its parts to the source,
//! and a list of inline [`Mark`]s. Marks are flat ranges, not a tree: a pass that
//! looks for quotation marks sees a whole paragraph across italics.
//! [`Text::apply`] is the only way in which the string changes.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::ascii;

/// A half-open range of bytes in the decoded source (UTF-8, before any edit).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`, in bytes.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range of indices into the decoded source.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What an inline mark says of its range.
///
/// Exhaustive on purpose: a new kind does not compile until every backend says
/// what it does with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Emphasis, set in italics.
    Em,
    /// Strong emphasis, set in bold or semibold.
    Strong,
    /// Small capitals.
    SmallCaps,
    /// Raised, as in `2nd`.
    Superscript,
    /// Lowered, as in a chemical formula.
    Subscript,
    /// Struck through.
    Strike,
    /// Set as code, in a fixed-width face.
    Code,
    /// A link to the address.
    Link(Box<str>),
    /// A reference to the note with this index in [`crate::book::Book::notes`]; the range is
    /// the reference's own text, and may be empty.
    Note(usize),
    /// An inline picture: index into [`crate::book::Book::assets`]; the range is its alternative text.
    Image(usize),
    /// A line break that the author wants at the start of the (empty) range.
    LineBreak,
}

/// A range of a [`Text`] that carries inline meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// First byte in the text's current string.
    pub start: u32,
    /// One past the last byte in the text's current string.
    pub end: u32,
    /// What it says.
    pub kind: MarkKind,
}

impl Mark {
    /// As a range of indices into the current string.
    pub const fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One part of a [`Text`] and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the current string; the piece ends where the next one begins.
    pub start: u32,
    /// Where it came from; empty for text that was inserted.
    pub source: Span,
    /// Whether the bytes are those of the source, one for one.
    pub exact: bool,
}

/// A change to a [`Text`]; ranges are bytes of the string before the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Put `with` in the place of `range` (an empty range inserts, an empty `with` deletes).
    Replace {
        /// Bytes to replace; both ends on character boundaries.
        range: Range<usize>,
        /// What takes their place.
        with: Cow<'static, str>,
    },
    /// Lay a mark over `range`.
    Mark {
        /// Bytes to mark.
        range: Range<usize>,
        /// The mark.
        kind: MarkKind,
    },
}

impl Edit {
    /// Replaces `range` by `with`.
    pub fn replace(range: Range<usize>, with: impl Into<Cow<'static, str>>) -> Self {
        Self::Replace { range, with: with.into() }
    }

    /// Deletes `range`.
    pub const fn delete(range: Range<usize>) -> Self {
        Self::Replace { range, with: Cow::Borrowed("") }
    }

    /// Marks `range`.
    pub const fn mark(range: Range<usize>, kind: MarkKind) -> Self {
        Self::Mark { range, kind }
    }

    /// The bytes that the edit touches.
    pub const fn range(&self) -> &Range<usize> {
        match self {
            Self::Replace { range, .. } | Self::Mark { range, .. } => range,
        }
    }
}

/// A string that remembers its source bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    content: String,
    pieces: Vec<Piece>,
    marks: Vec<Mark>,
}

impl Text {
    /// The whole decoded source as one exact piece.
    pub fn from_source(source: impl Into<String>) -> Self {
        let content: String = source.into();
        let pieces = if content.is_empty() {
            Vec::new()
        } else {
            vec![Piece { start: 0, source: Span::new(0, content.len()), exact: true }]
        };
        Self { content, pieces, marks: Vec::new() }
    }

    /// Text that does not stand in the source, as if inserted at byte `at` of it.
    pub fn inserted(content: impl Into<String>, at: usize) -> Self {
        let content: String = content.into();
        let pieces = if content.is_empty() {
            Vec::new()
        } else {
            vec![Piece { start: 0, source: Span::new(at, at), exact: false }]
        };
        Self { content, pieces, marks: Vec::new() }
    }

    /// The current string.
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// Length of the current string in bytes.
    pub const fn len(&self) -> usize {
        self.content.len()
    }

    /// Whether the current string is empty.
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// Inline marks, ordered by start, then the longer first.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The parts and their origins, in order.
    pub fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Piece)> + '_ {
        self.pieces.iter().enumerate().map(|(i, p)| (p.start as usize..self.piece_end(i), *p))
    }

    fn piece_end(&self, i: usize) -> usize {
        self.pieces.get(i + 1).map_or(self.content.len(), |p| p.start as usize)
    }

    /// The source bytes behind `range` of the current string: the smallest span that
    /// holds all of them. An empty range gives an empty span at its place.
    pub fn origin(&self, range: Range<usize>) -> Span {
        if self.pieces.is_empty() {
            return Span::default();
        }
        let first = self.pieces.partition_point(|p| (p.start as usize) <= range.start).saturating_sub(1);
        let mut span: Option<Span> = None;
        for i in first..self.pieces.len() {
            let piece = self.pieces[i];
            let (start, end) = (piece.start as usize, self.piece_end(i));
            if start >= range.end.max(range.start + 1) {
                break;
            }
            let part = if piece.exact {
                let from = range.start.clamp(start, end) - start;
                let to = range.end.clamp(start, end) - start;
                Span {
                    start: piece.source.start + from as u32,
                    end: piece.source.start + to.max(from) as u32,
                }
            } else {
                piece.source
            };
            span = Some(span.map_or(part, |s| s.cover(part)));
        }
        span.unwrap_or_default()
    }

    /// The source bytes behind the whole text.
    pub fn span(&self) -> Span {
        self.origin(0..self.len())
    }

    /// A copy of `range` with its origins and the marks that reach into it.
    ///
    /// # Panics
    /// If an end of `range` is not on a character boundary of the string.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut out = Self { content: self.content[range.clone()].to_owned(), ..Self::default() };
        if !range.is_empty() {
            let first = self.pieces.partition_point(|p| (p.start as usize) <= range.start).saturating_sub(1);
            for i in first..self.pieces.len() {
                let piece = self.pieces[i];
                let (start, end) = (piece.start as usize, self.piece_end(i));
                if start >= range.end {
                    break;
                }
                if end <= range.start {
                    continue;
                }
                out.pieces.push(clip(piece, start, end, &range));
            }
        }
        for mark in &self.marks {
            if mark.start as usize > range.end {
                break;
            }
            let (start, end) = (mark.start as usize, mark.end as usize);
            let touches = if start == end {
                range.contains(&start) || start == range.end
            } else {
                start < range.end && end > range.start
            };
            if touches {
                out.marks.push(Mark {
                    start: (start.max(range.start) - range.start) as u32,
                    end: (end.min(range.end) - range.start) as u32,
                    kind: mark.kind.clone(),
                });
            }
        }
        out
    }

    /// Puts `other` behind this text.
    pub fn append(&mut self, other: &Self) {
        let base = self.content.len() as u32;
        self.content.push_str(&other.content);
        for piece in &other.pieces {
            self.push_piece(Piece { start: piece.start + base, ..*piece });
        }
        self.marks.extend(other.marks.iter().map(|m| Mark {
            start: m.start + base,
            end: m.end + base,
            kind: m.kind.clone(),
        }));
    }

    /// Appends, merging with the last piece where the two read on in the source, or are parts of
    /// one replacement.
    fn push_piece(&mut self, piece: Piece) {
        if let Some(last) = self.pieces.last() {
            if !last.exact && !piece.exact && last.source == piece.source {
                return;
            }
            let length = piece.start - last.start;
            if last.exact && piece.exact && last.source.start + length == piece.source.start {
                if let Some(last) = self.pieces.last_mut() {
                    last.source.end = piece.source.end;
                }
                return;
            }
        }
        self.pieces.push(piece);
    }

    /// Makes all the changes at once; ranges refer to the string as it is now.
    ///
    /// Edits may come in any order. Replacements must not overlap each other; where two
    /// do, the first in order of start wins and the other is left out. Costs
    /// O(length + edits · log edits).
    ///
    /// # Panics
    /// If an end of a replacement is not on a character boundary of the string.
    pub fn apply(&mut self, edits: &[Edit]) {
        let mut replacements: Vec<(&Range<usize>, &str)> = edits
            .iter()
            .filter_map(|e| match e {
                Edit::Replace { range, with } => Some((range, with.as_ref())),
                Edit::Mark { .. } => None,
            })
            .collect();
        replacements.sort_by_key(|(r, _)| (r.start, r.end));
        let mut shift = Shift::default();
        if !replacements.is_empty() {
            shift = self.splice(&replacements);
        }
        let fresh = edits.iter().filter_map(|e| match e {
            Edit::Mark { range, kind } => Some(Mark {
                start: shift.map(range.start, true) as u32,
                end: shift.map(range.end, false) as u32,
                kind: kind.clone(),
            }),
            Edit::Replace { .. } => None,
        });
        let before = self.marks.len();
        self.marks.extend(fresh);
        if self.marks.len() != before || !replacements.is_empty() {
            self.marks.retain(|m| m.end > m.start || may_be_empty(&m.kind));
            self.marks.sort_by(|a, b| (a.start, b.end, &a.kind).cmp(&(b.start, a.end, &b.kind)));
            self.marks.dedup();
        }
    }

    fn splice(&mut self, replacements: &[(&Range<usize>, &str)]) -> Shift {
        let old = std::mem::take(self);
        let more: usize = replacements.iter().map(|(_, with)| with.len()).sum();
        let mut out = Self {
            content: String::with_capacity(old.content.len() + more),
            pieces: Vec::with_capacity(old.pieces.len() + 2 * replacements.len()),
            marks: Vec::new(),
        };
        let mut shift = Shift { steps: Vec::with_capacity(replacements.len()) };
        let mut at = 0;
        let mut piece = 0;
        for (range, with) in replacements {
            if range.start < at {
                continue;
            }
            old.copy_into(&mut out, at..range.start, &mut piece);
            let start = out.content.len();
            if !with.is_empty() {
                out.content.push_str(with);
                let source = old.origin((*range).clone());
                out.push_piece(Piece { start: start as u32, source, exact: false });
            }
            shift.steps.push(Step { range: (*range).clone(), to: start, length: with.len() });
            at = range.end;
        }
        let end = old.content.len();
        old.copy_into(&mut out, at..end, &mut piece);
        out.marks = old
            .marks
            .into_iter()
            .map(|m| {
                let start = shift.map(m.start as usize, true) as u32;
                let end = (shift.map(m.end as usize, false) as u32).max(start);
                Mark { start, end, kind: m.kind }
            })
            .collect();
        *self = out;
        shift
    }

    /// Copies `range` to the end of `out`. `piece` is where to begin looking, and moves on.
    fn copy_into(&self, out: &mut Self, range: Range<usize>, piece: &mut usize) {
        if range.is_empty() {
            return;
        }
        let base = out.content.len();
        out.content.push_str(&self.content[range.clone()]);
        while *piece < self.pieces.len() {
            let (start, end) = (self.pieces[*piece].start as usize, self.piece_end(*piece));
            if start >= range.end {
                break;
            }
            if end > range.start {
                let mut part = clip(self.pieces[*piece], start, end, &range);
                part.start += base as u32;
                out.push_piece(part);
            }
            if end > range.end {
                break;
            }
            *piece += 1;
        }
    }
}

/// The part of `piece` (which fills `start..end`) inside `range`, counted from `range.start`.
fn clip(piece: Piece, start: usize, end: usize, range: &Range<usize>) -> Piece {
    let (from, to) = (start.max(range.start), end.min(range.end));
    let source = if piece.exact {
        Span {
            start: piece.source.start + (from - start) as u32,
            end: piece.source.start + (to - start) as u32,
        }
    } else {
        piece.source
    };
    Piece { start: (from - range.start) as u32, source, exact: piece.exact }
}

const fn may_be_empty(kind: &MarkKind) -> bool {
    matches!(kind, MarkKind::Note(_) | MarkKind::Image(_) | MarkKind::LineBreak)
}

/// Where each byte of the old string went.
#[derive(Default)]
struct Shift {
    steps: Vec<Step>,
}

struct Step {
    range: Range<usize>,
    to: usize,
    length: usize,
}

impl Shift {
    /// The new place of old byte `at`. A place inside a replaced range goes to the start of
    /// its replacement where it opens a mark (`opens`), else to its end.
    fn map(&self, at: usize, opens: bool) -> usize {
        let i = self.steps.partition_point(|s| s.range.start < at);
        if opens
            && let Some(step) = self.steps.get(i)
            && step.range.start == at
            && step.range.is_empty()
        {
            // Text inserted where a mark opens stays outside of it.
            return step.to + step.length;
        }
        let Some(step) = i.checked_sub(1).and_then(|i| self.steps.get(i)) else { return at };
        if at >= step.range.end {
            step.to + step.length + (at - step.range.end)
        } else if opens {
            step.to
        } else {
            step.to + step.length
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.content)
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.content
    }
}

/// The words of a text: runs of letters, figures and combining marks.
pub fn words(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = word_start(text, from)?;
        from = word_end(text, start);
        Some(Span::new(start, from))
    })
}

/// The letters and figures of a text as small letters, and nothing that stands between them.
pub fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                out.push(c.to_ascii_lowercase());
            }
        } else if !is_mark(c) && c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// What a byte says of the character that it begins.
const OTHER: u8 = 0;
const OF_WORD: u8 = 1;
const BEYOND_ASCII: u8 = 2;

/// Nearly all of most texts is ASCII: its bytes are looked up.
static KIND: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = match byte as u8 {
            b if b.is_ascii_alphanumeric() => OF_WORD,
            b if b.is_ascii() => OTHER,
            _ => BEYOND_ASCII,
        };
        byte += 1;
    }
    table
};

/// Dashes, quotation marks, spaces: none of the block U+2000 to U+206F is a letter or a figure.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}')
}

/// Where the next word begins.
fn word_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match KIND[usize::from(*bytes.get(at)?)] {
            OF_WORD => return Some(at),
            OTHER => at += 1,
            _ => {
                let c = text[at..].chars().next()?;
                if !is_mark(c) && c.is_alphanumeric() {
                    return Some(at);
                }
                at += c.len_utf8();
            }
        }
    }
}

/// Where the word ends that begins at `start`.
fn word_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        at += ascii::run(text.as_bytes(), at, true);
        match text[at..].chars().next() {
            Some(c) if !c.is_ascii() && (is_joined(c) || !is_mark(c) && c.is_alphanumeric()) => {
                at += c.len_utf8();
            }
            _ => return at,
        }
    }
}

/// Characters that stand inside a word without being a letter of it.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_survive_replacements() {
        let mut text = Text::from_source("one two three");
        text.apply(&[Edit::replace(4..7, "2"), Edit::delete(0..1)]);
        assert_eq!(text.as_str(), "ne 2 three");
        assert_eq!(text.origin(3..4), Span::new(4, 7));
        assert_eq!(text.origin(5..10), Span::new(8, 13));
        assert_eq!(text.origin(0..2), Span::new(1, 3));
    }

    #[test]
    fn marks_follow_the_text() {
        let mut text = Text::from_source("a _b c_ d");
        text.apply(&[Edit::delete(2..3), Edit::delete(6..7), Edit::mark(3..6, MarkKind::Em)]);
        assert_eq!(text.as_str(), "a b c d");
        assert_eq!(text.marks(), [Mark { start: 2, end: 5, kind: MarkKind::Em }]);
        text.apply(&[Edit::replace(0..1, "long")]);
        assert_eq!(&text.as_str()[text.marks()[0].range()], "b c");
        let part = text.slice(5..6);
        assert_eq!(part.marks(), [Mark { start: 0, end: 1, kind: MarkKind::Em }]);
        assert_eq!(part.span(), Span::new(3, 4));
    }

    #[test]
    fn overlapping_replacements_keep_the_first() {
        let mut text = Text::from_source("abcdef");
        text.apply(&[Edit::replace(1..4, "X"), Edit::replace(2..5, "Y")]);
        assert_eq!(text.as_str(), "aXef");
    }

    #[test]
    fn appended_parts_that_read_on_become_one_piece() {
        let text = Text::from_source("abcdef");
        let mut joined = text.slice(0..3);
        joined.append(&text.slice(3..6));
        assert_eq!(joined.pieces().count(), 1);
        assert_eq!(joined.span(), Span::new(0, 6));
    }
}

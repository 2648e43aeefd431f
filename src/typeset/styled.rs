//! In: a [`Text`] with its marks. Out: a string in stretches of one style, as shaping wants it,
//! with the notes that it refers to.

use crate::text::{Mark, MarkKind, Text};
use crate::typeset::page::{StructureNode, Tag};
use crate::typeset::shape::{Capitals, Position, Slot, Style, StyledSpan};

/// The structure nodes of one chapter; indices count from its own first node.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) all: Vec<StructureNode>,
    /// Addresses of link nodes, by node.
    pub(super) links: Vec<(u32, String)>,
}

impl Nodes {
    pub(super) fn push(&mut self, tag: Tag, parent: u32) -> u32 {
        self.all.push(StructureNode { tag, parent, alt: None, language: None });
        self.all.len() as u32 - 1
    }
}

/// Text ready for shaping.
#[derive(Debug, Default)]
pub(super) struct Styled {
    pub(super) text: String,
    pub(super) spans: Vec<StyledSpan<'static>>,
    pub(super) notes: Vec<NoteMark>,
}

/// A reference to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoteMark {
    /// Byte of the styled text where its figure stands.
    pub(super) at: usize,
    /// Index into the book's notes.
    pub(super) note: usize,
}

/// How marks are understood.
pub(super) struct Marks<'a> {
    /// The number of a note where it is referred to; `None`: the note is unknown.
    pub(super) number: &'a mut dyn FnMut(usize) -> Option<u32>,
    /// Whether long italics are set upright or bold.
    pub(super) plain_emphasis: bool,
}

/// Words of italics that stay italics in designs for readers to whom they are hard.
const PLAIN_EMPHASIS_WORDS: usize = 8;

/// Turns a text into styled stretches. `base` is its style without marks, `node` its owner.
pub(super) fn style(text: &Text, base: Style, node: u32, nodes: &mut Nodes, marks: &mut Marks<'_>) -> Styled {
    let content = text.as_str();
    let list = text.marks();
    let mut out = Styled { text: String::with_capacity(content.len() + 8), ..Styled::default() };
    if list.is_empty() {
        out.text.push_str(content);
        out.push_span(0, base, node);
        return out;
    }
    let mut edges: Vec<usize> =
        list.iter().flat_map(|m| [m.start as usize, m.end as usize]).chain([0, content.len()]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut links: Vec<(usize, u32)> = Vec::new();
    let mut active: Vec<usize> = Vec::new();
    let mut next = 0;
    for (i, from) in edges.iter().copied().enumerate() {
        active.retain(|m| list[*m].end as usize > from);
        while next < list.len() && list[next].start as usize == from {
            if list[next].start == list[next].end {
                out.point(&list[next], base, node, nodes, marks);
            } else {
                active.push(next);
            }
            next += 1;
        }
        let Some(to) = edges.get(i + 1).copied() else { break };
        let mut style = base;
        let mut owner = node;
        let mut hidden = false;
        for index in &active {
            let mark = &list[*index];
            match &mark.kind {
                MarkKind::Note(note) => {
                    hidden = true;
                    if mark.start as usize == from {
                        out.note(*note, style, node, nodes, marks);
                    }
                }
                MarkKind::Link(address) => {
                    owner = if let Some((_, owner)) = links.iter().find(|(m, _)| m == index) {
                        *owner
                    } else {
                        let owner = nodes.push(Tag::Link, node);
                        nodes.links.push((owner, address.to_string()));
                        links.push((*index, owner));
                        owner
                    };
                }
                kind => style = marked(style, base, kind, content, mark, marks.plain_emphasis),
            }
        }
        if !hidden {
            let start = out.text.len();
            out.text.push_str(&content[from..to]);
            out.push_span(start, style, owner);
        }
    }
    if out.spans.is_empty() {
        out.push_span(0, base, node);
    }
    out
}

/// The style inside of a mark.
fn marked(style: Style, base: Style, kind: &MarkKind, content: &str, mark: &Mark, plain: bool) -> Style {
    match kind {
        MarkKind::Em if plain => {
            let long = content[mark.range()].split_whitespace().nth(PLAIN_EMPHASIS_WORDS).is_some();
            let whole = mark.end - mark.start >= content.len() as u32;
            match (long, whole) {
                (false, _) => style.italic(),
                (true, false) => style.bold(),
                (true, true) => style,
            }
        }
        // Emphasis inside italics is upright.
        MarkKind::Em => style.slot(Slot::new(style.slot.is_bold(), !base.slot.is_italic())),
        MarkKind::Strong => style.bold(),
        MarkKind::SmallCaps => style.capitals(Capitals::Small),
        MarkKind::Superscript => style.position(Position::Superior),
        MarkKind::Subscript => style.position(Position::Inferior),
        // No family here has a fixed-width face; a struck word keeps its letters; pictures in a
        // line are shown by their words.
        MarkKind::Strike | MarkKind::Code | MarkKind::Image(_) => style,
        MarkKind::Link(_) | MarkKind::Note(_) | MarkKind::LineBreak => style,
    }
}

impl Styled {
    /// A style for everything that was added behind byte `start`.
    fn push_span(&mut self, start: usize, style: Style, owner: u32) {
        let end = self.text.len();
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.owner == owner && last.range.end == start => {
                last.range.end = end;
            }
            _ => self.spans.push(StyledSpan { range: start..end, style, owner, language: None }),
        }
    }

    /// A mark that stands at a point of the text.
    fn point(&mut self, mark: &Mark, style: Style, node: u32, nodes: &mut Nodes, marks: &mut Marks<'_>) {
        match mark.kind {
            MarkKind::LineBreak => {
                let start = self.text.len();
                let trimmed = self.text.trim_end().len();
                if trimmed == start {
                    self.text.push('\n');
                    self.push_span(start, style, node);
                }
            }
            MarkKind::Note(note) => self.note(note, style, node, nodes, marks),
            MarkKind::Em
            | MarkKind::Strong
            | MarkKind::SmallCaps
            | MarkKind::Superscript
            | MarkKind::Subscript
            | MarkKind::Strike
            | MarkKind::Code
            | MarkKind::Link(_)
            | MarkKind::Image(_) => {}
        }
    }

    /// The figure of a note.
    fn note(&mut self, note: usize, style: Style, node: u32, nodes: &mut Nodes, marks: &mut Marks<'_>) {
        let Some(number) = (marks.number)(note) else { return };
        let start = self.text.len();
        self.notes.push(NoteMark { at: start, note });
        self.text.push_str(&number.to_string());
        let owner = nodes.push(Tag::Reference, node);
        let upright = style.slot(Slot::new(style.slot.is_bold(), false));
        self.push_span(start, upright.position(Position::Superior), owner);
    }

    /// Takes `bytes` off the beginning.
    pub(super) fn cut_front(&mut self, bytes: usize) {
        self.text.drain(..bytes);
        self.spans.retain_mut(|span| {
            span.range = span.range.start.saturating_sub(bytes)..span.range.end.saturating_sub(bytes);
            !span.range.is_empty()
        });
        for note in &mut self.notes {
            note.at = note.at.saturating_sub(bytes);
        }
    }

    /// Changes the style of the first `bytes`.
    pub(super) fn restyle_front(&mut self, bytes: usize, change: impl Fn(Style) -> Style) {
        let mut spans = Vec::with_capacity(self.spans.len() + 1);
        for span in self.spans.drain(..) {
            let (start, end) = (span.range.start, span.range.end);
            let middle = bytes.clamp(start, end);
            if middle > start {
                spans.push(StyledSpan { range: start..middle, style: change(span.style), ..span.clone() });
            }
            if end > middle || start == end {
                spans.push(StyledSpan { range: middle..end, ..span });
            }
        }
        self.spans = spans;
    }

    /// Puts words of one style before everything.
    pub(super) fn prefix(&mut self, words: &str, style: Style, owner: u32) {
        let length = words.len();
        self.text.insert_str(0, words);
        for span in &mut self.spans {
            span.range = span.range.start + length..span.range.end + length;
        }
        for note in &mut self.notes {
            note.at += length;
        }
        self.spans.insert(0, StyledSpan { range: 0..length, style, owner, language: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Edit;
    use crate::typeset::length::Length;

    fn styled(text: &Text, base: Style) -> Styled {
        let mut nodes = Nodes::default();
        let mut count = 0;
        let mut number = |_| {
            count += 1;
            Some(count)
        };
        style(text, base, 0, &mut nodes, &mut Marks { number: &mut number, plain_emphasis: false })
    }

    fn base() -> Style {
        Style::new(Length::pt(11.0))
    }

    #[test]
    fn nested_marks_add_up_and_cover_the_text() {
        let mut text = Text::from_source("one two three");
        text.apply(&[Edit::mark(0..7, MarkKind::Em), Edit::mark(4..13, MarkKind::Strong)]);
        let out = styled(&text, base());
        let slots: Vec<_> = out.spans.iter().map(|s| (s.range.clone(), s.style.slot)).collect();
        assert_eq!(slots, [(0..4, Slot::Italic), (4..7, Slot::BoldItalic), (7..13, Slot::Bold)]);
    }

    #[test]
    fn emphasis_in_an_italic_title_is_upright() {
        let mut text = Text::from_source("The Hispaniola Sails");
        text.apply(&[Edit::mark(4..14, MarkKind::Em)]);
        let out = styled(&text, base().italic());
        assert_eq!(out.spans[1].style.slot, Slot::Roman);
    }

    #[test]
    fn a_notes_own_mark_becomes_its_number() {
        let mut text = Text::from_source("word[*] and more");
        text.apply(&[Edit::mark(4..7, MarkKind::Note(7))]);
        let out = styled(&text, base());
        assert_eq!(out.text, "word1 and more");
        assert_eq!(out.notes, [NoteMark { at: 4, note: 7 }]);
        assert_eq!(out.spans[1].style.position, Position::Superior);
        assert_eq!(out.spans.last().map(|s| s.range.end), Some(out.text.len()));
    }

    #[test]
    fn cutting_and_restyling_the_front_keeps_the_spans_whole() {
        let mut out = styled(&Text::from_source("Squire Trelawney"), base());
        out.cut_front(1);
        out.restyle_front(5, |s| s.capitals(Capitals::Small));
        assert_eq!(out.text, "quire Trelawney");
        let ranges: Vec<_> = out.spans.iter().map(|s| s.range.clone()).collect();
        assert_eq!(ranges, [0..5, 5..15]);
        out.prefix("1\u{2002}", base(), 0);
        assert_eq!(out.spans[1].range, 4..9);
    }
}

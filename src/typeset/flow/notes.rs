//! In: the notes that a chapter refers to. Out: their numbers, and their lines for the foot of
//! the page.

use foldhash::{HashMap, HashSet};

use crate::book::{Block, BlockKind};
use crate::text::Text;
use crate::typeset::flow::{Collector, Setter};
use crate::typeset::length::Length;
use crate::typeset::line::{Align, Line, Measure};
use crate::typeset::page::Tag;
use crate::typeset::styled::{NoteMark, Styled};

/// A note whose lines would fill more than this share of a page stands behind the chapters
/// with all the others.
const LONGEST: (u32, u32) = (2, 5);

/// Leading of notes over that of the text.
pub(in crate::typeset) const LEADING: (u32, u32) = (4, 5);

/// The notes of a chapter, in the order of their first references.
#[derive(Default)]
pub(in crate::typeset) struct ChapterNotes {
    order: Vec<usize>,
    lines: Vec<Option<NoteLines>>,
    /// Where each note stands in `order`.
    places: HashMap<usize, usize>,
}

/// The lines of a note.
#[derive(Default)]
pub(in crate::typeset) struct NoteLines {
    /// Lines with their left edges.
    pub(in crate::typeset) lines: Vec<(Line, Length)>,
}

impl ChapterNotes {
    pub(in crate::typeset) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Indices of the notes, in order of their numbers.
    pub(in crate::typeset) fn order(&self) -> &[usize] {
        &self.order
    }

    /// The number of a note in this chapter, from 1.
    pub(super) fn number(&mut self, note: usize) -> u32 {
        let at = *self.places.entry(note).or_insert_with(|| {
            self.order.push(note);
            self.lines.push(None);
            self.order.len() - 1
        });
        at as u32 + 1
    }

    /// The lines of a note.
    pub(in crate::typeset) fn lines(&self, note: usize) -> Option<&NoteLines> {
        self.lines[*self.places.get(&note)?].as_ref()
    }

    /// Lines that a note takes at the foot.
    pub(super) fn depth(&self, note: usize) -> u32 {
        self.lines(note).map_or(0, |n| n.lines.len() as u32)
    }

    /// Lines at the foot that the references of a paragraph ask for up to each of the bytes `ends`, which rise: each
    /// note where it is first referred to.
    pub(super) fn depths(&self, marks: &[NoteMark], ends: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut seen = HashSet::default();
        let mut coming = marks.iter().peekable();
        let mut depth = 0;
        ends.map(|end| {
            while let Some(mark) = coming.next_if(|m| m.at < end) {
                if seen.insert(mark.note) {
                    depth += self.depth(mark.note);
                }
            }
            depth
        })
        .collect()
    }

    /// Whether all notes can stand at the foot of a page of `lines` lines.
    pub(in crate::typeset) fn fit(&self, lines: u32) -> bool {
        let most = lines * LONGEST.0 / LONGEST.1;
        self.lines.iter().flatten().all(|n| n.lines.len() as u32 * LEADING.0 <= most * LEADING.1)
    }
}

impl Collector<'_> {
    /// Sets the notes that a paragraph refers to for the first time.
    pub(super) fn set_notes(&mut self, marks: &[NoteMark]) {
        if self.setter.endnotes {
            return;
        }
        for mark in marks {
            let at = self.flow.notes.number(mark.note) as usize - 1;
            if self.flow.notes.lines[at].is_none() {
                // A note that refers to itself, or to one that refers back, is set once.
                self.flow.notes.lines[at] = Some(NoteLines::default());
                let mut lines = NoteLines::default();
                self.foot_note(mark.note, at as u32 + 1, &mut lines);
                self.flow.notes.lines[at] = Some(lines);
            }
        }
    }

    /// The lines of a note, and of the notes that it refers to itself.
    fn foot_note(&mut self, note: usize, number: u32, out: &mut NoteLines) {
        let Some(body) = self.setter.book.notes.get(note).map(|n| &n.body) else { return };
        let layout = self.setter.layout;
        let style = layout.text_style().size(layout.points(layout.design.notes.size));
        let owner = self.nodes.push(Tag::Note, 0);
        let measure = Measure::new(layout.measure(), layout_align(&self.setter));
        let mut inner = Vec::new();
        let mut texts = Vec::new();
        for block in body {
            texts_of(block, &mut texts);
        }
        for (index, (text, verse)) in texts.into_iter().enumerate() {
            let node = self.nodes.push(Tag::Paragraph, owner);
            let mut styled = self.styled(text, style, node);
            inner.append(&mut styled.notes);
            if index == 0 {
                styled.prefix(&format!("{number}\u{2002}"), style, node);
            }
            let left = if verse { layout.dimension(layout.design.verse.inset) } else { Length::ZERO };
            let measure = if verse {
                Measure::new(layout.measure() - left, Align::Left).hanging(style.size)
            } else if index > 0 {
                measure.clone().indented(style.size)
            } else {
                measure.clone()
            };
            let (lines, prepared) = self.setter.lines(styled, &measure, !verse);
            self.missing(&prepared);
            out.lines.extend(lines.into_iter().map(|line| (line, left)));
        }
        for mark in inner {
            let at = self.flow.notes.number(mark.note) as usize - 1;
            if self.flow.notes.lines[at].is_none() {
                self.flow.notes.lines[at] = Some(NoteLines::default());
                self.foot_note(mark.note, at as u32 + 1, out);
            }
        }
    }

    /// Styles a text in which notes are not followed: the text of a note.
    pub(in crate::typeset) fn plain(
        &mut self,
        text: &Text,
        style: crate::typeset::shape::Style,
        node: u32,
    ) -> Styled {
        let plain_emphasis = self.setter.layout.design.text.plain_emphasis;
        let mut number = |_| None;
        let mut marks = crate::typeset::styled::Marks { number: &mut number, plain_emphasis };
        crate::typeset::styled::style(text, style, node, self.nodes, &mut marks)
    }
}

fn layout_align(setter: &Setter<'_>) -> Align {
    if setter.layout.design.text.ragged { Align::Left } else { Align::Justified }
}

/// The texts of a block in order, and whether each is a line of verse.
pub(in crate::typeset) fn texts_of<'t>(block: &'t Block, out: &mut Vec<(&'t Text, bool)>) {
    let verse = matches!(block.kind, BlockKind::Verse(_));
    block.for_each_text(&mut |text| out.push((text, verse)));
}

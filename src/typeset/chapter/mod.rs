//! In: a chapter of the book. Out: its column and the plans for its pages; then, once it is
//! known on which side it opens, its pages.

mod lay;

use std::ops::Range;

use crate::book::{Chapter, Matter, Note, Role};
use crate::report::Finding;
use crate::typeset::design::Field;
use crate::typeset::flow::{Collector, Flow, Inset, LEADING, Setter};
use crate::typeset::heading;
use crate::typeset::page::{Item, Tag};
use crate::typeset::paginate::{self, Block, Frame, Opening, PagePlan, Plan, Plans, Start};
use crate::typeset::rules::Edge;
use crate::typeset::sheet::{Filled, Laid, Words};
use crate::typeset::styled::Nodes;

/// A line that reaches so many points over the margin is told of.
pub(super) const OVERFULL: f64 = 0.5;

/// A page whose things stand right of the text's left edge; its side is not yet known.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) items: Vec<Item>,
    /// Whether it carries a running head.
    pub(super) head: bool,
    /// Whether it carries a folio.
    pub(super) folio: bool,
    /// What could not be had on it.
    pub(super) edges: Vec<Edge>,
    /// The line that reaches furthest over the margin, in points.
    pub(super) overfull: f64,
}

/// A chapter that is set but not yet on pages.
pub(super) struct SetChapter {
    pub(super) nodes: Nodes,
    pub(super) findings: Vec<Finding>,
    pub(super) plans: Plans,
    /// Its words in running heads.
    pub(super) head: String,
    /// Its words in the outline; empty: it has no entry.
    pub(super) title: String,
    flow: Flow,
    column: Vec<Block>,
    opening: Vec<Item>,
    sink: u32,
    /// As [`Opening::shift`].
    shift: u32,
    /// Whether its pages carry neither head nor folio.
    bare: bool,
    /// The thread of the pool that set it.
    pub(super) thread: Option<usize>,
    /// Whether all of its notes stand at the foot of their pages.
    pub(super) notes_fit: bool,
}

impl SetChapter {
    /// Sets a chapter and plans its pages for both sides; `of` is what it is a chapter of ([`heading::above`]).
    pub(super) fn new(setter: Setter<'_>, chapter: &Chapter, of: Option<&Chapter>) -> Self {
        let mut nodes = Nodes::default();
        nodes.push(Tag::Section, 0);
        let fields = heading::fields(&setter, chapter, &mut nodes);
        let laid =
            setter.sheet(&setter.layout.design.opening.sheet, &fields, &mut nodes, opening_room(&setter));
        drop(fields);
        let mut collector = Collector::new(setter, &mut nodes);
        let inset = collector.text_inset(0);
        let sink = collector.opening(chapter, &laid, inset);
        let Collector { flow, findings, .. } = collector;
        // Lines higher the text must still stand clear of what is above it.
        let clear = laid.last.map_or(0, |last| (sink as i32 - last).max(0) as u32);
        let shift = if chapter.role.matter() == Matter::Body { clear.min(paginate::MOST_SHIFT) } else { 0 };
        let set = Self {
            head: heading::running_head(&setter, chapter, of),
            title: heading::outline(&setter, chapter),
            notes_fit: flow.notes.fit(setter.layout.lines),
            opening: laid.items,
            sink,
            shift,
            ..Self::of(setter, nodes, flow, findings)
        };
        set.planned(setter)
    }

    /// One of these blocks, without opening, head and title.
    fn of(setter: Setter<'_>, nodes: Nodes, flow: Flow, findings: Vec<Finding>) -> Self {
        Self {
            nodes,
            findings,
            plans: Plans::default(),
            head: String::new(),
            title: String::new(),
            column: flow.column(&setter),
            notes_fit: true,
            flow,
            opening: Vec::new(),
            bare: false,
            thread: None,
            sink: 0,
            shift: 0,
        }
    }

    /// The text of a part or volume that stands before its chapters.
    pub(super) fn under_part(setter: Setter<'_>, chapter: &Chapter) -> Self {
        let bare = Chapter { label: None, number: None, title: None, subtitle: None, ..chapter.clone() };
        let head = heading::running_head(&setter, chapter, None);
        Self { head, title: String::new(), ..Self::new(setter, &bare, None) }
    }

    /// A dedication or an epigraph on a page without furniture.
    pub(super) fn motto(setter: Setter<'_>, chapter: &Chapter) -> Self {
        let design = &setter.layout.design;
        let motto = if chapter.role == Role::Dedication { &design.dedication } else { &design.epigraph };
        let mut nodes = Nodes::default();
        nodes.push(Tag::Section, 0);
        let mut opening = Vec::new();
        if let Some(mark) = &motto.mark {
            let y = setter.layout.baseline(motto.mark_line);
            setter.layout.mark(mark, crate::typeset::design::Align::Centre, y, &mut opening);
        }
        let mut collector = Collector::new(setter, &mut nodes);
        collector.motto(motto, &chapter.body, 0);
        let Collector { flow, findings, .. } = collector;
        let sink = (motto.line - 1).max(0) as u32;
        Self { opening, bare: true, sink, ..Self::of(setter, nodes, flow, findings) }.planned(setter)
    }

    /// The notes of the whole book, for their place behind the text.
    pub(super) fn endnotes(setter: Setter<'_>, chapters: &[(String, Vec<usize>)]) -> Self {
        let mut nodes = Nodes::default();
        nodes.push(Tag::Section, 0);
        let title = setter.wording.role(Role::Notes).to_owned();
        let owner = nodes.push(Tag::Heading(1), 0);
        let fields = [Filled { field: Field::Title, words: Words::Plain(title.clone()), owner }];
        let laid =
            setter.sheet(&setter.layout.design.opening.sheet, &fields, &mut nodes, opening_room(&setter));
        let mut collector = Collector::new(setter, &mut nodes);
        let sink = text_sink(&setter, &laid);
        let layout = setter.layout;
        let text = collector.text_inset(0);
        let style =
            text.style.size(layout.points(layout.design.notes.size.max(layout.design.text.size * 0.9)));
        let inset = Inset { style, ..text };
        for (chapter, notes) in chapters {
            if chapters.len() > 1 && !chapter.is_empty() {
                collector.note_heading(chapter, text);
            }
            for (index, note) in notes.iter().enumerate() {
                if let Some(note) = setter.book.notes.get(*note) {
                    collector.endnote(note, index as u32 + 1, inset);
                }
            }
        }
        let Collector { flow, findings, .. } = collector;
        let (head, opening) = (title.clone(), laid.items);
        Self { head, title, opening, sink, ..Self::of(setter, nodes, flow, findings) }.planned(setter)
    }

    /// The same with plans for its pages.
    fn planned(mut self, setter: Setter<'_>) -> Self {
        self.plan(setter);
        self
    }

    fn plan(&mut self, setter: Setter<'_>) {
        self.thread = rayon::current_thread_index();
        if self.column.is_empty() {
            // A heading alone is a page of its own.
            let page = PagePlan {
                start: Start::of(0),
                next: Start::of(0),
                ways: Vec::new(),
                used: 0,
                short: 0,
                ornament: 0,
                shift: 0,
                cost: 0.0,
                last: true,
            };
            let plan = || Some(Plan { cost: 0.0, pages: vec![page.clone()] });
            self.plans = [[plan(), None], [None, plan()]];
            return;
        }
        let frame = Frame { lines: setter.layout.lines, note_leading: LEADING };
        let opening = Opening { sink: self.sink, shift: self.shift };
        self.plans = paginate::plan(&self.column, frame, opening);
    }

    /// Looks for looser lines in some of its blocks, which give its pages more to choose from, and plans them anew. Whether
    /// there are some.
    pub(super) fn loosen(&mut self, setter: Setter<'_>, blocks: &[Range<usize>]) -> bool {
        let more = self.flow.loosen(&setter, blocks);
        if more {
            self.column = self.flow.column(&setter);
            self.plan(setter);
        }
        more
    }

    /// Whether nothing stands on its pages.
    pub(super) fn is_empty(&self) -> bool {
        self.column.is_empty() && self.opening.is_empty()
    }

    /// The notes that the chapter refers to, in order.
    pub(super) fn notes(&self) -> &[usize] {
        self.flow.notes.order()
    }
}

impl Collector<'_> {
    /// The column of a chapter under its heading. Returns the lines that the opening takes.
    fn opening(&mut self, chapter: &Chapter, laid: &Laid, inset: Inset) -> u32 {
        let setter = self.setter;
        let mut sink = text_sink(&setter, laid);
        if !chapter.epigraphs.is_empty() {
            let style = &setter.layout.design.chapter_epigraph;
            let last = laid.last.unwrap_or(0).max(0) as u32;
            sink = last + 1 + style.above;
            self.epigraphs(&chapter.epigraphs, inset);
            // A short epigraph leaves the text on its usual line.
            let taken = self.depth();
            let usual = text_sink(&setter, laid);
            self.space((style.below).max(usual.saturating_sub(sink + taken)));
        }
        let mut body = chapter.body.iter();
        if let Some(first) = chapter.body.first()
            && let crate::book::BlockKind::Para(para) = &first.kind
            && matches!(para.style, crate::book::ParaStyle::Normal | crate::book::ParaStyle::Continued)
        {
            self.opening_paragraph(&para.text, inset);
            body.next();
        }
        for block in body {
            self.blocks(std::slice::from_ref(block), inset);
        }
        sink
    }

    fn endnote(&mut self, note: &Note, number: u32, inset: Inset) {
        let mut texts = Vec::new();
        for block in &note.body {
            crate::typeset::flow::texts_of(block, &mut texts);
        }
        let owner = self.nodes.push(Tag::Note, inset.parent);
        for (index, (text, _)) in texts.into_iter().enumerate() {
            let node = self.nodes.push(Tag::Paragraph, owner);
            let mut styled = self.plain(text, inset.style, node);
            if index == 0 {
                styled.prefix(&format!("{number}\u{2002}"), inset.style, node);
            }
            let measure = self.measure(inset);
            self.paragraph(styled, &measure, inset, Vec::new());
        }
    }
}

/// Lines of text that the first page of a chapter holds at least.
const LEAST_OPENING: u32 = 4;

/// The lines that a chapter's heading may take.
fn opening_room(setter: &Setter<'_>) -> u32 {
    setter.layout.lines.saturating_sub(LEAST_OPENING + 1)
}

/// Lines of the first page above its text.
fn text_sink(setter: &Setter<'_>, laid: &Laid) -> u32 {
    let opening = &setter.layout.design.opening;
    let usual = match opening.text_line_short {
        Some(line) if laid.title_lines <= 1 => line,
        _ => opening.text_line,
    };
    let under = laid.last_words.unwrap_or(0) + opening.clear + 1;
    let most = (setter.layout.lines - LEAST_OPENING) as i32;
    (usual.max(under).min(most) - 1).max(0) as u32
}

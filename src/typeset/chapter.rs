//! In: a chapter of the book. Out: its column and the plans for its pages; then, once it is
//! known on which side it opens, its pages.

use std::ops::Range;

use crate::book::{Chapter, Matter, Note, Role};
use crate::report::Finding;
use crate::typeset::design::Field;
use crate::typeset::flow::{Body, Collector, Flow, FlowBlock, Inset, LEADING, SetParagraph, Setter};
use crate::typeset::heading;
use crate::typeset::length::Length;
use crate::typeset::line::Line;
use crate::typeset::page::{Ink, Item, Owner, Shape, Side, Tag};
use crate::typeset::paginate::{self, Block, Frame, Opening, PagePlan, Plan, Plans, Start, way_and_wider};
use crate::typeset::rules::Edge;
use crate::typeset::sheet::{Filled, Laid, Words, place, put};
use crate::typeset::styled::Nodes;

/// Rule over the notes: width in em of the notes, thickness in points.
const NOTE_RULE: (i64, f64) = (4, 0.4);
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
    /// As [`Opening::may_shift`].
    may_shift: bool,
    /// Whether its pages carry neither head nor folio.
    bare: bool,
    /// Whether all of its notes stand at the foot of their pages.
    pub(super) notes_fit: bool,
}

impl SetChapter {
    /// Sets a chapter and plans its pages for both sides.
    pub(super) fn new(setter: Setter<'_>, chapter: &Chapter) -> Self {
        let mut nodes = Nodes::default();
        nodes.push(Tag::Section, 0);
        let fields = heading::fields(&setter, chapter, &mut nodes);
        let laid =
            setter.sheet(&setter.layout.design.opening.sheet, &fields, &mut nodes, opening_room(&setter));
        drop(fields);
        let mut collector = Collector::new(setter, &mut nodes);
        let inset = collector.text_inset(0);
        let sink = collector.opening(chapter, &laid, inset);
        let findings = std::mem::take(&mut collector.findings);
        let flow = collector.flow;
        // A line higher the text must still stand clear of what is above it.
        let may_shift =
            laid.last.is_some_and(|last| sink as i32 > last) && chapter.role.matter() == Matter::Body;
        let mut set = Self {
            nodes,
            findings,
            plans: Plans::default(),
            head: heading::running_head(&setter, chapter),
            title: heading::outline(&setter, chapter),
            column: flow.column(&setter),
            notes_fit: flow.notes.fit(setter.layout.lines),
            flow,
            opening: laid.items,
            bare: false,
            sink,
            may_shift,
        };
        set.plan(setter);
        set
    }

    /// The text of a part or volume that stands before its chapters.
    pub(super) fn under_part(setter: Setter<'_>, chapter: &Chapter) -> Self {
        let bare = Chapter { label: None, number: None, title: None, subtitle: None, ..chapter.clone() };
        let head = heading::running_head(&setter, chapter);
        Self { head, title: String::new(), ..Self::new(setter, &bare) }
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
        let findings = std::mem::take(&mut collector.findings);
        let flow = collector.flow;
        let mut set = Self {
            nodes,
            findings,
            plans: Plans::default(),
            head: String::new(),
            title: String::new(),
            column: flow.column(&setter),
            notes_fit: true,
            flow,
            opening,
            bare: true,
            sink: (motto.line - 1).max(0) as u32,
            may_shift: false,
        };
        set.plan(setter);
        set
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
        let findings = std::mem::take(&mut collector.findings);
        let flow = collector.flow;
        let mut set = Self {
            nodes,
            findings,
            plans: Plans::default(),
            head: title.clone(),
            title,
            column: flow.column(&setter),
            notes_fit: true,
            flow,
            opening: laid.items,
            bare: false,
            sink,
            may_shift: false,
        };
        set.plan(setter);
        set
    }

    fn plan(&mut self, setter: Setter<'_>) {
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
        let opening = Opening { sink: self.sink, may_shift: self.may_shift };
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

    /// The pages of one of the plans.
    pub(super) fn lay(&self, setter: &Setter<'_>, plan: &Plan, side: Side) -> Vec<Draft> {
        let mut layer = Layer { setter, set: self, open: None, drafts: Vec::new() };
        let forbidden = forbidden(plan);
        let mut side = side;
        for (index, page) in plan.pages.iter().enumerate() {
            let facing =
                if side == Side::Recto && index > 0 { Some(plan.pages[index - 1].short) } else { None };
            layer.page(page, index, facing, &forbidden);
            side = if side == Side::Recto { Side::Verso } else { Side::Recto };
        }
        layer.drafts
    }
}

/// For each block that is parted: the lines behind which a page ends, from 0.
fn forbidden(plan: &Plan) -> Vec<(u32, usize)> {
    plan.pages.iter().filter(|p| p.next.line > 0).map(|p| (p.next.block, p.next.line as usize - 1)).collect()
}

/// Things on a page beside its lines, for which room is made.
const FURNITURE: usize = 6;

/// Lays pages one after the other.
struct Layer<'a> {
    setter: &'a Setter<'a>,
    set: &'a SetChapter,
    /// The paragraph that goes on on the next page, laid out once.
    open: Option<(u32, Vec<Line>)>,
    drafts: Vec<Draft>,
}

impl Layer<'_> {
    fn page(&mut self, page: &PagePlan, index: usize, facing: Option<u32>, forbidden: &[(u32, usize)]) {
        let bare = self.set.bare;
        let items = Vec::with_capacity(page.used as usize + FURNITURE);
        let mut draft = Draft { items, head: index > 0 && !bare, folio: !bare, ..Draft::default() };
        let mut line = 1;
        if index == 0 {
            draft.items.extend_from_slice(&self.set.opening);
            line = self.set.sink as i32 + 1 + page.shift;
        }
        let mut notes = Vec::new();
        let mut ways = page.ways.iter().copied();
        let blocks = &self.set.flow.blocks;
        let mut block = page.start.block;
        let mut from = page.start.line;
        let mut way = page.start.way;
        let mut first = true;
        while (block as usize) < blocks.len() {
            let parted = page.next.block == block && page.next.line > 0;
            if block == page.next.block && !parted {
                break;
            }
            if from == 0 {
                let wider;
                (way, wider) = way_and_wider(ways.next().unwrap_or(0));
                if !first {
                    line = self.gap(&blocks[block as usize], wider, line, &mut draft);
                }
            }
            let to = if parted { Some(page.next.line) } else { None };
            line = self.block(block, way, from, to, line, forbidden, &mut draft, &mut notes);
            first = false;
            if parted {
                break;
            }
            from = 0;
            block += 1;
        }
        if page.ornament > 0 {
            self.foot_ornament(line + page.ornament as i32 - 1, &mut draft);
        }
        if page.last {
            self.chapter_end(line, &mut draft);
        }
        self.notes(&notes, page.short, &mut draft);
        Self::edges(page, index, facing, line - 1, &mut draft);
        self.drafts.push(draft);
    }

    /// The space above a block, so many lines wider than usual, with the sign of a scene break.
    fn gap(&self, block: &FlowBlock, wider: u32, line: i32, draft: &mut Draft) -> i32 {
        let lines = (block.above.lines + wider) as i32;
        if block.scene_break {
            let layout = self.setter.layout;
            let style = &layout.design.scene_break;
            // The white over and under the sign looks equal where its middle stands half an
            // x-height above the middle of the gap.
            let x_height = self.x_height();
            let depth = layout.leading * i64::from(lines + 1) - x_height;
            let y = layout.baseline(line - 1) + depth / 2;
            layout.mark(&style.mark, style.align, y, &mut draft.items);
        }
        line + lines
    }

    fn x_height(&self) -> Length {
        let layout = self.setter.layout;
        let face = self.setter.shaper.fonts().text_face(crate::typeset::shape::Slot::Roman);
        layout.text_style().size.units(face.x_height, face.units_per_em)
    }

    /// The sign of a scene break on the page's last line.
    fn foot_ornament(&self, line: i32, draft: &mut Draft) {
        let layout = self.setter.layout;
        let style = &layout.design.scene_break;
        let y = layout.baseline(line) - self.x_height() / 2;
        layout.mark(&style.mark, style.align, y, &mut draft.items);
    }

    fn chapter_end(&self, line: i32, draft: &mut Draft) {
        let layout = self.setter.layout;
        let Some(end) = &layout.design.chapter_end else { return };
        if layout.lines as i32 - (line - 1) >= end.free as i32 {
            let y = layout.at_line(f64::from(line - 1) + end.below);
            layout.mark(&end.mark, crate::typeset::design::Align::Centre, y, &mut draft.items);
        }
    }

    /// Lines `from` to `to` of a block, the first on `line`. Returns the line behind them.
    #[expect(clippy::too_many_arguments, reason = "all of them say which lines go where")]
    fn block(
        &mut self,
        index: u32,
        way: u16,
        from: u32,
        to: Option<u32>,
        line: i32,
        forbidden: &[(u32, usize)],
        draft: &mut Draft,
        notes: &mut Vec<usize>,
    ) -> i32 {
        let set = self.set;
        match &set.flow.blocks[index as usize].body {
            Body::Paragraph(paragraph) => {
                let mut lines = match self.open.take().filter(|(i, _)| *i == index) {
                    Some((_, lines)) => lines,
                    None => self.lines(paragraph, index, way, forbidden),
                };
                let last = to.map_or(lines.len(), |to| to as usize);
                if from == 0 {
                    self.beside(paragraph, line, draft);
                }
                let mut at = line;
                for set_line in lines.iter_mut().take(last).skip(from as usize) {
                    let runs = std::mem::take(&mut set_line.runs);
                    put(runs, paragraph.left, self.setter.layout.baseline(at), None, &mut draft.items);
                    draft.overfull = draft.overfull.max(set_line.overfull.to_pt());
                    at += 1;
                }
                let start = lines.get(from as usize).map_or(0, |l| l.range.start);
                let end = if last < lines.len() { lines[last].range.start } else { usize::MAX };
                let start = if from == 0 { 0 } else { start };
                notes.extend(paragraph.notes.iter().filter(|n| n.at >= start && n.at < end).map(|n| n.note));
                if to.is_some() {
                    if lines.get(last.wrapping_sub(1)).is_some_and(|l| l.end.is_hyphen()) {
                        draft.edges.push(Edge::Hyphen);
                    }
                    if last == 1 || last + 1 == lines.len() {
                        draft.edges.push(Edge::LoneLine);
                    }
                    self.open = Some((index, lines));
                }
                at
            }
            Body::Lines(lines) => {
                let mut depth = 0;
                let mut at = line;
                for fixed in lines {
                    let begins = depth;
                    depth += fixed.depth;
                    if begins < from || to.is_some_and(|to| begins >= to) {
                        continue;
                    }
                    at += fixed.depth as i32;
                    let y = self.setter.layout.baseline(at - 1);
                    place(&fixed.line, fixed.left, y, None, &mut draft.items);
                    draft.overfull = draft.overfull.max(fixed.line.overfull.to_pt());
                    notes.extend(&fixed.notes);
                }
                at
            }
            Body::Picture(picture) => {
                let layout = self.setter.layout;
                let total = set.column[index as usize].ways[way as usize].lines;
                let room = total - picture.caption_lines();
                let height = picture.height_in(total, layout.leading);
                let width = Length::pt(height.to_pt() * picture.aspect);
                // The picture's head is level with the capitals of a line, or of what is over
                // half stands above it.
                let top = layout.baseline(line) - layout.leading * 7 / 10;
                let over = (layout.leading * i64::from(room) - height).max(Length::ZERO);
                let shape = Shape::Image {
                    image: picture.asset,
                    x: (layout.measure() - width) / 2,
                    y: top + over / 2,
                    width,
                    height,
                };
                draft.items.push(Item { shape, owner: Owner::Content(picture.owner) });
                let mut at = line + room as i32;
                for caption in &picture.caption {
                    place(&caption.line, caption.left, layout.baseline(at), None, &mut draft.items);
                    at += 1;
                }
                at
            }
        }
    }

    fn lines(&self, paragraph: &SetParagraph, index: u32, way: u16, forbidden: &[(u32, usize)]) -> Vec<Line> {
        let first = forbidden.partition_point(|(block, _)| *block < index);
        let parted: Vec<usize> = forbidden[first..]
            .iter()
            .take_while(|(block, _)| *block == index)
            .map(|(_, line)| *line)
            .collect();
        paragraph.setting.lay(self.setter.shaper, &paragraph.prepared, way as usize, &parted)
    }

    fn beside(&self, paragraph: &SetParagraph, line: i32, draft: &mut Draft) {
        let y = self.setter.layout.baseline(line);
        for beside in &paragraph.before {
            let mut shape = beside.shape.clone();
            shape.shift(Length::ZERO, y);
            let owner = beside.owner.map_or(Owner::Decoration, Owner::Content);
            draft.items.push(Item { shape, owner });
        }
    }

    /// The notes of a page, on its foot.
    fn notes(&self, notes: &[usize], short: u32, draft: &mut Draft) {
        let layout = self.setter.layout;
        let mut seen: Vec<usize> = Vec::new();
        for note in notes {
            if !seen.contains(note) {
                seen.push(*note);
            }
        }
        let lines: Vec<&(Line, Length)> =
            seen.iter().filter_map(|n| self.set.flow.notes.lines(*n)).flat_map(|n| &n.lines).collect();
        if lines.is_empty() {
            return;
        }
        let frame = Frame { lines: layout.lines, note_leading: LEADING };
        let depth = frame.foot(lines.len() as u32) as i32;
        let last = layout.lines as i32 - short as i32;
        let leading = layout.leading.scaled(LEADING.0.into(), LEADING.1.into());
        let size = layout.points(layout.design.notes.size);
        let rule = Shape::Rule {
            x: Length::ZERO,
            y: layout.baseline(last - depth + 1) - self.x_height() / 2,
            width: size * NOTE_RULE.0,
            height: layout.rule(NOTE_RULE.1),
            ink: Ink::Black(100),
        };
        draft.items.push(Item { shape: rule, owner: Owner::Decoration });
        let count = lines.len() as i64;
        for (i, (line, left)) in lines.into_iter().enumerate() {
            let y = layout.baseline(last) - leading * (count - 1 - i as i64);
            place(line, *left, y, None, &mut draft.items);
        }
    }

    /// What could not be had on a page whose text takes `lines` lines.
    fn edges(page: &PagePlan, index: usize, facing: Option<u32>, lines: i32, draft: &mut Draft) {
        if page.last {
            let lines = lines.max(0) as u32;
            if index > 0 && lines < paginate::LEAST_TAIL {
                draft.edges.push(Edge::Tail(lines));
            }
            return;
        }
        match facing {
            Some(short) if short != page.short => draft.edges.push(Edge::Uneven),
            Some(_) => {}
            None if page.short > 0 => draft.edges.push(Edge::ShortSpread(page.short)),
            None => {}
        }
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

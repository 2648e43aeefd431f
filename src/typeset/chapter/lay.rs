//! In: a chapter's column and the plan for its pages. Out: its pages.

use crate::typeset::chapter::{Draft, SetChapter};
use crate::typeset::design::Align;
use crate::typeset::flow::{Body, FlowBlock, LEADING, SetParagraph, Setter};
use crate::typeset::length::Length;
use crate::typeset::line::Line;
use crate::typeset::page::{Ink, Item, Owner, Shape, Side};
use crate::typeset::paginate::{self, Frame, PagePlan, Plan, Start, Widens, way_and_wider};
use crate::typeset::rules::Edge;
use crate::typeset::shape::Slot;
use crate::typeset::sheet::{place, put};

impl SetChapter {
    /// The pages of one of the plans.
    pub(in crate::typeset) fn lay(&self, setter: &Setter<'_>, plan: &Plan, side: Side) -> Vec<Draft> {
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

/// Rule over the notes: width in em of the notes, thickness in points.
const NOTE_RULE: (i64, f64) = (4, 0.4);
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

/// Lines of a block that stand on a page.
#[derive(Clone, Copy)]
struct Portion {
    /// Index of the block.
    block: u32,
    /// The way in which it is set.
    way: u16,
    /// Its lines from this one, from 0,
    from: u32,
    /// to this one, not included; to its last, where it is not parted.
    to: Option<u32>,
    /// The line of the grid on which they begin.
    line: i32,
    /// How far they stand under it: stanzas of a poem that share white.
    lower: Length,
}

/// The gaps between the stanzas of a poem that stand on one page, and the white that they share.
struct Poem {
    /// How many gaps there are, and by how many lines they are wider, in all.
    gaps: u32,
    wider: u32,
    /// The same of those that are passed.
    passed: u32,
    widened: u32,
}

impl Poem {
    /// One that has the gap above the first of the blocks; `ways` are those of the page, from that block on.
    fn begin(blocks: &[FlowBlock], ways: &[u16]) -> Option<Self> {
        let stanzas =
            blocks.iter().zip(ways).take_while(|(b, _)| matches!(b.above.widens, Widens::Shared(_)));
        let (gaps, wider) =
            stanzas.fold((0, 0), |(gaps, wider), (_, way)| (gaps + 1, wider + way_and_wider(*way).1));
        (wider > 0).then_some(Self { gaps, wider, passed: 0, widened: 0 })
    }

    /// How far the stanza under the next gap, which the plan makes so many lines wider, stands under its line of the grid
    /// (over it, if negative).
    fn lower(&mut self, wider: u32, leading: Length) -> Length {
        self.passed += 1;
        self.widened += wider;
        leading.scaled((self.wider * self.passed).into(), self.gaps.into())
            - leading * i64::from(self.widened)
    }
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
        let mut ways = page.ways.as_slice();
        let blocks = &self.set.flow.blocks;
        let Start { mut block, mut way, line: mut from } = page.start;
        let mut poem = None;
        let mut first = true;
        while (block as usize) < blocks.len() {
            let parted = page.next.block == block && page.next.line > 0;
            if block == page.next.block && !parted {
                break;
            }
            let mut lower = Length::ZERO;
            if from == 0 {
                let wider;
                (way, wider) = way_and_wider(ways.first().copied().unwrap_or(0));
                if !first {
                    if poem.is_none() {
                        poem = Poem::begin(&blocks[block as usize..], ways);
                    }
                    line = self.gap(&blocks[block as usize], wider, line, &mut draft);
                    lower =
                        poem.as_mut().map_or(Length::ZERO, |p| p.lower(wider, self.setter.layout.leading));
                    poem = poem.filter(|p| p.passed < p.gaps);
                }
                ways = ways.get(1..).unwrap_or_default();
            }
            let to = if parted { Some(page.next.line) } else { None };
            let portion = Portion { block, way, from, to, line, lower };
            line = self.block(portion, forbidden, &mut draft, &mut notes);
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
        let face = self.setter.shaper.fonts().text_face(Slot::Roman);
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
            layout.mark(&end.mark, Align::Centre, y, &mut draft.items);
        }
    }

    /// Sets some lines of a block. Returns the line of the grid behind them.
    fn block(
        &mut self,
        portion: Portion,
        forbidden: &[(u32, usize)],
        draft: &mut Draft,
        notes: &mut Vec<usize>,
    ) -> i32 {
        let Portion { block: index, way, from, to, line, lower } = portion;
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
                    let y = self.setter.layout.baseline(at - 1) + lower;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::paginate::Gap;

    #[test]
    fn stanzas_stand_at_equal_distances_and_the_last_on_the_grid() {
        let stanza = |widens| FlowBlock {
            above: Gap { lines: 1, widens, ..Gap::default() },
            scene_break: false,
            body: Body::Lines(Vec::new()),
        };
        let blocks = [0, 1, 2, 3].map(|above| stanza(Widens::Shared(above)));
        let behind = stanza(Widens::By(2));
        let blocks: Vec<FlowBlock> = blocks.into_iter().chain([behind]).collect();
        let one_line_in_the_third_gap = [0, 0, 1 << 14, 0, 0];
        let wider = one_line_in_the_third_gap.map(|way| way_and_wider(way).1);
        assert_eq!(wider, [0, 0, 1, 0, 0]);
        let leading = Length::pt(12.0);
        let mut poem = Poem::begin(&blocks, &one_line_in_the_third_gap).expect("white to share");
        assert_eq!(poem.gaps, 4);
        let lower: Vec<f64> = wider[..4].iter().map(|wider| poem.lower(*wider, leading).to_pt()).collect();
        // Three points more in each gap; the grid of the plan has the whole line in the third.
        assert_eq!(lower, [3.0, 6.0, -3.0, 0.0]);
        assert!(Poem::begin(&blocks, &[0; 5]).is_none(), "nothing to share");
    }
}

//! In: where a page begins. Out: every place where it can end, how many lines it then holds,
//! and the least cost.

use std::cell::RefCell;
use std::ops::Range;

use foldhash::HashMap;

use super::{Block, Frame, Start, WIDER, cost};

/// A place where a page can end.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// Where the next page begins.
    pub(super) next: Start,
    /// Lines of the grid that are used, notes and a closing ornament included.
    pub(super) used: u32,
    /// Lines that the closing ornament takes.
    pub(super) ornament: u32,
    /// Lines that notes take at the foot.
    pub(super) notes: u32,
    /// Least cost.
    pub(super) cost: f32,
}

/// The blocks of a chapter, ready for filling pages.
pub(super) struct Column<'a> {
    pub(super) blocks: &'a [Block],
    pub(super) frame: Frame,
    /// Note depth of all blocks before each block.
    notes: Vec<u32>,
    /// Pages that were filled before, by where they begin and how short and long they may be.
    known: RefCell<Known>,
}

/// Filled pages that are kept: the same page is asked for on both sides of the opening and behind pages of different
/// shortness.
#[derive(Default)]
struct Known {
    pages: HashMap<(Start, u32, u32), Range<usize>>,
    ends: Vec<End>,
}

/// Ends that are kept, at most: endless chapters are filled anew.
const MOST_KNOWN: usize = 1 << 17;

/// Least costs at one boundary between blocks, by lines used; with the way of the block before.
#[derive(Clone, Debug)]
struct Row {
    least: usize,
    cells: Vec<(f32, u16, u32)>,
}

const NONE: (f32, u16, u32) = (f32::INFINITY, 0, 0);

impl Row {
    fn single(used: u32) -> Self {
        Self { least: used as usize, cells: vec![(0.0, 0, 0)] }
    }

    fn reachable(&self) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, c)| c.0.is_finite())
            .map(|(i, c)| ((self.least + i) as u32, c.0))
    }

    fn at(&self, used: u32) -> (f32, u16, u32) {
        (used as usize).checked_sub(self.least).and_then(|i| self.cells.get(i)).copied().unwrap_or(NONE)
    }
}

impl<'a> Column<'a> {
    pub(super) fn new(blocks: &'a [Block], frame: Frame) -> Self {
        let mut notes = Vec::with_capacity(blocks.len() + 1);
        let mut sum = 0;
        notes.push(0);
        for block in blocks {
            sum += block.ways.first().map_or(0, super::Way::note_depth);
            notes.push(sum);
        }
        Self { blocks, frame, notes, known: RefCell::default() }
    }

    /// [`Self::ends`] that can be had at all, from memory where the page was filled before.
    pub(super) fn possible_ends(&self, start: Start, least: u32, most: u32, found: &mut impl FnMut(End)) {
        let mut known = self.known.borrow_mut();
        let Known { pages, ends } = &mut *known;
        let range = pages.get(&(start, least, most)).cloned().unwrap_or_else(|| {
            if ends.len() > MOST_KNOWN {
                pages.clear();
                ends.clear();
            }
            let from = ends.len();
            self.ends(start, least, most, &mut |end| {
                if end.cost.is_finite() {
                    ends.push(end);
                }
            });
            pages.insert((start, least, most), from..ends.len());
            from..ends.len()
        });
        ends[range].iter().copied().for_each(found);
    }

    pub(super) fn end(&self) -> u32 {
        self.blocks.len() as u32
    }

    /// The first boundary after `start`, the lines used there, and the note depth.
    fn begin(&self, start: Start) -> (u32, u32, u32) {
        if start.line == 0 {
            return (start.block, 0, 0);
        }
        let way = &self.blocks[start.block as usize].ways[start.way as usize];
        let notes = way.note_depth() - way.note_depth_to(start.line);
        (start.block + 1, way.lines - start.line, notes)
    }

    /// Calls `found` with every end of a page that begins at `start` and uses at most `most`
    /// lines; of those before the column's end only the ones that use at least `least`.
    pub(super) fn ends(&self, start: Start, least: u32, most: u32, found: &mut impl FnMut(End)) {
        let (first, lines, notes) = self.begin(start);
        let mut row = Row::single(lines);
        self.within(start, least, most, notes, found);
        let mut boundary = first;
        loop {
            let depth = notes + self.notes[boundary as usize] - self.notes[first as usize];
            let foot = self.frame.foot(depth);
            row = Self::retain(row, most.saturating_sub(foot));
            if row.cells.is_empty() {
                return;
            }
            if boundary == self.end() {
                for (used, cost) in row.reachable() {
                    found(End {
                        next: Start::of(boundary),
                        used: used + foot,
                        ornament: 0,
                        notes: foot,
                        cost,
                    });
                }
                return;
            }
            let fresh = boundary == start.block && start.line == 0;
            if !fresh {
                self.at_boundary(&row, boundary, foot, (least, most), found);
            }
            self.splits(&row, boundary, fresh, depth, (least, most), found);
            row = self.step(&row, boundary, fresh, most);
            boundary += 1;
        }
    }

    /// Ends inside the paragraph that the page begins with: it is longer than the page.
    fn within(&self, start: Start, least: u32, most: u32, _notes: u32, found: &mut impl FnMut(End)) {
        if start.line == 0 {
            return;
        }
        let way = &self.blocks[start.block as usize].ways[start.way as usize];
        for line in start.line + 1..way.lines {
            let depth = way.note_depth_to(line) - way.note_depth_to(start.line);
            let used = line - start.line + self.frame.foot(depth);
            if used > most {
                break;
            }
            if used >= least {
                let next = Start { line, ..start };
                let notes = self.frame.foot(depth);
                found(End { next, used, ornament: 0, notes, cost: way.breaks[line as usize - 1] });
            }
        }
    }

    fn retain(mut row: Row, most: u32) -> Row {
        let keep = (most as usize + 1).saturating_sub(row.least);
        row.cells.truncate(keep);
        row
    }

    fn at_boundary(
        &self,
        row: &Row,
        boundary: u32,
        foot: u32,
        (least, most): (u32, u32),
        found: &mut impl FnMut(End),
    ) {
        let gap = &self.blocks[boundary as usize].above;
        for (used, cost) in row.reachable() {
            let plain = (0, gap.at_edge);
            for (ornament, extra) in std::iter::once(plain).chain(gap.foot.iter().copied()) {
                let used = used + foot + ornament;
                if used >= least && used <= most {
                    found(End { next: Start::of(boundary), used, ornament, notes: foot, cost: cost + extra });
                }
            }
        }
    }

    fn splits(
        &self,
        row: &Row,
        boundary: u32,
        fresh: bool,
        depth: u32,
        (least, most): (u32, u32),
        found: &mut impl FnMut(End),
    ) {
        let block = &self.blocks[boundary as usize];
        let gap = if fresh { 0 } else { block.above.lines };
        for (used, cost) in row.reachable() {
            let base = used + gap;
            for (index, way) in block.ways.iter().enumerate() {
                let from = if way.notes.is_empty() {
                    least.saturating_sub(base + self.frame.foot(depth)).max(1)
                } else {
                    1
                };
                for line in from..way.lines {
                    let notes = self.frame.foot(depth + way.note_depth_to(line));
                    let total = base + line + notes;
                    if total > most {
                        break;
                    }
                    if total >= least {
                        let next = Start { block: boundary, way: index as u16, line };
                        let cost = cost + way.cost + way.breaks[line as usize - 1];
                        found(End { next, used: total, ornament: 0, notes, cost });
                    }
                }
            }
        }
    }

    /// The row behind block `boundary`.
    fn step(&self, row: &Row, boundary: u32, fresh: bool, most: u32) -> Row {
        let block = &self.blocks[boundary as usize];
        let gap = if fresh { 0 } else { block.above.lines };
        let wider = !fresh && block.above.may_widen;
        let shortest = block.ways.iter().map(|w| w.lines).min().unwrap_or(0);
        let longest = block.ways.iter().map(|w| w.lines).max().unwrap_or(0) + u32::from(wider);
        let least = row.least + (gap + shortest) as usize;
        let length =
            (row.cells.len() + (longest - shortest) as usize).min((most as usize + 1).saturating_sub(least));
        let mut next = Row { least, cells: vec![NONE; length] };
        let mut offer = |lines: u32, cell: (f32, u16, u32)| {
            if let Some(known) = next.cells.get_mut(lines as usize - least)
                && cell.0 < known.0
            {
                *known = cell;
            }
        };
        for (used, cost) in row.reachable() {
            for (index, way) in block.ways.iter().enumerate() {
                let lines = used + gap + way.lines;
                offer(lines, (cost + way.cost, index as u16, used));
                if wider {
                    offer(lines + 1, (cost + way.cost + cost::WIDER_GAP, index as u16 | WIDER, used));
                }
            }
        }
        next
    }

    /// The ways of the blocks that stand whole or begin on the page from `start` to `end`, from
    /// the first block that begins on it.
    pub(super) fn trace(&self, start: Start, end: End) -> Vec<u16> {
        let (first, lines, notes) = self.begin(start);
        let last = end.next.block;
        if last < first {
            return Vec::new();
        }
        let mut rows = vec![Row::single(lines)];
        for boundary in first..last {
            let fresh = boundary == start.block && start.line == 0;
            let row = self.step(&rows[rows.len() - 1], boundary, fresh, end.used);
            rows.push(row);
        }
        let whole_notes = notes + self.notes[last as usize] - self.notes[first as usize];
        let split = end.next.line > 0;
        let mut used = if split {
            let block = &self.blocks[last as usize];
            let way = &block.ways[end.next.way as usize];
            let gap = if last == start.block && start.line == 0 { 0 } else { block.above.lines };
            let foot = self.frame.foot(whole_notes + way.note_depth_to(end.next.line));
            end.used - foot - end.next.line - gap
        } else {
            end.used - self.frame.foot(whole_notes) - end.ornament
        };
        let mut ways = Vec::with_capacity(rows.len());
        for row in rows[1..].iter().rev() {
            let (_, way, before) = row.at(used);
            ways.push(way);
            used = before;
        }
        ways.reverse();
        if split {
            ways.push(end.next.way);
        }
        ways
    }
}

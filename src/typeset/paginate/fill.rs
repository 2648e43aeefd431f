//! In: where a page begins. Out: every place where it can end, how many lines it then holds,
//! and the least cost.

use std::cell::RefCell;
use std::ops::Range;

use foldhash::HashMap;

use super::{Block, Frame, Start, WIDER_SHIFT};

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
    /// Ends of pages that cost more are left out.
    dearest: f32,
    memory: RefCell<Memory>,
}

/// What filling pages keeps. A thread hands its memory from chapter to chapter.
#[derive(Default)]
pub(super) struct Memory {
    known: Known,
    kept: Kept,
    /// The rows of the page that is filled, where they are not kept.
    ladder: Ladder,
}

/// Filled pages: the same page is asked for on both sides of the opening and behind pages of different shortness.
#[derive(Default)]
struct Known {
    /// By where they begin and how short and long they may be.
    pages: HashMap<(Start, u32, u32), Range<usize>>,
    ends: Vec<End>,
}

/// Ends that are kept, at most: endless chapters are filled anew.
const MOST_KNOWN: usize = 1 << 17;

/// The rows behind each boundary, from nothing above it: what stands above moves them down and changes nothing else.
#[derive(Default)]
struct Kept {
    ladder: Ladder,
    /// The rows that begin at each boundary, as indices; 0 to 0: not made yet.
    rungs: Vec<Range<u32>>,
}

/// Cells that are kept, at most, as with [`MOST_KNOWN`].
const MOST_CELLS: usize = 1 << 18;

/// The least cost of using so many lines, the way of the block before, and the lines used before it.
type Cell = (f32, u16, u32);

const NONE: Cell = (f32::INFINITY, 0, 0);

/// Least costs at one boundary between blocks, by lines used; with the way of the block before.
#[derive(Clone, Copy, Debug)]
struct Row<'l> {
    least: usize,
    cells: &'l [Cell],
}

/// Rows at boundaries that follow each other.
#[derive(Debug, Default)]
struct Ladder {
    cells: Vec<Cell>,
    /// Of each row the least number of lines, and where its cells end.
    rows: Vec<(usize, usize)>,
}

/// A boundary between blocks on a page that is filled.
struct Place<'l> {
    row: Row<'l>,
    /// Lines above those that the row counts.
    above: u32,
    boundary: u32,
    /// Whether the page begins here.
    fresh: bool,
    /// Lines of the grid that notes take, and their depth.
    foot: u32,
    depth: u32,
}

impl Row<'_> {
    /// Lines used, no more than `most`, and costs; with `above` more lines than the row counts.
    fn reachable(&self, above: u32, most: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let least = self.least + above as usize;
        let length = (most as usize + 1).saturating_sub(least).min(self.cells.len());
        let cells = self.cells[..length].iter().enumerate();
        cells.filter(|(_, c)| c.0.is_finite()).map(move |(i, c)| ((least + i) as u32, c.0))
    }

    fn at(&self, used: u32) -> Cell {
        (used as usize).checked_sub(self.least).and_then(|i| self.cells.get(i)).copied().unwrap_or(NONE)
    }
}

impl Ladder {
    fn clear(&mut self) {
        self.cells.clear();
        self.rows.clear();
    }

    /// Begins with one row: `used` lines stand above.
    fn begin(&mut self, used: u32) {
        self.cells.push((0.0, 0, 0));
        self.rows.push((used as usize, self.cells.len()));
    }

    /// Some of its rows, by their indices.
    fn rows(&self, range: Range<u32>) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        range.map(|index| self.row(index as usize))
    }

    /// The number of its rows, and the index of the next.
    fn len(&self) -> u32 {
        self.rows.len() as u32
    }

    fn row(&self, index: usize) -> Row<'_> {
        let (least, end) = self.rows[index];
        Row { least, cells: &self.cells[self.start(index)..end] }
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.rows[before].1)
    }

    /// Adds the rows from a boundary on that have up to `most` lines, notes not counted; at a `fresh` one the page
    /// begins. Returns their indices.
    fn climb(&mut self, blocks: &[Block], first: u32, fresh: bool, most: u32) -> Range<u32> {
        let from = self.len();
        self.begin(0);
        for (index, block) in (0..).zip(&blocks[first as usize..]) {
            if !self.step(block, gaps_above(index, fresh), most) {
                break;
            }
        }
        from..self.len()
    }

    /// Adds the row behind a block, `None` where it is the first on its page, otherwise with the number of gaps above its
    /// own; `false`, and no row, where none of its cells fits into `most` lines.
    fn step(&mut self, block: &Block, gaps_above: Option<u32>, most: u32) -> bool {
        let gap = gaps_above.map_or(0, |_| block.above.lines);
        let wider: &[f32] = gaps_above.map_or(&[], |above| block.above.widens.costs(above));
        let shortest = block.ways.iter().map(|w| w.lines).min().unwrap_or(0);
        let longest = block.ways.iter().map(|w| w.lines).max().unwrap_or(0) + wider.len() as u32;
        let last = self.rows.len() - 1;
        let (start, (above, end)) = (self.start(last), self.rows[last]);
        let least = above + (gap + shortest) as usize;
        let length =
            (end - start + (longest - shortest) as usize).min((most as usize + 1).saturating_sub(least));
        if length == 0 {
            return false;
        }
        self.cells.resize(end + length, NONE);
        self.rows.push((least, end + length));
        let (before, next) = self.cells.split_at_mut(end);
        let mut offer = |lines: u32, cell: Cell| {
            if let Some(known) = next.get_mut(lines as usize - least)
                && cell.0 < known.0
            {
                *known = cell;
            }
        };
        for (used, cost) in (Row { least: above, cells: &before[start..] }).reachable(0, most) {
            for (index, way) in block.ways.iter().enumerate() {
                let lines = used + gap + way.lines;
                offer(lines, (cost + way.cost, index as u16, used));
                for (wider, more) in (1..).zip(wider) {
                    let way_and_wider = index as u16 | (wider as u16) << WIDER_SHIFT;
                    offer(lines + wider, (cost + way.cost + more, way_and_wider, used));
                }
            }
        }
        true
    }
}

/// The gaps above that of the block with this index on a page, not counting one that goes on from the page before; `None`
/// for the first block of a page that begins `fresh`.
fn gaps_above(index: u32, fresh: bool) -> Option<u32> {
    index.checked_sub(u32::from(fresh))
}

impl Known {
    fn clear(&mut self) {
        self.pages.clear();
        self.ends.clear();
    }
}

impl Kept {
    /// Forgets all rows, for a column of so many blocks.
    fn clear(&mut self, blocks: usize) {
        self.ladder.clear();
        self.rungs.clear();
        self.rungs.resize(blocks + 1, 0..0);
    }

    /// The rows from a boundary on where the page begins above, made where they are not kept.
    fn climb(&mut self, blocks: &[Block], first: u32, longest: u32) -> Range<u32> {
        if self.ladder.cells.len() > MOST_CELLS {
            self.clear(blocks.len());
        }
        let rungs = &mut self.rungs[first as usize];
        if rungs.end == 0 {
            *rungs = self.ladder.climb(blocks, first, false, longest);
        }
        rungs.clone()
    }
}

impl<'a> Column<'a> {
    pub(super) fn new(blocks: &'a [Block], frame: Frame, mut memory: Memory) -> Self {
        let mut notes = Vec::with_capacity(blocks.len() + 1);
        let mut sum = 0;
        notes.push(0);
        for block in blocks {
            sum += block.ways.first().map_or(0, super::Way::note_depth);
            notes.push(sum);
        }
        memory.known.clear();
        memory.kept.clear(blocks.len());
        Self { blocks, frame, notes, dearest: f32::INFINITY, memory: RefCell::new(memory) }
    }

    /// Leaves out ends of pages that cost more than `dearest`, from here on.
    pub(super) fn limit(&mut self, dearest: f32) {
        self.dearest = dearest;
        self.memory.get_mut().known.clear();
    }

    /// The memory that it was made with.
    pub(super) fn into_memory(self) -> Memory {
        self.memory.into_inner()
    }

    /// [`Self::ends`] that can be had at all, from memory where the page was filled before.
    pub(super) fn possible_ends(&self, start: Start, least: u32, most: u32, found: &mut impl FnMut(End)) {
        let memory = &mut *self.memory.borrow_mut();
        let known = memory.known.pages.get(&(start, least, most)).cloned();
        let range = known.unwrap_or_else(|| {
            let Memory { known, kept, ladder } = memory;
            if known.ends.len() > MOST_KNOWN {
                known.clear();
            }
            let from = known.ends.len();
            self.ends((kept, ladder), start, (least, most), &mut |end| {
                if end.cost.is_finite() && end.cost <= self.dearest {
                    known.ends.push(end);
                }
            });
            known.pages.insert((start, least, most), from..known.ends.len());
            from..known.ends.len()
        });
        memory.known.ends[range].iter().copied().for_each(found);
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
    fn ends(
        &self,
        (kept, own): (&mut Kept, &mut Ladder),
        start: Start,
        (least, most): (u32, u32),
        found: &mut impl FnMut(End),
    ) {
        let (first, lines, notes) = self.begin(start);
        self.within(start, least, most, found);
        let fresh = start.line == 0;
        // The first page may have a few lines more than the frame.
        let longest = self.frame.lines + super::MOST_SHIFT;
        let (ladder, range) = if fresh || most > longest {
            own.clear();
            let range = own.climb(self.blocks, first, fresh, most);
            (&*own, range)
        } else {
            let range = kept.climb(self.blocks, first, longest);
            (&kept.ladder, range)
        };
        for (boundary, row) in (first..).zip(ladder.rows(range)) {
            let depth = notes + self.notes[boundary as usize] - self.notes[first as usize];
            let foot = self.frame.foot(depth);
            if (row.least as u32 + lines + foot) > most {
                return;
            }
            let place = Place { row, above: lines, boundary, fresh: fresh && boundary == first, foot, depth };
            if boundary == self.end() {
                for (used, cost) in row.reachable(lines, most - foot) {
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
            if !place.fresh {
                self.at_boundary(&place, (least, most), found);
            }
            self.splits(&place, (least, most), found);
        }
    }

    /// Ends inside the paragraph that the page begins with: it is longer than the page.
    fn within(&self, start: Start, least: u32, most: u32, found: &mut impl FnMut(End)) {
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

    fn at_boundary(&self, place: &Place<'_>, (least, most): (u32, u32), found: &mut impl FnMut(End)) {
        let Place { row, above, boundary, foot, .. } = *place;
        let gap = &self.blocks[boundary as usize].above;
        for (used, cost) in row.reachable(above, most - foot) {
            let plain = (0, gap.at_edge);
            for (ornament, extra) in std::iter::once(plain).chain(gap.foot.iter().copied()) {
                let used = used + foot + ornament;
                if used >= least && used <= most {
                    found(End { next: Start::of(boundary), used, ornament, notes: foot, cost: cost + extra });
                }
            }
        }
    }

    fn splits(&self, place: &Place<'_>, (least, most): (u32, u32), found: &mut impl FnMut(End)) {
        let Place { row, above, boundary, fresh, foot, depth } = *place;
        let block = &self.blocks[boundary as usize];
        let gap = if fresh { 0 } else { block.above.lines };
        for (used, cost) in row.reachable(above, most - foot) {
            let base = used + gap;
            for (index, way) in block.ways.iter().enumerate() {
                let from = if way.notes.is_empty() { least.saturating_sub(base + foot).max(1) } else { 1 };
                for line in from..way.lines {
                    let notes = if way.notes.is_empty() {
                        foot
                    } else {
                        self.frame.foot(depth + way.note_depth_to(line))
                    };
                    let total = base + line + notes;
                    if total > most {
                        break;
                    }
                    let cost = cost + way.cost + way.breaks[line as usize - 1];
                    if total >= least && cost <= self.dearest {
                        let next = Start { block: boundary, way: index as u16, line };
                        found(End { next, used: total, ornament: 0, notes, cost });
                    }
                }
            }
        }
    }

    /// The ways of the blocks that stand whole or begin on the page from `start` to `end`, from
    /// the first block that begins on it.
    pub(super) fn trace(&self, start: Start, end: End) -> Vec<u16> {
        let (first, lines, notes) = self.begin(start);
        let last = end.next.block;
        if last < first {
            return Vec::new();
        }
        let ladder = &mut self.memory.borrow_mut().ladder;
        ladder.clear();
        ladder.begin(lines);
        for boundary in first..last {
            let above = gaps_above(boundary - first, start.line == 0);
            // The page was filled this way before: there is a row.
            ladder.step(&self.blocks[boundary as usize], above, end.used);
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
        let mut ways = Vec::with_capacity(ladder.rows.len());
        for row in ladder.rows(1..ladder.len()).rev() {
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

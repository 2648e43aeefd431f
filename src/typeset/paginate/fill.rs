//! In: where a page begins. Out: every place where it can end, how many lines it then holds,
//! and the least cost.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

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
    /// The rows behind each boundary, from nothing above it: what stands above moves them down
    /// and changes nothing else.
    ladders: RefCell<Ladders>,
}

/// Rows that are kept, by the boundary that they begin at, and how many cells they have.
#[derive(Default)]
struct Ladders {
    known: HashMap<u32, Rc<Ladder>>,
    cells: usize,
}

/// Cells that are kept, at most, as with [`MOST_KNOWN`].
const MOST_CELLS: usize = 1 << 18;

/// Filled pages that are kept: the same page is asked for on both sides of the opening and behind pages of different
/// shortness.
#[derive(Default)]
struct Known {
    pages: HashMap<(Start, u32, u32), Range<usize>>,
    ends: Vec<End>,
}

/// Ends that are kept, at most: endless chapters are filled anew.
const MOST_KNOWN: usize = 1 << 17;

/// The least cost of using so many lines, the way of the block before, and the lines used before it.
type Cell = (f32, u16, u32);

const NONE: Cell = (f32::INFINITY, 0, 0);

/// Least costs at one boundary between blocks, by lines used; with the way of the block before.
#[derive(Clone, Copy, Debug)]
struct Row<'l> {
    least: usize,
    cells: &'l [Cell],
}

/// The rows at a boundary and at those that follow.
#[derive(Debug)]
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
    /// One row: `used` lines stand above.
    fn new(used: u32) -> Self {
        // A page has about so many blocks, and so many numbers of lines at each.
        const BLOCKS: usize = 24;
        const LINES: usize = 4;
        let mut ladder = Self { cells: Vec::with_capacity(BLOCKS * LINES), rows: Vec::with_capacity(BLOCKS) };
        ladder.cells.push((0.0, 0, 0));
        ladder.rows.push((used as usize, 1));
        ladder
    }

    fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        (0..self.rows.len()).map(|index| self.row(index))
    }

    fn row(&self, index: usize) -> Row<'_> {
        let (least, end) = self.rows[index];
        Row { least, cells: &self.cells[self.start(index)..end] }
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.rows[before].1)
    }

    /// Adds the row behind a block; `false`, and no row, where none of its cells fits into `most` lines.
    fn step(&mut self, block: &Block, fresh: bool, most: u32) -> bool {
        let gap = if fresh { 0 } else { block.above.lines };
        let wider = !fresh && block.above.may_widen;
        let shortest = block.ways.iter().map(|w| w.lines).min().unwrap_or(0);
        let longest = block.ways.iter().map(|w| w.lines).max().unwrap_or(0) + u32::from(wider);
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
                if wider {
                    offer(lines + 1, (cost + way.cost + cost::WIDER_GAP, index as u16 | WIDER, used));
                }
            }
        }
        true
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
        Self { blocks, frame, notes, known: RefCell::default(), ladders: RefCell::default() }
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
        self.within(start, least, most, notes, found);
        let fresh = start.line == 0;
        let ladder =
            if fresh { Rc::new(self.ladder(first, true, most)) } else { self.known_ladder(first, most) };
        for (boundary, row) in (first..).zip(ladder.rows()) {
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

    /// The rows from a boundary on that have up to `most` lines, notes not counted; at a `fresh` one the page begins.
    fn ladder(&self, first: u32, fresh: bool, most: u32) -> Ladder {
        let mut ladder = Ladder::new(0);
        for boundary in first..self.end() {
            if !ladder.step(&self.blocks[boundary as usize], fresh && boundary == first, most) {
                break;
            }
        }
        ladder
    }

    /// [`Self::ladder`] where the page begins above, from memory where it was made before.
    fn known_ladder(&self, first: u32, most: u32) -> Rc<Ladder> {
        // The first page may have a line more than the frame.
        let longest = self.frame.lines + 1;
        if most > longest {
            return Rc::new(self.ladder(first, false, most));
        }
        let mut memory = self.ladders.borrow_mut();
        if let Some(known) = memory.known.get(&first) {
            return Rc::clone(known);
        }
        if memory.cells > MOST_CELLS {
            *memory = Ladders::default();
        }
        let ladder = Rc::new(self.ladder(first, false, longest));
        memory.cells += ladder.cells.len();
        memory.known.insert(first, Rc::clone(&ladder));
        ladder
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
                    if total >= least {
                        let next = Start { block: boundary, way: index as u16, line };
                        let cost = cost + way.cost + way.breaks[line as usize - 1];
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
        let mut ladder = Ladder::new(lines);
        for boundary in first..last {
            let fresh = boundary == start.block && start.line == 0;
            // The page was filled this way before: there is a row.
            ladder.step(&self.blocks[boundary as usize], fresh, end.used);
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
        for row in ladder.rows().skip(1).rev() {
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

//! In: a chapter as a column of blocks, each with the ways in which it can be set. Out: which
//! lines stand on which page.
//!
//! Pages are chosen for a whole chapter at once, by dynamic programming with one layer a page
//! (Plass 1981; Mittelbach 2016): the state is where the next page begins and how short the
//! left page of the spread is. Filling a page is a second, inner programme over blocks and
//! lines (`fill`). Every rule of good pages is a cost, well apart from the others, so that one
//! pass finds the best compromise and nothing has to be tried again. Both sides of the opening
//! are solved, and [`sequence()`] joins the chapters to the cheapest book.

mod chapter;
mod fill;
mod sequence;

pub use chapter::{Opening, PagePlan, Plan, plan};
pub use sequence::{Join, Placed, Plans, sequence};

/// Costs, in units of a paragraph's own line costs.
pub mod cost {
    /// A scene break's ornament as the last thing on a page: the page is full, but its words end
    /// early, which the eye takes for an uneven spread.
    pub const ORNAMENT_AT_FOOT: f32 = 450.0;
    /// A page that begins with what follows verse, a quotation or a letter: flush as it is, its
    /// first line looks like the end of a paragraph. More than a spread that is a line short.
    pub const AFTER_DISPLAY: f32 = 870.0;
    /// The same where only one line follows.
    pub const LINE_AFTER_DISPLAY: f32 = 1000.0;
    /// One and two lines more of white between what is set off and its neighbours: less than a spread that is a line
    /// short.
    pub const WIDER_GAP: [f32; 2] = [200.0, 500.0];
    /// The same for a gap between stanzas, whose white all gaps of the poem share. They leave the grid, but for the last
    /// one: better than a spread that is short, if not by much.
    pub const WIDER_STANZAS: [f32; 2] = [480.0, 1100.0];
    /// A chapter that begins one or two lines higher or lower than the others.
    pub const SINK_SHIFT: [f32; super::MOST_SHIFT as usize + 1] = [0.0, 60.0, 250.0];
    /// An opening on a recto, which faces another chapter's end, one or two lines short.
    pub const LONE_SHORT: [f32; 3] = [0.0, 120.0, 400.0];
    /// A spread whose two pages both end one or two lines early.
    pub const SPREAD_SHORT: [f32; 3] = [0.0, 820.0, 2000.0];
    /// Each line that a chapter's last page has less than [`super::LEAST_TAIL`].
    pub const TAIL_LINE: f32 = 2000.0;
    /// A hyphen as the last sign on a page.
    pub const HYPHEN_AT_FOOT: f32 = 4000.0;
    /// A scene break between two pages with nothing to show it.
    pub const UNMARKED_BREAK: f32 = 5000.0;
    /// Facing pages that end on different lines.
    pub const FACING_MISMATCH: f32 = 6000.0;
    /// Each line that a spread is short beyond two: only where nothing else can be had.
    pub const VERY_SHORT_LINE: f32 = 2500.0;
    /// The last line of a paragraph alone at the head of a page, or its first at the foot.
    pub const WIDOW: f32 = 10_000.0;
    /// Things that belong together and are torn apart: a heading and its text.
    pub const TORN: f32 = 30_000.0;
}

/// Most lines by which a chapter's text begins higher or lower than usual.
pub const MOST_SHIFT: u32 = 2;

/// A chapter's last page has at least this many lines of text, notes not counted.
pub const LEAST_TAIL: u32 = 5;

/// One block of the column: a paragraph, a stanza, a heading, a picture.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The space between it and the block above.
    pub above: Gap,
    /// The ways in which it can be set; at least one.
    pub ways: Vec<Way>,
}

/// The space between two blocks.
#[derive(Clone, Debug, Default)]
pub struct Gap {
    /// Whole lines of the grid; they vanish where a page begins or ends.
    pub lines: u32,
    /// Whether it may be wider.
    pub widens: Widens,
    /// What it costs to begin a new page here.
    pub at_edge: f32,
    /// Lines at the foot of the page, where a new page begins here, and what that costs: the
    /// ornament of a scene break.
    pub foot: Vec<(u32, f32)>,
}

/// By how many lines a gap may be wider where that makes pages come out even.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Widens {
    /// By none.
    #[default]
    Not,
    /// By so many, at most as many as [`cost::WIDER_GAP`] has costs.
    By(u32),
    /// A gap between the stanzas of a poem, with so many of them directly above it. All those of a page share what one of
    /// them is wider by, which is half a line for each at most: torn apart, stanzas would look like two poems. Several
    /// may be wider, where a page would be shorter by more than a line: that costs more than a line.
    Shared(u32),
}

impl Widens {
    /// What it costs to be one line wider and more, as many as there may be, with so many gaps above it on the page.
    fn costs(self, gaps_above: u32) -> &'static [f32] {
        let (most, costs) = match self {
            Self::Not => return &[],
            Self::By(lines) => (lines, &cost::WIDER_GAP),
            Self::Shared(stanzas) => (gaps_above.min(stanzas).div_ceil(2), &cost::WIDER_STANZAS),
        };
        &costs[..costs.len().min(most as usize)]
    }
}

/// One way of setting a block.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// Lines of the grid that it takes; at least 1.
    pub lines: u32,
    /// What is lost against the best way.
    pub cost: f32,
    /// What it costs to begin a new page after line 1, 2, … (one fewer than lines); infinite
    /// where that cannot be.
    pub breaks: Vec<f32>,
    /// Depth of the notes referred to on lines 1 to i, in lines of note type; empty where there
    /// are none.
    pub notes: Vec<u32>,
}

impl Way {
    fn note_depth(&self) -> u32 {
        self.notes.last().copied().unwrap_or(0)
    }

    fn note_depth_to(&self, line: u32) -> u32 {
        if line == 0 { 0 } else { self.notes.get(line as usize - 1).copied().unwrap_or(0) }
    }
}

/// The bits of [`PagePlan::ways`] that tell how many lines more are above the block ([`Gap::widens`]); those under them
/// are its way.
const WIDER_SHIFT: u32 = 14;

/// The way of a block in [`PagePlan::ways`], and how many lines more are above it.
pub fn way_and_wider(way: u16) -> (u16, u32) {
    (way & ((1 << WIDER_SHIFT) - 1), u32::from(way >> WIDER_SHIFT))
}

/// The text area of the design.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Lines of a full page.
    pub lines: u32,
    /// Leading of the notes over leading of the text, as a fraction.
    pub note_leading: (u32, u32),
}

impl Frame {
    /// Lines of the grid that notes of `depth` lines take at the foot, with the line of their rule.
    pub fn foot(self, depth: u32) -> u32 {
        if depth == 0 { 0 } else { 1 + (depth * self.note_leading.0).div_ceil(self.note_leading.1) }
    }
}

/// A place where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Start {
    /// Index of the block; the number of blocks is the end of the column.
    pub block: u32,
    /// Where the block was begun on the page before: in which way.
    pub way: u16,
    /// How many of its lines stand before; 0: it begins here.
    pub line: u32,
}

impl Start {
    /// The beginning of a block.
    pub const fn of(block: u32) -> Self {
        Self { block, way: 0, line: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::page::Side;

    const FRAME: Frame = Frame { lines: 35, note_leading: (4, 5) };
    const OPENING: Opening = Opening { sink: 13, shift: 2 };

    /// Paragraphs of 1 to 14 lines with a longer and a shorter way for the long ones, a scene
    /// break now and then, notes here and there.
    fn chapter(paragraphs: usize, mut seed: u64, notes: bool) -> Vec<Block> {
        let mut roll = move |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        (0..paragraphs)
            .map(|i| {
                let lines = 1 + roll(14) as u32;
                let note = if notes && roll(9) == 0 { 1 + roll(6) as u32 } else { 0 };
                let at = roll(u64::from(lines)) as u32;
                let way = |lines: u32, cost: f32| Way {
                    lines,
                    cost,
                    breaks: (1..lines)
                        .map(|i| if i == 1 || i == lines - 1 { cost::WIDOW } else { 0.0 })
                        .collect(),
                    notes: if note == 0 {
                        Vec::new()
                    } else {
                        (0..lines).map(|l| if l >= at.min(lines - 1) { note } else { 0 }).collect()
                    },
                };
                let mut ways = vec![way(lines, 0.0)];
                if lines > 3 {
                    ways.push(way(lines + 1, 3.0));
                }
                if lines > 7 {
                    ways.push(way(lines - 1, 4.0));
                }
                let above = if i > 0 && roll(20) == 0 {
                    Gap {
                        lines: 3,
                        at_edge: cost::UNMARKED_BREAK,
                        foot: vec![(2, cost::ORNAMENT_AT_FOOT)],
                        widens: Widens::Not,
                    }
                } else if i > 0 && roll(12) == 0 {
                    Gap { lines: 1, widens: Widens::By(1 + roll(2) as u32), ..Gap::default() }
                } else {
                    Gap::default()
                };
                Block { above, ways }
            })
            .collect()
    }

    /// Lays a page out from its plan alone and counts its lines.
    fn lines_on(blocks: &[Block], page: &PagePlan) -> u32 {
        let mut used = 0;
        let mut notes = 0;
        let mut ways = page.ways.iter();
        let mut first = true;
        let mut block = page.start.block;
        let mut open = (page.start.line > 0).then_some(page.start);
        while block <= page.next.block && (block as usize) < blocks.len() {
            let (way, from) = match open.take() {
                Some(start) => (start.way, start.line),
                None if block == page.next.block && page.next.line == 0 => break,
                None => {
                    let way = *ways.next().expect("a way for each block that begins");
                    let (way, wider) = way_and_wider(way);
                    used += wider;
                    (way, 0)
                }
            };
            let to = if block == page.next.block && page.next.line > 0 {
                assert_eq!(way, page.next.way, "a paragraph is split in the way in which it was set");
                page.next.line
            } else {
                blocks[block as usize].ways[way as usize].lines
            };
            if !first && from == 0 {
                used += blocks[block as usize].above.lines;
            }
            let way = &blocks[block as usize].ways[way as usize];
            used += to - from;
            notes += way.note_depth_to(to) - way.note_depth_to(from);
            first = false;
            block += 1;
        }
        assert!(ways.next().is_none(), "no way is left over");
        used + page.ornament + FRAME.foot(notes)
    }

    #[test]
    fn pages_laid_out_again_fill_their_lines() {
        for seed in 0..40 {
            let blocks = chapter(120, seed, seed % 2 == 1);
            for plans in plan(&blocks, FRAME, OPENING) {
                for plan in plans.into_iter().flatten() {
                    let mut at = Start::of(0);
                    for (i, page) in plan.pages.iter().enumerate() {
                        assert_eq!(page.start, at, "pages follow each other");
                        at = page.next;
                        let used = lines_on(&blocks, page);
                        assert_eq!(used, page.used, "seed {seed}, page {i}");
                        let room = if i == 0 { 22 - page.shift } else { 35 } as u32;
                        if page.last {
                            assert!(used <= room);
                        } else {
                            assert_eq!(used, room - page.short, "seed {seed}, page {i}");
                        }
                    }
                    assert_eq!(at, Start::of(blocks.len() as u32), "the chapter is whole");
                }
            }
        }
    }

    /// A full page, a page with a paragraph and a poem of stanzas of four lines, a full page facing it, the chapter's end.
    fn poem(stanzas: u32, before: u32) -> Vec<Block> {
        let whole =
            |lines: u32| Way { lines, breaks: vec![f32::INFINITY; lines as usize - 1], ..Way::default() };
        let paragraph = |lines| Block { above: Gap::default(), ways: vec![whole(lines)] };
        let stanza = |index: u32| Block {
            above: Gap {
                lines: 1,
                widens: index.checked_sub(1).map_or(Widens::Not, Widens::Shared),
                ..Gap::default()
            },
            ways: vec![whole(4)],
        };
        let mut blocks = vec![paragraph(35), paragraph(before)];
        blocks.extend((0..stanzas).map(stanza));
        blocks.extend([paragraph(35), paragraph(10)]);
        blocks
    }

    #[test]
    fn stanzas_share_white_where_there_are_enough_of_them() {
        let page_of_poem = |stanzas, before| {
            let [[_, plan], _] = plan(&poem(stanzas, before), FRAME, Opening { sink: 0, shift: 0 });
            plan.expect("four pages").pages[1].clone()
        };
        let wider = |page: &PagePlan| page.ways.iter().map(|way| way_and_wider(*way).1).sum::<u32>();
        // A paragraph and stanzas with a line of white each: one line is missing, which two gaps share.
        let page = page_of_poem(3, 19);
        assert_eq!((wider(&page), page.short), (1, 0));
        // Between two stanzas it would be a whole line.
        let page = page_of_poem(2, 24);
        assert_eq!((wider(&page), page.short), (0, 1));
        // Two lines are shared by four gaps.
        let page = page_of_poem(5, 8);
        assert_eq!((wider(&page), page.short), (2, 0));
    }

    #[test]
    fn plain_chapters_need_no_widow_and_no_uneven_spread() {
        let mut short = 0;
        let mut pages = 0;
        for seed in 100..140 {
            let blocks = chapter(150, seed, false);
            for plans in plan(&blocks, FRAME, OPENING) {
                let best =
                    plans.into_iter().flatten().min_by(|a, b| a.cost.total_cmp(&b.cost)).expect("a plan");
                assert!(best.cost < f64::from(cost::TAIL_LINE), "seed {seed}: {}", best.cost);
                pages += best.pages.len();
                short += best.pages.iter().filter(|p| p.short > 0).count();
            }
        }
        assert!(short * 50 < pages, "{short} of {pages} pages are short");
    }

    #[test]
    fn a_block_taller_than_what_is_left_makes_a_short_page_rather_than_none() {
        let tall = Way { lines: 30, cost: 0.0, breaks: vec![f32::INFINITY; 29], notes: Vec::new() };
        let line = Way { lines: 10, ..Way::default() };
        let line = Way { breaks: vec![f32::INFINITY; 9], ..line };
        let blocks: Vec<Block> =
            [line, tall].map(|way| Block { above: Gap::default(), ways: vec![way] }).into_iter().collect();
        let [[recto, verso], _] = plan(&blocks, FRAME, Opening { sink: 0, shift: 0 });
        assert!(recto.is_none());
        let plan = verso.expect("a plan of two pages");
        assert_eq!(plan.pages.len(), 2);
        assert_eq!(plan.pages[0].short, 25);
    }

    #[test]
    fn the_sides_of_the_book_follow_the_cheapest_chain() {
        let plan = |cost: f64| Some(Plan { cost, pages: Vec::new() });
        let free: Plans = [[plan(5.0), plan(0.0)], [plan(0.0), plan(5.0)]];
        let dear_on_verso: Plans = [[plan(0.0), plan(0.0)], [plan(100.0), plan(100.0)]];
        let chain = [(Join::NextPage, &free), (Join::NextPage, &dear_on_verso)];
        let placed = sequence(&chain).expect("a chain");
        assert_eq!(placed[1].side, Side::Recto);
        assert!(!placed[1].blank_before);
    }

    #[test]
    fn looser_lines_are_looked_for_round_the_pages_that_want_them() {
        let blocks = chapter(160, 7, false);
        let mut plan = plan(&blocks, FRAME, OPENING)[0][0].clone().expect("pages from a recto to a recto");
        for page in &mut plan.pages {
            page.cost = 0.0;
        }
        assert!(plan.pages.len() > 12 && plan.strained(4).is_empty());
        plan.pages[6].cost = cost::LONE_SHORT[1];
        let (first, behind) = (plan.pages[4].start.block as usize, plan.pages[9].start);
        // Two pages before and behind, with the paragraph that goes on.
        let near = first..behind.block as usize + usize::from(behind.line > 0);
        assert_eq!(plan.strained(2), std::slice::from_ref(&near));
        assert_eq!(plan.strained(usize::MAX), std::slice::from_ref(&(0..blocks.len())));
    }
}

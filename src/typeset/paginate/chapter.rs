//! In: the blocks of one chapter and the side on which it opens. Out: its cheapest pages, one
//! plan for each side on which the next chapter may then open.

use std::cell::Cell;
use std::ops::Range;

use super::fill::{self, Column, End};
use super::{Block, Frame, LEAST_TAIL, Plans, Start, cost};
use crate::typeset::page::Side;

/// How a chapter opens.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Lines of the first page that the opening takes before the text.
    pub sink: u32,
    /// By how many lines the text may begin higher or lower to make the pages come out even; at most
    /// [`MOST_SHIFT`](super::MOST_SHIFT).
    pub shift: u32,
}

/// The pages of a chapter.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it costs.
    pub cost: f64,
    /// Its pages.
    pub pages: Vec<PagePlan>,
}

impl Plan {
    /// The blocks that stand no further than `reach` pages from one that is strained: other lines of theirs may mend it.
    /// A page is strained that costs as much as one that stands alone and is a line short.
    pub fn strained(&self, reach: usize) -> Vec<Range<usize>> {
        let last = self.pages.len().saturating_sub(1);
        let around = |(at, page): (usize, &PagePlan)| {
            (page.cost >= cost::LONE_SHORT[1]).then(|| {
                let first = self.pages[at.saturating_sub(reach)].start.block as usize;
                let next = self.pages[last.min(at.saturating_add(reach))].next;
                first..next.block as usize + usize::from(next.line > 0)
            })
        };
        self.pages.iter().enumerate().filter_map(around).collect()
    }
}

/// What stands on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PagePlan {
    /// Where it begins.
    pub start: Start,
    /// Where the next one begins.
    pub next: Start,
    /// The way of each block that begins on the page, in order.
    pub ways: Vec<u16>,
    /// Lines used, notes included, opening not included.
    pub used: u32,
    /// Lines that the page ends early; a chapter's last page has 0.
    pub short: u32,
    /// Lines at the foot that the ornament of a scene break takes.
    pub ornament: u32,
    /// How far the text of an opening stands under (over, if negative) its usual line.
    pub shift: i32,
    /// What this page costs.
    pub cost: f32,
    /// Whether it is the chapter's last.
    pub last: bool,
}

/// Most states that are kept in a layer; single chapters of ordinary books stay under it, so
/// that it bounds the work on endless ones alone.
const LAYER: usize = 800;

#[derive(Clone, Copy)]
struct Node {
    start: Start,
    parent: u32,
    cost: f32,
    /// Shortness of the verso before, on a recto.
    facing: u8,
    short: u8,
    shift: i8,
    ornament: u8,
    used: u32,
    last: bool,
}

thread_local! {
    /// What planning a chapter needs beside its blocks, for the next one of this thread.
    static MEMORY: Cell<Memory> = Cell::default();
}

/// Nodes and slots for which a thread keeps room from chapter to chapter, at most: more than ordinary chapters have.
const HELD: usize = 1 << 16;

#[derive(Default)]
struct Memory {
    fill: fill::Memory,
    nodes: Vec<Node>,
    slots: Slots,
    fits: Vec<Fit>,
}

/// Cost, shift and shortness of a page that is full; `None` where it is none.
type Fit = Option<(f32, i32, u32)>;

/// A plan that costs more is looked for only where there is no other: more than two spreads short by two lines, less than
/// a page that ends in a hyphen. Every cost is positive, so that what is found under it is the cheapest there is.
const DEAREST: f32 = 3500.0;

/// The cheapest pages of a chapter by the side on which it opens, recto or verso, and by the side on which it then
/// *ends*: `None` where that would cost far more than a few short spreads, and the other side does not. Both of a side
/// are `None` only where notes do not fit on a page.
pub fn plan(blocks: &[Block], frame: Frame, opening: Opening) -> Plans {
    let Memory { fill, mut nodes, mut slots, mut fits } = MEMORY.take();
    let mut column = Column::new(blocks, frame, fill);
    let mut plans = Plans::default();
    for dearest in [DEAREST, f32::INFINITY] {
        let missing = |plans: &[Option<Plan>; 2]| plans.iter().all(Option::is_none);
        if !plans.iter().any(missing) {
            break;
        }
        column.limit(dearest);
        for (side, plans) in [Side::Recto, Side::Verso].into_iter().zip(&mut plans) {
            if missing(plans) {
                nodes.clear();
                slots.lay_out(blocks);
                let (nodes, slots, fits) = (&mut nodes, &mut slots, &mut fits);
                let ends = [None; 2];
                let mut search = Search { column: &column, opening, dearest, nodes, slots, ends, fits };
                search.run(side);
                *plans = search.ends.map(|end| end.map(|end| search.trace(end)));
            }
        }
    }
    nodes.clear();
    nodes.shrink_to(HELD);
    slots.shrink();
    MEMORY.set(Memory { fill: column.into_memory(), nodes, slots, fits });
    plans
}

struct Search<'a> {
    column: &'a Column<'a>,
    opening: Opening,
    /// Plans that cost more are left out.
    dearest: f32,
    nodes: &'a mut Vec<Node>,
    slots: &'a mut Slots,
    ends: [Option<Node>; 2],
    /// Of the page that is looked at: what [`full_page`] says for each number of lines that it may use.
    fits: &'a mut Vec<Fit>,
}

/// What a layer looks like from one of its states.
#[derive(Clone, Copy)]
struct PageKind {
    side: Side,
    first: bool,
    /// Lines that the page can hold.
    room: u32,
    /// How much it may be short.
    most_short: u32,
}

impl Search<'_> {
    fn run(&mut self, mut side: Side) {
        let start = Start::of(0);
        self.nodes.push(Node {
            start,
            parent: u32::MAX,
            cost: 0.0,
            facing: 0,
            short: 0,
            shift: 0,
            ornament: 0,
            used: 0,
            last: false,
        });
        let mut layer = 0..1;
        let mut first = true;
        while !layer.is_empty() {
            let next = self.nodes.len();
            let most = self.column.frame.lines;
            for most_short in [2, most] {
                let room = if first { most.saturating_sub(self.opening.sink).max(1) } else { most };
                self.layer(layer.clone(), PageKind { side, first, room, most_short });
                if self.ends.iter().any(Option::is_some) || self.has_a_good_page(next) {
                    break;
                }
            }
            self.narrow(next);
            layer = next..self.nodes.len();
            first = false;
            side = other(side);
        }
    }

    fn layer(&mut self, layer: std::ops::Range<usize>, kind: PageKind) {
        self.slots.next_layer();
        for index in layer {
            self.page(index, kind);
        }
    }

    /// Every page that can begin at node `index`.
    fn page(&mut self, index: usize, kind: PageKind) {
        let node = self.nodes[index];
        let slack = if kind.first { self.opening.shift } else { 0 };
        let most = kind.room + slack;
        let least = kind.room.saturating_sub(kind.most_short + slack).max(1);
        let Self { column, nodes, slots, ends, fits, dearest, .. } = self;
        let (end, dearest) = (column.end(), *dearest);
        fits.clear();
        fits.extend((least..=most).map(|used| full_page(kind, node.facing, slack, used)));
        column.possible_ends(node.start, least, most, &mut |found| {
            if found.next.block == end {
                let Some((cost, shift)) = last_page(kind, node.facing, slack, &found) else { return };
                let cost = node.cost + found.cost + cost;
                if cost > dearest {
                    return;
                }
                let slot = &mut ends[usize::from(kind.side == Side::Verso)];
                if slot.is_none_or(|best| cost < best.cost) {
                    *slot = Some(Node {
                        start: found.next,
                        parent: index as u32,
                        cost,
                        facing: 0,
                        short: 0,
                        shift: shift as i8,
                        ornament: 0,
                        used: found.used,
                        last: true,
                    });
                }
                return;
            }
            let Some((cost, shift, short)) = fits.get((found.used - least) as usize).copied().flatten()
            else {
                return;
            };
            let cost = node.cost + found.cost + cost;
            if cost > dearest {
                return;
            }
            let facing = if kind.side == Side::Verso { short.min(u32::from(u8::MAX)) as u8 } else { 0 };
            let fresh = Node {
                start: found.next,
                parent: index as u32,
                cost,
                facing,
                short: short.min(u32::from(u8::MAX)) as u8,
                shift: shift as i8,
                ornament: found.ornament as u8,
                used: found.used,
                last: false,
            };
            slots.offer(nodes, fresh);
        });
    }

    /// Whether the layer that begins at `from` has a page worth keeping. If not, shorter pages
    /// are tried too.
    fn has_a_good_page(&self, from: usize) -> bool {
        self.nodes[from..].iter().any(|n| {
            let before = self.nodes.get(n.parent as usize).map_or(0.0, |p| p.cost);
            n.cost - before < cost::FACING_MISMATCH
        })
    }

    /// Keeps the cheapest states of the layer that begins at `from`.
    fn narrow(&mut self, from: usize) {
        if self.nodes.len() - from > LAYER {
            self.nodes[from..].sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.start.cmp(&b.start)));
            self.nodes.truncate(from + LAYER);
        }
    }

    fn trace(&self, end: Node) -> Plan {
        let mut pages = Vec::new();
        let mut node = end;
        while node.parent != u32::MAX {
            let parent = self.nodes[node.parent as usize];
            let found = End {
                next: node.start,
                used: node.used,
                ornament: u32::from(node.ornament),
                notes: 0,
                cost: 0.0,
            };
            pages.push(PagePlan {
                start: parent.start,
                next: node.start,
                ways: self.column.trace(parent.start, found),
                used: node.used,
                short: u32::from(node.short),
                ornament: u32::from(node.ornament),
                shift: i32::from(node.shift),
                cost: node.cost - parent.cost,
                last: node.last,
            });
            node = parent;
        }
        pages.reverse();
        Plan { cost: f64::from(end.cost), pages }
    }
}

/// The other side of the leaf.
fn other(side: Side) -> Side {
    match side {
        Side::Recto => Side::Verso,
        Side::Verso => Side::Recto,
    }
}

/// Cost and shift of a chapter's last page.
fn last_page(kind: PageKind, facing: u8, slack: u32, end: &End) -> Option<(f32, i32)> {
    let used = end.used;
    if kind.first {
        // A chapter of one page: the text may begin a line higher if that saves a page.
        return match used.checked_sub(kind.room) {
            None | Some(0) => Some((0.0, 0)),
            Some(over) if over <= slack => Some((cost::SINK_SHIFT[over as usize], -(over as i32))),
            Some(_) => None,
        };
    }
    let mut total = LEAST_TAIL.saturating_sub(used - end.notes) as f32 * cost::TAIL_LINE;
    if used + u32::from(facing) > kind.room {
        total += cost::FACING_MISMATCH;
    }
    Some((total, 0))
}

/// Cost, shift and shortness of a page that another one of the chapter follows.
fn full_page(kind: PageKind, facing: u8, slack: u32, used: u32) -> Fit {
    let mut best: Fit = None;
    for shift in -(slack as i32)..=slack as i32 {
        let Ok(short) = u32::try_from(kind.room as i32 - shift - used as i32) else { continue };
        if short > kind.most_short {
            continue;
        }
        let shifted = cost::SINK_SHIFT[shift.unsigned_abs() as usize];
        let shortness = match (kind.side, kind.first) {
            (Side::Verso, _) => graded(&cost::SPREAD_SHORT, short),
            (Side::Recto, true) => graded(&cost::LONE_SHORT, short),
            (Side::Recto, false) => {
                let apart = short.abs_diff(u32::from(facing));
                if apart == 0 { 0.0 } else { apart.saturating_sub(1) as f32 * 100.0 + cost::FACING_MISMATCH }
            }
        };
        let total = shifted + shortness;
        if best.is_none_or(|b| total < b.0) {
            best = Some((total, shift, short));
        }
    }
    best
}

fn graded(costs: &[f32; 3], short: u32) -> f32 {
    match costs.get(short as usize) {
        Some(cost) => *cost,
        None => costs[2] + (short - 2) as f32 * cost::VERY_SHORT_LINE,
    }
}

/// Finds the node of a place in the layer that is being made, in constant time.
#[derive(Default)]
struct Slots {
    /// First slot of each block, then of its ways' lines.
    offsets: Vec<u32>,
    lines: Vec<u32>,
    nodes: Vec<(u32, u32)>,
    layer: u32,
}

/// Shortnesses of the facing verso that are told apart.
const FACINGS: u32 = 3;

impl Slots {
    /// Makes room for the places of a chapter, all of them empty.
    fn lay_out(&mut self, blocks: &[Block]) {
        self.offsets.clear();
        self.lines.clear();
        self.nodes.clear();
        self.layer = 0;
        let mut sum = 0;
        for block in blocks {
            self.offsets.push(sum);
            let longest = block.ways.iter().map(|w| w.lines).max().unwrap_or(1).max(1);
            self.lines.push(longest);
            sum += longest * block.ways.len() as u32;
        }
        self.offsets.push(sum);
        self.nodes.resize(((sum + 1) * FACINGS) as usize, (0, 0));
    }

    /// Forgets its places, and gives back the room that an endless chapter took.
    fn shrink(&mut self) {
        self.nodes.clear();
        self.nodes.shrink_to(HELD);
    }

    fn next_layer(&mut self) {
        self.layer += 1;
    }

    fn offer(&mut self, nodes: &mut Vec<Node>, fresh: Node) {
        let Start { block, way, line } = fresh.start;
        let longest = self.lines.get(block as usize).copied().unwrap_or(1);
        let place =
            self.offsets[block as usize] + if line == 0 { 0 } else { u32::from(way) * longest + line };
        let slot = place * FACINGS + u32::from(fresh.facing).min(FACINGS - 1);
        let entry = &mut self.nodes[slot as usize];
        if entry.0 == self.layer {
            let known = &mut nodes[entry.1 as usize];
            if fresh.cost < known.cost {
                *known = fresh;
            }
        } else {
            *entry = (self.layer, nodes.len() as u32);
            nodes.push(fresh);
        }
    }
}

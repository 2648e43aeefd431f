//! Every line that can be part of a good setting, and the cheapest ways through them.
//!
//! A node is a pair of breaks (a line) with the number of lines so far; so what two neighbouring
//! lines cost for being unlike, and three hyphens in a row, are known exactly, and the number of
//! lines is free. There are about two transitions a line.

mod builder;

use std::cell::Cell;
use std::ops::Range;

pub(super) use builder::{Builder, Seed};

use smallvec::SmallVec;

use crate::typeset::length::Length;
use crate::typeset::line::breakpoint::Break;
use crate::typeset::line::cost::Fit;
use crate::typeset::line::{LineEnd, Measure};
use crate::typeset::shape::{Prepared, Sums};

/// No line: the state before the first.
const NONE: u32 = u32::MAX;

/// What it costs in [`Graph::path`] to end a line in a hyphen where none is wanted. Far more
/// than any sum of line costs, and still finite: where nothing else can be had, it stays.
const UNWANTED: f64 = 1e7;

/// What it may cost to end a line elsewhere than where it helps a river along: as much as a
/// word space of 1.4, so that no ugly line is chosen for it.
const DETOUR: f64 = 1.0;

/// A line from one break to another.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u32,
    to: u32,
    fit: Fit,
    /// Cost of the line by itself.
    cost: f64,
    /// Whether it keeps its natural spaces and is not compared with its neighbours.
    natural: bool,
}

#[derive(Clone, Copy, Debug)]
struct State {
    edge: u32,
    /// Number of lines, this one included.
    lines: u32,
    /// Cheapest way here.
    cost: f64,
}

/// What the lines of a setting had better not have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loath<'a> {
    /// Lines, counted from the paragraph's first, that had better not end in a hyphen.
    pub(super) hyphens: &'a [usize],
    /// Bytes at which no line had better end: there they make a river.
    pub(super) ends: &'a [usize],
}

impl Loath<'_> {
    /// What it costs to end line number `lines` (from 1) at a break.
    fn price(&self, lines: u32, to: &Break) -> f64 {
        let mut cost = 0.0;
        if to.end.is_hyphen() && self.hyphens.contains(&(lines as usize - 1)) {
            cost += UNWANTED;
        }
        if self.ends.contains(&to.at) {
            cost += DETOUR;
        }
        cost
    }
}

/// One line of a way through the graph.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) from: Break,
    pub(super) to: Break,
    pub(super) fit: Fit,
}

/// One line of a chosen setting: what is needed to place its glyphs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    /// The token with which it begins, and the byte of the text.
    pub(super) next: u32,
    pub(super) next_at: u32,
    /// How far it hangs into the left margin.
    pub(super) hang_left: Length,
    /// The token in or behind which it ends, and the byte of the text.
    pub(super) token: u32,
    pub(super) at: u32,
    pub(super) end: LineEnd,
    /// How far it hangs into the right margin.
    pub(super) hang_right: Length,
    pub(super) fit: Fit,
}

impl Chosen {
    fn new(from: &Break, to: &Break, fit: Fit) -> Self {
        Self {
            next: from.next as u32,
            next_at: from.next_at as u32,
            hang_left: from.hang_left,
            token: to.token as u32,
            at: to.at as u32,
            end: to.end,
            hang_right: to.hang_right,
            fit,
        }
    }
}

impl From<&Step> for Chosen {
    fn from(Step { from, to, fit }: &Step) -> Self {
        Self::new(from, to, *fit)
    }
}

/// The lines of a paragraph, or of a part of a very long one.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    breaks: Vec<Break>,
    edges: Vec<Edge>,
    states: Vec<State>,
    /// States of each break, in order of lines.
    at: Vec<Range<u32>>,
    /// The first token, and sums over the tokens from it to before each; one more than there are tokens.
    first_token: usize,
    sums: Vec<Sums>,
}

thread_local! {
    /// The memory of the last graph, for the next one.
    static LAST: Cell<Option<Graph>> = Cell::default();
}

/// Breaks of a graph whose memory is kept: more than the longest paragraphs of novels have.
const MOST_KEPT: usize = 8192;

impl Graph {
    /// Gives its memory to the next graph of this thread.
    pub(super) fn discard(mut self) {
        if self.breaks.capacity() > MOST_KEPT {
            return;
        }
        self.breaks.clear();
        self.edges.clear();
        self.states.clear();
        self.at.clear();
        self.sums.clear();
        LAST.set(Some(self));
    }

    /// The graph of a seed alone, with room for the lines of these tokens.
    fn seeded(seed: Seed, prepared: &Prepared, tokens: Range<usize>) -> Self {
        let mut graph = LAST.take().unwrap_or_default();
        graph.first_token = tokens.start;
        let mut sums = Sums::default();
        graph.sums.push(sums);
        graph.sums.extend(prepared.tokens[tokens.clone()].iter().map(|token| {
            sums.add(prepared, token);
            sums
        }));
        let tokens = tokens.len();
        // About a break, two lines and three states a word stand in the graph of a novel's paragraph.
        graph.breaks.reserve(tokens + 2);
        graph.edges.reserve(2 * tokens + 2);
        graph.states.reserve(3 * tokens + 2);
        graph.at.reserve(tokens + 2);
        let mut edge = NONE;
        if let Some(above) = seed.above {
            graph.breaks.push(above.from);
            graph.at.push(0..0);
            graph.edges.push(Edge { from: 0, to: 1, fit: above.fit, cost: 0.0, natural: false });
            edge = 0;
        }
        graph.breaks.push(seed.at);
        graph.states.push(State { edge, lines: seed.lines, cost: 0.0 });
        graph.at.push(0..1);
        graph
    }

    /// Sums over the tokens before one, from the first.
    fn sums(&self, token: usize) -> &Sums {
        &self.sums[token - self.first_token]
    }

    fn range(&self, at: u32) -> Range<usize> {
        let range = &self.at[at as usize];
        range.start as usize..range.end as usize
    }

    /// The measures that a line beginning at this break may meet.
    fn rooms<'a>(&'a self, at: u32, measure: &'a Measure) -> impl Iterator<Item = Length> + 'a {
        let states = &self.states[self.range(at)];
        let first = states.first().map_or(0, |s| s.lines as usize);
        let last = states.last().map_or(0, |s| s.lines as usize);
        let last = last.min(first.max(measure.first.len()));
        (first..=last).map(|l| measure.room(l))
    }

    fn break_of(&self, state: &State) -> &Break {
        &self.breaks[self.edges[state.edge as usize].to as usize]
    }

    /// States at the last break: one way or more for each number of lines.
    fn finals(&self) -> Range<usize> {
        self.range(self.breaks.len() as u32 - 1)
    }

    /// Numbers of lines in which the paragraph can be set, with the least cost of each.
    pub(super) fn totals(&self) -> SmallVec<[(u32, f64); 8]> {
        let mut out: SmallVec<[(u32, f64); 8]> = SmallVec::new();
        for state in &self.states[self.finals()] {
            match out.last_mut() {
                Some((lines, cost)) if *lines == state.lines => *cost = cost.min(state.cost),
                _ => out.push((state.lines, state.cost)),
            }
        }
        out
    }

    /// For each line but the last of a setting in `lines` lines: the least cost of a setting in
    /// which that line does not end in a hyphen. `first` is the number of lines before the graph.
    pub(super) fn unhyphenated(&self, builder: &Builder<'_>, lines: u32, first: u32) -> Vec<f64> {
        let mut behind = vec![f64::INFINITY; self.states.len()];
        for i in self.finals() {
            if self.states[i].lines == lines {
                behind[i] = 0.0;
            }
        }
        let mut least = vec![f64::INFINITY; (lines - first) as usize];
        for i in (0..self.states.len()).rev() {
            let state = self.states[i];
            if !behind[i].is_finite() || state.edge == NONE || state.lines <= first {
                continue;
            }
            if !self.break_of(&state).end.is_hyphen() {
                let line = (state.lines - first - 1) as usize;
                least[line] = least[line].min(state.cost + behind[i]);
            }
            let edge = &self.edges[state.edge as usize];
            let rest = behind[i] + edge.cost;
            for j in self.range(edge.from) {
                if self.states[j].lines + 1 == state.lines {
                    let cost = rest + builder.transition(self, self.states[j].edge, state.edge);
                    behind[j] = behind[j].min(cost);
                }
            }
        }
        least.pop();
        least
    }

    /// Adds the cheapest lines for a total of `lines` to `out`, without what is `loath` where that can be had.
    pub(super) fn lines(&self, builder: &Builder<'_>, lines: u32, loath: &Loath<'_>, out: &mut Vec<Chosen>) {
        let edges = self.path(builder, lines, loath);
        let chosen = |edge: &Edge| {
            let (from, to) = (&self.breaks[edge.from as usize], &self.breaks[edge.to as usize]);
            Chosen::new(from, to, edge.fit)
        };
        out.extend(edges.iter().map(chosen));
    }

    /// The edges of those lines.
    fn path(&self, builder: &Builder<'_>, lines: u32, loath: &Loath<'_>) -> SmallVec<[Edge; 16]> {
        let free = loath.hyphens.is_empty() && loath.ends.is_empty();
        let costs = if free { None } else { Some(self.avoiding(builder, loath)) };
        let cost = |i: usize| costs.as_ref().map_or(self.states[i].cost, |c| c[i]);
        let cheapest = |range: Range<usize>, lines: u32, extra: &dyn Fn(usize) -> f64| {
            range
                .filter(|i| self.states[*i].lines == lines)
                .map(|i| (cost(i) + extra(i), i))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, i)| i)
        };
        let mut out = SmallVec::new();
        let mut at = cheapest(self.finals(), lines, &|_| 0.0);
        while let Some(i) = at {
            let state = self.states[i];
            if state.edge == NONE || self.edges[state.edge as usize].to == self.first() {
                break;
            }
            let edge = self.edges[state.edge as usize];
            out.push(edge);
            at = cheapest(self.range(edge.from), state.lines - 1, &|j| {
                builder.transition(self, self.states[j].edge, state.edge)
            });
        }
        out.reverse();
        out
    }

    /// The break at which the graph begins.
    fn first(&self) -> u32 {
        self.at.iter().position(|r| *r == (0..1)).unwrap_or(0) as u32
    }

    /// The cheapest way to each state, with a price on what is unwanted.
    fn avoiding(&self, builder: &Builder<'_>, loath: &Loath<'_>) -> Vec<f64> {
        let mut costs = Vec::with_capacity(self.states.len());
        for state in &self.states {
            if costs.is_empty() {
                costs.push(state.cost);
                continue;
            }
            let edge = &self.edges[state.edge as usize];
            let mut best = f64::INFINITY;
            for j in self.range(edge.from) {
                if self.states[j].lines + 1 == state.lines {
                    best = best.min(costs[j] + builder.transition(self, self.states[j].edge, state.edge));
                }
            }
            costs.push(best + edge.cost + loath.price(state.lines, &self.breaks[edge.to as usize]));
        }
        costs
    }

    /// The cheapest lines of an open graph that end behind one of the tokens `from..to`: what is
    /// settled of a very long paragraph before the rest is looked at.
    pub(super) fn open_path(&self, builder: &Builder<'_>, from: usize, to: usize) -> Vec<Step> {
        let ends = self.states.iter().enumerate().filter(|(_, s)| {
            s.edge != NONE && {
                let at = self.break_of(s);
                (from..to).contains(&at.token) && at.end.is_space()
            }
        });
        let best = ends.min_by(|a, b| a.1.cost.total_cmp(&b.1.cost)).map(|(i, _)| i);
        let Some(best) = best.or_else(|| self.states.len().checked_sub(1)) else { return Vec::new() };
        let mut cut = self.clone();
        let to = self.edges[self.states[best].edge as usize].to as usize;
        cut.breaks.truncate(to + 1);
        cut.at.truncate(to + 1);
        let step = |edge: &Edge| Step {
            from: self.breaks[edge.from as usize].clone(),
            to: self.breaks[edge.to as usize].clone(),
            fit: edge.fit,
        };
        cut.path(builder, self.states[best].lines, &Loath::default()).iter().map(step).collect()
    }

    /// Cost of taking the longest line at each break, as a first-fit breaker does; `None` where
    /// that way leads nowhere.
    #[cfg(test)]
    pub(super) fn first_fit(&self, builder: &Builder<'_>) -> Option<f64> {
        let (mut at, mut above, mut cost) = (0, NONE, 0.0);
        while at as usize + 1 < self.breaks.len() {
            let (index, edge) =
                self.edges.iter().enumerate().filter(|(_, e)| e.from == at).max_by_key(|(_, e)| e.to)?;
            cost += edge.cost + builder.transition(self, above, index as u32);
            (at, above) = (edge.to, index as u32);
        }
        Some(cost)
    }
}

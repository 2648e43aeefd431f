//! In: a paragraph and where a part of it begins. Out: the graph of its lines.

use std::ops::Range;

use super::{Edge, Graph, NONE, State, Step};
use crate::typeset::length::Length;
use crate::typeset::line::breakpoint::{Break, Breaker, Cut};
use crate::typeset::line::cost::{Content, Extremes, Fit, Limits, contrast};
use crate::typeset::line::{Align, LineEnd, LineParams, Measure};

/// Numbers of lines kept at each break, either side of the cheapest: one is asked for, and the
/// cheapest at a break may be one off the cheapest through it.
const LINES_KEPT: u32 = 2;

/// A line that is wider than the measure: only where nothing fits.
const OVERFULL: f64 = 1e5;

/// What sums made in different orders may differ by, in units of [`Length`]; far less than is seen.
const ROUNDING: f64 = 64.0;

/// Breaks from which a line may begin at one time: room is made for so many.
const ACTIVE: usize = 32;

/// A token of more bytes is no text that anybody reads.
const ENDLESS: usize = 20_000;
/// So many breaks a line are looked at in it.
const ENDLESS_CUTS: usize = 16;

/// A break from which lines may still begin.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Index of the break.
    at: u32,
    /// The token with which the line begins.
    next: usize,
    /// Where the widest setting of the paragraph's text must have come for the line to be full.
    least: f64,
    /// Where its tightest setting must not have come, lest the line be too full.
    most: f64,
}

impl Open {
    /// Whether a line to `end` may fit: says yes where only its content can tell.
    fn may_reach(&self, end: &End) -> bool {
        self.next == end.token || (end.widest >= self.least && end.tightest <= self.most + ROUNDING)
    }
}

/// A break at which lines may end: how far the widest and the tightest setting of the paragraph's
/// text has come there, less what hangs into the margin.
#[derive(Clone, Copy, Debug)]
struct End {
    token: usize,
    widest: f64,
    tightest: f64,
}

/// What a graph is built from.
pub(in crate::typeset::line) struct Builder<'a> {
    pub(in crate::typeset::line) breaker: Breaker<'a>,
    pub(in crate::typeset::line) measure: &'a Measure,
    pub(in crate::typeset::line) limits: Limits,
    /// Size of the em, for the last line.
    pub(in crate::typeset::line) em: Length,
}

/// Where a graph begins: the break, the line before it, and the number of lines so far.
#[derive(Clone, Debug)]
pub(in crate::typeset::line) struct Seed {
    pub(in crate::typeset::line) above: Option<Step>,
    pub(in crate::typeset::line) at: Break,
    pub(in crate::typeset::line) lines: u32,
}

impl Builder<'_> {
    fn params(&self) -> &LineParams {
        self.breaker.params
    }

    /// Builds the graph from `seed` over `tokens`. Where the last of them is the paragraph's
    /// last, the graph ends there; else it ends open. `None` where no way leads to the end.
    pub(in crate::typeset::line) fn build(&self, seed: Seed, tokens: Range<usize>) -> Option<Graph> {
        let mut graph = Graph::seeded(seed, self.breaker.prepared, tokens.clone());
        let extremes = Extremes::new(self.params(), &self.limits);
        let mut active = Vec::with_capacity(ACTIVE);
        active.push(self.open(&graph, graph.breaks.len() as u32 - 1, &extremes));
        let mut cuts = Vec::new();
        let words = self.breaker.prepared.tokens.len();
        for token in tokens {
            let forced = token + 1 == words || self.breaker.prepared.tokens[token].ends_line();
            if !forced && !self.reached(&graph, &active, token, &extremes) {
                continue;
            }
            self.cuts(token, &mut cuts);
            for cut in cuts.drain(..) {
                let inner = self.breaker.inside(token, cut);
                let many = self.breaker.is_many(token);
                let end = Self::end(&graph, &inner, &extremes);
                let to = many.then(|| inner.clone());
                if let Some(index) = self.attach(&mut graph, &active, inner, &end) {
                    let inner = &mut graph.breaks[index as usize];
                    inner.tail = self.breaker.tail(inner);
                    active.push(self.open(&graph, index, &extremes));
                }
                // A word of many lines has breaks without end: those that are too far away go as it is walked.
                if let Some(to) = to
                    && let Some(last) = active.pop()
                {
                    self.retire(&graph, &mut active, &end, &to);
                    active.push(last);
                }
            }
            if !self.may_end_behind(token) {
                continue;
            }
            let behind = self.breaker.behind(token);
            let end = Self::end(&graph, &behind, &extremes);
            let mut reached = self.attach(&mut graph, &active, behind.clone(), &end);
            let before = active.last().map(|a| a.at);
            self.retire(&graph, &mut active, &end, &behind);
            if reached.is_none() && (active.is_empty() || forced) && self.limits.unlimited {
                reached = Self::attach_overfull(&mut graph, before, behind);
            }
            if forced {
                active.clear();
            }
            active.extend(reached.map(|index| self.open(&graph, index, &extremes)));
            if active.is_empty() {
                return None;
            }
        }
        Some(graph)
    }

    /// What can follow a break: how far the line must reach and may reach.
    fn open(&self, graph: &Graph, at: u32, extremes: &Extremes) -> Open {
        let from = &graph.breaks[at as usize];
        let (mut narrowest, mut widest) = (Length(i64::MAX), Length::ZERO);
        for room in graph.rooms(at, self.measure) {
            narrowest = narrowest.min(room);
            widest = widest.max(room);
        }
        let (sums, first) = (graph.sums(from.next), self.breaker.prepared.tokens.get(from.next));
        let (width, gaps) = first.map_or((Length::ZERO, Length::ZERO), |t| (t.width, t.gaps));
        let (text, gaps) = (sums.text + width - from.tail.width, sums.gaps + gaps - from.tail.gaps);
        let bounded = self.measure.align == Align::Justified && !self.limits.unlimited;
        Open {
            at,
            next: from.next,
            least: if bounded {
                extremes.widest(text, sums.space, gaps) + narrowest.0 as f64 - ROUNDING
            } else {
                f64::NEG_INFINITY
            },
            most: extremes.tightest(text, sums.space, gaps) + (widest + from.hang_left).0 as f64,
        }
    }

    /// Where lines that end at a break end.
    fn end(graph: &Graph, to: &Break, extremes: &Extremes) -> End {
        let sums = graph.sums(to.token);
        let (text, gaps) = (sums.text + to.head.width, sums.gaps + to.head.gaps);
        let hang = to.hang_right.0 as f64;
        let natural = matches!(to.end, LineEnd::Last | LineEnd::Forced);
        End {
            token: to.token,
            widest: if natural { f64::INFINITY } else { extremes.widest(text, sums.space, gaps) - hang },
            tightest: extremes.tightest(text, sums.space, gaps) - hang,
        }
    }

    /// Whether any open line could end in or behind a token: whether its widest setting reaches
    /// so far. Says yes rather than no where signs that hang would decide.
    fn reached(&self, graph: &Graph, active: &[Open], token: usize, extremes: &Extremes) -> bool {
        let end = graph.sums(token + 1);
        let widest = extremes.widest(end.text, end.space, end.gaps) + self.em.0 as f64;
        active.iter().any(|from| from.next >= token || widest >= from.least)
    }

    /// Puts the breaks inside a token into `cuts`.
    fn cuts(&self, token: usize, cuts: &mut Vec<Cut>) {
        cuts.clear();
        cuts.extend(self.breaker.own_cuts(token));
        let own_hyphen = cuts.iter().any(|c| c.end == LineEnd::SoftHyphen);
        if !own_hyphen {
            self.breaker.soft_cuts(token, self.limits.names, cuts);
        }
        let narrowest = (0..=self.measure.first.len()).map(|l| self.measure.room(l)).min();
        let narrowest = narrowest.unwrap_or(self.measure.width);
        if self.limits.unlimited {
            cuts.extend(self.breaker.forced_cuts(token, narrowest));
        }
        // Of two at one place the cheaper stays.
        if cuts.len() > 1 {
            cuts.sort_by(|a, b| a.at.cmp(&b.at).then(a.cost.total_cmp(&b.cost)));
            cuts.dedup_by_key(|c| c.at);
        }
        let here = &self.breaker.prepared.tokens[token];
        if here.range().len() > ENDLESS {
            let lines = (here.width.0 / narrowest.0.max(1) + 1) as usize;
            let apart = here.range().len() / lines / ENDLESS_CUTS;
            let mut next = here.range().start;
            cuts.retain(|c| {
                let keep = c.at >= next;
                next = if keep { c.at + apart } else { next };
                keep
            });
        }
    }

    /// Whether a line may end at the white space behind a token: not where it says no, nor
    /// before a closing sign that stands alone.
    fn may_end_behind(&self, token: usize) -> bool {
        let tokens = &self.breaker.prepared.tokens;
        let here = &tokens[token];
        if token + 1 == tokens.len() || here.ends_line() {
            return true;
        }
        let next = self.breaker.prepared.token_text(token + 1);
        let closing =
            |c: char| matches!(c, '”' | '’' | '»' | '›' | ')' | ']' | '!' | '?' | ':' | ';' | ',' | '.');
        self.breaker.prepared.glue(here).breaks
            && (!next.starts_with(closing) || next.contains(char::is_alphanumeric))
    }

    /// Words and spaces from one break to another.
    fn content(&self, graph: &Graph, from: &Break, to: &Break, room: Length) -> Content {
        let room = room + from.hang_left + to.hang_right;
        if to.token == from.next {
            let start = self.breaker.prepared.tokens[from.next].range().start;
            let part = if from.next_at == start {
                to.head
            } else if to.end == LineEnd::SoftHyphen {
                self.breaker.part(to.token, from.next_at..to.at, true)
            } else if to.at == self.breaker.prepared.tokens[to.token].range().end {
                from.tail
            } else {
                self.breaker.part(to.token, from.next_at..to.at, false)
            };
            return Content { room, text: part.width, space: Length::ZERO, gaps: part.gaps };
        }
        let (a, b) = (graph.sums(from.next), graph.sums(to.token));
        let first = &self.breaker.prepared.tokens[from.next];
        let text = b.text - a.text - first.width + from.tail.width + to.head.width;
        let gaps = b.gaps - a.gaps - first.gaps + from.tail.gaps + to.head.gaps;
        Content { room, text, space: b.space - a.space, gaps }
    }

    /// Draws the lines that end at `to`; its index where one can be had.
    fn attach(&self, graph: &mut Graph, active: &[Open], to: Break, end: &End) -> Option<u32> {
        let index = graph.breaks.len() as u32;
        let (first_edge, first_state) = (graph.edges.len(), graph.states.len());
        graph.breaks.push(to);
        for a in active {
            if !a.may_reach(end) && !self.limits.unlimited {
                continue;
            }
            let range = graph.range(a.at);
            let mut class = None;
            let mut i = range.start;
            while i < range.end {
                let lines = graph.states[i].lines;
                let end = (i..range.end).find(|j| graph.states[*j].lines != lines).unwrap_or(range.end);
                let room = self.measure.room(lines as usize);
                if class.is_none_or(|(r, _)| r != room) {
                    let edge = self.edge(graph, a.at, index, room, lines);
                    class = Some((
                        room,
                        edge.map(|edge| {
                            graph.edges.push(edge);
                            graph.edges.len() as u32 - 1
                        }),
                    ));
                }
                if let Some((_, Some(edge))) = class {
                    let mut best = f64::INFINITY;
                    for state in i..end {
                        let state = &graph.states[state];
                        let cost = state.cost + self.transition(graph, state.edge, edge);
                        if cost < best {
                            best = cost;
                        }
                    }
                    let cost = best + graph.edges[edge as usize].cost;
                    if cost.is_finite() {
                        graph.states.push(State { edge, lines: lines + 1, cost });
                    }
                }
                i = end;
            }
        }
        Self::settle(graph, index, first_edge, first_state)
    }

    /// Puts the new states of a break in order; takes the break back where there are none.
    fn settle(graph: &mut Graph, index: u32, first_edge: usize, first_state: usize) -> Option<u32> {
        let new = &graph.states[first_state..];
        let Some(best) = new.iter().min_by(|a, b| a.cost.total_cmp(&b.cost)).map(|s| s.lines) else {
            graph.breaks.truncate(index as usize);
            graph.edges.truncate(first_edge);
            return None;
        };
        graph.states[first_state..].sort_unstable_by_key(|s| (s.lines, s.edge));
        let mut kept = first_state;
        for i in first_state..graph.states.len() {
            if graph.states[i].lines.abs_diff(best) <= LINES_KEPT {
                graph.states[kept] = graph.states[i];
                kept += 1;
            }
        }
        graph.states.truncate(kept);
        graph.at.push(first_state as u32..graph.states.len() as u32);
        Some(index)
    }

    /// Drops the open lines that cannot hold what ends at the break `to`, which is `end`.
    fn retire(&self, graph: &Graph, active: &mut Vec<Open>, end: &End, to: &Break) {
        active.retain(|a| {
            let over = end.tightest - a.most;
            if over.abs() > ROUNDING && a.next != end.token {
                return over < 0.0;
            }
            let from = &graph.breaks[a.at as usize];
            let mut rooms = graph.rooms(a.at, self.measure);
            rooms.any(|room| !self.content(graph, from, to, room).overfull(self.params(), &self.limits))
        });
    }

    /// Draws lines that are too wide, where nothing else reaches `end`: from the nearest break.
    fn attach_overfull(graph: &mut Graph, from: Option<u32>, end: Break) -> Option<u32> {
        let index = graph.breaks.len() as u32;
        let (first_edge, first_state) = (graph.edges.len(), graph.states.len());
        graph.breaks.push(end);
        if let Some(from) = from {
            let fit = Fit { x: 1.0, t: 0.0, cost: OVERFULL };
            graph.edges.push(Edge { from, to: index, fit, cost: OVERFULL, natural: true });
            let edge = graph.edges.len() as u32 - 1;
            for i in graph.range(from) {
                let State { lines, cost, .. } = graph.states[i];
                graph.states.push(State { edge, lines: lines + 1, cost: cost + OVERFULL });
            }
        }
        Self::settle(graph, index, first_edge, first_state)
    }

    /// The line between two breaks, where it can be had in this room.
    fn edge(&self, graph: &Graph, from: u32, to: u32, room: Length, lines: u32) -> Option<Edge> {
        let (a, b) = (&graph.breaks[from as usize], &graph.breaks[to as usize]);
        let mut content = self.content(graph, a, b, room);
        if self.measure.inset(lines as usize) != self.measure.rest {
            // An indent or an initial has no margin to hang into.
            content.room -= a.hang_left;
        }
        let (params, limits) = (self.params(), &self.limits);
        let natural = matches!(b.end, LineEnd::Last | LineEnd::Forced);
        let fit = match (natural, self.measure.align) {
            (true, Align::Justified) => content.natural(params, limits)?,
            (true, _) => content.natural(params, limits).filter(|_| content.missing() >= Length::ZERO)?,
            (false, Align::Justified) => content.justified(params, limits)?,
            (false, Align::Left | Align::Right | Align::Centred) => content.ragged(params, limits)?,
        };
        let mut cost = fit.cost + b.cost;
        if b.end == LineEnd::Last && lines > 0 {
            cost += self.last_line(a, b, content.text + content.space)?;
        }
        Some(Edge { from, to, fit, cost, natural: natural || self.measure.align != Align::Justified })
    }

    /// What the last line of a paragraph of several lines costs; `None` where it is too short.
    fn last_line(&self, from: &Break, to: &Break, width: Length) -> Option<f64> {
        let params = self.params();
        let em = self.em.0 as f64;
        let ems = if em > 0.0 { width.0 as f64 / em } else { f64::INFINITY };
        if ems < self.limits.last_shortest {
            return None;
        }
        let mut cost = 0.0;
        if ems < params.last_short {
            cost += 1.0 - ems / params.last_short;
        }
        if from.end.is_hyphen() {
            cost += params.hyphen_before_last;
        }
        if from.next == to.token {
            let text = &self.breaker.prepared.text[from.next_at..to.at];
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
            cost += if letters <= 4 { params.runt } else { params.single };
        }
        Some(cost)
    }

    /// What two lines cost for standing one under the other; infinite where they must not.
    pub(super) fn transition(&self, graph: &Graph, above: u32, below: u32) -> f64 {
        if above == NONE {
            return 0.0;
        }
        let (above, below) = (&graph.edges[above as usize], &graph.edges[below as usize]);
        let params = self.params();
        let (start, middle, end) = (
            &graph.breaks[above.from as usize],
            &graph.breaks[above.to as usize],
            &graph.breaks[below.to as usize],
        );
        let mut cost = 0.0;
        if middle.end.is_hyphen() && end.end.is_hyphen() {
            cost += params.ladder;
            if start.end.is_hyphen() {
                cost += if self.limits.unlimited { 50.0 } else { f64::INFINITY };
            }
        }
        if !above.natural && !below.natural {
            cost += contrast(params, above.fit, below.fit);
        }
        let same = |a: u32, b: u32| a != 0 && a == b;
        if same(middle.last_word, end.last_word) {
            cost += params.stack;
        }
        if same(start.first_word, middle.first_word) {
            cost += params.stack;
        }
        cost
    }
}

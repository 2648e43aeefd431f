//! Total fit: the cheapest lines over a whole paragraph.

use std::borrow::Cow;

use crate::typeset::length::Length;
use crate::typeset::line::breakpoint::Breaker;
use crate::typeset::line::cost::{LOOSE, Limits, RUNGS};
use crate::typeset::line::graph::{Builder, Chosen, Graph, Loath, Seed, Step};
use crate::typeset::line::lay::{Material, Place};
use crate::typeset::line::river::{self, LEAST_RIVER};
use crate::typeset::line::{Line, LineParams, Measure};
use crate::typeset::shape::{Prepared, Shaper};

/// Words that are solved at once. A paragraph beyond this is solved part by part, so that time
/// and memory grow with its length alone; the longest paragraphs of novels have 2,000 words.
const PART: usize = 6000;
/// Words at the end of a part that are solved again with the next one: some twenty lines, over
/// which the choice at the cut is forgotten.
const OVERLAP: usize = 250;
/// Words among whose ends a part is cut: about a line.
const CUT_WITHIN: usize = 15;
/// How often other lines are looked for where a river runs through a paragraph.
const DETOURS: usize = 4;

/// One number of lines in which a paragraph can be set, at its best.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Number of lines.
    pub lines: u32,
    /// What it costs more than the best variant.
    pub cost: f32,
    /// For every line but the last: what it costs more than this variant to have no hyphen at
    /// that line's end; 0 where there is none anyway, infinite where it cannot be had.
    pub unhyphenated: Vec<f32>,
}

/// The settings of a paragraph in one measure.
///
/// The lines of each variant are kept; the graph of all lines that can be had is not, for it is far
/// larger. Where a page wants other lines than a variant's, which is seldom, it is built again.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Lines of a very long paragraph that are settled already.
    settled: Vec<Step>,
    rung: usize,
    measure: Measure,
    params: LineParams,
    variants: Vec<Variant>,
    /// The lines of each variant behind those that are settled, one variant after the other.
    lines: Vec<Chosen>,
}

/// Finds the good settings of a paragraph. There is always at least one variant; a paragraph
/// without words has one line.
///
/// A paragraph that has no setting within the limits of `params` is tried with looser ones,
/// step by step; the last step sets anything, at worst with a line that does not reach its
/// margin or stands over it ([`Line::overfull`]).
pub fn solve(shaper: &Shaper<'_>, prepared: &Prepared, measure: &Measure, params: &LineParams) -> Setting {
    Setting::unsolved(measure, params, 0).solved(shaper, prepared)
}

impl Setting {
    /// One without variants, whose limits are looked through from a rung on.
    fn unsolved(measure: &Measure, params: &LineParams, rung: usize) -> Self {
        Self {
            settled: Vec::new(),
            rung,
            measure: measure.clone(),
            params: params.clone(),
            variants: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Finds the settings with the limits of the first rung, from its own on, that has any.
    fn solved(mut self, shaper: &Shaper<'_>, prepared: &Prepared) -> Self {
        let words = prepared.tokens.len();
        let first = self.rung;
        loop {
            let token = self.first_token();
            let end = if words - token > PART + OVERLAP { token + PART } else { words };
            let mut graph = None;
            for rung in first..RUNGS {
                graph = self.graph(shaper, prepared, rung, end);
                self.rung = rung;
                if graph.is_some() {
                    break;
                }
            }
            let graph = graph.unwrap_or_default();
            if end < words {
                let builder = self.builder(shaper, prepared, self.rung);
                let part = graph.open_path(&builder, end - OVERLAP, end - OVERLAP + CUT_WITHIN);
                self.settled.extend(part);
            }
            if self.first_token() == token || end == words {
                (self.variants, self.lines) = self.find_variants(&graph, shaper, prepared);
                graph.discard();
                return self;
            }
        }
    }

    /// The settings that there are where word spaces may be as wide as they ever are
    /// ([`LineParams::loosest`]): more of them, so that pages have more to choose from. `None` where these are they.
    pub fn loosened(&self, shaper: &Shaper<'_>, prepared: &Prepared) -> Option<Self> {
        (self.rung < LOOSE)
            .then(|| Self::unsolved(&self.measure, &self.params, LOOSE).solved(shaper, prepared))
    }

    fn builder<'a>(&'a self, shaper: &'a Shaper<'a>, prepared: &'a Prepared, rung: usize) -> Builder<'a> {
        Builder {
            breaker: Breaker { shaper, prepared, params: &self.params },
            measure: &self.measure,
            limits: Limits::rung(&self.params, rung),
            em: prepared.spans.first().map_or(Length::ZERO, |s| s.style.size),
        }
    }

    /// The token with which the first line begins that is not settled.
    fn first_token(&self) -> usize {
        self.settled.last().map_or(0, |last| last.to.next)
    }

    /// The lines that can be had from there to the token `end`, with limits of this rung.
    fn graph(&self, shaper: &Shaper<'_>, prepared: &Prepared, rung: usize, end: usize) -> Option<Graph> {
        let builder = self.builder(shaper, prepared, rung);
        let above = self.settled.last().cloned();
        let at = above.as_ref().map_or_else(|| builder.breaker.start(), |last| last.to.clone());
        let seed = Seed { above, at, lines: self.settled.len() as u32 };
        builder.build(seed, self.first_token()..end)
    }

    /// The variants and the lines of each.
    fn find_variants(
        &self,
        graph: &Graph,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
    ) -> (Vec<Variant>, Vec<Chosen>) {
        let builder = self.builder(shaper, prepared, self.rung);
        let totals = graph.totals();
        let Some((best_lines, best)) = totals.iter().min_by(|a, b| a.1.total_cmp(&b.1)).copied() else {
            return (vec![Variant { lines: 1, cost: 0.0, unhyphenated: Vec::new() }], Vec::new());
        };
        let wanted = [Some(best_lines), best_lines.checked_sub(1), Some(best_lines + 1)];
        let settled = self.settled.len() as u32;
        let (mut out, mut chosen) = (Vec::with_capacity(3), Vec::new());
        for lines in wanted.into_iter().flatten() {
            let Some((_, cost)) = totals.iter().find(|(l, _)| *l == lines) else { continue };
            let first = chosen.len();
            graph.lines(&builder, lines, &Loath::default(), &mut chosen);
            let path = &chosen[first..];
            let least = if path.iter().any(|c| c.end.is_hyphen()) {
                graph.unhyphenated(&builder, lines, settled)
            } else {
                Vec::new()
            };
            let plain = path.len().saturating_sub(1 + least.len());
            let hyphens = self.settled.iter().map(|c| if c.to.end.is_hyphen() { f32::INFINITY } else { 0.0 });
            // The two sums are made in different orders: what differs by rounding is equal.
            let excess = least.into_iter().map(|c| if c - cost < 1e-9 { 0.0 } else { (c - cost) as f32 });
            out.push(Variant {
                lines,
                cost: (cost - best) as f32,
                unhyphenated: hyphens.chain(excess).chain(std::iter::repeat_n(0.0, plain)).collect(),
            });
        }
        (out, chosen)
    }

    /// The variants, the best first; then one line less and one line more, where they can be had.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// How far the limits had to be loosened: 0 not at all, 7 so far that anything goes.
    pub const fn strain(&self) -> usize {
        self.rung
    }

    /// The lines of a variant.
    fn chosen(&self, variant: usize) -> Cow<'_, [Chosen]> {
        let variant = if variant < self.variants.len() { variant } else { 0 };
        let lines = |variant: &Variant| (variant.lines as usize).saturating_sub(self.settled.len());
        let first: usize = self.variants[..variant].iter().map(lines).sum();
        let end = self.variants.get(variant).map_or(first, |v| first + lines(v));
        let own = self.lines.get(first..end).unwrap_or_default();
        if self.settled.is_empty() {
            return own.into();
        }
        self.settled.iter().map(Chosen::from).chain(own.iter().copied()).collect()
    }

    /// So many lines, without what is `loath` where that can be had.
    fn others(&self, shaper: &Shaper<'_>, prepared: &Prepared, lines: u32, loath: &Loath<'_>) -> Vec<Chosen> {
        let graph = self.graph(shaper, prepared, self.rung, prepared.tokens.len()).unwrap_or_default();
        let mut chosen: Vec<Chosen> = self.settled.iter().map(Chosen::from).collect();
        graph.lines(&self.builder(shaper, prepared, self.rung), lines, loath, &mut chosen);
        graph.discard();
        chosen
    }

    /// The lines of a variant, those of `unhyphenated` without a hyphen at their end where that can be had.
    fn chosen_for(
        &self,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
        variant: usize,
        unhyphenated: &[usize],
    ) -> Cow<'_, [Chosen]> {
        let chosen = self.chosen(variant);
        if !unhyphenated.iter().any(|line| chosen.get(*line).is_some_and(|c| c.end.is_hyphen())) {
            return chosen;
        }
        let loath = Loath { hyphens: unhyphenated, ends: &[] };
        self.others(shaper, prepared, chosen.len() as u32, &loath).into()
    }

    /// The lines of a variant, led round the rivers of white that run through them, where that can be had.
    fn without_rivers(&self, shaper: &Shaper<'_>, prepared: &Prepared, variant: usize) -> Vec<Line> {
        let mut lines = self.place(shaper, prepared, &self.chosen(variant));
        let mut rivers = rivers_of(&lines);
        let mut ends: Vec<usize> = Vec::new();
        for _ in 0..DETOURS {
            let Some(river) = rivers.first() else { break };
            // Other words at the end of its middle line move all that follow.
            ends.extend(lines[river.start..river.end - 1].iter().map(|l| l.range.end));
            let loath = Loath { hyphens: &[], ends: &ends };
            let chosen = self.others(shaper, prepared, lines.len() as u32, &loath);
            let other = self.place(shaper, prepared, &chosen);
            let left = rivers_of(&other);
            if left.len() < rivers.len() {
                (lines, rivers) = (other, left);
            }
        }
        lines
    }

    fn place(&self, shaper: &Shaper<'_>, prepared: &Prepared, chosen: &[Chosen]) -> Vec<Line> {
        let limits = Limits::rung(&self.params, self.rung);
        let place = Place { shaper, prepared, measure: &self.measure, params: &self.params, limits: &limits };
        let mut material = Material::take();
        let lines =
            chosen.iter().enumerate().map(|(i, chosen)| place.line(i, chosen, &mut material)).collect();
        material.give_back();
        lines
    }

    /// Byte of the text where each line of a variant ends, the last included: tells on which
    /// line a note is referred to.
    ///
    /// `unhyphenated` names lines (from 0) that must not end in a hyphen; a line for which that
    /// cannot be had keeps its hyphen.
    pub fn line_ends(
        &self,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
        variant: usize,
        unhyphenated: &[usize],
    ) -> Vec<usize> {
        self.chosen_for(shaper, prepared, variant, unhyphenated).iter().map(|c| c.at as usize).collect()
    }

    /// Places the glyphs of a variant. `prepared` is the paragraph that was solved;
    /// `unhyphenated` as in [`Setting::line_ends`]. A paragraph that stands whole on its page (of
    /// which no line is named) is led round rivers.
    pub fn lay(
        &self,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
        variant: usize,
        unhyphenated: &[usize],
    ) -> Vec<Line> {
        if unhyphenated.is_empty() {
            self.without_rivers(shaper, prepared, variant)
        } else {
            self.place(shaper, prepared, &self.chosen_for(shaper, prepared, variant, unhyphenated))
        }
    }
}

/// The rivers in the lines of a paragraph.
fn rivers_of(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    // A river ends where spaces are narrower than natural; what rounding takes from one is less than this.
    let wide = |line: &Line| line.stretch > 0.999;
    if !lines.windows(LEAST_RIVER).any(|lines| lines.iter().all(wide)) {
        return Vec::new();
    }
    river::rivers(lines.iter().map(|l| river::gaps(l.runs.iter().map(|r| &r.glyphs))))
}

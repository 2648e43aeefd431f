//! Total fit: the cheapest lines over a whole paragraph.

use crate::typeset::length::Length;
use crate::typeset::line::breakpoint::{Break, Breaker};
use crate::typeset::line::cost::{Limits, RUNGS};
use crate::typeset::line::graph::{Builder, Chosen, Graph, Loath, Seed};
use crate::typeset::line::river::{self, LEAST_RIVER};
use crate::typeset::line::{Line, LineParams, Measure, lay};
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

/// The settings of a paragraph in one measure: every line that can be part of a good one.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Lines of a very long paragraph that are settled already.
    settled: Vec<Chosen>,
    graph: Graph,
    rung: usize,
    measure: Measure,
    params: LineParams,
    variants: Vec<Variant>,
}

/// Finds the good settings of a paragraph. There is always at least one variant; a paragraph
/// without words has one line.
///
/// A paragraph that has no setting within the limits of `params` is tried with looser ones,
/// step by step; the last step sets anything, at worst with a line that does not reach its
/// margin or stands over it ([`Line::overfull`]).
pub fn solve(shaper: &Shaper<'_>, prepared: &Prepared, measure: &Measure, params: &LineParams) -> Setting {
    let words = prepared.tokens.len();
    let mut setting = Setting {
        settled: Vec::new(),
        graph: Graph::default(),
        rung: 0,
        measure: measure.clone(),
        params: params.clone(),
        variants: Vec::new(),
    };
    let mut start: Option<Break> = None;
    let mut token = 0;
    loop {
        let end = if words - token > PART + OVERLAP { token + PART } else { words };
        let lines = setting.settled.len() as u32;
        let mut graph = None;
        for rung in 0..RUNGS {
            let builder = setting.builder(shaper, prepared, rung);
            let at = start.clone().unwrap_or_else(|| builder.breaker.start());
            let seed = Seed { above: setting.settled.last().cloned(), at, lines };
            graph = builder.build(seed, token..end);
            setting.rung = rung;
            if graph.is_some() {
                break;
            }
        }
        setting.graph = graph.unwrap_or_default();
        if end == words {
            break;
        }
        let builder = setting.builder(shaper, prepared, setting.rung);
        let part = setting.graph.open_path(&builder, end - OVERLAP, end - OVERLAP + CUT_WITHIN);
        let Some(last) = part.last() else { break };
        token = last.to.next;
        start = Some(last.to.clone());
        setting.settled.extend(part);
    }
    setting.variants = setting.find_variants(shaper, prepared);
    setting
}

impl Setting {
    fn builder<'a>(&'a self, shaper: &'a Shaper<'a>, prepared: &'a Prepared, rung: usize) -> Builder<'a> {
        Builder {
            breaker: Breaker { shaper, prepared, params: &self.params },
            measure: &self.measure,
            limits: Limits::rung(&self.params, rung),
            em: prepared.spans.first().map_or(Length::ZERO, |s| s.style.size),
        }
    }

    fn find_variants(&self, shaper: &Shaper<'_>, prepared: &Prepared) -> Vec<Variant> {
        let builder = self.builder(shaper, prepared, self.rung);
        let totals = self.graph.totals();
        let Some((best_lines, best)) = totals.iter().min_by(|a, b| a.1.total_cmp(&b.1)).copied() else {
            return vec![Variant { lines: 1, cost: 0.0, unhyphenated: Vec::new() }];
        };
        let mut wanted = vec![best_lines];
        wanted.extend(best_lines.checked_sub(1));
        wanted.push(best_lines + 1);
        let settled = self.settled.len() as u32;
        let mut out = Vec::with_capacity(3);
        for lines in wanted {
            let Some((_, cost)) = totals.iter().find(|(l, _)| *l == lines) else { continue };
            let path = self.graph.path(&builder, lines, &Loath::default());
            let least = if path.iter().any(|c| c.to.end.is_hyphen()) {
                self.graph.unhyphenated(&builder, lines, settled)
            } else {
                vec![*cost; path.len().saturating_sub(1)]
            };
            let hyphens = self.settled.iter().map(|c| if c.to.end.is_hyphen() { f32::INFINITY } else { 0.0 });
            // The two sums are made in different orders: what differs by rounding is equal.
            let excess = least.into_iter().map(|c| if c - cost < 1e-9 { 0.0 } else { (c - cost) as f32 });
            out.push(Variant {
                lines,
                cost: (cost - best) as f32,
                unhyphenated: hyphens.chain(excess).collect(),
            });
        }
        out
    }

    /// The variants, the best first; then one line less and one line more, where they can be had.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// How far the limits had to be loosened: 0 not at all, 6 so far that anything goes.
    pub const fn strain(&self) -> usize {
        self.rung
    }

    fn chosen(
        &self,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
        variant: usize,
        unhyphenated: &[usize],
    ) -> Vec<Chosen> {
        let builder = self.builder(shaper, prepared, self.rung);
        let lines = self.variants.get(variant).or(self.variants.first()).map_or(1, |v| v.lines);
        let mut out = self.settled.clone();
        out.extend(self.graph.path(&builder, lines, &Loath { hyphens: unhyphenated, ends: &[] }));
        out
    }

    /// The same, led round the rivers of white that run through its lines, where that can be had.
    fn without_rivers(&self, shaper: &Shaper<'_>, prepared: &Prepared, variant: usize) -> Vec<Line> {
        let mut lines = self.place(shaper, prepared, &self.chosen(shaper, prepared, variant, &[]));
        let mut rivers = rivers_of(&lines);
        let mut ends: Vec<usize> = Vec::new();
        for _ in 0..DETOURS {
            let Some(river) = rivers.first() else { break };
            // Other words at the end of its middle line move all that follow.
            ends.extend(lines[river.start..river.end - 1].iter().map(|l| l.range.end));
            let builder = self.builder(shaper, prepared, self.rung);
            let count = lines.len() as u32;
            let mut chosen = self.settled.clone();
            chosen.extend(self.graph.path(&builder, count, &Loath { hyphens: &[], ends: &ends }));
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
        chosen
            .iter()
            .enumerate()
            .map(|(i, chosen)| lay::line(shaper, prepared, &self.measure, &self.params, &limits, i, chosen))
            .collect()
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
        self.chosen(shaper, prepared, variant, unhyphenated).iter().map(|c| c.to.at).collect()
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
            self.place(shaper, prepared, &self.chosen(shaper, prepared, variant, unhyphenated))
        }
    }
}

/// The rivers in the lines of a paragraph.
fn rivers_of(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    if lines.len() < LEAST_RIVER {
        return Vec::new();
    }
    let gaps: Vec<_> = lines.iter().map(|l| river::gaps(l.runs.iter().map(|r| &r.glyphs))).collect();
    river::rivers(&gaps)
}

//! In: the lines of a text in their places. Out: the rivers of white that run down through them.

use std::ops::Range;

use crate::typeset::length::Length;
use crate::typeset::page::GlyphRun;

/// Lines that a river runs through at least; over fewer the eye does not follow it.
pub const LEAST_RIVER: usize = 5;

/// Share of the narrower gap, in per cent, that lies under the one above for a river to run on.
const OVERLAP: i64 = 60;

/// The white between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Left edge.
    pub from: Length,
    /// Right edge.
    pub to: Length,
    /// Width of the face's own space.
    pub natural: Length,
}

impl Gap {
    /// Width as a multiple of the natural one.
    pub fn stretch(&self) -> f64 {
        if self.natural == Length::ZERO { 1.0 } else { (self.to - self.from).to_pt() / self.natural.to_pt() }
    }

    /// Whether a river runs from this gap to the one under it.
    fn meets(&self, below: &Self) -> bool {
        let shared = self.to.min(below.to) - self.from.max(below.from);
        let narrower = (self.to - self.from).min(below.to - below.from);
        shared.0 * 100 >= narrower.0 * OVERLAP
    }
}

/// The gaps of a line, from left to right. Right of the last word is none.
pub fn gaps<'r>(runs: impl Iterator<Item = &'r GlyphRun>) -> impl Iterator<Item = Gap> {
    let mut open: Option<(Length, Length)> = None;
    let words = runs.flat_map(|run| run.words.iter().map(move |word| (run, word)));
    words.filter_map(move |(run, word)| {
        let x = run.x + word.dx;
        let gap = open.take().filter(|(from, _)| x > *from);
        if run.is_space(word)
            && let [glyph] = &*run.shaped(word).glyphs
        {
            open = Some((x, run.size.units(glyph.advance.into(), run.units_per_em)));
        }
        gap.map(|(from, natural)| Gap { from, to: x, natural })
    })
}

/// The rivers in lines that stand one under the other, each line told by its gaps: the lines through which each runs.
/// A gap narrower than the natural space stops a river.
pub fn rivers<L: IntoIterator<Item = Gap>>(lines: impl IntoIterator<Item = L>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut above: Vec<(Gap, usize)> = Vec::new();
    let mut here = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        here.clear();
        here.extend(line.into_iter().filter(|g| g.to - g.from >= g.natural).map(|gap| {
            let run = above.iter().filter(|(a, _)| a.meets(&gap)).map(|(_, run)| *run).max();
            (gap, run.unwrap_or(0) + 1)
        }));
        for (_, run) in &here {
            if *run == LEAST_RIVER {
                out.push(index + 1 - run..index + 1);
            } else if *run > LEAST_RIVER
                && let Some(river) = out.iter_mut().rev().find(|r| r.end == index)
            {
                river.end = index + 1;
            }
        }
        std::mem::swap(&mut above, &mut here);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(gaps: &[(i32, i32)]) -> Vec<Gap> {
        let pt = |v: i32| Length::pt(f64::from(v));
        gaps.iter().map(|(from, to)| Gap { from: pt(*from), to: pt(*to), natural: pt(3) }).collect()
    }

    #[test]
    fn a_river_runs_where_wide_gaps_lie_under_each_other() {
        let lines: Vec<Vec<Gap>> =
            (0..6).map(|i| line(&[(10 + i, 14 + i), (60 - 9 * i, 64 - 9 * i)])).collect();
        let found = rivers(lines.clone());
        assert!(found.len() == 1 && found[0] == (0..6), "{found:?}");
        assert!(rivers(lines[..4].to_vec()).is_empty());
    }

    #[test]
    fn a_narrow_gap_stops_a_river() {
        let mut lines: Vec<Vec<Gap>> = (0..7).map(|_| line(&[(10, 14)])).collect();
        lines[3] = line(&[(10, 12)]);
        assert!(rivers(lines.clone()).is_empty());
    }
}

//! In: the accepted headings. Out: the depth of each in the contents.
//!
//! Known keywords have a rank (volume over part over chapter). For the rest the text says it: a
//! kind whose first numbers follow right behind headings of another kind is its child.

use super::blocks::Page;
use super::candidates::Candidate;
use super::chains::{Chosen, Family};
use super::heading::Form;
use super::keywords::Rank;
use crate::book::Role;

/// What makes two headings of one depth.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    rank: Rank,
    family: Option<Family>,
    titled: bool,
    depth: u8,
    members: Vec<usize>,
}

/// A child stands within so many words of its parent's heading.
const CLOSE_WORDS: u32 = 40;

/// Depths from 0 for each of `chosen`, which are in order of the text.
pub fn levels(page: &Page<'_>, candidates: &[Candidate], chosen: &[Chosen], titled: &[bool]) -> Vec<u8> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut of: Vec<usize> = Vec::with_capacity(chosen.len());
    for (i, c) in chosen.iter().enumerate() {
        let r = &candidates[c.candidate].reading;
        let bare_title = r.keyword.is_empty() && (titled[i] || r.form == Form::Numbered);
        let found = kinds.iter().position(|k| {
            k.rank == r.rank
                && k.depth == r.depth
                && match (&k.family, &c.family) {
                    (None, None) => true,
                    (Some(a), Some(b)) => {
                        a.keyword == b.keyword
                            && (!a.keyword.is_empty() || (a.style == b.style && k.titled == bare_title))
                    }
                    _ => false,
                }
        });
        let k = found.unwrap_or_else(|| {
            kinds.push(Kind {
                rank: r.rank,
                family: c.family.clone(),
                titled: bare_title,
                depth: r.depth,
                members: vec![],
            });
            kinds.len() - 1
        });
        kinds[k].members.push(i);
        of.push(k);
    }
    let order = depths(page, candidates, chosen, &kinds);
    let mut out: Vec<u8> = of.iter().map(|k| order[*k]).collect();
    unnumbered(candidates, chosen, &mut out);
    marked(candidates, chosen, &mut out);
    out
}

/// Number signs say the depth themselves.
fn marked(candidates: &[Candidate], chosen: &[Chosen], out: &mut [u8]) {
    let depth = |i: usize| candidates[chosen[i].candidate].reading.depth;
    let Some(top) = (0..chosen.len()).map(depth).filter(|d| *d > 0).min() else { return };
    for (i, level) in out.iter_mut().enumerate() {
        if depth(i) > 0 {
            *level = depth(i) - top;
        }
    }
}

/// The depth of each kind.
fn depths(page: &Page<'_>, candidates: &[Candidate], chosen: &[Chosen], kinds: &[Kind]) -> Vec<u8> {
    let n = kinds.len();
    let mut parent: Vec<Option<usize>> = vec![None; n];
    for child in 0..n {
        if kinds[child].family.is_none() {
            continue;
        }
        parent[child] = (0..n)
            .filter(|p| *p != child && holds(page, candidates, chosen, &kinds[*p], &kinds[child]))
            .max_by_key(|p| kinds[*p].members.len());
    }
    (0..n)
        .map(|k| {
            let (mut depth, mut at) = (0, k);
            while let Some(p) = parent[at] {
                depth += 1;
                at = p;
                if depth > 5 {
                    break;
                }
            }
            depth
        })
        .collect()
}

/// Whether headings of kind `parent` hold those of kind `child`.
fn holds(page: &Page<'_>, candidates: &[Candidate], chosen: &[Chosen], parent: &Kind, child: &Kind) -> bool {
    let value = |m: usize| candidates[chosen[m].candidate].reading.number.map_or(0, |n| n.0);
    let block = |m: usize| candidates[chosen[m].candidate].block;
    if parent.depth > 0 && child.depth > 0 {
        return parent.depth < child.depth;
    }
    if parent.rank > child.rank {
        return false;
    }
    // One kind that goes on where the other ends stands beside it.
    let goes_on = |a: &Kind, b: &Kind| {
        a.members
            .last()
            .zip(b.members.first())
            .is_some_and(|(x, y)| x < y && value(*y) == value(*x) + 1 && value(*y) > 1)
    };
    if parent.rank == child.rank && (goes_on(parent, child) || goes_on(child, parent)) {
        return false;
    }
    let follows = |m: usize| {
        m > 0 && parent.members.binary_search(&(m - 1)).is_ok() && {
            let (above, below) = (&page.blocks[block(m - 1)], &page.blocks[block(m)]);
            below.before - (above.before + above.words) <= CLOSE_WORDS
        }
    };
    let firsts: Vec<usize> = child.members.iter().copied().filter(|m| value(*m) == 1).collect();
    let restarts = firsts.len() > 1 || firsts.len() == 1 && parent.rank == child.rank;
    if restarts && !firsts.is_empty() {
        let close = firsts.iter().filter(|m| follows(**m)).count();
        if close * 2 >= firsts.len() && close > 0 {
            return true;
        }
    }
    if parent.rank < child.rank && parent.family.is_some() {
        // A numbering that runs on through parts: most parts begin with a chapter.
        let close = parent
            .members
            .iter()
            .filter(|m| child.members.binary_search(&(**m + 1)).is_ok() && follows(**m + 1))
            .count();
        let between = child.members.iter().any(|c| parent.members.first().is_some_and(|p| p < c));
        return between && (close * 2 >= parent.members.len() || parent.members.len() >= 2);
    }
    false
}

/// Headings without number: on the depth of the numbered ones around them, matter at the top.
fn unnumbered(candidates: &[Candidate], chosen: &[Chosen], out: &mut [u8]) {
    let numbered: Vec<usize> = (0..chosen.len()).filter(|i| chosen[*i].family.is_some()).collect();
    let (Some(first), Some(last)) = (numbered.first().copied(), numbered.last().copied()) else { return };
    let deepest = numbered.iter().map(|i| out[*i]).max().unwrap_or(0);
    for i in 0..chosen.len() {
        let reading = &candidates[chosen[i].candidate].reading;
        if chosen[i].family.is_some() || reading.depth > 0 {
            continue;
        }
        let inside = i > first && i < last;
        let top = matches!(
            reading.role,
            Some(
                Role::Prologue
                    | Role::Epilogue
                    | Role::Afterword
                    | Role::Appendix
                    | Role::Preface
                    | Role::Introduction
            )
        );
        out[i] = if inside && !top { deepest.min(out[i - 1].max(1)) } else { 0 };
    }
}

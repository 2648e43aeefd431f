//! In: heading candidates. Out: those that are headings: numbered ones by the best chain of
//! rising numbers through the whole text, the others by their score beside it.

use foldhash::HashMap;

use super::blocks::Page;
use super::candidates::Candidate;
use super::heading::Form;
use crate::book::NumberStyle;

/// What makes two numbered headings of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// The keyword in small letters.
    pub keyword: String,
    /// How the number is written; ordinals go with words.
    pub style: NumberStyle,
    /// Whether a bare number stands alone.
    pub bare: bool,
}

/// The family of a candidate with a number.
pub fn family(candidate: &Candidate) -> Option<Family> {
    let (_, style) = candidate.reading.number?;
    let style = if style == NumberStyle::Ordinal { NumberStyle::Words } else { style };
    let bare = candidate.reading.form == Form::Bare;
    Some(Family { keyword: candidate.reading.keyword.clone(), style, bare })
}

/// An accepted heading.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Index of the candidate.
    pub candidate: usize,
    /// The score by which it was accepted.
    pub score: f64,
    /// Its family, where it is numbered.
    pub family: Option<Family>,
}

/// What a chain gains by going from one number to the next.
fn step(from: u32, to: u32) -> f64 {
    match to.checked_sub(from) {
        _ if to == 9999 => 1.0,
        Some(1) => 2.0,
        Some(2) => -0.5,
        Some(3..=5) => -2.0,
        Some(0) => -2.5,
        _ if to == 1 => -1.0,
        _ => -6.0,
    }
}

/// What a chain loses by starting at `n`. Bare numbers may count anything; behind a keyword a volume
/// may begin anywhere.
fn start(n: u32, bare: bool) -> f64 {
    match n {
        0..=1 => 0.0,
        _ if bare => 1.5 + 0.2 * f64::from(n.min(200)),
        _ => 1.5 + 0.2 * f64::from(n.min(15)),
    }
}

/// Mean score from which a chain is accepted: short ones, and those of three and more.
const MEAN_SHORT: f64 = 3.5;
const MEAN_LONG: f64 = 2.8;

/// Chooses numbered headings: per family the chain with the greatest sum.
pub fn numbered(candidates: &[Candidate]) -> Vec<Chosen> {
    let mut families: Vec<(Family, Vec<usize>)> = Vec::new();
    let mut index: HashMap<Family, usize> = HashMap::default();
    for (i, c) in candidates.iter().enumerate() {
        if let Some(f) = family(c) {
            let k = *index.entry(f.clone()).or_insert_with(|| {
                families.push((f, Vec::new()));
                families.len() - 1
            });
            families[k].1.push(i);
        }
    }
    let mut out = Vec::new();
    for (family, members) in families {
        out.extend(chain(candidates, &members, &family));
    }
    out.sort_by_key(|c| c.candidate);
    fill_gaps(candidates, &mut out);
    out
}

/// Between two headings of one keyword whose numbers are two apart, the one that has the number
/// between them is a heading too, however its number is written.
fn fill_gaps(candidates: &[Candidate], chosen: &mut Vec<Chosen>) {
    let value = |c: &Candidate| c.reading.number.map_or(0, |n| n.0);
    let mut more = Vec::new();
    for (k, one) in chosen.iter().enumerate() {
        let Some(family) = one.family.as_ref().filter(|f| !f.keyword.is_empty()) else { continue };
        let Some(next) = chosen[k + 1..].iter().find(|c| c.family.as_ref() == Some(family)) else { continue };
        let from = value(&candidates[one.candidate]);
        if value(&candidates[next.candidate]) != from + 2 {
            continue;
        }
        let between = (one.candidate + 1..next.candidate).find(|i| {
            let c = &candidates[*i];
            value(c) == from + 1 && c.reading.keyword == family.keyword && c.score >= MEAN_LONG
        });
        if let Some(candidate) = between.filter(|i| chosen.iter().all(|c| c.candidate != *i)) {
            let score = candidates[candidate].score;
            more.push(Chosen { candidate, score, family: Some(family.clone()) });
        }
    }
    chosen.extend(more);
    chosen.sort_by_key(|c| c.candidate);
}

/// The best chain through `members`, or nothing where it is too weak. Each member looks only at
/// the best chains that end with a near value, so the cost is linear.
fn chain(candidates: &[Candidate], members: &[usize], family: &Family) -> Vec<Chosen> {
    let value = |m: usize| candidates[members[m]].reading.number.map_or(0, |n| n.0);
    let mut sums: Vec<f64> = Vec::with_capacity(members.len());
    let mut before: Vec<Option<usize>> = Vec::with_capacity(members.len());
    let mut by_value: HashMap<u32, usize> = HashMap::default();
    let mut best: Option<usize> = None;
    for m in 0..members.len() {
        let v = value(m);
        let near = (0..=5).filter_map(|d| v.checked_sub(d).and_then(|w| by_value.get(&w))).copied();
        let from = near
            .chain(best)
            .map(|p| (sums[p] + step(value(p), v), p))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let own = candidates[members[m]].score;
        let fresh = -start(v, family.keyword.is_empty());
        let (base, link) = match from {
            Some((sum, p)) if sum > fresh => (sum, Some(p)),
            _ => (fresh, None),
        };
        sums.push(base + own);
        before.push(link);
        let slot = by_value.entry(v).or_insert(m);
        if sums[*slot] <= sums[m] {
            *slot = m;
        }
        if best.is_none_or(|b| sums[b] <= sums[m]) {
            best = Some(m);
        }
    }
    let mut path = Vec::new();
    let mut at = best;
    while let Some(m) = at {
        path.push(m);
        at = before[m];
    }
    path.reverse();
    let Some(last) = best else { return Vec::new() };
    let mean = sums[last] / path.len() as f64;
    let enough = if path.len() >= 3 { MEAN_LONG } else { MEAN_SHORT };
    if mean < enough || (family.bare && path.len() < 2) || year_like(&path, &value) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (k, m) in path.iter().enumerate() {
        let came = k.checked_sub(1).map_or(0.0, |p| step(value(path[p]), value(*m)).max(-2.0));
        let goes = path.get(k + 1).map_or(0.0, |n| step(value(*m), value(*n)).max(-2.0));
        let score = candidates[members[*m]].score
            + f64::midpoint(came, goes)
            + if path.len() >= 3 { 1.5 } else { 0.0 };
        out.push(Chosen { candidate: members[*m], score, family: Some(family.clone()) });
    }
    out
}

/// A lone number such as 1984 is a year.
fn year_like(path: &[usize], value: &dyn Fn(usize) -> u32) -> bool {
    path.len() < 3 && path.iter().any(|m| value(*m) >= 500)
}

/// Scores from which words without a number are a heading.
const WORDS_FEW: f64 = 3.0;
const WORDS_MANY: f64 = 4.0;
const WORDS_INSIDE: f64 = 5.5;
/// Score from which words before the first chapter head a piece of front matter.
const WORDS_FRONT: f64 = 3.5;
/// Words that such a piece has, and words of its first block.
const FRONT_TEXT: u32 = 60;
const FIRST_TEXT: u32 = 20;

/// Chooses headings without numbers. `taken` blocks are headings or titles already.
pub fn unnumbered(
    page: &Page<'_>,
    candidates: &[Candidate],
    numbered: &[Chosen],
    taken: &dyn Fn(usize) -> bool,
) -> Vec<Chosen> {
    let chapters: Vec<usize> = numbered.iter().map(|c| candidates[c.candidate].block).collect();
    let many = chapters.len() >= 3;
    let inside = |b: usize| {
        many && chapters.first().is_some_and(|f| *f < b) && chapters.last().is_some_and(|l| b < *l)
    };
    let mut out = Vec::new();
    for (i, c) in candidates.iter().enumerate() {
        if c.reading.number.is_some() || taken(c.block) {
            continue;
        }
        let special = c.reading.form == Form::Special;
        // Matter before the first chapter: capitals alone between wide gaps, with text of their own.
        let before = chapters.first().is_some_and(|f| c.block < *f);
        if before
            && c.score >= WORDS_FRONT
            && page.blocks[c.block].words <= 16
            && holds_text(page, candidates, i)
        {
            out.push(Chosen { candidate: i, score: c.score, family: None });
            continue;
        }
        let need = match (inside(c.block), special || c.listed || c.reading.depth > 0) {
            (true, false) => WORDS_INSIDE,
            _ if many => WORDS_MANY,
            _ => WORDS_FEW,
        };
        let need = if special { need - 0.5 } else { need };
        if c.score >= need && page.blocks[c.block].words <= 16 {
            out.push(Chosen { candidate: i, score: c.score, family: None });
        }
    }
    drop_runs(page, candidates, out)
}

/// Whether text stands right below candidate `i`, and enough of it before the next one that could
/// be a heading. The lines of a title page have but a few words below each.
fn holds_text(page: &Page<'_>, candidates: &[Candidate], i: usize) -> bool {
    let at = candidates[i].block;
    let block = &page.blocks[at];
    let next =
        candidates[i + 1..].iter().find(|c| c.score >= WORDS_FEW).map_or(page.blocks.len(), |n| n.block);
    let end = page
        .blocks
        .get(next)
        .map_or_else(|| page.blocks.last().map_or(0, |b| b.before + b.words), |n| n.before);
    page.blocks.get(at + 1).is_some_and(|n| n.words >= FIRST_TEXT && at + 1 < next)
        && end.saturating_sub(block.before + block.words) >= FRONT_TEXT
}

/// Titles, signs and verses in capitals stand close together; headings have text below them.
/// Runs of four and more unlisted headings without text between are none.
fn drop_runs(page: &Page<'_>, candidates: &[Candidate], chosen: Vec<Chosen>) -> Vec<Chosen> {
    let below = |i: usize| {
        let c = &page.blocks[candidates[chosen[i].candidate].block];
        let next = chosen.get(i + 1).map_or(u32::MAX, |n| page.blocks[candidates[n.candidate].block].before);
        next.saturating_sub(c.before + c.words)
    };
    let mut keep = vec![true; chosen.len()];
    let mut i = 0;
    while i < chosen.len() {
        let mut end = i;
        let marked = |k: usize| candidates[chosen[k].candidate].reading.depth > 0;
        while end + 1 < chosen.len() && below(end) < 12 && !marked(end) {
            end += 1;
        }
        if end - i >= 3 {
            keep[i..=end].iter_mut().for_each(|k| *k = false);
        }
        i = end + 1;
    }
    let mut keep = keep.into_iter();
    chosen.into_iter().filter(|_| keep.next().unwrap_or(true)).collect()
}

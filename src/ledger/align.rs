//! In: two lists of words, a book's and those of a file of any maker. Out: which words of each have their match
//! in the other, in order.
//!
//! Runs that both have once anchor the rest (a patience diff over runs of words: the longest rising chain of
//! anchors). Between two anchors as few words as can be are left without a match (a shortest way through the
//! grid of both lists, after Myers 1986, "An O(ND) difference algorithm and its variations"); where the lists
//! differ so much that this would cost too much, they are walked side by side. A word that was divided at a
//! line's end, or glued to its neighbour, matches all the same: its letters are there.

use std::ops::Range;

use foldhash::HashMap;

/// How many words an anchor has.
const ANCHOR: usize = 5;
/// How far a walk looks for the place where both meet again, in words.
pub(super) const AHEAD: usize = 64;
/// Words of how many pieces are put together to find one that was divided or glued.
const PIECES: usize = 4;
/// So many places of the grid are looked at for a shortest way: some 20 MB.
const PLACES: usize = 400_000;

/// Which words of each list have their match in the other.
pub(super) fn align(a: &[&str], b: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let mut walk = Walk { a, b, in_a: vec![false; a.len()], in_b: vec![false; b.len()] };
    // Before the first anchor stand title pages and contents, which say headings before their place: there
    // the words are matched backwards, from the text.
    if a.len().saturating_mul(b.len()) <= PLACES && walk.shortest(0..a.len(), 0..b.len(), true) {
        return (walk.in_a, walk.in_b);
    }
    let (mut i, mut j) = (0, 0);
    for (ai, bj) in chain(&anchors(a, b)) {
        if ai < i || bj < j {
            continue;
        }
        let first = i == 0 && j == 0;
        if !walk.shortest(i..ai, j..bj, first) {
            if first {
                walk.back(ai, bj);
            } else {
                walk.forward(i..ai, j..bj);
            }
        }
        (i, j) = (ai, bj);
        while i < a.len() && j < b.len() && same(a[i], b[j]) {
            (walk.in_a[i], walk.in_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        }
    }
    if !walk.shortest(i..a.len(), j..b.len(), false) {
        walk.forward(i..a.len(), j..b.len());
    }
    (walk.in_a, walk.in_b)
}

/// Places of the runs that stand once in both lists, in the order of the first.
fn anchors(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let mut once: HashMap<&[&str], Option<usize>> = HashMap::default();
    for (j, run) in b.windows(ANCHOR).enumerate() {
        once.entry(run).and_modify(|at| *at = None).or_insert(Some(j));
    }
    let mut seen: HashMap<&[&str], usize> = HashMap::default();
    for run in a.windows(ANCHOR) {
        *seen.entry(run).or_default() += 1;
    }
    let places = a.windows(ANCHOR).enumerate();
    places.filter(|(_, run)| seen[run] == 1).filter_map(|(i, run)| Some((i, (*once.get(run)?)?))).collect()
}

/// The longest chain of pairs that rises in both (patience sorting).
fn chain(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (n, (_, j)) in pairs.iter().enumerate() {
        let at = tails.partition_point(|t| pairs[*t].1 < *j);
        before[n] = at.checked_sub(1).map(|k| tails[k]);
        if at == tails.len() {
            tails.push(n);
        } else {
            tails[at] = n;
        }
    }
    let mut out = Vec::new();
    let mut at = tails.last().copied();
    while let Some(n) = at {
        out.push(pairs[n]);
        at = before[n];
    }
    out.reverse();
    out
}

/// Whether the file's word is the book's, a note's raised figure behind it or not: superior figures
/// are often glyphs of their own, which no reader can tell from figures on the line.
fn same(told: &str, found: &str) -> bool {
    found
        .strip_prefix(told)
        .is_some_and(|mark| mark.is_empty() || mark.bytes().all(|b| b.is_ascii_digit()) && !told.is_empty())
}

/// Two stretches of words, read from their starts or from their ends.
struct Grid<'a> {
    a: &'a [&'a str],
    b: &'a [&'a str],
    back: bool,
}

impl Grid<'_> {
    fn word<'w>(&self, list: &[&'w str], n: u32) -> Option<&'w str> {
        let n = n as usize;
        if self.back { list.len().checked_sub(n + 1).map(|n| list[n]) } else { list.get(n).copied() }
    }

    fn equal(&self, i: u32, j: u32) -> bool {
        self.word(self.a, i) == self.word(self.b, j)
    }

    /// How many words of each side say the same letters, the raised figure of a note behind them or not.
    fn glued(&self, i: u32, j: u32) -> Option<(u32, u32)> {
        let (told, found) = (self.word(self.a, i)?, self.word(self.b, j)?);
        if same(told, found) {
            return Some((1, 1));
        }
        // Read backwards, the figure comes first.
        let marked = found.trim_end_matches(|c: char| c.is_ascii_digit());
        let marked = (self.back && marked.len() < found.len() && !marked.is_empty()).then_some(marked);
        self.pieces(i, j, found).or_else(|| self.pieces(i, j, marked?))
    }

    fn pieces(&self, i: u32, j: u32, found: &str) -> Option<(u32, u32)> {
        let told = self.word(self.a, i)?;
        let starts = |long: &str, short: &str| {
            if self.back { long.ends_with(short) } else { long.starts_with(short) }
        };
        if !starts(told, found) && !starts(found, told) {
            return None;
        }
        let join =
            |to: &mut String, word: &str| if self.back { to.insert_str(0, word) } else { to.push_str(word) };
        let (mut p, mut q) = (1, 1);
        let (mut left, mut right) = (told.to_owned(), found.to_owned());
        while left != right {
            let short = left.len() < right.len();
            if !(if short { starts(&right, &left) } else { starts(&left, &right) }) {
                return None;
            }
            if short {
                if !self.back && right[left.len()..].bytes().all(|b| b.is_ascii_digit()) {
                    return Some((p, q));
                }
                if p as usize == PIECES {
                    return None;
                }
                join(&mut left, self.word(self.a, i + p)?);
                p += 1;
            } else {
                if q as usize == PIECES {
                    return None;
                }
                join(&mut right, self.word(self.b, j + q)?);
                q += 1;
            }
        }
        Some((p, q))
    }
}

struct Walk<'a> {
    a: &'a [&'a str],
    b: &'a [&'a str],
    in_a: Vec<bool>,
    in_b: Vec<bool>,
}

/// A place of the grid of two lists, as words behind its start.
type Place = (u32, u32);

impl Walk<'_> {
    /// Matches two ranges so that as few words as can be are left; from their ends where `back`. `false` where
    /// that costs too much; nothing is matched then.
    fn shortest(&mut self, a: Range<usize>, b: Range<usize>, back: bool) -> bool {
        let (n, m) = (a.len() as u32, b.len() as u32);
        if n == 0 || m == 0 {
            return true;
        }
        let grid = Grid { a: &self.a[a.clone()], b: &self.b[b.clone()], back };
        // From where each place is reached with the fewest words left out, and whether by a match.
        let mut came: HashMap<Place, (Place, bool)> = HashMap::default();
        let (mut now, mut next) = (vec![((0, 0), (0, 0), false)], Vec::new());
        loop {
            let Some((place, from, matched)) = now.pop() else {
                now = std::mem::take(&mut next);
                // What was put aside first is looked at first.
                now.reverse();
                if now.is_empty() {
                    return false;
                }
                continue;
            };
            if came.contains_key(&place) {
                continue;
            }
            if came.len() >= PLACES {
                return false;
            }
            came.insert(place, (from, matched));
            let (i, j) = place;
            if i == n && j == m {
                break;
            }
            if i < n && j < m {
                if grid.equal(i, j) {
                    now.push(((i + 1, j + 1), place, true));
                    continue;
                }
                if let Some((p, q)) = grid.glued(i, j) {
                    now.push(((i + p, j + q), place, true));
                }
            }
            if j < m {
                next.push(((i, j + 1), place, false));
            }
            if i < n {
                next.push(((i + 1, j), place, false));
            }
        }
        let mut at = (n, m);
        while at != (0, 0) {
            let Some((from, matched)) = came.get(&at).copied() else { break };
            if matched {
                let range = |all: &Range<usize>, from: u32, to: u32| {
                    let (from, to) = (from as usize, to as usize);
                    if back { all.end - to..all.end - from } else { all.start + from..all.start + to }
                };
                self.in_a[range(&a, from.0, at.0)].fill(true);
                self.in_b[range(&b, from.1, at.1)].fill(true);
            }
            at = from;
        }
        true
    }

    /// Matches backwards from `i` and `j` to the starts.
    fn back(&mut self, mut i: usize, mut j: usize) {
        while i > 0 && j > 0 {
            if same(self.a[i - 1], self.b[j - 1]) {
                (i, j) = (i - 1, j - 1);
                (self.in_a[i], self.in_b[j]) = (true, true);
                continue;
            }
            let near = meeting(|p, q| p < i && q < j && same(self.a[i - 1 - p], self.b[j - 1 - q]));
            let (p, q) = near.unwrap_or((1, 1));
            (i, j) = (i - p.min(i), j - q.min(j));
        }
    }

    /// Matches two ranges in order.
    fn forward(&mut self, a: Range<usize>, b: Range<usize>) {
        let (mut i, mut j) = (a.start, b.start);
        while i < a.end && j < b.end {
            if same(self.a[i], self.b[j]) {
                (self.in_a[i], self.in_b[j]) = (true, true);
                (i, j) = (i + 1, j + 1);
                continue;
            }
            if let Some((p, q)) = self.pieces(i..a.end, j..b.end) {
                self.in_a[i..i + p].fill(true);
                self.in_b[j..j + q].fill(true);
                (i, j) = (i + p, j + q);
                continue;
            }
            let near = meeting(|p, q| i + p < a.end && j + q < b.end && self.meets(i + p, j + q));
            let (p, q) = near.unwrap_or((1, 1));
            (i, j) = (i + p, j + q);
        }
    }

    fn meets(&self, i: usize, j: usize) -> bool {
        same(self.a[i], self.b[j]) || self.pieces(i..self.a.len(), j..self.b.len()).is_some()
    }

    /// How many words of each side say the same letters.
    fn pieces(&self, a: Range<usize>, b: Range<usize>) -> Option<(usize, usize)> {
        let (first, other) = (self.a.get(a.start)?, self.b.get(b.start)?);
        if first.chars().next() != other.chars().next() {
            return None;
        }
        let (mut p, mut q) = (1, 1);
        let (mut left, mut right) = ((*first).to_owned(), (*other).to_owned());
        while left != right {
            let (shorter, longer) = if left.len() < right.len() { (&left, &right) } else { (&right, &left) };
            if !longer.starts_with(shorter.as_str()) {
                return None;
            }
            if left.len() < right.len() {
                if p == PIECES || a.start + p >= a.end {
                    return None;
                }
                left.push_str(self.a[a.start + p]);
                p += 1;
            } else {
                if q == PIECES || b.start + q >= b.end {
                    return None;
                }
                right.push_str(self.b[b.start + q]);
                q += 1;
            }
        }
        Some((p, q))
    }
}

/// The nearest offsets at which both meet.
pub(super) fn meeting(meets: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    (1..2 * AHEAD).find_map(|sum| {
        (0..=sum).map(|p| (p, sum - p)).find(|(p, q)| *p <= AHEAD && *q <= AHEAD && meets(*p, *q))
    })
}

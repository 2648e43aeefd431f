//! In: a block at the margin. Out: whether its lines count, as those of verse and addresses do.

use super::blocks::{Page, SURELY_VERSE};
use super::setoff;

/// Two or three lines that begin with capitals or figures, and each ends long before the next one's first word had to
/// go to it: an address, a signature, an inscription.
pub(super) fn short_lines(page: &Page<'_>, b: usize) -> bool {
    let block = &page.blocks[b];
    let begins = |i: usize| setoff::starts_capital(page.line(i));
    !page.measures.one_line
        && page.measures.wrap >= 50
        && (block.first..block.end).all(|i| begins(i) && page.lines[i].reach() * 9 <= page.measures.wrap * 5)
}

/// Lines that begin with capitals and end well before the page does, flush left. In a book of verse the page is no wider
/// than its lines: there many capitals alone tell.
pub(super) fn verse(page: &Page<'_>, b: usize) -> bool {
    let block = &page.blocks[b];
    let n = block.lines() as f64;
    let lines = &page.lines[block.first..block.end];
    let capitals = (block.first..block.end).filter(|i| setoff::starts_capital(page.line(*i))).count() as f64;
    let mean = lines.iter().map(|l| f64::from(l.reach())).sum::<f64>() / n;
    let fits = (block.first + 1..block.end)
        .filter(|i| {
            let first = page.line(*i).split(' ').next().map_or(0, |w| w.chars().count()) as u32;
            page.lines[i - 1].reach() + 1 + first <= page.measures.wrap.max(50)
        })
        .count() as f64;
    let all = block.lines() >= SURELY_VERSE && capitals >= n;
    let many = capitals >= n * 0.9 && fits >= (n - 1.0) * 0.6;
    // A line of a stanza may go on in small letters, where the others have capitals that no prose would have.
    let most = || fits >= (n - 1.0) * 0.9 && setoff::free_capitals(page, b) >= 0.7;
    (all || many || capitals >= n * 0.8 && most()) && mean <= 62.0
}

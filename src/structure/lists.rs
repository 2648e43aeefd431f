//! In: lines that begin with a bullet or a rising number. Out: lists and their items.
//!
//! A dash at the start of a line more often opens speech than an item, a number may be a
//! heading's, and an ornament may begin with an asterisk: a list needs two items of one kind that
//! follow each other, and dashed items must not read as talk.

use std::ops::Range;

use super::blocks::Page;
use crate::book::{Block, BlockKind};
use crate::text::{Edit, Span};

/// Words of an item, at most, where items are parted by blank lines: longer ones are paragraphs
/// that happen to be numbered.
const LOOSE_WORDS: u32 = 120;

/// Lists inside lists, at most: what is deeper becomes paragraphs.
const DEEPEST: u8 = 6;

/// A list and where it ends.
#[derive(Debug)]
pub struct Found {
    /// The list.
    pub block: Block,
    /// One past its last block of the page.
    pub end: usize,
    /// The numbers and bullets, which the list's form stands for.
    pub markers: Vec<Span>,
    /// How sure, in per cent.
    pub percent: u8,
}

/// What stands before an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    /// A sign.
    Bullet(char),
    /// A number and the sign behind it.
    Number(u32, char),
}

impl Marker {
    /// Whether `self` goes on with a list whose last item began with `last`.
    fn follows(self, last: Self) -> bool {
        match (last, self) {
            (Self::Bullet(a), Self::Bullet(b)) => a == b,
            (Self::Number(a, s), Self::Number(b, t)) => s == t && b == a.saturating_add(1),
            _ => false,
        }
    }
}

/// Reads the marker of a line: what it is and its length in bytes with the spaces behind it.
fn marker(line: &str) -> Option<(Marker, usize)> {
    let sign = line.chars().next()?;
    let after = |rest: &str| line.len() - rest.trim_start_matches([' ', '\t']).len();
    if matches!(sign, '-' | '*' | '+' | '•' | '◦' | '▪' | '‣' | '·') {
        let rest = &line[sign.len_utf8()..];
        return (rest.starts_with([' ', '\t']) && !rest.trim().is_empty())
            .then(|| (Marker::Bullet(sign), after(rest)));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..)?;
    let close = rest.chars().next().filter(|c| matches!(c, '.' | ')'))?;
    let rest = &rest[1..];
    let number = line[..digits].parse().ok().filter(|n| *n < 1000)?;
    (rest.starts_with([' ', '\t']) && !rest.trim().is_empty())
        .then(|| (Marker::Number(number, close), after(rest)))
}

/// An item: its own lines, then what is nested in it.
struct Item {
    own: Range<usize>,
    skip: usize,
    nested: Vec<usize>,
}

/// Reads a list that begins with the first of `blocks`; `text` says which blocks are text. Lines
/// of Markdown need no further sign that a dash is a bullet.
///
/// # Errors
///
/// Where no list begins, the block up to which none can.
pub fn read(page: &Page<'_>, blocks: Range<usize>, text: &[bool], markdown: bool) -> Result<Found, usize> {
    let b = blocks.start;
    let Some((first, _)) = marker(page.line(page.blocks[b].first)) else { return Err(b + 1) };
    let reach = extent(page, blocks, text, first);
    let lines: Vec<usize> = (b..reach).flat_map(|k| page.blocks[k].first..page.blocks[k].end).collect();
    let loose = (b + 1..reach).any(|k| page.blocks[k].gap > 0);
    let Some(items) = items(page, &lines).filter(|i| plausible(page, first, i, loose, markdown)) else {
        return Err(reach);
    };
    let mut markers = Vec::new();
    let block = list(page, first, &items, 0, &mut markers);
    let percent = match (first, markdown) {
        (_, true) => 95,
        (Marker::Bullet('-'), _) => 75,
        (Marker::Bullet(_), _) => 88,
        (Marker::Number(..), _) => 85,
    };
    Ok(Found { block, end: reach, markers, percent })
}

/// The end of the run of blocks that may belong to the list: no blank line between them, or one
/// before the next item or before a deeper line.
fn extent(page: &Page<'_>, blocks: Range<usize>, text: &[bool], first: Marker) -> usize {
    let (top, indent) = (page.blocks[blocks.start].first, page.lines[page.blocks[blocks.start].first].indent);
    let mut last = first;
    for k in blocks.clone() {
        let block = &page.blocks[k];
        let line = &page.lines[block.first];
        let next =
            marker(page.line(block.first)).is_some_and(|(m, _)| line.indent == indent && m.follows(last));
        let goes_on = match block.gap {
            _ if k == blocks.start => true,
            0 => line.indent > indent || next,
            1 => line.indent >= indent + 2 || next,
            _ => false,
        };
        if !goes_on || !text[k] {
            return k;
        }
        for i in block.first..block.end {
            if page.lines[i].indent == indent
                && let Some((m, _)) = marker(page.line(i))
                && (m.follows(last) || i == top)
            {
                last = m;
            }
        }
    }
    blocks.end
}

/// Parts lines into items by the markers that stand as deep as the first one.
fn items(page: &Page<'_>, lines: &[usize]) -> Option<Vec<Item>> {
    let indent = page.lines[*lines.first()?].indent;
    let mut out: Vec<Item> = Vec::new();
    let mut last: Option<Marker> = None;
    for i in lines {
        let here = page.lines[*i].indent;
        let marked = marker(page.line(*i));
        if let Some((m, skip)) = marked
            && here == indent
        {
            if last.is_some_and(|l| !m.follows(l)) {
                return None;
            }
            last = Some(m);
            out.push(Item { own: *i..*i + 1, skip, nested: Vec::new() });
            continue;
        }
        let item = out.last_mut()?;
        if !item.nested.is_empty() || marked.is_some() && here > indent {
            item.nested.push(*i);
        } else if item.own.end == *i
            && (here > indent || page.lines[*i - 1].reach() * 5 >= page.measures.wrap * 3)
        {
            item.own.end = *i + 1;
        } else if here > indent {
            item.nested.push(*i);
        } else {
            return None;
        }
    }
    Some(out)
}

/// Whether the items read as a list and not as speech, headings or numbered paragraphs.
fn plausible(page: &Page<'_>, first: Marker, items: &[Item], loose: bool, markdown: bool) -> bool {
    if items.len() < 2 {
        return false;
    }
    let words = |i: &Item| page.lines[i.own.clone()].iter().map(|l| l.words).sum::<u32>();
    let short = items.iter().all(|i| words(i) <= LOOSE_WORDS);
    match first {
        _ if markdown => true,
        Marker::Number(n, _) => (n == 1 || items.len() >= 3) && (!loose || short && items.len() >= 3),
        Marker::Bullet('-') => !loose && short && !items.iter().any(|i| is_talk(page, i)),
        Marker::Bullet(_) => short,
    }
}

/// A question, an exclamation, or a dash between spaces: a dashed line that is spoken.
fn is_talk(page: &Page<'_>, item: &Item) -> bool {
    let said = &page.text.as_str()[page.range(item.own.start, item.own.end)][item.skip..];
    said.contains(" -")
        || said.contains("- ")
        || said.contains(['?', '!', '"', '“', '”', '…'])
        || said.ends_with("...")
}

/// The list with its items' paragraphs; nested lines are read anew.
fn list(page: &Page<'_>, first: Marker, items: &[Item], depth: u8, markers: &mut Vec<Span>) -> Block {
    let start = match first {
        Marker::Number(n, _) => Some(n),
        Marker::Bullet(_) => None,
    };
    let items = items
        .iter()
        .map(|item| {
            let from = page.lines[item.own.start].start as usize;
            markers.push(page.text.origin(from..from + item.skip));
            let mut text = page.paragraph(item.own.start, item.own.end);
            text.apply(&[Edit::delete(0..item.skip)]);
            let mut blocks = vec![Block::para(text)];
            blocks.extend(nested(page, &item.nested, depth, markers));
            blocks
        })
        .collect();
    Block::new(BlockKind::List { start, items })
}

/// Lines inside an item: a list of their own, or paragraphs where blank lines part them.
fn nested(page: &Page<'_>, lines: &[usize], depth: u8, markers: &mut Vec<Span>) -> Vec<Block> {
    let Some(top) = lines.first() else { return Vec::new() };
    if depth < DEEPEST
        && let Some((first, _)) = marker(page.line(*top))
        && let Some(items) = items(page, lines)
    {
        return vec![list(page, first, &items, depth + 1, markers)];
    }
    let mut out = Vec::new();
    let mut from = 0;
    for k in 1..=lines.len() {
        if k == lines.len() || lines[k] != lines[k - 1] + 1 {
            out.push(Block::para(page.paragraph(lines[from], lines[k - 1] + 1)));
            from = k;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_and_their_look_alikes() {
        assert_eq!(marker("- first"), Some((Marker::Bullet('-'), 2)));
        assert_eq!(marker("*  first"), Some((Marker::Bullet('*'), 3)));
        assert_eq!(marker("12. first"), Some((Marker::Number(12, '.'), 4)));
        assert_eq!(marker("3) first"), Some((Marker::Number(3, ')'), 3)));
        for line in
            ["*first*", "-first", "- ", "1984. ", "1984. It was so", "1.5 metres", "a) first", "— Oui", "."]
        {
            assert_eq!(marker(line), None, "{line}");
        }
    }

    #[test]
    fn numbers_rise_by_one_and_signs_stay() {
        assert!(Marker::Number(3, '.').follows(Marker::Number(2, '.')));
        assert!(!Marker::Number(4, '.').follows(Marker::Number(2, '.')));
        assert!(!Marker::Number(3, ')').follows(Marker::Number(2, '.')));
        assert!(!Marker::Bullet('*').follows(Marker::Bullet('-')));
    }
}

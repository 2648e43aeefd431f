//! In: blocks of any size. Out: the same text in blocks that fit into a document.
//!
//! Reading systems load a document as a whole, so a block of several megabytes would stop
//! them. It is parted where that shows least: verse between stanzas, quotations between
//! paragraphs, a paragraph at a space. A word is never parted.

use crate::book::{Block, BlockKind, LetterPart, Para, ParaStyle, Verse};
use crate::text::{Text, words};

/// A block above this weight is parted.
const BLOCK_BYTES: usize = 100_000;

/// An upper estimate of the bytes of XHTML that a block needs.
pub(super) fn weight(block: &Block) -> usize {
    const MARKUP_BYTES: usize = 64;
    let mut bytes = MARKUP_BYTES;
    block.for_each_text(&mut |text| {
        let escaped = text.as_str().bytes().filter(|b| matches!(b, b'&' | b'<' | b'>')).count();
        bytes += text.len() + 4 * escaped + MARKUP_BYTES * (1 + text.marks().len());
    });
    bytes
}

/// Visits the blocks in their order; those that are too large come in parts. `visit` is also told the weight.
/// Returns how many blocks were parted.
pub(super) fn for_each_fitting(blocks: &[Block], visit: &mut dyn FnMut(&Block, usize)) -> usize {
    let mut parted = 0;
    for block in blocks {
        let weight = weight(block);
        if weight <= BLOCK_BYTES {
            visit(block, weight);
        } else {
            parted += 1;
            part(block, weight, visit);
        }
    }
    parted
}

/// Halves the block until its parts fit or cannot be halved.
fn part(block: &Block, heavy: usize, visit: &mut dyn FnMut(&Block, usize)) {
    match (heavy > BLOCK_BYTES).then(|| halves(block)).flatten() {
        Some((first, second)) => {
            for half in [first, second] {
                let heavy = weight(&half);
                part(&half, heavy, visit);
            }
        }
        None => visit(block, heavy),
    }
}

fn halves(block: &Block) -> Option<(Block, Block)> {
    let two = |first, second| Some((Block::new(first), Block::new(second)));
    match &block.kind {
        BlockKind::Para(para) => {
            let (first, second) = at_space(&para.text, &[". ", " "])?;
            let style = if para.style == ParaStyle::Normal { ParaStyle::Continued } else { para.style };
            two(
                BlockKind::Para(Para { text: first, style: para.style }),
                BlockKind::Para(Para { text: second, style }),
            )
        }
        BlockKind::Pre(text) => {
            let (first, second) = at_space(text, &["\n", " "])?;
            two(BlockKind::Pre(first), BlockKind::Pre(second))
        }
        BlockKind::Verse(verse) => {
            let (first, second) = match verse.stanzas.as_slice() {
                [] => return None,
                [only] => {
                    let (first, second) =
                        only.split_at_checked(only.len() / 2).filter(|(f, _)| !f.is_empty())?;
                    (vec![first.to_vec()], vec![second.to_vec()])
                }
                many => {
                    let (first, second) = many.split_at(many.len() / 2);
                    (first.to_vec(), second.to_vec())
                }
            };
            two(
                BlockKind::Verse(Verse { stanzas: first, attribution: None }),
                BlockKind::Verse(Verse { stanzas: second, attribution: verse.attribution.clone() }),
            )
        }
        BlockKind::Quote { body, attribution } => {
            let (first, second) = halves_of(body)?;
            two(
                BlockKind::Quote { body: first, attribution: None },
                BlockKind::Quote { body: second, attribution: attribution.clone() },
            )
        }
        BlockKind::Letter(parts) => {
            let (first, second) = if let [LetterPart::Body(block)] = parts.as_slice() {
                let (first, second) = halves(block)?;
                (vec![LetterPart::Body(first)], vec![LetterPart::Body(second)])
            } else {
                let (first, second) = parts.split_at(parts.len() / 2);
                (first.to_vec(), second.to_vec())
            };
            two(BlockKind::Letter(first), BlockKind::Letter(second))
        }
        BlockKind::List { start, items } => {
            let (first, second, items_before) = match items.as_slice() {
                [] => return None,
                [only] => {
                    let (first, second) = halves_of(only)?;
                    (vec![first], vec![second], 0)
                }
                many => {
                    let (first, second) = many.split_at(many.len() / 2);
                    (first.to_vec(), second.to_vec(), first.len() as u32)
                }
            };
            two(
                BlockKind::List { start: *start, items: first },
                BlockKind::List { start: start.map(|s| s.saturating_add(items_before)), items: second },
            )
        }
        BlockKind::Heading { .. } | BlockKind::SceneBreak(_) | BlockKind::Figure { .. } => None,
    }
}

fn halves_of(blocks: &[Block]) -> Option<(Vec<Block>, Vec<Block>)> {
    match blocks {
        [] => None,
        [only] => halves(only).map(|(first, second)| (vec![first], vec![second])),
        many => {
            let (first, second) = many.split_at(many.len() / 2);
            Some((first.to_vec(), second.to_vec()))
        }
    }
}

/// Parts a text behind the last of the first of `stops` that stands in its first half, or else before the word
/// nearest to its middle; the space at the break goes away. A word is never parted: two halves of it are
/// other words.
fn at_space(text: &Text, stops: &[&str]) -> Option<(Text, Text)> {
    let content = text.as_str();
    let mut middle = content.len() / 2;
    while !content.is_char_boundary(middle) {
        middle -= 1;
    }
    let stop = stops.iter().find_map(|stop| {
        let from = middle.saturating_sub(middle / 2);
        let from = (from..=middle).find(|i| content.is_char_boundary(*i))?;
        content[from..middle].rfind(stop).map(|i| from + i + stop.len())
    });
    let nearest =
        || words(content).map(|word| word.start as usize).skip(1).min_by_key(|at| at.abs_diff(middle));
    let end = stop.or_else(nearest)?;
    let first = content[..end].trim_end().len();
    let second = end + (content[end..].len() - content[end..].trim_start().len());
    (first > 0 && second < content.len()).then(|| (text.slice(0..first), text.slice(second..content.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_giant_paragraph_keeps_all_its_words() {
        let source = "One two & three. ".repeat(40_000);
        let block = Block::para(Text::from_source(source.trim()));
        let mut words = 0;
        let mut parts = Vec::new();
        let parted = for_each_fitting(std::slice::from_ref(&block), &mut |part, weight| {
            assert!(weight <= BLOCK_BYTES);
            part.for_each_text(&mut |t| words += t.as_str().split(' ').count());
            if let BlockKind::Para(para) = &part.kind {
                parts.push(para.style);
            }
        });
        assert_eq!((parted, words), (1, 160_000));
        assert_eq!(parts[0], ParaStyle::Normal);
        assert!(parts[1..].iter().all(|s| *s == ParaStyle::Continued));
    }

    fn parts(text: String) -> Vec<String> {
        let mut out = Vec::new();
        for_each_fitting(&[Block::para(Text::from_source(text))], &mut |part, _| {
            part.for_each_text(&mut |t| out.push(t.as_str().to_owned()));
        });
        out
    }

    #[test]
    fn text_without_a_space_is_parted_behind_a_sign() {
        let found = parts("春眠不覺曉，".repeat(10_000));
        assert!(found.len() > 1 && found.iter().all(|p| p.len() <= BLOCK_BYTES && p.ends_with('，')));
        assert_eq!(found.concat(), "春眠不覺曉，".repeat(10_000));
    }

    #[test]
    fn a_word_longer_than_a_document_stays_whole() {
        let giant = "a".repeat(400_000);
        assert_eq!(parts(giant.clone()).concat(), giant);
        assert_eq!(parts(giant.clone()).len(), 1);
        let found = parts(format!("One {giant} {giant}, two."));
        assert_eq!(found.iter().filter(|p| p.contains(&giant)).count(), 2);
        assert_eq!(found.join(" "), format!("One {giant} {giant}, two."));
    }
}

//! Patterns for English, American and British: these break by the parts of a word where those break by its sound.
//!
//! Liang, *Word Hy-phen-a-tion by Com-put-er* (1983): digits between the letters of a pattern
//! say how good a break there is; of all patterns that match a word the highest digit at each
//! place counts, and an odd one is a break.

use std::ops::Range;
use std::sync::OnceLock;

/// Patterns separated by white space, in order of their letters; lines from `#` are comment.
static AMERICAN: &str = include_str!("en_us.txt");
static BRITISH: &str = include_str!("en_gb.txt");

/// Longest word that is looked at, in letters: one and the points at its edges have a bit for each place in a `u64`.
const LONGEST: usize = 60;

/// The digits of patterns are 1 to this.
const LEVELS: usize = 6;

/// A tree of patterns by their letters.
#[derive(Debug)]
pub(super) struct Patterns {
    /// The first is the root.
    nodes: Vec<Node>,
    /// Of each pattern and each digit from 1 the places where it has that digit, by bits.
    digits: Vec<[u16; LEVELS]>,
}

/// The patterns that begin with the same letters. A tree has ten thousand: so they are kept small.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// By which signs they go on, by bits.
    signs: u32,
    /// The node of the first of these signs. Those of the others follow it.
    child: u16,
    /// The pattern that ends here: its place among all, from 1; 0: none.
    pattern: u16,
}

/// The number of a sign of patterns: the point at a word's edge, and the letters.
fn sign(letter: u8) -> u32 {
    if letter == b'.' { 0 } else { u32::from(letter - b'a') + 1 }
}

/// The tree for American English, built when first asked for.
pub(super) fn american() -> &'static Patterns {
    static TREE: OnceLock<Patterns> = OnceLock::new();
    TREE.get_or_init(|| Patterns::read(AMERICAN))
}

/// The same for British English.
pub(super) fn british() -> &'static Patterns {
    static TREE: OnceLock<Patterns> = OnceLock::new();
    TREE.get_or_init(|| Patterns::read(BRITISH))
}

/// A list of patterns, taken apart.
#[derive(Debug, Default)]
struct List {
    /// The letters of all patterns, and where those of each begin.
    letters: Vec<u8>,
    starts: Vec<usize>,
    /// As [`Patterns::digits`].
    digits: Vec<[u16; LEVELS]>,
}

impl List {
    fn read(source: &str) -> Self {
        let mut list = Self::default();
        let lines = source.lines().filter(|l| !l.starts_with('#'));
        for pattern in lines.flat_map(str::split_ascii_whitespace) {
            let start = list.letters.len();
            let mut digits = [0; LEVELS];
            for byte in pattern.bytes() {
                if byte.is_ascii_digit() {
                    digits[usize::from(byte - b'1')] |= 1 << (list.letters.len() - start);
                } else {
                    list.letters.push(byte);
                }
            }
            list.starts.push(start);
            list.digits.push(digits);
        }
        list
    }

    fn letters(&self, pattern: usize) -> &[u8] {
        let end = self.starts.get(pattern + 1).copied().unwrap_or(self.letters.len());
        &self.letters[self.starts[pattern]..end]
    }
}

impl Patterns {
    /// The tree of a list, depth by depth: so the children of a node stand side by side.
    fn read(source: &str) -> Self {
        let list = List::read(source);
        let mut nodes = vec![Node::default()];
        // Of each node of one depth the patterns that begin with its letters.
        let whole: Range<usize> = 0..list.starts.len();
        let mut level = Vec::from([whole]);
        let (mut first, mut depth) = (0, 0);
        while !level.is_empty() {
            let mut deeper = Vec::with_capacity(level.len());
            for (at, mut patterns) in (first..).zip(level) {
                if !patterns.is_empty() && list.letters(patterns.start).len() == depth {
                    patterns.start += 1;
                    nodes[at].pattern = patterns.start as u16;
                }
                nodes[at].child = nodes.len() as u16;
                while !patterns.is_empty() {
                    let letter = list.letters(patterns.start)[depth];
                    let same = patterns.clone().take_while(|p| list.letters(*p)[depth] == letter).count();
                    nodes[at].signs |= 1 << sign(letter);
                    nodes.push(Node::default());
                    deeper.push(patterns.start..patterns.start + same);
                    patterns.start += same;
                }
            }
            (first, level, depth) = (nodes.len() - deeper.len(), deeper, depth + 1);
        }
        Self { nodes, digits: list.digits }
    }

    /// Calls `found` with the bytes of an English word where it may be broken, with at least `before` and `after`
    /// letters on the sides. A word with other letters than those of English is left whole.
    pub(super) fn breaks(&self, word: &str, before: usize, after: usize, found: &mut impl FnMut(u32)) {
        let letters = word.len();
        if letters > LONGEST || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return;
        }
        // The word between two points, as the patterns have it.
        let mut dotted = [sign(b'.'); LONGEST + 2];
        for (to, from) in dotted[1..].iter_mut().zip(word.bytes()) {
            *to = sign(from.to_ascii_lowercase());
        }
        let dotted = &dotted[..letters + 2];
        // Of each digit the places where a pattern has it.
        let mut levels = [0_u64; LEVELS];
        for start in 0..dotted.len() {
            let mut node = self.nodes[0];
            for sign in &dotted[start..] {
                let bit = 1 << sign;
                if node.signs & bit == 0 {
                    break;
                }
                let before = (node.signs & (bit - 1)).count_ones();
                node = self.nodes[usize::from(node.child) + before as usize];
                if let Some(pattern) = usize::from(node.pattern).checked_sub(1) {
                    for (level, digits) in levels.iter_mut().zip(self.digits[pattern]) {
                        *level |= u64::from(digits) << start;
                    }
                }
            }
        }
        // The highest digit of each place counts: an odd one lets it be broken, an even one above it does not.
        let breaks = levels.iter().enumerate().fold(0, |breaks, (level, places)| match level % 2 {
            0 => breaks | places,
            _ => breaks & !places,
        });
        (before..=letters.saturating_sub(after))
            .filter(|at| breaks >> (at + 1) & 1 == 1)
            .for_each(|at| found(at as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(patterns: &Patterns, word: &str) -> String {
        let mut breaks = Vec::new();
        patterns.breaks(word, 2, 3, &mut |at| breaks.push(at));
        let mut out = word.to_owned();
        for at in breaks.iter().rev() {
            out.insert(*at as usize, '-');
        }
        out
    }

    #[test]
    fn british_words_break_by_their_parts() {
        let shown = |word| shown(british(), word);
        assert_eq!(shown("knowledge"), "know-ledge");
        assert_eq!(shown("photographer"), "pho-to-grapher");
        assert_eq!(shown("extraordinary"), "ex-traordin-ary");
        assert_eq!(shown("Disappointment"), "Dis-ap-point-ment");
    }

    #[test]
    fn american_words_break_by_their_sound() {
        let shown = |word| shown(american(), word);
        assert_eq!(shown("knowledge"), "knowl-edge");
        assert_eq!(shown("photographer"), "pho-tog-ra-pher");
        assert_eq!(shown("extraordinary"), "ex-tra-or-di-nary");
        assert_eq!(shown("Disappointment"), "Dis-ap-point-ment");
        // Liang's own example.
        assert_eq!(shown("hyphenation"), "hy-phen-ation");
    }

    #[test]
    fn foreign_letters_and_endless_words_stay_whole() {
        for patterns in [american(), british()] {
            assert_eq!(shown(patterns, "Wolfenbüttel"), "Wolfenbüttel");
            patterns.breaks(&"ab".repeat(500), 2, 3, &mut |at| panic!("a break at {at}"));
        }
    }

    #[test]
    fn the_lists_are_in_order() {
        for source in [AMERICAN, BRITISH] {
            let lines = source.lines().filter(|l| !l.starts_with('#'));
            let letters = |pattern: &str| pattern.replace(|c: char| c.is_ascii_digit(), "");
            let patterns: Vec<String> = lines.flat_map(str::split_ascii_whitespace).map(letters).collect();
            assert!(
                patterns.windows(2).all(|pair| pair[0] < pair[1]),
                "a tree is built of the list in one go"
            );
        }
    }

    #[test]
    fn the_lists_are_read_to_their_ends() {
        for (source, tree, least) in [(AMERICAN, american(), 4900), (BRITISH, british(), 8000)] {
            let lines = source.lines().filter(|l| !l.starts_with('#'));
            let patterns = lines.flat_map(str::split_whitespace).count();
            let ends = tree.nodes.iter().filter(|n| n.pattern > 0).count();
            assert_eq!((patterns, patterns), (ends, tree.digits.len()));
            assert!(tree.nodes.len() < usize::from(u16::MAX), "more nodes than can be told apart");
            assert!(patterns > least, "{patterns}");
        }
    }
}

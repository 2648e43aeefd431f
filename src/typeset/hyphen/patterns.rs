//! Patterns for British English, which break by the parts of a word where American ones break
//! by its sound.
//!
//! Liang, *Word Hy-phen-a-tion by Com-put-er* (1983): digits between the letters of a pattern
//! say how good a break there is; of all patterns that match a word the highest digit at each
//! place counts, and an odd one is a break.

use std::sync::OnceLock;

/// Patterns separated by white space, in order of their letters; lines from `#` are comment.
static SOURCE: &str = include_str!("en_gb.txt");

/// Longest word that is looked at, in letters.
const LONGEST: usize = 64;

/// A tree of patterns by their letters.
#[derive(Debug)]
pub(super) struct Patterns {
    nodes: Vec<Node>,
    /// Nodes of the first letter and of the first two, by their signs; 0: none. Nearly all walks end there.
    first: [u32; SIGNS],
    second: Vec<[u32; SIGNS]>,
    /// Digits of all patterns, one after the other.
    digits: Vec<u8>,
}

/// The point at a word's edge, and the letters.
const SIGNS: usize = 27;

fn sign(letter: u8) -> usize {
    if letter == b'.' { 0 } else { usize::from(letter - b'a') + 1 }
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    letter: u8,
    /// First node one letter deeper; 0: none.
    child: u32,
    /// Next node of the same depth under the same parent; 0: none.
    next: u32,
    /// Where the digits of the pattern that ends here begin, and how many there are.
    digits: (u32, u8),
}

/// The letters of a pattern, and the nodes that they lead through.
#[derive(Debug, Default)]
struct Path {
    letters: Vec<u8>,
    nodes: Vec<usize>,
}

/// The tree for British English, built when first asked for.
pub(super) fn british() -> &'static Patterns {
    static BRITISH: OnceLock<Patterns> = OnceLock::new();
    BRITISH.get_or_init(|| Patterns::read(SOURCE))
}

impl Patterns {
    fn read(source: &str) -> Self {
        let mut out = Self {
            nodes: vec![Node::default()],
            first: [0; SIGNS],
            second: vec![[0; SIGNS]; SIGNS],
            digits: Vec::new(),
        };
        let lines = source.lines().filter(|l| !l.starts_with('#'));
        let mut path = Path::default();
        for pattern in lines.flat_map(str::split_ascii_whitespace) {
            out.insert(pattern.as_bytes(), &mut path);
        }
        for first in out.children(0).collect::<Vec<_>>() {
            let letter = sign(out.nodes[first].letter);
            out.first[letter] = first as u32;
            for second in out.children(first).collect::<Vec<_>>() {
                out.second[letter][sign(out.nodes[second].letter)] = second as u32;
            }
        }
        out
    }

    fn children(&self, parent: usize) -> impl Iterator<Item = usize> + '_ {
        let some = |node: u32| (node != 0).then_some(node as usize);
        std::iter::successors(some(self.nodes[parent].child), move |at| some(self.nodes[*at].next))
    }

    /// Adds a pattern; `path` is the way to the one before it.
    fn insert(&mut self, pattern: &[u8], path: &mut Path) {
        let start = self.digits.len() as u32;
        let mut depth = 0;
        let mut digit = 0;
        for byte in pattern {
            if byte.is_ascii_digit() {
                digit = byte - b'0';
                continue;
            }
            self.digits.push(digit);
            digit = 0;
            if path.letters.get(depth) != Some(byte) {
                self.branch(*byte, depth, path);
            }
            depth += 1;
        }
        self.digits.push(digit);
        path.letters.truncate(depth);
        path.nodes.truncate(depth);
        let count = self.digits.len() as u32 - start;
        if let Some(node) = path.nodes.last() {
            self.nodes[*node].digits = (start, count as u8);
        }
    }

    /// Leaves the path at a depth for a new node. Patterns come in order, so that it is the last of its parent's so far,
    /// and stands behind the one that the path went through.
    fn branch(&mut self, letter: u8, depth: usize, path: &mut Path) {
        let new = self.nodes.len();
        self.nodes.push(Node { letter, ..Node::default() });
        if let Some(last) = path.nodes.get(depth) {
            self.nodes[*last].next = new as u32;
        } else {
            let parent = depth.checked_sub(1).map_or(0, |above| path.nodes[above]);
            self.nodes[parent].child = new as u32;
        }
        path.letters.truncate(depth);
        path.nodes.truncate(depth);
        path.letters.push(letter);
        path.nodes.push(new);
    }

    /// The node of `letters` behind `parent`, their last; `None` where no pattern goes on so.
    fn child(&self, parent: usize, letters: &[u8]) -> Option<usize> {
        let some = |node: u32| (node != 0).then_some(node as usize);
        match letters {
            [] => None,
            [first] => some(self.first[sign(*first)]),
            [first, second] => some(self.second[sign(*first)][sign(*second)]),
            [.., last] => self.children(parent).find(|child| self.nodes[*child].letter == *last),
        }
    }

    /// Calls `found` with the bytes of an English word where it may be broken, with at least `before` and `after`
    /// letters on the sides. A word with other letters than those of English is left whole.
    pub(super) fn breaks(&self, word: &str, before: usize, after: usize, found: &mut impl FnMut(u32)) {
        let letters = word.len();
        if letters > LONGEST || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return;
        }
        // The word between two points, as the patterns have it.
        let mut dotted = [b'.'; LONGEST + 2];
        for (to, from) in dotted[1..].iter_mut().zip(word.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        let dotted = &dotted[..letters + 2];
        let mut best = [0_u8; LONGEST + 4];
        for start in 0..dotted.len() {
            let mut node = 0;
            for end in start + 1..=dotted.len() {
                let Some(next) = self.child(node, &dotted[start..end]) else { break };
                node = next;
                let (from, count) = self.nodes[node].digits;
                for i in 0..count as usize {
                    let digit = self.digits[from as usize + i];
                    best[start + i] = best[start + i].max(digit);
                }
            }
        }
        (before..=letters.saturating_sub(after))
            .filter(|at| best[at + 1] % 2 == 1)
            .for_each(|at| found(at as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(word: &str) -> String {
        let mut breaks = Vec::new();
        british().breaks(word, 2, 3, &mut |at| breaks.push(at));
        let mut out = word.to_owned();
        for at in breaks.iter().rev() {
            out.insert(*at as usize, '-');
        }
        out
    }

    #[test]
    fn british_words_break_by_their_parts() {
        assert_eq!(shown("knowledge"), "know-ledge");
        assert_eq!(shown("photographer"), "pho-to-grapher");
        assert_eq!(shown("extraordinary"), "ex-traordin-ary");
        assert_eq!(shown("Disappointment"), "Dis-ap-point-ment");
    }

    #[test]
    fn foreign_letters_and_endless_words_stay_whole() {
        assert_eq!(shown("Wolfenbüttel"), "Wolfenbüttel");
        british().breaks(&"ab".repeat(500), 2, 3, &mut |at| panic!("a break at {at}"));
    }

    #[test]
    fn the_list_is_in_order() {
        let lines = SOURCE.lines().filter(|l| !l.starts_with('#'));
        let letters = |pattern: &str| pattern.replace(|c: char| c.is_ascii_digit(), "");
        let patterns: Vec<String> = lines.flat_map(str::split_ascii_whitespace).map(letters).collect();
        assert!(patterns.is_sorted(), "a tree is built of the list in one go");
    }

    #[test]
    fn the_list_is_read_to_its_end() {
        let patterns = SOURCE.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace).count();
        let ends = british().nodes.iter().filter(|n| n.digits.1 > 0).count();
        assert_eq!(patterns, ends);
        assert!(patterns > 8000, "{patterns}");
    }
}

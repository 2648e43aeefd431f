//! Parts of words: how wide they are before and behind a break.

use std::ops::Range;

use crate::typeset::font::FontSet;
use crate::typeset::page::ShapedGlyph;
use crate::typeset::shape::glyphs::{Draft, em};
use crate::typeset::shape::word::{FULL_SIZE, Typeface, Word};

/// Byte of a run's text at which a glyph's cluster begins, or one that is in it: of several glyphs for one text the
/// others follow the first.
fn cluster(glyph: &ShapedGlyph) -> usize {
    let (start, length) = glyph.text;
    start.saturating_sub(u16::from(length == 0)).into()
}

impl Typeface {
    /// Width and gaps of bytes `range` of a word of `length` bytes, if that part by itself were shaped no other way.
    pub(in crate::typeset) fn part(
        &self,
        word: &Word,
        range: &Range<usize>,
        length: usize,
    ) -> Option<(i64, u32)> {
        let rest = self.rest(word);
        let seam = |at: usize| rest.seams.checked_shr(at as u32).is_some_and(|seams| seams & 1 == 1);
        let run = rest.only.filter(|_| rest.size == FULL_SIZE)?;
        if !(range.start == 0 || seam(range.start)) || !(range.end == length || seam(range.end)) {
            return None;
        }
        let (mut width, mut moves) = (0, 0_u32);
        for glyph in &self.word_table.word(run.number).glyphs {
            if range.contains(&cluster(glyph)) {
                width += em(glyph.step(), run.units);
                moves += u32::from(glyph.step() > 0);
            }
        }
        // Behind the last stands no letterspace.
        Some((width, moves.saturating_sub(1)))
    }

    /// Width and gaps of the glyphs for the first `bytes` of the text of a word that is longer than any that is read, as
    /// they stand in it.
    pub(in crate::typeset) fn before(&self, word: &Word, bytes: usize) -> (i64, u32) {
        let rest = self.rest(word);
        let find = || {
            let mut glyphs: Vec<(u32, i64, bool)> = Vec::new();
            for run in self.runs(word) {
                let own = self.word_table.word(run.number).glyphs.iter();
                glyphs.extend(
                    own.map(|g| (run.text.start + cluster(g) as u32, em(g.step(), run.units), g.gap)),
                );
            }
            glyphs.sort_by_key(|(start, ..)| *start);
            let (mut width, mut gaps) = (0, 0);
            let sum = |(start, step, gap): (u32, i64, bool)| {
                width += step * i64::from(rest.size) / 1000;
                gaps += u32::from(gap);
                (start, width, gaps)
            };
            glyphs.into_iter().map(sum).collect()
        };
        let Some(sums) = rest.sums(find) else { return (0, 0) };
        match sums.partition_point(|(cluster, ..)| (*cluster as usize) < bytes) {
            0 => (0, 0),
            n => (sums[n - 1].1, sums[n - 1].2),
        }
    }
}

/// [`Rest::seams`](super::word::Rest::seams) of a word that reads from the left.
pub(super) fn seams(glyphs: &[Draft]) -> u64 {
    let mut seams = 0;
    for (before, here) in glyphs.iter().zip(glyphs.iter().skip(1)) {
        if here.cluster > before.cluster && !here.bound {
            seams |= 1_u64.checked_shl(here.cluster).unwrap_or(0);
        }
    }
    seams
}

/// A hyphen behind a letter.
pub(super) struct Join {
    /// The letter's glyph, where it keeps it.
    letter: Option<u16>,
    /// What the hyphen adds to the width, with kerning, in 1/65536 em.
    adds: i64,
}

impl Typeface {
    /// Width and gaps of the first `bytes` of a word with a hyphen behind them, where that can be told without shaping:
    /// they stand by themselves as in the word, and end in a plain letter. What is further from a hyphen than that has
    /// no part in the white before it, in any face that we know.
    pub(in crate::typeset) fn hyphenated(
        &self,
        fonts: &FontSet,
        word: &Word,
        text: &str,
        bytes: usize,
    ) -> Option<(i64, u32)> {
        let (width, gaps) = self.part(word, &(0..bytes), text.len())?;
        let letter = text.as_bytes()[bytes - 1];
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        let join = self.joins[usize::from(letter)].get_or_init(|| self.join(fonts, letter));
        let glyphs = &self.word_table.word(self.rest(word).only?.number).glyphs;
        let last = glyphs.iter().rev().find(|g| cluster(g) < bytes)?;
        (join.letter == Some(last.id)).then_some((width + join.adds, gaps + 1))
    }

    fn join(&self, fonts: &FontSet, letter: u8) -> Join {
        let letter = char::from(letter).to_string();
        let alone = self.at(self.word(fonts, &letter, 0, false));
        let hyphenated = self.at(self.word(fonts, &letter, 0, true));
        let glyphs = |word: &Word| match self.rest(word).only {
            Some(run) => self.word_table.word(run.number).glyphs.iter().map(|g| g.id).collect(),
            None => Vec::new(),
        };
        // The letter looks the same in front of a hyphen.
        let id = match (glyphs(alone).as_slice(), glyphs(hyphenated).as_slice()) {
            ([id], [same, _]) if id == same => Some(*id),
            _ => None,
        };
        Join { letter: id, adds: hyphenated.width - alone.width }
    }
}

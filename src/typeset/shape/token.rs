//! The words of a paragraph and the white space between them. Every word of a book has one while its pages are chosen:
//! so they are kept small.

use std::ops::{Deref, Range};

use crate::typeset::length::Length;

/// A range of bytes or indices.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    start: u32,
    end: u32,
}

impl From<Range<usize>> for Extent {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }
}

impl From<Extent> for Range<usize> {
    fn from(extent: Extent) -> Self {
        extent.start as usize..extent.end as usize
    }
}

/// A word: what stands between two spaces. Behind it stands the white space up to the next, its glue.
#[derive(Clone, Debug)]
pub(in crate::typeset) struct Token {
    range: Extent,
    /// [`Piece::word`] of its one piece; of a word in several styles the index of its list of pieces.
    word: u32,
    /// Span and level of its one piece, or [`PARTED`].
    style: u32,
    /// Span of its glue, and by bits what it is.
    glue: u32,
    /// Natural width.
    pub(in crate::typeset) width: Length,
    /// Sum over its letter gaps of the size: what one em of letterspace would add.
    pub(in crate::typeset) gaps: Length,
}

/// [`Token::style`] of a word in several styles, and of one in a style beyond those that have room there.
const PARTED: u32 = u32::MAX;
const LEVEL_BITS: u32 = 8;

/// Bits of [`Token::glue`] under the span.
const BREAKS: u32 = 1;
const FORCED: u32 = 2;
const KIND_SHIFT: u32 = 2;
const GLUE_BITS: u32 = KIND_SHIFT + 4;

/// How wide white space is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum White {
    /// There is none.
    Nothing,
    /// The word space of its style; grows and shrinks with the line.
    Elastic,
    /// One of [`FIXED`].
    Fixed(usize),
}

/// White space of a width of its own, and that width in 1/1000 em.
pub(super) const FIXED: [(char, i64); 7] = [
    ('\u{2002}', 500),
    ('\u{2003}', 1000),
    ('\u{2004}', 333),
    ('\u{2005}', 250),
    ('\u{2006}', 167),
    ('\u{2009}', 200),
    ('\u{200a}', 100),
];

/// The white space behind a word, before its width is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// Index of its span.
    pub(super) span: usize,
    pub(super) white: White,
    /// As [`Glue::breaks`].
    pub(super) breaks: bool,
    /// Whether a new line must begin behind it.
    pub(super) forced: bool,
}

/// The white space behind a word; its bytes are [`super::Prepared::glue_range`].
#[derive(Clone, Copy, Debug)]
pub(in crate::typeset) struct Glue {
    /// Index of its span.
    pub(in crate::typeset) span: usize,
    /// Whether it grows and shrinks with the line.
    pub(in crate::typeset) elastic: bool,
    /// Whether a line may end here.
    pub(in crate::typeset) breaks: bool,
    /// Natural width.
    pub(in crate::typeset) width: Length,
}

/// A part of a word in one style.
#[derive(Clone, Copy, Debug)]
pub(in crate::typeset) struct Piece {
    pub(super) range: Extent,
    pub(super) span: u32,
    /// Embedding level (UAX 9): even reads from left to right, odd from right to left.
    pub(in crate::typeset) level: u8,
    /// Its place in the typeface of its span; see [`super::paragraph::Span::word`].
    pub(super) word: u32,
}

impl Piece {
    /// Bytes of the text.
    pub(in crate::typeset) fn range(&self) -> Range<usize> {
        self.range.into()
    }

    /// Index of its span.
    pub(in crate::typeset) fn span(&self) -> usize {
        self.span as usize
    }
}

/// The pieces of a word.
pub(in crate::typeset) enum Pieces<'a> {
    /// It has one, as nearly all.
    One(Piece),
    /// It has none, or several.
    Many(&'a [Piece]),
}

impl Deref for Pieces<'_> {
    type Target = [Piece];

    fn deref(&self) -> &[Piece] {
        match self {
            Self::One(piece) => std::slice::from_ref(piece),
            Self::Many(pieces) => pieces,
        }
    }
}

/// The words of a paragraph.
#[derive(Clone, Debug, Default)]
pub(in crate::typeset) struct Tokens {
    all: Vec<Token>,
    /// The pieces of words in several styles, and for each such word which of them are its own.
    pieces: Vec<Piece>,
    parted: Vec<Extent>,
}

impl Deref for Tokens {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        &self.all
    }
}

impl Tokens {
    pub(super) fn with_capacity(words: usize) -> Self {
        Self { all: Vec::with_capacity(words), ..Self::default() }
    }

    pub(super) fn push(
        &mut self,
        range: Range<usize>,
        pieces: &[Piece],
        (width, gaps): (Length, Length),
        gap: Gap,
    ) {
        let one = match pieces {
            [only] if only.span < PARTED >> LEVEL_BITS => Some(only),
            _ => None,
        };
        let (word, style) = one.map_or_else(
            || {
                let first = self.pieces.len();
                self.pieces.extend_from_slice(pieces);
                self.parted.push((first..self.pieces.len()).into());
                (self.parted.len() as u32 - 1, PARTED)
            },
            |piece| (piece.word, piece.span << LEVEL_BITS | u32::from(piece.level)),
        );
        let kind = match gap.white {
            White::Nothing => 0,
            White::Elastic => 1,
            White::Fixed(index) => 2 + index as u32,
        };
        let bit = |set: bool, bit: u32| if set { bit } else { 0 };
        // A paragraph of more spans than that has spaces in the style of the last that has room.
        let span = (gap.span as u32).min(u32::MAX >> GLUE_BITS);
        let glue = span << GLUE_BITS | kind << KIND_SHIFT | bit(gap.breaks, BREAKS) | bit(gap.forced, FORCED);
        self.all.push(Token { range: range.into(), word, style, glue, width, gaps });
    }

    /// The pieces of a word.
    #[inline]
    pub(super) fn pieces(&self, token: usize) -> Pieces<'_> {
        let Token { range, word, style, .. } = self.all[token];
        if style == PARTED {
            return Pieces::Many(&self.pieces[self.own(word)]);
        }
        let level = (style & ((1 << LEVEL_BITS) - 1)) as u8;
        Pieces::One(Piece { range, span: style >> LEVEL_BITS, level, word })
    }

    fn own(&self, word: u32) -> Range<usize> {
        self.parted[word as usize].into()
    }

    /// The pieces of all words in several styles, and the index of the first of a word's own.
    pub(super) fn parted(&self) -> &[Piece] {
        &self.pieces
    }

    pub(super) fn first_parted(&self, token: usize) -> usize {
        let Token { word, style, .. } = self.all[token];
        if style == PARTED { self.own(word).start } else { 0 }
    }
}

impl Token {
    /// Bytes of the text.
    pub(in crate::typeset) fn range(&self) -> Range<usize> {
        self.range.into()
    }

    /// Whether a line must end behind it.
    pub(in crate::typeset) fn ends_line(&self) -> bool {
        self.glue & FORCED != 0
    }

    /// What stands behind it, but for how wide it is.
    #[inline]
    pub(super) fn gap(&self) -> Gap {
        let white = match self.glue >> KIND_SHIFT & ((1 << (GLUE_BITS - KIND_SHIFT)) - 1) {
            0 => White::Nothing,
            1 => White::Elastic,
            kind => White::Fixed(kind as usize - 2),
        };
        Gap {
            span: (self.glue >> GLUE_BITS) as usize,
            white,
            breaks: self.glue & BREAKS != 0,
            forced: self.ends_line(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_back_what_was_put_into_it() {
        let piece = |span: u32, level: u8| Piece { range: (3..9).into(), span, level, word: 70_000 };
        let mut whites = vec![White::Nothing, White::Elastic];
        whites.extend((0..FIXED.len()).map(White::Fixed));
        for white in whites {
            for (breaks, forced) in [(false, false), (true, false), (false, true)] {
                let gap = Gap { span: 1_000_000, white, breaks, forced };
                for pieces in
                    [vec![piece(7, 125)], vec![piece(u32::MAX, 0)], vec![piece(1, 0), piece(2, 1)], vec![]]
                {
                    let mut tokens = Tokens::with_capacity(1);
                    tokens.push(3..9, &pieces, (Length(5), Length(6)), gap);
                    let back = tokens[0].gap();
                    assert_eq!((back.span, back.white), (gap.span, white));
                    assert_eq!((back.breaks, back.forced, tokens[0].ends_line()), (breaks, forced, forced));
                    let told = |p: &Piece| (p.range(), p.span, p.level, p.word);
                    assert_eq!(
                        tokens.pieces(0).iter().map(told).collect::<Vec<_>>(),
                        pieces.iter().map(told).collect::<Vec<_>>()
                    );
                }
            }
        }
    }
}

//! In: a prepared paragraph and a measure. Out: its lines, chosen over the whole paragraph.
//!
//! [`solve`] finds the best setting of a paragraph in every number of lines that is worth
//! having (the best one, one less, one more) by dynamic programming over pairs of breaks, after
//! Knuth & Plass, *Breaking Paragraphs into Lines* (1981); letters take part in justification
//! after Thành, *Micro-typographic extensions to the TeX typesetting system* (2000).
//! [`Setting::lay`] then places the glyphs of the setting that the page wants.

mod breakpoint;
mod cost;
mod fit;
mod graph;
mod lay;
mod measure;
mod params;
pub mod river;
mod single;

use std::ops::Range;

pub use fit::{Setting, Variant, solve};
pub use measure::{Align, Measure};
pub use params::LineParams;
pub use single::{break_by_sense, set_line, set_styled_line};

use crate::typeset::length::Length;
use crate::typeset::page::GlyphRun;

/// Glyphs of one look and owner on a line.
#[derive(Clone, Debug)]
pub struct LineRun {
    /// The glyphs; `x` is right of the measure's left edge (negative where a quotation mark
    /// hangs in the margin), `y` is 0. [`GlyphRun::face`] is a [`crate::typeset::font::FaceId`].
    pub glyphs: GlyphRun,
    /// [`crate::typeset::shape::StyledSpan::owner`] of its text.
    pub owner: u32,
    /// Where the run's text begins: byte of the paragraph's text.
    pub start: usize,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Between words.
    Space,
    /// Inside a word, with a hyphen that the break made.
    SoftHyphen,
    /// Inside a word, behind a hyphen that stands in the text.
    HardHyphen,
    /// Between words, the first of which ends with a hyphen of its own.
    HyphenSpace,
    /// Inside a word without a hyphen: behind a dash, between ideographs.
    Open,
    /// Where the text wants a new line.
    Forced,
    /// The paragraph ends.
    Last,
}

impl LineEnd {
    /// Whether the reader sees a hyphen at the line's end.
    pub const fn is_hyphen(self) -> bool {
        matches!(self, Self::SoftHyphen | Self::HardHyphen | Self::HyphenSpace)
    }

    /// Whether white space of the text stands between this line and the next.
    pub const fn is_space(self) -> bool {
        matches!(self, Self::Space | Self::HyphenSpace | Self::Forced)
    }
}

/// A line of a paragraph.
///
/// The texts of its runs, one after the other, are the paragraph's text of [`Line::range`]:
/// spaces between words are glyphs with text. Behind the last word of a line stands no glyph;
/// where [`LineEnd::is_space`] holds, a backend that writes text puts a space between
/// this line and the next.
#[derive(Clone, Debug)]
pub struct Line {
    /// In reading order; where words read from right to left, later runs may stand further left.
    pub runs: Vec<LineRun>,
    /// Bytes of the paragraph's text, without the space at the end.
    pub range: Range<usize>,
    /// Where the first glyph's origin stands, right of the measure's left edge.
    pub x: Length,
    /// From there to the end of the last glyph's advance.
    pub width: Length,
    /// The same with natural spaces and letters.
    pub natural: Length,
    /// How it ends.
    pub end: LineEnd,
    /// Word space as a multiple of the natural one.
    pub stretch: f64,
    /// Share of the letters' elasticity in use, −1 to 1; up to [`LineParams::reach`] either way
    /// where the spaces alone would be torn or choked.
    pub letters: f64,
    /// How far it reaches over the right edge of the measure: not zero only where nothing
    /// could be broken.
    pub overfull: Length,
}

#[cfg(test)]
mod tests;

//! Total fit: the cheapest lines over a whole paragraph.

use crate::typeset::line::{Line, LineParams, Measure};
use crate::typeset::shape::{Prepared, Shaper};

/// One number of lines in which a paragraph can be set, at its best.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Number of lines.
    pub lines: u32,
    /// What it costs more than the best variant.
    pub cost: f32,
    /// For every line but the last: what it costs more than this variant to have no hyphen at
    /// that line's end; 0 where there is none anyway, infinite where it cannot be had.
    pub unhyphenated: Vec<f32>,
}

/// The settings of a paragraph in one measure: every break that can be part of a good one.
#[derive(Clone, Debug)]
pub struct Setting {
    variants: Vec<Variant>,
}

/// Finds the good settings of a paragraph. There is always at least one variant; a paragraph
/// without words has one line.
pub fn solve(
    _shaper: &Shaper<'_>,
    _prepared: &Prepared,
    _measure: &Measure,
    _params: &LineParams,
) -> Setting {
    unimplemented!()
}

impl Setting {
    /// The variants, the best first, then by distance from it: one line less, one line more.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// Byte of the text where each line of a variant ends, the last included: tells on which
    /// line a note is referred to.
    ///
    /// `unhyphenated` names lines (from 0) that must not end in a hyphen; a line for which that
    /// cannot be had keeps its hyphen.
    pub fn line_ends(&self, _variant: usize, _unhyphenated: &[usize]) -> Vec<usize> {
        unimplemented!()
    }

    /// Places the glyphs of a variant. `prepared` is the paragraph that was solved;
    /// `unhyphenated` as in [`Setting::line_ends`].
    pub fn lay(
        &self,
        _shaper: &Shaper<'_>,
        _prepared: &Prepared,
        _variant: usize,
        _unhyphenated: &[usize],
    ) -> Vec<Line> {
        unimplemented!()
    }
}

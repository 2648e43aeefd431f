//! The space that lines are set in.

use smallvec::{SmallVec, smallvec};

use crate::typeset::length::Length;

/// How lines stand in their measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// Both margins straight; the last line keeps its natural spaces.
    #[default]
    Justified,
    /// Ragged right.
    Left,
    /// Ragged left.
    Right,
    /// Centred.
    Centred,
}

/// The width of each line of a paragraph, and how the lines stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Measure {
    /// From the left edge, from which every `x` is counted, to the right edge.
    pub width: Length,
    /// How lines stand.
    pub align: Align,
    /// Left insets of the first lines, in order: a first-line indent, or the lines beside an initial.
    pub first: SmallVec<[Length; 2]>,
    /// Left inset of every further line: zero but for turnovers of verse and contents.
    pub rest: Length,
}

impl Measure {
    /// Lines of one width from edge to edge.
    pub fn new(width: Length, align: Align) -> Self {
        Self { width, align, first: SmallVec::new(), rest: Length::ZERO }
    }

    /// The same with the first line indented.
    #[must_use]
    pub fn indented(mut self, indent: Length) -> Self {
        self.first = if indent == Length::ZERO { SmallVec::new() } else { smallvec![indent] };
        self
    }

    /// The same with every line but the first indented: the turnovers of verse.
    #[must_use]
    pub fn hanging(mut self, turnover: Length) -> Self {
        self.first = smallvec![Length::ZERO];
        self.rest = turnover;
        self
    }

    /// The same with the first lines inset, one value a line: text beside an initial.
    #[must_use]
    pub fn beside(mut self, insets: Vec<Length>) -> Self {
        self.first = insets.into();
        self
    }

    /// Left inset of the line with this index, from 0.
    pub fn inset(&self, line: usize) -> Length {
        self.first.get(line).copied().unwrap_or(self.rest)
    }

    /// Width that the line with this index may fill.
    pub fn room(&self, line: usize) -> Length {
        self.width - self.inset(line)
    }
}

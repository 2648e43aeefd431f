//! How a stretch of text looks.

use crate::typeset::length::Length;
use crate::typeset::page::Ink;

/// One of the four faces of a text family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Upright, regular.
    #[default]
    Roman,
    /// Italic, regular.
    Italic,
    /// Upright, the family's heavier weight (semibold or bold).
    Bold,
    /// Italic, the heavier weight.
    BoldItalic,
}

impl Slot {
    /// The slot for these wishes.
    pub const fn new(bold: bool, italic: bool) -> Self {
        match (bold, italic) {
            (false, false) => Self::Roman,
            (false, true) => Self::Italic,
            (true, false) => Self::Bold,
            (true, true) => Self::BoldItalic,
        }
    }

    /// Whether it is an italic.
    pub const fn is_italic(self) -> bool {
        matches!(self, Self::Italic | Self::BoldItalic)
    }

    /// Whether it is the heavier weight.
    pub const fn is_bold(self) -> bool {
        matches!(self, Self::Bold | Self::BoldItalic)
    }
}

/// Small capitals, from the font's own glyphs or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capitals {
    /// Letters as written.
    #[default]
    AsWritten,
    /// Lower-case letters as small capitals (`smcp`), capitals as they are.
    Small,
    /// All letters as small capitals (`smcp`, `c2sc`).
    AllSmall,
    /// Text in capitals: punctuation raised to their height (`case`). The text itself must
    /// already be in capitals.
    Full,
}

/// Which figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figures {
    /// Old style, proportional: for text.
    #[default]
    OldStyle,
    /// Lining, proportional.
    Lining,
    /// Old style, all of one width: for columns.
    OldStyleTabular,
    /// Lining, all of one width.
    LiningTabular,
}

/// On the line, above or below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// On the line.
    #[default]
    Normal,
    /// Superior, for the marks of notes: the font's own glyphs (`sups`), else smaller and raised.
    Superior,
    /// Inferior (`subs`), else smaller and lowered.
    Inferior,
}

/// How a stretch of text looks. All of it is the same for every glyph of the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Style {
    /// Which face.
    pub slot: Slot,
    /// Size of the em.
    pub size: Length,
    /// Small capitals.
    pub capitals: Capitals,
    /// Figures.
    pub figures: Figures,
    /// Superior or inferior.
    pub position: Position,
    /// Letterspacing in 1/1000 em of its own size: between letters, never after the last of a
    /// line; a word space inside tracked text grows by twice as much.
    pub tracking: i16,
    /// Colour.
    pub ink: Ink,
}

impl Style {
    /// Roman of this size in black, with old-style figures.
    pub const fn new(size: Length) -> Self {
        Self {
            slot: Slot::Roman,
            size,
            capitals: Capitals::AsWritten,
            figures: Figures::OldStyle,
            position: Position::Normal,
            tracking: 0,
            ink: Ink::Black(100),
        }
    }

    /// The same in this face.
    #[must_use]
    pub const fn slot(mut self, slot: Slot) -> Self {
        self.slot = slot;
        self
    }

    /// The same in italics.
    #[must_use]
    pub const fn italic(self) -> Self {
        let bold = self.slot.is_bold();
        self.slot(Slot::new(bold, true))
    }

    /// The same in the heavier weight.
    #[must_use]
    pub const fn bold(self) -> Self {
        let italic = self.slot.is_italic();
        self.slot(Slot::new(true, italic))
    }

    /// The same at this size.
    #[must_use]
    pub const fn size(mut self, size: Length) -> Self {
        self.size = size;
        self
    }

    /// The same with these capitals.
    #[must_use]
    pub const fn capitals(mut self, capitals: Capitals) -> Self {
        self.capitals = capitals;
        self
    }

    /// The same with these figures.
    #[must_use]
    pub const fn figures(mut self, figures: Figures) -> Self {
        self.figures = figures;
        self
    }

    /// The same at this height.
    #[must_use]
    pub const fn position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// The same with letterspacing in 1/1000 em.
    #[must_use]
    pub const fn tracking(mut self, per_mille: i16) -> Self {
        self.tracking = per_mille;
        self
    }

    /// The same in this colour.
    #[must_use]
    pub const fn ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }
}

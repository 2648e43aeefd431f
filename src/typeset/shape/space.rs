//! The white space of a face, as it is placed between words.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::typeset::font::{FaceId, FontSet};
use crate::typeset::page::{ShapedGlyph, WordTable};
use crate::typeset::shape::Slot;
use crate::typeset::shape::glyphs::{em, short};

/// The word space of a face.
pub(in crate::typeset) struct Space {
    pub(in crate::typeset) face: FaceId,
    /// Units in an em of the face.
    pub(in crate::typeset) units: u16,
    /// Width in 1/65536 em.
    pub(in crate::typeset) width: i64,
    glyph: ShapedGlyph,
    word_table: Arc<WordTable>,
    /// The number of a plain space in the word table, and those of the others that were met.
    plain: u32,
    others: Mutex<Vec<(Box<str>, u32)>>,
}

impl Space {
    pub(super) fn new(fonts: &FontSet, slot: Slot, word_table: &Arc<WordTable>) -> Self {
        let face = fonts.face_for(' ', slot).unwrap_or_else(|| fonts.slot(slot));
        let (id, step, units) = fonts.face(face).map_or((0, 250, 1000), |face| match face.glyph(' ') {
            Some(glyph) => (glyph, face.advance(glyph), face.units_per_em),
            None => (0, i32::from(face.units_per_em) / 4, face.units_per_em),
        });
        let glyph = ShapedGlyph {
            id,
            gap: false,
            soft_hyphen: false,
            advance: short(step.max(0) as u32),
            kerning: 0,
            dx: 0,
            dy: 0,
            text: (0, 1),
        };
        Self {
            face,
            units,
            width: em(step, units),
            plain: word_table.add(face.into(), [glyph].into(), " "),
            glyph,
            word_table: Arc::clone(word_table),
            others: Mutex::default(),
        }
    }

    /// The number in the word table of white space that is bytes `range` of a text.
    pub(in crate::typeset) fn number(&self, text: &str, range: Range<usize>) -> u32 {
        if text.as_bytes()[range.clone()] == *b" " {
            return self.plain;
        }
        let text = &text[range];
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, number)) = others.iter().find(|(known, _)| **known == *text) {
            return *number;
        }
        let glyph = ShapedGlyph { text: (0, short(text.len() as u32)), ..self.glyph };
        let number = self.word_table.add(self.face.into(), [glyph].into(), text);
        others.push((text.into(), number));
        number
    }
}

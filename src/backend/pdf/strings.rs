//! In: words at their places. Out: what a `TJ` operator shows (ISO 32000-1, 9.4.3): strings of codes, and numbers
//! that set the pen right between them.

use crate::typeset::length::Length;
use crate::typeset::page::{GlyphRun, PlacedWord};

use super::content::integer;
use super::faces::{Face, SPACE};

/// The length of 1/65536 pt in 1/1000 em of a face at `size` (1/1000 pt) and `scale` (1/1000 %).
pub(super) fn thousandths_per_unit(size: i64, scale: i64) -> f64 {
    // A thousandth of an em is `size/1e6 · scale/1e5` points long, a unit 1/65536 of a point.
    1e11 / (65_536.0 * size as f64 * scale as f64)
}

/// Where the reader's pen stands in a run, in thousandths of an em from the first glyph's origin.
pub(super) struct Pen {
    pub(super) at: f64,
    /// The first glyph's origin, right of [`GlyphRun::x`].
    pub(super) origin: Length,
    /// The length of 1/65536 pt.
    pub(super) unit: f64,
    /// What the reader adds to each advance, and what beside it to that of a word space.
    pub(super) spacing: f64,
    pub(super) word_spacing: f64,
    /// How far back it was set before the last word.
    pub(super) last: f64,
}

/// How far a glyph may stand off its place, in thousandths of an em: a hundredth of a point at the sizes of text.
pub(super) const GLYPH_OFF: f64 = 1.0;
/// How far a word may before the pen is set.
const WORD_OFF: f64 = 0.5;

impl Pen {
    /// Goes to a glyph's place in the run; stays where it is off by less than [`GLYPH_OFF`]. What is left never adds up.
    pub(super) fn go(&mut self, dx: Length, array: &mut Array, out: &mut Vec<u8>) {
        let target = (dx - self.origin).0 as f64 * self.unit;
        if (self.at - target).abs() >= GLYPH_OFF {
            self.back((self.at - target).round(), array, out);
        }
    }

    /// Goes to a word's place in the run: by as much as to the word before, where that leads nearer than [`GLYPH_OFF`].
    /// The spaces of a line are equal, and equal numbers pack best.
    pub(super) fn go_to_word(&mut self, dx: Length, array: &mut Array, out: &mut Vec<u8>) {
        let off = self.at - (dx - self.origin).0 as f64 * self.unit;
        if (off - self.last).abs() < GLYPH_OFF && self.last != 0.0 {
            self.back(self.last, array, out);
        } else if off.abs() >= WORD_OFF {
            self.last = off.round();
            self.back(self.last, array, out);
        }
    }

    fn back(&mut self, by: f64, array: &mut Array, out: &mut Vec<u8>) {
        array.adjust(out, by as i64);
        self.at -= by;
    }
}

/// The words that were shown, by their number: as parts of a `TJ` array, from inside of one string to inside of
/// another, at any size and scale.
#[derive(Debug, Default)]
pub(super) struct Strings {
    known: Vec<Known>,
    /// The codes of all of them, one after the other.
    bytes: Vec<u8>,
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default)]
enum Known {
    /// Nothing yet.
    #[default]
    New,
    /// It is shown glyph by glyph.
    ByGlyph,
    /// It is one string.
    String {
        /// Where its codes begin, and how many bytes they are.
        start: u32,
        length: u16,
        glyphs: u16,
        is_space: bool,
        /// As [`WordString::width`].
        width: f32,
    },
}

/// A word that the reader can show by itself.
#[derive(Debug)]
pub(super) struct WordString<'s> {
    pub(super) codes: &'s [u8],
    /// How far it moves the pen, in thousandths of an em, without what the reader adds to each advance: a whole
    /// number.
    pub(super) width: f64,
    /// Number of its glyphs.
    pub(super) glyphs: f64,
    /// Whether it is a plain space.
    pub(super) is_space: bool,
    /// Whether it is one that the reader widens.
    pub(super) is_elastic: bool,
}

impl Strings {
    /// A word as a string; `None` where it is shown glyph by glyph.
    pub(super) fn word(&mut self, run: &GlyphRun, word: &PlacedWord, face: &Face) -> Option<WordString<'_>> {
        let number = word.number as usize;
        if self.known.len() <= number {
            self.known.resize(run.word_table.len().max(number + 1), Known::New);
        }
        if matches!(self.known[number], Known::New) {
            let start = self.bytes.len();
            self.known[number] = encode(run, word, face, &mut self.bytes).unwrap_or(Known::ByGlyph);
            if matches!(self.known[number], Known::ByGlyph) {
                self.bytes.truncate(start);
            }
        }
        let Known::String { start, length, glyphs, is_space, width } = self.known[number] else {
            return None;
        };
        let codes = &self.bytes[start as usize..start as usize + usize::from(length)];
        let is_elastic = is_space && face.is_simple() && *codes == [SPACE as u8];
        Some(WordString { codes, width: f64::from(width), glyphs: f64::from(glyphs), is_space, is_elastic })
    }
}

/// Puts the codes of a word behind `bytes`. `None` where glyphs need more than codes: another text than the font's map
/// says, a place off the line, letterspace that is not behind every letter.
fn encode(run: &GlyphRun, word: &PlacedWord, face: &Face, bytes: &mut Vec<u8>) -> Option<Known> {
    let unit = 1000.0 / f64::from(run.units_per_em);
    let start = bytes.len();
    let mut array = Array { open: true, string: true };
    let (mut at, mut target) = (0.0, 0);
    let shaped = run.shaped(word);
    let glyphs = &*shaped.glyphs;
    for (index, glyph) in glyphs.iter().enumerate() {
        let code = face.code(glyph.id);
        let text = glyph.text_of(shaped);
        let says_text = !text.is_empty() && *face.text(code).as_bytes() == *text;
        let spaced = glyph.gap || index + 1 == glyphs.len();
        if !says_text || !spaced || glyph.soft_hyphen || (glyph.dx, glyph.dy) != (0, 0) {
            return None;
        }
        let off: f64 = at - f64::from(target) * unit;
        if off.abs() >= GLYPH_OFF {
            array.adjust(bytes, off.round() as i64);
            at -= off.round();
        }
        array.code(bytes, code, face.is_simple());
        at += f64::from(face.width(code));
        target += glyph.step();
    }
    if !array.string {
        return None;
    }
    Some(Known::String {
        start: u32::try_from(start).ok()?,
        length: u16::try_from(bytes.len() - start).ok()?,
        glyphs: u16::try_from(glyphs.len()).ok()?,
        is_space: run.is_space(word),
        width: at as f32,
    })
}

/// The state of an open `TJ` array.
#[derive(Debug, Default)]
pub(super) struct Array {
    open: bool,
    string: bool,
}

impl Array {
    fn adjust(&mut self, out: &mut Vec<u8>, amount: i64) {
        self.end_string(out);
        self.begin(out);
        integer(out, amount);
    }

    /// Puts a part that begins and ends inside of a string.
    pub(super) fn string(&mut self, out: &mut Vec<u8>, codes: &[u8]) {
        self.begin(out);
        if !self.string {
            self.string = true;
            out.push(b'(');
        }
        out.extend_from_slice(codes);
    }

    /// Puts a code, of one byte in a simple font.
    pub(super) fn code(&mut self, out: &mut Vec<u8>, code: u16, simple: bool) {
        self.begin(out);
        if !self.string {
            self.string = true;
            out.push(b'(');
        }
        let bytes = code.to_be_bytes();
        for byte in if simple { &bytes[1..] } else { &bytes[..] } {
            let byte = *byte;
            match byte {
                b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                // Readers turn a bare carriage return into a newline (ISO 32000-1, 7.3.4.2).
                b'\r' => out.extend_from_slice(b"\\r"),
                _ => out.push(byte),
            }
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if !self.open {
            self.open = true;
            out.push(b'[');
        }
    }

    fn end_string(&mut self, out: &mut Vec<u8>) {
        if self.string {
            self.string = false;
            out.push(b')');
        }
    }

    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        if self.open {
            self.end_string(out);
            self.open = false;
            out.extend_from_slice(b"]TJ\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_escape_what_readers_would_change() {
        let mut out = Vec::new();
        let mut array = Array::default();
        array.code(&mut out, 0x0028, false);
        array.code(&mut out, 0x0D5C, false);
        array.adjust(&mut out, -12);
        array.code(&mut out, 1, false);
        array.code(&mut out, 0x29, true);
        array.close(&mut out);
        assert_eq!(out, b"[(\0\\(\\r\\\\)-12(\0\x01\\))]TJ\n");
    }
}

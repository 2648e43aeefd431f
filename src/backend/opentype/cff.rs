//! In: the bytes of a CFF font. Out: its INDEXes and DICTs, of which it is made; and back (Adobe technical note 5176).

use std::ops::Range;

/// Operators of a Top DICT. Those of two bytes begin with 12.
pub(in crate::backend) const FONT_BOX: u16 = 5;
pub(in crate::backend) const CHARSET: u16 = 15;
pub(in crate::backend) const ENCODING: u16 = 16;
pub(in crate::backend) const CHAR_STRINGS: u16 = 17;
/// Size and place of a Private DICT; of a font DICT too.
pub(in crate::backend) const PRIVATE: u16 = 18;
pub(in crate::backend) const FONT_MATRIX: u16 = 0x0C07;
/// Of a font whose glyphs are keyed by numbers: its font DICTs.
pub(in crate::backend) const FONT_DICTS: u16 = 0x0C24;
/// Operator of a Private DICT: where its subroutines stand.
pub(in crate::backend) const SUBROUTINES: u16 = 19;

/// The first byte of an operator of two bytes.
const ESCAPE: u8 = 12;

/// An INDEX: offsets, then data.
pub(in crate::backend) struct Index {
    pub(in crate::backend) count: usize,
    offset_size: usize,
    offsets: usize,
    /// One byte before the data: offsets count from 1.
    data: usize,
    /// Where it ends.
    pub(in crate::backend) end: usize,
}

impl Index {
    /// The one that begins at a place.
    pub(in crate::backend) fn at(cff: &[u8], place: usize) -> Option<Self> {
        let count = usize::from(u16::from_be_bytes([*cff.get(place)?, *cff.get(place + 1)?]));
        if count == 0 {
            return Some(Self { count, offset_size: 1, offsets: place, data: place, end: place + 2 });
        }
        let offset_size = usize::from(*cff.get(place + 2)?);
        let offsets = place + 3;
        let data = offsets + (count + 1) * offset_size - 1;
        let mut index = Self { count, offset_size, offsets, data, end: 0 };
        index.end = data + index.offset(cff, count)?;
        Some(index)
    }

    fn offset(&self, cff: &[u8], at: usize) -> Option<usize> {
        let start = self.offsets + at * self.offset_size;
        let bytes = cff.get(start..start + self.offset_size)?;
        Some(bytes.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    }

    /// Where one of its things stands.
    pub(in crate::backend) fn range(&self, cff: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
        Some(self.data + self.offset(cff, at)?..self.data + self.offset(cff, at + 1)?)
    }
}

/// An operator of a DICT with what stands before it.
#[derive(Debug)]
pub(in crate::backend) struct Entry {
    /// Of one byte, or of two.
    pub(in crate::backend) operator: u16,
    /// Its operands; 0 for a real number.
    pub(in crate::backend) operands: Vec<i64>,
    /// The bytes of the DICT that it takes, operator and all.
    pub(in crate::backend) bytes: Range<usize>,
}

/// The operators of a DICT; `None` where it is cut short.
pub(in crate::backend) fn dict(data: &[u8]) -> Option<Vec<Entry>> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut operands = Vec::new();
    while let Some(byte) = data.get(at).copied() {
        let next = |i: usize| data.get(at + i).copied().map(i64::from);
        let (length, operator, operand) = match byte {
            ESCAPE => (2, Some(u16::from_be_bytes([byte, next(1)? as u8])), None),
            0..=21 => (1, Some(byte.into()), None),
            28 => (3, None, Some(i64::from((next(1)? << 8 | next(2)?) as i16))),
            29 => {
                let value = next(1)? << 24 | next(2)? << 16 | next(3)? << 8 | next(4)?;
                (5, None, Some(i64::from(value as i32)))
            }
            // A real number ends with the half byte F.
            30 => {
                let end = data.get(at + 1..)?.iter().position(|b| b & 15 == 15 || b >> 4 == 15)?;
                (2 + end, None, Some(0))
            }
            32..=246 => (1, None, Some(i64::from(byte) - 139)),
            247..=250 => (2, None, Some((i64::from(byte) - 247) * 256 + next(1)? + 108)),
            251..=254 => (2, None, Some(-(i64::from(byte) - 251) * 256 - next(1)? - 108)),
            _ => (1, None, None),
        };
        at += length;
        operands.extend(operand);
        if let Some(operator) = operator {
            out.push(Entry { operator, operands: std::mem::take(&mut operands), bytes: start..at });
            start = at;
        }
    }
    Some(out)
}

/// The last operand of an operator.
pub(in crate::backend) fn operand(dict: &[Entry], operator: u16) -> Option<i64> {
    dict.iter().find(|e| e.operator == operator)?.operands.last().copied()
}

/// A whole number in five bytes, whatever it is, and an operator behind it.
pub(in crate::backend) fn number(out: &mut Vec<u8>, value: usize) {
    out.push(29);
    out.extend((value as u32).to_be_bytes());
}

/// An INDEX of these things.
pub(in crate::backend) fn index<T: AsRef<[u8]>>(things: &[T]) -> Vec<u8> {
    let mut out = (things.len() as u16).to_be_bytes().to_vec();
    if things.is_empty() {
        return out;
    }
    out.push(4);
    let mut offset = 1_u32;
    out.extend(offset.to_be_bytes());
    for thing in things {
        offset += thing.as_ref().len() as u32;
        out.extend(offset.to_be_bytes());
    }
    for thing in things {
        out.extend_from_slice(thing.as_ref());
    }
    out
}

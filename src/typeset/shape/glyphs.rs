//! In: the glyphs of a word as the shaper gives them. Out: the same with the bytes that they stand for, clear of each
//! other, in runs of one face each.

use std::ops::Range;

use crate::typeset::font::{FaceId, FontSet};
use crate::typeset::page::{ShapedGlyph, WordTable};
use crate::typeset::shape::{EM, Slot};

/// U+00AD: shows nothing, and says where a word may be broken.
const SOFT_HYPHEN: char = '\u{ad}';

/// Least white between an `f` and the mark after it, in 1/1000 em: less looks like a collision.
const CLEAR_OF_F: i32 = 40;

/// A glyph while its word is shaped. Measures are font units.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) face: FaceId,
    pub(super) id: u16,
    /// As [`ShapedGlyph::step`], and the others likewise.
    pub(super) step: i32,
    pub(super) advance: i32,
    pub(super) dx: i32,
    pub(super) dy: i32,
    pub(super) gap: bool,
    pub(super) soft_hyphen: bool,
    /// Bytes of the word.
    pub(super) text: (u32, u32),
    /// Byte of the word where its text begins; glyphs of one cluster share it.
    pub(super) cluster: u32,
    /// Whether what stands before the cluster has a part in its shape or place, or the other way round.
    pub(super) bound: bool,
}

/// The words whose texts are longer are drawn in several runs, so that the bytes of their glyphs have room in numbers.
pub(super) const RUN_BYTES: u32 = 1 << 15;

/// The nearest number of so many bits.
fn small(number: i32) -> i16 {
    number.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// The same without a sign.
pub(super) fn short(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The glyphs of a word that one face draws: all of them, unless characters are missing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::typeset) struct FaceRun {
    pub(in crate::typeset) face: FaceId,
    /// Units in an em of the face.
    pub(in crate::typeset) units: u16,
    /// Bytes of the word that its glyphs stand for; their own bytes are counted from the first.
    pub(in crate::typeset) text: Range<u32>,
    /// Its glyphs' number in the word table.
    pub(in crate::typeset) number: u32,
    /// Width in 1/65536 em of the word's style, and gaps where letterspace goes.
    pub(in crate::typeset) width: i64,
    pub(in crate::typeset) gaps: u32,
}

/// Font units as 1/65536 em.
#[inline]
pub(super) fn em(units: i32, units_per_em: u16) -> i64 {
    let nearest = |upem: i64| (i64::from(units) * EM * 2 + upem).div_euclid(upem * 2);
    // Nearly all faces have one of these: a division by a constant is none.
    match units_per_em {
        1000 => nearest(1000),
        2048 => nearest(2048),
        other => nearest(other.into()),
    }
}

/// Whether a character goes with the one before it, whatever face that stands in.
pub(super) const fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | SOFT_HYPHEN | '\u{2060}' | '\u{200b}')
}

/// Splits a word into runs of one face each; notes the characters that no face has.
pub(super) fn faces(
    fonts: &FontSet,
    slot: Slot,
    string: &str,
    missing: &mut Vec<u32>,
) -> Vec<(FaceId, Range<usize>)> {
    let own = fonts.slot(slot);
    let mut runs: Vec<(FaceId, Range<usize>)> = Vec::with_capacity(1);
    for (at, c) in string.char_indices() {
        let end = at + c.len_utf8();
        let joins = is_joining(c);
        if let (true, Some((_, range))) = (joins, runs.last_mut()) {
            range.end = end;
            continue;
        }
        let face = fonts.face_for(c, slot).unwrap_or_else(|| {
            if !joins {
                missing.push(at as u32);
            }
            own
        });
        match runs.last_mut() {
            Some((last, range)) if *last == face => range.end = end,
            _ => runs.push((face, at..end)),
        }
    }
    runs
}

/// The glyphs of a word that stand in one face, at `size` (1/1000 of the style's).
pub(super) fn face_run(
    fonts: &FontSet,
    word: &str,
    group: &[Draft],
    size: i64,
    word_table: &WordTable,
) -> FaceRun {
    let face = group[0].face;
    let units = fonts.face(face).map_or(1000, |f| f.units_per_em);
    let (mut from, mut to) = group[0].text;
    let (mut width, mut gaps) = (0, 0);
    for glyph in group {
        from = from.min(glyph.text.0);
        to = to.max(glyph.text.1);
        width += em(glyph.step, units);
        gaps += u32::from(glyph.gap);
    }
    let text = word.get(from as usize..to as usize).unwrap_or_default();
    let glyph = |draft: &Draft| ShapedGlyph {
        id: draft.id,
        advance: short(draft.advance.max(0) as u32),
        kerning: small(draft.step - draft.advance),
        dx: small(draft.dx),
        dy: small(draft.dy),
        text: (short(draft.text.0 - from), short(draft.text.1 - draft.text.0)),
        gap: draft.gap,
        soft_hyphen: draft.soft_hyphen,
    };
    FaceRun {
        face,
        units,
        text: from..to,
        number: word_table.add(face.into(), group.iter().map(glyph).collect(), text),
        width: width * size / 1000,
        gaps,
    }
}

/// Gives every glyph the bytes of a word of `length` bytes that it stands for. Signs that are not
/// shown belong to the glyph before them, at the word's start to the one behind.
pub(super) fn assign_text(length: u32, glyphs: &mut [Draft]) {
    // One glyph or more a cluster, from left to right, as nearly everywhere.
    let mut end = length;
    let mut ordered = true;
    for i in (0..glyphs.len()).rev() {
        let cluster = glyphs[i].cluster;
        let before = i.checked_sub(1).map(|i| glyphs[i].cluster);
        ordered &= !glyphs[i].soft_hyphen && before.is_none_or(|b| b < cluster);
        let start = if before.is_none() { 0 } else { cluster.min(end) };
        glyphs[i].text = (start, end);
        end = start;
    }
    if ordered {
        return;
    }
    let mut clusters: Vec<u32> = glyphs.iter().map(|g| g.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let mut seen = None;
    for Draft { cluster, text, soft_hyphen, .. } in glyphs {
        let place = clusters.partition_point(|c| *c <= *cluster);
        let end = clusters.get(place).map_or(length, |c| *c).min(length);
        let start = if place == 1 { 0 } else { (*cluster).min(end) };
        *text = if *soft_hyphen || seen == Some(*cluster) { (end, end) } else { (start, end) };
        seen = Some(*cluster);
    }
}

/// Parts an `f` from a mark that it would touch. Kerning tables of good faces miss these pairs.
pub(super) fn clear_f(fonts: &FontSet, string: &str, glyphs: &mut [Draft]) {
    if !string.contains('f') {
        return;
    }
    for i in 1..glyphs.len() {
        let at = glyphs[i].cluster as usize;
        let after_f = string.get(..at).is_some_and(|s| s.ends_with('f'));
        let mark = string.get(at..).and_then(|s| s.chars().next());
        let tall =
            matches!(mark, Some('’' | '”' | '‘' | '“' | ')' | ']' | '?' | '!' | '*' | 'ï' | 'î' | 'ì' | 'í'));
        if !after_f || !tall || glyphs[i - 1].face != glyphs[i].face || glyphs[i].soft_hyphen {
            continue;
        }
        let Some(face) = fonts.face(glyphs[i].face) else { continue };
        let wanted = CLEAR_OF_F * i32::from(face.units_per_em) / 1000;
        let (f, mark) = (&glyphs[i - 1], &glyphs[i]);
        let gap = f.step - face.bounds(f.id).right - f.dx + face.bounds(mark.id).left + mark.dx;
        if gap < wanted {
            glyphs[i - 1].step += wanted - gap;
            glyphs[i].bound = true;
        }
    }
}

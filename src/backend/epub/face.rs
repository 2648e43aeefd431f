//! In: a font file and the characters of a book. Out: a smaller font file that sets them just the same.
//!
//! Glyphs keep their numbers, so the tables that kern, join and shape them stay as they are. What goes
//! away is the outline of every glyph that no character of the book and no substitution of running text can
//! reach, and every entry of the character map that leads to one.

use std::collections::BTreeSet;

use skrifa::raw::collections::IntSet;
use skrifa::raw::tables::glyf::Glyph;
use skrifa::raw::types::{BigEndian, Tag};
use skrifa::raw::{FontRef, TableProvider};
use skrifa::{GlyphId, MetadataProvider as _};

use crate::backend::opentype::cff::{self, Index};
use crate::backend::opentype::sfnt::{assembled, format_4};

/// Tables that a reading system looks at (OpenType 1.9, chapter 5); all others are left out.
const TABLES: [&[u8; 4]; 18] = [
    b"BASE", b"CFF ", b"GDEF", b"GPOS", b"GSUB", b"OS/2", b"cmap", b"cvt ", b"fpgm", b"gasp", b"glyf",
    b"head", b"hhea", b"hmtx", b"kern", b"loca", b"maxp", b"name",
];
/// And two more that have their own treatment: the names of glyphs go, the program that hints all glyphs stays.
const SHORTENED: &[u8; 4] = b"post";
const PROGRAM: &[u8; 4] = b"prep";

/// Features by which running text is set: ligatures, joins, local forms, small capitals.
const FEATURES: [&[u8; 4]; 10] =
    [b"calt", b"ccmp", b"clig", b"init", b"fina", b"liga", b"locl", b"medi", b"rlig", b"smcp"];

/// The font with the outlines of these characters alone; `None` where the file is not understood.
pub(super) fn subset(file: &[u8], characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = FontRef::new(file).ok()?;
    let map = font.charmap();
    let mapped: Vec<(u32, u16)> = characters
        .iter()
        .filter_map(|c| Some((u32::from(*c), u16::try_from(map.map(*c)?.to_u32()).ok()?)))
        .collect();
    let glyphs = reachable(&font, &mapped)?;
    let mut tables: Vec<(Tag, Vec<u8>)> = Vec::new();
    let kept = TABLES.iter().chain([&SHORTENED, &PROGRAM]);
    for tag in kept.map(|t| Tag::new(t)) {
        let Some(data) = font.table_data(tag) else { continue };
        let data = data.as_bytes();
        let table = match &tag.to_be_bytes() {
            b"cmap" => character_map(&mapped),
            b"CFF " => without_charstrings(data, &glyphs)?,
            b"glyf" | b"loca" => continue,
            SHORTENED => unnamed(data)?,
            _ => data.to_vec(),
        };
        tables.push((tag, table));
    }
    if font.table_data(Tag::new(b"glyf")).is_some() {
        let (glyf, loca) = without_outlines(&font, &glyphs)?;
        tables.push((Tag::new(b"glyf"), glyf));
        tables.push((Tag::new(b"loca"), loca));
        let head = tables.iter_mut().find(|(tag, _)| *tag == Tag::new(b"head"))?;
        // indexToLocFormat: the offsets are long ones.
        head.1.get_mut(50..52)?.copy_from_slice(&1_u16.to_be_bytes());
    }
    tables.sort_unstable_by_key(|(tag, _)| *tag);
    Some(assembled(file.get(..4)?, &mut tables))
}

/// Glyphs that running text of these characters can show.
fn reachable(font: &FontRef<'_>, mapped: &[(u32, u16)]) -> Option<IntSet<GlyphId>> {
    let count = u32::from(font.maxp().ok()?.num_glyphs());
    let mut glyphs: IntSet<GlyphId> = IntSet::empty();
    glyphs.insert(GlyphId::NOTDEF);
    glyphs.extend(mapped.iter().map(|(_, glyph)| GlyphId::from(*glyph)));
    if let Ok(gsub) = font.gsub() {
        let list = gsub.feature_list().ok()?;
        let mut lookups: IntSet<u16> = IntSet::empty();
        for record in list.feature_records() {
            if FEATURES.iter().any(|f| Tag::new(f) == record.feature_tag()) {
                let feature = record.feature(list.offset_data()).ok()?;
                lookups.extend(feature.lookup_list_indices().iter().map(BigEndian::get));
            }
        }
        gsub.closure_glyphs_with_num_glyphs(&lookups, &mut glyphs, count).ok()?;
    }
    if let (Ok(loca), Ok(glyf)) = (font.loca(None), font.glyf()) {
        let mut due: Vec<GlyphId> = glyphs.iter().collect();
        while let Some(glyph) = due.pop() {
            if let Ok(Some(Glyph::Composite(composite))) = loca.get_glyf(glyph, &glyf) {
                for part in composite.components() {
                    if glyphs.insert(part.glyph) {
                        due.push(part.glyph);
                    }
                }
            }
        }
    }
    Some(glyphs)
}

/// The outlines of TrueType and where each begins.
fn without_outlines(font: &FontRef<'_>, glyphs: &IntSet<GlyphId>) -> Option<(Vec<u8>, Vec<u8>)> {
    let outlines = font.table_data(Tag::new(b"glyf"))?;
    let places = font.loca(None).ok()?;
    let (mut glyf, mut loca) = (Vec::new(), Vec::new());
    for glyph in 0..usize::from(font.maxp().ok()?.num_glyphs()) {
        loca.extend((glyf.len() as u32).to_be_bytes());
        if glyphs.contains(GlyphId::new(glyph as u32)) {
            let (start, end) = (places.get_raw(glyph)? as usize, places.get_raw(glyph + 1)? as usize);
            glyf.extend_from_slice(outlines.as_bytes().get(start..end)?);
            glyf.resize(glyf.len().next_multiple_of(4), 0);
        }
    }
    loca.extend((glyf.len() as u32).to_be_bytes());
    Some((glyf, loca))
}

/// The CFF table with the charstrings of all other glyphs blank (Adobe technical note 5176). They keep their
/// length, so that no offset changes; a run of zeros packs to nothing.
fn without_charstrings(cff: &[u8], glyphs: &IntSet<GlyphId>) -> Option<Vec<u8>> {
    /// Ends a charstring.
    const ENDCHAR: u8 = 14;
    let names = Index::at(cff, usize::from(*cff.get(2)?))?;
    let tops = Index::at(cff, names.end)?;
    let top = cff::dict(cff.get(tops.range(cff, 0)?)?)?;
    let place = usize::try_from(cff::operand(&top, cff::CHAR_STRINGS)?).ok()?;
    let index = Index::at(cff, place)?;
    let mut out = cff.to_vec();
    for glyph in 0..index.count {
        if !glyphs.contains(GlyphId::new(glyph as u32)) {
            let string = out.get_mut(index.range(cff, glyph)?)?;
            string.fill(0);
            if let Some(first) = string.first_mut() {
                *first = ENDCHAR;
            }
        }
    }
    Some(out)
}

/// A `post` table of version 3: no names of glyphs.
fn unnamed(post: &[u8]) -> Option<Vec<u8>> {
    let mut out = post.get(..32)?.to_vec();
    out[..4].copy_from_slice(&0x0003_0000_u32.to_be_bytes());
    Some(out)
}

/// A character map of formats 4 and 12. `mapped` is in the order of the characters.
fn character_map(mapped: &[(u32, u16)]) -> Vec<u8> {
    // Runs of neighbours whose glyphs are neighbours too.
    let mut runs: Vec<(u32, u32, u16)> = Vec::new();
    for (c, glyph) in mapped {
        match runs.last_mut() {
            Some((first, last, start))
                if *last + 1 == *c && u32::from(*start) + (c - *first) == u32::from(*glyph) =>
            {
                *last = *c;
            }
            _ => runs.push((*c, *c, *glyph)),
        }
    }
    let four = format_4(&runs);
    let mut out = Vec::new();
    // Version, two subtables: Windows, basic plane; Windows, all planes.
    for number in [0_u16, 2, 3, 1] {
        out.extend(number.to_be_bytes());
    }
    out.extend(20_u32.to_be_bytes());
    out.extend([3_u16, 10].into_iter().flat_map(u16::to_be_bytes));
    out.extend((20 + four.len() as u32).to_be_bytes());
    out.extend(four);
    out.extend([12_u16, 0].into_iter().flat_map(u16::to_be_bytes));
    let length = 16 + 12 * runs.len() as u32;
    out.extend([length, 0, runs.len() as u32].into_iter().flat_map(u32::to_be_bytes));
    for (first, last, glyph) in runs {
        out.extend([first, last, u32::from(glyph)].into_iter().flat_map(u32::to_be_bytes));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::opentype::sfnt::sum;
    use skrifa::instance::{LocationRef, Size};
    use skrifa::outline::{DrawSettings, OutlinePen};

    #[derive(Default, PartialEq, Debug)]
    struct Trace(Vec<[i32; 7]>);

    impl OutlinePen for Trace {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push([0, x as i32, y as i32, 0, 0, 0, 0]);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push([1, x as i32, y as i32, 0, 0, 0, 0]);
        }
        fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
            self.0.push([2, a as i32, b as i32, x as i32, y as i32, 0, 0]);
        }
        fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
            self.0.push([3, a as i32, b as i32, c as i32, d as i32, x as i32, y as i32]);
        }
        fn close(&mut self) {
            self.0.push([4; 7]);
        }
    }

    fn outline(file: &[u8], c: char) -> Option<Vec<[i32; 7]>> {
        let font = FontRef::new(file).unwrap();
        let glyph = font.charmap().map(c)?;
        let mut trace = Trace::default();
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        font.outline_glyphs().get(glyph)?.draw(settings, &mut trace).unwrap();
        Some(trace.0)
    }

    #[test]
    fn a_subset_draws_the_same_and_nothing_else() {
        let characters: BTreeSet<char> = "Áffinity; “naïve” 12".chars().collect();
        for family in crate::fonts::FAMILIES {
            for face in family.faces {
                let small = subset(face.data.bytes(), &characters).unwrap();
                for c in &characters {
                    assert_eq!(outline(&small, *c), outline(face.data.bytes(), *c), "{} {c}", family.name);
                }
                assert_eq!(outline(&small, 'Q'), None, "{}", family.name);
                assert_eq!(sum(&small), 0xB1B0_AFBA, "{}", family.name);
                let packed = |file: &[u8]| {
                    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
                    std::io::Write::write_all(&mut packer, file).unwrap();
                    packer.finish().unwrap().len()
                };
                assert!(
                    packed(&small) * 4 < packed(face.data.bytes()) * 3,
                    "{}: {} of {}",
                    family.name,
                    packed(&small),
                    packed(face.data.bytes())
                );
            }
        }
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let face = crate::fonts::FAMILIES[0].faces[0].data.bytes();
        let characters = BTreeSet::from(['a']);
        assert!(subset(b"not a font", &characters).is_none());
        for end in (0..face.len()).step_by(4099) {
            // Cut short anywhere, it must not panic.
            let _ = subset(&face[..end], &characters).map(|f| f.len());
        }
    }
}

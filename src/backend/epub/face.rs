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
    tables.sort_by_key(|(tag, _)| *tag);
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
    let place = charstrings_place(cff.get(tops.range(cff, 0)?)?)?;
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

/// An INDEX of CFF: offsets, then data.
struct Index {
    count: usize,
    offset_size: usize,
    offsets: usize,
    /// One byte before the data: offsets count from 1.
    data: usize,
    end: usize,
}

impl Index {
    fn at(cff: &[u8], place: usize) -> Option<Self> {
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

    fn range(&self, cff: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
        Some(self.data + self.offset(cff, at)?..self.data + self.offset(cff, at + 1)?)
    }
}

/// Where the charstrings stand, by the Top DICT.
fn charstrings_place(dict: &[u8]) -> Option<usize> {
    const CHAR_STRINGS: u8 = 17;
    const ESCAPE: u8 = 12;
    let mut operand = 0_i64;
    let mut at = 0;
    while let Some(byte) = dict.get(at).copied() {
        let next = |i: usize| dict.get(at + i).copied().map(i64::from);
        at += match byte {
            CHAR_STRINGS => return usize::try_from(operand).ok(),
            ESCAPE => 2,
            28 => {
                operand = i64::from((next(1)? << 8 | next(2)?) as i16);
                3
            }
            29 => {
                operand = next(1)? << 24 | next(2)? << 16 | next(3)? << 8 | next(4)?;
                5
            }
            // A real number ends with the half byte F.
            30 => 2 + dict.get(at + 1..)?.iter().position(|b| b & 15 == 15 || b >> 4 == 15)?,
            32..=246 => {
                operand = i64::from(byte) - 139;
                1
            }
            247..=250 => {
                operand = (i64::from(byte) - 247) * 256 + next(1)? + 108;
                2
            }
            251..=254 => {
                operand = -(i64::from(byte) - 251) * 256 - next(1)? - 108;
                2
            }
            _ => 1,
        };
    }
    None
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

fn format_4(runs: &[(u32, u32, u16)]) -> Vec<u8> {
    let basic = runs.iter().filter(|(_, last, _)| *last < 0xFFFF);
    let mut segments: Vec<(u16, u16, u16)> = basic
        .map(|(first, last, glyph)| (*first as u16, *last as u16, glyph.wrapping_sub(*first as u16)))
        .collect();
    segments.push((0xFFFF, 0xFFFF, 1));
    let count = segments.len() as u16;
    let highest = count.ilog2();
    let search = 2_u16 << highest;
    let mut numbers =
        vec![4, 16 + 8 * count, 0, 2 * count, search, highest as u16, (2 * count).saturating_sub(search)];
    numbers.extend(segments.iter().map(|(_, last, _)| *last));
    numbers.push(0);
    numbers.extend(segments.iter().map(|(first, ..)| *first));
    numbers.extend(segments.iter().map(|(.., delta)| *delta));
    numbers.extend(segments.iter().map(|_| 0_u16));
    numbers.into_iter().flat_map(u16::to_be_bytes).collect()
}

/// A font file of these tables, in their order.
fn assembled(flavour: &[u8], tables: &mut [(Tag, Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let highest = count.max(1).ilog2();
    let search = 16_u16 << highest;
    let mut out = flavour.to_vec();
    out.extend([count, search, highest as u16, 16 * count - search].into_iter().flat_map(u16::to_be_bytes));
    let mut place = 12 + 16 * tables.len();
    let mut head = None;
    for (tag, table) in tables.iter_mut() {
        if *tag == Tag::new(b"head") {
            head = Some(place);
            // checkSumAdjustment counts as zero.
            if let Some(adjustment) = table.get_mut(8..12) {
                adjustment.fill(0);
            }
        }
        out.extend(tag.to_be_bytes());
        out.extend([sum(table), place as u32, table.len() as u32].into_iter().flat_map(u32::to_be_bytes));
        place += table.len().next_multiple_of(4);
    }
    for (_, table) in tables.iter() {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(sum(&out));
    if let Some(field) = head.and_then(|at| out.get_mut(at + 8..at + 12)) {
        field.copy_from_slice(&adjustment.to_be_bytes());
    }
    out
}

/// The checksum of a table: the sum of its words.
fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0_u32, |sum, word| {
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        sum.wrapping_add(u32::from_be_bytes(bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
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

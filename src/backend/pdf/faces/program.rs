//! In: a subset of a font and the code of each of its glyphs. Out: the font program of a simple PDF font
//! (ISO 32000-1, 9.6), in which every glyph is found by its code.

use skrifa::raw::types::Tag;
use skrifa::raw::{FontRef, TableProvider as _};

use crate::backend::opentype::cff::{self, Index};
use crate::backend::opentype::sfnt::{assembled, format_4};

/// What a font of the file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// An OpenType file whose glyphs are found by codes of two bytes, which are their indices.
    Wide,
    /// A bare CFF font whose glyphs are found by their names.
    Cff,
    /// A TrueType file with a map of its codes.
    TrueType,
}

/// The program with the codes of glyphs 1, 2, …, by what `name` calls a code in the font; `None` where the font is made
/// as no simple font can be.
pub(super) fn simple(
    subset: &[u8],
    postscript_name: &str,
    codes: &[u8],
    name: impl Fn(u8) -> String,
) -> Option<(Kind, Vec<u8>)> {
    let font = FontRef::new(subset).ok()?;
    // The parts of composite glyphs come behind those that have codes.
    if usize::from(font.maxp().ok()?.num_glyphs()) <= codes.len() {
        return None;
    }
    match font.table_data(Tag::new(b"CFF ")) {
        Some(table) => Some((Kind::Cff, by_name(table.as_bytes(), postscript_name, codes, name)?)),
        None => Some((Kind::TrueType, by_map(subset, &font, codes)?)),
    }
}

/// Strings that every CFF font has (Adobe technical note 5176, appendix A): numbers from here on are a font's own.
const STANDARD_STRINGS: u16 = 391;

/// The font with names for its glyphs in the place of numbers.
fn by_name(cff: &[u8], font_name: &str, codes: &[u8], name: impl Fn(u8) -> String) -> Option<Vec<u8>> {
    let names = Index::at(cff, usize::from(*cff.get(2)?))?;
    let tops = Index::at(cff, names.end)?;
    let top_bytes = cff.get(tops.range(cff, 0)?)?;
    let top = cff::dict(top_bytes)?;
    let place = |operator| usize::try_from(cff::operand(&top, operator)?).ok();
    let strings = Index::at(cff, place(cff::CHAR_STRINGS)?)?;
    let fonts = Index::at(cff, place(cff::FONT_DICTS)?)?;
    // Glyphs drawn by several fonts in one stay what they are.
    if fonts.count != 1 || strings.count != codes.len() + 1 {
        return None;
    }
    let font_bytes = cff.get(fonts.range(cff, 0)?)?;
    let font = cff::dict(font_bytes)?;
    let [size, start] = font.iter().find(|e| e.operator == cff::PRIVATE)?.operands[..] else { return None };
    let (size, start) = (usize::try_from(size).ok()?, usize::try_from(start).ok()?);
    let private = cff.get(start..start.checked_add(size)?)?;
    if cff::operand(&cff::dict(private)?, cff::SUBROUTINES).is_some() {
        return None;
    }
    let matrix_of = |dict: &[cff::Entry]| dict.iter().position(|e| e.operator == cff::FONT_MATRIX);
    if matrix_of(&font).is_some_and(|at| font[at].operands != [1, 0, 0, 1, 0, 0]) {
        return None;
    }
    let matrix = matrix_of(&top).and_then(|at| top_bytes.get(top[at].bytes.clone())).unwrap_or_default();
    let font_box = top.iter().find(|e| e.operator == cff::FONT_BOX);
    let font_box = font_box.and_then(|e| top_bytes.get(e.bytes.clone())).unwrap_or_default();

    let head: Vec<u8> = [&[1, 0, 4, 4], &cff::index(&[font_name])[..]].concat();
    let glyph_names: Vec<String> = codes.iter().map(|code| name(*code)).collect();
    // The names of glyphs, and no subroutines that all fonts share.
    let middle = [cff::index(&glyph_names), cff::index::<&[u8]>(&[])].concat();
    let mut charset = vec![0];
    charset.extend((0..codes.len() as u16).flat_map(|i| (STANDARD_STRINGS + i).to_be_bytes()));
    let encoding = [&[0, codes.len() as u8], codes].concat();
    let dict = |charset: usize, encoding: usize, strings: usize, private: usize| {
        let mut out = [matrix, font_box].concat();
        for (value, operator) in
            [(charset, cff::CHARSET), (encoding, cff::ENCODING), (strings, cff::CHAR_STRINGS)]
        {
            cff::number(&mut out, value);
            out.push(operator as u8);
        }
        cff::number(&mut out, size);
        cff::number(&mut out, private);
        out.push(cff::PRIVATE as u8);
        cff::index(&[out])
    };
    // Numbers are as long whatever they are.
    let charset_at = head.len() + dict(0, 0, 0, 0).len() + middle.len();
    let encoding_at = charset_at + charset.len();
    let private_at = encoding_at + encoding.len();
    let strings_at = private_at + private.len();
    let strings = cff.get(place(cff::CHAR_STRINGS)?..strings.end)?;
    Some(
        [
            &head,
            &dict(charset_at, encoding_at, strings_at, private_at),
            &middle,
            &charset,
            &encoding,
            private,
            strings,
        ]
        .concat(),
    )
}

/// Where the codes of symbols stand in a map for Windows (OpenType 1.9, `cmap`).
const SYMBOLS: u32 = 0xF000;

/// The font with a map of its codes, as readers expect it of a font with an encoding of its own: one for the Macintosh,
/// and the one of symbols for Windows.
fn by_map(file: &[u8], font: &FontRef<'_>, codes: &[u8]) -> Option<Vec<u8>> {
    let mut glyphs = [0; 256];
    for (glyph, code) in (1..).zip(codes) {
        glyphs[usize::from(*code)] = glyph;
    }
    let mut runs: Vec<(u32, u32, u16)> =
        (1..).zip(codes).map(|(glyph, code)| (*code, glyph)).map(of_symbol).collect();
    runs.sort_unstable();
    let (header, plain) = (4 + 2 * 8, 6 + glyphs.len() as u16);
    let mut map: Vec<u8> = Vec::new();
    map.extend([0_u16, 2, 1, 0].into_iter().flat_map(u16::to_be_bytes));
    map.extend(u32::from(header as u16).to_be_bytes());
    map.extend([3_u16, 0].into_iter().flat_map(u16::to_be_bytes));
    map.extend(u32::from(header as u16 + plain).to_be_bytes());
    map.extend([0, plain, 0].into_iter().flat_map(u16::to_be_bytes));
    map.extend(glyphs);
    map.extend(format_4(&runs));
    let mut tables: Vec<(Tag, Vec<u8>)> = Vec::new();
    for record in font.table_directory().table_records() {
        tables.push((record.tag(), font.table_data(record.tag())?.as_bytes().to_vec()));
    }
    tables.retain(|(tag, _)| *tag != Tag::new(b"cmap"));
    tables.push((Tag::new(b"cmap"), map));
    tables.sort_unstable_by_key(|(tag, _)| *tag);
    Some(assembled(file.get(..4)?, &mut tables))
}

fn of_symbol((code, glyph): (u8, u16)) -> (u32, u32, u16) {
    let place = SYMBOLS + u32::from(code);
    (place, place, glyph)
}

#[cfg(test)]
mod tests {
    use super::*;
    use skrifa::instance::{LocationRef, Size};
    use skrifa::outline::DrawSettings;
    use skrifa::outline::pen::SvgPen;
    use skrifa::{GlyphId, MetadataProvider as _};
    use subsetter::GlyphRemapper;

    fn outline(font: &FontRef<'_>, glyph: u32) -> String {
        let mut pen = SvgPen::new();
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        font.outline_glyphs().get(GlyphId::new(glyph)).unwrap().draw(settings, &mut pen).unwrap();
        pen.into()
    }

    #[test]
    fn every_embedded_face_makes_a_simple_font_of_the_same_glyphs() {
        for family in crate::fonts::FAMILIES {
            for face in family.faces {
                let original = FontRef::new(face.data.bytes()).unwrap();
                let letters = "aQf?é “";
                let mut glyphs: Vec<u16> =
                    letters.chars().map(|c| original.charmap().map(c).unwrap().to_u32() as u16).collect();
                glyphs.sort_unstable();
                let mut remapper = GlyphRemapper::new();
                for glyph in &glyphs {
                    remapper.remap(*glyph);
                }
                let subset = subsetter::subset(face.data.bytes(), 0, &remapper).unwrap();
                let codes: Vec<u8> = (0..glyphs.len() as u8).map(|i| 200 - 7 * i).collect();
                let (kind, program) =
                    simple(&subset, "AAAAAA+Face", &codes, |code| format!("g{code}")).expect(family.name);
                let mut tables = match kind {
                    Kind::Cff => {
                        let head = FontRef::new(&subset).unwrap();
                        let kept = [b"head", b"hhea", b"hmtx", b"maxp"].map(|tag| {
                            let tag = Tag::new(tag);
                            (tag, head.table_data(tag).unwrap().as_bytes().to_vec())
                        });
                        [&[(Tag::new(b"CFF "), program.clone())], &kept[..]].concat()
                    }
                    Kind::TrueType => Vec::new(),
                    Kind::Wide => unreachable!(),
                };
                let file = if kind == Kind::Cff { assembled(b"OTTO", &mut tables) } else { program.clone() };
                let font = FontRef::new(&file).unwrap();
                for (new, (glyph, code)) in (1..).zip(glyphs.iter().zip(&codes)) {
                    assert_eq!(outline(&font, new), outline(&original, (*glyph).into()), "{}", family.name);
                    if kind == Kind::TrueType {
                        let found = font.charmap().map(0xF000 + u32::from(*code));
                        assert_eq!(found.map(GlyphId::to_u32), Some(new), "{}", family.name);
                    } else {
                        assert_eq!(name_of(&program, new as usize), format!("g{code}"));
                    }
                }
            }
        }
    }

    /// The name of a glyph, and whether the font's own encoding leads to it.
    fn name_of(cff: &[u8], glyph: usize) -> String {
        let tops = Index::at(cff, Index::at(cff, 4).unwrap().end).unwrap();
        let top = cff::dict(&cff[tops.range(cff, 0).unwrap()]).unwrap();
        let charset = cff::operand(&top, cff::CHARSET).unwrap() as usize;
        let number = u16::from_be_bytes([cff[charset + 2 * glyph - 1], cff[charset + 2 * glyph]]);
        let strings = Index::at(cff, tops.end).unwrap();
        let range = strings.range(cff, usize::from(number - STANDARD_STRINGS)).unwrap();
        let name = String::from_utf8(cff[range].to_vec()).unwrap();
        let encoding = cff::operand(&top, cff::ENCODING).unwrap() as usize;
        assert_eq!(name, format!("g{}", cff[encoding + 1 + glyph]));
        name
    }

    #[test]
    fn what_no_simple_font_can_be_is_refused() {
        let name = |code: u8| format!("g{code}");
        assert!(simple(b"not a font", "A", &[1], name).is_none());
        let face = crate::fonts::FAMILIES[0].faces[0].data.bytes();
        let mut remapper = GlyphRemapper::new();
        remapper.remap(36);
        let subset = subsetter::subset(face, 0, &remapper).unwrap();
        assert!(simple(&subset, "A", &[1], name).is_some());
        assert!(simple(&subset, "A", &[1, 2], name).is_none(), "more codes than glyphs");
        for end in 0..subset.len() {
            let _ = simple(&subset[..end], "A", &[1], name);
        }
    }
}

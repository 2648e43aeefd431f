//! In: the simple fonts of a file. Out: their objects: dictionaries, descriptors, programs and maps
//! (ISO 32000-1, 9.6 and 9.8 to 9.10).

use std::fmt::Write as _;

use flate2::Compression;
use lopdf::{Dictionary, Object, ObjectId};
use rayon::prelude::*;

use super::super::content::integer;
use super::super::faces::{Face, Kind};
use super::super::tags::reference;
use super::save::numbered;
use super::{Document, File, deflate};

/// The streams of a simple font, packed.
#[derive(Debug)]
pub(in super::super) struct Packed {
    program: Vec<u8>,
    to_unicode: Vec<u8>,
}

/// Packs the simple ones of these faces.
pub(in super::super) fn pack(faces: &[Option<Face>], level: Compression) -> Vec<Option<Packed>> {
    let pack = |face: &Option<Face>| {
        let face = face.as_ref().filter(|face| face.is_simple())?;
        let (program, to_unicode) = (deflate(&face.program, level), to_unicode(face));
        Some(Packed { program, to_unicode: deflate(to_unicode.as_bytes(), level) })
    };
    faces.par_iter().with_max_len(1).map(pack).collect()
}

/// Takes the fonts out of the resources that all pages share, and leaves there the object number of those that will be.
pub(super) fn set_apart(
    document: &mut Document,
    file: &mut File,
    resources: Option<ObjectId>,
) -> (u32, Dictionary) {
    let number = file.next();
    let Some(resources) = resources else { return (number, Dictionary::new()) };
    let known = document.get_dictionary(resources).and_then(|r| r.get(b"Font")?.as_reference());
    let fonts = known.ok().and_then(|known| document.objects.remove(&known));
    if let Ok(resources) = document.get_dictionary_mut(resources) {
        resources.set("Font", (number, 0));
    }
    match fonts {
        Some(Object::Dictionary(fonts)) => (number, fonts),
        _ => (number, Dictionary::new()),
    }
}

/// Adds the packed ones of these faces to the file and to the fonts that all pages share.
pub(super) fn add(
    file: &mut File,
    (number, mut fonts): (u32, Dictionary),
    faces: &[Option<Face>],
    packed: Vec<Option<Packed>>,
) {
    for (index, (face, packed)) in faces.iter().zip(packed).enumerate() {
        if let (Some(face), Some(packed)) = (face, packed) {
            fonts.set(format!("F{index}"), (font(file, face, packed), 0));
        }
    }
    file.objects.extend(numbered([(number, Object::Dictionary(fonts))].into_iter()));
}

/// Writes the objects of one font and tells its own. Its program has an encoding, so that it needs no other.
fn font(file: &mut File, face: &Face, packed: Packed) -> u32 {
    let keys = match face.kind {
        Kind::Cff => "/Subtype/Type1C/Filter/FlateDecode".to_owned(),
        Kind::TrueType | Kind::Wide => format!("/Length1 {}/Filter/FlateDecode", face.program.len()),
    };
    let program = file.add_stream(keys.into_bytes(), packed.program);
    let map = file.add_stream(b"/Filter/FlateDecode".as_slice(), packed.to_unicode);
    let descriptor = file.add(descriptor(face, program));
    let mut out = b"<</Type/Font/Subtype/".to_vec();
    out.extend_from_slice(if face.kind == Kind::Cff { b"Type1".as_slice() } else { b"TrueType" });
    out.extend_from_slice(b"/BaseFont/");
    out.extend_from_slice(face.name.as_bytes());
    out.extend_from_slice(b"/FirstChar 0/LastChar ");
    integer(&mut out, face.widths.len() as i64 - 1);
    out.extend_from_slice(b"/Widths[");
    for width in &face.widths {
        integer(&mut out, (*width).into());
        out.push(b' ');
    }
    out.extend_from_slice(b"]/FontDescriptor ");
    reference(&mut out, descriptor);
    out.extend_from_slice(b"/ToUnicode ");
    reference(&mut out, map);
    out.extend_from_slice(b">>");
    file.add(out)
}

fn descriptor(face: &Face, program: u32) -> Vec<u8> {
    /// Its glyphs are found by an encoding of its own.
    const SYMBOLIC: i64 = 1 << 2;
    const ITALIC: i64 = 1 << 6;
    let look = face.look;
    let mut out = b"<</Type/FontDescriptor/FontName/".to_vec();
    out.extend_from_slice(face.name.as_bytes());
    out.extend_from_slice(b"/FontBBox[");
    for edge in look.bounds {
        integer(&mut out, edge.into());
        out.push(b' ');
    }
    out.push(b']');
    for (key, value) in [
        ("Flags", SYMBOLIC | if look.italic_angle == 0 { 0 } else { ITALIC }),
        ("ItalicAngle", look.italic_angle.into()),
        ("Ascent", look.ascent.into()),
        ("Descent", look.descent.into()),
        ("CapHeight", look.cap_height.into()),
        ("StemV", look.stem.into()),
    ] {
        out.push(b'/');
        out.extend_from_slice(key.as_bytes());
        out.push(b' ');
        integer(&mut out, value);
    }
    out.extend_from_slice(if face.kind == Kind::Cff { b"/FontFile3 ".as_slice() } else { b"/FontFile2 " });
    reference(&mut out, program);
    out.extend_from_slice(b">>");
    out
}

/// The map from codes to text (ISO 32000-1, 9.10.3), spaced as such maps mostly are: some readers take no other.
fn to_unicode(face: &Face) -> String {
    /// Entries of a block, at most.
    const BLOCK: usize = 100;
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
         << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n\
         /CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n",
    );
    let shown: Vec<(usize, &String)> =
        face.texts.iter().enumerate().filter(|(_, text)| !text.is_empty()).collect();
    for block in shown.chunks(BLOCK) {
        let _ = writeln!(out, "{} beginbfchar", block.len());
        for (code, text) in block {
            let _ = write!(out, "<{code:02X}> <");
            for unit in text.encode_utf16() {
                let _ = write!(out, "{unit:04X}");
            }
            out.push_str(">\n");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

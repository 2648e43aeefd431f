//! In: a file of one font or of several (a collection, `.ttc`, `.otc`). Out: each font as a file of its own, which
//! is what the rest of the program knows. Layouts as in the OpenType specification, *The OpenType Font File*.

use skrifa::FontRef;

/// A collection of more fonts than this is none that anybody made.
const MOST_FONTS: u32 = 64;
/// Bytes of a font's header, and of each entry of its table of tables.
const HEADER: usize = 12;
const ENTRY: usize = 16;

/// How many fonts a file holds: 1 where it is no collection.
pub(super) fn fonts_in(file: &[u8]) -> u32 {
    if is_collection(file) { long(file, 8).unwrap_or(0).min(MOST_FONTS) } else { 1 }
}

/// The font at `index` of a file, to be looked at.
pub(super) fn font_at(file: &[u8], index: u32) -> Option<FontRef<'_>> {
    if is_collection(file) { FontRef::from_index(file, index).ok() } else { FontRef::new(file).ok() }
}

/// The font at `index` of a file as a file of its own; `None` where the file is broken.
pub(super) fn single(file: Vec<u8>, index: u32) -> Option<Vec<u8>> {
    if !is_collection(&file) {
        return Some(file);
    }
    let at = long(&file, 12 + 4 * index as usize)? as usize;
    let header = file.get(at..at.checked_add(HEADER)?)?;
    let tables = usize::from(u16::from_be_bytes([header[4], header[5]]));
    let entries = file.get(at + HEADER..at + HEADER + tables * ENTRY)?;
    let mut out = header.to_vec();
    out.extend_from_slice(entries);
    for (n, entry) in entries.chunks_exact(ENTRY).enumerate() {
        let (offset, length) = (long(entry, 8)? as usize, long(entry, 12)? as usize);
        let table = file.get(offset..offset.checked_add(length)?)?;
        // A font that is longer than the collection that it comes from names a table many times over.
        if out.len() + length > file.len() {
            return None;
        }
        let moved = (out.len() as u32).to_be_bytes();
        let place = HEADER + n * ENTRY + 8;
        out[place..place + 4].copy_from_slice(&moved);
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

fn is_collection(file: &[u8]) -> bool {
    file.starts_with(b"ttcf")
}

/// The number of four bytes at `at`.
fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use inkbind::fonts;
    use skrifa::MetadataProvider;

    use super::*;

    /// A collection of these fonts, one behind the other.
    fn collection(fonts: &[&[u8]]) -> Vec<u8> {
        let mut out = b"ttcf\0\x01\0\0".to_vec();
        out.extend((fonts.len() as u32).to_be_bytes());
        let mut at = 12 + 4 * fonts.len();
        for font in fonts {
            out.extend((at as u32).to_be_bytes());
            at += font.len().next_multiple_of(4);
        }
        for font in fonts {
            let base = out.len() as u32;
            let from = out.len();
            out.extend_from_slice(font);
            let tables = usize::from(u16::from_be_bytes([font[4], font[5]]));
            for n in 0..tables {
                let place = from + HEADER + n * ENTRY + 8;
                let moved = long(&out, place).unwrap() + base;
                out[place..place + 4].copy_from_slice(&moved.to_be_bytes());
            }
            out.resize(out.len().next_multiple_of(4), 0);
        }
        out
    }

    #[test]
    fn each_font_of_a_collection_is_a_font() {
        let faces = [&fonts::FAMILIES[0].faces[0], &fonts::FAMILIES[1].faces[0]];
        let files: Vec<Vec<u8>> = faces.iter().map(|f| f.data.bytes().to_vec()).collect();
        let file = collection(&[&files[0], &files[1]]);
        assert_eq!(fonts_in(&file), 2);
        for (index, whole) in files.iter().enumerate() {
            let found = single(file.clone(), index as u32).unwrap();
            let (found, whole) = (FontRef::new(&found).unwrap(), FontRef::new(whole).unwrap());
            assert_eq!(found.attributes(), whole.attributes());
            assert_eq!(found.charmap().mappings().count(), whole.charmap().mappings().count());
        }
        assert!(single(file.clone(), 2).is_none());
        assert!(single(file[..file.len() / 2].to_vec(), 1).is_none());
    }
}

//! In: a font dictionary. Out: whether it is embedded, and how wide its glyphs are.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::super::pdf::follow;

/// What a walker must know of a font.
#[derive(Clone, Debug, Default)]
pub(in crate::press) struct Font {
    /// Its name, with its subset tag.
    pub(in crate::press) name: String,
    /// Whether the file holds it.
    pub(in crate::press) embedded: bool,
    /// Whether its glyphs are drawings.
    pub(in crate::press) type3: bool,
    /// Whether a code is two bytes.
    wide: bool,
    widths: BTreeMap<u32, f64>,
    default: f64,
}

/// Width taken where a font does not tell, in 1/1000 em: that of a middling letter.
const MIDDLING: f64 = 500.0;
/// Most glyphs that one range of widths may name; no font has more.
const MOST_GLYPHS: u32 = 65_536;

impl Font {
    /// Reads a font dictionary.
    pub(in crate::press) fn read(document: &Document, dictionary: &Dictionary) -> Self {
        let name = |d: &Dictionary, key: &[u8]| {
            let found = d.get(key).map(|o| follow(document, o)).and_then(Object::as_name);
            found.map(|n| String::from_utf8_lossy(n).into_owned()).unwrap_or_default()
        };
        let subtype = name(dictionary, b"Subtype");
        let mut font = Self {
            name: name(dictionary, b"BaseFont"),
            type3: subtype == "Type3",
            wide: subtype == "Type0",
            default: MIDDLING,
            ..Self::default()
        };
        let descendant = dictionary
            .get(b"DescendantFonts")
            .ok()
            .and_then(|d| follow(document, d).as_array().ok()?.first())
            .and_then(|d| follow(document, d).as_dict().ok());
        let holder = descendant.unwrap_or(dictionary);
        font.embedded = font.type3 || is_embedded(document, holder);
        if descendant.is_some() {
            font.default = number(document, holder.get(b"DW").ok()).unwrap_or(1000.0);
            font.read_wide(document, holder);
        } else {
            font.read_simple(document, holder);
        }
        font
    }

    fn read_simple(&mut self, document: &Document, holder: &Dictionary) {
        let first = number(document, holder.get(b"FirstChar").ok()).unwrap_or(0.0) as u32;
        let widths = holder.get(b"Widths").ok().and_then(|w| follow(document, w).as_array().ok());
        // A drawn font states its widths in its own space, mostly in 1/1000 as well.
        for (index, width) in widths.into_iter().flatten().enumerate().take(256) {
            if let Some(width) = number(document, Some(width)) {
                self.widths.insert(first.saturating_add(index as u32), width);
            }
        }
    }

    fn read_wide(&mut self, document: &Document, holder: &Dictionary) {
        let Some(entries) = holder.get(b"W").ok().and_then(|w| follow(document, w).as_array().ok()) else {
            return;
        };
        let mut at = 0;
        while let Some(first) = entries.get(at).and_then(|e| number(document, Some(e))) {
            let first = first as u32;
            match entries.get(at + 1).map(|e| follow(document, e)) {
                Some(Object::Array(list)) => {
                    for (index, width) in list.iter().enumerate().take(MOST_GLYPHS as usize) {
                        if let Some(width) = number(document, Some(width)) {
                            self.widths.insert(first.saturating_add(index as u32), width);
                        }
                    }
                    at += 2;
                }
                Some(last) => {
                    let last = number(document, Some(last)).unwrap_or(0.0) as u32;
                    let width = number(document, entries.get(at + 2));
                    let last = last.min(first.saturating_add(MOST_GLYPHS));
                    if let Some(width) = width {
                        self.widths.extend((first..=last).map(|code| (code, width)));
                    }
                    at += 3;
                }
                None => break,
            }
        }
    }

    /// The codes of a string, and whether each is the one-byte space that word spacing widens.
    pub(in crate::press) fn codes<'s>(&self, string: &'s [u8]) -> impl Iterator<Item = (u32, bool)> + 's {
        let step = if self.wide { 2 } else { 1 };
        string.chunks(step).map(move |code| {
            let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            (value, step == 1 && value == 32)
        })
    }

    /// The advance of a code, in em.
    pub(in crate::press) fn width(&self, code: u32) -> f64 {
        self.widths.get(&code).copied().unwrap_or(self.default) / 1000.0
    }
}

fn is_embedded(document: &Document, holder: &Dictionary) -> bool {
    let descriptor = holder.get(b"FontDescriptor").ok().and_then(|d| follow(document, d).as_dict().ok());
    descriptor.is_some_and(|d| ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| d.has(key.as_bytes())))
}

fn number(document: &Document, object: Option<&Object>) -> Option<f64> {
    let value = f64::from(follow(document, object?).as_float().ok()?);
    value.is_finite().then_some(value)
}

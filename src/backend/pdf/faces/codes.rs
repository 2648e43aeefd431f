//! In: the glyphs in use, each with its text. Out: the codes of one byte that show them.
//!
//! Letters of ASCII have their own codes, so that a page can be read without the font's map as well. The code of the
//! plain space shows nothing else: readers add the word space of a line to it (ISO 32000-1, 9.3.3).

/// The code to which readers add the word space.
pub(in super::super) const SPACE: u16 = 0x20;

/// A glyph in use.
#[derive(Debug)]
pub(super) struct Used {
    /// Its index in the original font.
    pub(super) glyph: u16,
    /// The text that it stands for.
    pub(super) text: String,
    /// How often it does.
    pub(super) count: u32,
}

/// The codes beside those of ASCII's letters and signs, in the order in which they are taken. White space, which readers
/// might change, is none of them.
fn others() -> impl Iterator<Item = u8> {
    let control = (0x01..0x20).filter(|c| !matches!(c, b'\t' | b'\n' | 0x0C | b'\r'));
    (0xA1..=0xFF).chain(0x80..=0xA0).chain(control).chain(b'!'..=0x7F)
}

/// A code for each glyph; `None` where there are more glyphs than codes.
pub(super) fn codes(used: &[Used]) -> Option<Vec<u8>> {
    // Of several glyphs for one letter the one used most has its code, the first of equals.
    let mut own: [Option<usize>; 128] = [None; 128];
    for (index, glyph) in used.iter().enumerate() {
        let &[letter @ b' '..=b'~'] = glyph.text.as_bytes() else { continue };
        let best = &mut own[usize::from(letter)];
        if best.is_none_or(|best| used[best].count < glyph.count) {
            *best = Some(index);
        }
    }
    let mut out: Vec<Option<u8>> = vec![None; used.len()];
    for (letter, index) in own.iter().enumerate().filter_map(|(letter, index)| Some((letter, (*index)?))) {
        out[index] = Some(letter as u8);
    }
    let mut free = others().filter(|code| own.get(usize::from(*code)).is_none_or(Option::is_none));
    out.into_iter().map(|code| code.or_else(|| free.next())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(texts: &[(&str, u32)]) -> Vec<Used> {
        let glyph = |(glyph, (text, count)): (usize, &(&str, u32))| Used {
            glyph: glyph as u16,
            text: (*text).to_owned(),
            count: *count,
        };
        texts.iter().enumerate().map(glyph).collect()
    }

    #[test]
    fn letters_have_their_own_codes_and_the_space_has_nobody_elses() {
        let found = codes(&used(&[("f", 3), (" ", 9), ("\u{a0}", 2), ("f", 5), ("fi", 1), ("é", 1)]));
        assert_eq!(found.unwrap(), [0xA1, b' ', 0xA2, b'f', 0xA3, 0xA4]);
    }

    #[test]
    fn every_glyph_has_a_code_of_its_own_while_there_are_some() {
        let texts: Vec<String> = (0..300).map(|i| char::from_u32(0x4E00 + i).unwrap().to_string()).collect();
        let texts: Vec<(&str, u32)> = texts.iter().map(|t| (t.as_str(), 1)).collect();
        let mut most = 0;
        for count in 0..texts.len() {
            let Some(mut found) = codes(&used(&texts[..count])) else { continue };
            most = count;
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), count);
            assert!(!found.iter().any(|code| matches!(code, 0 | b' ' | b'\n' | b'\r')));
        }
        assert_eq!(most, 250);
    }
}

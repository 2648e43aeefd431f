//! In: bytes. Out: the words of ASCII in them, eight bytes looked at in one go.
//!
//! Nearly all of most texts is such words of a few letters: to look at each of their bytes is most of what it costs to
//! part a text into words.

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

const HIGH: u64 = each(0x80);

/// The high bit of each byte from `first` to `last`; all bytes are under 0x80.
const fn between(bytes: u64, first: u8, last: u8) -> u64 {
    // No sum is carried over into the next byte.
    (bytes + each(0x80 - first)) & !(bytes + each(0x7f - last)) & HIGH
}

/// How many bytes from `at` on are letters from a to z of either case, with `figures` also figures from 0 to 9.
#[inline]
pub(crate) fn run(bytes: &[u8], at: usize, figures: bool) -> usize {
    let mut end = at;
    while let Some(eight) = bytes.get(end..).and_then(|rest| rest.first_chunk()) {
        let eight = u64::from_le_bytes(*eight);
        let low = eight & !HIGH;
        let mut wanted = between(low | each(0x20), b'a', b'z');
        if figures {
            wanted |= between(low, b'0', b'9');
        }
        let length = (!(wanted & !eight) & HIGH).trailing_zeros() / u8::BITS;
        end += length as usize;
        if length < u64::BITS / u8::BITS {
            return end - at;
        }
    }
    let rest = bytes.get(end..).unwrap_or_default();
    let wanted = |byte: &&u8| byte.is_ascii_alphabetic() || figures && byte.is_ascii_digit();
    end - at + rest.iter().take_while(wanted).count()
}

/// How many runs of letters and figures of ASCII a text has; `None` where it has anything beyond ASCII but dashes,
/// quotation marks and the like (U+2010 to U+203F), which part them.
pub(crate) fn runs(text: &str) -> Option<usize> {
    let (mut runs, mut before, mut beyond) = (0, 0, 0);
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    for eight in eights.iter().chain([&last]) {
        let eight = u64::from_le_bytes(*eight);
        beyond |= eight & HIGH;
        let low = eight & !HIGH;
        let wanted = (between(low | each(0x20), b'a', b'z') | between(low, b'0', b'9')) & !eight;
        runs += (wanted & !(wanted << u8::BITS | before)).count_ones() as usize;
        before = wanted >> (u64::BITS - u8::BITS);
    }
    let mark = |c: char| c.is_ascii() || matches!(c, '\u{2010}'..='\u{203f}');
    (beyond == 0 || text.chars().all(mark)).then_some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_over_the_eights_that_they_stand_in() {
        let text = "The 3rd bell,rang--out; “x”\ty_z…12345678 longer—ThanEightLetters!";
        let ends = || (0..=text.len()).filter(|at| text.is_char_boundary(*at));
        for start in ends() {
            for end in ends().filter(|end| *end >= start) {
                let part = &text[start..end];
                let wanted =
                    part.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).count();
                assert_eq!(runs(part), Some(wanted), "{part:?}");
            }
        }
        assert_eq!((runs(""), runs("caf\u{e9}"), runs("in\u{200b}side")), (Some(0), None, None));
    }

    #[test]
    fn every_byte_is_told_for_what_it_is_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                let mut bytes = [b'k'; 20];
                bytes[place] = byte;
                for (figures, wanted) in
                    [(false, byte.is_ascii_alphabetic()), (true, byte.is_ascii_alphanumeric())]
                {
                    for at in 0..=place {
                        let length = if wanted { 20 } else { place } - at;
                        assert_eq!(run(&bytes, at, figures), length, "{byte:#x} at {place} from {at}");
                    }
                }
            }
        }
        assert_eq!((run(b"", 0, true), run(b"abc", 3, true), run(b"abc", 9, true)), (0, 0, 0));
    }
}

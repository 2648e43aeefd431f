//! In: the bytes of a file. Out: a string, the name of its encoding and the reason for it.
//!
//! The order of the evidence: a byte order mark, then the pattern of zero bytes that UTF-16 leaves
//! in European text, then valid UTF-8, then the detector that browsers use (chardetng).

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::report::Certainty;

/// A decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, newlines as they stand.
    pub text: String,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Why this encoding.
    pub reason: &'static str,
    /// How sure.
    pub certainty: Certainty,
    /// How many bytes could not be decoded and became U+FFFD.
    pub broken: usize,
}

/// How many bytes the detector looks at: lines with letters beyond ASCII. It costs twenty times what reading does.
const DETECT_BYTES: usize = 64 * 1024;

/// Share of broken bytes up to which a text still counts as damaged UTF-8 rather than as
/// some other encoding: one in this many.
const DAMAGE: usize = 2000;

/// Decodes `bytes`; any bytes give a text.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[bom..], "a byte order mark stands at the start", Certainty::CERTAIN);
    }
    // Before UTF-8: the bytes of European text in UTF-16 may all be valid in it.
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return with(encoding, bytes, "every other byte is zero", Certainty::percent(98));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let reason = if text.is_ascii() { "every byte is ASCII" } else { "every byte is valid UTF-8" };
        return Decoded {
            text: text.to_owned(),
            encoding: "UTF-8",
            reason,
            certainty: Certainty::CERTAIN,
            broken: 0,
        };
    }
    let lossy = String::from_utf8_lossy(bytes);
    if let Cow::Owned(text) = lossy {
        let broken = text.matches('\u{fffd}').count();
        let multibyte = text.chars().filter(|c| !c.is_ascii()).count() - broken;
        if broken * DAMAGE <= bytes.len() && multibyte > broken * 4 {
            return Decoded {
                text,
                encoding: "UTF-8",
                reason: "nearly every byte is valid UTF-8",
                certainty: Certainty::percent(95),
                broken,
            };
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample(bytes), true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // Where the bytes mean the same in windows-1252, that is the commoner one.
    let western = guess == WINDOWS_1252
        || guess.decode_without_bom_handling(bytes).0 == WINDOWS_1252.decode_without_bom_handling(bytes).0;
    if western {
        let guess = WINDOWS_1252;
        return with(
            guess,
            bytes,
            "not UTF-8; its letters are those of Western Europe",
            Certainty::percent(96),
        );
    }
    let certainty = Certainty::percent(85);
    with(guess, bytes, "not UTF-8; the frequencies of its letters say so", certainty)
}

/// The lines with letters beyond ASCII; no other line says anything of the encoding.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for line in bytes.split_inclusive(|b| *b == b'\n').filter(|line| !line.is_ascii()) {
        let room = DETECT_BYTES - sample.len();
        sample.extend_from_slice(&line[..line.len().min(room)]);
        if sample.len() >= DETECT_BYTES {
            break;
        }
    }
    sample
}

fn with(encoding: &'static Encoding, bytes: &[u8], reason: &'static str, certainty: Certainty) -> Decoded {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let broken = if broken { text.matches('\u{fffd}').count() } else { 0 };
    let name = if encoding == UTF_8 { "UTF-8" } else { encoding.name() };
    Decoded { text: text.into_owned(), encoding: name, reason, certainty, broken }
}

/// UTF-16 without a mark: text of the Latin alphabet has a zero in nearly every pair, always
/// on the same side.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    let pairs = head.len() / 2;
    if pairs < 2 {
        return None;
    }
    let even = head.chunks_exact(2).filter(|p| p[0] == 0).count();
    let odd = head.chunks_exact(2).filter(|p| p[1] == 0).count();
    if odd * 10 > pairs * 6 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 6 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Makes every line end `\n`: CR LF, a lone CR, NEL, the line and paragraph separators.
/// Returns the text and whether anything was changed.
pub fn newlines(text: String) -> (String, bool) {
    let odd = |c: char| matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if memchr::memchr(b'\r', text.as_bytes()).is_none()
        && (text.is_ascii() || !text.contains(['\u{85}', '\u{2028}', '\u{2029}']))
    {
        return (text, false);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(odd) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if tail.starts_with('\u{2029}') {
            out.push('\n');
        }
        out.push('\n');
        let skip = if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(1, char::len_utf8) };
        rest = &tail[skip..];
    }
    out.push_str(rest);
    (out, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_recognised() {
        assert_eq!(decode(b"plain").encoding, "UTF-8");
        assert_eq!(decode(b"\xef\xbb\xbfA").text, "A");
        assert_eq!(decode("é“x”".as_bytes()).encoding, "UTF-8");
        let wide: Vec<u8> = "It was late. “No,” he said.".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide).text, "It was late. “No,” he said.");
        let marked: Vec<u8> =
            std::iter::once(0xfeff_u16).chain("höher".encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!((decode(&marked).text.as_str(), decode(&marked).encoding), ("höher", "UTF-16BE"));
        let western = decode(b"\x93Well,\x94 he said \x97 and it wasn\x92t caf\xe9.");
        assert_eq!(western.text, "“Well,” he said — and it wasn’t café.");
        assert_eq!(western.encoding, "windows-1252");
    }

    #[test]
    fn any_bytes_give_a_text() {
        let noise: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(!decode(&noise).text.is_empty());
        assert_eq!(decode(b"").text, "");
    }

    #[test]
    fn all_kinds_of_newline_become_one() {
        assert_eq!(newlines("a\r\nb\rc\u{85}d\u{2028}e\nf".into()).0, "a\nb\nc\nd\ne\nf");
        assert!(!newlines("a\nb".into()).1);
    }
}

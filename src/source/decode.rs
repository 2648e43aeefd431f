//! In: the bytes of a file. Out: a string, the name of its encoding and the reason for it.
//!
//! The order of the evidence: a byte order mark, then the pattern of zero bytes that UTF-16 leaves
//! in European text, then valid UTF-8, then the detector that browsers use (chardetng). In a text
//! that is UTF-8 but for single bytes, those are read as windows-1252, from where they were pasted.

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
    /// Bytes that the encoding does not know.
    pub broken: Broken,
}

/// What became of bytes that the encoding does not know, by places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// They became U+FFFD.
    pub marked: usize,
    /// Single bytes in UTF-8 that were read as windows-1252.
    pub western: usize,
    /// Halves of characters (lone surrogates) that were left out: they stand for nothing.
    pub halves: usize,
}

impl Broken {
    /// Whether every byte was known.
    pub fn none(self) -> bool {
        self == Self::default()
    }
}

/// How many bytes the detector looks at: lines with letters beyond ASCII. It costs twenty times what reading does.
const DETECT_BYTES: usize = 64 * 1024;

/// Share of broken bytes up to which a text still counts as damaged UTF-8 rather than as
/// some other encoding: one in this many.
const DAMAGE: usize = 2000;

/// Decodes `bytes`; any bytes give a text.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        if encoding == UTF_8 {
            let (text, broken) = mended_utf8(&bytes[bom..]);
            let reason = "a byte order mark stands at the start";
            return Decoded { text, encoding: "UTF-8", reason, certainty: Certainty::CERTAIN, broken };
        }
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
            broken: Broken::default(),
        };
    }
    if let Some(decoded) = damaged_utf8(bytes) {
        return decoded;
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
    let marked = if broken { text.matches('\u{fffd}').count() } else { 0 };
    let broken = Broken { marked, ..Broken::default() };
    Decoded { text: text.into_owned(), encoding: encoding.name(), reason, certainty, broken }
}

/// A text that is UTF-8 but for a few bytes; none where so many are broken that it is in another encoding.
fn damaged_utf8(bytes: &[u8]) -> Option<Decoded> {
    let (mut broken, mut multibyte) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        multibyte += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if broken * DAMAGE > bytes.len() || multibyte <= broken * 4 {
        return None;
    }
    let (text, broken) = mended_utf8(bytes);
    let reason = "nearly every byte is valid UTF-8";
    Some(Decoded { text, encoding: "UTF-8", reason, certainty: Certainty::percent(95), broken })
}

/// Reads UTF-8 with broken bytes among it.
fn mended_utf8(bytes: &[u8]) -> (String, Broken) {
    let mut text = String::with_capacity(bytes.len());
    let mut broken = Broken::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(valid);
        rest = &rest[valid.len()..];
        let known = match surrogate(rest).map(|high| (high, surrogate(&rest[3..]))) {
            Some((high @ 0xD800..0xDC00, Some(low @ 0xDC00..))) => {
                text.extend(char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
                6
            }
            Some(_) => {
                broken.halves += 1;
                3
            }
            None => {
                let invalid = rest.utf8_chunks().next().map_or(0, |chunk| chunk.invalid().len());
                let read = WINDOWS_1252.decode_without_bom_handling(&rest[..invalid.min(1)]).0;
                // The end of the text may have cut a character; a row of bytes is the rest of one, but for
                // those that no character of UTF-8 has.
                let next = rest.get(invalid);
                let alone = !valid.is_empty() && next.is_some_and(|b| !(0x80..0xC0).contains(b));
                let foreign = matches!(rest.first(), Some(0xC0 | 0xC1 | 0xF5..));
                let single = invalid == 1 && (alone || foreign);
                if single && !read.chars().any(char::is_control) {
                    text.push_str(&read);
                    broken.western += 1;
                } else if invalid > 0 {
                    text.push('\u{fffd}');
                    broken.marked += 1;
                }
                invalid
            }
        };
        rest = &rest[known..];
    }
    (text, broken)
}

/// The surrogate at the start of `bytes`, as programs write it that take UTF-16 for characters.
fn surrogate(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F))
        }
        _ => None,
    }
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
    if memchr::memchr(b'\r', text.as_bytes()).is_none()
        && (text.is_ascii() || !text.contains(['\u{85}', '\u{2028}', '\u{2029}']))
    {
        return (text, false);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    // The first bytes of all of them in UTF-8.
    for at in memchr::memchr3_iter(b'\r', 0xC2, 0xE2, text.as_bytes()) {
        if at < from {
            continue;
        }
        let tail = &text[at..];
        let (skip, ends) = match tail.chars().next() {
            Some('\r') if tail.starts_with("\r\n") => (2, "\n"),
            Some('\r') => (1, "\n"),
            Some('\u{85}') => (2, "\n"),
            Some('\u{2028}') => (3, "\n"),
            Some('\u{2029}') => (3, "\n\n"),
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(ends);
        from = at + skip;
    }
    out.push_str(&text[from..]);
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
    fn utf8_with_a_few_other_bytes_stays_utf8() {
        let prose = "“Yes,” she said – “it’s late.” ".repeat(300);
        let of = |damage: &[u8]| {
            let decoded = decode(&[prose.as_bytes(), damage].concat());
            assert_eq!(decoded.encoding, "UTF-8");
            (decoded.text[prose.len()..].to_owned(), decoded.broken)
        };
        let counts = |marked, western, halves| Broken { marked, western, halves };
        assert_eq!(of(b"caf\xe9 now"), ("café now".into(), counts(0, 1, 0)));
        assert_eq!(of(b"cut: \xe2\x80"), ("cut: \u{fffd}".into(), counts(1, 0, 0)));
        assert_eq!(of(b"rest: \x80\x99 too"), ("rest: \u{fffd}\u{fffd} too".into(), counts(2, 0, 0)));
        assert_eq!(of(b"\xff\xfe").0, "ÿþ");
        assert_eq!(of(b"half \xed\xa0\xbd here"), ("half  here".into(), counts(0, 0, 1)));
        assert_eq!(of(b"\xed\xa0\xbd\xed\xb9\x82"), ("\u{1f642}".into(), counts(0, 0, 0)));
        // The same behind a byte order mark, where no other encoding can be meant.
        assert_eq!(decode(b"\xef\xbb\xbfcaf\xe9 now").text, "café now");
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

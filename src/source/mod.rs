//! In: the bytes of a file. Out: the decoded source, and what was learned on the way.

pub mod decode;
pub mod lines;
pub mod measure;
pub mod shape;

use crate::report::{Finding, Rule};

/// How the bytes were read.
pub static ENCODING: Rule = Rule {
    code: "D010",
    name: "encoding",
    what: "Says in which encoding the file was read, and why.",
    why: "A file does not say how its letters are written as bytes. A wrong guess spoils every quotation \
          mark and accent, so the guess is shown.",
    example: "The bytes 93 and 94 around a word are curly quotation marks in windows-1252.",
};

/// Bytes that are no letter.
pub static BROKEN_BYTES: Rule = Rule {
    code: "D020",
    name: "broken-bytes",
    what: "Bytes that mean nothing in the file's encoding stand in the text as U+FFFD. In UTF-8, a single one \
           is read as windows-1252, and half a character (a lone surrogate) is left out.",
    why: "They were letters once. A person has to look at what they should be.",
    example: "`caf\\xE9` in a file that is otherwise UTF-8 becomes `café`.",
};

/// Newlines made one kind.
pub static NEWLINES: Rule = Rule {
    code: "D030",
    name: "newlines",
    what: "Reads CR LF, a lone CR, NEL and the Unicode line and paragraph separators as line ends.",
    why: "Programs end lines in different ways; the text means the same.",
    example: "A file from Windows ends its lines with CR LF.",
};

/// A file that holds no text.
pub static NO_TEXT: Rule = Rule {
    code: "D040",
    name: "no-text",
    what: "Tells that the file is empty or does not look like text.",
    why: "A picture or a program read as text gives a book of nonsense.",
    example: "More than one character in a hundred is a control character.",
};

/// Rules of this stage.
pub static RULES: &[&Rule] = &[&ENCODING, &BROKEN_BYTES, &NEWLINES, &NO_TEXT];

/// The source after decoding.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The decoded source, as every [`crate::text::Span`] counts it. Lines end with `\n`.
    pub decoded: String,
    /// Name of the encoding: `UTF-8`, `windows-1252`…
    pub encoding: &'static str,
    /// Why this encoding.
    pub encoding_reason: &'static str,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Decodes `bytes`. Any bytes give a text.
pub fn read(bytes: &[u8]) -> Source {
    let decode::Decoded { text, encoding, reason, certainty, broken } = decode::decode(bytes);
    let mut findings = vec![
        Finding::note(&ENCODING, None, format!("read as {encoding}: {reason}")).with_certainty(certainty),
    ];
    let (decoded, changed) = decode::newlines(text);
    if changed {
        findings.push(Finding::note(&NEWLINES, None, "line ends of another kind were read as line ends"));
    }
    if !broken.none() {
        findings.push(Finding::warning(&BROKEN_BYTES, None, told(broken)));
    }
    if let Some(message) = not_text(&decoded) {
        findings.push(Finding::warning(&NO_TEXT, None, message));
    }
    Source { decoded, encoding, encoding_reason: reason, findings }
}

fn told(broken: decode::Broken) -> String {
    let parts = [
        (broken.marked, "marked with U+FFFD"),
        (broken.western, "read as windows-1252"),
        (broken.halves, "half a character and left out"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    format!("places with bytes that are no letter: {}", parts.join(", "))
}

fn not_text(decoded: &str) -> Option<&'static str> {
    if decoded.trim().is_empty() {
        return Some("the file holds no text");
    }
    let bytes = decoded.as_bytes();
    // Without jumps and in numbers of one byte, many bytes are looked at together.
    let low = |b: u8| {
        let is = |byte: u8| u8::from(b == byte);
        let text = is(b'\n') | is(b'\t') | is(0x0b) | is(0x0c) | is(0x1a);
        u8::from(b < 0x20) & !text | is(0x7f)
    };
    let low: usize =
        bytes.chunks(255).map(|part| usize::from(part.iter().map(|b| low(*b)).sum::<u8>())).sum();
    // U+0080 to U+009F are C2 80 to C2 9F.
    let high = memchr::memchr_iter(0xC2, bytes).filter(|i| bytes.get(i + 1).is_some_and(|b| *b < 0xA0));
    let controls = low + high.count();
    let all = decoded.chars().count();
    (controls * 100 > all)
        .then_some("the file looks like data rather than text: it is full of control characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_says_how_the_bytes_were_read() {
        let source = read(b"\x93A\x94\r\n");
        assert_eq!(source.decoded, "“A”\n");
        let codes: Vec<_> = source.findings.iter().map(|f| f.rule.code).collect();
        assert_eq!(codes, ["D010", "D030"]);
    }

    #[test]
    fn data_is_told_from_text() {
        assert!(read(&[0, 1, 2, 3, 0, 0, 7]).findings.iter().any(|f| f.rule.code == "D040"));
        assert!(read(b" \n").findings.iter().any(|f| f.rule.code == "D040"));
        assert!(!read(b"A page.\x0cAnother.").findings.iter().any(|f| f.rule.code == "D040"));
    }
}

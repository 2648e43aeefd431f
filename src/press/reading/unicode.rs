//! In: a font dictionary. Out: the text that its codes mean.
//!
//! A font's own `ToUnicode` map comes first (ISO 32000-2, 9.10.3); where there is none, its encoding does.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::super::pdf::follow;
use super::encoding;

/// A map of codes inflates to at most so many bytes.
const MOST_MAP_BYTES: usize = 8 << 20;
/// One range of a map names at most so many codes: no font has more.
const MOST_CODES: u32 = 65_536;

/// The text of a font's codes.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    map: BTreeMap<u32, String>,
    /// Text of the codes 0 to 255 by the font's encoding.
    simple: Vec<String>,
}

impl Meaning {
    /// Reads a font dictionary.
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let stream = font.get(b"ToUnicode").ok().and_then(|m| follow(document, m).as_stream().ok());
        let map = stream
            .and_then(|s| {
                s.decompressed_content_with_limit(MOST_MAP_BYTES).ok().or_else(|| Some(s.content.clone()))
            })
            .map(|bytes| parse(&bytes))
            .unwrap_or_default();
        let wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Type0");
        let simple = if wide { Vec::new() } else { encoding::texts(document, font) };
        Self { map, simple }
    }

    /// The text of a code; empty where nothing is known of it.
    pub(super) fn of(&self, code: u32) -> &str {
        self.map.get(&code).or_else(|| self.simple.get(code as usize)).map_or("", String::as_str)
    }
}

/// A token of a map's program.
enum Token {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

/// Reads the `bfchar` and `bfrange` sections of a map; what is damaged is passed over.
fn parse(program: &[u8]) -> BTreeMap<u32, String> {
    let mut map = BTreeMap::new();
    let mut held: Vec<Token> = Vec::new();
    for token in tokens(program) {
        match &token {
            Token::Word(word) => {
                match word.as_slice() {
                    b"endbfchar" => chars(&held, &mut map),
                    b"endbfrange" => ranges(&held, &mut map),
                    _ => {}
                }
                held.clear();
            }
            Token::Hex(_) | Token::Open | Token::Close => held.push(token),
        }
    }
    map
}

fn chars(held: &[Token], map: &mut BTreeMap<u32, String>) {
    for pair in held.chunks_exact(2) {
        if let [Token::Hex(code), Token::Hex(text)] = pair {
            map.insert(number(code), utf16(text));
        }
    }
}

fn ranges(held: &[Token], map: &mut BTreeMap<u32, String>) {
    let mut at = 0;
    while let (Some(Token::Hex(first)), Some(Token::Hex(last))) = (held.get(at), held.get(at + 1)) {
        let first = number(first);
        let last = number(last).min(first.saturating_add(MOST_CODES));
        match held.get(at + 2) {
            Some(Token::Hex(text)) => {
                for code in first..=last {
                    map.insert(code, utf16(&advanced(text, code - first)));
                }
                at += 3;
            }
            Some(Token::Open) => {
                at += 3;
                let mut code = first;
                while let Some(Token::Hex(text)) = held.get(at) {
                    map.insert(code, utf16(text));
                    code = code.saturating_add(1);
                    at += 1;
                }
                // The closing bracket.
                at += 1;
            }
            _ => return,
        }
    }
}

/// The text whose last unit is so many further.
fn advanced(text: &[u8], by: u32) -> Vec<u8> {
    let mut text = text.to_vec();
    let keep = text.len().saturating_sub(2);
    let last = number(&text[keep..]).saturating_add(by) as u16;
    text.truncate(keep);
    text.extend(last.to_be_bytes());
    text
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| number(pair) as u16);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn tokens(program: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = program.get(at) {
        at += 1;
        match byte {
            b'<' if program.get(at) != Some(&b'<') => {
                let end = program[at..].iter().position(|b| *b == b'>').map_or(program.len(), |n| at + n);
                let digits: Vec<u32> =
                    program[at..end].iter().filter_map(|b| (*b as char).to_digit(16)).collect();
                out.push(Token::Hex(
                    digits.chunks(2).map(|d| (d[0] << 4 | d.get(1).unwrap_or(&0)) as u8).collect(),
                ));
                at = end + 1;
            }
            b'[' => out.push(Token::Open),
            b']' => out.push(Token::Close),
            b if b.is_ascii_alphabetic() => {
                let end = program[at..].iter().position(|b| !b.is_ascii_alphanumeric());
                let end = end.map_or(program.len(), |n| at + n);
                out.push(Token::Word(program[at - 1..end].to_vec()));
                at = end;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_lists_are_read() {
        let map = parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <0041> <0002> <00660069> \
              endbfchar 2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0078> <D835DC00>] endbfrange",
        );
        assert_eq!(map[&1], "A");
        assert_eq!(map[&2], "fi");
        assert_eq!(map[&0x12], "c");
        assert_eq!(map[&0x20], "x");
        assert_eq!(map[&0x21], "\u{1d400}");
    }

    #[test]
    fn damage_is_passed_over() {
        assert!(parse(b"beginbfchar <00").is_empty());
        assert!(parse(b"1 beginbfrange <0001> <FFFFFFFF> endbfrange").is_empty());
    }
}

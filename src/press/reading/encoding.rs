//! In: the encoding of a simple font. Out: the text of each of its 256 codes.
//!
//! A base encoding gives most codes (ISO 32000-2, 9.6.5 and annex D), and a list of differences
//! names glyphs for the rest. Names are read as the Adobe Glyph List Specification says: `eacute`,
//! `f_f_i`, `uni0151`, `a.alt`.

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use lopdf::{Dictionary, Document, Object};
use unicode_normalization::UnicodeNormalization;

use super::super::pdf::follow;

/// Codes above ASCII of the standard encoding: the first code of a row, and the texts of its codes.
static STANDARD: [(u8, &str); 13] = [
    (0xA1, "¡ ¢ £ ⁄ ¥ ƒ § ¤ ' “ « ‹ › fi fl"),
    (0xB1, "– † ‡ ·"),
    (0xB6, "¶ • ‚ „ ” » … ‰"),
    (0xBF, "¿"),
    (0xC1, "` ´ ˆ ˜ ¯ ˘ ˙ ¨"),
    (0xCA, "˚ ¸"),
    (0xCD, "˝ ˛ ˇ —"),
    (0xE1, "Æ"),
    (0xE3, "ª"),
    (0xE8, "Ł Ø Œ º"),
    (0xF1, "æ"),
    (0xF5, "ı"),
    (0xF8, "ł ø œ ß"),
];

/// Names of glyphs that are neither a letter nor a letter with an accent, each with its text behind it.
static NAMES: &str = r#"
    exclam !  quotedbl "  numbersign #  dollar $  percent %  ampersand &  quotesingle '  parenleft (
    parenright )  asterisk *  plus +  comma ,  hyphen -  period .  slash /  zero 0  one 1  two 2
    three 3  four 4  five 5  six 6  seven 7  eight 8  nine 9  colon :  semicolon ;  less <  equal =
    greater >  question ?  at @  bracketleft [  backslash \  bracketright ]  asciicircum ^
    underscore _  grave `  braceleft {  bar |  braceright }  asciitilde ~  exclamdown ¡  cent ¢
    sterling £  currency ¤  yen ¥  brokenbar ¦  section §  dieresis ¨  copyright ©  ordfeminine ª
    guillemotleft «  logicalnot ¬  registered ®  macron ¯  degree °  plusminus ±  twosuperior ²
    threesuperior ³  acute ´  mu µ  paragraph ¶  periodcentered ·  middot ·  cedilla ¸  onesuperior ¹
    ordmasculine º  guillemotright »  onequarter ¼  onehalf ½  threequarters ¾  questiondown ¿
    multiply ×  divide ÷  florin ƒ  circumflex ˆ  caron ˇ  breve ˘  dotaccent ˙  ring ˚  ogonek ˛
    tilde ˜  hungarumlaut ˝  endash –  emdash —  horizontalbar ―  quoteleft ‘  quoteright ’
    quotesinglbase ‚  quotereversed ‛  quotedblleft “  quotedblright ”  quotedblbase „  dagger †
    daggerdbl ‡  bullet •  ellipsis …  perthousand ‰  minute ′  second ″  guilsinglleft ‹
    guilsinglright ›  fraction ⁄  Euro €  trademark ™  minus −  AE Æ  OE Œ  Oslash Ø  Lslash Ł  Eth Ð
    Thorn Þ  Dcroat Đ  Hbar Ħ  Eng Ŋ  germandbls ß  longs ſ  ae æ  oe œ  oslash ø  lslash ł  eth ð
    thorn þ  dcroat đ  hbar ħ  eng ŋ  dotlessi ı  dotlessj ȷ  ff ff  fi fi  fl fl  ffi ffi  ffl ffl
    asteriskmath ∗  lozenge ◊"#;

/// Accents behind a letter's name.
static ACCENTS: [(&str, char); 14] = [
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("tilde", '\u{303}'),
    ("ring", '\u{30a}'),
    ("cedilla", '\u{327}'),
    ("caron", '\u{30c}'),
    ("breve", '\u{306}'),
    ("macron", '\u{304}'),
    ("ogonek", '\u{328}'),
    ("dotaccent", '\u{307}'),
    ("hungarumlaut", '\u{30b}'),
    ("commaaccent", '\u{326}'),
];

/// The text of the codes 0 to 255 of a simple font; empty where nothing is known of one.
pub(super) fn texts(document: &Document, font: &Dictionary) -> Vec<String> {
    let encoding = font.get(b"Encoding").ok().map(|e| follow(document, e));
    let named = encoding.and_then(|e| e.as_name().ok());
    let listed = encoding.and_then(|e| e.as_dict().ok());
    let base = named.or_else(|| listed.and_then(|d| d.get(b"BaseEncoding").ok()?.as_name().ok()));
    let mut texts: Vec<String> = (0..=255).map(|code| of_base(base, code)).collect();
    let differences = listed.and_then(|d| follow(document, d.get(b"Differences").ok()?).as_array().ok());
    let mut code = 0;
    for entry in differences.into_iter().flatten() {
        match follow(document, entry) {
            Object::Integer(first) => code = usize::try_from(*first).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let Some(text) = texts.get_mut(code) {
                    *text = glyph_text(&String::from_utf8_lossy(name));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    texts
}

fn of_base(base: Option<&[u8]>, code: u8) -> String {
    let decoded = |encoding: &'static encoding_rs::Encoding| {
        let byte = [code];
        let (text, _) = encoding.decode_without_bom_handling(&byte);
        if text.contains(char::is_control) { String::new() } else { text.into_owned() }
    };
    match base {
        Some(b"WinAnsiEncoding") => decoded(WINDOWS_1252),
        Some(b"MacRomanEncoding") => decoded(MACINTOSH),
        _ => match code {
            b'\'' => "’".to_owned(),
            b'`' => "‘".to_owned(),
            b' '..=b'~' => char::from(code).to_string(),
            _ => STANDARD
                .iter()
                .rev()
                .find(|(first, _)| *first <= code)
                .and_then(|(first, texts)| texts.split(' ').nth(usize::from(code - first)))
                .unwrap_or_default()
                .to_owned(),
        },
    }
}

/// What the glyph of this name shows; empty where the name says nothing.
fn glyph_text(name: &str) -> String {
    // What stands behind a point says how the glyph looks.
    let name = name.split('.').next().unwrap_or_default();
    name.split('_').map(component).collect()
}

fn component(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next();
    if let Some(letter) = first.filter(char::is_ascii_alphabetic) {
        let rest = chars.as_str();
        if rest.is_empty() {
            return letter.to_string();
        }
        if let Some((_, accent)) = ACCENTS.iter().find(|(name, _)| *name == rest) {
            return [letter, *accent].into_iter().nfc().collect();
        }
    }
    let mut names = NAMES.split_whitespace();
    while let (Some(known), Some(text)) = (names.next(), names.next()) {
        if known == name {
            return text.to_owned();
        }
    }
    match name {
        "space" => return " ".to_owned(),
        "nbspace" | "nonbreakingspace" => return "\u{a0}".to_owned(),
        "softhyphen" | "sfthyphen" => return "\u{ad}".to_owned(),
        _ => {}
    }
    if let Some(units) =
        name.strip_prefix("uni").filter(|u| !u.is_empty() && u.len() % 4 == 0 && u.is_ascii())
    {
        let parts = (0..units.len()).step_by(4).map(|i| u16::from_str_radix(&units[i..i + 4], 16).ok());
        return parts
            .collect::<Option<Vec<u16>>>()
            .and_then(|u| String::from_utf16(&u).ok())
            .unwrap_or_default();
    }
    name.strip_prefix('u')
        .filter(|digits| (4..=6).contains(&digits.len()))
        .and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?))
        .map_or_else(String::new, String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_their_glyphs_show() {
        for (name, text) in [
            ("a", "a"),
            ("eacute", "é"),
            ("Scaron", "Š"),
            ("f_f_i", "ffi"),
            ("a.sc", "a"),
            ("uni0151", "ő"),
            ("uni00660069", "fi"),
            ("u1F600", "\u{1f600}"),
            ("quotedblleft", "“"),
            ("g123", ""),
            (".notdef", ""),
        ] {
            assert_eq!(glyph_text(name), text, "{name}");
        }
    }

    #[test]
    fn differences_stand_over_the_base() {
        let mut encoding = Dictionary::new();
        encoding.set("BaseEncoding", Object::Name(b"WinAnsiEncoding".to_vec()));
        let name = |n: &str| Object::Name(n.as_bytes().to_vec());
        encoding.set(
            "Differences",
            vec![Object::Integer(65), name("ffi"), name("nonsense"), 200.into(), name("x")],
        );
        let mut font = Dictionary::new();
        font.set("Encoding", Object::Dictionary(encoding));
        let texts = texts(&Document::new(), &font);
        assert_eq!(
            [&*texts[65], &*texts[66], &*texts[67], &*texts[200], &*texts[0x93]],
            ["ffi", "", "C", "x", "“"]
        );
    }

    #[test]
    fn a_font_that_says_nothing_has_the_standard_encoding() {
        let texts = texts(&Document::new(), &Dictionary::new());
        assert_eq!(
            [&*texts[0x27], &*texts[0x41], &*texts[0xAE], &*texts[0xFA], &*texts[0xFF]],
            ["’", "A", "fi", "œ", ""]
        );
    }
}

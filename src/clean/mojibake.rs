//! In: the text. Out: the text with letters restored that were decoded twice over
//! (UTF-8 read as windows-1252, saved again).

use std::borrow::Cow;

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

/// Letters decoded twice.
pub static MOJIBAKE: Rule = Rule {
    code: "C005",
    name: "mojibake",
    what: "Restores letters that were decoded with the wrong encoding before the file was saved.",
    why: "A program read UTF-8 as windows-1252; the damage can be undone exactly, letter by letter.",
    example: "`donâ€™t` becomes `don’t`, `cafÃ©` becomes `café`.",
};

/// Restores such letters.
#[derive(Clone, Copy, Debug)]
pub struct Mojibake;

static RULES: [&Rule; 1] = [&MOJIBAKE];

impl Pass<Context<'_>> for Mojibake {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, _: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        if s.is_ascii() {
            return Vec::new();
        }
        let found = sequences(s);
        // A single pair such as `Ã©` may be meant; a text that has the damage has it often, and
        // the three-letter forms of quotation marks and dashes never occur by chance.
        let telling = found.iter().filter(|(r, _)| s[r.clone()].chars().count() > 2).count();
        let certainty = if telling > 0 || found.len() > 5 { 99 } else { 85 };
        found
            .into_iter()
            .map(|(range, letter)| {
                let message = format!("`{}` restored to `{letter}`", &s[range.clone()]);
                let edit = Edit::Replace { range: range.clone(), with: Cow::Owned(letter.to_string()) };
                Proposal::new(&MOJIBAKE, range, message, vec![edit])
                    .with_certainty(Certainty::percent(certainty))
            })
            .collect()
    }
}

/// Ranges that are the windows-1252 reading of one UTF-8 character, with that character.
fn sequences(s: &str) -> Vec<(std::ops::Range<usize>, char)> {
    let mut out = Vec::new();
    let mut taken = 0;
    // The letters as which windows-1252 reads first bytes of UTF-8; their own UTF-8 begins with C3.
    let leads = ['Â', 'Ã', 'Ä', 'Å', 'â', 'Î', 'Ï', 'Ð', 'Ñ', 'ð'];
    for start in memchr::memchr_iter(0xC3, s.as_bytes()) {
        if start < taken || !s[start..].starts_with(leads) {
            continue;
        }
        let mut bytes = [0_u8; 4];
        let mut end = start;
        for (n, c) in s[start..].chars().take(4).enumerate() {
            let Some(byte) = windows_1252(c) else { break };
            bytes[n] = byte;
            end += c.len_utf8();
            if n > 0
                && let Ok(one) = std::str::from_utf8(&bytes[..=n])
                && let Some(letter) = one.chars().next()
            {
                if is_likely(letter) {
                    out.push((start..end, letter));
                    taken = end;
                }
                break;
            }
        }
    }
    out
}

/// Whether books use the restored letter: no control characters or private ones.
fn is_likely(c: char) -> bool {
    !c.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&c) && c != '\u{ad}'
}

/// What windows-1252 has between 0x80 and 0x9f.
const HIGH: &[(char, u8)] = &[
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

/// The byte that windows-1252 reads as `c`.
fn windows_1252(c: char) -> Option<u8> {
    let code = u32::from(c);
    if (0x80..=0xff).contains(&code) {
        return Some(code as u8);
    }
    HIGH.iter().find(|(h, _)| *h == c).map(|(_, b)| *b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(s: &str) -> String {
        let mut text = Text::from_source(s);
        let edits: Vec<Edit> =
            sequences(s).into_iter().map(|(r, c)| Edit::replace(r, c.to_string())).collect();
        text.apply(&edits);
        text.as_str().to_owned()
    }

    #[test]
    fn double_decoding_is_undone() {
        assert_eq!(repaired("donâ€™t â€œgoâ€\u{9d} cafÃ© â€” naÃ¯ve"), "don’t “go” café — naïve");
    }

    #[test]
    fn real_accents_stay() {
        for s in ["Ãgua", "Âge d’or", "château", "Ångström", "Ärger “so”", "pâté", "À Â Ã", "Ñandú", "Ê — â…"]
        {
            assert_eq!(repaired(s), s);
        }
    }
}

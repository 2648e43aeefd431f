//! In: the text. Out: the same text in plain characters: nothing invisible, no letters glued
//! together for the look of them, accents composed.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::Rule;
use crate::text::{Edit, Text};

/// Characters that show nothing.
pub static INVISIBLE: Rule = Rule {
    code: "C010",
    name: "invisible-characters",
    what: "Removes zero-width spaces, word joiners and byte order marks from the middle of the text. Joiners \
           stay in scripts that need them.",
    why: "They come from web pages, break searching and hyphenation, and print as nothing or as a box.",
    example: "`won<U+200B>derful` becomes `wonderful`.",
};

/// Soft hyphens.
pub static SOFT_HYPHEN: Rule = Rule {
    code: "C011",
    name: "soft-hyphens",
    what: "Removes soft hyphens (U+00AD).",
    why: "Words are hyphenated anew when the page is set; old hints would forbid better places.",
    example: "`won<U+00AD>der` becomes `wonder`.",
};

/// Ligatures as characters.
pub static LIGATURE: Rule = Rule {
    code: "C012",
    name: "ligatures",
    what: "Takes `ﬁ`, `ﬂ`, `ﬀ` and their kin apart into letters.",
    why: "A font makes ligatures by itself; as characters they break searching, hyphenation and reading aloud.",
    example: "`oﬃce` becomes `office`.",
};

/// Long s.
pub static LONG_S: Rule = Rule {
    code: "C013",
    name: "long-s",
    what: "Turns the long s of old prints into s.",
    why: "Readers take it for an f, and readers' search finds no word that has it.",
    example: "`ſoft` becomes `soft`.",
};

/// Control characters.
pub static CONTROL: Rule = Rule {
    code: "C014",
    name: "control-characters",
    what: "Removes control characters other than line ends, tabs and form feeds.",
    why: "They mean nothing in a book, and no e-book may hold them.",
    example: "The mark that old systems put at a file's end (U+001A) goes.",
};

/// Accents written apart.
pub static COMPOSED: Rule = Rule {
    code: "C015",
    name: "composed-accents",
    what: "Joins letters and the accents that stand behind them into one character (Unicode form NFC).",
    why: "Fonts have the joined letters, well drawn; searching finds them.",
    example: "`e` and U+0301 become `é`.",
};

/// One proposal for all the edits of a kind, or none.
fn all(rule: &'static Rule, what: &str, edits: Vec<Edit>) -> Vec<Proposal> {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return Vec::new() };
    let range = first.range().start..last.range().end;
    let message = format!("{what} in {} place{}", edits.len(), if edits.len() == 1 { "" } else { "s" });
    vec![Proposal::new(rule, range, message, edits)]
}

macro_rules! character_pass {
    ($(#[$doc:meta])* $name:ident, $rule:ident, $rules:ident, $what:literal, $find:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        static $rules: [&Rule; 1] = [&$rule];
        impl Pass<Context<'_>> for $name {
            fn rules(&self) -> &'static [&'static Rule] {
                &$rules
            }
            fn propose(&self, text: &Text, _: &Context<'_>) -> Vec<Proposal> {
                let find: fn(&str) -> Vec<Edit> = $find;
                all(&$rule, $what, find(text.as_str()))
            }
        }
    };
}

character_pass!(
    /// Removes invisible characters.
    Invisible, INVISIBLE, INVISIBLE_RULES, "invisible characters removed", invisible
);
character_pass!(
    /// Removes soft hyphens.
    SoftHyphens, SOFT_HYPHEN, SOFT_HYPHEN_RULES, "soft hyphens removed",
    |s| replace(s, 0xC2, |c| (c == '\u{ad}').then_some(""))
);
character_pass!(
    /// Takes ligatures apart.
    Ligatures, LIGATURE, LIGATURE_RULES, "ligatures taken apart",
    |s| replace(s, 0xEF, |c| match c {
        'ﬀ' => Some("ff"),
        'ﬁ' => Some("fi"),
        'ﬂ' => Some("fl"),
        'ﬃ' => Some("ffi"),
        'ﬄ' => Some("ffl"),
        'ﬅ' | 'ﬆ' => Some("st"),
        _ => None,
    })
);
character_pass!(
    /// Turns long s into s.
    LongS, LONG_S, LONG_S_RULES, "long s turned into s",
    |s| replace(s, 0xC5, |c| (c == 'ſ').then_some("s"))
);
character_pass!(
    /// Removes control characters.
    Controls, CONTROL, CONTROL_RULES, "control characters removed", controls
);
character_pass!(
    /// Composes accents.
    Composed, COMPOSED, COMPOSED_RULES, "accents joined to their letters", compose
);

/// Edits for the characters whose UTF-8 begins with the byte `lead`, where `with` knows one.
fn replace(s: &str, lead: u8, with: fn(char) -> Option<&'static str>) -> Vec<Edit> {
    memchr::memchr_iter(lead, s.as_bytes())
        .filter_map(|i| {
            let c = s[i..].chars().next()?;
            Some(Edit::replace(i..i + c.len_utf8(), with(c)?))
        })
        .collect()
}

fn invisible(s: &str) -> Vec<Edit> {
    let zero_width =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}');
    // The bytes with which their UTF-8 begins.
    memchr::memchr2_iter(0xE2, 0xEF, s.as_bytes())
        .filter_map(|i| Some((i, s[i..].chars().next().filter(|c| zero_width(*c))?)))
        .filter(|(i, c)| {
            // Joiners and direction marks are spelling in Arabic, Hebrew and Indic scripts and in emoji.
            let around = s[..*i].chars().next_back().into_iter().chain(s[i + c.len_utf8()..].chars().next());
            matches!(*c, '\u{200b}' | '\u{2060}' | '\u{feff}')
                || around.into_iter().all(|c| c < '\u{590}' || ('\u{2000}'..'\u{2070}').contains(&c))
        })
        .map(|(i, c)| Edit::delete(i..i + c.len_utf8()))
        .collect()
}

fn controls(s: &str) -> Vec<Edit> {
    let bytes = s.as_bytes();
    // Control characters are below U+0020, U+007F, and U+0080 to U+009F: C2 80 to C2 9F.
    let is_control = move |(i, b): (usize, u8)| match b {
        b'\n' | b'\t' | 0x0b | 0x0c => None,
        0..0x20 | 0x7f => Some(i..i + 1),
        0xC2 => bytes.get(i + 1).is_some_and(|next| *next < 0xA0).then_some(i..i + 2),
        _ => None,
    };
    // Nearly no part of a text has one: what none of its bytes can begin is passed over at once.
    let may_begin =
        |b: &u8| u8::from(*b < 0x20 && !(0x09..=0x0c).contains(b)) | u8::from(matches!(*b, 0x7f | 0xC2));
    let parts =
        bytes.chunks(PART).enumerate().filter(|(_, p)| p.iter().fold(0, |any, b| any | may_begin(b)) != 0);
    let controls = parts.flat_map(|(n, part)| {
        let found = part.iter().copied().enumerate();
        found.filter_map(move |(i, b)| is_control((n * PART + i, b)))
    });
    controls.map(Edit::delete).collect()
}

/// Bytes that are looked at together.
const PART: usize = 256;

/// Edits that bring each run of characters which is not in NFC into it.
fn compose(s: &str) -> Vec<Edit> {
    if s.is_ascii() || is_nfc_quick(s.chars()) == IsNormalized::Yes {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for run in clusters(s) {
        let part = &s[run.clone()];
        let composed: String = part.nfc().collect();
        if composed != part {
            edits.push(Edit::Replace { range: run, with: Cow::Owned(composed) });
        }
    }
    edits
}

/// Ranges of a character and the combining marks behind it, where there are such marks, and
/// single characters that NFC replaces.
fn clusters(s: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let combining = |c: char| unicode_normalization::char::canonical_combining_class(c) != 0;
    let mut chars = s.char_indices().peekable();
    std::iter::from_fn(move || {
        while let Some((start, c)) = chars.next() {
            let mut end = start + c.len_utf8();
            if c.is_ascii() && chars.peek().is_none_or(|(_, n)| n.is_ascii()) {
                continue;
            }
            while let Some((i, n)) =
                chars.next_if(|(_, n)| combining(*n) || ('\u{1160}'..='\u{11ff}').contains(n))
            {
                end = i + n.len_utf8();
            }
            if end > start + c.len_utf8() || is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes {
                return Some(start..end);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(s: &str, edits: &[Edit]) -> String {
        let mut text = Text::from_source(s);
        text.apply(edits);
        text.as_str().to_owned()
    }

    #[test]
    fn accents_are_composed_and_other_letters_left() {
        let s = "cafe\u{301} и\u{306} naïve \u{212b} e\u{323}\u{302}";
        assert_eq!(apply(s, &compose(s)), "café й naïve Å ệ");
        assert!(compose("café “x” — й").is_empty());
    }

    #[test]
    fn joiners_stay_where_scripts_need_them() {
        let s = "won\u{200b}der \u{feff}می\u{200c}خواهم a\u{200d}b";
        assert_eq!(apply(s, &invisible(s)), "wonder می\u{200c}خواهم ab");
    }

    #[test]
    fn controls_go_but_layout_stays() {
        let s = "a\u{0}b\n\tc\u{c}d\u{1a}";
        assert_eq!(apply(s, &controls(s)), "ab\n\tc\u{c}d");
    }
}

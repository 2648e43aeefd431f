//! In: a text. Out: its quotation marks, each with what stands on both sides of it.

use crate::typography::code;
use crate::typography::customs::Customs;
use crate::typography::slots::Slot;

/// Whether a mark is of the double or of the single kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::typography) enum Class {
    Double,
    Single,
}

/// How the mark is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::typography) enum Look {
    /// `"` or `'`.
    Straight,
    /// Typed with other characters: a backtick, two single marks, two low commas.
    Typed,
    /// A typographic mark.
    Set,
}

/// What the look alone says of the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bias {
    Open,
    Close,
    Neither,
}

/// What stands on one side of a mark, other quotation marks left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The text begins or ends.
    Edge,
    Space,
    Letter,
    Digit,
    Dash,
    Hyphen,
    /// `(`, `[`, `¿`, `«`…
    Opening,
    /// `.`, `,`, `?`, `)`…
    Stop,
    Ellipsis,
    Other,
}

impl Side {
    /// Whether an opening mark may follow it.
    pub(super) const fn opens(self) -> bool {
        matches!(self, Self::Edge | Self::Space | Self::Opening)
    }

    /// Whether a closing mark may precede it.
    pub(super) const fn closes(self) -> bool {
        matches!(self, Self::Edge | Self::Space | Self::Stop)
    }

    pub(super) const fn is_word(self) -> bool {
        matches!(self, Self::Letter | Self::Digit)
    }
}

/// A quotation mark, apostrophe or prime in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) class: Class,
    pub(super) look: Look,
    pub(super) bias: Bias,
    pub(super) left: Side,
    pub(super) right: Side,
    /// Whether the neighbour itself is a quotation mark.
    pub(super) left_mark: bool,
    pub(super) right_mark: bool,
    /// Whether it and the next mark enclose a single word.
    pub(super) one_word: bool,
    /// Whether only quotation marks stand before it in its text.
    pub(super) first: bool,
    /// How well it could open, close, be an apostrophe, be a prime: log odds.
    pub(super) score: [f32; 4],
}

/// How the book uses marks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// Whether two single marks stand for a double one.
    pub(super) typed_pairs: bool,
    /// Whether `,,` opens.
    pub(super) low_commas: bool,
    /// How much the book's dialogue speaks for single marks as the outer ones: log odds.
    pub(super) single_outer: f32,
    /// Whether its typographic marks were set by a word processor, which turns every mark behind
    /// a space into an opening one and every mark behind a dash into a closing one.
    pub(super) automatic: bool,
    /// Whether `“` closes.
    pub(super) low_marks: bool,
    /// Whether one mark serves for both ends.
    pub(super) same_marks: bool,
}

/// Bytes with which the UTF-8 of a mark can begin.
static MAY_BEGIN_MARK: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < MARK_LEADS.len() {
        table[MARK_LEADS[i] as usize] = true;
        i += 1;
    }
    table
};
/// `« » ´` begin with C2, the curly and low marks with E2.
const MARK_LEADS: &[u8] = b"\"'`,\xC2\xE2";

impl Habits {
    pub(super) fn of(slots: &[Slot<'_>], customs: &Customs) -> Self {
        let (mut doubles, mut singles) = (0_u32, 0_u32);
        let (mut backticks, mut commas, mut pairs) = (0_u32, 0_u32, 0_u32);
        let mut straight = 0_u32;
        // Opening marks and apostrophes before words that are always elided.
        let mut elided = [0_u32; 2];
        for slot in slots {
            let text = slot.text.as_str();
            for (at, _) in text.bytes().enumerate().filter(|(_, b)| MAY_BEGIN_MARK[usize::from(*b)]) {
                let Some(c) = text[at..].chars().next() else { continue };
                let opens =
                    || at == 0 || text[..at].ends_with(|b: char| b.is_whitespace() || matches!(b, '(' | '—'));
                match c {
                    '"' | '“' | '«' | '„' | '»' => {
                        straight += u32::from(c == '"');
                        doubles += u32::from(opens());
                    }
                    '’' => elided[1] += u32::from(opens() && begins_elided(&text[at + c.len_utf8()..])),
                    '\'' | '‘' | '‚' | '‹' => {
                        elided[0] += u32::from(c == '‘' && begins_elided(&text[at + c.len_utf8()..]));
                        let next = text[at + c.len_utf8()..].chars().next();
                        singles += u32::from(opens() && next.is_some_and(|n| n.is_uppercase() || n == '…'));
                        pairs += u32::from(c == '\'' && next == Some('\''));
                    }
                    '`' => backticks += u32::from(text[at + 1..].starts_with('`')),
                    ',' => {
                        let next = text[at + 1..].strip_prefix(',').and_then(|rest| rest.chars().next());
                        commas += u32::from(opens() && next.is_some_and(char::is_alphanumeric));
                    }
                    _ => {}
                }
            }
        }
        Self {
            typed_pairs: backticks > 0 || commas > 0 || (pairs >= 4 && straight < pairs),
            low_commas: commas > 0,
            single_outer: outer(singles, doubles),
            automatic: elided[0] > 2 * elided[1],
            low_marks: customs.low_marks,
            same_marks: customs.same_marks,
        }
    }
}

/// Whether `after` begins with a word that is always elided, in any style of its capital.
fn begins_elided(after: &str) -> bool {
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    matches!(
        &after[..end],
        "tis" | "Tis" | "twas" | "Twas" | "em" | "twill" | "Twill" | "til" | "bout" | "ere" | "im"
    ) || end == 2 && after.starts_with(|c: char| c.is_ascii_digit())
        || end == 3 && after[..end].ends_with("0s")
}

/// Single marks as the outer ones, in a book that does so and in one that does not.
const OUTER_SINGLE: f32 = 1.1;
const ODD_SINGLE: f32 = -0.9;

/// By how many opening marks of both kinds the book seems to have: a short text tells little.
fn outer(singles: u32, doubles: u32) -> f32 {
    let sure = ((singles + doubles) as f32 / 8.0).min(1.0);
    if singles * 2 > doubles * 3 { OUTER_SINGLE * sure } else { ODD_SINGLE * sure.max(0.5) }
}

/// The marks of `text`, in order, with their neighbours and no scores yet.
pub(super) fn find(text: &str, habits: &Habits) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut only_marks = true;
    let mut code = code::spans(text).into_iter().peekable();
    while at < bytes.len() {
        if let Some(span) = code.next_if(|c| c.start <= at) {
            at = at.max(span.end);
            only_marks = false;
            continue;
        }
        let may = MAY_BEGIN_MARK[usize::from(bytes[at])];
        let Some((length, class, look, bias)) = may.then(|| mark_at(text, at, habits)).flatten() else {
            only_marks = only_marks && bytes[at].is_ascii_whitespace();
            at += 1;
            continue;
        };
        let end = at + length;
        let (left, left_mark) = side_before(text, at);
        let (right, right_mark) = side_after(text, end);
        tokens.push(Token {
            start: at as u32,
            end: end as u32,
            class,
            look,
            bias,
            left,
            right,
            left_mark,
            right_mark,
            one_word: false,
            first: only_marks,
            score: [0.0; 4],
        });
        at = end;
    }
    tokens
}

/// The mark that begins at byte `at`: its length and kind.
fn mark_at(text: &str, at: usize, habits: &Habits) -> Option<(usize, Class, Look, Bias)> {
    let rest = &text.as_bytes()[at..];
    let found = match rest {
        [b'"', ..] => (1, Class::Double, Look::Straight, Bias::Neither),
        [b'\'', b'\'', ..] if habits.typed_pairs => (2, Class::Double, Look::Typed, Bias::Close),
        [b'\'', ..] => (1, Class::Single, Look::Straight, Bias::Neither),
        [b'`', b'`', ..] => (2, Class::Double, Look::Typed, Bias::Open),
        [b'`', ..] => (1, Class::Single, Look::Typed, Bias::Open),
        [b',', b',', next, ..] if habits.low_commas && (next.is_ascii_alphanumeric() || *next >= 0x80) => {
            (2, Class::Double, Look::Typed, Bias::Open)
        }
        [0xC2, 0xB4, ..] => (2, Class::Single, Look::Typed, Bias::Close),
        [0xE2, 0x80, last, ..] => {
            let (class, bias) = set_mark(*last, habits)?;
            (3, class, Look::Set, bias)
        }
        _ => return None,
    };
    Some(found)
}

/// The typographic marks U+2018 to U+201F by their last byte.
const fn set_mark(last: u8, habits: &Habits) -> Option<(Class, Bias)> {
    Some(match last {
        // ‘ ’ ‚ ‛
        0x98 => (Class::Single, if habits.low_marks { Bias::Neither } else { Bias::Open }),
        0x99 => (Class::Single, Bias::Close),
        0x9A | 0x9B => (Class::Single, Bias::Open),
        // “ ” „ ‟
        0x9C => (Class::Double, if habits.low_marks { Bias::Close } else { Bias::Open }),
        0x9D => (Class::Double, if habits.same_marks { Bias::Neither } else { Bias::Close }),
        0x9E | 0x9F => (Class::Double, Bias::Open),
        _ => return None,
    })
}

/// Whether `c` is a mark that [`find`] reads.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '´' | '\u{2018}'..='\u{201F}')
}

/// So many marks in a row are looked past; more are no quotation.
const MOST_MARKS: usize = 4;

fn side_before(text: &str, at: usize) -> (Side, bool) {
    let mut chars = text[..at].char_indices().rev();
    let mut marks = 0;
    let found = loop {
        match chars.next() {
            None => break None,
            Some((_, c)) if is_mark(c) && marks < MOST_MARKS => marks += 1,
            Some(found) => break Some(found),
        }
    };
    let Some((i, c)) = found else { return (Side::Edge, marks > 0) };
    let side = match c {
        '.' if text[..i].ends_with("..") || text[..i].ends_with(". .") => Side::Ellipsis,
        '-' if text[..i].ends_with('-') || text[..i].ends_with(' ') => Side::Dash,
        _ => side(c, true),
    };
    (side, marks > 0)
}

fn side_after(text: &str, at: usize) -> (Side, bool) {
    let mut chars = text[at..].char_indices();
    let mut marks = 0;
    let found = loop {
        match chars.next() {
            None => break None,
            Some((_, c)) if is_mark(c) && marks < MOST_MARKS => marks += 1,
            Some(found) => break Some(found),
        }
    };
    let Some((i, c)) = found else { return (Side::Edge, marks > 0) };
    let rest = &text[at + i + c.len_utf8()..];
    let side = match c {
        '.' if rest.starts_with("..") || rest.starts_with(" . .") => Side::Ellipsis,
        '-' if rest.starts_with(['-', ' ']) => Side::Dash,
        _ => side(c, false),
    };
    (side, marks > 0)
}

fn side(c: char, before: bool) -> Side {
    match c {
        _ if c.is_alphabetic() => Side::Letter,
        _ if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' => Side::Space,
        _ if c.is_numeric() => Side::Digit,
        '—' | '–' | '―' | '⸺' | '⸻' => Side::Dash,
        '-' | '\u{2010}' | '\u{2011}' => Side::Hyphen,
        '(' | '[' | '{' | '¿' | '¡' => Side::Opening,
        '«' | '»' | '‹' | '›' => {
            if before {
                Side::Opening
            } else {
                Side::Stop
            }
        }
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '%' | '′' | '″' => Side::Stop,
        '…' => Side::Ellipsis,
        _ if is_mark(c) => Side::Edge,
        // Combining marks belong to the letter before them.
        '\u{300}'..='\u{36f}' => Side::Letter,
        _ => Side::Other,
    }
}

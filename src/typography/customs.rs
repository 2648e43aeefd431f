//! In: the language and the marks that the text already has. Out: the marks to set.

use super::language::Language;
use super::slots::Slot;

/// How a work sets its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Customs {
    /// Opening and closing marks for what is typed `"`.
    pub(super) double: (char, char),
    /// Opening and closing marks for what is typed `'`.
    pub(super) single: (char, char),
    /// How a dash between words is set.
    pub(super) dash: Dash,
    /// Whether `« »` and `; : ! ?` have a narrow space.
    pub(super) french_spaces: bool,
    /// Whether `“` closes, as in „German“.
    pub(super) low_marks: bool,
    /// Whether one mark serves for both ends, as in ”Swedish”.
    pub(super) same_marks: bool,
    /// Whether `»` opens and `«` closes.
    pub(super) reversed: bool,
}

/// How a dash between words is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dash {
    /// `word—word`
    EmClosed,
    /// `word – word`
    EnSpaced,
    /// `word — word`
    EmSpaced,
    /// `word —word— word`
    EmClinging,
}

/// The customs of `language` (`tag` tells its variant), bent to what the texts already have:
/// a style that somebody chose stays.
pub(super) fn of(language: Language, tag: &str, slots: &[Slot<'_>]) -> Customs {
    let seen = Seen::count(slots);
    let mut customs = plain(language, tag);
    customs.low_marks = customs.double.0 == '„' || seen.low > 0 && seen.low * 3 >= seen.high_open;
    customs.reversed = seen.reversed > seen.outward;
    if seen.low > 0 && customs.low_marks {
        let close = if seen.high_close > seen.high_open {
            '”'
        } else if seen.high_open > 0 || customs.double.0 != '„' {
            '“'
        } else {
            customs.double.1
        };
        customs.double = ('„', close);
    } else if customs.same_marks {
        // One who opens with another mark than he closes with means both.
        customs.same_marks = seen.high_open == 0 || seen.high_open * 3 < seen.high_close;
        customs.double = if customs.same_marks { ('”', '”') } else { ('“', '”') };
    } else if seen.high_open + seen.high_close >= SETTLED
        && seen.guillemets() < seen.high_open + seen.high_close
    {
        customs.same_marks = seen.high_open * 20 < seen.high_close;
        customs.double = if customs.same_marks { ('”', '”') } else { ('“', '”') };
    } else if seen.guillemets() >= SETTLED {
        customs.double = if customs.reversed { ('»', '«') } else { ('«', '»') };
    }
    customs.same_marks |= customs.double.0 == customs.double.1;
    customs
}

/// So many typographic marks make a habit.
const SETTLED: u32 = 6;

const fn plain(language: Language, tag: &str) -> Customs {
    let base = Customs {
        double: ('“', '”'),
        single: ('‘', '’'),
        dash: Dash::EmClosed,
        french_spaces: false,
        low_marks: false,
        same_marks: false,
        reversed: false,
    };
    match language {
        Language::English | Language::Other => base,
        Language::French => Customs {
            double: ('«', '»'),
            single: ('“', '”'),
            dash: Dash::EmSpaced,
            french_spaces: true,
            ..base
        },
        Language::German => {
            Customs { double: ('„', '“'), single: ('‚', '‘'), dash: Dash::EnSpaced, ..base }
        }
        Language::Spanish => {
            Customs { double: ('«', '»'), single: ('‘', '’'), dash: Dash::EmClinging, ..base }
        }
        Language::Italian => {
            Customs { double: ('«', '»'), single: ('“', '”'), dash: Dash::EnSpaced, ..base }
        }
        Language::Dutch => Customs { dash: Dash::EnSpaced, ..base },
        Language::Polish => {
            Customs { double: ('„', '”'), single: ('«', '»'), dash: Dash::EmSpaced, ..base }
        }
        Language::Russian => {
            Customs { double: ('«', '»'), single: ('„', '“'), dash: Dash::EmSpaced, ..base }
        }
        Language::Swedish => {
            Customs {
                double: ('”', '”'), single: ('’', '’'), dash: Dash::EnSpaced, same_marks: true, ..base
            }
        }
        Language::Portuguese => {
            let european = matches!(tag.as_bytes(), [_, _, b'-', b'P' | b'p', b'T' | b't', ..]);
            Customs {
                double: if european { ('«', '»') } else { ('“', '”') }, dash: Dash::EmSpaced, ..base
            }
        }
    }
}

/// Typographic marks that stand in the texts.
#[derive(Default)]
struct Seen {
    low: u32,
    high_open: u32,
    high_close: u32,
    outward: u32,
    reversed: u32,
}

impl Seen {
    const fn guillemets(&self) -> u32 {
        self.outward + self.reversed
    }

    fn count(slots: &[Slot<'_>]) -> Self {
        let mut seen = Self::default();
        for slot in slots {
            let text = slot.text.as_str();
            if text.is_ascii() {
                continue;
            }
            let mut before = ' ';
            for c in text.chars() {
                match c {
                    '„' => seen.low += 1,
                    '“' => seen.high_open += 1,
                    '”' => seen.high_close += 1,
                    '»' if before.is_whitespace() && before != '\u{a0}' && before != '\u{202f}' => {
                        seen.reversed += 1;
                    }
                    '«' if before.is_alphanumeric() || matches!(before, '.' | ',' | '!' | '?') => {
                        seen.reversed += 1;
                    }
                    '«' | '»' => seen.outward += 1,
                    _ => {}
                }
                before = c;
            }
        }
        seen
    }
}

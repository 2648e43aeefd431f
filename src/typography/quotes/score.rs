//! In: a mark and its text. Out: how well it could open, close, be an apostrophe or a prime
//! where it stands, as log odds. What the words themselves say is in [`super::lexicon`].

use super::tokens::{Bias, Class, Habits, Look, Side, Token, is_mark};

/// A reading that cannot be.
pub(super) const NEVER: f32 = -20.0;

/// Index of each reading in [`Token::score`]; the fourth is a prime.
pub(super) const OPEN: usize = 0;
pub(super) const CLOSE: usize = 1;
pub(super) const APOSTROPHE: usize = 2;
pub(super) const PRIME: usize = 3;

/// Fills in the token's scores.
pub(super) fn measure(token: &mut Token, text: &str, habits: &Habits) {
    let after = &text[token.end as usize..];
    token.one_word = token.class == Class::Single && token.left.opens() && encloses_one_word(after);
    token.score = match token.class {
        Class::Double => double(token, text),
        Class::Single => single(token, text),
    };
    let unsure = habits.automatic
        && (token.bias == Bias::Open && token.class == Class::Single
            || token.bias == Bias::Close && token.left == Side::Dash && token.right.is_word());
    let weight = match token.look {
        Look::Straight => 0.0,
        Look::Typed => 3.0,
        Look::Set if unsure => 0.5,
        Look::Set => 3.5,
    };
    match token.bias {
        Bias::Open => token.score[OPEN] += weight,
        Bias::Close => {
            token.score[CLOSE] += weight;
            if !habits.low_marks || token.look != Look::Set || text[token.start as usize..].starts_with('’')
            {
                token.score[APOSTROPHE] += weight;
            }
        }
        Bias::Neither => {}
    }
}

fn double(token: &Token, text: &str) -> [f32; 4] {
    use Side::{Dash, Digit, Edge, Ellipsis, Letter, Opening, Stop};
    let (open, close) = match (token.left, token.right) {
        // `""`: the first opens, the second closes.
        (l, r) if token.right_mark && !token.left_mark && l.opens() && r.closes() => (1.5, -3.0),
        (l, r) if token.left_mark && !token.right_mark && l.opens() && r.closes() => (-3.0, 1.5),
        (Edge, r) if !r.closes() => (4.0, -5.0),
        (l, Edge) if !l.opens() => (-6.0, if l == Dash { 2.5 } else { 4.0 }),
        (Opening, r) if !r.closes() => (4.0, -6.0),
        (l, Dash) if l.opens() => (2.0, -1.0),
        (l, r) if l.opens() && !r.closes() => (3.0, -5.0),
        (Dash, r) if r.closes() => (-3.0, 2.5),
        (Dash, Dash) => (0.0, 0.0),
        (Dash, _) => (1.0, -1.0),
        (Ellipsis, r) if r.closes() => (-4.0, 2.5),
        (Ellipsis, _) => (0.5, 0.0),
        (l, r) if !l.opens() && r.closes() => (-6.0, 3.0),
        (_, Dash) => (-5.0, 2.5),
        (Stop, _) => (0.0, 0.5),
        (Letter | Digit, _) => (0.0, 0.0),
        (Edge, _) => (1.0, -3.0),
        (_, Edge | Stop) => (-3.0, 1.0),
        (l, r) if l.opens() && r.closes() => (0.0, 0.0),
        _ => (-1.0, -1.0),
    };
    let inches = token.left == Digit && !token.left_mark;
    let prime = if inches { if after_feet(text, token.start as usize) { 3.5 } else { -1.0 } } else { NEVER };
    [open, close, NEVER, prime]
}

/// Whether a number of feet stands before the inches: `6'2"`, `6′ 2"`.
fn after_feet(text: &str, at: usize) -> bool {
    let rest = text[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '½');
    let rest = rest.strip_suffix(' ').unwrap_or(rest);
    let Some(rest) = rest.strip_suffix(['\'', '′', '’']) else { return false };
    rest.ends_with(|c: char| c.is_ascii_digit())
}

fn single(token: &Token, text: &str) -> [f32; 4] {
    use Side::{Dash, Digit, Ellipsis, Hyphen, Letter, Stop};
    let after = &text[token.end as usize..];
    let (l, r) = (token.left, token.right);
    let apart = token.left_mark || token.right_mark;
    match (l, r) {
        (Letter, Letter) if !apart => [-5.0, -5.0, 3.0, NEVER],
        (Letter, Letter) => [-2.0, -2.0, 0.0, NEVER],
        (Digit, Digit) if !apart => [-5.0, -4.0, 0.0, 1.0],
        (Digit, Letter) if !apart => [-5.0, -4.0, 3.0, NEVER],
        (Letter, Digit) => [-3.0, -3.0, 1.0, NEVER],
        (_, Digit) if !l.is_word() && decade(after) > 0.0 => {
            [context(token, text), -5.0, decade(after), NEVER]
        }
        (l, Letter) if l.opens() && elided_have(text, token) => [-2.0, -5.0, 3.0, NEVER],
        (l, Letter | Digit) if l.opens() => {
            let open = context(token, text) + if token.one_word { ONE_WORD } else { 0.0 };
            [open, -5.0, -1.5, NEVER]
        }
        (Dash, Letter | Digit) => [0.2 + context(token, text), -1.5, -1.5, NEVER],
        (Hyphen, Letter | Digit) => [-2.0, -3.0, -0.5, NEVER],
        (Stop | Ellipsis, Letter | Digit) => {
            let possessive = after.starts_with("s ") || after.starts_with("s,") || after.starts_with("s.");
            [-1.5, -0.5, if possessive { 2.0 } else { -2.5 }, NEVER]
        }
        (l, r) if l.opens() && r.closes() => match (l, r) {
            (Side::Edge, _) => [0.0, -3.0, -2.5, NEVER],
            (_, Side::Edge | Stop) => [-3.0, 0.0, -2.5, NEVER],
            _ => [-1.5, -1.5, -2.5, NEVER],
        },
        (l, _) if l.opens() => [context(token, text), -4.0, -4.0, NEVER],
        (Letter, Hyphen) => [-6.0, -1.0, 0.0, NEVER],
        (Letter, _) if ends_elided_have(text, token) => [-6.0, -2.0, 3.0, NEVER],
        (Letter, _) => [-6.0, 0.0, word_end(token, text), NEVER],
        (Digit, _) => [-6.0, 0.0, -1.5, feet(after)],
        (Dash, _) => [-3.0, 2.5, -4.0, NEVER],
        (Stop | Ellipsis, _) => [-6.0, 3.0, -4.0, NEVER],
        _ => [-3.0, 1.0, -3.0, NEVER],
    }
}

/// Whether the mark begins `'a'` or `'a`, spoken for *have*: `he'd 'a' gone`, `can't 'a found`.
fn elided_have(text: &str, token: &Token) -> bool {
    let after = &text[token.end as usize..];
    let Some(rest) = after.strip_prefix('a') else { return false };
    let alone = rest.strip_prefix(['\'', '’']).unwrap_or(rest).starts_with(' ');
    let before = text[..token.start as usize].trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(is_mark);
    alone
        && (word.ends_with("'d")
            || word.ends_with("’d")
            || word.ends_with("n't")
            || word.ends_with("n’t")
            || matches!(
                word,
                "would" | "could" | "should" | "might" | "must" | "may" | "to" | "not" | "will"
            ))
}

/// Whether the mark ends such an `'a'`.
fn ends_elided_have(text: &str, token: &Token) -> bool {
    let before = &text[..token.start as usize];
    let Some(start) = before.strip_suffix("'a").or_else(|| before.strip_suffix("’a")) else { return false };
    let first = Token { start: start.len() as u32, end: before.len() as u32 - 1, ..*token };
    elided_have(text, &first)
}

/// What it speaks for a quotation that a mark stands at the word's other end too.
const ONE_WORD: f32 = 1.5;

/// Whether the mark before `after` and one behind its first word enclose that word.
fn encloses_one_word(after: &str) -> bool {
    let end = after
        .char_indices()
        .take(LONGEST_WORD)
        .find(|(i, c)| {
            let inner = is_mark(*c) && after[i + c.len_utf8()..].starts_with(char::is_alphabetic);
            !c.is_alphabetic() && !inner
        })
        .map_or(after.len(), |(i, _)| i);
    let mut rest = after[end..].chars();
    end > 2
        && rest.next().is_some_and(|c| matches!(c, '\'' | '’'))
        && !rest.next().is_some_and(char::is_alphanumeric)
}

/// Characters; what is longer is no word.
const LONGEST_WORD: usize = 40;

/// How likely a quotation opens before a word at this place: by what stands before the mark
/// and whether the word is capitalised.
fn context(token: &Token, text: &str) -> f32 {
    let before = text[..token.start as usize].trim_end();
    let previous = before.chars().next_back();
    let capital = text[token.end as usize..]
        .chars()
        .find(|c| !is_mark(*c))
        .is_some_and(|c| c.is_uppercase() || c == '…' || c == '—');
    let mut score = match previous {
        None => 2.0,
        Some(_) if token.left_mark && token.left.opens() => 2.0,
        Some(c) if c.is_alphanumeric() => -0.3,
        Some(',' | ':' | ';') => 1.5,
        Some('.' | '!' | '?' | '…') => 1.5,
        Some('"' | '”' | '“') => 0.5,
        Some(_) => 0.0,
    };
    if capital {
        score += 1.0;
        if matches!(previous, Some(',' | ':')) {
            score += 1.2;
        }
    }
    score
}

/// How well `after` begins like a year or decade whose century is left out: `90s`, `76`.
fn decade(after: &str) -> f32 {
    let bytes = after.as_bytes();
    match bytes {
        [a, b, rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => match rest {
            [b's', tail @ ..] if !tail.first().is_some_and(u8::is_ascii_alphanumeric) => 5.0,
            [c, ..] if c.is_ascii_alphanumeric() => 0.0,
            _ => 1.5,
        },
        _ => 0.0,
    }
}

/// How well a word could end in an apostrophe by its letters: `the boys' books` reads on, other
/// words lose their ends rarely.
fn word_end(token: &Token, text: &str) -> f32 {
    if !text[..token.start as usize].ends_with(['s', 'S', 'z', 'x']) {
        return -1.3;
    }
    let mut after = text[token.end as usize..].chars();
    let reads_on = after.next() == Some(' ') && after.next().is_some_and(char::is_alphabetic);
    if reads_on { 0.4 } else { -0.5 }
}

/// Whether inches follow the feet.
fn feet(after: &str) -> f32 {
    let rest = after.trim_start_matches(' ');
    let inches = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if inches.len() < rest.len() && inches.starts_with(['"', '″', '”']) { 3.0 } else { -2.0 }
}

//! Text on single lines: headings, running heads, folios, contents.

use std::ops::Range;

use crate::typeset::length::Length;
use crate::typeset::line::{Line, lay};
use crate::typeset::shape::{Paragraph, Shaper, Style, Token};

/// Sets a text on one line at its natural width, beginning at x = 0. To centre it or move it to
/// the right, add to each run's `x`; [`Line::width`] is without letterspace behind the last letter.
pub fn set_line(shaper: &Shaper<'_>, text: &str, style: &Style, language: &str) -> Line {
    set_styled_line(shaper, &Paragraph::new(text, *style, language))
}

/// The same for a text in several styles.
pub fn set_styled_line(shaper: &Shaper<'_>, paragraph: &Paragraph<'_>) -> Line {
    lay::natural(shaper, &shaper.prepare(paragraph))
}

/// Breaks a heading by sense: few lines that fit into `room`, cut where the sense allows it and
/// about equally long, never inside a word. Returns the bytes of each line, without the
/// spaces between. A word that is wider than `room` stands alone.
pub fn break_by_sense(
    shaper: &Shaper<'_>,
    text: &str,
    style: &Style,
    language: &str,
    room: Length,
) -> Vec<Range<usize>> {
    let prepared = shaper.prepare(&Paragraph::new(text, *style, language));
    let words: Vec<Range<usize>> =
        prepared.tokens.iter().map(Token::range).filter(|r| !r.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut places = vec![Length::ZERO];
    let mut place = Length::ZERO;
    places.extend(prepared.tokens.iter().map(|token| {
        place += token.width + prepared.glue(token).width;
        place
    }));
    let width =
        |from: usize, to: usize| places[to] - places[from] - prepared.glue(&prepared.tokens[to - 1]).width;
    let n = prepared.tokens.len();
    // Cheapest way to set the words from each on: its cost, and where its first line ends.
    let mut best: Vec<(f64, usize)> = vec![(0.0, n); n + 1];
    let whole = width(0, n);
    let lines = (whole.0 + room.0.max(1) - 1) / room.0.max(1);
    let ideal = whole.0 as f64 / lines.max(1) as f64;
    for from in (0..n).rev() {
        let mut least: Option<(f64, usize)> = None;
        for to in from + 1..=n {
            let line = width(from, to);
            if line > room && to > from + 1 {
                break;
            }
            let forced_inside = (from..to - 1).any(|t| prepared.tokens[t].ends_line());
            if forced_inside {
                break;
            }
            let uneven = (line.0 as f64 - ideal) / room.0.max(1) as f64;
            let mut cost = best[to].0 + LINE + uneven * uneven;
            if to < n {
                cost += sense(&text[words_at(&prepared, to - 1)], &text[words_at(&prepared, to)], language);
            } else if from > 0 && to == from + 1 {
                let letters = text[words_at(&prepared, from)].chars().filter(|c| c.is_alphanumeric()).count();
                cost += if letters <= 3 { 0.30 } else { 0.0 };
            }
            if least.is_none_or(|l| cost < l.0) {
                least = Some((cost, to));
            }
        }
        best[from] = least.unwrap_or((0.0, n));
    }
    let mut out = Vec::new();
    let mut from = 0;
    while from < n {
        let to = best[from].1;
        out.push(prepared.tokens[from].range().start..prepared.tokens[to - 1].range().end);
        from = to;
    }
    out
}

fn words_at(prepared: &crate::typeset::shape::Prepared, token: usize) -> Range<usize> {
    prepared.tokens[token].range()
}

/// What a further line of a heading costs: less than a title torn from its name (1), more than
/// any ordinary break.
const LINE: f64 = 0.45;

/// What it costs to break a heading between two words.
fn sense(before: &str, after: &str, language: &str) -> f64 {
    let plain = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let (a, b) = (plain(before), plain(after));
    let initial = before.ends_with('.') && a.chars().count() == 1;
    if initial || TITLES.contains(&a.as_str()) {
        return 1.0;
    }
    let minor = minor_words(language);
    let (a_minor, b_minor) = (minor.contains(&a.as_str()), minor.contains(&b.as_str()));
    let mut cost = 0.0;
    if before.ends_with([':', ';', ',', '—', '–']) {
        cost -= 0.25;
    } else if a_minor {
        cost += 0.35;
    } else if b_minor {
        cost -= 0.06;
    } else {
        cost += 0.12;
    }
    let figure = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    if figure(&b) && !figure(&a) {
        cost += 0.15;
    }
    cost
}

/// Words that belong to the name behind them.
const TITLES: [&str; 14] =
    ["dr", "mr", "mrs", "ms", "st", "sir", "lady", "lord", "prof", "mme", "mlle", "m", "herr", "frau"];

/// Words that lean on the next one.
fn minor_words(language: &str) -> &'static [&'static str] {
    match language.split('-').next().unwrap_or_default() {
        "fr" => &[
            "le", "la", "les", "un", "une", "des", "du", "de", "d", "l", "et", "ou", "à", "au", "aux", "en",
            "par", "pour", "sur", "dans", "chez", "sans", "sous", "que", "qui",
        ],
        "de" => &[
            "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "eines", "und", "oder", "von",
            "vom", "zu", "zum", "zur", "in", "im", "am", "an", "auf", "aus", "bei", "mit", "nach", "für",
            "wie",
        ],
        "nl" => &[
            "de", "het", "een", "en", "of", "van", "in", "op", "aan", "te", "ten", "ter", "met", "bij",
            "uit", "voor",
        ],
        "es" => &[
            "el", "la", "los", "las", "un", "una", "y", "o", "de", "del", "a", "al", "en", "con", "por",
            "para",
        ],
        "it" => &[
            "il", "lo", "la", "i", "gli", "le", "un", "una", "e", "o", "di", "del", "della", "a", "al", "in",
            "con",
        ],
        _ => &[
            "a", "an", "the", "and", "or", "but", "nor", "of", "in", "on", "at", "to", "by", "for", "from",
            "with", "as", "into", "upon", "his", "her", "its", "my", "our", "their", "your", "is",
        ],
    }
}

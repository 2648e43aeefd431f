//! A paragraph as words and spaces.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

use crate::ascii;
use crate::typeset::length::Length;
use crate::typeset::shape::token::{FIXED, Gap, Glue, Piece, Pieces, Token, Tokens, White};
use crate::typeset::shape::word::{EM, Rest};
use crate::typeset::shape::{Shaper, Style, Typeface, Word};

/// A stretch of a paragraph in one style.
#[derive(Clone, Debug)]
pub struct StyledSpan<'a> {
    /// Bytes of the paragraph's text.
    pub range: Range<usize>,
    /// How it looks.
    pub style: Style,
    /// Whose text it is: comes back in [`crate::typeset::line::LineRun::owner`], so that marks,
    /// links and notes can be found again on the line. A change of owner alone does not
    /// change the setting.
    pub owner: u32,
    /// Language where it differs from the paragraph's.
    pub language: Option<&'a str>,
}

/// What is to be set as one paragraph.
///
/// The text is set as it stands: `\n` and U+2028 end a line, U+00A0 is a space that does not,
/// U+00AD and U+200B are places where a line may end. Any other white space is one space.
#[derive(Clone, Debug)]
pub struct Paragraph<'a> {
    /// The words.
    pub text: &'a str,
    /// Styles in order, covering the text without gaps.
    pub spans: Vec<StyledSpan<'a>>,
    /// BCP 47 tag: chooses hyphenation patterns and the font's own language forms.
    pub language: &'a str,
    /// Whether the first letters stand elsewhere as an initial, so that the first word is only
    /// a part of one and must not be hyphenated.
    pub initial: bool,
}

impl<'a> Paragraph<'a> {
    /// A paragraph in one style, of owner 0.
    pub fn new(text: &'a str, style: Style, language: &'a str) -> Self {
        let span = StyledSpan { range: 0..text.len(), style, owner: 0, language: None };
        Self { text, spans: vec![span], language, initial: false }
    }
}

/// A character that no face has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The character.
    pub character: char,
    /// Its byte in the paragraph's text.
    pub at: usize,
}

/// Longest token whose parts are shaped anew, in bytes: the longest words of any language have
/// fewer, and what is longer is an address, a line of ideographs, or nonsense.
pub(in crate::typeset) const LONGEST_SHAPED: usize = 200;

/// A paragraph whose words are shaped.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(in crate::typeset) text: Arc<str>,
    pub(in crate::typeset) spans: Vec<Span>,
    pub(in crate::typeset) tokens: Tokens,
    pub(in crate::typeset) initial: bool,
    /// Whether the paragraph as a whole reads from right to left.
    pub(in crate::typeset) right_to_left: bool,
    /// Whether any word does.
    pub(in crate::typeset) mixed: bool,
    /// Widths and gaps of the pieces of words in several styles before each of them; empty where no token is longer
    /// than [`LONGEST_SHAPED`].
    piece_sums: Vec<(Length, Length)>,
    missing: Vec<Missing>,
}

/// Sums over tokens and the spaces behind them.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::typeset) struct Sums {
    /// Width of words and of spaces that do not stretch.
    pub(in crate::typeset) text: Length,
    /// As [`Token::gaps`].
    pub(in crate::typeset) gaps: Length,
    /// Natural width of the spaces that stretch.
    pub(in crate::typeset) space: Length,
}

impl Sums {
    /// Adds a token and the space behind it.
    pub(in crate::typeset) fn add(&mut self, prepared: &Prepared, token: &Token) {
        let glue = prepared.glue(token);
        self.text += token.width;
        self.gaps += token.gaps;
        *if glue.elastic { &mut self.space } else { &mut self.text } += glue.width;
    }
}

/// A resolved style.
#[derive(Clone, Debug)]
pub(in crate::typeset) struct Span {
    pub(in crate::typeset) style: Style,
    pub(in crate::typeset) owner: u32,
    pub(in crate::typeset) typeface: Arc<Typeface>,
    /// Whether it is German, where every noun has a capital.
    pub(in crate::typeset) german: bool,
    /// Width of its word space, with its tracking.
    space: Length,
}

impl Prepared {
    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Characters that no face has, in order of the text.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Number of words.
    pub fn words(&self) -> usize {
        self.tokens.len()
    }

    /// Width of the whole text on one line.
    pub fn natural_width(&self) -> Length {
        let spaces = self.tokens.iter().rev().skip(1).map(|t| self.glue(t).width);
        self.tokens.iter().map(|t| t.width).chain(spaces).sum()
    }

    fn sum_pieces(&mut self) {
        let mut sum = (Length::ZERO, Length::ZERO);
        self.piece_sums.push(sum);
        for piece in self.tokens.parted() {
            let span = &self.spans[piece.span()];
            sum.0 += span.width(span.word(piece));
            sum.1 += span.gaps(span.word(piece));
            self.piece_sums.push(sum);
        }
    }

    /// Width and gaps of some pieces of a token that has several and more than [`LONGEST_SHAPED`] bytes.
    pub(in crate::typeset) fn piece_sum(&self, token: usize, pieces: &Range<usize>) -> (Length, Length) {
        let first = self.tokens.first_parted(token);
        let (from, to) = (self.piece_sums[first + pieces.start], self.piece_sums[first + pieces.end]);
        (to.0 - from.0, to.1 - from.1)
    }

    pub(in crate::typeset) fn token_text(&self, token: usize) -> &str {
        &self.text[self.tokens[token].range()]
    }

    /// Bytes of the white space behind a token; empty at the end of the paragraph.
    pub(in crate::typeset) fn glue_range(&self, token: usize) -> Range<usize> {
        let end = self.tokens.get(token + 1).map_or(self.text.len(), |next| next.range().start);
        self.tokens[token].range().end..end
    }

    /// The white space behind a token.
    #[inline]
    pub(in crate::typeset) fn glue(&self, token: &Token) -> Glue {
        let Gap { span, white, breaks, .. } = token.gap();
        let width = match white {
            White::Nothing => Length::ZERO,
            White::Elastic => self.spans[span].space,
            White::Fixed(index) => self.spans[span].style.size.scaled(FIXED[index].1, 1000),
        };
        Glue { span, elastic: white == White::Elastic, breaks, width }
    }

    /// The pieces of a token.
    #[inline]
    pub(in crate::typeset) fn pieces(&self, token: usize) -> Pieces<'_> {
        self.tokens.pieces(token)
    }

    /// Which of a token's pieces bytes `range` reach into.
    pub(in crate::typeset) fn reached(pieces: &[Piece], range: &Range<usize>) -> Range<usize> {
        let first = pieces.partition_point(|p| p.range().end <= range.start);
        let end = pieces.partition_point(|p| p.range().start < range.end).max(first);
        first..end
    }

    /// Bytes `range` of a token as words in their styles; with `hyphen`, a hyphen behind the last.
    pub(in crate::typeset) fn fragment(
        &self,
        shaper: &Shaper<'_>,
        token: usize,
        range: Range<usize>,
        hyphen: bool,
        mut each: impl FnMut(Piece),
    ) {
        let pieces = self.pieces(token);
        for piece in &pieces[Self::reached(&pieces, &range)] {
            let part = piece.range().start.max(range.start)..piece.range().end.min(range.end);
            if part.is_empty() {
                continue;
            }
            let hyphen = hyphen && part.end == range.end;
            if part == piece.range() && !hyphen {
                each(*piece);
                continue;
            }
            let typeface = &self.spans[piece.span()].typeface;
            let word = typeface.word(shaper.fonts(), &self.text[part.clone()], piece.level, hyphen);
            each(Piece { range: part.into(), span: piece.span, word, level: piece.level });
        }
    }
}

impl Span {
    fn new(shaper: &Shaper<'_>, style: Style, owner: u32, language: &str) -> Self {
        let typeface = shaper.typeface(&style, language);
        let width = typeface.space.width;
        let mut span =
            Self { style, owner, typeface, german: language.starts_with("de"), space: Length::ZERO };
        span.space = span.length(width) + span.tracking() * 2;
        span
    }

    /// A piece of this span as it was shaped.
    pub(in crate::typeset) fn word(&self, piece: &Piece) -> &Word {
        self.typeface.at(piece.word)
    }

    /// What else is known of a word of this span.
    pub(in crate::typeset) fn rest(&self, word: &Word) -> &Rest {
        self.typeface.rest(word)
    }

    /// A width in 1/65536 em at this style's size.
    pub(in crate::typeset) fn length(&self, width: i64) -> Length {
        self.style.size.scaled(width, EM)
    }

    /// The letterspacing of the style.
    pub(in crate::typeset) fn tracking(&self) -> Length {
        if self.style.tracking == 0 {
            return Length::ZERO;
        }
        self.style.size.scaled(i64::from(self.style.tracking), 1000)
    }

    /// Width of a word in this style, with its tracking.
    pub(in crate::typeset) fn width(&self, word: &Word) -> Length {
        self.of_width(word.width, word.gaps)
    }

    /// Width of what is so wide, in 1/65536 em, and has so many gaps, with the style's tracking.
    pub(in crate::typeset) fn of_width(&self, width: i64, gaps: u32) -> Length {
        self.length(width) + self.tracking() * i64::from(gaps)
    }

    /// What one em of letterspace would add to a word in this style.
    pub(in crate::typeset) fn gaps(&self, word: &Word) -> Length {
        self.of_gaps(word.gaps)
    }

    /// The same for so many gaps.
    pub(in crate::typeset) fn of_gaps(&self, gaps: u32) -> Length {
        self.style.size * i64::from(gaps)
    }
}

pub(super) fn prepare(shaper: &Shaper<'_>, paragraph: &Paragraph<'_>) -> Prepared {
    let text = paragraph.text;
    let spans = resolve(shaper, paragraph);
    let (right_to_left, levels) = levels(text, reads_from_right(paragraph.language));
    let level = |at: usize| levels.as_ref().and_then(|l| l.get(at)).map_or(0, Level::number);
    let words = text.bytes().filter(|b| *b == b' ').count() + 1;
    let mut out = Prepared {
        text: text.into(),
        tokens: Tokens::with_capacity(words),
        spans,
        initial: paragraph.initial,
        right_to_left,
        mixed: levels.is_some(),
        piece_sums: Vec::new(),
        missing: Vec::new(),
    };
    let ends: SmallVec<[usize; 8]> = paragraph.spans.iter().map(|s| s.range.end).collect();
    let mut pieces: SmallVec<[Piece; 4]> = SmallVec::new();
    let mut span = 0;
    let mut at = 0;
    while at < text.len() || out.tokens.is_empty() {
        let word = at..word_end(text, at);
        pieces.clear();
        let (mut width, mut gaps) = (Length::ZERO, Length::ZERO);
        let mut from = word.start;
        while from < word.end {
            while span + 1 < ends.len() && ends[span] <= from {
                span += 1;
            }
            let last = span + 1 >= ends.len();
            let mut to = if last { word.end } else { ceil_boundary(text, ends[span].min(word.end)) };
            let level_here = level(from);
            if levels.is_some() {
                to = (from + 1..to).find(|at| level(*at) != level_here).unwrap_or(to);
            }
            let style = &out.spans[span];
            let place = style.typeface.word(shaper.fonts(), &text[from..to], level_here, false);
            let shaped = style.typeface.at(place);
            let (own_width, own_gaps) = (style.width(shaped), style.gaps(shaped));
            width += own_width;
            gaps += own_gaps;
            let missing = if shaped.has_missing { style.typeface.rest(shaped).missing() } else { &[] };
            for byte in missing {
                let at = from + *byte as usize;
                let character = text[at..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                out.missing.push(Missing { character, at });
            }
            pieces.push(Piece {
                range: (from..to).into(),
                span: span as u32,
                word: place,
                level: level_here,
            });
            from = to;
        }
        while span + 1 < ends.len() && ends[span] <= word.end {
            span += 1;
        }
        let gap;
        (gap, at) = gap_at(text, word.end, span);
        out.tokens.push(word, &pieces, (width, gaps), gap);
    }
    if out.tokens.iter().any(|t| t.range().len() > LONGEST_SHAPED) {
        out.sum_pieces();
    }
    out
}

/// Whether a language is written from right to left.
fn reads_from_right(language: &str) -> bool {
    let code = language.split('-').next().unwrap_or_default();
    matches!(code, "ar" | "fa" | "he" | "iw" | "ps" | "sd" | "ug" | "ur" | "yi" | "ckb" | "dv")
}

/// Whether the paragraph reads from the right, and the embedding level of each byte (UAX 9); `None` where all reads
/// from left to right.
fn levels(text: &str, language_from_right: bool) -> (bool, Option<Vec<Level>>) {
    // First bytes of the scripts in question; a quick no for nearly every paragraph.
    let may = text.bytes().any(|b| matches!(b, 0xd6..=0xe0 | 0xef | 0xf0));
    if !may && !language_from_right {
        return (false, None);
    }
    let from_right = base_direction(text, language_from_right);
    let base = if from_right { Level::rtl() } else { Level::ltr() };
    let info = BidiInfo::new(text, Some(base));
    (from_right, info.levels.iter().any(Level::is_rtl).then_some(info.levels))
}

/// Whether a paragraph reads from the right: as its language does, but where its first letter (UAX 9, P2) and most of
/// its letters say otherwise.
fn base_direction(text: &str, language_from_right: bool) -> bool {
    let strong = |c: char| match bidi_class(c) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    };
    let (mut first, mut right, mut left) = (None, 0_usize, 0_usize);
    for from_right in text.chars().filter_map(strong) {
        first = first.or(Some(from_right));
        *if from_right { &mut right } else { &mut left } += 1;
    }
    match first {
        Some(true) if right > left => true,
        Some(false) if left > right => false,
        _ => language_from_right,
    }
}

fn resolve(shaper: &Shaper<'_>, paragraph: &Paragraph<'_>) -> Vec<Span> {
    let mut spans: Vec<Span> = paragraph
        .spans
        .iter()
        .map(|span| {
            let language = span.language.unwrap_or(paragraph.language);
            Span::new(shaper, span.style, span.owner, language)
        })
        .collect();
    if spans.is_empty() {
        let style = Style::new(Length::pt(11.0));
        spans.push(Span::new(shaper, style, 0, paragraph.language));
    }
    spans
}

/// White space that parts words. The narrow and the zero-width ones stay inside of them.
fn is_white(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{202f}' | '\u{2007}') || c == '\u{a0}'
}

/// Where the white space begins that ends the word at byte `at`.
fn word_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    loop {
        end += ascii::run(bytes, end, true);
        let Some(byte) = bytes.get(end) else { return end };
        match byte {
            b'\t'..=b'\r' | b' ' => return end,
            0..=0x7f => end += 1,
            _ => match text[end..].chars().next() {
                Some(c) if !is_white(c) => end += c.len_utf8(),
                _ => return end,
            },
        }
    }
}

/// The white space that begins at byte `at`, in the span with this index; and where it ends.
fn gap_at(text: &str, at: usize, span: usize) -> (Gap, usize) {
    // One plain space, as nearly everywhere.
    if let [b' ', b'!'..=b'~', ..] = text.as_bytes()[at..] {
        return (Gap { span, white: White::Elastic, breaks: true, forced: false }, at + 1);
    }
    let end = text[at..].find(|c| !is_white(c)).map_or(text.len(), |i| at + i);
    if at == end {
        return (Gap { span, white: White::Nothing, breaks: false, forced: false }, at);
    }
    let white = &text[at..end];
    let end = match white.find(is_newline) {
        Some(i) => at + i + white[i..].chars().next().map_or(1, char::len_utf8),
        None => end,
    };
    let white = &text[at..end];
    let fixed = FIXED.iter().position(|(c, _)| white.starts_with(*c));
    let gap = Gap {
        span,
        white: fixed.map_or(White::Elastic, White::Fixed),
        breaks: !white.contains('\u{a0}'),
        forced: white.contains(is_newline),
    };
    (gap, end)
}

const fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_reads_as_its_letters_do() {
        for (text, language_from_right, wanted) in [
            ("plain English", false, false),
            ("שלום לכם", false, true),
            ("“שלום לכם,” אמר", false, true),
            // An English sentence that begins with a word of Hebrew is English.
            ("שלום, he said, which means peace", false, false),
            ("He wrote שלום לכם ולכל הבאים אחריכם", false, false),
            ("1887 ובו", true, true),
            ("London", true, false),
            ("London היא עיר גדולה מאוד", true, true),
            ("1887", true, true),
        ] {
            assert_eq!(base_direction(text, language_from_right), wanted, "{text}");
        }
    }
}

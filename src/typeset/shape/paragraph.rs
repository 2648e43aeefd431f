//! A paragraph as words and spaces.

use std::ops::Range;
use std::sync::Arc;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

use crate::typeset::length::Length;
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
    pub(in crate::typeset) text: Box<str>,
    pub(in crate::typeset) spans: Vec<Span>,
    pub(in crate::typeset) tokens: Vec<Token>,
    pub(in crate::typeset) pieces: Vec<Piece>,
    pub(in crate::typeset) initial: bool,
    /// Whether the paragraph as a whole reads from right to left.
    pub(in crate::typeset) right_to_left: bool,
    /// Whether any word does.
    pub(in crate::typeset) mixed: bool,
    /// Widths and gaps of the pieces before each index; empty where no token is longer than
    /// [`LONGEST_SHAPED`].
    pub(in crate::typeset) piece_sums: Vec<(Length, Length)>,
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
    pub(in crate::typeset) fn add(&mut self, token: &Token) {
        self.text += token.width;
        self.gaps += token.gaps;
        if token.glue().elastic {
            self.space += token.glue_width;
        } else {
            self.text += token.glue_width;
        }
    }
}

/// A resolved style.
#[derive(Clone, Debug)]
pub(in crate::typeset) struct Span {
    pub(in crate::typeset) style: Style,
    pub(in crate::typeset) owner: u32,
    pub(in crate::typeset) typeface: Arc<Typeface>,
    pub(in crate::typeset) language: Box<str>,
    /// Width of its word space, with its tracking.
    space: Length,
}

/// A range of bytes or indices. Every word of a book has some, so they are kept small.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    start: u32,
    end: u32,
}

impl From<Range<usize>> for Extent {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }
}

impl From<Extent> for Range<usize> {
    fn from(extent: Extent) -> Self {
        extent.start as usize..extent.end as usize
    }
}

/// A word: what stands between two spaces, in as many pieces as it has styles. Behind it stands the white space up to
/// the next, its glue.
///
/// Every word of a book has one while its pages are chosen: so it is kept small.
#[derive(Clone, Debug)]
pub(in crate::typeset) struct Token {
    range: Extent,
    /// Index of its first piece; those of the next token follow.
    first_piece: u32,
    /// [`Glue::span`], and by bits what its glue is.
    glue: u32,
    /// Natural width.
    pub(in crate::typeset) width: Length,
    /// Sum over its letter gaps of the size: what one em of letterspace would add.
    pub(in crate::typeset) gaps: Length,
    /// Natural width of its glue.
    glue_width: Length,
}

/// Bits of [`Token::glue`], under the index of the span.
const ELASTIC: u32 = 1;
const BREAKS: u32 = 2;
const FORCED: u32 = 4;
const KINDS: u32 = 3;

impl Token {
    fn new(range: Range<usize>, first_piece: usize, (width, gaps): (Length, Length), glue: &Glue) -> Self {
        let bit = |set: bool, bit: u32| if set { bit } else { 0 };
        let kind = bit(glue.elastic, ELASTIC) | bit(glue.breaks, BREAKS) | bit(glue.forced, FORCED);
        Self {
            range: range.into(),
            first_piece: first_piece as u32,
            glue: (glue.span as u32) << KINDS | kind,
            width,
            gaps,
            glue_width: glue.width,
        }
    }

    /// Bytes of the text.
    pub(in crate::typeset) fn range(&self) -> Range<usize> {
        self.range.into()
    }

    /// What stands behind it.
    pub(in crate::typeset) fn glue(&self) -> Glue {
        Glue {
            span: (self.glue >> KINDS) as usize,
            elastic: self.glue & ELASTIC != 0,
            breaks: self.glue & BREAKS != 0,
            forced: self.glue & FORCED != 0,
            width: self.glue_width,
        }
    }
}

/// The white space behind a word; its bytes are [`Prepared::glue_range`].
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::typeset) struct Glue {
    /// Index of its span.
    pub(in crate::typeset) span: usize,
    /// Whether it grows and shrinks with the line.
    pub(in crate::typeset) elastic: bool,
    /// Whether a line may end here.
    pub(in crate::typeset) breaks: bool,
    /// Whether a line must end here.
    pub(in crate::typeset) forced: bool,
    /// Natural width.
    pub(in crate::typeset) width: Length,
}

/// A part of a word in one style.
#[derive(Clone, Copy, Debug)]
pub(in crate::typeset) struct Piece {
    range: Extent,
    span: u32,
    /// Embedding level (UAX 9): even reads from left to right, odd from right to left.
    pub(in crate::typeset) level: u8,
    /// Its place in the typeface of its span; see [`Span::word`].
    word: u32,
}

impl Piece {
    /// Bytes of the text.
    pub(in crate::typeset) fn range(&self) -> Range<usize> {
        self.range.into()
    }

    /// Index of its span.
    pub(in crate::typeset) fn span(&self) -> usize {
        self.span as usize
    }
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
        let spaces = self.tokens.iter().rev().skip(1).map(|t| t.glue_width);
        self.tokens.iter().map(|t| t.width).chain(spaces).sum()
    }

    fn sum_pieces(&mut self) {
        let mut sum = (Length::ZERO, Length::ZERO);
        self.piece_sums.push(sum);
        for piece in &self.pieces {
            let span = &self.spans[piece.span()];
            sum.0 += span.width(span.word(piece));
            sum.1 += span.gaps(span.word(piece));
            self.piece_sums.push(sum);
        }
    }

    pub(in crate::typeset) fn token_text(&self, token: usize) -> &str {
        &self.text[self.tokens[token].range()]
    }

    /// Bytes of the white space behind a token; empty at the end of the paragraph.
    pub(in crate::typeset) fn glue_range(&self, token: usize) -> Range<usize> {
        let end = self.tokens.get(token + 1).map_or(self.text.len(), |next| next.range().start);
        self.tokens[token].range().end..end
    }

    /// Indices of a token's pieces.
    fn piece_range(&self, token: usize) -> Range<usize> {
        let end = self.tokens.get(token + 1).map_or(self.pieces.len(), |next| next.first_piece as usize);
        self.tokens[token].first_piece as usize..end
    }

    /// The pieces of a token.
    pub(in crate::typeset) fn pieces(&self, token: usize) -> &[Piece] {
        &self.pieces[self.piece_range(token)]
    }

    /// The pieces of a token that bytes `range` reach into, as indices.
    pub(in crate::typeset) fn pieces_of(&self, token: usize, range: &Range<usize>) -> Range<usize> {
        let all = self.piece_range(token);
        let pieces = &self.pieces[all.clone()];
        let first = pieces.partition_point(|p| p.range().end <= range.start);
        let end = pieces.partition_point(|p| p.range().start < range.end).max(first);
        all.start + first..all.start + end
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
        for piece in &self.pieces[self.pieces_of(token, &range)] {
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
        let mut span = Self { style, owner, typeface, language: language.into(), space: Length::ZERO };
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
        tokens: Vec::with_capacity(words),
        pieces: Vec::with_capacity(words + spans.len() - 1),
        spans,
        initial: paragraph.initial,
        right_to_left,
        mixed: levels.is_some(),
        piece_sums: Vec::new(),
        missing: Vec::new(),
    };
    let ends: Vec<usize> = paragraph.spans.iter().map(|s| s.range.end).collect();
    let mut span = 0;
    let mut at = 0;
    while at < text.len() || out.tokens.is_empty() {
        let word = at..word_end(text, at);
        let first_piece = out.pieces.len();
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
            let missing = if shaped.has_missing { &*style.typeface.rest(shaped).missing } else { &[] };
            for byte in missing {
                let at = from + *byte as usize;
                let character = text[at..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                out.missing.push(Missing { character, at });
            }
            out.pieces.push(Piece {
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
        let glue;
        (glue, at) = glue_at(text, word.end, span, &out.spans[span]);
        out.tokens.push(Token::new(word, first_piece, (width, gaps), &glue));
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
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\t'..=b'\r' | b' ' => return end,
            0..=0x7f => end += 1,
            _ => match text[end..].chars().next() {
                Some(c) if !is_white(c) => end += c.len_utf8(),
                _ => return end,
            },
        }
    }
    end
}

/// The white space that begins at byte `at`, and where it ends.
fn glue_at(text: &str, at: usize, index: usize, span: &Span) -> (Glue, usize) {
    // One plain space, as nearly everywhere.
    if let [b' ', b'!'..=b'~', ..] = text.as_bytes()[at..] {
        let glue = Glue { span: index, width: span.space, elastic: true, breaks: true, forced: false };
        return (glue, at + 1);
    }
    let end = text[at..].find(|c| !is_white(c)).map_or(text.len(), |i| at + i);
    if at == end {
        return (Glue { span: index, ..Glue::default() }, at);
    }
    let white = &text[at..end];
    let end = match white.find(is_newline) {
        Some(i) => at + i + white[i..].chars().next().map_or(1, char::len_utf8),
        None => end,
    };
    let white = &text[at..end];
    let fixed = match white.chars().next() {
        Some('\u{2002}') => Some(500),
        Some('\u{2003}') => Some(1000),
        Some('\u{2004}') => Some(333),
        Some('\u{2005}') => Some(250),
        Some('\u{2006}') => Some(167),
        Some('\u{2009}') => Some(200),
        Some('\u{200a}') => Some(100),
        _ => None,
    };
    let width = fixed.map_or(span.space, |per_mille| span.style.size.scaled(per_mille, 1000));
    let glue = Glue {
        span: index,
        width,
        elastic: fixed.is_none(),
        breaks: !white.contains('\u{a0}'),
        forced: white.contains(is_newline),
    };
    (glue, end)
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

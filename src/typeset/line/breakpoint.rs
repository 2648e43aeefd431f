//! Where lines may end, and what the edges of lines look like there.

use crate::typeset::hyphen::WordBreak;
use crate::typeset::length::Length;
use crate::typeset::line::{LineEnd, LineParams};
use crate::typeset::shape::{LONGEST_SHAPED, Piece, Pieces, Prepared, Shaper, hang, word_number};

/// A place where a line may end, with what a line needs to know of both of its sides.
#[derive(Clone, Debug)]
pub(super) struct Break {
    /// The token in which or behind which the line ends.
    pub(super) token: usize,
    /// Byte where the line's text ends.
    pub(super) at: usize,
    pub(super) end: LineEnd,
    /// The part of the token before the break.
    pub(super) head: Part,
    /// How far the last sign hangs into the right margin.
    pub(super) hang_right: Length,
    /// The token with which the next line begins: the same where the break is inside of it.
    pub(super) next: usize,
    /// Byte where the next line's text begins.
    pub(super) next_at: usize,
    /// The part of that token behind the break.
    pub(super) tail: Part,
    /// How far the first sign of the next line hangs into the left margin.
    pub(super) hang_left: Length,
    pub(super) cost: f64,
    /// The words at the edges, as numbers; 0 for words too short to be seen as a stack.
    pub(super) last_word: u32,
    pub(super) first_word: u32,
}

/// Width of a part of a token, and what one em of letterspace would add to it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) width: Length,
    pub(super) gaps: Length,
}

/// A place inside a token where it may be broken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) at: usize,
    pub(super) end: LineEnd,
    pub(super) cost: f64,
}

/// The paragraph's breaks, made when a line could end there.
pub(super) struct Breaker<'a> {
    pub(super) shaper: &'a Shaper<'a>,
    pub(super) prepared: &'a Prepared,
    pub(super) params: &'a LineParams,
}

impl Breaker<'_> {
    /// The break before the first word.
    pub(super) fn start(&self) -> Break {
        Break {
            token: 0,
            at: 0,
            end: LineEnd::Forced,
            head: Part::default(),
            hang_right: Length::ZERO,
            cost: 0.0,
            last_word: 0,
            ..self.side_after(0, self.prepared.tokens[0].range().start)
        }
    }

    /// The break behind a token, at its white space or at the paragraph's end.
    pub(super) fn behind(&self, token: usize) -> Break {
        let here = &self.prepared.tokens[token];
        let last = token + 1 == self.prepared.tokens.len();
        let end = match (last, here.ends_line()) {
            (true, _) => LineEnd::Last,
            (false, true) => LineEnd::Forced,
            (false, false) => LineEnd::Space,
        };
        let hang_right = self.hang_right(token, here.range().end, false);
        let head = Part { width: here.width, gaps: here.gaps };
        let last_word = self.number(token);
        let (end, cost) = match end {
            // A compound's or a stutter's hyphen at the end of a word looks like a break.
            LineEnd::Space if self.prepared.token_text(token).ends_with(['-', '‐']) => {
                (LineEnd::HyphenSpace, self.params.hard_hyphen)
            }
            end => (end, 0.0),
        };
        let mut out = if last {
            Break { next: token + 1, next_at: here.range().end, ..Self::nothing_after() }
        } else {
            self.side_after(token + 1, self.prepared.tokens[token + 1].range().start)
        };
        out.token = token;
        out.at = here.range().end;
        out.end = end;
        out.head = head;
        out.hang_right = hang_right;
        out.cost = cost;
        out.last_word = last_word;
        out
    }

    /// A break inside a token, without what stands behind it: many a line cannot end here.
    pub(super) fn inside(&self, token: usize, cut: Cut) -> Break {
        let start = self.prepared.tokens[token].range().start;
        let soft = cut.end == LineEnd::SoftHyphen;
        Break {
            token,
            at: cut.at,
            end: cut.end,
            head: self.part(token, start..cut.at, soft),
            hang_right: self.hang_right(token, cut.at, soft),
            next: token,
            next_at: cut.at,
            hang_left: self.hang_left(token, cut.at),
            cost: cut.cost,
            ..Self::nothing_after()
        }
    }

    /// The part of its token behind a break inside of one.
    pub(super) fn tail(&self, inner: &Break) -> Part {
        self.part(inner.next, inner.next_at..self.prepared.tokens[inner.next].range().end, false)
    }

    const fn nothing_after() -> Break {
        Break {
            token: 0,
            at: 0,
            end: LineEnd::Last,
            head: Part { width: Length::ZERO, gaps: Length::ZERO },
            hang_right: Length::ZERO,
            next: 0,
            next_at: 0,
            tail: Part { width: Length::ZERO, gaps: Length::ZERO },
            hang_left: Length::ZERO,
            cost: 0.0,
            last_word: 0,
            first_word: 0,
        }
    }

    /// What a line that begins at byte `at` of a token begins with.
    fn side_after(&self, token: usize, at: usize) -> Break {
        let range = self.prepared.tokens[token].range();
        let whole = at == range.start;
        Break {
            next: token,
            next_at: at,
            tail: self.part(token, at..range.end, false),
            hang_left: self.hang_left(token, at),
            first_word: if whole { self.number(token) } else { 0 },
            ..Self::nothing_after()
        }
    }

    /// Width of bytes `range` of a token.
    pub(super) fn part(&self, token: usize, range: std::ops::Range<usize>, hyphen: bool) -> Part {
        let here = &self.prepared.tokens[token];
        if range == here.range() && !hyphen {
            return Part { width: here.width, gaps: here.gaps };
        }
        if self.is_many(token) {
            return self.part_of_many(token, &range, hyphen);
        }
        if let Some(known) = self.known_part(token, &range, hyphen) {
            return known;
        }
        let mut part = Part::default();
        self.prepared.fragment(self.shaper, token, range, hyphen, |piece| {
            let span = &self.prepared.spans[piece.span()];
            part.width += span.width(span.word(&piece));
            part.gaps += span.gaps(span.word(&piece));
        });
        part
    }

    /// The same where the word as a whole tells it.
    fn known_part(&self, token: usize, range: &std::ops::Range<usize>, hyphen: bool) -> Option<Part> {
        let Pieces::One(piece) = self.prepared.pieces(token) else { return None };
        let (span, own) = (&self.prepared.spans[piece.span()], piece.range());
        let word = span.word(&piece);
        let inner = range.start - own.start..range.end - own.start;
        let (width, gaps) = match (hyphen, inner.start) {
            (false, _) => span.typeface.part(word, &inner, own.len()),
            (true, 0) => {
                let text = &self.prepared.text[own];
                span.typeface.hyphenated(self.shaper.fonts(), word, text, inner.end)
            }
            (true, _) => None,
        }?;
        Some(Part { width: span.of_width(width, gaps), gaps: span.of_gaps(gaps) })
    }

    /// The same for a token with more letters than a word has: the glyphs are measured where they
    /// stand, since shaping each of its thousand parts anew would cost the square of its length.
    fn part_of_many(&self, token: usize, range: &std::ops::Range<usize>, hyphen: bool) -> Part {
        let own = self.prepared.pieces(token);
        let reached = Prepared::reached(&own, range);
        let mut part = Part::default();
        let mut add = |piece: &Piece| {
            let span = &self.prepared.spans[piece.span()];
            let before = |bytes: usize| span.typeface.before(span.word(piece), bytes);
            let (to, to_gaps) = before(range.end.min(piece.range().end) - piece.range().start);
            let (from, from_gaps) = before(range.start.saturating_sub(piece.range().start));
            let gaps = i64::from(to_gaps - from_gaps);
            part.width += span.length(to - from) + span.tracking() * gaps;
            part.gaps += span.style.size * gaps;
        };
        // Of many pieces only the first and the last are cut.
        match &own[reached.clone()] {
            [first, .., last] if reached.len() > 2 => {
                add(first);
                add(last);
                let inner = reached.start + 1..reached.end - 1;
                let (width, gaps) = self.prepared.piece_sum(token, &inner);
                part.width += width;
                part.gaps += gaps;
            }
            few => few.iter().for_each(add),
        }
        if hyphen && let Some(last) = own[reached].last() {
            part.width += self.hyphen(last);
        }
        part
    }

    /// Whether a token has more letters than a word has.
    pub(super) fn is_many(&self, token: usize) -> bool {
        self.prepared.tokens[token].range().len() > LONGEST_SHAPED
    }

    /// How far what stands before byte `at` of a token hangs into the right margin: its last sign, or a hyphen
    /// behind it.
    fn hang_right(&self, token: usize, at: usize, hyphen: bool) -> Length {
        if !self.params.protrude {
            return Length::ZERO;
        }
        let pieces = self.prepared.pieces(token);
        let last = match &*pieces {
            [only] => Some(only),
            _ => pieces[..pieces.partition_point(|p| p.range().start < at)].last(),
        };
        let Some(piece) = last.filter(|p| p.range().start < at) else { return Length::ZERO };
        let span = &self.prepared.spans[piece.span()];
        if hyphen {
            self.hyphen(piece).scaled(hang::right('-'), 1000)
        } else if piece.range().end == at {
            span.length(span.word(piece).hang_right.into())
        } else {
            Length::ZERO
        }
    }

    /// How far the first sign of what begins at byte `at` of a token hangs into the left margin.
    fn hang_left(&self, token: usize, at: usize) -> Length {
        if !self.params.protrude {
            return Length::ZERO;
        }
        let pieces = self.prepared.pieces(token);
        let piece = pieces.iter().find(|p| p.range().start == at);
        let Some(piece) = piece else { return Length::ZERO };
        let span = &self.prepared.spans[piece.span()];
        span.length(span.word(piece).hang_left.into())
    }

    /// A number for a token that is told from others by it; 0 for what nobody sees in a stack.
    fn number(&self, token: usize) -> u32 {
        match &*self.prepared.pieces(token) {
            [only] => self.prepared.spans[only.span()].word(only).number,
            _ => word_number(self.prepared.token_text(token)),
        }
    }

    /// Width of a hyphen in the style of a piece.
    fn hyphen(&self, piece: &Piece) -> Length {
        let span = &self.prepared.spans[piece.span()];
        span.length(span.typeface.hyphen(self.shaper.fonts()))
    }

    /// Places inside a token where a line may end whatever the patterns say: behind its own
    /// hyphens and dashes, at U+00AD and U+200B, between ideographs.
    pub(super) fn own_cuts(&self, token: usize) -> Vec<Cut> {
        let mut out = Vec::new();
        let range = self.prepared.tokens[token].range();
        let text = &self.prepared.text[range.clone()];
        if !text.bytes().any(|b| matches!(b, b'-' | b'/') || b >= 0x80) {
            return out;
        }
        if text.chars().any(is_ideographic) {
            return ideographic_cuts(text, range.start);
        }
        for (i, c) in text.char_indices() {
            let behind = i + c.len_utf8();
            let (before, after) = (&text[..i], &text[behind..]);
            let next_is_word =
                after.starts_with(|n: char| n.is_alphanumeric() || matches!(n, '“' | '‘' | '«'));
            let cut = match c {
                '-' | '‐' if next_is_word && is_compound(before, after) => {
                    Some((LineEnd::HardHyphen, self.params.hard_hyphen))
                }
                '—' | '―' if !before.is_empty() && next_is_word => {
                    Some((LineEnd::Open, self.params.dash))
                }
                '–' | '/' if !before.is_empty() && next_is_word => {
                    Some((LineEnd::Open, self.params.hard_hyphen))
                }
                '…' if before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphabetic) => {
                    Some((LineEnd::Open, self.params.dash))
                }
                '\u{ad}' if !after.is_empty() => Some((LineEnd::SoftHyphen, self.params.hyphen)),
                '\u{200b}' if !after.is_empty() => Some((LineEnd::Open, 0.0)),
                _ => None,
            };
            if let Some((end, cost)) = cut {
                out.push(Cut { at: range.start + behind, end, cost });
            }
        }
        out
    }

    /// Places where patterns let a token be broken. The last word of a paragraph stays whole,
    /// and so do names, where a capital inside a sentence gives them away; `names` lifts both.
    pub(super) fn soft_cuts(&self, token: usize, names: bool, out: &mut Vec<Cut>) {
        let here = &self.prepared.tokens[token];
        let last = token + 1 == self.prepared.tokens.len() || here.ends_line();
        if !self.params.hyphenate || (last && !names) || (token == 0 && self.prepared.initial) {
            return;
        }
        let pieces = self.prepared.pieces(token);
        let Some(first) = pieces.first() else { return };
        let span = &self.prepared.spans[first.span()];
        let text = self.prepared.token_text(token);
        let cut = |b: &WordBreak| {
            if b.capital && !span.german && !names && !self.begins_sentence(token, b.at as usize) {
                return None;
            }
            let mut cost = self.params.hyphen;
            if b.capital && !span.german {
                cost += self.params.hyphen_capital;
            }
            if b.short {
                cost += self.params.hyphen_short;
            }
            Some(Cut { at: here.range().start + b.at as usize, end: LineEnd::SoftHyphen, cost })
        };
        if pieces.len() == 1 {
            out.extend(span.typeface.breaks(span.word(first), text).iter().filter_map(cut));
        } else {
            out.extend(span.typeface.hyphenate(text).iter().filter_map(cut));
        }
    }

    /// Whether the capital before byte `at` of a token is owed to the sentence.
    fn begins_sentence(&self, token: usize, at: usize) -> bool {
        let text = self.prepared.token_text(token);
        let word = text[..at].trim_end_matches(char::is_alphabetic);
        if word.ends_with(['“', '‘', '—', '«', '(', '¿', '¡', '…']) {
            return true;
        }
        let Some(before) = token.checked_sub(1) else { return true };
        let before = self.prepared.token_text(before);
        let before = before.trim_end_matches(['”', '’', '»', ')', '"', '\'']);
        before.ends_with(['.', '!', '?', ':', '…', '—']) || before.is_empty()
    }

    /// Places where a token without good breaks is cut when no line can hold it.
    pub(super) fn forced_cuts(&self, token: usize, room: Length) -> Vec<Cut> {
        use unicode_segmentation::UnicodeSegmentation;
        let here = &self.prepared.tokens[token];
        let text = self.prepared.token_text(token);
        if here.width <= room.scaled(1, 2) || room <= Length::ZERO {
            return Vec::new();
        }
        // So many that a line is filled well, so few that a huge word stays cheap.
        let graphemes = text.graphemes(true).count();
        let lines = (here.width.0 / room.0.max(1) + 1) as usize;
        let step = (graphemes / lines / 12).max(1);
        let mut out = Vec::new();
        for (n, (i, grapheme)) in text.grapheme_indices(true).enumerate() {
            let (before, after) = (text[..i].chars().next_back(), grapheme.chars().next());
            let separator = before.is_some_and(|c| matches!(c, '/' | '.' | '?' | '&' | '_' | '=' | ','));
            if i == 0 || !(separator || n % step == 0) {
                continue;
            }
            let letters = before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
            let end = if letters { LineEnd::SoftHyphen } else { LineEnd::Open };
            out.push(Cut { at: here.range().start + i, end, cost: if separator { 1.0 } else { 20.0 } });
        }
        out
    }
}

/// Whether a hyphen joins two words: enough letters stand on both sides.
fn is_compound(before: &str, after: &str) -> bool {
    let letters = |n: usize, chars: &mut dyn Iterator<Item = char>| {
        chars.take_while(|c| c.is_alphanumeric()).take(n).count() >= n
    };
    letters(2, &mut before.chars().rev())
        && after.chars().filter(|c| c.is_alphanumeric()).take(3).count() >= 3
}

/// Letters that are set without spaces, a line ending nearly anywhere.
const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Breaks by the Unicode line breaking algorithm (UAX 14).
fn ideographic_cuts(text: &str, offset: usize) -> Vec<Cut> {
    unicode_linebreak::linebreaks(text)
        .filter(|(at, _)| *at > 0 && *at < text.len())
        .map(|(at, _)| Cut { at: offset + at, end: LineEnd::Open, cost: 0.0 })
        .collect()
}

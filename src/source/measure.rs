//! In: a text and its lines. Out: what is usual in it: wrap column, indents, gaps, habits of
//! quotation marks, dashes and emphasis. Later decisions refer to these figures and not to
//! fixed numbers.

use super::lines::Line;

/// Width, in characters, from which a line is taken for a whole paragraph.
const PARAGRAPH_WIDTH: u32 = 120;

/// How many sizes of gaps are told apart; larger ones count as the largest.
pub const GAP_SIZES: usize = 12;

/// What is usual in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Lines that are not blank.
    pub text_lines: usize,
    /// Words.
    pub words: usize,
    /// Whether each paragraph is one line.
    pub one_line: bool,
    /// Whether paragraphs are told by the indent of their first line and not by blank lines.
    pub indented: bool,
    /// The usual indent of a paragraph's first line, in columns; 0 where there is none.
    pub first_indent: u16,
    /// The column at which lines are wrapped: 95 in 100 lines end before it. Without meaning
    /// where each paragraph is one line.
    pub wrap: u32,
    /// How many gaps of n blank lines stand between lines of text; index n, from 1.
    pub gaps: [u32; GAP_SIZES + 1],
    /// Share of text lines that end in a hyphen after a letter.
    pub hyphen_ends: f64,
    /// How quotations are marked.
    pub quotes: QuoteHabit,
    /// How dashes are written.
    pub dashes: DashHabit,
    /// How emphasis is written.
    pub emphasis: EmphasisHabit,
}

/// Counts of quotation marks where they open or could open (after a space or at a line's start).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuoteHabit {
    /// `"` that opens.
    pub straight_double: u32,
    /// `'` that opens.
    pub straight_single: u32,
    /// `“`
    pub curly_double: u32,
    /// `‘`
    pub curly_single: u32,
    /// `«` or `»`
    pub guillemets: u32,
    /// `„`
    pub low_double: u32,
    /// Lines that begin with a dash and a space.
    pub dialogue_dashes: u32,
}

impl QuoteHabit {
    /// Whether the outer marks are single ones, as in British books.
    pub const fn single_outer(&self) -> bool {
        let single = self.straight_single + self.curly_single;
        let double = self.straight_double + self.curly_double;
        single * 2 > double * 3 && single >= 3
    }

    /// Whether the marks are typographic ones.
    pub const fn curly(&self) -> bool {
        self.curly_double + self.curly_single + self.guillemets + self.low_double
            > self.straight_double + self.straight_single
    }
}

/// Counts of the ways to write a dash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DashHabit {
    /// `--`
    pub double_hyphen: u32,
    /// `—`
    pub em: u32,
    /// ` – `
    pub spaced_en: u32,
    /// ` - `
    pub spaced_hyphen: u32,
}

/// Counts of the ways to write emphasis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmphasisHabit {
    /// `_` at the start of a word.
    pub underscores: u32,
    /// `*` at the start of a word.
    pub asterisks: u32,
    /// `[i]`, `[b]`
    pub bbcode: u32,
    /// `<i>`, `<em>`
    pub html: u32,
    /// No-break spaces, which some pages leave where italics were.
    pub no_break_spaces: u32,
}

impl Measures {
    /// Measures `text`, whose lines are `lines`.
    pub fn take(text: &str, lines: &[Line]) -> Self {
        let mut out = Self::default();
        out.layout(lines);
        out.habits(text);
        out
    }

    /// The gap size, in blank lines, under which `share` of all gaps are (at least 1).
    pub fn gap_percentile(&self, share: f64) -> u16 {
        let all: u32 = self.gaps.iter().sum();
        let mut seen = 0;
        for (size, count) in self.gaps.iter().enumerate() {
            seen += count;
            if f64::from(seen) >= f64::from(all) * share && seen > 0 {
                return (size as u16).max(1);
            }
        }
        1
    }

    fn layout(&mut self, lines: &[Line]) {
        let (mut all, mut long, mut after_blank, mut stepped) = (0_u64, 0_u64, 0_usize, 0_usize);
        let mut indents = [0_usize; 9];
        let mut first = [0_usize; 13];
        let mut reach = vec![0_usize; 512];
        let mut gap = 0;
        let mut previous: Option<&Line> = None;
        for line in lines {
            if line.is_blank() {
                gap += 1;
                continue;
            }
            self.text_lines += 1;
            self.words += line.words as usize;
            all += u64::from(line.width);
            if line.width > PARAGRAPH_WIDTH {
                long += u64::from(line.width);
            }
            reach[(line.reach() as usize).min(511)] += 1;
            first[(line.indent as usize).min(12)] += 1;
            if previous.is_none() || gap > 0 {
                after_blank += 1;
            }
            if gap > 0 && previous.is_some() {
                self.gaps[gap.min(GAP_SIZES)] += 1;
            }
            if gap == 0 && previous.is_some_and(|p| p.indent == 0) && (1..=8).contains(&line.indent) {
                indents[line.indent as usize] += 1;
                stepped += 1;
            }
            gap = 0;
            previous = Some(line);
        }
        self.one_line = long * 2 > all;
        let n = self.text_lines.max(1);
        if self.one_line {
            self.indented = after_blank * 10 < n * 3;
            let usual = (1..=12).max_by_key(|i| (first[*i], 12 - i)).unwrap_or(0);
            self.first_indent = if first[usual] * 10 > n * 3 { usual as u16 } else { 0 };
        } else {
            self.indented = stepped * 100 > n * 3;
            let usual = (1..=8).max_by_key(|i| (indents[*i], 8 - i)).unwrap_or(0);
            self.first_indent = if self.indented { usual as u16 } else { 0 };
        }
        let mut seen = 0;
        self.wrap = reach
            .iter()
            .position(|c| {
                seen += c;
                seen * 100 >= n * 95
            })
            .unwrap_or(0) as u32;
    }

    fn habits(&mut self, text: &str) {
        let mut hyphens = 0_usize;
        for (at, _) in text.bytes().enumerate().filter(|(_, byte)| may_be_mark(*byte)) {
            let (mut left, mut right) = (text[..at].chars().rev(), text[at..].chars());
            let Some(c) = right.next() else { break };
            let next = right.next().unwrap_or('\n');
            let previous = left.next().unwrap_or('\n');
            let before = left.next().unwrap_or('\n');
            let opens = (previous.is_whitespace() || matches!(previous, '(' | '-' | '—' | '“' | '"'))
                && !next.is_whitespace();
            match c {
                '"' => self.quotes.straight_double += u32::from(opens),
                '\'' => self.quotes.straight_single += u32::from(opens),
                '“' => self.quotes.curly_double += 1,
                '‘' => self.quotes.curly_single += u32::from(opens),
                '«' | '»' => self.quotes.guillemets += 1,
                '„' => self.quotes.low_double += 1,
                '—' | '–' | '-' => self.dash(c, before, previous, next),
                '\n' => hyphens += usize::from(previous == '-' && before.is_alphabetic()),
                '_' => self.emphasis.underscores += u32::from(opens),
                '*' => self.emphasis.asterisks += u32::from(opens && next != '*'),
                '[' => {
                    self.emphasis.bbcode +=
                        u32::from(matches!(next, 'i' | 'b' | 'I' | 'B' | 'u' | 'q' | '/'));
                }
                '<' => {
                    self.emphasis.html += u32::from(matches!(next, 'i' | 'e' | 'b' | 's' | 'I' | 'B' | '/'));
                }
                '\u{a0}' => self.emphasis.no_break_spaces += 1,
                _ => {}
            }
        }
        self.hyphen_ends = hyphens as f64 / self.text_lines.max(1) as f64;
    }

    fn dash(&mut self, c: char, before: char, previous: char, next: char) {
        let line_start = previous == '\n' || (previous == ' ' && before == '\n');
        if line_start && (next == ' ' || c == '—') {
            self.quotes.dialogue_dashes += 1;
        }
        match c {
            '—' => self.dashes.em += 1,
            '–' if previous == ' ' && next == ' ' => self.dashes.spaced_en += 1,
            '-' if previous == '-' && before != '-' && next != '-' => self.dashes.double_hyphen += 1,
            '-' if previous == ' ' && next == ' ' => self.dashes.spaced_hyphen += 1,
            _ => {}
        }
    }
}

/// Whether a character that begins with this byte may be one whose habits are counted. In UTF-8 the typographic marks
/// begin with E2, guillemets and the no-break space with C2.
const fn may_be_mark(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'-' | b'\n' | b'_' | b'*' | b'[' | b'<' | 0xC2 | 0xE2)
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    fn measure(text: &str) -> Measures {
        Measures::take(text, &lines(text))
    }

    #[test]
    fn wrapped_text_with_first_line_indents() {
        let paragraph = "    It was a bright cold day in the month of April, and the\nclocks were striking. \
                         Nobody looked up at them from the\nstreet below.\n";
        let m = measure(&paragraph.repeat(20));
        assert!(m.indented && !m.one_line);
        assert_eq!(m.first_indent, 4);
        assert!((55..=60).contains(&m.wrap), "{}", m.wrap);
    }

    #[test]
    fn one_line_a_paragraph() {
        let paragraph = format!("{}\n\n", "A long line of words. ".repeat(12));
        let m = measure(&paragraph.repeat(8));
        assert!(m.one_line && !m.indented);
        assert_eq!(m.gaps[1], 7);
        assert_eq!(m.gap_percentile(0.97), 1);
    }

    #[test]
    fn habits_are_counted() {
        let m = measure("\"No,\" he said--and 'never'. “Yes” — or – no. _So_ it was. 'A 'b 'c\n— Oui.\n");
        assert_eq!(m.quotes.straight_double, 1);
        assert_eq!(m.quotes.straight_single, 4);
        assert_eq!(m.quotes.curly_double, 1);
        assert_eq!((m.dashes.double_hyphen, m.dashes.em, m.dashes.spaced_en), (1, 2, 1));
        assert_eq!(m.emphasis.underscores, 1);
        assert_eq!(m.quotes.dialogue_dashes, 1);
    }
}

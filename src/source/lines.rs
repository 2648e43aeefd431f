//! In: a text. Out: its lines as numbers (place, indent, width, words), which every later
//! decision about layout is made on.

/// One line without the spaces around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// First byte that is no space; for a blank line the start of the line.
    pub start: u32,
    /// One past the last byte that is no space.
    pub end: u32,
    /// Spaces before the first byte, in columns; a tab reaches the next multiple of four.
    pub indent: u16,
    /// Characters from `start` to `end`.
    pub width: u32,
    /// Words in it. Ideographs count as half a word each.
    pub words: u32,
    /// Whether a form feed stands before it.
    pub new_page: bool,
}

impl Line {
    /// Whether nothing but spaces stands in it.
    pub const fn is_blank(&self) -> bool {
        self.start == self.end
    }

    /// The bytes of the line without the spaces around it.
    pub const fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The column at which the line ends.
    pub const fn reach(&self) -> u32 {
        self.indent as u32 + self.width
    }
}

/// Columns of a tab stop.
const TAB_STOP: u16 = 4;

/// Whether a space of this kind is layout. No-break spaces are not: they may be all that is
/// left of emphasis.
const fn is_layout_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}' | '\u{b}' | '\u{3000}')
}

/// Reads the lines of `text`. A last line without a newline counts; an empty text has none.
pub fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::with_capacity(text.len() / 40 + 1);
    let mut at = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n);
        out.push(line(text, at, end));
        at = end + 1;
    }
    out
}

fn line(text: &str, from: usize, to: usize) -> Line {
    let raw = &text[from..to];
    let mut line = Line { start: from as u32, end: from as u32, ..Line::default() };
    let trimmed = raw.trim_end_matches(is_layout_space);
    if trimmed.is_empty() {
        line.new_page = raw.contains('\u{c}');
        return line;
    }
    let mut start = 0;
    for c in trimmed.chars() {
        match c {
            ' ' => line.indent = line.indent.saturating_add(1),
            '\t' => line.indent = (line.indent / TAB_STOP + 1).saturating_mul(TAB_STOP),
            '\u{3000}' => line.indent = line.indent.saturating_add(2),
            '\u{c}' => {
                line.new_page = true;
                line.indent = 0;
            }
            '\u{b}' => {}
            _ => break,
        }
        start += c.len_utf8();
    }
    line.start = (from + start) as u32;
    line.end = (from + trimmed.len()) as u32;
    let (width, words) = measure(&trimmed[start..]);
    line.width = width;
    line.words = words;
    line
}

/// Characters and words of a line.
fn measure(line: &str) -> (u32, u32) {
    let (mut width, mut words, mut ideographs, mut in_word) = (0, 0, 0_u32, false);
    if line.is_ascii() {
        for b in line.bytes() {
            let space = b == b' ' || b == b'\t';
            words += u32::from(!space && !in_word);
            in_word = !space;
        }
        return (line.len() as u32, words);
    }
    for c in line.chars() {
        width += 1;
        if is_ideograph(c) {
            ideographs += 1;
            in_word = false;
            continue;
        }
        let space = c.is_whitespace();
        words += u32::from(!space && !in_word);
        in_word = !space;
    }
    (width, words + ideographs.div_ceil(2))
}

/// Whether `c` is written without spaces between words: Han, kana, hangul are counted so.
pub const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indents_and_widths_are_columns() {
        let text = "  two words \n\n\tTab\n\u{c}page\nnb\u{a0}sp";
        let l = lines(text);
        assert_eq!(l.len(), 5);
        assert_eq!((l[0].indent, l[0].width, l[0].words), (2, 9, 2));
        assert!(l[1].is_blank());
        assert_eq!(l[2].indent, 4);
        assert!(l[3].new_page && l[3].indent == 0);
        assert_eq!(&text[l[4].range()], "nb\u{a0}sp");
    }

    #[test]
    fn an_empty_text_has_no_lines_and_a_last_newline_adds_none() {
        assert!(lines("").is_empty());
        assert_eq!(lines("a\n").len(), 1);
        assert_eq!(lines("\n\n").len(), 2);
    }
}

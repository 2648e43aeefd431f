//! In: the lines of the clean text. Out: its blocks: what stands between blank lines, first-line
//! indents and changes to set-off text.

use crate::clean::Cleaned;
use crate::source::lines::{Line, is_ideograph};
use crate::source::measure::Measures;
use crate::text::{Edit, Span, Text};

/// What a block looks like on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Running text.
    Text,
    /// Deeper than paragraphs are.
    SetOff,
    /// On the axis of the page.
    Centred,
}

/// So many lines do not all begin with capitals by chance, not even in German, where two lines of prose in five may.
pub const SURELY_VERSE: usize = 12;

/// A run of lines that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Index of its first line.
    pub first: usize,
    /// One past its last line.
    pub end: usize,
    /// Blank lines before it.
    pub gap: u16,
    /// Words in it.
    pub words: u32,
    /// Words of the text before it.
    pub before: u32,
    /// How it looks.
    pub look: Look,
}

impl Block {
    /// How many lines it has.
    pub const fn lines(&self) -> usize {
        self.end - self.first
    }
}

/// The clean text as lines and blocks.
#[derive(Debug)]
pub struct Page<'a> {
    /// The clean text.
    pub text: &'a Text,
    /// Its lines.
    pub lines: &'a [Line],
    /// What is usual in it.
    pub measures: &'a Measures,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

impl<'a> Page<'a> {
    /// Splits the clean text into blocks.
    pub fn new(cleaned: &'a Cleaned) -> Self {
        let mut page = Self {
            text: &cleaned.text,
            lines: &cleaned.lines,
            measures: &cleaned.measures,
            blocks: Vec::new(),
        };
        page.blocks = page.split();
        page
    }

    /// The words of line `i`.
    pub fn line(&self, i: usize) -> &'a str {
        &self.text.as_str()[self.lines[i].range()]
    }

    /// The bytes of the clean text that the lines `first..end` take.
    pub fn range(&self, first: usize, end: usize) -> std::ops::Range<usize> {
        self.lines[first].start as usize..self.lines[end - 1].end as usize
    }

    /// The string of block `b` with its line ends.
    pub fn raw(&self, b: usize) -> &'a str {
        let block = &self.blocks[b];
        &self.text.as_str()[self.range(block.first, block.end)]
    }

    /// The source bytes of block `b`.
    pub fn span(&self, b: usize) -> Span {
        let block = &self.blocks[b];
        self.text.origin(self.range(block.first, block.end))
    }

    /// The lines `first..end` as one paragraph: line ends become spaces.
    pub fn paragraph(&self, first: usize, end: usize) -> Text {
        let range = self.range(first, end);
        let mut text = self.text.slice(range.clone());
        if end - first < 2 {
            return text;
        }
        let s = self.text.as_str();
        let mut edits = Vec::with_capacity(end - first);
        for pair in self.lines[first..end].windows(2) {
            let (from, to) = (pair[0].end as usize, pair[1].start as usize);
            let with = if joins_tight(&s[pair[0].range()], &s[pair[1].range()]) { "" } else { " " };
            if &s[from..to] != with {
                edits.push(Edit::replace(from - range.start..to - range.start, with));
            }
        }
        text.apply(&edits);
        text
    }

    /// The centre of the page, in columns.
    pub fn axis(&self) -> f64 {
        f64::from(self.measures.wrap) / 2.0
    }

    /// The indent above which text is set off from paragraphs.
    pub fn paragraph_indent(&self) -> u16 {
        self.measures.first_indent.max(1)
    }

    /// Whether the line stands on the axis of the page, well inside it.
    pub fn is_centred(&self, line: &Line) -> bool {
        if line.indent <= self.paragraph_indent() + 2 || line.width > 90 {
            return false;
        }
        let centre = f64::from(line.indent) + f64::from(line.width) / 2.0;
        if self.measures.one_line {
            // Typescripts centre on a page of unknown width.
            return line.indent >= 14 || (30.0..=42.0).contains(&centre);
        }
        (centre - self.axis()).abs() <= 2.5
    }

    fn look(&self, line: &Line) -> Look {
        if line.indent <= self.paragraph_indent() {
            Look::Text
        } else if self.measures.indented && self.is_centred(line) {
            Look::Centred
        } else {
            Look::SetOff
        }
    }

    /// The look of each line. Lines of a wrapped quotation may stand on the axis by chance: a run
    /// is centred only as a whole.
    fn looks(&self) -> Vec<Look> {
        let mut out: Vec<Look> =
            self.lines.iter().map(|l| if l.is_blank() { Look::Text } else { self.look(l) }).collect();
        self.inscriptions(&mut out);
        self.stanzas(&mut out);
        let mut i = 0;
        while i < out.len() {
            if out[i] == Look::Text {
                i += 1;
                continue;
            }
            let end = (i..out.len()).find(|k| out[*k] == Look::Text).unwrap_or(out.len());
            if out[i..end].contains(&Look::SetOff) {
                if self.measures.one_line {
                    self.level_lines(i, &mut out[i..end]);
                } else {
                    out[i..end].fill(Look::SetOff);
                }
            }
            i = end;
        }
        out
    }

    /// Lines under each other with one centre, some short and some long, are one inscription: the
    /// longest of them may begin where paragraphs do.
    fn inscriptions(&self, looks: &mut [Look]) {
        const LINES: std::ops::RangeInclusive<usize> = 3..=16;
        const SPREAD: u16 = 5;
        if self.measures.one_line {
            return;
        }
        let centre = |l: &Line| f64::from(l.indent) + f64::from(l.width) / 2.0;
        let mut from = 0;
        while from < self.lines.len() {
            let end =
                (from..self.lines.len()).find(|k| self.lines[*k].is_blank()).unwrap_or(self.lines.len());
            let run = &self.lines[from..end];
            let (least, most) =
                run.iter().fold((u16::MAX, 0), |(a, z), l| (a.min(l.indent), z.max(l.indent)));
            let middle = run.iter().map(centre).sum::<f64>() / run.len().max(1) as f64;
            let one_centre = || run.iter().all(|l| (centre(l) - middle).abs() <= 2.0);
            if LINES.contains(&run.len()) && least >= 1 && most >= least + SPREAD && one_centre() {
                looks[from..end].fill(Look::SetOff);
            }
            from = end + 1;
        }
    }

    /// Short lines under each other that all begin with capitals, some at the margin and some deeper, by turns, are one
    /// stanza.
    fn stanzas(&self, looks: &mut [Look]) {
        const LEAST_LINES: usize = 4;
        const LEAST_TURNS: usize = 3;
        /// Of the width of the page, in tenths: prose fills it.
        const MOST_REACH: u32 = 9;
        if self.measures.one_line {
            return;
        }
        let begins = |k: usize| super::setoff::starts_capital(self.line(k));
        let short = |k: usize| self.lines[k].reach() * 10 <= self.measures.wrap * MOST_REACH;
        let mut from = 0;
        while from < self.lines.len() {
            let end =
                (from..self.lines.len()).find(|k| self.lines[*k].is_blank()).unwrap_or(self.lines.len());
            let turns = self.lines[from..end].windows(2).filter(|l| l[0].indent != l[1].indent).count();
            let flush = self.lines[from..end].iter().any(|l| l.indent == 0);
            let lines = end - from;
            // So many capitals are no chance, however far the lines reach: sonnets step in once, for their couplet.
            let sure = lines >= SURELY_VERSE && turns >= 1;
            if (sure || lines >= LEAST_LINES && turns >= LEAST_TURNS && (from..end).all(short))
                && flush
                && (from..end).all(begins)
            {
                looks[from..end].fill(Look::SetOff);
            }
            from = end + 1;
        }
    }

    /// Lines of a wrapped quotation in a typescript begin in one column; those that reach far
    /// enough to look centred are no less of it.
    fn level_lines(&self, first: usize, looks: &mut [Look]) {
        let indent = |k: usize| self.lines[first + k].indent;
        for k in 0..looks.len() {
            let level = |n: usize| n < looks.len() && indent(n) == indent(k);
            let beside =
                [k.wrapping_sub(2), k.wrapping_sub(1), k + 1, k + 2].into_iter().filter(|n| level(*n));
            if looks[k] == Look::Centred && beside.count() >= 2 {
                looks[k] = Look::SetOff;
            }
        }
    }

    fn split(&self) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::with_capacity(self.lines.len() / 4 + 1);
        let mut gap: u16 = 0;
        let mut words = 0;
        let mut open = false;
        // Whether no line of the last block begins at the margin.
        let mut inside = false;
        let looks = self.looks();
        for (i, line) in self.lines.iter().enumerate() {
            if line.is_blank() {
                gap = gap.saturating_add(1);
                open = false;
                continue;
            }
            if let Some(block) = out.last_mut().filter(|b| open && !self.starts_block(b, inside, i, looks[i]))
            {
                block.end = i + 1;
                block.words += line.words;
                inside &= line.indent > 0;
            } else {
                inside = line.indent > 0;
                out.push(Block {
                    first: i,
                    end: i + 1,
                    gap,
                    words: line.words,
                    before: words,
                    look: looks[i],
                });
            }
            words += line.words;
            gap = 0;
            open = true;
        }
        self.slightly_deeper(&mut out);
        out
    }

    /// Where paragraphs are flush, lines that all stand one column deeper are set off too.
    fn slightly_deeper(&self, blocks: &mut [Block]) {
        if self.measures.indented || self.measures.one_line {
            return;
        }
        for block in blocks.iter_mut().filter(|b| b.look == Look::Text && b.lines() > 1) {
            if self.lines[block.first..block.end].iter().all(|l| l.indent > 0) {
                block.look = Look::SetOff;
            }
        }
    }

    /// Whether line `i` begins a block although no blank line stands before it; `inside`: no line of the block before
    /// begins at the margin.
    fn starts_block(&self, block: &Block, inside: bool, i: usize, look: Look) -> bool {
        let (line, above) = (&self.lines[i], &self.lines[i - 1]);
        let m = self.measures;
        if is_ornament(self.line(i)) || is_ornament(self.line(i - 1)) {
            return true;
        }
        if m.one_line {
            if look != block.look {
                return true;
            }
            if m.indented {
                return look == Look::Text;
            }
            // Short lines under each other are verse or an address; long ones are paragraphs.
            return line.width > 120 || above.width > 120;
        }
        if m.indented {
            let starts = line.indent > 0
                && line.indent <= m.first_indent + 1
                && above.indent < line.indent
                && !self.hangs(above, line, i);
            return match (block.look, look) {
                (Look::Text, Look::Text) => {
                    starts || (line.indent == m.first_indent && above.indent == line.indent)
                }
                (a, b) => {
                    a != b && !(a == Look::SetOff && b == Look::Centred && self.reads_on(above, line, i))
                }
            };
        }
        if look != block.look && inside && self.steps_slightly(i) {
            return false;
        }
        match (block.look, look) {
            (Look::Text, Look::Text) | (Look::SetOff, Look::SetOff) => false,
            (Look::Text, _) => !self.hangs(above, line, i),
            (_, Look::Text) => block.lines() > 1 || !self.is_first_line(above),
            _ => false,
        }
    }

    /// Whether line `i` stands a step from the line above it, both inside of the margin: the lines of a set-off text
    /// are not all indented alike.
    fn steps_slightly(&self, i: usize) -> bool {
        const STEP: u16 = 2;
        let (line, above) = (&self.lines[i], &self.lines[i - 1]);
        line.indent > 0 && above.indent > 0 && line.indent.abs_diff(above.indent) <= STEP
    }

    /// Whether a deeper line goes on with the sentence above it, as in a hanging indent.
    fn hangs(&self, above: &Line, line: &Line, i: usize) -> bool {
        above.reach() * 4 >= self.measures.wrap * 3
            && line.indent <= 8
            && self.line(i).starts_with(|c: char| c.is_lowercase())
    }

    /// Whether a single deeper line is the first line of a paragraph whose other lines are flush.
    fn is_first_line(&self, above: &Line) -> bool {
        above.indent <= 8 && above.reach() * 5 >= self.measures.wrap * 4
    }

    fn reads_on(&self, above: &Line, line: &Line, i: usize) -> bool {
        above.indent == line.indent || self.line(i).starts_with(|c: char| c.is_lowercase())
    }
}

/// Whether two lines are joined without a space: at a real hyphen, at a dash, between ideographs.
pub(super) fn joins_tight(above: &str, below: &str) -> bool {
    let Some(first) = below.chars().next() else { return false };
    let mut end = above.chars().rev();
    match end.next() {
        Some('-') => match end.next() {
            Some('-') => true,
            Some(c) => c.is_alphanumeric() && first.is_alphanumeric(),
            None => false,
        },
        Some('—') => true,
        Some(c) if is_ideograph(c) || matches!(c, '。' | '，' | '、' | '」') => {
            is_ideograph(first) || first == '「'
        }
        Some(c) if !c.is_whitespace() => {
            below.starts_with("--") || (first == '—' && !below.starts_with("— "))
        }
        _ => false,
    }
}

/// Whether the line is an ornament between scenes: signs without letters or figures, or one of
/// the letter ornaments (`oOo`, `-x-`).
pub fn is_ornament(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let line = line.trim();
    // Most lines begin with a letter that begins no ornament.
    if line.starts_with(|c: char| c.is_ascii_alphabetic() && !"oOxXlLsSpPbB".contains(c)) {
        return false;
    }
    let mut signs = 0;
    for c in line.chars() {
        match c {
            '*' | '#' | '~' | '-' | '–' | '—' | '_' | '=' | '+' | '•' | '·' | '⁂' | '⁎' | '✱' | '✲' | '❦'
            | '❧' | '☙' | '◆' | '◇' | '●' | '○' | '■' | '□' | '★' | '☆' | '✦' | '✧' | '§' | '×' | '|'
            | '/' | '\\' | '<' | '>' | '^' | '∙' | '⸻' | '─' | '━' | '♦' | '♥' | '♠' | '♣' | '✿' | '❀'
            | '※' | '†' | '‡' | '°' | ':' | '&' | '%' | '@' | '.' | '…' | '╳' | '▪' | '✽' | '✻' | '❖' =>
            {
                signs += 1;
            }
            c if c.is_whitespace() => {}
            _ => return letter_ornament(line),
        }
    }
    // Points alone are an ornament when they are many or apart; a dash alone is a blanked word.
    match line {
        "" | "." | ".." | "-" | "--" | ":" | "&" | "/" | "%" | "@" | "°" | "^" | "+" => false,
        "..." | "…" | ". . ." => true,
        _ => signs > 0,
    }
}

/// `oOo`, `o0o`, `xXx`, `-o-`, `~*~o~*~`, `[line break]`.
fn letter_ornament(line: &str) -> bool {
    if line.chars().count() > 60 {
        return false;
    }
    let core = line.trim_matches(|c: char| !c.is_alphanumeric());
    let low = core.to_lowercase();
    if matches!(low.as_str(), "line break" | "linebreak" | "scene break" | "page break" | "break") {
        return core.len() < line.len() || low != "break";
    }
    let only = |letters: &[char]| low.chars().all(|c| letters.contains(&c) || !c.is_alphanumeric());
    let o = only(&['o', '0']) && low.chars().filter(|c| matches!(c, 'o' | '0')).count() >= 1;
    let x = only(&['x']);
    let count = core.chars().count();
    if !(o || x) || core.is_empty() {
        return false;
    }
    let decorated = core.len() < line.len();
    let mixed = core.contains(char::is_uppercase) && core.contains(char::is_lowercase) || core.contains('0');
    // `X` alone may be a numeral; `oo` alone may be a sound.
    (count >= 3 && mixed)
        || (decorated && !line.ends_with(['.', '!', '?', ',', '"', ')', ']', ':']))
            && (count >= 3 || low == "o" || low == "x" || low.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ornaments_and_their_look_alikes() {
        for s in [
            "* * *",
            "***",
            "*****",
            "#",
            "###",
            "---",
            "———",
            "- - -",
            "___",
            "===",
            "~~~",
            "~*~",
            "-o-",
            "oOo",
            "o0o",
            "xXx",
            "<>",
            "•",
            "⁂",
            "❦",
            "◇◇◇",
            "…",
            "[line break]",
            "-oOo-",
            "~o~O~o~",
            "...",
            "-x-X-x-",
        ] {
            assert!(is_ornament(s), "{s}");
        }
        for s in ["1984", "(7)", "X", "oo", "Ox", "--", "", ".", "I", "Oh!", "xx.", "o", "A", "break", "O."] {
            assert!(!is_ornament(s), "{s}");
        }
    }

    #[test]
    fn lines_are_joined_as_they_were_divided() {
        assert!(joins_tight("a door-", "nail"));
        assert!(joins_tight("he said--", "literally"));
        assert!(!joins_tight("he said", "that"));
        assert!(!joins_tight("he said -", "that"));
        assert!(joins_tight("他说", "了"));
    }
}

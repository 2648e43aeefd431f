//! In: strings of any content. Out: markup that is always well-formed XML 1.0.

use unicode_normalization::char::is_combining_mark;

/// XHTML in the making. Text goes through [`Markup::text`] or [`Markup::attribute`], which escape it and
/// leave out what XML cannot carry.
#[derive(Debug, Default)]
pub(super) struct Markup {
    out: String,
    dropped: usize,
    word: Word,
}

/// How the text so far ends: two words that only a control character parts stay two words.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// With a letter or figure, whatever markup followed.
    open: bool,
    /// And then something was left out.
    parted: bool,
    /// Something was left out, whatever stood before it.
    gap: bool,
}

impl Word {
    /// Appends text that needs no escaping, with a space where one has to part it from the word before.
    fn push(&mut self, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        if self.parted && text.starts_with(|c: char| c.is_alphanumeric() || is_joined(c)) {
            out.push(' ');
        }
        // What stood between two spaces leaves one of them.
        let again = self.gap && text.starts_with(' ') && out.ends_with(' ');
        out.push_str(&text[usize::from(again)..]);
        let last = text.chars().rev().find(|c| !is_joined(*c));
        *self = Self { open: last.map_or(self.open, char::is_alphanumeric), parted: false, gap: false };
    }
}

/// Signs without a width of their own, which belong to the letter before them: soft hyphens, joiners, accents.
fn is_joined(c: char) -> bool {
    !c.is_alphanumeric()
        && (matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') || is_combining_mark(c))
}

impl Markup {
    /// Markup of our own, which needs no escaping.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Running text.
    pub(super) fn text(&mut self, text: &str) {
        self.dropped += escape(text, &mut self.out, false, &mut self.word);
    }

    /// ` name="value"`.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.dropped += escape(value, &mut self.out, true, &mut Word::default());
        self.out.push('"');
    }

    /// Length in bytes.
    pub(super) const fn len(&self) -> usize {
        self.out.len()
    }

    /// Takes back everything from byte `at` on.
    pub(super) fn cut(&mut self, at: usize) {
        self.out.truncate(at);
    }

    /// How many characters had to be left out so far.
    pub(super) const fn dropped(&self) -> usize {
        self.dropped
    }

    /// The markup so far; the next text begins anew.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }
}

/// Bytes that stand in XML as they are, whatever surrounds them.
static PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = !matches!(byte as u8, 0..=31 | 127 | b'&' | b'<' | b'>' | b'"' | 0xC2 | 0xEF);
        byte += 1;
    }
    table
};

/// Appends `text` to `out` with markup characters escaped; returns how many characters were left
/// out because XML 1.0 cannot carry them or because they are controls without a meaning.
fn escape(text: &str, out: &mut String, attribute: bool, word: &mut Word) -> usize {
    let mut dropped = 0;
    let mut done = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if PLAIN[usize::from(*byte)] {
            continue;
        }
        let with = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if attribute => "&quot;",
            b'\n' | b'\t' if attribute => " ",
            b'\r' => "",
            0..=8 | 11 | 12 | 14..=31 | 127 => "",
            // The first byte of U+0080…U+009F, and of the last two of the basic plane.
            0xC2 if bytes.get(at + 1).is_some_and(|b| *b < 0xA0) => "",
            0xEF if text[at..].starts_with(['\u{FFFE}', '\u{FFFF}']) => "",
            _ => continue,
        };
        word.push(&text[done..at], out);
        done = at
            + match byte {
                0xC2 => 2,
                0xEF => 3,
                _ => 1,
            };
        if with.is_empty() {
            dropped += usize::from(*byte != b'\r');
            word.parted = word.open;
            word.gap = *byte != b'\r';
        } else {
            out.push_str(with);
            *word = Word::default();
        }
    }
    word.push(&text[done..], out);
    dropped
}

/// `text` on one line, without what XML cannot carry: for titles and other metadata.
pub(super) fn plain(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let kept: String = kept.filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_is_left_out_and_counted() {
        let mut markup = Markup::default();
        markup.text("a\u{0}b\u{85}c\u{FFFE}d\u{FFFD}e\r\nf\u{1F600}<&>\"");
        assert_eq!(markup.dropped(), 3);
        assert_eq!(markup.take(), "a b c d\u{FFFD}e\nf\u{1F600}&lt;&amp;&gt;\"");
        markup.text("a \u{7} b");
        assert_eq!(markup.take(), "a b");
        markup.text("a\u{301}\u{1}b\u{2}\u{308}c, \u{b3e}\u{7f}d");
        assert_eq!(markup.take(), "a\u{301} b \u{308}c, \u{b3e} d");
        markup.attribute("alt", "a \"b\"\n<c>");
        assert_eq!(markup.take(), " alt=\"a &quot;b&quot; &lt;c&gt;\"");
    }

    #[test]
    fn a_title_stands_on_one_line() {
        assert_eq!(plain(" The\u{7}\n Old\t\u{FFFF}Sea "), "The Old Sea");
    }
}

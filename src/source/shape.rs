//! In: a text, its lines and measures. Out: the shape in which it came.

use super::lines::Line;
use super::measure::Measures;
use crate::options::Shape;
use crate::report::Certainty;

/// A recognised shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The shape.
    pub shape: Shape,
    /// What told it.
    pub reason: &'static str,
    /// How sure.
    pub certainty: Certainty,
}

/// What the lines of a text show of the page or program it came from.
#[derive(Default)]
struct Traces {
    gutenberg: bool,
    archive: u32,
    bare_markers: u32,
    bbcode: u32,
    form_feeds: u32,
    numbers: u32,
    hashes: u32,
    atx: u32,
    setext_or_fence: u32,
}

/// Labels that only pages of a fan-work archive carry.
const ARCHIVE_LABELS: &[&str] = &[
    "Chapter Notes",
    "Chapter Summary",
    "Chapter End Notes",
    "Archive Warning:",
    "Archive Warnings:",
    "Additional Tags:",
    "Posted originally on the",
    "Fandom:",
    "Fandoms:",
    "(See the end of the chapter for",
    "(See the end of the work for",
];

/// Recognises the shape of `text`.
pub fn recognise(text: &str, lines: &[Line], measures: &Measures) -> Recognised {
    let traces = traces(text, lines);
    let found = |shape, reason, percent| Recognised { shape, reason, certainty: Certainty::percent(percent) };
    if traces.gutenberg {
        return found(Shape::Gutenberg, "Project Gutenberg's marks stand in it", 100);
    }
    if traces.archive >= 2 {
        return found(Shape::Archive, "labels of an archive page stand in it", 99);
    }
    if traces.bare_markers >= 1 {
        return found(Shape::Serial, "bare chapter markers stand in it", 98);
    }
    if traces.bbcode >= 2 {
        return found(Shape::Forum, "BBCode stands in it", 98);
    }
    let paged = traces.form_feeds >= 2 || traces.numbers >= 8;
    if !measures.one_line && paged && (measures.hyphen_ends > 0.02 || traces.form_feeds >= 2) {
        return found(Shape::Scan, "pages with numbers show in it", 90);
    }
    if traces.atx >= 2 && traces.atx > traces.hashes && traces.atx >= traces.setext_or_fence.min(2) {
        return found(Shape::Markdown, "headings with number signs stand in it", 85);
    }
    if measures.indented && measures.one_line {
        return found(Shape::Manuscript, "paragraphs are told by indents, one line each", 90);
    }
    found(Shape::Plain, "nothing marks it as another", 80)
}

fn traces(text: &str, lines: &[Line]) -> Traces {
    let mut t = Traces::default();
    for line in lines.iter().filter(|l| !l.is_blank()) {
        t.form_feeds += u32::from(line.new_page);
        let s = &text[line.range()];
        match s.as_bytes()[0] {
            b'*' | b'T' | b'P' | b'E' | 0xef => t.gutenberg |= is_gutenberg(s),
            b'[' => t.bbcode += u32::from(is_bbcode(s)),
            b'#' if s == "#" => t.hashes += 1,
            b'#' if s.trim_start_matches('#').starts_with(' ') => t.atx += 1,
            b'`' if s.starts_with("```") => t.setext_or_fence += 1,
            b'0'..=b'9' => t.numbers += u32::from(s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit())),
            _ => {}
        }
        if s.len() < 60 {
            t.bare_markers += u32::from(s == "Chapter Text" || s == "Work Header" || s == "Work Text:");
        }
        t.archive += u32::from(ARCHIVE_LABELS.iter().any(|l| s.starts_with(l)));
        if t.bbcode < 2 && s.contains("[/i]") | s.contains("[/b]") | s.contains("[/I]") {
            t.bbcode += 1;
        }
    }
    t
}

fn is_gutenberg(line: &str) -> bool {
    line.len() < 200
        && (line.contains("PROJECT GUTENBERG") || line.contains("Project Gutenberg"))
        && (line.starts_with("***")
            || line.starts_with("The Project Gutenberg")
            || line.starts_with("Project Gutenberg's")
            || line.starts_with("End of"))
}

fn is_bbcode(line: &str) -> bool {
    [
        "[b]", "[i]", "[u]", "[quote", "[center]", "[spoiler", "[url", "[color", "[size", "[/quote]", "[B]",
        "[I]",
    ]
    .iter()
    .any(|t| line.starts_with(t))
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    fn shape(text: &str) -> Shape {
        let l = lines(text);
        recognise(text, &l, &Measures::take(text, &l)).shape
    }

    #[test]
    fn shapes_are_told_by_their_marks() {
        assert_eq!(shape("Work Header\n\nChapter Text\n\nIt began.\n"), Shape::Serial);
        assert_eq!(
            shape("Chapter Notes\n\nHello.\n\nFandom: None\n\nChapter Text\n\nIt began.\n"),
            Shape::Archive
        );
        assert_eq!(shape("[b]Chapter 1[/b]\n\nIt [i]was[/i] so.\n\n[b]Chapter 2[/b]\n"), Shape::Forum);
        assert_eq!(shape("*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\nText.\n"), Shape::Gutenberg);
        assert_eq!(shape("# One\n\nText.\n\n## Two\n\nText.\n"), Shape::Markdown);
        assert_eq!(shape("It was so.\n\n#\n\nAnd then.\n\n#\n\nEnd.\n"), Shape::Plain);
    }
}

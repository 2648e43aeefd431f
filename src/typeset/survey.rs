//! In: pages. Out: what a typographer would mark on them, page by page.
//!
//! It reads the places of the glyphs alone and shares nothing with what chose them, so that it
//! can contradict it.

use std::collections::BTreeMap;
use std::fmt;

use crate::typeset::furniture::folio_text;
use crate::typeset::layout::Layout;
use crate::typeset::length::Length;
use crate::typeset::line::river::{self, Gap};
use crate::typeset::page::{GlyphRun, Item, Owner, Page, Pages, Segment, Shape, Side, Tag};

/// Word spaces beyond this multiple of the natural one are seen as a hole.
const LOOSE: f64 = 1.75;
/// Word spaces under this multiple run the words together.
const TIGHT: f64 = 0.72;
/// Hyphens in a row that are too many.
const LADDER: usize = 3;
/// Lines of text under which the last page of a chapter looks forgotten.
const SHORT_TAIL: usize = 4;
/// Type this much larger than the text is an initial, not a line.
const DISPLAY: (i64, i64) = (13, 10);

/// What was found on the pages of a book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Number of pages.
    pub pages: usize,
    /// Lines of running text.
    pub lines: usize,
    /// Word space of each justified line as a multiple of the natural one, in rising order.
    pub stretch: Vec<f64>,
    /// Lines that end in a hyphen.
    pub hyphens: usize,
    /// What a typographer would mark, in order of the pages.
    pub marks: Vec<Marked>,
}

/// Something to mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// Index of the page.
    pub page: usize,
    /// The page's number as printed.
    pub folio: String,
    /// Line of the grid, 1 is the first of the text; 0 speaks of the whole page.
    pub line: i32,
    /// What it is.
    pub defect: Defect,
    /// Words of the line.
    pub words: String,
}

/// Kinds of things to mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Defect {
    /// The last line of a paragraph alone at the head of a page.
    Widow,
    /// The first line of a paragraph alone at the foot of a page.
    Orphan,
    /// A page that ends inside a word.
    HyphenAtFoot,
    /// A page that ends so many lines before the last line of the grid.
    ShortPage(i32),
    /// Facing pages that end so many lines apart.
    UnevenSpread(i32),
    /// A chapter's last page with so few lines.
    ShortTail(usize),
    /// Word spaces of this multiple of the natural one.
    Loose(f64),
    /// The same, too narrow.
    Tight(f64),
    /// So many hyphens in a row.
    Ladder(usize),
    /// A last line shorter than the indent of the next.
    Runt,
    /// A river of white through so many lines.
    River(usize),
    /// A line that reaches so many points over the margin.
    Overfull(f64),
}

impl Defect {
    /// Its name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Widow => "widow",
            Self::Orphan => "orphan",
            Self::HyphenAtFoot => "hyphen-at-foot",
            Self::ShortPage(_) => "short-page",
            Self::UnevenSpread(_) => "uneven-spread",
            Self::ShortTail(_) => "short-tail",
            Self::Loose(_) => "loose-line",
            Self::Tight(_) => "tight-line",
            Self::Ladder(_) => "ladder",
            Self::Runt => "runt",
            Self::River(_) => "river",
            Self::Overfull(_) => "overfull-line",
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Widow => f.write_str("the last line of a paragraph stands alone at the head"),
            Self::Orphan => f.write_str("the first line of a paragraph stands alone at the foot"),
            Self::HyphenAtFoot => f.write_str("the page ends inside a word"),
            Self::ShortPage(lines) => write!(f, "the page ends early, lines: {lines}"),
            Self::UnevenSpread(lines) => write!(f, "the facing pages end apart, lines: {lines}"),
            Self::ShortTail(lines) => write!(f, "the chapter's last page is nearly empty, lines: {lines}"),
            Self::Loose(x) => write!(f, "loose: word spaces {x:.2} of the natural one"),
            Self::Tight(x) => write!(f, "tight: word spaces {x:.2} of the natural one"),
            Self::Ladder(n) => write!(f, "hyphens in a row: {n}"),
            Self::Runt => f.write_str("the last line is shorter than the next indent"),
            Self::River(n) => write!(f, "a river of white, lines: {n}"),
            Self::Overfull(points) => write!(f, "the line reaches {points:.1} pt over the margin"),
        }
    }
}

impl Survey {
    /// Mean of the word spaces; 1 where no line is justified.
    pub fn mean(&self) -> f64 {
        if self.stretch.is_empty() {
            1.0
        } else {
            self.stretch.iter().sum::<f64>() / self.stretch.len() as f64
        }
    }

    /// The word space under which a share of the lines lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.stretch.len().saturating_sub(1);
        self.stretch.get((last as f64 * share).round() as usize).copied().unwrap_or(1.0)
    }

    /// Share of the justified lines whose word space is above `x`.
    pub fn share_above(&self, x: f64) -> f64 {
        let above = self.stretch.len() - self.stretch.partition_point(|s| *s <= x);
        above as f64 / self.stretch.len().max(1) as f64
    }
}

/// One line of running text.
struct TextLine {
    page: usize,
    y: Length,
    paragraph: u32,
    left: Length,
    right: Length,
    gaps: Vec<Gap>,
    words: String,
    hyphen: bool,
    note: bool,
}

/// Looks over pages that were set in `layout`.
pub fn survey(pages: &Pages, layout: &Layout) -> Survey {
    let mut reader = Reader { pages, layout, out: Survey { pages: pages.pages.len(), ..Survey::default() } };
    let lines: Vec<Vec<TextLine>> = (0..pages.pages.len()).map(|i| reader.lines(i)).collect();
    reader.paragraphs(&lines);
    reader.edges(&lines);
    let mut out = reader.out;
    out.stretch.sort_by(f64::total_cmp);
    out.marks.sort_by_key(|m| (m.page, m.line));
    out
}

struct Reader<'a> {
    pages: &'a Pages,
    layout: &'a Layout,
    out: Survey,
}

impl Reader<'_> {
    /// The paragraph that holds a node, and whether it is part of a note.
    fn paragraph(&self, node: u32) -> Option<(u32, bool)> {
        let mut at = node;
        let mut paragraph = None;
        let mut note = false;
        loop {
            let here = self.pages.structure.get(at as usize)?;
            if here.tag == Tag::Paragraph && paragraph.is_none() {
                paragraph = Some(at);
            }
            note |= here.tag == Tag::Note;
            if here.parent == at {
                return paragraph.map(|p| (p, note));
            }
            at = here.parent;
        }
    }

    /// The chapter or other piece that a node belongs to.
    fn section(&self, node: u32) -> u32 {
        let mut at = node;
        while let Some(here) = self.pages.structure.get(at as usize) {
            // A part has its chapters inside of it: the innermost is the one that ends.
            if here.tag == Tag::Section {
                return at;
            }
            if here.parent == at {
                break;
            }
            at = here.parent;
        }
        0
    }

    fn lines(&self, index: usize) -> Vec<TextLine> {
        let page = &self.pages.pages[index];
        let mut rows: BTreeMap<(Length, u32, bool), Vec<&GlyphRun>> = BTreeMap::new();
        for item in &page.items {
            if let (Shape::Glyphs(run), Owner::Content(node)) = (&item.shape, item.owner)
                && run.size <= self.layout.text_style().size.scaled(DISPLAY.0, DISPLAY.1)
                && let Some((paragraph, note)) = self.paragraph(node)
            {
                rows.entry((run.y, paragraph, note)).or_default().push(run);
            }
        }
        let lines = rows.into_iter().map(|((y, paragraph, note), runs)| TextLine {
            page: index,
            y,
            paragraph,
            note,
            left: runs.iter().map(|r| r.x).min().unwrap_or_default(),
            right: runs.iter().map(|r| r.x + r.width()).max().unwrap_or_default(),
            gaps: river::gaps(runs.iter().copied()).collect(),
            words: runs.iter().map(|r| r.text.as_str()).collect(),
            hyphen: runs.last().is_some_and(|r| r.ends_in_soft_hyphen()),
        });
        lines.collect()
    }

    fn line_number(&self, y: Length) -> i32 {
        ((y - self.layout.first_line).to_pt() / self.layout.leading.to_pt()).round() as i32 + 1
    }

    fn mark(&mut self, line: &TextLine, defect: Defect) {
        let words: String = line.words.chars().take(60).collect();
        self.note(line.page, self.line_number(line.y), defect, words);
    }

    fn note(&mut self, page: usize, line: i32, defect: Defect, words: String) {
        let folio = folio_text(self.pages.pages[page].folio);
        self.out.marks.push(Marked { page, folio, line, defect, words });
    }

    /// What is seen inside of paragraphs.
    fn paragraphs(&mut self, pages: &[Vec<TextLine>]) {
        let all: Vec<&TextLine> = pages.iter().flatten().filter(|l| !l.note).collect();
        self.out.lines = all.len();
        for lines in all.chunk_by(|a, b| a.paragraph == b.paragraph) {
            self.ladders(lines);
            for (index, line) in lines.iter().enumerate() {
                self.out.hyphens += usize::from(line.hyphen);
                let edge = self.layout.left(self.pages.pages[line.page].side) + self.layout.measure();
                let over = (line.right - edge).to_pt();
                // Signs that hang reach half an em into the margin.
                if over > self.layout.size * 0.6 {
                    self.mark(line, Defect::Overfull(over));
                }
                if index + 1 == lines.len() {
                    let indent = self.layout.dimension(self.layout.design.text.indent);
                    if lines.len() > 1 && line.right - line.left < indent {
                        self.mark(line, Defect::Runt);
                    }
                } else if !line.gaps.is_empty() {
                    let stretch = line.gaps.iter().map(Gap::stretch).sum::<f64>() / line.gaps.len() as f64;
                    self.out.stretch.push(stretch);
                    if stretch > LOOSE {
                        self.mark(line, Defect::Loose(stretch));
                    } else if stretch < TIGHT {
                        self.mark(line, Defect::Tight(stretch));
                    }
                }
            }
        }
        for page in pages {
            let lines: Vec<&TextLine> = page.iter().filter(|l| !l.note).collect();
            let together = |a: &&TextLine, b: &&TextLine| b.y - a.y <= self.layout.leading;
            let blocks: Vec<&[&TextLine]> = lines.chunk_by(together).collect();
            for block in blocks {
                for run in river::rivers(block.iter().map(|l| l.gaps.iter().copied())) {
                    self.mark(block[run.start], Defect::River(run.len()));
                }
            }
        }
    }

    fn ladders(&mut self, lines: &[&TextLine]) {
        let mut run = 0;
        for (index, line) in lines.iter().enumerate() {
            run = if line.hyphen { run + 1 } else { 0 };
            let ends = !lines.get(index + 1).is_some_and(|l| l.hyphen);
            if run >= LADDER && ends {
                self.mark(line, Defect::Ladder(run));
            }
        }
    }

    /// What is seen at the heads and feet of pages.
    fn edges(&mut self, pages: &[Vec<TextLine>]) {
        let mut totals: BTreeMap<u32, usize> = BTreeMap::new();
        for line in pages.iter().flatten() {
            *totals.entry(line.paragraph).or_default() += 1;
        }
        let feet: Vec<Option<i32>> = self.pages.pages.iter().map(|p| self.foot(p)).collect();
        for (index, page) in pages.iter().enumerate() {
            let text: Vec<&TextLine> = page.iter().filter(|l| !l.note).collect();
            let (Some(first), Some(last)) = (text.first(), text.last()) else { continue };
            let alone = |line: &TextLine| {
                let here = text.iter().filter(|l| l.paragraph == line.paragraph).count();
                here == 1 && totals[&line.paragraph] > 1
            };
            let begun = |line: &TextLine, at: usize| {
                pages.get(at).is_some_and(|p| p.iter().any(|l| l.paragraph == line.paragraph))
            };
            if alone(first) && index > 0 && begun(first, index - 1) {
                self.mark(first, Defect::Widow);
            }
            if alone(last) && begun(last, index + 1) {
                self.mark(last, Defect::Orphan);
            }
            if last.hyphen {
                self.mark(last, Defect::HyphenAtFoot);
            }
            self.foot_of(index, last, &text, &feet);
        }
    }

    /// Whether a chapter goes on over the end of a page.
    fn goes_on(&self, index: usize) -> bool {
        let last = self.pages.pages[index].items.iter().rev().find_map(content);
        let next = self.pages.pages.get(index + 1).and_then(|p| p.items.iter().find_map(content));
        last.zip(next).is_some_and(|(a, b)| self.section(a) == self.section(b))
    }

    /// How a page ends.
    fn foot_of(&mut self, index: usize, last: &TextLine, text: &[&TextLine], feet: &[Option<i32>]) {
        let opens = index == 0 || !self.goes_on(index - 1);
        let (Some(foot), true) = (feet[index], self.goes_on(index)) else {
            if !opens && text.len() < SHORT_TAIL {
                self.mark(last, Defect::ShortTail(text.len()));
            }
            return;
        };
        let short = self.layout.lines as i32 - foot;
        // A recto that opens a chapter faces the end of another one.
        let lone = opens && self.pages.pages[index].side == Side::Recto;
        if short > 0 && !lone {
            self.note(index, 0, Defect::ShortPage(short), String::new());
        }
        let verso = self.pages.pages[index].side == Side::Verso;
        if verso
            && index + 1 < feet.len()
            && self.goes_on(index + 1)
            && let Some(other) = feet[index + 1].filter(|other| *other != foot)
        {
            self.note(index, 0, Defect::UnevenSpread((other - foot).abs()), String::new());
        }
    }

    /// The last line of the grid on which something stands.
    fn foot(&self, page: &Page) -> Option<i32> {
        let half = Length::pt(self.layout.size / 4.0);
        page.items
            .iter()
            .filter(|i| i.owner != Owner::Furniture)
            .map(|item| match &item.shape {
                Shape::Glyphs(run) => run.y,
                Shape::Rule { y, .. } => *y,
                Shape::Image { y, height, .. } => *y + *height,
                // A sign stands with its middle half an x-height over the baseline.
                Shape::Path { segments, .. } => middle(segments) + half,
            })
            .max()
            .map(|y| self.line_number(y))
    }
}

/// The node that an item of the text belongs to.
fn content(item: &Item) -> Option<u32> {
    match item.owner {
        Owner::Content(node) => Some(node),
        Owner::Furniture | Owner::Decoration => None,
    }
}

/// Half-way between the highest and the lowest point of an outline.
fn middle(segments: &[Segment]) -> Length {
    let ys = segments.iter().filter_map(|s| match *s {
        Segment::Move(_, y) | Segment::Line(_, y) | Segment::Curve(_, _, _, _, _, y) => Some(y),
        Segment::Close => None,
    });
    let (low, high) = ys.fold((None, None), |(low, high): (Option<Length>, Option<Length>), y| {
        (Some(low.map_or(y, |l| l.min(y))), Some(high.map_or(y, |h| h.max(y))))
    });
    (low.unwrap_or_default() + high.unwrap_or_default()) / 2
}

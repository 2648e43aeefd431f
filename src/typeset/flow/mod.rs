//! In: the blocks of a chapter. Out: its column: paragraphs with their settings, lines of verse
//! and headings, pictures, gaps, and the notes that they refer to.

mod block;
mod epigraph;
mod initial;
mod notes;
mod picture;

use std::ops::Range;

use crate::book::{Block, Book};
use crate::report::Finding;
use crate::text::Text;
use crate::typeset::layout::Layout;
use crate::typeset::length::Length;
use crate::typeset::line::{self, Align, Line, LineParams, Measure, Setting};
use crate::typeset::page::Shape;
use crate::typeset::paginate::{self, Gap, Way, Widens, cost};
use crate::typeset::rules;
use crate::typeset::shape::{EM, Prepared, Shaper, Style};
use crate::typeset::styled::{self, Marks, Nodes, NoteMark, Styled};
use crate::wording::Wording;

pub(super) use notes::{ChapterNotes, LEADING, texts_of};
pub(super) use picture::Picture;

/// All that setting a chapter needs to know.
#[derive(Clone, Copy)]
pub(super) struct Setter<'a> {
    pub(super) layout: &'a Layout,
    pub(super) shaper: &'a Shaper<'a>,
    pub(super) book: &'a Book,
    pub(super) wording: &'static Wording,
    pub(super) language: &'a str,
    /// Whether notes stand behind the text instead of at the foot of the page.
    pub(super) endnotes: bool,
}

/// A chapter's column.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) blocks: Vec<FlowBlock>,
    pub(super) notes: ChapterNotes,
}

/// One block of the column.
pub(super) struct FlowBlock {
    pub(super) above: Gap,
    /// Whether the gap above is a break between scenes and shows its sign.
    pub(super) scene_break: bool,
    pub(super) body: Body,
}

/// What a block is made of.
pub(super) enum Body {
    Paragraph(Box<SetParagraph>),
    Lines(Vec<FixedLine>),
    Picture(Picture),
}

/// A paragraph that can be set in several numbers of lines.
pub(super) struct SetParagraph {
    pub(super) prepared: Prepared,
    pub(super) setting: Setting,
    /// Left edge of its measure, right of the text's.
    pub(super) left: Length,
    pub(super) notes: Vec<NoteMark>,
    /// What stands before its first line: an initial, the number of a list's item.
    pub(super) before: Vec<Beside>,
}

/// Something that stands beside the lines of a paragraph.
pub(super) struct Beside {
    /// In the coordinates of the text's left edge and the first line's baseline.
    pub(super) shape: Shape,
    /// Structure node; `None` for decoration.
    pub(super) owner: Option<u32>,
}

/// A line that is set in one way only.
pub(super) struct FixedLine {
    pub(super) line: Line,
    /// Where the line's own zero stands, right of the text's left edge.
    pub(super) left: Length,
    /// What it costs to begin a new page behind it.
    pub(super) break_after: f32,
    /// Notes referred to on it.
    pub(super) notes: Vec<usize>,
    /// Lines of the grid that it takes, for large type.
    pub(super) depth: u32,
}

/// The width and style in which blocks are set.
#[derive(Clone, Copy)]
pub(super) struct Inset {
    pub(super) left: Length,
    pub(super) right: Length,
    pub(super) style: Style,
    pub(super) ragged: bool,
    /// Structure node that holds what is set.
    pub(super) parent: u32,
}

/// Gathers a column.
pub(super) struct Collector<'a> {
    pub(super) setter: Setter<'a>,
    pub(super) flow: Flow,
    pub(super) nodes: &'a mut Nodes,
    pub(super) findings: Vec<Finding>,
    /// What stands between the last block and the next.
    gap: Gap,
    scene_break: bool,
    /// Whether the next paragraph begins at the margin.
    flush: bool,
}

impl<'a> Collector<'a> {
    pub(super) fn new(setter: Setter<'a>, nodes: &'a mut Nodes) -> Self {
        Self {
            setter,
            flow: Flow::default(),
            nodes,
            findings: Vec::new(),
            gap: Gap::default(),
            scene_break: false,
            flush: true,
        }
    }

    /// The inset of running text.
    pub(super) fn text_inset(&self, parent: u32) -> Inset {
        let layout = self.setter.layout;
        Inset {
            left: Length::ZERO,
            right: Length::ZERO,
            style: layout.text_style(),
            ragged: layout.design.text.ragged,
            parent,
        }
    }

    /// Adds blocks of running text.
    pub(super) fn blocks(&mut self, blocks: &[Block], inset: Inset) {
        for block in blocks {
            self.block(block, inset);
        }
    }

    /// At least so many lines before what comes next.
    pub(super) fn space(&mut self, lines: u32) {
        self.gap.lines = self.gap.lines.max(lines);
        self.flush = true;
    }

    /// A line of white before something set off from the text.
    pub(super) fn before_display(&mut self) {
        self.space(1);
        self.gap.widens = Widens::By(if self.scene_break { 1 } else { 2 });
    }

    /// A line of white behind something set off from the text.
    pub(super) fn after_display(&mut self) {
        self.space(1);
        self.gap.widens = Widens::By(2);
        self.gap.at_edge = self.gap.at_edge.max(cost::AFTER_DISPLAY);
    }

    /// What comes next stays on the page of what stands last.
    pub(super) fn keep(&mut self) {
        self.gap.at_edge = self.gap.at_edge.max(cost::TORN);
    }

    pub(super) fn push(&mut self, body: Body) {
        let first = self.flow.blocks.is_empty();
        let above = std::mem::take(&mut self.gap);
        let scene_break = std::mem::take(&mut self.scene_break) && !first;
        self.flow.blocks.push(FlowBlock { above, scene_break, body });
    }

    /// Styles a text, numbering the notes that it refers to.
    pub(super) fn styled(&mut self, text: &Text, style: Style, node: u32) -> Styled {
        let plain_emphasis = self.setter.layout.design.text.plain_emphasis;
        let known = self.setter.book.notes.len();
        let notes = &mut self.flow.notes;
        let mut number = |note: usize| (note < known).then(|| notes.number(note));
        styled::style(text, style, node, self.nodes, &mut Marks { number: &mut number, plain_emphasis })
    }

    /// A measure inside of an inset.
    pub(super) fn measure(&self, inset: Inset) -> Measure {
        let width = self.setter.layout.measure() - inset.left - inset.right;
        Measure::new(width, if inset.ragged { Align::Left } else { Align::Justified })
    }

    /// Adds a paragraph that is already styled.
    pub(super) fn paragraph(&mut self, styled: Styled, measure: &Measure, inset: Inset, before: Vec<Beside>) {
        self.set_notes(&styled.notes);
        let set = self.setter.solve(styled, measure, inset.left, before, false);
        self.missing(&set.prepared);
        let one_line = set.setting.variants().first().is_some_and(|v| v.lines == 1);
        if one_line && self.gap.at_edge >= cost::AFTER_DISPLAY {
            self.gap.at_edge = self.gap.at_edge.max(cost::LINE_AFTER_DISPLAY);
        }
        self.push(Body::Paragraph(Box::new(set)));
        self.flush = false;
    }

    /// Names the characters that no font has.
    pub(super) fn missing(&mut self, prepared: &Prepared) {
        for missing in prepared.missing() {
            self.findings.push(rules::missing(missing.character));
        }
    }
}

/// Excess of a paragraph's setting that counts double: the eye finds the one bad paragraph of a
/// page, not the mean of all, so that several that give a little are better than one that gives all.
const GLARING: f32 = 6.0;

/// What a page pays for a paragraph that is set `excess` worse than it could be.
fn seen(excess: f32) -> f32 {
    excess * (1.0 + excess / GLARING)
}

/// Width of the word space as a share of the lower-case alphabet, in a text face such as EB Garamond.
const USUAL_SPACE: f64 = 0.0177;

impl Setter<'_> {
    /// How lines of this design are broken to a measure.
    pub(super) fn params(&self, measure: &Measure) -> LineParams {
        let params = if self.layout.design.text.hyphenate {
            LineParams::default()
        } else {
            LineParams::unhyphenated()
        };
        params.for_measure(self.characters(measure.width))
    }

    /// How long a line of this width is to its breaker: about how many characters of the text's type it holds, spaces among
    /// them (in English they are a twenty-eighth of the lower-case alphabet wide in the mean, as in tables for
    /// copyfitting), as many times as the face's word space is wider than [`USUAL_SPACE`]. What a line has too much or
    /// too little shows the more the narrower its spaces are.
    fn characters(&self, width: Length) -> f64 {
        let style = self.layout.text_style();
        let face = self.shaper.typeface(&style, self.language);
        let wide = |text: &str| face.at(face.word(self.shaper.fonts(), text, 0, false)).width.max(1);
        let alphabet = wide("abcdefghijklmnopqrstuvwxyz");
        let space = (wide("n n") - 2 * wide("n")).max(0) as f64 / alphabet as f64;
        let characters = 28.0 * width.0 as f64 / style.size.scaled(alphabet, EM).0.max(1) as f64;
        characters * space / USUAL_SPACE
    }

    /// Finds the settings of a paragraph.
    pub(super) fn solve(
        &self,
        styled: Styled,
        measure: &Measure,
        left: Length,
        before: Vec<Beside>,
        initial: bool,
    ) -> SetParagraph {
        let paragraph = crate::typeset::shape::Paragraph {
            text: &styled.text,
            spans: styled.spans,
            language: self.language,
            initial,
        };
        let prepared = self.shaper.prepare(&paragraph);
        let setting = line::solve(self.shaper, &prepared, measure, &self.params(measure));
        SetParagraph { prepared, setting, left, notes: styled.notes, before }
    }

    /// Sets a styled text at once, in its best setting.
    pub(super) fn lines(&self, styled: Styled, measure: &Measure, hyphenate: bool) -> (Vec<Line>, Prepared) {
        let paragraph = crate::typeset::shape::Paragraph {
            text: &styled.text,
            spans: styled.spans,
            language: self.language,
            initial: false,
        };
        let prepared = self.shaper.prepare(&paragraph);
        let params = if hyphenate { self.params(measure) } else { LineParams::unhyphenated() };
        let setting = line::solve(self.shaper, &prepared, measure, &params);
        (setting.lay(self.shaper, &prepared, 0, &[]), prepared)
    }
}

impl Flow {
    /// The column as the page breaker sees it.
    pub(super) fn column(&self, setter: &Setter<'_>) -> Vec<paginate::Block> {
        self.blocks
            .iter()
            .map(|block| paginate::Block { above: block.above.clone(), ways: self.ways(setter, &block.body) })
            .collect()
    }

    /// Looks for settings of its paragraphs with looser lines, in blocks that make pages which do not come out well.
    /// Whether there are.
    pub(super) fn loosen(&mut self, setter: &Setter<'_>, blocks: &[Range<usize>]) -> bool {
        let mut more = false;
        for (index, block) in self.blocks.iter_mut().enumerate() {
            if blocks.iter().any(|blocks| blocks.contains(&index))
                && let Body::Paragraph(set) = &mut block.body
                && let Some(setting) = set.setting.loosened(setter.shaper, &set.prepared)
            {
                more |= setting.variants() != set.setting.variants();
                set.setting = setting;
            }
        }
        more
    }

    fn ways(&self, setter: &Setter<'_>, body: &Body) -> Vec<Way> {
        match body {
            Body::Paragraph(set) => self.paragraph_ways(setter, set),
            Body::Lines(lines) => vec![self.fixed_way(lines)],
            Body::Picture(picture) => picture.ways(),
        }
    }

    fn paragraph_ways(&self, setter: &Setter<'_>, set: &SetParagraph) -> Vec<Way> {
        let variants = set.setting.variants();
        variants
            .iter()
            .enumerate()
            .map(|(index, variant)| {
                let lines = variant.lines.max(1);
                let breaks = (1..lines)
                    .map(|i| {
                        let hyphen = variant.unhyphenated.get(i as usize - 1).copied().unwrap_or(0.0);
                        let edge = if i == 1 || i == lines - 1 { cost::WIDOW } else { 0.0 };
                        edge + hyphen.min(cost::HYPHEN_AT_FOOT)
                    })
                    .collect();
                Way {
                    lines,
                    cost: seen(variant.cost),
                    breaks,
                    notes: self.note_depths(setter, set, index, lines),
                }
            })
            .collect()
    }

    /// Depth of the notes referred to up to each line of a variant.
    fn note_depths(&self, setter: &Setter<'_>, set: &SetParagraph, variant: usize, lines: u32) -> Vec<u32> {
        if set.notes.is_empty() || self.notes.is_empty() {
            return Vec::new();
        }
        let ends = set.setting.line_ends(setter.shaper, &set.prepared, variant, &[]);
        let end = |line: usize| match ends.get(line) {
            Some(end) if line + 1 < lines as usize => *end,
            _ => usize::MAX,
        };
        self.notes.depths(&set.notes, (0..lines as usize).map(end))
    }

    fn fixed_way(&self, lines: &[FixedLine]) -> Way {
        let mut breaks = Vec::new();
        let mut notes = Vec::new();
        let mut depth = 0;
        for line in lines {
            depth += line.notes.iter().map(|n| self.notes.depth(*n)).sum::<u32>();
            for i in 0..line.depth {
                let last = i + 1 == line.depth;
                breaks.push(if last { line.break_after } else { f32::INFINITY });
                notes.push(depth);
            }
        }
        breaks.pop();
        let total = lines.iter().map(|l| l.depth).sum::<u32>().max(1);
        Way { lines: total, cost: 0.0, breaks, notes: if depth == 0 { Vec::new() } else { notes } }
    }
}

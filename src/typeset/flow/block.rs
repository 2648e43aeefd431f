//! In: one block of a chapter. Out: its paragraphs and lines in the column.

use crate::book::{Block, BlockKind, LetterPart, Para, ParaStyle, Verse, VerseLine};
use crate::text::Text;
use crate::typeset::design::{self, Align as DesignAlign};
use crate::typeset::flow::picture::{Picture, dimensions};
use crate::typeset::flow::{Beside, Body, Collector, FixedLine, Inset};
use crate::typeset::layout::slot;
use crate::typeset::length::Length;
use crate::typeset::line::{Align, Line, Measure, set_line};
use crate::typeset::page::{Shape, Tag};
use crate::typeset::paginate::{Widens, cost};
use crate::typeset::rules;
use crate::typeset::shape::Style;

/// A stanza of up to this many lines is kept on one page.
const KEPT_STANZA: usize = 4;
/// What it costs to part such a stanza: less than a widow, more than a short spread.
const PARTED_STANZA: f32 = 3000.0;
/// What it costs to leave one line of a longer stanza alone.
const LONE_VERSE: f32 = 2500.0;
/// What it costs to part a heading, letter head or closing of more lines than one.
const PARTED: f32 = cost::TORN;
/// Indent of a step of verse, and of the turnover, in em.
const VERSE_STEP: f64 = 1.0;
/// Indent of a list's items, in em.
const LIST_INDENT: f64 = 1.8;
/// Size of preformatted text over that of the text.
const PRE_SIZE: (i64, i64) = (86, 100);

impl Collector<'_> {
    pub(super) fn block(&mut self, block: &Block, inset: Inset) {
        match &block.kind {
            BlockKind::Para(para) => self.para(para, inset),
            BlockKind::Heading { level, text } => self.heading(*level, text, inset),
            BlockKind::Verse(verse) => self.verse(verse, inset),
            BlockKind::Quote { body, attribution } => self.quote(body, attribution.as_ref(), inset),
            BlockKind::Letter(parts) => self.letter(parts, inset),
            BlockKind::List { start, items } => self.list(*start, items, inset),
            BlockKind::SceneBreak(_) => self.scene_break(),
            BlockKind::Figure { asset, caption } => self.figure(*asset, caption.as_ref(), inset),
            BlockKind::Pre(text) => self.pre(text, inset),
        }
    }

    fn para(&mut self, para: &Para, inset: Inset) {
        match para.style {
            ParaStyle::Normal => self.running(&para.text, inset, self.flush),
            ParaStyle::Continued => self.running(&para.text, inset, true),
            ParaStyle::Centred => self.set_off(&para.text, inset, Align::Centred, 0),
            ParaStyle::Right => self.set_off(&para.text, inset, Align::Right, 0),
            ParaStyle::Closing => {
                self.space(1);
                self.keep();
                self.set_off(&para.text, inset, Align::Centred, 0);
            }
        }
    }

    /// A paragraph of running text.
    fn running(&mut self, text: &Text, inset: Inset, flush: bool) {
        let node = self.nodes.push(Tag::Paragraph, inset.parent);
        let styled = self.styled(text, inset.style, node);
        let layout = self.setter.layout;
        let indent = if flush { Length::ZERO } else { layout.dimension(layout.design.text.indent) };
        let measure = self.measure(inset).indented(indent);
        self.paragraph(styled, &measure, inset, Vec::new());
    }

    /// Lines that stand in the middle or to the right: one way, never hyphenated.
    pub(super) fn set_off(&mut self, text: &Text, inset: Inset, align: Align, after: u32) {
        let node = self.nodes.push(Tag::Paragraph, inset.parent);
        self.fixed(text, inset, align, node);
        self.flush = true;
        if after > 0 {
            self.space(after);
        }
    }

    /// Lines of a text that is set in one way; they stay together.
    fn fixed(&mut self, text: &Text, inset: Inset, align: Align, node: u32) {
        let mut measure = self.measure(inset);
        measure.align = align;
        let lines = self.fixed_lines(text, inset, &measure, node);
        self.push(Body::Lines(lines));
    }

    fn fixed_lines(&mut self, text: &Text, inset: Inset, measure: &Measure, node: u32) -> Vec<FixedLine> {
        let styled = self.styled(text, inset.style, node);
        self.set_notes(&styled.notes);
        let marks = styled.notes.clone();
        let (lines, prepared) = self.setter.lines(styled, measure, false);
        self.missing(&prepared);
        lines
            .into_iter()
            .map(|line| {
                let notes = marks.iter().filter(|m| line.range.contains(&m.at)).map(|m| m.note).collect();
                FixedLine { line, left: inset.left, break_after: PARTED, notes, depth: 1 }
            })
            .collect()
    }

    fn heading(&mut self, level: u8, text: &Text, inset: Inset) {
        let layout = self.setter.layout;
        let styles = &layout.design.headings;
        let Some(style) = styles.get(usize::from(level.max(1)) - 1).or(styles.last()) else { return };
        let letter = layout.style(&style.letter);
        let node = self.nodes.push(Tag::Heading(level.saturating_add(1).min(6)), inset.parent);
        self.space(style.above);
        self.gap.widens = Widens::By(1);
        let align = match style.align {
            DesignAlign::Centre => Align::Centred,
            DesignAlign::Left => Align::Left,
            DesignAlign::Right => Align::Right,
        };
        // Type larger than the leading takes two lines of the grid.
        let depth = if letter.size > layout.leading { 2 } else { 1 };
        let inset = Inset { style: letter, ..inset };
        let mut measure = self.measure(inset);
        measure.align = align;
        let mut lines = self.fixed_lines(text, inset, &measure, node);
        for line in &mut lines {
            line.depth = depth;
        }
        self.push(Body::Lines(lines));
        self.space(style.below);
        self.keep();
    }

    fn scene_break(&mut self) {
        let style = &self.setter.layout.design.scene_break;
        self.space(style.lines);
        self.scene_break = true;
        self.gap.widens = Widens::By(1);
        self.gap.at_edge = self.gap.at_edge.max(cost::UNMARKED_BREAK);
        // At the foot the ornament stands on the page's last line, with as much white above as
        // the break has, or a line less.
        let least = style.lines.saturating_sub(1).max(1);
        self.gap.foot = (least..=style.lines).map(|lines| (lines, cost::ORNAMENT_AT_FOOT)).collect();
    }

    fn verse(&mut self, verse: &Verse, inset: Inset) {
        let node = self.nodes.push(Tag::BlockQuote, inset.parent);
        let left = inset.left + self.verse_inset(verse, inset);
        let inset = Inset { left, parent: node, ..inset };
        self.before_display();
        let start = self.flow.blocks.len();
        for (index, stanza) in verse.stanzas.iter().filter(|s| !s.is_empty()).enumerate() {
            if index > 0 {
                self.space(1);
                self.gap.widens = Widens::Shared(index as u32 - 1);
            }
            let lines = self.stanza(stanza, inset);
            self.push(Body::Lines(lines));
        }
        if let Some(attribution) = &verse.attribution {
            self.keep_if(self.flow.blocks.len() > start);
            self.fixed(attribution, inset, Align::Right, node);
        }
        self.after_display();
    }

    fn keep_if(&mut self, yes: bool) {
        if yes {
            self.keep();
        }
    }

    /// How far verse is indented: by the design, or less where its longest line needs the room.
    fn verse_inset(&self, verse: &Verse, inset: Inset) -> Length {
        let setter = self.setter;
        let wished = setter.layout.dimension(setter.layout.design.verse.inset);
        let measure = setter.layout.measure() - inset.left - inset.right;
        let longest = verse
            .stanzas
            .iter()
            .flatten()
            .map(|line| {
                let words =
                    crate::typeset::shape::Paragraph::new(line.text.as_str(), inset.style, setter.language);
                setter.shaper.prepare(&words).natural_width() + step(line, inset.style)
            })
            .max()
            .unwrap_or_default();
        if longest <= measure - wished * 2 { wished } else { wished.min(measure - longest).max(Length::ZERO) }
    }

    fn stanza(&mut self, stanza: &[VerseLine], inset: Inset) -> Vec<FixedLine> {
        let kept = stanza.len() <= KEPT_STANZA;
        let mut out: Vec<FixedLine> = Vec::new();
        for (index, verse_line) in stanza.iter().enumerate() {
            let node = self.nodes.push(Tag::Paragraph, inset.parent);
            let step = step(verse_line, inset.style);
            let turnover = inset.style.size.scaled((VERSE_STEP * 1000.0) as i64, 1000);
            let line_inset = Inset { left: inset.left + step, ragged: true, ..inset };
            let hang = self.hanging_quote(verse_line.text.as_str(), inset.style);
            let mut measure = self.measure(line_inset).hanging(turnover);
            measure.align = Align::Left;
            let mut lines = self.fixed_lines(&verse_line.text, line_inset, &measure, node);
            if let Some(first) = lines.first_mut() {
                first.left -= hang;
            }
            if let Some(last) = lines.last_mut() {
                let lone = index == 0 || index + 2 >= stanza.len();
                last.break_after = match (kept, lone) {
                    (true, _) => PARTED_STANZA,
                    (false, true) => LONE_VERSE,
                    (false, false) => 0.0,
                };
            }
            out.extend(lines);
        }
        out
    }

    /// Width of the quotation mark that a line of verse begins with: it hangs.
    fn hanging_quote(&self, text: &str, style: Style) -> Length {
        let Some(mark) = text.chars().next().filter(|c| "“‘„«‹".contains(*c)) else {
            return Length::ZERO;
        };
        let mut buffer = [0; 4];
        let line = set_line(self.setter.shaper, mark.encode_utf8(&mut buffer), &style, self.setter.language);
        line.width
    }

    fn quote(&mut self, body: &[Block], attribution: Option<&Text>, inset: Inset) {
        let layout = self.setter.layout;
        let style = &layout.design.quote;
        let node = self.nodes.push(Tag::BlockQuote, inset.parent);
        let mut letter = inset.style.size(layout.points(style.size));
        if style.italic {
            letter = letter.italic();
        }
        let inner = Inset {
            left: inset.left + layout.dimension(style.inset),
            right: inset.right + layout.dimension(style.inset_right),
            style: letter,
            ragged: inset.ragged || style.ragged,
            parent: node,
        };
        self.before_display();
        self.blocks(body, inner);
        if let Some(attribution) = attribution {
            self.gap.lines = 0;
            self.keep_if(!body.is_empty());
            let align = if style.ragged { Align::Left } else { Align::Right };
            self.set_off(attribution, inner, align, 0);
        }
        self.after_display();
    }

    fn letter(&mut self, parts: &[LetterPart], inset: Inset) {
        let layout = self.setter.layout;
        let style = &layout.design.letter;
        let node = self.nodes.push(Tag::BlockQuote, inset.parent);
        let inner = Inset {
            left: inset.left + layout.dimension(style.inset),
            right: inset.right + layout.dimension(style.inset_right),
            style: inset.style.size(layout.points(style.size)),
            parent: node,
            ..inset
        };
        let head = Inset { style: inner.style.slot(slot(style.head)), ..inner };
        let indent = layout.dimension(layout.design.text.indent);
        let closing = Inset { right: inner.right + indent, ..inner };
        let closing_align = match style.closing {
            DesignAlign::Centre => Align::Centred,
            DesignAlign::Left => Align::Left,
            DesignAlign::Right => Align::Right,
        };
        let signature = Inset { style: self.signature_style(&style.signature, parts), ..closing };
        self.before_display();
        let mut first = true;
        for part in parts {
            match part {
                LetterPart::Dateline(text) => {
                    self.set_off(text, head, Align::Right, 0);
                    self.keep();
                }
                LetterPart::Salutation(text) => {
                    self.set_off(text, head, Align::Left, 0);
                    self.keep();
                    self.flush = false;
                }
                LetterPart::Body(block) => self.block(block, inner),
                LetterPart::Closing(text) => {
                    self.keep_if(!first);
                    self.set_off(text, closing, closing_align, 0);
                }
                LetterPart::Signature(text) => {
                    self.keep_if(!first);
                    self.set_off(text, signature, closing_align, 0);
                }
                LetterPart::Postscript(text) => {
                    let flush = std::mem::replace(&mut self.flush, true);
                    self.running(text, inner, flush);
                }
            }
            first = false;
        }
        self.after_display();
    }

    /// Signatures in small capitals only where the face has them for every letter.
    fn signature_style(&self, letter: &design::Type, parts: &[LetterPart]) -> Style {
        let layout = self.setter.layout;
        let style = layout.style(letter);
        let real = parts.iter().all(|part| match part {
            LetterPart::Signature(text) => {
                self.setter.shaper.fonts().has_small_capitals(style.slot, text.as_str())
            }
            LetterPart::Dateline(_)
            | LetterPart::Salutation(_)
            | LetterPart::Body(_)
            | LetterPart::Closing(_)
            | LetterPart::Postscript(_) => true,
        });
        // Capitals stay: a name in small capitals alone reads as a shout lowered.
        let capitals = if real && letter.caps != design::Caps::None {
            crate::typeset::shape::Capitals::Small
        } else {
            crate::typeset::shape::Capitals::AsWritten
        };
        style.capitals(capitals)
    }

    fn list(&mut self, start: Option<u32>, items: &[Vec<Block>], inset: Inset) {
        let node = self.nodes.push(Tag::List, inset.parent);
        let indent = inset.style.size.scaled((LIST_INDENT * 1000.0) as i64, 1000);
        self.space(1);
        for (index, item) in items.iter().enumerate() {
            let owner = self.nodes.push(Tag::ListItem, node);
            let label = match start {
                Some(first) => format!("{}.", first.saturating_add(index as u32)),
                None => "•".to_owned(),
            };
            let inner = Inset { left: inset.left + indent, parent: owner, ..inset };
            let before = self.flow.blocks.len();
            self.flush = true;
            self.blocks(item, inner);
            self.label(before, &label, inner, owner);
            self.gap.lines = 0;
        }
        self.after_display();
    }

    /// Puts an item's number beside its first line.
    fn label(&mut self, block: usize, label: &str, inset: Inset, owner: u32) {
        let line = set_line(self.setter.shaper, label, &inset.style, self.setter.language);
        let x = inset.left - inset.style.size.scaled(1, 2) - line.width;
        let Some(block) = self.flow.blocks.get_mut(block) else { return };
        match &mut block.body {
            Body::Paragraph(set) => set.before.extend(beside(line, x, Some(owner))),
            Body::Lines(lines) => {
                if let Some(first) = lines.first_mut() {
                    let shift = x - first.left;
                    let runs = line.runs.into_iter().map(|mut run| {
                        run.glyphs.x += shift;
                        run.owner = owner;
                        run
                    });
                    first.line.runs.splice(0..0, runs);
                }
            }
            Body::Picture(_) => {}
        }
    }

    fn figure(&mut self, asset: Option<usize>, caption: Option<&Text>, inset: Inset) {
        let owner = self.nodes.push(Tag::Figure, inset.parent);
        let layout = self.setter.layout;
        let known = asset.and_then(|index| Some((index, self.setter.book.assets.get(index)?)));
        let drawable = known.and_then(|(index, asset)| {
            let kind = matches!(asset.media_type.as_str(), "image/jpeg" | "image/png");
            let size = dimensions(&asset.bytes).filter(|_| kind);
            if size.is_none() {
                self.findings.push(rules::picture(&asset.name));
            }
            Some((index, size?))
        });
        if let (Some((_, asset)), Some(node)) = (known, self.nodes.all.get_mut(owner as usize)) {
            node.alt = Some(if asset.alt.is_empty() { asset.name.clone() } else { asset.alt.clone() });
        }
        let mut lines = Vec::new();
        if let Some(caption) = caption {
            let node = self.nodes.push(Tag::Caption, owner);
            let style = inset.style.size(layout.points(layout.design.quote.size));
            let style = if layout.design.text.plain_emphasis { style } else { style.italic() };
            let inner = Inset { style, parent: node, ..inset };
            let mut measure = self.measure(inner);
            measure.align = Align::Centred;
            lines = self.fixed_lines(caption, inner, &measure, node);
        }
        self.space(1);
        match drawable {
            Some((index, size)) => {
                let picture = Picture::new(layout, index, owner, size, lines);
                self.push(Body::Picture(picture));
            }
            None if !lines.is_empty() => self.push(Body::Lines(lines)),
            None => {}
        }
        self.space(1);
    }

    fn pre(&mut self, text: &Text, inset: Inset) {
        let node = self.nodes.push(Tag::Paragraph, inset.parent);
        let style = inset.style.size(inset.style.size.scaled(PRE_SIZE.0, PRE_SIZE.1));
        let inset = Inset { style, ragged: true, ..inset };
        self.space(1);
        let content = text.as_str();
        let mut from = 0;
        let mut out = Vec::new();
        for line in content.split('\n') {
            let kept = keep_spaces(&text.slice(from..from + line.len()));
            let mut measure = self.measure(inset).hanging(style.size);
            measure.align = Align::Left;
            let mut lines = self.fixed_lines(&kept, inset, &measure, node);
            if let Some(last) = lines.last_mut() {
                last.break_after = 50.0;
            }
            out.extend(lines);
            from += line.len() + 1;
        }
        self.push(Body::Lines(out));
        self.after_display();
    }
}

/// Spaces that count become spaces that do not stretch and do not fall away.
fn keep_spaces(text: &Text) -> Text {
    let content = text.as_str();
    let edits: Vec<crate::text::Edit> = content
        .char_indices()
        .filter(|(i, c)| *c == ' ' && (*i == 0 || content[..*i].ends_with([' ', '\t'])) || *c == '\t')
        .map(|(i, c)| {
            let with = if c == '\t' { "\u{a0}\u{a0}\u{a0}\u{a0}" } else { "\u{a0}" };
            crate::text::Edit::replace(i..i + 1, with)
        })
        .collect();
    let mut kept = text.clone();
    kept.apply(&edits);
    kept
}

/// Indent of a line of verse.
fn step(line: &VerseLine, style: Style) -> Length {
    style.size.scaled((VERSE_STEP * 1000.0) as i64, 1000) * i64::from(line.indent)
}

/// The glyphs of a line as things that stand beside a paragraph.
pub(super) fn beside(line: Line, x: Length, owner: Option<u32>) -> Vec<Beside> {
    line.runs
        .into_iter()
        .map(|mut run| {
            run.glyphs.x += x;
            Beside { shape: Shape::Glyphs(run.glyphs), owner }
        })
        .collect()
}

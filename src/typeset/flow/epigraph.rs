//! In: epigraphs, dedications and mottos. Out: their lines in the column, with the line that
//! names the source.

use crate::book::{Block, BlockKind, ParaStyle};
use crate::text::Text;
use crate::typeset::design::{Align as DesignAlign, Motto, SourceLine};
use crate::typeset::flow::{Collector, Inset};
use crate::typeset::line::Align;
use crate::typeset::page::Tag;

/// How the words of an epigraph stand.
#[derive(Clone, Copy)]
struct Setting<'s> {
    inset: Inset,
    centred: bool,
    source: Option<&'s SourceLine>,
}

impl Collector<'_> {
    /// Epigraphs between a chapter's title and its text.
    pub(in crate::typeset) fn epigraphs(&mut self, blocks: &[Block], inset: Inset) {
        let layout = self.setter.layout;
        let style = &layout.design.chapter_epigraph;
        let node = self.nodes.push(Tag::BlockQuote, inset.parent);
        let inner = Inset {
            left: inset.left + layout.dimension(style.inset),
            right: inset.right + layout.dimension(style.inset_right),
            style: layout.style(&style.letter),
            ragged: inset.ragged,
            parent: node,
        };
        self.mottos(blocks, Setting { inset: inner, centred: false, source: Some(&style.source) });
    }

    /// A dedication or the book's epigraph on a page of its own.
    pub(in crate::typeset) fn motto(&mut self, motto: &Motto, blocks: &[Block], parent: u32) {
        let layout = self.setter.layout;
        let left = layout.dimension(motto.inset);
        let inset = Inset {
            left,
            right: motto.inset_right.map_or(left, |right| layout.dimension(right)),
            style: layout.style(&motto.letter),
            ragged: !motto.justified,
            parent,
        };
        let centred = motto.align == DesignAlign::Centre;
        self.mottos(blocks, Setting { inset, centred, source: motto.source.as_ref() });
    }

    fn mottos(&mut self, blocks: &[Block], setting: Setting<'_>) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 && !matches!(block.kind, BlockKind::Para(_)) {
                self.space(1);
            }
            match &block.kind {
                BlockKind::Quote { body, attribution } => {
                    self.mottos(body, setting);
                    if let Some(attribution) = attribution {
                        self.source(attribution, setting);
                    }
                }
                BlockKind::Para(para) => match para.style {
                    ParaStyle::Right => self.source(&para.text, setting),
                    ParaStyle::Normal | ParaStyle::Continued | ParaStyle::Centred | ParaStyle::Closing => {
                        self.words(&para.text, setting, para.style == ParaStyle::Centred);
                    }
                },
                BlockKind::Verse(_)
                | BlockKind::Heading { .. }
                | BlockKind::Letter(_)
                | BlockKind::List { .. }
                | BlockKind::SceneBreak(_)
                | BlockKind::Figure { .. }
                | BlockKind::Pre(_) => self.block(block, setting.inset),
            }
        }
    }

    fn words(&mut self, text: &Text, setting: Setting<'_>, centred: bool) {
        if setting.centred || centred {
            self.set_off(text, setting.inset, Align::Centred, 0);
            return;
        }
        let node = self.nodes.push(Tag::Paragraph, setting.inset.parent);
        let styled = self.styled(text, setting.inset.style, node);
        let measure = self.measure(setting.inset);
        self.paragraph(styled, &measure, setting.inset, Vec::new());
    }

    fn source(&mut self, text: &Text, setting: Setting<'_>) {
        self.keep();
        let Some(source) = setting.source else {
            self.words(text, setting, false);
            return;
        };
        let layout = self.setter.layout;
        let letter = layout.style(&source.letter);
        let real = self.setter.shaper.fonts().has_small_capitals(letter.slot, text.as_str());
        let letter = if real { letter } else { letter.capitals(crate::typeset::shape::Capitals::AsWritten) };
        let node = self.nodes.push(Tag::Paragraph, setting.inset.parent);
        let mut styled = self.styled(text, letter, node);
        if source.dash && !styled.text.starts_with(['—', '–', '-']) {
            styled.prefix("—\u{200a}", letter, node);
        }
        let mut measure = self.measure(setting.inset);
        measure.align = match source.align {
            DesignAlign::Centre => Align::Centred,
            DesignAlign::Left => Align::Left,
            DesignAlign::Right => Align::Right,
        };
        self.paragraph(styled, &measure, setting.inset, Vec::new());
        self.flush = true;
    }

    /// The chapter to which the notes that follow belong.
    pub(in crate::typeset) fn note_heading(&mut self, chapter: &str, inset: Inset) {
        let text = Text::inserted(chapter, 0);
        let level = 1;
        self.block(&Block::new(BlockKind::Heading { level, text }), inset);
    }

    /// Lines of the grid that the column takes in its first ways.
    pub(in crate::typeset) fn depth(&self) -> u32 {
        self.flow
            .column(&self.setter)
            .iter()
            .map(|b| b.above.lines + b.ways.first().map_or(0, |w| w.lines))
            .sum()
    }
}

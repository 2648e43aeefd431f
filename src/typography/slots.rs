//! In: the chapters and notes of a book. Out: their texts in reading order, each with how
//! it joins the one before.

use crate::book::{Block, BlockKind, Chapter, LetterPart, Note};
use crate::text::Text;

/// How a text joins the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// Not at all: a quotation does not run over this place.
    Fresh,
    /// As the next paragraph.
    Paragraph,
    /// As a change between running text and what is set off.
    SetOff,
    /// As the next line of verse.
    Line,
}

/// One text of the book.
pub(super) struct Slot<'a> {
    pub(super) text: &'a mut Text,
    pub(super) join: Join,
}

/// The texts in reading order, without preformatted text and ornaments.
pub(super) fn collect<'a>(chapters: &'a mut [Chapter], notes: &'a mut [Note]) -> Vec<Slot<'a>> {
    let mut walk = Walk { slots: Vec::new(), join: Join::Fresh };
    for chapter in chapters {
        let Chapter { label, title, subtitle, epigraphs, body, .. } = chapter;
        for text in [label, title, subtitle].into_iter().flatten() {
            walk.alone(text);
        }
        walk.blocks(epigraphs);
        walk.join = Join::Fresh;
        walk.blocks(body);
        walk.join = Join::Fresh;
    }
    for note in notes {
        walk.blocks(&mut note.body);
        walk.join = Join::Fresh;
    }
    walk.slots
}

struct Walk<'a> {
    slots: Vec<Slot<'a>>,
    /// How the next text joins.
    join: Join,
}

impl<'a> Walk<'a> {
    fn push(&mut self, text: &'a mut Text, next: Join) {
        let join = std::mem::replace(&mut self.join, next);
        self.slots.push(Slot { text, join });
    }

    fn alone(&mut self, text: &'a mut Text) {
        self.join = Join::Fresh;
        self.push(text, Join::Fresh);
    }

    /// What is set off from the text around it: quotations may run into it and out of it.
    fn set_off(&mut self) {
        if self.join != Join::Fresh {
            self.join = Join::SetOff;
        }
    }

    fn blocks(&mut self, blocks: &'a mut [Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &'a mut Block) {
        match &mut block.kind {
            BlockKind::Para(para) => self.push(&mut para.text, Join::Paragraph),
            BlockKind::Heading { text, .. } => self.alone(text),
            BlockKind::Verse(verse) => {
                self.set_off();
                for line in verse.stanzas.iter_mut().flatten() {
                    self.push(&mut line.text, Join::Line);
                }
                self.set_off();
                if let Some(text) = &mut verse.attribution {
                    self.push(text, Join::SetOff);
                }
            }
            BlockKind::Quote { body, attribution } => {
                self.set_off();
                self.blocks(body);
                self.set_off();
                if let Some(text) = attribution {
                    self.push(text, Join::SetOff);
                }
            }
            BlockKind::Letter(parts) => {
                self.set_off();
                for part in parts {
                    match part {
                        LetterPart::Body(block) => self.block(block),
                        LetterPart::Postscript(text) => self.push(text, Join::Paragraph),
                        LetterPart::Dateline(text)
                        | LetterPart::Salutation(text)
                        | LetterPart::Closing(text)
                        | LetterPart::Signature(text) => self.push(text, Join::SetOff),
                    }
                }
                self.set_off();
            }
            BlockKind::List { items, .. } => {
                for item in items {
                    self.set_off();
                    self.blocks(item);
                }
                self.set_off();
            }
            BlockKind::SceneBreak(_) => self.join = Join::Fresh,
            BlockKind::Figure { caption, .. } => {
                if let Some(text) = caption {
                    self.alone(text);
                }
            }
            BlockKind::Pre(_) => {}
        }
    }
}

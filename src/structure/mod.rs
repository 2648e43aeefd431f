//! In: the clean text. Out: the book: chapters, verse, letters, notes, metadata.

use crate::book::{Block, Book, Chapter, Role};
use crate::options::TextOptions;
use crate::report::{Report, Rule};
use crate::source::Source;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

/// Makes the book from the text.
pub fn structure(source: &Source, options: &TextOptions, _report: &mut Report) -> Book {
    let text = &source.text;
    let mut body = Vec::new();
    let mut at = 0;
    for block in text.as_str().split("\n\n") {
        let trimmed = block.trim();
        let start = at + (block.len() - block.trim_start().len());
        if !trimmed.is_empty() {
            body.push(Block::para(text.slice(start..start + trimmed.len())));
        }
        at += block.len() + 2;
    }
    let mut meta = options.meta.clone();
    if meta.title.is_empty() {
        meta.title = options.file_stem.clone().unwrap_or_default();
    }
    let chapter = Chapter {
        role: Role::Chapter,
        level: 0,
        label: None,
        number: None,
        title: None,
        subtitle: None,
        epigraphs: Vec::new(),
        body,
    };
    Book { meta, chapters: vec![chapter], ..Book::default() }
}

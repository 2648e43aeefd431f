//! Inkbind turns a plain-text work into a book.
//!
//! ```text
//! bytes ─ source ─▶ Text ─ clean ─▶ Text ─ structure ─▶ Book ─ typography ─▶ Book ─┬▶ backend/epub ─▶ .epub
//!                                                                                ├▶ typeset ─▶ Pages ─┬▶ backend/pdf ─▶ .pdf
//!                                                                                │                    └▶ press
//!                                                                                └▶ any other backend
//! ```
//!
//! Data flows one way: a later stage never calls an earlier one, and a backend never changes
//! the book.

mod ascii;
pub mod backend;
pub mod book;
pub mod clean;
pub mod cover;
pub mod env;
pub mod fonts;
pub mod ledger;
pub mod options;
pub mod pass;
pub mod press;
pub mod report;
pub mod settings;
pub mod settle;
pub mod source;
pub mod structure;
pub mod text;
pub mod typeset;
pub mod typography;
mod word_index;
pub mod wording;

use book::Book;
use clean::Cleaned;
use options::{Shape, TextOptions};
use report::Report;
use source::Source;
use source::measure::Measures;
use text::Text;
use tracing::debug_span;

/// A work that was read and understood.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// The source after decoding; spans count its bytes.
    pub source: Source,
    /// The text after cleaning.
    pub clean: Text,
    /// What is usual in it: wrap column, indents, gaps, habits.
    pub measures: Measures,
    /// The shape in which it came.
    pub shape: Option<Shape>,
    /// The book.
    pub book: Book,
    /// What was found and done on the way.
    pub report: Report,
}

/// Reads a work: the whole way from the bytes of a file to a book that any backend can write.
///
/// Any bytes give a book; what is wrong with them stands in the report.
pub fn understand(bytes: &[u8], options: &TextOptions) -> Understood {
    let source = debug_span!("source").in_scope(|| source::read(bytes));
    let mut report = Report { findings: source.findings.clone() };
    let cleaned = debug_span!("clean").in_scope(|| clean::clean(&source, options, &mut report));
    let mut book =
        debug_span!("structure").in_scope(|| structure::structure(&source, &cleaned, options, &mut report));
    let context = typography::Context { options, source: &source.decoded };
    let polished = debug_span!("typography").in_scope(|| typography::polish(&mut book, &context));
    report.findings.extend(polished);
    settle::settle(&options.overrides, &source.decoded, &mut report);
    let Cleaned { text: clean, measures, shape, .. } = cleaned;
    Understood { source, clean, measures, shape: Some(shape.shape), book, report }
}

/// Every rule of every stage, in the order of the stages.
pub fn rules() -> impl Iterator<Item = &'static report::Rule> {
    [
        source::RULES,
        clean::RULES,
        structure::RULES,
        typography::RULES,
        typeset::RULES,
        backend::epub::RULES,
        backend::pdf::RULES,
        cover::RULES,
        press::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

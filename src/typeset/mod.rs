//! In: the finished book and a design. Out: pages on which everything has its place.

mod ahead;
mod assembly;
mod chapter;
mod contents;
pub mod design;
mod dump;
mod edition;
mod flow;
pub mod font;
mod front;
mod furniture;
mod heading;
pub mod hyphen;
pub mod layout;
pub mod length;
pub mod line;
pub mod page;
pub mod paginate;
mod pieces;
mod rules;
pub mod shape;
pub mod shared;
mod sheet;
mod styled;
pub mod survey;
mod titlecase;

pub use ahead::{Ahead, prepare};
pub use dump::{dump_lines, dump_pages};
pub use edition::edition;
pub use heading::every_number;
pub use layout::Layout;
pub use length::Length;
pub use page::Pages;
pub use rules::RULES;

use crate::book::Book;
use crate::env::Env;
use crate::wording;

/// Sets a book: every glyph, rule and picture in its place.
///
/// The same book and layout give the same pages whatever the number of threads.
///
/// # Errors
/// [`TypesetError`] where a font is unknown or broken, or the pages are too small.
pub fn typeset(book: &Book, layout: &Layout, env: &dyn Env) -> Result<Pages, TypesetError> {
    typeset_prepared(book, layout, env, None)
}

/// The same with what was [prepared](prepare) for this layout.
///
/// # Errors
/// As [`typeset`].
pub fn typeset_prepared(
    book: &Book,
    layout: &Layout,
    env: &dyn Env,
    ahead: Option<Ahead>,
) -> Result<Pages, TypesetError> {
    let (fonts, words) = match ahead.filter(|ahead| ahead.is_for(layout)) {
        Some(ahead) => ahead.into_parts(),
        None => (font::FontSet::open(env, &layout.family)?, None),
    };
    let shaper = shape::Shaper::new(&fonts, &layout.hyphenation);
    let shaper = match words {
        Some(words) => shaper.with_ahead(words),
        None => shaper,
    };
    let setter = flow::Setter {
        layout,
        shaper: &shaper,
        book,
        wording: wording::of(&book.meta.language),
        language: &book.meta.language,
        endnotes: layout.design.notes.endnotes,
    };
    let pages = assembly::settle(book, layout, setter);
    shaper.retire();
    pages
}

/// What stops the typesetter.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// A font that was asked for is unknown or broken.
    #[error(transparent)]
    Font(#[from] font::FontError),
    /// A design file cannot be used.
    #[error("design {path}: {reason}")]
    Design {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting cannot be met.
    #[error("{0}")]
    Setting(String),
}

//! In: the bytes of any PDF. Out: the lines of its pages as they are painted, with their place, and
//! which of them are furniture: running heads and folios.
//!
//! Text is read from the pages' content (ISO 32000-2, 9.4), with `ActualText` in place of the glyphs that
//! it speaks for, and what is tagged as an artifact set apart.

mod encoding;
mod furniture;
mod unicode;
mod walk;

use super::pdf::{self, PdfError};

/// A line of text on a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// Left end, in points from the page's left edge.
    pub x: f64,
    /// Baseline, in points from the page's bottom edge.
    pub y: f64,
    /// Size of its type, in points.
    pub size: f64,
    /// Whether it belongs to the page and not to the text: a running head or a folio.
    pub furniture: bool,
}

/// The lines of a page in the order in which they are painted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageText {
    /// The lines.
    pub lines: Vec<Line>,
}

/// Reads the text of every page.
///
/// # Errors
/// [`PdfError`] where the file is protected or cannot be read.
pub fn read(file: &[u8]) -> Result<Vec<PageText>, PdfError> {
    let document = pdf::open(file)?;
    let mut pages = walk::pages(&document)?;
    // Where the file itself says on most pages what does not belong to the text, nothing is guessed.
    let told = pages.iter().filter(|page| page.lines.iter().any(|line| line.furniture)).count();
    if told * 2 < pages.len() || told == 0 {
        furniture::mark(&mut pages);
    }
    Ok(pages)
}

//! In: the clean text. Out: the book: chapters, verse, letters, notes, metadata.

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

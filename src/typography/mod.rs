//! In: a book whose texts are as the author typed them. Out: the same book with proper
//! quotation marks, dashes, ellipses, spaces and emphasis.

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

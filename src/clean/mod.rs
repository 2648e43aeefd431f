//! In: the decoded text. Out: the text without what belongs to the carrier and not to the work.

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

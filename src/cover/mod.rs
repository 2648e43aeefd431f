//! In: metadata. Out: a front cover as a picture, drawn from the templates in `covers/`.

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

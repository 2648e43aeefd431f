//! In: pages. Out: what a print shop wants: trims, gutters, wrap covers, signatures, preflight.

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

//! In: pages. Out: what a print shop wants: trims, gutters, wrap covers, signatures, preflight.

pub mod binding;
mod content;
pub mod impose;
pub mod pdf;
pub mod preflight;
pub mod profile;
pub mod proof;
pub mod raster;
pub mod reading;
pub mod signature;
pub mod trim;
pub mod wrap;

pub use profile::Profile;
pub use trim::Trim;

use crate::report::Rule;

/// Rules of this stage.
pub static RULES: &[&Rule] = preflight::RULES;

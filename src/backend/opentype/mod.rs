//! How font files are laid out: what the backends that make smaller ones of them share.

pub(super) mod cff;
pub(super) mod sfnt;

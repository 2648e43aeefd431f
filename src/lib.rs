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

pub mod backend;
pub mod book;
pub mod clean;
pub mod cover;
pub mod env;
pub mod fonts;
pub mod options;
pub mod pass;
pub mod press;
pub mod report;
pub mod source;
pub mod structure;
pub mod text;
pub mod typeset;
pub mod typography;

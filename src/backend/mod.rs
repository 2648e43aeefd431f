//! In: a finished book. Out: a file of some format.
//!
//! A [`Backend`] is its own options: it is made by its entry in [`REGISTRY`] from the job's
//! settings, and from then on knows all it needs.

pub mod dump;
pub mod epub;
mod opentype;
pub mod pdf;

use std::io::{self, Write};

use crate::book::Book;
use crate::env::Env;
use crate::options::OutputOptions;
use crate::report::Finding;
use crate::typeset::page::Pages;

/// Writes a book in one format. A backend never changes the book.
pub trait Backend: Send + Sync {
    /// The name that `--to` takes.
    fn name(&self) -> &'static str;

    /// Does ahead what needs no book, such as unpacking fonts: beside the reading of the text, on another thread. What
    /// goes wrong here goes wrong again, and is told, when the book is written; what is written is the same without it.
    fn prepare(&self, _env: &dyn Env, _unread: &Unread<'_>) {}

    /// Whether the file shows [`Book::cover`]: where no format does, none is drawn.
    fn shows_cover(&self) -> bool {
        false
    }

    /// Whether the file has pages that another edition can name: such a format is written first.
    fn has_pages(&self) -> bool {
        false
    }

    /// Writes the book.
    ///
    /// # Errors
    /// [`BackendError`] where the file cannot be made or written.
    fn write(&self, book: &Book, env: &dyn Env, out: &mut dyn Write) -> Result<Written, BackendError>;
}

/// A work before it was read.
#[derive(Clone, Copy)]
pub struct Unread<'a> {
    /// Its source, in whatever encoding.
    pub bytes: &'a [u8],
    /// Tells its language (BCP 47), as said or guessed: a guess takes time, which not every format needs.
    pub language: &'a dyn Fn() -> String,
}

impl std::fmt::Debug for Unread<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unread({} bytes)", self.bytes.len())
    }
}

/// What a backend tells of the file that it wrote.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// What could not be done as wished.
    pub findings: Vec<Finding>,
    /// The pages, where the format has any: [`crate::typeset::edition`] makes [`Book::print`] of them.
    pub pages: Option<Pages>,
}

impl From<Vec<Finding>> for Written {
    /// What a format without pages tells.
    fn from(findings: Vec<Finding>) -> Self {
        Self { findings, pages: None }
    }
}

/// What stops a backend.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Write(#[from] io::Error),
    /// A font that was asked for is unknown or broken.
    #[error("font {name}: {reason}")]
    Font {
        /// The family.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A file that the user named cannot be used.
    #[error("{path}: {reason}")]
    Asset {
        /// The file.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A setting cannot be met.
    #[error("{0}")]
    Setting(String),
    /// The crate that assembles the format failed.
    #[error("the {format} file could not be assembled: {reason}")]
    Assemble {
        /// EPUB or PDF.
        format: &'static str,
        /// What it said.
        reason: String,
    },
}

/// A format that can be asked for.
#[derive(Debug)]
pub struct Entry {
    /// The name that `--to` takes.
    pub name: &'static str,
    /// The end of the file's name, with its dot: `.epub`.
    pub extension: &'static str,
    /// What it makes, in a line.
    pub about: &'static str,
    /// Makes the backend from the job's settings.
    pub make: fn(&OutputOptions) -> Box<dyn Backend>,
}

/// Every format, in the order in which they are listed.
pub static REGISTRY: &[Entry] = &[epub::ENTRY, epub::KOBO, pdf::ENTRY, dump::TEXT, dump::JSON];

/// The entry with this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    REGISTRY.iter().find(|e| e.name == name)
}

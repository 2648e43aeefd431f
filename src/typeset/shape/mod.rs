//! In: words and their styles. Out: glyphs with kerning and ligatures, and what the line
//! breaker needs to know of them.
//!
//! Words are shaped alone and kept by string and style, so that a book's text is shaped once
//! however often a word returns and however many settings of a paragraph are tried. Parts of
//! hyphenated words are shaped as strings of their own where ligatures or kerning differ there.

mod ahead;
mod batch;
mod glyphs;
pub(in crate::typeset) mod hang;
mod paragraph;
mod part;
mod space;
mod style;
mod token;
mod word;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub(in crate::typeset) use ahead::Ahead;
pub(in crate::typeset) use paragraph::{LONGEST_SHAPED, Sums};
pub use paragraph::{Missing, Paragraph, Prepared, StyledSpan};
pub use style::{Capitals, Figures, Position, Slot, Style};
pub(in crate::typeset) use token::{Glue, Piece, Pieces, Token};
pub(in crate::typeset) use word::{EM, FULL_SIZE, Typeface, Word, word_number};

use foldhash::HashMap;

use crate::typeset::font::FontSet;
use crate::typeset::hyphen::Hyphenator;
use crate::typeset::page::WordTable;

/// Shapes words and remembers them; shared by threads.
///
/// One shaper serves a whole book. What it returns depends on its arguments alone, never on
/// what was asked before.
#[derive(Debug)]
pub struct Shaper<'a> {
    fonts: &'a FontSet,
    faces: RwLock<Vec<(FaceKey, Arc<Typeface>)>>,
    hyphenators: Mutex<HashMap<String, Arc<Hyphenator>>>,
    exceptions: Vec<String>,
    word_table: Arc<WordTable>,
    /// What was shaped before there was a book, until its typeface is first asked for.
    ahead: Mutex<Option<Ahead>>,
}

/// What of a style changes shapes (size, colour and the amount of tracking do not).
#[derive(Clone, Debug, PartialEq, Eq)]
struct FaceKey {
    slot: Slot,
    capitals: Capitals,
    figures: Figures,
    position: Position,
    tracked: bool,
    language: String,
}

impl FaceKey {
    fn new(style: &Style, language: &str) -> Self {
        Self {
            slot: style.slot,
            capitals: style.capitals,
            figures: style.figures,
            position: style.position,
            tracked: style.tracking != 0,
            language: language.to_owned(),
        }
    }

    /// Whether it is that of a style, in any language.
    fn is_of(&self, style: &Style) -> bool {
        self.slot == style.slot
            && self.capitals == style.capitals
            && self.figures == style.figures
            && self.position == style.position
            && self.tracked == (style.tracking != 0)
    }
}

impl<'a> Shaper<'a> {
    /// A shaper with these fonts.
    ///
    /// `exceptions` are words with their breaks marked by hyphens (`in-kbind`); they win over
    /// the patterns of every language.
    pub fn new(fonts: &'a FontSet, exceptions: &[String]) -> Self {
        Self {
            fonts,
            faces: RwLock::default(),
            hyphenators: Mutex::default(),
            exceptions: exceptions.to_vec(),
            word_table: Arc::default(),
            ahead: Mutex::default(),
        }
    }

    /// The same, which knows words that were shaped ahead with these fonts.
    pub(in crate::typeset) fn with_ahead(mut self, ahead: Ahead) -> Self {
        self.word_table = Arc::clone(ahead.word_table());
        self.ahead = Mutex::new(Some(ahead));
        self
    }

    /// Ends the shaper. Its words are many thousand pieces of memory: where there is another thread, that one gives them
    /// back.
    pub(in crate::typeset) fn retire(self) {
        if rayon::current_num_threads() > 1 {
            let faces = self.faces;
            rayon::spawn(move || drop(faces));
        }
    }

    /// The fonts.
    pub const fn fonts(&self) -> &'a FontSet {
        self.fonts
    }

    /// The glyphs of every word that was shaped.
    pub const fn word_table(&self) -> &Arc<WordTable> {
        &self.word_table
    }

    /// The typeface for a style and a language, made when first asked for.
    pub(in crate::typeset) fn typeface(&self, style: &Style, language: &str) -> Arc<Typeface> {
        let is = |key: &FaceKey| key.is_of(style) && key.language == language;
        let known = self.faces.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, face)) = known.iter().find(|(k, _)| is(k)) {
            return Arc::clone(face);
        }
        drop(known);
        let mut known = self.faces.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, face)) = known.iter().find(|(k, _)| is(k)) {
            return Arc::clone(face);
        }
        let hyphenator = self.hyphenator(language);
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let face = match ahead.take_if(|ahead| ahead.serves(style, language)) {
            Some(ahead) => ahead.into_typeface(hyphenator),
            None => Typeface::new(self.fonts, style, language, hyphenator, Arc::clone(&self.word_table)),
        };
        let face = Arc::new(face);
        known.push((FaceKey::new(style, language), Arc::clone(&face)));
        face
    }

    fn hyphenator(&self, language: &str) -> Arc<Hyphenator> {
        let mut known = self.hyphenators.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            known
                .entry(language.to_owned())
                .or_insert_with(|| Arc::new(Hyphenator::new(language, &self.exceptions))),
        )
    }

    /// Splits a paragraph into words, shapes them, and finds where lines may end.
    pub fn prepare(&self, paragraph: &Paragraph<'_>) -> Prepared {
        paragraph::prepare(self, paragraph)
    }
}

#[cfg(test)]
mod tests;

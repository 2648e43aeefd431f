//! In: a layout and a work that nobody has read yet. Out: what of its setting needs no book: fonts and shaped words.

use crate::env::Env;
use crate::fonts;
use crate::typeset::font::FontSet;
use crate::typeset::layout::Layout;
use crate::typeset::shape;

/// The weight of text (OpenType `usWeightClass`).
const REGULAR: u16 = 400;

/// What was done for a book before it was there.
#[derive(Debug)]
pub struct Ahead {
    /// [`Layout::family`] of the fonts.
    family: String,
    fonts: FontSet,
    words: Option<shape::Ahead>,
}

/// Unpacks the roman and the italic that a book of this layout is set in, where they are embedded, and shapes the words
/// of `source` in its text face and language (BCP 47), where another core has the time.
///
/// `None` where the family cannot be opened: setting the book will tell why.
pub fn prepare(layout: &Layout, env: &dyn Env, source: &[u8], language: &str) -> Option<Ahead> {
    let family = layout.family.split(',').next().unwrap_or_default().trim();
    let unpack = |italic: bool| {
        for face in fonts::embedded(family).iter().filter(|f| f.weight == REGULAR && f.italic == italic) {
            face.data.unpack();
        }
    };
    // Words come last: they fall into pieces, so that no core waits for the end.
    unpack(true);
    unpack(false);
    let fonts = FontSet::open(env, &layout.family).ok()?;
    let words = (rayon::current_num_threads() > 1)
        .then(|| shape::Ahead::shape(&fonts, &layout.text_style(), language, source));
    Some(Ahead { family: layout.family.clone(), fonts, words })
}

impl Ahead {
    /// Whether it was made for a layout with these fonts.
    pub(super) fn is_for(&self, layout: &Layout) -> bool {
        self.family == layout.family
    }

    pub(super) fn into_parts(self) -> (FontSet, Option<shape::Ahead>) {
        (self.fonts, self.words)
    }
}

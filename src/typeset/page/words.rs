//! The words of a book as they were shaped, and how often each stands on its pages.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::typeset::page::{Page, PlacedWord, Shape};

/// The words and spaces of a book as they were shaped, each once, by number. Threads share it; what is in it stays.
#[derive(Default)]
pub struct WordTable {
    words: boxcar::Vec<ShapedWord>,
}

/// A word, or a space, as it was shaped.
#[derive(Clone, Debug, Default)]
pub struct ShapedWord {
    /// As [`GlyphRun::face`](super::GlyphRun::face).
    pub face: usize,
    /// Its glyphs, in visual order.
    pub glyphs: Box<[ShapedGlyph]>,
    /// The bytes of its text.
    pub text: SmallVec<[u8; 16]>,
}

impl WordTable {
    /// Adds a word and gives it a number. Words are numbered as threads meet them, so that the numbers of a book differ
    /// from run to run.
    ///
    /// # Panics
    /// Where there are more than 2³² words.
    #[expect(clippy::expect_used, reason = "so many words do not fit into memory")]
    pub fn add(&self, face: usize, glyphs: Box<[ShapedGlyph]>, text: &str) -> u32 {
        let word = ShapedWord { face, glyphs, text: SmallVec::from_slice(text.as_bytes()) };
        u32::try_from(self.words.push(word)).expect("fewer than 2^32 shaped words")
    }

    /// The word with a number that [`WordTable::add`] gave; without glyphs where it gave none such.
    pub fn word(&self, number: u32) -> &ShapedWord {
        static NONE: std::sync::LazyLock<ShapedWord> = std::sync::LazyLock::new(ShapedWord::default);
        self.words.get(number as usize).unwrap_or_else(|| &*NONE)
    }

    /// Numbers that have been given.
    pub fn len(&self) -> usize {
        self.words.count()
    }

    /// Whether it has no word.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for WordTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WordTable({} words)", self.len())
    }
}

/// A glyph of a shaped word. Measures are font units. Every word of a book has some, so that it is kept small: what is
/// beyond its numbers, as in no face that can be read, becomes the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapedGlyph {
    /// Its index in the font.
    pub id: u16,
    /// The advance in the font.
    pub advance: u16,
    /// What the pen moves beside the advance.
    pub kerning: i16,
    /// Its origin, right of the pen.
    pub dx: i16,
    /// Its origin, above the baseline.
    pub dy: i16,
    /// The first byte of the word that it stands for, and how many it stands for. Of several glyphs for one text the
    /// first has it, the others have none, and so has a hyphen that the line break made.
    pub text: (u16, u16),
    /// Whether letterspace may stand behind it: it moves the pen and is not the word's last.
    pub gap: bool,
    /// Whether it is a hyphen that the line break made.
    pub soft_hyphen: bool,
}

impl ShapedGlyph {
    /// How far the pen moves, with kerning.
    pub fn step(&self) -> i32 {
        i32::from(self.advance) + i32::from(self.kerning)
    }

    /// The bytes of the text of its word that it stands for.
    pub fn text_of<'t>(&self, word: &'t ShapedWord) -> &'t [u8] {
        let (start, length) = (usize::from(self.text.0), usize::from(self.text.1));
        word.text.get(start..start + length).unwrap_or_default()
    }

    /// The bytes of [`GlyphRun::text`](super::GlyphRun::text) that it stands for as a glyph of `word`.
    pub fn text_in(&self, word: &PlacedWord) -> Range<u32> {
        let start = word.start + u32::from(self.text.0);
        start..start + u32::from(self.text.1)
    }
}

/// How often words and spaces stand on pages.
#[derive(Clone, Debug, Default)]
pub struct WordCount {
    /// Where they are.
    pub table: Arc<WordTable>,
    /// The number of each, and how often it stands there; in the order in which they come first.
    pub met: Vec<(u32, u32)>,
}

thread_local! {
    /// By number one more than the place of a word among those that were met; 0 of all words while none are counted.
    static PLACES: Cell<Vec<u32>> = Cell::default();
}

impl WordCount {
    /// Counts the words of some pages. All their runs have one table.
    pub fn of<'a>(pages: impl IntoIterator<Item = &'a Page>) -> Self {
        let items = pages.into_iter().flat_map(|page| &page.items);
        let mut runs = items
            .filter_map(|item| if let Shape::Glyphs(run) = &item.shape { Some(run) } else { None })
            .peekable();
        let table = runs.peek().map(|run| Arc::clone(&run.word_table)).unwrap_or_default();
        Self::gather(table, runs.flat_map(|run| run.words.iter().map(|word| (word.number, 1))))
    }

    /// All of some counts, those of pages that follow each other.
    pub fn sum(counts: &[Self]) -> Self {
        let table = counts.iter().find(|count| !count.met.is_empty()).map(|count| Arc::clone(&count.table));
        Self::gather(table.unwrap_or_default(), counts.iter().flat_map(|count| count.met.iter().copied()))
    }

    fn gather(table: Arc<WordTable>, words: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut places = PLACES.take();
        let mut met: Vec<(u32, u32)> = Vec::new();
        for (number, times) in words {
            let index = number as usize;
            if places.len() <= index {
                places.resize(table.len().max(index + 1), 0);
            }
            match places[index] {
                0 => {
                    met.push((number, times));
                    places[index] = met.len() as u32;
                }
                place => met[place as usize - 1].1 += times,
            }
        }
        for (number, _) in &met {
            places[*number as usize] = 0;
        }
        PLACES.set(places);
        Self { table, met }
    }
}

//! Pages: what the typesetter hands to backends and to the press.
//!
//! Everything on a page has its final place. A backend draws; it decides nothing.

mod words;

use std::ops::Range;
use std::sync::Arc;

use crate::env::FontData;
use crate::report::Finding;
use crate::typeset::length::Length;
use crate::typeset::shared::SharedStr;

pub use words::{ShapedGlyph, ShapedWord, WordCount, WordTable};

/// A typeset book.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Width of the trimmed page.
    pub width: Length,
    /// Height of the trimmed page.
    pub height: Length,
    /// The faces in use; [`GlyphRun::face`] is an index into them.
    pub faces: Vec<PageFace>,
    /// The pages in order; the first is a recto.
    pub pages: Vec<Page>,
    /// Contents for the reader's side bar, in reading order.
    pub outline: Vec<OutlineEntry>,
    /// The logical structure; [`Owner::Content`] is an index into it. The first is the root.
    pub structure: Vec<StructureNode>,
    /// Pictures in use; [`Shape::Image`] is an index into them.
    pub images: Vec<PageImage>,
    /// The words and spaces on the pages, each with how often it stands there: [`Pages::count_words`] tells them anew.
    pub words: WordCount,
    /// Language of the book, BCP 47.
    pub language: String,
    /// What could not be set as wished.
    pub findings: Vec<Finding>,
}

impl Pages {
    /// Counts the words and spaces on the pages.
    pub fn count_words(&self) -> WordCount {
        WordCount::of(&self.pages)
    }
}

/// A face in use.
#[derive(Clone, Debug)]
pub struct PageFace {
    /// PostScript name of the face, as in its `name` table.
    pub name: String,
    /// The font file.
    pub data: FontData,
}

/// A picture in use.
#[derive(Clone, Debug)]
pub struct PageImage {
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// The file.
    pub bytes: Arc<Vec<u8>>,
}

/// Left or right page of a spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Right-hand page, odd.
    Recto,
    /// Left-hand page, even.
    Verso,
}

/// How a page is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folio {
    /// Front matter: i, ii, iii.
    Roman(u32),
    /// Body and back matter: 1, 2, 3.
    Arabic(u32),
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Recto or verso.
    pub side: Side,
    /// Its number, printed or not.
    pub folio: Folio,
    /// What stands on it, in reading order (furniture first).
    pub items: Vec<Item>,
    /// Areas that lead elsewhere (screen editions only).
    pub links: Vec<LinkArea>,
}

/// Something on a page and whom it belongs to.
#[derive(Clone, Debug)]
pub struct Item {
    /// What is drawn.
    pub shape: Shape,
    /// Which part of the text it is.
    pub owner: Owner,
}

/// Which part of the text an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Text: index into [`Pages::structure`].
    Content(u32),
    /// A running head or folio.
    Furniture,
    /// An ornament, a rule, a background.
    Decoration,
}

/// What is drawn. Points are measured from the top left corner of the trimmed page, y down.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Glyphs on one baseline.
    Glyphs(GlyphRun),
    /// A filled rectangle.
    Rule {
        /// Left edge.
        x: Length,
        /// Top edge.
        y: Length,
        /// Width.
        width: Length,
        /// Height.
        height: Length,
        /// Colour.
        ink: Ink,
    },
    /// A filled outline (an ornament), non-zero winding.
    Path {
        /// Its segments, in page coordinates.
        segments: Vec<Segment>,
        /// Colour.
        ink: Ink,
    },
    /// A picture.
    Image {
        /// Index into [`Pages::images`].
        image: usize,
        /// Left edge.
        x: Length,
        /// Top edge.
        y: Length,
        /// Width.
        width: Length,
        /// Height.
        height: Length,
    },
}

/// A part of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Begin at a point.
    Move(Length, Length),
    /// A straight line.
    Line(Length, Length),
    /// A cubic curve: two handles, then the end.
    Curve(Length, Length, Length, Length, Length, Length),
    /// Back to the beginning.
    Close,
}

/// A colour: black in per cent, or a second colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Black, 0 to 100 per cent.
    Black(u8),
    /// The design's second colour, as sRGB.
    Second(u8, u8, u8),
}

/// Glyphs of one face and size on one baseline: words and spaces as they were shaped, each at its
/// place.
///
/// A word that stands on a thousand pages is shaped once, and its glyphs are kept once;
/// [`GlyphRun::glyphs`] tells where each of them stands.
#[derive(Clone, Debug)]
pub struct GlyphRun {
    /// Index into [`Pages::faces`].
    pub face: usize,
    /// Units in an em of the face: the unit of [`ShapedGlyph`].
    pub units_per_em: u16,
    /// Size of the em.
    pub size: Length,
    /// Where [`PlacedWord::dx`] is counted from.
    pub x: Length,
    /// The baseline.
    pub y: Length,
    /// How far the glyphs stand above the baseline: superiors and inferiors.
    pub rise: Length,
    /// Horizontal scale of the glyphs, in 1/65536: 65536 is as drawn. Places of words already allow for it.
    pub scale: i32,
    /// What stands behind each glyph that has a [`ShapedGlyph::gap`], beside its advance.
    pub letterspace: Length,
    /// Colour.
    pub ink: Ink,
    /// Where the glyphs of [`GlyphRun::words`] are.
    pub word_table: Arc<WordTable>,
    /// Words and spaces in visual order.
    pub words: Vec<PlacedWord>,
    /// The text of the run, in reading order.
    pub text: SharedStr,
}

/// A word, or a space, at its place in a run.
#[derive(Clone, Copy, Debug)]
pub struct PlacedWord {
    /// Its number in [`GlyphRun::word_table`]. Placed words of one number have the same glyphs, face and text.
    pub number: u32,
    /// The first byte of [`GlyphRun::text`] that is its text.
    pub start: u32,
    /// Its origin, right of [`GlyphRun::x`].
    pub dx: Length,
}

/// One glyph of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// Its index in the font.
    pub id: u16,
    /// Its origin, right of [`GlyphRun::x`].
    pub dx: Length,
    /// Its origin, above the baseline.
    pub dy: Length,
    /// Its advance in the font, scaled to size and [`GlyphRun::scale`], without any spacing.
    pub advance: Length,
    /// The bytes of [`GlyphRun::text`] that it stands for, shared as in [`ShapedGlyph::text`].
    pub text: Range<u32>,
    /// Whether it is a hyphen that the line break made.
    pub soft_hyphen: bool,
}

impl GlyphRun {
    /// A glyph scale of 1.
    pub const UNSCALED: i32 = 65_536;

    /// A length of so many font units on this line.
    pub fn units(&self, units: i32) -> Length {
        let length = self.size.units(units, self.units_per_em);
        if self.scale == Self::UNSCALED {
            length
        } else {
            length.scaled(i64::from(self.scale), i64::from(Self::UNSCALED))
        }
    }

    /// Its glyphs in visual order, each at its place.
    pub fn glyphs(&self) -> impl Iterator<Item = Glyph> + '_ {
        self.words.iter().flat_map(|word| self.glyphs_of(word))
    }

    /// One of its words as it was shaped.
    pub fn shaped(&self, word: &PlacedWord) -> &ShapedWord {
        self.word_table.word(word.number)
    }

    /// The glyphs of one of its words.
    pub fn glyphs_of<'a>(&'a self, word: &'a PlacedWord) -> impl Iterator<Item = Glyph> + 'a {
        let mut pen = word.dx;
        self.shaped(word).glyphs.iter().map(move |glyph| {
            let advance = self.units(glyph.advance.into());
            let dx = if glyph.dx == 0 { pen } else { pen + self.units(glyph.dx.into()) };
            let dy = if glyph.dy == 0 {
                self.rise
            } else {
                self.rise + self.size.units(glyph.dy.into(), self.units_per_em)
            };
            pen += advance;
            if glyph.kerning != 0 {
                pen += self.units(glyph.kerning.into());
            }
            if glyph.gap {
                pen += self.letterspace;
            }
            Glyph { id: glyph.id, dx, dy, advance, text: glyph.text_in(word), soft_hyphen: glyph.soft_hyphen }
        })
    }

    /// Its first glyph.
    pub fn first(&self) -> Option<Glyph> {
        self.glyphs().next()
    }

    /// Its last glyph.
    pub fn last(&self) -> Option<Glyph> {
        self.glyphs_of(self.words.last()?).last()
    }

    /// From [`GlyphRun::x`] to the end of the last glyph's advance.
    pub fn width(&self) -> Length {
        self.last().map_or(Length::ZERO, |glyph| glyph.dx + glyph.advance)
    }

    /// Whether it ends in a hyphen that the line break made.
    pub fn ends_in_soft_hyphen(&self) -> bool {
        self.words.last().and_then(|w| self.shaped(w).glyphs.last()).is_some_and(|g| g.soft_hyphen)
    }

    /// Whether one of its words is a plain space.
    pub fn is_space(&self, word: &PlacedWord) -> bool {
        self.text.as_bytes().get(word.start as usize) == Some(&b' ') && self.shaped(word).text.len() == 1
    }

    /// The text of one of its words.
    pub fn text_of(&self, word: &PlacedWord) -> &str {
        self.text_at(&(word.start..word.start + self.shaped(word).text.len() as u32))
    }

    /// Bytes of its text as a string, those of a glyph.
    pub fn text_at(&self, bytes: &Range<u32>) -> &str {
        self.text.get(bytes.start as usize..bytes.end as usize).unwrap_or("")
    }
}

/// An area of a page that leads elsewhere.
#[derive(Clone, Debug)]
pub struct LinkArea {
    /// Left, top, width, height.
    pub area: (Length, Length, Length, Length),
    /// Where it leads.
    pub target: Target,
    /// The structure node of the link's text.
    pub owner: u32,
    /// What it says, for those who cannot see it.
    pub alt: String,
}

/// Where a link leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// A place in the book.
    Place {
        /// Index of the page.
        page: usize,
        /// Distance from its top.
        y: Length,
    },
    /// An address.
    Uri(String),
}

/// One line of the outline.
#[derive(Clone, Debug)]
pub struct OutlineEntry {
    /// Depth, from 0.
    pub level: u8,
    /// Its words.
    pub title: String,
    /// Index of the page.
    pub page: usize,
    /// Distance from the page's top.
    pub y: Length,
}

/// A node of the logical structure, as in tagged PDF (ISO 32000-1, 14.8.4).
#[derive(Clone, Debug)]
pub struct StructureNode {
    /// What it is.
    pub tag: Tag,
    /// Index of the parent; the root (index 0) is its own. A parent stands before its children.
    pub parent: u32,
    /// Alternative text of a figure.
    pub alt: Option<String>,
    /// Language where it differs from the book's.
    pub language: Option<String>,
}

/// What a structure node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// The whole document.
    Document,
    /// A part, chapter or piece of matter.
    Section,
    /// A heading, level from 1.
    Heading(u8),
    /// A paragraph, a line of verse, a line of a title page.
    Paragraph,
    /// A set-off quotation, a letter, a poem.
    BlockQuote,
    /// A list.
    List,
    /// An item of a list.
    ListItem,
    /// A table of contents.
    Contents,
    /// An entry of it.
    ContentsEntry,
    /// The body of a note.
    Note,
    /// The mark that refers to a note.
    Reference,
    /// The text of a link.
    Link,
    /// A picture.
    Figure,
    /// A picture's caption.
    Caption,
    /// A stretch of text inside a paragraph.
    Span,
}

impl Shape {
    /// Moves it right and down.
    pub fn shift(&mut self, dx: Length, dy: Length) {
        match self {
            Self::Glyphs(run) => {
                run.x += dx;
                run.y += dy;
            }
            Self::Rule { x, y, .. } | Self::Image { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Self::Path { segments, .. } => {
                for segment in segments {
                    segment.shift(dx, dy);
                }
            }
        }
    }
}

impl Segment {
    fn shift(&mut self, dx: Length, dy: Length) {
        match self {
            Self::Move(x, y) | Self::Line(x, y) => {
                *x += dx;
                *y += dy;
            }
            Self::Curve(a, b, c, d, e, f) => {
                for x in [a, c, e] {
                    *x += dx;
                }
                for y in [b, d, f] {
                    *y += dy;
                }
            }
            Self::Close => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word_table: &WordTable, text: &str, steps: &[i32], dx: f64, start: u32) -> PlacedWord {
        let last = steps.len() - 1;
        let glyph = |(i, step): (usize, &i32)| ShapedGlyph {
            id: i as u16 + 1,
            gap: i < last,
            soft_hyphen: false,
            advance: 500,
            kerning: (*step - 500) as i16,
            dx: 0,
            dy: 0,
            text: (i as u16, 1),
        };
        let glyphs = steps.iter().enumerate().map(glyph).collect();
        PlacedWord { number: word_table.add(0, glyphs, text), start, dx: Length::pt(dx) }
    }

    #[test]
    fn glyphs_stand_where_kerning_letterspace_and_scale_put_them() {
        let word_table = Arc::new(WordTable::default());
        let word = |text, steps: &[i32], dx: f64, start: u32| word(&word_table, text, steps, dx, start);
        let run = GlyphRun {
            face: 0,
            units_per_em: 1000,
            size: Length::pt(10.0),
            x: Length::ZERO,
            y: Length::ZERO,
            rise: Length::pt(2.0),
            scale: GlyphRun::UNSCALED / 2 * 3,
            letterspace: Length::pt(0.25),
            ink: Ink::Black(100),
            words: vec![
                word("AV", &[400, 500], 0.0, 0),
                word(" ", &[500], 20.0, 2),
                word("x", &[500], 30.0, 3),
            ],
            word_table: Arc::clone(&word_table),
            text: "AV x".to_owned().into(),
        };
        // 400 units are 4 pt, set half as wide again; letterspace is not scaled with the glyphs.
        let places: Vec<f64> = run.glyphs().map(|g| g.dx.to_pt()).collect();
        assert_eq!(places, [0.0, 6.25, 20.0, 30.0]);
        assert_eq!(run.width(), Length::pt(37.5));
        assert!(run.glyphs().all(|g| g.dy == Length::pt(2.0) && g.advance == Length::pt(7.5)));
        let said: Vec<&str> = run.words.iter().map(|w| run.text_of(w)).collect();
        assert_eq!((said, run.is_space(&run.words[1])), (vec!["AV", " ", "x"], true));
        assert_eq!(run.text_at(&run.first().unwrap().text), "A");
        assert_eq!(run.text_at(&run.last().unwrap().text), "x");

        let mut again = run.clone();
        again.words.remove(0);
        let numbers: Vec<u32> = run.words.iter().map(|word| word.number).collect();
        let page = |run: GlyphRun| {
            let items = vec![Item { shape: Shape::Glyphs(run), owner: Owner::Furniture }];
            Page { side: Side::Recto, folio: Folio::Arabic(1), items, links: Vec::new() }
        };
        let pages = [page(run), page(again)];
        let wanted = [(numbers[0], 1), (numbers[1], 2), (numbers[2], 2)];
        assert_eq!(WordCount::of(&pages).met, wanted);
        assert_eq!(WordCount::sum(&pages.each_ref().map(|page| WordCount::of([page]))).met, wanted);
        assert!(WordCount::of(&[]).met.is_empty());
    }
}

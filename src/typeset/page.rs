//! Pages: what the typesetter hands to backends and to the press.
//!
//! Everything on a page has its final place. A backend draws; it decides nothing.

use std::ops::Range;

use crate::env::FontData;
use crate::report::Finding;
use crate::typeset::length::Length;

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
    /// Language of the book, BCP 47.
    pub language: String,
    /// What could not be set as wished.
    pub findings: Vec<Finding>,
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
    pub bytes: std::sync::Arc<Vec<u8>>,
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

/// Glyphs of one face and size on one baseline.
#[derive(Clone, Debug)]
pub struct GlyphRun {
    /// Index into [`Pages::faces`].
    pub face: usize,
    /// Size of the em.
    pub size: Length,
    /// Where the first glyph's origin stands.
    pub x: Length,
    /// The baseline.
    pub y: Length,
    /// Horizontal scale of the glyphs, in 1/65536: 65536 is as drawn. Positions already allow for it.
    pub scale: i32,
    /// Colour.
    pub ink: Ink,
    /// Glyphs in visual order.
    pub glyphs: Vec<Glyph>,
    /// The text of the run, in reading order.
    pub text: String,
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
    /// The bytes of [`GlyphRun::text`] that it stands for. Of several glyphs for one text the first has it, the
    /// others are empty. A hyphen that the line break made has the empty range and is
    /// [`Glyph::soft_hyphen`].
    pub text: Range<u32>,
    /// Whether it is a hyphen that the line break made.
    pub soft_hyphen: bool,
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

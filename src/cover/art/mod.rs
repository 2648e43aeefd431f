//! In: what stands on a cover, a palette, a stream of numbers. Out: the drawing and its type.
//!
//! One file a family. The order in which a family draws numbers from its stream is part of
//! its procedure: it must not change within an edition.

pub(super) mod agate;
pub(super) mod blinds;
pub(super) mod bloom;
pub(super) mod compass;
pub(super) mod fullstop;
pub(super) mod halftone;
pub(super) mod label;
pub(super) mod quilt;

use super::colour::Palette;
use super::drawing::{self, Anchor, Element};
use super::face::Faces;
use super::family::{Case, Spec};
use super::line::{self, Author, Place};
use super::seed::Stream;
use super::title::{Area, Block};
use super::{CoverError, Edition};

/// Width of the design in units.
pub(crate) const WIDTH: f64 = 1600.0;
/// Height of the design in units.
pub(crate) const HEIGHT: f64 = 2560.0;

/// The words on a cover.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// The title.
    pub title: String,
    /// What stands under it, or nothing.
    pub subtitle: String,
    /// The series line, or nothing.
    pub series: String,
    /// The authors' names, or nothing.
    pub author: String,
}

impl Words {
    /// How many words the title has.
    pub(super) fn count(&self) -> usize {
        self.title.split_whitespace().count()
    }
}

/// How far the drawing reaches. On a front cover alone, the design's own edges; in a wrap, the
/// ground goes on over spine, back and bleed, and a wide trim moves the front's edges out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// Left end of the ground.
    pub left: f64,
    /// Right end of the ground.
    pub right: f64,
    /// Upper end of the ground.
    pub top: f64,
    /// Lower end of the ground.
    pub bottom: f64,
    /// Left edge of the front.
    pub front_left: f64,
    /// Right edge of the front.
    pub front_right: f64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { left: 0.0, right: WIDTH, top: 0.0, bottom: HEIGHT, front_left: 0.0, front_right: WIDTH }
    }
}

/// All that a family draws from.
pub(crate) struct Brief<'a> {
    /// The words.
    pub words: &'a Words,
    /// The colours.
    pub palette: &'a Palette,
    /// The family's type and measures.
    pub spec: &'static Spec,
    /// The faces.
    pub faces: &'a Faces<'a>,
    /// How far the ground goes.
    pub reach: Reach,
    /// Which edition of the drawings.
    pub edition: Edition,
}

/// A drawn cover, by the slots of its template.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    /// The drawing.
    pub art: Vec<Element>,
    /// What stands over the drawing and under the type.
    pub frame: Vec<Element>,
    /// The series line.
    pub series: Vec<Element>,
    /// The title.
    pub title: Vec<Element>,
    /// The subtitle.
    pub subtitle: Vec<Element>,
    /// The author.
    pub author: Vec<Element>,
    /// What the drawing shows, as a part of a sentence.
    pub shows: String,
    /// Size of the title's em, in units.
    pub title_size: f64,
}

impl Slots {
    /// The elements from the lowest to the uppermost.
    pub(super) fn layers(&self) -> [&[Element]; 6] {
        [&self.art, &self.frame, &self.series, &self.title, &self.subtitle, &self.author]
    }

    /// The same with every line of type as outlines.
    pub(super) fn outlined(mut self, faces: &Faces<'_>) -> Result<Self, CoverError> {
        for layer in [&mut self.series, &mut self.title, &mut self.subtitle, &mut self.author] {
            for element in layer {
                if let Element::Type(line) = element {
                    *element = drawing::path(faces.outline(line)?, line.fill);
                }
            }
        }
        Ok(self)
    }
}

/// Draws a family.
pub(crate) type Draw = fn(&Brief<'_>, &mut Stream) -> Result<Slots, CoverError>;

impl Brief<'_> {
    /// The title, fitted into `area`.
    fn title(&self, area: Area) -> Result<Block, CoverError> {
        Block::fit(&self.words.title, area, self.spec, self.faces)
    }

    /// The author, fitted into `width`.
    fn author(&self, width: f64) -> Result<Author, CoverError> {
        Author::fit(self.faces, &self.spec.author, &self.words.author, width)
    }

    /// The series line, where there is one.
    fn series(&self, size: Option<f64>, case: Case, place: Place) -> Result<Vec<Element>, CoverError> {
        let size = size.unwrap_or(self.spec.small.size);
        let line = line::small(self.faces, &self.spec.small, &self.words.series, size, case, place)?;
        Ok(line.into_iter().collect())
    }

    /// The subtitle, where there is one.
    fn subtitle(&self, size: Option<f64>, place: Place) -> Result<Vec<Element>, CoverError> {
        let size = size.unwrap_or(self.spec.small.size);
        let line = line::small(self.faces, &self.spec.small, &self.words.subtitle, size, Case::Keep, place)?;
        Ok(line.into_iter().collect())
    }

    /// Whether there is a subtitle.
    fn has_subtitle(&self) -> bool {
        !self.words.subtitle.is_empty()
    }

    /// Whether there is a series line.
    fn has_series(&self) -> bool {
        !self.words.series.is_empty()
    }
}

/// A flush-left place.
fn left(x: f64, y: f64, width: f64, fill: super::colour::Rgb) -> Place {
    Place { x, y, anchor: Anchor::Start, width, fill }
}

/// A place centred on the design.
fn centred(y: f64, width: f64, fill: super::colour::Rgb) -> Place {
    Place { x: WIDTH / 2.0, y, anchor: Anchor::Middle, width, fill }
}

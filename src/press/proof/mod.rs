//! In: the pages of a book, perhaps its wrap. Out: a proof for people: the book as it will lie on the
//! table, the wrap laid flat, some spreads, and all pages small.
//!
//! ```text
//! sizes ─ plan ─▶ sheets of placed things ─┬─ paper  ─▶ a PDF: pages of any PDF as forms
//!                                          └─ screen ─▶ a PNG: pages of ours as pixels
//! ```
//!
//! Both ways show the same: a thing is a page or a panel of the wrap, cut out and put in its place by
//! an affine map, or a patch of flat colour.

mod paper;
mod plan;
mod screen;

pub use paper::pdf;
pub use screen::png;

use super::wrap::WrapSheet;

/// Size of a sheet of the proof in points: A4, lying.
const SHEET: (f64, f64) = (842.0, 595.0);

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Number of pages; the first is a right-hand one.
    pub pages: usize,
    /// Width and height of a page after trimming, in points.
    pub trim: (f64, f64),
    /// The wrap, where there is one.
    pub wrap: Option<&'a WrapSheet>,
}

/// Something on a sheet.
#[derive(Clone, Debug, PartialEq)]
enum Thing {
    /// A part of a page or of the wrap: what is shown, the part of it (left, top, right, bottom in
    /// points from its trimmed corner), and the map from there to the sheet, y down.
    Cut(Source, [f64; 4], [f64; 6]),
    /// A patch of grey, 0 black to 1 white, within these corners.
    Patch(Vec<(f64, f64)>, f64),
}

/// Where a cut is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The page with this index.
    Page(usize),
    /// The wrap.
    Wrap,
}

/// One sheet, the lowest thing first.
type Sheet = Vec<Thing>;

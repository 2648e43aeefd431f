//! Text on single lines: headings, running heads, folios, contents.

use crate::typeset::length::Length;
use crate::typeset::line::Line;
use crate::typeset::shape::{Paragraph, Shaper, Style};

/// Sets a text on one line at its natural width, beginning at x = 0. To centre it or move it to
/// the right, add to each run's `x`; [`Line::width`] is without letterspace behind the last letter.
pub fn set_line(_shaper: &Shaper<'_>, _text: &str, _style: &Style, _language: &str) -> Line {
    unimplemented!()
}

/// The same for a text in several styles.
pub fn set_styled_line(_shaper: &Shaper<'_>, _paragraph: &Paragraph<'_>) -> Line {
    unimplemented!()
}

/// Breaks a heading by sense: as few lines as fit into `room`, cut where the sense allows it,
/// never inside a word. Returns the bytes of each line, without the spaces between.
pub fn break_by_sense(
    _shaper: &Shaper<'_>,
    _text: &str,
    _style: &Style,
    _language: &str,
    _room: Length,
) -> Vec<std::ops::Range<usize>> {
    unimplemented!()
}

//! One disc on one line.

use super::{Brief, Slots, WIDTH, left};
use crate::cover::CoverError;
use crate::cover::drawing::{circle, rect};
use crate::cover::family::Case;
use crate::cover::seed::Stream;

/// The line's upper edge.
const LINE: f64 = 2230.0;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, reach, .. } = brief;
    let [x, ..] = spec.area;
    let title = brief.title(spec.area)?;
    let mut slots =
        Slots { title: title.set(palette.ink, palette.ink), title_size: title.size, ..Slots::default() };
    let mut y = title.bottom;
    if brief.has_subtitle() {
        y += 110.0;
        slots.subtitle = brief.subtitle(Some(60.0), left(x, y, 1340.0, palette.ink))?;
    }
    let r = ((LINE - y - 170.0) / 2.0).min(600.0);
    let place = numbers.pick(3);
    let cx = [x + r, WIDTH - x - r, WIDTH - x - r * 0.35][place];
    slots.art.push(circle((cx, LINE - r), r, palette.accent));
    // A disc that bleeds takes the line with it.
    let width = if place == 2 { reach.right - x } else { WIDTH - 2.0 * x };
    slots.frame.push(rect(x, LINE, width, 6.0, palette.ink));
    let author = brief.author(1340.0)?;
    slots.author = author.set(&spec.author, left(x, LINE + 122.0, 1340.0, palette.ink));
    let series = left(x, LINE + 204.0 + author.drop(), 1340.0, palette.ink);
    slots.series = brief.series(None, Case::Keep, series)?;
    "one large disc standing on a line".clone_into(&mut slots.shows);
    Ok(slots)
}

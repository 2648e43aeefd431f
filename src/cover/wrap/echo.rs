//! In: the drawing of the front. Out: what of it reaches the spine, and what comes again on the back.

use super::Sheet;
use crate::cover::CoverError;
use crate::cover::art::Slots;
use crate::cover::drawing::Element;
use crate::cover::face::Faces;
use crate::cover::family::Family;
use crate::cover::flat;

/// Where the stone of `agate` begins on the spine, where it reaches it.
pub(super) fn stone_on_spine(
    sheet: &Sheet,
    slots: &Slots,
    faces: &Faces<'_>,
) -> Result<Option<f64>, CoverError> {
    let fold = sheet.back.1;
    let art = slots.art.first().cloned().into_iter().collect();
    let panel = Element::Clipped((fold, sheet.reach.top), (sheet.spine, sheet.depth()), art);
    let shapes = flat::flatten(&[panel], faces)?;
    Ok(flat::bounds(&shapes).map(|b| b[1]))
}

/// The cover's drawing once more, small, at the foot of a back that would be plain.
pub(super) fn emblem(
    family: &Family,
    sheet: &Sheet,
    slots: &Slots,
    faces: &Faces<'_>,
) -> Result<Vec<Element>, CoverError> {
    if !matches!(family.name, "agate" | "compass" | "fullstop") {
        return Ok(Vec::new());
    }
    let Some([x0, y0, x1, y1]) = flat::bounds(&flat::flatten(&slots.art, faces)?) else {
        return Ok(Vec::new());
    };
    let [_, y, _, h] = sheet.barcode;
    let scale = 0.86 * h / (x1 - x0).max(y1 - y0).max(1.0);
    let left = sheet.back.0 + 190.0;
    let top = y + (h - (y1 - y0) * scale) / 2.0;
    let map = [scale, 0.0, 0.0, scale, left - x0 * scale, top - y0 * scale];
    Ok(vec![Element::Mapped(map, slots.art.clone())])
}

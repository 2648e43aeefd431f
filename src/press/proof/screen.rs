//! In: the plan and our own pages. Out: the sheets one above the other, as a PNG.

use resvg::tiny_skia::{FillRule, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::press::raster::{self, Painter};
use crate::typeset::page::Pages;

use super::plan::plan;
use super::{SHEET, Source, Subject, Thing};

/// Pixels to the point: A4 is then 1684 pixels wide.
const SCALE: f64 = 2.0;

/// Draws the proof of `pages`.
///
/// # Errors
/// Why there is no picture, in words.
pub fn png(subject: &Subject<'_>, pages: &Pages) -> Result<Vec<u8>, String> {
    let sheets = plan(subject);
    let width = (SHEET.0 * SCALE) as u32;
    let each = (SHEET.1 * SCALE) as u32;
    let too_large = || "the proof is too large for one picture: write it as a PDF".to_owned();
    let mut all = Pixmap::new(width, each * sheets.len() as u32).ok_or_else(too_large)?;
    let mut painter = Painter::new(pages);
    let mut wrap = subject.wrap.map(|w| Painter::new(&w.pages));
    for (index, sheet) in sheets.iter().enumerate() {
        let mut canvas = Pixmap::new(width, each).ok_or_else(too_large)?;
        for thing in sheet {
            match thing {
                Thing::Patch(corners, grey) => {
                    let Some(path) = polygon(corners) else { continue };
                    let scale = Transform::from_scale(SCALE as f32, SCALE as f32);
                    canvas.fill_path(&path, &flat(*grey), FillRule::Winding, scale, None);
                }
                Thing::Cut(source, part, map) => {
                    let [a, b, c, d, e, f] = map.map(|v| (v * SCALE) as f32);
                    let place = Transform::from_row(a, b, c, d, e, f);
                    match (source, &mut wrap) {
                        (Source::Page(page), _) => painter.draw(*page, place, &mut canvas),
                        (Source::Wrap, Some(wrap)) => panel(wrap, *part, place, &mut canvas),
                        (Source::Wrap, None) => {}
                    }
                }
            }
        }
        let at = (each * index as u32) as i32;
        all.draw_pixmap(0, at, canvas.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    }
    raster::encode(&all, 72.0 * SCALE)
}

/// Draws a part of the wrap: all of it on a canvas of its own, of which the part is kept.
fn panel(
    wrap: &mut Painter<'_>,
    [left, top, right, bottom]: [f64; 4],
    place: Transform,
    canvas: &mut Pixmap,
) {
    let rect = Rect::from_ltrb(left as f32, top as f32, right as f32, bottom as f32);
    let (Some(rect), Some(mut own), Some(mut mask)) =
        (rect, Pixmap::new(canvas.width(), canvas.height()), Mask::new(canvas.width(), canvas.height()))
    else {
        return;
    };
    wrap.draw(0, place, &mut own);
    mask.fill_path(&PathBuilder::from_rect(rect), FillRule::Winding, true, place);
    canvas.draw_pixmap(0, 0, own.as_ref(), &PixmapPaint::default(), Transform::identity(), Some(&mask));
}

fn polygon(corners: &[(f64, f64)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, (x, y)) in corners.iter().enumerate() {
        let (x, y) = (*x as f32, *y as f32);
        if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.close();
    path.finish()
}

fn flat(grey: f64) -> Paint<'static> {
    let v = (grey * 255.0).round() as u8;
    let mut paint = Paint::default();
    paint.set_color_rgba8(v, v, v, 255);
    paint.anti_alias = true;
    paint
}

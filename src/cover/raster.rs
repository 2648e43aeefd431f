//! In: a drawing in flat colours. Out: its picture as a PNG.

use flate2::Compression;
use rayon::prelude::*;

use super::art::{HEIGHT, WIDTH};
use super::colour::Rgb;
use super::drawing::Element;
use super::paint::Canvas;
use super::png::{self, Band};

/// The level at which a picture packs well in little time.
const LEVEL: u32 = 3;

/// Draws layers of elements over a ground, `width` pixels wide; gives the file and its height in pixels.
/// The number of processors does not change the bytes.
pub(super) fn render(ground: Rgb, layers: &[&[Element]], width: u32) -> (Vec<u8>, u32) {
    let scale = f64::from(width) / WIDTH;
    let height = (HEIGHT * scale).round() as u32;
    let mut canvas = Canvas::new(width as usize, height as usize, ground);
    for layer in layers {
        canvas.lay(layer, scale as f32);
    }
    let bands: Vec<Band> = (0..canvas.bands())
        .into_par_iter()
        .map_init(Vec::new, |pixels, index| {
            canvas.band(index, pixels);
            Band::new(pixels, width as usize)
        })
        .collect();
    (png::indexed(&bands, width, Compression::new(LEVEL)), height)
}

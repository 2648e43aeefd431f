//! In: an SVG without text. Out: its picture as a PNG.

use flate2::Compression;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use super::CoverError;
use super::png::{self, Pixels};

/// Draws an SVG of our own making, `width` pixels wide.
pub(super) fn render(svg: &str, width: u32) -> Result<(Vec<u8>, u32), CoverError> {
    let broken = |reason: String| CoverError::Drawing { reason };
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).map_err(|e| broken(e.to_string()))?;
    let scale = width as f32 / tree.size().width();
    let height = (tree.size().height() * scale).round() as u32;
    let mut pixmap =
        Pixmap::new(width, height).ok_or_else(|| broken(format!("{width} × {height} pixels")))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let pixels = Pixels { rgba: pixmap.data(), width, height };
    Ok((png::indexed(pixels, Compression::new(6)), height))
}

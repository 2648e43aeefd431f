//! In: a picture. Out: the heights at which it can stand, in whole lines.

use crate::typeset::flow::FixedLine;
use crate::typeset::layout::Layout;
use crate::typeset::length::Length;
use crate::typeset::paginate::Way;

/// Picture elements in an inch at which a picture has its natural size: what looks sharp in print.
const NATURAL_DPI: f64 = 200.0;
/// A picture is never higher than this share of the page, so that text can stand with it.
const HIGHEST: f64 = 0.8;
/// It may shrink to this share of its size where the page asks for it.
const SMALLEST: f64 = 0.7;
/// Cost of each line that it gives up.
const SHRINK: f32 = 8.0;

/// A picture in the column with its caption.
pub(in crate::typeset) struct Picture {
    /// Index of the asset.
    pub(in crate::typeset) asset: usize,
    /// Structure node.
    pub(in crate::typeset) owner: u32,
    /// Lines of the grid at full size.
    pub(in crate::typeset) lines: u32,
    /// Width over height.
    pub(in crate::typeset) aspect: f64,
    /// Height at full size.
    pub(in crate::typeset) height: Length,
    /// Lines of the caption.
    pub(in crate::typeset) caption: Vec<FixedLine>,
    least: u32,
}

impl Picture {
    /// A picture of this many picture elements.
    pub(in crate::typeset) fn new(
        layout: &Layout,
        asset: usize,
        owner: u32,
        (across, down): (u32, u32),
        caption: Vec<FixedLine>,
    ) -> Self {
        let aspect = f64::from(across.max(1)) / f64::from(down.max(1));
        let leading = layout.leading.to_pt();
        let caption_lines = caption.len() as u32;
        let room = f64::from(layout.lines.saturating_sub(caption_lines + 1)) * leading * HIGHEST;
        let width = (f64::from(across) / NATURAL_DPI * 72.0).min(layout.measure().to_pt());
        let height = (width / aspect).min(room).max(leading);
        let lines = (height / leading).ceil() as u32;
        let least = ((height * SMALLEST) / leading).ceil() as u32;
        Self {
            asset,
            owner,
            lines,
            aspect,
            height: Length::pt(height),
            caption,
            least: least.clamp(1, lines.max(1)),
        }
    }

    /// One way for each height, the full one first.
    pub(super) fn ways(&self) -> Vec<Way> {
        (self.least..=self.lines)
            .rev()
            .map(|lines| {
                let total = lines + self.caption_lines();
                let cost = (self.lines - lines) as f32 * SHRINK;
                Way { lines: total, cost, breaks: vec![f32::INFINITY; total as usize - 1], notes: Vec::new() }
            })
            .collect()
    }

    /// Lines under the picture.
    pub(in crate::typeset) fn caption_lines(&self) -> u32 {
        self.caption.len() as u32
    }

    /// Height of the picture itself in a way of so many lines.
    pub(in crate::typeset) fn height_in(&self, lines: u32, leading: Length) -> Length {
        self.height.min(leading * i64::from(lines - self.caption_lines()))
    }
}

/// Width and height of a PNG or JPEG, from its header.
pub(in crate::typeset) fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some((number(16)?, number(20)?)).filter(|(w, h)| *w > 0 && *h > 0);
    }
    if !bytes.starts_with(b"\xff\xd8") {
        return None;
    }
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = bytes.get(at..at + 4) {
        // Start of frame, but for the tables that share its range of codes.
        if (0xc0..=0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker) {
            let frame = bytes.get(at + 5..at + 9)?;
            let size = |i: usize| u32::from(frame[i]) << 8 | u32::from(frame[i + 1]);
            return Some((size(2), size(0))).filter(|(w, h)| *w > 0 && *h > 0);
        }
        at += 2 + (usize::from(*high) << 8 | usize::from(*low));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_the_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 1, 0x90, 0, 0, 2, 0x58]);
        assert_eq!(dimensions(&png), Some((400, 600)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x20\0\x40\x01";
        assert_eq!(dimensions(jpeg), Some((64, 32)));
    }

    #[test]
    fn broken_headers_tell_nothing() {
        for bad in [&b""[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\0\xff", b"GIF89a"] {
            assert_eq!(dimensions(bad), None);
        }
    }
}

//! In: the pixels of a cover. Out: a PNG of at most 256 colours.
//!
//! Covers are flat: a dozen colours, and between them the steps of smoothed edges. With a
//! palette they pack to a fraction of their size in true colour, and quickly.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

/// A colour as one number: red in the low byte, then green, then blue.
type Colour = u32;

/// The most colours that an indexed PNG can name.
const MOST: usize = 256;

/// Pixels as rows of red, green, blue, alpha bytes, all opaque.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pixels<'a> {
    /// The bytes.
    pub rgba: &'a [u8],
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Pixels<'_> {
    fn rows(&self) -> impl IndexedParallelIterator<Item = &[u8]> {
        self.rgba.par_chunks_exact(self.width as usize * 4)
    }
}

fn colour(pixel: &[u8]) -> Colour {
    u32::from_le_bytes([pixel[0], pixel[1], pixel[2], 0])
}

/// Writes the pixels as an indexed PNG (ISO/IEC 15948). Where there are more than 256
/// colours, the rarest are drawn to their nearest neighbours.
pub(super) fn indexed(pixels: Pixels<'_>, level: Compression) -> Vec<u8> {
    let counts = count(pixels);
    let (palette, index) = reduce(counts);
    let raw = indices(pixels, &index);
    let mut packed = ZlibEncoder::new(Vec::with_capacity(1 << 18), level);
    // Writing to memory does not fail.
    let _ = packed.write_all(&raw);
    let data = packed.finish().unwrap_or_default();

    let mut header = Vec::with_capacity(13);
    header.extend(pixels.width.to_be_bytes());
    header.extend(pixels.height.to_be_bytes());
    header.extend([8, 3, 0, 0, 0]);
    let entries: Vec<u8> = palette.iter().flat_map(|c| c.to_le_bytes().into_iter().take(3)).collect();
    let mut out = Vec::with_capacity(data.len() + 1024);
    out.extend(b"\x89PNG\r\n\x1a\n");
    chunk(&mut out, *b"IHDR", &header);
    chunk(&mut out, *b"sRGB", &[0]);
    chunk(&mut out, *b"PLTE", &entries);
    chunk(&mut out, *b"IDAT", &data);
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(data);
    out.extend(crc.sum().to_be_bytes());
}

/// How often each colour stands in the picture.
fn count(pixels: Pixels<'_>) -> HashMap<Colour, u32> {
    let rows: Vec<&[u8]> = pixels.rgba.chunks_exact(pixels.width as usize * 4).collect();
    rows.par_chunks(128)
        .map(|rows| {
            let mut counts: HashMap<Colour, u32> = HashMap::new();
            for row in rows {
                let (mut last, mut run) = (colour(row), 0);
                for pixel in row.chunks_exact(4) {
                    let c = colour(pixel);
                    if c == last {
                        run += 1;
                    } else {
                        *counts.entry(last).or_default() += run;
                        (last, run) = (c, 1);
                    }
                }
                *counts.entry(last).or_default() += run;
            }
            counts
        })
        .reduce(HashMap::new, |mut a, b| {
            for (c, n) in b {
                *a.entry(c).or_default() += n;
            }
            a
        })
}

/// The palette, and which of its entries stands for each colour.
fn reduce(counts: HashMap<Colour, u32>) -> (Vec<Colour>, HashMap<Colour, u8>) {
    let mut colours: Vec<(Colour, u32)> = counts.into_iter().collect();
    // By frequency; the colour decides between equals, so that the order is always the same.
    colours.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut palette: Vec<Colour> = Vec::with_capacity(MOST);
    if colours.len() <= MOST {
        palette.extend(colours.iter().map(|(c, _)| *c));
    } else {
        spread(&colours, &mut palette);
    }
    let index = colours.iter().map(|(c, _)| (*c, nearest(&palette, *c).0)).collect();
    (palette, index)
}

/// Takes the commonest colours, none close to another, and closer ones as long as there is room.
fn spread(colours: &[(Colour, u32)], palette: &mut Vec<Colour>) {
    for apart in [900, 400, 200, 100, 48, 24, 12, 0] {
        for (c, _) in colours {
            if palette.len() == MOST {
                return;
            }
            if palette.is_empty() || nearest(palette, *c).1 > apart {
                palette.push(*c);
            }
        }
    }
}

/// The nearest entry of the palette and the square of its distance.
fn nearest(palette: &[Colour], c: Colour) -> (u8, i32) {
    let [r, g, b, _] = c.to_le_bytes().map(i32::from);
    let mut best = (0, i32::MAX);
    for (i, p) in palette.iter().enumerate() {
        let [pr, pg, pb, _] = p.to_le_bytes().map(i32::from);
        let distance = (r - pr) * (r - pr) + (g - pg) * (g - pg) + (b - pb) * (b - pb);
        if distance < best.1 {
            best = (i as u8, distance);
        }
    }
    best
}

/// The rows as palette indices, each with the filter byte `None`.
fn indices(pixels: Pixels<'_>, index: &HashMap<Colour, u8>) -> Vec<u8> {
    let stride = pixels.width as usize + 1;
    let mut raw = vec![0; stride * pixels.height as usize];
    raw.par_chunks_exact_mut(stride).zip(pixels.rows()).for_each(|(out, row)| {
        let mut last = colour(row);
        let mut entry = index.get(&last).copied().unwrap_or(0);
        for (to, pixel) in out[1..].iter_mut().zip(row.chunks_exact(4)) {
            let c = colour(pixel);
            if c != last {
                last = c;
                entry = index.get(&c).copied().unwrap_or(0);
            }
            *to = entry;
        }
    });
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_stay_as_they_are() {
        let rgba: Vec<u8> = (0..64_u8).flat_map(|i| [i, 255 - i, 7, 255]).collect();
        let file = indexed(Pixels { rgba: &rgba, width: 8, height: 8 }, Compression::fast());
        let back = resvg::tiny_skia::Pixmap::decode_png(&file).unwrap();
        assert_eq!(back.data(), rgba);
    }

    #[test]
    fn many_colours_come_near() {
        let rgba: Vec<u8> =
            (0..64_u8).flat_map(|i| (0..64_u8).flat_map(move |j| [i * 4, j * 4, i + j, 255])).collect();
        let file = indexed(Pixels { rgba: &rgba, width: 64, height: 64 }, Compression::fast());
        let back = resvg::tiny_skia::Pixmap::decode_png(&file).unwrap();
        let worst = back.data().iter().zip(&rgba).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst.unwrap() < 32, "{worst:?}");
    }
}

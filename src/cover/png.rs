//! In: the pixels of a cover, in bands. Out: a PNG of at most 256 colours.
//!
//! Covers are flat: a dozen colours, and between them the steps of smoothed edges. With a
//! palette they pack to a fraction of their size in true colour, and quickly.

use flate2::{Compress, Compression, FlushCompress, Status};
use rayon::prelude::*;
use simd_adler32::Adler32;

use foldhash::HashMap;

use super::paint::Pixel as Colour;

/// The most colours that an indexed PNG can name.
const MOST: usize = 256;

/// Pixels that are looked at together: where all are of the last colour, nothing is to be done.
const TOGETHER: usize = 16;

/// Some rows of a picture as runs of one colour, each colour an index into the band's own.
#[derive(Debug)]
pub(super) struct Band {
    /// Colour and length; no run goes over the end of a row.
    runs: Vec<(u16, u16)>,
    rows: usize,
    colours: Vec<Colour>,
    counts: Vec<u32>,
}

impl Band {
    /// Reads rows of pixels, `width` a row.
    pub(super) fn new(pixels: &[Colour], width: usize) -> Self {
        let mut runs = Vec::with_capacity(pixels.len() / 64);
        let mut ids = Ids::new();
        let mut above: Option<&[Colour]> = None;
        let mut last_row = 0;
        for row in pixels.chunks_exact(width) {
            // Flat pictures repeat their rows.
            if above.replace(row) == Some(row) {
                let again = runs.len();
                runs.extend_from_within(last_row..);
                for (id, length) in &runs[again..] {
                    ids.counts[usize::from(*id)] += u32::from(*length);
                }
                last_row = again;
                continue;
            }
            last_row = runs.len();
            let mut at = 0;
            while at < width {
                let length = run(&row[at..]);
                let id = ids.of(row[at]);
                ids.counts[usize::from(id)] += length as u32;
                runs.push((id, length as u16));
                at += length;
            }
        }
        Self { runs, rows: pixels.len() / width, colours: ids.colours, counts: ids.counts }
    }
}

/// How many pixels at the beginning are of one colour.
fn run(row: &[Colour]) -> usize {
    let first = row[0];
    let mut length = 0;
    for pixels in row.chunks(TOGETHER) {
        if pixels.iter().fold(0, |differs, c| differs | (c ^ first)) != 0 {
            return length + pixels.iter().take_while(|c| **c == first).count();
        }
        length += pixels.len();
    }
    length
}

/// The number of each colour of a band, by a small table of those met last and a full one.
struct Ids {
    recent: Vec<(Colour, u16)>,
    known: HashMap<Colour, u16>,
    colours: Vec<Colour>,
    counts: Vec<u32>,
}

impl Ids {
    fn new() -> Self {
        Self {
            recent: vec![(0, 0); 1 << 10],
            known: HashMap::default(),
            colours: Vec::new(),
            counts: Vec::new(),
        }
    }

    fn of(&mut self, colour: Colour) -> u16 {
        let slot = (colour.wrapping_mul(0x9e37_79b1) >> 22) as usize;
        let (seen, id) = self.recent[slot];
        if seen == colour {
            return id;
        }
        let id = *self.known.entry(colour).or_insert_with(|| {
            // A flat drawing has far fewer colours than numbers; the last would stand for all others.
            let next = self.colours.len().min(usize::from(u16::MAX));
            if next == self.colours.len() {
                self.colours.push(colour);
                self.counts.push(0);
            }
            next as u16
        });
        self.recent[slot] = (colour, id);
        id
    }
}

/// Writes the bands as an indexed PNG (ISO/IEC 15948), `width` pixels wide. Where there are more than 256
/// colours, the rarest are drawn to their nearest neighbours.
pub(super) fn indexed(bands: &[Band], width: u32, level: Compression) -> Vec<u8> {
    let palette = palette(bands);
    let height: usize = bands.iter().map(|b| b.rows).sum();
    let data = zlib(bands, &palette, width as usize, level);

    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend((height as u32).to_be_bytes());
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

/// A zlib stream (RFC 1950) of bands that are unrolled and packed side by side, each knowing the last row of the one
/// before it. A band is shorter than a packer's window: so nothing is ever moved within one, which costs more than
/// the packing; and no more of the picture is ever unrolled than the bands in hand.
fn zlib(bands: &[Band], palette: &[Colour], width: usize, level: Compression) -> Vec<u8> {
    let last = bands.len().saturating_sub(1);
    let entries: Vec<Vec<u8>> =
        bands.par_iter().map(|band| band.colours.iter().map(|c| nearest(palette, *c).0).collect()).collect();
    let parts: Vec<(Vec<u8>, u32, usize)> = bands
        .par_iter()
        .enumerate()
        .with_min_len(bands.len().div_ceil(2 * rayon::current_num_threads()))
        .map_init(
            || Compress::new(level, false),
            |packer, (i, band)| {
                packer.reset();
                if let Some(n) = i.checked_sub(1) {
                    let above = &bands[n];
                    // It fails inside of a stream alone, and this one begins here.
                    let _ = packer.set_dictionary(&filtered(above, &entries[n], width, above.rows - 1));
                }
                let raw = filtered(band, &entries[i], width, 0);
                let packed =
                    pack(packer, &raw, if i == last { FlushCompress::Finish } else { FlushCompress::Sync });
                let mut sum = Adler32::new();
                sum.write(&raw);
                (packed, sum.finish(), raw.len())
            },
        )
        .collect();
    let sum = parts.iter().fold(1, |sum, (_, next, length)| joined(sum, *next, *length));
    // Deflate with a window of 32 KB, packed fast.
    let mut out = vec![0x78, 0x5E];
    out.extend(parts.iter().flat_map(|(packed, ..)| packed));
    out.extend(sum.to_be_bytes());
    out
}

/// The Adler-32 sum (RFC 1950, 8.2) of bytes whose parts have these two; the second part is `length` bytes long.
fn joined(first: u32, second: u32, length: usize) -> u32 {
    const BASE: u64 = 65_521;
    let (low, high) = (|sum: u32| u64::from(sum & 0xffff), |sum: u32| u64::from(sum >> 16));
    let length = length as u64 % BASE;
    let sum = (low(first) + low(second) + BASE - 1) % BASE;
    let sums = (high(first) + high(second) + length * (low(first) + BASE - 1)) % BASE;
    (sums << 16 | sum) as u32
}

fn pack(packer: &mut Compress, bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 8 + 1024);
    loop {
        let rest = bytes.get(packer.total_in() as usize..).unwrap_or_default();
        // Packing fails on misuse alone; a broken picture would show at once in every test.
        let status = packer.compress_vec(rest, &mut out, flush);
        if !matches!(status, Ok(Status::Ok)) || out.len() < out.capacity() {
            return out;
        }
        out.reserve(out.capacity());
    }
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

/// The colours of the picture, the commonest first.
fn palette(bands: &[Band]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, u64> = HashMap::default();
    for band in bands {
        for (colour, count) in band.colours.iter().zip(&band.counts) {
            *counts.entry(*colour).or_default() += u64::from(*count);
        }
    }
    let mut colours: Vec<(Colour, u64)> = counts.into_iter().collect();
    // By frequency; the colour decides between equals, so that the order is always the same.
    colours.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    if colours.len() <= MOST {
        return colours.into_iter().map(|(c, _)| c).collect();
    }
    spread(&colours)
}

/// The commonest colours, none close to another, and closer ones as long as there is room.
fn spread(colours: &[(Colour, u64)]) -> Vec<Colour> {
    let mut palette: Vec<Colour> = Vec::with_capacity(MOST);
    for apart in [900, 400, 200, 100, 48, 24, 12, 0] {
        for (c, _) in colours {
            if palette.len() == MOST {
                return palette;
            }
            if palette.is_empty() || nearest(&palette, *c).1 > apart {
                palette.push(*c);
            }
        }
    }
    palette
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
            if distance == 0 {
                break;
            }
        }
    }
    best
}

/// The rows from row `first` on as palette indices, each under the filter `None`.
fn filtered(band: &Band, entries: &[u8], width: usize, first: usize) -> Vec<u8> {
    let mut raw = vec![0; (width + 1) * (band.rows - first)];
    let mut runs = band.runs.iter();
    let mut passed = 0;
    while passed < first * width {
        let Some((_, length)) = runs.next() else { return raw };
        passed += usize::from(*length);
    }
    for row in raw.chunks_exact_mut(width + 1) {
        let mut at = 1;
        while at <= width {
            let Some((id, length)) = runs.next() else { return raw };
            let end = at + usize::from(*length);
            row[at..end].fill(entries[usize::from(*id)]);
            at = end;
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(rgba: &[u8], width: u32) -> Vec<u8> {
        let pixels: Vec<Colour> =
            rgba.chunks(4).map(|p| u32::from_le_bytes([p[0], p[1], p[2], p[3]])).collect();
        let bands: Vec<Band> =
            pixels.chunks(pixels.len() / 2).map(|p| Band::new(p, width as usize)).collect();
        let file = indexed(&bands, width, Compression::fast());
        resvg::tiny_skia::Pixmap::decode_png(&file).unwrap().data().to_vec()
    }

    #[test]
    fn sums_of_parts_are_the_sum_of_the_whole() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i * 31 % 251) as u8).collect();
        let sum = |bytes: &[u8]| {
            let mut sum = Adler32::new();
            sum.write(bytes);
            sum.finish()
        };
        for at in [0, 1, 65_521, 131_072, 200_000] {
            let (a, b) = bytes.split_at(at);
            assert_eq!(joined(sum(a), sum(b), b.len()), sum(&bytes));
        }
    }

    #[test]
    fn few_colours_stay_as_they_are() {
        let rgba: Vec<u8> = (0..64_u8).flat_map(|i| [i, 255 - i, 7, 255]).collect();
        assert_eq!(round_trip(&rgba, 8), rgba);
    }

    #[test]
    fn runs_keep_their_ends() {
        let rgba: Vec<u8> = (0..800_u32).flat_map(|i| [(i / 37) as u8, 0, 0, 255]).collect();
        assert_eq!(round_trip(&rgba, 40), rgba);
    }

    #[test]
    fn many_colours_come_near() {
        let rgba: Vec<u8> =
            (0..64_u8).flat_map(|i| (0..64_u8).flat_map(move |j| [i * 4, j * 4, i + j, 255])).collect();
        let back = round_trip(&rgba, 64);
        let worst = back.iter().zip(&rgba).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst.unwrap() < 32, "{worst:?}");
    }
}

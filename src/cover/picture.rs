//! In: a file that the user chose as cover. Out: a picture that readers can show, or what is
//! wrong with it.
//!
//! JPEG and PNG go through byte for byte after their structure was checked. An SVG is drawn:
//! without files, network or scripts, none of which the renderer knows.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use flate2::read::ZlibDecoder;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::colour::Rgb;
use super::effort;

/// No side may have more pixels: shops refuse more.
const MOST_PIXELS: u32 = 10_000;
/// No picture may have more pixels in all: a PDF has to hold them unpacked for a moment.
const MOST_AREA: u64 = 40_000_000;
/// No file may have more bytes.
const MOST_BYTES: usize = 50_000_000;
/// No SVG may have more bytes: drawing costs far more than its size.
const MOST_SVG_BYTES: usize = 8_000_000;
/// Height in pixels at which an SVG is drawn, where it is taller than wide.
const SVG_SIDE: f32 = 2560.0;

/// A picture that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What is less than good about it.
    pub flaws: Vec<Flaw>,
}

/// What is less than good about a picture that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Colours for print, which few screens show.
    Cmyk,
    /// An SVG with live text, which is not drawn.
    LiveText,
}

/// Reads a picture.
///
/// # Errors
/// What is wrong with the file and what to do, as a sentence without a full stop.
pub(super) fn read(bytes: Vec<u8>) -> Result<Picture, String> {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if bytes.len() > MOST_BYTES {
        return Err(format!(
            "the file has {} MB, and shops take no more than {}: save it with fewer pixels or more compression",
            bytes.len() / 1_000_000,
            MOST_BYTES / 1_000_000
        ));
    }
    match kind(&bytes) {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => png(bytes),
        Kind::Svg => svg(&bytes),
        Kind::Other(name) => Err(format!("this is {name}: save the picture as JPEG, PNG or SVG")),
        Kind::Unknown => Err("this is no picture that is known here: save it as JPEG, PNG or SVG".to_owned()),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    Svg,
    Other(&'static str),
    Unknown,
}

fn kind(bytes: &[u8]) -> Kind {
    const OTHERS: &[(usize, &[u8], &str)] = &[
        (0, b"GIF8", "a GIF"),
        (8, b"WEBP", "a WebP picture"),
        (4, b"ftypavif", "an AVIF picture"),
        (4, b"ftyphei", "a HEIC picture"),
        (0, b"BM", "a BMP picture"),
        (0, b"II*\0", "a TIFF"),
        (0, b"MM\0*", "a TIFF"),
        (0, b"8BPS", "a Photoshop file"),
        (0, b"%PDF", "a PDF"),
        (0, b"PK\x03\x04", "a zip archive or an office document"),
    ];
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Kind::Jpeg;
    }
    if bytes.starts_with(PNG_MARK) {
        return Kind::Png;
    }
    if let Some((.., name)) =
        OTHERS.iter().find(|(at, mark, _)| bytes.get(*at..).is_some_and(|b| b.starts_with(mark)))
    {
        return Kind::Other(name);
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    if head.trim_start_matches('\u{feff}').trim_start().starts_with('<') && head.contains("<svg") {
        return Kind::Svg;
    }
    Kind::Unknown
}

fn sized(width: u32, height: u32) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err("the picture has no pixels".to_owned());
    }
    if width.max(height) > MOST_PIXELS {
        return Err(format!(
            "the picture has {width} × {height} pixels, and shops take no more than {MOST_PIXELS} a side: \
             make it smaller (1600 × 2560 is good)"
        ));
    }
    let area = u64::from(width) * u64::from(height);
    if area > MOST_AREA {
        return Err(format!(
            "the picture has {} million pixels, and {} are enough for any print: make it smaller",
            area / 1_000_000,
            MOST_AREA / 1_000_000
        ));
    }
    Ok(())
}

const CUT_SHORT: &str = "the file is broken or cut short: save the picture anew";

/// Walks the segments of a JPEG (ITU-T T.81, annex B) up to the end of its image.
fn jpeg(bytes: Vec<u8>) -> Result<Picture, String> {
    let mut at = 2;
    let mut frame = None;
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..at + 4).ok_or(CUT_SHORT)? else {
            return Err(CUT_SHORT.to_owned());
        };
        // A marker may be preceded by any number of fill bytes.
        if marker == 0xff {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = bytes.get(at + 4..at + 2 + length).ok_or(CUT_SHORT)?;
        let starts_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if starts_frame {
            let [_, h1, h0, w1, w0, parts] = *body.get(..6).ok_or(CUT_SHORT)? else {
                return Err(CUT_SHORT.to_owned());
            };
            frame = Some((
                u32::from(u16::from_be_bytes([w1, w0])),
                u32::from(u16::from_be_bytes([h1, h0])),
                parts,
            ));
        }
        at += 2 + length;
        if marker == 0xda {
            break;
        }
    }
    let (width, height, parts) = frame.ok_or(CUT_SHORT)?;
    sized(width, height)?;
    // Inside of coded data, 0xff is always followed by a zero or a restart, so this is the end.
    if !bytes[at..].windows(2).any(|w| w == [0xff, 0xd9]) {
        return Err(CUT_SHORT.to_owned());
    }
    let flaws = if parts == 4 { vec![Flaw::Cmyk] } else { Vec::new() };
    Ok(Picture { media_type: "image/jpeg", bytes, width, height, flaws })
}

const PNG_MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Walks the chunks of a PNG (ISO/IEC 15948), checks each, and unpacks the pixels once without keeping them.
fn png(bytes: Vec<u8>) -> Result<Picture, String> {
    let mut at = PNG_MARK.len();
    let mut header: Option<[u8; 13]> = None;
    let mut data: Vec<&[u8]> = Vec::new();
    loop {
        let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
        let length = word(at).ok_or(CUT_SHORT)? as usize;
        let named = bytes.get(at + 4..at.saturating_add(8).saturating_add(length)).ok_or(CUT_SHORT)?;
        let mut crc = flate2::Crc::new();
        crc.update(named);
        if word(at + 8 + length) != Some(crc.sum()) {
            return Err(CUT_SHORT.to_owned());
        }
        let (name, body) = named.split_at(4);
        match name {
            b"IHDR" => header = body.try_into().ok(),
            b"IDAT" => data.push(body),
            b"IEND" => break,
            _ => (),
        }
        at += 12 + length;
    }
    let h = header.ok_or(CUT_SHORT)?;
    let (width, height) =
        (u32::from_be_bytes([h[0], h[1], h[2], h[3]]), u32::from_be_bytes([h[4], h[5], h[6], h[7]]));
    sized(width, height)?;
    let channels = match h[9] {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return Err(CUT_SHORT.to_owned()),
    };
    let row = (u64::from(width) * channels * u64::from(h[8])).div_ceil(8) + 1;
    let least = if h[12] == 0 { row * u64::from(height) } else { 1 };
    // Interlaced rows have a filter byte in each of seven passes.
    let most = row * u64::from(height) * 2 + 4096;
    let unpacked = unpacked(&data, most).ok_or(CUT_SHORT)?;
    if unpacked < least {
        return Err(CUT_SHORT.to_owned());
    }
    if unpacked > most {
        return Err("the picture unpacks to far more than its size tells: save it anew".to_owned());
    }
    Ok(Picture { media_type: "image/png", bytes, width, height, flaws: Vec::new() })
}

/// How many bytes the parts unpack to, counted to a little over `most`; `None` where they do not unpack.
fn unpacked(parts: &[&[u8]], most: u64) -> Option<u64> {
    let packed: Box<dyn std::io::Read + '_> =
        parts.iter().fold(Box::new(std::io::empty()), |all, part| Box::new(all.chain(*part)));
    let mut unpacked = ZlibDecoder::new(packed).take(most + 1);
    std::io::copy(&mut unpacked, &mut std::io::sink()).ok()
}

/// Draws an SVG on white.
fn svg(bytes: &[u8]) -> Result<Picture, String> {
    if bytes.len() > MOST_SVG_BYTES {
        return Err(format!(
            "the drawing has more than {} MB: save it as JPEG or PNG",
            MOST_SVG_BYTES / 1_000_000
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the SVG is not in UTF-8: save it anew".to_owned())?;
    let options = usvg::Options {
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_string: Box::new(|_, _| None),
            resolve_data: Box::new(|_, data, _| within(data.as_slice())),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(text, &options).map_err(|e| format!("the SVG cannot be read: {e}"))?;
    let size = tree.size();
    let scale = SVG_SIDE / size.width().max(size.height());
    let (width, height) = ((size.width() * scale).round() as u32, (size.height() * scale).round() as u32);
    sized(width, height)?;
    if !effort::is_bounded(&tree, scale) {
        return Err("drawing it takes far more work than a cover is worth: save it as JPEG or PNG".to_owned());
    }
    let mut pixmap = Pixmap::new(width, height).ok_or("the SVG has no size")?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|e| format!("the SVG cannot be drawn: {e}"))?;
    let flaws =
        if text.contains("<text") || text.contains(":text") { vec![Flaw::LiveText] } else { Vec::new() };
    Ok(Picture { media_type: "image/png", bytes, width, height, flaws })
}

/// The mean colour of the left edge, a fiftieth of the width.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn left_edge(media_type: &str, bytes: &[u8]) -> Result<Rgb, String> {
    let (width, pixels) = pixels(media_type, bytes)?;
    let strip = (width / 50).max(1);
    let mut sums = [0_u64; 3];
    let mut count = 0;
    for pixel in pixels.chunks_exact(width * 3).flat_map(|row| row[..strip * 3].chunks_exact(3)) {
        sums.iter_mut().zip(pixel).for_each(|(sum, v)| *sum += u64::from(*v));
        count += 1;
    }
    Ok(Rgb(sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8)))
}

/// The width, and red, green and blue of every pixel.
fn pixels(media_type: &str, bytes: &[u8]) -> Result<(usize, Vec<u8>), String> {
    if media_type == "image/png" {
        let picture = Pixmap::decode_png(bytes).map_err(|_| CUT_SHORT.to_owned())?;
        let width = picture.width() as usize;
        // What lets something show through is laid on white: the values are multiplied by opacity.
        let over = |v: u8, alpha: u8| v.saturating_add(255 - alpha);
        let rgb = |p: &resvg::tiny_skia::PremultipliedColorU8| {
            [p.red(), p.green(), p.blue()].map(|v| over(v, p.alpha()))
        };
        return Ok((width, picture.pixels().iter().flat_map(rgb).collect()));
    }
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|_| CUT_SHORT.to_owned())?;
    let (width, height) = decoder.dimensions().ok_or(CUT_SHORT)?;
    if width == 0 || pixels.len() < width * height * 3 {
        return Err(CUT_SHORT.to_owned());
    }
    Ok((width, pixels))
}

/// A picture inside of an SVG, where it would be fit to be the cover by itself.
fn within(bytes: &[u8]) -> Option<usvg::ImageKind> {
    match kind(bytes) {
        Kind::Jpeg => jpeg(bytes.to_vec()).ok().map(|p| usvg::ImageKind::JPEG(Arc::new(p.bytes))),
        Kind::Png => png(bytes.to_vec()).ok().map(|p| usvg::ImageKind::PNG(Arc::new(p.bytes))),
        // A drawing in a drawing would be read by rules of its own.
        Kind::Svg | Kind::Other(_) | Kind::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a JPEG of this size with nothing in it.
    fn small_jpeg(width: u16, height: u16, parts: u8) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 9, 8];
        out.extend(height.to_be_bytes());
        out.extend(width.to_be_bytes());
        out.extend([parts, 0]);
        out.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0, 0xff, 0xd9]);
        out
    }

    fn small_png() -> Vec<u8> {
        let mut pixmap = Pixmap::new(40, 64).unwrap();
        pixmap.fill(Color::from_rgba8(20, 30, 200, 255));
        pixmap.encode_png().unwrap()
    }

    #[test]
    fn jpeg_and_png_go_through_byte_for_byte() {
        let file = small_png();
        let picture = read(file.clone()).unwrap();
        assert_eq!((picture.media_type, picture.width, picture.height), ("image/png", 40, 64));
        assert_eq!(picture.bytes, file);
        let picture = read(small_jpeg(1600, 2560, 3)).unwrap();
        assert_eq!((picture.media_type, picture.width, picture.height), ("image/jpeg", 1600, 2560));
        assert!(picture.flaws.is_empty());
        assert_eq!(read(small_jpeg(800, 1280, 4)).unwrap().flaws, [Flaw::Cmyk]);
    }

    #[test]
    fn broken_pictures_are_refused_wherever_they_are_cut() {
        for file in [small_png(), small_jpeg(100, 160, 3)] {
            for end in 0..file.len() {
                assert!(read(file[..end].to_vec()).is_err(), "cut at {end} of {}", file.len());
            }
        }
        let mut flipped = small_png();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x55;
        assert_eq!(read(flipped).unwrap_err(), CUT_SHORT);
    }

    #[test]
    fn what_is_no_picture_is_named() {
        assert!(read(b"GIF89a".to_vec()).unwrap_err().contains("a GIF"));
        assert!(read(b"%PDF-1.7".to_vec()).unwrap_err().contains("a PDF"));
        assert!(read(b"Call me Ishmael.".to_vec()).unwrap_err().contains("no picture"));
        assert!(read(Vec::new()).unwrap_err().contains("empty"));
        assert!(read(small_jpeg(20_000, 30_000, 3)).unwrap_err().contains("20000"));
        assert!(read(small_jpeg(9_000, 9_000, 3)).unwrap_err().contains("81 million"));
    }

    #[test]
    fn a_bomb_is_refused_after_a_little_work() {
        use std::io::Write as _;
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        for _ in 0..64 {
            zlib.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let data = zlib.finish().unwrap();
        let mut file = PNG_MARK.to_vec();
        let header = [0, 0, 0, 9, 0, 0, 0, 9, 8, 0, 0, 0, 0];
        for (name, body) in [(b"IHDR", &header[..]), (b"IDAT", &data), (b"IEND", &[])] {
            file.extend((body.len() as u32).to_be_bytes());
            let mut crc = flate2::Crc::new();
            crc.update(name);
            crc.update(body);
            file.extend(name);
            file.extend(body);
            file.extend(crc.sum().to_be_bytes());
        }
        assert!(read(file).unwrap_err().contains("unpacks"));
    }

    #[test]
    fn a_drawing_that_asks_for_hours_is_refused() {
        let svg = |body: &str| {
            format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="16">{body}</svg>"#)
                .into_bytes()
        };
        let full = r#"<rect width="10" height="16"/>"#;
        let filtered = |f: &str| {
            format!(r#"<filter id="f">{f}</filter><rect width="10" height="16" filter="url(#f)"/>"#)
        };
        for body in [
            format!(r#"<g opacity="0.5">{full}</g>"#).repeat(2000),
            full.repeat(20_000),
            format!(
                r#"<mask id="m">{full}</mask>{}"#,
                format!(r#"<g mask="url(#m)">{full}</g>"#).repeat(2000)
            ),
            filtered(r#"<feTurbulence baseFrequency="0.5" numOctaves="1000000"/>"#),
            filtered(r#"<feMorphology radius="5 5"/>"#),
        ] {
            assert!(read(svg(&body)).unwrap_err().contains("far more work"), "{}", &body[..60]);
        }
        assert!(read(svg(&filtered(r#"<feGaussianBlur stdDeviation="1"/>"#))).is_ok());
    }

    #[test]
    fn an_svg_is_drawn_without_opening_files() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="16">
            <rect width="10" height="16" fill="#ff0000"/><image width="9" height="9" xlink:href="Cargo.toml"/><text>x</text></svg>"##;
        let picture = read(svg.as_bytes().to_vec()).unwrap();
        assert_eq!((picture.width, picture.height), (1600, 2560));
        assert_eq!(picture.flaws, [Flaw::LiveText]);
        assert_eq!(Pixmap::decode_png(&picture.bytes).unwrap().data()[..4], [255, 0, 0, 255]);
        assert!(read(b"<svg".to_vec()).is_err());
    }
}

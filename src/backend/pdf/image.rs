//! In: a JPEG or PNG file. Out: a picture as a PDF holds it: the same pixels, and wherever
//! possible the same bytes.
//!
//! A JPEG goes in as it is; a PNG without transparency keeps its packed rows, because PDF knows
//! PNG's predictors (ISO 32000-1, 7.4.4.4). What an edition cannot carry (transparency or colour
//! on a press, CMYK on a screen) is worked out here.

use std::io::Cursor;

use png::{BitDepth, ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::typeset::page::PageImage;

use super::colour::{self, Inks};

/// A picture as a PDF holds it.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    /// Bits of each component.
    pub(super) bits: u8,
    /// What the components are.
    pub(super) colours: Colours,
    /// How `data` is packed.
    pub(super) packing: Packing,
    /// Opacity.
    pub(super) mask: Option<Box<Picture>>,
    /// The packed pixels.
    pub(super) data: Vec<u8>,
}

/// What a picture's components are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// Grey.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
    /// Index into these red, green and blue bytes.
    Palette(Vec<u8>),
}

impl Colours {
    /// Components of a pixel.
    pub(super) const fn channels(&self) -> u32 {
        match self {
            Self::Gray | Self::Palette(_) => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// How a picture's pixels are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// As in a JPEG file.
    Jpeg,
    /// As in a PNG file: deflated rows, each with its predictor.
    Png,
}

/// What an edition can carry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// What colours become.
    pub(super) inks: Inks,
    /// Transparency; else pictures are laid on white.
    pub(super) transparency: bool,
}

/// Reads the picture.
///
/// # Errors
/// What is wrong with the file, in words.
pub(super) fn read(image: &PageImage, limits: Limits) -> Result<Picture, String> {
    match image.media_type.as_str() {
        "image/jpeg" => jpeg(&image.bytes, limits),
        "image/png" => png(&image.bytes, limits),
        other => Err(format!("a picture of the type {other} cannot go into a PDF; give a PNG or JPEG file")),
    }
}

fn jpeg(bytes: &[u8], limits: Limits) -> Result<Picture, String> {
    let broken =
        |e: zune_jpeg::errors::DecodeErrors| format!("the JPEG file is broken ({e:?}); export it anew");
    let mut decoder = JpegDecoder::new(Cursor::new(bytes));
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or("the JPEG file has no size; export it anew")?;
    let space = decoder.input_colorspace();
    let colours = match space {
        Some(ColorSpace::Luma) => Some(Colours::Gray),
        Some(ColorSpace::YCbCr | ColorSpace::RGB) if limits.inks == Inks::Rgb => Some(Colours::Rgb),
        _ => None,
    };
    if let Some(colours) = colours {
        return Ok(Picture {
            width: width as u32,
            height: height as u32,
            bits: 8,
            colours,
            packing: Packing::Jpeg,
            mask: None,
            data: bytes.to_vec(),
        });
    }
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let pixels = decoder.decode().map_err(broken)?;
    let pixels = Pixels { width: width as u32, height: height as u32, channels: 3, data: pixels };
    pack(&pixels.inked(limits.inks))
}

fn png(bytes: &[u8], limits: Limits) -> Result<Picture, String> {
    let broken = |e: png::DecodingError| format!("the PNG file is broken ({e}); export it anew");
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    let info = decoder.read_header_info().map_err(broken)?;
    let plain = !info.interlaced
        && info.bit_depth != BitDepth::Sixteen
        && (info.color_type == ColorType::Grayscale
            || (limits.inks == Inks::Rgb && matches!(info.color_type, ColorType::Rgb | ColorType::Indexed)));
    if plain && let Some(picture) = packed_rows(bytes) {
        return Ok(picture);
    }
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(broken)?;
    let size = reader.output_buffer_size().ok_or("the PNG file is too large for this machine")?;
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(broken)?;
    data.truncate(frame.buffer_size());
    let channels = frame.color_type.samples();
    let pixels = Pixels { width: frame.width, height: frame.height, channels, data };
    let (pixels, alpha) = pixels.split_alpha();
    let (pixels, mask) = match alpha {
        Some(alpha) if limits.transparency => (pixels, Some(Box::new(pack(&alpha)?))),
        Some(alpha) => (pixels.on_white(&alpha), None),
        None => (pixels, None),
    };
    let picture = pack(&pixels.inked(limits.inks))?;
    Ok(Picture { mask, ..picture })
}

/// Takes the packed rows of a PNG file as they are; `None` where it has transparency.
fn packed_rows(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.get(8..)?;
    let (mut header, mut palette, mut data) = (None, Vec::new(), Vec::new());
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().ok()?) as usize;
        let body = rest.get(8..8 + length)?;
        match &rest[4..8] {
            b"IHDR" => header = Some(body),
            b"PLTE" => palette = body.to_vec(),
            b"tRNS" => return None,
            b"IDAT" => data.extend_from_slice(body),
            b"IEND" => break,
            _ => {}
        }
        rest = rest.get(12 + length..)?;
    }
    let header = header.filter(|h| h.len() >= 13)?;
    let colours = match header[9] {
        0 => Colours::Gray,
        2 => Colours::Rgb,
        6 => Colours::Cmyk,
        3 if !palette.is_empty() => Colours::Palette(palette),
        _ => return None,
    };
    Some(Picture {
        width: u32::from_be_bytes(header[..4].try_into().ok()?),
        height: u32::from_be_bytes(header[4..8].try_into().ok()?),
        bits: header[8],
        colours,
        packing: Packing::Png,
        mask: None,
        data,
    })
}

/// Pixels of one byte a component.
struct Pixels {
    width: u32,
    height: u32,
    channels: usize,
    data: Vec<u8>,
}

impl Pixels {
    fn split_alpha(self) -> (Self, Option<Self>) {
        if self.channels % 2 == 1 {
            return (self, None);
        }
        let colours = self.channels - 1;
        let mut data = Vec::with_capacity(self.data.len() / self.channels * colours);
        let mut alpha = Vec::with_capacity(self.data.len() / self.channels);
        for pixel in self.data.chunks_exact(self.channels) {
            data.extend_from_slice(&pixel[..colours]);
            alpha.push(pixel[colours]);
        }
        let opaque = alpha.iter().all(|a| *a == 255);
        let alpha = Self { width: self.width, height: self.height, channels: 1, data: alpha };
        (Self { channels: colours, data, ..self }, (!opaque).then_some(alpha))
    }

    fn on_white(mut self, alpha: &Self) -> Self {
        for (pixel, alpha) in self.data.chunks_exact_mut(self.channels).zip(&alpha.data) {
            for part in pixel {
                let (p, a) = (u32::from(*part), u32::from(*alpha));
                *part = ((p * a + 255 * (255 - a) + 127) / 255) as u8;
            }
        }
        self
    }

    /// The same in the inks of an edition.
    fn inked(self, inks: Inks) -> Self {
        match inks {
            Inks::Rgb => self,
            Inks::Grey => self.to_gray(),
            Inks::Cmyk { .. } if self.channels == 1 => self,
            Inks::Cmyk { limit } => {
                let four = |p: &[u8]| {
                    colour::cmyk([p[0], p[1], p[2]], limit).map(|v| ((v * 255 + 500) / 1000) as u8)
                };
                let data = self.data.chunks_exact(3).flat_map(four).collect();
                Self { channels: 4, data, ..self }
            }
        }
    }

    fn to_gray(&self) -> Self {
        let data = match self.channels {
            3 => self.data.chunks_exact(3).map(|p| colour::luma(p[0], p[1], p[2]) as u8).collect(),
            _ => self.data.clone(),
        };
        Self { width: self.width, height: self.height, channels: 1, data }
    }
}

/// Packs pixels without loss, as the rows of a PNG file.
fn pack(pixels: &Pixels) -> Result<Picture, String> {
    let failed = |e: png::EncodingError| format!("the picture could not be packed ({e})");
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width, pixels.height);
    // The rows of four inks are those of four channels, whatever these are called in a PNG file.
    encoder.set_color(match pixels.channels {
        1 => ColorType::Grayscale,
        4 => ColorType::Rgba,
        _ => ColorType::Rgb,
    });
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels.data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    packed_rows(&file).ok_or_else(|| "the picture could not be packed".to_owned())
}

//! In: a typeset page. Out: its picture in pixels, for proofs and for covers as pictures.

use std::collections::BTreeMap;
use std::io::Cursor;

use resvg::tiny_skia::{
    Color, FillRule, FilterQuality, IntSize, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Transform,
};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::typeset::length::Length;
use crate::typeset::page::{GlyphRun, Ink, PageImage, Pages, Segment, Shape};

/// Type smaller than this many pixels is drawn as grey bars, as nobody could read it.
const READABLE: f32 = 3.5;

/// Draws pages, and keeps the outlines and pictures that it has met.
pub(super) struct Painter<'a> {
    pages: &'a Pages,
    fonts: Vec<Option<FontRef<'a>>>,
    glyphs: BTreeMap<(usize, u16), Option<Path>>,
    pictures: Vec<Option<Pixmap>>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(pages: &'a Pages) -> Self {
        let fonts = pages.faces.iter().map(|f| FontRef::new(&f.data).ok()).collect();
        let pictures = pages.images.iter().map(picture).collect();
        Self { pages, fonts, glyphs: BTreeMap::new(), pictures }
    }

    /// Draws what stands on a page; `place` leads from points, right and down of the trimmed page's
    /// corner, to pixels.
    pub(super) fn draw(&mut self, index: usize, place: Transform, canvas: &mut Pixmap) {
        let Some(page) = self.pages.pages.get(index) else { return };
        for item in &page.items {
            match &item.shape {
                Shape::Glyphs(run) => self.run(run, place, canvas),
                Shape::Rule { x, y, width, height, ink } => {
                    let rect = Rect::from_xywh(pt(*x), pt(*y), pt(*width), pt(*height));
                    if let Some(rect) = rect {
                        canvas.fill_path(
                            &PathBuilder::from_rect(rect),
                            &paint(*ink),
                            FillRule::Winding,
                            place,
                            None,
                        );
                    }
                }
                Shape::Path { segments, ink } => {
                    if let Some(path) = outline(segments) {
                        canvas.fill_path(&path, &paint(*ink), FillRule::Winding, place, None);
                    }
                }
                Shape::Image { image, x, y, width, height } => {
                    let Some(Some(picture)) = self.pictures.get(*image) else { continue };
                    let (w, h) = (picture.width() as f32, picture.height() as f32);
                    let map = place.pre_translate(pt(*x), pt(*y)).pre_scale(pt(*width) / w, pt(*height) / h);
                    shrunk(picture, map, canvas);
                }
            }
        }
    }

    fn run(&mut self, run: &GlyphRun, place: Transform, canvas: &mut Pixmap) {
        let size = pt(run.size);
        let scale = place.sx.hypot(place.ky);
        let (x, y) = (pt(run.x), pt(run.y));
        if size * scale < READABLE {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                let width = pt(last.dx + last.advance - first.dx);
                let bar = Rect::from_xywh(x + pt(first.dx), y - size * 0.45, width, size * 0.45);
                if let Some(bar) = bar {
                    let mut grey = paint(run.ink);
                    grey.set_color(Color::from_rgba8(0, 0, 0, 120));
                    canvas.fill_path(&PathBuilder::from_rect(bar), &grey, FillRule::Winding, place, None);
                }
            }
            return;
        }
        let paint = paint(run.ink);
        let wide = run.scale as f32 / 65_536.0;
        for glyph in run.glyphs() {
            let font = self.fonts.get(run.face).and_then(Option::as_ref);
            let known = self.glyphs.entry((run.face, glyph.id));
            let Some(path) = known.or_insert_with(|| font.and_then(|f| glyph_outline(f, glyph.id))) else {
                continue;
            };
            let to = place.pre_translate(x + pt(glyph.dx), y - pt(glyph.dy)).pre_scale(size * wide, -size);
            canvas.fill_path(path, &paint, FillRule::Winding, to, None);
        }
    }
}

fn pt(length: Length) -> f32 {
    length.to_pt() as f32
}

fn paint(ink: Ink) -> Paint<'static> {
    let (r, g, b) = match ink {
        Ink::Black(percent) => {
            let v = 255 - (u32::from(percent.min(100)) * 255 / 100) as u8;
            (v, v, v)
        }
        Ink::Second(r, g, b) => (r, g, b),
    };
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, 255);
    paint.anti_alias = true;
    paint
}

fn outline(segments: &[Segment]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for segment in segments {
        match *segment {
            Segment::Move(x, y) => path.move_to(pt(x), pt(y)),
            Segment::Line(x, y) => path.line_to(pt(x), pt(y)),
            Segment::Curve(a, b, c, d, x, y) => path.cubic_to(pt(a), pt(b), pt(c), pt(d), pt(x), pt(y)),
            Segment::Close => path.close(),
        }
    }
    path.finish()
}

/// A glyph with an em of 1, y up.
fn glyph_outline(font: &FontRef<'_>, id: u16) -> Option<Path> {
    struct Pen(PathBuilder);
    impl OutlinePen for Pen {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.move_to(x, y);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.line_to(x, y);
        }
        fn quad_to(&mut self, hx: f32, hy: f32, x: f32, y: f32) {
            self.0.quad_to(hx, hy, x, y);
        }
        fn curve_to(&mut self, hx: f32, hy: f32, kx: f32, ky: f32, x: f32, y: f32) {
            self.0.cubic_to(hx, hy, kx, ky, x, y);
        }
        fn close(&mut self) {
            self.0.close();
        }
    }
    let mut pen = Pen(PathBuilder::new());
    let glyph = font.outline_glyphs().get(GlyphId::new(u32::from(id)))?;
    glyph.draw(DrawSettings::unhinted(Size::new(1.0), LocationRef::default()), &mut pen).ok()?;
    pen.0.finish()
}

/// The pixels of a picture; `None` where it is broken.
fn picture(image: &PageImage) -> Option<Pixmap> {
    if image.media_type == "image/png" {
        return Pixmap::decode_png(&image.bytes).ok();
    }
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(image.bytes.as_slice()), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Pixmap::from_vec(pixels, IntSize::from_wh(width as u32, height as u32)?)
}

/// Draws a picture, after halving it as long as it has twice the pixels of its place.
fn shrunk(picture: &Pixmap, map: Transform, canvas: &mut Pixmap) {
    let scale = map.sx.hypot(map.ky).max(map.sy.hypot(map.kx));
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    let half = (scale <= 0.5)
        .then(|| Pixmap::new(picture.width().div_ceil(2), picture.height().div_ceil(2)))
        .flatten();
    let Some(mut half) = half else {
        canvas.draw_pixmap(0, 0, picture.as_ref(), &paint, map, None);
        return;
    };
    half.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
    shrunk(&half, map.pre_scale(2.0, 2.0), canvas);
}

/// The picture of a page with its bleed, `dpi` dots to the inch, as a PNG file that says so.
///
/// # Errors
/// Why there is no picture, in words.
pub fn png(pages: &Pages, index: usize, bleed: Length, dpi: f64) -> Result<Vec<u8>, String> {
    let scale = dpi / 72.0;
    let side = |l: Length| ((l + bleed * 2).to_pt() * scale).round() as u32;
    let mut canvas = Pixmap::new(side(pages.width), side(pages.height))
        .ok_or("the page is too large for a picture: ask for fewer dots to the inch")?;
    canvas.fill(Color::WHITE);
    let place = Transform::from_scale(scale as f32, scale as f32).pre_translate(pt(bleed), pt(bleed));
    Painter::new(pages).draw(index, place, &mut canvas);
    encode(&canvas, dpi)
}

/// Pixels as a PNG file without opacity.
///
/// # Errors
/// Why it cannot be packed, in words.
pub(super) fn encode(canvas: &Pixmap, dpi: f64) -> Result<Vec<u8>, String> {
    let failed = |e: png::EncodingError| format!("the picture could not be packed ({e})");
    let rgb: Vec<u8> = canvas.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, canvas.width(), canvas.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (dpi / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&rgb).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

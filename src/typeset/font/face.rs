//! One parsed face: what it covers, how large it is, and how its glyphs look.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Feature, Font, GlyphId, ShapeOptions, ShaperFont, Tag};
use rustc_hash::FxHashMap;
use skrifa::raw::TableProvider;
use skrifa::raw::tables::layout::FeatureRecord;
use skrifa::raw::types::F48Dot16;

use crate::env::FontData;
use crate::typeset::length::Length;
use crate::typeset::page::Segment;

/// No advance: no font has one like it.
const UNKNOWN: i32 = i32::MIN;

/// The edges of a glyph's ink in font units, y up, from its origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Left edge.
    pub left: i32,
    /// Lowest point.
    pub bottom: i32,
    /// Right edge.
    pub right: i32,
    /// Highest point.
    pub top: i32,
}

/// A parsed face. Measures are font units; [`Length::units`] turns them into lengths.
pub struct Face {
    pub(in crate::typeset) font: Font,
    data: FontData,
    /// `PostScript` name.
    pub name: String,
    /// Units in an em.
    pub units_per_em: u16,
    /// Height of the capitals.
    pub cap_height: i32,
    /// Height of the lower-case letters without ascenders.
    pub x_height: i32,
    /// Highest point of a line, from the baseline.
    pub ascent: i32,
    /// Lowest point of a line, from the baseline; negative.
    pub descent: i32,
    /// The glyphs of ASCII; 0 where there is none.
    ascii: [u16; 128],
    /// Advances by glyph, of those that were asked for; the others are [`UNKNOWN`].
    advances: Box<[AtomicI32]>,
    features: Vec<Tag>,
    /// Letters whose small capitals were looked for, and whether there is one.
    small_capitals: Mutex<FxHashMap<char, bool>>,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({})", self.name)
    }
}

impl Face {
    /// Reads a font file; `None` where it is no OpenType font with a character map.
    pub(super) fn parse(data: &FontData) -> Option<Self> {
        let font = Font::new(data.shared(), 0)?;
        if font.num_glyphs() == 0 || !font.charmap().has_unicode() {
            return None;
        }
        let units_per_em = font.units_per_em();
        let metrics = font.metrics();
        let round = |v: f32| v.round() as i32;
        let em = i32::from(units_per_em);
        let line = if metrics.use_typo_metrics { metrics.typo_line } else { metrics.hhea_line };
        let (ascent, descent) = line
            .or(metrics.typo_line)
            .map_or((em * 4 / 5, -em / 5), |l| (round(l.ascender.to_f32()), round(l.descender.to_f32())));
        let measured = |c: char| {
            let glyph = font.charmap().map_unicode(c)?;
            let extents = font.glyph_metrics().extents(glyph)?;
            Some(round(extents.y_bearing)).filter(|h| *h > 0)
        };
        let stated = |v: Option<f32>| v.map(round).filter(|h| *h > 0);
        let cap_height =
            stated(metrics.cap_height.map(F48Dot16::to_f32)).or_else(|| measured('H')).unwrap_or(em * 2 / 3);
        let x_height =
            stated(metrics.x_height.map(F48Dot16::to_f32)).or_else(|| measured('x')).unwrap_or(em * 2 / 5);
        let name = postscript_name(&font);
        let features = features(&font);
        let advances = (0..font.num_glyphs()).map(|_| AtomicI32::new(UNKNOWN)).collect();
        let ascii = std::array::from_fn(|c| nominal(&font, char::from(c as u8)));
        Some(Self {
            font,
            data: data.clone(),
            name,
            units_per_em,
            cap_height,
            x_height,
            ascent,
            descent,
            ascii,
            advances,
            features,
            small_capitals: Mutex::default(),
        })
    }

    /// The font file.
    pub const fn data(&self) -> &FontData {
        &self.data
    }

    /// The glyph of a character, before any substitution.
    pub fn glyph(&self, c: char) -> Option<u16> {
        let glyph = self.ascii.get(c as usize).copied().unwrap_or_else(|| nominal(&self.font, c));
        (glyph != 0).then_some(glyph)
    }

    /// How far the glyph moves the pen.
    pub fn advance(&self, glyph: u16) -> i32 {
        let measured = || self.font.glyph_metrics().h_advance(GlyphId::from(glyph)).round() as i32;
        let Some(known) = self.advances.get(usize::from(glyph)) else { return measured() };
        let advance = known.load(Ordering::Relaxed);
        if advance != UNKNOWN {
            return advance;
        }
        let advance = measured();
        known.store(advance, Ordering::Relaxed);
        advance
    }

    /// The edges of a glyph's ink; all zero where it has none.
    pub fn bounds(&self, glyph: u16) -> Bounds {
        let Some(e) = self.font.glyph_metrics().extents(GlyphId::from(glyph)) else {
            return Bounds::default();
        };
        Bounds {
            left: e.x_bearing.floor() as i32,
            bottom: (e.y_bearing - e.height).floor() as i32,
            right: (e.x_bearing + e.width).ceil() as i32,
            top: e.y_bearing.ceil() as i32,
        }
    }

    /// Whether the face has this `GSUB` feature (`smcp`, `onum`, `sups`…) in any script.
    pub fn has_feature(&self, tag: [u8; 4]) -> bool {
        self.features.binary_search(&Tag::new(&tag)).is_ok()
    }

    /// Whether the face has a small capital for this letter.
    pub(super) fn has_small_capital(&self, c: char) -> bool {
        let known = || self.small_capitals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(has) = known().get(&c) {
            return *has;
        }
        let has = self.makes_small_capital(c);
        known().insert(c, has);
        has
    }

    fn makes_small_capital(&self, c: char) -> bool {
        let mut buffer = Buffer::new();
        buffer.push(c.into(), 0);
        buffer.guess_segment_properties();
        let smcp = [Feature::new(Tag::new(b"smcp"), 1, ..)];
        let options = ShapeOptions::new().features(&smcp);
        harfrust::shape(&ShaperFont::new(&self.font), &mut buffer, options).is_ok()
            && buffer
                .glyph_infos()
                .iter()
                .all(|g| g.glyph_id != 0 && Some(g.glyph_id as u16) != self.glyph(c))
    }

    /// The outline of a glyph at this size: its origin at (0, 0), y down as on pages.
    pub fn outline(&self, glyph: u16, size: Length) -> Vec<Segment> {
        let mut pen =
            Pen { scale: size.0 as f64 / f64::from(self.units_per_em), at: (0.0, 0.0), out: vec![] };
        if let Some(outline) = self.font.outline_glyphs().get(GlyphId::from(glyph)) {
            // A damaged outline draws as far as it can be read.
            let _ = outline.draw(&DrawOptions::new(), DrawMemory::default(), &mut pen);
        }
        pen.out
    }
}

/// The glyph that a font's character map has for a character; 0 for none.
fn nominal(font: &Font, c: char) -> u16 {
    font.charmap().map_unicode(c).and_then(|g| u16::try_from(g.to_u32()).ok()).unwrap_or(0)
}

fn postscript_name(font: &Font) -> String {
    use skrifa::raw::types::NameId;
    let name = |id| {
        let text: String = font.names().get(id)?.english_or_first()?.name().chars().collect();
        let clean: String =
            text.chars().filter(|c| c.is_ascii_graphic() && !"[](){}<>/%".contains(*c)).collect();
        (!clean.is_empty()).then_some(clean)
    };
    name(NameId::POSTSCRIPT_NAME).or_else(|| name(NameId::FULL_NAME)).unwrap_or_else(|| "Unnamed".to_owned())
}

fn features(font: &Font) -> Vec<Tag> {
    let Some(list) = font.tables().gsub().ok().and_then(|g| g.feature_list().ok()) else {
        return Vec::new();
    };
    let mut tags: Vec<Tag> = list.feature_records().iter().map(FeatureRecord::feature_tag).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// Collects an outline as page segments; quadratic curves become cubic ones.
struct Pen {
    scale: f64,
    at: (f64, f64),
    out: Vec<Segment>,
}

impl Pen {
    fn point(&self, x: f64, y: f64) -> (Length, Length) {
        (Length((x * self.scale).round() as i64), Length((-y * self.scale).round() as i64))
    }

    fn cubic(&mut self, a: (f64, f64), b: (f64, f64), to: (f64, f64)) {
        let (ax, ay) = self.point(a.0, a.1);
        let (bx, by) = self.point(b.0, b.1);
        let (x, y) = self.point(to.0, to.1);
        self.out.push(Segment::Curve(ax, ay, bx, by, x, y));
        self.at = to;
    }
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x.into(), y.into());
        let (x, y) = self.point(x.into(), y.into());
        self.out.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x.into(), y.into());
        let (x, y) = self.point(x.into(), y.into());
        self.out.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (cx, cy, x, y) = (f64::from(cx), f64::from(cy), f64::from(x), f64::from(y));
        let towards = |from: f64, c: f64| from + (c - from) * 2.0 / 3.0;
        let a = (towards(self.at.0, cx), towards(self.at.1, cy));
        let b = (towards(x, cx), towards(y, cy));
        self.cubic(a, b, (x, y));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.cubic((ax.into(), ay.into()), (bx.into(), by.into()), (x.into(), y.into()));
    }

    fn close(&mut self) {
        self.out.push(Segment::Close);
    }
}

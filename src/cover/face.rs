//! In: lines of type. Out: their widths, and their glyphs as outlines.
//!
//! Text is shaped with kerning and ligatures. What the face of a line lacks is set in the
//! first face of [`Face::stand_ins`] that has it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use harfrust::{Buffer, Feature, Font, ShapeOptions, ShaperFont, Tag};
use skrifa::GlyphId;
use skrifa::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};

use super::CoverError;
use super::drawing::{Anchor, Path, Point, Segment, TypeLine};
use crate::env::Env;

/// A face that covers are set in.
#[derive(Debug, PartialEq)]
pub(crate) struct Face {
    /// Its name in `covers.toml`.
    pub key: &'static str,
    /// The family's name.
    pub family: &'static str,
    /// Weight as in CSS.
    pub weight: u16,
    /// Whether it is the italic.
    pub italic: bool,
    /// Height of the capitals in ems.
    pub cap: f64,
}

const fn face(key: &'static str, family: &'static str, weight: u16, italic: bool, cap: f64) -> Face {
    Face { key, family, weight, italic, cap }
}

const ATKINSON: &str = "Atkinson Hyperlegible Next";

/// Every face that `covers.toml` may name, and those that stand in.
pub(crate) static FACES: [Face; 15] = [
    face("garamond", "EB Garamond", 400, false, 0.65),
    face("garamond-italic", "EB Garamond", 400, true, 0.664),
    face("garamond-semibold", "EB Garamond", 600, false, 0.65),
    face("literata", "Literata", 400, false, 0.70),
    face("literata-italic", "Literata", 400, true, 0.70),
    face("literata-semibold", "Literata", 600, false, 0.70),
    face("alegreya", "Alegreya", 400, false, 0.637),
    face("alegreya-italic", "Alegreya", 400, true, 0.637),
    face("alegreya-bold", "Alegreya", 700, false, 0.637),
    face("atkinson", ATKINSON, 400, false, 0.668),
    face("atkinson-bold", ATKINSON, 700, false, 0.668),
    face("playfair-bold", "Playfair Display", 700, false, 0.708),
    face("playfair-italic", "Playfair Display", 400, true, 0.708),
    face("libertinus", "Libertinus Serif", 400, false, 0.645),
    face("libertinus-italic", "Libertinus Serif", 400, true, 0.645),
];

impl Face {
    /// The face with this key.
    pub(crate) fn named(key: &str) -> Option<&'static Self> {
        FACES.iter().find(|f| f.key == key)
    }

    /// The faces that are asked for what this one lacks, the likest first.
    fn stand_ins(&self) -> impl Iterator<Item = &'static Self> {
        let keys: &[&str] = match (self.italic, self.weight) {
            (true, _) => &["literata-italic", "libertinus-italic", "libertinus"],
            (false, 600..) => &["literata-semibold", "alegreya-bold", "libertinus"],
            (false, _) => &["literata", "libertinus"],
        };
        keys.iter().filter_map(|k| Self::named(k))
    }
}

/// The faces in use for one cover.
pub(crate) struct Faces<'e> {
    env: &'e dyn Env,
    loaded: RefCell<Vec<(&'static str, Font)>>,
    missing: RefCell<BTreeSet<char>>,
}

/// A stretch of a line in one font.
struct Run {
    range: Range<usize>,
    font: Font,
}

/// Above this letterspacing (in ems) letters of a ligature would stand closer than all others.
const LIGATURES_UP_TO: f64 = 0.025;

impl<'e> Faces<'e> {
    /// Faces are loaded from `env` when they are first used.
    pub(crate) fn new(env: &'e dyn Env) -> Self {
        Self { env, loaded: RefCell::default(), missing: RefCell::default() }
    }

    /// The characters that no face had so far.
    pub(crate) fn missing(&self) -> BTreeSet<char> {
        self.missing.borrow().clone()
    }

    fn font(&self, face: &'static Face) -> Result<Font, CoverError> {
        if let Some((_, font)) = self.loaded.borrow().iter().find(|(key, _)| *key == face.key) {
            return Ok(font.clone());
        }
        let wrong = |reason: &str| CoverError::Font {
            name: format!("{} {}{}", face.family, face.weight, if face.italic { " italic" } else { "" }),
            reason: reason.to_owned(),
        };
        let files = self.env.faces(face.family);
        let file = files
            .into_iter()
            .find(|f| f.weight == face.weight && f.italic == face.italic)
            .ok_or_else(|| wrong("covers are set in it, and it is not there"))?;
        let font =
            Font::new(file.data.shared(), 0).ok_or_else(|| wrong("the file is no font that can be read"))?;
        self.loaded.borrow_mut().push((face.key, font.clone()));
        Ok(font)
    }

    /// Cuts a line where the font must change.
    fn runs(&self, face: &'static Face, text: &str) -> Result<Vec<Run>, CoverError> {
        let main = self.font(face)?;
        let has = |font: &Font, c: char| font.charmap().map_unicode(c).is_some();
        if text.chars().all(|c| has(&main, c)) {
            return Ok(vec![Run { range: 0..text.len(), font: main }]);
        }
        let mut runs: Vec<(Range<usize>, &'static Face)> = Vec::new();
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            // Spaces, points and marks stay with the letters before them where they can.
            if let Some((range, last)) = runs.last_mut()
                && !c.is_alphanumeric()
                && has(&self.font(last)?, c)
            {
                range.end = end;
                continue;
            }
            let mut chosen = None;
            for candidate in std::iter::once(face).chain(face.stand_ins()) {
                if has(&self.font(candidate)?, c) {
                    chosen = Some(candidate);
                    break;
                }
            }
            let Some(chosen) = chosen else {
                if !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') {
                    self.missing.borrow_mut().insert(c);
                }
                continue;
            };
            match runs.last_mut() {
                Some((range, last)) if *last == chosen && range.end == at => range.end = end,
                _ => runs.push((at..end, chosen)),
            }
        }
        runs.into_iter().map(|(range, face)| Ok(Run { range, font: self.font(face)? })).collect()
    }

    fn shape(font: &Font, text: &str, track: f64) -> Buffer {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let off = [Feature::new(Tag::new(b"liga"), 0, ..), Feature::new(Tag::new(b"clig"), 0, ..)];
        let features: &[Feature] = if track > LIGATURES_UP_TO { &off } else { &[] };
        // Shaping fails only where a plan does not fit the buffer, and no plan is given.
        let _ = harfrust::shape(&ShaperFont::new(font), &mut buffer, ShapeOptions::new().features(features));
        buffer
    }

    /// Width of a line in ems, without letterspacing.
    pub(crate) fn advance(&self, face: &'static Face, text: &str) -> Result<f64, CoverError> {
        let mut sum = 0.0;
        for run in self.runs(face, text)? {
            let buffer = Self::shape(&run.font, &text[run.range], 0.0);
            let units: i64 = buffer.glyph_positions().iter().map(|p| i64::from(p.x_advance)).sum();
            sum += units as f64 / f64::from(run.font.units_per_em().max(1));
        }
        Ok(sum)
    }

    /// Width of a line in ems with letterspacing between its letters.
    pub(crate) fn width(&self, face: &'static Face, text: &str, track: f64) -> Result<f64, CoverError> {
        let gaps = text.chars().count().saturating_sub(1);
        Ok(self.advance(face, text)? + track * gaps as f64)
    }

    /// A line of type as one outline.
    pub(crate) fn outline(&self, line: &TypeLine) -> Result<Path, CoverError> {
        let mut pen = Pen::default();
        let gap = line.track * line.size;
        let mut x = 0.0;
        for run in self.runs(line.face, &line.text)? {
            let buffer = Self::shape(&run.font, &line.text[run.range], line.track);
            let glyphs = run.font.outline_glyphs();
            pen.scale = line.size / f64::from(run.font.units_per_em().max(1));
            let infos = buffer.glyph_infos();
            for (i, (info, place)) in infos.iter().zip(buffer.glyph_positions()).enumerate() {
                pen.origin =
                    (x + f64::from(place.x_offset) * pen.scale, -f64::from(place.y_offset) * pen.scale);
                if let Some(glyph) = glyphs.get(GlyphId::new(info.glyph_id)) {
                    // A broken outline leaves its letter out; the shipped fonts have none.
                    let _ = glyph.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut pen);
                }
                x += f64::from(place.x_advance) * pen.scale;
                // A cluster's last glyph carries the letterspacing, so that accents stay put.
                if infos.get(i + 1).is_none_or(|next| next.cluster != info.cluster) {
                    x += gap;
                }
            }
        }
        let width = x - gap;
        let shift = match line.anchor {
            Anchor::Start => line.x,
            Anchor::Middle => line.x - width / 2.0,
            Anchor::End => line.x - width,
        };
        Ok(Path(pen.path.into_iter().map(|s| moved(s, (shift, line.y))).collect()))
    }
}

fn moved(segment: Segment, (dx, dy): Point) -> Segment {
    let to = |(x, y): Point| (x + dx, y + dy);
    match segment {
        Segment::Move(p) => Segment::Move(to(p)),
        Segment::Line(p) => Segment::Line(to(p)),
        Segment::Curve(h, k, p) => Segment::Curve(to(h), to(k), to(p)),
        Segment::Quad(h, p) => Segment::Quad(to(h), to(p)),
        Segment::Arc { radii, turn, sweep, end } => Segment::Arc { radii, turn, sweep, end: to(end) },
        Segment::HalfDisc(width) => Segment::HalfDisc(width),
        Segment::Close => Segment::Close,
    }
}

/// Collects glyph outlines, font units with y up, as segments with y down.
#[derive(Default)]
struct Pen {
    path: Vec<Segment>,
    origin: Point,
    scale: f64,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> Point {
        (self.origin.0 + f64::from(x) * self.scale, self.origin.1 - f64::from(y) * self.scale)
    }
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, hx: f32, hy: f32, x: f32, y: f32) {
        self.path.push(Segment::Quad(self.at(hx, hy), self.at(x, y)));
    }

    fn curve_to(&mut self, hx: f32, hy: f32, kx: f32, ky: f32, x: f32, y: f32) {
        self.path.push(Segment::Curve(self.at(hx, hy), self.at(kx, ky), self.at(x, y)));
    }

    fn close(&mut self) {
        self.path.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;

    #[test]
    fn every_face_is_there() {
        let env = FixedEnv::default();
        let faces = Faces::new(&env);
        for face in &FACES {
            assert!(faces.advance(face, "Hamburg").unwrap() > 1.0, "{}", face.key);
        }
    }

    #[test]
    fn kerning_draws_letters_together() {
        let env = FixedEnv::default();
        let faces = Faces::new(&env);
        let face = Face::named("playfair-bold").unwrap();
        let apart = faces.advance(face, "A").unwrap() + faces.advance(face, "V").unwrap();
        assert!(faces.advance(face, "AV").unwrap() < apart - 0.02);
    }

    #[test]
    fn a_stand_in_sets_what_the_face_lacks_and_the_rest_is_told() {
        let env = FixedEnv::default();
        let faces = Faces::new(&env);
        let face = Face::named("atkinson-bold").unwrap();
        assert!(faces.advance(face, "Война и мир").unwrap() > 4.0);
        assert!(faces.missing().is_empty());
        faces.advance(face, "A 猫").unwrap();
        assert_eq!(faces.missing().into_iter().collect::<String>(), "猫");
    }
}

//! In: a drop capital. Out: its outline as a drawing, and a ghost of it: the same glyphs without ink
//! at the head of the word that they begin.
//!
//! A drop capital stands two or three baselines below its word. Whoever copies, searches or
//! listens gets `T` and `he` as two words, in two lines: no marking in the file mends that in
//! today's readers. So the capital is drawn, and its letter stands in the text where it is read.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use crate::typeset::length::Length;
use crate::typeset::page::{GlyphRun, Item, Owner, PageFace, Segment, Shape};

/// The run at `at`, where it is a drop capital, and the run whose word it begins.
pub(super) fn drop_capital(items: &[Item], at: usize) -> Option<(&GlyphRun, &GlyphRun)> {
    let Item { shape: Shape::Glyphs(capital), owner: owner @ Owner::Content(_) } = items.get(at)? else {
        return None;
    };
    let word = items[at + 1..].iter().find_map(|item| match &item.shape {
        Shape::Glyphs(run) if item.owner == *owner => Some(run),
        _ => None,
    })?;
    // More than half as large again, and on a lower baseline: nothing else looks like this.
    let larger = capital.size.0 * 2 > word.size.0 * 3;
    let begins = !capital.text.is_empty() && !capital.text.ends_with(char::is_whitespace);
    (larger && begins && word.y < capital.y && word.x > capital.x).then_some((capital, word))
}

/// The outline of a run, as it stands on the page; `None` where the font cannot be drawn.
pub(super) fn outline(run: &GlyphRun, face: &PageFace) -> Option<Vec<Segment>> {
    let font = FontRef::new(&face.data).ok()?;
    let glyphs = font.outline_glyphs();
    let units = f64::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
    let mut segments = Vec::new();
    for glyph in run.glyphs() {
        let outline = glyphs.get(GlyphId::new(u32::from(glyph.id)))?;
        let size = run.size.to_pt() / units;
        let mut pen = Pen {
            x: (run.x + glyph.dx).to_pt(),
            y: (run.y - glyph.dy).to_pt(),
            across: size * f64::from(run.scale) / 65_536.0,
            up: size,
            at: (0.0, 0.0),
            segments: &mut segments,
        };
        outline.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut pen).ok()?;
    }
    Some(segments)
}

/// The capital's glyphs at the size and on the baseline of its word, right before it.
pub(super) fn ghost(capital: &GlyphRun, word: &GlyphRun) -> GlyphRun {
    let (to, from) = (word.size.0, capital.size.0.max(1));
    let mut ghost = capital.clone();
    for placed in &mut ghost.words {
        placed.dx = placed.dx.scaled(to, from);
    }
    ghost.size = word.size;
    ghost.rise = ghost.rise.scaled(to, from);
    ghost.letterspace = ghost.letterspace.scaled(to, from);
    ghost.x = word.x + word.first().map_or(Length::ZERO, |g| g.dx) - ghost.width();
    ghost.y = word.y;
    ghost
}

/// Takes an outline in font units and keeps it in the frame of the page.
struct Pen<'a> {
    x: f64,
    y: f64,
    /// Points of a font unit, along and across the line.
    across: f64,
    up: f64,
    at: (f32, f32),
    segments: &'a mut Vec<Segment>,
}

impl Pen<'_> {
    fn point(&self, x: f32, y: f32) -> (Length, Length) {
        (Length::pt(self.x + f64::from(x) * self.across), Length::pt(self.y - f64::from(y) * self.up))
    }
}

impl OutlinePen for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (px, py) = self.point(x, y);
        self.segments.push(Segment::Move(px, py));
        self.at = (x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (px, py) = self.point(x, y);
        self.segments.push(Segment::Line(px, py));
        self.at = (x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        // The cubic of the same shape has its handles at two thirds of the way to the quadratic's.
        let third = |end: f32, handle: f32| end + (handle - end) * 2.0 / 3.0;
        let (sx, sy) = self.at;
        self.curve_to(third(sx, cx), third(sy, cy), third(x, cx), third(y, cy), x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (a, b, end) = (self.point(ax, ay), self.point(bx, by), self.point(x, y));
        self.segments.push(Segment::Curve(a.0, a.1, b.0, b.1, end.0, end.1));
        self.at = (x, y);
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::pdf::sample::{Builder, Words};

    fn item(shape: GlyphRun, owner: u32) -> Item {
        Item { shape: Shape::Glyphs(shape), owner: Owner::Content(owner) }
    }

    #[test]
    fn only_a_large_letter_below_its_word_is_a_drop_capital() {
        let faces = Builder::new().pages.faces;
        let run =
            |text: &str, place: (f64, f64), size: f64| Words::default().run(&faces[0], 0, text, place, size);
        let large = |x, y| run("T", (x, y), 40.0);
        let word = run("he ferry", (80.0, 72.0), 11.0);
        let found =
            |first: GlyphRun, owner| drop_capital(&[item(first, 1), item(word.clone(), owner)], 0).is_some();
        assert!(found(large(56.0, 101.0), 1));
        assert!(!found(large(56.0, 72.0), 1), "a raised initial is on the baseline of its word");
        assert!(!found(large(56.0, 101.0), 2), "another paragraph");
        assert!(!found(run("T", (56.0, 101.0), 12.0), 1), "not larger");
    }

    #[test]
    fn the_ghost_ends_where_its_word_begins() {
        let faces = Builder::new().pages.faces;
        let capital = Words::default().run(&faces[0], 0, "T", (56.0, 101.0), 44.0);
        let word = Words::default().run(&faces[0], 0, "he ferry", (80.0, 72.0), 11.0);
        let ghost = ghost(&capital, &word);
        assert_eq!((ghost.size, ghost.y), (word.size, word.y));
        assert_eq!(ghost.x + ghost.width(), word.x);
        let outline = outline(&capital, &faces[0]).unwrap();
        let high = outline.iter().filter_map(|s| if let Segment::Line(_, y) = s { Some(y.0) } else { None });
        assert!(
            high.clone().min().unwrap() < Length::pt(76.0).0 && high.max().unwrap() <= Length::pt(101.5).0
        );
    }
}

//! In: the first paragraph of a chapter. Out: the same with a large first letter and its first
//! words in small capitals, where the design has them and the paragraph can bear them.

use resvg::tiny_skia::{PathBuilder, PathSegment, Stroke};

use crate::text::Text;
use crate::typeset::design::{Initial, LeadIn, ornament};
use crate::typeset::flow::block::beside;
use crate::typeset::flow::{Beside, Body, Collector, Inset};
use crate::typeset::length::Length;
use crate::typeset::line::{Line, set_line};
use crate::typeset::page::{Ink, Segment, Shape, Tag};
use crate::typeset::shape::{Capitals, Figures, Slot, Style};
use crate::typeset::styled::Styled;

/// Size of the quotation mark before an initial, over the text's.
const QUOTE_SIZE: f64 = 1.5;
/// White between that mark and the initial, in points.
const QUOTE_GAP: f64 = 1.5;
/// How far a round letter reaches over the margin, in its own em.
const ROUND: f64 = 0.012;
/// The letter of a boxed initial over the side of its box.
const BOXED_LETTER: f64 = 1.06;
/// Thickness of the halo around it, in points.
const HALO: f64 = 4.2;
/// What the box stands out over capitals and baseline, in points.
const BOX_OVER: f64 = 1.0;
/// A boxed initial gives up a line where the paragraph has fewer lines than it and this many.
const BOX_CLEAR: u32 = 2;

/// A first letter and what stands before and behind it.
struct First<'t> {
    quote: &'t str,
    letter: char,
    /// Bytes of quotation mark and letter.
    bytes: usize,
}

impl Collector<'_> {
    /// The paragraph that opens a chapter.
    pub(in crate::typeset) fn opening_paragraph(&mut self, text: &Text, inset: Inset) {
        let node = self.nodes.push(Tag::Paragraph, inset.parent);
        let opening = &self.setter.layout.design.opening;
        let lead_in = opening.lead_in;
        if let Some(initial) = &opening.initial
            && let Some(first) = first_letter(text.as_str())
            && self.with_initial(text, inset, node, initial, &first)
        {
            return;
        }
        let mut styled = self.styled(text, inset.style, node);
        if let Some(lead_in) = lead_in {
            self.lead_in(&mut styled, lead_in, 0, inset.style);
        }
        let measure = self.measure(inset);
        self.paragraph(styled, &measure, inset, Vec::new());
    }

    /// Sets the paragraph with an initial; `false` where it is too short for one.
    fn with_initial(
        &mut self,
        text: &Text,
        inset: Inset,
        node: u32,
        initial: &Initial,
        first: &First<'_>,
    ) -> bool {
        let slot = if initial.ground.is_some() { Slot::Bold } else { Slot::Roman };
        let fonts = self.setter.shaper.fonts();
        let Some(face) = fonts.face_for(first.letter, slot).and_then(|id| fonts.face(id)) else {
            return false;
        };
        let Some(glyph) = face.glyph(first.letter) else { return false };
        let bounds = face.bounds(glyph);
        if bounds.top <= 0 {
            return false;
        }
        let mut lines = initial.lines;
        loop {
            let set = match &initial.ground {
                None => self.plain_initial(initial, first, lines, inset, node),
                Some(ground) => self.boxed_initial(initial, ground, first, lines, inset, node),
            };
            let mut styled = self.styled(text, inset.style, node);
            styled.cut_front(first.bytes);
            if let Some(lead_in) = self.setter.layout.design.opening.lead_in {
                self.lead_in(&mut styled, lead_in, first.bytes, inset.style);
            }
            let measure = self.measure(inset).beside(set.insets);
            let starts_word = !styled.text.starts_with(char::is_whitespace);
            let trimmed = styled.text.len() - styled.text.trim_start().len();
            styled.cut_front(trimmed);
            self.set_notes(&styled.notes);
            let paragraph = self.setter.solve(styled, &measure, inset.left, set.before, starts_word);
            let has = paragraph.setting.variants().iter().map(|v| v.lines).min().unwrap_or(0);
            if has > lines && (initial.ground.is_none() || has >= lines + BOX_CLEAR || lines < initial.lines)
            {
                self.missing(&paragraph.prepared);
                self.push(Body::Paragraph(Box::new(paragraph)));
                self.flush = false;
                return true;
            }
            if initial.ground.is_some() && lines == initial.lines && lines > 3 {
                lines -= 1;
            } else {
                return false;
            }
        }
    }

    fn plain_initial(
        &mut self,
        initial: &Initial,
        first: &First<'_>,
        lines: u32,
        inset: Inset,
        node: u32,
    ) -> SetInitial {
        let layout = self.setter.layout;
        let shaper = self.setter.shaper;
        let face = shaper.fonts().text_face(Slot::Roman);
        let em = f64::from(face.units_per_em);
        let cap = f64::from(face.cap_height) / em;
        let body = inset.style.size.to_pt();
        let drop = f64::from(lines - 1) * layout.leading.to_pt();
        let size = (drop + cap * body) / cap;
        let style = Style::new(Length::pt(size)).figures(Figures::Lining);
        let mut buffer = [0; 4];
        let line = set_line(shaper, first.letter.encode_utf8(&mut buffer), &style, self.setter.language);
        let (left, right) = ink_edges(self, &line, first.letter, size);
        let round = if "CGOQS".contains(first.letter) { ROUND * size } else { 0.0 };
        let x = inset.left - Length::pt(left + round);
        let edge = right - left - round + initial.gap * layout.scale;
        // Letters with an open upper right let the first line come nearer.
        let nearer = match first.letter {
            'A' => 0.10 * size,
            'L' => 0.16 * size,
            _ => 0.0,
        };
        let insets =
            (0..lines).map(|i| Length::pt(if i == 0 { (edge - nearer).max(0.0) } else { edge })).collect();
        let mut before = self.hung_quote(first, inset, node, Length::pt(body * cap), x + Length::pt(left));
        let mut letter = beside(line, x, Some(node));
        for part in &mut letter {
            if let Shape::Glyphs(run) = &mut part.shape {
                run.y = Length::pt(drop);
            }
        }
        before.extend(letter);
        SetInitial { before, insets }
    }

    /// The quotation mark before an initial: small, level with its head, in the margin.
    fn hung_quote(
        &self,
        first: &First<'_>,
        inset: Inset,
        node: u32,
        cap_height: Length,
        edge: Length,
    ) -> Vec<Beside> {
        if first.quote.is_empty() {
            return Vec::new();
        }
        let style = inset.style.size(inset.style.size.scaled((QUOTE_SIZE * 100.0) as i64, 100));
        let line = set_line(self.setter.shaper, first.quote, &style, self.setter.language);
        let x = edge - line.width - Length::pt(QUOTE_GAP);
        let face = self.setter.shaper.fonts().text_face(Slot::Roman);
        // The mark's own head is at the capitals' height of its size; it must be at that of the text.
        let own = style.size.units(face.cap_height, face.units_per_em);
        let mut parts = beside(line, x, Some(node));
        for part in &mut parts {
            if let Shape::Glyphs(run) = &mut part.shape {
                run.y = own - cap_height;
            }
        }
        parts
    }

    fn boxed_initial(
        &mut self,
        initial: &Initial,
        ground: &str,
        first: &First<'_>,
        lines: u32,
        inset: Inset,
        node: u32,
    ) -> SetInitial {
        let layout = self.setter.layout;
        let shaper = self.setter.shaper;
        let text_face = shaper.fonts().text_face(Slot::Roman);
        let cap = f64::from(text_face.cap_height) / f64::from(text_face.units_per_em);
        let body = inset.style.size.to_pt();
        let side = f64::from(lines - 1) * layout.leading.to_pt() + cap * body + BOX_OVER;
        let ink = layout.ink(crate::typeset::design::Tone::Second);
        let top = -cap * body - BOX_OVER / 2.0;
        let (cx, cy) = (inset.left + Length::pt(side / 2.0), Length::pt(top + side / 2.0));
        let mut before = self.hung_quote(first, inset, node, Length::pt(body * cap), inset.left);
        if let Some(drawing) = ornament::find(ground) {
            before.extend(drawing.shapes(cx, cy, side, ink).map(|shape| Beside { shape, owner: None }));
        }
        let size = Length::pt(BOXED_LETTER * side);
        let style = Style::new(size).bold().figures(Figures::Lining).ink(Ink::Black(0));
        let mut buffer = [0; 4];
        let line = set_line(shaper, first.letter.encode_utf8(&mut buffer), &style, self.setter.language);
        if let Some(glyph) = line.runs.first().and_then(|r| r.glyphs.first()) {
            let run = &line.runs[0].glyphs;
            if let Some(face) = shaper.fonts().face(run.face as u16) {
                let bounds = face.bounds(glyph.id);
                let units = |v: i32| size.units(v, face.units_per_em);
                let x = cx - (units(bounds.left) + units(bounds.right)) / 2;
                let y = cy + (units(bounds.top) + units(bounds.bottom)) / 2;
                let halo = halo(&face.outline(glyph.id, size), x, y);
                before.extend(
                    halo.map(|segments| Beside { shape: Shape::Path { segments, ink }, owner: None }),
                );
                let mut letter = beside(line, x, Some(node));
                for part in &mut letter {
                    if let Shape::Glyphs(run) = &mut part.shape {
                        run.y = y;
                    }
                }
                before.extend(letter);
            }
        }
        let edge = Length::pt(side + initial.gap * layout.scale);
        SetInitial { before, insets: vec![edge; lines as usize] }
    }

    /// Sets the first words in small capitals. `cut` bytes of the first word stand elsewhere.
    fn lead_in(&self, styled: &mut Styled, lead_in: LeadIn, cut: usize, base: Style) {
        let bytes = lead_in_bytes(&styled.text, lead_in.words, cut > 0);
        let words = &styled.text[..bytes];
        // A script without capitals has no small ones, and letters that join must not be spaced.
        let cased = words.contains(|c: char| c.is_lowercase() || c.is_uppercase());
        if !cased || !self.setter.shaper.fonts().has_small_capitals(base.slot, words) {
            return;
        }
        let tracking = (lead_in.tracking * 1000.0).round() as i16;
        styled.restyle_front(bytes, |style| style.capitals(Capitals::Small).tracking(tracking));
    }
}

/// What an initial gives its paragraph.
struct SetInitial {
    before: Vec<Beside>,
    insets: Vec<Length>,
}

/// The first letter of a paragraph that can have an initial: not a figure, a dash, an ellipsis.
fn first_letter(text: &str) -> Option<First<'_>> {
    let opens = |c: char| "“‘\"'„«‹".contains(c);
    let quote = &text[..text.find(|c| !opens(c)).unwrap_or(0)];
    let rest = &text[quote.len()..];
    let letter = rest.chars().next().filter(|c| c.is_alphabetic() && c.is_uppercase())?;
    // A combining mark belongs to the letter; such letters are set in the text.
    let combined = rest.chars().nth(1).is_some_and(|c| ('\u{300}'..='\u{36f}').contains(&c));
    (!combined).then(|| First { quote, letter, bytes: quote.len() + letter.len_utf8() })
}

/// Bytes of the first words: to a comma, semicolon or colon where one is near, else so many
/// words, with names kept whole. Punctuation behind the last word is not counted.
fn lead_in_bytes(text: &str, words: usize, cut: bool) -> usize {
    let mut ends = Vec::new();
    let mut starts = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if !word.is_empty() {
            starts.push(at);
            ends.push(at + word.len());
        }
        at += part.len();
        if ends.len() > words + 4 {
            break;
        }
    }
    if ends.is_empty() {
        return 0;
    }
    let near = (2..=words + 2)
        .filter(|n| *n <= ends.len())
        .find(|n| text[starts[n - 1]..ends[n - 1]].ends_with([',', ';', ':']));
    let count = near.unwrap_or_else(|| {
        let capital = |i: usize| text[starts[i]..].starts_with(char::is_uppercase);
        let mut count = words.min(ends.len());
        // The first word's capital is the sentence's, not a name's, unless a name follows it.
        while count < ends.len()
            && count < words + 3
            && capital(count)
            && (count > 1 || cut)
            && (capital(count - 1) || (count == 1 && cut))
        {
            count += 1;
        }
        count
    });
    let end = ends[count - 1];
    text[..end].trim_end_matches(|c: char| !c.is_alphanumeric()).len()
}

/// Left and right edge of a set letter's ink, in points from its origin.
fn ink_edges(collector: &Collector<'_>, line: &Line, letter: char, size: f64) -> (f64, f64) {
    let fonts = collector.setter.shaper.fonts();
    let found = line.runs.first().and_then(|run| {
        let face = fonts.face(run.glyphs.face as u16)?;
        let glyph = run.glyphs.first().map(|g| g.id).or_else(|| face.glyph(letter))?;
        let bounds = face.bounds(glyph);
        let em = f64::from(face.units_per_em);
        Some((f64::from(bounds.left) / em * size, f64::from(bounds.right) / em * size))
    });
    found.unwrap_or((0.0, line.width.to_pt()))
}

/// The outline of a letter at (`x`, `y`) drawn with a pen as thick as a halo.
fn halo(outline: &[Segment], x: Length, y: Length) -> Option<Vec<Segment>> {
    let mut builder = PathBuilder::new();
    let point = |v: Length| v.to_pt() as f32;
    for segment in outline {
        match *segment {
            Segment::Move(a, b) => builder.move_to(point(x + a), point(y + b)),
            Segment::Line(a, b) => builder.line_to(point(x + a), point(y + b)),
            Segment::Curve(a, b, c, d, e, f) => builder.cubic_to(
                point(x + a),
                point(y + b),
                point(x + c),
                point(y + d),
                point(x + e),
                point(y + f),
            ),
            Segment::Close => builder.close(),
        }
    }
    let pen =
        Stroke { width: HALO as f32, line_join: resvg::tiny_skia::LineJoin::Round, ..Stroke::default() };
    let stroked = builder.finish()?.stroke(&pen, 8.0)?;
    let length = |v: f32| Length::pt(f64::from(v));
    let mut here = (0.0_f32, 0.0_f32);
    let mut out = Vec::new();
    for segment in stroked.segments() {
        match segment {
            PathSegment::MoveTo(p) => {
                here = (p.x, p.y);
                out.push(Segment::Move(length(p.x), length(p.y)));
            }
            PathSegment::LineTo(p) => {
                here = (p.x, p.y);
                out.push(Segment::Line(length(p.x), length(p.y)));
            }
            PathSegment::QuadTo(c, p) => {
                let third = |from: f32, to: f32| length(from + (to - from) * 2.0 / 3.0);
                out.push(Segment::Curve(
                    third(here.0, c.x),
                    third(here.1, c.y),
                    third(p.x, c.x),
                    third(p.y, c.y),
                    length(p.x),
                    length(p.y),
                ));
                here = (p.x, p.y);
            }
            PathSegment::CubicTo(a, b, p) => {
                out.push(Segment::Curve(
                    length(a.x),
                    length(a.y),
                    length(b.x),
                    length(b.y),
                    length(p.x),
                    length(p.y),
                ));
                here = (p.x, p.y);
            }
            PathSegment::Close => out.push(Segment::Close),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_dashes_and_ellipses_take_no_initial() {
        for text in ["1984 was", "— no", "… and", "so small", "", "“"] {
            assert!(first_letter(text).is_none(), "{text}");
        }
        let first = first_letter("“It was").expect("a letter");
        assert_eq!((first.quote, first.letter, first.bytes), ("“", 'I', 4));
    }

    #[test]
    fn the_lead_in_stops_at_a_comma_and_keeps_names_whole() {
        let words = |text: &'static str, n, cut| &text[..lead_in_bytes(text, n, cut)];
        assert_eq!(words("quire Trelawney, Doctor Livesey, and", 2, true), "quire Trelawney");
        assert_eq!(words("t was not very long after", 4, true), "t was not very");
        assert_eq!(words("It was not very long after", 4, false), "It was not very");
        assert_eq!(words("hen Doctor John Watson came home", 2, true), "hen Doctor John Watson");
        assert_eq!(words("one", 4, false), "one");
        assert_eq!(words("", 4, false), "");
    }
}

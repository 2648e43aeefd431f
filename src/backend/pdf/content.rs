//! In: one page and the faces of the file. Out: its content stream (ISO 32000-1, 7.8.2 and 9.4).
//!
//! Coordinates are written in thousandths of a point. Every jump is the difference of two rounded
//! places, so that rounding never adds up; inside a line, each `TJ` number is taken against the
//! advance that the file states for the glyphs so far, with what `Tc` and, for the word spaces of
//! simple fonts, `Tw` add to it.

use crate::typeset::length::Length;
use crate::typeset::page::{
    Glyph, GlyphRun, Ink, Item, Owner, Page, PageFace, PlacedWord, Segment, Shape, Side,
};

use super::colour::{self, Inks};
use super::faces::{self, Face, SPACE};
use super::initial;
use super::marks::{self, Edge, Marking, Part};
use super::strings::{Array, Pen, Strings, thousandths_per_unit};

/// What is known of all pages before one of them is written.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// The font files.
    pub(super) fonts: &'a [PageFace],
    /// Which pictures can be shown.
    pub(super) images: &'a [bool],
    /// Distance from the file's lower edge to the trimmed page's upper edge, in 1/1000 pt.
    pub(super) top: i64,
    /// Paper beyond the trim at the spine and at the fore-edge, in 1/1000 pt.
    pub(super) bleed: [i64; 2],
    /// The name of each structure node's tag, where the file is tagged.
    pub(super) tags: Option<&'a [&'static str]>,
    /// What colours become.
    pub(super) inks: Inks,
}

impl Frame<'_> {
    /// From the typesetter's frame (top left of the trimmed page, y down) to the file's.
    pub(super) fn place(&self, side: Side, x: Length, y: Length) -> (i64, i64) {
        let left = match side {
            Side::Recto => self.bleed[0],
            Side::Verso => self.bleed[1],
        };
        (left + milli(x), self.top - milli(y))
    }
}

/// Writes the stream of `page`, not packed. `faces` are the faces as the file holds them, in the order of
/// [`Frame::fonts`]; `strings` are the words of pages before it.
pub(super) fn write(
    page: &Page,
    frame: &Frame<'_>,
    faces: &[Option<Face>],
    strings: &mut Strings,
) -> Vec<u8> {
    let mut writer = Writer::new(page.side, frame, faces, std::mem::take(strings));
    for (at, item) in page.items.iter().enumerate() {
        writer.item(item, marks::part(&page.items, at, frame));
    }
    writer.mark(|marking, edge| marking.end(edge));
    *strings = writer.strings;
    writer.out
}

/// Thousandths of a point.
pub(super) fn milli(length: Length) -> i64 {
    length.scaled(1000, Length::POINT.0).0
}

struct Writer<'a> {
    frame: &'a Frame<'a>,
    faces: &'a [Option<Face>],
    side: Side,
    out: Vec<u8>,
    marking: Marking,
    /// Marked contents of the page so far.
    marks: i64,
    /// Where the last `Td` put the line, in thousandths of a point.
    line: (i64, i64),
    font: Option<(usize, i64)>,
    /// Horizontal scale in thousandths of a per cent.
    scale: i64,
    /// Letter space and word space in thousandths of a point.
    spacing: i64,
    word_spacing: i64,
    rise: i64,
    ink: Option<Ink>,
    strings: Strings,
}

impl<'a> Writer<'a> {
    fn new(side: Side, frame: &'a Frame<'a>, faces: &'a [Option<Face>], strings: Strings) -> Self {
        Self {
            frame,
            faces,
            side,
            out: Vec::with_capacity(8 * 1024),
            marking: Marking::new(frame.tags.is_some()),
            marks: 0,
            line: (0, 0),
            font: None,
            scale: 100_000,
            spacing: 0,
            word_spacing: 0,
            rise: 0,
            ink: None,
            strings,
        }
    }

    fn item(&mut self, item: &Item, part: Part<'_>) {
        match part {
            Part::Nothing => {}
            Part::Text(run) => {
                self.text(item.owner);
                self.run(run);
            }
            Part::Initial { capital, outline, word } => {
                self.graphics(Owner::Decoration);
                self.set_ink(capital.ink);
                self.path(&outline);
                self.text(item.owner);
                self.operator("3 Tr");
                self.run(&initial::ghost(capital, word));
                self.operator("0 Tr");
            }
            Part::Graphics => {
                self.graphics(item.owner);
                self.draw(&item.shape);
            }
        }
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Glyphs(_) => {}
            Shape::Rule { x, y, width, height, ink } => {
                self.set_ink(*ink);
                let (left, top) = self.place(*x, *y);
                let (right, bottom) = self.place(*x + *width, *y + *height);
                self.numbers(&[left, bottom, right - left, top - bottom]);
                self.operator("re f");
            }
            Shape::Path { segments, ink } => {
                self.set_ink(*ink);
                self.path(segments);
            }
            Shape::Image { image, x, y, width, height } => {
                let (left, bottom) = self.place(*x, *y + *height);
                self.operator("q");
                self.numbers(&[milli(*width), 0, 0, milli(*height), left, bottom]);
                self.operator("cm");
                self.out.extend_from_slice(b"/I");
                integer(&mut self.out, *image as i64);
                self.out.extend_from_slice(b" Do\nQ\n");
            }
        }
    }

    fn place(&self, x: Length, y: Length) -> (i64, i64) {
        self.frame.place(self.side, x, y)
    }

    fn path(&mut self, segments: &[Segment]) {
        for segment in segments {
            match *segment {
                Segment::Move(x, y) => {
                    let (x, y) = self.place(x, y);
                    self.numbers(&[x, y]);
                    self.operator("m");
                }
                Segment::Line(x, y) => {
                    let (x, y) = self.place(x, y);
                    self.numbers(&[x, y]);
                    self.operator("l");
                }
                Segment::Curve(ax, ay, bx, by, x, y) => {
                    let (a, b, c) = (self.place(ax, ay), self.place(bx, by), self.place(x, y));
                    self.numbers(&[a.0, a.1, b.0, b.1, c.0, c.1]);
                    self.operator("c");
                }
                Segment::Close => self.operator("h"),
            }
        }
        self.operator("f");
    }

    fn run(&mut self, run: &GlyphRun) {
        let Some(Some(face)) = self.faces.get(run.face) else { return };
        let size = milli(run.size).max(1);
        let scale = Length(i64::from(run.scale)).scaled(100_000, 65_536).0.max(1);
        self.set_ink(run.ink);
        if self.font != Some((run.face, size)) {
            self.font = Some((run.face, size));
            self.out.extend_from_slice(b"/F");
            integer(&mut self.out, run.face as i64);
            self.out.push(b' ');
            number(&mut self.out, size);
            self.out.extend_from_slice(b" Tf\n");
        }
        if self.scale != scale {
            self.scale = scale;
            number(&mut self.out, scale);
            self.out.extend_from_slice(b" Tz\n");
        }
        let origin = run.first().map_or(Length::ZERO, |g| g.dx);
        let (x, y) = self.place(run.x + origin, run.y);
        number(&mut self.out, x - self.line.0);
        self.out.push(b' ');
        number(&mut self.out, y - self.line.1);
        self.out.extend_from_slice(b" Td\n");
        self.line = (x, y);
        let unit = thousandths_per_unit(size, scale);
        let spacing = (run.letterspace.0 as f64 * unit * size as f64 / 1000.0).round() as i64;
        if self.spacing != spacing {
            self.spacing = spacing;
            number(&mut self.out, spacing);
            self.out.extend_from_slice(b" Tc\n");
        }
        if let Some(wanted) = word_spacing(run, face, size, scale, spacing)
            && self.word_spacing != wanted
        {
            self.word_spacing = wanted;
            number(&mut self.out, wanted);
            self.out.extend_from_slice(b" Tw\n");
        }
        let em = 1000.0 / size as f64;
        let (spacing, word_spacing) = (spacing as f64 * em, self.word_spacing as f64 * em);
        let pen = Pen { at: 0.0, origin, unit, spacing, word_spacing, last: 0.0 };
        self.show(run, face, pen);
    }

    /// Shows the words of a run.
    ///
    /// A word that the reader can show by itself is one string, made once. The pen is set right
    /// before each word; where a space stands nobody sees.
    fn show(&mut self, run: &GlyphRun, face: &Face, mut pen: Pen) {
        let mut array = Array::default();
        let mut strings = std::mem::take(&mut self.strings);
        for word in &run.words {
            let Some(string) = strings.word(run, word, face) else {
                self.clusters(run, word, face, &mut pen, &mut array);
                continue;
            };
            let rise = milli(run.rise);
            if self.rise != rise {
                self.set_rise(&mut array, rise);
            }
            if !string.is_space {
                if face.is_simple() {
                    pen.go(word.dx, &mut array, &mut self.out);
                } else {
                    pen.go_to_word(word.dx, &mut array, &mut self.out);
                }
            }
            array.string(&mut self.out, string.codes);
            pen.at += string.width + string.glyphs * pen.spacing;
            if string.is_elastic {
                pen.at += pen.word_spacing;
            }
        }
        self.strings = strings;
        array.close(&mut self.out);
    }

    /// Shows a word glyph by glyph: for what a font's map cannot say, and what stands raised.
    fn clusters(&mut self, run: &GlyphRun, word: &PlacedWord, face: &Face, pen: &mut Pen, array: &mut Array) {
        let glyphs: Vec<Glyph> = run.glyphs_of(word).collect();
        let mut rest = glyphs.as_slice();
        let mut shaped = &*run.shaped(word).glyphs;
        while let [first, ..] = rest {
            let len = faces::cluster_len(shaped);
            shaped = &shaped[len..];
            let (cluster, after) = rest.split_at(len);
            rest = after;
            let rise = milli(first.dy);
            if rise != self.rise {
                self.set_rise(array, rise);
            }
            let actual = actual_text(run, face, cluster);
            if let Some(text) = actual {
                array.close(&mut self.out);
                self.out.extend_from_slice(b"/Span<</ActualText");
                text_string(&mut self.out, text);
                self.out.extend_from_slice(b">>BDC\n");
            }
            for glyph in cluster {
                pen.go(glyph.dx, array, &mut self.out);
                let code = face.code(glyph.id);
                array.code(&mut self.out, code, face.is_simple());
                pen.at += f64::from(face.width(code)) + pen.spacing;
                if face.is_simple() && code == SPACE {
                    pen.at += pen.word_spacing;
                }
            }
            if actual.is_some() {
                array.close(&mut self.out);
                self.out.extend_from_slice(b"EMC\n");
            }
        }
    }

    fn set_rise(&mut self, array: &mut Array, rise: i64) {
        array.close(&mut self.out);
        self.rise = rise;
        number(&mut self.out, rise);
        self.out.extend_from_slice(b" Ts\n");
    }

    fn set_ink(&mut self, ink: Ink) {
        if self.ink == Some(ink) {
            return;
        }
        self.ink = Some(ink);
        match ink {
            Ink::Black(percent) => {
                number(&mut self.out, 1000 - 10 * i64::from(percent.min(100)));
                self.out.extend_from_slice(b" g\n");
            }
            Ink::Second(r, g, b) => self.set_colour([r, g, b]),
        }
    }

    fn set_colour(&mut self, rgb: [u8; 3]) {
        let [r, g, b] = rgb;
        let parts = |parts: &[u8]| parts.iter().map(|v| (i64::from(*v) * 1000 + 127) / 255).collect();
        let (values, operator): (Vec<i64>, &str) = match self.frame.inks {
            Inks::Grey => (parts(&[colour::luma(r, g, b) as u8]), "g"),
            Inks::Rgb => (parts(&rgb), "rg"),
            Inks::Cmyk { limit } => (colour::cmyk(rgb, limit).to_vec(), "k"),
        };
        self.numbers(&values);
        self.operator(operator);
    }

    /// Goes on to text of `owner`.
    fn text(&mut self, owner: Owner) {
        self.mark(|marking, edge| marking.text(owner, edge));
    }

    /// Goes on to a drawing or a picture of `owner`.
    fn graphics(&mut self, owner: Owner) {
        self.mark(|marking, edge| marking.graphics(owner, edge));
    }

    fn mark(&mut self, go: impl FnOnce(&mut Marking, &mut dyn FnMut(Edge))) {
        let Self { marking, out, frame, marks, line, .. } = self;
        let tags = frame.tags.unwrap_or_default();
        go(marking, &mut |edge| match edge {
            Edge::TextBegins => {
                *line = (0, 0);
                out.extend_from_slice(b"BT\n");
            }
            Edge::TextEnds => out.extend_from_slice(b"ET\n"),
            Edge::MarkEnds => out.extend_from_slice(b"EMC\n"),
            Edge::MarkBegins(Owner::Content(node)) => {
                let tag = tags.get(node as usize).copied().unwrap_or("P");
                out.push(b'/');
                out.extend_from_slice(tag.as_bytes());
                out.extend_from_slice(b"<</MCID ");
                integer(out, *marks);
                out.extend_from_slice(b">>BDC\n");
                *marks += 1;
            }
            Edge::MarkBegins(Owner::Furniture) => {
                out.extend_from_slice(b"/Artifact<</Type/Pagination>>BDC\n");
            }
            Edge::MarkBegins(Owner::Decoration) => {
                out.extend_from_slice(b"/Artifact<</Type/Layout>>BDC\n");
            }
        });
    }

    fn operator(&mut self, operator: &str) {
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    fn numbers(&mut self, values: &[i64]) {
        for value in values {
            number(&mut self.out, *value);
            self.out.push(b' ');
        }
    }
}

/// What the reader has to add to the word spaces of a run, in thousandths of a point; `None` where it adds to none. The
/// spaces of a line are equal: the first one tells it.
fn word_spacing(run: &GlyphRun, face: &Face, size: i64, scale: i64, spacing: i64) -> Option<i64> {
    if !face.is_simple() {
        return None;
    }
    let space = run.words.windows(2).find(|pair| run.is_space(&pair[0]))?;
    let [glyph] = &*run.shaped(&space[0]).glyphs else { return None };
    if face.code(glyph.id) != SPACE {
        return None;
    }
    let wide = (space[1].dx - space[0].dx).to_pt() * 1000.0 * 100_000.0 / scale as f64;
    let natural = f64::from(face.width(SPACE)) * size as f64 / 1000.0;
    // The reader adds letterspace behind the space as well, and behind the letter before it, where there is none.
    Some((wide - natural).round() as i64 - 2 * spacing)
}

/// The text that the page must say for a cluster itself, because the font's map would say another.
fn actual_text<'t>(run: &'t GlyphRun, face: &Face, cluster: &[Glyph]) -> Option<&'t str> {
    let [first, rest @ ..] = cluster else { return None };
    if first.soft_hyphen {
        return Some("\u{AD}");
    }
    let text = run.text_at(&first.text);
    (!rest.is_empty() || face.text(face.code(first.id)) != text).then_some(text)
}

/// Writes a whole number.
pub(super) fn integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [b'-'; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    // The smallest number has nineteen digits: there is room for the sign.
    out.extend_from_slice(&digits[at - usize::from(value < 0)..]);
}

/// Writes thousandths as a decimal number without needless zeros.
pub(super) fn number(out: &mut Vec<u8>, thousandths: i64) {
    let whole = thousandths / 1000;
    let mut fraction = (thousandths % 1000).unsigned_abs();
    if thousandths < 0 && (whole == 0) {
        out.push(b'-');
    }
    if whole != 0 || fraction == 0 {
        integer(out, whole);
    }
    if fraction == 0 {
        return;
    }
    out.push(b'.');
    let mut unit = 100;
    while fraction > 0 {
        out.push(b'0' + (fraction / unit) as u8);
        fraction %= unit;
        unit /= 10;
    }
}

/// Writes a text string: plain where it is ASCII, else UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
pub(super) fn text_string(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        out.push(b'(');
        for byte in text.bytes() {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b')');
        return;
    }
    out.extend_from_slice(b"<FEFF");
    for unit in text.encode_utf16() {
        for shift in [12, 8, 4, 0] {
            out.push(HEX[usize::from((unit >> shift) & 15)]);
        }
    }
    out.push(b'>');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(thousandths: i64) -> String {
        let mut out = Vec::new();
        number(&mut out, thousandths);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let cases = [(0, "0"), (1000, "1"), (-1500, "-1.5"), (-40, "-.04"), (5, ".005"), (12_345, "12.345")];
        for (value, expected) in cases {
            assert_eq!(written(value), expected);
        }
    }

    #[test]
    fn letter_space_is_told_once_and_places_stay_exact() {
        let mut pages = super::super::sample::Builder::new().pages;
        let mut words = super::super::sample::Words::default();
        let mut run = words.run(&pages.faces[0], 0, "wait under the lamp", (50.0, 72.0), 11.5);
        run.letterspace = Length::pt(0.1);
        // Between the letters of words alone; the spaces are half a point wider than drawn.
        for (gaps, (index, word)) in [0, 3, 3, 7, 7, 9, 9].into_iter().zip(run.words.iter_mut().enumerate()) {
            word.dx += Length::pt(0.1) * gaps + Length::pt(0.5) * (index as i64 / 2);
        }
        let item = Item { shape: Shape::Glyphs(run.clone()), owner: Owner::Furniture };
        pages.pages.push(Page {
            side: Side::Recto,
            folio: crate::typeset::page::Folio::Arabic(1),
            items: vec![item],
            links: Vec::new(),
        });
        pages.words = pages.count_words();
        let faces = faces::collect(&pages).unwrap();
        let frame = Frame {
            fonts: &pages.faces,
            images: &[],
            top: milli(pages.height),
            bleed: [0, 0],
            tags: None,
            inks: Inks::Rgb,
        };
        let stream = write(&pages.pages[0], &frame, &faces, &mut Strings::default());
        let stream = String::from_utf8_lossy(&stream);
        assert!(stream.contains("\n.1 Tc\n"), "{stream}");
        // The word space too: 12,345/65,536 of a point wider than drawn, and half a point.
        assert!(stream.contains("\n.488 Tw\n"), "{stream}");
        assert!(stream.ends_with("\n[(wait under the lamp)]TJ\nET\n"), "{stream}");
    }

    #[test]
    fn text_strings_are_ascii_or_utf16() {
        let mut out = Vec::new();
        text_string(&mut out, "a(b)");
        text_string(&mut out, "é😀");
        assert_eq!(out, b"(a\\(b\\))<FEFF00E9D83DDE00>");
    }
}

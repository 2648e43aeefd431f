//! In: a page of any PDF. Out: what stands on it: where ink is, in which colours, how fine.
//!
//! This walks the content stream as a printer's machine does (ISO 32000-1, 8 and 9) and keeps books
//! instead of drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::super::content::font::Font;
use super::super::content::matrix::{IDENTITY, Matrix, apply, enlargement, then};
use super::super::content::{TextPlace, TextState, numbers, resource};
use super::super::pdf::{self, follow, rectangle};

/// Forms inside forms, at most: more are a ring.
const DEEPEST: usize = 12;
/// Bytes of content of one page or form, at most: what unpacks to more is no book.
const MOST_CONTENT: usize = 32 << 20;

/// Every operator of a content stream (ISO 32000-1, Annex A).
const OPERATORS: [&str; 73] = [
    "b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "DP",
    "EI", "EMC", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l", "m",
    "M", "MP", "n", "q", "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc",
    "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", "\"",
];

/// What stands on a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Each inked area: left, bottom, right, top in points.
    pub(super) areas: Vec<[f64; 4]>,
    /// Pictures: dots to the inch, and whether they are pure black and white.
    pub(super) pictures: Vec<(f64, bool)>,
    /// What is painted in RGB.
    pub(super) rgb: BTreeSet<&'static str>,
    /// What is painted in CMYK with more than black, or in a spot colour.
    pub(super) colour: BTreeSet<&'static str>,
    /// What is painted in a space that depends on no device.
    pub(super) calibrated: bool,
    /// Most ink at one place, in per cent, of what is drawn.
    pub(super) ink: f64,
    /// Whether text is painted in more than one ink.
    pub(super) rich_text: bool,
    /// What lets something show through.
    pub(super) transparent: BTreeSet<&'static str>,
    /// Width of the thinnest line, in points.
    pub(super) thinnest: Option<f64>,
    /// Size of the smallest type, in points.
    pub(super) smallest: Option<f64>,
    /// Fonts in use.
    pub(super) fonts: BTreeSet<FontFact>,
    /// Whether a part of the content could not be read.
    pub(super) unreadable: bool,
}

/// A font in use: its name, whether it is embedded, whether it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FontFact {
    pub(super) name: String,
    pub(super) embedded: bool,
    pub(super) type3: bool,
}

/// Fonts that were read already, by the object that holds them.
pub(super) type FontCache = BTreeMap<ObjectId, Rc<Font>>;

/// Reads a page.
pub(super) fn page(document: &Document, page: ObjectId, cache: &mut FontCache) -> Facts {
    let mut scan = Scan { document, cache, facts: Facts::default() };
    let resources = pdf::inherited(document, page, b"Resources");
    let resources = resources.as_ref().and_then(|r| follow(document, r).as_dict().ok());
    match document.get_page_content_with_limit(page, MOST_CONTENT) {
        Ok(bytes) => {
            scan.facts.unreadable = bytes.trim_ascii().is_empty() && has_content(document, page);
            scan.content(&bytes, resources, State::default(), 0);
        }
        Err(_) => scan.facts.unreadable = true,
    }
    let group = document.get_dictionary(page).ok().and_then(|p| p.get(b"Group").ok());
    if is_transparency(document, group) {
        scan.facts.transparent.insert("a transparency group over the whole page");
    }
    scan.facts
}

/// Whether a page has streams that are lost, or that hold more than the packing of nothing.
fn has_content(document: &Document, page: ObjectId) -> bool {
    const PACKED_NOTHING: usize = 16;
    document.get_page_contents(page).into_iter().any(|id| {
        let stream = document.get_object(id).and_then(Object::as_stream);
        stream.map_or(true, |s| s.content.len() > PACKED_NOTHING)
    })
}

fn is_transparency(document: &Document, group: Option<&Object>) -> bool {
    let kind = group.and_then(|g| follow(document, g).as_dict().ok()?.get(b"S").ok());
    kind.and_then(|k| follow(document, k).as_name().ok()) == Some(b"Transparency")
}

/// What a colour is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Space {
    Gray,
    Rgb,
    Cmyk,
    Spot,
    Other,
}

/// A colour as far as a printer cares.
#[derive(Clone, Copy, Debug)]
struct Paint {
    space: Space,
    /// The inks added up, in per cent.
    ink: f64,
    /// Whether it is nothing but black and white.
    black: bool,
    white: bool,
}

impl Paint {
    const BLACK: Self = Self { space: Space::Gray, ink: 100.0, black: true, white: false };

    fn gray(value: f64) -> Self {
        let ink = 100.0 * (1.0 - value.clamp(0.0, 1.0));
        Self { space: Space::Gray, ink, black: true, white: ink <= 0.0 }
    }

    fn of(space: Space, values: &[f64]) -> Self {
        match (space, values) {
            (Space::Gray, [value, ..]) => Self::gray(*value),
            (Space::Rgb, [r, g, b, ..]) => {
                let white = [r, g, b].iter().all(|v| **v >= 1.0);
                Self { space, ink: 0.0, black: false, white }
            }
            (Space::Cmyk, [c, m, y, k, ..]) => {
                let ink = 100.0 * (c + m + y + k).clamp(0.0, 4.0);
                Self { space, ink, black: *c <= 0.0 && *m <= 0.0 && *y <= 0.0, white: ink <= 0.0 }
            }
            _ => Self { space, ink: 0.0, black: false, white: false },
        }
    }
}

#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    fill: Paint,
    stroke: Paint,
    line_width: f64,
    text: TextState<Font>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            matrix: IDENTITY,
            fill: Paint::BLACK,
            stroke: Paint::BLACK,
            line_width: 1.0,
            text: TextState::default(),
        }
    }
}

struct Scan<'a> {
    document: &'a Document,
    cache: &'a mut FontCache,
    facts: Facts,
}

/// The path and text that are being built.
#[derive(Default)]
struct Building {
    points: Vec<(f64, f64)>,
    text: TextPlace,
}

impl<'a> Scan<'a> {
    fn content(&mut self, bytes: &[u8], resources: Option<&'a Dictionary>, state: State, depth: usize) {
        let Ok(content) = Content::decode(bytes) else {
            self.facts.unreadable = true;
            return;
        };
        // Damaged content seldom fails to parse: it parses into nonsense.
        let nonsense = content.operations.iter().any(|o| !OPERATORS.contains(&o.operator.as_str()));
        if nonsense || (content.operations.is_empty() && !bytes.trim_ascii().is_empty()) {
            self.facts.unreadable = true;
        }
        let mut state = state;
        let mut stack = Vec::new();
        let mut building = Building::default();
        for operation in &content.operations {
            match operation.operator.as_str() {
                "q" => stack.push(state.clone()),
                "Q" => state = stack.pop().unwrap_or(state),
                "cm" => {
                    if let Some(matrix) = self.matrix(&operation.operands) {
                        state.matrix = then(&matrix, &state.matrix);
                    }
                }
                "gs" => self.graphics_state(resources, operation, &mut state),
                "Do" => self.object(resources, operation, &state, depth),
                "BI" => self.inline_picture(operation, resources, &state),
                "sh" => self.shading(resources, operation),
                _ => {
                    self.path(operation, &mut state, &mut building);
                    self.colour(operation, resources, &mut state);
                    self.text(operation, resources, &mut state, &mut building);
                }
            }
        }
    }

    fn matrix(&self, operands: &[Object]) -> Option<Matrix> {
        numbers(self.document, operands).try_into().ok()
    }

    fn path(&mut self, operation: &Operation, state: &mut State, building: &mut Building) {
        let values = numbers(self.document, &operation.operands);
        match (operation.operator.as_str(), values.as_slice()) {
            ("m" | "l", [x, y]) => building.points.push((*x, *y)),
            ("c", [a, b, c, d, e, f]) => building.points.extend([(*a, *b), (*c, *d), (*e, *f)]),
            ("v" | "y", [a, b, c, d]) => building.points.extend([(*a, *b), (*c, *d)]),
            ("re", [x, y, w, h]) => building.points.extend([(*x, *y), (x + w, y + h)]),
            ("w", [width]) => state.line_width = *width,
            ("f" | "F" | "f*", _) => self.painted(building, state, true, false),
            ("S" | "s", _) => self.painted(building, state, false, true),
            ("B" | "B*" | "b" | "b*", _) => self.painted(building, state, true, true),
            ("n", _) => building.points.clear(),
            _ => {}
        }
    }

    fn painted(&mut self, building: &mut Building, state: &State, fill: bool, stroke: bool) {
        let points = std::mem::take(&mut building.points);
        let fill = fill && !state.fill.white;
        let stroke = stroke && !state.stroke.white;
        if points.is_empty() || !(fill || stroke) {
            return;
        }
        if fill {
            self.paint(state.fill, "a drawing");
        }
        let mut half = 0.0;
        if stroke {
            self.paint(state.stroke, "a line");
            let width = state.line_width * enlargement(&state.matrix);
            self.facts.thinnest = Some(self.facts.thinnest.map_or(width, |t| t.min(width)));
            half = width / 2.0;
        }
        self.area(points.into_iter().map(|p| apply(&state.matrix, p)), half);
    }

    fn area(&mut self, points: impl Iterator<Item = (f64, f64)>, grown: f64) {
        let mut area = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for (x, y) in points {
            area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
        }
        if area[0] <= area[2] && area.iter().all(|v| v.is_finite()) {
            self.facts.areas.push([area[0] - grown, area[1] - grown, area[2] + grown, area[3] + grown]);
        }
    }

    fn paint(&mut self, paint: Paint, what: &'static str) {
        self.facts.ink = self.facts.ink.max(paint.ink);
        match paint.space {
            Space::Rgb => drop(self.facts.rgb.insert(what)),
            Space::Cmyk if !paint.black => drop(self.facts.colour.insert(what)),
            Space::Spot => drop(self.facts.colour.insert(what)),
            Space::Gray | Space::Cmyk | Space::Other => {}
        }
    }

    fn colour(&mut self, operation: &Operation, resources: Option<&'a Dictionary>, state: &mut State) {
        let values = numbers(self.document, &operation.operands);
        let device = |space| Paint::of(space, &values);
        match operation.operator.as_str() {
            "g" => state.fill = device(Space::Gray),
            "G" => state.stroke = device(Space::Gray),
            "rg" => state.fill = device(Space::Rgb),
            "RG" => state.stroke = device(Space::Rgb),
            "k" => state.fill = device(Space::Cmyk),
            "K" => state.stroke = device(Space::Cmyk),
            "cs" | "CS" => {
                let named = operation.operands.first();
                let held = resource(self.document, resources, "ColorSpace", named).or(named);
                let space = held.map_or(Space::Other, |held| self.space(held, 0));
                let paint = Paint { space, ..Paint::BLACK };
                if operation.operator == "cs" { state.fill = paint } else { state.stroke = paint }
            }
            "sc" | "scn" => state.fill = Paint::of(state.fill.space, &values),
            "SC" | "SCN" => state.stroke = Paint::of(state.stroke.space, &values),
            _ => {}
        }
    }

    /// What a colour space is made of.
    fn space(&mut self, object: &Object, depth: usize) -> Space {
        let object = follow(self.document, object);
        if let Ok(name) = object.as_name() {
            return match name {
                b"DeviceGray" | b"G" => Space::Gray,
                b"DeviceRGB" | b"RGB" => Space::Rgb,
                b"DeviceCMYK" | b"CMYK" => Space::Cmyk,
                _ => Space::Other,
            };
        }
        let Ok(array) = object.as_array() else { return Space::Other };
        let second = array.get(1).filter(|_| depth < DEEPEST);
        let kind = array.first().and_then(|k| follow(self.document, k).as_name().ok()).unwrap_or(b"");
        match (kind, second) {
            (b"ICCBased", Some(profile)) => {
                self.facts.calibrated = true;
                let profile = follow(self.document, profile).as_stream().ok();
                match profile.and_then(|p| p.dict.get(b"N").ok()).and_then(|n| n.as_i64().ok()) {
                    Some(1) => Space::Gray,
                    Some(3) => Space::Rgb,
                    Some(4) => Space::Cmyk,
                    _ => Space::Other,
                }
            }
            (b"CalGray", _) => {
                self.facts.calibrated = true;
                Space::Gray
            }
            (b"CalRGB" | b"Lab", _) => {
                self.facts.calibrated = true;
                Space::Rgb
            }
            (b"Indexed" | b"I" | b"Pattern", Some(base)) => self.space(base, depth + 1),
            (b"Separation" | b"DeviceN", Some(names)) => {
                let names = follow(self.document, names);
                if names.as_name().ok() == Some(b"Black") { Space::Gray } else { Space::Spot }
            }
            (_, None) if array.len() == 1 => self.space(&array[0], depth + 1),
            _ => Space::Other,
        }
    }

    fn graphics_state(
        &mut self,
        resources: Option<&'a Dictionary>,
        operation: &Operation,
        state: &mut State,
    ) {
        let Some(held) = resource(self.document, resources, "ExtGState", operation.operands.first()) else {
            return;
        };
        let Ok(held) = follow(self.document, held).as_dict() else { return };
        let get = |key: &str| held.get(key.as_bytes()).ok().map(|o| follow(self.document, o));
        for key in ["ca", "CA"] {
            if get(key).and_then(|v| v.as_float().ok()).is_some_and(|v| v < 1.0) {
                self.facts.transparent.insert("an opacity below 100 %");
            }
        }
        if get("SMask").is_some_and(|m| m.as_name().ok() != Some(b"None")) {
            self.facts.transparent.insert("a soft mask");
        }
        let mode = get("BM").map(|m| match m {
            Object::Array(list) => list.first().unwrap_or(m),
            other => other,
        });
        if mode.is_some_and(|m| !matches!(m.as_name(), Ok(b"Normal" | b"Compatible"))) {
            self.facts.transparent.insert("a blend mode");
        }
        if let Some(width) = get("LW").and_then(|w| w.as_float().ok()) {
            state.line_width = f64::from(width);
        }
    }

    fn object(
        &mut self,
        resources: Option<&'a Dictionary>,
        operation: &Operation,
        state: &State,
        depth: usize,
    ) {
        let Some(held) = resource(self.document, resources, "XObject", operation.operands.first()) else {
            return;
        };
        let Ok(stream) = follow(self.document, held).as_stream() else { return };
        let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name).unwrap_or(b"");
        if subtype == b"Image" {
            self.picture(stream, resources, state);
        } else if subtype == b"Form" && depth < DEEPEST {
            self.form(stream, resources, state, depth);
        }
    }

    fn form(&mut self, stream: &'a Stream, outer: Option<&'a Dictionary>, state: &State, depth: usize) {
        let group = stream.dict.get(b"Group").ok();
        if is_transparency(self.document, group) {
            self.facts.transparent.insert("a transparency group");
        }
        let own = stream.dict.get(b"Resources").ok().and_then(|r| follow(self.document, r).as_dict().ok());
        let mut state = state.clone();
        let matrix = stream.dict.get(b"Matrix").ok().and_then(|m| follow(self.document, m).as_array().ok());
        if let Some(matrix) = matrix.and_then(|m| self.matrix(m)) {
            state.matrix = then(&matrix, &state.matrix);
        }
        let before = self.facts.areas.len();
        let unpacked = stream.decompressed_content_with_limit(MOST_CONTENT);
        match unpacked {
            Ok(bytes) => self.content(&bytes, own.or(outer), state.clone(), depth + 1),
            Err(_) if stream.dict.has(b"Filter") => self.facts.unreadable = true,
            Err(_) => self.content(&stream.content, own.or(outer), state.clone(), depth + 1),
        }
        // A form shows nothing outside of its box.
        let clip = stream.dict.get(b"BBox").ok().and_then(|b| rectangle(self.document, b));
        if let Some([x0, y0, x1, y1]) = clip {
            let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|p| apply(&state.matrix, p));
            let (left, right) =
                corners.iter().fold((f64::MAX, f64::MIN), |(l, r), p| (l.min(p.0), r.max(p.0)));
            let (low, high) = corners.iter().fold((f64::MAX, f64::MIN), |(l, r), p| (l.min(p.1), r.max(p.1)));
            let inside = self.facts.areas.split_off(before);
            self.facts.areas.extend(inside.into_iter().filter_map(|a| {
                let cut = [a[0].max(left), a[1].max(low), a[2].min(right), a[3].min(high)];
                (cut[0] < cut[2] && cut[1] < cut[3]).then_some(cut)
            }));
        }
    }

    fn picture(&mut self, stream: &'a Stream, resources: Option<&'a Dictionary>, state: &State) {
        let get = |long: &str, short: &str| {
            let found = stream.dict.get(long.as_bytes()).or_else(|_| stream.dict.get(short.as_bytes()));
            found.ok().map(|o| follow(self.document, o))
        };
        let size = |long, short| get(long, short).and_then(|v| v.as_i64().ok()).unwrap_or(0) as f64;
        let (width, height) = (size("Width", "W"), size("Height", "H"));
        let mask = get("ImageMask", "IM").and_then(|m| m.as_bool().ok()).unwrap_or(false);
        let bits = get("BitsPerComponent", "BPC").and_then(|b| b.as_i64().ok()).unwrap_or(1);
        let space = get("ColorSpace", "CS");
        if get("SMask", "SMask").is_some() || size("SMaskInData", "SMaskInData") > 0.0 {
            self.facts.transparent.insert("a picture with an alpha channel");
        }
        let m = &state.matrix;
        let (across, up) = (m[0].hypot(m[1]), m[2].hypot(m[3]));
        if width > 0.0 && height > 0.0 && across > 1.0 && up > 1.0 {
            let dpi = 72.0 * (width / across).min(height / up);
            self.facts.pictures.push((dpi, mask || bits == 1));
        }
        self.area([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].into_iter().map(|p| apply(m, p)), 0.0);
        if mask {
            self.paint(state.fill, "a picture");
        } else if let Some(space) = space {
            let named = resource(self.document, resources, "ColorSpace", Some(space));
            let space = self.space(named.unwrap_or(space), 0);
            self.paint(Paint { space, ink: 0.0, black: false, white: false }, "a picture");
        }
    }

    fn inline_picture(&mut self, operation: &Operation, resources: Option<&'a Dictionary>, state: &State) {
        let Some(Object::Stream(stream)) = operation.operands.first() else { return };
        let space = stream.dict.get(b"ColorSpace").or_else(|_| stream.dict.get(b"CS")).ok();
        if let Some(space) = space {
            let named = resource(self.document, resources, "ColorSpace", Some(space));
            let space = self.space(named.unwrap_or(space), 0);
            self.paint(Paint { space, ink: 0.0, black: false, white: false }, "a picture");
        }
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        self.area(corners.into_iter().map(|p| apply(&state.matrix, p)), 0.0);
    }

    fn shading(&mut self, resources: Option<&'a Dictionary>, operation: &Operation) {
        let held = resource(self.document, resources, "Shading", operation.operands.first());
        let dictionary = held.map(|h| follow(self.document, h)).and_then(|h| match h {
            Object::Stream(stream) => Some(&stream.dict),
            other => other.as_dict().ok(),
        });
        if let Some(space) = dictionary.and_then(|d| d.get(b"ColorSpace").ok()) {
            let space = self.space(space, 0);
            self.paint(Paint { space, ink: 0.0, black: false, white: false }, "a gradient");
        }
    }

    fn text(
        &mut self,
        operation: &Operation,
        resources: Option<&'a Dictionary>,
        state: &mut State,
        building: &mut Building,
    ) {
        let values = numbers(self.document, &operation.operands);
        let font = |name: Option<&Object>| self.font(resources, name);
        if let Some(parts) = state.text.operate(&mut building.text, operation, &values, font) {
            self.show(parts, state, &mut building.text);
        }
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: Option<&Object>) -> Option<Rc<Font>> {
        let held = resource(self.document, resources, "Font", name)?;
        let read =
            |held| Some(Rc::new(Font::read(self.document, follow(self.document, held).as_dict().ok()?)));
        let Ok(id) = held.as_reference() else { return read(held) };
        if let Some(known) = self.cache.get(&id) {
            return Some(Rc::clone(known));
        }
        let font = read(held)?;
        self.cache.insert(id, Rc::clone(&font));
        Some(font)
    }

    /// Shows strings and jumps; the inked area is that of middling letters on the baseline.
    fn show(&mut self, parts: &[Object], state: &State, place: &mut TextPlace) {
        // From the baseline: how far ink commonly goes up and down, in em.
        const UP: f64 = 0.75;
        const DOWN: f64 = 0.22;
        let text = &state.text;
        let Some(font) = text.font.clone() else { return };
        let mut x = 0.0;
        let mut shown = false;
        for part in parts {
            let Object::String(string, _) = part else {
                x += text.jump(part);
                continue;
            };
            for (code, is_space) in font.codes(string) {
                x += text.step(font.width(code), is_space);
                shown |= !is_space;
            }
        }
        let matrix = then(&place.matrix, &state.matrix);
        if shown {
            self.facts.fonts.insert(FontFact {
                name: font.name.clone(),
                embedded: font.embedded,
                type3: font.type3,
            });
        }
        // Mode 3 leaves no ink; mode 7 only clips.
        if shown && !matches!(text.mode, 3 | 7) {
            let size = (text.size * enlargement(&matrix)).abs();
            self.facts.smallest = Some(self.facts.smallest.map_or(size, |s| s.min(size)));
            let paint = if text.mode == 1 { state.stroke } else { state.fill };
            self.paint(paint, "text");
            self.facts.rich_text |= matches!(paint.space, Space::Cmyk) && !paint.black;
            let (low, high) = (text.rise - DOWN * text.size, text.rise + UP * text.size);
            if !paint.white {
                let corners = [(0.0, low), (x, low), (0.0, high), (x, high)];
                self.area(corners.into_iter().map(|p| apply(&matrix, p)), 0.0);
            }
        }
        place.advance(x);
    }
}

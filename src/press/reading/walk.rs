//! In: a PDF's objects. Out: the lines of each page, glyph by glyph as its content paints them.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::unicode::Meaning;
use super::{Line, PageText};
use crate::press::content::font::Font;
use crate::press::content::matrix::{IDENTITY, Matrix, apply, then};
use crate::press::content::{TextPlace, TextState, numbers, resource};
use crate::press::pdf::{PdfError, follow, inherited};

/// A page's content inflates to at most so many bytes.
const MOST_CONTENT: usize = 64 << 20;
/// Forms stand inside of forms at most so deep.
const DEEPEST: usize = 12;
/// A gap wider than this, in em, parts words.
const WORD_GAP: f64 = 0.15;
/// Glyphs whose baselines are this near, in em, stand in one line: raised figures do too.
const SAME_LINE: f64 = 0.45;
/// Raised figures are smaller than this, against the type of their line.
const RAISED: f64 = 0.85;
/// Glyphs may step back this far, in em, and go on in the same line: kerning, accents.
const STEP_BACK: f64 = 0.6;

/// The lines of every page.
///
/// # Errors
/// [`PdfError::Broken`] where a page's content is larger than any book's.
pub(super) fn pages(document: &Document) -> Result<Vec<PageText>, PdfError> {
    let mut fonts = BTreeMap::new();
    document
        .get_pages()
        .values()
        .map(|page| {
            let resources = inherited(document, *page, b"Resources");
            let resources = resources.as_ref().and_then(|r| follow(document, r).as_dict().ok());
            let mut walk =
                Walk { document, fonts: &mut fonts, page: PageText::default(), pen: None, tags: Vec::new() };
            walk.content(&content(document, *page)?, resources, &State::default(), 0);
            walk.end_line();
            Ok(walk.page)
        })
        .collect()
}

/// A page's content, its parts put together.
fn content(document: &Document, page: ObjectId) -> Result<Vec<u8>, PdfError> {
    let broken =
        |e: &dyn std::fmt::Display| PdfError::Broken(format!("the content of object {}: {e}", page.0));
    let dictionary = document.get_dictionary(page).map_err(|e| broken(&e))?;
    let Ok(held) = dictionary.get(b"Contents") else { return Ok(Vec::new()) };
    let parts = match follow(document, held) {
        Object::Array(parts) => parts.iter().map(|p| follow(document, p)).collect(),
        one => vec![one],
    };
    let mut bytes = Vec::new();
    for part in parts.into_iter().filter_map(|p| p.as_stream().ok()) {
        let left = MOST_CONTENT.saturating_sub(bytes.len());
        if part.dict.has(b"Filter") {
            bytes.extend(part.decompressed_content_with_limit(left).map_err(|e| broken(&e))?);
        } else {
            bytes.extend_from_slice(&part.content);
        }
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// A font: how wide its codes are, and what they mean.
#[derive(Debug)]
struct Face {
    font: Font,
    meaning: Meaning,
}

#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    text: TextState<Face>,
}

impl Default for State {
    fn default() -> Self {
        Self { matrix: IDENTITY, text: TextState::default() }
    }
}

/// A marked part of the content.
#[derive(Clone, Debug, Default)]
struct Tag {
    artifact: bool,
    /// The text that the glyphs inside stand for, until the first of them has said it.
    actual: Option<String>,
    /// Whether the glyphs inside say nothing themselves.
    silent: bool,
}

/// Where the last glyph of the open line ended.
#[derive(Clone, Copy, Debug)]
struct Pen {
    x: f64,
    y: f64,
    size: f64,
    artifact: bool,
}

struct Walk<'a> {
    document: &'a Document,
    fonts: &'a mut BTreeMap<ObjectId, Rc<Face>>,
    page: PageText,
    pen: Option<Pen>,
    tags: Vec<Tag>,
}

impl Walk<'_> {
    fn content(&mut self, bytes: &[u8], resources: Option<&Dictionary>, outer: &State, depth: usize) {
        let Ok(content) = Content::decode(bytes) else { return };
        let mut state = outer.clone();
        let mut stack = Vec::new();
        let mut place = TextPlace::default();
        for operation in &content.operations {
            let values = numbers(self.document, &operation.operands);
            match (operation.operator.as_str(), values.as_slice()) {
                ("q", _) => stack.push(state.clone()),
                ("Q", _) => state = stack.pop().unwrap_or(state),
                ("cm", [a, b, c, d, e, f]) => state.matrix = then(&[*a, *b, *c, *d, *e, *f], &state.matrix),
                ("BMC" | "BDC", _) => self.open_tag(operation, resources),
                ("EMC", _) => self.close_tag(),
                ("Do", _) => self.form(operation, resources, &state, depth),
                _ => {
                    let face = |name: Option<&Object>| self.face(resources, name);
                    if let Some(parts) = state.text.operate(&mut place, operation, &values, face) {
                        self.show(parts, &state, &mut place);
                    }
                }
            }
        }
    }

    fn face(&mut self, resources: Option<&Dictionary>, name: Option<&Object>) -> Option<Rc<Face>> {
        let held = resource(self.document, resources, "Font", name)?;
        let id = held.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let dictionary = follow(self.document, held).as_dict().ok()?;
        let face = Rc::new(Face {
            font: Font::read(self.document, dictionary),
            meaning: Meaning::read(self.document, dictionary),
        });
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&face));
        }
        Some(face)
    }

    fn form(&mut self, operation: &Operation, resources: Option<&Dictionary>, state: &State, depth: usize) {
        let xobject = operation.operands.first();
        let Some(held) = resource(self.document, resources, "XObject", xobject) else { return };
        let Ok(stream) = follow(self.document, held).as_stream() else { return };
        let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name).unwrap_or(b"");
        if subtype != b"Form" || depth >= DEEPEST {
            return;
        }
        let own = stream.dict.get(b"Resources").ok().and_then(|r| follow(self.document, r).as_dict().ok());
        let mut state = state.clone();
        let matrix = stream.dict.get(b"Matrix").ok().and_then(|m| follow(self.document, m).as_array().ok());
        if let Some(matrix) = matrix.and_then(|m| numbers(self.document, m).try_into().ok()) {
            state.matrix = then(&matrix, &state.matrix);
        }
        let bytes = if stream.dict.has(b"Filter") {
            stream.decompressed_content_with_limit(MOST_CONTENT).unwrap_or_default()
        } else {
            stream.content.clone()
        };
        self.content(&bytes, own.or(resources), &state, depth + 1);
    }

    fn open_tag(&mut self, operation: &Operation, resources: Option<&Dictionary>) {
        let outer = self.tags.last().cloned().unwrap_or_default();
        let name = operation.operands.first().and_then(|n| n.as_name().ok()).unwrap_or(b"");
        let properties = match operation.operands.get(1) {
            Some(Object::Dictionary(dictionary)) => Some(dictionary),
            named => resource(self.document, resources, "Properties", named)
                .and_then(|p| follow(self.document, p).as_dict().ok()),
        };
        let actual = properties
            .and_then(|p| p.get(b"ActualText").ok())
            .and_then(|t| lopdf::decode_text_string(follow(self.document, t)).ok());
        let silent = outer.silent || actual.is_some();
        self.tags.push(Tag { artifact: outer.artifact || name == b"Artifact", actual, silent });
    }

    fn close_tag(&mut self) {
        // Text that no glyph stood for: it is said where the pen is.
        if let Some(tag) = self.tags.pop()
            && let Some(text) = tag.actual
            && let Some(line) = self.page.lines.last_mut()
            && self.pen.is_some()
        {
            line.text.push_str(&text);
        }
    }

    /// Shows strings and jumps, and moves behind them.
    fn show(&mut self, parts: &[Object], state: &State, place: &mut TextPlace) {
        let text = &state.text;
        let Some(face) = text.font.clone() else { return };
        for part in parts {
            let Object::String(string, _) = part else {
                place.advance(text.jump(part));
                continue;
            };
            for (code, is_space) in face.font.codes(string) {
                let width = face.font.width(code);
                let matrix = then(&place.matrix, &state.matrix);
                let from = apply(&matrix, (0.0, text.rise));
                let to = apply(&matrix, (width * text.size * text.scale, text.rise));
                let size = text.size.abs() * (matrix[2].powi(2) + matrix[3].powi(2)).sqrt();
                self.glyph(face.meaning.of(code), from, to, size);
                place.advance(text.step(width, is_space));
            }
        }
    }

    fn glyph(&mut self, meaning: &str, from: (f64, f64), to: (f64, f64), size: f64) {
        let artifact = self.tags.last().is_some_and(|t| t.artifact);
        let said = self.tags.iter_mut().find_map(|t| t.actual.take());
        let silent = self.tags.last().is_some_and(|t| t.silent);
        let meaning = said.as_deref().unwrap_or(if silent { "" } else { meaning });
        let em = size.max(1.0);
        let same = self.pen.is_some_and(|pen| {
            let em = em.max(pen.size);
            (from.1 - pen.y).abs() <= SAME_LINE * em
                && from.0 >= pen.x - STEP_BACK * em
                && pen.artifact == artifact
        });
        if !same {
            self.end_line();
            let line = Line { x: from.0, y: from.1, size, furniture: artifact, ..Line::default() };
            self.page.lines.push(line);
        }
        // A line was begun above, or the pen stands in one.
        if let Some(line) = self.page.lines.last_mut() {
            // A raised figure, smaller than its line, is the mark of a note and no part of the word.
            let gap = self.pen.filter(|_| same).is_some_and(|pen| {
                let raised = size < RAISED * pen.size && from.1 - pen.y > 0.15 * pen.size;
                raised || from.0 - pen.x > WORD_GAP * em
            });
            if gap && !line.text.ends_with(' ') {
                line.text.push(' ');
            }
            line.text.push_str(meaning);
        }
        // A raised figure does not move the baseline of its line.
        let y = self.pen.filter(|pen| same && size < pen.size).map_or(from.1, |pen| pen.y);
        self.pen = Some(Pen { x: to.0.max(from.0), y, size: em, artifact });
    }

    fn end_line(&mut self) {
        self.pen = None;
        if self.page.lines.last().is_some_and(|l| l.text.trim().is_empty()) {
            self.page.lines.pop();
        }
    }
}

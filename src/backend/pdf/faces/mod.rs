//! In: pages. Out: for each face in use the glyphs it needs, the text that each of them stands for,
//! and a subset of the font that holds them and nothing else.
//!
//! A face of up to 250 glyphs becomes a simple font (ISO 32000-1, 9.6), whose codes have one byte: pages are a third shorter, and
//! readers set the word space themselves. A face of more has codes of two bytes (9.7).
//!
//! A glyph of a PDF font can stand for one text only (`ToUnicode`, 9.10.3). Here it is
//! the text for which the glyph is used most often; where it stands for another one, the page
//! says so itself (`ActualText`).

mod codes;
mod program;

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider as _;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use smallvec::SmallVec;
use subsetter::GlyphRemapper;

use crate::backend::BackendError;
use crate::typeset::page::{PageFace, Pages, ShapedGlyph, ShapedWord};

pub(super) use codes::SPACE;
use codes::Used;
pub(super) use program::Kind;

/// A face as the file will hold it.
#[derive(Debug)]
pub(super) struct Face {
    /// Subset tag and PostScript name: `ABCDEF+EBGaramond12-Regular`.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The subset.
    pub(super) program: Vec<u8>,
    pub(super) look: Look,
    /// The code on the page for each glyph of the original font; 0 where it is not in use.
    codes: Vec<u16>,
    /// By code: the advance in 1/1000 em as the file states it, that is, cut to a whole number.
    pub(super) widths: Vec<i32>,
    /// By code: the text that the glyph stands for; of a simple font empty where it shows nothing.
    pub(super) texts: Vec<String>,
}

/// What a font's descriptor says of it (ISO 32000-1, 9.8), in 1/1000 em.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Left, bottom, right, top: what no glyph reaches out of.
    pub(super) bounds: [i32; 4],
    pub(super) ascent: i32,
    pub(super) descent: i32,
    pub(super) cap_height: i32,
    /// In degrees, against the clock.
    pub(super) italic_angle: i32,
    /// Thickness of upright stems.
    pub(super) stem: i32,
}

impl Face {
    /// Whether its codes have one byte.
    pub(super) fn is_simple(&self) -> bool {
        self.kind != Kind::Wide
    }

    /// What a simple font of the file calls the glyph of a code: a name from which readers can tell its text where the
    /// font's map is of no use to them (*Adobe Glyph List Specification*, 2).
    pub(super) fn glyph_name(code: u8, text: &str) -> String {
        const LONGEST: usize = 6;
        use std::fmt::Write as _;
        let letters: Vec<u16> = text.encode_utf16().collect();
        if letters.is_empty() || letters.len() > LONGEST || text.chars().any(|c| c > '\u{FFFF}') {
            return format!("g{code}");
        }
        let mut out = "uni".to_owned();
        for letter in letters {
            let _ = write!(out, "{letter:04X}");
        }
        // Several glyphs may stand for one text.
        let _ = write!(out, ".{code}");
        out
    }

    /// The code that shows `glyph`.
    pub(super) fn code(&self, glyph: u16) -> u16 {
        self.codes.get(usize::from(glyph)).copied().unwrap_or(0)
    }

    /// The advance of a code as the file states it, in 1/1000 em.
    pub(super) fn width(&self, code: u16) -> i32 {
        self.widths.get(usize::from(code)).copied().unwrap_or(0)
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u16) -> &str {
        self.texts.get(usize::from(code)).map_or("", String::as_str)
    }
}

/// The number of glyphs at the start of `glyphs` that share one text: the first has it.
///
/// A hyphen that the line break made always stands alone.
pub(super) fn cluster_len(glyphs: &[ShapedGlyph]) -> usize {
    match glyphs {
        [] => 0,
        [first, ..] if first.soft_hyphen => 1,
        [_, rest @ ..] => 1 + rest.iter().take_while(|g| g.text.1 == 0 && !g.soft_hyphen).count(),
    }
}

/// How often a glyph stands for a text.
#[derive(Debug)]
struct Use {
    /// The bytes of the text.
    text: SmallVec<[u8; 16]>,
    /// What [`short`] makes of them.
    short: u64,
    count: u32,
}

/// A text of up to seven bytes as a number, as nearly all texts of a glyph are: 0 for longer ones.
fn short(text: &[u8]) -> u64 {
    if text.len() >= size_of::<u64>() {
        return 0;
    }
    // A one before the bytes, lest those that begin with zero be taken for each other.
    text.iter().fold(1, |number, byte| number << 8 | u64::from(*byte))
}

/// By glyph: `None` where it is not in use. Nearly all stand for one text alone.
type Uses = Vec<Option<SmallVec<[Use; 1]>>>;

/// Gathers the glyphs of all pages and subsets every face that has some.
///
/// # Errors
/// [`BackendError::Font`] where a font cannot be read or subset.
pub(super) fn collect(pages: &Pages) -> Result<Vec<Option<Face>>, BackendError> {
    let mut uses: Vec<Uses> = pages.faces.iter().map(|_| Uses::new()).collect();
    debug_assert_eq!(pages.words.met, pages.count_words().met, "pages were changed behind their count");
    for (number, times) in &pages.words.met {
        let word = pages.words.table.word(*number);
        if let Some(face) = uses.get_mut(word.face) {
            count(face, word, *times);
        }
    }
    pages
        .faces
        .par_iter()
        .zip(uses)
        .map(|(face, uses)| if uses.is_empty() { Ok(None) } else { subset(face, uses).map(Some) })
        .collect()
}

fn count(uses: &mut Uses, word: &ShapedWord, times: u32) {
    let mut rest = &*word.glyphs;
    while let [first, ..] = rest {
        let len = cluster_len(rest);
        let text = if len == 1 && !first.soft_hyphen { first.text_of(word) } else { b"" };
        note(uses, first.id, text, times);
        for glyph in &rest[1..len] {
            note(uses, glyph.id, b"", times);
        }
        rest = &rest[len..];
    }
}

fn note(uses: &mut Uses, glyph: u16, text: &[u8], times: u32) {
    let index = usize::from(glyph);
    if uses.len() <= index {
        uses.resize_with(index + 1, || None);
    }
    let known = uses[index].get_or_insert_with(SmallVec::new);
    // The glyph of what no font has stands for no text; it is shown for thousands of them.
    if text.is_empty() || glyph == 0 {
        return;
    }
    let short = short(text);
    match known.iter_mut().find(|u| u.short == short && (short != 0 || *u.text == *text)) {
        Some(found) => found.count += times,
        None => known.push(Use { text: SmallVec::from_slice(text), short, count: times }),
    }
}

fn subset(face: &PageFace, uses: Uses) -> Result<Face, BackendError> {
    let broken = |reason: String| BackendError::Font { name: face.name.clone(), reason };
    let font = FontRef::new(&face.data)
        .map_err(|e| broken(format!("the file is not a font that can be read ({e}); use another file")))?;
    let units = font.head().map_or(1000, |h| h.units_per_em());
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());

    let mut remapper = GlyphRemapper::new();
    let mut hash = Sha256::new();
    hash.update(&face.name);
    let mut used = Vec::new();
    let glyphs = uses.len();
    for (glyph, known) in uses.into_iter().enumerate().skip(1) {
        let Some(known) = known else { continue };
        hash.update((glyph as u16).to_be_bytes());
        remapper.remap(glyph as u16);
        // Of equally frequent texts the one met first, as `max_by_key` would take the last. A glyph without any text of
        // its own can only be a hyphen of a line break or a part of a cluster, and both say their text on the page.
        let best = known.into_iter().rev().max_by_key(|u| u.count);
        let (text, count) = best
            .and_then(|u| Some((String::from_utf8(u.text.into_vec()).ok()?, u.count)))
            .unwrap_or_else(|| ("\u{AD}".to_owned(), 0));
        used.push(Used { glyph: glyph as u16, text, count });
    }
    let subset = subsetter::subset(&face.data, 0, &remapper).map_err(|e| {
        broken(format!("it cannot be reduced to the glyphs in use ({e}); use a static OpenType font"))
    })?;
    let postscript_name = postscript_name(&face.name);
    let name = format!("{}+{postscript_name}", tag(&hash.finalize()));
    let simple = codes::codes(&used).and_then(|codes| {
        let text = |code| used.iter().zip(&codes).find(|(_, c)| **c == code).map_or("", |(u, _)| &u.text);
        let (kind, program) = program::simple(&subset, &name, &codes, |c| Face::glyph_name(c, text(c)))?;
        Some((kind, program, codes.into_iter().map(u16::from).collect()))
    });
    let (kind, program, codes): (Kind, Vec<u8>, Vec<u16>) =
        simple.unwrap_or_else(|| (Kind::Wide, subset, (1..=used.len() as u16).collect()));
    let last = codes.iter().copied().max().map_or(0, usize::from);
    let width = |glyph: u16| advance(metrics.advance_width(GlyphId::from(glyph)), units);
    let mut out = Face {
        name,
        kind,
        program,
        look: look(&font),
        codes: vec![0; glyphs],
        widths: vec![0; last + 1],
        texts: vec![String::new(); last + 1],
    };
    out.widths[0] = width(0);
    "\u{FFFD}".clone_into(&mut out.texts[0]);
    for (Used { glyph, text, .. }, code) in used.into_iter().zip(codes) {
        out.codes[usize::from(glyph)] = code;
        out.widths[usize::from(code)] = width(glyph);
        out.texts[usize::from(code)] = text;
    }
    Ok(out)
}

fn look(font: &FontRef<'_>) -> Look {
    let metrics = font.metrics(Size::new(1000.0), LocationRef::default());
    let bounds = metrics.bounds.unwrap_or_default();
    let weight = font.attributes().weight.value();
    Look {
        bounds: [bounds.x_min.floor(), bounds.y_min.floor(), bounds.x_max.ceil(), bounds.y_max.ceil()]
            .map(|v| v as i32),
        ascent: metrics.ascent.round() as i32,
        descent: metrics.descent.round() as i32,
        cap_height: metrics.cap_height.unwrap_or(metrics.ascent).round() as i32,
        italic_angle: metrics.italic_angle.round() as i32,
        // Fonts do not say it; so thick are the stems of text faces of a weight, about.
        stem: (50.0 + (weight / 65.0) * (weight / 65.0)).round() as i32,
    }
}

/// The advance in 1/1000 em, cut as the writer of `/W` cuts it: with single precision, towards zero.
fn advance(width: Option<f32>, units_per_em: u16) -> i32 {
    (width.unwrap_or(0.0) * 1000.0 / f32::from(units_per_em)) as i32
}

/// Six capitals that differ between subsets (ISO 32000-1, 9.6.4).
fn tag(hash: &[u8]) -> String {
    hash.iter().take(6).map(|b| char::from(b'A' + b % 26)).collect()
}

/// Only characters that a PostScript name may have.
fn postscript_name(name: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| {
            c.is_ascii_graphic()
                && !matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | '<' | '>' | '/' | '%' | '#' | '+')
        })
        .take(63)
        .collect();
    if clean.is_empty() { "Font".to_owned() } else { clean }
}

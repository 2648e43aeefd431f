//! In: the bytes of any PDF. Out: its objects, and answers about its pages; and back to bytes.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::typeset::length::Length;

use super::trim::Trim;

/// Why a PDF cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// It is protected.
    #[error(
        "the PDF is encrypted: save it without a password (`qpdf --decrypt IN.pdf OUT.pdf`) and try again"
    )]
    Encrypted,
    /// It cannot be read.
    #[error("the PDF cannot be read ({0}): export it anew, or mend it with `qpdf IN.pdf OUT.pdf`")]
    Broken(String),
    /// It has no pages.
    #[error("the PDF has no pages")]
    Empty,
}

/// What a finished block says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Number of pages.
    pub pages: u32,
    /// Size of the first page after trimming, as one looks at it.
    pub trim: Trim,
    /// Title of the document, or nothing.
    pub title: String,
    /// Its author, or nothing.
    pub author: String,
}

/// Reads what a wrap must know of its block.
///
/// # Errors
/// [`PdfError`].
pub fn facts(file: &[u8]) -> Result<Facts, PdfError> {
    let document = open(file)?;
    let pages = document.get_pages();
    let first = pages.values().next().copied().ok_or(PdfError::Empty)?;
    let [left, bottom, right, top] = trim_box(&document, first)?;
    let (mut width, mut height) = (Length::pt(right - left), Length::pt(top - bottom));
    if matches!(rotation(&document, first), 90 | 270) {
        (width, height) = (height, width);
    }
    let info = document.trailer.get(b"Info").ok().map(|i| follow(&document, i));
    let text = |key: &[u8]| {
        let held = info.and_then(|i| i.as_dict().ok()?.get(key).ok()).map(|v| follow(&document, v));
        held.and_then(|v| lopdf::decode_text_string(v).ok()).map(|t| t.trim().to_owned()).unwrap_or_default()
    };
    Ok(Facts {
        pages: pages.len() as u32,
        trim: Trim { width, height },
        title: text(b"Title"),
        author: text(b"Author"),
    })
}

/// How many parents a page may have, at most: more are a ring.
const DEEPEST_TREE: usize = 64;

/// What one stream of objects may unpack to, at most, in bytes: those of real files hold some hundred objects.
const MOST_UNPACKED: usize = 32 << 20;

/// Reads a file.
///
/// # Errors
/// [`PdfError`].
pub(super) fn open(file: &[u8]) -> Result<Document, PdfError> {
    let options = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let document = Document::load_mem_with_options(file, options).map_err(|e| broken(&e))?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    if document.get_pages().is_empty() {
        return Err(PdfError::Empty);
    }
    Ok(document)
}

/// What a reference leads to, or the object itself.
pub(super) fn follow<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(object, |(_, target)| target)
}

/// A page's own entry, or that of its parents.
pub(super) fn inherited(document: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST_TREE {
        if let Ok(found) = node.get(key) {
            return Some(found.clone());
        }
        let parent = node.get(b"Parent").and_then(Object::as_reference).ok()?;
        node = document.get_dictionary(parent).ok()?;
    }
    None
}

/// A box as left, bottom, right, top, in points.
pub(super) fn rectangle(document: &Document, object: &Object) -> Option<[f64; 4]> {
    let array = follow(document, object).as_array().ok()?;
    let values: Vec<f64> =
        array.iter().filter_map(|v| follow(document, v).as_float().ok()).map(f64::from).collect();
    let [a, b, c, d] = values.try_into().ok()?;
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// One of a page's boxes, where the page states it.
pub(super) fn page_box(document: &Document, page: ObjectId, key: &str) -> Option<[f64; 4]> {
    rectangle(document, &inherited(document, page, key.as_bytes())?)
}

/// What remains of a page after trimming: its trim box, else its crop box, else its media box.
///
/// # Errors
/// [`PdfError::Broken`] where it has none of them, or an empty one.
pub(super) fn trim_box(document: &Document, page: ObjectId) -> Result<[f64; 4], PdfError> {
    ["TrimBox", "CropBox", "MediaBox"]
        .iter()
        .find_map(|key| page_box(document, page, key))
        .filter(|b| b.iter().all(|v| v.is_finite()) && b[2] - b[0] > 1.0 && b[3] - b[1] > 1.0)
        .ok_or_else(|| PdfError::Broken(format!("object {} is a page without a size", page.0)))
}

/// How far a page is turned clockwise: 0, 90, 180 or 270 degrees.
pub(super) fn rotation(document: &Document, page: ObjectId) -> i64 {
    let value = inherited(document, page, b"Rotate");
    let degrees = value.and_then(|v| follow(document, &v).as_i64().ok()).unwrap_or(0);
    degrees.rem_euclid(360) / 90 * 90
}

/// A page's content as one stream, packed as it was where that is possible.
///
/// # Errors
/// [`PdfError::Broken`] where it cannot be unpacked.
pub(super) fn content(document: &Document, page: ObjectId) -> Result<Stream, PdfError> {
    let dictionary = document.get_dictionary(page).map_err(|e| broken(&e))?;
    let held = dictionary.get(b"Contents").map(|c| follow(document, c));
    let single = match held {
        Ok(Object::Array(parts)) if parts.len() == 1 => Some(follow(document, &parts[0])),
        Ok(object) => Some(object),
        Err(_) => None,
    };
    match single {
        Some(Object::Stream(stream)) => Ok(stream.clone()),
        None => Ok(Stream::new(Dictionary::new(), Vec::new())),
        Some(_) => {
            let bytes = document.get_page_content(page);
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
            let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
            let mut dictionary = Dictionary::new();
            dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
            packed.map(|p| Stream::new(dictionary, p)).map_err(|e| PdfError::Broken(e.to_string()))
        }
    }
}

/// Makes `tree` the document's pages, and drops all that spoke of the old ones.
///
/// # Errors
/// [`PdfError::Broken`] where there is no catalog.
pub(super) fn replace_pages(document: &mut Document, tree: ObjectId) -> Result<(), PdfError> {
    // Names, outlines and tags lead to pages that are gone; metadata and intents would claim a
    // standard that the new file has not been made for.
    const STALE: [&str; 16] = [
        "Outlines",
        "Names",
        "Dests",
        "OpenAction",
        "AcroForm",
        "PageLabels",
        "Threads",
        "StructTreeRoot",
        "MarkInfo",
        "Metadata",
        "OutputIntents",
        "PageMode",
        "PageLayout",
        "ViewerPreferences",
        "AA",
        "Pages",
    ];
    let catalog = document.catalog_mut().map_err(|e| broken(&e))?;
    for key in STALE {
        catalog.remove(key.as_bytes());
    }
    catalog.set("Pages", tree);
    if let Ok(info) = document.trailer.get(b"Info").and_then(Object::as_reference)
        && let Ok(info) = document.get_dictionary_mut(info)
    {
        for key in ["GTS_PDFXVersion", "GTS_PDFXConformance"] {
            info.remove(key.as_bytes());
        }
    }
    document.prune_objects();
    Ok(())
}

/// Writes the document.
///
/// # Errors
/// [`PdfError::Broken`] where an object cannot be written.
pub(super) fn save(document: &mut Document) -> Result<Vec<u8>, PdfError> {
    document.renumber_objects();
    let mut out = Vec::new();
    document.save_to(&mut out).map_err(|e| PdfError::Broken(e.to_string()))?;
    Ok(out)
}

fn broken(error: &lopdf::Error) -> PdfError {
    PdfError::Broken(error.to_string())
}

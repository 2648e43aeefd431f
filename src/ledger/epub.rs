//! In: the bytes of a finished EPUB, any maker's. Out: the words that a reader finds in it.
//!
//! It does not trust the backend that wrote the file: it reads the container, the package document and every
//! document of the spine with its own eyes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::entities::entity;

/// All documents together inflate to at most so many bytes: the longest novels have 12 MB.
const TOTAL_BYTES: u64 = 96 << 20;
/// Elements nest at most so deep.
const DEPTH: usize = 512;

/// The text of one document of the spine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentText {
    /// Its path in the container.
    pub path: String,
    /// Whether it holds none of the work's text: cover, title page, copyright page, contents.
    pub front: bool,
    /// The work's text; blocks end with a newline.
    pub text: String,
    /// The text of footnotes and endnotes; blocks end with a newline.
    pub notes: String,
    /// What the edition adds of its own: the marks of notes and chapter numbers that were counted.
    pub added: String,
}

/// Why an EPUB cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no zip container, or a damaged one.
    #[error("the container cannot be read: {0}")]
    Container(String),
    /// A file is missing.
    #[error("{path} is missing from the container")]
    Missing {
        /// The file.
        path: String,
    },
    /// A file is too large once it is inflated.
    #[error("{path} inflates to more than {limit} bytes")]
    TooLarge {
        /// The file.
        path: String,
        /// How much is allowed.
        limit: u64,
    },
    /// A file is not well-formed XML.
    #[error("{path} is not well-formed: {reason}")]
    Xml {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// Its documents are encrypted.
    #[error("{path} is encrypted: the words of a protected book cannot be read")]
    Encrypted {
        /// The file.
        path: String,
    },
    /// The package document names no spine.
    #[error("{path} names no document to read")]
    NoSpine {
        /// The package document.
        path: String,
    },
}

/// The words of every document in reading order.
///
/// # Errors
/// [`ReadError`] where the container, the package document or a document of the spine cannot be read.
pub fn read_text(bytes: &[u8]) -> Result<Vec<DocumentText>, ReadError> {
    read_at_most(bytes, 0)
}

/// The same, where so much may be expected that the documents inflate to `most` bytes.
pub(super) fn read_at_most(bytes: &[u8], most: u64) -> Result<Vec<DocumentText>, ReadError> {
    let mut container = Container::open(bytes, TOTAL_BYTES.max(most))?;
    let package_path = container.package_path()?;
    let package = container.read(&package_path)?;
    let spine = spine(&package, &package_path)?;
    if spine.is_empty() {
        return Err(ReadError::NoSpine { path: package_path });
    }
    let encrypted = container.encrypted()?;
    if let Some((path, _)) = spine.iter().find(|(path, _)| encrypted.contains(path)) {
        return Err(ReadError::Encrypted { path: path.clone() });
    }
    let mut documents = Vec::with_capacity(spine.len());
    for (path, navigation) in spine {
        let xhtml = container.read(&path)?;
        let mut document = document(&xhtml, &path)?;
        document.front |= navigation;
        documents.push(document);
    }
    Ok(documents)
}

struct Container<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8], most: u64) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| ReadError::Container(e.to_string()))?;
        Ok(Self { zip, left: most })
    }

    fn read(&mut self, path: &str) -> Result<String, ReadError> {
        let file = self.zip.by_name(path).map_err(|e| match e {
            zip::result::ZipError::FileNotFound => ReadError::Missing { path: path.to_owned() },
            other => ReadError::Container(format!("{path}: {other}")),
        })?;
        let limit = self.left;
        let mut bytes = Vec::new();
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| ReadError::Container(format!("{path}: {e}")))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), limit });
        }
        self.left -= bytes.len() as u64;
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        String::from_utf8(bytes)
            .map_err(|_| ReadError::Xml { path: path.to_owned(), reason: "it is not UTF-8".to_owned() })
    }

    /// The files that the container says are encrypted (EPUB OCF 3.3, 4.2.6.3.2); fonts often are.
    fn encrypted(&mut self) -> Result<Vec<String>, ReadError> {
        const PATH: &str = "META-INF/encryption.xml";
        if self.zip.index_for_name(PATH).is_none() {
            return Ok(Vec::new());
        }
        let xml = self.read(PATH)?;
        let mut paths = Vec::new();
        for_each_element(&xml, PATH, &mut |element| {
            if local(element) == "CipherReference" {
                paths.extend(attribute(element, "URI").map(|uri| resolve("", &uri)));
            }
        })?;
        Ok(paths)
    }

    fn package_path(&mut self) -> Result<String, ReadError> {
        const PATH: &str = "META-INF/container.xml";
        let xml = self.read(PATH)?;
        let mut found = None;
        for_each_element(&xml, PATH, &mut |element| {
            if local(element) == "rootfile" && found.is_none() {
                found = attribute(element, "full-path");
            }
        })?;
        found.ok_or_else(|| ReadError::NoSpine { path: PATH.to_owned() })
    }
}

/// The paths of the spine, and whether each is the navigation document.
fn spine(package: &str, package_path: &str) -> Result<Vec<(String, bool)>, ReadError> {
    let mut manifest: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let mut spine = Vec::new();
    for_each_element(package, package_path, &mut |element| match local(element) {
        "item" => {
            if let (Some(id), Some(href)) = (attribute(element, "id"), attribute(element, "href")) {
                let properties = attribute(element, "properties").unwrap_or_default();
                let navigation = properties.split_whitespace().any(|p| p == "nav");
                manifest.insert(id, (resolve(package_path, &href), navigation));
            }
        }
        "itemref" => spine.extend(attribute(element, "idref")),
        _ => {}
    })?;
    Ok(spine.iter().filter_map(|id| manifest.get(id).cloned()).collect())
}

fn for_each_element(xml: &str, path: &str, visit: &mut dyn FnMut(&BytesStart<'_>)) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => visit(&element),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(not_well_formed(path, &error)),
        }
    }
}

fn not_well_formed(path: &str, error: &quick_xml::Error) -> ReadError {
    ReadError::Xml { path: path.to_owned(), reason: error.to_string() }
}

fn local<'e>(element: &'e BytesStart<'_>) -> &'e str {
    element.local_name().into_inner()
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The path that `href` means in the file `from`; steps above the container's root stay at the root.
fn resolve(from: &str, href: &str) -> String {
    let href = percent_decoded(href.split('#').next().unwrap_or_default());
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = if href.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in href.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.retain(|s| !s.is_empty());
    steps.join("/")
}

fn percent_decoded(href: &str) -> String {
    let bytes = href.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%')
            .then(|| href.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whose text it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Of no interest: head, style, script.
    Outside,
    Text,
    Note,
    Added,
}

fn document(xhtml: &str, path: &str) -> Result<DocumentText, ReadError> {
    let mut out = DocumentText { path: path.to_owned(), ..DocumentText::default() };
    let mut reader = Reader::from_str(xhtml);
    let mut open: Vec<(Place, bool)> = Vec::new();
    loop {
        let place = open.last().map_or(Place::Text, |(place, _)| *place);
        match reader.read_event().map_err(|e| not_well_formed(path, &e))? {
            Event::Start(element) => {
                if open.len() >= DEPTH {
                    let reason = format!("elements nest deeper than {DEPTH}");
                    return Err(ReadError::Xml { path: path.to_owned(), reason });
                }
                let within = place_of(&element, place, &mut out.front);
                empty_element(&element, within, &mut out);
                let block = !is_inline(local(&element));
                if block {
                    end_line(&mut out);
                }
                open.push((within, block));
            }
            Event::Empty(element) => {
                let within = place_of(&element, place, &mut out.front);
                empty_element(&element, within, &mut out);
            }
            Event::End(_) => {
                if open.pop().is_some_and(|(_, block)| block) {
                    end_line(&mut out);
                }
            }
            Event::Text(text) => {
                put(&mut out, place, &text);
            }
            Event::CData(text) => {
                put(&mut out, place, &text);
            }
            Event::GeneralRef(reference) => {
                if let Some(c) = reference.resolve_char_ref().map_err(|e| not_well_formed(path, &e))? {
                    put(&mut out, place, c.encode_utf8(&mut [0; 4]));
                } else {
                    let name: &str = &reference;
                    let Some(text) = entity(name) else {
                        let reason = format!("the entity &{name}; is unknown");
                        return Err(ReadError::Xml { path: path.to_owned(), reason });
                    };
                    put(&mut out, place, text);
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if !open.is_empty() {
        return Err(ReadError::Xml {
            path: path.to_owned(),
            reason: "it ends inside of an element".to_owned(),
        });
    }
    Ok(out)
}

/// Whose text stands inside of an element. `front` is set by elements that hold no text of the work.
fn place_of(element: &BytesStart<'_>, around: Place, front: &mut bool) -> Place {
    if around == Place::Outside || matches!(local(element), "head" | "script" | "style") {
        return Place::Outside;
    }
    let is = |wanted: &[&str]| {
        ["epub:type", "role", "class"].iter().any(|name| {
            let value = attribute(element, name).unwrap_or_default();
            value.split_whitespace().any(|v| wanted.contains(&v))
        })
    };
    if is(&["titlepage", "copyright-page", "cover", "toc", "landmarks", "page-list", "doc-toc"]) {
        *front = true;
    }
    if is(&["noteref", "doc-noteref", "doc-backlink", "backlink", "added", "pagebreak", "doc-pagebreak"]) {
        return Place::Added;
    }
    if around == Place::Text
        && is(&["footnote", "doc-footnote", "rearnote", "endnote", "doc-endnote", "endnotes", "footnotes"])
    {
        return Place::Note;
    }
    around
}

/// A line break ends a line, a picture says its alternative text.
fn empty_element(element: &BytesStart<'_>, place: Place, out: &mut DocumentText) {
    match local(element) {
        "br" | "hr" => end_line(out),
        "img" => {
            if let Some(alt) = attribute(element, "alt") {
                put(out, place, &alt);
            }
        }
        _ => {}
    }
}

/// Elements that do not end a word.
fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 33] = [
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins",
        "kbd", "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt",
        "u", "var", "wbr", "data",
    ];
    INLINE.contains(&name)
}

fn put(out: &mut DocumentText, place: Place, text: &str) {
    match place {
        Place::Outside => {}
        Place::Text => out.text.push_str(text),
        Place::Note => out.notes.push_str(text),
        Place::Added => out.added.push_str(text),
    }
}

fn end_line(out: &mut DocumentText) {
    for text in [&mut out.text, &mut out.notes, &mut out.added] {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_of_the_container() {
        assert_eq!(resolve("OEBPS/content.opf", "text/a%20b.xhtml#x"), "OEBPS/text/a b.xhtml");
        assert_eq!(resolve("OEBPS/content.opf", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(resolve("content.opf", "/a.xhtml"), "a.xhtml");
        assert_eq!(percent_decoded("100%"), "100%");
    }

    #[test]
    fn the_text_of_a_document_is_told_from_what_the_edition_adds() {
        let xhtml = "<html xmlns:epub='x'><head><title>T</title></head><body>\
            <h1><span class='ordinal added'>Chapter One</span> <span>Dawn</span></h1>\
            <p>It&#8217;s <em>un</em>done&mdash;now<a epub:type='noteref' href='#n'>1</a>.<br/>So</p>\
            <aside epub:type='footnote'><p><a role='doc-backlink'>1</a> A note.</p></aside></body></html>";
        let read = document(xhtml, "a").unwrap();
        assert_eq!(read.text.split_whitespace().collect::<Vec<_>>(), ["Dawn", "It’s", "undone—now.", "So"]);
        assert_eq!(read.notes.trim(), "A note.");
        assert_eq!(read.added.split_whitespace().collect::<Vec<_>>(), ["Chapter", "One", "1", "1"]);
        assert!(!read.front);
    }

    #[test]
    fn what_is_not_well_formed_is_an_error() {
        for bad in [
            "<p>a",
            "<p>a</b>",
            "<p>&unknown;</p>",
            &format!("{0}{1}", "<b>".repeat(600), "</b>".repeat(600)),
        ] {
            assert!(document(bad, "a").is_err(), "{bad}");
        }
        assert!(read_text(b"no zip").is_err());
    }
}

//! In: the objects that printpdf made, the structure, the fonts and the page streams. Out: the whole file: boxes,
//! links, outline, page labels, structure tree, metadata, output intent, identifier.
//!
//! ```text
//! structure, marks ──▶ Shell ─┐
//! faces ──▶ fonts, packed ────┼──▶ finish ──▶ file
//! page streams, packed ───────┘
//! ```
//!
//! All but the fonts and the page streams is made, and packed, in the [`Shell`]: beside them, on another thread.
//!
//! This folder is the only place of the backend that names lopdf.

mod catalog;
mod fonts;
mod pages;
mod save;

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, Object};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::book::Metadata;
use crate::typeset::page::{LinkArea, Page, Pages, Side, Target};

use super::content::{Frame, integer, milli, number, text_string};
use super::faces::Face;
use super::tags::{self, Placed, reference};
use super::{Edition, marks, metadata};

pub(super) use fonts::{Packed, pack};
use save::{Body, Group, Numbered};

/// A file as objects.
pub(super) type Document = lopdf::Document;

/// What the file is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    /// The pages.
    pub(super) pages: &'a Pages,
    /// Where things stand on a page.
    pub(super) frame: &'a Frame<'a>,
    /// What is said about the work.
    pub(super) meta: &'a Metadata,
    /// What kind of file it is.
    pub(super) edition: &'a Edition,
    /// The file's date.
    pub(super) now: DateTime<Utc>,
    /// How hard to pack.
    pub(super) compression: Compression,
}

/// The stream of a page, packed.
#[derive(Debug)]
pub(super) struct Content {
    bytes: Vec<u8>,
    /// The SHA-256 of the bytes.
    digest: [u8; 32],
}

impl Content {
    /// Packs a page's operators.
    pub(super) fn pack(operators: &[u8], level: Compression) -> Self {
        let bytes = deflate(operators, level);
        let digest = Sha256::digest(&bytes).into();
        Self { bytes, digest }
    }
}

/// Packs bytes for `FlateDecode`.
pub(super) fn deflate(bytes: &[u8], level: Compression) -> Vec<u8> {
    thread_local! {
        // A packer's tables are larger than most of what it packs: each thread keeps its own.
        static PACKER: RefCell<Option<(Compression, Compress)>> = const { RefCell::new(None) };
    }
    PACKER.with_borrow_mut(|kept| {
        let (_, packer) = match kept {
            Some(packer) if packer.0 == level => packer,
            _ => kept.insert((level, Compress::new_with_window_bits(level, true, 13))),
        };
        packer.reset();
        let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
        loop {
            let read = packer.total_in() as usize;
            let rest = bytes.get(read..).unwrap_or_default();
            // Packing fails on misuse alone; an empty stream would show at once in every test.
            match packer.compress_vec(rest, &mut out, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return out,
                Ok(_) => out.reserve(out.capacity() / 2),
                Err(_) => return Vec::new(),
            }
        }
    })
}

/// All of a file but its fonts and what stands on its pages.
pub(super) struct Shell {
    /// Streams, and of editions that pack no objects all the others too.
    objects: Vec<Numbered>,
    groups: Vec<Group>,
    /// By page: the object number of its stream.
    streams: Vec<u32>,
    /// The object number of the fonts that all pages share, and those that printpdf made.
    fonts: (u32, Dictionary),
    trailer: save::Trailer,
    /// The object number of the XMP packet, where there is one.
    packet: Option<u32>,
    /// The last object number.
    last: u32,
    /// What of the identifier hangs on the shell.
    hash: Sha256,
}

impl Shell {
    /// The shell of a file, from the objects that printpdf made of it.
    pub(super) fn new(mut document: Document, parts: &Parts<'_>) -> Self {
        let level = parts.compression;
        document.renumber_objects();
        let page_tree = pages::take(&mut document);
        compress(&mut document, level);

        let mut file = File { last: document.max_id, objects: Vec::new() };
        let fonts = fonts::set_apart(&mut document, &mut file, page_tree.resources);
        let number = |_: &Page| pages::Numbers { page: file.next(), stream: file.next() };
        let pages: Vec<pages::Numbers> = parts.pages.pages.iter().map(number).collect();
        let numbers: Vec<u32> = pages.iter().map(|numbers| numbers.page).collect();
        let marks_of = |page: &Page| marks::of(page, parts.frame);
        let marks: Vec<Vec<u32>> = parts.frame.tags.map_or_else(
            || vec![Vec::new(); parts.pages.pages.len()],
            |_| parts.pages.pages.par_iter().map(marks_of).collect(),
        );
        let links = link_objects(&mut file, &numbers, parts);
        let tree = parts.frame.tags.map(|_| {
            let placed = Placed { pages: &numbers, marks: &marks, links: &links, frame: parts.frame };
            let tree = tags::write(parts.pages, &placed, &mut || file.next());
            file.objects.extend(tree.objects.into_written().map(Numbered::plain));
            tree.root
        });
        pages::write(&mut file, &page_tree, &pages, &marks, &links, parts);
        let (catalog, packet) = catalog::write(&mut document, &mut file, &numbers, tree, parts);
        let info = file.add(metadata::info(parts.meta, parts.edition, parts.now));

        let made = std::mem::take(&mut document.objects);
        let mut objects = save::numbered(made.into_iter().map(|(id, object)| (id.0, object)));
        objects.append(&mut file.objects);
        let hash = hash(&objects);
        let mut groups = Vec::new();
        if parts.edition.packs_objects() {
            let (plain, kept) = objects.into_iter().partition(|o| matches!(o.body, Body::Plain(_)));
            (objects, groups) = (kept, save::group(plain, level));
        }
        Self {
            objects,
            groups,
            streams: pages.into_iter().map(|numbers| numbers.stream).collect(),
            fonts,
            trailer: save::Trailer { catalog, info, identifier: [0; 16] },
            packet,
            last: file.last,
            hash,
        }
    }
}

/// Puts everything together: the fonts of `faces`, packed, and the streams of all pages.
///
/// # Errors
/// What `out` says.
pub(super) fn finish(
    shell: Shell,
    faces: &[Option<Face>],
    packed: Vec<Option<Packed>>,
    contents: Vec<Content>,
    parts: &Parts<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Shell { mut objects, mut groups, streams, fonts, mut trailer, packet, last, mut hash } = shell;
    let mut file = File { last, objects: Vec::new() };
    fonts::add(&mut file, fonts, faces, packed);
    for content in &contents {
        hash.update(content.digest);
    }
    hash_objects(&mut hash, &file.objects);
    trailer.identifier.copy_from_slice(&hash.finalize()[..16]);
    if let Some(number) = packet {
        let xmp = metadata::xmp(parts.meta, parts.edition, parts.now, &uuid(&trailer.identifier));
        file.objects.push(Numbered::stream(number, b"/Type/Metadata/Subtype/XML", xmp.into_bytes()));
    }
    for (number, content) in streams.into_iter().zip(contents) {
        objects.push(Numbered::stream(number, b"/Filter/FlateDecode", content.bytes));
    }
    if parts.edition.packs_objects() {
        let (plain, kept): (Vec<_>, _) =
            file.objects.into_iter().partition(|o| matches!(o.body, Body::Plain(_)));
        file.objects = kept;
        groups.extend(save::group(plain, parts.compression));
    }
    objects.append(&mut file.objects);
    save::write(objects, &groups, &trailer, parts.edition, parts.compression, out)
}

/// New objects.
struct File {
    last: u32,
    objects: Vec<Numbered>,
}

impl File {
    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    fn add(&mut self, bytes: Vec<u8>) -> u32 {
        let number = self.next();
        self.objects.push(Numbered::plain((number, bytes)));
        number
    }

    fn add_stream(&mut self, keys: impl Into<Cow<'static, [u8]>>, bytes: Vec<u8>) -> u32 {
        let number = self.next();
        self.objects.push(Numbered { number, body: Body::Stream { keys: keys.into(), bytes } });
        number
    }
}

/// Packs every stream that is not packed yet: fonts and their maps.
fn compress(document: &mut Document, level: Compression) {
    document.objects.par_iter_mut().for_each(|(_, object)| {
        if let Object::Stream(stream) = object
            && !stream.dict.has(b"Filter")
        {
            stream.content = deflate(&stream.content, level);
            stream.dict.set("Filter", Object::Name(b"FlateDecode".to_vec()));
        }
    });
}

/// Writes the annotations of all links, and tells their objects by page.
fn link_objects(file: &mut File, pages: &[u32], parts: &Parts<'_>) -> Vec<Vec<u32>> {
    let mut count = 0;
    parts
        .pages
        .pages
        .iter()
        .map(|page| {
            if parts.edition.print {
                return Vec::new();
            }
            page.links
                .iter()
                .map(|link| {
                    let key = tags::link_key(pages.len(), count);
                    count += 1;
                    file.add(link_annotation(link, page.side, key, pages, parts))
                })
                .collect()
        })
        .collect()
}

fn link_annotation(link: &LinkArea, side: Side, key: i64, pages: &[u32], parts: &Parts<'_>) -> Vec<u8> {
    let (x, y, width, height) = link.area;
    let (left, bottom) = parts.frame.place(side, x, y + height);
    let (right, top) = parts.frame.place(side, x + width, y);
    let mut out = b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[".to_vec();
    for value in [left, bottom, right, top] {
        number(&mut out, value);
        out.push(b' ');
    }
    out.extend_from_slice(b"]");
    if parts.frame.tags.is_some() {
        out.extend_from_slice(b"/StructParent ");
        integer(&mut out, key);
    }
    if !link.alt.is_empty() {
        out.extend_from_slice(b"/Contents");
        text_string(&mut out, &link.alt);
    }
    match &link.target {
        Target::Place { page, y } => {
            out.extend_from_slice(b"/Dest");
            destination(&mut out, *page, parts.frame.top - milli(*y), pages);
        }
        Target::Uri(uri) => {
            out.extend_from_slice(b"/A<</S/URI/URI(");
            out.extend_from_slice(ascii_uri(uri).as_bytes());
            out.extend_from_slice(b")>>");
        }
    }
    out.extend_from_slice(b">>");
    out
}

/// The address in ASCII, as a PDF holds it, without characters that would end the string.
fn ascii_uri(uri: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'\\' | b'<' | b'>' | b'"') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A place on a page; the zoom stays as it is.
fn destination(out: &mut Vec<u8>, page: usize, y: i64, pages: &[u32]) {
    out.push(b'[');
    reference(out, pages[page.min(pages.len() - 1)]);
    out.extend_from_slice(b"/XYZ null ");
    number(out, y);
    out.extend_from_slice(b" null]");
}

/// The beginning of the hash that names the file by its content: the same book gives the same identifier.
fn hash(objects: &[Numbered]) -> Sha256 {
    let mut hash = Sha256::new();
    hash_objects(&mut hash, objects);
    hash
}

/// Adds objects to the hash: of streams, which may be long, what each of them hashes to.
fn hash_objects(hash: &mut Sha256, objects: &[Numbered]) {
    let digest = |object: &Numbered| match &object.body {
        Body::Stream { bytes, .. } => Some(Sha256::digest(bytes)),
        Body::Plain(_) => None,
    };
    let digests: Vec<_> = objects.par_iter().filter_map(digest).collect();
    for digest in digests {
        hash.update(digest);
    }
    for object in objects {
        if let Body::Plain(bytes) = &object.body {
            hash.update(&**bytes);
        }
    }
}

/// The identifier in the form of a UUID made from a hash (RFC 9562, version 8).
fn uuid(identifier: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    let mut bytes = *identifier;
    bytes[6] = (bytes[6] & 0x0F) | 0x80;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let mut out = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}

//! In: the one page that printpdf made, with the resources of all, and the pages of the book. Out: their objects and the
//! page tree (ISO 32000-1, 7.7.3).
//!
//! All pages have the same resources. A book has hundreds: they are written as bytes at once.

use lopdf::{Dictionary, Object, ObjectId};

use crate::typeset::page::Side;

use super::super::content::{integer, milli, number};
use super::super::objects::Objects;
use super::super::tags::{self, reference};
use super::{Document, File, Numbered, Parts};

/// Bytes of a page's object, about.
const PAGE_BYTES: usize = 128;

/// The page tree before it has pages.
pub(super) struct Tree {
    /// Its object number.
    root: u32,
    /// The resources of all pages.
    pub(super) resources: Option<ObjectId>,
}

/// The object numbers of a page.
pub(super) struct Numbers {
    /// Its own.
    pub(super) page: u32,
    /// That of its stream.
    pub(super) stream: u32,
}

/// Takes the page tree and its page out of a document, and drops what resources it has that are empty.
pub(super) fn take(document: &mut Document) -> Tree {
    let page = document.get_pages().into_values().next();
    let page = page.and_then(|id| document.objects.remove(&id));
    let entry = |key: &[u8]| page.as_ref()?.as_dict().ok()?.get(key).ok()?.as_reference().ok();
    let (stream, resources) = (entry(b"Contents"), entry(b"Resources"));
    let catalog = document.trailer.get(b"Root").and_then(Object::as_reference);
    let root = catalog.and_then(|id| document.get_dictionary(id)?.get(b"Pages")?.as_reference());
    let root = root.unwrap_or_default();
    for id in stream.into_iter().chain([root]) {
        document.objects.remove(&id);
    }
    if let Some(resources) = resources {
        drop_empty(document, resources);
    }
    Tree { root: root.0, resources }
}

/// Drops the kinds of resources of which there are none.
fn drop_empty(document: &mut Document, resources: ObjectId) {
    for key in ["XObject", "ExtGState", "Shading", "Font"] {
        let held = document.get_dictionary(resources).and_then(|r| r.get(key.as_bytes())?.as_reference());
        let Ok(held) = held else { continue };
        if document.get_dictionary(held).is_ok_and(Dictionary::is_empty) {
            document.objects.remove(&held);
            if let Ok(resources) = document.get_dictionary_mut(resources) {
                resources.remove(key.as_bytes());
            }
        }
    }
}

/// Writes the pages, with their boxes, their links and their keys into the structure tree, and the tree of them.
pub(super) fn write(
    file: &mut File,
    tree: &Tree,
    pages: &[Numbers],
    marks: &[Vec<u32>],
    links: &[Vec<u32>],
    parts: &Parts<'_>,
) {
    let mut objects = Objects::with_capacity(pages.len() + 1, PAGE_BYTES);
    objects.add(tree.root, |out| {
        out.extend_from_slice(b"<</Type/Pages/Count ");
        integer(out, pages.len() as i64);
        out.extend_from_slice(b"/Kids[");
        for numbers in pages {
            reference(out, numbers.page);
            out.push(b' ');
        }
        out.extend_from_slice(b"]>>");
    });
    for (index, (numbers, side)) in pages.iter().zip(parts.pages.pages.iter().map(|p| p.side)).enumerate() {
        objects.add(numbers.page, |out| {
            out.extend_from_slice(b"<</Type/Page/Parent ");
            reference(out, tree.root);
            if let Some(resources) = tree.resources {
                out.extend_from_slice(b"/Resources ");
                reference(out, resources.0);
            }
            out.extend_from_slice(b"/Contents ");
            reference(out, numbers.stream);
            boxes(out, index, side, parts);
            if !links[index].is_empty() {
                out.extend_from_slice(b"/Annots[");
                for link in &links[index] {
                    reference(out, *link);
                    out.push(b' ');
                }
                out.push(b']');
            }
            if parts.frame.tags.is_some() {
                out.extend_from_slice(b"/Tabs/S");
                if !marks[index].is_empty() {
                    out.extend_from_slice(b"/StructParents ");
                    integer(out, tags::page_key(index));
                }
            }
            out.extend_from_slice(b">>");
        });
    }
    file.objects.extend(objects.into_written().map(Numbered::plain));
}

/// The boxes of a page (ISO 32000-1, 14.11.2).
fn boxes(out: &mut Vec<u8>, index: usize, side: Side, parts: &Parts<'_>) {
    let (width, height) = (milli(parts.pages.width), milli(parts.pages.height));
    if !parts.edition.print {
        let cover = parts.edition.cover_height.filter(|_| index == 0).map(milli);
        return area(out, b"/MediaBox", [0, 0, width, cover.unwrap_or(height)]);
    }
    let [inner, outer, vertical] = parts.edition.bleed.map(milli);
    let left = match side {
        Side::Recto => inner,
        Side::Verso => outer,
    };
    let media = [0, 0, width + inner + outer, height + 2 * vertical];
    area(out, b"/MediaBox", media);
    area(out, b"/BleedBox", media);
    area(out, b"/TrimBox", [left, vertical, left + width, vertical + height]);
}

/// Writes a box: left, bottom, right, top in 1/1000 pt.
fn area(out: &mut Vec<u8>, key: &[u8], sides: [i64; 4]) {
    out.extend_from_slice(key);
    out.push(b'[');
    for (index, side) in sides.into_iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        number(out, side);
    }
    out.push(b']');
}

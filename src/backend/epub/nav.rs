//! In: the documents of an edition. Out: the navigation document (EPUB 3) and the NCX for old readers.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::identity::Identity;
use super::markup::plain;
use super::scribe::PageMark;
use crate::book::{Book, Contributor};
use crate::wording::Wording;

/// An entry of the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Depth, from 0; never more than one deeper than the entry before.
    pub(super) depth: usize,
    /// Its words.
    pub(super) line: String,
    /// Where it leads.
    pub(super) target: String,
}

/// A landmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Landmark {
    /// From EPUB Structural Semantics: `bodymatter`.
    pub(super) kind: &'static str,
    /// What it is called.
    pub(super) line: String,
    /// Where it leads.
    pub(super) target: String,
}

/// What leads through an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// The contents; never empty.
    pub(super) entries: Vec<Entry>,
    /// The landmarks.
    pub(super) landmarks: Vec<Landmark>,
    /// The pages of the print edition, where it is known.
    pub(super) pages: Vec<PageMark>,
}

type Xml = Writer<Vec<u8>>;

/// Begins an XML document.
pub(super) fn xml() -> io::Result<Xml> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    Ok(xml)
}

/// An element with text alone.
pub(super) fn leaf(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    xml.create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_text_content(BytesText::new(text))?;
    Ok(())
}

/// An empty element.
pub(super) fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty()?;
    Ok(())
}

/// The navigation document: contents and landmarks.
pub(super) fn navigation(
    contents: &Contents,
    wording: &Wording,
    language: &str,
    rtl: bool,
) -> io::Result<Vec<u8>> {
    let mut xml = xml()?;
    xml.write_event(Event::DocType(BytesText::from_escaped("html")))?;
    let mut attributes = vec![
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language),
        ("xml:lang", language),
    ];
    if rtl {
        attributes.push(("dir", "rtl"));
    }
    xml.create_element("html").with_attributes(attributes).write_inner_content(|xml| {
        xml.create_element("head").write_inner_content(|xml| {
            leaf(xml, "title", &[], wording.contents)?;
            empty(xml, "link", &[("rel", "stylesheet"), ("type", "text/css"), ("href", "stylesheet.css")])
        })?;
        xml.create_element("body").with_attribute(("epub:type", "frontmatter")).write_inner_content(
            |xml| {
                let toc = [
                    ("epub:type", "toc"),
                    ("role", "doc-toc"),
                    ("id", "toc"),
                    ("aria-labelledby", "toc-title"),
                ];
                xml.create_element("nav").with_attributes(toc).write_inner_content(|xml| {
                    leaf(xml, "h1", &[("id", "toc-title")], wording.contents)?;
                    list(xml, &contents.entries, 0).map(|_| ())
                })?;
                let landmarks = [
                    ("epub:type", "landmarks"),
                    ("id", "landmarks"),
                    ("hidden", "hidden"),
                    ("aria-hidden", "true"),
                ];
                xml.create_element("nav").with_attributes(landmarks).write_inner_content(|xml| {
                    xml.create_element("ol").write_inner_content(|xml| {
                        for landmark in &contents.landmarks {
                            xml.create_element("li").write_inner_content(|xml| {
                                let attributes = [("epub:type", landmark.kind), ("href", &landmark.target)];
                                leaf(xml, "a", &attributes, &landmark.line)
                            })?;
                        }
                        Ok(())
                    })?;
                    Ok(())
                })?;
                if !contents.pages.is_empty() {
                    page_list(xml, &contents.pages, wording)?;
                }
                Ok(())
            },
        )?;
        Ok(())
    })?;
    Ok(ended(xml))
}

/// The numbers of the printed pages, each leading to where its page begins.
fn page_list(xml: &mut Xml, pages: &[PageMark], wording: &Wording) -> io::Result<()> {
    let list = [
        ("epub:type", "page-list"),
        ("role", "doc-pagelist"),
        ("id", "page-list"),
        ("aria-label", wording.pages),
        ("hidden", "hidden"),
    ];
    xml.create_element("nav").with_attributes(list).write_inner_content(|xml| {
        xml.create_element("ol").write_inner_content(|xml| {
            for page in pages {
                xml.create_element("li")
                    .write_inner_content(|xml| leaf(xml, "a", &[("href", &page.target)], &page.label))?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

/// Writes the entries of one depth, each with those below it; returns how many entries were used.
fn list(xml: &mut Xml, entries: &[Entry], depth: usize) -> io::Result<usize> {
    let mut used = 0;
    xml.create_element("ol").write_inner_content(|xml| {
        while let Some(entry) = entries.get(used).filter(|e| e.depth >= depth) {
            used += 1;
            let rest = &entries[used..];
            xml.create_element("li").write_inner_content(|xml| {
                leaf(xml, "a", &[("href", &entry.target)], &entry.line)?;
                if rest.first().is_some_and(|next| next.depth > depth) {
                    used += list(xml, rest, depth + 1)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(used)
}

/// The NCX (OPF 2.0.1, 2.4.1), with the same entries.
pub(super) fn ncx(contents: &Contents, book: &Book, identity: &Identity) -> io::Result<Vec<u8>> {
    let mut xml = xml()?;
    let root = [
        ("xmlns", "http://www.daisy.org/z3986/2005/ncx/"),
        ("version", "2005-1"),
        ("xml:lang", identity.language.as_str()),
    ];
    let depth = contents.entries.iter().map(|e| e.depth + 1).max().unwrap_or(1).to_string();
    xml.create_element("ncx").with_attributes(root).write_inner_content(|xml| {
        xml.create_element("head").write_inner_content(|xml| {
            let count = contents.pages.len().to_string();
            let highest = contents.pages.iter().filter_map(|p| p.label.parse::<u32>().ok()).max();
            let highest = highest.unwrap_or_default().to_string();
            let metas = [
                ("dtb:uid", identity.unique()),
                ("dtb:depth", &depth),
                ("dtb:totalPageCount", &count),
                ("dtb:maxPageNumber", &highest),
            ];
            for (name, content) in metas {
                empty(xml, "meta", &[("name", name), ("content", content)])?;
            }
            Ok(())
        })?;
        named(xml, "docTitle", &plain(&book.meta.title))?;
        let authors = book.meta.contributors.iter().filter(|c| c.role == "aut");
        for Contributor { name, .. } in authors {
            named(xml, "docAuthor", &plain(name))?;
        }
        xml.create_element("navMap")
            .write_inner_content(|xml| points(xml, &contents.entries, 0, &mut 0).map(|_| ()))?;
        if !contents.pages.is_empty() {
            ncx_pages(xml, &contents.pages, contents.entries.len())?;
        }
        Ok(())
    })?;
    Ok(ended(xml))
}

/// The list of pages of old readers; its places are counted behind the `before` entries of the contents.
fn ncx_pages(xml: &mut Xml, pages: &[PageMark], before: usize) -> io::Result<()> {
    xml.create_element("pageList").write_inner_content(|xml| {
        for (at, page) in pages.iter().enumerate() {
            let (id, play) = (format!("pp-{}", at + 1), (before + at + 1).to_string());
            let roman = page.label.parse::<u32>().is_err();
            let mut attributes = vec![("id", id.as_str()), ("playOrder", &play)];
            attributes.push(("type", if roman { "front" } else { "normal" }));
            if !roman {
                attributes.push(("value", &page.label));
            }
            xml.create_element("pageTarget").with_attributes(attributes).write_inner_content(|xml| {
                named(xml, "navLabel", &page.label)?;
                empty(xml, "content", &[("src", &page.target)])
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn named(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_inner_content(|xml| leaf(xml, "text", &[], text))?;
    Ok(())
}

fn points(xml: &mut Xml, entries: &[Entry], depth: usize, order: &mut usize) -> io::Result<usize> {
    let mut used = 0;
    while let Some(entry) = entries.get(used).filter(|e| e.depth >= depth) {
        used += 1;
        *order += 1;
        let (id, play) = (format!("np-{order}"), order.to_string());
        let rest = &entries[used..];
        let attributes = [("id", id.as_str()), ("playOrder", &play)];
        xml.create_element("navPoint").with_attributes(attributes).write_inner_content(|xml| {
            named(xml, "navLabel", &entry.line)?;
            empty(xml, "content", &[("src", &entry.target)])?;
            if rest.first().is_some_and(|next| next.depth > depth) {
                used += points(xml, rest, depth + 1, order)?;
            }
            Ok(())
        })?;
    }
    Ok(used)
}

/// The finished bytes, with a newline at the end.
pub(super) fn ended(xml: Xml) -> Vec<u8> {
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    bytes
}

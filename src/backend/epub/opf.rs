//! In: metadata and the files of an edition. Out: the package document (EPUB 3.3, section 5).

use std::io;

use chrono::{DateTime, Utc};
use quick_xml::Writer;

use super::front::GENERATOR;
use super::identity::Identity;
use super::markup::plain;
use super::nav::{self, Contents, ended, leaf};
use crate::book::{Book, Contributor, PrintEdition, Series};
use crate::wording::Wording;

/// A file of the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Unique in the package document.
    pub(super) id: String,
    /// Where it stands, from the package document.
    pub(super) path: String,
    /// Its media type.
    pub(super) media_type: String,
    /// `nav`, `cover-image`; empty for most.
    pub(super) properties: &'static str,
    /// Whether it stands in the reading order.
    pub(super) in_spine: bool,
}

/// What the package document says.
#[derive(Debug)]
pub(super) struct Package<'a> {
    pub(super) book: &'a Book,
    pub(super) identity: &'a Identity,
    pub(super) wording: &'static Wording,
    pub(super) items: &'a [Item],
    pub(super) contents: &'a Contents,
    pub(super) modified: DateTime<Utc>,
    pub(super) right_to_left: bool,
    pub(super) accessibility: Accessibility,
    /// Who certifies that the edition is accessible.
    pub(super) certified_by: Option<&'a str>,
    /// Whether its style sheet holds rules that are not our own.
    pub(super) foreign_style: bool,
    /// Whether it carries fonts.
    pub(super) embeds_fonts: bool,
}

/// What is true of an edition for readers who cannot see it or see it in their own way (EPUB Accessibility 1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accessibility {
    /// Whether pictures stand in the text (the cover does not count).
    pub(super) pictures: bool,
    /// Whether each of them has alternative text.
    pub(super) described: bool,
}

type Xml = Writer<Vec<u8>>;

/// Writes the package document.
pub(super) fn package(package: &Package<'_>) -> io::Result<Vec<u8>> {
    let mut xml = nav::xml()?;
    let root = [
        ("xmlns", "http://www.idpf.org/2007/opf"),
        ("version", "3.0"),
        ("unique-identifier", "pub-id"),
        ("xml:lang", &package.identity.language),
        (
            "prefix",
            "a11y: http://www.idpf.org/epub/vocab/package/a11y/# \
             ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/",
        ),
    ];
    xml.create_element("package").with_attributes(root).write_inner_content(|xml| {
        let metadata = [("xmlns:dc", "http://purl.org/dc/elements/1.1/")];
        xml.create_element("metadata").with_attributes(metadata).write_inner_content(|xml| {
            identifiers(xml, package.identity)?;
            titles(xml, package)?;
            people(xml, package)?;
            description(xml, package)?;
            if let Some(series) = &package.book.meta.series {
                write_series(xml, series)?;
            }
            accessibility(xml, package)?;
            let modified = package.modified.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            meta(xml, "dcterms:modified", &modified)?;
            if package.embeds_fonts {
                meta(xml, "ibooks:specified-fonts", "true")?;
            }
            if package.items.iter().any(|i| i.properties == "cover-image") {
                old_meta(xml, "cover", "cover-image")?;
            }
            old_meta(xml, "generator", GENERATOR)
        })?;
        manifest(xml, package)
    })?;
    Ok(ended(xml))
}

fn identifiers(xml: &mut Xml, identity: &Identity) -> io::Result<()> {
    for (at, identifier) in identity.identifiers.iter().enumerate() {
        let id = if at == 0 { "pub-id".to_owned() } else { format!("id-{}", at + 1) };
        leaf(xml, "dc:identifier", &[("id", &id)], &identifier.value)?;
        if let Some(isbn) = &identifier.isbn {
            // ONIX code list 5: 15 is an ISBN of 13 figures, 02 one of 10.
            let code = if isbn.len() == 13 { "15" } else { "02" };
            refine(xml, &id, "identifier-type", Some("onix:codelist5"), code)?;
        }
    }
    Ok(())
}

fn titles(xml: &mut Xml, package: &Package<'_>) -> io::Result<()> {
    let meta = &package.book.meta;
    let title = match plain(&meta.title) {
        title if title.is_empty() => "—".to_owned(),
        title => title,
    };
    leaf(xml, "dc:title", &[("id", "title")], &title)?;
    refine(xml, "title", "title-type", None, "main")?;
    if let Some(sorted) = sorting_title(&title, &package.identity.language) {
        refine(xml, "title", "file-as", None, &sorted)?;
    }
    let others = [("subtitle", &meta.subtitle, "subtitle"), ("short-title", &meta.short_title, "short")];
    for (id, text, kind) in others {
        let Some(text) = text.as_deref().map(plain).filter(|t| !t.is_empty()) else { continue };
        leaf(xml, "dc:title", &[("id", id)], &text)?;
        refine(xml, id, "title-type", None, kind)?;
    }
    Ok(())
}

fn people(xml: &mut Xml, package: &Package<'_>) -> io::Result<()> {
    if package.book.meta.authors().all(|name| plain(name).is_empty()) {
        // Libraries and shops want somebody to file the book under.
        leaf(xml, "dc:creator", &[("id", "creator")], package.wording.anonymous)?;
    }
    for (at, contributor) in package.book.meta.contributors.iter().enumerate() {
        let Contributor { name, role, file_as } = contributor;
        let name = plain(name);
        if name.is_empty() {
            continue;
        }
        let author = role == "aut";
        let (element, id) = if author {
            ("dc:creator", format!("creator-{}", at + 1))
        } else {
            ("dc:contributor", format!("contributor-{}", at + 1))
        };
        leaf(xml, element, &[("id", &id)], &name)?;
        if role.len() == 3 && role.bytes().all(|b| b.is_ascii_lowercase()) {
            refine(xml, &id, "role", Some("marc:relators"), role)?;
        }
        if let Some(file_as) = file_as.as_deref().map(plain).or_else(|| sorting_name(&name)) {
            refine(xml, &id, "file-as", None, &file_as)?;
        }
    }
    Ok(())
}

fn description(xml: &mut Xml, package: &Package<'_>) -> io::Result<()> {
    let meta = &package.book.meta;
    leaf(xml, "dc:language", &[], &package.identity.language)?;
    let single = [("dc:publisher", &meta.publisher), ("dc:date", &meta.date), ("dc:rights", &meta.rights)];
    for (element, text) in single {
        if let Some(text) = text.as_deref().map(plain).filter(|t| !t.is_empty()) {
            leaf(xml, element, &[], &text)?;
        }
    }
    if let Some(text) = &meta.description {
        let paragraphs: Vec<String> = text.split("\n\n").map(plain).filter(|p| !p.is_empty()).collect();
        if !paragraphs.is_empty() {
            leaf(xml, "dc:description", &[], &paragraphs.join("\n\n"))?;
        }
    }
    if let Some(print) = package.book.print.as_ref().filter(|_| !package.contents.pages.is_empty()) {
        // Whoever holds the paper edition must know it again: by its size and length.
        let PrintEdition { width_mm, height_mm, count, .. } = print;
        let title = plain(&meta.title);
        let source = format!("{title} (PDF, {width_mm} × {height_mm} mm, {count} p.)");
        leaf(xml, "dc:source", &[("id", "pages-of")], &source)?;
        refine(xml, "pages-of", "source-of", None, "pagination")?;
        leaf(xml, "meta", &[("property", "pageBreakSource")], &source)?;
    }
    for subject in meta.subjects.iter().map(|s| plain(s)).filter(|s| !s.is_empty()) {
        leaf(xml, "dc:subject", &[], &subject)?;
    }
    Ok(())
}

/// The series as EPUB 3 says it, and as Calibre and many readers look for it.
fn write_series(xml: &mut Xml, series: &Series) -> io::Result<()> {
    let name = plain(&series.name);
    if name.is_empty() {
        return Ok(());
    }
    leaf(xml, "meta", &[("property", "belongs-to-collection"), ("id", "series")], &name)?;
    refine(xml, "series", "collection-type", None, "series")?;
    let index = series.index.as_deref().map(plain).filter(|i| is_position(i));
    if let Some(index) = &index {
        refine(xml, "series", "group-position", None, index)?;
    }
    old_meta(xml, "calibre:series", &name)?;
    index.map_or(Ok(()), |index| old_meta(xml, "calibre:series_index", &index))
}

/// Whether it is a number, or numbers parted by dots, as `group-position` wants it.
fn is_position(index: &str) -> bool {
    !index.is_empty() && index.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

fn accessibility(xml: &mut Xml, package: &Package<'_>) -> io::Result<()> {
    let Accessibility { pictures, described } = package.accessibility;
    meta(xml, "schema:accessMode", "textual")?;
    if pictures {
        meta(xml, "schema:accessMode", "visual")?;
        meta(xml, "schema:accessModeSufficient", "textual,visual")?;
    }
    if !pictures || described {
        meta(xml, "schema:accessModeSufficient", "textual")?;
    }
    let mut features =
        vec!["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"];
    if !package.contents.pages.is_empty() {
        features.extend(["pageBreakMarkers", "pageNavigation"]);
    }
    if pictures && described {
        features.push("alternativeText");
    }
    for feature in features {
        meta(xml, "schema:accessibilityFeature", feature)?;
    }
    meta(xml, "schema:accessibilityHazard", "none")?;
    let wording = package.wording;
    let summary = if pictures && described { wording.accessible_pictures } else { wording.accessible };
    meta(xml, "schema:accessibilitySummary", summary)?;
    let certifier = package.certified_by.map(plain).filter(|c| !c.is_empty());
    // The program vouches with its name for what it has made alone: for pictures that are described, as far
    // as words can tell, and for its own style, not for one that was added.
    let vouched = (!pictures || described) && !package.foreign_style;
    if let Some(certifier) = certifier.or_else(|| vouched.then(|| GENERATOR.to_owned())) {
        let claim = [("property", "dcterms:conformsTo"), ("id", "conformance")];
        leaf(xml, "meta", &claim, "EPUB Accessibility 1.1 - WCAG 2.1 Level AA")?;
        refine(xml, "conformance", "a11y:certifiedBy", None, &certifier)?;
    }
    Ok(())
}

fn manifest(xml: &mut Xml, package: &Package<'_>) -> io::Result<()> {
    xml.create_element("manifest").write_inner_content(|xml| {
        for item in package.items {
            let mut attributes =
                vec![("id", item.id.as_str()), ("href", &item.path), ("media-type", &item.media_type)];
            if !item.properties.is_empty() {
                attributes.push(("properties", item.properties));
            }
            nav::empty(xml, "item", &attributes)?;
        }
        Ok(())
    })?;
    let mut spine = vec![("toc", "ncx")];
    if package.right_to_left {
        spine.push(("page-progression-direction", "rtl"));
    }
    xml.create_element("spine").with_attributes(spine).write_inner_content(|xml| {
        for item in package.items.iter().filter(|i| i.in_spine) {
            nav::empty(xml, "itemref", &[("idref", &item.id)])?;
        }
        Ok(())
    })?;
    // For Kindle and other readers of EPUB 2.
    xml.create_element("guide").write_inner_content(|xml| {
        for landmark in &package.contents.landmarks {
            let kind = match landmark.kind {
                "bodymatter" => "text",
                "titlepage" => "title-page",
                kind => kind,
            };
            let attributes = [("type", kind), ("title", &landmark.line), ("href", &landmark.target)];
            nav::empty(xml, "reference", &attributes)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn meta(xml: &mut Xml, property: &str, text: &str) -> io::Result<()> {
    leaf(xml, "meta", &[("property", property)], text)
}

fn old_meta(xml: &mut Xml, name: &str, content: &str) -> io::Result<()> {
    nav::empty(xml, "meta", &[("name", name), ("content", content)])
}

fn refine(xml: &mut Xml, id: &str, property: &str, scheme: Option<&str>, text: &str) -> io::Result<()> {
    let target = format!("#{id}");
    let mut attributes = vec![("refines", target.as_str()), ("property", property)];
    if let Some(scheme) = scheme {
        attributes.push(("scheme", scheme));
    }
    leaf(xml, "meta", &attributes, text)
}

/// `The Sea` as `Sea, The`; `None` where nothing stands before the word to sort by.
fn sorting_title(title: &str, language: &str) -> Option<String> {
    let articles: &[&str] = match language.split('-').next().unwrap_or_default() {
        "en" => &["The", "A", "An"],
        "fr" => &["Le", "La", "Les", "Un", "Une"],
        "de" => &["Der", "Die", "Das", "Ein", "Eine"],
        "es" => &["El", "La", "Los", "Las", "Un", "Una"],
        "it" => &["Il", "Lo", "La", "I", "Gli", "Le", "Un", "Uno", "Una"],
        "nl" => &["De", "Het", "Een"],
        "pt" => &["O", "A", "Os", "As", "Um", "Uma"],
        "sv" => &["En", "Ett", "Den", "Det", "De"],
        _ => &[],
    };
    let (first, rest) = title.split_once(' ')?;
    articles.iter().any(|a| a.eq_ignore_ascii_case(first)).then(|| format!("{rest}, {first}"))
}

/// `Robert Louis Stevenson` as `Stevenson, Robert Louis`; `None` for a single name and for names that are
/// already turned round or that are not in Latin letters.
fn sorting_name(name: &str) -> Option<String> {
    const PARTICLES: [&str; 14] =
        ["von", "van", "de", "der", "den", "ten", "ter", "zu", "zum", "zur", "af", "da", "di", "du"];
    const SUFFIXES: [&str; 6] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III"];
    if name.contains([',', '(', '&']) || !name.chars().all(|c| !c.is_alphabetic() || c < '\u{250}') {
        return None;
    }
    let mut words: Vec<&str> = name.split(' ').collect();
    let suffix = words.pop_if(|w| SUFFIXES.contains(w));
    let last = words.pop()?;
    if words.is_empty() {
        return None;
    }
    let mut surname = vec![last];
    // A capitalised `Le` or `Mac` belongs to the surname.
    while let Some(word) =
        words.last().filter(|w| matches!(**w, "Le" | "La" | "De" | "Du" | "Van" | "Von" | "Mac" | "St."))
    {
        if words.len() == 1 {
            break;
        }
        surname.insert(0, word);
        words.pop();
    }
    let particles = words.iter().rev().take_while(|w| PARTICLES.contains(w)).count();
    if particles == words.len() {
        return None;
    }
    let mut sorted = format!("{}, {}", surname.join(" "), words.join(" "));
    if let Some(suffix) = suffix {
        sorted = format!("{sorted}, {suffix}");
    }
    Some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_titles_sort_as_in_a_library() {
        assert_eq!(sorting_name("Robert Louis Stevenson").as_deref(), Some("Stevenson, Robert Louis"));
        assert_eq!(
            sorting_name("Johann Wolfgang von Goethe").as_deref(),
            Some("Goethe, Johann Wolfgang von")
        );
        assert_eq!(sorting_name("Ursula K. Le Guin").as_deref(), Some("Le Guin, Ursula K."));
        assert_eq!(sorting_name("Kurt Vonnegut Jr.").as_deref(), Some("Vonnegut, Kurt, Jr."));
        assert_eq!(sorting_name("Voltaire"), None);
        assert_eq!(sorting_name("Лев Толстой"), None);
        assert_eq!(sorting_title("The Time Machine", "en-GB").as_deref(), Some("Time Machine, The"));
        assert_eq!(sorting_title("Dubliners", "en"), None);
    }

    #[test]
    fn a_place_in_a_series_is_a_number() {
        assert!(is_position("2") && is_position("1.5") && !is_position("two") && !is_position("1."));
    }
}

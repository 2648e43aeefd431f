//! In: what is said about a book. Out: the pages that the text does not bring along: cover, title page,
//! copyright page.

use super::documents::{Part, Piece, foot, head};
use super::identity::Identity;
use super::markup::plain;
use super::scribe::{Document, Scribe};
use crate::book::Contributor;

/// The page that shows the cover.
pub(super) fn cover(scribe: &mut Scribe<'_>, path: &str, alt: &str) -> Piece {
    let title = scribe.wording.cover;
    head(scribe, title, "frontmatter");
    scribe.markup.raw("<section class=\"cover\" epub:type=\"cover\"");
    scribe.markup.attribute("aria-label", title);
    scribe.markup.raw(">\n<img role=\"doc-cover\"");
    scribe.markup.attribute("src", path);
    scribe.markup.attribute("alt", if alt.trim().is_empty() { title } else { alt });
    scribe.markup.raw("/>\n");
    finish(scribe, "cover.xhtml", Part::Cover)
}

/// The title page.
pub(super) fn title_page(scribe: &mut Scribe<'_>) -> Piece {
    let book = scribe.book;
    let (meta, wording) = (&book.meta, scribe.wording);
    head(scribe, wording.title_page, "frontmatter");
    scribe.markup.raw("<section class=\"titlepage\" epub:type=\"titlepage\"");
    scribe.markup.attribute("aria-label", wording.title_page);
    scribe.markup.raw(">\n<h1 epub:type=\"title\">");
    scribe.markup.text(&title_of(scribe.book.meta.title.as_str()));
    scribe.markup.raw("</h1>\n");
    if let Some(subtitle) = meta.subtitle.as_deref().filter(|s| !s.trim().is_empty()) {
        scribe.markup.raw("<p class=\"subtitle\" epub:type=\"subtitle\" role=\"doc-subtitle\">");
        scribe.markup.text(&plain(subtitle));
        scribe.markup.raw("</p>\n");
    }
    if let Some(series) = &meta.series {
        let place = series.index.as_ref().map(|i| wording.volume_of.replace("{}", i));
        let line = match place {
            Some(place) => format!("{} · {place}", series.name),
            None => series.name.clone(),
        };
        paragraph(scribe, "title-series", &line);
    }
    for name in meta.authors() {
        paragraph(scribe, "title-author", name);
    }
    for contributor in &meta.contributors {
        if let Some(words) = credit(contributor, scribe) {
            paragraph(scribe, "title-contributor", &words);
        }
    }
    if let Some(publisher) = &meta.publisher {
        paragraph(scribe, "title-publisher", publisher);
    }
    finish(scribe, "titlepage.xhtml", Part::TitlePage)
}

/// The copyright page: what is known of the edition, and what made it.
pub(super) fn copyright(scribe: &mut Scribe<'_>, identity: &Identity) -> Piece {
    let book = scribe.book;
    let (meta, wording) = (&book.meta, scribe.wording);
    head(scribe, wording.copyright, "frontmatter");
    scribe.markup.raw("<section class=\"copyright\" epub:type=\"copyright-page\"");
    scribe.markup.attribute("aria-label", wording.copyright);
    scribe.markup.raw(">\n");
    let mut first = title_of(&meta.title);
    if let Some(authors) = meta.author_line(wording.and) {
        first = format!("{first}, {} {authors}", wording.by);
    }
    paragraph(scribe, "title-verso", &first);
    if let Some(rights) = &meta.rights {
        for line in rights.lines().filter(|l| !l.trim().is_empty()) {
            paragraph(scribe, "title-verso", line);
        }
    }
    let imprint: Vec<&str> =
        [meta.publisher.as_deref(), meta.date.as_deref()].into_iter().flatten().collect();
    if !imprint.is_empty() {
        paragraph(scribe, "title-verso", &imprint.join(", "));
    }
    for isbn in identity.isbns() {
        paragraph(scribe, "title-verso", &format!("ISBN {isbn}"));
    }
    paragraph(scribe, "title-verso made", &wording.made_with.replace("{}", GENERATOR));
    finish(scribe, "copyright.xhtml", Part::Copyright)
}

/// The program's name and version, as editions carry them.
pub(super) const GENERATOR: &str = concat!("Inkbind ", env!("CARGO_PKG_VERSION"));

fn title_of(title: &str) -> String {
    let title = plain(title);
    if title.is_empty() { "—".to_owned() } else { title }
}

/// `Translated by Constance Garnett`; `None` for authors and for roles without a custom of naming them here.
fn credit(contributor: &Contributor, scribe: &Scribe<'_>) -> Option<String> {
    let words = match contributor.role.as_str() {
        "trl" => scribe.wording.translated_by,
        "ill" => scribe.wording.illustrated_by,
        "edt" => scribe.wording.edited_by,
        _ => return None,
    };
    Some(format!("{words} {}", contributor.name))
}

/// A line of the title leaf. Its class begins with `title-`: whoever reads the structure of a book
/// tells its words from those of the work.
fn paragraph(scribe: &mut Scribe<'_>, class: &str, text: &str) {
    let text = plain(text);
    if text.is_empty() {
        return;
    }
    scribe.markup.raw("<p");
    scribe.markup.attribute("class", class);
    scribe.markup.raw(">");
    scribe.begin_block();
    scribe.words(&text);
    scribe.markup.raw("</p>\n");
}

fn finish(scribe: &mut Scribe<'_>, name: &str, part: Part) -> Piece {
    foot(scribe);
    Piece { document: Document { name: name.to_owned(), xhtml: scribe.markup.take() }, part }
}

//! In: a book. Out: its chapters as documents, one or more for each.

use super::blocks::{self, Setting};
use super::inline;
use super::labels::Label;
use super::scribe::{Document, Scribe};
use super::split;
use crate::book::{Block, BlockKind, Chapter, Matter, Note, Role};

/// Above this size a chapter goes on in a new document. Old reading systems choke on documents
/// of more than 300 KB.
const DOCUMENT_BYTES: usize = 240_000;

/// A document and what it is in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) document: Document,
    pub(super) part: Part,
}

/// What a document is in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Cover,
    TitlePage,
    Copyright,
    /// The first document of the chapter with this index.
    Chapter(usize),
    /// A further one.
    Continued(usize),
    /// Notes to which no text refers.
    LooseNotes,
}

/// What the vocabularies of EPUB and ARIA call a role (EPUB Structural Semantics, DPUB-ARIA).
pub(super) const fn semantics(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Dedication => ("dedication", "doc-dedication"),
        Role::Epigraph => ("epigraph", "doc-epigraph"),
        Role::Foreword => ("foreword", "doc-foreword"),
        Role::Preface => ("preface", "doc-preface"),
        Role::Introduction => ("introduction", "doc-introduction"),
        Role::Acknowledgements => ("acknowledgments", "doc-acknowledgments"),
        Role::Prologue => ("prologue", "doc-prologue"),
        Role::Volume => ("volume", ""),
        Role::Part => ("part", "doc-part"),
        Role::Chapter | Role::Interlude => ("chapter", "doc-chapter"),
        Role::Epilogue => ("epilogue", "doc-epilogue"),
        Role::Afterword => ("afterword", "doc-afterword"),
        Role::Appendix => ("appendix", "doc-appendix"),
        Role::Notes => ("endnotes", "doc-endnotes"),
        Role::Glossary => ("glossary", "doc-glossary"),
        Role::Bibliography => ("bibliography", "doc-bibliography"),
        Role::DramatisPersonae | Role::FrontMatter | Role::AboutAuthor | Role::BackMatter => ("", ""),
    }
}

/// The class by which the style sheet knows a piece.
const fn class(role: Role) -> &'static str {
    match role {
        Role::Dedication => "dedication",
        Role::Epigraph => "motto",
        Role::Volume | Role::Part => "part",
        Role::Prologue | Role::Chapter | Role::Interlude | Role::Epilogue => "chapter",
        Role::Foreword
        | Role::Preface
        | Role::Introduction
        | Role::Acknowledgements
        | Role::DramatisPersonae
        | Role::FrontMatter
        | Role::Afterword
        | Role::Appendix
        | Role::Notes
        | Role::Glossary
        | Role::Bibliography
        | Role::AboutAuthor
        | Role::BackMatter => "matter",
    }
}

const fn matter_name(matter: Matter) -> &'static str {
    match matter {
        Matter::Front => "frontmatter",
        Matter::Body => "bodymatter",
        Matter::Back => "backmatter",
    }
}

/// Writes the documents of the chapter with index `at`; returns how many blocks had to be parted.
pub(super) fn write_chapter(
    scribe: &mut Scribe<'_>,
    at: usize,
    label: &Label,
    out: &mut Vec<Piece>,
) -> usize {
    let book = scribe.book;
    let chapter = &book.chapters[at];
    scribe.begin_chapter();
    let depth = chapter.level.min(4) + 1;
    let mut setting = Setting { heading: depth, flush: true, opening: chapter.role.matter() == Matter::Body };
    let mut page = 1;
    begin(scribe, chapter, label, page);
    write_heading(scribe, chapter, label, depth);
    write_epigraphs(scribe, &chapter.epigraphs, depth);
    let mut written = 0;
    let parted = split::for_each_fitting(&chapter.body, &mut |block, weight| {
        let full = scribe.markup.len() + scribe.due_weight() + weight > DOCUMENT_BYTES;
        if full && written > 0 {
            end(scribe, at, page, out);
            page += 1;
            begin(scribe, chapter, label, page);
            written = 0;
        }
        blocks::write(scribe, block, &mut setting);
        written += 1;
    });
    end(scribe, at, page, out);
    parted
}

/// Writes the notes to which no text refers, if there are any.
pub(super) fn write_loose_notes(scribe: &mut Scribe<'_>, out: &mut Vec<Piece>) {
    let loose = scribe.unreferred();
    if loose.is_empty() {
        return;
    }
    scribe.begin_chapter();
    "notes-loose.xhtml".clone_into(&mut scribe.document);
    let title = scribe.wording.role(Role::Notes);
    head(scribe, title, "backmatter");
    scribe.markup.raw("<section class=\"matter\" epub:type=\"footnotes\" aria-labelledby=\"loose-title\">\n");
    scribe.markup.raw("<h1 id=\"loose-title\" class=\"added\">");
    scribe.markup.text(title);
    scribe.markup.raw("</h1>\n");
    for note in loose {
        scribe.adopt(note);
        write_note(scribe, note, false);
    }
    foot(scribe);
    let document = Document { name: scribe.document.clone(), xhtml: scribe.markup.take() };
    out.push(Piece { document, part: Part::LooseNotes });
}

/// The beginning of any document, up to the body's start tag.
pub(super) fn head(scribe: &mut Scribe<'_>, title: &str, matter: &str) {
    scribe.begin_document();
    let kobo = scribe.is_for_kobo();
    let markup = &mut scribe.markup;
    markup.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n");
    markup.raw("<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"");
    markup.attribute("lang", &scribe.language);
    markup.attribute("xml:lang", &scribe.language);
    if scribe.right_to_left {
        markup.raw(" dir=\"rtl\"");
    }
    markup.raw(">\n<head>\n<title>");
    markup.text(title);
    markup.raw(
        "</title>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"stylesheet.css\"/>\n</head>\n<body",
    );
    if !matter.is_empty() {
        markup.attribute("epub:type", matter);
    }
    markup.raw(if kobo { ">\n<div id=\"book-columns\"><div id=\"book-inner\">\n" } else { ">\n" });
}

/// The end of any document, from the section's end tag on.
pub(super) fn foot(scribe: &mut Scribe<'_>) {
    let columns = if scribe.is_for_kobo() { "</div></div>\n" } else { "" };
    scribe.markup.raw("</section>\n");
    scribe.markup.raw(columns);
    scribe.markup.raw("</body>\n</html>\n");
}

fn begin(scribe: &mut Scribe<'_>, chapter: &Chapter, label: &Label, page: usize) {
    scribe.document = match page {
        1 => format!("{}.xhtml", label.stem),
        _ => format!("{}-{page}.xhtml", label.stem),
    };
    head(scribe, &label.line, matter_name(chapter.role.matter()));
    if page == 1 {
        scribe.mark_pages_between_blocks();
    }
    let (kind, role) = semantics(chapter.role);
    let markup = &mut scribe.markup;
    markup.raw("<section");
    markup.attribute("id", &label.stem);
    markup.attribute("class", class(chapter.role));
    if !kind.is_empty() {
        markup.attribute("epub:type", kind);
    }
    if !role.is_empty() {
        markup.attribute("role", role);
    }
    if page == 1 && (label.ordinal.is_some() || chapter.title.is_some()) {
        markup.attribute("aria-labelledby", &format!("{}-title", label.stem));
    } else {
        markup.attribute("aria-label", &label.line);
    }
    markup.raw(">\n");
}

/// One heading with number and title, so that it is announced as a whole, shown on lines of its own.
fn write_heading(scribe: &mut Scribe<'_>, chapter: &Chapter, label: &Label, depth: u8) {
    let tag = ["h1", "h2", "h3", "h4", "h5"][usize::from(depth.clamp(1, 5)) - 1];
    if label.ordinal.is_some() || chapter.title.is_some() {
        scribe.markup.raw("<");
        scribe.markup.raw(tag);
        scribe.markup.attribute("id", &format!("{}-title", label.stem));
        scribe.markup.raw(">");
        let both = label.ordinal.is_some() && chapter.title.is_some();
        // What was counted does not come from the source: the class says so to those who compare.
        let counted = chapter.label.is_none() && label.ordinal.is_some();
        match (both, counted) {
            (true, false) => scribe.markup.raw("<span class=\"ordinal\">"),
            (true, true) => scribe.markup.raw("<span class=\"ordinal added\">"),
            (false, true) => scribe.markup.raw("<span class=\"added\">"),
            (false, false) => {}
        }
        write_ordinal(scribe, chapter, label);
        if both {
            // Capitals throughout would shout in the size and slope of a title.
            let capitals = chapter.title.as_ref().is_some_and(|t| !t.as_str().contains(char::is_lowercase));
            scribe.markup.raw("</span> <span class=\"title");
            scribe.markup.raw(if capitals { " capitals" } else { "" });
            scribe.markup.raw("\" epub:type=\"title\">");
        }
        if let Some(title) = &chapter.title {
            inline::write(scribe, title, 0);
        }
        if both || counted {
            scribe.markup.raw("</span>");
        }
        scribe.markup.raw("</");
        scribe.markup.raw(tag);
        scribe.markup.raw(">\n");
    }
    if let Some(subtitle) = &chapter.subtitle {
        scribe.markup.raw("<p class=\"subtitle\" epub:type=\"subtitle\" role=\"doc-subtitle\">");
        inline::write(scribe, subtitle, 0);
        scribe.markup.raw("</p>\n");
    }
}

fn write_ordinal(scribe: &mut Scribe<'_>, chapter: &Chapter, label: &Label) {
    match (&chapter.label, &label.ordinal) {
        // A mark (a note's reference, say) is worth more than tidy capitals.
        (Some(text), _) if !text.marks().is_empty() => inline::write(scribe, text, 0),
        (label, Some(ordinal)) => {
            scribe.begin_block();
            // A page that begins inside of these few words begins with them.
            let breaks = label.as_ref().map_or(0, |label| scribe.page_breaks(label).len());
            for _ in 0..breaks {
                scribe.mark_page("span");
            }
            scribe.words(ordinal);
        }
        (_, None) => {}
    }
}

fn write_epigraphs(scribe: &mut Scribe<'_>, epigraphs: &[Block], depth: u8) {
    if epigraphs.is_empty() {
        return;
    }
    let setting = Setting { heading: depth, flush: true, opening: false };
    for block in epigraphs {
        scribe.markup.raw("<blockquote class=\"epigraph\" epub:type=\"epigraph\" role=\"doc-epigraph\">\n");
        match &block.kind {
            BlockKind::Quote { body, attribution } => {
                blocks::write_all(scribe, body, setting);
                blocks::write_attribution(scribe, attribution.as_ref());
            }
            BlockKind::Para(_)
            | BlockKind::Heading { .. }
            | BlockKind::Verse(_)
            | BlockKind::Letter(_)
            | BlockKind::List { .. }
            | BlockKind::SceneBreak(_)
            | BlockKind::Figure { .. }
            | BlockKind::Pre(_) => blocks::write_all(scribe, std::slice::from_ref(block), setting),
        }
        scribe.markup.raw("</blockquote>\n");
    }
}

fn end(scribe: &mut Scribe<'_>, at: usize, page: usize, out: &mut Vec<Piece>) {
    if at + 1 == scribe.book.chapters.len() {
        scribe.mark_pages_between_blocks();
    }
    if scribe.has_due() {
        scribe.markup.raw("<section class=\"notes\" epub:type=\"footnotes\"");
        let title = scribe.wording.role(Role::Notes);
        scribe.markup.attribute("aria-label", title);
        scribe.markup.raw(">\n");
        while let Some(note) = scribe.next_due() {
            write_note(scribe, note, true);
        }
        scribe.markup.raw("</section>\n");
    }
    foot(scribe);
    let document = Document { name: scribe.document.clone(), xhtml: scribe.markup.take() };
    out.push(Piece { document, part: if page == 1 { Part::Chapter(at) } else { Part::Continued(at) } });
}

/// A note as reading systems know it for a pop-up; its number leads back into the text.
fn write_note(scribe: &mut Scribe<'_>, note: usize, referred: bool) {
    let book = scribe.book;
    let Some(Note { body, .. }) = book.notes.get(note) else { return };
    let number = scribe.number_of(note).to_string();
    scribe.markup.raw("<aside epub:type=\"footnote\" role=\"doc-footnote\"");
    scribe.markup.attribute("id", &format!("note-{}", note + 1));
    scribe.markup.raw(">\n");
    scribe.leave_running_text(true);
    let setting = Setting { heading: 5, flush: true, opening: false };
    let (first, rest) = match body.split_first() {
        Some((Block { kind: BlockKind::Para(para) }, rest)) => (Some(para), rest),
        _ => (None, body.as_slice()),
    };
    scribe.markup.raw("<p class=\"note\">");
    if referred {
        scribe.markup.raw("<a class=\"backlink\" role=\"doc-backlink\"");
        scribe.markup.attribute("href", &format!("#ref-{}", note + 1));
        let back = scribe.wording.back;
        scribe.markup.attribute("title", back);
        scribe.markup.raw(">");
        scribe.markup.raw(&number);
        scribe.markup.raw("</a>");
    } else {
        scribe.markup.raw("<span class=\"backlink\">");
        scribe.markup.raw(&number);
        scribe.markup.raw("</span>");
    }
    if let Some(para) = first {
        scribe.markup.raw(" ");
        inline::write(scribe, &para.text, 0);
    }
    scribe.markup.raw("</p>\n");
    blocks::write_all(scribe, rest, setting);
    scribe.markup.raw("</aside>\n");
    scribe.leave_running_text(false);
}

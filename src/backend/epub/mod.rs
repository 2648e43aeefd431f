//! In: a book. Out: an EPUB 3.3 with an NCX for old readers.
//!
//! ```text
//! Book ─ labels ─▶ names ─ documents, front (scribe: blocks, inline) ─▶ XHTML
//!      ─ nav, opf ─▶ contents, package document
//!      ─ package (epub-builder) ─▶ container ─ finish ─▶ .epub
//! ```

mod blocks;
mod documents;
mod face;
mod finish;
mod fonts;
mod front;
mod identity;
mod inline;
mod labels;
mod markup;
mod nav;
mod opf;
mod package;
mod rules;
mod scribe;
mod split;
mod style;

use std::io::Write;

use crate::backend::{Backend, BackendError, Entry as Format, Written};
use crate::book::{Book, Matter, Role};
use crate::env::Env;
use crate::options::OutputOptions;
use crate::report::{Finding, Rule};
use documents::{Part, Piece};
use finish::Own;
use identity::Identity;
use labels::Label;
use nav::{Contents, Entry, Landmark};
use opf::{Accessibility, Item, Package};
use package::{ROOT, Resource, STYLE_SHEET};
use scribe::Scribe;

/// Rules of this backend.
pub static RULES: &[&Rule] = rules::ALL;

/// The format as the registry lists it.
pub const ENTRY: Format = Format {
    name: "epub",
    extension: ".epub",
    about: "EPUB 3.3 for e-readers, with contents for old ones",
    make: |options| Box::new(Epub::new(options)),
};

/// The same for Kobo's readers.
pub const KOBO: Format = Format {
    name: "kepub",
    extension: ".kepub.epub",
    about: "EPUB for Kobo readers, which keep the reader's place by the sentence",
    make: |options| Box::new(Epub { kobo: true, ..Epub::new(options) }),
};

/// Writes EPUBs.
#[derive(Clone, Debug, Default)]
pub struct Epub {
    /// The job's settings, of which it takes those under `[epub]` and the text family.
    pub options: OutputOptions,
    /// Whether it is for Kobo's readers.
    pub kobo: bool,
}

impl Epub {
    /// From the job's settings.
    pub fn new(options: &OutputOptions) -> Self {
        Self { options: options.clone(), kobo: false }
    }
}

impl Backend for Epub {
    fn name(&self) -> &'static str {
        if self.kobo { KOBO.name } else { ENTRY.name }
    }

    fn shows_cover(&self) -> bool {
        true
    }

    fn write(&self, book: &Book, env: &dyn Env, out: &mut dyn Write) -> Result<Written, BackendError> {
        let mut style = style::sheet(&self.options, env)?;
        let identity = Identity::of(book);
        let labels = labels::all(book);
        let mut scribe = Scribe::new(book, &identity.language);
        if self.kobo {
            scribe = scribe.for_kobo();
        }
        let (pieces, parted) = write_pieces(&mut scribe, &identity, &labels);
        let embedded = if self.options.embed_fonts {
            fonts::embed(&self.options, env, &pieces, &identity)?
        } else {
            Vec::new()
        };
        style.insert_str(style::after_namespaces(&style), &fonts::rules(&embedded));
        let mut resources = resources(&scribe);
        resources.extend(embedded.iter().map(fonts::Embedded::resource));
        let mut contents = contents(&scribe, &labels, &pieces);
        contents.pages = scribe.page_marks().to_vec();
        let items = items(book, &pieces, &resources);
        let package = Package {
            book,
            identity: &identity,
            wording: scribe.wording,
            items: &items,
            contents: &contents,
            modified: env.now(),
            right_to_left: scribe.right_to_left,
            accessibility: accessibility(&scribe),
            certified_by: self.options.certified_by.as_deref(),
            foreign_style: self.options.css.is_some(),
            embeds_fonts: !embedded.is_empty(),
        };
        let mut own = Vec::new();
        if self.options.obfuscate_fonts && !embedded.is_empty() {
            own.push(Own {
                path: "META-INF/encryption.xml".to_owned(),
                bytes: fonts::encryption(&embedded)?,
            });
        }
        own.extend([
            Own { path: format!("{ROOT}content.opf"), bytes: opf::package(&package)? },
            Own {
                path: format!("{ROOT}nav.xhtml"),
                bytes: nav::navigation(&contents, scribe.wording, &identity.language, scribe.right_to_left)?,
            },
            Own { path: format!("{ROOT}toc.ncx"), bytes: nav::ncx(&contents, book, &identity)? },
        ]);
        let assembled = package::assemble(&style, &pieces, &resources)?;
        let findings = findings(&scribe, &identity, parted);
        drop(pieces);
        out.write_all(&finish::finish(assembled, &own, self.options.max_compression)?)?;
        Ok(findings.into())
    }
}

/// Every document in reading order (the contents come between them later), and how many blocks were parted.
fn write_pieces(scribe: &mut Scribe<'_>, identity: &Identity, labels: &[Label]) -> (Vec<Piece>, usize) {
    let mut pieces = Vec::new();
    let mut parted = 0;
    if let Some(cover) = &scribe.book.cover {
        pieces.push(front::cover(scribe, cover_path(cover.media_type), &cover.alt));
    }
    pieces.push(front::title_page(scribe));
    pieces.push(front::copyright(scribe, identity));
    for (at, label) in labels.iter().enumerate() {
        parted += documents::write_chapter(scribe, at, label, &mut pieces);
    }
    documents::write_loose_notes(scribe, &mut pieces);
    (pieces, parted)
}

fn cover_path(media_type: &str) -> &'static str {
    if media_type == "image/png" { "images/cover.png" } else { "images/cover.jpg" }
}

fn resources<'b>(scribe: &Scribe<'b>) -> Vec<Resource<'b>> {
    let mut resources = Vec::new();
    if let Some(cover) = &scribe.book.cover {
        resources.push(Resource {
            path: cover_path(cover.media_type).to_owned(),
            media_type: cover.media_type.to_owned(),
            bytes: &cover.bytes,
        });
    }
    for at in &scribe.pictures {
        let picture = &scribe.book.assets[*at];
        resources.push(Resource {
            path: scribe::picture_path(picture, *at),
            media_type: picture.media_type.clone(),
            bytes: &picture.bytes,
        });
    }
    resources
}

/// The contents and the landmarks.
fn contents(scribe: &Scribe<'_>, labels: &[Label], pieces: &[Piece]) -> Contents {
    let (book, wording) = (scribe.book, scribe.wording);
    let mut contents = Contents::default();
    let mut begin = None;
    let mut landmark = |kind, line: &str, target: &str| {
        contents.landmarks.push(Landmark { kind, line: line.to_owned(), target: target.to_owned() });
    };
    for piece in pieces {
        let target = piece.document.name.as_str();
        let (line, depth) = match piece.part {
            Part::Cover => {
                landmark("cover", wording.cover, target);
                continue;
            }
            Part::TitlePage => {
                landmark("titlepage", wording.title_page, target);
                landmark("toc", wording.contents, "nav.xhtml");
                continue;
            }
            Part::Copyright => {
                landmark("copyright-page", wording.copyright, target);
                continue;
            }
            Part::Continued(_) => continue,
            Part::LooseNotes => (wording.role(Role::Notes), 0),
            Part::Chapter(at) => {
                let role = book.chapters[at].role;
                if role.matter() == Matter::Body && begin.is_none() {
                    begin = Some(target);
                }
                let chapter = &book.chapters[at];
                let nameless = labels[at].ordinal.is_none() && chapter.title.is_none();
                // What stands before the contents, and what has no name, is not listed in them.
                if nameless
                    && matches!(
                        role,
                        Role::FrontMatter | Role::BackMatter | Role::Dedication | Role::Epigraph
                    )
                {
                    continue;
                }
                (labels[at].line.as_str(), usize::from(chapter.level))
            }
        };
        let deepest = contents.entries.last().map_or(0, |e: &Entry| e.depth + 1);
        let (line, target) = (line.to_owned(), target.to_owned());
        contents.entries.push(Entry { depth: depth.min(deepest), line, target });
    }
    let begin =
        begin.or_else(|| contents.entries.first().map(|e| e.target.as_str())).unwrap_or("titlepage.xhtml");
    contents.landmarks.push(Landmark {
        kind: "bodymatter",
        line: wording.begin.to_owned(),
        target: begin.to_owned(),
    });
    if contents.entries.is_empty() {
        contents.entries.push(Entry {
            depth: 0,
            line: wording.title_page.to_owned(),
            target: "titlepage.xhtml".to_owned(),
        });
    }
    contents
}

/// The manifest, in the order of reading: the contents stand behind dedication and motto.
fn items(book: &Book, pieces: &[Piece], resources: &[Resource<'_>]) -> Vec<Item> {
    let item = |id: String, path: &str, media_type: &str, properties, in_spine| Item {
        id,
        path: path.to_owned(),
        media_type: media_type.to_owned(),
        properties,
        in_spine,
    };
    let before_contents = |part: Part| match part {
        Part::Cover | Part::TitlePage | Part::Copyright => true,
        Part::Chapter(at) | Part::Continued(at) => {
            matches!(book.chapters[at].role, Role::Dedication | Role::Epigraph)
        }
        Part::LooseNotes => false,
    };
    let front = pieces.iter().take_while(|p| before_contents(p.part)).count();
    let mut items = Vec::with_capacity(pieces.len() + resources.len() + 3);
    let document = |piece: &Piece| {
        let name = piece.document.name.as_str();
        item(name.trim_end_matches(".xhtml").to_owned(), name, "application/xhtml+xml", "", true)
    };
    items.extend(pieces[..front].iter().map(document));
    items.push(item("nav".to_owned(), "nav.xhtml", "application/xhtml+xml", "nav", true));
    items.extend(pieces[front..].iter().map(document));
    items.push(item("ncx".to_owned(), "toc.ncx", "application/x-dtbncx+xml", "", false));
    items.push(item("style".to_owned(), STYLE_SHEET, "text/css", "", false));
    for (at, resource) in resources.iter().enumerate() {
        let cover = at == 0 && book.cover.is_some();
        let kind = if resource.media_type.starts_with("font/") { "font" } else { "picture" };
        let id = if cover { "cover-image".to_owned() } else { format!("{kind}-{at:03}") };
        let properties = if cover { "cover-image" } else { "" };
        items.push(item(id, &resource.path, &resource.media_type, properties, false));
    }
    items
}

fn accessibility(scribe: &Scribe<'_>) -> Accessibility {
    Accessibility { pictures: !scribe.pictures.is_empty(), described: scribe.mute_pictures().is_empty() }
}

fn findings(scribe: &Scribe<'_>, identity: &Identity, parted: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |rule, message: String| findings.push(Finding::warning(rule, None, message));
    if scribe.markup.dropped() > 0 {
        let count = scribe.markup.dropped();
        tell(&rules::CONTROLS, format!("{count} control characters were left out of the EPUB"));
    }
    if parted > 0 {
        tell(&rules::PARTED, format!("{parted} blocks were too large for a document and were parted"));
    }
    for number in &identity.not_isbn {
        tell(&rules::ISBN, format!("{number} is no ISBN: check its figures"));
    }
    if let Some(tag) = &identity.not_language {
        tell(&rules::LANGUAGE, format!("`{tag}` is no language tag: use one such as `en` or `en-GB`"));
    }
    for picture in scribe.book.assets.iter().filter(|a| !scribe::can_show(a)) {
        let message =
            format!("{} ({}) cannot stand in an EPUB and was left out", picture.name, picture.media_type);
        tell(&rules::PICTURE, message);
    }
    for name in scribe.mute_pictures() {
        tell(&rules::ALTERNATIVE, format!("the picture {name} has no alternative text"));
    }
    findings
}

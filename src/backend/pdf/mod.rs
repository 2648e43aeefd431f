//! In: typeset pages. Out: a PDF.
//!
//! ```text
//! Pages ─ faces ──▶ subsets, codes ─┬─ shell (printpdf) ──▶ objects ─┬─ finish (lopdf) ──▶ file
//!   └──── image ──▶ pictures ───────┤                                │
//!         content ◀─────────────────┘──▶ page streams, in parallel ──┘
//! ```
//!
//! printpdf makes fonts, pages, resources and pictures; the page streams are ours, because a book
//! has hundreds of thousands of glyphs whose places are known exactly; what printpdf does not
//! know (tags, nested outlines, page labels, boxes, the archive and press standards) is added at
//! the end.

mod bookblock;
mod content;
mod faces;
mod finish;
mod image;
mod initial;
mod metadata;
mod shell;
mod tags;

#[cfg(test)]
mod sample;

use std::io::Write;

use chrono::{DateTime, Utc};
use flate2::Compression;
use rayon::prelude::*;

use crate::backend::{Backend, BackendError, Entry};
use crate::book::{Book, Metadata};
use crate::env::Env;
use crate::options::OutputOptions;
use crate::press;
use crate::press::profile::{Medium, Standard};
use crate::report::{Finding, Rule};
use crate::typeset::length::Length;
use crate::typeset::page::Pages;
use crate::typeset::{self, Layout, TypesetError};

use content::{Content, Context};

/// Rules of this backend.
pub static RULES: &[&Rule] = &[&PICTURE];

static PICTURE: Rule = Rule {
    code: "B201",
    name: "picture left out of the PDF",
    what: "A picture could not be put into the PDF, and its place stays empty.",
    why: "Its file is broken or of a kind that PDF does not know.",
    example: "A JPEG file that was cut off while it was copied.",
};

/// The format in the registry.
pub const ENTRY: Entry = Entry {
    name: "pdf",
    extension: ".pdf",
    about: "typeset pages for the screen or for a printer (PDF/A, PDF/UA, PDF/X)",
    make: |options| Box::new(Pdf { options: options.clone() }),
};

/// The PDF backend: sets the book and writes its pages.
#[derive(Clone, Debug)]
pub struct Pdf {
    options: OutputOptions,
}

impl Backend for Pdf {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn shows_cover(&self) -> bool {
        self.options.cover_page
    }

    fn write(&self, book: &Book, env: &dyn Env, out: &mut dyn Write) -> Result<Vec<Finding>, BackendError> {
        let profile = press::profile::load(self.options.profile.as_deref().unwrap_or("screen"), env)
            .map_err(|e| BackendError::Setting(e.to_string()))?;
        let layout = Layout::resolve(&self.options, env).map_err(|e| setting(&e))?;
        let mut pages = typeset::typeset(book, &layout, env).map_err(|e| setting(&e))?;
        let mut edition = Edition::of(&profile);
        edition.max_compression = self.options.max_compression;
        let mut findings = std::mem::take(&mut pages.findings);
        if edition.print {
            bookblock::pad(&mut pages, &profile);
        } else if self.options.cover_page
            && let Some(cover) = &book.cover
        {
            edition.cover_height = bookblock::prepend_cover(&mut pages, cover);
        }
        findings.extend(write_pages(&pages, &book.meta, &edition, env.now(), out)?);
        Ok(findings)
    }
}

fn setting(error: &TypesetError) -> BackendError {
    BackendError::Setting(error.to_string())
}

/// What kind of PDF is made.
#[derive(Clone, Debug)]
pub struct Edition {
    /// For a press: no links, outline, tags or transparency; trim and bleed boxes.
    pub print: bool,
    /// The standard that the file follows.
    pub standard: Option<Standard>,
    /// Whether colours stay colours; else they become grey.
    pub colour: bool,
    /// Paper beyond the trim: at the spine, at the fore-edge, at head and foot.
    pub bleed: [Length; 3],
    /// The colours that the file is meant for.
    pub intent: Option<Intent>,
    /// Height of the first page, where it is a cover of its own shape.
    pub cover_height: Option<Length>,
    /// Whether the file is packed as small as can be, however long it takes.
    pub max_compression: bool,
}

/// The colours that a file is meant for (ISO 32000-1, 14.11.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Name of the printing condition, as in the registry: `FOGRA39`.
    pub identifier: String,
    /// The condition in words; empty where the name says all.
    pub condition: String,
    /// The registry that knows the name.
    pub registry: Option<String>,
    /// The profile, where the file carries it.
    pub profile: Option<Profile>,
}

/// An ICC profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of colour components.
    pub channels: u8,
}

impl Edition {
    /// For reading: tagged, in colour, with outline and links, after PDF/A-2b and PDF/UA-1.
    pub fn screen() -> Self {
        Self {
            print: false,
            standard: Some(Standard::ArchiveAccessible),
            colour: true,
            bleed: [Length::ZERO; 3],
            intent: Some(Intent {
                identifier: "sRGB IEC61966-2.1".to_owned(),
                condition: String::new(),
                registry: None,
                profile: Some(Profile { bytes: include_bytes!("icc/sRGB-v4.icc").to_vec(), channels: 3 }),
            }),
            cover_height: None,
            max_compression: false,
        }
    }

    /// What the profile asks for.
    pub fn of(profile: &press::Profile) -> Self {
        if profile.medium == Medium::Screen {
            return Self::screen();
        }
        let intent = profile.intent.as_ref().map(|i| Intent {
            identifier: i.identifier.clone(),
            condition: i.condition.clone(),
            registry: Some(i.registry.clone()),
            profile: None,
        });
        Self {
            print: true,
            standard: profile.standard,
            colour: profile.colour,
            bleed: [Length::ZERO; 3],
            intent,
            cover_height: None,
            max_compression: false,
        }
    }

    /// The version of PDF that the file needs.
    pub(crate) const fn version(&self) -> &'static str {
        match (self.print, self.standard) {
            (_, Some(Standard::X1a)) => "1.3",
            (_, Some(Standard::X4)) => "1.6",
            (true, Some(Standard::ArchiveAccessible) | None) => "1.4",
            (false, Some(Standard::ArchiveAccessible) | None) => "1.7",
        }
    }

    /// Whether objects may stand in object streams.
    pub(crate) const fn packs_objects(&self) -> bool {
        !self.print
    }
}

/// Writes typeset pages as a PDF of this edition, dated `now`.
///
/// The same pages, metadata, edition and date give the same bytes, with any number of threads.
///
/// # Errors
/// [`BackendError::Font`] where a face cannot be embedded, [`BackendError::Write`] where `out`
/// fails, [`BackendError::Setting`] where there is no page.
pub fn write_pages(
    pages: &Pages,
    meta: &Metadata,
    edition: &Edition,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<Vec<Finding>, BackendError> {
    if pages.pages.is_empty() {
        return Err(BackendError::Setting("the book has no pages: there is no text to set".to_owned()));
    }
    let mut faces = faces::collect(pages)?;
    let limits = image::Limits { colour: edition.colour, transparency: !edition.print };
    let mut findings = Vec::new();
    let pictures: Vec<Option<image::Picture>> = pages
        .images
        .par_iter()
        .map(|i| image::read(i, limits))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|read| read.map_err(|reason| findings.push(Finding::warning(&PICTURE, None, reason))).ok())
        .collect();

    let [inner, outer, vertical] = edition.bleed;
    let width = pages.width + inner + outer;
    let height = pages.height + vertical * 2;
    let size = (width.to_pt() as f32, height.to_pt() as f32);
    let document = shell::build(&mut faces, &pictures, pages.pages.len(), size)?;

    let names = tags::names(&pages.structure);
    let shown: Vec<bool> = pictures.iter().map(Option::is_some).collect();
    let tagged = edition.standard == Some(Standard::ArchiveAccessible);
    let frame = Context {
        fonts: &pages.faces,
        faces: &faces,
        images: &shown,
        top: content::milli(pages.height + vertical),
        bleed: [content::milli(inner), content::milli(outer)],
        tags: tagged.then_some(names.as_slice()),
        colour: edition.colour,
    };
    let compression = if edition.max_compression { Compression::best() } else { Compression::new(6) };
    let contents: Vec<Content> = pages
        .pages
        .par_iter()
        .map(|page| {
            let written = content::write(page, &frame);
            Content { bytes: finish::deflate(&written.bytes, compression), ..written }
        })
        .collect();
    let parts = finish::Parts { pages, contents, frame: &frame, meta, edition, now, compression };
    out.write_all(&finish::finish(document, parts))?;
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pages: &Pages, edition: &Edition) -> Vec<u8> {
        let meta = Metadata { title: "The Ferry".into(), language: "en-GB".into(), ..Metadata::default() };
        let mut out = Vec::new();
        let now = DateTime::from_timestamp(315_532_800, 0).unwrap();
        write_pages(pages, &meta, edition, now, &mut out).unwrap();
        out
    }

    #[test]
    fn bytes_do_not_depend_on_threads_or_runs() {
        let pages = sample::Builder::book(3, 20);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let first = one.install(|| written(&pages, &Edition::screen()));
        let second = four.install(|| written(&pages, &Edition::screen()));
        assert!(first == second, "the bytes differ between one thread and four");
        assert!(first.starts_with(b"%PDF-1.7"));
    }

    #[test]
    fn no_pages_are_an_error_that_says_so() {
        let empty = Pages::default();
        let result = write_pages(
            &empty,
            &Metadata::default(),
            &Edition::screen(),
            DateTime::default(),
            &mut Vec::new(),
        );
        assert!(result.unwrap_err().to_string().contains("no pages"));
    }

    #[test]
    fn a_broken_picture_is_a_finding() {
        let mut book = sample::Builder::new();
        book.figure("image/png", b"not a picture".to_vec());
        let mut out = Vec::new();
        let findings =
            write_pages(&book.pages, &Metadata::default(), &Edition::screen(), DateTime::default(), &mut out)
                .unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule.code, "B201");
    }
}

//! In: typeset pages. Out: a PDF.
//!
//! ```text
//! Pages ┬─ faces ──▶ subsets, codes ──▶ content ──▶ page streams ─┬─ finish (lopdf) ──▶ file
//!       └─ image ──▶ pictures ─┬─ shell (printpdf) ──▶ objects ───┘
//!          marks, tags ────────┘
//! ```
//!
//! printpdf makes the document and what its pages share: pictures, and fonts of more glyphs than one byte
//! counts. The pages and their streams are ours, because a book has hundreds of pages and hundreds of
//! thousands of glyphs whose places are known exactly; what printpdf does not know (simple fonts, tags,
//! nested outlines, page labels, boxes, the archive and press standards) is added at the end.

mod bookblock;
mod colour;
mod content;
mod faces;
mod finish;
mod image;
mod initial;
mod intent;
mod marks;
mod metadata;
mod objects;
mod shell;
mod strings;
mod tags;

#[cfg(test)]
mod sample;

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use flate2::Compression;
use rayon::prelude::*;

use crate::backend::{Backend, BackendError, Entry, Unread, Written};
use crate::book::{Book, Metadata};
use crate::env::Env;
use crate::options::OutputOptions;
use crate::press::profile::{CoverColour, Medium, Standard};
use crate::press::{self, Trim};
use crate::report::{Finding, Rule};
use crate::typeset::length::Length;
use crate::typeset::page::{Page, Pages};
use crate::typeset::{self, Layout, TypesetError};

pub use colour::Inks;
pub use intent::{Intent, Profile};

use content::Frame;
use faces::Face;
use strings::Strings;

/// Pages that a thread writes in one go.
const PAGES_AT_ONCE: usize = 4;

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
    make: |options| Box::new(Pdf { options: options.clone(), ahead: Mutex::default() }),
};

/// The PDF backend: sets the book and writes its pages.
#[derive(Debug)]
pub struct Pdf {
    options: OutputOptions,
    /// What was prepared, until the book is written.
    ahead: Mutex<Option<typeset::Ahead>>,
}

impl Backend for Pdf {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn prepare(&self, env: &dyn Env, unread: &Unread<'_>) {
        if let Ok(layout) = Layout::resolve(&self.options, env) {
            let ahead = typeset::prepare(&layout, env, unread.bytes, &(unread.language)());
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        }
    }

    fn shows_cover(&self) -> bool {
        self.options.cover_page
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn write(&self, book: &Book, env: &dyn Env, out: &mut dyn Write) -> Result<Written, BackendError> {
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Composed { pages, edition, mut findings } = compose_prepared(book, &self.options, env, ahead)?;
        tracing::debug!(pages = pages.pages.len() as u64, "the pages are set");
        findings.extend(write_pages(&pages, &book.meta, &edition, env.now(), out)?);
        Ok(Written { findings, pages: Some(pages) })
    }
}

/// A book as pages, and the edition that they are for.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The pages, with the blanks that the printer wants or the cover that readers see.
    pub pages: Pages,
    /// What kind of file they become.
    pub edition: Edition,
    /// What could not be set as wished.
    pub findings: Vec<Finding>,
}

/// Sets a book for the profile of `options`.
///
/// # Errors
/// [`BackendError::Setting`] for settings that cannot be met.
pub fn compose(book: &Book, options: &OutputOptions, env: &dyn Env) -> Result<Composed, BackendError> {
    compose_prepared(book, options, env, None)
}

fn compose_prepared(
    book: &Book,
    options: &OutputOptions,
    env: &dyn Env,
    ahead: Option<typeset::Ahead>,
) -> Result<Composed, BackendError> {
    let profile = press::profile::load(options.profile.as_deref().unwrap_or("screen"), env)
        .map_err(|e| BackendError::Setting(e.to_string()))?;
    let mut edition = Edition::interior(&profile, options, env)?;
    edition.max_compression = options.max_compression;
    let paper = profile.paper(options.paper.as_deref()).map_err(|e| BackendError::Setting(e.to_string()))?;
    let layout = Layout::resolve(options, env).map_err(|e| setting(&e))?;
    let mut pages = typeset::typeset_prepared(book, &layout, env, ahead).map_err(|e| setting(&e))?;
    let mut findings = std::mem::take(&mut pages.findings);
    if edition.print {
        bookblock::pad(&mut pages, &profile);
        let trim = Trim { width: pages.width, height: pages.height };
        findings.extend(press::binding::remarks(&profile, paper, trim, pages.pages.len() as u32));
    } else if options.cover_page
        && let Some(cover) = &book.cover
    {
        edition.cover_height = bookblock::prepend_cover(&mut pages, cover);
    }
    Ok(Composed { pages, edition, findings })
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
    /// What colours become.
    pub inks: Inks,
    /// Paper beyond the trim: at the spine, at the fore-edge, at head and foot.
    pub bleed: [Length; 3],
    /// The colours that the file is meant for.
    pub intent: Option<Intent>,
    /// Height of the first page, where it is a cover of its own shape.
    pub cover_height: Option<Length>,
    /// Whether the file is packed as small as can be, however long it takes.
    pub max_compression: bool,
}

impl Edition {
    /// For reading: tagged, in colour, with outline and links, after PDF/A-2b and PDF/UA-1.
    pub fn screen() -> Self {
        Self {
            print: false,
            standard: Some(Standard::ArchiveAccessible),
            inks: Inks::Rgb,
            bleed: [Length::ZERO; 3],
            intent: Some(Intent::srgb()),
            cover_height: None,
            max_compression: false,
        }
    }

    /// The interior that the profile asks for, after the standard of `options`.
    ///
    /// # Errors
    /// [`BackendError::Setting`] for a standard that is not known or lacks its profile, and for an
    /// ICC profile that cannot be used.
    pub fn interior(
        profile: &press::Profile,
        options: &OutputOptions,
        env: &dyn Env,
    ) -> Result<Self, BackendError> {
        Self::of(profile, profile.colour, options, env)
    }

    /// The wrap cover that the profile asks for: colours as it takes them, its bleed on all sides.
    ///
    /// # Errors
    /// As [`Edition::interior`].
    pub fn cover(
        profile: &press::Profile,
        options: &OutputOptions,
        env: &dyn Env,
    ) -> Result<Self, BackendError> {
        let mut edition = Self::of(profile, true, options, env)?;
        edition.bleed = [Length::inches(profile.cover.as_ref().map_or(0.0, |c| c.bleed)); 3];
        Ok(edition)
    }

    fn of(
        profile: &press::Profile,
        colour: bool,
        options: &OutputOptions,
        env: &dyn Env,
    ) -> Result<Self, BackendError> {
        if profile.medium == Medium::Screen {
            return match options.pdfx {
                None => Ok(Self::screen()),
                Some(_) => Err(BackendError::Setting(
                    "--pdfx is for printing, and the profile is screen: add --profile kdp, ingram, lulu or home"
                        .to_owned(),
                )),
            };
        }
        let standard = match options.pdfx.as_deref() {
            None => profile.standard,
            Some("1a") => Some(Standard::X1a),
            Some("4") => Some(Standard::X4),
            Some(other) => {
                return Err(BackendError::Setting(format!(
                    "there is no PDF/X-{other} here: --pdfx takes 1a (PDF/X-1a:2001) or 4 (PDF/X-4)"
                )));
            }
        };
        let limit = profile.checks.as_ref().map_or(300, |c| c.ink_percent.min(400)) as u16;
        let four = profile.cover.as_ref().is_some_and(|c| c.colour == CoverColour::Cmyk);
        let inks = match standard {
            _ if !colour => Inks::Grey,
            Some(Standard::X1a | Standard::X4) => Inks::Cmyk { limit },
            Some(Standard::ArchiveAccessible) | None if four => Inks::Cmyk { limit },
            Some(Standard::ArchiveAccessible) | None => Inks::Rgb,
        };
        let own = options.icc.as_deref().map(|path| {
            env.read(path).map_err(|e| BackendError::Setting(format!("the ICC profile {path}: {e}")))
        });
        let intent =
            Intent::of_press(profile, standard, inks, own.transpose()?).map_err(BackendError::Setting)?;
        Ok(Self {
            print: true,
            standard,
            inks,
            bleed: [Length::ZERO; 3],
            intent,
            cover_height: None,
            max_compression: options.max_compression,
        })
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

/// How hard pages are packed: the usual 6 takes a twentieth of a book's whole time more and saves nine hundredths of the file.
const LEVEL: u32 = 2;

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
    let limits = image::Limits { inks: edition.inks, transparency: !edition.print };
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
    let names = tags::names(&pages.structure);
    let shown: Vec<bool> = pictures.iter().map(Option::is_some).collect();
    let tagged = edition.standard == Some(Standard::ArchiveAccessible);
    let frame = Frame {
        fonts: &pages.faces,
        images: &shown,
        top: content::milli(pages.height + vertical),
        bleed: [content::milli(inner), content::milli(outer)],
        tags: tagged.then_some(names.as_slice()),
        inks: edition.inks,
    };
    let compression = if edition.max_compression { Compression::best() } else { Compression::new(LEVEL) };
    let parts = finish::Parts { pages, frame: &frame, meta, edition, now, compression };
    let shell = |faces: &[Option<Face>]| {
        let document = shell::build(faces, &pictures, size)?;
        Ok::<_, BackendError>(finish::Shell::new(document, &parts))
    };
    // What a thread knows of words it keeps from page to page.
    let strings: Vec<Mutex<Strings>> = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    let fill = |faces: Vec<Option<Face>>| {
        let write = |page: &Page| {
            let own = rayon::current_thread_index().and_then(|thread| strings.get(thread)?.try_lock().ok());
            let operators = match own {
                Some(mut strings) => content::write(page, &frame, &faces, &mut strings),
                None => content::write(page, &frame, &faces, &mut Strings::default()),
            };
            finish::Content::pack(&operators, compression)
        };
        let (fonts, contents): (_, Vec<finish::Content>) = rayon::join(
            || finish::pack(&faces, compression),
            || pages.pages.par_iter().with_min_len(PAGES_AT_ONCE).map(write).collect(),
        );
        (faces, fonts, contents)
    };
    // Nearly all books have simple fonts alone, which the shell need not know.
    let (filled, early) = rayon::join(|| faces::collect(pages).map(fill), || shell(&[]));
    let (faces, fonts, contents) = filled?;
    let shell = if faces.iter().flatten().all(Face::is_simple) { early? } else { shell(&faces)? };
    finish::finish(shell, &faces, fonts, contents, &parts, out)?;
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

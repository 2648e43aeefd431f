//! In: a PDF, or a text. Out: the block: its pages as a file, their number and size, and what is
//! known of the work.

use std::path::Path;

use inkbind::backend::pdf::{self, Composed};
use inkbind::book::{Cover, Metadata};
use inkbind::press::pdf::facts;
use inkbind::press::profile::{self, Profile};
use inkbind::press::trim::{self, Trim};
use inkbind::report::Finding;
use inkbind::{ledger, understand};

use crate::cli::args::PressArgs;
use crate::cli::build;
use crate::cli::check;
use crate::cli::cover::{self, CoverJob};
use crate::cli::failure::{Failure, shown};
use crate::cli::input::{Input, begins_with, read_at_most};
use crate::cli::job::{Job, Order};
use crate::cli::system::System;

/// The pages of a book, ready for the press.
pub(super) struct Block {
    /// The settings.
    pub(super) job: Job,
    /// The world.
    pub(super) env: System,
    /// What is known of the work.
    pub(super) meta: Metadata,
    /// The PDF of the pages.
    pub(super) file: Vec<u8>,
    /// The pages as they were set; `None` for a finished PDF.
    pub(super) composed: Option<Composed>,
    /// How many pages there are.
    pub(super) count: u32,
    /// Their size.
    pub(super) trim: Trim,
    /// What could not be done as wished.
    pub(super) findings: Vec<Finding>,
}

impl Block {
    /// Reads the PDF, or makes the pages of the text.
    ///
    /// # Errors
    /// An input that cannot be used, and settings that cannot be met.
    pub(super) fn read(args: &PressArgs) -> Result<Self, Failure> {
        let mut settings = args.settings.clone();
        // Here --cover names the wrap to write; what stands on its front is said with --front.
        settings.wishes.cover.file.clone_from(&args.front);
        let order = Order { to: Some(vec!["pdf".to_owned()]), ..Order::default() };
        let job = Job::new(&settings, &args.input, &order)?;
        if !begins_with(&args.input, b"%PDF-") {
            return Self::of_text(&args.input, job);
        }
        let bytes = read_at_most(&args.input, check::MOST_BOOK_BYTES)
            .map_err(|e| Failure::io(&args.input, "read", &e))?;
        Self::of_pdf(&args.input, bytes, job)
    }

    fn of_pdf(path: &Path, file: Vec<u8>, job: Job) -> Result<Self, Failure> {
        let facts = facts(&file).map_err(|e| Failure::failed(format!("{}: {e}", shown(path))))?;
        if let Some(written) = &job.output.trim {
            let wanted = trim::parse(written).map_err(|e| Failure::usage(e.to_string()))?;
            if !wanted.same_as(facts.trim) {
                return Err(Failure::failed(format!(
                    "the pages of {} are {}, and --trim asks for {wanted}",
                    shown(path),
                    facts.trim
                ))
                .help("leave --trim out to take the size of the pages, or build them anew"));
            }
        }
        let mut meta = job.text.meta.clone();
        if meta.title.is_empty() {
            meta.title.clone_from(&facts.title);
        }
        if meta.authors().next().is_none() && !facts.author.is_empty() {
            meta.contributors.push(inkbind::book::Contributor {
                name: facts.author.clone(),
                role: "aut".to_owned(),
                file_as: None,
            });
        }
        let changed = std::fs::metadata(path).ok().and_then(|m| m.modified().ok());
        let env = System::new(&job.fonts, changed)?;
        let (count, trim) = (facts.pages, facts.trim);
        Ok(Self { job, env, meta, file, composed: None, count, trim, findings: Vec::new() })
    }

    fn of_text(path: &Path, job: Job) -> Result<Self, Failure> {
        let input = Input::read(path)?;
        let env = System::new(&job.fonts, build::changed(&job, &input))?;
        let mut options = job.text.clone();
        options.file_stem.clone_from(&input.stem);
        let work = understand(&input.bytes, &options);
        let account = ledger::account(&work.source.decoded, &work.book, &work.report);
        check::refuse_unaccounted(&input, &work.source.decoded, &account)?;
        let refused = |e| build::refused("pdf", &e);
        let mut composed = pdf::compose(&work.book, &job.output, &env).map_err(refused)?;
        let mut file = Vec::new();
        let mut findings = std::mem::take(&mut composed.findings);
        let written = pdf::write_pages(
            &composed.pages,
            &work.book.meta,
            &composed.edition,
            inkbind::env::Env::now(&env),
            &mut file,
        );
        findings.extend(written.map_err(refused)?);
        let count = composed.pages.pages.len() as u32;
        let trim = Trim { width: composed.pages.width, height: composed.pages.height };
        let meta = work.book.meta.clone();
        Ok(Self { job, env, meta, file, composed: Some(composed), count, trim, findings })
    }

    /// The printer that was named.
    ///
    /// # Errors
    /// None was named, or it is not known.
    pub(super) fn profile(&self) -> Result<Profile, Failure> {
        let Some(name) = self.job.output.profile.as_deref() else {
            return Err(Failure::usage("a wrap cover follows a printer's measures, and no printer is named")
                .help("add --profile kdp, ingram, lulu or home, or a profile file of your own"));
        };
        profile::load(name, &self.env)
            .map_err(|e| Failure::usage(e.to_string()).help("`inkbind list profiles` lists them"))
    }

    /// The user's own picture for the front, where one was named.
    ///
    /// # Errors
    /// A file that is no picture.
    pub(super) fn front(&self) -> Result<Option<Cover>, Failure> {
        let job: &CoverJob = &self.job.cover;
        if job.file.is_none() {
            return Ok(None);
        }
        Ok(cover::make(job, &self.meta, &self.env)?.map(|drawn| drawn.cover))
    }
}

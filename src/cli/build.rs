//! `inkbind build`: one work to one or more files.

use std::time::SystemTime;

use inkbind::Understood;
use inkbind::backend::{Backend, BackendError, Entry, Unread, Written};
use inkbind::ledger::{self, Account};
use inkbind::options::Shape;
use inkbind::report::{Effect, Finding, Level, Places, Report, Severity};
use inkbind::typeset::{self, Pages};
use inkbind::typography;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tracing::{debug_span, info};

use super::args::BuildArgs;
use super::check::{self, refuse_unaccounted};
use super::cores;
use super::cover;
use super::failure::{Exit, Failure, shown};
use super::input::Input;
use super::job::{Job, Order};
use super::output::{self, Place};
use super::show::{self, Voice};
use super::system::System;
use super::understood::understood;

/// How many findings are printed before the rest is only counted.
pub(crate) const MOST_PRINTED: usize = 20;

/// How many characters of a finding's neighbours are told.
const NEIGHBOURS: usize = 34;

/// So many bytes tell the language of a work well enough to prepare for it.
const SAMPLE: usize = 16 << 10;

/// A work that was made, before it is written.
#[derive(Debug)]
pub(crate) struct Made {
    /// What was understood, with the findings of the backends behind those of the text.
    pub(crate) work: Understood,
    /// Every word of the source.
    pub(crate) account: Account,
    /// The files.
    pub(crate) files: Vec<MadeFile>,
}

/// One file that was made.
#[derive(Debug)]
pub(crate) struct MadeFile {
    /// Its format.
    pub(crate) entry: &'static Entry,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// Its pages, where it has any.
    pub(crate) pages: Option<Pages>,
}

impl MadeFile {
    /// How many pages it has, where it has any.
    fn page_count(&self) -> Option<usize> {
        self.pages.as_ref().map(|pages| pages.pages.len())
    }
}

/// Runs `inkbind build`.
///
/// # Errors
/// All that stops it; nothing has been written then.
pub(crate) fn run(args: &BuildArgs, voice: Voice) -> Result<Exit, Failure> {
    let order = Order { out: args.output.clone(), to: args.to.clone(), strict: args.strict };
    let outcome = build(args, &order, voice);
    if args.json
        && let Err(failure) = &outcome
    {
        show::json(&json!({ "schema": "inkbind.build/1", "outcome": "failed", "error": failure.json() }));
    }
    outcome
}

fn build(args: &BuildArgs, order: &Order, voice: Voice) -> Result<Exit, Failure> {
    let job = Job::new(&args.settings, &args.input, order)?;
    let input = Input::read(&args.input)?;
    let places = output::places(&input, job.out.as_deref(), &job.formats)?;
    if args.json && places.contains(&Place::Stdout) {
        return Err(Failure::usage("--json and -o - both want standard output").help("name a file with -o"));
    }
    let made = make(&input, &job)?;
    for (file, place) in made.files.iter().zip(&places) {
        output::put(place, &file.bytes)?;
    }
    tell(&input, &job, &made, &places, voice);
    let warned = made.work.report.warnings().next().is_some();
    if args.json {
        show::json(&document(&input, &made, &places));
    }
    // The process ends here: to take the book apart piece by piece would only keep its user waiting.
    std::mem::forget(made);
    Ok(if job.strict && warned { Exit::Warnings } else { Exit::Done })
}

/// The whole way from bytes to finished files in memory.
///
/// # Errors
/// What stops a backend, a word that is not accounted for, and under `--strict` a decision
/// that is not certain.
pub(crate) fn make(input: &Input, job: &Job) -> Result<Made, Failure> {
    let env = System::new(&job.fonts, changed(job, input))?;
    let backends: Vec<_> = job.formats.iter().map(|entry| (*entry, (entry.make)(&job.output))).collect();
    cores::work_begins();
    let mut work = rayon::in_place_scope(|scope| {
        scope.spawn(|_| {
            let language = || likely_language(input, job);
            let unread = Unread { bytes: &input.bytes, language: &language };
            for (_, backend) in &backends {
                backend.prepare(&env, &unread);
            }
        });
        understood(input, job)
    })?;
    if job.strict {
        refuse_uncertain(input, &work.source.decoded, &work.report)?;
    }
    info!(
        input = %input.name,
        bytes = input.bytes.len(),
        encoding = work.source.encoding,
        shape = work.shape.map(Shape::name).unwrap_or_default(),
        chapters = work.book.chapters.len(),
        "understood"
    );
    if backends.iter().any(|(_, backend)| backend.shows_cover())
        && let Some(drawn) =
            debug_span!("cover").in_scope(|| cover::make(&job.cover, &work.book.meta, &env))?
    {
        work.book.cover = Some(drawn.cover);
        work.report.findings.extend(drawn.findings);
    }
    let (account, files) = write(&backends, &mut work, &env, input, job)?;
    if job.strict {
        refuse_uncertain(input, &work.source.decoded, &work.report)?;
    }
    Ok(Made { work, account, files })
}

/// The language of a work that was not read yet: as said, or as a sample of it reads. The sample is from the middle:
/// headers and licences are in English, whatever the work is in.
fn likely_language(input: &Input, job: &Job) -> String {
    job.text.language.clone().unwrap_or_else(|| {
        let middle = input.bytes.len() / 2;
        let sample = &input.bytes[middle..input.bytes.len().min(middle + SAMPLE)];
        typography::detect(&String::from_utf8_lossy(sample)).tag.to_owned()
    })
}

/// The proof that no word was lost, and every format in its place; those with pages are made first, so that the others
/// can name them.
fn write(
    backends: &[(&'static Entry, Box<dyn Backend>)],
    work: &mut Understood,
    env: &System,
    input: &Input,
    job: &Job,
) -> Result<(Account, Vec<MadeFile>), Failure> {
    let mut account = None;
    let mut order: Vec<usize> = (0..backends.len()).collect();
    order.sort_by_key(|at| !backends[*at].1.has_pages());
    let named = backends.iter().any(|(_, backend)| !backend.has_pages());
    let mut made: Vec<Option<(MadeFile, Vec<Finding>)>> = backends.iter().map(|_| None).collect();
    for at in order {
        let (entry, backend) = &backends[at];
        let _span = debug_span!("format", format = entry.name).entered();
        let mut bytes = Vec::new();
        let mut make = || backend.write(&work.book, env, &mut bytes);
        // The proof needs the book alone: it is made beside the first format.
        let written = if account.is_some() {
            make()
        } else {
            let (written, found) = rayon::join(make, || accounted(input, work));
            account = Some(found?);
            written
        };
        let Written { findings, pages } = written.map_err(|error| refused(entry.name, &error))?;
        if named && let Some(pages) = &pages {
            work.book.print = Some(typeset::edition(pages, &work.book));
        }
        check::read_back(entry, input, work, &bytes)?;
        info!(format = entry.name, bytes = bytes.len(), "made");
        made[at] = Some((MadeFile { entry, bytes, pages }, findings));
    }
    let account = account.map_or_else(|| accounted(input, work), Ok)?;
    let mut files = Vec::with_capacity(made.len());
    for (file, findings) in made.into_iter().flatten() {
        // What a rule only tells is hushed where it is switched off.
        let hushed = |f: &Finding| f.effect == Effect::Told && job.text.overrides.is_off(f.rule);
        work.report.findings.extend(findings.into_iter().filter(|f| !hushed(f)));
        files.push(file);
    }
    Ok((account, files))
}

/// What became of every word.
///
/// # Errors
/// A word that is neither in the book nor in the report.
fn accounted(input: &Input, work: &Understood) -> Result<Account, Failure> {
    let decoded = &work.source.decoded;
    let account = debug_span!("account").in_scope(|| ledger::account(decoded, &work.book, &work.report));
    refuse_unaccounted(input, decoded, &account)?;
    info!(words = account.words, in_book = account.in_book, "every word is accounted for");
    Ok(account)
}

/// When the newest of the input and its settings was changed.
pub(crate) fn changed(job: &Job, input: &Input) -> Option<SystemTime> {
    let config = job.config.path.as_ref().and_then(|p| std::fs::metadata(p).ok()?.modified().ok());
    input.changed.max(config)
}

/// A backend's error with what to do.
pub(crate) fn refused(name: &str, error: &BackendError) -> Failure {
    let failure = Failure::failed(format!("no {name} was made: {error}"));
    match error {
        BackendError::Font { .. } => {
            failure.help("`inkbind list fonts` lists the families; --fonts PATH adds your own")
        }
        BackendError::Setting(_) => Failure { exit: Exit::Usage, ..failure },
        BackendError::Write(_) | BackendError::Asset { .. } | BackendError::Assemble { .. } => failure,
    }
}

fn refuse_uncertain(input: &Input, decoded: &str, report: &Report) -> Result<(), Failure> {
    let unsure: Vec<&Finding> =
        report.findings.iter().filter(|f| f.certainty.level() < Level::Certain).collect();
    let Some(first) = unsure.first() else { return Ok(()) };
    let failure = Failure::failed(format!(
        "{} not certain; the first is {}[{}]: {}",
        if unsure.len() == 1 {
            "1 decision is".to_owned()
        } else {
            format!("{} decisions are", unsure.len())
        },
        first.certainty.level(),
        first.rule.code,
        first.message
    ))
    .help("`inkbind inspect` shows them all; settle them in book.toml, or build without --strict");
    Err(match first.span {
        Some(span) => failure.at(input.excerpt(decoded, span)),
        None => failure,
    })
}

fn tell(input: &Input, job: &Job, made: &Made, places: &[Place], voice: Voice) {
    let decoded = &made.work.source.decoded;
    let counter = Places::new(decoded);
    let report = &made.work.report;
    let shown_findings = report.findings.iter().filter(|f| {
        voice.wants_notes() || f.severity == Severity::Warning || (voice.wants_more() && unsure(f))
    });
    let most = if voice.wants_more() { usize::MAX } else { MOST_PRINTED };
    let mut hidden = 0;
    for (i, finding) in shown_findings.enumerate() {
        if i < most {
            voice.finding(finding, input, &counter, decoded);
        } else {
            hidden += 1;
        }
    }
    if hidden > 0 {
        voice.say(&format!("… and {hidden} more warnings; -v shows them"));
    }
    let meta = &made.work.book.meta;
    let by = meta.author_line("and").map(|a| format!(" by {a}")).unwrap_or_default();
    voice.say(&format!(
        "{}{by}: {}, {}",
        meta.title,
        show::count(made.account.words, "word"),
        show::count(made.work.book.chapters.len(), "chapter")
    ));
    for (file, place) in made.files.iter().zip(places) {
        if let Place::File(path) = place {
            let size = show::bytes(file.bytes.len());
            let size =
                file.page_count().map(|n| format!("{}, {size}", show::count(n, "page"))).unwrap_or(size);
            voice.say(&format!("  {} ({size})", shown(path)));
        }
    }
    let [guess, likely, _] = report.by_level();
    if guess + likely > 0 && !job.strict {
        voice.say(&format!(
            "{} to look at: `inkbind inspect {}`",
            show::count(guess + likely, "decision"),
            input.name
        ));
    }
}

fn unsure(finding: &Finding) -> bool {
    finding.certainty.level() < Level::Certain
}

/// The JSON document of a build.
pub(crate) fn document(input: &Input, made: &Made, places: &[Place]) -> Value {
    let report = &made.work.report;
    let counter = Places::new(&made.work.source.decoded);
    let warnings: Vec<Value> = report.warnings().map(|f| finding_json(f, input, &counter)).collect();
    let [guess, likely, certain] = report.by_level();
    let outputs: Vec<Value> = made
        .files
        .iter()
        .zip(places)
        .map(|(file, place)| {
            let path = match place {
                Place::File(path) => Value::from(path.to_string_lossy()),
                Place::Stdout => Value::Null,
            };
            json!({
                "format": file.entry.name,
                "path": path,
                "pages": file.page_count(),
                "bytes": file.bytes.len(),
                "sha256": sha256(&file.bytes),
            })
        })
        .collect();
    json!({
        "schema": "inkbind.build/1",
        "outcome": if warnings.is_empty() { "done" } else { "warnings" },
        "input": input.name,
        "title": made.work.book.meta.title,
        "authors": made.work.book.meta.authors().collect::<Vec<_>>(),
        "language": made.work.book.meta.language,
        "words": made.account.words,
        "chapters": made.work.book.chapters.len(),
        "outputs": outputs,
        "findings": { "certain": certain, "likely": likely, "guess": guess },
        "ledger": {
            "words": made.account.words,
            "in_book": made.account.in_book,
            "reported": made.account.reported,
        },
        "warnings": warnings,
    })
}

/// A finding as a JSON object.
pub(crate) fn finding_json(finding: &Finding, input: &Input, places: &Places<'_>) -> Value {
    let neighbours = finding.span.map(|s| places.neighbours(s, NEIGHBOURS));
    json!({
        "rule": finding.rule.code,
        "name": finding.rule.name,
        "message": finding.message,
        "certainty": finding.certainty.as_percent(),
        "level": finding.certainty.level().to_string(),
        "warning": finding.severity == Severity::Warning,
        "place": finding.span.map(|s| input.place(places, s.start as usize)),
        "span": finding.span.map(|s| [s.start, s.end]),
        "excerpt": finding.span.map(|s| places.excerpt(s, 72)),
        "before": neighbours.as_ref().map(|(before, _)| before),
        "after": neighbours.as_ref().map(|(_, after)| after),
    })
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

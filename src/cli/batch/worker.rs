//! A worker of a batch: a process of its own that makes one book after another.
//!
//! In: an [`Order`] a line on standard input. Out: a [`Reply`] a line on standard output. It
//! writes unfinished files alone; the batch moves them to their places. So a text that breaks
//! its worker, or for which it must be killed, harms no other book, and a worker whose batch is
//! gone can change nothing.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use inkbind::understand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::args::BatchArgs;
use super::super::build::{self, sha256};
use super::super::failure::{Exit, Failure};
use super::super::input::Input;
use super::super::job::Job;
use super::super::logs::Measures;
use super::super::output::{self, Place};
use super::super::system::output_time;
use super::journal::{Entry, Facts, Output};
use super::names::Fields;
use super::plan::Work;
use super::{SCHEMA, job_and_input, report};

/// What a worker is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The work.
    pub(super) work: Work,
    /// SHA-256 of the program: other programs, other bytes.
    pub(super) program: String,
    /// How many threads one book may use.
    pub(super) threads: usize,
    /// What is wanted of it.
    pub(super) ask: Ask,
}

/// What is wanted of a work.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// What it is called, for a template of names.
    Fields,
    /// Its files.
    Make {
        /// Their path from OUT, without an end.
        path: OsString,
        /// Where they stand until they are finished, without an end.
        part: OsString,
        /// The line of an earlier run, which may still hold.
        known: Option<Box<Entry>>,
    },
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    /// What the work is called.
    Fields(Fields),
    /// The earlier line holds; the files stand in their places.
    Kept(Box<Entry>),
    /// The files are finished; `ends` are those of their names.
    Made {
        /// The line for the journal.
        entry: Box<Entry>,
        /// The line for who watches.
        line: Value,
        /// `.epub`, `.pdf`.
        ends: Vec<String>,
    },
    /// Why there is no book.
    Failed {
        /// For people.
        reason: String,
        /// For programs.
        error: Value,
    },
}

impl From<&Failure> for Reply {
    fn from(failure: &Failure) -> Self {
        // The first line alone must say what and where.
        let at = failure.at.as_ref().map(|at| format!("{}:{}:{}: ", at.file, at.line, at.column));
        let said = failure.to_string().replace("\nhelp: ", "; ");
        Self::Failed { reason: at.unwrap_or_default() + &said, error: failure.json() }
    }
}

/// Works until standard input ends.
pub(super) fn run(args: &BatchArgs, measures: &Measures) -> Exit {
    std::panic::set_hook(Box::new(broke_off));
    let (sender, orders) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
        // The batch has ended or was killed: what is half done nobody wants.
        std::process::exit(Exit::Done as i32);
    });
    let mut pool = false;
    for line in orders {
        let reply = match serde_json::from_str::<Order>(&line) {
            Ok(order) => {
                if !std::mem::replace(&mut pool, true) {
                    crate::cli::threads(order.threads, false);
                }
                answer(args, &order, measures).unwrap_or_else(|failure| Reply::from(&failure))
            }
            Err(e) => Reply::from(&Failure::failed(format!("a worker was asked what it cannot do: {e}"))),
        };
        if send(&reply).is_err() {
            return Exit::Failed;
        }
    }
    Exit::Done
}

fn send(reply: &Reply) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, reply)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A panic, on whichever thread, is the reason why its book failed. It ends the worker: nothing
/// that it left behind reaches the next book.
fn broke_off(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let said =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let said = said.unwrap_or("no message");
    let failure = Failure::failed(format!("the program broke off at this text: {said}"))
        .help("this is a fault of Inkbind; please report it with the text");
    // Where nobody listens any more, the end of the process says enough.
    let _ = send(&Reply::from(&failure));
    std::process::exit(Exit::Failed as i32);
}

fn answer(args: &BatchArgs, order: &Order, measures: &Measures) -> Result<Reply, Failure> {
    let (job, input) = job_and_input(args, &order.work)?;
    match &order.ask {
        Ask::Fields => Ok(Reply::Fields(fields(job, &input))),
        Ask::Make { path, part, known } => {
            let key = key(&job, &input, Path::new(path), &order.program);
            if let Some(known) = known
                && holds(known, &key, &args.output)
            {
                return Ok(Reply::Kept(Box::new(with_cover(args, known, &job, &input))));
            }
            made(args, order, (&job, &input), &key, (path, part), measures)
        }
    }
}

/// What a book is called, as the text and its settings say.
fn fields(job: Job, input: &Input) -> Fields {
    let mut options = job.text;
    options.file_stem.clone_from(&input.stem);
    let meta = understand(&input.bytes, &options).book.meta;
    Fields {
        author: meta.authors().next().unwrap_or_default().to_owned(),
        title: meta.title.clone(),
        series: meta.series.as_ref().map(|s| s.name.clone()).unwrap_or_default(),
        index: meta.series.as_ref().and_then(|s| s.index.clone()).unwrap_or_default(),
        ..Fields::default()
    }
}

/// What decides the bytes of the outputs: input, settings, files that the settings name, program.
fn key(job: &Job, input: &Input, path: &Path, program: &str) -> String {
    let files: Vec<String> = named_files(job)
        .iter()
        .map(|f| std::fs::read(f).map_or_else(|_| String::new(), |b| sha256(&b)))
        .collect();
    let formats: Vec<&str> = job.formats.iter().map(|f| f.name).collect();
    let said = format!(
        "{program} {:?} {:?} {:?} {:?} {formats:?} {files:?} {} {} {} {}",
        job.text,
        job.output,
        job.cover,
        job.fonts,
        job.strict,
        output_time(build::changed(job, input)).map(|t| t.timestamp()).unwrap_or_default(),
        sha256(path.as_os_str().as_encoded_bytes()),
        sha256(&input.bytes),
    );
    sha256(said.as_bytes())
}

/// The files that a job's settings name: a cover, a style sheet, fonts.
pub(super) fn named_files(job: &Job) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = job.cover.file.iter().chain(&job.output.css).map(PathBuf::from).collect();
    for fonts in &job.fonts {
        match std::fs::read_dir(fonts) {
            Ok(folder) => files.extend(folder.filter_map(Result::ok).map(|e| e.path())),
            Err(_) => files.push(fonts.clone()),
        }
    }
    files.sort_unstable();
    files
}

/// Whether an earlier line still says what is so.
fn holds(known: &Entry, key: &str, out: &Path) -> bool {
    let whole = |o: &Output| std::fs::read(out.join(&o.path)).is_ok_and(|b| sha256(&b) == o.sha256);
    known.outcome != "failed" && known.key == key && known.outputs.iter().all(whole)
}

/// A kept line, with the small cover that a report wants and the earlier run did not.
fn with_cover(args: &BatchArgs, known: &Entry, job: &Job, input: &Input) -> Entry {
    let mut entry = known.clone();
    if args.report.is_some()
        && let Some(facts) = entry.facts.as_mut().filter(|f| f.cover.is_none())
    {
        let mut options = job.text.clone();
        options.file_stem.clone_from(&input.stem);
        facts.cover = report::thumbnail(&understand(&input.bytes, &options).book.meta, &job.cover);
    }
    entry
}

/// Makes the files of a work and writes them where unfinished files stand.
fn made(
    args: &BatchArgs,
    order: &Order,
    (job, input): (&Job, &Input),
    key: &str,
    (path, part): (&OsString, &OsString),
    measures: &Measures,
) -> Result<Reply, Failure> {
    measures.take();
    let made = build::make(input, job)?;
    let measured = measures.take();
    let (mut outputs, mut places, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for file in &made.files {
        let end = file.entry.extension;
        let with_end = |stem: &OsString| {
            let mut path = stem.clone();
            path.push(end);
            PathBuf::from(path)
        };
        let path = with_end(path);
        output::put(&Place::File(with_end(part)), &file.bytes).map_err(|f| Failure {
            what: f
                .what
                .replace(&*with_end(part).to_string_lossy(), &args.output.join(&path).to_string_lossy()),
            ..f
        })?;
        outputs.push(Output { path: path.to_string_lossy().into_owned(), sha256: sha256(&file.bytes) });
        places.push(Place::File(args.output.join(&path)));
        ends.push(end.to_owned());
    }
    let [guess, likely, certain] = made.work.report.by_level();
    let warnings = made.work.report.warnings().count();
    let meta = &made.work.book.meta;
    let facts = Facts {
        title: meta.title.clone(),
        author: meta.author_line("and").unwrap_or_default(),
        words: made.account.words,
        chapters: made.work.book.chapters.len(),
        pages: measured.pages,
        certain,
        likely,
        guess,
        warnings,
        cover: args.report.as_ref().and_then(|_| report::thumbnail(meta, &job.cover)),
    };
    let mut line = build::document(input, &made, &places);
    line["schema"] = SCHEMA.into();
    line["input"] = order.work.name().into();
    line["pages"] = json!(measured.pages);
    let to_microseconds = |s: f64| (s * 1e6).round() / 1e6;
    line["times"] = measured.seconds.into_iter().map(|(k, s)| (k, json!(to_microseconds(s)))).collect();
    let entry = Entry {
        input: order.work.name(),
        nth: order.work.nth,
        key: key.to_owned(),
        outcome: if warnings > 0 { "warnings" } else { "done" }.to_owned(),
        reason: None,
        outputs,
        facts: Some(facts),
    };
    Ok(Reply::Made { entry: Box::new(entry), line, ends })
}

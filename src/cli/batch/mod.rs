//! `inkbind batch`: a library at a time.
//!
//! ```text
//! folders, patterns, lists, manifests ─ plan ─▶ works ─ names ─▶ tasks ─ run ─▶ journal, files, lines
//!                                                                   │           └ report ─▶ one page of HTML
//!                                                                   └ crew ⇄ worker processes
//! ```
//!
//! Books are independent of each other: a bad one is named with its reason and the others go
//! on. At any time each worker holds one book, so memory does not grow with their number.

mod changed;
mod crew;
mod journal;
mod names;
mod plan;
mod queue;
mod report;
mod run;
mod watch;
mod worker;

pub(super) use changed::Since;
pub(super) use crew::Memory;
pub(super) use journal::Shard;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde_json::json;

use super::args::BatchArgs;
use super::build::sha256;
use super::config::{self, Config};
use super::failure::{Exit, Failure, shown};
use super::input::Input;
use super::job::{Job, Order, lookup};
use super::logs::Measures;
use super::show::{self, Voice};
use journal::{Entry, Id, Journal};
use names::{Fields, Names};
use plan::Work;
use run::Batch;
use worker::{Ask, Reply};

/// The schema of a batch's lines.
const SCHEMA: &str = "inkbind.batch/1";

/// The word that makes a worker of the program.
pub(super) const WORKER: &str = "--worker";

/// Where outputs go unless `--name` says otherwise: beside each other as the inputs are.
const MIRROR: &str = "{dir}/{stem}.{ext}";

/// A work and where its files go, from OUT and without an end.
#[derive(Clone, Debug)]
struct Task {
    work: Work,
    path: PathBuf,
}

/// Runs `inkbind batch`.
///
/// # Errors
/// What stops the whole batch; a book that fails does not.
pub(crate) fn run(args: &BatchArgs, voice: Voice) -> Result<Exit, Failure> {
    let outcome = if args.merge { merge(args, voice) } else { batch(args, voice) };
    if args.json
        && let Err(failure) = &outcome
    {
        let line = json!({ "schema": SCHEMA, "outcome": "failed", "error": failure.json() });
        show::result(&format!("{line}\n"));
    }
    outcome
}

fn batch(args: &BatchArgs, voice: Voice) -> Result<Exit, Failure> {
    check(args)?;
    let hands = args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    // Contents are hashed in this pool; the books are made in processes of their own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(hands).build_global();
    pool.map_err(|e| Failure::failed(format!("no threads can be had: {e}")))?;
    let works = plan::plan(&args.inputs, &args.output)?;
    if works.is_empty() {
        return Err(Failure::failed("there is no text to be done")
            .help("texts are files that end in .txt, .text or .md"));
    }
    if args.dry_run {
        return dry(args, works, hands, voice);
    }
    let mut batch = Batch {
        args,
        journal: Mutex::new(Journal::open(&args.output, args.shard)?),
        voice,
        program: program()?,
        hands,
        resume: args.resume || (args.watch && !args.force),
    };
    if args.watch {
        return watch::watch(&mut batch);
    }
    let entries = round(&batch, works, |_| true)?;
    Ok(exit(&entries, args.strict))
}

/// Is a worker of a batch, until the batch ends.
pub(crate) fn work(args: &BatchArgs, measures: &Measures) -> Exit {
    worker::run(args, measures)
}

/// Refuses what no batch can do, before any work begins.
fn check(args: &BatchArgs) -> Result<(), Failure> {
    if args.inputs.is_empty() {
        return Err(Failure::usage("no input is named").help(
            "name folders, files, patterns in quotes, manifests (.toml, .csv, .jsonl), or - for a list",
        ));
    }
    if args.watch && args.inputs.iter().any(|i| i.as_os_str() == "-") {
        return Err(Failure::usage("a list on standard input cannot be watched: it ends")
            .help("name folders, patterns or a manifest"));
    }
    check_template(args.name.as_deref().unwrap_or(MIRROR))
}

/// Shows what would be made, and which settings cannot be met.
fn dry(args: &BatchArgs, works: Vec<Work>, hands: usize, voice: Voice) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for task in tasks(args, works, hands, voice)?.iter().filter(|t| is_recent(args, &t.work)) {
        let (input, path) = (task.work.name(), args.output.join(&task.path));
        let wrong = settings_of(args, &task.work).err();
        if wrong.is_some() {
            exit = Exit::Failed;
        }
        match (&wrong, args.json) {
            (None, true) => {
                let path = path.to_string_lossy();
                let line = json!({ "schema": SCHEMA, "input": input, "outcome": "planned", "path": path });
                show::result(&format!("{line}\n"));
            }
            (Some(failure), true) => {
                let error = failure.json();
                let line = json!({ "schema": SCHEMA, "input": input, "outcome": "failed", "error": error });
                show::result(&format!("{line}\n"));
            }
            (None, false) => {
                show::result(&format!("{} -> {}\n", shown(&task.work.input), shown(&path)));
            }
            (Some(failure), false) => {
                voice.fail(&Failure {
                    what: format!("{}: {}", shown(&task.work.input), failure.what),
                    ..failure.clone()
                });
            }
        }
    }
    Ok(exit)
}

/// Does those of the works that are wanted, tells how it went, and writes the report.
fn round(batch: &Batch<'_>, works: Vec<Work>, wanted: impl Fn(&Work) -> bool) -> Result<Vec<Entry>, Failure> {
    let args = batch.args;
    let start = Instant::now();
    let mut tasks = tasks(args, works, batch.hands, batch.voice)?;
    let all: Vec<Id> = tasks.iter().map(|t| t.work.id()).collect();
    tasks.retain(|t| wanted(&t.work) && is_recent(args, &t.work));
    let entries = run::all(batch, &tasks)?;
    if let Some(path) = &args.report {
        let journal = batch.journal();
        let known: Vec<&Entry> = all.iter().filter_map(|id| journal.last(id)).collect();
        report::write(path, &args.output, &known, &journal)?;
    }
    summary(&entries.iter().collect::<Vec<_>>(), start.elapsed(), batch.voice);
    if entries.len() < tasks.len() {
        let left = show::count(tasks.len() - entries.len(), "book");
        batch.voice.say(&format!("{left} not begun: --fail-fast stopped at the first that failed"));
    }
    Ok(entries)
}

/// Whether a work was changed since `--since`; every one was where nothing is said.
fn is_recent(args: &BatchArgs, work: &Work) -> bool {
    args.since.is_none_or(|since| changed::changed_since(&changed::state(args, work), work, since.moment()))
}

/// SHA-256 of the program: another program may make other bytes of the same text.
fn program() -> Result<String, Failure> {
    let path = std::env::current_exe()
        .map_err(|e| Failure::failed(format!("the program's own file is not known: {e}")))?;
    std::fs::read(&path).map(|bytes| sha256(&bytes)).map_err(|e| Failure::io(&path, "read", &e))
}

/// What each work is called, decided for all of them in the order of the plan, so that neither
/// the number of workers nor a shard changes a name.
fn tasks(args: &BatchArgs, works: Vec<Work>, hands: usize, voice: Voice) -> Result<Vec<Task>, Failure> {
    let template = args.name.as_deref().unwrap_or(MIRROR);
    let reads_book = ["{title}", "{author}", "{series}", "{index}"].iter().any(|k| template.contains(k));
    let said = if reads_book { said(args, &works, hands)? } else { vec![Fields::default(); works.len()] };
    let mut names = Names::default();
    let mut tasks = Vec::with_capacity(works.len());
    for (work, said) in works.into_iter().zip(said) {
        let wished = match &work.name {
            Some(name) => names::fill(name, &Fields::default()),
            None => names::fill(template, &named(&work, said)),
        };
        let path = names.claim(&wished);
        if path != wished {
            voice.say(&format!(
                "{}: {} is taken, so it is {}",
                shown(&work.input),
                shown(&wished),
                shown(&path)
            ));
        }
        tasks.push(Task { work, path });
    }
    if let Some(shard) = args.shard {
        let mine: Vec<bool> =
            tasks.par_iter().map(|t| share(&t.work.input, shard.of) == shard.index - 1).collect();
        let mut mine = mine.into_iter();
        tasks.retain(|_| mine.next().unwrap_or_default());
    }
    Ok(tasks)
}

/// What the texts and their settings say of themselves; nothing of one that cannot be read,
/// whose reason is told when its turn comes.
fn said(args: &BatchArgs, works: &[Work], hands: usize) -> Result<Vec<Fields>, Failure> {
    let stop = AtomicBool::new(false);
    let fields = run::spread(works, hands, Batch::bounds(args), &stop, Work::bytes, |hand, _, work| {
        let order = worker::Order {
            work: work.clone(),
            program: String::new(),
            threads: run::threads(hands, works.len()),
            ask: Ask::Fields,
        };
        Ok(match hand.ask(&order)? {
            Reply::Fields(fields) => fields,
            _ => Fields::default(),
        })
    })?;
    Ok(fields.into_iter().map(Option::unwrap_or_default).collect())
}

fn check_template(template: &str) -> Result<(), Failure> {
    let known = format!("it knows {{{}}}", names::KEYS.join("}, {"));
    for part in template.split('{').skip(1) {
        let Some((key, _)) = part.split_once('}') else {
            return Err(
                Failure::usage(format!("--name opens a brace and does not close it: {{{part}")).help(known)
            );
        };
        if !names::KEYS.contains(&key) {
            return Err(Failure::usage(format!("--name knows no {{{key}}}")).help(known));
        }
    }
    if template.starts_with('/') || template.split('/').any(|part| part == "..") {
        return Err(Failure::usage(format!("--name {template} leads out of the folder of outputs"))
            .help("name another folder with -o"));
    }
    Ok(())
}

/// How much is read of each place of a text to tell it from others.
const SAMPLE_BYTES: u64 = 4096;

/// Which of `of` shards a text belongs to: by its content, so that added books move no other.
/// Its length and the bytes at its beginning, middle and end stand for all of it: each shard
/// looks at every text of a library.
fn share(input: &Path, of: u32) -> u32 {
    let hash = sample(input).unwrap_or_else(|_| sha256(input.as_os_str().as_encoded_bytes()));
    let head = u64::from_str_radix(hash.get(..16).unwrap_or("0"), 16).unwrap_or_default();
    (head % u64::from(of)) as u32
}

fn sample(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if path.is_dir() {
        for file in super::input::chapter_files(path).map_err(|f| io::Error::other(f.what))? {
            bytes.extend(sample(&file)?.into_bytes());
        }
        return Ok(sha256(&bytes));
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    bytes.extend(length.to_le_bytes());
    for at in [0, length / 2, length.saturating_sub(SAMPLE_BYTES)] {
        file.seek(SeekFrom::Start(at))?;
        Read::by_ref(&mut file).take(SAMPLE_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(sha256(&bytes))
}

/// The fields of a template: what the work's place says, with what its text says.
fn named(work: &Work, said: Fields) -> Fields {
    let stem = work.input.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let dir = work.dir.iter().map(|part| names::safe(&part.to_string_lossy())).collect();
    Fields { dir, stem, ..said }
}

/// The settings of a work: flags over the manifest over its `book.toml`.
fn settings_of(args: &BatchArgs, work: &Work) -> Result<Job, Failure> {
    let config = config::load(&lookup(&args.settings, &work.input))?;
    let mut config: Config = config::overlay(config, &work.said)?;
    if config.path.is_none() {
        work.input.parent().unwrap_or(Path::new("")).clone_into(&mut config.folder);
    }
    config.wishes.build.output = None;
    let order = Order { to: args.to.clone(), strict: args.strict, ..Order::default() };
    Job::resolve(&args.settings.wishes, config, &order)
}

fn job_and_input(args: &BatchArgs, work: &Work) -> Result<(Job, Input), Failure> {
    // A pipe may never say anything, and nobody waits for it here.
    let meta = std::fs::metadata(&work.input).map_err(|e| Failure::io(&work.input, "read", &e))?;
    if !meta.is_file() && !meta.is_dir() {
        return Err(Failure::failed(format!(
            "{} is no file: a pipe, a socket or a device",
            shown(&work.input)
        ))
        .help("give its text as a file, or build it alone with `inkbind build`"));
    }
    Ok((settings_of(args, work)?, Input::read(&work.input)?))
}

fn merge(args: &BatchArgs, voice: Voice) -> Result<Exit, Failure> {
    let journal = journal::merge(&args.output)?;
    let entries: Vec<&Entry> = journal.entries().collect();
    if let Some(path) = &args.report {
        report::write(path, &args.output, &entries, &journal)?;
    }
    summary(&entries, Duration::ZERO, voice);
    Ok(exit(entries, args.strict))
}

fn exit<'a>(entries: impl IntoIterator<Item = &'a Entry>, strict: bool) -> Exit {
    let tally = Tally::of(entries);
    if tally.failed > 0 {
        Exit::Failed
    } else if strict && tally.warned > 0 {
        Exit::Warnings
    } else {
        Exit::Done
    }
}

/// How many works ended how.
#[derive(Default)]
struct Tally {
    done: usize,
    warned: usize,
    failed: usize,
    words: usize,
}

impl Tally {
    fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        entries.into_iter().fold(Self::default(), |mut tally, entry| {
            match entry.outcome.as_str() {
                "failed" => tally.failed += 1,
                "warnings" => tally.warned += 1,
                _ => tally.done += 1,
            }
            tally.words += entry.facts.as_ref().map_or(0, |f| f.words);
            tally
        })
    }
}

/// The table at the end, and each book that failed with its reason.
fn summary(entries: &[&Entry], took: Duration, voice: Voice) {
    let tally = Tally::of(entries.iter().copied());
    voice.say("");
    for (name, n) in [
        ("done", tally.done),
        ("done, with warnings", tally.warned),
        ("failed", tally.failed),
        ("words", tally.words),
    ] {
        voice.say(&format!("{:>11}  {name}", show::number(n)));
    }
    if !took.is_zero() {
        let rate = entries.len() as f64 / took.as_secs_f64();
        voice.say(&format!("{:>11.1}  seconds, {rate:.1} books a second", took.as_secs_f64()));
    }
    for entry in entries.iter().filter(|e| e.outcome == "failed") {
        let reason = entry.reason.as_deref().unwrap_or("no reason is known");
        let name = shown(Path::new(&entry.input));
        voice.say(&format!("failed: {name}: {}", reason.lines().next().unwrap_or_default()));
    }
}

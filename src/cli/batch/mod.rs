//! `inkbind batch`: a library at a time.
//!
//! ```text
//! folders, patterns, lists, manifests ─ plan ─▶ works ─ names ─▶ tasks ─ run ─▶ journal, files, lines
//!                                                                              └ report ─▶ one page of HTML
//! ```
//!
//! Books are independent of each other: a bad one is named with its reason and the others go
//! on. At any time each worker holds one book, so memory does not grow with their number.

mod journal;
mod names;
mod plan;
mod report;
mod run;

pub(super) use journal::Shard;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use inkbind::understand;
use rayon::prelude::*;
use serde_json::json;

use super::args::BatchArgs;
use super::build::sha256;
use super::config::{self, Config};
use super::failure::{Exit, Failure, shown};
use super::input::Input;
use super::job::{Job, Order, lookup};
use super::show::{self, Voice};
use journal::{Entry, Journal};
use names::{Fields, Names};
use plan::Work;

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
    if args.merge {
        return merge(args, voice);
    }
    if args.inputs.is_empty() {
        return Err(Failure::usage("no input is named").help(
            "name folders, files, patterns in quotes, manifests (.toml, .csv, .jsonl), or - for a list",
        ));
    }
    let workers = args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    // Chapters are typeset in this pool too; its size never shows in the bytes.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build_global();
    pool.map_err(|e| Failure::failed(format!("no threads can be had: {e}")))?;
    let works = plan::plan(&args.inputs, &args.output)?;
    if works.is_empty() {
        return Err(Failure::failed("there is no text to be done")
            .help("texts are files that end in .txt, .text or .md"));
    }
    let tasks = tasks(args, works, voice)?;
    if args.dry_run {
        for task in &tasks {
            show::result(&format!(
                "{} -> {}\n",
                shown(&task.work.input),
                shown(&args.output.join(&task.path))
            ));
        }
        return Ok(Exit::Done);
    }
    let journal = Journal::open(&args.output, args.shard)?;
    let start = Instant::now();
    let batch = Arc::new(run::Batch::new(args.clone(), journal, voice, tasks.len()));
    let entries = run::all(&batch, tasks, workers)?;
    if let Some(path) = &args.report {
        report::write(path, &args.output, &entries)?;
    }
    summary(&entries, start.elapsed(), voice);
    Ok(exit(&entries, args.strict))
}

/// What each work is called, decided for all of them in the order of the plan, so that neither
/// the number of workers nor a shard changes a name.
fn tasks(args: &BatchArgs, works: Vec<Work>, voice: Voice) -> Result<Vec<Task>, Failure> {
    let template = args.name.as_deref().unwrap_or(MIRROR);
    check_template(template)?;
    let reads_book = ["{title}", "{author}", "{series}", "{index}"].iter().any(|k| template.contains(k));
    let wished: Vec<PathBuf> = works
        .par_iter()
        .map(|work| match &work.name {
            Some(name) => names::fill(name, &Fields::default()),
            None => names::fill(template, &fields(args, work, reads_book)),
        })
        .collect();
    let mut names = Names::default();
    let mut tasks = Vec::with_capacity(works.len());
    for (work, wished) in works.into_iter().zip(wished) {
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

fn check_template(template: &str) -> Result<(), Failure> {
    let wrong = template.split('{').skip(1).find_map(|part| {
        let key = part.split('}').next().unwrap_or(part);
        (!names::KEYS.contains(&key)).then_some(key)
    });
    match wrong {
        Some(key) => Err(Failure::usage(format!("--name knows no {{{key}}}"))
            .help(format!("it knows {{{}}}", names::KEYS.join("}, {")))),
        None => Ok(()),
    }
}

/// Which of `of` shards a text belongs to: by its content, so that added books move no other.
fn share(input: &Path, of: u32) -> u32 {
    let hash =
        std::fs::read(input).map_or_else(|_| sha256(input.to_string_lossy().as_bytes()), |b| sha256(&b));
    let head = u64::from_str_radix(hash.get(..16).unwrap_or("0"), 16).unwrap_or_default();
    (head % u64::from(of)) as u32
}

fn fields(args: &BatchArgs, work: &Work, reads_book: bool) -> Fields {
    let stem = work.input.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let dir = work.dir.iter().map(|part| names::safe(&part.to_string_lossy())).collect();
    let mut fields = Fields { dir, stem, ..Fields::default() };
    if reads_book && let Ok((job, input)) = job_and_input(args, work) {
        let mut options = job.text;
        options.file_stem.clone_from(&input.stem);
        let meta = understand(&input.bytes, &options).book.meta;
        fields.author = meta.authors().next().unwrap_or_default().to_owned();
        fields.series = meta.series.as_ref().map(|s| s.name.clone()).unwrap_or_default();
        fields.index = meta.series.and_then(|s| s.index).unwrap_or_default();
        fields.title = meta.title;
    }
    fields
}

/// The settings of a work: flags over the manifest over its `book.toml`.
fn job_and_input(args: &BatchArgs, work: &Work) -> Result<(Job, Input), Failure> {
    let config = config::load(&lookup(&args.settings, &work.input))?;
    let mut config: Config = config::overlay(config, &work.said)?;
    if config.path.is_none() {
        config.folder = work.input.parent().unwrap_or(Path::new("")).to_owned();
    }
    config.wishes.build.output = None;
    let order = Order { to: args.to.clone(), strict: args.strict, ..Order::default() };
    let job = Job::resolve(&args.settings.wishes, config, &order)?;
    Ok((job, Input::read(&work.input)?))
}

fn merge(args: &BatchArgs, voice: Voice) -> Result<Exit, Failure> {
    let entries = journal::merge(&args.output)?;
    if let Some(path) = &args.report {
        report::write(path, &args.output, &entries)?;
    }
    summary(&entries, Duration::ZERO, voice);
    Ok(exit(&entries, args.strict))
}

fn exit(entries: &[Entry], strict: bool) -> Exit {
    let any = |outcome: &str| entries.iter().any(|e| e.outcome == outcome);
    if any("failed") {
        Exit::Failed
    } else if strict && any("warnings") {
        Exit::Warnings
    } else {
        Exit::Done
    }
}

/// The table at the end, and each book that failed with its reason.
fn summary(entries: &[Entry], took: Duration, voice: Voice) {
    let count = |outcome: &str| entries.iter().filter(|e| e.outcome == outcome).count();
    let words: usize = entries.iter().filter_map(|e| e.facts.as_ref()).map(|f| f.words).sum();
    voice.say("");
    for (name, n) in
        [("done", count("done")), ("done, with warnings", count("warnings")), ("failed", count("failed"))]
    {
        voice.say(&format!("{:>8}  {name}", show::number(n)));
    }
    voice.say(&format!("{:>8}  words", show::number(words)));
    if !took.is_zero() {
        let rate = entries.len() as f64 / took.as_secs_f64();
        voice.say(&format!("{:>8.1}  seconds, {rate:.1} books a second", took.as_secs_f64()));
    }
    for entry in entries.iter().filter(|e| e.outcome == "failed") {
        let reason = entry.reason.as_deref().unwrap_or("no reason is known");
        voice.say(&format!("failed: {}: {}", entry.input, reason.lines().next().unwrap_or_default()));
    }
}

/// A failed work as a JSON object, for its line.
fn failed_json(input: &str, failure: &Failure) -> serde_json::Value {
    json!({ "schema": "inkbind.batch/1", "input": input, "outcome": "failed", "error": failure.json() })
}

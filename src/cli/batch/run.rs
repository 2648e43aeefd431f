//! The workers of a batch: each takes the next work, makes it, and writes its line.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::super::args::BatchArgs;
use super::super::build::{self, Made, sha256};
use super::super::failure::{Failure, shown};
use super::super::input::Input;
use super::super::job::Job;
use super::super::output::{self, Place};
use super::super::show::{self, Voice};
use super::super::system::output_time;
use super::journal::{Entry, Facts, Journal, Output};
use super::{Task, failed_json, job_and_input, report};

/// What all workers share.
#[derive(Debug)]
pub(super) struct Batch {
    args: BatchArgs,
    journal: Mutex<Journal>,
    voice: Voice,
    bar: Option<ProgressBar>,
    total: usize,
    ended: AtomicUsize,
    stop: AtomicBool,
}

impl Batch {
    /// A batch of `total` works.
    pub(super) fn new(args: BatchArgs, journal: Journal, voice: Voice, total: usize) -> Self {
        let wanted = !args.json && voice.speaks() && std::io::stderr().is_terminal();
        let bar = wanted.then(|| {
            let bar = ProgressBar::new(total as u64);
            let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}, {eta} left  {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self {
            args,
            journal: Mutex::new(journal),
            voice,
            bar,
            total,
            ended: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does every task with `workers` threads; the entries are in the order of the tasks.
///
/// # Errors
/// A journal that cannot be written: nothing that is done then could be proved.
pub(super) fn all(batch: &Arc<Batch>, tasks: Vec<Task>, workers: usize) -> Result<Vec<Entry>, Failure> {
    // A panic is told as the reason why its book failed, not as a message of its own.
    std::panic::set_hook(Box::new(|_| {}));
    let tasks = Arc::new(tasks);
    let next = Arc::new(AtomicUsize::new(0));
    let entries: Arc<Mutex<BTreeMap<usize, Entry>>> = Arc::default();
    let mut threads = Vec::new();
    for _ in 0..workers.max(1) {
        let (batch, tasks, next, entries) = (batch.clone(), tasks.clone(), next.clone(), entries.clone());
        threads.push(std::thread::spawn(move || -> Result<(), Failure> {
            while !batch.stop.load(Ordering::Relaxed) {
                let i = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = tasks.get(i) else { break };
                let entry = contained(&batch, task)?;
                entries.lock().unwrap_or_else(PoisonError::into_inner).insert(i, entry);
            }
            Ok(())
        }));
    }
    let mut outcome = Ok(());
    for thread in threads {
        let ended = thread.join().unwrap_or_else(|_| Err(Failure::failed("a worker of the batch broke off")));
        outcome = outcome.and(ended);
    }
    let _ = std::panic::take_hook();
    if let Some(bar) = &batch.bar {
        bar.finish_and_clear();
    }
    outcome?;
    let entries = std::mem::take(&mut *entries.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(entries.into_values().collect())
}

/// What came of one work, before its files are written.
enum Ready {
    /// It was done before and nothing has changed.
    Kept(Entry),
    /// It was made now.
    Made { key: String, made: Box<Made>, input: Box<Input> },
}

/// Does one task; whatever happens to it, the batch goes on.
fn contained(batch: &Arc<Batch>, task: &Task) -> Result<Entry, Failure> {
    let start = Instant::now();
    let name = task.work.input.to_string_lossy().into_owned();
    let (entry, line) = match ready(batch, task).and_then(|ready| written(batch, task, ready)) {
        Ok(done) => done,
        Err(failure) => {
            if batch.args.fail_fast {
                batch.stop.store(true, Ordering::Relaxed);
            }
            let line = failed_json(&name, &failure);
            let reason = failure.to_string().replace("\nhelp: ", "; ");
            let outputs = Vec::new();
            let entry = Entry {
                input: name,
                key: String::new(),
                outcome: "failed".to_owned(),
                reason: Some(reason),
                outputs,
                facts: None,
            };
            (entry, line)
        }
    };
    if !line["kept"].as_bool().unwrap_or_default() {
        batch.journal().add(&entry)?;
    }
    told(batch, task, &entry, line, start.elapsed());
    Ok(entry)
}

/// Makes the files of one task in memory, with panics and `--timeout` as failures.
fn ready(batch: &Arc<Batch>, task: &Task) -> Result<Ready, Failure> {
    let Some(seconds) = batch.args.timeout else { return guarded(batch, task) };
    let (sender, receiver) = mpsc::channel();
    let (held, own) = (batch.clone(), task.clone());
    std::thread::spawn(move || {
        // The receiver is gone where the time ran out; then nobody wants the result.
        let _ = sender.send(guarded(&held, &own));
    });
    receiver.recv_timeout(Duration::from_secs_f64(seconds)).unwrap_or_else(|_| {
        Err(Failure::failed(format!("it took longer than {seconds} s"))
            .help("give it more time with --timeout"))
    })
}

fn guarded(batch: &Batch, task: &Task) -> Result<Ready, Failure> {
    catch_unwind(AssertUnwindSafe(|| made(batch, task))).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Failure::failed(format!("the program broke off at this text: {said}"))
            .help("this is a fault of Inkbind; please report it with the text"))
    })
}

fn made(batch: &Batch, task: &Task) -> Result<Ready, Failure> {
    let (job, input) = job_and_input(&batch.args, &task.work)?;
    let key = key(&job, &input, &task.path);
    if batch.args.resume && !batch.args.force {
        let name = task.work.input.to_string_lossy();
        if let Some(entry) = batch.journal().still_done(&name, &key) {
            return Ok(Ready::Kept(entry.clone()));
        }
    }
    let made = Box::new(build::make(&input, &job)?);
    Ok(Ready::Made { key, made, input: Box::new(input) })
}

/// What decides the bytes of the outputs: input, settings, files that the settings name, program.
fn key(job: &Job, input: &Input, path: &Path) -> String {
    let named = job.cover.file.iter().chain(&job.output.css).map(std::path::PathBuf::from);
    let files: Vec<String> = named
        .chain(job.fonts.iter().cloned())
        .map(|f| std::fs::read(f).map_or_else(|_| String::new(), |b| sha256(&b)))
        .collect();
    let formats: Vec<&str> = job.formats.iter().map(|f| f.name).collect();
    let said = format!(
        "{} {:?} {:?} {:?} {:?} {formats:?} {files:?} {} {} {:?} {}",
        env!("CARGO_PKG_VERSION"),
        job.text,
        job.output,
        job.cover,
        job.fonts,
        job.strict,
        output_time(build::changed(job, input)).map(|t| t.timestamp()).unwrap_or_default(),
        path,
        sha256(&input.bytes),
    );
    sha256(said.as_bytes())
}

/// Puts the files in their places.
fn written(batch: &Batch, task: &Task, ready: Ready) -> Result<(Entry, Value), Failure> {
    let name = task.work.input.to_string_lossy().into_owned();
    let (key, made, input) = match ready {
        Ready::Kept(entry) => {
            let line = json!({
                "schema": "inkbind.batch/1",
                "input": name,
                "outcome": entry.outcome,
                "kept": true,
                "outputs": entry.outputs,
            });
            return Ok((entry, line));
        }
        Ready::Made { key, made, input } => (key, made, input),
    };
    let mut outputs = Vec::new();
    let mut places = Vec::new();
    for file in &made.files {
        let mut path = task.path.clone().into_os_string();
        path.push(file.entry.extension);
        let place = Place::File(batch.args.output.join(&path));
        output::put(&place, &file.bytes)?;
        places.push(place);
        outputs.push(Output { path: path.to_string_lossy().into_owned(), sha256: sha256(&file.bytes) });
    }
    let [guess, likely, certain] = made.work.report.by_level();
    let warnings = made.work.report.warnings().count();
    let meta = &made.work.book.meta;
    let facts = Facts {
        title: meta.title.clone(),
        author: meta.author_line("and").unwrap_or_default(),
        words: made.account.words,
        chapters: made.work.book.chapters.len(),
        certain,
        likely,
        guess,
        warnings,
        cover: batch.args.report.as_ref().and_then(|_| report::thumbnail(&made.work.book)),
    };
    let outcome = if warnings > 0 { "warnings" } else { "done" };
    let mut line = build::document(&input, &made, &places);
    line["schema"] = "inkbind.batch/1".into();
    let entry =
        Entry { input: name, key, outcome: outcome.to_owned(), reason: None, outputs, facts: Some(facts) };
    Ok((entry, line))
}

/// Tells that a work ended: a line of JSON, a step of the bar, or a plain line.
fn told(batch: &Batch, task: &Task, entry: &Entry, mut line: Value, took: Duration) {
    let n = batch.ended.fetch_add(1, Ordering::Relaxed) + 1;
    if batch.args.json {
        line["seconds"] = json!((took.as_secs_f64() * 1000.0).round() / 1000.0);
        show::result(&format!("{line}\n"));
        return;
    }
    if let Some(bar) = &batch.bar {
        bar.set_message(shown(&task.path));
        bar.inc(1);
        return;
    }
    let what = match (&entry.reason, line["kept"].as_bool()) {
        (Some(reason), _) => format!("failed: {}", reason.lines().next().unwrap_or_default()),
        (None, Some(true)) => "kept".to_owned(),
        (None, _) => format!("{} ({:.2} s)", entry.outcome, took.as_secs_f64()),
    };
    batch.voice.say(&format!("[{n}/{}] {}: {what}", batch.total, shown(&task.work.input)));
}

//! The course of a batch: each hand takes the next work, has it made, moves its files to their
//! places, and writes its line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, IsTerminal};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use inkbind::backend::REGISTRY;
use serde_json::{Value, json};

use super::super::args::BatchArgs;
use super::super::failure::{Failure, shown};
use super::super::output;
use super::super::show::{self, Voice};
use super::crew::{Bounds, Hand};
use super::journal::{Entry, Journal};
use super::queue::Queue;
use super::worker::{Ask, Order, Reply};
use super::{SCHEMA, Task};

/// What all hands share.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    pub(super) args: &'a BatchArgs,
    pub(super) journal: Mutex<Journal>,
    pub(super) voice: Voice,
    pub(super) program: String,
    /// How many books at a time.
    pub(super) hands: usize,
    /// Whether what the journal proves is kept.
    pub(super) resume: bool,
}

impl Batch<'_> {
    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a book of this batch may take.
    pub(super) fn bounds(args: &BatchArgs) -> Bounds {
        Bounds { seconds: args.timeout, memory: args.max_memory }
    }
}

/// Gives each item to one of `hands` workers, the next that fits to whoever is free, until `stop`;
/// what was not begun then is `None`. `size` is the bytes of an item's text.
///
/// # Errors
/// The first that `work` gives: nobody begins another item after it.
pub(super) fn spread<T: Sync, R: Send>(
    items: &[T],
    hands: usize,
    bounds: Bounds,
    stop: &AtomicBool,
    size: impl Fn(&T) -> u64,
    work: impl Fn(&mut Hand, usize, &T) -> Result<R, Failure> + Sync,
) -> Result<Vec<Option<R>>, Failure> {
    let queue = Queue::new(items.iter().map(size).collect(), hands);
    let done: Mutex<BTreeMap<usize, R>> = Mutex::default();
    let outcome = std::thread::scope(|scope| {
        let one = || -> Result<(), Failure> {
            let mut hand = Hand::new(bounds);
            while let Some(i) = queue.take(stop) {
                let result = work(&mut hand, i, &items[i]);
                queue.finished(i);
                let result = result.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
                done.lock().unwrap_or_else(PoisonError::into_inner).insert(i, result);
            }
            Ok(())
        };
        let threads: Vec<_> = (0..hands.clamp(1, items.len().max(1))).map(|_| scope.spawn(one)).collect();
        let mut outcome = Ok(());
        for thread in threads {
            let ended =
                thread.join().unwrap_or_else(|_| Err(Failure::failed("a hand of the batch broke off")));
            outcome = outcome.and(ended);
        }
        outcome
    });
    outcome?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((0..items.len()).map(|i| done.remove(&i)).collect())
}

/// How many threads one book may use: all hands together use as many as there are hands.
pub(super) fn threads(hands: usize, works: usize) -> usize {
    (hands / works.max(1)).max(1)
}

/// Does every task; the entries are in the order of the tasks, without those not begun.
///
/// # Errors
/// A journal that cannot be written: nothing that is done then could be proved.
pub(super) fn all(batch: &Batch<'_>, tasks: &[Task]) -> Result<Vec<Entry>, Failure> {
    let stop = AtomicBool::new(false);
    let teller = Teller::new(batch, tasks.len());
    let threads = threads(batch.hands, tasks.len());
    let size = |task: &Task| task.work.bytes();
    let entries = spread(tasks, batch.hands, Batch::bounds(batch.args), &stop, size, |hand, i, task| {
        let start = Instant::now();
        let (entry, line) = one(batch, hand, (i, task), threads)?;
        if entry.outcome == "failed" && batch.args.fail_fast {
            stop.store(true, Ordering::Relaxed);
        }
        teller.tell(task, &entry, line, start.elapsed());
        Ok(entry)
    });
    teller.end();
    Ok(entries?.into_iter().flatten().collect())
}

/// Does one task: whatever happens to its text, there is an entry.
fn one(
    batch: &Batch<'_>,
    hand: &mut Hand,
    (i, task): (usize, &Task),
    threads: usize,
) -> Result<(Entry, Value), Failure> {
    let part = batch.journal().parts().join(i.to_string());
    let known =
        if batch.resume { batch.journal().last(&task.work.id()).cloned().map(Box::new) } else { None };
    let order = Order {
        work: task.work.clone(),
        program: batch.program.clone(),
        threads,
        ask: Ask::Make { path: task.path.clone().into(), part: part.clone().into(), known },
    };
    let reply = match hand.ask(&order)? {
        Reply::Made { entry, line, ends } => match settle(batch, task, &part, &ends) {
            Ok(()) => Reply::Made { entry, line, ends },
            Err(failure) => Reply::from(&failure),
        },
        reply => reply,
    };
    let (entry, line) = match reply {
        Reply::Made { entry, line, .. } => (*entry, line),
        Reply::Kept(entry) => {
            let drawn = entry.facts.as_ref().and_then(|f| f.cover.as_ref()).is_some_and(|c| !c.is_empty());
            if drawn {
                batch.journal().add(&entry)?;
            }
            let line = kept_line(&entry);
            return Ok((*entry, line));
        }
        Reply::Failed { reason, error } => {
            clear(&part)?;
            failed(task, reason, &error)
        }
        Reply::Fields(_) => failed(task, "a worker answered what it was not asked".to_owned(), &Value::Null),
    };
    batch.journal().add(&entry)?;
    Ok((entry, line))
}

/// Moves the finished files of a work to their places.
fn settle(batch: &Batch<'_>, task: &Task, part: &std::path::Path, ends: &[String]) -> Result<(), Failure> {
    for end in ends {
        let with_end = |path: OsString| {
            let mut path = path;
            path.push(end);
            PathBuf::from(path)
        };
        output::adopt(
            &with_end(part.to_owned().into()),
            &batch.args.output.join(with_end(task.path.clone().into())),
        )?;
    }
    Ok(())
}

/// Removes what a worker that had to be stopped left unfinished.
fn clear(part: &std::path::Path) -> Result<(), Failure> {
    for format in REGISTRY {
        let mut path = part.to_owned().into_os_string();
        path.push(format.extension);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(Failure::io(path.as_ref(), "removed", &e));
            }
            _ => {}
        }
    }
    Ok(())
}

fn kept_line(entry: &Entry) -> Value {
    let facts = entry.facts.clone().unwrap_or_default();
    json!({
        "schema": SCHEMA,
        "input": entry.input,
        "outcome": entry.outcome,
        "kept": true,
        "title": facts.title,
        "words": facts.words,
        "chapters": facts.chapters,
        "pages": facts.pages,
        "findings": { "certain": facts.certain, "likely": facts.likely, "guess": facts.guess },
        "outputs": entry.outputs,
    })
}

fn failed(task: &Task, reason: String, error: &Value) -> (Entry, Value) {
    let input = task.work.name();
    let line = json!({ "schema": SCHEMA, "input": input, "outcome": "failed", "error": error });
    let entry = Entry {
        input,
        nth: task.work.nth,
        key: String::new(),
        outcome: "failed".to_owned(),
        reason: Some(reason),
        outputs: Vec::new(),
        facts: None,
    };
    (entry, line)
}

/// Tells that works end: lines of JSON, a bar on a terminal, plain lines elsewhere.
struct Teller {
    json: bool,
    voice: Voice,
    bar: Option<ProgressBar>,
    total: usize,
    ended: AtomicUsize,
}

impl Teller {
    fn new(batch: &Batch<'_>, total: usize) -> Self {
        let (json, voice) = (batch.args.json, batch.voice);
        let bar = (!json && voice.speaks() && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(total as u64);
            let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}, {eta} left  {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { json, voice, bar, total, ended: AtomicUsize::new(0) }
    }

    fn tell(&self, task: &Task, entry: &Entry, mut line: Value, took: Duration) {
        let n = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        if self.json {
            line["seconds"] = json!((took.as_secs_f64() * 1000.0).round() / 1000.0);
            show::result(&format!("{line}\n"));
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_message(shown(&task.path));
            bar.inc(1);
            return;
        }
        let what = match (&entry.reason, line["kept"].as_bool()) {
            (Some(reason), _) => format!("failed: {}", reason.lines().next().unwrap_or_default()),
            (None, Some(true)) => "kept".to_owned(),
            (None, _) => format!("{} ({:.2} s)", entry.outcome, took.as_secs_f64()),
        };
        self.voice.say(&format!("[{n}/{}] {}: {what}", self.total, shown(&task.work.input)));
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

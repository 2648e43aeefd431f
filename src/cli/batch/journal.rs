//! The journal of a batch: a line for each work that ended, synced before the next is begun.
//!
//! A kill at any moment leaves whole lines and at most one broken one, which is passed over.
//! A work counts as done only where its line is there, the input, settings and program are the
//! same, and its files still have the bytes that the line names.
//!
//! Each shard has a journal of its own, and what stands in it is newer than `journal.jsonl`:
//! a batch over the whole, and `--merge`, first fold the shards' journals into that.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::failure::{Failure, shown};
use super::super::output;

/// The folder in OUT that belongs to the program.
pub(crate) const FOLDER: &str = ".inkbind";

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The input as it was named.
    pub(crate) input: String,
    /// The how-manieth work of this input it is: a manifest may make several books of a text.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub(crate) nth: usize,
    /// SHA-256 over the input, the settings and the program.
    pub(crate) key: String,
    /// `done`, `warnings` or `failed`.
    pub(crate) outcome: String,
    /// Why, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The files, from OUT.
    #[serde(default)]
    pub(crate) outputs: Vec<Output>,
    /// What is known of the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) facts: Option<Facts>,
}

fn first() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_first(nth: &usize) -> bool {
    *nth == 1
}

impl Entry {
    /// What tells it from the other works of its batch.
    pub(crate) fn id(&self) -> Id {
        (self.input.clone(), self.nth)
    }
}

/// What the report of a batch tells of a book.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Title.
    pub(crate) title: String,
    /// Authors, joined.
    pub(crate) author: String,
    /// Words of the source.
    pub(crate) words: usize,
    /// Chapters.
    pub(crate) chapters: usize,
    /// Pages, where any were set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pages: Option<u64>,
    /// Decisions that are certain.
    pub(crate) certain: usize,
    /// Decisions that are likely.
    pub(crate) likely: usize,
    /// Decisions that are guesses.
    pub(crate) guess: usize,
    /// Findings that a person should look at.
    pub(crate) warnings: usize,
    /// A small cover as a data address, where a report was asked for. In memory it is left
    /// empty: the journal on the disk has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cover: Option<String>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    /// Its path from OUT.
    pub(crate) path: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
}

/// A work of a batch: its input as named, and the how-manieth of that input it is.
pub(crate) type Id = (String, usize);

/// The open journal; while it is open no other batch works in the same OUT and shard.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
    parts: PathBuf,
    known: BTreeMap<Id, Line>,
    _locks: Vec<File>,
}

/// A line that was read or written, and where it stands; `None` in another shard's file.
#[derive(Clone, Debug)]
struct Line {
    entry: Entry,
    at: Option<u64>,
}

/// Which part of a batch this is: part `index` (from 1) of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1.
    pub(crate) index: u32,
    /// How many there are.
    pub(crate) of: u32,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err("a shard is written I/N, with I from 1 to N: 2/8".to_owned()),
        }
    }
}

/// The journal of the whole.
const WHOLE: &str = "journal.jsonl";

fn file_name(shard: Option<Shard>) -> String {
    shard.map_or(WHOLE.to_owned(), |s| format!("journal-{}-of-{}.jsonl", s.index, s.of))
}

impl Journal {
    /// Opens the journal of OUT, or of one shard of it.
    ///
    /// # Errors
    /// Another batch at work there, and what the file system says.
    pub(crate) fn open(out: &Path, shard: Option<Shard>) -> Result<Self, Failure> {
        let folder = out.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|e| Failure::io(&folder, "made", &e))?;
        // The whole is shut to all others; shards are open to each other.
        let whole = lock(out, &folder.join(WHOLE), shard.is_some())?;
        let path = folder.join(file_name(shard));
        let mut locks = vec![whole];
        let mut known = BTreeMap::new();
        if shard.is_some() {
            locks.push(lock(out, &path, false)?);
            let base = read(&folder.join(WHOLE))?;
            known.extend(base.into_iter().map(|(id, line)| (id, Line { at: None, ..line })));
        } else {
            fold(&folder)?;
        }
        let fail = |e: io::Error| Failure::io(&path, "written", &e);
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path).map_err(fail)?;
        known.extend(read(&path)?);
        let mut end = file.seek(SeekFrom::End(0)).map_err(fail)?;
        // A kill in the middle of a line: what follows must begin on a line of its own.
        if end > 0 && !ends_in_newline(&path).map_err(fail)? {
            file.write_all(b"\n").map_err(fail)?;
            end += 1;
        }
        let parts = folder.join(path.with_extension("parts").file_name().unwrap_or_default());
        fresh(&parts).map_err(|e| Failure::io(&parts, "made", &e))?;
        Ok(Self { path, file, end, parts, known, _locks: locks })
    }

    /// The folder for files that are not finished. A kill leaves them there, and the next batch
    /// begins with an empty one.
    pub(crate) fn parts(&self) -> &Path {
        &self.parts
    }

    /// The last line of a work, without its cover.
    pub(crate) fn last(&self, id: &Id) -> Option<&Entry> {
        self.known.get(id).map(|line| &line.entry)
    }

    /// The small cover of a work, from the disk.
    pub(crate) fn cover(&self, id: &Id) -> Option<String> {
        let line = self.known.get(id)?;
        line.entry.facts.as_ref()?.cover.as_ref()?;
        let mut reader = BufReader::new(File::open(&self.path).ok()?);
        reader.seek(SeekFrom::Start(line.at?)).ok()?;
        let mut bytes = Vec::new();
        reader.read_until(b'\n', &mut bytes).ok()?;
        serde_json::from_slice::<Entry>(&bytes).ok()?.facts?.cover
    }

    /// Every work that is known, in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.known.values().map(|line| &line.entry)
    }

    /// Adds a line, and returns once it is on the disk.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn add(&mut self, entry: &Entry) -> Result<(), Failure> {
        let fail = |e: io::Error| Failure::io(&self.path, "written", &e);
        let mut line = serde_json::to_vec(entry).map_err(|e| fail(e.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).and_then(|()| self.file.sync_data()).map_err(fail)?;
        let at = Some(self.end);
        self.end += line.len() as u64;
        self.known.insert(entry.id(), Line { entry: light(entry.clone()), at });
        Ok(())
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Nothing in it is wanted any more; where it cannot be removed the next batch does.
        let _ = fs::remove_dir_all(&self.parts);
    }
}

/// The entry without the picture, of which only is kept that there is one.
fn light(mut entry: Entry) -> Entry {
    if let Some(cover) = entry.facts.as_mut().and_then(|f| f.cover.as_mut()) {
        *cover = String::new();
    }
    entry
}

/// An empty folder in the place of whatever stood there.
fn fresh(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    fs::create_dir_all(folder)
}

fn lock(out: &Path, journal: &Path, shared: bool) -> Result<File, Failure> {
    let path = journal.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(&path)
        .map_err(|e| Failure::io(&path, "written", &e))?;
    let locked = if shared { file.try_lock_shared() } else { file.try_lock() };
    match locked {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::failed(format!("another batch is at work in {}", shown(out)))
                .help("wait for it to end, or name another folder with -o"))
        }
        Err(TryLockError::Error(e)) => Err(Failure::io(&path, "locked", &e)),
    }
}

fn ends_in_newline(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    io::Read::read_exact(&mut file, &mut last)?;
    Ok(last == *b"\n")
}

/// The last whole line of each work in a file, which need not be there.
fn read(path: &Path) -> Result<BTreeMap<Id, Line>, Failure> {
    let fail = |e: io::Error| Failure::io(path, "read", &e);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(fail(e)),
    };
    let mut reader = BufReader::new(file);
    let (mut known, mut at, mut line) = (BTreeMap::new(), 0, Vec::new());
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(fail)?;
        if length == 0 {
            return Ok(known);
        }
        if let Ok(entry) = serde_json::from_slice::<Entry>(&line) {
            known.insert(entry.id(), Line { entry: light(entry), at: Some(at) });
        }
        at += length as u64;
    }
}

/// The shards' own things in the folder that end so.
fn of_shards(folder: &Path, end: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|e| Failure::io(folder, "read", &e))?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("journal-") && name.ends_with(end)
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}

/// Puts the journals of all shards into that of the whole, and removes what else they left; who
/// calls has the whole to himself, so that no shard is at work.
fn fold(folder: &Path) -> Result<(), Failure> {
    for path in of_shards(folder, ".parts")? {
        fs::remove_dir_all(&path).map_err(|e| Failure::io(&path, "removed", &e))?;
    }
    let shards = of_shards(folder, ".jsonl")?;
    if !shards.is_empty() {
        join(folder, &shards)?;
    }
    for path in shards.iter().chain(&of_shards(folder, ".lock")?) {
        fs::remove_file(path).map_err(|e| Failure::io(path, "removed", &e))?;
    }
    Ok(())
}

/// Writes the newest line of each work into the journal of the whole.
fn join(folder: &Path, shards: &[PathBuf]) -> Result<(), Failure> {
    let whole = folder.join(WHOLE);
    let mut newest: BTreeMap<Id, (bool, PathBuf, u64)> = BTreeMap::new();
    for path in shards {
        for (id, line) in read(path)? {
            // A work that one shard did is done, whatever another says of it.
            let done = line.entry.outcome != "failed";
            if newest.get(&id).is_none_or(|(known, _, _)| !known) {
                newest.insert(id, (done, path.clone(), line.at.unwrap_or_default()));
            }
        }
    }
    for (id, line) in read(&whole)? {
        newest.entry(id).or_insert((true, whole.clone(), line.at.unwrap_or_default()));
    }
    output::fill(&whole, |out| {
        for (_, path, at) in newest.values() {
            let mut reader = BufReader::new(File::open(path)?);
            reader.seek(SeekFrom::Start(*at))?;
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line)?;
            // The last line of a file may lack its newline: the kill came between the two.
            if line.last() != Some(&b'\n') {
                line.push(b'\n');
            }
            out.write_all(&line)?;
        }
        Ok(())
    })
}

/// Puts the journals of all shards of OUT into one, and gives it.
///
/// # Errors
/// An OUT without journals, and what the file system says.
pub(crate) fn merge(out: &Path) -> Result<Journal, Failure> {
    let folder = out.join(FOLDER);
    if !folder.is_dir() {
        return Err(Failure::failed(format!("{} holds no journal of a batch", shown(out)))
            .help("name the folder that the shards wrote to with -o"));
    }
    Journal::open(out, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(input: &str, outcome: &str) -> Entry {
        Entry {
            input: input.into(),
            nth: 1,
            key: "k".into(),
            outcome: outcome.into(),
            reason: None,
            outputs: Vec::new(),
            facts: None,
        }
    }

    fn id(input: &str) -> Id {
        (input.to_owned(), 1)
    }

    #[test]
    fn a_broken_last_line_is_passed_over_and_what_follows_is_read() {
        let folder = tempfile::tempdir().unwrap();
        Journal::open(folder.path(), None).unwrap().add(&entry("a", "done")).unwrap();
        let path = folder.path().join(FOLDER).join("journal.jsonl");
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"input\":\"b\",\"ke");
        fs::write(&path, bytes).unwrap();
        Journal::open(folder.path(), None).unwrap().add(&entry("c", "done")).unwrap();
        let journal = Journal::open(folder.path(), None).unwrap();
        assert!(journal.last(&id("a")).is_some() && journal.last(&id("c")).is_some());
        assert!(journal.last(&id("b")).is_none());
    }

    #[test]
    fn the_second_batch_on_one_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path(), None).unwrap();
        let second = Journal::open(folder.path(), None).unwrap_err();
        assert!(second.what.contains("another batch"));
        let shard = "1/2".parse().ok();
        assert!(Journal::open(folder.path(), shard).is_err(), "the whole is shut to shards");
        drop(first);
        let one = Journal::open(folder.path(), shard).unwrap();
        assert!(Journal::open(folder.path(), shard).is_err(), "a shard is done once");
        assert!(Journal::open(folder.path(), "2/2".parse().ok()).is_ok(), "shards go side by side");
        assert!(merge(folder.path()).is_err(), "no merge while a shard is at work");
        drop(one);
        assert!(merge(folder.path()).is_ok());
    }

    #[test]
    fn what_a_shard_says_is_newer_than_the_whole_and_done_wins_over_failed() {
        let folder = tempfile::tempdir().unwrap();
        let mut whole = Journal::open(folder.path(), None).unwrap();
        for (input, outcome) in [("a", "done"), ("b", "done")] {
            whole.add(&entry(input, outcome)).unwrap();
        }
        drop(whole);
        for (shard, input, outcome) in [("1/2", "a", "failed"), ("1/2", "c", "done"), ("2/2", "c", "failed")]
        {
            Journal::open(folder.path(), shard.parse().ok()).unwrap().add(&entry(input, outcome)).unwrap();
        }
        let merged = merge(folder.path()).unwrap();
        let outcomes: Vec<&str> = merged.entries().map(|e| e.outcome.as_str()).collect();
        assert_eq!(outcomes, ["failed", "done", "done"]);
        let left = fs::read_dir(folder.path().join(FOLDER)).unwrap().count();
        assert_eq!(left, 3, "the journal, its lock, and room for unfinished files");
    }

    #[test]
    fn a_cover_is_read_from_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), None).unwrap();
        journal.add(&entry("a", "done")).unwrap();
        let facts = Facts { cover: Some("data:image".into()), ..Facts::default() };
        journal.add(&Entry { facts: Some(facts), ..entry("b", "done") }).unwrap();
        assert_eq!(journal.cover(&id("b")).as_deref(), Some("data:image"));
        let light = journal.last(&id("b")).and_then(|e| e.facts.clone()?.cover);
        assert_eq!((journal.cover(&id("a")), light.as_deref()), (None, Some("")));
    }

    #[test]
    fn shards_are_read_as_written() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "2", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}

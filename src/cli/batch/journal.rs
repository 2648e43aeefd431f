//! The journal of a batch: a line for each work that ended, synced before the next is begun.
//!
//! A kill at any moment leaves whole lines and at most one broken one, which is passed over.
//! A work counts as done only where its line is there, the input, settings and program are the
//! same, and its files still have the bytes that the line names.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::build::sha256;
use super::super::failure::{Failure, shown};
use super::super::output::{self, Place};

/// The folder in OUT that belongs to the program.
pub(crate) const FOLDER: &str = ".inkbind";

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The input as it was named.
    pub(crate) input: String,
    /// SHA-256 over the input, the settings and the program's version.
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
    /// Decisions that are certain.
    pub(crate) certain: usize,
    /// Decisions that are likely.
    pub(crate) likely: usize,
    /// Decisions that are guesses.
    pub(crate) guess: usize,
    /// Findings that a person should look at.
    pub(crate) warnings: usize,
    /// A small cover as a data address, where a report was asked for.
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

/// The open journal; while it is open no other batch works in the same OUT and shard.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    out: PathBuf,
    known: BTreeMap<String, Entry>,
    _lock: File,
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

fn file_name(shard: Option<Shard>) -> String {
    shard.map_or("journal.jsonl".to_owned(), |s| format!("journal-{}-of-{}.jsonl", s.index, s.of))
}

impl Journal {
    /// Opens the journal of OUT, or of one shard of it.
    ///
    /// # Errors
    /// Another batch at work there, and what the file system says.
    pub(crate) fn open(out: &Path, shard: Option<Shard>) -> Result<Self, Failure> {
        let folder = out.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|e| Failure::io(&folder, "made", &e))?;
        let path = folder.join(file_name(shard));
        let fail = |e: std::io::Error| Failure::io(&path, "written", &e);
        let lock_path = path.with_extension("lock");
        let open = |path: &Path| OpenOptions::new().create(true).read(true).append(true).open(path);
        let lock = open(&lock_path).map_err(fail)?;
        if lock.try_lock().is_err() {
            return Err(Failure::failed(format!("another batch is at work in {}", shown(out)))
                .help("wait for it to end, or name another folder with -o"));
        }
        let mut file = open(&path).map_err(fail)?;
        let text = fs::read(&path).map_err(fail)?;
        // A kill in the middle of a line: what follows must begin on a line of its own.
        if text.last().is_some_and(|b| *b != b'\n') {
            file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(b"\n")).map_err(fail)?;
        }
        Ok(Self { file, out: out.to_owned(), known: entries(&text), _lock: lock })
    }

    /// The line of a work that need not be done again.
    pub(crate) fn still_done(&self, input: &str, key: &str) -> Option<&Entry> {
        let entry = self.known.get(input)?;
        let whole = |o: &Output| fs::read(self.out.join(&o.path)).is_ok_and(|b| sha256(&b) == o.sha256);
        let done = entry.outcome != "failed" && entry.key == key;
        (done && entry.outputs.iter().all(whole)).then_some(entry)
    }

    /// Adds a line, and returns once it is on the disk.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn add(&mut self, entry: &Entry) -> Result<(), Failure> {
        let fail = |e: std::io::Error| Failure::io(&self.out.join(FOLDER), "written", &e);
        let mut line = serde_json::to_vec(entry).map_err(|e| fail(e.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).and_then(|()| self.file.sync_data()).map_err(fail)
    }
}

/// The last whole line of each work.
fn entries(text: &[u8]) -> BTreeMap<String, Entry> {
    text.split(|b| *b == b'\n')
        .filter_map(|line| serde_json::from_slice::<Entry>(line).ok())
        .map(|entry| (entry.input.clone(), entry))
        .collect()
}

/// Puts the journals of all shards of OUT into one, and gives its entries.
///
/// # Errors
/// An OUT without journals, and what the file system says.
pub(crate) fn merge(out: &Path) -> Result<Vec<Entry>, Failure> {
    let folder = out.join(FOLDER);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|e| Failure::io(&folder, "read", &e))?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    files.sort();
    let mut all: BTreeMap<String, Entry> = BTreeMap::new();
    for path in &files {
        let text = fs::read(path).map_err(|e| Failure::io(path, "read", &e))?;
        for (input, entry) in entries(&text) {
            // A work that one shard did is done, whatever another says of it.
            let better = all.get(&input).is_none_or(|known| known.outcome == "failed");
            if better {
                all.insert(input, entry);
            }
        }
    }
    let mut text = Vec::new();
    for entry in all.values() {
        text.extend(serde_json::to_vec(entry).unwrap_or_default());
        text.push(b'\n');
    }
    output::put(&Place::File(folder.join(file_name(None))), &text)?;
    Ok(all.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(input: &str, outcome: &str) -> Entry {
        Entry {
            input: input.into(),
            key: "k".into(),
            outcome: outcome.into(),
            reason: None,
            outputs: Vec::new(),
            facts: None,
        }
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
        assert!(journal.still_done("a", "k").is_some() && journal.still_done("c", "k").is_some());
        assert!(journal.still_done("b", "k").is_none() && journal.still_done("a", "other").is_none());
    }

    #[test]
    fn the_second_batch_on_one_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path(), None).unwrap();
        assert!(Journal::open(folder.path(), None).unwrap_err().what.contains("another batch"));
        drop(first);
        assert!(Journal::open(folder.path(), None).is_ok());
    }

    #[test]
    fn shards_are_read_as_written() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "2", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}

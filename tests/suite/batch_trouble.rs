//! Batches in trouble: bad texts, lost workers, full disks, inputs that change.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::batch::{code, command, files, library, lines, run, story};

/// Longer than anything here takes on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The worker processes of a batch, as the system lists them.
fn workers(batch: u32) -> Vec<u32> {
    let parent = format!("PPid:\t{batch}");
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().to_str()?.parse().ok())
        .filter(|id| {
            let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            status.lines().any(|l| l == parent)
        })
        .collect()
}

fn kill(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
}

fn lines_in(journal: &Path) -> usize {
    fs::read_to_string(journal).unwrap_or_default().matches('\n').count()
}

#[test]
fn sixty_good_ten_hostile_and_five_that_cannot_be_read() {
    let desk = library(60);
    let lib = desk.path().join("lib");
    let noise: Vec<u8> = (0..9000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let hostile: [(&str, &[u8]); 10] = [
        ("empty", b""),
        ("blank", b" \n\t\n \n"),
        ("noise", &noise),
        ("pdf", b"%PDF-1.7\n1 0 obj\n"),
        ("zip", b"PK\x03\x04\x14\x00"),
        ("gzip", b"\x1F\x8B\x08\x00"),
        ("picture", b"\x89PNG\r\n\x1a\n"),
        ("word", b"{\\rtf1 not plain}"),
        ("program", b"\x7FELF\x02\x01\x01"),
        ("settings", b"A good text whose settings are bad.\n"),
    ];
    for (name, bytes) in hostile {
        fs::write(lib.join(format!("{name}.txt")), bytes).unwrap();
    }
    fs::write(lib.join("settings.book.toml"), "[book\ntitle = 1\n").unwrap();
    symlink("nowhere", lib.join("gone.txt")).unwrap();
    symlink("loop.txt", lib.join("loop.txt")).unwrap();
    symlink("story-1.txt/inside", lib.join("inside.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(lib.join("pipe.txt")).status().unwrap().success());
    let _socket = UnixListener::bind(lib.join("socket.txt")).unwrap();
    let output = run(desk.path(), "batch lib -o out --to dump --json --jobs 2");
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    let failed: BTreeMap<&str, &str> = lines
        .iter()
        .filter(|(_, l)| l["outcome"] == "failed")
        .map(|(input, l)| (input.as_str(), l["error"]["what"].as_str().unwrap()))
        .collect();
    assert_eq!(failed.len(), 15, "{failed:#?}");
    assert_eq!(lines.len() - failed.len(), 60);
    assert_eq!(files(&desk.path().join("out")).len(), 60);
    for (input, reason) in [
        ("lib/settings.txt", "unclosed table"),
        ("lib/noise.txt", "binary"),
        ("lib/gone.txt", "no such file"),
        ("lib/pipe.txt", "no file"),
        ("lib/socket.txt", "no file"),
    ] {
        assert!(failed[input].contains(reason), "{input}: {}", failed[input]);
    }
    let plain = run(desk.path(), "batch lib -o out --to dump --resume");
    let said = String::from_utf8(plain.stderr).unwrap();
    assert!(said.contains("failed: lib/settings.txt: lib/settings.book.toml:1:"), "{said}");
    assert_eq!(said.matches("\nfailed: ").count(), 15, "{said}");
}

#[test]
fn a_book_that_takes_too_much_memory_is_given_up_and_named() {
    let desk = library(3);
    fs::write(desk.path().join("lib/vast.txt"), story(1).repeat(2500)).unwrap();
    let output = run(desk.path(), "batch lib -o out --to dump --json --max-memory 150MB --jobs 1");
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert!(lines["lib/vast.txt"]["error"]["what"].as_str().unwrap().contains("more than 150 MB"));
    assert_eq!(lines.values().filter(|l| l["outcome"] != "failed").count(), 3);
    assert!(!desk.path().join("out/.inkbind/journal.parts").exists(), "nothing unfinished is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_is_lost_costs_no_book() {
    let desk = library(40);
    let mut batch = command(desk.path(), "batch lib -o out --to dump,dump-json -q --jobs 1").spawn().unwrap();
    let journal = desk.path().join("out/.inkbind/journal.jsonl");
    wait_for("the first books", || lines_in(&journal) >= 2);
    for worker in workers(batch.id()) {
        kill(worker);
    }
    assert!(batch.wait().unwrap().success());
    assert_eq!(files(&desk.path().join("out")).len(), 80);
}

#[cfg(target_os = "linux")]
#[test]
fn workers_end_with_their_batch() {
    let desk = library(1);
    fs::write(desk.path().join("lib/long.txt"), story(1).repeat(3000)).unwrap();
    let mut batch = command(desk.path(), "batch lib -o out --to dump -q --jobs 2").spawn().unwrap();
    let mut found = Vec::new();
    // One: beside a text as long as this no other is made.
    wait_for("a worker", || {
        found = workers(batch.id());
        !found.is_empty()
    });
    batch.kill().unwrap();
    batch.wait().unwrap();
    let gone = |id: &u32| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.is_empty() || status.contains("State:\tZ")
    };
    wait_for("the workers' end", || found.iter().all(gone));
    assert!(!desk.path().join("out/long.dump.txt").exists());
}

#[test]
fn a_full_disk_is_told_and_later_made_good() {
    let desk = library(6);
    fs::write(desk.path().join("lib/large.txt"), story(7).repeat(40)).unwrap();
    // No file may be longer than 64 KB: what the system says then is what it says of a full disk.
    let mut limited = command(desk.path(), "");
    let program = limited.get_program().to_owned();
    limited = Command::new("sh");
    let output = limited
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" batch lib -o out --to dump --json"])
        .arg(program)
        .current_dir(desk.path())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    let what = lines["lib/large.txt"]["error"]["what"].as_str().unwrap();
    assert!(what.starts_with("out/large.dump.txt cannot be written: file too large"), "{what}");
    assert_eq!(lines.values().filter(|l| l["outcome"] == "done").count(), 6);
    assert_eq!(code(&run(desk.path(), "batch lib -o out --to dump -q --resume")), 0);
    assert_eq!(code(&run(desk.path(), "batch lib -o whole --to dump -q")), 0);
    assert!(files(&desk.path().join("out")) == files(&desk.path().join("whole")));
}

#[test]
fn an_input_that_changes_meanwhile_is_whole_and_made_anew_later() {
    let desk = library(20);
    let last = desk.path().join("lib/story-19.txt");
    let mut batch = command(desk.path(), "batch lib -o out --to dump -q --jobs 1").spawn().unwrap();
    let journal = desk.path().join("out/.inkbind/journal.jsonl");
    wait_for("the first book", || lines_in(&journal) >= 1);
    fs::write(&last, story(500)).unwrap();
    assert!(batch.wait().unwrap().success());
    // It was read before or after; in no case half of each.
    let made = fs::read_to_string(desk.path().join("out/story-19.dump.txt")).unwrap();
    assert!(made.contains("of story 19 ") != made.contains("of story 500 "));
    fs::write(&last, story(501)).unwrap();
    let again = lines(&run(desk.path(), "batch lib -o out --to dump --json --resume"));
    let redone: Vec<&String> = again.iter().filter(|(_, l)| l["kept"] != true).map(|(k, _)| k).collect();
    assert_eq!(redone, ["lib/story-19.txt"]);
    assert!(fs::read_to_string(desk.path().join("out/story-19.dump.txt")).unwrap().contains("of story 501 "));
}

#[test]
fn fail_fast_begins_nothing_more_and_says_so() {
    let desk = library(6);
    fs::write(desk.path().join("lib/a-first.txt"), "").unwrap();
    let output = run(desk.path(), "batch lib -o out --to dump --jobs 1 --fail-fast");
    assert_eq!(code(&output), 1);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("books not begun") || said.contains("book not begun"), "{said}");
    assert_eq!(code(&run(desk.path(), "batch lib -o out --to dump --jobs 1 --resume -q")), 1);
    assert_eq!(files(&desk.path().join("out")).len(), 6);
}

#[test]
fn a_dry_run_finds_settings_that_cannot_be_met() {
    let desk = library(2);
    fs::write(desk.path().join("lib/story-1.book.toml"), "[layout]\nsize = \"nine\"\n").unwrap();
    let output = run(desk.path(), "batch lib -o out --dry-run --json");
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert_eq!(lines["lib/deep/er/story-0.txt"]["path"], "out/deep/er/story-0");
    assert!(lines["lib/story-1.txt"]["error"]["what"].as_str().unwrap().contains("nine"));
    assert!(!desk.path().join("out").exists());
}

/// A batch that watches, and the lines that it has written.
struct Watch {
    batch: Child,
    said: std::path::PathBuf,
}

impl Watch {
    fn start(desk: &Path, line: &str) -> Self {
        let said = desk.join("said.jsonl");
        let out = fs::File::create(&said).unwrap();
        let batch = command(desk, line).stdout(out).stderr(Stdio::piped()).spawn().unwrap();
        Self { batch, said }
    }

    fn lines(&self) -> Vec<Value> {
        let said = fs::read_to_string(&self.said).unwrap();
        said.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
    }

    fn wait_for_lines(&self, count: usize) -> Value {
        wait_for("lines", || self.lines().len() >= count);
        self.lines().pop().unwrap()
    }
}

#[test]
fn watch_makes_anew_what_changes_and_nothing_else() {
    let desk = library(3);
    let mut watch = Watch::start(desk.path(), "batch lib -o out --to dump --json --watch");
    watch.wait_for_lines(3);
    fs::write(desk.path().join("lib/story-1.txt"), story(77)).unwrap();
    assert_eq!(watch.wait_for_lines(4)["input"], "lib/story-1.txt");
    fs::write(desk.path().join("lib/new.txt"), story(78)).unwrap();
    assert_eq!(watch.wait_for_lines(5)["input"], "lib/new.txt");
    fs::write(desk.path().join("lib/story-2.book.toml"), "[book]\ntitle = \"Retitled\"\n").unwrap();
    assert_eq!(watch.wait_for_lines(6)["title"], "Retitled");
    // Another batch cannot come in between.
    let second = run(desk.path(), "batch lib -o out --to dump");
    assert!(code(&second) == 1 && String::from_utf8_lossy(&second.stderr).contains("another batch"));
    // Several looks long.
    std::thread::sleep(Duration::from_secs(2));
    assert!(watch.batch.try_wait().unwrap().is_none(), "it stays");
    watch.batch.kill().unwrap();
    watch.batch.wait().unwrap();
    let mut said = String::new();
    watch.batch.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("watching; Ctrl-C ends"), "{said}");
    assert_eq!(watch.lines().len(), 6, "nothing else is made");
    let made = fs::read_to_string(desk.path().join("out/story-1.dump.txt")).unwrap();
    assert!(made.contains("of story 77 "));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_stay_apart() {
    use std::os::unix::ffi::OsStrExt;
    let desk = tempfile::tempdir().unwrap();
    fs::create_dir(desk.path().join("lib")).unwrap();
    for (i, name) in [b"odd-\xFF.txt", b"odd-\xFE.txt"].iter().enumerate() {
        fs::write(desk.path().join("lib").join(std::ffi::OsStr::from_bytes(*name)), story(i)).unwrap();
    }
    let output = run(desk.path(), "batch lib -o out --to dump --json");
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let inputs: Vec<String> = lines(&output).into_keys().collect();
    assert_eq!(inputs, ["lib/odd-\\xFE.txt", "lib/odd-\\xFF.txt"]);
    assert_eq!(files(&desk.path().join("out")).len(), 2);
    let again = lines(&run(desk.path(), "batch lib -o out --to dump --json --resume"));
    assert!(again.values().all(|l| l["kept"] == true));
}

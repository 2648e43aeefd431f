//! Batches as a script sees them: what is made, what is kept, what a kill leaves behind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

pub(crate) fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(snapbox::cmd::cargo_bin!("inkbind"));
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(folder: &Path, line: &str) -> Output {
    command(folder, line).output().unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("the program was not killed")
}

/// The JSON lines of a batch, by input.
pub(crate) fn lines(output: &Output) -> BTreeMap<String, Value> {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .map(|v| (v["input"].as_str().unwrap().to_owned(), v))
        .collect()
}

/// Every file under a folder with its bytes; the program's own folder is passed over.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|n| n == ".inkbind") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    found
}

pub(crate) fn story(n: usize) -> String {
    let mut text = format!("Chapter 1\n\n\"Number {n},\" she said. It wasn't the first.\n\n");
    for i in 0..40 {
        let _ = write!(text, "Paragraph {i} of story {n} goes on -- and on... as 'stories' do.\n\n");
    }
    text
}

/// A folder with `n` stories in `lib`, some of them in folders of their own.
pub(crate) fn library(n: usize) -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    for i in 0..n {
        let folder = desk.path().join(if i % 3 == 0 { "lib/deep/er" } else { "lib" });
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("story-{i}.txt")), story(i)).unwrap();
    }
    desk
}

#[test]
fn one_bad_book_spoils_nothing() {
    let desk = library(12);
    let lib = desk.path().join("lib");
    fs::write(lib.join("empty.txt"), "").unwrap();
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fs::write(lib.join("noise.txt"), noise).unwrap();
    fs::write(lib.join("picture.txt"), b"\x89PNG\r\n\x1a\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", lib.join("broken.txt")).unwrap();
    let bad = if cfg!(unix) { 4 } else { 3 };
    let output = run(desk.path(), "batch lib -o out --to dump --json --jobs 2");
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert_eq!(lines.len(), 12 + bad);
    let failed: Vec<&Value> = lines.values().filter(|l| l["outcome"] == "failed").collect();
    assert_eq!(failed.len(), bad);
    assert!(failed.iter().all(|l| !l["error"]["what"].as_str().unwrap().is_empty()));
    assert_eq!(files(&desk.path().join("out")).len(), 12);
    assert!(desk.path().join("out/deep/er/story-0.dump.txt").exists(), "folders are mirrored");
}

#[test]
fn the_number_of_workers_never_shows_in_the_bytes() {
    let desk = library(9);
    assert_eq!(code(&run(desk.path(), "batch lib -o one --to dump,dump-json --jobs 1 -q")), 0);
    assert_eq!(code(&run(desk.path(), "batch lib -o four --to dump,dump-json --jobs 4 -q")), 0);
    let one = files(&desk.path().join("one"));
    assert_eq!(one.len(), 18);
    assert!(one == files(&desk.path().join("four")));
}

#[test]
fn resume_redoes_what_changed_and_nothing_else() {
    let desk = library(5);
    let batch = "batch lib -o out --to dump --json --resume";
    assert_eq!(code(&run(desk.path(), batch)), 0);
    fs::write(desk.path().join("lib/story-1.txt"), story(100)).unwrap();
    fs::write(desk.path().join("out/story-2.dump.txt"), "half of").unwrap();
    let lines = lines(&run(desk.path(), batch));
    let redone: Vec<&String> = lines.iter().filter(|(_, l)| l["kept"] != true).map(|(k, _)| k).collect();
    assert_eq!(redone, ["lib/story-1.txt", "lib/story-2.txt"]);
    assert_ne!(fs::read_to_string(desk.path().join("out/story-2.dump.txt")).unwrap(), "half of");
    let all = run(desk.path(), "batch lib -o out --to dump --json --resume --title Other");
    assert!(self::lines(&all).values().all(|l| l["kept"] != true), "other settings, other books");
}

#[test]
fn a_kill_at_any_moment_and_a_resume_give_what_an_undisturbed_run_gives() {
    let desk = library(30);
    assert_eq!(code(&run(desk.path(), "batch lib -o whole --to dump,dump-json -q")), 0);
    let whole = files(&desk.path().join("whole"));
    let mut interrupted = 0;
    for moment in 0..20_u64 {
        let out = format!("cut-{moment}");
        let mut child = command(desk.path(), &format!("batch lib -o {out} --to dump,dump-json -q --jobs 2"))
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(4 + moment * moment));
        child.kill().unwrap();
        interrupted += usize::from(!child.wait().unwrap().success());
        let resumed = run(desk.path(), &format!("batch lib -o {out} --to dump,dump-json -q --resume"));
        assert_eq!(code(&resumed), 0, "{}", String::from_utf8_lossy(&resumed.stderr));
        assert!(files(&desk.path().join(&out)) == whole, "killed after {} ms", 4 + moment * moment);
    }
    assert!(interrupted > 0, "no run was interrupted");
}

#[test]
fn shards_share_the_works_out_and_merge() {
    let desk = library(20);
    assert_eq!(code(&run(desk.path(), "batch lib -o whole --to dump -q")), 0);
    let mut seen = 0;
    for shard in 1..=3 {
        let output = run(desk.path(), &format!("batch lib -o out --to dump --json --shard {shard}/3"));
        assert_eq!(code(&output), 0);
        seen += lines(&output).len();
    }
    assert_eq!(seen, 20, "every work belongs to one shard");
    assert!(files(&desk.path().join("out")) == files(&desk.path().join("whole")));
    assert_eq!(code(&run(desk.path(), "batch --merge -o out -q")), 0);
    let journal = fs::read_to_string(desk.path().join("out/.inkbind/journal.jsonl")).unwrap();
    assert_eq!(journal.lines().count(), 20);
    assert!(!desk.path().join("out/.inkbind/journal-1-of-3.jsonl").exists(), "one journal is left");
    let again = lines(&run(desk.path(), "batch lib -o out --to dump --json --resume"));
    assert!(again.values().all(|l| l["kept"] == true), "the merged journal is a journal");
}

#[cfg(unix)]
#[test]
fn odd_names_are_taken_and_made_safe() {
    let desk = tempfile::tempdir().unwrap();
    let lib = desk.path().join("lib");
    fs::create_dir_all(&lib).unwrap();
    let names = ["new\nline", "quo\"te'", "📚 emoji", "con", "CON", "sp ace ", "-dash", &"n".repeat(251)];
    for (i, name) in names.iter().enumerate() {
        fs::write(lib.join(format!("{name}.txt")), story(i)).unwrap();
    }
    let output = run(desk.path(), "batch lib -o out --to dump --json");
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let made = files(&desk.path().join("out"));
    assert_eq!(made.len(), names.len());
    for path in made.keys() {
        let name = path.to_string_lossy();
        assert!(!name.contains(['\n', '"']) && name.len() < 255, "{name:?}");
    }
    let lower: std::collections::BTreeSet<String> =
        made.keys().map(|p| p.to_string_lossy().to_lowercase()).collect();
    assert_eq!(lower.len(), names.len(), "no two names differ in case alone");
}

#[test]
fn a_manifest_says_what_book_toml_says() {
    let desk = library(3);
    let csv =
        "input,output,title,author\nlib/story-1.txt,by/first,\"One, and\",A. Writer\nlib/story-2.txt,,Two,\n";
    fs::write(desk.path().join("works.csv"), csv).unwrap();
    assert_eq!(code(&run(desk.path(), "batch works.csv -o out --to dump -q")), 0);
    let made = files(&desk.path().join("out"));
    let text = |name: &str| String::from_utf8(made[&PathBuf::from(name)].clone()).unwrap();
    assert!(text("by/first.dump.txt").starts_with("title One, and\ncontributor aut A. Writer\n"));
    assert!(text("story-2.dump.txt").starts_with("title Two\n"));
    let named = run(desk.path(), "batch works.csv -o named --to dump -q --name {author}/{title}.{ext}");
    assert_eq!(code(&named), 0);
    assert!(desk.path().join("named/Two.dump.txt").exists());
    fs::write(desk.path().join("bad.csv"), "input,titel\nlib/story-1.txt,x\n").unwrap();
    let bad = run(desk.path(), "batch bad.csv -o out --to dump --json");
    assert_eq!(code(&bad), 1);
    assert!(String::from_utf8_lossy(&bad.stdout).contains("titel"));
}

#[test]
fn a_book_that_takes_too_long_is_given_up_and_named() {
    let desk = library(2);
    fs::write(desk.path().join("lib/long.txt"), story(3).repeat(2000)).unwrap();
    let output = run(desk.path(), "batch lib -o out --to dump --json --timeout 0.05 --jobs 1");
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert!(lines["lib/long.txt"]["error"]["what"].as_str().unwrap().contains("longer than 0.05 s"));
}

#[test]
fn a_dry_run_writes_nothing_and_a_report_is_one_page() {
    let desk = library(3);
    let dry = run(desk.path(), "batch lib/*.txt lib -o out --dry-run");
    assert_eq!(code(&dry), 0);
    assert_eq!(String::from_utf8_lossy(&dry.stdout).lines().count(), 3);
    assert!(!desk.path().join("out").exists());
    assert_eq!(code(&run(desk.path(), "batch lib -o out --to dump -q --report out/report.html")), 0);
    let page = fs::read_to_string(desk.path().join("out/report.html")).unwrap();
    assert_eq!(page.matches("<tr class=").count(), 3);
    assert!(page.contains("href=\"story-1.dump.txt\"") && !page.contains("http"));
}

#[test]
fn a_report_has_covers_of_books_that_an_earlier_run_made() {
    let desk = library(3);
    assert_eq!(code(&run(desk.path(), "batch lib -o out --to dump -q")), 0);
    let again = run(desk.path(), "batch lib -o out --to dump --json --resume --report out/report.html");
    assert!(lines(&again).values().all(|l| l["kept"] == true && l["words"].as_u64() > Some(400)));
    let page = fs::read_to_string(desk.path().join("out/report.html")).unwrap();
    assert_eq!(page.matches("<img ").count(), 3);
}

#[test]
fn a_manifest_may_make_several_books_of_a_text() {
    let desk = library(1);
    let works = [("one", "First"), ("two", "Second")].map(|(name, title)| {
        format!("{{\"input\":\"lib/deep/er/story-0.txt\",\"output\":\"{name}\",\"title\":\"{title}\"}}\n")
    });
    fs::write(desk.path().join("works.jsonl"), works.concat()).unwrap();
    assert_eq!(code(&run(desk.path(), "batch works.jsonl -o out --to dump -q")), 0);
    assert_eq!(files(&desk.path().join("out")).len(), 2);
    let again = run(desk.path(), "batch works.jsonl -o out --to dump --resume");
    let said = String::from_utf8(again.stderr).unwrap();
    assert_eq!(said.matches(": kept").count(), 2, "{said}");
}

#[test]
fn a_manifest_of_tables_says_what_book_toml_says() {
    let desk = library(2);
    let toml = "[[work]]\ninput = \"lib/story-1.txt\"\ntitle = \"One\"\noutput = \"shelf/one\"\n\n\
                [[work]]\ninput = \"lib/deep/er/story-0.txt\"\n[work.book]\ntitle = \"Nought\"\n";
    fs::write(desk.path().join("works.toml"), toml).unwrap();
    assert_eq!(code(&run(desk.path(), "batch works.toml -o out --to dump -q")), 0);
    let made = files(&desk.path().join("out"));
    let starts = |name: &str, with: &str| made[&PathBuf::from(name)].starts_with(with.as_bytes());
    assert!(starts("shelf/one.dump.txt", "title One\n") && starts("story-0.dump.txt", "title Nought\n"));
}

#[test]
fn a_line_tells_what_a_program_wants_to_know() {
    let desk = library(1);
    let output = run(desk.path(), "batch lib -o out --to epub,pdf --json");
    let line = &lines(&output)["lib/deep/er/story-0.txt"];
    assert_eq!(line["schema"], "inkbind.batch/1");
    assert!(line["pages"].as_u64().unwrap() >= 3, "{line}");
    assert!(line["findings"]["certain"].is_u64() && line["words"].as_u64().unwrap() > 400);
    for stage in ["source", "clean", "structure", "typography", "account", "cover", "epub", "pdf"] {
        assert!(line["times"][stage].as_f64().unwrap() >= 0.0, "{stage}");
    }
    for output in line["outputs"].as_array().unwrap() {
        let bytes = fs::read(desk.path().join(output["path"].as_str().unwrap())).unwrap();
        assert_eq!(output["bytes"], bytes.len());
        assert_eq!(output["sha256"].as_str().unwrap().len(), 64);
    }
}

#[test]
fn since_takes_what_was_changed_then() {
    let desk = library(4);
    let old = std::time::SystemTime::now() - Duration::from_secs(3 * 24 * 60 * 60);
    for name in ["lib/deep/er/story-0.txt", "lib/deep/er/story-3.txt", "lib/story-2.txt"] {
        fs::File::options().write(true).open(desk.path().join(name)).unwrap().set_modified(old).unwrap();
    }
    let dry = run(desk.path(), "batch lib -o out --since 48h --dry-run");
    let said = String::from_utf8(dry.stdout).unwrap();
    assert_eq!(said, "lib/story-1.txt -> out/story-1\n", "what is shown is what is made");
    let made = lines(&run(desk.path(), "batch lib -o out --to dump --json --since 48h"));
    assert_eq!(made.keys().collect::<Vec<_>>(), ["lib/story-1.txt"]);
    fs::write(desk.path().join("lib/story-2.book.toml"), "[book]\ntitle = \"Two\"\n").unwrap();
    let made = lines(&run(desk.path(), "batch lib -o out --to dump --json --since 48h"));
    assert_eq!(made.len(), 2, "settings count as the text does");
    assert_eq!(lines(&run(desk.path(), "batch lib -o out --to dump --json --since 5d")).len(), 4);
}

#[test]
fn wrong_usage_of_batch_is_told() {
    let desk = library(1);
    fs::write(desk.path().join("works.xlsx"), "PK").unwrap();
    for line in [
        "batch -o out",
        "batch lib -o out --shard 4/3",
        "batch lib -o out --to dump --name {autor}",
        "batch lib -o out --since yesterday",
        "batch lib -o out --max-memory 500",
        "batch lib -o out --watch --since 1d",
        "batch - -o out --watch",
        "batch lib -o out --to dump --name {title",
        "batch lib -o out --to dump --name ../{title}",
        "batch works.xlsx -o out",
    ] {
        assert_eq!(code(&run(desk.path(), line)), 2, "{line}");
    }
    let none = run(desk.path(), "batch none -o out --json");
    assert_eq!(code(&none), 1);
    let line: Value = serde_json::from_slice(&none.stdout).unwrap();
    assert!(line["input"].is_null() && line["error"]["what"] == "none is not there", "{line}");
    fs::write(desk.path().join("taken"), "a file").unwrap();
    assert_eq!(code(&run(desk.path(), "batch lib -o taken --to dump")), 1);
}

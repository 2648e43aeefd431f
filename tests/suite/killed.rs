//! Commands that are killed at any moment: what they replace is whole, the old or the new.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// How many times each command is killed, at moments spread over its run.
const KILLS: u32 = 12;

fn start(folder: &Path, line: &str) -> Child {
    Command::new(snapbox::cmd::cargo_bin!("inkbind"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs `line` to its end, then kills it again and again over older files of the same names.
fn killed(folder: &Path, line: &str, outputs: &[&str]) {
    let begun = Instant::now();
    assert!(start(folder, line).wait().unwrap().success(), "{line}");
    let whole = begun.elapsed();
    let new: Vec<Vec<u8>> = outputs.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
    for kill in 0..KILLS {
        for name in outputs {
            fs::write(folder.join(name), "what stood there before").unwrap();
        }
        let mut child = start(folder, line);
        std::thread::sleep(whole * kill / (KILLS - 2));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, new) in outputs.iter().zip(&new) {
            let now = fs::read(folder.join(name)).unwrap();
            assert!(
                now == b"what stood there before" || now == *new,
                "{line}: half of {name} after kill {kill}"
            );
        }
    }
    // What is left over of a killed run hinders none that follows.
    assert!(start(folder, line).wait().unwrap().success(), "{line} after a kill");
    for (name, new) in outputs.iter().zip(&new) {
        assert!(fs::read(folder.join(name)).unwrap() == *new, "{line}: another {name} after a kill");
    }
}

#[test]
fn whatever_is_killed_leaves_the_old_file_or_the_new_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    fs::write(folder.join("story.txt"), "The House\n\nChapter 1\n\n\"Come in,\" she said.\n\n".repeat(30))
        .unwrap();
    killed(folder, "build story.txt", &["story.epub", "story.pdf"]);
    fs::write(folder.join("book.pdf"), fs::read(folder.join("story.pdf")).unwrap()).unwrap();
    killed(folder, "press book.pdf --signatures sheets.pdf", &["sheets.pdf"]);
    killed(
        folder,
        "press book.pdf --cover wrap.pdf --profile home --paper cream --title T --author A",
        &["wrap.pdf"],
    );
    killed(folder, "init story.txt -o settings.toml --force", &["settings.toml"]);
    killed(folder, "build story.txt --to dump -o plain.txt", &["plain.txt"]);
}

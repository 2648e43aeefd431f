//! The scripts in `examples/`, run as a user would run them.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::batch::{code, library, story};

fn script(name: &str, folder: &Path, arguments: &[&str]) -> Output {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    Command::new("sh")
        .arg(path)
        .args(arguments)
        .current_dir(folder)
        .env("INKBIND", snapbox::cmd::cargo_bin!("inkbind"))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_example_builds() {
    let desk = tempfile::tempdir().unwrap();
    let output = script("build-all.sh", desk.path(), &["out"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    for work in ["tide-clock", "night-bus", "lesser-winds"] {
        for end in ["epub", "pdf"] {
            let file = desk.path().join(format!("out/{work}/{work}.{end}"));
            assert!(fs::metadata(&file).unwrap().len() > 10_000, "{}", file.display());
        }
    }
}

#[test]
fn a_library_is_converted_and_converted_again() {
    let desk = library(3);
    let first = script("convert-library.sh", desk.path(), &["lib", "out", "--to", "dump"]);
    assert_eq!(code(&first), 0, "{}", told(&first));
    assert!(desk.path().join("out/report.html").exists());
    let again = script("convert-library.sh", desk.path(), &["lib", "out", "--to", "dump"]);
    assert_eq!(told(&again).matches(": kept").count(), 3, "{}", told(&again));
}

#[test]
fn a_night_is_silent_unless_something_failed() {
    let desk = library(2);
    let good = script("nightly.sh", desk.path(), &["lib", "out", "--to", "dump"]);
    assert_eq!((code(&good), told(&good).as_str()), (0, ""));
    fs::write(desk.path().join("lib/empty.txt"), "").unwrap();
    let bad = script("nightly.sh", desk.path(), &["lib", "out", "--to", "dump"]);
    assert_eq!(code(&bad), 1);
    assert_eq!(
        told(&bad),
        "failed: lib/empty.txt: lib/empty.txt is empty; give a text with at least one word\nsee out/report.html\n"
    );
}

#[test]
fn a_list_of_downloads_becomes_books() {
    let desk = tempfile::tempdir().unwrap();
    let server = desk.path().join("it's \"there\"");
    fs::create_dir(&server).unwrap();
    fs::write(server.join("a.txt"), story(1)).unwrap();
    fs::write(server.join("b.txt"), story(2)).unwrap();
    let at = format!("file://{}", server.display()).replace(' ', "%20").replace('"', "%22");
    let list = format!("{at}/a.txt\tThe \"A\", first\tA. Writer\n# a remark\n\n{at}/none.txt\n{at}/b.txt\tB");
    fs::write(desk.path().join("list.tsv"), list).unwrap();
    let output = script("from-list.sh", desk.path(), &["list.tsv", "out", "--to", "dump"]);
    assert_eq!(code(&output), 1, "{}", told(&output));
    assert!(told(&output).contains("not fetched: ") && told(&output).contains("none.txt"));
    let first = fs::read_to_string(desk.path().join("out/books/A. Writer/The “A”, first.dump.txt")).unwrap();
    assert!(first.starts_with("title The “A”, first\n"), "{first}");
    assert!(desk.path().join("out/books/B.dump.txt").exists());
}

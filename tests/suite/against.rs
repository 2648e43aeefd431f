//! `check FILE --against INPUT` for files of any maker: whole ones, changed ones, damaged ones.

use std::fs;
use std::io::Write as _;
use std::process::Command;

use crate::cli::Desk;
use crate::works::project;

fn tide_clock() -> String {
    fs::read_to_string(project("examples/tide-clock/tide-clock.txt")).unwrap()
}

/// A zip container with these files.
fn container(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const CONTAINER: &[u8] = b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";

/// An EPUB as a program writes it that knows little of the standard, with this text.
fn plain_epub(body: &str) -> Vec<u8> {
    let package =
        b"<package><manifest><item id='t' href='title.xhtml'/><item id='a' href='a.xhtml'/></manifest>\
                    <spine><itemref idref='t'/><itemref idref='a'/></spine></package>";
    let title = b"<html><body><h1>Another Edition</h1><p>Made elsewhere</p></body></html>";
    let text = format!("<html><body>{body}</body></html>");
    container(&[
        ("META-INF/container.xml", CONTAINER),
        ("p.opf", package),
        ("title.xhtml", title),
        ("a.xhtml", text.as_bytes()),
    ])
}

const STORY: &str = "Chapter 1\n\nThe ferry left the north quay at six, and nobody on the hill looked up from breakfast \
                     to see it go.\n\nChapter 2\n\nHanne counted the sacks twice and wrote the smaller number in the \
                     book.\n";

fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|p| format!("<p>{}</p>", p.trim())).collect()
}

#[test]
fn a_pdf_and_an_epub_of_ours_hold_every_word_and_a_changed_text_is_told() {
    let mut desk = Desk::new();
    desk.file("t.txt", tide_clock());
    assert_eq!(desk.run("build t.txt -q"), 0);
    assert_eq!(desk.run("check t.epub --against t.txt -q"), 0);
    assert_eq!(desk.run("check t.pdf --against t.txt -q"), 0);
    let changed = tide_clock().replacen(" the ", " that ", 3);
    assert_ne!(changed, tide_clock());
    desk.file("changed.txt", changed);
    assert_eq!(desk.run("check t.pdf --against changed.txt -q"), 1);
    assert_eq!(desk.run("check t.epub --against changed.txt -q"), 1);
}

#[test]
fn what_a_pdf_has_besides_the_text_is_named() {
    let mut desk = Desk::new();
    desk.file("t.txt", tide_clock());
    assert_eq!(desk.run("build t.txt --to pdf -q"), 0);
    let output = desk.command("check t.pdf --against t.txt --json").output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let besides = json["besides"].as_object().unwrap();
    assert!(besides["running heads and folios"].as_u64().unwrap() > 10, "{json}");
    assert!(besides.contains_key("before and behind the text"), "{json}");
}

#[test]
fn an_epub_of_another_maker_is_held_against_the_text() {
    let mut desk = Desk::new();
    desk.file("t.txt", STORY);
    desk.file("whole.epub", plain_epub(&paragraphs(STORY)));
    desk.file(
        "lacking.epub",
        plain_epub(&paragraphs(&STORY.replace("nobody on the hill looked up", "nobody looked up"))),
    );
    desk.file("more.epub", plain_epub(&paragraphs(&STORY.replace("the sacks", "the oranges and the sacks"))));
    assert_eq!(desk.run("check whole.epub --against t.txt"), 0);
    assert_eq!(desk.run("check lacking.epub --against t.txt"), 1);
    assert_eq!(desk.run("check more.epub --against t.txt"), 1);
    desk.matches("against");
}

#[test]
fn files_that_cannot_be_read_back_are_told_with_the_reason() {
    let mut desk = Desk::new();
    desk.file("t.txt", STORY);
    let epub = |text: &[u8]| {
        container(&[
            ("META-INF/container.xml", CONTAINER),
            ("p.opf", b"<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"),
            ("a.xhtml", text),
        ])
    };
    desk.file("text.epub", "no book");
    desk.file("damaged.epub", &epub(b"<p>A</p>")[..60]);
    desk.file("empty.epub", container(&[("a.txt", b"A")]));
    desk.file(
        "outside.epub",
        container(&[
            ("META-INF/container.xml", CONTAINER),
            ("p.opf", b"<package><manifest><item id='a' href='../../etc/passwd'/></manifest><spine><itemref idref='a'/></spine></package>"),
        ]),
    );
    desk.file("entities.epub", epub(b"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;</p>"));
    desk.file("deep.epub", epub("<b>".repeat(600).as_bytes()));
    let locked = b"<encryption><EncryptedData><CipherData><CipherReference URI='a.xhtml'/></CipherData></EncryptedData></encryption>";
    desk.file(
        "locked.epub",
        container(&[
            ("META-INF/container.xml", CONTAINER),
            ("META-INF/encryption.xml", locked),
            ("p.opf", b"<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"),
            ("a.xhtml", b"\x01\x02"),
        ]),
    );
    desk.file("damaged.pdf", "%PDF-1.7\nno objects\n");
    for name in ["text", "damaged", "empty", "outside", "entities", "deep", "locked"] {
        assert_eq!(desk.run(&format!("check {name}.epub --against t.txt")), 1, "{name}");
    }
    assert_eq!(desk.run("check damaged.pdf --against t.txt"), 1);
    desk.matches("unreadable-books");
}

/// Whether a program is there to make files with.
fn installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success())
}

#[test]
fn what_pandoc_makes_of_the_text_holds_every_word() {
    if !installed("pandoc") {
        return;
    }
    let mut desk = Desk::new();
    desk.file("t.txt", tide_clock());
    let made = Command::new("pandoc")
        .args(["-f", "markdown", "t.txt", "-o", "pandoc.epub", "--metadata", "title=Tide"])
        .current_dir(desk.path(""))
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(desk.run("check pandoc.epub --against t.txt -q"), 0);
}

//! EPUBs as they leave the backend: their documents, and that every word of the book stands in them.

use std::io::{Cursor, Read};

use inkbind::backend::{self, Backend};
use inkbind::book::{Block, Book, Role};
use inkbind::env::FixedEnv;
use inkbind::ledger::epub::{compare, read_text};
use inkbind::options::OutputOptions;
use inkbind::report::Finding;
use inkbind::text::MarkKind;

use crate::sample;

fn epub() -> Box<dyn Backend> {
    (backend::find("epub").unwrap().make)(&OutputOptions::default())
}

fn write(book: &Book) -> (Vec<u8>, Vec<Finding>) {
    let mut bytes = Vec::new();
    let findings = epub().write(book, &FixedEnv::default(), &mut bytes).unwrap();
    (bytes, findings)
}

fn files(epub: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(epub)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().to_owned(), String::from_utf8(bytes).unwrap_or_default())
        })
        .collect()
}

fn one_chapter(body: Vec<Block>) -> Book {
    let mut book = Book { chapters: vec![sample::chapter(Role::Chapter, 0, body)], ..Book::default() };
    book.meta.title = "T".into();
    book.meta.language = "en".into();
    book
}

#[test]
fn the_documents_of_the_sample_book() {
    let (bytes, findings) = write(&sample::book());
    assert!(findings.is_empty(), "{findings:?}");
    let mut all = String::new();
    for (name, content) in files(&bytes) {
        if !name.contains("images/") && !name.contains("stylesheet") {
            all.extend(["==== ", &name, "\n", &content, "\n"]);
        }
    }
    insta::with_settings!({ snapshot_path => "../fixtures/epub", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("sample", all);
    });
}

#[test]
fn every_word_of_the_sample_book_is_read_back() {
    let book = sample::book();
    let (bytes, _) = write(&book);
    let comparison = compare(&book, &bytes).unwrap();
    assert!(comparison.agrees(), "{comparison:?}");
    assert!(comparison.words > 250, "{}", comparison.words);
    let front = read_text(&bytes).unwrap().iter().filter(|d| d.front).count();
    assert_eq!(front, 4, "cover, title page, copyright page and contents");
}

#[test]
fn a_word_that_the_epub_lacks_is_found() {
    let book = sample::book();
    let (bytes, _) = write(&book);
    let mut more = book.clone();
    more.chapters[4].body.push(sample::para("One sentence more."));
    let comparison = compare(&more, &bytes).unwrap();
    assert_eq!(comparison.lost, ["one", "sentence", "more"]);
    assert!(comparison.invented.is_empty());
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = sample::book();
    assert_eq!(write(&book).0, write(&book).0);
}

#[test]
fn the_mimetype_is_the_first_and_plain() {
    let (bytes, _) = write(&sample::book());
    assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
}

#[test]
fn a_giant_paragraph_is_spread_over_documents_and_loses_nothing() {
    let book = one_chapter(vec![sample::para("Now & then a word. ".repeat(60_000).trim())]);
    let (bytes, findings) = write(&book);
    assert_eq!(findings.iter().map(|f| f.rule.code).collect::<Vec<_>>(), ["B102"]);
    assert!(compare(&book, &bytes).unwrap().agrees());
    for (name, content) in files(&bytes) {
        assert!(content.len() < 260_000, "{name} has {} bytes", content.len());
    }
}

#[test]
fn control_characters_are_left_out_and_told() {
    let book = one_chapter(vec![sample::para("a\u{0}b \u{1b}[31mred\u{fffe}")]);
    let (bytes, findings) = write(&book);
    assert_eq!(findings.iter().map(|f| f.rule.code).collect::<Vec<_>>(), ["B101"]);
    let text = read_text(&bytes).unwrap().pop().unwrap().text;
    assert_eq!(text.trim(), "ab [31mred");
}

#[test]
fn crossing_marks_nest() {
    let text = sample::marked(
        "one two three four",
        &[
            ("one two three", MarkKind::Strong),
            ("two three four", MarkKind::Em),
            ("three", MarkKind::Link("https://example.org/".into())),
            ("four", MarkKind::Link("chapter2.html".into())),
        ],
    );
    let (bytes, _) = write(&one_chapter(vec![Block::para(text)]));
    let chapter = files(&bytes).into_iter().find(|(n, _)| n.ends_with("chapter-001.xhtml")).unwrap().1;
    let expected = "<strong>one </strong><em><strong>two </strong></em>\
        <a href=\"https://example.org/\"><em><strong>three</strong></em></a><em> four</em></p>";
    assert!(chapter.contains(expected), "{chapter}");
}

#[test]
fn a_book_without_text_is_still_an_epub() {
    let (bytes, _) = write(&Book::default());
    assert_eq!(read_text(&bytes).unwrap().len(), 3);
}

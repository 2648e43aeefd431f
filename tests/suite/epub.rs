//! EPUBs as they leave the backend: their documents, and that every word of the book stands in them.

use std::io::{Cursor, Read};

use inkbind::backend;
use inkbind::book::{Block, Book, Role};
use inkbind::env::FixedEnv;
use inkbind::ledger::compare::compare;
use inkbind::ledger::epub::read_text;
use inkbind::options::OutputOptions;
use inkbind::report::Finding;
use inkbind::text::MarkKind;

use crate::sample;

fn write(book: &Book) -> (Vec<u8>, Vec<Finding>) {
    write_as("epub", &OutputOptions::default(), book)
}

fn write_as(format: &str, options: &OutputOptions, book: &Book) -> (Vec<u8>, Vec<Finding>) {
    let mut bytes = Vec::new();
    let backend = (backend::find(format).unwrap().make)(options);
    let written = backend.write(book, &FixedEnv::default(), &mut bytes).unwrap();
    (bytes, written.findings)
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
    assert_eq!(text.trim(), "a b [31mred");
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

#[test]
fn kobo_gets_a_span_for_every_sentence_and_the_same_words() {
    let book = sample::book();
    let (bytes, _) = write_as("kepub", &OutputOptions::default(), &book);
    assert!(compare(&book, &bytes).unwrap().agrees());
    let chapter = files(&bytes).into_iter().find(|(n, _)| n.ends_with("chapter-001.xhtml")).unwrap().1;
    assert!(
        chapter.contains("<p><span class=\"koboSpan\" id=\"kobo.7.1\">“Trim it,” he said. </span>"),
        "{chapter}"
    );
}

#[test]
fn the_best_compression_is_smaller_and_says_the_same() {
    let book = one_chapter(
        (0..200).map(|i| sample::para(&format!("The {i}th wave came in and went out."))).collect(),
    );
    let best = OutputOptions { max_compression: true, ..OutputOptions::default() };
    let (plain, packed) = (write(&book).0, write_as("epub", &best, &book).0);
    assert!(packed.len() < plain.len(), "{} and {}", packed.len(), plain.len());
    assert_eq!(files(&plain), files(&packed));
}

#[test]
fn a_note_without_reference_stands_at_the_end() {
    let mut book = one_chapter(vec![sample::para("Nothing here refers to it.")]);
    book.notes.push(inkbind::book::Note { mark: "1".into(), body: vec![sample::para("A lonely note.")] });
    let (bytes, _) = write(&book);
    assert!(compare(&book, &bytes).unwrap().agrees());
}

mod random_books {
    use proptest::prelude::*;

    use super::*;
    use inkbind::book::{BlockKind, LetterPart, Para, ParaStyle, SceneBreak, Verse, VerseLine};
    use inkbind::text::{Edit, Text};

    fn kind() -> impl Strategy<Value = MarkKind> {
        prop_oneof![
            Just(MarkKind::Em),
            Just(MarkKind::Strong),
            Just(MarkKind::SmallCaps),
            Just(MarkKind::Superscript),
            Just(MarkKind::Subscript),
            Just(MarkKind::Strike),
            Just(MarkKind::Code),
            Just(MarkKind::Note(0)),
            Just(MarkKind::Note(7)),
            Just(MarkKind::LineBreak),
            Just(MarkKind::Link("https://example.org/\"<&>".into())),
        ]
    }

    /// A text of any characters, with marks that cross in any way.
    fn text() -> impl Strategy<Value = Text> {
        let marks =
            prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), kind()), 0..6);
        ("(\\PC|[ -~]|[\u{0}-\u{ff}]|[&<>\"'\\]]){0,40}", marks).prop_map(|(content, marks)| {
            let mut text = Text::from_source(content.clone());
            let ends: Vec<usize> = content.char_indices().map(|(i, _)| i).chain([content.len()]).collect();
            let edits: Vec<Edit> = marks
                .into_iter()
                .map(|(a, b, kind)| {
                    let (a, b) = (*a.get(&ends), *b.get(&ends));
                    Edit::mark(a.min(b)..a.max(b), kind)
                })
                .collect();
            text.apply(&edits);
            text
        })
    }

    fn block() -> impl Strategy<Value = Block> {
        let leaf = prop_oneof![
            text().prop_map(Block::para),
            text().prop_map(|text| Block::new(BlockKind::Para(Para { text, style: ParaStyle::Centred }))),
            (1..9_u8, text()).prop_map(|(level, text)| Block::new(BlockKind::Heading { level, text })),
            text().prop_map(|text| Block::new(BlockKind::Pre(text))),
            Just(Block::new(BlockKind::SceneBreak(SceneBreak { ornament: None }))),
            (any::<Option<usize>>(), text())
                .prop_map(|(asset, t)| Block::new(BlockKind::Figure { asset, caption: Some(t) })),
            prop::collection::vec((any::<u8>(), text()), 0..4).prop_map(|lines| {
                let lines = lines.into_iter().map(|(indent, text)| VerseLine { indent, text }).collect();
                Block::new(BlockKind::Verse(Verse { stanzas: vec![lines], attribution: None }))
            }),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let blocks = prop::collection::vec(inner.clone(), 0..3);
            prop_oneof![
                (blocks.clone(), text())
                    .prop_map(|(body, by)| { Block::new(BlockKind::Quote { body, attribution: Some(by) }) }),
                (any::<Option<u32>>(), prop::collection::vec(blocks, 0..3))
                    .prop_map(|(start, items)| Block::new(BlockKind::List { start, items })),
                (inner, text()).prop_map(|(body, by)| {
                    Block::new(BlockKind::Letter(vec![LetterPart::Body(body), LetterPart::Signature(by)]))
                }),
            ]
        })
    }

    fn book() -> impl Strategy<Value = Book> {
        let body = prop::collection::vec(block(), 0..6);
        (body, prop::option::of(text()), prop::option::of(text()), "\\PC{0,20}", any::<u8>()).prop_map(
            |(body, label, title, name, level)| {
                let mut book = one_chapter(body);
                book.chapters[0].label = label;
                book.chapters[0].title = title;
                book.chapters[0].level = level;
                book.meta.title.clone_from(&name);
                book.meta.language.clone_from(&name);
                book.meta.identifiers = vec![name];
                book.notes.push(inkbind::book::Note { mark: "*".into(), body: vec![sample::para("Noted.")] });
                book
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        /// Every document can be read, and says the words of the book and no others.
        #[test]
        fn are_well_formed_and_complete(book in book()) {
            let (bytes, _) = write(&book);
            let comparison = compare(&book, &bytes);
            prop_assert!(comparison.is_ok(), "{:?}", comparison);
            let comparison = comparison.unwrap();
            prop_assert!(comparison.agrees(), "{:?}", comparison);
        }
    }
}

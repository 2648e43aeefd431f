//! `check FILE --against INPUT` for files of any maker: whole ones, changed ones, damaged ones.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use crate::cli::Desk;
use crate::hostile_files::{pdf, stream};
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

/// Three volumes whose chapters are counted anew, with notes of the same words and a word that reads from the right.
fn volumes() -> String {
    const WORDS: &str = "ferry quay hill sack book number north breakfast morning harbour master lamp water coin reason \
                         sailor rope bell window letter stair wind slow wet small late early nobody whoever counted \
                         wrote looked left kept crossed waited under over behind before twice";
    let words: Vec<&str> = WORDS.split(' ').collect();
    let mut seed = 7_usize;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[(seed >> 33) % words.len()]
    };
    let mut out = String::from("Title: The Slow Ferry\nAuthor: Nobody in Particular\n\n");
    for volume in ["I", "II", "III"] {
        let _ = write!(out, "VOLUME {volume}\n\n");
        for chapter in 1..=4 {
            let _ = write!(out, "Chapter {chapter}\n\n");
            for paragraph in 0..24 {
                let text: Vec<&str> = (0..50).map(|_| word()).collect();
                let note = if paragraph == 20 { "[1]" } else { "" };
                let _ = write!(
                    out,
                    "The {} who said אוניה.{note} They {}.\n\n",
                    text[..25].join(" "),
                    text[25..].join(" ")
                );
            }
            out.push_str("[1] So the harbour master said.\n\n");
        }
    }
    out
}

#[test]
fn a_pdf_of_ours_holds_every_word_in_every_design_and_for_a_printer() {
    let mut desk = Desk::new();
    desk.file("t.txt", volumes());
    for design in ["classic", "modern", "pocket", "large", "hand"] {
        assert_eq!(desk.run(&format!("build t.txt --to pdf --design {design} -q")), 0);
        assert_eq!(desk.run("check t.pdf --against t.txt -q"), 0, "{design}");
    }
    assert_eq!(desk.run("build t.txt --to pdf --profile kdp -q"), 0);
    assert_eq!(desk.run("check t.pdf --against t.txt -q"), 0);
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

/// An EPUB as pandoc writes it: a title page, chapters as sections, notes behind each of them.
fn pandocs_epub() -> Vec<u8> {
    let package = br#"<package><manifest><item id="nav" href="nav.xhtml" properties="nav"/>
        <item id="title_page" href="text/title_page.xhtml"/><item id="ch001" href="text/ch001.xhtml"/>
        <item id="ch002" href="text/ch002.xhtml"/></manifest><spine><itemref idref="title_page"/>
        <itemref idref="nav"/><itemref idref="ch001"/><itemref idref="ch002"/></spine></package>"#;
    let title = br#"<html xmlns:epub="x"><body epub:type="frontmatter"><section epub:type="titlepage">
        <h1 class="title">The Quay</h1><p class="author">Somebody</p></section></body></html>"#;
    let nav = br#"<html xmlns:epub="x"><body><nav epub:type="toc"><ol><li><a href="text/ch001.xhtml">Chapter 1</a></li>
        <li><a href="text/ch002.xhtml">Chapter 2</a></li></ol></nav></body></html>"#;
    let first = "<html xmlns:epub='x'><body epub:type='bodymatter'><section id='chapter-1' class='level1'>\
        <h1>Chapter 1</h1>\n<p>The ferry left the north quay<a href='#fn1' class='footnote-ref' epub:type='noteref' \
        role='doc-noteref'>1</a> at six, and nobody on the <em>hill</em> looked up from breakfast to see it\ngo.</p>\
        <section id='footnotes' class='footnotes footnotes-end-of-document' role='doc-endnotes'><hr /><ol>\
        <li id='fn1'><p>It was built twice.<a href='#fnref1' class='footnote-back' role='doc-backlink'>↩︎</a></p></li>\
        </ol></section></section></body></html>";
    let second = "<html><body><section class='level1'><h1>Chapter 2</h1><p>Hanne counted the sacks twice and \
        wrote the smaller number in the book.</p></section></body></html>";
    container(&[
        ("mimetype", b"application/epub+zip"),
        (
            "META-INF/container.xml",
            b"<container><rootfiles><rootfile full-path='EPUB/content.opf'/></rootfiles></container>",
        ),
        ("EPUB/content.opf", package),
        ("EPUB/nav.xhtml", nav),
        ("EPUB/text/title_page.xhtml", title),
        ("EPUB/text/ch001.xhtml", first.as_bytes()),
        ("EPUB/text/ch002.xhtml", second.as_bytes()),
    ])
}

#[test]
fn an_epub_in_the_manner_of_pandoc_holds_every_word() {
    let mut desk = Desk::new();
    let noted =
        STORY.replace("quay at six", "quay[1] at six").replace("go.\n", "go.\n\n[1] It was built twice.\n");
    desk.file("t.txt", noted);
    desk.file("pandoc.epub", pandocs_epub());
    assert_eq!(desk.run("check pandoc.epub --against t.txt -q"), 0);
    desk.file("other.txt", STORY.replace("breakfast", "supper"));
    assert_eq!(desk.run("check pandoc.epub --against other.txt -q"), 1);
}

/// A PDF as a word processor writes it: a font that every reader has, lines of a fixed number of letters,
/// words divided at their ends, a running head and a folio on each page.
fn plain_pdf(text: &str) -> Vec<u8> {
    const COLUMNS: usize = 58;
    const LINES: usize = 8;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().unwrap();
        let room = COLUMNS.saturating_sub(line.len());
        if word.len() < room {
            line.push_str(word);
            line.push(' ');
        } else if word.len() > 8 && room > 5 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
            line.push_str(&word[..4]);
            line.push('-');
            lines.push(format!("{} ", &word[4..]));
        } else {
            lines.push(format!("{word} "));
        }
    }
    let pages: Vec<&[String]> = lines.chunks(LINES).collect();
    let kids: String = (0..pages.len()).map(|n| format!("{} 0 R ", 4 + 2 * n)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    for (n, lines) in pages.iter().enumerate() {
        let mut content = format!(
            "BT /F 10 Tf 1 0 0 1 60 610 Tm (ANOTHER EDITION) Tj 1 0 0 1 210 30 Tm ({}) Tj ET\n",
            n + 1
        );
        for (i, line) in lines.iter().enumerate() {
            let shown = line.trim_end().replace('(', "\\(").replace(')', "\\)");
            let _ = writeln!(content, "BT /F 10 Tf 1 0 0 1 40 {} Tm ({shown}) Tj ET", 560 - 14 * i);
        }
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]/Contents {} 0 R/Resources<</Font<</F 3 0 R>>>>>>",
                5 + 2 * n
            )
            .into_bytes(),
        );
        objects.push(stream("", content.as_bytes()));
    }
    pdf(&objects)
}

/// Enough for some pages, each sentence another.
fn long_story() -> String {
    let names = ["ferry", "harbourmaster", "lighthouse", "breakwater", "schoolteacher", "lamplighter"];
    let mut text = String::from("Chapter 1\n\n");
    for n in 0..48 {
        let (who, whom) = (names[n % 6], names[(n / 6 + n + 1) % 6]);
        let _ =
            writeln!(text, "In year {} of the story the {who} remembered the {whom} differently.\n", 100 + n);
    }
    text
}

#[test]
fn a_pdf_of_another_maker_is_held_against_the_text() {
    let mut desk = Desk::new();
    desk.file("t.txt", long_story());
    desk.file("whole.pdf", plain_pdf(&long_story()));
    desk.file("lacking.pdf", plain_pdf(&long_story().replace("year 120 of the story", "year 120 of story")));
    desk.file("more.pdf", plain_pdf(&long_story().replace("In year 130", "In the gloomy year 130")));
    assert_eq!(desk.run("check whole.pdf --against t.txt"), 0);
    assert_eq!(desk.run("check lacking.pdf --against t.txt"), 1);
    assert_eq!(desk.run("check more.pdf --against t.txt"), 1);
    desk.matches("against-pdf");
}

//! What can be chosen of an EPUB: themes, drop caps, fonts, a certifier; and hostile books that must still give
//! a sound one.

use std::io::{Cursor, Read};

use inkbind::backend::{self, BackendError};
use inkbind::book::{Book, Contributor, Role, Series};
use inkbind::env::FixedEnv;
use inkbind::ledger::compare::compare;
use inkbind::options::OutputOptions;

use crate::sample;

fn write(options: &OutputOptions, book: &Book) -> Result<Vec<u8>, BackendError> {
    let mut bytes = Vec::new();
    (backend::find("epub").unwrap().make)(options).write(book, &FixedEnv::default(), &mut bytes)?;
    Ok(bytes)
}

fn entry(epub: &[u8], path: &str) -> Option<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(epub)).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(path).ok()?.read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

fn text(epub: &[u8], path: &str) -> String {
    String::from_utf8(entry(epub, path).unwrap()).unwrap()
}

#[test]
fn each_theme_has_its_own_rules_and_the_same_words() {
    let book = sample::book();
    let mut sheets = Vec::new();
    for theme in ["classic", "Modern", "fable"] {
        let options = OutputOptions { theme: Some(theme.to_owned()), ..OutputOptions::default() };
        let epub = write(&options, &book).unwrap();
        assert!(compare(&book, &epub).unwrap().agrees());
        let sheet = text(&epub, "OEBPS/stylesheet.css");
        assert!(!sheets.contains(&sheet), "{theme} is like another");
        sheets.push(sheet);
    }
    let plain = write(&OutputOptions::default(), &book).unwrap();
    assert_eq!(text(&plain, "OEBPS/stylesheet.css"), sheets[0]);
    let unknown = OutputOptions { theme: Some("classik".to_owned()), ..OutputOptions::default() };
    let error = write(&unknown, &book).unwrap_err().to_string();
    assert!(error.contains("classik") && error.contains("classic, modern, fable"), "{error}");
}

#[test]
fn no_theme_takes_the_reader_s_settings_away() {
    for theme in ["classic", "modern", "fable"] {
        let options =
            OutputOptions { theme: Some(theme.to_owned()), drop_caps: true, ..OutputOptions::default() };
        let sheet = text(&write(&options, &sample::book()).unwrap(), "OEBPS/stylesheet.css");
        for rule in sheet.split('}') {
            let (selector, body) = rule.split_once('{').unwrap_or(("", ""));
            let on_text =
                selector.rsplit('\n').chain(selector.split(',')).any(|s| matches!(s.trim(), "body" | "p"));
            assert!(!on_text || !body.contains("font-size"), "{theme}: {rule}");
            assert!(!on_text || !body.contains("font-family"), "{theme}: {rule}");
            assert!(!body.contains("color: #") && !body.contains("color: black"), "{theme}: {rule}");
        }
    }
}

#[test]
fn fonts_are_embedded_on_the_body_alone_and_told_to_apple() {
    let options = OutputOptions { embed_fonts: true, ..OutputOptions::default() };
    let epub = write(&options, &sample::book()).unwrap();
    let package = text(&epub, "OEBPS/content.opf");
    assert!(package.contains("<meta property=\"ibooks:specified-fonts\">true</meta>"), "{package}");
    assert!(package.contains("href=\"fonts/EBGaramond-400.otf\"".to_lowercase().as_str()), "{package}");
    let sheet = text(&epub, "OEBPS/stylesheet.css");
    assert_eq!(sheet.matches("\"EB Garamond\", serif").count(), 1, "{sheet}");
    let font = entry(&epub, "OEBPS/fonts/ebgaramond-400.otf").unwrap();
    assert!(font.starts_with(b"OTTO"));
    assert!(entry(&epub, "META-INF/encryption.xml").is_none());

    let options = OutputOptions { obfuscate_fonts: true, ..options };
    let epub = write(&options, &sample::book()).unwrap();
    let hidden = entry(&epub, "OEBPS/fonts/ebgaramond-400.otf").unwrap();
    assert!(!hidden.starts_with(b"OTTO"));
    assert_eq!(hidden[1040..], font[1040..]);
    assert!(text(&epub, "META-INF/encryption.xml").contains("URI=\"OEBPS/fonts/ebgaramond-400.otf\""));
    // Without the option there is neither font nor claim.
    let plain = text(&write(&OutputOptions::default(), &sample::book()).unwrap(), "OEBPS/content.opf");
    assert!(!plain.contains("specified-fonts") && !plain.contains("font/"));
}

#[test]
fn an_unknown_family_is_told() {
    let options = OutputOptions {
        embed_fonts: true,
        font: Some("No Such Face".to_owned()),
        ..OutputOptions::default()
    };
    let error = write(&options, &sample::book()).unwrap_err().to_string();
    assert!(error.contains("No Such Face"), "{error}");
}

#[test]
fn who_certifies_is_named() {
    let options =
        OutputOptions { certified_by: Some("Ada <Wren> & Co".to_owned()), ..OutputOptions::default() };
    let package = text(&write(&options, &sample::book()).unwrap(), "OEBPS/content.opf");
    assert!(package.contains("a11y:certifiedBy\">Ada &lt;Wren&gt; &amp; Co</meta>"), "{package}");
}

fn short(chapters: usize) -> Book {
    let mut book = Book::default();
    book.meta.title = "T".into();
    book.meta.language = "en".into();
    for i in 0..chapters {
        let mut chapter = sample::chapter(Role::Chapter, 0, vec![sample::para("A line of text.")]);
        chapter.title = Some(sample::text(&format!("The {i}th")));
        book.chapters.push(chapter);
    }
    book
}

/// Every XML file of the container is well-formed, and every word is there.
fn is_sound(book: &Book) -> Vec<u8> {
    let epub = write(&OutputOptions::default(), book).unwrap();
    assert!(compare(book, &epub).unwrap().agrees());
    for path in ["OEBPS/content.opf", "OEBPS/nav.xhtml", "OEBPS/toc.ncx"] {
        let xml = text(&epub, path);
        let mut reader = quick_xml::Reader::from_str(&xml);
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(element) => {
                    depth += 1;
                    for attribute in element.attributes() {
                        attribute.unwrap();
                    }
                }
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{path}");
    }
    epub
}

#[test]
fn markup_and_quotes_in_everything_that_is_said_of_a_work() {
    let evil = "\"><script>alert('x')</script> & ]]> <!-- \u{1}\u{fffe} 𝔘\u{202e}rtl";
    let mut book = short(2);
    let meta = &mut book.meta;
    evil.clone_into(&mut meta.title);
    let said = || Some(evil.to_owned());
    (meta.subtitle, meta.short_title, meta.publisher, meta.date) = (said(), said(), said(), said());
    (meta.description, meta.rights) = (said(), said());
    meta.series = Some(Series { name: evil.into(), index: said() });
    meta.identifiers = vec![evil.into(), "isbn:123".into()];
    meta.subjects = vec![evil.into()];
    meta.contributors = vec![Contributor { name: evil.into(), role: "\"aut\"".into(), file_as: said() }];
    book.chapters[0].title = Some(sample::text("</h1><script>alert(1)</script> \"quoted\" & 'so'"));
    let epub = is_sound(&book);
    assert!(!text(&epub, "OEBPS/content.opf").contains("<script"));
    assert!(!text(&epub, "OEBPS/titlepage.xhtml").contains("<script"));
}

#[test]
fn a_title_of_four_thousand_characters_and_one_of_none() {
    let mut book = short(1);
    book.meta.title = "long ".repeat(800);
    book.chapters[0].title = Some(sample::text(&"longer ".repeat(600)));
    is_sound(&book);
    book.meta.title = "\u{7}".into();
    book.chapters[0].title = Some(sample::text("\u{7}"));
    is_sound(&book);
}

#[test]
fn ten_thousand_chapters() {
    let epub = is_sound(&short(10_000));
    assert!(entry(&epub, "OEBPS/chapter-10000.xhtml").is_some());
}

#[test]
fn right_to_left_text_turns_the_pages_too() {
    let mut book = short(1);
    book.meta.language = "ar".into();
    book.chapters[0].body = vec![sample::para("كان يا ما كان في قديم الزمان 123 وكان هناك رجل")];
    let epub = is_sound(&book);
    assert!(text(&epub, "OEBPS/content.opf").contains("page-progression-direction=\"rtl\""));
    assert!(text(&epub, "OEBPS/chapter-001.xhtml").contains("dir=\"rtl\""));
}

//! The page list of an EPUB against the PDF that was made with it: both files are read, and every printed
//! page must begin with the words that stand behind its mark.

use std::io::{Cursor, Read};

use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::typeset::edition;
use inkbind::{backend, understand};
use lopdf::{Document, Object};
use regex::Regex;

use crate::works;

/// The EPUB and the PDF of a work, made as the program makes them.
fn editions(source: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let options = OutputOptions::default();
    let mut work = understand(source, &TextOptions::default());
    let (mut pdf, mut epub) = (Vec::new(), Vec::new());
    let backend = |name: &str| (backend::find(name).unwrap().make)(&options);
    let written = backend("pdf").write(&work.book, &FixedEnv::default(), &mut pdf).unwrap();
    work.book.print = Some(edition(&written.pages.unwrap(), &work.book));
    backend("epub").write(&work.book, &FixedEnv::default(), &mut epub).unwrap();
    (epub, pdf)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The number and the first letters of every page that the EPUB marks, in reading order.
fn marked(epub: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(epub)).unwrap();
    let mut read = |path: &str| {
        let mut text = String::new();
        zip.by_name(path).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let nav = read("OEBPS/nav.xhtml");
    let list = &nav[nav.find("\"page-list\"").expect("there is a page list")..];
    let target = Regex::new("<a href=\"([^\"#]+)#([^\"]+)\">([^<]+)</a>").unwrap();
    // Headings show their numbers in the style of the edition; a mark before one is held by what follows it.
    let unread = Regex::new(
        "(?s)<h[1-5][^>]*>.*?</h[1-5]>|<a class=\"noteref\".*?</a>|<section class=\"notes\".*?</section>|\
         <[^>]*>|&[a-z]+;",
    )
    .unwrap();
    target
        .captures_iter(list)
        .map(|found| {
            let document = read(&format!("OEBPS/{}", &found[1]));
            let at = document
                .find(&format!(" id=\"{}\"", &found[2]))
                .expect("the mark stands where the list says");
            let behind = &document[at + document[at..].find("></").unwrap()..];
            let mut first = letters(&unread.replace_all(behind, " "));
            first.truncate(first.char_indices().nth(20).map_or(first.len(), |(i, _)| i));
            (found[3].to_owned(), first)
        })
        .collect()
}

/// The number and the letters of every page of the PDF.
fn printed(pdf: &[u8]) -> Vec<(String, String)> {
    let document = Document::load_mem(pdf).unwrap();
    let labels = document.catalog().unwrap().get_deref(b"PageLabels", &document).unwrap().as_dict().unwrap();
    let ranges: Vec<(usize, bool)> = labels
        .get_deref(b"Nums", &document)
        .unwrap()
        .as_array()
        .unwrap()
        .chunks(2)
        .map(|pair| {
            let style = match &pair[1] {
                Object::Reference(id) => document.get_dictionary(*id).unwrap(),
                other => other.as_dict().unwrap(),
            };
            (pair[0].as_i64().unwrap() as usize, style.get(b"S").unwrap().as_name().unwrap() == b"D")
        })
        .collect();
    let label = |page: usize| {
        let (start, arabic) = *ranges.iter().rfind(|(start, _)| *start <= page).unwrap();
        let number = page - start + 1;
        if arabic { number.to_string() } else { format!("roman {number}") }
    };
    document
        .get_pages()
        .keys()
        .enumerate()
        .map(|(at, number)| (label(at), letters(&document.extract_text(&[*number]).unwrap_or_default())))
        .collect()
}

fn roman(label: &str) -> String {
    const FIRST: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    FIRST.iter().position(|r| *r == label).map_or(label.to_owned(), |at| format!("roman {}", at + 1))
}

#[test]
fn every_printed_page_begins_behind_its_mark() {
    // A head with the title, a number, a chapter's heading, the end of a word that two pages share.
    const FURNITURE: usize = 120;
    let mut pages = 0;
    for (name, source) in works::examples() {
        let (epub, pdf) = editions(&source);
        let (marked, printed) = (marked(&epub), printed(&pdf));
        assert!(marked.len() > 2, "{name}: {} pages", marked.len());
        pages += marked.len();
        for (label, first) in &marked {
            let page = printed.iter().find(|(l, _)| *l == roman(label)).expect("the page is printed");
            let place = page.1.find(first.as_str());
            assert!(
                place.is_some_and(|place| place < FURNITURE),
                "{name}, page {label}: {first} stands at {place:?} of {}",
                page.1
            );
        }
        // And no page of text is missing from the list.
        let last = marked.last().unwrap().0.parse::<usize>().unwrap();
        for (label, text) in &printed {
            let inside = label.parse::<usize>().is_ok_and(|n| n <= last);
            if inside && text.len() > FURNITURE {
                assert!(marked.iter().any(|(l, _)| l == label), "{name}: page {label} is not listed");
            }
        }
    }
    assert!(pages > 20, "{pages} pages are too few to say anything");
}

#[test]
fn an_epub_alone_names_no_pages() {
    let (_, source) = works::examples().remove(0);
    let work = understand(&source, &TextOptions::default());
    let mut epub = Vec::new();
    let backend = (backend::find("epub").unwrap().make)(&OutputOptions::default());
    backend.write(&work.book, &FixedEnv::default(), &mut epub).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(epub)).unwrap();
    for path in ["OEBPS/nav.xhtml", "OEBPS/content.opf", "OEBPS/toc.ncx"] {
        let mut text = String::new();
        zip.by_name(path).unwrap().read_to_string(&mut text).unwrap();
        assert!(!text.contains("page-list") && !text.contains("pageBreak") && !text.contains("pageList"));
    }
}

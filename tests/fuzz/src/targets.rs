//! What is fuzzed: each target takes any bytes, panics where a promise is broken, and tells what it
//! saw as a set of marks. Bytes that show a mark for the first time are worth mutating further.

use std::collections::BTreeSet;

use inkbind::backend::REGISTRY;
use inkbind::book::Metadata;
use inkbind::env::FixedEnv;
use inkbind::ledger::against::{Expected, FileWord, against};
use inkbind::ledger::{self, compare, epub};
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::press::impose::{self, Imposition};
use inkbind::press::preflight::{self, Order};
use inkbind::press::{profile, reading, trim, wrap};
use inkbind::{cover, source, understand};

/// What a run of a target showed.
pub(crate) type Marks = BTreeSet<String>;

/// A target: its name, and what is done with the bytes.
pub(crate) type Target = (&'static str, fn(&[u8]) -> Marks);

/// Every target. `settings` (a `book.toml`) goes through the program itself and stands in the driver.
pub(crate) const TARGETS: &[Target] = &[
    ("decode", decode),
    ("text", text),
    ("whole", whole),
    ("epub", read_epub),
    ("pdf", preflight_pdf),
    ("pages", read_pages),
    ("wrap", preflight_cover),
    ("press", impose_pdf),
    ("cover", own_cover),
];

/// About how many there are, so that marks tell orders of magnitude apart.
fn about(n: usize) -> u32 {
    usize::BITS - n.leading_zeros()
}

fn error(error: &dyn std::error::Error) -> Marks {
    // Figures and names differ with each input; the words are the branch that was taken.
    let words = error.to_string();
    [words.chars().filter(|c| c.is_alphabetic() || *c == ' ').take(60).collect()].into()
}

fn decode(bytes: &[u8]) -> Marks {
    let read = source::read(bytes);
    assert!(bytes.is_empty() || !read.decoded.is_empty() || bytes.len() < 5, "bytes vanished");
    read.findings.iter().map(|f| f.rule.code.to_owned()).collect()
}

/// Decoding, cleaning, structure and typography; every word is accounted for.
fn text(bytes: &[u8]) -> Marks {
    let work = understand(bytes, &TextOptions::default());
    let account = ledger::account(&work.source.decoded, &work.book, &work.report);
    assert!(account.balances(), "lost {:?}, invented {:?}", account.lost, account.invented);
    let mut marks = Marks::new();
    marks.insert(format!("{:?} {}", work.shape, about(work.book.chapters.len())));
    for finding in &work.report.findings {
        marks.insert(format!("{} {:?}", finding.rule.code, finding.certainty));
    }
    for block in work.book.chapters.iter().flat_map(|c| &c.body) {
        let kind = format!("{:?}", block.kind);
        marks.insert(kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned());
    }
    marks
}

/// From the bytes to every format, and the EPUB read back.
fn whole(bytes: &[u8]) -> Marks {
    let marks = text(bytes);
    let work = understand(bytes, &TextOptions::default());
    for entry in REGISTRY {
        let mut out = Vec::new();
        let backend = (entry.make)(&OutputOptions::default());
        backend.write(&work.book, &FixedEnv::default(), &mut out).expect("any book can be written");
        assert!(!out.is_empty(), "{} wrote nothing", entry.name);
        if entry.extension == ".epub" {
            let comparison = compare::compare(&work.book, &out).expect("our own EPUB can be read");
            assert!(comparison.agrees(), "lost {:?}, invented {:?}", comparison.lost, comparison.invented);
        }
    }
    marks
}

fn read_epub(bytes: &[u8]) -> Marks {
    match epub::read_text(bytes) {
        Err(e) => error(&e),
        Ok(documents) => {
            let front = documents.iter().filter(|d| d.front).count();
            let text: usize = documents.iter().map(|d| d.text.len() + d.notes.len()).sum();
            [format!("{} {} {}", about(documents.len()), about(front), about(text))].into()
        }
    }
}

fn preflight_pdf(bytes: &[u8]) -> Marks {
    let mut marks = Marks::new();
    for name in ["kdp", "ingram"] {
        let profile = profile::find(name).expect("a profile that travels inside");
        match preflight::preflight(bytes, &Order { profile: &profile, trim: None, paper: None }) {
            Err(e) => marks.extend(error(&e)),
            Ok(found) => {
                marks.extend(
                    found.remarks.iter().map(|r| format!("{} {}", r.rule.code, about(r.pages.len()))),
                );
            }
        }
    }
    marks
}

/// A PDF taken for a wrap cover of a book of 200 pages, 5 × 8 inches.
fn preflight_cover(bytes: &[u8]) -> Marks {
    let mut marks = Marks::new();
    for name in ["kdp", "ingram"] {
        let profile = profile::find(name).expect("a profile that travels inside");
        let paper = profile.paper(None).ok().flatten().expect("a profile names its papers");
        let trim = trim::parse("5x8").expect("a trim size");
        let wrap = wrap::wrap(&profile, paper, trim, 200).expect("a book of 200 pages has a spine");
        match preflight::preflight_wrap(bytes, &profile, &wrap) {
            Err(e) => marks.extend(error(&e)),
            Ok(found) => marks.extend(found.remarks.iter().map(|r| r.rule.code.to_owned())),
        }
    }
    marks
}

/// A PDF's words, held against themselves.
fn read_pages(bytes: &[u8]) -> Marks {
    let pages = match reading::read(bytes) {
        Err(e) => return error(&e),
        Ok(pages) => pages,
    };
    let mut file = Vec::new();
    for (part, line) in pages.iter().enumerate().flat_map(|(n, p)| p.lines.iter().map(move |l| (n, l))) {
        for span in ledger::words(&line.text) {
            let word: String = ledger::folded(&line.text[span.range()]).collect();
            file.push(FileWord { word, part: part as u32 });
        }
    }
    let body = file.iter().map(|w| w.word.clone()).collect();
    let found = against(&Expected { body, ..Expected::default() }, &file, &[]);
    assert!(found.agrees(), "a file differs from itself: {found:?}");
    let furniture = pages.iter().flat_map(|p| &p.lines).filter(|l| l.furniture).count();
    [format!("{} {} {}", about(pages.len()), about(file.len()), about(furniture))].into()
}

fn impose_pdf(bytes: &[u8]) -> Marks {
    match impose::impose(bytes, &Imposition { shrink: true, ..Imposition::default() }) {
        Err(e) => error(&e),
        Ok(imposed) => {
            assert!(imposed.files.iter().all(|f| f.starts_with(b"%PDF-")), "no PDF came out");
            [format!("{} files", imposed.files.len())].into()
        }
    }
}

fn own_cover(bytes: &[u8]) -> Marks {
    match cover::own(bytes.to_vec(), &Metadata::default()) {
        Err(e) => error(&e),
        Ok(drawn) => drawn.findings.iter().map(|f| f.rule.code.to_owned()).collect(),
    }
}

/// A book made of a text: what readers of finished books are fed with.
pub(crate) fn made(text: &[u8], format: &str) -> Vec<u8> {
    let work = understand(text, &TextOptions::default());
    let mut out = Vec::new();
    let entry = inkbind::backend::find(format).expect("a format that is there");
    (entry.make)(&OutputOptions::default())
        .write(&work.book, &FixedEnv::default(), &mut out)
        .expect("any book can be written");
    out
}

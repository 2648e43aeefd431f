//! The proof that no word is lost, over random texts of every shape: from the source to the book,
//! and from the book through the EPUB and the PDF.

use inkbind::backend;
use inkbind::env::FixedEnv;
use inkbind::ledger::against::{Expected, FileWord, against};
use inkbind::ledger::{self, compare, folded};
use inkbind::options::{NotePolicy, OutputOptions, QuotePolicy, Shape, TextOptions};
use inkbind::press::reading;
use inkbind::{Understood, understand};
use proptest::prelude::*;

/// Words from which paragraphs are strung: plain ones, and those that trip programs.
const WORDS: &[&str] = &[
    "ferry",
    "the",
    "quay",
    "a",
    "oranges",
    "of",
    "wonder\u{ad}ful",
    "o\u{fb03}ce",
    "\u{17f}oft",
    "cafe\u{301}",
    "naïve",
    "don't",
    "'tis",
    "well-known",
    "sea-",
    "\"No,\"",
    "“Yes,”",
    "_really_",
    "*so*",
    "[1]",
    "[2]",
    "--",
    "...",
    "1984",
    "IV",
    "Mr.",
    "it\u{a0}was\u{a0}",
    "donâ€™t",
    "слово",
    "漢字",
    "א",
    "&amp;",
    "[i]so[/i]",
    "(a)",
    "12",
    "won\u{200b}der",
    "fi\u{fb01}",
];

/// Lines that are something else than a paragraph, or look as if they were.
const LINES: &[&str] = &[
    "CHAPTER I",
    "CHAPTER II",
    "Chapter 3: The Quay",
    "PART ONE",
    "Chapter Text",
    "Work Header",
    "Prologue",
    "Epilogue",
    "* * *",
    "***",
    "#",
    "---",
    "~The End~",
    "THE QUAY",
    "by A. Writer",
    "CONTENTS",
    "I. The Quay ... 1",
    "II. The Rain ... 9",
    "[Illustration: a quay]",
    "[Illustration]",
    "[1] A note.",
    "[2] Another note.",
    "[Footnote 3: See above.]",
    "* A star.",
    "Summary:",
    "Notes:",
    "Rating: General Audiences",
    "Stats:",
    "Words: 120",
    "Chapter Notes",
    "(See the end of the chapter for notes.)",
    "    Fifteen men went out",
    "      And none came home,",
    "    My dear Cousin,",
    "    Yours ever,",
    "    R. W.",
    "                         SACRED",
    "Produced by A. Proofreader",
    "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
    "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
    "12",
    "213                THE QUAY",
    "THE QUAY                214",
    "\u{c}",
    "[quote]",
    "[/quote]",
    "[b]Chapter 4[/b]",
    "- one",
    "- two",
    "1. First",
    "| a | b |",
    "12-",
    "1984",
    "This tale was stolen; report it to the author's site.",
    "Copyright, 1911, by A. Writer",
    "All rights reserved",
];

/// What stands between two blocks.
const GAPS: &[&str] = &["\n", "\n\n", "\n\n", "\n\n", "\n\n\n", "\n\n\n\n", "\r\n\r\n", "\n    ", " \n \n"];

fn paragraph() -> impl Strategy<Value = String> {
    (prop::collection::vec(0..WORDS.len(), 1..40), 0..3_usize).prop_map(|(words, wrap)| {
        let mut out = String::new();
        let mut column = 0;
        for word in words.into_iter().map(|w| WORDS[w]) {
            let width = word.chars().count() + 1;
            // One line, wrapped at 40, or wrapped at 65 columns.
            let at = [usize::MAX, 40, 65][wrap];
            out.push_str(if out.is_empty() {
                ""
            } else if column + width > at {
                "\n"
            } else {
                " "
            });
            column = if column + width > at { width } else { column + width };
            out.push_str(word);
        }
        out
    })
}

fn block() -> impl Strategy<Value = String> {
    prop_oneof![3 => paragraph(), 2 => (0..LINES.len()).prop_map(|l| LINES[l].to_owned())]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec((block(), 0..GAPS.len()), 0..30)
        .prop_map(|blocks| blocks.into_iter().map(|(block, gap)| block + GAPS[gap]).collect())
}

fn options() -> impl Strategy<Value = TextOptions> {
    let shapes = Shape::ALL.len();
    (0..=shapes, 0..3_usize, any::<bool>()).prop_map(move |(shape, notes, keep)| TextOptions {
        shape: Shape::ALL.get(shape).map(|(shape, _)| *shape),
        notes: [NotePolicy::Keep, NotePolicy::Endnotes, NotePolicy::Drop][notes],
        quotes: if keep { QuotePolicy::Keep } else { QuotePolicy::Smart },
        ..TextOptions::default()
    })
}

fn written(work: &Understood, format: &str) -> Vec<u8> {
    let backend = (backend::find(format).unwrap().make)(&OutputOptions::default());
    let mut bytes = Vec::new();
    backend.write(&work.book, &FixedEnv::default(), &mut bytes).unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every word of the source is in the book or in the report, and no other word is in the book.
    #[test]
    fn no_word_is_lost_on_the_way_to_the_book(source in text(), options in options()) {
        let work = understand(source.as_bytes(), &options);
        let account = ledger::account(&work.source.decoded, &work.book, &work.report);
        prop_assert!(account.balances(), "lost {:?}, invented {:?}", account.lost, account.invented);
        let told: usize = account.reported.values().sum();
        prop_assert_eq!(account.words, account.in_book + told);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every word of the book is in the EPUB, in its order.
    #[test]
    fn no_word_is_lost_on_the_way_to_the_epub(source in text(), options in options()) {
        let work = understand(source.as_bytes(), &options);
        let comparison = compare::compare(&work.book, &written(&work, "epub")).unwrap();
        prop_assert!(comparison.agrees(), "{:?}", comparison);
    }
}

/// Letters that the text faces have: what no font has cannot be read back from glyphs.
fn latin(word: &str) -> bool {
    word.chars().all(|c| c < '\u{250}')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every word of the book is on the pages.
    #[test]
    fn no_word_is_lost_on_the_way_to_the_pages(source in text(), options in options()) {
        let work = understand(source.as_bytes(), &options);
        let words = |text: &str| -> Vec<String> {
            ledger::words(text).map(|s| folded(&text[s.range()]).collect()).filter(|w: &String| latin(w)).collect()
        };
        let mut file = Vec::new();
        for (part, page) in reading::read(&written(&work, "pdf")).unwrap().iter().enumerate() {
            for line in page.lines.iter().filter(|l| !l.furniture) {
                file.extend(words(&line.text).into_iter().map(|word| FileWord { word, part: part as u32 }));
            }
        }
        let (body, notes) = compare::book_words(&work.book);
        let keep = |list: Vec<String>| list.into_iter().filter(|w| latin(w)).collect::<Vec<_>>();
        let labels = work.book.chapters.iter().filter_map(|c| c.label.as_ref()).flat_map(|l| words(l.as_str()));
        let mut expected = Expected { body: keep(body), notes: keep(notes), ..Expected::default() };
        for word in labels {
            *expected.labels.entry(word).or_default() += 1;
        }
        let found = against(&expected, &file, &[]);
        prop_assert!(found.lost.is_empty(), "lost {:?} of {:?} in {:?}", found.lost, expected, file);
    }
}

//! The catalogue of quotation marks, and what must hold of typography for any text.

use inkbind::book::{Block, Book, Chapter, Role};
use inkbind::options::TextOptions;
use inkbind::text::Text;
use inkbind::typography::{Context, polish};
use proptest::prelude::*;

const CATALOGUE: &str = include_str!("../fixtures/typography/quotes.tsv");

/// A book of one chapter with the paragraphs of `source`, which are parted by `\n\n`.
fn book_of(source: &str) -> Book {
    let text = Text::from_source(source);
    let mut at = 0;
    let mut body = Vec::new();
    for paragraph in source.split("\n\n") {
        body.push(Block::para(text.slice(at..at + paragraph.len())));
        at += paragraph.len() + 2;
    }
    let chapter = Chapter {
        role: Role::Chapter,
        level: 0,
        label: None,
        number: None,
        title: None,
        subtitle: None,
        epigraphs: Vec::new(),
        body,
    };
    Book { chapters: vec![chapter], ..Book::default() }
}

fn text_of(book: &Book) -> String {
    let mut texts = Vec::new();
    book.for_each_text(&mut |text| texts.push(text.as_str()));
    texts.join("\n\n")
}

fn polished(language: &str, source: &str) -> Book {
    let mut book = book_of(source);
    let options = TextOptions { language: Some(language.to_owned()), ..TextOptions::default() };
    polish(&mut book, &Context { options: &options, source });
    book
}

#[test]
fn the_quote_catalogue_passes_whole() {
    let mut cases = 0;
    let mut failures = Vec::new();
    for (number, line) in CATALOGUE.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [language, input, answer, reason] = columns[..] else {
            panic!("line {}: four columns are wanted, not {}", number + 1, columns.len());
        };
        let spell = |s: &str| s.replace('¶', "\n\n").replace("{nb}", "\u{a0}").replace("{nn}", "\u{202f}");
        let got = text_of(&polished(language, &spell(input)));
        cases += 1;
        if got != spell(answer) {
            let shown = got.replace("\n\n", "¶").replace('\u{a0}', "{nb}").replace('\u{202f}', "{nn}");
            failures.push(format!(
                "line {} ({language}): {reason}\n  in   {input}\n  want {answer}\n  got  {shown}",
                number + 1
            ));
        }
    }
    assert!(cases >= 300, "only {cases} cases");
    assert!(failures.is_empty(), "{} of {cases} cases fail:\n{}", failures.len(), failures.join("\n"));
}

/// Pieces from which texts are strung together: words, marks, spaces and markup.
const PIECES: &[&str] = &[
    "word",
    "Mr.",
    "I",
    "the",
    "tis",
    "em",
    "boys",
    "12",
    "1984",
    "5",
    "Ünï",
    "слово",
    "\"",
    "\"",
    "'",
    "'",
    "“",
    "”",
    "‘",
    "’",
    "„",
    "«",
    "»",
    "``",
    "''",
    ",,",
    " ",
    " ",
    " ",
    "  ",
    "\u{a0}",
    "\u{202f}",
    "-",
    "--",
    "---",
    "–",
    "—",
    "...",
    ". . .",
    "…",
    ".",
    ",",
    "!",
    "?",
    ":",
    ";",
    "(",
    ")",
    "_",
    "_",
    "*",
    "**",
    "/",
    "=",
    "[i]",
    "[/i]",
    "<b>",
    "</b>",
    "&amp;",
    "&eacute;",
    "<br>",
    "\n\n",
    "\n\n",
];
const LANGUAGES: &[&str] = &["en", "fr", "de", "es", "it", "nl", "pl", "ru", "sv", "pt", "und"];

fn letters(s: &str) -> String {
    s.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The letters of a text without the markup that may go.
fn letters_without_markup(source: &str) -> String {
    let mut plain = source.replace("&eacute;", "é");
    for tag in ["[i]", "[/i]", "<b>", "</b>", "&amp;", "<br>"] {
        plain = plain.replace(tag, "");
    }
    letters(&plain)
}

fn strung() -> impl Strategy<Value = (usize, String)> {
    let pieces = prop::collection::vec(0..PIECES.len(), 0..60);
    (0..LANGUAGES.len(), pieces)
        .prop_map(|(language, pieces)| (language, pieces.into_iter().map(|i| PIECES[i]).collect::<String>()))
}

/// Phrases as people write them, well and badly.
const PHRASES: &[&str] = &[
    "\"Come in,\" she said.",
    "He said 'no' and left.",
    "'Tis late",
    "the boys' books",
    "rock 'n' roll",
    "the '90s",
    "\"'Never,' he said.\"",
    "\"First part.",
    "“Come in,” she said.",
    "‘No,’ he said.",
    "‘Tis wrong",
    "it's",
    "6'2\" tall",
    "``So,'' he said.",
    "_really_",
    "*truly*",
    "**boldly**",
    "_not closed",
    "[i]there[/i]",
    "<b>here</b>",
    "well--no",
    "wait - stop",
    "one – two",
    "a — b",
    "Mr. B--",
    "pages 12-15",
    "Well...",
    "I . . . I",
    "the end....",
    "Tom &amp; Ann",
    "Mr. Utterson",
    "J. R. Ware",
    "a  space",
    "you ,",
    "Quoi?",
    "Non!",
    "« Entrez »",
    "„Herein“",
    "»Herein«",
    "slow\u{a0}but",
    "plain words",
    "and so on",
    "Eins, zwei",
    "и так далее",
];

fn written() -> impl Strategy<Value = (usize, String)> {
    let paragraph = prop::collection::vec(0..PHRASES.len(), 1..8)
        .prop_map(|phrases| phrases.into_iter().map(|i| PHRASES[i]).collect::<Vec<_>>().join(" "));
    (0..LANGUAGES.len(), prop::collection::vec(paragraph, 1..5))
        .prop_map(|(language, paragraphs)| (language, paragraphs.join("\n\n")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text comes through without a panic, with its letters, and with marks inside of it.
    #[test]
    fn letters_stay_and_marks_stay_inside((language, source) in strung()) {
        let book = polished(LANGUAGES[language], &source);
        let text = text_of(&book);
        let kept = letters(&text).replace(['i', 'b', 'r'], "");
        // A tag without its partner is text, and stays.
        let plain = letters_without_markup(&source).replace(['i', 'b', 'r'], "");
        prop_assert_eq!(kept, plain);
        book.for_each_text(&mut |text| {
            for mark in text.marks() {
                let range = mark.range();
                assert!(range.start <= range.end && text.as_str().get(range).is_some());
            }
        });
    }

    /// What was polished once is polished: a second time changes no text.
    #[test]
    fn polishing_twice_is_polishing_once((language, source) in written()) {
        let language = LANGUAGES[language];
        let mut book = polished(language, &source);
        let once = text_of(&book);
        let options = TextOptions { language: Some(language.to_owned()), ..TextOptions::default() };
        polish(&mut book, &Context { options: &options, source: &source });
        prop_assert_eq!(text_of(&book), once);
    }
}

/// Time for a paragraph of so many quotations, in seconds.
fn seconds(quotations: usize) -> f64 {
    let source = "\"It's 'so',\" ".repeat(quotations);
    let start = std::time::Instant::now();
    let book = polished("en", &source);
    let taken = start.elapsed().as_secs_f64();
    assert!(text_of(&book).starts_with("“It’s ‘so’,”"));
    taken
}

#[test]
fn a_paragraph_of_many_quotations_takes_linear_time() {
    // The best of three: other programs take their share of the machine.
    let best = |n| (0..3).map(|_| seconds(n)).fold(f64::INFINITY, f64::min);
    let (short, long) = (best(5_000), best(20_000));
    assert!(long < 12.0 * short.max(0.005), "four times the text took {short:.3} s, then {long:.3} s");
}

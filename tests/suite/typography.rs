//! The catalogue of quotation marks, and what must hold of typography for any text.

use inkbind::book::{Block, Book, Chapter, Role};
use inkbind::options::TextOptions;
use inkbind::text::Text;
use inkbind::typography::{Context, polish};

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

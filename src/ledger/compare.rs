//! In: a book, and the EPUB that was made of it. Out: the words that the file lacks or has besides.
//!
//! This is the far end of the ledger. Our own files say the book word for word, in its order: nothing is
//! explained away here, as [`super::against`] does for files of other makers.

use super::align::{AHEAD, meeting};
use super::epub::{DocumentText, ReadError, read_at_most};
use super::{folded, words};
use crate::book::{Block, BlockKind, Book, Chapter, LetterPart, Role};
use crate::text::{MarkKind, Text};

/// Where the book is known, its documents may inflate to so many times the bytes of its text.
const TIMES_TEXT: u64 = 12;

/// What an EPUB says otherwise than the book it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Words of the book: text and notes.
    pub words: usize,
    /// Words of the book that do not stand in the EPUB at their place.
    pub lost: Vec<String>,
    /// Words of the EPUB that do not stand in the book at their place.
    pub invented: Vec<String>,
}

impl Comparison {
    /// Whether both say the same words in the same order.
    pub fn agrees(&self) -> bool {
        self.lost.is_empty() && self.invented.is_empty()
    }
}

/// Holds the words of a finished EPUB against those of the book: the same words, in the same order.
///
/// # Errors
/// [`ReadError`] where the EPUB cannot be read.
pub fn compare(book: &Book, epub: &[u8]) -> Result<Comparison, ReadError> {
    let (running, in_notes) = (running_text(book), notes_text(book));
    let text = (running.len() + in_notes.len()) as u64;
    let documents = read_at_most(epub, text * TIMES_TEXT)?;
    let of_epub = |part: fn(&DocumentText) -> &str| {
        let mut all = Vec::new();
        for document in documents.iter().filter(|d| !d.front) {
            collect(part(document), &mut all);
        }
        all
    };
    let mut comparison = Comparison::default();
    if let Some(words) = same_words(&running, &documents) {
        comparison.words = words;
    } else {
        let mut body = Vec::new();
        collect(&running, &mut body);
        comparison.words = body.len();
        difference(&body, &of_epub(|d| &d.text), &mut comparison);
    }
    let mut notes = Vec::new();
    collect(&in_notes, &mut notes);
    comparison.words += notes.len();
    // Notes stand by chapter in the EPUB and by first reference in the book.
    let mut found = of_epub(|d| &d.notes);
    notes.sort_unstable();
    found.sort_unstable();
    difference(&notes, &found, &mut comparison);
    Ok(comparison)
}

/// The words of every document, of which there may be as many as the book's length lets expect.
///
/// # Errors
/// [`ReadError`] where the EPUB cannot be read.
pub fn read_for(book: &Book, epub: &[u8]) -> Result<Vec<DocumentText>, ReadError> {
    let text = (running_text(book).len() + notes_text(book).len()) as u64;
    read_at_most(epub, text * TIMES_TEXT)
}

/// The words of the text and of the notes, folded for comparison.
pub fn book_words(book: &Book) -> (Vec<String>, Vec<String>) {
    let (mut body, mut notes) = (Vec::new(), Vec::new());
    collect(&running_text(book), &mut body);
    collect(&notes_text(book), &mut notes);
    (body, notes)
}

/// How many words both sides have, where they are the same in the same order: the usual case, at little cost.
fn same_words(text: &str, documents: &[DocumentText]) -> Option<usize> {
    let same = |a: &str, b: &str| {
        a == b || (a.is_ascii() && b.is_ascii() && a.eq_ignore_ascii_case(b)) || folded(a).eq(folded(b))
    };
    let mut words_of_book = words(text);
    let mut count = 0;
    for document in documents.iter().filter(|d| !d.front) {
        for found in words(&document.text) {
            let told = words_of_book.next()?;
            if !same(&text[told.range()], &document.text[found.range()]) {
                return None;
            }
            count += 1;
        }
    }
    words_of_book.next().is_none().then_some(count)
}

/// The text of a book's notes, and of the chapters that gather notes; texts end with a newline.
fn notes_text(book: &Book) -> String {
    let mut out = String::new();
    for chapter in book.chapters.iter().filter(|c| c.role == Role::Notes) {
        chapter_text(book, chapter, &mut out);
    }
    for block in book.notes.iter().flat_map(|n| &n.body) {
        block_text(book, block, &mut out);
    }
    out
}

/// The text of a book without its notes; texts end with a newline.
fn running_text(book: &Book) -> String {
    let mut out = String::new();
    for chapter in book.chapters.iter().filter(|c| c.role != Role::Notes) {
        chapter_text(book, chapter, &mut out);
    }
    out
}

fn chapter_text(book: &Book, chapter: &Chapter, out: &mut String) {
    for text in [&chapter.label, &chapter.title, &chapter.subtitle].into_iter().flatten() {
        add_text(book, text, out);
    }
    for block in chapter.epigraphs.iter().chain(&chapter.body) {
        block_text(book, block, out);
    }
}

fn block_text(book: &Book, block: &Block, out: &mut String) {
    let mut all = |blocks: &[Block]| blocks.iter().for_each(|block| block_text(book, block, out));
    match &block.kind {
        // An ornament is drawn, not written.
        BlockKind::SceneBreak(_) => {}
        BlockKind::Quote { body, attribution } => {
            all(body);
            if let Some(text) = attribution {
                add_text(book, text, out);
            }
        }
        BlockKind::List { items, .. } => items.iter().for_each(|item| all(item)),
        BlockKind::Letter(parts) => {
            for part in parts {
                match part {
                    LetterPart::Body(block) => block_text(book, block, out),
                    LetterPart::Dateline(text)
                    | LetterPart::Salutation(text)
                    | LetterPart::Closing(text)
                    | LetterPart::Signature(text)
                    | LetterPart::Postscript(text) => add_text(book, text, out),
                }
            }
        }
        BlockKind::Figure { asset, caption } => {
            if let Some(asset) = asset.and_then(|asset| book.assets.get(asset)) {
                out.push_str(&asset.alt);
                out.push('\n');
            }
            if let Some(text) = caption {
                add_text(book, text, out);
            }
        }
        BlockKind::Para(_) | BlockKind::Heading { .. } | BlockKind::Verse(_) | BlockKind::Pre(_) => {
            block.for_each_text(&mut |text| add_text(book, text, out));
        }
    }
}

/// The text without the marks that refer to notes: the edition numbers notes anew.
fn add_text(book: &Book, text: &Text, out: &mut String) {
    let content = text.as_str();
    let mut at = 0;
    for mark in text.marks() {
        let range = mark.range();
        if mark.kind == MarkKind::LineBreak {
            // It may stand inside of a reference, which is behind us then.
            out.push_str(content.get(at..range.start).unwrap_or_default());
            out.push('\n');
            at = at.max(range.start);
        } else if matches!(mark.kind, MarkKind::Note(n) if n < book.notes.len()) && range.end > at {
            out.push_str(content.get(at..range.start).unwrap_or_default());
            at = range.end;
        }
    }
    out.push_str(content.get(at..).unwrap_or_default());
    out.push('\n');
}

fn collect(text: &str, out: &mut Vec<String>) {
    let word = |word: &str| {
        // Of ASCII, a word has letters and figures alone: nothing is to be resolved.
        if word.is_ascii() { word.to_ascii_lowercase() } else { folded(word).collect() }
    };
    out.extend(words(text).map(|span| word(&text[span.range()])).filter(|w| !w.is_empty()));
}

/// Walks both lists; where they part, looks a little ahead for the place where they meet again.
fn difference(book: &[String], epub: &[String], comparison: &mut Comparison) {
    let (mut i, mut j) = (0, 0);
    while i < book.len() && j < epub.len() {
        if book[i] == epub[j] {
            i += 1;
            j += 1;
            continue;
        }
        let near = meeting(|a, b| book.get(i + a).is_some_and(|word| Some(word) == epub.get(j + b)));
        let (a, b) = near.unwrap_or((AHEAD, AHEAD));
        comparison.lost.extend(book[i..(i + a).min(book.len())].iter().cloned());
        comparison.invented.extend(epub[j..(j + b).min(epub.len())].iter().cloned());
        i += a;
        j += b;
    }
    comparison.lost.extend(book.get(i..).unwrap_or_default().iter().cloned());
    comparison.invented.extend(epub.get(j..).unwrap_or_default().iter().cloned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found_and_passed() {
        let list = |s: &str| s.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut comparison = Comparison::default();
        difference(&list("a b c d e f"), &list("a b x d e f g"), &mut comparison);
        assert_eq!(comparison.lost, ["c"]);
        assert_eq!(comparison.invented, ["x", "g"]);
    }
}

//! `inkbind check FILE --against INPUT`: the words of an EPUB or a PDF of any maker, held against the
//! work's.

use std::collections::{BTreeMap, BTreeSet};

use inkbind::Understood;
use inkbind::book::Role;
use inkbind::ledger::against::{Against, Expected, FileWord, against};
use inkbind::ledger::compare::{self, Comparison};
use inkbind::ledger::{self, folded};
use inkbind::press::reading;
use inkbind::text::Text;
use inkbind::typeset;

use super::check::{differences, held_against};
use super::failure::Failure;
use super::input::Input;

/// What a file has besides the book's words, by what it is.
pub(crate) type Named = BTreeMap<&'static str, usize>;

/// Running heads and folios.
const FURNITURE: &str = "running heads and folios";

/// Holds an EPUB against the work.
///
/// # Errors
/// A file that cannot be read back, and words that differ.
pub(crate) fn epub(name: &str, input: &Input, work: &Understood, bytes: &[u8]) -> Result<Named, Failure> {
    let documents = compare::read_for(&work.book, bytes).map_err(|e| unreadable(name, &e))?;
    if compare::compare(&work.book, bytes).is_ok_and(|c| c.agrees()) {
        return Ok(Named::new());
    }
    let mut file = Vec::new();
    for (part, document) in documents.iter().enumerate() {
        for text in [&document.text, &document.notes, &document.added] {
            put(text, part, &mut file);
        }
    }
    let found = against(&expected(work), &file, &[]);
    let place = |part: u32| documents.get(part as usize).map(|d| d.path.clone()).unwrap_or_default();
    verdict(name, input, work, found, &place)
}

/// Holds a PDF against the work.
///
/// # Errors
/// A file that cannot be read back, and words that differ.
pub(crate) fn pdf(name: &str, input: &Input, work: &Understood, bytes: &[u8]) -> Result<Named, Failure> {
    let pages = reading::read(bytes).map_err(|e| unreadable(name, &e))?;
    let mut file = Vec::new();
    let mut furniture = Vec::new();
    for (part, page) in pages.iter().enumerate() {
        for line in &page.lines {
            put(&line.text, part, if line.furniture { &mut furniture } else { &mut file });
        }
    }
    if file.is_empty() {
        return Err(Failure::failed(format!("{name} holds no text that can be read"))
            .help("its pages are pictures, or its fonts do not say what their glyphs mean"));
    }
    let found = against(&expected(work), &file, &furniture);
    let mut named = verdict(name, input, work, found, &|part| format!("page {}", part + 1))?;
    if !furniture.is_empty() {
        named.insert(FURNITURE, furniture.len());
    }
    Ok(named)
}

fn unreadable(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::failed(format!("{name} cannot be read back: {error}"))
}

fn put(text: &str, part: usize, out: &mut Vec<FileWord>) {
    out.extend(folded_words(text).map(|word| FileWord { word, part: part as u32 }));
}

fn folded_words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = ledger::words(text).map(|span| folded(&text[span.range()]).collect::<String>());
    words.filter(|w| !w.is_empty()).map(either_way)
}

/// Words of Hebrew and Arabic stand in a PDF as they are painted, from the left, or as they are read: which of the two,
/// files do not say. They compare by the form that comes first.
fn either_way(word: String) -> String {
    let from_right =
        |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if !word.contains(from_right) {
        return word;
    }
    let painted: String = word.chars().rev().collect();
    word.min(painted)
}

/// What the work says, as far as a file of any maker may be asked for it.
fn expected(work: &Understood) -> Expected {
    let (body, notes) = compare::book_words(&work.book);
    let [body, notes] = [body, notes].map(|words| words.into_iter().map(either_way).collect::<Vec<_>>());
    let meta = &work.book.meta;
    let mut headings: Vec<String> = folded_words(&meta.title).collect();
    for name in meta.contributors.iter().map(|c| c.name.as_str()).chain(meta.subtitle.as_deref()) {
        headings.extend(folded_words(name));
    }
    for chapter in &work.book.chapters {
        for text in [&chapter.label, &chapter.title, &chapter.subtitle].into_iter().flatten() {
            headings.extend(folded_words(Text::as_str(text)));
        }
    }
    let wording = inkbind::wording::of(&meta.language);
    let chapters = &work.book.chapters;
    let numbered = || chapters.iter().filter_map(|c| c.number.as_ref().map(|n| (c, n)));
    let highest = numbered().map(|(_, n)| n.value).max().unwrap_or_default();
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbers: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (chapter, number) in numbered() {
        for word in chapter.label.iter().flat_map(|l| folded_words(l.as_str())) {
            *labels.entry(word).or_default() += 1;
        }
        headings.extend(folded_words(&wording.counted(chapter.role, &number.keyword, number.value, highest)));
        let forms = typeset::every_number(wording, chapter.role, number);
        let forms: BTreeSet<Vec<String>> = forms.iter().map(|form| folded_words(form).collect()).collect();
        for form in forms {
            *numbers.entry(form).or_default() += 1;
        }
    }
    for word in chapters.iter().map(|c| wording.role(c.role)).chain([
        wording.contents,
        wording.note,
        wording.pages,
        wording.role(Role::Notes),
    ]) {
        headings.extend(folded_words(word));
    }
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    for word in folded_words(&work.source.decoded) {
        *left_out.entry(word).or_default() += 1;
    }
    for word in body.iter().chain(&notes) {
        if let Some(times) = left_out.get_mut(word) {
            *times = times.saturating_sub(1);
        }
    }
    Expected { body, notes, headings, labels, numbers, left_out }
}

fn verdict(
    name: &str,
    input: &Input,
    work: &Understood,
    found: Against,
    place: &dyn Fn(u32) -> String,
) -> Result<Named, Failure> {
    if found.agrees() {
        return Ok(found.named);
    }
    let invented = found.invented.iter().map(|w| format!("{} ({})", w.word, place(w.part))).collect();
    let lists = [("lost", &found.lost), ("at another place", &found.moved), ("not in the text", &invented)];
    Err(differences(name, input, work, found.words, &lists))
}

/// Holds what this program made against the work, word for word.
///
/// # Errors
/// Words that differ.
pub(crate) fn own_epub(name: &str, input: &Input, work: &Understood, bytes: &[u8]) -> Result<(), Failure> {
    let comparison: Comparison = compare::compare(&work.book, bytes).map_err(|e| unreadable(name, &e))?;
    held_against(name, input, work, &comparison)
}

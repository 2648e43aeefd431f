//! In: typeset pages and the book that they were set from. Out: where each page begins in the text.
//!
//! Pages also hold what is not the work's text: furniture, a title page, contents, numbers that were
//! counted, hyphens. So the letters of the pages are laid beside those of the book, and where the two part,
//! the nearest place is looked for at which a longer run of both agrees again.

use rustc_hash::FxHashMap;

use crate::book::{Book, PrintEdition, PrintPage};
use crate::text::Text;
use crate::typeset::furniture::folio_text;
use crate::typeset::length::Length;
use crate::typeset::page::{Owner, Page, Pages, Shape, Tag};

/// So many letters in a row agree only where it is the same place.
const RUN: usize = 24;
/// How many letters of both sides are searched at first.
const NEAR: usize = 512;
/// A letter of the book that is passed over weighs as much as so many of the page: pages add, they do not drop.
const BOOK_WEIGHT: usize = 8;

/// Where the pages begin in the book's text. Pages without any of it (title page, contents, blanks) are not told.
pub fn edition(pages: &Pages, book: &Book) -> PrintEdition {
    let printed = Printed::of(pages);
    let told = Told::of(book);
    let mut starts: Vec<Option<usize>> = vec![None; pages.pages.len()];
    for (page, letter) in starts_of_pages(&printed, &told.letters) {
        starts[page] = Some(told.whole_word(letter));
    }
    let named = pages.pages.iter().zip(starts);
    PrintEdition {
        width_mm: millimetres(pages.width),
        height_mm: millimetres(pages.height),
        count: pages.pages.len(),
        pages: named
            .filter_map(|(page, start)| Some(PrintPage { label: folio_text(page.folio), letters: start? }))
            .collect(),
    }
}

fn millimetres(length: Length) -> u32 {
    const POINTS_PER_MM: f64 = 72.0 / 25.4;
    (length.to_pt() / POINTS_PER_MM).round() as u32
}

/// The letters on the pages, in reading order.
struct Printed {
    letters: Vec<char>,
    /// The first letter of each page.
    firsts: Vec<usize>,
}

impl Printed {
    fn of(pages: &Pages) -> Self {
        let outside = outside(pages);
        let mut letters = Vec::new();
        let mut firsts = Vec::with_capacity(pages.pages.len());
        for page in &pages.pages {
            firsts.push(letters.len());
            letters_of_page(page, &outside, &mut letters);
        }
        Self { letters, firsts }
    }
}

fn letters_of_page(page: &Page, outside: &[bool], out: &mut Vec<char>) {
    for item in &page.items {
        let Owner::Content(node) = item.owner else { continue };
        if outside.get(node as usize).copied().unwrap_or(true) {
            continue;
        }
        match &item.shape {
            Shape::Glyphs(run) => out.extend(run.text.chars().filter(|c| c.is_alphanumeric()).map(lower)),
            Shape::Rule { .. } | Shape::Path { .. } | Shape::Image { .. } => {}
        }
    }
}

/// The nodes that hold no running text: notes, the marks that refer to them, the contents.
fn outside(pages: &Pages) -> Vec<bool> {
    let mut outside = Vec::with_capacity(pages.structure.len());
    for node in &pages.structure {
        let within = outside.get(node.parent as usize).copied().unwrap_or_default();
        outside.push(within || matches!(node.tag, Tag::Note | Tag::Reference | Tag::Contents));
    }
    outside
}

/// The letters of the book's running text.
struct Told {
    letters: Vec<char>,
    /// Whether the letter goes on the word of the one before.
    inside: Vec<bool>,
}

impl Told {
    fn of(book: &Book) -> Self {
        let mut told = Self { letters: Vec::new(), inside: Vec::new() };
        book.for_each_running_text(&mut |text| told.add(book, text));
        told
    }

    fn add(&mut self, book: &Book, text: &Text) {
        let mut end = usize::MAX;
        for (at, c) in book.letters(text) {
            self.letters.push(lower(c));
            self.inside.push(at == end);
            end = at + c.len_utf8();
        }
    }

    /// The letter itself, or the next that begins a word, where a page breaks a word.
    fn whole_word(&self, letter: usize) -> usize {
        let rest = self.inside.get(letter..).unwrap_or_default();
        letter + rest.iter().take_while(|inside| **inside).count()
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The pages that show letters of the book, each with the first of these.
fn starts_of_pages(printed: &Printed, told: &[char]) -> Vec<(usize, usize)> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let (mut i, mut j, mut page) = (0, 0, 0);
    // Nothing agrees yet: the first place must be sure.
    let mut agreed = false;
    while i < told.len() && j < printed.letters.len() {
        if !agreed || told[i] != printed.letters[j] {
            let Some((a, b)) = meeting(&told[i..], &printed.letters[j..]) else { break };
            (i, j, agreed) = (i + a, j + b, true);
        }
        while printed.firsts.get(page + 1).is_some_and(|first| *first <= j) {
            page += 1;
        }
        if starts.last().is_none_or(|(last, _)| *last != page) {
            starts.push((page, i));
        }
        i += 1;
        j += 1;
    }
    starts
}

/// The nearest place at which a run of both agrees: letters to pass over in the one and in the other.
fn meeting(told: &[char], printed: &[char]) -> Option<(usize, usize)> {
    let mut reach = NEAR;
    loop {
        let mut places: FxHashMap<&[char], usize> = FxHashMap::default();
        for (at, run) in told[..told.len().min(reach + RUN)].windows(RUN).enumerate() {
            places.entry(run).or_insert(at);
        }
        let within = &printed[..printed.len().min(reach + RUN)];
        let met = within.windows(RUN).enumerate().filter_map(|(b, run)| Some((*places.get(run)?, b)));
        let best = met.min_by_key(|(a, b)| a * BOOK_WEIGHT + b);
        if best.is_some() || (reach > told.len() && reach > printed.len()) {
            return best;
        }
        reach *= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(pages: &[&str]) -> Printed {
        let mut printed = Printed { letters: Vec::new(), firsts: Vec::new() };
        for page in pages {
            printed.firsts.push(printed.letters.len());
            printed.letters.extend(page.chars().filter(|c| c.is_alphanumeric()).map(lower));
        }
        printed
    }

    fn letters(text: &str) -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).map(lower).collect()
    }

    #[test]
    fn a_title_page_and_counted_numbers_are_passed_over() {
        let told = letters(
            "It was the ferryman who saw it first, a light upon the water. And then it was gone again, \
             as if somebody had closed a door on it.",
        );
        let pages = printed(&[
            "The Light upon the Water",
            "Chapter One It was the ferryman who saw it first, a light up-",
            "",
            "on the water. Chapter Two And then it was gone again, as if somebody had",
            "closed a door on it. The End of it all.",
        ]);
        let starts = starts_of_pages(&pages, &told);
        let of_word = |words: &str| {
            let part = letters(words);
            told.windows(part.len()).position(|w| w == part.as_slice()).unwrap()
        };
        assert_eq!(
            starts,
            [(1, 0), (3, of_word("onthewaterand")), (4, of_word("closedadoor"))],
            "{:?}",
            told.len()
        );
    }

    #[test]
    fn a_broken_word_belongs_to_the_page_before() {
        let mut book = Book::default();
        let mut chapter = crate::book::Chapter {
            role: crate::book::Role::Chapter,
            level: 0,
            label: None,
            number: None,
            title: None,
            subtitle: None,
            epigraphs: Vec::new(),
            body: Vec::new(),
        };
        chapter.body.push(crate::book::Block::para(Text::from_source("well-known water")));
        book.chapters.push(chapter);
        let told = Told::of(&book);
        assert_eq!(told.whole_word(11), 14);
        assert_eq!(told.whole_word(4), 4, "a hyphen of the text ends a word");
        assert_eq!(told.whole_word(0), 0);
    }
}

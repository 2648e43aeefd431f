//! In: a book and what its pieces are called. Out: one finished document after the other.
//!
//! The scribe remembers what goes beyond a single document: which notes were referred to and
//! where they stand, which pictures are in use, how many characters could not be written.

use std::collections::{BTreeSet, VecDeque};

use super::identity::right_to_left;
use super::markup::Markup;
use super::split;
use crate::book::{Asset, Book};
use crate::text::{MarkKind, Text};
use crate::wording::{self, Wording};

/// A file of text in the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    /// File name: `chapter-003.xhtml`.
    pub(super) name: String,
    /// The whole document.
    pub(super) xhtml: String,
}

/// Where a note stands.
#[derive(Clone, Debug, Default)]
struct NotePlace {
    /// Its document; `None` until it is referred to.
    document: Option<String>,
    /// Its number, from 1 in each chapter.
    number: usize,
}

/// The mark at the beginning of a printed page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageMark {
    /// The page's number.
    pub(super) label: String,
    /// Document and id.
    pub(super) target: String,
}

/// How far the printed pages are marked.
#[derive(Clone, Debug, Default)]
struct PageMarks {
    /// Letters of running text so far, see [`Book::letters`].
    letters: usize,
    /// The next page.
    next: usize,
    /// Whether what is written is no running text.
    outside: bool,
    set: Vec<PageMark>,
}

/// Writes the documents of a book.
#[derive(Debug)]
pub(super) struct Scribe<'b> {
    pub(super) book: &'b Book,
    pub(super) wording: &'static Wording,
    pub(super) language: String,
    pub(super) right_to_left: bool,
    pub(super) markup: Markup,
    /// Name of the document at work.
    pub(super) document: String,
    /// Pictures that some document shows.
    pub(super) pictures: BTreeSet<usize>,
    mute: BTreeSet<String>,
    notes: Vec<NotePlace>,
    /// Notes that the document at work must bring, in the order of their references.
    due: VecDeque<usize>,
    due_bytes: usize,
    numbered: usize,
    /// How far the printed pages are marked.
    pages: PageMarks,
    /// Where Kobo's count of blocks and of sentences stands, if the edition is for Kobo.
    kobo: Option<(usize, usize)>,
}

impl<'b> Scribe<'b> {
    pub(super) fn new(book: &'b Book, language: &str) -> Self {
        Self {
            book,
            wording: wording::of(language),
            language: language.to_owned(),
            right_to_left: right_to_left(language),
            markup: Markup::default(),
            document: String::new(),
            pictures: BTreeSet::new(),
            mute: BTreeSet::new(),
            notes: vec![NotePlace::default(); book.notes.len()],
            due: VecDeque::new(),
            due_bytes: 0,
            numbered: 0,
            pages: PageMarks::default(),
            kobo: None,
        }
    }

    /// The marks of printed pages that were set.
    pub(super) fn page_marks(&self) -> &[PageMark] {
        &self.pages.set
    }

    /// Text is written from here on that printed pages are not counted by: notes.
    pub(super) const fn leave_running_text(&mut self, left: bool) {
        self.pages.outside = left;
    }

    /// Counts the letters of a text, and gives the places in it (in bytes) at which a printed page begins.
    pub(super) fn page_breaks(&mut self, text: &Text) -> Vec<usize> {
        let Some(print) = self.book.print.as_ref().filter(|_| !self.pages.outside) else {
            return Vec::new();
        };
        let marks = &mut self.pages;
        let mut breaks = Vec::new();
        // Behind the last space before the next letter; the text's beginning counts as a space.
        let mut gap = Some(0);
        let mut end = 0;
        for (at, c) in self.book.letters(text) {
            let between = text.as_str().get(end..at).unwrap_or_default();
            if let Some((space, c)) = between.char_indices().rfind(|(_, c)| c.is_whitespace()) {
                gap = Some(end + space + c.len_utf8());
            }
            while print.pages.get(marks.next + breaks.len()).is_some_and(|p| p.letters <= marks.letters) {
                breaks.push(gap.unwrap_or(at));
            }
            marks.letters += 1;
            gap = None;
            end = at + c.len_utf8();
        }
        breaks
    }

    /// Marks the beginning of the next printed page, as `tag` (`span` in a line, `div` between blocks).
    pub(super) fn mark_page(&mut self, tag: &str) {
        let Some(page) = self.book.print.as_ref().and_then(|p| p.pages.get(self.pages.next)) else { return };
        self.pages.next += 1;
        let id = format!("page-{}", page.label);
        self.markup.raw("<");
        self.markup.raw(tag);
        self.markup.raw(" epub:type=\"pagebreak\" role=\"doc-pagebreak\"");
        self.markup.attribute("id", &id);
        self.markup.attribute("aria-label", &page.label);
        self.markup.raw("></");
        self.markup.raw(tag);
        self.markup.raw(">");
        self.pages
            .set
            .push(PageMark { label: page.label.clone(), target: format!("{}#{id}", self.document) });
    }

    /// Marks every printed page that begins here.
    pub(super) fn mark_pages_between_blocks(&mut self) {
        let Some(print) = &self.book.print else { return };
        while print.pages.get(self.pages.next).is_some_and(|p| p.letters <= self.pages.letters) {
            self.mark_page("div");
            self.markup.raw("\n");
        }
    }

    /// The names of the pictures that were shown without alternative text.
    pub(super) const fn mute_pictures(&self) -> &BTreeSet<String> {
        &self.mute
    }

    /// The same scribe for Kobo's readers: every sentence gets a span by which they keep the reader's place.
    pub(super) const fn for_kobo(mut self) -> Self {
        self.kobo = Some((0, 0));
        self
    }

    /// Whether the edition is for Kobo's readers.
    pub(super) const fn is_for_kobo(&self) -> bool {
        self.kobo.is_some()
    }

    /// A new document begins: Kobo counts its blocks from 1.
    pub(super) const fn begin_document(&mut self) {
        if self.kobo.is_some() {
            self.kobo = Some((0, 0));
        }
    }

    /// A block of running text begins: Kobo counts its sentences from 1.
    pub(super) const fn begin_block(&mut self) {
        if let Some((block, _)) = self.kobo {
            self.kobo = Some((block + 1, 0));
        }
    }

    /// Running text.
    pub(super) fn words(&mut self, text: &str) {
        if self.kobo.is_none() {
            self.markup.text(text);
            return;
        }
        for sentence in sentences(text) {
            self.kobo_span();
            self.markup.text(sentence);
            self.markup.raw("</span>");
        }
    }

    fn kobo_span(&mut self) {
        if let Some((block, sentence)) = &mut self.kobo {
            *block = (*block).max(1);
            *sentence += 1;
            let id = format!("kobo.{block}.{sentence}");
            self.markup.raw("<span class=\"koboSpan\"");
            self.markup.attribute("id", &id);
            self.markup.raw(">");
        }
    }

    /// Notes are counted from 1 again.
    pub(super) fn begin_chapter(&mut self) {
        self.numbered = 0;
    }

    /// The next note that the document at work must bring, if any is left.
    pub(super) fn next_due(&mut self) -> Option<usize> {
        let next = self.due.pop_front();
        if self.due.is_empty() {
            self.due_bytes = 0;
        }
        next
    }

    /// Whether the document at work must bring notes.
    pub(super) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// An upper estimate of the bytes that the notes of the document at work need.
    pub(super) fn due_weight(&self) -> usize {
        self.due_bytes
    }

    /// Notes to which no text refers.
    pub(super) fn unreferred(&self) -> Vec<usize> {
        (0..self.notes.len()).filter(|n| self.notes[*n].document.is_none()).collect()
    }

    /// The number that a note carries.
    pub(super) fn number_of(&self, note: usize) -> usize {
        self.notes.get(note).map_or(0, |n| n.number)
    }

    /// Takes a note in that no text refers to.
    pub(super) fn adopt(&mut self, note: usize) {
        self.numbered += 1;
        self.notes[note] = NotePlace { document: Some(self.document.clone()), number: self.numbered };
    }

    /// Whether a mark that stands for its range can be written; where it cannot, the range is text.
    pub(super) fn can_write(&self, kind: &MarkKind) -> bool {
        match kind {
            MarkKind::Note(note) => *note < self.notes.len(),
            MarkKind::Image(asset) => self.book.assets.get(*asset).is_some_and(can_show),
            MarkKind::Em
            | MarkKind::Strong
            | MarkKind::SmallCaps
            | MarkKind::Superscript
            | MarkKind::Subscript
            | MarkKind::Strike
            | MarkKind::Code
            | MarkKind::Link(_)
            | MarkKind::LineBreak => true,
        }
    }

    /// A reference to a note.
    pub(super) fn note_reference(&mut self, note: usize) {
        let Some(place) = self.notes.get(note) else { return };
        let first = place.document.is_none();
        if first {
            self.adopt(note);
            self.due.push_back(note);
            self.due_bytes += self.book.notes[note].body.iter().map(split::weight).sum::<usize>();
        }
        let place = &self.notes[note];
        let target = match &place.document {
            Some(document) if *document != self.document => format!("{document}#note-{}", note + 1),
            _ => format!("#note-{}", note + 1),
        };
        let number = place.number.to_string();
        self.markup.raw("<a class=\"noteref\" epub:type=\"noteref\" role=\"doc-noteref\"");
        self.markup.attribute("href", &target);
        if first {
            self.markup.attribute("id", &format!("ref-{}", note + 1));
        }
        // Not as text: the words on both sides of it may be parted by a sign that was left out.
        self.markup.raw(">");
        self.markup.raw(&number);
        self.markup.raw("</a>");
    }

    /// A picture; `None` where there is no such picture or no reading system can show it.
    pub(super) fn picture(&mut self, asset: usize, alt: &str, class: &str) -> Option<()> {
        let picture = self.book.assets.get(asset).filter(|a| can_show(a))?;
        self.pictures.insert(asset);
        self.kobo_span();
        self.markup.raw("<img");
        self.markup.attribute("src", &picture_path(picture, asset));
        let alt = if alt.trim().is_empty() { picture.alt.as_str() } else { alt };
        self.markup.attribute("alt", alt);
        if alt.trim().is_empty() {
            self.mute.insert(picture.name.clone());
            self.markup.raw(" role=\"presentation\"");
        }
        if !class.is_empty() {
            self.markup.attribute("class", class);
        }
        self.markup.raw("/>");
        if self.kobo.is_some() {
            self.markup.raw("</span>");
        }
        Some(())
    }
}

/// The sentences of a text, each with the space behind it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        for (at, stop) in rest.match_indices(['.', '!', '?', '…']) {
            let behind = &rest[at + stop.len()..];
            let closed = behind.trim_start_matches(['.', '!', '?', '…', '’', '”', '»', '"', '\'', ')']);
            let next = closed.trim_start();
            if next.len() < closed.len() && !next.is_empty() {
                end = rest.len() - next.len();
                break;
            }
        }
        let (sentence, next) = rest.split_at(end);
        rest = next;
        Some(sentence)
    })
}

/// Whether every reading system shows pictures of this kind (EPUB 3.3, core media types).
pub(super) fn can_show(picture: &Asset) -> bool {
    extension(&picture.media_type).is_some() && !picture.bytes.is_empty()
}

fn extension(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/svg+xml" => "svg",
        "image/webp" => "webp",
        _ => return None,
    })
}

/// Where a picture stands in the container, under a name that every reading system takes.
pub(super) fn picture_path(picture: &Asset, index: usize) -> String {
    let stem = picture.name.rsplit_once('.').map_or(picture.name.as_str(), |(stem, _)| stem);
    let stem: String =
        stem.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    let extension = extension(&picture.media_type).unwrap_or("bin");
    let stem = stem.to_ascii_lowercase();
    if stem.is_empty() {
        format!("images/picture-{:03}.{extension}", index + 1)
    } else {
        format!("images/{:03}-{stem}.{extension}", index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_keep_every_byte() {
        let text = "One. “Two?” he said… Three 3.5 is a number.";
        let parts: Vec<&str> = sentences(text).collect();
        assert_eq!(parts, ["One. ", "“Two?” ", "he said… ", "Three 3.5 is a number."]);
        assert_eq!(sentences("").count(), 0);
    }
}

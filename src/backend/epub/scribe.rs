//! In: a book and what its pieces are called. Out: one finished document after the other.
//!
//! The scribe remembers what goes beyond a single document: which notes were referred to and
//! where they stand, which pictures are in use, how many characters could not be written.

use std::collections::{BTreeSet, VecDeque};

use super::identity::right_to_left;
use super::markup::Markup;
use super::split;
use crate::book::{Asset, Book};
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
        }
    }

    /// The names of the pictures that were shown without alternative text.
    pub(super) const fn mute_pictures(&self) -> &BTreeSet<String> {
        &self.mute
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

    /// A reference to a note; `mark` is what the source has in its place.
    pub(super) fn note_reference(&mut self, note: usize, mark: &str) {
        let Some(place) = self.notes.get(note) else {
            // Nothing to refer to: the mark stays as text.
            self.markup.text(mark);
            return;
        };
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
        self.markup.raw(">");
        self.markup.text(&number);
        self.markup.raw("</a>");
    }

    /// A picture in a line of text; `alt` is what the text says of it.
    pub(super) fn inline_picture(&mut self, asset: usize, alt: &str) {
        if self.picture(asset, alt, "inline").is_none() {
            self.markup.text(alt);
        }
    }

    /// A picture; `None` where there is no such picture or no reading system can show it.
    pub(super) fn picture(&mut self, asset: usize, alt: &str, class: &str) -> Option<()> {
        let picture = self.book.assets.get(asset).filter(|a| can_show(a))?;
        self.pictures.insert(asset);
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
        Some(())
    }
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

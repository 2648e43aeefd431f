//! The book: data only. Structure makes it, typography polishes its texts, backends read it.

use std::collections::BTreeMap;

use crate::text::{Mark, MarkKind, Text};

/// A whole work, ready for any backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// Title, authors and all that is said about the work.
    pub meta: Metadata,
    /// Parts, chapters and matter in reading order; nesting is in [`Chapter::level`].
    pub chapters: Vec<Chapter>,
    /// Footnotes and endnotes, in the order of their references.
    pub notes: Vec<Note>,
    /// Pictures.
    pub assets: Vec<Asset>,
    /// The front cover, once one has been drawn or chosen.
    pub cover: Option<Cover>,
    /// The printed pages, once they have been set: an edition without pages then names theirs.
    pub print: Option<PrintEdition>,
}

/// The pages of an edition on paper, as far as they show text of the work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintEdition {
    /// Width of the trimmed page in millimetres.
    pub width_mm: u32,
    /// Height of the trimmed page in millimetres.
    pub height_mm: u32,
    /// How many pages it has, with those that show no text of the work.
    pub count: usize,
    /// The pages that show text of the work, in their order.
    pub pages: Vec<PrintPage>,
}

/// A printed page and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintPage {
    /// Its number as the page shows it: `iv`, `27`.
    pub label: String,
    /// How many letters of the running text (see [`Book::letters`]) stand before it. It never
    /// points into a word: a word that two pages share belongs to the first of them.
    pub letters: usize,
}

/// What is said about a work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The main title; never empty once structure has run.
    pub title: String,
    /// What stands under the title.
    pub subtitle: Option<String>,
    /// A shorter title for running heads.
    pub short_title: Option<String>,
    /// Authors and other contributors, in order; empty where nobody is named.
    pub contributors: Vec<Contributor>,
    /// BCP 47 tag: `en`, `en-GB`, `de`.
    pub language: String,
    /// ISBN, URN, URI…; the first is the main one. Empty: backends derive a stable one.
    pub identifiers: Vec<String>,
    /// The publishing house.
    pub publisher: Option<String>,
    /// Date of publication: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Keywords.
    pub subjects: Vec<String>,
    /// A summary or blurb, as plain paragraphs.
    pub description: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// The series it belongs to.
    pub series: Option<Series>,
    /// Other works by the author, for the *also by* page.
    pub also_by: Vec<String>,
    /// Where each value came from, by the field's name in `book.toml`.
    pub origins: BTreeMap<&'static str, Origin>,
}

impl Metadata {
    /// The authors' names joined for people: `A`, `A and B`, `A, B and C` (with `and` as given).
    pub fn author_line(&self, and: &str) -> Option<String> {
        let names: Vec<&str> = self.authors().collect();
        match names.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            [rest @ .., last] => Some(format!("{} {and} {last}", rest.join(", "))),
        }
    }

    /// The names of those who are authors.
    pub fn authors(&self) -> impl Iterator<Item = &str> {
        self.contributors.iter().filter(|c| c.role == "aut").map(|c| c.name.as_str())
    }
}

/// Somebody who made the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// As printed: `Robert Louis Stevenson`.
    pub name: String,
    /// MARC relator code: `aut`, `trl`, `ill`, `edt`…
    pub role: String,
    /// For sorting: `Stevenson, Robert Louis`.
    pub file_as: Option<String>,
}

/// A series and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Name of the series.
    pub name: String,
    /// Place in it as written, such as `2` or `1.5`.
    pub index: Option<String>,
}

/// Where a setting came from; the later wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The name of the input file.
    FileName,
    /// The text itself.
    Text,
    /// `book.toml`.
    Config,
    /// The command line.
    Flag,
}

/// What part of a book a chapter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The author's dedication.
    Dedication,
    /// A motto before the text.
    Epigraph,
    /// A foreword, by somebody else than the author.
    Foreword,
    /// A preface, by the author.
    Preface,
    /// An introduction.
    Introduction,
    /// Thanks.
    Acknowledgements,
    /// A list of the persons.
    DramatisPersonae,
    /// Other matter before the text.
    FrontMatter,
    /// A prologue.
    Prologue,
    /// A volume: holds books, parts or chapters.
    Volume,
    /// A part or book: holds chapters.
    Part,
    /// A chapter, story, stave, canto, letter…
    Chapter,
    /// A piece between chapters.
    Interlude,
    /// An epilogue.
    Epilogue,
    /// An afterword.
    Afterword,
    /// An appendix.
    Appendix,
    /// Notes to the text.
    Notes,
    /// A glossary.
    Glossary,
    /// A list of works.
    Bibliography,
    /// About the author.
    AboutAuthor,
    /// Other matter behind the text.
    BackMatter,
}

/// Front matter, body or back matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// Before the text: roman folios.
    Front,
    /// The text: arabic folios from 1.
    Body,
    /// Behind the text.
    Back,
}

impl Role {
    /// Where in the book it stands.
    pub const fn matter(self) -> Matter {
        match self {
            Self::Dedication
            | Self::Epigraph
            | Self::Foreword
            | Self::Preface
            | Self::Introduction
            | Self::Acknowledgements
            | Self::DramatisPersonae
            | Self::FrontMatter => Matter::Front,
            Self::Prologue | Self::Volume | Self::Part | Self::Chapter | Self::Interlude | Self::Epilogue => {
                Matter::Body
            }
            Self::Afterword
            | Self::Appendix
            | Self::Notes
            | Self::Glossary
            | Self::Bibliography
            | Self::AboutAuthor
            | Self::BackMatter => Matter::Back,
        }
    }

    /// Whether it is a division that holds chapters.
    pub const fn is_division(self) -> bool {
        matches!(self, Self::Volume | Self::Part)
    }
}

/// A part, chapter or piece of matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What it is.
    pub role: Role,
    /// Depth in the contents, from 0.
    pub level: u8,
    /// The heading's word and number as the source has them (`CHAPTER III`, `Stave One`, `iv`);
    /// `None` where the source has none and for chapters known only by a bare marker.
    pub label: Option<Text>,
    /// The heading's number, read from the label or counted where the source only marks starts.
    pub number: Option<Number>,
    /// The heading's title without word and number.
    pub title: Option<Text>,
    /// A second line under the title.
    pub subtitle: Option<Text>,
    /// Mottos and arguments between heading and text.
    pub epigraphs: Vec<Block>,
    /// The text.
    pub body: Vec<Block>,
}

/// A heading's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: u32,
    /// How the source writes it.
    pub style: NumberStyle,
    /// The word before it (`Chapter`, `Stave`, `Letter`), capitalised as in a title; empty for a
    /// bare number.
    pub keyword: String,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberStyle {
    /// `3`
    Arabic,
    /// `III`
    Roman,
    /// `Three`
    Words,
    /// `the Third`
    Ordinal,
    /// Nowhere: it was counted.
    Counted,
}

/// One block of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is. Exhaustive on purpose; no wildcard arms over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph.
    Para(Para),
    /// A heading inside a chapter; `level` from 1 for the one right under the chapter's.
    Heading {
        /// Depth under the chapter's own heading, from 1.
        level: u8,
        /// Its words.
        text: Text,
    },
    /// Verse.
    Verse(Verse),
    /// A set-off quotation, with its source line where it has one.
    Quote {
        /// What is quoted.
        body: Vec<Block>,
        /// Who said it, or where it stands.
        attribution: Option<Text>,
    },
    /// A letter, in its own parts.
    Letter(Vec<LetterPart>),
    /// A list.
    List {
        /// First number where it is numbered.
        start: Option<u32>,
        /// Items.
        items: Vec<Vec<Block>>,
    },
    /// A break between scenes.
    SceneBreak(SceneBreak),
    /// A picture with its caption, or a caption alone where the source has only that.
    Figure {
        /// Index into [`Book::assets`].
        asset: Option<usize>,
        /// What stands under it.
        caption: Option<Text>,
    },
    /// Text whose line breaks and spaces count: tables, code, signs.
    Pre(Text),
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Para {
    /// Its words.
    pub text: Text,
    /// How it is set.
    pub style: ParaStyle,
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParaStyle {
    /// Indented but for the first of a scene.
    #[default]
    Normal,
    /// Goes on after verse, a quotation or a letter: never indented.
    Continued,
    /// Centred, as an inscription.
    Centred,
    /// To the right, as a signature or date line outside of a letter.
    Right,
    /// The closing line of a work: `The End`.
    Closing,
}

/// A poem or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verse {
    /// Stanzas, each a run of lines.
    pub stanzas: Vec<Vec<VerseLine>>,
    /// Who wrote it.
    pub attribution: Option<Text>,
}

/// A line of verse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerseLine {
    /// Depth of its indent, in steps from 0.
    pub indent: u8,
    /// Its words.
    pub text: Text,
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterPart {
    /// Place and date; set to the right.
    Dateline(Text),
    /// `Dear Sir,`
    Salutation(Text),
    /// The letter itself.
    Body(Block),
    /// `Yours truly,`
    Closing(Text),
    /// The name.
    Signature(Text),
    /// `P.S.`
    Postscript(Text),
}

/// A break between scenes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneBreak {
    /// The source's ornament (`* * *`); `None` where it was a gap.
    pub ornament: Option<Text>,
}

/// A footnote or endnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The source's mark: `1`, `*`.
    pub mark: String,
    /// Its text.
    pub body: Vec<Block>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// ASCII file name, unique in the book.
    pub name: String,
    /// `image/jpeg`, `image/png`, `image/svg+xml`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Alternative text.
    pub alt: String,
}

/// The front cover as a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// The drawing with its type as outlines, where the cover was drawn here.
    pub svg: Option<String>,
}

impl Book {
    /// Visits every text of the book but those of the notes, in reading order.
    pub fn for_each_running_text<'a>(&'a self, visit: &mut dyn FnMut(&'a Text)) {
        for chapter in &self.chapters {
            for text in [&chapter.label, &chapter.title, &chapter.subtitle].into_iter().flatten() {
                visit(text);
            }
            for block in chapter.epigraphs.iter().chain(&chapter.body) {
                block.for_each_text(visit);
            }
        }
    }

    /// Visits every text of the book but those of the notes, in reading order, to change it.
    pub fn for_each_running_text_mut(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        for chapter in &mut self.chapters {
            for text in [&mut chapter.label, &mut chapter.title, &mut chapter.subtitle].into_iter().flatten()
            {
                visit(text);
            }
            for block in chapter.epigraphs.iter_mut().chain(&mut chapter.body) {
                block.for_each_text_mut(visit);
            }
        }
    }

    /// The letters and figures of a text with their places in bytes, without those of marks that refer to notes.
    pub fn letters<'a>(&self, text: &'a Text) -> impl Iterator<Item = (usize, char)> + use<'a> {
        let notes = self.notes.len();
        let references: Vec<_> = text
            .marks()
            .iter()
            .filter(|m| matches!(m.kind, MarkKind::Note(n) if n < notes))
            .map(Mark::range)
            .collect();
        text.as_str()
            .char_indices()
            .filter(move |(at, c)| c.is_alphanumeric() && !references.iter().any(|r| r.contains(at)))
    }

    /// Visits every text of the book in reading order: headings, bodies, then notes.
    pub fn for_each_text<'a>(&'a self, visit: &mut dyn FnMut(&'a Text)) {
        self.for_each_running_text(visit);
        for block in self.notes.iter().flat_map(|n| &n.body) {
            block.for_each_text(visit);
        }
    }
}

impl Block {
    /// A block of this kind.
    pub const fn new(kind: BlockKind) -> Self {
        Self { kind }
    }

    /// A normal paragraph.
    pub const fn para(text: Text) -> Self {
        Self::new(BlockKind::Para(Para { text, style: ParaStyle::Normal }))
    }

    /// Visits every text of the block in reading order.
    pub fn for_each_text<'a>(&'a self, visit: &mut dyn FnMut(&'a Text)) {
        match &self.kind {
            BlockKind::Para(para) => visit(&para.text),
            BlockKind::Heading { text, .. } | BlockKind::Pre(text) => visit(text),
            BlockKind::Verse(verse) => {
                for line in verse.stanzas.iter().flatten() {
                    visit(&line.text);
                }
                if let Some(text) = &verse.attribution {
                    visit(text);
                }
            }
            BlockKind::Quote { body, attribution } => {
                for block in body {
                    block.for_each_text(visit);
                }
                attribution.iter().for_each(visit);
            }
            BlockKind::Letter(parts) => parts.iter().for_each(|part| match part {
                LetterPart::Body(block) => block.for_each_text(visit),
                LetterPart::Dateline(text)
                | LetterPart::Salutation(text)
                | LetterPart::Closing(text)
                | LetterPart::Signature(text)
                | LetterPart::Postscript(text) => visit(text),
            }),
            BlockKind::List { items, .. } => items.iter().flatten().for_each(|b| b.for_each_text(visit)),
            BlockKind::SceneBreak(scene) => scene.ornament.iter().for_each(visit),
            BlockKind::Figure { caption, .. } => caption.iter().for_each(visit),
        }
    }

    /// Visits every text of the block in reading order, to change it.
    pub fn for_each_text_mut(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        match &mut self.kind {
            BlockKind::Para(para) => visit(&mut para.text),
            BlockKind::Heading { text, .. } | BlockKind::Pre(text) => visit(text),
            BlockKind::Verse(verse) => {
                for line in verse.stanzas.iter_mut().flatten() {
                    visit(&mut line.text);
                }
                if let Some(text) = &mut verse.attribution {
                    visit(text);
                }
            }
            BlockKind::Quote { body, attribution } => {
                for block in body {
                    block.for_each_text_mut(visit);
                }
                attribution.iter_mut().for_each(visit);
            }
            BlockKind::Letter(parts) => parts.iter_mut().for_each(|part| match part {
                LetterPart::Body(block) => block.for_each_text_mut(visit),
                LetterPart::Dateline(text)
                | LetterPart::Salutation(text)
                | LetterPart::Closing(text)
                | LetterPart::Signature(text)
                | LetterPart::Postscript(text) => visit(text),
            }),
            BlockKind::List { items, .. } => {
                items.iter_mut().flatten().for_each(|b| b.for_each_text_mut(visit));
            }
            BlockKind::SceneBreak(scene) => scene.ornament.iter_mut().for_each(visit),
            BlockKind::Figure { caption, .. } => caption.iter_mut().for_each(visit),
        }
    }
}

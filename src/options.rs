//! Every setting of a job, resolved: what flags, `book.toml` and defaults come to.

use crate::book::Metadata;
use crate::pass::Overrides;

/// How the source is read and understood.
#[derive(Clone, Debug, Default)]
pub struct TextOptions {
    /// The shape of the source, where the user says it; else it is recognised.
    pub shape: Option<Shape>,
    /// Language (BCP 47), where the user says it; else it is recognised.
    pub language: Option<String>,
    /// What becomes of notes by the author and archive pages.
    pub notes: NotePolicy,
    /// What becomes of quotation marks.
    pub quotes: QuotePolicy,
    /// What the user decided otherwise.
    pub overrides: Overrides,
    /// What the user says about the work; it wins over what the text says.
    /// [`Metadata::origins`] names the fields that were given.
    pub meta: Metadata,
    /// The input's file name without its end, the title of last resort.
    pub file_stem: Option<String>,
}

/// The shapes in which texts come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Copied from a serial's page: one line a paragraph, bare chapter markers.
    Serial,
    /// An archive page with tags, summaries and notes.
    Archive,
    /// A Project Gutenberg plain text.
    Gutenberg,
    /// A typescript: first-line indents, no blank lines.
    Manuscript,
    /// A forum post with `BBCode`.
    Forum,
    /// A scan with running heads, page numbers and hyphens at line ends.
    Scan,
    /// Text with Markdown marks.
    Markdown,
    /// None of these.
    Plain,
}

impl Shape {
    /// Every shape with the name that `--shape` takes.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Serial, "serial"),
        (Self::Archive, "archive"),
        (Self::Gutenberg, "gutenberg"),
        (Self::Manuscript, "manuscript"),
        (Self::Forum, "forum"),
        (Self::Scan, "scan"),
        (Self::Markdown, "markdown"),
        (Self::Plain, "plain"),
    ];

    /// The name that `--shape` takes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("plain", |(_, n)| n)
    }

    /// The shape with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(s, _)| *s)
    }
}

/// What becomes of the notes, summaries and tags of archive pages and of author's notes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NotePolicy {
    /// They stay where they stand, set apart.
    #[default]
    Keep,
    /// They are gathered behind the text.
    Endnotes,
    /// They are left out, and named in the report.
    Drop,
}

/// What becomes of quotation marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QuotePolicy {
    /// Typographic marks, by language.
    #[default]
    Smart,
    /// As they stand.
    Keep,
}

/// How the outputs are made: what the backends choose from.
#[derive(Clone, Debug, Default)]
pub struct OutputOptions {
    /// Trim size as the user wrote it: a name, `6x9`, `148x210mm`; `None`: the design's own.
    pub trim: Option<String>,
    /// Name of the interior design, or the path of a design file; `None`: `classic`.
    pub design: Option<String>,
    /// Text family; `None`: the design's own.
    pub font: Option<String>,
    /// Size and leading in points; `None`: the design's own.
    pub size: Option<(f64, f64)>,
    /// Print profile; `None`: `screen`.
    pub profile: Option<String>,
    /// Paper, for profiles that print.
    pub paper: Option<String>,
    /// The standard of print editions: `1a` (PDF/X-1a:2001) or `4` (PDF/X-4); `None`: the profile's.
    pub pdfx: Option<String>,
    /// Path of the ICC profile of the press, for print editions.
    pub icc: Option<String>,
    /// Words with their breaks marked by hyphens (`ta-ble`), which win over the patterns of the
    /// language; a word without a hyphen is never broken.
    pub hyphenation: Vec<String>,
    /// Style sheet that is appended to the EPUB's own.
    pub css: Option<String>,
    /// Whether the PDF begins with the cover picture (screen editions).
    pub cover_page: bool,
    /// Name of the EPUB's theme; `None`: `classic`.
    pub theme: Option<String>,
    /// Whether chapters of the EPUB open with a drop cap.
    pub drop_caps: bool,
    /// Whether the EPUB carries the text fonts, cut down to its characters.
    pub embed_fonts: bool,
    /// Whether embedded fonts are obfuscated (EPUB 3.3, section 4.4).
    pub obfuscate_fonts: bool,
    /// Who vouches that the EPUB is accessible; without a name the program does, for what it made alone.
    pub certified_by: Option<String>,
    /// Whether outputs are packed as small as can be, however long it takes.
    pub max_compression: bool,
}

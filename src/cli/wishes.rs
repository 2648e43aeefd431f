//! The settings that flags and `book.toml` share: each is one field here, with its flag and its key.

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use inkbind::options::{NotePolicy, QuotePolicy};

/// Everything that can be wished for; what is not said is `None` or empty.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wishes {
    /// The input that this `book.toml` is for, where it is not for every text beside it.
    #[arg(skip)]
    pub(crate) input: Option<String>,
    /// `[book]`
    #[command(flatten)]
    pub(crate) book: BookWishes,
    /// `[text]`
    #[command(flatten)]
    pub(crate) text: TextWishes,
    /// `[layout]`
    #[command(flatten)]
    pub(crate) layout: LayoutWishes,
    /// `[epub]`
    #[command(flatten)]
    pub(crate) epub: EpubWishes,
    /// `[cover]`
    #[command(flatten)]
    pub(crate) cover: CoverWishes,
    /// `[build]`
    #[arg(skip)]
    pub(crate) build: BuildWishes,
    /// `[rules]`
    #[command(flatten)]
    pub(crate) rules: RuleWishes,
}

/// `[book]`: what is said about the work.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "About the work")]
pub(crate) struct BookWishes {
    /// Title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Subtitle
    #[arg(long)]
    pub(crate) subtitle: Option<String>,
    /// Shorter title for running heads
    #[arg(long, value_name = "TITLE")]
    pub(crate) short_title: Option<String>,
    /// Author; repeat for several
    #[arg(long = "author", value_name = "NAME")]
    #[serde(alias = "author", deserialize_with = "one_or_many")]
    pub(crate) authors: Vec<String>,
    /// Translators, editors, illustrators…
    #[arg(skip)]
    pub(crate) contributors: Vec<ContributorWish>,
    /// Language (BCP 47: en, en-GB, de)
    #[arg(long = "lang", value_name = "TAG")]
    pub(crate) language: Option<String>,
    /// Series
    #[arg(long, value_name = "NAME")]
    pub(crate) series: Option<String>,
    /// Place in the series
    #[arg(long, value_name = "N")]
    #[serde(deserialize_with = "number_or_text")]
    pub(crate) series_index: Option<String>,
    /// Publisher
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Option<String>,
    /// Identifier: an ISBN, URN or URI; repeat for several
    #[arg(long = "identifier", value_name = "ID")]
    #[serde(alias = "identifier", deserialize_with = "one_or_many")]
    pub(crate) identifiers: Vec<String>,
    /// Date of publication: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long)]
    #[serde(deserialize_with = "date_or_text")]
    pub(crate) date: Option<String>,
    /// Keyword; repeat for several
    #[arg(long = "subject", value_name = "WORDS")]
    #[serde(alias = "subject", deserialize_with = "one_or_many")]
    pub(crate) subjects: Vec<String>,
    /// Summary
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Rights statement
    #[arg(long, value_name = "TEXT")]
    pub(crate) rights: Option<String>,
    /// Another work by the author; repeat for several
    #[arg(long, value_name = "TITLE")]
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) also_by: Vec<String>,
}

/// Somebody who made the work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContributorWish {
    /// As printed.
    pub(crate) name: String,
    /// MARC relator code: `aut`, `trl`, `ill`, `edt`.
    pub(crate) role: String,
    /// For sorting.
    pub(crate) file_as: Option<String>,
}

/// `[text]`: how the source is read.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Reading the text")]
pub(crate) struct TextWishes {
    /// Shape of the text (see `inkbind list shapes`) [default: recognised]
    #[arg(long)]
    pub(crate) shape: Option<String>,
    /// What becomes of author's and archive notes
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) notes: Option<Notes>,
    /// What becomes of quotation marks
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) quotes: Option<Quotes>,
}

/// What becomes of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Notes {
    /// They stay where they stand, set apart.
    Keep,
    /// They are gathered behind the text.
    Endnotes,
    /// They are left out, and named in the report.
    Drop,
}

impl From<Notes> for NotePolicy {
    fn from(notes: Notes) -> Self {
        match notes {
            Notes::Keep => Self::Keep,
            Notes::Endnotes => Self::Endnotes,
            Notes::Drop => Self::Drop,
        }
    }
}

/// What becomes of quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Quotes {
    /// As they stand.
    Keep,
    /// Typographic marks, by language.
    Smart,
}

impl From<Quotes> for QuotePolicy {
    fn from(quotes: Quotes) -> Self {
        match quotes {
            Quotes::Keep => Self::Keep,
            Quotes::Smart => Self::Smart,
        }
    }
}

/// `[layout]`: how the pages are made.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Pages")]
pub(crate) struct LayoutWishes {
    /// Trim size: a name, 6x9 (inches), 148x210mm
    #[arg(long, value_name = "SIZE")]
    pub(crate) trim: Option<String>,
    /// Interior design, or a design file
    #[arg(long, value_name = "NAME")]
    pub(crate) design: Option<String>,
    /// Text family, of `inkbind list fonts`, --fonts or the system; after commas those that stand in
    #[arg(long, value_name = "FAMILY")]
    pub(crate) font: Option<String>,
    /// Size and leading in points, such as 11/14.5
    #[arg(long, value_name = "SIZE/LEADING")]
    pub(crate) size: Option<String>,
    /// Print profile: screen, kdp, ingram, lulu, home
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Paper: white or cream
    #[arg(long, value_name = "PAPER")]
    pub(crate) paper: Option<String>,
    /// Standard of a PDF for printing: 1a (PDF/X-1a:2001) or 4 (PDF/X-4) [default: the profile's]
    #[arg(long, value_name = "1a|4")]
    pub(crate) pdfx: Option<String>,
    /// ICC profile of the printer's press, for PDF/X
    #[arg(long, value_name = "FILE")]
    pub(crate) icc: Option<String>,
    /// Begin the PDF with the cover
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) cover_page: Option<bool>,
    /// Words with their breaks marked by hyphens; one without a hyphen is never broken.
    #[arg(skip)]
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) hyphenation: Vec<String>,
    /// Font file, or a folder of them, to choose families from; repeat for several
    #[arg(long = "fonts", value_name = "PATH")]
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) fonts: Vec<String>,
}

/// `[epub]`: what only the EPUB has.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "EPUB")]
pub(crate) struct EpubWishes {
    /// Style sheet to append to the EPUB's own
    #[arg(long, value_name = "FILE")]
    pub(crate) css: Option<String>,
    /// Theme: classic, modern, fable
    #[arg(long, value_name = "NAME")]
    pub(crate) theme: Option<String>,
    /// Open chapters with a drop cap
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) drop_caps: Option<bool>,
    /// Obfuscate embedded fonts, where their licence asks for it
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) obfuscate_fonts: Option<bool>,
    /// Who certifies that the EPUB meets EPUB Accessibility 1.1 [default: Inkbind, for what it made alone]
    #[arg(long, value_name = "NAME")]
    pub(crate) certified_by: Option<String>,
    /// Embed the text fonts in the EPUB, cut down to its characters
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) embed_fonts: Option<bool>,
    /// Pack as small as can be, however long it takes
    #[arg(long, visible_alias = "max", num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) max_compression: Option<bool>,
}

/// `[cover]`: the front cover.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Cover")]
pub(crate) struct CoverWishes {
    /// Your own picture (JPEG, PNG or SVG), a family to draw (see `inkbind list covers`), or none
    #[arg(long = "cover", value_name = "FILE|FAMILY|none")]
    pub(crate) file: Option<String>,
    /// The family to draw.
    #[arg(skip)]
    pub(crate) family: Option<String>,
    /// Palette to draw the cover in
    #[arg(long = "cover-palette", value_name = "NAME")]
    pub(crate) palette: Option<String>,
}

/// `[build]`: what is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BuildWishes {
    /// Formats.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) to: Vec<String>,
    /// Folder for the outputs, from the folder of `book.toml`.
    pub(crate) output: Option<String>,
    /// Stop where a decision is not certain.
    pub(crate) strict: Option<bool>,
}

/// `[rules]`: rules as a whole, and single findings.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleWishes {
    /// Switch a rule off (see `inkbind list rules`); repeat for several
    #[arg(long = "off", value_name = "CODE", value_delimiter = ',')]
    pub(crate) off: Vec<String>,
    /// `override`: single findings that are confirmed or turned round.
    #[arg(skip)]
    pub(crate) overrides: Vec<OverrideWish>,
}

/// An entry of `override` in `[rules]`: one finding that the user settles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideWish {
    /// Code of the rule.
    pub(crate) rule: String,
    /// Text of the source around the place.
    pub(crate) anchor: String,
    /// Whether the finding is right.
    #[serde(default)]
    pub(crate) right: bool,
    /// Why.
    #[serde(default)]
    pub(crate) reason: String,
}

/// `off`, `override`, and a switch for each rule by its code: `Q010 = false`.
impl<'de> Deserialize<'de> for RuleWishes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = RuleWishes;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table of rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleWishes, A::Error> {
                let mut wishes = RuleWishes::default();
                while let Some(key) = map.next_key::<RuleKey>()? {
                    match key {
                        RuleKey::Off => wishes.off.extend(map.next_value::<OneOrMany>()?.0),
                        RuleKey::Override => wishes.overrides = map.next_value()?,
                        RuleKey::Rule(code) => {
                            if !map.next_value::<bool>()? {
                                wishes.off.push(code);
                            }
                        }
                    }
                }
                Ok(wishes)
            }
        }
        deserializer.deserialize_map(Rules)
    }
}

/// A key of `[rules]`.
enum RuleKey {
    Off,
    Override,
    Rule(String),
}

impl<'de> Deserialize<'de> for RuleKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Ok(match key.as_str() {
            "off" => Self::Off,
            "override" => Self::Override,
            code if inkbind::rules().any(|r| r.code == code) => Self::Rule(key),
            _ => {
                return Err(serde::de::Error::custom(format!(
                    "unknown field `{key}`, expected `off`, `override` or `a rule's code such as Q010`"
                )));
            }
        })
    }
}

/// A list that may be written as a single string.
#[derive(Deserialize)]
#[serde(transparent)]
struct OneOrMany(#[serde(deserialize_with = "one_or_many")] Vec<String>);

/// Reads a list that may be written as a single string.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct OneOrMany;
    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string or a list of strings")
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok(vec![value.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut values = Vec::new();
            while let Some(value) = seq.next_element()? {
                values.push(value);
            }
            Ok(values)
        }
    }
    deserializer.deserialize_any(OneOrMany)
}

/// Reads a string that may be written as a number.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Loosely { expected: "a number or a string", fractions: true })
}

/// Reads a date that may be written as a TOML date, a year or a string.
fn date_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Loosely { expected: "a date, a year or a string", fractions: false })
}

/// A string that need not stand between quotation marks.
struct Loosely {
    expected: &'static str,
    /// Whether it may be a number with a fraction.
    fractions: bool,
}

impl Visitor<'_> for Loosely {
    type Value = Option<String>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.to_owned()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        if self.fractions {
            Ok(Some(value.to_string()))
        } else {
            Err(E::invalid_type(serde::de::Unexpected::Float(value), &self))
        }
    }
}

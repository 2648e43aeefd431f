//! What a design says: the keys of its TOML.

use serde::Deserialize;

use super::units::{Colour, Dimension, Line};

/// A design of the interior.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Design {
    /// The name that `--design` takes.
    pub name: String,
    /// What it is like, in a line.
    pub about: String,
    /// The second colour, as `#RRGGBB`.
    #[serde(default)]
    pub second: Option<Colour>,
    /// How the text is set.
    pub text: TextStyle,
    /// Trims with their margins; the first is the design's own.
    pub formats: Vec<Format>,
    /// Running heads and folios.
    pub furniture: Furniture,
    /// How chapters open.
    pub opening: Opening,
    /// Headings inside chapters, from the highest; the last stands for all below.
    pub headings: Vec<HeadingStyle>,
    /// Breaks between scenes.
    pub scene_break: SceneBreakStyle,
    /// An ornament under the end of a chapter where there is room.
    #[serde(default)]
    pub chapter_end: Option<ChapterEnd>,
    /// How the numbers of parts are written.
    pub part_number_form: NumberForm,
    /// Whether the back of a part page stays empty.
    #[serde(default = "yes")]
    pub part_verso_blank: bool,
    /// Part pages.
    pub part: Sheet,
    /// Half title.
    pub half_title: Sheet,
    /// Title page.
    pub title_page: Sheet,
    /// Copyright page.
    pub copyright: SmallPrint,
    /// Dedication.
    pub dedication: Motto,
    /// The book's epigraph.
    pub epigraph: Motto,
    /// Epigraphs under chapter titles.
    pub chapter_epigraph: ChapterEpigraph,
    /// The table of contents.
    pub contents: Contents,
    /// Verse.
    pub verse: VerseStyle,
    /// Set-off quotations.
    pub quote: QuoteStyle,
    /// Letters.
    pub letter: LetterStyle,
    /// Notes.
    pub notes: NoteStyle,
    /// The colophon on the last page.
    pub colophon: ColophonStyle,
}

/// How running text is set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextStyle {
    /// Family of the text.
    pub family: String,
    /// Size in points.
    pub size: f64,
    /// Leading in points.
    pub leading: f64,
    /// Indent of a paragraph's first line.
    pub indent: Dimension,
    /// Whether lines end where they end, instead of on the margin.
    #[serde(default)]
    pub ragged: bool,
    /// Whether words may be hyphenated.
    #[serde(default = "yes")]
    pub hyphenate: bool,
    /// Figures in running text.
    #[serde(default)]
    pub figures: Figures,
    /// Whether long italics are set upright: for readers to whom they are hard.
    #[serde(default)]
    pub plain_emphasis: bool,
}

/// A trim and its margins, in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Format {
    /// The trim, as `--trim` takes it.
    pub trim: String,
    /// Spine edge.
    pub inside: f64,
    /// Fore edge.
    pub outside: f64,
    /// From the head of the page to the first line of text.
    pub first_line: f64,
    /// Lines of a full page.
    pub lines: u32,
    /// Size, where this trim has its own.
    #[serde(default)]
    pub size: Option<f64>,
    /// Leading, where this trim has its own.
    #[serde(default)]
    pub leading: Option<f64>,
}

/// Type for display: one face at one size.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Type {
    /// Face.
    #[serde(default)]
    pub face: Face,
    /// Size in points.
    pub size: f64,
    /// Capitals.
    #[serde(default)]
    pub caps: Caps,
    /// Letterspacing in em.
    #[serde(default)]
    pub tracking: f64,
    /// Figures.
    #[serde(default)]
    pub figures: Figures,
    /// Colour.
    #[serde(default)]
    pub ink: Tone,
}

/// A face of the text family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Face {
    /// Upright.
    #[default]
    Roman,
    /// Italic.
    Italic,
    /// The family's heavier weight.
    Bold,
    /// The heavier weight's italic.
    BoldItalic,
}

/// What becomes of letters' case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caps {
    /// As written.
    #[default]
    None,
    /// Small capitals throughout.
    Small,
    /// Small capitals for small letters, capitals stay.
    CapSmall,
    /// Capitals throughout.
    All,
}

/// Shape and width of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figures {
    /// With ascenders and descenders, each as wide as it is.
    #[default]
    OldStyle,
    /// As high as capitals.
    Lining,
    /// Old style, all of one width.
    TabularOldStyle,
    /// Lining, all of one width.
    TabularLining,
}

/// A colour of the design.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Black.
    #[default]
    Black,
    /// Grey: leaders only.
    Grey,
    /// The second colour.
    Second,
}

/// Where something stands across the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// In the middle.
    #[default]
    Centre,
    /// At the left edge of the measure.
    Left,
    /// At the right edge of the measure.
    Right,
}

/// A place on the page or the sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the middle of the measure.
    #[default]
    Centre,
    /// At the edge away from the spine.
    Outer,
}

/// What a running head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeadText {
    /// The author's name.
    Author,
    /// The book's title.
    Title,
    /// The chapter's title.
    Chapter,
}

/// Running heads and folios.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Furniture {
    /// Line of the running head.
    pub head_line: Line,
    /// Type of the running head.
    pub head: Type,
    /// Where it stands: in the middle, or beside the folio at the outer edge.
    pub head_place: Place,
    /// On left-hand pages.
    pub verso: HeadText,
    /// On right-hand pages.
    pub recto: HeadText,
    /// Line of the folio.
    pub folio_line: Line,
    /// Type of the folio.
    pub folio: Type,
    /// Where the folio stands.
    pub folio_place: Place,
    /// Between folio and a head beside it, in points.
    #[serde(default)]
    pub gap: f64,
    /// A rule under the head: its thickness and how far under the head's baseline, in points.
    #[serde(default)]
    pub rule: Option<(f64, f64)>,
    /// Line of the folio on openings.
    pub opening_folio_line: Line,
    /// Where it stands on openings.
    pub opening_folio_place: Place,
}

/// How a chapter's number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberForm {
    /// `chapter one`
    Words,
    /// `the first chapter`
    Ordinal,
    /// `Chapter 1`
    KeywordFigure,
    /// `1`
    Figure,
    /// `I`
    Roman,
}

/// How chapters open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Opening {
    /// How the number is written.
    pub number_form: NumberForm,
    /// Number, title, subtitle and ornaments.
    pub sheet: Sheet,
    /// The line on which the text begins.
    pub text_line: i32,
    /// The same where the title has one line.
    #[serde(default)]
    pub text_line_short: Option<i32>,
    /// Empty lines between the last of title and ornament and the text, at least.
    pub clear: i32,
    /// A large first letter.
    #[serde(default)]
    pub initial: Option<Initial>,
    /// First words in small capitals.
    #[serde(default)]
    pub lead_in: Option<LeadIn>,
}

/// A large first letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Initial {
    /// Lines that it is high.
    pub lines: u32,
    /// Points between it and the text.
    pub gap: f64,
    /// Ground on which it stands in white, where it is boxed.
    #[serde(default)]
    pub ground: Option<String>,
}

/// First words in small capitals.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeadIn {
    /// How many words.
    pub words: usize,
    /// Their letterspacing in em.
    pub tracking: f64,
}

/// A heading inside a chapter; it takes whole lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HeadingStyle {
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Empty lines above.
    pub above: u32,
    /// Empty lines below.
    pub below: u32,
}

/// A break between scenes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SceneBreakStyle {
    /// Empty lines that it takes.
    pub lines: u32,
    /// Its sign.
    pub mark: Mark,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
}

/// A drawn sign.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mark {
    /// Name of the ornament; none: a rule.
    #[serde(default)]
    pub ornament: Option<String>,
    /// Height of the ornament, in points.
    #[serde(default)]
    pub height: f64,
    /// The ornament is as wide as the measure, whatever its height.
    #[serde(default)]
    pub full_width: bool,
    /// How often the ornament stands side by side.
    #[serde(default = "once")]
    pub times: u32,
    /// Points from middle to middle, where it stands more than once.
    #[serde(default)]
    pub pitch: f64,
    /// Width and thickness of the rule, in points.
    #[serde(default)]
    pub rule: Option<(f64, f64)>,
    /// Colour.
    #[serde(default)]
    pub ink: Tone,
}

/// An ornament under the end of a chapter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChapterEnd {
    /// The sign.
    pub mark: Mark,
    /// Lines that must be free.
    pub free: u32,
    /// Lines between the last line and its middle.
    pub below: f64,
}

/// Things that stand on fixed lines of a page, from above.
pub type Sheet = Vec<Piece>;

/// One thing on a sheet. It stands on `line`, or `below` lines under the words placed last, or
/// `above-foot`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Piece {
    /// Words; left out where the book has none for it.
    #[serde(default)]
    pub field: Option<Field>,
    /// Words of the design's own.
    #[serde(default)]
    pub words: Option<String>,
    /// A sign instead of words.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Line of the (first) baseline, or of the middle of a sign.
    #[serde(default)]
    pub line: Option<Line>,
    /// Lines under the words placed last; half lines for signs.
    #[serde(default)]
    pub below: Option<f64>,
    /// Whether the sign's foot stands on the line, instead of its middle.
    #[serde(default)]
    pub on_foot: bool,
    /// Type of the words.
    #[serde(default, rename = "type")]
    pub letter: Option<Type>,
    /// Lines from baseline to baseline.
    #[serde(default = "once")]
    pub pitch: u32,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Greatest width, as a share of the measure.
    #[serde(default = "whole")]
    pub width: f64,
    /// Type for long titles: over this many lines or letters a line.
    #[serde(default)]
    pub long: Option<LongTitle>,
    /// Whether the first glyph's ink, not its side bearing, touches the margin.
    #[serde(default)]
    pub optical: bool,
}

/// How a long title is set.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LongTitle {
    /// More lines than this count as long.
    pub lines: usize,
    /// More letters on a line than this count as long.
    pub letters: usize,
    /// Its size.
    pub size: f64,
    /// Lines from baseline to baseline.
    pub pitch: u32,
}

/// What words a sheet can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The title of the book.
    BookTitle,
    /// Its subtitle.
    BookSubtitle,
    /// Series and volume.
    Series,
    /// Authors.
    Author,
    /// The word before the author's name.
    By,
    /// Translators, illustrators, editors.
    Contributors,
    /// Publisher.
    Publisher,
    /// Year.
    Year,
    /// Number of the chapter or part, as the design writes it.
    Number,
    /// Title of the chapter or part.
    Title,
    /// Its subtitle.
    Subtitle,
    /// The heading of the contents.
    Contents,
}

/// The copyright page: small type that ends on the last line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SmallPrint {
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Greatest width, as a share of the measure.
    #[serde(default = "whole")]
    pub width: f64,
}

/// A dedication or the book's epigraph.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Motto {
    /// First line.
    pub line: i32,
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Inset of both sides.
    #[serde(default)]
    pub inset: Dimension,
    /// Inset of the right side where it is another.
    #[serde(default)]
    pub inset_right: Option<Dimension>,
    /// Whether the lines are justified.
    #[serde(default)]
    pub justified: bool,
    /// The line that names the source.
    #[serde(default)]
    pub source: Option<SourceLine>,
    /// A sign above, with its line.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Line of the sign.
    #[serde(default)]
    pub mark_line: i32,
}

/// The line that names the source of an epigraph.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceLine {
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Whether an em dash stands before it.
    #[serde(default)]
    pub dash: bool,
}

/// An epigraph under a chapter's title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChapterEpigraph {
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Inset of the left side.
    pub inset: Dimension,
    /// Inset of the right side.
    pub inset_right: Dimension,
    /// The line that names the source.
    pub source: SourceLine,
    /// Empty lines above.
    pub above: u32,
    /// Empty lines below.
    pub below: u32,
}

/// How page numbers are found in the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageNumber {
    /// At the right edge.
    Right,
    /// Before the title.
    First,
    /// Behind the title, as one phrase with it.
    RunIn,
}

/// How parts are named in the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartLine {
    /// The number on a line of its own, the title under it.
    Stacked,
    /// Number and title on one line.
    OneLine,
    /// The title alone.
    TitleOnly,
}

/// The table of contents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contents {
    /// The heading.
    pub sheet: Sheet,
    /// The heading's words, with `{}` for the word in the book's language.
    #[serde(default)]
    pub heading: Option<String>,
    /// First line of the entries.
    pub first_line: i32,
    /// Inset of both sides.
    #[serde(default)]
    pub inset: Dimension,
    /// Type of the entries.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place of the entries.
    pub align: Align,
    /// Numbers of chapters; none where they are not shown.
    #[serde(default)]
    pub number_form: Option<NumberForm>,
    /// Their type.
    #[serde(default)]
    pub number: Option<Type>,
    /// Width of their column.
    #[serde(default)]
    pub number_width: Dimension,
    /// Where they stand in it.
    #[serde(default)]
    pub number_align: Align,
    /// A full stop behind the number.
    #[serde(default)]
    pub number_stop: bool,
    /// Between number and title.
    #[serde(default)]
    pub number_gap: Dimension,
    /// Where the page number stands.
    pub page_number: PageNumber,
    /// Its type.
    pub page: Type,
    /// Width of its column.
    pub page_width: Dimension,
    /// Between it and the title.
    pub page_gap: Dimension,
    /// Points between the dots of leaders; none: no leaders.
    #[serde(default)]
    pub leaders: Option<f64>,
    /// Indent of a title's further lines.
    #[serde(default)]
    pub turnover: Dimension,
    /// How parts are named.
    pub part_line: PartLine,
    /// Type of part numbers.
    pub part_number: Type,
    /// Type of part titles.
    pub part_title: Type,
    /// Between them on one line.
    #[serde(default)]
    pub part_gap: Dimension,
    /// Place of part lines.
    pub part_align: Align,
    /// Whether part lines stand on the titles' edge.
    #[serde(default)]
    pub part_on_titles: bool,
}

/// Verse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VerseStyle {
    /// Inset of the left side; less where the longest line needs it.
    pub inset: Dimension,
}

/// Set-off quotations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuoteStyle {
    /// Size in points.
    pub size: f64,
    /// Inset of the left side.
    pub inset: Dimension,
    /// Inset of the right side.
    pub inset_right: Dimension,
    /// Whether lines end where they end.
    #[serde(default)]
    pub ragged: bool,
    /// Whether it is set in italics.
    #[serde(default)]
    pub italic: bool,
}

/// Letters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LetterStyle {
    /// Size in points.
    pub size: f64,
    /// Inset of the left side.
    pub inset: Dimension,
    /// Inset of the right side.
    pub inset_right: Dimension,
    /// Type of dateline and salutation.
    pub head: Face,
    /// Type of the signature.
    pub signature: Type,
    /// Place of closing and signature.
    pub closing: Align,
}

/// Notes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NoteStyle {
    /// Size in points.
    pub size: f64,
    /// Whether they stand behind the text instead of at the foot of the page.
    #[serde(default)]
    pub endnotes: bool,
}

/// The colophon on the last page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColophonStyle {
    /// Type.
    #[serde(rename = "type")]
    pub letter: Type,
    /// Place across the measure.
    #[serde(default)]
    pub align: Align,
    /// Greatest width, as a share of the measure.
    pub width: f64,
    /// First line, where the block hangs from it.
    #[serde(default)]
    pub line: Option<i32>,
    /// Lines by which the block ends above the last line, where it stands on the foot.
    #[serde(default)]
    pub above_foot: i32,
    /// A sign above.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Lines from the sign's middle to the words.
    #[serde(default)]
    pub mark_gap: f64,
    /// Each line is shorter than the one above by this share.
    #[serde(default)]
    pub pyramid: f64,
    /// A sign below.
    #[serde(default)]
    pub foot_mark: Option<Mark>,
}

const fn yes() -> bool {
    true
}

const fn once() -> u32 {
    1
}

const fn whole() -> f64 {
    1.0
}

impl Design {
    /// Every ornament that the design names, with the place where it does.
    pub(super) fn ornament_names(&self) -> Vec<(&str, &'static str)> {
        let mut names: Vec<(&Mark, &'static str)> = Vec::new();
        let sheets = [
            (&self.opening.sheet, "opening"),
            (&self.part, "part"),
            (&self.half_title, "half-title"),
            (&self.title_page, "title-page"),
            (&self.contents.sheet, "contents"),
        ];
        for (sheet, at) in sheets {
            names.extend(sheet.iter().filter_map(|p| p.mark.as_ref()).map(|m| (m, at)));
        }
        names.push((&self.scene_break.mark, "scene-break"));
        names.extend(self.chapter_end.iter().map(|e| (&e.mark, "chapter-end")));
        names.extend(self.dedication.mark.iter().map(|m| (m, "dedication")));
        names.extend(self.colophon.mark.iter().map(|m| (m, "colophon")));
        names.extend(self.colophon.foot_mark.iter().map(|m| (m, "colophon")));
        let grounds = self.opening.initial.iter().filter_map(|i| i.ground.as_deref()).map(|g| (g, "opening"));
        names.iter().filter_map(|(m, at)| Some((m.ornament.as_deref()?, *at))).chain(grounds).collect()
    }
}

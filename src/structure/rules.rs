//! The rules of structure, metadata and notes: what each is called and why it is there.

use crate::report::Rule;

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident = $code:literal, $name:literal, $what:literal, $why:literal, $example:literal;)*) => {
        $($(#[$doc])* pub static $id: Rule = Rule { code: $code, name: $name, what: $what, why: $why, example: $example };)*
        /// Rules of this stage.
        pub static RULES: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    /// A numbered heading.
    HEADING = "S010", "numbered-heading",
        "Recognises numbered headings of chapters and parts. The choice is made over the whole text: the numbers rise, \
         the headings stand apart, a list of contents agrees.",
        "Everything else hangs on where chapters begin; one line alone cannot tell a heading from a sentence.",
        "`CHAPTER IV. The Storm` stands between III and V, with blank lines around it.";
    /// A heading without a number.
    WORDS_HEADING = "S011", "worded-heading",
        "Recognises headings without numbers: `Prologue`, titles of stories, lines in capitals that stand apart.",
        "Many books name their chapters and do not count them.",
        "`THE SISTERS`, four blank lines above and below, and an entry of the contents.";
    /// A bare chapter marker.
    MARKER = "S012", "chapter-marker",
        "Begins a chapter where a page only marks that one begins. The chapters are counted.",
        "A serial copied from its page has lost its headings, but not the places where they stood.",
        "`Chapter Text` alone on a line.";
    /// A list of contents.
    CONTENTS = "S013", "contents-list",
        "Takes a list of contents or of pictures out of the text.",
        "The book gets a new one with its own page numbers. The entries helped to find the headings.",
        "`IV. The Sea-Chest … 26` near the start, and `CHAPTER IV. THE SEA-CHEST` later.";
    /// A heading that the contents lack, or the other way round.
    CONTENTS_DIFFER = "S014", "contents-differ",
        "Tells which headings the text's own list of contents does not have.",
        "Either the list or the headings were read wrong.",
        "The list has `The Storm`, but no heading of the text reads so.";
    /// An ornament between scenes.
    ORNAMENT = "S020", "scene-ornament",
        "Turns a line of signs into a break between scenes.",
        "Each book has one ornament of its own for all of its breaks.",
        "`* * *`, `#`, `~*~`, `oOo`, `[line break]`.";
    /// A gap between scenes.
    GAP = "S021", "scene-gap",
        "Turns a gap that is larger than usual in this text into a break between scenes.",
        "A page break would swallow an empty line; a break with its own mark stays.",
        "Three blank lines in a text whose paragraphs have one between them.";
    /// A gap that could be a break.
    SMALL_GAP = "S022", "doubtful-gap",
        "Points at a gap that is larger than usual but stands for noise more often than for a break. It is not made \
         a break; switch the finding off to make it one.",
        "In texts copied from pages one such gap in eight is meant.",
        "Two blank lines in the middle of a dialogue.";
    /// An ornament that parts nothing.
    STRAY_ORNAMENT = "S023", "stray-ornament",
        "Leaves out an ornament at the start or the end of a chapter.",
        "A break between scenes needs a scene on either side.",
        "`***` under a chapter's heading.";
    /// Verse.
    VERSE = "S030", "verse",
        "Sets lines as verse that begin with capitals and end before they had to.",
        "Verse loses its form when its lines are run together.",
        "`Fifteen men on the dead man's chest,` / `Yo-ho-ho and a bottle of rum!`";
    /// A set-off quotation.
    QUOTATION = "S031", "quotation",
        "Sets text as a quotation that stands deeper than paragraphs do, or between quote tags.",
        "Letters, signs and documents stand apart from the telling.",
        "An indented notice between two paragraphs.";
    /// A letter.
    LETTER = "S032", "letter",
        "Recognises the parts of a letter that is set off: date line, salutation, closing, signature.",
        "Each part of a letter has its place on the page.",
        "`My dearest Cousin,` … `Yours ever,` `R. W.`";
    /// An inscription.
    INSCRIPTION = "S033", "inscription",
        "Keeps the lines of an inscription or dedication that is centred line by line.",
        "Its line breaks are meant.",
        "The words on a gravestone.";
    /// A list.
    LIST = "S034", "list",
        "Makes a list of lines that begin with a bullet or with numbers that rise by one.",
        "Run together, the items of a list cannot be told apart. A dash that opens speech is none.",
        "`* flour`, `* water`, `* salt` under each other.";
    /// Lines that are kept.
    PREFORMATTED = "S035", "preformatted",
        "Keeps code between fences, tables of bars and records with their line ends and spaces, and changes no sign in them.",
        "A dash in a command or a space in a table means something else than in prose.",
        "Three lines that each begin with a date and a time.";
    /// A picture's place.
    ILLUSTRATION = "S040", "illustration",
        "Takes a picture's place out of the text; its caption stays as a caption.",
        "The picture itself is not in a text file.",
        "`[Illustration: The old mill]`";
    /// The end of the work.
    END_MARK = "S050", "end-mark",
        "Understands a closing line as the end of the work.",
        "Where the text ends the book ends.",
        "`~The End~`";
    /// A label of an archive page.
    PAGE_LABEL = "S060", "page-label",
        "Leaves out labels, tags and links of the page that a work was copied from.",
        "They belong to the page.",
        "`Work Header`, `Rating: General Audiences`, `(See the end of the chapter for notes.)`";
    /// Front matter.
    FRONT_MATTER = "S070", "front-matter",
        "Makes a dedication, a motto or other text before the first heading a part of its own.",
        "They stand on pages of their own.",
        "`To my mother` between the title and the first chapter.";
    /// Where nothing divides the text.
    UNDIVIDED = "S080", "undivided",
        "Tells that no headings were found, so that the whole text is one chapter.",
        "Perhaps the headings look unlike any that are known.",
        "A letter, a log, a short story.";
    /// The title.
    TITLE = "M010", "title",
        "Takes the title from the text's first lines, from the file's header, or else from the file's name.",
        "The title page, the cover and the reader's shelf need it. `--title` overrides it.",
        "`TREASURE ISLAND` over `by`.";
    /// The author.
    AUTHOR = "M011", "author",
        "Takes the author's name from the title page or the file's header.",
        "The title page, the cover and the reader's shelf need it. `--author` overrides it.",
        "`by Robert Louis Stevenson`";
    /// An address block.
    CONTACT = "M012", "contact-block",
        "Leaves out the address, telephone number and word count on the first page of a typescript.",
        "They are for the editor and not for readers.",
        "`about 68000 words`";
    /// The rest of another edition's title page.
    IMPRINT = "M013", "imprint",
        "Leaves out the publisher's lines of another edition: imprint, copyright, cataloguing data.",
        "They are not true of this book.",
        "`This 2002 edition published by …`, an ISBN.";
    /// The summary.
    DESCRIPTION = "M014", "description",
        "Takes the summary of an archive page as the book's description.",
        "It is what a reader's shelf shows of a book.",
        "The paragraph under `Summary`.";
    /// A footnote.
    FOOTNOTE = "N010", "footnote",
        "Links notes to the places that refer to them.",
        "A note in the middle of the text interrupts it.",
        "`[Footnote 3: See above.]`, and `[3]` in the text.";
    /// A note that nothing refers to.
    LOOSE_NOTE = "N011", "loose-note",
        "Links a note that no mark refers to at the end of the paragraph before it.",
        "The text cannot say more exactly what it speaks of.",
        "`[Footnote: See above.]`";
    /// Notes by the author.
    AUTHORS_NOTE = "N020", "authors-note",
        "Makes the author's notes and summaries of an archive page notes to the chapter. `--notes` says what becomes of them.",
        "They are the author's words, but not the story's.",
        "The paragraph under `Chapter Notes`.";
}

//! What this backend tells of.

use crate::report::Rule;

/// Characters that no EPUB can carry.
pub(super) static CONTROLS: Rule = Rule {
    code: "B101",
    name: "epub-control-characters",
    what: "Leaves out control characters that XML does not allow.",
    why: "A single one of them makes the whole book unreadable in every reading system.",
    example: "a form feed in the middle of a line is left out",
};

/// A block that no document can hold.
pub(super) static PARTED: Rule = Rule {
    code: "B102",
    name: "epub-giant-block",
    what: "Parts a paragraph, poem or quotation of more than 100 KB at a space or between its lines.",
    why: "Reading systems load a document as a whole; they stall or crash on a block of this size.",
    example: "a paragraph of 5 MB goes on as further paragraphs without indent",
};

/// A number that is no ISBN.
pub(super) static ISBN: Rule = Rule {
    code: "B103",
    name: "epub-isbn",
    what: "Checks the last figure of an ISBN; one that is wrong is kept as a plain identifier.",
    why: "Shops reject a book whose ISBN does not add up.",
    example: "9780141439519 is no ISBN: it should end in 8",
};

/// A picture that cannot be shown.
pub(super) static PICTURE: Rule = Rule {
    code: "B104",
    name: "epub-picture-format",
    what: "Leaves out a picture whose format is not one that every reading system shows (JPEG, PNG, GIF, SVG, WebP); \
           its caption stays.",
    why: "EPUB requires reading systems to support these formats and no others.",
    example: "map.tiff is left out: save it as PNG or JPEG",
};

/// A language tag that is none.
pub(super) static LANGUAGE: Rule = Rule {
    code: "B105",
    name: "epub-language",
    what: "Marks the book as of undetermined language where the given tag is not one of BCP 47.",
    why: "Hyphenation, pronunciation and dictionaries depend on the language.",
    example: "`english` is no tag: use `en` or `en-GB`",
};

/// Pictures without alternative text.
pub(super) static ALTERNATIVE: Rule = Rule {
    code: "B106",
    name: "epub-alternative-text",
    what: "Tells of pictures without alternative text; the book then does not claim to be accessible.",
    why: "Who cannot see a picture needs words in its place, and shops in the European Union ask for them.",
    example: "map.png says nothing: describe it",
};

/// All of them.
pub(super) static ALL: &[&Rule] = &[&CONTROLS, &PARTED, &ISBN, &PICTURE, &LANGUAGE, &ALTERNATIVE];

//! The rules of this stage.

use crate::report::Rule;

/// A character on the cover that no face has.
pub static LETTERS: Rule = Rule {
    code: "K001",
    name: "cover-letter-missing",
    what: "A character of the title, the author's name or the series stands in none of the faces that covers are \
           set in; it is left out of the picture. The book itself keeps it.",
    why: "A box or a gap in a title must not go to print unseen.",
    example: "A title in Chinese characters: give a picture of your own with --cover FILE.",
};

/// A title that had to be set small.
pub static SMALL_TITLE: Rule = Rule {
    code: "K002",
    name: "cover-title-small",
    what: "The title is so long, or has so long a word, that it is set smaller than can be read in a shop's \
           list of covers.",
    why: "Most readers first meet a cover at the height of a thumb.",
    example: "A title of twenty words: put all but the first few into the subtitle (--subtitle).",
};

/// A line that did not fit.
pub static LEFT_OUT: Rule = Rule {
    code: "K003",
    name: "cover-line-left-out",
    what: "The subtitle or the series is too long for one line of the cover and is left to the title page.",
    why: "A line that is shrunk until it fits cannot be read.",
    example: "A subtitle of thirty words.",
};

/// The blurb does not fit on the back.
pub static BLURB: Rule = Rule {
    code: "K004",
    name: "cover-blurb-long",
    what: "The description is too long for the back of a printed cover, even in smaller type; its end is left out there.",
    why: "Type under four fifths of the usual size is not read on a back cover.",
    example: "A description of 400 words: give a shorter one with --description.",
};

/// The user's own picture has too few pixels.
pub static FEW_PIXELS: Rule = Rule {
    code: "K010",
    name: "cover-picture-small",
    what: "The picture given with --cover has fewer pixels than shops ask for.",
    why: "Shops want 1600 × 2560 pixels and refuse covers under 625 × 1000; a small picture looks soft on a \
          reader's screen and coarse in print.",
    example: "A thumbnail of 50 × 80 pixels: export the picture again at 1600 × 2560.",
};

/// The user's own picture has an unusual shape.
pub static SHAPE: Rule = Rule {
    code: "K011",
    name: "cover-picture-shape",
    what: "The picture given with --cover is wider than tall, nearly square, or very narrow.",
    why: "Covers are 1.3 to 1.7 times as tall as wide; shops pad others with white or cut them.",
    example: "A photograph of 3000 × 2000 pixels: cut it to 1250 × 2000.",
};

/// The user's own picture is in print colours.
pub static PRINT_COLOURS: Rule = Rule {
    code: "K012",
    name: "cover-picture-cmyk",
    what: "The picture given with --cover is a JPEG in CMYK.",
    why: "Many readers show it in wrong colours or not at all, and shops refuse it.",
    example: "A cover exported for a printer: export it again as sRGB.",
};

/// The user's own drawing holds live text.
pub static LIVE_TEXT: Rule = Rule {
    code: "K013",
    name: "cover-svg-text",
    what: "The SVG given with --cover holds text that is not outlines; it is left out of the picture.",
    why: "The fonts that the drawing was made with are not there, and another font would break its layout.",
    example: "<text>My Title</text>: turn text into paths when exporting, or save the drawing as PNG.",
};

/// The user's own picture is too coarse for paper.
pub static COARSE: Rule = Rule {
    code: "K014",
    name: "cover-picture-coarse",
    what: "The picture given for the front of a printed cover has fewer dots to the inch than printers ask for.",
    why: "On paper a picture of less than 300 dots to the inch looks soft, and printers refuse it.",
    example: "A cover of 50 × 80 pixels on a front of 6 × 9 in: 8 dots to the inch.",
};

/// Type on the spine that nobody can read.
pub static SPINE_SMALL: Rule = Rule {
    code: "K015",
    name: "cover-spine-small",
    what: "The title is so long, or the spine so thin, that the type on it is smaller than printers take.",
    why: "Type under 7 points fills in on a cover, and a spine is read from across a room.",
    example: "A title of twelve words on a spine of half an inch: give a shorter one with --short-title.",
};

/// Every rule of this stage.
pub static RULES: &[&Rule] = &[
    &LETTERS,
    &SMALL_TITLE,
    &LEFT_OUT,
    &BLURB,
    &FEW_PIXELS,
    &SHAPE,
    &PRINT_COLOURS,
    &LIVE_TEXT,
    &COARSE,
    &SPINE_SMALL,
];

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

/// Every rule of this stage.
pub static RULES: &[&Rule] = &[&LETTERS, &SMALL_TITLE, &LEFT_OUT];

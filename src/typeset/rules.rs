//! What the typesetter tells when something could not be had.

use crate::report::{Finding, Rule};

/// Rules of this stage.
pub static RULES: &[&Rule] = &[
    &MISSING_CHARACTER,
    &OVERFULL_LINE,
    &SHORT_SPREAD,
    &UNEVEN_SPREAD,
    &LONE_LINE,
    &HYPHEN_AT_FOOT,
    &SHORT_TAIL,
    &NOTES_MOVED,
    &PICTURE_LEFT_OUT,
    &WIDER_GUTTER,
];

static MISSING_CHARACTER: Rule = Rule {
    code: "L001",
    name: "missing-character",
    what: "Names a character that neither the text face nor any of its fallbacks can show.",
    why: "A reader would see an empty box. A font that has the character can be named after the text family: `--font \"EB Garamond, Noto Serif CJK\"`.",
    example: "The text has 龍 and no font for it was given.",
};

static OVERFULL_LINE: Rule = Rule {
    code: "L002",
    name: "overfull-line",
    what: "Names a line that reaches over the margin, because nothing in it can be broken.",
    why: "Such a line may run into the gutter or off the page.",
    example: "An address of a web page that is longer than the line.",
};

static SHORT_SPREAD: Rule = Rule {
    code: "L010",
    name: "short-spread",
    what: "Names pages that end one or two lines early, both pages of the spread alike.",
    why: "This keeps facing pages even where lone lines at the head or foot of a page would be worse.",
    example: "Pages 42 and 43 end a line early.",
};

static UNEVEN_SPREAD: Rule = Rule {
    code: "L011",
    name: "uneven-spread",
    what: "Names facing pages that end on different lines.",
    why: "The eye sees both feet at once. This happens only beside pictures and other things that cannot be divided.",
    example: "A picture that does not fit under the text leaves the page short.",
};

static LONE_LINE: Rule = Rule {
    code: "L012",
    name: "lone-line",
    what: "Names a page that begins with the last line of a paragraph or ends with its first.",
    why: "A line that stands apart from its paragraph is hard to read, and looks like a mistake.",
    example: "The last line of a paragraph opens page 57.",
};

static HYPHEN_AT_FOOT: Rule = Rule {
    code: "L013",
    name: "hyphen-at-foot",
    what: "Names a page that ends inside a word.",
    why: "The reader would have to keep half a word in mind over the turn of the leaf.",
    example: "Page 81 ends with `Con-`, page 82 begins with `stantinople`.",
};

static SHORT_TAIL: Rule = Rule {
    code: "L014",
    name: "short-tail",
    what: "Names a chapter whose last page has fewer than five lines.",
    why: "A page of two lines looks forgotten.",
    example: "Chapter Four ends with three lines on page 90.",
};

static NOTES_MOVED: Rule = Rule {
    code: "L020",
    name: "notes-moved",
    what: "Moves notes from the foot of the page to the end of the book.",
    why: "A note that fills a good part of a page leaves no room for the text that it belongs to.",
    example: "A note of thirty lines.",
};

static PICTURE_LEFT_OUT: Rule = Rule {
    code: "L021",
    name: "picture-left-out",
    what: "Names a picture that cannot be printed: it is neither a JPEG nor a PNG, or it is damaged.",
    why: "Its caption stays in its place, the picture itself is missing.",
    example: "A GIF.",
};

static WIDER_GUTTER: Rule = Rule {
    code: "L030",
    name: "wider-gutter",
    what: "Widens the inside margin to what the printer asks for a book of so many pages.",
    why: "A thick book does not open flat: text near the spine would vanish in the fold.",
    example: "A paperback of 620 pages has an inside margin of three quarters of an inch.",
};

/// What went wrong at the edge of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Both pages of the spread end so many lines early.
    ShortSpread(u32),
    /// Facing pages end on different lines.
    Uneven,
    /// A lone line at its foot or at the head of the next.
    LoneLine,
    /// A hyphen at its foot.
    Hyphen,
    /// A chapter's last page of so many lines.
    Tail(u32),
}

pub(super) fn missing(character: char) -> Finding {
    let code = u32::from(character);
    Finding::warning(
        &MISSING_CHARACTER,
        None,
        format!("no font has {character} (U+{code:04X}); name one that has it after the text family"),
    )
}

pub(super) fn overfull(page: &str, points: f64) -> Finding {
    Finding::warning(
        &OVERFULL_LINE,
        None,
        format!("on page {page} a line reaches {points:.1} pt over the margin"),
    )
}

pub(super) fn edge(page: &str, edge: Edge) -> Finding {
    match edge {
        Edge::ShortSpread(lines) => {
            let lines = if lines == 1 { "a line".to_owned() } else { format!("{lines} lines") };
            Finding::note(&SHORT_SPREAD, None, format!("page {page} ends {lines} early"))
        }
        Edge::Uneven => Finding::warning(
            &UNEVEN_SPREAD,
            None,
            format!("page {page} ends on another line than the page facing it"),
        ),
        Edge::LoneLine => Finding::warning(
            &LONE_LINE,
            None,
            format!("between page {page} and the next, one line of a paragraph stands alone"),
        ),
        Edge::Hyphen => Finding::warning(&HYPHEN_AT_FOOT, None, format!("page {page} ends inside a word")),
        Edge::Tail(lines) => {
            let lines = if lines == 1 { "one line".to_owned() } else { format!("{lines} lines") };
            Finding::note(&SHORT_TAIL, None, format!("page {page} ends a chapter with {lines}"))
        }
    }
}

pub(super) fn notes_moved() -> Finding {
    Finding::note(
        &NOTES_MOVED,
        None,
        "the notes are too long for the foot of the page and stand behind the text",
    )
}

pub(super) fn picture(name: &str) -> Finding {
    Finding::warning(
        &PICTURE_LEFT_OUT,
        None,
        format!("{name} is no JPEG or PNG that can be read; it is left out"),
    )
}

pub(super) fn gutter(pages: usize, inside: f64, profile: &str) -> Finding {
    Finding::note(
        &WIDER_GUTTER,
        None,
        format!("the inside margin is {:.3} in, as {profile} asks for {pages} pages", inside / 72.0),
    )
}

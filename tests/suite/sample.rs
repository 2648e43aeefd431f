//! A small book, made by hand, that holds every kind of block, mark and role: what one test needs, all
//! can use.

use inkbind::book::{
    Asset, Block, BlockKind, Book, Chapter, Contributor, Cover, LetterPart, Metadata, Note, Number,
    NumberStyle, Para, ParaStyle, Role, SceneBreak, Series, Verse, VerseLine,
};
use inkbind::text::{Edit, MarkKind, Text};

/// A text as if it stood in a source.
pub(crate) fn text(content: &str) -> Text {
    Text::from_source(content)
}

/// A text with marks over the first occurrence of each string; an empty string marks the end.
pub(crate) fn marked(content: &str, marks: &[(&str, MarkKind)]) -> Text {
    let mut text = text(content);
    let edits: Vec<Edit> = marks
        .iter()
        .map(|(part, kind)| {
            let start = if part.is_empty() { content.len() } else { content.find(part).unwrap() };
            Edit::mark(start..start + part.len(), kind.clone())
        })
        .collect();
    text.apply(&edits);
    text
}

/// A paragraph of this style.
pub(crate) fn styled(style: ParaStyle, content: &str) -> Block {
    Block::new(BlockKind::Para(Para { text: text(content), style }))
}

/// A normal paragraph.
pub(crate) fn para(content: &str) -> Block {
    Block::para(text(content))
}

/// A chapter without heading.
pub(crate) fn chapter(role: Role, level: u8, body: Vec<Block>) -> Chapter {
    Chapter {
        role,
        level,
        label: None,
        number: None,
        title: None,
        subtitle: None,
        epigraphs: Vec::new(),
        body,
    }
}

fn numbered(
    mut chapter: Chapter,
    label: &str,
    value: u32,
    style: NumberStyle,
    title: Option<&str>,
) -> Chapter {
    let keyword = label.split(' ').next().unwrap_or_default().to_owned();
    chapter.label = Some(text(label));
    chapter.number = Some(Number { value, style, keyword });
    chapter.title = title.map(text);
    chapter
}

fn counted(mut chapter: Chapter, value: u32, title: Option<&str>) -> Chapter {
    chapter.number = Some(Number { value, style: NumberStyle::Counted, keyword: String::new() });
    chapter.title = title.map(text);
    chapter
}

fn line(indent: u8, content: &str) -> VerseLine {
    VerseLine { indent, text: text(content) }
}

/// The smallest PNG: one grey pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, b'I', b'D', b'A', b'T', 0x78, 0x9C, 0x63,
    0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42,
    0x60, 0x82,
];

/// The book.
pub(crate) fn book() -> Book {
    Book {
        meta: meta(),
        chapters: chapters(),
        notes: vec![
            Note { mark: "1".into(), body: vec![para("The keeper’s own word for a calm before rain.")] },
            Note {
                mark: "*".into(),
                body: vec![
                    Block::para(marked("See also his log.", &[("", MarkKind::Note(2))])),
                    para("It is kept in the parish chest."),
                ],
            },
            Note { mark: "2".into(), body: vec![para("Burnt in the winter of the long frost.")] },
        ],
        assets: vec![Asset {
            name: "chart of the bay.png".into(),
            media_type: "image/png".into(),
            bytes: PIXEL.to_vec(),
            alt: "A chart of the bay, with the light on its rock".into(),
        }],
        cover: Some(Cover {
            media_type: "image/png",
            bytes: PIXEL.to_vec(),
            width: 1,
            height: 1,
            alt: "The Keeper of Marrow Light, by Ada Wren".into(),
            svg: None,
        }),
        print: None,
    }
}

fn meta() -> Metadata {
    let person = |name: &str, role: &str, file_as: Option<&str>| Contributor {
        name: name.into(),
        role: role.into(),
        file_as: file_as.map(Into::into),
    };
    Metadata {
        title: "The Keeper of Marrow Light".into(),
        subtitle: Some("A Tale of the North Coast".into()),
        short_title: Some("Marrow Light".into()),
        contributors: vec![
            person("Ada Wren", "aut", Some("Wren, Ada")),
            person("Tom van der Berg", "aut", None),
            person("Iris Moreau", "trl", None),
        ],
        language: "en-GB".into(),
        identifiers: vec!["978-0-306-40615-7".into()],
        publisher: Some("Lantern & Quay".into()),
        date: Some("2024-05".into()),
        subjects: vec!["Lighthouses".into(), "Sea <stories>".into()],
        description: Some("A keeper, a light, and what the fog kept.".into()),
        rights: Some("© 2024 the authors. Some rights reserved.".into()),
        series: Some(Series { name: "Northern Lights".into(), index: Some("2".into()) }),
        also_by: vec!["The Tar Road".into()],
        origins: std::collections::BTreeMap::new(),
    }
}

fn chapters() -> Vec<Chapter> {
    let quote = |content: &str, by: &str| {
        Block::new(BlockKind::Quote { body: vec![para(content)], attribution: Some(text(by)) })
    };
    let mut first = numbered(
        chapter(Role::Chapter, 1, first_chapter()),
        "CHAPTER I.",
        1,
        NumberStyle::Roman,
        Some("Of Fog & Oil"),
    );
    first.subtitle = Some(text("in which a lamp is trimmed"));
    first.epigraphs = vec![quote("All light is borrowed.", "A saying of the coast")];
    vec![
        chapter(Role::Dedication, 0, vec![styled(ParaStyle::Centred, "For those who stay awake")]),
        chapter(Role::Epigraph, 0, vec![quote("The sea keeps its own accounts.", "Harbour proverb")]),
        Chapter {
            title: Some(text("Preface")),
            ..chapter(Role::Preface, 0, vec![para("This tale was told to me in three winters.")])
        },
        numbered(chapter(Role::Part, 0, Vec::new()), "PART ONE", 1, NumberStyle::Words, Some("The Rock")),
        first,
        counted(chapter(Role::Chapter, 1, second_chapter()), 2, Some("Letters")),
        numbered(chapter(Role::Part, 0, Vec::new()), "PART TWO", 2, NumberStyle::Words, None),
        counted(chapter(Role::Chapter, 1, third_chapter()), 3, None),
        Chapter {
            title: Some(text("A Note on the Light")),
            ..chapter(Role::Afterword, 0, vec![para("There is no Marrow Light on any chart.")])
        },
    ]
}

fn first_chapter() -> Vec<Block> {
    vec![
        Block::para(marked(
            "The fog came in with the tide, as it does when the wind has nothing better to do, and the keeper \
             called it a weather-hush.",
            &[("weather-hush", MarkKind::Em), ("", MarkKind::Note(0))],
        )),
        Block::para(marked(
            "“Trim it,” he said. “Not like that. Like that, and that, and mind the oil & the <wick>.”",
            &[("Not like that. Like that", MarkKind::Em), ("Like that, and that", MarkKind::Strong)],
        )),
        Block::new(BlockKind::SceneBreak(SceneBreak { ornament: Some(text("* * *")) })),
        Block::para(marked(
            "By the 2nd bell the HMS Patience had gone by; water (H2O, the log says) stood in the well.",
            &[
                ("nd", MarkKind::Superscript),
                ("HMS", MarkKind::SmallCaps),
                ("Patience", MarkKind::Em),
                ("2O", MarkKind::Subscript),
                ("in the well", MarkKind::Strike),
            ],
        )),
        para("He sang, as he always did at the turn of the glass:"),
        Block::new(BlockKind::Verse(Verse {
            stanzas: vec![
                vec![
                    line(0, "The lamp is low, the oil is thin,"),
                    line(1, "And who will let the morning in?"),
                ],
                vec![line(0, "Not I, said the gull, with my wing in the brine,"), line(2, "Not I.")],
            ],
            attribution: Some(text("Old song")),
        })),
        styled(ParaStyle::Continued, "and nobody sang with him."),
        Block::new(BlockKind::SceneBreak(SceneBreak { ornament: None })),
        para("Morning was a rumour."),
    ]
}

fn second_chapter() -> Vec<Block> {
    vec![
        para(
            "The boat brought one letter, and it was not for him, though his name stood on it in a clerk’s hand.",
        ),
        Block::new(BlockKind::Letter(vec![
            LetterPart::Dateline(text("Trinity House, 4th March")),
            LetterPart::Salutation(text("Sir,")),
            LetterPart::Body(para("We are informed that the light was late by a quarter of an hour.")),
            LetterPart::Body(para("You will account for it.")),
            LetterPart::Closing(text("We remain, &c.,")),
            LetterPart::Signature(text("J. Pole, Secretary")),
            LetterPart::Postscript(text("P.S. The oil is dearer this year.")),
        ])),
        Block::para(marked(
            "He wrote back on the same sheet.* It is said to begin so:",
            &[("*", MarkKind::Note(1))],
        )),
        Block::new(BlockKind::Quote {
            body: vec![para("The light was not late."), para("The night was early.")],
            attribution: None,
        }),
        Block::new(BlockKind::Heading { level: 1, text: text("What the Log Says") }),
        Block::new(BlockKind::List {
            start: Some(3),
            items: vec![vec![para("Fog.")], vec![para("Fog, and a bell."), para("Whose bell is not known.")]],
        }),
        Block::new(BlockKind::List { start: None, items: vec![vec![para("Oil")], vec![para("Wick")]] }),
        Block::new(BlockKind::Figure {
            asset: Some(0),
            caption: Some(text("The bay, by the keeper’s hand")),
        }),
        Block::new(BlockKind::Figure { asset: None, caption: Some(text("[Illustration: The Lamp]")) }),
        Block::new(BlockKind::Pre(text("high  04.10\nlow   10.32"))),
    ]
}

fn third_chapter() -> Vec<Block> {
    vec![
        Block::para(marked(
            "The next keeper found a card nailed up\nover the stair: see the log, or ask at the house.",
            &[
                ("\n", MarkKind::LineBreak),
                ("the house", MarkKind::Link("https://example.org/a b?c=1&d=2".into())),
            ],
        )),
        Block::para(marked(
            "He typed KEEP LIT and the sign :chart: under it.",
            &[("KEEP LIT", MarkKind::Code), (":chart:", MarkKind::Image(0))],
        )),
        styled(ParaStyle::Right, "Marrow, 1871"),
        styled(ParaStyle::Closing, "The End"),
    ]
}

//! In: a text's measures and its book. Out: both for people and as JSON: how its lines,
//! paragraphs, quotations, dashes and emphasis are written, and what each chapter is made of.

use std::collections::BTreeMap;

use inkbind::book::{Block, BlockKind, Chapter};
use inkbind::source::measure::Measures;
use serde_json::{Map, Value, json};

use super::show;

/// What is usual in the text, in words.
pub(crate) fn rows(measures: &Measures) -> Vec<(&'static str, String)> {
    let lines = if measures.one_line {
        "a line a paragraph".to_owned()
    } else {
        format!("wrapped near column {}", measures.wrap)
    };
    let paragraphs = if measures.indented {
        format!("told by an indent of {}", show::count(measures.first_indent as usize, "column"))
    } else {
        "parted by blank lines".to_owned()
    };
    let gaps = measures.gaps.iter().enumerate().filter(|(blank, n)| *blank > 0 && **n > 0);
    let gaps: Vec<String> =
        gaps.map(|(blank, n)| format!("{blank} × {}", show::number(*n as usize))).collect();
    let mut rows = vec![("lines", lines), ("paragraphs", paragraphs), ("blank lines", gaps.join(", "))];
    for (name, counts) in habits(measures) {
        let said: Vec<String> = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(how, n)| format!("{} × {}", how.replace('_', " "), show::number(*n as usize)))
            .collect();
        rows.push((name, if said.is_empty() { "none".to_owned() } else { said.join(", ") }));
    }
    if measures.hyphen_ends > 0.0 {
        rows.push(("hyphens", format!("{:.1} % of the lines end in one", 100.0 * measures.hyphen_ends)));
    }
    rows
}

/// How often each way of writing occurs.
fn habits(measures: &Measures) -> [(&'static str, Vec<(&'static str, u32)>); 3] {
    let (q, d, e) = (&measures.quotes, &measures.dashes, &measures.emphasis);
    [
        (
            "quotes",
            vec![
                ("straight_double", q.straight_double),
                ("straight_single", q.straight_single),
                ("curly_double", q.curly_double),
                ("curly_single", q.curly_single),
                ("guillemets", q.guillemets),
                ("low_double", q.low_double),
                ("dialogue_dashes", q.dialogue_dashes),
            ],
        ),
        (
            "dashes",
            vec![
                ("double_hyphen", d.double_hyphen),
                ("em", d.em),
                ("spaced_en", d.spaced_en),
                ("spaced_hyphen", d.spaced_hyphen),
            ],
        ),
        (
            "emphasis",
            vec![
                ("underscores", e.underscores),
                ("asterisks", e.asterisks),
                ("bbcode", e.bbcode),
                ("html", e.html),
                ("no_break_spaces", e.no_break_spaces),
            ],
        ),
    ]
}

/// The same as JSON, in figures.
pub(crate) fn json(measures: &Measures) -> Value {
    let gaps: Map<String, Value> = measures
        .gaps
        .iter()
        .enumerate()
        .filter(|(blank, n)| *blank > 0 && **n > 0)
        .map(|(blank, n)| (blank.to_string(), Value::from(*n)))
        .collect();
    let mut all = json!({
        "text_lines": measures.text_lines,
        "words": measures.words,
        "one_line": measures.one_line,
        "wrap": measures.wrap,
        "indented": measures.indented,
        "first_indent": measures.first_indent,
        "gaps": gaps,
        "hyphen_ends": measures.hyphen_ends,
    });
    for (name, counts) in habits(measures) {
        all[name] =
            counts.into_iter().map(|(how, n)| (how.to_owned(), Value::from(n))).collect::<Map<_, _>>().into();
    }
    all
}

/// How many blocks of each kind a chapter has.
pub(crate) fn kinds(chapter: &Chapter) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for block in chapter.epigraphs.iter().chain(&chapter.body) {
        *kinds.entry(kind(block)).or_default() += 1;
    }
    kinds
}

fn kind(block: &Block) -> &'static str {
    match &block.kind {
        BlockKind::Para(_) => "paragraph",
        BlockKind::Heading { .. } => "heading",
        BlockKind::Verse(_) => "verse",
        BlockKind::Quote { .. } => "quotation",
        BlockKind::Letter(_) => "letter",
        BlockKind::List { .. } => "list",
        BlockKind::SceneBreak(_) => "scene break",
        BlockKind::Figure { .. } => "figure",
        BlockKind::Pre(_) => "preformatted",
    }
}

/// `12 paragraphs, 2 scene breaks, 1 verse`, but for chapters of nothing but paragraphs.
pub(crate) fn kinds_line(chapter: &Chapter) -> String {
    let kinds = kinds(chapter);
    let special = kinds.iter().filter(|(kind, _)| **kind != "paragraph");
    special.map(|(kind, n)| show::count(*n, kind)).collect::<Vec<_>>().join(", ")
}

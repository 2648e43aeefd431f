//! In: a book. Out: the book as plain text or JSON, one line a block, every mark visible.
//!
//! For goldens, for finding out what was understood, and as the smallest example of a backend.

use std::fmt::Write as _;
use std::io::Write;

use serde_json::{Value, json};

use crate::backend::{Backend, BackendError, Entry, Written};
use crate::book::{
    Block, BlockKind, Book, Chapter, LetterPart, Metadata, NumberStyle, Origin, ParaStyle, Role, Verse,
};
use crate::env::Env;
use crate::text::{MarkKind, Text};

/// The book as text.
pub const TEXT: Entry = Entry {
    name: "dump",
    extension: ".dump.txt",
    about: "the book as text, one line a block: what was understood",
    make: |_| Box::new(Dump { json: false }),
};

/// The book as JSON.
pub const JSON: Entry = Entry {
    name: "dump-json",
    extension: ".dump.json",
    about: "the book as JSON, with the origin of every text in the source",
    make: |_| Box::new(Dump { json: true }),
};

/// Writes the book as it stands in memory.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// JSON instead of text.
    pub json: bool,
}

impl Backend for Dump {
    fn name(&self) -> &'static str {
        if self.json { JSON.name } else { TEXT.name }
    }

    fn write(&self, book: &Book, _env: &dyn Env, out: &mut dyn Write) -> Result<Written, BackendError> {
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &json(book)).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        } else {
            out.write_all(text(book).as_bytes())?;
        }
        Ok(Written::default())
    }
}

/// The book as text.
///
/// A line a block; the words before the bar say what it is. Marks stand in the text as
/// `{em:words}`; characters that cannot be seen are written as `{00A0}`.
pub fn text(book: &Book) -> String {
    let mut out = String::new();
    for (key, value) in meta_lines(&book.meta) {
        line(&mut out, 0, key, &value);
    }
    for chapter in &book.chapters {
        out.push('\n');
        chapter_text(&mut out, chapter);
    }
    for (i, note) in book.notes.iter().enumerate() {
        out.push('\n');
        line(&mut out, 0, "note", &format!("{i} {}", note.mark));
        blocks_text(&mut out, 1, &note.body);
    }
    for (i, asset) in book.assets.iter().enumerate() {
        line(&mut out, 0, "asset", &format!("{i} {} {} {}", asset.name, asset.media_type, asset.alt));
    }
    out
}

fn meta_lines(meta: &Metadata) -> Vec<(&'static str, String)> {
    let mut lines = vec![("title", meta.title.clone())];
    let optional = [
        ("subtitle", &meta.subtitle),
        ("short_title", &meta.short_title),
        ("publisher", &meta.publisher),
        ("date", &meta.date),
        ("description", &meta.description),
        ("rights", &meta.rights),
    ];
    lines.extend(optional.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
    lines.extend(meta.contributors.iter().map(|c| ("contributor", format!("{} {}", c.role, c.name))));
    if !meta.language.is_empty() {
        lines.push(("language", meta.language.clone()));
    }
    if let Some(series) = &meta.series {
        let index = series.index.as_ref().map(|i| format!(" {i}")).unwrap_or_default();
        lines.push(("series", format!("{}{index}", series.name)));
    }
    for (key, values) in
        [("identifier", &meta.identifiers), ("subject", &meta.subjects), ("also_by", &meta.also_by)]
    {
        lines.extend(values.iter().map(|v| (key, v.clone())));
    }
    lines
}

fn chapter_text(out: &mut String, chapter: &Chapter) {
    let mut heading = String::from(role_name(chapter.role));
    let _ = write!(heading, " level={}", chapter.level);
    if let Some(number) = &chapter.number {
        let _ = write!(heading, " number={} {}", number.value, number_style(number.style));
        if !number.keyword.is_empty() {
            let _ = write!(heading, " {}", number.keyword);
        }
    }
    let _ = writeln!(out, "# {heading}");
    for (key, part) in [("label", &chapter.label), ("title", &chapter.title), ("subtitle", &chapter.subtitle)]
    {
        if let Some(part) = part {
            line(out, 0, key, &marked(part));
        }
    }
    if !chapter.epigraphs.is_empty() {
        line(out, 0, "epigraph", "");
        blocks_text(out, 1, &chapter.epigraphs);
    }
    blocks_text(out, 0, &chapter.body);
}

fn blocks_text(out: &mut String, depth: usize, blocks: &[Block]) {
    for block in blocks {
        block_text(out, depth, block);
    }
}

fn block_text(out: &mut String, depth: usize, block: &Block) {
    match &block.kind {
        BlockKind::Para(para) => line(out, depth, para_name(para.style), &marked(&para.text)),
        BlockKind::Heading { level, text } => line(out, depth, &format!("heading{level}"), &marked(text)),
        BlockKind::Verse(verse) => verse_text(out, depth, verse),
        BlockKind::Quote { body, attribution } => {
            line(out, depth, "quote", "");
            blocks_text(out, depth + 1, body);
            if let Some(text) = attribution {
                line(out, depth + 1, "attribution", &marked(text));
            }
        }
        BlockKind::Letter(parts) => {
            line(out, depth, "letter", "");
            for part in parts {
                match part {
                    LetterPart::Body(block) => block_text(out, depth + 1, block),
                    LetterPart::Dateline(text)
                    | LetterPart::Salutation(text)
                    | LetterPart::Closing(text)
                    | LetterPart::Signature(text)
                    | LetterPart::Postscript(text) => line(out, depth + 1, letter_name(part), &marked(text)),
                }
            }
        }
        BlockKind::List { start, items } => {
            line(out, depth, "list", &start.map(|n| n.to_string()).unwrap_or_default());
            for item in items {
                line(out, depth + 1, "item", "");
                blocks_text(out, depth + 2, item);
            }
        }
        BlockKind::SceneBreak(scene) => {
            line(out, depth, "break", &scene.ornament.as_ref().map(marked).unwrap_or_default());
        }
        BlockKind::Figure { asset, caption } => {
            let asset = asset.map(|i| i.to_string()).unwrap_or_default();
            line(out, depth, "figure", &asset);
            if let Some(text) = caption {
                line(out, depth + 1, "caption", &marked(text));
            }
        }
        BlockKind::Pre(text) => {
            line(out, depth, "pre", "");
            for part in marked(text).split('\n') {
                line(out, depth + 1, "|", part);
            }
        }
    }
}

fn verse_text(out: &mut String, depth: usize, verse: &Verse) {
    for stanza in &verse.stanzas {
        line(out, depth, "stanza", "");
        for verse_line in stanza {
            line(out, depth + 1, &format!("line{}", verse_line.indent), &marked(&verse_line.text));
        }
    }
    if let Some(text) = &verse.attribution {
        line(out, depth + 1, "attribution", &marked(text));
    }
}

fn line(out: &mut String, depth: usize, name: &str, words: &str) {
    for _ in 0..depth {
        out.push_str("  ");
    }
    out.push_str(name);
    if !words.is_empty() {
        out.push(' ');
        out.push_str(words);
    }
    out.push('\n');
}

/// The text with its marks written out.
fn marked(text: &Text) -> String {
    let content = text.as_str();
    // At one place ends stand before starts, and inner marks close before outer ones.
    let mut events: Vec<(usize, u8, usize, String)> = Vec::new();
    for (order, mark) in text.marks().iter().enumerate() {
        let (start, end) = (mark.start as usize, mark.end as usize);
        if start == end {
            events.push((start, 1, order, format!("{{{}}}", mark_name(&mark.kind))));
        } else {
            events.push((start, 2, order, format!("{{{}:", mark_name(&mark.kind))));
            events.push((end, 0, usize::MAX - order, "}".to_owned()));
        }
    }
    events.sort();
    let mut out = String::with_capacity(content.len() + events.len() * 4);
    let mut at = 0;
    for (place, _, _, sign) in events {
        visible(&mut out, &content[at..place]);
        out.push_str(&sign);
        at = place;
    }
    visible(&mut out, &content[at..]);
    out
}

/// Appends `part` with characters that cannot be seen written by their number.
fn visible(out: &mut String, part: &str) {
    for c in part.chars() {
        match c {
            '\u{A0}'
            | '\u{AD}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'..='\u{202F}'
            | '\u{2060}'
            | '\u{FEFF}' => {
                let _ = write!(out, "{{{:04X}}}", c as u32);
            }
            '\n' => out.push('\n'),
            c if c.is_control() => {
                let _ = write!(out, "{{{:04X}}}", c as u32);
            }
            c => out.push(c),
        }
    }
}

fn mark_name(kind: &MarkKind) -> String {
    match kind {
        MarkKind::Em => "em".to_owned(),
        MarkKind::Strong => "strong".to_owned(),
        MarkKind::SmallCaps => "smallcaps".to_owned(),
        MarkKind::Superscript => "sup".to_owned(),
        MarkKind::Subscript => "sub".to_owned(),
        MarkKind::Strike => "strike".to_owned(),
        MarkKind::Code => "code".to_owned(),
        MarkKind::Link(to) => format!("link {to}"),
        MarkKind::Note(i) => format!("note {i}"),
        MarkKind::Image(i) => format!("image {i}"),
        MarkKind::LineBreak => "br".to_owned(),
    }
}

fn para_name(style: ParaStyle) -> &'static str {
    match style {
        ParaStyle::Normal => "p",
        ParaStyle::Continued => "p.continued",
        ParaStyle::Centred => "p.centred",
        ParaStyle::Right => "p.right",
        ParaStyle::Closing => "p.closing",
    }
}

fn letter_name(part: &LetterPart) -> &'static str {
    match part {
        LetterPart::Dateline(_) => "dateline",
        LetterPart::Salutation(_) => "salutation",
        LetterPart::Body(_) => "body",
        LetterPart::Closing(_) => "closing",
        LetterPart::Signature(_) => "signature",
        LetterPart::Postscript(_) => "postscript",
    }
}

fn number_style(style: NumberStyle) -> &'static str {
    match style {
        NumberStyle::Arabic => "arabic",
        NumberStyle::Roman => "roman",
        NumberStyle::Words => "words",
        NumberStyle::Ordinal => "ordinal",
        NumberStyle::Counted => "counted",
    }
}

/// The name of a role, as dumps and `inkbind inspect` have it.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Dedication => "dedication",
        Role::Epigraph => "epigraph",
        Role::Foreword => "foreword",
        Role::Preface => "preface",
        Role::Introduction => "introduction",
        Role::Acknowledgements => "acknowledgements",
        Role::DramatisPersonae => "dramatis-personae",
        Role::FrontMatter => "front-matter",
        Role::Prologue => "prologue",
        Role::Volume => "volume",
        Role::Part => "part",
        Role::Chapter => "chapter",
        Role::Interlude => "interlude",
        Role::Epilogue => "epilogue",
        Role::Afterword => "afterword",
        Role::Appendix => "appendix",
        Role::Notes => "notes",
        Role::Glossary => "glossary",
        Role::Bibliography => "bibliography",
        Role::AboutAuthor => "about-author",
        Role::BackMatter => "back-matter",
    }
}

/// The name of an origin, as dumps and `inkbind inspect` have it.
pub fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "default",
        Origin::FileName => "file name",
        Origin::Text => "text",
        Origin::Config => "book.toml",
        Origin::Flag => "flag",
    }
}

/// The book as JSON. Texts are `{text, source: [start, end], marks}`, the source counted in
/// bytes of the decoded text.
pub fn json(book: &Book) -> Value {
    json!({
        "schema": "inkbind.book/1",
        "meta": meta_json(&book.meta),
        "chapters": book.chapters.iter().map(chapter_json).collect::<Vec<_>>(),
        "notes": book
            .notes
            .iter()
            .map(|n| json!({ "mark": n.mark, "body": blocks_json(&n.body) }))
            .collect::<Vec<_>>(),
        "assets": book
            .assets
            .iter()
            .map(|a| json!({ "name": a.name, "type": a.media_type, "bytes": a.bytes.len(), "alt": a.alt }))
            .collect::<Vec<_>>(),
    })
}

/// What is said about the work, as JSON.
pub fn meta_json(meta: &Metadata) -> Value {
    json!({
        "title": meta.title,
        "subtitle": meta.subtitle,
        "short_title": meta.short_title,
        "contributors": meta
            .contributors
            .iter()
            .map(|c| json!({ "name": c.name, "role": c.role, "file_as": c.file_as }))
            .collect::<Vec<_>>(),
        "language": meta.language,
        "identifiers": meta.identifiers,
        "publisher": meta.publisher,
        "date": meta.date,
        "subjects": meta.subjects,
        "description": meta.description,
        "rights": meta.rights,
        "series": meta.series.as_ref().map(|s| json!({ "name": s.name, "index": s.index })),
        "also_by": meta.also_by,
        "origins": meta
            .origins
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Value::from(origin_name(*v))))
            .collect::<serde_json::Map<_, _>>(),
    })
}

fn chapter_json(chapter: &Chapter) -> Value {
    json!({
        "role": role_name(chapter.role),
        "level": chapter.level,
        "label": chapter.label.as_ref().map(text_json),
        "number": chapter.number.as_ref().map(|n| {
            json!({ "value": n.value, "style": number_style(n.style), "keyword": n.keyword })
        }),
        "title": chapter.title.as_ref().map(text_json),
        "subtitle": chapter.subtitle.as_ref().map(text_json),
        "epigraphs": blocks_json(&chapter.epigraphs),
        "body": blocks_json(&chapter.body),
    })
}

fn blocks_json(blocks: &[Block]) -> Value {
    blocks.iter().map(block_json).collect()
}

fn block_json(block: &Block) -> Value {
    match &block.kind {
        BlockKind::Para(para) => json!({ "kind": para_name(para.style), "text": text_json(&para.text) }),
        BlockKind::Heading { level, text } => {
            json!({ "kind": "heading", "level": level, "text": text_json(text) })
        }
        BlockKind::Verse(verse) => json!({
            "kind": "verse",
            "stanzas": verse
                .stanzas
                .iter()
                .map(|s| {
                    s.iter().map(|l| json!({ "indent": l.indent, "text": text_json(&l.text) })).collect::<Value>()
                })
                .collect::<Value>(),
            "attribution": verse.attribution.as_ref().map(text_json),
        }),
        BlockKind::Quote { body, attribution } => json!({
            "kind": "quote",
            "body": blocks_json(body),
            "attribution": attribution.as_ref().map(text_json),
        }),
        BlockKind::Letter(parts) => json!({
            "kind": "letter",
            "parts": parts
                .iter()
                .map(|part| match part {
                    LetterPart::Body(block) => json!({ "part": letter_name(part), "block": block_json(block) }),
                    LetterPart::Dateline(text)
                    | LetterPart::Salutation(text)
                    | LetterPart::Closing(text)
                    | LetterPart::Signature(text)
                    | LetterPart::Postscript(text) => {
                        json!({ "part": letter_name(part), "text": text_json(text) })
                    }
                })
                .collect::<Value>(),
        }),
        BlockKind::List { start, items } => json!({
            "kind": "list",
            "start": start,
            "items": items.iter().map(|i| blocks_json(i)).collect::<Value>(),
        }),
        BlockKind::SceneBreak(scene) => {
            json!({ "kind": "break", "ornament": scene.ornament.as_ref().map(text_json) })
        }
        BlockKind::Figure { asset, caption } => {
            json!({ "kind": "figure", "asset": asset, "caption": caption.as_ref().map(text_json) })
        }
        BlockKind::Pre(text) => json!({ "kind": "pre", "text": text_json(text) }),
    }
}

fn text_json(text: &Text) -> Value {
    let span = text.span();
    let marks: Vec<Value> = text
        .marks()
        .iter()
        .map(|m| json!({ "start": m.start, "end": m.end, "mark": mark_name(&m.kind) }))
        .collect();
    json!({ "text": text.as_str(), "source": [span.start, span.end], "marks": marks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Edit;

    #[test]
    fn marks_nest_and_unseen_characters_show() {
        let mut text = Text::from_source("a big\u{A0}word");
        text.apply(&[Edit::mark(2..5, MarkKind::Em), Edit::mark(2..11, MarkKind::Strong)]);
        assert_eq!(marked(&text), "a {strong:{em:big}{00A0}word}");
    }
}

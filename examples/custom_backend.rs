//! A format of one's own: Markdown, beside those that come with Inkbind.
//!
//! `cargo run --example custom_backend -- examples/night-bus/night-bus.txt`
//!
//! A backend is one type with one method. It is given the finished book and writes a file; the
//! kinds of blocks and marks are exhaustive, so a new kind in the book does not compile until
//! this says what becomes of it.

use std::io::{self, Write};

use inkbind::backend::{Backend, BackendError, Written};
use inkbind::book::{Block, BlockKind, Book, Chapter, LetterPart};
use inkbind::env::{Env, FixedEnv};
use inkbind::options::TextOptions;
use inkbind::text::{MarkKind, Text};
use inkbind::understand;

/// The book as `CommonMark`.
struct Markdown;

impl Backend for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, book: &Book, _env: &dyn Env, out: &mut dyn Write) -> Result<Written, BackendError> {
        writeln!(out, "# {}\n", book.meta.title)?;
        if let Some(authors) = book.meta.author_line("and") {
            writeln!(out, "*{authors}*\n")?;
        }
        for chapter in &book.chapters {
            write_chapter(chapter, out)?;
        }
        for (i, note) in book.notes.iter().enumerate() {
            write!(out, "[^{}]: ", i + 1)?;
            write_blocks(&note.body, "", out)?;
        }
        Ok(Written::default())
    }
}

fn write_chapter(chapter: &Chapter, out: &mut dyn Write) -> io::Result<()> {
    let parts: Vec<String> = [&chapter.label, &chapter.title].into_iter().flatten().map(inline).collect();
    let heading = match (&parts[..], &chapter.number) {
        ([], Some(number)) => number.value.to_string(),
        ([], None) => "* * *".to_owned(),
        _ => parts.join(": "),
    };
    writeln!(out, "{} {heading}\n", "#".repeat(chapter.level as usize + 2))?;
    write_blocks(&chapter.epigraphs, "> ", out)?;
    write_blocks(&chapter.body, "", out)
}

fn write_blocks(blocks: &[Block], before: &str, out: &mut dyn Write) -> io::Result<()> {
    blocks.iter().try_for_each(|block| write_block(block, before, out))
}

fn write_block(block: &Block, before: &str, out: &mut dyn Write) -> io::Result<()> {
    let line = |text: &Text| format!("{before}{}\n{}", inline(text), before.trim_end());
    match &block.kind {
        BlockKind::Para(para) => writeln!(out, "{}", line(&para.text)),
        BlockKind::Heading { level, text } => {
            writeln!(out, "{before}{} {}\n", "#".repeat(*level as usize + 2), inline(text))
        }
        BlockKind::Verse(verse) => {
            for stanza in &verse.stanzas {
                let lines: Vec<String> =
                    stanza.iter().map(|l| format!("{before}> {}", inline(&l.text))).collect();
                writeln!(out, "{}\n{before}", lines.join("\\\n"))?;
            }
            verse.attribution.iter().try_for_each(|text| writeln!(out, "{before}> — {}\n", inline(text)))
        }
        BlockKind::Quote { body, attribution } => {
            let deeper = format!("{before}> ");
            write_blocks(body, &deeper, out)?;
            attribution.iter().try_for_each(|text| writeln!(out, "{deeper}— {}\n", inline(text)))
        }
        BlockKind::Letter(parts) => {
            let deeper = format!("{before}> ");
            parts.iter().try_for_each(|part| match part {
                LetterPart::Body(block) => write_block(block, &deeper, out),
                LetterPart::Dateline(text)
                | LetterPart::Salutation(text)
                | LetterPart::Closing(text)
                | LetterPart::Signature(text)
                | LetterPart::Postscript(text) => {
                    writeln!(out, "{deeper}{}\n{}", inline(text), deeper.trim_end())
                }
            })
        }
        BlockKind::List { start, items } => {
            for (i, item) in items.iter().enumerate() {
                match start {
                    Some(first) => writeln!(out, "{before}{}.", first + i as u32)?,
                    None => writeln!(out, "{before}-")?,
                }
                write_blocks(item, &format!("{before}   "), out)?;
            }
            Ok(())
        }
        BlockKind::SceneBreak(_) => writeln!(out, "{before}* * *\n"),
        BlockKind::Figure { caption, .. } => {
            caption.iter().try_for_each(|text| writeln!(out, "{before}*{}*\n", inline(text)))
        }
        BlockKind::Pre(text) => writeln!(out, "```\n{}\n```\n", text.as_str()),
    }
}

/// The text with its marks in Markdown. Each mark opens where it begins and closes where it ends.
fn inline(text: &Text) -> String {
    let mut signs: Vec<(usize, usize, String)> = Vec::new();
    for (order, mark) in text.marks().iter().enumerate() {
        let (open, close) = match &mark.kind {
            MarkKind::Em => ("*".to_owned(), "*".to_owned()),
            MarkKind::Strong => ("**".to_owned(), "**".to_owned()),
            MarkKind::Code => ("`".to_owned(), "`".to_owned()),
            MarkKind::Link(to) => ("[".to_owned(), format!("]({to})")),
            MarkKind::Note(i) => (String::new(), format!("[^{}]", i + 1)),
            MarkKind::LineBreak => ("\\\n".to_owned(), String::new()),
            MarkKind::SmallCaps
            | MarkKind::Superscript
            | MarkKind::Subscript
            | MarkKind::Strike
            | MarkKind::Image(_) => (String::new(), String::new()),
        };
        signs.push((mark.start as usize, 1 + order, open));
        // Ends stand before starts at the same place, the inner before the outer.
        signs.push((mark.end as usize, if mark.start == mark.end { 1 + order } else { 0 }, close));
    }
    signs.sort_by_key(|(at, order, _)| (*at, *order));
    let mut out = String::new();
    let mut at = 0;
    for (place, _, sign) in signs {
        out.push_str(&text.as_str()[at..place]);
        out.push_str(&sign);
        at = place;
    }
    out + &text.as_str()[at..]
}

#[expect(clippy::disallowed_methods, reason = "this program, not the library, reads the user's file")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a text file")?;
    let work = understand(&std::fs::read(path)?, &TextOptions::default());
    Markdown.write(&work.book, &FixedEnv::default(), &mut io::stdout().lock())?;
    Ok(())
}

//! In: a text. Out: the text without the lines in which those who typed it up name themselves
//! and tell what they changed.

use super::Context;
use crate::options::Shape;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// Credits and notes of transcribers.
pub static CREDITS: Rule = Rule {
    code: "C021",
    name: "transcribers-credits",
    what: "Leaves out `Produced by …` and transcribers' notes at the start and the end of a transcribed text.",
    why: "They tell how the file was made, not what the author wrote.",
    example: "`Produced by the Online Distributed Proofreading Team`",
};

/// Leaves credits out.
#[derive(Clone, Copy, Debug)]
pub struct Credits;

static RULES: [&Rule; 1] = [&CREDITS];

/// Blocks from the start in which credits are looked for.
const FRONT_BLOCKS: usize = 40;
/// Blocks from the end in which transcribers' notes are looked for.
const BACK_BLOCKS: usize = 60;
/// Blocks that a transcriber's note may have.
const NOTE_BLOCKS: usize = 14;

impl Pass<Context<'_>> for Credits {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let blocks = blocks(context.lines);
        let mut out = Vec::new();
        let mut i = 0;
        while i < blocks.len() {
            if i == FRONT_BLOCKS {
                i = i.max(blocks.len().saturating_sub(BACK_BLOCKS));
            }
            let Some(block) = blocks.get(i) else { break };
            let first = &s[context.lines[block.first].range()];
            let mut last = i;
            if is_note(first) {
                last = note_end(s, context.lines, &blocks, i);
            } else if !(is_credit(first, context.shape) && i < FRONT_BLOCKS) {
                i += 1;
                continue;
            }
            let from = context.lines[block.first].start as usize;
            let to = context.lines[blocks[last].last].end as usize;
            let message =
                if last > i || is_note(first) { "transcriber's note left out" } else { "credits left out" };
            out.push(
                Proposal::new(&CREDITS, from..to, message, vec![Edit::delete(from..to)])
                    .with_certainty(Certainty::percent(98)),
            );
            i = last + 1;
        }
        out
    }
}

/// Lines between two blanks; `gap` is the number of blank lines before.
struct Lump {
    first: usize,
    last: usize,
    gap: usize,
}

fn blocks(lines: &[Line]) -> Vec<Lump> {
    let mut out: Vec<Lump> = Vec::new();
    let mut gap = 1;
    for (i, line) in lines.iter().enumerate() {
        if line.is_blank() {
            gap += 1;
        } else {
            match out.last_mut() {
                Some(lump) if gap == 0 => lump.last = i,
                _ => out.push(Lump { first: i, last: i, gap }),
            }
            gap = 0;
        }
    }
    out
}

fn is_credit(line: &str, shape: Shape) -> bool {
    const OPENINGS: &[&str] = &[
        "Produced by",
        "E-text prepared by",
        "Etext prepared by",
        "E-text produced by",
        "Etext produced by",
        "This eBook was produced",
        "This etext was produced",
        "This eBook was prepared",
        "This etext was prepared",
        "Transcribed from",
        "HTML version by",
        "Scanned and proofed by",
        "Prepared by",
        "Text file produced by",
        "Credits:",
        "Most recently updated",
    ];
    (shape == Shape::Gutenberg && OPENINGS.iter().any(|o| line.starts_with(o)))
        || line.contains("Distributed Proofread")
}

/// `Transcriber's Note`, `TRANSCRIBERS' NOTES:`, `Transcriber note.` as a label: with an
/// apostrophe or in the case of a heading, or with a sign behind it. `Transcribers notice …` and
/// `Transcribers note that …` are sentences.
fn is_note(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '*', '+', '|', '_', '=', '{', ' ']);
    let Some((first, rest)) = line.split_once(' ') else { return false };
    let low = first.to_lowercase().replace('’', "'");
    if !matches!(low.as_str(), "transcriber's" | "transcribers'" | "transcribers" | "transcriber") {
        return false;
    }
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(length);
    let label = low.contains('\'') || word.starts_with('N') || !behind.starts_with(' ');
    label && matches!(word.to_lowercase().as_str(), "note" | "notes")
}

/// The last block of the note that begins with block `i`: a bracketed note ends with its
/// bracket, a labelled one before the next wide gap.
fn note_end(s: &str, lines: &[Line], blocks: &[Lump], i: usize) -> usize {
    let text = |b: &Lump| &s[lines[b.first].start as usize..lines[b.last].end as usize];
    let most = (i + NOTE_BLOCKS).min(blocks.len());
    if text(&blocks[i]).starts_with('[') {
        return (i..most).find(|k| text(&blocks[*k]).trim_end().ends_with(']')).unwrap_or(i);
    }
    let mut last = i;
    while last + 1 < most && blocks[last + 1].gap < 2 {
        last += 1;
    }
    // A heading alone, a wide gap, and then the note itself.
    if last == i && i + 1 < most && text(&blocks[i]).len() < 40 && blocks[i + 1].gap == 2 {
        last += 1;
        while last + 1 < most && blocks[last + 1].gap < 2 {
            last += 1;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    #[test]
    fn a_labelled_note_ends_at_the_next_wide_gap() {
        let text = "Transcriber's Note:\n\n    Two errors were mended.\n\n\n\nCHAPTER I\n\nIt began.\n";
        assert_eq!(cleaned_by(&Credits, text).trim(), "CHAPTER I\n\nIt began.");
    }

    #[test]
    fn a_bracketed_note_ends_with_its_bracket() {
        let text = "[Transcriber's Note: two errors\n\nwere mended.]\n\nIt began.\n";
        assert_eq!(cleaned_by(&Credits, text).trim(), "It began.");
    }

    #[test]
    fn a_story_about_a_transcriber_stays() {
        let text = "Transcribers notice everything.\n\nTranscribers note what others miss.\n\n\
                    Produced by hand, the book was small.\n";
        assert_eq!(cleaned_by(&Credits, text), text);
    }
}

//! In: a run of blocks that stand apart from paragraphs. Out: verse, quotations, letters and
//! inscriptions.

use super::blocks::{Look, Page};
use super::letters;
use super::poured::Small;
use super::rules;
use crate::book::{Block, BlockKind, Para, ParaStyle, Verse, VerseLine};
use crate::report::{Certainty, Finding, Rule};
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// What a block that stands apart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines count.
    Verse,
    /// Paragraphs.
    Quotation,
    /// Each line stands on the axis.
    Inscription,
    /// At the right edge: a signature or a date.
    Right,
}

/// Width, in characters, that a line of verse seldom passes.
const VERSE_WIDTH: u32 = 78;

/// The widths by which lines of set-off text are judged.
#[derive(Clone, Copy, Debug)]
pub struct Width {
    /// Column up to which words could have been set.
    pub fit: u32,
    /// Bit n: lines that begin in column n are verse wherever more than one of them stands
    /// together, and never a quotation.
    verse_columns: u64,
}

impl Width {
    /// Takes the width from all set-off lines of the page.
    pub fn take(page: &Page<'_>) -> Self {
        let mut width = Self { fit: Self::fit(page), verse_columns: 0 };
        width.verse_columns = verse_columns(page, width);
        width
    }

    fn fit(page: &Page<'_>) -> u32 {
        let wrap = page.measures.wrap;
        if !page.measures.indented && !page.measures.one_line {
            return wrap;
        }
        let mut ends: Vec<u32> = page
            .blocks
            .iter()
            .filter(|b| b.look == Look::SetOff)
            .flat_map(|b| page.lines[b.first..b.end].iter().map(Line::reach))
            .collect();
        ends.sort_unstable();
        let at = ends.get((ends.len().max(1) - 1) * 93 / 100).copied().unwrap_or(wrap);
        if page.measures.one_line || ends.len() >= 12 { at } else { at.max(wrap * 85 / 100) }
    }
}

/// Columns in which the text sets verse and nothing else.
fn verse_columns(page: &Page<'_>, width: Width) -> u64 {
    let (mut verse, mut other) = (0_u64, 0_u64);
    for b in 0..page.blocks.len() {
        let block = &page.blocks[b];
        if block.look == Look::Text || block.lines() < 2 {
            continue;
        }
        let indent = page.lines[block.first..block.end].iter().map(|l| l.indent).min().unwrap_or(0);
        if let Some(bit) = 1_u64.checked_shl(u32::from(indent)) {
            let of = if judge(page, b, width).0 == Kind::Verse { &mut verse } else { &mut other };
            *of |= bit;
        }
    }
    verse & !other
}

/// Whether a single line that stands apart is a line of verse: it begins where the text's verse
/// does, with a capital, is no longer than such lines are, and shouts nothing.
fn is_lone_verse(page: &Page<'_>, b: usize, width: Width) -> bool {
    let first = page.blocks[b].first;
    let (line, text) = (&page.lines[first], page.line(first));
    1_u64.checked_shl(u32::from(line.indent)).is_some_and(|bit| bit & width.verse_columns != 0)
        && line.width <= VERSE_WIDTH
        && line.words >= 2
        && line.reach() * 10 <= page.measures.wrap * 8
        && starts_capital(text)
        && !super::heading::is_capitals(text)
}

/// Judges one block.
pub fn judge(page: &Page<'_>, b: usize, width: Width) -> (Kind, Certainty) {
    let block = &page.blocks[b];
    let lines = &page.lines[block.first..block.end];
    let n = lines.len();
    if n == 1 {
        let line = &lines[0];
        let right = !page.measures.one_line
            && u32::from(line.indent) * 20 >= page.measures.wrap * 9
            && line.width <= 40;
        return if right {
            (Kind::Right, Certainty::percent(85))
        } else if !page.measures.one_line && is_lone_verse(page, b, width) {
            (Kind::Verse, Certainty::percent(70))
        } else {
            (Kind::Quotation, Certainty::percent(70))
        };
    }
    let capitals =
        (block.first..block.end).filter(|i| starts_capital(page.line(*i))).count() as f64 / n as f64;
    if page.measures.one_line {
        let longest = lines.iter().map(|l| l.width).max().unwrap_or(0);
        let quoted = (block.first..block.end).filter(|i| page.line(*i).starts_with(['"', '“'])).count();
        if longest > VERSE_WIDTH || (n > 2 && quoted == n) {
            return (Kind::Quotation, Certainty::percent(85));
        }
        // Set-off text may be wrapped although paragraphs are not.
        if block.look != Look::Text && n >= 3 && page_fits(page, b, width) < 0.5 && capitals < 0.9 {
            return (Kind::Quotation, Certainty::percent(88));
        }
        let sure = if capitals >= 0.9 && n >= 2 { 92 } else { 75 };
        return (Kind::Verse, Certainty::percent(sure));
    }
    // A place and a day over a salutation, and a leave that steps down to the name, are parts of a letter.
    let opens = n == 2
        && letters::is_dateline(page.line(block.first))
        && letters::is_salutation(page.line(block.end - 1));
    let steps = lines.windows(2).all(|l| l[0].indent < l[1].indent);
    if opens || n <= 5 && steps && letters::is_closing(page.line(block.first)) {
        return (Kind::Quotation, Certainty::percent(75));
    }
    let headline = n == 2
        && !names_speaker(page, b)
        && (block.first..block.end).any(|i| super::heading::is_capitals(page.line(i)));
    if is_inscription(page, b) || headline {
        return (Kind::Inscription, Certainty::percent(80));
    }
    let base = lines.iter().map(|l| l.indent).min().unwrap_or(0);
    let fits = page_fits(page, b, width);
    let mean = lines.iter().map(|l| l.width).sum::<u32>() / n as u32;
    if n >= 5 && fits >= 0.9 && mean * 5 <= width.fit * 2 {
        return (Kind::Verse, Certainty::percent(85));
    }
    if capitals >= 0.9 && (fits >= 0.4 || n >= 3) && !reads_as_prose(page, b, fits, base) {
        return (Kind::Verse, Certainty::percent(if fits >= 0.8 && n >= 3 { 97 } else { 88 }));
    }
    if capitals >= 0.6 && fits >= 0.6 && free_capitals(page, b) >= 0.2 {
        return (Kind::Verse, Certainty::percent(85));
    }
    (Kind::Quotation, Certainty::percent(if fits < 0.3 && capitals < 0.5 { 95 } else { 80 }))
}

/// Whether the first line of a block is the name of who says the rest, as plays have it: capitals with a point or colon.
pub fn names_speaker(page: &Page<'_>, b: usize) -> bool {
    const MOST_WORDS: u32 = 4;
    let first = page.blocks[b].first;
    page.blocks[b].lines() > 1
        && page.lines[first].words <= MOST_WORDS
        && page.line(first).ends_with(['.', ':'])
        && super::heading::is_capitals(page.line(first))
        && !super::heading::is_capitals(page.line(first + 1))
}

/// Share of the lines but the first that begin with a capital which prose would not have there: the line above ends no
/// sentence, and the word is not `I`.
pub fn free_capitals(page: &Page<'_>, b: usize) -> f64 {
    let block = &page.blocks[b];
    let free = (block.first + 1..block.end).filter(|i| {
        let line = page.line(*i).trim_start_matches(|c: char| !c.is_alphanumeric());
        let is_i = line.starts_with('I') && !line[1..].starts_with(char::is_alphanumeric);
        let above = page.line(i - 1).trim_end_matches(['"', '”', '\'', '’', '_', '*', ')']);
        starts_capital(line) && !is_i && !above.ends_with(['.', '!', '?'])
    });
    free.count() as f64 / (block.lines() - 1) as f64
}

/// Lines that all begin with capitals by chance: filled lines with deeper first lines.
fn reads_as_prose(page: &Page<'_>, b: usize, fits: f64, base: u16) -> bool {
    let block = &page.blocks[b];
    fits < 0.2 && page.lines[block.first].indent > base && block.lines() < 6
}

/// Share of line ends where the next line's first word would still have fitted.
fn page_fits(page: &Page<'_>, b: usize, width: Width) -> f64 {
    let block = &page.blocks[b];
    let n = block.lines();
    let fitted = (block.first + 1..block.end)
        .filter(|i| {
            let first = page.line(*i).split(' ').next().map_or(0, |w| w.chars().count()) as u32;
            page.lines[i - 1].reach() + 1 + first <= width.fit
        })
        .count();
    fitted as f64 / (n - 1) as f64
}

/// Whether the first letter or figure of a line is no small letter.
pub fn starts_capital(line: &str) -> bool {
    line.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
}

/// Three and more lines with one centre and spreading indents.
fn is_inscription(page: &Page<'_>, b: usize) -> bool {
    let block = &page.blocks[b];
    let lines = &page.lines[block.first..block.end];
    if lines.len() < 3 {
        return false;
    }
    let centres: Vec<f64> = lines.iter().map(|l| f64::from(l.indent) + f64::from(l.width) / 2.0).collect();
    let mean = centres.iter().sum::<f64>() / centres.len() as f64;
    let spread = centres.iter().map(|c| (c - mean).abs()).fold(0.0, f64::max);
    let (least, most) = lines.iter().fold((u16::MAX, 0), |(a, z), l| (a.min(l.indent), z.max(l.indent)));
    spread <= 2.0 && most - least >= 5
}

/// Turns the run of blocks into blocks of the book.
pub fn read(
    page: &Page<'_>,
    run: std::ops::Range<usize>,
    width: Width,
    small: &Small,
    refused: &dyn Fn(&Rule, usize) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<Block> {
    let mut kinds: Vec<(Kind, Certainty)> = run.clone().map(|b| judge(page, b, width)).collect();
    smooth(page, run.start, &mut kinds);
    join_right(page, run.start, &mut kinds);
    for (i, kind) in kinds.iter_mut().enumerate() {
        let rule = match kind.0 {
            Kind::Verse => &rules::VERSE,
            Kind::Inscription => &rules::INSCRIPTION,
            Kind::Quotation | Kind::Right => continue,
        };
        // What is neither verse nor an inscription is a quotation, for certain.
        if refused(rule, run.start + i) {
            *kind = (Kind::Quotation, Certainty::CERTAIN);
        }
    }
    let mut out = Vec::new();
    let mut i = 0;
    while i < kinds.len() {
        let mut end = i + 1;
        while end < kinds.len() && kinds[end].0 == kinds[i].0 && page.blocks[run.start + end].gap <= 2 {
            end += 1;
        }
        let blocks = run.start + i..run.start + end;
        let certainty = kinds[i..end].iter().map(|k| k.1).min().unwrap_or(Certainty::CERTAIN);
        out.extend(build(page, blocks, (kinds[i].0, certainty), width, small, refused, findings));
        i = end;
    }
    out
}

/// A date over a quotation of paragraphs and a name under it belong to it: it may be a letter.
fn join_right(page: &Page<'_>, first: usize, kinds: &mut [(Kind, Certainty)]) {
    let near = |a: usize, b: usize| page.blocks[first + a.max(b)].gap <= 2;
    for i in 0..kinds.len() {
        let beside = |n: usize| kinds.get(n).is_some_and(|k| k.0 == Kind::Quotation) && near(i, n);
        if kinds[i].0 == Kind::Right && (beside(i.wrapping_sub(1)) || beside(i + 1)) {
            kinds[i].0 = Kind::Quotation;
        }
    }
}

/// A single line among verse is verse; so is a stanza of long lines that all begin with capitals, in the column of
/// the verse beside it.
fn smooth(page: &Page<'_>, first: usize, kinds: &mut [(Kind, Certainty)]) {
    for i in 0..kinds.len() {
        let single = page.blocks[first + i].lines() == 1 && kinds[i].0 == Kind::Quotation;
        let beside = |k: Option<&(Kind, Certainty)>| k.is_some_and(|k| k.0 == Kind::Verse);
        let before = i > 0 && beside(kinds.get(i - 1));
        let line = &page.lines[page.blocks[first + i].first];
        if kinds[i].0 == Kind::Quotation && is_stanza_beside(page, first, i, kinds) {
            kinds[i] = (Kind::Verse, Certainty::percent(80));
        }
        if single && line.width <= VERSE_WIDTH && (before || beside(kinds.get(i + 1))) {
            kinds[i] = (Kind::Verse, Certainty::percent(75));
        }
    }
}

/// Whether block `i` of a run is a stanza by what stands beside it: see [`smooth`].
fn is_stanza_beside(page: &Page<'_>, first: usize, i: usize, kinds: &[(Kind, Certainty)]) -> bool {
    let block = &page.blocks[first + i];
    let column = |k: usize| {
        let block = &page.blocks[first + k];
        page.lines[block.first..block.end].iter().map(|l| l.indent).min()
    };
    let verse = |k: usize| {
        kinds.get(k).is_some_and(|kind| kind.0 == Kind::Verse)
            && page.blocks[first + k.max(i)].gap <= 2
            && column(k) == column(i)
    };
    (2..=8).contains(&block.lines())
        && (block.first..block.end).all(|l| starts_capital(page.line(l)))
        && (i > 0 && verse(i - 1) || verse(i + 1))
}

fn build(
    page: &Page<'_>,
    blocks: std::ops::Range<usize>,
    (kind, certainty): (Kind, Certainty),
    width: Width,
    small: &Small,
    refused: &dyn Fn(&Rule, usize) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<Block> {
    let refuse = |rule| blocks.clone().any(|b| refused(rule, b));
    let (letter, quotation) = (!refuse(&rules::LETTER), !refuse(&rules::QUOTATION));
    let span = page.span(blocks.start).cover(page.span(blocks.end - 1));
    let mut tell = |rule: &'static Rule, message: String| {
        findings.push(Finding::note(rule, Some(span), message).with_certainty(certainty));
    };
    match kind {
        Kind::Verse => {
            let verse = verse(page, blocks);
            let lines: usize = verse.stanzas.iter().map(Vec::len).sum();
            tell(&rules::VERSE, format!("{lines} lines set as verse"));
            vec![Block::new(BlockKind::Verse(verse))]
        }
        Kind::Right => blocks
            .map(|b| styled(page.paragraph(page.blocks[b].first, page.blocks[b].end), ParaStyle::Right))
            .collect(),
        Kind::Inscription => {
            tell(&rules::INSCRIPTION, "lines kept as an inscription".to_owned());
            let body = blocks
                .flat_map(|b| page.blocks[b].first..page.blocks[b].end)
                .map(|i| styled(page.paragraph(i, i + 1), ParaStyle::Centred))
                .collect();
            vec![Block::new(BlockKind::Quote { body, attribution: None })]
        }
        Kind::Quotation => {
            let paragraphs: Vec<Text> = blocks.flat_map(|b| paragraphs(page, b, width)).collect();
            if letter && let Some(parts) = letters::read(&paragraphs) {
                tell(&rules::LETTER, "set as a letter".to_owned());
                return vec![Block::new(BlockKind::Letter(parts))];
            }
            let mut out: Vec<Block> = Vec::new();
            let mut body: Vec<Block> = Vec::new();
            let quote = |body| Block::new(BlockKind::Quote { body, attribution: None });
            for text in paragraphs {
                let Some(verse) = unpoured(&text, small, findings) else {
                    body.push(Block::para(text));
                    continue;
                };
                match std::mem::take(&mut body) {
                    before if before.is_empty() => {}
                    before if quotation => out.push(quote(before)),
                    before => out.extend(before),
                }
                match out.last_mut().map(|b| &mut b.kind) {
                    Some(BlockKind::Verse(above)) => above.stanzas.extend(verse.stanzas),
                    _ => out.push(Block::new(BlockKind::Verse(verse))),
                }
            }
            if !body.is_empty() && !quotation {
                out.extend(body);
            } else if !body.is_empty() {
                out.push(quote(body));
                findings.push(
                    Finding::note(&rules::QUOTATION, Some(span), "set as a quotation")
                        .with_certainty(certainty),
                );
            }
            out
        }
    }
}

/// Verse that was poured into a paragraph.
pub fn unpoured(text: &Text, small: &Small, findings: &mut Vec<Finding>) -> Option<Verse> {
    let lines = small.lines(text.as_str())?;
    let stanza: Vec<VerseLine> = lines
        .into_iter()
        .map(|line| {
            let end = line.start + text.as_str()[line.clone()].trim_end().len();
            VerseLine { indent: 0, text: text.slice(line.start..end) }
        })
        .collect();
    findings.push(
        Finding::note(
            &rules::VERSE,
            Some(text.span()),
            format!("{} lines of verse in one paragraph", stanza.len()),
        )
        .with_certainty(Certainty::percent(75)),
    );
    Some(Verse { stanzas: vec![stanza], attribution: None })
}

fn styled(text: Text, style: ParaStyle) -> Block {
    Block::new(BlockKind::Para(Para { text, style }))
}

/// The paragraphs of a set-off block: a first line deeper or, in hanging form, less deep than
/// the lines below begins one; a line far to the right is one.
pub fn paragraphs(page: &Page<'_>, b: usize, width: Width) -> Vec<Text> {
    let block = &page.blocks[b];
    let lines = &page.lines[block.first..block.end];
    let longest = lines.iter().map(|l| l.width).max().unwrap_or(0);
    // Wrapped text in a text whose paragraphs are not wrapped: a line that ends early ends one.
    let own = lines.iter().map(crate::source::lines::Line::reach).max().unwrap_or(0);
    let width = if block.lines() >= 5 { Width { fit: own.min(width.fit), ..width } } else { width };
    let wrapped = page.measures.one_line
        && longest <= VERSE_WIDTH
        && block.lines() >= 3
        && page_fits(page, b, width) < 0.5;
    let base = lines.iter().map(|l| l.indent).min().unwrap_or(0);
    let mut starts = vec![block.first];
    let mut open = quotes_left_open(page.line(block.first), 0);
    for i in block.first + 1..block.end {
        // A mark that opens once more inside what is still open begins a paragraph of the quotation.
        let reopens = open > 0 && page.line(i).starts_with(['"', '“']) && ends_sentence(page.line(i - 1));
        if reopens {
            starts.push(i);
            open = quotes_left_open(page.line(i), 0);
            continue;
        }
        open = quotes_left_open(page.line(i), open);
        let (above, line) = (&page.lines[i - 1], &page.lines[i]);
        let right = |l: &crate::source::lines::Line| l.indent >= base + 12;
        let deeper =
            line.indent > base && line.indent <= base + 8 && above.indent == base && page.measures.indented;
        let level =
            page.measures.indented && line.indent > base && line.indent == above.indent && !right(line);
        let early = || {
            let first = page.line(i).split(' ').next().map_or(0, |w| w.chars().count()) as u32;
            above.reach() + 1 + first <= width.fit
        };
        let one = page.measures.one_line && (!wrapped || early());
        if one || !page.measures.one_line && (right(line) || right(above) || deeper || level) {
            starts.push(i);
        }
    }
    starts.push(block.end);
    starts.windows(2).map(|w| page.paragraph(w[0], w[1])).collect()
}

/// How many double quotation marks are open behind the line, where `open` were before it.
fn quotes_left_open(line: &str, open: i32) -> i32 {
    let mut depth = open;
    let mut before = ' ';
    for c in line.chars() {
        match c {
            '“' => depth += 1,
            '”' => depth -= 1,
            '"' if before.is_whitespace() || matches!(before, '(' | '-' | '—' | '‘' | '[') => depth += 1,
            '"' => depth -= 1,
            _ => {}
        }
        before = c;
    }
    depth.max(0)
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['_', '*', ')']).ends_with(['.', '!', '?', ':', '—', '…', ',', ';'])
}

/// The blocks as stanzas; indents become steps.
pub fn verse(page: &Page<'_>, blocks: std::ops::Range<usize>) -> Verse {
    let all = page.blocks[blocks.start].first..page.blocks[blocks.end - 1].end;
    let indents: Vec<u16> = page.lines[all].iter().filter(|l| !l.is_blank()).map(|l| l.indent).collect();
    let base = indents.iter().copied().min().unwrap_or(0);
    // The smallest difference between indents is one step.
    let unit = indents.iter().map(|i| i - base).filter(|d| *d >= 2).min().unwrap_or(2).max(1);
    let stanzas = blocks
        .map(|b| {
            (page.blocks[b].first..page.blocks[b].end)
                .map(|i| VerseLine {
                    indent: ((page.lines[i].indent - base + unit / 2) / unit).min(12) as u8,
                    text: line_text(page, i),
                })
                .collect()
        })
        .collect();
    Verse { stanzas, attribution: None }
}

/// A line of verse; runs of spaces inside become one.
fn line_text(page: &Page<'_>, i: usize) -> Text {
    let mut text = page.paragraph(i, i + 1);
    let edits: Vec<Edit> =
        text.as_str().match_indices("  ").map(|(at, _)| Edit::delete(at..at + 1)).collect();
    if !edits.is_empty() {
        text.apply(&edits);
    }
    text
}

//! In: the blocks that are not yet understood. Out: those that could be headings, each with a
//! score from its form and its place on the page.

use std::ops::Range;

use foldhash::HashSet;

use super::blocks::{Look, Page, is_ornament};
use super::contents;
use super::heading::{self, Form, Reading};

/// A block that could be a heading.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The block.
    pub block: usize,
    /// How its first line reads.
    pub reading: Reading,
    /// Word and number, in bytes of the clean text.
    pub label: Option<Range<usize>>,
    /// The title, in bytes of the clean text; may run over lines.
    pub title: Option<Range<usize>>,
    /// The score of form and place.
    pub score: f64,
    /// Whether a list of contents has it.
    pub listed: bool,
}

/// Most words and lines of a heading.
const MOST_WORDS: u32 = 34;
const MOST_LINES: usize = 4;

/// What scores depend on beside the block itself.
pub struct Scale<'a> {
    page: &'a Page<'a>,
    /// A gap of so many blank lines is rare.
    wide: u16,
    listed: &'a HashSet<String>,
}

impl<'a> Scale<'a> {
    /// Takes the scale of the page.
    pub fn new(page: &'a Page<'a>, listed: &'a HashSet<String>) -> Self {
        let wide = page.measures.gap_percentile(0.97).max(3);
        let wide = if page.measures.indented { 2 } else { wide };
        Self { page, wide, listed }
    }

    /// Every block of `free` ones that could be a heading.
    pub fn candidates(&self, free: &dyn Fn(usize) -> bool) -> Vec<Candidate> {
        (0..self.page.blocks.len()).filter(|b| free(*b)).filter_map(|b| self.candidate(b)).collect()
    }

    fn candidate(&self, b: usize) -> Option<Candidate> {
        let page = self.page;
        let block = &page.blocks[b];
        if block.lines() > MOST_LINES || block.words > MOST_WORDS || block.words == 0 {
            return None;
        }
        let line = page.line(block.first);
        if is_ornament(line) || line.starts_with("[Illustration") {
            return None;
        }
        let reading = heading::read(line)?;
        let at = page.lines[block.first].start as usize;
        let shift = |r: &Range<usize>| r.start + at..r.end + at;
        let label = reading.label.as_ref().map(shift);
        let mut title = reading.title.as_ref().map(shift);
        if block.lines() > 1 {
            let last = page.line(block.end - 1);
            let rest = page.lines[block.first + 1].start as usize;
            let end = page.lines[block.end - 1].start as usize
                + heading::read(last).and_then(|r| r.title).map_or(last.len(), |t| t.end);
            title = Some(title.map_or(rest, |t| t.start)..end);
        }
        let key = if self.listed.is_empty() {
            String::new()
        } else {
            contents::key(&page.raw(b).replace('\n', " "))
        };
        let listed = !key.is_empty()
            && (self.listed.contains(&key)
                || reading.number.is_some()
                    && block.lines() > 1
                    && self.listed.contains(&contents::key(page.line(block.first + 1))));
        let score =
            self.form(&reading, b, title.as_ref()) + self.place(b, &reading) + if listed { 2.5 } else { 0.0 };
        Some(Candidate { block: b, reading, label, title, score, listed })
    }

    fn form(&self, reading: &Reading, b: usize, title: Option<&Range<usize>>) -> f64 {
        let page = self.page;
        let raw = page.raw(b);
        let words = title.map_or("", |t| &page.text.as_str()[t.clone()]);
        let mut score = match reading.form {
            Form::Keyword => 3.0,
            Form::Unlisted => 2.7,
            Form::Bare => 2.0,
            Form::Numbered => 1.2,
            Form::Special => 2.0,
            Form::Words if heading::is_capitals(words) => 1.5,
            Form::Words if heading::is_title_case(words) => 0.5,
            Form::Words => -1.0,
        };
        if reading.marked {
            score += 3.0;
        }
        let bare = raw.trim_end_matches(['_', '*', '"', '”', '\'', '’', ']', ')']);
        if bare.ends_with([',', ';', ':']) {
            score -= 2.0;
        }
        if raw.starts_with(['"', '“', '‘', '«', '„']) || raw.starts_with('\'') {
            score -= 3.0;
        }
        if words.starts_with(char::is_lowercase) && reading.form != Form::Bare {
            score -= 3.0;
        }
        if reading.form == Form::Words && !reading.marked {
            if page.measures.one_line && page.blocks[b].look == Look::Text {
                score -= 1.5;
            }
            if bare.ends_with(['.', '!', '?']) && !heading::is_capitals(words) {
                score -= 1.5;
            }
        }
        if matches!(reading.form, Form::Numbered | Form::Bare) && !words.is_empty() {
            if bare.ends_with(['.', '!', '?']) && !heading::is_capitals(words) && page.blocks[b].words > 6 {
                score -= 1.0;
            }
            if !(heading::is_title_case(words) || heading::is_capitals(words)) {
                // Most languages write titles as they write sentences: the gap tells.
                let apart = b == 0 || page.blocks[b].gap >= self.wide;
                score -= if apart && page.blocks[b].words <= 7 && !bare.ends_with(['.', '!', '?']) {
                    0.2
                } else {
                    1.5
                };
            }
        }
        score
    }

    fn place(&self, b: usize, reading: &Reading) -> f64 {
        let page = self.page;
        let block = &page.blocks[b];
        let gap = if b == 0 { self.wide } else { block.gap };
        let after = page.blocks.get(b + 1).map_or(2, |n| n.gap);
        let mut score = 0.0;
        if gap >= self.wide {
            score += 1.5;
        } else if gap >= 2 {
            score += 0.5;
        }
        if after >= 2 {
            score += 0.5;
        }
        let line = &page.lines[block.first];
        if block.look == Look::Centred || page.is_centred(line) && self.is_on_axis(b) {
            score += 1.5;
        } else if gap == 0 && !reading.marked {
            score -= 2.0;
        }
        score
    }

    /// In texts without first-line indents verse stands near the axis too: the gap must agree.
    fn is_on_axis(&self, b: usize) -> bool {
        self.page.measures.indented || self.page.blocks[b].gap >= 2
    }
}

//! In: headings, markers and what is still text. Out: the chapters of the book.

use std::ops::Range;

use foldhash::HashSet;

use super::Understanding;
use super::archive::{Label, Region};
use super::blocks::Look;
use super::body::{Bodies, GapRule};
use super::headings::Head;
use super::notes;
use super::poured::Small;
use super::rules;
use super::setoff::Width;
use super::titlepage;
use crate::book::{
    Block, BlockKind, Book, Chapter, Note, Number, NumberStyle, Role, SceneBreak, Verse, VerseLine,
};
use crate::options::{NotePolicy, TextOptions};
use crate::report::{Certainty, Effect, Finding};
use crate::source::Source;
use crate::text::{Edit, MarkKind, Span, Text, letters};

/// Where a chapter begins.
enum Start {
    /// At this heading.
    Head(usize),
    /// At a bare marker.
    Marker,
}

/// A note of the author's that waits for its chapter.
struct Waiting {
    blocks: Vec<usize>,
    region: Region,
}

/// Text before the first heading that is longer is a chapter without a heading.
const FRONT_WORDS: u32 = 400;
/// A line that goes on with a dedication has at most so many words.
const DEDICATION_WORDS: u32 = 30;

impl Understanding<'_> {
    /// Fills the book; `front` is the first block behind the title page's, `small` what the text writes small.
    pub(super) fn assemble(
        &mut self,
        front: usize,
        small: Small,
        source: &Source,
        options: &TextOptions,
        book: &mut Book,
    ) {
        let page = self.page;
        let text = self.text.clone();
        let mut bodies = Bodies {
            page,
            text: &text,
            width: Width::take(page),
            shape: self.shape,
            set_off: None,
            no_list_before: 0,
            small,
            gaps: GapRule::take(page, self.shape, &|b| text[b]),
            overrides: &options.overrides,
            source: &source.decoded,
            findings: Vec::new(),
        };
        book.notes.clone_from(&self.notes.notes);
        let mut gathered: Vec<Block> = Vec::new();
        let starts = self.starts();
        if starts.is_empty() {
            let body = bodies.build(0..page.blocks.len());
            bodies.findings.push(
                Finding::warning(&rules::UNDIVIDED, None, "no headings were found; the text is one chapter")
                    .with_certainty(Certainty::percent(70)),
            );
            let mut chapter = Chapter { body, ..empty(Role::Chapter) };
            let whole = 0..page.blocks.len();
            self.authors_notes(whole, &mut chapter, options.notes, book, &mut gathered, &mut bodies.findings);
            book.chapters.push(chapter);
        } else {
            book.chapters.extend(front_matter(&mut bodies, 0..front));
        }
        let mut counted = 0;
        for (i, (at, start)) in starts.iter().enumerate() {
            let end = starts.get(i + 1).map_or(page.blocks.len(), |s| s.0);
            let mut chapter = match start {
                Start::Head(h) => self.headed(&self.heads[*h]),
                Start::Marker => {
                    counted += 1;
                    let number =
                        Number { value: counted, style: NumberStyle::Counted, keyword: "Chapter".into() };
                    Chapter { number: Some(number), ..empty(Role::Chapter) }
                }
            };
            chapter.body = bodies.build(*at..end);
            lift_epigraphs(&mut chapter);
            self.authors_notes(
                *at..end,
                &mut chapter,
                options.notes,
                book,
                &mut gathered,
                &mut bodies.findings,
            );
            let hollow = chapter.body.is_empty() && chapter.role == Role::Notes;
            if !hollow {
                book.chapters.push(chapter);
            }
        }
        if !gathered.is_empty() {
            book.chapters.push(Chapter { body: gathered, ..empty(Role::Notes) });
        }
        let findings = bodies.findings;
        self.findings.extend(findings);
        notes::refer(page, &self.notes, book);
        self.findings.extend(refrains(book));
        if book.chapters.is_empty() {
            book.chapters.push(empty(Role::Chapter));
        }
    }

    /// Headings and markers in order; a marker under a heading begins nothing.
    fn starts(&self) -> Vec<(usize, Start)> {
        let mut out: Vec<(usize, Start)> =
            self.heads.iter().enumerate().map(|(i, h)| (h.blocks.start, Start::Head(i))).collect();
        let mut pending = false;
        for b in 0..self.page.blocks.len() {
            if self.heads.binary_search_by_key(&b, |h| h.blocks.start).is_ok() {
                pending = true;
            } else if self.labels[b] == Some(Label::Marker) {
                if !pending {
                    out.push((b, Start::Marker));
                }
                pending = false;
            } else if self.text[b] {
                pending = false;
            }
        }
        out.sort_by_key(|s| s.0);
        out
    }

    fn headed(&self, head: &Head) -> Chapter {
        let label = head.label.clone().map(|r| self.heading_text(r));
        let title = head.title.clone().map(|r| self.heading_text(r));
        Chapter { level: head.level, label, number: head.number.clone(), title, ..empty(head.role) }
    }

    /// A part of a heading; line ends become spaces.
    fn heading_text(&self, range: Range<usize>) -> Text {
        let mut text = self.page.text.slice(range);
        let s = text.as_str();
        let mut edits = Vec::new();
        let mut at = 0;
        while let Some(i) = s[at..].find(char::is_whitespace).map(|i| i + at) {
            let to = i + (s[i..].len() - s[i..].trim_start().len());
            if &s[i..to] != " " {
                edits.push(Edit::replace(i..to, " "));
            }
            at = to.max(i + 1);
        }
        text.apply(&edits);
        text
    }

    /// Notes and summaries of an archive page inside the range become notes of the chapter.
    fn authors_notes(
        &self,
        range: Range<usize>,
        chapter: &mut Chapter,
        policy: NotePolicy,
        book: &mut Book,
        gathered: &mut Vec<Block>,
        findings: &mut Vec<Finding>,
    ) {
        let first = book.chapters.iter().all(|c| c.role.matter() == crate::book::Matter::Front);
        let from = if first { 0 } else { range.start };
        let mut waiting: Vec<Waiting> = Vec::new();
        for b in from..range.end {
            let Some(Label::Region(region)) = self.labels[b] else { continue };
            if region == Region::WorkSummary {
                continue;
            }
            match waiting.last_mut() {
                Some(w) if w.region == region => w.blocks.push(b),
                _ => waiting.push(Waiting { blocks: vec![b], region }),
            }
        }
        for w in waiting {
            let spans: Vec<Span> = w.blocks.iter().map(|b| self.page.span(*b)).collect();
            let tell =
                |message: &'static str| Finding::note(&rules::AUTHORS_NOTE, spans.first().copied(), message);
            if policy == NotePolicy::Drop {
                findings.push(
                    tell("the author's note left out, as asked").with_effect(Effect::LeftOut(spans.clone())),
                );
                continue;
            }
            let body: Vec<Block> = w
                .blocks
                .iter()
                .map(|b| {
                    Block::para(self.page.paragraph(self.page.blocks[*b].first, self.page.blocks[*b].end))
                })
                .collect();
            if policy == NotePolicy::Endnotes {
                if !gathered.is_empty() {
                    gathered.push(Block::new(BlockKind::SceneBreak(SceneBreak { ornament: None })));
                }
                gathered.extend(body);
                findings.push(tell("the author's note stands behind the text, as asked"));
                continue;
            }
            let behind = matches!(w.region, Region::EndNotes | Region::WorkEndNotes);
            let index = book.notes.len();
            if attach(chapter, behind, index) {
                book.notes.push(Note { mark: "*".into(), body });
                findings.push(tell("the author's note became a note to the chapter"));
            } else {
                chapter.body.extend(body);
                findings.push(tell("the author's note stays in the chapter"));
            }
        }
    }
}

/// Lays a reference to note `index` on the chapter: behind its title, or behind its last words.
fn attach(chapter: &mut Chapter, behind: bool, index: usize) -> bool {
    let mark = |text: &mut Text| {
        let end = text.len();
        text.apply(&[Edit::mark(end..end, MarkKind::Note(index))]);
    };
    if !behind && let Some(text) = chapter.title.as_mut().or(chapter.label.as_mut()) {
        mark(text);
        return true;
    }
    let mut paragraphs = chapter.body.iter_mut().filter_map(|b| match &mut b.kind {
        BlockKind::Para(p) => Some(p),
        _ => None,
    });
    let target = if behind { paragraphs.next_back() } else { paragraphs.next() };
    match target {
        Some(p) => {
            mark(&mut p.text);
            true
        }
        None => false,
    }
}

fn empty(role: Role) -> Chapter {
    Chapter {
        role,
        level: 0,
        label: None,
        number: None,
        title: None,
        subtitle: None,
        epigraphs: Vec::new(),
        body: Vec::new(),
    }
}

/// What stands before the first heading and is no title page: dedications, mottos, other text.
fn front_matter(bodies: &mut Bodies<'_>, range: Range<usize>) -> Vec<Chapter> {
    let blocks: Vec<usize> = range.clone().filter(|b| bodies.text[*b]).collect();
    let words: u32 = blocks.iter().map(|b| bodies.page.blocks[*b].words).sum();
    if blocks.is_empty() {
        return Vec::new();
    }
    if words > FRONT_WORDS {
        let body = bodies.build(range);
        return vec![Chapter { body, ..empty(Role::Chapter) }];
    }
    let mut groups: Vec<(Role, Range<usize>)> = Vec::new();
    for b in blocks {
        let block = &bodies.page.blocks[b];
        let above = groups.last().map(|group| group.0);
        let dedicated = above == Some(Role::Dedication);
        let role = if titlepage::is_dedication(bodies.page, b)
            || dedicated && block.words <= DEDICATION_WORDS && block.gap <= 3
        {
            Role::Dedication
        } else if block.look != Look::Text && !(block.gap <= 1 && above == Some(Role::FrontMatter)) {
            // What follows other text closely is a part of it and no motto.
            Role::Epigraph
        } else {
            Role::FrontMatter
        };
        match groups.last_mut() {
            Some(last) if last.0 == role => last.1.end = b + 1,
            _ => groups.push((role, b..b + 1)),
        }
    }
    let mut out = Vec::new();
    for (role, range) in groups {
        let span = bodies.page.span(range.start).cover(bodies.page.span(range.end - 1));
        let body = bodies.build(range);
        if body.is_empty() {
            continue;
        }
        bodies.findings.push(
            Finding::note(&rules::FRONT_MATTER, Some(span), "front matter before the first heading")
                .with_certainty(Certainty::percent(if role == Role::FrontMatter { 65 } else { 85 })),
        );
        out.push(Chapter { body, ..empty(role) });
    }
    out
}

/// A paragraph that repeats a line of the book's verse is verse.
fn refrains(book: &mut Book) -> Vec<Finding> {
    const WORDS: usize = 4;
    let mut known: HashSet<String> = HashSet::default();
    for block in book.chapters.iter().flat_map(|c| &c.body) {
        if let BlockKind::Verse(verse) = &block.kind {
            known.extend(verse.stanzas.iter().flatten().map(|l| letters(l.text.as_str())));
        }
    }
    let mut findings = Vec::new();
    if known.is_empty() {
        return findings;
    }
    for block in book.chapters.iter_mut().flat_map(|c| &mut c.body) {
        let text = match &block.kind {
            BlockKind::Para(p) => &p.text,
            BlockKind::Quote { body, attribution: None } => match body.as_slice() {
                [Block { kind: BlockKind::Para(p) }] => &p.text,
                _ => continue,
            },
            _ => continue,
        };
        let short = text.len() < 160 && text.as_str().split_whitespace().count() >= WORDS;
        if short && known.contains(&letters(text.as_str())) {
            findings.push(
                Finding::note(&rules::VERSE, Some(text.span()), "a line of the verse once more")
                    .with_certainty(Certainty::percent(88)),
            );
            let line = VerseLine { indent: 0, text: text.clone() };
            block.kind = BlockKind::Verse(Verse { stanzas: vec![vec![line]], attribution: None });
        }
    }
    findings
}

/// Mottos between heading and text: set-off blocks at the start whose last line names a source.
fn lift_epigraphs(chapter: &mut Chapter) {
    let count = chapter
        .body
        .iter()
        .take(4)
        .take_while(|b| matches!(b.kind, BlockKind::Verse(_) | BlockKind::Quote { .. }))
        .count();
    if count == 0 || count >= chapter.body.len() || !names_source(&chapter.body[count - 1]) {
        return;
    }
    chapter.epigraphs = chapter.body.drain(..count).collect();
}

/// Whether the last line of a set-off block begins with a dash: it names who is quoted.
fn names_source(block: &Block) -> bool {
    let mut last = String::new();
    let mut lines = 0;
    block.for_each_text(&mut |t| {
        lines += 1;
        t.as_str().clone_into(&mut last);
    });
    lines > 1 && (last.starts_with(['—', '–']) || last.starts_with("--")) && last.len() < 90
}

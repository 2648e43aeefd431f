//! In: the clean text. Out: the book: chapters, verse, letters, notes, metadata.
//!
//! The order matters: what is no text is taken out first (labels of the page, notes, the list of
//! contents), then headings are chosen over the whole text with the contents as evidence, and
//! only then bodies are read.

pub mod archive;
pub mod blocks;
pub mod body;
pub mod candidates;
pub mod chains;
pub mod contents;
pub mod differ;
mod flush;
pub mod heading;
pub mod headings;
pub mod keywords;
pub mod lengths;
pub mod letters;
pub mod levels;
pub mod lists;
pub mod notes;
pub mod numerals;
pub mod poured;
pub mod preformatted;
pub mod rules;
pub mod setoff;
pub mod titlepage;

mod assemble;
mod metadata;

use crate::book::Book;
use crate::clean::Cleaned;
use crate::options::{Shape, TextOptions};
use crate::pass::Overrides;
use crate::report::{Effect, Finding, Report};
use crate::source::Source;

pub use rules::RULES;

use archive::Label;
use blocks::Page;
use poured::Small;
use titlepage::TitlePage;

/// What each block of the page was understood as, as far as it is known.
struct Understanding<'a> {
    page: &'a Page<'a>,
    shape: Shape,
    /// Blocks that are still text.
    text: Vec<bool>,
    labels: Vec<Option<Label>>,
    notes: notes::Notes,
    heads: Vec<headings::Head>,
    findings: Vec<Finding>,
    /// What the user decided otherwise.
    overrides: &'a Overrides,
    /// The decoded source.
    source: &'a str,
}

/// Makes the book from the clean text.
pub fn structure(source: &Source, cleaned: &Cleaned, options: &TextOptions, report: &mut Report) -> Book {
    let page = Page::new(cleaned);
    let count = page.blocks.len();
    let mut work = Understanding {
        page: &page,
        shape: cleaned.shape.shape,
        text: vec![true; count],
        labels: vec![None; count],
        notes: notes::Notes::default(),
        heads: Vec::new(),
        findings: Vec::new(),
        overrides: &options.overrides,
        source: &source.decoded,
    };
    let take = || {
        work.take_notes();
        work.take_labels();
        work.take_end_mark();
        work.take_headings();
    };
    let ((), small) = rayon::join(take, || Small::take(&page));
    let front = work.heads.first().map_or(count, |h| h.blocks.start).min(work.first_marker());
    let title = work.take_title_page(front, cleaned);
    let mut said = Vec::new();
    let meta = metadata::metadata(&title, cleaned, options, &work, &mut said);
    work.findings.append(&mut said);
    let mut book = Book { meta, ..Book::default() };
    work.assemble(front, small, source, options, &mut book);
    report.findings.append(&mut work.findings);
    book
}

impl Understanding<'_> {
    fn take_notes(&mut self) {
        let text = &self.text;
        let allowed = |rule, b: usize| self.overrides.allow(rule, self.page.span(b), self.source);
        let free = |b: usize| text[b] && allowed(&rules::FOOTNOTE, b) && allowed(&rules::LOOSE_NOTE, b);
        self.notes = notes::find(self.page, &free, &mut self.findings);
        for b in &self.notes.blocks {
            self.text[*b] = false;
        }
    }

    fn take_labels(&mut self) {
        self.labels = archive::read(self.page);
        for b in 0..self.labels.len() {
            let Some(label) = self.labels[b] else { continue };
            if !self.text[b] {
                // A footnote among the notes of the page is a footnote, and stands once.
                self.labels[b] = None;
                continue;
            }
            let span = self.page.span(b);
            let rule = match label {
                Label::Page => &rules::PAGE_LABEL,
                Label::Marker => &rules::MARKER,
                Label::Region(_) | Label::Byline => &rules::AUTHORS_NOTE,
            };
            if !self.overrides.allow(rule, span, self.source) {
                self.labels[b] = None;
                continue;
            }
            self.text[b] = false;
            let finding = match label {
                Label::Page => Finding::note(
                    &rules::PAGE_LABEL,
                    Some(span),
                    format!("`{}` left out", first_line(self.page.raw(b))),
                )
                .with_effect(Effect::LeftOut(vec![span])),
                Label::Marker => Finding::note(&rules::MARKER, Some(span), "a chapter's text begins here")
                    .with_effect(Effect::Understood(vec![span])),
                Label::Region(_) | Label::Byline => continue,
            };
            self.findings.push(finding);
        }
    }

    /// `The End` among the last blocks.
    fn take_end_mark(&mut self) {
        let last: Vec<usize> = (0..self.text.len()).rev().filter(|b| self.text[*b]).take(3).collect();
        for b in last {
            let words: String = self
                .page
                .raw(b)
                .chars()
                .filter(|c| c.is_alphabetic() || *c == ' ')
                .collect::<String>()
                .trim()
                .to_lowercase();
            let end = matches!(
                words.as_str(),
                "the end"
                    | "end"
                    | "fin"
                    | "finis"
                    | "ende"
                    | "fine"
                    | "fim"
                    | "einde"
                    | "slut"
                    | "koniec"
                    | "конец"
                    | "theend"
                    | "完"
                    | "全文完"
            );
            let span = self.page.span(b);
            if end
                && self.page.blocks[b].words <= 4
                && self.overrides.allow(&rules::END_MARK, span, self.source)
            {
                self.text[b] = false;
                self.findings.push(
                    Finding::note(
                        &rules::END_MARK,
                        Some(span),
                        format!("`{}` ends the work", self.page.raw(b)),
                    )
                    .with_effect(Effect::Understood(vec![span])),
                );
                return;
            }
        }
    }

    fn first_marker(&self) -> usize {
        self.labels.iter().position(|l| *l == Some(Label::Marker)).unwrap_or(self.labels.len())
    }

    fn take_headings(&mut self) {
        let text = self.text.clone();
        let mut contents = contents::find(self.page, &|b| text[b]);
        let allowed = |rule, b: usize| self.overrides.allow(rule, self.page.span(b), self.source);
        contents.lists.retain(|l| allowed(&rules::CONTENTS, l.start));
        for list in &contents.lists {
            for b in list.clone() {
                self.text[b] = false;
            }
        }
        let text = self.text.clone();
        let free = |b: usize| {
            text.get(b).copied().unwrap_or(false)
                && allowed(&rules::HEADING, b)
                && allowed(&rules::WORDS_HEADING, b)
        };
        let found = headings::find(self.page, &contents, &free);
        let lists: Vec<_> = contents.lists.into_iter().chain(found.lists).collect();
        let listed = lists.clone();
        for list in lists {
            let span = self.page.span(list.start).cover(self.page.span(list.end - 1));
            for b in list {
                self.text[b] = false;
            }
            self.findings.push(
                Finding::note(&rules::CONTENTS, Some(span), "the list of contents taken out")
                    .with_certainty(crate::report::Certainty::percent(97))
                    .with_effect(Effect::LeftOut(vec![span])),
            );
        }
        self.heads = found.heads;
        self.findings.extend(differ::differences(self.page, &listed, &self.heads));
        for head in &self.heads {
            for b in head.blocks.clone() {
                self.text[b] = false;
            }
            let span = self.page.span(head.blocks.start).cover(self.page.span(head.blocks.end - 1));
            let rule = if head.unnumbered { &rules::WORDS_HEADING } else { &rules::HEADING };
            let message = format!("`{}` is a heading", first_line(self.page.raw(head.blocks.start)));
            self.findings.push(
                Finding::note(rule, Some(span), message)
                    .with_certainty(head.certainty)
                    .with_effect(Effect::Understood(vec![span])),
            );
        }
    }

    fn take_title_page(&mut self, front: usize, cleaned: &Cleaned) -> TitlePage {
        let headed = front < self.page.blocks.len();
        let text = self.text.clone();
        let title =
            titlepage::read(self.page, 0..front, &|b| text[b], &cleaned.colophon, headed, &mut self.findings);
        for b in &title.taken {
            self.text[*b] = false;
        }
        title
    }
}

fn first_line(raw: &str) -> &str {
    raw.split('\n').next().unwrap_or(raw).trim()
}

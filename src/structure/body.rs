//! In: the blocks between two headings. Out: paragraphs, breaks between scenes, verse,
//! quotations, letters, captions.

use std::ops::Range;

use super::blocks::{Look, Page, is_ornament};
use super::flush;
use super::heading::{self, Form};
use super::lists;
use super::notes;
use super::poured::{self, Small};
use super::preformatted;
use super::rules;
use super::setoff::{self, Kind, Width};
use crate::book::{Block, BlockKind, Para, ParaStyle, SceneBreak};
use crate::options::Shape;
use crate::pass::Overrides;
use crate::report::{Certainty, Effect, Finding, Rule};
use crate::text::{Text, letters};

/// Which gaps break scenes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapRule {
    /// From so many blank lines on.
    pub from: u16,
    /// How sure such a break is.
    pub certainty: u8,
    /// From so many blank lines on a gap is worth telling.
    pub doubtful: u16,
}

impl GapRule {
    /// Judges the gaps between paragraphs by how often each size occurs.
    pub fn take(page: &Page<'_>, shape: Shape, text: &dyn Fn(usize) -> bool) -> Self {
        let mut sizes = [0_u32; 16];
        for b in 1..page.blocks.len() {
            if text(b)
                && text(b - 1)
                && page.blocks[b].look == Look::Text
                && page.blocks[b - 1].look == Look::Text
            {
                sizes[(page.blocks[b].gap as usize).min(15)] += 1;
            }
        }
        let all: u32 = sizes.iter().sum::<u32>().max(1);
        let from = |g: usize| sizes[g..].iter().sum::<u32>();
        let never = Self { from: u16::MAX, certainty: 0, doubtful: u16::MAX };
        if page.measures.indented {
            // Paragraphs have no blank line between them: any gap is larger than usual.
            let share = f64::from(from(1)) / f64::from(all);
            return if share < 0.05 {
                Self { from: 1, certainty: 85, doubtful: u16::MAX }
            } else {
                Self { from: 2, certainty: 80, doubtful: u16::MAX }
            };
        }
        if page.measures.one_line {
            return match (from(3), from(2)) {
                (n, _) if n >= 2 => Self { from: 3, certainty: 95, doubtful: 2 },
                // Pages of serials scatter such gaps.
                (_, n) if n > 0 && n * 33 <= all && shape != Shape::Serial => {
                    Self { from: 2, certainty: 65, doubtful: u16::MAX }
                }
                _ => Self { doubtful: 2, ..never },
            };
        }
        match (2..6).find(|g| from(*g) * 12 <= all) {
            Some(g) => Self { from: g as u16, certainty: if g == 2 { 93 } else { 85 }, doubtful: u16::MAX },
            None => never,
        }
    }
}

/// Builds the bodies of chapters.
pub struct Bodies<'a> {
    /// The page.
    pub page: &'a Page<'a>,
    /// Blocks that are text.
    pub text: &'a [bool],
    /// Widths of set-off text.
    pub width: Width,
    /// The shape in which the text came.
    pub shape: Shape,
    /// Words that the text writes small.
    pub small: Small,
    /// Gaps that break scenes.
    pub gaps: GapRule,
    /// The last block that a gap sets off from an unfinished sentence above it.
    pub set_off: Option<usize>,
    /// Blocks before this one were tried and begin no list.
    pub no_list_before: usize,
    /// What the user decided otherwise.
    pub overrides: &'a Overrides,
    /// The decoded source.
    pub source: &'a str,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Bodies<'_> {
    /// The blocks of the range as blocks of the book.
    pub fn build(&mut self, range: Range<usize>) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::new();
        let mut b = range.start;
        let mut apart = false;
        while b < range.end {
            if !self.text[b] {
                b += 1;
                continue;
            }
            let raw = self.page.raw(b);
            if self.page.blocks[b].lines() == 1 && is_break(raw) {
                self.ornament(b, &mut out);
                b += 1;
                apart = false;
                continue;
            }
            if let Some(end) = self.figure(b, &range, &mut out) {
                b = end;
                continue;
            }
            self.gap(b, &mut out);
            if let Some(end) = self.kept(b, &range, &mut out).or_else(|| self.list(b, &range, &mut out)) {
                b = end;
                apart = true;
                continue;
            }
            if let Some(end) = self.tagged(b, &range, &mut out) {
                b = end;
                apart = true;
                continue;
            }
            let end = self.run(b, &range);
            if end > b {
                let refused =
                    |rule: &Rule, b: usize| !self.overrides.allow(rule, self.page.span(b), self.source);
                out.extend(setoff::read(
                    self.page,
                    b..end,
                    self.width,
                    &self.small,
                    &refused,
                    &mut self.findings,
                ));
                apart = true;
                b = end;
                continue;
            }
            self.paragraph(b, apart, &mut out);
            apart = false;
            b += 1;
        }
        self.strip_breaks(&mut out);
        out
    }

    fn allow(&self, rule: &Rule, b: usize) -> bool {
        self.overrides.allow(rule, self.page.span(b), self.source)
    }

    fn ornament(&mut self, b: usize, out: &mut Vec<Block>) {
        if !self.allow(&rules::ORNAMENT, b) {
            out.push(Block::para(self.page.paragraph(self.page.blocks[b].first, self.page.blocks[b].end)));
            return;
        }
        let span = self.page.span(b);
        self.findings.push(
            Finding::note(&rules::ORNAMENT, Some(span), format!("`{}` breaks scenes", self.page.raw(b)))
                .with_certainty(Certainty::percent(99))
                .with_effect(Effect::Understood(vec![span])),
        );
        let ornament = self.page.paragraph(self.page.blocks[b].first, self.page.blocks[b].end);
        out.push(Block::new(BlockKind::SceneBreak(SceneBreak { ornament: Some(ornament) })));
    }

    /// Whether the gap before block `b` sets a quotation off: the text above it is not at the end of a sentence, or
    /// goes on behind what such a gap set off.
    fn sets_off(&mut self, b: usize) -> bool {
        const WORDS: u32 = 80;
        const BLOCKS: usize = 4;
        let above = self.page.raw(b - 1).trim_end_matches(['_', '*']);
        if above.ends_with([',', ';', ':', '—', '–', '-']) {
            self.set_off = Some(b);
            return true;
        }
        self.set_off.take().is_some_and(|from| {
            b - from <= BLOCKS && self.page.blocks[from..b].iter().all(|block| block.words <= WORDS)
        })
    }

    /// A break where the gap before block `b` is large enough.
    fn gap(&mut self, b: usize, out: &mut Vec<Block>) {
        let block = &self.page.blocks[b];
        if out.is_empty()
            || matches!(out.last().map(|l| &l.kind), Some(BlockKind::SceneBreak(_)))
            || b == 0
            || !self.text[b - 1]
        {
            return;
        }
        let above = &self.page.blocks[b - 1];
        let flush = block.look == Look::Text && above.look == Look::Text;
        let breaks = block.gap >= self.gaps.from && flush;
        let doubtful = block.gap >= self.gaps.doubtful && flush;
        if !breaks && !doubtful || self.sets_off(b) {
            return;
        }
        let rule: &'static Rule = if breaks { &rules::GAP } else { &rules::SMALL_GAP };
        let lines = block.gap;
        let end = self.page.lines[above.end - 1].end as usize;
        let start = self.page.lines[block.first].start as usize;
        let span = self.page.text.origin(end..start);
        let allowed = self.overrides.allow(rule, span, self.source);
        if breaks == allowed {
            out.push(Block::new(BlockKind::SceneBreak(SceneBreak { ornament: None })));
        }
        if allowed {
            let message = if breaks {
                format!("a gap of {lines} blank lines breaks scenes")
            } else {
                format!("a gap of {lines} blank lines is taken for noise")
            };
            let percent = if breaks { self.gaps.certainty } else { 87 };
            self.findings
                .push(Finding::note(rule, Some(span), message).with_certainty(Certainty::percent(percent)));
        }
    }

    /// `[Illustration: caption]`, which may run over blocks.
    fn figure(&mut self, b: usize, range: &Range<usize>, out: &mut Vec<Block>) -> Option<usize> {
        const MOST: usize = 12;
        let raw = self.page.raw(b);
        let opened = raw.strip_prefix("[Illustration").or_else(|| raw.strip_prefix("[ILLUSTRATION"))?;
        if !self.allow(&rules::ILLUSTRATION, b) {
            return None;
        }
        let mut open = 0;
        let (last, close) = (b..(b + MOST).min(range.end)).find_map(|k| {
            let close = self.page.raw(k).bytes().position(|c| {
                open += i32::from(c == b'[') - i32::from(c == b']');
                open == 0 && c == b']'
            })?;
            Some((k, close))
        })?;
        let block = &self.page.blocks[last];
        let rest = self.page.range(block.first, block.end);
        let rest = rest.start + close + 1..rest.end;
        let whole = self.page.range(self.page.blocks[b].first, block.end).start..rest.start;
        let span = self.page.text.origin(whole.clone());
        let mut captions = Vec::new();
        for k in b..=last {
            let block = &self.page.blocks[k];
            let mut part = self.page.range(block.first, block.end);
            if k == b {
                part.start += raw.len() - opened.trim_start_matches([':', ' ', '.', '\n']).len();
            }
            if k == last {
                part.end = rest.start - 1;
            }
            if part.start < part.end {
                captions.push(notes::joined(self.page, part));
            }
        }
        let has_words = captions.iter().any(|c| c.as_str().chars().any(char::is_alphanumeric));
        let repeats = has_words && self.repeats(b, &captions);
        let has_caption = has_words && !repeats;
        let message = match (has_caption, repeats) {
            (true, _) => "a picture's caption kept",
            (_, true) => "a picture's caption left out: it repeats words of the text",
            _ => "a picture's mark left out",
        };
        let label = Range { start: whole.start, end: (whole.start + "[Illustration".len()).min(whole.end) };
        let effect = if has_caption {
            Effect::Understood(vec![self.page.text.origin(label)])
        } else {
            Effect::LeftOut(vec![span])
        };
        self.findings.push(Finding::note(&rules::ILLUSTRATION, Some(span), message).with_effect(effect));
        if has_caption {
            for caption in captions {
                out.push(Block::new(BlockKind::Figure { asset: None, caption: Some(caption) }));
            }
        }
        // Words that stand behind the bracket without a blank line between are text.
        let behind = notes::joined(self.page, rest);
        if !behind.is_empty() {
            out.push(Block::para(behind));
        }
        Some(last + 1)
    }

    /// Whether the text near the picture has the caption's words: then they are the line that it
    /// shows, and the picture is not there.
    fn repeats(&self, b: usize, captions: &[Text]) -> bool {
        const NEAR: usize = 120;
        const LETTERS: usize = 28;
        let caption: String = captions.iter().map(|c| letters(c.as_str())).collect();
        let head: String = caption.chars().take(LETTERS).collect();
        if head.chars().count() < LETTERS {
            return false;
        }
        let (from, to) = (b.saturating_sub(NEAR), (b + NEAR).min(self.page.blocks.len()));
        let near: String =
            (from..to).filter(|k| *k != b && self.text[*k]).map(|k| letters(self.page.raw(k))).collect();
        near.contains(&head)
    }

    /// Code, tables and records, whose lines stay.
    fn kept(&mut self, b: usize, range: &Range<usize>, out: &mut Vec<Block>) -> Option<usize> {
        let markdown = self.shape == Shape::Markdown;
        let kept = preformatted::read(self.page, b..range.end, self.text, markdown)
            .filter(|_| self.allow(&rules::PREFORMATTED, b))?;
        self.findings.push(
            Finding::note(
                &rules::PREFORMATTED,
                Some(kept.text.span()),
                format!("kept as it stands: {}", kept.why),
            )
            .with_certainty(Certainty::percent(kept.percent))
            .with_effect(Effect::Understood(kept.fences)),
        );
        out.push(Block::new(BlockKind::Pre(kept.text)));
        Some(kept.end)
    }

    /// Items under each other.
    fn list(&mut self, b: usize, range: &Range<usize>, out: &mut Vec<Block>) -> Option<usize> {
        let markdown = self.shape == Shape::Markdown;
        if b < self.no_list_before || !self.allow(&rules::LIST, b) {
            return None;
        }
        let found = match lists::read(self.page, b..range.end, self.text, markdown) {
            Ok(found) => found,
            Err(end) => {
                self.no_list_before = end;
                return None;
            }
        };
        let span = self.page.span(b).cover(self.page.span(found.end - 1));
        self.findings.push(
            Finding::note(&rules::LIST, Some(span), "set as a list")
                .with_certainty(Certainty::percent(found.percent))
                .with_effect(Effect::Understood(found.markers)),
        );
        out.push(found.block);
        Some(found.end)
    }

    /// `[quote]` … `[/quote]`, `<blockquote>` … `</blockquote>`.
    fn tagged(&mut self, b: usize, range: &Range<usize>, out: &mut Vec<Block>) -> Option<usize> {
        const TAGS: &[(&str, &str)] = &[
            ("[quote", "[/quote]"),
            ("<blockquote", "</blockquote>"),
            ("[center", "[/center]"),
            ("[spoiler", "[/spoiler]"),
        ];
        let raw = self.page.raw(b);
        let opens = |tag: &str| {
            raw.as_bytes().get(..tag.len()).is_some_and(|r| r.eq_ignore_ascii_case(tag.as_bytes()))
        };
        let (open, close) = *TAGS.iter().find(|(open, _)| opens(open))?;
        let length = raw.find([']', '>'])? + 1;
        let last = (b..range.end)
            .find(|k| self.text[*k] && self.page.raw(*k).to_ascii_lowercase().contains(close))?;
        let mut body = Vec::new();
        let mut spans = Vec::new();
        for k in b..=last {
            let whole = self.page.range(self.page.blocks[k].first, self.page.blocks[k].end);
            let s = self.page.raw(k);
            let from = if k == b { length } else { 0 };
            let to = if k == last { s.to_ascii_lowercase().find(close).unwrap_or(s.len()) } else { s.len() };
            if k == b {
                spans.push(self.page.text.origin(whole.start..whole.start + from));
            }
            if k == last {
                spans.push(
                    self.page.text.origin(whole.start + to..whole.start + (to + close.len()).min(s.len())),
                );
            }
            body.extend(self.parts(whole.start + from..whole.start + to.max(from)));
            let rest = whole.start + (to + close.len()).min(s.len());
            if k == last && rest < whole.end {
                let after = self.parts(rest..whole.end);
                out.push(Block::new(BlockKind::Quote { body: std::mem::take(&mut body), attribution: None }));
                out.extend(after);
            }
        }
        self.findings.push(
            Finding::note(&rules::QUOTATION, Some(self.page.span(b)), "set as a quotation, as its tags say")
                .with_certainty(Certainty::percent(99))
                .with_effect(Effect::Understood(spans)),
        );
        if !body.is_empty() {
            let texts: Option<Vec<Text>> = body
                .iter()
                .map(|x| match &x.kind {
                    BlockKind::Para(p) => Some(p.text.clone()),
                    _ => None,
                })
                .collect();
            match texts.and_then(|t| super::letters::read(&t)).filter(|_| open != "[center") {
                Some(parts) => out.push(Block::new(BlockKind::Letter(parts))),
                None if open == "[center" => out.extend(body.into_iter().map(centred)),
                None => out.push(Block::new(BlockKind::Quote { body, attribution: None })),
            }
        }
        Some(last + 1)
    }

    /// The non-blank lines of a range of the clean text, each as a paragraph.
    fn parts(&self, range: Range<usize>) -> Vec<Block> {
        let s = &self.page.text.as_str()[range.clone()];
        let mut out = Vec::new();
        let mut at = range.start;
        for line in s.split('\n') {
            let trimmed = line.trim();
            if !trimmed.is_empty() {
                let start = at + (line.len() - line.trim_start().len());
                out.push(Block::para(self.page.text.slice(start..start + trimmed.len())));
            }
            at += line.len() + 1;
        }
        out
    }

    /// The end of the run of set-off blocks that begins with `b`; `b` itself where there is none.
    fn run(&self, b: usize, range: &Range<usize>) -> usize {
        let mut end = b;
        while end < range.end && self.text[end] && self.stands_apart(end) {
            if end > b && (self.page.blocks[end].gap >= 4 || is_break(self.page.raw(end))) {
                break;
            }
            // Verse whose lines are flush does not mix with set-off text.
            if end > b
                && (self.page.blocks[end].look == Look::Text) != (self.page.blocks[b].look == Look::Text)
            {
                break;
            }
            end += 1;
        }
        end
    }

    fn stands_apart(&self, b: usize) -> bool {
        let block = &self.page.blocks[b];
        let raw = self.page.raw(b);
        if is_break(raw) || raw.starts_with("[Illustration") || raw.starts_with("[quote") {
            return false;
        }
        if block.look != Look::Text {
            return self.allow(&rules::QUOTATION, b) && self.allow(&rules::VERSE, b);
        }
        let n = block.lines();
        if n < 2 || !self.allow(&rules::VERSE, b) {
            return false;
        }
        if self.page.measures.one_line {
            let longest = self.page.lines[block.first..block.end].iter().map(|l| l.width).max().unwrap_or(0);
            return longest <= 78 && setoff::judge(self.page, b, self.width).0 == Kind::Verse;
        }
        if n == 2 && setoff::names_speaker(self.page, b) {
            return false;
        }
        if n < 4 { flush::short_lines(self.page, b) } else { flush::verse(self.page, b) }
    }

    fn paragraph(&mut self, b: usize, apart: bool, out: &mut Vec<Block>) {
        let block = &self.page.blocks[b];
        let one_line = self.page.measures.one_line && block.lines() > 1;
        let parts: Vec<Range<usize>> = if one_line {
            (block.first..block.end).map(|i| i..i + 1).collect()
        } else {
            std::iter::once(block.first..block.end).collect()
        };
        for part in parts {
            let text = self.page.paragraph(part.start, part.end);
            if poured::follows_a_colon(self.page, b)
                && self.allow(&rules::VERSE, b)
                && let Some(verse) = setoff::unpoured(&text, &self.small, &mut self.findings)
            {
                out.push(Block::new(BlockKind::Verse(verse)));
                continue;
            }
            let lower = text.as_str().starts_with(|c: char| c.is_lowercase());
            let flush = self.page.measures.indented
                && self.page.measures.first_indent > 0
                && self.page.lines[part.start].indent == 0;
            let style = if self.counts_stanza(b) {
                ParaStyle::Centred
            } else if apart && (lower || flush) {
                ParaStyle::Continued
            } else {
                ParaStyle::Normal
            };
            out.push(Block::new(BlockKind::Para(Para { text, style })));
        }
    }

    /// Whether a block is a number over verse.
    fn counts_stanza(&self, b: usize) -> bool {
        self.page.blocks[b].lines() == 1
            && self.page.blocks.get(b + 1).is_some_and(|next| next.lines() > 1)
            && self.stands_apart(b + 1)
            && heading::read(self.page.raw(b)).is_some_and(|reading| reading.form == Form::Bare)
            && setoff::judge(self.page, b + 1, self.width).0 == Kind::Verse
    }

    /// Breaks at the ends and double breaks part nothing.
    fn strip_breaks(&mut self, out: &mut Vec<Block>) {
        let is = |b: &Block| matches!(b.kind, BlockKind::SceneBreak(_));
        let mut stray = Vec::new();
        let (overrides, source) = (self.overrides, self.source);
        let parts_nothing = |b: &Block| match &b.kind {
            BlockKind::SceneBreak(SceneBreak { ornament: Some(text) }) => {
                overrides.allow(&rules::STRAY_ORNAMENT, text.span(), source)
            }
            _ => is(b),
        };
        while out.last().is_some_and(parts_nothing) {
            stray.extend(out.pop());
        }
        let lead = out.iter().take_while(|b| parts_nothing(b)).count();
        stray.extend(out.drain(..lead));
        let mut k = 1;
        while k < out.len() {
            if parts_nothing(&out[k]) && is(&out[k - 1]) {
                stray.push(out.remove(k));
            } else {
                k += 1;
            }
        }
        for block in stray {
            if let BlockKind::SceneBreak(SceneBreak { ornament: Some(text) }) = block.kind {
                let span = text.span();
                self.findings.push(
                    Finding::note(
                        &rules::STRAY_ORNAMENT,
                        Some(span),
                        format!("`{}` parts nothing", text.as_str()),
                    )
                    .with_certainty(Certainty::percent(95))
                    .with_effect(Effect::LeftOut(vec![span])),
                );
            }
        }
    }
}

/// Whether the block is a break between scenes: an ornament or a tag for a rule.
pub fn is_break(raw: &str) -> bool {
    is_ornament(raw)
        || raw.trim_start().starts_with(['[', '<'])
            && matches!(
                raw.trim().to_ascii_lowercase().as_str(),
                "[hr]"
                    | "<hr>"
                    | "<hr/>"
                    | "<hr />"
                    | "[line]"
                    | "[center]***[/center]"
                    | "[center]* * *[/center]"
            )
}

fn centred(block: Block) -> Block {
    match block.kind {
        BlockKind::Para(p) => Block::new(BlockKind::Para(Para { style: ParaStyle::Centred, ..p })),
        kind => Block::new(kind),
    }
}

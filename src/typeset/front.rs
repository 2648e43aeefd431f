//! In: what is said of the work. Out: half title, list of other works, title page, copyright
//! page, part pages, colophon.

use crate::book::{Chapter, Metadata};
use crate::typeset::chapter::Draft;
use crate::typeset::design::{ColophonStyle, Field};
use crate::typeset::flow::Setter;
use crate::typeset::heading;
use crate::typeset::length::Length;
use crate::typeset::line::{Align, Line, Measure, set_line};
use crate::typeset::page::{Owner, Tag};
use crate::typeset::shape::{Style, StyledSpan};
use crate::typeset::sheet::{Filled, Words, place};
use crate::typeset::styled::{Nodes, Styled};

/// Pages of fixed content with the structure of what stands on them.
pub(super) struct FixedPages {
    pub(super) nodes: Nodes,
    pub(super) drafts: Vec<Draft>,
}

impl FixedPages {
    fn new(nodes: Nodes, draft: Draft) -> Self {
        Self { nodes, drafts: vec![draft] }
    }
}

fn section() -> Nodes {
    let mut nodes = Nodes::default();
    nodes.push(Tag::Section, 0);
    nodes
}

/// The half title.
pub(super) fn half_title(setter: &Setter<'_>) -> FixedPages {
    let meta = &setter.book.meta;
    let mut nodes = section();
    let owner = nodes.push(Tag::Paragraph, 0);
    let title = meta.short_title.clone().unwrap_or_else(|| meta.title.clone());
    let fields = [Filled { field: Field::BookTitle, words: Words::Plain(title), owner }];
    let laid = setter.sheet(&setter.layout.design.half_title, &fields, &mut nodes, setter.layout.lines);
    FixedPages::new(nodes, Draft { items: laid.items, ..Draft::default() })
}

/// The title page.
pub(super) fn title_page(setter: &Setter<'_>) -> FixedPages {
    let meta = &setter.book.meta;
    let mut nodes = section();
    let mut fields = Vec::new();
    for (field, words) in title_fields(setter, meta) {
        let tag = if field == Field::BookTitle { Tag::Heading(1) } else { Tag::Paragraph };
        let owner = nodes.push(tag, 0);
        fields.push(Filled { field, words: Words::Plain(words), owner });
    }
    let laid = setter.sheet(&setter.layout.design.title_page, &fields, &mut nodes, setter.layout.lines);
    FixedPages::new(nodes, Draft { items: laid.items, ..Draft::default() })
}

fn title_fields(setter: &Setter<'_>, meta: &Metadata) -> Vec<(Field, String)> {
    let wording = setter.wording;
    let mut out = vec![(Field::BookTitle, meta.title.clone())];
    let subtitle = meta.subtitle.clone().or_else(|| series(setter));
    out.extend(subtitle.map(|words| (Field::BookSubtitle, words)));
    if let Some(author) = meta.author_line(wording.and) {
        out.push((Field::By, wording.by.to_lowercase()));
        out.push((Field::Author, author));
    }
    let others: Vec<String> =
        [("trl", wording.translated_by), ("ill", wording.illustrated_by), ("edt", wording.edited_by)]
            .iter()
            .filter_map(|(role, by)| {
                let names: Vec<&str> =
                    meta.contributors.iter().filter(|c| c.role == *role).map(|c| c.name.as_str()).collect();
                (!names.is_empty()).then(|| format!("{by} {}", names.join(", ")))
            })
            .collect();
    if !others.is_empty() {
        out.push((Field::Contributors, others.join(" · ")));
    }
    out.extend(meta.publisher.clone().map(|words| (Field::Publisher, words)));
    out.extend(year(meta).map(|words| (Field::Year, words)));
    out
}

fn series(setter: &Setter<'_>) -> Option<String> {
    let series = setter.book.meta.series.as_ref()?;
    Some(match &series.index {
        Some(index) => format!("{}, {}", series.name, setter.wording.volume_of.replace("{}", index)),
        None => series.name.clone(),
    })
}

fn year(meta: &Metadata) -> Option<String> {
    let year = meta.date.as_deref()?.get(..4)?;
    year.bytes().all(|b| b.is_ascii_digit()).then(|| year.to_owned())
}

/// The list of other works, for the back of the half title.
pub(super) fn also_by(setter: &Setter<'_>) -> Option<FixedPages> {
    let meta = &setter.book.meta;
    if meta.also_by.is_empty() {
        return None;
    }
    let layout = setter.layout;
    let mut nodes = section();
    let heading = nodes.push(Tag::Heading(2), 0);
    let head = match meta.author_line(setter.wording.and) {
        Some(author) => format!("{} {author}", setter.wording.also_by),
        None => setter.wording.also_by.to_owned(),
    };
    let mut draft = Draft::default();
    let style = layout.text_style();
    let first = 6;
    let line = set_line(setter.shaper, &head, &style, setter.language);
    let x = (layout.measure() - line.width) / 2;
    place(&line, x, layout.baseline(first), Some(Owner::Content(heading)), &mut draft.items);
    let list = nodes.push(Tag::List, 0);
    let room = layout.lines as i32 - first - 2;
    for (index, work) in meta.also_by.iter().take(room.max(0) as usize).enumerate() {
        let owner = nodes.push(Tag::ListItem, list);
        let line = set_line(setter.shaper, work, &style.italic(), setter.language);
        let x = (layout.measure() - line.width) / 2;
        let y = layout.baseline(first + 2 + index as i32);
        place(&line, x, y, Some(Owner::Content(owner)), &mut draft.items);
    }
    Some(FixedPages::new(nodes, draft))
}

/// The copyright page: groups of small lines that end on the last line.
pub(super) fn copyright(setter: &Setter<'_>) -> FixedPages {
    let layout = setter.layout;
    let small = &layout.design.copyright;
    let style = layout.style(&small.letter);
    let room = layout.measure().scaled((small.width * 1000.0) as i64, 1000);
    let mut nodes = section();
    let mut lines: Vec<Option<(Line, u32)>> = Vec::new();
    for group in imprint(setter) {
        if !lines.is_empty() {
            lines.push(None);
        }
        for text in group {
            let owner = nodes.push(Tag::Paragraph, 0);
            lines.extend(block_lines(setter, text, style, room, owner).into_iter().map(|l| Some((l, owner))));
        }
    }
    let mut draft = Draft::default();
    let first = layout.lines as i32 - lines.len() as i32 + 1;
    for (index, line) in lines.iter().enumerate() {
        if let Some((line, owner)) = line {
            let x = match small.align {
                crate::typeset::design::Align::Centre => (layout.measure() - line.width) / 2,
                crate::typeset::design::Align::Left => Length::ZERO,
                crate::typeset::design::Align::Right => layout.measure() - line.width,
            };
            let y = layout.baseline(first + index as i32);
            place(line, x - line.x, y, Some(Owner::Content(*owner)), &mut draft.items);
        }
    }
    FixedPages::new(nodes, draft)
}

/// What stands on the copyright page, in groups.
fn imprint(setter: &Setter<'_>) -> Vec<Vec<String>> {
    let meta = &setter.book.meta;
    let mut groups = Vec::new();
    let mut title = vec![meta.title.clone()];
    title.extend(meta.author_line(setter.wording.and));
    groups.push(title);
    let mut rights = Vec::new();
    match (&meta.rights, year(meta), meta.author_line(setter.wording.and)) {
        (Some(rights_words), _, _) => rights.push(rights_words.clone()),
        (None, Some(year), Some(author)) => rights.push(format!("© {year} {author}")),
        (None, _, _) => {}
    }
    if !rights.is_empty() {
        groups.push(rights);
    }
    let mut house = Vec::new();
    match (&meta.publisher, &meta.date) {
        (Some(publisher), Some(date)) => house.push(format!("{publisher}, {date}")),
        (Some(publisher), None) => house.push(publisher.clone()),
        (None, _) => {}
    }
    house.extend(meta.identifiers.iter().filter(|id| !id.starts_with("urn:uuid")).map(|id| isbn(id)));
    if !house.is_empty() {
        groups.push(house);
    }
    let made = format!("Inkbind {}", env!("CARGO_PKG_VERSION"));
    groups.push(vec![setter.wording.made_with.replace("{}", &made)]);
    groups
}

fn isbn(identifier: &str) -> String {
    let number = identifier.strip_prefix("urn:isbn:").unwrap_or(identifier);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits == 13 || digits == 10 { format!("ISBN {number}") } else { identifier.to_owned() }
}

/// A short text in lines of at most `room`, ragged.
fn block_lines(setter: &Setter<'_>, text: String, style: Style, room: Length, owner: u32) -> Vec<Line> {
    let span = StyledSpan { range: 0..text.len(), style, owner, language: None };
    let styled = Styled { text, spans: vec![span], notes: Vec::new() };
    setter.lines(styled, &Measure::new(room, Align::Left), false).0
}

/// The page of a part.
pub(super) fn part(setter: &Setter<'_>, chapter: &Chapter) -> FixedPages {
    let mut nodes = section();
    let fields = heading::fields(setter, chapter, &mut nodes);
    let laid = setter.sheet(&setter.layout.design.part, &fields, &mut nodes, setter.layout.lines);
    let mut pages = FixedPages::new(nodes, Draft { items: laid.items, ..Draft::default() });
    if setter.layout.design.part_verso_blank {
        pages.drafts.push(Draft::default());
    }
    pages
}

/// The colophon on the last page.
pub(super) fn colophon(setter: &Setter<'_>, pages: usize) -> FixedPages {
    let layout = setter.layout;
    let style = &layout.design.colophon;
    let letter = layout.style(&style.letter);
    let mut nodes = section();
    let owner = nodes.push(Tag::Paragraph, 0);
    let text = colophon_words(setter, pages);
    let lines = colophon_lines(setter, &text, style, letter, owner);
    let mut draft = Draft::default();
    let first = match style.line {
        Some(line) => line,
        None => layout.lines as i32 - style.above_foot - lines.len() as i32 + 1,
    };
    if let Some(mark) = &style.mark {
        let y = layout.at_line(f64::from(first) - style.mark_gap);
        layout.mark(mark, style.align, y, &mut draft.items);
    }
    let last = first + lines.len() as i32 - 1;
    for (index, line) in lines.iter().enumerate() {
        let x = match style.align {
            crate::typeset::design::Align::Centre => (layout.measure() - line.width) / 2,
            crate::typeset::design::Align::Left => Length::ZERO,
            crate::typeset::design::Align::Right => layout.measure() - line.width,
        };
        let y = layout.baseline(first + index as i32);
        place(line, x - line.x, y, Some(Owner::Content(owner)), &mut draft.items);
    }
    if let Some(mark) = &style.foot_mark {
        layout.mark(mark, style.align, layout.at_line(f64::from(last) + 2.0), &mut draft.items);
    }
    FixedPages::new(nodes, draft)
}

fn colophon_words(setter: &Setter<'_>, pages: usize) -> String {
    let layout = setter.layout;
    let family = layout.family.split(',').next().unwrap_or_default().trim();
    let points = |v: f64| {
        let text = format!("{v:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let title = &setter.book.meta.title;
    let size = points(layout.size);
    let leading = points(layout.leading.to_pt());
    if layout.design.name == "hand" {
        let sheets = pages.div_ceil(4);
        return format!(
            "This book was set in {family} on a grid of {leading} points. Folded in {} of four sheets.",
            gatherings(sheets)
        );
    }
    format!("{title} was set in {family}, {size} points on {leading}, on a page of {} lines.", layout.lines)
}

fn gatherings(sheets: usize) -> String {
    let count = sheets.div_ceil(4).max(1);
    if count == 1 { "one gathering".to_owned() } else { format!("{count} gatherings") }
}

fn colophon_lines(
    setter: &Setter<'_>,
    text: &str,
    style: &ColophonStyle,
    letter: Style,
    owner: u32,
) -> Vec<Line> {
    let mut room = setter.layout.measure().scaled((style.width * 1000.0) as i64, 1000);
    if style.pyramid <= 0.0 {
        return block_lines(setter, text.to_owned(), letter, room, owner);
    }
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && lines.len() < 12 {
        let mut all = block_lines(setter, rest.to_owned(), letter, room, owner);
        if all.is_empty() {
            break;
        }
        let line = all.remove(0);
        rest = rest.get(line.range.end..).unwrap_or_default().trim_start();
        lines.push(line);
        room = room.scaled(((1.0 - style.pyramid) * 1000.0) as i64, 1000);
    }
    lines
}

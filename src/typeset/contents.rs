//! In: the headings of the book, then their page numbers. Out: the pages of the table of
//! contents.

use crate::text::Text;
use crate::typeset::chapter::Draft;
use crate::typeset::design::{Align, Contents, Field, PageNumber, PartLine, Type};
use crate::typeset::flow::Setter;
use crate::typeset::layout::Layout;
use crate::typeset::length::Length;
use crate::typeset::line::{self, Line, Measure, set_line};
use crate::typeset::page::{Ink, Item, Owner, Shape, Tag};
use crate::typeset::sheet::{Filled, Words, place};
use crate::typeset::styled::{self, Marks, Nodes};

/// Least width of a title's column, in em of its type: three words of a heading.
const LEAST_ROOM: f64 = 9.0;
/// The first entry stands on this line at least, below the heading.
const LEAST_FIRST_LINE: i32 = 7;
/// No higher than this, with the heading over it, where that saves a second page.
const HIGHEST_FIRST_LINE: i32 = 5;
const HIGHEST_HEADING: i32 = 2;
/// Most lines that a title takes in the table; the whole of it stands over its chapter.
const MOST_TITLE_LINES: usize = 6;
/// Least share of the design's size at which a narrow table is set.
const LEAST_SHARE: f64 = 0.5;
/// Share of the measure that a centred entry may fill.
const CENTRED_WIDTH: (i64, i64) = (80, 100);
/// The last page of a long table has at least this many lines.
const LEAST_LAST: i32 = 5;
/// Costs of page breaks in the table, in empty lines: a page more; a break inside a part; a part's
/// name parted from its entries, or a single entry from the others; each line that the last page
/// lacks.
const PAGE: i32 = 40;
const INSIDE_PART: i32 = 8;
const TORN_PART: i32 = 30;
const THIN_LAST_PAGE: i32 = 12;
/// Grey of leaders, in per cent of black.
const LEADER_GREY: u8 = 35;

/// A line of the contents before its page is known.
pub(super) struct Entry {
    /// Whether it is a part.
    pub(super) part: bool,
    /// The number in the design's form.
    pub(super) number: Option<String>,
    /// The title.
    pub(super) title: Option<Words>,
    /// The same in plain words, for those who cannot see the page.
    pub(super) plain: String,
}

/// The table, broken into pages.
pub(super) struct Table {
    pub(super) nodes: Nodes,
    rows: Vec<Row>,
    /// Index of the first row of each page.
    starts: Vec<usize>,
    heading: Vec<Item>,
    /// The design's style, smaller where the measure is narrow.
    style: Contents,
}

/// An entry with its lines.
struct Row {
    /// Empty lines above, where it does not begin a page.
    above: i32,
    /// Lines that it takes.
    depth: i32,
    /// What is known before the page number is: relative to its first line.
    words: Vec<(Line, Length, i32)>,
    /// Where the title ends, on which line of the row.
    end: (Length, i32),
    part: bool,
    link: u32,
    plain: String,
    /// Whether the page number is shown.
    numbered: bool,
    /// Width of a centred entry's last line.
    centred: Option<Length>,
}

/// Where an entry leads, once its page is known.
pub(super) struct Goal {
    /// Its number as printed.
    pub(super) folio: String,
}

/// An area of a contents page that leads to an entry.
pub(super) struct EntryLink {
    /// Index of the entry.
    pub(super) entry: usize,
    /// Left, top, width, height; x right of the text's left edge.
    pub(super) area: (Length, Length, Length, Length),
    pub(super) owner: u32,
    pub(super) alt: String,
}

/// Edges of the columns.
struct Columns {
    left: Length,
    right: Length,
    number_width: Length,
    title: Length,
    title_room: Length,
}

impl Table {
    /// Sets the entries and breaks them into pages. The page count does not depend on the page
    /// numbers: they have a column, or are run in at a width that is allowed for.
    pub(super) fn new(setter: &Setter<'_>, entries: &[Entry]) -> Self {
        let layout = setter.layout;
        let mut style = fitted(setter, &layout.design.contents, entries);
        let mut nodes = Nodes::default();
        nodes.push(Tag::Section, 0);
        let owner = nodes.push(Tag::Heading(1), 0);
        let word = setter.wording.contents;
        let words = match &style.heading {
            Some(form) if setter.wording.language == "en" => form.replace("{}", word),
            _ => word.to_owned(),
        };
        let fields = [Filled { field: Field::Contents, words: Words::Plain(words), owner }];
        let mut heading = setter.sheet(&style.sheet, &fields, &mut nodes, setter.layout.lines / 2).items;
        let list = nodes.push(Tag::Contents, 0);
        let columns = columns(setter, &style, entries);
        let mut rows: Vec<Row> = Vec::with_capacity(entries.len());
        for entry in entries {
            let row = if entry.part {
                part_row(setter, &style, &columns, entry, list, &mut nodes)
            } else {
                entry_row(setter, &style, &columns, entry, list, &mut nodes)
            };
            rows.push(row);
        }
        let lines = raised(layout, &style, &heading, &rows);
        style.first_line -= lines;
        for item in &mut heading {
            item.shape.shift(Length::ZERO, layout.baseline(1) - layout.baseline(1 + lines));
        }
        let starts = break_pages(layout, &style, &rows);
        Self { nodes, rows, starts, heading, style }
    }

    /// Number of pages.
    pub(super) fn pages(&self) -> usize {
        self.starts.len()
    }

    /// The pages with their page numbers, and the areas that lead to the entries.
    pub(super) fn lay(&self, setter: &Setter<'_>, goals: &[Goal]) -> Vec<(Draft, Vec<EntryLink>)> {
        let style = &self.style;
        let mut out = Vec::new();
        for (page, start) in self.starts.iter().enumerate() {
            let end = self.starts.get(page + 1).copied().unwrap_or(self.rows.len());
            let mut draft = Draft { head: page > 0, folio: true, ..Draft::default() };
            let mut line = 1;
            if page == 0 {
                draft.items.extend(self.heading.iter().cloned());
                line = style.first_line;
            }
            let mut links = Vec::new();
            for index in *start..end {
                let row = &self.rows[index];
                if index > *start {
                    line += row.above;
                }
                let goal = goals.get(index);
                links.extend(row.lay(setter, style, line, goal, index, &mut draft.items));
                line += row.depth;
            }
            out.push((draft, links));
        }
        out
    }
}

/// The style, with all its sizes and widths smaller where the design's would leave too little room for titles,
/// and with the first entry higher up where the page has few lines.
fn fitted(setter: &Setter<'_>, style: &Contents, entries: &[Entry]) -> Contents {
    let layout = setter.layout;
    let mut style = style.clone();
    style.first_line = style.first_line.min((layout.lines as i32 / 2).max(LEAST_FIRST_LINE));
    let room = columns(setter, &style, entries).title_room;
    let least = layout.points(style.letter.size * LEAST_ROOM);
    if room >= least {
        return style;
    }
    let measure = layout.measure();
    let share = (measure.0 as f64 / (measure - room + least).0 as f64).max(LEAST_SHARE);
    let letters = [Some(&mut style.letter), style.number.as_mut(), Some(&mut style.page)];
    for letter in letters.into_iter().flatten().chain([&mut style.part_number, &mut style.part_title]) {
        letter.size *= share;
    }
    for dimension in [
        &mut style.inset,
        &mut style.number_width,
        &mut style.number_gap,
        &mut style.page_width,
        &mut style.page_gap,
        &mut style.turnover,
        &mut style.part_gap,
    ] {
        *dimension = dimension.times(share);
    }
    style
}

/// By how many lines heading and entries stand higher than in the design, where that makes them one page: a few
/// entries alone on a second one look lost.
fn raised(layout: &Layout, style: &Contents, heading: &[Item], rows: &[Row]) -> i32 {
    let depth = rows.iter().map(|r| r.depth + r.above).sum::<i32>() - rows.first().map_or(0, |r| r.above);
    let over = depth - (layout.lines as i32 - style.first_line + 1);
    let baselines = heading.iter().filter_map(|item| match &item.shape {
        Shape::Glyphs(run) => Some(run.y),
        _ => None,
    });
    let Some(top) = baselines.min() else { return 0 };
    let line = (1..style.first_line).take_while(|n| layout.baseline(*n) <= top).last().unwrap_or(1);
    let most = (style.first_line - HIGHEST_FIRST_LINE).min(line - HIGHEST_HEADING);
    if over > 0 && over <= most { over } else { 0 }
}

fn columns(setter: &Setter<'_>, style: &Contents, entries: &[Entry]) -> Columns {
    let layout = setter.layout;
    let left = layout.dimension(style.inset);
    let right = layout.measure() - left;
    let numbers: Vec<Length> = entries
        .iter()
        .filter(|e| !e.part)
        .filter_map(|e| Some(number_line(setter, style, e.number.as_ref()?).width))
        .collect();
    let number_width = match (numbers.iter().max(), style.number_form) {
        (Some(widest), Some(_)) => layout.dimension(style.number_width).max(*widest),
        _ => Length::ZERO,
    };
    let gap = if number_width > Length::ZERO { layout.dimension(style.number_gap) } else { Length::ZERO };
    let page_column = layout.dimension(style.page_width) + layout.dimension(style.page_gap);
    let (title, title_room) = match style.page_number {
        PageNumber::Right => {
            let title = left + number_width + gap;
            (title, right - page_column - title)
        }
        PageNumber::First => (left + page_column, right - left - page_column),
        PageNumber::RunIn => (left, (right - left).scaled(CENTRED_WIDTH.0, CENTRED_WIDTH.1)),
    };
    Columns { left, right, number_width, title, title_room }
}

fn number_line(setter: &Setter<'_>, style: &Contents, number: &str) -> Line {
    let letter = style.number.as_ref().unwrap_or(&style.letter);
    let stop = if style.number_stop { "." } else { "" };
    setter.label(&format!("{number}{stop}"), letter)
}

fn entry_row(
    setter: &Setter<'_>,
    style: &Contents,
    columns: &Columns,
    entry: &Entry,
    list: u32,
    nodes: &mut Nodes,
) -> Row {
    let owner = nodes.push(Tag::ContentsEntry, list);
    let link = nodes.push(Tag::Link, owner);
    let mut words = Vec::new();
    let shown = style.number_form.is_some().then_some(entry.number.as_ref()).flatten();
    if let Some(number) = shown {
        let line = number_line(setter, style, number);
        let x = match style.number_align {
            Align::Right => columns.left + columns.number_width - line.width,
            Align::Centre => columns.left + (columns.number_width - line.width) / 2,
            Align::Left => columns.left,
        };
        words.push((line, x, 0));
    }
    let title = title_lines(setter, style, columns, entry, link, nodes);
    let depth = title.len().max(1) as i32;
    let mut end = (columns.title, 0);
    let mut centred = None;
    for (index, line) in title.into_iter().enumerate() {
        let at = index as i32;
        let x = if style.align == Align::Centre {
            let width = line.width;
            centred = Some(width);
            (setter.layout.measure() - width) / 2
        } else {
            columns.title
        };
        end = (x + line.x + line.width, at);
        words.push((line, x, at));
    }
    Row {
        above: 0,
        depth,
        words,
        end,
        part: false,
        link,
        plain: entry.plain.clone(),
        numbered: true,
        centred,
    }
}

fn title_lines(
    setter: &Setter<'_>,
    style: &Contents,
    columns: &Columns,
    entry: &Entry,
    link: u32,
    nodes: &mut Nodes,
) -> Vec<Line> {
    let plain = |words: &str| Words::Plain(words.to_owned());
    let words = match &entry.title {
        Some(words) => words.clone(),
        None => plain(entry.number.as_deref().unwrap_or_default()),
    };
    if style.align == Align::Centre {
        return setter.display(&words, &style.letter, columns.title_room, link, nodes);
    }
    let lines = set_title(setter, style, columns, &words, link, nodes);
    if lines.len() <= MOST_TITLE_LINES {
        return lines;
    }
    let full = words.plain();
    let bytes = full.len() * (MOST_TITLE_LINES - 1) / lines.len();
    let begun = full[..floor_boundary(full, bytes)].trim_end_matches(|c: char| !c.is_whitespace()).trim_end();
    set_title(setter, style, columns, &plain(&format!("{begun}…")), link, nodes)
}

/// The greatest boundary between characters up to byte `at`.
fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn set_title(
    setter: &Setter<'_>,
    style: &Contents,
    columns: &Columns,
    words: &Words,
    link: u32,
    nodes: &mut Nodes,
) -> Vec<Line> {
    let layout = setter.layout;
    let base = layout.style(&style.letter);
    let styled = match words {
        Words::Marked(text) => {
            let mut number = |_| None;
            styled::style(text, base, link, nodes, &mut Marks { number: &mut number, plain_emphasis: false })
        }
        Words::Plain(words) => {
            let text = Text::inserted(words.clone(), 0);
            let mut number = |_| None;
            styled::style(&text, base, link, nodes, &mut Marks { number: &mut number, plain_emphasis: false })
        }
    };
    let turnover = layout.dimension(style.turnover);
    let measure = Measure::new(columns.title_room, line::Align::Left).hanging(turnover);
    setter.lines(styled, &measure, false).0
}

fn part_row(
    setter: &Setter<'_>,
    style: &Contents,
    columns: &Columns,
    entry: &Entry,
    list: u32,
    nodes: &mut Nodes,
) -> Row {
    let layout = setter.layout;
    let owner = nodes.push(Tag::ContentsEntry, list);
    let link = nodes.push(Tag::Link, owner);
    let edge = if style.part_on_titles { columns.title } else { columns.left };
    let align = |width: Length| match style.part_align {
        Align::Centre => (layout.measure() - width) / 2,
        Align::Left => edge,
        Align::Right => columns.right - width,
    };
    let number = entry.number.as_ref().map(|n| setter.label(n, &style.part_number));
    let title = entry
        .title
        .as_ref()
        .map(|title| setter.display(title, &style.part_title, columns.right - edge, link, nodes));
    let mut words = Vec::new();
    let mut depth = 0;
    let one_line = style.part_line == PartLine::OneLine;
    match (number, title) {
        (Some(number), Some(mut title)) if one_line && title.len() == 1 => {
            let title = title.remove(0);
            let gap = layout.dimension(style.part_gap);
            let x = align(number.width + gap + title.width);
            let second = x + number.width + gap;
            words.push((number, x, 0));
            words.push((title, second, 0));
            depth = 1;
        }
        (number, title) => {
            let shown = style.part_line != PartLine::TitleOnly || title.is_none();
            for line in number.filter(|_| shown).into_iter().chain(title.into_iter().flatten()) {
                let x = align(line.width);
                words.push((line, x, depth));
                depth += 1;
            }
        }
    }
    Row {
        above: 1,
        depth: depth.max(1),
        words,
        end: (Length::ZERO, 0),
        part: true,
        link,
        plain: entry.plain.clone(),
        numbered: false,
        centred: None,
    }
}

/// The first row of each page, cheapest over the table: full pages, but no part's name without
/// two of its entries, no single entry away from its part, no last page of a few lines.
fn break_pages(layout: &Layout, style: &Contents, rows: &[Row]) -> Vec<usize> {
    let total = layout.lines as i32;
    let first_room = (total - style.first_line + 1).max(1);
    let count = rows.len();
    // best[i]: least cost of pages that end before row i, and where the last of them begins.
    let mut best: Vec<(i32, usize)> = vec![(i32::MAX, 0); count + 1];
    best[0] = (0, 0);
    for start in 0..count {
        if best[start].0 == i32::MAX {
            continue;
        }
        let room = if start == 0 { first_room } else { total };
        let mut depth = 0;
        for end in start + 1..=count {
            let row = &rows[end - 1];
            depth += row.depth + if end - 1 > start { row.above } else { 0 };
            if depth > room && end > start + 1 {
                break;
            }
            let cost = best[start].0 + page_cost(rows, end, depth, room);
            if cost < best[end].0 {
                best[end] = (cost, start);
            }
        }
    }
    let mut starts = Vec::new();
    let mut at = count;
    while at > 0 {
        at = best[at].1;
        starts.push(at);
    }
    starts.reverse();
    if starts.is_empty() { vec![0] } else { starts }
}

/// What it costs to end a page of `depth` lines before row `end`.
fn page_cost(rows: &[Row], end: usize, depth: i32, room: i32) -> i32 {
    if end == rows.len() {
        return (LEAST_LAST - depth).max(0) * THIN_LAST_PAGE;
    }
    let mut cost = PAGE + (room - depth).max(0);
    // Two rows of a part on either side are enough: no more of them are looked at.
    let before = rows[..end].iter().rev().take(2).take_while(|r| !r.part).count();
    let parted = before < 2.min(end);
    if parted {
        cost += if before == 0 { TORN_PART * 4 } else { TORN_PART };
    }
    if !rows[end].part {
        cost += INSIDE_PART;
        let after = rows[end..].iter().take(2).take_while(|r| !r.part).count();
        if after < 2 {
            cost += TORN_PART;
        }
    }
    cost
}

impl Row {
    fn lay(
        &self,
        setter: &Setter<'_>,
        style: &Contents,
        line: i32,
        goal: Option<&Goal>,
        index: usize,
        items: &mut Vec<Item>,
    ) -> Option<EntryLink> {
        let layout = setter.layout;
        let owner = Owner::Content(self.link);
        let number = goal.filter(|_| self.numbered).map(|g| page_number(setter, &style.page, &g.folio));
        let mut shift = Length::ZERO;
        let gap = layout.dimension(style.page_gap);
        if let (Some(number), Some(_)) = (&number, self.centred) {
            shift = -(gap + number.width) / 2;
        }
        for (words, x, at) in &self.words {
            let moved = if *at == self.end.1 { *x + shift } else { *x };
            place(words, moved, layout.baseline(line + at), Some(owner), items);
        }
        if let Some(number) = number {
            let edge = layout.measure() - layout.dimension(style.inset);
            let (x, at) = match style.page_number {
                PageNumber::Right => (edge - number.width, self.end.1),
                PageNumber::First => {
                    let column = layout.dimension(style.inset) + layout.dimension(style.page_width);
                    (column - number.width, 0)
                }
                PageNumber::RunIn => (self.end.0 + shift + gap, self.end.1),
            };
            let y = layout.baseline(line + at);
            if let (Some(pitch), PageNumber::Right) = (style.leaders, style.page_number) {
                let from = self.end.0 + layout.points(3.0);
                let to = edge - layout.dimension(style.page_width).max(number.width) - layout.points(2.0);
                leaders(setter, &style.letter, layout.points(pitch), from, to, y, items);
            }
            place(&number, x, y, Some(owner), items);
        }
        let leading = layout.leading;
        let top = layout.baseline(line) - leading * 3 / 4;
        let area = (Length::ZERO, top, layout.measure(), leading * i64::from(self.depth));
        goal.map(|_| EntryLink { entry: index, area, owner: self.link, alt: self.plain.clone() })
    }
}

fn page_number(setter: &Setter<'_>, letter: &Type, folio: &str) -> Line {
    let style = setter.layout.style(letter);
    set_line(setter.shaper, folio, &style, setter.language)
}

/// Dots from the title to its number, one under the other down the page.
fn leaders(
    setter: &Setter<'_>,
    letter: &Type,
    pitch: Length,
    from: Length,
    to: Length,
    y: Length,
    items: &mut Vec<Item>,
) {
    let style = setter.layout.style(letter).ink(Ink::Black(LEADER_GREY));
    let dot = set_line(setter.shaper, ".", &style, setter.language);
    if pitch <= Length::ZERO {
        return;
    }
    // Counted from the right edge, so that the dots of all lines stand in columns.
    let edge = setter.layout.measure();
    let mut count = ((edge - to).0 / pitch.0) + 1;
    loop {
        let x = edge - pitch * count;
        if x < from {
            return;
        }
        place(&dot, x, y, Some(Owner::Decoration), items);
        count += 1;
    }
}

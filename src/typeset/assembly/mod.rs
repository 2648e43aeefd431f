//! In: the book and its layout. Out: its pages in order: front matter, contents, chapters, notes,
//! with folios, heads, links, outline and structure.

mod bind;
mod settle;

use std::collections::BTreeSet;

use bind::{Binder, Laid};

use crate::book::{Book, Chapter, Matter, Role};
use crate::typeset::TypesetError;
use crate::typeset::chapter::SetChapter;
use crate::typeset::contents::{Entry, Goal, Table};
use crate::typeset::flow::Setter;
use crate::typeset::front::{self, FixedPages};
use crate::typeset::heading;
use crate::typeset::layout::Layout;
use crate::typeset::page::{Pages, Side};
use crate::typeset::paginate::{Join, Placed, Plan, Plans};
use crate::typeset::pieces::largest_first;
use crate::typeset::rules;
use crate::typeset::sheet::Words;

/// One piece of the book: fixed pages, a chapter, the contents.
struct Unit<'a> {
    join: Join,
    matter: Matter,
    plans: Plans,
    content: Content,
    /// The chapter of the book that it shows.
    chapter: Option<&'a Chapter>,
}

enum Content {
    Fixed(FixedPages),
    Chapter(Box<SetChapter>),
    /// With the unit of each entry.
    Contents(Box<Table>, Vec<usize>),
}

/// Sets the whole book in this layout.
pub(super) fn assemble(setter: Setter<'_>) -> Result<Pages, TypesetError> {
    let book = setter.book;
    let chapters = || {
        let chapters: Vec<_> = book.chapters.iter().zip(heading::above(&book.chapters)).collect();
        largest_first(chapters, |(c, _)| text_bytes(c), |(chapter, of)| set_chapter(setter, chapter, of))
    };
    let (set, front): (Vec<Vec<Content>>, _) = rayon::join(chapters, || first_pages(&setter));
    let notes_fit = set.iter().flatten().all(|c| match c {
        Content::Chapter(chapter) => chapter.notes_fit,
        Content::Fixed(_) | Content::Contents(..) => true,
    });
    if !setter.endnotes && !notes_fit {
        drop(set);
        let mut pages = assemble(Setter { endnotes: true, ..setter })?;
        pages.findings.push(rules::notes_moved());
        return Ok(pages);
    }
    let mut units = order(&setter, front, set);
    let Some(placed) = settle::settle(setter, &mut units) else {
        if setter.endnotes {
            return Err(TypesetError::Setting("the pages are too small for what stands on them".to_owned()));
        }
        let mut pages = assemble(Setter { endnotes: true, ..setter })?;
        pages.findings.push(rules::notes_moved());
        return Ok(pages);
    };
    Ok(Binder::new(setter).bind(units, &placed))
}

/// Bytes of the text of a chapter.
fn text_bytes(chapter: &Chapter) -> usize {
    let mut bytes = 0;
    chapter.body.iter().for_each(|block| block.for_each_text(&mut |text| bytes += text.len()));
    bytes
}

/// A chapter as pieces: a part page and its text, or its text alone. `of` is what it is a chapter of.
fn set_chapter<'a>(setter: Setter<'a>, chapter: &'a Chapter, of: Option<&'a Chapter>) -> Vec<Content> {
    match chapter.role {
        Role::Dedication | Role::Epigraph => {
            vec![Content::Chapter(Box::new(SetChapter::motto(setter, chapter)))]
        }
        Role::Part | Role::Volume => {
            let mut out = vec![Content::Fixed(front::part(&setter, chapter))];
            if !(chapter.body.is_empty() && chapter.epigraphs.is_empty()) {
                out.push(Content::Chapter(Box::new(SetChapter::under_part(setter, chapter))));
            }
            out
        }
        Role::Foreword
        | Role::Preface
        | Role::Introduction
        | Role::Acknowledgements
        | Role::DramatisPersonae
        | Role::FrontMatter
        | Role::Prologue
        | Role::Chapter
        | Role::Interlude
        | Role::Epilogue
        | Role::Afterword
        | Role::Appendix
        | Role::Notes
        | Role::Glossary
        | Role::Bibliography
        | Role::AboutAuthor
        | Role::BackMatter => vec![Content::Chapter(Box::new(SetChapter::new(setter, chapter, of)))],
    }
}

/// The pages that the metadata make, with which every book begins.
fn first_pages(setter: &Setter<'_>) -> Vec<(Join, FixedPages)> {
    let half_title = (Join::Recto, front::half_title(setter));
    let also_by = front::also_by(setter).map(|pages| (Join::NextPage, pages));
    let title = [(Join::Recto, front::title_page(setter)), (Join::NextPage, front::copyright(setter))];
    [half_title].into_iter().chain(also_by).chain(title).collect()
}

/// Puts the pieces into the order of a book and adds its contents and notes.
fn order<'a>(setter: &Setter<'a>, first: Vec<(Join, FixedPages)>, set: Vec<Vec<Content>>) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = first.into_iter().map(|(join, pages)| fixed(join, pages)).collect();
    let mut mottos = Vec::new();
    let mut before = Vec::new();
    let mut body = Vec::new();
    let mut notes = Vec::new();
    for (chapter, contents) in setter.book.chapters.iter().zip(set) {
        let matter = chapter.role.matter();
        for (index, content) in contents.into_iter().enumerate() {
            if matches!(&content, Content::Chapter(set) if set.is_empty()) {
                continue;
            }
            if let Content::Chapter(set) = &content
                && !set.notes().is_empty()
            {
                notes.push((set.head.clone(), set.notes().to_vec()));
            }
            let motto = matches!(chapter.role, Role::Dedication | Role::Epigraph);
            let first_of_body = matter != Matter::Front && body.is_empty();
            let join = if motto || first_of_body || (chapter.role.is_division() && index == 0) {
                Join::Recto
            } else {
                Join::NextPage
            };
            let unit = chapter_unit(chapter, matter, join, content);
            match matter {
                _ if motto => mottos.push(unit),
                Matter::Front => before.push(unit),
                Matter::Body | Matter::Back => body.push(unit),
            }
        }
    }
    // A note that nothing refers to, or only a heading, is not lost.
    let known: BTreeSet<usize> = notes.iter().flat_map(|(_, n)| n).copied().collect();
    let loose: Vec<usize> = (0..setter.book.notes.len()).filter(|n| !known.contains(n)).collect();
    if !setter.endnotes {
        notes.clear();
    }
    if !loose.is_empty() {
        notes.push((String::new(), loose));
    }
    if !notes.is_empty() {
        let mut set = SetChapter::endnotes(*setter, &notes);
        let plans = std::mem::take(&mut set.plans);
        let content = Content::Chapter(Box::new(set));
        body.push(Unit { join: Join::NextPage, matter: Matter::Back, plans, content, chapter: None });
    }
    units.append(&mut mottos);
    let contents_at = units.len();
    units.append(&mut before);
    units.append(&mut body);
    if let Some(table) = contents(setter, &units, contents_at) {
        units.insert(contents_at, table);
    }
    units
}

fn chapter_unit(chapter: &Chapter, matter: Matter, join: Join, mut content: Content) -> Unit<'_> {
    let plans = match &mut content {
        Content::Chapter(set) => std::mem::take(&mut set.plans),
        Content::Fixed(pages) => fixed_plans(pages.drafts.len()),
        Content::Contents(table, ..) => fixed_plans(table.pages()),
    };
    Unit { join, matter, plans, content, chapter: Some(chapter) }
}

fn fixed<'a>(join: Join, pages: FixedPages) -> Unit<'a> {
    let plans = fixed_plans(pages.drafts.len());
    Unit { join, matter: Matter::Front, plans, content: Content::Fixed(pages), chapter: None }
}

/// Plans of `pages` pages that cost nothing.
fn fixed_plans(pages: usize) -> Plans {
    let plan = || Some(Plan { cost: 0.0, pages: Vec::new() });
    if pages % 2 == 1 { [[plan(), None], [None, plan()]] } else { [[None, plan()], [plan(), None]] }
}

/// The table of contents of the units behind it; none for a book of one piece.
fn contents<'a>(setter: &Setter<'a>, units: &[Unit<'a>], at: usize) -> Option<Unit<'a>> {
    let mut entries = Vec::new();
    let mut targets = Vec::new();
    let form = setter.layout.design.contents.number_form;
    for (index, unit) in units.iter().enumerate().skip(at) {
        let Some(chapter) = unit.chapter else {
            if let Content::Chapter(set) = &unit.content {
                let title = Some(Words::Plain(set.title.clone()));
                entries.push(Entry { part: false, number: None, title, plain: set.title.clone() });
                targets.push(index);
            }
            continue;
        };
        let division = chapter.role.is_division();
        if division && matches!(unit.content, Content::Chapter(_)) {
            continue;
        }
        let plain = heading::outline(setter, chapter);
        if plain.is_empty() {
            continue;
        }
        let number_form = if division { Some(setter.layout.design.part_number_form) } else { form };
        let number = number_form.filter(|_| chapter.number.is_some());
        let number = number.and_then(|form| heading::number(setter, chapter, form));
        let (number, title) = match &chapter.title {
            Some(title) => (number, Some(Words::Marked(heading::cased(setter, title)))),
            None if division && number.is_some() => (number, None),
            None => (None, Some(Words::Plain(plain.clone()))),
        };
        entries.push(Entry { part: division, number, title, plain });
        targets.push(index);
    }
    if entries.len() < 2 {
        return None;
    }
    let table = Table::new(setter, &entries);
    // The contents themselves push every unit behind them one place on.
    let targets = targets.into_iter().map(|t| t + 1).collect();
    let plans = fixed_plans(table.pages());
    let content = Content::Contents(Box::new(table), targets);
    Some(Unit { join: Join::Recto, matter: Matter::Front, plans, content, chapter: None })
}

impl Unit<'_> {
    fn plan(&self, place: Placed) -> Option<&Plan> {
        let index = |side: Side| usize::from(side == Side::Verso);
        self.plans[index(place.side)][index(place.end)].as_ref()
    }

    fn length(&self, place: Placed) -> usize {
        match &self.content {
            Content::Fixed(pages) => pages.drafts.len(),
            Content::Contents(table, ..) => table.pages(),
            Content::Chapter(_) => self.plan(place).map_or(0, |p| p.pages.len()),
        }
    }

    /// The thread of the pool that set it; `None` where that is all the same.
    fn thread(&self) -> Option<usize> {
        if let Content::Chapter(set) = &self.content { set.thread } else { None }
    }

    /// How many structure nodes it has.
    fn nodes(&self) -> usize {
        match &self.content {
            Content::Fixed(pages) => pages.nodes.all.len(),
            Content::Chapter(set) => set.nodes.all.len(),
            Content::Contents(table, ..) => table.nodes.all.len(),
        }
    }

    /// Its pages; of the contents with the links of each, and the units to which they lead.
    fn lay(self, setter: &Setter<'_>, place: Placed, goals: &(dyn Fn(&[usize]) -> Vec<Goal> + Sync)) -> Laid {
        let level = self.chapter.map_or(0, |c| c.level);
        let plan = self.plan(place).cloned();
        let title = self.chapter.map(|c| heading::outline(setter, c)).unwrap_or_default();
        let part = self.chapter.is_some_and(|c| c.role.is_division());
        match self.content {
            Content::Fixed(pages) => Laid {
                nodes: pages.nodes,
                drafts: pages.drafts,
                head: title.clone(),
                title: if part { title } else { String::new() },
                level,
                ..Laid::default()
            },
            Content::Chapter(mut set) => Laid {
                drafts: plan.map(|p| set.lay(setter, &p, place.side)).unwrap_or_default(),
                nodes: std::mem::take(&mut set.nodes),
                head: std::mem::take(&mut set.head),
                title: if part { String::new() } else { std::mem::take(&mut set.title) },
                findings: std::mem::take(&mut set.findings),
                level,
                ..Laid::default()
            },
            Content::Contents(mut table, targets) => {
                let (drafts, links) = table.lay(setter, &goals(&targets)).into_iter().unzip();
                Laid {
                    nodes: std::mem::take(&mut table.nodes),
                    drafts,
                    head: setter.wording.contents.to_owned(),
                    title: setter.wording.contents.to_owned(),
                    links,
                    targets,
                    ..Laid::default()
                }
            }
        }
    }
}

/// Rounds in which margins and page count settle; the margin only ever grows, so that the last
/// round's is never too narrow.
const ROUNDS: usize = 4;

/// Sets a book; widens the gutter until it is right for the number of pages that it makes.
pub(super) fn settle(book: &Book, layout: &Layout, setter: Setter<'_>) -> Result<Pages, TypesetError> {
    let mut wide: Option<Layout> = None;
    let mut pages = assemble(setter)?;
    for _ in 0..ROUNDS {
        let current = wide.as_ref().unwrap_or(layout);
        let Some(next) = current.with_gutter(pages.pages.len()) else { break };
        pages = assemble(Setter { layout: &next, book, ..setter })?;
        wide = Some(next);
    }
    if let Some(layout) = wide {
        pages.findings.push(rules::gutter(pages.pages.len(), layout.inside.to_pt(), &layout.profile.name));
    }
    Ok(pages)
}

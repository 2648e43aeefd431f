//! In: the pieces of a book, each with its place. Out: its pages, with folios, heads, links, outline and structure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Unit;
use crate::book::Matter;
use crate::report::Finding;
use crate::typeset::chapter::{Draft, OVERFULL};
use crate::typeset::contents::{EntryLink, Goal};
use crate::typeset::flow::Setter;
use crate::typeset::front;
use crate::typeset::furniture::{Heads, folio_text, furnish};
use crate::typeset::length::Length;
use crate::typeset::page::{
    Folio, Item, LinkArea, OutlineEntry, Owner, Page, PageImage, Pages, Shape, Side, StructureNode, Tag,
    Target, WordCount,
};
use crate::typeset::paginate::Placed;
use crate::typeset::pieces::largest_first_at_home;
use crate::typeset::rules;
use crate::typeset::styled::Nodes;

/// A piece on its pages, which do not know yet where they stand in the book.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) nodes: Nodes,
    pub(super) drafts: Vec<Draft>,
    /// Its words in running heads.
    pub(super) head: String,
    /// Its words in the outline; empty: it has no entry.
    pub(super) title: String,
    pub(super) findings: Vec<Finding>,
    pub(super) level: u8,
    /// By page, the entries of the contents that lead elsewhere.
    pub(super) links: Vec<Vec<EntryLink>>,
    /// To which piece each entry leads.
    pub(super) targets: Vec<usize>,
}

/// Where the pieces of a book stand in it.
struct Places {
    /// The first page of each piece.
    firsts: Vec<usize>,
    /// The first structure node of each piece.
    bases: Vec<u32>,
    /// The page that begins the arabic numbers.
    body: usize,
}

/// A piece as a part of the book.
struct Bound {
    first: usize,
    base: u32,
    pages: Vec<Page>,
    nodes: Vec<StructureNode>,
    title: String,
    level: u8,
    findings: Vec<Finding>,
    words: WordCount,
    /// The faces in use.
    faces: BTreeSet<usize>,
    /// Whether it shows pictures.
    has_images: bool,
}

/// Binds pieces into a book.
pub(super) struct Binder<'a> {
    setter: Setter<'a>,
    pages: Vec<Page>,
    structure: Vec<StructureNode>,
    outline: Vec<OutlineEntry>,
    findings: Vec<Finding>,
    /// Place of each asset in use among the images.
    images: BTreeMap<usize, usize>,
    /// Of each piece.
    words: Vec<WordCount>,
    /// The faces in use.
    faces: BTreeSet<usize>,
}

/// Which page of the book begins the arabic numbers, counted from 0.
fn folio(page: usize, body: usize) -> Folio {
    if page >= body { Folio::Arabic((page - body) as u32 + 1) } else { Folio::Roman(page as u32 + 1) }
}

/// The side of the page with this index.
const fn side(index: usize) -> Side {
    if index.is_multiple_of(2) { Side::Recto } else { Side::Verso }
}

impl Places {
    fn new(units: &[Unit<'_>], placed: &[Placed]) -> Self {
        let mut places = Self { firsts: Vec::new(), bases: Vec::new(), body: usize::MAX };
        // The root stands before all others.
        let (mut page, mut node) = (0, 1);
        for (unit, place) in units.iter().zip(placed) {
            page += usize::from(place.blank_before);
            places.firsts.push(page);
            places.bases.push(node);
            if unit.matter != Matter::Front && places.body == usize::MAX {
                places.body = page;
            }
            page += unit.length(*place);
            node += unit.nodes() as u32;
        }
        places
    }

    fn goals(&self, targets: &[usize]) -> Vec<Goal> {
        targets.iter().map(|t| Goal { folio: folio_text(folio(self.firsts[*t], self.body)) }).collect()
    }
}

impl Laid {
    /// Its pages as they are in the book: page `first` and structure node `base` are its first.
    fn bind(self, setter: &Setter<'_>, places: &Places, first: usize, base: u32) -> Bound {
        let heads = Heads::new(setter, &self.head);
        let mut bound = Bound {
            first,
            base,
            pages: Vec::with_capacity(self.drafts.len()),
            nodes: Vec::new(),
            title: self.title,
            level: self.level,
            findings: self.findings,
            words: WordCount::default(),
            faces: BTreeSet::new(),
            has_images: false,
        };
        for (index, mut draft) in self.drafts.into_iter().enumerate() {
            let (side, folio) = (side(first + index), folio(first + index, places.body));
            furnish(setter, &heads, (side, folio), (draft.head, draft.folio), &mut draft.items);
            let mut page = bound.page(setter, draft, side, folio, &self.nodes);
            if !setter.layout.is_print() {
                let entries = self.links.get(index).into_iter().flatten();
                let left = setter.layout.left(side);
                page.links.extend(entries.filter_map(|entry| {
                    let target = places.firsts.get(*self.targets.get(entry.entry)?)?;
                    Some(entry_link(entry, left, base, *target))
                }));
            }
            bound.pages.push(page);
        }
        bound.words = WordCount::of(&bound.pages);
        bound.nodes = self.nodes.all;
        for node in &mut bound.nodes {
            node.parent += base;
        }
        bound
    }
}

impl Bound {
    /// A draft as a page.
    fn page(
        &mut self,
        setter: &Setter<'_>,
        mut draft: Draft,
        side: Side,
        folio: Folio,
        nodes: &Nodes,
    ) -> Page {
        if !draft.edges.is_empty() || draft.overfull > OVERFULL {
            let name = folio_text(folio);
            self.findings.extend(draft.edges.iter().map(|edge| rules::edge(&name, *edge)));
            if draft.overfull > OVERFULL {
                self.findings.push(rules::overfull(&name, draft.overfull));
            }
        }
        let left = setter.layout.left(side);
        let mut links = Vec::new();
        for item in &mut draft.items {
            item.shape.shift(left, Length::ZERO);
            match &item.shape {
                Shape::Glyphs(run) => {
                    self.faces.insert(run.face);
                }
                Shape::Image { .. } => self.has_images = true,
                Shape::Rule { .. } | Shape::Path { .. } => {}
            }
            if let Owner::Content(node) = item.owner {
                if !nodes.links.is_empty() && !setter.layout.is_print() {
                    links.extend(link_area(item, node, self.base, nodes));
                }
                item.owner = Owner::Content(self.base + node);
            }
        }
        Page { side, folio, items: draft.items, links }
    }
}

/// The area of an entry of the contents that leads to page `target`.
fn entry_link(entry: &EntryLink, left: Length, base: u32, target: usize) -> LinkArea {
    let (x, y, width, height) = entry.area;
    LinkArea {
        area: (x + left, y, width, height),
        target: Target::Place { page: target, y: Length::ZERO },
        owner: base + entry.owner,
        alt: entry.alt.clone(),
    }
}

impl<'a> Binder<'a> {
    pub(super) fn new(setter: Setter<'a>) -> Self {
        let root = StructureNode { tag: Tag::Document, parent: 0, alt: None, language: None };
        Self {
            setter,
            pages: Vec::new(),
            structure: vec![root],
            outline: Vec::new(),
            findings: Vec::new(),
            images: BTreeMap::new(),
            words: Vec::new(),
            faces: BTreeSet::new(),
        }
    }

    pub(super) fn bind(mut self, units: Vec<Unit<'a>>, placed: &[Placed]) -> Pages {
        let setter = self.setter;
        let places = Places::new(&units, placed);
        let pieces: Vec<_> =
            units.into_iter().zip(placed).zip(places.firsts.iter().zip(&places.bases)).collect();
        let length = |((unit, place), _): &((Unit<'_>, &Placed), _)| unit.length(**place);
        let home = |((unit, _), _): &((Unit<'_>, _), _)| unit.thread();
        let mut bound = largest_first_at_home(pieces, length, home, |((unit, place), (first, base))| {
            let laid = unit.lay(&setter, *place, &|targets| places.goals(targets));
            laid.bind(&setter, &places, *first, *base)
        });
        let counts: Vec<WordCount> = bound.iter_mut().map(|bound| std::mem::take(&mut bound.words)).collect();
        let put_together = || {
            let mut part = 0;
            for bound in bound {
                part = self.add(bound, places.body, part);
            }
            self.pad(&places);
            self.finish()
        };
        let (mut pages, words) = rayon::join(put_together, || WordCount::sum(&counts));
        // So far it has those of the pages behind the last piece.
        pages.words = WordCount::sum(&[words, pages.words]);
        pages
    }

    /// Adds a piece. `part` is the structure node of the part that is open; returns the one that is open then.
    fn add(&mut self, mut bound: Bound, body: usize, part: u32) -> u32 {
        while self.pages.len() < bound.first {
            self.blank(body);
        }
        debug_assert_eq!(self.structure.len(), bound.base as usize, "pieces have the nodes that they said");
        if let Some(section) = bound.nodes.first_mut() {
            section.parent = if bound.level > 0 { part } else { 0 };
        }
        self.structure.append(&mut bound.nodes);
        if !bound.title.is_empty() {
            let page = self.pages.len();
            self.outline.push(OutlineEntry { level: bound.level, title: bound.title, page, y: Length::ZERO });
        }
        self.findings.append(&mut bound.findings);
        self.words.push(bound.words);
        self.faces.append(&mut bound.faces);
        if bound.has_images {
            self.number_images(&mut bound.pages);
        }
        self.pages.append(&mut bound.pages);
        if bound.level == 0 { bound.base } else { part }
    }

    /// Numbers the assets of the book that pages show as the images that they are there.
    fn number_images(&mut self, pages: &mut [Page]) {
        for item in pages.iter_mut().flat_map(|page| &mut page.items) {
            if let Shape::Image { image, .. } = &mut item.shape {
                let next = self.images.len();
                *image = *self.images.entry(*image).or_insert(next);
            }
        }
    }

    fn blank(&mut self, body: usize) {
        let index = self.pages.len();
        self.pages.push(Page {
            side: side(index),
            folio: folio(index, body),
            items: Vec::new(),
            links: Vec::new(),
        });
    }

    /// The colophon, and the empty pages that the printer asks for.
    fn pad(&mut self, places: &Places) {
        let setter = self.setter;
        let body = places.body;
        if setter.wording.language == "en" {
            let pages = front::colophon(&setter, self.pages.len());
            // It stands on a verso by itself in most books; where the last page is a recto it faces it.
            if setter.layout.design.colophon.line.is_some() && self.pages.len() % 2 == 1 {
                self.blank(body);
            }
            let laid = Laid { nodes: pages.nodes, drafts: pages.drafts, ..Laid::default() };
            let bound = laid.bind(&setter, places, self.pages.len(), self.structure.len() as u32);
            self.add(bound, body, 0);
        }
        let wanted = setter.layout.profile.padded(self.pages.len() as u32, false) as usize;
        while self.pages.len() < wanted {
            self.blank(body);
        }
    }

    fn finish(self) -> Pages {
        let setter = self.setter;
        let faces = setter.shaper.fonts().page_faces(|id| self.faces.contains(&id.into()));
        let mut assets: Vec<(usize, usize)> =
            self.images.into_iter().map(|(asset, at)| (at, asset)).collect();
        assets.sort_unstable();
        let images = assets
            .into_iter()
            .filter_map(|(_, asset)| setter.book.assets.get(asset))
            .map(|asset| PageImage {
                media_type: asset.media_type.clone(),
                bytes: Arc::new(asset.bytes.clone()),
            })
            .collect();
        let mut findings = self.findings;
        dedup(&mut findings);
        Pages {
            width: setter.layout.width,
            height: setter.layout.height,
            faces,
            pages: self.pages,
            outline: self.outline,
            structure: self.structure,
            images,
            words: WordCount::sum(&self.words),
            language: setter.language.to_owned(),
            findings,
        }
    }
}

/// A character that is missing a thousand times is told of once.
fn dedup(findings: &mut Vec<Finding>) {
    let mut seen = std::collections::HashSet::new();
    findings.retain(|f| seen.insert((f.rule.code, f.message.clone())));
}

/// The area of a glyph run that leads to an address.
fn link_area(item: &Item, node: u32, base: u32, nodes: &Nodes) -> Option<LinkArea> {
    let (_, address) = nodes.links.iter().find(|(n, _)| *n == node)?;
    let Shape::Glyphs(run) = &item.shape else { return None };
    let width = run.width();
    Some(LinkArea {
        area: (run.x, run.y - run.size * 3 / 4, width, run.size),
        target: Target::Uri(address.clone()),
        owner: base + node,
        alt: address.clone(),
    })
}

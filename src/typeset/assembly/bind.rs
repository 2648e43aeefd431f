//! In: the pieces of a book, each with its place. Out: its pages, with folios, heads, links, outline and structure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Laid, Unit, side};
use crate::book::Matter;
use crate::report::Finding;
use crate::typeset::chapter::{Draft, OVERFULL};
use crate::typeset::contents::{EntryLink, Goal};
use crate::typeset::flow::Setter;
use crate::typeset::front;
use crate::typeset::furniture::folio_text;
use crate::typeset::length::Length;
use crate::typeset::page::{
    Folio, Item, LinkArea, OutlineEntry, Owner, Page, PageImage, Pages, Shape, StructureNode, Tag, Target,
};
use crate::typeset::paginate::Placed;
use crate::typeset::rules;
use crate::typeset::styled::Nodes;

/// Binds pieces into a book.
pub(super) struct Binder<'a> {
    setter: Setter<'a>,
    pages: Vec<Page>,
    structure: Vec<StructureNode>,
    outline: Vec<OutlineEntry>,
    findings: Vec<Finding>,
    /// Place of each asset in use among the images.
    images: BTreeMap<usize, usize>,
    /// The faces in use.
    faces: BTreeSet<usize>,
}

/// Which page of the book begins the arabic numbers, counted from 0.
pub(super) fn folio(page: usize, body: usize) -> Folio {
    if page >= body { Folio::Arabic((page - body) as u32 + 1) } else { Folio::Roman(page as u32 + 1) }
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
            faces: BTreeSet::new(),
        }
    }

    pub(super) fn bind(mut self, units: Vec<Unit<'a>>, placed: &[Placed]) -> Pages {
        let setter = self.setter;
        // Where each piece begins, and where the arabic numbers do.
        let mut firsts = Vec::with_capacity(units.len());
        let mut count = 0;
        let mut body = usize::MAX;
        for (unit, place) in units.iter().zip(placed) {
            count += usize::from(place.blank_before);
            firsts.push(count);
            if unit.matter != Matter::Front && body == usize::MAX {
                body = count;
            }
            count += unit.length(*place);
        }
        let goals = |targets: &[usize]| -> Vec<Goal> {
            targets.iter().map(|t| Goal { folio: folio_text(folio(firsts[*t], body)) }).collect()
        };
        let laid: Vec<(Laid, Vec<Vec<EntryLink>>, Vec<usize>)> = units
            .into_par_iter()
            .with_max_len(1)
            .zip(placed.par_iter())
            .zip(firsts.par_iter())
            .map(|((unit, place), first)| {
                let (mut laid, links, targets) = unit.lay(&setter, *place, *first, &goals);
                laid.furnish(&setter, body);
                (laid, links, targets)
            })
            .collect();
        let mut section = 0;
        for (unit, links, targets) in laid {
            section = self.add(unit, &links, &targets, &firsts, body, section);
        }
        self.pad(body);
        self.finish()
    }

    /// Adds the pages of a piece. `part` is the structure node of the part that is open.
    fn add(
        &mut self,
        mut unit: Laid,
        links: &[Vec<EntryLink>],
        targets: &[usize],
        firsts: &[usize],
        body: usize,
        part: u32,
    ) -> u32 {
        while self.pages.len() < unit.first {
            self.blank(body);
        }
        let base = self.structure.len() as u32;
        let parent = if unit.level > 0 { part } else { 0 };
        for (index, mut node) in unit.nodes.all.drain(..).enumerate() {
            node.parent = if index == 0 { parent } else { base + node.parent };
            self.structure.push(node);
        }
        if !unit.title.is_empty() {
            let page = self.pages.len();
            self.outline.push(OutlineEntry { level: unit.level, title: unit.title, page, y: Length::ZERO });
        }
        self.findings.append(&mut unit.findings);
        self.faces.append(&mut unit.faces);
        for (index, draft) in unit.drafts.into_iter().enumerate() {
            self.page(draft, base, &unit.nodes, body);
            for link in links.get(index).into_iter().flatten() {
                self.entry_link(link, base, targets, firsts);
            }
        }
        if unit.level == 0 { base } else { part }
    }

    fn page(&mut self, mut draft: Draft, base: u32, nodes: &Nodes, body: usize) {
        let setter = self.setter;
        let index = self.pages.len();
        let side = side(index);
        let folio = folio(index, body);
        let name = folio_text(folio);
        for edge in &draft.edges {
            self.findings.push(rules::edge(&name, *edge));
        }
        if draft.overfull > OVERFULL {
            self.findings.push(rules::overfull(&name, draft.overfull));
        }
        let left = setter.layout.left(side);
        let mut links = Vec::new();
        for item in &mut draft.items {
            item.shape.shift(left, Length::ZERO);
            if let Shape::Image { image, .. } = &mut item.shape {
                let next = self.images.len();
                *image = *self.images.entry(*image).or_insert(next);
            }
            if let Owner::Content(node) = item.owner {
                if !nodes.links.is_empty() && !setter.layout.is_print() {
                    links.extend(link_area(item, node, base, nodes));
                }
                item.owner = Owner::Content(base + node);
            }
        }
        self.pages.push(Page { side, folio, items: draft.items, links });
    }

    fn entry_link(&mut self, link: &EntryLink, base: u32, targets: &[usize], firsts: &[usize]) {
        if self.setter.layout.is_print() {
            return;
        }
        let Some(target) = targets.get(link.entry).and_then(|t| firsts.get(*t)) else { return };
        let Some(page) = self.pages.last_mut() else { return };
        let (x, y, width, height) = link.area;
        let left = self.setter.layout.left(page.side);
        page.links.push(LinkArea {
            area: (x + left, y, width, height),
            target: Target::Place { page: *target, y: Length::ZERO },
            owner: base + link.owner,
            alt: link.alt.clone(),
        });
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
    fn pad(&mut self, body: usize) {
        let setter = self.setter;
        if setter.wording.language == "en" {
            let pages = front::colophon(&setter, self.pages.len());
            // It stands on a verso by itself in most books; where the last page is a recto it faces it.
            if setter.layout.design.colophon.line.is_some() && self.pages.len() % 2 == 1 {
                self.blank(body);
            }
            let mut laid = Laid {
                nodes: pages.nodes,
                drafts: pages.drafts,
                head: String::new(),
                title: String::new(),
                findings: Vec::new(),
                level: 0,
                first: self.pages.len(),
                faces: BTreeSet::new(),
            };
            laid.furnish(&setter, body);
            self.add(laid, &[], &[], &[], body, 0);
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
